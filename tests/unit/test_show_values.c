
/*
 * Copyright (C) the bmcgate authors
 *
 * Watts, sensors, dates and numbers as text: floats that are none, too.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "show/pen.h"
#include "show/show.h"


static char  text_out[4096];


static void
text_begin(bmc_buf_t *b)
{
    bmc_buf_fix(b, text_out, sizeof(text_out) - 1);
}


static const char *
text_end(const bmc_buf_t *b)
{
    assert_true(b->len < sizeof(text_out));
    text_out[b->len] = '\0';

    return text_out;
}


static void
text_watts(float value, const char *expected)
{
    *bmc_pen_watts(text_out, "w", value) = '\0';
    assert_string_equal(text_out, expected);
}


static void
watts_are_rounded_to_a_tenth(void **state)
{
    text_watts(0, "w0");
    text_watts(-0.0F, "w0");
    text_watts(0.04F, "w0");
    text_watts(0.05F, "w0.1");
    text_watts(250, "w250");
    text_watts(250.5F, "w250.5");
    text_watts(99.96F, "w100");
    text_watts(1e8F, "w100000000");
}


static void
watts_that_are_none_are_left_out(void **state)
{
    text_watts(NAN, "");
    text_watts(INFINITY, "");
    text_watts(-INFINITY, "");
    text_watts(-1, "");
    text_watts(1e9F, "");
    text_watts(3e38F, "");
}


static void
text_is(const char *json, const char *s, size_t n)
{
    json_t  *o;

    o = json_loads(json, JSON_DECODE_ANY, NULL);
    assert_non_null(o);
    assert_int_equal(json_string_length(o), n);
    assert_memory_equal(json_string_value(o), s, n);
    json_decref(o);
}


/* every letter stands everywhere once, and a null is an end */

static void
a_field_is_the_string_it_holds(void **state)
{
    char    field[64];
    size_t  max, n, len;
    int     c;

    for (max = 8; max <= sizeof(field); max += 8) {
        for (n = 0; n < max; n++) {
            for (c = 0; c < 128; c++) {
                memset(field, 'x', sizeof(field));
                field[n] = (char) c;
                len = strnlen(field, max);

                *bmc_pen_field(text_out, field, max) = '\0';
                text_is(text_out, field, len);

                *bmc_pen_json(text_out, field, len) = '\0';
                text_is(text_out, field, len);
            }
        }
    }
}


static void
a_byte_that_is_no_character_does_not_break_a_field(void **state)
{
    char    field[16];
    size_t  n;

    for (n = 0; n < sizeof(field); n++) {
        memset(field, 'x', sizeof(field));
        field[n] = '\xff';

        *bmc_pen_field(text_out, field, sizeof(field)) = '\0';
        assert_int_equal(strlen(text_out), sizeof(field) + 4);
        assert_memory_equal(text_out + 1 + n, "\xef\xbf\xbd", 3);
    }
}


/* not a byte of what lies behind them */

static void
a_short_string_is_whole(void **state)
{
    char    *copy;
    size_t   n;

    for (n = 1; n < 40; n++) {
        copy = malloc(n);
        assert_non_null(copy);
        memset(copy, 'x', n);

        *bmc_pen_json(text_out, copy, n) = '\0';
        text_is(text_out, copy, n);
        free(copy);
    }
}


static json_t *
text_sensors(const bmc_sensor_t *s, size_t n)
{
    json_t     *tree;
    bmc_buf_t   b;

    text_begin(&b);
    bmc_show_sensors(&b, s, n);
    (void) text_end(&b);
    tree = json_loads(text_out, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(tree);

    return tree;
}


static void
text_sensor(bmc_sensor_t *s)
{
    size_t  i;

    memset(s, 0, sizeof(bmc_sensor_t));
    s->value = NAN;

    for (i = 0; i < BMC_THRESHOLDS; i++) {
        s->threshold[i] = NAN;
    }
}


static void
a_sensor_shows_only_what_it_has(void **state)
{
    json_t        *tree, *o;
    bmc_sensor_t   s[2];

    text_sensor(&s[0]);
    text_sensor(&s[1]);
    (void) snprintf(s[0].name, sizeof(s[0].name), "CPU Temp");
    s[0].value = 40.5F;
    s[0].unit = BMC_UNIT_CELSIUS;
    s[0].state = BMC_SENSOR_WARNING;
    s[0].type = 1;
    s[0].threshold[BMC_HIGH_WARNING] = 40;
    s[0].threshold[BMC_LOW_FATAL] = -5;

    tree = text_sensors(s, 2);
    assert_int_equal(json_array_size(tree), 2);
    o = json_array_get(tree, 0);
    assert_string_equal(json_string_value(json_object_get(o, "name")),
                        "CPU Temp");
    assert_true(json_number_value(json_object_get(o, "value")) == 40.5);
    assert_string_equal(json_string_value(json_object_get(o, "unit")),
                        "degrees C");
    assert_string_equal(json_string_value(json_object_get(o, "state")),
                        "warning");
    o = json_object_get(o, "thresholds");
    assert_int_equal(json_object_size(o), 2);
    assert_int_equal(json_integer_value(json_object_get(o, "high_warning")),
                     40);
    assert_int_equal(json_integer_value(json_object_get(o, "low_fatal")),
                     -5);

    assert_int_equal(json_object_size(json_array_get(tree, 1)), 2);
    json_decref(tree);

    tree = text_sensors(s, 0);
    assert_int_equal(json_array_size(tree), 0);
    json_decref(tree);
}


static void
a_sensors_garbage_is_json_all_the_same(void **state)
{
    json_t        *tree;
    bmc_sensor_t   s;

    memset(&s, 0xff, sizeof(s));
    tree = text_sensors(&s, 1);
    assert_null(json_object_get(json_array_get(tree, 0), "value"));
    json_decref(tree);

    text_sensor(&s);
    memset(s.name, '"', sizeof(s.name));
    s.value = INFINITY;
    s.threshold[BMC_LOW_WARNING] = -INFINITY;
    s.threshold[BMC_HIGH_FATAL] = 3.4e38F;
    tree = text_sensors(&s, 1);
    assert_int_equal(json_string_length(json_object_get(
        json_array_get(tree, 0), "name")), sizeof(s.name));
    assert_int_equal(json_object_size(json_object_get(
        json_array_get(tree, 0), "thresholds")), 1);
    json_decref(tree);
}


static void
dates_are_those_of_the_c_library(void **state)
{
    char       expected[40];
    int64_t    day;
    bmc_buf_t  b;

    for (day = 0; day < 2932897; day += day < 60000 ? 1 : 97) {
        text_begin(&b);
        bmc_show_wall(&b, "", day * 86400000 + day % 86400 * 1000 + 7);
        expected[0] = '"';
        (void) bmc_wall_text(day * 86400000 + day % 86400 * 1000 + 7,
            expected + 1);
        memcpy(expected + strlen(expected), "\"", 2);
        assert_string_equal(text_end(&b), expected);
    }

    /* the year 10000 is not shown, nor is what was never */

    text_begin(&b);
    bmc_show_wall(&b, "", INT64_C(2932897) * 86400000);
    bmc_show_wall(&b, "", 0);
    bmc_show_wall(&b, "", -1);
    bmc_show_wall(&b, "", INT64_MAX);
    assert_int_equal(b.len, 0);
}


static void
numbers_are_those_of_the_c_library(void **state)
{
    size_t     i;
    char       expected[32];
    bmc_buf_t  b;

    static const int64_t  numbers[] = {
        0, 1, -1, 9, 10, 99, 100, -100, INT64_MAX, INT64_MIN
    };

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        text_begin(&b);
        bmc_show_int(&b, numbers[i]);
        (void) snprintf(expected, sizeof(expected), "%lld",
            (long long) numbers[i]);
        assert_string_equal(text_end(&b), expected);
    }

    text_begin(&b);
    bmc_show_seconds(&b, "", 1299);
    bmc_show_seconds(&b, " ", -5);
    assert_string_equal(text_end(&b), "1.2 0.0");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(watts_are_rounded_to_a_tenth),
        cmocka_unit_test(watts_that_are_none_are_left_out),
        cmocka_unit_test(a_field_is_the_string_it_holds),
        cmocka_unit_test(a_byte_that_is_no_character_does_not_break_a_field),
        cmocka_unit_test(a_short_string_is_whole),
        cmocka_unit_test(a_sensor_shows_only_what_it_has),
        cmocka_unit_test(a_sensors_garbage_is_json_all_the_same),
        cmocka_unit_test(dates_are_those_of_the_c_library),
        cmocka_unit_test(numbers_are_those_of_the_c_library),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
