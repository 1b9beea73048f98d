
/*
 * Copyright (C) the bmcgate authors
 *
 * The sending half of a link: at once when the socket takes it, else from a
 * queue of copies.
 */


#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "peer/link.h"


typedef enum {
    SEND_DONE,
    SEND_FULL,
    SEND_BROKEN
} send_rc_t;


typedef struct {
    const void  *bytes;
    size_t       len;
    size_t       cost;           /* with the memory behind fd */
    int          fd;
} send_parcel_t;


static ssize_t
send_with_fd(int fd, const send_parcel_t *p)
{
    struct iovec         iov;
    struct msghdr        h;
    struct cmsghdr      *c;
    bmc_inbox_control_t  control;

    memset(&h, 0, sizeof(h));
    memset(&control, 0, sizeof(control));

    iov.iov_base = (void *) p->bytes;
    iov.iov_len = p->len;

    h.msg_iov = &iov;
    h.msg_iovlen = 1;
    h.msg_control = &control;
    h.msg_controllen = sizeof(control);

    c = CMSG_FIRSTHDR(&h);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &p->fd, sizeof(int));

    return sendmsg(fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL);
}


static send_rc_t
send_parcel(int fd, const send_parcel_t *p)
{
    ssize_t  n;

    do {
        if (p->fd == -1) {
            n = send(fd, p->bytes, p->len, MSG_DONTWAIT | MSG_NOSIGNAL);

        } else {
            n = send_with_fd(fd, p);
        }

    } while (n == -1 && errno == EINTR);

    if (n >= 0) {
        return SEND_DONE;
    }

    return errno == EAGAIN ? SEND_FULL : SEND_BROKEN;
}


static void
send_free(bmc_waiting_t *w)
{
    if (w->fd != -1) {
        close(w->fd);
    }

    explicit_bzero(w->bytes, w->len);
    free(w);
}


/* the parcel's descriptor is the queue's when this succeeds */

static bool
send_queue(bmc_link_t *link, const send_parcel_t *p)
{
    bmc_waiting_t  *w;

    if (link->first && link->waiting + p->cost > BMC_LINK_WAITING) {
        bmc_link_refuse(link, "more than 8 MB wait for it");
        return false;
    }

    w = malloc(sizeof(bmc_waiting_t) + p->len);
    if (!w) {
        bmc_link_refuse(link, "no memory for what waits for it");
        return false;
    }

    w->next = NULL;
    w->cost = p->cost;
    w->len = p->len;
    w->fd = p->fd;
    memcpy(w->bytes, p->bytes, p->len);

    *link->last = w;
    link->last = &w->next;
    link->waiting += w->cost;

    if (link->ready) {
        bmc_link_watch(link);
    }

    return true;
}


static void
send_shift(bmc_link_t *link)
{
    bmc_waiting_t  *w;

    w = link->first;
    link->first = w->next;
    link->waiting -= w->cost;

    if (!link->first) {
        link->last = &link->first;
        link->noticed = false;
    }

    send_free(w);
}


void
bmc_link_forget(bmc_link_t *link)
{
    while (link->first) {
        send_shift(link);
    }
}


/* what a full socket buffer takes ends this, however fast the peer reads */

void
bmc_link_flush(bmc_link_t *link)
{
    unsigned        n;
    send_parcel_t   p;
    bmc_waiting_t  *w;

    for (n = 0; link->first && n < 1024; n++) {
        w = link->first;
        p.bytes = w->bytes;
        p.len = w->len;
        p.fd = w->fd;

        switch (send_parcel(link->fd, &p)) {

        case SEND_DONE:
            send_shift(link);
            continue;

        case SEND_FULL:
            break;

        case SEND_BROKEN:
            bmc_link_break(link, false);
            return;
        }

        break;
    }

    bmc_link_watch(link);
}


static bool
send_or_queue(bmc_link_t *link, const send_parcel_t *p, bool *queued)
{
    *queued = false;

    if (link->ready && !link->first) {

        switch (send_parcel(link->fd, p)) {

        case SEND_DONE:
            return true;

        case SEND_FULL:
            break;

        case SEND_BROKEN:
            bmc_link_break(link, false);
            return false;
        }
    }

    *queued = send_queue(link, p);

    return *queued;
}


static bool
send_large(bmc_link_t *link, const bmc_buf_t *b)
{
    bool           ok, queued;
    uint64_t       size;
    send_parcel_t  p;

    p.fd = bmc_memfd_make(b->data, b->len);
    if (p.fd == -1) {
        bmc_link_refuse(link, "no memory to pass a large message in");
        return false;
    }

    size = htole64(b->len);
    p.bytes = &size;
    p.len = sizeof(size);
    p.cost = b->len;

    ok = send_or_queue(link, &p, &queued);

    if (!queued) {
        close(p.fd);
    }

    return ok;
}


static bool
send_small(bmc_link_t *link, const bmc_buf_t *b)
{
    bool           queued;
    send_parcel_t  p;

    p.fd = -1;
    p.bytes = b->data;
    p.len = b->len;
    p.cost = sizeof(bmc_waiting_t) + b->len;

    return send_or_queue(link, &p, &queued);
}


bool
bmc_link_send(bmc_link_t *link, const bmc_msg_t *m)
{
    bool        ok;
    bmc_buf_t  *out;

    out = &link->ps->out;

    if (link->broken) {
        return false;
    }

    if (!bmc_msg_encode(out, m)) {
        bmc_link_refuse(link, "a message for it cannot be encoded");
        ok = false;

    } else {
        ok = out->len > BMC_DATAGRAM ? send_large(link, out)
                                     : send_small(link, out);
    }

    /* arguments may be passwords; an answer's megabytes need not stay */

    if (m->nargs && out->data) {
        explicit_bzero(out->data, out->len);
    }

    if (out->size > 4 * BMC_DATAGRAM) {
        bmc_buf_free(out);
    }

    return ok;
}


bool
bmc_link_greet(bmc_link_t *link)
{
    bmc_msg_t      m;
    send_parcel_t  p;

    memset(&m, 0, sizeof(m));
    m.type = BMC_MSG_HELLO;
    m.word = bmc_board_self(link->ps->bd);
    memcpy(m.cookie, bmc_board_cookie(link->ps->bd), sizeof(m.cookie));

    if (!bmc_msg_encode(&link->ps->out, &m)) {
        return false;
    }

    p.fd = -1;
    p.bytes = link->ps->out.data;
    p.len = link->ps->out.len;

    return send_parcel(link->fd, &p) == SEND_DONE;
}


size_t
bmc_link_waiting(const bmc_link_t *link)
{
    return link->waiting;
}
