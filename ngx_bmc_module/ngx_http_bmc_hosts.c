
/*
 * Copyright (C) the bmcgate authors
 *
 * The list of hosts: filtered, in pages if so asked, sent as it is made.
 */


#include "ngx_http_bmc_api.h"


#define NGX_HTTP_BMC_LIST_END  128       /* bytes for ],"next":"NAME"} */


typedef struct {
    bmc_rows_t             rows;
    unsigned               begun:1;
    unsigned               ended:1;
} ngx_http_bmc_list_t;


static ngx_int_t
ngx_http_bmc_list_power(ngx_http_request_t *r, bmc_rows_t *rows)
{
    ngx_str_t    value;
    bmc_power_t  p;

    rows->of_power = ngx_http_bmc_arg(r, "power", &value);

    if (!rows->of_power) {
        return NGX_OK;
    }

    for (p = BMC_POWER_IS_UNKNOWN; p <= BMC_POWER_IS_OFF; p++) {
        if (ngx_strcmp(value.data, bmc_power_name(p)) == 0) {
            rows->power = p;
            return NGX_OK;
        }
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_bmc_list_reach(ngx_http_request_t *r, bmc_rows_t *rows)
{
    ngx_int_t  reach;
    ngx_str_t  value;

    rows->of_reach = ngx_http_bmc_arg(r, "reachable", &value);

    if (!rows->of_reach) {
        return NGX_OK;
    }

    reach = ngx_http_bmc_arg_flag(r, "reachable");
    rows->reach = (reach == 1);

    return reach == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_bmc_list_page(ngx_http_request_t *r, const bmc_base_t *base,
    bmc_rows_t *rows)
{
    ngx_int_t              n;
    ngx_str_t              value;
    const bmc_hostconf_t  *h;

    rows->left = bmc_host_count(base);

    if (ngx_http_bmc_arg(r, "limit", &value)) {
        n = ngx_atoi(value.data, value.len);

        if (n == NGX_ERROR || n == 0) {
            return NGX_ERROR;
        }

        rows->left = n;
    }

    if (!ngx_http_bmc_arg(r, "after", &value)) {
        return NGX_OK;
    }

    h = bmc_host(base, (char *) value.data);

    if (h == NULL) {
        return NGX_ERROR;
    }

    rows->at = bmc_host_index(h) + 1;

    return NGX_OK;
}


/* what is wrong with the query, or NULL */

static const char *
ngx_http_bmc_list_query(ngx_http_request_t *r, bmc_rows_t *rows)
{
    size_t             n;
    ngx_str_t          value;
    const bmc_base_t  *base;

    base = bmc_base(ngx_bmc_core());

    if (ngx_http_bmc_list_power(r, rows) != NGX_OK) {
        return "\"power\" is on, off, or unknown";
    }

    if (ngx_http_bmc_list_page(r, base, rows) != NGX_OK) {
        return "\"after\" is a host's name, \"limit\" a number from 1 on";
    }

    if (ngx_http_bmc_list_reach(r, rows) != NGX_OK) {
        return "\"reachable\" is true or false";
    }

    if (ngx_http_bmc_arg(r, "group", &value)) {
        rows->group = (const char *) value.data;

        if (bmc_group(base, rows->group, &n) == NULL) {
            return "there is no such group";
        }
    }

    return NULL;
}


static u_char *
ngx_http_bmc_list_end(ngx_http_bmc_list_t *list, u_char *p)
{
    list->ended = 1;

    if (!list->rows.more || list->rows.last == NULL) {
        return ngx_cpymem(p, "],\"next\":null}", 14);
    }

    return ngx_sprintf(p, "],\"next\":\"%s\"}",
                       bmc_host_name(list->rows.last));
}


static ssize_t
ngx_http_bmc_list_more(ngx_http_request_t *r, void *data, char *out,
    size_t size)
{
    u_char               *p, *end;
    ngx_http_bmc_list_t  *list;

    list = data;
    p = (u_char *) out;
    end = p + size - NGX_HTTP_BMC_LIST_END;

    if (list->ended) {
        return 0;
    }

    if (!list->begun) {
        list->begun = 1;
        p = ngx_cpymem(p, "{\"hosts\":[", 10);
    }

    p += bmc_show_hosts(ngx_bmc_core(), &list->rows, (char *) p, end - p);

    if (list->rows.ended) {
        p = ngx_http_bmc_list_end(list, p);
    }

    if (p == (u_char *) out) {
        ngx_http_bmc_flow_more(r);
        return NGX_AGAIN;
    }

    return p - (u_char *) out;
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

    list->rows.actor = &ctx->actor;
    wrong = ngx_http_bmc_list_query(r, &list->rows);

    if (wrong != NULL) {
        return ngx_http_bmc_error(r, ctx, BMC_USAGE, wrong, 0);
    }

    return ngx_http_bmc_flow(r, ctx, "application/json",
                             ngx_http_bmc_list_more, list);
}
