"""What killed processes leave at a Redfish BMC, and who clears it away."""

import random
import time

from hammers import Hammer
from redfish_bmcs_rig import bmcs, until   # noqa: F401

ROUNDS, EACH = 100, 100

WORK = (("power.status", "+fresh"), ("identify.set", "state=on"),
        ("power.status", "+fresh"), ("identify.set", "state=off"))


def sessions(bmc):
    return bmc.counts()["sessions"]


def kill_after(h, asked, seconds):
    """kill -9 once so many are answered, and a little later"""

    end = time.monotonic() + 20

    while len(h.told) < asked:
        line = h.line(max(0, end - time.monotonic()))
        assert line is not None, h.err.read_text()
        h.take(line)

    time.sleep(seconds)
    h.kill()


def test_ten_thousand_operations_and_a_hundred_kills_leave_one_session(
        rack, bmcs):   # noqa: F811
    bmc = bmcs.add()
    bmc.record(on=False)
    r = rack({"n1": bmc.host()})
    dice = random.Random(5)
    told = 0

    for i in range(ROUNDS):
        h = Hammer(r).opened()

        for n in range(EACH):
            h.ask("n1", *WORK[n % len(WORK)])

        # before, in and after the login; and in the middle of the others

        kill_after(h, dice.choice((0, 0, 1, EACH // 2, EACH)),
                   dice.random() * 0.01)
        told += len(h.told)

    assert told > ROUNDS * EACH // 4
    h = Hammer(r).opened()

    for n in range(ROUNDS * EACH - told):
        h.do("n1", "power.status", "+fresh")

    assert sessions(bmc)["live"] == 1
    assert sessions(bmc)["highest"] <= 4
    h.finish()
    until(lambda: sessions(bmc)["live"] == 0)


def test_a_bmc_with_one_slot_is_not_lost_with_the_process(
        rack, bmcs):   # noqa: F811
    bmc = bmcs.add(words={"sessions": 1})
    r = rack({"n1": bmc.host()})

    for n in range(3):
        h = Hammer(r).opened()
        assert h.do("n1", "power.status", "+fresh")["rc"] == "ok"
        h.kill()
        assert sessions(bmc)["live"] == 1

    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    assert sessions(bmc)["live"] == 0


def test_a_number_that_is_somebody_elses_by_now_is_left_alone(
        rack, bmcs):   # noqa: F811
    bmc = bmcs.add()
    r = rack({"n1": bmc.host()})
    h = Hammer(r).opened()
    h.do("n1", "power.status", "+fresh")
    h.kill()

    # the BMC starts anew, and so do its numbers

    bmc.forget_sessions(number=0)
    bmc.fill_sessions(free=1)
    before = sessions(bmc)["live"]
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    assert sessions(bmc)["live"] == before
    assert [q["path"] for q in bmc.requests() if q["method"] == "GET"
            and q["path"].endswith("/Sessions/1")]
