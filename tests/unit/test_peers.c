
/*
 * Copyright (C) the bmcgate authors
 */


#include <grp.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "peers_rig.h"


#define TEST_NOBODY  65534


static void
a_request_is_answered_by_another_process(void **state)
{
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    link = rig_peer(rig, &child);
    assert_non_null(link);

    m = rig_request(1);
    m.args[0].name = "password";
    m.args[0].value = "secret";
    m.nargs = 1;
    assert_true(rig_send(rig, link, &m));
    assert_int_equal(rig->messages, 0);

    /* nothing of it stays behind */

    assert_null(memmem(rig->peers->out.data, rig->peers->out.size, "secret",
                       6));

    assert_true(rig_until(rig, &rig->types[BMC_MSG_RESULT], 1));
    assert_ptr_equal(rig->last, link);
    assert_true(bmc_link_word(link) == child.word);
    assert_int_equal(bmc_link_pid(link), child.pid);
    assert_int_equal(bmc_link_uid(link), geteuid());
    assert_ptr_equal(bmc_peers_link(rig->peers, child.word), link);

    bmc_link_set_data(link, &child);
    assert_ptr_equal(bmc_link_data(link), &child);

    rig_kill(&child);
}


static void
a_burst_sent_at_once_arrives_whole_and_in_order(void **state)
{
    uint64_t      i;
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    rig->on = rig_in_order;
    link = rig_peer(rig, &child);
    assert_non_null(link);

    for (i = 0; i < 5000; i++) {
        m = rig_request(i);
        assert_true(rig_send(rig, link, &m));
    }

    assert_true(bmc_link_waiting(link) > 0);
    assert_true(rig_until(rig, &rig->messages, 5000));
    assert_int_equal(rig->strange, 0);
    assert_int_equal(bmc_link_waiting(link), 0);

    rig_kill(&child);
}


static void
test_bytes(rig_t *rig, bmc_link_t *link, const bmc_msg_t *m)
{
    size_t       i;
    const char  *p;

    p = m->bytes;

    for (i = 0; i < m->len; i++) {
        rig->strange += p[i] != (char) (i * 7);
    }
}


static void
messages_of_any_size_arrive_whole(void **state)
{
    char         *bytes;
    rig_t        *rig;
    size_t        i, largest;
    unsigned      before;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    static const size_t  sizes[] = {
        0, 1, 4096, 65518, 65519, 65520, 65536, 1000000, 9000000
    };

    rig = *state;
    rig->on = test_bytes;
    child = rig_fork(rig, 0, NULL);

    largest = 9000000;
    bytes = malloc(largest);
    assert_non_null(bytes);

    for (i = 0; i < largest; i++) {
        bytes[i] = i * 7;
    }

    link = bmc_peers_link(rig->peers, child.word);
    assert_non_null(link);
    before = rig_descriptors();

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        rig->bytes = 0;
        m = rig_data(i, bytes, sizes[i]);
        assert_true(rig_send(rig, link, &m));
        assert_true(rig_until(rig, &rig->messages, i + 1));
        assert_int_equal(rig->bytes, sizes[i]);
    }

    assert_int_equal(rig->strange, 0);
    assert_int_equal(rig_descriptors(), before);

    free(bytes);
    rig_kill(&child);
}


static void
a_killed_peer_is_gone_at_once(void **state)
{
    rig_t        *rig;
    int64_t       killed;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    link = rig_peer(rig, &child);
    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));
    assert_true(rig_until(rig, &rig->messages, 1));

    killed = bmc_now();
    rig_kill(&child);
    assert_true(rig_until(rig, &rig->gone, 1));
    assert_true(bmc_now() - killed < 100);

    assert_null(bmc_peers_link(rig->peers, child.word));

    rig_run(rig, 20);
    assert_int_equal(rig->gone, 1);
}


/* waits until it has read all, then lets it die with one unread */

static void
test_die_unread(bmc_link_t *link, rig_child_t *child)
{
    int        i, unread;
    bmc_msg_t  m;

    for (i = 0; i < RIG_WAIT && ioctl(link->fd, SIOCOUTQ, &unread) == 0
         && unread; i++)
    {
        usleep(1000);
    }

    usleep(50000);

    kill(child->pid, SIGSTOP);
    waitpid(child->pid, NULL, WUNTRACED);

    m = rig_request(99);
    assert_true(bmc_link_send(link, &m));
    rig_kill(child);
}


static void
test_last_words(rig_t *rig, bool send)
{
    uint64_t      i;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig->on = rig_in_order;
    rig->next = 1;
    link = rig_peer(rig, &child);

    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));
    assert_true(rig_until(rig, &rig->messages, 1));

    for (i = 2; i < 22; i++) {
        m.id = i;
        assert_true(rig_send(rig, link, &m));
    }

    test_die_unread(link, &child);

    if (send) {
        assert_false(rig_send(rig, link, &m));
        assert_int_equal(rig->gone, 0);
        assert_int_equal(uv_backend_timeout(&rig->loop), 0);
    }

    assert_true(rig_until(rig, &rig->gone, 1));
    assert_int_equal(rig->messages, 21);
    assert_int_equal(rig->strange, 0);
}


static void
what_a_peer_said_before_it_died_is_heard(void **state)
{
    test_last_words(*state, false);
}


static void
what_it_said_is_heard_when_sending_found_it_dead(void **state)
{
    test_last_words(*state, true);
}


static void
a_message_nobody_could_read_breaks_the_link(void **state)
{
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    link = rig_peer(rig, &child);

    m = rig_request(1);
    m.verb = BMC_VERB_MAX;
    assert_false(rig_send(rig, link, &m));
    assert_non_null(strstr(rig->said, "cannot be encoded"));

    assert_true(rig_until(rig, &rig->gone, 1));
    assert_int_equal(rig->strange, 0);

    rig_kill(&child);
}


static void
there_is_no_link_to_whoever_is_not_there(void **state)
{
    rig_t        *rig;
    unsigned      before;
    rig_child_t   lost, damaged, child;

    rig = *state;
    before = rig_descriptors();
    lost = rig_fork(rig, 0, "0123456789abcdef0123456789abcdef");
    damaged = rig_fork(rig, 0, "../board");
    child = rig_fork(rig, 0, NULL);

    assert_null(bmc_peers_link(rig->peers, 0));
    assert_null(bmc_peers_link(rig->peers, bmc_board_self(rig->board)));
    assert_null(bmc_peers_link(rig->peers, child.word + (1 << 20)));
    assert_null(bmc_peers_link(rig->peers, lost.word));
    assert_null(bmc_peers_link(rig->peers, damaged.word));

    rig_kill(&child);
    assert_null(bmc_peers_link(rig->peers, child.word));

    rig_run(rig, 10);
    assert_int_equal(rig->gone, 0);
    assert_int_equal(rig_descriptors(), before);

    rig_kill(&lost);
    rig_kill(&damaged);
}


static void
test_worker(const rig_t *rig, int seat, const char *sock, int ready,
    uint64_t call)
{
    rig_t         other;
    uint64_t      word;
    bmc_msg_t     m;
    bmc_link_t   *link;

    alarm(30);
    memset(&other, 0, sizeof(other));
    other.dir = rig->dir;
    other.on = rig_answer;
    word = 0;

    if (geteuid() == 0
        && (setgroups(0, NULL) == -1 || setgid(TEST_NOBODY) == -1
            || setuid(TEST_NOBODY) == -1))
    {
        _exit(1);
    }

    prctl(PR_SET_DUMPABLE, 0);

    if (rig_join(&other, rig->board, seat, sock, 0)) {
        word = bmc_board_self(other.board);
    }

    if (call) {
        link = bmc_peers_link(other.peers, call);
        m = rig_request(5);

        if (!link || !bmc_link_send(link, &m)) {
            word = 0;
        }
    }

    if (write(ready, &word, sizeof(word)) != sizeof(word)) {
        _exit(1);
    }

    uv_run(&other.loop, UV_RUN_DEFAULT);
    _exit(0);
}


static rig_child_t
test_seat(rig_t *rig, uint64_t call, char sock[BMC_SOCK_MAX])
{
    int           fd[2], seat;
    char          why[BMC_TEXT_MAX];
    rig_child_t   worker;

    seat = bmc_peers_bind(rig->dir, sock, why);
    assert_int_not_equal(seat, -1);
    assert_int_equal(pipe2(fd, O_CLOEXEC), 0);

    worker.pid = fork();
    assert_int_not_equal(worker.pid, -1);

    if (worker.pid == 0) {
        test_worker(rig, seat, sock, fd[1], call);
    }

    close(fd[1]);
    close(seat);
    assert_int_equal(read(fd[0], &worker.word, sizeof(worker.word)),
                     sizeof(worker.word));
    close(fd[0]);
    assert_true(worker.word != 0);

    return worker;
}


static void
a_worker_without_privileges_reaches_the_others(void **state)
{
    char          sock[BMC_SOCK_MAX];
    rig_t        *rig;
    rig_child_t   worker;

    rig = *state;
    worker = test_seat(rig, bmc_board_self(rig->board), sock);

    assert_true(rig_until(rig, &rig->types[BMC_MSG_REQUEST], 1));
    assert_true(bmc_link_word(rig->last) == worker.word);
    assert_int_equal(bmc_link_pid(rig->last), worker.pid);

    if (geteuid() == 0) {
        assert_int_equal(bmc_link_uid(rig->last), TEST_NOBODY);
    }

    assert_ptr_equal(bmc_peers_link(rig->peers, worker.word), rig->last);

    rig_kill(&worker);
    assert_true(rig_until(rig, &rig->gone, 1));
}


static void
a_worker_answers_on_the_socket_it_inherited(void **state)
{
    char          sock[BMC_SOCK_MAX], path[PATH_MAX];
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    struct stat   st;
    rig_child_t   worker;

    rig = *state;
    worker = test_seat(rig, 0, sock);

    link = bmc_peers_link(rig->peers, worker.word);
    assert_non_null(link);

    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));
    assert_true(rig_until(rig, &rig->types[BMC_MSG_RESULT], 1));
    assert_int_equal(bmc_link_pid(link), worker.pid);

    snprintf(path, sizeof(path), "%s/peer/%s", rig->dir, sock);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0666);

    rig_kill(&worker);
    assert_true(rig_until(rig, &rig->gone, 1));
}


static void
two_that_call_each_other_at_once_both_get_answers(void **state)
{
    char          sock[BMC_SOCK_MAX];
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   worker;

    rig = *state;
    rig->on = rig_answer;
    worker = test_seat(rig, bmc_board_self(rig->board), sock);

    /* its connection waits to be accepted already */

    link = bmc_peers_link(rig->peers, worker.word);
    assert_non_null(link);
    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));

    assert_true(rig_until(rig, &rig->types[BMC_MSG_RESULT], 1));
    assert_true(rig_until(rig, &rig->types[BMC_MSG_REQUEST], 1));
    assert_non_null(bmc_peers_link(rig->peers, worker.word));

    rig_kill(&worker);
    assert_true(rig_until(rig, &rig->gone, 2));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_request_is_answered_by_another_process),
        rig_test_deep(a_request_is_answered_by_another_process),
        rig_test(a_burst_sent_at_once_arrives_whole_and_in_order),
        rig_test(messages_of_any_size_arrive_whole),
        rig_test(a_killed_peer_is_gone_at_once),
        rig_test(what_a_peer_said_before_it_died_is_heard),
        rig_test(what_it_said_is_heard_when_sending_found_it_dead),
        rig_test(a_message_nobody_could_read_breaks_the_link),
        rig_test(there_is_no_link_to_whoever_is_not_there),
        rig_test(a_worker_without_privileges_reaches_the_others),
        rig_test_deep(a_worker_without_privileges_reaches_the_others),
        rig_test(a_worker_answers_on_the_socket_it_inherited),
        rig_test_deep(a_worker_answers_on_the_socket_it_inherited),
        rig_test(two_that_call_each_other_at_once_both_get_answers)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
