
/*
 * Copyright (C) the bmcgate authors
 *
 * What the benches share.  Each prints lines "figure value"; a figure that
 * is measured several times has several lines, and "run" compares those of
 * the same turn.
 */


#ifndef _BENCH_H_INCLUDED_
#define _BENCH_H_INCLUDED_


#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bmcgate.h"


#define BENCH_ROUND  30000


typedef struct {
    double  *at;
    size_t   n;
    size_t   max;
} bench_sample_t;


static inline int64_t
bench_ns(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}


static inline void __attribute__((format(printf, 1, 2), noreturn))
bench_die(const char *fmt, ...)
{
    va_list  ap;

    va_start(ap, fmt);
    fprintf(stderr, "bench: ");
    vfprintf(stderr, fmt, ap);
    fprintf(stderr, "\n");
    va_end(ap);

    exit(1);
}


static inline void
bench_say(void *data, const char *line)
{
    fprintf(stderr, "bench: %s\n", line);
}


/* a line of its own, whole, for children write to the same pipe */

static inline void
bench_tell(const char *figure, double value)
{
    printf("%s %.9g\n", figure, value);
    fflush(stdout);
}


/* a child that cannot outlive its parent */

static inline pid_t
bench_fork(void)
{
    pid_t  pid, parent;

    parent = getpid();
    fflush(stdout);

    pid = fork();

    if (pid == -1) {
        bench_die("fork: %s", strerror(errno));
    }

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);

        if (getppid() != parent) {
            _exit(1);
        }
    }

    return pid;
}


static inline void
bench_join(pid_t pid)
{
    int  status;

    if (waitpid(pid, &status, 0) != pid || status != 0) {
        bench_die("a child failed");
    }
}


static inline bmc_t *
bench_open(const char *conf, unsigned flags)
{
    bmc_t       *b;
    bmc_rc_t     rc;
    bmc_load_t   load;
    bmc_base_t  *base;

    memset(&load, 0, sizeof(load));
    load.conf = conf;

    base = bmc_load(&load, bench_say, NULL, &rc);

    if (base == NULL) {
        bench_die("cannot load %s", conf);
    }

    b = bmc_open(base, flags, bench_say, NULL, &rc);

    if (b == NULL) {
        bench_die("cannot open the core");
    }

    bmc_unload(base);

    return b;
}


/* one turn of an embedder's loop, of at most so many ms */

static inline void
bench_turn(bmc_t *b, int most)
{
    int            wait;
    struct pollfd  fd;

    wait = bmc_timeout(b);

    if (wait < 0 || wait > most) {
        wait = most;
    }

    fd.fd = bmc_fd(b);
    fd.events = POLLIN;

    (void) poll(&fd, 1, wait);

    bmc_run(b);
}


static inline void
bench_submit(bmc_t *b, bmc_verb_t verb, const char *host, unsigned flags,
    bmc_done_pt done, void *data)
{
    char           why[BMC_TEXT_MAX];
    bmc_rc_t       rc;
    bmc_request_t  req;

    static const bmc_actor_t  actor = {
        .kind = BMC_ACTOR_LOCAL, .name = "bench", .from = "bench"
    };

    memset(&req, 0, sizeof(req));
    req.verb = verb;
    req.host = host;
    req.door = "bench";
    req.actor = &actor;
    req.flags = flags;

    rc = bmc_submit(b, &req, done, data, NULL, why);

    if (rc != BMC_OK) {
        bench_die("%s: %s: %s", host, bmc_error(rc)->name, why);
    }
}


static inline void
bench_add(bench_sample_t *s, double value)
{
    if (s->n == s->max) {
        s->max = s->max * 2 + 1024;
        s->at = realloc(s->at, s->max * sizeof(double));

        if (s->at == NULL) {
            bench_die("out of memory");
        }
    }

    s->at[s->n++] = value;
}


static inline int
bench_less(const void *a, const void *b)
{
    double  x, y;

    x = *(const double *) a;
    y = *(const double *) b;

    return (x > y) - (x < y);
}


/* sorts them; fewer than least are no sample */

static inline double
bench_p99(bench_sample_t *s, size_t least)
{
    if (s->n < least) {
        bench_die("only %zu samples", s->n);
    }

    qsort(s->at, s->n, sizeof(double), bench_less);

    return s->at[s->n * 99 / 100];
}


/* ns of one read of the board, over the first so many hosts */

static inline double
bench_view(bmc_t *b, size_t hosts)
{
    size_t                  i, k;
    int64_t                 start, took;
    bmc_view_t              v;
    const bmc_hostconf_t  **h;

    h = calloc(hosts, sizeof(bmc_hostconf_t *));

    if (h == NULL) {
        bench_die("out of memory");
    }

    for (i = 0; i < hosts; i++) {
        h[i] = bmc_host_at(bmc_base(b), i);
    }

    start = bench_ns();

    for (i = 0, k = 0; i < BENCH_ROUND; i++) {

        if (!bmc_view(b, h[k], &v)) {
            bench_die("%s is not on the board", bmc_host_name(h[k]));
        }

        k = k + 1 < hosts ? k + 1 : 0;
    }

    took = bench_ns() - start;
    free(h);

    return (double) took / BENCH_ROUND;
}


/* ns of one that the C library cannot answer by itself */

static inline double
bench_syscall(void)
{
    long     sum;
    size_t   i;
    int64_t  start, took;

    sum = 0;
    start = bench_ns();

    for (i = 0; i < BENCH_ROUND; i++) {
        sum += syscall(SYS_getppid);
    }

    took = bench_ns() - start;

    if (sum < 0) {
        bench_die("getppid: %s", strerror(errno));
    }

    return (double) took / BENCH_ROUND;
}


#endif /* _BENCH_H_INCLUDED_ */
