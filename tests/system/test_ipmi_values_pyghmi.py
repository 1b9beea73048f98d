"""A second server, pyghmi's BMC: bmcctl and ipmitool see the same in it."""

import pytest

from conftest import environment, run
from ipmi_rich import find
from ipmi_rig import second   # noqa: F401

GUID = "12345678-9abc-4def-8123-456789abcdef"


class Pair:
    """one BMC as both see it"""

    def __init__(self, bmc, rack):
        self.port = bmc.port
        self.rack = rack({"n1": bmc.host()})

    def ctl(self, *args):
        answer = self.rack.ctl(*args)
        assert answer.status == 0, answer

    def json(self, *args):
        return self.rack.json(*args)

    def tool(self, *args):
        answer = run(["ipmitool", "-I", "lanplus", "-C", "3", "-H",
                      "127.0.0.1", "-p", str(self.port), "-U", "admin", "-P",
                      "secret"] + list(args), env=environment(TZ="UTC"))
        return answer.out

    def rows(self, *args):
        return [[c.strip() for c in line.split("|")]
                for line in self.tool(*args).splitlines() if "|" in line]

    def fields(self, *args):
        return dict([part.strip() for part in line.split(":", 1)]
                    for line in self.tool(*args).splitlines()
                    if ":" in line)


@pytest.fixture
def pair(rack, second):   # noqa: F811
    return Pair(second(), rack)


def test_power(pair):
    def both():
        ours = pair.json("power", "status", "n1", "--fresh")[0]["power"]
        theirs = pair.tool("chassis", "power", "status")
        assert theirs.strip() == "Chassis Power is " + ours
        return ours

    assert both() == "off"
    pair.ctl("power", "on", "n1")
    assert both() == "on"
    pair.ctl("power", "reset", "n1")
    assert both() == "on"
    pair.ctl("power", "off", "n1")
    assert both() == "off"
    pair.tool("chassis", "power", "on")
    assert both() == "on"
    pair.ctl("power", "force-off", "n1", "-y")
    assert both() == "off"

    # it has no reset of what is off, which it says in its own words

    answer = pair.rack.ctl("power", "reset", "n1")
    assert answer.status == 1
    assert "not in this state" in answer.out + answer.err


def test_boot_device(pair):
    for ours, option, said in (("pxe", "pxe", "Force PXE"),
                               ("disk", "disk", "Hard-Drive"),
                               ("cdrom", "cdrom", "CD/DVD"),
                               ("bios", "bios", "BIOS Setup")):
        pair.ctl("boot", "set", ours, "n1")
        assert said in pair.tool("chassis", "bootparam", "get", "5")
        pair.ctl("boot", "set", "none", "n1")
        pair.tool("chassis", "bootdev", option)
        assert pair.json("boot", "get", "n1")[0]["device"] == ours


def test_the_bmc(pair):
    ours = pair.json("bmc", "read", "n1")[0]
    theirs = pair.fields("mc", "info")

    assert ours["device_id"] == int(theirs["Device ID"]) == 0x20
    assert ours["firmware"] == theirs["Firmware Revision"] == "3.21"
    assert ours["ipmi"] == theirs["IPMI Version"] == "2.0"
    assert ours["manufacturer_id"] == int(theirs["Manufacturer ID"])
    assert ours["product_id"] == int(theirs["Product ID"].split()[0])
    assert ours["guid"] == pair.fields("mc", "guid")["System GUID"] == GUID


def test_sensors(pair):
    theirs = pair.rows("sensor")
    ours = find(pair.json("sensors", "n1"), "sensors")

    assert [(s["name"], s["unit"], s["state"]) for s in ours] \
        == [(row[0], row[2], row[3]) for row in theirs]
    assert [s["value"] for s in ours] \
        == pytest.approx([float(row[1]) for row in theirs])
    assert [s["value"] for s in ours] == pytest.approx([36, 4200, 1.18])


def test_the_log(pair):
    theirs = pair.rows("sel", "elist")
    ours = find(pair.json("log", "n1"), "entries")

    assert [e["id"] for e in ours] == [int(row[0], 16) for row in theirs]

    for e, row in zip(ours, theirs):
        day, month, year = e["time"][8:10], e["time"][5:7], e["time"][:4]
        assert row[1] in ("%s/%s/%s" % (month, day, year[2:]),
                          "%s/%s/%s" % (month, day, year))
        assert row[2].split()[0] == e["time"][11:19]
        assert e["message"].startswith(row[4].split(" (")[0])

    assert ours[1]["sensor"] == "Temp"
    assert theirs[1][3] == "Temperature Temp"


def test_the_inventory(pair):
    ours = find(pair.json("inventory", "n1"), "system")
    theirs = pair.fields("fru", "print", "0")

    assert ours["manufacturer"] == theirs["Product Manufacturer"] == "Pyghmi"
    assert ours["model"] == theirs["Product Name"] == "Python BMC"
    assert ours["part_number"] == theirs["Product Part Number"]
    assert ours["serial"] == theirs["Product Serial"]
    assert ours["uuid"] == GUID
