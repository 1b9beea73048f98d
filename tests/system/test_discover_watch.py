"""bmcctl discover --leases FILE --watch: BMCs as they come."""

import json
import os
import re
import signal
import time

import pytest

from discover_rig import modern, net  # noqa: F401

LOGIN = "defaults { user admin; password secret; }"


@pytest.fixture
def lease(net):
    """a line of dnsmasq's; unless it is silent, a BMC answers there"""

    answering = set()

    def line(i, mac=None, name=None, silent=False):
        if not silent and i not in answering:
            answering.add(i)
            net.peer(i, modern)

        return "%d 52:54:00:00:00:%02x %s %s *\n" \
            % (time.time() + 3600, mac or i, net.at(i), name or "b%d" % i)

    line.net = net
    return line


class Watch:
    """one that runs, and the rows it has printed"""

    def __init__(self, r, lease, file, *more):
        net = self.net = lease.net
        self.p = r.start("discover", "--leases", str(file), "--watch",
                         "--port", str(net.port), "--redfish-port",
                         str(net.web_port), "-o", "json", *more)
        os.set_blocking(self.p.stdout.fileno(), False)
        os.set_blocking(self.p.stderr.fileno(), False)
        self.out = self.err = ""

    def read(self):
        self.out += (self.p.stdout.read() or b"").decode()
        self.err += (self.p.stderr.read() or b"").decode()

    def rows(self):
        before = self.net.base.rpartition(".")
        return [(int(row["address"].rpartition(".")[2]) - int(before[2]),
                 row["state"])
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
def test_new_leases_are_told_until_a_signal(rack, lease, tmp_path, signo):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    w = Watch(rack(), lease, file)
    w.until((1, "new"))

    with open(file, "a") as f:
        f.write(lease(2))

    w.until((1, "new"), (2, "new"))
    w.end(signo)
    assert len(w.rows()) == 2 and w.err == ""


def test_a_file_that_is_replaced_is_followed(rack, lease, tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    w = Watch(rack(), lease, file)
    w.until((1, "new"))

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
    w.until((1, "new"), (3, "new"))
    w.end()


def test_what_comes_is_written_and_what_moves_is_changed(rack, lease,
                                                         tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    r = rack(extra=LOGIN)
    w = Watch(r, lease, file, "--write", "--driver", "ipmi")
    w.until((1, "added"))
    assert (r.hosts_d / "b1.conf").exists()

    file.write_text(lease(9, mac=1, name="b1") + lease(2))
    w.until((1, "added"), (9, "changed"), (2, "added"))
    w.expect(lambda w: "1 added, 1 changed, 0 as they were" in w.err)
    assert lease.net.at(9) in (r.hosts_d / "b1.conf").read_text()
    assert re.search("driver +ipmi;", (r.hosts_d / "b2.conf").read_text())

    # back again

    file.write_text(lease(1) + lease(2))
    w.expect(lambda w: len(w.rows()) == 4)
    assert w.rows()[3] == (1, "changed")
    w.end()
    assert r.ctl("-t").status == 0


def test_what_was_told_is_neither_asked_nor_told_again(rack, lease,
                                                       tmp_path):
    file = tmp_path / "leases"
    first = lease(1) + lease(5) + lease(2, silent=True)
    file.write_text(first)
    r = rack({"n5": "driver unmanaged; address %s;" % lease.net.at(5)})
    told = (1, "new"), (5, "known"), (2, "silent")
    w = Watch(r, lease, file)
    w.until(*told)
    asked = [len(p.asked) for p in lease.net.made]

    file.write_text(first + lease(3))
    w.until(*told, (3, "new"))
    assert [len(p.asked) for p in lease.net.made][:2] == asked
    file.write_text(first + lease(3) + lease(4))
    w.until(*told, (3, "new"), (4, "new"))
    w.end()
    assert w.err == ""


def test_a_table_with_nothing_new_in_it_is_not_printed(rack, lease, tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    w = Watch(rack(), lease, file, "-o", "table")
    w.expect(lambda w: "b1 " in w.out)
    file.write_text(lease(1) + "\n")
    time.sleep(3)
    file.write_text(lease(1) + lease(2))
    w.expect(lambda w: "b2 " in w.out)
    w.end()
    assert w.out.count("NAME") == 2 and w.out.count("b1 ") == 1, w.out


def test_one_that_answers_later_is_found_then(rack, lease, tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(4, silent=True))
    r = rack(extra=LOGIN)
    w = Watch(r, lease, file, "--write")
    w.until((4, "silent"))
    w.expect(lambda w: "0 added, 0 changed, 0 as they were, 0 failed, "
             "1 left out" in w.err)
    assert not r.hosts_d.exists()
    lease.net.peer(4, modern)
    w.until((4, "silent"), (4, "added"))
    w.end()
    assert re.search("driver +ipmi;", (r.hosts_d / "b4.conf").read_text())


def test_a_configuration_that_breaks_meanwhile_is_said(rack, lease,
                                                       tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    r = rack(extra=LOGIN)
    w = Watch(r, lease, file, "--write")
    w.until((1, "added"))
    good = r.conf.read_text()
    r.conf.write_text(good + "nonsense;\n")
    file.write_text(lease(1) + lease(2))
    w.expect(lambda w: len(w.rows()) == 2)
    assert w.rows()[1] == (2, "failed") and "nonsense" in w.err
    r.conf.write_text(good)
    file.write_text(lease(1) + lease(2) + "\n")
    w.expect(lambda w: (2, "added") in w.rows())
    w.end()


def test_waiting_costs_nothing(rack, lease, tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    os.utime(file, (1, 1))
    w = Watch(rack(), lease, file)
    w.until((1, "new"))
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


def test_a_reader_that_goes_away_ends_it(rack, lease, tmp_path):
    file = tmp_path / "leases"
    file.write_text(lease(1))
    w = Watch(rack(), lease, file)
    w.until((1, "new"))
    w.p.stdout.close()
    assert w.p.wait(10) == 0
