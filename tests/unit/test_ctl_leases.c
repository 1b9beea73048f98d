
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/leases.h"


#define NOW  1767400000          /* 2026-01-03 */

#define ETHER(mac)  "  hardware ethernet " mac ";\n"
#define ENDS(when)  "  ends " when ";\n"
#define LATER       ENDS("5 2036/01/02 04:04:05")

#define A  "92:33:b8:0e:df:8f"
#define B  "27:53:57:51:6b:c8"


/* "mac address name" a line */

static void
holds(const char *text, const char *expected)
{
    size_t        i, n;
    char          found[1024], why[BMC_TEXT_MAX];
    bmc_leases_t  l;

    if (!bmc_leases_parse(&l, "leases", text, strlen(text), NOW, why)) {
        fail_msg("%s", why);
    }

    found[0] = '\0';

    for (i = 0, n = 0; i < l.n; i++) {
        n += (size_t) snprintf(found + n, sizeof(found) - n, "%s %s %s\n",
                               l.lease[i].mac, l.lease[i].address,
                               l.lease[i].name);
    }

    assert_string_equal(found, expected);
    bmc_leases_free(&l);
}


static void
wrong(const char *text, const char *expected)
{
    char          why[BMC_TEXT_MAX];
    bmc_leases_t  l;

    assert_false(bmc_leases_parse(&l, "leases", text, strlen(text), NOW,
                                  why));
    assert_string_equal(why, expected);
    bmc_leases_free(&l);
}


static void
dhcpds_active_leases_are_found(void **state)
{
    holds("# comment\n"
          "authoring-byte-order little-endian;\n"
          "lease 10.0.0.7 {\n" LATER ETHER("92:33:B8:0E:DF:8F")
          "  binding state active;\n  client-hostname \"node7\";\n"
          "  uid \"\\001}\\\"\";\n}\n"
          "failover peer \"x\" state { my state normal; }\n"
          "lease 10.0.0.8 {\n" ENDS("never") ETHER(B)
          "  on expiry { set x = \"}\"; }\n}\n",
          A " 10.0.0.7 node7\n" B " 10.0.0.8 \n");
}


static void
dhcpds_expired_and_freed_leases_are_not(void **state)
{
    holds("lease 10.0.0.7 {\n" ENDS("5 2025/01/02 04:04:05") ETHER(A) "}\n"
          "lease 10.0.0.8 {\n" LATER ETHER(B)
          "  binding state free;\n}\n"
          "lease 10.0.0.9 {\n" ENDS("epoch 1767399999") ETHER(B) "}\n",
          "");
}


static void
the_last_word_about_an_address_holds(void **state)
{
    holds("lease 10.0.0.7 {\n" LATER ETHER(A) "  binding state active;\n}\n"
          "lease 10.0.0.7 {\n" LATER ETHER(A) "  binding state free;\n}\n",
          "");
}


static void
the_newest_address_of_a_mac_holds(void **state)
{
    holds("lease 10.0.0.7 {\n  starts 5 2026/01/02 05:00:00;\n" LATER
          ETHER(A) "}\n"
          "lease 10.0.0.8 {\n  starts 5 2026/01/02 04:00:00;\n" LATER
          ETHER(A) "}\n",
          A " 10.0.0.7 \n");
}


static void
incomplete_leases_are_skipped(void **state)
{
    holds("lease 10.0.0.7 {\n" LATER "}\n"
          "lease 10.0.0.8 {\n" ETHER(A) "}\n"
          "lease not-an-address {\n" LATER ETHER(A) "}\n"
          "lease 10.0.0.9 {\n" LATER ETHER("92:33") "}\n"
          "lease 10.0.0.10 {\n" ENDS("5 tomorrow 12") ETHER(A) "}\n",
          "");
}


static void
a_lease_that_is_never_closed_is_named_by_its_line(void **state)
{
    wrong("\nlease 10.0.0.7 {\n" LATER,
          "leases:2: \"lease 10.0.0.7\" is opened here and never closed");
    wrong("lease 10.0.0.7 {\n" LATER "lease 10.0.0.8 {\n}\n",
          "leases:1: \"lease 10.0.0.7\" is opened here and never closed");
    wrong("lease 10.0.0.7 {\n  on expiry {\n",
          "leases:2: \"on expiry\" is opened here and never closed");
    wrong("lease 10.0.0.7 {\n uid \"x;\n}\n",
          "leases:2: this string is never closed");
    wrong("a;\n}\n", "leases:2: \"}\" closes nothing");
}


static void
what_is_no_lease_file_is_said_to_be_none(void **state)
{
    char          why[BMC_TEXT_MAX];
    bmc_leases_t  l;

    wrong("hello\n",
          "leases:1: \"hello\" is no lease of dhcpd, dnsmasq or Kea");
    assert_false(bmc_leases_parse(&l, "leases", "a\0b", 3, NOW, why));
    assert_string_equal(why, "leases:1: this is no text");
    holds("", "");
    holds("# only a comment", "");
}


static void
dnsmasqs_leases_are_found(void **state)
{
    holds("1767399999 11:22:33:44:55:66 10.0.0.6 old *\n"
          "1867399999 " A " 10.0.0.7 node7 01:" A "\n"
          "0 06-" B " 10.0.0.8 * *\n"
          "duid 00:01\n"
          "1867399999 1234 fd00::7 x 00\n",
          A " 10.0.0.7 node7\n" B " 10.0.0.8 \n");
    wrong("1867399999 " A " 10.0.0.7\n",
          "leases:1: \"1867399999\" begins no lease, expected TIME MAC"
          " ADDRESS NAME ID");
    wrong("1867399999 " A " 10.0.0.7 a *\n12x " A " 10.0.0.8 b *\n",
          "leases:2: \"12x\" begins no lease, expected TIME MAC ADDRESS NAME"
          " ID");
}


#define KEA  "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,"     \
             "fqdn_fwd,fqdn_rev,hostname,state,user_context\n"


static void
keas_leases_are_found(void **state)
{
    holds(KEA
          "10.0.0.7," A ",,3600,1867399999,1,0,0,node7.,0,\n"
          "10.0.0.8," B ",,4294967295,1700000000,1,0,0,,0,\n"
          "10.0.0.9,56:62:97:4e:1f:1f,,3600,1867399999,1,0,0,,1,\n"
          "10.0.0.10,56:62:97:4e:1f:1f,,3600,1867399999,1,0,0,,2,\n"
          "10.0.0.11,56:62:97:4e:1f:1f,,3600,1700000000,1,0,0,,0,\n",
          A " 10.0.0.7 node7\n" B " 10.0.0.8 \n");

    /* released: the later line about the same address */

    holds(KEA
          "10.0.0.7," A ",,3600,1867399999,1,0,0,node7,0,\n"
          "10.0.0.7," A ",,0,1767300000,1,0,0,node7,0,\n",
          "");

    wrong("address,expire\n", "leases:1: Kea's header has no column"
          " \"hwaddr\"");
    wrong(KEA "10.0.0.7," A ",,3600\n",
          "leases:2: this line lacks an address, lifetime, expiry or state");
}


static void
a_network_holds_its_own_addresses_only(void **state)
{
    char        why[BMC_TEXT_MAX];
    bmc_cidr_t  c;

    assert_true(bmc_cidr_parse("10.1.16.0/20", &c, why));
    assert_true(bmc_cidr_holds(&c, "10.1.31.255"));
    assert_false(bmc_cidr_holds(&c, "10.1.32.0"));
    assert_false(bmc_cidr_holds(&c, "fd00::1"));
    assert_true(bmc_cidr_parse("fd00::/8", &c, why));
    assert_true(bmc_cidr_holds(&c, "fd12::1"));
    assert_true(bmc_cidr_parse("0.0.0.0/0", &c, why));
    assert_true(bmc_cidr_holds(&c, "192.0.2.1"));
    assert_true(bmc_cidr_parse("10.0.0.7", &c, why));
    assert_false(bmc_cidr_holds(&c, "10.0.0.8"));

    assert_false(bmc_cidr_parse("10.0.0.0/33", &c, why));
    assert_string_equal(why, "\"10.0.0.0/33\" is no network, as 10.0.0.0/8 or"
                        " fd00::/64");
    assert_false(bmc_cidr_parse("10.0.0.0/", &c, why));
    assert_false(bmc_cidr_parse("10.0.0.0/8x", &c, why));
    assert_false(bmc_cidr_parse("rack1/8", &c, why));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(dhcpds_active_leases_are_found),
        cmocka_unit_test(dhcpds_expired_and_freed_leases_are_not),
        cmocka_unit_test(the_last_word_about_an_address_holds),
        cmocka_unit_test(the_newest_address_of_a_mac_holds),
        cmocka_unit_test(incomplete_leases_are_skipped),
        cmocka_unit_test(a_lease_that_is_never_closed_is_named_by_its_line),
        cmocka_unit_test(what_is_no_lease_file_is_said_to_be_none),
        cmocka_unit_test(dnsmasqs_leases_are_found),
        cmocka_unit_test(keas_leases_are_found),
        cmocka_unit_test(a_network_holds_its_own_addresses_only)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
