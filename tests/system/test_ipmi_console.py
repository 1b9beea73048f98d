"""The console of a BMC that speaks IPMI, and the machine behind it."""

import os
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

from conftest import Terminal, checked, environment, program, run
from hammers import Hammer
from ipmi_rig import Sim, proxy, sim   # noqa: F401

OPEN, CONSOLE = 0x10, 0xc1           # payload types

TEXT = b"".join(b"%08d\r\n" % i for i in range(10000))


class Serial(threading.Thread):
    """the machine's serial port, behind the BMC"""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen()
        self.listener.settimeout(0.05)
        self.port = self.listener.getsockname()[1]
        self.bmc = None
        self.slow = False
        self.got = b""
        self.over = False
        self.start()

    def run(self):
        while not self.over:
            try:
                if self.bmc is None:
                    bmc = self.listener.accept()[0]
                    bmc.settimeout(0.05)
                    self.bmc = bmc

                data = self.bmc.recv(256 if self.slow else 65536)
                self.got += data

                if self.slow:
                    time.sleep(0.001)

            except (TimeoutError, ConnectionError):
                pass

    def say(self, data):
        end = time.monotonic() + 20

        while data:
            assert time.monotonic() < end, "%d bytes left" % len(data)

            try:
                data = data[self.bmc.send(data):]

            except (TimeoutError, AttributeError):
                time.sleep(0.01)

    def heard(self, data, timeout=30):
        end = time.monotonic() + timeout

        while len(self.got) < len(data):
            assert time.monotonic() < end, (len(self.got), self.got[-100:])
            time.sleep(0.01)

        assert self.got == data, self.got[:200]
        return True

    def close(self):
        self.over = True
        self.join()
        self.listener.close()

        if self.bmc is not None:
            self.bmc.close()


class Machine(Sim):
    """a BMC with a machine that has a serial port"""

    def __init__(self, folder, name, **kwargs):
        self.serial = Serial()
        super().__init__(folder, name, **kwargs)

    def setup(self):
        super().setup()
        conf = self.dir / "lan.conf"
        conf.write_text(conf.read_text().replace(
            "  chassis_control", '  sol "tcp:127.0.0.1:%d" 115200\n'
            "  chassis_control" % self.serial.port))

    def tool(self, *words):
        return ["ipmitool", "-I", "lanplus", "-C", "3", "-H", "127.0.0.1",
                "-p", str(self.port), "-U", "admin", "-P", "secret", *words]

    def kill(self):
        super().kill()
        self.serial.close()


@pytest.fixture
def machine(tmp_path):
    made = []

    def make(**kwargs):
        m = Machine(tmp_path, "bmc%d" % len(made), **kwargs)
        made.append(m)
        return m.start()

    yield make

    for m in made:
        m.kill()


class Console:
    """bmcctl console, open: the machine has been heard"""

    def __init__(self, rack, m):
        self.p = rack.start("console", "n1")
        self.out = b""
        os.set_blocking(self.p.stdout.fileno(), False)
        end = time.monotonic() + 20

        while b"ready" not in self.out:
            assert time.monotonic() < end
            assert self.p.poll() is None, self.p.stderr.read()
            m.serial.say(b"ready\r\n")
            time.sleep(0.1)
            self.read()

        m.serial.say(b"now:")
        self.until(b"now:")
        self.out = b""

    def read(self):
        try:
            self.out += self.p.stdout.read() or b""

        except BlockingIOError:
            pass

    def until(self, what, timeout=30):
        end = time.monotonic() + timeout

        while not self.out.endswith(what):
            assert time.monotonic() < end, (len(self.out), self.out[-200:])
            time.sleep(0.01)
            self.read()

        return self.out

    def ended(self, timeout=30):
        status = self.p.wait(timeout)
        return status, checked(self.p.stderr.read().decode())


class Typist(Console):
    """… whose standard input is a pipe that we hold"""

    def __init__(self, rack, m):
        start = rack.start

        def piped(*args):
            r, self.w = os.pipe()
            with_pipe = dict(env=rack.env, stdin=r, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
            p = subprocess.Popen([program("bmcctl"), *args], **with_pipe)
            os.close(r)
            rack.started.append(p)
            return p

        rack.start = piped

        try:
            super().__init__(rack, m)

        finally:
            rack.start = start

    def type(self, data):
        while data:
            data = data[os.write(self.w, data):]

    def typing(self, data):
        t = threading.Thread(target=self.type, args=(data,), daemon=True)
        t.start()
        return t


def test_any_byte_passes_both_ways(rack, machine):
    m = machine()
    c = Typist(rack({"n1": m.host()}), m)
    every = bytes(range(256))
    c.type(every)
    assert m.serial.heard(every)
    m.serial.say(every + b"$$")
    assert c.until(b"$$") == every + b"$$"


def test_much_output_and_a_long_paste_arrive_whole_and_in_order(rack,
                                                                machine):
    m = machine()
    c = Typist(rack({"n1": m.host()}), m)
    c.typing(TEXT)
    m.serial.say(TEXT)
    assert c.until(TEXT[-10:]) == TEXT
    assert m.serial.heard(TEXT)


def test_a_machine_that_reads_slowly_loses_nothing(rack, machine):
    m = machine()
    m.serial.slow = True
    c = Typist(rack({"n1": m.host()}), m)
    c.typing(3 * TEXT)
    assert m.serial.heard(3 * TEXT, 60)


def test_datagrams_that_are_lost_take_nothing_with_them(rack, machine,
                                                        proxy):
    m = machine()
    p = proxy(m)
    count = {"up": 0, "down": 0}

    def lossy(way, every):
        def some(d):
            if d[4] != 6 or d[5] != CONSOLE:
                return [d]

            count[way] += 1
            return [] if count[way] % every == 0 else [d]

        return some

    p.through = lossy("up", 9)
    p.down = lossy("down", 7)
    c = Typist(rack({"n1": p.host(more="timeout 1s;")}), m)
    text = TEXT[:3000]
    c.typing(text)
    m.serial.say(text)
    assert c.until(text[-10:], 60) == text
    assert m.serial.heard(text, 60)


def test_other_verbs_go_on_beside_it_in_the_same_session(rack, machine,
                                                         proxy):
    m = machine()
    p = proxy(m)
    r = rack({"n1": p.host("cipher 3;")})
    c = Console(r, m)
    assert "on" in r.ctl("power", "status", "n1", "--fresh").out
    assert r.ctl("power", "force-off", "n1").status == 0
    assert "off" in r.ctl("power", "status", "n1", "--fresh").out
    m.serial.say(b"still here")
    c.until(b"still here")
    assert len(p.kinds(OPEN)) == 1


def test_what_is_polled_is_polled_while_a_console_is_open(rack, machine):
    m = machine()
    r = rack({"n1": m.host(more="poll 1s;")})
    h = Hammer(r, "poll", "stay").opened()
    h.do("n1", "power.status", "+fresh")
    c = Console(r, m)
    m.chassis.write_text("power 0\nboot none\n")
    end = time.monotonic() + 15

    while "off" not in r.ctl("power", "status", "n1").out:
        assert time.monotonic() < end
        time.sleep(0.2)

    m.serial.say(b"here")
    c.until(b"here")
    h.kill()


def test_a_console_that_was_hung_up_is_free_at_once(rack, machine):
    m = machine()
    r = rack({"n1": m.host()})
    h = Hammer(r, "poll", "stay").opened()
    h.do("n1", "power.status", "+fresh")

    for keys in ("a", "bc", "d", "e"):
        t = r.terminal("console", "n1")
        t.expect("~. ends it")
        end = time.monotonic() + 10

        while b"hello" not in t.text.encode():
            assert time.monotonic() < end, t.text
            m.serial.say(b"hello")
            t.read(0.1)

        m.serial.got = b""
        t.type(keys + "\r")
        assert m.serial.heard(keys.encode() + b"\r")
        t.type("~.")
        assert t.wait() == 0

    tool = Terminal(m.tool("sol", "activate"), env=environment())
    r.started.append(tool)
    tool.expect("SOL Session operational")
    h.kill()


def test_kill_9_of_a_client_frees_the_console(rack, machine):
    m = machine()
    r = rack({"n1": m.host()})
    h = Hammer(r, "poll", "stay").opened()
    h.do("n1", "power.status", "+fresh")
    c = Console(r, m)
    c.p.kill()
    c.p.wait()
    end = time.monotonic() + 10

    while True:
        tool = Terminal(m.tool("sol", "activate"), env=environment())
        r.started.append(tool)
        tool.expect("SOL Session operational|already active")

        if "operational" in tool.text:
            break

        assert time.monotonic() < end
        time.sleep(0.1)

    h.kill()


def test_a_killed_holder_leaves_words_of_what_helps(rack, machine):
    m = machine()
    r = rack({"n1": m.host()})
    c = Console(r, m)
    c.p.kill()
    c.p.wait()

    o = r.ctl("console", "n1")
    assert o.status == 1
    command = re.search(r'"bmcctl (raw [^"]+)"', o.err).group(1)
    assert r.ctl(*command.split()).status == 0
    Console(r, m)


def test_a_console_in_use_elsewhere_is_not_stolen(rack, machine):
    m = machine()
    r = rack({"n1": m.host()})
    tool = Terminal(m.tool("sol", "activate"), env=environment())
    r.started.append(tool)
    tool.expect("SOL Session operational")
    o = r.ctl("console", "n1")
    assert o.status == 1
    assert o.err.startswith("n1: the console of 127.0.0.1 is in use in "
                            "another session"), o.err
    m.serial.say(b"still mine")
    tool.expect("still mine")


def test_a_second_door_watches_the_first(rack, machine):
    m = machine()
    r = rack({"n1": m.host()})
    one = Typist(r, m)
    two = Typist(r, m)
    one.read()
    one.out = b""
    m.serial.say(b"for all")
    one.until(b"for all")
    two.until(b"for all")
    two.type(b"nobody")
    one.type(b"somebody")
    assert m.serial.heard(b"somebody")
    assert m.serial.got == b"somebody"


def test_a_bmc_that_dies_ends_the_console_in_words(rack, machine):
    m = machine()
    c = Typist(rack({"n1": m.host(more="timeout 1s;")}), m)
    m.process.kill()
    m.process.wait()
    c.type(b"x")
    status, err = c.ended()
    assert status == 1
    assert err == "n1: 127.0.0.1 fell silent, and the console is lost\n"


def test_a_console_that_is_taken_away_ends_in_words(rack, machine):
    m = machine()
    c = Typist(rack({"n1": m.host(more="timeout 1s;")}), m)
    assert run(m.tool("sol", "deactivate")).status == 0
    c.type(b"x")
    status, err = c.ended()
    assert status == 1
    assert err == ("n1: 127.0.0.1 answers, but does not take what is typed; "
                   "another session may have taken its console\n")


def test_a_silent_bmc_opens_none(rack, machine):
    m = machine()
    r = rack({"n1": m.host(more="timeout 1s;")})
    m.stop()
    o = r.ctl("console", "n1")
    m.cont()
    assert o.status == 1
    assert "no answer from 127.0.0.1" in o.err


def test_a_bmc_without_a_console_says_so(rack, sim):
    o = rack({"n1": sim().host()}).ctl("console", "n1")
    assert o.status == 1
    assert re.match(r"n1: 127.0.0.1 refused a console \(IPMI 0x", o.err)


def test_a_console_that_is_disabled_says_what_would_enable_it(rack, machine):
    m = machine()
    r = rack({"n1": m.host()})
    assert run(m.tool("sol", "set", "enabled", "false")).status == 0
    o = r.ctl("console", "n1")
    assert o.status == 1
    assert "SOL is disabled" in o.err and "enabled true" in o.err


def test_sigterm_gives_the_console_back(rack, machine):
    m = machine()
    r = rack({"n1": m.host()})

    for _ in range(3):
        c = Console(r, m)
        c.p.send_signal(signal.SIGTERM)
        c.ended()


def test_a_local_bmc_says_what_is_missing(rack):
    r = rack({"n1": "driver ipmi; address local;"})
    o = r.ctl("console", "n1")
    assert o.status == 1
    assert "the machine's own serial port" in o.err
    o = r.ctl("power", "status", "n1")
    assert o.status == 1
    assert ("n1: /dev/ipmi0 cannot be used: No such file or directory "
            "(is the module ipmi_devintf loaded?)") in o.err
