
/*
 * Copyright (C) the bmcgate authors
 */


#include "board_fixture.h"


#define LEASE_SLOTS  20


typedef struct {
    _Atomic uint64_t  holder[LEASE_SLOTS];
    _Atomic uint64_t  word;      /* of a child that has what it came for */
    _Atomic uint32_t  taken;
    _Atomic uint32_t  clashes;
} lease_shared_t;


static bmc_board_t *
lease_board(fixture_t *f)
{
    char          name[16];
    uint32_t      i;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    for (i = 0; i < LEASE_SLOTS; i++) {
        snprintf(name, sizeof(name), "n%u", i);
        assert_int_equal(bmc_board_slot(bd, name), i);
    }

    return bd;
}


static void
lease_join(fixture_t *f, bmc_board_t *bd)
{
    assert_int_equal(bmc_board_join(bd, 0, "", f->why), BMC_OK);
}


static int
lease_take_and_stay(fixture_t *f, bmc_board_t *unused, void *data)
{
    uint64_t         was;
    bmc_board_t     *bd;
    lease_shared_t  *shared = data;

    bd = fixture_open(f);

    if (bd == NULL || bmc_board_join(bd, 0, "", f->why) != BMC_OK
        || !bmc_lease_take(bd, 0, &was))
    {
        return 1;
    }

    bmc_lease_set_sent(bd, 0, 4711);
    atomic_store(&shared->word, bmc_board_self(bd));
    pause();

    return 0;
}


static uint64_t
lease_wait_word(lease_shared_t *shared)
{
    unsigned  i;

    for (i = 0; i < 5000 && atomic_load(&shared->word) == 0; i++) {
        fixture_sleep(1000);
    }

    assert_true(atomic_load(&shared->word) != 0);

    return atomic_load(&shared->word);
}


static void
a_free_lease_is_taken_kept_and_given_back(void **state)
{
    uint64_t      was, self;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = lease_board(f);
    lease_join(f, bd);
    self = bmc_board_self(bd);

    assert_true(bmc_lease_take(bd, 3, &was));
    assert_true(was == 0);
    assert_true(bmc_lease_owner(bd, 3) == self);

    assert_true(bmc_lease_take(bd, 3, &was));
    assert_true(was == self);

    bmc_lease_drop(bd, 3);
    assert_true(bmc_lease_owner(bd, 3) == 0);
    bmc_lease_drop(bd, 3);

    bmc_board_close(bd);
}


static void
a_slot_that_is_not_there_is_never_leased(void **state)
{
    uint64_t      was;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = lease_board(f);
    lease_join(f, bd);

    assert_false(bmc_lease_take(bd, LEASE_SLOTS, &was));
    assert_false(bmc_lease_take(bd, BMC_SLOT_NONE, &was));
    assert_true(bmc_lease_owner(bd, BMC_SLOT_NONE) == 0);
    assert_true(bmc_lease_sent(bd, BMC_SLOT_NONE) == 0);
    bmc_lease_set_sent(bd, BMC_SLOT_NONE, 1);
    bmc_lease_drop(bd, BMC_SLOT_NONE);

    bmc_board_close(bd);
}


static void
who_has_not_joined_takes_nothing(void **state)
{
    uint64_t      was;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = lease_board(f);

    assert_false(bmc_lease_take(bd, 0, &was));
    assert_true(bmc_lease_owner(bd, 0) == 0);
    bmc_lease_drop(bd, 0);
    bmc_lease_drop_all(bd);

    bmc_board_close(bd);
}


static void
all_are_given_back_and_only_ones_own(void **state)
{
    uint32_t      i;
    uint64_t      was;
    fixture_t    *f = *state;
    bmc_board_t  *bd, *other;

    bd = lease_board(f);
    other = lease_board(f);
    lease_join(f, bd);
    lease_join(f, other);

    for (i = 0; i < LEASE_SLOTS; i++) {
        assert_true(bmc_lease_take(i % 2 ? bd : other, i, &was));
    }

    bmc_lease_drop_all(bd);

    for (i = 0; i < LEASE_SLOTS; i++) {
        assert_true(bmc_lease_owner(bd, i)
                    == (i % 2 ? 0 : bmc_board_self(other)));
    }

    bmc_board_close(other);
    bmc_board_close(bd);
}


static void
the_lease_of_the_living_is_refused_that_of_the_dead_taken_over(void **state)
{
    pid_t            pid;
    uint64_t         was, word;
    fixture_t       *f = *state;
    bmc_board_t     *bd;
    lease_shared_t  *shared;

    shared = fixture_shared(sizeof(lease_shared_t));
    bd = lease_board(f);
    lease_join(f, bd);

    pid = fixture_fork(f, NULL, lease_take_and_stay, shared);
    word = lease_wait_word(shared);

    assert_true(bmc_board_alive(bd, word));
    assert_false(bmc_lease_take(bd, 0, &was));
    assert_true(was == word);
    assert_true(bmc_lease_owner(bd, 0) == word);

    fixture_kill(pid);

    assert_false(bmc_board_alive(bd, word));
    assert_true(bmc_lease_owner(bd, 0) == word);
    assert_true(bmc_lease_take(bd, 0, &was));
    assert_true(was == word);

    /* what it had sent is ours to settle */

    assert_true(bmc_lease_sent(bd, 0) == 4711);
    bmc_lease_set_sent(bd, 0, 0);
    assert_true(bmc_lease_sent(bd, 0) == 0);

    bmc_board_close(bd);
    munmap(shared, sizeof(lease_shared_t));
}


static void
who_left_is_as_good_as_dead(void **state)
{
    uint64_t      was, word;
    fixture_t    *f = *state;
    bmc_board_t  *bd, *other;

    bd = lease_board(f);
    other = lease_board(f);
    lease_join(f, bd);
    lease_join(f, other);

    assert_true(bmc_lease_take(other, 0, &was));
    word = bmc_board_self(other);
    assert_false(bmc_lease_take(bd, 0, &was));

    bmc_board_leave(other);
    assert_true(bmc_lease_take(bd, 0, &was));
    assert_true(was == word);

    bmc_board_close(other);
    bmc_board_close(bd);
}


static int
lease_hammer(fixture_t *f, bmc_board_t *inherited, void *data)
{
    int64_t          until;
    uint32_t         slot;
    uint64_t         was, self, nobody;
    unsigned         i;
    bmc_board_t     *bd;
    lease_shared_t  *shared = data;

    bd = inherited ? inherited : fixture_open(f);

    if (bd == NULL || (inherited && !fixture_unprivileged(f))
        || bmc_board_join(bd, 0, "", f->why) != BMC_OK)
    {
        return 1;
    }

    self = bmc_board_self(bd);
    until = fixture_ms() + 400;

    for (i = (unsigned) getpid(); fixture_ms() < until; i = i * 69069 + 5) {

        slot = (i >> 8) % LEASE_SLOTS;

        if (!bmc_lease_take(bd, slot, &was)) {
            continue;
        }

        nobody = 0;

        if (!atomic_compare_exchange_strong(&shared->holder[slot], &nobody,
                                            self)
            && bmc_board_alive(bd, nobody))
        {
            atomic_fetch_add(&shared->clashes, 1);
        }

        atomic_fetch_add(&shared->taken, 1);
        atomic_store(&shared->holder[slot], self);

        if (i % 64 == 0) {
            sched_yield();
        }

        if (atomic_load(&shared->holder[slot]) != self) {
            atomic_fetch_add(&shared->clashes, 1);
        }

        atomic_store(&shared->holder[slot], 0);
        bmc_lease_drop(bd, slot);
    }

    return 0;
}


static void
lease_nobody_shares(fixture_t *f, bool inherited, bool kill_some)
{
    pid_t            pids[4];
    unsigned         i;
    bmc_board_t     *bd;
    lease_shared_t  *shared;

    shared = fixture_shared(sizeof(lease_shared_t));
    bd = lease_board(f);

    for (i = 0; i < 4; i++) {
        pids[i] = fixture_fork(f, inherited ? bd : NULL, lease_hammer, shared);
    }

    for (i = 0; kill_some && i < 2; i++) {
        fixture_sleep(100000);
        fixture_kill(pids[i]);
        pids[i] = fixture_fork(f, inherited ? bd : NULL, lease_hammer, shared);
    }

    for (i = 0; i < 4; i++) {
        assert_int_equal(fixture_wait(pids[i]), 0);
    }

    assert_int_equal(chmod(f->file, 0660), 0);
    assert_int_equal(shared->clashes, 0);
    assert_true(shared->taken > 1000);

    bmc_board_close(bd);
    munmap(shared, sizeof(lease_shared_t));
}


static void
four_processes_never_share_a_lease(void **state)
{
    lease_nobody_shares(*state, false, false);
}


static void
four_workers_never_share_a_lease(void **state)
{
    lease_nobody_shares(*state, true, false);
}


static void
nor_do_they_when_some_are_killed(void **state)
{
    lease_nobody_shares(*state, false, true);
}


static void
nor_do_workers_when_some_are_killed(void **state)
{
    lease_nobody_shares(*state, true, true);
}


#define lease_test(name)                                                     \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        lease_test(a_free_lease_is_taken_kept_and_given_back),
        lease_test(a_slot_that_is_not_there_is_never_leased),
        lease_test(who_has_not_joined_takes_nothing),
        lease_test(all_are_given_back_and_only_ones_own),
        lease_test(
            the_lease_of_the_living_is_refused_that_of_the_dead_taken_over),
        lease_test(who_left_is_as_good_as_dead),
        lease_test(four_processes_never_share_a_lease),
        lease_test(four_workers_never_share_a_lease),
        lease_test(nor_do_they_when_some_are_killed),
        lease_test(nor_do_workers_when_some_are_killed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
