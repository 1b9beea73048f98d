
/*
 * Copyright (C) the bmcgate authors
 *
 * http rates PORT KEY CONNECTIONS TURNS MS A B: requests a second for the
 * paths A and B, one after the other in each turn.
 *
 * http fresh PORT KEY TURNS MS PATH CONF HOST: µs of a read that goes to the
 * BMC: of PATH, "nginx", and of HOST in this process, "core".
 *
 * http slow PORT KEY TURNS MS COUNT WAIT FILE OTHER: µs of FILE's p99 with
 * COUNT reads under way of hosts slow1 ..., whose BMCs take WAIT ms, "busy",
 * and at port OTHER, where nothing else happens, "still": by turns, MS each,
 * for as long as the reads take.
 *
 * http scrape PORT KEY TURNS FILE METRICS: µs that the slowest FILE took
 * while METRICS was fetched, "busy", and in as long without, "still"; and how
 * long METRICS took, "scrape".
 */


#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "bench.h"


#define HTTP_CONNECTIONS  4096
#define HTTP_HEAD         4096
#define HTTP_READ         16384      /* as curl */
#define HTTP_END          "\r\n0\r\n\r\n"    /* of an answer in chunks */
#define HTTP_END_LEN      (sizeof(HTTP_END) - 1)
#define HTTP_FAST         16         /* connections, beside the slow ones */


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


static unsigned
http_number(const char *s, unsigned most)
{
    char           *end;
    unsigned long   n;

    n = strtoul(s, &end, 10);

    if (*s == '\0' || *end != '\0' || n == 0 || n > most) {
        bench_die("\"%s\" is not a number from 1 to %u", s, most);
    }

    return (unsigned) n;
}


static http_conn_t *
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


static void
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

static size_t
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


static void
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


static void
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


static void
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


static void
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


static void
http_until(int64_t when)
{
    int64_t  left;

    while ((left = when - bench_ns()) > 0) {
        http_turn((int) (left / 1000000) + 1);
    }
}


static void
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

static void
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


static void
http_open_all(http_conn_t **conn, size_t n, int port, const char *path)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        conn[i] = http_connect(port, path);
    }
}


static double
http_rate(http_conn_t **conn, size_t n, unsigned ms, bench_sample_t *sample)
{
    size_t    i;
    int64_t   start;
    uint64_t  answers;

    for (i = 0, answers = 0; i < n; i++) {
        answers -= conn[i]->answers;
    }

    start = bench_ns();

    http_begin(conn, n, sample);
    http_until(start + ms * INT64_C(1000000));
    http_end(conn, n);

    for (i = 0; i < n; i++) {
        answers += conn[i]->answers;
    }

    return (double) answers * 1e9 / (double) (bench_ns() - start);
}


static double
http_p99(http_conn_t **conn, size_t n, unsigned ms)
{
    double          p99;
    bench_sample_t  sample;

    memset(&sample, 0, sizeof(sample));

    (void) http_rate(conn, n, ms, &sample);

    p99 = bench_p99(&sample, 1000);
    free(sample.at);

    return p99;
}


static void
http_rates(char **argv)
{
    unsigned      i, n, ms, turns;
    http_conn_t  *a[HTTP_CONNECTIONS], *b[HTTP_CONNECTIONS];

    n = http_number(argv[0], HTTP_CONNECTIONS);
    turns = http_number(argv[1], 10000);
    ms = http_number(argv[2], 60000);

    http_open_all(a, n, http.port, argv[3]);
    http_open_all(b, n, http.port, argv[4]);

    (void) http_rate(a, n, ms, NULL);
    (void) http_rate(b, n, ms, NULL);

    for (i = 0; i < turns; i++) {
        bench_tell("a", http_rate(a, n, ms, NULL));
        bench_tell("b", http_rate(b, n, ms, NULL));
    }
}


static void
http_fresh_done(void *data, const bmc_result_t *result)
{
    if (result->rc != BMC_OK) {
        bench_die("%s: %s", result->host, result->text);
    }

    *(bool *) data = true;
}


static double
http_fresh_core(bmc_t *b, const char *host, unsigned ms)
{
    bool      done;
    int64_t   start, now;
    uint64_t  n;

    n = 0;
    start = bench_ns();

    do {
        done = false;
        bench_submit(b, BMC_POWER_STATUS, host, BMC_FRESH, http_fresh_done,
                     &done);

        while (!done) {
            bench_turn(b, 1000);
        }

        n++;
        now = bench_ns();

    } while (now - start < ms * INT64_C(1000000));

    return (double) (now - start) / 1e3 / (double) n;
}


static void
http_fresh(char **argv)
{
    bmc_t        *b;
    unsigned      i, ms, turns;
    http_conn_t  *c;

    turns = http_number(argv[0], 10000);
    ms = http_number(argv[1], 60000);

    c = http_connect(http.port, argv[2]);
    b = bench_open(argv[3], BMC_QUIET);

    (void) http_fresh_core(b, argv[4], ms);
    (void) http_rate(&c, 1, ms, NULL);

    for (i = 0; i < turns; i++) {
        bench_tell("core", http_fresh_core(b, argv[4], ms));
        bench_tell("nginx", 1e6 / http_rate(&c, 1, ms, NULL));
    }

    bmc_close(b, 1000);
}


/* all of them under way, long before the first is answered */

static void
http_slow_begin(http_conn_t **slow, unsigned count, unsigned wait)
{
    char      path[64];
    int64_t   start;
    unsigned  i;

    start = bench_ns();

    for (i = 0; i < count; i++) {
        (void) snprintf(path, sizeof(path),
                        "/api/hosts/slow%u/power?fresh=1", i + 1);
        slow[i] = http_connect(http.port, path);

        http_until(start + i * (wait * INT64_C(100000) / count));
        http_begin(&slow[i], 1, NULL);
    }
}


/* what disturbs the one is near enough to disturb the other */

static void
http_slow_pair(http_conn_t **busy, http_conn_t **still, unsigned ms,
    bool swap)
{
    double  p99;

    if (swap) {
        p99 = http_p99(still, HTTP_FAST, ms);
        bench_tell("busy", http_p99(busy, HTTP_FAST, ms));
        bench_tell("still", p99);
        return;
    }

    bench_tell("busy", http_p99(busy, HTTP_FAST, ms));
    bench_tell("still", http_p99(still, HTTP_FAST, ms));
}


static void
http_slow(char **argv)
{
    int64_t       end;
    unsigned      i, ms, wait, turns, count, pairs;
    http_conn_t  *fast[HTTP_FAST], *other[HTTP_FAST];
    http_conn_t  *slow[HTTP_CONNECTIONS];

    turns = http_number(argv[0], 100);
    ms = http_number(argv[1], 60000);
    count = http_number(argv[2], HTTP_CONNECTIONS);
    wait = http_number(argv[3], 30000);

    http_open_all(fast, HTTP_FAST, http.port, argv[4]);
    http_open_all(other, HTTP_FAST, (int) http_number(argv[5], 65535),
                  argv[4]);
    (void) http_p99(fast, HTTP_FAST, ms);
    (void) http_p99(other, HTTP_FAST, ms);

    for (pairs = 0; turns > 0; turns--) {
        end = bench_ns() + (wait - 3 * ms) * INT64_C(1000000);
        http_slow_begin(slow, count, wait);

        while (bench_ns() < end) {
            http_slow_pair(fast, other, ms, pairs++ & 1);
        }

        if (http.under_way != count) {
            bench_die("%zu reads are under way", http.under_way);
        }

        http.under_way -= count;

        for (i = 0; i < count; i++) {
            (void) close(slow[i]->fd);
            free(slow[i]);
        }
    }
}


/* the longest, until when or until another has its answer */

static double
http_worst(http_conn_t *c, const http_conn_t *other, int64_t when)
{
    double          worst;
    bench_sample_t  sample;

    memset(&sample, 0, sizeof(sample));
    http_begin(&c, 1, &sample);

    while (other != NULL ? other->waits : bench_ns() < when) {
        http_turn(10);
    }

    http_end(&c, 1);

    qsort(sample.at, sample.n, sizeof(double), bench_less);
    worst = sample.at[sample.n - 1];
    free(sample.at);

    return worst;
}


static void
http_scrape(char **argv)
{
    int64_t       start, took;
    unsigned      i, turns;
    http_conn_t  *c, *metrics;

    turns = http_number(argv[0], 10000);
    c = http_connect(http.port, argv[1]);
    metrics = http_connect(http.port, argv[2]);

    for (i = 0; i < turns; i++) {
        start = bench_ns();

        http_ask(metrics);
        bench_tell("busy", http_worst(c, metrics, 0));

        took = bench_ns() - start;

        bench_tell("scrape", (double) took / 1e3);
        bench_tell("still", http_worst(c, NULL, bench_ns() + took));
    }
}


int
main(int argc, char **argv)
{
    size_t  i;

    static const struct {
        const char  *name;
        int          nargs;
        void       (*run)(char **argv);
    } measures[] = {
        { "rates", 5, http_rates },
        { "fresh", 5, http_fresh },
        { "slow", 6, http_slow },
        { "scrape", 3, http_scrape }
    };

    for (i = 0; i < sizeof(measures) / sizeof(measures[0]); i++) {

        if (argc < 4 || argc - 4 != measures[i].nargs
            || strcmp(argv[1], measures[i].name) != 0)
        {
            continue;
        }

        http.port = (int) http_number(argv[2], 65535);
        http.key = argv[3];
        http.epoll = epoll_create1(EPOLL_CLOEXEC);

        if (http.epoll == -1) {
            bench_die("epoll_create1: %s", strerror(errno));
        }

        measures[i].run(argv + 4);

        return 0;
    }

    bench_die("usage: http rates|fresh|slow|scrape PORT KEY ...");
}
