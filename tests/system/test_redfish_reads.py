"""What bmcctl shows of a Redfish BMC is what its own answers say: of one
with Thermal and Power, one with sensors in one answer, and one with a sensor
an answer.  Expectations are made of raw GETs."""

import base64
import json
import urllib.request

import pytest

from redfish_personalities import add, dell, hpe, openbmc, status  # noqa
from redfish_quirky import CHASSIS, MANAGER, SYSTEM, V1, at, links  # noqa
from redfish_rig import quirky  # noqa

STATES = {"OK": "ok", "Warning": "warning", "Critical": "critical"}


def raw(bmc, path):
    """what the BMC says to somebody else"""

    request = urllib.request.Request(
        "http://127.0.0.1:%d%s" % (bmc.port, path), headers={
            "Authorization": "Basic "
            + base64.b64encode(b"admin:secret").decode()})

    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def members(bmc, path):
    for m in raw(bmc, path)["Members"]:
        yield m if len(m) > 1 else raw(bmc, m["@odata.id"])


@pytest.fixture(params=[hpe, dell, openbmc], ids=lambda p: p.__name__)
def one(request, rack, quirky):  # noqa
    bmc = request.param(quirky)
    r = rack({"n1": bmc.host()})
    return r, bmc


# -- what they say, as shapes.md wants it

UNITS = {"Cel": "degrees C", "RPM": "RPM", "V": "Volts", "A": "Amps",
         "W": "Watts", "Percent": "percent"}


def expected(name, value, unit, health, thresholds):
    s = {"sensor": name, "unit": unit}
    s["state"] = "unknown" if value is None else STATES[health]

    if value is not None:
        s["value"] = value

    if thresholds:
        s["thresholds"] = thresholds

    return s


def of_sensor(s):
    keys = {"LowerCritical": "low_critical", "UpperCaution": "high_warning",
            "UpperCritical": "high_critical"}
    return expected(s["Name"], s["Reading"], UNITS[s["ReadingUnits"]],
                    s["Status"]["Health"], {
                        keys[k]: v["Reading"]
                        for k, v in s.get("Thresholds", {}).items()})


def of_legacy(s, key, unit):
    keys = {"UpperThresholdCritical": "high_critical",
            "UpperThresholdFatal": "high_fatal"}
    return expected(s["Name"], s[key], unit,
                    s.get("Status", {}).get("Health", "OK"), {
                        keys[k]: s[k] for k in keys if s.get(k)})


def there(all_of):
    return [s for s in all_of
            if s.get("Status", {}).get("State") != "Absent"]


def all_sensors(bmc):
    for link in raw(bmc, SYSTEM)["Links"]["Chassis"]:
        chassis = raw(bmc, link["@odata.id"])

        if "Sensors" in chassis:
            for s in there(members(bmc, chassis["Sensors"]["@odata.id"])):
                yield of_sensor(s)

            continue

        thermal = raw(bmc, chassis["Thermal"]["@odata.id"])
        power = raw(bmc, chassis["Power"]["@odata.id"])

        for s in there(thermal["Temperatures"]):
            yield of_legacy(s, "ReadingCelsius", "degrees C")

        for s in there(thermal["Fans"]):
            yield of_legacy(s, "Reading", UNITS[s["ReadingUnits"]])

        for s in there(power["PowerControl"]):
            yield of_legacy(s, "PowerConsumedWatts", "Watts")

        for s in there(power["PowerSupplies"]):
            yield of_legacy(s, "LastPowerOutputWatts", "Watts")


# -- tests

def test_sensors_are_the_bmcs_own(one):
    r, bmc = one
    shown = r.json("sensors", "n1")
    shown = shown[0]["sensors"] if "sensors" in shown[0] else shown
    keys = ("value", "unit", "state", "thresholds")
    is_ = [dict({"sensor": s.get("sensor", s.get("name"))},
                **{k: s[k] for k in keys if k in s}) for s in shown]
    assert is_ == list(all_sensors(bmc))


def test_watts_are_the_bmcs_own(one):
    r, bmc = one
    row, = r.json("power", "reading", "n1")
    chassis = raw(bmc, CHASSIS)

    if "Power" in chassis:
        c = raw(bmc, chassis["Power"]["@odata.id"])["PowerControl"][0]
        m = c["PowerMetrics"]
        assert row["watts"] == c["PowerConsumedWatts"]
        assert row["min"] == m["MinConsumedWatts"]
        assert row["max"] == m["MaxConsumedWatts"]
        assert row["average"] == m["AverageConsumedWatts"]
        assert row["interval"] == m["IntervalInMin"] * 60

    elif "EnvironmentMetrics" in chassis:
        e = raw(bmc, chassis["EnvironmentMetrics"]["@odata.id"])
        assert row["watts"] == e["PowerWatts"]["Reading"]

    else:
        assert row["watts"] == 141.25


def test_the_inventory_is_the_bmcs_own(one):
    r, bmc = one
    row, = r.json("inventory", "n1")
    system = raw(bmc, SYSTEM)
    assert row["system"]["manufacturer"] == system["Manufacturer"]
    assert row["system"]["model"] == system["Model"]
    assert row["system"]["serial"] == system["SerialNumber"]
    assert row["system"]["uuid"] == system["UUID"].lower()
    assert row["bmc"] == {
        "version": raw(bmc, MANAGER)["FirmwareVersion"],
        "mac": "94:18:82:aa:bb:cc", "address": "127.0.0.1"}
    assert row.get("bios", {}).get("version") == system.get("BiosVersion")


def test_supplies_boards_and_modules_are_shown(rack, quirky):  # noqa
    r = rack({"n1": hpe(quirky).host(), "n2": dell(quirky).host()})
    one, = r.json("inventory", "n1")
    assert one["psus"] == [
        {"name": "HpeServerPowerSupply", "state": "present", "health": "ok",
         "watts": 800, "manufacturer": "LTEON", "model": "865414-B21",
         "serial": "5WBXT0"},
        {"name": "HpeServerPowerSupply", "state": "absent"}]
    assert one["chassis"] == {"type": "RackMount", "serial": "C7"}
    assert one["processors"] == {"count": 2, "model": "Xeon Gold 6130"}
    assert one["memory"] == {"gib": 384}

    two, = r.json("inventory", "n2")
    assert two["board"] == {"product": "PWA,PLN,R740", "serial": "CNIVC00",
                            "part_number": "06WXJT"}
    assert two["psus"][0]["part_number"] == "0V1YJ6"
    assert two["parts"] == [
        {"name": "DIMM A1", "manufacturer": "Hynix", "serial": "H1",
         "part_number": "HMA82GR7"}]


def test_the_bmc_and_its_network_are_its_own(one):
    r, bmc = one
    row, = r.json("bmc", "n1")
    assert row["firmware"] == raw(bmc, MANAGER)["FirmwareVersion"]
    assert row["redfish"] == raw(bmc, V1 + "/")["RedfishVersion"]
    assert row["guid"] == raw(bmc, MANAGER)["UUID"].lower()
    row, = r.json("lan", "n1")
    assert {k: row[k] for k in ("address", "netmask", "gateway", "mac",
                                "source", "vlan")} == {
        "address": "127.0.0.1", "netmask": "255.0.0.0",
        "gateway": "127.0.0.254", "mac": "94:18:82:aa:bb:cc",
        "source": "static", "vlan": 12}


def entry(ident, when, message, severity="OK"):
    return {"Id": str(ident), "@odata.id": "/e/%d" % ident, "Created": when,
            "Message": message, "Severity": severity}


def entries(bmc, path, all_of, following=None):
    bmc.tree[path] = {"Members": all_of, "Members@odata.count": 99}

    if following is not None:
        bmc.tree[path]["Members@odata.nextLink"] = following


def shown_log(r):
    shown = r.json("log", "n1")
    return shown[0]["entries"] if "entries" in shown[0] else shown


def test_all_logs_are_one_by_time(one):
    r, bmc = one
    sel = SYSTEM + "/LogServices/SEL/Entries"
    audit = MANAGER + "/LogServices/AuditLog"
    entries(bmc, sel, [
        entry(4, "2026-01-04T00:00:00Z", "d", "Critical")], sel + "/next")
    entries(bmc, sel + "/next", [entry(2, "2026-01-02T06:00:00+06:00", "b")])
    entries(bmc, MANAGER + "/LogServices/Event/Entries", [
        entry(1, "2026-01-01T00:00:00.500Z", "a", "Warning"),
        entry(3, "2026-01-03T00:00:00Z", "c")])
    add(bmc, audit, Entries=at(audit + "/Entries"))
    entries(bmc, audit + "/Entries", [entry(9, "2026-01-01T00:00:00Z", "x")])
    bmc.tree[MANAGER + "/LogServices"]["Members"].append(at(audit))

    rows = shown_log(r)
    assert [(e["id"], e["time"], e["severity"], e["message"])
            for e in rows] == [
        (1, "2026-01-01T00:00:00Z", "warning", "a"),
        (2, "2026-01-02T00:00:00Z", "ok", "b"),
        (3, "2026-01-03T00:00:00Z", "ok", "c"),
        (4, "2026-01-04T00:00:00Z", "critical", "d")]
    assert not [q for q in bmc.requests if q[1].startswith(audit + "/E")]


def test_a_sensor_that_is_not_to_be_had_is_left_out(rack, quirky):  # noqa
    bmc = openbmc(quirky)
    del bmc.tree[CHASSIS + "/Sensors/1"]
    r = rack({"n1": bmc.host()})
    s = r.ctl("sensors", "n1")
    assert s.status == 0, s
    assert "ambient" in s.out and "disk temp" in s.out
    assert "fan0 0" not in s.out


def test_a_machine_that_tells_nothing_says_so(rack, quirky):  # noqa
    bmc = quirky()
    r = rack({"n1": bmc.host()})

    for words, text in ((("sensors",), "tells no sensors"),
                        (("power", "reading"), "measures no power"),
                        (("lan",), "no EthernetInterfaces")):
        s = r.ctl(*words, "n1")
        assert s.status == 1, s
        assert text in s.err, s


def test_a_restart_of_the_bmc_is_what_was_asked_for(rack, quirky):  # noqa
    bmc = quirky()
    target = MANAGER + "/Actions/Manager.Reset"
    bmc.tree[MANAGER]["Actions"] = {"#Manager.Reset": {
        "target": target,
        "ResetType@Redfish.AllowableValues": ["ForceRestart"]}}
    r = rack({"n1": bmc.host()})

    s = r.ctl("bmc", "reset", "n1", "--warm")
    assert s.status == 1 and "it offers ForceRestart" in s.err, s
    assert bmc.sent() == []

    assert r.ctl("bmc", "reset", "n1").status == 0
    assert bmc.sent() == [("POST", target, {"ResetType": "ForceRestart"})]
