"""BMCs that speak Redfish, to measure: as little as one must be.

usage: redfish_sims.py PORT COUNT MS [CERTIFICATE KEY]

One process, an address each; each answer takes MS.  Says "ready" when all listen, and ends with
its input.
"""

# Copyright (C) the bmcgate authors

import asyncio
import json
import ssl
import sys

V1 = "/redfish/v1"
SYSTEM, MANAGER = V1 + "/Systems/1", V1 + "/Managers/1"
SESSIONS = V1 + "/SessionService/Sessions"


def link(path):
    return {"@odata.id": path}


RESETS = ["On", "ForceOff", "GracefulShutdown", "ForceRestart", "Nmi"]

TREE = {
    V1 + "/": {
        "@odata.id": V1 + "/", "RedfishVersion": "1.15.0",
        "Systems": link(V1 + "/Systems"), "Managers": link(V1 + "/Managers"),
        "SessionService": link(V1 + "/SessionService"),
        "Links": {"Sessions": link(SESSIONS)}},
    V1 + "/Systems": {"Members": [link(SYSTEM)]},
    MANAGER: {"@odata.id": MANAGER, "Id": "1", "FirmwareVersion": "1.0"},
    SYSTEM: {
        "@odata.id": SYSTEM, "@odata.etag": 'W/"1"', "Id": "1",
        "Name": "System", "SystemType": "Physical", "Manufacturer": "Bench",
        "Model": "B1", "SerialNumber": "S1", "PowerState": "On",
        "UUID": "38947555-7742-3448-3784-823347823834",
        "Status": {"State": "Enabled", "Health": "OK"},
        "Boot": {
            "BootSourceOverrideEnabled": "Disabled",
            "BootSourceOverrideTarget": "None",
            "BootSourceOverrideMode": "UEFI",
            "BootSourceOverrideTarget@Redfish.AllowableValues":
                ["None", "Pxe", "Hdd", "Cd", "BiosSetup"]},
        "IndicatorLED": "Off",
        "Links": {"Chassis": [link(V1 + "/Chassis/1")],
                  "ManagedBy": [link(MANAGER)]},
        "Actions": {"#ComputerSystem.Reset": {
            "target": SYSTEM + "/Actions/ComputerSystem.Reset",
            "ResetType@Redfish.AllowableValues": RESETS}},
        "Processors": link(SYSTEM + "/Processors"),
        "Memory": link(SYSTEM + "/Memory"),
        "LogServices": link(SYSTEM + "/LogServices")}
}


def answer(status, body=b"", more=""):
    return ("HTTP/1.1 %s\r\n%sContent-Type: application/json\r\n"
            "Content-Length: %d\r\n\r\n"
            % (status, more, len(body))).encode("ascii") + body


READY = {("GET " + path).encode("ascii"):
         answer("200 OK", json.dumps(body).encode("ascii"))
         for path, body in TREE.items()}

READY[("POST " + SESSIONS).encode("ascii")] = answer(
    "201 Created", b"{}", "X-Auth-Token: 0123456789abcdef\r\n"
    "Location: %s/1\r\n" % SESSIONS)
READY[("DELETE " + SESSIONS + "/1").encode("ascii")] = answer("200 OK")

NOTHING = answer("404 Not Found")


class Bmc(asyncio.Protocol):
    latency = 0                 # s

    def __init__(self):
        self.transport = None
        self.got = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.got += data

        while (end := self.got.find(b"\r\n\r\n")) >= 0:
            head = self.got[:end]
            at = head.lower().find(b"content-length:")
            body = int(head[at + 15:].split(b"\r\n", 1)[0]) if at >= 0 else 0

            if len(self.got) < end + 4 + body:
                return

            self.got = self.got[end + 4 + body:]
            line = head.split(b" HTTP/", 1)[0]
            self.later(READY.get(line, NOTHING))

    def later(self, text):
        if self.latency == 0:
            self.transport.write(text)

        else:
            asyncio.get_running_loop().call_later(self.latency,
                                                  self.transport.write, text)


def address(n):
    return "127.0.%d.%d" % (1 + n // 250, 1 + n % 250)


async def main(port, count, files):
    tls = None

    if files:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*files)

    loop = asyncio.get_running_loop()

    for n in range(count):
        await loop.create_server(Bmc, address(n), port, ssl=tls, backlog=16)

    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    Bmc.latency = int(sys.argv[3]) / 1000
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[4:]))
