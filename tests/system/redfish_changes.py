"""What may be changed with PATCH, and what follows from it."""

from redfish_errors import Refused
from redfish_tree import BOOT_ORDER, V1

LEDS = ("Off", "Lit", "Blinking")

BOOT = {
    "BootSourceOverrideEnabled": ("Disabled", "Once", "Continuous"),
    "BootSourceOverrideTarget": str, "BootSourceOverrideMode": str,
    "BootOrder": list, "UefiTargetBootSourceOverride": str,
    "HttpBootUri": str, "BootNext": str}

WRITABLE = {
    "ComputerSystem": {
        "AssetTag": str, "HostName": str, "IndicatorLED": LEDS,
        "LocationIndicatorActive": bool, "Boot": BOOT,
        "PowerRestorePolicy": ("AlwaysOn", "AlwaysOff", "LastState")},
    "Chassis": {"AssetTag": str, "IndicatorLED": LEDS,
                "LocationIndicatorActive": bool},
    "Manager": {"DateTime": str, "DateTimeLocalOffset": str},
    "ManagerAccount": {"UserName": str, "Password": str, "Enabled": bool,
                       "RoleId": ("Administrator", "Operator", "ReadOnly"),
                       "Locked": bool},
    "SessionService": {"SessionTimeout": int, "ServiceEnabled": bool},
    "EthernetInterface": {"HostName": str, "InterfaceEnabled": bool},
    "VirtualMedia": {
        "Image": str, "Inserted": bool, "WriteProtected": bool,
        "UserName": str, "Password": str,
        "TransferProtocolType": str, "TransferMethod": str},
    "DellAttributes": {"Attributes": dict}}

NULLS = ("Image", "UserName", "Password")


def kind_of(resource):
    return resource["@odata.type"].rpartition(".")[2]


def check_value(key, rule, value, here):
    allowed = here.get(key + "@Redfish.AllowableValues", rule)

    if value is None and key in NULLS:
        return

    if isinstance(rule, dict):
        if not isinstance(value, dict):
            raise Refused(400, "PropertyValueTypeError", key, value)

        check(here[key], rule, value)

    elif isinstance(allowed, (tuple, list)):
        if value not in allowed:
            raise Refused(400, "PropertyValueNotInList", key, value)

    elif (not isinstance(value, rule)
          or (rule is int and isinstance(value, bool))):
        raise Refused(400, "PropertyValueTypeError", key, value)


def check(here, rules, body):
    """each is known, may be written, and has a value that it can have"""

    for key, value in body.items():
        if key.startswith("@odata."):
            continue

        if key in rules and key in here:
            check_value(key, rules[key], value, here)

        elif key in here:
            raise Refused(400, "PropertyNotWritable", key)

        else:
            raise Refused(400, "PropertyUnknown", key)


def merge(into, body):
    for key, value in body.items():
        if key.startswith("@odata."):
            continue

        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)

        else:
            into[key] = value


class Changes:
    """of one BMC; each function is of a type of resource"""

    def __init__(self, bmc):
        self.bmc = bmc

    def patch(self, path, body):
        here = self.bmc.tree[path]
        kind = kind_of(here)

        if kind not in WRITABLE:
            raise Refused(405, "OperationNotAllowed",
                          headers={"Allow": "GET, HEAD"})

        if not body:
            raise Refused(400, "UnrecognizedRequestBody")

        special = getattr(self, kind.lower(), self.ordinary)
        special(path, here, body)
        self.bmc.touch(path)

    def ordinary(self, path, here, body):
        check(here, WRITABLE[kind_of(here)], body)
        merge(here, body)

    def dellattributes(self, path, here, body):
        attributes = body.get("Attributes")

        if not isinstance(attributes, dict):
            raise Refused(400, "PropertyMissing", "Attributes")

        check(here["Attributes"], dict.fromkeys(here["Attributes"], str),
              attributes)
        merge(here, body)

    # the LED is one, whoever tells of it

    def light(self, body):
        if "IndicatorLED" in body:
            lit, how = body["IndicatorLED"] != "Off", body["IndicatorLED"]

        elif "LocationIndicatorActive" in body:
            lit = body["LocationIndicatorActive"]
            how = "Blinking" if lit else "Off"

        else:
            return

        for path, resource in self.bmc.tree.items():
            for key, value in (("IndicatorLED", how),
                               ("LocationIndicatorActive", lit)):
                if key in resource:
                    resource[key] = value
                    self.bmc.touch(path)

    def chassis(self, path, here, body):
        if "IndicatorLED" in body and self.bmc.odd("led-on-system"):
            raise Refused(400, "PropertyValueFormatError", "IndicatorLED",
                          body["IndicatorLED"])

        self.ordinary(path, here, body)
        self.light(body)

    # boot

    def computersystem(self, path, here, body):
        settings = path.endswith("/Settings")
        boot = body.get("Boot")

        if settings:
            path = path.rpartition("/")[0]
            here = self.bmc.tree[path]

        if boot is not None:
            if not settings and self.bmc.odd("boot-settings"):
                raise Refused(400, "PropertyNotWritable", "Boot")

            if self.bmc.odd("during-post"):
                raise Refused(400, "iLO.2.14.UnableToModifyDuringSystemPOST",
                              "Boot")

        check(here, WRITABLE["ComputerSystem"], body)

        if boot:
            body = dict(body, Boot=self.boot(here["Boot"], boot))
            self.bmc.machines[path].kept = 0

        merge(here, body)
        self.light(body)
        self.bmc.touch(path)

    def boot(self, here, boot):
        """what is made of it"""

        bmc = self.bmc
        override = {k for k in boot if k.startswith("BootSourceOverride")}

        if len(boot) > 2 and bmc.odd("boot-minimal"):
            raise Refused(400, "PropertyValueConflict",
                          "BootSourceOverrideMode", "others")

        if override and len(override) < 3 and bmc.odd("boot-full"):
            return {}

        if (any(here.get(k) == v for k, v in boot.items())
                and bmc.odd("boot-only-changes")):
            bmc.restored += 1
            boot = dict(boot, BootOrder=list(BOOT_ORDER))

        if ("BootSourceOverrideTarget" in boot
                and "BootSourceOverrideEnabled" not in boot
                and bmc.odd("boot-send-enabled")):
            boot = dict(boot, BootSourceOverrideEnabled="Once")

        if ("BootSourceOverrideTarget" in boot
                and "BootSourceOverrideMode" not in boot
                and bmc.odd("boot-resend-mode")):
            boot = dict(boot, BootSourceOverrideMode="Legacy")

        order = boot.get("BootOrder")

        if order is not None and sorted(order) != sorted(here["BootOrder"]):
            raise Refused(400, "PropertyValueConflict", "BootOrder",
                          "unknown options")

        if boot.get("BootSourceOverrideEnabled") == "Disabled":
            boot = dict(boot, BootSourceOverrideTarget="None")

        elif boot.get("BootSourceOverrideTarget") == "None":
            boot = dict(boot, BootSourceOverrideEnabled="Disabled")

        return boot

    # media, for who has no actions

    def virtualmedia(self, path, here, body):
        if "Actions" in here:
            raise Refused(405, "OperationNotAllowed",
                          headers={"Allow": "GET, HEAD"})

        check(here, WRITABLE["VirtualMedia"], body)

        if body.get("Image"):
            self.bmc.actions.hold(path, body)

        elif "Image" in body or body.get("Inserted") is False:
            self.bmc.actions.empty(path)

    # accounts

    def manageraccount(self, path, here, body):
        check(here, WRITABLE["ManagerAccount"], body)
        sessions = self.bmc.sessions
        name = body.get("UserName")

        if name and any(a["UserName"] == name for p, a in
                        self.bmc.tree.items() if p != path
                        and p.startswith(V1 + "/AccountService/Accounts/")):
            raise Refused(400, "ResourceAlreadyExists", "UserName", name)

        if "Password" in body:
            if not body["Password"] or len(body["Password"]) < 6:
                raise Refused(400, "PropertyValueFormatError", "Password",
                              "******")

            sessions.passwords[path] = body["Password"]

        merge(here, {k: v for k, v in body.items() if k != "Password"})

        # an empty slot is nobody's

        if not here["UserName"]:
            here["Enabled"] = False
            sessions.passwords[path] = None

        sessions.role(path)
        sessions.forget_basic()
