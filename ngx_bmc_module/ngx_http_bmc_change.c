
/*
 * Copyright (C) the bmcgate authors
 *
 * Changes: accepted and to be followed, or verified while the client waits.
 */


#include "ngx_http_bmc_api.h"


#define NGX_HTTP_BMC_NUMBER  32          /* bytes of one as text */
#define NGX_HTTP_BMC_VERIFY  3600000     /* ms, at most */
#define NGX_HTTP_BMC_ID      64


typedef struct {
    const char  *action;
    bmc_verb_t   verb;
} ngx_http_bmc_action_t;


static const ngx_http_bmc_action_t  ngx_http_bmc_power_actions[] = {
    { "on", BMC_POWER_ON },
    { "off", BMC_POWER_OFF },
    { "force-off", BMC_POWER_FORCE_OFF },
    { "cycle", BMC_POWER_CYCLE },
    { "reset", BMC_POWER_RESET },
    { "nmi", BMC_POWER_NMI },
    { NULL, BMC_VERB_MAX }
};


static const ngx_http_bmc_action_t  ngx_http_bmc_media_actions[] = {
    { "insert", BMC_MEDIA_INSERT },
    { "eject", BMC_MEDIA_EJECT },
    { NULL, BMC_VERB_MAX }
};


/* what a body calls otherwise than the verb's argument */

static const struct {
    bmc_verb_t   verb;
    const char  *key;
    const char  *arg;
} ngx_http_bmc_names[] = {
    { BMC_IDENTIFY_SET, "identify", "state" },
    { BMC_VERB_MAX, NULL, NULL }
};


/* "60s", "2m", 90, true; ms, 0: no, -1: neither */

static int64_t
ngx_http_bmc_verify(const json_t *value)
{
    int64_t     n;
    ngx_str_t   text;

    if (json_is_boolean(value)) {
        return json_is_true(value) ? 60000 : 0;
    }

    if (json_is_integer(value)) {
        n = (int64_t) json_integer_value(value);
        return (n >= 0 && n <= NGX_HTTP_BMC_VERIFY / 1000) ? n * 1000 : -1;
    }

    if (!json_is_string(value)) {
        return -1;
    }

    text.data = (u_char *) json_string_value(value);
    text.len = ngx_strlen(text.data);

    n = (int64_t) ngx_parse_time(&text, 0);

    return (n >= 0 && n <= NGX_HTTP_BMC_VERIFY) ? n : -1;
}


static const char *
ngx_http_bmc_arg_name(bmc_verb_t verb, const char *key)
{
    ngx_uint_t             i;
    const bmc_arg_info_t  *arg;

    for (i = 0; ngx_http_bmc_names[i].key != NULL; i++) {
        if (ngx_http_bmc_names[i].verb == verb
            && ngx_strcmp(ngx_http_bmc_names[i].key, key) == 0)
        {
            return ngx_http_bmc_names[i].arg;
        }
    }

    arg = bmc_verb_info(verb)->args;

    for ( /* void */ ; arg != NULL && arg->name != NULL; arg++) {
        if (ngx_strcmp(arg->name, key) == 0) {
            return arg->name;
        }
    }

    return NULL;
}


/* the text that the verb's table checks; NULL: this is no value for it */

static const char *
ngx_http_bmc_arg_value(ngx_http_request_t *r, const json_t *value)
{
    u_char  *p;

    switch (json_typeof(value)) {

    case JSON_STRING:
        return json_string_value(value);

    case JSON_TRUE:
        return "on";

    case JSON_FALSE:
        return "off";

    case JSON_INTEGER:
        p = ngx_pnalloc(r->pool, NGX_HTTP_BMC_NUMBER);
        if (p == NULL) {
            return NULL;
        }

        *ngx_snprintf(p, NGX_HTTP_BMC_NUMBER - 1, "%L",
                      (int64_t) json_integer_value(value)) = '\0';
        return (const char *) p;

    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_REAL:
    case JSON_NULL:
        break;
    }

    return NULL;
}


static const char *
ngx_http_bmc_wrong_arg(ngx_http_request_t *r, const char *text,
    const char *key)
{
    u_char  *p;

    p = ngx_pcalloc(r->pool, BMC_TEXT_MAX);
    if (p == NULL) {
        return "out of memory";
    }

    (void) ngx_snprintf(p, BMC_TEXT_MAX - 1, text, key);

    return (const char *) p;
}


static ngx_int_t
ngx_http_bmc_take(ngx_http_request_t *r, ngx_http_bmc_change_t *c,
    const char *key, const json_t *value)
{
    int64_t     ms;
    bmc_arg_t  *arg;

    if (ngx_strcmp(key, "verify") == 0) {
        ms = ngx_http_bmc_verify(value);

        if (ms == -1) {
            c->why = "\"verify\" is a time up to 1h, as in \"60s\", or true";
            return NGX_ERROR;
        }

        c->req.flags |= (ms != 0) ? BMC_VERIFY : 0;
        c->req.verify = (uint32_t) ms;
        return NGX_OK;
    }

    if (c->req.nargs == NGX_HTTP_BMC_ARGS) {
        c->why = "too many keys in the body";
        return NGX_ERROR;
    }

    if (c->req.nargs > 0 && ngx_strcmp(key, c->args[0].name) == 0) {
        c->why = ngx_http_bmc_wrong_arg(r, "the body has \"%s\", which stands "
                                        "in the address already", key);
        return NGX_ERROR;
    }

    arg = &c->args[c->req.nargs];
    arg->name = ngx_http_bmc_arg_name(c->req.verb, key);

    if (arg->name == NULL) {
        c->why = ngx_http_bmc_wrong_arg(r, "the body has \"%s\", which "
                                        "nobody knows here", key);
        return NGX_ERROR;
    }

    arg->value = ngx_http_bmc_arg_value(r, value);

    if (arg->value == NULL) {
        c->why = ngx_http_bmc_wrong_arg(r, "\"%s\" is a string, an integer, "
                                        "true, or false", key);
        return NGX_ERROR;
    }

    c->req.nargs++;

    return NGX_OK;
}


ngx_int_t
ngx_http_bmc_change_init(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    bmc_verb_t verb, const char *skip, ngx_http_bmc_change_t *c)
{
    json_t      *value;
    const char  *key;

    ngx_http_bmc_request(ctx, verb, &c->req);
    c->req.args = c->args;

    if (ctx->nparts > 1) {
        c->args[0].name = "name";
        c->args[0].value = (const char *) ctx->part[1].data;
        c->req.nargs = 1;
    }

    json_object_foreach(ctx->body, key, value) {

        if (skip != NULL && ngx_strcmp(key, skip) == 0) {
            continue;
        }

        if (ngx_http_bmc_take(r, c, key, value) != NGX_OK) {
            return ngx_http_bmc_error(r, ctx, BMC_USAGE, c->why, 0);
        }
    }

    return NGX_HTTP_BMC_GO_ON;
}


/* "/api/operations/123" */

ngx_int_t
ngx_http_bmc_location(ngx_http_request_t *r, const char *what, uint64_t id)
{
    u_char                    *p;
    ngx_str_t                  value;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    value.data = ngx_pnalloc(r->pool, clcf->name.len + NGX_HTTP_BMC_ID);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(value.data, clcf->name.data, clcf->name.len);

    if (p == value.data || p[-1] != '/') {
        *p++ = '/';
    }

    p = ngx_sprintf(p, "%s/%uL", what, id);
    value.len = p - value.data;

    return ngx_http_bmc_add_header(r, "Location", &value);
}


/*
 * 200 when it has been verified, or is nothing that a BMC is told; 202 while
 * only the BMC's word is there.
 */

static ngx_int_t
ngx_http_bmc_told_change(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const bmc_result_t *result)
{
    if (result->op != 0
        && ngx_http_bmc_location(r, "operations", result->op) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->status = (result->verified || result->op == 0) ? NGX_HTTP_OK
                                                        : NGX_HTTP_ACCEPTED;

    return ngx_http_bmc_result(r, ctx, result);
}


ngx_int_t
ngx_http_bmc_change(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_int_t              rc;
    ngx_http_bmc_change_t  c;

    ctx->host = ctx->part[0];
    rc = ngx_http_bmc_change_init(r, ctx, ctx->route->verb, NULL, &c);

    return (rc == NGX_HTTP_BMC_GO_ON)
           ? ngx_http_bmc_submit(r, ctx, &c.req, ngx_http_bmc_told_change)
           : rc;
}


static bmc_verb_t
ngx_http_bmc_find_action(ngx_http_bmc_ctx_t *ctx,
    const ngx_http_bmc_action_t *a)
{
    const char  *action;

    action = json_string_value(json_object_get(ctx->body, "action"));

    for ( /* void */ ; a->action != NULL; a++) {
        if (action != NULL && ngx_strcmp(action, a->action) == 0) {
            break;
        }
    }

    return a->verb;
}


bmc_verb_t
ngx_http_bmc_action(ngx_http_bmc_ctx_t *ctx)
{
    return ngx_http_bmc_find_action(ctx, ngx_http_bmc_power_actions);
}


static ngx_int_t
ngx_http_bmc_post_action(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    bmc_verb_t verb, const char *wrong)
{
    ngx_int_t              rc;
    ngx_http_bmc_change_t  c;

    ctx->host = ctx->part[0];

    if (verb == BMC_VERB_MAX) {
        return ngx_http_bmc_error(r, ctx, BMC_USAGE, wrong, 0);
    }

    rc = ngx_http_bmc_change_init(r, ctx, verb, "action", &c);

    return (rc == NGX_HTTP_BMC_GO_ON)
           ? ngx_http_bmc_submit(r, ctx, &c.req, ngx_http_bmc_told_change)
           : rc;
}


ngx_int_t
ngx_http_bmc_post_power(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    return ngx_http_bmc_post_action(r, ctx, ngx_http_bmc_action(ctx),
                                    NGX_HTTP_BMC_ACTION_WRONG);
}


ngx_int_t
ngx_http_bmc_post_media(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    bmc_verb_t  verb;

    verb = ngx_http_bmc_find_action(ctx, ngx_http_bmc_media_actions);

    return ngx_http_bmc_post_action(r, ctx, verb,
                                    "\"action\" is insert or eject");
}
