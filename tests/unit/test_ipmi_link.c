
/*
 * Copyright (C) the bmcgate authors
 *
 * A session with a simulated BMC that lives on between two calls.
 */


#include "ipmi_bmc.h"


static bmc_ipmi_unit_t *
link_unit(void)
{
    return bmc.unit.unit.state;
}


/* as if it had not been heard of for so long */

static void
link_age(uint64_t ms)
{
    uv_update_time(&bmc.loop);
    link_unit()->heard = uv_now(&bmc.loop) - ms;
    bmc_ipmi_link_arm(link_unit());
}


static void
a_session_is_used_again(void **state)
{
    ipmi_con_t  *con;

    assert_int_equal(box_ask(BMC_POWER_STATUS, 2000), BMC_OK);
    assert_int_equal(bmc.call.answer.power, BMC_POWER_IS_ON);
    con = link_unit()->con;
    assert_non_null(con);

    assert_int_equal(box_ask(BMC_POWER_STATUS, 2000), BMC_OK);
    assert_ptr_equal(link_unit()->con, con);
    assert_true(bmc.call.took < 500);
}


static void
a_bmc_that_was_restarted_is_logged_in_to_again(void **state)
{
    assert_int_equal(box_ask(BMC_POWER_STATUS, 2000), BMC_OK);

    box_kill();
    box_start();

    assert_int_equal(box_ask(BMC_POWER_STATUS, 3000), BMC_OK);
    assert_int_equal(bmc.call.answer.power, BMC_POWER_IS_ON);
}


static void
a_change_is_not_sent_into_a_session_that_may_be_over(void **state)
{
    assert_int_equal(box_ask(BMC_POWER_STATUS, 2000), BMC_OK);

    box_kill();
    box_start();
    link_age(6000);

    assert_int_equal(box_ask(BMC_POWER_FORCE_OFF, 3000), BMC_OK);
    assert_int_equal(bmc.call.claims, 1);
    assert_int_equal(box_told(), 1);
}


static void
a_change_without_an_answer_ends_in_time_and_is_never_repeated(void **state)
{
    assert_int_equal(box_ask(BMC_POWER_STATUS, 2000), BMC_OK);

    assert_int_equal(kill(bmc.pid, SIGSTOP), 0);
    assert_int_equal(box_ask(BMC_POWER_RESET, 1000), BMC_TIMEOUT);
    assert_int_equal(bmc.call.claims, 1);
    assert_int_equal(kill(bmc.pid, SIGCONT), 0);

    assert_int_equal(box_ask(BMC_POWER_STATUS, 3000), BMC_OK);
    fake_wait(&bmc.unit, NULL, 200);
    assert_true(box_told() <= 1);
}


static void
a_change_that_may_not_be_sent_any_more_is_not(void **state)
{
    bmc.call.deny = true;

    assert_int_equal(box_ask(BMC_POWER_RESET, 2000), BMC_CANCELLED);
    assert_int_equal(box_told(), 0);
}


static void
a_silent_bmc_is_unreachable_when_the_deadline_says_so(void **state)
{
    assert_int_equal(kill(bmc.pid, SIGSTOP), 0);

    assert_int_equal(box_ask(BMC_POWER_STATUS, 300), BMC_UNREACHABLE);
    assert_non_null(strstr(bmc.call.text, "no answer from 127.0.0.1"));
    assert_true(bmc.call.took >= 290);

    /* a change that waits for the login is not sent, and is no mystery */

    assert_int_equal(box_ask(BMC_POWER_RESET, 300), BMC_UNREACHABLE);
    assert_int_equal(bmc.call.claims, 0);

    assert_int_equal(kill(bmc.pid, SIGCONT), 0);
    assert_int_equal(box_ask(BMC_POWER_STATUS, 3000), BMC_OK);
    assert_int_equal(box_told(), 0);
}


static void
a_call_that_nobody_waits_for_ends_at_once(void **state)
{
    assert_int_equal(box_ask(BMC_POWER_STATUS, 2000), BMC_OK);
    assert_int_equal(kill(bmc.pid, SIGSTOP), 0);

    fake_free(&bmc.call);
    fake_run(&bmc.unit, &bmc.call, BMC_POWER_STATUS, NULL, 5000);
    bmc_driver_ipmi.cancel(&bmc.unit.unit, &bmc.call.call);
    assert_int_equal(bmc.call.ended, 1);
    assert_int_equal(bmc.call.rc, BMC_CANCELLED);

    /* its answer, when it comes, is nobody's */

    assert_int_equal(kill(bmc.pid, SIGCONT), 0);
    assert_int_equal(box_ask(BMC_POWER_STATUS, 3000), BMC_OK);
}


static void
an_idle_session_is_kept_alive(void **state)
{
    assert_int_equal(box_ask(BMC_POWER_STATUS, 2000), BMC_OK);

    link_age(21000);
    fake_wait(&bmc.unit, NULL, 300);
    assert_int_equal(link_unit()->phase, BMC_IPMI_UP);
    assert_true(uv_now(&bmc.loop) - link_unit()->heard < 1000);

    /* … and found to be over when nobody answers */

    box_kill();
    link_age(21000);
    fake_wait(&bmc.unit, NULL, 1500);
    assert_int_equal(link_unit()->phase, BMC_IPMI_SHUT);
}


static void
a_unit_closes_at_once_whatever_is_under_way(void **state)
{
    assert_int_equal(kill(bmc.pid, SIGSTOP), 0);

    fake_free(&bmc.call);
    fake_run(&bmc.unit, &bmc.call, BMC_POWER_STATUS, NULL, 5000);
    fake_wait(&bmc.unit, &bmc.call, 50);
    assert_int_equal(bmc.call.ended, 0);

    fake_close(&bmc.unit);
    assert_int_equal(bmc.call.ended, 1);
    assert_true(bmc.call.took < 1000);
}


static void
a_name_that_cannot_be_found_is_said(void **state)
{
    bmc.address = "nothing.invalid";

    assert_int_equal(box_ask(BMC_POWER_STATUS, 4000), BMC_UNREACHABLE);
    assert_non_null(strstr(bmc.call.text, "nothing.invalid"));
}


static void
a_password_that_ipmi_cannot_have_is_an_error(void **state)
{
    bmc.secret.word = "longer than twenty characters";

    assert_int_equal(box_ask(BMC_POWER_STATUS, 2000), BMC_CONF);
    assert_non_null(strstr(bmc.call.text, "20 bytes"));
}


/* a child has the parent's OpenIPMI in its memory, and must not touch it */

static void
a_process_forked_while_sessions_are_open_has_its_own(void **state)
{
    int           status;
    pid_t         pid;
    uv_loop_t     loop;
    fake_unit_t   unit;
    fake_call_t   call;

    assert_int_equal(box_ask(BMC_POWER_STATUS, 2000), BMC_OK);

    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        memset(&call, 0, sizeof(call));
        uv_loop_init(&loop);
        fake_open(&unit, &bmc_driver_ipmi, &bmc.host, &bmc.conf, NULL,
                  &loop);
        fake_run(&unit, &call, BMC_POWER_STATUS, NULL, 2000);
        fake_wait(&unit, &call, 2500);
        status = call.ended == 1 && call.rc == BMC_OK ? 0 : 1;
        fake_close(&unit);
        _exit(status);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);

    assert_int_equal(box_ask(BMC_POWER_STATUS, 2000), BMC_OK);
}


#define TEST(f)  cmocka_unit_test_setup_teardown(f, box_setup, box_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        TEST(a_session_is_used_again),
        TEST(a_bmc_that_was_restarted_is_logged_in_to_again),
        TEST(a_change_is_not_sent_into_a_session_that_may_be_over),
        TEST(a_change_without_an_answer_ends_in_time_and_is_never_repeated),
        TEST(a_change_that_may_not_be_sent_any_more_is_not),
        TEST(a_silent_bmc_is_unreachable_when_the_deadline_says_so),
        TEST(a_call_that_nobody_waits_for_ends_at_once),
        TEST(an_idle_session_is_kept_alive),
        TEST(a_unit_closes_at_once_whatever_is_under_way),
        TEST(a_name_that_cannot_be_found_is_said),
        TEST(a_password_that_ipmi_cannot_have_is_an_error),
        TEST(a_process_forked_while_sessions_are_open_has_its_own)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
