"""What a Redfish BMC's answers lead to, where that is not simple: changes
that are several requests, and what is true in between."""

import pytest

from ipmi_rig import sim  # noqa: F401
from redfish_bmcs_rig import bmcs  # noqa: F401

CLEAR = "*/LogService.ClearLog"


@pytest.mark.parametrize("wrong, says", [
    ({"status": 503}, "1 of 2 logs cleared (SEL), but not Event: "),
    ({"close": True}, "1 of 2 logs cleared (SEL), but not Event: "),
    ({"status": 404}, "1 of 2 logs cleared (SEL), but not Event: "),
])
def test_a_log_that_fails_says_which_were_cleared_before(rack, bmcs,  # noqa
                                                         wrong, says):
    bmc = bmcs.add()
    bmc.script(rule=dict(wrong, method="POST", path=CLEAR, skip=1))
    r = rack({"n1": bmc.host()})
    s = r.ctl("log", "clear", "n1")
    assert s.status == 1 and says in s.err, s
    assert len(bmc.sent()) == 2
    assert bmc.get(path=bmc.system + "/LogServices/SEL/Entries")[
        "Members"] == []


def test_a_log_that_fails_first_says_only_that(rack, bmcs):  # noqa: F811
    bmc = bmcs.add()
    bmc.script(rule={"method": "POST", "path": CLEAR, "status": 500})
    s = rack({"n1": bmc.host()}).ctl("log", "clear", "n1")
    assert s.status == 1 and "cleared" not in s.err, s
    assert len(bmc.sent()) == 1


def test_the_log_of_a_bmc_without_a_chassis_is_cleared(rack, bmcs):  # noqa
    bmc = bmcs.add()
    bmc.remove(path=bmc.system, key="Links")
    bmc.put(path="/redfish/v1/Chassis", words={"Members": []})
    s = rack({"n1": bmc.host()}).ctl("log", "clear", "n1")
    assert s.status == 0, s


def test_a_boot_order_is_verified_by_the_order(rack, bmcs):  # noqa: F811
    r = rack({"n1": bmcs.add("idrac8").host()})

    for device in ("disk", "pxe"):
        s = r.ctl("boot", "set", device, "n1", "--persistent",
                  "--verify=10s")
        assert s.status == 0 and "verified" in s.out, s

    s = r.ctl("boot", "set", "none", "n1", "--verify=10s")
    assert s.status == 0, s


def test_a_slow_login_is_not_silence(rack, bmcs, sim):  # noqa: F811
    bmc, ipmi = bmcs.add(), sim()
    bmc.script(rule={"method": "POST", "path": "*/Sessions", "latency": 2.8,
                     "times": 1, "done": True})
    r = rack({"n1": "driver redfish ipmi; address 127.0.0.1; user admin; "
              "password secret; timeout 4s; ipmi { port %d; } "
              "redfish { tls none; port %d; }" % (ipmi.port, bmc.port)})
    row, = r.json("power", "status", "n1")
    assert row["driver"] == "redfish", row
    assert len(bmc.logins()) == 1


def test_a_login_that_is_never_answered_is_the_others_turn(  # noqa: F811
        rack, bmcs, sim):
    bmc, ipmi = bmcs.add(), sim()
    bmc.script(rule={"method": "POST", "path": "*/Sessions",
                     "silence": True})
    r = rack({"n1": "driver redfish ipmi; address 127.0.0.1; user admin; "
              "password secret; timeout 8s; ipmi { port %d; } "
              "redfish { tls none; port %d; }" % (ipmi.port, bmc.port)})
    row, = r.json("power", "status", "n1")
    assert row["driver"] == "ipmi", row
