
/*
 * Copyright (C) the bmcgate authors
 *
 * Which of a host's drivers is asked, and what its refusal or its silence
 * means for the others.
 */


#include "pair_rig.h"


/* -- a refused login */

static void
one_protocol_that_refuses_us_leaves_the_other(void **state)
{
    char  text[4096];

    begin(TWO(""), 0);
    ask(BMC_POWER_STATUS);
    puppet_end(&redfish, BMC_BAD_LOGIN, "wrong password");
    assert_int_equal(ipmi.runs, 1);
    puppet_end(&ipmi, BMC_OK, "");
    assert_int_equal(told(), BMC_OK);
    assert_string_equal(a.driver, "ipmi");
    assert_int_equal(a.view.reach, BMC_REACH_YES);
    assert_non_null(strstr(rig.said, "n1: not asked again by redfish"));
    assert_non_null(strstr(rig.said, "redfish: wrong password"));

    host_text(text, sizeof(text));
    assert_non_null(strstr(text, "\"refused\":[\"redfish\"]"));

    ipmi.answers = true;
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_OK);
    again();
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(redfish.runs, 1);
}


static void
a_change_that_a_login_stopped_is_done_by_the_other(void **state)
{
    begin(TWO(""), 0);
    ask(BMC_POWER_ON);
    puppet_end(&redfish, BMC_BAD_LOGIN, "wrong password");
    assert_int_equal(ipmi.runs, 1);
    assert_true(bmc_call_claim(ipmi.call));
    puppet_end(&ipmi, BMC_OK, "");
    assert_int_equal(told(), BMC_OK);
    assert_string_equal(a.driver, "ipmi");

    /* claimed, and then refused: it may have got there */

    assert_int_equal(rig_ask(&a, "n1", BMC_RETRY, 0), BMC_OK);
    ask(BMC_POWER_ON);
    assert_true(bmc_call_claim(redfish.call));
    puppet_end(&redfish, BMC_BAD_LOGIN, "the session is over");
    assert_int_equal(told(), BMC_BAD_LOGIN);
    assert_string_equal(a.text, "redfish: the session is over");
    assert_string_equal(a.driver, "redfish");
    assert_int_equal(ipmi.runs, 1);
}


static void
a_host_is_refused_when_all_protocols_are(void **state)
{
    begin(TWO(""), 0);
    ask(BMC_POWER_STATUS);
    puppet_end(&redfish, BMC_BAD_LOGIN, "wrong password");
    puppet_end(&ipmi, BMC_BAD_LOGIN, "no such user");
    assert_int_equal(told(), BMC_BAD_LOGIN);
    assert_string_equal(a.text, "redfish: wrong password; ipmi: no such "
        "user");
    assert_int_equal(a.view.reach, BMC_REACH_REFUSED);

    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_BAD_LOGIN);
    assert_string_equal(a.text, "redfish: wrong password; ipmi: no such "
        "user");
    assert_int_equal(rig_read(rig.b, "n1"), BMC_BAD_LOGIN);
    assert_int_equal(rig_ask(&a, "n1", BMC_CONSOLE_OPEN, 0), BMC_BAD_LOGIN);
    assert_int_equal(redfish.runs + ipmi.runs, 2);

    both_answer();
    assert_int_equal(rig_ask(&a, "n1", BMC_RETRY, 0), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(redfish.runs, 2);
}


static void
what_only_a_refused_protocol_can_do_is_refused(void **state)
{
    begin(TWO(""), 0);
    ipmi.answers = true;
    ask(BMC_MEDIA_LIST);
    puppet_end(&redfish, BMC_BAD_LOGIN, "wrong password");
    assert_int_equal(told(), BMC_BAD_LOGIN);
    assert_int_not_equal(a.view.reach, BMC_REACH_REFUSED);
    assert_int_equal(rig_ask(&a, "n1", BMC_MEDIA_LIST, 0), BMC_BAD_LOGIN);
    assert_non_null(strstr(a.text, "redfish: the BMC refuses our"));
    assert_non_null(strstr(a.text, "bmcctl retry n1"));
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(redfish.runs, 1);
}


static void
a_changed_configuration_tries_a_refused_protocol(void **state)
{
    bmc_base_t  *base;

    begin(TWO("user a;"), 0);
    ask(BMC_POWER_STATUS);
    puppet_end(&redfish, BMC_BAD_LOGIN, "no such user");
    puppet_end(&ipmi, BMC_OK, "");
    assert_int_equal(told(), BMC_OK);
    assert_int_equal(view().refused, 1);

    rig_write(TWO("user b;"));
    base = rig_load(0);
    assert_int_equal(bmc_reload(rig.b, base), BMC_OK);
    bmc_unload(rig.base);
    rig.base = base;
    assert_int_equal(view().refused, 0);
    both_answer();
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(redfish.runs, 2);
}


static void
a_refused_console_is_opened_by_the_other(void **state)
{
    begin(TWO(""), 0);
    ask(BMC_CONSOLE_OPEN);
    puppet_end(&redfish, BMC_BAD_LOGIN, "wrong password");
    assert_int_equal(told(), BMC_BAD_LOGIN);
    assert_string_equal(a.text, "redfish: wrong password");
    assert_string_equal(a.driver, "redfish");
    ask(BMC_CONSOLE_OPEN);
    assert_int_equal(redfish.runs, 1);
    assert_int_equal(ipmi.runs, 1);
    bmc_call_opened(ipmi.call);
    assert_int_equal(told(), BMC_OK);
    assert_string_equal(a.driver, "ipmi");
}


/* -- silence */

static void
a_silent_protocol_leaves_time_for_the_other(void **state)
{
    int64_t  began;

    begin(TWO(""), 0);
    ipmi.answers = true;
    began = bmc_now();
    ask(BMC_POWER_STATUS);
    assert_in_range(redfish.given, 150, 200);
    rig_sleep(240);
    assert_int_equal(redfish.cancels, 0);
    rig_sleep(100);
    assert_int_equal(redfish.cancels, 1);
    assert_int_equal(ipmi.runs, 0);
    puppet_end(&redfish, BMC_CANCELLED, "");
    assert_int_equal(told(), BMC_OK);
    assert_in_range(bmc_now() - began, 300, 480);
    assert_string_equal(a.driver, "ipmi");
    assert_int_equal(a.view.reach, BMC_REACH_YES);
    assert_int_equal(a.view.failures, 0);
}


static void
one_that_answers_slowly_is_not_silent(void **state)
{
    begin(TWO(""), 0);
    ask(BMC_POWER_STATUS);
    rig_sleep(50);
    bmc_call_heard(redfish.call);
    assert_in_range(redfish.call->deadline - uv_now(&rig.b->loop), 230, 310);
    rig_sleep(220);
    assert_int_equal(redfish.cancels, 0);
    puppet_end(&redfish, BMC_OK, "");
    assert_int_equal(told(), BMC_OK);
    assert_string_equal(a.driver, "redfish");
    assert_int_equal(ipmi.runs, 0);
    assert_int_equal(view().quiet[0], 0);

    /* what it says when its time is over does not help any more */

    ask(BMC_POWER_STATUS);
    rig_sleep(320);
    assert_int_equal(redfish.cancels, 1);
    bmc_call_heard(redfish.call);
    puppet_end(&redfish, BMC_CANCELLED, "");
    assert_int_equal(ipmi.runs, 1);
    puppet_end(&ipmi, BMC_OK, "");
    assert_int_equal(told(), BMC_OK);
}


static void
one_that_answers_and_then_hangs_leaves_the_other_an_eighth(void **state)
{
    begin("host n1 { driver redfish ipmi; address 10.0.0.1; "
          "timeout 1600ms; }", 0);
    ipmi.answers = true;
    ask(BMC_POWER_STATUS);
    bmc_call_heard(redfish.call);
    assert_in_range(redfish.call->deadline - uv_now(&rig.b->loop), 1350,
                    1400);
    assert_true(rig_until(rig.b, &redfish.cancels, 1, 1590));
    puppet_end(&redfish, BMC_CANCELLED, "");
    assert_int_equal(told(), BMC_OK);
    assert_string_equal(a.driver, "ipmi");
}


/* who asks finds out whether it is back, as where there is no other one */

static void
what_only_a_silent_protocol_can_do_is_asked_of_it_all_the_same(void **state)
{
    begin(TWO(""), 0);
    ipmi.answers = true;
    ask(BMC_POWER_STATUS);
    puppet_end(&redfish, BMC_UNREACHABLE, "connection refused");
    assert_int_equal(told(), BMC_OK);
    assert_int_equal(view().quiet[0], 1);

    ask(BMC_MEDIA_LIST);
    assert_int_equal(redfish.runs, 2);
    assert_in_range(redfish.given, 350, 400);
    puppet_end(&redfish, BMC_OK, "");
    assert_int_equal(told(), BMC_OK);
    assert_string_equal(a.driver, "redfish");
}


static void
silence_of_all_is_told_of_each(void **state)
{
    begin(TWO(""), 0);
    ask(BMC_POWER_STATUS);
    puppet_end(&redfish, BMC_UNREACHABLE, "connection refused");
    assert_in_range(ipmi.given, 300, 400);
    assert_int_not_equal(view().reach, BMC_REACH_NO);
    puppet_end(&ipmi, BMC_TIMEOUT, "");
    assert_int_equal(told(), BMC_TIMEOUT);
    assert_non_null(strstr(a.text, "connection refused; no answer from "
        "10.0.0.1 for 0."));
    assert_non_null(strstr(a.text, " s (ipmi)"));
    assert_int_equal(a.view.reach, BMC_REACH_NO);
    assert_int_equal(a.view.failures, 1);
}


static void
a_change_that_was_not_sent_in_its_share_goes_to_the_other(void **state)
{
    begin(TWO(""), 0);
    ask(BMC_POWER_ON);
    rig_sleep(320);
    assert_int_equal(redfish.cancels, 1);
    assert_false(bmc_call_claim(redfish.call));
    puppet_end(&redfish, BMC_CANCELLED, "");
    assert_int_equal(ipmi.runs, 1);
    assert_true(bmc_call_claim(ipmi.call));
    puppet_end(&ipmi, BMC_OK, "");
    assert_int_equal(told(), BMC_OK);
    assert_string_equal(a.driver, "ipmi");
}


static void
a_change_that_was_sent_has_all_the_time_and_no_other(void **state)
{
    begin(TWO(""), 0);
    ask(BMC_POWER_ON);
    assert_true(bmc_call_claim(redfish.call));
    assert_in_range(redfish.call->deadline - uv_now(&rig.b->loop), 350, 400);
    rig_sleep(340);
    assert_int_equal(redfish.cancels, 0);
    assert_int_equal(told(), BMC_UNKNOWN);
    assert_string_equal(a.driver, "redfish");
    puppet_end(&redfish, BMC_UNREACHABLE, "gone");
    assert_int_equal(ipmi.runs, 0);
}


static void
a_silent_protocol_is_put_back_and_later_tried_first(void **state)
{
    begin(TWO(""), 0);
    ipmi.answers = true;
    ask(BMC_POWER_STATUS);
    puppet_end(&redfish, BMC_UNREACHABLE, "nobody there");
    assert_int_equal(told(), BMC_OK);

    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    again();
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(redfish.runs, 1);
    assert_in_range(ipmi.given, 350, 400);

    forgive();
    redfish.answers = true;
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, BMC_FRESH), BMC_OK);
    assert_string_equal(a.driver, "redfish");
    assert_int_equal(view().quiet[0], 0);
}


/* the longer it says nothing, the longer it is left alone */

static void
silence_is_waited_for_longer_each_time(void **state)
{
    unsigned  i, before, wait;

    begin(TWO(""), 0);
    ipmi.answers = true;
    before = 0;

    for (i = 0; i < 4; i++) {
        ask(BMC_POWER_STATUS);
        puppet_end(&redfish, BMC_UNREACHABLE, "nobody there");
        assert_int_equal(told(), BMC_OK);
        assert_int_equal(view().quiet[0], i + 1);
        wait = view().quiet_until[0] - (unsigned) (bmc_now() / 1000);
        assert_in_range(wait, 4u << i, (5u << i) + 1);
        assert_true(wait > before);
        before = wait;
        forgive();
    }
}


/* what one protocol alone can do says nothing of the host */

static void
a_host_that_answers_one_protocol_is_reachable(void **state)
{
    begin(TWO(""), 0);
    ipmi.answers = true;
    ask(BMC_POWER_STATUS);
    puppet_end(&redfish, BMC_UNREACHABLE, "nobody there");
    assert_int_equal(told(), BMC_OK);
    ask(BMC_MEDIA_LIST);
    puppet_end(&redfish, BMC_UNREACHABLE, "nobody there");
    assert_int_equal(told(), BMC_UNREACHABLE);
    assert_int_equal(a.view.reach, BMC_REACH_YES);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, 0), BMC_OK);
}


/* -- driver auto */

static void
auto_asks_what_has_answered(void **state)
{
    begin(AUTO, 0);
    ipmi.answers = true;
    ask(BMC_POWER_STATUS);
    puppet_end(&redfish, BMC_UNREACHABLE, "connection refused");
    assert_int_equal(told(), BMC_OK);
    assert_string_equal(a.driver, "ipmi");

    /* not after any time, nor in another process */

    forgive();
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_in_range(ipmi.given, 350, 400);
    again();
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_OK);
    assert_string_equal(a.driver, "ipmi");
    assert_int_equal(redfish.runs, 1);

    /* until an operator says so */

    redfish.answers = true;
    assert_int_equal(rig_ask(&a, "n1", BMC_RETRY, 0), BMC_OK);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, BMC_FRESH), BMC_OK);
    assert_string_equal(a.driver, "redfish");
}


static void
auto_looks_again_when_the_one_it_knows_is_silent(void **state)
{
    begin(AUTO, 0);
    ask(BMC_POWER_STATUS);
    puppet_end(&redfish, BMC_UNREACHABLE, "connection refused");
    puppet_end(&ipmi, BMC_OK, "");
    assert_int_equal(told(), BMC_OK);
    forgive();
    redfish.answers = true;
    ask(BMC_POWER_STATUS);
    puppet_end(&ipmi, BMC_UNREACHABLE, "nobody there");
    assert_int_equal(told(), BMC_OK);
    assert_string_equal(a.driver, "redfish");
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(redfish.runs, 3);
    assert_int_equal(ipmi.runs, 2);
}


static void
retry_forgets_what_has_answered(void **state)
{
    begin(AUTO, 0);
    both_answer();
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(redfish.runs, 1);
    redfish.answers = false;
    assert_int_equal(rig_ask(&a, "n1", BMC_RETRY, 0), BMC_OK);
    ask(BMC_POWER_STATUS);
    puppet_end(&redfish, BMC_UNREACHABLE, "nobody there");
    assert_int_equal(told(), BMC_OK);
    forgive();
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(redfish.runs, 2);
}


/* what only the second can do does not make it the first */

static void
auto_still_prefers_the_first_after_the_second_answered(void **state)
{
    begin(AUTO, 0);
    both_answer();
    redfish.cannot = true;
    assert_int_equal(rig_ask(&a, "n1", BMC_IDENTIFY_GET, 0), BMC_OK);
    redfish.cannot = false;
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, BMC_FRESH), BMC_OK);
    assert_string_equal(a.driver, "redfish");
    redfish.cannot = true;
    assert_int_equal(rig_ask(&a, "n1", BMC_IDENTIFY_GET, 0), BMC_OK);
    assert_string_equal(a.driver, "ipmi");
    assert_string_equal(a.view.driver, "redfish");
    redfish.cannot = false;
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, BMC_FRESH), BMC_OK);
    assert_string_equal(a.driver, "redfish");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(one_protocol_that_refuses_us_leaves_the_other),
        rig_test(a_change_that_a_login_stopped_is_done_by_the_other),
        rig_test(a_host_is_refused_when_all_protocols_are),
        rig_test(what_only_a_refused_protocol_can_do_is_refused),
        rig_test(a_changed_configuration_tries_a_refused_protocol),
        rig_test(a_refused_console_is_opened_by_the_other),
        rig_test(a_silent_protocol_leaves_time_for_the_other),
        rig_test(one_that_answers_slowly_is_not_silent),
        rig_test(one_that_answers_and_then_hangs_leaves_the_other_an_eighth),
        rig_test(
            what_only_a_silent_protocol_can_do_is_asked_of_it_all_the_same),
        rig_test(silence_of_all_is_told_of_each),
        rig_test(a_change_that_was_not_sent_in_its_share_goes_to_the_other),
        rig_test(a_change_that_was_sent_has_all_the_time_and_no_other),
        rig_test(a_silent_protocol_is_put_back_and_later_tried_first),
        rig_test(silence_is_waited_for_longer_each_time),
        rig_test(a_host_that_answers_one_protocol_is_reachable),
        rig_test(auto_asks_what_has_answered),
        rig_test(auto_looks_again_when_the_one_it_knows_is_silent),
        rig_test(retry_forgets_what_has_answered),
        rig_test(auto_still_prefers_the_first_after_the_second_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
