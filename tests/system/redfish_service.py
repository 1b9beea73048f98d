"""One scripted BMC: what it answers to a request."""

import asyncio
import copy
import json
import zlib

from redfish_actions import MONITORS, Actions
from redfish_changes import Changes
from redfish_errors import Refused, message
from redfish_power import Machine
from redfish_queries import Queries
from redfish_readings import chassis
from redfish_script import Script
from redfish_sessions import ACCOUNTS, SESSIONS, Sessions
from redfish_tree import (ENTRIES, V1, Tree, entry, log, manager, media,
                          root, services, system)
from redfish_vendors import FAULTS, PERSONALITIES
from redfish_wire import render

# what changes take, in seconds

TIMES = {"on": 0.1, "off": 0.1, "shutdown": 0.4, "restart": 0.1, "nmi": 0,
         "post": 0, "bmc": 1, "eject": 1.2, "task": 0.3, "hidden": 0.5,
         "conflict": 1, "slow off": 6, "slow on": 46, "slow restart": 0.1,
         "slow nmi": 0}

OPEN = {"/redfish", V1, V1 + "/", V1 + "/odata", V1 + "/$metadata"}

METADATA = b"""<?xml version="1.0" encoding="UTF-8"?>
<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"
 Version="4.0"><edmx:DataServices><Schema
 xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Service">
<EntityContainer Name="Service" Extends="ServiceRoot.v1_11_0.ServiceContainer"
/></Schema></edmx:DataServices></edmx:Edmx>
"""


class Bmc:

    def __init__(self, name, personality="plain", address="127.0.0.1",
                 user="admin", password="secret", words=None, faults=None,
                 times=None):
        self.name = name
        self.address = address
        self.p = dict(PERSONALITIES[personality], **(words or {}))
        self.faults = {}             # name: how often; None: always
        self.times = dict(TIMES, **(times or {}))
        self.tree = Tree()
        self.versions = {}
        self.ready = {}              # answers to a GET, by path
        self.sessions = Sessions(self)
        self.changes = Changes(self)
        self.actions = Actions(self)
        self.queries = Queries(self)
        self.script = Script(self)
        self.machines = {}
        self.restored = 0            # boot options, by the firmware
        self.cleared = []            # logs
        self.dell = None             # iDRAC's attributes
        self.requests = []
        self.recording = True
        self.wires = set()
        self.counts = dict.fromkeys(("requests", "connections",
                                     "highest"), 0)
        self.refused = []            # changes: method, path, message
        self.down_until = 0

        for fault in (self.p["faults"] if faults is None else faults):
            self.fault(fault)

        self.build(user, password)

    # what there is

    def build(self, user, password):
        t, p = self.tree, self.p
        root(t, p, self.name)
        services(t, p)
        systems = [system(t, p, self.name, s, self.faults)
                   for s in p["systems"]]
        managed = manager(t, p, self.name, self.address, systems)
        self.chassis = chassis(t, p, self.name, systems, managed)
        places = {"System": systems, "Manager": [managed],
                  "Chassis": [self.chassis.path]}

        t.collection(V1 + "/Systems", "ComputerSystem", "Systems", systems)
        t.collection(V1 + "/Managers", "Manager", "Managers", [managed])

        for path in systems:
            self.machines[path] = Machine(self, path)

        self.build_media(places)
        self.build_logs(places)

        for fixed in range(1, p["accounts"] + 1):
            self.sessions.account("%s/%d" % (ACCOUNTS, fixed), "", None,
                                  "ReadOnly")

        ident = "2" if p["accounts"] else "1"
        self.sessions.account("%s/%s" % (ACCOUNTS, ident), user, password,
                              "Administrator")

        if p["attributes"]:
            self.dell = t["%s/%s" % (managed, p["attributes"])]["Attributes"]

    def build_media(self, places):
        for kind in self.p["media"]:
            for where in places[kind]:
                media(self.tree, self.p, where, not self.p["action"])

                if "media-on-system" not in self.faults:
                    self.tree[where]["VirtualMedia"] = {
                        "@odata.id": where + "/VirtualMedia"}

    def build_logs(self, places):
        for kind, names in self.p["logs"].items():
            for where in places[kind]:
                top = where + "/LogServices"
                paths = ["%s/%s" % (top, n) for n in names]
                self.tree[where]["LogServices"] = self.tree.collection(
                    top, "LogService", "Logs", paths)

                for path in paths:
                    log(self.tree, path)
                    self.clear_log(path)

                    for i, words in enumerate(ENTRIES):
                        entry(self.tree, path, i + 1, *words)

    def clear_log(self, path):
        top = path + "/Entries"

        for member in self.tree[top]["Members"]:
            del self.tree[member["@odata.id"]]
            self.touch(member["@odata.id"])

        self.tree.collection(top, "LogEntry", "Entries")
        self.touch(top)

    def touch(self, *paths):
        """they are not what they were"""

        for path in paths:
            self.versions[path] = self.versions.get(path, 0) + 1
            self.ready.pop(path, None)

    def powered(self, machine):
        """sensors of the chassis are of the first system"""

        if machine.path == "%s/Systems/%s" % (V1, self.p["systems"][0]):
            self.touch(*self.chassis.power(machine.on))

    # faults

    def fault(self, name, times=None):
        if name not in FAULTS:
            raise ValueError("no fault \"%s\"" % name)

        self.faults[name] = times
        self.ready.clear()

    def heal(self, name):
        self.faults.pop(name, None)
        self.ready.clear()

    def odd(self, name):
        """does it do that now?"""

        if name not in self.faults:
            return False

        if self.faults[name] is not None:
            self.faults[name] -= 1

            if self.faults[name] <= 0:
                del self.faults[name]

        return True

    # connections

    def connected(self, wire):
        self.wires.add(wire)
        self.counts["connections"] += 1
        self.counts["highest"] = max(self.counts["highest"],
                                     len(self.wires))

    def disconnected(self, wire):
        self.wires.discard(wire)

    def reboot(self, seconds):
        """nothing is left of sessions and connections"""

        self.down_until = asyncio.get_running_loop().time() + seconds
        self.sessions.lose()

        for wire in list(self.wires):
            wire.abort()

    def take(self, wire, request):
        self.counts["requests"] += 1

        if self.recording:
            self.requests.append(request)

        if "connection-close" in self.faults and wire.taken > 1:
            wire.abort()
            return

        if not self.script.plays(wire, request):
            wire.answer(self.reply(request))

    # requests

    def reply(self, request):
        """all of an answer"""

        quick = (request.method == "GET" and not request.query
                 and "if-none-match" not in request.headers)

        try:
            if self.down_until > asyncio.get_running_loop().time():
                raise Refused(503, "ServiceTemporarilyUnavailable", 1,
                              headers={"Retry-After": "1"})

            if quick and request.path in self.ready:
                self.sessions.who(request)
                return self.ready[request.path]

            status, body, headers = self.handle(request)

        except Refused as e:
            status, body = e.status, e.body(self.p["registry"])
            headers, quick = e.headers, False

            if self.recording and request.method not in ("GET", "HEAD"):
                self.refused.append([request.method, request.path, e.ident])

        data = render(status, body, {"OData-Version": "4.0",
                                     "Cache-Control": "no-cache", **headers})

        if (quick and status == 200 and request.path in self.tree
                and request.path not in OPEN
                and not self.faults.keys() & {"any-encoding",
                                              "task-retry-404"}):
            self.ready[request.path] = data

        return data

    def handle(self, request):
        """(status, body, headers)"""

        path = request.path
        reads = request.method in ("GET", "HEAD")

        if path == V1:
            path += "/"

        elif path != V1 + "/":
            path = path.rstrip("/")

        logs_in = request.method == "POST" and path in (
            SESSIONS, SESSIONS + "/Members")
        account = None

        if not logs_in and not (reads and path in OPEN):
            account = self.sessions.who(request)

        if request.headers.get("odata-version", "4.0") != "4.0":
            raise Refused(412, "PreconditionFailed")

        if (reads and path.endswith("/Entries")
                and "identity" in request.headers.get("accept-encoding", "")
                and self.odd("any-encoding")):
            raise Refused(406)

        if reads:
            return self.get(request, path)

        if request.method not in ("POST", "PATCH", "DELETE"):
            if request.method == "PUT":
                self.refuse_method(path)

            raise Refused(501)

        return self.change(request, path, account)

    # reading

    def get(self, request, path):
        if path == "/redfish":
            return 200, {"v1": V1 + "/"}, {}

        if path == V1 + "/$metadata":
            return 200, METADATA, {"Content-Type": "application/xml"}

        if path == V1 + "/odata":
            return 200, {"@odata.context": V1 + "/$metadata", "value": [
                {"name": k, "kind": "Singleton", "url": v["@odata.id"]}
                for k, v in self.tree[V1 + "/"].items()
                if isinstance(v, dict) and "@odata.id" in v]}, {}

        if path.startswith(MONITORS + "/"):
            if not self.actions.is_hidden(path):
                told = self.actions.monitor(path)

                if told is not None:
                    return told

            raise Refused(404, "ResourceMissingAtURI", path)

        body = self.tree.get(path)

        if body is None or self.actions.is_hidden(path):
            raise Refused(404, "ResourceMissingAtURI", path)

        headers = {"Allow": self.allow(path, body)}
        tag = self.etag(path)

        if tag is not None:
            headers["ETag"] = tag

            if tag and request.headers.get("if-none-match") == tag:
                return 304, None, headers

            body = dict(body, **{"@odata.etag": tag})

        return 200, self.queries.answer(path, body, request.query), headers

    def allow(self, path, body):
        kind = body.get("@odata.type", "").rpartition(".")[2]
        verbs = ["GET", "HEAD"]
        verbs += ["PATCH"] * (kind in (
            "ComputerSystem", "Chassis", "Manager", "ManagerAccount",
            "SessionService", "EthernetInterface", "DellAttributes")
            or (kind == "VirtualMedia" and "Actions" not in body))
        verbs += ["POST"] * (path == SESSIONS or (
            path == ACCOUNTS and not self.p["accounts"]))
        verbs += ["DELETE"] * (kind in ("Session", "Task") or (
            kind == "ManagerAccount" and not self.p["accounts"]))
        return ", ".join(verbs)

    def etag(self, path):
        """None: it has none"""

        tag = "%08x" % ((zlib.crc32(path.encode())
                         + self.versions.get(path, 0)) & 0xffffffff)

        if "etag-gzip" in self.faults:
            return '"%s-gzip"' % tag

        if "etag-weak-refused" in self.faults:
            return 'W/"%s"' % tag

        return {"strong": '"%s"' % tag, "weak": 'W/"%s"' % tag,
                "empty": "", "none": None}[self.p["etag"]]

    # changing

    def change(self, request, path, account):
        body = self.body(request)

        if path in OPEN:
            self.refuse_method(path)

        if account is not None:
            self.sessions.may_change(account, path, body)

        self.match(request, path.partition("/Actions/")[0])

        if request.method == "POST":
            return self.actions.post(path, body, request)

        if path not in self.tree:
            raise Refused(404, "ResourceMissingAtURI", path)

        if request.method == "DELETE":
            return self.actions.delete(path, account)

        self.changes.patch(path, body)

        if self.p["changed"] == 200:
            return 200, self.tree[path], {"ETag": self.etag(path)} \
                if self.etag(path) else {}

        return self.told(self.p["changed"])

    def told(self, how):
        """200 with a message, where that is how it is done"""

        if how == "told":
            return 200, {"error": {
                "code": self.p["registry"] + ".Success",
                "message": "The request completed successfully.",
                "@Message.ExtendedInfo": [
                    message(self.p["registry"], "Success")]}}, {}

        return 204, None, {}

    @staticmethod
    def body(request):
        if not request.body:
            return {}

        kind = request.headers.get("content-type", "").partition(";")[0]

        if kind.strip().lower() != "application/json":
            raise Refused(415, "UnrecognizedRequestBody")

        try:
            body = json.loads(request.body)

        except ValueError:
            raise Refused(400, "MalformedJSON") from None

        if not isinstance(body, dict):
            raise Refused(400, "UnrecognizedRequestBody")

        return copy.deepcopy(body)

    def match(self, request, path):
        wanted = request.headers.get("if-match")

        if path.startswith(SESSIONS) or path not in self.tree:
            return

        if wanted is None:
            if request.method != "POST" and self.odd("etag-required"):
                raise Refused(428, "PreconditionRequired")

            return

        tag = self.etag(path)

        if not tag or wanted == "*":
            return

        if "etag-gzip" in self.faults:
            tag = tag.replace("-gzip", "")

        if "etag-weak-refused" in self.faults:
            tag = tag[2:]

        if wanted != tag:
            raise Refused(412, "PreconditionFailed")

    def refuse_method(self, path):
        here = self.tree.get(path)

        if here is None and path not in OPEN:
            raise Refused(404, "ResourceMissingAtURI", path)

        raise Refused(405, "OperationNotAllowed", headers={
            "Allow": self.allow(path, here or {})})
