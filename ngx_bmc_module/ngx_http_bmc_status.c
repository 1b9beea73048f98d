
/*
 * Copyright (C) the bmcgate authors
 *
 * "bmc_status": the fleet at a glance, as stub_status does for nginx.
 */


#include "ngx_http_bmc.h"


#define NGX_HTTP_BMC_STATUS  512


static ngx_int_t ngx_http_bmc_get_status(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);


static const ngx_http_bmc_route_t  ngx_http_bmc_status_routes[] = {

    { NGX_HTTP_GET, "", ngx_http_bmc_get_status, NGX_HTTP_BMC_OPEN,
      BMC_VERB_MAX },

    { 0, NULL, NULL, 0, BMC_VERB_MAX }
};


const ngx_http_bmc_door_t  ngx_http_bmc_status = {
    "status",
    NGX_HTTP_BMC_TELLS|NGX_HTTP_BMC_ANY_PATH,
    NULL,
    ngx_http_bmc_status_routes,
    ngx_http_bmc_text_error,
    ngx_http_bmc_text_page
};


/* numbers only, for everybody whom nginx's allow and deny let in */

static ngx_int_t
ngx_http_bmc_get_status(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    size_t                 i;
    ngx_buf_t             *b;
    bmc_view_t             view;
    ngx_uint_t             power[BMC_POWER_IS_OFF + 1];
    ngx_uint_t             reach[BMC_REACH_REFUSED + 1];
    const bmc_base_t      *base;
    const bmc_hostconf_t  *h;

    base = bmc_base(ngx_bmc_core());

    ngx_memzero(power, sizeof(power));
    ngx_memzero(reach, sizeof(reach));

    for (i = 0; (h = bmc_host_at(base, i)) != NULL; i++) {
        (void) bmc_view(ngx_bmc_core(), h, &view);
        power[view.power <= BMC_POWER_IS_OFF ? view.power : 0]++;
        reach[view.reach <= BMC_REACH_REFUSED ? view.reach : 0]++;
    }

    b = ngx_create_temp_buf(r->pool, NGX_HTTP_BMC_STATUS);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->last = ngx_slprintf(b->last, b->end,
                           "Hosts: %uz\n"
                           "Power: %ui on, %ui off, %ui unknown\n"
                           "BMCs: %ui answer, %ui silent, %ui refuse us, "
                           "%ui not asked\n",
                           i, power[BMC_POWER_IS_ON],
                           power[BMC_POWER_IS_OFF],
                           power[BMC_POWER_IS_UNKNOWN],
                           reach[BMC_REACH_YES], reach[BMC_REACH_NO],
                           reach[BMC_REACH_REFUSED],
                           reach[BMC_REACH_UNKNOWN]);

    return ngx_http_bmc_reply(r, NGX_HTTP_OK, "text/plain", b);
}
