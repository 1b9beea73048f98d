
/*
 * Copyright (C) the bmcgate authors
 *
 * Peers that break the rules.  Whoever does must hold the board, so this is
 * about damage and mistakes, and about what a stolen descriptor is worth.
 */


#include <sys/mman.h>
#include <sys/socket.h>

#include "peers_rig.h"


#define ABUSE_TOO_LARGE  70000


/* closed, said why, and nobody was bothered with a message */

static void
abuse_closed(rig_t *rig, int fd, const char *why)
{
    char  answer[100];

    rig_run(rig, 20);

    errno = 0;
    assert_true(recv(fd, answer, sizeof(answer), 0) <= 0);
    assert_int_not_equal(errno, EAGAIN);
    close(fd);

    if (!strstr(rig->said, why)) {
        fail_msg("said \"%s\", not \"%s\"", rig->said, why);
    }

    assert_int_equal(rig->messages, 0);
}


static void
abuse_send_fds(int fd, const void *bytes, size_t len, const int *fds,
    size_t n)
{
    char            control[CMSG_SPACE(16 * sizeof(int))];
    struct iovec    iov;
    struct msghdr   h;
    struct cmsghdr  *c;

    memset(&h, 0, sizeof(h));
    memset(control, 0, sizeof(control));

    iov.iov_base = (void *) bytes;
    iov.iov_len = len;
    h.msg_iov = &iov;
    h.msg_iovlen = 1;
    h.msg_control = control;
    h.msg_controllen = CMSG_SPACE(n * sizeof(int));

    c = CMSG_FIRSTHDR(&h);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(n * sizeof(int));
    memcpy(CMSG_DATA(c), fds, n * sizeof(int));

    assert_int_equal(sendmsg(fd, &h, MSG_NOSIGNAL), len);
}


static void
a_wrong_cookie_is_refused(void **state)
{
    int           fd;
    rig_t        *rig;
    bmc_msg_t     m;
    rig_child_t   child;

    rig = *state;
    child = rig_fork(rig, 0, NULL);

    fd = rig_connect(rig);
    m = rig_hello(rig, child.word);
    m.cookie[15] ^= 1;
    rig_send_raw(fd, &m);
    abuse_closed(rig, fd, "cookie");
    assert_int_equal(rig->gone, 0);

    rig_kill(&child);
}


static void
a_hello_for_nobody_alive_is_refused(void **state)
{
    int           fd;
    size_t        i;
    rig_t        *rig;
    uint64_t      words[4];
    bmc_msg_t     m;
    rig_child_t   child;

    rig = *state;
    child = rig_fork(rig, 0, NULL);
    rig_kill(&child);

    words[0] = 0;
    words[1] = bmc_board_self(rig->board);
    words[2] = UINT64_MAX;
    words[3] = child.word;

    for (i = 0; i < 4; i++) {
        fd = rig_connect(rig);
        m = rig_hello(rig, words[i]);
        rig->said[0] = '\0';
        rig_send_raw(fd, &m);
        abuse_closed(rig, fd, i < 2 ? "nobody, or we" : "");
        assert_true(i < 2 || rig->said[0] == '\0');
    }

    assert_int_equal(rig->gone, 0);
}


static void
who_speaks_before_its_hello_is_refused(void **state)
{
    int         fd;
    rig_t      *rig;
    bmc_msg_t   m;

    rig = *state;
    fd = rig_connect(rig);
    m = rig_request(1);
    rig_send_raw(fd, &m);
    rig_send_raw(fd, &m);
    abuse_closed(rig, fd, "before its hello");
}


static void
who_says_nothing_is_closed_after_a_second(void **state)
{
    int       fd;
    rig_t    *rig;
    int64_t   start;

    rig = *state;
    fd = rig_connect(rig);
    start = bmc_now();

    while (!rig->said[0] && bmc_now() - start < RIG_WAIT) {
        rig_run(rig, 10);
    }

    assert_true(bmc_now() - start >= 990);
    abuse_closed(rig, fd, "hello within a second");
    assert_int_equal(rig->gone, 0);
}


static void
garbage_closes_a_link_and_only_that(void **state)
{
    int           fd;
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    fd = rig_greeted(rig, &child);

    assert_int_equal(send(fd, "garbage", 7, 0), 7);
    abuse_closed(rig, fd, "peer: link with process");
    assert_int_equal(rig->gone, 1);

    link = bmc_peers_link(rig->peers, child.word);
    assert_non_null(link);
    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));
    assert_true(rig_until(rig, &rig->messages, 1));

    rig_kill(&child);
}


static void
a_datagram_too_large_is_refused(void **state)
{
    int           fd;
    char         *bytes;
    rig_t        *rig;
    rig_child_t   child;

    rig = *state;
    fd = rig_greeted(rig, &child);

    bytes = calloc(1, ABUSE_TOO_LARGE);
    assert_non_null(bytes);
    assert_int_equal(send(fd, bytes, ABUSE_TOO_LARGE, 0), ABUSE_TOO_LARGE);
    abuse_closed(rig, fd, "larger than a datagram");

    free(bytes);
    rig_kill(&child);
}


static void
a_second_hello_is_refused(void **state)
{
    int           fd;
    rig_t        *rig;
    bmc_msg_t     m;
    rig_child_t   child;

    rig = *state;
    fd = rig_greeted(rig, &child);

    m = rig_hello(rig, child.word);
    rig_send_raw(fd, &m);
    abuse_closed(rig, fd, "hello twice");

    rig_kill(&child);
}


static void
an_empty_datagram_ends_a_link(void **state)
{
    int           fd;
    rig_t        *rig;
    rig_child_t   child;

    rig = *state;
    fd = rig_greeted(rig, &child);

    assert_int_equal(send(fd, "", 0, 0), 0);
    abuse_closed(rig, fd, "");
    assert_int_equal(rig->gone, 1);

    rig_kill(&child);
}


static void
another_process_behind_the_name_gets_nothing(void **state)
{
    rig_t             *rig;
    bmc_msg_t          m;
    bmc_link_t        *link;
    rig_child_t        child, impostor;
    bmc_board_peer_t   peer;

    rig = *state;
    child = rig_fork(rig, 0, NULL);
    assert_true(bmc_board_peer(rig->board, child.word, &peer));
    impostor = rig_fork(rig, 0, peer.sock);

    link = bmc_peers_link(rig->peers, impostor.word);
    assert_non_null(link);
    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));

    assert_true(rig_until(rig, &rig->gone, 1));
    assert_non_null(strstr(rig->said, "not the process it should be"));
    assert_int_equal(rig->messages, 0);

    rig_kill(&child);
    rig_kill(&impostor);
}


static void
descriptors_nobody_asked_for_are_closed(void **state)
{
    int           fd, fds[16];
    char          eight[8];
    rig_t        *rig;
    size_t        i, n;
    unsigned      before;
    rig_child_t   child;

    static const size_t  counts[] = { 1, 2, 3, 16 };

    rig = *state;
    memset(eight, 1, sizeof(eight));

    for (i = 0; i < 16; i++) {
        fds[i] = STDERR_FILENO;
    }

    for (n = 0; n < 4; n++) {
        before = rig_descriptors();
        rig->said[0] = '\0';
        fd = rig_greeted(rig, &child);
        abuse_send_fds(fd, "garbage", 7, fds, counts[n]);
        abuse_send_fds(fd, eight, 8, fds, counts[n]);
        abuse_send_fds(fd, eight, 1, fds, counts[n]);
        abuse_closed(rig, fd, "descriptor");
        assert_int_equal(rig_descriptors(), before);
        rig_kill(&child);
    }
}


static void
abuse_large(rig_t *rig, int fd, uint64_t size, const char *why)
{
    int           link;
    uint8_t       body[8];
    size_t        i;
    unsigned      before;
    rig_child_t   child;

    for (i = 0; i < 8; i++) {
        body[i] = size >> (8 * i);
    }

    before = rig_descriptors();
    rig->said[0] = '\0';
    link = rig_greeted(rig, &child);
    abuse_send_fds(link, body, 8, &fd, 1);
    abuse_closed(rig, link, why);
    assert_int_equal(rig_descriptors(), before);
    rig_kill(&child);
}


static int
abuse_memfd(size_t size, int seals)
{
    int  fd;

    fd = memfd_create("abuse", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_int_not_equal(fd, -1);
    assert_int_equal(ftruncate(fd, size), 0);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);

    return fd;
}


static void
memory_that_could_change_under_us_is_refused(void **state)
{
    int     fd, pipes[2];
    rig_t  *rig;

    rig = *state;

    fd = abuse_memfd(100000, 0);
    abuse_large(rig, fd, 100000, "not sealed");
    close(fd);

    fd = abuse_memfd(100000, F_SEAL_GROW | F_SEAL_WRITE);
    abuse_large(rig, fd, 100000, "not sealed");
    close(fd);

    fd = abuse_memfd(100000, F_SEAL_SHRINK | F_SEAL_GROW);
    abuse_large(rig, fd, 100000, "not sealed");
    close(fd);

    assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
    abuse_large(rig, pipes[0], 100000, "not sealed");
    close(pipes[0]);
    close(pipes[1]);
}


static void
memory_of_a_strange_size_is_refused(void **state)
{
    int     fd;
    rig_t  *rig;

    static const int  seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

    rig = *state;
    fd = abuse_memfd(100000, seals);

    abuse_large(rig, fd, 100001, "not of the size it says");
    abuse_large(rig, fd, 100, "not that of a large message");
    abuse_large(rig, fd, UINT64_MAX, "not that of a large message");
    abuse_large(rig, fd, 100000, "another version");

    close(fd);
}


static void
who_hangs_up_after_its_hello_is_no_peer(void **state)
{
    int           fd;
    rig_t        *rig;
    bmc_msg_t     m;
    rig_child_t   child;

    rig = *state;
    child = rig_fork(rig, 0, NULL);

    fd = rig_connect(rig);
    m = rig_hello(rig, child.word);
    rig_send_raw(fd, &m);
    close(fd);

    rig_run(rig, 10);
    assert_int_equal(rig->messages + rig->gone, 0);

    rig_kill(&child);
}


static void
who_hangs_up_before_it_got_what_waited_is_gone(void **state)
{
    int           seat, fd;
    char          sock[BMC_SOCK_MAX], why[BMC_TEXT_MAX];
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    bmc_board_t  *board;

    rig = *state;
    seat = bmc_peers_bind(rig->dir, sock, why);
    board = rig_board(rig->dir);
    assert_non_null(board);
    assert_int_equal(bmc_board_join(board, 0, sock, why), BMC_OK);

    link = bmc_peers_link(rig->peers, bmc_board_self(board));
    assert_non_null(link);
    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));

    fd = accept(seat, NULL, NULL);
    assert_int_not_equal(fd, -1);
    m = rig_hello(rig, bmc_board_self(board));
    rig_send_raw(fd, &m);
    close(fd);

    assert_true(rig_until(rig, &rig->gone, 1));
    assert_int_equal(rig->messages, 0);

    close(seat);
    bmc_board_close(board);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_wrong_cookie_is_refused),
        rig_test(a_hello_for_nobody_alive_is_refused),
        rig_test(who_speaks_before_its_hello_is_refused),
        rig_test(who_says_nothing_is_closed_after_a_second),
        rig_test(garbage_closes_a_link_and_only_that),
        rig_test(a_datagram_too_large_is_refused),
        rig_test(a_second_hello_is_refused),
        rig_test(an_empty_datagram_ends_a_link),
        rig_test(another_process_behind_the_name_gets_nothing),
        rig_test(descriptors_nobody_asked_for_are_closed),
        rig_test(memory_that_could_change_under_us_is_refused),
        rig_test(memory_of_a_strange_size_is_refused),
        rig_test(who_hangs_up_after_its_hello_is_no_peer),
        rig_test(who_hangs_up_before_it_got_what_waited_is_gone)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
