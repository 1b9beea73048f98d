
/*
 * Copyright (C) the bmcgate authors
 */


#include "board_fixture.h"


static void
board_put(fixture_t *f, off_t at, const void *bytes, size_t len)
{
    int  fd;

    fd = open(f->file, O_RDWR|O_CREAT, 0660);
    assert_true(fd != -1);
    assert_int_equal(pwrite(fd, bytes, len, at), len);
    close(fd);
}


static void
board_is_replaced(fixture_t *f, const char *because)
{
    bmc_board_t  *bd;

    bd = fixture_open(f);

    assert_non_null(bd);
    assert_int_equal(f->lines, 1);
    assert_non_null(strstr(f->said, because));
    assert_non_null(strstr(f->said, f->file));
    assert_non_null(strstr(f->said, "begun anew"));
    assert_true(bmc_board_find(bd, "n1") == BMC_SLOT_NONE);
    assert_int_equal(bmc_board_slot(bd, "n2"), 0);

    bmc_board_close(bd);
}


static void
board_with_a_host(fixture_t *f)
{
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);
    assert_int_equal(bmc_board_slot(bd, "n1"), 0);
    bmc_board_close(bd);
}


static void
a_new_board_is_made_with_its_folders_and_modes(void **state)
{
    char          path[128];
    fixture_t    *f = *state;
    bmc_board_t  *bd;
    struct stat   st;
    mode_t        mask;

    mask = umask(077);
    bd = fixture_open(f);
    umask(mask);

    assert_non_null(bd);
    assert_string_equal(f->why, "");
    assert_int_equal(f->lines, 0);

    assert_int_equal(stat(f->dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0771);

    snprintf(path, sizeof(path), "%s/peer", f->dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0731);

    assert_int_equal(stat(f->file, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660);
    assert_true(st.st_blocks * 512 <= 256 * 1024);

    bmc_board_close(bd);
}


static void
what_was_known_survives_a_restart_of_all(void **state)
{
    uint8_t       cookie[16];
    uint64_t      op, event;
    fixture_t    *f = *state;
    bmc_view_t    v;
    bmc_board_t  *bd;
    bmc_event_t   e;

    memset(&v, 0, sizeof(v));
    memset(&e, 0, sizeof(e));

    bd = fixture_open(f);
    assert_non_null(bd);
    assert_int_equal(bmc_board_slot(bd, "n1"), 0);

    v.power = BMC_POWER_IS_ON;
    bmc_board_write(bd, 0, &v);
    memcpy(cookie, bmc_board_cookie(bd), sizeof(cookie));
    op = bmc_board_op_new(bd, "n1", BMC_POWER_ON, "local:root");
    e.kind = BMC_EVENT_POWER;
    event = bmc_board_event(bd, &e);
    bmc_board_close(bd);

    bd = fixture_open(f);
    assert_non_null(bd);
    assert_int_equal(bmc_board_find(bd, "n1"), 0);

    bmc_board_read(bd, 0, &v);
    assert_int_equal(v.power, BMC_POWER_IS_ON);
    assert_memory_equal(cookie, bmc_board_cookie(bd), sizeof(cookie));
    assert_true(bmc_board_op_last(bd) == op);
    assert_true(bmc_board_op_new(bd, "n1", BMC_POWER_ON, "") == op + 1);
    assert_true(bmc_board_event_last(bd) == event);
    assert_true(bmc_board_event(bd, &e) == event + 1);

    bmc_board_close(bd);
}


static void
numbers_do_not_start_over_with_a_new_board(void **state)
{
    uint64_t      op;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    op = bmc_board_op_last(bd);
    bmc_board_close(bd);

    assert_int_equal(unlink(f->file), 0);
    fixture_sleep(1100000);

    bd = fixture_open(f);
    assert_true(bmc_board_op_last(bd) >= op + 100);
    assert_true(bmc_board_event_last(bd) >= op + 100);
    bmc_board_close(bd);
}


static void
an_empty_file_is_replaced_and_said(void **state)
{
    char        text[64];
    fixture_t  *f = *state;

    board_with_a_host(f);
    assert_int_equal(truncate(f->file, 0), 0);
    snprintf(text, sizeof(text), "truncated, 0 bytes where %zu are needed",
             (size_t) BOARD_HEAD);
    board_is_replaced(f, text);
}


static void
a_truncated_board_is_replaced_and_said(void **state)
{
    char        text[64];
    fixture_t  *f = *state;

    board_with_a_host(f);
    assert_int_equal(truncate(f->file, BOARD_HEAD + 5000), 0);
    snprintf(text, sizeof(text), "truncated, %zu bytes where %zu are needed",
             (size_t) BOARD_HEAD + 5000,
             (size_t) BOARD_HEAD + sizeof(board_chunk_t));
    board_is_replaced(f, text);
}


static void
garbage_is_replaced_and_said(void **state)
{
    char        bytes[8192];
    fixture_t  *f = *state;

    memset(bytes, 0x5a, sizeof(bytes));
    board_with_a_host(f);
    board_put(f, 0, bytes, sizeof(bytes));
    board_is_replaced(f, "not a board, it does not begin with BMCBOARD");
}


static void
a_board_of_another_version_is_replaced_and_said(void **state)
{
    uint32_t    version;
    fixture_t  *f = *state;

    version = 7;
    board_with_a_host(f);
    board_put(f, offsetof(board_head_t, version), &version, sizeof(version));
    board_is_replaced(f, "version 7, this bmcgate reads version 4");
}


static void
a_board_of_another_build_is_replaced_and_said(void **state)
{
    uint32_t    size;
    fixture_t  *f = *state;

    size = 4711;
    board_with_a_host(f);
    board_put(f, offsetof(board_head_t, sizes.view), &size, sizeof(size));
    board_is_replaced(f, "another build of bmcgate");
}


static void
a_board_of_an_earlier_boot_is_replaced_and_said(void **state)
{
    fixture_t  *f = *state;

    board_with_a_host(f);
    board_put(f, offsetof(board_head_t, boot), "00000000", 8);
    board_is_replaced(f, "of an earlier boot");
}


static void
a_board_that_counts_impossibly_many_hosts_is_replaced(void **state)
{
    uint32_t    count;
    fixture_t  *f = *state;

    count = BMC_BOARD_HOSTS + 1;
    board_with_a_host(f);
    board_put(f, offsetof(board_head_t, count), &count, sizeof(count));
    board_is_replaced(f, "damaged, it counts 262145 hosts of at most 262144");
}


static void
board_version_seven(bmc_board_t *bd)
{
    bd->file->head.version = 7;
}


static void
an_unusable_board_in_use_is_kept_and_the_process_named(void **state)
{
    char          text[160];
    fixture_t    *f = *state;
    bmc_board_t  *bd;
    struct stat   st, now;

    bd = fixture_open(f);
    assert_non_null(bd);
    board_version_seven(bd);
    assert_int_equal(stat(f->file, &st), 0);

    snprintf(text, sizeof(text), "version 7, this bmcgate reads version 4; "
             "process %d uses it: stop that first", (int) getpid());

    assert_int_equal(fixture_run(f, NULL, fixture_open_says, text), 0);
    assert_int_equal(stat(f->file, &now), 0);
    assert_true(st.st_ino == now.st_ino);

    bmc_board_close(bd);
    board_is_replaced(f, "version 7");
}


static int
board_child_joins(fixture_t *f, bmc_board_t *bd, void *data)
{
    int  *ready = data;

    if (*ready == 0 && (!fixture_unprivileged(f)
                        || bmc_board_join(bd, 0, "", f->why) != BMC_OK))
    {
        return 1;
    }

    *ready = 2;
    pause();

    return 0;
}


/* the one that opened it is gone; a worker, joined (0) or not (1), is not */

static void
board_is_kept_for_a_worker(fixture_t *f, int how)
{
    int          *ready;
    char          text[64];
    pid_t         pid;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    ready = fixture_shared(sizeof(int));
    *ready = how;
    pid = fixture_fork(f, bd, board_child_joins, ready);

    while (*(volatile int *) ready != 2) {
        fixture_sleep(1000);
    }

    assert_int_equal(chmod(f->file, 0660), 0);
    board_version_seven(bd);
    bmc_board_close(bd);

    if (how == 0) {
        snprintf(text, sizeof(text), "; process %d uses it", (int) pid);

    } else {
        snprintf(text, sizeof(text), "; another process uses it");
    }

    assert_int_equal(fixture_run(f, NULL, fixture_open_says, text), 0);

    fixture_kill(pid);
    board_is_replaced(f, "version 7");
    munmap(ready, sizeof(int));
}


static void
an_unusable_board_is_kept_for_a_worker_without_a_master(void **state)
{
    board_is_kept_for_a_worker(*state, 0);
}


static void
an_unusable_board_is_kept_for_a_child_that_never_joined(void **state)
{
    board_is_kept_for_a_worker(*state, 1);
}


static void
a_board_whose_maker_never_finishes_is_not_waited_for_long(void **state)
{
    int           fd;
    int64_t       began;
    fixture_t    *f = *state;

    board_with_a_host(f);

    fd = open(f->file, O_RDWR|O_CLOEXEC);
    assert_true(bmc_board_lock_byte(fd, F_OFD_SETLK, F_WRLCK,
                                    BOARD_LOCK_OPEN));

    began = fixture_ms();
    assert_null(fixture_open(f));
    assert_non_null(strstr(f->why, "another process does not finish"));
    assert_true(fixture_ms() - began < 10000);

    close(fd);
}


static int
board_tell_cookie(fixture_t *f, bmc_board_t *unused, void *data)
{
    uint8_t      *cookie = data;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    if (bd == NULL) {
        fprintf(stderr, "%s\n", f->why);
        return 1;
    }

    memcpy(cookie, bmc_board_cookie(bd), 16);

    /* stays open until all have told, or the last could be the first */

    fixture_sleep(20000);
    bmc_board_close(bd);

    return 0;
}


static void
board_all_agree(fixture_t *f)
{
    int       i;
    pid_t     pids[6];
    uint8_t  *cookies;

    cookies = fixture_shared(16 * 6);

    for (i = 0; i < 6; i++) {
        pids[i] = fixture_fork(f, NULL, board_tell_cookie, cookies + i * 16);
    }

    for (i = 0; i < 6; i++) {
        assert_int_equal(fixture_wait(pids[i]), 0);
    }

    for (i = 1; i < 6; i++) {
        assert_memory_equal(cookies, cookies + i * 16, 16);
    }

    munmap(cookies, 16 * 6);
}


static void
processes_that_create_it_at_once_agree_on_one(void **state)
{
    int         i;
    fixture_t  *f = *state;

    for (i = 0; i < 10; i++) {
        board_all_agree(f);
        assert_int_equal(unlink(f->file), 0);
    }
}


static void
processes_that_replace_it_at_once_agree_on_one(void **state)
{
    int         i;
    fixture_t  *f = *state;

    board_with_a_host(f);

    for (i = 0; i < 10; i++) {
        board_put(f, 0, "garbage!", 8);
        board_all_agree(f);
    }
}


static void
a_folder_that_cannot_be_made_is_named(void **state)
{
    fixture_t  *f = *state;

    snprintf(f->dir, sizeof(f->dir), "%s/run/deeper", f->root);

    assert_null(fixture_open(f));
    assert_non_null(strstr(f->why, f->dir));
    assert_non_null(strstr(f->why, "No such file or directory "
                                   "(the folder above it must exist)"));
}


static void
what_is_not_a_file_is_named_and_left_alone(void **state)
{
    fixture_t  *f = *state;

    board_with_a_host(f);
    assert_int_equal(unlink(f->file), 0);

    assert_int_equal(mkfifo(f->file, 0660), 0);
    assert_null(fixture_open(f));
    assert_non_null(strstr(f->why, "/board: not a regular file"));
    assert_int_equal(unlink(f->file), 0);

    assert_int_equal(symlink("/etc/passwd", f->file), 0);
    assert_null(fixture_open(f));
    assert_non_null(strstr(f->why, "cannot open"));
    assert_non_null(strstr(f->why, "symbolic links"));
}


static void
a_path_too_long_is_refused(void **state)
{
    char  dir[PATH_MAX + 10], why[BMC_TEXT_MAX];

    memset(dir, '/', sizeof(dir));
    dir[sizeof(dir) - 1] = '\0';

    assert_null(bmc_board_open(dir, NULL, NULL, why));
}


static int
board_unprivileged(fixture_t *f, bmc_board_t *bd, void *data)
{
    if (!fixture_unprivileged(f)) {
        return 2;
    }

    return fixture_open_says(f, bd, data);
}


static void
a_user_who_may_not_is_told_who_may(void **state)
{
    fixture_t  *f = *state;

    board_with_a_host(f);

    assert_int_equal(fixture_run(f, NULL, board_unprivileged,
                                 "/board: Permission denied (run as root or "
                                 "as a member of group bmcgate)"), 0);
}


static int
board_made_unprivileged(fixture_t *f, bmc_board_t *bd, void *data)
{
    if (geteuid() != 0) {
        if (chmod(f->root, 0500) == -1) {
            return 2;
        }

    } else if (!fixture_unprivileged(f)) {
        return 2;
    }

    return fixture_open_says(f, bd, data);
}


static void
a_user_who_may_not_make_it_is_told_who_may(void **state)
{
    fixture_t  *f = *state;

    assert_int_equal(fixture_run(f, NULL, board_made_unprivileged,
                                 "/run: Permission denied (run as root or "
                                 "as a member of group bmcgate)"), 0);
    assert_int_equal(chmod(f->root, 0700), 0);
}


static void
closing_nothing_is_fine(void **state)
{
    bmc_board_close(NULL);
}


#define board_test(name)                                                     \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        board_test(a_new_board_is_made_with_its_folders_and_modes),
        board_test(what_was_known_survives_a_restart_of_all),
        board_test(numbers_do_not_start_over_with_a_new_board),
        board_test(an_empty_file_is_replaced_and_said),
        board_test(a_truncated_board_is_replaced_and_said),
        board_test(garbage_is_replaced_and_said),
        board_test(a_board_of_another_version_is_replaced_and_said),
        board_test(a_board_of_another_build_is_replaced_and_said),
        board_test(a_board_of_an_earlier_boot_is_replaced_and_said),
        board_test(a_board_that_counts_impossibly_many_hosts_is_replaced),
        board_test(an_unusable_board_in_use_is_kept_and_the_process_named),
        board_test(an_unusable_board_is_kept_for_a_worker_without_a_master),
        board_test(an_unusable_board_is_kept_for_a_child_that_never_joined),
        board_test(a_board_whose_maker_never_finishes_is_not_waited_for_long),
        board_test(processes_that_create_it_at_once_agree_on_one),
        board_test(processes_that_replace_it_at_once_agree_on_one),
        board_test(a_folder_that_cannot_be_made_is_named),
        board_test(what_is_not_a_file_is_named_and_left_alone),
        board_test(a_path_too_long_is_refused),
        board_test(a_user_who_may_not_is_told_who_may),
        board_test(a_user_who_may_not_make_it_is_told_who_may),
        board_test(closing_nothing_is_fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
