
/*
 * Copyright (C) the bmcgate authors
 *
 * Processes that share hosts.
 */


#include "core_rig.h"


#define FLEET  "host n[1-8] { poll 1s; timeout 500ms; " RIG_SIM "}"


static void
polls(int in, int out)
{
    bmc_t       *b;
    bmc_base_t  *base;

    b = rig_other(&base, BMC_POLL);
    rig_must(write(out, "r", 1) == 1);
    rig_serve(b, in);
    bmc_close(b, 2000);
    bmc_unload(base);
}


static bool
holds(size_t from, size_t to, int64_t ms)
{
    int64_t  end;

    for (end = bmc_now() + ms; bmc_now() < end; rig_turn(rig.b, end)) {
        if (rig.b->held >= from && rig.b->held <= to) {
            return true;
        }
    }

    (void) dprintf(2, "holds %zu\n", rig.b->held);

    return false;
}


static void
no_host_had_two_sessions(void)
{
    char      host[8];
    unsigned  i;

    for (i = 1; i <= 8; i++) {
        (void) snprintf(host, sizeof(host), "n%u", i);
        assert_in_range(rig_count(host, "sessions_live_max"), 0, 1);
    }
}


static void
pollers_share_the_hosts_and_take_over_from_the_dead(void **state)
{
    rig_process_t  p;

    rig_write(FLEET);
    p = rig_fork(polls);
    rig_open(FLEET, BMC_POLL);
    assert_true(holds(4, 4, 4000));
    rig_sleep(1200);
    assert_int_equal(rig.b->held, 4);
    no_host_had_two_sessions();

    assert_int_equal(rig_end(&p, SIGKILL), -1);
    assert_true(holds(8, 8, 3000));
    no_host_had_two_sessions();
}


static void
a_poller_that_ends_gives_its_hosts_away(void **state)
{
    rig_process_t  p;

    rig_write(FLEET);
    p = rig_fork(polls);
    rig_open(FLEET, BMC_POLL);
    assert_true(holds(4, 4, 4000));
    assert_int_equal(rig_end(&p, 0), 0);
    assert_true(holds(8, 8, 3000));
    no_host_had_two_sessions();
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(pollers_share_the_hosts_and_take_over_from_the_dead),
        rig_test(a_poller_that_ends_gives_its_hosts_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
