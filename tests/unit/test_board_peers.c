
/*
 * Copyright (C) the bmcgate authors
 *
 * Who is alive, whichever way they came to the board: they opened it, they
 * inherited it and may open it, they inherited it and may not.
 */


#include "board_fixture.h"


typedef enum {
    PEERS_OPENER,                /* opened the board itself */
    PEERS_HEIR,                  /* inherited it, and opens it again */
    PEERS_WORKER,                /* inherited it, and may not open it */
    PEERS_KINDS
} peers_kind_t;


typedef struct {
    peers_kind_t      kind;
    _Atomic uint64_t  word;      /* its own, when it has joined */
    _Atomic uint64_t  ask;       /* a word: is that alive? */
    _Atomic int       answer;    /* 1 no, 2 yes */
} peers_child_t;


static int
peers_child(fixture_t *f, bmc_board_t *bd, void *data)
{
    uint64_t        word;
    peers_child_t  *c = data;

    if (c->kind == PEERS_OPENER) {
        bd = fixture_open(f);

    } else if (bmc_board_self(bd) != 0) {
        return 2;
    }

    if (bd == NULL
        || (c->kind == PEERS_WORKER && !fixture_unprivileged(f))
        || bmc_board_join(bd, BMC_POLL, "sock", f->why) != BMC_OK)
    {
        return 1;
    }

    atomic_store(&c->word, bmc_board_self(bd));

    for ( ;; ) {
        word = atomic_exchange(&c->ask, 0);

        if (word != 0) {
            atomic_store(&c->answer, bmc_board_alive(bd, word) ? 2 : 1);
        }

        fixture_sleep(100);
    }
}


static pid_t
peers_start(fixture_t *f, bmc_board_t *bd, peers_child_t *c, peers_kind_t kind)
{
    pid_t     pid;
    unsigned  i;

    memset(c, 0, sizeof(peers_child_t));
    c->kind = kind;

    pid = fixture_fork(f, bd, peers_child, c);

    for (i = 0; i < 5000 && atomic_load(&c->word) == 0; i++) {
        fixture_sleep(1000);
    }

    assert_int_equal(chmod(f->file, 0660), 0);
    assert_true(atomic_load(&c->word) != 0);

    return pid;
}


static bool
peers_says_alive(peers_child_t *c, uint64_t word)
{
    unsigned  i;

    atomic_store(&c->answer, 0);
    atomic_store(&c->ask, word);

    for (i = 0; i < 50000 && atomic_load(&c->answer) == 0; i++) {
        fixture_sleep(100);
    }

    assert_true(atomic_load(&c->answer) != 0);

    return atomic_load(&c->answer) == 2;
}


/* a parent that opened the board and joined, and two children */

static void
peers_see_each_other(fixture_t *f, peers_kind_t a, peers_kind_t b)
{
    pid_t           pa, pb;
    uint64_t        self, wa, wb;
    bmc_board_t    *bd;
    peers_child_t  *c;

    c = fixture_shared(2 * sizeof(peers_child_t));
    bd = fixture_open(f);
    assert_non_null(bd);
    assert_int_equal(bmc_board_join(bd, 0, "", f->why), BMC_OK);
    self = bmc_board_self(bd);

    pa = peers_start(f, bd, &c[0], a);
    pb = peers_start(f, bd, &c[1], b);
    wa = c[0].word;
    wb = c[1].word;

    assert_true(wa != wb && wa != self && wb != self);

    assert_true(bmc_board_alive(bd, self));
    assert_true(bmc_board_alive(bd, wa));
    assert_true(bmc_board_alive(bd, wb));
    assert_true(peers_says_alive(&c[0], self));
    assert_true(peers_says_alive(&c[0], wa));
    assert_true(peers_says_alive(&c[0], wb));
    assert_true(peers_says_alive(&c[1], self));
    assert_true(peers_says_alive(&c[1], wa));
    assert_true(peers_says_alive(&c[1], wb));

    fixture_kill(pa);

    assert_false(bmc_board_alive(bd, wa));
    assert_false(peers_says_alive(&c[1], wa));
    assert_true(bmc_board_alive(bd, wb));
    assert_true(peers_says_alive(&c[1], self));

    bmc_board_leave(bd);
    assert_false(peers_says_alive(&c[1], self));

    bmc_board_close(bd);
    fixture_kill(pb);
    munmap(c, 2 * sizeof(peers_child_t));
}


static void
every_kind_of_process_sees_every_other_live_and_die(void **state)
{
    peers_kind_t  a, b;

    for (a = PEERS_OPENER; a < PEERS_KINDS; a++) {
        for (b = PEERS_OPENER; b < PEERS_KINDS; b++) {
            peers_see_each_other(*state, a, b);
        }
    }
}


/* the parent is killed: an heir does not keep it alive by its descriptor */

static int
peers_parent(fixture_t *f, bmc_board_t *unused, void *data)
{
    bmc_board_t    *bd;
    peers_child_t  *c = data;

    bd = fixture_open(f);

    if (bd == NULL || bmc_board_join(bd, 0, "", f->why) != BMC_OK) {
        return 1;
    }

    c[1].kind = PEERS_HEIR;

    if (fork() == 0) {
        alarm(60);
        _exit(peers_child(f, bd, &c[1]));
    }

    while (atomic_load(&c[1].word) == 0) {
        fixture_sleep(1000);
    }

    atomic_store(&c[0].word, bmc_board_self(bd));
    pause();

    return 0;
}


static void
a_parent_killed_is_dead_though_its_heir_lives(void **state)
{
    pid_t             pid;
    unsigned          i;
    fixture_t        *f = *state;
    bmc_board_t      *bd;
    peers_child_t    *c;
    bmc_board_peer_t  peer;

    c = fixture_shared(2 * sizeof(peers_child_t));
    bd = fixture_open(f);
    pid = fixture_fork(f, NULL, peers_parent, c);

    for (i = 0; i < 5000 && atomic_load(&c[0].word) == 0; i++) {
        fixture_sleep(1000);
    }

    assert_true(bmc_board_alive(bd, c[0].word));
    fixture_kill(pid);
    assert_false(bmc_board_alive(bd, c[0].word));
    assert_true(bmc_board_peer(bd, c[1].word, &peer));

    kill((pid_t) peer.pid, SIGKILL);

    for (i = 0; i < 5000 && bmc_board_alive(bd, c[1].word); i++) {
        fixture_sleep(1000);
    }

    assert_false(bmc_board_alive(bd, c[1].word));

    bmc_board_close(bd);
    munmap(c, 2 * sizeof(peers_child_t));
}


static void
a_number_is_used_again_but_its_old_word_stays_dead(void **state)
{
    pid_t           pid;
    uint64_t        old;
    fixture_t      *f = *state;
    bmc_board_t    *bd;
    peers_child_t  *c;

    c = fixture_shared(sizeof(peers_child_t));
    bd = fixture_open(f);
    assert_non_null(bd);

    pid = peers_start(f, bd, c, PEERS_OPENER);
    old = c->word;
    fixture_kill(pid);
    bmc_board_bury(bd, old);

    pid = peers_start(f, bd, c, PEERS_WORKER);
    assert_int_equal(c->word & 0xffff, old & 0xffff);
    assert_true(c->word != old);
    assert_true(bmc_board_alive(bd, c->word));
    assert_false(bmc_board_alive(bd, old));
    fixture_kill(pid);

    bmc_board_close(bd);
    munmap(c, sizeof(peers_child_t));
}


static void
the_living_are_listed_with_what_they_said_of_themselves(void **state)
{
    pid_t             pid;
    uint64_t          epoch;
    fixture_t        *f = *state;
    bmc_board_t      *bd;
    peers_child_t    *c;
    bmc_board_peer_t  peers[4], peer;

    c = fixture_shared(sizeof(peers_child_t));
    bd = fixture_open(f);
    assert_non_null(bd);

    epoch = bmc_board_peers_epoch(bd);
    assert_int_equal(bmc_board_join(bd, 0, "", f->why), BMC_OK);
    assert_true(bmc_board_peers_epoch(bd) != epoch);
    assert_int_equal(bmc_board_peers(bd, peers, 4), 0);

    epoch = bmc_board_peers_epoch(bd);
    pid = peers_start(f, bd, c, PEERS_WORKER);
    assert_true(bmc_board_peers_epoch(bd) != epoch);

    assert_int_equal(bmc_board_peers(bd, peers, 0), 0);
    assert_int_equal(bmc_board_peers(bd, peers, 4), 1);
    assert_true(peers[0].word == c->word);
    assert_int_equal(peers[0].pid, pid);
    assert_int_equal(peers[0].flags, BMC_POLL);
    assert_string_equal(peers[0].sock, "sock");

    assert_true(bmc_board_peer(bd, c->word, &peer));
    assert_memory_equal(&peer, &peers[0], sizeof(peer));
    assert_true(bmc_board_peer(bd, bmc_board_self(bd), &peer));
    assert_int_equal(peer.pid, getpid());

    fixture_kill(pid);
    assert_false(bmc_board_peer(bd, c->word, &peer));
    assert_int_equal(bmc_board_peers(bd, peers, 4), 0);

    epoch = bmc_board_peers_epoch(bd);
    bmc_board_leave(bd);
    assert_true(bmc_board_peers_epoch(bd) != epoch);
    assert_true(bmc_board_self(bd) == 0);
    bmc_board_leave(bd);

    bmc_board_close(bd);
    munmap(c, sizeof(peers_child_t));
}


static void
words_nobody_ever_had_are_dead(void **state)
{
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_false(bmc_board_alive(bd, 0));
    assert_false(bmc_board_alive(bd, 0x10000));
    assert_false(bmc_board_alive(bd, 0x10000 | BMC_BOARD_PEERS));
    assert_false(bmc_board_alive(bd, 0x10000 | (BMC_BOARD_PEERS + 1)));
    assert_false(bmc_board_alive(bd, UINT64_MAX));

    bmc_board_close(bd);
}


static void
joining_twice_or_with_too_long_a_name_is_refused(void **state)
{
    char          sock[BMC_SOCK_MAX + 1];
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    memset(sock, 's', BMC_SOCK_MAX);
    sock[BMC_SOCK_MAX] = '\0';

    assert_int_equal(bmc_board_join(bd, 0, sock, f->why), BMC_USAGE);
    assert_non_null(strstr(f->why, "of 40 bytes, at most 39 fit"));
    assert_true(bmc_board_self(bd) == 0);

    sock[BMC_SOCK_MAX - 1] = '\0';
    assert_int_equal(bmc_board_join(bd, 0, sock, f->why), BMC_OK);
    assert_int_equal(bmc_board_join(bd, 0, sock, f->why), BMC_USAGE);
    assert_non_null(strstr(f->why, "already"));

    bmc_board_close(bd);
}


static void
a_board_full_of_processes_says_so(void **state)
{
    int           fd;
    unsigned      i;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    fd = open(f->file, O_RDWR|O_CLOEXEC);

    for (i = 0; i < BMC_BOARD_PEERS; i++) {
        assert_true(bmc_board_lock_byte(fd, F_OFD_SETLK, F_WRLCK,
                                        BOARD_LOCK_PEER + i));
    }

    assert_int_equal(bmc_board_join(bd, 0, "", f->why), BMC_FAILED);
    assert_non_null(strstr(f->why, "the board is full"));

    close(fd);
    assert_int_equal(bmc_board_join(bd, 0, "", f->why), BMC_OK);
    bmc_board_close(bd);
}


static void
a_lock_that_cannot_be_had_is_explained(void **state)
{
    int           fd;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    fd = bd->fd;
    bd->fd = -1;
    assert_int_equal(bmc_board_join(bd, 0, "", f->why), BMC_FAILED);
    assert_non_null(strstr(f->why, "Bad file descriptor"));
    bd->fd = fd;

    bmc_board_close(bd);
}


static int
peers_child_closes(fixture_t *f, bmc_board_t *bd, void *data)
{
    if (bmc_board_self(bd) != 0) {
        return 1;
    }

    bmc_board_leave(bd);
    bmc_board_close(bd);

    return 0;
}


static void
who_cannot_be_asked_about_is_not_declared_dead(void **state)
{
    int           fd;
    fixture_t    *f = *state;
    bmc_board_t  *bd, *other;

    bd = fixture_open(f);
    other = fixture_open(f);
    assert_int_equal(bmc_board_join(bd, 0, "", f->why), BMC_OK);

    fd = other->fd;
    other->fd = -1;
    assert_true(bmc_board_alive(other, bmc_board_self(bd)));
    other->fd = fd;

    bmc_board_close(other);
    bmc_board_close(bd);
}


static void
a_child_that_closes_the_board_does_not_leave_for_its_parent(void **state)
{
    fixture_t    *f = *state;
    bmc_board_t  *bd, *other;

    bd = fixture_open(f);
    other = fixture_open(f);
    assert_int_equal(bmc_board_join(bd, 0, "", f->why), BMC_OK);

    assert_int_equal(fixture_run(f, bd, peers_child_closes, NULL), 0);
    assert_true(bmc_board_alive(other, bmc_board_self(bd)));

    bmc_board_close(other);
    bmc_board_close(bd);
}


/* F_GETLK does not tell a process of its own locks */

static int
peers_worker_with_two(fixture_t *f, bmc_board_t *bd, void *data)
{
    bmc_board_t  *other = data;

    if (!fixture_unprivileged(f)
        || bmc_board_join(bd, 0, "", f->why) != BMC_OK)
    {
        return 1;
    }

    return bmc_board_alive(other, bmc_board_self(bd)) ? 0 : 2;
}


static void
a_worker_with_two_boards_is_alive_on_both(void **state)
{
    fixture_t    *f = *state;
    bmc_board_t  *bd, *other;

    bd = fixture_open(f);
    other = fixture_open(f);

    assert_int_equal(fixture_run(f, bd, peers_worker_with_two, other), 0);
    assert_int_equal(chmod(f->file, 0660), 0);

    bmc_board_close(other);
    bmc_board_close(bd);
}


/* an heir that reloads opens and closes the board beside its own */

static int
peers_heir_reloads(fixture_t *f, bmc_board_t *bd, void *data)
{
    bmc_board_t  *other;

    if (bmc_board_join(bd, 0, "", f->why) != BMC_OK) {
        return 1;
    }

    other = fixture_open(f);
    if (other == NULL) {
        return 2;
    }

    bmc_board_close(other);
    atomic_store((_Atomic uint64_t *) data, bmc_board_self(bd));
    pause();

    return 0;
}


static void
an_heir_that_closes_another_board_stays_alive(void **state)
{
    pid_t              pid;
    unsigned           i;
    fixture_t         *f = *state;
    bmc_board_t       *bd;
    _Atomic uint64_t  *word;

    word = fixture_shared(sizeof(uint64_t));
    bd = fixture_open(f);
    pid = fixture_fork(f, bd, peers_heir_reloads, word);

    for (i = 0; i < 5000 && atomic_load(word) == 0; i++) {
        fixture_sleep(1000);
    }

    assert_true(bmc_board_alive(bd, atomic_load(word)));

    fixture_kill(pid);
    assert_false(bmc_board_alive(bd, atomic_load(word)));

    bmc_board_close(bd);
    munmap(word, sizeof(uint64_t));
}


#define peers_test(name)                                                     \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        peers_test(every_kind_of_process_sees_every_other_live_and_die),
        peers_test(a_parent_killed_is_dead_though_its_heir_lives),
        peers_test(a_number_is_used_again_but_its_old_word_stays_dead),
        peers_test(the_living_are_listed_with_what_they_said_of_themselves),
        peers_test(words_nobody_ever_had_are_dead),
        peers_test(joining_twice_or_with_too_long_a_name_is_refused),
        peers_test(a_board_full_of_processes_says_so),
        peers_test(a_lock_that_cannot_be_had_is_explained),
        peers_test(who_cannot_be_asked_about_is_not_declared_dead),
        peers_test(
            a_child_that_closes_the_board_does_not_leave_for_its_parent),
        peers_test(a_worker_with_two_boards_is_alive_on_both),
        peers_test(an_heir_that_closes_another_board_stays_alive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
