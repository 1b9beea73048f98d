
/*
 * Copyright (C) the bmcgate authors
 *
 * host{} and defaults{}, ranges, groups, and hosts that conflict.
 */


#include "conf_rig.h"


#define SIM  "defaults { driver sim; }\n"


static void
assert_words(const bmc_list_t *list, size_t n, const char *const *words)
{
    size_t  i;

    assert_int_equal(list->count, n);

    for (i = 0; i < n; i++) {
        assert_string_equal(list->word[i], words[i]);
    }
}


static void
a_host_is_what_its_block_says(void **state)
{
    const bmc_hostconf_t  *h;

    rig_fine("host node7 {\n"
             "    address   10.0.0.7 fe80::1%eth0 [fd00::7]:623;\n"
             "    mac       92-33-B8-0E-DF-8F;\n"
             "    driver    sim unmanaged;\n"
             "    groups    rack1 gpu;\n"
             "    user      admin;\n"
             "    password  secret;\n"
             "    poll      5m;\n"
             "    timeout   1500ms;\n"
             "    snmp_index 7;\n}\n"
             "host bare { driver unmanaged; poll off; }\n");

    h = rig_host("node7");
    assert_words(&h->address, 3, (const char *[]) {
                 "10.0.0.7", "fe80::1%eth0", "[fd00::7]:623" });
    assert_words(&h->groups, 2, (const char *[]) { "rack1", "gpu" });
    assert_string_equal(bmc_host_name(h), "node7");
    assert_string_equal(bmc_host_address(h), "10.0.0.7");
    assert_string_equal(bmc_host_mac(h), "92:33:b8:0e:df:8f");
    assert_string_equal(bmc_host_group(h, 1), "gpu");
    assert_null(bmc_host_group(h, 2));
    assert_string_equal(bmc_host_driver(h, 0), "sim");
    assert_string_equal(bmc_host_driver(h, 1), "unmanaged");
    assert_null(bmc_host_driver(h, 2));
    assert_string_equal(bmc_host_user(h), "admin");
    assert_int_equal(h->password->kind, BMC_SECRET_WORD);
    assert_string_equal(h->password->word, "secret");
    assert_int_equal(bmc_host_poll(h), 300000);
    assert_int_equal(h->timeout, 1500);
    assert_int_equal(bmc_fleet_snmp_index(h), 7);
    assert_string_equal(bmc_host_file(h), rig_path(RIG_CONF));
    assert_int_equal(h->line, 1);

    h = rig_host("bare");
    assert_string_equal(bmc_host_address(h), "");
    assert_string_equal(bmc_host_mac(h), "");
    assert_string_equal(bmc_host_user(h), "");
    assert_null(bmc_host_group(h, 0));
    assert_null(h->password);
    assert_int_equal(bmc_host_poll(h), 0);
    assert_int_equal(h->index, 1);
    assert_ptr_equal(h->fleet, rig.fleet);
    assert_true(bmc_fleet_snmp_index(h) > 0);
}


static void
what_a_host_does_not_say_defaults_say_wherever_they_stand(void **state)
{
    const bmc_hostconf_t  *h;

    rig_fine("host n1 { }\nhost n2 { driver unmanaged; user root; poll 1m; }"
             "defaults { driver sim; user admin; password x; poll off; "
             "timeout 9s; sim { latency 2s; } }\n"
             "host n3 { timeout 1s; password y; }\n");

    h = rig_host("n1");
    assert_string_equal(bmc_host_driver(h, 0), "sim");
    assert_string_equal(h->user, "admin");
    assert_string_equal(h->password->word, "x");
    assert_int_equal(h->poll, 0);
    assert_int_equal(h->timeout, 9000);

    h = rig_host("n2");
    assert_string_equal(bmc_host_driver(h, 0), "unmanaged");
    assert_null(bmc_host_driver(h, 1));
    assert_string_equal(h->user, "root");
    assert_int_equal(h->poll, 60000);

    h = rig_host("n3");
    assert_string_equal(bmc_host_driver(h, 0), "sim");
    assert_string_equal(h->password->word, "y");
    assert_int_equal(h->timeout, 1000);
}


static void
defaults_may_stand_once_and_say_nothing_of_a_host_s_own(void **state)
{
    rig_wrong(SIM "defaults { x y; }\n",
              "bmcgate.conf:2: \"defaults\" stand already at "
              "bmcgate.conf:1");
    rig_wrong("defaults {\n  address 1.2.3.4;\n}\n",
              "bmcgate.conf:2: unknown directive \"address\" in "
              "\"defaults\"");
    rig_wrong("defaults { sims { x; } }\n",
              "bmcgate.conf:1: unknown directive \"sims\" in \"defaults\"");
    rig_wrong("defaults { sim { latenzy 2s; } }\n",
              "bmcgate.conf:1: unknown directive \"latenzy\" in \"sim\" of "
              "\"defaults\" (did you mean \"latency\"?)");
    rig_wrong("defaults { sim { latency soon; } }\n",
              "bmcgate.conf:1: \"latency\" must be a time such as 30s, 5m "
              "or 1500ms, not \"soon\"");
}


static void
a_range_is_many_hosts(void **state)
{
    rig_fine("host n[08-11] {\n    driver sim;\n"
             "    address 10.0.0.[8-11] [fd00::1];\n"
             "    mac 52:54:00:00:00:[20-23];\n    groups rack1;\n}\n"
             "host one { driver sim; address x[7]; }\n");

    assert_int_equal(rig.fleet->nhosts, 5);
    assert_words(&rig_host("n08")->address, 2,
                 (const char *[]) { "10.0.0.8", "[fd00::1]" });
    assert_words(&rig_host("n11")->address, 2,
                 (const char *[]) { "10.0.0.11", "[fd00::1]" });
    assert_string_equal(rig_host("n10")->mac, "52:54:00:00:00:22");
    assert_string_equal(bmc_host_address(rig_host("one")), "x7");
    assert_int_equal(bmc_fleet_group(rig.fleet, "rack1")->count, 4);
    assert_string_equal(bmc_fleet_group(rig.fleet, "rack1")->host[3]->name,
                        "n11");
}


static void
ranges_that_do_not_fit_say_so(void **state)
{
    rig_wrong(SIM "host n[1-4] { address 10.0.0.[1-3]; }\n",
              "bmcgate.conf:2: the range \"10.0.0.[1-3]\" of \"address\" "
              "does not make as many as there are hosts, 4");
    rig_wrong(SIM "host n[1-2] { mac 52:54:00:00:00:[10-19]; }\n",
              "bmcgate.conf:2: the range \"52:54:00:00:00:[10-19]\" of "
              "\"mac\" does not make as many as there are hosts, 2");
    rig_wrong(SIM "host n1 { address 10.0.0.[1-3]; }\n",
              "bmcgate.conf:2: the range \"10.0.0.[1-3]\" of \"address\" "
              "does not make as many as there are hosts, 1");
    rig_wrong(SIM "host n[3-1] { }\n",
              "bmcgate.conf:2: the range \"n[3-1]\" of \"host\" runs "
              "backwards");
    rig_wrong(SIM "host n[1-2] { address x[; }\n",
              "bmcgate.conf:2: the range \"x[\" of \"address\" has no "
              "closing \"]\"");
    rig_wrong(SIM "host n[1-70000] { }\n",
              "bmcgate.conf:2: the range \"n[1-70000]\" of \"host\" makes "
              "more than 65536 names");
}


static void
one_mistake_in_a_range_is_told_once(void **state)
{
    rig_wrong(SIM "host n[1-40] {\n  sim { latenzy 2s; }\n  polls 1s;\n}\n",
              "bmcgate.conf:3: unknown directive \"latenzy\" in \"sim\" of "
              "host \"n[1-40]\" (did you mean \"latency\"?)\n"
              "bmcgate.conf:4: unknown directive \"polls\" in host "
              "\"n[1-40]\" (did you mean \"poll\"?)");
}


static void
names_and_addresses_are_checked(void **state)
{
    rig_wrong(SIM "host n/1 { }\nhost .. { }\nhost \"\" { }\n",
              "bmcgate.conf:2: \"n/1\" is no name for a host: 1 to 63 "
              "letters, digits, \".\", \"_\" and \"-\"\n"
              "bmcgate.conf:3: \"..\" is no name for a host: 1 to 63 "
              "letters, digits, \".\", \"_\" and \"-\"\n"
              "bmcgate.conf:4: \"\" is no name for a host: 1 to 63 "
              "letters, digits, \".\", \"_\" and \"-\"");
    rig_wrong(SIM "host n1 { address 10.0.0.7/24; mac 92:33:b8; }\n",
              "bmcgate.conf:2: \"10.0.0.7/24\" is no address: an IP address "
              "or a host's name was expected\n"
              "bmcgate.conf:2: \"92:33:b8\" is no MAC address such as "
              "92:33:b8:0e:df:8f");
    rig_wrong(SIM "host n1 { mac 92:33:b8:0e:df:8x; address -n; }\n",
              "bmcgate.conf:2: \"-n\" is no address: an IP address or a "
              "host's name was expected\n"
              "bmcgate.conf:2: \"92:33:b8:0e:df:8x\" is no MAC address such "
              "as 92:33:b8:0e:df:8f");
    rig_wrong(SIM "host n1 { groups a/b a a; }\n",
              "bmcgate.conf:2: \"a/b\" is no name for a group: 1 to 63 "
              "letters, digits, \".\", \"_\" and \"-\"\n"
              "bmcgate.conf:2: group \"a\" is named twice");
}


static void
values_say_what_was_expected(void **state)
{
    rig_wrong(SIM "host n1 {\n  user;\n  user a b;\n  poll 1ms;\n"
              "  timeout x;\n  snmp_index 0;\n  groups;\n  address;\n}\n",
              "bmcgate.conf:3: \"user\" wants a value\n"
              "bmcgate.conf:4: duplicate \"user\" in host \"n1\"\n"
              "bmcgate.conf:5: \"poll\" must be a time from 1s to 1d, not "
              "\"1ms\"\n"
              "bmcgate.conf:6: \"timeout\" must be a time such as 30s, 5m "
              "or 1500ms, not \"x\"\n"
              "bmcgate.conf:7: \"snmp_index\" must be a number from 1 to "
              "2147483647, not \"0\"\n"
              "bmcgate.conf:8: \"groups\" wants at least one value\n"
              "bmcgate.conf:9: \"address\" wants at least one value");
    rig_wrong(SIM "host n1 { user a b; }\n",
              "bmcgate.conf:2: \"user\" wants one value, got 2");
    rig_wrong(SIM "host n1 { timeout 1ms; }\n",
              "bmcgate.conf:2: \"timeout\" must be a time from 100ms to 1h, "
              "not \"1ms\"");
    rig_wrong(SIM "host n1 { user x { y z; } }\n",
              "bmcgate.conf:2: \"user\" takes no block: \";\", not \"{\"");
    rig_wrong(SIM "host n1 { sim { power maybe; sessions 9; } }\n",
              "bmcgate.conf:2: \"power\" must be off or on, not \"maybe\"\n"
              "bmcgate.conf:2: \"sessions\" must be a number from 1 to 8, "
              "not \"9\"");
}


static void
drivers_are_checked(void **state)
{
    rig_wrong("host n1 { driver rotfisch; url x; rotfisch { tls pin; } }\n",
              "bmcgate.conf:1: unknown driver \"rotfisch\" (this build has: "
              RIG_DRIVERS ")");
    rig_wrong("host n1 { driver; }\nhost n2 { driver sim sim; }\n"
              "host n3 { driver sim auto; }\n",
              "bmcgate.conf:1: \"driver\" wants at least one value\n"
              "bmcgate.conf:2: driver \"sim\" is named twice\n"
              "bmcgate.conf:3: driver \"auto\" must stand alone");
    rig_wrong("host n1 { driver unmanaged;\n sim { latency 1s; } }\n",
              "bmcgate.conf:2: \"sim\" in host \"n1\", whose drivers are: "
              "unmanaged");
    rig_wrong(SIM "host n1 { sim; }\nhost n2 { sim x { } }\n"
              "host n3 { sim { latency { } } }\n",
              "bmcgate.conf:2: \"sim\" wants a block: \"{\", not \";\"\n"
              "bmcgate.conf:3: \"sim\" wants no name: \"sim {\"\n"
              "bmcgate.conf:4: \"latency\" in \"sim\" takes no block: \";\", "
              "not \"{\"");
    rig_wrong(SIM "host n1 { rotfisch { tls pin; } }\n",
              "bmcgate.conf:2: unknown directive \"rotfisch\" in host "
              "\"n1\"");
}


static void
auto_needs_a_driver_that_can_be_found(void **state)
{
#if (BMC_HAVE_IPMI && BMC_HAVE_REDFISH)

    const bmc_hostconf_t  *h;

    rig_fine("host n1 { address 10.0.0.1; user admin; }\n");
    h = rig_host("n1");
    assert_int_equal(h->ndrivers, 2);
    assert_string_equal(bmc_host_driver(h, 0), "redfish");
    assert_string_equal(bmc_host_driver(h, 1), "ipmi");

    /* once, not by each of them */

    rig_wrong("host n1 { }\nhost n2 { address 10.0.0.2; }\n"
              "host n3 { address 10.0.0.3; user seventeen-letters; }\n",
              "bmcgate.conf:1: host \"n1\" has no \"address\", which "
              "redfish needs\n"
              "bmcgate.conf:2: host \"n2\" has no \"user\", which redfish "
              "needs\n"
              "bmcgate.conf:3: user \"seventeen-letters\" of host \"n3\" has "
              "more than the 16 bytes IPMI can have");

#elif (!BMC_HAVE_IPMI && !BMC_HAVE_REDFISH)

    const char  *none;

    none = "driver \"auto\" needs the ipmi or the redfish driver, and this "
           "build has neither";

    rig_file(RIG_CONF, "host n1 { }\nhost n2 { }\n");
    assert_null(rig_read());
    assert_memory_equal(rig_said(), "bmcgate.conf:1: ", 16);
    assert_string_equal(rig_said() + 16, none);

    rig_file(RIG_CONF, "host n1 { }\ndefaults { driver auto; }\n");
    assert_null(rig_read());
    assert_memory_equal(rig_said(), "bmcgate.conf:2: ", 16);
    assert_string_equal(rig_said() + 16, none);

#endif
}


static void
two_hosts_of_one_name_are_an_error(void **state)
{
    rig_file("a.conf", "\nhost n2 { }\n");
    rig_wrong(SIM "include a.conf;\nhost n[1-3] { }\n",
              "bmcgate.conf:3: host \"n2\" is already defined at a.conf:2");
}


static void
a_host_and_a_group_of_one_name_are_an_error(void **state)
{
    rig_wrong(SIM "host rack1 { }\nhost n1 { groups rack1; }\n",
              "bmcgate.conf:3: group \"rack1\" of host \"n1\" has the name "
              "of the host at bmcgate.conf:2");
}


static void
simulated_hosts_may_share_an_address(void **state)
{
    rig_fine(SIM "host n[1-2] { address 127.0.0.1; }\n"
             "host n3 { address 127.0.0.1; driver unmanaged; }\n"
             "host n4 { address 127.0.0.1; driver unmanaged; }\n");
}


static void
snmp_numbers_are_one_host_s_only(void **state)
{
    int32_t  n;
    char     text[256];

    rig_wrong(SIM "host n1 { snmp_index 7; }\nhost n2 { snmp_index 7; }\n",
              "bmcgate.conf:3: snmp_index 7 is already that of host \"n1\" "
              "(bmcgate.conf:2)");

    rig_fine(SIM "host n1 { }\n");
    n = bmc_fleet_snmp_index(rig_host("n1"));

    snprintf(text, sizeof(text), SIM "host n1 { }\n"
             "host n2 { snmp_index %d; }\n", (int) n);
    rig_fine(text);

    snprintf(text, sizeof(text), SIM "host n1 { }\n"
             "host n2 { snmp_index %d; }\nsnmp { }\n", (int) n);
    rig_file(RIG_CONF, text);
    assert_null(rig_read());

    snprintf(text, sizeof(text), "bmcgate.conf:3: host \"n2\" has the same "
             "SNMP index, %d, as host \"n1\" (bmcgate.conf:2): give one of "
             "them another with \"snmp_index\"", (int) n);
    assert_string_equal(rig_said(), text);
}


static uint64_t
print_of(const char *text)
{
    rig_fine(text);

    return rig_host("n1")->fingerprint;
}


static void
a_host_that_changes_has_another_fingerprint(void **state)
{
    uint64_t  was;

    was = print_of(SIM "host n1 { address a; user u; }\n");

    assert_true(print_of("\n\nhost n0 { user z; }\n host n1 { user u;"
                         "address a; }" SIM) == was);
    assert_true(print_of("defaults { driver sim; user u; }"
                         "host n1 { address a; }\n") == was);

    assert_false(print_of(SIM "host n1 { address b; user u; }") == was);
    assert_false(print_of(SIM "host n1 { address a; user v; }") == was);
    assert_false(print_of(SIM "host n1 { address a u; }") == was);
    assert_false(print_of(SIM "host n1 { address a; user u; groups g; }")
                 == was);
    assert_false(print_of(SIM "host n1 { address a; user u; poll 31s; }")
                 == was);
    assert_false(print_of(SIM "host n1 { address a; user u; password x; }")
                 == was);
    assert_false(print_of(SIM "host n1 { address a; user u; sim { "
                          "latency 1s; } }") == was);
    assert_false(print_of("defaults { driver sim; sim { latency 1s; } }"
                          "host n1 { address a; user u; }") == was);
    assert_false(print_of("host n1 { driver unmanaged; address a; user u; }")
                 == was);
}


static void
many_hosts_and_groups_are_found(void **state)
{
    rig_fine(SIM "host n[1-5000] { groups all odd; }\n"
             "host m[1-5000] { groups all; }\n");

    assert_int_equal(rig.fleet->nhosts, 10000);
    assert_int_equal(rig.fleet->ngroups, 2);
    assert_int_equal(bmc_fleet_group(rig.fleet, "all")->count, 10000);
    assert_int_equal(bmc_fleet_group(rig.fleet, "odd")->count, 5000);
    assert_int_equal(rig_host("m5000")->index, 9999);
    assert_null(bmc_fleet_host(rig.fleet, "m5001", 5));
    assert_non_null(bmc_fleet_host(rig.fleet, "m5001", 4));
    assert_null(bmc_fleet_group(rig.fleet, "none"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_host_is_what_its_block_says),
        rig_test(what_a_host_does_not_say_defaults_say_wherever_they_stand),
        rig_test(defaults_may_stand_once_and_say_nothing_of_a_host_s_own),
        rig_test(a_range_is_many_hosts),
        rig_test(ranges_that_do_not_fit_say_so),
        rig_test(one_mistake_in_a_range_is_told_once),
        rig_test(names_and_addresses_are_checked),
        rig_test(values_say_what_was_expected),
        rig_test(drivers_are_checked),
        rig_test(auto_needs_a_driver_that_can_be_found),
        rig_test(two_hosts_of_one_name_are_an_error),
        rig_test(a_host_and_a_group_of_one_name_are_an_error),
        rig_test(simulated_hosts_may_share_an_address),
        rig_test(snmp_numbers_are_one_host_s_only),
        rig_test(a_host_that_changes_has_another_fingerprint),
        rig_test(many_hosts_and_groups_are_found)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
