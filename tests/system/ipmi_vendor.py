"""A BMC on pyghmi's that is whose it is told to be, and keeps boot flags.

usage: ipmi_vendor.py PORT NUMBER PRODUCT FIRMWARE MAKER MODEL
"""

import struct
import sys

import ipmi_pyghmi


def fru(maker, model):
    product = ipmi_pyghmi.sealed(
        b"\x01\0\x19" + ipmi_pyghmi.text(maker.encode())
        + ipmi_pyghmi.text(model.encode()) + b"\xc0\xc0\xc0\xc0\xc0\xc1")
    header = bytes([1, 0, 0, 0, 1, 0, 0])
    return header + bytes([-sum(header) & 0xff]) + product


class Bmc(ipmi_pyghmi.Bmc):

    def __init__(self, port, number, product, firmware, maker, model):
        super().__init__(int(port))
        major, minor = firmware.split(".")
        self.inventory = fru(maker, model)

        # pyghmi's own has a byte too many before the product

        self.device = bytes([0x20, 1, int(major), int(minor, 16), 2, 0x8f]) \
            + int(number).to_bytes(3, "little") \
            + int(product).to_bytes(2, "little")
        self.flags = bytes(5)
        self.more.update({
            (0x06, 0x01): lambda data: self.device,
            (0x00, 0x08): self.keep_boot,
            (0x00, 0x09): lambda data: bytes([1, 5]) + self.flags,
            (0x0a, 0x10): lambda data: struct.pack(
                "<HB", len(self.inventory), 0),
            (0x0a, 0x11): self.part,
        })

    def part(self, data):
        _, at, n = struct.unpack("<BHB", bytes(data[:4]))
        part = self.inventory[at:at + n]
        return bytes([len(part)]) + part

    def keep_boot(self, data):
        if data[0] == 5:
            self.flags = bytes(data[1:6])

        return b""


if __name__ == "__main__":
    Bmc(*sys.argv[1:]).listen()
