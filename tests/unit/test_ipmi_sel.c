
/*
 * Copyright (C) the bmcgate authors
 *
 * Records of the system event log, IPMI 2.0, chapter 32 and table 42.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/events.h"


/*
 * Record 0x0201, system event, 0x6920_0000 is a time in 2025; generator
 * 0x20, LUN 0, format 4; temperature (1), sensor 0x0a, asserted threshold
 * (1); data 1 is 0x59: reading in 2, threshold in 3, offset 9.
 */

static const uint8_t  hot[BMC_IPMI_SEL_RECORD] = {
    0x01, 0x02, 0x02, 0x00, 0x00, 0x20, 0x69, 0x20, 0x00, 0x04, 0x01, 0x0a,
    0x01, 0x59, 0x5b, 0x5a
};


static bmc_ipmi_event_t  event;


static void
decode(const uint8_t *record, const bmc_ipmi_sensor_t *s)
{
    assert_true(bmc_ipmi_sel_decode(record, BMC_IPMI_SEL_RECORD, &event));
    bmc_ipmi_sel_text(&event, s, record);
}


static void
a_threshold_event_tells_its_reading(void **state)
{
    bmc_ipmi_sensor_t  s;

    memset(&s, 0, sizeof(s));
    s.m = 1;
    s.units[1] = 1;

    decode(hot, &s);
    assert_int_equal(event.id, 0x0201);
    assert_int_equal(event.time, 0x69200000);
    assert_int_equal(event.generator, 0x20);
    assert_int_equal(event.sensor, 0x0a);
    assert_int_equal(event.severity, BMC_HEALTH_CRITICAL);
    assert_string_equal(event.message, "Upper Critical going high, "
        "reading 91, threshold 90 degrees C");

    decode(hot, NULL);
    assert_string_equal(event.message, "Upper Critical going high");
}


static void
what_is_over_is_no_alarm(void **state)
{
    uint8_t  r[BMC_IPMI_SEL_RECORD];

    memcpy(r, hot, sizeof(r));
    r[12] |= 0x80;

    decode(r, NULL);
    assert_true(event.deasserted);
    assert_int_equal(event.severity, BMC_HEALTH_OK);
    assert_string_equal(event.message,
        "Upper Critical going high, deasserted");
}


/* unspecified, never set, and counted since the BMC started */

static void
a_clock_that_was_not_set_tells_no_time(void **state)
{
    size_t   i;
    uint8_t  r[BMC_IPMI_SEL_RECORD];

    static const uint8_t  times[][4] = {
        { 0xff, 0xff, 0xff, 0xff }, { 0, 0, 0, 0 }, { 0x10, 0x0e, 0, 0 },
        { 0, 0, 0, 0x20 }
    };

    memcpy(r, hot, sizeof(r));

    for (i = 0; i < 4; i++) {
        memcpy(r + 3, times[i], 4);
        decode(r, NULL);
        assert_int_equal(event.time, 0);
    }

    memcpy(r + 3, "\x01\x00\x00\x20", 4);
    decode(r, NULL);
    assert_int_equal(event.time, 0x20000001);
}


static void
states_have_names_and_weights(void **state)
{
    bmc_health_t  severity;

    assert_string_equal(bmc_ipmi_event_text(0x08, 0x6f, 1, &severity),
                        "Failure detected");
    assert_int_equal(severity, BMC_HEALTH_CRITICAL);

    assert_string_equal(bmc_ipmi_event_text(0x0c, 0x6f, 0, &severity),
                        "Correctable ECC");
    assert_int_equal(severity, BMC_HEALTH_WARNING);

    assert_string_equal(bmc_ipmi_event_text(0xc0, 0x0b, 0, &severity),
                        "Fully Redundant");
    assert_int_equal(severity, BMC_HEALTH_OK);

    assert_null(bmc_ipmi_event_text(0xc0, 0x6f, 0, &severity));
    assert_null(bmc_ipmi_event_text(0x01, 0x70, 0, &severity));
    assert_null(bmc_ipmi_event_text(0x23, 0x6f, 4, &severity));
}


static void
every_type_has_a_name(void **state)
{
    unsigned  i;

    for (i = 1; i <= 0x2c; i++) {
        assert_non_null(bmc_ipmi_type_text((uint8_t) i));
    }

    assert_string_equal(bmc_ipmi_type_text(0x01), "Temperature");
    assert_string_equal(bmc_ipmi_type_text(0x2c), "FRU State");
    assert_null(bmc_ipmi_type_text(0));
    assert_null(bmc_ipmi_type_text(0x2d));
    assert_null(bmc_ipmi_type_text(0xff));
}


static void
unknown_events_show_their_bytes(void **state)
{
    uint8_t  r[BMC_IPMI_SEL_RECORD];

    memcpy(r, hot, sizeof(r));
    r[12] = 0x70;

    decode(r, NULL);
    assert_string_equal(event.message,
        "event 09 of type 70, data 59 5b 5a");
    assert_int_equal(event.severity, BMC_HEALTH_OK);
}


/* data 1 is 0xc0 when data 2 is a code of the table */

static void
firmware_tells_what_it_was_at(void **state)
{
    uint8_t  r[BMC_IPMI_SEL_RECORD];

    memcpy(r, hot, sizeof(r));
    r[10] = 0x0f;
    r[12] = 0x6f;
    r[13] = 0xc2;
    r[14] = 0x09;
    decode(r, NULL);
    assert_string_equal(event.message,
                        "System Firmware Progress, Video initialization");

    r[13] = 0xc0;
    r[14] = 0x02;
    decode(r, NULL);
    assert_string_equal(event.message, "System Firmware Error (POST Error), "
                        "No usable system memory");

    r[14] = 0xfe;
    decode(r, NULL);
    assert_string_equal(event.message, "System Firmware Error (POST Error)");

    r[13] = 0x02;
    r[14] = 0x09;
    decode(r, NULL);
    assert_string_equal(event.message, "System Firmware Progress");
}


/* data 1 says which of the others are of the table: bits 7:6 and 5:4 are 3 */

static void
other_data_is_told_where_the_table_knows_it(void **state)
{
    size_t   i;
    uint8_t  r[BMC_IPMI_SEL_RECORD];

    static const struct {
        uint8_t      type, data[3];
        const char  *message;
    } events[] = {
        { 0x05, { 0xc4, 2, 0xff },
          "System unplugged from LAN, network controller 2" },
        { 0x08, { 0x36, 0xff, 0x03 },
          "Config Error, power supply rating mismatch" },
        { 0x08, { 0x36, 0xff, 0x05 }, "Config Error" },
        { 0x08, { 0x31, 0xff, 0x03 }, "Failure detected" },
        { 0x0c, { 0x30, 0xff, 0x11 }, "Correctable ECC, memory module 17" },
        { 0x0c, { 0x00, 0xff, 0x11 }, "Correctable ECC" },
        { 0x0c, { 0x20, 0xff, 0x11 },
          "Correctable ECC, OEM data 3 is 0x11" },
        { 0x0c, { 0x80, 0x12, 0xff },
          "Correctable ECC, OEM data 2 is 0x12" },
        { 0x10, { 0xc0, 5, 0xff },
          "Correctable memory error logging disabled, memory module 5" },
        { 0x10, { 0x35, 0xff, 75 }, "Log almost full, 75 % full" },
        { 0x12, { 0xc5, 0x80, 0xff },
          "Timestamp Clock Sync, second of a pair" },
        { 0x1d, { 0xc7, 0x04, 0xff }, "System Restart, by a watchdog" },
        { 0x1d, { 0xc7, 0x00, 0xff }, "System Restart" },
        { 0x21, { 0xf0, 0x09, 0x03 }, "Fault Status, PCI Express, slot 3" },
        { 0x23, { 0xc1, 0x03, 0xff }, "Hard reset, OS load" },
        { 0x2b, { 0xc1, 0x02, 0xff },
          "Firmware or software change detected, "
          "management controller firmware revision" },
        { 0x2c, { 0xc6, 0x70, 0xff },
          "Deactivation in Progress, unexpected extraction" }
    };

    memcpy(r, hot, sizeof(r));
    r[12] = 0x6f;

    for (i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        r[10] = events[i].type;
        memcpy(r + 13, events[i].data, 3);
        decode(r, NULL);
        assert_string_equal(event.message, events[i].message);
    }

    /* of a threshold event they are readings */

    r[10] = 0x0c;
    r[12] = 0x01;
    r[13] = 0x30;
    decode(r, NULL);
    assert_string_equal(event.message, "Lower Non-critical going low");
}


/* type 0xc1 has a time and a manufacturer, 0xe0 13 bytes of its own */

static void
oem_records_show_their_bytes(void **state)
{
    static const uint8_t  timed[BMC_IPMI_SEL_RECORD] = {
        0x05, 0x00, 0xc1, 0x00, 0x00, 0x20, 0x69, 0xa2, 0x02, 0x00,
        1, 2, 3, 4, 5, 0xff
    };
    static const uint8_t  bare[BMC_IPMI_SEL_RECORD] = {
        0x06, 0x00, 0xe0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
    };
    static const uint8_t  odd[BMC_IPMI_SEL_RECORD] = {
        0x07, 0x00, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
    };

    decode(timed, NULL);
    assert_false(event.system);
    assert_int_equal(event.time, 0x69200000);
    assert_string_equal(event.message,
        "OEM record c1 of manufacturer 0002a2: 01 02 03 04 05 ff");

    decode(bare, NULL);
    assert_int_equal(event.time, 0);
    assert_string_equal(event.message,
        "OEM record e0: 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d");

    decode(odd, NULL);
    assert_string_equal(event.message,
        "unknown record 42: 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d");
}


static void
records_cut_short_are_refused(void **state)
{
    size_t    len;
    uint8_t  *r;

    for (len = 0; len < BMC_IPMI_SEL_RECORD; len++) {
        r = malloc(len + 1);
        assert_non_null(r);
        memcpy(r, hot, len);
        assert_false(bmc_ipmi_sel_decode(r, len, &event));
        free(r);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_threshold_event_tells_its_reading),
        cmocka_unit_test(what_is_over_is_no_alarm),
        cmocka_unit_test(a_clock_that_was_not_set_tells_no_time),
        cmocka_unit_test(states_have_names_and_weights),
        cmocka_unit_test(every_type_has_a_name),
        cmocka_unit_test(unknown_events_show_their_bytes),
        cmocka_unit_test(firmware_tells_what_it_was_at),
        cmocka_unit_test(other_data_is_told_where_the_table_knows_it),
        cmocka_unit_test(oem_records_show_their_bytes),
        cmocka_unit_test(records_cut_short_are_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
