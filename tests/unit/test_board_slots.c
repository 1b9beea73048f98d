
/*
 * Copyright (C) the bmcgate authors
 */


#include "board_fixture.h"


#define SLOTS_MANY  5500


typedef struct {
    uint32_t  slots[2][600];
} slots_race_t;


static void
a_host_keeps_its_number(void **state)
{
    uint32_t      a, b;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_true(bmc_board_find(bd, "n1") == BMC_SLOT_NONE);

    a = bmc_board_slot(bd, "n1");
    b = bmc_board_slot(bd, "n2");

    assert_true(a != b);
    assert_true(bmc_board_slot(bd, "n1") == a);
    assert_true(bmc_board_find(bd, "n1") == a);
    assert_true(bmc_board_find(bd, "n2") == b);
    assert_true(bmc_board_find(bd, "n") == BMC_SLOT_NONE);
    assert_true(bmc_board_find(bd, "n11") == BMC_SLOT_NONE);
    assert_string_equal(bmc_board_name(bd, a), "n1");
    assert_string_equal(bmc_board_name(bd, b), "n2");
    assert_string_equal(bmc_board_name(bd, 2), "");
    assert_string_equal(bmc_board_name(bd, BMC_SLOT_NONE), "");

    bmc_board_close(bd);
}


static void
names_that_do_not_fit_have_no_slot(void **state)
{
    char          name[BMC_NAME_MAX + 1];
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    memset(name, 'x', BMC_NAME_MAX);
    name[BMC_NAME_MAX] = '\0';

    assert_true(bmc_board_slot(bd, "") == BMC_SLOT_NONE);
    assert_true(bmc_board_slot(bd, name) == BMC_SLOT_NONE);
    assert_true(bmc_board_find(bd, name) == BMC_SLOT_NONE);

    name[BMC_NAME_MAX - 1] = '\0';

    assert_int_equal(bmc_board_slot(bd, name), 0);
    assert_string_equal(bmc_board_name(bd, 0), name);

    bmc_board_close(bd);
}


static int
slots_check_many(fixture_t *f, bmc_board_t *bd, void *data)
{
    char        name[BMC_NAME_MAX];
    unsigned    i;
    bmc_view_t  v;

    for (i = 0; i < SLOTS_MANY; i++) {
        fixture_name(name, i);

        if (bmc_board_find(bd, name) != i) {
            return 1;
        }

        bmc_board_read(bd, i, &v);

        if (v.failures != i || strcmp(bmc_board_name(bd, i), name) != 0) {
            return 2;
        }
    }

    return bmc_board_find(bd, "other") == BMC_SLOT_NONE ? 0 : 3;
}


static int
slots_open_and_check_many(fixture_t *f, bmc_board_t *unused, void *data)
{
    int           rc;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    rc = bd ? slots_check_many(f, bd, NULL) : 9;
    bmc_board_close(bd);

    return rc;
}


static void
a_fleet_of_thousands_grows_under_the_eyes_of_others(void **state)
{
    char          name[BMC_NAME_MAX];
    unsigned      i;
    fixture_t    *f = *state;
    bmc_view_t    v;
    bmc_board_t  *bd, *other;
    struct stat   st;

    bd = fixture_open(f);
    other = fixture_open(f);
    assert_non_null(bd);
    assert_non_null(other);
    assert_true(bmc_board_slot(other, "rack0-n0") == 0);

    for (i = 0; i < SLOTS_MANY; i++) {
        fixture_name(name, i);
        assert_int_equal(bmc_board_slot(bd, name), i);
        fixture_view(&v, i);
        bmc_board_write(bd, i, &v);
    }

    assert_int_equal(slots_check_many(f, other, NULL), 0);
    assert_int_equal(fixture_run(f, other, slots_check_many, NULL), 0);
    assert_int_equal(fixture_run(f, NULL, slots_open_and_check_many, NULL), 0);

    /* an idle host costs its slot and little else */

    assert_int_equal(stat(f->file, &st), 0);
    assert_true(st.st_blocks * 512 / SLOTS_MANY < 2048);

    bmc_board_close(other);
    bmc_board_close(bd);
}


static void
what_was_never_written_is_all_zero(void **state)
{
    fixture_t     *f = *state;
    bmc_view_t     v, zero;
    bmc_board_t   *bd;
    bmc_sensor_t   s[1];

    bd = fixture_open(f);
    assert_non_null(bd);
    assert_int_equal(bmc_board_slot(bd, "n1"), 0);

    memset(&zero, 0, sizeof(zero));

    memset(&v, 1, sizeof(v));
    bmc_board_read(bd, 0, &v);
    assert_memory_equal(&v, &zero, sizeof(v));

    memset(&v, 1, sizeof(v));
    bmc_board_read(bd, 1, &v);
    assert_memory_equal(&v, &zero, sizeof(v));

    memset(&v, 1, sizeof(v));
    bmc_board_read(bd, BMC_SLOT_NONE, &v);
    assert_memory_equal(&v, &zero, sizeof(v));

    bmc_board_write(bd, BMC_SLOT_NONE, &v);
    bmc_board_write_sensors(bd, BMC_SLOT_NONE, s, 1);

    assert_int_equal(bmc_board_sensors(bd, 0, s, 1), 0);
    assert_int_equal(bmc_board_sensors(bd, BMC_SLOT_NONE, s, 1), 0);

    bmc_board_close(bd);
}


static void
any_number_of_sensors_reads_back(void **state)
{
    size_t          n;
    unsigned        i, k;
    fixture_t      *f = *state;
    bmc_board_t    *bd;
    bmc_sensor_t    s[BMC_SENSOR_MAX + 1], t[BMC_SENSOR_MAX + 1];
    const unsigned  counts[] = { 1, 30, 31, 255, 256, 0, 60, 61, 3 };

    bd = fixture_open(f);
    assert_non_null(bd);
    assert_int_equal(bmc_board_slot(bd, "n1"), 0);
    assert_int_equal(bmc_board_slot(bd, "n2"), 1);

    for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        k = counts[i];
        n = fixture_sensors(s, k);

        bmc_board_write_sensors(bd, 1, s, n);
        assert_int_equal(bmc_board_sensors(bd, 1, t, BMC_SENSOR_MAX), n);
        assert_memory_equal(s, t, n * sizeof(bmc_sensor_t));
        assert_int_equal(bmc_board_sensors(bd, 1, t, 2), n < 2 ? n : 2);
        assert_int_equal(bmc_board_sensors(bd, 0, t, BMC_SENSOR_MAX), 0);
    }

    memset(s, 0, sizeof(s));
    bmc_board_write_sensors(bd, 1, s, BMC_SENSOR_MAX + 1);
    assert_int_equal(bmc_board_sensors(bd, 1, t, BMC_SENSOR_MAX + 1),
                     BMC_SENSOR_MAX);

    bmc_board_close(bd);
}


static void
a_line_is_kept_for_the_next_who_asks_under_its_number(void **state)
{
    char          text[BMC_KEPT_MAX], line[BMC_KEPT_MAX + 1];
    fixture_t    *f = *state;
    bmc_board_t  *bd, *other;

    bd = fixture_open(f);
    other = fixture_open(f);
    assert_non_null(bd);
    assert_non_null(other);
    assert_int_equal(bmc_board_slot(bd, "n1"), 0);
    assert_int_equal(bmc_board_slot(bd, "n2"), 1);

    assert_false(bmc_board_kept(bd, 0, 0, text));
    assert_false(bmc_board_kept(bd, 0, 17, text));

    bmc_board_keep(bd, 0, 17, "session 7");
    assert_true(bmc_board_kept(other, 0, 17, text));
    assert_string_equal(text, "session 7");
    assert_false(bmc_board_kept(other, 0, 18, text));
    assert_false(bmc_board_kept(other, 1, 17, text));
    assert_false(bmc_board_kept(other, BMC_SLOT_NONE, 17, text));
    bmc_board_keep(other, BMC_SLOT_NONE, 17, "nowhere");

    /* one that does not fit is none, and not the one before */

    memset(line, 'x', BMC_KEPT_MAX);
    line[BMC_KEPT_MAX] = '\0';
    bmc_board_keep(bd, 0, 17, line);
    assert_false(bmc_board_kept(other, 0, 17, text));

    line[BMC_KEPT_MAX - 1] = '\0';
    bmc_board_keep(bd, 0, 17, line);
    assert_true(bmc_board_kept(other, 0, 17, text));
    assert_string_equal(text, line);

    bmc_board_keep(bd, 0, 17, "");
    assert_false(bmc_board_kept(other, 0, 17, text));

    bmc_board_close(bd);
    bmc_board_close(other);
}


static void
nonsense_on_the_board_is_put_in_bounds(void **state)
{
    fixture_t     *f = *state;
    bmc_view_t     v;
    bmc_board_t   *bd;
    bmc_sensor_t   s[1];

    bd = fixture_open(f);
    assert_non_null(bd);
    assert_int_equal(bmc_board_slot(bd, "n1"), 0);

    memset(&v, 0xff, sizeof(v));
    memset(s, 0xff, sizeof(s));

    bmc_board_write(bd, 0, &v);
    bmc_board_write_sensors(bd, 0, s, 1);

    bmc_board_read(bd, 0, &v);
    assert_int_equal(v.power, BMC_POWER_IS_UNKNOWN);
    assert_int_equal(v.reach, BMC_REACH_UNKNOWN);
    assert_int_equal(v.health, BMC_HEALTH_UNKNOWN);
    assert_int_equal(v.led, BMC_LED_UNKNOWN);
    assert_int_equal(v.error, BMC_FAILED);
    assert_int_equal(strlen(v.message), sizeof(v.message) - 1);

    assert_int_equal(bmc_board_sensors(bd, 0, s, 1), 1);
    assert_int_equal(s[0].state, BMC_SENSOR_UNKNOWN);
    assert_int_equal(s[0].unit, BMC_UNIT_OTHER);
    assert_int_equal(strlen(s[0].name), sizeof(s[0].name) - 1);

    /* more sensors than there is memory for: a number nobody wrote */

    board_slot(bd, 0)->sensor_n[1] = 200;
    assert_int_equal(bmc_board_sensors(bd, 0, s, 1), 0);

    memset(board_slot(bd, 0)->name, 'x', BMC_NAME_MAX);
    assert_string_equal(bmc_board_name(bd, 0), "");

    bmc_board_close(bd);
}


static int
slots_race(fixture_t *f, bmc_board_t *unused, void *data)
{
    char          name[BMC_NAME_MAX];
    uint32_t     *slots = data;
    unsigned      i;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    if (bd == NULL) {
        return 1;
    }

    for (i = 0; i < 600; i++) {
        fixture_name(name, i);
        slots[i] = bmc_board_slot(bd, name);
    }

    bmc_board_close(bd);

    return 0;
}


static void
processes_that_race_for_names_get_the_same_numbers(void **state)
{
    pid_t          a, b;
    unsigned       i;
    fixture_t     *f = *state;
    bmc_board_t   *bd;
    slots_race_t  *race;

    race = fixture_shared(sizeof(slots_race_t));

    a = fixture_fork(f, NULL, slots_race, race->slots[0]);
    b = fixture_fork(f, NULL, slots_race, race->slots[1]);

    assert_int_equal(fixture_wait(a), 0);
    assert_int_equal(fixture_wait(b), 0);

    for (i = 0; i < 600; i++) {
        assert_true(race->slots[0][i] < 600);
        assert_int_equal(race->slots[0][i], race->slots[1][i]);
    }

    bd = fixture_open(f);
    assert_int_equal(bmc_board_slot(bd, "one more"), 600);
    bmc_board_close(bd);

    munmap(race, sizeof(slots_race_t));
}


static void
a_board_with_no_room_says_no(void **state)
{
    unsigned      i;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);
    assert_int_equal(bmc_board_slot(bd, "n1"), 0);

    /* slots that count, in a file that is too short for them */

    atomic_store(&bd->file->head.count, BMC_BOARD_HOSTS);
    assert_true(bmc_board_slot(bd, "n2") == BMC_SLOT_NONE);
    assert_string_equal(bmc_board_name(bd, BMC_BOARD_HOSTS - 1), "");
    assert_int_equal(bmc_board_find(bd, "n1"), 0);

    /* an index without end, to slots that cannot be mapped, and that can */

    atomic_store(&bd->file->head.cell_bits[0], UINT64_MAX);

    for (i = 0; i < BOARD_CELLS; i++) {
        atomic_store(&bd->file->cells[i], BMC_BOARD_HOSTS);
    }

    memset(bd->file->head.cell_bits, 0xff, sizeof(bd->file->head.cell_bits));
    assert_true(bmc_board_find(bd, "n1") == BMC_SLOT_NONE);
    assert_true(bmc_board_slot(bd, "n1") == BMC_SLOT_NONE);

    for (i = 0; i < BOARD_CELLS; i++) {
        atomic_store(&bd->file->cells[i], 1);
    }

    assert_true(bmc_board_find(bd, "n2") == BMC_SLOT_NONE);
    assert_true(bmc_board_slot(bd, "n2") == BMC_SLOT_NONE);

    bmc_board_close(bd);
}


static int
slots_as_worker(fixture_t *f, bmc_board_t *bd, void *data)
{
    char           name[BMC_NAME_MAX];
    unsigned       i;
    uint64_t       was;
    bmc_view_t     v;
    bmc_sensor_t   s[BMC_SENSOR_MAX];

    if (!fixture_unprivileged(f)
        || open(f->file, O_RDWR|O_CLOEXEC) != -1
        || bmc_board_join(bd, BMC_POLL, "worker", f->why) != BMC_OK)
    {
        return 1;
    }

    for (i = 1; i < 2500; i++) {
        fixture_name(name, i);

        if (bmc_board_slot(bd, name) != i || !bmc_lease_take(bd, i, &was)) {
            return 2;
        }

        fixture_view(&v, i);
        bmc_board_write(bd, i, &v);
        bmc_board_write_sensors(bd, i, s, fixture_sensors(s, i % 40));
        bmc_board_read(bd, i, &v);

        if (v.failures != i
            || bmc_board_sensors(bd, i, s, BMC_SENSOR_MAX) != i % 40)
        {
            return 3;
        }
    }

    return bmc_board_op_new(bd, "n1", BMC_POWER_ON, "key:me") != 0 ? 0 : 4;
}


static void
an_unprivileged_worker_does_all_through_what_it_inherited(void **state)
{
    fixture_t     *f = *state;
    bmc_view_t     v;
    bmc_board_t   *bd;
    bmc_sensor_t   s[BMC_SENSOR_MAX];

    bd = fixture_open(f);
    assert_non_null(bd);
    assert_int_equal(bmc_board_slot(bd, "rack0-n0"), 0);

    assert_int_equal(fixture_run(f, bd, slots_as_worker, NULL), 0);
    assert_int_equal(chmod(f->file, 0660), 0);

    bmc_board_read(bd, 2499, &v);
    assert_int_equal(v.failures, 2499);
    assert_int_equal(bmc_board_sensors(bd, 2499, s, BMC_SENSOR_MAX),
                     2499 % 40);

    bmc_board_close(bd);
}


#define slots_test(name)                                                     \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        slots_test(a_host_keeps_its_number),
        slots_test(names_that_do_not_fit_have_no_slot),
        slots_test(a_fleet_of_thousands_grows_under_the_eyes_of_others),
        slots_test(what_was_never_written_is_all_zero),
        slots_test(any_number_of_sensors_reads_back),
        slots_test(a_line_is_kept_for_the_next_who_asks_under_its_number),
        slots_test(nonsense_on_the_board_is_put_in_bounds),
        slots_test(processes_that_race_for_names_get_the_same_numbers),
        slots_test(a_board_with_no_room_says_no),
        slots_test(an_unprivileged_worker_does_all_through_what_it_inherited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
