"""bmcctl discover NETWORK: BMCs that speak Redfish, and what does not."""

import json
import re
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from discover_rig import modern, net

ROOT = {"@odata.id": "/redfish/v1/", "RedfishVersion": "1.15.0",
        "Vendor": "Contoso", "Product": "X1 BMC",
        "UUID": "7D4C5A10-6b5e-11ec-9f2e-3cecef001122"}

LOGIN = "defaults { user admin; password secret; }"


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


def test_a_bmc_is_found_when_either_protocol_answers(rack, net, web):
    both = web(1)
    net.peer(1, lambda ask: modern(ask, oem=674))
    web(2, {"RedfishVersion": "1.0.1"})
    net.peer(3, modern)
    rows = net.scan(rack())
    assert sorted(rows) == [1, 2, 3]

    assert rows[1]["ipmi"] == "2.0" and rows[1]["redfish"] == "1.15.0"
    assert rows[1]["vendor"] == "Contoso" and rows[1]["model"] == "X1 BMC"
    assert rows[1]["uuid"] == "7d4c5a10-6b5e-11ec-9f2e-3cecef001122"
    assert rows[1]["suites"] == [17, 3] and rows[1]["state"] == "new"
    assert rows[1]["redfish_port"] == net.web_port

    assert rows[2]["redfish"] == "1.0.1" and "ipmi" not in rows[2]
    assert "vendor" not in rows[2] and "port" not in rows[2]
    assert "redfish" not in rows[3] and "redfish_port" not in rows[3]

    # asked once, and without a word of who we are

    (path, headers), = both.asked
    assert path == "/redfish/v1/"
    assert not {k.lower() for k in headers} & {"authorization", "cookie",
                                               "x-auth-token"}


def test_the_driver_line_says_what_answered(rack, net, web):
    web(1)
    net.peer(1, modern)
    web(2)
    net.peer(3, modern)
    r = rack(extra=LOGIN)
    s = r.ctl(*net.args("--write"))
    assert s.status == 0 and "3 added" in s.err, s
    text = {i: (r.hosts_d / (net.name(i) + ".conf")).read_text()
            for i in (1, 2, 3)}
    assert re.search(r"driver +redfish ipmi;", text[1]), text[1]
    assert re.search(r"driver +redfish;", text[2]), text[2]
    assert re.search(r"driver +ipmi;", text[3]), text[3]
    web_port = r"redfish +\{\s+port +%d;" % net.web_port
    assert re.search(web_port, text[1]) and re.search(web_port, text[2])
    assert "ipmi {" in text[1] and "ipmi" not in text[2]
    assert "redfish" not in text[3]
    assert r.ctl("-t").status == 0


@pytest.mark.parametrize("body, more", [
    (b"<html>hello</html>", {}), (b"", {}), (b"{}", {}), ([], {}),
    ({"RedfishVersion": "latest"}, {}), (ROOT, {"status": 401}),
    (ROOT, {"status": 503}), ({**ROOT, "x": "y" * 70000}, {}),
    (b'{"RedfishVersion": "1.0"', {}),
    (b"", {"status": 302, "headers": [("Location", "/redfish/v1")]}),
    (ROOT, {"headers": [("Content-Length", "9999")]})])
def test_what_is_no_root_is_no_bmc(rack, net, web, body, more):
    w = web(2, body, **more)
    assert net.scan(rack()) == {}
    assert len(w.asked) == 1


def test_a_server_that_says_nothing_holds_nobody_up_for_long(rack, net, web):
    web(1)

    with socket.socket() as s:
        s.bind((net.at(2), net.web_port))
        s.listen()
        start = time.monotonic()
        assert list(net.scan(rack())) == [1]
        assert 9 < time.monotonic() - start < 16


def test_proxies_of_the_environment_are_not_asked(rack, net, web):
    web(1)
    r = rack()
    r.env.update(https_proxy="http://127.0.0.1:9", ALL_PROXY="127.0.0.1:9")
    assert list(net.scan(r)) == [1]


def test_what_a_bmc_calls_itself_cannot_move_the_cursor(rack, net, web):
    web(1, {**ROOT, "Vendor": "\x1b[2Jevil\n", "Product": "é\u202e"})
    s = rack().ctl(*net.args())
    assert s.status == 0 and "\x1b" not in s.out, s
    assert len(s.out.splitlines()) == 2
