"""Each fault of the scripted Redfish BMCs is one: what is right with others
goes wrong, and what copes with it works.  Told over HTTP, without any
driver."""

import inspect
import os
import re
import time

import pytest
import requests

from redfish_bmcs_rig import Http, bmcs, message, until  # noqa
from redfish_vendors import FAULTS, PERSONALITIES

V1 = "/redfish/v1"
SYSTEM = V1 + "/Systems/1"
CHASSIS = V1 + "/Chassis/1"
SLOT = V1 + "/Managers/1/VirtualMedia/CD"
ACCOUNTS = V1 + "/AccountService/Accounts"
IMAGE = "http://10.0.0.1/a.iso"

TABLE = os.path.join(os.path.dirname(__file__), "..", "..", "shared",
                     "quirks", "quirks.table")


class Try(Http):
    """a BMC with one fault, or none"""

    def __init__(self, bmcs, *faults, **more):  # noqa
        self.bmc = bmcs.add(faults=list(faults), **more)
        super().__init__(self.bmc)

    def boot(self, **words):
        """PATCH of Boot; what it is then"""

        r = self("PATCH", SYSTEM, {"Boot": {
            "BootSourceOverride" + k: v for k, v in words.items()}})
        return r.status_code, {
            k[len("BootSourceOverride"):]: v
            for k, v in self.get(SYSTEM)["Boot"].items()
            if k.startswith("BootSourceOverride") and "@" not in k}

    def reset(self, kind="ForceRestart"):
        return self("POST", SYSTEM + "/Actions/ComputerSystem.Reset",
                    {"ResetType": kind})

    def boots(self, n=1):
        """what it boots from"""

        for _ in range(n):
            had = len(self.bmc.machine()["boots"])
            assert self.reset().status_code in (202, 204)
            until(lambda: len(self.bmc.machine()["boots"]) > had)

        return [b["from"] for b in self.bmc.machine()["boots"]]

    def insert(self, slot=SLOT, image=IMAGE, **words):
        return self("POST", slot + "/Actions/VirtualMedia.InsertMedia",
                    dict(words, Image=image))

    def eject(self, body=None):
        return self("POST", SLOT + "/Actions/VirtualMedia.EjectMedia", body)

    def inserted(self, slot=SLOT):
        return self.get(slot)["Inserted"]


@pytest.fixture(params=[True, False], ids=["has it", "does not"])
def one(request, bmcs):  # noqa
    """one(fault): (a BMC, whether it has that)"""

    def make(fault, **more):
        return Try(bmcs, *([fault] if request.param else []),
                   **more), request.param

    return make


# boot

def test_boot_send_enabled(one):
    http, has = one("boot-send-enabled")
    http.boot(Target="Hdd", Enabled="Continuous")
    assert http.boot(Target="Pxe")[1]["Enabled"] == (
        "Once" if has else "Continuous")
    assert http.boot(Target="Hdd",
                     Enabled="Continuous")[1]["Enabled"] == "Continuous"


def test_boot_resend_mode(one):
    http, has = one("boot-resend-mode")
    assert http.boot(Target="Pxe", Enabled="Once")[1]["Mode"] == (
        "Legacy" if has else "UEFI")
    assert http.boot(Target="Hdd", Enabled="Once",
                     Mode="UEFI")[1]["Mode"] == "UEFI"


def test_boot_only_changes(one):
    http, has = one("boot-only-changes")
    http.boot(Target="Hdd", Enabled="Continuous")
    assert http.bmc.machine()["restored"] == 0
    http.boot(Target="Hdd", Enabled="Continuous")
    assert http.bmc.machine()["restored"] == has


def test_boot_order_for_disk(one):
    http, has = one("boot-order-for-disk")
    http.boot(Target="Pxe", Enabled="Continuous")
    assert http.boots(3) == ["Pxe", "Pxe", "Hdd" if has else "Pxe"]
    order = ["Boot0002", "Boot0000", "Boot0001"]
    http("PATCH", SYSTEM, {"Boot": {
        "BootOrder": order, "BootSourceOverrideEnabled": "Disabled"}})
    assert http.boots(3)[3:] == ["Cd", "Cd", "Cd"]


def test_boot_settings(one):
    http, has = one("boot-settings", words={"settings": True})
    status, boot = http.boot(Target="Pxe", Enabled="Once")
    assert status == (400 if has else 200)
    assert boot["Target"] == ("None" if has else "Pxe")
    settings = http.get(SYSTEM)["@Redfish.Settings"]["SettingsObject"]
    assert http("PATCH", settings["@odata.id"], {"Boot": {
        "BootSourceOverrideTarget": "Hdd",
        "BootSourceOverrideEnabled": "Once"}}).status_code == 200
    assert http.get(SYSTEM)["Boot"]["BootSourceOverrideTarget"] == "Hdd"


def test_boot_minimal(one):
    http, has = one("boot-minimal")
    assert http.boot(Target="Pxe", Enabled="Once", Mode="UEFI")[0] == (
        400 if has else 200)
    assert http.boot(Target="Pxe", Enabled="Once")[1]["Target"] == "Pxe"


def test_boot_full(one):
    http, has = one("boot-full")
    status, boot = http.boot(Target="Pxe", Enabled="Once")
    assert status == 200
    assert boot["Target"] == ("None" if has else "Pxe")
    assert http.boot(Target="Pxe", Enabled="Once",
                     Mode="UEFI")[1]["Target"] == "Pxe"


# media

def test_media_usb_cd(one):
    http, has = one("media-usb-cd", words={
        "targets": ["None", "Cd", "UsbCd"]})
    http.boot(Target="Cd", Enabled="Once")
    assert http.boots() == ["Hdd" if has else "Cd"]
    http.boot(Target="UsbCd", Enabled="Once")
    assert http.boots()[1:] == ["Cd"]


def test_media_image_only(one):
    http, has = one("media-image-only")
    r = http.insert(Inserted=True, WriteProtected=True)
    assert r.status_code == (400 if has else 204)
    assert http.inserted() != has

    if has:
        assert message(r) == "ActionParameterUnknown"
        assert http.insert().status_code == 204
        assert http.inserted()


def test_media_plain_url(one):
    http, has = one("media-plain-url")
    assert http.insert(image=IMAGE + "?a=b").status_code == 204
    assert http.inserted() != has


def test_media_patch(bmcs):  # noqa
    http = Http(bmcs.add("lenovo"))
    slot = V1 + "/Managers/1/VirtualMedia/EXT1"
    assert "Actions" not in http.get(slot)
    r = http("POST", slot + "/Actions/VirtualMedia.InsertMedia",
             {"Image": IMAGE})
    assert r.status_code == 404
    http("PATCH", slot, {"Image": IMAGE})
    assert http.get(slot)["Inserted"]
    http("PATCH", slot, {"Image": None})
    assert not http.get(slot)["Inserted"]
    plain = Try(bmcs)
    assert plain("PATCH", SLOT, {"Image": IMAGE}).status_code == 405


def test_media_send_inserted(one):
    http, has = one("media-send-inserted")

    if has:
        assert http.insert(WriteProtected=True,
                           Inserted=True).status_code == 400

    assert http.insert().status_code == 204
    assert http.inserted() != has

    if has:
        http.insert(Inserted=True)
        assert http.inserted()


def test_media_on_system(bmcs):  # noqa
    http = Http(bmcs.add("idrac10"))
    system = V1 + "/Systems/System.Embedded.1"
    assert "VirtualMedia" not in http.get(system)
    assert "VirtualMedia" not in http.get(V1 + "/Managers/iDRAC.Embedded.1")
    assert http.get(system + "/VirtualMedia")["Members@odata.count"] == 2
    assert "VirtualMedia" in Try(bmcs).get(V1 + "/Managers/1")


def test_media_wait_eject(one):
    http, has = one("media-wait-eject", times={"eject": 0.3})
    http.insert()
    assert http.eject().status_code == 204
    assert http.inserted() == has
    assert http.insert().status_code == (409 if has else 204)

    if has:
        until(lambda: not http.inserted())
        assert http.insert().status_code == 204


def test_media_boot_dell(bmcs):  # noqa
    for faults, source in (([], "Cd"), (["media-boot-dell"], "Hdd")):
        bmc = bmcs.add("dell", faults=faults)
        http = Http(bmc)
        system = V1 + "/Systems/System.Embedded.1"
        manager = http.get(V1 + "/Managers/iDRAC.Embedded.1")
        attributes = manager["Links"]["Oem"]["Dell"]["DellAttributes"][0]

        def boots():
            n = len(bmc.machine()["boots"])
            http("PATCH", system, {"Boot": {
                "BootSourceOverrideTarget": "Cd",
                "BootSourceOverrideEnabled": "Once"}})
            http("POST", system + "/Actions/ComputerSystem.Reset",
                 {"ResetType": "ForceRestart"})
            until(lambda: len(bmc.machine()["boots"]) > n)
            return bmc.machine()["boots"][-1]["from"]

        assert boots() == source
        assert http("PATCH", attributes["@odata.id"], {"Attributes": {
            "ServerBoot.1.FirstBootDevice": "VCD-DVD"}}).status_code == 200
        assert boots() == "Cd"


def test_media_eject_body(one):
    http, has = one("media-eject-body")
    http.insert()
    assert http.eject().status_code == (415 if has else 204)
    assert http.eject({}).status_code == 204
    assert not http.inserted()


def test_media_protocol(one):
    http, has = one("media-protocol")
    r = http.insert()
    assert r.status_code == (400 if has else 204)

    if has:
        assert message(r) == "ActionParameterMissing"
        assert http.insert(TransferProtocolType="HTTP").status_code == 204

    assert http.inserted()


def test_media_dummy_login(one):
    http, has = one("media-dummy-login")
    assert http.insert().status_code == (400 if has else 204)

    if has:
        assert http.insert(UserName="none",
                           Password="none").status_code == 204

    assert http.inserted()


# power

def test_power_retry_conflict(one):
    http, has = one("power-retry-conflict", times={"conflict": 0.4})
    http.reset("ForceOff")
    until(lambda: not http.bmc.machine()["on"])
    r = http.reset("On")
    assert r.status_code == (409 if has else 204)
    until(lambda: http.reset("On").status_code == 204)


def test_restart_is_hard(one):
    http, has = one("restart-is-hard")
    http.reset("GracefulRestart")
    until(lambda: http.bmc.machine()["boots"])
    assert http.bmc.machine()["hard"] == has


def test_slow_power(one):
    http, has = one("slow-power")
    http.bmc.power(on=False)
    http.reset("On")
    time.sleep(0.5)
    assert http.bmc.machine()["on"] != has


def test_power_by_ipmi(one):
    http, has = one("power-by-ipmi")
    http.reset("ForceOff")
    until(lambda: not http.bmc.machine()["on"])
    assert http.get(SYSTEM)["PowerState"] == ("On" if has else "Off")


# tasks

def begun(http):
    r = http.reset()
    assert r.status_code == 202
    return r.headers["Location"], r.json()["@odata.id"], r.json()


def test_task_not_monitor(one):
    http, has = one("task-not-monitor", words={"reset": 202})
    monitor, task, _ = begun(http)
    assert http("GET", monitor).status_code == 202
    until(lambda: http.get(task)["TaskState"] == "Completed")
    assert http("GET", monitor).status_code == (404 if has else 204)
    assert http("GET", task).status_code == (404 if has else 200)


def test_task_retry_404(one):
    http, has = one("task-retry-404", words={"reset": 202},
                    times={"hidden": 0.4})
    monitor, task, _ = begun(http)
    assert http("GET", task).status_code == (404 if has else 200)
    assert http("GET", monitor).status_code == (404 if has else 202)
    until(lambda: http("GET", task).status_code == 200)


def test_task_state_new(one):
    http, has = one("task-state-new", words={"reset": 202})
    _, task, body = begun(http)
    assert body["TaskState"] == ("New" if has else "Running")
    until(lambda: http.get(task)["TaskState"] == "Completed")


# HTTP

def test_login_basic(one):
    http, has = one("login-basic")
    assert http("POST", V1 + "/SessionService/Sessions", {
        "UserName": "admin", "Password": "secret"}).status_code == (
            503 if has else 201)
    assert http.get(SYSTEM)


def test_etag_required(one):
    http, has = one("etag-required")
    assert http("PATCH", SYSTEM, {"AssetTag": "a"}).status_code == (
        428 if has else 200)
    tag = http("GET", SYSTEM).headers["ETag"]
    assert http("PATCH", SYSTEM, {"AssetTag": "a"}, headers={
        "If-Match": tag}).status_code == 200
    assert http("PATCH", SYSTEM, {"AssetTag": "b"}, headers={
        "If-Match": tag}).status_code == 412


@pytest.mark.parametrize("fault,less", [
    ("etag-weak-refused", lambda tag: tag.replace("W/", "")),
    ("etag-gzip", lambda tag: tag.replace("-gzip", ""))])
def test_etags_that_are_refused_as_they_are(one, fault, less):
    http, has = one(fault)
    tag = http("GET", SYSTEM).headers["ETag"]
    assert http("PATCH", SYSTEM, {"AssetTag": "a"}, headers={
        "If-Match": tag}).status_code == (412 if has else 200)
    tag = http("GET", SYSTEM).headers["ETag"]
    assert (less(tag) != tag) == has
    assert http("PATCH", SYSTEM, {"AssetTag": "b"}, headers={
        "If-Match": less(tag)}).status_code == 200


@pytest.mark.parametrize("kind,tag", [("empty", ""), ("none", None)])
def test_etags_that_are_none(bmcs, kind, tag):  # noqa
    http = Try(bmcs, words={"etag": kind})
    assert http("GET", SYSTEM).headers.get("ETag") == tag
    assert http("PATCH", SYSTEM, {"AssetTag": "a"}, headers={
        "If-Match": '"old"'}).status_code == 200


def test_any_encoding(one):
    http, has = one("any-encoding")
    log = SYSTEM + "/LogServices/SEL/Entries"
    assert http("GET", log, headers={
        "Accept-Encoding": "identity"}).status_code == (
            406 if has else 200)
    assert http("GET", log, headers={
        "Accept-Encoding": "gzip"}).status_code == 200


def test_connection_close(one):
    http, has = one("connection-close")
    http.get(SYSTEM)

    if has:
        with pytest.raises(requests.ConnectionError):
            http.get(SYSTEM)

    for _ in range(2):
        assert http("GET", SYSTEM, headers={
            "Connection": "close"}).status_code == 200


# what it tells

def test_uuid_mixed(bmcs):  # noqa
    right, wrong = (Try(bmcs, *faults).get(SYSTEM)["UUID"]
                    for faults in ([], ["uuid-mixed"]))
    assert right[9:19] == "6b5e-11ec-"
    assert wrong[9:19] == "5e6b-ec11-"


def test_led_on_system(one):
    http, has = one("led-on-system", words={
        "leds": {"System": "IndicatorLED", "Chassis": "IndicatorLED"}})
    assert http("PATCH", CHASSIS, {"IndicatorLED": "Lit"}).status_code == (
        400 if has else 200)
    assert http("PATCH", SYSTEM, {"IndicatorLED": "Lit"}).status_code == 200
    assert http.get(CHASSIS)["IndicatorLED"] == "Lit"


def test_no_managed_by(one):
    http, has = one("no-managed-by")
    manager, = http.get(SYSTEM)["Links"]["ManagedBy"]
    assert http("GET", manager["@odata.id"]).status_code == (
        404 if has else 200)


# what is to be asked again

@pytest.mark.parametrize("fault,status,ident", [
    ("not-ready", 503, "SYS518"),
    ("wrong-state", 400, "InvalidOperationForSystemState"),
    ("unavailable", 503, "ServiceTemporarilyUnavailable")])
def test_some_are_not_ready_a_few_times(bmcs, fault, status, ident):  # noqa
    http = Try(bmcs)
    http.bmc.fault(name=fault, times=2)

    for _ in range(2):
        r = http.reset()
        assert (r.status_code, message(r)) == (status, ident)

    assert http.reset().status_code == 204


def test_boot_is_not_changed_during_post(bmcs):  # noqa
    http = Try(bmcs)
    http.bmc.fault(name="during-post", times=1)
    assert http.boot(Target="Pxe", Enabled="Once")[0] == 400
    assert http.boot(Target="Pxe", Enabled="Once")[0] == 200


# nothing is forgotten

def quirks():
    """those that Redfish has"""

    with open(TABLE, encoding="utf-8") as f:
        rows = re.findall(r"^quirk +(\S+)\nof +(\S+)", f.read(), re.M)

    return {name for name, of in rows if of in ("redfish", "both")}


def test_every_quirk_is_a_fault_here():
    later = {f for f, what in FAULTS.items() if what.startswith("later")}
    assert quirks() == set(FAULTS) - later


def test_every_fault_is_tested_here():
    text = inspect.getsource(inspect.getmodule(Try))

    for fault in FAULTS:
        assert '"%s"' % fault in text or "def test_%s(" % (
            fault.replace("-", "_")) in text, fault


def test_personalities_have_faults_that_there_are():
    for name, words in PERSONALITIES.items():
        assert set(words["faults"]) <= set(FAULTS), name
