
/*
 * Copyright (C) the bmcgate authors
 */


#include "board_fixture.h"


static void
a_limit_lets_a_burst_through_and_then_its_rate(void **state)
{
    int64_t       wait;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_int_equal(bmc_board_limit(bd, "key:a", 3, 1500), 0);
    assert_int_equal(bmc_board_limit(bd, "key:a", 3, 1500), 0);
    assert_int_equal(bmc_board_limit(bd, "key:a", 3, 1500), 0);

    wait = bmc_board_limit(bd, "key:a", 3, 1500);
    assert_true(wait > 0 && wait <= 500);

    /* another's is its own */

    assert_int_equal(bmc_board_limit(bd, "key:b", 3, 1500), 0);

    fixture_sleep((unsigned) wait * 1000 + 2000);
    assert_int_equal(bmc_board_limit(bd, "key:a", 3, 1500), 0);
    assert_true(bmc_board_limit(bd, "key:a", 3, 1500) > 0);

    bmc_board_close(bd);
}


static void
a_limit_of_nothing_lets_nothing_through(void **state)
{
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_int_equal(bmc_board_limit(bd, "a", 0, 60000), 60000);
    assert_int_equal(bmc_board_limit(bd, "a", -1, 60000), 60000);
    assert_int_equal(bmc_board_limit(bd, "a", 1, 0), 0);
    assert_int_equal(bmc_board_limit(bd, "a", 1, 0), 0);
    assert_int_equal(bmc_board_limit(bd, "b", 1, INT64_MAX), 0);
    assert_true(bmc_board_limit(bd, "b", 1, INT64_MAX) > 0);
    assert_int_equal(bmc_board_limit(bd, "c", INT64_MAX, 1), 0);

    bmc_board_close(bd);
}


static int
limit_child(fixture_t *f, bmc_board_t *unused, void *data)
{
    char               key[32];
    unsigned           i;
    bmc_board_t       *bd;
    _Atomic uint32_t  *shared = data;

    bd = fixture_open(f);
    if (bd == NULL) {
        return 1;
    }

    for (i = 0; i < 20 * 100; i++) {
        snprintf(key, sizeof(key), "user:%u", i / 100);

        if (bmc_board_limit(bd, key, 50, 3600000) == 0) {
            atomic_fetch_add(shared, 1);
        }
    }

    bmc_board_close(bd);

    return 0;
}


static void
four_processes_share_a_limit(void **state)
{
    pid_t              pids[4];
    unsigned           i;
    fixture_t         *f = *state;
    bmc_board_t       *bd;
    _Atomic uint32_t  *shared;

    shared = fixture_shared(sizeof(uint32_t));
    bd = fixture_open(f);

    for (i = 0; i < 4; i++) {
        pids[i] = fixture_fork(f, NULL, limit_child, shared);
    }

    for (i = 0; i < 4; i++) {
        assert_int_equal(fixture_wait(pids[i]), 0);
    }

    assert_int_equal(*shared, 50 * 20);

    bmc_board_close(bd);
    munmap(shared, sizeof(uint32_t));
}


static void
more_keys_than_fit_make_room_by_forgetting_the_idle(void **state)
{
    char          key[32];
    unsigned      i;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);

    for (i = 0; i < 3 * BOARD_LIMITS; i++) {
        snprintf(key, sizeof(key), "user:%u", i);
        assert_int_equal(bmc_board_limit(bd, key, 1, 600000), 0);
    }

    assert_true(bmc_board_limit(bd, key, 1, 600000) > 0);

    /* a time of another boot, or of a damaged file, is waited for in part */

    for (i = 0; i < BOARD_LIMITS; i++) {
        atomic_store(&bd->file->limits[i].tat, UINT64_MAX);
    }

    assert_true(bmc_board_limit(bd, key, 10, 1000) <= 100);
    assert_int_equal(bmc_board_limit(bd, "user:new", 10, 1000), 0);

    bmc_board_close(bd);
}


#define limit_test(name)                                                     \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        limit_test(a_limit_lets_a_burst_through_and_then_its_rate),
        limit_test(a_limit_of_nothing_lets_nothing_through),
        limit_test(four_processes_share_a_limit),
        limit_test(more_keys_than_fit_make_room_by_forgetting_the_idle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
