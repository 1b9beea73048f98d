"""IPMI sessions: set up, refused, lost, and attacked."""

import os
import re
import socket
import struct
import time

import pytest

from ipmi_rig import free_port, proxy, sim, strong   # noqa: F401

# OPEN, RAKP 1 and 3, a command

OPEN, RAKP1, RAKP3, COMMAND = 0x10, 0x12, 0x14, 0xc0


def is_on(answer):
    return re.search(r'"power": *"(\w+)"', answer.out).group(1)


def status(rack, *words):
    return rack.ctl("power", "status", "n1", "--fresh", "-o", "json", *words)


def test_power_is_read_and_changed(rack, sim):
    bmc = sim()
    r = rack({"n1": bmc.host()})

    assert is_on(status(r)) == "on"

    assert r.ctl("power", "force-off", "n1").status == 0
    assert is_on(status(r)) == "off"

    assert r.ctl("power", "on", "n1").status == 0
    assert is_on(status(r)) == "on"

    assert r.ctl("power", "reset", "n1").status == 0
    assert bmc.asked() == ["power 0", "power 1", "reset 1"]

    # the simulator's own timer ends a cycle, later

    assert r.ctl("power", "cycle", "n1").status == 0
    assert bmc.asked()[3:4] == ["power 0"]


def test_a_session_is_logged_out_of(rack, sim, proxy):
    bmc = sim()
    p = proxy(bmc)
    r = rack({"n1": p.host()})

    # ipmi_sim has 63 slots: more logins than that need log-outs

    for _ in range(70):
        assert status(r).status == 0

    assert len(p.kinds(OPEN)) >= 70


def test_a_wrong_password_is_asked_once(rack, sim, proxy):
    p = proxy(sim())
    host = p.host().replace("password secret", "password wrong")
    r = rack({"n1": host})

    a = status(r)
    assert a.status == 1
    assert '127.0.0.1 refused user \\"admin\\" (IPMI: RAKP integrity ' \
        'check)' in a.out + a.err

    assert len(p.kinds(RAKP1)) == 1

    end = time.monotonic() + 2

    while not p.kinds(RAKP3) and time.monotonic() < end:
        time.sleep(0.01)

    assert [len(d) for d in p.kinds(RAKP3)] == [24]    # no proof in it

    # not again, until told to

    assert status(r).status == 1
    assert r.ctl("power", "off", "n1").status == 1
    assert len(p.kinds(RAKP1)) == 1

    assert r.ctl("retry", "n1").status == 0
    assert status(r).status == 1
    assert len(p.kinds(RAKP1)) == 2


def test_an_unknown_user_is_said_to_be_one(rack, sim):
    r = rack({"n1": sim().host().replace("user admin", "user nobody")})
    a = status(r)

    assert a.status == 1
    assert "unauthorized name" in a.out + a.err


def test_an_account_without_administrators_rights_is_an_operator(
        rack, sim, proxy):

    # asked for more it says "unauthorized role or privilege level"

    p = proxy(sim())
    p.down = lambda d: [open_response(p.asked[-1], status=0x0a)] \
        if d[5] == 0x11 and p.asked[-1][17] == 4 else [d]

    assert is_on(status(rack({"n1": p.host("cipher 3;")}))) == "on"
    assert [d[17] for d in p.kinds(OPEN)] == [4, 3]

    # … unless the configuration insists

    a = status(rack({"n1": p.host("cipher 3; privilege administrator;")}))
    assert a.status == 1
    assert "privilege administrator" in a.out + a.err


def test_suite_17_is_tried_first_and_then_3(rack, sim, strong, proxy):
    p = proxy(sim())
    assert is_on(status(rack({"n1": p.host()}))) == "on"
    assert [d[16 + 12] for d in p.kinds(OPEN)] == [3, 1]

    p = proxy(strong())
    r = rack({"n1": p.host()})
    assert is_on(status(r)) == "off"
    assert [d[16 + 12] for d in p.kinds(OPEN)] == [3]
    assert r.ctl("power", "on", "n1").status == 0
    assert is_on(status(r)) == "on"


def test_no_suite_in_common_is_said(rack, sim, strong):
    a = status(rack({"n1": sim().host("cipher 17;")}))
    assert a.status == 1
    assert "no cipher suite in common" in a.out + a.err

    a = status(rack({"n1": strong().host("cipher 3;")}))
    assert a.status == 1
    assert "no cipher suite in common" in a.out + a.err


def test_a_password_of_a_suite_17_bmc_is_asked_once(rack, strong, proxy):
    p = proxy(strong())
    r = rack({"n1": p.host().replace("password secret", "password wrong")})

    a = status(r)
    assert "RAKP integrity check" in a.out + a.err
    assert len(p.kinds(RAKP1)) == 1


def test_a_dead_bmc_is_unreachable_in_time(rack, proxy):
    p = proxy(None)
    r = rack({"n1": p.host(more="timeout 1s;")})

    began = time.monotonic()
    a = status(r)
    took = time.monotonic() - began

    assert a.status == 1
    assert "no answer from 127.0.0.1" in a.out + a.err
    assert took < 2.5
    assert len(p.asked) <= 8


def test_a_change_to_a_dead_bmc_was_not_sent(rack, proxy):
    p = proxy(None)
    r = rack({"n1": p.host(more="timeout 1s;")})

    a = r.ctl("power", "off", "n1", "-o", "json")
    assert a.status == 1
    assert '"code": "unreachable"' in a.out
    assert not p.kinds(COMMAND)


def test_several_addresses_are_tried_in_order(rack, sim):
    bmc = sim(address="127.0.0.77")
    r = rack({"n1": bmc.host().replace("127.0.0.77",
                                       "127.0.0.78 127.0.0.77")})

    assert is_on(status(r)) == "on"


def test_a_name_is_looked_up(rack, sim):
    r = rack({"n1": sim().host().replace("127.0.0.1", "localhost")})
    assert is_on(status(r)) == "on"

    r = rack({"n1": sim().host().replace("127.0.0.1", "nothing.invalid")})
    a = status(r)
    assert a.status == 1
    assert "nothing.invalid" in a.out + a.err


def test_ipv6(rack, sim):
    try:
        free_port("::1", socket.AF_INET6)

    except OSError:
        a = status(rack({"n1": "driver ipmi; address ::1; user admin; "
                               "password secret; timeout 1s;"}))
        assert a.status == 1 and "::1" in a.err
        return

    assert is_on(status(rack({"n1": sim(address="::1").host()}))) == "on"


def test_a_slow_change_is_sent_once(rack, sim):
    bmc = sim()
    bmc.slow(2.5)
    r = rack({"n1": bmc.host()})

    assert r.ctl("power", "reset", "n1").status == 0
    time.sleep(1)
    assert bmc.asked() == ["reset 1"]


def test_what_became_of_an_unanswered_change_is_unknown(rack, sim, proxy):
    bmc = sim()
    p = proxy(bmc)
    p.down = lambda d: [] if d[5:6] == b"\xc0" and len(p.kinds(COMMAND)) > 2 \
        else [d]
    r = rack({"n1": p.host(more="timeout 1s;")})

    a = r.ctl("power", "reset", "n1", "-o", "json")
    assert a.status == 1
    assert "unknown" in a.out
    assert len(bmc.asked()) <= 1


def test_a_stopped_bmc_is_unreachable_and_then_back(rack, sim):
    bmc = sim()
    r = rack({"n1": bmc.host(more="timeout 1s;")})
    assert is_on(status(r)) == "on"

    bmc.stop()
    began = time.monotonic()
    a = status(r)
    assert a.status == 1 and time.monotonic() - began < 2.5
    bmc.cont()
    assert is_on(status(r)) == "on"


# -- attacks

def sockets(pid):
    """UDP ports a process has"""

    inodes = set()

    for fd in os.listdir("/proc/%d/fd" % pid):
        try:
            inodes.add(os.readlink("/proc/%d/fd/%s" % (pid, fd)))

        except OSError:
            pass

    ports = []

    for line in open("/proc/%d/net/udp" % pid).read().split("\n")[1:-1]:
        words = line.split()

        if "socket:[%s]" % words[9] in inodes:
            ports.append(int(words[1].split(":")[1], 16))

    return ports


def open_response(d, auth=1, integrity=1, conf=1, status=0):
    out = bytearray([0, status, 4, 0]) + d[20:24] + b"\1\2\3\4"

    for kind, number in enumerate((auth, integrity, conf)):
        out += bytes([kind, 0, 0, 8, number, 0, 0, 0])

    out[0] = d[16]
    return bytes([6, 0, 255, 7, 6, 0x11]) + bytes(8) \
        + struct.pack("<H", len(out)) + bytes(out)


def test_a_datagram_that_nobody_asked_for_crashes_nothing(rack, proxy):
    p = proxy(None)
    r = rack({"n1": p.host(more="timeout 2s;")})
    process = r.start("power", "status", "n1", "--fresh")

    end = time.monotonic() + 5

    while not p.asked and time.monotonic() < end:
        time.sleep(0.02)

    assert p.client is not None

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for kind in list(range(256)):
            for session in (0, 1):
                head = bytes([6, 0, 255, 7, 6, kind])
                tail = struct.pack("<IIH", session, 0, 0)
                s.sendto(head + tail + bytes(8), p.client)
                s.sendto(head + bytes(6) + tail, p.client)
                p.s.sendto(head + tail + bytes(8), p.client)
                p.s.sendto(head + bytes(6) + tail, p.client)

    assert process.wait(10) == 1
    err = process.stderr.read().decode()
    assert "Sanitizer" not in err and "127.0.0.1" in err


def test_a_tag_beyond_the_table_is_not_read(rack, proxy):
    p = proxy(None)
    r = rack({"n1": p.host(more="timeout 1s;")})

    def answer():
        d = p.asked[-1]

        if d[4] == 0:
            head, body = bytes([0x81, 0x1c]), \
                bytes([0x20, d[18], 0x38, 0, 1, 0x97, 5, 3, 0, 0, 0, 0])
            payload = head + bytes([-sum(head) & 255]) + body \
                + bytes([-sum(body) & 255])
            return [d[:13] + bytes([len(payload)]) + payload]

        if d[5] == OPEN:
            out = []

            for kind in (0x11, 0x13, 0x15):
                for tag in (64, 100, 200, 254):
                    body = bytes([tag, 0, 0, 0]) + d[20:24] + bytes(52)
                    out.append(bytes([6, 0, 255, 7, 6, kind]) + bytes(8)
                               + struct.pack("<H", len(body)) + body)

            return out

        return []

    process = r.start("power", "status", "n1", "--fresh")
    seen = 0
    end = time.monotonic() + 4

    while process.poll() is None and time.monotonic() < end:
        if len(p.asked) > seen:
            seen = len(p.asked)

            for out in answer():
                p.s.sendto(out, p.client)

        time.sleep(0.01)

    assert process.wait(5) == 1
    err = process.stderr.read().decode()
    assert "Sanitizer" not in err, err
    assert p.kinds(OPEN)


def forged(sequence, body):
    head = bytes([0x81, 0x01 << 2])
    tail = bytes([0x20, (sequence & 63) << 2]) + body
    payload = head + bytes([-sum(head) & 255]) + tail \
        + bytes([-sum(tail) & 255])

    return payload


@pytest.mark.parametrize("wrapper", ["plain", "v15"])
def test_a_forged_power_state_is_not_believed(rack, sim, proxy, wrapper):
    bmc = sim()
    bmc.chassis.write_text("power 0\nboot none\n")
    p = proxy(bmc)

    def down(d):
        if d[5] != 0xc0:
            return [d]

        out = []

        # the power is asked for about then, in the first session

        if wrapper == "plain":
            for n, sequence in enumerate(range(5, 15), 1):
                payload = forged(sequence, b"\x01\x00\x01\x00\x00\x00")
                out.append(bytes([6, 0, 255, 7, 6, 0])
                           + struct.pack("<IIH", 1, n, len(payload))
                           + payload)

        for sequence in range(64):
            for body in (b"\x01\x00\x01\x00\x00\x00", b"\x02\x00"):
                payload = forged(sequence, body)

                if wrapper == "plain":
                    for session in range(4):
                        out.append(bytes([6, 0, 255, 7, 6, 0])
                                   + struct.pack("<IIH", session, len(out),
                                                 len(payload)) + payload)

                else:
                    out.append(bytes([6, 0, 255, 7, 0]) + bytes(8)
                               + bytes([len(payload)]) + payload)

        return out + [d]

    p.down = down
    r = rack({"n1": p.host()})

    for _ in range(3):
        assert is_on(status(r)) == "off"


def test_a_bmc_cannot_choose_to_have_no_proof(rack, proxy, sim):
    p = proxy(sim())
    p.down = lambda d: [open_response(p.asked[-1], 0, 1, 1)] \
        if d[5] == 0x11 else [d]
    r = rack({"n1": p.host(more="timeout 1s;")})

    a = status(r)
    assert a.status == 1
    assert not p.kinds(RAKP1)
    assert "no cipher suite in common" in a.out + a.err


def test_no_free_session_slot_is_busy(rack, proxy, sim):
    p = proxy(sim())
    p.down = lambda d: [open_response(p.asked[-1], status=1)] \
        if d[5] == 0x11 else [d]
    r = rack({"n1": p.host(more="timeout 2s;")})

    a = status(r)
    assert a.status == 1
    assert "no free session slot" in a.out + a.err
    assert 2 <= len(p.kinds(OPEN)) <= 8


def test_a_replayed_answer_is_not_believed(rack, sim, proxy):
    bmc = sim()
    p = proxy(bmc)
    kept = []

    def down(d):
        if d[5] == 0xc0:
            kept.append(d)
            return kept[:-1] + [d] + kept + [d[:-1] + bytes([d[-1] ^ 1])]

        return [d]

    p.down = down
    r = rack({"n1": p.host()})

    assert is_on(status(r)) == "on"
    assert r.ctl("power", "force-off", "n1", "--verify=5s").status == 0
    assert is_on(status(r)) == "off"


def test_truncated_and_oversized_answers_are_dropped(rack, sim, proxy):
    p = proxy(sim())
    p.down = lambda d: [d[:n] for n in range(0, len(d), 3)] \
        + [d + bytes(600), d]
    r = rack({"n1": p.host()})

    assert is_on(status(r)) == "on"
