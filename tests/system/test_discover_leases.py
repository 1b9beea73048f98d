"""bmcctl discover --leases FILE: what has a lease is asked, too."""

import os
import re
import signal
import time

import pytest

from discover_rig import (Peer, auth, cert, is_auth, modern,  # noqa: F401
                          net, web)

LOGIN = "defaults { user admin; password secret; }"


class File:
    """leases of a network of loopback"""

    def __init__(self, net, folder):
        self.net = net
        self.path = folder / "leases"

    def write(self, *leases):
        self.path.write_text("".join(
            "%d 52:54:00:00:00:%02x %s %s *\n"
            % (time.time() + 3600, i, address or self.net.at(i), "b%d" % i)
            for i, address in leases))

    def args(self, *more):
        return ["discover", "--leases", str(self.path), "--port",
                str(self.net.port), "--redfish-port", str(self.net.web_port),
                *more]


@pytest.fixture
def leases(net, tmp_path):
    def make(*numbers, **more):
        f = File(net, tmp_path)
        f.write(*((i, None) for i in numbers))
        return f

    return make


def old(ask):
    return [auth(ask, types=0x04)] if is_auth(ask) else []


def test_leases_are_asked_over_both_protocols(rack, net, web, leases):
    web(1)
    net.peer(1, lambda ask: modern(ask, oem=674))
    net.peer(2, old)
    net.peer(3, lambda ask: modern(ask, oem=674))
    r = rack({"n3": "driver unmanaged; address %s;" % net.at(3)})
    one, two, three, four = r.json(*leases(1, 2, 3, 4).args())

    assert one["name"] == "b1" and one["mac"] == "52:54:00:00:00:01"
    assert one["ipmi"] == "2.0" and one["suites"] == [17, 3]
    assert one["redfish"] == "1.15.0" and one["vendor"] == "Contoso"
    assert one["model"] == "X1 BMC" and one["state"] == "new"
    assert one["uuid"] == "7d4c5a10-6b5e-11ec-9f2e-3cecef001122"

    assert two["ipmi"] == "1.5" and two["state"] == "unusable"
    assert three["vendor"] == "Dell" and three["host"] == "n3"
    assert three["state"] == "known" and "redfish" not in three
    assert four["state"] == "silent" and "ipmi" not in four

    s = r.ctl(*leases(1, 4).args())
    assert [line.split() for line in s.out.splitlines()] == [
        ["NAME", "MAC", "IP", "IPMI", "REDFISH", "VENDOR", "MODEL", "HOST",
         "STATE"],
        ["b1", "52:54:00:00:00:01", net.at(1), "2.0", "1.15.0", "Contoso",
         "X1", "BMC", "-", "new"],
        ["b4", "52:54:00:00:00:04", net.at(4), "-", "-", "-", "-", "-",
         "silent"]]


def test_what_answered_is_written_and_nothing_else(rack, net, web, leases):
    web(1)
    net.peer(1, modern)
    web(2)
    net.peer(3, modern)
    net.peer(4, old)
    r = rack(extra=LOGIN)
    f = leases(1, 2, 3, 4, 5)
    s = r.ctl(*f.args("--write"))
    assert s.status == 0, s
    assert "3 added, 0 changed, 0 as they were, 0 failed, 2 left out" in s.err
    assert sorted(os.listdir(r.hosts_d)) == ["b1.conf", "b2.conf", "b3.conf"]
    text = {i: (r.hosts_d / ("b%d.conf" % i)).read_text() for i in (1, 2, 3)}
    assert re.search(r"driver +redfish ipmi;", text[1]), text[1]
    assert re.search(r"driver +redfish;", text[2]), text[2]
    assert re.search(r"driver +ipmi;", text[3]), text[3]
    assert re.search(r"mac +52:54:00:00:00:03;", text[3]), text[3]
    assert re.search(r"ipmi +\{\s+port +%d;" % net.port, text[3]), text[3]
    assert re.search(r"redfish +\{\s+port +%d;" % net.web_port, text[2])
    assert r.ctl("-t").status == 0

    s = r.ctl(*f.args("--write", "--all"))
    assert s.status == 0, s
    assert "2 added, 0 changed, 3 as they were, 0 failed, 0 left out" in s.err
    assert re.search(r"driver +auto;", (r.hosts_d / "b5.conf").read_text())


def test_a_known_hosts_address_is_written_even_if_it_is_silent(rack, net,
                                                               leases):
    net.peer(1, modern)
    r = rack(extra=LOGIN)
    assert r.ctl(*leases(1).args("--write")).status == 0
    f = leases()
    f.write((1, net.at(9)))
    s = r.ctl(*f.args("--write"))
    assert s.status == 0 and "0 added, 1 changed" in s.err, s
    assert net.at(9) in (r.hosts_d / "b1.conf").read_text()


def test_addresses_of_both_families_are_asked(rack, net, leases):
    net.made.append(Peer("::1", net.port, modern))
    net.peer(2, modern)
    f = leases()
    f.write((1, "::1"), (2, None))
    rows = rack().json(*f.args())
    assert [(row["address"], row["ipmi"]) for row in rows] \
        == [("::1", "2.0"), (net.at(2), "2.0")]


def test_leases_are_asked_at_the_rate_that_was_said(rack, net, leases):
    peers = [net.peer(i) for i in range(1, 9)]
    assert len(rack().json(*leases(*range(1, 9)).args("--rate", "8"))) == 8
    times = sorted(t for p in peers for t in p.times)
    assert len(times) == 32 and times[-1] - times[0] > 32 / 8 * 0.85


def test_an_address_that_cannot_be_asked_is_said(rack, net, leases):
    f = leases()
    f.write((1, "255.255.255.255"))
    row, = rack().json(*f.args(), status=1)
    assert row["state"] == "silent"
    s = rack().ctl(*f.args())
    assert "1 of 1 addresses could not be asked: Permission denied" in s.err


def test_a_signal_ends_the_asking_and_nothing_is_written(rack, net, leases):
    net.peer(1, modern)
    r = rack(extra=LOGIN)
    t = r.terminal(*leases(*range(1, 15)).args("--write", "--rate", "4"))
    t.expect(r"\[#+ *\] [1-9]\d*/14")
    t.process.send_signal(signal.SIGINT)
    assert t.wait() == 130
    assert re.search(r"interrupted when \d+ of 14 addresses were done; "
                     "nothing was written", t.text)
    assert "silent" not in t.text and not r.hosts_d.exists()
