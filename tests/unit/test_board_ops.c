
/*
 * Copyright (C) the bmcgate authors
 */


#include "base/clock.h"
#include "board_fixture.h"


#define OPS_RACE   300
#define OPS_KILLS  200


typedef struct {
    uint64_t          ids[OPS_RACE];
    _Atomic uint32_t  won;
    _Atomic uint64_t  id;
    _Atomic uint32_t  locked;
} ops_shared_t;


static bmc_board_t *
ops_board(fixture_t *f)
{
    bmc_board_t  *bd;

    bd = fixture_open(f);
    assert_non_null(bd);

    return bd;
}


static void
a_change_is_known_from_asked_to_verified(void **state)
{
    int64_t         now;
    uint64_t        id;
    fixture_t      *f = *state;
    bmc_board_t    *bd;
    bmc_op_info_t   o;

    bd = ops_board(f);
    now = bmc_wall();

    id = bmc_board_op_new(bd, "n1", BMC_POWER_CYCLE, "key:homeassistant");
    assert_true(id != 0);
    assert_true(bmc_board_op_last(bd) == id);

    assert_true(bmc_board_op_read(bd, id, &o));
    assert_true(o.id == id);
    assert_true(o.asked >= now && o.asked <= bmc_wall());
    assert_true(o.sent == 0 && o.ended == 0);
    assert_int_equal(o.state, BMC_OP_ASKED);
    assert_int_equal(o.verb, BMC_POWER_CYCLE);
    assert_int_equal(o.rc, BMC_OK);
    assert_string_equal(o.host, "n1");
    assert_string_equal(o.actor, "key:homeassistant");
    assert_string_equal(o.text, "");

    assert_true(bmc_board_op_move(bd, id, BMC_OP_ASKED, BMC_OP_SENT, BMC_OK,
                                  NULL));
    assert_true(bmc_board_op_read(bd, id, &o));
    assert_int_equal(o.state, BMC_OP_SENT);
    assert_true(o.sent >= now && o.ended == 0);

    assert_true(bmc_board_op_move(bd, id, BMC_OP_SENT, BMC_OP_ACCEPTED,
                                  BMC_OK, "as you like"));
    assert_true(bmc_board_op_read(bd, id, &o));
    assert_int_equal(o.state, BMC_OP_ACCEPTED);
    assert_true(o.ended == 0);
    assert_string_equal(o.text, "as you like");

    assert_true(bmc_board_op_move(bd, id, BMC_OP_ACCEPTED, BMC_OP_UNVERIFIED,
                                  BMC_UNVERIFIED, "BMC still says on"));
    assert_true(bmc_board_op_read(bd, id, &o));
    assert_int_equal(o.state, BMC_OP_UNVERIFIED);
    assert_int_equal(o.rc, BMC_UNVERIFIED);
    assert_true(o.sent >= now && o.ended >= o.sent);
    assert_string_equal(o.text, "BMC still says on");
    assert_string_equal(o.host, "n1");

    bmc_board_close(bd);
}


static void
a_groups_hosts_and_their_group_are_known(void **state)
{
    int64_t         asked;
    uint64_t        id, part, group;
    fixture_t      *f = *state;
    bmc_board_t    *bd;
    bmc_op_info_t   o;

    bd = ops_board(f);
    assert_false(bmc_board_op_glance(bd, 1, &group, &asked));

    id = bmc_board_op_part(bd, "rack1", BMC_POWER_ON, "local:root", 0,
                           UINT32_MAX);
    part = bmc_board_op_part(bd, "n1", BMC_POWER_ON, "local:root", id, 0);
    assert_true(id != 0 && part == id + 1);

    assert_true(bmc_board_op_read(bd, id, &o));
    assert_true(o.group == 0 && o.hosts == UINT32_MAX);
    assert_string_equal(o.host, "rack1");
    assert_true(bmc_board_op_read(bd, part, &o));
    assert_true(o.group == id && o.hosts == 0);

    /* moving it changes neither, and a glance tells what a look does */

    assert_true(bmc_board_op_move(bd, part, BMC_OP_ASKED, BMC_OP_SENT,
                                  BMC_OK, "x"));
    assert_true(bmc_board_op_read(bd, part, &o));
    assert_true(o.group == id && o.hosts == 0);
    assert_true(bmc_board_op_glance(bd, part, &group, &asked));
    assert_true(group == id && asked == o.asked);
    assert_true(bmc_board_op_glance(bd, id, &group, &asked));
    assert_true(group == 0);

    assert_false(bmc_board_op_glance(bd, part + 1, &group, &asked));
    assert_false(bmc_board_op_glance(bd, part + BMC_BOARD_OPS, &group,
                                     &asked));

    bmc_board_close(bd);
}


static void
a_move_from_where_it_is_not_is_refused(void **state)
{
    uint64_t        id;
    fixture_t      *f = *state;
    bmc_board_t    *bd;
    bmc_op_info_t   o;

    bd = ops_board(f);
    id = bmc_board_op_new(bd, "n1", BMC_POWER_ON, "local:root");

    assert_false(bmc_board_op_move(bd, id, BMC_OP_SENT, BMC_OP_ACCEPTED,
                                   BMC_OK, "x"));
    assert_false(bmc_board_op_move(bd, id + 1, BMC_OP_ASKED, BMC_OP_SENT,
                                   BMC_OK, "x"));
    assert_false(bmc_board_op_move(bd, id + BMC_BOARD_OPS, BMC_OP_ASKED,
                                   BMC_OP_SENT, BMC_OK, "x"));
    assert_false(bmc_board_op_move(bd, 0, BMC_OP_NONE, BMC_OP_SENT, BMC_OK,
                                   "x"));

    assert_true(bmc_board_op_read(bd, id, &o));
    assert_int_equal(o.state, BMC_OP_ASKED);
    assert_string_equal(o.text, "");

    assert_false(bmc_board_op_read(bd, 0, &o));
    assert_false(bmc_board_op_read(bd, id + 1, &o));
    assert_false(bmc_board_op_read(bd, id - 1, &o));
    assert_false(bmc_board_op_read(bd, id + BMC_BOARD_OPS, &o));
    assert_false(bmc_board_op_read(bd, id + BMC_BOARD_OPS / 2, &o));

    bmc_board_close(bd);
}


static void
words_too_long_are_cut(void **state)
{
    char            text[1000];
    uint64_t        id;
    fixture_t      *f = *state;
    bmc_board_t    *bd;
    bmc_op_info_t   o;

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';

    bd = ops_board(f);
    id = bmc_board_op_new(bd, text, BMC_POWER_ON, text);
    assert_true(bmc_board_op_move(bd, id, BMC_OP_ASKED, BMC_OP_FAILED,
                                  BMC_REFUSED, text));

    assert_true(bmc_board_op_read(bd, id, &o));
    assert_int_equal(strlen(o.host), sizeof(o.host) - 1);
    assert_int_equal(strlen(o.actor), sizeof(o.actor) - 1);
    assert_int_equal(strlen(o.text), sizeof(o.text) - 1);

    bmc_board_close(bd);
}


static void
the_newest_are_remembered_and_no_more(void **state)
{
    unsigned        i;
    uint64_t        first, id;
    fixture_t      *f = *state;
    bmc_board_t    *bd;
    bmc_op_info_t   o;

    bd = ops_board(f);
    first = bmc_board_op_new(bd, "first", BMC_POWER_ON, "");

    for (i = 1; i < BMC_BOARD_OPS; i++) {
        id = bmc_board_op_new(bd, "next", BMC_POWER_ON, "");
        assert_true(id == first + i);
    }

    assert_true(bmc_board_op_read(bd, first, &o));
    assert_string_equal(o.host, "first");

    id = bmc_board_op_new(bd, "last", BMC_POWER_ON, "");
    assert_false(bmc_board_op_read(bd, first, &o));
    assert_false(bmc_board_op_move(bd, first, BMC_OP_ASKED, BMC_OP_SENT,
                                   BMC_OK, ""));
    assert_true(bmc_board_op_read(bd, id, &o));
    assert_string_equal(o.host, "last");
    assert_int_equal(o.state, BMC_OP_ASKED);

    bmc_board_close(bd);
}


static int
ops_race(fixture_t *f, bmc_board_t *unused, void *data)
{
    char           text[32];
    unsigned       i;
    bmc_board_t   *bd;
    ops_shared_t  *shared = data;

    bd = fixture_open(f);
    if (bd == NULL) {
        return 1;
    }

    snprintf(text, sizeof(text), "won by %d", (int) getpid());

    for (i = 0; i < OPS_RACE; i++) {
        if (bmc_board_op_move(bd, shared->ids[i], BMC_OP_ASKED, BMC_OP_SENT,
                              (bmc_rc_t) (getpid() % BMC_RC_MAX), text))
        {
            atomic_fetch_add(&shared->won, 1);
        }
    }

    bmc_board_close(bd);

    return 0;
}


static void
of_four_that_move_a_change_one_wins(void **state)
{
    int            pid;
    pid_t          pids[4];
    unsigned       i;
    fixture_t     *f = *state;
    bmc_board_t   *bd;
    ops_shared_t  *shared;
    bmc_op_info_t  o;

    shared = fixture_shared(sizeof(ops_shared_t));
    bd = ops_board(f);

    for (i = 0; i < OPS_RACE; i++) {
        shared->ids[i] = bmc_board_op_new(bd, "n1", BMC_POWER_ON, "");
    }

    for (i = 0; i < 4; i++) {
        pids[i] = fixture_fork(f, NULL, ops_race, shared);
    }

    for (i = 0; i < 4; i++) {
        assert_int_equal(fixture_wait(pids[i]), 0);
    }

    assert_int_equal(shared->won, OPS_RACE);

    for (i = 0; i < OPS_RACE; i++) {
        assert_true(bmc_board_op_read(bd, shared->ids[i], &o));
        assert_int_equal(sscanf(o.text, "won by %d", &pid), 1);
        assert_int_equal(o.rc, pid % BMC_RC_MAX);
    }

    bmc_board_close(bd);
    munmap(shared, sizeof(ops_shared_t));
}


static int
ops_for_ever(fixture_t *f, bmc_board_t *bd, void *data)
{
    char           text[160];
    uint64_t       id;
    bmc_event_t    e;
    ops_shared_t  *shared = data;

    memset(&e, 0, sizeof(e));
    e.kind = BMC_EVENT_OPERATION;

    for ( ;; ) {
        memset(text, 'a' + (char) (bmc_board_op_last(bd) % 26), 100);
        text[100] = '\0';

        id = bmc_board_op_new(bd, text, BMC_POWER_ON, text);
        atomic_store(&shared->id, id);

        memset(text, 's', sizeof(text) - 1);
        text[sizeof(text) - 1] = '\0';
        bmc_board_op_move(bd, id, BMC_OP_ASKED, BMC_OP_SENT, BMC_OK, text);

        memset(text, 'f', sizeof(text) - 1);
        bmc_board_op_move(bd, id, BMC_OP_SENT, BMC_OP_FAILED, BMC_REFUSED,
                          text);

        e.op = id;
        memset(e.host, 'a' + (int) (id % 26), sizeof(e.host) - 1);
        bmc_board_event(bd, &e);
    }

    return 0;
}


static void
ops_all_of(const char *text, char c)
{
    assert_true(text[0] == c);
    assert_int_equal(strspn(text, (char[]) { c, '\0' }), strlen(text));
}


static void
ops_read_whole(bmc_board_t *bd, uint64_t id)
{
    uint64_t       last;
    bmc_event_t    e;
    bmc_op_info_t  o;

    if (id != 0 && bmc_board_op_read(bd, id, &o)) {
        ops_all_of(o.host, (char) ('a' + (id - 1) % 26));
        ops_all_of(o.actor, (char) ('a' + (id - 1) % 26));

        if (o.state == BMC_OP_ASKED) {
            assert_string_equal(o.text, "");

        } else {
            ops_all_of(o.text, o.state == BMC_OP_SENT ? 's' : 'f');
            assert_int_equal(o.rc, o.state == BMC_OP_SENT ? BMC_OK
                                                          : BMC_REFUSED);
        }
    }

    last = bmc_board_event_last(bd);

    if (bmc_board_event_read(bd, last, &e)) {
        assert_true(e.id == last);
        ops_all_of(e.host, (char) ('a' + e.op % 26));
    }
}


static void
killed_writers_leave_whole_records_and_waiting_nobody(void **state)
{
    pid_t          pid;
    int64_t        began;
    uint64_t       id;
    unsigned       i;
    fixture_t     *f = *state;
    bmc_board_t   *bd;
    ops_shared_t  *shared;

    shared = fixture_shared(sizeof(ops_shared_t));
    bd = ops_board(f);

    for (i = 0; i < OPS_KILLS; i++) {
        pid = fixture_fork(f, bd, ops_for_ever, shared);
        began = fixture_ms();

        do {
            ops_read_whole(bd, atomic_load(&shared->id));
        } while (fixture_ms() - began < 2);

        fixture_kill(pid);

        began = fixture_ms();
        id = atomic_load(&shared->id);
        ops_read_whole(bd, id);

        id = bmc_board_op_new(bd, "after", BMC_POWER_ON, "");
        assert_true(id != 0);
        assert_true(bmc_board_op_move(bd, id, BMC_OP_ASKED, BMC_OP_CANCELLED,
                                      BMC_CANCELLED, ""));
        assert_true(fixture_ms() - began < 1000);
    }

    bmc_board_close(bd);
    munmap(shared, sizeof(ops_shared_t));
}


static int
ops_stop_locked(fixture_t *f, bmc_board_t *bd, void *data)
{
    ops_shared_t  *shared = data;

    if (!bmc_board_lock(bd)) {
        return 1;
    }

    atomic_store(&shared->locked, 1);
    pause();

    return 0;
}


static void
a_process_stopped_with_the_mutex_is_not_waited_for_long(void **state)
{
    pid_t          pid;
    int64_t        began;
    uint64_t       id;
    fixture_t     *f = *state;
    bmc_event_t    e;
    bmc_board_t   *bd;
    ops_shared_t  *shared;

    memset(&e, 0, sizeof(e));
    shared = fixture_shared(sizeof(ops_shared_t));
    bd = ops_board(f);
    id = bmc_board_op_new(bd, "n1", BMC_POWER_ON, "");
    pid = fixture_fork(f, bd, ops_stop_locked, shared);

    while (atomic_load(&shared->locked) == 0) {
        fixture_sleep(1000);
    }

    began = fixture_ms();
    assert_false(bmc_board_op_move(bd, id, BMC_OP_ASKED, BMC_OP_SENT, BMC_OK,
                                   ""));
    assert_true(fixture_ms() - began < 3000);

    fixture_kill(pid);

    began = fixture_ms();
    assert_true(bmc_board_op_move(bd, id, BMC_OP_ASKED, BMC_OP_SENT, BMC_OK,
                                  ""));
    assert_true(fixture_ms() - began < 1000);

    /* a mutex that is none, as in a damaged file: no at once */

    memset(&bd->file->head.mutex, 0xff, sizeof(pthread_mutex_t));
    assert_true(bmc_board_op_new(bd, "n1", BMC_POWER_ON, "") == 0);
    assert_true(bmc_board_event(bd, &e) == 0);
    assert_true(bmc_board_slot(bd, "n1") == BMC_SLOT_NONE);

    bmc_board_close(bd);
    munmap(shared, sizeof(ops_shared_t));
}


static void
events_are_numbered_kept_and_forgotten(void **state)
{
    int64_t       now;
    uint64_t      first, id;
    unsigned      i;
    fixture_t    *f = *state;
    bmc_event_t   e, got;
    bmc_board_t  *bd;

    bd = ops_board(f);
    now = bmc_wall();
    memset(&e, 0, sizeof(e));

    e.kind = BMC_EVENT_POWER;
    e.was = BMC_POWER_IS_OFF;
    e.is = BMC_POWER_IS_ON;
    e.verb = BMC_POWER_ON;
    snprintf(e.host, sizeof(e.host), "n1");

    assert_false(bmc_board_event_read(bd, bmc_board_event_last(bd), &got));

    first = bmc_board_event(bd, &e);
    assert_true(first != 0);
    assert_true(e.id == first);
    assert_true(e.time >= now);
    assert_true(bmc_board_event_last(bd) == first);

    assert_true(bmc_board_event_read(bd, first, &got));
    assert_memory_equal(&got, &e, sizeof(e));
    assert_false(bmc_board_event_read(bd, first + 1, &got));
    assert_false(bmc_board_event_read(bd, first + BMC_BOARD_EVENTS / 2, &got));
    assert_false(bmc_board_event_read(bd, 0, &got));

    for (i = 1; i < BMC_BOARD_EVENTS; i++) {
        assert_true(bmc_board_event(bd, &e) == first + i);
    }

    assert_true(bmc_board_event_read(bd, first, &got));
    id = bmc_board_event(bd, &e);
    assert_false(bmc_board_event_read(bd, first, &got));
    assert_true(bmc_board_event_read(bd, id, &got));

    bmc_board_close(bd);
}


static void
records_of_nonsense_are_unknown(void **state)
{
    uint64_t        id;
    fixture_t      *f = *state;
    board_op_t     *op;
    bmc_board_t    *bd;
    bmc_event_t     e;
    bmc_op_info_t   o;

    bd = ops_board(f);

    memset(&e, 0xff, sizeof(e));
    id = bmc_board_event(bd, &e);
    assert_false(bmc_board_event_read(bd, id, &e));

    id = bmc_board_op_new(bd, "n1", BMC_POWER_ON, "");
    op = &bd->file->ops[id % BMC_BOARD_OPS];

    memset(op->moved, 0xff, sizeof(op->moved));
    assert_true(bmc_board_op_read(bd, id, &o));
    assert_int_equal(o.rc, BMC_FAILED);
    assert_int_equal(strlen(o.text), sizeof(o.text) - 1);

    op->word = id << 16 | 99;
    assert_false(bmc_board_op_read(bd, id, &o));

    op->word = id << 16 | BMC_OP_SENT;
    memset(op->fixed, 0xff, sizeof(op->fixed));
    assert_false(bmc_board_op_read(bd, id, &o));

    bmc_board_close(bd);
}


#define ops_test(name)                                                       \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        ops_test(a_change_is_known_from_asked_to_verified),
        ops_test(a_groups_hosts_and_their_group_are_known),
        ops_test(a_move_from_where_it_is_not_is_refused),
        ops_test(words_too_long_are_cut),
        ops_test(the_newest_are_remembered_and_no_more),
        ops_test(of_four_that_move_a_change_one_wins),
        ops_test(killed_writers_leave_whole_records_and_waiting_nobody),
        ops_test(a_process_stopped_with_the_mutex_is_not_waited_for_long),
        ops_test(events_are_numbered_kept_and_forgotten),
        ops_test(records_of_nonsense_are_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
