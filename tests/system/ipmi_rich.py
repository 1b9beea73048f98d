"""An ipmi_sim with much to tell, and what the field's tools say of it."""

import struct

import pytest

from conftest import environment, run
from ipmi_rig import Sim

# degrees C, F and K, Volts, Amps, Watts, RPM

CELSIUS, FAHRENHEIT, KELVIN = 1, 2, 3
VOLTS, AMPS, WATTS, RPM = 4, 5, 6, 18


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


def compact(number, name, kind, event, entity=7, instance=1):
    body = bytes([
        0x20, 0, number, entity, instance, 0x7f, 0x40, kind, event,
        0xff, 0x7f, 0xff, 0x7f, 0xff, 0x7f, 0xc0, 0, 0, 1, 0, 0, 0,
        0, 0, 0, 0]) + text(name)
    return bytes([0, 0, 0x51, 0x02, len(body)]) + body


def event_only(number, name, kind, event):
    body = bytes([0x20, 0, number, 7, 1, kind, event, 1, 0, 0, 0]) \
        + text(name)
    return bytes([0, 0, 0x51, 0x03, len(body)]) + body


def locator(fru_id, name, entity, instance):
    body = bytes([0x20, fru_id, 0x80, 0, 0, 0x10, 0, entity, instance, 0]) \
        + text(name)
    return bytes([0, 0, 0x51, 0x11, len(body)]) + body


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


def supply_fru(name, serial, watts):
    """a product, and the record that says what it can deliver"""

    product = sealed(b"\x01\0\0" + text(b"Powermaker") + text(name)
                     + text(b"PWS-1K21P") + text(b"") + text(serial)
                     + text(b"") + text(b"") + b"\xc1")
    data = struct.pack("<HH", watts, 0xffff) + bytes(20)
    multi = bytes([0, 0x82, len(data), -sum(data) & 0xff])
    multi += bytes([-sum(multi) & 0xff]) + data
    header = bytes([1, 0, 0, 0, 1, 1 + len(product) // 8, 0])
    header += bytes([-sum(header) & 0xff])
    whole = header + product + multi
    return whole + bytes(256 - len(whole))


def riser_fru():
    board = sealed(b"\x01\0\0\x40\x20\x10" + text(b"Boardmaker Inc.")
                   + text(b"Riser 2U") + text(b"RSR-7") + text(b"RSC-R2UW")
                   + text(b"") + b"\xc1")
    header = bytes([1, 0, 0, 1, 0, 0, 0])
    header += bytes([-sum(header) & 0xff])
    whole = header + board
    return whole + bytes(128 - len(whole))


# FRU id, name, entity and instance, bytes

FRUS = [
    (1, b"PSU1", 10, 1, supply_fru(b"PSU 800W", b"PS-1", 800)),
    (2, b"PSU2", 10, 2, supply_fru(b"PSU 1200W", b"PS-2", 1200)),
    (3, b"Riser", 16, 1, riser_fru()),
]

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
    (11, b"Oven", 1, FAHRENHEIT, 220, 0b111111, {}),
    (12, b"Cryostat", 1, KELVIN, 77, 0b000111, {"m": 2}),
    (13, b"Warm Temp", 1, CELSIUS, 0x71, 0b111000, {}),
    (14, b"Cold Temp", 1, CELSIUS, 4, 0b000111, {}),
    (15, b"Ice Temp", 1, CELSIUS, 1, 0b000111, {}),
    (10, b"Bexp", 1, CELSIUS, 10, 0, {"m": 3, "b": 7, "b_exp": 2,
                                     "r_exp": -2}),
]

# the twelve linearisations of a small reading

for function in range(1, 12):
    ANALOG.append((0x20 + function, b"Linear %d" % function, 1, CELSIUS,
                   5, 0, {"linear": function}))

# number, name, type, event type, states; entity and instance

DISCRETE = [
    (0x40, b"PSU1 Status", 0x08, 0x6f, [0], 10, 1),
    (0x41, b"PSU2 Status", 0x08, 0x6f, [0, 1], 10, 2),
    (0x42, b"CPU Status", 0x07, 0x6f, [7], 3, 1),
    (0x43, b"Redundancy", 0x09, 0x0b, [0], 10, 0x60),
    (0x44, b"DIMM", 0x0c, 0x6f, [], 32, 1),
    (0x45, b"PSU3 Status", 0x08, 0x6f, [], 10, 3),
]

MASK = " ".join(["1" * 12 + "000"] * 4)

UPPER_NC, UPPER_CR, UPPER_NR = 0x70, 0x90, 0xa0


def words(data):
    return " ".join("0x%02x" % b for b in data)


def emulation():
    out = ["mc_setbmc 0x20",
           "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x2a7c 0xf02",
           "sel_enable 0x20 1000 0x0a",
           'mc_add_fru_data 0x20 0 512 data %s' % words(fru())]

    for fru_id, name, entity, instance, data in FRUS:
        out.append("mc_add_fru_data 0x20 %d %d data %s"
                   % (fru_id, len(data), words(data)))
        out.append("main_sdr_add 0x20 " + words(
            locator(fru_id, name, entity, instance)))

    for number, name, kind, unit, raw, mask, factors in ANALOG:
        out.append("main_sdr_add 0x20 " + words(
            full(number, name, kind, unit, mask=mask, **factors)))
        out.append("sensor_add 0x20 0 %d %d 1" % (number, kind))

        if mask:
            out.append("sensor_set_threshold 0x20 0 %d settable %s "
                       "%d %d %d 1 5 10"
                       % (number, format(mask, "06b"), UPPER_NR, UPPER_CR,
                          UPPER_NC))

        # it is compared with its thresholds when it is set

        out.append("sensor_set_event_support 0x20 0 %d enable scanning "
                   "per-state %s" % (number, MASK))
        out.append("sensor_set_value 0x20 0 %d %d 0" % (number, raw))

    for number, name, kind, event, bits, entity, instance in DISCRETE:
        out.append("main_sdr_add 0x20 " + words(
            compact(number, name, kind, event, entity, instance)))
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

    for special in SPECIAL:
        yield event(special[0], 0x77, 0x6f, *special[1])


# type, data 1 to 3 where the others have a meaning; what ours then says,
# and what is in FreeIPMI's words of it

SPECIAL = [
    (0x05, (0xc4, 2, 0xff), "network controller 2", "2"),
    (0x08, (0x36, 0xff, 3), "power supply rating mismatch",
     "Power Supply rating mismatch"),
    (0x0c, (0x30, 0xff, 17), "memory module 17", "11h"),
    (0x10, (0xc0, 5, 0xff), "memory module 5", "5"),
    (0x10, (0x35, 0xff, 75), "75 % full", "75"),
    (0x12, (0xc5, 0x80, 0xff), "second of a pair", "second of pair"),
    (0x1d, (0xc7, 4, 0xff), "by a watchdog", "Watchdog expiration"),
    (0x21, (0xf0, 9, 3), "PCI Express, slot 3", "3"),
    (0x23, (0xc1, 3, 0xff), "OS load", "OS Load"),
    (0x2b, (0xc1, 9, 0xff), "BIOS/EFI", "EFI/BIOS"),
    (0x2c, (0xc6, 0x70, 0xff), "unexpected extraction",
     "unexpected extraction"),
]

# RFC 4122's order of its bytes, as IPMI wants them: the last one first

UUID = "12345678-9abc-4def-8123-456789abcdef"


class Rich(Sim):
    def setup(self):
        super().setup()
        (self.dir / "emu").write_text(emulation())
        conf = self.dir / "lan.conf"
        conf.write_text(conf.read_text().replace(
            "a123456789abcdefa123456789abcd01",
            bytes.fromhex(UUID.replace("-", ""))[::-1].hex()))

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

    def freeipmi(self, program, *args):
        cache = self.dir / "cache"
        cache.mkdir(exist_ok=True)
        words_ = [program, "-D", "LAN_2_0", "-I", "3", "-W", "opensesspriv",
                  "-h", "%s:%d" % (self.address, self.port), "-u", "admin",
                  "-p", "secret"]

        if program in ("ipmi-sensors", "ipmi-sel", "ipmi-fru"):
            words_ += ["--sdr-cache-directory", str(cache), "--quiet-cache"]

        return run(words_ + list(args), env=environment(TZ="UTC"),
                   timeout=60).out

    def table(self, program, *args):
        """comma-separated output, a dictionary a line"""

        lines = self.freeipmi(program, "--comma-separated-output",
                              *args).splitlines()
        names = lines[0].split(",")
        return [dict(zip(names, line.split(",", len(names) - 1)))
                for line in lines[1:]]

    def told(self, program, *args):
        """lines of "name : value"; the first of a name"""

        found = {}

        for line in self.freeipmi(program, *args).splitlines():
            key, colon, value = line.partition(":")

            if colon:
                found.setdefault(key.strip(), value.strip())

        return found


@pytest.fixture(scope="module")
def bmc(tmp_path_factory):
    """one for all tests of a file: they only read"""

    b = Rich(tmp_path_factory.mktemp("rich"), "rich")

    try:
        yield b.start()

    finally:
        b.kill()


@pytest.fixture
def own(tmp_path):
    """one that a test may change"""

    b = Rich(tmp_path, "own")

    try:
        yield b.start()

    finally:
        b.kill()


@pytest.fixture
def r(rack, bmc):
    return rack({"n1": bmc.host("cipher 3;", "timeout 20s;")})


@pytest.fixture
def mine(rack, own):
    return rack({"n1": own.host("cipher 3;", "timeout 20s;")})


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
