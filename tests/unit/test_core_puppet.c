
/*
 * Copyright (C) the bmcgate authors
 *
 * What needs a driver that does exactly what a test wants: two drivers of
 * one host, answers that come late, calls that cannot be taken back.
 */


#include "puppet_rig.h"


static puppet_t  one, two;


static bool
one_can(const bmc_hostconf_t *host, const void *conf, bmc_verb_t verb)
{
    return !one.cannot;
}


static bool
two_can(const bmc_hostconf_t *host, const void *conf, bmc_verb_t verb)
{
    return true;
}


puppet_driver(one);
puppet_driver(two);


const bmc_driver_t *const  bmc_drivers[] = {
    &puppet_one,
    &puppet_two,
    NULL
};


static rig_ask_t  a, c;


static void
begin(void)
{
    memset(&one, 0, sizeof(one));
    memset(&two, 0, sizeof(two));
    rig_open("host n1 { driver one two; address 10.0.0.1; timeout 300ms; }",
        0);
}


static bmc_op_state_t
state_of(uint64_t id)
{
    bmc_op_info_t  info;

    return bmc_op_info(rig.b, id, &info) ? (bmc_op_state_t) info.state
                                         : BMC_OP_NONE;
}


static void
a_late_answer_turns_unknown_into_accepted(void **state)
{
    begin();
    rig_submit(rig.b, &a, "n1", BMC_POWER_ON, 0, 0);
    assert_non_null(one.call);
    assert_true(bmc_call_claim(one.call));
    assert_int_equal(state_of(bmc_board_op_last(rig.b->board)), BMC_OP_SENT);
    assert_true(rig_until(rig.b, &a.done, 1, 1000));
    assert_int_equal(a.rc, BMC_UNKNOWN);
    assert_string_equal(a.text, "sent, then no answer from 10.0.0.1 for "
        "0.3 s (one): unknown whether it happened");
    assert_int_equal(one.cancels, 1);

    /* nothing else is sent while the answer may still come */

    rig_submit(rig.b, &c, "n1", BMC_POWER_RESET, 0, 0);
    assert_int_equal(one.runs, 1);
    puppet_end(&one, BMC_OK, "");
    assert_int_equal(state_of(a.id), BMC_OP_ACCEPTED);
    assert_int_equal(rig_audit("\"outcome\"", "power.on"), 1);
    assert_int_equal(rig_audit("\"late\"", "power.on"), 1);
    assert_int_equal(one.runs, 2);
    assert_int_equal(two.runs, 0);
    puppet_end(&one, BMC_REFUSED, "no, thank you");
    assert_true(rig_until(rig.b, &c.done, 1, 1000));
    assert_int_equal(c.rc, BMC_REFUSED);
    assert_string_equal(c.text, "no, thank you");
}


static void
a_late_refusal_is_told_too(void **state)
{
    begin();
    rig_submit(rig.b, &a, "n1", BMC_POWER_ON, 0, 0);
    assert_true(bmc_call_claim(one.call));
    assert_true(rig_until(rig.b, &a.done, 1, 1000));
    assert_int_equal(a.rc, BMC_UNKNOWN);
    puppet_end(&one, BMC_REFUSED, "not now");
    assert_int_equal(state_of(a.id), BMC_OP_FAILED);
    assert_int_equal(rig_audit("\"late\"", "not now"), 1);
}


/* what was not claimed by its deadline may not be sent any more */

static void
a_change_that_comes_too_late_to_be_sent_is_not(void **state)
{
    begin();
    rig_submit(rig.b, &a, "n1", BMC_POWER_ON, 0, 0);
    assert_true(rig_until(rig.b, &a.done, 1, 1000));
    assert_int_equal(a.rc, BMC_TIMEOUT);
    assert_int_equal(state_of(a.id), BMC_OP_FAILED);
    assert_false(bmc_call_claim(one.call));
    puppet_end(&one, BMC_CANCELLED, "");
    assert_int_equal(state_of(a.id), BMC_OP_FAILED);
    assert_int_equal(rig_audit("\"outcome\"", "power.on"), 1);
    assert_int_equal(rig_audit("\"late\"", "power.on"), 0);
}


static void
a_read_fails_over_to_the_next_driver(void **state)
{
    begin();
    rig_submit(rig.b, &a, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    puppet_end(&one, BMC_UNREACHABLE, "nobody there");
    assert_int_equal(two.runs, 1);
    two.call->answer.has = BMC_HAS_POWER;
    two.call->answer.power = BMC_POWER_IS_OFF;
    puppet_end(&two, BMC_OK, "");
    assert_true(rig_until(rig.b, &a.done, 1, 1000));
    assert_int_equal(a.rc, BMC_OK);
    assert_string_equal(a.driver, "two");
    assert_int_equal(a.view.power, BMC_POWER_IS_OFF);
    assert_int_equal(a.view.reach, BMC_REACH_YES);
}


static void
a_change_fails_over_only_before_it_was_sent(void **state)
{
    begin();
    rig_submit(rig.b, &a, "n1", BMC_POWER_ON, 0, 0);
    puppet_end(&one, BMC_UNREACHABLE, "nobody there");
    assert_int_equal(two.runs, 1);
    assert_true(bmc_call_claim(two.call));
    puppet_end(&two, BMC_OK, "");
    assert_true(rig_until(rig.b, &a.done, 1, 1000));
    assert_int_equal(a.rc, BMC_OK);
    assert_int_equal(rig_ask(&a, "n1", BMC_RETRY, 0), BMC_OK);

    rig_submit(rig.b, &a, "n1", BMC_POWER_ON, 0, 0);
    assert_true(bmc_call_claim(one.call));
    puppet_end(&one, BMC_UNREACHABLE, "gone");
    assert_int_equal(two.runs, 1);
    assert_true(rig_until(rig.b, &a.done, 1, 1000));
    assert_int_equal(a.rc, BMC_UNKNOWN);
}


static void
the_preferred_driver_that_cannot_is_passed_over(void **state)
{
    begin();
    one.cannot = true;
    rig_submit(rig.b, &a, "n1", BMC_SENSORS_READ, 0, 0);
    assert_int_equal(one.runs, 0);
    assert_int_equal(two.runs, 1);
    puppet_end(&two, BMC_OK, "");
    assert_true(rig_until(rig.b, &a.done, 1, 1000));
    assert_int_equal(a.rc, BMC_OK);
}


/* a call lives on when its operation is gone, with arguments of its own */

static void
a_call_outlives_its_operation(void **state)
{
    bmc_arg_t      arg = { "device", "pxe" };
    bmc_request_t  req;

    begin();
    memset(&a, 0, sizeof(a));
    req = rig_request("n1", BMC_BOOT_SET, 0);
    req.args = &arg;
    req.nargs = 1;
    assert_int_equal(bmc_submit(rig.b, &req, rig_done, &a, NULL, NULL),
        BMC_OK);
    assert_true(bmc_call_claim(one.call));
    assert_true(rig_until(rig.b, &a.done, 1, 1000));
    assert_string_equal(bmc_call_arg(one.call, "device"), "pxe");
    puppet_end(&one, BMC_OK, "");

    rig_submit(rig.b, &c, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    assert_int_equal(one.runs, 2);
    bmc_drop(c.op);
    assert_int_equal(one.call->verb, BMC_POWER_STATUS);
    puppet_end(&one, BMC_OK, "");
    rig_sleep(20);
    assert_int_equal(c.done, 0);
}


static void
a_driver_that_never_ends_does_not_keep_us(void **state)
{
    int64_t  began;

    begin();
    rig_submit(rig.b, &a, "n1", BMC_POWER_ON, 0, 5000);
    assert_true(bmc_call_claim(one.call));
    rig_sleep(20);
    began = bmc_now();
    rig_close(200);
    assert_in_range(bmc_now() - began, 150, 800);
    assert_int_equal(a.done, 0);
    assert_int_equal(rig_audit("\"outcome\"", "unknown"), 1);
}


/* a unit that closes inside of close() must not be left twice */

static void
a_host_that_is_left_at_once_is_left_once(void **state)
{
    bmc_run_t  *run;

    begin();
    rig_submit(rig.b, &a, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    puppet_end(&one, BMC_UNREACHABLE, "nobody there");
    puppet_end(&two, BMC_OK, "");
    assert_true(rig_until(rig.b, &a.done, 1, 1000));
    run = rig.b->run[0];
    bmc_run_leave(run);
    assert_int_equal(one.closes, 1);
    assert_int_equal(two.closes, 1);
    assert_false(run->held);
    assert_int_equal(rig.b->held, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_late_answer_turns_unknown_into_accepted),
        rig_test(a_late_refusal_is_told_too),
        rig_test(a_change_that_comes_too_late_to_be_sent_is_not),
        rig_test(a_read_fails_over_to_the_next_driver),
        rig_test(a_change_fails_over_only_before_it_was_sent),
        rig_test(the_preferred_driver_that_cannot_is_passed_over),
        rig_test(a_call_outlives_its_operation),
        rig_test(a_driver_that_never_ends_does_not_keep_us),
        rig_test(a_host_that_is_left_at_once_is_left_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
