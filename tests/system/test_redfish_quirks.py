"""Every quirk of Redfish has a BMC that has it: what its vendor, model and
firmware lead to works there, and with the quirk reversed it does not."""

import os
import re

import pytest

import redfish_quirky
from redfish_quirky import ATTRIBUTES, MANAGER, SYSTEM
from redfish_rig import quirky  # noqa

TABLE = os.path.join(os.path.dirname(__file__), "..", "..", "shared",
                     "quirks", "quirks.table")

ISO = "http://10.0.0.1/a.iso"


def stanzas():
    """the names in the table, with their words"""

    rows = []

    with open(TABLE, encoding="utf-8") as f:
        for line in f:
            m = re.match(r"(\w+)\s+(\S.*)", line)

            if m and m.group(1) == "quirk":
                rows.append({})

            if m:
                rows[-1][m.group(1)] = m.group(2).strip()

    return [r for r in rows if r["of"] in ("redfish", "both")]


class Try:
    """a command at the BMC, and what is there to be looked at after it"""

    def __init__(self, rack, bmc):
        self.rack = rack
        self.bmc = bmc

    def __call__(self, *args):
        r = self.rack.ctl(*args)
        assert r.status in (0, 1), r
        return r.status == 0

    def json(self, *args):
        return self.rack.json(*args)[0]

    def posts(self):
        return self.bmc.sent("POST")


# what each fixture needs before, and what is seen when the quirk is heeded

def no_actions(bmc):
    for ident in ("CD", "USB"):
        del bmc.slot(ident)["Actions"]


def full(bmc):
    bmc.slot("CD").update(Image=ISO, Inserted=True)


def on_system(bmc):
    """linked to by nobody"""

    redfish_quirky.media(bmc.tree, SYSTEM)
    del bmc.tree[SYSTEM]["VirtualMedia"]


def off(bmc):
    bmc.tree[SYSTEM]["PowerState"] = "Off"


def only_graceful(bmc):
    bmc.tree[SYSTEM]["Actions"]["#ComputerSystem.Reset"][
        "ResetType@Redfish.AllowableValues"] = [
            "On", "ForceOff", "GracefulRestart"]


def mixed(bmc):
    bmc.tree[SYSTEM]["UUID"] = redfish_quirky.MIXED


def no_such_manager(bmc):
    bmc.tree[SYSTEM]["Links"]["ManagedBy"] = [
        redfish_quirky.at(MANAGER + "0")]


def boot_send_enabled(run):
    assert run("boot", "set", "disk", "n1", "--persistent")
    assert run("boot", "set", "pxe", "n1", "--persistent")
    return run.bmc.boot["BootSourceOverrideEnabled"] == "Continuous"


def boot_resend_mode(run):
    assert run("boot", "set", "pxe", "n1")
    return run.bmc.boot["BootSourceOverrideMode"] == "UEFI"


def boot_only_changes(run):
    assert run("boot", "set", "disk", "n1", "--persistent")
    assert run("boot", "set", "disk", "n1", "--persistent")
    return run.bmc.restored == 0


def boot_order_for_disk(run):
    assert run("boot", "set", "disk", "n1", "--persistent")
    return run.bmc.boot["BootOrder"] == ["Boot0001", "Boot0000"]


def boots_from(target, *words):
    def check(run):
        return (run("boot", "set", *words)
                and run.bmc.boot["BootSourceOverrideTarget"] == target)

    return check


def media_plain_url(run):
    run("media", "insert", "n1", ISO + "?sig=a")
    return run.posts() == []


def holds(where=MANAGER):
    def check(run):
        return (run("media", "insert", "n1", ISO)
                and run.bmc.slot("CD", where)["Image"] == ISO)

    return check


def ejects(run):
    assert run("media", "eject", "n1")
    return not run.bmc.slot("CD")["Inserted"]


def media_boot_dell(run):
    assert run("boot", "set", "cdrom", "n1")
    return run.bmc.get(ATTRIBUTES)["Attributes"].get(
        "ServerBoot.1.FirstBootDevice") == "VCD-DVD"


def media_eject_body(run):
    return ejects(run) and run.bmc.refused == []


def powers_on(run):
    return run("power", "on", "n1")


def slow_power(run):
    """who it is is known by then, as it is where hosts are polled"""

    assert run("power", "status", "n1", "--fresh")
    return run("power", "on", "n1", "--verify=1s")


def resets(run):
    return run("power", "reset", "n1")


def power_by_ipmi(run):
    """there is nobody at its IPMI, who is asked all the same"""

    r = run.rack.ctl("power", "status", "n1", "--fresh", "--timeout", "2s")
    return r.status == 1 and "ipmi" in r.err


def task_not_monitor(run):
    assert resets(run)
    return not any(r[1] == redfish_quirky.MONITOR for r in run.bmc.requests)


def task_state_new(run):
    """who does not know the state says that it was accepted, and no more"""

    assert resets(run)
    return run.bmc.polls > 1


def task_retry_404(run):
    r = run.rack.ctl("power", "reset", "n1")
    return r.status == 1 and "the job failed" in r.err


def login_basic(run):
    assert run("power", "status", "n1", "--fresh")
    return not any(r[:2] == ("POST", redfish_quirky.SESSIONS)
                   for r in run.bmc.requests)


def nothing_refused(run):
    assert resets(run)
    return run.bmc.refused == []


def boots_at_once(run):
    """who does not know of it tries once, and once more in another way"""

    assert run("boot", "set", "pxe", "n1")
    return run.bmc.refused == []


def reads_users_and_log(run):
    return run("log", "n1")


def connection_close(run):
    r = run.rack.ctl("power", "status", "n1", "--fresh")
    assert r.status == 0, r
    return run.bmc.requests[-1][3].get("Connection") == "close"


def uuid_mixed(run):
    return (run.json("inventory", "n1")["system"]["uuid"]
            == redfish_quirky.UUID)


def led_on_system(run):
    return (run("identify", "on", "n1")
            and run.bmc.get(SYSTEM)["IndicatorLED"] == "Lit")


def reads_bmc(run):
    return run("bmc", "n1")


# name: vendor, model, firmware; what is prepared; what is seen

SUPERMICRO = ("Supermicro", "X12DPU", "1.4")
LENOVO = ("Lenovo", "ThinkSystem SR650", "3.1")
IDRAC9 = ("Dell Inc.", "PowerEdge R650", "7.10.30.00")
IDRAC10 = ("Dell Inc.", "PowerEdge R670", "1.20.50.50")
NOBODY = ("Contoso", "X1", "9.0")

FIXTURES = {
    "boot-send-enabled": (SUPERMICRO, None, boot_send_enabled),
    "boot-resend-mode": (SUPERMICRO, None, boot_resend_mode),
    "boot-only-changes": (LENOVO, None, boot_only_changes),
    "boot-order-for-disk": (("Dell Inc.", "PowerEdge R630", "2.75.75.75"),
                            None, boot_order_for_disk),
    "boot-settings": (IDRAC10, None, boots_from("Pxe", "pxe", "n1")),
    "boot-minimal": (("HPE", "ProLiant DL160 Gen10", "2.7"), None,
                     boots_from("Pxe", "pxe", "n1", "--uefi")),
    "boot-full": (("ASRockRack", "X570D4U", "1.1"), None,
                  boots_from("Pxe", "pxe", "n1")),
    "media-usb-cd": (SUPERMICRO, None, boots_from("UsbCd", "cdrom", "n1")),
    "media-image-only": (SUPERMICRO, None, holds()),
    "media-plain-url": (SUPERMICRO, None, media_plain_url),
    "media-patch": (LENOVO, no_actions, holds()),
    "media-send-inserted": (("Lenovo", "ThinkSystem SD530", "3.1"), None,
                            holds()),
    "media-on-system": (IDRAC10, on_system, holds(SYSTEM)),
    "media-wait-eject": (IDRAC9, full, ejects),
    "media-boot-dell": (IDRAC9, None, media_boot_dell),
    "media-eject-body": (("HPE", "ProLiant DL380 Gen10", "2.7"), full,
                         media_eject_body),
    "media-protocol": (("Nokia", "AirFrame", "1.0"), None, holds()),
    "media-dummy-login": (("NVIDIA", "DGX A100", "1.0"), None, holds()),
    "power-retry-conflict": (IDRAC10, off, powers_on),
    "restart-is-hard": (IDRAC9, only_graceful, resets),
    "slow-power": (("HPE", "Cray EX235a", "1.0"), off, slow_power),
    "power-by-ipmi": (("ASRockRack", "X570D4U", "1.1"), None, power_by_ipmi),
    "task-not-monitor": (LENOVO, None, task_not_monitor),
    "task-retry-404": (IDRAC9, None, task_retry_404),
    "task-state-new": (IDRAC9, None, task_state_new),
    "login-basic": (NOBODY, None, login_basic),
    "etag-required": (("Lenovo", "ThinkSystem SR655", "3.1"), None,
                      nothing_refused),
    "etag-weak-refused": (NOBODY, None, boots_at_once),
    "etag-gzip": (NOBODY, None, boots_at_once),
    "any-encoding": (("HPE", "ProLiant DL380 Gen10", "2.7"), None,
                     reads_users_and_log),
    "connection-close": (NOBODY, None, connection_close),
    "uuid-mixed": (SUPERMICRO, mixed, uuid_mixed),
    "led-on-system": (("Lenovo", "ThinkSystem SD665-N V3", "3.1"), None,
                      led_on_system),
    "no-managed-by": (("Huawei", "1288H V5", "6.1"), no_such_manager,
                      reads_bmc),
}


def seen(rack, quirky, name, words):  # noqa
    facts, prepare, check = FIXTURES[name]
    bmc = quirky(*facts)
    bmc.faults.add(name)

    if prepare:
        prepare(bmc)

    host = bmc.host(words)

    if name == "power-by-ipmi":
        host = host.replace("driver redfish;", "driver redfish ipmi;")

    return check(Try(rack({"n1": host}), bmc))


NAMES = sorted({row["quirk"] for row in stanzas()})


@pytest.mark.parametrize("name", NAMES)
def test_a_quirk_has_a_bmc_that_fails_without_it(rack, quirky, name):  # noqa
    assert name in FIXTURES, "a quirk without a BMC that has it"

    if FIXTURES[name][0] is NOBODY:
        heeded, ignored = "quirk %s on;" % name, ""

    else:
        heeded, ignored = "", "quirk %s off;" % name

    assert seen(rack, quirky, name, heeded)
    assert not seen(rack, quirky, name, ignored)


@pytest.mark.parametrize("name", sorted(FIXTURES))
def test_a_bmc_has_its_quirk_in_the_table(name):
    """a fixture is of a row, and of what that row says of vendors"""

    rows = [r for r in stanzas() if r["quirk"] == name]
    assert rows
    assert (FIXTURES[name][0] is NOBODY) == all(
        r["vendor"] == "-" for r in rows)
