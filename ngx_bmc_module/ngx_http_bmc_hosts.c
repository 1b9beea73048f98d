
/*
 * Copyright (C) the bmcgate authors
 *
 * The list of hosts: filtered, in pages if so asked, sent as it is made.
 */


#include "ngx_http_bmc_api.h"


#define NGX_HTTP_BMC_ANY       -1
#define NGX_HTTP_BMC_LIST_END  128       /* bytes for ],"next":"NAME"} */


typedef struct {
    bmc_t                 *core;
    bmc_actor_t           *actor;
    const char            *group;    /* NULL: of any */
    ngx_int_t              power;    /* bmc_power_t, or NGX_HTTP_BMC_ANY */
    ngx_int_t              reach;    /* 1, 0, or NGX_HTTP_BMC_ANY */
    size_t                 at;       /* the next host's place */
    size_t                 left;     /* of the page */
    u_char                 last[BMC_NAME_MAX];   /* shown; "": none was */
    unsigned               begun:1;
    unsigned               ended:1;
} ngx_http_bmc_list_t;


static ngx_int_t
ngx_http_bmc_list_power(ngx_http_request_t *r, ngx_http_bmc_list_t *list)
{
    ngx_str_t    value;
    bmc_power_t  p;

    list->power = NGX_HTTP_BMC_ANY;

    if (!ngx_http_bmc_arg(r, "power", &value)) {
        return NGX_OK;
    }

    for (p = BMC_POWER_IS_UNKNOWN; p <= BMC_POWER_IS_OFF; p++) {
        if (ngx_strcmp(value.data, bmc_power_name(p)) == 0) {
            list->power = p;
            return NGX_OK;
        }
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_bmc_list_after(ngx_http_request_t *r, ngx_http_bmc_list_t *list)
{
    ngx_int_t              n;
    ngx_str_t              value;
    const bmc_hostconf_t  *h;

    list->left = bmc_host_count(bmc_base(list->core));

    if (ngx_http_bmc_arg(r, "limit", &value)) {
        n = ngx_atoi(value.data, value.len);

        if (n == NGX_ERROR || n == 0) {
            return NGX_ERROR;
        }

        list->left = n;
    }

    if (!ngx_http_bmc_arg(r, "after", &value)) {
        return NGX_OK;
    }

    h = bmc_host(bmc_base(list->core), (char *) value.data);

    if (h == NULL) {
        return NGX_ERROR;
    }

    list->at = bmc_host_index(h) + 1;

    return NGX_OK;
}


/* what is wrong with the query, or NULL */

static const char *
ngx_http_bmc_list_query(ngx_http_request_t *r, ngx_http_bmc_list_t *list)
{
    size_t     n;
    ngx_str_t  value;

    if (ngx_http_bmc_list_power(r, list) != NGX_OK) {
        return "\"power\" is on, off, or unknown";
    }

    if (ngx_http_bmc_list_after(r, list) != NGX_OK) {
        return "\"after\" is a host's name, \"limit\" a number from 1 on";
    }

    list->reach = NGX_HTTP_BMC_ANY;

    if (ngx_http_bmc_arg(r, "reachable", &value)) {
        list->reach = ngx_http_bmc_arg_flag(r, "reachable");

        if (list->reach == NGX_ERROR) {
            return "\"reachable\" is true or false";
        }
    }

    if (ngx_http_bmc_arg(r, "group", &value)) {
        list->group = (const char *) value.data;

        if (bmc_group(bmc_base(list->core), list->group, &n) == NULL) {
            return "there is no such group";
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_http_bmc_list_holds(ngx_http_bmc_list_t *list, const bmc_hostconf_t *h)
{
    size_t       i;
    bmc_view_t   view;
    const char  *group;

    if (!bmc_may(list->core, list->actor, h, BMC_POWER_STATUS, NULL)) {
        return 0;
    }

    if (list->group != NULL) {

        for (i = 0; (group = bmc_host_group(h, i)) != NULL; i++) {
            if (ngx_strcmp(group, list->group) == 0) {
                break;
            }
        }

        if (group == NULL) {
            return 0;
        }
    }

    if (list->power == NGX_HTTP_BMC_ANY && list->reach == NGX_HTTP_BMC_ANY) {
        return 1;
    }

    (void) bmc_view(list->core, h, &view);

    return (list->power == NGX_HTTP_BMC_ANY || list->power == view.power)
           && (list->reach == NGX_HTTP_BMC_ANY
               || list->reach == (view.reach == BMC_REACH_YES
                                  || view.reach == BMC_REACH_REFUSED));
}


static size_t
ngx_http_bmc_list_end(ngx_http_bmc_list_t *list, char *out, size_t size)
{
    u_char  *p;

    list->ended = 1;
    p = (u_char *) out;

    if (bmc_host_at(bmc_base(list->core), list->at) == NULL
        || list->last[0] == '\0')
    {
        p = ngx_snprintf(p, size, "],\"next\":null}");

    } else {
        p = ngx_snprintf(p, size, "],\"next\":\"%s\"}", list->last);
    }

    return p - (u_char *) out;
}


static ssize_t
ngx_http_bmc_list_more(ngx_http_request_t *r, void *data, char *out,
    size_t size)
{
    char                  *p, *last;
    size_t                 n;
    const char            *name;
    const bmc_base_t      *base;
    bmc_show_clock_t       clock;
    ngx_http_bmc_list_t   *list;
    const bmc_hostconf_t  *h;

    list = data;
    base = bmc_base(list->core);
    h = NULL;
    name = NULL;
    p = out;
    last = out + size - NGX_HTTP_BMC_LIST_END;

    if (list->ended) {
        return 0;
    }

    if (!list->begun) {
        list->begun = 1;
        p = (char *) ngx_cpymem(p, "{\"hosts\":[", 10);
    }

    bmc_show_clock(&clock);

    while (list->left > 0 && (h = bmc_host_at(base, list->at)) != NULL) {

        if (!ngx_http_bmc_list_holds(list, h)) {
            list->at++;
            continue;
        }

        n = (name != NULL || list->last[0] != '\0');

        if (last - p < 2) {
            break;
        }

        *p = ',';
        n += bmc_show_host_at(list->core, h, &clock, p + n, last - p - n);

        if (n > (size_t) (last - p)) {
            break;
        }

        p += n;
        name = bmc_host_name(h);
        list->left--;
        list->at++;
    }

    if (name != NULL) {
        (void) ngx_cpystrn(list->last, (u_char *) name, BMC_NAME_MAX);
    }

    if (list->left > 0 && h != NULL) {
        return p - out;
    }

    return (p - out) + ngx_http_bmc_list_end(list, p, out + size - p);
}


ngx_int_t
ngx_http_bmc_get_hosts(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    const char           *wrong;
    bmc_request_t         req;
    ngx_http_bmc_list_t  *list;

    list = ngx_pcalloc(r->pool, sizeof(ngx_http_bmc_list_t));
    if (list == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_bmc_request(ctx, BMC_POWER_STATUS, &req);

    list->core = ngx_bmc_core();
    list->actor = &ctx->actor;

    wrong = ngx_http_bmc_list_query(r, list);

    if (wrong != NULL) {
        return ngx_http_bmc_error(r, ctx, BMC_USAGE, wrong, 0);
    }

    return ngx_http_bmc_flow(r, ctx, "application/json",
                             ngx_http_bmc_list_more, list);
}
