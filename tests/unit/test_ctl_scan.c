
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "ctl/scan.h"


static bmc_scan_t  scan;
static char        why[BMC_TEXT_MAX];


static bool
net(const char *text)
{
    bmc_cidr_t  cidr;

    assert_true(bmc_cidr_parse(text, &cidr, why));

    return bmc_scan_init(&scan, &cidr, 623, 100, why);
}


/* "first last" of so many */

static void
asks(const char *text, size_t n, const char *first, const char *last)
{
    char    address[46];
    size_t  i, begin, end;

    if (!net(text)) {
        fail_msg("%s", why);
    }

    assert_int_equal(scan.nasked, n);
    begin = scan.ntargets;
    end = 0;

    for (i = 0; i < scan.ntargets; i++) {
        bmc_scan_address(&scan, i, address);
        assert_int_equal(bmc_scan_find(&scan, address), i);

        if (scan.target[i].ask != BMC_SCAN_ENDED) {
            begin = begin < i ? begin : i;
            end = i;
        }
    }

    bmc_scan_address(&scan, begin, address);
    assert_string_equal(address, first);
    bmc_scan_address(&scan, end, address);
    assert_string_equal(address, last);
    bmc_scan_free(&scan);
}


static void
a_network_is_all_its_hosts(void **state)
{
    asks("10.0.0.0/24", 254, "10.0.0.1", "10.0.0.254");
    asks("10.0.0.7/24", 254, "10.0.0.1", "10.0.0.254");
    asks("10.1.2.3/16", 65534, "10.1.0.1", "10.1.255.254");
    asks("10.0.3.255/22", 1022, "10.0.0.1", "10.0.3.254");
    asks("10.0.0.7", 1, "10.0.0.7", "10.0.0.7");
    asks("10.0.0.7/31", 2, "10.0.0.6", "10.0.0.7");
    asks("10.0.0.7/30", 2, "10.0.0.5", "10.0.0.6");
}


static void
ipv6_has_no_broadcast_address(void **state)
{
    asks("fd00::7", 1, "fd00::7", "fd00::7");
    asks("fd00::7/126", 4, "fd00::4", "fd00::7");
    asks("fd00::7/112", 65536, "fd00::", "fd00::ffff");
}


static void
too_much_to_ask_is_refused(void **state)
{
    assert_false(net("10.0.0.7/15"));
    assert_string_equal(why, "10.0.0.7/15 has more than 65536 addresses; the"
                        " largest network that is asked is a /16");
    bmc_scan_free(&scan);

    assert_false(net("fd00::/64"));
    assert_non_null(strstr(why, "is a /112"));
    bmc_scan_free(&scan);
}


static void
other_addresses_are_not_found(void **state)
{
    assert_true(net("10.0.0.16/28"));
    assert_int_equal(bmc_scan_find(&scan, "10.0.0.16"), 0);
    assert_int_equal(bmc_scan_find(&scan, "10.0.0.31"), 15);
    assert_int_equal(bmc_scan_find(&scan, "10.0.0.15"), scan.ntargets);
    assert_int_equal(bmc_scan_find(&scan, "10.0.0.32"), scan.ntargets);
    assert_int_equal(bmc_scan_find(&scan, "10.0.1.17"), scan.ntargets);
    assert_int_equal(bmc_scan_find(&scan, "11.0.0.17"), scan.ntargets);
    assert_int_equal(bmc_scan_find(&scan, "::1"), scan.ntargets);
    assert_int_equal(bmc_scan_find(&scan, "node7"), scan.ntargets);
    bmc_scan_free(&scan);
}


static void
a_list_is_asked_once_an_address_and_a_family(void **state)
{
    char    address[46];
    size_t  i;

    static const char *const  all[] = {
        "10.0.0.9", "fd00::1", "10.0.0.7", "9.9.9.9", "10.0.0.9", "fd00::0:1"
    };

    static const char *const  sorted[] = { "9.9.9.9", "10.0.0.7", "10.0.0.9" };

    assert_true(bmc_scan_list(&scan, AF_INET, all, 6, 623, 100, why));
    assert_int_equal(scan.nasked, 3);

    for (i = 0; i < 3; i++) {
        bmc_scan_address(&scan, i, address);
        assert_string_equal(address, sorted[i]);
        assert_int_equal(bmc_scan_find(&scan, address), i);
    }

    assert_int_equal(bmc_scan_find(&scan, "10.0.0.8"), scan.ntargets);
    bmc_scan_free(&scan);

    assert_true(bmc_scan_list(&scan, AF_INET6, all, 6, 623, 100, why));
    assert_int_equal(scan.nasked, 1);
    assert_int_equal(bmc_scan_find(&scan, "fd00::0:1"), 0);
    bmc_scan_free(&scan);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_network_is_all_its_hosts),
        cmocka_unit_test(ipv6_has_no_broadcast_address),
        cmocka_unit_test(too_much_to_ask_is_refused),
        cmocka_unit_test(other_addresses_are_not_found),
        cmocka_unit_test(a_list_is_asked_once_an_address_and_a_family)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
