
/*
 * Copyright (C) the bmcgate authors
 *
 * redfish CONF URLS TURNS: the power of every host of CONF, whose System is
 * the URL in the same line of URLS ("USER:PASSWORD URL"), asked for one
 * after the other TURNS times: "ours" through the core, freshly, "curl" with
 * a connection that libcurl keeps.  Medians of a turn, in us.
 *
 * "rss" are the bytes that one host takes once all have a session.
 */


#include <curl/curl.h>

#include "bench.h"


#define REDFISH_LINE  512


typedef struct {
    CURL  *curl;
    char   login[128];
    char   url[REDFISH_LINE];
} redfish_host_t;


typedef struct {
    bmc_t           *b;
    redfish_host_t  *host;
    size_t           n;
    bool             waits;
} redfish_t;


static size_t
redfish_took(char *data, size_t size, size_t n, void *to)
{
    return size * n;
}


static void
redfish_urls(redfish_t *r, const char *path)
{
    FILE            *f;
    redfish_host_t  *h;

    f = fopen(path, "r");

    if (f == NULL) {
        bench_die("%s: %s", path, strerror(errno));
    }

    for (r->n = 0; r->n < bmc_host_count(bmc_base(r->b)); r->n++) {
        h = &r->host[r->n];

        if (fscanf(f, "%127s %511s", h->login, h->url) != 2) {
            bench_die("%s has fewer lines than there are hosts", path);
        }

        h->curl = curl_easy_init();

        if (h->curl == NULL) {
            bench_die("out of memory");
        }

        (void) curl_easy_setopt(h->curl, CURLOPT_URL, h->url);
        (void) curl_easy_setopt(h->curl, CURLOPT_USERPWD, h->login);
        (void) curl_easy_setopt(h->curl, CURLOPT_HTTPAUTH,
            (long) CURLAUTH_BASIC);
        (void) curl_easy_setopt(h->curl, CURLOPT_SSL_VERIFYPEER, 0L);
        (void) curl_easy_setopt(h->curl, CURLOPT_SSL_VERIFYHOST, 0L);
        (void) curl_easy_setopt(h->curl, CURLOPT_PROXY, "");
        (void) curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION,
            redfish_took);
    }

    (void) fclose(f);
}


static double
redfish_curl(redfish_host_t *h)
{
    long      status;
    int64_t   began;
    CURLcode  code;

    began = bench_ns();
    code = curl_easy_perform(h->curl);

    (void) curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);

    if (code != CURLE_OK || status != 200) {
        bench_die("%s: %s, status %ld", h->url, curl_easy_strerror(code),
            status);
    }

    return (double) (bench_ns() - began) / 1000;
}


static void
redfish_answered(void *data, const bmc_result_t *result)
{
    redfish_t  *r;

    if (result->rc != BMC_OK) {
        bench_die("%s: %s", result->host, result->text);
    }

    r = data;
    r->waits = false;
}


static double
redfish_ours(redfish_t *r, size_t i)
{
    int64_t  began;

    began = bench_ns();
    r->waits = true;
    bench_submit(r->b, BMC_POWER_STATUS,
        bmc_host_name(bmc_host_at(bmc_base(r->b), i)), BMC_FRESH,
        redfish_answered, r);

    while (r->waits) {
        bench_turn(r->b, 1000);
    }

    return (double) (bench_ns() - began) / 1000;
}


static double
redfish_rss(void)
{
    long   pages;
    FILE  *f;

    f = fopen("/proc/self/statm", "r");

    if (f == NULL || fscanf(f, "%*d %ld", &pages) != 1) {
        bench_die("/proc/self/statm: %s", strerror(errno));
    }

    (void) fclose(f);

    return (double) pages * (double) sysconf(_SC_PAGESIZE);
}


/* the first one reads what all need: libraries, certificates */

static void
redfish_sessions(redfish_t *r)
{
    size_t  i;
    double  before;

    (void) redfish_ours(r, 0);
    before = redfish_rss();

    for (i = 1; i < r->n; i++) {
        (void) redfish_ours(r, i);
    }

    bench_tell("rss", (redfish_rss() - before) / (double) (r->n - 1));
}


static double
redfish_median(bench_sample_t *s)
{
    qsort(s->at, s->n, sizeof(double), bench_less);

    return s->at[s->n / 2];
}


/* in turn, host by host: what disturbs one disturbs the other */

static void
redfish_turn(redfish_t *r, bench_sample_t *ours, bench_sample_t *curl)
{
    size_t  i;

    ours->n = 0;
    curl->n = 0;

    for (i = 0; i < r->n; i++) {
        bench_add(ours, redfish_ours(r, i));
        bench_add(curl, redfish_curl(&r->host[i]));
    }

    bench_tell("ours", redfish_median(ours));
    bench_tell("curl", redfish_median(curl));
}


int
main(int argc, char *argv[])
{
    int             i;
    redfish_t       r;
    bench_sample_t  ours, curl;

    if (argc != 4) {
        bench_die("usage: redfish CONF URLS TURNS");
    }

    memset(&r, 0, sizeof(r));
    memset(&ours, 0, sizeof(ours));
    memset(&curl, 0, sizeof(curl));

    r.b = bench_open(argv[1], BMC_QUIET);
    r.host = calloc(bmc_host_count(bmc_base(r.b)), sizeof(redfish_host_t));

    if (r.host == NULL) {
        bench_die("out of memory");
    }

    r.n = bmc_host_count(bmc_base(r.b));
    redfish_sessions(&r);
    redfish_urls(&r, argv[2]);

    for (i = 0; i < (int) r.n; i++) {
        (void) redfish_curl(&r.host[i]);
    }

    for (i = 0; i < atoi(argv[3]); i++) {
        redfish_turn(&r, &ours, &curl);
    }

    bmc_close(r.b, 5000);

    while (r.n > 0) {
        curl_easy_cleanup(r.host[--r.n].curl);
    }

    return 0;
}
