"""Scripted Redfish BMCs of one test."""

import pytest

from redfish_quirky import Quirky


@pytest.fixture
def quirky():
    """quirky("Contoso", "X1", "9.0") is a BMC that does nothing wrong"""

    made = []

    def make(*facts, **more):
        made.append(Quirky(*facts, **more))
        return made[-1]

    yield make

    for bmc in made:
        bmc.close()
