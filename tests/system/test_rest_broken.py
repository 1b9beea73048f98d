"""REST on a gateway whose disks are full."""

import os
import re

import hammers
import nginx_rig
import rest_rig

nginx = nginx_rig.nginx
rest = rest_rig.rest


def own_disk(n, folder, size):
    """nginx sees a small disk of its own at folder; its way there, for us"""

    argv, folder = n.argv, n.rack.dir / folder
    folder.mkdir(exist_ok=True)
    prefix = ["unshare", "-m" if os.geteuid() == 0 else "-rm", "sh", "-ec",
              'mount -t tmpfs -o mode=0755,size=%s none "$0"; exec "$@"'
              % size, str(folder)]
    n.argv = lambda *args, **kwargs: prefix + argv(*args, **kwargs)
    return lambda: "/proc/%d/root%s" % (n.pid, folder)


def fill(path):
    with open(path + "/fill", "wb", buffering=0) as f:
        try:
            while True:
                f.write(bytes(4096))

        except OSError:
            pass


def test_changes_are_refused_while_the_trail_cannot_be_written(rest):
    n = rest(1, start=False)
    n.rack.audit = n.rack.dir / "log/audit.log"
    n.rack.write(1, nginx_rig.POLICY)
    disk = own_disk(n.nginx, "log", "64k")
    n.nginx.allowed.append("no space left on device")
    n.nginx.start()
    where = "/api/hosts/n1/identify"

    assert n.put(where, {"identify": "on"}).status_code == 202
    fill(disk())
    refused = None

    # there is room in the file's last page still

    for seconds in range(1, 50):
        r = n.put(where, {"identify": "on", "seconds": seconds})

        if r.status_code != 202:
            refused = r
            break

    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "unaudited"
    assert re.search("no space left on device: changes are refused until",
                     refused.json()["error"]["message"])
    assert n.get("/api/hosts/n1/power?fresh=1").json()["power"] == "on"

    # what was refused has not been done

    tags = [c["tag"] for c in hammers.machine(n.rack, "n1")["list"]]
    assert len(tags) == seconds
