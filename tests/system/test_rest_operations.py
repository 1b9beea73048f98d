"""REST: changes of whole groups, and what became of changes."""

import hashlib
import time

from nginx_rig import READER
from rest_rig import nginx, rest  # noqa: F401

RACK = {"n%d" % i: "groups rack1;" for i in range(1, 5)}

HALF = """
key half { sha256 %s; role operator; hosts n[1-2]; }
""" % hashlib.sha256(b"a-key-for-half-of-it").hexdigest()


def staggered(rest, time):
    n = rest(RACK, start=False)
    conf = n.rack.conf
    conf.write_text(conf.read_text().replace("stagger 0;",
                                             "stagger %s;" % time))
    n.nginx.start()
    return n


def begin(n, group="rack1", **body):
    body.setdefault("action", "off")
    return n.post("/api/groups/%s/power" % group, body)


# groups

def test_a_group_is_changed_and_its_progress_can_be_seen(rest):
    n = staggered(rest, "300ms")
    r = begin(n)
    assert r.status_code == 202, r.text
    assert (r.json()["group"], r.json()["hosts"]) == ("rack1", 4)
    seen = set()
    end = time.monotonic() + 10

    while True:
        op = n.get(r.headers["Location"]).json()
        seen.add(op["asked_hosts"])

        if op["state"] != "sent":
            break

        assert time.monotonic() < end, op
        time.sleep(0.05)

    assert len(seen) >= 3, "not one after the other"
    assert op["state"] in ("accepted", "verified")
    assert sorted(m["host"] for m in op["members"]) == sorted(RACK)

    for m in op["members"]:
        part = n.get("/api/operations/%d" % m["id"]).json()
        assert part["part_of"] == op["id"] and part["host"] == m["host"]

    sent = sorted(n.get("/api/operations/%d" % m["id"]).json()["sent"]
                  for m in op["members"])
    assert len(set(sent)) == 4


def test_a_group_is_verified_host_by_host(rest):
    n = rest(RACK)
    r = begin(n, action="force-off", verify="10s")
    assert r.status_code == 202, r.text
    op = n.follow(r, ("verified",))
    assert {m["state"] for m in op["members"]} == {"verified"}
    assert [h["power"] for h in n.get("/api/hosts").json()["hosts"]] \
        == ["off"] * 4


def test_a_reload_does_not_end_a_group_halfway(rest):
    n = staggered(rest, "200ms")
    r = begin(n, action="reset")
    n.nginx.reload()
    op = n.follow(r, ("accepted", "verified", "failed"))
    assert op["state"] != "failed" and len(op["members"]) == 4
    assert sum(n.shown(h)["changes"] for h in RACK) == 4


def test_a_group_with_a_dead_bmc_fails_by_name(rest):
    n = rest(dict(RACK, n3="groups rack1; timeout 300ms; "
                  "sim { fault dead; }"))
    op = n.follow(begin(n), ("failed",))
    assert "3 done, 1 failed" in op["text"]
    assert [m["host"] for m in op["members"] if m["state"] == "failed"] \
        == ["n3"]


def test_half_a_group_is_nobodys_wish(rest):
    n = rest(RACK, extra=HALF)
    r = n.post("/api/groups/rack1/power", {"action": "off"},
               key="a-key-for-half-of-it")
    assert r.status_code == 403
    assert "key half" in r.json()["error"]["message"]
    assert "is not for host n3" in r.json()["error"]["message"]
    assert "key half" in n.rack.audit.read_text()
    r = n.post("/api/groups/rack1/power", {"action": "off"}, key=READER)
    assert r.status_code == 403
    assert n.get("/api/operations").json()["operations"] == []


def test_a_group_that_is_none(rest):
    n = rest(RACK)
    assert begin(n, "rack9").status_code == 404
    assert begin(n, "n1").status_code == 404
    assert begin(n, action="explode").status_code == 400
    assert begin(n, verify="long").status_code == 400
    assert n.post("/api/groups/rack1/power").status_code == 400


# operations

def change(n, host, action="reset"):
    r = n.post("/api/hosts/%s/power" % host, {"action": action})
    assert r.status_code == 202, r.text
    return r.json()["op"]


def test_operations_come_newest_first_and_in_pages(rest):
    n = rest(2)
    made = [change(n, "n1") for _ in range(7)]
    seen, after, pages = [], "", 0

    while after is not None:
        r = n.get("/api/operations?limit=3" + (after and "&after=" + after))
        seen += [o["id"] for o in r.json()["operations"]]
        after = r.json()["next"]
        pages += 1

    assert seen == list(reversed(made))
    assert pages == 3


def test_operations_are_filtered(rest):
    n = rest(dict(RACK, m1="sim { fault refuses-login; }"))
    one = change(n, "n1")
    refused = n.post("/api/hosts/m1/power", {"action": "on"})
    n.follow(refused, ("failed",))
    r = begin(n)
    group = n.follow(r, ("accepted", "verified"))

    def ids(query):
        r = n.get("/api/operations?" + query)
        assert r.status_code == 200, r.text
        return [o["id"] for o in r.json()["operations"]]

    assert ids("host=n1")[-1] == one and len(ids("host=n1")) == 2
    assert ids("host=rack1") == [group["id"]]
    assert ids("state=failed&host=m1") and not ids("state=failed&host=n1")
    assert sorted(ids("group=%d" % group["id"])) \
        == sorted(m["id"] for m in group["members"])
    assert ids("host=nobody") == []

    for query in ("limit=0", "limit=1001", "limit=x", "after=x", "state=done",
                  "group=rack1"):
        assert n.get("/api/operations?" + query).status_code == 400, query


def test_an_operation_that_is_none(rest):
    n = rest(1)

    for id in ("1", "99999999999999999999999", "x", "-1"):
        assert n.get("/api/operations/" + id).status_code == 404


def test_operations_survive_a_reload_and_are_known_to_all_workers(rest):
    n = rest(1, main="worker_processes 3;")
    before = [n.get("/api/operations/%d" % change(n, "n1")).json()
              for _ in range(3)]
    n.nginx.reload()

    for _ in range(9):
        r = n.get("/api/operations", headers={"Connection": "close"})
        assert [o["id"] for o in r.json()["operations"]] \
            == [o["id"] for o in reversed(before)]


def test_operations_of_hidden_hosts_are_hidden(rest):
    n = rest(RACK, extra=HALF)
    mine, other = change(n, "n1"), change(n, "n4")
    half = "a-key-for-half-of-it"
    ops = n.get("/api/operations", key=half).json()["operations"]
    assert [o["id"] for o in ops] == [mine]
    assert n.get("/api/operations/%d" % mine, key=half).status_code == 200
    assert n.get("/api/operations/%d" % other, key=half).status_code == 404
    names = [h["name"] for h in n.get("/api/hosts", key=half).json()["hosts"]]
    assert names == ["n1", "n2"]
    r = n.get("/api/hosts/n4", key=half)
    assert r.status_code == 403
    assert "key half" in r.json()["error"]["message"]
    assert "is not for host n4" in r.json()["error"]["message"]
    assert n.get("/api/hosts/n4/power", key=half).status_code == 403
