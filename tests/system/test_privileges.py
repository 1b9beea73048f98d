"""Who may touch what."""

import grp
import os
import pathlib
import pwd
import re
import shutil
import socket
import stat
import tempfile

import pytest

import hammers
from conftest import Rack, program, run
from hammers import Hammer

ROOT = os.geteuid() == 0
GID = 61623                      # of group bmcgate, where we make it
NOBODY = 65534
ADVICE = "run as root or as a member of group bmcgate"

SECRET = "kEhr-wieder-2f81"
NEW = "nEues-Wort-77c3"


@pytest.fixture
def gateway():
    """a rack that the core makes its folders for, where all can go"""

    top = tempfile.mkdtemp(prefix="bmcgate-priv.")
    os.chmod(top, 0o755)
    r = Rack(pathlib.Path(top))
    secret = r.dir / "secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    r.write({"n1": "user admin; password file:%s; driver sim; sim { "
                   "require_user admin; require_password file:%s; }"
                   % (secret, secret), "n2": ""})

    for folder in ("run", "state"):
        os.rmdir(r.dir / folder)

    r.conf.chmod(0o640)
    yield r
    r.close()

    # what cannot be listed cannot be removed by its owner either

    if (r.dir / "run/peer").exists():
        (r.dir / "run/peer").chmod(0o700)

    shutil.rmtree(top)


def with_group(argv):
    """
    Where a group bmcgate exists: this computer's, or one of a private
    /etc/group.  For an ordinary user there is none but his own.
    """

    if not ROOT:
        return argv

    try:
        grp.getgrnam("bmcgate")
        return argv

    except KeyError:
        return ["unshare", "-m", "sh", "-c",
                'f=$(mktemp) && cat /etc/group > $f '
                '&& echo "bmcgate:x:%d:" >> $f && chmod 644 $f '
                '&& mount --bind $f /etc/group && rm $f && exec "$@"' % GID,
                "sh"] + argv


def gid():
    try:
        return grp.getgrnam("bmcgate").gr_gid

    except KeyError:
        return GID


def as_root(r, *args, **kwargs):
    return run(with_group([program("bmcctl")] + list(args)), env=r.env,
               **kwargs)


def as_nobody(r, *args, groups=(), command=None, **kwargs):
    """an unprivileged user; to an ordinary user, that is himself"""

    argv = [command or program("bmcctl")] + list(args)

    if ROOT:
        ids = ["setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY,
               "--clear-groups" if not groups
               else "--groups=" + ",".join(str(g) for g in groups)]
        argv = with_group(ids + argv)

    return run(argv, env=r.env, **kwargs)


def mode(path):
    st = os.lstat(path)
    return oct(stat.S_IMODE(st.st_mode)), st.st_gid if ROOT else None


def ours():
    return gid() if ROOT else None


def shut(r):
    """an ordinary user can only be kept out of what is his by its mode"""

    if not ROOT:
        (r.dir / "run/board").chmod(0)
        (r.dir / "audit.log").chmod(0)
        (r.dir / "secret").chmod(0)
        (r.dir / "run/peer").chmod(0o331)


def start(r, *words):
    h = Hammer(r, *words, argv=with_group)
    return h.opened()


def test_files_have_the_modes_of_the_design(gateway):
    r = gateway
    assert as_root(r, "identify", "on", "n1").status == 0

    assert mode(r.dir / "run") == ("0o771", ours())
    assert mode(r.dir / "run/board") == ("0o660", ours())
    assert mode(r.dir / "run/peer") == ("0o731", ours())
    assert mode(r.dir / "state") == ("0o770", ours())
    assert mode(r.dir / "state/sim") == ("0o660", ours())

    # without the group a trail is its owner's alone to write

    trail = ("0o660" if ROOT else "0o640", ours())
    assert mode(r.audit) == trail
    assert mode(str(r.audit) + ".last") == trail

    # who has the name may connect: the name is the secret

    start(r, "stay")
    (sock,) = hammers.sockets(r)
    assert mode(r.dir / "run/peer" / sock)[0] == "0o666"
    assert re.fullmatch("[0-9a-f]{32}", sock)


def test_an_unprivileged_user_sees_nothing(gateway):
    r = gateway
    h = start(r, "stay")
    assert h.do("n1", *hammers.marked("01"))["rc"] == "ok"
    (sock,) = hammers.sockets(r)
    shut(r)

    script = """
import os, socket, sys
top, sock = sys.argv[1:]

def fails(call, *args):
    try:
        call(*args)
        return "no"
    except OSError as e:
        return type(e).__name__

def connects(name):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect(top + "/run/peer/" + name)

print(fails(open, top + "/run/board", "rb"),
      fails(open, top + "/run/board", "r+b"),
      fails(os.listdir, top + "/run/peer"),
      fails(open, top + "/audit.log", "rb"),
      fails(open, top + "/audit.log", "ab"),
      fails(open, top + "/secret", "rb"),
      fails(connects, "f" * 32), fails(connects, sock[:31] + "?"))
"""

    seen = as_nobody(r, "-c", script, str(r.dir), sock,
                     command="/usr/bin/python3").out.split()
    assert seen == ["PermissionError"] * 6 + ["FileNotFoundError"] * 2

    if ROOT:
        state = as_nobody(r, "-c", "import os; os.listdir(%r)"
                          % str(r.dir / "state"), command="/usr/bin/python3")
        assert "PermissionError" in state.err


def test_a_stranger_with_a_name_is_still_no_peer(gateway):
    """without the board's cookie nobody is answered"""

    r = gateway
    h = start(r, "stay")
    (sock,) = hammers.sockets(r)
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(10)
    s.connect(str(r.dir / "run/peer" / sock))
    s.send(b"\1" + b"\0" * 60)
    heard = b"x"

    while heard:
        try:
            heard = s.recv(65536)

        except ConnectionResetError:
            break

    s.close()
    assert h.do("n1", "power.status", "+fresh")["rc"] == "ok"


def test_bmcctl_tells_an_unprivileged_user_who_may(gateway):
    r = gateway
    assert as_root(r, "power", "status", "n1").status == 0
    shut(r)

    if ROOT:
        said = as_nobody(r, "power", "status", "n1")
        assert said.status == 3
        assert "bmcgate.conf" in said.err and ADVICE in said.err, said

        # a secret is named, and not shown

        r.conf.chmod(0o644)
        said = as_nobody(r, "power", "status", "n1")
        assert said.status == 3
        assert "%s/secret cannot be read" % r.dir in said.err
        assert SECRET not in said.err + said.out

    # a configuration without secrets may be everybody's

    r.conf.write_text(re.sub("(user|password|require_.*?) .*?;", "",
                             r.conf.read_text()))
    r.conf.chmod(0o644)
    said = as_nobody(r, "power", "status", "n1")
    assert said.status == 1
    assert "run/board" in said.err and ADVICE in said.err, said


@pytest.mark.parametrize("running", (False, True))
def test_a_member_of_the_group_reads_and_changes(gateway, running):
    r = gateway

    if ROOT:
        for path in (r.conf, r.dir / "secret"):
            os.chown(path, -1, gid())
            path.chmod(0o640)

    assert as_root(r, "identify", "on", "n1").status == 0

    if running:
        h = start(r, "stay")
        assert h.do("n1", "power.status", "+fresh")["rc"] == "ok"

    for args in (("power", "status", "--fresh", "n1"),
                 ("identify", "off", "n1"), ("identify", "on", "n2"),
                 ("operations",), ("audit", "show"), ("audit", "verify")):
        said = as_nobody(r, *args, groups=[gid()])
        assert said.status == 0, (args, said)

    assert hammers.machine(r, "n1")["commands"]["identify.set"] == 2

    # and the trail knows them by their own name

    who = [line["actor"] for line in hammers.trail(r)
           if line["event"] == "asked"]
    me = "nobody" if ROOT else pwd.getpwuid(os.getuid()).pw_name
    assert who == ["local:root" if ROOT else "local:" + me] \
        + ["local:" + me] * 2


def test_a_trail_made_by_a_member_takes_roots_lines(gateway):
    r = gateway

    if ROOT:
        for path in (r.conf, r.dir / "secret", r.dir):
            os.chown(path, -1, gid())

        r.conf.chmod(0o640)
        (r.dir / "secret").chmod(0o640)
        r.dir.chmod(0o775)

    assert as_nobody(r, "identify", "on", "n2", groups=[gid()]).status == 0
    assert as_root(r, "identify", "off", "n2").status == 0
    assert as_root(r, "audit", "verify").status == 0


# -- secrets

def memory(pid, word):
    """of a process: where word is and a core dump would have it"""

    found = []
    word = word.encode()

    with open("/proc/%d/smaps" % pid) as f, \
            open("/proc/%d/mem" % pid, "rb", 0) as mem:
        region = None

        for line in f:
            m = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) .*?(\S*)$", line)

            if m:
                region = m
                continue

            if not line.startswith("VmFlags:") or " dd" in line \
                    or "r" not in region.group(3):
                continue

            begin, end = (int(region.group(i), 16) for i in (1, 2))

            # a sanitizer's shadow: terabytes of nothing

            if end - begin > 1 << 28:
                continue

            try:
                mem.seek(begin)

                if word in mem.read(end - begin):
                    found.append(region.group(0))

            except OSError:
                pass

    return found


def test_no_secret_stays_in_a_process(gateway):
    """not in its arguments, its environment, nor what a core dump has"""

    r = gateway
    new = r.dir / "new"
    new.write_text(NEW + "\n")
    new.chmod(0o600)
    h = start(r, "poll", "stay")
    assert h.do("n1", "power.status", "+fresh")["rc"] == "ok"

    said = r.ctl("user", "set", "carl", "n1", "--role", "operator",
                 "--password-file", str(new))
    assert said.status == 0, said

    for name in ("cmdline", "environ"):
        text = pathlib.Path("/proc/%d/%s" % (h.pid, name)).read_bytes()
        assert SECRET.encode() not in text and NEW.encode() not in text

    assert memory(h.pid, "bmcgate") != []
    assert memory(h.pid, SECRET) == []
    assert memory(h.pid, NEW) == []


def test_a_new_password_is_in_no_log(gateway):
    r = gateway
    new = r.dir / "new"
    new.write_text(NEW + "\n")
    new.chmod(0o600)

    h = start(r, "stay")
    assert h.do("n1", "power.status", "+fresh")["rc"] == "ok"
    said = [r.ctl("user", "set", "carl", host, "--password-file", str(new),
                  "-o", "json") for host in ("n1", "n2")]
    said += [r.ctl("user", "set", "root", "n1", "--id", "77",
                   "--password-file", str(new)),
             r.ctl("audit", "show", "-o", "json"),
             r.ctl("operations", "-o", "json"),
             r.ctl("user", "n1", "-o", "json")]
    assert said[0].status == said[1].status == 0
    h.write("close")
    h.drain()

    for s in said:
        assert NEW not in s.out + s.err and SECRET not in s.out + s.err

    assert NEW not in h.err.read_text()

    for folder, _, names in os.walk(r.dir):
        for name in names:
            path = pathlib.Path(folder) / name

            if name in ("new", "secret") or not path.is_file():
                continue

            data = path.read_bytes()
            assert NEW.encode() not in data, path
            assert SECRET.encode() not in data, path

    args = [line.get("args", "") for line in hammers.trail(r)
            if line["verb"] == "users.set"]
    assert any("name=carl" in a for a in args), args
