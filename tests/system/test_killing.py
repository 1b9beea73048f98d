"""Whoever holds a BMC's session may be killed or stopped at any moment."""

import concurrent.futures
import os
import random
import signal
import time

import pytest

import hammers
from hammers import Hammer, NOT_SENT, marked

KILLS = 200
RACKS = 4
HOSTS = ("n1", "n2", "n3")

# other moments to kill at

SEED = int(os.environ.get("BMC_SEED", "1"))

# what the trail says last of a change that has come to its end

SETTLED = {"outcome", "lost", "verified", "unverified", "late"}


class Chain:
    """
    A process holds the BMCs' sessions, a second asks it for more; the first
    is killed, the second takes over, a third asks, and so on.
    """

    def __init__(self, rack, seed):
        self.rack = rack
        self.random = random.Random(seed)
        self.changes = []            # (process, request, host, mark)
        self.seconds = dict.fromkeys(HOSTS, 0)
        self.count = 0
        self.all = []
        self.slowest = 0

    def start(self):
        words = ["stay", "jobs=16", "wait=1000"]

        if self.random.random() < 0.3:
            words.append("poll")

        p = Hammer(self.rack, *words)
        self.all.append(p)
        return p

    def change(self, p, host):
        self.count += 1
        mark = "%06x" % self.count
        self.changes.append((p, p.ask(host, *marked(mark)), host, mark))

    def verified(self, p, host):
        self.seconds[host] += 1
        s = self.seconds[host]
        self.changes.append((p, p.ask(host, "identify.set", "state=on",
                                      "seconds=%d" % s, "+verify=2000"),
                             host, "seconds=%d" % s))

    def something(self, p):
        host = self.random.choice(HOSTS)
        what = self.random.random()

        if what < 0.5:
            self.change(p, host)

        elif what < 0.7 and self.seconds[host] < 250:
            self.verified(p, host)

        else:
            p.ask(host, "power.status", "+fresh")

    def probe(self, p, before):
        """the next request after a kill"""

        numbers = [p.ask(host, "power.status", "+fresh") for host in HOSTS]

        for n in numbers:
            t = p.result(n)
            took = time.monotonic() - before
            assert t["rc"] == "ok", t
            assert took < 2, (took, t)
            self.slowest = max(self.slowest, took)

    def kill(self, holder, asker):
        for _ in range(self.random.randrange(2, 7)):
            self.something(self.random.choice((holder, asker, asker)))
            time.sleep(self.random.random() * 0.01)

        if self.random.random() < 0.15:
            holder.write("close")

        time.sleep(self.random.random() * 0.12)
        holder.process.kill()
        before = time.monotonic()
        holder.process.wait()
        self.probe(asker, before)
        holder.kill()

    def run(self, kills):
        holder = self.start().opened()
        asker = self.start().opened()

        for host in HOSTS:
            assert holder.do(host, "power.status", "+fresh")["rc"] == "ok"

        for _ in range(kills):
            later = self.start()
            self.kill(holder, asker)
            holder, asker = asker, later.opened()

        for p in (holder, asker):
            p.write("close")
            p.drain()
            assert p.process.wait(20) == 0
            p.kill()

    # what became of it all

    def executed(self):
        counts = {}

        for host in HOSTS:
            for change in hammers.machine(self.rack, host)["list"]:
                tag = change["tag"]
                mark = (tag.split("data=")[1] if "data=" in tag
                        else tag.split(" ")[1])
                counts[host, mark] = counts.get((host, mark), 0) + 1

        return counts

    def check_told(self, counts):
        for p, n, host, mark in self.changes:
            ran = counts.get((host, mark), 0)
            told = [t for t in p.told if t["n"] == n]
            assert ran <= 1, (host, mark, ran)
            assert len(told) <= 1, told

            if not told:
                continue

            t = told[0]

            if t["accepted"]:
                assert ran == 1, t

            elif t["rc"] in NOT_SENT:
                assert ran == 0, t

            else:
                assert t["rc"] == "unknown", t

    def check_trail(self, counts):
        hammers.whole(self.rack)
        ops = hammers.history(self.rack)
        asked = [lines for lines in ops.values()
                 if lines[0]["event"] == "asked"]
        assert len(asked) == len(ops)

        for host, mark in counts:
            assert any(lines[0]["host"] == host
                       and mark in lines[0]["args"].replace("data=", "")
                       for lines in asked), (host, mark)

        for lines in asked:
            assert lines[-1]["event"] in SETTLED, lines

        for p in self.all:
            for t in p.told:
                assert not t["op"] or t["op"] in ops, t

        return ops

    def check_operations(self, counts, ops):
        for op in self.rack.json("operations"):
            assert op["state"] not in ("asked", "sent"), op

            args = ops[op["id"]][0]["args"]
            mark = (args.split("data=")[1] if "data=" in args
                    else args.split(" ")[1])
            ran = counts.get((op["host"], mark), 0)

            if op["state"] in ("accepted", "verified", "unverified"):
                assert ran == 1, op

            elif op["state"] in ("failed", "cancelled"):
                assert ran == 0, op

            else:
                assert op["state"] == "unknown", op


def test_two_hundred_kills(rack):
    chains = []

    for i in range(RACKS):
        chains.append(Chain(rack(hosts={
            host: "timeout 4s; poll 1s; sim { latency %dms; sessions 8; "
                  "session_timeout 100ms; }" % ms
            for host, ms in zip(HOSTS, (20, 50, 100))}), RACKS * SEED + i))

    with concurrent.futures.ThreadPoolExecutor(RACKS) as pool:
        for f in [pool.submit(c.run, KILLS // RACKS) for c in chains]:
            f.result()

    for c in chains:
        assert c.rack.ctl("power", "status", "--fresh", "*").status == 0

        counts = c.executed()
        c.check_told(counts)
        c.check_operations(counts, c.check_trail(counts))

        # the dead leave nothing behind that grows

        assert len(hammers.sockets(c.rack)) <= 1

    # each kind of thing has happened

    told = [t["rc"] for c in chains for p in c.all for t in p.told]
    assert told.count("ok") > KILLS
    assert "unknown" in told


@pytest.fixture
def stopped(rack):
    """n1 and n2 are held by a process that has been stopped"""

    r = rack(hosts={"n1": "timeout 700ms;", "n2": "timeout 700ms;",
                    "n3": "timeout 4s;"})
    holder = Hammer(r, "stay").opened()

    for host in ("n1", "n2"):
        assert holder.do(host, "power.status", "+fresh")["rc"] == "ok"

    asker = Hammer(r, "stay", "jobs=8").opened()
    assert asker.do("n1", "power.status", "+fresh")["rc"] == "ok"

    os.kill(holder.pid, signal.SIGSTOP)
    yield r, holder, asker
    os.kill(holder.pid, signal.SIGCONT)


def names(t, holder):
    return "process %d" % holder.pid in t["text"]


def test_a_read_through_a_stopped_process_times_out_and_names_it(stopped):
    r, holder, asker = stopped
    t = asker.do("n1", "power.status", "+fresh")

    assert t["rc"] == "timeout"
    assert names(t, holder), t
    assert t["ms"] < 2000

    said = r.ctl("power", "status", "--fresh", "n1")
    assert said.status == 1
    assert "process %d" % holder.pid in said.err, said

    # what the board knows is told all the same

    assert asker.do("n1", "power.status")["rc"] == "ok"


def test_a_change_through_a_stopped_process_is_never_sent(stopped):
    r, holder, asker = stopped
    t = asker.do("n1", *marked("0a"))

    assert t["rc"] == "timeout"
    assert names(t, holder) and "nothing was sent" in t["text"], t
    assert t["ms"] < 2000

    op = [o for o in r.json("operations") if o["id"] == t["op"]][0]
    assert op["state"] == "cancelled"

    # not even when it wakes up and finds the request

    os.kill(holder.pid, signal.SIGCONT)
    assert asker.do("n1", *marked("0b"))["rc"] == "ok"
    assert hammers.marks(r, "n1") == {"0b": 1}

    events = [line["event"] for line in hammers.history(r)[t["op"]]]
    assert events == ["asked", "outcome"]
    hammers.whole(r)


def test_a_stopped_process_does_not_delay_other_hosts(stopped):
    r, holder, asker = stopped
    late = [asker.ask(h, "power.status", "+fresh") for h in ("n1", "n2")]

    for i in range(5):
        t = asker.do("n3", "power.status", "+fresh")
        assert t["rc"] == "ok" and t["ms"] < 300, t

    assert asker.do("n3", *marked("01"))["rc"] == "ok"
    assert [asker.result(n)["rc"] for n in late] == ["timeout"] * 2


def test_a_change_on_its_way_when_the_process_stops_is_unknown(rack):
    r = rack(hosts={"n1": "timeout 700ms; sim { latency 400ms; login 1ms; }"})
    holder = Hammer(r, "stay").opened()
    assert holder.do("n1", "identify.get", "+fresh")["rc"] == "ok"

    asker = Hammer(r, "stay").opened()
    n = asker.ask("n1", *marked("0c"))
    end = time.monotonic() + 5

    while hammers.marks(r, "n1") != {"0c": 1} and time.monotonic() < end:
        time.sleep(0.01)

    os.kill(holder.pid, signal.SIGSTOP)
    t = asker.result(n)
    assert t["rc"] == "unknown" and not t["accepted"], t
    assert names(t, holder), t

    # it was carried out; the one that is stopped can tell so later

    os.kill(holder.pid, signal.SIGCONT)
    assert holder.do("n1", "power.status", "+fresh")["rc"] == "ok"
    assert hammers.marks(r, "n1") == {"0c": 1}

    op = [o for o in r.json("operations") if o["id"] == t["op"]][0]
    assert op["state"] in ("unknown", "accepted"), op
    hammers.whole(r)


def test_what_a_killed_process_was_asked_goes_on_elsewhere(rack):
    """asked, but not sent: another process does it, once"""

    r = rack(hosts={"n1": "timeout 5s; sim { latency 300ms; login 1ms; "
                          "session_timeout 100ms; }"})
    holder = Hammer(r, "stay").opened()
    holder.do("n1", "identify.get", "+fresh")
    asker = Hammer(r, "stay", "jobs=4").opened()

    first = asker.ask("n1", *marked("01"))
    rest = [asker.ask("n1", *marked("0%d" % i)) for i in (2, 3)]
    end = time.monotonic() + 5

    while not hammers.marks(r, "n1") and time.monotonic() < end:
        time.sleep(0.01)

    holder.kill()
    assert asker.result(first)["rc"] == "unknown"
    assert [asker.result(n)["rc"] for n in rest] == ["ok", "ok"]
    assert hammers.marks(r, "n1") == {"01": 1, "02": 1, "03": 1}


def test_what_a_killed_process_had_not_sent_is_cancelled(rack):
    """its own changes die with it, and the trail says so"""

    r = rack(hosts={"n1": "timeout 5s; sim { latency 300ms; login 1ms; }"})
    holder = Hammer(r, "stay", "jobs=4").opened()
    holder.do("n1", "identify.get", "+fresh")

    for mark in ("01", "02"):
        holder.ask("n1", *marked(mark))

    end = time.monotonic() + 5

    while not hammers.marks(r, "n1") and time.monotonic() < end:
        time.sleep(0.01)

    holder.kill()
    assert len(hammers.sockets(r)) == 1

    states = {o["id"]: o["state"] for o in r.json("operations")}
    history = hammers.history(r)
    assert sorted(states.values()) == ["cancelled", "unknown"]
    assert hammers.marks(r, "n1") == {"01": 1}

    for op, state in states.items():
        last = history[op][-1]
        assert last["event"] == "lost"
        assert ("nothing was sent" in last["text"]) == (state == "cancelled")

    assert hammers.sockets(r) == []


def test_sockets_of_the_dead_are_swept_away(rack):
    """also one that no board knows, as of a master killed with its workers"""

    r = rack(hosts=1)
    Hammer(r, "stay").opened().kill()
    (left,) = hammers.sockets(r)

    unknown = r.dir / "run/peer" / ("0" * 32)
    os.rename(r.dir / "run/peer" / left, unknown)
    young = time.time()
    assert r.ctl("power", "status", "n1").status == 0
    assert hammers.sockets(r) == [unknown.name]

    os.utime(unknown, (young - 60, young - 60))
    assert r.ctl("power", "status", "n1").status == 0
    assert hammers.sockets(r) == []
