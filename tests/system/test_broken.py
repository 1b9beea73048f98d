"""What is missing, wrong, full or damaged: told clearly, and survived."""

import os
import re
import time

import pytest

import hammers
from conftest import TOP, program, run
from hammers import Hammer

ROOT = os.geteuid() == 0


def test_an_unknown_host_is_named_and_the_nearest_offered(rack):
    r = rack(hosts=12)
    said = r.ctl("power", "status", "n99")
    assert said.status == 2
    assert said.err == 'bmcctl: no host "n99" (did you mean n9?)\n'

    said = r.ctl("power", "status", "storage")
    assert said.status == 2
    assert said.err == 'bmcctl: no host "storage"\n'

    # all that is wrong, before anything is done

    said = r.ctl("power", "cycle", "n1", "m1")
    assert said.status == 2 and 'no host "m1"' in said.err
    assert not hammers.trail(r)


def test_no_configuration(rack):
    r = rack(hosts=1)
    r.conf.unlink()
    said = r.ctl("power", "status", "n1")
    assert said.status == 3
    assert said.err == (
        "bmcctl: no configuration at %s: write one (see bmcgate.conf(5)), or "
        "name another with -c FILE or $BMC_CONF\n" % r.conf)


def test_an_unreadable_configuration(rack):
    r = rack(hosts=1)
    r.conf.unlink()
    r.conf.mkdir()
    said = r.ctl("power", "status", "n1")
    assert said.status == 3
    assert "%s is a directory, not a configuration" % r.conf in said.err


def test_an_empty_configuration(rack):
    r = rack()
    r.conf.write_text("# nothing yet\n")
    said = r.ctl("power", "status", "n1")
    assert said.status == 3
    assert said.err == (
        "bmcctl: %s is empty: write one (see bmcgate.conf(5)), or name "
        "another with -c FILE or $BMC_CONF\n" % r.conf)


def test_a_refusal_is_told_in_the_bmcs_own_words(rack):
    r = rack(hosts={"n1": "sim { power off; }"})
    said = r.ctl("power", "cycle", "n1")
    assert said.status == 1
    assert said.out == ""
    words = "cycle: the system is off (IPMI: not in present state, 0xD5)"
    assert said.err == "n1: %s\n" % words

    (line,) = [x for x in hammers.trail(r) if x["event"] == "outcome"]
    assert line["text"] == words
    (op,) = r.json("operations")
    assert op["state"] == "failed" and op["text"] == words


# -- the board

def damage(board, how):
    data = bytearray(board.read_bytes()[:1 << 20])

    if how == "truncated":
        os.truncate(board, 100)

    elif how == "empty":
        os.truncate(board, 0)

    elif how == "garbage":
        with open(board, "r+b") as f:
            f.write(os.urandom(4096))

    elif how == "of another version":
        data[8] += 1

        with open(board, "r+b") as f:
            f.write(data[:16])


with open(os.path.join(TOP, "shared/board/board.h")) as header:
    VERSION = int(re.search(r"BMC_BOARD_VERSION +(\d+)", header.read())[1])

SAYS = {
    "truncated": "truncated, 100 bytes where",
    "empty": "truncated, 0 bytes where",
    "garbage": "not a board",
    "of another version": "version %d, this bmcgate reads version %d"
                          % (VERSION + 1, VERSION),
}


@pytest.mark.parametrize("how", sorted(SAYS))
def test_a_board_is_begun_anew_when_nobody_uses_it(rack, how):
    r = rack(hosts=2)
    assert r.ctl("identify", "on", "n1").status == 0
    damage(r.dir / "run/board", how)

    said = r.ctl("power", "status", "n1", "n2")
    assert said.status == 0, said
    assert "run/board: " + SAYS[how] in said.err, said
    assert "begun anew" in said.err

    # once, and all is as before; the trail knows nothing of it

    said = r.ctl("identify", "off", "n1")
    assert said.status == 0 and said.err == ""
    hammers.whole(r)


@pytest.mark.parametrize("how", ("garbage", "of another version",
                                 "truncated"))
def test_a_board_in_use_is_left_alone(rack, how):
    r = rack(hosts=2)
    h = Hammer(r, "stay").opened()
    assert h.do("n1", "power.status", "+fresh")["rc"] == "ok"
    board = r.dir / "run/board"
    inode = board.stat().st_ino
    damage(board, how)

    said = r.ctl("power", "status", "n1")
    assert said.status == 1
    assert "run/board: " + SAYS[how] in said.err, said
    assert "process %d uses it: stop that first" % h.pid in said.err
    assert board.stat().st_ino == inode

    # when that has gone, by whatever way, it is replaced

    h.kill()
    said = r.ctl("power", "status", "n1")
    assert said.status == 0 and "begun anew" in said.err, said


def test_what_is_no_file_is_not_taken_for_a_board(rack):
    r = rack(hosts=1)
    (r.dir / "run/board").mkdir()
    said = r.ctl("power", "status", "n1")
    assert said.status == 1
    assert "run/board" in said.err


# -- disks

def disk(words, script, r, **kwargs):
    """a script where a folder is a disk of its own, which nobody else sees"""

    argv = ["unshare", "-m"] if ROOT else ["unshare", "-rm"]
    return run(argv + ["sh", "-ec", words + "\n" + script],
               env=dict(r.env, CTL=program("bmcctl"), TOP=str(r.dir)),
               **kwargs)


SMALL = 'mkdir -p "$TOP/%s"; mount -t tmpfs -o size=%s none "$TOP/%s"\n'

FILL = 'cat /dev/zero > "$TOP/%s/fill" 2>/dev/null || true\n'


def test_changes_are_refused_when_the_trail_cannot_be_written(rack):
    """a full disk under the audit log; reads go on"""

    r = rack(hosts=1)
    r.audit = r.dir / "log/audit.log"
    r.write(1)
    said = disk(SMALL % ("log", "64k", "log"), """
"$CTL" identify on n1
%s
s=0; i=0

# there is room in the file's last page still

while [ $s = 0 ] && [ $i -lt 50 ]; do
    "$CTL" identify on n1 --seconds $((i + 1)) || s=$?
    i=$((i + 1))
done

echo "refused with $s"
"$CTL" identify off n1 || echo "once more with $?"
"$CTL" power status --fresh n1
"$CTL" identify get n1
"$CTL" audit verify >&2
rm "$TOP/log/fill"
"$CTL" identify off n1
"$CTL" audit verify >&2
""" % (FILL % "log"), r)

    assert said.status == 0, said
    assert "refused with 1\nonce more with 1" in said.out, said
    assert re.search(r"n1: \S+log/audit.log: no space left on device: "
                     r"changes are refused until", said.err), said

    # who was told that it was accepted was told the truth, and only they

    accepted = said.out.count("n1: accepted")
    tags = [c["tag"] for c in hammers.machine(r, "n1")["list"]]
    assert tags == (["state=on"]
                    + ["state=on seconds=%d" % i
                       for i in range(1, accepted - 1)] + ["state=off"])
    assert re.search(r"^n1 +on", said.out, re.M)

    states = [op["state"] for op in r.json("operations")]
    assert states.count("failed") == 2
    assert states.count("accepted") == accepted


def test_a_trail_that_cannot_be_opened_says_which(rack):
    r = rack(hosts=1)
    r.audit = r.dir / "log/audit.log"
    r.write(1)
    said = r.ctl("identify", "on", "n1")
    assert said.status == 1
    assert "log/audit.log" in said.err, said
    assert hammers.simctl(r, "n1", "show").status == 1


def test_a_read_only_run_is_named(rack):
    r = rack(hosts=1)
    said = disk(SMALL % ("run", "64k,ro", "run"),
                '"$CTL" power status n1 || exit $?', r)
    assert said.status == 1
    assert re.search(r"cannot create \S+/run/\S+: Read-only file system",
                     said.err), said
    assert said.out == ""


def test_a_full_run_is_named(rack):
    r = rack(hosts=1)
    said = disk(SMALL % ("run", "64k", "run"),
                FILL % "run" + '"$CTL" power status n1 || exit $?', r)
    assert said.status == 1
    assert re.search(r"cannot create \S+/run/\S+: No space left on device",
                     said.err), said


def test_no_folder_for_run_is_named(rack):
    r = rack(hosts=1)
    r.conf.write_text(r.conf.read_text().replace(
        "run %s/run;" % r.dir, "run %s/none/run;" % r.dir))
    said = r.ctl("power", "status", "n1")
    assert said.status == 1
    assert "cannot create %s/none/run" % r.dir in said.err
    assert "the folder above it must exist" in said.err


def test_a_state_folder_is_made_when_it_can_be(rack):
    r = rack(hosts=1)
    os.rmdir(r.dir / "state")
    assert r.ctl("power", "status", "n1").status == 0

    r = rack(hosts=1)
    r.conf.write_text(r.conf.read_text().replace(
        "state %s/state;" % r.dir, "state %s/none/state;" % r.dir))
    said = r.ctl("power", "status", "n1")
    assert said.status == 1
    assert "cannot open %s/none/state/sim: No such file" % r.dir in said.err


def test_a_full_state_is_named_and_nothing_dies_of_it(rack):
    """the file is mapped: a full disk must not end in SIGBUS"""

    r = rack(hosts=4)
    said = disk(SMALL % ("state", "64k", "state"),
                FILL % "state" + '"$CTL" power status n1 || exit $?', r)
    assert said.status == 1
    assert re.search(r"state/sim: No space left on device", said.err), said

    # full in the middle of it

    for size in ("600k", "1200k", "2m"):
        said = disk(SMALL % ("state", size, "state"), """
s=0; "$CTL" power status "n*" || s=$?; echo "read $s"
%s
for i in 1 2 3; do
    s=0; "$CTL" identify on "n*" || s=$?; echo "change $s"
done
""" % (FILL % "state"), r)
        assert said.status == 0, said
        assert set(re.findall(r"(?:read|change) (\d+)", said.out)) \
            <= {"0", "1"}, (size, said)


# -- the sick and the healthy

SICK = ("dead", "mute", "slow=60s")


def test_the_sick_do_not_delay_the_healthy(rack):
    """30 hosts, 10 of which never answer"""

    hosts = {}

    for i in range(1, 31):
        fault = "fault %s;" % SICK[i // 3 % 3] if i % 3 == 0 else ""
        hosts["n%d" % i] = "timeout 2s; sim { latency 10ms; %s }" % fault

    r = rack(hosts=hosts)
    sick = ["n%d" % i for i in range(3, 31, 3)]

    # all at once: as long as one that times out, and not ten

    began = time.monotonic()
    said = r.ctl("power", "status", "--fresh", "n*")
    took = time.monotonic() - began
    assert said.status == 1
    assert 2 <= took < 4, took
    assert len(re.findall(r"^n\d+ +on", said.out, re.M)) == 20, said.out

    for host in sick:
        assert re.search(r"^%s: no answer" % host, said.err, re.M), said.err

    # what has just not answered is not waited for again

    began = time.monotonic()
    assert r.ctl("power", "status", "n*").status == 1
    assert time.monotonic() - began < 1


def test_the_healthy_answer_while_the_sick_are_waited_for(rack):
    hosts = {"n%d" % i: "timeout 3s; sim { latency 10ms; %s }"
             % ("fault %s;" % SICK[i // 3 % 3] if i % 3 == 0 else "")
             for i in range(1, 31)}
    r = rack(hosts=hosts)
    h = Hammer(r, "stay", "jobs=64").opened()
    asked = {h.ask("n%d" % i, "power.status", "+fresh"): i
             for i in range(1, 31)}

    for n in asked:
        h.result(n)

    order = [asked[t["n"]] % 3 == 0 for t in h.told]
    assert order == [False] * 20 + [True] * 10

    for t in h.told:
        if asked[t["n"]] % 3:
            assert t["rc"] == "ok" and t["ms"] < 1500, t

        else:
            assert t["rc"] == "unreachable" and 2900 < t["ms"] < 4500, t

    # another process, through this one, while it waits for the sick again

    for i in range(3, 31, 3):
        h.ask("n%d" % i, "boot.get", "+fresh")

    began = time.monotonic()
    said = r.ctl("power", "status", "--fresh", *["n%d" % i for i in (1, 2, 4)])
    assert said.status == 0, said
    assert time.monotonic() - began < 1.5


def test_a_sick_bmc_heals(rack):
    r = rack(hosts={"n1": "timeout 500ms;"})
    hammers.simctl(r, "n1", "fault", "dead")
    assert r.ctl("power", "status", "n1").status == 1

    # backed off: told at once, with what it said last

    said = r.ctl("power", "status", "n1")
    assert said.status == 1 and "no answer" in said.err

    hammers.simctl(r, "n1", "fault", "none")
    assert r.ctl("power", "status", "--fresh", "n1").status == 0
    assert r.ctl("power", "status", "n1").status == 0
