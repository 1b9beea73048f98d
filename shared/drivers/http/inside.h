
/*
 * Copyright (C) the bmcgate authors
 *
 * What the files of the HTTP client know of each other.
 */


#ifndef _BMC_HTTP_INSIDE_H_INCLUDED_
#define _BMC_HTTP_INSIDE_H_INCLUDED_


#include <curl/curl.h>
#include <openssl/ssl.h>

#include "base/buf.h"
#include "base/list.h"
#include "drivers/address/address.h"
#include "drivers/http/http.h"
#include "drivers/http/pins.h"


#define BMC_HTTP_HEAD_MAX   (64 * 1024)
#define BMC_HTTP_REDIRECTS  3
#define BMC_HTTP_LOOKED     60000    /* ms that a name's addresses are good */
#define BMC_HTTP_WARM       2        /* s; a change trusts no older silence */


/* libcurl before 7.80 does not say when it is about to send */

#if (LIBCURL_VERSION_NUM >= 0x075000)
#define BMC_HTTP_CALLS  1
#else
#define BMC_HTTP_CALLS  0
#endif


/* libcurl under one loop: multi.c */

typedef struct {
    bmc_ring_t          link;        /* in shared->loops */
    bmc_http_shared_t  *shared;
    uv_loop_t          *uv;
    CURLM              *multi;
    uv_timer_t          timer;
    bmc_ring_t          all;         /* clients */
    bmc_ring_t          ended;       /* clients with a result to tell */
    bmc_ring_t          dropped;     /* cancelled while libcurl ran */
    bool                inside;      /* libcurl is on the stack */
    unsigned            clients;
    unsigned            handles;     /* of libuv, not closed yet */
    uint32_t            serial;
    void              (*gone)(void *data);
    void               *gone_data;
} bmc_http_loop_t;


typedef struct bmc_http_ca_s  bmc_http_ca_t;


struct bmc_http_shared_s {
    bmc_ring_t          loops;
    bmc_http_ca_t      *ca;
    bmc_pins_t         *pins;
};


typedef enum {
    BMC_HTTP_IDLE = 0,
    BMC_HTTP_ASKED,                  /* starts in the loop's next turn */
    BMC_HTTP_LOOKUP,
    BMC_HTTP_RUNNING,                /* libcurl has it */
    BMC_HTTP_ENDED                   /* told() is still to be called */
} bmc_http_phase_t;


/* what libcurl may still look at, for as long as it has the handle */

typedef struct {
    char               *method;
    char               *path;
    char               *url;
    char               *body;
    size_t              len;
    struct curl_slist  *headers;
    struct curl_slist  *to;          /* where its connection goes */
    uint64_t            deadline;
} bmc_http_asked_t;


struct bmc_http_s {
    bmc_http_loop_t    *loop;
    bmc_http_place_t    place;
    CURLSH             *share;       /* TLS sessions, between requests */
    CURL               *easy;        /* of one request */
    uv_timer_t          timer;
    bmc_ring_t          link;        /* in the loop's ended or dropped */
    bmc_ring_t          peers;       /* in the loop's all */
    int                 fd;          /* libcurl's, that it keeps; -1: none */
    uint32_t            serial;
    int                 port;

    bmc_lookup_t       *lookup;
    bmc_addresses_t     to;
    uint64_t            looked;      /* uv_now() of it; 0: not, or too old */
    unsigned            address;     /* in to: this one, or the last good */
    unsigned            tried;       /* addresses, by this request */
    char                host[BMC_ADDRESS_TEXT + 256];    /* as in a URL */
    char                peer[BMC_ADDRESS_TEXT];

    bmc_http_phase_t    phase;
    bmc_http_told_pt    told;
    void               *data;
    bmc_http_asked_t    asked;
    bmc_http_asked_t    stale;       /* of what was dropped */
    bmc_call_t         *claims;
    bmc_call_t         *trusts;      /* bmc.trust: nothing is sent for it … */
    X509               *seen;        /* … but this is looked at */
    bool                shown;       /* … and whoever showed it has its key */
    bool                opened;      /* a socket, for this transfer */
    bool                connected;   /* nothing was sent before that */
    bool                kept;        /* libcurl still has easy: dropped */
    unsigned            redirects;

    bmc_rc_t            rc;
    CURLcode            code;
    size_t              nhead;       /* bytes of all header blocks */
    bool                whole;       /* the last one has its end */
    bmc_buf_t           head;
    bmc_buf_t           text;
    char                why[BMC_TEXT_MAX];       /* "": see code */
    char                error[CURL_ERROR_SIZE];

    void              (*closed)(void *data);
    void               *closed_data;
};


/* multi.c: joins the loop's libcurl, or makes it; false: no memory */

bool bmc_http_loop_join(bmc_http_t *h);
void bmc_http_loop_leave(bmc_http_loop_t *l, void (*gone)(void *data),
    void *data);
bool bmc_http_loop_add(bmc_http_t *h);
void bmc_http_loop_remove(bmc_http_t *h);

/* client.c: libcurl is through with it, and not on the stack */

void bmc_http_ended(bmc_http_t *h);

/* request.c */

bool bmc_http_copy(bmc_http_asked_t *a, const bmc_http_request_t *req);
void bmc_http_wipe(bmc_http_asked_t *a);
bool bmc_http_prepare(bmc_http_t *h);
void bmc_http_easy_free(bmc_http_t *h);

/* where.c: path, from base, as one of this BMC's; false: not, and why */

bool bmc_http_go(bmc_http_t *h, const char *base, const char *path);

/* answer.c */

size_t bmc_http_take_head(char *p, size_t size, size_t n, void *data);
size_t bmc_http_take_body(char *p, size_t size, size_t n, void *data);
void bmc_http_why(bmc_http_t *h, bmc_rc_t rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void bmc_http_late(bmc_http_t *h);
void bmc_http_judge(bmc_http_t *h);
void bmc_http_tell(bmc_http_t *h);

/* tls.c */

bool bmc_http_authority(bmc_http_t *h);
bool bmc_http_tls(bmc_http_t *h);
void bmc_http_distrust(bmc_http_t *h);       /* the handshake's reason */

/* trust.c: a verification of OpenSSL's */

int bmc_http_pin_verify(X509_STORE_CTX *ctx, void *data);

/* what was seen becomes the host's pin; NULL: it does not, and why is said */

json_t *bmc_http_trusted(bmc_http_t *h, char told[BMC_TEXT_MAX]);


#endif /* _BMC_HTTP_INSIDE_H_INCLUDED_ */
