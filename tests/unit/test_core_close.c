
/*
 * Copyright (C) the bmcgate authors
 *
 * How a process of the gateway ends, by itself or killed.
 */


#include "core_rig.h"


static rig_ask_t  a, c;


static void
closing_logs_out_and_gives_leases_back(void **state)
{
    rig_open("host n[1-2] { driver sim; sim { latency 50ms; } }", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    rig_submit(rig.b, &a, "n2", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &c, "n2", BMC_POWER_ON, 0, 0);
    assert_true(rig_until(rig.b, &a.done, 1, 2000));
    rig_close(2000);
    assert_int_equal(c.done, 0);
    assert_int_equal(rig_count("n1", "sessions"), 0);
    assert_int_equal(rig_count("n2", "sessions"), 0);
    assert_int_equal(rig_audit("\"asked\"", "power.on"), 1);
    assert_int_equal(rig_audit("\"outcome\"", "power.on"), 1);

    /* done() of what was ready has not been called while closing */

    rig_open("host n1 { " RIG_SIM "}", 0);
    rig_submit(rig.b, &a, "n1", BMC_POWER_STATUS, 0, 0);
    rig_close(1000);
    assert_int_equal(a.done, 0);
}


static void
closing_takes_no_longer_than_it_may(void **state)
{
    int64_t  began;

    rig_open("host n[1-3] { timeout 20s; " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    rig_fault("n1", "mute");
    rig_fault("n2", "mute");
    rig_fault("n3", "mute");
    rig_submit(rig.b, &a, "n1", BMC_POWER_ON, 0, 0);
    rig_submit(rig.b, &a, "n1", BMC_POWER_OFF, 0, 0);
    rig_submit(rig.b, &c, "n2", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &c, "n3", BMC_CONSOLE_OPEN, 0, 0);
    rig_sleep(50);

    began = bmc_now();
    rig_close(300);
    assert_in_range(bmc_now() - began, 250, 900);
    assert_int_equal(rig_count("n1", "executed"), 1);
    assert_int_equal(rig_audit("\"outcome\"", "unknown"), 1);
    assert_int_equal(rig_audit("\"outcome\"", "power.off"), 1);
    assert_int_equal(rig_audit("\"outcome\"", "nothing was sent"), 1);
}


static void
closing_with_polls_and_verifications_under_way(void **state)
{
    rig_open("host n[1-8] { poll 1s; driver sim; sim { latency 60ms; "
        "shutdown_time 5s; } }", BMC_POLL);
    rig_sleep(150);
    rig_submit(rig.b, &a, "n1", BMC_POWER_OFF, BMC_VERIFY, 0);
    rig_submit(rig.b, &c, "n2", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_sleep(400);
    assert_int_equal(a.done, 0);
    rig_close(2000);
    assert_int_equal(a.done, 0);
    assert_int_equal(rig_audit("\"unverified\"", "power.off"), 1);
}


static void
what_a_closing_process_serves_moves_to_another(void **state)
{
    unsigned       i;
    rig_ask_t      r[6];
    rig_process_t  p;

    rig_write("host n1 { timeout 4s; driver sim; sim { latency 100ms; } }");
    p = rig_fork(rig_hold_n1);
    rig_open("host n1 { timeout 4s; driver sim; sim { latency 100ms; } }", 0);

    rig_submit(rig.b, &r[0], "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &r[1], "n1", BMC_BOOT_GET, BMC_FRESH, 0);
    rig_submit(rig.b, &r[2], "n1", BMC_BOOT_GET, BMC_FRESH, 0);
    rig_submit(rig.b, &r[3], "n1", BMC_POWER_ON, 0, 0);
    rig_submit(rig.b, &r[4], "n1", BMC_POWER_RESET, 0, 0);
    rig_submit(rig.b, &r[5], "n1", BMC_SENSORS_READ, 0, 0);
    rig_sleep(50);
    assert_int_equal(rig_end(&p, 0), 0);

    for (i = 0; i < 6; i++) {
        assert_true(rig_until(rig.b, &r[i].done, 1, 4000));
        assert_int_equal(r[i].rc, BMC_OK);
    }

    assert_int_equal(rig_count("n1", "executed"), 2);
    assert_int_equal(rig_count("n1", "sessions_max"), 1);
    assert_int_equal(rig_count("n1", "logins"), 2);
    assert_int_equal(rig_audit("\"outcome\"", "power."), 2);
}


/* killed at any moment: it happened once, or not, or nobody knows */

static void
a_holder_killed_with_changes_on_their_way(void **state)
{
    long           executed;
    unsigned       i, n;
    rig_ask_t      r[4];
    rig_process_t  p;

    for (n = 0, executed = 0; n < 5; n++) {
        rig_write("host n1 { timeout 2s; driver sim; "
            "sim { latency 40ms; sessions 8; } }");
        p = rig_fork(rig_hold_n1);
        rig_open("host n1 { timeout 2s; driver sim; "
            "sim { latency 40ms; sessions 8; } }", 0);

        for (i = 0; i < 4; i++) {
            rig_submit(rig.b, &r[i], "n1", i % 2 ? BMC_POWER_RESET
                                           : BMC_POWER_ON, 0, 0);
        }

        rig_sleep(20 + 25 * n);
        assert_int_equal(rig_end(&p, SIGKILL), -1);

        for (i = 0; i < 4; i++) {
            assert_true(rig_until(rig.b, &r[i].done, 1, 3000));
            assert_true(r[i].rc == BMC_OK || r[i].rc == BMC_UNKNOWN);
        }

        executed += 4;
        assert_true(rig_count("n1", "executed") <= executed);
        rig_close(1000);
        executed = rig_count("n1", "executed");
    }

    assert_int_equal(rig_audit("\"asked\"", "power."), 20);
    assert_int_equal(rig_audit("\"outcome\"", "power.")
        + rig_audit("\"lost\"", "power."), 20);
    assert_int_equal(rig_count("n1", "sessions_live_max"), 1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(closing_logs_out_and_gives_leases_back),
        rig_test(closing_takes_no_longer_than_it_may),
        rig_test(closing_with_polls_and_verifications_under_way),
        rig_test(what_a_closing_process_serves_moves_to_another),
        rig_test(a_holder_killed_with_changes_on_their_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
