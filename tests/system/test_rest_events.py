"""Events: what changes, told as it changes, and nothing lost between."""

import hashlib
import os
import re
import socket
import time

import pytest
import requests

from nginx_rig import KEY, READER
from rest_rig import nginx, rest  # noqa: F401
from test_rest_auth import USERS, log_in

HALF = """
key half { sha256 %s; role operator; hosts n1; }
""" % hashlib.sha256(b"half").hexdigest()


def power(n, host, action, **body):
    r = n.post("/api/hosts/%s/power" % host, dict(body, action=action))
    assert r.status_code in (200, 202), r.text
    return r.json()["op"]


def test_a_change_is_told_step_by_step_and_so_is_what_it_does(rest):
    n = rest(1)
    n.known("n1")
    e = n.events()
    op = power(n, "n1", "force-off", verify="10s")
    seen = e.until(kind="operation", op=op, **{"is": "verified"})
    steps = [s["is"] for s in seen if s["kind"] == "operation"]
    assert steps == ["accepted", "verified"]
    assert all(s["verb"] == "power.force-off" and s["host"] == "n1"
               for s in seen if s["kind"] == "operation")
    off, = [s for s in seen if s["kind"] == "power"]
    assert (off["was"], off["is"]) == ("on", "off")
    ids = [s["id"] for s in seen]
    assert ids == sorted(set(ids))
    e.close()


def test_a_bmc_that_falls_silent_and_comes_back(rest):
    n = rest({"n1": "timeout 300ms; poll off;"})
    n.known("n1") if n.get("/api/hosts/n1/power").ok else None
    e = n.events()
    n.fault("n1", "dead")
    n.get("/api/hosts/n1/power?fresh=1")
    e.until(kind="reachable", host="n1", **{"is": "no"})
    n.fault("n1", "none")
    n.post("/api/hosts/n1/retry")
    n.get("/api/hosts/n1/power?fresh=1")
    e.until(kind="reachable", host="n1", **{"is": "yes"})
    e.close()


def test_a_machine_that_becomes_too_hot(rest):
    n = rest({"n1": "poll off;"})
    n.get("/api/hosts/n1/sensors")
    e = n.events()
    n.fault("n1", "hot")
    n.get("/api/hosts/n1/sensors?fresh=1")
    seen = e.until(kind="health", host="n1")
    assert seen[-1]["was"] == "ok"
    assert seen[-1]["is"] in ("warning", "critical")
    e.close()


def test_only_of_one_host(rest):
    n = rest({"n1": "poll off;", "n2": "poll off;"})
    e = n.events("/api/events?host=n2")
    power(n, "n1", "reset")
    op = power(n, "n2", "reset")
    seen = e.until(op=op, **{"is": "accepted"})
    assert {s["host"] for s in seen} == {"n2"}
    e.close()


def test_who_may_not_read_a_host_hears_nothing_of_it(rest):
    n = rest({"n1": "poll off;", "n2": "poll off;"}, extra=HALF)
    e = n.events(key="half")
    power(n, "n2", "reset")
    op = power(n, "n1", "reset")
    assert {s["host"] for s in e.until(op=op, **{"is": "accepted"})} == {"n1"}
    e.close()
    assert n.events(key="wrong").answer.status_code == 401


def test_a_client_goes_on_where_it_was(rest):
    n = rest({"n1": "poll off;"}, main="worker_processes 2;")
    e = n.events()
    power(n, "n1", "reset")
    e.next()
    e.close()
    power(n, "n1", "reset")
    last = power(n, "n1", "reset")
    again = n.events(**{"Last-Event-ID": str(e.last)})
    seen = again.until(op=last, **{"is": "accepted"})
    assert [s["id"] for s in seen] \
        == list(range(e.last + 1, e.last + 1 + len(seen)))
    again.close()


def test_a_number_that_is_none_is_as_good_as_no_number(rest):
    n = rest({"n1": "poll off;"})
    power(n, "n1", "reset")

    for id in ("x", "-1", "99999999999999999999999", ""):
        e = n.events(**{"Last-Event-ID": id})
        op = power(n, "n1", "reset")
        assert {s.get("op", op) for s in e.until(op=op)} == {op}
        e.close()


@pytest.mark.parametrize("last", ["4711", "18446744073709551000"])
def test_a_client_of_a_gateway_that_forgot_hears_all_there_is(rest, last):
    """its numbers begin anew with the board, as after a reboot"""

    n = rest({"n1": "poll off;"})
    first = power(n, "n1", "reset")
    e = n.events(**{"Last-Event-ID": last})
    assert e.until(op=first)
    op = power(n, "n1", "reset")
    e.until(op=op, **{"is": "accepted"})
    e.close()


def test_a_reload_ends_the_stream_and_the_client_loses_none(rest):
    n = rest({"n%d" % i: "poll off; groups rack1;" for i in range(1, 21)},
             main="worker_processes 2;")
    e = n.events()
    r = n.post("/api/groups/rack1/power", {"action": "reset"})
    e.next()
    before = set(n.nginx.workers())
    n.nginx.reload()
    n.follow(r, ("accepted", "verified", "failed"), timeout=20)
    seen = []
    end = time.monotonic() + 20

    while (event := e.next()) is not None:
        assert time.monotonic() < end
        seen.append(event)

    # a worker that is about to leave would take the new stream, and end it

    n.nginx.until(lambda: not before & set(n.nginx.workers()))
    again = n.events(**{"Last-Event-ID": str(e.last)})
    op = power(n, "n1", "reset")
    seen += again.until(op=op, **{"is": "accepted"})
    ids = [s["id"] for s in seen]
    assert ids == list(range(ids[0], ids[0] + len(ids)))
    again.close()


def test_a_stream_on_which_nothing_happens_ends_whole_with_nginx(rest):
    n = rest({"n1": "poll off;"})
    first = n.events()
    n.nginx.reload()
    assert first.next() is None
    second = n.events()
    n.nginx.stop()
    assert second.next() is None


def test_a_session_that_ends_takes_its_stream_with_it(rest):
    n = rest({"n1": "poll off;"}, extra=USERS)
    r = log_in(n)
    s = requests.get(n.nginx.url + "/api/events", stream=True, timeout=30,
                     headers={"X-Auth-Token": r.headers["X-Auth-Token"]})
    lines = s.iter_lines(chunk_size=1)
    assert next(lines) == b": bmcgate"
    other = n.events(timeout=30)
    assert n.delete(r.headers["Location"]).status_code == 204

    # it is noticed when a comment is due, which the other one gets

    for line in lines:
        assert line != b": here"

    power(n, "n1", "reset")
    other.until(**{"is": "accepted"})
    assert ": here" in other.comments
    other.close()


def storm(n, rounds):
    """600 events of 130 bytes a round; the number of the last operation"""

    for _ in range(rounds):
        r = n.post("/api/groups/all/power", {"action": "reset"})
        n.follow(r, ("accepted", "verified"))

    return r.json()["id"]


def slow(n, s):
    """a client that reads nothing yet, and has nowhere to keep it"""

    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    s.settimeout(20)
    s.connect(("127.0.0.1", n.nginx.port))
    s.sendall(b"GET /api/events HTTP/1.0\r\nX-API-Key: " + KEY.encode()
              + b"\r\n\r\n")
    text = b""

    while b": bmcgate" not in text:
        text += s.recv(1024)

    assert text.startswith(b"HTTP/1.1 200")


CROWD = {"n[1-300]": "poll off; groups all;"}


def test_a_client_that_is_too_slow_is_cut_off_and_loses_none(rest):
    n = rest(CROWD, listen=" sndbuf=4k")

    with socket.socket() as s:
        slow(n, s)
        op = storm(n, 7)
        text = b""

        while data := s.recv(65536):
            text += data

    ids = [int(i) for i in re.findall(rb"^id: (\d+)$", text, re.M)]
    assert ids == list(range(ids[0], ids[0] + len(ids)))
    assert len(ids) > 300
    last = None

    while last is None or (last["op"], last["is"]) != (op, "accepted"):
        e = n.events(**{"Last-Event-ID": str(ids[-1])})
        began = len(ids)

        while (event := e.next()) is not None:
            ids.append(event["id"])

            if event.get("op") == op:
                last = event
                break

        assert len(ids) > began
        e.close()

    assert ids == list(range(ids[0], ids[0] + len(ids)))


def ended(n, streams):
    """until so many streams are over, for nginx, too"""

    end = time.monotonic() + 20

    while sum(" /api/events " in line for line in n.nginx.access()) < streams:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_client_that_never_reads_is_cut_off(rest):
    n = rest(CROWD, listen=" sndbuf=4k", http="send_timeout 1s;")

    with socket.socket() as s:
        slow(n, s)
        storm(n, 1)
        ended(n, 1)


def test_clients_come_and_go_and_leave_nothing_behind(rest):
    n = rest({"n1": "poll off;"})
    n.get("/api/hosts/n1/power")
    worker, = n.nginx.workers()
    folder = "/proc/%d/fd" % worker
    before = len(os.listdir(folder))

    for _ in range(20):
        e = n.events(key=READER)
        power(n, "n1", "reset")
        e.next()
        e.close()

    power(n, "n1", "reset")
    ended(n, 20)
    assert len(os.listdir(folder)) <= before + 1
