"""auto/demo, as a newcomer and as a script use it."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

import pytest
import requests

from conftest import CRASHED
from demo_rig import ports   # noqa: F401
from ipmi_rig import sim   # noqa: F401

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
DEMO = os.path.join(TOP, "auto/demo")


def environment(**more):
    env = {k: v for k, v in os.environ.items()
           if not k.startswith("BMC_") or k == "BMC_BUILD"}
    env.setdefault("BMC_BUILD", os.path.join(TOP, "build"))
    env.update(more)
    return env


def demo(*args, env=None, **kwargs):
    return subprocess.run([DEMO] + list(args), env=env or environment(),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, universal_newlines=True,
                          timeout=60, **kwargs)


def sourced(folder, command):
    return subprocess.run(["sh", "-ec", '. "$1/env"; ' + command, "sh",
                           str(folder)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True, timeout=60)


def alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"

    except FileNotFoundError:
        return False


def started(folder):
    """the processes of a demo, by name"""

    lines = (folder / "pid").read_text().splitlines()
    return {line.split()[2]: int(line.split()[0]) for line in lines}


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        return [int(n) for n in f.read().split()]


def left(folder):
    """whoever lives in a demo's folder, written down or not"""

    found = []

    for name in os.listdir("/proc"):
        try:
            with open("/proc/%s/environ" % name, "rb") as f:
                ours = b"BMC_CONF=%s/" % os.fsencode(str(folder)) in f.read()

            if ours or os.readlink("/proc/%s/cwd" % name).startswith(
                    str(folder) + "/"):
                found.append(name)

        except OSError:
            pass

    return found


def place(path):
    """a demo's folder, with a name that a careless script trips over"""

    folder = path / "a 'demo' here"
    yield folder
    demo("--stop", "--dir", str(folder))
    assert not left(folder)

    for log in folder.glob("*.log"):
        assert not CRASHED.search(log.read_text()), log


@pytest.fixture
def folder(tmp_path):
    yield from place(tmp_path)


@pytest.fixture
def detach(ports):
    """a demo that returns, at ports that no other test's has"""

    def start(folder, *args, **kwargs):
        return demo("--detach", "--dir", str(folder), "--port",
                    str(ports()), *args, **kwargs)

    return start


def ctl(folder, words):
    run = sourced(folder, '"$BMC_BIN/bmcctl" ' + words)
    assert run.returncode == 0, run.stdout
    return run.stdout


def drivers(folder):
    """of the first five hosts"""

    answer = json.loads(ctl(folder, "ls -o json n[1-5]"))
    return [host["driver"] for host in answer]


def bmc_ports(folder, driver="(?:ipmi|redfish)"):
    return [int(n) for n in re.findall(
        driver + r" +\{ .*port (\d+); \}",
        (folder / "bmcgate.conf").read_text())]


def redfish(folder, host):
    """what a BMC itself says of its system"""

    secret = (folder / "secret").read_text().strip()
    port = dict(zip(("n3", "n4"), bmc_ports(folder, "redfish")))[host]
    r = requests.get(
        "https://127.0.0.1:%d/redfish/v1/Systems/%s"
        % (port, {"n3": "1", "n4": "system"}[host]),
        auth=("admin", secret), timeout=10,
        verify=str(folder / "simulators" / host / "cert.pem"))
    r.raise_for_status()
    return r.json()


def sessions(folder, host):
    """what its BMC saw: how many were opened, and were left at its end"""

    return [int(n) for n in re.search(
        r"sessions: (\d+) opened, (\d+) left\n",
        (folder / (host + ".log")).read_text()).groups()]


def fingerprint(cert):
    der = ssl.PEM_cert_to_DER_cert(cert.read_text())
    return hashlib.sha256(der).hexdigest()


def tools(path, **scripts):
    """an environment whose programs are ours where we have them"""

    for name, text in scripts.items():
        script = path / name
        script.write_text("#!/bin/sh\n" + text)
        script.chmod(0o755)

    return environment(PATH="%s:%s" % (path, os.environ["PATH"]))


def programs_without(path, missing):
    """an environment that has all programs but one"""

    for folder in os.environ["PATH"].split(":"):
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            if name != missing and not (path / name).is_symlink():
                (path / name).symlink_to(os.path.join(folder, name))

    return environment(PATH=str(path))


def test_detach_returns_when_the_rack_answers(folder, detach):
    run = detach(folder)
    assert run.returncode == 0, run.stdout
    assert "n1 to n8; over IPMI: n1 n2; over Redfish: n3 n4." in run.stdout
    assert set(started(folder)) == {"n1", "n2", "n3", "n4", "nginx"}
    assert all(alive(pid) for pid in started(folder).values())
    assert drivers(folder) == ["ipmi", "ipmi", "redfish", "redfish", "sim"]

    said = ctl(folder, "power status n1 n8")
    assert re.search(r"\bn1\b", said)
    assert re.search(r"\bn8\b", said)


def test_stop_ends_what_it_started_and_nothing_else(folder, tmp_path, detach):
    other = tmp_path / "other"

    try:
        assert detach(folder).returncode == 0
        assert detach(other).returncode == 0
        mine, theirs = started(folder), started(other)
        assert len(mine) == len(theirs) == 5
        assert len(set(bmc_ports(folder) + bmc_ports(other))) == 8

        run = demo("--stop", "--dir", str(folder))
        assert run.returncode == 0
        assert "stopped" in run.stdout
        assert not any(alive(pid) for pid in mine.values())
        assert all(alive(pid) for pid in theirs.values())
        assert not (folder / "pid").exists()

    finally:
        demo("--stop", "--dir", str(other))


def test_who_polls_is_ended_first_and_logs_out(folder, detach):
    assert detach(folder).returncode == 0
    pids = started(folder)
    os.kill(pids["nginx"], signal.SIGSTOP)
    stop = subprocess.Popen([DEMO, "--stop", "--dir", str(folder)],
                            env=environment(), stdout=subprocess.DEVNULL)
    time.sleep(1)
    assert all(alive(pid) for pid in pids.values())
    os.kill(pids["nginx"], signal.SIGCONT)
    assert stop.wait(timeout=30) == 0
    assert not left(folder)

    for host in ("n3", "n4"):
        opened, are_left = sessions(folder, host)
        assert opened > 0 and are_left == 0


@pytest.mark.parametrize("killed", ["n1", "n3", "nginx"])
def test_stop_ends_what_is_left_of_a_demo(folder, detach, killed):
    assert detach(folder).returncode == 0
    pids = started(folder)
    workers = children(pids["nginx"])
    assert workers
    os.kill(pids[killed], signal.SIGKILL)

    run = demo("--stop", "--dir", str(folder))
    assert run.returncode == 0
    assert "stopped" in run.stdout
    assert not any(alive(pid) for pid in pids.values())
    end = time.monotonic() + 5

    while any(alive(pid) for pid in workers):
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("deaf", ["n2", "n4"])
def test_stop_kills_what_does_not_listen(folder, detach, deaf):
    assert detach(folder).returncode == 0
    pids = started(folder)
    os.kill(pids[deaf], signal.SIGSTOP)

    run = demo("--stop", "--dir", str(folder))
    assert run.returncode == 0
    assert "does not stop, killed: process %d\n" % pids[deaf] in run.stdout
    assert not left(folder)


def test_stop_never_ends_a_process_that_got_the_same_number(folder):
    innocent = subprocess.Popen(["sleep", "60"])

    try:
        folder.mkdir(parents=True)
        (folder / "pid").write_text("%d 1\n" % innocent.pid)

        run = demo("--stop", "--dir", str(folder))
        assert run.returncode == 0
        assert "nothing is running in " in run.stdout
        assert innocent.poll() is None

    finally:
        innocent.kill()
        innocent.wait()


def test_stop_with_nothing_running_says_so(folder):
    run = demo("--stop", "--dir", str(folder))
    assert run.returncode == 0
    assert run.stdout == "nothing is running in %s\n" % folder


def test_a_second_demo_in_the_same_folder_is_refused(folder, detach):
    assert detach(folder).returncode == 0
    pids = started(folder)

    run = detach(folder)
    assert run.returncode == 1
    assert "is running in %s already" % folder in run.stdout
    assert started(folder) == pids
    assert all(alive(pid) for pid in pids.values())


def test_hosts_are_as_many_as_asked_for_in_two_racks(folder, detach):
    run = detach(folder, "--hosts", "5")
    assert run.returncode == 0, run.stdout
    assert ctl(folder, "ls -o name").split() == ["n1", "n2", "n3", "n4", "n5"]
    assert ctl(folder, "ls -o name rack2").split() == ["n4", "n5"]


def test_a_rack_of_one_has_one_simulator(folder, detach):
    run = detach(folder, "--hosts", "1")
    assert run.returncode == 0, run.stdout
    assert "n1 to n1; over IPMI: n1." in run.stdout
    assert set(started(folder)) == {"n1", "nginx"}


def test_a_rack_of_three_has_one_bmc_that_speaks_redfish(folder, detach):
    run = detach(folder, "--hosts", "3")
    assert run.returncode == 0, run.stdout
    assert "over IPMI: n1 n2; over Redfish: n3." in run.stdout
    assert set(started(folder)) == {"n1", "n2", "n3", "nginx"}


def test_the_simulators_are_whole_servers(folder, detach):
    assert detach(folder).returncode == 0

    for words, what in (
            ("sensors n1", r"n1 +CPU Temp +41 +degrees C +ok\n"),
            ("sensors n2", r"n2 +CPU Temp +42 +degrees C +ok\n"),
            ("sensors n1", r"n1 +12V Rail +12 +Volts +ok\n"),
            ("log n2", r"reading 93, threshold 90 degrees C\n"),
            ("inventory n2", r"n2 +bmcgate +Demo Server +DS-0002\b"),
            ("lan n2", r"n2 +127\.0\.0\.1 .* 02:00:00:00:00:02 "),
            ("power off n1 --verify", r"^n1: off, verified\n"),
            ("power status n1", r"n1 +off\b"),
            ("power status n2", r"n2 +on\b"),
            ("power on n1 --verify", r"^n1: on, verified\n"),
            ("power cycle n1 --verify", r"^n1: on, verified\n"),
            ("power reset n1 --verify", r"^n1: on, verified\n"),
            ("power force-off n2 --verify", r"^n2: off, verified\n"),
            ("ls n3 n4", r"n3 .* HPE +redfish .*\nn4 .* OpenBMC +redfish "),
            ("sensors n3", r"n3 +Fan 3 +14 +percent +critical\n"),
            ("sensors n4", r"n4 +total_power +141\.25 +Watts +ok\n"),
            ("quirks n3", r"n3 +any-encoding +on +vendor \"HPE\" is HPE"),
            ("inventory n4", r"n4 +OpenBMC +Witherspoon +SN41\b"),
            ("power cycle n3 --verify", r"^n3: on, verified\n"),
            ("power cycle n4 --verify", r"^n4: on, verified\n")):
        assert re.search(what, ctl(folder, words)), words


def test_power_over_redfish_is_the_bmcs_own(folder, detach):
    assert detach(folder).returncode == 0
    assert redfish(folder, "n3")["PowerState"] == "On"

    for words, is_ in (("off n3", "Off"), ("on n3", "On"),
                       ("force-off n3", "Off")):
        ctl(folder, "power %s --verify" % words)
        assert redfish(folder, "n3")["PowerState"] == is_
        assert redfish(folder, "n4")["PowerState"] == "On"


def test_another_certificate_than_the_first_is_refused(folder, detach):
    # n3's was believed as it was seen first, n4's is its own authority

    assert detach(folder, "--hosts", "4").returncode == 0
    own, other = [folder / "simulators" / n / "cert.pem"
                  for n in ("n3", "n4")]
    pinned = (folder / "state" / "pins").read_text().split()
    assert pinned[:2] == ["n3", "sha256:" + fingerprint(own)]

    # a gateway beside the demo's, which has no connection yet

    state = folder / "state2"
    state.mkdir()
    (state / "pins").write_text(
        "n3 sha256:%s %s\n" % (fingerprint(other), pinned[2]))
    text = (folder / "bmcgate.conf").read_text()

    for old, new in (('/run"', '/run2"'), ('/state"', '/state2"'),
                     ("simulators/n4/cert", "simulators/n3/cert")):
        assert text.count(old) == 1
        text = text.replace(old, new)

    conf = folder / "other.conf"
    conf.write_text(text)
    conf.chmod(0o640)
    run = sourced(folder, '"$BMC_BIN/bmcctl" -c "%s" power status n3 n4'
                  % conf)
    assert run.returncode == 1, run.stdout
    assert re.search(r"n3: .* shows another certificate, ", run.stdout)
    assert re.search(r"n4: .* is not believed: ", run.stdout)


def test_other_tools_may_ask_the_simulators(folder, detach):
    assert detach(folder).returncode == 0

    for n, port in enumerate(bmc_ports(folder, "ipmi"), 1):
        run = subprocess.run(
            ["ipmitool", "-I", "lanplus", "-H", "127.0.0.1", "-p", str(port),
             "-U", "admin", "-f", str(folder / "secret"), "fru"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, universal_newlines=True, timeout=30)
        assert re.search(r"Product Serial +: DS-000%d\n" % n, run.stdout)


def test_only_its_owner_reads_the_simulators_password(folder, detach):
    assert detach(folder).returncode == 0
    secret = (folder / "secret").read_text().strip()
    assert len(secret) == 16

    for path in folder.rglob("*"):
        if path.is_file() and secret in path.read_text(errors="replace"):
            assert path.stat().st_mode & 0o077 == 0, path

    for pid in started(folder).values():
        with open("/proc/%d/cmdline" % pid) as f:
            assert secret not in f.read()


def test_a_new_demo_has_new_servers(folder, detach):
    assert detach(folder).returncode == 0
    secret = (folder / "secret").read_text()
    ctl(folder, "log clear n1 -y")
    ctl(folder, "power off n3 --verify")
    assert "reading 93" not in ctl(folder, "log n1")
    before = [redfish(folder, host) for host in ("n3", "n4")]
    assert demo("--stop", "--dir", str(folder)).returncode == 0

    assert detach(folder).returncode == 0
    assert (folder / "secret").read_text() != secret
    assert "reading 93" in ctl(folder, "log n1")
    assert re.search(r"n3 +on\b", ctl(folder, "power status n3 --fresh"))

    # they are those machines all the same, and each is its own

    for key in ("UUID", "SerialNumber"):
        is_ = [redfish(folder, host)[key] for host in ("n3", "n4")]
        assert is_ == [system[key] for system in before]
        assert len(set(is_)) == 2


@pytest.mark.parametrize("has,lacks,rack", [
    ("sim unmanaged", ["IPMI: driver sim for n1 n2",
                       "Redfish: driver sim for n3 n4"], ["sim"] * 4),
    ("ipmi sim unmanaged", ["Redfish: driver sim for n3 n4"],
     ["ipmi", "ipmi", "sim", "sim"]),
    ("redfish sim unmanaged", ["IPMI: driver sim for n1 n2"],
     ["sim", "sim", "redfish", "redfish"]),
])
def test_a_build_without_a_driver_has_sims_there(folder, tmp_path, detach,
                                                 has, lacks, rack):
    build = tmp_path / "build"
    build.mkdir()
    (build / "bmcctl").write_text(
        '#!/bin/sh\n[ "$1" != -V ] || exec echo drivers: %s\n'
        'exec "%s/bmcctl" "$@"\n' % (has, environment()["BMC_BUILD"]))
    (build / "bmcctl").chmod(0o755)

    run = detach(folder, env=environment(BMC_BUILD=str(build)))
    assert run.returncode == 0, run.stdout
    assert re.findall(r"this build has no (\w+: .*)", run.stdout) == lacks
    assert len(started(folder)) == 5 - rack.count("sim")
    assert "events" in started(folder)
    assert drivers(folder) == rack + ["sim"]

    assert demo("--stop", "--dir", str(folder)).returncode == 0

    if "redfish" in rack:
        assert sessions(folder, "n3")[1] == sessions(folder, "n4")[1] == 0


@pytest.mark.parametrize("missing,hosts,rack", [
    ("ipmi_sim", "n1 n2", ["sim", "sim", "redfish", "redfish"]),
    ("sdrcomp", "n1 n2", ["sim", "sim", "redfish", "redfish"]),
    ("python3", "n3 n4", ["ipmi", "ipmi", "sim", "sim"]),
])
def test_where_a_tool_is_missing_hosts_are_sims(folder, tmp_path, detach,
                                                missing, hosts, rack):
    run = detach(folder, env=programs_without(tmp_path, missing))
    assert run.returncode == 0, run.stdout
    assert "not here: %s: driver sim for %s\n" % (missing, hosts) \
        in run.stdout
    assert drivers(folder) == rack + ["sim"]


def test_a_small_python_is_none(folder, tmp_path, detach):
    # as of a container that has python3-minimal

    run = detach(folder, env=tools(tmp_path, python3="""
echo "ModuleNotFoundError: No module named 'ssl'" >&2
exit 1
"""))
    assert run.returncode == 0, run.stdout
    assert "not here: python3: driver sim for n3 n4\n" in run.stdout
    assert "ModuleNotFoundError" not in run.stdout
    assert drivers(folder)[2:] == ["sim", "sim", "sim"]


@pytest.mark.parametrize("kind,offset,host", [
    ("UDP", 16001, "n2"), ("TCP", 16002, "n3"), ("TCP", 16003, "n4")])
def test_a_port_that_is_taken_is_told(folder, ports, kind, offset, host):
    port = ports()

    with socket.socket(socket.AF_INET,
                       socket.SOCK_DGRAM if kind == "UDP"
                       else socket.SOCK_STREAM) as s:
        s.bind(("127.0.0.1", port + offset))

        if kind == "TCP":
            s.listen()

        run = demo("--detach", "--dir", str(folder), "--port", str(port))

    assert run.returncode == 1
    assert "%s port %d, for the BMC of %s, is another process's" \
        % (kind, port + offset, host) in run.stdout
    assert not (folder / "pid").exists()


def test_a_client_at_the_port_of_a_bmc_does_not_take_it(folder, ports):
    port = ports()

    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("127.0.0.2", port + 16002))
            s.connect(server.getsockname())
            run = demo("--detach", "--dir", str(folder), "--port", str(port))

    assert run.returncode == 0, run.stdout
    assert set(started(folder)) >= {"n3", "n4"}


def test_a_port_taken_while_it_starts_is_told(folder, ports):
    # by somebody who binds it after we looked

    port = ports()

    with socket.socket() as s:
        s.bind(("127.0.0.1", port + 16003))
        run = demo("--detach", "--dir", str(folder), "--port", str(port))

    assert run.returncode == 1
    assert "address already in use" in run.stdout
    assert "Traceback" not in run.stdout
    assert "n4 ended, see " in run.stdout
    assert not left(folder)


def test_a_simulator_never_shares_its_port(folder, tmp_path, detach):
    # somebody binds it after we looked, and before ipmi_sim does

    holder = (
        "import re, socket, time\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n"
        "port = int(re.search(r\"addr \\S+ (\\d+)\",\n"
        "           open(\"lan.conf\").read()).group(1))\n"
        "s.bind((\"127.0.0.1\", port))\n"
        "open(\"held\", \"w\")\n"
        "time.sleep(5)\n")
    (tmp_path / "holder.py").write_text(holder)
    env = tools(tmp_path, ipmi_sim="""
/usr/bin/python3 "%s" &
until [ -f held ]; do sleep 0.1; done
exec /usr/bin/ipmi_sim "$@"
""" % (tmp_path / "holder.py"))

    run = detach(folder, env=env)
    assert run.returncode == 1
    assert "for the BMC of n1, is another process's" in run.stdout
    assert not (folder / "pid").exists()

    end = time.monotonic() + 15

    while left(folder) and time.monotonic() < end:
        time.sleep(0.1)


def test_half_a_rack_is_no_rack(folder, tmp_path, detach):
    env = tools(tmp_path, ipmi_sim="""
case "$PWD" in
    */n2) echo "no memory for n2" >&2; exit 1 ;;
    *)    exec /usr/bin/ipmi_sim "$@" ;;
esac
""")

    run = detach(folder, env=env)
    assert run.returncode == 1
    assert "no memory for n2" in run.stdout
    assert "n2 ended, see " in run.stdout
    assert not (folder / "pid").exists()
    assert not left(folder)


def test_a_simulator_that_says_nothing_is_told(folder, tmp_path, detach):
    run = detach(folder, env=tools(tmp_path, ipmi_sim="""
echo "thinking"
exec sleep 60
"""))
    assert run.returncode == 1
    assert "thinking\n" in run.stdout
    assert "n1: no answer within 10 s, see " in run.stdout
    assert not left(folder)


def test_an_ordinary_user_runs_it(detach):
    path = pathlib.Path(tempfile.mkdtemp())
    user = os.getuid() or 65534
    other = {"user": user} if os.getuid() == 0 else {}

    try:
        os.chown(path, user, -1)

        for folder in place(path):
            run = detach(folder, **other)
            assert run.returncode == 0, run.stdout

            pids = started(folder)
            assert set(pids) == {"n1", "n2", "n3", "n4", "nginx"}
            assert {os.stat("/proc/%d" % pid).st_uid
                    for pid in pids.values()} == {user}

            run = demo("--stop", "--dir", str(folder), **other)
            assert run.returncode == 0, run.stdout
            assert not any(alive(pid) for pid in pids.values())

    finally:
        shutil.rmtree(path)


def test_a_configuration_of_ones_own_is_served(folder, tmp_path, detach):
    conf = tmp_path / "own.conf"
    conf.write_text('run "%s"; state "%s"; audit "%s";\n'
                    "host mine { driver sim; }\n"
                    % (tmp_path / "run", tmp_path / "state",
                       tmp_path / "audit.log"))

    run = detach(folder, "--conf", str(conf))
    assert run.returncode == 0, run.stdout
    assert set(started(folder)) == {"nginx"}
    assert ctl(folder, "ls -o name").split() == ["mine"]


def test_a_wrong_configuration_is_told_with_its_line(folder, tmp_path):
    conf = tmp_path / "own.conf"
    conf.write_text("host mine {\n    driver sim;\n    adress 1.2.3.4;\n}\n")

    run = demo("--detach", "--dir", str(folder), "--conf", str(conf))
    assert run.returncode != 0
    assert "own.conf:3: " in run.stdout
    assert not (folder / "pid").exists()


def test_ctrl_c_stops_cleanly(folder, ports):
    # the terminal sends it to all of the foreground, and a shell that was
    # started to ignore it cannot change that

    run = subprocess.Popen(["env", "--default-signal=INT", DEMO, "--dir",
                            str(folder), "--port", str(ports())],
                           env=environment(),
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           universal_newlines=True, start_new_session=True)

    try:
        lines = []

        for line in run.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break

        tries = [l for l in lines if "bmcctl" in l]
        assert len(tries) == 5, "".join(lines)

        pids = started(folder)
        assert len(pids) == 5
        time.sleep(0.2)
        os.killpg(run.pid, signal.SIGINT)
        assert run.wait(timeout=30) == 0
        assert not any(alive(pid) for pid in pids.values())
        assert not (folder / "pid").exists()

    finally:
        if run.poll() is None:
            run.terminate()
            run.wait(timeout=30)

        run.stdout.close()


def test_a_demo_whose_shell_was_killed_can_be_stopped(folder, ports):
    run = subprocess.Popen([DEMO, "--dir", str(folder), "--port",
                            str(ports())], env=environment(),
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           universal_newlines=True, start_new_session=True)

    try:
        assert any("Ctrl-C" in line for line in run.stdout)

    finally:
        run.kill()
        run.wait(timeout=30)
        run.stdout.close()

    pids = started(folder)
    assert set(pids) == {"n1", "n2", "n3", "n4", "nginx"}
    assert all(alive(pid) for pid in pids.values())
    assert "stopped" in demo("--stop", "--dir", str(folder)).stdout
    assert not any(alive(pid) for pid in pids.values())


@pytest.mark.parametrize("after", [0.05, 0.1, 0.15, 0.2, 0.3])
def test_ctrl_c_while_it_starts_leaves_nothing(folder, ports, after):
    run = subprocess.Popen([DEMO, "--detach", "--dir", str(folder), "--port",
                            str(ports())], env=environment(),
                           stdout=subprocess.DEVNULL, start_new_session=True)

    try:
        time.sleep(after)
        os.killpg(run.pid, signal.SIGINT)

        if run.wait(timeout=30) != 0:
            assert not left(folder)

    finally:
        if run.poll() is None:
            run.terminate()
            run.wait(timeout=30)


@pytest.mark.parametrize("port,hosts,what", [
    ("49535", "2", "n2 would be at\nUDP port 65536"),
    ("40536", "10000", "n1 would be at\nUDP port 65536"),
    ("49533", "4", "n4 would be at\nTCP port 65536"),
])
def test_ports_that_are_too_high_are_told(folder, port, hosts, what):
    run = demo("--detach", "--dir", str(folder), "--port", port, "--hosts",
               hosts)
    assert run.returncode == 1
    assert "--port: %s is too high: the BMC of %s" % (port, what) \
        in run.stdout
    assert not (folder / "pid").exists()


@pytest.mark.parametrize("args,what", [
    (["--hosts", "0"], '--hosts: "0" is not a number from 1 to 10000'),
    (["--hosts=many"], '--hosts: "many" is not a number'),
    (["--port", "99999"], '--port: "99999" is not a number'),
    (["--frobnicate"], 'unknown option "--frobnicate"'),
    (["--dir"], "--dir wants a value"),
    (["--conf", "/nowhere/x.conf"], 'no file "/nowhere/x.conf"'),
])
def test_bad_options_are_named(folder, args, what):
    run = demo("--detach", "--dir", str(folder), *args)
    assert run.returncode == 1
    assert what in run.stdout
    assert not folder.exists()


def variables(folder):
    """what env exports"""

    out = sourced(folder, "env").stdout
    return dict(line.split("=", 1) for line in out.splitlines()
                if line.startswith("BMC_"))


def test_http_answers_as_env_says(folder, detach):
    run = detach(folder)
    assert run.returncode == 0, run.stdout
    env = variables(folder)
    assert (folder / "env").stat().st_mode & 0o077 == 0
    key = {"X-API-Key": env["BMC_API_KEY"]}

    r = requests.get(env["BMC_HTTP"] + "/api/hosts", headers=key, timeout=10)
    assert len(r.json()["hosts"]) == 8

    r = requests.get(env["BMC_HTTP"] + "/power/status", headers=key,
                     timeout=10)
    assert r.json()["power_state"] == "on"
    assert requests.get(env["BMC_HTTP"] + "/health", timeout=10).ok
    assert "bmcgate_host_power" in requests.get(
        env["BMC_HTTP"] + "/metrics", headers=key, timeout=10).text

    for user, status in (("BMC_USER", 200), ("BMC_READER", 403)):
        name = {"BMC_USER": "BMC_PASSWORD",
                "BMC_READER": "BMC_READER_PASSWORD"}[user]
        r = requests.put(env["BMC_HTTPS"] + "/api/hosts/n3/identify",
                         auth=(env[user], env[name]), verify=env["BMC_CA"],
                         json={"identify": "on"}, timeout=20)
        assert r.status_code in (status, 202 if status == 200 else 403), \
            r.text


def test_the_printed_curl_lines_work_when_pasted(folder, detach):
    lines = [line.strip() for line in detach(folder).stdout.splitlines()
             if line.strip().startswith("curl ")]
    assert len(lines) == 5

    for line in lines:
        run = sourced(folder, line.replace("curl ", "curl -sS -f ", 1))
        assert run.returncode == 0, (line, run.stdout)
        assert run.stdout


def test_an_http_port_that_is_taken_is_told(folder, ports):
    port = ports()

    with socket.create_server(("127.0.0.1", port)):
        run = demo("--detach", "--dir", str(folder), "--port", str(port))

    assert run.returncode == 1
    assert "127.0.0.1:%d failed" % port in run.stdout
    assert not (folder / "pid").exists()
    assert not left(folder)


# one BMC, from the environment alone


SIDECAR = {"API_KEY": "a key, as \"others\" have", "BMC_USER": "admin",
           "BMC_PASSWORD": "secret"}


def test_one_bmc_is_served_from_the_environment_alone(folder, sim, ports):
    bmc = sim()
    port = ports()
    where = "%s:%d" % (bmc.address, bmc.port)
    run = demo("--detach", "--dir", str(folder), "--port", str(port),
               env=environment(BMC_HOST=where, **SIDECAR))
    assert run.returncode == 0, run.stdout
    assert set(started(folder)) == {"nginx"}

    url = "http://127.0.0.1:%d" % port
    key = {"X-API-Key": SIDECAR["API_KEY"]}
    assert requests.get(url + "/health", timeout=10).json() \
        == {"status": "healthy", "service": "ipmi-sidecar"}
    assert requests.get(url + "/power/status", timeout=10).status_code == 401
    r = requests.get(url + "/power/status", headers=key, timeout=20)
    assert r.json() == {"success": True, "power_state": "on",
                        "raw_output": "Chassis Power is on"}
    r = requests.post(url + "/power/force-off", headers=key, timeout=20)
    assert r.json()["command"] == "power off"
    assert bmc.asked() == ["power 0"]

    for pid in started(folder).values():
        with open("/proc/%d/cmdline" % pid) as f:
            assert "secret" not in f.read()


@pytest.mark.parametrize("missing", ["API_KEY", "BMC_HOST", "BMC_USER",
                                     "BMC_PASSWORD"])
def test_what_the_environment_lacks_is_named(folder, missing):
    env = environment(BMC_HOST="127.0.0.1", **SIDECAR)
    del env[missing]
    run = demo("--detach", "--dir", str(folder), env=env)
    assert run.returncode == 1
    assert run.stdout.endswith("for one BMC: %s\n" % missing)
    assert not (folder / "pid").exists()


def test_a_wrong_cipher_suite_in_the_environment_is_named(folder):
    run = demo("--detach", "--dir", str(folder),
               env=environment(BMC_HOST="127.0.0.1", BMC_CIPHER_SUITE="0",
                               **SIDECAR))
    assert run.returncode == 1
    assert 'BMC_CIPHER_SUITE: "0" is neither 3 nor 17' in run.stdout
