"""The resources of a Redfish BMC: a dictionary of dictionaries by path."""

import uuid

V1 = "/redfish/v1"

SCHEMA = {
    "AccountService": "v1_10_0", "Assembly": "v1_4_0", "Bios": "v1_2_0",
    "BootOption": "v1_0_4",
    "Chassis": "v1_19_0", "ComputerSystem": "v1_16_0",
    "EnvironmentMetrics": "v1_2_0", "EthernetInterface": "v1_8_0",
    "Fan": "v1_2_0", "LogEntry": "v1_11_0", "LogService": "v1_3_0",
    "Manager": "v1_14_0", "ManagerAccount": "v1_8_0",
    "ManagerNetworkProtocol": "v1_8_0", "Memory": "v1_14_0",
    "Power": "v1_7_1", "PowerSubsystem": "v1_1_0", "PowerSupply": "v1_3_0",
    "PowerSupplyMetrics": "v1_0_1", "Processor": "v1_14_0",
    "Role": "v1_3_1", "Sensor": "v1_5_0", "ServiceRoot": "v1_11_0",
    "Session": "v1_4_0", "SessionService": "v1_1_8", "Task": "v1_5_1",
    "TaskService": "v1_2_0", "Thermal": "v1_7_0",
    "ThermalMetrics": "v1_0_1", "ThermalSubsystem": "v1_0_0",
    "VirtualMedia": "v1_4_0"}

OK = {"State": "Enabled", "Health": "OK"}

ROLES = {
    "Administrator": ("Login", "ConfigureManager", "ConfigureUsers",
                      "ConfigureSelf", "ConfigureComponents"),
    "Operator": ("Login", "ConfigureSelf", "ConfigureComponents"),
    "ReadOnly": ("Login", "ConfigureSelf")}


def at(path):
    return {"@odata.id": path}


def last(path):
    return path.rpartition("/")[2]


def bmc_uuid(name, of):
    """a version 1 UUID, the same for the same name"""

    digest = uuid.uuid5(uuid.NAMESPACE_DNS, name + "." + of).bytes
    node = 0x9418820000 << 8 | digest[15]

    # of 2021

    return str(uuid.UUID(fields=(int.from_bytes(digest[:4], "big"), 0x6b5e,
                                 0x11ec, 0x9f, 0x2e, node)))


class Tree(dict):

    def add(self, path, kind, name, **more):
        self[path] = {
            "@odata.id": path,
            "@odata.type": "#%s.%s.%s" % (kind, SCHEMA[kind], kind),
            "Id": last(path.rstrip("/")), "Name": name, **more}
        return self[path]

    def collection(self, path, kind, name, members=()):
        self[path] = {
            "@odata.id": path,
            "@odata.type": "#%sCollection.%sCollection" % (kind, kind),
            "Name": name, "Members": [at(m) for m in members],
            "Members@odata.count": len(members)}
        return at(path)

    def join(self, path):
        """a new one, of the collection above it"""

        top = self[path.rpartition("/")[0]]
        top["Members"].append(at(path))
        top["Members@odata.count"] = len(top["Members"])

    def leave(self, path):
        top = self[path.rpartition("/")[0]]
        top["Members"] = [m for m in top["Members"]
                          if m["@odata.id"] != path]
        top["Members@odata.count"] = len(top["Members"])
        del self[path]


def actions(path, **parameters):
    """Type_Action=(what its parameter may be) makes Actions"""

    made = {}

    for name, allowed in parameters.items():
        name = name.replace("_", ".")
        made["#" + name] = {"target": "%s/Actions/%s" % (path, name)}

        for key, values in (allowed or {}).items():
            made["#" + name][key + "@Redfish.AllowableValues"] = list(values)

    return made


def led(p, where):
    which = p["leds"][where]
    both = {"IndicatorLED": "Off", "LocationIndicatorActive": False}
    return both if which == "both" else {k: v for k, v in both.items()
                                         if k == which}


def root(t, p, name):
    more = {}

    if p["service"]:
        more["Vendor"] = p["service"]

    if p["oem"]:
        more["Oem"] = {p["oem"]: {}}

    t.add(V1 + "/", "ServiceRoot", "Root Service",
          RedfishVersion="1.13.0", UUID=bmc_uuid(name, "service"),
          Systems=at(V1 + "/Systems"), Chassis=at(V1 + "/Chassis"),
          Managers=at(V1 + "/Managers"), Tasks=at(V1 + "/TaskService"),
          SessionService=at(V1 + "/SessionService"),
          AccountService=at(V1 + "/AccountService"),
          Links={"Sessions": at(V1 + "/SessionService/Sessions")},
          ProtocolFeaturesSupported={
              "ExpandQuery": {"ExpandAll": p["expand"], "Links": p["expand"],
                              "NoLinks": p["expand"], "Levels": p["expand"],
                              **({"MaxLevels": 3} if p["expand"] else {})},
              "SelectQuery": False, "FilterQuery": False,
              "OnlyMemberQuery": True, "ExcerptQuery": False}, **more)
    t[V1 + "/"]["Id"] = "RootService"


def services(t, p):
    sessions = V1 + "/SessionService"
    t.add(sessions, "SessionService", "Session Service",
          ServiceEnabled=True, SessionTimeout=p["idle"], Status=OK,
          Sessions=at(sessions + "/Sessions"))
    t.collection(sessions + "/Sessions", "Session", "Sessions")

    tasks = V1 + "/TaskService"
    t.add(tasks, "TaskService", "Tasks", ServiceEnabled=True, Status=OK,
          CompletedTaskOverWritePolicy="Oldest",
          LifeCycleEventOnTaskStateChange=False, Tasks=at(tasks + "/Tasks"))
    t.collection(tasks + "/Tasks", "Task", "Tasks")

    accounts = V1 + "/AccountService"
    t.add(accounts, "AccountService", "Accounts", ServiceEnabled=True,
          Status=OK, MinPasswordLength=6, MaxPasswordLength=40,
          Accounts=at(accounts + "/Accounts"), Roles=at(accounts + "/Roles"))
    t.collection(accounts + "/Accounts", "ManagerAccount", "Accounts")
    roles = ["%s/Roles/%s" % (accounts, r) for r in ROLES]
    t.collection(accounts + "/Roles", "Role", "Roles", roles)

    for path in roles:
        t.add(path, "Role", last(path) + " role", RoleId=last(path),
              IsPredefined=True, AssignedPrivileges=list(ROLES[last(path)]))


# what is first, and what a BMC that restores it goes back to

BOOT_ORDER = ("Boot0001", "Boot0000", "Boot0002")


def boot(t, p, path):
    options = [path + "/BootOptions/Boot000%d" % i for i in range(3)]
    t.collection(path + "/BootOptions", "BootOption", "Boot options",
                 options)

    for option, name, device in zip(
            options, ("PXE Device 1: Embedded NIC 1 Port 1", "debian",
                      "Virtual optical drive"),
            ("PciRoot(0x0)/Pci(0x1C,0x0)/MAC(EC2A72000001,0x1)",
             "HD(1,GPT,0F6A5C2A,0x800,0x100000)/\\EFI\\debian\\shimx64.efi",
             "PciRoot(0x0)/Pci(0x14,0x0)/USB(0xD,0x0)/CDROM(0x1)")):
        t.add(option, "BootOption", name, DisplayName=name,
              BootOptionReference=last(option), BootOptionEnabled=True,
              UefiDevicePath=device)

    return {
        "BootSourceOverrideEnabled": "Disabled",
        "BootSourceOverrideEnabled@Redfish.AllowableValues": [
            "Disabled", "Once", "Continuous"],
        "BootSourceOverrideTarget": "None",
        "BootSourceOverrideTarget@Redfish.AllowableValues":
            list(p["targets"]),
        "BootSourceOverrideMode": p["modes"][0],
        "BootSourceOverrideMode@Redfish.AllowableValues": list(p["modes"]),
        "BootOrder": list(BOOT_ORDER),
        "BootOptions": at(path + "/BootOptions")}


def mixed(text):
    """the UUID that is read when its first fields are little-endian"""

    return str(uuid.UUID(bytes=uuid.UUID(text).bytes_le))


def system(t, p, name, ident, faults):
    path = "%s/Systems/%s" % (V1, ident)
    chassis = [at("%s/Chassis/%s" % (V1, c))
               for c in (p["chassis"], *p["enclosures"])]
    manager = "%s/Managers/%s" % (V1, p["manager"])
    n = p["systems"].index(ident) + 1
    me = bmc_uuid(name, ident)

    if "no-managed-by" in faults:
        manager += "0"

    t.add(path, "ComputerSystem", "System", SystemType="Physical",
          Manufacturer=p["manufacturer"], Model=p["model"], SKU=p["sku"],
          SerialNumber="S%s%d" % (name.upper(), n), PartNumber="PN-1",
          AssetTag="", HostName="host-%s-%d" % (name, n),
          UUID=mixed(me) if "uuid-mixed" in faults else me,
          BiosVersion=p["bios"], PowerState="On", Status=dict(OK),
          PowerRestorePolicy="LastState", **led(p, "System"),
          Boot=boot(t, p, path),
          ProcessorSummary={"Count": 2, "Model": "Xeon Gold 6130",
                            "Status": dict(OK)},
          MemorySummary={"TotalSystemMemoryGiB": 64, "Status": dict(OK)},
          Processors=at(path + "/Processors"), Memory=at(path + "/Memory"),
          Links={"Chassis": chassis, "ManagedBy": [at(manager)]},
          Actions=actions(path, ComputerSystem_Reset={
              "ResetType": p["resets"]}))

    if p["settings"]:
        t[path]["@Redfish.Settings"] = {
            "@odata.type": "#Settings.v1_3_5.Settings",
            "SettingsObject": at(path + "/Settings")}
        t.add(path + "/Settings", "ComputerSystem", "Settings",
              Boot={})

    cpus = [path + "/Processors/CPU%d" % i for i in (1, 2)]
    t.collection(path + "/Processors", "Processor", "Processors", cpus)

    for cpu in cpus:
        t.add(cpu, "Processor", "Processor", ProcessorType="CPU",
              Socket=last(cpu), Manufacturer="Intel(R) Corporation",
              Model="Intel(R) Xeon(R) Gold 6130", TotalCores=16,
              TotalThreads=32, MaxSpeedMHz=3700, Status=dict(OK))

    dimms = [path + "/Memory/DIMM%d" % i for i in (1, 2)]
    t.collection(path + "/Memory", "Memory", "Memory", dimms)

    for i, dimm in enumerate(dimms):
        t.add(dimm, "Memory", "DIMM A%d" % (i + 1), CapacityMiB=32768,
              DeviceLocator="P%d-DIMMA1" % (i + 1), Manufacturer="Samsung",
              PartNumber="M393A4K40DB3-CWE", MemoryDeviceType="DDR4",
              SerialNumber="D%s%d" % (name.upper(), i), Status=dict(OK))

    return path


def manager(t, p, name, address, systems):
    path = "%s/Managers/%s" % (V1, p["manager"])
    chassis = at("%s/Chassis/%s" % (V1, p["chassis"]))
    links = {"ManagerForServers": [at(s) for s in systems],
             "ManagerForChassis": [chassis]}

    if p["attributes"]:
        dell = "%s/%s" % (path, p["attributes"])
        t[dell] = dict(at(dell), Id=last(dell), Name="Attributes",
                       Attributes={"ServerBoot.1.FirstBootDevice": "Normal",
                                   "ServerBoot.1.BootOnce": "Disabled"})
        t[dell]["@odata.type"] = "#DellAttributes.v1_0_0.DellAttributes"

        # where it is not linked, it is where it always was

        if p["attributes"] != "Attributes":
            links["Oem"] = {"Dell": {"DellAttributes": [at(dell)]}}

    t.add(path, "Manager", "Manager", ManagerType="BMC",
          FirmwareVersion=p["firmware"], Model=p["model"],
          Manufacturer=p["manufacturer"], UUID=bmc_uuid(name, "manager"),
          DateTime="2026-11-21T08:00:00Z", DateTimeLocalOffset="+00:00",
          PowerState="On", Status=dict(OK), Links=links,
          NetworkProtocol=at(path + "/NetworkProtocol"),
          EthernetInterfaces=at(path + "/EthernetInterfaces"),
          Actions=actions(path, Manager_Reset={
              "ResetType": p["restarts"]}))
    t.add(path + "/NetworkProtocol", "ManagerNetworkProtocol", "Protocols",
          HostName=name, HTTPS={"ProtocolEnabled": True, "Port": 443},
          IPMI={"ProtocolEnabled": True, "Port": 623}, Status=dict(OK))

    top = path + "/EthernetInterfaces"
    t.collection(top, "EthernetInterface", "Interfaces",
                 ["%s/%s" % (top, port) for port, *_ in p["ports"]])

    for port, mac, *own in p["ports"]:
        t.add("%s/%s" % (top, port), "EthernetInterface", "BMC's port",
              InterfaceEnabled=True, MACAddress=mac,
              PermanentMACAddress=mac, SpeedMbps=1000, FullDuplex=True,
              LinkStatus="LinkUp", HostName=name, Status=dict(OK),
              IPv4Addresses=[{
                  "Address": own[0] if own else address,
                  "SubnetMask": "255.0.0.0",
                  "AddressOrigin": "Static", "Gateway": "127.0.0.254"}],
              IPv6Addresses=[], NameServers=[],
              VLAN={"VLANEnable": True, "VLANId": 12})

    return path


def media(t, p, where, patched):
    top = where + "/VirtualMedia"
    t.collection(top, "VirtualMedia", "Virtual media",
                 ["%s/%s" % (top, s) for s in p["slots"]])

    for slot, types in p["slots"].items():
        path = "%s/%s" % (top, slot)
        t.add(path, "VirtualMedia", "Virtual " + types[0],
              MediaTypes=list(types), Image=None, ImageName=None,
              Inserted=False, WriteProtected=True, UserName=None,
              Password=None, ConnectedVia="NotConnected",
              TransferProtocolType=None)

        if not patched:
            t[path]["Actions"] = actions(
                path, VirtualMedia_InsertMedia=None,
                VirtualMedia_EjectMedia=None)


def log(t, path):
    t.add(path, "LogService", "Log " + last(path), LogEntryType="Event",
          ServiceEnabled=True, OverWritePolicy="WrapsWhenFull",
          MaxNumberOfRecords=1000, Entries=at(path + "/Entries"),
          Status=dict(OK),
          Actions=actions(path, LogService_ClearLog=None))
    t.collection(path + "/Entries", "LogEntry", "Entries")


ENTRIES = (
    ("2026-11-20T22:14:05Z", "OK", "Deassert",
     "System Board SEL: event log was cleared"),
    ("2026-11-20T22:20:41Z", "Warning", "Assert",
     "CPU 1 temperature is above its upper warning threshold"),
    ("2026-11-20T22:21:09Z", "OK", "Deassert",
     "CPU 1 temperature is within its range again"),
    ("2026-11-21T03:00:12Z", "Critical", "Assert",
     "Power supply 2 lost its input"))


def entry(t, log_path, number, created, severity, code, message):
    path = "%s/Entries/%d" % (log_path, number)
    t.add(path, "LogEntry", "Entry %d" % number, EntryType="SEL",
          Created=created, Severity=severity, EntryCode=code,
          Message=message)
    t.join(path)
    return path
