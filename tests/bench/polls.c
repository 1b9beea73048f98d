
/*
 * Copyright (C) the bmcgate authors
 *
 * polls CONF WARM SECONDS: one process polls every host of CONF.  Of them
 * "asked…" are read freshly, one every millisecond, by a user of that
 * process; "dead…" never answer; how old the answers of all others become is
 * seen by another process, on the board.
 *
 * "read" is the 99th percentile, in us, from when the read was meant to be
 * asked to its answer; "age" that of the ages that answers reach before the
 * next is there, in ms; "late" is "age" without the interval.
 */


#include <sys/timerfd.h>

#include "bench.h"


#define POLLS_EVERY  1000000         /* ns between two reads */
#define POLLS_LOOK   200             /* ms between two looks at the board */
#define POLLS_LEAST  1000            /* samples */


typedef struct {
    bmc_t          *b;
    size_t          asked;           /* hosts of that name */
    size_t          next;
    size_t          under_way;
    bench_sample_t  took;
} polls_t;


typedef struct {
    polls_t  *p;
    int64_t   meant;
} polls_read_t;


/* -- the one that looks at the board */

static bool
polls_watched(const bmc_hostconf_t *h)
{
    return strncmp(bmc_host_name(h), "asked", 5) != 0
           && strncmp(bmc_host_name(h), "dead", 4) != 0;
}


/* the first look only remembers; the last counts what is still to come */

static void
polls_look(bmc_t *b, int64_t *was, bench_sample_t *ages, bool last)
{
    size_t                 i;
    int64_t                age;
    bmc_view_t             v;
    const bmc_hostconf_t  *h;

    for (i = 0; (h = bmc_host_at(bmc_base(b), i)) != NULL; i++) {

        if (!polls_watched(h)) {
            continue;
        }

        (void) bmc_view(b, h, &v);

        if (was[i] != 0 && v.power_at != was[i]) {
            bench_add(ages, (double) (v.power_at - was[i]));
        }

        was[i] = v.power_at;
        age = bmc_now() - v.power_at;

        if (last && age > bmc_host_poll(h)) {
            bench_add(ages, (double) age);
        }
    }
}


static void
polls_watch(const char *conf, int go, int64_t ms)
{
    char             c;
    bmc_t           *b;
    size_t           n;
    double           age;
    int64_t         *was, end;
    bench_sample_t   ages;

    memset(&ages, 0, sizeof(ages));

    if (read(go, &c, 1) != 1) {
        _exit(1);
    }

    b = bench_open(conf, BMC_QUIET);
    n = bmc_host_count(bmc_base(b));
    was = calloc(n, sizeof(int64_t));

    if (was == NULL) {
        bench_die("out of memory");
    }

    for (end = bmc_now() + ms; bmc_now() < end; /* void */ ) {
        polls_look(b, was, &ages, false);
        poll(NULL, 0, POLLS_LOOK);
    }

    polls_look(b, was, &ages, true);

    age = bench_p99(&ages, POLLS_LEAST);

    bench_tell("age", age);
    bench_tell("late", age - bmc_host_poll(bmc_host_at(bmc_base(b), n - 1)));
    bench_tell("ages", (double) ages.n);

    bmc_close(b, 1000);
    _exit(0);
}


/* -- the one that polls */

static void
polls_done(void *data, const bmc_result_t *result)
{
    polls_read_t  *r;

    r = data;

    if (result->rc != BMC_OK) {
        bench_die("%s: %s", result->host, result->text);
    }

    bench_add(&r->p->took, (double) (bench_ns() - r->meant) / 1000);
    r->p->under_way--;
    free(r);
}


static void
polls_read(polls_t *p, int64_t meant)
{
    char           name[BMC_NAME_MAX];
    polls_read_t  *r;

    r = malloc(sizeof(polls_read_t));

    if (r == NULL) {
        bench_die("out of memory");
    }

    r->p = p;
    r->meant = meant;
    p->under_way++;

    (void) snprintf(name, sizeof(name), "asked%zu", 1 + p->next++ % p->asked);

    bench_submit(p->b, BMC_POWER_STATUS, name, BMC_FRESH, polls_done, r);
}


static void
polls_wait(bmc_t *b, int timer)
{
    struct pollfd  fds[2];

    fds[0].fd = bmc_fd(b);
    fds[0].events = POLLIN;
    fds[1].fd = timer;
    fds[1].events = POLLIN;

    (void) poll(fds, 2, bmc_timeout(b));
}


/* a read that could not be asked in time has waited all the same */

static void
polls_ask(polls_t *p, int timer, int64_t seconds)
{
    int64_t   meant, end;
    uint64_t  n;

    meant = bench_ns();
    end = meant + seconds * 1000000000;

    while (meant < end) {
        polls_wait(p->b, timer);

        if (read(timer, &n, sizeof(n)) == sizeof(n)) {
            for ( /* void */ ; n > 0; n--) {
                meant += POLLS_EVERY;
                polls_read(p, meant);
            }
        }

        bmc_run(p->b);
    }

    while (p->under_way > 0) {
        bench_turn(p->b, 1000);
    }
}


static int
polls_timer(void)
{
    int                fd;
    struct itimerspec  every;

    memset(&every, 0, sizeof(every));
    every.it_value.tv_nsec = POLLS_EVERY;
    every.it_interval.tv_nsec = POLLS_EVERY;

    fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK|TFD_CLOEXEC);

    if (fd == -1 || timerfd_settime(fd, 0, &every, NULL) == -1) {
        bench_die("timerfd: %s", strerror(errno));
    }

    return fd;
}


static size_t
polls_count(bmc_t *b, const char *group)
{
    char    name[BMC_NAME_MAX];
    size_t  n;

    n = 0;

    do {
        (void) snprintf(name, sizeof(name), "%s%zu", group, n + 1);
    } while (bmc_host(bmc_base(b), name) != NULL && ++n);

    return n;
}


int
main(int argc, char **argv)
{
    int      go[2];
    pid_t    pid;
    int64_t  warm, seconds, end;
    polls_t  p;

    if (argc != 4 || pipe(go) == -1) {
        bench_die("usage: polls CONF WARM SECONDS");
    }

    warm = atoi(argv[2]);
    seconds = atoi(argv[3]);

    pid = bench_fork();

    if (pid == 0) {
        polls_watch(argv[1], go[0], seconds * 1000);
    }

    memset(&p, 0, sizeof(p));
    p.b = bench_open(argv[1], BMC_POLL);
    p.asked = polls_count(p.b, "asked");

    for (end = bmc_now() + warm * 1000; bmc_now() < end; /* void */ ) {
        bench_turn(p.b, 100);
    }

    if (write(go[1], "", 1) != 1) {
        bench_die("the process that watches has gone");
    }

    polls_ask(&p, polls_timer(), seconds);

    bench_tell("read", bench_p99(&p.took, POLLS_LEAST));
    bench_tell("median", p.took.at[p.took.n / 2]);
    bench_tell("reads", (double) p.took.n);

    /* the other one looks once more */

    for (end = bmc_now() + 2 * POLLS_LOOK; bmc_now() < end; /* void */ ) {
        bench_turn(p.b, POLLS_LOOK);
    }

    bench_join(pid);
    bmc_close(p.b, 5000);

    return 0;
}
