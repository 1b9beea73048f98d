
/*
 * Copyright (C) the bmcgate authors
 *
 * What doors pass on: hosts, results, operations and events as text.
 */


#include "core_rig.h"

#include <time.h>

#include "show/show.h"


#define TEXT  16384


static char  text[TEXT];


static json_t *
parse(size_t len)
{
    json_t        *o;
    json_error_t   error;

    assert_true(len <= TEXT);
    o = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);

    if (o == NULL) {
        (void) dprintf(2, "%s: %.*s\n", error.text, (int) len, text);
    }

    assert_non_null(o);

    return o;
}


static const char *
word(const json_t *o, const char *key)
{
    const char  *s;

    s = json_string_value(json_object_get(o, key));

    return s != NULL ? s : "(none)";
}


static double
number(const json_t *o, const char *key)
{
    return json_number_value(json_object_get(o, key));
}


/* as if its BMC had said so */

static const bmc_hostconf_t *
tell(const char *name, const bmc_view_t *v)
{
    uint32_t               slot;
    const bmc_hostconf_t  *h;

    h = bmc_host(rig.base, name);
    assert_non_null(h);
    slot = bmc_slot_of(rig.b, h, true);
    assert_int_not_equal(slot, BMC_SLOT_NONE);
    bmc_board_write(rig.b->board, slot, v);

    return h;
}


static bmc_view_t
known(void)
{
    bmc_view_t  v;

    memset(&v, 0, sizeof(v));
    v.power = BMC_POWER_IS_ON;
    v.power_at = bmc_now() - 1250;
    v.power_since = bmc_now() - 86400000;
    v.reach = BMC_REACH_YES;
    v.health = BMC_HEALTH_WARNING;
    v.watts = 250.25F;
    v.watts_at = bmc_now() - 2000;
    v.facts_at = v.led_at = v.boot_at = v.tried_at = v.power_at;
    v.answered_at = v.power_at;
    v.led = BMC_LED_ON;
    v.boot_efi = 2;
    v.last_op = 77;
    (void) snprintf(v.boot, sizeof(v.boot), "pxe");
    (void) snprintf(v.driver, sizeof(v.driver), "sim");
    (void) snprintf(v.vendor, sizeof(v.vendor), "ACME \"Inc\"");
    (void) snprintf(v.model, sizeof(v.model), "R\\1");
    (void) snprintf(v.serial, sizeof(v.serial), "S1");
    (void) snprintf(v.firmware, sizeof(v.firmware), "1.2");
    (void) snprintf(v.uuid, sizeof(v.uuid), "u-u");

    return v;
}


static void
power_has_its_age_and_since_when(void **state)
{
    char        since[32];
    json_t     *o;
    bmc_view_t  v;

    v = known();
    o = parse(bmc_show_power(&v, text, TEXT));

    assert_string_equal(word(o, "power"), "on");
    assert_string_equal(word(o, "driver"), "sim");
    assert_true(json_is_true(json_object_get(o, "reachable")));
    assert_true(number(o, "age") >= 1.2 && number(o, "age") < 60);

    (void) bmc_wall_text(bmc_wall() - 86400000, since);
    since[13] = '\0';                /* the hour is near enough */
    assert_true(strncmp(word(o, "since"), since, 10) == 0
                || strcmp(word(o, "since"), since) > 0);
    json_decref(o);

    v.reach = BMC_REACH_REFUSED;
    o = parse(bmc_show_power(&v, text, TEXT));
    assert_true(json_is_true(json_object_get(o, "reachable")));
    json_decref(o);

    v.reach = BMC_REACH_NO;
    o = parse(bmc_show_power(&v, text, TEXT));
    assert_true(json_is_false(json_object_get(o, "reachable")));
    json_decref(o);
}


static void
what_is_not_known_is_left_out(void **state)
{
    size_t                  len;
    json_t                 *o;
    bmc_view_t              v;
    const bmc_hostconf_t   *h;

    memset(&v, 0, sizeof(v));
    len = bmc_show_power(&v, text, TEXT);
    assert_int_equal(len, strlen("{\"power\":\"unknown\"}"));
    assert_memory_equal(text, "{\"power\":\"unknown\"}", len);

    rig_open("host n1 { " RIG_SIM "}", 0);
    h = bmc_host(rig.base, "n1");

    o = parse(bmc_show_host(rig.b, h, text, TEXT));
    assert_int_equal(json_object_size(o), 5);
    assert_string_equal(word(o, "name"), "n1");
    assert_string_equal(word(o, "power"), "unknown");
    assert_string_equal(word(o, "health"), "unknown");
    assert_string_equal(word(o, "driver"), "sim");
    assert_int_equal(json_array_size(json_object_get(o, "groups")), 0);
    json_decref(o);

    o = parse(bmc_show_host_all(rig.b, h, text, TEXT));
    assert_int_equal(json_object_size(o), 6);
    json_decref(o);
}


static void
a_row_has_what_a_list_shows(void **state)
{
    json_t                 *o;
    bmc_view_t              v;
    const bmc_hostconf_t   *h;

    rig_open("host n1 { address 10.0.0.7; mac 92:33:b8:0e:df:8f; "
        "groups rack1 gpu; " RIG_SIM "}", 0);
    v = known();
    h = tell("n1", &v);
    o = parse(bmc_show_host(rig.b, h, text, TEXT));

    assert_string_equal(word(o, "name"), "n1");
    assert_string_equal(word(o, "power"), "on");
    assert_string_equal(word(o, "health"), "warning");
    assert_string_equal(word(o, "address"), "10.0.0.7");
    assert_string_equal(word(o, "mac"), "92:33:b8:0e:df:8f");
    assert_string_equal(word(o, "vendor"), "ACME \"Inc\"");
    assert_string_equal(word(o, "model"), "R\\1");
    assert_true(number(o, "watts") == 250.3);
    assert_string_equal(json_string_value(json_array_get(
        json_object_get(o, "groups"), 1)), "gpu");
    assert_null(json_object_get(o, "serial"));
    json_decref(o);

    v.watts = 250;
    (void) tell("n1", &v);
    o = parse(bmc_show_host(rig.b, h, text, TEXT));
    assert_true(json_is_integer(json_object_get(o, "watts")));
    json_decref(o);

    v.watts = -1;
    (void) tell("n1", &v);
    o = parse(bmc_show_host(rig.b, h, text, TEXT));
    assert_null(json_object_get(o, "watts"));
    json_decref(o);
}


static void
all_that_is_known_has_its_age(void **state)
{
    json_t                 *o, *part;
    bmc_view_t              v;
    bmc_sensor_t            s[2];
    const bmc_hostconf_t   *h;

    rig_open("host n1 { groups rack1; " RIG_SIM "}", 0);
    v = known();
    v.sensors_at = bmc_now() - 3000;
    v.failures = 3;
    v.error = BMC_UNREACHABLE;
    v.retry_at = bmc_now() + 29500;
    (void) snprintf(v.message, sizeof(v.message), "no answer");
    h = tell("n1", &v);

    memset(s, 0, sizeof(s));
    (void) snprintf(s[0].name, sizeof(s[0].name), "CPU");
    s[0].value = 40.5F;
    s[0].unit = BMC_UNIT_CELSIUS;
    s[0].state = BMC_SENSOR_OK;
    (void) snprintf(s[1].name, sizeof(s[1].name), "Fan");
    bmc_board_write_sensors(rig.b->board, bmc_slot_of(rig.b, h, false), s,
        2);

    o = parse(bmc_show_host_all(rig.b, h, text, TEXT));
    assert_string_equal(word(o, "serial"), "S1");
    assert_string_equal(word(o, "identify"), "on");
    assert_true(number(o, "facts_age") >= 1.2);
    assert_true(number(o, "identify_age") >= 1.2);
    assert_true(number(o, "watts_age") >= 2);
    assert_true(number(o, "sensors_age") >= 3);
    assert_int_equal(number(o, "last_operation"), 77);
    assert_int_equal(number(o, "failures"), 3);

    part = json_object_get(o, "error");
    assert_string_equal(word(part, "code"), "unreachable");
    assert_string_equal(word(part, "message"), "no answer");
    assert_true(number(part, "retry_after") == 30
                || number(part, "retry_after") == 29);

    part = json_object_get(o, "boot");
    assert_string_equal(word(part, "device"), "pxe");
    assert_string_equal(word(part, "mode"), "uefi");

    part = json_array_get(json_object_get(o, "sensors"), 0);
    assert_string_equal(word(part, "name"), "CPU");
    assert_true(number(part, "value") == 40.5);
    assert_int_equal(json_array_size(json_object_get(o, "sensors")), 2);
    json_decref(o);
}


static void
a_result_tells_what_became_of_it(void **state)
{
    json_t        *o, *error;
    bmc_view_t     v;
    bmc_result_t   r;

    memset(&r, 0, sizeof(r));
    v = known();
    r.host = "n1";
    r.driver = "sim";
    r.text = "";
    r.view = &v;
    r.op = 12;
    r.accepted = true;
    o = parse(bmc_show_result(&r, BMC_POWER_CYCLE, text, TEXT));
    assert_string_equal(word(o, "verb"), "power.cycle");
    assert_true(json_is_true(json_object_get(o, "accepted")));
    assert_true(json_is_false(json_object_get(o, "verified")));
    assert_int_equal(number(o, "op"), 12);
    assert_string_equal(word(o, "power"), "on");
    assert_null(json_object_get(o, "error"));
    json_decref(o);

    r.rc = BMC_UNREACHABLE;
    r.retry_after = 30;
    o = parse(bmc_show_result(&r, BMC_POWER_STATUS, text, TEXT));
    error = json_object_get(o, "error");
    assert_string_equal(word(error, "code"), "unreachable");
    assert_string_equal(word(error, "message"),
        bmc_error(BMC_UNREACHABLE)->text);
    assert_int_equal(number(error, "retry_after"), 30);
    assert_null(json_object_get(o, "accepted"));
    json_decref(o);
}


static void
a_result_carries_the_verbs_data(void **state)
{
    json_t        *o;
    bmc_result_t   r;

    memset(&r, 0, sizeof(r));
    r.host = "n1";
    r.driver = "";
    r.text = "";
    r.json = "{\"device\":\"pxe\",\"persistent\":true}";
    r.json_len = strlen(r.json);
    o = parse(bmc_show_result(&r, BMC_BOOT_GET, text, TEXT));
    assert_int_equal(json_object_size(o), 3);
    assert_string_equal(word(o, "device"), "pxe");
    json_decref(o);

    /* nothing, and what is no object, adds nothing */

    r.json = "{}";
    r.json_len = 2;
    o = parse(bmc_show_result(&r, BMC_BOOT_GET, text, TEXT));
    assert_int_equal(json_object_size(o), 1);
    json_decref(o);

    r.json = "[1, 2]";
    r.json_len = 6;
    o = parse(bmc_show_result(&r, BMC_BOOT_GET, text, TEXT));
    assert_int_equal(json_object_size(o), 1);
    json_decref(o);
}


static void
an_error_names_code_host_and_when_to_try_again(void **state)
{
    json_t  *o, *error;

    o = parse(bmc_show_error(BMC_UNREACHABLE, "n7", "no answer", 30, text,
        TEXT));
    assert_int_equal(json_object_size(o), 1);
    error = json_object_get(o, "error");
    assert_string_equal(word(error, "code"), "unreachable");
    assert_string_equal(word(error, "message"), "no answer");
    assert_string_equal(word(error, "host"), "n7");
    assert_int_equal(number(error, "retry_after"), 30);
    json_decref(o);

    o = parse(bmc_show_error(BMC_DENIED, NULL, NULL, 0, text, TEXT));
    error = json_object_get(o, "error");
    assert_int_equal(json_object_size(error), 2);
    assert_string_equal(word(error, "message"), bmc_error(BMC_DENIED)->text);
    json_decref(o);
}


static void
an_operation_tells_its_steps(void **state)
{
    json_t         *o, *steps;
    bmc_op_info_t   op;

    rig_open("host n1 { " RIG_SIM "}", 0);
    memset(&op, 0, sizeof(op));
    op.id = 1234567890123;
    op.group = 1234567890000;
    op.asked = 1700000000000;
    op.sent = 1700000000250;
    op.ended = 1700000001000;
    op.state = BMC_OP_FAILED;
    op.rc = BMC_REFUSED;
    op.verb = BMC_POWER_CYCLE;
    (void) snprintf(op.host, sizeof(op.host), "n1");
    (void) snprintf(op.actor, sizeof(op.actor), "key:ha");
    (void) snprintf(op.text, sizeof(op.text), "not now");

    o = parse(bmc_show_op(rig.b, &op, text, TEXT));
    assert_true(json_integer_value(json_object_get(o, "id"))
                == 1234567890123);
    assert_true(json_integer_value(json_object_get(o, "part_of"))
                == 1234567890000);
    assert_string_equal(word(o, "host"), "n1");
    assert_string_equal(word(o, "who"), "key:ha");
    assert_string_equal(word(o, "state"), "failed");
    assert_string_equal(word(o, "error"), "refused");
    assert_string_equal(word(o, "asked"), "2023-11-14T22:13:20.000Z");
    assert_string_equal(word(o, "sent"), "2023-11-14T22:13:20.250Z");
    assert_null(json_object_get(o, "members"));

    steps = json_object_get(o, "steps");
    assert_int_equal(json_array_size(steps), 3);
    assert_string_equal(word(json_array_get(steps, 0), "state"), "asked");
    assert_string_equal(word(json_array_get(steps, 2), "state"), "failed");
    assert_string_equal(word(json_array_get(steps, 2), "at"),
        "2023-11-14T22:13:21.000Z");
    json_decref(o);
}


static void
events_tell_what_was_and_what_is(void **state)
{
    json_t       *o;
    bmc_event_t   e;

    memset(&e, 0, sizeof(e));
    e.id = 5;
    e.time = 1700000000000;
    e.kind = BMC_EVENT_POWER;
    e.was = BMC_POWER_IS_ON;
    e.is = BMC_POWER_IS_OFF;
    (void) snprintf(e.host, sizeof(e.host), "n1");
    o = parse(bmc_show_event(&e, text, TEXT));
    assert_string_equal(word(o, "kind"), "power");
    assert_string_equal(word(o, "was"), "on");
    assert_string_equal(word(o, "is"), "off");
    assert_null(json_object_get(o, "op"));
    json_decref(o);

    e.kind = BMC_EVENT_REACH;
    e.is = BMC_REACH_NO;
    o = parse(bmc_show_event(&e, text, TEXT));
    assert_string_equal(word(o, "kind"), "reachable");
    assert_string_equal(word(o, "is"), bmc_reach_name(BMC_REACH_NO));
    json_decref(o);

    e.kind = BMC_EVENT_HEALTH;
    e.is = BMC_HEALTH_CRITICAL;
    o = parse(bmc_show_event(&e, text, TEXT));
    assert_string_equal(word(o, "is"), "critical");
    json_decref(o);

    e.kind = BMC_EVENT_OPERATION;
    e.op = 9;
    e.verb = BMC_POWER_RESET;
    e.is = BMC_OP_VERIFIED;
    o = parse(bmc_show_event(&e, text, TEXT));
    assert_int_equal(number(o, "op"), 9);
    assert_string_equal(word(o, "verb"), "power.reset");
    assert_string_equal(word(o, "is"), "verified");
    assert_null(json_object_get(o, "was"));
    json_decref(o);
}


static void
a_session_shows_whose_it_is_and_no_secret(void **state)
{
    json_t              *o;
    bmc_session_info_t   s;

    memset(&s, 0, sizeof(s));
    s.id = 3;
    s.kind = BMC_ACTOR_USER;
    s.created = s.used = 1700000000000;
    s.expires = 1700001800000;
    (void) snprintf(s.name, sizeof(s.name), "svc");
    o = parse(bmc_show_session(&s, text, TEXT));
    assert_string_equal(word(o, "user"), "svc");
    assert_string_equal(word(o, "kind"), "user");
    assert_string_equal(word(o, "expires"), "2023-11-14T22:43:20.000Z");
    json_decref(o);

    s.kind = BMC_ACTOR_KEY;
    o = parse(bmc_show_session(&s, text, TEXT));
    assert_string_equal(word(o, "name"), "svc");
    json_decref(o);
}


/* strings without an end, bytes that are no UTF-8, numbers that are none */

static void
nothing_a_bmc_says_breaks_the_text(void **state)
{
    unsigned                c;
    bmc_view_t              v;
    bmc_event_t             e;
    bmc_session_info_t      s;
    const bmc_hostconf_t   *h;

    rig_open("host n1 { " RIG_SIM "}", 0);

    for (c = 1; c < 256; c++) {
        memset(&v, (int) c, sizeof(v));
        json_decref(parse(bmc_show_power(&v, text, TEXT)));

        h = tell("n1", &v);
        json_decref(parse(bmc_show_host(rig.b, h, text, TEXT)));
        json_decref(parse(bmc_show_host_all(rig.b, h, text, TEXT)));

        memset(&e, (int) c, sizeof(e));
        json_decref(parse(bmc_show_event(&e, text, TEXT)));

        memset(&s, (int) c, sizeof(s));
        json_decref(parse(bmc_show_session(&s, text, TEXT)));
    }
}


/* whatever the room is: the same length, and not a byte behind it */

static void
text_without_room_tells_how_much_it_needs(void **state)
{
    char                    small[TEXT];
    size_t                  len, size;
    bmc_view_t              v;
    const bmc_hostconf_t   *h;

    rig_open("host n1 { groups rack1 gpu; " RIG_SIM "}", 0);
    v = known();
    v.power_at = bmc_now() + 1000000;        /* ages that stand still */
    v.facts_at = v.led_at = v.boot_at = v.tried_at = v.power_at;
    v.answered_at = v.watts_at = v.power_at;
    h = tell("n1", &v);

    assert_int_equal(bmc_show_host_all(rig.b, h, NULL, 0),
        bmc_show_host_all(rig.b, h, text, TEXT));
    len = bmc_show_host_all(rig.b, h, text, TEXT);

    for (size = 0; size <= len + 1; size++) {
        memset(small, 'x', sizeof(small));
        assert_int_equal(bmc_show_host_all(rig.b, h, small, size), len);
        assert_true(small[size] == 'x');

        if (size >= len) {
            assert_true(small[len - 1] == '}');
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(power_has_its_age_and_since_when),
        rig_test(what_is_not_known_is_left_out),
        rig_test(a_row_has_what_a_list_shows),
        rig_test(all_that_is_known_has_its_age),
        cmocka_unit_test(a_result_tells_what_became_of_it),
        cmocka_unit_test(a_result_carries_the_verbs_data),
        cmocka_unit_test(an_error_names_code_host_and_when_to_try_again),
        rig_test(an_operation_tells_its_steps),
        cmocka_unit_test(events_tell_what_was_and_what_is),
        cmocka_unit_test(a_session_shows_whose_it_is_and_no_secret),
        rig_test(nothing_a_bmc_says_breaks_the_text),
        rig_test(text_without_room_tells_how_much_it_needs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
