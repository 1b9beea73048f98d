"""A small Redfish BMC that does what it is told to do wrong.

It has one system, chassis and manager, sessions, tasks, media, users and
logs, all in one tree of dictionaries; every request is kept.  A fault is
named after the quirk that copes with it.
"""

import base64
import copy
import json
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

V1 = "/redfish/v1"
SYSTEM = V1 + "/Systems/1"
SETTINGS = SYSTEM + "/Settings"
CHASSIS = V1 + "/Chassis/1"
MANAGER = V1 + "/Managers/1"
SESSIONS = V1 + "/SessionService/Sessions"
ACCOUNTS = V1 + "/AccountService/Accounts"
ATTRIBUTES = MANAGER + "/Attributes"
MONITOR = V1 + "/TaskMonitors/1"
TASK = V1 + "/Tasks/1"

RESETS = ["On", "ForceOff", "GracefulShutdown", "GracefulRestart",
          "ForceRestart", "Nmi", "PowerCycle"]

UUID = "7d4c5a10-6b5e-11ec-9f2e-3cecef001122"
MIXED = "105a4c7d-5e6b-ec11-9f2e-3cecef001122"


def links(*paths):
    return {"Members": [{"@odata.id": p} for p in paths],
            "Members@odata.count": len(paths)}


def at(path):
    return {"@odata.id": path}


def wrong(ident, message, status=400):
    return status, {"error": {
        "code": "Base.1.8.GeneralError", "message": "see ExtendedInfo",
        "@Message.ExtendedInfo": [
            {"MessageId": "Base.1.8." + ident, "Message": message,
             "MessageSeverity": "Warning"}]}}


def merge(into, body):
    for key, value in body.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)

        else:
            into[key] = value


class Handler(BaseHTTPRequestHandler):

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def handle_one(self):
        length = int(self.headers.get("Content-Length") or 0)
        text = self.rfile.read(length)
        body = json.loads(text) if text else None
        bmc = self.server.bmc

        with bmc.lock:
            status, answer, more = bmc.answer(
                self.command, self.path, body, self.headers)

        data = json.dumps(answer).encode() if answer is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("OData-Version", "4.0")

        if self.close_connection:
            self.send_header("Connection", "close")

        for key, value in more.items():
            self.send_header(key, value)

        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = handle_one


class Server(ThreadingHTTPServer):
    """a client that goes away is nobody's business"""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Quirky:

    def __init__(self, vendor="Contoso", model="X1", firmware="9.0", port=0,
                 password="secret", tls=None):
        self.lock = threading.Lock()
        self.faults = set()
        self.requests = []           # (method, path, body, headers)
        self.refused = []            # of those: (status, method, path)
        self.sessions = {}           # token: path
        self.logins = 0
        self.password = password
        self.tree = tree(vendor, model, firmware)
        self.restored = 0            # boot options, by the firmware
        self.empties_at = None       # the slot that is being ejected
        self.polls = 0
        self.version = 0             # of the system, in its ETag
        self.ons = 0
        self.on_at = None            # what was switched on

        self.server = Server(("127.0.0.1", port), Handler)
        self.server.bmc = self

        if tls is not None:
            self.server.socket = tls.wrap_socket(
                self.server.socket, server_side=True,
                do_handshake_on_connect=False)

        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       args=(0.05,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def host(self, more=""):
        return ("driver redfish; address 127.0.0.1; user admin; "
                "password secret; timeout 20s; "
                "redfish { tls none; port %d; } %s" % (self.port, more))

    # what was asked for

    def sent(self, *methods):
        return [r[:3] for r in self.requests
                if r[0] in (methods or ("POST", "PATCH", "DELETE"))
                and not r[1].startswith(SESSIONS)]

    def get(self, path):
        return self.tree[path]

    @property
    def boot(self):
        return self.tree[SYSTEM]["Boot"]

    def slot(self, ident, where=MANAGER):
        return self.tree["%s/VirtualMedia/%s" % (where, ident)]

    # one request

    def answer(self, method, path, body, headers):
        self.requests.append((method, path, copy.deepcopy(body),
                              dict(headers)))
        path = path.split("?")[0]

        if path == V1:
            path += "/"

        status, answer, more = self.reply(method, path, body, headers)

        if status >= 400 and path != V1 + "/":
            self.refused.append((status, method, path))

        return status, copy.deepcopy(answer), more

    def known(self, headers):
        if headers.get("X-Auth-Token") in self.sessions:
            return True

        basic = base64.b64encode(
            ("admin:" + self.password).encode()).decode()
        return headers.get("Authorization") == "Basic " + basic

    def reply(self, method, path, body, headers):
        if (method, path) == ("POST", SESSIONS):
            return self.login(body)

        if path != V1 + "/" and not self.known(headers):
            return wrong("NoValidSession", "who are you?", 401) + ({},)

        odd = self.odd(method, path, body, headers)

        if odd is not None:
            return odd if len(odd) == 3 else odd + ({},)

        if method == "GET":
            if path not in self.tree:
                return wrong("ResourceMissingAtURI", "not here", 404) + ({},)

            # what every resource has

            name = path.rstrip("/").rpartition("/")[2]
            return 200, {**at(path), "Name": name, **self.tree[path]}, {
                "ETag": self.etag()}

        if method == "DELETE":
            self.sessions = {t: p for t, p in self.sessions.items()
                             if p != path}
            self.remove(path)
            return 204, None, {}

        if method == "PATCH":
            merge(self.tree[path], body)
            self.changed(path)
            return 204, None, {}

        status, answer = self.post(path, body)
        return status, answer, {}

    def etag(self):
        tag = "v%d" % self.version

        if "etag-gzip" in self.faults:
            return '"%s-gzip"' % tag

        return ('W/"%s"' if "etag-weak-refused" in self.faults
                else '"%s"') % tag

    def login(self, body):
        if body != {"UserName": "admin", "Password": self.password}:
            return wrong("NoValidSession", "wrong password", 401) + ({},)

        self.logins += 1
        path, token = SESSIONS + "/%d" % self.logins, secrets.token_hex(16)
        self.sessions[token] = path
        return 201, {"Id": str(self.logins), "Name": "Session", **at(path)}, {
            "X-Auth-Token": token, "Location": path}

    def remove(self, path):
        self.tree.pop(path, None)

        for value in self.tree.values():
            if "Members" in value:
                value["Members"] = [m for m in value["Members"]
                                    if m["@odata.id"] != path]

    def changed(self, path):
        self.version += 1

        if path == SETTINGS and "Boot" in self.tree[path]:
            merge(self.boot, self.tree[path].pop("Boot"))

    def post(self, path, body):
        if path == ACCOUNTS:
            name = body["UserName"]
            self.tree[ACCOUNTS]["Members"].append(at(ACCOUNTS + "/" + name))
            self.tree[ACCOUNTS + "/" + name] = dict(
                {"Enabled": True}, **body, Id=name,
                **at(ACCOUNTS + "/" + name))
            return 201, None

        owner, _, action = path.rpartition("/Actions/")

        if owner not in self.tree:
            return wrong("ResourceMissingAtURI", "not here", 404)

        here = self.tree[owner]

        if action == "ComputerSystem.Reset":
            kind = body["ResetType"]

            if kind not in RESETS:
                return wrong("ActionParameterNotSupported", kind)

            here["PowerState"] = ("Off" if kind in ("ForceOff",
                                                    "GracefulShutdown")
                                  else "On")

        elif action == "VirtualMedia.InsertMedia":
            here.update(Image=body["Image"], Inserted=True,
                        WriteProtected=body.get("WriteProtected", True))

        elif action == "VirtualMedia.EjectMedia":
            here.update(Image=None, Inserted=False)

        elif action == "LogService.ClearLog":
            here["Cleared"] = True

        return 204, None

    # and what is wrong with it: None when nothing is

    def odd(self, method, path, body, headers):
        for fault in sorted(self.faults):
            answer = getattr(self, "odd_" + fault.replace("-", "_"),
                             lambda *args: None)(method, path, body, headers)

            if answer is not None:
                return answer

        return None

    @staticmethod
    def boot_of(method, path, body):
        return (body or {}).get("Boot") if (method, path) == (
            "PATCH", SYSTEM) else None

    def odd_boot_send_enabled(self, method, path, body, headers):
        boot = self.boot_of(method, path, body)

        if boot and "BootSourceOverrideEnabled" not in boot:
            self.boot["BootSourceOverrideEnabled"] = "Once"

    def odd_boot_resend_mode(self, method, path, body, headers):
        boot = self.boot_of(method, path, body)

        if boot and "BootSourceOverrideMode" not in boot:
            self.boot["BootSourceOverrideMode"] = "Legacy"

    def odd_boot_only_changes(self, method, path, body, headers):
        boot = self.boot_of(method, path, body)

        if boot and any(self.boot.get(k) == v for k, v in boot.items()):
            self.restored += 1

    def odd_boot_settings(self, method, path, body, headers):
        if self.boot_of(method, path, body):
            return wrong("GeneralError", "not like this")

    def odd_boot_minimal(self, method, path, body, headers):
        if len(self.boot_of(method, path, body) or ()) > 2:
            return wrong("GeneralError", "too much of it")

    def odd_boot_full(self, method, path, body, headers):
        boot = self.boot_of(method, path, body)

        if boot and len(boot) < 3:
            return 204, None

    @staticmethod
    def action(path):
        return path.rpartition("/Actions/")[2]

    def odd_media_image_only(self, method, path, body, headers):
        if (self.action(path) == "VirtualMedia.InsertMedia"
                and set(body) != {"Image"}):
            return wrong("GeneralError", "bad request")

    def odd_media_plain_url(self, method, path, body, headers):
        if (self.action(path) == "VirtualMedia.InsertMedia"
                and ("?" in body["Image"] or "=" in body["Image"])):
            return 204, None

    def odd_media_patch(self, method, path, body, headers):
        if "/VirtualMedia/" in path and method == "POST":
            return wrong("ActionNotSupported", "PATCH it", 404)

    def odd_media_send_inserted(self, method, path, body, headers):
        if self.action(path) != "VirtualMedia.InsertMedia":
            return None

        if "WriteProtected" in body:
            return wrong("ActionParameterUnknown",
                         "InsertMedia does not know WriteProtected")

        return None if "Inserted" in body else (204, None)

    def odd_media_on_system(self, method, path, body, headers):
        if path.startswith(MANAGER + "/VirtualMedia/") and method == "POST":
            return wrong("ActionNotSupported", "not here", 404)

    def odd_media_wait_eject(self, method, path, body, headers):
        if self.action(path) == "VirtualMedia.EjectMedia":
            self.empties_at = time.monotonic() + 1.2
            return 204, None

        if self.empties_at and time.monotonic() > self.empties_at:
            self.slot("CD").update(Image=None, Inserted=False)

    def odd_media_eject_body(self, method, path, body, headers):
        if (self.action(path) == "VirtualMedia.EjectMedia"
                and body is None):
            return wrong("MalformedJSON", "no body", 415)

    def odd_media_protocol(self, method, path, body, headers):
        if (self.action(path) == "VirtualMedia.InsertMedia"
                and body.get("TransferProtocolType") != "HTTP"):
            return wrong("ActionParameterMissing",
                         "TransferProtocolType is missing")

    def odd_media_dummy_login(self, method, path, body, headers):
        if (self.action(path) == "VirtualMedia.InsertMedia"
                and not (body.get("UserName") and body.get("Password"))):
            return wrong("ActionParameterMissing", "UserName is missing")

    def odd_power_retry_conflict(self, method, path, body, headers):
        if (body or {}).get("ResetType") == "On":
            self.ons += 1

            if self.ons == 1:
                return wrong("ActionParameterValueConflict",
                             "the host is still going down", 409)

    def odd_slow_power(self, method, path, body, headers):
        if (body or {}).get("ResetType") == "On":
            self.on_at = time.monotonic() + 4
            return 204, None

        if self.on_at and time.monotonic() > self.on_at:
            self.tree[SYSTEM]["PowerState"] = "On"

    def task(self, method, path, answer):
        """Reset begins one; answer(poll) is what comes of a look at it"""

        if method == "POST" and self.action(path) == "ComputerSystem.Reset":
            return 202, {"Id": "1", **at(TASK), "TaskState": "New"}, {
                "Location": MONITOR}

        if path in (MONITOR, TASK):
            self.polls += 1
            return answer(self.polls)

        return None

    def odd_task_not_monitor(self, method, path, body, headers):
        return self.task(method, path, lambda n: (
            wrong("ResourceMissingAtURI", "gone", 404) if path == MONITOR
            else (200, {"TaskState": "Completed"})))

    def odd_task_retry_404(self, method, path, body, headers):
        return self.task(method, path, lambda n: (
            wrong("ResourceMissingAtURI", "not yet", 404) if n < 2
            else (200, {"TaskState": "Exception",
                        "Messages": [{"Message": "the job failed"}]})))

    def odd_task_state_new(self, method, path, body, headers):
        return self.task(method, path, lambda n: (
            200, {"TaskState": "New" if n < 2 else "Completed"}))

    def matches(self, headers, tag):
        return headers.get("If-Match") == tag

    def odd_etag_required(self, method, path, body, headers):
        if (method in ("POST", "PATCH")
                and "If-Match" not in headers):
            return wrong("PreconditionRequired", "which one?", 428)

    def odd_etag_weak_refused(self, method, path, body, headers):
        if (headers.get("If-Match") or "").startswith("W/"):
            return wrong("PreconditionFailed", "too weak", 412)

    def odd_etag_gzip(self, method, path, body, headers):
        if "-gzip" in (headers.get("If-Match") or ""):
            return wrong("PreconditionFailed", "never heard of it", 412)

    def odd_any_encoding(self, method, path, body, headers):
        if ("identity" in (headers.get("Accept-Encoding") or "")
                and path.startswith(SYSTEM + "/")):
            return wrong("GeneralError", "only compressed", 406)

    def odd_led_on_system(self, method, path, body, headers):
        if (method, path) == ("PATCH", CHASSIS):
            return wrong("PropertyValueFormatError", "Lit?")


def slot(path, types):
    return {"Id": path.rpartition("/")[2], "MediaTypes": types,
            "Image": None, "Inserted": False, "WriteProtected": True,
            **at(path), "Actions": {
                "#VirtualMedia.%s" % a: {
                    "target": path + "/Actions/VirtualMedia." + a}
                for a in ("InsertMedia", "EjectMedia")}}


def media(tree, where):
    top = where + "/VirtualMedia"
    tree[where]["VirtualMedia"] = at(top)
    tree[top] = links(top + "/CD", top + "/USB")
    tree[top + "/CD"] = slot(top + "/CD", ["CD", "DVD"])
    tree[top + "/USB"] = slot(top + "/USB", ["USBStick"])


def log(tree, path):
    tree[path] = {"Id": path.rpartition("/")[2], "LogEntryType": "Event",
                  **at(path), "Entries": at(path + "/Entries"), "Actions": {
                      "#LogService.ClearLog": {
                          "target": path + "/Actions/LogService.ClearLog"}}}
    tree[path + "/Entries"] = links()


def tree(vendor, model, firmware):
    t = {
        V1 + "/": {
            "Id": "RootService", "RedfishVersion": "1.8.0", "Vendor": vendor,
            "Systems": at(V1 + "/Systems"), "Chassis": at(V1 + "/Chassis"),
            "Managers": at(V1 + "/Managers"),
            "AccountService": at(V1 + "/AccountService"),
            "SessionService": at(V1 + "/SessionService"),
            "Links": {"Sessions": at(SESSIONS)}},
        V1 + "/Systems": links(SYSTEM),
        V1 + "/Chassis": links(CHASSIS),
        V1 + "/Managers": links(MANAGER),
        SYSTEM: {
            "Id": "1", **at(SYSTEM), "Manufacturer": vendor, "Model": model,
            "SerialNumber": "S1", "UUID": UUID, "PowerState": "On",
            "IndicatorLED": "Off", "Status": {"Health": "OK"},
            "@Redfish.Settings": {"SettingsObject": at(SETTINGS)},
            "Links": {"Chassis": [at(CHASSIS)], "ManagedBy": [at(MANAGER)]},
            "LogServices": at(SYSTEM + "/LogServices"),
            "Boot": {
                "BootSourceOverrideTarget": "None",
                "BootSourceOverrideEnabled": "Disabled",
                "BootSourceOverrideMode": "UEFI",
                "BootSourceOverrideTarget@Redfish.AllowableValues": [
                    "None", "Pxe", "Hdd", "Cd", "UsbCd", "BiosSetup",
                    "Usb", "Diags"],
                "BootOrder": ["Boot0000", "Boot0001"],
                "BootOptions": at(SYSTEM + "/BootOptions")},
            "Actions": {"#ComputerSystem.Reset": {
                "target": SYSTEM + "/Actions/ComputerSystem.Reset",
                "ResetType@Redfish.AllowableValues": list(RESETS)}}},
        SETTINGS: {"Id": "Settings", **at(SETTINGS)},
        SYSTEM + "/BootOptions": links(SYSTEM + "/BootOptions/0",
                                       SYSTEM + "/BootOptions/1"),
        SYSTEM + "/BootOptions/0": {
            "Id": "0", "BootOptionReference": "Boot0000",
            "DisplayName": "PXE Device 1: Embedded NIC 1 Port 1"},
        SYSTEM + "/BootOptions/1": {
            "Id": "1", "BootOptionReference": "Boot0001",
            "DisplayName": "debian",
            "UefiDevicePath": "HD(1,GPT,0F6A,0x800)/File(shimx64.efi)"},
        CHASSIS: {"Id": "1", **at(CHASSIS), "ChassisType": "RackMount",
                  "IndicatorLED": "Off"},
        MANAGER: {"Id": "1", **at(MANAGER), "FirmwareVersion": firmware,
                  "LogServices": at(MANAGER + "/LogServices")},
        ATTRIBUTES: {"Id": "Attributes", **at(ATTRIBUTES), "Attributes": {
            "ServerBoot.1.FirstBootDevice": "Normal"}},
        SYSTEM + "/LogServices": links(SYSTEM + "/LogServices/SEL"),
        MANAGER + "/LogServices": links(MANAGER + "/LogServices/Event"),
        V1 + "/AccountService": {"Id": "AccountService",
                                 "Accounts": at(ACCOUNTS)},
        ACCOUNTS: links(ACCOUNTS + "/admin"),
        ACCOUNTS + "/admin": {
            "Id": "admin", "UserName": "admin", "RoleId": "Administrator",
            "Enabled": True, **at(ACCOUNTS + "/admin")}}

    media(t, MANAGER)
    log(t, SYSTEM + "/LogServices/SEL")
    log(t, MANAGER + "/LogServices/Event")
    return t
