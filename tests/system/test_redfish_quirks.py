"""Every quirk of Redfish has a BMC that has it: what its vendor, model and
firmware lead to works there, and with the quirk reversed it does not."""

import os
import re

import pytest

from redfish_bmcs_rig import bmcs  # noqa
from redfish_tree import bmc_uuid
from redfish_vendors import PERSONALITIES

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

    def get(self, path):
        return self.bmc.get(path=path)

    def boots(self, word):
        return self.bmc.boot["BootSourceOverride" + word]

    def cd(self):
        """the slot of its first image"""

        where, = self.bmc.p["media"]
        return "%s/VirtualMedia/%s" % (
            {"System": self.bmc.system, "Manager": self.bmc.manager}[where],
            next(ident for ident, types in self.bmc.p["slots"].items()
                 if "CD" in types))


# what each fixture needs before, and what is seen when the quirk is heeded

def full(run):
    run.bmc.put(path=run.cd(), words={"Image": ISO, "Inserted": True})


def off(run):
    run.bmc.power(on=False)


def job_fails(run):
    run.bmc.fail_task(text="the job failed")


def boot_send_enabled(run):
    assert run("boot", "set", "disk", "n1", "--persistent")
    assert run("boot", "set", "pxe", "n1", "--persistent")
    return run.boots("Enabled") == "Continuous"


def boot_resend_mode(run):
    assert run("boot", "set", "pxe", "n1")
    return run.boots("Mode") == "UEFI"


def boot_only_changes(run):
    assert run("boot", "set", "disk", "n1", "--persistent")
    assert run("boot", "set", "disk", "n1", "--persistent")
    return run.bmc.machine()["restored"] == 0


def boot_order_for_disk(run):
    orders = []

    for device in ("pxe", "disk"):
        assert run("boot", "set", device, "n1", "--persistent")
        orders.append(run.bmc.boot["BootOrder"])

    return orders == [["Boot0000", "Boot0001", "Boot0002"],
                      ["Boot0001", "Boot0000", "Boot0002"]]


def boots_from(target, *words):
    def check(run):
        return (run("boot", "set", *words)
                and run.boots("Target") == target)

    return check


def boots_at_once(run):
    """who does not know of it tries once, and once more in another way"""

    return boots_from("Pxe", "pxe", "n1")(run) and run.bmc.refused() == []


def media_plain_url(run):
    run("media", "insert", "n1", ISO + "?sig=a")
    return run.bmc.sent("POST") == []


def holds(run):
    return (run("media", "insert", "n1", ISO)
            and run.get(run.cd())["Image"] == ISO)


def holds_at_once(run):
    return holds(run) and run.bmc.refused() == []


def holds_by_http(run):
    return (holds(run)
            and run.get(run.cd())["TransferProtocolType"] == "HTTP")


def ejects(run):
    assert run("media", "eject", "n1")
    return not run.get(run.cd())["Inserted"]


def media_boot_dell(run):
    assert run("boot", "set", "cdrom", "n1")
    return run.get("%s/%s" % (run.bmc.manager, run.bmc.p["attributes"]))[
        "Attributes"]["ServerBoot.1.FirstBootDevice"] == "VCD-DVD"


def ejects_at_once(run):
    return ejects(run) and run.bmc.refused() == []


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


def looks(run, where):
    """at what a reset began"""

    assert resets(run)
    return [path for _, path in run.bmc.asked("GET")
            if "/TaskService/" + where in path]


def task_not_monitor(run):
    return looks(run, "TaskMonitors") == []


def task_state_new(run):
    """who does not know the state says that it was accepted, and no more"""

    return len(looks(run, "Task")) > 1


def task_retry_404(run):
    r = run.rack.ctl("power", "reset", "n1")
    return r.status == 1 and "the job failed" in r.err


def login_basic(run):
    return (run("power", "status", "n1", "--fresh", "--timeout", "2s")
            and run.bmc.logins() == [])


def etag_required(run):
    """of a reset as well"""

    assert resets(run)
    post, = [r for r in run.bmc.requests() if "/Actions/" in r["path"]]
    return "if-match" in post["headers"] and boots_at_once(run)


def reads_log(run):
    return run("log", "n1")


def connection_close(run):
    return (run("power", "status", "n1", "--fresh")
            and run.bmc.requests()[-1]["headers"].get("connection")
            == "close")


def uuid_mixed(run):
    return (run.json("inventory", "n1")["system"]["uuid"]
            == bmc_uuid(run.bmc.name, "1"))


def led_on_system(run):
    return (run("identify", "on", "n1")
            and run.get(run.bmc.system)["IndicatorLED"] == "Lit")


def reads_bmc(run):
    return run("bmc", "n1")


# name: whose BMC has it, and has no other; what is seen; what is prepared;
# what else it is

FIXTURES = {
    "boot-send-enabled": ("supermicro", boot_send_enabled),
    "boot-resend-mode": ("supermicro", boot_resend_mode),
    "boot-only-changes": ("lenovo", boot_only_changes),
    "boot-order-for-disk": ("idrac8", boot_order_for_disk),
    "boot-settings": ("idrac10", boots_at_once),
    "boot-minimal": ("dl160", boots_from("Pxe", "pxe", "n1", "--uefi")),
    "boot-full": ("asrock", boots_from("Pxe", "pxe", "n1")),
    "media-usb-cd": ("supermicro", boots_from("UsbCd", "cdrom", "n1")),
    "media-image-only": ("supermicro", holds_at_once),
    "media-plain-url": ("supermicro", media_plain_url),
    "media-patch": ("lenovo", holds),
    "media-send-inserted": ("sd530", holds, None,
                            {"words": {"action": True}}),
    "media-on-system": ("idrac10", holds),
    "media-wait-eject": ("dell", ejects, full),
    "media-boot-dell": ("dell", media_boot_dell),
    "media-eject-body": ("hpe", ejects_at_once, full),
    "media-protocol": ("nokia", holds_by_http),
    "media-dummy-login": ("dgx", holds),
    "power-retry-conflict": ("idrac10", powers_on, off,
                             {"times": {"conflict": 2}}),
    "restart-is-hard": ("dell", resets, None, {"words": {
        "resets": ["On", "ForceOff", "GracefulRestart"]}}),
    "slow-power": ("ex235a", slow_power, off, {"times": {"slow on": 4}}),
    "power-by-ipmi": ("asrock", power_by_ipmi),
    "task-not-monitor": ("lenovo", task_not_monitor),
    "task-retry-404": ("dell", task_retry_404, job_fails,
                       {"times": {"hidden": 3}}),
    "task-state-new": ("dell", task_state_new, None,
                       {"times": {"task": 2.6}}),
    "login-basic": ("plain", login_basic),
    "etag-required": ("sr655", etag_required),
    "etag-weak-refused": ("plain", boots_at_once),
    "etag-gzip": ("plain", boots_at_once),
    "any-encoding": ("hpe", reads_log),
    "connection-close": ("plain", connection_close),
    "uuid-mixed": ("supermicro", uuid_mixed),
    "led-on-system": ("sd665n", led_on_system),
    "no-managed-by": ("huawei", reads_bmc),
}


def seen(rack, bmcs, name, words, kind, check, prepare=None,  # noqa
         more=None):
    bmc = bmcs.add(kind, faults=[name], **(more or {}))
    host = bmc.host(more=words)

    if name == "power-by-ipmi":
        host = host.replace("driver redfish;", "driver redfish ipmi;")

    run = Try(rack({"n1": host}), bmc)

    if prepare:
        prepare(run)

    return check(run)


NAMES = sorted({row["quirk"] for row in stanzas()})


@pytest.mark.parametrize("name", NAMES)
def test_a_quirk_has_a_bmc_that_fails_without_it(rack, bmcs, name):  # noqa
    assert name in FIXTURES, "a quirk without a BMC that has it"

    if FIXTURES[name][0] == "plain":
        heeded, ignored = "quirk %s on;" % name, ""

    else:
        heeded, ignored = "", "quirk %s off;" % name

    assert seen(rack, bmcs, name, heeded, *FIXTURES[name])
    assert not seen(rack, bmcs, name, ignored, *FIXTURES[name])


@pytest.mark.parametrize("name", sorted(FIXTURES))
def test_a_bmc_has_its_quirk_in_the_table(name):
    """a fixture is of a row, and of what that row says of vendors"""

    kind = FIXTURES[name][0]
    rows = [r for r in stanzas() if r["quirk"] == name]
    assert rows
    assert (kind == "plain") == all(r["vendor"] == "-" for r in rows)
    assert kind == "plain" or name in PERSONALITIES[kind]["faults"]
