"""The quirks that a vendor's BMC needs are needed: with one of them off,
something that bmcctl does with it goes wrong."""

import pytest

import test_redfish_vendors as does
from redfish_bmcs_rig import bmcs  # noqa

# a quirk, a vendor that needs it, and what goes wrong without it

NEEDS = (
    ("boot-send-enabled", "supermicro", does.test_it_boots_from_a_device_for_good),
    ("boot-resend-mode", "supermicro", does.test_it_boots_from_the_network_once),
    ("boot-only-changes", "lenovo", does.test_it_boots_from_a_device_for_good),
    ("boot-order-for-disk", "idrac8", does.test_it_boots_from_a_device_for_good),
    ("boot-settings", "idrac10", does.test_it_boots_from_the_network_once),
    ("boot-settings", "nokia", does.test_it_boots_from_the_network_once),
    ("boot-minimal", "dl160", does.test_it_boots_from_the_network_once),
    ("boot-full", "ami", does.test_it_boots_from_the_network_once),
    ("boot-full", "asrock", does.test_it_boots_from_a_device_for_good),
    ("media-usb-cd", "supermicro", does.test_it_boots_from_an_image),
    ("media-image-only", "supermicro", does.test_it_boots_from_an_image),
    ("media-patch", "lenovo", does.test_it_boots_from_an_image),
    ("media-on-system", "idrac10", does.test_it_boots_from_an_image),
    ("media-wait-eject", "dell", does.test_it_boots_from_an_image),
    ("media-boot-dell", "dell", does.test_it_boots_from_an_image),
    ("media-eject-body", "hpe", does.test_it_boots_from_an_image),
    ("media-protocol", "nokia", does.test_it_boots_from_an_image),
    ("media-dummy-login", "dgx", does.test_it_boots_from_an_image),
    ("power-retry-conflict", "idrac10", does.test_it_is_switched_off_and_on),
    ("slow-power", "ex235a", does.test_it_is_switched_off_and_on),
    ("task-not-monitor", "lenovo", does.test_it_is_switched_off_and_on),
    ("task-retry-404", "dell", does.test_it_is_switched_off_and_on),
    ("task-state-new", "dell", does.test_it_is_switched_off_and_on),
    ("etag-required", "sr655", does.test_a_user_is_made_and_removed),
    ("any-encoding", "hpe", does.test_what_it_has_logged_is_told_and_forgotten),
    ("uuid-mixed", "supermicro", does.test_what_it_is_is_told),
    ("led-on-system", "sd665n", does.test_its_led_is_lit),
    ("no-managed-by", "huawei", does.test_what_it_is_is_told))


@pytest.mark.parametrize("quirk,kind,what", NEEDS,
                         ids=["%s of %s" % n[:2] for n in NEEDS])
def test_without_it_something_goes_wrong(rack, bmcs, tmp_path, quirk, kind,  # noqa
                                         what):
    one = does.Vendor(rack, bmcs, kind, more="quirk %s off;" % quirk)
    args = [tmp_path] if "tmp_path" in what.__code__.co_varnames else []

    with pytest.raises(AssertionError):
        what(one, *args)
