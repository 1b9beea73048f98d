"""What a BMC is told to do wrong, request by request."""

import asyncio
import fnmatch

from redfish_wire import render

WORDS = {"method", "path", "times", "skip", "latency", "silence", "close",
         "half", "stall", "oversize", "deep", "text", "raw", "status",
         "body", "headers", "drip", "done"}


class Rule:
    """method and path (with * and ?; the query is part of it) say to which
    requests it applies, skip and times to how many of them; done: the BMC
    does what was asked before the rest happens"""

    def __init__(self, method="*", path="*", times=None, skip=0, **does):
        unknown = set(does) - WORDS

        if unknown:
            raise ValueError("a rule has no \"%s\"" % min(unknown))

        self.method = method
        self.path = path
        self.times = times
        self.skip = skip
        self.does = does
        self.played = 0

    def fits(self, request):
        target = request.path + ("?" + request.query if request.query
                                 else "")

        if (self.times == 0 or self.method not in ("*", request.method)
                or not fnmatch.fnmatchcase(target, self.path)):
            return False

        if self.skip > 0:
            self.skip -= 1
            return False

        if self.times is not None:
            self.times -= 1

        self.played += 1
        return True


class Script:

    def __init__(self, bmc):
        self.bmc = bmc
        self.rules = []
        self.latency = 0

    def plays(self, wire, request):
        """false: nothing of it is of this request"""

        rule = next((r for r in self.rules if r.fits(request)), None)

        if rule is None and not self.latency:
            return False

        does = rule.does if rule else {}
        reply = None

        # what it answers anyhow, late, in part or not at all

        if (does.get("done") or not does or set(does) <= {
                "latency", "half", "stall", "drip", "headers", "done"}):
            reply = self.bmc.reply(request)

        wait = does.get("latency", self.latency)

        if wait:
            asyncio.get_running_loop().call_later(
                wait, self.act, wire, reply, does)

        else:
            self.act(wire, reply, does)

        return True

    def act(self, wire, reply, does):
        if does.get("silence"):
            wire.hang()

        elif does.get("close"):
            wire.abort()

        elif does.get("half") or does.get("stall"):
            wire.transport.write(reply[:max(len(reply) * 2 // 3, 1)])

            if does.get("half"):
                wire.transport.close()

            else:
                wire.hang()

        elif does.get("drip"):
            self.drip(wire, reply, does["drip"])

        else:
            wire.answer(self.instead(reply, does))

    @staticmethod
    def instead(reply, does):
        headers = does.get("headers", {})
        status = does.get("status", 200)

        if "raw" in does:
            return does["raw"].encode("latin-1")

        if "oversize" in does:
            return render(status, {"Members": ["x" * does["oversize"]]},
                          headers)

        if "deep" in does:
            n = does["deep"]
            return render(status, b'{"a":' * n + b"1" + b"}" * n, dict(
                {"Content-Type": "application/json"}, **headers))

        if "text" in does:
            return render(status, does["text"].encode(), headers)

        if "status" in does or "body" in does:
            return render(status, does.get("body"), headers)

        if headers and reply is not None:
            head, _, body = reply.partition(b"\r\n\r\n")
            more = "".join("\r\n%s: %s" % h for h in headers.items())
            return head + more.encode() + b"\r\n\r\n" + body

        return reply

    @staticmethod
    def drip(wire, reply, wait, at=0):
        """a byte every so often"""

        if wire.transport is None:
            return

        wire.transport.write(reply[at:at + 1])

        if at + 1 < len(reply):
            asyncio.get_running_loop().call_later(
                wait, Script.drip, wire, reply, wait, at + 1)

        else:
            wire.answer(None)
