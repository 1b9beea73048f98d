"""An nginx to measure, with one worker, our module and simulated BMCs."""

# Copyright (C) the bmcgate authors

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request


KEY = "a-key-to-measure-with"

# as long as what a host's power looks like

POWER = ('{"power":"on","age":10.0,"since":"2026-01-01T00:00:00.000Z",'
         '"reachable":true,"driver":"sim"}')

NGINX = """load_module %(module)s;
bmc_conf %(conf)s;
%(user)s
worker_processes 1;
daemon off;
pid %(dir)s/nginx.pid;

events { worker_connections 4096; }

http {
    access_log off;
    sendfile on;
    keepalive_requests 1000000000;
    client_body_temp_path %(dir)s/temp;
    proxy_temp_path %(dir)s/temp;
    fastcgi_temp_path %(dir)s/temp;
    scgi_temp_path %(dir)s/temp;
    uwsgi_temp_path %(dir)s/temp;

    server {
        listen 127.0.0.1:%(port)d;
        root %(dir)s/files;
        default_type application/json;
        bmc_auth key;
        location /api/ { bmc_api; }
        location = /metrics { bmc_metrics; }
        location = /power { return 200 '%(power)s'; }
    }
}
"""

READY = 60                      # s


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def key_conf():
    return ("key bench { sha256 %s; role reader; }\n"
            % hashlib.sha256(KEY.encode()).hexdigest())


class Nginx:
    """ends when it is left, and with us"""

    def __init__(self, programs, folder, conf):
        self.dir = os.path.join(folder, "nginx")
        self.conf = os.path.join(self.dir, "nginx.conf")
        self.log = os.path.join(self.dir, "error.log")
        self.files = os.path.join(self.dir, "files")
        self.port = free_port()
        self.process = None
        os.makedirs(self.files)

        with open(self.conf, "w", encoding="ascii") as f:
            f.write(NGINX % {
                "module": os.path.join(os.path.dirname(programs),
                                       "ngx_http_bmc_module.so"),
                "conf": conf, "dir": self.dir, "port": self.port,
                "power": POWER,
                "user": "user root;" if os.geteuid() == 0 else ""})

    def __enter__(self):
        path = os.environ["PATH"] + ":/usr/sbin:/sbin"
        binary = shutil.which(os.environ.get("BMC_NGINX", "nginx"),
                              path=path)

        if binary is None:
            raise OSError("nginx is not there; auto/deps --test brings it")

        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", binary, "-p", self.dir,
                 "-e", self.log, "-c", self.conf],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

        try:
            self.wait(lambda: self.get("/power"))

        except BaseException:
            self.__exit__()
            raise

        return self

    def __exit__(self, *error):
        self.process.terminate()

        try:
            self.process.wait(10)

        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()[-400:].strip() or "nothing"

    def get(self, path):
        """None while nobody listens"""

        q = urllib.request.Request(
            "http://127.0.0.1:%d%s" % (self.port, path),
            headers={"X-API-Key": KEY})

        try:
            with urllib.request.urlopen(q, timeout=READY) as answer:
                return answer.read()

        except OSError:
            return None

    def wait(self, done):
        end = time.monotonic() + READY

        while not done():
            if self.process.poll() is not None or time.monotonic() > end:
                raise OSError("nginx is not ready; it has said: %s"
                              % self.said())

            time.sleep(0.1)

    def workers(self):
        path = "/proc/%d/task/%d/children" % ((self.process.pid,) * 2)

        with open(path, encoding="ascii") as f:
            return f.read().split()

    def reload(self):
        """the old worker has gone"""

        before = self.workers()
        self.process.send_signal(signal.SIGHUP)
        self.wait(lambda: len(self.workers()) == 1
                  and self.workers() != before)

    def pin(self, cpus):
        for pid in self.workers():
            os.sched_setaffinity(int(pid), cpus)
