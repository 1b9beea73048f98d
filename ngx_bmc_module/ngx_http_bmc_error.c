
/*
 * Copyright (C) the bmcgate authors
 *
 * Where clients expect JSON, nginx's own error pages are JSON, too: of our
 * locations, and of a server that has some when no location was found.
 */


#include "ngx_http_bmc.h"


static ngx_http_output_header_filter_pt  ngx_http_bmc_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_bmc_next_body_filter;


static const ngx_http_bmc_door_t *
ngx_http_bmc_door_of(ngx_http_request_t *r)
{
    ngx_http_bmc_loc_conf_t   *blcf;
    ngx_http_bmc_srv_conf_t   *bscf;
    ngx_http_core_loc_conf_t  *clcf;

    blcf = ngx_http_get_module_loc_conf(r, ngx_http_bmc_module);

    if (blcf->door != NULL) {
        return blcf->door;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->name.len != 0) {
        return NULL;
    }

    bscf = ngx_http_get_module_srv_conf(r, ngx_http_bmc_module);

    return bscf->door;
}


static ngx_int_t
ngx_http_bmc_header_filter(ngx_http_request_t *r)
{
    ngx_str_t                   type;
    ngx_http_bmc_ctx_t         *ctx;
    const ngx_http_bmc_door_t  *door;

    ctx = ngx_http_get_module_ctx(r, ngx_http_bmc_module);

    if (r->headers_out.status < NGX_HTTP_BAD_REQUEST
        || (ctx != NULL && ctx->ours) || r != r->main)
    {
        return ngx_http_bmc_next_header_filter(r);
    }

    door = ngx_http_bmc_door_of(r);

    if (door == NULL) {
        return ngx_http_bmc_next_header_filter(r);
    }

    if (ctx == NULL) {
        ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_bmc_ctx_t));
        if (ctx == NULL) {
            return NGX_ERROR;
        }

        ctx->request = r;
        ctx->verb = BMC_VERB_MAX;
        ngx_http_set_ctx(r, ctx, ngx_http_bmc_module);
    }

    ctx->ours = 1;
    door->page(r, r->headers_out.status, &ctx->page, &type);

    if (ctx->page.len == 0) {
        return ngx_http_bmc_next_header_filter(r);
    }

    r->headers_out.content_type = type;
    r->headers_out.content_type_len = type.len;
    r->headers_out.content_type_lowcase = NULL;

    ngx_http_clear_content_length(r);
    r->headers_out.content_length_n = ctx->page.len;

    return ngx_http_bmc_next_header_filter(r);
}


static ngx_int_t
ngx_http_bmc_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_buf_t           *b;
    ngx_chain_t          out, *cl;
    ngx_http_bmc_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_bmc_module);

    if (ctx == NULL || ctx->page.len == 0 || in == NULL) {
        return ngx_http_bmc_next_body_filter(r, in);
    }

    /* nginx's pages are in memory and come at once */

    for (cl = in; cl != NULL; cl = cl->next) {
        cl->buf->pos = cl->buf->last;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = ctx->page.data;
    b->last = b->pos + ctx->page.len;
    b->memory = 1;
    b->last_buf = 1;
    b->last_in_chain = 1;

    ctx->page.len = 0;

    out.buf = b;
    out.next = NULL;

    return ngx_http_bmc_next_body_filter(r, &out);
}


ngx_int_t
ngx_http_bmc_error_init(ngx_conf_t *cf)
{
    ngx_http_bmc_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_bmc_header_filter;

    ngx_http_bmc_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_bmc_body_filter;

    return NGX_OK;
}
