
/*
 * Copyright (C) the bmcgate authors
 *
 * A BMC's HTTP/1.1 server on the test's own loop: a table of what it answers
 * to which method and path, and what it was asked.  Include it in one file
 * of a test program.
 *
 *     web_start(&web, &loop);
 *     web_page(&web, "GET", "/redfish/v1/", 200, "{\"Id\": \"root\"}");
 *     web_page(&web, "POST", "/x", 201, "{}")->headers = "Location: /x/1\r\n";
 *     … ask 127.0.0.1, web.port, and run the loop
 *     … web.asked[0].path, .body, web_asked_header(&web.asked[0], "X-Y")
 *     web_stop(&web);               … and run the loop until it is done
 *
 * With WEB_TLS defined before: web.tls is an SSL_CTX that it speaks with.
 */


#ifndef _HTTP_FAKE_H_INCLUDED_
#define _HTTP_FAKE_H_INCLUDED_


#include "http_pages.h"


static inline void
web_closed(uv_handle_t *handle)
{
    web_connection_t  *c;

    c = handle->data;
    c->web->handles--;
#ifdef WEB_TLS
    SSL_free(c->ssl);
#endif
    free(c);
}


static inline void
web_close(web_connection_t *c)
{
    if (!uv_is_closing((uv_handle_t *) &c->tcp)) {
        c->web->open--;
        c->web->conn[c->number % 1024] = NULL;
        uv_close((uv_handle_t *) &c->tcp, web_closed);
    }
}


typedef struct {
    uv_write_t         req;
    web_connection_t  *c;
    bool               last;
    char               data[];
} web_write_t;


static inline void
web_written(uv_write_t *req, int status)
{
    web_write_t  *w;

    w = (web_write_t *) req;

    if (w->last) {
        web_close(w->c);
    }

    free(w);
}


static inline void
web_send(web_connection_t *c, const void *data, size_t len, bool last)
{
    uv_buf_t      buf;
    web_write_t  *w;

    w = malloc(sizeof(web_write_t) + len);
    assert_non_null(w);
    memcpy(w->data, data, len);
    w->c = c;
    w->last = last;
    buf = uv_buf_init(w->data, (unsigned) len);

    if (uv_write(&w->req, (uv_stream_t *) &c->tcp, &buf, 1, web_written)
        != 0)
    {
        free(w);
        web_close(c);
    }
}


#ifdef WEB_TLS

/* what OpenSSL wants to have sent */

static inline void
web_flush(web_connection_t *c, bool last)
{
    long   len;
    char  *data;

    len = BIO_get_mem_data(SSL_get_wbio(c->ssl), &data);

    if (len > 0 || last) {
        web_send(c, data, (size_t) len, last);
        (void) BIO_reset(SSL_get_wbio(c->ssl));
    }
}


static inline void
web_decrypt(web_connection_t *c, size_t len)
{
    int   n;
    bool  before;

    before = SSL_is_init_finished(c->ssl);
    (void) BIO_write(SSL_get_rbio(c->ssl), c->raw, (int) len);

    while ((n = SSL_read(c->ssl, c->in + c->n,
                         (int) (sizeof(c->in) - 1 - c->n))) > 0)
    {
        c->n += (size_t) n;
        c->web->told += (size_t) n;
    }

    n = SSL_get_error(c->ssl, n);
    c->web->shaken += !before && SSL_is_init_finished(c->ssl);
    web_flush(c, n == SSL_ERROR_SSL || n == SSL_ERROR_ZERO_RETURN);
}

#endif


static inline void
web_write(web_connection_t *c, const void *data, size_t len, bool last)
{
#ifdef WEB_TLS
    if (c->ssl != NULL) {
        if (len > 0) {
            assert_int_equal(SSL_write(c->ssl, data, (int) len), (int) len);
        }

        web_flush(c, last);
        return;
    }
#endif

    web_send(c, data, len, last);
}


static inline void
web_answer(web_connection_t *c, web_page_t *p, bool head)
{
    size_t   n, len;
    char    *out;

    len = 1024 + (p->headers == NULL ? 0 : strlen(p->headers)) + p->len
          + p->nraw;
    out = malloc(len);
    assert_non_null(out);

    if (p->raw != NULL) {
        memcpy(out, p->raw, p->nraw);
        n = p->nraw;

    } else {
        n = (size_t) snprintf(out, len, "HTTP/1.1 %d Said\r\n%s", p->status,
                              p->headers == NULL ? "" : p->headers);

        if (!p->bare && p->status != 204 && p->status != 304) {
            n += (size_t) snprintf(out + n, len - n,
                                   "Content-Length: %zu\r\n", p->len);
        }

        n += (size_t) snprintf(out + n, len - n, "%s\r\n",
                               p->manner == WEB_LAST
                               ? "Connection: close\r\n" : "");

        if (!head && p->len > 0) {
            memcpy(out + n, p->body, p->len);
            n += p->len;
        }
    }

    if (p->manner == WEB_HALF || p->manner == WEB_LEAVES) {
        n = p->stop < n ? p->stop : n;
        c->done = true;
    }

    web_write(c, out, n, p->manner == WEB_LEAVES || p->manner == WEB_LAST);
    free(out);
}


static inline void
web_serve(web_connection_t *c, const web_asked_t *a)
{
    unsigned     i;
    web_t       *web;
    web_page_t  *p, none;

    web = c->web;

    for (i = 0; i < web->npages; i++) {
        p = &web->page[i];

        if ((p->method == NULL || strcmp(p->method, a->method) == 0)
            && (p->path == NULL || strcmp(p->path, a->path) == 0)
            && (p->times == 0 || p->used < p->times))
        {
            break;
        }
    }

    if (i == web->npages) {
        memset(&none, 0, sizeof(none));
        none.status = 404;
        none.body = "{}";
        none.len = 2;
        p = &none;
    }

    p->used++;

    if (p->asked != NULL) {
        p->asked(p, a->body, p->data);
    }

    switch (p->manner) {

    case WEB_SILENT:
        c->done = true;
        return;

    case WEB_CLOSES:
        web_close(c);
        return;

    case WEB_RESETS:
        web->open--;
        web->conn[c->number % 1024] = NULL;
        (void) uv_tcp_close_reset(&c->tcp, web_closed);
        return;

    case WEB_ANSWERS:
    case WEB_HALF:
    case WEB_LEAVES:
    case WEB_LAST:
        web_answer(c, p, strcmp(a->method, "HEAD") == 0);
        return;
    }
}


/* takes one whole request off the connection's buffer; false: none yet */

static inline bool
web_take(web_connection_t *c)
{
    size_t        head, len;
    char         *end, *p;
    web_t        *web;
    web_asked_t   a;
    char          length[8192];

    web = c->web;
    c->in[c->n] = '\0';
    end = strstr(c->in, "\r\n\r\n");

    if (end == NULL || c->done) {
        return false;
    }

    memset(&a, 0, sizeof(a));
    head = (size_t) (end - c->in) + 4;
    a.head = strndup(c->in, head);
    a.connection = c->number;
    assert_int_equal(sscanf(a.head, "%15s %511s", a.method, a.path), 2);

    p = (char *) web_asked_header(&a, "Content-Length");
    snprintf(length, sizeof(length), "%s", p == NULL ? "0" : p);
    len = strtoul(length, NULL, 10);

    if (c->n - head < len) {
        free(a.head);
        return false;
    }

    a.body = strndup(c->in + head, len);
    a.len = len;
    memmove(c->in, c->in + head + len, c->n - head - len);
    c->n -= head + len;

    if (web->count < WEB_ASKED) {
        web->asked[web->count] = a;
    }

    web->count++;
    web_serve(c, &a);

    if (web->count > WEB_ASKED) {
        free(a.head);
        free(a.body);
    }

    return true;
}


static inline void
web_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    web_connection_t  *c;

    c = stream->data;

    if (n < 0) {
        web_close(c);
        return;
    }

#ifdef WEB_TLS
    if (c->ssl != NULL) {
        if (!c->web->wait) {
            web_decrypt(c, (size_t) n);
        }

    } else {
        c->n += (size_t) n;
    }
#else
    c->n += (size_t) n;
#endif

    while (!uv_is_closing((uv_handle_t *) &c->tcp) && web_take(c)) {
        /* void */
    }
}


static inline void
web_room(uv_handle_t *handle, size_t want, uv_buf_t *buf)
{
    web_connection_t  *c;

    c = handle->data;

#ifdef WEB_TLS
    if (c->ssl != NULL) {
        *buf = uv_buf_init(c->raw, sizeof(c->raw));
        return;
    }
#endif

    *buf = uv_buf_init(c->in + c->n, (unsigned) (sizeof(c->in) - 1 - c->n));
}


static inline void
web_connected(uv_stream_t *stream, int status)
{
    web_t             *web;
    web_connection_t  *c;

    web = stream->data;
    assert_int_equal(status, 0);

    c = calloc(1, sizeof(web_connection_t));
    assert_non_null(c);
    c->web = web;
    c->number = (int) web->connections++;
    web->open++;
    web->handles++;
    web->conn[c->number % 1024] = c;

#ifdef WEB_TLS
    if (web->tls != NULL) {
        c->ssl = SSL_new(web->tls);
        assert_non_null(c->ssl);
        SSL_set_bio(c->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_accept_state(c->ssl);
    }
#endif

    assert_int_equal(uv_tcp_init(web->loop, &c->tcp), 0);
    c->tcp.data = c;
    assert_int_equal(uv_accept(stream, (uv_stream_t *) &c->tcp), 0);
    assert_int_equal(uv_read_start((uv_stream_t *) &c->tcp, web_room,
                                   web_read), 0);
}


/* address: "127.0.0.1" or "::1" */

static inline void
web_start_at(web_t *web, uv_loop_t *loop, const char *address)
{
    int                      len;
    struct sockaddr_storage  at;

    memset(web, 0, sizeof(*web));
    web->loop = loop;
    snprintf(web->address, sizeof(web->address), "%s", address);

    if (uv_ip4_addr(address, 0, (struct sockaddr_in *) &at) != 0) {
        assert_int_equal(uv_ip6_addr(address, 0,
                                     (struct sockaddr_in6 *) &at), 0);
    }

    assert_int_equal(uv_tcp_init(loop, &web->tcp), 0);
    web->tcp.data = web;
    web->handles = 1;
    assert_int_equal(uv_tcp_bind(&web->tcp, (struct sockaddr *) &at, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *) &web->tcp, 1024,
                               web_connected), 0);

    len = sizeof(at);
    assert_int_equal(uv_tcp_getsockname(&web->tcp, (struct sockaddr *) &at,
                                        &len), 0);
    web->port = ntohs(((struct sockaddr_in *) &at)->sin_port);
}


static inline void
web_start(web_t *web, uv_loop_t *loop)
{
    web_start_at(web, loop, "127.0.0.1");
}


/* as a BMC that lets go of what is idle, or of everything */

static inline void
web_hang_up(web_t *web)
{
    unsigned  i;

    for (i = 0; i < 1024; i++) {
        if (web->conn[i] != NULL) {
            web_close(web->conn[i]);
        }
    }
}


static inline void
web_listener_closed(uv_handle_t *handle)
{
    web_t  *web;

    web = handle->data;
    web->handles--;
}


/* nothing listens there any more; what is open stays */

static inline void
web_deaf(web_t *web)
{
    if (!web->stopped) {
        web->stopped = true;
        uv_close((uv_handle_t *) &web->tcp, web_listener_closed);
    }
}


static inline void
web_stop(web_t *web)
{
    unsigned  i;

    web_deaf(web);
    web_hang_up(web);

    for (i = 0; i < 1000 && web->handles > 0; i++) {
        (void) uv_run(web->loop, UV_RUN_ONCE);
    }

    assert_int_equal(web->handles, 0);
    web_forget(web);
}


#endif /* _HTTP_FAKE_H_INCLUDED_ */
