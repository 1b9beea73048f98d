"""The nginx door's processes: workers, reloads, kills, and their BMCs."""

import concurrent.futures
import http.client
import json
import os
import random
import re
import select
import signal
import socket
import threading
import time

import pytest
import requests

import hammers
from conftest import run
from nginx_rig import KEY, POLICY, nginx  # noqa: F401

SLOW = "timeout 20s; sim { latency 700ms; login 1ms; }"
FLEET = {"n%d" % i: "poll 1s; timeout 10s;" for i in range(1, 21)}

# what may become of a change whose worker was killed

SETTLED = {"outcome", "lost", "verified", "unverified", "late"}


def crypt(salt, password):
    return run(["perl", "-e", "print crypt($ARGV[1], $ARGV[0])", salt,
                password]).out


def later(f, *args, **kwargs):
    """f in a thread; result() waits for it"""

    pool = concurrent.futures.ThreadPoolExecutor(1)
    return pool.submit(f, *args, **kwargs)


def power(n, host, action, **body):
    return n.post("/api/hosts/%s/power" % host, dict(action=action, **body))


def fresh(n, host):
    return n.get("/api/hosts/%s/power?fresh=1" % host)


def carried(rack, host):
    """how many changes the BMC carried out"""

    return len(hammers.machine(rack, host)["list"])


def asked(rack, verb):
    """the audit has the request, whatever became of it"""

    return any(e["event"] == "asked" and e["verb"] == verb
               for e in hammers.trail(rack))


def commands(rack, host, verb):
    return hammers.machine(rack, host)["commands"].get(verb, 0)


def one_session_each(n, hosts):
    for host in hosts:
        saw = hammers.machine(n.rack, host)
        assert saw["sessions_live_max"] == 1, (host, saw)


def nothing_left(n):
    """all have gone: no session, no socket"""

    for host in re.findall(r"host (n\d+)", n.rack.conf.read_text()):
        r = hammers.simctl(n.rack, host, "show")
        assert r.status != 0 or json.loads(r.out)["sessions_live"] == 0, r

    assert hammers.sockets(n.rack) == []


def settled(n):
    """each change that was asked for has come to its end, once"""

    hammers.whole(n.rack)

    for lines in hammers.history(n.rack).values():
        events = [e["event"] for e in lines]
        assert events.count("asked") == 1, lines
        assert events[-1] in SETTLED, lines


def settled_although_killed(n):
    """a kill may hit between the board's word and the audit's line"""

    hammers.whole(n.rack)
    state = {op["id"]: op["state"] for op in n.rack.json("operations")}

    for op, lines in hammers.history(n.rack).items():
        events = [e["event"] for e in lines]
        assert events == ["lost"] or events.count("asked") == 1, lines
        assert events[-1] in SETTLED \
            or state.get(op) not in ("asked", "sent"), lines


# one core in each worker

def loops(pid):
    """epoll descriptors, and how often one of them watches another"""

    found = {}

    for fd in os.listdir("/proc/%d/fd" % pid):
        if "eventpoll" in os.readlink("/proc/%d/fd/%s" % (pid, fd)):
            info = open("/proc/%d/fdinfo/%s" % (pid, fd)).read()
            found[int(fd)] = [int(t) for t in
                              re.findall(r"tfd:\s+(\d+)", info)]

    return len(found), [t in found for targets in found.values()
                        for t in targets].count(True)


def test_a_worker_has_one_descriptor_of_ours_in_its_loop(nginx):
    n = nginx(2, main="worker_processes 3;")
    n.until(lambda: len(n.workers()) == 3)

    for pid in n.workers():
        n.until(lambda: loops(pid) == (2, 1))

    for _ in range(12):
        assert fresh(n, "n1").status_code == 200

    # nginx's loop and the core's, and the one watches the other

    assert {loops(pid) for pid in n.workers()} == {(2, 1)}


def switches(pid):
    text = open("/proc/%d/status" % pid).read()
    return int(re.search(r"\nvoluntary_ctxt_switches:\s+(\d+)",
                         text).group(1))


def test_an_idle_worker_sleeps(nginx):
    n = nginx({"n1": "poll off;", "n2": "poll off;"},
              main="worker_processes 2;")
    time.sleep(0.5)
    before = {pid: switches(pid) for pid in n.workers()}
    time.sleep(1.5)
    assert {pid: switches(pid) for pid in before} == before

    # and wakes when it is asked

    assert fresh(n, "n1").status_code == 200
    n.until(lambda: {pid: switches(pid) for pid in before} != before)


def test_workers_may_look_at_nothing_of_ours(nginx):
    """they run as nobody, and passwords are read from files before"""

    n = nginx(start=False)
    secret = n.rack.dir / "secret"
    secret.write_text("secret\n")
    secret.chmod(0o600)
    n.rack.write({"n1": "user admin; password file:%s; poll 1s;" % secret,
                  "n2": ""}, POLICY)
    n.write(main="worker_processes 2;").start()
    files = [secret, n.rack.conf, n.rack.dir / "run/board",
             n.rack.dir / "state", n.rack.dir / "run/peer", n.rack.audit]

    n.until(lambda: len(n.workers()) == 2)

    for pid in n.workers():
        n.until(lambda: re.search(r"Uid:\s+65534\s+65534\s+65534",
                                  open("/proc/%d/status" % pid).read()))

    pid = os.fork()

    if pid == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        os._exit(sum(os.access(f, os.R_OK) for f in files))

    assert os.waitpid(pid, 0)[1] == 0

    for _ in range(8):
        for host in ("n1", "n2"):
            assert fresh(n, host).status_code == 200
            assert power(n, host, "reset").status_code == 202

    n.stop()
    one_session_each(n, ("n1", "n2"))
    settled(n)


def test_as_many_workers_as_processors(nginx):
    n = nginx(2, main="worker_processes auto;")
    want = len(os.sched_getaffinity(0))
    n.until(lambda: len(n.workers()) == want)

    for _ in range(4 * want):
        assert fresh(n, "n1").status_code == 200

    n.stop()
    one_session_each(n, ("n1",))
    nothing_left(n)


def test_four_workers_have_one_session_at_each_of_twenty_bmcs(nginx):
    n = nginx(FLEET, main="worker_processes 4;")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            for r in pool.map(lambda h: fresh(n, h), list(FLEET) * 2):
                assert r.status_code == 200, r.text

            for r in pool.map(lambda h: power(n, h, "reset"), FLEET):
                assert r.status_code == 202, r.text

    # the hosts are spread over the workers

    def holders():
        return [pid for h in FLEET for pid in hammers.holders(n.rack, h)]

    n.until(lambda: len(set(holders())) == 4 and len(holders()) == 20,
            "hosts are not spread")
    assert set(holders()) == set(n.workers())

    one_session_each(n, FLEET)
    n.stop()
    one_session_each(n, FLEET)
    nothing_left(n)
    settled(n)

    for host in FLEET:
        assert carried(n.rack, host) == 3


# reload

def test_a_change_in_flight_outlives_a_reload(nginx):
    n = nginx({"n1": SLOW, "n2": ""})
    assert fresh(n, "n1").status_code == 200
    n.dir.joinpath("access.log").write_text("")
    change = later(power, n, "n1", "reset")
    n.until(lambda: asked(n.rack, "power.reset"))
    n.reload()

    # the new worker asks the old one, which holds the session

    r = fresh(n, "n2")
    assert r.status_code == 200, r.text
    r = change.result()
    assert r.status_code == 202, r.text
    assert r.json()["accepted"] is True
    n.until(lambda: len(n.workers()) == 1)
    assert fresh(n, "n1").status_code == 200
    n.stop()
    assert carried(n.rack, "n1") == 1
    one_session_each(n, ("n1", "n2"))
    nothing_left(n)
    settled(n)


def test_who_waits_for_verification_is_answered_after_a_reload(nginx):
    n = nginx({"n1": "timeout 9s; sim { power_delay 1500ms; }"})
    assert power(n, "n1", "force-off", verify="9s").status_code in (200, 409)
    change = later(power, n, "n1", "on", verify="9s")
    n.until(lambda: asked(n.rack, "power.on"))
    n.reload()
    r = change.result()
    assert r.status_code == 200, r.text
    assert r.json()["verified"] is True
    n.until(lambda: len(n.workers()) == 1)


def test_an_old_worker_waits_no_longer_than_it_may(nginx):
    n = nginx({"n1": "timeout 9s; sim { shutdown_time 60s; }"},
              main="worker_shutdown_timeout 500ms;")
    assert power(n, "n1", "on", verify="9s").status_code == 200
    change = later(power, n, "n1", "off", verify="40s")
    n.until(lambda: asked(n.rack, "power.off"))
    old = n.workers()
    began = time.monotonic()
    n.reload()
    n.until(lambda: not set(old) & set(n.workers()))
    assert time.monotonic() - began < 8

    with pytest.raises(requests.ConnectionError):
        change.result()

    assert fresh(n, "n1").status_code == 200
    one_session_each(n, ("n1",))


def test_a_wrong_key_is_answered_although_the_worker_goes(nginx):
    """the answer is late, as after any wrong key"""

    n = nginx(1)

    for _ in range(3):
        n.get("/api/hosts/n1", key="wrong")

    told = later(n.get, "/api/hosts/n1", key="wrong")
    time.sleep(0.05)
    n.reload()
    assert told.result().status_code == 401


def test_a_wrong_password_is_answered_although_the_worker_goes(nginx):
    n = nginx(1, extra="user ann { password_hash %s; role reader; }\n"
              % crypt("$6$rounds=1000$salt", "secret"))

    for _ in range(2):
        told = later(requests.get, n.url + "/api/hosts/n1", timeout=20,
                     auth=("ann", "wrong"))
        n.until(lambda: any(e["event"] == "login-failed"
                            for e in hammers.trail(n.rack)))
        n.reload()
        assert told.result().status_code in (401, 429)


def test_a_long_answer_is_whole_although_the_worker_goes(nginx):
    n = nginx({"n[1-10000]": "poll off;"})

    for _ in range(5):
        s = socket.create_connection(("127.0.0.1", n.port))
        s.sendall(("GET /api/hosts HTTP/1.1\r\nHost: a\r\nX-API-Key: %s\r\n"
                   "\r\n" % KEY).encode())
        n.until(n.workers)
        old = n.workers()[0]
        select.select([s], [], [], 10)
        os.kill(old, signal.SIGQUIT)
        r = http.client.HTTPResponse(s)
        r.begin()
        assert r.status == 200
        assert len(json.loads(r.read())["hosts"]) == 10000
        s.close()
        n.until(lambda: n.workers() and old not in n.workers())


def test_who_watches_events_is_let_go(nginx):
    n = nginx(1)
    r = n.get("/api/events", stream=True)
    assert r.status_code == 200
    n.reloaded()

    # the answer ends as it should: the client comes again by itself

    assert b"".join(r.iter_content(None)) is not None


def test_a_login_under_way_outlives_a_reload(nginx):
    salted = crypt("$6$rounds=200000$salt", "secret")
    n = nginx(1, extra="user ann { password_hash %s; role reader; }\n"
              % salted)
    told = [later(requests.get, n.url + "/api/hosts/n1", timeout=20,
                  auth=("ann", "secret")) for _ in range(3)]
    time.sleep(0.03)
    n.reload()
    assert [t.result().status_code for t in told] == [200] * 3
    n.until(lambda: len(n.workers()) == 1)


def test_the_number_of_workers_changes_with_a_reload(nginx):
    n = nginx(FLEET, main="worker_processes 2;")

    for count in (4, 1, 3):
        n.write(main="worker_processes %d;" % count)
        n.reloaded(count)

        for host in FLEET:
            assert fresh(n, host).status_code == 200

    n.stop()
    one_session_each(n, FLEET)
    nothing_left(n)


class Load:
    """clients without keep-alive, until stop()"""

    def __init__(self, n, paths, threads=4):
        self.n = n
        self.paths = paths
        self.going = True
        self.fine = 0
        self.failed = []
        self.threads = [threading.Thread(target=self.run, args=(i,),
                                         daemon=True)
                        for i in range(threads)]

        for t in self.threads:
            t.start()

    def once(self, path):
        c = http.client.HTTPConnection("127.0.0.1", self.n.port, timeout=30)
        headers = {"X-API-Key": KEY, "Connection": "close"}
        body = None
        method = "GET"

        if isinstance(path, tuple):
            path, body = path
            method = "POST"
            headers["Content-Type"] = "application/json"

        try:
            c.request(method, path, body, headers)
            r = c.getresponse()
            text = r.read()
            return r.status, text

        finally:
            c.close()

    def run(self, i):
        order = random.Random(i)

        while self.going:
            path = order.choice(self.paths)

            try:
                status, text = self.once(path)

            except (OSError, http.client.HTTPException) as e:
                self.failed.append((path, repr(e)))
                continue

            if status in (200, 202):
                self.fine += 1

            else:
                self.failed.append((path, status, text))

    def stop(self):
        self.going = False

        for t in self.threads:
            t.join(40)

        return self.fine


def paths(hosts):
    return (["/api/hosts/%s/power" % h for h in hosts]
            + ["/api/hosts/%s/power?fresh=1" % h for h in hosts]
            + ["/api/hosts/%s/sensors" % h for h in hosts]
            + [("/api/hosts/%s/power" % h,
                json.dumps({"action": "reset"})) for h in hosts])


HOSTS = ("n1", "n2", "n3", "n4")


def test_a_hundred_reloads_fail_no_request(nginx):
    n = nginx({h: "poll 1s; timeout 20s; sim { power_delay 10ms; }"
               for h in HOSTS}, main="worker_processes 2;", level="notice")
    load = Load(n, paths(HOSTS), 3)

    for i in range(100):
        n.reload()

    n.until(lambda: len(n.workers()) == 2, "old workers stay", 40)
    assert load.stop() > 100
    assert load.failed == []

    # sockets are those of workers that may still come

    assert len(hammers.sockets(n.rack)) < 40
    n.stop()
    one_session_each(n, HOSTS)
    nothing_left(n)
    settled(n)


def test_a_hundred_kills_lose_nothing_but_connections(nginx):
    n = nginx({h: "poll 1s; timeout 20s; sim { power_delay 10ms; sessions 8; "
                  "session_timeout 100ms; }" for h in HOSTS},
              main="worker_processes 3;", level="notice")
    n.allowed.append("exited on signal 9")
    load = Load(n, paths(HOSTS), 4)
    order = random.Random(1)

    alive, killed = [], []

    def three():
        alive[:] = [pid for pid in n.workers() if pid not in killed]
        return len(alive) == 3

    for i in range(100):
        n.until(three)
        time.sleep(order.random() * 0.03)
        killed.append(order.choice(alive))
        os.kill(killed[-1], signal.SIGKILL)

    n.until(three)
    load.stop()

    # connections broke; but nobody was told anything that is not so

    odd = [f for f in load.failed if len(f) == 3
           and f[1] not in (502, 503, 504, 500, 409)]
    assert odd == []
    assert load.fine > 50

    for host in HOSTS:
        assert fresh(n, host).status_code == 200

    n.stop()
    one_session_each(n, HOSTS)
    nothing_left(n)
    settled_although_killed(n)


# ends

@pytest.mark.parametrize("signo", [signal.SIGTERM, signal.SIGINT])
def test_nginx_ends_at_once_with_requests_waiting(nginx, signo):
    n = nginx({"n1": SLOW, "n2": ""}, main="worker_processes 2;")
    assert fresh(n, "n1").status_code == 200
    change = later(power, n, "n1", "reset")
    read = later(fresh, n, "n1")
    n.until(lambda: asked(n.rack, "power.reset"))
    time.sleep(0.1)
    began = time.monotonic()
    n.stop(signo)
    assert time.monotonic() - began < 6

    for f in (change, read):
        with pytest.raises(requests.ConnectionError):
            f.result()

    assert carried(n.rack, "n1") <= 1
    one_session_each(n, ("n1", "n2"))
    nothing_left(n)
    settled(n)


def test_quit_answers_who_waits(nginx):
    n = nginx({"n1": SLOW})
    assert fresh(n, "n1").status_code == 200
    change = later(power, n, "n1", "reset")
    n.until(lambda: asked(n.rack, "power.reset"))
    read = later(fresh, n, "n1")
    time.sleep(0.1)
    n.stop(signal.SIGQUIT)
    assert change.result().status_code == 202
    assert read.result().status_code == 200
    nothing_left(n)
    settled(n)


# one process

def test_without_a_master(nginx):
    n = nginx(2, main="master_process off;", level="notice")
    assert n.workers() == []
    assert fresh(n, "n1").status_code == 200
    assert power(n, "n1", "reset", verify="5s").status_code == 200
    assert len(hammers.sockets(n.rack)) == 1
    n.stop()
    nothing_left(n)


# another binary

def test_another_binary_takes_over(nginx):
    n = nginx(2, main="worker_processes 2; env LD_PRELOAD; env ASAN_OPTIONS;",
              start=False).start_daemon()
    assert fresh(n, "n1").status_code == 200
    old = n.pid
    os.kill(old, signal.SIGUSR2)
    n.until((n.dir / "nginx.pid.oldbin").exists, "no new master")
    n.pid = n.master()
    assert n.pid != old
    n.until(lambda: len(n.workers()) == 2)
    assert fresh(n, "n1").status_code == 200
    os.kill(old, signal.SIGQUIT)
    n.until(lambda: n.ended(old))

    for host in ("n1", "n2"):
        assert fresh(n, host).status_code == 200

    n.reloaded(2)
    assert power(n, "n1", "reset").status_code == 202
    n.stop()
    one_session_each(n, ("n1", "n2"))
    nothing_left(n)
    settled(n)
