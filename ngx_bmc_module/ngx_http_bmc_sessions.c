
/*
 * Copyright (C) the bmcgate authors
 *
 * Logging in once, and then with a token.
 */


#include "ngx_http_bmc_api.h"


#define NGX_HTTP_BMC_SESSIONS      16        /* a guess */
#define NGX_HTTP_BMC_SESSION_SIZE  384


typedef struct {
    bmc_t       *core;
    bmc_who_t   *who;
    char        *out;
    size_t       size;
    size_t       len;
    ngx_uint_t   all;                /* others', too */
    ngx_uint_t   shown;
} ngx_http_bmc_sessions_t;


static ngx_int_t ngx_http_bmc_session_made(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);


static ngx_uint_t
ngx_http_bmc_has_sessions(ngx_http_bmc_ctx_t *ctx)
{
    ngx_uint_t            i;
    ngx_http_bmc_auth_t  *auth;

    if (ctx->conf->auth == NULL) {
        return 0;
    }

    auth = ctx->conf->auth->elts;

    for (i = 0; i < ctx->conf->auth->nelts; i++) {
        if (auth[i].kind == NGX_HTTP_BMC_SESSION) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_bmc_post_session(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    const char  *user, *password;

    if (!ngx_http_bmc_has_sessions(ctx)) {
        return ngx_http_bmc_error(r, ctx, BMC_DENIED, "\"bmc_auth\" has no "
                                  "\"session\" here", 0);
    }

    if (!ngx_http_bmc_private(r, ctx)) {
        return ngx_http_bmc_error(r, ctx, BMC_DENIED, "passwords only over "
                                  "TLS: this one has been seen on the way "
                                  "and should be changed", 0);
    }

    user = json_string_value(json_object_get(ctx->body, "user"));
    password = json_string_value(json_object_get(ctx->body, "password"));

    if (user == NULL || password == NULL || json_object_size(ctx->body) != 2)
    {
        return ngx_http_bmc_error(r, ctx, BMC_USAGE, "a session needs "
                                  "\"user\" and \"password\", nothing else",
                                  0);
    }

    return ngx_http_bmc_login(r, ctx, user, password,
                              ngx_http_bmc_session_made);
}


static size_t
ngx_http_bmc_show_session(void *data, char *out, size_t size)
{
    return bmc_show_session(data, out, size);
}


static ngx_int_t
ngx_http_bmc_session_made(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    char                 why[BMC_TEXT_MAX];
    bmc_t               *b;
    bmc_rc_t             rc;
    uint64_t             id;
    ngx_str_t            token;
    bmc_session_info_t   info;

    b = ngx_bmc_core();

    token.data = ngx_pcalloc(r->pool, BMC_TOKEN_MAX);
    if (token.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = bmc_session_open(b, &ctx->who, ctx->from, ctx->conf->door->name,
                          (char *) token.data, &id, why);

    if (rc != BMC_OK) {
        return ngx_http_bmc_error(r, ctx, rc, why, 0);
    }

    token.len = ngx_strlen(token.data);

    if (!bmc_session_info(b, id, &info)
        || ngx_http_bmc_add_header(r, "X-Auth-Token", &token) != NGX_OK
        || ngx_http_bmc_location(r, "sessions", id) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_bmc_show(r, NGX_HTTP_CREATED, ngx_http_bmc_show_session,
                             &info, NGX_HTTP_BMC_SESSION_SIZE);
}


/* one's own; all of them for who may decide about users */

static ngx_uint_t
ngx_http_bmc_sees_all(ngx_http_bmc_ctx_t *ctx)
{
    bmc_request_t  req;

    ngx_http_bmc_request(ctx, BMC_VERB_MAX, &req);

    return bmc_may(ngx_bmc_core(), req.actor, NULL, BMC_USERS_SET, NULL);
}


static ngx_uint_t
ngx_http_bmc_is_own(const bmc_who_t *who, const bmc_session_info_t *s)
{
    return s->kind == who->kind && ngx_strcmp(s->name, who->name) == 0;
}


static bool
ngx_http_bmc_sessions_each(void *data, const bmc_session_info_t *s)
{
    size_t                    left;
    ngx_http_bmc_sessions_t  *list;

    list = data;

    if (!list->all && !ngx_http_bmc_is_own(list->who, s)) {
        return true;
    }

    if (list->shown++ > 0) {
        if (list->len < list->size) {
            list->out[list->len] = ',';
        }

        list->len++;
    }

    left = (list->len < list->size) ? list->size - list->len : 0;
    list->len += bmc_show_session(s, list->out + list->size - left, left);

    return true;
}


static size_t
ngx_http_bmc_show_sessions(void *data, char *out, size_t size)
{
    ngx_http_bmc_sessions_t  *list;

    static const char  head[] = "{\"sessions\":[";

    list = data;
    list->out = out;
    list->size = size;
    list->len = sizeof(head) - 1;
    list->shown = 0;

    ngx_memcpy(out, head, list->len);
    bmc_session_list(list->core, ngx_http_bmc_sessions_each, list);

    if (list->len + 2 <= size) {
        ngx_memcpy(out + list->len, "]}", 2);
    }

    return list->len + 2;
}


ngx_int_t
ngx_http_bmc_get_sessions(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_http_bmc_sessions_t  list;

    ngx_memzero(&list, sizeof(ngx_http_bmc_sessions_t));

    list.core = ngx_bmc_core();
    list.who = &ctx->who;
    list.all = ngx_http_bmc_sees_all(ctx);

    return ngx_http_bmc_show(r, NGX_HTTP_OK, ngx_http_bmc_show_sessions,
                             &list, NGX_HTTP_BMC_SESSIONS
                                    * NGX_HTTP_BMC_SESSION_SIZE);
}


/* those of others do not exist for who may not see them */

static ngx_int_t
ngx_http_bmc_session_of(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    bmc_session_info_t *info)
{
    uint64_t  id;

    id = ngx_http_bmc_id(ctx->part[0].data);

    if (id != 0 && bmc_session_info(ngx_bmc_core(), id, info)
        && (ngx_http_bmc_is_own(&ctx->who, info)
            || ngx_http_bmc_sees_all(ctx)))
    {
        return NGX_HTTP_BMC_GO_ON;
    }

    return ngx_http_bmc_fail(r, ctx, NGX_HTTP_NOT_FOUND, BMC_NO_VERB,
                             "no such session", 0);
}


ngx_int_t
ngx_http_bmc_get_session(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_int_t            rc;
    bmc_session_info_t   info;

    rc = ngx_http_bmc_session_of(r, ctx, &info);

    return (rc == NGX_HTTP_BMC_GO_ON)
           ? ngx_http_bmc_show(r, NGX_HTTP_OK, ngx_http_bmc_show_session,
                               &info, NGX_HTTP_BMC_SESSION_SIZE)
           : rc;
}


ngx_int_t
ngx_http_bmc_delete_session(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_int_t            rc;
    bmc_session_info_t   info;

    rc = ngx_http_bmc_session_of(r, ctx, &info);

    if (rc != NGX_HTTP_BMC_GO_ON) {
        return rc;
    }

    /* whoever was quicker has done the same */

    (void) bmc_session_close(ngx_bmc_core(), info.id, ctx->who.name);

    return ngx_http_bmc_empty(r, NGX_HTTP_NO_CONTENT);
}
