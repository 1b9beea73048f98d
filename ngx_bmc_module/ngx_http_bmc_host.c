
/*
 * Copyright (C) the bmcgate authors
 *
 * One host: what is known of it, and what its BMC says when asked.
 */


#include "ngx_http_bmc_api.h"


#define NGX_HTTP_BMC_POWER  256
#define NGX_HTTP_BMC_HOST   8192


/* ?fresh=1 */

static ngx_int_t
ngx_http_bmc_read_request(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    bmc_request_t *req)
{
    ngx_int_t  fresh;

    ctx->host = ctx->part[0];
    ngx_http_bmc_request(ctx, ctx->route->verb, req);

    fresh = ngx_http_bmc_arg_flag(r, "fresh");

    if (fresh == NGX_ERROR) {
        return ngx_http_bmc_error(r, ctx, BMC_USAGE, "\"fresh\" is 1 or 0",
                                  0);
    }

    req->flags = fresh ? BMC_FRESH : 0;

    return NGX_HTTP_BMC_GO_ON;
}


static size_t
ngx_http_bmc_show_power(void *data, char *out, size_t size)
{
    return bmc_show_power(data, out, size);
}


static ngx_int_t
ngx_http_bmc_told_power(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const bmc_result_t *result)
{
    if (result->rc != BMC_OK) {
        return ngx_http_bmc_result(r, ctx, result);
    }

    return ngx_http_bmc_show(r, NGX_HTTP_OK, ngx_http_bmc_show_power,
                             (void *) result->view, NGX_HTTP_BMC_POWER);
}


ngx_int_t
ngx_http_bmc_get_power(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_int_t      rc;
    bmc_view_t     view;
    bmc_request_t  req;

    rc = ngx_http_bmc_read_request(r, ctx, &req);

    if (rc != NGX_HTTP_BMC_GO_ON) {
        return rc;
    }

    if (!(req.flags & BMC_FRESH) && bmc_peek(ngx_bmc_core(), &req, &view)) {
        return ngx_http_bmc_show(r, NGX_HTTP_OK, ngx_http_bmc_show_power,
                                 &view, NGX_HTTP_BMC_POWER);
    }

    return ngx_http_bmc_submit(r, ctx, &req, ngx_http_bmc_told_power);
}


ngx_int_t
ngx_http_bmc_get_verb(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_int_t      rc;
    bmc_request_t  req;

    rc = ngx_http_bmc_read_request(r, ctx, &req);

    return (rc == NGX_HTTP_BMC_GO_ON)
           ? ngx_http_bmc_submit(r, ctx, &req, NULL) : rc;
}


static size_t
ngx_http_bmc_show_host(void *data, char *out, size_t size)
{
    return bmc_show_host_all(ngx_bmc_core(), data, out, size);
}


ngx_int_t
ngx_http_bmc_get_host(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    bmc_t                 *b;
    bmc_request_t          req;
    const bmc_hostconf_t  *h;

    b = ngx_bmc_core();
    ctx->host = ctx->part[0];
    ngx_http_bmc_request(ctx, BMC_POWER_STATUS, &req);

    h = bmc_host(bmc_base(b), req.host);

    if (h == NULL) {
        return ngx_http_bmc_error(r, ctx, BMC_NO_HOST, NULL, 0);
    }

    /* the gate says why, and writes it down */

    if (!bmc_may(b, req.actor, h, BMC_POWER_STATUS, NULL)) {
        return ngx_http_bmc_submit(r, ctx, &req, NULL);
    }

    return ngx_http_bmc_show(r, NGX_HTTP_OK, ngx_http_bmc_show_host,
                             (void *) h, NGX_HTTP_BMC_HOST);
}
