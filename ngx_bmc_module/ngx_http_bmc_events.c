
/*
 * Copyright (C) the bmcgate authors
 *
 * Server-sent events: what changes, as it changes, from where a client was
 * when it was cut off.
 */


#include "ngx_http_bmc_api.h"


#define NGX_HTTP_BMC_EVENT    512        /* bytes of one */
#define NGX_HTTP_BMC_PENDING  262144     /* of a client that is slow */
#define NGX_HTTP_BMC_ROOM     4096       /* … and of any to begin with */
#define NGX_HTTP_BMC_PING     15000      /* ms */


typedef struct {
    ngx_queue_t          queue;          /* of the worker's listeners */
    ngx_http_request_t  *request;
    ngx_http_bmc_ctx_t  *ctx;
    ngx_str_t            host;           /* empty: all */
    u_char              *start;
    size_t               room;
    size_t               len;
    ngx_event_t          ping;
    unsigned             ended:1;
} ngx_http_bmc_listener_t;


static void ngx_http_bmc_event(void *data, const bmc_event_t *event);
static ssize_t ngx_http_bmc_event_more(ngx_http_request_t *r, void *data,
    char *out, size_t size);
static void ngx_http_bmc_event_ping(ngx_event_t *ev);
static void ngx_http_bmc_event_cleanup(void *data);
static void ngx_http_bmc_event_leave(void);


/* one process's */

static ngx_queue_t  ngx_http_bmc_listeners;


/* a burst may come faster than nginx sends, and is no client's fault */

static ngx_int_t
ngx_http_bmc_event_room(ngx_http_bmc_listener_t *l, size_t len)
{
    size_t   room;
    u_char  *start;

    for (room = l->room; room - l->len < len; room *= 2) {
        if (room == NGX_HTTP_BMC_PENDING) {
            return NGX_DECLINED;
        }
    }

    if (room == l->room) {
        return NGX_OK;
    }

    start = ngx_alloc(room, l->request->connection->log);
    if (start == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(start, l->start, l->len);
    ngx_free(l->start);

    l->start = start;
    l->room = room;

    return NGX_OK;
}


static void
ngx_http_bmc_event_put(ngx_http_bmc_listener_t *l, const u_char *text,
    size_t len)
{
    if (l->ended) {
        return;
    }

    /* it comes again with Last-Event-ID, and misses nothing */

    if (ngx_http_bmc_event_room(l, len) != NGX_OK) {
        l->ended = 1;

    } else {
        ngx_memcpy(l->start + l->len, text, len);
        l->len += len;
    }

    ngx_http_bmc_flow_more(l->request);
}


static void
ngx_http_bmc_event(void *data, const bmc_event_t *event)
{
    u_char                   *p;
    u_char                    text[NGX_HTTP_BMC_EVENT + 64];
    size_t                    n;
    ngx_http_bmc_listener_t  *l;

    l = data;

    if ((l->host.len != 0 && ngx_strcmp(l->host.data, event->host) != 0)
        || !ngx_http_bmc_may_see(ngx_bmc_core(), &l->ctx->actor, event->host))
    {
        return;
    }

    p = ngx_sprintf(text, "id: %uL\ndata: ", event->id);
    n = bmc_show_event(event, (char *) p, NGX_HTTP_BMC_EVENT);

    if (n > NGX_HTTP_BMC_EVENT) {
        return;
    }

    p = ngx_cpymem(p + n, "\n\n", 2);

    ngx_http_bmc_event_put(l, text, p - text);
}


static ssize_t
ngx_http_bmc_event_more(ngx_http_request_t *r, void *data, char *out,
    size_t size)
{
    size_t                    n;
    ngx_http_bmc_listener_t  *l;

    l = data;
    n = ngx_min(l->len, size);

    if (n == 0) {
        return l->ended ? 0 : NGX_AGAIN;
    }

    ngx_memcpy(out, l->start, n);
    ngx_memmove(l->start, l->start + n, l->len - n);
    l->len -= n;

    return n;
}


/* an actor whose session has ended may not listen any longer, either */

static ngx_uint_t
ngx_http_bmc_still_known(ngx_http_bmc_ctx_t *ctx)
{
    bmc_session_info_t  info;

    return ctx->who.session == 0
           || bmc_session_info(ngx_bmc_core(), ctx->who.session, &info);
}


/* a client that is gone without a word is found out by writing to it */

static void
ngx_http_bmc_event_ping(ngx_event_t *ev)
{
    ngx_connection_t         *c;
    ngx_http_bmc_listener_t  *l;

    l = ev->data;
    c = l->request->connection;

    ngx_add_timer(ev, NGX_HTTP_BMC_PING);

    if (!ngx_http_bmc_still_known(l->ctx)) {
        l->ended = 1;
        ngx_http_bmc_flow_more(l->request);

    } else if (l->len == 0) {
        ngx_http_bmc_event_put(l, (u_char *) ": here\n\n", 8);
    }

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_bmc_event_cleanup(void *data)
{
    ngx_http_bmc_listener_t  *l;

    l = data;

    if (l->ping.timer_set) {
        ngx_del_timer(&l->ping);
    }

    ngx_queue_remove(&l->queue);
    ngx_free(l->start);

    if (ngx_bmc_core() != NULL) {
        bmc_unwatch(ngx_bmc_core(), ngx_http_bmc_event, l);
    }
}


static void
ngx_http_bmc_event_leave(void)
{
    ngx_queue_t              *q;
    ngx_http_bmc_listener_t  *l;

    for (q = ngx_queue_head(&ngx_http_bmc_listeners);
         q != ngx_queue_sentinel(&ngx_http_bmc_listeners);
         q = ngx_queue_next(q))
    {
        l = ngx_queue_data(q, ngx_http_bmc_listener_t, queue);
        l->ended = 1;

        /* a worker stays as long as it has a timer: until this is sent */

        l->ping.cancelable = 0;

        ngx_http_bmc_flow_more(l->request);
    }
}


static ngx_http_bmc_listener_t *
ngx_http_bmc_listen(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_http_cleanup_t       *cln;
    ngx_http_bmc_listener_t  *l;

    if (ngx_http_bmc_listeners.next == NULL) {
        ngx_queue_init(&ngx_http_bmc_listeners);
        ngx_bmc_on_leave(ngx_http_bmc_event_leave);
    }

    l = ngx_pcalloc(r->pool, sizeof(ngx_http_bmc_listener_t));
    if (l == NULL) {
        return NULL;
    }

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NULL;
    }

    l->start = ngx_alloc(NGX_HTTP_BMC_ROOM, r->connection->log);
    if (l->start == NULL) {
        return NULL;
    }

    l->room = NGX_HTTP_BMC_ROOM;

    l->request = r;
    l->ctx = ctx;
    l->ping.handler = ngx_http_bmc_event_ping;
    l->ping.data = l;
    l->ping.log = r->connection->log;
    l->ping.cancelable = !ngx_exiting;
    l->ended = ngx_exiting;

    ngx_queue_insert_tail(&ngx_http_bmc_listeners, &l->queue);

    cln->handler = ngx_http_bmc_event_cleanup;
    cln->data = l;

    return l;
}


static uint64_t
ngx_http_bmc_last_event(ngx_http_request_t *r)
{
    u_char     *p;
    uint64_t    id;
    ngx_str_t  *value;

    value = ngx_http_bmc_header(r, "Last-Event-ID");

    if (value == NULL) {
        return 0;
    }

    p = ngx_pnalloc(r->pool, value->len + 1);
    if (p == NULL) {
        return 0;
    }

    ngx_memcpy(p, value->data, value->len);
    p[value->len] = '\0';
    id = ngx_http_bmc_id(p);

    return id;
}


ngx_int_t
ngx_http_bmc_get_events(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_str_t                 value, cache;
    bmc_request_t             req;
    ngx_http_bmc_listener_t  *l;

    ngx_http_bmc_request(ctx, BMC_POWER_STATUS, &req);

    l = ngx_http_bmc_listen(r, ctx);
    if (l == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_http_bmc_arg(r, "host", &value)) {
        l->host = value;

        if (bmc_host(bmc_base(ngx_bmc_core()), (char *) value.data) == NULL) {
            ctx->host = value;
            return ngx_http_bmc_error(r, ctx, BMC_NO_HOST, NULL, 0);
        }
    }

    if (bmc_watch(ngx_bmc_core(), ngx_http_bmc_last_event(r),
                  ngx_http_bmc_event, l)
        != BMC_OK)
    {
        return ngx_http_bmc_error(r, ctx, BMC_FAILED, NULL, 0);
    }

    /* a comment at once, so that the client sees the answer begin */

    l->len = ngx_sprintf(l->start, ": bmcgate\nretry: 1000\n\n") - l->start;
    ngx_add_timer(&l->ping, NGX_HTTP_BMC_PING);

    ngx_str_set(&cache, "no-store");

    if (ngx_http_bmc_add_header(r, "Cache-Control", &cache) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_bmc_wake();

    return ngx_http_bmc_flow(r, ctx, "text/event-stream",
                             ngx_http_bmc_event_more, l);
}
