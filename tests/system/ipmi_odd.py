"""A BMC with a fault: ipmi_odd.py PORT FAULT SECONDS; it is pyghmi's.

busy     answers chassis commands with "node busy" for so long
full     has no free session slot for so long
reboots  forgets its sessions at the first chassis command, without a word,
         and is not there for so long

Each chassis command and each login it is asked for is a line of output.
"""

import sys
import time

import pyghmi.ipmi.bmc as bmc
import pyghmi.ipmi.private.serversession as serversession
import pyghmi.ipmi.private.session as ipmisession

PORT, FAULT, SECONDS = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
OF = serversession.ServerSession


class Fault:
    began = None

    @classmethod
    def on(cls, name):
        """from the first time it is asked about"""

        if FAULT != name:
            return False

        if cls.began is None:
            cls.began = time.monotonic()

        return time.monotonic() - cls.began < SECONDS


def tell(*words):
    print("%.3f" % time.monotonic(), *words, flush=True)


class Session(OF):
    def create_open_session_response(self, request):
        ours = bytearray(OF.create_open_session_response(self, request))

        # suite 3 is what it has

        if request[12] & 0x3f != 1:
            return bytearray([request[0], 0x11, 0, 0]) + request[4:8]

        tell("login")

        if Fault.on("full"):
            return bytearray([request[0], 0x01, 0, 0]) + request[4:8]

        return ours


class Bmc(bmc.Bmc):
    def __init__(self):
        super().__init__({"admin": "secret"}, port=PORT, address="127.0.0.1")
        self.power = "on"

    def sessionless_data(self, data, sockaddr):
        if FAULT == "reboots" and Fault.began is not None \
                and Fault.on("reboots"):
            return

        super().sessionless_data(data, sockaddr)

    def handle_raw_request(self, request, session):
        if request["netfn"] == 0:
            tell("chassis", request["command"], *request["data"])

            if Fault.on("busy"):
                session.send_ipmi_response(code=0xc0)
                return

            if FAULT == "reboots" and Fault.began is None:
                Fault.on("reboots")
                ipmisession.Session.bmc_handlers.pop(session.sockaddr)
                return

        super().handle_raw_request(request, session)

    def get_power_state(self):
        return self.power

    def power_on(self):
        self.power = "on"

    def power_off(self):
        self.power = "off"

    def power_reset(self):
        pass


serversession.ServerSession = Session
Bmc().listen()
