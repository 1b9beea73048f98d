"""What system tests share: racks of simulated hosts, and bmcctl on them."""

import collections
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("BMC_BUILD",
                                       os.path.join(TOP, "build")))

# what a sanitizer or a crashed process says

CRASHED = re.compile(r"Sanitizer|runtime error:|Assertion .* failed")

# answers at once, and does not keep a test waiting for a power change

QUICK = ("power_delay 50ms; shutdown_time 100ms; cycle_gap 50ms; "
         "bmc_boot 100ms;")

Result = collections.namedtuple("Result", "status out err")


def environment(**more):
    """ours, without what the caller's shell may have sourced"""

    env = {k: v for k, v in os.environ.items() if not k.startswith("BMC_")}
    env.update(LC_ALL="C.UTF-8", TERM="xterm")
    env.update(more)
    return env


def checked(err):
    assert not CRASHED.search(err), err
    return err


def program(name):
    return os.path.join(BUILD, name)


def run(argv, stdin=None, timeout=30, env=None, **kwargs):
    """a command to its end; what a sanitizer says fails the test"""

    p = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         stdin=subprocess.PIPE if stdin is not None
                         else subprocess.DEVNULL,
                         env=env or environment(), **kwargs)

    try:
        out, err = p.communicate(stdin.encode() if stdin is not None else None,
                                 timeout)

    except subprocess.TimeoutExpired:
        p.kill()
        out, err = p.communicate()
        pytest.fail("%s: not done after %s s\n%s\n%s"
                    % (argv, timeout, out.decode(errors="replace"),
                       err.decode(errors="replace")))

    return Result(p.returncode, out.decode(), checked(err.decode()))


class Terminal:
    """a process on a terminal of its own; err_to_pipe keeps stderr apart"""

    def __init__(self, argv, env=None, rows=24, columns=80, **kwargs):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)

        def lead():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

            # a shell starts background jobs with it ignored

            signal.signal(signal.SIGINT, signal.SIG_DFL)

        self.process = subprocess.Popen(argv, stdin=slave, stdout=slave,
                                        stderr=slave, preexec_fn=lead,
                                        env=env or environment(), **kwargs)

        # kept open, so that the terminal can still be looked at afterwards

        self.slave = slave
        self.text = ""

    def read(self, timeout):
        if select.select([self.master], [], [], timeout)[0]:
            self.text += os.read(self.master, 65536).decode(errors="replace")
            return True

        return False

    def expect(self, pattern, timeout=20):
        end = time.monotonic() + timeout

        while not re.search(pattern, self.text):
            left = end - time.monotonic()
            assert left > 0, "no %r in %r" % (pattern, self.text)
            self.read(min(left, 0.2))

        return re.search(pattern, self.text)

    def type(self, keys):
        os.write(self.master, keys.encode())

    def settings(self):
        return termios.tcgetattr(self.slave)

    def wait(self, timeout=20):
        end = time.monotonic() + timeout

        while self.process.poll() is None:
            assert time.monotonic() < end, self.text
            self.read(0.05)

        while self.read(0):
            pass

        checked(self.text)
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

        os.close(self.master)
        os.close(self.slave)


class Rack:
    """a folder with a bmcgate.conf of hosts, and its own run and state"""

    def __init__(self, folder):
        self.dir = folder
        self.conf = folder / "bmcgate.conf"
        self.hosts_d = folder / "hosts.d"
        self.audit = folder / "audit.log"
        self.started = []
        self.env = environment(BMC_CONF=str(self.conf))

    def write(self, hosts=(), extra=""):
        """hosts: how many; or names; or names to what their {} holds"""

        if isinstance(hosts, int):
            hosts = ["n%d" % i for i in range(1, hosts + 1)]

        if not isinstance(hosts, dict):
            hosts = {name: "" for name in hosts}

        text = ["run %s/run;" % self.dir, "state %s/state;" % self.dir,
                "audit %s;" % self.audit, "limit changes off;",
                "stagger 0;",
                "include %s/*.conf;" % self.hosts_d, extra]

        for name, body in hosts.items():
            if "driver" not in body:
                body += " driver sim;"

            if "sim {" not in body and "driver sim" in body:
                body += " sim { %s }" % QUICK

            text.append("host %s { %s }" % (name, body))

        for folder in ("run", "state"):
            (self.dir / folder).mkdir(exist_ok=True)

        self.conf.write_text("\n".join(text) + "\n")
        self.conf.chmod(0o640)
        return self

    def ctl(self, *args, **kwargs):
        kwargs.setdefault("env", self.env)
        return run([program("bmcctl")] + list(args), **kwargs)

    def json(self, *args, status=0, **kwargs):
        r = self.ctl(*args, "-o", "json", **kwargs)
        assert r.status == status, r
        return json.loads(r.out)

    def start(self, *args, **kwargs):
        """a bmcctl that goes on; ended with the test"""

        p = subprocess.Popen([program("bmcctl")] + list(args), env=self.env,
                             stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             **kwargs)
        self.started.append(p)
        return p

    def terminal(self, *args, **kwargs):
        t = Terminal([program("bmcctl")] + list(args), env=self.env, **kwargs)
        self.started.append(t)
        return t

    def close(self):
        for p in self.started:
            if isinstance(p, Terminal):
                p.close()

            elif p.poll() is None:
                p.send_signal(signal.SIGTERM)

                try:
                    _, err = p.communicate(timeout=10)

                except subprocess.TimeoutExpired:
                    p.kill()
                    _, err = p.communicate()
                    pytest.fail("SIGTERM did not end it")

                checked(err.decode(errors="replace"))


@pytest.fixture
def rack(tmp_path):
    """rack(hosts=4, extra="…") makes one; several are possible"""

    racks = []

    def make(hosts=0, extra=""):
        folder = tmp_path / ("rack%d" % len(racks) if racks else "rack")
        folder.mkdir()
        racks.append(Rack(folder))
        return racks[-1].write(hosts, extra)

    yield make

    for r in racks:
        r.close()


@pytest.fixture
def ctl():
    """bmcctl without a configuration of ours"""

    def call(*args, **kwargs):
        return run([program("bmcctl")] + list(args), **kwargs)

    return call
