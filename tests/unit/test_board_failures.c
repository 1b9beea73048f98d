
/*
 * Copyright (C) the bmcgate authors
 */


#include "board_fixture.h"


static board_limit_t *
failures_of(bmc_board_t *bd, uint64_t key)
{
    unsigned  i;

    for (i = 0; i < BOARD_FAILURES; i++) {
        if (atomic_load(&bd->file->failures[i].key) == key) {
            return &bd->file->failures[i];
        }
    }

    fail_msg("nobody counts");

    return NULL;
}


static void
failures_add_up_and_are_forgotten_one_by_one(void **state)
{
    int64_t       left;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_true(bmc_board_failures(bd, 7, 10000, 30000, false) == 0);

    left = bmc_board_failures(bd, 7, 10000, 30000, true);
    assert_true(left > 5000 && left <= 10000);
    left = bmc_board_failures(bd, 7, 10000, 30000, true);
    assert_true(left > 15000 && left <= 20000);
    left = bmc_board_failures(bd, 7, 10000, 30000, true);
    assert_true(left > 25000 && left <= 30000);

    /* there is no room for one more */

    left = bmc_board_failures(bd, 7, 10000, 30000, true);
    assert_true(left > 25000 && left <= 30000);
    assert_true(bmc_board_failures(bd, 8, 10000, 30000, false) == 0);

    /* 10 s later there is */

    atomic_fetch_sub(&failures_of(bd, 7)->tat, 10000000);
    left = bmc_board_failures(bd, 7, 10000, 30000, false);
    assert_true(left > 15000 && left <= 20000);
    left = bmc_board_failures(bd, 7, 10000, 30000, true);
    assert_true(left > 25000 && left <= 30000);

    atomic_fetch_sub(&failures_of(bd, 7)->tat, 30000000);
    assert_true(bmc_board_failures(bd, 7, 10000, 30000, false) == 0);

    bmc_board_close(bd);
}


static int
failures_child(fixture_t *f, bmc_board_t *unused, void *data)
{
    unsigned      i;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    if (bd == NULL) {
        return 1;
    }

    for (i = 0; i < 100; i++) {
        (void) bmc_board_failures(bd, 7, 1000, 3600000, true);
    }

    bmc_board_close(bd);

    return 0;
}


static void
processes_count_failures_together(void **state)
{
    pid_t         pid[4];
    int64_t       left;
    unsigned      i;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    for (i = 0; i < 4; i++) {
        pid[i] = fixture_fork(f, NULL, failures_child, NULL);
    }

    for (i = 0; i < 4; i++) {
        assert_int_equal(fixture_wait(pid[i]), 0);
    }

    left = bmc_board_failures(bd, 7, 1000, 3600000, false);
    assert_true(left > 380000 && left <= 400000);

    bmc_board_close(bd);
}


/* else a longer limit of old, or damage, would shut somebody out for ever */

static void
what_is_too_far_ahead_is_cut_down(void **state)
{
    unsigned      i;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    for (i = 0; i < 2; i++) {
        assert_true(bmc_board_failures(bd, 7, 50, 100, true) > 0);
        atomic_store(&failures_of(bd, 7)->tat, UINT64_MAX);
        assert_true(bmc_board_failures(bd, 7, 50, 100, i == 0) <= 100);
        fixture_sleep(110000);
        assert_true(bmc_board_failures(bd, 7, 50, 100, false) == 0);
    }

    bmc_board_close(bd);
}


static void
asking_about_strangers_takes_no_room(void **state)
{
    uint64_t      key;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    for (key = 0; key < 2 * BOARD_FAILURES; key++) {
        assert_true(bmc_board_failures(bd, key, 1000, 9000, false) == 0);
    }

    for (key = 0; key < BOARD_FAILURES; key++) {
        assert_true(atomic_load(&bd->file->failures[key].key) == 0);
    }

    bmc_board_close(bd);
}


/* and a flood of strangers takes the room of those forgotten first */

static void
a_full_table_still_counts(void **state)
{
    uint64_t      key;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    for (key = 1; key <= 3 * BOARD_FAILURES; key++) {
        assert_true(bmc_board_failures(bd, key, 1000, 9000, true) > 0);
    }

    assert_true(bmc_board_failures(bd, 0, 1000, 9000, true) > 900);
    assert_true(bmc_board_failures(bd, 0, 1000, 9000, true) > 1800);
    assert_true(bmc_board_failures(bd, 0, 1000, 9000, false) > 1800);

    bmc_board_close(bd);
}


#define failures_test(name)                                                  \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        failures_test(failures_add_up_and_are_forgotten_one_by_one),
        failures_test(processes_count_failures_together),
        failures_test(what_is_too_far_ahead_is_cut_down),
        failures_test(asking_about_strangers_takes_no_room),
        failures_test(a_full_table_still_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
