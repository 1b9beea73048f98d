"""Scripted Redfish BMCs, all of a test's in one process."""

import json
import os
import subprocess
import sys
import threading
import time

import pytest
import requests

from conftest import environment
from redfish_tree import V1
from redfish_vendors import PERSONALITIES

HERE = os.path.dirname(os.path.abspath(__file__))


def certificate(folder, name="bmc"):
    """[certificate, key], of Debian's openssl"""

    files = [str(folder / (name + ending)) for ending in (".crt", ".key")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         "/CN=" + name, "-addext", "subjectAltName=IP:127.0.0.1",
         "-out", files[0], "-keyout", files[1]], check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return files


class Bmc:
    """one of them; its functions are those of redfish_bmcs.Control"""

    def __init__(self, rig, name, p, port, address, tls):
        self.rig = rig
        self.p = p
        self.name = name
        self.port = port
        self.address = address
        self.tls = tls
        self.url = "http%s://%s:%d" % ("s" if tls else "", address, port)
        self.system = "%s/Systems/%s" % (V1, p["systems"][0])
        self.manager = "%s/Managers/%s" % (V1, p["manager"])
        self.chassis = "%s/Chassis/%s" % (V1, p["chassis"])

    def __getattr__(self, do):
        def call(**words):
            return self.rig.ask(do=do, bmc=self.name, **words)

        return call

    def certificate_file(self):
        """for who verifies; True: it has none"""

        return self.rig.files[0] if self.tls else True

    def host(self, words="", more=""):
        """its host{}, by driver redfish"""

        return ("driver redfish; address %s; user admin; password secret; "
                "redfish { port %d; tls %s; %s } %s"
                % (self.address, self.port, "off" if self.tls else "none",
                   words, more))

    def asked(self, *methods):
        """(method, path) of each request, logins left out"""

        return [(r["method"], r["path"]) for r in self.requests()
                if (not methods or r["method"] in methods)
                and "/SessionService" not in r["path"]]

    def sent(self, *methods):
        """(method, path, body) of each change, logins left out"""

        return [(r["method"], r["path"], json.loads(r["body"] or "null"))
                for r in self.requests()
                if r["method"] in (methods or ("POST", "PATCH", "DELETE"))
                and "/SessionService" not in r["path"]]

    def logins(self):
        """refused ones too"""

        return [r for r in self.requests() if r["method"] == "POST"
                and r["path"].startswith(V1 + "/SessionService")]

    def sessions(self):
        return self.counts()["sessions"]

    @property
    def boot(self):
        return self.get(path=self.system)["Boot"]

    def slot(self, ident, where=None):
        return self.get(path="%s/VirtualMedia/%s" % (where or self.manager,
                                                     ident))

    def start_again(self):
        self.start(port=self.port)


class Bmcs:
    """the process"""

    def __init__(self, folder):
        self.dir = folder
        self.log = folder / "redfish.log"
        self.files = None
        self.lock = threading.Lock()

        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, os.path.join(HERE, "redfish_bmcs.py")],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                env=environment(), text=True)

    def ask(self, **words):
        with self.lock:
            self.process.stdin.write(json.dumps(words) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()

        assert line, self.log.read_text()
        answer = json.loads(line)
        assert "error" not in answer, (words, answer["error"])
        return answer["ok"]

    def add(self, personality="plain", name=None, tls=False,
            address="127.0.0.1", **more):
        """words={…} changes the personality, faults=[…] what it does wrong,
        times={…} how long things take; see redfish_service"""

        name = name or "bmc%d" % self.ask(do="number")
        p = dict(PERSONALITIES[personality], **more.get("words", {}))

        if tls and self.files is None:
            self.files = certificate(self.dir)

        port = self.ask(do="add", name=name, personality=personality,
                        address=address,
                        tls=self.files if tls else None, **more)
        return Bmc(self, name, p, port, address, tls)

    def close(self):
        """it ends with its input; what it had to say fails the test"""

        self.process.stdin.close()

        try:
            self.process.wait(10)

        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail("the BMCs do not end")

        finally:
            self.process.stdout.close()

        assert self.process.returncode == 0, self.log.read_text()
        assert self.log.read_text() == ""


def until(check, timeout=10):
    end = time.monotonic() + timeout

    while not check():
        assert time.monotonic() < end, check
        time.sleep(0.02)


class Http:
    """requests of our own, with Basic unless told otherwise"""

    def __init__(self, bmc):
        self.url = bmc.url
        self.session = requests.Session()
        self.session.auth = ("admin", "secret")
        self.verify = bmc.certificate_file()

    def __call__(self, method, path, body=None, **kwargs):
        return self.session.request(method, self.url + path, json=body,
                                    timeout=10, verify=self.verify, **kwargs)

    def get(self, path):
        r = self("GET", path)
        assert r.status_code == 200, r.text
        return r.json()


def wrong(ident, text, status=400):
    """a rule's answer, and what it says"""

    return {"status": status, "body": {"error": {
        "code": "Base.1.8.GeneralError", "message": "see ExtendedInfo",
        "@Message.ExtendedInfo": [
            {"MessageId": "Base.1.8." + ident, "Message": text,
             "MessageSeverity": "Warning"}]}}}


def message(r):
    info, = r.json()["error"]["@Message.ExtendedInfo"]
    return info["MessageId"].rpartition(".")[2]


@pytest.fixture
def bmcs(tmp_path):
    """bmcs.add("hpe") is a BMC; several are possible"""

    rig = Bmcs(tmp_path)
    yield rig
    rig.close()
