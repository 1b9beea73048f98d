"""bmcctl user set --role ROLE HOST: a user whose password is made up."""

import os
import re
import stat

import pytest
import requests

from ipmi_rig import sim
from redfish_bmcs_rig import bmcs

V1 = "/redfish/v1"
ACCOUNTS = V1 + "/AccountService/Accounts"

REDFISH = ("driver redfish; address 127.0.0.1; user %s; password %s;"
           " redfish { tls none; port %d; }")


def secret(r, name):
    """what is in the file, which only its owner can read"""

    path = r.dir / "secrets" / name
    st = os.stat(path)
    assert stat.S_IMODE(st.st_mode) == 0o600
    assert stat.S_IMODE(os.stat(path.parent).st_mode) == 0o700
    text = path.read_text()
    assert re.fullmatch("[A-Za-z0-9]{16}\n", text), text
    assert re.search("[a-z]", text) and re.search("[A-Z]", text) \
        and re.search("[0-9]", text)
    return text.strip()


def test_an_ipmi_bmc_lets_the_new_user_in(rack, sim):
    bmc = sim()
    r = rack({"n1": bmc.host()})
    s = r.ctl("user", "set", "--role", "operator", "n1")
    assert s.status == 0, s
    password = secret(r, "n1-bmcgate")
    path = str(r.dir / "secrets" / "n1-bmcgate")
    line = 'user "bmcgate"; password "file:%s";' % path
    assert line in s.out, s
    assert password not in s.out + s.err + r.audit.read_text()

    mine = rack({"n1": bmc.host().replace(
        "user admin; password secret;", line)
        .replace("ipmi {", "ipmi { privilege operator;")})
    row, = mine.json("power", "status", "n1", "--fresh")
    assert row["power"] == "on"
    users = r.json("user", "list", "n1")[0]["users"]
    assert ["operator"] == [u["role"] for u in users
                            if u["name"] == "bmcgate"]


def lets_in(bmc, user, password):
    return requests.get(bmc.url + V1 + "/Systems", auth=(user, password),
                        timeout=10).status_code == 200


def test_a_redfish_bmc_lets_the_new_user_in(rack, bmcs):
    bmc = bmcs.add()
    r = rack({"n1": REDFISH % ("admin", "secret", bmc.port)})
    s = r.ctl("user", "set", "--role", "user", "--name", "ops", "n1")
    assert s.status == 0, s
    password = secret(r, "n1-ops")
    assert password not in s.out + s.err + r.audit.read_text()
    account = bmc.get(path=ACCOUNTS + "/ops")
    assert lets_in(bmc, "ops", password)
    assert account["RoleId"] == "ReadOnly" and account["Enabled"] is True

    line = re.search("user .*;", s.out.partition("bmcgate.conf:")[2])[0]
    mine = rack({"n1": (REDFISH % ("X", "Y", bmc.port)).replace(
        "user X; password Y;", line)})
    row, = mine.json("power", "status", "n1", "--fresh")
    assert row["power"] == "on"
    assert bmc.logins()[-1]["body"].count("ops") == 1

    # and is logged out again

    assert bmc.sessions()["live"] == 0
    assert bmc.sessions()["closed"] == bmc.sessions()["opened"] == 2


def test_each_host_gets_a_password_of_its_own(rack):
    r = rack({"n1": "groups g;", "n2": "groups g;", "n3": ""})
    rows = r.json("user", "set", "--role", "operator", "--name", "ops",
                  "-g", "g", "-y")
    assert [row["host"] for row in rows] == ["n1", "n2"]
    assert [row["secret_file"] for row in rows] \
        == [str(r.dir / "secrets" / ("n%d-ops" % i)) for i in (1, 2)]
    assert secret(r, "n1-ops") != secret(r, "n2-ops")


def test_a_file_that_is_there_is_used_again(rack):
    r = rack(hosts=1)
    args = ("user", "set", "--role", "operator", "n1")
    assert r.ctl(*args).status == 0
    before = secret(r, "n1-bmcgate")
    assert r.ctl(*args).status == 0
    assert secret(r, "n1-bmcgate") == before


def test_the_file_may_be_named(rack):
    r = rack(hosts=2)
    path = r.dir / "mine"
    s = r.ctl("user", "set", "a/b", "n1", "--role", "user", "--secret-file",
              str(path))
    assert s.status == 0 and 'password "file:%s";' % path in s.out, s
    assert len(path.read_text()) == 17
    assert not (r.dir / "secrets").exists()


def test_what_came_to_nothing_leaves_no_file(rack, bmcs):
    r = rack({"n1": REDFISH % ("admin", "wrong", bmcs.add().port),
              "n2": "driver ipmi; address 127.0.0.1; user a; password b;"
                    " ipmi { port 9; }",
              "n3": REDFISH % ("admin", "secret", bmcs.add().port)})

    for host in ("n1", "n2"):
        s = r.ctl("user", "set", "--role", "user", host, "--timeout", "2s")
        assert s.status == 1 and s.out == "", s
        assert not os.listdir(r.dir / "secrets")

    # a role that Redfish has not, and a slot that the BMC has not

    for words in (("--role", "none"), ("--role", "user", "--id", "60")):
        s = r.ctl("user", "set", "n3", *words)
        assert s.status == 1, s
        assert not os.listdir(r.dir / "secrets"), s


def test_what_may_have_been_taken_keeps_its_file(rack, sim, bmcs):
    door = bmcs.add()
    door.script(rule={"method": "POST", "path": ACCOUNTS, "close": True})
    r = rack({"n1": sim().host(),
              "n2": REDFISH % ("admin", "secret", door.port)})

    for args in (("--name", "admin", "--id", "5", "n1"),
                 ("--name", "ops", "n2")):
        s = r.ctl("user", "set", "--role", "operator", *args)
        assert s.status == 1, s
        path = r.dir / "secrets" / ("%s-%s" % (args[-1], args[1]))
        assert "may have taken the password in %s; try again" % path in s.err
        password = secret(r, path.name)
        assert password not in s.err

    # once more: the same one

    door.unscript()
    s = r.ctl("user", "set", "--role", "operator", "--name", "ops", "n2")
    assert s.status == 0 and secret(r, "n2-ops") == password, s
    assert lets_in(door, "ops", password)


def test_a_file_that_cannot_be_made_changes_nothing(rack):
    r = rack(hosts=1)
    s = r.ctl("user", "set", "--role", "user", "n1", "--secret-file",
              "/nowhere/x")
    assert s.status == 1 and "/nowhere/x: No such file" in s.err, s
    open(r.dir / "empty", "w").close()
    os.chmod(r.dir / "empty", 0o600)
    s = r.ctl("user", "set", "--role", "user", "n1", "--secret-file",
              str(r.dir / "empty"))
    assert s.status == 1 and "first line is empty" in s.err, s
    (r.dir / "secrets").write_text("in the way")
    s = r.ctl("user", "set", "--role", "user", "n1")
    assert s.status == 1 and "secrets/n1-bmcgate: Not a directory" in s.err
    assert "bmcgate" not in r.ctl("user", "list", "n1").out


@pytest.mark.parametrize("argv, says", [
    (["n1"], "wants [NAME] HOST..."),
    (["--name", "ops", "n1"], "a new user wants --role"),
    (["--role", "user"], "wants [NAME] HOST..."),
    (["--role", "user", "--name", "a/b", "n1"], "use --secret-file"),
    (["--role", "user", "--secret-file", "x", "--name", "a", "n[1-2]", "-y"],
     "for one host"),
    (["--role", "user", "--secret-file", "x", "--password-env", "X", "n1"],
     "made up")])
def test_wrong_words_are_usage_errors(rack, argv, says):
    s = rack(hosts=2).ctl("user", "set", *argv)
    assert s.status == 2 and says in s.err and s.out == "", s


def test_a_password_that_is_given_is_kept_in_no_file(rack):
    r = rack(hosts=1)
    r.env["SECRET"] = "hunter2"
    s = r.ctl("user", "set", "--role", "user", "--name", "ops",
              "--password-env", "SECRET", "n1")
    assert s.status == 0 and not (r.dir / "secrets").exists(), s
    assert "ops" in r.ctl("user", "list", "n1").out
