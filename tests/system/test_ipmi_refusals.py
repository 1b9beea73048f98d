"""What an IPMI BMC cannot or may not do is said as what it is."""

import socket
import threading

import pytest

from ipmi_rig import second   # noqa: F401


def refusal(rack, *words):
    answer = rack.ctl(*words)
    assert answer.status == 1, answer
    return answer.out + answer.err


def test_a_command_that_a_bmc_does_not_have(rack, second):   # noqa: F811
    bmc = second("00/04", "0a/20", "0a/40")
    r = rack({"n1": bmc.host()})

    said = refusal(r, "identify", "on", "n1")
    assert ("127.0.0.1 does not support chassis identify (IPMI 0xc1: unknown "
            "command); newer firmware of the BMC might") in said

    said = refusal(r, "sensors", "n1")
    assert "does not support sensor records (IPMI 0xc1" in said

    said = refusal(r, "log", "n1")
    assert "does not support event log (IPMI 0xc1" in said

    # pyghmi's has none of these by itself

    assert "does not support" in refusal(r, "lan", "n1")
    assert "does not support" in refusal(r, "user", "list", "n1")

    said = refusal(r, "power", "reading", "n1")
    assert "this BMC measures no power" in said

    # … and what it has works all the same

    assert r.ctl("power", "on", "n1").status == 0


def test_a_privilege_that_is_too_low(rack, second):   # noqa: F811
    bmc = second()
    r = rack({"n1": bmc.host("privilege user;")})

    said = refusal(r, "power", "on", "n1")
    assert ("127.0.0.1 refused chassis control (IPMI 0xd4: insufficient "
            "privilege)") in said
    assert "\"privilege administrator\" might" in said

    # nothing has happened, and reading is allowed

    assert r.json("power", "status", "n1", "--fresh")[0]["power"] == "off"

    r = rack({"n1": bmc.host("privilege operator;")})
    assert r.ctl("power", "on", "n1").status == 0


class Old(threading.Thread):
    """a BMC of 1.5: it answers for itself, and knows no RMCP+"""

    def __init__(self):
        super().__init__(daemon=True)
        self.s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.s.bind(("127.0.0.1", 0))
        self.s.settimeout(0.1)
        self.port = self.s.getsockname()[1]
        self.heard = []
        self.over = False
        self.start()

    def run(self):
        while not self.over:
            try:
                d, client = self.s.recvfrom(512)

            except OSError:
                continue

            self.heard.append(d)

            # Get Channel Authentication Capabilities, in 1.5's wrapper

            if d[4] == 0 and len(d) >= 23 and d[19] == 0x38:
                self.s.sendto(self.answer(d), client)

    @staticmethod
    def answer(d):
        """MD5 and passwords, no extended capabilities"""

        head = bytes([d[17], (d[15] >> 2 | 1) << 2])
        body = bytes([d[14], d[18], 0x38, 0, 1, 0x14, 0x04, 0, 0, 0, 0, 0])
        message = head + bytes([-sum(head) & 0xff]) + body
        message += bytes([-sum(body) & 0xff])
        return d[:4] + bytes(9) + bytes([len(message)]) + message

    def close(self):
        self.over = True
        self.join()
        self.s.close()


@pytest.fixture
def old():
    bmc = Old()
    yield bmc
    bmc.close()


def test_a_bmc_of_ipmi_1_5_only(rack, old):
    r = rack({"n1": "driver ipmi; address 127.0.0.1; user admin; "
                    "password secret; ipmi { port %d; }" % old.port})

    said = refusal(r, "power", "status", "n1", "--fresh")
    assert ("127.0.0.1 has no IPMI 2.0 sessions (RMCP+), and older ones are "
            "not safe; newer firmware might have them") in said

    # it was told neither the user nor the password

    assert old.heard
    assert not [d for d in old.heard if b"admin" in d or b"secret" in d]
