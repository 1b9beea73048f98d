
/*
 * Copyright (C) the bmcgate authors
 *
 * A base that root has loaded, with seats prepared for workers that may
 * open nothing.
 */


#include "core_rig.h"

#include <grp.h>


#define NOBODY  65534
#define FLEET   "host n[1-2] { timeout 2s; user u; password secret; " RIG_SIM \
                "}"


static const char  *asks[2];


/* who is nobody already has no rights to lose */

static void
become_nobody(void)
{
    if (geteuid() == 0) {
        rig_must(setgroups(0, NULL) == 0);
        rig_must(setgid(NOBODY) == 0);
        rig_must(setuid(NOBODY) == 0);
    }
}


static void
works(int in, int out)
{
    bmc_t     *b;
    bmc_rc_t   rc;

    become_nobody();
    b = bmc_open(rig.base, 0, rig_say, NULL, &rc);
    rig_must(b != NULL);
    rig_must(rig_read(b, asks[0]) == BMC_OK);

    if (asks[1] != NULL) {
        rig_must(rig_read(b, asks[1]) == BMC_OK);
    }

    rig_must(write(out, "r", 1) == 1);
    rig_serve(b, in);
    bmc_close(b, 2000);
    bmc_unload(rig.base);
}


static void
finds_no_seat(int in, int out)
{
    bmc_rc_t  rc;

    become_nobody();
    rig_must(bmc_open(rig.base, 0, rig_say, NULL, &rc) == NULL);
    rig_must(rc == BMC_FAILED);
    rig_must(strstr(rig.said, "all 2 prepared peer sockets are in use")
             != NULL);
    rig_must(write(out, "r", 1) == 1);
    bmc_unload(rig.base);
}


static void
prepare(void)
{
    rig_write(FLEET);
    assert_int_equal(chmod(rig.dir, 0755), 0);
    rig.base = rig_load(2);
    assert_non_null(rig.base);
}


static rig_process_t
worker(const char *first, const char *second)
{
    asks[0] = first;
    asks[1] = second;

    return rig_fork(works);
}


static void
workers_forward_requests_to_one_another(void **state)
{
    rig_process_t  p[2];

    prepare();
    p[0] = worker("n1", NULL);
    p[1] = worker("n2", "n1");
    assert_int_equal(rig_count("n1", "logins"), 1);
    assert_int_equal(rig_count("n1", "power.status"), 2);
    assert_int_equal(rig_end(&p[0], 0), 0);
    assert_int_equal(rig_end(&p[1], 0), 0);
    assert_int_equal(rig_count("n1", "sessions"), 0);
    assert_int_equal(rig_count("n2", "sessions"), 0);
}


static void
a_worker_too_many_is_told_so(void **state)
{
    rig_process_t  p[3];

    prepare();
    p[0] = worker("n1", NULL);
    p[1] = worker("n1", NULL);
    p[2] = rig_fork(finds_no_seat);
    assert_int_equal(rig_end(&p[2], 0), 0);

    /* the seat of one that was killed is free again, and so is its host */

    assert_int_equal(rig_end(&p[0], SIGKILL), -1);
    p[0] = worker("n1", "n2");
    p[2] = rig_fork(finds_no_seat);
    assert_int_equal(rig_end(&p[2], 0), 0);
    assert_int_equal(rig_end(&p[0], 0), 0);
    p[0] = worker("n1", "n2");
    assert_int_equal(rig_end(&p[0], 0), 0);
    assert_int_equal(rig_end(&p[1], 0), 0);
    assert_in_range(rig_count("n1", "sessions_live_max"), 1, 1);
}


/* both are sure to look at the same seat first */

static void
workers_that_come_at_once_get_a_seat_each(void **state)
{
    unsigned       i;
    rig_process_t  p[2];

    prepare();

    for (i = 0; i < 10; i++) {
        p[0] = worker("n1", "n2");
        p[1] = worker("n2", "n1");
        assert_int_equal(rig_end(&p[1], 0), 0);
        assert_int_equal(rig_end(&p[0], 0), 0);
    }
}


static void
whoever_prepared_the_seats_may_open_beside_them(void **state)
{
    bmc_rc_t       rc;
    rig_process_t  p[2];

    prepare();
    p[0] = worker("n1", NULL);
    p[1] = worker("n2", NULL);
    rig.b = bmc_open(rig.base, 0, rig_say, NULL, &rc);
    assert_non_null(rig.b);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n2"), BMC_OK);
    assert_int_equal(rig_count("n1", "logins"), 1);
    assert_int_equal(rig_end(&p[0], 0), 0);
    assert_int_equal(rig_end(&p[1], 0), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(workers_forward_requests_to_one_another),
        rig_test(a_worker_too_many_is_told_so),
        rig_test(workers_that_come_at_once_get_a_seat_each),
        rig_test(whoever_prepared_the_seats_may_open_beside_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
