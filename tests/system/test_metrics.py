"""/metrics: what Prometheus sees, and what is ready for it in conf/."""

import gzip
import hashlib
import json
import math
import os
import re
import shutil
import socket
import threading
import time

import pytest
import yaml

import exposition
from nginx_rig import KEY, nginx  # noqa: F401

from conftest import TOP, run

SERVER = """
        bmc_auth key user;
        location /api/ { bmc_api; }
        location = /metrics { bmc_metrics; }
        location = /quick { return 200 quick; }
"""

ONE = "a-key-for-one-host"
CHANGER = "a-key-that-may-not-read"

KEYS = """
key one { sha256 %s; role reader; hosts n1; }
role changer { allow power; }
key changer { sha256 %s; role changer; }
""" % tuple(hashlib.sha256(k.encode()).hexdigest() for k in (ONE, CHANGER))

DASHBOARD = os.path.join(TOP, "conf/grafana/bmcgate.json")
RULES = os.path.join(TOP, "conf/prometheus/bmcgate.rules.yml")

# dashboards and alerts of others rest on these

NAMES = {
    "bmcgate_build_info": "gauge", "bmcgate_hosts": "gauge",
    "bmcgate_processes": "gauge", "bmcgate_host_power": "gauge",
    "bmcgate_host_reachable": "gauge",
    "bmcgate_host_login_refused": "gauge",
    "bmcgate_host_age_seconds": "gauge", "bmcgate_host_health": "gauge",
    "bmcgate_host_watts": "gauge", "bmcgate_host_failures": "gauge",
    "bmcgate_host_change_age_seconds": "gauge",
    "bmcgate_host_sensors_age_seconds": "gauge",
    "bmcgate_sensor_value": "gauge", "bmcgate_sensor_state": "gauge",
    "bmcgate_operations_total": "counter",
    "bmcgate_bmc_seconds": "histogram",
    "bmcgate_logins_total": "counter", "bmcgate_leases": "gauge",
    "bmcgate_operations_inflight": "gauge",
}

OF_HOSTS = [name for name in NAMES if name.startswith("bmcgate_host_")]


def families(n, **kwargs):
    r = n.get("/metrics", **kwargs)
    assert r.status_code == 200, r.text
    assert r.headers["Content-Type"] \
        == "text/plain; version=0.0.4; charset=utf-8"
    return exposition.parse(r.content.decode())


def until(n, said, timeout=20):
    """a scrape of which said(families) is true"""

    end = time.monotonic() + timeout

    while True:
        f = families(n)

        if said(f):
            return f

        assert time.monotonic() < end, f["bmcgate_host_reachable"].samples
        time.sleep(0.1)


def polled(hosts):
    return lambda f: all(
        not math.isnan(f[name].one(host=h))
        for name in ("bmcgate_host_reachable",
                     "bmcgate_host_sensors_age_seconds") for h in hosts)


# what is in it

def test_a_scrape_is_proper_and_its_names_are_those_of_always(nginx):
    n = nginx(2, server=SERVER)
    f = until(n, polled(["n1", "n2"]))
    assert {name: family.type for name, family in f.items()} == NAMES
    assert f["bmcgate_hosts"].one() == 2
    assert f["bmcgate_processes"].one() == 1
    assert f["bmcgate_build_info"].one() == 1
    assert f["bmcgate_leases"].one() == 2

    for name in OF_HOSTS:
        assert f[name].of("host") == {"n1", "n2"}, name


def test_a_scrape_says_what_the_bmcs_have_said(nginx):
    n = nginx({"n1": "groups rack1 gpu;",
               "n2": "sim { power off; }", "hot": "sim { fault hot; }"},
              server=SERVER)
    f = until(n, polled(["n1", "n2", "hot"]))
    power = f["bmcgate_host_power"]
    assert power.one(host="n1", group="rack1,gpu") == 1
    assert power.one(host="n2", group="") == 0
    assert f["bmcgate_host_age_seconds"].one(host="n1") < 20
    assert f["bmcgate_host_failures"].one(host="n1") == 0
    assert f["bmcgate_host_health"].one(host="n1") == 0
    assert f["bmcgate_host_health"].one(host="hot") > 0
    assert 0 <= f["bmcgate_host_watts"].one(host="n1") < 5000
    assert math.isnan(f["bmcgate_host_change_age_seconds"].one(host="n1"))

    told = n.get("/api/hosts/n1/sensors").json()["sensors"]
    value = f["bmcgate_sensor_value"]
    assert {s["name"] for s in told} \
        == {dict(have)["sensor"]
            for _, have in f["bmcgate_sensor_state"].samples
            if dict(have)["host"] == "n1"}

    for s in told:
        if "unit" in s:
            assert value.one(host="n1", sensor=s["name"]) \
                == pytest.approx(s["value"], rel=0.5)

    assert max(v for (_, have), v in f["bmcgate_sensor_state"].samples.items()
               if dict(have)["host"] == "hot") >= 1


def test_hosts_that_do_not_answer_stay_as_series(nginx):
    n = nginx({"n1": "", "dead": "timeout 300ms; sim { fault dead; }",
               "locked": "sim { fault refuses-login; }",
               "old": "driver unmanaged;"}, server=SERVER)
    f = until(n, lambda f: f["bmcgate_host_reachable"].one(host="dead") == 0
              and f["bmcgate_host_login_refused"].one(host="locked") == 1
              and polled(["n1"])(f))

    for name in OF_HOSTS:
        assert f[name].of("host") == {"n1", "dead", "locked", "old"}, name

    assert math.isnan(f["bmcgate_host_power"].one(host="dead"))
    assert math.isnan(f["bmcgate_host_power"].one(host="old"))
    assert f["bmcgate_host_failures"].one(host="dead") >= 1
    assert f["bmcgate_host_login_refused"].one(host="n1") == 0
    assert f["bmcgate_host_login_refused"].one(host="dead") == 0


def test_counters_grow_by_what_was_done(nginx):
    n = nginx(1, server=SERVER)
    before = families(n)
    ops = "bmcgate_operations_total"
    assert before[ops].one(verb="power.on", result="ok") == 0
    assert before[ops].one(verb="power.on", result="unknown") == 0

    for action in 3 * ["force-off", "on"]:
        r = n.post("/api/hosts/n1/power", {"action": action,
                                           "verify": "10s"})
        assert r.status_code == 200, r.text

    for _ in range(4):
        assert n.get("/api/hosts/n1/power?fresh=1").status_code == 200

    assert n.get("/api/hosts/n1/power", key="wrong").status_code == 401

    f = families(n)
    assert f[ops].one(verb="power.on", result="ok") == 3
    assert f[ops].one(verb="power.force-off", result="ok") == 3
    assert f[ops].one(verb="power.status", result="ok") \
        >= before[ops].one(verb="power.status", result="ok") + 4
    took = f["bmcgate_bmc_seconds"]
    assert took.one("_count", verb="power.on") == 3
    assert 0 <= took.one("_sum", verb="power.on") < 30
    assert f["bmcgate_logins_total"].one(result="wrong-key") == 1
    assert 0 <= f["bmcgate_host_change_age_seconds"].one(host="n1") < 20

    for name in before:
        if NAMES[name] != "gauge":
            for key, value in before[name].samples.items():
                assert f[name].samples[key] >= value, key


def test_what_was_counted_outlives_nginx(nginx):
    n = nginx(1, server=SERVER)
    r = n.post("/api/hosts/n1/power", {"action": "reset"})
    assert r.status_code == 202, r.text
    ops = "bmcgate_operations_total"
    until(n, lambda f: f[ops].one(verb="power.reset", result="ok") == 1)
    n.reloaded()
    f = families(n)
    assert f[ops].one(verb="power.reset", result="ok") == 1


# who may see it

def test_nobody_scrapes_without_a_key(nginx):
    n = nginx(1, server=SERVER)

    for key in (None, "wrong"):
        r = n.get("/metrics", key=key)
        assert r.status_code == 401
        assert "WWW-Authenticate" in r.headers
        assert "bmcgate_" not in r.text

    r = n.ask("POST", "/metrics")
    assert r.status_code == 405
    assert r.headers["Allow"] == "GET, HEAD"


def test_a_key_sees_the_hosts_it_is_for(nginx):
    n = nginx(3, extra=KEYS, server=SERVER)
    until(n, polled(["n1", "n2", "n3"]))

    for key, hosts in ((KEY, {"n1", "n2", "n3"}), (ONE, {"n1"}),
                       (CHANGER, set())):
        f = families(n, key=key)
        assert set(f) == set(NAMES)

        for name in OF_HOSTS + ["bmcgate_sensor_value",
                                "bmcgate_sensor_state"]:
            assert f[name].of("host") == hosts, (key, name)


# how it is fetched

def test_bearer_is_what_prometheus_sends(nginx):
    n = nginx(1, server=SERVER)
    families(n, key=None, headers={"Authorization": "Bearer " + KEY})


def talk(n, text):
    with socket.create_connection(("127.0.0.1", n.port), 10) as s:
        s.sendall(text.encode())
        s.settimeout(20)
        got = b""

        while True:
            part = s.recv(65536)

            if not part:
                return got

            got += part


def test_http_1_0_gets_it_without_chunks(nginx):
    n = nginx(100, server=SERVER)
    head, _, body = talk(n, "GET /metrics HTTP/1.0\r\nX-API-Key: %s\r\n\r\n"
                         % KEY).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"chunked" not in head.lower()
    f = exposition.parse(body.decode())
    assert len(f["bmcgate_host_power"].samples) == 100


@pytest.mark.parametrize("hosts", [1, 300])
def test_head_has_no_body_and_the_connection_goes_on(nginx, hosts):
    n = nginx(hosts, server=SERVER)
    said = talk(n, "HEAD /metrics HTTP/1.1\r\nHost: a\r\nX-API-Key: %s\r\n"
                "\r\nGET /quick HTTP/1.1\r\nHost: a\r\n"
                "Connection: close\r\n\r\n" % KEY)
    head, _, rest = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"version=0.0.4" in head
    assert rest.startswith(b"HTTP/1.1 200 ") and rest.endswith(b"quick")


def test_gzip_when_nginx_is_told_so(nginx):
    n = nginx(300, server=SERVER, http="gzip on; gzip_types text/plain;")
    r = n.get("/metrics", headers={"Accept-Encoding": "gzip"}, stream=True)
    raw = r.raw.read(decode_content=False)
    assert r.headers["Content-Encoding"] == "gzip"
    f = exposition.parse(gzip.decompress(raw).decode())
    assert len(f["bmcgate_host_power"].samples) == 300


def test_a_scraper_that_leaves_harms_nobody(nginx):
    n = nginx(2000, server=SERVER)

    for _ in range(10):
        with socket.create_connection(("127.0.0.1", n.port), 10) as s:
            s.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\nX-API-Key: %s"
                      b"\r\n\r\n" % KEY.encode())
            assert s.recv(1000).startswith(b"HTTP/1.1 200 ")

    assert n.get("/quick").text == "quick"


def test_ten_thousand_hosts_in_one_scrape_while_others_are_answered(nginx):
    n = nginx(10000, server=SERVER)
    answered, over = [], threading.Event()

    def others():
        while not over.is_set():
            began = time.monotonic()
            assert n.get("/quick").text == "quick"
            answered.append((began, time.monotonic()))

    t = threading.Thread(target=others)
    t.start()

    try:
        began = time.monotonic()
        r = n.get("/metrics", timeout=60)
        took = time.monotonic() - began

    finally:
        over.set()
        t.join()

    f = exposition.parse(r.content.decode())

    for name in OF_HOSTS:
        assert len(f[name].samples) == 10000, name

    # asked and answered in the middle of it

    assert [a for a in answered if began < a[0] and a[1] < began + took]


# what is ready for it

def metric_names(text):
    return {re.sub(r"_(bucket|sum|count)$", "", name)
            for name in re.findall(r"\bbmcgate_\w+", text)}


def panels():
    with open(DASHBOARD, encoding="utf-8") as f:
        dashboard = json.load(f)

    return dashboard, [t for p in dashboard["panels"] for t in p["targets"]]


def rules():
    with open(RULES, encoding="utf-8") as f:
        return [r for g in yaml.safe_load(f)["groups"] for r in g["rules"]]


def selectors(text):
    """name, label, operator and value of what an expression selects"""

    for name, inside in re.findall(r"\b(bmcgate_\w+?)(?:_bucket)?\{(.*?)\}",
                                   text):
        for label, op, value in re.findall(r'(\w+)(=~|!=|=)"(.*?)"', inside):
            if "$" not in value:
                yield name, label, op, value


def test_the_dashboard_and_the_alerts_ask_for_what_there_is(nginx):
    n = nginx(1, server=SERVER)
    f = until(n, polled(["n1"]))
    dashboard, targets = panels()
    exprs = [t["expr"] for t in targets] + [r["expr"] for r in rules()]
    asked = [v["query"]["query"] for v in dashboard["templating"]["list"]
             if v["type"] == "query"]

    for text in exprs + asked:
        assert metric_names(text) <= set(f), text

    labels = {name: {k for _, have in family.samples for k, _ in have}
              for name, family in f.items()}

    for text in exprs:
        for name, label, op, value in selectors(text):
            assert label in labels[name], text

            if op != "!=":
                assert any(re.fullmatch(value, v)
                           for v in f[name].of(label) if v), text

    assert metric_names(" ".join(exprs)) >= set(NAMES) - {
        "bmcgate_build_info", "bmcgate_host_change_age_seconds"}


def test_every_panel_and_every_alert_is_whole():
    dashboard, targets = panels()
    ids = [p["id"] for p in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    variables = {v["name"] for v in dashboard["templating"]["list"]}

    for t in targets:
        assert set(re.findall(r"\$(\w+)", t["expr"])) \
            <= variables | {"__rate_interval"}

    for r in rules():
        assert r["labels"]["severity"] in ("info", "warning", "critical")
        assert r["annotations"]["summary"]

    names = [r["alert"] for r in rules()]
    assert len(names) == len(set(names))


def test_prometheus_itself_reads_the_alerts_and_the_dashboard(tmp_path):
    """with promtool, where there is one; its rules are as strict as ours"""

    promtool = shutil.which("promtool")
    text = [t["expr"] for t in panels()[1]]

    for expr in text + [r["expr"] for r in rules()]:
        for one, other in ("()", "{}", "[]"):
            assert expr.count(one) == expr.count(other), expr

    if promtool is None:
        return

    text = [re.sub(r"\$\w+", "5m", e) for e in text]
    (tmp_path / "panels.yml").write_text(yaml.safe_dump({"groups": [
        {"name": "panels", "rules": [{"record": "panel%d" % i, "expr": e}
                                     for i, e in enumerate(text)]}]}))
    r = run([promtool, "check", "rules", RULES, str(tmp_path / "panels.yml")])
    assert r.status == 0, r


# and the reader is as strict as it should be

GOOD = """# HELP a_total A counter of things.
# TYPE a_total counter
a_total{b="c"} 1
# HELP h_seconds A histogram of times.
# TYPE h_seconds histogram
h_seconds_bucket{le="1"} 1
h_seconds_bucket{le="+Inf"} 2
h_seconds_sum 3.5
h_seconds_count 2
"""


@pytest.mark.parametrize("old, new", [
    ('a_total{b="c"} 1\n', 'a_total{b="c"} 1\na_total{b="c"} 2\n'),
    ('a_total{b="c"} 1\n', 'a_total{b="c",b="d"} 1\n'),
    ('a_total{b="c"} 1\n', 'a_total{b="c",} 1\n'),
    ('a_total{b="c"} 1\n', 'a_total{b="\\u0041"} 1\n'),
    ('a_total{b="c"} 1\n', 'a_total{b="c"} -1\n'),
    ('a_total{b="c"} 1\n', 'a_total{b="c"} nan\n'),
    ('a_total{b="c"} 1\n', 'a_total{b="c"}  1\n'),
    ('a_total{b="c"} 1\n', 'b_total{b="c"} 1\n'),
    ("# TYPE a_total counter\n", ""),
    ("# TYPE a_total counter", "# TYPE a_total gauge"),
    ("# HELP h_seconds A histogram of times.\n", ""),
    ('{le="1"} 1', '{le="1"} 3'),
    ('{le="+Inf"}', '{le="2"}'),
    ('{le="1"}', '{le="+Inf"}'),
    ("h_seconds_count 2\n", "h_seconds_count 3\n"),
    ("h_seconds_count 2\n", "h_seconds_count 2"),
    ("h_seconds_sum 3.5\n", ""),
])
def test_broken_text_is_found(old, new):
    exposition.parse(GOOD)
    assert old in GOOD

    with pytest.raises((AssertionError, KeyError)):
        exposition.parse(GOOD.replace(old, new, 1))
