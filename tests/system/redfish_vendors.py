"""Redfish BMCs that are not alike: what each says of itself, and which
faults it has.  A fault is named after the quirk that copes with it."""

# what a fault of redfish_faults is not: words of a personality

PLAIN = {
    "service": "Contoso",            # Vendor of the root; None: it has none
    "oem": None,                     # key of Oem in the root
    "manufacturer": "Contoso", "model": "X1", "firmware": "9.0",
    "bios": "1.2.3", "sku": "CX-1",
    "registry": "Base.1.13",         # of its messages' ids
    "systems": ("1",), "chassis": "1", "manager": "1",
    "sessions": 16, "idle": 1800,
    "full": (503, "SessionLimitExceeded"),
    "expand": False, "pages": False,     # $expand; $top and $skip
    "etag": "strong",                # weak, empty, none
    "readings": ("modern", "legacy"),
    "more": (),                      # sensors, as in redfish_readings
    "enclosures": {},                # chassis with nothing but sensors
    "supply": {"Name": "Power Supply {}", "Manufacturer": "Delta",
               "Model": "DPS-800AB"},
    "watts": ("PowerInputWatts", "LastPowerOutputWatts"),
    "supplied": 2,                   # of as many bays
    "board": None,                   # of its Assembly
    "leds": {"System": "IndicatorLED", "Chassis": "LocationIndicatorActive"},
    "resets": ("On", "ForceOff", "GracefulShutdown", "GracefulRestart",
               "ForceRestart", "Nmi", "PowerCycle"),
    "restarts": ("GracefulRestart", "ForceRestart"),     # of the BMC
    "targets": ("None", "Pxe", "Hdd", "Cd", "Usb", "BiosSetup", "Diags",
                "UefiHttp"),
    "modes": ("UEFI", "Legacy"),
    "settings": False,
    "media": ("Manager",), "action": True,
    "slots": {"CD": ("CD", "DVD"), "USB": ("USBStick", "Floppy")},
    "logs": {"System": ("SEL",), "Manager": ("Event",)},
    "page": 50, "whole": True,       # of log entries: with their collection
    "accounts": 0,                   # fixed slots; 0: made and deleted
    "changed": 200,                  # a PATCH; "told": 200 and a message
    "reset": 204,                    # 202: a task
    "again": None,                   # a power state that it has already
    "shows": False,                  # PoweringOn and PoweringOff
    "attributes": None,              # Dell's, below its Manager
    "ports": (("1", "94:18:82:aa:bb:01"),),  # and an address, if another
    "faults": ()}


def vendor(**words):
    return dict(PLAIN, **words)


DELL = vendor(
    service="Dell", oem="Dell", manufacturer="Dell Inc.",
    model="PowerEdge R650", firmware="6.10.80.00", bios="1.12.1",
    registry="Base.1.12", systems=("System.Embedded.1",),
    chassis="System.Embedded.1", manager="iDRAC.Embedded.1",
    sessions=8, full=(503, "IDRAC.2.8.RAC0218"), expand=True, pages=True,
    readings=("modern", "legacy"), more=(
        ("ps1v", "PS1 Voltage 1", "Voltage", "V", "PowerSupply", 230.5,
         230.5, {}, {"State": "Enabled", "Health": "Critical"}),
        ("ps2i", "PS2 Current 2", "Current", "A", "PowerSupply", None, None,
         {}, {"State": "Enabled", "Health": None})),
    supply={"Name": "PS{} Status", "Manufacturer": "DELL",
            "Model": "PWR SPLY,750W,RDNT,DELTA", "PartNumber": "0V1YJ6"},
    board={"PhysicalContext": "SystemBoard", "Model": "PWA,PLN,R650",
           "PartNumber": "06WXJT", "SerialNumber": "CNIVC00"},
    leds={"System": "both", "Chassis": "both"},
    resets=("On", "ForceOff", "ForceRestart", "GracefulRestart",
            "GracefulShutdown", "PushPowerButton", "Nmi", "PowerCycle"),
    targets=("None", "Pxe", "Floppy", "Cd", "Hdd", "BiosSetup", "Utilities",
             "UefiTarget", "SDCard", "UefiHttp"),
    settings=True, attributes="Oem/Dell/DellAttributes/iDRAC.Embedded.1",
    slots={"CD": ("CD", "DVD"), "RemovableDisk": ("USBStick",)},
    logs={"Manager": ("Sel", "Lclog", "FaultList")}, accounts=16,
    again=(409, "IDRAC.2.8.PSU501"), changed="told",
    ports=(("NIC.1", "ec:2a:72:00:00:01"),),
    faults=("restart-is-hard", "task-state-new", "task-retry-404",
            "media-wait-eject", "media-boot-dell"))

IDRAC10 = dict(
    DELL, model="PowerEdge R670", firmware="1.20.50.50", bios="1.4.1",
    media=("System",), slots={"1": ("CD", "DVD"), "2": ("USBStick",)},
    faults=("boot-settings", "media-on-system", "power-retry-conflict",
            "media-wait-eject", "task-state-new", "media-boot-dell"))

IDRAC8 = dict(
    DELL, model="PowerEdge R630", firmware="2.75.75.75", bios="2.13.0",
    readings=("legacy",), expand=False, attributes="Attributes",
    faults=("boot-order-for-disk", "restart-is-hard", "media-boot-dell"))

HPE = vendor(
    service="HPE", oem="Hpe", manufacturer="HPE",
    model="ProLiant DL360 Gen10", firmware="iLO 5 v2.78",
    bios="U32 v2.76 (02/09/2023)", sku="867959-B21", registry="Base.1.4",
    sessions=12, expand=True, etag="weak", readings=("legacy",),
    more=(
        ("ambient", "01-Inlet Ambient", "Temperature", "Cel", "Intake", 21,
         21, {"UpperCritical": 42, "UpperFatal": 47}),
        ("cpu3", "02-CPU 3", "Temperature", "Cel", "CPU", 40, None,
         {"UpperCritical": 70, "UpperFatal": 0},
         {"State": "Enabled", "Health": "Warning"}),
        ("cpu4", "03-CPU 4", "Temperature", "Cel", "CPU", None, None,
         {"UpperCritical": 0}),
        ("fan3", "Fan 3", "Rotational", "Percent", "SystemBoard", 14, None,
         {}, {"State": "Enabled", "Health": "Critical"})),
    supply={"Name": "HpeServerPowerSupply", "Manufacturer": "LTEON",
            "Model": "865414-B21"},
    watts=("LastPowerOutputWatts",), supplied=1,
    leds={"System": "IndicatorLED", "Chassis": "IndicatorLED"},
    resets=("On", "ForceOff", "GracefulShutdown", "ForceRestart", "Nmi",
            "PushPowerButton", "GracefulRestart"),
    targets=("None", "Cd", "Hdd", "Usb", "SDCard", "Utilities", "Diags",
             "BiosSetup", "Pxe", "UefiShell", "UefiHttp", "UefiTarget"),
    slots={"1": ("Floppy", "USBStick"), "2": ("CD", "DVD")},
    logs={"System": ("IML",), "Manager": ("IEL",)}, whole=False,
    changed="told", reset="told",
    again=(400, "iLO.2.14.InvalidOperationForSystemState"),
    faults=("media-eject-body", "any-encoding"))

DL160 = dict(HPE, model="ProLiant DL160 Gen10",
             faults=HPE["faults"] + ("boot-minimal",))

EX235A = dict(HPE, model="Cray EX235a", faults=("slow-power",))

LENOVO = vendor(
    service="Lenovo", oem="Lenovo", manufacturer="Lenovo",
    model="ThinkSystem SR650 V2", firmware="CDI3A4G 4.11",
    bios="AFE128G-3.10", registry="Base.1.12", sessions=16, expand=True,
    leds={"System": "both", "Chassis": "both"}, media=("Manager",),
    action=False, slots={"EXT1": ("CD", "DVD", "USBStick"),
                         "EXT2": ("CD", "DVD", "USBStick")},
    logs={"System": ("PlatformLog", "AuditLog"), "Manager": ()},
    accounts=12, reset=202,
    faults=("media-patch", "task-not-monitor", "boot-only-changes"))

SR655 = dict(LENOVO, model="ThinkSystem SR655", firmware="AMBT30M-2.23",
             action=True, reset=204, etag="strong",
             faults=("etag-required",))

SD530 = dict(LENOVO, model="ThinkSystem SD530", reset=204,
             faults=("media-patch", "media-send-inserted"))

SD665N = dict(LENOVO, model="ThinkSystem SD665-N V3",
              leds={"System": "IndicatorLED", "Chassis": "IndicatorLED"},
              faults=LENOVO["faults"] + ("led-on-system",))

SUPERMICRO = vendor(
    service="Supermicro", oem="Supermicro", manufacturer="Supermicro",
    model="SYS-220U-TNR", firmware="01.02.36", bios="1.4",
    registry="Base.1.10", readings=("legacy",), etag="weak",
    leds={"System": "IndicatorLED", "Chassis": "IndicatorLED"},
    resets=("On", "ForceOff", "GracefulShutdown", "GracefulRestart",
            "ForceRestart", "Nmi", "ForceOn"),
    targets=("None", "Pxe", "Floppy", "Cd", "Usb", "Hdd", "BiosSetup",
             "UsbCd", "UefiBootNext", "UefiHttp"),
    slots={"CD1": ("CD", "DVD")}, logs={"System": ("Log1",),
                                        "Manager": ("Log1",)},
    faults=("boot-send-enabled", "boot-resend-mode", "media-usb-cd",
            "media-image-only", "media-plain-url", "uuid-mixed"))

ARS111GL = dict(
    SUPERMICRO, model="ARS-111GL-NHR",
    targets=tuple(t for t in SUPERMICRO["targets"] if t != "UsbCd"),
    faults=tuple(f for f in SUPERMICRO["faults"] if f != "media-usb-cd"))

AMI = vendor(
    service="AMI", oem="Ami", manufacturer="American Megatrends",
    model="MegaRAC SP-X", firmware="13.03", registry="Base.1.8",
    systems=("Self",), chassis="Self", manager="Self", pages=True,
    readings=("legacy",), etag="weak",
    leds={"System": "IndicatorLED", "Chassis": "IndicatorLED"},
    logs={"System": ("BIOS",), "Manager": ("SEL", "EventLog")},
    changed=204, faults=("boot-full",))

ASROCK = dict(
    AMI, service="AMI", manufacturer="ASRockRack", model="ROMED8-2T",
    firmware="01.29.00", faults=("boot-full", "power-by-ipmi"))

OPENBMC = vendor(
    service="OpenBMC", manufacturer="OpenBMC", model="Witherspoon",
    firmware="2.14.0", registry="Base.1.13", systems=("system",),
    chassis="chassis", manager="bmc", sessions=64, idle=1800, pages=False,
    etag="none", readings=("modern",), more=(
        ("total_power", "total_power", "Power", "W", None, 141.25, 12, {}),
        ("ambient", "ambient", None, "Cel", None, 22.5, 22.5,
         {"UpperCaution": 35, "UpperCritical": 40}),
        ("fan0_0", "fan0 0", None, "RPM", None, 2800, None, {}),
        ("gone", "gone", None, None, None, 1, 1, {}, {"State": "Absent"})),
    enclosures={"cage": (
        ("disk", "disk temp", None, "Cel", None, 31, 31, {},
         {"State": "Enabled", "Health": "Warning"}),)},
    leds={"System": "LocationIndicatorActive",
          "Chassis": "LocationIndicatorActive"},
    resets=("On", "ForceOff", "ForceOn", "ForceRestart", "GracefulRestart",
            "GracefulShutdown", "PowerCycle", "Nmi"),
    targets=("None", "Pxe", "Hdd", "Cd", "Diags", "BiosSetup", "Usb"),
    slots={"Slot_0": ("CD", "USBStick")},
    logs={"System": ("EventLog",), "Manager": ("Journal",)},
    changed=204, shows=True, ports=(("eth0", "02:00:00:0b:0c:01"),))

NOKIA = vendor(
    service="Nokia", manufacturer="Nokia", model="AirFrame OE20",
    firmware="3.12", systems=("Self",), chassis="Self", manager="Self",
    registry="Base.1.5", settings=True,
    faults=("boot-settings", "media-protocol"))

DGX = vendor(
    service="NVIDIA", manufacturer="NVIDIA", model="DGX A100",
    firmware="00.19.07", systems=("DGX",), chassis="DGX", manager="BMC",
    faults=("media-dummy-login",))

HUAWEI = vendor(
    service="Huawei", oem="Huawei", manufacturer="Huawei",
    model="1288H V5", firmware="6.41", etag="weak", readings=("legacy",),
    leds={"System": None, "Chassis": "IndicatorLED"},
    faults=("no-managed-by",))

PERSONALITIES = {
    "plain": PLAIN, "dell": DELL, "idrac10": IDRAC10, "idrac8": IDRAC8,
    "hpe": HPE, "dl160": DL160, "ex235a": EX235A, "lenovo": LENOVO,
    "sr655": SR655, "sd530": SD530, "sd665n": SD665N,
    "supermicro": SUPERMICRO, "ars111gl": ARS111GL, "ami": AMI,
    "asrock": ASROCK, "openbmc": OPENBMC, "nokia": NOKIA, "dgx": DGX,
    "huawei": HUAWEI}


# what a BMC with a fault does; each is a quirk's row, unless it is "later"

FAULTS = {
    "boot-send-enabled":
        "a Boot without BootSourceOverrideEnabled is for Once",
    "boot-resend-mode": "a Boot without mode is one in Legacy",
    "boot-only-changes":
        "what is set to what it is makes the firmware restore BootOrder",
    "boot-order-for-disk": "Continuous survives one boot",
    "boot-settings": "Boot of a System is read-only, that of Settings not",
    "boot-minimal": "a Boot with more than target and enabled is refused",
    "boot-full":
        "a Boot without mode, enabled and target is taken and forgotten",
    "media-usb-cd": "Cd boots from disk, UsbCd from virtual media",
    "media-image-only": "InsertMedia knows nothing but Image",
    "media-plain-url": "a URL with ? or = is taken, and nothing inserted",
    "media-patch": "no actions: PATCH of the slot",
    "media-send-inserted": "InsertMedia does not know WriteProtected, and "
        "an image without Inserted is not attached",
    "media-on-system": "media are at the System, which links to nowhere",
    "media-wait-eject": "ejected media are Inserted for a while yet",
    "media-boot-dell":
        "Cd boots from disk unless ServerBoot.1.FirstBootDevice is VCD-DVD",
    "media-eject-body": "EjectMedia without a body is refused",
    "media-protocol": "InsertMedia without TransferProtocolType is refused",
    "media-dummy-login":
        "InsertMedia without UserName and Password is refused",
    "power-retry-conflict": "On is refused soon after it was switched off",
    "restart-is-hard": "GracefulRestart asks nobody",
    "slow-power": "switching takes 6 s and 46 s",
    "power-by-ipmi": "PowerState stays what it once was",
    "task-not-monitor":
        "a look at the monitor of an ended task finds and leaves nothing",
    "task-retry-404": "a task is not found soon after it began",
    "task-state-new": "a task is New before it is Running",
    "login-basic": "there is never room for a session",
    "etag-required": "PATCH and DELETE without If-Match are refused",
    "etag-weak-refused": "ETags are weak, and refused so",
    "etag-gzip": "ETags end in -gzip, and are refused so",
    "any-encoding": "a log is not told with Accept-Encoding: identity",
    "connection-close": "a connection takes one request",
    "uuid-mixed": "three of the UUID's fields have their bytes reversed",
    "led-on-system": "the Chassis refuses its IndicatorLED",
    "no-managed-by": "ManagedBy leads to nowhere",

    # "later": every change, and what is to be asked again

    "not-ready": "later: SYS518",
    "wrong-state": "later: InvalidOperationForSystemState",
    "during-post": "later: Boot, UnableToModifyDuringSystemPOST",
    "unavailable": "later: ServiceTemporarilyUnavailable"}
