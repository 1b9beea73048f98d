
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bmcgate.h"
#include "base/clock.h"


static void
durations_are_read(void **state)
{
    assert_int_equal(bmc_duration_parse("30"), 30000);
    assert_int_equal(bmc_duration_parse("30s"), 30000);
    assert_int_equal(bmc_duration_parse("1500ms"), 1500);
    assert_int_equal(bmc_duration_parse("5m"), 300000);
    assert_int_equal(bmc_duration_parse("2h"), 7200000);
    assert_int_equal(bmc_duration_parse("1d"), 86400000);
    assert_int_equal(bmc_duration_parse("0"), 0);
}


static void
what_is_no_duration_is_refused(void **state)
{
    assert_int_equal(bmc_duration_parse(""), -1);
    assert_int_equal(bmc_duration_parse("s"), -1);
    assert_int_equal(bmc_duration_parse("-1s"), -1);
    assert_int_equal(bmc_duration_parse("+1s"), -1);
    assert_int_equal(bmc_duration_parse("1 s"), -1);
    assert_int_equal(bmc_duration_parse("1.5s"), -1);
    assert_int_equal(bmc_duration_parse("1w"), -1);
    assert_int_equal(bmc_duration_parse("1sec"), -1);
    assert_int_equal(bmc_duration_parse("99999999999999999999"), -1);
    assert_int_equal(bmc_duration_parse("9223372036854775807"), -1);
    assert_int_equal(bmc_duration_parse("9223372036854775d"), -1);
}


static void
ages_are_short(void **state)
{
    char  t[32];

    assert_string_equal(bmc_duration_text(1234, t), "1.2s");
    assert_string_equal(bmc_duration_text(0, t), "0.0s");
    assert_string_equal(bmc_duration_text(-5, t), "0.0s");
    assert_string_equal(bmc_duration_text(45678, t), "45s");
    assert_string_equal(bmc_duration_text(119999, t), "119s");
    assert_string_equal(bmc_duration_text(180000, t), "3m");
    assert_string_equal(bmc_duration_text(7200000, t), "2h");
    assert_string_equal(bmc_duration_text(5 * 86400000LL, t), "5d");
    assert_string_equal(bmc_duration_text(INT64_MAX, t), "106751991167d");
}


static void
times_are_iso_8601(void **state)
{
    char  t[32];

    assert_string_equal(bmc_wall_text(1767323045678, t),
                        "2026-01-02T03:04:05.678Z");
    assert_string_equal(bmc_wall_text(0, t), "1970-01-01T00:00:00.000Z");
    assert_string_equal(bmc_wall_text(-1, t), "1969-12-31T23:59:59.999Z");
    assert_string_equal(bmc_wall_text(253402300799999, t),
                        "9999-12-31T23:59:59.999Z");
    assert_string_equal(bmc_wall_text(253402300800000, t), "-");
    assert_string_equal(bmc_wall_text(INT64_MAX, t), "-");
    assert_string_equal(bmc_wall_text(INT64_MIN, t), "-");
}


static void
clocks_run(void **state)
{
    int64_t  a, b;

    a = bmc_now();
    b = bmc_now();

    assert_true(a > 0);
    assert_true(b >= a);
    assert_true(bmc_wall() > 1577836800000);
}


static void
every_error_has_its_words_and_numbers(void **state)
{
    int                 rc;
    const bmc_error_t  *e;

    for (rc = 0; rc < BMC_RC_MAX; rc++) {
        e = bmc_error((bmc_rc_t) rc);

        assert_non_null(e->name);
        assert_true(strlen(e->text) > 5);
        assert_int_equal(e->exit, (rc <= BMC_DENIED) ? rc : 1);
        assert_true(e->http >= 200 && e->http < 600);
        assert_true((e->http == 200) == (rc == BMC_OK));
        assert_true((e->snmp == 0) == (rc == BMC_OK));
        assert_true((e->pam == 0) == (rc == BMC_OK));
        assert_true((e->ipmi == 0) == (rc == BMC_OK));
    }

    assert_int_equal(bmc_error(BMC_BUSY)->http, 409);
    assert_int_equal(bmc_error(BMC_LIMITED)->http, 429);
    assert_int_equal(bmc_error(BMC_DENIED)->snmp, 6);
    assert_int_equal(bmc_error(BMC_BAD_LOGIN)->pam, 7);
    assert_int_equal(bmc_error(BMC_UNREACHABLE)->ipmi, 0xd3);
    assert_string_equal(bmc_error(BMC_BAD_LOGIN)->name, "bad-login");
    assert_ptr_equal(bmc_error((bmc_rc_t) 1000), bmc_error(BMC_FAILED));
    assert_ptr_equal(bmc_error((bmc_rc_t) -1), bmc_error(BMC_FAILED));
}


static void
states_have_names_and_strange_ones_are_unknown(void **state)
{
    assert_string_equal(bmc_power_name(BMC_POWER_IS_OFF), "off");
    assert_string_equal(bmc_power_name((bmc_power_t) 77), "unknown");
    assert_string_equal(bmc_reach_name(BMC_REACH_REFUSED), "refused");
    assert_string_equal(bmc_reach_name((bmc_reach_t) 77), "unknown");
    assert_string_equal(bmc_health_name(BMC_HEALTH_CRITICAL), "critical");
    assert_string_equal(bmc_health_name((bmc_health_t) 77), "unknown");
    assert_string_equal(bmc_led_name(BMC_LED_TIMED), "timed");
    assert_string_equal(bmc_led_name((bmc_led_t) 77), "unknown");
    assert_string_equal(bmc_op_state_name(BMC_OP_UNVERIFIED), "unverified");
    assert_string_equal(bmc_op_state_name((bmc_op_state_t) 77), "none");
    assert_string_equal(bmc_sensor_state_name(BMC_SENSOR_FATAL), "fatal");
    assert_string_equal(bmc_sensor_state_name((bmc_sensor_state_t) 77),
                        "unknown");
    assert_string_equal(bmc_unit_name(BMC_UNIT_CELSIUS), "degrees C");
    assert_string_equal(bmc_unit_name(BMC_UNIT_OTHER), "");
    assert_string_equal(bmc_unit_name((bmc_unit_kind_t) 77), "");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(ages_are_short),
        cmocka_unit_test(times_are_iso_8601),
        cmocka_unit_test(clocks_run),
        cmocka_unit_test(every_error_has_its_words_and_numbers),
        cmocka_unit_test(states_have_names_and_strange_ones_are_unknown)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
