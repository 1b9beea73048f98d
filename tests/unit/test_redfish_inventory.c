
/*
 * Copyright (C) the bmcgate authors
 *
 * What a machine is made of, by its Redfish service.
 */


#include "redfish_tree.h"


static void
serve_machine(void)
{
    serve("/S", "{'Manufacturer': 'ACME', 'Model': 'X1',"
        " 'SerialNumber': 'S4 ', 'PartNumber': 'P2', 'SKU': 'K3',"
        " 'AssetTag': '', 'UUID': '92384634-2938-2342-8820-489239905423',"
        " 'BiosVersion': 'U30', 'ProcessorSummary': {'Count': 2,"
        " 'Model': 'Fast'}, 'MemorySummary': {'TotalSystemMemoryGiB':"
        " 96.5}, 'Links': {'Chassis': [{'@odata.id': '/C'}]},"
        " 'Processors': {'@odata.id': '/S/P'},"
        " 'Memory': {'@odata.id': '/S/M'},"
        " 'Storage': {'@odata.id': '/S/D'}}");
    serve("/C", "{'ChassisType': 'RackMount', 'SerialNumber': 'C5',"
        " 'PartNumber': null, 'Assembly': {'@odata.id': '/C/A'},"
        " 'PowerSubsystem': {'@odata.id': '/C/P'}, 'Power':"
        " {'@odata.id': '/C/old'}}");
    serve("/C/A", "{'Assemblies': [{'Name': 'Riser', 'PhysicalContext':"
        " 'Backplane'}, {'Name': 'Planar', 'PhysicalContext':"
        " 'SystemBoard', 'Producer': 'Maker', 'Model': 'BM',"
        " 'SerialNumber': 'BS', 'PartNumber': 'BP'}]}");
    serve("/C/P", "{'PowerSupplies': {'@odata.id': '/C/P/S'}}");
    serve("/C/P/S", "{'Members': [{'Name': 'PSU1', 'Status': {'State':"
        " 'Enabled', 'Health': 'OK'}, 'PowerCapacityWatts': 800,"
        " 'Manufacturer': 'Delta', 'Model': 'D8', 'SerialNumber': 'DS',"
        " 'PartNumber': 'DP'}, {'Name': 'PSU2', 'Status': {'State':"
        " 'Absent', 'Health': 'OK'}, 'Model': 'old'}]}");
    serve("/C/old", "{'PowerSupplies': [{'Name': 'not asked'}]}");
    serve("/M", "{'FirmwareVersion': '2.1', 'EthernetInterfaces':"
        " {'@odata.id': '/M/E'}}");
    serve("/M/E", "{'Members': [{'MACAddress': '00:1A:2B:3C:4D:5E',"
        " 'IPv4Addresses': [{'Address': '10.0.0.7'}]}]}");
    serve("/S/P", "{'Members': [{'Socket': 'CPU 1', 'Name': 'Processor',"
        " 'Manufacturer': 'Intel', 'Model': 'Fast', 'SerialNumber': 'I1'},"
        " {'Socket': 'CPU 2', 'Status': {'State': 'Absent'},"
        " 'Model': 'none'}]}");
    serve("/S/M", "{'Members': [{'Name': 'DIMM A1', 'DeviceLocator': 'A1',"
        " 'Manufacturer': 'Hynix', 'PartNumber': 'H16',"
        " 'SerialNumber': 'H1'}, {'Name': 'DIMM A2'}]}");
    serve("/S/D", "{'Members': [{'Drives': [{'@odata.id': '/D/1'},"
        " {'@odata.id': '/gone'}, 7]}, {}]}");
    serve("/D/1", "{'Name': 'Disk 0', 'Model': 'SSD', 'SerialNumber':"
        " 'D1'}");
}


static const char  machine[] =
    "{'system': {'manufacturer': 'ACME', 'model': 'X1', 'serial': 'S4',"
    " 'part_number': 'P2', 'sku': 'K3',"
    " 'uuid': '92384634-2938-2342-8820-489239905423'},"
    " 'bios': {'version': 'U30'},"
    " 'processors': {'count': 2, 'model': 'Fast'},"
    " 'memory': {'gib': 96.5},"
    " 'chassis': {'type': 'RackMount', 'serial': 'C5'},"
    " 'board': {'manufacturer': 'Maker', 'product': 'BM', 'serial': 'BS',"
    " 'part_number': 'BP'},"
    " 'bmc': {'version': '2.1', 'mac': '00:1a:2b:3c:4d:5e',"
    " 'address': '10.0.0.7'},"
    " 'psus': [{'name': 'PSU1', 'state': 'present', 'health': 'ok',"
    " 'watts': 800, 'manufacturer': 'Delta', 'model': 'D8',"
    " 'serial': 'DS', 'part_number': 'DP'},"
    " {'name': 'PSU2', 'state': 'absent'}],"
    " 'parts': [{'name': 'CPU 1', 'manufacturer': 'Intel',"
    " 'model': 'Fast', 'serial': 'I1'},"
    " {'name': 'A1', 'manufacturer': 'Hynix', 'part_number': 'H16',"
    " 'serial': 'H1'},"
    " {'name': 'Disk 0', 'model': 'SSD', 'serial': 'D1'}]}";


static void
a_machine_tells_all_that_it_is(void **state)
{
    char           maker[] = "AMI";
    bmc_answer_t  *a;

    serve_machine();
    tree.u.service = maker;

    run(bmc_rf_inventory);

    told(machine);

    a = &tree.call.answer;
    assert_true(a->has & BMC_HAS_FACTS);
    assert_string_equal(a->vendor, "ACME");
    assert_string_equal(a->maker, "AMI");
    tree.u.service = NULL;
    assert_string_equal(a->model, "X1");
    assert_string_equal(a->serial, "S4");
    assert_string_equal(a->firmware, "2.1");
    assert_string_equal(a->uuid, "92384634-2938-2342-8820-489239905423");
}


static void
old_services_have_their_supplies_in_power(void **state)
{
    serve("/C", "{'Power': {'@odata.id': '/C/old'}}");
    serve("/C/old", "{'PowerSupplies': [{'MemberId': '0', 'Status':"
        " {'State': 'Enabled', 'Health': 'Critical'}}, 7, {}]}");

    run(bmc_rf_inventory);

    told("{'psus': [{'name': '0', 'state': 'present',"
         " 'health': 'critical'}]}");
}


static void
a_service_without_chassis_and_manager_tells_the_rest(void **state)
{
    serve("/S", "{'Model': 'X1', 'Memory': {'@odata.id': '/S/M'}}");
    serve("/S/M", "{'Members': [{'Name': 'A1', 'Model': 'M'}]}");
    tree.headless = true;
    tree.bare = true;

    run(bmc_rf_inventory);

    told("{'system': {'model': 'X1'}, 'parts': [{'name': 'A1',"
         " 'model': 'M'}]}");
}


static void
when_time_is_short_parts_are_left_out(void **state)
{
    serve_machine();
    tree.late = 2;

    run(bmc_rf_inventory);

    told("{'system': {'manufacturer': 'ACME', 'model': 'X1',"
         " 'serial': 'S4', 'part_number': 'P2', 'sku': 'K3',"
         " 'uuid': '92384634-2938-2342-8820-489239905423'},"
         " 'bios': {'version': 'U30'},"
         " 'processors': {'count': 2, 'model': 'Fast'},"
         " 'memory': {'gib': 96.5},"
         " 'chassis': {'type': 'RackMount', 'serial': 'C5'},"
         " 'bmc': {'version': '2.1'}}");
}


static void
who_is_late_at_any_moment_tells_what_is_whole(void **state)
{
    unsigned  late;

    serve_machine();

    for (late = 1; late < 24; late++) {
        tree.late = late;
        run(bmc_rf_inventory);
        assert_int_equal(tree.rc, BMC_OK);
        assert_non_null(json_object_get(tree.json, "system"));
        assert_non_null(json_object_get(tree.json, "bmc"));
    }
}


static void
parts_are_not_without_end(void **state)
{
    size_t   i;
    json_t  *list;

    list = json_array();

    for (i = 0; i < 1000; i++) {
        assert_int_equal(json_array_append_new(list,
            json_pack("{s:s, s:s}", "Name", "x", "Model", "y")), 0);
    }

    serve("/S", "{'Memory': {'@odata.id': '/S/M'}, 'Links': {'Chassis':"
        " [{'@odata.id': '/C'}]}}");
    tree_put("/S/M", json_pack("{s:o}", "Members", list));

    run(bmc_rf_inventory);

    assert_int_equal(json_array_size(json_object_get(tree.json, "parts")),
                     256);
}


static void
machines_of_strangers_are_believed_nothing(void **state)
{
    serve("/S", "{'Manufacturer': 7, 'Model': {}, 'SerialNumber': [],"
        " 'UUID': 'not one', 'BiosVersion': 1e300, 'ProcessorSummary': [],"
        " 'MemorySummary': {'TotalSystemMemoryGiB': 1e308},"
        " 'Links': {'Chassis': {'@odata.id': '/C'}}, 'Processors': 7,"
        " 'Memory': {'@odata.id': 7}, 'Storage': []}");
    serve("/C", "{'ChassisType': 7, 'Assembly': 7, 'Power':"
        " {'@odata.id': '/P'}}");
    serve("/P", "{'PowerSupplies': {'Name': 'x'}}");
    serve("/M", "{'FirmwareVersion': {}}");

    run(bmc_rf_inventory);

    assert_int_equal(tree.rc, BMC_UNSUPPORTED);
    assert_non_null(strstr(tree.text, "tells nothing"));
}


static void
uuids_are_ours_whatever_they_look_like(void **state)
{
    char    uuid[40];
    size_t  i;

    static const char *const  none[] = {
        "", "x", "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "92384634-2938-2342-8820-48923990542",
        "92384634-2938-2342-8820-4892399054230",
        "92384634 2938 2342 8820 489239905423",
        "9238463g-2938-2342-8820-489239905423"
    };

    assert_true(bmc_rf_uuid("92384634-2938-2342-8820-48923990ABCD", false,
        uuid));
    assert_string_equal(uuid, "92384634-2938-2342-8820-48923990abcd");
    assert_true(bmc_rf_uuid("923846342938234288204892399054AB", false,
        uuid));
    assert_string_equal(uuid, "92384634-2938-2342-8820-4892399054ab");
    assert_false(bmc_rf_uuid(NULL, false, uuid));

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_false(bmc_rf_uuid(none[i], true, uuid));
    }
}


static void
uuids_with_mixed_bytes_are_turned_by_the_time_in_them(void **state)
{
    char  uuid[40];

    /* made in 2019 */

    static const char  right[] = "b0a4f1c0-9f2e-11e9-8000-3cecef112233";
    static const char  mixed[] = "c0f1a4b0-2e9f-e911-8000-3cecef112233";

    assert_true(bmc_rf_uuid(mixed, true, uuid));
    assert_string_equal(uuid, right);
    assert_true(bmc_rf_uuid(right, true, uuid));
    assert_string_equal(uuid, right);
    assert_true(bmc_rf_uuid(mixed, false, uuid));
    assert_string_equal(uuid, mixed);

    serve("/S", "{'UUID': 'C0F1A4B0-2E9F-E911-8000-3CECEF112233'}");
    tree.mixed = true;

    run(bmc_rf_inventory);

    told("{'system': {'uuid': 'b0a4f1c0-9f2e-11e9-8000-3cecef112233'}}");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        tree_test(a_machine_tells_all_that_it_is),
        tree_test(old_services_have_their_supplies_in_power),
        tree_test(a_service_without_chassis_and_manager_tells_the_rest),
        tree_test(when_time_is_short_parts_are_left_out),
        tree_test(who_is_late_at_any_moment_tells_what_is_whole),
        tree_test(parts_are_not_without_end),
        tree_test(machines_of_strangers_are_believed_nothing),
        cmocka_unit_test(uuids_are_ours_whatever_they_look_like),
        tree_test(uuids_with_mixed_bytes_are_turned_by_the_time_in_them)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
