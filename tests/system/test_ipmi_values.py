"""What bmcctl says of an IPMI BMC is what ipmitool says of it."""

import calendar
import re
import struct

import pytest

from conftest import environment, run
from ipmi_rig import Sim

# degrees C, Volts, Amps, Watts, RPM

CELSIUS, VOLTS, AMPS, WATTS, RPM = 1, 4, 5, 6, 18

STATES = {"ok": "ok", "nc": "warning", "cr": "critical", "nr": "fatal",
          "na": "unknown"}

# what "ipmitool sensor" has in which column

THRESHOLDS = {4: "low_fatal", 5: "low_critical", 6: "low_warning",
              7: "high_warning", 8: "high_critical", 9: "high_fatal"}


def text(s, kind=3):
    return bytes([kind << 6 | len(s)]) + s


def exponents(r, b):
    return (r & 0x0f) << 4 | (b & 0x0f)


def full(number, name, kind, unit, m=1, b=0, r_exp=0, b_exp=0, linear=0,
         form=0, entity=7, mask=0x3f, event=1):
    body = bytes([
        0x20, 0, number, entity, 1, 0x7f, 0x68, kind, event,
        0, 0, 0, 0, mask, mask, form << 6, unit, 0, linear,
        m & 0xff, (m >> 2) & 0xc0, b & 0xff, (b >> 2) & 0xc0, 0,
        exponents(r_exp, b_exp), 0, 0, 0, 0, 0xff, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) + text(name)
    return bytes([0, 0, 0x51, 0x01, len(body)]) + body


def compact(number, name, kind, event, entity=7):
    body = bytes([
        0x20, 0, number, entity, 1, 0x7f, 0x40, kind, event,
        0xff, 0x7f, 0xff, 0x7f, 0xff, 0x7f, 0xc0, 0, 0, 1, 0, 0, 0,
        0, 0, 0, 0]) + text(name)
    return bytes([0, 0, 0x51, 0x02, len(body)]) + body


def event_only(number, name, kind, event):
    body = bytes([0x20, 0, number, 7, 1, kind, event, 1, 0, 0, 0]) \
        + text(name)
    return bytes([0, 0, 0x51, 0x03, len(body)]) + body


def sealed(area):
    area += bytes(-(len(area) + 1) % 8)
    area = area[:1] + bytes([(len(area) + 1) // 8]) + area[2:]
    return area + bytes([-sum(area) & 0xff])


def six_bit(s):
    bits = 0

    for i, c in enumerate(s):
        bits |= (ord(c) - 0x20) << 6 * i

    n = (6 * len(s) + 7) // 8
    return bytes([2 << 6 | n]) + bits.to_bytes(n, "little")


def fru():
    chassis = sealed(b"\x01\0\x17" + text(b"CHS-PART") + text(b"CHS-SN 1")
                     + b"\xc1")
    board = sealed(b"\x01\0\0\x40\x20\x10" + text(b"Boardmaker Inc.")
                   + text(b"X99 Board") + text(b"\x12\x34\x56", 1)
                   + text(b"BRD-PART") + text(b"file") + b"\xc1")
    product = sealed(b"\x01\0\0" + text(b"ACME") + six_bit("SERVER 1U!")
                     + text(b"PRD-PART") + text(b"v2") + text(b"SN-0042")
                     + text(b"asset 9") + text(b"") + b"\xc1")
    at = [8]

    for area in (chassis, board):
        at.append(at[-1] + len(area))

    header = bytes([1, 0] + [i // 8 for i in at] + [0, 0])
    header += bytes([-sum(header) & 0xff])
    whole = header + chassis + board + product
    return whole + bytes(512 - len(whole))


# number, name, type, unit, raw reading, thresholds enabled, and the factors

ANALOG = [
    (1, b"CPU1 Temp", 1, CELSIUS, 0x28, 0b111000, {}),
    (2, b"Inlet Temp", 1, CELSIUS, 0xf6, 0b111111, {"form": 2}),
    (3, b"12V", 2, VOLTS, 200, 0b111111, {"m": 6, "r_exp": -2}),
    (4, b"-5V", 2, VOLTS, 100, 0, {"m": -5, "r_exp": -2, "b": -100}),
    (5, b"Fan1", 4, RPM, 54, 0b000111, {"m": 100}),
    (6, b"PSU Current", 3, AMPS, 92, 0, {"m": 1, "r_exp": -2}),
    (7, b"System Power", 0x0b, WATTS, 105, 0b010000, {"m": 2}),
    (8, b"Hot Temp", 1, CELSIUS, 0x95, 0b111000, {}),
    (9, b"Ones Temp", 1, CELSIUS, 0xf6, 0, {"form": 1}),
    (10, b"Bexp", 1, CELSIUS, 10, 0, {"m": 3, "b": 7, "b_exp": 2,
                                     "r_exp": -2}),
]

# the twelve linearisations of a small reading

for function in range(1, 12):
    ANALOG.append((0x20 + function, b"Linear %d" % function, 1, CELSIUS,
                   5, 0, {"linear": function}))

DISCRETE = [
    (0x40, b"PSU1 Status", 0x08, 0x6f, [0]),
    (0x41, b"PSU2 Status", 0x08, 0x6f, [0, 1]),
    (0x42, b"CPU Status", 0x07, 0x6f, [7]),
    (0x43, b"Redundancy", 0x09, 0x0b, [0]),
    (0x44, b"DIMM", 0x0c, 0x6f, []),
]

UPPER_NC, UPPER_CR, UPPER_NR = 0x70, 0x90, 0xa0


def words(data):
    return " ".join("0x%02x" % b for b in data)


def emulation():
    out = ["mc_setbmc 0x20",
           "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x2a7c 0xf02",
           "sel_enable 0x20 1000 0x0a",
           'mc_add_fru_data 0x20 0 512 data %s' % words(fru())]

    for number, name, kind, unit, raw, mask, factors in ANALOG:
        out.append("main_sdr_add 0x20 " + words(
            full(number, name, kind, unit, mask=mask, **factors)))
        out.append("sensor_add 0x20 0 %d %d 1" % (number, kind))
        out.append("sensor_set_value 0x20 0 %d %d 0" % (number, raw))

        if mask:
            out.append("sensor_set_threshold 0x20 0 %d settable %s "
                       "%d %d %d 1 5 10"
                       % (number, format(mask, "06b"), UPPER_NR, UPPER_CR,
                          UPPER_NC))

        out.append("sensor_set_event_support 0x20 0 %d enable scanning "
                   "per-state %s" % (number, " ".join(["0" * 15] * 4)))

    for number, name, kind, event, bits in DISCRETE:
        out.append("main_sdr_add 0x20 " + words(
            compact(number, name, kind, event)))
        out.append("sensor_add 0x20 0 %d %d %d" % (number, kind, event))

        for bit in bits:
            out.append("sensor_set_bit 0x20 0 %d %d 1 0" % (number, bit))

        out.append("sensor_set_event_support 0x20 0 %d enable scanning "
                   "per-state %s" % (number, " ".join(["0" * 15] * 4)))

    out.append("main_sdr_add 0x20 "
               + words(event_only(0x50, b"Boot Event", 0x12, 0x6f)))
    out += ["sel_add 0x20 0x02 " + words(e) for e in events()]
    out += ["sel_add 0x20 0xc1 0 0 0x20 0x69 0xa2 0x02 0 1 2 3 4 5 6",
            "sel_add 0x20 0xe0 1 2 3 4 5 6 7 8 9 10 11 12 13",
            "mc_enable 0x20"]
    return "\n".join(out) + "\n"


def events():
    """a threshold event, and every state of every table"""

    stamp = struct.pack("<I", 0x69200000)

    def event(kind, sensor, code, d1, d2=0xff, d3=0xff):
        return stamp + bytes([0x20, 0, 4, kind, sensor, code, d1, d2, d3])

    yield event(1, 1, 0x01, 0x59, 0x5b, 0x5a)
    yield event(1, 1, 0x81, 0x59, 0x5b, 0x5a)

    for offset in range(12):
        yield event(1, 0x77, 0x01, offset)

    for generic in range(2, 0x0d):
        for offset in range(9):
            yield event(0xc0, 0x77, generic, offset)

    for kind in range(5, 0x2d):
        for offset in range(15):
            yield event(kind, 0x77, 0x6f, offset)


class Rich(Sim):
    def setup(self):
        super().setup()
        (self.dir / "emu").write_text(emulation())

    def tool(self, *args):
        r = run(["ipmitool", "-I", "lanplus", "-C", "3", "-H", self.address,
                 "-p", str(self.port), "-U", "admin", "-P", "secret"]
                + list(args), env=environment(TZ="UTC"), timeout=60)
        return r.out

    def rows(self, *args):
        return [[c.strip() for c in line.split("|")]
                for line in self.tool(*args).splitlines() if "|" in line]

    def fields(self, *args):
        found = {}

        for line in self.tool(*args).splitlines():
            if ":" in line:
                key, value = line.split(":", 1)
                found.setdefault(key.strip(), value.strip())

        return found


@pytest.fixture
def bmc(tmp_path):
    b = Rich(tmp_path, "rich")

    try:
        yield b.start()

    finally:
        b.kill()


@pytest.fixture
def r(rack, bmc):
    return rack({"n1": bmc.host("cipher 3;", "timeout 20s;")})


def find(answer, key):
    """a host's data, wherever bmcctl's JSON has it"""

    if isinstance(answer, dict):
        if key in answer:
            return answer[key]

        answer = list(answer.values())

    if isinstance(answer, list):
        for item in answer:
            found = find(item, key)

            if found is not None:
                return found

    return None


def test_sensors_agree_with_ipmitool(r, bmc):
    theirs = bmc.rows("sensor")
    ours = {s["name"]: s for s in find(r.json("sensors", "n1"), "sensors")}

    assert len(theirs) == len(ANALOG) + len(DISCRETE)
    assert set(ours) == {row[0] for row in theirs}

    for row in theirs:
        s = ours[row[0]]

        if row[2] == "discrete":
            assert s.get("discrete", 0) == int(row[3], 16) >> 8 \
                | (int(row[3], 16) & 0x7f) << 8, row
            continue

        assert s["unit"] == row[2], row
        assert s["value"] == pytest.approx(float(row[1]), abs=6e-4), row
        assert s["state"] == STATES[row[3]], row

        for column, name in THRESHOLDS.items():
            if row[column] == "na":
                assert name not in s.get("thresholds", {}), row

            else:
                assert s["thresholds"][name] == pytest.approx(
                    float(row[column]), abs=6e-4), row


def test_failures_show_in_discrete_sensors(r, bmc):
    ours = {s["name"]: s for s in find(r.json("sensors", "n1"), "sensors")}

    assert ours["PSU1 Status"]["state"] == "ok"
    assert ours["PSU2 Status"]["state"] == "critical"
    assert ours["CPU Status"]["state"] == "ok"


def test_sensors_agree_with_freeipmi(r, bmc, tmp_path):
    out = run(["ipmi-sensors", "-D", "LAN_2_0", "-I", "3", "-W",
               "opensesspriv", "-h", "%s:%d" % (bmc.address, bmc.port), "-u",
               "admin", "-p", "secret", "--sdr-cache-directory",
               str(tmp_path), "--comma-separated-output", "--no-header",
               "--quiet-cache"], timeout=60).out
    ours = {s["name"]: s for s in find(r.json("sensors", "n1"), "sensors")}
    compared = 0

    for line in out.splitlines():
        _, name, _, reading, unit, _ = line.split(",", 5)

        # the book's cube^-1 is 1/x^3 to FreeIPMI, the cubic root to ipmitool

        if name in ours and reading != "N/A" and name != "Linear 11":
            compared += 1
            assert ours[name]["value"] == pytest.approx(float(reading),
                                                        abs=6e-3), line

    assert compared == len(ANALOG) - 1, out


def test_the_log_agrees_with_ipmitool(r, bmc):
    theirs = bmc.rows("sel", "elist")
    ours = {e["id"]: e for e in find(r.json("log", "n1"), "entries")}
    known = 0

    assert len(theirs) == len(ours)

    for row in theirs:
        e = ours[int(row[0], 16)]

        if "OEM" in row[1] or "OEM" in row[3]:
            continue

        if "Pre-Init" in row[1]:
            assert "time" not in e, row

        assert row[5].startswith("Deasserted") == \
            e["message"].endswith(", deasserted"), row

        # what else it says of its data stands behind; ours has more of 42-3

        told = re.sub(r" \(.*|,.*", "", row[4]).strip().lower()
        mine = re.sub(r" \(.*|,.*", "", e["message"]).lower()

        # POST's codes are ipmitool's own; "reserved" is nobody's state

        if told and told != "reserved" and "Firmware" not in row[3]:
            known += 1
            assert mine == told, row

        if "#0x" not in row[3]:
            assert row[3].endswith(e["sensor"]), row

    assert known > 200


def test_a_log_entry_has_its_time_sensor_and_reading(r, bmc):
    entries = find(r.json("log", "n1"), "entries")

    assert entries[0]["sensor"] == "CPU1 Temp"
    assert entries[0]["severity"] == "critical"
    assert entries[0]["message"] == ("Upper Critical going high, reading 91, "
                                     "threshold 90 degrees C")
    assert entries[1]["severity"] == "ok"
    assert entries[-2]["message"] == ("OEM record c1 of manufacturer 0002a2: "
                                      "01 02 03 04 05 06")
    assert entries[-1]["message"].startswith("OEM record e0: 01 02 03")

    # the BMC's clock: 2026-01-02, 03:04:05

    clock = calendar.timegm((2026, 1, 2, 3, 4, 5))
    bmc.tool("raw", "0x0a", "0x49", *words(struct.pack("<I", clock)).split())
    bmc.tool("raw", "0x0a", "0x44", *words(
        bytes([0, 0, 2, 0, 0, 0, 0, 0x20, 0, 4, 1, 1, 1, 0x59, 0x5b, 0x5a])
        ).split())

    row = bmc.rows("sel", "elist")[-1]
    entry = find(r.json("log", "n1"), "entries")[-1]
    assert entry["time"].startswith("2026-01-02T03:04:")
    assert row[2].split()[0] == entry["time"][11:19], row


def test_the_log_is_cleared(r, bmc):
    assert r.ctl("log", "clear", "n1", "-y").status == 0
    assert find(r.json("log", "n1"), "entries") == []


def test_the_inventory_agrees_with_ipmitool(r, bmc):
    theirs = bmc.fields("fru", "print", "0")
    ours = r.json("inventory", "n1")

    for where, key, name in (
            ("chassis", "part_number", "Chassis Part Number"),
            ("chassis", "serial", "Chassis Serial"),
            ("board", "manufacturer", "Board Mfg"),
            ("board", "product", "Board Product"),
            ("board", "serial", "Board Serial"),
            ("board", "part_number", "Board Part Number"),
            ("system", "manufacturer", "Product Manufacturer"),
            ("system", "model", "Product Name"),
            ("system", "part_number", "Product Part Number"),
            ("system", "serial", "Product Serial"),
            ("system", "asset_tag", "Product Asset Tag")):
        assert find(ours, where)[key] == theirs[name], name

    assert theirs["Chassis Type"].lower() == find(ours, "chassis")["type"]


def test_the_bmc_agrees_with_ipmitool(r, bmc):
    theirs = bmc.fields("mc", "info")
    guid = bmc.fields("mc", "guid")
    ours = r.json("bmc", "read", "n1")[0]

    assert ours["device_id"] == int(theirs["Device ID"])
    assert ours["firmware"] == theirs["Firmware Revision"]
    assert ours["ipmi"] == theirs["IPMI Version"]
    assert ours["manufacturer_id"] == int(theirs["Manufacturer ID"])
    assert ours["manufacturer"] == "Supermicro"
    assert ours["product_id"] == int(theirs["Product ID"].split()[0])
    assert ours["guid"] == guid["System GUID"]


def test_users_agree_with_ipmitool(r, bmc):
    theirs = {}

    for line in bmc.tool("user", "list", "1").splitlines()[1:]:
        m = re.match(r"(\d+) +(\w+) +\w+ +\w+ +\w+ +([A-Z]+)$",
                     line.strip())

        if m:
            theirs[int(m.group(1))] = m.group(2), m.group(3).lower()

    ours = find(r.json("user", "list", "n1"), "users")
    assert {u["id"]: (u["name"], u["role"]) for u in ours} == theirs
    assert theirs[2] == ("admin", "administrator")


def test_lan_settings_agree_with_ipmitool(r, bmc):
    for words_ in (("ipsrc", "static"), ("ipaddr", "10.9.8.7"),
                   ("netmask", "255.255.255.0"),
                   ("defgw", "ipaddr", "10.9.8.1"),
                   ("macaddr", "02:11:22:33:44:55")):
        bmc.tool("lan", "set", "1", *words_)

    theirs = bmc.fields("lan", "print", "1")
    ours = r.json("lan", "n1")[0]

    assert ours["address"] == "10.9.8.7"
    assert ours["source"] == "static"

    for key, name in (("address", "IP Address"), ("netmask", "Subnet Mask"),
                      ("gateway", "Default Gateway IP"),
                      ("mac", "MAC Address")):
        assert ours.get(key, "0.0.0.0" if key != "mac"
                        else "00:00:00:00:00:00") == theirs[name], name


def test_boot_options_agree_with_ipmitool(r, bmc):
    for device, said in (("pxe", "Force PXE"), ("disk", "Hard-Drive"),
                         ("cdrom", "CD/DVD"), ("bios", "BIOS Setup")):
        answer = r.ctl("boot", "set", device, "n1")
        assert answer.status == 0, answer
        told = bmc.tool("chassis", "bootparam", "get", "5")
        assert said in told, told

        # ipmi_sim forgets that the flags are valid, so nothing is overridden

        assert "Boot Flag Invalid" in told
        assert r.json("boot", "get", "n1")[0]["device"] == "none"


def test_a_user_is_made_and_removed(r, bmc):
    answer = r.ctl("user", "set", "ops", "n1", "--role=operator", "-y")
    assert answer.status == 0, answer

    told = bmc.tool("user", "list", "1")
    assert re.search(r"^3 +ops .*OPERATOR", told, re.M), told

    answer = r.ctl("user", "delete", "ops", "n1", "-y")
    assert answer.status == 0, answer
    assert " ops " not in bmc.tool("user", "list", "1")


def test_watts_come_from_the_sensor_of_the_whole_system(r, bmc):
    theirs = {row[0]: row[1] for row in bmc.rows("sensor")}
    ours = r.json("power", "reading", "n1")[0]
    assert ours["watts"] == float(theirs["System Power"])
