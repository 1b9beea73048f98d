
/*
 * Copyright (C) the bmcgate authors
 *
 * HTTP to a BMC: one connection, kept alive, over the core's loop.  For the
 * drivers that speak it; knows nothing of Redfish or any other language.
 *
 *   multi.c    libcurl under the loop, once a loop
 *   client.c   one BMC's connection: where it goes, and until when
 *   request.c  what is asked
 *   where.c    … and of whom: nobody but this BMC
 *   answer.c   what comes back, and how much of it is taken
 *   tls.c      whom we believe it is: verify, ca, pin, off
 *   trust.c    … and whose certificate is the one that was stored
 *   pins.c     certificates that are stored, in a file
 *   words.c    what a driver's block in host{} may say of all this
 */


#ifndef _BMC_HTTP_H_INCLUDED_
#define _BMC_HTTP_H_INCLUDED_


#include "drivers/driver.h"


#define BMC_HTTP_BODY_MAX   (8 * 1024 * 1024)
#define BMC_HTTP_DEPTH_MAX  64       /* of JSON */
#define BMC_HTTP_HEADERS    8        /* that one request may add */


/* Configuration: a driver's own structure begins with it */

typedef enum {
    BMC_TLS_VERIFY = 0,
    BMC_TLS_CA,
    BMC_TLS_PIN,
    BMC_TLS_OFF,                     /* encrypted, to whom it may concern */
    BMC_TLS_NONE                     /* http:// */
} bmc_tls_t;


typedef struct {
    int64_t        tls;              /* bmc_tls_t */
    const char    *ca;               /* file, of BMC_TLS_CA */
    int64_t        port;             /* 0: 443, or 80 for BMC_TLS_NONE */
    const char    *user;             /* NULL: the host's own */
    bmc_secret_t  *password;
} bmc_http_conf_t;


const char *bmc_http_tls_name(int64_t tls);          /* "verify", "ca", … */


/* rows for a driver's table of words: static ones, or to copy from */

#define BMC_HTTP_WORDS                                                       \
                                                                             \
    { "tls", BMC_WORD_CUSTOM, offsetof(bmc_http_conf_t, tls), NULL,          \
      bmc_http_tls_word, BMC_WORD_ONCE,                                      \
      "whom to believe: verify, ca FILE, pin, off; none is http:// "         \
      "(verify)" },                                                          \
                                                                             \
    { "port", BMC_WORD_NUMBER, offsetof(bmc_http_conf_t, port), "1 65535",   \
      NULL, 0, "the TCP port of the BMC (443, or 80 with \"tls none\")" },   \
                                                                             \
    { "user", BMC_WORD_STRING, offsetof(bmc_http_conf_t, user), NULL, NULL,  \
      0, "the account, when it is not the host's" },                         \
                                                                             \
    { "password", BMC_WORD_SECRET, offsetof(bmc_http_conf_t, password),      \
      NULL, NULL, 0, "its password, when it is not the host's" }

#define BMC_HTTP_WORDS_N  4

extern const bmc_word_t  bmc_http_words[BMC_HTTP_WORDS_N];

void bmc_http_tls_word(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *block);

/* for a driver's check(): defaults, and what does not fit */

void bmc_http_check(bmc_conf_t *cf, bmc_hostconf_t *host,
    bmc_http_conf_t *conf, const char *driver);


/*
 * For a driver's load() and unload(): what is read or opened with
 * privileges, before any fork.  NULL, and why.
 */

typedef struct bmc_http_shared_s  bmc_http_shared_t;

bmc_http_shared_t *bmc_http_load(const bmc_fleet_t *fleet,
    char why[BMC_TEXT_MAX]);
void bmc_http_unload(bmc_http_shared_t *shared);


/* A client is one BMC's; it asks one thing at a time */

typedef struct bmc_http_s  bmc_http_t;


typedef struct {
    uv_loop_t              *loop;
    bmc_http_shared_t      *shared;
    const char             *name;    /* of the host, whose pin it is */
    const bmc_list_t       *address; /* tried in turn; numeric, or names */
    const bmc_http_conf_t  *conf;
} bmc_http_place_t;


typedef struct {
    const char   *method;
    const char   *path;              /* "/redfish/v1/"; or a URL of this BMC */
    const char   *body;              /* NULL: none */
    size_t        len;
    const char   *header[BMC_HTTP_HEADERS];  /* "If-Match: …"; NULL ends */
    uint64_t      deadline;          /* of uv_now() */
    bmc_call_t   *claims;            /* a change: claimed as it is sent */
} bmc_http_request_t;


/*
 * rc is BMC_OK for an answer of any status.  Otherwise text says what went
 * wrong, and it is BMC_UNREACHABLE (no connection, or lost), BMC_TIMEOUT,
 * BMC_REFUSED (we do not believe who it is, or what it says), BMC_CANCELLED
 * (the claim was not granted), or BMC_FAILED.
 */

typedef struct {
    bmc_rc_t      rc;
    bool          sent;              /* it may have reached the BMC */
    bool          untrusted;         /* REFUSED: who it is */
    long          status;
    json_t       *json;              /* NULL: none, or not JSON; borrowed */
    const char   *text;              /* of an error; else the body */
    size_t        len;
} bmc_http_answer_t;


typedef void (*bmc_http_told_pt)(void *data, const bmc_http_answer_t *a);


/* NULL, and why, when it cannot be made; no I/O */

bmc_http_t *bmc_http_open(const bmc_http_place_t *place,
    char why[BMC_TEXT_MAX]);

/*
 * told() is called once, later, from the loop, never from here, and never
 * after bmc_http_cancel() or bmc_http_close().  The request is copied.
 */

void bmc_http_ask(bmc_http_t *h, const bmc_http_request_t *req,
    bmc_http_told_pt told, void *data);
void bmc_http_cancel(bmc_http_t *h);

/*
 * The verb bmc.trust, for a call of any driver: the BMC is connected to and
 * sent nothing but TLS, and the certificate that it shows becomes the host's
 * pin, claimed before.  told() as above; of BMC_OK, json is the verb's data,
 * and text what is told to people.
 */

void bmc_http_trust(bmc_http_t *h, bmc_call_t *call, bmc_http_told_pt told,
    void *data);

/* the host and conf were exchanged for equal ones */

void bmc_http_rebase(bmc_http_t *h, const bmc_http_place_t *place);

/* a header of the answer, while told() runs; NULL: it has none */

const char *bmc_http_header(const bmc_http_t *h, const char *name);

/* "10.0.0.7" or "[fe80::7]:8443", of the last connection; for people */

const char *bmc_http_peer(const bmc_http_t *h);

/* closed() once, later: nothing of it is used any more */

void bmc_http_close(bmc_http_t *h, void (*closed)(void *data), void *data);


#endif /* _BMC_HTTP_H_INCLUDED_ */
