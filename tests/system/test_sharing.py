"""Many processes, one session a BMC, each change carried out once."""

import time

import hammers
from hammers import Hammer, marked, marks

HOSTS = 20
PROCESSES = 4
ROUNDS = 40                      # the BMC remembers 256 changes
READS = ("power.status +fresh", "sensors.read", "identify.get", "boot.get")

# what ends a change well

FINE = {"ok", "unverified"}


def hammered(rack, hammer, number, changes):
    """each host is read twice and changed once, and that several times"""

    asked = {}

    for i in range(changes):
        for h in range(1, HOSTS + 1):
            host = "n%d" % h
            mark = "%02x%02x%04x" % (number, h, i)
            read = READS[(i + h) % len(READS)]

            hammer.ask(host, read)
            n = hammer.ask(host, *marked(mark))
            hammer.ask(host, read)
            asked[n] = (host, mark)

    return asked


def test_four_processes_share_twenty_bmcs(rack):
    r = rack(hosts={"n%d" % i: "timeout 30s; sim { latency 2ms; }"
                    for i in range(1, HOSTS + 1)})

    began = time.monotonic()
    procs = [Hammer(r, "jobs=40", *(["poll"] if i % 2 else []))
             for i in range(PROCESSES)]

    for p in procs:
        p.opened()

    asked = [hammered(r, p, i, ROUNDS) for i, p in enumerate(procs)]
    told = [p.finish() for p in procs]

    assert time.monotonic() - began < 40

    # nobody was told of an error, for there was none

    for lines in told:
        assert {t["rc"] for t in lines} <= FINE, \
            [t for t in lines if t["rc"] not in FINE]

    # one session at a time, and each change once, where it was meant

    want = {"n%d" % i: {} for i in range(1, HOSTS + 1)}

    for changes in asked:
        for host, mark in changes.values():
            want[host][mark] = 1

    for host in want:
        saw = hammers.machine(r, host)
        assert saw["sessions_live_max"] == 1, (host, saw)
        assert saw["sessions_live"] == 0, (host, saw)
        assert marks(r, host) == want[host]

    # who asked was told of the operation that the audit knows

    hammers.whole(r)
    history = hammers.history(r)

    for lines, changes in zip(told, asked):
        for t in lines:
            if t["n"] not in changes:
                assert t["op"] == 0
                continue

            host, mark = changes[t["n"]]
            assert t["accepted"]
            events = [e["event"] for e in history[t["op"]]]
            assert events == ["asked", "outcome"], history[t["op"]]
            assert history[t["op"]][0]["host"] == host
            assert mark in history[t["op"]][0]["args"]

    assert hammers.sockets(r) == []


def test_one_queue_a_bmc_whoever_asks(rack):
    """changes to one BMC, from four processes at once, do not overlap"""

    r = rack(hosts={"n1": "timeout 30s; sim { latency 20ms; }"})
    procs = [Hammer(r, "jobs=8").opened() for _ in range(PROCESSES)]

    began = time.monotonic()

    for i, p in enumerate(procs):
        for k in range(8):
            p.ask("n1", *marked("%02x%02x" % (i, k)))

    told = [t for p in procs for t in p.finish()]

    assert [t["rc"] for t in told] == ["ok"] * 32
    assert len(marks(r, "n1")) == 32

    # 32 answers of 20 ms, one after the other

    assert time.monotonic() - began >= 32 * 0.02
    assert hammers.machine(r, "n1")["sessions_live_max"] == 1


def test_a_host_that_was_let_go_is_taken_by_the_next(rack):
    """leases move from process to process, and sessions with them"""

    r = rack(hosts=3)

    for i in range(6):
        p = Hammer(r).opened()
        assert p.do("n1", *marked("%02x" % i))["rc"] == "ok"
        assert p.do("n2", "power.status", "+fresh")["rc"] == "ok"
        p.finish()

    saw = hammers.machine(r, "n1")
    assert saw["sessions_live_max"] == 1
    assert saw["sessions"] == 0
    assert saw["logins"] == 6


def test_pollers_divide_the_hosts_among_them(rack):
    r = rack(hosts={"n%d" % i: "poll 1s;" for i in range(1, 13)})
    a = Hammer(r, "poll", "stay").opened()
    b = Hammer(r, "poll", "stay").opened()
    hosts = ["n%d" % i for i in range(1, 13)]

    def owners():
        return [pid for host in hosts
                for pid in hammers.holders(r, host)]

    end = time.monotonic() + 20

    while time.monotonic() < end:
        held = {p.pid: 0 for p in (a, b)}

        for pid in owners():
            held[pid] = held.get(pid, 0) + 1

        if held == {a.pid: 6, b.pid: 6}:
            break

        time.sleep(0.3)

    assert held == {a.pid: 6, b.pid: 6}

    # and the one takes all when the other has gone

    b.write("close")
    b.drain()
    assert b.process.wait(10) == 0
    end = time.monotonic() + 10

    while time.monotonic() < end and owners() != [a.pid] * 12:
        time.sleep(0.3)

    assert owners() == [a.pid] * 12

    for host in hosts:
        assert hammers.machine(r, host)["sessions_live_max"] == 1
