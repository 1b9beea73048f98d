
/*
 * Copyright (C) the bmcgate authors
 *
 * The Home Assistant sidecar's shapes, for one host.  They are those of a
 * Flask program that ran ipmitool, and "output" is what ipmitool printed;
 * what it says is true here.
 */


#include "ngx_http_bmc.h"


#define GET      NGX_HTTP_GET
#define POST     NGX_HTTP_POST

#define TIMEOUT  10000               /* ms */
#define MAX_AGE  5000                /* ms, of a power state that is told */

#define NONE     BMC_VERB_MAX


static ngx_int_t ngx_http_bmc_sidecar_health(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
static ngx_int_t ngx_http_bmc_sidecar_status(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
static ngx_int_t ngx_http_bmc_sidecar_change(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
static ngx_int_t ngx_http_bmc_sidecar_error(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx, ngx_uint_t status, bmc_rc_t rc,
    const char *text, uint32_t retry_after);
static void ngx_http_bmc_sidecar_page(ngx_http_request_t *r,
    ngx_uint_t status, ngx_str_t *body, ngx_str_t *type);


static const ngx_http_bmc_route_t  ngx_http_bmc_sidecar_routes[] = {

    { GET, "health", ngx_http_bmc_sidecar_health, NGX_HTTP_BMC_OPEN, NONE },

    { GET, "power/status", ngx_http_bmc_sidecar_status, 0, BMC_POWER_STATUS },
    { POST, "power/on", ngx_http_bmc_sidecar_change, 0, BMC_POWER_ON },
    { POST, "power/off", ngx_http_bmc_sidecar_change, 0, BMC_POWER_OFF },
    { POST, "power/force-off", ngx_http_bmc_sidecar_change, 0,
      BMC_POWER_FORCE_OFF },
    { POST, "power/cycle", ngx_http_bmc_sidecar_change, 0, BMC_POWER_CYCLE },
    { POST, "power/reset", ngx_http_bmc_sidecar_change, 0, BMC_POWER_RESET },

    { 0, NULL, NULL, 0, NONE }
};


const ngx_http_bmc_door_t  ngx_http_bmc_sidecar = {
    "sidecar",
    NGX_HTTP_BMC_TELLS,
    "power/",
    ngx_http_bmc_sidecar_routes,
    ngx_http_bmc_sidecar_error,
    ngx_http_bmc_sidecar_page
};


/* what ipmitool was told, and what it printed */

static const struct {
    bmc_verb_t   verb;
    const char  *command;
    const char  *output;
} ngx_http_bmc_commands_run[] = {
    { BMC_POWER_STATUS, "power status", "" },
    { BMC_POWER_ON, "power on", "Chassis Power Control: Up/On" },
    { BMC_POWER_OFF, "power soft", "Chassis Power Control: Soft" },
    { BMC_POWER_FORCE_OFF, "power off", "Chassis Power Control: Down/Off" },
    { BMC_POWER_CYCLE, "power cycle", "Chassis Power Control: Cycle" },
    { BMC_POWER_RESET, "power reset", "Chassis Power Control: Reset" },
    { BMC_VERB_MAX, NULL, NULL }
};


static ngx_uint_t
ngx_http_bmc_sidecar_command(bmc_verb_t verb)
{
    ngx_uint_t  i;

    for (i = 0; ngx_http_bmc_commands_run[i].command != NULL; i++) {
        if (ngx_http_bmc_commands_run[i].verb == verb) {
            break;
        }
    }

    return i;
}


/* takes the reference; text is the pool's, NULL when memory is short */

static u_char *
ngx_http_bmc_sidecar_text(ngx_http_request_t *r, json_t *value, size_t *len)
{
    u_char  *p;

    p = NULL;
    *len = json_dumpb(value, NULL, 0, JSON_COMPACT);

    if (*len != 0) {
        p = ngx_pnalloc(r->pool, *len);
    }

    if (p != NULL) {
        *len = json_dumpb(value, (char *) p, *len, JSON_COMPACT);
    }

    json_decref(value);

    return p;
}


static ngx_int_t
ngx_http_bmc_sidecar_send(ngx_http_request_t *r, ngx_uint_t status,
    json_t *value)
{
    size_t   len;
    u_char  *p;

    p = ngx_http_bmc_sidecar_text(r, value, &len);

    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_bmc_json(r, status, (char *) p, len);
}


static ngx_int_t
ngx_http_bmc_sidecar_health(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    static const char  healthy[] =
        "{\"status\":\"healthy\",\"service\":\"ipmi-sidecar\"}";

    return ngx_http_bmc_json(r, NGX_HTTP_OK, healthy, sizeof(healthy) - 1);
}


static void
ngx_http_bmc_sidecar_request(ngx_http_bmc_ctx_t *ctx, bmc_request_t *req)
{
    ctx->host = ctx->conf->host;
    ngx_http_bmc_request(ctx, ctx->route->verb, req);

    req->timeout = TIMEOUT;
    req->max_age = MAX_AGE;
}


static ngx_int_t
ngx_http_bmc_sidecar_power(ngx_http_request_t *r, const bmc_view_t *view)
{
    char         raw[64];
    const char  *power;

    power = bmc_power_name((bmc_power_t) view->power);
    (void) snprintf(raw, sizeof(raw), "Chassis Power is %s", power);

    return ngx_http_bmc_sidecar_send(r, NGX_HTTP_OK,
                                     json_pack("{s:b, s:s, s:s}",
                                               "success", 1,
                                               "power_state", power,
                                               "raw_output", raw));
}


static ngx_int_t
ngx_http_bmc_sidecar_told(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const bmc_result_t *result)
{
    ngx_uint_t  i;

    if (result->rc != BMC_OK) {
        return ngx_http_bmc_error(r, ctx, result->rc, result->text,
                                  result->retry_after);
    }

    if (ctx->verb == BMC_POWER_STATUS) {
        return ngx_http_bmc_sidecar_power(r, result->view);
    }

    i = ngx_http_bmc_sidecar_command(ctx->verb);

    return ngx_http_bmc_sidecar_send(r, NGX_HTTP_OK,
                           json_pack("{s:b, s:s, s:s}",
                                     "success", 1, "output",
                                     ngx_http_bmc_commands_run[i].output,
                                     "command",
                                     ngx_http_bmc_commands_run[i].command));
}


static ngx_int_t
ngx_http_bmc_sidecar_status(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    bmc_view_t     view;
    bmc_request_t  req;

    ngx_http_bmc_sidecar_request(ctx, &req);

    if (bmc_peek(ngx_bmc_core(), &req, &view)) {
        return ngx_http_bmc_sidecar_power(r, &view);
    }

    return ngx_http_bmc_submit(r, ctx, &req, ngx_http_bmc_sidecar_told);
}


static ngx_int_t
ngx_http_bmc_sidecar_change(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    bmc_request_t  req;

    ngx_http_bmc_sidecar_request(ctx, &req);

    return ngx_http_bmc_submit(r, ctx, &req, ngx_http_bmc_sidecar_told);
}


static json_t *
ngx_http_bmc_sidecar_wrong(ngx_uint_t status, const char *text)
{
    if (status == NGX_HTTP_UNAUTHORIZED) {
        text = "Invalid or missing API key";

    } else if (status == NGX_HTTP_NOT_FOUND) {
        text = "Endpoint not found";

    } else if (text == NULL) {
        text = "Internal server error";
    }

    return json_pack("{s:b, s:s}", "success", 0, "error", text);
}


static const char  ngx_http_bmc_flask_405[] =
    "<!doctype html>\n<html lang=en>\n"
    "<title>405 Method Not Allowed</title>\n"
    "<h1>Method Not Allowed</h1>\n"
    "<p>The method is not allowed for the requested URL.</p>\n";


static ngx_int_t
ngx_http_bmc_sidecar_not_allowed(ngx_http_request_t *r)
{
    ngx_buf_t  *b;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = (u_char *) ngx_http_bmc_flask_405;
    b->last = b->pos + sizeof(ngx_http_bmc_flask_405) - 1;
    b->memory = 1;

    return ngx_http_bmc_reply(r, NGX_HTTP_NOT_ALLOWED,
                              "text/html; charset=utf-8", b);
}


/* what a BMC could not do was a 500 of the program's */

static ngx_int_t
ngx_http_bmc_sidecar_error(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    ngx_uint_t status, bmc_rc_t rc, const char *text, uint32_t retry_after)
{
    json_t      *body;
    ngx_uint_t   i;

    if (status == NGX_HTTP_NOT_ALLOWED) {
        return ngx_http_bmc_sidecar_not_allowed(r);
    }

    if (rc == BMC_TIMEOUT) {
        text = "Command timed out after 10 seconds";
    }

    if (status >= NGX_HTTP_INTERNAL_SERVER_ERROR || status == 409
        || status == 422)
    {
        status = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body = ngx_http_bmc_sidecar_wrong(status, text);
    i = ngx_http_bmc_sidecar_command(ctx->verb);

    if (status == NGX_HTTP_INTERNAL_SERVER_ERROR
        && ngx_http_bmc_commands_run[i].command != NULL)
    {
        (void) json_object_set_new(body, "command",
                        json_string(ngx_http_bmc_commands_run[i].command));
    }

    return ngx_http_bmc_sidecar_send(r, status, body);
}


static void
ngx_http_bmc_sidecar_page(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *body, ngx_str_t *type)
{
    ngx_str_set(type, "application/json");

    body->data = ngx_http_bmc_sidecar_text(r,
                     ngx_http_bmc_sidecar_wrong(status,
                         status < NGX_HTTP_INTERNAL_SERVER_ERROR
                         ? "Bad request" : NULL),
                     &body->len);

    if (body->data == NULL) {
        body->len = 0;
    }
}
