"""BMCs to measure: ipmi_sims, each at an address of its own, and silence."""

# Copyright (C) the bmcgate authors

import os
import select
import socket
import subprocess
import threading
import time


LAN = """name "%(name)s"
set_working_mc 0x20
  startlan 1
    addr %(address)s %(port)d
    priv_limit admin
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcd01
  endlan
  user 2 true "admin" "secret" admin 10 none md2 md5 straight
"""

EMU = """mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
%s
mc_enable 0x20
"""

SENSORS = ("CPU Temp", "Inlet Temp", "Board Temp", "DIMM Temp", "VRM Temp",
           "NIC Temp", "PSU Temp", "Exhaust Temp")

# Get Channel Authentication Capabilities

ASK = bytes.fromhex("0600ff07" "00" "00000000" "00000000" "09"
                    "2018c88100388e04b5")

READY = 30                      # s


def sensor(number, name):
    """a temperature in degrees C, with its record"""

    body = bytes([
        0x20, 0, number, 7, 1, 0x7f, 0x68, 1, 1,
        0, 0, 0, 0, 0x3f, 0x3f, 0, 1, 0, 0,
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0xc0 | len(name)]) + name.encode("ascii")
    record = bytes([0, 0, 0x51, 0x01, len(body)]) + body
    which = "0x20 0 %d" % number

    return ["main_sdr_add 0x20 " + " ".join("%d" % b for b in record),
            "sensor_add %s 1 1" % which,
            "sensor_set_threshold %s settable 111000 160 144 112 0 0 0"
            % which,
            "sensor_set_event_support %s enable scanning per-state %s"
            % (which, " ".join(["1" * 12 + "000"] * 4)),
            "sensor_set_value %s 40 0" % which]


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Sims:
    """ends them all when it is left"""

    def __init__(self, folder):
        self.dir = os.path.join(folder, "sims")
        self.emu = os.path.join(self.dir, "emu")
        self.log = os.path.join(self.dir, "log")
        self.port = free_port()
        self.processes = []
        os.mkdir(self.dir)

        with open(self.emu, "w", encoding="ascii") as f:
            lines = [line for i, name in enumerate(SENSORS)
                     for line in sensor(i + 1, name)]
            f.write(EMU % "\n".join(lines))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for p in self.processes:
            p.kill()

        for p in self.processes:
            p.wait()

    @staticmethod
    def address(n):
        return "127.0.%d.%d" % (1 + n // 250, 1 + n % 250)

    def start(self, count):
        """so many more of them; they end when we are killed, too"""

        first = len(self.processes)

        with open(self.log, "ab") as log:
            for n in range(first, first + count):
                path = os.path.join(self.dir, "bmc%d" % n)

                with open(path, "w", encoding="ascii") as f:
                    f.write(LAN % {"name": "bmc%d" % n, "port": self.port,
                                   "address": self.address(n)})

                self.processes.append(subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", "ipmi_sim",
                     "-c", path, "-f", self.emu, "-s", self.dir, "-n"],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log))

        return self.wait(range(first, first + count))

    def wait(self, numbers):
        """those that do not answer"""

        silent = {(self.address(n), self.port) for n in numbers}
        end = time.monotonic() + READY

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(0.2)

            while silent and time.monotonic() < end:
                for to in list(silent)[:100]:
                    s.sendto(ASK, to)

                try:
                    while silent:
                        silent.discard(s.recvfrom(512)[1])

                except TimeoutError:
                    continue

        return silent

    def said(self):
        with open(self.log, encoding="ascii", errors="replace") as log:
            return log.read()[-200:].strip() or "nothing"


class Wedge(threading.Thread):
    """
    Stands before a BMC, if there is one, until silence() is told; counts
    what it is sent from then on.
    """

    def __init__(self, address, port, bmc=None):
        super().__init__(daemon=True)
        self.address = address
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.bind((address, port))
        self.back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.bmc = None if bmc is None else (bmc, port)
        self.client = None
        self.heard = []             # when, in vain
        self.over = False
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.over = True
        self.join()
        self.front.close()
        self.back.close()

    def silence(self):
        self.bmc = None

    def worst(self, seconds):
        """the most that came in so many seconds"""

        return max((sum(at <= t < at + seconds for t in self.heard)
                    for at in self.heard), default=0)

    def run(self):
        while not self.over:
            ready, _, _ = select.select([self.front, self.back], [], [], 0.1)
            bmc = self.bmc

            if self.front in ready:
                datagram, self.client = self.front.recvfrom(2048)

                if bmc is None:
                    self.heard.append(time.monotonic())

                else:
                    self.back.sendto(datagram, bmc)

            if self.back in ready:
                datagram = self.back.recv(2048)

                if bmc is not None:
                    self.front.sendto(datagram, self.client)
