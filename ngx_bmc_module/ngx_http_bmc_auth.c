
/*
 * Copyright (C) the bmcgate authors
 *
 * Who asks: "bmc_auth key session user trust $variable".
 */


#include "ngx_http_bmc.h"


#define NGX_HTTP_BMC_REALM  "bmcgate"


typedef struct {
    ngx_str_t       token;           /* X-API-Key, X-Auth-Token, Bearer */
    ngx_str_t       basic;           /* still encoded */
} ngx_http_bmc_sent_t;


static ngx_int_t ngx_http_bmc_auth_one(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx, ngx_http_bmc_auth_t *auth,
    ngx_http_bmc_sent_t *sent);
static ngx_int_t ngx_http_bmc_trust(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx, ngx_http_bmc_auth_t *auth);
static ngx_int_t ngx_http_bmc_basic(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx, ngx_str_t *encoded);
static ngx_int_t ngx_http_bmc_denied(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx, ngx_uint_t failed);
static ngx_int_t ngx_http_bmc_unauthorized(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
static void ngx_http_bmc_delayed(ngx_event_t *ev);
static void ngx_http_bmc_proven(void *data, bmc_rc_t rc,
    const bmc_who_t *who, uint32_t retry_after, const char *text);


static const struct {
    const char  *name;
    ngx_uint_t   kind;
} ngx_http_bmc_auth_kinds[] = {
    { "key", NGX_HTTP_BMC_KEY },
    { "session", NGX_HTTP_BMC_SESSION },
    { "user", NGX_HTTP_BMC_USER },
    { NULL, 0 }
};


static char *
ngx_http_bmc_set_trust(ngx_conf_t *cf, ngx_http_bmc_auth_t *auth,
    ngx_str_t *value)
{
    ngx_http_compile_complex_value_t  ccv;

    if (value->len < 2 || value->data[0] != '$') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"bmc_auth trust\" needs a "
                           "variable, as in \"trust $remote_user\"");
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));
    ccv.cf = cf;
    ccv.value = value;
    ccv.complex_value = &auth->trust;

    return ngx_http_compile_complex_value(&ccv) == NGX_OK ? NGX_CONF_OK
                                                          : NGX_CONF_ERROR;
}


static ngx_uint_t
ngx_http_bmc_auth_kind(ngx_str_t *value)
{
    ngx_uint_t  i;

    for (i = 0; ngx_http_bmc_auth_kinds[i].kind != 0; i++) {
        if (ngx_strcmp(value->data, ngx_http_bmc_auth_kinds[i].name) == 0) {
            break;
        }
    }

    return ngx_http_bmc_auth_kinds[i].kind;
}


static char *
ngx_http_bmc_set_kinds(ngx_conf_t *cf, ngx_array_t *list)
{
    ngx_str_t            *value;
    ngx_uint_t            i;
    ngx_http_bmc_auth_t  *auth;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        auth = ngx_array_push(list);
        if (auth == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_memzero(auth, sizeof(ngx_http_bmc_auth_t));

        if (ngx_strcmp(value[i].data, "trust") == 0) {

            if (++i == cf->args->nelts) {
                return "has \"trust\" without a variable";
            }

            if (ngx_http_bmc_set_trust(cf, auth, &value[i]) != NGX_CONF_OK) {
                return NGX_CONF_ERROR;
            }

            continue;
        }

        auth->kind = ngx_http_bmc_auth_kind(&value[i]);

        if (auth->kind == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "unknown \"%V\" in "
                               "\"bmc_auth\", expected \"key\", \"session\", "
                               "\"user\", \"trust $variable\", or \"off\"",
                               &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_bmc_set_auth(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                *value;
    ngx_http_bmc_loc_conf_t  *blcf;

    blcf = conf;
    value = cf->args->elts;

    if (blcf->auth != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        blcf->auth = NULL;
        return NGX_CONF_OK;
    }

    blcf->auth = ngx_array_create(cf->pool, 2, sizeof(ngx_http_bmc_auth_t));
    if (blcf->auth == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_bmc_set_kinds(cf, blcf->auth);
}


static void
ngx_http_bmc_bearer(ngx_str_t *authorization, ngx_http_bmc_sent_t *sent)
{
    u_char  *p;
    size_t   len;

    p = authorization->data;
    len = authorization->len;

    if (len > 7 && ngx_strncasecmp(p, (u_char *) "Bearer ", 7) == 0) {
        sent->token.data = p + 7;
        sent->token.len = len - 7;

    } else if (len > 6 && ngx_strncasecmp(p, (u_char *) "Basic ", 6) == 0) {
        sent->basic.data = p + 6;
        sent->basic.len = len - 6;
    }
}


static void
ngx_http_bmc_look(ngx_http_request_t *r, ngx_http_bmc_sent_t *sent)
{
    ngx_str_t  *value;

    ngx_memzero(sent, sizeof(ngx_http_bmc_sent_t));

    if (r->headers_in.authorization != NULL) {
        ngx_http_bmc_bearer(&r->headers_in.authorization->value, sent);
    }

    value = ngx_http_bmc_header(r, "X-API-Key");

    if (value == NULL) {
        value = ngx_http_bmc_header(r, "X-Auth-Token");
    }

    if (value != NULL) {
        sent->token = *value;
    }
}


ngx_uint_t
ngx_http_bmc_private(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    struct sockaddr      *sa;
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    if (ctx->conf->insecure) {
        return 1;
    }

#if (NGX_HTTP_SSL)
    if (r->connection->ssl) {
        return 1;
    }
#endif

    sa = r->connection->sockaddr;

    switch (sa->sa_family) {

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) sa;

        if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)) {
            return sin6->sin6_addr.s6_addr[12] == 127;
        }

        return IN6_IS_ADDR_LOOPBACK(&sin6->sin6_addr);
#endif

    case AF_INET:
        sin = (struct sockaddr_in *) sa;
        return (ntohl(sin->sin_addr.s_addr) >> 24) == 127;

    case AF_UNIX:
        return 1;
    }

    return 0;
}


/*
 * A browser sends a password it has kept for us with whatever another site's
 * page asks of us, and says that it was another's page.
 */

static ngx_uint_t
ngx_http_bmc_foreign(ngx_http_request_t *r, ngx_http_bmc_sent_t *sent)
{
    ngx_str_t  *site;

    if ((r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD)) || sent->token.len != 0) {
        return 0;
    }

    site = ngx_http_bmc_header(r, "Sec-Fetch-Site");

    return site != NULL
           && !(site->len == 11
                && ngx_strncmp(site->data, "same-origin", 11) == 0)
           && !(site->len == 4 && ngx_strncmp(site->data, "none", 4) == 0);
}


ngx_int_t
ngx_http_bmc_auth(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_int_t             rc;
    ngx_uint_t            i, failed;
    ngx_http_bmc_auth_t  *auth;
    ngx_http_bmc_sent_t   sent;

    if (ctx->conf->auth == NULL) {
        return ngx_http_bmc_fail(r, ctx, NGX_HTTP_FORBIDDEN, BMC_DENIED,
                                 "no \"bmc_auth\" here: nobody may ask", 0);
    }

    ngx_http_bmc_look(r, &sent);

    if ((sent.token.len != 0 || sent.basic.len != 0)
        && !ngx_http_bmc_private(r, ctx))
    {
        return ngx_http_bmc_fail(r, ctx, NGX_HTTP_FORBIDDEN, BMC_DENIED,
                                 "secrets only over TLS: this one has been "
                                 "seen on the way and should be changed", 0);
    }

    if (ngx_http_bmc_foreign(r, &sent)) {
        return ngx_http_bmc_fail(r, ctx, NGX_HTTP_FORBIDDEN, BMC_DENIED,
                                 "another site's page may change nothing",
                                 0);
    }

    failed = 0;
    auth = ctx->conf->auth->elts;

    for (i = 0; i < ctx->conf->auth->nelts; i++) {

        rc = ngx_http_bmc_auth_one(r, ctx, &auth[i], &sent);

        if (rc != NGX_DECLINED && rc != NGX_ABORT) {
            return rc;
        }

        failed |= (rc == NGX_ABORT);
    }

    return ngx_http_bmc_denied(r, ctx, failed);
}


/* NGX_DECLINED: nothing was sent for it; NGX_ABORT: what was sent is wrong */

static ngx_int_t
ngx_http_bmc_auth_one(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    ngx_http_bmc_auth_t *auth, ngx_http_bmc_sent_t *sent)
{
    bmc_t       *b;
    const char  *token;

    b = ngx_bmc_core();
    token = (const char *) sent->token.data;

    switch (auth->kind) {

    case NGX_HTTP_BMC_KEY:

        if (sent->token.len == 0) {
            return NGX_DECLINED;
        }

        return bmc_who_key(b, token, sent->token.len, &ctx->who)
               ? NGX_HTTP_BMC_GO_ON : NGX_ABORT;

    case NGX_HTTP_BMC_SESSION:

        if (sent->token.len == 0) {
            return NGX_DECLINED;
        }

        return bmc_who_token(b, token, sent->token.len, &ctx->who)
               ? NGX_HTTP_BMC_GO_ON : NGX_ABORT;

    case NGX_HTTP_BMC_USER:
        return (sent->basic.len == 0)
               ? NGX_DECLINED : ngx_http_bmc_basic(r, ctx, &sent->basic);
    }

    return ngx_http_bmc_trust(r, ctx, auth);
}


static ngx_int_t
ngx_http_bmc_trust(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    ngx_http_bmc_auth_t *auth)
{
    ngx_str_t  name;

    if (ngx_http_complex_value(r, &auth->trust, &name) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (name.len == 0) {
        return NGX_DECLINED;
    }

    return bmc_who_trusted(ngx_bmc_core(), (const char *) name.data,
                           name.len, &ctx->who)
           ? NGX_HTTP_BMC_GO_ON : NGX_ABORT;
}


static ngx_int_t
ngx_http_bmc_basic(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    ngx_str_t *encoded)
{
    u_char     *colon;
    ngx_int_t   rc;
    ngx_str_t   plain;

    plain.data = ngx_pcalloc(r->pool,
                             ngx_base64_decoded_length(encoded->len) + 1);
    if (plain.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_decode_base64(&plain, encoded) != NGX_OK) {
        return NGX_ABORT;
    }

    colon = ngx_strlchr(plain.data, plain.data + plain.len, ':');

    if (colon == NULL || ngx_strlen(plain.data) != plain.len) {
        ngx_explicit_memzero(plain.data, plain.len);
        return NGX_ABORT;
    }

    *colon = '\0';

    rc = ngx_http_bmc_login(r, ctx, (char *) plain.data, (char *) colon + 1,
                            ngx_http_bmc_known);

    ngx_explicit_memzero(plain.data, plain.len);

    return rc;
}


/* who sent something wrong waits, who sent nothing is told what to send */

static ngx_int_t
ngx_http_bmc_denied(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    ngx_uint_t failed)
{
    uint32_t  ms;

    if (!failed) {
        return ngx_http_bmc_unauthorized(r, ctx);
    }

    ms = bmc_who_failed(ngx_bmc_core(), ctx->from, ctx->conf->door->name);

    if (ms == 0) {
        return ngx_http_bmc_unauthorized(r, ctx);
    }

    ctx->delay.handler = ngx_http_bmc_delayed;
    ctx->delay.data = r;
    ctx->delay.log = r->connection->log;

    ngx_add_timer(&ctx->delay, ms);

    return ngx_http_bmc_wait(r);
}


static void
ngx_http_bmc_delayed(ngx_event_t *ev)
{
    ngx_http_request_t  *r;

    r = ev->data;

    ngx_http_bmc_go_on(r, ngx_http_bmc_unauthorized(r,
                          ngx_http_get_module_ctx(r, ngx_http_bmc_module)));
}


static ngx_int_t
ngx_http_bmc_unauthorized(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    ngx_str_t             value;
    ngx_uint_t            i;
    ngx_http_bmc_auth_t  *auth;

    ngx_str_set(&value, "Bearer realm=\"" NGX_HTTP_BMC_REALM "\"");
    auth = ctx->conf->auth->elts;

    for (i = 0; i < ctx->conf->auth->nelts; i++) {
        if (auth[i].kind == NGX_HTTP_BMC_USER) {
            ngx_str_set(&value, "Basic realm=\"" NGX_HTTP_BMC_REALM
                        "\", charset=\"UTF-8\"");
        }
    }

    if (ngx_http_bmc_add_header(r, "WWW-Authenticate", &value) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_bmc_fail(r, ctx, NGX_HTTP_UNAUTHORIZED, BMC_DENIED,
                             "credentials are missing or wrong", 0);
}


ngx_int_t
ngx_http_bmc_login(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const char *name, const char *password, ngx_http_bmc_handler_pt proven)
{
    char               why[BMC_TEXT_MAX];
    bmc_rc_t           rc;
    bmc_credentials_t  c;

    c.name = name;
    c.password = password;
    c.from = ctx->from;
    c.door = ctx->conf->door->name;

    ctx->proven = proven;

    rc = bmc_login(ngx_bmc_core(), &c, ngx_http_bmc_proven, ctx, &ctx->login,
                   why);

    if (rc != BMC_OK) {
        return ngx_http_bmc_error(r, ctx, rc, why, 0);
    }

    return ngx_http_bmc_wait(r);
}


static void
ngx_http_bmc_proven(void *data, bmc_rc_t rc, const bmc_who_t *who,
    uint32_t retry_after, const char *text)
{
    ngx_int_t            status;
    ngx_http_request_t  *r;
    ngx_http_bmc_ctx_t  *ctx;

    ctx = data;
    r = ctx->request;
    ctx->login = NULL;

    if (rc == BMC_OK) {
        ctx->who = *who;
        status = ctx->proven(r, ctx);

    } else if (rc == BMC_DENIED) {
        status = ngx_http_bmc_unauthorized(r, ctx);

    } else {
        status = ngx_http_bmc_error(r, ctx, rc, text, retry_after);
    }

    ngx_http_bmc_go_on(r, status);
}
