
/*
 * Copyright (C) the bmcgate authors
 *
 * A process that goes: what it still does, and what others may take.
 */


#include "core_rig.h"


static rig_ask_t      a, c;
static rig_process_t  other;


static bool
idle_within(int64_t ms)
{
    int64_t  end;

    for (end = bmc_now() + ms; bmc_busy(rig.b); rig_turn(rig.b, end)) {
        if (bmc_now() >= end) {
            return false;
        }
    }

    return true;
}


static void
hosts_with_nothing_under_way_are_logged_out(void **state)
{
    unsigned  turns;

    rig_open("host n[1-4] { poll 1s; " RIG_SIM "}", BMC_POLL);
    rig_sleep(300);
    assert_int_equal(rig_count("n4", "sessions"), 1);
    assert_true(idle_within(2000));

    bmc_retire(rig.b);
    bmc_retire(rig.b);
    rig_sleep(200);
    assert_int_equal(rig_count("n1", "sessions"), 0);
    assert_int_equal(rig_count("n4", "sessions"), 0);
    assert_int_equal(rig.b->held, 0);

    /* and nothing wakes it, neither polls nor the share of hosts to hold */

    turns = rig.turns;
    rig_sleep(1300);
    assert_in_range(rig.turns - turns, 1, 2);
    assert_int_equal(rig_count("n1", "logins"), 1);
}


static void
what_is_under_way_is_done_and_then_let_go(void **state)
{
    rig_open("host n[1-2] { driver sim; sim { latency 150ms; } }", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_false(bmc_busy(rig.b));
    rig_submit(rig.b, &a, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &c, "n1", BMC_POWER_RESET, 0, 0);
    bmc_retire(rig.b);
    assert_true(bmc_busy(rig.b));
    assert_true(rig_until(rig.b, &c.done, 1, 3000));
    assert_int_equal(a.rc, BMC_OK);
    assert_int_equal(c.rc, BMC_OK);
    assert_int_equal(rig_count("n1", "logins"), 1);
    assert_true(idle_within(1000));
    rig_sleep(400);
    assert_int_equal(rig_count("n1", "sessions"), 0);
    assert_int_equal(rig.b->held, 0);
}


static void
a_change_is_verified_to_the_end(void **state)
{
    rig_open("host n1 { driver sim; sim { power_delay 400ms; } }", 0);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_FORCE_OFF, BMC_VERIFY),
                     BMC_OK);
    rig_submit(rig.b, &a, "n1", BMC_POWER_ON, BMC_VERIFY, 0);
    rig_sleep(100);
    bmc_retire(rig.b);
    assert_true(rig_until(rig.b, &a.done, 1, 3000));
    assert_int_equal(a.rc, BMC_OK);
    assert_true(a.verified);

    /* nobody waits for this one */

    rig_submit(rig.b, &a, "n1", BMC_POWER_FORCE_OFF, BMC_VERIFY, 0);
    bmc_drop(a.op);
    assert_true(bmc_busy(rig.b));
    assert_true(idle_within(3000));
    rig_sleep(100);
    assert_int_equal(a.done, 0);
    assert_int_equal(rig_audit("\"verified\"", "power.force-off"), 2);
    assert_int_equal(rig_count("n1", "sessions"), 0);
}


static void
what_is_still_asked_is_answered(void **state)
{
    rig_open("host n1 { " RIG_SIM "}", BMC_POLL);
    bmc_retire(rig.b);

    /* each time anew: it keeps nothing */

    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    rig_sleep(100);
    assert_int_equal(rig_count("n1", "sessions"), 0);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_RESET, 0), BMC_OK);
    assert_true(idle_within(3000));
    rig_sleep(100);
    assert_int_equal(rig_count("n1", "sessions"), 0);
    assert_int_equal(rig_count("n1", "logins"), 2);
}


static void
another_process_takes_over(void **state)
{
    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    bmc_retire(rig.b);
    rig_sleep(100);
    other = rig_fork(rig_hold_n1);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_count("n1", "logins"), 2);
    assert_int_equal(rig_count("n1", "sessions_live_max"), 1);
    assert_int_equal(rig_end(&other, 0), 0);
}


static void
a_reload_does_not_bring_it_back(void **state)
{
    bmc_base_t  *base;

    rig_open("host n1 { poll 1s; " RIG_SIM "}", BMC_POLL);
    bmc_retire(rig.b);
    rig_write("host n[1-3] { poll 1s; " RIG_SIM "}");
    base = rig_load(0);
    assert_non_null(base);
    assert_int_equal(bmc_reload(rig.b, base), BMC_OK);
    bmc_unload(base);
    rig_sleep(300);
    assert_int_equal(rig.b->held, 0);
    assert_int_equal(rig_read(rig.b, "n3"), BMC_OK);
}


static void
who_polls_nobody_sleeps(void **state)
{
    rig_open("host n[1-3] { poll off; " RIG_SIM "}", BMC_POLL);
    rig_sleep(50);
    assert_int_equal(bmc_timeout(rig.b), -1);
    rig_write("host n[1-3] { poll 1s; " RIG_SIM "}");
    rig.base = (bmc_unload(rig.base), rig_load(0));
    assert_int_equal(bmc_reload(rig.b, rig.base), BMC_OK);
    rig_sleep(300);
    assert_int_equal(rig.b->held, 3);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(hosts_with_nothing_under_way_are_logged_out),
        rig_test(what_is_under_way_is_done_and_then_let_go),
        rig_test(a_change_is_verified_to_the_end),
        rig_test(what_is_still_asked_is_answered),
        rig_test(another_process_takes_over),
        rig_test(a_reload_does_not_bring_it_back),
        rig_test(who_polls_nobody_sleeps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
