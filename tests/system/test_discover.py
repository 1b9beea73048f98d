"""bmcctl discover NETWORK: BMCs, what only looks like one, and liars."""

import os
import re
import signal
import socket
import time

import pytest

from discover_rig import (STRONG, Peer, auth, bound, is_auth, is_ping,
                          is_suites, message, modern, net, pong, suites,
                          wrapped)
from ipmi_rig import free_port

IP_PKTINFO = 8                  # of Linux; Python has no name for it


LOGIN = "defaults { user admin; password secret; }"


# what is found


def test_bmcs_of_a_network_are_shown(rack, net):
    net.sim(1)
    net.peer(3, lambda ask: modern(ask, oem=10876))
    net.peer(4, lambda ask: [pong(ask, 343)] if is_ping(ask)
             else modern(ask))
    r = rack({"n7": "address %s;" % net.at(4)})

    rows = net.scan(r)
    assert sorted(rows) == [1, 3, 4]

    assert rows[1]["ipmi"] == "2.0" and "vendor" not in rows[1]
    assert rows[1]["pong"] is True and rows[1]["state"] == "new"
    assert rows[1]["suites"][:4] == [0, 1, 2, 3]
    assert rows[1]["auth"] == ["none", "md2", "md5", "straight"]

    assert rows[3]["vendor"] == "Supermicro"
    assert rows[3]["suites"] == [17, 3] and rows[3]["auth"] == ["md5"]
    assert rows[3]["pong"] is False and rows[3]["name"] == net.name(3)

    assert rows[4]["vendor"] == "Intel"
    assert rows[4]["state"] == "known"
    assert rows[4]["host"] == rows[4]["name"] == "n7"
    assert not r.hosts_d.exists()


def test_the_table_is_in_order_of_addresses(rack, net):
    for i in (9, 2):
        net.peer(i, lambda ask: modern(ask, oem=674))

    r = rack()
    s = r.ctl(*net.args())
    assert s.status == 0 and s.err == "", s
    lines = [line.split() for line in s.out.splitlines()]
    assert lines[0] == ["ADDRESS", "IPMI", "REDFISH", "VENDOR", "MODEL",
                        "UUID", "MAC", "SUITES", "NAME", "STATE"]
    assert lines[1:] == [[net.at(i), "2.0", "-", "Dell", "-", "-", "-",
                          "17,3", net.name(i), "new"] for i in (2, 9)]

    s = r.ctl(*net.args("-o", "wide"))
    assert s.out.splitlines()[0].split()[-4:] \
        == ["PORT", "REDFISH-PORT", "AUTH", "PONG"]
    s = r.ctl(*net.args("-o", "name"))
    assert s.out.split() == [net.name(2), net.name(9)]


def old(ask):
    if not is_auth(ask):
        return []

    if ask[20] & 0x80:
        return [wrapped(message(ask, b"\xcc"))]

    return [auth(ask, types=0x15, versions=0xff)]


def older(ask):
    """ignores what it does not know"""

    if is_ping(ask):
        return [pong(ask)]

    return [] if ask[20] & 0x80 else old(ask)


def test_ipmi_15_is_told_from_20_and_not_written(rack, net):
    net.peer(2, old)
    net.peer(3, older)
    net.peer(4, lambda ask: [auth(ask, types=0x04)] if is_auth(ask) else [])
    r = rack(extra=LOGIN)
    rows = net.scan(r, "--write")
    assert [rows[i]["ipmi"] for i in (2, 3, 4)] == ["1.5", "1.5", "1.5"]
    assert [rows[i]["state"] for i in (2, 3, 4)] == ["unusable"] * 3
    assert rows[2]["auth"] == ["none", "md5", "straight"]
    assert rows[2]["suites"] == []
    assert not r.hosts_d.exists()


def test_a_pong_alone_is_shown_for_what_it_is(rack, net):
    net.peer(2, lambda ask: [pong(ask)] if is_ping(ask) else [])
    net.peer(3, lambda ask: [pong(ask, entities=1)] if is_ping(ask) else [])
    net.peer(4, lambda ask: [wrapped(message(ask, b"\xc1"))]
             if is_auth(ask) else [])
    rows = net.scan(rack())
    assert [rows[i]["ipmi"] for i in (2, 3, 4)] \
        == ["unknown", "no", "unknown"]
    assert {row["state"] for row in rows.values()} == {"unusable"}


def test_suites_are_asked_for_until_the_last_list(rack, net):
    records = b"".join(bytes([0xc0, i, 1, 0x41, 0x81]) for i in range(1, 18))
    oem = b"\xc1\x90\x01\x02\x03\x01\x41\x81"
    net.peer(2, lambda ask: modern(ask, records=records + oem + records))

    # always the same sixteen bytes; and a refusal

    first = bytes.fromhex("c003014181c011034481c00101418041")
    net.peer(3, lambda ask: [suites(ask[:-2] + b"\x80\0", first)]
             if is_suites(ask) else modern(ask))
    net.peer(4, lambda ask: [wrapped(message(ask, b"\xc1"), ask[4] == 6)]
             if is_suites(ask) else modern(ask))
    rows = net.scan(rack(), "--rate", "1000")
    assert rows[2]["suites"] == list(range(1, 18)) + [0x90]
    assert rows[3]["suites"] == [3, 17, 1]
    assert rows[4]["ipmi"] == "2.0" and rows[4]["suites"] == []


def test_a_bmc_that_knows_one_wrapper_is_asked_in_that(rack, net):
    records = STRONG + bytes.fromhex("c0010141 80c0020141 80") * 4
    p = net.peer(2, lambda ask: [] if ask[4] == 6
                 else modern(ask, records=records))
    row, = net.scan(rack()).values()
    assert row["suites"] == [17, 3, 1, 2]
    asked = [ask[4] for ask in p.asked if is_suites(ask)]
    assert asked == [6, 0, 0, 0, 0]


def test_a_datagram_may_get_lost(rack, net):
    def forgetful(ask):
        n = p.asked.count(ask)
        return modern(ask) if n > 1 else []

    p = net.peer(2, forgetful)
    row, = net.scan(rack()).values()
    assert row["ipmi"] == "2.0" and row["suites"] == [17, 3]


def test_ipv6_is_scanned_too(rack):
    port = free_port("::1", socket.AF_INET6)
    p = Peer("::1", port, modern)

    try:
        row, = rack().json("discover", "::1/127", "--port", str(port))
        assert row["address"] == "::1" and row["name"] == "bmc---1"
        assert row["suites"] == [17, 3]

    finally:
        p.close()


# who is asked, and how often


class All:
    """one socket for every address: says nothing, counts all"""

    def __init__(self):
        self.s = bound("0.0.0.0", 0)
        self.s.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        self.s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.port = str(self.s.getsockname()[1])
        self.s.setblocking(False)

    def took(self):
        to = []

        while True:
            try:
                _, more, _, _ = self.s.recvmsg(2048, 128)
                to.append(socket.inet_ntoa(more[0][2][8:12]))

            except BlockingIOError:
                return to


@pytest.fixture
def every():
    a = All()
    yield a
    a.s.close()


def test_each_address_is_asked_twice_but_not_the_networks_own(rack, net,
                                                              every):
    r = rack()
    s = r.ctl("discover", net.at(7) + "/28", "--port", every.port,
              "--rate", "1000")
    assert s.status == 0 and s.out.split()[0] == "ADDRESS", s
    to = every.took()
    assert {a: to.count(a) for a in to} \
        == {net.at(i): 4 for i in range(1, 15)}

    r.ctl("discover", net.at(7), "--port", every.port)
    assert every.took() == [net.at(7)] * 4
    r.ctl("discover", net.at(7) + "/31", "--port", every.port)
    assert sorted(set(every.took())) == [net.at(6), net.at(7)]


def test_the_rate_is_kept(rack, net, every):
    start = time.monotonic()
    s = rack().ctl("discover", net.cidr, "--port", every.port, "--rate", "16")
    took = time.monotonic() - start
    assert s.status == 0
    assert len(every.took()) == 56
    assert took > 3.4


# liars


def test_an_answer_from_elsewhere_is_none(rack, net):
    outside = net.base.rpartition(".")
    elsewhere = bound("%s.%d" % (outside[0], int(outside[2]) ^ 16), net.port)
    broadcast = bound(net.at(15), net.port)
    port = bound(net.at(2), 0)
    neighbour = net.peer(3)

    def both(ask):
        return [pong(ask)] if is_ping(ask) else modern(ask)

    try:
        net.peer(1, both, elsewhere)     # outside of the network
        net.peer(5, both, broadcast)     # in it, but not asked
        net.peer(2, both, port)          # another port
        net.peer(4, both, neighbour.s)   # one that was, but not this
        assert net.scan(rack()) == {}

    finally:
        elsewhere.close()
        broadcast.close()
        port.close()


def test_answers_to_other_questions_are_none(rack, net):
    def other(ask):
        wrong = bytearray(ask)
        wrong[9 if is_ping(ask) else 18] ^= 4
        return [pong(wrong)] if is_ping(ask) else [auth(wrong)]

    def sooner(ask):
        return [suites(ask[:14] + b"\x20\x18\xc8\x81" + ask[18:19]
                       + b"\x54\x0e\0\x80\0", STRONG)] \
            if is_auth(ask) else []

    net.peer(1, other)
    net.peer(2, sooner)
    net.peer(3, lambda ask: [ask])
    assert net.scan(rack()) == {}


def test_garbage_is_no_answer_and_stops_nobody(rack, net):
    def garbage(ask):
        right = pong(ask) if is_ping(ask) else auth(ask)
        cut = [right[:i] for i in range(len(right))]
        flipped = bytearray(right)
        flipped[-2] ^= 0xff
        return cut + [os.urandom(n) for n in (0, 1, 16, 600, 1400)] \
            + ([] if is_ping(ask) else [bytes(flipped)]) \
            + [right[:4] + bytes([6, 0]) + right[6:]]

    net.peer(1, garbage)
    net.peer(2, modern)
    rows = net.scan(rack())
    assert list(rows) == [2]


def test_a_flood_does_not_keep_the_scan_from_its_end(rack, net):
    net.peer(1, lambda ask: modern(ask) + modern(ask) * 500)
    net.peer(2, modern)
    start = time.monotonic()
    assert sorted(net.scan(rack())) == [1, 2]
    assert time.monotonic() - start < 15


# writing


def test_what_is_new_is_written_and_then_just_works(rack, net):
    net.sim(1)
    net.peer(5, modern)
    r = rack({"n7": "driver unmanaged; address 10.0.0.1 %s;" % net.at(5)},
             extra=LOGIN)
    s = r.ctl(*net.args("--write"))
    assert s.status == 0, s
    assert "1 added, 1 as they were, 0 failed" in s.err
    text = (r.hosts_d / (net.name(1) + ".conf")).read_text()
    assert re.search(r"driver +ipmi;", text) and net.at(1) in text
    assert re.search(r"ipmi +\{\s+port +%d;" % net.port, text), text
    assert os.listdir(r.hosts_d) == [net.name(1) + ".conf"]
    assert r.ctl("-t").status == 0

    s = r.ctl(*net.args("--write"))
    assert s.status == 0 and "0 added, 2 as they were, 0 failed" in s.err
    row, = r.json("power", "status", net.name(1))
    assert row["power"] == "on" and row["driver"] == "ipmi"


def test_a_name_that_is_taken_gets_a_number(rack, net):
    net.peer(2, modern)
    r = rack([net.name(2), net.name(2) + "-2"], extra=LOGIN)
    s = r.ctl(*net.args("--write", "--driver", "ipmi"))
    assert s.status == 0 and "1 added" in s.err, s
    text = (r.hosts_d / (net.name(2) + "-3.conf")).read_text()
    assert re.search(r"driver +ipmi;", text)


def test_a_driver_without_ipmi_gets_no_port_of_it(rack, net):
    net.peer(2, modern)
    r = rack()
    s = r.ctl(*net.args("--write", "--driver", "unmanaged"))
    assert s.status == 0 and "1 added" in s.err, s
    assert "port" not in (r.hosts_d / (net.name(2) + ".conf")).read_text()


def test_a_wrong_configuration_is_said_once_and_nothing_is_written(rack, net):
    for i in (2, 3, 4):
        net.peer(i, modern)

    r = rack()
    s = r.ctl(*net.args("--write"))
    assert s.status == 3, s
    assert s.err.count("no \"user\", which ipmi needs") == 1
    assert "nothing was written" in s.err and "2 more such errors" in s.err
    assert "0 added, 0 as they were, 3 failed" in s.err
    assert s.out.count("failed") == 3
    assert not r.hosts_d.exists()


def test_an_include_that_is_missing_is_said(rack, net):
    net.peer(2, modern)
    r = rack(extra=LOGIN)
    r.conf.write_text(re.sub("include .*", "", r.conf.read_text()))
    s = r.ctl(*net.args("--write"))
    assert s.status == 3, s
    lines = s.err.splitlines()
    assert "does not include" in lines[0]
    assert lines[1:] == [
        "bmcctl: nothing was written",
        'bmcctl: add "include %s/*.conf;" to %s' % (r.hosts_d, r.conf),
        "bmcctl: 0 added, 0 as they were, 1 failed"]


def test_a_disk_that_fails_midway_leaves_whole_files(rack, net):
    for i in (2, 3, 4):
        net.peer(i, modern)

    r = rack(extra=LOGIN)
    r.hosts_d.mkdir()
    (r.hosts_d / (net.name(3) + ".conf")).write_text("# mine\n")
    s = r.ctl(*net.args("--write"))
    assert s.status == 1, s
    assert "has no host \"%s\" in it" % net.name(3) in s.err
    assert "1 added, 0 as they were, 2 failed" in s.err
    assert [line.split()[-1] for line in s.out.splitlines()[1:]] \
        == ["added", "failed", "failed"]
    assert (r.hosts_d / (net.name(3) + ".conf")).read_text() == "# mine\n"
    assert sorted(os.listdir(r.hosts_d)) \
        == [net.name(2) + ".conf", net.name(3) + ".conf"]
    assert r.ctl("-t").status == 0


# words and ends


@pytest.mark.parametrize("argv, says", [
    ([], "or --leases FILE"),
    (["10.0.0.0/24", "--leases", "/x"], "not both"),
    (["10.0.0.0/24", "--cidr", "10.0.0.0/8"], "--cidr goes with --leases"),
    (["10.0.0.0/24", "--ignore-mac", "*"], "--ignore-mac goes with"),
    (["--leases", "/x", "--rate", "0"], "from 1 to 10000"),
    (["--leases", "/x", "--all"], "--all goes with --write only"),
    (["10.0.0.0/24", "--watch"], "--watch goes with --leases"),
    (["10.0.0.0/24", "--all", "--write"], "--all goes with --leases"),
    (["10.0.0.0/24", "--redfish-port", "0"], "from 1 to 65535"),
    (["10.0.0"], "\"10.0.0\" is no network"),
    (["10.0.0.0/15"], "10.0.0.0/15 has more than 65536 addresses; the "
     "largest network that is asked is a /16"),
    (["fd00::1/64"], "the largest network that is asked is a /112"),
    (["10.0.0.0/24", "--port", "65536"], "from 1 to 65535"),
    (["10.0.0.0/24", "--rate", "0"], "from 1 to 10000"),
    (["10.0.0.0/24", "--rate", "9x"], "\"9x\" is not a number"),
    (["10.0.0.0/24", "--driver", "a\nb"], "control character")])
def test_wrong_words_are_usage_errors(rack, argv, says):
    s = rack().ctl("discover", *argv)
    assert s.status == 2, s
    assert says in s.err and s.out == ""


def test_what_cannot_be_sent_is_said(rack):
    s = rack().ctl("discover", "255.255.255.255")
    assert s.status == 1, s
    assert "1 of 1 addresses could not be asked: Permission denied" in s.err


def test_a_terminal_sees_how_far_it_is_and_may_end_it(rack, net):
    net.peer(2, modern)
    r = rack(extra=LOGIN)
    t = r.terminal(*net.args("--write", "--rate", "4"))
    t.expect(r"\[#+ *\] [1-9]\d*/14")
    t.process.send_signal(signal.SIGINT)
    assert t.wait() == 130
    shown = re.sub(r"\r[^\n]*\x1b\[K", "", t.text)
    assert re.search(r"%s +2\.0 .* new" % re.escape(net.at(2)), shown), shown
    assert re.search(r"interrupted when \d+ of 14 addresses were done; "
                     "nothing was written", shown)
    assert not r.hosts_d.exists()


# what auto makes of it


def test_auto_is_ipmi_when_that_answers(rack, net):
    bmc = net.sim(1)
    r = rack({"n1": "driver auto; address %s; user admin; password secret;"
              "ipmi { port %d; }" % (bmc.address, bmc.port)})
    assert r.json("power", "status", "n1")[0]["driver"] == "ipmi"
    assert r.json("describe", "n1")[0]["protocol"] == "ipmi"
    assert r.ctl("power", "force-off", "n1", "--verify").status == 0
    assert bmc.asked() == ["power 0"]
    bmc.kill()
    s = r.ctl("power", "on", "n1", "--timeout", "2s")
    assert s.status == 1 and "ipmi" in s.err, s
    assert r.json("ls", "n1")[0]["driver"] == "ipmi"
