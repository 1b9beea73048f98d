
/*
 * Copyright (C) the bmcgate authors
 */


#include "board_fixture.h"


#define DEATH_KILLS  200


static int
death_write_for_ever(fixture_t *f, bmc_board_t *bd, void *data)
{
    size_t         n;
    unsigned      *k = data;
    bmc_view_t     v;
    bmc_sensor_t   s[BMC_SENSOR_MAX];

    for ( ;; ) {
        (*k)++;
        fixture_view(&v, *k);
        n = fixture_sensors(s, *k);
        bmc_board_write(bd, 0, &v);
        bmc_board_write_sensors(bd, 0, s, n);
    }

    return 0;
}


static void
death_read_whole(bmc_board_t *bd)
{
    size_t         n;
    bmc_view_t     v, want;
    bmc_sensor_t   s[BMC_SENSOR_MAX], wants[BMC_SENSOR_MAX];

    bmc_board_read(bd, 0, &v);

    if (v.failures != 0) {
        fixture_view(&want, v.failures);
        assert_memory_equal(&v, &want, sizeof(v));
    }

    n = bmc_board_sensors(bd, 0, s, BMC_SENSOR_MAX);

    if (n > 0) {
        assert_int_equal(n, fixture_sensors(wants, s[0].discrete));
        assert_memory_equal(s, wants, n * sizeof(bmc_sensor_t));
    }
}


static void
killed_writers_leave_whole_copies_and_waiting_nobody(void **state)
{
    pid_t         pid;
    int64_t       began;
    unsigned      i, j, *k;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);
    assert_int_equal(bmc_board_slot(bd, "n1"), 0);

    k = fixture_shared(sizeof(unsigned));

    for (i = 0; i < DEATH_KILLS; i++) {
        pid = fixture_fork(f, bd, death_write_for_ever, k);
        began = fixture_ms();

        do {
            death_read_whole(bd);
        } while (fixture_ms() - began < 2);

        fixture_kill(pid);

        began = fixture_ms();

        for (j = 0; j < 10; j++) {
            death_read_whole(bd);
        }

        assert_true(fixture_ms() - began < 1000);

        if (*k > 30000) {
            *k = 0;              /* s[0].discrete has 16 bits */
        }
    }

    munmap(k, sizeof(unsigned));
    bmc_board_close(bd);
}


static int
death_die_locked(fixture_t *f, bmc_board_t *bd, void *data)
{
    return bmc_board_lock(bd) ? kill(getpid(), SIGKILL) : 1;
}


static void
a_process_killed_with_the_mutex_holds_up_nobody(void **state)
{
    int           i;
    char          name[BMC_NAME_MAX];
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    for (i = 0; i < 20; i++) {
        assert_int_equal(fixture_run(f, bd, death_die_locked, NULL), -SIGKILL);

        fixture_name(name, i);
        assert_int_equal(bmc_board_slot(bd, name), i);
    }

    bmc_board_close(bd);
}


static int
death_make_for_ever(fixture_t *f, bmc_board_t *bd, void *data)
{
    char      name[BMC_NAME_MAX];
    unsigned  i;

    for (i = 0; /* void */ ; i++) {
        fixture_name(name, i);
        (void) bmc_board_slot(bd, name);
    }

    return 0;
}


static void
makers_killed_half_way_leave_no_host_twice(void **state)
{
    char          name[BMC_NAME_MAX];
    pid_t         pid;
    uint32_t      n;
    unsigned      i;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    for (i = 0; i < 50; i++) {
        pid = fixture_fork(f, bd, death_make_for_ever, NULL);
        fixture_sleep(1000 + i * 40);
        fixture_kill(pid);

        n = atomic_load(&bd->file->head.count);
        snprintf(name, sizeof(name), "after%u", i);
        assert_int_equal(bmc_board_slot(bd, name), n);
    }

    for (i = 0; i <= n; i++) {
        assert_true(bmc_board_find(bd, bmc_board_name(bd, i)) == i);
    }

    bmc_board_close(bd);
}


/* a maker died between the cell and the count */

static void
a_cell_for_a_slot_never_counted_is_used_again(void **state)
{
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_int_equal(bmc_board_slot(bd, "n1"), 0);
    atomic_store(&bd->file->head.count, 0);

    assert_true(bmc_board_find(bd, "n1") == BMC_SLOT_NONE);
    assert_int_equal(bmc_board_slot(bd, "n2"), 0);
    assert_int_equal(bmc_board_slot(bd, "n1"), 1);
    assert_int_equal(bmc_board_find(bd, "n1"), 1);
    assert_int_equal(bmc_board_find(bd, "n2"), 0);

    bmc_board_close(bd);
}


#define death_test(name)                                                     \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        death_test(killed_writers_leave_whole_copies_and_waiting_nobody),
        death_test(a_process_killed_with_the_mutex_holds_up_nobody),
        death_test(makers_killed_half_way_leave_no_host_twice),
        death_test(a_cell_for_a_slot_never_counted_is_used_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
