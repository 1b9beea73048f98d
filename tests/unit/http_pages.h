
/*
 * Copyright (C) the bmcgate authors
 *
 * What the HTTP server of http_fake.h answers, and what it was asked.
 */


#ifndef _HTTP_PAGES_H_INCLUDED_
#define _HTTP_PAGES_H_INCLUDED_


#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <uv.h>

#ifdef WEB_TLS
#include <openssl/ssl.h>
#endif


#define WEB_PAGES   256
#define WEB_ASKED   4096             /* remembered; count goes on */
#define WEB_BUFFER  65536            /* of one request */


typedef enum {
    WEB_ANSWERS = 0,
    WEB_SILENT,                      /* reads, and says nothing */
    WEB_CLOSES,                      /* reads, and closes */
    WEB_RESETS,                      /* … with a RST */
    WEB_HALF,                        /* answers, and stops after .stop bytes */
    WEB_LEAVES,                      /* … and closes there */
    WEB_LAST                         /* answers with Connection: close */
} web_manner_t;


typedef struct web_s       web_t;
typedef struct web_page_s  web_page_t;


/* strings are not copied; fields may be changed at any time */

struct web_page_s {
    const char    *method;           /* NULL: any */
    const char    *path;             /* with its query; NULL: any */
    int            status;
    const char    *headers;          /* "Name: value\r\n…"; or NULL */
    const char    *body;
    size_t         len;              /* of body */
    const char    *raw;              /* instead of all of the above */
    size_t         nraw;
    web_manner_t   manner;
    size_t         stop;
    unsigned       times;            /* it is used so often; 0: always */
    unsigned       used;
    bool           bare;             /* no Content-Length is added */
    void         (*asked)(web_page_t *page, const char *request, void *data);
    void          *data;             /* asked() may change page before */
};


typedef struct {
    char   method[16];
    char   path[512];
    char  *head;                     /* all of it */
    char  *body;
    size_t len;
    int    connection;               /* counted from 0 */
} web_asked_t;


typedef struct {
    uv_tcp_t   tcp;
    web_t     *web;
    int        number;
    bool       done;                 /* says nothing any more */
    size_t     n;
    char       in[WEB_BUFFER];
#ifdef WEB_TLS
    SSL       *ssl;                  /* NULL: in the clear */
    char       raw[WEB_BUFFER];
#endif
} web_connection_t;


struct web_s {
    uv_loop_t    *loop;
    uv_tcp_t      tcp;
    int           port;
    char          address[64];
    web_page_t    page[WEB_PAGES];
    unsigned      npages;
    web_asked_t   asked[WEB_ASKED];
    unsigned      count;             /* requests */
    unsigned      connections;       /* ever */
    unsigned      open;              /* now */
    unsigned      handles;
    bool          stopped;
    web_connection_t *conn[1024];    /* open ones */
#ifdef WEB_TLS
    SSL_CTX      *tls;               /* the test's; for new connections */
    bool          wait;              /* they get no handshake */
    unsigned      shaken;            /* handshakes that were finished */
    size_t        told;              /* bytes that came after them */
#endif
};


/* the first page that fits and is not used up answers; otherwise 404 */

static inline web_page_t *
web_page(web_t *web, const char *method, const char *path, int status,
    const char *body)
{
    web_page_t  *p;

    assert_true(web->npages < WEB_PAGES);
    p = &web->page[web->npages++];
    memset(p, 0, sizeof(*p));
    p->method = method;
    p->path = path;
    p->status = status;
    p->body = body;
    p->len = body == NULL ? 0 : strlen(body);

    return p;
}


static inline void
web_forget(web_t *web)
{
    unsigned  i;

    for (i = 0; i < web->count && i < WEB_ASKED; i++) {
        free(web->asked[i].head);
        free(web->asked[i].body);
    }

    memset(web->asked, 0, sizeof(web->asked));
    web->count = 0;
}


/* a header of what was asked, in memory that the next call uses; or NULL */

static inline const char *
web_asked_header(const web_asked_t *a, const char *name)
{
    size_t        len;
    const char   *p;
    static char   value[8192];

    len = strlen(name);

    for (p = strstr(a->head, "\r\n"); p != NULL; p = strstr(p, "\r\n")) {
        p += 2;

        if (strncasecmp(p, name, len) == 0 && p[len] == ':') {
            p += len + 1;
            p += strspn(p, " ");
            snprintf(value, sizeof(value), "%.*s", (int) strcspn(p, "\r"), p);
            return value;
        }
    }

    return NULL;
}


/* how often a method and path were asked; NULL: any */

static inline unsigned
web_count(const web_t *web, const char *method, const char *path)
{
    unsigned  i, n;

    for (i = 0, n = 0; i < web->count && i < WEB_ASKED; i++) {
        n += (method == NULL || strcmp(web->asked[i].method, method) == 0)
             && (path == NULL || strcmp(web->asked[i].path, path) == 0);
    }

    return n;
}


#endif /* _HTTP_PAGES_H_INCLUDED_ */
