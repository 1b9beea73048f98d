"""REST: hosts, what their BMCs say, and changes of one."""

import concurrent.futures
import re
import signal
import time

import pytest

from nginx_rig import READER
from rest_rig import nginx, rest  # noqa: F401

FAST = {"n1": "timeout 400ms; poll off;"}


def error(r, status, code):
    assert r.status_code == status, r.text
    e = r.json()["error"]
    assert e["code"] == code, e
    return e


def names(r):
    return [h["name"] for h in r.json()["hosts"]]


# the list

def test_hosts_are_listed_in_the_order_of_the_configuration(rest):
    n = rest(["b2", "a1", "c3"])
    n.known("a1", "b2", "c3")
    r = n.get("/api/hosts")
    assert names(r) == ["b2", "a1", "c3"]
    assert r.json()["next"] is None
    h = r.json()["hosts"][0]
    assert (h["power"], h["driver"], h["reachable"]) == ("on", "sim", True)
    assert h["age"] < 30


def test_a_fleet_of_none_is_an_empty_list(rest):
    assert rest(0).get("/api/hosts").json() == {"hosts": [], "next": None}


def test_the_list_comes_in_pages(rest):
    n = rest(7)
    seen, after, pages = [], "", 0

    while after is not None:
        r = n.get("/api/hosts?limit=3" + (after and "&after=" + after))
        assert len(names(r)) <= 3
        seen += names(r)
        after = r.json()["next"]
        pages += 1

    assert seen == ["n%d" % i for i in range(1, 8)]
    assert pages == 3


def test_the_list_is_filtered(rest):
    n = rest({"n1": "groups rack1;", "n2": "groups rack1; sim { power off; }",
              "n3": "groups rack2;", "n4": "timeout 200ms; sim "
              "{ fault dead; }"})
    n.known("n1", "n2", "n3")
    n.get("/api/hosts/n4/power?fresh=1")
    assert names(n.get("/api/hosts?group=rack1")) == ["n1", "n2"]
    assert names(n.get("/api/hosts?power=off")) == ["n2"]
    assert names(n.get("/api/hosts?power=on&group=rack1")) == ["n1"]
    assert names(n.get("/api/hosts?power=unknown")) == ["n4"]
    assert names(n.get("/api/hosts?reachable=false")) == ["n4"]
    assert names(n.get("/api/hosts?reachable=1&limit=2&after=n1")) \
        == ["n2", "n3"]


@pytest.mark.parametrize("query, says", [
    ("power=up", "on, off, or unknown"), ("reachable=perhaps", "reachable"),
    ("limit=0", "limit"), ("limit=-1", "limit"), ("limit=many", "limit"),
    ("after=nobody", "after"), ("group=nothing", "no such group")])
def test_a_filter_that_makes_no_sense_is_said_to_be_wrong(rest, query, says):
    e = error(rest(1).get("/api/hosts?" + query), 400, "usage")
    assert says in e["message"]


def test_ten_thousand_hosts_are_sent_as_they_are_listed(rest):
    n = rest(["n[1-10000]"], "defaults { poll off; }")
    r = n.get("/api/hosts")
    assert names(r) == ["n%d" % i for i in range(1, 10001)]
    assert "Content-Length" not in r.headers
    assert names(n.get("/api/hosts?after=n9998")) == ["n9999", "n10000"]


def test_few_hosts_of_many_are_looked_for_in_several_turns(rest):
    few = ["z%d" % i for i in range(20)]
    n = rest([h for i in range(20) for h in
              (few[i], "n[%d-%d]" % (i * 300, i * 300 + 299))],
             "defaults { poll off; }")

    for host in few:
        n.get("/api/hosts/%s/power?fresh=1" % host)

    for query, expected in (("power=on", few), ("power=off", [])):
        r = n.get("/api/hosts?" + query)
        assert names(r) == expected and r.json()["next"] is None
        assert "Content-Length" not in r.headers
        assert n.ask("HEAD", "/api/hosts?" + query).status_code == 200


def test_hosts_of_very_many_groups_are_listed_like_others(rest):
    groups = " ".join("g%d%s" % (i, 50 * "x") for i in range(240))
    n = rest({"n%d" % i: "groups %s;" % groups for i in range(1, 21)})
    hosts = n.get("/api/hosts").json()["hosts"]
    assert [h["name"] for h in hosts] == ["n%d" % i for i in range(1, 21)]
    assert all(h["groups"] == groups.split() for h in hosts)


# one host

def test_a_host_is_shown_with_all_that_is_known_and_how_old_it_is(rest):
    n = rest({"n1": "groups rack1 gpu; address 192.0.2.7;"})

    for what in ("power", "boot", "identify", "sensors", "inventory"):
        assert n.get("/api/hosts/n1/%s?fresh=1" % what).status_code == 200

    h = n.get("/api/hosts/n1").json()
    assert h["power"] == "on" and h["drivers"] == ["sim"]
    assert h["groups"] == ["rack1", "gpu"]
    assert h["address"] == "192.0.2.7"
    assert h["vendor"] and h["model"] and h["serial"]
    assert h["boot"]["device"] == "none"
    assert len(h["sensors"]) == 16
    assert all(h[a] < 30 for a in ("age", "facts_age", "sensors_age",
                                   "identify_age", "answered_age"))


def test_a_host_that_is_not_there(rest):
    n = rest(1)

    for path in ("", "/power", "/power?fresh=1", "/sensors", "/log"):
        e = error(n.get("/api/hosts/n9" + path), 404, "no-host")
        assert e["host"] == "n9"

    error(n.post("/api/hosts/n9/power", {"action": "on"}), 404, "no-host")
    error(n.get("/api/events?host=n9"), 404, "no-host")


def test_power_is_told_without_asking_and_asked_when_it_must_be_fresh(rest):
    n = rest({"n1": "poll off;"})
    r = n.get("/api/hosts/n1/power")
    assert r.json()["power"] == "on"
    reads = n.shown("n1")["reads"]

    for _ in range(5):
        assert n.get("/api/hosts/n1/power").json()["age"] < 30

    assert n.shown("n1")["reads"] == reads
    r = n.get("/api/hosts/n1/power?fresh=1")
    assert r.json()["age"] < 5 and r.json()["driver"] == "sim"
    assert n.shown("n1")["reads"] == reads + 1
    e = error(n.get("/api/hosts/n1/power?fresh=soon"), 400, "usage")
    assert "fresh" in e["message"]


def test_head_says_what_get_would(rest):
    n = rest(1)

    for path in ("/api/hosts", "/api/hosts/n1", "/api/hosts/n1/power",
                 "/api/operations", "/api/openapi.json"):
        r = n.ask("HEAD", path)
        assert r.status_code == 200 and r.content == b"", path
        assert r.headers["Content-Type"] == "application/json"

    r = n.ask("HEAD", "/api/events")
    assert r.status_code == 200 and r.content == b""
    assert r.headers["Content-Type"] == "text/event-stream"


def test_what_a_bmc_tells(rest):
    n = rest(1)

    def get(what):
        r = n.get("/api/hosts/n1/" + what)
        assert r.status_code == 200, r.text
        assert r.json()["host"] == "n1"
        return r.json()

    sensors = get("sensors")["sensors"]
    assert len(sensors) == 16
    assert any("thresholds" in s and s["unit"] for s in sensors)
    assert get("inventory")["system"]["serial"]
    assert get("users")["users"]
    assert get("bmc")["firmware"]
    assert get("lan")["mac"]
    assert get("power/reading")["watts"] > 0
    assert get("boot")["device"] == "none"
    assert get("identify")["identify"] == "off"


# changes

def test_a_change_is_accepted_and_can_be_followed(rest):
    n = rest(1)
    r = n.post("/api/hosts/n1/power", {"action": "force-off"})
    assert r.status_code == 202, r.text
    assert r.json()["accepted"] is True and r.json()["verified"] is False
    op = n.follow(r, ("accepted", "verified"))
    assert op["id"] == r.json()["op"]
    assert (op["host"], op["verb"]) == ("n1", "power.force-off")
    assert op["who"] == "key:robot"
    assert [s["state"] for s in op["steps"]][:2] == ["asked", "sent"]


def test_a_change_is_verified_while_the_client_waits(rest):
    n = rest(1)
    r = n.post("/api/hosts/n1/power", {"action": "off", "verify": "10s"})
    assert r.status_code == 200, r.text
    assert r.json()["verified"] is True and r.json()["power"] == "off"
    assert n.get(r.headers["Location"]).json()["state"] == "verified"
    assert n.get("/api/hosts/n1/power").json()["power"] == "off"


@pytest.mark.parametrize("verify", ["10s", "1m", 10, True])
def test_how_long_to_wait_can_be_said_in_several_ways(rest, verify):
    r = rest(1).post("/api/hosts/n1/power",
                     {"action": "force-off", "verify": verify})
    assert r.status_code == 200 and r.json()["verified"], r.text


def test_every_action_arrives_at_the_bmc(rest):
    n = rest({"n1": "sim { cycle_gap 700ms; power_delay 50ms; "
              "shutdown_time 50ms; }"})
    actions = ["force-off", "on", "cycle", "reset", "nmi", "off"]

    for action in actions:
        r = n.post("/api/hosts/n1/power",
                   {"action": action, "verify": action not in ("nmi",)
                    and "10s"})
        assert r.status_code == (202 if action == "nmi" else 200), r.text

    ops = n.get("/api/operations").json()["operations"]
    assert [o["verb"] for o in ops] \
        == ["power." + a for a in reversed(actions)]
    assert n.shown("n1")["changes"] == len(actions)


@pytest.mark.parametrize("body, says", [
    ({"action": "explode"}, "one of on, off"), ({}, "one of on, off"),
    ({"action": 1}, "one of on, off"),
    ({"action": "on", "verify": "2h"}, "verify"),
    ({"action": "on", "verify": -1}, "verify"),
    ({"action": "on", "verify": []}, "verify"),
    ({"action": "on", "verify": "soon"}, "verify"),
    ({"action": "on", "wait": 1}, "wait")])
def test_a_change_that_makes_no_sense_reaches_nobody(rest, body, says):
    n = rest(1)
    e = error(n.post("/api/hosts/n1/power", body), 400, "usage")
    assert says in e["message"]
    assert n.get("/api/operations").json()["operations"] == []


def test_boot_is_overridden(rest):
    n = rest(1)
    r = n.put("/api/hosts/n1/boot", {"device": "pxe", "persistent": True,
                                     "mode": "uefi", "verify": "10s"})
    assert r.status_code == 200 and r.json()["verified"], r.text
    b = n.get("/api/hosts/n1/boot").json()
    assert (b["device"], b["persistent"], b["mode"]) == ("pxe", True, "uefi")
    r = n.put("/api/hosts/n1/boot", {"device": "none"})
    assert r.status_code == 202
    assert n.get("/api/hosts/n1/boot?fresh=1").json()["device"] == "none"

    for body, says in (({"device": "tape"}, "tape"), ({}, "device"),
                       ({"device": ["pxe"]}, "device"),
                       ({"device": "pxe", "persistent": "sometimes"},
                        "sometimes")):
        e = error(n.put("/api/hosts/n1/boot", body), 400, "usage")
        assert says in e["message"]


def test_the_identify_led_is_lit_and_put_out(rest):
    n = rest(1)

    for body, shown in (({"identify": True, "verify": True}, "on"),
                        ({"identify": False, "verify": True}, "off"),
                        ({"identify": "on", "seconds": 200}, "timed")):
        r = n.put("/api/hosts/n1/identify", body)
        assert r.status_code == (200 if "verify" in body else 202), r.text
        r = n.get("/api/hosts/n1/identify?fresh=1")
        assert r.json()["identify"] == shown

    e = error(n.put("/api/hosts/n1/identify",
                    {"identify": True, "seconds": 999}), 400, "usage")
    assert "seconds" in e["message"]


def test_the_log_is_emptied(rest):
    n = rest(1)
    n.fault("n1", "hot")
    n.get("/api/hosts/n1/sensors?fresh=1")
    e = n.get("/api/hosts/n1/log").json()["entries"]
    assert e[-1]["severity"] in ("warning", "critical") and e[-1]["message"]
    assert n.delete("/api/hosts/n1/log").status_code == 202
    assert len(n.get("/api/hosts/n1/log?fresh=1").json()["entries"]) <= 1


def test_a_bmc_is_restarted(rest):
    n = rest(1)
    assert n.post("/api/hosts/n1/bmc/reset").status_code == 202
    r = n.post("/api/hosts/n1/bmc/reset", {"kind": "warm"})
    assert r.status_code in (202, 503), r.text
    e = error(n.post("/api/hosts/n1/bmc/reset", {"kind": "hot"}), 400,
              "usage")
    assert "cold warm" in e["message"]


def test_an_image_is_inserted_and_ejected(rest):
    n = rest(1)

    def inserted():
        r = n.get("/api/hosts/n1/media?fresh=1")
        return [m["image"] for m in r.json()["media"] if m["inserted"]]

    assert inserted() == []
    r = n.post("/api/hosts/n1/media", {"action": "insert", "user": "eve",
                                       "password": "the-image-servers",
                                       "image": "https://a.example/b.iso"})
    assert r.status_code == 202, r.text
    assert n.follow(r, ("accepted",))["verb"] == "media.insert"
    assert inserted() == ["https://a.example/b.iso"]
    assert n.post("/api/hosts/n1/media", {"action": "eject"}).status_code \
        == 202
    assert inserted() == []
    assert "the-image-servers" not in n.rack.audit.read_text()

    for body, says in (({"action": "play"}, "insert or eject"),
                       ({"action": "insert"}, "image"),
                       ({"action": "insert", "image": "b.iso"}, "b.iso"),
                       ({"action": "eject", "image": "b.iso"}, "image")):
        e = error(n.post("/api/hosts/n1/media", body), 400, "usage")
        assert says in e["message"]


def test_users_of_a_bmc_come_change_and_go(rest):
    n = rest(1)

    def users():
        r = n.get("/api/hosts/n1/users?fresh=1")
        return {u["name"]: u for u in r.json()["users"]}

    r = n.put("/api/hosts/n1/users/eve", {"password": "a-secret-of-hers",
                                          "role": "operator"})
    assert r.status_code == 202, r.text
    assert users()["eve"]["role"] == "operator"
    r = n.put("/api/hosts/n1/users/eve", {"role": "user", "enabled": False})
    assert r.status_code == 202, r.text
    assert users()["eve"]["enabled"] is False
    assert n.delete("/api/hosts/n1/users/eve").status_code == 202
    assert "eve" not in users()
    e = error(n.put("/api/hosts/n1/users/eve", {"name": "adam"}), 400,
              "usage")
    assert "in the address" in e["message"]
    assert "a-secret-of-hers" not in n.rack.audit.read_text()


def test_a_bmc_that_refused_the_password_is_asked_again_on_request(rest):
    n = rest(FAST)
    n.fault("n1", "refuses-login")
    error(n.get("/api/hosts/n1/power"), 502, "bad-login")
    n.fault("n1", "none")
    e = error(n.get("/api/hosts/n1/power"), 502, "bad-login")
    assert "refuses the user or the password" in e["message"]
    h = n.get("/api/hosts/n1").json()
    assert h["error"]["code"] == "bad-login" and h["reachable"] is True
    r = n.post("/api/hosts/n1/retry")
    assert r.status_code == 200, r.text
    assert n.get("/api/hosts/n1/power").json()["power"] == "on"


# what goes wrong

def test_who_may_only_read_is_told_which_rule_refused(rest):
    n = rest(1)
    e = error(n.post("/api/hosts/n1/power", {"action": "on"}, key=READER),
              403, "denied")
    assert re.search(r"role reader of key reader \(\S*bmcgate.conf:\d+\) "
                     r"does not allow power", e["message"]), e
    assert "refused" in n.rack.audit.read_text()


def test_an_address_that_is_none(rest):
    n = rest(1)

    for path in ("/api/", "/api/host", "/api/hosts/n1/fan",
                 "/api/operations/1/2", "/api/users"):
        error(n.get(path), 404, "no-verb")


def test_a_method_that_does_not_go_with_the_address(rest):
    n = rest(1)

    for method, path, allow in (
            ("DELETE", "/api/hosts", "GET, HEAD"),
            ("DELETE", "/api/hosts/n1/power", "GET, HEAD, POST"),
            ("PATCH", "/api/hosts/n1/boot", "GET, HEAD, PUT"),
            ("GET", "/api/groups/g/power", "POST"),
            ("PUT", "/api/sessions", "GET, HEAD, POST")):
        r = n.ask(method, path)
        error(r, 405, "usage")
        assert r.headers["Allow"] == allow


def test_a_bmc_that_is_busy(rest):
    n = rest(FAST)
    n.fault("n1", "busy")
    e = error(n.post("/api/hosts/n1/power", {"action": "on"}), 409, "busy")
    assert "node busy" in e["message"]


def test_a_body_that_is_too_large(rest):
    e = error(rest(1).post("/api/hosts/n1/power", {"action": "x" * 70000}),
              413, "usage")
    assert "65536" in e["message"]


def test_a_body_that_is_not_said_to_be_json(rest):
    e = error(rest(1).post("/api/hosts/n1/power", {"action": "on"},
                           headers={"Content-Type": "text/plain"}),
              415, "usage")
    assert "application/json" in e["message"]


def test_what_a_bmc_cannot_do(rest):
    n = rest(FAST)
    n.fault("n1", "no-nmi")
    e = error(n.post("/api/hosts/n1/power", {"action": "nmi"}), 422,
              "unsupported")
    assert "diagnostic interrupt" in e["message"]


def limited(rest, **words):
    n = rest(2, start=False, **words)
    conf = n.rack.conf
    conf.write_text(conf.read_text().replace("limit changes off;",
                                             "limit changes 2/m;"))
    n.nginx.start()
    return n


def test_too_many_changes_are_refused_by_the_limit_that_says_so(rest):
    n = limited(rest)

    for _ in range(2):
        r = n.post("/api/hosts/n1/power", {"action": "reset"})
        assert r.status_code == 202, r.text

    r = n.post("/api/hosts/n2/power", {"action": "reset"})
    e = error(r, 429, "limited")
    assert "limit changes" in e["message"]
    assert 1 <= int(r.headers["Retry-After"]) <= 60
    assert e["retry_after"] == int(r.headers["Retry-After"])
    assert n.get("/api/hosts/n2/power?fresh=1").status_code == 200


def test_too_many_requests_at_once_are_refused_by_that_limit(rest):
    n = rest({"n1": "poll off;"}, extra="limit inflight 1;")
    n.get("/api/hosts/n1/power")
    n.fault("n1", "slow=700ms")

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        first = pool.submit(n.get, "/api/hosts/n1/power?fresh=1")
        time.sleep(0.2)
        r = n.get("/api/hosts/n1/sensors")
        e = error(r, 429, "limited")
        assert "limit inflight" in e["message"]
        assert r.headers["Retry-After"] == "1"
        assert first.result().status_code == 200


def test_a_bmc_that_refuses_says_why_in_its_own_words(rest):
    e = error(rest(1).delete("/api/hosts/n1/users/nobody"), 502, "refused")
    assert "nobody" in e["message"] or "user" in e["message"]


def test_a_bmc_that_does_not_answer(rest):
    n = rest(FAST)
    n.fault("n1", "dead")
    e = error(n.get("/api/hosts/n1/power"), 503, "unreachable")
    assert e["host"] == "n1"

    # it is left alone for a while: that is told at once

    began = time.monotonic()
    r = n.get("/api/hosts/n1/sensors")
    e = error(r, 503, "unreachable")
    assert time.monotonic() - began < 0.3
    assert 1 <= int(r.headers["Retry-After"]) == e["retry_after"]
    h = n.get("/api/hosts/n1").json()
    assert h["reachable"] is False and h["failures"] >= 1
    assert h["error"]["code"] == "unreachable"


def test_a_change_that_could_not_be_sent_in_time_never_happens(rest):
    n = rest(FAST)
    n.fault("n1", "loses")

    # it has the BMC's session, and falls asleep

    p = n.rack.start("power", "off", "n1", "--verify=60s")
    end = time.monotonic() + 10

    while n.shown("n1")["changes"] == 0:
        assert time.monotonic() < end
        time.sleep(0.02)

    p.send_signal(signal.SIGSTOP)

    try:
        r = n.post("/api/hosts/n1/power", {"action": "reset"})
        e = error(r, 504, "timeout")
        assert "nothing was sent" in e["message"]
        assert n.follow(r, ("cancelled",))["error"] == "timeout"

    finally:
        p.send_signal(signal.SIGCONT)

    assert n.shown("n1")["changes"] == 1


def test_a_change_whose_outcome_nobody_knows(rest):
    n = rest({"n1": "timeout 400ms; poll off;"})
    assert n.get("/api/hosts/n1/power").status_code == 200
    n.fault("n1", "mute")
    r = n.post("/api/hosts/n1/power", {"action": "force-off"})
    error(r, 504, "unknown")
    assert n.follow(r, ("unknown",))["error"] == "unknown"


def test_a_change_that_the_bmc_accepts_and_never_shows(rest):
    n = rest({"n1": "poll off;"})
    n.fault("n1", "loses")
    r = n.post("/api/hosts/n1/power", {"action": "off", "verify": "1s"})
    error(r, 504, "unverified")
    assert n.follow(r, ("unverified",))["host"] == "n1"
