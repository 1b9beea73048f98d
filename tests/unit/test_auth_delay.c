
/*
 * Copyright (C) the bmcgate authors
 *
 * What failures cost, and whose they are.
 */


#include "board_fixture.h"

#include "auth/auth.h"


typedef struct {
    bmc_auth_t   *a;
    bmc_board_t  *bd;
    bmc_fleet_t   f;
} delay_t;


static void
delay_open(fixture_t *f, delay_t *d)
{
    memset(d, 0, sizeof(*d));

    d->bd = fixture_open(f);
    d->a = bmc_auth_create();
    assert_non_null(d->bd);
    assert_non_null(d->a);

    /* what is forgotten while a test runs does not count */

    d->f.logins = 10;
    d->f.logins_per = 36000000;
}


static void
delay_close(delay_t *d)
{
    bmc_auth_free(d->a);
    bmc_board_close(d->bd);
}


static uint32_t
delay_failed(delay_t *d, bmc_failed_t what, const char *who)
{
    return bmc_delay_failed(d->a, d->bd, &d->f, what, who);
}


static int64_t
delay_left(delay_t *d, bmc_failed_t what, const char *who)
{
    return bmc_delay_left(d->a, d->bd, &d->f, what, who);
}


static void
each_failure_answers_later_up_to_8_s(void **state)
{
    size_t   i;
    delay_t  d;

    static const uint32_t  ms[] = { 250, 500, 1000, 2000, 4000, 8000, 8000,
                                    8000, 8000, 8000 };

    delay_open(*state, &d);

    for (i = 0; i < 10; i++) {
        assert_true(delay_left(&d, BMC_FAILED_FROM, "192.0.2.1") == 0);
        assert_int_equal(delay_failed(&d, BMC_FAILED_FROM, "192.0.2.1"),
                         ms[i]);
    }

    /* the eleventh waits until the first is forgotten */

    assert_true(delay_left(&d, BMC_FAILED_FROM, "192.0.2.1") > 3000000);
    assert_true(delay_left(&d, BMC_FAILED_FROM, "192.0.2.1") <= 3600000);
    assert_int_equal(delay_failed(&d, BMC_FAILED_FROM, "192.0.2.1"), 8000);

    delay_close(&d);
}


static void
failures_of_one_kind_are_not_anothers(void **state)
{
    delay_t  d;

    delay_open(*state, &d);
    d.f.logins = 1;

    (void) delay_failed(&d, BMC_FAILED_KEY, "192.0.2.1");
    assert_true(delay_left(&d, BMC_FAILED_KEY, "192.0.2.1") > 0);
    assert_true(delay_left(&d, BMC_FAILED_FROM, "192.0.2.1") == 0);
    assert_true(delay_left(&d, BMC_FAILED_NAME, "192.0.2.1") == 0);

    (void) delay_failed(&d, BMC_FAILED_NAME, "alice");
    assert_true(delay_left(&d, BMC_FAILED_NAME, "alice") > 0);
    assert_true(delay_left(&d, BMC_FAILED_NAME, "bob") == 0);
    assert_true(delay_left(&d, BMC_FAILED_FROM, "alice") == 0);

    delay_close(&d);
}


static bool
delay_same(delay_t *d, const char *one, const char *two)
{
    bool  same;

    (void) delay_failed(d, BMC_FAILED_FROM, one);
    same = delay_left(d, BMC_FAILED_FROM, two) > 0;

    memset(d->bd->file->failures, 0, sizeof(d->bd->file->failures));

    return same;
}


static void
of_ipv6_addresses_the_network_counts(void **state)
{
    delay_t  d;

    delay_open(*state, &d);
    d.f.logins = 1;

    assert_true(delay_same(&d, "192.0.2.1", "192.0.2.1"));
    assert_false(delay_same(&d, "192.0.2.1", "192.0.2.2"));

    assert_true(delay_same(&d, "2001:db8:1:2::1", "2001:db8:1:2:ff::7"));
    assert_true(delay_same(&d, "2001:db8:1:2::1", "2001:DB8:1:2:0:0:0:9"));
    assert_false(delay_same(&d, "2001:db8:1:2::1", "2001:db8:1:3::1"));
    assert_true(delay_same(&d, "fe80::1%eth0", "fe80::2%eth1"));

    assert_true(delay_same(&d, "192.0.2.1", "::ffff:192.0.2.1"));
    assert_false(delay_same(&d, "192.0.2.1", "::ffff:192.0.2.2"));

    /* what is no address counts as it is */

    assert_true(delay_same(&d, "unix:", "unix:"));
    assert_false(delay_same(&d, "unix:", ""));
    assert_true(delay_same(&d, "", ""));
    assert_false(delay_same(&d, "a name that is longer than any address is 1",
                            "a name that is longer than any address is 2"));

    delay_close(&d);
}


static void
without_a_limit_answers_are_late_all_the_same(void **state)
{
    unsigned  i;
    delay_t   d;

    delay_open(*state, &d);
    d.f.logins = 0;
    d.f.logins_per = 60000;

    for (i = 0; i < 20; i++) {
        assert_true(delay_left(&d, BMC_FAILED_FROM, "192.0.2.1") == 0);
        assert_true(delay_failed(&d, BMC_FAILED_FROM, "192.0.2.1") >= 250);
    }

    assert_int_equal(delay_failed(&d, BMC_FAILED_FROM, "192.0.2.1"), 8000);

    delay_close(&d);
}


static void
a_limit_of_very_many_is_one_too(void **state)
{
    delay_t  d;

    delay_open(*state, &d);
    d.f.logins = 1000000;
    d.f.logins_per = 1000;

    assert_int_equal(delay_failed(&d, BMC_FAILED_FROM, "192.0.2.1"), 250);
    assert_true(delay_left(&d, BMC_FAILED_FROM, "192.0.2.1") == 0);

    delay_close(&d);
}


#define delay_test(name)                                                     \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        delay_test(each_failure_answers_later_up_to_8_s),
        delay_test(failures_of_one_kind_are_not_anothers),
        delay_test(of_ipv6_addresses_the_network_counts),
        delay_test(without_a_limit_answers_are_late_all_the_same),
        delay_test(a_limit_of_very_many_is_one_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
