
/*
 * Copyright (C) the bmcgate authors
 *
 * $bmc_user, $bmc_host, $bmc_verb and $bmc_result, for access logs.
 */


#include "ngx_http_bmc.h"


static ngx_int_t ngx_http_bmc_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


typedef const char *(*ngx_http_bmc_variable_pt)(ngx_http_bmc_ctx_t *ctx);


static const char *
ngx_http_bmc_user(ngx_http_bmc_ctx_t *ctx)
{
    return ctx->who.name;
}


static const char *
ngx_http_bmc_host(ngx_http_bmc_ctx_t *ctx)
{
    return (const char *) ctx->host.data;
}


static const char *
ngx_http_bmc_verb(ngx_http_bmc_ctx_t *ctx)
{
    return ctx->verb < BMC_VERB_MAX ? bmc_verb_info(ctx->verb)->name : NULL;
}


static const char *
ngx_http_bmc_outcome(ngx_http_bmc_ctx_t *ctx)
{
    return (ctx->verb < BMC_VERB_MAX || ctx->rc != BMC_OK)
           ? bmc_error(ctx->rc)->name : NULL;
}


static const ngx_http_bmc_variable_pt  ngx_http_bmc_getters[] = {
    ngx_http_bmc_user,
    ngx_http_bmc_host,
    ngx_http_bmc_verb,
    ngx_http_bmc_outcome
};


static ngx_str_t  ngx_http_bmc_variables[] = {
    ngx_string("bmc_user"),
    ngx_string("bmc_host"),
    ngx_string("bmc_verb"),
    ngx_string("bmc_result")
};


ngx_int_t
ngx_http_bmc_add_variables(ngx_conf_t *cf)
{
    ngx_uint_t            i;
    ngx_http_variable_t  *var;

    for (i = 0; i < sizeof(ngx_http_bmc_variables) / sizeof(ngx_str_t); i++) {

        var = ngx_http_add_variable(cf, &ngx_http_bmc_variables[i], 0);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = ngx_http_bmc_variable;
        var->data = i;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_bmc_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    const char          *value;
    ngx_http_bmc_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_bmc_module);
    value = (ctx == NULL) ? NULL : ngx_http_bmc_getters[data](ctx);

    if (value == NULL || value[0] == '\0') {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = (u_char *) value;
    v->len = ngx_strlen(value);
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}
