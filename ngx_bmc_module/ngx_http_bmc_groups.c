
/*
 * Copyright (C) the bmcgate authors
 *
 * A change of all hosts of a group: one operation that counts theirs.
 */


#include "ngx_http_bmc_api.h"


static ngx_int_t ngx_http_bmc_group_submit(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx, const bmc_request_t *req,
    const bmc_hostconf_t *const *host, size_t n);


static size_t
ngx_http_bmc_show_group_op(void *data, char *out, size_t size)
{
    return bmc_show_op(ngx_bmc_core(), data, out, size);
}


/*
 * Refused as a whole: half a group is nobody's wish.  The gate says why, and
 * writes it down.
 */

static ngx_int_t
ngx_http_bmc_group_may(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const bmc_request_t *req, const bmc_hostconf_t *const *host, size_t n)
{
    size_t         i;
    bmc_request_t  refused;

    for (i = 0; i < n; i++) {
        if (!bmc_may(ngx_bmc_core(), req->actor, host[i], req->verb, NULL)) {
            refused = *req;
            refused.host = bmc_host_name(host[i]);

            return ngx_http_bmc_submit(r, ctx, &refused, NULL);
        }
    }

    return NGX_HTTP_BMC_GO_ON;
}


ngx_int_t
ngx_http_bmc_post_group_power(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    size_t                         n;
    ngx_int_t                      rc;
    bmc_verb_t                     verb;
    ngx_http_bmc_change_t          c;
    const bmc_hostconf_t *const   *host;

    ctx->host = ctx->part[0];
    host = bmc_group(bmc_base(ngx_bmc_core()), (char *) ctx->host.data, &n);

    if (host == NULL) {
        return ngx_http_bmc_error(r, ctx, BMC_NO_HOST, "no such group", 0);
    }

    verb = ngx_http_bmc_action(ctx);

    if (verb == BMC_VERB_MAX) {
        return ngx_http_bmc_error(r, ctx, BMC_USAGE,
                                  NGX_HTTP_BMC_ACTION_WRONG, 0);
    }

    rc = ngx_http_bmc_change_init(r, ctx, verb, "action", &c);

    if (rc == NGX_HTTP_BMC_GO_ON) {
        rc = ngx_http_bmc_group_may(r, ctx, &c.req, host, n);
    }

    return (rc == NGX_HTTP_BMC_GO_ON)
           ? ngx_http_bmc_group_submit(r, ctx, &c.req, host, n) : rc;
}


static ngx_int_t
ngx_http_bmc_group_submit(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const bmc_request_t *req, const bmc_hostconf_t *const *host, size_t n)
{
    char            why[BMC_TEXT_MAX];
    size_t          i;
    bmc_t          *b;
    bmc_rc_t        rc;
    uint64_t        id;
    const char    **names;
    bmc_op_info_t   op;

    b = ngx_bmc_core();

    names = ngx_palloc(r->pool, (n + 1) * sizeof(char *));
    if (names == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < n; i++) {
        names[i] = bmc_host_name(host[i]);
    }

    rc = bmc_submit_group(b, req, names, n, NULL, NULL, NULL, NULL, &id,
                          why);

    if (rc != BMC_OK) {
        return ngx_http_bmc_error(r, ctx, rc, why, 0);
    }

    ngx_bmc_wake();

    if (ngx_http_bmc_location(r, "operations", id) != NGX_OK
        || !bmc_op_info(b, id, &op))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_bmc_show(r, NGX_HTTP_ACCEPTED,
                             ngx_http_bmc_show_group_op, &op, 1024);
}
