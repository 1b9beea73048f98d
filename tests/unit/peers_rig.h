
/*
 * Copyright (C) the bmcgate authors
 *
 * What the tests of peers share: a folder with a board, one process of the
 * gateway in here, others that are forked, and bounded waits.
 */


#ifndef _PEERS_RIG_H_INCLUDED_
#define _PEERS_RIG_H_INCLUDED_


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "peer/link.h"
#include "base/clock.h"


#define RIG_WAIT  5000           /* ms: nothing here takes this long */


#define rig_test(f)                                                           \
    cmocka_unit_test_setup_teardown(f, rig_set_up, rig_tear_down)

/* in a folder whose path no sockaddr_un has room for */

#define rig_test_deep(f)                                                      \
    { #f "_deep_down", f, rig_set_up_deep, rig_tear_down, NULL }


typedef struct rig_s  rig_t;

struct rig_s {
    uv_loop_t      loop;
    uv_timer_t     bell;
    bmc_board_t   *board;
    bmc_peers_t   *peers;
    bmc_link_t    *last;         /* the newest message came on it */
    unsigned       messages;
    unsigned       types[BMC_MSG_MAX];
    unsigned       gone;
    unsigned       told;
    unsigned       strange;      /* answers that are not what was sent */
    uint64_t       next;         /* the id the next answer should have */
    size_t         bytes;
    char          *dir;
    char           said[BMC_TEXT_MAX];
    bool           inside;       /* of bmc_link_send() */
    void         (*on)(rig_t *rig, bmc_link_t *link, const bmc_msg_t *m);
    void         (*off)(rig_t *rig, bmc_link_t *link);
};


typedef struct {
    pid_t      pid;
    uint64_t   word;
} rig_child_t;


static inline void
rig_say(void *data, const char *line)
{
    rig_t  *rig;

    rig = data;
    snprintf(rig->said, sizeof(rig->said), "%s", line);
}


static inline void
rig_message(void *data, bmc_link_t *link, const bmc_msg_t *m)
{
    rig_t  *rig;

    rig = data;
    rig->last = link;
    rig->messages++;
    rig->types[m->type]++;
    rig->bytes += m->len;

    if (rig->on) {
        rig->on(rig, link, m);
    }
}


static inline void
rig_gone(void *data, bmc_link_t *link)
{
    rig_t  *rig;

    rig = data;
    rig->gone++;
    rig->strange += rig->inside;

    if (rig->off) {
        rig->off(rig, link);
    }
}


static inline bool
rig_send(rig_t *rig, bmc_link_t *link, const bmc_msg_t *m)
{
    bool  ok;

    rig->inside = true;
    ok = bmc_link_send(link, m);
    rig->inside = false;

    return ok;
}


/* false instead of an assertion: a child has no cmocka to fail in */

static inline bool
rig_join(rig_t *rig, bmc_board_t *board, int fd, const char *sock,
    unsigned flags)
{
    char                         why[BMC_TEXT_MAX];
    static bmc_peers_handlers_t  handlers = { rig_message, rig_gone };

    if (uv_loop_init(&rig->loop) != 0) {
        return false;
    }

    uv_timer_init(&rig->loop, &rig->bell);

    rig->board = board;
    rig->peers = bmc_peers_open(&rig->loop, board, rig->dir, fd, &handlers,
                                rig, rig_say, rig, why);
    if (!rig->peers) {
        fprintf(stderr, "%s\n", why);
        return false;
    }

    sock = sock ? sock : bmc_peers_sock(rig->peers);

    if (bmc_board_join(board, flags, sock, why) != BMC_OK) {
        fprintf(stderr, "%s\n", why);
        return false;
    }

    return true;
}


static inline bmc_board_t *
rig_board(const char *dir)
{
    char          why[BMC_TEXT_MAX];
    bmc_board_t  *board;

    board = bmc_board_open(dir, NULL, NULL, why);
    if (!board) {
        fprintf(stderr, "%s\n", why);
    }

    return board;
}


static inline int
rig_set_up_in(void **state, const char *name)
{
    char          path[PATH_MAX];
    rig_t        *rig;
    bmc_board_t  *board;

    rig = calloc(1, sizeof(rig_t));
    if (!rig) {
        return -1;
    }

    snprintf(path, sizeof(path), "/tmp/bmcpeersXXXXXX");
    if (!mkdtemp(path) || chmod(path, 0711) == -1) {
        return -1;
    }

    snprintf(path + strlen(path), 300, "/%s", name);
    rig->dir = strdup(path);

    board = rig->dir ? rig_board(rig->dir) : NULL;

    if (!board || !rig_join(rig, board, -1, NULL, 0)) {
        return -1;
    }

    *state = rig;
    return 0;
}


static inline int
rig_set_up(void **state)
{
    return rig_set_up_in(state, "run");
}


static inline int
rig_set_up_deep(void **state)
{
    char  name[201];

    memset(name, 'd', 200);
    name[200] = '\0';

    return rig_set_up_in(state, name);
}


static inline void
rig_ring(uv_timer_t *bell)
{
    /* only to wake the loop */
}


static inline void
rig_run(rig_t *rig, int ms)
{
    int64_t  end;

    end = bmc_now() + ms;

    do {
        uv_update_time(&rig->loop);
        uv_timer_start(&rig->bell, rig_ring, 2, 0);
        uv_run(&rig->loop, UV_RUN_ONCE);
    } while (bmc_now() < end);
}


/* until a counter has reached what is wanted */

static inline bool
rig_until(rig_t *rig, const unsigned *counter, unsigned wanted)
{
    int64_t  end;

    end = bmc_now() + RIG_WAIT;

    while (*counter < wanted && bmc_now() < end) {
        uv_update_time(&rig->loop);
        uv_timer_start(&rig->bell, rig_ring, 2, 0);
        uv_run(&rig->loop, UV_RUN_ONCE);
    }

    return *counter >= wanted;
}


static inline void
rig_leave(rig_t *rig)
{
    bmc_peers_close(rig->peers);
    uv_close((uv_handle_t *) &rig->bell, NULL);
    uv_run(&rig->loop, UV_RUN_NOWAIT);
}


static inline void
rig_remove(const char *path)
{
    DIR            *d;
    char            file[PATH_MAX];
    struct dirent  *e;

    d = opendir(path);

    while (d && (e = readdir(d)) != NULL) {

        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }

        if (snprintf(file, sizeof(file), "%s/%s", path, e->d_name)
            < (int) sizeof(file) && unlink(file) == -1)
        {
            rig_remove(file);
        }
    }

    if (d) {
        closedir(d);
    }

    rmdir(path);
}


static inline int
rig_tear_down(void **state)
{
    int     rc;
    rig_t  *rig;

    rig = *state;

    if (rig->peers) {
        rig_leave(rig);
    }

    rc = uv_loop_close(&rig->loop);
    bmc_board_close(rig->board);

    *strrchr(rig->dir, '/') = '\0';
    rig_remove(rig->dir);

    free(rig->dir);
    free(rig);

    return rc;
}


static inline unsigned
rig_descriptors(void)
{
    DIR       *d;
    unsigned   n;

    n = 0;
    d = opendir("/proc/self/fd");

    while (d && readdir(d)) {
        n++;
    }

    if (d) {
        closedir(d);
    }

    return n;
}


/* a process of the gateway that answers every request with its own bytes */

static inline void
rig_answer(rig_t *rig, bmc_link_t *link, const bmc_msg_t *m)
{
    bmc_msg_t  r;

    if (m->type != BMC_MSG_REQUEST && m->type != BMC_MSG_DATA) {
        return;
    }

    memset(&r, 0, sizeof(r));
    r.type = BMC_MSG_RESULT;
    r.id = m->id;
    r.op = rig->types[BMC_MSG_NOTICE];
    r.text = m->host;
    r.bytes = m->bytes;
    r.len = m->len;

    rig_send(rig, link, &r);
}


static inline void
rig_child_run(rig_t *rig, int ready, unsigned flags, const char *sock)
{
    uint64_t  word;

    rig->on = rig_answer;
    word = 0;

    if (rig_join(rig, rig_board(rig->dir), -1, sock, flags)) {
        word = bmc_board_self(rig->board);
    }

    if (write(ready, &word, sizeof(word)) != sizeof(word)) {
        _exit(1);
    }

    uv_run(&rig->loop, UV_RUN_DEFAULT);
    _exit(0);
}


/* ends with its parent, whatever becomes of the test */

static inline rig_child_t
rig_fork(rig_t *rig, unsigned flags, const char *sock)
{
    int          fd[2];
    rig_t        other;
    rig_child_t  child;

    assert_int_equal(pipe2(fd, O_CLOEXEC), 0);

    child.pid = fork();
    assert_int_not_equal(child.pid, -1);

    if (child.pid == 0) {
        alarm(30);
        memset(&other, 0, sizeof(other));
        other.dir = rig->dir;
        rig_child_run(&other, fd[1], flags, sock);
    }

    close(fd[1]);
    assert_int_equal(read(fd[0], &child.word, sizeof(child.word)),
                     sizeof(child.word));
    close(fd[0]);

    assert_true(child.word != 0);

    return child;
}


/* a child, and the link to it */

static inline bmc_link_t *
rig_peer(rig_t *rig, rig_child_t *child)
{
    *child = rig_fork(rig, 0, NULL);

    return bmc_peers_link(rig->peers, child->word);
}


/* for rig->on: results, each once and in their order */

static inline void
rig_in_order(rig_t *rig, bmc_link_t *link, const bmc_msg_t *m)
{
    rig->strange += m->type != BMC_MSG_RESULT || m->id != rig->next++;
}


static inline void
rig_kill(rig_child_t *child)
{
    kill(child->pid, SIGKILL);
    waitpid(child->pid, NULL, 0);
}


static inline bmc_msg_t
rig_request(uint64_t id)
{
    bmc_msg_t  m;

    memset(&m, 0, sizeof(m));
    m.type = BMC_MSG_REQUEST;
    m.id = id;
    m.verb = BMC_POWER_STATUS;
    m.host = "node7";
    m.door = "http";
    m.actor = "key:homeassistant";

    return m;
}


static inline bmc_msg_t
rig_data(uint64_t id, const void *bytes, size_t len)
{
    bmc_msg_t  m;

    memset(&m, 0, sizeof(m));
    m.type = BMC_MSG_DATA;
    m.id = id;
    m.bytes = bytes;
    m.len = len;

    return m;
}


/* a peer by hand */

static inline int
rig_connect(rig_t *rig)
{
    int  fd;

    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_not_equal(fd, -1);
    assert_int_equal(bmc_socket_connect(fd, rig->dir, rig->peers->dirfd,
                                        bmc_peers_sock(rig->peers)), 0);
    return fd;
}


static inline void
rig_send_raw(int fd, const bmc_msg_t *m)
{
    bmc_buf_t  b;

    memset(&b, 0, sizeof(b));
    assert_true(bmc_msg_encode(&b, m));
    assert_int_equal(send(fd, b.data, b.len, MSG_NOSIGNAL), b.len);
    bmc_buf_free(&b);
}


static inline bmc_msg_t
rig_hello(rig_t *rig, uint64_t word)
{
    bmc_msg_t  m;

    memset(&m, 0, sizeof(m));
    m.type = BMC_MSG_HELLO;
    m.word = word;
    memcpy(m.cookie, bmc_board_cookie(rig->board), sizeof(m.cookie));

    return m;
}


/* a connection that has said a good hello, for somebody else who lives */

static inline int
rig_greeted(rig_t *rig, rig_child_t *child)
{
    int        fd;
    char       answer[100];
    bmc_msg_t  m;

    *child = rig_fork(rig, 0, NULL);

    fd = rig_connect(rig);
    m = rig_hello(rig, child->word);
    rig_send_raw(fd, &m);
    rig_run(rig, 10);

    assert_true(recv(fd, answer, sizeof(answer), 0) > 0);
    assert_int_equal(answer[0], BMC_MSG_HELLO);

    return fd;
}


#endif /* _PEERS_RIG_H_INCLUDED_ */
