
/*
 * Copyright (C) the bmcgate authors
 */


#include "ngx_http_bmc.h"


#define NGX_HTTP_BMC_JSON  "application/json"


/* nginx compares what stands before the parameters, as for gzip_types */

void
ngx_http_bmc_set_type(ngx_http_request_t *r, const char *type)
{
    r->headers_out.content_type.data = (u_char *) type;
    r->headers_out.content_type.len = ngx_strlen(type);
    r->headers_out.content_type_len = strcspn(type, ";");
    r->headers_out.content_type_lowcase = NULL;
}


ngx_int_t
ngx_http_bmc_reply(ngx_http_request_t *r, ngx_uint_t status,
    const char *type, ngx_buf_t *b)
{
    ngx_int_t            rc;
    ngx_chain_t          out;
    ngx_http_bmc_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_bmc_module);
    ctx->ours = 1;

    /* a body that nobody has read would be taken for the next request */

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = b->last - b->pos;
    ngx_http_bmc_set_type(r, type);

    if (b->last == b->pos) {
        r->header_only = 1;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


ngx_int_t
ngx_http_bmc_json(ngx_http_request_t *r, ngx_uint_t status,
    const char *text, size_t len)
{
    ngx_buf_t  *b;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = (u_char *) text;
    b->last = b->pos + len;
    b->memory = 1;

    return ngx_http_bmc_reply(r, status, NGX_HTTP_BMC_JSON, b);
}


ngx_int_t
ngx_http_bmc_empty(ngx_http_request_t *r, ngx_uint_t status)
{
    ngx_int_t            rc;
    ngx_http_bmc_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_bmc_module);
    ctx->ours = 1;

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = 0;
    r->header_only = 1;

    return ngx_http_send_header(r);
}


ngx_int_t
ngx_http_bmc_add_header(ngx_http_request_t *r, const char *name,
    ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = *value;

    /* since 1.23 lines of one name are linked, and the memory is not zero */

#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    return NGX_OK;
}


ngx_int_t
ngx_http_bmc_show(ngx_http_request_t *r, ngx_uint_t status,
    ngx_http_bmc_show_pt show, void *data, size_t guess)
{
    size_t      len;
    ngx_buf_t  *b;

    /* once more when the guess was too small, or others wrote in between */

    do {
        b = ngx_create_temp_buf(r->pool, guess);
        if (b == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        len = show(data, (char *) b->pos, guess);

        if (len <= guess) {
            b->last = b->pos + len;
            return ngx_http_bmc_reply(r, status, NGX_HTTP_BMC_JSON, b);
        }

        (void) ngx_pfree(r->pool, b->start);
        guess = len + len / 8;

    } while (guess < NGX_HTTP_BMC_SHOW_MAX);

    return NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static ngx_int_t
ngx_http_bmc_retry_after(ngx_http_request_t *r, uint32_t seconds)
{
    ngx_str_t  value;

    value.data = ngx_pnalloc(r->pool, NGX_INT32_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%uD", seconds) - value.data;

    return ngx_http_bmc_add_header(r, "Retry-After", &value);
}


ngx_int_t
ngx_http_bmc_fail(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    ngx_uint_t status, bmc_rc_t rc, const char *text, uint32_t retry_after)
{
    ctx->rc = rc;

    if (text == NULL || text[0] == '\0') {
        text = bmc_error(rc)->text;
    }

    if (retry_after != 0
        && ngx_http_bmc_retry_after(r, retry_after) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ctx->conf->door->error(r, ctx, status, rc, text, retry_after);
}


ngx_int_t
ngx_http_bmc_error(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    bmc_rc_t rc, const char *text, uint32_t retry_after)
{
    return ngx_http_bmc_fail(r, ctx, (ngx_uint_t) bmc_error(rc)->http, rc,
                             text, retry_after);
}


/* doors that answer in plain text */

ngx_int_t
ngx_http_bmc_text_error(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    ngx_uint_t status, bmc_rc_t rc, const char *text, uint32_t retry_after)
{
    size_t      len;
    ngx_buf_t  *b;

    len = ngx_strlen(text);

    b = ngx_create_temp_buf(r->pool, len + 1);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->last = ngx_cpymem(b->last, text, len);
    *b->last++ = '\n';

    return ngx_http_bmc_reply(r, status, "text/plain", b);
}


/* who reads these looks at the status: nginx's own pages will do */

void
ngx_http_bmc_text_page(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *body, ngx_str_t *type)
{
    ngx_str_null(body);
    ngx_str_null(type);
}
