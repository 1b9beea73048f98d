
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "peer/link.h"


#define PEERS_ACCEPT  64         /* per wake-up */
#define PEERS_PAUSE   100        /* ms, when descriptors have run out */


static void peers_accept(uv_poll_t *poll, int status, int events);


static bmc_ring_t *
peers_bucket(bmc_peers_t *ps, uint64_t word)
{
    return &ps->links[word * 0x9e3779b97f4a7c15 >> 58];
}


void
bmc_peers_file(bmc_peers_t *ps, bmc_link_t *link)
{
    bmc_ring_remove(&link->ring);
    bmc_ring_before(peers_bucket(ps, link->word), &link->ring);
}


static void
peers_free(bmc_peers_t *ps)
{
    bmc_inbox_free(&ps->inbox);
    bmc_buf_wipe(&ps->out);
    free(ps->others);
    free(ps->dir);
    free(ps);
}


void
bmc_peers_unhandle(bmc_peers_t *ps)
{
    if (--ps->handles == 0) {
        peers_free(ps);
    }
}


/* a link that breaks while others end waits for the next turn */

static void
peers_end_broken(bmc_peers_t *ps)
{
    bmc_ring_t  list, *at;

    bmc_ring_init(&list);
    bmc_ring_move(&list, &ps->broken);

    while ((at = bmc_ring_pop(&list)) != NULL) {
        bmc_link_end(bmc_ring_of(at, bmc_link_t, ring));
    }
}


static void
peers_others(bmc_peers_t *ps)
{
    uint64_t  epoch;

    epoch = bmc_board_peers_epoch(ps->bd);

    if (ps->others && ps->epoch == epoch) {
        return;
    }

    if (!ps->others) {
        ps->others = malloc(BMC_BOARD_PEERS * sizeof(bmc_board_peer_t));
        if (!ps->others) {
            return;
        }
    }

    ps->epoch = epoch;
    ps->nothers = bmc_board_peers(ps->bd, ps->others, BMC_BOARD_PEERS);
}


static void
peers_tell(bmc_link_t *link)
{
    size_t     before;
    bmc_msg_t  m;

    before = link->waiting;

    if (link->noticed || before + BMC_TEXT_MAX > BMC_LINK_WAITING) {
        return;
    }

    memset(&m, 0, sizeof(m));
    m.type = BMC_MSG_NOTICE;

    if (bmc_link_send(link, &m) && link->waiting > before) {
        link->noticed = true;
    }
}


/* who died without leaving changes no epoch, and never lives again */

static void
peers_tell_all(bmc_peers_t *ps)
{
    size_t       i;
    uint64_t     word;
    bmc_link_t  *link;

    peers_others(ps);

    for (i = 0; i < ps->nothers; /* void */ ) {
        word = ps->others[i].word;

        if (ps->others[i].flags & BMC_QUIET) {
            i++;
            continue;
        }

        link = bmc_peers_link(ps, word);

        if (link) {
            peers_tell(link);

        } else if (!bmc_board_alive(ps->bd, word)) {
            ps->others[i] = ps->others[--ps->nothers];
            continue;
        }

        i++;
    }
}


static void
peers_turn(uv_timer_t *timer)
{
    bmc_peers_t  *ps;

    ps = timer->data;

    if (ps->notice) {
        ps->notice = false;
        peers_tell_all(ps);
    }

    peers_end_broken(ps);
}


/* a timer that is due makes uv_backend_timeout() 0 */

void
bmc_peers_later(bmc_peers_t *ps)
{
    if (!ps->closing && !uv_is_active((uv_handle_t *) &ps->later)) {
        uv_timer_start(&ps->later, peers_turn, 0, 0);
    }
}


void
bmc_peers_notice(bmc_peers_t *ps)
{
    ps->notice = true;
    bmc_peers_later(ps);
}


bool
bmc_peers_waiting(const bmc_peers_t *ps)
{
    size_t             i;
    const bmc_ring_t  *at;

    for (i = 0; i < BMC_PEERS_BUCKETS; i++) {
        for (at = ps->links[i].next; at != &ps->links[i]; at = at->next) {
            if (bmc_ring_of(at, const bmc_link_t, ring)->waiting > 0) {
                return true;
            }
        }
    }

    return ps->notice;
}


static void
peers_resume(uv_timer_t *timer)
{
    bmc_peers_t  *ps;

    ps = timer->data;

    if (uv_poll_start(&ps->listener, UV_READABLE, peers_accept) != 0) {
        uv_timer_start(&ps->pause, peers_resume, PEERS_PAUSE, 0);
    }
}


static void
peers_rest(bmc_peers_t *ps, const char *why)
{
    char  line[BMC_TEXT_MAX];

    if (ps->say) {
        snprintf(line, sizeof(line), "peer: cannot accept a process: %s", why);
        ps->say(ps->say_data, line);
    }

    uv_poll_stop(&ps->listener);
    uv_timer_start(&ps->pause, peers_resume, PEERS_PAUSE, 0);
}


/*
 * A connection that cannot be accepted for want of a descriptor stays
 * readable: without a rest the loop would spin on it.
 */

static void
peers_accept(uv_poll_t *poll, int status, int events)
{
    int           fd, n;
    bmc_peers_t  *ps;

    ps = poll->data;

    for (n = 0; n < PEERS_ACCEPT; n++) {
        fd = accept4(ps->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd == -1) {

            if (errno == EINTR || errno == ECONNABORTED) {
                continue;
            }

            if (errno != EAGAIN) {
                peers_rest(ps, strerror(errno));
            }

            return;
        }

        if (bmc_board_self(ps->bd) == 0) {
            close(fd);
            continue;
        }

        (void) bmc_link_create(ps, fd, 0);
    }
}


static int
peers_inherit(int fd, char why[BMC_TEXT_MAX])
{
    int        on, copy;
    socklen_t  len;

    on = 0;
    len = sizeof(on);

    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == -1 || !on) {
        snprintf(why, BMC_TEXT_MAX,
                 "descriptor %d is not a listening peer socket", fd);
        return -1;
    }

    copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy == -1) {
        snprintf(why, BMC_TEXT_MAX, "cannot copy the peer socket: %s",
                 strerror(errno));
    }

    return copy;
}


static bool
peers_prepare(bmc_peers_t *ps, const char *dir, int fd,
    char why[BMC_TEXT_MAX])
{
    ps->dirfd = bmc_socket_dir(dir, why);
    if (ps->dirfd == -1) {
        return false;
    }

    ps->fd = fd == -1 ? bmc_socket_bind(dir, ps->dirfd, ps->sock, why)
                      : peers_inherit(fd, why);
    if (ps->fd == -1) {
        return false;
    }

    ps->dir = strdup(dir);

    if (!ps->dir || !bmc_inbox_init(&ps->inbox)) {
        snprintf(why, BMC_TEXT_MAX, "no memory for the peer socket");
        return false;
    }

    return true;
}


static void
peers_release(bmc_peers_t *ps)
{
    if (ps->sock[0]) {
        unlinkat(ps->dirfd, ps->sock, 0);
    }

    if (ps->fd != -1) {
        close(ps->fd);
    }

    if (ps->dirfd != -1) {
        close(ps->dirfd);
    }
}


static bool
peers_listen(bmc_peers_t *ps, char why[BMC_TEXT_MAX])
{
    int  rc;

    rc = uv_poll_init(ps->loop, &ps->listener, ps->fd);
    if (rc != 0) {
        snprintf(why, BMC_TEXT_MAX, "cannot watch the peer socket: %s",
                 uv_strerror(rc));
        return false;
    }

    uv_timer_init(ps->loop, &ps->later);
    uv_timer_init(ps->loop, &ps->pause);

    ps->handles = 3;
    ps->listener.data = ps;
    ps->later.data = ps;
    ps->pause.data = ps;

    peers_resume(&ps->pause);

    return true;
}


bmc_peers_t *
bmc_peers_open(uv_loop_t *loop, bmc_board_t *bd, const char *dir, int fd,
    const bmc_peers_handlers_t *handlers, void *data, bmc_say_pt say,
    void *say_data, char why[BMC_TEXT_MAX])
{
    size_t        i;
    bmc_peers_t  *ps;

    ps = calloc(1, sizeof(bmc_peers_t));
    if (!ps) {
        snprintf(why, BMC_TEXT_MAX, "no memory for the peer socket");
        return NULL;
    }

    ps->loop = loop;
    ps->bd = bd;
    ps->handlers = *handlers;
    ps->data = data;
    ps->say = say;
    ps->say_data = say_data;
    ps->fd = -1;
    ps->dirfd = -1;

    bmc_ring_init(&ps->broken);

    for (i = 0; i < BMC_PEERS_BUCKETS; i++) {
        bmc_ring_init(&ps->links[i]);
    }

    if (!peers_prepare(ps, dir, fd, why) || !peers_listen(ps, why)) {
        peers_release(ps);
        peers_free(ps);
        return NULL;
    }

    return ps;
}


static void
peers_closed(uv_handle_t *handle)
{
    bmc_peers_unhandle(handle->data);
}


void
bmc_peers_close(bmc_peers_t *ps)
{
    size_t       i;
    bmc_ring_t  *at;

    if (!ps || ps->closing) {
        return;
    }

    ps->closing = true;

    for (i = 0; i < BMC_PEERS_BUCKETS; i++) {
        bmc_ring_move(&ps->broken, &ps->links[i]);
    }

    while ((at = bmc_ring_pop(&ps->broken)) != NULL) {
        bmc_link_free(bmc_ring_of(at, bmc_link_t, ring));
    }

    uv_close((uv_handle_t *) &ps->listener, peers_closed);
    uv_close((uv_handle_t *) &ps->later, peers_closed);
    uv_close((uv_handle_t *) &ps->pause, peers_closed);

    peers_release(ps);
}


/* when both sides have connected there are two; a ready one is as good */

static bmc_link_t *
peers_find(bmc_peers_t *ps, uint64_t word)
{
    bmc_ring_t  *at, *bucket;
    bmc_link_t  *link, *found;

    found = NULL;
    bucket = peers_bucket(ps, word);

    for (at = bucket->next; at != bucket; at = at->next) {
        link = bmc_ring_of(at, bmc_link_t, ring);

        if (link->word != word) {
            continue;
        }

        found = link;

        if (link->ready) {
            break;
        }
    }

    return found;
}


bmc_link_t *
bmc_peers_link(bmc_peers_t *ps, uint64_t word)
{
    int          fd;
    uint64_t     self;
    bmc_link_t  *link;

    if (ps->closing || word == 0) {
        return NULL;
    }

    link = peers_find(ps, word);
    if (link) {
        return link;
    }

    self = bmc_board_self(ps->bd);

    if (self == 0 || word == self || !bmc_board_alive(ps->bd, word)) {
        return NULL;
    }

    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1) {
        return NULL;
    }

    link = bmc_link_create(ps, fd, word);

    if (link && link->broken) {
        bmc_link_free(link);
        return NULL;
    }

    return link;
}


const char *
bmc_peers_sock(const bmc_peers_t *ps)
{
    return ps->sock;
}
