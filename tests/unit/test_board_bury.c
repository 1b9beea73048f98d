
/*
 * Copyright (C) the bmcgate authors
 *
 * Who died without a word: it is found, once, with its socket's name, and so
 * is what it had in hand.
 */


#include "board_fixture.h"


typedef struct {
    _Atomic uint64_t  word;
    _Atomic uint64_t  op;
    uint64_t          keep;      /* somebody else's, to be taken over */
    bool              send;
    bool              leave;
} bury_child_t;


static bmc_board_t   *bury_board;
static bury_child_t  *bury_asker;
static bury_child_t  *bury_keeper;


static int
bury_setup(void **state)
{
    fixture_t  *f;

    if (fixture_setup(state) != 0) {
        return -1;
    }

    f = *state;
    bury_board = fixture_open(f);
    bury_asker = fixture_shared(sizeof(bury_child_t));
    bury_keeper = fixture_shared(sizeof(bury_child_t));

    return bury_board != NULL
           && bmc_board_join(bury_board, 0, "mine", f->why) == BMC_OK
           ? 0 : -1;
}


static int
bury_teardown(void **state)
{
    bmc_board_close(bury_board);
    munmap(bury_asker, sizeof(bury_child_t));
    munmap(bury_keeper, sizeof(bury_child_t));

    return fixture_teardown(state);
}


static int
bury_child(fixture_t *f, bmc_board_t *unused, void *data)
{
    uint64_t       id;
    bmc_board_t   *bd;
    bury_child_t  *c = data;

    bd = fixture_open(f);

    if (bd == NULL || bmc_board_join(bd, 0, "theirs", f->why) != BMC_OK) {
        return 1;
    }

    id = c->keep;

    if (id == 0) {
        id = bmc_board_op_new(bd, "n1", BMC_POWER_CYCLE, "local:me");

    } else {
        bmc_board_op_keep(bd, id);
    }

    if (c->send
        && !bmc_board_op_move(bd, id, BMC_OP_ASKED, BMC_OP_SENT, BMC_OK, ""))
    {
        return 2;
    }

    if (c->leave) {
        bmc_board_leave(bd);
    }

    atomic_store(&c->op, id);
    atomic_store(&c->word, bmc_board_self(bd) | 1ULL << 63);

    for ( ;; ) {
        fixture_sleep(1000);
    }
}


static pid_t
bury_start(fixture_t *f, bury_child_t *c)
{
    pid_t     pid;
    unsigned  i;

    pid = fixture_fork(f, NULL, bury_child, c);

    for (i = 0; i < 5000 && atomic_load(&c->word) == 0; i++) {
        fixture_sleep(1000);
    }

    assert_true(atomic_load(&c->word) != 0);
    c->word &= ~(1ULL << 63);

    return pid;
}


static uint64_t
bury_orphan(bmc_op_state_t *state)
{
    uint32_t  at;

    at = 0;

    return bmc_board_op_orphan(bury_board, &at, state);
}


static void
the_dead_are_found_until_they_are_buried(void **state)
{
    pid_t             pid;
    fixture_t        *f = *state;
    bmc_board_peer_t  peer;

    pid = bury_start(f, bury_asker);
    assert_false(bmc_board_dead(bury_board, &peer));
    bmc_board_bury(bury_board, bury_asker->word);
    assert_true(bmc_board_alive(bury_board, bury_asker->word));
    fixture_kill(pid);

    assert_int_equal(bmc_board_peers(bury_board, &peer, 1), 0);
    assert_true(bmc_board_dead(bury_board, &peer));
    assert_true(peer.word == bury_asker->word);
    assert_string_equal(peer.sock, "theirs");
    assert_int_equal(peer.pid, pid);

    bmc_board_bury(bury_board, peer.word);
    assert_false(bmc_board_dead(bury_board, &peer));
    bmc_board_bury(bury_board, UINT64_MAX);
}


/* or what it left would be forgotten with it */

static void
who_comes_next_does_not_take_the_place_of_the_dead(void **state)
{
    pid_t             pid;
    fixture_t        *f = *state;
    bmc_board_peer_t  peer;

    fixture_kill(bury_start(f, bury_asker));
    pid = bury_start(f, bury_keeper);
    assert_true(bmc_board_dead(bury_board, &peer));
    assert_true(peer.word == bury_asker->word);
    fixture_kill(pid);
}


static void
who_left_properly_is_not_among_the_dead(void **state)
{
    fixture_t        *f = *state;
    bmc_board_peer_t  peer;

    bury_asker->leave = true;
    fixture_kill(bury_start(f, bury_asker));
    assert_false(bmc_board_dead(bury_board, &peer));
}


static void
what_was_asked_for_is_an_orphan_when_the_asker_died(void **state)
{
    pid_t           pid;
    fixture_t      *f = *state;
    bmc_op_state_t  was;

    pid = bury_start(f, bury_asker);
    assert_true(bury_orphan(&was) == 0);
    fixture_kill(pid);

    assert_true(bury_orphan(&was) == bury_asker->op);
    assert_int_equal(was, BMC_OP_ASKED);

    assert_true(bmc_board_op_move(bury_board, bury_asker->op, BMC_OP_ASKED,
        BMC_OP_CANCELLED, BMC_CANCELLED, "died"));
    assert_true(bury_orphan(&was) == 0);
}


static void
what_another_took_over_is_in_its_hands(void **state)
{
    pid_t           pid;
    fixture_t      *f = *state;
    bmc_op_state_t  was;

    pid = bury_start(f, bury_asker);
    bmc_board_op_keep(bury_board, bury_asker->op);
    fixture_kill(pid);
    assert_true(bury_orphan(&was) == 0);
}


/* who asked gives it to the next, and needs it as it is */

static void
what_was_not_sent_stays_with_a_living_asker(void **state)
{
    uint64_t        id;
    fixture_t      *f = *state;
    bmc_op_state_t  was;

    id = bmc_board_op_new(bury_board, "n1", BMC_POWER_ON, "local:me");
    bury_keeper->keep = id;
    fixture_kill(bury_start(f, bury_keeper));
    assert_true(bury_orphan(&was) == 0);
}


static void
what_was_sent_is_an_orphan_when_the_sender_died(void **state)
{
    uint64_t        id;
    fixture_t      *f = *state;
    bmc_op_state_t  was;

    id = bmc_board_op_new(bury_board, "n1", BMC_POWER_ON, "local:me");
    bury_keeper->keep = id;
    bury_keeper->send = true;
    fixture_kill(bury_start(f, bury_keeper));

    assert_true(bury_orphan(&was) == id);
    assert_int_equal(was, BMC_OP_SENT);
}


static void
orphans_are_told_one_after_the_other(void **state)
{
    uint32_t        at;
    uint64_t        first, second;
    fixture_t      *f = *state;
    bmc_op_state_t  was;

    fixture_kill(bury_start(f, bury_asker));
    bury_keeper->send = true;
    fixture_kill(bury_start(f, bury_keeper));

    at = 0;
    first = bmc_board_op_orphan(bury_board, &at, &was);
    second = bmc_board_op_orphan(bury_board, &at, &was);
    assert_true(first != 0 && second != 0 && first != second);
    assert_true(bmc_board_op_orphan(bury_board, &at, &was) == 0);
}


#define bury_test(t)                                                         \
    cmocka_unit_test_setup_teardown(t, bury_setup, bury_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        bury_test(the_dead_are_found_until_they_are_buried),
        bury_test(who_comes_next_does_not_take_the_place_of_the_dead),
        bury_test(who_left_properly_is_not_among_the_dead),
        bury_test(what_was_asked_for_is_an_orphan_when_the_asker_died),
        bury_test(what_another_took_over_is_in_its_hands),
        bury_test(what_was_not_sent_stays_with_a_living_asker),
        bury_test(what_was_sent_is_an_orphan_when_the_sender_died),
        bury_test(orphans_are_told_one_after_the_other)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
