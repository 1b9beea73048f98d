"""A BMC that has cipher suite 17 only: pyghmi's, with SHA-256 for SHA-1."""

import hashlib
import hmac
import os
import struct
import sys

import pyghmi.ipmi.bmc as bmc
import pyghmi.ipmi.private.constants as constants
import pyghmi.ipmi.private.serversession as serversession

OF = serversession.ServerSession


def code(key, *parts):
    return hmac.new(bytes(key), b"".join(bytes(p) for p in parts),
                    hashlib.sha256).digest()


class Session(OF):

    # pyghmi's request handler would look for suite 3

    def create_open_session_response(self, request):
        ours = bytearray(OF.create_open_session_response(self, request))

        if (request[12] & 0x3f, request[20] & 0x3f) != (3, 4):
            return bytearray([request[0], 0x11, 0, 0]) + request[4:8]

        ours[16], ours[24], ours[32] = 3, 4, 1
        self.currhashlib = hashlib.sha256
        self.currhashlen = 16
        return ours

    def name(self):
        return bytes([self.role, len(self.username)]) + self.username

    def _got_rakp1(self, data):
        self.random = bytes(data[8:24])
        self.role = data[24]
        self.maxpriv = self.role & 7
        self.username = bytes(data[28:28 + data[27]])
        user = self.username.decode()

        # as real ones do: who is not known is not answered

        if user not in self.authdata:
            return

        self.guid = self.uuid.bytes
        self.ours = os.urandom(16)
        self.secret = self.authdata[user].encode()

        proof = code(self.secret, self.clientsessionid,
                     self.managedsessionid, self.random, self.ours,
                     self.guid, self.name())

        self.send_payload(bytearray([data[0], 0, 0, 0])
                          + self.clientsessionid + self.ours + self.guid
                          + proof, constants.payload_types["rakp2"],
                          retry=False)

    def _got_rakp3(self, data):
        if data[1]:
            return

        self.sik = code(self.secret, self.random, self.ours, self.name())
        self.k1 = code(self.sik, b"\1" * 20)
        self.aeskey = code(self.sik, b"\2" * 20)[:16]

        if code(self.secret, self.ours, self.clientsessionid,
                self.name()) != bytes(data[8:]):
            print("RAKP 3 proves nothing", flush=True)
            return

        self.localsid = struct.unpack("<I", self.managedsessionid)[0]
        self.ipmicallback = self.handle_client_request

        proof = code(self.sik, self.random, self.managedsessionid, self.guid)

        self.send_payload(bytearray([data[0], 0, 0, 0])
                          + self.clientsessionid + proof[:16],
                          constants.payload_types["rakp4"], retry=False)

        self.confalgo = "aes"
        self.integrityalgo = "sha256"
        self.sequencenumber = 1
        self.sessionid = struct.unpack("<I", bytes(self.clientsessionid))[0]


class Bmc(bmc.Bmc):

    def __init__(self, port):
        super().__init__({"admin": "secret"}, port=port, address="127.0.0.1")
        self.power = "off"

    def get_power_state(self):
        return self.power

    def power_on(self):
        self.power = "on"

    def power_off(self):
        self.power = "off"


serversession.ServerSession = Session
Bmc(int(sys.argv[1])).listen()
