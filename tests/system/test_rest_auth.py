"""Who asks, through nginx: keys, sessions, passwords, and whom it trusts."""

import concurrent.futures
import hashlib
import os
import socket
import subprocess
import tempfile
import time

import pytest
import requests

from nginx_rig import KEY, READER, free_port
from rest_rig import nginx, rest  # noqa: F401

PASSWORD = "correct horse: battery"

# of it, cheap and dear; and of "new"

HASH = ("$5$rounds=1000$saltsalt$ul5aJloW00VWavYdtEL6UpUFUW6vQ0/r8PMS"
        "P/00kU.")
SLOW = ("$6$rounds=300000$saltsalt$IT.szq/afC9juzj929Sz6W6j/pqs9/G9RR"
        "d9N2.ynIuKnUat0JXFdontLvlHmaLYwY2VS5pOzXwBRVbISJLbX.")
NEW = ("$5$rounds=1000$saltsalt$V1NTQcgO0Y6iuYW9oOnq/FtXm3GV8.cwJkxr"
        "tAuhyY8")

USERS = """
user eve { password_hash %s; role operator; }
user adam { password_hash %s; role all; }
key half { sha256 %s; role operator; hosts n1; }
""" % (HASH, HASH, hashlib.sha256(b"half").hexdigest())

# so that one failure does not make the next one's answer later

MANY = "limit logins 1000/s;"

EVE = ("eve", PASSWORD)

SERVER = "bmc_auth %s; location /api/ { bmc_api; }"

WHERE = "/api/hosts/n1/power"


def bearer(token):
    return {"Authorization": "Bearer " + token}


def status(n, path=WHERE, **kwargs):
    kwargs.setdefault("key", None)
    return n.get(path, **kwargs).status_code


def log_in(n, user="eve", password=PASSWORD, **kwargs):
    return n.post("/api/sessions", {"user": user, "password": password},
                  key=None, **kwargs)


def token(n, *args):
    r = log_in(n, *args)
    assert r.status_code == 201, r.text
    return r.headers["X-Auth-Token"]


# what may be shown

def test_a_key_opens_as_header_or_bearer(rest):
    n = rest(1, extra=MANY, server=SERVER % "key")
    assert status(n, headers={"X-API-Key": KEY}) == 200
    assert status(n, headers=bearer(KEY)) == 200
    assert status(n, headers={"Authorization": "bearer " + KEY}) == 200
    assert status(n, headers={"X-API-Key": KEY + "x"}) == 401
    assert status(n, headers={"X-API-Key": KEY[:-1]}) == 401
    assert status(n, headers=bearer("")) == 401


def test_a_password_opens_with_basic(rest):
    n = rest(1, extra=USERS + MANY, server=SERVER % "user")
    assert status(n, auth=EVE) == 200
    assert status(n, auth=("eve", "wrong")) == 401
    assert status(n, auth=("nobody", PASSWORD)) == 401

    for broken in ("Basic", "Basic !!!", "Basic ZXZl", "Basic " + "QQ" * 500,
                   "Basic ZXZlAA==", "Digest x"):
        assert status(n, headers={"Authorization": broken}) == 401, broken


def test_nothing_but_what_is_configured_opens(rest):
    n = rest(1, extra=USERS, server=SERVER % "session")
    assert status(n, headers={"X-API-Key": KEY}) == 401
    assert status(n, auth=EVE) == 401
    t = token(n)
    assert status(n, headers={"X-Auth-Token": t}) == 200


def test_the_first_that_knows_says_who_it_is(rest):
    n = rest(1, extra=USERS, server=SERVER % "user key session")
    r = n.post(WHERE, {"action": "reset"}, headers={"X-API-Key": KEY})
    assert r.status_code == 202
    assert n.get(r.headers["Location"]).json()["who"] == "key:robot"

    # a key beside a password: the password comes first here

    r = n.post(WHERE, {"action": "reset"}, key=KEY, auth=EVE)
    assert r.status_code == 202
    assert n.get(r.headers["Location"]).json()["who"] == "user:eve"


def test_strangers_are_told_what_to_send_and_nothing_else(rest):
    n = rest(1, extra=USERS)

    for path in (WHERE, "/api/hosts/n9", "/api/nothing", "/api/hosts"):
        r = n.get(path, key=None)
        assert r.status_code == 401
        assert r.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert "n9" not in r.text and r.json()["error"]["code"] == "denied"

    n = rest(1, server=SERVER % "key")
    r = n.get(WHERE, key=None)
    assert r.headers["WWW-Authenticate"].startswith("Bearer realm=")


def test_where_nobody_may_ask_nobody_may(rest):
    n = rest(1, server=SERVER % "off")
    r = n.get(WHERE, headers={"X-API-Key": KEY})
    assert r.status_code == 403
    assert "bmc_auth" in r.json()["error"]["message"]
    assert log_in(n).status_code == 403


def test_nginx_itself_proves_who_it_is(rest):
    n = rest(1, extra=USERS, start=False)

    # opened by a worker, who may look at nothing else of ours

    with tempfile.NamedTemporaryFile("w") as f:
        f.write("eve:%s\n" % HASH)
        f.flush()
        os.chmod(f.name, 0o644)
        n.nginx.write(server="auth_basic nginx; auth_basic_user_file " + f.name
                      + ";" + SERVER % "trust $remote_user").start()
        trusted(n)


def trusted(n):
    r = n.nginx.post(WHERE, {"action": "reset"}, key=None, auth=EVE)
    assert r.status_code == 202
    r = n.nginx.get(r.headers["Location"], key=None, auth=EVE)
    assert r.json()["who"] == "user:eve"
    assert n.nginx.get(WHERE, key=None).status_code == 401


def test_whom_nobody_trusts_needs_something_else(rest):
    n = rest(1, extra=USERS, http="map $http_x_user $trusted { default $http_"
             "x_user; }", server=SERVER % "trust $trusted key")
    assert status(n, headers={"X-User": "eve"}) == 200
    assert status(n, headers={"X-API-Key": KEY}) == 200
    assert status(n) == 401

    # trusted, and yet unknown to bmcgate.conf: it may do nothing

    assert status(n, headers={"X-User": "mallory"}) == 403
    assert status(n, headers={"X-User": "x" * 100}) == 401


def test_a_key_for_one_host_sees_one_host(rest):
    n = rest(3, extra=USERS)
    hosts = n.get("/api/hosts", key="half").json()["hosts"]
    assert [h["name"] for h in hosts] == ["n1"]
    r = n.get("/api/hosts/n2/power", key="half")
    assert r.status_code == 403
    assert "key half" in r.json()["error"]["message"]


# sessions

def test_a_session_opens_and_ends(rest):
    n = rest(1, extra=USERS)
    r = log_in(n)
    assert r.status_code == 201, r.text
    t, where, s = r.headers["X-Auth-Token"], r.headers["Location"], r.json()
    assert where == "/api/sessions/%d" % s["id"]
    assert (s["user"], s["kind"], s["from"]) == ("eve", "user", "127.0.0.1")
    assert t not in r.text

    for h in ({"X-Auth-Token": t}, bearer(t)):
        assert status(n, headers=dict(h)) == 200

    r = n.post(WHERE, {"action": "reset"}, key=None,
               headers={"X-Auth-Token": t})
    assert n.get(r.headers["Location"]).json()["who"] == "user:eve"
    r = n.get(where, key=None, headers={"X-Auth-Token": t})
    assert r.json()["id"] == s["id"]
    r = n.delete(where, key=None, headers={"X-Auth-Token": t})
    assert r.status_code == 204
    assert status(n, headers={"X-Auth-Token": t}) == 401
    assert PASSWORD not in n.rack.audit.read_text()
    assert t not in n.rack.audit.read_text() + n.nginx.log()


def test_a_session_needs_user_and_password(rest):
    n = rest(1, extra=USERS)

    for body in ({}, {"user": "eve"}, {"user": "eve", "password": 1},
                 {"user": "eve", "password": PASSWORD, "role": "all"}):
        assert n.post("/api/sessions", body, key=None).status_code == 400

    r = log_in(n, "eve", "wrong")
    assert r.status_code == 401 and "WWW-Authenticate" in r.headers
    assert n.get("/api/sessions").json()["sessions"] == []


def test_ones_own_sessions_are_ones_own(rest):
    n = rest(1, extra=USERS)
    eve, adam = token(n), token(n, "adam")
    r = n.get("/api/sessions", key=None, headers={"X-Auth-Token": eve})
    mine, = r.json()["sessions"]
    assert mine["user"] == "eve"

    # who may manage users sees them all

    r = n.get("/api/sessions", key=None, headers={"X-Auth-Token": adam})
    his, = [s for s in r.json()["sessions"] if s["user"] == "adam"]
    assert len(r.json()["sessions"]) == 2
    where = "/api/sessions/%d"

    for ask in (n.get, n.delete):
        r = ask(where % his["id"], key=None, headers={"X-Auth-Token": eve})
        assert r.status_code == 404
        assert ask("/api/sessions/77").status_code == 404
        assert ask("/api/sessions/x").status_code == 404

    r = n.delete(where % mine["id"], key=None, headers={"X-Auth-Token": adam})
    assert r.status_code == 204
    assert status(n, headers={"X-Auth-Token": eve}) == 401
    assert status(n, headers={"X-Auth-Token": adam}) == 200


def test_every_worker_knows_a_session_and_a_reload_loses_none(rest):
    n = rest(1, extra=USERS, main="worker_processes 3;")
    t = token(n)

    def all_of_them(wanted, times=9):
        for _ in range(times):
            assert status(n, headers={"X-Auth-Token": t,
                                      "Connection": "close"}) == wanted

    all_of_them(200)
    n.nginx.reload()
    all_of_them(200)
    s, = n.get("/api/sessions").json()["sessions"]
    assert n.delete("/api/sessions/%d" % s["id"]).status_code == 204
    all_of_them(401, 3)


def test_a_changed_password_ends_the_session(rest):
    n = rest(1, extra=USERS)
    t = token(n)
    conf = n.rack.conf
    conf.write_text(conf.read_text().replace(
        "user eve { password_hash " + HASH,
        "user eve { password_hash " + NEW))
    n.nginx.reload()
    end = time.monotonic() + 10

    while status(n, headers={"X-Auth-Token": t}) == 200:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_session_tells_when_it_ends_unused(rest):
    n = rest(1, extra=USERS + "session_timeout 40s;")
    s = log_in(n).json()
    lasts = [time.mktime(time.strptime(s[k][:19], "%Y-%m-%dT%H:%M:%S"))
             for k in ("used", "expires")]
    assert 39 <= lasts[1] - lasts[0] <= 41


# guessing

def test_a_wrong_password_is_answered_late_and_others_are_not(rest):
    n = rest(1, extra=USERS, main="worker_processes 1;")

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        began = time.monotonic()
        wrong = [pool.submit(status, n, auth=("eve", "w%d" % i))
                 for i in range(3)]
        wrong.append(pool.submit(status, n, headers={"X-API-Key": "wrong"}))
        slowest = 0

        while not all(w.done() for w in wrong):
            start = time.monotonic()
            assert status(n, headers={"X-API-Key": KEY}) == 200
            slowest = max(slowest, time.monotonic() - start)

        assert {w.result() for w in wrong} == {401}

    # 250 ms, 500 ms, 1 s

    assert time.monotonic() - began > 0.9
    assert slowest < 0.5


def test_a_slow_hash_holds_nobody_up(rest):
    n = rest(1, extra="user eve { password_hash %s; role operator; }" % SLOW,
             main="worker_processes 1;")

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        right = pool.submit(status, n, auth=EVE)
        asked = 0

        while not right.done():
            assert status(n, headers={"X-API-Key": KEY}) == 200
            asked += 1

        assert right.result() == 200

    assert asked > 3


def test_too_many_wrong_passwords_are_not_even_looked_at(rest):
    n = rest(1, extra=USERS + "limit logins 2/m;")

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert set(pool.map(lambda i: status(n, auth=("eve", str(i))),
                            range(2))) == {401}

    # the right one, too: whoever guesses learns nothing

    for r in (n.get(WHERE, key=None, auth=EVE), log_in(n)):
        assert r.status_code == 429
        e = r.json()["error"]
        assert e["code"] == "limited" and "limit logins" in e["message"]
        assert 1 <= int(r.headers["Retry-After"]) <= 60
        assert e["retry_after"] == int(r.headers["Retry-After"])

    assert status(n, headers={"X-API-Key": KEY}) == 200


def test_who_gives_up_waiting_leaves_nothing_behind(rest):
    n = rest(1, extra=USERS)

    for i in range(5):
        with pytest.raises(requests.exceptions.Timeout):
            n.get(WHERE, key=None, auth=("eve", "w%d" % i), timeout=0.05)

        with pytest.raises(requests.exceptions.Timeout):
            n.get(WHERE, key="wrong", timeout=0.05)

    assert status(n, headers={"X-API-Key": KEY}) == 200


# secrets on the way

def own_address():
    """of this machine, not loopback; None: it has none"""

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.1", 9))
            return s.getsockname()[0]

        except OSError:
            return None


PLAIN = "set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;"


def refused(ask):
    """ask(path, …) is one who comes from afar"""

    for what in ({"headers": {"X-API-Key": KEY}}, {"headers": bearer(KEY)},
                 {"headers": {"X-Auth-Token": "x" * 52}}, {"auth": EVE}):
        r = ask("GET", WHERE, **what)
        assert r.status_code == 403, r.text
        assert "only over TLS" in r.json()["error"]["message"]

    r = ask("POST", "/api/sessions", json={"user": "eve",
                                           "password": PASSWORD})
    assert r.status_code == 403
    assert "only over TLS" in r.json()["error"]["message"]


def test_secrets_do_not_travel_in_the_clear(rest):
    n = rest(1, extra=USERS, http=PLAIN)

    def afar(method, path, headers=None, **kwargs):
        headers = dict(headers or {}, **{"X-Real-IP": "203.0.113.9"})
        return requests.request(method, n.nginx.url + path, headers=headers,
                                timeout=10, **kwargs)

    refused(afar)
    assert status(n, headers={"X-API-Key": KEY}) == 200


def test_nor_do_they_from_this_machines_other_address(rest):
    address = own_address()
    port = free_port()
    server = SERVER % "key session user"

    if address is not None:
        server = "listen %s:%d; %s" % (address, port, server)

    n = rest(1, extra=USERS, server=server)

    if address is not None:
        refused(lambda method, path, **kwargs: requests.request(
            method, "http://%s:%d%s" % (address, port, path), timeout=10,
            **kwargs))

    assert status(n, auth=EVE) == 200


def test_unless_somebody_says_that_it_does_not_matter(rest):
    n = rest(1, extra=USERS, http=PLAIN + "bmc_insecure on;")
    afar = {"X-Real-IP": "203.0.113.9"}
    assert status(n, headers=dict(afar, **{"X-API-Key": KEY})) == 200
    assert status(n, headers=afar, auth=EVE) == 200
    r = log_in(n, headers=afar)
    assert r.status_code == 201 and r.json()["from"] == "203.0.113.9"


def test_over_tls_they_may_come_from_anywhere(rest, tmp_path):
    cert, key, port = tmp_path / "cert", tmp_path / "key", free_port()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", str(key),
                    "-out", str(cert)], check=True, capture_output=True)
    n = rest(1, extra=USERS, http=PLAIN, server="""
        listen 127.0.0.1:%d ssl;
        ssl_certificate %s; ssl_certificate_key %s;
        %s
    """ % (port, cert, key, SERVER % "key session user"))
    url = "https://127.0.0.1:%d" % port
    afar = {"X-Real-IP": "203.0.113.9"}

    for what in ({"headers": dict(afar, **{"X-API-Key": KEY})},
                 {"headers": afar, "auth": EVE}):
        r = requests.get(url + WHERE, verify=str(cert), timeout=10, **what)
        assert r.status_code == 200, r.text

    r = requests.post(url + "/api/sessions", verify=str(cert), timeout=10,
                      headers=afar, json={"user": "eve",
                                          "password": PASSWORD})
    assert r.status_code == 201, r.text


def test_a_reader_reads(rest):
    n = rest(1)
    assert status(n, key=READER) == 200
    assert n.get("/api/hosts/n1/users", key=READER).status_code == 403


def test_another_sites_page_changes_nothing_with_a_kept_password(rest):
    n = rest(extra=USERS)

    def ask(site, **kwargs):
        return n.ask("PUT", "/api/hosts/n1/identify", json={"identify": "on"},
                     headers={"Sec-Fetch-Site": site}, **kwargs)

    for site in ("cross-site", "same-site"):
        r = ask(site, key=None, auth=EVE)
        assert r.status_code == 403
        assert "another site" in r.json()["error"]["message"]

    for site in ("same-origin", "none"):
        assert ask(site, key=None, auth=EVE).status_code == 202

    # a key is not kept by a browser: whoever sends it means it

    assert ask("cross-site").status_code == 202
