"""The scripted Redfish BMCs are real ones, as the field's own clients see
them; and they count what those leave behind."""

import json
import time

import pytest
import requests
import sushy

from conftest import run
from redfish_bmcs_rig import Http, bmcs, message, until  # noqa

V1 = "/redfish/v1"
SESSIONS = V1 + "/SessionService/Sessions"
ACCOUNTS = V1 + "/AccountService/Accounts"

# trees that have little in common

TREES = ["plain", "dell", "hpe", "openbmc", "lenovo", "supermicro"]


@pytest.fixture(params=TREES)
def bmc(request, bmcs):  # noqa
    return bmcs.add(request.param)


@pytest.fixture
def plain(bmcs):  # noqa
    return bmcs.add()


def client(bmc):
    return sushy.Sushy(bmc.url, auth=sushy.auth.SessionAuth(
        username="admin", password="secret"))


def sessions(bmc):
    return bmc.counts()["sessions"]


@pytest.fixture
def http(plain):
    with_basic = Http(plain)
    yield with_basic
    with_basic.session.close()


# sushy

def test_sushy_switches_power_and_sees_it(bmc):
    system, = client(bmc).get_system_collection().get_members()

    for kind, state in ((sushy.RESET_FORCE_OFF, sushy.PowerState.OFF),
                        (sushy.RESET_ON, sushy.PowerState.ON),
                        (sushy.RESET_GRACEFUL_SHUTDOWN,
                         sushy.PowerState.OFF)):
        assert kind in system.get_allowed_reset_system_values()
        system.reset_system(kind)

        def reached():
            system.refresh(force=True)
            return system.power_state == state

        until(reached)

    assert [b["by"] for b in bmc.machine()["boots"]] == ["on"]
    assert bmc.machine()["hard"] == 1


def test_sushy_boots_once_from_the_network(bmc):
    system, = client(bmc).get_system_collection().get_members()
    system.set_system_boot_options(
        target=sushy.BOOT_SOURCE_TARGET_PXE,
        enabled=sushy.BOOT_SOURCE_ENABLED_ONCE,
        mode=sushy.BOOT_SOURCE_MODE_UEFI)
    system.refresh(force=True)
    assert system.boot.target == sushy.BOOT_SOURCE_TARGET_PXE
    assert system.boot.enabled == sushy.BOOT_SOURCE_ENABLED_ONCE

    for _ in range(2):
        n = len(bmc.machine()["boots"])
        system.reset_system(sushy.RESET_FORCE_RESTART)
        until(lambda: len(bmc.machine()["boots"]) > n)

    assert [b["from"] for b in bmc.machine()["boots"]] == ["Pxe", "Hdd"]
    system.refresh(force=True)
    assert system.boot.enabled == sushy.BOOT_SOURCE_ENABLED_DISABLED


def slots(bmc):
    """of its manager"""

    manager, = client(bmc).get_manager_collection().get_members()
    return [s for s in manager.virtual_media.get_members()
            if sushy.VIRTUAL_MEDIA_CD in s.media_types]


@pytest.mark.parametrize("kind", ["plain", "dell", "hpe", "openbmc",
                                  "supermicro", "sd530", "dgx", "sr655",
                                  "lenovo", "nokia", "ami", "huawei"])
def test_sushy_inserts_and_ejects_an_image(bmcs, kind):  # noqa
    slot = slots(bmcs.add(kind))[0]

    # DGX wants a login even where none is needed

    slot.insert_media("http://10.0.0.1/a.iso", **(
        {"username": "none", "password": "none"} if kind == "dgx" else {}))
    slot.refresh(force=True)
    assert slot.inserted
    assert slot.image == "http://10.0.0.1/a.iso"
    slot.eject_media()

    def empty():
        slot.refresh(force=True)
        return not slot.inserted

    until(empty)
    assert not slot.image


def test_sushy_finds_chassis_and_manager_of_a_system(bmc):
    system, = client(bmc).get_system_collection().get_members()
    manager, = system.managers
    chassis = system.chassis
    assert system.manufacturer == bmc.p["manufacturer"]
    assert manager.firmware_version == bmc.p["firmware"]
    assert len(chassis) == len(bmc.get(path=bmc.system)["Links"]["Chassis"])
    assert chassis[0].chassis_type == sushy.ChassisType.RACK_MOUNT
    assert system.uuid
    assert system.memory_summary.size_gib == 64
    assert len(system.processors.get_members()) == 2


def test_sushy_blinks_the_led(bmcs):  # noqa
    bmc = bmcs.add("hpe")
    system, = client(bmc).get_system_collection().get_members()
    system.set_indicator_led(sushy.INDICATOR_LED_BLINKING)
    system.refresh(force=True)
    assert system.indicator_led == sushy.INDICATOR_LED_BLINKING
    assert Http(bmc).get(V1 + "/Chassis/1")["IndicatorLED"] == "Blinking"


def test_sushy_keeps_one_session_and_leaves_none(bmc):
    connection = client(bmc)

    for _ in range(3):
        connection.get_system_collection().get_members()
        connection.get_chassis_collection().get_members()

    assert sessions(bmc)["live"] == sessions(bmc)["highest"] == 1
    connection._auth.close()
    assert sessions(bmc)["live"] == 0


def test_sushy_logs_in_anew_when_the_bmc_has_forgotten_it(bmc):
    connection = client(bmc)
    connection.get_system_collection()
    bmc.forget_sessions()
    assert connection.get_system_collection().get_members()
    assert sessions(bmc)["opened"] == 2


def test_a_wrong_password_is_refused(bmc):
    with pytest.raises(sushy.exceptions.AccessError):
        sushy.Sushy(bmc.url, username="admin", password="wrong",
                    ).get_system_collection()

    assert sessions(bmc)["live"] == 0


# redfishtool

def tool(bmc, *words, how="Basic"):
    r = run(["redfishtool", "-r", bmc.url.partition("//")[2], "-S",
             "Never", "-A", how, "-u", "admin", "-p", "secret"]
            + list(words))
    assert r.status == 0, (words, r)
    return json.loads(r.out) if r.out.strip().startswith("{") else r.out


@pytest.mark.parametrize("kind", ["plain", "dell", "hpe", "openbmc",
                                  "supermicro", "ami"])
def test_redfishtool_switches_power(bmcs, kind):  # noqa
    bmc = bmcs.add(kind)
    tool(bmc, "Systems", "reset", "ForceOff")
    until(lambda: not bmc.machine()["on"])
    assert tool(bmc, "Systems", "-F", "get")["PowerState"] == "Off"


@pytest.mark.parametrize("kind", ["plain", "dell", "hpe", "openbmc"])
def test_redfishtool_sets_boot(bmcs, kind):  # noqa
    bmc = bmcs.add(kind)
    tool(bmc, "Systems", "-F", "setBootOverride", "Once", "Pxe")
    assert bmc.boot["BootSourceOverrideTarget"] == "Pxe"


def test_redfishtool_sets_led_and_asset_tag(plain):
    tool(plain, "Systems", "-F", "setIndicatorLed", "Lit")
    assert plain.get(path=V1 + "/Systems/1")["IndicatorLED"] == "Lit"
    tool(plain, "Systems", "-F", "setAssetTag", "rack 7")
    assert plain.get(path=V1 + "/Systems/1")["AssetTag"] == "rack 7"


def test_redfishtool_reads_sensors_and_logs(bmcs):  # noqa
    bmc = bmcs.add("hpe")
    thermal = tool(bmc, "Chassis", "-F", "Thermal")
    assert thermal["Temperatures"][0]["ReadingCelsius"] == 23
    power = tool(bmc, "Chassis", "-F", "Power")
    assert power["PowerControl"][0]["PowerConsumedWatts"] == 151
    logs = tool(bmc, "Systems", "-F", "Logs", "list")["Members"]
    assert [log["Id"] for log in logs] == ["IML"]
    log = V1 + "/Systems/1/LogServices/IML"
    tool(bmc, "raw", "POST", log + "/Actions/LogService.ClearLog", "-d",
         "{}")
    assert bmc.machine()["cleared"] == [log]


def test_redfishtool_makes_and_deletes_accounts(plain):
    tool(plain, "AccountService", "adduser", "eve", "secret99", "Operator")
    assert plain.get(path=ACCOUNTS + "/eve")["RoleId"] == "Operator"
    tool(plain, "AccountService", "setpassword", "eve", "another9")
    assert requests.get(plain.url + V1 + "/Systems", timeout=10,
                        auth=("eve", "another9")).status_code == 200
    tool(plain, "AccountService", "useradmin", "eve", "disable")
    assert requests.get(plain.url + V1 + "/Systems", timeout=10,
                        auth=("eve", "another9")).status_code == 401
    tool(plain, "AccountService", "deleteuser", "eve")
    assert plain.get(path=ACCOUNTS + "/eve") is None


def test_redfishtool_logs_out(bmc):
    tool(bmc, "Systems", "get", how="Session")
    assert sessions(bmc)["opened"] == 1
    assert sessions(bmc)["live"] == 0


# sessions, as they are counted

def login(http, user="admin", password="secret"):
    return http("POST", SESSIONS, {"UserName": user, "Password": password},
                auth=lambda r: r)


def test_sessions_are_limited_and_a_logout_makes_room(bmcs):  # noqa
    bmc = bmcs.add("dell")
    http = Http(bmc)
    made = [login(http) for _ in range(8)]
    assert {r.status_code for r in made} == {201}
    full = login(http)
    assert (full.status_code, message(full)) == (503, "RAC0218")
    r = http("DELETE", made[0].headers["Location"])
    assert r.status_code == 204
    assert login(http).status_code == 201
    counts = sessions(bmc)
    assert (counts["live"], counts["highest"], counts["opened"],
            counts["closed"], counts["refused"]) == (8, 8, 9, 1, 1)
    assert len(http.get(SESSIONS)["Members"]) == 8


def test_an_idle_session_ends(bmcs):  # noqa
    bmc = bmcs.add(words={"idle": 0.3})
    http = Http(bmc)
    token = login(http).headers["X-Auth-Token"]

    def asks():
        return requests.get(bmc.url + V1 + "/Systems", timeout=10, headers={
            "X-Auth-Token": token}).status_code

    assert asks() == 200
    time.sleep(0.4)
    assert asks() == 401
    assert sessions(bmc)["expired"] == 1
    assert sessions(bmc)["live"] == 0


def test_a_token_is_good_until_its_session_is_deleted(http, plain):
    made = login(http)
    key = {"X-Auth-Token": made.headers["X-Auth-Token"]}
    url = plain.url + V1 + "/Systems"
    assert requests.get(url, headers=key, timeout=10).status_code == 200
    assert requests.delete(plain.url + made.headers["Location"],
                           headers=key, timeout=10).status_code == 204
    r = requests.get(url, headers=key, timeout=10)
    assert (r.status_code, message(r)) == (401, "NoValidSession")
    assert r.headers["WWW-Authenticate"].startswith("Basic")


def test_only_the_root_is_for_everybody(plain):
    for path in ("/redfish", V1, V1 + "/", V1 + "/odata",
                 V1 + "/$metadata"):
        assert requests.get(plain.url + path, timeout=10).status_code == 200

    assert requests.get(plain.url + "/redfish",
                        timeout=10).json() == {"v1": V1 + "/"}

    for path in (V1 + "/Systems", V1 + "/Systems/1", SESSIONS):
        assert requests.get(plain.url + path, timeout=10).status_code == 401


def test_roles_are_heeded(http, plain):
    for user, role in (("op", "Operator"), ("ro", "ReadOnly")):
        assert http("POST", ACCOUNTS, {
            "UserName": user, "Password": "secret99",
            "RoleId": role}).status_code == 201

    def status(user, *words):
        return http(*words, auth=(user, "secret99")).status_code

    reset = ("POST", V1 + "/Systems/1/Actions/ComputerSystem.Reset",
             {"ResetType": "ForceRestart"})
    assert status("ro", "GET", V1 + "/Systems/1") == 200
    assert status("ro", *reset) == 403
    assert status("op", *reset) == 204
    assert status("op", "PATCH", ACCOUNTS + "/ro", {"Enabled": False}) == 403
    assert status("ro", "PATCH", ACCOUNTS + "/ro",
                  {"Password": "secret98"}) == 200
    assert status("ro", "GET", V1 + "/Systems/1") == 401


# resources

def everything(http):
    """all that can be reached, by path"""

    found, todo = {}, [V1 + "/"]

    def walk(value):
        if isinstance(value, dict):
            for key, v in value.items():
                if key == "@odata.id" and "#" not in v:
                    todo.append(v)

                else:
                    walk(v)

        elif isinstance(value, list):
            for v in value:
                walk(v)

    while todo:
        path = todo.pop()

        if path not in found:
            found[path] = http.get(path)
            walk(found[path])

    return found


def test_every_link_leads_somewhere(bmc):
    found = everything(Http(bmc))
    assert len(found) > 40

    for path, body in found.items():
        assert body["@odata.id"] == path
        assert body["@odata.type"].startswith("#")
        assert body["Name"]
        assert ("Id" in body) != ("Members" in body), path

        if "Members" in body:
            assert body["Members@odata.count"] == len(body["Members"])


def test_what_is_off_measures_nothing(http, plain):
    plain.power(on=False)
    cpu = http.get(V1 + "/Chassis/1/Sensors/cpu1")
    assert cpu["Reading"] is None
    assert cpu["Status"]["State"] == "UnavailableOffline"
    assert http.get(V1 + "/Chassis/1/Sensors/inlet")["Reading"] == 22
    thermal = http.get(V1 + "/Chassis/1/Thermal")
    assert [t["Status"]["State"] for t in thermal["Temperatures"]] == [
        "Enabled", "Absent", "Absent"]
    watts = http.get(V1 + "/Chassis/1/Power")["PowerControl"][0]
    assert watts["PowerConsumedWatts"] == 12
    assert http.get(V1 + "/Chassis/1/EnvironmentMetrics")["PowerWatts"][
        "Reading"] == 12
    assert http.get(V1 + "/Chassis/1")["PowerState"] == "Off"


def test_a_log_comes_in_pages(http, plain):
    log = V1 + "/Systems/1/LogServices/SEL"
    plain.log(path=log, entries=[
        ["2026-11-21T08:%02d:00Z" % (i % 60), "OK", "Assert", "event %d" % i]
        for i in range(120)])
    path, said, pages = log + "/Entries", [], 0

    while path:
        page = http.get(path)
        assert page["Members@odata.count"] == 124
        said += [e["Message"] for e in page["Members"]]
        path = page.get("Members@odata.nextLink")
        pages += 1

    assert pages == 3
    assert said[4:] == ["event %d" % i for i in range(120)]
    assert http("POST", log + "/Actions/LogService.ClearLog",
                {}).status_code == 204
    assert http.get(log + "/Entries")["Members"] == []


def test_expand_brings_members_where_it_is_offered(bmcs, http):  # noqa
    dell = Http(bmcs.add("dell"))
    top = V1 + "/Systems/System.Embedded.1"
    cpus = dell.get(top + "/Processors?$expand=.($levels=1)")["Members"]
    assert [c["TotalCores"] for c in cpus] == [16, 16]
    systems = dell.get(V1 + "/Systems?$expand=*($levels=2)")["Members"]
    assert systems[0]["Links"]["Chassis"][0]["ChassisType"] == "RackMount"
    one = dell.get(top + "/Memory?$skip=1&$top=1")["Members"]
    assert [m["@odata.id"] for m in one] == [top + "/Memory/DIMM2"]

    for query in ("$expand=.", "$select=Id", "$skip=1", "$nonsense"):
        assert http("GET", V1 + "/Systems?" + query).status_code == 501

    assert http.get(V1 + "/Systems?nonsense=1")["Members"]
    assert http.get(V1 + "/Systems?only")["Id"] == "1"


def test_several_systems_have_each_their_power(bmcs):  # noqa
    bmc = bmcs.add(words={"systems": ["node1", "node2"]})
    http = Http(bmc)
    assert http("POST", V1 + "/Systems/node2/Actions/ComputerSystem.Reset",
                {"ResetType": "ForceOff"}).status_code == 204
    until(lambda: http.get(V1 + "/Systems/node2")["PowerState"] == "Off")
    assert http.get(V1 + "/Systems/node1")["PowerState"] == "On"


# fence agents

def fence(bmc, action):
    address, _, port = bmc.url.partition("//")[2].partition(":")
    return run(["fence_redfish", "--ip", address, "--ipport", port,
                "--ssl-insecure", "--username", "admin", "--password",
                "secret", "--action", action, "--power-timeout", "10",
                "--systems-uri", bmc.system, "--power-wait", "0"])


@pytest.mark.parametrize("kind", ["plain", "dell", "openbmc"])
def test_a_fence_agent_fences(bmcs, kind):  # noqa
    bmc = bmcs.add(kind, tls=True)
    system, = Http(bmc).get(V1 + "/Systems")["Members"]
    bmc.system = system["@odata.id"]
    assert fence(bmc, "status").out.strip() == "Status: ON"
    assert fence(bmc, "off").status == 0
    assert not bmc.machine()["on"]
    assert fence(bmc, "status").out.strip() == "Status: OFF"
    assert fence(bmc, "on").status == 0

    # some say so before it is

    end = time.monotonic() + 10

    while not bmc.machine()["on"]:
        assert time.monotonic() < end
        time.sleep(0.05)
