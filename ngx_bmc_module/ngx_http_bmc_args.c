
/*
 * Copyright (C) the bmcgate authors
 *
 * What a client says besides the path: query string and headers.
 */


#include "ngx_http_bmc.h"


ngx_uint_t
ngx_http_bmc_arg(ngx_http_request_t *r, const char *name, ngx_str_t *value)
{
    u_char     *dst, *src;
    ngx_str_t   raw;

    if (r->args.len == 0
        || ngx_http_arg(r, (u_char *) name, ngx_strlen(name), &raw) != NGX_OK)
    {
        return 0;
    }

    dst = ngx_pnalloc(r->pool, raw.len + 1);
    if (dst == NULL) {
        return 0;
    }

    value->data = dst;
    src = raw.data;

    ngx_unescape_uri(&dst, &src, raw.len, NGX_UNESCAPE_URI);

    *dst = '\0';
    value->len = dst - value->data;

    return 1;
}


/* "?fresh", "?fresh=1", "?fresh=true" */

ngx_int_t
ngx_http_bmc_arg_flag(ngx_http_request_t *r, const char *name)
{
    ngx_uint_t  i;
    ngx_str_t   value;

    static const char *const  yes[] = { "", "1", "true", "yes", "on" };
    static const char *const  no[] = { "0", "false", "no", "off" };

    if (!ngx_http_bmc_arg(r, name, &value)) {
        return 0;
    }

    for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        if (ngx_strcmp(value.data, yes[i]) == 0) {
            return 1;
        }
    }

    for (i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        if (ngx_strcmp(value.data, no[i]) == 0) {
            return 0;
        }
    }

    return NGX_ERROR;
}


uint64_t
ngx_http_bmc_id(const u_char *p)
{
    uint64_t  id;

    for (id = 0; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || id > UINT64_MAX / 10 - 1) {
            return 0;
        }

        id = id * 10 + (*p - '0');
    }

    return id;
}


ngx_str_t *
ngx_http_bmc_header(ngx_http_request_t *r, const char *name)
{
    size_t            len;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    len = ngx_strlen(name);
    part = &r->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                return NULL;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (h[i].key.len == len
            && ngx_strncasecmp(h[i].key.data, (u_char *) name, len) == 0)
        {
            return &h[i].value;
        }
    }
}
