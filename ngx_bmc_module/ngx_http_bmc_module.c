
/*
 * Copyright (C) the bmcgate authors
 */


#include "ngx_http_bmc.h"


static ngx_int_t ngx_http_bmc_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_bmc_postconfiguration(ngx_conf_t *cf);
static void *ngx_http_bmc_create_srv_conf(ngx_conf_t *cf);
static void *ngx_http_bmc_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_bmc_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static char *ngx_http_bmc_set_door(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


static ngx_command_t  ngx_http_bmc_commands[] = {

    { ngx_string("bmc_api"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_bmc_set_door,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      (void *) &ngx_http_bmc_api },

    { ngx_string("bmc_sidecar"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_bmc_set_door,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      (void *) &ngx_http_bmc_sidecar },

    { ngx_string("bmc_metrics"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_bmc_set_door,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      (void *) &ngx_http_bmc_metrics },

    { ngx_string("bmc_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_bmc_set_door,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      (void *) &ngx_http_bmc_status },

    { ngx_string("bmc_auth"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_bmc_set_auth,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("bmc_insecure"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_bmc_loc_conf_t, insecure),
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_bmc_module_ctx = {
    ngx_http_bmc_preconfiguration,   /* preconfiguration */
    ngx_http_bmc_postconfiguration,  /* postconfiguration */

    NULL,                            /* create main configuration */
    NULL,                            /* init main configuration */

    ngx_http_bmc_create_srv_conf,    /* create server configuration */
    NULL,                            /* merge server configuration */

    ngx_http_bmc_create_loc_conf,    /* create location configuration */
    ngx_http_bmc_merge_loc_conf      /* merge location configuration */
};


ngx_module_t  ngx_http_bmc_module = {
    NGX_MODULE_V1,
    &ngx_http_bmc_module_ctx,        /* module context */
    ngx_http_bmc_commands,           /* module directives */
    NGX_HTTP_MODULE,                 /* module type */
    NULL,                            /* init master */
    NULL,                            /* init module */
    NULL,                            /* init process */
    NULL,                            /* init thread */
    NULL,                            /* exit thread */
    NULL,                            /* exit process */
    NULL,                            /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_bmc_preconfiguration(ngx_conf_t *cf)
{
    return ngx_http_bmc_add_variables(cf);
}


static ngx_int_t
ngx_http_bmc_postconfiguration(ngx_conf_t *cf)
{
    return ngx_http_bmc_error_init(cf);
}


static void *
ngx_http_bmc_create_srv_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_bmc_srv_conf_t));
}


static void *
ngx_http_bmc_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_bmc_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_bmc_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->auth = NGX_CONF_UNSET_PTR;
    conf->insecure = NGX_CONF_UNSET;

    return conf;
}


static char *
ngx_http_bmc_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_bmc_loc_conf_t  *prev = parent;
    ngx_http_bmc_loc_conf_t  *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    ngx_conf_merge_ptr_value(conf->auth, prev->auth, NULL);
    ngx_conf_merge_value(conf->insecure, prev->insecure, 0);

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    /* "if" and "limit_except" are locations of their own */

    if (conf->door == NULL && clcf->noname && clcf->handler == NULL) {
        conf->door = prev->door;
        conf->host = prev->host;
        conf->exact = prev->exact;

        if (conf->door != NULL) {
            clcf->handler = ngx_http_bmc_handler;
        }
    }

    if (conf->door == NULL) {
        return NGX_CONF_OK;
    }

    /* bodies that we take never see the disk */

    if (clcf->client_body_buffer_size < NGX_HTTP_BMC_BODY_MAX) {
        clcf->client_body_buffer_size = NGX_HTTP_BMC_BODY_MAX;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_bmc_set_door(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                 *value;
    ngx_http_core_loc_conf_t  *clcf;
    ngx_http_bmc_loc_conf_t   *blcf;
    ngx_http_bmc_srv_conf_t   *bscf;

    blcf = conf;

    if (blcf->door != NULL) {
        return "conflicts with another \"bmc_\" directive of the location";
    }

    blcf->door = cmd->post;

    /* answers of a server that never got as far as a location */

    bscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_bmc_module);

    if (bscf->door == NULL) {
        bscf->door = cmd->post;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->named
#if (NGX_PCRE)
        || clcf->regex != NULL
#endif
       )
    {
        return "needs a location with a path, as in \"location /api/\"";
    }

    clcf->handler = ngx_http_bmc_handler;
    blcf->exact = clcf->exact_match;

    if (cf->args->nelts == 1) {
        return ngx_bmc_needs(cf, NULL);
    }

    value = cf->args->elts;
    blcf->host = value[1];

    return ngx_bmc_needs(cf, &blcf->host);
}
