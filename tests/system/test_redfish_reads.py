"""What bmcctl shows of a Redfish BMC is what its own answers say: of one
with Thermal and Power, one with sensors in one answer, and one with a sensor
an answer.  Expectations are made of raw GETs."""

import pytest
import requests

from redfish_bmcs_rig import bmcs  # noqa

V1 = "/redfish/v1"
STATES = {"OK": "ok", "Warning": "warning", "Critical": "critical"}


def raw(bmc, path):
    """what the BMC says to somebody else"""

    r = requests.get(bmc.url + path, auth=("admin", "secret"), timeout=10)
    assert r.status_code == 200, path
    return r.json()


def members(bmc, path):
    for m in raw(bmc, path)["Members"]:
        yield m if len(m) > 1 else raw(bmc, m["@odata.id"])


# what its host sees of it is not what others reach it by

PORTS = [["host", "0A:00:00:00:00:01", "169.254.1.1"],
         ["1", "94:18:82:AA:BB:CC"]]


@pytest.fixture(params=["hpe", "dell", "openbmc"])
def one(request, rack, bmcs):  # noqa
    bmc = bmcs.add(request.param, words={"ports": PORTS})
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
    keys = {"LowerCritical": "low_critical", "LowerCaution": "low_warning",
            "UpperCaution": "high_warning", "UpperCritical": "high_critical"}
    return expected(s["Name"], s["Reading"], UNITS[s["ReadingUnits"]],
                    s["Status"]["Health"], {
                        keys[k]: v["Reading"]
                        for k, v in s.get("Thresholds", {}).items()})


def of_legacy(s, key, unit):
    keys = {"LowerThresholdCritical": "low_critical",
            "LowerThresholdNonCritical": "low_warning",
            "UpperThresholdNonCritical": "high_warning",
            "UpperThresholdCritical": "high_critical",
            "UpperThresholdFatal": "high_fatal"}
    return expected(s["Name"], s[key], unit,
                    s.get("Status", {}).get("Health", "OK"), {
                        keys[k]: s[k] for k in keys if s.get(k)})


def there(all_of):
    return [s for s in all_of
            if s.get("Status", {}).get("State") != "Absent"]


def all_sensors(bmc):
    for link in raw(bmc, bmc.system)["Links"]["Chassis"]:
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

        for s in there(power["Voltages"]):
            yield of_legacy(s, "ReadingVolts", "Volts")

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
    chassis = raw(bmc, bmc.chassis)

    if "Power" in chassis:
        c = raw(bmc, chassis["Power"]["@odata.id"])["PowerControl"][0]
        m = c["PowerMetrics"]
        assert row["watts"] == c["PowerConsumedWatts"]
        assert row["min"] == m["MinConsumedWatts"]
        assert row["max"] == m["MaxConsumedWatts"]
        assert row["average"] == m["AverageConsumedWatts"]
        assert row["interval"] == m["IntervalInMin"] * 60

    else:
        e = raw(bmc, chassis["EnvironmentMetrics"]["@odata.id"])
        assert row["watts"] == e["PowerWatts"]["Reading"]


def test_watts_are_those_of_a_sensor_where_nothing_else_tells_them(
        rack, bmcs):  # noqa
    bmc = bmcs.add("openbmc")
    bmc.remove(path=bmc.chassis, key="EnvironmentMetrics")
    r = rack({"n1": bmc.host()})

    # known by where it is, and by its name

    assert r.json("power", "reading", "n1", "--fresh")[0]["watts"] == 151
    bmc.remove(path=bmc.chassis + "/Sensors/power")
    assert r.json("power", "reading", "n1", "--fresh")[0]["watts"] == 141.25


def test_the_inventory_is_the_bmcs_own(one):
    r, bmc = one
    row, = r.json("inventory", "n1")
    system = raw(bmc, bmc.system)
    assert row["system"]["manufacturer"] == system["Manufacturer"]
    assert row["system"]["model"] == system["Model"]
    assert row["system"]["serial"] == system["SerialNumber"]
    assert row["system"]["uuid"] == system["UUID"].lower()
    assert row["bmc"] == {
        "version": raw(bmc, bmc.manager)["FirmwareVersion"],
        "mac": "94:18:82:aa:bb:cc", "address": "127.0.0.1"}
    assert row.get("bios", {}).get("version") == system.get("BiosVersion")


def test_supplies_boards_and_modules_are_shown(rack, bmcs):  # noqa
    hpe, dell = bmcs.add("hpe", name="n1"), bmcs.add("dell", name="n2")
    dell.remove(path=dell.system + "/Memory/DIMM2", key="DeviceLocator")
    r = rack({"n1": hpe.host(), "n2": dell.host()})
    one, = r.json("inventory", "n1")
    assert one["psus"] == [
        {"name": "HpeServerPowerSupply", "state": "present", "health": "ok",
         "watts": 800, "manufacturer": "LTEON", "model": "865414-B21",
         "serial": "PSUN11"},
        {"name": "HpeServerPowerSupply", "state": "absent"}]
    assert one["chassis"] == {"type": "RackMount", "serial": "CN1",
                              "part_number": "CP-1"}
    assert one["processors"] == {"count": 2, "model": "Xeon Gold 6130"}
    assert one["memory"] == {"gib": 64}

    two, = r.json("inventory", "n2")
    assert two["board"] == {"product": "PWA,PLN,R650", "serial": "CNIVC00",
                            "part_number": "06WXJT"}
    assert two["psus"][0]["part_number"] == "0V1YJ6"
    assert two["parts"] == [
        {"name": "CPU%d" % i, "manufacturer": "Intel(R) Corporation",
         "model": "Intel(R) Xeon(R) Gold 6130"} for i in (1, 2)] + [
        {"name": name, "manufacturer": "Samsung", "serial": serial,
         "part_number": "M393A4K40DB3-CWE"}
        for name, serial in (("P1-DIMMA1", "DN20"), ("DIMM A2", "DN21"))]


def test_the_bmc_and_its_network_are_its_own(one):
    r, bmc = one
    row, = r.json("bmc", "n1")
    assert row["firmware"] == raw(bmc, bmc.manager)["FirmwareVersion"]
    assert row["redfish"] == raw(bmc, V1 + "/")["RedfishVersion"]
    assert row["guid"] == raw(bmc, bmc.manager)["UUID"].lower()
    row, = r.json("lan", "n1")
    assert {k: row[k] for k in ("address", "netmask", "gateway", "mac",
                                "source", "vlan")} == {
        "address": "127.0.0.1", "netmask": "255.0.0.0",
        "gateway": "127.0.0.254", "mac": "94:18:82:aa:bb:cc",
        "source": "static", "vlan": 12}


def shown_log(r):
    shown = r.json("log", "n1")
    return shown[0]["entries"] if "entries" in shown[0] else shown


@pytest.mark.parametrize("kind", ["hpe", "dell", "openbmc"])
def test_all_logs_are_one_by_time(rack, bmcs, kind):  # noqa
    bmc = bmcs.add(kind, words={"page": 1, "logs": {
        "System": ["SEL"], "Manager": ["Event", "AuditLog"]}})
    r = rack({"n1": bmc.host()})
    logs = bmc.manager + "/LogServices/"

    for path, entries in (
            (bmc.system + "/LogServices/SEL", [
                ("2026-01-04T00:00:00Z", "Critical", "Assert", "d"),
                ("2026-01-02T06:00:00+06:00", "OK", "Assert", "b")]),
            (logs + "Event", [
                ("2026-01-01T00:00:00.500Z", "Warning", "Assert", "a"),
                ("2026-01-03T00:00:00Z", "OK", "Assert", "c")]),
            (logs + "AuditLog", [
                ("2026-01-01T00:00:00Z", "OK", "Assert", "x")])):
        bmc.clear_log(path=path)
        bmc.log(path=path, entries=entries)

    rows = shown_log(r)
    assert [(e["id"], e["time"], e["severity"], e["message"])
            for e in rows] == [
        (1, "2026-01-01T00:00:00Z", "warning", "a"),
        (2, "2026-01-02T00:00:00Z", "ok", "b"),
        (3, "2026-01-03T00:00:00Z", "ok", "c"),
        (4, "2026-01-04T00:00:00Z", "critical", "d")]
    assert not [path for _, path in bmc.asked()
                if path.startswith(logs + "AuditLog/E")]


def test_a_sensor_that_is_not_to_be_had_is_left_out(rack, bmcs):  # noqa
    bmc = bmcs.add("openbmc")
    bmc.remove(path=bmc.chassis + "/Sensors/fan0_0")
    r = rack({"n1": bmc.host()})
    s = r.ctl("sensors", "n1")
    assert s.status == 0, s
    assert "ambient" in s.out and "disk temp" in s.out
    assert "fan0 0" not in s.out


def test_a_machine_that_tells_nothing_says_so(rack, bmcs):  # noqa
    bmc = bmcs.add(words={"readings": []})
    bmc.remove(path=bmc.manager, key="EthernetInterfaces")
    r = rack({"n1": bmc.host()})

    for words, text in ((("sensors",), "tells no sensors"),
                        (("power", "reading"), "measures no power"),
                        (("lan",), "no EthernetInterfaces")):
        s = r.ctl(*words, "n1")
        assert s.status == 1, s
        assert text in s.err, s


def test_a_restart_of_the_bmc_is_what_was_asked_for(rack, bmcs):  # noqa
    bmc = bmcs.add(words={"restarts": ["ForceRestart"]})
    r = rack({"n1": bmc.host()})

    s = r.ctl("bmc", "reset", "n1", "--warm")
    assert s.status == 1 and "it offers ForceRestart" in s.err, s
    assert bmc.sent() == []

    assert r.ctl("bmc", "reset", "n1").status == 0
    assert bmc.sent() == [
        ("POST", bmc.manager + "/Actions/Manager.Reset",
         {"ResetType": "ForceRestart"})]
