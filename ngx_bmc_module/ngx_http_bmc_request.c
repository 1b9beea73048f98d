
/*
 * Copyright (C) the bmcgate authors
 *
 * A request's road: for what, who asks, with which body; then its handler.
 */


#include "ngx_http_bmc.h"


static void ngx_http_bmc_route(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
static void ngx_http_bmc_path(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    ngx_str_t *path);
static ngx_uint_t ngx_http_bmc_match(ngx_http_bmc_ctx_t *ctx,
    const char *pattern, ngx_str_t *path);
static ngx_int_t ngx_http_bmc_keep_parts(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
static ngx_int_t ngx_http_bmc_no_route(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
static void ngx_http_bmc_cleanup(void *data);


static ngx_http_bmc_ctx_t *
ngx_http_bmc_create_ctx(ngx_http_request_t *r)
{
    ngx_str_t           *addr;
    ngx_http_cleanup_t  *cln;
    ngx_http_bmc_ctx_t  *ctx;

    addr = &r->connection->addr_text;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_bmc_ctx_t) + addr->len + 1);
    cln = ngx_http_cleanup_add(r, 0);

    if (ctx == NULL || cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_bmc_cleanup;
    cln->data = ctx;

    ctx->from = (char *) ctx + sizeof(ngx_http_bmc_ctx_t);
    ngx_memcpy(ctx->from, addr->data, addr->len);

    ctx->request = r;
    ctx->conf = ngx_http_get_module_loc_conf(r, ngx_http_bmc_module);
    ctx->verb = BMC_VERB_MAX;
    ctx->status = NGX_HTTP_OK;

    ngx_http_set_ctx(r, ctx, ngx_http_bmc_module);

    return ctx;
}


/* nobody waits any more: a read is cancelled, a change ends unseen */

static void
ngx_http_bmc_cleanup(void *data)
{
    ngx_http_bmc_ctx_t  *ctx;

    ctx = data;

    if (ctx->delay.timer_set) {
        ngx_del_timer(&ctx->delay);
    }

    if (ctx->op != NULL) {
        bmc_drop(ctx->op);
        ctx->op = NULL;
        ngx_bmc_wake();
    }

    if (ctx->login != NULL) {
        bmc_login_drop(ctx->login);
        ctx->login = NULL;
    }

    json_decref(ctx->body);
    ctx->body = NULL;
}


/* otherwise strangers do not even learn what there is */

static ngx_uint_t
ngx_http_bmc_is_open(ngx_http_bmc_ctx_t *ctx)
{
    return (ctx->route != NULL)
           ? ctx->route->flags & NGX_HTTP_BMC_OPEN
           : ctx->conf->door->flags & NGX_HTTP_BMC_TELLS;
}


ngx_int_t
ngx_http_bmc_handler(ngx_http_request_t *r)
{
    ngx_int_t            rc;
    ngx_http_bmc_ctx_t  *ctx;

    ctx = ngx_http_bmc_create_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_bmc_core() == NULL) {
        return ngx_http_bmc_error(r, ctx, BMC_CLOSED, "this worker has no "
                                  "core, nginx's error log says why", 0);
    }

    ngx_http_bmc_route(r, ctx);

    if (!ngx_http_bmc_is_open(ctx)) {
        rc = ngx_http_bmc_auth(r, ctx);

        if (rc != NGX_HTTP_BMC_GO_ON) {
            return rc;
        }
    }

    return ngx_http_bmc_known(r, ctx);
}


/* it is proven who asks, or does not matter */

ngx_int_t
ngx_http_bmc_known(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (ctx->route == NULL) {
        return ngx_http_bmc_no_route(r, ctx);
    }

    if (ngx_http_bmc_keep_parts(r, ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->route->flags & NGX_HTTP_BMC_BODY) {
        return ngx_http_bmc_read_body(r, ctx);
    }

    rc = ngx_http_discard_request_body(r);

    return (rc == NGX_OK) ? ctx->route->handler(r, ctx) : rc;
}


static void
ngx_http_bmc_route(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_str_t                    path;
    ngx_uint_t                   method;
    const ngx_http_bmc_route_t  *route;

    ngx_http_bmc_path(r, ctx, &path);

    method = (r->method == NGX_HTTP_HEAD) ? NGX_HTTP_GET : r->method;

    for (route = ctx->conf->door->routes; route->path != NULL; route++) {

        if (!ngx_http_bmc_match(ctx, route->path, &path)) {
            continue;
        }

        if (route->method == method) {
            ctx->route = route;
            return;
        }

        ctx->allow |= route->method;
    }
}


/* what follows the location's name, or for an exact one its last segment */

static void
ngx_http_bmc_path(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    ngx_str_t *path)
{
    size_t                     n, own;
    const char                *tail;
    ngx_http_core_loc_conf_t  *clcf;

    ngx_str_null(path);

    if (ctx->conf->door->flags & NGX_HTTP_BMC_ANY_PATH) {
        return;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    n = clcf->name.len;
    tail = ctx->conf->door->own;
    own = (tail == NULL) ? 0 : ngx_strlen(tail);

    if (ctx->conf->exact) {
        while (n > 0 && clcf->name.data[n - 1] != '/') {
            n--;
        }

    } else if (own != 0 && n > own
               && ngx_strncmp(clcf->name.data + n - own, tail, own) == 0)
    {
        n -= own;
    }

    n = ngx_min(n, r->uri.len);

    path->data = r->uri.data + n;
    path->len = r->uri.len - n;

    /* "location /api" as well as "location /api/" */

    if (path->len > 0 && path->data[0] == '/') {
        path->data++;
        path->len--;
    }

    if (path->len > 0 && path->data[path->len - 1] == '/') {
        path->len--;
    }
}


static ngx_uint_t
ngx_http_bmc_match(ngx_http_bmc_ctx_t *ctx, const char *pattern,
    ngx_str_t *path)
{
    u_char      *p, *last;
    ngx_uint_t   n;

    n = 0;
    p = path->data;
    last = p + path->len;

    while (*pattern != '\0') {

        if (*pattern != '{') {

            if (p == last || *p != (u_char) *pattern) {
                return 0;
            }

            p++;
            pattern++;
            continue;
        }

        ctx->part[n].data = p;

        while (p < last && *p != '/') {
            p++;
        }

        ctx->part[n].len = p - ctx->part[n].data;

        if (ctx->part[n].len == 0) {
            return 0;
        }

        n++;
        pattern += sizeof("{}") - 1;
    }

    ctx->nparts = n;

    return p == last;
}


static ngx_int_t
ngx_http_bmc_keep_parts(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    u_char      *p;
    ngx_uint_t   i;

    for (i = 0; i < ctx->nparts; i++) {

        p = ngx_pnalloc(r->pool, ctx->part[i].len + 1);
        if (p == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(p, ctx->part[i].data, ctx->part[i].len);
        p[ctx->part[i].len] = '\0';

        ctx->part[i].data = p;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_bmc_no_route(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    u_char      *p;
    ngx_str_t    value;
    ngx_uint_t   i;

    static const struct {
        ngx_uint_t   method;
        const char  *name;
    } methods[] = {
        { NGX_HTTP_GET, "GET, HEAD" },
        { NGX_HTTP_POST, "POST" },
        { NGX_HTTP_PUT, "PUT" },
        { NGX_HTTP_PATCH, "PATCH" },
        { NGX_HTTP_DELETE, "DELETE" }
    };

    if (ctx->allow == 0) {
        return ngx_http_bmc_fail(r, ctx, NGX_HTTP_NOT_FOUND, BMC_NO_VERB,
                                 "there is nothing at this address", 0);
    }

    value.data = ngx_pnalloc(r->pool, 64);
    if (value.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = value.data;

    for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (ctx->allow & methods[i].method) {
            p = ngx_sprintf(p, "%s%s", p == value.data ? "" : ", ",
                            methods[i].name);
        }
    }

    value.len = p - value.data;

    if (ngx_http_bmc_add_header(r, "Allow", &value) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_bmc_fail(r, ctx, NGX_HTTP_NOT_ALLOWED, BMC_USAGE,
                             "this method does not go with this address", 0);
}


ngx_int_t
ngx_http_bmc_wait(ngx_http_request_t *r)
{
    r->main->count++;
    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    ngx_bmc_wake();

    return NGX_DONE;
}


void
ngx_http_bmc_go_on(ngx_http_request_t *r, ngx_int_t rc)
{
    ngx_connection_t  *c;

    c = r->connection;

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}
