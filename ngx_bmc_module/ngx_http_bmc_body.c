
/*
 * Copyright (C) the bmcgate authors
 *
 * A body: one JSON object, small, without a key that stands twice.
 */


#include "ngx_http_bmc.h"


static void ngx_http_bmc_body_read(ngx_http_request_t *r);
static ngx_int_t ngx_http_bmc_body_parse(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
static ngx_int_t ngx_http_bmc_body_copy(ngx_http_request_t *r,
    ngx_str_t *body);
static ngx_uint_t ngx_http_bmc_body_is_json(ngx_http_request_t *r);


ngx_int_t
ngx_http_bmc_read_body(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (r->headers_in.content_length_n > NGX_HTTP_BMC_BODY_MAX) {
        return ngx_http_bmc_fail(r, ctx, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                 BMC_USAGE, "a body may have 65536 bytes", 0);
    }

    r->request_body_in_single_buf = 1;

    rc = ngx_http_read_client_request_body(r, ngx_http_bmc_body_read);

    return (rc >= NGX_HTTP_SPECIAL_RESPONSE) ? rc : NGX_DONE;
}


static void
ngx_http_bmc_body_read(ngx_http_request_t *r)
{
    ngx_int_t            rc;
    ngx_http_bmc_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_bmc_module);

    rc = ngx_http_bmc_body_parse(r, ctx);

    if (rc == NGX_HTTP_BMC_GO_ON) {
        rc = ctx->route->handler(r, ctx);
    }

    ngx_http_finalize_request(r, rc);
}


/* the whole of it is known to be valid: it may be in several buffers */

static ngx_int_t
ngx_http_bmc_body_parse(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    char          why[BMC_TEXT_MAX];
    ngx_int_t     rc;
    ngx_str_t     body;
    json_error_t  error;

    rc = ngx_http_bmc_body_copy(r, &body);

    if (rc == NGX_DECLINED) {
        return ngx_http_bmc_fail(r, ctx, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                 BMC_USAGE, "a body may have 65536 bytes", 0);
    }

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (body.len == 0) {
        return NGX_HTTP_BMC_GO_ON;
    }

    if (!ngx_http_bmc_body_is_json(r)) {
        return ngx_http_bmc_fail(r, ctx, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                 BMC_USAGE, "the body must be JSON, with "
                                 "\"Content-Type: application/json\"", 0);
    }

    ctx->body = json_loadb((const char *) body.data, body.len,
                           JSON_REJECT_DUPLICATES, &error);

    if (ctx->body == NULL) {
        (void) snprintf(why, sizeof(why), "the body is not JSON: line %d, "
                        "column %d: %s", error.line, error.column,
                        error.text);
        return ngx_http_bmc_error(r, ctx, BMC_USAGE, why, 0);
    }

    if (!json_is_object(ctx->body)) {
        return ngx_http_bmc_error(r, ctx, BMC_USAGE, "the body must be a "
                                  "JSON object, as in {\"action\":\"on\"}",
                                  0);
    }

    return NGX_HTTP_BMC_GO_ON;
}


/* "application/json", "application/json; charset=utf-8"; curl -d says none
   of these, and what it says instead must not pass: a web page could */

static ngx_uint_t
ngx_http_bmc_body_is_json(ngx_http_request_t *r)
{
    size_t      n;
    ngx_str_t  *type;

    if (r->headers_in.content_type == NULL) {
        return 0;
    }

    type = &r->headers_in.content_type->value;
    n = sizeof("application/json") - 1;

    return type->len >= n
           && ngx_strncasecmp(type->data, (u_char *) "application/json", n)
              == 0
           && (type->len == n || type->data[n] == ';'
               || type->data[n] == ' ');
}


static ngx_int_t
ngx_http_bmc_body_copy(ngx_http_request_t *r, ngx_str_t *body)
{
    off_t         size;
    size_t        n;
    u_char       *p;
    ssize_t       got;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    ngx_str_null(body);

    if (r->request_body == NULL || r->request_body->bufs == NULL) {
        return NGX_OK;
    }

    size = 0;

    for (cl = r->request_body->bufs; cl != NULL; cl = cl->next) {
        size += ngx_buf_size(cl->buf);
    }

    if (size > NGX_HTTP_BMC_BODY_MAX) {
        return NGX_DECLINED;
    }

    p = ngx_pnalloc(r->pool, (size_t) size + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    body->len = (size_t) size;

    for (cl = r->request_body->bufs; cl != NULL; cl = cl->next) {

        b = cl->buf;
        n = (size_t) ngx_buf_size(b);

        /* the last one of a chunked body has nothing, not even an address */

        if (n == 0) {
            continue;
        }

        if (!b->in_file) {
            p = ngx_cpymem(p, b->pos, n);
            continue;
        }

        got = ngx_read_file(b->file, p, n, b->file_pos);

        if (got != (ssize_t) n) {
            return NGX_ERROR;
        }

        p += n;
    }

    return NGX_OK;
}
