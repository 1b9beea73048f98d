
/*
 * Copyright (C) the bmcgate authors
 *
 * To the core and back.
 */


#include "ngx_http_bmc.h"


#define NGX_HTTP_BMC_RESULT  1024


typedef struct {
    const bmc_result_t  *result;
    bmc_verb_t           verb;
} ngx_http_bmc_result_t;


static void ngx_http_bmc_done(void *data, const bmc_result_t *result);


/* what every request of this client has in common */

void
ngx_http_bmc_request(ngx_http_bmc_ctx_t *ctx, bmc_verb_t verb,
    bmc_request_t *req)
{
    ngx_memzero(req, sizeof(bmc_request_t));

    ctx->verb = verb;
    ctx->actor.kind = ctx->who.kind;
    ctx->actor.name = ctx->who.name;
    ctx->actor.from = ctx->from;

    req->verb = verb;
    req->host = (const char *) ctx->host.data;
    req->door = ctx->conf->door->name;
    req->actor = &ctx->actor;
}


ngx_int_t
ngx_http_bmc_submit(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const bmc_request_t *req, ngx_http_bmc_told_pt told)
{
    char      why[BMC_TEXT_MAX];
    bmc_rc_t  rc;

    ctx->told = (told == NULL) ? ngx_http_bmc_result : told;

    rc = bmc_submit(ngx_bmc_core(), req, ngx_http_bmc_done, ctx, &ctx->op,
                    why);

    if (rc != BMC_OK) {
        return ngx_http_bmc_error(r, ctx, rc, why,
                                  bmc_retry_after(ngx_bmc_core()));
    }

    return ngx_http_bmc_wait(r);
}


static void
ngx_http_bmc_done(void *data, const bmc_result_t *result)
{
    ngx_http_bmc_ctx_t  *ctx;

    ctx = data;
    ctx->op = NULL;
    ctx->rc = result->rc;

    ngx_http_bmc_go_on(ctx->request, ctx->told(ctx->request, ctx, result));
}


static size_t
ngx_http_bmc_show_result(void *data, char *out, size_t size)
{
    ngx_http_bmc_result_t  *shown;

    shown = data;

    return bmc_show_result(shown->result, shown->verb, out, size);
}


ngx_int_t
ngx_http_bmc_result(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const bmc_result_t *result)
{
    ngx_http_bmc_result_t  shown;

    if (result->rc != BMC_OK) {
        return ngx_http_bmc_error(r, ctx, result->rc, result->text,
                                  result->retry_after);
    }

    shown.result = result;
    shown.verb = ctx->verb;

    return ngx_http_bmc_show(r, ctx->status, ngx_http_bmc_show_result,
                             &shown, result->json_len + NGX_HTTP_BMC_RESULT);
}
