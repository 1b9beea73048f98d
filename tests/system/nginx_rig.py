"""A real nginx with our modules, on a rack of simulated hosts."""

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pytest
import requests

from conftest import CRASHED, Rack, environment, program, run

KEY = "a-key-for-tests"
READER = "a-key-that-may-only-read"

POLICY = """
role all { allow read power boot identify media console log users bmc raw; }
key robot { sha256 %s; role all; }
key reader { sha256 %s; role reader; }
""" % (hashlib.sha256(KEY.encode()).hexdigest(),
       hashlib.sha256(READER.encode()).hexdigest())

NGINX = """load_module %(module)s;
bmc_conf %(conf)s;
%(main)s
error_log %(dir)s/error.log %(level)s;
pid %(dir)s/nginx.pid;

events { worker_connections 1024; }

http {
    log_format bmc '$status $request_method $uri user=$bmc_user '
                   'host=$bmc_host verb=$bmc_verb result=$bmc_result';
    access_log %(dir)s/access.log bmc;
    client_body_temp_path %(temp)s/body;
    proxy_temp_path %(temp)s/proxy;
    fastcgi_temp_path %(temp)s/fastcgi;
    scgi_temp_path %(temp)s/scgi;
    uwsgi_temp_path %(temp)s/uwsgi;
    %(http)s

    server {
        listen 127.0.0.1:%(port)d%(listen)s;
        %(server)s
    }
}
"""

SERVER = """
        bmc_auth key session user;
        location /api/ { bmc_api; }
"""

# another nginx than the one that is installed, with modules built for it

NGINX_BIN = shutil.which(os.environ.get("BMC_NGINX", "nginx"),
                         path=os.environ["PATH"] + ":/usr/sbin:/sbin")

# nothing that is found here may ever be logged

ALARM = re.compile(r"\[(alert|emerg|crit)\]|exited with code [1-9]")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def preload():
    """a sanitized module needs its libraries in nginx first"""

    out = run(["ldd", program("libbmcgate.so")]).out
    return [os.path.realpath(m) for m in
            re.findall(r"=> (\S*lib(?:asan|ubsan)\S*)", out)]


class Nginx:
    """nginx of one test: started, reloaded, stopped; its log is read"""

    def __init__(self, rack, folder):
        self.rack = rack
        self.dir = folder
        self.port = free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        self.process = None
        self.pid = None              # the master's
        self.allowed = []            # what the log may say all the same
        self.env = environment()
        libs = preload()

        if libs:
            self.env["LD_PRELOAD"] = ":".join(libs)

        # nginx keeps its cycle's memory to the end

        self.env["ASAN_OPTIONS"] = ":".join(
            [self.env.get("ASAN_OPTIONS", ""), "detect_leaks=0"]).strip(":")

        # bodies go where the workers may go

        self.temp = tempfile.mkdtemp(prefix="bmcgate-nginx.")
        os.chmod(self.temp, 0o711)

    def write(self, server=SERVER, http="", main="", level="info", listen="",
              **more):
        words = {"module": program("ngx_http_bmc_module.so"),
                 "conf": self.rack.conf, "dir": self.dir, "port": self.port,
                 "temp": self.temp, "listen": listen and " " + listen,
                 "main": main or "worker_processes 1;", "server": server,
                 "http": http, "level": level}
        words.update(more)
        (self.dir / "nginx.conf").write_text(NGINX % words)
        return self

    def argv(self, *args, daemon=False, log="error.log"):
        return [NGINX_BIN, "-p", str(self.dir), "-c",
                str(self.dir / "nginx.conf"), "-g",
                "daemon %s;" % ("on" if daemon else "off"),
                "-e", str(self.dir / log)] + list(args)

    def test(self):
        """nginx -t"""

        return run(self.argv("-t", log="test.log"), env=self.env)

    def start(self):
        self.process = subprocess.Popen(
            self.argv(), env=self.env, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=open(self.dir / "stderr", "ab"))
        end = time.monotonic() + 20

        while True:
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < end, self.log()

            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break

            except OSError:
                time.sleep(0.02)

        # the master listens before it has workers

        self.pid = self.process.pid
        conf = (self.dir / "nginx.conf").read_text()
        many = re.search(r"worker_processes (\d+);", conf)

        if "master_process off;" not in conf:
            self.until(lambda: len(self.workers())
                       >= (int(many.group(1)) if many else 1), "no workers")

        return self

    def start_daemon(self):
        """as a distribution starts it: what we started ends at once"""

        r = run(self.argv(daemon=True), env=self.env)
        assert r.status == 0, r
        self.pid = self.master()
        self.until(self.workers)
        return self

    def master(self):
        """nginx.pid is there before its line is"""

        file = self.dir / "nginx.pid"
        self.until(lambda: file.exists() and file.read_text().endswith("\n"),
                   "no nginx.pid")
        return int(file.read_text())

    def ended(self, pid=None):
        try:
            stat = open("/proc/%d/stat" % (pid or self.pid)).read()
            return stat.rpartition(")")[2].split()[0] == "Z"

        except FileNotFoundError:
            return True

    def log(self):
        files = [self.dir / "error.log", self.dir / "stderr"]

        return "".join(f.read_text(errors="replace") for f in files
                       if f.exists())

    def access(self):
        return (self.dir / "access.log").read_text().splitlines()

    def workers(self, pid=None):
        pid = pid or self.pid
        path = "/proc/%d/task/%d/children" % (pid, pid)

        return [int(p) for p in open(path).read().split()]

    def until(self, done, what="", timeout=20):
        end = time.monotonic() + timeout

        while not done():
            assert time.monotonic() < end, "%s\n%s" % (what, self.log())
            time.sleep(0.01)

    def reload(self):
        """new workers have come, old ones may still be there"""

        before = set(self.workers())
        os.kill(self.pid, signal.SIGHUP)
        self.until(lambda: set(self.workers()) - before, "no new worker")

    def reloaded(self, workers=1):
        """… and the old ones have gone"""

        before = set(self.workers())
        self.reload()
        self.until(lambda: not before & set(self.workers())
                   and len(self.workers()) == workers, "old workers stay")

    def stop(self, signo=signal.SIGQUIT, timeout=30):
        if self.process is None:
            if self.pid and not self.ended():
                os.kill(self.pid, signo)
                self.until(self.ended, "it does not end", timeout)

            self.look()
            return

        p, self.process = self.process, None

        if p.poll() is None:
            p.send_signal(signo)

            try:
                p.wait(timeout)

            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
                pytest.fail("signal %d did not end nginx\n%s"
                            % (signo, self.log()))

        self.look()

    def close(self):
        try:
            self.stop()

        finally:
            shutil.rmtree(self.temp, ignore_errors=True)
            self.rack.close()

    def look(self):
        text = self.log()

        for line in text.splitlines():
            if CRASHED.search(line):
                pytest.fail(text[-20000:])

            if ALARM.search(line) \
                    and not any(a in line for a in self.allowed):
                pytest.fail(line)

    # requests

    def ask(self, method, path, key=KEY, timeout=20, **kwargs):
        headers = kwargs.pop("headers", {})

        if key is not None:
            headers.setdefault("X-API-Key", key)

        return requests.request(method, self.url + path, headers=headers,
                                timeout=timeout, **kwargs)

    def get(self, path, **kwargs):
        return self.ask("GET", path, **kwargs)

    def post(self, path, body=None, **kwargs):
        if body is not None:
            kwargs["data"] = json.dumps(body)
            kwargs.setdefault("headers", {})["Content-Type"] = \
                "application/json"

        return self.ask("POST", path, **kwargs)


@pytest.fixture
def nginx(tmp_path):
    """nginx(hosts, server="…") makes one on a rack of its own, started"""

    made = []

    def make(hosts=2, extra="", start=True, **words):
        folder = tmp_path / ("nginx%d" % len(made))
        folder.mkdir()

        # its workers are another user's, whom no folder above lets in

        tmp_path.chmod(0o700)
        (folder / "rack").mkdir()
        rack = Rack(folder / "rack").write(hosts, POLICY + extra)
        n = Nginx(rack, folder).write(**words)
        made.append(n)
        return n.start() if start else n

    yield make

    for n in made:
        n.close()
