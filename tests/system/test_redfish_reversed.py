"""The quirks that a vendor's BMC needs are needed: with one of them off,
something that bmcctl does with it goes wrong."""

import pytest

import test_redfish_vendors as does
from redfish_bmcs_rig import bmcs  # noqa

# a quirk, a vendor that needs it, and what goes wrong without it

ONCE = does.test_it_boots_from_the_network_once
ALWAYS = does.test_it_boots_from_a_device_for_good
IMAGE = does.test_it_boots_from_an_image
POWER = does.test_it_is_switched_off_and_on
TASK = does.fails

NEEDS = (
    ("boot-send-enabled", "supermicro", ALWAYS),
    ("boot-resend-mode", "supermicro", ONCE),
    ("boot-only-changes", "lenovo", ALWAYS),
    ("boot-order-for-disk", "idrac8", ALWAYS),
    ("boot-settings", "idrac10", ONCE),
    ("boot-settings", "nokia", ONCE),
    ("boot-minimal", "dl160", ALWAYS),
    ("boot-full", "ami", ONCE),
    ("boot-full", "asrock", ONCE),
    ("media-usb-cd", "supermicro", IMAGE),
    ("media-image-only", "supermicro", IMAGE),
    ("media-patch", "lenovo", IMAGE),
    ("media-on-system", "idrac10", IMAGE),
    ("media-wait-eject", "dell", IMAGE),
    ("media-boot-dell", "dell", IMAGE),
    ("media-eject-body", "hpe", IMAGE),
    ("media-protocol", "nokia", IMAGE),
    ("media-dummy-login", "dgx", IMAGE),
    ("power-retry-conflict", "idrac10", POWER),
    ("slow-power", "ex235a", POWER),
    ("task-not-monitor", "lenovo", TASK),
    ("task-state-new", "idrac10", TASK),
    ("etag-required", "sr655", does.test_a_user_is_made_and_removed),
    ("any-encoding", "hpe",
     does.test_what_it_has_logged_is_told_and_forgotten),
    ("uuid-mixed", "supermicro", does.test_what_it_is_is_told),
    ("led-on-system", "sd665n", does.test_its_led_is_lit),
    ("no-managed-by", "huawei", does.test_what_it_is_is_told))


@pytest.mark.parametrize("quirk,kind,what", NEEDS,
                         ids=["%s of %s" % n[:2] for n in NEEDS])
def test_without_it_something_goes_wrong(rack, bmcs, tmp_path,  # noqa
                                         quirk, kind, what):
    one = does.Vendor(rack, bmcs, kind, more="quirk %s off;" % quirk)
    args = [tmp_path] if "tmp_path" in what.__code__.co_varnames else []

    with pytest.raises(AssertionError):
        what(one, *args)
        assert one.refused() == []
