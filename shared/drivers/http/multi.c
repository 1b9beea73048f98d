
/*
 * Copyright (C) the bmcgate authors
 *
 * libcurl's sockets and timer on a loop of libuv's.  One multi handle serves
 * all clients of a loop; it is made with the first and goes with the last.
 */


#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/http/inside.h"


#define MULTI_ROOM  64               /* connections, beside one a client */


typedef struct {
    uv_poll_t         poll;
    bmc_http_loop_t  *loop;
    curl_socket_t     fd;
} multi_poll_t;


static void  multi_act(bmc_http_loop_t *l, curl_socket_t fd, int events);


static void
multi_handle_closed(bmc_http_loop_t *l)
{
    void   *data;
    void  (*gone)(void *data);

    if (--l->handles > 0) {
        return;
    }

    gone = l->gone;
    data = l->gone_data;
    free(l);
    gone(data);
}


static void
multi_poll_closed(uv_handle_t *handle)
{
    multi_poll_t     *p;
    bmc_http_loop_t  *l;

    p = handle->data;
    l = p->loop;
    free(p);
    multi_handle_closed(l);
}


static void
multi_timer_closed(uv_handle_t *handle)
{
    multi_handle_closed(handle->data);
}


static void
multi_event(uv_poll_t *handle, int status, int events)
{
    int            flags;
    multi_poll_t  *p;

    p = handle->data;
    flags = status < 0 ? CURL_CSELECT_ERR : 0;

    if (events & UV_READABLE) {
        flags |= CURL_CSELECT_IN;
    }

    if (events & UV_WRITABLE) {
        flags |= CURL_CSELECT_OUT;
    }

    multi_act(p->loop, p->fd, flags);
}


static void
multi_due(uv_timer_t *timer)
{
    multi_act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}


static multi_poll_t *
multi_poll(bmc_http_loop_t *l, curl_socket_t fd)
{
    multi_poll_t  *p;

    p = calloc(1, sizeof(multi_poll_t));

    if (p == NULL) {
        return NULL;
    }

    if (uv_poll_init(l->uv, &p->poll, fd) != 0) {
        free(p);
        return NULL;
    }

    p->poll.data = p;
    p->loop = l;
    p->fd = fd;
    l->handles++;
    (void) curl_multi_assign(l->multi, fd, p);

    return p;
}


/*
 * libcurl wants to see a socket.  It must not be told that this failed: -1
 * stops every transfer of the multi handle.  One that is not watched ends at
 * its deadline.
 */

static int
multi_socket(CURL *easy, curl_socket_t fd, int what, void *data,
    void *assigned)
{
    int               events;
    multi_poll_t     *p;
    bmc_http_loop_t  *l;

    l = data;
    p = assigned;

    if (what == CURL_POLL_REMOVE) {
        if (p != NULL) {
            (void) curl_multi_assign(l->multi, fd, NULL);
            (void) uv_poll_stop(&p->poll);
            uv_close((uv_handle_t *) &p->poll, multi_poll_closed);
        }

        return 0;
    }

    if (p == NULL) {
        p = multi_poll(l, fd);
    }

    if (p != NULL) {
        events = (what & CURL_POLL_IN) ? UV_READABLE : 0;
        events |= (what & CURL_POLL_OUT) ? UV_WRITABLE : 0;
        (void) uv_poll_start(&p->poll, events, multi_event);
    }

    return 0;
}


/* libcurl must not be called from here */

static int
multi_timer(CURLM *multi, long ms, void *data)
{
    bmc_http_loop_t  *l;

    l = data;

    if (ms < 0) {
        (void) uv_timer_stop(&l->timer);

    } else {
        (void) uv_timer_start(&l->timer, multi_due, (uint64_t) ms, 0);
    }

    return 0;
}


/* those that libcurl is through with */

static void
multi_read(bmc_http_loop_t *l)
{
    int             left;
    CURLMsg        *msg;
    bmc_http_t     *h;
    curl_socket_t   fd;

    while ((msg = curl_multi_info_read(l->multi, &left)) != NULL) {
        h = NULL;

        if (msg->msg != CURLMSG_DONE
            || curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
                                 (char **) &h) != CURLE_OK
            || h == NULL || h->phase != BMC_HTTP_RUNNING)
        {
            continue;
        }

        if (h->trusts == NULL
            && curl_easy_getinfo(h->easy, CURLINFO_ACTIVESOCKET, &fd)
               == CURLE_OK)
        {
            h->fd = fd == CURL_SOCKET_BAD ? -1 : fd;
        }

        h->code = msg->data.result;
        h->phase = BMC_HTTP_ENDED;
        bmc_ring_before(&l->ended, &h->link);
    }
}


static void
multi_drop(bmc_http_loop_t *l)
{
    bmc_http_t  *h;
    bmc_ring_t  *link;

    while ((link = bmc_ring_pop(&l->dropped)) != NULL) {
        h = bmc_ring_of(link, bmc_http_t, link);
        h->kept = false;
        (void) curl_multi_remove_handle(l->multi, h->easy);
        bmc_http_easy_free(h);
        bmc_http_wipe(&h->stale);
    }
}


/* told() may close any client, and the last one closes l in a later turn */

static void
multi_act(bmc_http_loop_t *l, curl_socket_t fd, int events)
{
    int          running;
    bmc_http_t  *h;
    bmc_ring_t  *link;

    l->inside = true;
    (void) curl_multi_socket_action(l->multi, fd, events, &running);
    l->inside = false;

    multi_drop(l);
    multi_read(l);

    while ((link = bmc_ring_pop(&l->ended)) != NULL) {
        h = bmc_ring_of(link, bmc_http_t, link);
        (void) curl_multi_remove_handle(l->multi, h->easy);
        bmc_http_ended(h);
    }
}


/* whose it was may be gone, or on its next one */

static int
multi_close(void *data, curl_socket_t fd)
{
    bmc_http_t       *h;
    bmc_ring_t       *link;
    bmc_http_loop_t  *l;

    l = data;
    (void) close(fd);

    for (link = l->all.next; link != &l->all; link = link->next) {
        h = bmc_ring_of(link, bmc_http_t, peers);

        if (h->fd == fd) {
            h->fd = -1;
        }
    }

    return 0;
}


static bmc_http_loop_t *
multi_make(bmc_http_shared_t *shared, uv_loop_t *uv)
{
    bmc_http_loop_t  *l;

    l = calloc(1, sizeof(bmc_http_loop_t));

    if (l == NULL) {
        return NULL;
    }

    l->multi = curl_multi_init();

    if (l->multi == NULL || uv_timer_init(uv, &l->timer) != 0) {
        (void) curl_multi_cleanup(l->multi);
        free(l);
        return NULL;
    }

    l->timer.data = l;
    l->handles = 1;
    l->shared = shared;
    l->uv = uv;
    bmc_ring_init(&l->all);
    bmc_ring_init(&l->ended);
    bmc_ring_init(&l->dropped);
    bmc_ring_before(&shared->loops, &l->link);

    (void) curl_multi_setopt(l->multi, CURLMOPT_SOCKETFUNCTION, multi_socket);
    (void) curl_multi_setopt(l->multi, CURLMOPT_SOCKETDATA, l);
    (void) curl_multi_setopt(l->multi, CURLMOPT_TIMERFUNCTION, multi_timer);
    (void) curl_multi_setopt(l->multi, CURLMOPT_TIMERDATA, l);
    (void) curl_multi_setopt(l->multi, CURLMOPT_PIPELINING,
                             (long) CURLPIPE_NOTHING);

    return l;
}


static bmc_http_loop_t *
multi_find(bmc_http_shared_t *shared, uv_loop_t *uv)
{
    bmc_ring_t       *link;
    bmc_http_loop_t  *l;

    for (link = shared->loops.next; link != &shared->loops;
         link = link->next)
    {
        l = bmc_ring_of(link, bmc_http_loop_t, link);

        if (l->uv == uv) {
            return l;
        }
    }

    return multi_make(shared, uv);
}


bool
bmc_http_loop_join(bmc_http_t *h)
{
    bmc_http_loop_t  *l;

    l = multi_find(h->place.shared, h->place.loop);

    if (l == NULL) {
        return false;
    }

    h->loop = l;
    h->serial = l->serial;
    l->serial += BMC_ADDRESSES;
    l->clients++;
    bmc_ring_before(&l->all, &h->peers);

    /* left to itself, libcurl keeps four for each transfer under way */

    (void) curl_multi_setopt(l->multi, CURLMOPT_MAXCONNECTS,
                             (long) l->clients + MULTI_ROOM);

    return true;
}


/* what was kept open is closed, and libuv has to hear of it, too */

void
bmc_http_loop_leave(bmc_http_loop_t *l, void (*gone)(void *data), void *data)
{
    if (--l->clients > 0) {
        gone(data);
        return;
    }

    bmc_ring_remove(&l->link);
    l->gone = gone;
    l->gone_data = data;

    (void) curl_multi_cleanup(l->multi);
    (void) uv_timer_stop(&l->timer);
    uv_close((uv_handle_t *) &l->timer, multi_timer_closed);
}


bool
bmc_http_loop_add(bmc_http_t *h)
{
    CURL  *e;

    e = h->easy;

    return curl_easy_setopt(e, CURLOPT_CLOSESOCKETFUNCTION, multi_close)
           == CURLE_OK
           && curl_easy_setopt(e, CURLOPT_CLOSESOCKETDATA, h->loop)
              == CURLE_OK
           && curl_multi_add_handle(h->loop->multi, e) == CURLM_OK;
}


void
bmc_http_loop_remove(bmc_http_t *h)
{
    if (h->loop->inside) {
        h->kept = true;
        h->stale = h->asked;
        memset(&h->asked, 0, sizeof(h->asked));
        bmc_ring_before(&h->loop->dropped, &h->link);
        return;
    }

    (void) curl_multi_remove_handle(h->loop->multi, h->easy);
    bmc_http_easy_free(h);
}
