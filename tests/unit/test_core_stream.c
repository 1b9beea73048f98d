
/*
 * Copyright (C) the bmcgate authors
 *
 * Consoles: one call to the BMC, many watchers, here and elsewhere.
 */


#include "core_rig.h"


#define HOST  "host n1 { timeout 1s; " RIG_SIM "}"


static rig_ask_t  one, two, three;


static bool
shows(rig_ask_t *a, const char *text, int64_t ms)
{
    int64_t  end;

    for (end = bmc_now() + ms; bmc_now() < end; rig_turn(rig.b, end)) {
        a->got[a->ngot] = '\0';

        if (strstr(a->got, text) != NULL) {
            return true;
        }
    }

    return false;
}


/* a machine that has booted says nothing by itself */

static void
booted(void)
{
    rig_open(HOST, 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
}


static void
watch(rig_ask_t *a)
{
    assert_int_equal(rig_submit(rig.b, a, "n1", BMC_CONSOLE_OPEN, 0, 0),
        BMC_OK);
    assert_int_equal(a->done, 0);
    assert_true(rig_until(rig.b, &a->done, 1, 2000));
    assert_int_equal(a->rc, BMC_OK);
}


static void
bytes_go_both_ways_until_it_is_dropped(void **state)
{
    booted();
    watch(&one);
    assert_true(shows(&one, "login: ", 3000));
    assert_int_equal(bmc_write(one.op, "uptime\r", 7), 7);
    assert_true(shows(&one, "uptime", 1000));

    /* the BMC answers other requests meanwhile */

    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    bmc_drop(one.op);
    rig_sleep(100);
    assert_int_equal(one.done, 1);
    assert_null(rig.b->run[0]->console);
    watch(&one);
    assert_int_equal(rig_count("n1", "console.open"), 2);
}


static void
who_comes_later_to_a_quiet_console_watches_too(void **state)
{
    booted();
    watch(&one);
    assert_true(shows(&one, "login: ", 3000));
    rig_sleep(150);
    watch(&two);
    assert_int_equal(rig_count("n1", "console.open"), 1);

    /* the oldest writes, what others type is lost */

    assert_int_equal(bmc_write(two.op, "lost", 4), 4);
    assert_int_equal(bmc_write(one.op, "kept", 4), 4);
    assert_true(shows(&two, "kept", 1000));
    assert_true(shows(&one, "kept", 1000));
    assert_null(strstr(one.got, "lost"));

    bmc_drop(one.op);
    assert_int_equal(bmc_write(two.op, "mine", 4), 4);
    assert_true(shows(&two, "mine", 1000));
    bmc_drop(two.op);
    rig_sleep(100);
    assert_null(rig.b->run[0]->console);
}


static void
drops_one(void *data, const void *bytes, size_t len)
{
    rig_sink(data, bytes, len);

    if (one.op != NULL) {
        bmc_drop(one.op);
        one.op = NULL;
    }
}


static void
drops_itself(void *data, const bmc_result_t *r)
{
    rig_ask_t  *a = data;

    rig_done(data, r);
    bmc_drop(a->op);
}


static void
watchers_may_be_dropped_by_what_they_are_told(void **state)
{
    bmc_request_t  req;

    booted();
    req = rig_request("n1", BMC_CONSOLE_OPEN, 0);
    memset(&two, 0, sizeof(two));
    watch(&one);
    assert_true(shows(&one, "login: ", 3000));

    assert_int_equal(bmc_stream(rig.b, &req, rig_done, drops_one, &two,
        &two.op, NULL), BMC_OK);
    watch(&three);
    assert_int_equal(bmc_write(one.op, "x", 1), 1);
    assert_true(shows(&three, "x", 1000));
    assert_null(one.op);
    assert_int_equal(bmc_write(two.op, "y", 1), 1);
    assert_true(shows(&two, "y", 1000));
    bmc_drop(two.op);
    bmc_drop(three.op);
    rig_sleep(50);

    memset(&two, 0, sizeof(two));
    assert_int_equal(bmc_stream(rig.b, &req, drops_itself, rig_sink, &two,
        &two.op, NULL), BMC_OK);
    rig_sleep(200);
    assert_int_equal(two.done, 1);
    assert_null(rig.b->run[0]->console);
}


static void
a_console_that_does_not_open_says_so_once(void **state)
{
    booted();
    rig_fault("n1", "mute");
    assert_int_equal(rig_submit(rig.b, &one, "n1", BMC_CONSOLE_OPEN, 0, 300),
        BMC_OK);
    assert_true(rig_until(rig.b, &one.done, 1, 2000));
    assert_true(one.rc == BMC_UNREACHABLE || one.rc == BMC_TIMEOUT);
    rig_sleep(100);
    assert_int_equal(one.done, 1);
}


static void
an_open_console_ends_with_its_bmc(void **state)
{
    booted();
    watch(&one);
    watch(&two);
    rig_fault("n1", "dead");
    assert_true(rig_until(rig.b, &one.done, 2, 2000));
    assert_true(rig_until(rig.b, &two.done, 2, 2000));
    assert_int_equal(one.rc, BMC_UNREACHABLE);
    assert_int_equal(two.rc, BMC_UNREACHABLE);
}


static void
a_console_works_through_a_peer_until_that_dies(void **state)
{
    rig_process_t  p;

    rig_write(HOST);
    p = rig_fork(rig_hold_n1);
    rig_open(HOST, 0);

    assert_int_equal(rig_submit(rig.b, &one, "n1", BMC_CONSOLE_OPEN, 0, 0),
        BMC_OK);
    assert_int_equal(bmc_write(one.op, "early", 5), 0);
    assert_true(rig_until(rig.b, &one.done, 1, 2000));
    assert_int_equal(one.rc, BMC_OK);
    assert_true(shows(&one, "login: ", 3000));
    watch(&two);
    assert_int_equal(bmc_write(one.op, "hello", 5), 5);
    assert_true(shows(&one, "hello", 1000));
    assert_true(shows(&two, "hello", 1000));
    assert_null(strstr(one.got, "early"));
    assert_int_equal(rig_count("n1", "console.open"), 1);

    bmc_drop(two.op);
    rig_sleep(50);
    assert_int_equal(rig_end(&p, SIGKILL), -1);
    assert_true(rig_until(rig.b, &one.done, 2, 2000));
    assert_int_equal(one.rc, BMC_UNREACHABLE);
    assert_int_equal(two.done, 1);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
}


static void
a_console_dropped_here_is_hung_up_at_the_peer(void **state)
{
    rig_process_t  p;

    rig_write(HOST);
    p = rig_fork(rig_hold_n1);
    rig_open(HOST, 0);
    watch(&one);
    bmc_drop(one.op);
    rig_sleep(100);
    watch(&one);
    assert_int_equal(rig_count("n1", "console.open"), 2);
    assert_int_equal(rig_end(&p, 0), 0);
    assert_true(rig_until(rig.b, &one.done, 2, 2000));
}


static void
a_console_ends_when_its_host_is_removed(void **state)
{
    bmc_base_t  *base;

    booted();
    watch(&one);
    rig_write("host n2 { " RIG_SIM "}");
    base = rig_load(0);
    assert_int_equal(bmc_reload(rig.b, base), BMC_OK);
    bmc_unload(base);
    assert_true(rig_until(rig.b, &one.done, 2, 2000));
    rig_sleep(50);
    assert_int_equal(rig_count("n1", "sessions"), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(bytes_go_both_ways_until_it_is_dropped),
        rig_test(who_comes_later_to_a_quiet_console_watches_too),
        rig_test(watchers_may_be_dropped_by_what_they_are_told),
        rig_test(a_console_that_does_not_open_says_so_once),
        rig_test(an_open_console_ends_with_its_bmc),
        rig_test(a_console_works_through_a_peer_until_that_dies),
        rig_test(a_console_dropped_here_is_hung_up_at_the_peer),
        rig_test(a_console_ends_when_its_host_is_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
