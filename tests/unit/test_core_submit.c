
/*
 * Copyright (C) the bmcgate authors
 *
 * What bmc_submit() promises: done() once and from bmc_run() only, never
 * after bmc_drop(); what is equal is asked once; what is refused says why.
 */


#include "core_rig.h"


#define SLOW_HOST  "host n1 { timeout 2s; driver sim; sim { latency 150ms; " \
                   "login 0; power_delay 0; } }"


static void
done_is_called_once_and_from_run_only(void **state)
{
    rig_ask_t  a, c;

    rig_open("host n1 { " RIG_SIM "}", 0);

    assert_int_equal(rig_submit(rig.b, &a, "n1", BMC_POWER_STATUS, 0, 0),
        BMC_OK);
    assert_int_equal(a.done, 0);
    assert_true(bmc_timeout(rig.b) >= 0);
    bmc_run(rig.b);
    assert_true(rig_until(rig.b, &a.done, 1, 1000));

    /* from the board: known at once, told later all the same */

    assert_int_equal(rig_submit(rig.b, &c, "n1", BMC_POWER_STATUS, 0, 0),
        BMC_OK);
    assert_int_equal(c.done, 0);
    assert_int_equal(bmc_timeout(rig.b), 0);
    bmc_run(rig.b);
    assert_int_equal(c.done, 1);
    assert_true(c.from_board);
    assert_string_equal(c.driver, "sim");

    rig_sleep(100);
    assert_int_equal(a.done, 1);
    assert_int_equal(c.done, 1);
    assert_int_equal(rig_count("n1", "reads"), 1);
}


static void
equal_reads_share_one_command(void **state)
{
    unsigned   i;
    rig_ask_t  a[10];

    rig_open("host n1 { timeout 4s; driver sim; sim { latency 500ms; "
        "login 0; } }", 0);

    for (i = 0; i < 10; i++) {
        assert_int_equal(rig_submit(rig.b, &a[i], "n1", BMC_SENSORS_READ,
            BMC_FRESH, 0), BMC_OK);
        rig_sleep(5);
    }

    for (i = 0; i < 10; i++) {
        assert_true(rig_until(rig.b, &a[i].done, 1, 4000));
        assert_int_equal(a[i].rc, BMC_OK);
        assert_string_equal(a[i].driver, "sim");
        assert_non_null(strstr(a[i].json, "\"sensors\""));
    }

    assert_int_equal(rig_count("n1", "reads"), 1);
}


static void
a_read_asked_after_a_change_is_not_one_from_before_it(void **state)
{
    rig_ask_t  before, change, after, later;

    rig_open(SLOW_HOST, 0);

    rig_submit(rig.b, &before, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &change, "n1", BMC_POWER_FORCE_OFF, 0, 0);
    rig_submit(rig.b, &after, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &later, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);

    assert_true(rig_until(rig.b, &before.done, 1, 1000));
    assert_int_equal(before.view.power, BMC_POWER_IS_ON);
    assert_int_equal(after.done, 0);
    assert_true(rig_until(rig.b, &later.done, 1, 1000));
    assert_int_equal(change.rc, BMC_OK);
    assert_int_equal(after.view.power, BMC_POWER_IS_OFF);
    assert_int_equal(later.view.power, BMC_POWER_IS_OFF);
    assert_int_equal(rig_count("n1", "reads"), 2);
}


static void
the_board_does_not_answer_for_what_was_before_a_change(void **state)
{
    rig_ask_t  a;

    rig_open(SLOW_HOST, 0);

    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, 0), BMC_OK);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, 0), BMC_OK);
    assert_true(a.from_board);

    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_FORCE_OFF, 0), BMC_OK);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, 0), BMC_OK);
    assert_false(a.from_board);
    assert_int_equal(a.view.power, BMC_POWER_IS_OFF);
}


static void
who_follows_the_impatient_waits_on(void **state)
{
    rig_ask_t  impatient, patient;

    rig_open(SLOW_HOST, 0);

    rig_submit(rig.b, &impatient, "n1", BMC_LAN_READ, 0, 20);
    rig_submit(rig.b, &patient, "n1", BMC_LAN_READ, 0, 2000);

    assert_true(rig_until(rig.b, &impatient.done, 1, 1000));
    assert_true(impatient.rc == BMC_UNREACHABLE
                || impatient.rc == BMC_TIMEOUT);
    assert_true(rig_until(rig.b, &patient.done, 1, 2000));
    assert_int_equal(patient.rc, BMC_OK);
}


static void
a_dropped_read_is_never_told_wherever_it_was(void **state)
{
    rig_ask_t  at_bmc, follows, queued, ready, last;

    rig_open(SLOW_HOST, 0);

    rig_submit(rig.b, &at_bmc, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &follows, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &queued, "n1", BMC_BOOT_GET, 0, 0);
    rig_submit(rig.b, &last, "n1", BMC_LAN_READ, 0, 0);

    bmc_drop(queued.op);
    bmc_drop(follows.op);
    bmc_drop(at_bmc.op);
    assert_true(rig_until(rig.b, &last.done, 1, 1000));
    assert_int_equal(last.rc, BMC_OK);

    assert_int_equal(rig_ask(&ready, "n1", BMC_POWER_STATUS, 0), BMC_OK);
    rig_submit(rig.b, &ready, "n1", BMC_POWER_STATUS, 0, 0);
    bmc_drop(ready.op);
    rig_sleep(200);

    assert_int_equal(at_bmc.done + follows.done + queued.done + ready.done,
        0);
    assert_int_equal(rig_count("n1", "boot.get"), 0);
}


/* the one who asked first goes; the others still get its answer */

static void
who_follows_a_dropped_read_is_answered(void **state)
{
    rig_ask_t  first, second;

    rig_open(SLOW_HOST, 0);
    rig_submit(rig.b, &first, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &second, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    bmc_drop(first.op);
    assert_true(rig_until(rig.b, &second.done, 1, 1000));
    assert_int_equal(second.rc, BMC_OK);
    assert_int_equal(first.done, 0);
    assert_int_equal(rig_count("n1", "reads"), 1);
}


static void
who_follows_a_dropped_read_hears_of_silence_too(void **state)
{
    rig_ask_t  first, second;

    rig_open(SLOW_HOST, 0);
    rig_fault("n1", "mute");
    rig_submit(rig.b, &first, "n1", BMC_POWER_STATUS, BMC_FRESH, 300);
    rig_submit(rig.b, &second, "n1", BMC_POWER_STATUS, BMC_FRESH, 1500);
    bmc_drop(first.op);
    assert_true(rig_until(rig.b, &second.done, 1, 2500));
    assert_int_equal(second.rc, BMC_UNREACHABLE);
    assert_int_equal(first.done, 0);
}


static void
a_read_dropped_at_a_peer_is_never_told(void **state)
{
    rig_ask_t      a, c;
    rig_process_t  p;

    rig_write(SLOW_HOST);
    p = rig_fork(rig_hold_n1);
    rig_open(SLOW_HOST, 0);
    rig_submit(rig.b, &a, "n1", BMC_SENSORS_READ, BMC_FRESH, 0);
    rig_submit(rig.b, &c, "n1", BMC_BOOT_GET, BMC_FRESH, 0);
    rig_sleep(20);
    bmc_drop(a.op);
    assert_true(rig_until(rig.b, &c.done, 1, 2000));
    assert_int_equal(c.rc, BMC_OK);
    rig_sleep(200);
    assert_int_equal(a.done, 0);
    assert_int_equal(rig_end(&p, 0), 0);
}


static void
a_dropped_change_finishes_unseen_but_audited(void **state)
{
    rig_ask_t      a, c;
    bmc_op_info_t  info;

    rig_open(SLOW_HOST, 0);
    rig_submit(rig.b, &a, "n1", BMC_POWER_FORCE_OFF, 0, 0);
    rig_submit(rig.b, &c, "n1", BMC_BOOT_GET, 0, 0);
    bmc_drop(a.op);
    assert_true(rig_until(rig.b, &c.done, 1, 2000));
    assert_int_equal(a.done, 0);
    assert_int_equal(rig_count("n1", "executed"), 1);
    assert_int_equal(rig_audit("\"asked\"", "power.force-off"), 1);
    assert_int_equal(rig_audit("\"outcome\"", "power.force-off"), 1);
    assert_true(bmc_op_info(rig.b, c.view.last_op, &info));
    assert_int_equal(info.state, BMC_OP_ACCEPTED);
}


static void
dropping_at_random_for_a_second_harms_nobody(void **state)
{
    bool               used[64] = { false };
    char               host[8];
    int64_t            end;
    unsigned           i, dropped[64];
    rig_ask_t         *a;
    static const bmc_verb_t  verbs[] = {
        BMC_POWER_STATUS, BMC_POWER_STATUS, BMC_BOOT_GET, BMC_SENSORS_READ,
        BMC_POWER_ON, BMC_LAN_READ, BMC_IDENTIFY_GET
    };

    a = calloc(64, sizeof(rig_ask_t));
    assert_non_null(a);
    memset(dropped, 0, sizeof(dropped));
    srandom(7);
    rig_open("host n[1-4] { timeout 500ms; driver sim; "
        "sim { latency 5ms; } }", 0);
    end = bmc_now() + 1000;

    while (bmc_now() < end) {
        i = (unsigned) random() % 64;

        if (used[i] && a[i].done == 0) {
            bmc_drop(a[i].op);
            used[i] = false;
            continue;
        }

        assert_true(!used[i] || a[i].done == 1);
        (void) snprintf(host, sizeof(host), "n%ld", 1 + random() % 4);
        used[i] = rig_submit(rig.b, &a[i], host, verbs[random() % 7],
            (unsigned) random() % 2 ? BMC_FRESH : 0, 0) == BMC_OK;

        if (random() % 3 == 0) {
            bmc_run(rig.b);
        }
    }

    rig_sleep(700);

    for (i = 0; i < 64; i++) {
        assert_int_equal(a[i].done, used[i] ? 1 : 0);
    }

    free(a);
}


/* -- what is refused, and how it is said */

static void
what_makes_no_sense_is_refused_with_a_reason(void **state)
{
    rig_ask_t      a;
    bmc_arg_t      arg = { "device", "floppy" };
    bmc_request_t  req;

    rig_open("host node[1-3] { " RIG_SIM "} host old { driver unmanaged; }",
        0);

    assert_int_equal(rig_ask(&a, "nod3", BMC_POWER_STATUS, 0), BMC_NO_HOST);
    assert_non_null(strstr(rig.why, "no host \"nod3\""));
    assert_non_null(strstr(rig.why, "did you mean"));

    req = rig_request("node1", BMC_VERB_MAX, 0);
    assert_int_equal(bmc_submit(rig.b, &req, rig_done, &a, NULL, rig.why),
        BMC_NO_VERB);

    req = rig_request("node1", BMC_BOOT_SET, 0);
    assert_int_equal(bmc_submit(rig.b, &req, rig_done, &a, NULL, rig.why),
        BMC_USAGE);
    assert_non_null(strstr(rig.why, "device"));

    req.args = &arg;
    req.nargs = 1;
    assert_int_equal(bmc_submit(rig.b, &req, rig_done, &a, NULL, rig.why),
        BMC_USAGE);
    assert_non_null(strstr(rig.why, "floppy"));

    req.actor = NULL;
    assert_int_equal(bmc_submit(rig.b, &req, rig_done, &a, NULL, NULL),
        BMC_USAGE);

    assert_int_equal(rig_ask(&a, "old", BMC_POWER_ON, 0), BMC_UNSUPPORTED);
    assert_non_null(strstr(rig.why, "unmanaged cannot do power.on"));

    req = rig_request("node1", BMC_CONSOLE_OPEN, 0);
    assert_int_equal(bmc_submit(rig.b, &req, rig_done, &a, NULL, rig.why),
        BMC_USAGE);
    req.verb = BMC_POWER_STATUS;
    assert_int_equal(bmc_stream(rig.b, &req, rig_done, rig_sink, &a, NULL,
        rig.why), BMC_USAGE);
}


static void
policy_refuses_by_role_and_says_so_in_the_audit(void **state)
{
    rig_ask_t      a;
    bmc_actor_t    reader = { BMC_ACTOR_KEY, "ha", NULL, "1.2.3.4" };
    bmc_request_t  req;

    rig_open("host n1 { " RIG_SIM "} key ha { role reader; sha256 "
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855; }",
        0);

    memset(&a, 0, sizeof(a));
    req = rig_request("n1", BMC_POWER_ON, 0);
    req.actor = &reader;
    assert_int_equal(bmc_submit(rig.b, &req, rig_done, &a, NULL, rig.why),
        BMC_DENIED);
    assert_non_null(strstr(rig.why, "does not allow power"));
    assert_int_equal(rig_audit("\"refused\"", "key:ha"), 1);
    assert_int_equal(rig_audit("\"refused\"", "1.2.3.4"), 1);

    req.verb = BMC_POWER_STATUS;
    assert_int_equal(bmc_submit(rig.b, &req, rig_done, &a, NULL, rig.why),
        BMC_OK);
    assert_true(rig_until(rig.b, &a.done, 1, 1000));
    assert_int_equal(rig_count("n1", "executed"), 0);
}


static void
changes_of_an_actor_are_limited_over_all_processes(void **state)
{
    unsigned       i, ok;
    rig_ask_t      a;
    rig_process_t  p;

    rig_write("limit changes 5/m; host n[1-2] { " RIG_SIM "}");
    p = rig_fork(rig_hold_n1);
    rig_open("limit changes 5/m; host n[1-2] { " RIG_SIM "}", 0);

    for (i = 0, ok = 0; i < 8; i++) {
        ok += rig_ask(&a, i % 2 ? "n1" : "n2", BMC_POWER_ON, 0) == BMC_OK;
    }

    assert_int_equal(ok, 5);
    assert_int_equal(rig_ask(&a, "n2", BMC_POWER_ON, 0), BMC_LIMITED);
    assert_non_null(strstr(rig.why, "limit changes: local:root"));
    assert_int_equal(rig_audit("\"refused\"", "limit changes"), 4);
    assert_int_equal(rig_count("n1", "executed")
        + rig_count("n2", "executed"), 5);
    assert_int_equal(rig_end(&p, 0), 0);

    /* another core is told the same; reads are not counted */

    rig_close(1000);
    rig_open("limit changes 5/m; host n[1-2] { " RIG_SIM "}", 0);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_LIMITED);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
}


static void
more_than_are_allowed_under_way_are_refused(void **state)
{
    rig_ask_t  a, c, d;

    rig_open("limit inflight 2; host n[1-3] { driver sim; "
        "sim { latency 100ms; } }", 0);
    assert_int_equal(rig_submit(rig.b, &a, "n1", BMC_BOOT_GET, 0, 0), BMC_OK);
    assert_int_equal(rig_submit(rig.b, &c, "n2", BMC_BOOT_GET, 0, 0), BMC_OK);
    assert_int_equal(rig_submit(rig.b, &d, "n3", BMC_BOOT_GET, 0, 0),
        BMC_LIMITED);
    assert_non_null(strstr(rig.why, "limit inflight"));
    assert_true(rig_until(rig.b, &c.done, 1, 1000));
    assert_int_equal(rig_ask(&d, "n3", BMC_BOOT_GET, 0), BMC_OK);
}


static void
a_queue_that_is_full_says_busy(void **state)
{
    unsigned    i;
    rig_ask_t  *a;

    a = calloc(70, sizeof(rig_ask_t));
    assert_non_null(a);
    rig_open("host n1 { timeout 1s; driver sim; sim { latency 300ms; } }", 0);

    for (i = 0; i < 70; i++) {
        assert_int_equal(rig_submit(rig.b, &a[i], "n1", BMC_POWER_ON, 0, 0),
            BMC_OK);
    }

    rig_sleep(1300);

    for (i = 0; i < 70; i++) {
        assert_int_equal(a[i].done, 1);
    }

    assert_int_equal(a[69].rc, BMC_BUSY);
    assert_int_equal(a[60].rc, BMC_TIMEOUT);
    assert_non_null(strstr(a[60].text, "nothing was sent"));
    assert_int_equal(rig_audit("\"asked\"", "power.on"), 70);
    assert_int_equal(rig_audit("\"outcome\"", "power.on"), 70);
    free(a);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(done_is_called_once_and_from_run_only),
        rig_test(equal_reads_share_one_command),
        rig_test(a_read_asked_after_a_change_is_not_one_from_before_it),
        rig_test(the_board_does_not_answer_for_what_was_before_a_change),
        rig_test(who_follows_the_impatient_waits_on),
        rig_test(a_dropped_read_is_never_told_wherever_it_was),
        rig_test(who_follows_a_dropped_read_is_answered),
        rig_test(who_follows_a_dropped_read_hears_of_silence_too),
        rig_test(a_read_dropped_at_a_peer_is_never_told),
        rig_test(a_dropped_change_finishes_unseen_but_audited),
        rig_test(dropping_at_random_for_a_second_harms_nobody),
        rig_test(what_makes_no_sense_is_refused_with_a_reason),
        rig_test(policy_refuses_by_role_and_says_so_in_the_audit),
        rig_test(changes_of_an_actor_are_limited_over_all_processes),
        rig_test(more_than_are_allowed_under_way_are_refused),
        rig_test(a_queue_that_is_full_says_busy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
