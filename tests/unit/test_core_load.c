
/*
 * Copyright (C) the bmcgate authors
 *
 * What a master loads: to look at it only, again after a reload, and for
 * workers that can get nowhere near.
 */


#include "core_rig.h"

#include <dirent.h>
#include <grp.h>


#define NOBODY  65534
#define FLEET   "host n[1-2] { timeout 2s; user u; password secret; " RIG_SIM \
                "}"


static bmc_base_t *
load(const bmc_base_t *before, unsigned seats, bool look, bmc_rc_t *rc)
{
    bmc_load_t  l;

    memset(&l, 0, sizeof(l));
    l.conf = rig.conf;
    l.seats = seats;
    l.before = before;
    l.look = look;
    rig.said[0] = '\0';

    return bmc_load(&l, rig_say, NULL, rc);
}


static unsigned
sockets(void)
{
    DIR            *d;
    char            path[96];
    unsigned        n;
    struct dirent  *e;

    (void) snprintf(path, sizeof(path), "%s/run/peer", rig.dir);
    d = opendir(path);

    if (d == NULL) {
        return 0;
    }

    for (n = 0; (e = readdir(d)) != NULL; /* void */ ) {
        n += e->d_name[0] != '.';
    }

    (void) closedir(d);

    return n;
}


static void
works(int in, int out)
{
    bmc_t     *b;
    bmc_rc_t   rc;

    if (geteuid() == 0) {
        rig_must(setgroups(0, NULL) == 0);
        rig_must(setgid(NOBODY) == 0);
        rig_must(setuid(NOBODY) == 0);
        rig_must(access(rig.dir, X_OK) == -1);
    }

    b = bmc_open(rig.base, 0, NULL, NULL, &rc);
    rig_must(b != NULL);
    rig_must(rig_read(b, "n1") == BMC_OK);
    rig_must(rig_read(b, "n2") == BMC_OK);
    rig_must(write(out, "r", 1) == 1);
    rig_serve(b, in);
    bmc_close(b, 2000);
    bmc_unload(rig.base);
}


/* forked before a reload, and slow */

static void
comes_late(int in, int out)
{
    char  byte;

    rig_must(write(out, "r", 1) == 1);
    rig_must(read(in, &byte, 1) == 1);
    works(in, out);
}


static void
a_look_makes_nothing(void **state)
{
    char         path[96];
    bmc_rc_t     rc;
    bmc_base_t  *base;

    rig_write(FLEET);
    base = load(NULL, 4, true, &rc);
    assert_non_null(base);
    assert_int_equal(rc, BMC_OK);
    assert_non_null(bmc_host(base, "n2"));
    assert_null(bmc_host(base, "n3"));
    assert_int_equal(bmc_host_count(base), 2);
    assert_string_equal(bmc_conf_file(base), rig.conf);
    assert_null(bmc_audit_file(base));
    bmc_base_own(base);
    bmc_unload(base);

    (void) snprintf(path, sizeof(path), "%s/run", rig.dir);
    assert_int_equal(access(path, F_OK), -1);

    rig_write("hots n1;");
    assert_null(load(NULL, 4, true, &rc));
    assert_int_equal(rc, BMC_CONF);
    assert_non_null(strstr(rig.said, "hots"));
}


static void
the_next_load_shares_board_and_seats(void **state)
{
    bmc_rc_t     rc;
    bmc_base_t  *next;

    rig_write(FLEET);
    rig.base = load(NULL, 2, false, &rc);
    assert_non_null(rig.base);
    assert_int_equal(sockets(), 2);

    /* two for workers that may be on their way, two for the next ones */

    next = load(rig.base, 2, false, &rc);
    assert_non_null(next);
    assert_ptr_equal(next->root, rig.base->root);
    assert_int_equal(sockets(), 4);
    bmc_unload(rig.base);
    assert_int_equal(sockets(), 4);

    /* and so it stays */

    rig.base = load(next, 2, false, &rc);
    assert_non_null(rig.base);
    bmc_unload(next);
    assert_int_equal(sockets(), 4);
    bmc_unload(rig.base);
    rig.base = NULL;
    assert_int_equal(sockets(), 0);
}


static void
seats_that_are_taken_are_not_counted(void **state)
{
    unsigned       i;
    bmc_rc_t       rc;
    bmc_base_t    *next;
    rig_process_t  p[6];

    rig_write(FLEET);
    rig.base = load(NULL, 2, false, &rc);
    assert_non_null(rig.base);

    for (i = 0; i < 6; i++) {
        p[i] = rig_fork(works);

        if (i % 2) {
            next = load(rig.base, 2, false, &rc);
            assert_non_null(next);
            bmc_unload(rig.base);
            rig.base = next;
        }
    }

    for (i = 0; i < 6; i++) {
        assert_int_equal(rig_end(&p[i], 0), 0);
    }

    assert_int_equal(rig_count("n1", "sessions_live_max"), 1);
    assert_int_equal(rig_count("n1", "sessions"), 0);
    bmc_unload(rig.base);
    rig.base = NULL;
    assert_int_equal(sockets(), 0);
}


static void
a_worker_that_comes_late_finds_its_seat(void **state)
{
    char           byte;
    unsigned       i;
    bmc_rc_t       rc;
    bmc_base_t    *next;
    rig_process_t  late[2], p[2];

    rig_write(FLEET);
    rig.base = load(NULL, 2, false, &rc);
    assert_non_null(rig.base);
    late[0] = rig_fork(comes_late);
    late[1] = rig_fork(comes_late);

    next = load(rig.base, 2, false, &rc);
    assert_non_null(next);
    bmc_unload(rig.base);
    rig.base = next;
    p[0] = rig_fork(works);
    p[1] = rig_fork(works);

    for (i = 0; i < 2; i++) {
        assert_int_equal(write(late[i].in, "g", 1), 1);
        assert_int_equal(read(late[i].out, &byte, 1), 1);
    }

    for (i = 0; i < 2; i++) {
        assert_int_equal(rig_end(&late[i], 0), 0);
        assert_int_equal(rig_end(&p[i], 0), 0);
    }

    assert_int_equal(rig_count("n1", "sessions_live_max"), 1);
}


static void
a_wrong_one_leaves_the_one_before_alone(void **state)
{
    bmc_rc_t       rc;
    rig_process_t  p;

    rig_write(FLEET);
    rig.base = load(NULL, 1, false, &rc);
    assert_non_null(rig.base);

    rig_write("hots n1;");
    assert_null(load(rig.base, 1, false, &rc));
    assert_int_equal(rc, BMC_CONF);

    rig_write(FLEET "\nrun /tmp/somewhere-else;");
    assert_null(load(rig.base, 1, false, &rc));

    p = rig_fork(works);
    assert_int_equal(rig_end(&p, 0), 0);
}


static void
whoever_owns_it_last_cleans_up(void **state)
{
    int            status;
    pid_t          pid;
    bmc_rc_t       rc;

    rig_write(FLEET);
    rig.base = load(NULL, 2, false, &rc);
    assert_non_null(rig.base);

    /* a worker's end leaves the seats, the daemon's takes them away */

    pid = fork();
    assert_true(pid != -1);

    if (pid == 0) {
        bmc_unload(rig.base);
        rig_must(sockets() == 2);
        _exit(0);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);

    pid = fork();
    assert_true(pid != -1);

    if (pid == 0) {
        bmc_base_own(rig.base);
        bmc_unload(rig.base);
        rig_must(sockets() == 0);
        _exit(0);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_look_makes_nothing),
        rig_test(the_next_load_shares_board_and_seats),
        rig_test(seats_that_are_taken_are_not_counted),
        rig_test(a_worker_that_comes_late_finds_its_seat),
        rig_test(a_wrong_one_leaves_the_one_before_alone),
        rig_test(whoever_owns_it_last_cleans_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
