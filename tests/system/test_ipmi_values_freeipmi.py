"""What bmcctl says of an IPMI BMC is what FreeIPMI says of it."""

import re

import pytest

from ipmi_rich import ANALOG, DISCRETE, FRUS, SPECIAL, UUID, find
from ipmi_rich import bmc, mine, own, r   # noqa: F401

# columns of ipmi-sensors --output-sensor-thresholds

THRESHOLDS = {"Lower NR": "low_fatal", "Lower C": "low_critical",
              "Lower NC": "low_warning", "Upper NC": "high_warning",
              "Upper C": "high_critical", "Upper NR": "high_fatal"}

# its units, and ours of them

UNITS = {"C": "degrees C", "F": "degrees C", "K": "degrees C", "V": "Volts",
         "A": "Amps", "W": "Watts", "RPM": "RPM"}

# a warning is nominal in its configuration, if it does not say otherwise

STATES = {"ok": "Nominal", "warning": "Nominal", "critical": "Critical",
          "fatal": "Critical"}


def value(text, unit):
    x = float(text)
    return (x - 32) / 1.8 if unit == "F" else x - 273.15 if unit == "K" else x


def test_sensors_agree_with_freeipmi(r, bmc):
    ours = {s["name"]: s for s in find(r.json("sensors", "n1"), "sensors")}
    theirs = bmc.table("ipmi-sensors", "--output-sensor-thresholds",
                       "--output-sensor-state")

    assert len(theirs) == len(ANALOG) + len(DISCRETE) == len(ours)

    for row in theirs:
        s = ours[row["Name"]]
        assert STATES[s["state"]] == row["State"], row

        if row["Reading"] == "N/A":
            assert "value" not in s, row
            continue

        unit = row["Units"]
        assert s["unit"] == UNITS[unit], row

        # the book's cube^-1 is 1/x^3 to FreeIPMI, the cubic root to ipmitool

        if s["name"] != "Linear 11":
            assert s["value"] == pytest.approx(value(row["Reading"], unit),
                                               abs=6e-3), row

        for column, name in THRESHOLDS.items():
            if row[column] == "N/A":
                assert name not in s.get("thresholds", {}), row

            else:
                assert s["thresholds"][name] == pytest.approx(
                    value(row[column], unit), abs=6e-3), row


def plain(message):
    """without what differs in nothing but taste"""

    message = re.sub(r" \(.*|[,;].*", "", message.lower())
    message = re.sub(r"[^a-z0-9]+", " ", message)
    return message.strip()


def test_the_log_agrees_with_freeipmi(r, bmc):
    ours = {e["id"]: e for e in find(r.json("log", "n1"), "entries")}
    theirs = bmc.table("ipmi-sel", "-v")
    same = 0

    assert [int(row["ID"]) for row in theirs] == sorted(ours)

    for row in theirs:
        e = ours[int(row["ID"])]

        if row["Name"] == "N/A":
            told = re.findall(r"\b(\w\w)h\b", row["Event"])
            assert e["message"].upper().endswith(" ".join(told)), row
            continue

        assert e["message"].endswith(", deasserted") == \
            (row["Event Direction"] == "Deassertion Event"), row
        assert row["Name"] == e["sensor"] \
            or row["Name"] == "Sensor #119" and "#0x77" in e["sensor"], row

        if "Event Offset" in row["Event"]:
            continue

        alike = plain(row["Event"]) == plain(e["message"])
        assert alike or "going" not in row["Event"], (row, e)
        same += alike

    # beyond thresholds it often has words of its own, where ours are
    # ipmitool's; which all agree, test_ipmi_values.py sees

    assert same > 160


def test_readings_in_the_log_agree_with_freeipmi(r, bmc):
    row = bmc.table("ipmi-sel")[0]
    entry = find(r.json("log", "n1"), "entries")[0]

    assert re.findall(r"= ([\d.]+) C", row["Event"]) == ["91.00", "90.00"]
    assert "reading 91, threshold 90 degrees C" in entry["message"]


def test_other_event_data_agrees_with_freeipmi(r, bmc):
    theirs = {row["ID"]: row for row in bmc.table("ipmi-sel")}
    entries = find(r.json("log", "n1"), "entries")[-2 - len(SPECIAL):-2]

    for e, (_, _, words, said) in zip(entries, SPECIAL):
        assert e["message"].endswith(", " + words), e
        assert said in theirs[str(e["id"])]["Event"], e


def devices(bmc):
    found = {}

    for block in re.split(r"FRU Inventory Device: ",
                          bmc.freeipmi("ipmi-fru"))[1:]:
        title, *lines = block.splitlines()
        found[title.rsplit(" (", 1)[0]] = dict(
            (part.strip() for part in line.split(":", 1))
            for line in lines if ":" in line)

    return found


def test_the_inventory_agrees_with_freeipmi(r, bmc):
    ours = r.json("inventory", "n1")
    theirs = devices(bmc)
    main = theirs["Default FRU Device"]

    for where, key, name in (
            ("chassis", "part_number", "FRU Chassis Part Number"),
            ("chassis", "serial", "FRU Chassis Serial Number"),
            ("board", "manufacturer", "FRU Board Manufacturer"),
            ("board", "product", "FRU Board Product Name"),
            ("board", "part_number", "FRU Board Part Number"),
            ("system", "manufacturer", "FRU Product Manufacturer Name"),
            ("system", "model", "FRU Product Name"),
            ("system", "part_number", "FRU Product Part/Model Number"),
            ("system", "serial", "FRU Product Serial Number"),
            ("system", "asset_tag", "FRU Product Asset Tag")):
        assert find(ours, where)[key] == main[name], name

    assert main["FRU Chassis Type"].lower() == find(ours, "chassis")["type"]
    assert set(theirs) == {"Default FRU Device"} | {f[1].decode()
                                                    for f in FRUS}

    psus = {p["name"]: p for p in find(ours, "psus")}
    watts = 0

    for name, fields in theirs.items():
        if name in psus:
            watts += psus[name]["watts"]
            assert fields["FRU Power Supply Overall Capacity"] \
                == "%d Watts" % psus[name]["watts"]
            assert psus[name]["serial"] == fields["FRU Product Serial Number"]
            assert psus[name]["model"] == fields["FRU Product Name"]

    assert watts == 2000
    riser = find(ours, "parts")[0]
    assert riser["serial"] == theirs["Riser"]["FRU Board Serial Number"]
    assert riser["model"] == theirs["Riser"]["FRU Board Product Name"]


def test_the_bmc_agrees_with_freeipmi(r, bmc):
    ours = r.json("bmc", "read", "n1")[0]
    theirs = bmc.told("bmc-info")

    assert ours["device_id"] == int(theirs["Device ID"])
    assert ours["firmware"] == theirs["Firmware Revision"]
    assert ours["ipmi"] == theirs["IPMI Version"]
    assert "(%d)" % ours["manufacturer_id"] in theirs["Manufacturer ID"]
    assert ours["product_id"] == int(theirs["Product ID"])
    assert ours["guid"] == theirs["System GUID"] == UUID


def test_power_agrees_with_freeipmi(mine, own):
    for action, state in (("force-off", "off"), ("on", "on")):
        answer = mine.ctl("power", action, "n1", "-y")
        assert answer.status == 0, answer
        told = own.told("ipmi-chassis", "--get-chassis-status")
        assert told["System Power"] == state
        assert mine.json("power", "status", "n1", "--fresh")[0]["power"] \
            == state


def settings(bmc, section):
    """what stands in a section of ipmi-config"""

    return dict(line.split() for line
                in bmc.freeipmi("ipmi-config", "--checkout", "-S",
                                section).splitlines()
                if re.match(r"\t[A-Z]\w+ +\S", line))


def test_lan_settings_agree_with_freeipmi(mine, own):
    for words in (("ipsrc", "static"), ("ipaddr", "10.9.8.7"),
                  ("netmask", "255.255.255.0"),
                  ("defgw", "ipaddr", "10.9.8.1"),
                  ("macaddr", "02:11:22:33:44:55")):
        own.tool("lan", "set", "1", *words)

    ours = mine.json("lan", "n1")[0]
    theirs = settings(own, "Lan_Conf")

    assert ours["address"] == theirs["IP_Address"] == "10.9.8.7"
    assert ours["netmask"] == theirs["Subnet_Mask"]
    assert ours["gateway"] == theirs["Default_Gateway_IP_Address"]
    assert ours["mac"] == theirs["MAC_Address"].lower()
    assert ours["source"] == theirs["IP_Address_Source"].lower()


def test_users_agree_with_freeipmi(mine, own):
    answer = mine.ctl("user", "set", "ops", "n1", "--role=operator", "-y")
    assert answer.status == 0, answer

    ours = find(mine.json("user", "list", "n1"), "users")
    assert [u["id"] for u in ours] == [2, 3]

    for user in ours:
        theirs = settings(own, "User%d" % user["id"])
        assert user["name"] == theirs["Username"]
        assert user["role"] == theirs["Lan_Privilege_Limit"].lower()
