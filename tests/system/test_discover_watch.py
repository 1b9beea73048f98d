"""bmcctl discover --leases FILE --watch: BMCs as they come."""

import json
import os
import re
import signal
import time

import pytest

LOGIN = "defaults { user admin; password secret; }"


def lease(i, mac=None, name=None):
    return "%d 52:54:00:00:00:%02x 10.0.0.%d %s *\n" \
        % (time.time() + 3600, mac or i, i, name or "b%d" % i)


class Watch:
    """one that runs, and the rows it has printed"""

    def __init__(self, r, file, *more):
        self.p = r.start("discover", "--leases", str(file), "--watch",
                         "-o", "json", *more)
        os.set_blocking(self.p.stdout.fileno(), False)
        os.set_blocking(self.p.stderr.fileno(), False)
        self.out = self.err = ""

    def read(self):
        self.out += (self.p.stdout.read() or b"").decode()
        self.err += (self.p.stderr.read() or b"").decode()

    def rows(self):
        return [(row["address"], row["state"])
                for row in map(json.loads, self.out.splitlines())]

    def expect(self, what, timeout=15):
        end = time.monotonic() + timeout

        while not what(self):
            assert time.monotonic() < end, (self.out, self.err)
            assert self.p.poll() is None, (self.out, self.err)
            time.sleep(0.05)
            self.read()

    def until(self, *rows):
        self.expect(lambda w: len(w.rows()) >= len(rows))
        assert self.rows() == list(rows)

    def end(self, signo=signal.SIGTERM):
        self.p.send_signal(signo)
        assert self.p.wait(10) == 128 + signo
        self.read()


@pytest.mark.parametrize("signo", [signal.SIGTERM, signal.SIGINT])
def test_new_leases_are_told_until_a_signal(rack, tmp_path, signo):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    w = Watch(rack(), file)
    w.until(("10.0.0.1", "new"))

    with open(file, "a") as f:
        f.write(lease(2))

    w.until(("10.0.0.1", "new"), ("10.0.0.2", "new"))
    w.end(signo)
    assert len(w.rows()) == 2 and w.err == ""


def test_a_file_that_is_replaced_is_followed(rack, tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    w = Watch(rack(), file)
    w.until(("10.0.0.1", "new"))

    # gone for a while, a damaged one, and one that is right

    file.unlink()
    w.expect(lambda w: "No such file" in w.err)
    file.write_text("lease {{{\n")
    w.expect(lambda w: "leases:1: " in w.err)
    time.sleep(3)
    w.read()
    assert w.err.count("No such file") == 1 and w.err.count(":1: ") == 1
    (tmp_path / "new").write_text(lease(1) + lease(3))
    os.rename(tmp_path / "new", file)
    w.until(("10.0.0.1", "new"), ("10.0.0.3", "new"))
    w.end()


def test_what_comes_is_written_and_what_moves_is_changed(rack, tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    r = rack(extra=LOGIN)
    w = Watch(r, file, "--write", "--driver", "ipmi")
    w.until(("10.0.0.1", "added"))
    assert (r.hosts_d / "b1.conf").exists()

    file.write_text(lease(9, mac=1, name="b1") + lease(2))
    w.until(("10.0.0.1", "added"), ("10.0.0.9", "changed"),
            ("10.0.0.2", "added"))
    w.expect(lambda w: "1 added, 1 changed, 0 as they were" in w.err)
    assert "10.0.0.9" in (r.hosts_d / "b1.conf").read_text()
    assert re.search("driver +ipmi;", (r.hosts_d / "b2.conf").read_text())

    # back again

    file.write_text(lease(1) + lease(2))
    w.expect(lambda w: len(w.rows()) == 4)
    assert w.rows()[3] == ("10.0.0.1", "changed")
    w.end()
    assert r.ctl("-t").status == 0


def test_a_configuration_that_breaks_meanwhile_is_said(rack, tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    r = rack(extra=LOGIN)
    w = Watch(r, file, "--write")
    w.until(("10.0.0.1", "added"))
    good = r.conf.read_text()
    r.conf.write_text(good + "nonsense;\n")
    file.write_text(lease(1) + lease(2))
    w.expect(lambda w: len(w.rows()) == 2)
    assert w.rows()[1] == ("10.0.0.2", "failed") and "nonsense" in w.err
    r.conf.write_text(good)
    file.write_text(lease(1) + lease(2) + "\n")
    w.expect(lambda w: ("10.0.0.2", "added") in w.rows())
    w.end()


def test_waiting_costs_nothing(rack, tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    os.utime(file, (1, 1))
    w = Watch(rack(), file)
    w.until(("10.0.0.1", "new"))
    used = [int(i) for i in open("/proc/%d/stat" % w.p.pid).read()
            .rpartition(")")[2].split()[11:13]]
    time.sleep(5)
    now = [int(i) for i in open("/proc/%d/stat" % w.p.pid).read()
           .rpartition(")")[2].split()[11:13]]
    assert sum(now) - sum(used) < os.sysconf("SC_CLK_TCK") // 10
    w.end()


def test_a_file_that_is_not_there_at_first_is_an_error(rack, tmp_path):
    s = rack().ctl("discover", "--leases", str(tmp_path / "no"), "--watch")
    assert s.status == 1 and s.err.count("No such file") == 1, s
    (tmp_path / "no").write_text("lease {{{\n")
    s = rack().ctl("discover", "--leases", str(tmp_path / "no"), "--watch")
    assert s.status == 1 and "no:1: " in s.err, s


def test_a_reader_that_goes_away_ends_it(rack, tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    w = Watch(rack(), file)
    w.until(("10.0.0.1", "new"))
    w.p.stdout.close()
    assert w.p.wait(10) == 0
