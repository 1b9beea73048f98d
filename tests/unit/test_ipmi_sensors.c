
/*
 * Copyright (C) the bmcgate authors
 *
 * Sensors, watts and the event log, as the IPMI driver's verbs read them
 * of a BMC in this process.
 */


#include "ipmi_fake.h"

#include <math.h>

/* -- sensors */

/*
 * A repository of four records: a full one, a device locator that is no
 * sensor, a compact discrete one, and watts of the system board.
 */

static uint8_t        records[4][64];
static const uint8_t  record_len[4] = { 57, 20, 35, 54 };


static void
make_records(void)
{
    size_t  i;

    memset(records, 0, sizeof(records));

    for (i = 0; i < 4; i++) {
        records[i][0] = (uint8_t) (10 + i);
        records[i][2] = 0x51;
        records[i][4] = record_len[i] - 5;
        records[i][5] = 0x20;
    }

    records[0][3] = 0x01;
    records[0][7] = 1;
    records[0][8] = 3;
    records[0][11] = 0x68;           /* thresholds settable */
    records[0][12] = 0x01;
    records[0][13] = 0x01;
    records[0][18] = 0x18;           /* upper two readable */
    records[0][21] = 1;
    records[0][24] = 1;
    records[0][47] = 0xc9;
    memcpy(records[0] + 48, "CPU1 Temp", 9);

    records[1][3] = 0x12;

    records[2][3] = 0x02;
    records[2][7] = 2;
    records[2][8] = 10;
    records[2][12] = 0x08;
    records[2][13] = 0x6f;
    records[2][20] = 0xc0;
    records[2][23] = 0x01;
    records[2][31] = 0xc3;
    memcpy(records[2] + 32, "PSU", 3);

    records[3][3] = 0x01;
    records[3][7] = 3;
    records[3][8] = 7;               /* system board */
    records[3][12] = 0x0b;
    records[3][13] = 0x01;
    records[3][21] = 6;
    records[3][24] = 2;
    records[3][47] = 0xc6;
    memcpy(records[3] + 48, "Pwr In", 6);
}


static uint8_t   sdr_stamp;          /* of the repository */
static uint8_t   sdr_most;           /* bytes it gives at once */
static unsigned  sdr_lose;           /* reservations it cancels */
static bool      sdr_circle;


static void
says_sdr_info(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 0x51, 4, 0, 0xff, 0xff, sdr_stamp, 0, 0, 1, 0, 0, 0, 0,
               0x02);
}


static void
says_reservation(const fake_command_t *c, fake_answer_t *a)
{
    bmc.count++;
    fake_bytes(a, (uint8_t) bmc.count, 0x77);
}


static void
says_record(const fake_command_t *c, fake_answer_t *a)
{
    size_t    i, n;
    uint16_t  id, next;

    id = (uint16_t) bmc_ipmi_le16(c->data + 2);
    i = id == 0 ? 0 : id - 10u;
    n = c->data[5];

    if (sdr_lose > 0) {
        sdr_lose--;
        a->code = BMC_IPMI_LOST;
        return;
    }

    assert_int_equal(c->data[0], bmc.count & 0xff);
    assert_int_equal(c->len, 6);

    if (i > 3) {
        a->code = BMC_IPMI_ABSENT;
        return;
    }

    if (n > sdr_most) {
        a->code = BMC_IPMI_TOO_MANY;
        return;
    }

    assert_true(c->data[4] < record_len[i]);

    if (n == 0xff || n > (size_t) record_len[i] - c->data[4]) {
        n = record_len[i] - c->data[4];
    }

    next = i == 3 ? sdr_circle ? 13 : 0xffff : (uint16_t) (i + 11);
    a->data[0] = next & 0xff;
    a->data[1] = next >> 8;
    memcpy(a->data + 2, records[i] + c->data[4], n);
    a->len = n + 2;
}


static void
says_reading(const fake_command_t *c, fake_answer_t *a)
{
    if (c->data[0] == 1) {
        fake_bytes(a, 85, 0xc0, 0xc8);

    } else if (c->data[0] == 2) {
        fake_bytes(a, 0, 0xc0, 0x01, 0x80);

    } else {
        fake_bytes(a, 60, 0xc0, 0xc0);
    }
}


/* the mask: upper non-critical 80 and critical 90 */

static void
says_thresholds(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 0x18, 0, 0, 0, 80, 90, 0);
}


static const bmc_command_t  sdr_bmc[] = {
    { 0x0a, 0x20, says_sdr_info }, { 0x0a, 0x22, says_reservation },
    { 0x0a, 0x23, says_record }, { 0x04, 0x2d, says_reading },
    { 0x04, 0x27, says_thresholds }
};


static void
sdr_bmc_is(void)
{
    bmc_is(sdr_bmc);
    make_records();
    sdr_stamp = 1;
    sdr_most = 0xff;
    sdr_lose = 0;
    sdr_circle = false;
}


static void
assert_sensors(void)
{
    const bmc_sensor_t  *s;

    assert_int_equal(fake.call.answer.nsensors, 3);
    assert_int_equal(fake.call.answer.has,
                     BMC_HAS_SENSORS|BMC_HAS_HEALTH);
    assert_int_equal(fake.call.answer.health, BMC_HEALTH_WARNING);

    s = fake.call.answer.sensors;
    assert_string_equal(s[0].name, "CPU1 Temp");
    assert_float_equal(s[0].value, 85, 0);
    assert_float_equal(s[0].threshold[BMC_HIGH_CRITICAL], 90, 0);
    assert_float_equal(s[0].threshold[BMC_HIGH_WARNING], 80, 0);
    assert_true(isnan(s[0].threshold[BMC_LOW_CRITICAL]));
    assert_int_equal(s[0].state, BMC_SENSOR_WARNING);
    assert_int_equal(s[0].unit, BMC_UNIT_CELSIUS);

    assert_string_equal(s[1].name, "PSU");
    assert_int_equal(s[1].discrete, 1);
    assert_int_equal(s[1].state, BMC_SENSOR_OK);

    assert_string_equal(s[2].name, "Pwr In");
    assert_float_equal(s[2].value, 120, 0);
}


static void
sensors_are_read_and_their_records_only_once(void **state)
{
    sdr_bmc_is();

    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_sensors();
    assert_string_equal(fake.sent, "0a/20 0a/22 0a/23 0a/23 0a/23 0a/23 "
                        "04/27 04/2d 04/2d 04/2d");

    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_sensors();
    assert_string_equal(fake.sent, "0a/20 04/2d 04/2d 04/2d");
    assert_int_equal(fake.changes, 0);
}


static void
a_changed_repository_is_read_again(void **state)
{
    sdr_bmc_is();
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);

    sdr_stamp = 2;
    memcpy(records[0] + 48, "CPU9", 4);
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_int_equal(fake.call.answer.nsensors, 3);
    assert_string_equal(fake.call.answer.sensors[0].name, "CPU9 Temp");
}


static void
records_are_read_in_parts_where_that_is_all_a_bmc_can(void **state)
{
    static const uint8_t  most[] = { 0xfe, 60, 32, 16, 15, 8, 5, 4 };
    size_t                i;

    for (i = 0; i < sizeof(most); i++) {
        sdr_bmc_is();
        sdr_most = most[i];
        bmc_ipmi_forget(&fake.kept);

        assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
        assert_sensors();
    }

    sdr_bmc_is();
    sdr_most = 3;
    bmc_ipmi_forget(&fake.kept);
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_REFUSED);
    assert_int_equal(fake.code, BMC_IPMI_TOO_MANY);
}


static void
a_lost_reservation_is_taken_again(void **state)
{
    sdr_bmc_is();
    sdr_lose = 15;
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_sensors();

    bmc_ipmi_forget(&fake.kept);
    sdr_bmc_is();
    sdr_lose = 1000000;
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_REFUSED);
    assert_int_equal(fake.code, BMC_IPMI_LOST);
    assert_true(fake.commands < 64);
}


static void
a_repository_that_runs_in_circles_ends(void **state)
{
    sdr_bmc_is();
    sdr_circle = true;
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_sensors();
}


/* ten thousand records that are no sensors follow each other in a circle */

static void
says_locators(const fake_command_t *c, fake_answer_t *a)
{
    unsigned  id;

    id = (bmc_ipmi_le16(c->data + 2) + 1) % 9999 + 1;
    fake_bytes(a, id & 0xff, (uint8_t) (id >> 8), 0, 0, 0x51, 0x12, 1, 0);
}


static void
a_repository_without_an_end_ends(void **state)
{
    static const bmc_command_t  b[] = {
        { 0x0a, 0x20, says_sdr_info }, { 0x0a, 0x22, says_reservation },
        { 0x0a, 0x23, says_locators }
    };

    bmc_is(b);
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_int_equal(fake.call.answer.nsensors, 0);
    assert_true(fake.commands < 5000);
}


/* a deadline ends the walk; the next call goes on where it was */

static void
a_walk_is_continued_after_a_deadline(void **state)
{
    sdr_bmc_is();
    sdr_most = 16;

    fake_run_until(BMC_SENSORS_READ, "", 10);
    assert_int_equal(fake.ended, 0);

    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_sensors();
    assert_true(fake.commands < 20);

    /* before it, the BMC is busy and not silent */

    bmc_ipmi_forget(&fake.kept);
    sdr_bmc_is();
    fake.hurry = 4;
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_BUSY);
    assert_non_null(strstr(fake.text,
                           "sensor records: 2 of 4 were read in time"));

    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_sensors();
}


static void
says_device_info(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 3, 0x01);
}


static void
sensors_without_a_repository_are_found_in_the_device(void **state)
{
    static const bmc_command_t  b[] = {
        { 0x04, 0x20, says_device_info }, { 0x04, 0x22, says_reservation },
        { 0x04, 0x21, says_record }, { 0x04, 0x2d, says_reading },
        { 0x04, 0x27, says_thresholds }
    };

    sdr_bmc_is();
    bmc_is(b);
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_sensors();
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_string_equal(fake.sent, "04/20 04/2d 04/2d 04/2d");
}


static void
a_sensor_that_cannot_be_read_is_unknown(void **state)
{
    static const bmc_command_t  b[] = {
        { 0x0a, 0x20, says_sdr_info }, { 0x0a, 0x23, says_record }
    };

    sdr_bmc_is();
    bmc_is(b);
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_int_equal(fake.call.answer.nsensors, 3);
    assert_int_equal(fake.call.answer.sensors[0].state, BMC_SENSOR_UNKNOWN);
    assert_int_equal(fake.call.answer.has, BMC_HAS_SENSORS);
}


static void
another_controllers_sensors_are_not_asked(void **state)
{
    sdr_bmc_is();
    records[0][5] = 0x2c;
    records[2][5] = 0x2c;

    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_int_equal(fake.call.answer.nsensors, 3);
    assert_int_equal(fake.call.answer.sensors[0].state, BMC_SENSOR_UNKNOWN);
    assert_int_equal(fake.call.answer.sensors[2].state, BMC_SENSOR_OK);
}


/* linearisation 0x70: the factors are asked for each reading; M is 3 */

static void
says_factors(const fake_command_t *c, fake_answer_t *a)
{
    assert_int_equal(c->data[1], 60);
    fake_bytes(a, 0x3d, 3, 0, 0, 0, 0, 0);
}


static void
non_linear_sensors_tell_their_factors(void **state)
{
    static const bmc_command_t  b[] = {
        { 0x0a, 0x20, says_sdr_info }, { 0x0a, 0x22, says_reservation },
        { 0x0a, 0x23, says_record }, { 0x04, 0x2d, says_reading },
        { 0x04, 0x23, says_factors }
    };

    sdr_bmc_is();
    bmc_is(b);
    records[3][23] = 0x70;
    assert_int_equal(fake_run(BMC_SENSORS_READ, ""), BMC_OK);
    assert_float_equal(fake.call.answer.sensors[2].value, 180, 0);
}


/* -- watts */

/* now 250, min 100, max 400, average 260, of 5000 ms; active */

static void
says_dcmi(const fake_command_t *c, fake_answer_t *a)
{
    assert_memory_equal(c->data, "\xdc\x01\x00\x00", 4);
    fake_bytes(a, 0xdc, 250, 0, 100, 0, 0x90, 1, 4, 1, 0, 0, 0, 0, 0x88,
               0x13, 0, 0, bmc.code);
}


static void
watts_come_from_dcmi(void **state)
{
    static const bmc_command_t  b[] = { { 0x2c, 0x02, says_dcmi } };

    bmc_is(b);
    bmc.code = 0x40;
    assert_int_equal(fake_run(BMC_POWER_READING, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"average\":260,\"interval\":5,"
                        "\"max\":400,\"min\":100,\"watts\":250}");
    assert_float_equal(fake.call.answer.watts, 250, 0);
    assert_int_equal(fake.call.answer.has, BMC_HAS_WATTS);

    bmc.code = 0;                    /* not measuring */
    assert_int_equal(fake_run(BMC_POWER_READING, ""), BMC_UNSUPPORTED);
}


static void
watts_come_from_a_sensor_without_dcmi(void **state)
{
    sdr_bmc_is();
    assert_int_equal(fake_run(BMC_POWER_READING, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"watts\":120.0}");
    assert_int_equal(fake.command.data[0], 3);

    records[3][8] = 10;              /* a supply's */
    sdr_stamp = 9;
    assert_int_equal(fake_run(BMC_POWER_READING, ""), BMC_UNSUPPORTED);
}


/* -- the log */

static const uint8_t  sel_records[2][16] = {
    { 0x01, 0, 2, 0, 0, 0x20, 0x69, 0x20, 0, 4, 1, 1, 1, 0x59, 91, 90 },
    { 0x02, 0, 2, 0xff, 0xff, 0xff, 0xff, 0x20, 0, 4, 8, 9, 0x6f, 1, 0, 0 }
};

static uint16_t  sel_next;           /* after the second */


static void
says_sel_info(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 0x51, 2, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x02);
}


static void
says_entry(const fake_command_t *c, fake_answer_t *a)
{
    unsigned  id;

    id = bmc_ipmi_le16(c->data + 2);
    a->data[0] = id < 2 ? 2 : sel_next & 0xff;
    a->data[1] = id < 2 ? 0 : sel_next >> 8;
    memcpy(a->data + 2, sel_records[id == 2], 16);
    a->len = 18;
}


/* 0x69200000 is 1763704832: 2025-11-21T06:00:32Z */

#define SEL_JSON                                                              \
    "{\"entries\":[{\"id\":1,\"message\":\"Upper Critical going high, "       \
    "reading 91, threshold 90 degrees C\",\"sensor\":\"CPU1 Temp\","          \
    "\"severity\":\"critical\",\"time\":\"2025-11-21T06:00:32Z\"},"           \
    "{\"id\":2,\"message\":\"Failure detected\",\"sensor\":"                  \
    "\"Power Supply #0x09\",\"severity\":\"critical\"}]}"


static void
the_log_is_read_with_its_sensors_names(void **state)
{
    size_t  i;

    static const bmc_command_t  b[] = {
        { 0x0a, 0x20, says_sdr_info }, { 0x0a, 0x22, says_reservation },
        { 0x0a, 0x23, says_record },
        { 0x0a, 0x40, says_sel_info }, { 0x0a, 0x43, says_entry }
    };

    /* an end, itself, the first, and one that was before */

    static const uint16_t  ends[] = { 0xffff, 2, 0, 1 };

    sdr_bmc_is();
    bmc_is(b);

    for (i = 0; i < 3; i++) {
        sel_next = ends[i];
        assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_OK);
        assert_string_equal(fake_json(), SEL_JSON);
    }

    sel_next = 1;
    assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_OK);
    assert_true(fake.commands < 10);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        fake_test(sensors_are_read_and_their_records_only_once),
        fake_test(a_changed_repository_is_read_again),
        fake_test(records_are_read_in_parts_where_that_is_all_a_bmc_can),
        fake_test(a_lost_reservation_is_taken_again),
        fake_test(a_repository_that_runs_in_circles_ends),
        fake_test(a_repository_without_an_end_ends),
        fake_test(a_walk_is_continued_after_a_deadline),
        fake_test(sensors_without_a_repository_are_found_in_the_device),
        fake_test(a_sensor_that_cannot_be_read_is_unknown),
        fake_test(another_controllers_sensors_are_not_asked),
        fake_test(non_linear_sensors_tell_their_factors),
        fake_test(watts_come_from_dcmi),
        fake_test(watts_come_from_a_sensor_without_dcmi),
        fake_test(the_log_is_read_with_its_sensors_names)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
