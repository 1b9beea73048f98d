#!/usr/bin/python3

"""usage: redfish_bmc.py PERSONALITY PORT SECRET [CERTIFICATE KEY]

A scripted Redfish BMC of 127.0.0.1, hpe, dell or openbmc, with user admin
and the password in file SECRET; until SIGTERM.
"""

import collections
import signal
import ssl
import sys

import redfish_personalities
from redfish_quirky import Quirky


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
        lambda *facts: Quirky(*facts, port=int(port), password=password,
                              tls=tls))
    # it may run for days, and nobody looks at them

    bmc.requests = bmc.refused = collections.deque(maxlen=0)

    print("listening at http%s://127.0.0.1:%d"
          % ("s" if files else "", bmc.port), flush=True)
    signal.sigwait(ends)
    bmc.close()


if __name__ == "__main__":
    if len(sys.argv) not in (4, 6):
        sys.exit(__doc__)

    main(*sys.argv[1:])
