"""The scripted Redfish BMCs speak HTTP as it is meant, and do it as wrong
as they are told."""

import json
import socket
import subprocess
import sys
import time

import pytest
import requests

import redfish_bmcs
from conftest import environment
from redfish_bmcs_rig import Http, bmcs, certificate, message, until  # noqa

V1 = "/redfish/v1"
SYSTEM = V1 + "/Systems/1"
BASIC = "Authorization: Basic YWRtaW46c2VjcmV0\r\n"


@pytest.fixture
def bmc(bmcs):  # noqa
    return bmcs.add()


@pytest.fixture
def http(bmc):
    return Http(bmc)


class Line:
    """a connection, by hand"""

    def __init__(self, bmc):
        self.s = socket.create_connection((bmc.address, bmc.port), 10)
        self.f = self.s.makefile("rb")

    def send(self, text):
        self.s.sendall(text.encode())

    def ask(self, line, headers="", body=""):
        self.send("%s HTTP/1.1\r\nHost: bmc\r\n%s%s\r\n%s" % (
            line, BASIC, headers, body))
        return self.answer(line.startswith("HEAD"))

    def answer(self, head=False):
        """(status, headers, body); None: the connection was ended"""

        line = self.f.readline()

        if not line:
            return None

        headers = {}

        while (one := self.f.readline()) not in (b"\r\n", b""):
            name, _, value = one.decode().partition(":")
            headers[name.lower()] = value.strip()

        status = int(line.split()[1])
        length = 0 if head else int(headers.get("content-length", "0"))
        return status, headers, self.f.read(length)

    def close(self):
        self.f.close()
        self.s.close()


@pytest.fixture
def line(bmc):
    one = Line(bmc)
    yield one
    one.close()


# as it is meant

def test_many_requests_share_a_connection(line, bmc):
    for _ in range(5):
        assert line.ask("GET " + SYSTEM)[0] == 200

    assert bmc.counts()["connections"] == {"live": 1, "all": 1, "highest": 1}
    assert {r["connection"] for r in bmc.requests()} == {
        bmc.requests()[0]["connection"]}


def test_requests_that_arrive_at_once_are_answered_in_order(line):
    one = "GET %s HTTP/1.1\r\nHost: bmc\r\n%s\r\n"
    line.send("".join(one % (path, BASIC)
                      for path in (SYSTEM, V1 + "/Chassis/1")))
    assert json.loads(line.answer()[2])["@odata.id"] == SYSTEM
    assert json.loads(line.answer()[2])["@odata.id"] == V1 + "/Chassis/1"


def test_a_request_may_come_byte_by_byte(line):
    for byte in "GET %s HTTP/1.1\r\nHost: b\r\n%s\r\n" % (SYSTEM, BASIC):
        line.send(byte)

    assert line.answer()[0] == 200


def test_head_is_get_without_its_body(line):
    status, got, body = line.ask("GET " + SYSTEM)
    assert line.ask("HEAD " + SYSTEM, "") == (status, got, b"")
    assert len(body) == int(got["content-length"])
    assert line.ask("GET " + SYSTEM)[0] == 200


def test_who_says_close_is_told_so_and_closed(line):
    said = line.ask("GET " + SYSTEM, "Connection: close\r\n")
    assert said[0] == 200
    assert said[1]["connection"] == "close"
    assert line.answer() is None


def test_a_body_may_come_in_chunks(line, http):
    text = '{"AssetTag": "x"}'
    chunks = "%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (
        5, text[:5], len(text) - 5, text[5:])
    said = line.ask("PATCH " + SYSTEM, "Transfer-Encoding: chunked\r\n"
                    "Content-Type: application/json\r\n", chunks)
    assert said[0] == 200
    assert http.get(SYSTEM)["AssetTag"] == "x"


@pytest.mark.parametrize("text,status", [
    ("GET /\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: b\r\nno colon\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: b\r\nContent-Length: x\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 9999999\r\n\r\n", 413),
    ("GET / HTTP/1.1\r\nHost: b\r\nA: " + "a" * 40000, 431)])
def test_what_is_no_http_is_refused(line, text, status):
    line.send(text)
    assert line.answer()[0] == status
    assert line.answer() is None


@pytest.mark.parametrize("method,path,status,allow", [
    ("PUT", SYSTEM, 405, "GET, HEAD, PATCH"),
    ("DELETE", SYSTEM, 405, "GET, HEAD, PATCH"),
    ("POST", SYSTEM, 405, "GET, HEAD, PATCH"),
    ("PATCH", V1 + "/Systems", 405, "GET, HEAD"),
    ("POST", V1 + "/", 405, "GET, HEAD"),
    ("BREW", SYSTEM, 501, None),
    ("GET", SYSTEM + "/Nothing", 404, None),
    ("PATCH", SYSTEM + "/Nothing", 404, None)])
def test_methods_that_are_not_there(http, method, path, status, allow):
    r = http(method, path, None if method == "GET" else {"AssetTag": "a"})
    assert r.status_code == status
    assert r.headers.get("Allow") == allow
    assert message(r)


@pytest.mark.parametrize("body,ident", [
    ({"Nonsense": 1}, "PropertyUnknown"),
    ({"SerialNumber": "1"}, "PropertyNotWritable"),
    ({"AssetTag": 1}, "PropertyValueTypeError"),
    ({"IndicatorLED": "Green"}, "PropertyValueNotInList"),
    ({"Boot": {"BootSourceOverrideTarget": "Tape"}},
     "PropertyValueNotInList"),
    ({"Boot": 1}, "PropertyValueTypeError"),
    ({"Boot": {"BootOrder": ["Boot0000"]}}, "PropertyValueConflict"),
    ({}, "UnrecognizedRequestBody")])
def test_what_cannot_be_set_is_named(http, body, ident):
    r = http("PATCH", SYSTEM, body)
    assert (r.status_code, message(r)) == (400, ident)


@pytest.mark.parametrize("body,ident", [
    ({}, "ActionParameterMissing"),
    ({"ResetType": "Hard"}, "ActionParameterValueNotInList"),
    ({"ResetType": 1}, "ActionParameterValueTypeError"),
    ({"ResetType": "On", "Now": 1}, "ActionParameterUnknown")])
def test_what_an_action_does_not_know_is_named(http, body, ident):
    r = http("POST", SYSTEM + "/Actions/ComputerSystem.Reset", body)
    assert (r.status_code, message(r)) == (400, ident)


def test_a_body_has_to_be_json_and_to_say_so(http, bmc):
    for data, kind, status in (("{", "application/json", 400),
                               ("[]", "application/json", 400),
                               ("{}", "text/plain", 415)):
        assert requests.patch(
            bmc.url + SYSTEM, data, auth=("admin", "secret"), timeout=10,
            headers={"Content-Type": kind}).status_code == status


def test_an_etag_changes_with_its_resource(http):
    tag = http("GET", SYSTEM).headers["ETag"]
    assert http("GET", SYSTEM, headers={
        "If-None-Match": tag}).status_code == 304
    http("PATCH", SYSTEM, {"AssetTag": "a"})
    r = http("GET", SYSTEM)
    assert r.headers["ETag"] != tag
    assert r.json()["@odata.etag"] == r.headers["ETag"]
    r = http("PATCH", SYSTEM, {"AssetTag": "b"}, headers={"If-Match": tag})
    assert (r.status_code, message(r)) == (412, "PreconditionFailed")


def test_another_odata_version_is_refused(http):
    assert http("GET", SYSTEM, headers={
        "OData-Version": "3.0"}).status_code == 412


# as wrong as it is told

def test_a_rule_counts_the_requests_that_it_is_for(http, bmc):
    bmc.script(rule={"path": "*/Systems/1", "method": "GET", "status": 500,
                     "body": {"error": {}}, "skip": 1, "times": 2})
    assert [http("GET", SYSTEM).status_code for _ in range(4)] == [
        200, 500, 500, 200]
    assert http("GET", V1 + "/Chassis/1").status_code == 200


def test_an_answer_can_be_late(http, bmc):
    bmc.latency(seconds=0.3)
    begin = time.monotonic()
    http.get(SYSTEM)
    assert time.monotonic() - begin >= 0.3
    bmc.latency(seconds=0)
    bmc.script(rule={"path": SYSTEM, "latency": 0.3, "times": 1})
    begin = time.monotonic()
    http.get(SYSTEM)
    assert time.monotonic() - begin >= 0.3


@pytest.mark.parametrize("rule,what", [
    ({"silence": True}, requests.Timeout),
    ({"stall": True}, requests.ConnectionError),
    ({"close": True}, requests.ConnectionError)])
def test_an_answer_can_be_silence_or_an_end(bmc, http, rule, what):
    bmc.script(rule=dict(rule, path=SYSTEM, times=1))

    with pytest.raises(what):
        http.session.get(bmc.url + SYSTEM, timeout=0.5)

    assert Http(bmc).get(SYSTEM)


def test_an_answer_can_end_too_soon(bmc, line):
    bmc.script(rule={"path": SYSTEM, "half": True, "times": 1})
    status, headers, body = line.ask("GET " + SYSTEM)
    assert status == 200
    assert 0 < len(body) < int(headers["content-length"])


def test_a_change_can_be_made_and_not_be_answered(http, bmc):
    bmc.script(rule={"method": "PATCH", "close": True, "done": True,
                     "times": 1})

    with pytest.raises(requests.ConnectionError):
        http("PATCH", SYSTEM, {"AssetTag": "done"})

    assert http.get(SYSTEM)["AssetTag"] == "done"
    bmc.script(rule={"method": "PATCH", "close": True, "times": 1})

    with pytest.raises(requests.ConnectionError):
        http("PATCH", SYSTEM, {"AssetTag": "not done"})

    assert http.get(SYSTEM)["AssetTag"] == "done"


def test_an_answer_can_be_too_much_too_deep_or_none(http, bmc):
    bmc.script(rule={"path": SYSTEM, "oversize": 9 << 20, "times": 1})
    assert len(http("GET", SYSTEM).content) > 9 << 20
    bmc.script(rule={"path": SYSTEM, "deep": 300, "times": 1})
    assert http("GET", SYSTEM).text.count("{") == 300
    bmc.script(rule={"path": SYSTEM, "text": "<html>", "times": 1})
    assert http("GET", SYSTEM).text == "<html>"
    bmc.script(rule={"path": SYSTEM, "status": 200, "body": [1], "times": 1})
    assert http("GET", SYSTEM).json() == [1]
    bmc.script(rule={"path": SYSTEM, "raw": "SSH-2.0\r\n", "times": 1})

    with pytest.raises(requests.ConnectionError):
        http("GET", SYSTEM)


def test_an_answer_can_drip_and_have_other_headers(http, bmc):
    bmc.script(rule={"path": V1 + "/Systems", "drip": 0.001, "times": 1})
    assert http.get(V1 + "/Systems")["Members"]
    bmc.script(rule={"path": SYSTEM, "headers": {"X-Odd": "1"}, "times": 1})
    r = http("GET", SYSTEM)
    assert r.headers["X-Odd"] == "1"
    assert r.json()["Id"] == "1"


def test_a_reboot_forgets_sessions_and_says_503_for_a_while(http, bmc):
    made = http("POST", V1 + "/SessionService/Sessions", {
        "UserName": "admin", "Password": "secret"})
    bmc.reboot(seconds=0.3)
    assert bmc.counts()["sessions"]["live"] == 0
    assert bmc.counts()["connections"]["live"] == 0
    assert Http(bmc)("GET", SYSTEM).status_code == 503
    until(lambda: Http(bmc)("GET", SYSTEM).status_code == 200)
    assert requests.get(bmc.url + SYSTEM, timeout=10, headers={
        "X-Auth-Token": made.headers["X-Auth-Token"]}).status_code == 401


def test_its_manager_can_be_reset(http, bmc):
    bmc.times(times={"bmc": 0.2})
    assert http("POST", V1 + "/Managers/1/Actions/Manager.Reset", {
        "ResetType": "GracefulRestart"}).status_code == 204
    until(lambda: Http(bmc)("GET", SYSTEM).status_code == 503)
    until(lambda: Http(bmc)("GET", SYSTEM).status_code == 200)


def test_others_may_have_all_sessions(http, bmc):
    bmc.fill_sessions()
    r = http("POST", V1 + "/SessionService/Sessions", {
        "UserName": "admin", "Password": "secret"})
    assert (r.status_code, message(r)) == (503, "SessionLimitExceeded")


def test_a_bmc_can_go_away_and_come_back(bmc):
    bmc.stop()

    with pytest.raises(requests.ConnectionError):
        Http(bmc).get(SYSTEM)

    bmc.start_again()
    assert Http(bmc).get(SYSTEM)


def test_its_certificate_can_change(bmcs, tmp_path):  # noqa
    bmc = bmcs.add(tls=True)
    assert Http(bmc).get(SYSTEM)
    bmc.certificate(tls=certificate(tmp_path, "other"), port=bmc.port)

    with pytest.raises(requests.exceptions.SSLError):
        Http(bmc).get(SYSTEM)


def test_a_task_can_fail(bmcs):  # noqa
    bmc = bmcs.add(words={"reset": 202})
    http = Http(bmc)
    bmc.fail_task(text="the job failed")
    r = http("POST", SYSTEM + "/Actions/ComputerSystem.Reset",
             {"ResetType": "ForceRestart"})
    task = r.json()["@odata.id"]
    until(lambda: http.get(task)["TaskState"] == "Exception")
    assert http.get(task)["Messages"][0]["Message"] == "the job failed"
    r = http("GET", r.headers["Location"])
    assert (r.status_code, r.json()["error"]["message"]) == (
        500, "the job failed")


def test_the_requests_are_kept(http, bmc):
    http("PATCH", SYSTEM, {"AssetTag": "a"})
    http.get(V1 + "/Systems?only")
    first, second = bmc.requests()
    assert (first["method"], first["path"]) == ("PATCH", SYSTEM)
    assert json.loads(first["body"]) == {"AssetTag": "a"}
    assert first["headers"]["content-type"] == "application/json"
    assert second["path"] == V1 + "/Systems?only"
    assert bmc.asked("PATCH") == [("PATCH", SYSTEM)]
    bmc.record(on=False)
    http.get(SYSTEM)
    assert bmc.requests() == []


def test_many_are_one_process(bmcs):  # noqa
    many = [bmcs.add(address="127.0.0.%d" % (2 + i)) for i in range(50)]
    assert len({Http(b).get(SYSTEM)["UUID"] for b in many}) == 50
    assert {b.counts()["requests"] for b in many} == {1}


def test_a_test_can_see_and_change_what_it_has(http, bmc):
    bmc.put(path=SYSTEM, words={"Model": "X2"})
    assert http.get(SYSTEM)["Model"] == "X2"
    bmc.remove(path=SYSTEM, key="Model")
    assert "Model" not in http.get(SYSTEM)
    bmc.remove(path=V1 + "/Chassis/1/Thermal")
    assert http("GET", V1 + "/Chassis/1/Thermal").status_code == 404
    bmc.put(path=V1 + "/New", words={"Id": "new"})
    assert http.get(V1 + "/New")["Id"] == "new"
    bmc.password(user="admin", password="another")
    assert http("GET", SYSTEM).status_code == 401
    assert http("GET", SYSTEM, auth=("admin", "another")).status_code == 200


def test_its_connections_can_be_cut(line, bmc):
    assert line.ask("GET " + SYSTEM)[0] == 200
    bmc.cut()
    assert bmc.counts()["connections"]["live"] == 0

    try:
        assert line.ask("GET " + SYSTEM) is None

    except ConnectionError:
        pass


def test_rules_and_faults_end_when_they_are_taken_back(http, bmc):
    bmc.script(rule={"path": SYSTEM, "status": 500})
    assert http("GET", SYSTEM).status_code == 500
    bmc.unscript()
    assert http("GET", SYSTEM).status_code == 200
    bmc.fault(name="etag-required")
    assert http("PATCH", SYSTEM, {"AssetTag": "a"}).status_code == 428
    bmc.heal(name="etag-required")
    assert http("PATCH", SYSTEM, {"AssetTag": "a"}).status_code == 200
    assert bmc.refused() == [["PATCH", SYSTEM, "PreconditionRequired"]]


def test_old_tasks_are_forgotten(bmcs):  # noqa
    http = Http(bmcs.add(words={"reset": 202}))

    for _ in range(20):
        http("POST", SYSTEM + "/Actions/ComputerSystem.Reset",
             {"ResetType": "ForceRestart"})

    tasks = http.get(V1 + "/TaskService/Tasks")["Members"]
    assert len(tasks) == 16
    assert http("DELETE", tasks[0]["@odata.id"]).status_code == 204
    assert len(http.get(V1 + "/TaskService/Tasks")["Members"]) == 15


def test_a_collection_can_come_in_pages(bmcs):  # noqa
    http = Http(bmcs.add(words={"systems": list("abcde"), "members": 2}))
    path, found = V1 + "/Systems", []

    while path:
        page = http.get(path)
        found += [m["@odata.id"][-1] for m in page["Members"]]
        path = page.get("Members@odata.nextLink")

    assert found == list("abcde")


def test_a_rule_with_an_unknown_word_is_refused(bmc):
    with pytest.raises(AssertionError, match='no "lateness"'):
        bmc.script(rule={"lateness": 1})


def test_one_alone_runs_until_it_is_told_to_end(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("another\n")
    files = certificate(tmp_path)
    process = subprocess.Popen(
        [sys.executable, redfish_bmcs.__file__, "n3", "hpe", "0",
         str(secret)] + files, stdout=subprocess.PIPE, text=True,
        env=environment())

    try:
        url = process.stdout.readline().split()[-1]

        for password, status in (("another", 200), ("secret", 401)):
            r = requests.get(url + SYSTEM, auth=("admin", password),
                             verify=files[0], timeout=10)
            assert r.status_code == status
            assert status != 200 or r.json()["Manufacturer"] == "HPE"

        # what nobody logs out of is told at its end

        for password, status in (("another", 201), ("secret", 401)):
            assert requests.post(
                url + V1 + "/SessionService/Sessions", verify=files[0],
                json={"UserName": "admin", "Password": password},
                timeout=10).status_code == status

    finally:
        process.terminate()
        told = process.stdout.read()
        process.stdout.close()
        assert process.wait(10) == 0

    assert told == "sessions: 1 opened, 1 left\n"
