
/*
 * Copyright (C) the bmcgate authors
 *
 * memory CONF: opens the core, leases and polls every host once, and tells
 * what is resident then, in bytes: "board" and "sim" are the mapped files,
 * "own" is the rest, "all" their sum.  "view" is a read of the board over
 * the whole fleet, "syscall" a system call, in ns.
 */


#include "bench.h"


#define MEMORY_WAIT  30000           /* ms */


typedef struct {
    size_t  all;
    size_t  board;
    size_t  sim;
} memory_t;


static bool
memory_polled(bmc_t *b)
{
    size_t                 i;
    bmc_view_t             v;
    const bmc_hostconf_t  *h;

    for (i = 0; (h = bmc_host_at(bmc_base(b), i)) != NULL; i++) {
        if (!bmc_view(b, h, &v) || v.power_at == 0 || v.facts_at == 0
            || v.sensors_at == 0)
        {
            return false;
        }
    }

    return true;
}


static bool
memory_ends(const char *line, const char *with)
{
    size_t  n, m;

    n = strcspn(line, "\n");
    m = strlen(with);

    return n >= m && memcmp(line + n - m, with, m) == 0;
}


static void
memory_read(memory_t *m)
{
    char     line[4096];
    FILE    *f;
    size_t   kb, *part;

    memset(m, 0, sizeof(memory_t));
    part = NULL;

    f = fopen("/proc/self/smaps", "re");

    if (f == NULL) {
        bench_die("/proc/self/smaps: %s", strerror(errno));
    }

    while (fgets(line, sizeof(line), f) != NULL) {

        if (sscanf(line, "Rss: %zu", &kb) == 1) {
            m->all += kb * 1024;

            if (part != NULL) {
                *part += kb * 1024;
            }

        } else if (strspn(line, "0123456789abcdef") > 4) {
            part = memory_ends(line, "/board") ? &m->board
                   : memory_ends(line, "/sim") ? &m->sim : NULL;
        }
    }

    fclose(f);
}


int
main(int argc, char **argv)
{
    int        i;
    bmc_t     *b;
    int64_t    end;
    memory_t   m;

    if (argc != 2) {
        bench_die("usage: memory CONF");
    }

    b = bench_open(argv[1], BMC_POLL);
    end = bmc_now() + MEMORY_WAIT;

    do {
        bench_turn(b, 1000);

        if (bmc_now() > end) {
            bench_die("not every host was polled in %d ms", MEMORY_WAIT);
        }

    } while (!memory_polled(b));

    memory_read(&m);

    bench_tell("hosts", (double) bmc_host_count(bmc_base(b)));
    bench_tell("all", (double) m.all);
    bench_tell("board", (double) m.board);
    bench_tell("sim", (double) m.sim);
    bench_tell("own", (double) (m.all - m.board - m.sim));

    for (i = 0; i < 20; i++) {
        bench_tell("view", bench_view(b, bmc_host_count(bmc_base(b))));
        bench_tell("syscall", bench_syscall());
    }

    bmc_close(b, 5000);

    return 0;
}
