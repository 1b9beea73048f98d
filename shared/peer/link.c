
/*
 * Copyright (C) the bmcgate authors
 *
 * A link's life, and its receiving half.
 */


#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "peer/link.h"


#define LINK_HELLO  1000         /* ms until which it must have come */
#define LINK_RETRY  10           /* ms, while the other's backlog is full */
#define LINK_TURNS  4            /* of BMC_INBOX datagrams, per wake-up */
#define LINK_DRAIN  64


static void link_connect(bmc_link_t *link);


static void
link_readable(uv_poll_t *poll, int status, int events)
{
    bmc_link_t  *link;

    link = poll->data;

    if (status < 0) {

        /* an error on the socket; libuv has stopped watching it */

        link->events = 0;
        bmc_link_read(link, LINK_TURNS);

    } else if (events & UV_READABLE) {
        bmc_link_read(link, LINK_TURNS);
    }

    if (link->ps->closing || link->broken) {
        return;
    }

    if (events & UV_WRITABLE) {
        bmc_link_flush(link);

    } else {
        bmc_link_watch(link);
    }
}


void
bmc_link_watch(bmc_link_t *link)
{
    int  events;

    if (link->broken) {
        return;
    }

    events = UV_READABLE;

    if (link->ready && link->first) {
        events |= UV_WRITABLE;
    }

    if (events == link->events) {
        return;
    }

    if (uv_poll_start(&link->poll, events, link_readable) != 0) {
        bmc_link_break(link, true);
        return;
    }

    link->events = events;
}


static void
link_tick(uv_timer_t *timer)
{
    bmc_link_t  *link;

    link = timer->data;

    if (uv_now(link->ps->loop) < link->deadline) {

        if (!link->connected) {
            link_connect(link);
        }

        return;
    }

    /* it may be us who slept: what has come meanwhile counts */

    if (link->connected) {
        bmc_link_read(link, 1);
    }

    if (!link->ps->closing && !link->ready) {
        bmc_link_refuse(link, "it did not say hello within a second");
    }
}


static void
link_start(bmc_link_t *link, uint32_t pid)
{
    uint64_t      wait;
    socklen_t     len;
    struct ucred  cred;

    len = sizeof(cred);

    if (getsockopt(link->fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0) {
        link->uid = cred.uid;
        link->pid = link->made ? pid : (uint32_t) cred.pid;
    }

    wait = link->deadline - uv_now(link->ps->loop);
    uv_timer_start(&link->timer, link_tick, wait, LINK_RETRY);

    link->connected = true;
    bmc_link_watch(link);
}


static void
link_connect(bmc_link_t *link)
{
    bmc_peers_t       *ps;
    bmc_board_peer_t   peer;

    ps = link->ps;

    if (!bmc_board_alive(ps->bd, link->word)
        || !bmc_board_peer(ps->bd, link->word, &peer))
    {
        bmc_link_break(link, true);
        return;
    }

    if (bmc_socket_connect(link->fd, ps->dir, ps->dirfd, peer.sock) == -1) {

        if (errno != EAGAIN) {
            bmc_link_break(link, true);
        }

        return;
    }

    if (!bmc_link_greet(link)) {
        bmc_link_break(link, true);
        return;
    }

    link_start(link, peer.pid);
}


bmc_link_t *
bmc_link_create(bmc_peers_t *ps, int fd, uint64_t word)
{
    bmc_link_t  *link;

    link = calloc(1, sizeof(bmc_link_t));

    if (!link || uv_poll_init(ps->loop, &link->poll, fd) != 0) {
        free(link);
        close(fd);
        return NULL;
    }

    uv_timer_init(ps->loop, &link->timer);

    link->handles = 2;
    ps->handles += 2;

    link->ps = ps;
    link->fd = fd;
    link->word = word;
    link->made = word != 0;
    link->last = &link->first;
    link->poll.data = link;
    link->timer.data = link;

    bmc_ring_init(&link->ring);
    bmc_peers_file(ps, link);

    /* the loop's clock stands while the embedder sleeps */

    uv_update_time(ps->loop);
    link->deadline = uv_now(ps->loop) + LINK_HELLO;

    if (link->made) {
        uv_timer_start(&link->timer, link_tick, LINK_RETRY, LINK_RETRY);
        link_connect(link);

    } else {
        link_start(link, 0);
    }

    return link;
}


void
bmc_link_break(bmc_link_t *link, bool deaf)
{
    link->deaf = link->deaf || deaf || !link->ready;

    if (link->broken) {
        return;
    }

    link->broken = true;

    uv_poll_stop(&link->poll);
    uv_timer_stop(&link->timer);
    bmc_link_forget(link);

    bmc_ring_remove(&link->ring);
    bmc_ring_before(&link->ps->broken, &link->ring);
    bmc_peers_later(link->ps);
}


void
bmc_link_refuse(bmc_link_t *link, const char *why)
{
    char          line[BMC_TEXT_MAX];
    bmc_peers_t  *ps;

    ps = link->ps;

    if (ps->say) {
        snprintf(line, sizeof(line), "peer: link with process %u closed: %s",
                 link->pid, why);
        ps->say(ps->say_data, line);
    }

    bmc_link_break(link, true);
}


static bool
link_cookie_good(const bmc_link_t *link, const bmc_msg_t *m)
{
    size_t            i;
    const uint8_t    *cookie;
    volatile uint8_t  differ;

    differ = 0;
    cookie = bmc_board_cookie(link->ps->bd);

    for (i = 0; i < sizeof(m->cookie); i++) {
        differ |= cookie[i] ^ m->cookie[i];
    }

    return differ == 0;
}


static void
link_hello(bmc_link_t *link, const bmc_msg_t *m)
{
    bmc_peers_t  *ps;

    ps = link->ps;

    if (m->type != BMC_MSG_HELLO) {
        bmc_link_refuse(link, "it spoke before its hello");
        return;
    }

    if (!link_cookie_good(link, m)) {
        bmc_link_refuse(link, "its cookie is not the board's");
        return;
    }

    /* a worker's socket is inherited by the worker after it */

    if (link->made && m->word != link->word) {
        bmc_link_refuse(link, "it is not the process it should be");
        return;
    }

    if (m->word == 0 || m->word == bmc_board_self(ps->bd)) {
        bmc_link_refuse(link, "it says it is nobody, or we");
        return;
    }

    /* commands come and go: one that has left since is not worth a word */

    if (!bmc_board_alive(ps->bd, m->word)) {
        bmc_link_break(link, true);
        return;
    }

    if (!link->made && !bmc_link_greet(link)) {
        bmc_link_break(link, true);
        return;
    }

    uv_timer_stop(&link->timer);

    link->word = m->word;
    link->ready = true;

    bmc_peers_file(ps, link);
    bmc_link_flush(link);
}


static void
link_message(bmc_link_t *link, const bmc_datagram_t *d)
{
    bmc_msg_t     m;
    const char   *why;
    bmc_peers_t  *ps;

    ps = link->ps;

    if (!bmc_msg_decode(&m, d->data, d->len, &why)) {
        bmc_link_refuse(link, why);
        return;
    }

    if (!link->ready) {
        link_hello(link, &m);
        return;
    }

    if (m.type == BMC_MSG_HELLO) {
        bmc_link_refuse(link, "it said hello twice");
        return;
    }

    ps->handlers.message(ps->data, link, &m);
}


static void
link_datagram(bmc_link_t *link, int i)
{
    bool             wipe;
    const char      *why;
    bmc_inbox_t     *in;
    bmc_datagram_t   d;

    in = &link->ps->inbox;

    if (link->ps->closing || link->deaf) {
        bmc_inbox_drop(in, i);
        return;
    }

    if (!bmc_inbox_open(in, i, &d, &why)) {
        bmc_link_refuse(link, why);
        return;
    }

    if (d.len == 0) {
        bmc_link_break(link, true);
        return;
    }

    /* a request may hold passwords */

    wipe = *(const uint8_t *) d.data == BMC_MSG_REQUEST;

    link_message(link, &d);
    bmc_datagram_done(&d, wipe);
}


/*
 * A peer that dies with our messages unread leaves one ECONNRESET before
 * what it had sent, which is still worth reading.
 */

void
bmc_link_read(bmc_link_t *link, int turns)
{
    int           n, i;
    bmc_peers_t  *ps;

    ps = link->ps;

    while (turns-- && !link->deaf && !ps->closing) {
        n = bmc_inbox_read(&ps->inbox, link->fd);

        if (n == -1) {

            if (errno == EAGAIN) {
                return;
            }

            if (errno != ECONNRESET) {
                bmc_link_break(link, true);
            }

            continue;
        }

        for (i = 0; i < n; i++) {
            link_datagram(link, i);
        }

        if (n < BMC_INBOX) {
            return;
        }
    }
}


static void
link_closed(uv_handle_t *handle)
{
    bmc_link_t   *link;
    bmc_peers_t  *ps;

    link = handle->data;
    ps = link->ps;

    if (--link->handles == 0) {
        free(link);
    }

    bmc_peers_unhandle(ps);
}


/* no handler is called from here on; the loop frees it */

void
bmc_link_free(bmc_link_t *link)
{
    link->broken = true;
    link->deaf = true;

    bmc_link_forget(link);
    bmc_ring_remove(&link->ring);

    uv_close((uv_handle_t *) &link->poll, link_closed);
    uv_close((uv_handle_t *) &link->timer, link_closed);
    close(link->fd);
    link->fd = -1;
}


/* at the turn of the loop after it broke, out of its ring */

void
bmc_link_end(bmc_link_t *link)
{
    bmc_peers_t  *ps;

    ps = link->ps;

    bmc_link_read(link, LINK_DRAIN);

    link->deaf = true;

    if (!ps->closing && (link->made || link->ready)) {
        ps->handlers.gone(ps->data, link);
    }

    bmc_link_free(link);
}


uint64_t
bmc_link_word(const bmc_link_t *link)
{
    return link->word;
}


uint32_t
bmc_link_pid(const bmc_link_t *link)
{
    return link->pid;
}


uint32_t
bmc_link_uid(const bmc_link_t *link)
{
    return link->uid;
}


void
bmc_link_set_data(bmc_link_t *link, void *data)
{
    link->data = data;
}


void *
bmc_link_data(const bmc_link_t *link)
{
    return link->data;
}
