"""One vendor is one word, and has the same quirks, whichever protocol tells
who it is; and what go-hal asks of each of them can be asked of it."""

import re

import pytest

from discover_rig import cert, modern, net, web   # noqa: F401
from ipmi_rig import Strong
from redfish_bmcs_rig import bmcs   # noqa: F401
from redfish_vendors import PERSONALITIES

# the word; the number and the product IPMI has of it, and what stands in its
# inventory; and of what kind it is over Redfish

VENDORS = [
    ("Dell", 674, 256, "DELL", "dell"),
    ("Dell", 674, 256, "DELL", "idrac10"),
    ("HPE", 11, 8192, "HP", "hpe"),
    ("HPE", 47196, 8193, "HPE", "dl160"),
    ("Lenovo", 19046, 1, "LENOVO", "lenovo"),
    ("Supermicro", 10876, 2081, "Supermicro", "supermicro"),
    ("Supermicro", 10876, 2081, "Novarion", "supermicro"),
    ("Supermicro", 47488, 2081, "", "supermicro"),
    ("AMI", 20974, 1, "To be filled by O.E.M.", "ami"),
    ("ASRock Rack", 20974, 1, "ASRockRack", "asrock"),
    ("Huawei", 2011, 1, "Huawei", "huawei"),
    ("Nokia", 28458, 1, "Nokia Solutions and Networks", "nokia"),
    ("NVIDIA", 5703, 1, "NVIDIA", "dgx"),
]


class Vendor(Strong):
    """an IPMI BMC of a vendor"""

    program = "ipmi_vendor.py"


@pytest.fixture
def ipmi(tmp_path):
    """ipmi(number, …) starts one, with the words of ipmi_vendor.py"""

    made = []

    def make(*words):
        bmc = Vendor(tmp_path, "vendor%d" % len(made), *map(str, words))
        made.append(bmc)
        return bmc.start()

    yield make

    for bmc in made:
        bmc.kill()


def short(firmware):
    """as much of a version as IPMI tells"""

    return re.search(r"\d+\.\d{1,2}", firmware).group(0)


def quirks(rack, host):
    return sorted(row["quirk"] for row in rack.json("quirks", host))


def vendor_of(rack, host):
    return rack.json("ls", host)[0]["vendor"]


@pytest.mark.parametrize("word, number, product, plate, kind", VENDORS)
def test_both_protocols_know_the_same_of_a_vendor(   # noqa: F811
        rack, bmcs, ipmi, word, number, product, plate, kind):
    p = PERSONALITIES[kind]
    old = ipmi(number, product, short(p["firmware"]), plate, p["model"])
    new = bmcs.add(kind)
    r = rack(hosts={"old": old.host(), "new": new.host()})
    assert r.ctl("inventory", "old", "new").status == 0
    assert r.ctl("bmc", "old", "new").status == 0
    assert r.ctl("power", "status", "old", "new", "--fresh").status == 0

    assert vendor_of(r, "old") == vendor_of(r, "new") == word
    assert quirks(r, "old") == quirks(r, "new")

    for host in ("old", "new"):
        described = r.ctl("describe", host)
        assert described.status == 0, described
        assert "\nvendor: %s\n" % word in described.out


def test_who_made_the_bmc_is_shown_until_the_machine_is_known(rack, ipmi):
    r = rack(hosts={"n1": ipmi(20974, 1, "12.61", "GIGABYTE", "R282-Z90"
                               ).host()})
    assert r.ctl("power", "status", "n1").status == 0
    assert vendor_of(r, "n1") == "AMI"
    assert r.ctl("inventory", "n1").status == 0
    assert vendor_of(r, "n1") == "Gigabyte"
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    assert vendor_of(r, "n1") == "Gigabyte"

    # whose board it is counts, and whose firmware

    why, = {row["why"] for row in r.json("quirks", "n1")}
    assert why == 'BMC by "AMI" is AMI'


def test_whose_firmware_it_is_counts_over_redfish_too(   # noqa: F811
        rack, bmcs):
    bmc = bmcs.add("ami", words={"manufacturer": "Giga Computing"})
    r = rack(hosts={"n1": bmc.host()})
    assert r.ctl("inventory", "n1").status == 0
    assert vendor_of(r, "n1") == "Gigabyte"
    assert [row["why"] for row in r.json("quirks", "n1")] == [
        'BMC by "AMI" is AMI']


def test_what_is_decided_is_what_is_shown(rack, ipmi):
    """a BMC whose number is nobody's, in a machine of Supermicro's"""

    bmc = ipmi(0, 0, "1.74", "Super Micro Computer", "SYS-6019P")
    r = rack(hosts={"n1": bmc.host()})
    assert r.ctl("boot", "set", "disk", "n1", "--uefi").status == 0
    assert flags(r) == "a024"
    assert vendor_of(r, "n1") == "Supermicro"
    assert "ipmi-disk-24" in quirks(r, "n1")


def test_openbmc_is_known_by_its_products_number(rack, ipmi):
    r = rack(hosts={"n1": ipmi(42817, 16975, "2.14", "", "").host(),
                    "n2": ipmi(42817, 1, "2.14", "", "").host()})
    assert r.ctl("power", "status", "n1", "n2").status == 0
    assert vendor_of(r, "n1") == "OpenBMC"
    assert quirks(r, "n1") == ["ipmi-boot-no-ack"]
    assert vendor_of(r, "n2") == "IBM"
    assert quirks(r, "n2") == []


def test_a_network_tells_vendors_by_the_same_words(rack, net,  # noqa: F811
                                                   web):       # noqa: F811
    root = {"RedfishVersion": "1.6.0"}
    net.peer(1, lambda ask: modern(ask, oem=11))
    web(2, dict(root, Oem={"Hpe": {}}))
    web(3, dict(root, Vendor="Hewlett Packard Enterprise"))
    net.peer(4, lambda ask: modern(ask, oem=674))
    web(5, dict(root, Vendor="Dell Inc."))
    web(6, dict(root, Vendor="Contoso"))
    rows = net.scan(rack())
    assert [rows[i]["vendor"] for i in (1, 2, 3)] == ["HPE"] * 3
    assert [rows[i]["vendor"] for i in (4, 5)] == ["Dell"] * 2
    assert rows[6]["vendor"] == "Contoso"


# go-hal's BootFrom: PXE and DISK for good, BIOS once, all of them UEFI's

BOOT_FROM = {
    "PXE": ("pxe", "--persistent", "--uefi"),
    "DISK": ("disk", "--persistent", "--uefi"),
    "BIOS": ("bios", "--uefi"),
}


def flags(r):
    """the first two bytes of the boot flags, as they lie in the BMC"""

    told = r.ctl("raw", "n1", "00", "09", "05", "00", "00")
    assert told.status == 0, told
    return "".join(re.findall(r"\b[0-9a-f]{2}\b", told.out)[2:4])


@pytest.mark.parametrize("number, disk", [(674, "e008"), (19046, "e008"),
                                          (15370, "e008"), (10876, "e024")])
def test_boot_from_over_ipmi(rack, ipmi, number, disk):
    r = rack(hosts={"n1": ipmi(number, 1, "1.00", "", "").host()})
    seen = {}

    for target, words in BOOT_FROM.items():
        assert r.ctl("boot", "set", words[0], "n1", *words[1:]).status == 0
        seen[target] = flags(r)

    assert seen == {"PXE": "e004", "DISK": disk, "BIOS": "a018"}


@pytest.mark.parametrize("kind", ["dell", "lenovo", "ami", "supermicro"])
def test_boot_from_over_redfish(rack, bmcs, kind):   # noqa: F811
    bmc = bmcs.add(kind)
    r = rack(hosts={"n1": bmc.host()})
    seen = {}

    for target, words in BOOT_FROM.items():
        assert r.ctl("boot", "set", words[0], "n1", *words[1:]).status == 0
        told = r.json("boot", "get", "n1")[0]
        seen[target] = (told["device"], told["persistent"], told["mode"])

    assert seen == {"PXE": ("pxe", True, "uefi"),
                    "DISK": ("disk", True, "uefi"),
                    "BIOS": ("bios", False, "uefi")}
