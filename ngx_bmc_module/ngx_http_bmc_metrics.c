
/*
 * Copyright (C) the bmcgate authors
 *
 * /metrics: Prometheus text of the whole fleet, a piece a turn.
 */


#include "ngx_http_bmc.h"


static ngx_int_t ngx_http_bmc_get_metrics(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);


static const ngx_http_bmc_route_t  ngx_http_bmc_metrics_routes[] = {

    { NGX_HTTP_GET, "", ngx_http_bmc_get_metrics, 0, BMC_VERB_MAX },

    { 0, NULL, NULL, 0, BMC_VERB_MAX }
};


const ngx_http_bmc_door_t  ngx_http_bmc_metrics = {
    "metrics",
    NGX_HTTP_BMC_ANY_PATH,
    NULL,
    ngx_http_bmc_metrics_routes,
    ngx_http_bmc_text_error,
    ngx_http_bmc_text_page
};


typedef struct {
    bmc_metrics_at_t   at;
    bmc_actor_t       *actor;
} ngx_http_bmc_scrape_t;


static ssize_t
ngx_http_bmc_metrics_more(ngx_http_request_t *r, void *data, char *out,
    size_t size)
{
    ngx_http_bmc_scrape_t  *scrape;

    scrape = data;

    return (ssize_t) bmc_metrics(ngx_bmc_core(), scrape->actor, &scrape->at,
                                 out, size);
}


static ngx_int_t
ngx_http_bmc_get_metrics(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    bmc_request_t           req;
    ngx_http_bmc_scrape_t  *scrape;

    scrape = ngx_pcalloc(r->pool, sizeof(ngx_http_bmc_scrape_t));
    if (scrape == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_bmc_request(ctx, BMC_VERB_MAX, &req);
    scrape->actor = &ctx->actor;

    return ngx_http_bmc_flow(r, ctx,
                             "text/plain; version=0.0.4; charset=utf-8",
                             ngx_http_bmc_metrics_more, scrape);
}
