
/*
 * Copyright (C) the bmcgate authors
 *
 * show CONF TURNS: what the doors' texts cost, of all hosts of CONF, whose
 * board is filled in first.  User "last" may read them, "nobody" may not.
 * Figures are ns a host, but "…_longest" in us: of the calls that make one
 * scrape.
 */


#include "bench.h"
#include "gate/core.h"


#define SHOW_SENSORS  12
#define SHOW_PIECE    65536


static void
show_fill_host(bmc_t *b, const bmc_hostconf_t *h, size_t i)
{
    size_t        k;
    uint32_t      slot;
    uint64_t      was;
    bmc_view_t    v;
    bmc_sensor_t  s[SHOW_SENSORS];

    slot = bmc_slot_of(b, h, true);

    if (slot == BMC_SLOT_NONE || !bmc_lease_take(b->board, slot, &was)) {
        bench_die("no slot for %s", bmc_host_name(h));
    }

    memset(&v, 0, sizeof(v));
    memset(s, 0, sizeof(s));

    v.power = i % 3 ? BMC_POWER_IS_ON : BMC_POWER_IS_OFF;
    v.power_at = bmc_now() - (int64_t) i % 30000;
    v.power_since = bmc_now() - 86400000 - (int64_t) i;
    v.reach = BMC_REACH_YES;
    v.health = BMC_HEALTH_OK;
    v.watts = 250.5F;
    v.watts_at = v.power_at;
    v.facts_at = v.power_at;
    v.sensors_at = v.power_at;

    (void) snprintf(v.driver, sizeof(v.driver), "ipmi");
    (void) snprintf(v.vendor, sizeof(v.vendor), "Supermicro");
    (void) snprintf(v.model, sizeof(v.model), "SYS-1029P-WTR");

    bmc_board_write(b->board, slot, &v);

    for (k = 0; k < SHOW_SENSORS; k++) {
        (void) snprintf(s[k].name, sizeof(s[k].name), "CPU%zu Temp", k);
        s[k].unit = BMC_UNIT_CELSIUS;
        s[k].state = BMC_SENSOR_OK;
        s[k].value = 40.5F + (float) k;
    }

    bmc_board_write_sensors(b->board, slot, s, SHOW_SENSORS);
}


static void
show_fill(bmc_t *b, size_t hosts)
{
    size_t  i;

    for (i = 0; i < hosts; i++) {
        show_fill_host(b, bmc_host_at(bmc_base(b), i), i);
    }
}


static double
show_rows(bmc_t *b, size_t hosts)
{
    char        *out;
    size_t       n;
    int64_t      start, took;
    bmc_rows_t   rows;

    out = malloc(SHOW_PIECE);

    if (out == NULL) {
        bench_die("out of memory");
    }

    memset(&rows, 0, sizeof(rows));
    rows.left = hosts;
    start = bench_ns();

    for (n = 0; !rows.ended; /* void */ ) {
        n += bmc_show_hosts(b, &rows, out, SHOW_PIECE);
    }

    took = bench_ns() - start;
    free(out);

    if (n < hosts * 64) {
        bench_die("rows of %zu bytes", n / hosts);
    }

    return (double) took / (double) hosts;
}


static double
show_power(bmc_t *b, size_t hosts)
{
    char           out[512];
    size_t         i;
    int64_t        start;
    bmc_view_t     v;
    bmc_request_t  req;

    static const bmc_actor_t  actor = {
        .kind = BMC_ACTOR_USER, .name = "last", .from = "bench"
    };

    memset(&req, 0, sizeof(req));
    req.verb = BMC_POWER_STATUS;
    req.actor = &actor;
    req.max_age = 3600000;

    start = bench_ns();

    for (i = 0; i < hosts; i++) {
        req.host = bmc_host_name(bmc_host_at(bmc_base(b), i));

        if (!bmc_peek(b, &req, &v)
            || bmc_show_power(&v, out, sizeof(out)) > sizeof(out))
        {
            bench_die("%s: no peek", req.host);
        }
    }

    return (double) (bench_ns() - start) / (double) hosts;
}


static double
show_may(bmc_t *b, size_t hosts)
{
    size_t   i, n;
    int64_t  start;

    static const bmc_actor_t  actor = {
        .kind = BMC_ACTOR_USER, .name = "last", .from = "bench"
    };

    start = bench_ns();

    for (i = 0, n = 0; i < hosts; i++) {
        n += bmc_may(b, &actor, bmc_host_at(bmc_base(b), i),
                     BMC_POWER_STATUS, NULL);
    }

    if (n != hosts) {
        bench_die("%zu of %zu hosts are allowed", n, hosts);
    }

    return (double) (bench_ns() - start) / (double) hosts;
}


/* of this process: what others take of the processor is not the call's */

static int64_t
show_cpu(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

    return (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}


static void
show_scrape(bmc_t *b, size_t hosts, const bmc_actor_t *actor,
    const char *each, const char *most)
{
    char             *out;
    size_t            n;
    double            longest;
    int64_t           start, at, took;
    bmc_metrics_at_t  cursor;

    out = malloc(SHOW_PIECE);

    if (out == NULL) {
        bench_die("out of memory");
    }

    memset(&cursor, 0, sizeof(cursor));
    longest = 0;
    start = bench_ns();

    do {
        at = show_cpu();
        n = bmc_metrics(b, actor, &cursor, out, SHOW_PIECE);
        took = show_cpu() - at;
        longest = (double) took > longest ? (double) took : longest;
    } while (n > 0);

    free(out);

    bench_tell(each, (double) (bench_ns() - start) / (double) hosts);
    bench_tell(most, longest / 1000);
}


int
main(int argc, char **argv)
{
    int      turns;
    bmc_t   *b;
    size_t   hosts;

    static const bmc_actor_t  nobody = {
        .kind = BMC_ACTOR_USER, .name = "nobody", .from = "bench"
    };

    if (argc != 3) {
        bench_die("usage: show CONF TURNS");
    }

    b = bench_open(argv[1], BMC_QUIET);
    hosts = bmc_host_count(bmc_base(b));
    show_fill(b, hosts);

    for (turns = atoi(argv[2]); turns > 0; turns--) {
        bench_tell("view", bench_view(b, hosts));
        bench_tell("row", show_rows(b, hosts));
        bench_tell("power", show_power(b, hosts));
        bench_tell("may", show_may(b, hosts));
        show_scrape(b, hosts, NULL, "metrics", "metrics_longest");
        show_scrape(b, hosts, &nobody, "hidden", "hidden_longest");
    }

    bmc_close(b, 1000);

    return 0;
}
