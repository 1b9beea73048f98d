
/*
 * Copyright (C) the bmcgate authors
 */


#include "board_fixture.h"


static int
space_read_only(fixture_t *f, bmc_board_t *bd, void *data)
{
    if (!fixture_mount(f, "tmpfs", "ro")) {

        /* nobody, root in a container included, makes folders here */

        snprintf(f->dir, sizeof(f->dir), "/proc/bmcgate");
        return fixture_open_says(f, bd, "cannot create /proc/bmcgate: ");
    }

    return fixture_open_says(f, bd, "/run: Read-only file system");
}


static void
a_read_only_run_is_named(void **state)
{
    fixture_t  *f = *state;

    assert_int_equal(fixture_run(f, NULL, space_read_only, NULL), 0);
}


static int
space_limited(fixture_t *f, bmc_board_t *unused, void *data)
{
    char           name[16];
    uint32_t       i;
    bmc_board_t   *bd;
    struct rlimit  rl;

    rl.rlim_cur = 4096;
    rl.rlim_max = RLIM_INFINITY;
    setrlimit(RLIMIT_FSIZE, &rl);

    if (fixture_open_says(f, NULL, "/board: File too large") != 0) {
        return 1;
    }

    rl.rlim_cur = BOARD_HEAD + sizeof(board_chunk_t);
    setrlimit(RLIMIT_FSIZE, &rl);

    bd = fixture_open(f);
    if (bd == NULL) {
        return 2;
    }

    for (i = 0; i <= BOARD_CHUNK; i++) {
        snprintf(name, sizeof(name), "n%u", i);

        if (bmc_board_slot(bd, name)
            != (i == BOARD_CHUNK ? BMC_SLOT_NONE : i))
        {
            return 3;
        }
    }

    bmc_board_close(bd);

    return 0;
}


static void
a_limit_on_file_sizes_refuses_more_hosts_and_kills_nobody(void **state)
{
    fixture_t  *f = *state;

    assert_int_equal(fixture_run(f, NULL, space_limited, NULL), 0);
}


/* fills whatever there is: nothing may crash, what was made stays */

static int
space_fill(bmc_board_t *bd)
{
    char           name[16];
    uint32_t       i, n, slot;
    bmc_view_t     v;
    bmc_event_t    e;
    bmc_sensor_t   s[BMC_SENSOR_MAX];
    bmc_op_info_t  info;

    memset(s, 0, sizeof(s));
    memset(&e, 0, sizeof(e));
    memset(&v, 0, sizeof(v));

    for (n = 0; n < 5000; n++) {
        snprintf(name, sizeof(name), "n%u", n);

        slot = bmc_board_slot(bd, name);
        if (slot == BMC_SLOT_NONE) {
            break;
        }

        v.failures = n + 1;
        bmc_board_write(bd, slot, &v);
        bmc_board_write_sensors(bd, slot, s, n % BMC_SENSOR_MAX);
        (void) bmc_board_op_new(bd, name, BMC_POWER_ON, "");
        (void) bmc_board_event(bd, &e);
    }

    for (i = 0; i < 20000; i++) {
        (void) bmc_board_event(bd, &e);
        (void) bmc_board_op_new(bd, "n0", BMC_POWER_ON, "");
        (void) bmc_board_op_read(bd, bmc_board_op_last(bd) - i, &info);
        (void) bmc_board_event_read(bd, bmc_board_event_last(bd) - i, &e);
        (void) bmc_board_op_move(bd, bmc_board_op_last(bd), BMC_OP_ASKED,
                                 BMC_OP_SENT, BMC_OK, "");
    }

    for (i = 0; i < n; i++) {
        bmc_board_read(bd, i, &v);
        (void) bmc_board_sensors(bd, i, s, BMC_SENSOR_MAX);

        if (v.failures != i + 1) {
            return -1;
        }
    }

    return (int) n;
}


static int
space_on_full_tmpfs(fixture_t *f, bmc_board_t *unused, void *data)
{
    int           n;
    bmc_board_t  *bd;

    if (!fixture_mount(f, "tmpfs", "size=96k")) {
        return space_limited(f, NULL, NULL);
    }

    if (fixture_open_says(f, NULL, "/board: No space left on device") != 0) {
        return 2;
    }

    if (mount("none", f->root, "tmpfs", MS_REMOUNT, "size=1m") == -1) {
        return 3;
    }

    bd = fixture_open(f);
    if (bd == NULL) {
        return 4;
    }

    n = space_fill(bd);
    bmc_board_close(bd);

    return n > 0 && n < 5000 ? 0 : 5;
}


static void
a_full_tmpfs_refuses_more_and_kills_nobody(void **state)
{
    fixture_t  *f = *state;

    assert_int_equal(fixture_run(f, NULL, space_on_full_tmpfs, NULL), 0);
}


/* ramfs has no fallocate() */

static int
space_on_ramfs(fixture_t *f, bmc_board_t *unused, void *data)
{
    int           n;
    bmc_board_t  *bd;

    (void) fixture_mount(f, "ramfs", NULL);

    bd = fixture_open(f);
    if (bd == NULL) {
        return 1;
    }

    n = space_fill(bd);
    bmc_board_close(bd);

    return n == 5000 ? 0 : 2;
}


static void
a_file_system_without_fallocate_serves_as_well(void **state)
{
    fixture_t  *f = *state;

    assert_int_equal(fixture_run(f, NULL, space_on_ramfs, NULL), 0);
}


#define space_test(name)                                                     \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        space_test(a_limit_on_file_sizes_refuses_more_hosts_and_kills_nobody),
        space_test(a_full_tmpfs_refuses_more_and_kills_nobody),
        space_test(a_file_system_without_fallocate_serves_as_well),
        space_test(a_read_only_run_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
