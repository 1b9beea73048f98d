
/*
 * Copyright (C) the bmcgate authors
 *
 * Answers that are made as they are sent: two buffers, each filled again
 * when nginx has sent it; between two fillings others have their turn.
 */


#include "ngx_http_bmc.h"


#define NGX_HTTP_BMC_FLOW_SIZE  65536
#define NGX_HTTP_BMC_FLOW_MIN   8192     /* room that more() always has */
#define NGX_HTTP_BMC_FLOW_WORK  4        /* calls of it in a first turn */


typedef struct {
    ngx_http_bmc_more_pt   more;
    void                  *data;
    ngx_chain_t           *first;    /* filled before the header went */
    ngx_chain_t           *free;
    ngx_chain_t           *busy;
    ngx_uint_t             nbufs;
    ngx_event_t            turn;
    unsigned               ended:1;
} ngx_http_bmc_flow_t;


static ngx_int_t ngx_http_bmc_flow_begin(ngx_http_request_t *r,
    ngx_http_bmc_flow_t *flow);
static void ngx_http_bmc_flow_write(ngx_http_request_t *r);
static void ngx_http_bmc_flow_turn(ngx_event_t *ev);
static ngx_int_t ngx_http_bmc_flow_send(ngx_http_request_t *r,
    ngx_http_bmc_flow_t *flow);
static ngx_chain_t *ngx_http_bmc_flow_buf(ngx_http_request_t *r,
    ngx_http_bmc_flow_t *flow);
static void ngx_http_bmc_flow_cleanup(void *data);


ngx_int_t
ngx_http_bmc_flow(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const char *type, ngx_http_bmc_more_pt more, void *data)
{
    ngx_int_t             rc;
    ngx_http_cleanup_t   *cln;
    ngx_http_bmc_flow_t  *flow;

    flow = ngx_pcalloc(r->pool, sizeof(ngx_http_bmc_flow_t));
    cln = ngx_http_cleanup_add(r, 0);

    if (flow == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    flow->more = more;
    flow->data = data;
    flow->turn.handler = ngx_http_bmc_flow_turn;
    flow->turn.data = r;
    flow->turn.log = r->connection->log;

    cln->handler = ngx_http_bmc_flow_cleanup;
    cln->data = flow;

    ctx->flow = flow;
    ctx->ours = 1;

    rc = ngx_http_bmc_flow_begin(r, flow);

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (flow->ended) {
        return ngx_http_bmc_reply(r, NGX_HTTP_OK, type, flow->first->buf);
    }

    r->headers_out.status = NGX_HTTP_OK;
    ngx_http_bmc_set_type(r, type);

    ngx_http_clear_content_length(r);

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    /* NGX_DONE of a handler takes one from the count: one is ours */

    r->main->count++;
    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_bmc_flow_write;

    ngx_post_event(&flow->turn, &ngx_posted_events);

    return NGX_DONE;
}


/* what fits into one buffer is an answer with a length */

static ngx_int_t
ngx_http_bmc_flow_begin(ngx_http_request_t *r, ngx_http_bmc_flow_t *flow)
{
    ssize_t      n;
    ngx_buf_t   *b;
    ngx_uint_t   work;

    work = 0;

    flow->first = ngx_http_bmc_flow_buf(r, flow);
    if (flow->first == NULL) {
        return NGX_ERROR;
    }

    b = flow->first->buf;
    b->temporary = 1;
    b->flush = 1;

    do {
        n = flow->more(r, flow->data, (char *) b->last, b->end - b->last);

        if (n == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (n == NGX_AGAIN) {
            return NGX_OK;
        }

        b->last += n;

    } while (n != 0 && ++work < NGX_HTTP_BMC_FLOW_WORK
             && b->end - b->last >= NGX_HTTP_BMC_FLOW_MIN);

    flow->ended = (n == 0);

    return NGX_OK;
}


static void
ngx_http_bmc_flow_cleanup(void *data)
{
    ngx_http_bmc_flow_t  *flow;

    flow = data;

    if (flow->turn.posted) {
        ngx_delete_posted_event(&flow->turn);
    }
}


void
ngx_http_bmc_flow_more(ngx_http_request_t *r)
{
    ngx_http_bmc_ctx_t   *ctx;
    ngx_http_bmc_flow_t  *flow;

    ctx = ngx_http_get_module_ctx(r, ngx_http_bmc_module);
    flow = ctx->flow;

    /* what is posted outside of events, as when a worker leaves, would wait
       for the next one of them; for these nginx does not sleep */

    if (flow != NULL) {
        ngx_post_event(&flow->turn, &ngx_posted_next_events);
    }
}


static void
ngx_http_bmc_flow_turn(ngx_event_t *ev)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ev->data;
    c = r->connection;

    ngx_http_bmc_flow_write(r);
    ngx_http_run_posted_requests(c);
}


static void
ngx_http_bmc_flow_write(ngx_http_request_t *r)
{
    ngx_int_t                  rc;
    ngx_event_t               *wev;
    ngx_connection_t          *c;
    ngx_http_bmc_ctx_t        *ctx;
    ngx_http_core_loc_conf_t  *clcf;

    c = r->connection;
    wev = c->write;

    if (wev->timedout) {
        c->timedout = 1;
        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    ctx = ngx_http_get_module_ctx(r, ngx_http_bmc_module);
    rc = ngx_http_bmc_flow_send(r, ctx->flow);

    if (rc != NGX_AGAIN) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    /* a turn that is only posted does not keep a worker that is to go */

    if (!(r->buffered || r->postponed || c->buffered)
        && !((ngx_http_bmc_flow_t *) ctx->flow)->turn.posted)
    {
        if (wev->timer_set) {
            ngx_del_timer(wev);
        }

        return;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (!wev->delayed) {
        ngx_add_timer(wev, clcf->send_timeout);
    }

    if (ngx_handle_write_event(wev, clcf->send_lowat) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_ERROR);
    }
}


/* *out: the next buffer, NULL when there is nothing to send now */

static ngx_int_t
ngx_http_bmc_flow_fill(ngx_http_request_t *r, ngx_http_bmc_flow_t *flow,
    ngx_chain_t **out)
{
    ssize_t       n;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    *out = NULL;

    if (flow->first != NULL) {
        cl = flow->first;
        flow->first = NULL;

        if (cl->buf->last != cl->buf->pos) {
            *out = cl;
            return NGX_OK;
        }

    } else {
        cl = ngx_http_bmc_flow_buf(r, flow);

        if (cl == NULL) {
            return NGX_OK;
        }
    }

    b = cl->buf;
    n = flow->more(r, flow->data, (char *) b->pos, b->end - b->pos);

    if (n == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (n == NGX_AGAIN) {
        cl->next = flow->free;
        flow->free = cl;
        return NGX_OK;
    }

    flow->ended = (n == 0);

    b->last = b->pos + n;
    b->temporary = (n != 0);
    b->last_buf = flow->ended && r == r->main;
    b->last_in_chain = flow->ended;
    b->flush = 1;

    *out = cl;

    return NGX_OK;
}


/* one filling a turn; NGX_AGAIN: there is, or will be, more */

static ngx_int_t
ngx_http_bmc_flow_send(ngx_http_request_t *r, ngx_http_bmc_flow_t *flow)
{
    ngx_int_t     rc;
    ngx_uint_t    more;
    ngx_chain_t  *out;

    out = NULL;

    if (!flow->ended && ngx_http_bmc_flow_fill(r, flow, &out) != NGX_OK) {
        return NGX_ERROR;
    }

    more = (out != NULL);
    rc = ngx_http_output_filter(r, out);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    ngx_chain_update_chains(r->pool, &flow->free, &flow->busy, &out,
                            (ngx_buf_tag_t) &ngx_http_bmc_module);

    if (flow->ended && rc == NGX_OK) {
        return NGX_OK;
    }

    if (more && !flow->ended && flow->busy == NULL) {
        ngx_post_event(&flow->turn, &ngx_posted_next_events);
    }

    return NGX_AGAIN;
}


static ngx_chain_t *
ngx_http_bmc_flow_buf(ngx_http_request_t *r, ngx_http_bmc_flow_t *flow)
{
    u_char       *start;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (flow->free == NULL && flow->nbufs == 2) {
        return NULL;
    }

    cl = ngx_chain_get_free_buf(r->pool, &flow->free);
    if (cl == NULL) {
        return NULL;
    }

    b = cl->buf;
    start = b->start;

    if (start == NULL) {
        start = ngx_palloc(r->pool, NGX_HTTP_BMC_FLOW_SIZE);
        if (start == NULL) {
            return NULL;
        }

        flow->nbufs++;
    }

    ngx_memzero(b, sizeof(ngx_buf_t));

    b->start = start;
    b->end = start + NGX_HTTP_BMC_FLOW_SIZE;
    b->pos = start;
    b->last = start;
    b->tag = (ngx_buf_tag_t) &ngx_http_bmc_module;

    return cl;
}
