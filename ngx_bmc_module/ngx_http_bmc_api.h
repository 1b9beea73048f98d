
/*
 * Copyright (C) the bmcgate authors
 *
 * The resources of the REST door; each handler is a row in its table.
 */


#ifndef _NGX_HTTP_BMC_API_H_INCLUDED_
#define _NGX_HTTP_BMC_API_H_INCLUDED_


#include "ngx_http_bmc.h"


/* hosts.c: the list of them */

ngx_int_t ngx_http_bmc_get_hosts(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);


/* host.c: of one host; part[0] is its name */

ngx_int_t ngx_http_bmc_get_host(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
ngx_int_t ngx_http_bmc_get_power(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
ngx_int_t ngx_http_bmc_get_verb(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);


/* change.c */

#define NGX_HTTP_BMC_ARGS  16

#define NGX_HTTP_BMC_ACTION_WRONG                                            \
    "\"action\" is one of on, off, force-off, cycle, reset, nmi"


typedef struct {
    bmc_request_t   req;
    bmc_arg_t       args[NGX_HTTP_BMC_ARGS];
    const char     *why;
} ngx_http_bmc_change_t;


ngx_int_t ngx_http_bmc_post_power(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
ngx_int_t ngx_http_bmc_post_media(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
ngx_int_t ngx_http_bmc_change(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);

/*
 * The body's keys are the verb's arguments, but for "verify" and skip; the
 * address's second part is the argument "name".  A step: NGX_HTTP_BMC_GO_ON
 * when c->req is ready.
 */

ngx_int_t ngx_http_bmc_change_init(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx, bmc_verb_t verb, const char *skip,
    ngx_http_bmc_change_t *c);
bmc_verb_t ngx_http_bmc_action(ngx_http_bmc_ctx_t *ctx);

/* where what was made can be found: "Location: /api/operations/123" */

ngx_int_t ngx_http_bmc_location(ngx_http_request_t *r, const char *what,
    uint64_t id);


/* groups.c */

ngx_int_t ngx_http_bmc_post_group_power(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);


/* operations.c */

ngx_int_t ngx_http_bmc_get_operations(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
ngx_int_t ngx_http_bmc_get_operation(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);

/* a group, or a host that is gone, is for whoever may read at all */

ngx_uint_t ngx_http_bmc_may_see(bmc_t *b, const bmc_actor_t *actor,
    const char *host);


/* sessions.c */

ngx_int_t ngx_http_bmc_post_session(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
ngx_int_t ngx_http_bmc_get_sessions(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
ngx_int_t ngx_http_bmc_get_session(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);
ngx_int_t ngx_http_bmc_delete_session(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);


/* events.c */

ngx_int_t ngx_http_bmc_get_events(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);


/* openapi.c */

ngx_int_t ngx_http_bmc_get_openapi(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);


#endif /* _NGX_HTTP_BMC_API_H_INCLUDED_ */
