
/*
 * Copyright (C) the bmcgate authors
 *
 * Sensor records of IPMI 2.0, chapter 43, byte by byte.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/events.h"
#include "drivers/ipmi/sdr.h"


/*
 * Record 0x0102, version 0x51, full, 53 bytes follow; owner 0x20, LUN 1,
 * sensor 0x0a; entity 3 (processor), instance 1; thresholds readable and
 * settable (byte 12 is 0x68: bits 3:2 are 2); temperature, threshold;
 * readable are lower critical, upper non-critical and upper critical (byte
 * 19 is 0x1a); unsigned degrees C; linear; M 1, B 0, exponents 0; upper
 * non-recoverable 0x5f, critical 0x5a, non-critical 0x50, lower 1, 5, 10;
 * "CPU1 Temp" in 8-bit ASCII (0xc9).
 */

static const uint8_t  full[] = {
    0x02, 0x01, 0x51, 0x01, 0x34, 0x20, 0x01, 0x0a, 0x03, 0x01, 0x7f, 0x68,
    0x01, 0x01, 0x00, 0x7a, 0x00, 0x7a, 0x1a, 0x3f, 0x00, 0x01, 0x00, 0x00,
    0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0x00,
    0x5f, 0x5a, 0x50, 0x01, 0x05, 0x0a, 0x02, 0x02, 0x00, 0x00, 0x00, 0xc9,
    'C', 'P', 'U', '1', ' ', 'T', 'e', 'm', 'p'
};


/*
 * Compact, 0x1d bytes follow; three sensors from number 0x40 on share it
 * (byte 24: count 3, numeric modifier), modifier offset 1, instances
 * counted up (bit 7); "PSU" in 8-bit ASCII; power supply, sensor-specific.
 */

static const uint8_t  compact[] = {
    0x03, 0x00, 0x51, 0x02, 0x1e, 0x20, 0x00, 0x40, 0x0a, 0x01, 0x00, 0x00,
    0x08, 0x6f, 0x00, 0x00, 0x00, 0x00, 0xff, 0x00, 0xc0, 0x00, 0x00, 0x03,
    0x81, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xc3, 'P', 'S', 'U'
};


static bmc_ipmi_sensor_t  found[BMC_IPMI_SDR_SHARED];


#define decode(record)  bmc_ipmi_sdr_decode(record, sizeof(record), found)


static void
a_full_record_is_understood(void **state)
{
    assert_int_equal(decode(full), 1);

    assert_string_equal(found[0].name, "CPU1 Temp");
    assert_int_equal(found[0].record, 0x0102);
    assert_int_equal(found[0].owner, 0x20);
    assert_int_equal(found[0].lun, 1);
    assert_int_equal(found[0].number, 0x0a);
    assert_int_equal(found[0].entity, 3);
    assert_int_equal(found[0].type, 1);
    assert_int_equal(found[0].access, BMC_IPMI_SETTABLE_THRESHOLDS);
    assert_int_equal(found[0].told, 0x1a);
    assert_int_equal(found[0].threshold[BMC_IPMI_UNR], 0x5f);
    assert_int_equal(found[0].threshold[BMC_IPMI_UCR], 0x5a);
    assert_int_equal(found[0].threshold[BMC_IPMI_UNC], 0x50);
    assert_int_equal(found[0].threshold[BMC_IPMI_LNR], 1);
    assert_int_equal(found[0].threshold[BMC_IPMI_LCR], 5);
    assert_int_equal(found[0].threshold[BMC_IPMI_LNC], 10);
    assert_int_equal(bmc_ipmi_sensor_unit(&found[0]), BMC_UNIT_CELSIUS);
    assert_float_equal(bmc_ipmi_sensor_value(&found[0], 0x28), 40, 0);
}


static void
a_compact_record_stands_for_several_sensors(void **state)
{
    assert_int_equal(decode(compact), 3);

    assert_string_equal(found[0].name, "PSU1");
    assert_string_equal(found[2].name, "PSU3");
    assert_int_equal(found[0].number, 0x40);
    assert_int_equal(found[2].number, 0x42);
    assert_int_equal(found[2].instance, 3);
    assert_false(bmc_ipmi_sensor_analog(&found[0]));
}


static void
shared_sensors_are_lettered_too(void **state)
{
    uint8_t  r[sizeof(compact)];

    memcpy(r, compact, sizeof(r));
    r[23] = 0x13;                    /* alphabetic */
    r[24] = 25;                      /* Z comes first */

    assert_int_equal(decode(r), 3);
    assert_string_equal(found[0].name, "PSUZ");
    assert_string_equal(found[1].name, "PSUAA");
    assert_string_equal(found[2].name, "PSUAB");
}


static void
an_event_only_record_has_a_name(void **state)
{
    static const uint8_t  r[] = {
        0x04, 0x00, 0x51, 0x03, 0x10, 0x20, 0x00, 0x50, 0x22, 0x00, 0x12,
        0x6f, 0x00, 0x00, 0x00, 0x00, 0xc4, 'B', 'o', 'o', 't'
    };

    assert_int_equal(decode(r), 1);
    assert_string_equal(found[0].name, "Boot");
    assert_int_equal(found[0].type, 0x12);
    assert_int_equal(found[0].event, 0x6f);
    assert_int_equal(found[0].number, 0x50);
}


static void
records_cut_short_are_no_sensors(void **state)
{
    size_t   len;
    uint8_t *r;

    for (len = 0; len < sizeof(full); len++) {
        r = malloc(len + 1);
        assert_non_null(r);
        memcpy(r, full, len);
        (void) bmc_ipmi_sdr_decode(r + 0, len, found);
        assert_int_equal(bmc_ipmi_sdr_decode(r, len, found), len > 47);
        free(r);
    }
}


static void
other_records_are_no_sensors(void **state)
{
    unsigned  type;
    uint8_t   r[sizeof(full)];

    memcpy(r, full, sizeof(r));

    for (type = 0; type < 256; type++) {
        if (type < 1 || type > 3) {
            r[3] = (uint8_t) type;
            assert_int_equal(decode(r), 0);
        }
    }
}


/* M is 10 bits: 0x3ff is -1, 0x200 is -512; exponents are 4: 0xf is -1 */

static void
factors_are_signed(void **state)
{
    bmc_ipmi_sensor_t     s;
    static const uint8_t  a[] = { 0xff, 0xc0, 0x00, 0x80, 0x00, 0xf8 };
    static const uint8_t  b[] = { 0xff, 0x40, 0xff, 0x7f, 0xff, 0x78 };

    memset(&s, 0, sizeof(s));

    bmc_ipmi_sensor_factors(&s, a);
    assert_int_equal(s.m, -1);
    assert_int_equal(s.b, -512);
    assert_int_equal(s.r_exp, -1);
    assert_int_equal(s.b_exp, -8);

    bmc_ipmi_sensor_factors(&s, b);
    assert_int_equal(s.m, 0x1ff);
    assert_int_equal(s.b, 0x1ff);
    assert_int_equal(s.r_exp, 7);
}


/* (M x + B 10^Bexp) 10^Rexp: (2 * 100 + 3 * 10) / 100 is 2.3 */

static void
a_reading_is_converted(void **state)
{
    bmc_ipmi_sensor_t  s;

    memset(&s, 0, sizeof(s));
    s.m = 2;
    s.b = 3;
    s.b_exp = 1;
    s.r_exp = -2;

    assert_float_equal(bmc_ipmi_sensor_value(&s, 100), 2.3, 1e-9);
}


/* 0xff is 255, -0 and -1; 0x80 is 128, -127 and -128 */

static void
raw_values_have_three_formats(void **state)
{
    bmc_ipmi_sensor_t  s;

    memset(&s, 0, sizeof(s));
    s.m = 1;

    assert_float_equal(bmc_ipmi_sensor_value(&s, 0xff), 255, 0);
    s.units[0] = 0x40;
    assert_float_equal(bmc_ipmi_sensor_value(&s, 0xff), 0, 0);
    assert_float_equal(bmc_ipmi_sensor_value(&s, 0x80), -127, 0);
    assert_float_equal(bmc_ipmi_sensor_value(&s, 0x7f), 127, 0);
    s.units[0] = 0x80;
    assert_float_equal(bmc_ipmi_sensor_value(&s, 0xff), -1, 0);
    assert_float_equal(bmc_ipmi_sensor_value(&s, 0x80), -128, 0);
    s.units[0] = 0xc0;
    assert_true(isnan(bmc_ipmi_sensor_value(&s, 1)));
}


/* 212 F and 373.15 K are 100 C; a rate of them is another unit */

static void
temperatures_are_celsius(void **state)
{
    bmc_ipmi_sensor_t  s;

    memset(&s, 0, sizeof(s));
    s.m = 1;
    s.units[1] = 2;
    assert_int_equal(bmc_ipmi_sensor_unit(&s), BMC_UNIT_CELSIUS);
    assert_float_equal(bmc_ipmi_sensor_value(&s, 212), 100, 1e-9);
    assert_float_equal(bmc_ipmi_sensor_value(&s, 32), 0, 1e-9);

    s.m = 2;
    s.units[1] = 3;
    assert_int_equal(bmc_ipmi_sensor_unit(&s), BMC_UNIT_CELSIUS);
    assert_float_equal(bmc_ipmi_sensor_value(&s, 150), 26.85, 1e-9);

    s.units[0] = 0x18;
    assert_int_equal(bmc_ipmi_sensor_unit(&s), BMC_UNIT_OTHER);
    assert_float_equal(bmc_ipmi_sensor_value(&s, 150), 300, 1e-9);
}


/*
 * A locator, record 7: controller 0x20, FRU 3 behind it (byte 8 is 0x88:
 * logical, LUN 1), entity 10.2, "PSU".
 */

static void
a_fru_locator_is_understood(void **state)
{
    size_t              len;
    uint8_t             r[19];
    bmc_ipmi_locator_t  l;

    static const uint8_t  locator[] = {
        0x07, 0x00, 0x51, 0x11, 0x0e, 0x20, 0x03, 0x88, 0x00, 0x00, 0x10,
        0x00, 0x0a, 0x02, 0x00, 0xc3, 'P', 'S', 'U'
    };

    assert_true(bmc_ipmi_sdr_locator(locator, sizeof(locator), &l));
    assert_int_equal(l.id, 3);
    assert_int_equal(l.lun, 1);
    assert_int_equal(l.entity, 10);
    assert_int_equal(l.instance, 2);
    assert_string_equal(l.name, "PSU");

    for (len = 0; len < sizeof(locator); len++) {
        uint8_t  *part = malloc(len + 1);

        assert_non_null(part);
        memcpy(part + 1, locator, len);
        assert_int_equal(bmc_ipmi_sdr_locator(part + 1, len, &l), len > 15);
        free(part);
    }

    /* another record; another controller; a chip on a bus */

    memcpy(r, locator, sizeof(r));
    r[3] = 0x12;
    assert_false(bmc_ipmi_sdr_locator(r, sizeof(r), &l));

    memcpy(r, locator, sizeof(r));
    r[5] = 0x82;
    assert_false(bmc_ipmi_sdr_locator(r, sizeof(r), &l));

    memcpy(r, locator, sizeof(r));
    r[7] = 0x08;
    assert_false(bmc_ipmi_sdr_locator(r, sizeof(r), &l));
}


static void
all_twelve_linearisations_are_known(void **state)
{
    size_t             i;
    bmc_ipmi_sensor_t  s;

    static const double  of_eight[] = {
        8, 2.0794415, 0.90308999, 3, 2980.9580, 1e8, 256, 0.125, 64, 512,
        2.8284271, 2
    };

    memset(&s, 0, sizeof(s));
    s.m = 1;

    for (i = 0; i < 12; i++) {
        s.linear = (uint8_t) i;
        assert_true(fabs(bmc_ipmi_sensor_value(&s, 8) - of_eight[i])
                    < of_eight[i] * 1e-6);
    }
}


static void
what_has_no_value_is_not_a_number(void **state)
{
    bmc_ipmi_sensor_t  s;

    memset(&s, 0, sizeof(s));
    s.m = 1;

    s.linear = 7;                    /* 1/0 */
    assert_true(isnan(bmc_ipmi_sensor_value(&s, 0)));
    s.linear = 1;                    /* ln 0 */
    assert_true(isnan(bmc_ipmi_sensor_value(&s, 0)));
    s.units[0] = 0x80;
    s.linear = 10;                   /* sqrt -1 */
    assert_true(isnan(bmc_ipmi_sensor_value(&s, 0xff)));
}


static void
percentages_and_rates_have_other_units(void **state)
{
    bmc_ipmi_sensor_t  s;

    memset(&s, 0, sizeof(s));
    s.units[1] = 18;
    assert_int_equal(bmc_ipmi_sensor_unit(&s), BMC_UNIT_RPM);
    s.units[0] = 0x01;
    assert_int_equal(bmc_ipmi_sensor_unit(&s), BMC_UNIT_PERCENT);
    s.units[0] = 0x18;               /* per second */
    assert_int_equal(bmc_ipmi_sensor_unit(&s), BMC_UNIT_OTHER);
    s.units[0] = 0;
    s.units[1] = 8;                  /* coulombs */
    assert_int_equal(bmc_ipmi_sensor_unit(&s), BMC_UNIT_OTHER);
}


#define read_as(s, ...)                                                       \
    bmc_ipmi_sensor_read(s, (const uint8_t[]) { __VA_ARGS__ },                \
        sizeof((const uint8_t[]) { __VA_ARGS__ }), &out)


/* 0xc0: scanning, events on; then which thresholds are passed */

static void
states_are_what_the_bmc_says(void **state)
{
    bmc_sensor_t  out;

    assert_int_equal(decode(full), 1);

    assert_true(read_as(found, 0x28, 0xc0, 0xc0));
    assert_int_equal(out.state, BMC_SENSOR_OK);
    assert_float_equal(out.value, 40, 0);
    assert_float_equal(out.threshold[BMC_HIGH_CRITICAL], 90, 0);
    assert_float_equal(out.threshold[BMC_HIGH_WARNING], 80, 0);
    assert_float_equal(out.threshold[BMC_LOW_CRITICAL], 5, 0);
    assert_true(isnan(out.threshold[BMC_HIGH_FATAL]));
    assert_true(isnan(out.threshold[BMC_LOW_WARNING]));

    assert_true(read_as(found, 0x52, 0xc0, 0xc8));
    assert_int_equal(out.state, BMC_SENSOR_WARNING);
    assert_true(read_as(found, 0x5b, 0xc0, 0xd8));
    assert_int_equal(out.state, BMC_SENSOR_CRITICAL);
    assert_true(read_as(found, 0x60, 0xc0, 0xf8));
    assert_int_equal(out.state, BMC_SENSOR_FATAL);
    assert_true(read_as(found, 0x03, 0xc0, 0xc3));
    assert_int_equal(out.state, BMC_SENSOR_CRITICAL);
}


static void
without_a_state_thresholds_are_compared(void **state)
{
    bmc_sensor_t  out;

    assert_int_equal(decode(full), 1);

    assert_true(read_as(found, 0x28, 0xc0));
    assert_int_equal(out.state, BMC_SENSOR_OK);
    assert_true(read_as(found, 0x50, 0xc0));
    assert_int_equal(out.state, BMC_SENSOR_WARNING);
    assert_true(read_as(found, 0x05, 0xc0));
    assert_int_equal(out.state, BMC_SENSOR_CRITICAL);
}


static void
a_sensor_without_a_reading_is_unknown(void **state)
{
    bmc_sensor_t  out;

    assert_int_equal(decode(full), 1);

    assert_true(read_as(found, 0x28, 0xe0, 0xc0));   /* unavailable */
    assert_int_equal(out.state, BMC_SENSOR_UNKNOWN);
    assert_true(isnan(out.value));
    assert_true(read_as(found, 0x28, 0x80, 0xc0));   /* not scanned */
    assert_int_equal(out.state, BMC_SENSOR_UNKNOWN);
    assert_false(read_as(found, 0x28));
}


/* power supply: 0 presence, 1 failure; byte 3 has states 8 to 14 */

/* ten to the power of 100 is more than a float can hold */

static void
a_reading_beyond_all_bounds_is_none(void **state)
{
    bmc_sensor_t  out;

    assert_int_equal(decode(full), 1);
    found[0].linear = 5;

    assert_true(read_as(found, 100, 0xc0, 0xc0));
    assert_true(isnan(out.value));
    assert_true(read_as(found, 3, 0xc0, 0xc0));
    assert_float_equal(out.value, 1000, 0);
}


static void
discrete_states_are_judged(void **state)
{
    bmc_sensor_t  out;

    assert_int_equal(decode(compact), 3);

    assert_true(read_as(found, 0x00, 0xc0, 0x01, 0x80));
    assert_int_equal(out.state, BMC_SENSOR_OK);
    assert_int_equal(out.discrete, 1);
    assert_int_equal(out.unit, BMC_UNIT_NONE);

    assert_true(read_as(found, 0x00, 0xc0, 0x03, 0x80));
    assert_int_equal(out.state, BMC_SENSOR_CRITICAL);
    assert_int_equal(out.discrete, 3);

    assert_true(read_as(found, 0x00, 0xc0, 0x05, 0x81));
    assert_int_equal(out.state, BMC_SENSOR_WARNING);
    assert_int_equal(out.discrete, 0x0105);
}


#define assert_text(type, expected, ...)                                      \
    do {                                                                      \
        char  text_[40];                                                      \
                                                                              \
        bmc_ipmi_string(type, (const uint8_t[]) { __VA_ARGS__ },              \
            sizeof((const uint8_t[]) { __VA_ARGS__ }), text_,                 \
            sizeof(text_));                                                   \
        assert_string_equal(text_, expected);                                 \
    } while (0)


/*
 * The book's own example of 6-bit ASCII: "IPMI" is 29 dc a6.  I is 0x49 -
 * 0x20 = 0x29, P 0x30, M 0x2d: 0x29 | 0x30 << 6 | 0x2d << 12 | 0x29 << 18.
 */

static void
names_come_in_four_encodings(void **state)
{
    assert_text(BMC_IPMI_SIX_BIT, "IPMI", 0x29, 0xdc, 0xa6);
    assert_text(BMC_IPMI_BCD, "12-3.4", 0x12, 0xb3, 0xc4);
    assert_text(BMC_IPMI_LATIN1, "L\xc3\xbc" "fter", 'L', 0xfc, 'f', 't',
                'e', 'r', ' ', ' ');
    assert_text(BMC_IPMI_UTF16, "\xe9\xa2\xa8" "1", 0xa8, 0x98, '1', 0);
    assert_text(BMC_IPMI_BINARY, "0aff", 0x0a, 0xff);
    assert_text(BMC_IPMI_LATIN1, "a", 'a', 0, 'b');
    assert_text(BMC_IPMI_LATIN1, "ab", 'a', 0x1b, 'b', 0x07);
    assert_text(BMC_IPMI_UTF16, "a", 'a', 0, 0x00, 0xd8, 'b');
}


static void
long_names_end_in_a_whole_character(void **state)
{
    char     text[6];
    uint8_t  s[32];

    memset(s, 0xfc, sizeof(s));
    bmc_ipmi_string(BMC_IPMI_LATIN1, s, sizeof(s), text, sizeof(text));
    assert_string_equal(text, "\xc3\xbc\xc3\xbc");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_full_record_is_understood),
        cmocka_unit_test(a_compact_record_stands_for_several_sensors),
        cmocka_unit_test(shared_sensors_are_lettered_too),
        cmocka_unit_test(an_event_only_record_has_a_name),
        cmocka_unit_test(records_cut_short_are_no_sensors),
        cmocka_unit_test(other_records_are_no_sensors),
        cmocka_unit_test(factors_are_signed),
        cmocka_unit_test(a_reading_is_converted),
        cmocka_unit_test(raw_values_have_three_formats),
        cmocka_unit_test(temperatures_are_celsius),
        cmocka_unit_test(a_fru_locator_is_understood),
        cmocka_unit_test(all_twelve_linearisations_are_known),
        cmocka_unit_test(what_has_no_value_is_not_a_number),
        cmocka_unit_test(percentages_and_rates_have_other_units),
        cmocka_unit_test(states_are_what_the_bmc_says),
        cmocka_unit_test(without_a_state_thresholds_are_compared),
        cmocka_unit_test(a_sensor_without_a_reading_is_unknown),
        cmocka_unit_test(a_reading_beyond_all_bounds_is_none),
        cmocka_unit_test(discrete_states_are_judged),
        cmocka_unit_test(names_come_in_four_encodings),
        cmocka_unit_test(long_names_end_in_a_whole_character)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
