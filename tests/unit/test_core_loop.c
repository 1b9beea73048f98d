
/*
 * Copyright (C) the bmcgate authors
 *
 * The core inside loops that are not its own, and in processes that fork.
 */


#include "core_rig.h"

#include <sys/epoll.h>
#include <sys/time.h>


#define TWO_HOSTS  "host n[1-2] { timeout 400ms; " RIG_SIM "}"


static unsigned  events;


static void
count_event(void *data, const bmc_event_t *event)
{
    events++;
}


/* as an embedder would: nothing but the descriptor and the timeout */

static unsigned
epoll_loop(bmc_t *b, unsigned *counter, unsigned n, int64_t ms)
{
    int                 ep, timeout;
    int64_t             end, left;
    unsigned            turns;
    struct epoll_event  ev;

    ep = epoll_create1(EPOLL_CLOEXEC);
    assert_true(ep != -1);
    ev.events = EPOLLIN;
    ev.data.ptr = b;
    assert_int_equal(epoll_ctl(ep, EPOLL_CTL_ADD, bmc_fd(b), &ev), 0);

    end = bmc_now() + ms;

    for (turns = 0; counter == NULL || *counter < n; turns++) {
        left = end - bmc_now();

        if (left <= 0) {
            break;
        }

        timeout = bmc_timeout(b);
        timeout = timeout < 0 || timeout > left ? (int) left : timeout;
        (void) epoll_wait(ep, &ev, 1, timeout);
        bmc_run(b);
    }

    (void) close(ep);

    return turns;
}


static void
a_bare_epoll_loop_gets_answers_timeouts_and_events(void **state)
{
    int64_t    began;
    rig_ask_t  a, c;

    rig_open(TWO_HOSTS, 0);
    events = 0;
    assert_int_equal(bmc_watch(rig.b, 0, count_event, NULL), BMC_OK);

    assert_int_equal(rig_submit(rig.b, &a, "n1", BMC_POWER_STATUS, 0, 0),
        BMC_OK);
    rig_fault("n2", "dead");
    assert_int_equal(rig_submit(rig.b, &c, "n2", BMC_POWER_STATUS, 0, 0),
        BMC_OK);

    began = bmc_now();
    assert_true(epoll_loop(rig.b, &c.done, 1, 3000) < 40);

    assert_int_equal(a.done, 1);
    assert_int_equal(a.rc, BMC_OK);
    assert_int_equal(a.view.power, BMC_POWER_IS_ON);
    assert_int_equal(c.done, 1);
    assert_int_equal(c.rc, BMC_UNREACHABLE);
    assert_in_range(bmc_now() - began, 380, 1500);

    /* n1 is reached, on and well, n2 is not reached */

    assert_true(epoll_loop(rig.b, &events, 4, 1000) < 20);
    assert_int_equal(events, 4);
}


static void
an_idle_core_sleeps(void **state)
{
    rig_ask_t  a;

    rig_open(TWO_HOSTS, 0);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, 0), BMC_OK);
    assert_true(epoll_loop(rig.b, NULL, 0, 1000) <= 3);

    rig.turns = 0;
    rig_sleep(1000);
    assert_true(rig.turns <= 3);
}


static void
a_polling_core_sleeps_between_polls(void **state)
{
    rig_open("host n[1-2] { poll 1s; " RIG_SIM "}", BMC_POLL);
    rig_sleep(500);
    assert_true(epoll_loop(rig.b, NULL, 0, 1000) <= 30);
}


/* where a loop does nothing but what it is told to, no timer is missed */

static void
a_poll_loop_never_sleeps_past_what_is_due(void **state)
{
    unsigned   i;
    int64_t    began, took;
    rig_ask_t  a[5];

    rig_open("host n[1-5] { " RIG_SIM "}", 0);
    began = bmc_now();

    for (i = 0; i < 5; i++) {
        char  name[8];

        (void) snprintf(name, sizeof(name), "n%u", i + 1);
        rig_fault(name, "mute");
        assert_int_equal(rig_submit(rig.b, &a[i], name, BMC_POWER_STATUS,
            BMC_FRESH, 500 - 100 * i), BMC_OK);
    }

    for (i = 5; i > 0; i--) {
        assert_true(rig_until(rig.b, &a[i - 1].done, 1, 2000));
        took = bmc_now() - began;
        assert_in_range(took, 580 - 100 * i, 600 - 100 * i + 300);
        assert_true(i == 1 || a[i - 2].done == 0);
    }

    assert_true(rig.turns < 60);
}


/* requests from outside of bmc_run() must not wait for the next timer */

static void
a_request_to_a_peer_is_on_its_way_at_once(void **state)
{
    int64_t        began;
    rig_ask_t      a;
    rig_process_t  p;

    rig_write(TWO_HOSTS);
    p = rig_fork(rig_hold_n1);
    rig_open(TWO_HOSTS, 0);
    rig_sleep(50);

    began = bmc_now();
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, BMC_FRESH), BMC_OK);
    assert_true(bmc_now() - began < 200);
    assert_int_equal(rig_count("n1", "logins"), 1);
    assert_int_equal(rig_end(&p, 0), 0);
}


static void
forks_then_opens(int in, int out)
{
    bmc_t       *b;
    bmc_rc_t     rc;
    bmc_base_t  *base;

    base = rig_load(0);
    rig_must(base != NULL);
    rig_must(write(out, "r", 1) == 1);
    b = bmc_open(base, 0, NULL, NULL, &rc);
    rig_must(b != NULL);
    rig_must(rig_read(b, "n2") == BMC_OK);
    rig_must(write(out, "r", 1) == 1);
    rig_serve(b, in);
    bmc_close(b, 2000);
    bmc_unload(base);
}


static void
a_process_may_fork_first_and_open_after(void **state)
{
    rig_process_t  p;

    rig_write(TWO_HOSTS);
    p = rig_fork(forks_then_opens);
    rig_open(TWO_HOSTS, 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n2"), BMC_OK);
    rig_ready(&p);
    assert_int_equal(rig_end(&p, 0), 0);
    assert_int_equal(rig_read(rig.b, "n2"), BMC_OK);
    assert_int_equal(rig_count("n2", "sessions_max"), 1);
}


static unsigned  inherit_flags;


static void
inherits(int in, int out)
{
    char      host[8];
    bmc_t    *b;
    unsigned  i;
    bmc_rc_t  rc;

    b = bmc_open(rig.base, inherit_flags, NULL, NULL, &rc);
    rig_must(b != NULL);

    for (i = 1; i <= 8; i++) {
        (void) snprintf(host, sizeof(host), "n%u", i);
        rig_must(rig_read(b, host) == BMC_OK);
    }

    rig_must(write(out, "r", 1) == 1);
    rig_serve(b, in);
    bmc_close(b, 2000);
    bmc_unload(rig.base);
}


static void
four_children_share_an_inherited_base(void **state)
{
    char           host[8];
    unsigned       i;
    rig_process_t  p[4];

    rig_write("host n[1-8] { poll 1s; " RIG_SIM "}");
    rig.base = rig_load(0);
    assert_non_null(rig.base);

    for (i = 0; i < 4; i++) {
        inherit_flags = i % 2 ? BMC_POLL : 0;
        p[i] = rig_fork(inherits);
    }

    for (i = 0; i < 4; i++) {
        assert_int_equal(rig_end(&p[i], 0), 0);
    }

    for (i = 1; i <= 8; i++) {
        (void) snprintf(host, sizeof(host), "n%u", i);
        assert_int_equal(rig_count(host, "sessions_max"), 1);
        assert_int_equal(rig_count(host, "sessions"), 0);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_bare_epoll_loop_gets_answers_timeouts_and_events),
        rig_test(an_idle_core_sleeps),
        rig_test(a_polling_core_sleeps_between_polls),
        rig_test(a_poll_loop_never_sleeps_past_what_is_due),
        rig_test(a_request_to_a_peer_is_on_its_way_at_once),
        rig_test(a_process_may_fork_first_and_open_after),
        rig_test(four_children_share_an_inherited_base),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
