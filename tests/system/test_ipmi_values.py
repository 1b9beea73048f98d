"""What bmcctl says of an IPMI BMC is what ipmitool says of it."""

import calendar
import re
import struct

import pytest

from ipmi_rich import ANALOG, DISCRETE, FRUS, UUID, find, words
from ipmi_rich import bmc, mine, own, r   # noqa: F401

STATES = {"ok": "ok", "nc": "warning", "cr": "critical", "nr": "fatal",
          "na": "unknown"}

# what "ipmitool sensor" has in which column

THRESHOLDS = {4: "low_fatal", 5: "low_critical", 6: "low_warning",
              7: "high_warning", 8: "high_critical", 9: "high_fatal"}


# bmcctl has all temperatures in one unit

CELSIUS = {"degrees F": lambda x: (x - 32) / 1.8,
           "degrees K": lambda x: x - 273.15}


def value(text, unit):
    return CELSIUS.get(unit, lambda x: x)(float(text))


def test_sensors_agree_with_ipmitool(r, bmc):
    theirs = bmc.rows("sensor")
    ours = {s["name"]: s for s in find(r.json("sensors", "n1"), "sensors")}

    states = set()

    assert len(theirs) == len(ANALOG) + len(DISCRETE)
    assert set(ours) == {row[0] for row in theirs}

    for row in theirs:
        s = ours[row[0]]

        if row[2] == "discrete":
            assert s.get("discrete", 0) == int(row[3], 16) >> 8 \
                | (int(row[3], 16) & 0x7f) << 8, row
            continue

        unit = row[2]
        assert s["unit"] == ("degrees C" if unit in CELSIUS else unit), row
        assert s["value"] == pytest.approx(value(row[1], unit), abs=6e-4), \
            row
        assert s["state"] == STATES[row[3]], row
        states.add(s["state"])

        for column, name in THRESHOLDS.items():
            if row[column] == "na":
                assert name not in s.get("thresholds", {}), row

            else:
                assert s["thresholds"][name] == pytest.approx(
                    value(row[column], unit), abs=6e-4), row

    assert states == {"ok", "warning", "critical", "fatal"}


def test_failures_show_in_discrete_sensors(r, bmc):
    ours = {s["name"]: s for s in find(r.json("sensors", "n1"), "sensors")}

    assert ours["PSU1 Status"]["state"] == "ok"
    assert ours["PSU2 Status"]["state"] == "critical"
    assert ours["CPU Status"]["state"] == "ok"


def test_the_log_agrees_with_ipmitool(r, bmc):
    theirs = bmc.rows("sel", "elist")
    ours = {e["id"]: e for e in find(r.json("log", "n1"), "entries")}
    known = 0

    assert len(theirs) == len(ours)

    for row in theirs:
        e = ours[int(row[0], 16)]

        if "OEM" in row[1] or "OEM" in row[3]:
            continue

        if "Pre-Init" in row[1]:
            assert "time" not in e, row

        assert row[5].startswith("Deasserted") == \
            e["message"].endswith(", deasserted"), row

        # what else it says of its data stands behind; ours has more of 42-3

        told = re.sub(r" \(.*|,.*", "", row[4]).strip().lower()
        mine = re.sub(r" \(.*|,.*", "", e["message"]).lower()

        # POST's codes are ipmitool's own; "reserved" is nobody's state

        if told and told != "reserved" and "Firmware" not in row[3]:
            known += 1
            assert mine == told, row

        if "#0x" not in row[3]:
            assert row[3].endswith(e["sensor"]), row

    assert known > 200


def test_a_log_entry_has_its_time_sensor_and_reading(r, bmc):
    entries = find(r.json("log", "n1"), "entries")

    assert entries[0]["sensor"] == "CPU1 Temp"
    assert entries[0]["severity"] == "critical"
    assert entries[0]["message"] == ("Upper Critical going high, reading 91, "
                                     "threshold 90 degrees C")
    assert entries[1]["severity"] == "ok"
    assert entries[-2]["message"] == ("OEM record c1 of manufacturer 0002a2: "
                                      "01 02 03 04 05 06")
    assert entries[-1]["message"].startswith("OEM record e0: 01 02 03")

def test_a_log_entry_has_its_time(mine, own):

    # the BMC's clock: 2026-01-02, 03:04:05

    clock = calendar.timegm((2026, 1, 2, 3, 4, 5))
    own.tool("raw", "0x0a", "0x49", *words(struct.pack("<I", clock)).split())
    own.tool("raw", "0x0a", "0x44", *words(
        bytes([0, 0, 2, 0, 0, 0, 0, 0x20, 0, 4, 1, 1, 1, 0x59, 0x5b, 0x5a])
        ).split())

    row = own.rows("sel", "elist")[-1]
    entry = find(mine.json("log", "n1"), "entries")[-1]
    assert entry["time"].startswith("2026-01-02T03:04:")
    assert row[2].split()[0] == entry["time"][11:19], row

    theirs = own.table("ipmi-sel")[-1]
    assert (theirs["Date"], theirs["Time"]) == ("Jan-02-2026",
                                                entry["time"][11:19])


def test_the_log_is_cleared(mine, own):
    assert mine.ctl("log", "clear", "n1", "-y").status == 0
    assert find(mine.json("log", "n1"), "entries") == []


def test_the_inventory_agrees_with_ipmitool(r, bmc):
    theirs = bmc.fields("fru", "print", "0")
    ours = r.json("inventory", "n1")

    for where, key, name in (
            ("chassis", "part_number", "Chassis Part Number"),
            ("chassis", "serial", "Chassis Serial"),
            ("board", "manufacturer", "Board Mfg"),
            ("board", "product", "Board Product"),
            ("board", "serial", "Board Serial"),
            ("board", "part_number", "Board Part Number"),
            ("system", "manufacturer", "Product Manufacturer"),
            ("system", "model", "Product Name"),
            ("system", "part_number", "Product Part Number"),
            ("system", "serial", "Product Serial"),
            ("system", "asset_tag", "Product Asset Tag")):
        assert find(ours, where)[key] == theirs[name], name

    assert theirs["Chassis Type"].lower() == find(ours, "chassis")["type"]


def devices(bmc):
    """what "fru print" says of each FRU device but the first"""

    found = {}

    for block in re.split(r"FRU Device Description : ",
                          bmc.tool("fru", "print"))[2:]:
        title, *lines = block.splitlines()
        fields = dict((part.strip() for part in line.split(":", 1))
                      for line in lines if ":" in line)
        found[title.rsplit(" (", 1)[0]] = fields

    return found


def test_supplies_and_parts_agree_with_ipmitool(r, bmc):
    answer = r.json("inventory", "n1")
    psus = {p["name"]: p for p in find(answer, "psus")}
    parts = {p["name"]: p for p in find(answer, "parts")}
    theirs = devices(bmc)

    assert set(theirs) == {f[1].decode() for f in FRUS}
    assert set(parts) == {"Riser"}
    assert set(psus) == {"PSU1", "PSU2", "PSU3 Status"}

    for name, fields in theirs.items():
        ours, kind = (parts[name], "Board") if name in parts \
            else (psus[name], "Product")
        assert ours["serial"] == fields[kind + " Serial"]
        assert ours["part_number"] == fields[kind + " Part Number"]
        assert ours["manufacturer"] == fields[
            "Board Mfg" if kind == "Board" else "Product Manufacturer"]
        assert ours["model"] == fields[
            "Board Product" if kind == "Board" else "Product Name"]

    # by their sensors

    assert (psus["PSU1"]["state"], psus["PSU1"]["health"]) == ("present",
                                                               "ok")
    assert (psus["PSU2"]["state"], psus["PSU2"]["health"]) == ("present",
                                                               "critical")
    assert psus["PSU3 Status"] == {"name": "PSU3 Status", "state": "absent"}


def test_the_bmc_agrees_with_ipmitool(r, bmc):
    theirs = bmc.fields("mc", "info")
    guid = bmc.fields("mc", "guid")
    ours = r.json("bmc", "read", "n1")[0]

    assert ours["device_id"] == int(theirs["Device ID"])
    assert ours["firmware"] == theirs["Firmware Revision"]
    assert ours["ipmi"] == theirs["IPMI Version"]
    assert ours["manufacturer_id"] == int(theirs["Manufacturer ID"])
    assert ours["manufacturer"] == "Supermicro"
    assert ours["product_id"] == int(theirs["Product ID"].split()[0])
    assert ours["guid"] == guid["System GUID"] == UUID


def test_users_agree_with_ipmitool(r, bmc):
    theirs = {}

    for line in bmc.tool("user", "list", "1").splitlines()[1:]:
        m = re.match(r"(\d+) +(\w+) +\w+ +\w+ +\w+ +([A-Z]+)$",
                     line.strip())

        if m:
            theirs[int(m.group(1))] = m.group(2), m.group(3).lower()

    ours = find(r.json("user", "list", "n1"), "users")
    assert {u["id"]: (u["name"], u["role"]) for u in ours} == theirs
    assert theirs[2] == ("admin", "administrator")


def test_lan_settings_agree_with_ipmitool(mine, own):
    for words_ in (("ipsrc", "static"), ("ipaddr", "10.9.8.7"),
                   ("netmask", "255.255.255.0"),
                   ("defgw", "ipaddr", "10.9.8.1"),
                   ("macaddr", "02:11:22:33:44:55")):
        own.tool("lan", "set", "1", *words_)

    theirs = own.fields("lan", "print", "1")
    ours = mine.json("lan", "n1")[0]

    assert ours["address"] == "10.9.8.7"
    assert ours["source"] == "static"

    for key, name in (("address", "IP Address"), ("netmask", "Subnet Mask"),
                      ("gateway", "Default Gateway IP"),
                      ("mac", "MAC Address")):
        assert ours.get(key, "0.0.0.0" if key != "mac"
                        else "00:00:00:00:00:00") == theirs[name], name


def test_boot_options_agree_with_ipmitool(mine, own):
    for device, said in (("pxe", "Force PXE"), ("disk", "Hard-Drive"),
                         ("cdrom", "CD/DVD"), ("bios", "BIOS Setup")):
        answer = mine.ctl("boot", "set", device, "n1")
        assert answer.status == 0, answer
        told = own.tool("chassis", "bootparam", "get", "5")
        assert said in told, told

        # ipmi_sim forgets that the flags are valid, so nothing is overridden

        assert "Boot Flag Invalid" in told
        assert mine.json("boot", "get", "n1")[0]["device"] == "none"


def test_a_user_is_made_and_removed(mine, own):
    answer = mine.ctl("user", "set", "ops", "n1", "--role=operator", "-y")
    assert answer.status == 0, answer

    told = own.tool("user", "list", "1")
    assert re.search(r"^3 +ops .*OPERATOR", told, re.M), told

    answer = mine.ctl("user", "delete", "ops", "n1", "-y")
    assert answer.status == 0, answer
    assert " ops " not in own.tool("user", "list", "1")


def test_watts_come_from_the_sensor_of_the_whole_system(r, bmc):
    theirs = {row[0]: row[1] for row in bmc.rows("sensor")}
    ours = r.json("power", "reading", "n1")[0]
    assert ours["watts"] == float(theirs["System Power"])
