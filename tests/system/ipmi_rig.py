"""Simulated BMCs that speak IPMI: OpenIPMI's, and hostile or odd ones."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from conftest import environment

HERE = os.path.dirname(os.path.abspath(__file__))

LAN = """name "%(name)s"
set_working_mc 0x20
  startlan 1
    addr %(address)s %(port)d
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcd01
  endlan
  chassis_control "%(chassis)s"
  user 2 true "admin" "secret" %(limit)s 10 none md2 md5 straight
"""

EMU = """mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
sel_enable 0x20 1000 0x0a
mc_enable 0x20
"""

# keeps what it is told in a file, as lancontrol and chassiscontrol do

CHASSIS = """#!%s
import sys, time

path, verb, words = sys.argv[1], sys.argv[2], sys.argv[3:]
known = dict(line.split() for line in open(path))

if verb == "get":
    for word in words:
        print("%%s:%%s" %% (word, known.get(word, "0")))

else:
    for word, value in zip(words[::2], words[1::2]):
        with open(path + ".asked", "a") as f:
            f.write("%%s %%s\\n" %% (word, value))

        time.sleep(float(known.get("slow", "0")))

        if word in ("power", "boot"):
            known[word] = value

        elif word == "shutdown":
            known["power"] = "0"

    with open(path, "w") as f:
        f.writelines("%%s %%s\\n" %% i for i in known.items())
""" % sys.executable


def free_port(address="127.0.0.1", family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        s.bind((address, 0))
        return s.getsockname()[1]


def pong(address, port):
    """does something answer Get Channel Authentication Capabilities?"""

    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    ask = bytes.fromhex("0600ff07" "00" "00000000" "00000000" "09"
                        "2018c88100388e04b5")

    with socket.socket(family, socket.SOCK_DGRAM) as s:
        s.settimeout(0.1)
        s.sendto(ask, (address, port))

        try:
            return len(s.recv(512)) > 20

        except (TimeoutError, ConnectionError):
            return False


class Sim:
    """one ipmi_sim"""

    def __init__(self, folder, name, address="127.0.0.1", limit="admin"):
        self.name = name
        self.dir = folder / name
        self.address = address
        self.port = free_port(address, socket.AF_INET6 if ":" in address
                              else socket.AF_INET)
        self.limit = limit
        self.process = None
        self.chassis = self.dir / "chassis"
        self.setup()

    def setup(self):
        self.dir.mkdir()
        (self.dir / "state").mkdir()
        script = self.dir / "chassiscontrol"
        script.write_text(CHASSIS)
        script.chmod(0o755)
        self.chassis.write_text("power 1\nboot none\n")
        (self.dir / "emu").write_text(EMU)
        (self.dir / "lan.conf").write_text(LAN % {
            "name": self.name, "address": self.address, "port": self.port,
            "limit": self.limit,
            "chassis": "%s %s" % (script, self.chassis)})

    def start(self):
        with open(self.dir / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["ipmi_sim", "-c", str(self.dir / "lan.conf"),
                 "-f", str(self.dir / "emu"), "-s", str(self.dir / "state"),
                 "-n"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment())

        end = time.monotonic() + 10

        while not pong(self.address, self.port):
            assert time.monotonic() < end, (self.dir / "log").read_text()
            assert self.process.poll() is None, \
                (self.dir / "log").read_text()

        return self

    def asked(self):
        """what the chassis was told, in order"""

        path = str(self.chassis) + ".asked"
        return open(path).read().split("\n")[:-1] \
            if os.path.exists(path) else []

    def slow(self, seconds):
        with open(self.chassis, "a") as f:
            f.write("slow %s\n" % seconds)

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def cont(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def host(self, words="", more=""):
        return ("driver ipmi; address %s; user admin; password secret; "
                "ipmi { port %d; %s } %s"
                % (self.address, self.port, words, more))


class Proxy(threading.Thread):
    """between bmcctl and a BMC: counts, keeps, changes, drops datagrams"""

    def __init__(self, to):
        super().__init__(daemon=True)
        self.to = to
        self.s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.s.bind(("127.0.0.1", 0))
        self.port = self.s.getsockname()[1]
        self.up = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.up.settimeout(0.05)
        self.s.settimeout(0.05)
        self.asked = []
        self.answered = []
        self.client = None
        self.over = False
        self.through = lambda datagram: [datagram]    # to the BMC
        self.down = lambda datagram: [datagram]       # to the client
        self.start()

    def kinds(self, kind):
        return [d for d in self.asked if d[4] == 6 and d[5] == kind]

    def run(self):
        other = threading.Thread(target=self.back, daemon=True)
        other.start()

        while not self.over:
            try:
                d, self.client = self.s.recvfrom(2048)

            except OSError:
                continue

            self.asked.append(d)

            if self.to is not None:
                for out in self.through(d):
                    self.up.sendto(out, self.to)

        other.join()

    def back(self):
        while not self.over:
            try:
                d = self.up.recv(2048)

            except OSError:
                continue

            self.answered.append(d)

            for out in self.down(d):
                self.s.sendto(out, self.client)

    def close(self):
        self.over = True
        self.join()
        self.s.close()
        self.up.close()

    def host(self, words="", more=""):
        return ("driver ipmi; address 127.0.0.1; user admin; "
                "password secret; ipmi { port %d; %s } %s"
                % (self.port, words, more))


class Strong:
    """a BMC that has cipher suite 17 only, in a process of its own"""

    program = "ipmi_suite17.py"

    def __init__(self, folder, name, *words):
        self.port = free_port()
        self.words = list(words)
        self.log = folder / (name + ".log")
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, os.path.join(HERE, self.program),
                 str(self.port)] + self.words, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env=environment())

        end = time.monotonic() + 15

        while not pong("127.0.0.1", self.port):
            assert time.monotonic() < end, self.log.read_text()
            assert self.process.poll() is None, self.log.read_text()

        return self

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def host(self, words="", more=""):
        return ("driver ipmi; address 127.0.0.1; user admin; "
                "password secret; ipmi { port %d; %s } %s"
                % (self.port, words, more))


class Second(Strong):
    """a BMC on pyghmi's; words: commands it lacks, as 00/04"""

    program = "ipmi_pyghmi.py"


@pytest.fixture
def sim(tmp_path):
    """sim() starts a BMC; several are possible"""

    made = []

    def make(**kwargs):
        s = Sim(tmp_path, "bmc%d" % len(made), **kwargs)
        made.append(s)
        return s.start()

    yield make

    for s in made:
        s.kill()


@pytest.fixture
def strong(tmp_path):
    made = []

    def make():
        s = Strong(tmp_path, "strong%d" % len(made))
        made.append(s)
        return s.start()

    yield make

    for s in made:
        s.kill()


@pytest.fixture
def second(tmp_path):
    made = []

    def make(*words):
        s = Second(tmp_path, "second%d" % len(made), *words)
        made.append(s)
        return s.start()

    yield make

    for s in made:
        s.kill()


@pytest.fixture
def proxy():
    """proxy(sim) stands before it; proxy(None) hears and says nothing"""

    made = []

    def make(bmc=None):
        p = Proxy(None if bmc is None else ("127.0.0.1", bmc.port))
        made.append(p)
        return p

    yield make

    for p in made:
        p.close()
