
/*
 * Copyright (C) the bmcgate authors
 *
 * Passwords: looked at beside the loop, not too often, and answered late
 * when they are wrong.
 */


#include <dlfcn.h>

#include "login_rig.h"


/* as many failures as a long test makes count until its end */

#define LOGIN_LIMIT  "limit logins 10/h;"

static bool  login_no_pool;


/* instead of libuv's */

int
uv_queue_work(uv_loop_t *loop, uv_work_t *req, uv_work_cb work,
    uv_after_work_cb after)
{
    int  (*queue)(uv_loop_t *, uv_work_t *, uv_work_cb, uv_after_work_cb);

    *(void **) &queue = dlsym(RTLD_NEXT, "uv_queue_work");

    return login_no_pool ? UV_ENOMEM : queue(loop, req, work, after);
}


static void
a_right_password_lets_in_at_once(void **state)
{
    rig_login_t  g;

    rig_open_users(LOGIN_LIMIT);

    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"), BMC_OK);
    assert_int_equal(g.who.kind, BMC_ACTOR_USER);
    assert_string_equal(g.who.name, "alice");
    assert_true(g.who.session == 0);
    assert_string_equal(g.text, "");
    assert_true(g.took < 5000);

    /* and is not held up by failures before */

    rig_failed(BMC_FAILED_FROM, RIG_HERE, 9);
    rig_failed(BMC_FAILED_NAME, "bob", 9);
    assert_int_equal(rig_login(&g, RIG_HERE, "bob", "hidden"), BMC_OK);
    assert_string_equal(g.who.name, "bob");
    assert_true(g.took < 5000);

    assert_int_equal(rig_audit("login-failed", ""), 0);
}


static void
a_wrong_password_is_answered_later_each_time(void **state)
{
    rig_login_t  g;

    rig_open_users(LOGIN_LIMIT);

    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "sesame-7"),
        BMC_DENIED);
    assert_true(g.took >= 250);
    assert_string_equal(g.text, "wrong user or password");
    assert_int_equal(rig_login(&g, RIG_HERE, "nobody-7", "sesame-7"),
        BMC_DENIED);
    assert_true(g.took >= 500);
    assert_string_equal(g.text, "wrong user or password");
    assert_true(g.retry_after == 0);

    /* the same user from elsewhere */

    assert_int_equal(rig_login(&g, "192.0.2.9", "alice", "sesame-7"),
        BMC_DENIED);
    assert_true(g.took >= 500);

    assert_int_equal(rig_audit("login-failed", "user:alice"), 2);
    assert_int_equal(rig_audit("login-failed", "no such user"), 1);
    assert_int_equal(rig_audit("login-failed", RIG_HERE), 2);
    assert_int_equal(rig_audit("login-failed", "denied"), 3);

    /* it may have been the password that stood where the name belongs */

    assert_int_equal(rig_audit("nobody-7", ""), 0);
    assert_int_equal(rig_audit("sesame-7", ""), 0);
}


static void
an_unknown_user_costs_what_a_known_one_costs(void **state)
{
    rig_login_t  g;

    rig_open_users(LOGIN_LIMIT);

    assert_int_equal(rig_login(&g, RIG_HERE, "mallory", "x"), BMC_DENIED);
    assert_int_equal(rig_crypts, 1);

    /* whosever hash it was checked against */

    assert_int_equal(rig_login(&g, RIG_HERE, "mallory", "secret"),
        BMC_DENIED);
    rig_forget_failures();
    assert_int_equal(rig_login(&g, RIG_HERE, "mallory", "hidden"),
        BMC_DENIED);
    assert_int_equal(rig_crypts, 3);

    /* and where there are no users at all */

    rig_reload("group wheel { role administrator; }\n");
    rig_forget_failures();
    assert_int_equal(rig_login(&g, RIG_HERE, "mallory", "x"), BMC_DENIED);
    assert_int_equal(rig_login(&g, RIG_HERE, "wheel", "x"), BMC_DENIED);
    assert_int_equal(rig_crypts, 5);
}


static void
what_can_be_no_user_is_denied_like_one(void **state)
{
    char         name[600];
    rig_login_t  g;

    rig_open_users(LOGIN_LIMIT);

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';

    assert_int_equal(rig_login(&g, RIG_HERE, name, "x"), BMC_DENIED);
    assert_true(g.took >= 250);
    rig_forget_failures();
    assert_int_equal(rig_login(&g, RIG_HERE, "", "x"), BMC_DENIED);
    rig_forget_failures();
    assert_int_equal(rig_login(&g, RIG_HERE, "alice\n", "secret"),
        BMC_DENIED);

    rig_forget_failures();
    assert_int_equal(rig_login(&g, RIG_HERE, "alice", name), BMC_DENIED);

    /* 511 bytes are looked at */

    name[BMC_PASSWORD_MAX] = '\0';
    assert_int_equal(rig_crypts, 0);
    assert_int_equal(rig_login(&g, NULL, "alice", name), BMC_DENIED);
    assert_int_equal(rig_crypts, 1);
}


static void
basic_on_every_request_costs_one_check_a_minute(void **state)
{
    unsigned     i;
    rig_login_t  g;

    rig_open_users(LOGIN_LIMIT);

    for (i = 0; i < 50; i++) {
        assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"), BMC_OK);
        assert_string_equal(g.who.name, "alice");
    }

    assert_int_equal(rig_crypts, 1);

    assert_int_equal(rig_login(&g, "192.0.2.9", "alice", "secret"), BMC_OK);
    assert_int_equal(rig_crypts, 2);
    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "Secret"), BMC_DENIED);
    assert_int_equal(rig_crypts, 3);
}


static void
many_at_once_cost_two_checks(void **state)
{
    unsigned     i;
    rig_login_t  g[20];

    rig_open_users(LOGIN_LIMIT);

    for (i = 0; i < 20; i++) {
        assert_int_equal(rig_login_start(rig.b, &g[i], RIG_HERE, "alice",
            "secret"), BMC_OK);
    }

    for (i = 0; i < 20; i++) {
        assert_true(rig_until(rig.b, &g[i].done, 1, RIG_WAIT));
        assert_int_equal(g[i].rc, BMC_OK);
    }

    assert_in_range(rig_crypts, 1, 2);
}


static void
after_too_many_failures_no_password_is_looked_at(void **state)
{
    rig_login_t  g;

    rig_open_users(LOGIN_LIMIT);
    rig_failed(BMC_FAILED_FROM, RIG_HERE, 10);

    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"),
        BMC_LIMITED);
    assert_in_range(g.retry_after, 300, 360);
    assert_non_null(strstr(g.text, "limit logins: 10 wrong passwords in "
        "3600 s from there; the next one is looked at in 3"));
    assert_true(g.took < 5000);
    assert_int_equal(rig_crypts, 0);
    assert_int_equal(rig_audit("login-failed", ""), 0);

    assert_int_equal(rig_login(&g, "192.0.2.9", "alice", "secret"), BMC_OK);

    rig_failed(BMC_FAILED_NAME, "bob", 10);
    assert_int_equal(rig_login(&g, "192.0.2.9", "bob", "hidden"),
        BMC_LIMITED);
    assert_non_null(strstr(g.text, "for this user"));

    /* names that nobody has are no different */

    rig_failed(BMC_FAILED_NAME, "mallory", 10);
    assert_int_equal(rig_login(&g, "192.0.2.9", "mallory", "x"),
        BMC_LIMITED);
    assert_int_equal(rig_crypts, 1);
}


static void
others_guesses_do_not_lock_out_who_is_in(void **state)
{
    rig_login_t  g;

    rig_open_users(LOGIN_LIMIT);

    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"), BMC_OK);
    rig_failed(BMC_FAILED_NAME, "alice", 10);

    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"), BMC_OK);
    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "guess"), BMC_LIMITED);
    assert_int_equal(rig_login(&g, "192.0.2.9", "alice", "secret"),
        BMC_LIMITED);

    /* from one address nobody guesses more, whatever he proved */

    rig_failed(BMC_FAILED_FROM, RIG_HERE, 10);
    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"),
        BMC_LIMITED);
}


static void
login_fail_twice(int in, int out)
{
    bmc_t        *b;
    bmc_base_t   *base;
    rig_login_t   g, h;

    b = rig_other(&base, 0);
    rig_must(rig_login_start(b, &g, RIG_HERE, "alice", "x") == BMC_OK);
    rig_must(rig_login_start(b, &h, RIG_HERE, "bob", "x") == BMC_OK);
    rig_must(rig_until(b, &g.done, 1, RIG_WAIT) && g.rc == BMC_DENIED);
    rig_must(rig_until(b, &h.done, 1, RIG_WAIT) && h.rc == BMC_DENIED);
    rig_must(write(out, "r", 1) == 1);

    rig_serve(b, in);
    bmc_close(b, 0);
    bmc_unload(base);
}


static void
processes_count_together(void **state)
{
    rig_login_t    g;
    rig_process_t  p;

    rig_open_users("limit logins 2/h;");

    p = rig_fork(login_fail_twice);
    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"),
        BMC_LIMITED);
    assert_int_equal(rig_end(&p, 0), 0);
}


static void
a_reload_while_a_password_is_checked_is_noticed(void **state)
{
    rig_login_t  g, h;

    rig_open_users(LOGIN_LIMIT);

    atomic_store(&rig_crypt_held, true);
    assert_int_equal(rig_login_start(rig.b, &g, RIG_HERE, "alice", "secret"),
        BMC_OK);
    assert_int_equal(rig_login_start(rig.b, &h, "192.0.2.9", "bob",
        "hidden"), BMC_OK);

    /* another password, and no bob any more */

    atomic_store(&rig_crypt_held, false);
    rig_reload(rig_user("alice", "better"));

    assert_true(rig_until(rig.b, &g.done, 1, RIG_WAIT));
    assert_int_equal(g.rc, BMC_DENIED);
    assert_true(rig_until(rig.b, &h.done, 1, RIG_WAIT));
    assert_int_equal(h.rc, BMC_DENIED);

    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "better"), BMC_OK);
}


static void
a_proof_ends_with_the_password_it_was_of(void **state)
{
    rig_login_t  g;

    rig_open_users(LOGIN_LIMIT);
    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"), BMC_OK);

    rig_reload(rig_user("alice", "better"));
    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"), BMC_DENIED);

    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "better"), BMC_OK);

    /* she is gone, and bob's hash is as hers was */

    rig_reload(rig_user("bob", "better"));
    assert_int_equal(rig_login(&g, RIG_HERE, "bob", "better"), BMC_OK);
    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "better"), BMC_DENIED);
}


static void
a_hash_that_crypt_does_not_know_is_said(void **state)
{
    rig_login_t  g;

    rig_open("user alice { password_hash $zz$no$such; role reader; }\n", 0);

    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "x"), BMC_FAILED);
    assert_non_null(strstr(g.text, "crypt(3) does not know its hash"));
}


static void
without_a_pool_no_password_is_right(void **state)
{
    rig_login_t  g;

    rig_open_users(LOGIN_LIMIT);

    login_no_pool = true;
    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"), BMC_FAILED);
    assert_string_equal(g.text, "out of memory");
    login_no_pool = false;

    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"), BMC_OK);
}


static void
login_too_late(void *data, bmc_rc_t rc, const bmc_who_t *who,
    uint32_t retry_after, const char *text)
{
    fail_msg("nobody is to be told");
}


static void
a_login_that_makes_no_sense_is_refused(void **state)
{
    bmc_credentials_t  c;

    rig_open_users(LOGIN_LIMIT);

    memset(&c, 0, sizeof(c));
    assert_int_equal(bmc_login(rig.b, &c, login_too_late, NULL, NULL, NULL),
        BMC_USAGE);
    c.name = "alice";
    assert_int_equal(bmc_login(rig.b, &c, login_too_late, NULL, NULL,
        rig.why), BMC_USAGE);
    assert_string_equal(rig.why, "a login needs a user and a password");

    c.password = "secret";
    rig.b->closing = true;
    assert_int_equal(bmc_login(rig.b, &c, login_too_late, NULL, NULL,
        rig.why), BMC_CLOSED);
    rig.b->closing = false;

    /* nobody to tell where it came from, and no handle wanted */

    assert_int_equal(bmc_login(rig.b, &c, login_too_late, NULL, NULL, NULL),
        BMC_OK);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        login_test(a_right_password_lets_in_at_once),
        login_test(a_wrong_password_is_answered_later_each_time),
        login_test(an_unknown_user_costs_what_a_known_one_costs),
        login_test(what_can_be_no_user_is_denied_like_one),
        login_test(basic_on_every_request_costs_one_check_a_minute),
        login_test(many_at_once_cost_two_checks),
        login_test(after_too_many_failures_no_password_is_looked_at),
        login_test(others_guesses_do_not_lock_out_who_is_in),
        login_test(processes_count_together),
        login_test(a_reload_while_a_password_is_checked_is_noticed),
        login_test(a_proof_ends_with_the_password_it_was_of),
        login_test(a_hash_that_crypt_does_not_know_is_said),
        login_test(without_a_pool_no_password_is_right),
        login_test(a_login_that_makes_no_sense_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
