#!/usr/bin/python3

"""usage: redfish_bmc.py PERSONALITY PORT SECRET [CERTIFICATE KEY]

A scripted Redfish BMC of 127.0.0.1, hpe, dell or openbmc, with user admin
and the password in file SECRET; until SIGTERM.
"""

import collections
import signal
import ssl
import sys
import time

import redfish_personalities
from redfish_quirky import SYSTEM, Quirky


class Standalone(Quirky):
    """whoever is cycled is off for a moment, and can be seen to be"""

    def __init__(self, *args, **kwargs):
        self.up_at = None
        super().__init__(*args, **kwargs)

        # it may run for days, and nobody looks at them

        self.requests = self.refused = collections.deque(maxlen=0)

    def answer(self, *request):
        if self.up_at is not None and time.monotonic() > self.up_at:
            self.tree[SYSTEM]["PowerState"] = "On"
            self.up_at = None

        return super().answer(*request)

    def post(self, path, body):
        if (body or {}).get("ResetType") is not None:
            self.up_at = None

        answer = super().post(path, body)

        if (body or {}).get("ResetType") == "PowerCycle":
            self.tree[SYSTEM]["PowerState"] = "Off"
            self.up_at = time.monotonic() + 1.5

        return answer


def main(personality, port, secret, *files):
    tls = None

    if files:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*files)

    with open(secret, encoding="utf-8") as f:
        password = f.readline().rstrip("\n")

    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)

    bmc = getattr(redfish_personalities, personality)(
        lambda *facts: Standalone(*facts, port=int(port), password=password,
                                  tls=tls))
    print("listening at http%s://127.0.0.1:%d"
          % ("s" if files else "", bmc.port), flush=True)
    signal.sigwait(ends)
    bmc.close()


if __name__ == "__main__":
    if len(sys.argv) not in (4, 6):
        sys.exit(__doc__)

    main(*sys.argv[1:])
