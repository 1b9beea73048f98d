
/*
 * Copyright (C) the bmcgate authors
 *
 * Many logins at once, and those who do not wait for the end of theirs.
 */


#include "login_rig.h"


/* none of them is checked before rig_crypt_held ends */

static rig_login_t *
crowd_come(unsigned n)
{
    char          name[16], from[32];
    unsigned      i;
    rig_login_t  *g;

    g = calloc(n + 1, sizeof(rig_login_t));
    assert_non_null(g);

    atomic_store(&rig_crypt_held, true);

    for (i = 0; i < n; i++) {
        (void) snprintf(name, sizeof(name), "user%u", i);
        (void) snprintf(from, sizeof(from), "10.0.%u.%u", i / 256, i % 256);
        assert_int_equal(rig_login_start(rig.b, &g[i], from, name, "x"),
            BMC_OK);
    }

    return g;
}


static void
two_are_checked_64_wait_and_the_others_come_again(void **state)
{
    unsigned      i;
    rig_login_t  *g;

    rig_open_users("limit logins off;");
    g = crowd_come(1024);
    i = 1024;

    assert_int_equal(rig_login_start(rig.b, &g[i], RIG_HERE, "alice",
        "secret"), BMC_LIMITED);
    assert_string_equal(rig.why, "1024 logins are under way in this process "
        "already");

    assert_true(rig_until(rig.b, &g[1023].done, 1, RIG_WAIT));
    rig_sleep(20);

    for (i = 0; i < 1024; i++) {
        assert_int_equal(g[i].done, i >= 66);
        assert_int_equal(g[i].rc, i >= 66 ? BMC_LIMITED : BMC_OK);
    }

    assert_string_equal(g[66].text, "64 passwords wait to be checked "
        "already");
    assert_int_equal(g[66].retry_after, 1);
    assert_in_range(rig_crypts, 0, 2);

    /* those that wait are told nothing when all ends */

    atomic_store(&rig_crypt_held, false);
    rig_close(0);

    for (i = 0; i < 66; i++) {
        assert_int_equal(g[i].done, 0);
    }

    free(g);
}


static void
who_waits_for_his_turn_may_leave(void **state)
{
    unsigned      i;
    rig_login_t  *g;

    rig_open_users("limit logins off;");
    g = crowd_come(66);
    assert_true(bmc_busy(rig.b));

    for (i = 10; i < 66; i++) {
        bmc_login_drop(g[i].l);
    }

    atomic_store(&rig_crypt_held, false);

    for (i = 0; i < 10; i++) {
        assert_true(rig_until(rig.b, &g[i].done, 1, 10000));
        assert_int_equal(g[i].rc, BMC_DENIED);
    }

    assert_int_equal(rig_crypts, 10);

    for (i = 10; i < 66; i++) {
        assert_int_equal(g[i].done, 0);
    }

    /* and the next one is as welcome as ever */

    assert_int_equal(rig_login(&g[0], "192.0.2.9", "alice", "secret"),
        BMC_OK);
    free(g);
}


static void
who_has_left_hears_nothing_but_is_counted(void **state)
{
    rig_login_t  g;

    rig_open_users("limit logins 1/h;");

    /* while it is checked */

    assert_int_equal(rig_login_start(rig.b, &g, RIG_HERE, "alice", "x"),
        BMC_OK);
    assert_true(bmc_busy(rig.b));
    bmc_login_drop(g.l);
    assert_false(bmc_busy(rig.b));

    rig_wait_for(bmc_crypts(rig.b->auth) == 0);
    assert_int_equal(rig_audit("login-failed", "user:alice"), 1);

    /* before it heard that it is too much */

    assert_int_equal(rig_login_start(rig.b, &g, RIG_HERE, "alice", "x"),
        BMC_OK);
    assert_int_equal(bmc_timeout(rig.b), 0);
    bmc_login_drop(g.l);

    /* while the answer is held back */

    rig_forget_failures();
    assert_int_equal(rig_login_start(rig.b, &g, RIG_HERE, "bob", "x"),
        BMC_OK);

    rig_wait_for(rig_audit("login-failed", "user:bob") > 0);
    assert_int_equal(g.done, 0);
    assert_true(bmc_busy(rig.b));
    bmc_login_drop(g.l);
    assert_false(bmc_busy(rig.b));
    rig_sleep(400);
    assert_int_equal(g.done, 0);

    assert_int_equal(rig.b->nlogins, 0);
    assert_int_equal(bmc_timeout(rig.b), -1);
}


static void
a_core_may_close_with_logins_in_any_state(void **state)
{
    unsigned     i;
    rig_login_t  g[8];

    rig_open_users("limit logins 10/h;");

    /* one late, two checked, four waiting, one ready */

    assert_int_equal(rig_login_start(rig.b, &g[0], "192.0.2.7", "bob", "x"),
        BMC_OK);

    rig_wait_for(rig_audit("login-failed", "") > 0);
    atomic_store(&rig_crypt_held, true);
    rig_failed(BMC_FAILED_FROM, "192.0.2.9", 10);

    for (i = 1; i < 7; i++) {
        assert_int_equal(rig_login_start(rig.b, &g[i], RIG_HERE, "alice",
            "secret"), BMC_OK);
    }

    rig_wait_for(rig_crypts == 3);
    assert_int_equal(rig_login_start(rig.b, &g[7], "192.0.2.9", "alice",
        "secret"), BMC_OK);
    atomic_store(&rig_crypt_held, false);

    rig_close(0);

    for (i = 0; i < 8; i++) {
        assert_int_equal(g[i].done, 0);
    }
}


/* a pool's thread that works longer than anybody waits for it */

static void
login_outlive(int in, int out)
{
    bmc_t        *b;
    bmc_base_t   *base;
    rig_login_t   g;

    b = rig_other(&base, 0);

    atomic_store(&rig_crypt_held, true);
    rig_must(rig_login_start(b, &g, RIG_HERE, "alice", "secret") == BMC_OK);

    while (atomic_load(&rig_crypts) == 0) {
        (void) usleep(1000);
    }

    bmc_close(b, 0);
    bmc_unload(base);

    /* what the thread comes back to is there */

    rig_must(bmc_crypts(b->auth) == 1);
    atomic_store(&rig_crypt_held, false);
    (void) usleep(100000);
    rig_must(g.done == 0);
    rig_must(write(out, "r", 1) == 1);
    _exit(7);
}


static void
a_check_that_outlives_its_core_harms_nobody(void **state)
{
    int64_t        began;
    rig_process_t  p;

    rig_write(rig_user("alice", "secret"));

    began = bmc_now();
    p = rig_fork(login_outlive);
    assert_int_equal(rig_end(&p, 0), 7);
    assert_true(bmc_now() - began < 20000);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        login_test(two_are_checked_64_wait_and_the_others_come_again),
        login_test(who_waits_for_his_turn_may_leave),
        login_test(who_has_left_hears_nothing_but_is_counted),
        login_test(a_core_may_close_with_logins_in_any_state),
        login_test(a_check_that_outlives_its_core_harms_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
