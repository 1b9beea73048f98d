
/*
 * Copyright (C) the bmcgate authors
 *
 * Opening, closing, and what a handler may do.
 */


#include <dlfcn.h>
#include <sys/resource.h>

#include "peers_rig.h"


typedef int (*life_poll_init_pt)(uv_loop_t *, uv_poll_t *, int);


/* libuv's is behind it, and fails when it is told to */

static bool  life_no_poll;


int
uv_poll_init(uv_loop_t *loop, uv_poll_t *poll, int fd)
{
    life_poll_init_pt  next;

    if (life_no_poll) {
        return UV_ENOMEM;
    }

    *(void **) &next = dlsym(RTLD_NEXT, "uv_poll_init");

    return next(loop, poll, fd);
}


static void
life_close(rig_t *rig, bmc_link_t *link, const bmc_msg_t *m)
{
    bmc_peers_close(rig->peers);

    /* the message is still there */

    rig->strange += strcmp(m->text, "node7") != 0;
    rig->strange += bmc_peers_link(rig->peers, 1) != NULL;
}


static void
peers_may_be_closed_from_a_message(void **state)
{
    unsigned      i;
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    rig->on = life_close;
    link = rig_peer(rig, &child);

    for (i = 0; i < 100; i++) {
        m = rig_request(i);
        assert_true(rig_send(rig, link, &m));
    }

    assert_true(rig_until(rig, &rig->messages, 1));
    rig->peers = NULL;
    rig_run(rig, 20);

    assert_int_equal(rig->messages, 1);
    assert_int_equal(rig->gone, 0);
    assert_int_equal(rig->strange, 0);

    uv_close((uv_handle_t *) &rig->bell, NULL);
    uv_run(&rig->loop, UV_RUN_NOWAIT);
    rig_kill(&child);
}


static void
life_close_at_gone(rig_t *rig, bmc_link_t *link)
{
    bmc_peers_close(rig->peers);
}


static void
peers_may_be_closed_when_one_is_gone(void **state)
{
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   a, b;

    rig = *state;
    rig->off = life_close_at_gone;
    a = rig_fork(rig, 0, NULL);
    b = rig_fork(rig, 0, NULL);

    /* both break in the same turn */

    m = rig_request(1);
    m.verb = BMC_VERB_MAX;
    link = bmc_peers_link(rig->peers, a.word);
    assert_false(rig_send(rig, link, &m));
    link = bmc_peers_link(rig->peers, b.word);
    assert_false(rig_send(rig, link, &m));

    assert_true(rig_until(rig, &rig->gone, 1));
    rig->peers = NULL;
    rig_run(rig, 10);
    assert_int_equal(rig->gone, 1);

    uv_close((uv_handle_t *) &rig->bell, NULL);
    uv_run(&rig->loop, UV_RUN_NOWAIT);
    rig_kill(&a);
    rig_kill(&b);
}


static void
life_break(rig_t *rig, bmc_link_t *link, const bmc_msg_t *m)
{
    bmc_msg_t  bad;

    memset(&bad, 0, sizeof(bad));
    bmc_link_send(link, &bad);
    bmc_link_send(link, &bad);
    rig->strange += bmc_peers_link(rig->peers, bmc_link_word(link)) == link;
}


static void
a_link_may_break_in_its_own_message(void **state)
{
    rig_t        *rig;
    bmc_msg_t     m;
    bmc_link_t   *link;
    rig_child_t   child;

    rig = *state;
    rig->on = life_break;
    link = rig_peer(rig, &child);
    m = rig_request(1);
    assert_true(rig_send(rig, link, &m));
    assert_true(rig_send(rig, link, &m));

    assert_true(rig_until(rig, &rig->gone, 1));
    assert_int_equal(rig->strange, 0);

    rig_kill(&child);
}


static void
life_turn(uv_check_t *check)
{
    rig_t  *rig;

    rig = check->data;

    if (rig->messages - rig->next > rig->told) {
        rig->told = rig->messages - rig->next;
    }

    rig->next = rig->messages;
}


static void
one_that_talks_much_leaves_a_turn_for_others(void **state)
{
    int           fd;
    char          byte;
    rig_t        *rig;
    size_t        n;
    bmc_buf_t     b;
    bmc_msg_t     m;
    uv_check_t    check;
    rig_child_t   child;

    rig = *state;
    fd = rig_greeted(rig, &child);

    memset(&b, 0, sizeof(b));
    byte = 'x';
    m = rig_data(1, &byte, 1);
    assert_true(bmc_msg_encode(&b, &m));

    for (n = 0; send(fd, b.data, b.len, 0) > 0; n++) { /* void */ }

    assert_true(n > 200);
    bmc_buf_free(&b);

    uv_check_init(&rig->loop, &check);
    check.data = rig;
    uv_check_start(&check, life_turn);

    assert_true(rig_until(rig, &rig->messages, n));
    assert_int_equal(rig->told, 64);

    uv_close((uv_handle_t *) &check, NULL);
    rig_run(rig, 1);
    close(fd);
    rig_kill(&child);
}


/* n descriptors more can be had, then none */

static struct rlimit
life_few_descriptors(rlim_t n)
{
    int            fd;
    struct rlimit  was, few;

    fd = dup(STDERR_FILENO);
    assert_int_not_equal(fd, -1);
    close(fd);

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
    few = was;
    few.rlim_cur = fd + n;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);

    return was;
}


static void
running_out_of_descriptors_is_survived(void **state)
{
    int             fd;
    rig_t          *rig;
    unsigned        turns;
    bmc_msg_t       m;
    int64_t         end;
    rig_child_t     child;
    struct rlimit   was;

    rig = *state;
    child = rig_fork(rig, 0, NULL);
    fd = rig_connect(rig);

    was = life_few_descriptors(0);
    end = bmc_now() + 50;

    for (turns = 0; bmc_now() < end; turns++) {
        rig_run(rig, 1);
    }

    assert_null(bmc_peers_link(rig->peers, child.word));
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
    assert_non_null(strstr(rig->said, "cannot accept a process"));
    assert_true(turns < 100);

    m = rig_hello(rig, child.word);
    rig_send_raw(fd, &m);
    m = rig_request(1);
    rig_send_raw(fd, &m);
    assert_true(rig_until(rig, &rig->messages, 1));

    close(fd);
    rig_kill(&child);
}


static void
life_not_opened(rig_t *rig, const char *dir, int fd, const char *part)
{
    char                   why[BMC_TEXT_MAX];
    bmc_peers_handlers_t   handlers;

    memset(&handlers, 0, sizeof(handlers));
    why[0] = '\0';

    assert_null(bmc_peers_open(&rig->loop, rig->board, dir, fd, &handlers,
                               rig, NULL, NULL, why));

    if (!strstr(why, part)) {
        fail_msg("said \"%s\", not \"%s\"", why, part);
    }
}


static void
opening_without_descriptors_says_so(void **state)
{
    int             seat;
    char            sock[BMC_SOCK_MAX], why[BMC_TEXT_MAX];
    rig_t          *rig;
    struct rlimit   was;

    rig = *state;
    seat = bmc_peers_bind(rig->dir, sock, why);
    assert_int_not_equal(seat, -1);

    was = life_few_descriptors(1);
    life_not_opened(rig, rig->dir, -1, "cannot make a socket");
    life_not_opened(rig, rig->dir, seat, "cannot copy the peer socket");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);

    life_no_poll = true;
    life_not_opened(rig, rig->dir, seat, "cannot watch the peer socket");
    life_not_opened(rig, rig->dir, -1, "cannot watch the peer socket");
    life_no_poll = false;

    close(seat);
}


static void
a_link_that_cannot_be_watched_is_none(void **state)
{
    int           fd;
    char          answer[100];
    rig_t        *rig;
    unsigned      before;
    rig_child_t   child;

    rig = *state;
    child = rig_fork(rig, 0, NULL);
    fd = rig_connect(rig);
    before = rig_descriptors();

    life_no_poll = true;
    assert_null(bmc_peers_link(rig->peers, child.word));
    rig_run(rig, 10);
    life_no_poll = false;

    assert_int_equal(recv(fd, answer, sizeof(answer), 0), 0);
    assert_int_equal(rig_descriptors(), before);

    close(fd);
    rig_kill(&child);
}


static void
a_large_message_needs_a_descriptor(void **state)
{
    char           *bytes;
    rig_t          *rig;
    bmc_msg_t       m;
    bmc_link_t     *link;
    rig_child_t     child;
    struct rlimit   was;

    rig = *state;
    link = rig_peer(rig, &child);
    bytes = calloc(1, 100000);
    assert_non_null(bytes);
    m = rig_data(1, bytes, 100000);

    was = life_few_descriptors(0);
    assert_false(rig_send(rig, link, &m));
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);

    assert_non_null(strstr(rig->said, "no memory to pass"));
    assert_true(rig_until(rig, &rig->gone, 1));

    free(bytes);
    rig_kill(&child);
}


static void
a_large_message_that_cannot_be_written_breaks_the_link(void **state)
{
    char           *bytes;
    rig_t          *rig;
    unsigned        before;
    bmc_msg_t       m;
    bmc_link_t     *link;
    rig_child_t     child;
    struct rlimit   was, little;

    rig = *state;
    link = rig_peer(rig, &child);
    bytes = calloc(1, 100000);
    assert_non_null(bytes);
    m = rig_data(1, bytes, 100000);
    before = rig_descriptors();

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    little = was;
    little.rlim_cur = 4096;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    assert_false(rig_send(rig, link, &m));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    signal(SIGXFSZ, SIG_DFL);

    assert_int_equal(rig_descriptors(), before);
    assert_true(rig_until(rig, &rig->gone, 1));

    free(bytes);
    rig_kill(&child);
}


static void
before_it_has_joined_a_process_talks_to_nobody(void **state)
{
    int           fd;
    char          answer[100];
    rig_t        *rig;
    uint64_t      word;

    rig = *state;
    word = bmc_board_self(rig->board);
    bmc_board_leave(rig->board);

    assert_null(bmc_peers_link(rig->peers, word + 1));

    fd = rig_connect(rig);
    rig_run(rig, 10);
    assert_int_equal(recv(fd, answer, sizeof(answer), 0), 0);
    close(fd);
}


static void
what_is_wrong_with_the_folder_is_said(void **state)
{
    int     fd;
    char    sock[BMC_SOCK_MAX], why[BMC_TEXT_MAX], *path;
    rig_t  *rig;

    rig = *state;

    assert_int_equal(bmc_peers_bind("/nonexistent", sock, why), -1);
    assert_non_null(strstr(why, "/nonexistent/peer: No such file"));
    life_not_opened(rig, "/nonexistent", -1, "/nonexistent/peer: No such");

    path = malloc(PATH_MAX + 1);
    assert_non_null(path);
    memset(path, 'd', PATH_MAX);
    path[PATH_MAX] = '\0';
    life_not_opened(rig, path, -1, "path is too long");
    free(path);

    fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    life_not_opened(rig, rig->dir, fd, "is not a listening peer socket");
    close(fd);

    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    life_not_opened(rig, rig->dir, fd, "is not a listening peer socket");
    close(fd);

    bmc_peers_close(NULL);
}


static void
life_bind_as_nobody(rig_t *rig)
{
    char  sock[BMC_SOCK_MAX], why[BMC_TEXT_MAX];

    if (geteuid() == 0 && (setgid(65534) == -1 || setuid(65534) == -1)) {
        _exit(1);
    }

    chmod(rig->dir, 0);

    if (bmc_peers_bind(rig->dir, sock, why) != -1
        || !strstr(why, "Permission denied"))
    {
        _exit(1);
    }

    _exit(0);
}


static void
a_folder_one_may_not_write_is_said(void **state)
{
    int     status;
    pid_t   pid;
    rig_t  *rig;

    rig = *state;
    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        life_bind_as_nobody(rig);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    chmod(rig->dir, 0771);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}


static void
only_its_own_socket_is_removed(void **state)
{
    int      seat;
    char     own[BMC_SOCK_MAX], sock[BMC_SOCK_MAX], why[BMC_TEXT_MAX];
    char     path[PATH_MAX];
    rig_t   *rig;

    bmc_peers_t           *ps;
    bmc_peers_handlers_t   handlers = { rig_message, rig_gone };

    rig = *state;
    snprintf(own, sizeof(own), "%s", bmc_peers_sock(rig->peers));
    bmc_peers_close(rig->peers);

    snprintf(path, sizeof(path), "%s/peer/%s", rig->dir, own);
    assert_int_equal(access(path, F_OK), -1);

    seat = bmc_peers_bind(rig->dir, sock, why);
    assert_int_not_equal(seat, -1);
    assert_int_equal(strlen(sock), 32);
    assert_string_not_equal(sock, own);

    ps = bmc_peers_open(&rig->loop, rig->board, rig->dir, seat, &handlers,
                        rig, rig_say, rig, why);
    assert_non_null(ps);
    assert_string_equal(bmc_peers_sock(ps), "");
    close(seat);
    rig->peers = ps;
    rig_run(rig, 2);
    rig_leave(rig);
    rig->peers = NULL;

    snprintf(path, sizeof(path), "%s/peer/%s", rig->dir, sock);
    assert_int_equal(access(path, F_OK), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(peers_may_be_closed_from_a_message),
        rig_test(peers_may_be_closed_when_one_is_gone),
        rig_test(a_link_may_break_in_its_own_message),
        rig_test(one_that_talks_much_leaves_a_turn_for_others),
        rig_test(running_out_of_descriptors_is_survived),
        rig_test(opening_without_descriptors_says_so),
        rig_test(a_link_that_cannot_be_watched_is_none),
        rig_test(a_large_message_needs_a_descriptor),
        rig_test(a_large_message_that_cannot_be_written_breaks_the_link),
        rig_test(before_it_has_joined_a_process_talks_to_nobody),
        rig_test(what_is_wrong_with_the_folder_is_said),
        rig_test(a_folder_one_may_not_write_is_said),
        rig_test(only_its_own_socket_is_removed)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
