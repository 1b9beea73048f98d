
/*
 * Copyright (C) the bmcgate authors
 *
 * REST: which address is answered by whom, and how errors look.
 */


#include "ngx_http_bmc_api.h"


#define GET     NGX_HTTP_GET
#define POST    NGX_HTTP_POST
#define PUT     NGX_HTTP_PUT
#define DELETE  NGX_HTTP_DELETE

#define BODY    NGX_HTTP_BMC_BODY
#define OPEN    NGX_HTTP_BMC_OPEN

#define NONE    BMC_VERB_MAX


static ngx_int_t ngx_http_bmc_api_error(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx, ngx_uint_t status, bmc_rc_t rc,
    const char *text, uint32_t retry_after);
static void ngx_http_bmc_api_page(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *body, ngx_str_t *type);


static const ngx_http_bmc_route_t  ngx_http_bmc_api_routes[] = {

    { GET, "hosts", ngx_http_bmc_get_hosts, 0, NONE },
    { GET, "hosts/{}", ngx_http_bmc_get_host, 0, NONE },
    { GET, "hosts/{}/power", ngx_http_bmc_get_power, 0, BMC_POWER_STATUS },
    { POST, "hosts/{}/power", ngx_http_bmc_post_power, BODY, NONE },
    { GET, "hosts/{}/power/reading", ngx_http_bmc_get_verb, 0,
      BMC_POWER_READING },
    { GET, "hosts/{}/boot", ngx_http_bmc_get_verb, 0, BMC_BOOT_GET },
    { PUT, "hosts/{}/boot", ngx_http_bmc_change, BODY, BMC_BOOT_SET },
    { GET, "hosts/{}/identify", ngx_http_bmc_get_verb, 0, BMC_IDENTIFY_GET },
    { PUT, "hosts/{}/identify", ngx_http_bmc_change, BODY, BMC_IDENTIFY_SET },
    { GET, "hosts/{}/sensors", ngx_http_bmc_get_verb, 0, BMC_SENSORS_READ },
    { GET, "hosts/{}/log", ngx_http_bmc_get_verb, 0, BMC_LOG_READ },
    { DELETE, "hosts/{}/log", ngx_http_bmc_change, BODY, BMC_LOG_CLEAR },
    { GET, "hosts/{}/inventory", ngx_http_bmc_get_verb, 0,
      BMC_INVENTORY_READ },
    { GET, "hosts/{}/media", ngx_http_bmc_get_verb, 0, BMC_MEDIA_LIST },
    { POST, "hosts/{}/media", ngx_http_bmc_post_media, BODY, NONE },
    { GET, "hosts/{}/users", ngx_http_bmc_get_verb, 0, BMC_USERS_LIST },
    { GET, "hosts/{}/bmc", ngx_http_bmc_get_verb, 0, BMC_BMC_READ },
    { PUT, "hosts/{}/users/{}", ngx_http_bmc_change, BODY, BMC_USERS_SET },
    { DELETE, "hosts/{}/users/{}", ngx_http_bmc_change, BODY,
      BMC_USERS_DELETE },
    { POST, "hosts/{}/bmc/reset", ngx_http_bmc_change, BODY, BMC_BMC_RESET },
    { POST, "hosts/{}/bmc/trust", ngx_http_bmc_change, BODY, BMC_BMC_TRUST },
    { GET, "hosts/{}/lan", ngx_http_bmc_get_verb, 0, BMC_LAN_READ },
    { POST, "hosts/{}/retry", ngx_http_bmc_change, BODY, BMC_RETRY },
    { POST, "groups/{}/power", ngx_http_bmc_post_group_power, BODY, NONE },
    { POST, "sessions", ngx_http_bmc_post_session, BODY|OPEN, NONE },
    { GET, "sessions", ngx_http_bmc_get_sessions, 0, NONE },
    { GET, "sessions/{}", ngx_http_bmc_get_session, 0, NONE },
    { DELETE, "sessions/{}", ngx_http_bmc_delete_session, BODY, NONE },
    { GET, "events", ngx_http_bmc_get_events, 0, NONE },
    { GET, "operations", ngx_http_bmc_get_operations, 0, NONE },
    { GET, "operations/{}", ngx_http_bmc_get_operation, 0, NONE },
    { GET, "openapi.json", ngx_http_bmc_get_openapi, OPEN, NONE },

    { 0, NULL, NULL, 0, NONE }
};


const ngx_http_bmc_door_t  ngx_http_bmc_api = {
    "http",
    0,
    NULL,
    ngx_http_bmc_api_routes,
    ngx_http_bmc_api_error,
    ngx_http_bmc_api_page
};


typedef struct {
    bmc_rc_t     rc;
    const char  *host;
    const char  *text;
    uint32_t     retry_after;
} ngx_http_bmc_wrong_t;


static size_t
ngx_http_bmc_show_wrong(void *data, char *out, size_t size)
{
    ngx_http_bmc_wrong_t  *wrong;

    wrong = data;

    return bmc_show_error(wrong->rc, wrong->host, wrong->text,
                          wrong->retry_after, out, size);
}


static ngx_int_t
ngx_http_bmc_api_error(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    ngx_uint_t status, bmc_rc_t rc, const char *text, uint32_t retry_after)
{
    ngx_http_bmc_wrong_t  wrong;

    wrong.rc = rc;
    wrong.host = (const char *) ctx->host.data;
    wrong.text = text;
    wrong.retry_after = retry_after;

    return ngx_http_bmc_show(r, status, ngx_http_bmc_show_wrong, &wrong, 512);
}


static void
ngx_http_bmc_api_page(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *body, ngx_str_t *type)
{
    size_t      len;
    ngx_uint_t  i;

    static const struct {
        ngx_uint_t   status;
        bmc_rc_t     rc;
        const char  *text;
    } pages[] = {
        { 400, BMC_USAGE, "this is not a proper HTTP request" },
        { 403, BMC_DENIED, "nginx's configuration does not allow it" },
        { 404, BMC_NO_VERB, "there is nothing at this address" },
        { 405, BMC_USAGE, "this method does not go with this address" },
        { 408, BMC_TIMEOUT, "the request did not come in time" },
        { 413, BMC_USAGE, "the body is too large" },
        { 414, BMC_USAGE, "the address is too long" },
        { 429, BMC_LIMITED, "nginx's configuration says not now" },
        { 503, BMC_LIMITED, "nginx's configuration says not now" },
        { 0, BMC_FAILED, "nginx could not answer" }
    };

    ngx_str_set(type, "application/json");
    ngx_str_null(body);

    for (i = 0; pages[i].status != 0; i++) {
        if (pages[i].status == status) {
            break;
        }
    }

    body->data = ngx_pnalloc(r->pool, 512);
    if (body->data == NULL) {
        return;
    }

    len = bmc_show_error(pages[i].rc, NULL, pages[i].text, 0,
                         (char *) body->data, 512);

    body->len = (len <= 512) ? len : 0;
}
