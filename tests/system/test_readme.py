"""Every example of README.md does what README.md says.

The blocks marked sh run in order in one shell, as a newcomer would; those
marked c are compiled and run; those marked nginx are configurations.
"""

import json
import os
import re
import shlex
import subprocess

import pytest

from demo_rig import ports   # noqa: F401
from nginx_rig import preload

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("BMC_BUILD", os.path.join(TOP, "build"))


def readme():
    with open(os.path.join(TOP, "README.md"), encoding="utf-8") as f:
        return f.read()


def blocks(kind):
    found = re.findall(r"(?ms)^```%s\n(.*?)^```$" % re.escape(kind),
                       readme())
    assert found, "README.md has no block marked %s" % kind
    return found


def environment(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith("BMC_")}
    env.update(more, BMC_BUILD=BUILD)
    return env


def run(command, env, timeout=120, **kwargs):
    return subprocess.run(command, env=env, cwd=TOP, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, universal_newlines=True,
                          **kwargs)


@pytest.fixture
def demo(tmp_path):
    """a rack as README.md starts it, but in a folder of its own"""

    folder = tmp_path / "demo"
    yield folder
    run(["auto/demo", "--stop", "--dir", str(folder)], environment())


def here(text, folder, port):
    """the newcomer's build, demo, and ports are this test's"""

    text = text.replace("auto/demo --", "auto/demo --port %d --dir %s --"
                        % (port, shlex.quote(str(folder))))
    text = text.replace("build/demo/", shlex.quote(str(folder)) + "/")
    return text.replace("build/bmcctl", shlex.quote(BUILD + "/bmcctl"))


def typed(demo, port):
    """README.md's commands, and what they said"""

    script = ""

    for line in "".join(blocks("sh")).splitlines():
        assert not line.startswith("#") and not line.endswith("\\")
        script += "echo %s\n%s\n" % (shlex.quote("$ " + line),
                                     here(line, demo, port))

        # an answer of JSON ends without a newline

        if line.startswith("curl "):
            script += "echo\n"

    done = run(["sh", "-ec", script], environment())
    assert done.returncode == 0, done.stdout
    assert "not found" not in done.stdout

    said = {}

    for part in re.split(r"(?m)^\$ ", done.stdout)[1:]:
        line, answer = part.split("\n", 1)
        said[line.replace("build/bmcctl ", "")] = answer

    return said


def test_the_shell_examples_succeed_one_after_the_other(demo, ports):
    said = typed(demo, ports())
    assert "pxe" in said["boot n3"]
    assert "stopped the demo" in said["auto/demo --stop"]

    # over HTTP; a change and its outcome are JSON on one line

    http = {line.split("$BMC_HTTP", 1)[1].strip(): json.loads(answer)
            for line, answer in said.items()
            if "$BMC_HTTP/" in line and "/metrics" not in line}
    assert len(http["/api/hosts?limit=3"]["hosts"]) == 3
    assert http["/api/hosts/n3"]["name"] == "n3"
    assert http["/api/hosts/n3/power?fresh=1"]["power"] == "on"
    assert http["/api/hosts/n3/power"]["verified"] is True
    assert http["/power/status"]["power_state"] == "on"

    # the second example: BMCs that are not ours, over IPMI

    assert re.findall(r"(?m)^(n\d) .* (ipmi|sim) ", said["ls n1 n2 n5"]) \
        == [("n1", "ipmi"), ("n2", "ipmi"), ("n5", "sim")]
    assert said["power off n1 --verify"] == "n1: off, verified\n"
    assert said["power on n1 --verify"] == "n1: on, verified\n"
    assert "reading 93, threshold 90 degrees C" in said["log n1"]
    assert "Demo Server" in said["inventory n1"]
    assert "protocol: ipmi" in said["describe n1"]
    assert "\n```\n%s```\n" % said["sensors n1"] in readme()
    assert "ports %d and %d\n" % (8080 + 16000, 8080 + 16001) in readme()

    # and over Redfish

    assert re.findall(r"(?m)^(n\d) .* (\w+) +redfish ", said["ls n3 n4"]) \
        == [("n3", "HPE"), ("n4", "OpenBMC")]
    assert 'vendor "HPE" is HPE' in said["quirks n3"]
    assert "total_power" in said["sensors n4"]
    assert said["power cycle n3 --verify"] == "n3: on, verified\n"


def test_the_programs_example_compiles_and_asks_a_bmc(demo, ports, tmp_path):
    source = tmp_path / "example.c"
    source.write_text("".join(blocks("c")))
    program = str(tmp_path / "example")
    extra = []

    with open(os.path.join(BUILD, "flags")) as f:
        if "-fsanitize=address" in f.read().splitlines()[2]:
            extra = ["-fsanitize=address,undefined"]

    done = run(["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror",
                "-I" + os.path.join(TOP, "shared"), "-o", program,
                str(source)] + extra + ["-L" + BUILD, "-lbmcgate",
                "-Wl,-rpath," + BUILD], environment())
    assert done.returncode == 0, done.stdout

    done = run(["auto/demo", "--detach", "--dir", str(demo), "--port",
                str(ports())], environment())
    assert done.returncode == 0, done.stdout

    done = run([program],
               environment(BMC_CONF=str(demo / "bmcgate.conf")))
    assert done.returncode == 0, done.stdout
    assert re.fullmatch(r"n1: (on|off)\n", done.stdout), done.stdout


@pytest.mark.parametrize("n", range(len(blocks("nginx"))))
def test_the_configuration_example_is_right(n, tmp_path):
    (tmp_path / "hosts.d").mkdir()
    conf = tmp_path / "bmcgate.conf"
    conf.write_text(blocks("nginx")[n])

    done = run([os.path.join(BUILD, "bmcctl"), "-t"],
               environment(BMC_CONF=str(conf), SECRET="x"))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("source", ["README.md", "conf/nginx.conf"])
def test_nginxs_configuration_example_is_right(source, tmp_path):
    if source == "README.md":
        text = blocks("nginx-http")[0]

    else:
        with open(os.path.join(TOP, source)) as f:
            text = f.read()

    done = run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
                "-subj", "/CN=x", "-keyout", str(tmp_path / "key.pem"),
                "-out", str(tmp_path / "cert.pem")], environment())
    assert done.returncode == 0, done.stdout
    (tmp_path / "bmcgate.conf").write_text("host node7 { driver sim; }\n")
    text = text.replace("/etc/bmcgate", str(tmp_path))
    text = text.replace("/var/log/nginx", str(tmp_path))
    text = text.replace("modules/ngx_http_bmc_module.so",
                        BUILD + "/ngx_http_bmc_module.so")
    conf = tmp_path / "nginx.conf"
    conf.write_text("pid %s/pid;\n%s" % (tmp_path, text))
    done = run(["nginx", "-t", "-c", str(conf), "-e", str(tmp_path / "log")],
               environment(LD_PRELOAD=":".join(preload()),
                           ASAN_OPTIONS="detect_leaks=0",
                           PATH=os.environ["PATH"] + ":/usr/sbin"))
    assert done.returncode == 0, done.stdout


def test_the_default_configuration_is_right(tmp_path):
    with open(os.path.join(TOP, "conf/bmcgate.conf")) as f:
        text = f.read()

    conf = tmp_path / "bmcgate.conf"
    conf.write_text(text.replace("/etc/bmcgate", str(tmp_path)))

    done = run([os.path.join(BUILD, "bmcctl"), "-t"],
               environment(BMC_CONF=str(conf)))
    assert done.returncode == 0, done.stdout

    # what is behind # is right, too; its hashes are examples

    hashed = re.sub(r"(?m)^#(?=\S|   )", "", text)
    hashed = hashed.replace("/etc/bmcgate", str(tmp_path))
    hashed = hashed.replace("sha256 HASH", "sha256 " + "0" * 64)
    hashed = hashed.replace("password_hash HASH", "password_hash $6$salt$" +
                            "x" * 86)
    (tmp_path / "secret").write_text("secret\n")
    (tmp_path / "secret").chmod(0o600)
    conf.write_text(hashed)

    done = run([os.path.join(BUILD, "bmcctl"), "-t"],
               environment(BMC_CONF=str(conf)))
    assert done.returncode == 0, done.stdout
