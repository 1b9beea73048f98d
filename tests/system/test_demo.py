"""auto/demo, as a newcomer and as a script use it."""

import os
import re
import signal
import subprocess
import time

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
DEMO = os.path.join(TOP, "auto/demo")


def environment():
    env = {k: v for k, v in os.environ.items()
           if not k.startswith("BMC_") or k == "BMC_BUILD"}
    env.setdefault("BMC_BUILD", os.path.join(TOP, "build"))
    return env


def demo(*args, **kwargs):
    return subprocess.run([DEMO] + list(args), env=environment(),
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


def poller(folder):
    return int((folder / "pid").read_text().split()[0])


@pytest.fixture
def folder(tmp_path):
    """a name that a careless script trips over"""

    folder = tmp_path / "a 'demo' here"
    yield folder
    demo("--stop", "--dir", str(folder))


def test_detach_returns_when_the_rack_answers(folder):
    run = demo("--detach", "--dir", str(folder))
    assert run.returncode == 0, run.stdout
    assert alive(poller(folder))

    run = sourced(folder, '"$BMC_BIN/bmcctl" power status n1 n8')
    assert run.returncode == 0, run.stdout
    assert re.search(r"\bn1\b", run.stdout)
    assert re.search(r"\bn8\b", run.stdout)


def test_stop_ends_what_it_started_and_nothing_else(folder, tmp_path):
    other = tmp_path / "other"

    try:
        assert demo("--detach", "--dir", str(folder)).returncode == 0
        assert demo("--detach", "--dir", str(other)).returncode == 0
        mine, theirs = poller(folder), poller(other)

        run = demo("--stop", "--dir", str(folder))
        assert run.returncode == 0
        assert "stopped" in run.stdout
        assert not alive(mine)
        assert alive(theirs)
        assert not (folder / "pid").exists()

    finally:
        demo("--stop", "--dir", str(other))


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


def test_a_second_demo_in_the_same_folder_is_refused(folder):
    assert demo("--detach", "--dir", str(folder)).returncode == 0
    pid = poller(folder)

    run = demo("--detach", "--dir", str(folder))
    assert run.returncode == 1
    assert "is running in %s already" % folder in run.stdout
    assert alive(pid)


def test_hosts_are_as_many_as_asked_for_in_two_racks(folder):
    run = demo("--detach", "--dir", str(folder), "--hosts", "5")
    assert run.returncode == 0, run.stdout

    run = sourced(folder, '"$BMC_BIN/bmcctl" ls -o name')
    assert run.stdout.split() == ["n1", "n2", "n3", "n4", "n5"]

    run = sourced(folder, '"$BMC_BIN/bmcctl" ls -o name rack2')
    assert run.stdout.split() == ["n4", "n5"]


def test_a_configuration_of_ones_own_is_served(folder, tmp_path):
    conf = tmp_path / "own.conf"
    conf.write_text('run "%s"; state "%s"; audit "%s";\n'
                    "host mine { driver sim; }\n"
                    % (tmp_path / "run", tmp_path / "state",
                       tmp_path / "audit.log"))

    run = demo("--detach", "--dir", str(folder), "--conf", str(conf))
    assert run.returncode == 0, run.stdout

    run = sourced(folder, '"$BMC_BIN/bmcctl" ls -o name')
    assert run.stdout.split() == ["mine"]


def test_a_wrong_configuration_is_told_with_its_line(folder, tmp_path):
    conf = tmp_path / "own.conf"
    conf.write_text("host mine {\n    driver sim;\n    adress 1.2.3.4;\n}\n")

    run = demo("--detach", "--dir", str(folder), "--conf", str(conf))
    assert run.returncode != 0
    assert "own.conf:3: " in run.stdout
    assert not (folder / "pid").exists()


def test_ctrl_c_stops_cleanly(folder):
    # the terminal sends it to all of the foreground

    run = subprocess.Popen([DEMO, "--dir", str(folder)], env=environment(),
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

        pid = poller(folder)
        time.sleep(0.2)
        os.killpg(run.pid, signal.SIGINT)
        assert run.wait(timeout=30) == 0
        assert not alive(pid)
        assert not (folder / "pid").exists()

    finally:
        if run.poll() is None:
            run.terminate()
            run.wait(timeout=30)

        run.stdout.close()


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
