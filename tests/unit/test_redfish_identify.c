
/*
 * Copyright (C) the bmcgate authors
 *
 * The identify LED over Redfish, by its old name and by its new one.
 */


#include "redfish_fake.h"


#define SYSTEM   "/redfish/v1/Systems/1"
#define CHASSIS  "/redfish/v1/Chassis/1"


static void
led_is(const char *json)
{
    assert_int_equal(fake_run(bmc_rf_identify_get, ""), BMC_OK);
    assert_string_equal(fake_json(), json);
    assert_true(fake.call.answer.has & BMC_HAS_LED);
}


static void
led_sends(const char *args, const char *sent)
{
    assert_int_equal(fake_run(bmc_rf_identify_set, args), BMC_OK);
    assert_string_equal(fake.sent, sent);
}


static void
the_newer_word_is_believed(void **state)
{
    fake_have(SYSTEM, "{'LocationIndicatorActive': false,"
              " 'IndicatorLED': 'Lit'}");
    led_is("{\"identify\":\"off\"}");
    led_sends("state=on",
              "PATCH " SYSTEM " {\"LocationIndicatorActive\":true}");
    led_is("{\"identify\":\"on\"}");
    led_sends("state=off",
              "PATCH " SYSTEM " {\"LocationIndicatorActive\":false}");
    led_is("{\"identify\":\"off\"}");
}


static void
the_chassis_may_have_it(void **state)
{
    fake_have(SYSTEM, "{'IndicatorLED': 'Lit'}");
    fake_have(CHASSIS, "{'LocationIndicatorActive': true}");
    led_is("{\"identify\":\"on\"}");
    led_sends("state=off",
              "PATCH " CHASSIS " {\"LocationIndicatorActive\":false}");
}


static void
the_older_word_is_of_the_chassis(void **state)
{
    fake_have(SYSTEM, "{'IndicatorLED': 'Off'}");
    fake_have(CHASSIS, "{'IndicatorLED': 'Blinking'}");
    led_is("{\"identify\":\"on\"}");
    led_sends("state=off", "PATCH " CHASSIS " {\"IndicatorLED\":\"Off\"}");
    led_sends("state=on", "PATCH " CHASSIS " {\"IndicatorLED\":\"Lit\"}");

    fake_quirk(BMC_QUIRK_LED_ON_SYSTEM);
    led_sends("state=on", "PATCH " SYSTEM " {\"IndicatorLED\":\"Lit\"}");

    /* with nothing on the chassis, the system's will do */

    fake.quirks = 0;
    fake_lack(CHASSIS, "IndicatorLED");
    led_sends("state=off", "PATCH " SYSTEM " {\"IndicatorLED\":\"Off\"}");
}


static json_t *
led_only_blinks(const char *method, const char *path, const json_t *body,
    long *status)
{
    const char  *led;

    led = json_string_value(json_object_get(body, "IndicatorLED"));

    if (led != NULL && strcmp(led, "Lit") == 0) {
        *status = 400;
        return fake_error("Base.1.8.PropertyValueNotInList", "Lit?");
    }

    return NULL;
}


static void
an_led_that_only_blinks_blinks(void **state)
{
    fake_have(SYSTEM, "{}");
    fake_have(CHASSIS, "{'IndicatorLED': 'Off',"
              " 'IndicatorLED@Redfish.AllowableValues': ['Off', 'Blinking']}");
    led_sends("state=on", "PATCH " CHASSIS " {\"IndicatorLED\":\"Blinking\"}");

    fake_lack(CHASSIS, "IndicatorLED@Redfish.AllowableValues");
    fake.bmc = led_only_blinks;
    led_sends("state=on", "PATCH " CHASSIS " {\"IndicatorLED\":\"Lit\"}\n"
              "PATCH " CHASSIS " {\"IndicatorLED\":\"Blinking\"}");
}


static json_t *
led_refuses(const char *method, const char *path, const json_t *body,
    long *status)
{
    if (strcmp(method, "PATCH") != 0) {
        return NULL;
    }

    *status = 400;

    return fake_error("Base.1.8.PropertyValueNotInList", "never");
}


static void
a_refusal_is_one(void **state)
{
    fake_have(SYSTEM, "{'LocationIndicatorActive': false}");
    fake.bmc = led_refuses;
    assert_int_equal(fake_run(bmc_rf_identify_set, "state=on"), BMC_REFUSED);
    assert_int_equal(fake.changes, 1);

    /* the other word is tried once */

    fake_have(CHASSIS, "{'IndicatorLED': 'Off'}");
    fake_lack(SYSTEM, "LocationIndicatorActive");
    assert_int_equal(fake_run(bmc_rf_identify_set, "state=on"), BMC_REFUSED);
    assert_int_equal(fake.changes, 2);
    assert_int_equal(fake_run(bmc_rf_identify_set, "state=off"), BMC_REFUSED);
    assert_int_equal(fake.changes, 1);
}


static void
no_led_is_said_to_be_none(void **state)
{
    fake_have(SYSTEM, "{}");
    fake_have(CHASSIS, "{'IndicatorLED': null}");
    assert_int_equal(fake_run(bmc_rf_identify_get, ""), BMC_UNSUPPORTED);
    assert_int_equal(fake_run(bmc_rf_identify_set, "state=on"),
                     BMC_UNSUPPORTED);
    assert_int_equal(fake.changes, 0);

    fake_have(CHASSIS, "{'IndicatorLED': 'Unknown'}");
    assert_int_equal(fake_run(bmc_rf_identify_get, ""), BMC_UNSUPPORTED);
    assert_non_null(strstr(fake.text, "does not tell"));
}


static void
nothing_puts_it_out_by_itself(void **state)
{
    fake_have(SYSTEM, "{'LocationIndicatorActive': false}");
    assert_int_equal(fake_run(bmc_rf_identify_set, "state=on;seconds=15"),
                     BMC_UNSUPPORTED);
    assert_non_null(strstr(fake.text, "expected no seconds"));
    assert_int_equal(fake.changes, 0);

    led_sends("state=off;seconds=15",
              "PATCH " SYSTEM " {\"LocationIndicatorActive\":false}");
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        fake_test(the_newer_word_is_believed),
        fake_test(the_chassis_may_have_it),
        fake_test(the_older_word_is_of_the_chassis),
        fake_test(an_led_that_only_blinks_blinks),
        fake_test(a_refusal_is_one),
        fake_test(no_led_is_said_to_be_none),
        fake_test(nothing_puts_it_out_by_itself)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
