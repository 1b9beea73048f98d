"""Ports for auto/demo, such that no other test's demo has them."""

import random
import socket

import pytest

# below those that the kernel gives away; steps in which the ports of one
# demo, N, N+81, N+363, N+15000 to 15007, N+16000 to 16003, meet no other's

PORTS = range(10000, 16000, 16)


def bindable(port, kind):
    with socket.socket(socket.AF_INET, kind) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR,
                     kind == socket.SOCK_STREAM)

        try:
            s.bind(("127.0.0.1", port))
            return True

        except OSError:
            return False


@pytest.fixture
def ports():
    """ports() is a number for --port; several are possible"""

    kept = []

    def choose():
        for n in random.sample(PORTS, len(PORTS)):
            mark = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

            try:
                mark.bind("\0bmcgate-demo-%d" % n)

            except OSError:
                mark.close()
                continue

            kept.append(mark)

            if all(bindable(n + 16000 + i, socket.SOCK_DGRAM) and
                   bindable(n + 16002 + i, socket.SOCK_STREAM)
                   for i in range(2)):
                return n

        pytest.fail("no ports for a demo")

    yield choose

    for mark in kept:
        mark.close()
