#!/usr/bin/python3

"""Scripted Redfish BMCs, many in one process.

usage: redfish_bmcs.py
       redfish_bmcs.py NAME PERSONALITY PORT SECRET [CERTIFICATE KEY]

The first does what is said in lines of JSON at its input, {"do": "add",
"name": "n1", ...}, answers each with a line, and ends with its input; see
Control.  The second is one BMC at 127.0.0.1 until SIGTERM, with user admin
and the password in file SECRET; its UUIDs and serial numbers follow from
NAME, and at its end it tells how many sessions are left.
"""

import asyncio
import json
import signal
import ssl
import sys

from redfish_script import Rule
from redfish_service import Bmc
from redfish_tree import entry
from redfish_vendors import PERSONALITIES
from redfish_wire import Wire


def make_tls(certificate, key):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    return tls


async def listen(bmc, address, port, tls):
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Wire(bmc), address, port,
                                    ssl=tls, backlog=1024,
                                    reuse_address=True)


class Control:
    """Each do_WORD is what {"do": "WORD"} does, with its other words."""

    def __init__(self):
        self.bmcs = {}
        self.servers = {}
        self.tls = {}

    async def one(self, words):
        do = getattr(self, "do_" + words.pop("do"))
        bmc = words.pop("bmc", None)

        if bmc is not None:
            words["bmc"] = self.bmcs[bmc]

        answer = do(**words)
        return await answer if asyncio.iscoroutine(answer) else answer

    # the BMCs

    def do_number(self):
        return len(self.bmcs) + 1

    async def do_add(self, name, address="127.0.0.1", port=0, tls=None,
                     **more):
        self.bmcs[name] = Bmc(name, address=address, **more)
        self.tls[name] = make_tls(*tls) if tls else None
        return await self.do_start(self.bmcs[name], port)

    async def do_start(self, bmc, port):
        server = await listen(bmc, bmc.address, port, self.tls[bmc.name])
        self.servers[bmc.name] = server
        return server.sockets[0].getsockname()[1]

    def do_stop(self, bmc):
        """nobody listens any more"""

        self.servers.pop(bmc.name).close()

        for wire in list(bmc.wires):
            wire.abort()

    async def do_certificate(self, bmc, tls, port):
        self.do_stop(bmc)
        self.tls[bmc.name] = make_tls(*tls)
        return await self.do_start(bmc, port)

    # what goes wrong

    def do_fault(self, bmc, name, times=None):
        bmc.fault(name, times)

    def do_heal(self, bmc, name):
        bmc.heal(name)

    def do_latency(self, bmc, seconds):
        bmc.script.latency = seconds

    def do_script(self, bmc, rule):
        bmc.script.rules.append(Rule(**rule))

    def do_unscript(self, bmc):
        del bmc.script.rules[:]

    def do_times(self, bmc, times):
        bmc.times.update(times)

    def do_reboot(self, bmc, seconds=0):
        bmc.reboot(seconds)

    def do_cut(self, bmc):
        for wire in list(bmc.wires):
            wire.abort()

    def do_forget_sessions(self, bmc, number=None):
        """the next one's number may be given"""

        bmc.sessions.lose()

        if number is not None:
            bmc.sessions.made = number

    def do_fill_sessions(self, bmc, free=0):
        """others have all slots but some"""

        account = next(iter(bmc.sessions.passwords))

        while len(bmc.sessions.by_token) < bmc.p["sessions"] - free:
            bmc.sessions.make(account)

    def do_password(self, bmc, user, password):
        for path in bmc.sessions.passwords:
            if bmc.tree[path]["UserName"] == user:
                bmc.sessions.passwords[path] = password

        bmc.sessions.forget_basic()

    def do_fail_task(self, bmc, text):
        bmc.actions.fail = text

    # what it has

    def do_get(self, bmc, path):
        return bmc.tree.get(path)

    def do_put(self, bmc, path, words):
        """part of a resource, or a new one"""

        bmc.tree.setdefault(path, {"@odata.id": path}).update(words)
        bmc.touch(path)

    def do_remove(self, bmc, path, key=None):
        if key is None:
            del bmc.tree[path]

        else:
            del bmc.tree[path][key]

        bmc.touch(path)

    def do_log(self, bmc, path, entries):
        """[created, severity, code, message] each; at its end"""

        n = len(bmc.tree[path + "/Entries"]["Members"])

        for i, words in enumerate(entries):
            entry(bmc.tree, path, n + i + 1, *words)

        bmc.touch(path + "/Entries")

    def do_clear_log(self, bmc, path):
        bmc.clear_log(path)

    def do_machine(self, bmc, system=None):
        m = bmc.machines[system or next(iter(bmc.machines))]
        return {"on": m.on, "boots": m.boots, "hard": m.hard,
                "nmis": m.nmis, "restored": bmc.restored,
                "cleared": bmc.cleared}

    def do_refused(self, bmc):
        """the changes"""

        return bmc.refused

    def do_power(self, bmc, on, system=None):
        """somebody presses its button"""

        m = bmc.machines[system or next(iter(bmc.machines))]
        m.stop()
        (m.up if on else lambda _: m.off())("on")

    # what it was asked

    def do_requests(self, bmc, since=0):
        return [{"method": r.method,
                 "path": r.path + ("?" + r.query if r.query else ""),
                 "headers": r.headers, "body": r.body.decode("latin-1"),
                 "connection": r.connection, "session": r.session}
                for r in bmc.requests[since:]]

    def do_record(self, bmc, on):
        bmc.recording = on
        del bmc.requests[:]

    def do_counts(self, bmc):
        return {"requests": bmc.counts["requests"],
                "connections": {"live": len(bmc.wires),
                                "all": bmc.counts["connections"],
                                "highest": bmc.counts["highest"]},
                "sessions": dict(bmc.sessions.counts,
                                 live=len(bmc.sessions.by_token))}


async def controlled():
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=1 << 26)
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    control = Control()

    while line := await lines.readline():
        try:
            answer = {"ok": await control.one(json.loads(line))}

        except Exception as e:       # the test that said it wants to know
            answer = {"error": "%s: %s" % (type(e).__name__, e)}

        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


async def alone(name, personality, port, secret, *files):
    with open(secret, encoding="utf-8") as f:
        password = f.readline().rstrip("\n")

    ends = asyncio.Event()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ends.set)

    # whoever looks every second or two sees that a cycle switches it off

    bmc = Bmc(name, personality, password=password, times={"on": 1.5},
              words={"resets": PERSONALITIES["plain"]["resets"]})
    bmc.recording = False

    try:
        server = await listen(bmc, "127.0.0.1", int(port),
                              make_tls(*files) if files else None)

    except OSError as e:
        sys.exit("%s: %s" % (sys.argv[0], e))

    print("listening at http%s://127.0.0.1:%d"
          % ("s" if files else "", server.sockets[0].getsockname()[1]),
          flush=True)
    await ends.wait()
    server.close()
    print("sessions: %d opened, %d left" % (
        bmc.sessions.counts["opened"], len(bmc.sessions.by_token)))


if __name__ == "__main__":
    if len(sys.argv) not in (1, 5, 7):
        sys.exit(__doc__)

    asyncio.run(alone(*sys.argv[1:]) if len(sys.argv) > 1 else controlled())
