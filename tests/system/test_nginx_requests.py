"""How requests come to the nginx door and go: good ones, and all others."""

import http.client
import json
import os
import random
import re
import socket
import subprocess
import threading
import time

import pytest

import hammers
from nginx_rig import KEY, SERVER, nginx  # noqa: F401

from conftest import run

AUTH = "X-API-Key: %s\r\n" % KEY
SLOW = "timeout 20s; sim { latency 600ms; login 1ms; }"

# more than one fault shall be possible at once

MIXED = SERVER + """
        location /html/ { root /nonexistent; }
        location /power/ { bmc_sidecar n1; }
        location = /health { bmc_sidecar n1; }
        location /metrics { bmc_metrics; }
"""


class Talk:
    """bytes over a connection of its own"""

    def __init__(self, n, text=b"", timeout=20):
        self.s = socket.create_connection(("127.0.0.1", n.port), timeout)
        self.file = self.s.makefile("rb")
        self.send(text)

    def makefile(self, mode):
        return self

    def __getattr__(self, name):
        return getattr(self.file, name)

    def send(self, text):
        if isinstance(text, str):
            text = text.encode()

        self.s.sendall(text)
        return self

    def answer(self, method="GET"):
        r = http.client.HTTPResponse(self, method=method)
        r.begin()
        r.text = r.read()
        return r

    def flush(self):
        """an answer ends, its connection goes on"""

    close = flush

    def rest(self):
        """all that comes until the other side closes"""

        text = b""

        while True:
            try:
                more = self.file.read1(65536)

            except (ConnectionResetError, TimeoutError):
                return text

            if not more:
                return text

            text += more

    def leave(self):
        self.file.close()
        self.s.close()


def request(method, path, headers="", body=b"", version="1.1"):
    if isinstance(body, str):
        body = body.encode()

    if body or method in ("POST", "PUT"):
        headers += "Content-Length: %d\r\n" % len(body)

        if "Content-Type" not in headers:
            headers += "Content-Type: application/json\r\n"

    return ("%s %s HTTP/%s\r\nHost: a\r\n%s\r\n"
            % (method, path, version, AUTH + headers)).encode() + body


def curl(n, path, *args, key=KEY):
    r = run(["curl", "-sS", "-i", "-m", "20", "-H", "X-API-Key: " + key,
             n.url + path] + list(args))
    head, _, body = r.out.partition("\r\n\r\n")

    return int(head.split()[1]), head, body


def is_json_error(text, code=None):
    error = json.loads(text)["error"]
    assert error["message"]
    assert code is None or error["code"] == code, error
    return True


POWER = "/api/hosts/n1/power"


# versions of HTTP

@pytest.mark.parametrize("version", ["--http1.0", "--http1.1",
                                     "--http2-prior-knowledge"])
def test_every_version_of_http(nginx, version):
    n = nginx(listen="http2" if "http2" in version else "")
    code, head, body = curl(n, POWER + "?fresh=1", version)
    assert code == 200
    assert json.loads(body)["driver"] == "sim"
    code, head, body = curl(n, POWER, version, "--json",
                            '{"action":"reset"}')
    assert code == 202, body
    code, head, body = curl(n, POWER, version, "-I")
    assert (code, body) == (200, "")
    assert "content-type: application/json" in head.lower()
    code, head, body = curl(n, "/api/nothing", version)
    assert code == 404 and is_json_error(body)
    code, head, body = curl(n, POWER, version, "--json", "{" * 5)
    assert code == 400 and is_json_error(body, "usage")
    code, head, body = curl(n, POWER, version, key="wrong")
    assert code == 401 and is_json_error(body)


def test_many_requests_at_once_over_one_http2_connection(nginx):
    n = nginx(4, listen="http2", main="worker_processes 2;")

    for path in (POWER, POWER + "?fresh=1", "/api/nothing"):
        r = run(["h2load", "-n", "200", "-c", "2", "-m", "20", "-H",
                 AUTH.strip(), n.url + path])
        assert re.search(r"200 total, 200 started, 200 done, \d+ succeeded",
                         r.out), r.out
        assert " 0 errored, 0 timeout" in r.out


def test_http2_clients_that_go_away(nginx):
    n = nginx({"n1": SLOW, "n2": SLOW.replace("600ms", "5s")}, listen="http2")
    p = [subprocess.Popen(["h2load", "-n", "40", "-c", "2", "-m", "20", "-H",
                           AUTH.strip(), n.url + POWER + "?fresh=1"],
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) for _ in range(2)]
    time.sleep(0.3)

    for one in p:
        one.kill()
        one.wait()

    # curl resets the stream

    r = subprocess.run(["curl", "-sS", "-m", "0.3", "-H", AUTH.strip(),
                        "--http2-prior-knowledge",
                        n.url + "/api/hosts/n2/power?fresh=1"],
                       stderr=subprocess.DEVNULL)
    assert r.returncode == 28
    assert curl(n, POWER + "?fresh=1", "--http2-prior-knowledge")[0] == 200


def test_keep_alive_and_pipelined_requests(nginx):
    n = nginx({"n1": SLOW, "n2": ""})
    post = request("POST", POWER, body='{"action":"reset"}')
    t = Talk(n, request("GET", POWER) + post
             + request("GET", "/api/hosts/n2/power?fresh=1")
             + request("HEAD", POWER) + request("GET", "/api/none")
             + request("DELETE", POWER, body="{}" * 50)
             + request("GET", POWER, "Connection: close\r\n"))
    assert [t.answer(m).status for m in ("GET", "POST", "GET", "HEAD", "GET",
                                         "DELETE", "GET")] \
        == [200, 202, 200, 200, 404, 405, 200]
    assert t.rest() == b""


@pytest.mark.parametrize("head, status", [
    (AUTH.replace(KEY, "wrong"), 401), ("", 401),
    ("Authorization: Basic %s\r\n" % "bm9ib2R5OndoYXQ=", 401)])
def test_a_body_nobody_wanted_is_not_the_next_request(nginx, head, status):
    """an answer that is given before the body was read leaves it out"""

    n = nginx(server=MIXED)
    inner = request("DELETE", "/api/hosts/n1/log")

    for path in (POWER, "/api/nothing", "/metrics"):
        t = Talk(n, ("POST %s HTTP/1.1\r\nHost: a\r\n%sContent-Type: "
                     "application/json\r\nContent-Length: %d\r\n\r\n"
                     % (path, head, len(inner))).encode() + inner)
        assert t.answer().status == status
        t.send(request("GET", POWER, "Connection: close\r\n"))
        assert t.answer().status == 200
        assert t.rest() == b""

    assert hammers.machine(n.rack, "n1")["commands"].get("log.clear", 0) == 0


def test_head_is_get_without_a_body(nginx):
    n = nginx(server=MIXED)

    for path in (POWER, POWER + "?fresh=1", "/api/hosts/n1", "/api/hosts",
                 "/health", "/power/status"):
        get = n.get(path)
        head = n.ask("HEAD", path)
        assert (get.status_code, head.status_code) == (200, 200), path
        assert head.content == b""
        assert head.headers["Content-Type"] == get.headers["Content-Type"]


# who goes away

def test_a_read_that_nobody_waits_for_is_cancelled(nginx):
    n = nginx({"n1": SLOW})
    assert n.get(POWER + "?fresh=1").status_code == 200
    was = hammers.machine(n.rack, "n1")["commands"]["identify.get"] \
        if "identify.get" in hammers.machine(n.rack, "n1")["commands"] else 0

    # the first one is at the BMC, the other waits for it, and never goes

    t = [Talk(n, request("GET", POWER + "?fresh=1")),
         Talk(n, request("GET", "/api/hosts/n1/identify?fresh=1"))]
    time.sleep(0.2)

    for one in t:
        one.leave()

    n.until(lambda: len(re.findall(r"^499 ", "\n".join(n.access()), re.M))
            == 2)
    time.sleep(0.8)
    assert hammers.machine(n.rack, "n1")["commands"].get("identify.get",
                                                         0) == was
    assert n.get("/api/hosts/n1/identify?fresh=1").status_code == 200


def test_a_change_that_nobody_waits_for_is_done_and_audited(nginx):
    n = nginx({"n1": SLOW})
    assert n.get(POWER + "?fresh=1").status_code == 200
    t = Talk(n, request("POST", POWER, body='{"action":"reset"}'))
    n.until(lambda: hammers.trail(n.rack))
    t.leave()
    n.until(lambda: any(e["event"] == "outcome" and e["verb"] == "power.reset"
                        and e["rc"] == "ok" for e in hammers.trail(n.rack)))
    assert len(hammers.machine(n.rack, "n1")["list"]) == 1
    assert any(line.startswith("499 POST") for line in n.access())


def test_clients_that_go_away_at_any_moment(nginx):
    n = nginx({"n1": "sim { latency 5ms; }", "n2": ""}, server=MIXED,
              main="worker_processes 2;")
    order = random.Random(4)
    all_of = [request("GET", POWER + "?fresh=1"), request("GET", "/metrics"),
              request("GET", "/api/events"),
              request("POST", POWER, body='{"action":"reset"}'),
              request("POST", "/power/reset"), request("GET", "/api/hosts"),
              request("GET", POWER, "X-API-Key: wrong\r\n"),
              request("POST", "/api/sessions",
                      body='{"user":"a","password":"b"}')]

    for _ in range(300):
        text = order.choice(all_of)
        t = Talk(n, text[:order.choice((len(text), order.randrange(
            len(text))))])
        time.sleep(order.random() * 0.004)

        if order.random() < 0.5:
            t.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                           b"\1\0\0\0\0\0\0\0")

        t.leave()

    assert n.get(POWER + "?fresh=1").status_code == 200


# errors

@pytest.mark.parametrize("text, status", [
    (b"GET /api/hosts/n1/power HTTP/1.1\r\n\r\n", 400),
    (request("GET", "/api/../../etc/passwd"), 400),
    (request("GET", "/api/%zz"), 400),
    (request("GET", "/api/hosts/n1/power%00"), 400),
    (b"nonsense\r\n\r\n", 400),
    (request("GET", POWER, "a b: c\r\nContent-Length: x\r\n"), 400),
    (request("GET", POWER, version="9.9"), 505),
    (request("GET", "/api/" + "a" * 40000), 414),
    (request("GET", POWER, "X: %s\r\n" % ("a" * 40000)), 400),
    (request("POST", POWER, "Content-Length: 99999999999999999999\r\n"), 400),
    (request("POST", POWER, "Transfer-Encoding: nonsense\r\n"), 400),
])
def test_what_is_no_request_gets_json(nginx, text, status):
    n = nginx()
    t = Talk(n, text)
    r = t.answer()
    assert r.status in (status, 400, 501) if status == 400 \
        else r.status == status
    assert r.getheader("Content-Type") == "application/json"
    assert is_json_error(r.text)
    assert n.get(POWER).status_code == 200


def test_the_errors_of_our_locations_are_json_and_others_are_not(nginx):
    n = nginx(server=MIXED + """
        location /api/closed/ { bmc_api; deny all; }
        location /api/small/ { bmc_api; client_max_body_size 10; }
        location /api/gone/ { bmc_api; return 503; }
        location /api/moved/ { bmc_api; return 302 /elsewhere; }
        location /html/closed/ { deny all; }
    """)
    big = {"action": "x" * 20}

    for r, status in ((n.get("/api/closed/hosts"), 403),
                      (n.post("/api/small/hosts/n1/power", big), 413),
                      (n.get("/api/gone/hosts"), 503),
                      (n.get("/api/nothing"), 404),
                      (n.ask("PATCH", POWER), 405),
                      (n.ask("BREW", POWER), 405)):
        assert r.status_code == status, r.text
        assert r.headers["Content-Type"] == "application/json"
        assert is_json_error(r.text)
        assert int(r.headers["Content-Length"]) == len(r.content)

    assert n.get("/api/moved/", allow_redirects=False).status_code == 302

    for r, status in ((n.get("/html/closed/"), 403),
                      (n.get("/html/nothing"), 404),
                      (n.get("/html/elsewhere"), 404)):
        assert r.status_code == status
        assert r.headers["Content-Type"] == "text/html"

    r = n.get("/power/nothing")
    assert (r.status_code, r.json()["success"]) == (404, False)


def test_error_pages_of_the_users_own(nginx):
    n = nginx(server=MIXED + """
        location /api/closed/ {
            bmc_api;
            deny all;
            error_page 403 =418 /mine;
        }
        location /api/named/ { bmc_api; deny all; error_page 403 @mine; }
        location /html/ours/ { deny all; error_page 403 /api/hosts; }
        location = /mine { return 200 "mine"; }
        location @mine { return 200 "mine"; }
    """)
    r = n.get("/api/closed/x")
    assert (r.status_code, r.text) == (418, "mine")
    assert n.get("/api/named/x").text == "mine"
    r = n.get("/html/ours/x")
    assert "hosts" in r.json()


def test_limit_req_says_so_in_json(nginx):
    n = nginx(http="limit_req_zone $binary_remote_addr zone=z:1m rate=1r/m; "
              "limit_req_status 429;", server=SERVER
              + "location /api/hosts/n2/ { limit_req zone=z; bmc_api; }"
              + "location /api/s/ { limit_req_status 503; limit_req zone=z; "
                "bmc_api; }")
    n.get("/api/hosts/n2/hosts")
    r = n.get("/api/hosts/n2/hosts")
    assert r.status_code == 429 and is_json_error(r.text, "limited")
    r = n.get("/api/s/hosts")
    assert r.status_code == 503 and is_json_error(r.text)
    assert n.get(POWER).status_code == 200


def test_who_is_slow_is_told_so(nginx):
    """slowloris: neither headers nor bodies may take for ever"""

    n = nginx(http="client_header_timeout 300ms; client_body_timeout 300ms;")
    post = request("POST", POWER, body='{"action":"reset"}')
    talks = [Talk(n, text) for text in
             [b"GET /api/ho"] * 20 + [post[:-4]] * 20 + [post[:60]] * 20]
    began = time.monotonic()
    assert n.get(POWER + "?fresh=1").status_code == 200

    for t in talks:
        text = t.rest()

        # nginx says nothing to who never finished a header

        if text:
            assert text.startswith(b"HTTP/1.1 408")
            assert b"application/json" in text

    assert time.monotonic() - began < 5
    assert hammers.machine(n.rack, "n1")["commands"].get("power.reset",
                                                         0) == 0


def test_access_logs_know_who_did_what_where_and_how_it_went(nginx):
    n = nginx(server=MIXED)
    n.get(POWER)
    n.post(POWER, {"action": "reset"})
    n.get("/api/hosts/n9/power")
    n.get(POWER, key="wrong")
    n.get("/html/x")
    n.get("/power/status")
    n.post(POWER, {"action": "explode"})
    n.until(lambda: len(n.access()) >= 7)
    assert [line for line in n.access() if "GET - " not in line][-7:] == [
        "200 GET %s user=robot host=n1 verb=power.status result=ok" % POWER,
        "202 POST %s user=robot host=n1 verb=power.reset result=ok" % POWER,
        "404 GET /api/hosts/n9/power user=robot host=n9 verb=power.status "
        "result=no-host",
        "401 GET %s user=- host=- verb=- result=denied" % POWER,
        "404 GET /html/x user=- host=- verb=- result=-",
        "200 GET /power/status user=robot host=n1 verb=power.status "
        "result=ok",
        "400 POST %s user=robot host=n1 verb=- result=usage" % POWER]


# bodies

@pytest.mark.parametrize("body, status, said", [
    (b"", 400, "action"),
    (b"{}", 400, "action"),
    (b"[]", 400, "JSON object"),
    (b"null", 400, "not JSON"),
    (b"{\"action\":\"reset\"} x", 400, "not JSON: line 1"),
    (b"{\"action\":\"reset\",\"action\":\"on\"}", 400, "duplicate"),
    (b"{\"action\":\"\xff\xfe\"}", 400, "not JSON"),
    (b"{\"action\":\"\xc0\xaf\"}", 400, "not JSON"),
    (b"{\"action\":\"re\\u0000set\"}", 400, "not JSON"),
    (b"{\"action\":\"\\ud800\"}", 400, "not JSON"),
    (b"{\"action\":" * 5000 + b"1" + b"}" * 5000, 400, "not JSON"),
    (b"[" * 60000, 400, "not JSON"),
    (b"{\"action\":\"" + b"a" * 66000 + b"\"}", 413, "65536"),
    (b"{\"action\":7}", 400, "action"),
    (b"{\"action\":\"reset\",\"verify\":\"soon\"}", 400, "verify"),
    (b"{\"action\":\"reset\",\"colour\":\"red\"}", 400, "colour"),
    (b"{\"a\xc3\xa4\":1}", 400, ""),
    (b"\x00" * 100, 400, "not JSON"),
])
def test_bodies_that_are_wrong(nginx, body, status, said):
    n = nginx(1)

    for chunked in (False, True):
        if chunked:
            text = request("POST", POWER, "Transfer-Encoding: chunked\r\n"
                           "Content-Type: application/json\r\n")
            text = text.replace(b"Content-Length: 0\r\n", b"")
            text += b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in
                             [body[i:i + 9000] for i in
                              range(0, len(body), 9000)]) + b"0\r\n\r\n"

        else:
            text = request("POST", POWER, body=body)

        t = Talk(n, text)
        r = t.answer()
        assert r.status == status, r.text
        assert is_json_error(r.text)
        assert said in json.loads(r.text)["error"]["message"]
        t.send(request("GET", POWER))
        assert t.answer().status == 200

    assert not any(e.get("verb") == "power.reset"
                   for e in hammers.trail(n.rack))


@pytest.mark.parametrize("type_", [
    None, "text/plain", "application/x-www-form-urlencoded",
    "application/jsonp", "multipart/form-data; boundary=a", ""])
def test_a_body_of_another_kind_is_refused(nginx, type_):
    """for a web page of anybody's could send these, too"""

    n = nginx(1)
    headers = {} if type_ is None else {"Content-Type": type_}
    r = n.ask("POST", POWER, data=b'{"action":"reset"}', headers=headers)
    assert r.status_code == 415 and is_json_error(r.text)

    for fine in ("application/json", "Application/JSON; charset=utf-8"):
        r = n.ask("POST", POWER, data=b'{"action":"reset"}',
                  headers={"Content-Type": fine})
        assert r.status_code == 202


def test_a_body_in_many_pieces(nginx):
    n = nginx(1)
    text = request("POST", POWER, body='{"action": "reset"%s}' % (" " * 3000))
    t = Talk(n)

    for i in range(0, len(text), 400):
        t.send(text[i:i + 400])
        time.sleep(0.005)

    assert t.answer().status == 202

    chunks = b"".join(b"1\r\n%c\r\n" % c for c in b'{"action":"reset"}')
    t.send(request("POST", POWER, "Transfer-Encoding: chunked\r\n"
                   "Content-Type: application/json\r\n")
           .replace(b"Content-Length: 0\r\n", b"") + chunks + b"0\r\n\r\n")
    assert t.answer().status == 202
    t.leave()


@pytest.mark.parametrize("args", [[], ["-H", "Expect:"],
                                  ["-H", "Transfer-Encoding: chunked"],
                                  ["--http1.0"]])
def test_ten_megabytes_are_refused_and_do_not_stay(nginx, args, tmp_path):
    n = nginx(1)
    big = tmp_path / "big"
    big.write_bytes(b"[" * 10 * 1024 * 1024)
    r = subprocess.run(["curl", "-sS", "-m", "20", "-H", AUTH.strip(),
                        "--json", "@%s" % big, "-w", "\n%{http_code}",
                        n.url + POWER] + args, capture_output=True)

    # who goes on sending may not get to see the answer

    if r.returncode == 0:
        text, _, status = r.stdout.rpartition(b"\n")
        assert status == b"413" and is_json_error(text)

    assert r.returncode in (0, 55, 56), r
    assert os.listdir(n.temp + "/body") == []
    assert n.get(POWER).status_code == 200


def test_expect_100_continue(nginx):
    n = nginx(1)
    body = b'{"action":"reset"}'
    head = request("POST", POWER, "Expect: 100-continue\r\n", body=body)
    head = head[:-len(body)]
    t = Talk(n, head)
    assert t.read1(1000).startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
    t.send(body)
    assert t.answer().status == 202


# beside other modules

def test_answers_may_be_compressed(nginx):
    n = nginx(20, http="gzip on; gzip_types *; gzip_min_length 1;",
              server=MIXED)

    for path, status in (("/api/hosts", 200), ("/metrics", 200),
                         ("/api/nothing", 404), ("/health", 200)):
        plain = n.get(path, headers={"Accept-Encoding": "identity"})
        packed = n.get(path, headers={"Accept-Encoding": "gzip"})
        assert (plain.status_code, packed.status_code) == (status, status)
        assert "Content-Encoding" not in plain.headers

        if status == 200:
            assert packed.headers["Content-Encoding"] == "gzip"

        assert len(packed.content) > 0.8 * len(plain.content)


def test_our_locations_as_subrequests(nginx):
    n = nginx({"n1": "sim { latency 30ms; }"}, server=MIXED + """
        location /guarded/ {
            auth_request /api/hosts/n1/power;
            alias %s/;
        }
        location /page/ {
            ssi on;
            ssi_types *;
            alias %s/;
        }
        location /mirrored/ {
            mirror /api/hosts/n1/power;
            mirror_request_body off;
            alias %s/;
        }
    """ % (("/proc/self/cwd",) * 3), start=False)
    page = n.temp + "/page"
    os.mkdir(page)
    os.chmod(page, 0o755)

    with open(page + "/all.html", "w") as f:
        f.write("a<!--# include virtual='/api/hosts/n1/power?fresh=1' -->b"
                "<!--# include virtual='/metrics' -->c"
                "<!--# include virtual='/api/nothing' -->d"
                "<!--# include virtual='/health' wait='yes' -->e"
                "<!--# include virtual='/api/hosts/n1/sensors?fresh=1' -->f")

    conf = n.dir / "nginx.conf"
    conf.write_text(conf.read_text().replace("/proc/self/cwd", page))
    n.start()

    for _ in range(3):
        r = n.get("/page/all.html")
        assert r.status_code == 200
        assert re.match(r'a\{"power".*\}b.*c\{"error".*\}d\{"status".*\}'
                        r"e.*f$", r.text, re.S), r.text[:2000]
        assert n.get("/mirrored/all.html").status_code == 200

    # one whose client goes while parts are still asked for

    for _ in range(5):
        t = Talk(n, request("GET", "/page/all.html"))
        time.sleep(0.02)
        t.leave()

    assert n.get("/guarded/all.html").status_code == 200
    assert n.get("/guarded/all.html", key="wrong").status_code == 401
    assert n.get("/guarded/all.html", key=None).status_code == 401


# whatever strangers send

SEEDS = [
    request("GET", POWER), request("GET", POWER + "?fresh=1"),
    request("POST", POWER, body='{"action":"reset","verify":"1s"}'),
    request("PUT", "/api/hosts/n1/boot",
            body='{"device":"pxe","persistent":true}'),
    request("PUT", "/api/hosts/n1/identify", body='{"identify":"on"}'),
    request("GET", "/api/hosts?group=a&power=on&reachable=1&limit=3&after=n"),
    request("GET", "/api/operations?limit=2"),
    request("GET", "/api/operations/1"),
    request("POST", "/api/sessions", body='{"user":"a","password":"b"}'),
    request("DELETE", "/api/sessions/1"),
    request("POST", "/api/groups/g/power", body='{"action":"reset"}'),
    request("GET", "/metrics"), request("POST", "/power/reset"),
    request("GET", "/power/status"), request("GET", "/health"),
    request("GET", POWER, "Authorization: Basic YTpi\r\n"),
    request("GET", POWER, "Authorization: Bearer a-key-for-tests\r\n"),
    request("POST", POWER, "Transfer-Encoding: chunked\r\nContent-Type: "
            "application/json\r\n").replace(b"Content-Length: 0\r\n", b"")
    + b'12\r\n{"action":"reset"}\r\n0\r\n\r\n',
]

WORDS = [b"/", b"//", b"%00", b"%2f", b"..", b"\r\n", b"\0", b"\xff", b"{",
         b"}", b"[", b"\"", b"\\u0000", b"n1", b"hosts", b"?", b"&", b"=",
         b"fresh", b"HTTP/1.0", b"HTTP/2.0", b"Connection: close\r\n", b":",
         b"Content-Length: 5\r\n", b"Expect: 100-continue\r\n", b" ",
         b"9223372036854775808", b"-1", b"1e999", b"\xc3\xa4", b"Basic ",
         b"X-API-Key: \r\n", b"a" * 300, b"HEAD ", b"POST ", b"PUT "]


def mutated(order, text):
    """a seed, a little or very much broken"""

    for _ in range(order.choice((1, 1, 2, 4, 8))):
        i = order.randrange(len(text) + 1)
        j = min(len(text), i + order.choice((0, 0, 1, 2, 8)))
        word = order.choice((order.choice(WORDS), bytes([order.randrange(
            256)]), order.choice(SEEDS)[i:i + 20]))
        text = text[:i] + word + text[j:]

    return text


def drain(t):
    t.s.settimeout(0.2)
    text = b""

    try:
        t.s.shutdown(socket.SHUT_WR)
        text = t.rest()

    except OSError:
        pass

    t.leave()
    return text


def fuzz(n, seed, count, seconds, odd):
    """so many requests, or for as long"""

    order = random.Random(seed)
    end = time.monotonic() + seconds
    done = 0

    while done < count or time.monotonic() < end:
        done += 1
        text = b"".join(mutated(order, order.choice(SEEDS))
                        for _ in range(order.choice((1, 1, 3))))
        got = drain(Talk(n, text))

        for m in re.finditer(rb"HTTP/1.1 (\d+) [^\r]*\r\n(.*?)\r\n\r\n", got,
                             re.S):
            if m.group(1) in (b"500", b"502"):
                odd.append((text, got))


# of a second in auto/check, of minutes in auto/check --fuzz

FUZZ_SECONDS = int(os.environ.get("BMC_FUZZ_SECONDS", "0"))


@pytest.mark.timeout(180 + FUZZ_SECONDS)
def test_requests_that_are_broken_in_a_thousand_ways(nginx):
    n = nginx({"n1": "sim { latency 1ms; }"}, server=MIXED,
              http="client_header_timeout 200ms; client_body_timeout 200ms;",
              level="notice", main="worker_processes 2;")
    n.until(lambda: len(n.workers()) == 2)
    workers = set(n.workers())
    seed = int(os.environ.get("BMC_SEED", "1"))
    odd = []
    threads = [threading.Thread(target=fuzz,
                                args=(n, 10 * seed + i, 250,
                                      FUZZ_SECONDS, odd))
               for i in range(8)]

    for t in threads:
        t.start()

    for t in threads:
        t.join(120 + FUZZ_SECONDS)
        assert not t.is_alive()

    assert odd == []
    assert set(n.workers()) == workers
    assert n.get(POWER + "?fresh=1").status_code == 200
