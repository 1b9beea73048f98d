
/*
 * Copyright (C) the bmcgate authors
 *
 * Virtual media through the core: what is said of them must be true.
 */


#include "core_rig.h"


#define ISO    "http://10.0.0.1/a.iso"
#define OTHER  "https://10.0.0.1/b.iso"


static rig_ask_t  a;


static bmc_rc_t
ask(bmc_verb_t verb, unsigned flags, const bmc_arg_t *args, size_t nargs)
{
    bmc_rc_t       rc;
    bmc_request_t  req;

    memset(&a, 0, sizeof(a));
    req = rig_request("n1", verb, flags);
    req.args = args;
    req.nargs = nargs;
    req.verify = 1000;
    rc = bmc_submit(rig.b, &req, rig_done, &a, NULL, rig.why);

    if (rc != BMC_OK) {
        return rc;
    }

    assert_true(rig_until(rig.b, &a.done, 1, 4000));

    return a.rc;
}


static bmc_rc_t
insert(const char *image, const char *device, unsigned flags)
{
    bmc_arg_t  args[] = { { "image", image }, { "device", device } };

    return ask(BMC_MEDIA_INSERT, flags, args, device == NULL ? 1 : 2);
}


static bmc_rc_t
eject(const char *device, unsigned flags)
{
    bmc_arg_t  arg = { "device", device };

    return ask(BMC_MEDIA_EJECT, flags, &arg, device == NULL ? 0 : 1);
}


static void
what_was_inserted_is_listed_and_verified(void **state)
{
    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(insert(ISO, NULL, BMC_VERIFY), BMC_OK);
    assert_true(a.verified);
    assert_string_equal(a.text, "inserted, verified");
    assert_int_equal(rig_audit("\"verified\"", "media.insert"), 1);

    assert_int_equal(ask(BMC_MEDIA_LIST, 0, NULL, 0), BMC_OK);
    assert_non_null(strstr(a.json, "\"image\":\"" ISO "\""));

    assert_int_equal(eject(NULL, BMC_VERIFY), BMC_OK);
    assert_true(a.verified);
    assert_string_equal(a.text, "ejected, verified");
    assert_int_equal(ask(BMC_MEDIA_LIST, 0, NULL, 0), BMC_OK);
    assert_null(strstr(a.json, ISO));
}


static void
a_lost_insertion_is_not_verified_by_something_else(void **state)
{
    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(insert(OTHER, "usb", 0), BMC_OK);
    assert_string_equal(a.text, "accepted");
    rig_fault("n1", "loses");

    assert_int_equal(insert(ISO, NULL, BMC_VERIFY), BMC_UNVERIFIED);
    assert_true(a.accepted);
    assert_false(a.verified);
    assert_string_equal(a.text, "accepted, not verified after 1 s, BMC still "
                        "says not inserted");

    /* it is there, but elsewhere; and it is full, but of something else */

    assert_int_equal(insert(OTHER, "cd", BMC_VERIFY), BMC_UNVERIFIED);
    assert_int_equal(insert(ISO, "usb", BMC_VERIFY), BMC_UNVERIFIED);

    assert_int_equal(eject("usb", BMC_VERIFY), BMC_UNVERIFIED);
    assert_non_null(strstr(a.text, "BMC still says inserted"));
    assert_int_equal(eject("cd", BMC_VERIFY), BMC_OK);
    assert_string_equal(a.text, "ejected, verified");
}


static void
a_bmc_that_falls_silent_has_not_shown_it(void **state)
{
    const bmc_arg_t  image = { "image", ISO };
    bmc_request_t    req;

    rig_open("host n1 { timeout 300ms; " RIG_SIM "}", 0);
    assert_int_equal(insert(ISO, NULL, BMC_VERIFY), BMC_OK);
    assert_int_equal(eject(NULL, 0), BMC_OK);
    memset(&a, 0, sizeof(a));
    req = rig_request("n1", BMC_MEDIA_INSERT, BMC_VERIFY);
    req.args = &image;
    req.nargs = 1;
    req.verify = 1000;
    assert_int_equal(bmc_submit(rig.b, &req, rig_done, &a, NULL, rig.why),
        BMC_OK);
    rig_sleep(100);
    rig_fault("n1", "mute");
    assert_true(rig_until(rig.b, &a.done, 1, 4000));
    assert_int_equal(a.rc, BMC_UNVERIFIED);
    assert_non_null(strstr(a.text, "no answer"));
}


/* the power change is still watched: nothing that came was looked at */

static void
an_unwatched_insertion_leaves_a_power_change_watched(void **state)
{
    rig_ask_t  power;

    rig_open("host n1 { driver sim; sim { shutdown_time 500ms; } }", 0);
    rig_submit(rig.b, &power, "n1", BMC_POWER_OFF, BMC_VERIFY, 0);
    rig_sleep(100);
    assert_int_equal(insert(ISO, NULL, 0), BMC_OK);
    assert_int_equal(power.done, 0);
    assert_true(rig_until(rig.b, &power.done, 1, 4000));
    assert_string_equal(power.text, "off, verified");
}


static void
an_insertion_supersedes_a_power_change(void **state)
{
    rig_ask_t  power;

    rig_open("host n1 { driver sim; sim { latency 150ms; "
        "shutdown_time 10s; } }", 0);
    rig_submit(rig.b, &power, "n1", BMC_POWER_OFF, BMC_VERIFY, 0);
    rig_sleep(550);
    assert_int_equal(insert(ISO, NULL, BMC_VERIFY), BMC_OK);
    assert_string_equal(a.text, "inserted, verified");
    assert_int_equal(power.done, 1);
    assert_int_equal(power.rc, BMC_UNVERIFIED);
}


static void
media_are_verified_through_a_peer(void **state)
{
    rig_process_t  p;

    rig_write("host n1 { " RIG_SIM "}");
    p = rig_fork(rig_hold_n1);
    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(insert(ISO, "usb", BMC_VERIFY), BMC_OK);
    assert_string_equal(a.text, "inserted, verified");
    assert_int_equal(eject("usb", BMC_VERIFY), BMC_OK);
    assert_string_equal(a.text, "ejected, verified");
    assert_int_equal(rig_end(&p, 0), 0);
}


static void
a_password_for_the_images_server_is_in_no_log(void **state)
{
    const bmc_arg_t  args[] = {
        { "image", "cifs://store/share/a.iso" }, { "user", "bob" },
        { "password", "hunter2" }
    };

    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(ask(BMC_MEDIA_INSERT, 0, args, 3), BMC_OK);
    assert_true(rig_audit("cifs://store/share/a.iso", "media.insert") > 0);
    assert_int_equal(rig_audit("hunter2", ""), 0);
    assert_int_equal(insert("http://bob:hunter2@h/a.iso", NULL, 0),
                     BMC_USAGE);
    assert_int_equal(rig_audit("hunter2", ""), 0);
}


/* -- what other BMCs may answer */

static const char *
told(bmc_verb_t verb, const char *device, const char *json)
{
    bmc_op_t   op;
    bmc_arg_t  args[] = { { "image", ISO }, { "device", device } };

    memset(&op, 0, sizeof(op));
    op.verb = verb;
    op.args = verb == BMC_MEDIA_EJECT ? args + 1 : args;
    op.nargs = (verb == BMC_MEDIA_EJECT ? 0 : 1) + (device == NULL ? 0 : 1);

    return bmc_media_told(&op, json, json == NULL ? 0 : strlen(json));
}


static void
answers_that_say_nothing_of_the_slot_are_none(void **state)
{
    size_t             i;
    const char *const  nothing[] = {
        NULL, "", "{", "[]", "{}", "{\"media\":{}}", "{\"media\":7}"
    };

    for (i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
        assert_null(told(BMC_MEDIA_INSERT, NULL, nothing[i]));
        assert_null(told(BMC_MEDIA_EJECT, NULL, nothing[i]));
        assert_null(told(BMC_MEDIA_EJECT, "cd", nothing[i]));
    }

    assert_null(told(BMC_MEDIA_EJECT, "cd", "{\"media\":[{\"device\":\"CD\","
                     "\"inserted\":false},{\"inserted\":true},7,null]}"));
    assert_string_equal(told(BMC_MEDIA_EJECT, NULL, "{\"media\":[]}"),
                        "ejected");
}


static void
a_slot_that_hides_its_image_is_believed_if_it_was_named(void **state)
{
    const char  *json = "{\"media\":[{\"device\":\"cd\",\"inserted\":true}]}";

    assert_string_equal(told(BMC_MEDIA_INSERT, "cd", json), "inserted");
    assert_string_equal(told(BMC_MEDIA_INSERT, NULL, json), "not inserted");
    assert_string_equal(told(BMC_MEDIA_EJECT, NULL, json), "inserted");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(what_was_inserted_is_listed_and_verified),
        rig_test(a_lost_insertion_is_not_verified_by_something_else),
        rig_test(a_bmc_that_falls_silent_has_not_shown_it),
        rig_test(an_unwatched_insertion_leaves_a_power_change_watched),
        rig_test(an_insertion_supersedes_a_power_change),
        rig_test(media_are_verified_through_a_peer),
        rig_test(a_password_for_the_images_server_is_in_no_log),
        cmocka_unit_test(answers_that_say_nothing_of_the_slot_are_none),
        cmocka_unit_test(
            a_slot_that_hides_its_image_is_believed_if_it_was_named)
    };

    return cmocka_run_group_tests_name("core media", tests, NULL, NULL);
}
