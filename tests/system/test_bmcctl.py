"""bmcctl on racks of simulated hosts, as operators and scripts meet it."""

import fcntl
import json
import os
import re
import resource
import signal
import subprocess
import termios
import time

import pytest
import yaml

from conftest import BUILD, QUICK, TOP, checked, environment, program

A = "92:33:b8:0e:df:8f"
B = "27:53:57:51:6b:c8"


def names(rows):
    return [row["host"] for row in rows]


# power


def test_power_status_is_a_table(rack):
    r = rack(hosts=2).ctl("power", "status", "n1", "n2")
    assert r.status == 0, r
    lines = r.out.splitlines()
    assert lines[0].split() == ["NAME", "POWER", "AGE", "DRIVER"]
    assert lines[1].split()[:2] == ["n1", "on"]
    assert lines[2].split()[:2] == ["n2", "on"]
    assert lines[2].split()[3] == "sim"


def test_power_status_as_json_has_all_that_scripts_want(rack):
    row, = rack(hosts=1).json("power", "status", "n1")
    assert row["host"] == "n1"
    assert row["power"] == "on"
    assert 0 <= row["age"] < 60
    assert row["driver"] == "sim"
    assert row["reachable"] is True
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", row["since"])


def test_a_change_is_accepted_and_then_verified(rack):
    r = rack(hosts=1)
    change = r.ctl("power", "force-off", "n1", "--verify=20s")
    assert change.status == 0, change
    assert "off" in change.out and "verified" in change.out
    row, = r.json("power", "status", "--fresh", "n1")
    assert row["power"] == "off"
    row, = r.json("power", "on", "--verify", "n1")
    assert row["accepted"] and row["verified"] and row["op"] > 0


def test_a_change_without_verify_is_accepted(rack):
    r = rack(hosts=1).ctl("power", "reset", "n1")
    assert r.status == 0, r
    assert r.out.startswith("n1: accepted")


def test_a_lost_change_is_said_to_be_unverified(rack):
    r = rack(hosts={"n1": "driver sim; sim { %s fault loses; }" % QUICK})
    change = r.ctl("power", "force-off", "n1", "--verify=1s")
    assert change.status == 1
    assert change.err.startswith("n1: ")
    assert "not verified" in change.err and "still says on" in change.err


def test_hosts_are_printed_in_the_order_of_the_configuration(rack):
    r = rack(hosts=["n10", "n9", "n1"])
    assert names(r.json("power", "status", "n*")) == ["n10", "n9", "n1"]
    assert names(r.json("power", "status", "n1", "n10", "n1")) \
        == ["n10", "n1"]


def test_ranges_globs_and_groups_name_hosts(rack):
    r = rack(hosts={"n1": "groups a;", "n2": "groups a b;", "m1": "groups b;"})
    assert names(r.json("power", "status", "n[1-2]")) == ["n1", "n2"]
    assert names(r.json("power", "status", "?1")) == ["n1", "m1"]
    assert names(r.json("power", "status", "b")) == ["n2", "m1"]
    assert names(r.json("power", "status", "-g", "a")) == ["n1", "n2"]
    assert names(r.json("power", "status", "m1", "-g", "a")) \
        == ["n1", "n2", "m1"]

    wrong = r.ctl("power", "status", "-g", "bb")
    assert wrong.status == 2
    assert "no group \"bb\"" in wrong.err


def test_more_reads_than_are_in_flight_at_once(rack):
    rows = rack(hosts=700).json("power", "status", "n[1-700]", timeout=120)
    assert len(rows) == 700
    assert all(row["power"] == "on" for row in rows)


def test_one_dead_host_leaves_the_others_their_answers(rack):
    r = rack(hosts={"n1": "", "n2": "timeout 1s; driver sim; "
                    "sim { fault dead; }", "n3": ""})
    s = r.ctl("power", "status", "n[1-3]")
    assert s.status == 1
    assert re.search(r"^n1 +on ", s.out, re.M)
    assert re.search(r"^n3 +on ", s.out, re.M)
    assert s.err.startswith("n2: ")
    rows = r.json("power", "status", "n[1-3]", status=1)
    assert [row["host"] for row in rows if "error" in row] == ["n2"]
    assert rows[1]["error"]["code"] in ("unreachable", "timeout")
    assert rows[1]["error"]["message"]


# what else a BMC does


def test_boot_override_is_set_shown_and_cleared(rack):
    r = rack(hosts=1)
    assert r.ctl("boot", "set", "pxe", "n1", "--persistent",
                 "--uefi").status == 0
    row, = r.json("boot", "n1")
    assert (row["device"], row["persistent"], row["mode"]) \
        == ("pxe", True, "uefi")
    assert r.ctl("boot", "set", "none", "n1").status == 0
    assert r.json("boot", "get", "n1")[0]["device"] == "none"


def test_a_boot_device_that_is_none_is_refused_as_usage(rack):
    r = rack(hosts=1).ctl("boot", "set", "floppy", "n1")
    assert r.status == 2
    assert "floppy" in r.err


def test_the_identify_led_is_lit_and_put_out(rack):
    r = rack(hosts=1)
    assert r.ctl("identify", "on", "n1").status == 0
    assert r.json("identify", "n1")[0]["identify"] == "on"
    assert r.ctl("identify", "on", "n1", "--seconds", "60").status == 0
    assert r.json("identify", "get", "n1")[0]["identify"] == "timed"
    assert r.ctl("identify", "off", "n1").status == 0
    assert r.json("identify", "n1")[0]["identify"] == "off"


def test_sensors_have_a_line_each(rack):
    r = rack(hosts=1)
    lines = r.ctl("sensors", "n1").out.splitlines()
    assert lines[0].split() == ["NAME", "SENSOR", "VALUE", "UNIT", "STATE"]
    assert len(lines) == 17
    row, = r.json("sensors", "n1")
    assert len(row["sensors"]) == 16
    assert "HIGH-CRIT" in r.ctl("sensors", "n1", "-o", "wide").out


def test_the_log_is_read_and_cleared(rack):
    r = rack(hosts=1)
    assert r.ctl("power", "reset", "n1").status == 0
    before = r.json("log", "n1")[0]["entries"]
    assert before
    assert r.ctl("log", "clear", "n1").status == 0
    assert len(r.json("log", "n1")[0]["entries"]) < len(before) + 1


@pytest.mark.parametrize("command, key", [
    (["inventory"], "system"), (["bmc"], "firmware"), (["lan"], "source"),
    (["power", "reading"], "watts"), (["user", "list"], "users")])
def test_what_is_read_is_there(rack, command, key):
    r = rack(hosts=1)
    row, = r.json(*command, "n1")
    assert row["host"] == "n1" and key in row
    table = r.ctl(*command, "n1")
    assert table.status == 0 and table.out.startswith("NAME ")


def test_users_of_the_bmc_are_made_changed_and_deleted(rack):
    r = rack(hosts=1)
    secret = r.dir / "password"
    secret.write_text("correct horse\n")
    secret.chmod(0o600)
    made = r.ctl("user", "set", "alice", "n1", "--role", "operator",
                 "--password-file", str(secret), "--enable")
    assert made.status == 0, made
    users = {u["name"]: u for u in r.json("user", "list", "n1")[0]["users"]}
    assert users["alice"]["role"] == "operator"
    assert r.ctl("user", "delete", "alice", "n1").status == 0
    assert "alice" not in r.ctl("user", "list", "n1").out
    assert "horse" not in r.audit.read_text()


def test_a_password_that_others_can_read_is_refused(rack):
    r = rack(hosts=1)
    secret = r.dir / "password"
    secret.write_text("x\n")
    secret.chmod(0o644)
    s = r.ctl("user", "set", "alice", "n1", "--password-file", str(secret))
    assert s.status == 2 and "everybody can read it" in s.err
    s = r.ctl("user", "set", "alice", "n1", "--password=x")
    assert s.status == 2 and "command line" in s.err
    s = r.ctl("user", "set", "alice", "n1", "--password-env", "NOT_SET")
    assert s.status == 2 and "not set" in s.err


def test_a_password_may_come_from_standard_input(rack):
    r = rack(hosts=1)
    s = r.ctl("user", "set", "bob", "n1", "--password-file", "-",
              stdin="open sesame\n")
    assert s.status == 0, s
    s = r.ctl("user", "set", "bob", "n1", "--password-file", "-", stdin="")
    assert s.status == 2 and "no password" in s.err


def test_raw_prints_the_answers_bytes(rack):
    row, = rack(hosts=1).json("raw", "n1", "0x06", "0x01")
    assert row["code"] == 0
    assert re.match(r"^[0-9a-f]{2}( [0-9a-f]{2})+$", row["data"])


def test_bmc_reset_and_retry(rack):
    r = rack(hosts=1)
    assert r.ctl("bmc", "reset", "n1", "--warm").status == 0
    assert r.ctl("retry", "n1").status == 0


# the fleet


def test_ls_shows_mac_ip_vendor_driver_uuid_and_power(rack):
    r = rack(hosts={"n1": "mac %s; address 10.0.0.7; driver sim;" % A,
                    "old1": "driver unmanaged;"})
    lines = r.ctl("ls").out.splitlines()
    assert lines[0].split() == ["NAME", "MAC", "IP", "VENDOR", "DRIVER",
                                "UUID", "POWER", "AGE", "REACHABLE"]
    assert lines[1].split()[:3] == ["n1", A, "10.0.0.7"]
    assert r.ctl("ls", "-o", "name").out == "n1\nold1\n"
    r.ctl("power", "status", "n1")
    assert r.json("ls", "n1")[0]["power"] == "on"
    assert r.json("ls", "n1", "--fresh")[0]["age"] < 30


def test_describe_has_metalctls_shape_and_no_password(rack):
    secret_name = "hunter2hunter2"
    r = rack(hosts={"n1": "mac %s; address 10.0.0.7; driver sim; user svc; "
                    "password env:SIM_PASSWORD;" % A})
    r.env["SIM_PASSWORD"] = secret_name
    s = r.ctl("describe", "n1")
    assert s.status == 0, s
    host = yaml.safe_load(s.out)
    assert host["mac"] == A and host["address"] == "10.0.0.7"
    assert host["protocol"] == "sim"
    assert host["sim"] == {"user": "svc"}
    assert host["powerstate"] == "ON"
    assert host["ledstate"]["value"] == "LED-OFF"
    assert "version" in host["bios"] and "version" in host["bmc"]
    assert "product_serial" in host["board"]
    assert host["powermetric"]["averageconsumedwatts"] > 0
    assert host["powersupplies"][0]["status"]["health"]
    assert re.match("[0-9a-f-]{36}$", host["machine_id"])
    assert secret_name not in s.out and "password" not in s.out


def test_describe_leaves_out_what_nobody_knows(rack):
    host = yaml.safe_load(rack(hosts={"old1": "driver unmanaged;"})
                          .ctl("describe", "old1").out)
    assert host["name"] == "old1"
    assert "bios" not in host and "mac" not in host
    assert host["powerstate"] == "UNKNOWN"


def test_yaml_is_what_json_is(rack):
    r = rack(hosts=2)
    for command in (["inventory"], ["sensors"], ["log"], ["user", "list"]):
        as_yaml = yaml.safe_load(r.ctl(*command, "n*", "-o", "yaml").out)
        as_json = r.json(*command, "n*")
        for row in as_yaml + as_json:
            for sensor in row.get("sensors", []):
                sensor.pop("value", None)
        assert as_yaml == as_json


def test_names_that_look_like_something_else_survive_yaml(rack):
    odd = ["on", "No", "y", "null", "1", "1.5", "1e5", "0x1f", "1_000",
           "2026-01-02", ".inf", ".NaN", "0o17", "0b1", "9-", "e"]
    r = rack(hosts={name: "groups true;" for name in odd})
    rows = yaml.safe_load(r.ctl("ls", "-o", "yaml").out)
    assert names(rows) == odd
    assert all(row["groups"] == ["true"] for row in rows)


# words that are wrong


@pytest.mark.parametrize("argv, says", [
    (["powr"], 'unknown command "powr" (did you mean "power"?)'),
    (["power", "status"], '"power status" wants HOST...'),
    (["power", "on", "n1", "--verify=soon"], "not a time"),
    (["power", "status", "n1", "-o", "jsn"], '(did you mean "json"?)'),
    (["boot", "set", "pxe", "n1", "--uefi", "--legacy"], "exclude"),
    (["operations", "x"], "not the number"),
    (["audit", "show", "--last", "0"], "not a number"),
    (["discover"], "--leases"),
    (["discover", "--leases", "/x", "--cidr", "10/8"], "no network"),
    (["completion", "fish"], "bash zsh"),
    (["help", "powr"], "no command"),
    ([], "no command was given")])
def test_wrong_words_are_usage_errors(rack, argv, says):
    r = rack(hosts=1).ctl(*argv)
    assert r.status == 2, r
    assert says in r.err and r.err.startswith("bmcctl: ")
    assert r.out == ""


def test_an_unknown_host_is_named_with_the_nearest(rack):
    r = rack(hosts=20).ctl("power", "status", "n99")
    assert r.status == 2
    assert 'no host "n99"' in r.err and "did you mean n9" in r.err


def test_no_configuration_is_status_3_and_says_which(ctl, tmp_path):
    missing = str(tmp_path / "none.conf")
    r = ctl("-c", missing, "power", "status", "n1")
    assert r.status == 3
    assert missing in r.err


def test_a_wrong_configuration_is_status_3_and_1_when_tested(rack):
    r = rack(hosts=1)
    assert r.ctl("-t").status == 0
    assert "successful" in r.ctl("-t").err
    r.write(extra="host n2 { adress 10.0.0.7; driver sim; }\nfoo;")
    for argv, status in ((["-t"], 1), (["ls"], 3)):
        s = r.ctl(*argv)
        assert s.status == status
        assert "adress" in s.err and "foo" in s.err


def test_help_and_version(ctl):
    r = ctl("help")
    assert r.status == 0 and "power cycle HOST..." in r.out
    assert ctl("-h").out == r.out
    r = ctl("boot", "set", "-h")
    assert r.status == 0
    assert r.out.startswith("usage: bmcctl boot set DEVICE HOST...")
    assert "DEVICE is one of: none pxe" in r.out
    assert "power nmi" in ctl("help", "power").out
    r = ctl("-V")
    assert r.out.startswith("bmcgate ")
    assert re.search(r"^libuv [\d.]+, jansson [\d.]+, OpenSSL \d.*, "
                     r"libcurl \d+\.\d+", r.out, re.M), r.out


# hosts in hosts.d


def test_a_host_is_added_changed_and_removed(rack):
    r = rack(hosts=1)
    s = r.ctl("host", "add", "m1", "--driver", "sim", "--address",
              "10.0.0.7", "--mac", A, "-g", "rack1", "-g", "gpu",
              "sim.latency=5ms")
    assert s.status == 0, s
    file = r.hosts_d / "m1.conf"
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.stat().st_gid == r.conf.stat().st_gid
    assert names(r.json("power", "status", "-g", "gpu")) == ["m1"]

    file.write_text("# mine\n" + file.read_text())
    s = r.ctl("host", "set", "m1", "address=10.0.0.8", "poll=5s")
    assert s.status == 0, s
    text = file.read_text()
    assert text.startswith("# mine\n")
    assert "10.0.0.8" in text and A in text and "latency" in text
    assert r.json("ls", "m1")[0]["address"] == "10.0.0.8"

    assert r.ctl("host", "rm", "m1").status == 0
    assert os.listdir(r.hosts_d) == []
    assert r.ctl("ls", "-o", "name").out == "n1\n"


def test_a_hosts_quirks_are_set_and_removed_one_by_one(rack):
    r = rack(hosts=1)
    assert r.ctl("host", "add", "m1", "driver=sim",
                 "--set", "quirk=boot-resend-mode on").status == 0

    def told(*words):
        s = r.ctl("host", "set", "m1", *words)
        assert s.status == 0, s
        return {row["quirk"]: row["state"] for row in r.json("quirks", "m1")}

    assert told("--set", "quirk=boot-send-enabled off") \
        == {"boot-resend-mode": "on", "boot-send-enabled": "off"}
    assert told("quirk.boot-send-enabled=on") \
        == {"boot-resend-mode": "on", "boot-send-enabled": "on"}
    assert told("quirk.boot-resend-mode=") == {"boot-send-enabled": "on"}
    assert told("quirk=") == {}

    s = r.ctl("host", "set", "m1", "quirk=boot-resnd-mode on")
    assert s.status == 3 and 'mean "boot-resend-mode"' in s.err, s


def test_a_wrong_host_is_not_written(rack):
    r = rack(hosts=1)
    for words in (["adress=10.0.0.7"], ["driver=simm"], ["poll=soon"]):
        s = r.ctl("host", "add", "m1", *words)
        assert s.status == 3, s
        assert "nothing was written" in s.err
    assert not (r.hosts_d / "m1.conf").exists()

    for name in ("../m1", "a b", "-m", "", "n[1-2]"):
        s = r.ctl("host", "add", "driver=sim", "--", name)
        assert s.status == 2, s

    s = r.ctl("host", "add", "n1", "driver=sim")
    assert s.status == 1 and str(r.conf) in s.err
    s = r.ctl("host", "add", "m1", "password=hunter2")
    assert s.status == 2 and "hunter2" not in s.err


def test_a_host_elsewhere_is_not_rewritten(rack):
    r = rack(hosts=1)
    for argv in (["set", "n1", "poll=5s"], ["rm", "n1"]):
        s = r.ctl("host", *argv)
        assert s.status == 1
        assert str(r.conf) in s.err and "change it there" in s.err
    s = r.ctl("host", "rm", "n2")
    assert s.status == 2 and "did you mean n1" in s.err


def test_without_the_include_it_says_which_line_to_add(rack):
    r = rack()
    r.conf.write_text("run %s/run; state %s/state; audit %s;\n"
                      "host n1 { driver sim; }\n"
                      % (r.dir, r.dir, r.audit))
    s = r.ctl("host", "add", "m1", "driver=sim")
    assert s.status == 3
    assert "add \"include %s/*.conf;\"" % r.hosts_d in s.err
    assert not (r.hosts_d / "m1.conf").exists()


def test_a_file_that_cannot_be_written_leaves_the_old_one(rack):
    r = rack(hosts=1)
    assert r.ctl("host", "add", "m1", "driver=sim").status == 0
    before = (r.hosts_d / "m1.conf").read_text()

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))

    # the audit and the board need room: only the writer's own file is long

    s = r.ctl("host", "set", "m1", "sim.require_user=" + "x" * 60,
              preexec_fn=small)
    assert s.status != 0
    assert "File too large" in s.err, s
    assert (r.hosts_d / "m1.conf").read_text() == before
    assert os.listdir(r.hosts_d) == ["m1.conf"]


def test_another_writer_is_waited_for_but_not_for_ever(rack):
    r = rack(hosts=1)
    assert r.ctl("host", "add", "m1", "driver=sim").status == 0
    held = os.open(r.hosts_d, os.O_RDONLY)

    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        s = r.ctl("host", "set", "m1", "poll=7s")
        assert s.status == 1
        assert "another bmcctl has been writing for 5 s" in s.err

    finally:
        os.close(held)

    assert r.ctl("host", "set", "m1", "poll=7s").status == 0


def test_kill_9_at_any_moment_leaves_the_old_or_the_new_file(rack):
    r = rack(hosts=1)
    assert r.ctl("host", "add", "m1", "driver=sim", "poll=1s").status == 0
    file = r.hosts_d / "m1.conf"
    began = time.monotonic()
    assert r.ctl("host", "set", "m1", "poll=2s").status == 0
    took = time.monotonic() - began
    known = {file.read_text().replace("2s", "%ds" % i) for i in range(1, 4)}

    for i in range(40):
        p = subprocess.Popen([program("bmcctl"), "host", "set", "m1",
                              "poll=%ds" % (i % 3 + 1)], env=r.env,
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        time.sleep(took * i / 40)
        p.kill()
        p.wait()
        assert file.read_text() in known

    assert r.ctl("host", "set", "m1", "poll=3s").status == 0
    assert os.listdir(r.hosts_d) == ["m1.conf"]
    assert r.ctl("-t").status == 0


@pytest.mark.parametrize("call", ["write", "fsync", "fchmod", "renameat"])
def test_a_failing_system_call_leaves_the_old_file(rack, call):
    r = rack(hosts=1)
    assert r.ctl("host", "add", "m1", "driver=sim").status == 0
    before = (r.hosts_d / "m1.conf").read_text()
    env = dict(r.env, ASAN_OPTIONS="detect_leaks=0")

    # -P knows a descriptor's path, but not one relative to a directory

    only = [] if call == "renameat" else ["-P", r.hosts_d / ".m1.conf.new"]
    p = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null"] + only
                       + ["-e", "inject=%s:error=ENOSPC" % call,
                          program("bmcctl"), "host", "set", "m1", "poll=7s"],
                       env=env, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, timeout=60,
                       universal_newlines=True)

    checked(p.stderr)
    assert p.returncode == 1, p.stderr
    assert "No space left" in p.stderr
    assert (r.hosts_d / "m1.conf").read_text() == before
    assert os.listdir(r.hosts_d) == ["m1.conf"]


# leases


def leases(r, text):
    file = r.dir / "leases"
    file.write_text(text)
    return str(file)


def dnsmasq(*lines):
    return "".join("%d %s %s %s *\n" % ((int(time.time()) + 3600,) + line)
                   for line in lines)


def test_discover_shows_and_writes_what_is_new(rack):
    r = rack(hosts=1)
    file = leases(r, dnsmasq((A, "127.9.9.7", "node7"), (B, "127.9.9.8", "*")))
    rows = r.json("discover", "--leases", file)
    assert [(x["name"], x["mac"], x["address"], x["state"]) for x in rows] \
        == [("node7", A, "127.9.9.7", "silent"),
            ("bmc-275357516bc8", B, "127.9.9.8", "silent")]
    assert not r.hosts_d.exists()

    s = r.ctl("discover", "--leases", file, "--write", "--all",
              "--driver", "sim")
    assert s.status == 0, s
    assert "2 added" in s.err
    assert r.json("ls", "node7")[0]["mac"] == A
    assert r.json("power", "status", "node7")[0]["power"] == "on"

    s = r.ctl("discover", "--leases", file, "--write", "--all",
              "--driver", "sim")
    assert s.status == 0 and "0 added, 0 changed, 2 as they were" in s.err

    file = leases(r, dnsmasq((A, "127.9.9.9", "node7")))
    assert r.json("discover", "--leases", file)[0]["state"] == "moved"
    s = r.ctl("discover", "--leases", file, "--write")
    assert s.status == 0 and "1 changed" in s.err
    assert r.json("ls", "node7")[0]["address"] == "127.9.9.9"


def test_discover_filters_by_mac_and_network(rack):
    r = rack()
    file = leases(r, dnsmasq((A, "127.9.9.7", "a"), (B, "127.10.0.8", "b")))
    assert names_of(r.json("discover", "--leases", file, "--cidr",
                           "127.10.0.0/16")) == ["b"]
    assert names_of(r.json("discover", "--leases", file, "--ignore-mac",
                           B.upper())) == ["a"]
    assert names_of(r.json("discover", "--leases", file, "--ignore-mac",
                           "92:33:*")) == ["b"]


def names_of(rows):
    return [row["name"] for row in rows]


def test_one_lease_that_cannot_be_written_does_not_stop_the_others(rack):
    r = rack(hosts={"n1": "mac %s; address 127.9.9.1;" % A})
    file = leases(r, dnsmasq((A, "127.9.9.7", "x"), (B, "127.9.9.8", "b")))
    s = r.ctl("discover", "--leases", file, "--write", "--all",
              "--driver", "sim")
    assert s.status == 1
    assert "1 added" in s.err and "1 failed" in s.err
    assert "change it there" in s.err
    assert r.json("ls", "b")[0]["mac"] == B


def test_a_damaged_lease_file_is_named_with_its_line(rack):
    r = rack()
    file = leases(r, "# x\nlease 10.0.0.7 {\n")
    s = r.ctl("discover", "--leases", file)
    assert s.status == 1
    assert "%s:2: " % file in s.err and "never closed" in s.err
    s = r.ctl("discover", "--leases", str(r.dir / "none"))
    assert s.status == 1 and "No such file" in s.err


# what happened


def test_operations_and_the_audit_tell_who_did_what(rack):
    r = rack(hosts=2)
    op = r.json("power", "cycle", "n1")[0]["op"]
    row, = r.json("operations", str(op))
    assert row["host"] == "n1" and row["verb"] == "power.cycle"
    assert "n1" in r.ctl("operations").out
    assert r.ctl("operations", "18446744073709551615").status == 1

    r.ctl("power", "cycle", "n2")
    lines = r.json("audit", "show", "--host", "n1")
    assert lines and all(line["host"] == "n1" for line in lines)
    assert all(x["op"] == op for x in r.json("audit", "show", "--op",
                                             str(op)))
    assert len(r.json("audit", "show", "--last", "1")) == 1
    assert r.json("audit", "show", "--actor", "nobody-else") == []
    assert r.ctl("audit", "show").out.startswith("TIME ")

    s = r.ctl("audit", "verify")
    assert s.status == 0 and "the chain is whole" in s.out


def test_an_edited_audit_line_is_found(rack):
    r = rack(hosts=1)
    r.ctl("power", "cycle", "n1")
    r.ctl("power", "reset", "n1")
    text = r.audit.read_text()
    r.audit.write_text(text.replace("power.cycle", "power.reset", 1))
    s = r.ctl("audit", "verify")
    assert s.status == 1
    assert re.search(r"audit\.log:\d+: ", s.err)
    s = r.ctl("audit", "verify", str(r.dir / "none"))
    assert s.status == 2
    r.audit.write_text("hello\n")
    s = r.ctl("audit", "show")
    assert s.status == 1 and "audit.log:1: not an audit line" in s.err


def test_a_change_that_cannot_be_audited_is_refused(rack):
    r = rack(hosts=1)
    r.audit.mkdir()
    s = r.ctl("power", "force-off", "n1")
    assert s.status != 0 and "audit" in s.err
    r.audit.rmdir()
    assert r.json("power", "status", "n1", "--fresh")[0]["power"] == "on"


def test_events_are_printed_as_they_come(rack):
    r = rack(hosts=2)
    assert r.ctl("power", "status", "n[1-2]").status == 0
    p = r.start("events", "--poll", "-o", "json", "n1")
    time.sleep(1)
    assert r.ctl("power", "force-off", "n[1-2]", "--verify").status == 0
    seen = []

    while not any(e["kind"] == "power" and e["is"] == "off" for e in seen):
        line = p.stdout.readline()
        assert line, seen
        seen.append(json.loads(line))

    assert {e["host"] for e in seen} == {"n1"}
    p.send_signal(signal.SIGTERM)
    _, err = p.communicate(timeout=10)
    checked(err.decode())
    assert p.returncode == 128 + signal.SIGTERM


def test_events_end_when_nobody_reads_them(rack):
    r = rack(hosts=1)
    p = r.start("events")
    time.sleep(0.5)
    p.stdout.close()
    p.stdout = None
    _, err = p.communicate(timeout=10)
    checked(err.decode())


# the terminal


def test_several_hosts_are_changed_only_when_yes_is_typed(rack):
    r = rack(hosts=4)
    t = r.terminal("power", "force-off", "n[1-4]")
    t.expect(r"power force-off 4 hosts \(n1 n2 n3 n4\)\? \[y/N\] ")
    t.type("\n")
    assert t.wait() == 1
    assert "nothing was changed" in t.text
    assert {x["power"] for x in r.json("power", "status", "n*")} == {"on"}

    t = r.terminal("power", "force-off", "n[1-4]", "--verify")
    t.expect(r"\[y/N\] ")
    t.type("y\n")
    assert t.wait() == 0
    assert {x["power"] for x in r.json("power", "status", "n*", "--fresh")} \
        == {"off"}

    t = r.terminal("-y", "power", "on", "n[1-4]", "--verify")
    assert t.wait() == 0
    assert "y/N" not in t.text
    t = r.terminal("power", "reset", "n1")
    assert t.wait() == 0
    assert "y/N" not in t.text


def test_many_slow_hosts_show_progress_on_a_terminal_only(rack):
    r = rack(hosts={"n%d" % i: "driver sim; sim { latency %dms; }"
                    % (400 * i) for i in range(1, 4)})
    t = r.terminal("power", "status", "n*")
    assert t.wait() == 0
    assert re.search(r"\[#* *\] \d/3", t.text)
    assert r.ctl("power", "status", "n*", "--fresh").err == ""


def test_interrupt_ends_with_130(rack):
    r = rack(hosts={"n1": "timeout 60s; driver sim; sim { fault mute; }"})
    t = r.terminal("power", "status", "n1", "--fresh")
    time.sleep(0.7)
    t.type("\x03")
    assert t.wait() == 130
    assert t.settings() == t.before


def test_the_console_ends_with_tilde_dot_and_restores_the_terminal(rack):
    r = rack(hosts=1)
    t = r.terminal("console", "n1")
    t.expect("~. ends it")
    t.expect("n1 login: ")
    t.type("hello\r")
    t.expect("hello")
    assert not t.settings()[3] & termios.ECHO
    t.type("~?")
    t.expect("Supported escape sequences")
    t.type("~.")
    assert t.wait() == 0
    assert t.settings() == t.before


@pytest.mark.parametrize("signo", [signal.SIGTERM, signal.SIGHUP,
                                   signal.SIGQUIT, signal.SIGINT])
def test_a_killed_console_restores_the_terminal(rack, signo):
    r = rack(hosts=1)
    t = r.terminal("console", "n1")
    t.expect("~. ends it")
    end = time.monotonic() + 10

    while t.settings()[3] & termios.ECHO:
        assert time.monotonic() < end
        time.sleep(0.05)

    t.process.send_signal(signo)
    assert t.wait() == 128 + signo
    assert t.settings() == t.before


def test_a_console_without_a_terminal_copies_bytes(rack):
    r = rack(hosts=1)
    p = r.start("console", "n1")
    seen = b""
    os.set_blocking(p.stdout.fileno(), False)
    end = time.monotonic() + 15

    while not seen:
        assert time.monotonic() < end
        seen += p.stdout.read() or b""
        time.sleep(0.05)

    s = r.ctl("console", "n1", "n2")
    assert s.status == 2


def test_a_console_of_a_host_that_has_none_says_so(rack):
    s = rack(hosts={"old1": "driver unmanaged;"}).ctl("console", "old1")
    assert s.status != 0
    assert s.err.startswith("old1: ")


def test_a_secret_is_typed_unseen_and_an_interrupt_restores_the_echo(rack):
    t = rack().terminal("secret", "hash")
    t.expect("Secret: ")
    t.type("abc\n")
    assert t.wait() == 0
    assert "abc" not in t.text
    assert ("ba7816bf8f01cfea414140de5dae2223"
            "b00361a396177a9cb410ff61f20015ad") in t.text

    t = rack().terminal("secret", "hash")
    t.expect("Secret: ")
    t.type("\x03")
    assert t.wait() == -signal.SIGINT
    assert t.settings() == t.before


# odds and ends


def test_new_secrets_differ_and_hashes_fit(ctl):
    one, two = (ctl("secret", "new").out.strip() for _ in range(2))
    assert re.match("^[a-z2-7]{32}$", one) and one != two
    r = ctl("secret", "hash", stdin="abc\n")
    assert r.out.startswith("ba7816bf8f01cfea") and len(r.out) == 65
    r = ctl("secret", "hash", "--user", stdin="abc\n")
    assert r.status == 0 and re.match(r"^\$(y|6)\$", r.out)
    assert ctl("secret", "hash", stdin="").status == 1


def test_a_full_disk_and_a_closed_pipe_are_no_success(rack):
    r = rack(hosts=3)

    for command in (["ls"], ["power", "status", "n1"], ["secret", "new"],
                    ["power", "reset", "n1"]):
        with open("/dev/full", "w") as full:
            p = subprocess.run([program("bmcctl")] + command, env=r.env,
                               stdout=full, stderr=subprocess.PIPE,
                               timeout=30)

        assert p.returncode == 1
        assert b"cannot write to standard output: No space left" in p.stderr

    p = subprocess.Popen([program("bmcctl"), "ls"], env=r.env,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.close()
    p.stdout = None
    _, err = p.communicate(timeout=30)
    assert p.returncode == 1 and err == b""


def completed_bash(ctl, line, **more):
    script = ctl("completion", "bash").out
    words = line.split(" ")
    r = subprocess.run(
        ["bash", "-c", script + '\nCOMP_WORDS=("$@"); '
         'COMP_CWORD=$(($# - 1)); _bmcctl; echo "${COMPREPLY[@]}"', "x"]
        + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30,
        env=environment(**more), universal_newlines=True)
    assert r.stderr == "" and r.returncode == 0
    return r.stdout.split()


def completed_zsh(ctl, line, **more):
    script = ctl("completion", "zsh").out
    r = subprocess.run(
        ["zsh", "-fc", "compdef() { : }; compadd() { shift; print -r -- $@ };"
         '_files() { print FILES }; ' + script
         + '\nwords=("$@"); CURRENT=$#; _bmcctl', "x"] + line.split(" "),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30,
        env=environment(**more), universal_newlines=True)
    assert r.stderr == "" and r.returncode == 0
    return [w for w in r.stdout.split()
            if w.startswith(line.split(" ")[-1])]


@pytest.mark.parametrize("complete", [completed_bash, completed_zsh])
def test_completion_knows_commands_options_and_values(ctl, complete):
    assert "power" in complete(ctl, "bmcctl po")
    assert complete(ctl, "bmcctl power c") == ["cycle"]
    assert "--verify" in complete(ctl, "bmcctl power on --v")
    assert "--persistent" not in complete(ctl, "bmcctl power on --")
    assert complete(ctl, "bmcctl boot set px") == ["pxe"]
    assert complete(ctl, "bmcctl -c x -o js") == ["json"]
    assert complete(ctl, "bmcctl completion b") == ["bash"]
    assert "set" in complete(ctl, "bmcctl boot s")


@pytest.mark.parametrize("complete", [completed_bash, completed_zsh])
def test_completion_asks_the_configuration_for_hosts(ctl, rack, complete):
    r = rack(hosts=["n1", "n2", "m1"])
    more = {"BMC_CONF": str(r.conf),
            "PATH": BUILD + ":" + os.environ["PATH"]}
    assert complete(ctl, "bmcctl power on n", **more) == ["n1", "n2"]
    assert complete(ctl, "bmcctl boot set pxe n1 m", **more) == ["m1"]
    assert "n2" in complete(ctl, "bmcctl boot n", **more)


def test_the_man_page_knows_every_command_and_option(ctl):
    page = os.path.join(TOP, "shared/ctl/bmcctl.1")

    with open(page) as f:
        man = f.read()

    plain = re.sub(r"\\[&-]|\\\(hy|[\"]", lambda m: "-"
                   if m.group(0) in (r"\-", r"\(hy") else "", man)

    for line in ctl("help").out.splitlines():
        m = re.match(r"^  ([a-z][a-z-]*( [a-z][a-z-]*)?) ", line)

        if m:
            words = m.group(1).split()
            assert ".It Ic " + " ".join(words) in plain, line

        m = re.match(r"^ .* --([a-z-]+)", line)

        if m:
            assert "Fl -" + m.group(1) in plain, line

    r = subprocess.run(["mandoc", "-Tlint", "-W", "warning", page],
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert r.stdout == b""
