"""bmcctl and virtual media, on racks of simulated hosts."""

import json
import re

from conftest import QUICK

ISO = "http://10.0.0.1/a.iso"
IMG = "nfs://store/export/b.img"


def slots(rack, host="n1"):
    """what is in each slot, None: nothing"""

    row, = rack.json("media", host)
    return {slot["device"]: slot.get("image") for slot in row["media"]}


def test_an_image_is_inserted_listed_and_ejected(rack):
    r = rack(hosts=1)
    assert slots(r) == {"cd": None, "usb": None}
    s = r.ctl("media", "insert", "n1", ISO, "--verify=20s")
    assert s.status == 0, s
    assert s.out == "n1: inserted, verified\n"

    lines = r.ctl("media", "list", "n1").out.splitlines()
    assert lines[0].split() == ["NAME", "DEVICE", "TYPES", "INSERTED",
                                "IMAGE"]
    assert re.match(r"^n1 +cd +cd,? ?dvd +(yes|true) +%s$" % re.escape(ISO),
                    lines[1]), lines[1]
    assert re.match(r"^n1 +usb +usb +(no|false)", lines[2]), lines[2]
    assert "PROTECTED" in r.ctl("media", "n1", "-o", "wide").out

    s = r.ctl("media", "eject", "n1", "--verify")
    assert s.status == 0 and s.out == "n1: ejected, verified\n", s
    assert slots(r) == {"cd": None, "usb": None}


def test_the_device_and_writing_are_chosen(rack):
    r = rack(hosts=1)
    assert r.ctl("media", "insert", "n1", ISO, "--writable").status == 0
    row, = r.json("media", "n1")
    usb, = [slot for slot in row["media"] if slot["device"] == "usb"]
    assert usb == {"device": "usb", "types": ["usb"], "inserted": True,
                   "image": ISO, "write_protected": False}
    assert r.ctl("media", "insert", "n1", IMG, "--device", "cd").status == 0
    assert slots(r) == {"cd": IMG, "usb": ISO}
    assert r.ctl("media", "eject", "n1", "--device=cd").status == 0
    assert slots(r) == {"cd": None, "usb": ISO}


def test_many_hosts_get_the_image_at_once(rack):
    r = rack(hosts=3)
    assert r.ctl("media", "insert", "n[1-2]", ISO).status == 0
    assert [slots(r, n)["cd"] for n in ("n1", "n2", "n3")] == [ISO, ISO, None]
    assert r.ctl("media", "eject", "n1", "n2", "n3").status == 0
    assert [slots(r, n)["cd"] for n in ("n1", "n2", "n3")] == [None] * 3


def test_a_full_slot_is_refused_in_the_bmcs_words(rack):
    r = rack(hosts=1)
    assert r.ctl("media", "insert", "n1", ISO).status == 0
    s = r.ctl("media", "insert", "n1", "https://10.0.0.1/c.iso")
    assert s.status == 1
    assert s.err.startswith("n1: cd holds an image already: eject it first")
    assert slots(r)["cd"] == ISO


def test_a_url_that_no_bmc_can_fetch_is_a_usage_error(rack):
    r = rack(hosts=1)

    for image in ("a.iso", "ftp://10.0.0.1/a.iso", "http://10.0.0.1"):
        s = r.ctl("media", "insert", "n1", image)
        assert s.status == 2, s
        assert image in s.err and "http https nfs cifs" in s.err, s

    assert r.ctl("media", "insert", "n1").status == 2
    assert slots(r) == {"cd": None, "usb": None}


def test_a_password_for_the_images_server_is_in_no_log(rack):
    r = rack(hosts=1)
    s = r.ctl("media", "insert", "n1", "http://bob:hunter2@10.0.0.1/a.iso")
    assert s.status == 2 and "names a user" in s.err, s
    assert "hunter2" not in s.err

    s = r.ctl("media", "insert", "n1", "cifs://store/share/a.iso", "--user",
              "bob", "--password-file", "-", stdin="hunter2\n")
    assert s.status == 0, s
    audit = r.audit.read_text()
    assert "user=bob" in audit and "hunter2" not in audit


def test_a_lost_insertion_is_unverified(rack):
    r = rack(hosts={"n1": "driver sim; sim { %s fault loses; }" % QUICK})
    s = r.ctl("media", "insert", "n1", ISO, "--verify=1s")
    assert s.status == 1
    assert "not verified" in s.err and "still says not inserted" in s.err


def test_hosts_that_have_no_media_say_so(rack):
    r = rack(hosts={"n1": "driver unmanaged;", "n2": "driver ipmi; "
                    "address 127.0.0.1; user u; password p;"})

    for host in ("n1", "n2"):
        s = r.ctl("media", "insert", host, ISO)
        assert s.status == 1 and s.err.startswith(host + ": "), s
        row, = r.json("media", host, status=1)
        assert row["error"]["code"] == "unsupported", row


def test_completion_and_help_know_media(ctl):
    s = ctl("help", "media", "insert")
    assert s.status == 0
    assert "media insert HOST IMAGE" in s.out and "--writable" in s.out
    assert "media insert" in ctl("completion", "bash").out
    assert json.dumps(ctl("help").out).count("media ") >= 3
