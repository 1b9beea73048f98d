
/*
 * Copyright (C) the bmcgate authors
 */


#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "board_fixture.h"


#define SESSIONS_IDLE   3600000
#define SESSIONS_KILLS  100


static bool  sessions_stop;


/* instead of libc's: a record is written after a look at the wall clock */

int
clock_gettime(clockid_t clock, struct timespec *ts)
{
    if (sessions_stop && clock == CLOCK_REALTIME) {
        sessions_stop = false;
        (void) raise(SIGSTOP);
    }

    return (int) syscall(SYS_clock_gettime, clock, ts);
}


/* all that a session says is made of one number */

static void
sessions_made_of(bmc_board_session_t *s, uint64_t k)
{
    memset(s, 0, sizeof(*s));
    s->kind = k % 2 ? BMC_ACTOR_USER : BMC_ACTOR_KEY;
    s->print = k;
    memset(s->hash, (int) (k % 256), sizeof(s->hash));
    memset(s->name, 'a' + (int) (k % 26), sizeof(s->name) - 1);
    memset(s->from, 'a' + (int) (k % 26), sizeof(s->from) - 1);
    memset(s->door, 'a' + (int) (k % 26), sizeof(s->door) - 1);
}


static int
sessions_for_ever(fixture_t *f, bmc_board_t *bd, void *data)
{
    uint32_t              i;
    uint64_t              gone, *k = data;
    bmc_board_session_t   s;

    for ( ;; ) {
        sessions_made_of(&s, ++*k);

        if (bmc_board_session_new(bd, &s, SESSIONS_IDLE, &gone) != BMC_OK) {
            return 1;
        }

        bmc_board_session_use(bd, &s, 0);

        for (i = 0; i < 4; i++) {
            (void) bmc_board_session_close(bd,
                       bmc_board_session_at(bd, (uint32_t) (*k + i) % 8));
        }
    }

    return 0;
}


static unsigned
sessions_read_whole(bmc_board_t *bd)
{
    uint32_t             i;
    uint64_t             id;
    unsigned             n;
    bmc_board_session_t  s, want;

    memset(&s, 0, sizeof(s));

    for (i = 0, n = 0; i < 16; i++) {
        id = bmc_board_session_at(bd, i);

        if (!bmc_board_session_read(bd, id, SESSIONS_IDLE, &s)) {
            continue;
        }

        sessions_made_of(&want, s.print);
        want.id = id;
        want.created = s.created;
        want.used = s.used;
        assert_memory_equal(&s, &want, sizeof(s));
        n++;
    }

    return n;
}


static void
killed_writers_leave_whole_sessions_and_waiting_nobody(void **state)
{
    pid_t                 pid;
    int64_t               began;
    uint64_t             *k, gone;
    unsigned              i, seen;
    fixture_t            *f = *state;
    bmc_board_t          *bd;
    bmc_board_session_t   s;

    bd = fixture_open(f);
    assert_non_null(bd);

    seen = 0;
    k = fixture_shared(sizeof(uint64_t));

    for (i = 0; i < SESSIONS_KILLS; i++) {
        pid = fixture_fork(f, bd, sessions_for_ever, k);
        began = fixture_ms();

        do {
            seen += sessions_read_whole(bd);
        } while (fixture_ms() - began < 3);

        fixture_kill(pid);

        began = fixture_ms();
        seen += sessions_read_whole(bd);
        sessions_made_of(&s, 26 * i);
        assert_int_equal(bmc_board_session_new(bd, &s, SESSIONS_IDLE, &gone),
                         BMC_OK);
        assert_true(bmc_board_session_close(bd, s.id));
        assert_true(fixture_ms() - began < 1000);
    }

    assert_true(seen > 0);

    munmap(k, sizeof(uint64_t));
    bmc_board_close(bd);
}


static int
sessions_stepped(fixture_t *f, bmc_board_t *bd, void *data)
{
    uint64_t              gone;
    bmc_board_session_t   s;

    sessions_made_of(&s, 2);

    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1) {
        return 1;
    }

    sessions_stop = true;

    return bmc_board_session_new(bd, &s, SESSIONS_IDLE, &gone) == BMC_OK
           ? 0 : 2;
}


/* by the single step: what is there is one or the other, or nothing */

static void
a_writer_may_be_killed_at_any_instruction(void **state)
{
    int                   status;
    pid_t                 pid;
    unsigned              n;
    uint64_t              gone;
    fixture_t            *f = *state;
    bmc_board_t          *bd;
    bmc_board_session_t   s;

    bd = fixture_open(f);
    assert_non_null(bd);

    /* one that is over is written over */

    sessions_made_of(&s, 1);
    assert_int_equal(bmc_board_session_new(bd, &s, SESSIONS_IDLE, &gone),
                     BMC_OK);
    atomic_fetch_sub(&bd->file->sessions[0].used, SESSIONS_IDLE + 1);

    pid = fixture_fork(f, bd, sessions_stepped, NULL);
    assert_int_equal(waitpid(pid, &status, 0), pid);

    for (n = 0; WIFSTOPPED(status); n++) {
        (void) sessions_read_whole(bd);
        assert_int_equal(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
    }

    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(n > 100);
    assert_int_equal(sessions_read_whole(bd), 1);

    bmc_board_close(bd);
}


#define sessions_test(name)                                                  \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        sessions_test(killed_writers_leave_whole_sessions_and_waiting_nobody),
        sessions_test(a_writer_may_be_killed_at_any_instruction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
