"""bmcctl with BMCs of all vendors, as odd as each of them is: nothing has to
be configured for any of it."""

import pytest

from redfish_bmcs_rig import Http, bmcs, until  # noqa
from redfish_vendors import PERSONALITIES

V1 = "/redfish/v1"
ISO = "http://10.0.0.1/a.iso"

# what takes long is shortened

TIMES = {"slow off": 0.5, "slow on": 6, "eject": 0.5, "hidden": 0.2,
         "conflict": 1.5, "shutdown": 0.2}

NO_EVENTS = ("AuditLog", "Journal")


class Vendor:

    def __init__(self, rack, bmcs, kind, more=""):  # noqa
        self.p = PERSONALITIES[kind]
        self.bmc = bmcs.add(kind, name="n1", times=TIMES)
        self.rack = rack({"n1": self.bmc.host(more=more)})
        self.http = Http(self.bmc)
        self.system = "%s/Systems/%s" % (V1, self.p["systems"][0])
        self.manager = "%s/Managers/%s" % (V1, self.p["manager"])

    def do(self, *words):
        r = self.rack.ctl(*words)
        assert r.status == 0, (words, r)
        return r

    def read(self, *words):
        return self.rack.json(*words, "n1")[0]

    def get(self, path):
        return self.bmc.get(path=path)

    def refused(self):
        """what nobody has to try: a method that is not there, and what is
        for later, are to be expected"""

        return [r for r in self.bmc.refused() if r[2] not in (
            "OperationNotAllowed", "ActionParameterValueConflict")]

    def slots(self):
        """each in every place"""

        for where in self.p["media"]:
            for slot in self.p["slots"]:
                yield self.get("%s/VirtualMedia/%s" % (
                    {"System": self.system, "Manager": self.manager}[where],
                    slot))

    def booted(self):
        """by a reset"""

        had = len(self.bmc.machine()["boots"])
        self.do("power", "reset", "n1")
        until(lambda: len(self.bmc.machine()["boots"]) > had)
        return self.bmc.machine()["boots"][-1]


def used(rack, bmcs, kind):  # noqa
    one = Vendor(rack, bmcs, kind)
    yield one

    # whatever was done: a login a command, and a logout

    assert one.refused() == []
    sessions = one.bmc.counts()["sessions"]
    assert sessions["live"] == 0
    assert sessions["highest"] == 1
    assert sessions["opened"] == sessions["closed"]
    one.http.session.close()


@pytest.fixture(params=sorted(PERSONALITIES))
def vendor(request, rack, bmcs):  # noqa
    yield from used(rack, bmcs, request.param)


# those that are not another's but for a word or two

@pytest.fixture(params=["plain", "dell", "idrac10", "hpe", "lenovo", "sr655",
                        "sd665n", "supermicro", "ami", "openbmc", "huawei"])
def tree(request, rack, bmcs):  # noqa
    yield from used(rack, bmcs, request.param)


def test_what_it_is_is_told(tree):
    told = tree.read("inventory")
    assert told["system"]["manufacturer"] == tree.p["manufacturer"]
    assert told["system"]["model"] == tree.p["model"]
    assert told["system"]["serial"] == "SN11"
    assert told["system"]["uuid"][9:19] == "6b5e-11ec-"
    assert tree.read("bmc")["firmware"] == tree.p["firmware"]
    lan = tree.read("lan")
    assert lan["mac"] == tree.p["ports"][0][1]
    assert lan["address"] == "127.0.0.1"


def test_what_it_measures_is_told(tree):
    sensors = tree.read("sensors")["sensors"]
    inlet, = [s for s in sensors if s["name"] == "Inlet Temp"]
    assert (inlet["value"], inlet["unit"], inlet["state"]) == (
        23, "degrees C", "ok")
    assert inlet["thresholds"]["high_critical"] == 47
    fan, = [s for s in sensors if s["name"] == "Fan 1"]
    assert fan["value"] == 5400
    assert tree.read("power", "reading")["watts"] == 151


def test_what_it_has_logged_is_told_and_forgotten(tree):
    logs = sum(name not in NO_EVENTS
               for names in tree.p["logs"].values() for name in names)
    assert len(tree.read("log")["entries"]) == 4 * logs
    tree.do("log", "clear", "n1", "-y")
    assert len(tree.bmc.machine()["cleared"]) == logs


def test_it_is_switched_off_and_on(vendor):
    if "power-by-ipmi" in vendor.p["faults"]:
        vendor.bmc.heal(name="power-by-ipmi")

    assert vendor.read("power", "status", "--fresh")["power"] == "on"
    vendor.do("power", "off", "n1", "--verify=20s")
    assert not vendor.bmc.machine()["on"]
    assert vendor.bmc.machine()["hard"] == 0
    vendor.do("power", "on", "n1", "--verify=4s")
    assert vendor.bmc.machine()["on"]
    vendor.do("power", "force-off", "n1", "--verify=20s")
    assert vendor.bmc.machine()["hard"] == 1


def test_it_boots_from_the_network_once(vendor):
    vendor.do("boot", "set", "pxe", "n1")
    vendor.do("power", "reset", "n1")
    until(lambda: vendor.bmc.machine()["boots"])
    first, = vendor.bmc.machine()["boots"]
    assert (first["from"], first["mode"]) == ("Pxe", "UEFI")
    assert vendor.booted()["from"] == "Hdd"
    assert vendor.bmc.machine()["restored"] == 0


def test_it_boots_from_a_device_for_good(vendor):
    vendor.do("boot", "set", "disk", "n1", "--persistent", "--uefi")
    vendor.do("boot", "set", "pxe", "n1", "--persistent", "--uefi")
    assert [vendor.booted()["from"] for _ in range(3)] == ["Pxe"] * 3
    vendor.do("boot", "set", "pxe", "n1", "--persistent", "--uefi")
    assert vendor.bmc.machine()["restored"] == 0
    assert vendor.booted()["from"] == "Pxe"


def test_it_boots_from_an_image(vendor):
    vendor.do("media", "insert", "n1", ISO)
    holds, = [s for s in vendor.slots() if s["Inserted"]]
    assert holds["Image"] == ISO
    vendor.do("boot", "set", "cdrom", "n1")
    assert vendor.booted()["from"] == "Cd"
    vendor.do("media", "eject", "n1")
    assert not any(s["Inserted"] for s in vendor.slots())
    vendor.do("media", "insert", "n1", ISO)
    assert any(s["Inserted"] for s in vendor.slots())


@pytest.mark.parametrize("kind", ["lenovo", "dell", "idrac10"])
def test_a_task_that_fails_is_told(rack, bmcs, kind):  # noqa
    fails(Vendor(rack, bmcs, kind))


def fails(vendor):
    """it is New for longer than it takes until it is looked at first"""

    vendor.bmc.times(times={"task": 2.6})
    vendor.bmc.fail_task(text="the job failed")
    r = vendor.rack.ctl("power", "reset", "n1")
    assert r.status == 1
    assert "the job failed" in r.err


def test_its_led_is_lit(tree):
    tree.do("identify", "on", "n1")
    leds = [r.get(key) for r in (
        tree.get(tree.system),
        tree.get("%s/Chassis/%s" % (V1, tree.p["chassis"])))
        for key in ("IndicatorLED", "LocationIndicatorActive")]
    assert set(leds) <= {None, "Lit", "Blinking", True}
    assert set(leds) - {None}
    tree.do("identify", "off", "n1")


def test_a_user_is_made_and_removed(tree, tmp_path):
    secret = tmp_path / "password"
    secret.write_text("S3cret-word\n")
    secret.chmod(0o600)
    tree.do("user", "set", "eve", "n1", "--role", "operator",
              "--password-file", str(secret))
    users = {u["name"]: u for u in tree.read("user", "list")["users"]}
    assert users["eve"]["role"] == "operator"
    assert users["eve"]["enabled"]
    http = tree.http
    assert http("GET", tree.system,
                auth=("eve", "S3cret-word")).status_code == 200
    tree.do("user", "delete", "eve", "n1", "-y")
    assert http("GET", tree.system,
                auth=("eve", "S3cret-word")).status_code == 401
