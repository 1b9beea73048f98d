
/*
 * Copyright (C) the bmcgate authors
 *
 * A Redfish manager: what it is, its network, its restart.
 */


#include "redfish_tree.h"


static void
a_bmc_tells_what_it_is(void **state)
{
    serve("/redfish/v1/", "{'RedfishVersion': '1.15.0'}");
    serve("/M", "{'FirmwareVersion': '1.74', 'Manufacturer': 'ACME',"
        " 'Model': 'RAC 9', 'UUID': '92384634-2938-2342-8820-489239905423',"
        " 'DateTime': '2026-01-01T00:00:00Z'}");

    run(bmc_rf_bmc);

    told("{'firmware': '1.74', 'redfish': '1.15.0', 'manufacturer': 'ACME',"
         " 'model': 'RAC 9',"
         " 'guid': '92384634-2938-2342-8820-489239905423'}");
    assert_true(tree.call.answer.has & BMC_HAS_FACTS);
    assert_string_equal(tree.call.answer.firmware, "1.74");
    assert_null(tree.call.answer.uuid);
}


static void
what_a_bmc_does_not_tell_is_left_out(void **state)
{
    serve("/M", "{'FirmwareVersion': null, 'Manufacturer': '  ',"
        " 'Model': 7, 'UUID': '00000000-0000-0000-0000-000000000000'}");

    run(bmc_rf_bmc);

    told("{}");
    assert_false(tree.call.answer.has & BMC_HAS_FACTS);
}


static void
serve_reset(const char *offered)
{
    char  text[512];

    (void) snprintf(text, sizeof(text), "{'Actions': {'#Manager.Reset':"
        " {'target': '/M/Reset'%s%s}}}",
        offered[0] == '\0' ? ""
        : ", 'ResetType@Redfish.AllowableValues': ", offered);
    serve("/M", text);
}


static void
sent(const char *type)
{
    assert_int_equal(tree.rc, BMC_OK);
    assert_string_equal(tree.method, "POST");
    assert_string_equal(tree.target, "/M/Reset");
    assert_int_equal(json_object_size(tree.body), 1);
    assert_string_equal(json_string_value(json_object_get(tree.body,
        "ResetType")), type);
}


static void
a_cold_restart_is_forced_and_a_warm_one_graceful(void **state)
{
    serve_reset("['GracefulRestart', 'ForceRestart']");

    run(bmc_rf_bmc_reset);
    sent("ForceRestart");
    assert_string_equal(tree.text, "");

    run_with(bmc_rf_bmc_reset, "kind", "cold");
    sent("ForceRestart");

    run_with(bmc_rf_bmc_reset, "kind", "warm");
    sent("GracefulRestart");
}


static void
a_bmc_that_does_not_say_what_it_offers_is_asked(void **state)
{
    serve_reset("");

    run_with(bmc_rf_bmc_reset, "kind", "warm");
    sent("GracefulRestart");
}


static void
nobody_who_asked_for_cold_gets_warm(void **state)
{
    serve_reset("['GracefulRestart']");

    run_with(bmc_rf_bmc_reset, "kind", "cold");
    assert_int_equal(tree.rc, BMC_UNSUPPORTED);
    assert_string_equal(tree.text, "restart itself at once "
        "(ForceRestart); [\"GracefulRestart\"]");
    assert_null(tree.body);

    serve_reset("['ForceRestart']");

    run_with(bmc_rf_bmc_reset, "kind", "warm");
    assert_int_equal(tree.rc, BMC_UNSUPPORTED);
    assert_null(tree.body);
}


static void
who_did_not_say_which_gets_what_there_is_and_is_told(void **state)
{
    serve_reset("['GracefulRestart']");

    run(bmc_rf_bmc_reset);

    sent("GracefulRestart");
    assert_string_equal(tree.text,
        "a warm restart: this BMC offers no cold one");
}


static void
a_bmc_without_the_action_cannot_be_restarted(void **state)
{
    run(bmc_rf_bmc_reset);

    assert_int_equal(tree.rc, BMC_UNSUPPORTED);
    assert_null(tree.body);
}


static void
serve_interfaces(void)
{
    serve("/M", "{'EthernetInterfaces': {'@odata.id': '/M/E'}}");
    serve("/M/E", "{'Members': [{'@odata.id': '/M/E/usb0'},"
        " {'@odata.id': '/M/E/down'}, {'@odata.id': '/M/E/1'},"
        " {'@odata.id': '/M/E/2'}]}");
    serve("/M/E/usb0", "{'InterfaceEnabled': true, 'IPv4Addresses':"
        " [{'Address': '169.254.3.1'}]}");
    serve("/M/E/down", "{'InterfaceEnabled': false, 'IPv4Addresses':"
        " [{'Address': '10.0.0.9'}]}");
    serve("/M/E/1", "{'MACAddress': '00-1A-2b-3c-4D-5e', 'IPv4Addresses':"
        " [{'Address': '0.0.0.0'}, {'Address': '10.0.0.7',"
        " 'SubnetMask': '255.255.255.0', 'Gateway': '10.0.0.1',"
        " 'AddressOrigin': 'DHCP'}], 'VLAN': {'VLANEnable': true,"
        " 'VLANId': 12}}");
    serve("/M/E/2", "{'MACAddress': 'none', 'PermanentMACAddress':"
        " '00:1a:2b:3c:4d:5f', 'IPv4Addresses': [{'Address': '10.1.0.7',"
        " 'SubnetMask': '255.255.0.0', 'Gateway': '0.0.0.0',"
        " 'AddressOrigin': 'Static'}], 'VLAN': {'VLANEnable': false,"
        " 'VLANId': 9}, 'IPv6Addresses': [{'Address': 'fe80::1',"
        " 'AddressOrigin': 'LinkLocal'}, {'Address': '2001:db8::7',"
        " 'AddressOrigin': 'SLAAC'}], 'IPv6DefaultGateway':"
        " '2001:db8::1'}");
}


static void
the_interface_that_is_spoken_to_is_told(void **state)
{
    serve_interfaces();
    tree.address[0] = "10.1.0.7";

    run(bmc_rf_lan);

    told("{'address': '10.1.0.7', 'netmask': '255.255.0.0',"
         " 'mac': '00:1a:2b:3c:4d:5f', 'source': 'static'}");
}


static void
an_address_may_be_written_otherwise(void **state)
{
    serve_interfaces();
    tree.address[0] = "2001:0db8:0::0:7";

    run(bmc_rf_lan);

    told("{'address': '2001:db8::7', 'gateway': '2001:db8::1',"
         " 'mac': '00:1a:2b:3c:4d:5f', 'source': 'other'}");
}


static void
without_an_address_the_first_that_is_up_is_told(void **state)
{
    serve_interfaces();
    tree.address[0] = "n7-bmc.example.net";

    run(bmc_rf_lan);

    told("{'address': '10.0.0.7', 'netmask': '255.255.255.0',"
         " 'gateway': '10.0.0.1', 'mac': '00:1a:2b:3c:4d:5e',"
         " 'source': 'dhcp', 'vlan': 12}");
}


static void
an_interface_without_an_address_has_a_mac(void **state)
{
    serve("/M", "{'EthernetInterfaces': {'@odata.id': '/M/E'}}");
    serve("/M/E", "{'Members': [{'MACAddress': 'AA:BB:CC:DD:EE:FF'}]}");

    run(bmc_rf_lan);

    told("{'mac': 'aa:bb:cc:dd:ee:ff'}");
}


static void
interfaces_of_strangers_are_believed_nothing(void **state)
{
    serve("/M", "{'EthernetInterfaces': {'@odata.id': '/M/E'}}");
    serve("/M/E", "{'Members': [{'MACAddress': '00:00:00:00:00:00',"
        " 'IPv4Addresses': [7, {'Address': 'x'}, {'Address': 7}],"
        " 'IPv6Addresses': {}, 'VLAN': {'VLANEnable': true,"
        " 'VLANId': 70000}, 'Status': 'Disabled'}]}");

    run(bmc_rf_lan);

    told("{}");
}


static void
macs_are_six_bytes_and_nothing_else(void **state)
{
    char  mac[20];

    assert_true(bmc_rf_mac("AA-bb:cc-dd:ee-0f", mac));
    assert_string_equal(mac, "aa:bb:cc:dd:ee:0f");
    assert_false(bmc_rf_mac(NULL, mac));
    assert_false(bmc_rf_mac("", mac));
    assert_false(bmc_rf_mac("aa:bb:cc:dd:ee", mac));
    assert_false(bmc_rf_mac("aa:bb:cc:dd:ee:", mac));
    assert_false(bmc_rf_mac("aa:bb:cc:dd:ee:f", mac));
    assert_false(bmc_rf_mac("aa:bb:cc:dd:ee:ff:00", mac));
    assert_false(bmc_rf_mac("aa:bb:cc:dd:ee:ffx", mac));
    assert_false(bmc_rf_mac("aabbccddeeff", mac));
    assert_false(bmc_rf_mac("a:bb:cc:dd:ee:ff0", mac));
    assert_false(bmc_rf_mac(" a:bb:cc:dd:ee:ff", mac));
    assert_false(bmc_rf_mac("00:00:00:00:00:00", mac));
}


static void
a_bmc_without_interfaces_says_so(void **state)
{
    run(bmc_rf_lan);

    assert_int_equal(tree.rc, BMC_UNSUPPORTED);
    assert_non_null(strstr(tree.text, "no EthernetInterfaces"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        tree_test(a_bmc_tells_what_it_is),
        tree_test(what_a_bmc_does_not_tell_is_left_out),
        tree_test(a_cold_restart_is_forced_and_a_warm_one_graceful),
        tree_test(a_bmc_that_does_not_say_what_it_offers_is_asked),
        tree_test(nobody_who_asked_for_cold_gets_warm),
        tree_test(who_did_not_say_which_gets_what_there_is_and_is_told),
        tree_test(a_bmc_without_the_action_cannot_be_restarted),
        tree_test(the_interface_that_is_spoken_to_is_told),
        tree_test(an_address_may_be_written_otherwise),
        tree_test(without_an_address_the_first_that_is_up_is_told),
        tree_test(an_interface_without_an_address_has_a_mac),
        tree_test(interfaces_of_strangers_are_believed_nothing),
        cmocka_unit_test(macs_are_six_bytes_and_nothing_else),
        tree_test(a_bmc_without_interfaces_says_so)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
