"""A BMC on pyghmi's: what it serves by itself, and what one would add."""

import struct
import sys
import uuid

import pyghmi.ipmi.bmc as bmc

GUID = uuid.UUID("12345678-9abc-4def-8123-456789abcdef")
ABSENT, INVALID, PRIVILEGE = 0xcb, 0xc1, 0xd4


def text(s):
    return bytes([0xc0 | len(s)]) + s


def full(record, number, name, kind, unit, m, r_exp):
    body = bytes([0x20, 0, number, 7, 1, 0x7f, 0x40, kind, 1, 0, 0, 0, 0, 0,
                  0, 0, unit, 0, 0, m, 0, 0, 0, 0, (r_exp & 0x0f) << 4, 0,
                  0, 0, 0, 0xff, 0] + [0] * 11) + text(name)
    return struct.pack("<HBBB", record, 0x51, 0x01, len(body)) + body


def sealed(area):
    area += bytes(-(len(area) + 1) % 8)
    area = area[:1] + bytes([(len(area) + 1) // 8]) + area[2:]
    return area + bytes([-sum(area) & 0xff])


def fru():
    product = sealed(b"\x01\0\0" + text(b"Pyghmi") + text(b"Python BMC")
                     + text(b"PY-1") + text(b"") + text(b"PY-0001")
                     + text(b"") + text(b"") + b"\xc1")
    header = bytes([1, 0, 0, 0, 1, 0, 0])
    return header + bytes([-sum(header) & 0xff]) + product


# degrees C, RPM and hundredths of a Volt; and their raw readings

SDRS = [full(1, 1, b"Temp", 1, 1, 1, 0), full(2, 2, b"Fan", 4, 18, 100, 0),
        full(3, 3, b"VCore", 2, 4, 1, -2)]
READINGS = {1: 36, 2: 42, 3: 118}

SEL = [struct.pack("<HBIHBBBBBBB", 1, 2, 0x69200000, 0x20, 4, 8, 9, 0x6f,
                   1, 0xff, 0xff),
       struct.pack("<HBIHBBBBBBB", 2, 2, 0x69200100, 0x20, 4, 1, 1, 1, 0x59,
                   91, 90)]


class Bmc(bmc.Bmc):

    def __init__(self, port, *lacks):
        super().__init__({"admin": "secret"}, port=port, address="127.0.0.1",
                         bmcuuid=GUID)
        self.power = "off"
        self.boot = "default"
        self.lacks = lacks
        self.mfgid, self.prodid = 10876, 2081
        self.firmwaremajor, self.firmwareminor = 3, 0x21
        self.deviceid, self.additionaldevices = 0x20, 0x8f

        self.more = {
            (0x00, 0x04): lambda data: b"",
            (0x06, 0x37): lambda data: GUID.bytes[::-1],
            (0x04, 0x2d): self.reading,
            (0x0a, 0x10): lambda data: struct.pack("<HB", len(fru()), 0),
            (0x0a, 0x11): self.fru,
            (0x0a, 0x20): lambda data: struct.pack(
                "<BHHIIB", 0x51, len(SDRS), 0xffff, 1, 1, 2),
            (0x0a, 0x22): lambda data: b"\1\0",
            (0x0a, 0x23): lambda data: self.record(SDRS, data),
            (0x0a, 0x40): lambda data: struct.pack(
                "<BHHIIB", 0x51, len(SEL), 0xffff, 1, 1, 2),
            (0x0a, 0x42): lambda data: b"\1\0",
            (0x0a, 0x43): lambda data: self.record(SEL, data),
        }

    def get_power_state(self):
        return self.power

    def power_on(self):
        self.power = "on"

    def power_off(self):
        self.power = "off"

    def power_shutdown(self):
        self.power = "off"

    def power_reset(self):
        return 0 if self.power == "on" else 0xd5

    def get_boot_device(self):
        return self.boot

    def set_boot_device(self, device):
        self.boot = device

    @staticmethod
    def reading(data):
        value = READINGS.get(data[0])
        return ABSENT if value is None else bytes([value, 0xc0, 0xc0])

    @staticmethod
    def fru(data):
        _, at, n = struct.unpack("<BHB", bytes(data[:4]))
        part = fru()[at:at + n]
        return bytes([len(part)]) + part

    @staticmethod
    def record(records, data):
        """Get SDR and Get SEL Entry are asked and answered alike"""

        _, record, at, n = struct.unpack("<HHBB", bytes(data[:6]))
        i = max(record, 1) - 1

        if i >= len(records):
            return ABSENT

        after = i + 2 if i + 1 < len(records) else 0xffff
        return struct.pack("<H", after) + records[i][at:][:n]

    def handle_raw_request(self, request, session):
        command = request["netfn"], request["command"]
        level = getattr(session, "clientpriv", 2)

        if "%02x/%02x" % command in self.lacks:
            return session.send_ipmi_response(code=INVALID)

        # chassis control and identify need an operator

        if command in ((0, 2), (0, 4)) and level < 3:
            return session.send_ipmi_response(code=PRIVILEGE)

        if command not in self.more:
            return super().handle_raw_request(request, session)

        answer = self.more[command](request["data"])

        if isinstance(answer, int):
            return session.send_ipmi_response(code=answer)

        return session.send_ipmi_response(data=list(answer))


if __name__ == "__main__":
    Bmc(int(sys.argv[1]), *sys.argv[2:]).listen()
