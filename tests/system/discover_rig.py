"""Networks of loopback for bmcctl discover, and what is in them."""

import json
import os
import socket
import ssl
import struct
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ipmi_rig import Sim, free_port

ROOT = {"@odata.id": "/redfish/v1/", "RedfishVersion": "1.15.0",
        "Vendor": "Contoso", "Product": "X1 BMC",
        "UUID": "7D4C5A10-6b5e-11ec-9f2e-3cecef001122"}


def summed(b):
    return b + bytes([-sum(b) & 0xff])


def message(ask, data):
    """what answers an IPMI question, without its wrapper"""

    head = 16 if ask[4] == 6 else 14
    tag, cmd = ask[head + 4] & 0xfc, ask[head + 5]
    return summed(b"\x81\x1c") + summed(bytes([0x20, tag, cmd]) + data)


def wrapped(m, v20=False):
    if v20:
        return bytes.fromhex("0600ff070600") + bytes(8) \
            + struct.pack("<H", len(m)) + m

    return bytes.fromhex("0600ff07") + bytes(9) + bytes([len(m)]) + m


def is_ping(ask):
    return ask[3] == 6


def is_auth(ask):
    return ask[3] == 7 and ask[4] == 0 and ask[19] == 0x38


def is_suites(ask):
    return ask[3] == 7 and ask[21 if ask[4] == 6 else 19] == 0x54


def pong(ask, enterprise=4542, entities=0x81):
    return bytes.fromhex("0600ff06000011be40") + ask[9:10] \
        + b"\0\x10" + struct.pack(">II", enterprise, 0) \
        + bytes([entities]) + bytes(7)


def auth(ask, types=0x84, versions=2, oem=0):
    return wrapped(message(ask, bytes([0, 1, types, 4, versions])
                           + struct.pack("<I", oem)))


def suites(ask, records):
    head = 16 if ask[4] == 6 else 14
    i = ask[head + 8] & 0x3f
    return wrapped(message(ask, b"\0\1" + records[i * 16:i * 16 + 16]),
                   ask[4] == 6)


STRONG = bytes.fromhex("c011034481") + bytes.fromhex("c003014181")


def modern(ask, oem=0, records=STRONG):
    """IPMI 2.0, without a pong"""

    if is_auth(ask):
        return [auth(ask, oem=oem)]

    return [suites(ask, records)] if is_suites(ask) else []


class Peer(threading.Thread):
    """says to each datagram what answer() makes of it"""

    def __init__(self, address, port, answer=lambda ask: [], at=None):
        super().__init__(daemon=True)
        self.address = address
        self.answer = answer
        self.at = at                 # another socket that answers, instead
        self.asked = []
        self.times = []
        self.over = False
        self.s = bound(address, port)
        self.s.settimeout(0.05)
        self.start()

    def run(self):
        while not self.over:
            try:
                ask, client = self.s.recvfrom(2048)

            except OSError:
                continue

            self.times.append(time.monotonic())
            self.asked.append(ask)

            for d in self.answer(ask):
                (self.at or self.s).sendto(d, client)

    def close(self):
        self.over = True
        self.join()
        self.s.close()


def bound(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.bind((address, port))
    return s


def free_tcp(address="127.0.0.1"):
    with socket.socket() as s:
        s.bind((address, 0))
        return s.getsockname()[1]


class At(Sim):
    """an ipmi_sim with a port of our choice"""

    def __init__(self, folder, name, address, port):
        self.wanted = port
        super().__init__(folder, name, address)

    def setup(self):
        self.port = self.wanted
        super().setup()


class Net:
    """a /28 of loopback that no other test has, and who is in it"""

    def __init__(self, folder):
        self.folder = folder
        r = os.urandom(3)
        self.base = "127.%d.%d.%d" % (1 + r[0] % 250, r[1], r[2] & 0xf0)
        self.cidr = self.base + "/28"
        self.port = free_port(self.base)
        self.web_port = free_tcp(self.base)
        self.made = []

    def at(self, i):
        a, _, b = self.base.rpartition(".")
        return "%s.%d" % (a, int(b) + i)

    def name(self, i):
        return "bmc-" + self.at(i).replace(".", "-")

    def peer(self, i, answer=lambda ask: [], at=None):
        p = Peer(self.at(i), self.port, answer, at)
        self.made.append(p)
        return p

    def sim(self, i):
        s = At(self.folder, "sim%d" % i, self.at(i), self.port)
        self.made.append(s)
        return s.start()

    def args(self, *more):
        return ["discover", self.cidr, "--port", str(self.port),
                "--redfish-port", str(self.web_port)] + list(more)

    def scan(self, rack, *more, **kwargs):
        """rows by the last number of their address"""

        rows = rack.json(*self.args(*more), **kwargs)
        last = int(self.base.rpartition(".")[2])
        return {int(row["address"].rpartition(".")[2]) - last: row
                for row in rows}

    def close(self):
        for m in self.made:
            m.kill() if isinstance(m, Sim) else m.close()


@pytest.fixture
def net(tmp_path):
    n = Net(tmp_path)
    yield n
    n.close()


class Web(ThreadingHTTPServer):
    """an HTTPS server whose certificate nobody would believe"""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address, port, cert, body, status=200, headers=()):
        self.asked = []
        self.answer = status, body, headers
        super().__init__((address, port), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert)
        self.socket = context.wrap_socket(self.socket, server_side=True,
                                          do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, args=(0.05,),
                         daemon=True).start()

    def handle_error(self, request, client_address):
        pass

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):

    def log_message(self, *args):
        pass

    def do_GET(self):
        status, body, headers = self.server.answer
        self.server.asked.append((self.path, dict(self.headers)))
        self.send_response(status)

        for key, value in headers:
            self.send_header(key, value)

        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes)
                         else json.dumps(body).encode())


@pytest.fixture(scope="module")
def cert(tmp_path_factory):
    pem = tmp_path_factory.mktemp("cert") / "both.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                    "-subj", "/CN=nobody", "-keyout", str(pem) + ".key",
                    "-out", str(pem)], check=True,
                   stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pem.write_text(pem.read_text() + open(str(pem) + ".key").read())
    return pem


@pytest.fixture
def web(net, cert):
    def make(i, body=ROOT, **more):
        net.made.append(Web(net.at(i), net.web_port, cert, body, **more))
        return net.made[-1]

    return make
