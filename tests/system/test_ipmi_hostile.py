"""bmcctl and IPMI BMCs that are busy, full, rebooting; and forged logins."""

import os
import re
import struct
import subprocess
import sys
import time

import pytest

from conftest import environment
from ipmi_rig import HERE, free_port, pong, proxy, sim   # noqa: F401


class Odd:
    """a BMC with a fault, in a process of its own"""

    def __init__(self, folder, fault, seconds):
        self.port = free_port()
        self.log = folder / "odd.log"

        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, os.path.join(HERE, "ipmi_odd.py"),
                 str(self.port), fault, str(seconds)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment())

        end = time.monotonic() + 15

        while not pong("127.0.0.1", self.port):
            assert time.monotonic() < end, self.log.read_text()
            assert self.process.poll() is None, self.log.read_text()

    def asked(self, what):
        """when, and with what"""

        lines = [line.split() for line in self.log.read_text().split("\n")]
        return [(float(line[0]), line[2:]) for line in lines
                if line[1:2] == [what]]

    def host(self, more=""):
        return ("driver ipmi; address 127.0.0.1; user admin; "
                "password secret; ipmi { port %d; cipher 3; } %s"
                % (self.port, more))


@pytest.fixture
def odd(tmp_path):
    made = []

    def make(fault, seconds=0):
        made.append(Odd(tmp_path, fault, seconds))
        return made[-1]

    yield make

    for o in made:
        o.process.kill()
        o.process.wait()


def status(rack, *words):
    return rack.ctl("power", "status", "n1", "--fresh", "-o", "json", *words)


def is_on(answer):
    return re.search(r'"power": *"(\w+)"', answer.out).group(1)


def test_a_bmc_that_is_busy_for_20_s_answers_then(rack, odd):
    o = odd("busy", 20)
    r = rack({"n1": o.host("timeout 40s;")})

    began = time.monotonic()
    assert is_on(status(r)) == "on"
    assert 19 < time.monotonic() - began < 30

    # 0.25 s, 0.5 s … 4 s apart

    asked = [at for at, _ in o.asked("chassis")]
    assert 4 <= len(asked) <= 12
    assert asked[-1] - asked[-2] > 3


def test_a_bmc_that_stays_busy_is_said_to_be_in_time(rack, odd):
    o = odd("busy", 60)
    r = rack({"n1": o.host("timeout 2s;")})

    began = time.monotonic()
    a = status(r)
    assert a.status == 1 and time.monotonic() - began < 4
    assert "node busy" in a.out + a.err
    assert '"code": "busy"' in a.out

    # a change that it was too busy for did not happen

    a = r.ctl("power", "reset", "n1", "-o", "json")
    assert a.status == 1 and '"code": "busy"' in a.out
    assert len(o.asked("chassis")) <= 12


def test_a_session_slot_that_becomes_free_is_taken(rack, odd):
    o = odd("full", 2)
    assert is_on(status(rack({"n1": o.host("timeout 10s;")}))) == "on"
    assert 2 <= len(o.asked("login")) <= 8


def test_a_reboot_before_the_answer_to_a_change(rack, odd):
    o = odd("reboots", 1)
    r = rack({"n1": o.host("timeout 2s;")})

    a = r.ctl("power", "reset", "n1", "-o", "json")
    assert a.status == 1 and "unknown" in a.out

    # it is back, and nobody says it again

    time.sleep(1)
    assert r.ctl("retry", "n1").status == 0
    assert is_on(status(r)) == "on"
    changes = [words for _, words in o.asked("chassis") if words[0] == "2"]
    assert changes == [["2", "3"]]


def test_a_reboot_before_the_answer_to_a_question(rack, odd):
    o = odd("reboots", 0.5)
    r = rack({"n1": o.host("timeout 10s;")})

    assert is_on(status(r)) == "on"
    assert len(o.asked("login")) >= 2


def told(kind, tag, code, size):
    body = bytes([tag, code, 0, 0, 1, 0, 0, 0]) + bytes(size)
    return bytes([6, 0, 255, 7, 6, kind]) + bytes(8) \
        + struct.pack("<H", len(body)) + body


@pytest.mark.parametrize("kind,tag,code,size", [
    (0x11, 2, 0x01, 0), (0x11, 2, 0x0a, 28), (0x13, 3, 0x0d, 0),
    (0x13, 3, 0x00, 64), (0x15, 4, 0x0f, 0), (0x15, 4, 0x00, 16)])
def test_a_forged_no_locks_nobody_out(rack, sim, proxy, kind, tag, code,
                                      size):
    p = proxy(sim())
    p.down = lambda d: [told(kind, tag, code, size), d]

    assert is_on(status(rack({"n1": p.host("cipher 3;")}))) == "on"
