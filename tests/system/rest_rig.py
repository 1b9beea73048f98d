"""REST, each of whose answers must be what openapi.json says it is."""

import json
import re
import time

import jsonschema
import pytest
import requests

from conftest import TOP, program, run
from nginx_rig import KEY, nginx  # noqa: F401

DOCUMENT = json.load(open(TOP + "/ngx_bmc_module/openapi.json"))

# EL 9 has one that knows nothing newer

Validator = getattr(jsonschema, "Draft202012Validator",
                    jsonschema.Draft7Validator)


def closed(schema):
    """the same, but with no other keys than those it names"""

    if isinstance(schema, list):
        return [closed(s) for s in schema]

    if not isinstance(schema, dict):
        return schema

    out = {k: closed(v) for k, v in schema.items()}

    if out.get("type") == "object" and "properties" in out:
        out.setdefault("additionalProperties", False)

    return out


COMPONENTS = closed(DOCUMENT["components"])


def resolve(thing):
    while "$ref" in thing:
        at = DOCUMENT

        for key in thing["$ref"][2:].split("/"):
            at = at[key]

        thing = at

    return thing


def fits(value, schema):
    schema = dict(closed(schema), components=COMPONENTS)
    Validator(schema).validate(value)


def template(path):
    """of "/api/hosts/n1/power": the document's "/hosts/{host}/power" """

    path = path.split("?")[0][len("/api"):]

    # a path without parameters is meant before one with them

    for t in sorted(DOCUMENT["paths"], key=lambda t: t.count("{")):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", t), path):
            return t


def documented(method, path, r):
    """r is an answer of whom the document speaks"""

    item = DOCUMENT["paths"].get(template(path), {})
    operation = item.get("get" if method == "HEAD" else method.lower())

    if operation is None:
        assert r.status_code in (401, 403, 404, 405, 429, 503), r.text
        fits(r.json(), {"$ref": "#/components/schemas/Error"})
        return

    answer = operation["responses"].get(str(r.status_code))
    assert answer is not None, (method, path, r.status_code, r.text)
    answer = resolve(answer)

    for name, header in answer.get("headers", {}).items():
        assert name in r.headers or not header.get("required"), name

    if method == "HEAD" or "content" not in answer:
        assert r.content == b""
        return

    kind = r.headers["Content-Type"]
    assert kind in answer["content"], kind

    if kind == "application/json":
        fits(r.json(), answer["content"][kind]["schema"])


class Rest:
    """an nginx whose every answer is compared with the document"""

    def __init__(self, nginx):
        self.nginx = nginx
        self.rack = nginx.rack

    def ask(self, method, path, body=None, key=KEY, **kwargs):
        headers = kwargs.setdefault("headers", {})

        if body is not None:
            kwargs["data"] = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")

        r = self.nginx.ask(method, path, key=key, **kwargs)
        documented(method, path, r)
        return r

    def get(self, path, **kwargs):
        return self.ask("GET", path, **kwargs)

    def post(self, path, body=None, **kwargs):
        return self.ask("POST", path, body, **kwargs)

    def put(self, path, body=None, **kwargs):
        return self.ask("PUT", path, body, **kwargs)

    def delete(self, path, body=None, **kwargs):
        return self.ask("DELETE", path, body, **kwargs)

    def fault(self, host, *words):
        """from now on; "none" for none"""

        r = self.sim(host, "fault", *words)
        assert r.status == 0, r

    def sim(self, host, *words):
        return run([program("tests/tools/simctl"),
                    str(self.rack.dir / "state" / "sim"), host] + list(words))

    def shown(self, host):
        """what the simulated BMC itself has counted"""

        return json.loads(self.sim(host, "show").out)

    def follow(self, r, states, timeout=10):
        """the operation at r's Location, once it is in one of states"""

        assert re.fullmatch(r"/api/operations/\d+", r.headers["Location"])
        end = time.monotonic() + timeout

        while True:
            op = self.get(r.headers["Location"]).json()

            if op["state"] in states:
                return op

            assert time.monotonic() < end, op
            time.sleep(0.02)

    def known(self, *hosts, timeout=10):
        """until each host's power is known"""

        end = time.monotonic() + timeout

        for h in hosts:
            while self.get("/api/hosts/%s" % h).json()["power"] == "unknown":
                assert time.monotonic() < end, h
                time.sleep(0.02)

    def events(self, path="/api/events", key=KEY, timeout=10, **headers):
        return Events(self.nginx.url + path, key, timeout, headers)


class Events:
    """a stream of server-sent events"""

    def __init__(self, url, key, timeout, headers):
        headers["X-API-Key"] = key
        self.answer = requests.get(url, headers=headers, stream=True,
                                   timeout=timeout)
        self.lines = self.answer.iter_lines(chunk_size=1)
        self.comments = []
        self.last = None

        if self.answer.status_code == 200:
            assert self.answer.headers["Content-Type"] == "text/event-stream"

            # the first comment: nothing from now on is missed

            assert next(self.lines) == b": bmcgate"

    def next(self):
        """the next event; None at the end"""

        event = {}

        for line in self.lines:

            if line.startswith(b":"):
                self.comments.append(line.decode())

            elif line:
                name, value = line.decode().split(": ", 1)
                event[name] = value

            elif "data" in event:
                data = json.loads(event["data"])
                fits(data, {"$ref": "#/components/schemas/Event"})
                assert event["id"] == str(data["id"])
                self.last = data["id"]
                return data

    def until(self, **wanted):
        """events up to one that has all of this"""

        seen = []

        while True:
            e = self.next()
            assert e is not None, seen[-9:]
            seen.append(e)

            if all(e.get(k) == v for k, v in wanted.items()):
                return seen

    def close(self):
        self.answer.close()


@pytest.fixture
def rest(nginx):  # noqa: F811
    """rest(hosts, extra="…") as nginx()"""

    def make(*args, **kwargs):
        return Rest(nginx(*args, **kwargs))

    return make
