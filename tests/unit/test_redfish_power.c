
/*
 * Copyright (C) the bmcgate authors
 *
 * Power over Redfish: what it is, and what it is made to be.
 */


#include "redfish_rig.h"


static void
one_read_tells_all_that_a_system_knows(void **state)
{
    rig_body(rig.system, "{'PowerState': 'On', 'Manufacturer': 'Contoso ',"
        " 'Model': 'M1', 'SerialNumber': 'S1',"
        " 'UUID': '7D4C5A10-6B5E-11EC-9F2E-3CECEF001122',"
        " 'Status': {'Health': 'Warning'}, 'IndicatorLED': 'Lit',"
        " 'Boot': {'BootSourceOverrideTarget': 'Pxe',"
        " 'BootSourceOverrideEnabled': 'Continuous',"
        " 'BootSourceOverrideMode': 'UEFI'},"
        " 'Links': {'ManagedBy': [{'@odata.id': '" MANAGER "'}]}}");

    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig.call.answer.has, BMC_HAS_POWER | BMC_HAS_HEALTH
                     | BMC_HAS_BOOT | BMC_HAS_LED | BMC_HAS_FACTS);
    assert_int_equal(rig.call.answer.power, BMC_POWER_IS_ON);
    assert_int_equal(rig.call.answer.health, BMC_HEALTH_WARNING);
    assert_int_equal(rig.call.answer.led, BMC_LED_ON);
    assert_true(rig.call.answer.boot_persistent);
    assert_int_equal(rig.call.answer.boot_efi, 2);
    assert_int_equal(rig_count("GET", SYSTEM), 1);

    /* it is known where it is: once more is one request */

    web_forget(&rig.web);
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig.web.count, 1);
}


static void
state(const char *word, bmc_power_t power)
{
    char  text[256];

    snprintf(text, sizeof(text), "{'PowerState': '%s'}", word);
    rig_body(rig.system, text);
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig.call.answer.power, power);
}


static void
a_machine_on_its_way_is_still_where_it_was(void **unused)
{
    state("Off", BMC_POWER_IS_OFF);
    state("PoweringOn", BMC_POWER_IS_OFF);
    state("On", BMC_POWER_IS_ON);
    state("PoweringOff", BMC_POWER_IS_ON);
    state("Paused", BMC_POWER_IS_ON);
}


static void
power_that_is_not_told_is_not_guessed(void **state)
{
    rig_body(rig.system, "{'PowerState': null}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_REFUSED);
    rig_said("does not tell its power: its PowerState is not there");
    assert_int_equal(rig.call.answer.has, 0);

    rig_body(rig.system, "{'PowerState': 'Hot\\u001b[2J\\u009bx'}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_REFUSED);
    rig_said("\"Hot [2J  x\"");

    rig_body(rig.system, "[1, 2]");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_REFUSED);
    rig_said("no JSON object");
}


static void
changes(bmc_verb_t verb, const char *type)
{
    char  body[64];

    assert_int_equal(rig_ask(verb), BMC_OK);
    assert_int_equal(rig.call.claims, 1);
    snprintf(body, sizeof(body), "{\"ResetType\":\"%s\"}", type);
    assert_string_equal(rig_asked("POST", RESET)->body, body);
}


static void
each_verb_is_the_reset_type_that_means_it(void **state)
{
    changes(BMC_POWER_ON, "On");
    changes(BMC_POWER_OFF, "GracefulShutdown");
    changes(BMC_POWER_FORCE_OFF, "ForceOff");
    changes(BMC_POWER_CYCLE, "PowerCycle");
    changes(BMC_POWER_RESET, "ForceRestart");
    changes(BMC_POWER_NMI, "Nmi");
    assert_int_equal(rig_count("POST", RESET), 6);
    assert_null(rig.call.answer.json);
}


static void
offers(const char *types)
{
    char  text[512];

    snprintf(text, sizeof(text), "{'PowerState': 'Off', 'Actions':"
        " {'#ComputerSystem.Reset': {'target': '" RESET "',"
        " 'ResetType@Redfish.AllowableValues': [%s]}}}", types);
    rig_body(rig.system, text);
}


static void
notes(const char *text)
{
    assert_string_equal(json_string_value(json_object_get(
                        rig.call.answer.json, "note")), text);
}


static void
the_next_best_is_said_to_be_that(void **state)
{
    offers("'ForceOn', 'FullPowerCycle'");
    changes(BMC_POWER_ON, "ForceOn");
    notes("done by ForceOn: the BMC offers no On");
    changes(BMC_POWER_CYCLE, "FullPowerCycle");
    notes("done by FullPowerCycle: the BMC offers no PowerCycle");

    offers("'ForceRestart'");
    changes(BMC_POWER_CYCLE, "ForceRestart");
    notes("done by ForceRestart: the BMC offers no PowerCycle");
}


static void
what_is_not_offered_is_not_sent(void **state)
{
    offers("'On', 'PushPowerButton', 'GracefulRestart'");
    assert_int_equal(rig_ask(BMC_POWER_FORCE_OFF), BMC_UNSUPPORTED);
    rig_said("cannot be switched off; it offers On, PushPowerButton");
    assert_int_equal(rig_ask(BMC_POWER_OFF), BMC_UNSUPPORTED);
    assert_int_equal(rig_ask(BMC_POWER_CYCLE), BMC_UNSUPPORTED);
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_UNSUPPORTED);
    assert_int_equal(rig_ask(BMC_POWER_NMI), BMC_UNSUPPORTED);
    assert_int_equal(rig.call.claims, 0);
    assert_int_equal(rig_count("POST", RESET), 0);

    rig_body(rig.system, "{'PowerState': 'Off'}");
    assert_int_equal(rig_ask(BMC_POWER_ON), BMC_UNSUPPORTED);
    rig_said("offers no ComputerSystem.Reset");
}


static void
a_graceful_restart_that_is_hard_is_a_reset(void **state)
{
    rig_quirk(BMC_QUIRK_RESTART_IS_HARD);
    offers("'On', 'GracefulRestart'");
    changes(BMC_POWER_RESET, "GracefulRestart");
    notes("done by GracefulRestart: the BMC offers no ForceRestart");
}


static void
types_may_stand_in_a_resource_of_their_own(void **state)
{
    rig_body(rig.system, "{'PowerState': 'Off', 'Actions':"
        " {'#ComputerSystem.Reset': {'target': '" RESET "',"
        " '@Redfish.ActionInfo': '/redfish/v1/Info'}}}");
    rig_page("GET", "/redfish/v1/Info", 200, "{'Parameters': [{'Name': 'X'},"
        " {'Name': 'ResetType', 'AllowableValues': ['ForceOn']}]}");
    changes(BMC_POWER_ON, "ForceOn");
    assert_int_equal(rig_ask(BMC_POWER_NMI), BMC_UNSUPPORTED);

    /* … which need not be there: then the first choice is tried */

    rig_first("GET", "/redfish/v1/Info", 404, "{}", 1);
    changes(BMC_POWER_ON, "On");
}


static void
no_is_told_in_the_bmcs_words(void **state)
{
    rig.reset->status = 400;
    rig_body(rig.reset, "{'error': {'code': 'Base.1.8.GeneralError',"
        " 'message': 'See', '@Message.ExtendedInfo': [{'MessageId':"
        " 'Base.1.8.X', 'Message': 'The machine is locked.'}]}}");
    assert_int_equal(rig_ask(BMC_POWER_NMI), BMC_REFUSED);
    rig_said("127.0.0.1");
    rig_said("refused Nmi (Redfish: The machine is locked.)");
    assert_int_equal(rig_count("POST", RESET), 1);

    /* but not that something is as it was to be */

    assert_int_equal(rig_ask(BMC_POWER_ON), BMC_OK);
    assert_int_equal(rig_ask(BMC_POWER_FORCE_OFF), BMC_REFUSED);

    rig_body(rig.reset, "{'error': {'@Message.ExtendedInfo': [{'MessageId':"
        " 'iLO.2.14.InvalidOperationForSystemState'}]}}");
    assert_int_equal(rig_ask(BMC_POWER_ON), BMC_OK);
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_BUSY);
    rig_said("InvalidOperationForSystemState");
}


static void
a_conflict_soon_after_off_is_retry_later_where_it_is(void **state)
{
    offers("'On', 'ForceOff'");
    rig.reset->status = 409;
    assert_int_equal(rig_ask(BMC_POWER_ON), BMC_REFUSED);
    rig_close();

    rig_quirk(BMC_QUIRK_POWER_RETRY_CONFLICT);
    rig_open();
    assert_int_equal(rig_ask(BMC_POWER_ON), BMC_BUSY);
    rig_said("so soon after it was switched off");
}


static const bmc_driver_t  ipmi = { .name = "ipmi" };


static void
where_redfish_tells_it_wrong_ipmi_is_asked(void **state)
{
    rig_quirk(BMC_QUIRK_POWER_BY_IPMI);
    rig.host.driver[0] = &bmc_driver_redfish;
    rig.host.ndrivers = 1;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);

    rig.host.driver[1] = &ipmi;
    rig.host.ndrivers = 2;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);
    rig_said("quirk power-by-ipmi");
    assert_int_equal(rig_ask(BMC_POWER_ON), BMC_UNSUPPORTED);
    assert_int_equal(rig.call.claims, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(one_read_tells_all_that_a_system_knows),
        rig_test(a_machine_on_its_way_is_still_where_it_was),
        rig_test(power_that_is_not_told_is_not_guessed),
        rig_test(each_verb_is_the_reset_type_that_means_it),
        rig_test(the_next_best_is_said_to_be_that),
        rig_test(what_is_not_offered_is_not_sent),
        rig_test(a_graceful_restart_that_is_hard_is_a_reset),
        rig_test(types_may_stand_in_a_resource_of_their_own),
        rig_test(no_is_told_in_the_bmcs_words),
        rig_test(a_conflict_soon_after_off_is_retry_later_where_it_is),
        rig_test(where_redfish_tells_it_wrong_ipmi_is_asked)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
