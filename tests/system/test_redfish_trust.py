"""A BMC whose certificate has changed is refused, until somebody says that
this is right."""

import hashlib
import re
import ssl
import time

import pytest

from nginx_rig import READER, free_port
from redfish_bmcs_rig import bmcs, certificate  # noqa
from rest_rig import nginx, rest  # noqa

NOBODYS = "sha256:" + "0" * 64
NURSE = "a-key-that-may-restart-bmcs"


def fingerprint(file):
    with open(file) as f:
        der = ssl.PEM_cert_to_DER_cert(f.read())

    return "sha256:" + hashlib.sha256(der).hexdigest()


def pinned(bmc, more=""):
    return bmc.host(more=more).replace("tls off", "tls pin")


class Changes:
    """a BMC, and the certificates that it has had, newest last"""

    def __init__(self, bmc, folder):
        self.bmc = bmc
        self.dir = folder
        self.prints = [fingerprint(bmc.certificate_file())]

    def change(self):
        files = certificate(self.dir, "bmc%d" % len(self.prints))
        self.bmc.certificate(tls=files, port=self.bmc.port)
        self.prints.append(fingerprint(files[0]))
        self.asked = len(self.bmc.requests())
        return self.prints[-1]

    def was_asked(self):
        """since then, anything"""

        return len(self.bmc.requests()) > self.asked


@pytest.fixture
def one(rack, bmcs, tmp_path):  # noqa
    """a host whose certificate is another than was stored"""

    bmc = bmcs.add(tls=True)
    r = rack({"n1": pinned(bmc)})
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    changes = Changes(bmc, tmp_path)
    changes.change()
    return r, changes


def refused(r, changes):
    s = r.ctl("power", "status", "n1", "--fresh")
    assert s.status == 1
    assert ('n1: 127.0.0.1:%d shows another certificate, %s; "bmcctl trust '
            'n1" accepts it' % (changes.bmc.port, changes.prints[-1])) \
        in s.err, s
    return True


def pins(r):
    return (r.dir / "state" / "pins").read_text().splitlines()


def test_what_it_shows_now_is_trusted_and_nothing_else_is_asked(one):
    r, changes = one
    old, new = changes.prints
    assert refused(r, changes)
    s = r.ctl("trust", "n1")
    assert s.status == 0, s
    assert s.out == "n1: %s is trusted now, no more %s\n" % (new, old)
    assert not changes.was_asked()

    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    assert r.ctl("power", "off", "n1").status == 0
    assert [line.split()[:2] for line in pins(r)] == [["n1", old],
                                                      ["n1", new]]


def test_whose_it_is_and_until_when_is_told_too(one):
    r, changes = one
    row, = r.json("trust", "n1")
    assert (row["was"], row["fingerprint"]) == tuple(changes.prints)
    assert row["subject"] == "CN=bmc1"
    assert row["was_since"] == pins(r)[0].split()[2]
    assert row["valid_from"] < row["valid_until"]
    assert (row["verb"], row["accepted"]) == ("bmc.trust", True)


def test_who_did_it_and_in_what_is_in_the_audit(one):
    r, changes = one
    old, new = changes.prints
    assert r.ctl("trust", "n1", "--fingerprint", NOBODYS).status == 1
    assert r.ctl("trust", "n1", "--fingerprint", new).status == 0
    lines = [e for e in r.json("audit", "show")
             if e["verb"] == "bmc.trust"]
    assert [(e["event"], e["args"]) for e in lines] == [
        ("asked", "fingerprint=" + NOBODYS),
        ("outcome", "fingerprint=" + NOBODYS),
        ("asked", "fingerprint=" + new), ("outcome", "fingerprint=" + new)]
    assert lines[1]["text"].endswith("shows %s, not %s" % (new, NOBODYS))
    assert lines[3]["text"] == "%s is trusted now, no more %s" % (new, old)
    assert r.ctl("audit", "verify").status == 0

    op = r.json("operations")[0]
    assert (op["state"], op["text"]) == ("accepted", lines[3]["text"])


def test_another_than_was_named_is_refused(one):
    r, changes = one
    before = pins(r)
    s = r.ctl("trust", "n1", "--fingerprint", changes.prints[0])
    assert s.status == 1
    assert "shows %s, not %s" % tuple(reversed(changes.prints)) in s.err, s
    assert pins(r) == before
    assert refused(r, changes)

    # in capitals and with colons, as openssl has it

    hexes = re.findall("..", changes.prints[1][7:].upper())
    s = r.ctl("trust", "n1", "--fingerprint", "SHA256:" + ":".join(hexes))
    assert s.status == 0, s
    assert r.ctl("power", "status", "n1", "--fresh").status == 0


def test_what_is_no_fingerprint_is_a_wrong_word(one):
    r, changes = one
    s = r.ctl("trust", "n1", "--fingerprint", "sha256:12")
    assert (s.status, s.out) == (2, "")
    assert ('bmc.trust: fingerprint: "sha256:12" is no fingerprint: expected '
            "sha256: and 64 digits in hex") in s.err, s


def test_what_is_trusted_may_be_trusted_again(one):
    r, changes = one
    assert r.ctl("trust", "n1").status == 0
    before = pins(r)
    s = r.ctl("trust", "n1")
    assert s.out == "n1: %s was trusted already\n" % changes.prints[1]
    assert pins(r) == before


def test_only_a_pinned_host_has_a_certificate_to_trust(rack, bmcs):  # noqa
    bmc = bmcs.add(tls=True)
    r = rack({"n1": bmc.host(), "n2": ""})
    s = r.ctl("trust", "n1", "n2", "-y")
    assert s.status == 1
    assert ('n1: "tls off" stores no certificate: only "tls pin" does, and '
            "refuses another\n") in s.err, s
    assert "n2: its driver sim cannot do bmc.trust" in s.err, s
    assert bmc.requests() == []
    assert "reachable" not in r.json("ls", "n1")[0]


def test_many_are_trusted_at_once(rack, bmcs, tmp_path):  # noqa
    all_of = [bmcs.add(tls=True) for _ in range(5)]
    r = rack({"n%d" % n: pinned(b) for n, b in enumerate(all_of, 1)})
    assert r.ctl("power", "status", "n[1-5]", "--fresh").status == 0

    for b in all_of[1:]:
        Changes(b, tmp_path).change()

    s = r.ctl("trust", "n[1-5]", "-y")
    assert s.status == 0, s
    assert s.out.count("is trusted now, no more sha256:") == 4
    assert s.out.count("was trusted already") == 1
    assert r.ctl("power", "status", "n[1-5]", "--fresh").status == 0


def test_a_dead_bmc_shows_nothing(one):
    r, changes = one
    changes.bmc.stop()
    before = pins(r)
    s = r.ctl("trust", "n1")
    assert s.status == 1
    assert "no connection to 127.0.0.1:%d" % changes.bmc.port in s.err, s
    assert pins(r) == before
    assert r.json("operations")[0]["state"] == "failed"


def test_a_file_that_cannot_be_written_is_named(one):
    r, changes = one
    file = r.dir / "state" / "pins"
    file.rename(r.dir / "state" / "was")
    file.mkdir()
    s = r.ctl("trust", "n1")
    assert s.status == 1
    assert "%s is not a file" % file in s.err, s


def test_a_bmc_that_speaks_ipmi_too_is_trusted_over_redfish(
        rack, bmcs, tmp_path):  # noqa
    bmc = bmcs.add(tls=True)
    r = rack({"n1": pinned(bmc).replace("driver redfish", "driver redfish "
                                        "ipmi")
              + " ipmi { port %d; } timeout 500ms;" % free_port()})
    assert r.ctl("power", "status", "n1", "--fresh").status == 0
    changes = Changes(bmc, tmp_path)
    changes.change()

    for _ in range(2):
        assert r.ctl("power", "status", "n1", "--fresh").status == 1

    s = r.ctl("trust", "n1")
    assert s.status == 0 and "is trusted now" in s.out, s
    row, = r.json("power", "status", "n1", "--fresh")
    assert row["driver"] == "redfish"


def test_it_is_one_of_the_words_that_are_completed(ctl):
    assert "trust" in ctl("completion", "bash").out
    assert "--fingerprint" in ctl("help", "trust").out


# beside a gateway that runs

def reachable(n, host="n1"):
    return n.get("/api/hosts/" + host).json().get("reachable")


def soon(check, timeout=15):
    end = time.monotonic() + timeout

    while not check():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def served(rest, bmcs, tmp_path):  # noqa
    """the same, refused for so long that it is given up for minutes"""

    bmc = bmcs.add(tls=True)
    nurse = hashlib.sha256(NURSE.encode()).hexdigest()
    n = rest({"n1": pinned(bmc, "poll 1s;")},
             extra="role nurse { allow read power bmc; } "
             "key nurse { sha256 %s; role nurse; }" % nurse)
    n.known("n1")
    changes = Changes(bmc, tmp_path)
    changes.change()
    soon(lambda: reachable(n) is False)
    soon(lambda: n.get("/api/hosts/n1").json()["failures"] >= 3)
    return n, changes


def answers(n):
    """it is asked again within a poll, by who polls it, and no reload"""

    soon(lambda: reachable(n) is True, 1)
    soon(lambda: n.get("/api/hosts/n1").json()["age"] < 1, 3)
    h = n.get("/api/hosts/n1").json()
    assert "error" not in h and "failures" not in h, h


def test_a_gateway_that_runs_goes_on_when_an_operator_trusts_it(served):
    n, changes = served
    assert not changes.was_asked()
    e = n.get("/api/hosts/n1").json()["error"]
    assert e["message"] == (
        '127.0.0.1:%d shows another certificate, %s; "bmcctl trust n1" '
        "accepts it" % (changes.bmc.port, changes.prints[1]))

    s = n.rack.ctl("trust", "n1")
    assert s.status == 0, s
    answers(n)


def test_it_is_trusted_over_rest(served):
    n, changes = served
    old, new = changes.prints
    r = n.post("/api/hosts/n1/bmc/trust", {"fingerprint": NOBODYS})
    assert r.status_code == 502
    assert "not " + NOBODYS in r.json()["error"]["message"]
    assert reachable(n) is False

    r = n.post("/api/hosts/n1/bmc/trust", {"fingerprint": "sha256:1"})
    assert r.status_code == 400

    r = n.post("/api/hosts/n1/bmc/trust", {"fingerprint": new})
    assert r.status_code == 202, r.text
    assert (r.json()["was"], r.json()["fingerprint"]) == (old, new)
    assert n.follow(r, ["accepted"])["text"].startswith(new)
    answers(n)


def test_who_may_not_change_users_may_not_trust(served):
    n, changes = served

    for key in (READER, NURSE):
        r = n.post("/api/hosts/n1/bmc/trust", key=key)
        assert r.status_code == 403, r.text

    assert len(pins(n.rack)) == 1
    assert reachable(n) is False
