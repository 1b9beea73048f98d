
/*
 * Copyright (C) the bmcgate authors
 *
 * What the files of the HTTP door share.
 *
 *   ngx_http_bmc_module.c    directives
 *   ngx_http_bmc_request.c   a request's road: who, route, body, handler
 *   ngx_http_bmc_auth.c      who asks
 *   ngx_http_bmc_args.c      ?fresh=1 and the like
 *   ngx_http_bmc_body.c      a JSON body
 *   ngx_http_bmc_submit.c    to the core and back
 *   ngx_http_bmc_reply.c     answers
 *   ngx_http_bmc_flow.c      … that are made as they are sent
 *   ngx_http_bmc_error.c     JSON in place of nginx's own error pages
 *   ngx_http_bmc_variables.c for access logs
 *
 * and a file for each resource, whose routes are in ngx_http_bmc_api.c.
 */


#ifndef _NGX_HTTP_BMC_H_INCLUDED_
#define _NGX_HTTP_BMC_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <jansson.h>

#include "ngx_bmc.h"


#define NGX_HTTP_BMC_BODY_MAX  65536

/*
 * Of steps on a request's road: nothing was answered, the next step follows.
 * Anything else goes back to nginx.
 */

#define NGX_HTTP_BMC_GO_ON     -100
#define NGX_HTTP_BMC_SHOW_MAX  16777216


typedef struct ngx_http_bmc_ctx_s   ngx_http_bmc_ctx_t;
typedef struct ngx_http_bmc_door_s  ngx_http_bmc_door_t;


/* Directives */

enum {
    NGX_HTTP_BMC_KEY     = 0x01,
    NGX_HTTP_BMC_SESSION = 0x02,
    NGX_HTTP_BMC_USER    = 0x04
};


typedef struct {
    ngx_uint_t                  kind;    /* one of the above; 0: trust */
    ngx_http_complex_value_t    trust;
} ngx_http_bmc_auth_t;


typedef struct {
    const ngx_http_bmc_door_t  *door;    /* NULL: not one of our locations */
    ngx_str_t                   host;    /* of "bmc_sidecar HOST" */
    ngx_array_t                *auth;    /* of ngx_http_bmc_auth_t, in order */
    ngx_flag_t                  insecure;
    ngx_uint_t                  exact;   /* "location = /health" */
} ngx_http_bmc_loc_conf_t;


typedef struct {
    const ngx_http_bmc_door_t  *door;    /* some location of the server's */
} ngx_http_bmc_srv_conf_t;


/* Requests */

typedef ngx_int_t (*ngx_http_bmc_handler_pt)(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);

typedef ngx_int_t (*ngx_http_bmc_told_pt)(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx, const bmc_result_t *result);


enum {
    NGX_HTTP_BMC_OPEN = 0x01,    /* for everybody, without credentials */
    NGX_HTTP_BMC_BODY = 0x02     /* takes a JSON object; it may be absent */
};


/*
 * path is what follows the location's name: "hosts/{}/power"; {} is one
 * segment and goes to ctx->part[].  Methods of one path stand together.
 */

typedef struct {
    ngx_uint_t                method;
    const char               *path;
    ngx_http_bmc_handler_pt   handler;
    ngx_uint_t                flags;
    bmc_verb_t                verb;  /* for handlers that serve several */
} ngx_http_bmc_route_t;


enum {
    NGX_HTTP_BMC_TELLS    = 0x01,    /* strangers, too, what there is not */
    NGX_HTTP_BMC_ANY_PATH = 0x02     /* the location is all there is */
};


/* a family of locations: how it is laid out, and how it says no */

struct ngx_http_bmc_door_s {
    const char                  *name;   /* for the audit */
    ngx_uint_t                   flags;
    const char                  *own;    /* end of a location's name that is
                                            part of the routes; or NULL */
    const ngx_http_bmc_route_t  *routes; /* ends with a NULL path */
    ngx_int_t                  (*error)(ngx_http_request_t *r,
                                   ngx_http_bmc_ctx_t *ctx,
                                   ngx_uint_t status, bmc_rc_t rc,
                                   const char *text, uint32_t retry_after);

    /* the body of an error page of nginx's own, and its type; or empty */

    void                       (*page)(ngx_http_request_t *r,
                                   ngx_uint_t status, ngx_str_t *body,
                                   ngx_str_t *type);
};


struct ngx_http_bmc_ctx_s {
    ngx_http_request_t          *request;
    ngx_http_bmc_loc_conf_t     *conf;
    const ngx_http_bmc_route_t  *route;
    bmc_who_t                    who;
    bmc_actor_t                  actor;
    char                        *from;   /* the client's address */
    ngx_str_t                    part[4];    /* null-terminated */
    ngx_uint_t                   nparts;
    ngx_uint_t                   allow;  /* methods, if not this one */
    ngx_str_t                    host;   /* null-terminated; asked for */
    json_t                      *body;   /* NULL: none came */
    bmc_op_t                    *op;     /* NULL: nothing under way */
    bmc_login_t                 *login;
    ngx_http_bmc_told_pt         told;   /* … what follows op's end */
    ngx_http_bmc_handler_pt      proven; /* … and login's */
    void                        *data;   /* the handler's own */
    bmc_verb_t                   verb;   /* BMC_VERB_MAX: none yet */
    bmc_rc_t                     rc;     /* what became of it */
    ngx_event_t                  delay;
    ngx_uint_t                   status; /* of the answer, if all is well */
    void                        *flow;   /* flow.c's */
    ngx_str_t                    page;   /* in place of nginx's own */
    unsigned                     ours:1; /* the answer, not nginx's */
};


extern ngx_module_t  ngx_http_bmc_module;

extern const ngx_http_bmc_door_t  ngx_http_bmc_api;
extern const ngx_http_bmc_door_t  ngx_http_bmc_sidecar;
extern const ngx_http_bmc_door_t  ngx_http_bmc_metrics;
extern const ngx_http_bmc_door_t  ngx_http_bmc_status;


/* request.c */

ngx_int_t ngx_http_bmc_handler(ngx_http_request_t *r);

/* the request waits for the core: nginx gets NGX_DONE */

ngx_int_t ngx_http_bmc_wait(ngx_http_request_t *r);

/*
 * … and goes on, once a wait, in an event of its own: with what a handler
 * returned, NGX_DONE if it waits for something else.
 */

void ngx_http_bmc_go_on(ngx_http_request_t *r, ngx_int_t rc);
ngx_int_t ngx_http_bmc_known(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx);


/* auth.c: NGX_HTTP_BMC_GO_ON: ctx->who is proven */

ngx_int_t ngx_http_bmc_auth(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx);
char *ngx_http_bmc_set_auth(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* proven() follows with ctx->who, or the answer is no */

ngx_int_t ngx_http_bmc_login(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const char *name, const char *password, ngx_http_bmc_handler_pt proven);

/* secrets only over TLS, or from this machine, or where it is said so */

ngx_uint_t ngx_http_bmc_private(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);


/* args.c: of the query string, decoded, null-terminated; false: not there */

ngx_uint_t ngx_http_bmc_arg(ngx_http_request_t *r, const char *name,
    ngx_str_t *value);
ngx_int_t ngx_http_bmc_arg_flag(ngx_http_request_t *r, const char *name);

/* digits, and nothing else; 0: these are none */

uint64_t ngx_http_bmc_id(const u_char *p);
ngx_str_t *ngx_http_bmc_header(ngx_http_request_t *r, const char *name);


/* body.c: reads it into ctx->body, then runs the route's handler */

ngx_int_t ngx_http_bmc_read_body(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx);


/*
 * submit.c: told() runs when it has ended and returns the answer; NULL: the
 * result is shown as it is.
 */

void ngx_http_bmc_request(ngx_http_bmc_ctx_t *ctx, bmc_verb_t verb,
    bmc_request_t *req);
ngx_int_t ngx_http_bmc_submit(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const bmc_request_t *req, ngx_http_bmc_told_pt told);
ngx_int_t ngx_http_bmc_result(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const bmc_result_t *result);


/* reply.c: the answer is sent; returns what to return to nginx */

void ngx_http_bmc_set_type(ngx_http_request_t *r, const char *type);
ngx_int_t ngx_http_bmc_reply(ngx_http_request_t *r, ngx_uint_t status,
    const char *type, ngx_buf_t *b);
ngx_int_t ngx_http_bmc_json(ngx_http_request_t *r, ngx_uint_t status,
    const char *text, size_t len);       /* of r->pool, or static */
ngx_int_t ngx_http_bmc_empty(ngx_http_request_t *r, ngx_uint_t status);
ngx_int_t ngx_http_bmc_add_header(ngx_http_request_t *r, const char *name,
    ngx_str_t *value);

/* an error in the door's own shape; the status is that of rc */

ngx_int_t ngx_http_bmc_error(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    bmc_rc_t rc, const char *text, uint32_t retry_after);
ngx_int_t ngx_http_bmc_fail(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    ngx_uint_t status, bmc_rc_t rc, const char *text, uint32_t retry_after);

/* of doors that answer in plain text */

ngx_int_t ngx_http_bmc_text_error(ngx_http_request_t *r,
    ngx_http_bmc_ctx_t *ctx, ngx_uint_t status, bmc_rc_t rc,
    const char *text, uint32_t retry_after);
void ngx_http_bmc_text_page(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *body, ngx_str_t *type);

/* a bmc_show_…() into a buffer that is large enough */

typedef size_t (*ngx_http_bmc_show_pt)(void *data, char *out, size_t size);

ngx_int_t ngx_http_bmc_show(ngx_http_request_t *r, ngx_uint_t status,
    ngx_http_bmc_show_pt show, void *data, size_t guess);


/*
 * flow.c: an answer without end, or too long to be made at once.  more()
 * fills out, 8 kB or more of it, and returns how much, 0 at the end, or
 * NGX_AGAIN when there is nothing now: ngx_http_bmc_flow_more() says later
 * that there is.
 */

typedef ssize_t (*ngx_http_bmc_more_pt)(ngx_http_request_t *r, void *data,
    char *out, size_t size);

ngx_int_t ngx_http_bmc_flow(ngx_http_request_t *r, ngx_http_bmc_ctx_t *ctx,
    const char *type, ngx_http_bmc_more_pt more, void *data);
void ngx_http_bmc_flow_more(ngx_http_request_t *r);


/* error.c, variables.c */

ngx_int_t ngx_http_bmc_error_init(ngx_conf_t *cf);
ngx_int_t ngx_http_bmc_add_variables(ngx_conf_t *cf);


#endif /* _NGX_HTTP_BMC_H_INCLUDED_ */
