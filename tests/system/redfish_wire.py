"""HTTP/1.1 as a BMC serves it: requests by hand, and quick."""

import asyncio
import itertools
import json

HEAD_MAX = 32 * 1024
BODY_MAX = 1024 * 1024
HEADS = 64                           # parsed ones that a connection keeps

REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content",
    304: "Not Modified", 308: "Permanent Redirect",
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
    409: "Conflict", 412: "Precondition Failed", 413: "Content Too Large",
    415: "Unsupported Media Type", 428: "Precondition Required",
    429: "Too Many Requests", 431: "Request Header Fields Too Large",
    500: "Internal Server Error", 501: "Not Implemented",
    503: "Service Unavailable", 504: "Gateway Timeout"}

JSON = "application/json;odata.metadata=minimal;charset=utf-8"


class Request:
    """headers' names are in lower case; connection is a number, client an
    address"""

    __slots__ = ("method", "path", "query", "headers", "body", "connection",
                 "client", "session", "keeps")

    def __init__(self, method, target, headers, keeps):
        self.method = method
        self.path, _, self.query = target.partition("?")
        self.headers = headers
        self.keeps = keeps
        self.body = b""
        self.connection = 0
        self.client = None
        self.session = None

    def copy(self):
        other = Request(self.method, self.path, self.headers, self.keeps)
        other.query = self.query
        return other


class Bad(Exception):
    """what is no HTTP; its status"""


def render(status, body=None, headers=()):
    """a whole answer; body is bytes, or what becomes JSON"""

    kind = None

    if body is not None and not isinstance(body, bytes):
        body, kind = json.dumps(body).encode(), JSON

    lines = ["HTTP/1.1 %d %s" % (status, REASONS.get(status, "Unknown"))]
    headers = dict(headers)

    if body is not None:
        headers.setdefault("Content-Type", kind or "text/plain")

    # 204 and 304 have none by their nature

    if status not in (204, 304):
        headers["Content-Length"] = str(len(body or b""))

    lines += ["%s: %s" % h for h in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b"")


def without_body(data):
    return data[:data.find(b"\r\n\r\n") + 4]


def closing(data):
    """or else a client believes that it can go on"""

    head, rest = data.split(b"\r\n", 1)
    return head + b"\r\nConnection: close\r\n" + rest


def parse(head):
    """of the bytes before the empty line"""

    line, *lines = head.decode("latin-1").split("\r\n")
    words = line.split(" ")

    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise Bad(400)

    headers = {}

    for one in lines:
        name, colon, value = one.partition(":")

        if not colon or not name or name != name.strip():
            raise Bad(400)

        headers[name.lower()] = value.strip()

    if words[2] != "HTTP/1.0" and "host" not in headers:
        raise Bad(400)

    keeps = (words[2] != "HTTP/1.0"
             and headers.get("connection", "").lower() != "close")
    return Request(words[0], words[1], headers, keeps)


def chunks(data):
    """(a body in pieces, what is behind it), or None: it is not whole"""

    body, at = b"", 0

    while True:
        end = data.find(b"\r\n", at)

        if end < 0:
            return None

        try:
            size = int(data[at:end].split(b";")[0], 16)

        except ValueError:
            raise Bad(400) from None

        at = end + 2

        if len(body) + size > BODY_MAX:
            raise Bad(413)

        if len(data) < at + size + 2:
            return None

        body += data[at:at + size]
        at += size + 2

        if size == 0:
            return body, data[at:]


class Wire(asyncio.Protocol):
    """One connection.  bmc.take(wire, request) leads to wire.answer(), once,
    now or later; until then the next request waits."""

    numbers = itertools.count(1)

    def __init__(self, bmc):
        self.bmc = bmc
        self.number = next(Wire.numbers)
        self.transport = None
        self.got = b""
        self.heads = {}
        self.client = None
        self.busy = False
        self.within = False
        self.taken = 0               # requests
        self.request = None

    def connection_made(self, transport):
        self.transport = transport
        self.client = transport.get_extra_info("peername")[0]
        self.bmc.connected(self)

    def connection_lost(self, exc):
        self.transport = None
        self.bmc.disconnected(self)

    def eof_received(self):
        return False

    def data_received(self, data):
        self.got += data
        self.next()

    def next(self):
        if self.within:
            return

        self.within = True

        while not self.busy and self.transport is not None and self.got:
            try:
                request = self.one()

            except Bad as e:
                self.refuse(e.args[0])
                break

            if request is None:
                break

            self.busy = True
            self.taken += 1
            self.request = request
            self.bmc.take(self, request)

        self.within = False

    def one(self):
        end = self.got.find(b"\r\n\r\n")

        if end < 0:
            if len(self.got) > HEAD_MAX:
                raise Bad(431)

            return None

        head = self.got[:end]
        known = self.heads.get(head)

        if known is None:
            known = parse(head)

            if len(self.heads) < HEADS:
                self.heads[head] = known

        request = known.copy()
        request.connection = self.number
        request.client = self.client
        return request if self.body(request, end + 4) else None

    def body(self, request, start):
        """False: it is not all there"""

        headers = request.headers
        rest = self.got[start:]

        if headers.get("expect", "").lower() == "100-continue" and not rest:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

        if headers.get("transfer-encoding", "").lower() == "chunked":
            both = chunks(rest)

            if both is None:
                return False

            request.body, self.got = both
            return True

        length = headers.get("content-length", "0")

        if not length.isdigit():
            raise Bad(400)

        length = int(length)

        if length > BODY_MAX:
            raise Bad(413)

        if len(rest) < length:
            return False

        request.body, self.got = rest[:length], rest[length:]
        return True

    def refuse(self, status):
        self.transport.write(render(status, None, {"Connection": "close"}))
        self.transport.close()

    def answer(self, data):
        """data of the request that is under way; None: silence"""

        self.busy = False

        if self.transport is None:
            return

        if data is not None:
            if self.request.method == "HEAD":
                data = without_body(data)

            if not self.request.keeps:
                data = closing(data)

            self.transport.write(data)

        if not self.request.keeps:
            self.transport.close()
            return

        self.next()

    def hang(self):
        """says nothing more, and stays"""

        self.got = b""
        self.busy = True

    def abort(self):
        if self.transport is not None:
            self.transport.abort()
