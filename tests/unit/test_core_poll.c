
/*
 * Copyright (C) the bmcgate authors
 *
 * When a process asks by itself, and when it lets go.
 */


#include "core_rig.h"


static void
the_board_is_refreshed_at_the_interval(void **state)
{
    unsigned     i;
    bmc_view_t   v;

    rig_open("host n1 { poll 1s; " RIG_SIM "}", BMC_POLL);
    rig_sleep(1200);

    for (i = 0; i < 20; i++) {
        rig_sleep(100);
        assert_true(bmc_view(rig.b, bmc_host(rig.base, "n1"), &v));
        assert_int_equal(v.power, BMC_POWER_IS_ON);
        assert_true(bmc_now() - v.power_at < 1400);
        assert_true(v.sensors_at != 0);
    }

    assert_in_range(rig_count("n1", "power.status"), 2, 5);
    assert_string_equal(v.vendor, "bmcgate");
}


static void
polling_backs_off_from_the_dead(void **state)
{
    bmc_view_t  v;

    rig_open("host n[1-2] { poll 1s; timeout 100ms; " RIG_SIM "}", BMC_POLL);
    rig_fault("n1", "dead");
    rig_sleep(4000);
    assert_true(bmc_view(rig.b, bmc_host(rig.base, "n1"), &v));
    assert_int_equal(v.reach, BMC_REACH_NO);
    assert_in_range(v.failures, 2, 3);
    assert_true(v.message[0] != '\0');
    assert_true(bmc_view(rig.b, bmc_host(rig.base, "n2"), &v));
    assert_true(bmc_now() - v.power_at < 1400);
}


/* minutes of silence are too long for a test: the next poll is put off */

static bmc_run_t *
poll_is_put_off(void)
{
    bmc_run_t   *run;
    bmc_view_t   v;

    rig_open("host n1 { poll 1s; timeout 100ms; " RIG_SIM "}", BMC_POLL);
    rig_fault("n1", "dead");
    rig_sleep(1300);
    assert_true(bmc_view(rig.b, bmc_host(rig.base, "n1"), &v));
    assert_true(v.retry_at != 0);

    run = rig.b->run[0];
    run->poll_at = bmc_clock(rig.b) + 300000;
    bmc_run_arm(run);

    return run;
}


static void
who_answers_again_is_polled_as_before(void **state)
{
    long         reads;
    bmc_run_t   *run;
    rig_ask_t    ask;

    run = poll_is_put_off();
    rig_fault("n1", NULL);
    assert_int_equal(rig_ask(&ask, "n1", BMC_BOOT_GET, BMC_FRESH), BMC_OK);
    assert_in_range(run->poll_at - bmc_clock(rig.b), 0, 1000);

    reads = rig_count("n1", "power.status");
    rig_sleep(1500);
    assert_true(rig_count("n1", "power.status") > reads);
}


static void
who_is_to_be_asked_again_is_polled_as_before(void **state)
{
    bmc_run_t   *run;
    rig_ask_t    ask;

    run = poll_is_put_off();
    assert_int_equal(rig_ask(&ask, "n1", BMC_RETRY, 0), BMC_OK);
    assert_in_range(run->poll_at - bmc_clock(rig.b), 0, 1000);
}


/* 15 s are too long for a test: the clock of this one host is set forward */

static void
what_is_idle_is_given_back(void **state)
{
    bmc_run_t  *run;

    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    run = rig.b->run[0];
    assert_true(run->held);
    assert_in_range(run->idle_at - bmc_clock(rig.b), BMC_IDLE - 1000,
        BMC_IDLE);
    assert_int_equal(rig_count("n1", "sessions"), 1);

    run->idle_at = bmc_clock(rig.b) + 50;
    bmc_run_arm(run);
    rig_sleep(200);
    assert_false(run->held);
    assert_int_equal(rig_count("n1", "sessions"), 0);
    assert_int_equal(bmc_lease_owner(rig.b->board, run->slot), 0);

    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_count("n1", "logins"), 2);
}


/* a host that was given away must not be polled any more */

static void
what_was_given_away_is_left_alone(void **state)
{
    long        reads;
    bmc_run_t  *run;

    rig_open("host n1 { poll 1s; " RIG_SIM "}", BMC_POLL);
    rig_sleep(600);
    run = rig.b->run[0];
    assert_true(run->held);
    (void) uv_timer_stop(&rig.b->sweep);
    bmc_run_leave(run);
    rig_sleep(100);
    assert_false(run->held);
    reads = rig_count("n1", "reads");
    rig_sleep(1500);
    assert_int_equal(rig_count("n1", "reads"), reads);
    assert_int_equal(rig_count("n1", "sessions"), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(the_board_is_refreshed_at_the_interval),
        rig_test(polling_backs_off_from_the_dead),
        rig_test(who_answers_again_is_polled_as_before),
        rig_test(who_is_to_be_asked_again_is_polled_as_before),
        rig_test(what_is_idle_is_given_back),
        rig_test(what_was_given_away_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
