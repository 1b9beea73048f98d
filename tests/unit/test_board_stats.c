
/*
 * Copyright (C) the bmcgate authors
 *
 * What all processes have done, counted together.
 */


#include "board_fixture.h"


#define STATS_EACH  5000


static bmc_board_t  *stats_board;


static int
stats_setup(void **state)
{
    if (fixture_setup(state) != 0) {
        return -1;
    }

    stats_board = fixture_open(*state);

    return stats_board != NULL ? 0 : -1;
}


static int
stats_teardown(void **state)
{
    bmc_board_close(stats_board);

    return fixture_teardown(state);
}


static void
a_new_board_has_counted_nothing(void **state)
{
    unsigned  verb, i;

    for (verb = 0; verb < BMC_VERB_MAX; verb++) {
        for (i = 0; i < BMC_RC_MAX; i++) {
            assert_int_equal(bmc_board_count(stats_board, (bmc_verb_t) verb,
                                             (bmc_rc_t) i), 0);
        }

        for (i = 0; i < BMC_STATS_BUCKETS; i++) {
            assert_int_equal(bmc_board_bucket(stats_board,
                                              (bmc_verb_t) verb, i), 0);
        }

        assert_int_equal(bmc_board_time(stats_board, (bmc_verb_t) verb), 0);
    }

    for (i = 0; i < BMC_LOGINS; i++) {
        assert_int_equal(bmc_board_logins(stats_board,
                                          (bmc_login_kind_t) i), 0);
    }
}


static void
each_outcome_of_each_verb_has_its_own_count(void **state)
{
    unsigned  verb, rc, n;

    for (verb = 0; verb < BMC_VERB_MAX; verb++) {
        for (rc = 0; rc < BMC_RC_MAX; rc++) {
            for (n = verb * rc % 7; n > 0; n--) {
                bmc_board_ended(stats_board, (bmc_verb_t) verb,
                                (bmc_rc_t) rc);
            }
        }
    }

    for (verb = 0; verb < BMC_VERB_MAX; verb++) {
        for (rc = 0; rc < BMC_RC_MAX; rc++) {
            assert_int_equal(bmc_board_count(stats_board, (bmc_verb_t) verb,
                                             (bmc_rc_t) rc), verb * rc % 7);
        }
    }
}


/* verbs and outcomes that are none touch nothing */

static void
what_has_no_number_is_not_counted(void **state)
{
    unsigned  i;
    uint64_t  before[sizeof(board_stats_t) / sizeof(uint64_t)];

    assert_int_equal(sizeof(before), sizeof(board_stats_t));
    memcpy(before, &stats_board->file->stats, sizeof(before));

    bmc_board_ended(stats_board, BMC_VERB_MAX, BMC_OK);
    bmc_board_ended(stats_board, (bmc_verb_t) UINT_MAX, BMC_OK);
    bmc_board_ended(stats_board, BMC_POWER_ON, BMC_RC_MAX);
    bmc_board_ended(stats_board, BMC_POWER_ON, (bmc_rc_t) UINT_MAX);
    bmc_board_took(stats_board, BMC_VERB_MAX, 1);
    bmc_board_took(stats_board, (bmc_verb_t) UINT_MAX, 1);

    for (i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        assert_int_equal(before[i], 0);
    }

    assert_memory_equal(before, &stats_board->file->stats, sizeof(before));
}


/* a bound belongs to the bucket below it, as Prometheus wants it */

static void
times_fall_into_the_bucket_of_their_bound(void **state)
{
    unsigned  i;
    uint64_t  us, sum;

    for (i = 0, sum = 0; i + 1 < BMC_STATS_BUCKETS; i++) {
        us = (uint64_t) (strtod(bmc_board_bound(i), NULL) * 1e6 + 0.5);

        bmc_board_took(stats_board, BMC_POWER_STATUS, us);
        assert_int_equal(bmc_board_bucket(stats_board, BMC_POWER_STATUS, i),
                         i == 0 ? 1 : 2);
        bmc_board_took(stats_board, BMC_POWER_STATUS, us + 1);
        assert_int_equal(bmc_board_bucket(stats_board, BMC_POWER_STATUS, i),
                         i == 0 ? 1 : 2);
        sum += 2 * us + 1;

        assert_true(i == 0 || strtod(bmc_board_bound(i), NULL)
                              > strtod(bmc_board_bound(i - 1), NULL));
    }

    assert_string_equal(bmc_board_bound(i), "+Inf");
    assert_int_equal(bmc_board_bucket(stats_board, BMC_POWER_STATUS, i), 1);
    assert_int_equal(bmc_board_time(stats_board, BMC_POWER_STATUS), sum);
    assert_int_equal(bmc_board_time(stats_board, BMC_POWER_ON), 0);

    bmc_board_took(stats_board, BMC_POWER_ON, UINT64_MAX);
    assert_int_equal(bmc_board_bucket(stats_board, BMC_POWER_ON, i), 1);
    bmc_board_took(stats_board, BMC_POWER_CYCLE, 0);
    assert_int_equal(bmc_board_bucket(stats_board, BMC_POWER_CYCLE, 0), 1);
}


static int
stats_child(fixture_t *f, bmc_board_t *unused, void *data)
{
    unsigned      i;
    bmc_board_t  *bd;

    bd = fixture_open(f);

    if (bd == NULL) {
        return 1;
    }

    for (i = 0; i < STATS_EACH; i++) {
        bmc_board_ended(bd, BMC_POWER_STATUS, BMC_OK);
        bmc_board_took(bd, BMC_POWER_STATUS, 3);
        bmc_board_login(bd, BMC_LOGIN_WRONG);
    }

    bmc_board_close(bd);

    return 0;
}


static void
processes_that_count_at_once_lose_none(void **state)
{
    int        i;
    pid_t      pid[4];
    fixture_t *f = *state;

    for (i = 0; i < 4; i++) {
        pid[i] = fixture_fork(f, NULL, stats_child, NULL);
    }

    for (i = 0; i < 4; i++) {
        assert_int_equal(fixture_wait(pid[i]), 0);
    }

    assert_int_equal(bmc_board_count(stats_board, BMC_POWER_STATUS, BMC_OK),
                     4 * STATS_EACH);
    assert_int_equal(bmc_board_bucket(stats_board, BMC_POWER_STATUS, 0),
                     4 * STATS_EACH);
    assert_int_equal(bmc_board_time(stats_board, BMC_POWER_STATUS),
                     12 * STATS_EACH);
    assert_int_equal(bmc_board_logins(stats_board, BMC_LOGIN_WRONG),
                     4 * STATS_EACH);
    assert_int_equal(bmc_board_logins(stats_board, BMC_LOGIN_RIGHT), 0);
}


static void
counts_outlive_who_counted(void **state)
{
    fixture_t  *f = *state;

    bmc_board_ended(stats_board, BMC_POWER_ON, BMC_TIMEOUT);
    bmc_board_login(stats_board, BMC_LOGIN_LIMITED);
    bmc_board_close(stats_board);
    stats_board = fixture_open(f);
    assert_non_null(stats_board);
    assert_int_equal(bmc_board_count(stats_board, BMC_POWER_ON, BMC_TIMEOUT),
                     1);
    assert_int_equal(bmc_board_logins(stats_board, BMC_LOGIN_LIMITED), 1);
    assert_int_equal(bmc_board_logins(stats_board, BMC_LOGIN_KEY), 0);
}


/* -- what a peer tells of itself */

static void
a_peer_tells_its_flags_and_its_load(void **state)
{
    fixture_t         *f = *state;
    bmc_board_peer_t   peer;

    bmc_board_set_load(stats_board, 9);      /* nobody yet */
    bmc_board_set_flags(stats_board, BMC_POLL);

    assert_int_equal(bmc_board_join(stats_board, BMC_QUIET, "me", f->why),
                     BMC_OK);
    assert_true(bmc_board_peer(stats_board, bmc_board_self(stats_board),
                               &peer));
    assert_int_equal(peer.flags, BMC_QUIET);
    assert_int_equal(peer.load, 0);

    bmc_board_set_load(stats_board, 77);
    bmc_board_set_flags(stats_board, BMC_POLL);
    assert_true(bmc_board_peer(stats_board, bmc_board_self(stats_board),
                               &peer));
    assert_int_equal(peer.flags, BMC_POLL);
    assert_int_equal(peer.load, 77);
    assert_int_equal(peer.pid, getpid());
    assert_string_equal(peer.sock, "me");

    bmc_board_leave(stats_board);
    bmc_board_set_load(stats_board, 5);
    bmc_board_set_flags(stats_board, 0);
}


#define stats_test(f)                                                        \
    cmocka_unit_test_setup_teardown(f, stats_setup, stats_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        stats_test(a_new_board_has_counted_nothing),
        stats_test(each_outcome_of_each_verb_has_its_own_count),
        stats_test(what_has_no_number_is_not_counted),
        stats_test(times_fall_into_the_bucket_of_their_bound),
        stats_test(processes_that_count_at_once_lose_none),
        stats_test(counts_outlive_who_counted),
        stats_test(a_peer_tells_its_flags_and_its_load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
