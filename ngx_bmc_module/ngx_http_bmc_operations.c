
/*
 * Copyright (C) the bmcgate authors
 *
 * What became of changes, newest first.
 */


#include "ngx_http_bmc_api.h"


#define NGX_HTTP_BMC_OPS      100        /* of a page, unless asked */
#define NGX_HTTP_BMC_OPS_MAX  1000
#define NGX_HTTP_BMC_OP_SIZE  512        /* a guess */


typedef struct {
    bmc_t        *core;
    bmc_actor_t  *actor;
    const char   *host;              /* NULL: of any */
    ngx_int_t     state;             /* bmc_op_state_t; 0: any */
    uint64_t      group;             /* only its parts; 0: all */
    uint64_t      before;            /* 0: from the newest */
    uint64_t      last;              /* shown */
    ngx_uint_t    limit;
    ngx_uint_t    shown;
    ngx_uint_t    more;              /* there is another page */
    char         *out;
    size_t        size;
    size_t        len;
} ngx_http_bmc_ops_t;


ngx_uint_t
ngx_http_bmc_may_see(bmc_t *b, const bmc_actor_t *actor, const char *host)
{
    return bmc_may(b, actor, bmc_host(bmc_base(b), host), BMC_POWER_STATUS,
                   NULL);
}


static void
ngx_http_bmc_ops_add(ngx_http_bmc_ops_t *ops, const char *text, size_t len)
{
    if (ops->len + len <= ops->size) {
        ngx_memcpy(ops->out + ops->len, text, len);
    }

    ops->len += len;
}


static bool
ngx_http_bmc_ops_each(void *data, const bmc_op_info_t *op)
{
    size_t               left;
    ngx_http_bmc_ops_t  *ops;

    ops = data;

    if ((ops->before != 0 && op->id >= ops->before)
        || (ops->host != NULL && ngx_strcmp(op->host, ops->host) != 0)
        || (ops->state != BMC_OP_NONE && op->state != ops->state)
        || (ops->group != 0 && op->group != ops->group)
        || !ngx_http_bmc_may_see(ops->core, ops->actor, op->host))
    {
        return true;
    }

    if (ops->shown == ops->limit) {
        ops->more = 1;
        return false;
    }

    if (ops->shown++ > 0) {
        ngx_http_bmc_ops_add(ops, ",", 1);
    }

    left = (ops->len < ops->size) ? ops->size - ops->len : 0;
    ops->len += bmc_show_op(ops->core, op, ops->out + ops->size - left,
                            left);
    ops->last = op->id;

    return true;
}


static size_t
ngx_http_bmc_show_ops(void *data, char *out, size_t size)
{
    u_char               text[64], *p;
    ngx_http_bmc_ops_t  *ops;

    ops = data;
    ops->out = out;
    ops->size = size;
    ops->len = 0;
    ops->shown = 0;
    ops->more = 0;

    ngx_http_bmc_ops_add(ops, "{\"operations\":[", 15);
    bmc_op_list(ops->core, ngx_http_bmc_ops_each, ops);

    if (ops->more) {
        p = ngx_sprintf(text, "],\"next\":\"%uL\"}", ops->last);

    } else {
        p = ngx_sprintf(text, "],\"next\":null}");
    }

    ngx_http_bmc_ops_add(ops, (char *) text, p - text);

    return ops->len;
}


/* BMC_OP_NONE: there is no such state */

static ngx_int_t
ngx_http_bmc_ops_state(const ngx_str_t *name)
{
    bmc_op_state_t  state;

    for (state = BMC_OP_ASKED; state <= BMC_OP_UNVERIFIED; state++) {
        if (ngx_strcmp(name->data, bmc_op_state_name(state)) == 0) {
            return state;
        }
    }

    return BMC_OP_NONE;
}


static const char *
ngx_http_bmc_ops_query(ngx_http_request_t *r, ngx_http_bmc_ops_t *ops)
{
    ngx_int_t  n;
    ngx_str_t  value;

    ops->limit = NGX_HTTP_BMC_OPS;

    if (ngx_http_bmc_arg(r, "limit", &value)) {
        n = ngx_atoi(value.data, value.len);

        if (n == NGX_ERROR || n == 0 || n > NGX_HTTP_BMC_OPS_MAX) {
            return "\"limit\" is a number from 1 to 1000";
        }

        ops->limit = n;
    }

    if (ngx_http_bmc_arg(r, "after", &value)) {
        ops->before = ngx_http_bmc_id(value.data);

        if (ops->before == 0) {
            return "\"after\" is an operation's number";
        }
    }

    if (ngx_http_bmc_arg(r, "host", &value)) {
        ops->host = (const char *) value.data;
    }

    if (ngx_http_bmc_arg(r, "state", &value)) {
        ops->state = ngx_http_bmc_ops_state(&value);

        if (ops->state == BMC_OP_NONE) {
            return "\"state\" is asked, sent, accepted, verified, failed, "
                   "cancelled, unknown, or unverified";
        }
    }

    if (ngx_http_bmc_arg(r, "group", &value)) {
        ops->group = ngx_http_bmc_id(value.data);

        if (ops->group == 0) {
            return "\"group\" is the number of a group's operation";
        }
    }

    return NULL;
}


ngx_int_t
ngx_http_bmc_get_operations(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    const char          *wrong;
    bmc_request_t        req;
    ngx_http_bmc_ops_t   ops;

    ngx_memzero(&ops, sizeof(ngx_http_bmc_ops_t));
    ngx_http_bmc_request(ctx, BMC_POWER_STATUS, &req);

    ops.core = ngx_bmc_core();
    ops.actor = &ctx->actor;

    wrong = ngx_http_bmc_ops_query(r, &ops);

    if (wrong != NULL) {
        return ngx_http_bmc_error(r, ctx, BMC_USAGE, wrong, 0);
    }

    return ngx_http_bmc_show(r, NGX_HTTP_OK, ngx_http_bmc_show_ops, &ops,
                             ngx_min(ops.limit, 16) * NGX_HTTP_BMC_OP_SIZE);
}


static size_t
ngx_http_bmc_show_op(void *data, char *out, size_t size)
{
    return bmc_show_op(ngx_bmc_core(), data, out, size);
}


ngx_int_t
ngx_http_bmc_get_operation(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx)
{
    bmc_t          *b;
    uint64_t        id;
    bmc_op_info_t   op;
    bmc_request_t   req;

    b = ngx_bmc_core();
    id = ngx_http_bmc_id(ctx->part[0].data);
    ngx_http_bmc_request(ctx, BMC_POWER_STATUS, &req);

    if (id == 0 || !bmc_op_info(b, id, &op)
        || !ngx_http_bmc_may_see(b, &ctx->actor, op.host))
    {
        return ngx_http_bmc_fail(r, ctx, NGX_HTTP_NOT_FOUND, BMC_NO_VERB,
                                 "no such operation, or one of more than a "
                                 "day ago", 0);
    }

    return ngx_http_bmc_show(r, NGX_HTTP_OK, ngx_http_bmc_show_op, &op,
                             NGX_HTTP_BMC_OP_SIZE);
}
