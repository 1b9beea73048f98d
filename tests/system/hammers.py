"""Processes that embed the core, and what the simulated BMCs saw of them."""

import json
import os
import queue
import re
import subprocess
import threading
import time

from conftest import checked, environment, program, run

# nothing was sent when a change ends so

NOT_SENT = {"failed", "timeout", "cancelled", "busy", "limited",
            "unreachable", "unaudited", "closed", "denied"}


class Hammer:
    """a process of tests/tools/hammer"""

    def __init__(self, rack, *words, argv=list):
        """argv(words): what is run instead, such as after an unshare"""

        self.err = rack.dir / ("hammer%d.err" % len(rack.started))
        self.told = []
        self.ended = False
        self.asked = 0
        self.sent = {}
        self.lines = queue.Queue()

        with open(self.err, "wb") as f:
            self.process = subprocess.Popen(
                argv([program("tests/tools/hammer"), str(rack.conf)]
                     + list(words)),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=f,
                env=environment())

        rack.started.append(self)
        self.pid = self.process.pid
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def opened(self, timeout=20):
        line = self.line(timeout)
        assert line == {"pid": self.pid}, (line, self.err.read_text())
        return self

    def ask(self, *words):
        """the request's number, as in what is told of it"""

        line = " ".join(str(w) for w in words)
        self.asked += 1
        self.sent[self.asked] = line
        self.write(line)
        return self.asked

    def write(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

        self.lines.put(None)

    def line(self, timeout):
        """the next line of output; None: it has ended, or the time has"""

        try:
            return self.lines.get(timeout=timeout)

        except queue.Empty:
            return None

    def take(self, line):
        if "end" in line:
            self.ended = True

        elif "n" in line:
            line["line"] = self.sent.get(line["n"], "")
            self.told.append(line)

    def result(self, n, timeout=20):
        """what became of request n"""

        end = time.monotonic() + timeout

        while not any(t["n"] == n for t in self.told):
            line = self.line(max(0, end - time.monotonic()))
            assert line is not None, \
                "%r: no answer\n%s" % (self.sent[n], self.err.read_text())
            self.take(line)

        return next(t for t in self.told if t["n"] == n)

    def do(self, *words, timeout=20):
        return self.result(self.ask(*words), timeout)

    def drain(self, timeout=30):
        """all it says until its output ends"""

        while True:
            line = self.line(timeout)

            if line is None:
                break

            self.take(line)

        return self.told

    def kill(self):
        """kill -9, and what it had told by then"""

        self.process.kill()
        self.process.wait()
        self.drain(5)
        self.shut()
        checked(self.err.read_text(errors="replace"))
        return self.told

    def finish(self, timeout=60):
        """no more requests: all it has is answered, then it ends"""

        self.process.stdin.close()
        self.drain(timeout)
        assert self.process.wait(timeout) == 0, self.err.read_text()
        checked(self.err.read_text(errors="replace"))
        assert self.ended
        self.shut()
        return self.told

    def shut(self):
        try:
            self.process.stdin.close()

        except BrokenPipeError:
            pass

        self.reader.join(10)
        self.process.stdout.close()

    # what Rack.close() wants of what was started

    def poll(self):
        return self.process.poll()

    def send_signal(self, signo):
        self.process.kill()

    def communicate(self, timeout=None):
        self.process.wait(timeout)
        self.shut()
        return b"", self.err.read_bytes()


def simctl(rack, host, *words):
    return run([program("tests/tools/simctl"), str(rack.dir / "state/sim"),
                host] + list(words))


def machine(rack, host):
    """what the simulated BMC saw"""

    r = simctl(rack, host, "show")
    assert r.status == 0, r
    return json.loads(r.out)


def holders(rack, host):
    """the processes with a session at this BMC"""

    r = simctl(rack, host, "show")
    return json.loads(r.out)["holders"] if r.status == 0 else []


def marks(rack, host):
    """mark to how often the BMC carried it out"""

    seen = {}

    for change in machine(rack, host)["list"]:
        m = re.search(r"data=([0-9a-f]+)", change["tag"])

        if m:
            seen[m.group(1)] = seen.get(m.group(1), 0) + 1

    return seen


def marked(mark):
    """the words of a change that can be told from all others"""

    return ("raw", "netfn=06", "cmd=01", "data=%s" % mark)


def trail(rack):
    """the audit's lines"""

    if not rack.audit.exists():
        return []

    return [json.loads(line) for line in rack.audit.read_text().splitlines()]


def history(rack):
    """operation's number to what the audit says of it, in order"""

    ops = {}

    for line in trail(rack):
        if line.get("op"):
            ops.setdefault(line["op"], []).append(line)

    return ops


def whole(rack):
    r = rack.ctl("audit", "verify")
    assert r.status == 0, r


def sockets(rack):
    return os.listdir(rack.dir / "run/peer")
