
/*
 * Copyright (C) the bmcgate authors
 *
 * Accepted is not verified: that is when the BMC has shown it.
 */


#include "core_rig.h"


static rig_ask_t  a, c;


/* with an argument or two */

static bmc_rc_t
set(const char *host, bmc_verb_t verb, const char *name, const char *value)
{
    bmc_arg_t      arg = { name, value };
    bmc_request_t  req;

    memset(&a, 0, sizeof(a));
    req = rig_request(host, verb, BMC_VERIFY);
    req.args = &arg;
    req.nargs = 1;
    req.verify = 1500;
    assert_int_equal(bmc_submit(rig.b, &req, rig_done, &a, NULL, rig.why),
        BMC_OK);
    assert_true(rig_until(rig.b, &a.done, 1, 4000));

    return a.rc;
}


static bmc_op_state_t
state_of(uint64_t id)
{
    bmc_op_info_t  info;

    return bmc_op_info(rig.b, id, &info) ? (bmc_op_state_t) info.state
                                         : BMC_OP_NONE;
}


static void
a_change_is_verified_when_the_bmc_shows_it(void **state)
{
    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_OFF, BMC_VERIFY), BMC_OK);
    assert_true(a.accepted);
    assert_true(a.verified);
    assert_string_equal(a.text, "off, verified");
    assert_int_equal(a.view.power, BMC_POWER_IS_OFF);
    assert_int_equal(state_of(a.id), BMC_OP_VERIFIED);
    assert_int_equal(rig_audit("\"outcome\"", "power.off"), 1);
    assert_int_equal(rig_audit("\"verified\"", "power.off"), 1);

    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, BMC_VERIFY), BMC_OK);
    assert_string_equal(a.text, "on, verified");
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_NMI, BMC_VERIFY), BMC_OK);
    assert_false(a.verified);
    assert_non_null(strstr(a.text, "nothing to verify it by"));
}


static void
a_lost_change_is_accepted_and_not_verified(void **state)
{
    int64_t  began;

    rig_open("host n1 { " RIG_SIM "}", 0);
    rig_fault("n1", "loses");
    began = bmc_now();
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_FORCE_OFF, BMC_VERIFY),
        BMC_UNVERIFIED);
    assert_in_range(bmc_now() - began, 1400, 2500);
    assert_true(a.accepted);
    assert_false(a.verified);
    assert_string_equal(a.text,
        "accepted, not verified after 1 s, BMC still says on");
    assert_int_equal(state_of(a.id), BMC_OP_UNVERIFIED);
    assert_int_equal(rig_count("n1", "executed"), 1);
    assert_int_equal(rig_audit("\"unverified\"", "power.force-off"), 1);
}


/* on before and on after proves nothing */

static void
a_cycle_is_verified_only_when_it_was_seen_off(void **state)
{
    rig_open("host n[1-2] { driver sim; sim { cycle_gap 500ms; } }", 0);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_CYCLE, BMC_VERIFY), BMC_OK);
    assert_string_equal(a.text, "on, verified");

    rig_fault("n2", "loses");
    assert_int_equal(rig_ask(&a, "n2", BMC_POWER_CYCLE, BMC_VERIFY),
        BMC_UNVERIFIED);
    assert_non_null(strstr(a.text, "never seen off, BMC says on"));
}


static void
a_second_change_supersedes_the_first(void **state)
{
    char  number[32];

    rig_open("host n1 { driver sim; sim { shutdown_time 1s; } }", 0);
    rig_submit(rig.b, &a, "n1", BMC_POWER_OFF, BMC_VERIFY, 0);
    rig_sleep(100);
    assert_int_equal(a.done, 0);
    assert_int_equal(rig_ask(&c, "n1", BMC_POWER_FORCE_OFF, BMC_VERIFY),
        BMC_OK);
    assert_true(c.verified);
    assert_int_equal(a.done, 1);
    assert_int_equal(a.rc, BMC_UNVERIFIED);
    (void) snprintf(number, sizeof(number), "operation %llu",
        (unsigned long long) c.id);
    assert_non_null(strstr(a.text, number));
}


static void
boot_and_identify_are_verified_too(void **state)
{
    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(set("n1", BMC_BOOT_SET, "device", "pxe"), BMC_OK);
    assert_string_equal(a.text, "pxe, verified");
    assert_string_equal(a.view.boot, "pxe");
    assert_int_equal(set("n1", BMC_BOOT_SET, "device", "none"), BMC_OK);
    assert_string_equal(a.text, "none, verified");
    assert_int_equal(set("n1", BMC_IDENTIFY_SET, "state", "on"), BMC_OK);
    assert_string_equal(a.text, "lit, verified");
    assert_int_equal(set("n1", BMC_IDENTIFY_SET, "state", "no"), BMC_OK);
    assert_string_equal(a.text, "off, verified");
    assert_true(a.verified);

    rig_fault("n1", "loses");
    assert_int_equal(set("n1", BMC_BOOT_SET, "device", "disk"),
        BMC_UNVERIFIED);
    assert_non_null(strstr(a.text, "still says none"));
}


static void
a_bmc_that_falls_silent_is_not_verified(void **state)
{
    rig_open("host n1 { timeout 300ms; driver sim; "
        "sim { shutdown_time 10s; } }", 0);
    rig_submit(rig.b, &a, "n1", BMC_POWER_OFF, BMC_VERIFY, 0);
    rig_sleep(100);
    rig_fault("n1", "mute");
    assert_true(rig_until(rig.b, &a.done, 1, 4000));
    assert_int_equal(a.rc, BMC_UNVERIFIED);
    assert_true(a.accepted);
    assert_non_null(strstr(a.text, "no answer"));
    assert_int_equal(state_of(a.id), BMC_OP_UNVERIFIED);
}


static void
verification_works_through_a_peer(void **state)
{
    rig_process_t  p;

    rig_write("host n1 { " RIG_SIM "}");
    p = rig_fork(rig_hold_n1);
    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_OFF, BMC_VERIFY), BMC_OK);
    assert_true(a.accepted);
    assert_true(a.verified);
    assert_string_equal(a.text, "off, verified");
    assert_string_equal(a.driver, "sim");
    assert_int_equal(state_of(a.id), BMC_OP_VERIFIED);
    rig_fault("n1", "loses");
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, BMC_VERIFY),
        BMC_UNVERIFIED);
    assert_non_null(strstr(a.text, "still says off"));
    assert_int_equal(rig_count("n1", "logins"), 1);
    assert_int_equal(rig_end(&p, 0), 0);
}


/* nobody asked for it, but a process that runs long looks all the same */

static void
a_polling_process_verifies_unasked(void **state)
{
    rig_open("host n1 { poll 60s; " RIG_SIM "}", BMC_POLL);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_OFF, 0), BMC_OK);
    assert_string_equal(a.text, "accepted");
    assert_false(a.verified);
    rig_sleep(900);
    assert_int_equal(state_of(a.id), BMC_OP_VERIFIED);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_change_is_verified_when_the_bmc_shows_it),
        rig_test(a_lost_change_is_accepted_and_not_verified),
        rig_test(a_cycle_is_verified_only_when_it_was_seen_off),
        rig_test(a_second_change_supersedes_the_first),
        rig_test(boot_and_identify_are_verified_too),
        rig_test(a_bmc_that_falls_silent_is_not_verified),
        rig_test(verification_works_through_a_peer),
        rig_test(a_polling_process_verifies_unasked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
