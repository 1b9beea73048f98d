"""bmcctl and its fellows at a BMC that speaks Redfish: logins and sessions,
power, tasks, and changes that are sent no more often than they may be."""

import time

import pytest

import redfish_quirky
from hammers import Hammer
from redfish_quirky import MANAGER, MONITOR, SESSIONS, SYSTEM, TASK, V1
from redfish_rig import quirky  # noqa

RESET = SYSTEM + "/Actions/ComputerSystem.Reset"


@pytest.fixture
def one(rack, quirky):  # noqa
    """a host, and its BMC"""

    bmc = quirky()
    r = rack({"n1": bmc.host()})
    return r, bmc


def tried(bmc):
    """logins, refused ones too"""

    return [q for q in bmc.requests if q[:2] == ("POST", SESSIONS)]




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

    assert len(tried(bmc)) == 3
    assert bmc.sessions == {}


def test_who_it_is_follows_from_reading_its_power(one):
    r, bmc = one
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    row, = r.json("describe", "n1")
    assert row["vendor"] == "Contoso"
    assert row["board"]["product_name"] == "X1"
    assert row["bmc"]["version"] == "9.0"


def test_what_is_not_offered_is_said_with_what_is(one):
    r, bmc = one
    bmc.tree[SYSTEM]["Actions"]["#ComputerSystem.Reset"][
        "ResetType@Redfish.AllowableValues"] = ["On", "ForceRestart"]
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
    bmc.password = "another"

    for _ in range(3):
        s = r.ctl("power", "status", "n1", "--fresh")
        assert s.status == 1
        assert ('127.0.0.1:%d refused user "admin" (Redfish: wrong '
                "password)" % bmc.port) in s.err, s
        assert s.err.count("n1: ") == 1, s

    assert r.ctl("power", "on", "n1").status == 1
    assert len(tried(bmc)) == 1

    # … until an operator says so

    bmc.password = "secret"
    assert r.ctl("retry", "n1").status == 0
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    assert len(tried(bmc)) == 2


def test_a_missing_user_is_said_before_anything_is_asked(rack, quirky):  # noqa
    bmc = quirky()
    r = rack({"n1": bmc.host().replace("user admin;", "")})
    s = r.ctl("power", "status", "n1")
    assert s.status == 3
    assert 'host "n1" has no "user", which redfish needs' in s.err, s
    assert bmc.requests == []

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

    assert len(tried(bmc)) == 1
    assert len(bmc.sessions) == 1

    holder.finish()
    assert bmc.sessions == {}


def test_a_bmc_that_was_restarted_is_logged_in_to_anew(one):
    r, bmc = one
    holder = Hammer(r, "jobs=4").opened()
    assert holder.do("n1", "power.status", "+fresh")["rc"] == "ok"

    bmc.sessions.clear()
    assert holder.do("n1", "power.status", "+fresh")["rc"] == "ok"
    assert len(tried(bmc)) == 2

    # a change finds out as well, and is made once

    bmc.sessions.clear()
    assert holder.do("n1", "power.force-off")["rc"] == "ok"
    assert len(tried(bmc)) == 3
    assert [q[0] for q in bmc.sent()] == ["POST"]
    assert bmc.tree[SYSTEM]["PowerState"] == "Off"

    holder.finish()
    assert bmc.sessions == {}


def test_a_full_table_of_sessions_is_waited_for(one):
    r, bmc = one
    login, until = bmc.login, time.monotonic() + 1

    def full(body):
        if time.monotonic() < until:
            return redfish_quirky.wrong(
                "SessionLimitExceeded", "all slots are taken", 503) + ({},)

        return login(body)

    bmc.login = full
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    assert 2 < len(tried(bmc)) < 8

    until = time.monotonic() + 60
    s = r.ctl("power", "status", "n1", "--fresh", "--timeout", "1s")
    assert s.status == 1 and "all slots are taken" in s.err, s


def test_a_bmc_without_sessions_is_asked_by_basic(one):
    r, bmc = one
    bmc.login = lambda body: redfish_quirky.wrong(
        "ActionNotSupported", "no", 405) + ({},)
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    assert bmc.requests[-1][3]["Authorization"].startswith("Basic ")


# changes

def test_a_change_without_an_answer_is_unknown_and_sent_once(one):
    r, bmc = one

    def deaf(method, path, body, headers):
        if path == RESET:
            raise ConnectionError("it is gone")

    bmc.odd = deaf
    s = r.ctl("power", "reset", "n1")
    assert s.status == 1
    assert "unknown whether it happened" in s.err, s
    assert len(bmc.sent()) == 1
    assert r.json("operations")[0]["state"] == "unknown"


def test_a_dead_bmc_is_unreachable_and_nothing_was_sent(rack, quirky):  # noqa
    bmc = quirky()
    r = rack({"n1": bmc.host().replace("port %d" % bmc.port, "port 1")})
    s = r.ctl("power", "reset", "n1")
    assert s.status == 1 and "127.0.0.1" in s.err, s
    assert "unknown whether" not in s.err, s
    assert r.json("operations")[0]["error"] == "unreachable"


def task(bmc, *states):
    """Reset begins a task, and each look at it finds the next state"""

    left = list(states)

    def odd(method, path, body, headers):
        if path == RESET:
            return 202, {**redfish_quirky.at(TASK), "TaskState": "New"}, {
                "Location": "http://127.0.0.1:%d%s" % (bmc.port, MONITOR)}

        if path == MONITOR:
            state = left.pop(0) if len(left) > 1 else left[0]
            return 202 if state == "Running" else 200, {
                "TaskState": state, "Messages": [
                    {"MessageId": "Fan.1.0", "Message": "A fan is gone."}]}

        return None

    bmc.odd = odd


def test_a_task_is_followed_to_its_end(one):
    r, bmc = one
    task(bmc, "Running", "Running", "Completed")
    s = r.ctl("power", "reset", "n1")
    assert s.status == 0, s
    assert len([q for q in bmc.requests if q[1] == MONITOR]) == 3
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

def test_one_of_several_systems_has_to_be_named(rack, quirky):  # noqa
    bmc = quirky()
    bmc.tree[V1 + "/Systems/blade2"] = {
        "Id": "blade2", "Name": "web02", "PowerState": "Off",
        "Links": {"ManagedBy": [redfish_quirky.at(MANAGER)]}}
    bmc.tree[V1 + "/Systems"] = redfish_quirky.links(
        SYSTEM, V1 + "/Systems/blade2")

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
