"""The scripted Redfish BMC is one, as the field's own clients see it."""

import os
import subprocess
import sys

import pytest
import requests
import sushy

import redfish_personalities
from conftest import run
from redfish_quirky import MANAGER, SYSTEM
from redfish_rig import quirky  # noqa

KINDS = [redfish_personalities.hpe, redfish_personalities.dell,
         redfish_personalities.openbmc]


@pytest.fixture(params=KINDS, ids=lambda p: p.__name__)
def bmc(request, quirky):  # noqa
    return request.param(quirky)


@pytest.fixture
def client(bmc):
    return sushy.Sushy("http://127.0.0.1:%d" % bmc.port, username="admin",
                       password="secret")


def test_sushy_switches_a_system(bmc, client):
    system, = client.get_system_collection().get_members()
    assert system.power_state == sushy.PowerState.ON

    for kind, is_ in ((sushy.RESET_FORCE_OFF, sushy.PowerState.OFF),
                      (sushy.RESET_ON, sushy.PowerState.ON),
                      (sushy.RESET_GRACEFUL_SHUTDOWN, sushy.PowerState.OFF)):
        assert kind in system.get_allowed_reset_system_values()
        system.reset_system(kind)
        system.refresh()
        assert system.power_state == is_


def test_sushy_chooses_what_it_boots(bmc, client):
    system, = client.get_system_collection().get_members()
    system.set_system_boot_options(
        target=sushy.BOOT_SOURCE_TARGET_PXE,
        enabled=sushy.BOOT_SOURCE_ENABLED_ONCE)
    assert bmc.boot["BootSourceOverrideTarget"] == "Pxe"
    assert bmc.boot["BootSourceOverrideEnabled"] == "Once"


def test_sushy_inserts_and_ejects_an_image(bmc, client):
    manager, = client.get_manager_collection().get_members()
    slot = manager.virtual_media.get_members()[0]
    slot.insert_media("http://10.0.0.1/a.iso")
    assert bmc.slot("CD")["Image"] == "http://10.0.0.1/a.iso"
    slot.refresh()
    assert slot.inserted
    slot.eject_media()
    assert bmc.slot("CD")["Inserted"] is False


def test_sushy_sees_where_it_is_built_in(bmc, client):
    system, = client.get_system_collection().get_members()
    assert system.manufacturer == bmc.get(SYSTEM)["Manufacturer"]
    manager, = system.managers
    assert manager.firmware_version == bmc.get(MANAGER)["FirmwareVersion"]
    assert len(system.chassis) == len(bmc.get(SYSTEM)["Links"]["Chassis"])


def tool(bmc, *words):
    return run(["redfishtool", "-r", "127.0.0.1:%d" % bmc.port, "-S",
                "Never", "-u", "admin", "-p", "secret"] + list(words))


def test_redfishtool_switches_a_system(bmc):
    said = tool(bmc, "Systems", "reset", "ForceOff")
    assert said.status == 0, said
    assert bmc.get(SYSTEM)["PowerState"] == "Off"
    said = tool(bmc, "Systems", "get")
    assert said.status == 0 and '"PowerState": "Off"' in said.out, said
    said = tool(bmc, "Systems", "setBootOverride", "Once", "Pxe")
    assert said.status == 0, said
    assert bmc.boot["BootSourceOverrideTarget"] == "Pxe"


def test_a_wrong_password_is_refused(bmc):
    with pytest.raises(sushy.exceptions.AccessError):
        sushy.Sushy("http://127.0.0.1:%d" % bmc.port, username="admin",
                    password="wrong").get_system_collection()


def test_it_runs_by_itself_over_tls_and_ends_when_told(tmp_path):
    files = [tmp_path / name for name in ("crt", "key")]
    secret = tmp_path / "secret"
    secret.write_text("another\n")
    said = run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                "-out", str(files[0]), "-keyout", str(files[1])])
    assert said.status == 0, said
    process = subprocess.Popen(
        [sys.executable, os.path.dirname(__file__) + "/redfish_bmc.py",
         "hpe", "0", str(secret)] + [str(f) for f in files],
        stdout=subprocess.PIPE, text=True)

    try:
        url = process.stdout.readline().split()[-1]
        r = requests.get(url + SYSTEM, auth=("admin", "another"),
                         verify=str(files[0]), timeout=10)
        assert r.json()["Manufacturer"] == "HPE"
        assert requests.get(url + SYSTEM, auth=("admin", "secret"),
                            verify=str(files[0]),
                            timeout=10).status_code == 401

    finally:
        process.terminate()
        assert process.wait(10) == 0
