"""An event log that takes longer to read than anybody waits for."""

import time

from hammers import Hammer
from ipmi_rich import bmc, find   # noqa: F401
from ipmi_rig import proxy   # noqa: F401

COMMAND = 0xc0


def test_a_slow_log_is_read_in_several_goes(rack, bmc, proxy):   # noqa: F811
    slow = proxy(bmc)
    r = rack({"n1": slow.host("cipher 3;", "timeout 1200ms;")})

    def later(datagram):
        time.sleep(0.004)
        return [datagram]

    slow.down = later
    there = int(bmc.tool("sel", "info").split("Entries")[1].split()[1])
    assert there > 700

    # one process all the time, as doors are: 700 x 4 ms are more than 1.2 s

    p = Hammer(r, "stay").opened()
    goes = []

    while not goes or goes[-1]["rc"] != "ok":
        assert len(goes) < 20, goes
        goes.append(p.do("n1", "log.read", "+fresh"))

        # who reads a long log does not make a BMC unreachable for others

        assert p.do("n1", "power.status", "+fresh")["rc"] == "ok"

    assert len(goes) > 2
    assert {t["rc"] for t in goes[:-1]} == {"busy"}, goes
    asked = len(slow.kinds(COMMAND))
    assert there < asked < there + 300

    # all of it is known: only what is new is asked for

    assert p.do("n1", "log.read", "+fresh")["rc"] == "ok"
    assert len(slow.kinds(COMMAND)) - asked < 10

    # … and another process is given the same by this one

    entries = find(r.json("log", "n1"), "entries")
    assert len(entries) == there
    assert [e["id"] for e in entries] == list(range(1, there + 1))
    p.write("close")
    p.finish()
