"""bmcctl and its fellows at a BMC that speaks Redfish: logins and sessions,
power, tasks, and changes that are sent no more often than they may be."""

import threading

import pytest

from hammers import Hammer
from redfish_bmcs_rig import bmcs, until  # noqa

V1 = "/redfish/v1"
SYSTEM = V1 + "/Systems/1"
RESET = SYSTEM + "/Actions/ComputerSystem.Reset"
TASK = V1 + "/TaskService/Tasks/1"
MONITOR = V1 + "/TaskService/TaskMonitors/1"


@pytest.fixture
def one(rack, bmcs):  # noqa
    """a host, and its BMC"""

    bmc = bmcs.add()
    r = rack({"n1": bmc.host()})
    return r, bmc


# power

def test_power_is_read_and_changed_and_nothing_is_left_behind(one):
    r, bmc = one
    row, = r.json("power", "status", "n1", "--fresh")
    assert (row["power"], row["driver"]) == ("on", "redfish")

    s = r.ctl("power", "force-off", "n1", "--verify=20s")
    assert s.status == 0 and "verified" in s.out, s
    assert r.json("power", "status", "n1", "--fresh")[0]["power"] == "off"
    assert bmc.sent() == [("POST", RESET, {"ResetType": "ForceOff"})]

    # each of the commands had a session, and has ended it

    assert len(bmc.logins()) == 3
    assert bmc.sessions()["live"] == 0


def test_who_it_is_follows_from_reading_its_power(one):
    r, bmc = one
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    row, = r.json("describe", "n1")
    assert row["vendor"] == "Contoso"
    assert row["board"]["product_name"] == "X1"
    assert row["bmc"]["version"] == "9.0"


def test_what_is_not_offered_is_said_with_what_is(rack, bmcs):  # noqa
    bmc = bmcs.add(words={"resets": ["On", "ForceRestart"]})
    r = rack({"n1": bmc.host()})
    s = r.ctl("power", "nmi", "n1")
    assert s.status == 1
    assert "cannot be sent an NMI; it offers On, ForceRestart" in s.err, s

    # the nearest to a cycle is done, and said to be that

    row, = r.json("power", "cycle", "n1")
    assert row["note"] == ("done by ForceRestart: the BMC offers no "
                           "PowerCycle")
    assert [q[2] for q in bmc.sent()] == [{"ResetType": "ForceRestart"}]


# logins

def test_a_refused_login_is_asked_once(one):
    r, bmc = one
    bmc.password(user="admin", password="another")

    for _ in range(3):
        s = r.ctl("power", "status", "n1", "--fresh")
        assert s.status == 1
        assert ('127.0.0.1:%d refused user "admin" (Redfish: There is no '
                "valid session" % bmc.port) in s.err, s
        assert s.err.count("n1: ") == 1, s

    assert r.ctl("power", "on", "n1").status == 1
    assert len(bmc.logins()) == 1

    # … until an operator says so

    bmc.password(user="admin", password="secret")
    assert r.ctl("retry", "n1").status == 0
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    assert len(bmc.logins()) == 2


def test_a_missing_user_is_said_before_anything_is_asked(rack, bmcs):  # noqa
    bmc = bmcs.add()
    r = rack({"n1": bmc.host().replace("user admin;", "")})
    s = r.ctl("power", "status", "n1")
    assert s.status == 3
    assert 'host "n1" has no "user", which redfish needs' in s.err, s
    assert bmc.requests() == []

    r.conf.write_text(r.conf.read_text().replace(
        "redfish {", "redfish { user admin; password secret;").replace(
        "; password secret; timeout", "; timeout"))
    assert r.ctl("power", "status", "n1", "--fresh").status == 0


def test_many_processes_share_one_session(one):
    r, bmc = one
    holder = Hammer(r, "jobs=4").opened()
    assert holder.do("n1", "power.status", "+fresh")["rc"] == "ok"

    for _ in range(4):
        assert r.ctl("power", "status", "n1", "--fresh").status == 0
        assert r.ctl("boot", "n1", "--fresh").status == 0
        assert r.ctl("identify", "on", "n1").status == 0

    assert len(bmc.logins()) == 1
    assert bmc.sessions()["live"] == 1

    holder.finish()
    assert bmc.sessions()["live"] == 0


def test_a_bmc_that_was_restarted_is_logged_in_to_anew(one):
    r, bmc = one
    holder = Hammer(r, "jobs=4").opened()
    assert holder.do("n1", "power.status", "+fresh")["rc"] == "ok"

    bmc.forget_sessions()
    assert holder.do("n1", "power.status", "+fresh")["rc"] == "ok"
    assert len(bmc.logins()) == 2

    # a change finds out as well, and is made once

    bmc.forget_sessions()
    assert holder.do("n1", "power.force-off")["rc"] == "ok"
    assert len(bmc.logins()) == 3
    assert [q[0] for q in bmc.sent()] == ["POST"]
    until(lambda: not bmc.machine()["on"])

    holder.finish()
    assert bmc.sessions()["live"] == 0


def test_a_full_table_of_sessions_is_waited_for(one):
    r, bmc = one
    bmc.fill_sessions()
    others = threading.Timer(1, bmc.forget_sessions)
    others.start()
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    assert 2 < len(bmc.logins()) < 8
    others.join()

    bmc.fill_sessions()
    s = r.ctl("power", "status", "n1", "--fresh", "--timeout", "1s")
    assert s.status == 1 and "sessions exceeding the limit" in s.err, s


def test_a_bmc_without_sessions_is_asked_by_basic(rack, bmcs):  # noqa
    bmc = bmcs.add(faults=["login-basic"],
                   words={"full": [405, "ActionNotSupported", "login"]})
    r = rack({"n1": bmc.host()})
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    assert bmc.requests()[-1]["headers"]["authorization"].startswith("Basic ")


# changes

def test_a_change_without_an_answer_is_unknown_and_sent_once(one):
    r, bmc = one
    bmc.script(rule={"path": RESET, "close": True})
    s = r.ctl("power", "reset", "n1")
    assert s.status == 1
    assert "unknown whether it happened" in s.err, s
    assert len(bmc.sent()) == 1
    assert r.json("operations")[0]["state"] == "unknown"


def test_a_dead_bmc_is_unreachable_and_nothing_was_sent(rack, bmcs):  # noqa
    bmc = bmcs.add()
    r = rack({"n1": bmc.host().replace("port %d" % bmc.port, "port 1")})
    s = r.ctl("power", "reset", "n1")
    assert s.status == 1 and "127.0.0.1" in s.err, s
    assert "unknown whether" not in s.err, s
    assert r.json("operations")[0]["error"] == "unreachable"


def task(bmc, *states):
    """Reset begins a task, and each look at it finds the next state"""

    bmc.script(rule={
        "path": RESET, "status": 202,
        "headers": {"Location": bmc.url + MONITOR},
        "body": {"@odata.id": TASK, "TaskState": "New"}})

    for i, state in enumerate(states, 1):
        bmc.script(rule={
            "path": MONITOR, "times": 1 if i < len(states) else None,
            "status": 202 if state == "Running" else 200,
            "body": {"TaskState": state, "Messages": [
                {"MessageId": "Fan.1.0", "Message": "A fan is gone."}]}})


def test_a_task_is_followed_to_its_end(one):
    r, bmc = one
    task(bmc, "Running", "Running", "Completed")
    s = r.ctl("power", "reset", "n1")
    assert s.status == 0, s
    assert bmc.asked().count(("GET", MONITOR)) == 3
    assert len(bmc.sent()) == 1


def test_a_task_that_fails_is_told_in_its_words(one):
    r, bmc = one
    task(bmc, "Running", "Exception")
    s = r.ctl("power", "reset", "n1")
    assert s.status == 1
    assert "ended its task as Exception: A fan is gone." in s.err, s
    assert r.json("operations")[0]["state"] == "failed"
    assert len(bmc.sent()) == 1


def test_a_task_that_goes_on_was_accepted(one):
    r, bmc = one
    task(bmc, "Running")
    row, = r.json("power", "reset", "n1", "--timeout", "2s")
    assert row["accepted"] is True
    assert row["task"] == MONITOR
    assert len(bmc.sent()) == 1


# which system

def test_one_of_several_systems_has_to_be_named(rack, bmcs):  # noqa
    blade = V1 + "/Systems/blade2"
    bmc = bmcs.add(words={"systems": ["1", "blade2"]})
    bmc.put(path=blade, words={"Name": "web02"})
    bmc.power(on=False, system=blade)

    r = rack({"n1": bmc.host()})
    s = r.ctl("power", "status", "n1", "--fresh")
    assert s.status != 0
    assert 'say which with "system ID;" in redfish{}, one of 1, blade2' \
        in s.err, s

    for name, power in (("blade2", "off"), ("web02", "off"), ("1", "on")):
        r = rack({"n1": bmc.host().replace("redfish {",
                                           "redfish { system %s;" % name)})
        assert r.json("power", "status", "n1", "--fresh")[0]["power"] == power

    r = rack({"n1": bmc.host().replace("redfish {",
                                       "redfish { system blade9;")})
    s = r.ctl("power", "on", "n1")
    assert s.status != 0
    assert 'has no system "blade9"; it has 1, blade2' in s.err, s
    assert bmc.sent() == []
