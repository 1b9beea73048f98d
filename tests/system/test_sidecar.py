"""The Home Assistant sidecar's shapes, as its users meet them."""

import concurrent.futures
import os
import re
import time

import pytest
import requests
import yaml

from conftest import TOP
from ipmi_rig import proxy, sim  # noqa: F401
from nginx_rig import KEY, READER, nginx  # noqa: F401

SERVER = """
        bmc_auth key;
        location /power/ { bmc_sidecar n1; }
        location = /health { bmc_sidecar n1; }
"""

COMMANDS = [
    ("on", "power on", "Up/On", "on"),
    ("off", "power soft", "Soft", "off"),
    ("on", "power on", "Up/On", "on"),
    ("force-off", "power off", "Down/Off", "off"),
    ("on", "power on", "Up/On", "on"),
    ("reset", "power reset", "Reset", "on"),
    ("cycle", "power cycle", "Cycle", "on"),

    # seen at once, so that nothing waits for its verification at the end

    ("force-off", "power off", "Down/Off", "off"),
]


@pytest.fixture
def sidecar(nginx):
    return lambda hosts=1, **kwargs: nginx(hosts, server=SERVER, **kwargs)


def until_power(n, power):
    for _ in range(200):
        r = n.get("/power/status")
        assert r.status_code == 200, r.text

        if r.json()["power_state"] == power:
            return r.json()

        time.sleep(0.05)

    pytest.fail("never %s" % power)


def test_health_is_for_everybody(sidecar):
    r = sidecar().get("/health", key=None)
    assert r.status_code == 200
    assert r.json() == {"status": "healthy", "service": "ipmi-sidecar"}


def test_the_status_is_what_the_bmc_says(sidecar):
    r = sidecar().get("/power/status")
    assert r.status_code == 200
    assert r.headers["Content-Type"] == "application/json"
    assert r.json() == {"success": True, "power_state": "on",
                        "raw_output": "Chassis Power is on"}


def test_every_command_is_carried_out_and_told_as_before(sidecar):
    n = sidecar()

    for path, command, output, power in COMMANDS:
        r = n.post("/power/" + path)
        assert r.status_code == 200, r.text
        assert r.json() == {"success": True, "command": command,
                            "output": "Chassis Power Control: " + output}
        assert until_power(n, power)["raw_output"] \
            == "Chassis Power is " + power

    asked = n.rack.ctl("audit", "show").out
    assert "power.off" in asked and "power.force-off" in asked


@pytest.mark.parametrize("key", [None, "wrong", READER[:-1]])
def test_without_the_key_there_is_only_an_error(sidecar, key):
    r = sidecar().post("/power/off", key=key)
    assert r.status_code == 401
    assert r.json() == {"success": False,
                        "error": "Invalid or missing API key"}


def test_a_key_that_may_only_read_switches_nothing(sidecar):
    n = sidecar()
    r = n.post("/power/force-off", key=READER)
    assert r.status_code == 403
    assert r.json()["success"] is False
    assert "does not allow power" in r.json()["error"]
    assert n.get("/power/status", key=READER).json()["power_state"] == "on"


@pytest.mark.parametrize("path", ["/power/", "/power/nothing",
                                  "/power/status/x"])
def test_what_there_is_not_is_told_to_strangers_too(sidecar, path):
    r = sidecar().get(path, key=None)
    assert r.status_code == 404
    assert r.json() == {"success": False, "error": "Endpoint not found"}


def test_a_wrong_method_is_answered_as_flask_did(sidecar):
    r = sidecar().get("/power/on")
    assert r.status_code == 405
    assert r.headers["Allow"] == "POST"
    assert r.headers["Content-Type"] == "text/html; charset=utf-8"
    assert r.text == ("<!doctype html>\n<html lang=en>\n"
                      "<title>405 Method Not Allowed</title>\n"
                      "<h1>Method Not Allowed</h1>\n<p>The method is not "
                      "allowed for the requested URL.</p>\n")


def test_a_head_is_a_get_without_a_body(sidecar):
    n = sidecar()
    r = n.ask("HEAD", "/power/status")
    assert r.status_code == 200 and r.text == ""
    assert int(r.headers["Content-Length"]) > 0


def test_a_bmc_that_is_silent_is_an_error_that_names_the_command(sidecar,
                                                                 proxy):
    n = sidecar({"n1": proxy(None).host(more="timeout 1s;")})

    for method, path, command in (("GET", "status", "power status"),
                                  ("POST", "off", "power soft")):
        r = n.ask(method, "/power/" + path, timeout=30)
        assert r.status_code == 500
        assert set(r.json()) == {"success", "error", "command"}
        assert r.json()["success"] is False
        assert r.json()["command"] == command
        assert "no answer from 127.0.0.1" in r.json()["error"] \
            or r.json()["error"] == "Command timed out after 10 seconds"


def test_many_at_once_are_all_answered(sidecar):
    n = sidecar()

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: n.get("/power/status"), range(200)))

    assert {r.json()["power_state"] for r in answers} == {"on"}


def test_it_may_be_below_any_path(nginx):
    n = nginx(2, server="""
        bmc_auth key;
        location /n1/power/ { bmc_sidecar n1; }
        location = /n1/health { bmc_sidecar n1; }
        location /n2/ { bmc_sidecar n2; }
""")
    assert n.get("/n1/health", key=None).status_code == 200
    assert n.get("/n1/power/status").json()["power_state"] == "on"
    assert n.post("/n2/power/force-off").status_code == 200
    assert n.get("/n2/health", key=None).status_code == 200


# Home Assistant


class HomeAssistant:
    """what its rest_command, rest sensor and template switch do"""

    def __init__(self, n):
        path = os.path.join(TOP, "conf/homeassistant/configuration.yaml")

        with open(path) as f:
            text = f.read()

        text = text.replace("http://localhost:8080", n.url)
        self.conf = yaml.safe_load(
            text.replace("your-secure-random-api-key-here", KEY))
        self.states = {}

    def service(self, name):
        domain, name = name.split(".")
        c = self.conf[domain][name]
        r = requests.request(c["method"], c["url"], headers=c["headers"],
                             timeout=10)
        assert r.status_code < 400, r.text

    def scan(self):
        for s in self.conf["sensor"]:
            r = requests.request(s["method"], s["resource"],
                                 headers=s["headers"], timeout=10)
            key = re.fullmatch(r"{{ value_json\.(\w+) }}",
                               s["value_template"]).group(1)
            name = "sensor." + s["name"].lower().replace(" ", "_")
            self.states[name] = r.json()[key]
            self.attributes = {a: r.json()[a] for a in s["json_attributes"]}

    def switch(self):
        s = self.conf["switch"][0]["switches"]["server_power"]
        entity, state = re.fullmatch(
            r"{{ is_state\('([\w.]+)', '(\w+)'\) }}",
            s["value_template"]).groups()
        return self.states[entity] == state


def test_home_assistants_switch_turns_a_server_off_and_on(sidecar):
    n = sidecar()
    ha = HomeAssistant(n)
    ha.scan()
    assert ha.switch() is True
    assert ha.attributes == {"raw_output": "Chassis Power is on"}
    switch = ha.conf["switch"][0]["switches"]["server_power"]

    ha.service(switch["turn_off"]["service"])
    until_power(n, "off")
    ha.scan()
    assert ha.switch() is False

    ha.service(switch["turn_on"]["service"])
    until_power(n, "on")
    ha.scan()
    assert ha.switch() is True


def test_every_rest_command_of_home_assistant_is_there(sidecar):
    n = sidecar()
    ha = HomeAssistant(n)

    # a server that is off cannot be cycled, and says so

    for name in ha.conf["rest_command"]:
        ha.service("rest_command.server_power_on")
        until_power(n, "on")
        ha.service("rest_command." + name)

    ha.service("rest_command.server_power_force_off")
    until_power(n, "off")
