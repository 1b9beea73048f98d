
/*
 * Copyright (C) the bmcgate authors
 *
 * Peers that are slow, stopped or busy, and the notices they still get.
 */


#include "peers_rig.h"


#define TEST_COUNT  999


static void
a_stopped_peer_breaks_its_link_when_8_mb_wait(void **state)
{
    char         *bytes;
    rig_t        *rig;
    size_t        most;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    link = rig_peer(rig, &child);
    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));
    assert_true(rig_until(rig, &rig->messages, 1));

    kill(child.pid, SIGSTOP);

    bytes = calloc(1, 60000);
    assert_non_null(bytes);
    m = rig_data(2, bytes, 60000);

    most = 0;

    while (rig_send(rig, link, &m)) {
        most = bmc_link_waiting(link);
        assert_true(most <= 8 * 1024 * 1024);
    }

    assert_true(most > 7 * 1024 * 1024);
    assert_int_equal(bmc_link_waiting(link), 0);
    assert_int_equal(rig->gone, 0);
    assert_non_null(strstr(rig->said, "more than 8 MB wait"));

    assert_true(rig_until(rig, &rig->gone, 1));
    assert_int_equal(rig->strange, 0);
    assert_false(rig->inside);

    free(bytes);
    rig_kill(&child);
}


static void
large_messages_count_in_what_waits(void **state)
{
    char         *bytes;
    rig_t        *rig;
    unsigned      before;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    child = rig_fork(rig, 0, NULL);
    kill(child.pid, SIGSTOP);
    before = rig_descriptors();
    link = bmc_peers_link(rig->peers, child.word);

    bytes = calloc(1, 9000000);
    assert_non_null(bytes);

    m = rig_data(1, bytes, 9000000);
    assert_true(rig_send(rig, link, &m));        /* alone, so it may wait */
    assert_true(bmc_link_waiting(link) > 9000000);

    m = rig_request(2);
    assert_false(rig_send(rig, link, &m));

    assert_true(rig_until(rig, &rig->gone, 1));
    assert_int_equal(rig_descriptors(), before);

    free(bytes);
    rig_kill(&child);
}


static void
a_peer_that_wakes_up_gets_what_waited(void **state)
{
    uint64_t      i;
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    rig->on = rig_in_order;
    link = rig_peer(rig, &child);
    m = rig_request(0);
    assert_true(rig_send(rig, link, &m));
    assert_true(rig_until(rig, &rig->messages, 1));

    kill(child.pid, SIGSTOP);

    for (i = 1; i < 3000; i++) {
        m.id = i;
        assert_true(rig_send(rig, link, &m));
    }

    rig_run(rig, 20);
    assert_true(bmc_link_waiting(link) > 0);

    kill(child.pid, SIGCONT);
    assert_true(rig_until(rig, &rig->messages, 3000));
    assert_int_equal(rig->strange, 0);
    assert_int_equal(bmc_link_waiting(link), 0);

    rig_kill(&child);
}


static void
a_full_backlog_is_waited_for(void **state)
{
    int                fds[300];
    rig_t             *rig;
    size_t             n;
    bmc_msg_t          m;
    bmc_link_t        *link;
    rig_child_t        child;
    bmc_board_peer_t   peer;

    rig = *state;
    child = rig_fork(rig, 0, NULL);
    assert_true(bmc_board_peer(rig->board, child.word, &peer));
    kill(child.pid, SIGSTOP);

    for (n = 0; n < 300; n++) {
        fds[n] = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);

        if (bmc_socket_connect(fds[n], rig->dir, rig->peers->dirfd, peer.sock)
            == -1)
        {
            assert_int_equal(errno, EAGAIN);
            close(fds[n]);
            break;
        }
    }

    link = bmc_peers_link(rig->peers, child.word);
    assert_non_null(link);
    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));
    rig_run(rig, 50);
    assert_int_equal(rig->gone, 0);

    kill(child.pid, SIGCONT);
    assert_true(rig_until(rig, &rig->messages, 1));

    while (n--) {
        close(fds[n]);
    }

    rig_kill(&child);
}


static void
a_peer_that_never_says_hello_is_given_up_after_a_second(void **state)
{
    rig_t        *rig;
    int64_t       start;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    child = rig_fork(rig, 0, NULL);
    kill(child.pid, SIGSTOP);

    start = bmc_now();
    link = bmc_peers_link(rig->peers, child.word);
    assert_non_null(link);
    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));

    assert_true(rig_until(rig, &rig->gone, 1));
    assert_true(bmc_now() - start >= 990);
    assert_true(bmc_now() - start < 2000);
    assert_non_null(strstr(rig->said, "hello within a second"));

    rig_kill(&child);
}


static void
our_own_sleep_is_not_held_against_a_peer(void **state)
{
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    link = rig_peer(rig, &child);
    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));

    usleep(1100000);
    assert_true(rig_until(rig, &rig->messages, 1));
    assert_int_equal(rig->gone, 0);

    rig_kill(&child);
}


static void
test_seen(rig_t *rig, bmc_link_t *link, const bmc_msg_t *m)
{
    if (m->type == BMC_MSG_RESULT && m->id == TEST_COUNT) {
        rig->next = m->op;
        rig->told++;
    }
}


/* how many notices a peer has had so far */

static uint64_t
test_notices(rig_t *rig, uint64_t word)
{
    unsigned     had;
    bmc_msg_t    m;
    bmc_link_t  *link;

    link = bmc_peers_link(rig->peers, word);
    assert_non_null(link);

    had = rig->told;
    m = rig_request(TEST_COUNT);
    assert_true(rig_send(rig, link, &m));
    assert_true(rig_until(rig, &rig->told, had + 1));

    return rig->next;
}


static void
a_notice_reaches_everybody_who_wants_it_once(void **state)
{
    rig_t        *rig;
    rig_child_t   a, b, quiet, dead;

    rig = *state;
    rig->on = test_seen;
    a = rig_fork(rig, 0, NULL);
    quiet = rig_fork(rig, BMC_QUIET, NULL);
    dead = rig_fork(rig, 0, NULL);

    bmc_peers_notice(rig->peers);
    bmc_peers_notice(rig->peers);
    bmc_peers_notice(rig->peers);
    assert_int_equal(uv_backend_timeout(&rig->loop), 0);
    rig_run(rig, 20);

    assert_int_equal(test_notices(rig, a.word), 1);
    assert_int_equal(test_notices(rig, quiet.word), 0);

    b = rig_fork(rig, 0, NULL);
    rig_kill(&dead);

    bmc_peers_notice(rig->peers);
    rig_run(rig, 2);
    assert_int_equal(test_notices(rig, a.word), 2);
    assert_int_equal(test_notices(rig, b.word), 1);

    bmc_peers_notice(rig->peers);
    rig_run(rig, 2);
    assert_int_equal(test_notices(rig, a.word), 3);
    assert_int_equal(test_notices(rig, b.word), 2);
    assert_int_equal(test_notices(rig, quiet.word), 0);

    assert_true(rig_until(rig, &rig->gone, 1));

    /* the dead one is still in the list of the last time */

    bmc_peers_notice(rig->peers);
    rig_run(rig, 2);
    assert_int_equal(test_notices(rig, a.word), 4);
    assert_int_equal(rig->gone, 1);

    rig_kill(&a);
    rig_kill(&b);
    rig_kill(&quiet);
}


static void
a_peer_with_much_to_read_gets_one_notice(void **state)
{
    char         *bytes;
    rig_t        *rig;
    unsigned      i;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    rig->on = test_seen;
    child = rig_fork(rig, 0, NULL);
    assert_int_equal(test_notices(rig, child.word), 0);
    kill(child.pid, SIGSTOP);

    bytes = calloc(1, 60000);
    assert_non_null(bytes);
    m = rig_data(2, bytes, 60000);
    link = bmc_peers_link(rig->peers, child.word);

    while (bmc_link_waiting(link) == 0) {
        assert_true(rig_send(rig, link, &m));
    }

    for (i = 0; i < 50; i++) {
        bmc_peers_notice(rig->peers);
        rig_run(rig, 1);
    }

    kill(child.pid, SIGCONT);
    assert_int_equal(test_notices(rig, child.word), 1);
    assert_int_equal(rig->gone, 0);

    free(bytes);
    rig_kill(&child);
}


static void
a_peer_whose_queue_is_full_misses_the_notice(void **state)
{
    char         *bytes;
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    child = rig_fork(rig, 0, NULL);
    kill(child.pid, SIGSTOP);
    link = bmc_peers_link(rig->peers, child.word);

    bytes = calloc(1, 9000000);
    assert_non_null(bytes);
    m = rig_data(1, bytes, 9000000);
    assert_true(rig_send(rig, link, &m));

    bmc_peers_notice(rig->peers);
    rig_run(rig, 10);
    assert_int_equal(rig->gone, 0);

    rig->on = test_seen;
    kill(child.pid, SIGCONT);
    assert_true(rig_until(rig, &rig->types[BMC_MSG_RESULT], 1));
    assert_int_equal(test_notices(rig, child.word), 0);

    free(bytes);
    rig_kill(&child);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_stopped_peer_breaks_its_link_when_8_mb_wait),
        rig_test(large_messages_count_in_what_waits),
        rig_test(a_peer_that_wakes_up_gets_what_waited),
        rig_test(a_full_backlog_is_waited_for),
        rig_test(a_peer_that_never_says_hello_is_given_up_after_a_second),
        rig_test(our_own_sleep_is_not_held_against_a_peer),
        rig_test(a_notice_reaches_everybody_who_wants_it_once),
        rig_test(a_peer_with_much_to_read_gets_one_notice),
        rig_test(a_peer_whose_queue_is_full_misses_the_notice)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
