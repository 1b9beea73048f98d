
/*
 * Copyright (C) the bmcgate authors
 *
 * What can be asked here, as OpenAPI: openapi.json, compiled in.
 */


#include "ngx_http_bmc_api.h"


static const char  ngx_http_bmc_openapi[] =
#include <ngx_http_bmc_openapi.inc>
    ;


ngx_int_t
ngx_http_bmc_get_openapi(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    return ngx_http_bmc_json(r, NGX_HTTP_OK, ngx_http_bmc_openapi,
                             sizeof(ngx_http_bmc_openapi) - 1);
}
