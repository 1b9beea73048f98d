
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


#include "http_conn.h"


#define HTTP_CONNECTIONS  4096
#define HTTP_FAST         16         /* connections, beside the slow ones */


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
