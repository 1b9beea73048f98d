
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/root.h"


static bmc_root_t  root;


static bool
is_root(const char *text)
{
    return bmc_root_parse(&root, text, strlen(text));
}


static void
a_root_tells_who_it_is(void **state)
{
    assert_true(is_root("{\"RedfishVersion\": \"1.15.0\", \"Vendor\":"
                        " \"Contoso\", \"Product\": \"X1\", \"UUID\":"
                        " \"7D4C5A10-6b5e-11ec-9f2e-3cecef001122\"}"));
    assert_string_equal(root.version, "1.15.0");
    assert_string_equal(root.vendor, "Contoso");
    assert_string_equal(root.product, "X1");
    assert_string_equal(root.uuid, "7d4c5a10-6b5e-11ec-9f2e-3cecef001122");

    assert_true(is_root("{\"RedfishVersion\": \"1.0\"}"));
    assert_string_equal(root.version, "1.0");
    assert_string_equal(root.vendor, "");
}


/* as the driver does, and as IPMI's numbers are shown */

static void
a_vendor_is_shown_by_its_word(void **state)
{
    assert_true(is_root("{\"RedfishVersion\": \"1.0\", \"Vendor\":"
                        " \"Dell Inc.\", \"Oem\": {\"Hpe\": {}}}"));
    assert_string_equal(root.vendor, "Dell");
    assert_true(is_root("{\"RedfishVersion\": \"1.0\", \"Oem\":"
                        " {\"Hpe\": {}}}"));
    assert_string_equal(root.vendor, "HPE");
    assert_true(is_root("{\"RedfishVersion\": \"1.0\", \"Vendor\":"
                        " \"N/A\", \"Oem\": {}}"));
    assert_string_equal(root.vendor, "");
    assert_true(is_root("{\"RedfishVersion\": \"1.0\", \"Oem\":"
                        " {\"a-name-that-is-longer-than-any-vendor-has-it-is"
                        "-so-long-that-there-is-no-room-for-it-anywhere\":"
                        " {}}}"));
    assert_string_equal(root.vendor, "");
    assert_true(is_root("{\"RedfishVersion\": \"1.0\", \"Oem\": 7}"));
    assert_string_equal(root.vendor, "");
}


static void
what_says_no_version_is_no_root(void **state)
{
    size_t  i;

    static const char *const  others[] = {
        "", "{}", "[]", "null", "{\"RedfishVersion\": 1}",
        "{\"RedfishVersion\": \"\"}", "{\"RedfishVersion\": \"1.\"}",
        "{\"RedfishVersion\": \".1\"}", "{\"RedfishVersion\": \"v1\"}",
        "{\"RedfishVersion\": \"1..0\"}",
        "{\"RedfishVersion\": \"1.0.0.0.0.0.0.0.0\"}",
        "{\"RedfishVersion\": \"1.0\"} more",
        "<html>{\"RedfishVersion\": \"1.0\"}"
    };

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (is_root(others[i])) {
            fail_msg("%s", others[i]);
        }

        assert_string_equal(root.version, "");
    }
}


static void
what_is_too_long_or_no_uuid_is_left_out(void **state)
{
    char  text[256];

    memset(text, 'x', sizeof(text));
    memcpy(text, "{\"RedfishVersion\": \"1.0\", \"Vendor\": \"", 37);
    memcpy(text + 200, "\"}", 3);
    assert_true(is_root(text));
    assert_string_equal(root.vendor, "");

    assert_true(is_root("{\"RedfishVersion\": \"1.0\", \"Product\": 7,"
                        " \"UUID\": \"7d4c5a10+6b5e-11ec-9f2e-"
                        "3cecef001122\"}"));
    assert_string_equal(root.uuid, "");
    assert_string_equal(root.product, "");
    assert_true(is_root("{\"RedfishVersion\": \"1.0\","
                        " \"UUID\": \"7d4c5a10\"}"));
    assert_string_equal(root.uuid, "");
}


static void
a_neighbours_mac_is_in_the_arp_table(void **state)
{
    char  mac[18];

    static const char  arp[] =
        "IP address       HW type     Flags       HW address            "
        "Mask     Device\n"
        "10.0.0.70        0x1         0x2         00:00:5e:00:53:01     "
        "*        eth0\n"
        "10.0.0.8         0x1         0x0         00:00:00:00:00:00     "
        "*        eth0\n"
        "10.0.0.7         0x1         0x2         3C:EC:EF:00:11:22     "
        "*        eth0";

    assert_true(bmc_arp_find(arp, "10.0.0.7", mac));
    assert_string_equal(mac, "3c:ec:ef:00:11:22");
    assert_false(bmc_arp_find(arp, "10.0.0.8", mac));
    assert_false(bmc_arp_find(arp, "10.0.0.9", mac));
    assert_false(bmc_arp_find("", "10.0.0.7", mac));
    assert_false(bmc_arp_find("10.0.0.7\n\n", "10.0.0.7", mac));
    assert_string_equal(mac, "");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_root_tells_who_it_is),
        cmocka_unit_test(a_vendor_is_shown_by_its_word),
        cmocka_unit_test(what_says_no_version_is_no_root),
        cmocka_unit_test(what_is_too_long_or_no_uuid_is_left_out),
        cmocka_unit_test(a_neighbours_mac_is_in_the_arp_table)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
