
/*
 * Copyright (C) the bmcgate authors
 */


#include "board_fixture.h"


#define SESSIONS_IDLE  3600000


static bmc_rc_t
sessions_new(bmc_board_t *bd, bmc_board_session_t *s, const char *name)
{
    uint64_t  gone;

    memset(s, 0, sizeof(*s));
    s->kind = BMC_ACTOR_USER;
    s->print = 7;
    memset(s->hash, 'h', sizeof(s->hash));
    snprintf(s->name, sizeof(s->name), "%s", name);
    snprintf(s->from, sizeof(s->from), "192.0.2.1");
    snprintf(s->door, sizeof(s->door), "http");

    return bmc_board_session_new(bd, s, SESSIONS_IDLE, &gone);
}


static bool
sessions_there(bmc_board_t *bd, uint64_t id)
{
    bmc_board_session_t  s;

    return bmc_board_session_read(bd, id, SESSIONS_IDLE, &s);
}


/* as if this had passed since it was used */

static void
sessions_age(bmc_board_t *bd, const bmc_board_session_t *s, uint64_t ms)
{
    board_word_t  *used;

    used = &bd->file->sessions[s->id % BMC_BOARD_SESSIONS].used;
    atomic_store(used, atomic_load(used) - ms);
}


static void
a_session_says_whose_it_is_until_it_is_closed(void **state)
{
    fixture_t            *f = *state;
    bmc_board_t          *bd;
    bmc_board_session_t   s, found;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_int_equal(sessions_new(bd, &s, "alice"), BMC_OK);
    assert_true(s.id > 0 && s.id < (uint64_t) 1 << 53);
    assert_true(s.created > 0 && s.used > 0);

    assert_true(bmc_board_session_read(bd, s.id, SESSIONS_IDLE, &found));
    assert_true(found.id == s.id && found.print == 7);
    assert_true(found.created == s.created && found.used == s.used);
    assert_int_equal(found.kind, BMC_ACTOR_USER);
    assert_memory_equal(found.hash, s.hash, sizeof(s.hash));
    assert_string_equal(found.name, "alice");
    assert_string_equal(found.from, "192.0.2.1");
    assert_string_equal(found.door, "http");

    assert_false(sessions_there(bd, s.id + BMC_BOARD_SESSIONS));
    assert_false(sessions_there(bd, s.id + 1));
    assert_false(sessions_there(bd, s.id + BOARD_STEP));
    assert_false(sessions_there(bd, 0));

    assert_true(bmc_board_session_close(bd, s.id));
    assert_false(bmc_board_session_close(bd, s.id));
    assert_false(bmc_board_session_close(bd, s.id + BOARD_STEP));
    assert_false(sessions_there(bd, s.id));

    bmc_board_close(bd);
}


static void
a_number_is_never_given_twice(void **state)
{
    uint64_t              before;
    unsigned              i;
    fixture_t            *f = *state;
    bmc_board_t          *bd;
    bmc_board_session_t   s;

    bd = fixture_open(f);
    assert_non_null(bd);

    for (i = 0, before = 0; i < 100; i++) {
        assert_int_equal(sessions_new(bd, &s, "alice"), BMC_OK);
        assert_int_equal(s.id % BMC_BOARD_SESSIONS, 0);
        assert_true(s.id > before);
        assert_false(sessions_there(bd, before));
        assert_true(bmc_board_session_close(bd, s.id));
        before = s.id;
    }

    /* a damaged counter begins anew, at no number that is none */

    atomic_store(&bd->file->head.session_last, UINT64_MAX);
    assert_int_equal(sessions_new(bd, &s, "alice"), BMC_OK);
    assert_true(s.id > 0 && s.id < (uint64_t) 1 << 53);
    assert_true(sessions_there(bd, s.id));

    bmc_board_close(bd);
}


static void
an_unused_session_ends_and_a_used_one_goes_on(void **state)
{
    fixture_t            *f = *state;
    bmc_board_t          *bd;
    bmc_board_session_t   a, b, s;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_int_equal(sessions_new(bd, &a, "alice"), BMC_OK);
    assert_int_equal(sessions_new(bd, &b, "bob"), BMC_OK);

    /* almost an hour later */

    sessions_age(bd, &a, SESSIONS_IDLE - 60000);
    sessions_age(bd, &b, SESSIONS_IDLE - 60000);
    assert_true(bmc_board_session_read(bd, a.id, SESSIONS_IDLE, &s));
    bmc_board_session_use(bd, &s, SESSIONS_IDLE);

    /* and a minute after that */

    sessions_age(bd, &a, 60000);
    sessions_age(bd, &b, 60000);
    assert_true(sessions_there(bd, a.id));
    assert_false(sessions_there(bd, b.id));

    /* it is over, not forgotten: a longer time limit would find it */

    assert_true(bmc_board_session_read(bd, b.id, 2 * SESSIONS_IDLE, &s));

    /* its place is free */

    assert_int_equal(sessions_new(bd, &s, "carol"), BMC_OK);
    assert_int_equal(s.id % BMC_BOARD_SESSIONS, 1);
    assert_false(sessions_there(bd, b.id));

    bmc_board_close(bd);
}


static void
a_use_is_written_down_only_now_and_then(void **state)
{
    fixture_t            *f = *state;
    bmc_board_t          *bd;
    bmc_board_session_t   s, now;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_int_equal(sessions_new(bd, &s, "alice"), BMC_OK);
    fixture_sleep(10000);

    bmc_board_session_use(bd, &s, SESSIONS_IDLE);
    assert_true(bmc_board_session_read(bd, s.id, SESSIONS_IDLE, &now));
    assert_true(now.used == s.used);

    sessions_age(bd, &s, 6000);
    assert_true(bmc_board_session_read(bd, s.id, SESSIONS_IDLE, &now));
    bmc_board_session_use(bd, &now, SESSIONS_IDLE);
    assert_true(bmc_board_session_read(bd, s.id, SESSIONS_IDLE, &now));
    assert_true(now.used >= s.used);

    /* of one that was closed meanwhile nothing is */

    now.used -= 6000;
    assert_true(bmc_board_session_close(bd, s.id));
    bmc_board_session_use(bd, &now, SESSIONS_IDLE);
    assert_false(sessions_there(bd, s.id));

    now.id += BOARD_STEP;
    bmc_board_session_use(bd, &now, SESSIONS_IDLE);

    bmc_board_close(bd);
}


static void
of_one_users_sessions_the_one_unused_longest_gives_way(void **state)
{
    uint64_t              id[BMC_SESSIONS_EACH], first, gone;
    unsigned              i;
    fixture_t            *f = *state;
    bmc_board_t          *bd;
    bmc_board_session_t   s, other, key;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_int_equal(sessions_new(bd, &other, "bob"), BMC_OK);
    first = other.id;

    key = other;
    key.kind = BMC_ACTOR_KEY;
    snprintf(key.name, sizeof(key.name), "alice");
    assert_int_equal(bmc_board_session_new(bd, &key, SESSIONS_IDLE, &gone),
                     BMC_OK);

    for (i = 0; i < BMC_SESSIONS_EACH; i++) {
        assert_int_equal(sessions_new(bd, &s, "alice"), BMC_OK);
        id[i] = s.id;
    }

    other.id = id[9];
    sessions_age(bd, &other, 1000);
    other.id = first;

    assert_int_equal(bmc_board_session_new(bd, &s, SESSIONS_IDLE, &gone),
                     BMC_OK);
    assert_true(gone == id[9]);

    for (i = 0; i < BMC_SESSIONS_EACH; i++) {
        assert_int_equal(sessions_there(bd, id[i]), i != 9);
    }

    assert_true(sessions_there(bd, s.id));
    assert_true(sessions_there(bd, other.id));
    assert_true(sessions_there(bd, key.id));

    bmc_board_close(bd);
}


/* as if many had logged in: copies of the first record */

static void
sessions_fill(bmc_board_t *bd)
{
    uint32_t          i;
    board_file_t     *file;
    board_session_t  *r;

    file = bd->file;

    for (i = 0; i < BMC_BOARD_SESSIONS / BOARD_STEP; i++) {
        assert_true(bmc_board_back(bd, file->head.session_bits, i,
            (off_t) offsetof(board_file_t, sessions)
            + (off_t) (i * BOARD_STEP * sizeof(board_session_t)),
            BOARD_STEP * sizeof(board_session_t)));
    }

    for (i = 1; i < BMC_BOARD_SESSIONS; i++) {
        r = &file->sessions[i];
        memcpy(r, &file->sessions[0], sizeof(*r));
        atomic_store(&r->word, atomic_load(&file->sessions[0].word) + i);
    }
}


static void
a_full_table_takes_no_more_until_one_is_over(void **state)
{
    fixture_t            *f = *state;
    bmc_board_t          *bd;
    bmc_board_session_t   s, more;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_int_equal(sessions_new(bd, &s, "alice"), BMC_OK);
    sessions_fill(bd);
    assert_true(sessions_there(bd, s.id + BMC_BOARD_SESSIONS - 1));

    assert_int_equal(sessions_new(bd, &more, "bob"), BMC_LIMITED);

    assert_true(bmc_board_session_close(bd, s.id + 4000));
    assert_int_equal(sessions_new(bd, &more, "bob"), BMC_OK);
    assert_int_equal(more.id % BMC_BOARD_SESSIONS, 4000);
    assert_int_equal(sessions_new(bd, &more, "bob"), BMC_LIMITED);

    s.id += 77;
    sessions_age(bd, &s, SESSIONS_IDLE);
    assert_int_equal(sessions_new(bd, &more, "bob"), BMC_OK);
    assert_int_equal(more.id % BMC_BOARD_SESSIONS, 77);

    bmc_board_close(bd);
}


static int
sessions_without_room(fixture_t *f, bmc_board_t *bd, void *data)
{
    int                   fd;
    bmc_board_session_t   s;

    fd = open("/dev/null", O_RDWR);

    if (fd == -1 || dup2(fd, bd->fd) == -1) {
        return 1;
    }

    if (sessions_new(bd, &s, "alice") != BMC_FAILED) {
        return 2;
    }

    return bmc_board_session_at(bd, 0) == 0 ? 0 : 3;
}


static void
without_memory_there_is_no_session(void **state)
{
    fixture_t            *f = *state;
    bmc_board_t          *bd;
    bmc_board_session_t   s;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_int_equal(fixture_run(f, bd, sessions_without_room, NULL), 0);
    assert_int_equal(sessions_new(bd, &s, "alice"), BMC_OK);

    bmc_board_close(bd);
}


static int
sessions_keep_locked(fixture_t *f, bmc_board_t *bd, void *data)
{
    _Atomic unsigned  *locked = data;

    if (!bmc_board_lock(bd)) {
        return 1;
    }

    *locked = 1;
    fixture_sleep(30000000);

    return 1;
}


static void
a_process_stopped_with_the_mutex_keeps_nobody_for_long(void **state)
{
    pid_t                 pid;
    int64_t               began;
    fixture_t            *f = *state;
    bmc_board_t          *bd;
    _Atomic unsigned     *locked;
    bmc_board_session_t   s;

    bd = fixture_open(f);
    assert_non_null(bd);

    locked = fixture_shared(sizeof(unsigned));
    pid = fixture_fork(f, bd, sessions_keep_locked, locked);

    for (began = fixture_ms(); !*locked; fixture_sleep(1000)) {
        assert_true(fixture_ms() - began < 10000);
    }

    assert_int_equal(sessions_new(bd, &s, "alice"), BMC_FAILED);
    fixture_kill(pid);
    assert_int_equal(sessions_new(bd, &s, "alice"), BMC_OK);

    munmap((void *) locked, sizeof(unsigned));
    bmc_board_close(bd);
}


static int
sessions_open_one(fixture_t *f, bmc_board_t *unused, void *data)
{
    uint64_t             *id = data;
    bmc_board_t          *bd;
    bmc_board_session_t   s;

    bd = fixture_open(f);

    if (bd == NULL || sessions_new(bd, &s, "alice") != BMC_OK) {
        return 1;
    }

    *id = s.id;
    bmc_board_close(bd);

    return 0;
}


static void
every_process_knows_every_session(void **state)
{
    uint64_t     *id;
    fixture_t    *f = *state;
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    id = fixture_shared(sizeof(uint64_t));
    assert_int_equal(fixture_run(f, NULL, sessions_open_one, id), 0);
    assert_true(sessions_there(bd, *id));
    assert_true(bmc_board_session_at(bd, 0) == *id);

    munmap(id, sizeof(uint64_t));
    bmc_board_close(bd);
}


static void
a_damaged_record_is_no_session_and_a_free_place(void **state)
{
    fixture_t            *f = *state;
    bmc_board_t          *bd;
    board_session_t      *r;
    bmc_board_session_t   s, found;

    bd = fixture_open(f);
    assert_non_null(bd);

    assert_int_equal(sessions_new(bd, &s, "alice"), BMC_OK);
    r = &bd->file->sessions[0];

    /* used in the future, or before there was a clock */

    atomic_store(&r->used, (uint64_t) s.used + 60000);
    assert_false(sessions_there(bd, s.id));
    atomic_store(&r->used, UINT64_MAX);
    assert_false(sessions_there(bd, s.id));
    atomic_store(&r->used, 0);
    assert_false(sessions_there(bd, s.id));
    atomic_store(&r->used, (uint64_t) s.used);
    assert_true(sessions_there(bd, s.id));

    /* of a kind that has no sessions */

    atomic_store(&r->body[2], BMC_ACTOR_LOCAL);
    assert_false(sessions_there(bd, s.id));
    atomic_store(&r->body[2], BMC_ACTOR_USER);

    /* a name without an end */

    memset((void *) &r->body[3], 'x', sizeof(r->body) - 24);
    assert_true(bmc_board_session_read(bd, s.id, SESSIONS_IDLE, &found));
    assert_int_equal(strlen(found.name), BMC_NAME_MAX - 1);
    assert_int_equal(strlen(found.from), sizeof(found.from) - 1);
    assert_int_equal(strlen(found.door), sizeof(found.door) - 1);

    /* a number that belongs elsewhere */

    atomic_store(&r->word, s.id + 5);
    assert_true(bmc_board_session_at(bd, 0) == 0);
    assert_false(sessions_there(bd, s.id + 5));
    assert_true(bmc_board_session_at(bd, BMC_BOARD_SESSIONS) == 0);

    assert_int_equal(sessions_new(bd, &s, "alice"), BMC_OK);
    assert_int_equal(s.id % BMC_BOARD_SESSIONS, 0);
    assert_true(sessions_there(bd, s.id));

    bmc_board_close(bd);
}


#define sessions_test(name)                                                  \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        sessions_test(a_session_says_whose_it_is_until_it_is_closed),
        sessions_test(a_number_is_never_given_twice),
        sessions_test(an_unused_session_ends_and_a_used_one_goes_on),
        sessions_test(a_use_is_written_down_only_now_and_then),
        sessions_test(of_one_users_sessions_the_one_unused_longest_gives_way),
        sessions_test(a_full_table_takes_no_more_until_one_is_over),
        sessions_test(without_memory_there_is_no_session),
        sessions_test(a_process_stopped_with_the_mutex_keeps_nobody_for_long),
        sessions_test(every_process_knows_every_session),
        sessions_test(a_damaged_record_is_no_session_and_a_free_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
