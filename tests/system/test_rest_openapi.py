"""openapi.json: well-formed, complete, and what is really answered.

That each answer of the other tests fits it is looked at in rest_rig.py.
"""

import re

import jsonschema
import pytest

from conftest import TOP, program, run
from rest_rig import (COMPONENTS, DOCUMENT, Validator, closed, documented,
                      fits, nginx, resolve, rest, template)  # noqa: F401

METHODS = ("get", "put", "post", "delete", "patch")


def operations():
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item, item[method]


def walk(thing):
    if isinstance(thing, dict):
        yield thing
        thing = thing.values()

    if not isinstance(thing, (str, bytes)) and hasattr(thing, "__iter__"):
        for t in thing:
            yield from walk(t)


def test_everybody_gets_the_document_as_it_lies_in_the_tree(rest):
    n = rest(1)
    r = n.get("/api/openapi.json", key=None)
    assert r.status_code == 200
    assert r.content == open(TOP + "/ngx_bmc_module/openapi.json",
                             "rb").read()


def test_the_document_is_openapi_3_1():
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert set(DOCUMENT) <= {"openapi", "info", "servers", "security", "tags",
                             "paths", "components"}
    version = re.search(r"\d+\.\d+\.\d+", run([program("bmcctl"), "-V"]).out)
    assert DOCUMENT["info"]["title"] and \
        DOCUMENT["info"]["version"] == version.group()

    for need in DOCUMENT["security"]:
        assert set(need) <= set(DOCUMENT["components"]["securitySchemes"])

    for scheme in DOCUMENT["components"]["securitySchemes"].values():
        assert {"apiKey": {"name", "in"}, "http": {"scheme"}}[scheme["type"]] \
            <= set(scheme)


def test_every_reference_leads_somewhere_and_everything_is_referred_to():
    used = {t["$ref"] for t in walk(DOCUMENT) if "$ref" in t}

    for ref in used:
        resolve({"$ref": ref})

    for kind in ("schemas", "parameters", "responses", "headers"):
        for name in DOCUMENT["components"][kind]:
            assert "#/components/%s/%s" % (kind, name) in used \
                or name in ("Event", "MethodNotAllowed"), name


def test_every_schema_is_one():
    for schema in DOCUMENT["components"]["schemas"].values():
        Validator.check_schema(schema)

        for t in walk(schema):
            if t.get("type") == "object":
                assert set(t.get("required", ())) <= set(t["properties"]) \
                    if "properties" in t else True

    for t in walk(DOCUMENT["paths"]):
        if "schema" in t:
            Validator.check_schema(t["schema"])


def test_every_operation_is_whole():
    ids, tags = set(), {t["name"] for t in DOCUMENT["tags"]}

    for path, method, item, op in operations():
        assert op["operationId"] not in ids
        ids.add(op["operationId"])
        assert op["summary"] and set(op["tags"]) <= tags
        parameters = [resolve(p) for p in item.get("parameters", [])
                      + op.get("parameters", [])]
        named = {p["name"] for p in parameters if p["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path))
        assert all(p["required"] for p in parameters if p["in"] == "path")
        assert len({(p["in"], p["name"]) for p in parameters}) \
            == len(parameters)

        for code, answer in op["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d", code)
            assert resolve(answer)["description"]

        if "requestBody" in op:
            assert set(op["requestBody"]["content"]) == {"application/json"}


def routes():
    """of the table in the source"""

    text = open(TOP + "/ngx_bmc_module/ngx_http_bmc_api.c").read()
    table = re.findall(r"\{ (GET|POST|PUT|DELETE|PATCH), \"([^\"]+)\"", text)
    assert len(table) > 25
    return {(m.lower(), "/" + p) for m, p in table}


def test_every_route_is_described_and_nothing_else_is():
    assert {(method, re.sub(r"\{\w+\}", "{}", path))
            for path, method, _, _ in operations()} == routes()


def test_every_address_allows_what_is_described(rest):
    n = rest(1)

    for path, item in DOCUMENT["paths"].items():
        where = "/api" + re.sub(r"\{\w+\}", "1", path)
        r = n.ask("PATCH", where)
        assert r.status_code == 405, (path, r.status_code)
        allowed = {m.lower() for m in r.headers["Allow"].split(", ")}
        assert allowed - {"head"} == {m for m in METHODS if m in item}, path


def test_bodies_with_keys_that_are_described_are_understood(rest):
    """whatever the schema calls a key, the handler has heard of"""

    n = rest(1)

    for path, method, _, op in operations():
        if "requestBody" not in op:
            continue

        schema = op["requestBody"]["content"]["application/json"]["schema"]
        where = "/api" + re.sub(r"\{host\}", "n1", path)
        where = re.sub(r"\{\w+\}", "1", where)

        for name in schema["properties"]:
            if name == "action" or path.startswith("/sessions"):
                continue

            body = {name: {}}

            if "action" in schema["properties"]:
                actions = resolve(schema["properties"]["action"])["enum"]
                body["action"] = actions[0]

            r = n.ask(method.upper(), where, body)
            assert r.status_code in (400, 404), (where, r.text)
            assert "nobody knows" not in r.text, (where, name)


def test_a_document_that_lies_would_be_found_out():
    """what all the other tests rest on"""

    class Answer:
        status_code, text, content = 200, "", b"{}"
        headers = {"Content-Type": "application/json"}

        def __init__(self, data):
            self.data = data

        def json(self):
            return self.data

    good = {"power": "on", "age": 1.5, "driver": "sim"}
    documented("GET", "/api/hosts/n1/power?fresh=1", Answer(good))

    for bad in ({"power": "ON"}, {"age": 1}, dict(good, fan=1),
                dict(good, age=-1), dict(good, since=5)):
        with pytest.raises(jsonschema.ValidationError):
            documented("GET", "/api/hosts/n1/power", Answer(bad))

    with pytest.raises(AssertionError):
        answer = Answer(good)
        answer.status_code = 418
        documented("GET", "/api/hosts/n1/power", answer)

    assert template("/api/sessions/7") == "/sessions/{id}"
    assert template("/api/openapi.json") == "/openapi.json"
    assert closed({"type": "object", "properties": {}}) \
        ["additionalProperties"] is False
    assert COMPONENTS["schemas"]["Power"]["additionalProperties"] is False
    fits("on", {"$ref": "#/components/schemas/PowerState"})
