
/*
 * Copyright (C) the bmcgate authors
 *
 * Sockets of the dead are unlinked; those of the living, and what is no
 * socket, stay.
 */


#include "board_fixture.h"

#include <fcntl.h>
#include <time.h>

#include "peer/peer.h"


#define TIDY_HOUR  3600


static struct {
    bmc_board_t  *bd;
    int           fd;
    char          sock[BMC_SOCK_MAX];
    char          path[256];
} tidy;


static int
tidy_setup(void **state)
{
    fixture_t  *f;

    if (fixture_setup(state) != 0) {
        return -1;
    }

    f = *state;
    tidy.bd = fixture_open(f);

    if (tidy.bd == NULL) {
        return -1;
    }

    tidy.fd = bmc_peers_bind(f->dir, tidy.sock, f->why);
    snprintf(tidy.path, sizeof(tidy.path), "%s/peer/%s", f->dir, tidy.sock);

    return tidy.fd == -1 ? -1 : 0;
}


static int
tidy_teardown(void **state)
{
    fixture_t  *f = *state;
    char        path[256];

    if (tidy.fd != -1) {
        close(tidy.fd);
    }

    bmc_board_close(tidy.bd);

    /* who is not root may not list it as it is */

    snprintf(path, sizeof(path), "%s/peer", f->dir);
    (void) chmod(path, 0700);

    return fixture_teardown(state);
}


static void
tidy_kill(void)
{
    close(tidy.fd);
    tidy.fd = -1;
}


static void
tidy_ages(const char *path, time_t by)
{
    struct timespec  ts[2];

    ts[0] = (struct timespec) { .tv_sec = time(NULL) - by };
    ts[1] = ts[0];

    assert_int_equal(utimensat(AT_FDCWD, path, ts, 0), 0);
}


static void
tidy_listable(const fixture_t *f)
{
    char  path[256];

    snprintf(path, sizeof(path), "%s/peer", f->dir);
    assert_int_equal(chmod(path, 0700), 0);
}


static bool
tidy_there(void)
{
    return access(tidy.path, F_OK) == 0;
}


static void
a_dead_peers_socket_is_unlinked(void **state)
{
    fixture_t  *f = *state;

    tidy_kill();
    bmc_peers_unlink(f->dir, tidy.sock);
    assert_false(tidy_there());
    bmc_peers_unlink(f->dir, tidy.sock);
}


/* its worker died; the next worker takes the seat */

static void
a_seat_whose_maker_lives_stays(void **state)
{
    fixture_t  *f = *state;

    tidy_listable(f);
    tidy_ages(tidy.path, TIDY_HOUR);
    bmc_peers_unlink(f->dir, tidy.sock);
    bmc_peers_tidy(tidy.bd, f->dir);
    assert_true(tidy_there());
}


/* a damaged board must not lead us elsewhere */

static void
only_a_socket_of_the_folder_is_unlinked(void **state)
{
    int         fd;
    char        path[256], name[BMC_SOCK_MAX];
    fixture_t  *f = *state;

    tidy_listable(f);
    memset(name, 'a', sizeof(name));
    bmc_peers_unlink(f->dir, "../board");
    bmc_peers_unlink(f->dir, "..");
    bmc_peers_unlink(f->dir, "");
    bmc_peers_unlink(f->dir, name);
    assert_int_equal(access(f->file, F_OK), 0);

    snprintf(path, sizeof(path), "%s/peer/note", f->dir);
    fd = open(path, O_WRONLY|O_CREAT|O_CLOEXEC, 0600);
    assert_true(fd != -1);
    close(fd);
    tidy_ages(path, TIDY_HOUR);
    bmc_peers_tidy(tidy.bd, f->dir);
    assert_int_equal(access(path, F_OK), 0);
}


static void
what_nobody_has_is_swept_when_it_is_not_quite_new(void **state)
{
    fixture_t  *f = *state;

    tidy_listable(f);
    tidy_kill();
    bmc_peers_tidy(tidy.bd, f->dir);
    assert_true(tidy_there());

    tidy_ages(tidy.path, TIDY_HOUR);
    bmc_peers_tidy(tidy.bd, f->dir);
    assert_false(tidy_there());
}


static int
tidy_stranger(fixture_t *f, bmc_board_t *bd, void *data)
{
    if (!fixture_unprivileged(f)) {
        return 1;
    }

    bmc_peers_tidy(bd, f->dir);

    return 0;
}


static void
who_may_not_list_the_folder_sweeps_nothing(void **state)
{
    char        path[256];
    fixture_t  *f = *state;

    /* an ordinary user would be its owner */

    snprintf(path, sizeof(path), "%s/peer", f->dir);
    assert_int_equal(chmod(path, 0331), 0);

    tidy_kill();
    tidy_ages(tidy.path, TIDY_HOUR);
    bmc_peers_tidy(tidy.bd, "/nonexistent");
    assert_int_equal(fixture_run(f, tidy.bd, tidy_stranger, NULL), 0);
    assert_true(tidy_there());
}


#define tidy_test(t)                                                         \
    cmocka_unit_test_setup_teardown(t, tidy_setup, tidy_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        tidy_test(a_dead_peers_socket_is_unlinked),
        tidy_test(a_seat_whose_maker_lives_stays),
        tidy_test(only_a_socket_of_the_folder_is_unlinked),
        tidy_test(what_nobody_has_is_swept_when_it_is_not_quite_new),
        tidy_test(who_may_not_list_the_folder_sweeps_nothing)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
