"""bmcctl changes a BMC that speaks Redfish, and reads what it changed."""

import pytest

from redfish_bmcs_rig import Http, bmcs, wrong  # noqa

V1 = "/redfish/v1"
SYSTEM = V1 + "/Systems/1"
CHASSIS = V1 + "/Chassis/1"
MANAGER = V1 + "/Managers/1"
ACCOUNTS = V1 + "/AccountService/Accounts"
ISO = "http://10.0.0.1/a.iso"


@pytest.fixture
def made(rack, bmcs):  # noqa
    """a host, and its BMC"""

    def make(*args, **more):
        bmc = bmcs.add(*args, **more)
        return rack({"n1": bmc.host()}), bmc

    return make


@pytest.fixture
def one(made):
    return made()


def test_a_boot_override_is_set_shown_and_taken_away(one):
    r, bmc = one
    s = r.ctl("boot", "set", "pxe", "n1", "--persistent", "--verify=20s")
    assert s.status == 0 and "verified" in s.out, s
    row, = r.json("boot", "n1")
    assert (row["device"], row["persistent"], row["mode"]) == (
        "pxe", True, "uefi")

    assert r.ctl("boot", "set", "none", "n1", "--verify=20s").status == 0
    assert bmc.boot["BootSourceOverrideEnabled"] == "Disabled"
    assert r.json("boot", "n1")[0]["device"] == "none"


def test_a_device_that_is_not_offered_is_refused_with_those_that_are(made):
    r, bmc = made(words={"targets": ["None", "Pxe", "Hdd"]})
    s = r.ctl("boot", "set", "usb", "n1")
    assert s.status == 1
    assert "None, Pxe, Hdd" in s.err, s
    assert bmc.sent() == []


def test_a_boot_that_is_only_shown_is_changed_in_its_settings(made):
    r, bmc = made(faults=["boot-settings"], words={"settings": True})
    assert r.ctl("boot", "set", "pxe", "n1").status == 0
    assert [q[1] for q in bmc.sent()] == [SYSTEM, SYSTEM + "/Settings"]
    assert bmc.boot["BootSourceOverrideTarget"] == "Pxe"


def test_a_change_that_was_only_answered_is_not_accepted(one):
    r, bmc = one
    bmc.script(rule={
        "method": "PATCH", "path": SYSTEM, "body": {"Boot": {
            "BootSourceOverrideTarget@Message.ExtendedInfo": [
                {"MessageId": "Base.1.8.PropertyValueNotInList",
                 "Message": "Pxe is not for this machine",
                 "Severity": "Warning"}]}}})
    s = r.ctl("boot", "set", "pxe", "n1")
    assert s.status == 1
    assert "Pxe is not for this machine" in s.err, s


def test_the_led_is_lit_and_put_out(made):
    r, bmc = made(words={"leds": {"System": "IndicatorLED",
                                  "Chassis": "IndicatorLED"}})
    assert r.ctl("identify", "on", "n1").status == 0
    assert bmc.get(path=CHASSIS)["IndicatorLED"] == "Lit"
    assert r.json("identify", "n1", "--fresh")[0]["identify"] == "on"
    assert r.ctl("identify", "off", "n1").status == 0
    assert r.json("identify", "n1", "--fresh")[0]["identify"] == "off"

    s = r.ctl("identify", "on", "n1", "--seconds", "9")
    assert s.status == 1 and "expected no seconds" in s.err, s


def test_an_image_is_inserted_listed_and_ejected(one):
    r, bmc = one
    s = r.ctl("media", "insert", "n1", ISO, "--verify=20s")
    assert s.status == 0, s
    row, = r.json("media", "n1")
    assert row["media"][0] == {
        "device": "CD", "types": ["cd", "dvd"], "inserted": True,
        "image": ISO, "write_protected": True}

    s = r.ctl("media", "insert", "n1", ISO, "--device", "CD")
    assert s.status == 1 and "CD holds an image already" in s.err, s
    assert r.ctl("media", "eject", "n1", "--verify=20s").status == 0
    assert not bmc.slot("CD")["Inserted"]
    assert len(bmc.sent()) == 2


def test_what_an_image_needs_is_passed_on_and_nowhere_shown(one, tmp_path):
    r, bmc = one
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n")
    secret.chmod(0o600)
    s = r.ctl("media", "insert", "n1", ISO, "--writable", "--user", "u",
              "--password-file", str(secret))
    assert s.status == 0, s
    (_, path, body), = bmc.sent()
    assert "/USB/" in path
    assert body == {"Image": ISO, "Inserted": True, "WriteProtected": False,
                    "UserName": "u", "Password": "hunter2"}
    assert "hunter2" not in s.out + s.err + r.audit.read_text()


def user(r, tmp_path, name, *words):
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n")
    secret.chmod(0o600)
    return r.ctl("user", "set", name, "n1", *words,
                 "--password-file", str(secret))


def lets_in(bmc, user, password):
    http = Http(bmc)
    http.session.auth = (user, password)

    with http.session:
        return http("GET", V1 + "/Systems").status_code == 200


def users(r):
    row, = r.json("user", "list", "n1")
    return [(u["id"], u["name"], u["role"], u["enabled"])
            for u in row["users"]]


def test_a_user_is_made_changed_and_deleted(one, tmp_path):
    r, bmc = one
    s = user(r, tmp_path, "ann", "--role", "operator")
    assert s.status == 0, s
    assert users(r) == [(1, "admin", "administrator", True),
                        (2, "ann", "operator", True)]
    assert lets_in(bmc, "ann", "hunter2")
    assert "hunter2" not in s.out + s.err + r.audit.read_text()

    assert r.ctl("user", "set", "ann", "n1", "--role", "user", "--id", "2",
                 "--disable").status == 0
    assert users(r)[1] == (2, "ann", "user", False)

    assert r.ctl("user", "delete", "ann", "n1").status == 0
    assert len(users(r)) == 1
    s = r.ctl("user", "delete", "ann", "n1")
    assert s.status == 1 and "no user of this name" in s.err, s


def test_fixed_slots_are_filled_and_emptied(made, tmp_path):
    r, bmc = made(words={"accounts": 4})
    assert user(r, tmp_path, "ann", "--role", "operator").status == 0
    assert users(r) == [(2, "admin", "administrator", True),
                        (3, "ann", "operator", True)]
    assert user(r, tmp_path, "bob", "--id", "4").status == 0
    assert users(r)[2] == (4, "bob", "user", True)
    s = user(r, tmp_path, "eve", "--id", "3")
    assert s.status == 1 and "another user in it" in s.err, s

    assert r.ctl("user", "delete", "ann", "n1").status == 0
    assert [u[0] for u in users(r)] == [2, 4]
    assert bmc.get(path=ACCOUNTS + "/3")["UserName"] == ""
    assert lets_in(bmc, "bob", "hunter2")
    assert not lets_in(bmc, "ann", "hunter2")


def test_all_event_logs_are_cleared(one):
    r, bmc = one
    assert r.ctl("log", "clear", "n1").status == 0
    assert sorted(bmc.machine()["cleared"]) == [
        MANAGER + "/LogServices/Event", SYSTEM + "/LogServices/SEL"]


def test_a_log_that_cannot_be_cleared_is_named(one):
    r, bmc = one
    bmc.script(rule={"method": "POST", "path": "*/SEL/*",
                     **wrong("GeneralError", "it is locked")})
    s = r.ctl("log", "clear", "n1")
    assert s.status == 1
    assert "1 of 2 logs cleared (Event), but not SEL: it is locked" in s.err, s


@pytest.mark.parametrize("kind,attributes", [
    ("dell", "/Oem/Dell/DellAttributes/iDRAC.Embedded.1"),
    ("idrac8", "/Attributes")])
def test_a_virtual_cd_of_a_dell_is_what_it_boots(made, kind, attributes):
    r, bmc = made(kind)
    assert r.ctl("boot", "set", "cdrom", "n1").status == 0
    assert [q[1] for q in bmc.sent()] == [bmc.system,
                                          bmc.manager + attributes]
    assert bmc.boot["BootSourceOverrideTarget"] == "Cd"


def test_a_refusal_is_told_in_the_bmcs_words_and_sent_once(one):
    r, bmc = one
    bmc.script(rule={"path": "*/SessionService/*"})

    for method in ("POST", "PATCH", "DELETE"):
        bmc.script(rule={"method": method,
                         **wrong("GeneralError", "ask the vendor")})

    for words in (("boot", "set", "pxe", "n1"), ("identify", "on", "n1"),
                  ("media", "insert", "n1", ISO),
                  ("user", "set", "admin", "n1", "--role", "user")):
        before = len(bmc.sent())
        s = r.ctl(*words)
        assert s.status == 1 and "ask the vendor" in s.err, s
        assert len(bmc.sent()) == before + 1
