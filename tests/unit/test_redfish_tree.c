
/*
 * Copyright (C) the bmcgate authors
 *
 * Which system, chassis and manager of a Redfish service are the host's.
 */


#include "redfish_rig.h"


static void
what_was_found_is_remembered(void **state)
{
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig.web.count, 5);
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig.web.count, 6);
    assert_string_equal(rig.call.answer.vendor, "Contoso");
    assert_string_equal(rig.call.answer.firmware, "1.2.3");
}


/* -- several systems */

static void
several(void)
{
    rig_body(rig.systems, "{'Members': [{'@odata.id': '" SYSTEMS "/a'},"
        " {'@odata.id': '" SYSTEMS "/b/'}], 'Members@odata.nextLink':"
        " '" SYSTEMS "?$skip=2'}");
    rig_page("GET", SYSTEMS "?$skip=2", 200,
        "{'Members': [{'@odata.id': '" SYSTEM "'}, {'@odata.id': 5}, 7,"
        " {'@odata.id': '" SYSTEMS "/c'}]}");
    rig_page("GET", SYSTEMS "/a", 200, "{'Id': 'a', 'Name': 'Alpha'}");
    rig_page("GET", SYSTEMS "/b/", 200,
        "{'Id': 'Beta', 'Name': 'b', 'PowerState': 'Off'}");
}


static void
one_of_several_is_found_by_its_path(void **state)
{
    several();
    rig.conf.system = "1";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig.call.answer.power, BMC_POWER_IS_ON);
    assert_int_equal(rig_count("GET", SYSTEMS "/a"), 0);
    rig_close();

    rig.conf.system = "b";
    rig_open();
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig.call.answer.power, BMC_POWER_IS_OFF);
}


static void
one_of_several_is_found_by_its_id_or_name(void **state)
{
    several();
    rig.conf.system = "Web";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig.call.answer.power, BMC_POWER_IS_ON);
    rig_close();

    rig.conf.system = "Beta";
    rig_open();
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig.call.answer.power, BMC_POWER_IS_OFF);
}


static void
a_search_that_is_cut_short_goes_on_with_the_next_call(void **state)
{
    several();
    rig.conf.system = "Beta";
    rig_first("GET", SYSTEMS "/a", 200, "{}", 2)->manner = WEB_CLOSES;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNREACHABLE);
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_count("GET", SYSTEMS), 1);
}


static void
who_does_not_say_which_is_told_what_there_is(void **state)
{
    several();
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_CONF);
    rig_said("has several systems: say which with \"system ID;\" in "
             "redfish{}, one of a, b, 1, c");

    rig.conf.system = "nine";
    assert_int_equal(rig_ask(BMC_POWER_ON), BMC_CONF);
    rig_said("has no system \"nine\"; it has a, b, 1, c");
    assert_int_equal(rig.call.claims, 0);

    rig.conf.system = NULL;
    rig_body(rig.systems, "{'Members': []}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);
    rig_said("without any system");
}


static void
very_many_systems_are_listed_in_part(void **state)
{
    char  *text;

    text = rig_many("{'@odata.id': 'x'}", "{'@odata.id': '/s/system", "'}",
                    1000);
    rig_body(rig.systems, text);
    free(text);

    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_CONF);
    rig_said("one of x, system0, system1, ");
    rig_said(", …");
}


/* -- moved, or not there */

static void
what_is_not_there_any_more_is_found_anew_once(void **state)
{
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);

    rig.system->path = SYSTEMS "/2";
    rig_body(rig.systems, "{'Members': [{'@odata.id': '" SYSTEMS "/2'}]}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_count("GET", SYSTEMS), 2);
    assert_int_equal(rig_count("GET", SYSTEM), 2);

    rig.system->path = "/gone";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);
    assert_int_equal(rig_count("GET", SYSTEMS), 3);

    rig.system->path = SYSTEMS "/2";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
}


static void
a_service_that_changed_its_root_is_read_anew(void **state)
{
    rig.systems->path = "/new";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);
    rig_body(rig.root, "{'Systems': {'@odata.id': '/new'}}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
}


static void
what_is_no_redfish_is_said_to_be_none(void **state)
{
    rig.root->status = 404;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);
    rig_said("has no Redfish service with systems at /redfish/v1/ (HTTP "
             "status 404)");

    rig.root->status = 200;
    rig_body(rig.root, "<html>");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);

    rig_body(rig.root, "{'Systems': {'@odata.id': ''}}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);

    rig_body(rig.root, "{'Systems': []}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);

    rig.root->status = 503;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_BUSY);
    assert_int_equal(rig_count("POST", SESSIONS), 0);
}


static void
a_dead_bmc_is_unreachable_and_unchanged(void **state)
{
    web_deaf(&rig.web);
    assert_int_equal(rig_ask(BMC_POWER_ON), BMC_UNREACHABLE);
    assert_int_equal(rig.call.claims, 0);
    rig_close();
    web_stop(&rig.web);
    web_start(&rig.web, &rig.loop);
    rig_open();
}


/* -- what else belongs to it */

static bmc_rf_unit_t *
unit(void)
{
    return rig.unit.unit.state;
}


static void
a_system_without_links_has_the_first_of_each(void **state)
{
    rig_body(rig.system, "{'PowerState': 'On'}");
    rig_page("GET", "/redfish/v1/Chassis", 200,
        "{'Members': [{'@odata.id': '/redfish/v1/Chassis/9'}]}");
    rig_page("GET", "/redfish/v1/Managers", 200,
        "{'Members': [{'@odata.id': '" MANAGER "'}]}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(unit()->chassis, "/redfish/v1/Chassis/9");
    assert_string_equal(unit()->manager, MANAGER);
    assert_string_equal(rig.call.answer.firmware, "1.2.3");
}


static void
a_wrong_manager_can_be_overruled(void **state)
{
    rig_quirk(BMC_QUIRK_NO_MANAGED_BY);
    rig_page("GET", "/redfish/v1/Managers", 200,
        "{'Members': [{'@odata.id': '/redfish/v1/Managers/2'}]}");
    rig_page("GET", "/redfish/v1/Managers/2", 200,
        "{'FirmwareVersion': '9'}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(rig.call.answer.firmware, "9");
}


static void
a_machine_without_chassis_or_manager_has_power(void **state)
{
    rig_body(rig.system, "{'PowerState': 'On'}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_null(unit()->manager);
    rig_close();

    rig_body(rig.root, "{'Systems': {'@odata.id': '" SYSTEMS "'}}");
    rig_open();
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);

    /* … and says so where they are needed */

    assert_int_equal(rig_ask(BMC_BMC_RESET), BMC_UNSUPPORTED);
    rig_said("names no manager for this system");
}


static void
a_tree_that_breaks_off_is_finished_by_the_next_call(void **state)
{
    rig.manager->manner = WEB_CLOSES;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNREACHABLE);
    rig.manager->manner = WEB_ANSWERS;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_count("GET", SYSTEMS), 1);
    assert_int_equal(rig_count("GET", SYSTEM), 2);

    /* a manager that is broken is no reason for no power */

    rig_close();
    rig.manager->status = 500;
    rig_open();
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_null(rig.call.answer.firmware);
}


static void
paths_that_cannot_be_are_not_followed(void **state)
{
    char  text[1024], path[700];

    memset(path, 'x', sizeof(path) - 1);
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    snprintf(text, sizeof(text), "{'Members': [{'@odata.id': '%s'}]}", path);
    rig_body(rig.systems, text);
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);

    rig_body(rig.systems, "{'Members': [{'@odata.id':"
        " 'http://10.9.9.9/redfish/v1/Systems/1'}]}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_REFUSED);
}


/* -- who it is */

static void
quirks_follow_from_who_it_is(void **state)
{
    rig_body(rig.system, "{'PowerState': 'On', 'Manufacturer': 'Supermicro',"
        " 'Model': 'X11', 'UUID': '105a4c7d-5e6b-ec11-9f2e-3cecef001122'}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_true(bmc_quirk_is_on(unit()->quirks, BMC_QUIRK_UUID_MIXED));
    assert_string_equal(rig.call.answer.uuid,
                        "7d4c5a10-6b5e-11ec-9f2e-3cecef001122");
    rig_close();

    rig.host.quirks_off = (bmc_quirks_t) 1 << BMC_QUIRK_UUID_MIXED;
    rig_open();
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(rig.call.answer.uuid,
                        "105a4c7d-5e6b-ec11-9f2e-3cecef001122");
}


static void
the_firmwares_maker_counts_as_well_as_the_machines(void **state)
{
    rig_body(rig.root, "{'Oem': {'Ami': {}},"
        " 'Systems': {'@odata.id': '" SYSTEMS "'}}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_true(bmc_quirk_is_on(unit()->quirks, BMC_QUIRK_BOOT_FULL));
    assert_string_equal(rig.call.answer.vendor, "Contoso");
    rig_close();

    rig_body(rig.system, "{'PowerState': 'On'}");
    rig_open();
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(rig.call.answer.maker, "AMI");
    assert_null(rig.call.answer.vendor);
}


/* bmcweb's root names nobody, its manager does */

static void
openbmc_is_known_by_its_manager(void **state)
{
    rig_body(rig.root, "{'Systems': {'@odata.id': '" SYSTEMS "'}}");
    rig_body(rig.manager, "{'Model': 'OpenBmc', 'FirmwareVersion': '2.14'}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(rig.call.answer.maker, "OpenBMC");
    assert_string_equal(rig.call.answer.vendor, "Contoso");
    rig_close();

    rig_body(rig.root, "{'Vendor': 'Acme',"
        " 'Systems': {'@odata.id': '" SYSTEMS "'}}");
    rig_open();
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(rig.call.answer.maker, "Acme");
}


static void
both_protocols_call_a_vendor_the_same(void **state)
{
    rig_body(rig.root, "{'Oem': {'Supermicro': {}},"
        " 'Systems': {'@odata.id': '" SYSTEMS "'}}");
    rig_body(rig.system, "{'PowerState': 'On', 'Manufacturer': 'Novarion'}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(rig.call.answer.vendor, "Supermicro");
    assert_string_equal(rig.call.answer.maker, "Supermicro");
    rig_close();

    rig_body(rig.system, "{'PowerState': 'On', 'Manufacturer':"
        " 'To be filled by O.E.M.'}");
    rig_open();
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_null(rig.call.answer.vendor);
}


static void
unknown_hardware_has_no_quirks(void **state)
{
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_true(unit()->quirks == 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(what_was_found_is_remembered),
        rig_test(one_of_several_is_found_by_its_path),
        rig_test(one_of_several_is_found_by_its_id_or_name),
        rig_test(a_search_that_is_cut_short_goes_on_with_the_next_call),
        rig_test(who_does_not_say_which_is_told_what_there_is),
        rig_test(very_many_systems_are_listed_in_part),
        rig_test(what_is_not_there_any_more_is_found_anew_once),
        rig_test(a_service_that_changed_its_root_is_read_anew),
        rig_test(what_is_no_redfish_is_said_to_be_none),
        rig_test(a_dead_bmc_is_unreachable_and_unchanged),
        rig_test(a_system_without_links_has_the_first_of_each),
        rig_test(a_wrong_manager_can_be_overruled),
        rig_test(a_machine_without_chassis_or_manager_has_power),
        rig_test(a_tree_that_breaks_off_is_finished_by_the_next_call),
        rig_test(paths_that_cannot_be_are_not_followed),
        rig_test(quirks_follow_from_who_it_is),
        rig_test(the_firmwares_maker_counts_as_well_as_the_machines),
        rig_test(openbmc_is_known_by_its_manager),
        rig_test(both_protocols_call_a_vendor_the_same),
        rig_test(unknown_hardware_has_no_quirks)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
