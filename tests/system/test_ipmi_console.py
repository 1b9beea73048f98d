"""The console of a BMC, over SOL, against OpenIPMI's simulator."""

import os
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

from conftest import Terminal, checked, program
from ipmi_rig import Sim, proxy, sim  # noqa: F401

# a BMC that has its console on another port than 623 would have us open a
# second session, and ipmi_sim says the port that it listens on

PORT = 623


class Serial(threading.Thread):
    """the machine's serial port, behind the BMC"""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.listener.settimeout(0.05)
        self.peer = None
        self.got = b""
        self.echo = False
        self.over = False
        self.start()

    def run(self):
        while not self.over:
            if self.peer is None:
                try:
                    self.peer = self.listener.accept()[0]
                    self.peer.settimeout(0.05)

                except OSError:
                    continue

            try:
                d = self.peer.recv(65536)

            except TimeoutError:
                continue

            except OSError:
                d = b""

            if not d:
                self.peer = None
                continue

            self.got += d

            if self.echo:
                self.peer.sendall(d)

    def say(self, data):
        end = time.monotonic() + 10

        while self.peer is None:
            assert time.monotonic() < end
            time.sleep(0.01)

        self.peer.settimeout(20)
        self.peer.sendall(data)
        self.peer.settimeout(0.05)

    def close(self):
        self.over = True
        self.join()
        self.listener.close()

        if self.peer is not None:
            self.peer.close()


class Console(Sim):
    """a BMC with a serial port, on port 623 of an address of its own"""

    def __init__(self, folder, name):
        self.serial = Serial()
        pid = os.getpid()
        address = "127.%d.%d.%d" % (100 + pid % 100, pid // 100 % 250,
                                    1 + int(name[3:]))
        super().__init__(folder, name, address=address)

    def setup(self):
        self.port = PORT
        super().setup()
        conf = self.dir / "lan.conf"
        conf.write_text(conf.read_text().replace(
            "  chassis_control", '  sol "tcp:127.0.0.1:%d" 115200 '
            "history=4000\n  chassis_control" % self.serial.port))

    def setup_again(self):
        conf = self.dir / "lan.conf"
        conf.write_text(conf.read_text().replace(
            "addr %s %d" % (self.address, PORT),
            "addr %s %d" % (self.address, self.port)))

    def kill(self):
        super().kill()
        self.serial.close()


@pytest.fixture
def console(tmp_path):
    made = []

    def make():
        c = Console(tmp_path, "bmc%d" % len(made))
        made.append(c)
        return c.start()

    yield make

    for c in made:
        c.kill()


def read_some(p):
    """what there is by now"""

    os.set_blocking(p.stdout.fileno(), False)

    try:
        return os.read(p.stdout.fileno(), 1 << 20)

    except BlockingIOError:
        time.sleep(0.01)
        return b""

    finally:
        os.set_blocking(p.stdout.fileno(), True)


def read_until(p, pattern, timeout=20, got=b""):
    end = time.monotonic() + timeout

    while not re.search(pattern, got, re.S):
        assert time.monotonic() < end, got[-500:]
        d = read_some(p)
        assert d or p.poll() is None, (got[-500:], p.stderr.read())
        got += d

    return got


def open_console(r, bmc, name="n1"):
    """bmcctl console, when it is open: what is said before is not heard"""

    p = subprocess.Popen([program("bmcctl"), "console", name], env=r.env,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
    r.started.append(p)
    got = b""
    end = time.monotonic() + 20

    while b"ready" not in got:
        assert time.monotonic() < end
        assert p.poll() is None, p.stderr.read()
        bmc.serial.say(b"ready\r\n")
        time.sleep(0.1)
        got += read_some(p)

    # and all of those that are still on their way

    bmc.serial.say(b"now:")
    read_until(p, b"now:", got=got)
    return p


def hang_up(p):
    p.send_signal(signal.SIGTERM)
    p.wait(20)
    checked(p.stderr.read().decode())


def ipmitool(bmc):
    return Terminal(["ipmitool", "-I", "lanplus", "-C", "3",
                     "-H", bmc.address, "-p", "%d" % bmc.port, "-U", "admin",
                     "-P", "secret", "sol", "activate"])


def serial_got(bmc, data, timeout=30):
    end = time.monotonic() + timeout

    while len(bmc.serial.got) < len(data):
        assert time.monotonic() < end, len(bmc.serial.got)
        time.sleep(0.01)

    return bmc.serial.got


def test_what_the_machine_says_and_what_is_typed_pass(console, rack):
    bmc = console()
    r = rack({"n1": bmc.host()})
    p = open_console(r, bmc)
    p.stdin.write(b"linux\r")
    p.stdin.flush()
    assert serial_got(bmc, b"linux\r") == b"linux\r"


def test_much_output_comes_whole_and_in_order(console, rack):
    bmc = console()
    r = rack({"n1": bmc.host()})
    p = open_console(r, bmc)
    text = b"".join(b"%08d\r\n" % i for i in range(10000))
    got = b""

    # ipmi_sim forgets what is more than 16 kB ahead

    for at in range(0, len(text), 8000):
        part = text[at:at + 8000]
        bmc.serial.say(part)
        end = time.monotonic() + 20

        while len(got) < at + len(part):
            assert time.monotonic() < end, (len(got), got[-100:])
            got += read_some(p)

    assert got == text


def test_much_typing_arrives_whole_and_in_order(console, rack):
    bmc = console()
    r = rack({"n1": bmc.host()})
    p = open_console(r, bmc)
    text = b"".join(b"%08d\r\n" % i for i in range(10000))
    t = threading.Thread(target=lambda: (p.stdin.write(text),
                                         p.stdin.flush()))
    t.start()
    assert serial_got(bmc, text, 100) == text
    t.join()


def test_other_verbs_go_on_beside_it_on_the_same_session(console, rack,
                                                         proxy):
    bmc = console()
    r = rack({"n1": bmc.host()})
    p = open_console(r, bmc)
    assert r.json("power", "status", "n1", "--fresh")[0]["power"] == "on"
    assert r.ctl("power", "off", "n1", "--verify=10s").status == 0
    bmc.serial.say(b"still here")
    read_until(p, b"still here")


def test_a_console_that_was_hung_up_can_be_had_again(console, rack):
    bmc = console()
    r = rack({"n1": bmc.host()})

    for _ in range(5):
        hang_up(open_console(r, bmc))

    assert r.json("power", "status", "n1", "--fresh")[0]["power"] == "on"


def test_kill_9_of_the_client_frees_it_for_the_next(console, rack):
    bmc = console()
    r = rack({"n1": bmc.host()})
    holder = open_console(r, bmc)
    p = open_console(r, bmc)
    p.kill()
    p.wait()
    open_console(r, bmc)
    bmc.serial.say(b"for those alive")
    read_until(holder, b"for those alive")


def test_two_doors_share_one_console(console, rack):
    bmc = console()
    r = rack({"n1": bmc.host()})
    one = open_console(r, bmc)
    two = open_console(r, bmc)
    bmc.serial.say(b"for all")
    read_until(one, b"for all")
    read_until(two, b"for all")


def test_a_console_in_use_is_not_stolen(console, rack):
    bmc = console()
    r = rack({"n1": bmc.host()})
    tool = ipmitool(bmc)

    try:
        tool.expect("SOL Session operational")
        c = r.ctl("console", "n1", stdin="")
        assert c.status == 1
        assert "in use" in c.err and "ipmitool sol deactivate" in c.err
        bmc.serial.say(b"mine")
        tool.expect("mine")

    finally:
        tool.close()


def test_it_shows_the_bytes_that_ipmitool_shows(console, rack):
    bmc = console()
    r = rack({"n1": bmc.host()})
    text = bytes(range(32, 127)) + b"\x1b[1mbold\x1b[0m \xc3\xa9"
    p = open_console(r, bmc)
    bmc.serial.say(text + b"$")
    read_until(p, re.escape(text + b"$"))
    hang_up(p)
    tool = ipmitool(bmc)

    try:
        tool.expect("SOL Session operational")
        bmc.serial.say(text + b"$")
        tool.expect(re.escape(text.decode() + "$"))

    finally:
        tool.close()


def test_a_bmc_that_dies_ends_the_console_in_words(console, rack):
    bmc = console()
    r = rack({"n1": bmc.host()})
    p = open_console(r, bmc)
    bmc.process.kill()
    bmc.process.wait()
    p.stdin.write(b"x")
    p.stdin.flush()
    assert p.wait(40) == 1
    err = checked(p.stderr.read().decode())
    assert "n1: " in err
    assert "does not acknowledge" in err or "session with the BMC" in err


def test_a_bmc_without_a_console_says_so(sim, rack):
    bmc = sim()
    r = rack({"n1": bmc.host()})
    c = r.ctl("console", "n1", stdin="")
    assert c.status == 1
    assert re.search("console|SOL", c.err), c.err


def test_a_bmc_that_has_its_console_on_another_port_is_not_followed(
        tmp_path, rack):
    c = Console(tmp_path, "bmc0")

    try:
        c.port = PORT + 1
        c.setup_again()
        c.start()
        r = rack({"n1": c.host()})
        o = r.ctl("console", "n1", stdin="", timeout=40)
        assert o.status == 1
        assert "port of its own" in o.err, o.err
        assert r.json("power", "status", "n1", "--fresh")[0]["power"] == "on"

    finally:
        c.kill()


def test_a_local_bmc_says_what_is_missing(rack):
    r = rack({"n1": "driver ipmi; address local;"})
    o = r.ctl("console", "n1", stdin="")
    assert o.status == 1
    assert "serial port" in o.err
    o = r.ctl("power", "status", "n1")
    assert o.status == 1
    assert "/dev/ipmi0" in o.err and "ipmi_devintf" in o.err, o.err
