"""bmcctl discover NETWORK: BMCs that speak Redfish, and what does not."""

import re
import socket
import time

import pytest

from discover_rig import ROOT, cert, modern, net, web  # noqa: F401

LOGIN = "defaults { user admin; password secret; }"


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
