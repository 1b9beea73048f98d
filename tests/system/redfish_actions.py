"""What may be asked for with POST and DELETE, and tasks."""

import asyncio
from urllib.parse import urlsplit

from redfish_changes import WRITABLE, check_value, kind_of
from redfish_errors import Refused
from redfish_sessions import ACCOUNTS, SESSIONS
from redfish_tree import V1, at, last

TASKS = V1 + "/TaskService/Tasks"
MONITORS = V1 + "/TaskService/TaskMonitors"
TASKS_MAX = 16

INSERTS = {"Image": str, "Inserted": bool, "WriteProtected": bool,
           "UserName": str, "Password": str, "TransferMethod": str,
           "TransferProtocolType": str}

LATER = {"not-ready": (503, "IDRAC.2.8.SYS518"),
         "wrong-state": (400, "iLO.2.14.InvalidOperationForSystemState"),
         "unavailable": (503, "ServiceTemporarilyUnavailable", 1)}


class Actions:

    def __init__(self, bmc):
        self.bmc = bmc
        self.tasks = 0
        self.ended = {}              # monitors of ended tasks, and of whom
        self.hidden = {}             # tasks that are not found until then
        self.fail = None             # what the next task ends with

    def post(self, path, body, request):
        if path in (SESSIONS, SESSIONS + "/Members"):
            return self.bmc.sessions.open(body, request.client)

        if path in (ACCOUNTS, ACCOUNTS + "/Members"):
            return self.account(body)

        owner, found, name = path.partition("/Actions/")
        here = self.bmc.tree.get(owner)

        if here is None or not found:
            self.bmc.refuse_method(path)

        if "#" + name not in here.get("Actions", {}):
            raise Refused(404, "ActionNotSupported", name)

        for fault, words in LATER.items():
            if self.bmc.odd(fault):
                raise Refused(*words)

        return getattr(self, name.replace(".", "_").lower())(
            owner, here, body, not request.body)

    def parameters(self, name, here, body, rules, needs=()):
        action = here["Actions"]["#" + name]

        for key in needs:
            if key not in body:
                raise Refused(400, "ActionParameterMissing", name, key)

        for key, value in body.items():
            allowed = action.get(key + "@Redfish.AllowableValues")

            if key not in rules:
                raise Refused(400, "ActionParameterUnknown", name, key)

            if not isinstance(value, rules[key]):
                raise Refused(400, "ActionParameterValueTypeError", key,
                              value)

            if allowed is not None and value not in allowed:
                raise Refused(400, "ActionParameterValueNotInList", key,
                              value)

    # power

    def computersystem_reset(self, path, here, body, empty):
        bmc = self.bmc
        machine = bmc.machines[path]
        self.parameters("ComputerSystem.Reset", here, body,
                        {"ResetType": str}, ("ResetType",))
        kind = body["ResetType"]

        if (kind in ("On", "ForceOn") and not machine.on
                and machine.now() - machine.off_at < bmc.times["conflict"]
                and bmc.odd("power-retry-conflict")):
            raise Refused(409, "ActionParameterValueConflict", "ResetType",
                          kind)

        if machine.idle(kind):
            if bmc.p["again"]:
                raise Refused(*bmc.p["again"])

        else:
            machine.reset(kind)

        if bmc.p["reset"] == 202 or any(f in bmc.faults for f in (
                "task-not-monitor", "task-retry-404", "task-state-new")):
            return self.task("Reset")

        return bmc.told(bmc.p["reset"])

    def manager_reset(self, path, here, body, empty):
        self.parameters("Manager.Reset", here, body, {"ResetType": str})
        asyncio.get_running_loop().call_later(
            0.05, self.bmc.reboot, self.bmc.times["bmc"])
        return self.bmc.told(204)

    # logs

    def logservice_clearlog(self, path, here, body, empty):
        self.parameters("LogService.ClearLog", here, body,
                        {"LogEntriesETag": str})
        self.bmc.clear_log(path)
        self.bmc.cleared.append(path)
        return self.bmc.told(204)

    # media

    def virtualmedia_insertmedia(self, path, here, body, empty):
        odd = self.bmc.odd
        name = "VirtualMedia.InsertMedia"

        if set(body) != {"Image"} and odd("media-image-only"):
            raise Refused(400, "ActionParameterUnknown", name,
                          min(set(body) - {"Image"}, default="?"))

        if "WriteProtected" in body and odd("media-send-inserted"):
            raise Refused(400, "ActionParameterUnknown", name,
                          "WriteProtected")

        self.parameters(name, here, body, INSERTS, ("Image",))

        for fault, keys in (("media-protocol", ("TransferProtocolType",)),
                            ("media-dummy-login", ("UserName",
                                                   "Password"))):
            for key in keys:
                if not body.get(key) and odd(fault):
                    raise Refused(400, "ActionParameterMissing", name, key)

        if urlsplit(body["Image"]).scheme not in (
                "http", "https", "nfs", "cifs"):
            raise Refused(400, "ActionParameterValueFormatError", "Image",
                          body["Image"])

        if here["Inserted"]:
            raise Refused(409, "ResourceInUse")

        if not (set(body["Image"]) & set("?=") and odd("media-plain-url")):
            self.hold(path, body)

        return self.bmc.told(204)

    def hold(self, path, body):
        if "Inserted" not in body and self.bmc.odd("media-send-inserted"):
            return

        here = self.bmc.tree[path]
        image = body["Image"]
        here.update(Image=image, ImageName=last(urlsplit(image).path),
                    Inserted=body.get("Inserted", True),
                    WriteProtected=body.get("WriteProtected", True),
                    UserName=body.get("UserName"), ConnectedVia="URI",
                    TransferProtocolType=body.get("TransferProtocolType"))
        self.bmc.touch(path)

    def virtualmedia_ejectmedia(self, path, here, body, empty):
        if empty and self.bmc.odd("media-eject-body"):
            raise Refused(415, "UnrecognizedRequestBody")

        self.parameters("VirtualMedia.EjectMedia", here, body, {})

        if self.bmc.odd("media-wait-eject"):
            asyncio.get_running_loop().call_later(
                self.bmc.times["eject"], self.empty, path)

        else:
            self.empty(path)

        return self.bmc.told(204)

    def empty(self, path):
        self.bmc.tree[path].update(
            Image=None, ImageName=None, Inserted=False, WriteProtected=True,
            UserName=None, ConnectedVia="NotConnected",
            TransferProtocolType=None)
        self.bmc.touch(path)

    # accounts

    def account(self, body):
        tree = self.bmc.tree

        if self.bmc.p["accounts"]:
            raise Refused(405, "OperationNotAllowed",
                          headers={"Allow": "GET, HEAD"})

        rules = WRITABLE["ManagerAccount"]

        for key in ("UserName", "Password", "RoleId"):
            if not body.get(key):
                raise Refused(400, "PropertyMissing", key)

        for key, value in body.items():
            if key not in rules:
                raise Refused(400, "PropertyUnknown", key)

            check_value(key, rules[key], value, {})

        name = body["UserName"]

        if any(tree[m["@odata.id"]]["UserName"] == name
               for m in tree[ACCOUNTS]["Members"]):
            raise Refused(400, "ResourceAlreadyExists", "UserName", name)

        if len(body["Password"]) < 6:
            raise Refused(400, "PropertyValueFormatError", "Password",
                          "******")

        if len(tree[ACCOUNTS]["Members"]) >= 16:
            raise Refused(400, "CreateLimitReachedForResource")

        path = "%s/%s" % (ACCOUNTS, name)
        self.bmc.sessions.account(path, name, body["Password"],
                                  body["RoleId"])
        tree[path]["Enabled"] = body.get("Enabled", True)
        self.bmc.touch(path, ACCOUNTS)
        return 201, tree[path], {"Location": path}

    def delete(self, path, account):
        bmc = self.bmc
        here = bmc.tree[path]
        kind = kind_of(here)

        if kind == "Session":
            bmc.sessions.close(path, account)

        elif kind == "ManagerAccount" and not bmc.p["accounts"]:
            if path == account:
                raise Refused(400, "ResourceInUse")

            bmc.tree.leave(path)
            bmc.sessions.passwords.pop(path, None)
            bmc.sessions.forget_basic()
            bmc.touch(path, ACCOUNTS)

        elif kind == "Task":
            bmc.tree.leave(path)
            bmc.touch(path, TASKS)

        else:
            bmc.refuse_method(path)

        return 204, None, {}

    # tasks

    def task(self, name):
        bmc = self.bmc
        self.tasks += 1
        ident = str(self.tasks)
        path, monitor = TASKS + "/" + ident, MONITORS + "/" + ident
        state = "New" if bmc.odd("task-state-new") else "Running"
        bmc.tree.add(path, "Task", name, TaskState=state, TaskStatus="OK",
                     TaskMonitor=monitor, PercentComplete=0,
                     StartTime="2026-11-21T08:00:00Z", Messages=[])
        bmc.tree.join(path)
        self.ended[monitor] = None
        self.forget()
        loop = asyncio.get_running_loop()

        if bmc.odd("task-retry-404"):
            self.hidden[path] = loop.time() + bmc.times["hidden"]

        if state == "New":
            loop.call_later(bmc.times["task"] / 2, self.tell, path,
                            {"TaskState": "Running", "PercentComplete": 50})

        loop.call_later(bmc.times["task"], self.end, path, monitor,
                        self.fail)
        self.fail = None
        bmc.touch(path, TASKS)

        body = (at(path) if path in self.hidden else dict(bmc.tree[path]))
        return 202, body, {"Location": monitor, "Retry-After": "1"}

    def forget(self):
        """the oldest, when there are many"""

        while len(self.bmc.tree[TASKS]["Members"]) > TASKS_MAX:
            path = self.bmc.tree[TASKS]["Members"][0]["@odata.id"]
            self.bmc.tree.leave(path)
            self.bmc.touch(path)
            self.hidden.pop(path, None)
            self.ended.pop("%s/%s" % (MONITORS, last(path)), None)

    def tell(self, path, words):
        if path in self.bmc.tree:
            self.bmc.tree[path].update(words)
            self.bmc.touch(path)

    def end(self, path, monitor, fail):
        if fail is None:
            words = {"TaskState": "Completed"}

        else:
            words = {"TaskState": "Exception", "TaskStatus": "Critical",
                     "Messages": [{"MessageId": "Base.1.13.GeneralError",
                                   "Message": fail}]}

        self.tell(path, dict(words, PercentComplete=100,
                             EndTime="2026-11-21T08:00:01Z"))

        if monitor in self.ended:
            self.ended[monitor] = path

    def is_hidden(self, path):
        path = path.replace("/TaskMonitors/", "/Tasks/")
        return (self.hidden.get(path, 0)
                > asyncio.get_running_loop().time())

    def monitor(self, path):
        """a look at it"""

        if path not in self.ended:
            return None

        task = TASKS + "/" + last(path)
        ended = self.ended[path]

        if ended is None:
            return 202, self.bmc.tree[task], {"Location": path,
                                              "Retry-After": "1"}

        del self.ended[path]

        if self.bmc.odd("task-not-monitor"):
            self.bmc.tree.leave(task)
            self.bmc.touch(task, TASKS)
            return None

        if self.bmc.tree[task]["TaskState"] == "Exception":
            return 500, {"error": {
                "code": "Base.1.13.GeneralError",
                "message": self.bmc.tree[task]["Messages"][0]["Message"],
                "@Message.ExtendedInfo":
                    self.bmc.tree[task]["Messages"]}}, {}

        return 204, None, {}
