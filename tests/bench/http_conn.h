
/*
 * Copyright (C) the bmcgate authors
 *
 * Connections over which the same is asked again and again.  Include it in
 * one file of a program.
 */


#ifndef _BENCH_HTTP_CONN_H_INCLUDED_
#define _BENCH_HTTP_CONN_H_INCLUDED_


#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "bench.h"


#define HTTP_HEAD     4096
#define HTTP_READ     16384          /* as curl */
#define HTTP_END      "\r\n0\r\n\r\n"      /* of an answer in chunks */
#define HTTP_END_LEN  (sizeof(HTTP_END) - 1)


typedef struct {
    int              fd;
    bool             waits;          /* for an answer */
    bool             again;          /* asks once more when it has it */
    bool             headed;         /* the header is behind us */
    bool             chunked;
    size_t           left;           /* bytes of the body, if not chunked */
    size_t           head_len;
    int64_t          asked;
    uint64_t         answers;
    bench_sample_t  *sample;         /* µs of each answer; or NULL */
    char             path[256];
    char             head[HTTP_HEAD];
    char             tail[HTTP_END_LEN];
} http_conn_t;


typedef struct {
    int          epoll, port;
    const char  *key;
    size_t       under_way;
    char         buf[HTTP_READ];
} http_t;


static http_t  http;


static inline http_conn_t *
http_connect(int port, const char *path)
{
    int                  one;
    http_conn_t         *c;
    struct epoll_event   ev;
    struct sockaddr_in   to;

    c = calloc(1, sizeof(http_conn_t));

    if (c == NULL) {
        bench_die("out of memory");
    }

    (void) snprintf(c->path, sizeof(c->path), "%s", path);

    memset(&to, 0, sizeof(to));
    to.sin_family = AF_INET;
    to.sin_port = htons((uint16_t) port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    c->fd = socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 0);

    if (c->fd == -1
        || connect(c->fd, (struct sockaddr *) &to, sizeof(to)) == -1)
    {
        bench_die("port %d: %s", port, strerror(errno));
    }

    one = 1;
    (void) setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));

    ev.events = EPOLLIN;
    ev.data.ptr = c;

    if (epoll_ctl(http.epoll, EPOLL_CTL_ADD, c->fd, &ev) == -1) {
        bench_die("epoll_ctl: %s", strerror(errno));
    }

    return c;
}


static inline void
http_ask(http_conn_t *c)
{
    int   n;
    char  text[1024];

    n = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: bench\r\n"
                 "X-API-Key: %s\r\n\r\n", c->path, http.key);

    c->headed = false;
    c->head_len = 0;
    c->waits = true;
    c->asked = bench_ns();
    http.under_way++;

    if (n < 0 || (size_t) n >= sizeof(text)
        || send(c->fd, text, (size_t) n, MSG_NOSIGNAL) != n)
    {
        bench_die("%s: it cannot be asked", c->path);
    }
}


/* how much of the n bytes was header */

static inline size_t
http_header(http_conn_t *c, const char *p, size_t n)
{
    char    *end, *length;
    size_t   before;

    before = c->head_len;
    n = n < HTTP_HEAD - 1 - before ? n : HTTP_HEAD - 1 - before;

    memcpy(c->head + before, p, n);
    c->head_len += n;
    c->head[c->head_len] = '\0';

    end = strstr(c->head, "\r\n\r\n");

    if (end == NULL) {
        if (c->head_len == HTTP_HEAD - 1) {
            bench_die("%s: a header without end", c->path);
        }

        return n;
    }

    if (strncmp(c->head, "HTTP/1.1 200 ", 13) != 0) {
        bench_die("%s: %s", c->path, c->head);
    }

    c->headed = true;
    length = strcasestr(c->head, "\r\nContent-Length:");
    c->chunked = length == NULL || length > end;
    c->left = c->chunked ? 1 : strtoul(length + 17, NULL, 10);

    memset(c->tail, 0, sizeof(c->tail));

    return (size_t) (end + 4 - c->head) - before;
}


static inline void
http_body(http_conn_t *c, const char *p, size_t n)
{
    size_t  keep;

    if (!c->chunked) {
        if (n > c->left) {
            bench_die("%s: more than was announced", c->path);
        }

        c->left -= n;
        return;
    }

    keep = n < HTTP_END_LEN ? HTTP_END_LEN - n : 0;

    memmove(c->tail, c->tail + HTTP_END_LEN - keep, keep);
    memcpy(c->tail + keep, p + n - (HTTP_END_LEN - keep),
           HTTP_END_LEN - keep);

    c->left = memcmp(c->tail, HTTP_END, HTTP_END_LEN) != 0;
}


static inline void
http_answered(http_conn_t *c)
{
    c->waits = false;
    c->answers++;
    http.under_way--;

    if (c->sample != NULL) {
        bench_add(c->sample, (double) (bench_ns() - c->asked) / 1e3);
    }

    if (c->again) {
        http_ask(c);
    }
}


static inline void
http_read(http_conn_t *c)
{
    size_t   used;
    ssize_t  n;

    n = recv(c->fd, http.buf, sizeof(http.buf), 0);

    if (n <= 0) {
        bench_die("%s: the connection is closed", c->path);
    }

    used = c->headed ? 0 : http_header(c, http.buf, (size_t) n);

    if (c->headed) {
        http_body(c, http.buf + used, (size_t) n - used);

        if (c->left == 0) {
            http_answered(c);
        }
    }
}


static inline void
http_turn(int most)
{
    int                 i, n;
    struct epoll_event  ev[64];

    n = epoll_wait(http.epoll, ev, 64, most);

    if (n == -1 && errno != EINTR) {
        bench_die("epoll_wait: %s", strerror(errno));
    }

    for (i = 0; i < n; i++) {
        http_read(ev[i].data.ptr);
    }
}


static inline void
http_until(int64_t when)
{
    int64_t  left;

    while ((left = when - bench_ns()) > 0) {
        http_turn((int) (left / 1000000) + 1);
    }
}


static inline void
http_begin(http_conn_t **conn, size_t n, bench_sample_t *sample)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        conn[i]->sample = sample;
        conn[i]->again = true;
        http_ask(conn[i]);
    }
}


/* … and what is under way comes to its end */

static inline void
http_end(http_conn_t **conn, size_t n)
{
    size_t  i, waits;

    for (i = 0; i < n; i++) {
        conn[i]->again = false;
    }

    do {
        http_turn(10);

        for (i = 0, waits = 0; i < n; i++) {
            waits += conn[i]->waits;
        }
    } while (waits > 0);
}


static inline void
http_open_all(http_conn_t **conn, size_t n, int port, const char *path)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        conn[i] = http_connect(port, path);
    }
}


#endif /* _BENCH_HTTP_CONN_H_INCLUDED_ */
