
/*
 * Copyright (C) the bmcgate authors
 *
 * A change is sent at most once, and told as it is: with BMCs that are slow,
 * silent, busy, dead, or refuse.
 */


#include "core_rig.h"

#include <sys/resource.h>


#define HOST(more)  "host n1 { timeout 700ms; " more RIG_SIM "}"


static bmc_op_state_t
state_of(uint64_t id)
{
    bmc_op_info_t  info;

    return bmc_op_info(rig.b, id, &info) ? (bmc_op_state_t) info.state
                                         : BMC_OP_NONE;
}


static void
outcomes(unsigned n)
{
    assert_int_equal(rig_audit("\"asked\"", "power."), n);
    assert_int_equal(rig_audit("\"outcome\"", "power."), n);
}


static void
a_change_is_asked_accepted_and_in_the_audit(void **state)
{
    rig_ask_t  a;

    rig_open(HOST(), 0);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_FORCE_OFF, 0), BMC_OK);
    assert_true(a.accepted);
    assert_false(a.verified);
    assert_string_equal(a.text, "accepted");
    assert_int_equal(state_of(a.id), BMC_OP_ACCEPTED);
    assert_int_equal(a.view.last_op, a.id);
    assert_int_equal(rig_count("n1", "executed"), 1);
    outcomes(1);
}


/* each is sent once, and nobody knows what became of it */

static void
sent_into_silence(const char *fault, const char *text)
{
    rig_ask_t  a;

    rig_fault("n1", fault);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_CYCLE, 0), BMC_UNKNOWN);
    assert_non_null(strstr(a.text, text));
    assert_non_null(strstr(a.text, "unknown whether it happened"));
    assert_int_equal(state_of(a.id), BMC_OP_UNKNOWN);
    rig_fault("n1", NULL);
    rig_sleep(300);
    assert_int_equal(rig_count("n1", "executed"), 1);
    outcomes(1);
    assert_int_equal(rig_audit("\"outcome\"", "unknown"), 1);
}


static void
a_bmc_that_takes_3_s_leaves_it_unknown(void **state)
{
    rig_open(HOST(), 0);
    sent_into_silence("slow=3s", "no answer");
}


static void
a_bmc_that_never_answers_leaves_it_unknown(void **state)
{
    rig_open(HOST(), 0);
    sent_into_silence("mute", "no answer");
}


static void
a_bmc_that_dies_over_it_leaves_it_unknown(void **state)
{
    rig_open(HOST(), 0);
    sent_into_silence("dies", "no answer");
}


static void
a_dead_bmc_was_never_sent_anything(void **state)
{
    rig_ask_t  a;

    rig_open(HOST(), 0);
    rig_fault("n1", "dead");
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_UNREACHABLE);
    assert_int_equal(state_of(a.id), BMC_OP_FAILED);
    assert_null(strstr(a.text, "unknown"));
    assert_int_equal(rig_count("n1", "executed"), 0);
    outcomes(1);

    /* known to be dead: reads are answered at once, until it is retried */

    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, 0),
        BMC_UNREACHABLE);
    assert_true(a.from_board);
    assert_true(a.view.retry_at > bmc_now());
    rig_fault("n1", NULL);
    assert_int_equal(rig_ask(&a, "n1", BMC_RETRY, 0), BMC_OK);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, 0), BMC_OK);
    assert_false(a.from_board);
}


static void
a_session_that_fell_silent_before_leaves_it_unknown(void **state)
{
    rig_open(HOST(), 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    rig_fault("n1", "mute");
    assert_int_equal(rig_read(rig.b, "n1"), BMC_UNREACHABLE);
    sent_into_silence("mute", "no answer");
}


static void
a_busy_bmc_is_asked_again_within_the_deadline(void **state)
{
    rig_ask_t  a;

    rig_open("host n1 { timeout 3s; " RIG_SIM "}", 0);
    rig_fault("n1", "busy=600ms");
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_OK);
    assert_int_equal(state_of(a.id), BMC_OP_ACCEPTED);
    assert_int_equal(rig_count("n1", "executed"), 1);
    assert_true(rig_count("n1", "refused") >= 2);
    assert_true(rig_count("n1", "refused") <= 4);
    outcomes(1);
}


static void
a_bmc_that_stays_busy_says_so_in_the_end(void **state)
{
    rig_ask_t  a;

    rig_open(HOST(), 0);
    rig_fault("n1", "busy");
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_BUSY);
    assert_non_null(strstr(a.text, "node busy"));
    assert_int_equal(state_of(a.id), BMC_OP_FAILED);
    assert_int_equal(rig_count("n1", "executed"), 0);
    outcomes(1);
}


static void
a_read_may_be_dropped_while_a_busy_bmc_rests(void **state)
{
    rig_ask_t  a, c;

    rig_open("host n1 { timeout 2s; " RIG_SIM "}", 0);
    rig_fault("n1", "busy");
    rig_submit(rig.b, &a, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_sleep(50);
    bmc_drop(a.op);
    rig_fault("n1", NULL);
    assert_int_equal(rig_ask(&c, "n1", BMC_BOOT_GET, 0), BMC_OK);
    assert_int_equal(a.done, 0);
}


static void
a_full_session_table_is_waited_for(void **state)
{
    rig_ask_t  a;

    rig_open("host n1 { timeout 3s; " RIG_SIM "}", 0);
    rig_fault("n1", "full");
    rig_submit(rig.b, &a, "n1", BMC_POWER_ON, 0, 0);
    rig_sleep(300);
    rig_fault("n1", NULL);
    assert_true(rig_until(rig.b, &a.done, 1, 3000));
    assert_int_equal(a.rc, BMC_OK);
    assert_int_equal(rig_count("n1", "executed"), 1);
}


static void
a_refused_change_quotes_the_bmc(void **state)
{
    rig_ask_t  a;

    rig_open(HOST(), 0);
    rig_fault("n1", "no-nmi");
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_NMI, 0), BMC_UNSUPPORTED);
    assert_non_null(strstr(a.text, "0xC1"));
    assert_int_equal(state_of(a.id), BMC_OP_FAILED);
    outcomes(1);
}


/* our credentials are not tried again and again: that locks accounts out */

static void
a_bmc_that_refuses_the_login_is_asked_once(void **state)
{
    unsigned   i;
    rig_ask_t  a;

    rig_open(HOST(), 0);
    rig_fault("n1", "refuses-login");
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_BAD_LOGIN);
    assert_int_equal(rig_count("n1", "refused"), 1);
    assert_int_equal(a.view.reach, BMC_REACH_REFUSED);

    for (i = 0; i < 3; i++) {
        assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_BAD_LOGIN);
        assert_int_equal(rig_read(rig.b, "n1"), BMC_BAD_LOGIN);
        assert_int_equal(rig_ask(&a, "n1", BMC_CONSOLE_OPEN, 0),
            BMC_BAD_LOGIN);
    }

    assert_non_null(strstr(a.text, "refuses"));
    assert_int_equal(rig_count("n1", "refused"), 1);
    outcomes(4);

    rig_fault("n1", NULL);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_BAD_LOGIN);
    assert_int_equal(rig_ask(&a, "n1", BMC_RETRY, 0), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
}


static void
a_console_that_is_refused_counts_too(void **state)
{
    rig_ask_t  a;

    rig_open(HOST(), 0);
    rig_fault("n1", "refuses-login");
    assert_int_equal(rig_ask(&a, "n1", BMC_CONSOLE_OPEN, 0), BMC_BAD_LOGIN);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_BAD_LOGIN);
    assert_int_equal(rig_count("n1", "refused"), 1);
}


static void
a_changed_password_is_tried(void **state)
{
    bmc_base_t  *base;

    rig_open("host n1 { driver sim; user a; password old; "
        "sim { require_password new; } }", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_BAD_LOGIN);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_BAD_LOGIN);
    assert_int_equal(rig_count("n1", "refused"), 1);

    rig_write("host n1 { driver sim; user a; password new; "
        "sim { require_password new; } }");
    base = rig_load(0);
    assert_int_equal(bmc_reload(rig.b, base), BMC_OK);
    bmc_unload(base);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
}


static void
an_audit_that_cannot_be_written_stops_changes(void **state)
{
    bmc_rc_t        rc;
    rig_ask_t       a;
    struct rlimit   was, none;

    rig_open(HOST(), 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);

    /* as on a disk that is full */

    (void) signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    none = was;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    rc = rig_ask(&a, "n1", BMC_POWER_ON, 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);

    assert_int_equal(rc, BMC_UNAUDITED);
    assert_non_null(strstr(rig.why, "audit.log"));
    assert_int_equal(rig_count("n1", "executed"), 0);
    assert_int_equal(state_of(bmc_board_op_last(rig.b->board)),
        BMC_OP_FAILED);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_OK);
    outcomes(1);
}


/* what waits in a queue past its time is not sent late */

static void
a_change_whose_time_is_over_is_never_sent(void **state)
{
    rig_ask_t  a, c;

    rig_open("host n1 { timeout 3s; " RIG_SIM "}", 0);
    rig_fault("n1", "slow=350ms");
    rig_submit(rig.b, &a, "n1", BMC_SENSORS_READ, 0, 0);
    rig_submit(rig.b, &c, "n1", BMC_POWER_ON, 0, 300);
    assert_true(rig_until(rig.b, &c.done, 1, 1000));
    assert_int_equal(c.rc, BMC_TIMEOUT);
    assert_non_null(strstr(c.text, "nothing was sent"));
    assert_int_equal(state_of(c.id), BMC_OP_CANCELLED);
    rig_sleep(500);
    assert_int_equal(a.rc, BMC_OK);
    assert_int_equal(rig_count("n1", "executed"), 0);
    outcomes(1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_change_is_asked_accepted_and_in_the_audit),
        rig_test(a_bmc_that_takes_3_s_leaves_it_unknown),
        rig_test(a_bmc_that_never_answers_leaves_it_unknown),
        rig_test(a_bmc_that_dies_over_it_leaves_it_unknown),
        rig_test(a_dead_bmc_was_never_sent_anything),
        rig_test(a_session_that_fell_silent_before_leaves_it_unknown),
        rig_test(a_busy_bmc_is_asked_again_within_the_deadline),
        rig_test(a_bmc_that_stays_busy_says_so_in_the_end),
        rig_test(a_read_may_be_dropped_while_a_busy_bmc_rests),
        rig_test(a_full_session_table_is_waited_for),
        rig_test(a_refused_change_quotes_the_bmc),
        rig_test(a_bmc_that_refuses_the_login_is_asked_once),
        rig_test(a_console_that_is_refused_counts_too),
        rig_test(a_changed_password_is_tried),
        rig_test(an_audit_that_cannot_be_written_stops_changes),
        rig_test(a_change_whose_time_is_over_is_never_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
