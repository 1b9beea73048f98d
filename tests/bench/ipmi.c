
/*
 * Copyright (C) the bmcgate authors
 *
 * Real BMCs, or what simulates them.  "dead…" of CONF never answer.
 *
 * ipmi sweep CONF TURNS: asks every host for its power freshly, all at once,
 * first ("cold") without a session, then TURNS times ("warm") with one.
 * Figures are us until 99 % of those that live have answered.
 *
 * ipmi fleet CONF SECONDS: polls until each that lives has a session and has
 * told all that polls ask for; "rss" are the bytes resident then.  At the
 * end of its input it begins to measure: "cpu" is what part of a processor
 * it has used in SECONDS.
 */


#include <sys/resource.h>

#include "bench.h"


#define IPMI_READY  60000            /* ms */

/* every fourth poll reads sensors */

#define IPMI_SENSORS  4


typedef struct ipmi_sweep_s  ipmi_sweep_t;


typedef struct {
    const char    *name;
    ipmi_sweep_t  *sweep;
    bool           dead;
    bool           waits;
} ipmi_host_t;


struct ipmi_sweep_s {
    bmc_t           *b;
    ipmi_host_t     *host;
    size_t           n;
    size_t           under_way;      /* of those that live */
    int64_t          began;
    bench_sample_t   took;
};


static bool
ipmi_is_dead(const char *name)
{
    return strncmp(name, "dead", 4) == 0;
}


/* -- sweeps */

static void
ipmi_answered(void *data, const bmc_result_t *result)
{
    ipmi_host_t  *h;

    h = data;
    h->waits = false;

    if (h->dead) {
        return;
    }

    if (result->rc != BMC_OK) {
        bench_die("%s: %s", result->host, result->text);
    }

    bench_add(&h->sweep->took, (double) (bench_ns() - h->sweep->began) / 1000);
    h->sweep->under_way--;
}


/* a dead one that is still waited for is not asked again */

static void
ipmi_sweep(ipmi_sweep_t *s, const char *figure)
{
    size_t        i;
    ipmi_host_t  *h;

    s->took.n = 0;
    s->began = bench_ns();

    for (i = 0; i < s->n; i++) {
        h = &s->host[i];

        if (h->waits) {
            continue;
        }

        h->waits = true;
        s->under_way += !h->dead;
        bench_submit(s->b, BMC_POWER_STATUS, h->name, BMC_FRESH,
            ipmi_answered, h);
    }

    while (s->under_way > 0) {
        bench_turn(s->b, 1000);
    }

    bench_tell(figure, bench_p99(&s->took, 1));
}


static void
ipmi_sweeps(const char *conf, int turns)
{
    size_t        i;
    ipmi_sweep_t  s;

    memset(&s, 0, sizeof(s));
    s.b = bench_open(conf, BMC_QUIET);
    s.n = bmc_host_count(bmc_base(s.b));
    s.host = calloc(s.n, sizeof(ipmi_host_t));

    if (s.host == NULL) {
        bench_die("out of memory");
    }

    for (i = 0; i < s.n; i++) {
        s.host[i].name = bmc_host_name(bmc_host_at(bmc_base(s.b), i));
        s.host[i].dead = ipmi_is_dead(s.host[i].name);
        s.host[i].sweep = &s;
    }

    ipmi_sweep(&s, "cold");

    while (turns-- > 0) {
        ipmi_sweep(&s, "warm");
    }

    bmc_close(s.b, 1000);
    free(s.took.at);
    free(s.host);
}


/* -- a fleet */

static bool
ipmi_polled(bmc_t *b)
{
    size_t                 i;
    bmc_view_t             v;
    const bmc_hostconf_t  *h;

    for (i = 0; (h = bmc_host_at(bmc_base(b), i)) != NULL; i++) {

        if (!ipmi_is_dead(bmc_host_name(h))
            && (!bmc_view(b, h, &v) || v.power_at == 0 || v.facts_at == 0
                || v.sensors_at == 0))
        {
            return false;
        }
    }

    return true;
}


static double
ipmi_rss(void)
{
    FILE           *f;
    unsigned long   pages;

    f = fopen("/proc/self/statm", "re");

    if (f == NULL || fscanf(f, "%*u %lu", &pages) != 1) {
        bench_die("/proc/self/statm: %s", strerror(errno));
    }

    fclose(f);

    return (double) pages * (double) sysconf(_SC_PAGESIZE);
}


static void
ipmi_until_told(bmc_t *b)
{
    char           c;
    struct pollfd  fds[2];

    fds[0].fd = bmc_fd(b);
    fds[0].events = POLLIN;
    fds[1].fd = STDIN_FILENO;
    fds[1].events = POLLIN;

    for ( ;; ) {
        fds[1].revents = 0;
        (void) poll(fds, 2, bmc_timeout(b));

        if (fds[1].revents != 0 && read(STDIN_FILENO, &c, 1) < 1) {
            return;
        }

        bmc_run(b);
    }
}


static double
ipmi_cpu(void)
{
    struct rusage  u;

    (void) getrusage(RUSAGE_SELF, &u);

    return (double) (u.ru_utime.tv_sec + u.ru_stime.tv_sec)
           + (double) (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}


static void
ipmi_sensed(void *data, const bmc_result_t *result)
{
    if (result->rc != BMC_OK) {
        bench_die("%s: %s", result->host, result->text);
    }
}


/*
 * The polls that read sensors are too far apart to wait for, and all of
 * them near: as many are asked for here, evenly.
 */

static void
ipmi_poll(bmc_t *b, int64_t seconds)
{
    double                 used;
    size_t                 n, next, asked;
    int64_t                began, now, every;
    const bmc_hostconf_t  *h;

    n = bmc_host_count(bmc_base(b));
    every = (int64_t) bmc_host_poll(bmc_host_at(bmc_base(b), 0)) * 1000000
            * IPMI_SENSORS / (int64_t) n;
    used = ipmi_cpu();
    began = bench_ns();
    asked = 0;
    next = 0;

    for ( ;; ) {
        now = bench_ns() - began;

        if (now >= seconds * 1000000000) {
            break;
        }

        for ( /* void */ ; (int64_t) asked < now / every; asked++) {
            h = bmc_host_at(bmc_base(b), next++ % n);

            if (!ipmi_is_dead(bmc_host_name(h))) {
                bench_submit(b, BMC_SENSORS_READ, bmc_host_name(h),
                    BMC_FRESH, ipmi_sensed, NULL);
            }
        }

        bench_turn(b, (int) (every / 1000000) + 1);
    }

    bench_tell("cpu", (ipmi_cpu() - used) * 1e9 / (double) now);
    bench_tell("sensors", (double) asked);
}


static void
ipmi_fleet(const char *conf, int seconds)
{
    bmc_t    *b;
    int64_t   end;

    b = bench_open(conf, BMC_POLL);
    end = bmc_now() + IPMI_READY;

    do {
        bench_turn(b, 100);

        if (bmc_now() > end) {
            bench_die("not every host was polled in %d ms", IPMI_READY);
        }

    } while (!ipmi_polled(b));

    bench_tell("rss", ipmi_rss());
    ipmi_until_told(b);
    ipmi_poll(b, seconds);
    bmc_close(b, 5000);
}


int
main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "sweep") == 0) {
        ipmi_sweeps(argv[2], atoi(argv[3]));
        return 0;
    }

    if (argc == 4 && strcmp(argv[1], "fleet") == 0) {
        ipmi_fleet(argv[2], atoi(argv[3]));
        return 0;
    }

    bench_die("usage: ipmi sweep CONF TURNS | ipmi fleet CONF SECONDS");
}
