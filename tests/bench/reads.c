
/*
 * Copyright (C) the bmcgate authors
 *
 * reads CONF TURNS CPUS: reads through the gate beside a bare ping-pong of
 * the same messages between two processes, both on the same processor (1) or
 * each on one of its own (2).  Of CONF's hosts "here…" are held by this
 * process, "there…" by another.  Figures are a second, but "view" and
 * "syscall" in ns.
 */


#include <sched.h>
#include <sys/socket.h>

#include "bench.h"
#include "gate/core.h"


#define READS_HOSTS  64
#define READS_MS     25              /* short: what is compared is close */
#define READS_DEEP   16


typedef struct {
    bmc_t     *b;
    char       host[READS_HOSTS][BMC_NAME_MAX];
    unsigned   flags;
    unsigned   next;
    unsigned   under_way;
    uint64_t   done;
} reads_t;


typedef struct {
    size_t  request;
    size_t  result;
} reads_sizes_t;


static void
reads_done(void *data, const bmc_result_t *result)
{
    reads_t  *r;

    r = data;

    if (result->rc != BMC_OK) {
        bench_die("%s: %s", result->host, result->text);
    }

    r->done++;
    r->under_way--;
}


static void
reads_init(reads_t *r, bmc_t *b, const char *group, unsigned flags)
{
    unsigned  i;

    memset(r, 0, sizeof(reads_t));
    r->b = b;
    r->flags = flags;

    for (i = 0; i < READS_HOSTS; i++) {
        (void) snprintf(r->host[i], BMC_NAME_MAX, "%s%u", group, i + 1);
    }
}


static void
reads_ask(reads_t *r)
{
    r->under_way++;
    bench_submit(r->b, BMC_POWER_STATUS, r->host[r->next++ % READS_HOSTS],
        r->flags, reads_done, r);
}


static double
reads_rate(reads_t *r, unsigned depth)
{
    int64_t   start, now;
    uint64_t  before;

    before = r->done;
    start = bench_ns();
    now = start;

    while (now - start < READS_MS * 1000000) {

        while (r->under_way < depth) {
            reads_ask(r);
        }

        bench_turn(r->b, 1000);
        now = bench_ns();
    }

    before = r->done - before;

    while (r->under_way > 0) {
        bench_turn(r->b, 1000);
    }

    return (double) before * 1e9 / (double) (now - start);
}


/* -- the bare one */

static void
reads_sizes(reads_sizes_t *s)
{
    bmc_msg_t  m;
    bmc_buf_t  buf;

    memset(&buf, 0, sizeof(buf));
    memset(&m, 0, sizeof(m));

    m.type = BMC_MSG_REQUEST;
    m.verb = BMC_POWER_STATUS;
    m.host = "there64";
    m.door = "bench";
    m.actor = "local:bench";
    m.from = "bench";

    if (!bmc_msg_encode(&buf, &m)) {
        bench_die("no request");
    }

    s->request = buf.len;

    memset(&m, 0, sizeof(m));
    m.type = BMC_MSG_RESULT;
    m.driver = "sim";
    m.text = "";

    if (!bmc_msg_encode(&buf, &m)) {
        bench_die("no result");
    }

    s->result = buf.len;
    bmc_buf_free(&buf);
}


static void
reads_echo(int fd, const reads_sizes_t *s)
{
    char  buf[4096];

    memset(buf, 0, sizeof(buf));

    while (recv(fd, buf, sizeof(buf), 0) > 0) {
        if (send(fd, buf, s->result, MSG_NOSIGNAL) == -1) {
            break;
        }
    }

    _exit(0);
}


static double
reads_bare(int fd, const reads_sizes_t *s, unsigned depth)
{
    char      buf[4096];
    int64_t   start, now;
    uint64_t  n;
    unsigned  under_way;

    memset(buf, 0, sizeof(buf));
    under_way = 0;
    n = 0;
    start = bench_ns();
    now = start;

    while (now - start < READS_MS * 1000000) {

        for ( /* void */ ; under_way < depth; under_way++) {
            if (send(fd, buf, s->request, 0) == -1) {
                bench_die("send: %s", strerror(errno));
            }
        }

        if (recv(fd, buf, sizeof(buf), 0) != (ssize_t) s->result) {
            bench_die("the other process has gone");
        }

        under_way--;
        n++;
        now = bench_ns();
    }

    for ( /* void */ ; under_way > 0; under_way--) {
        (void) recv(fd, buf, sizeof(buf), 0);
    }

    return (double) n * 1e9 / (double) (now - start);
}


/* the nth processor that we may use */

static void
reads_pin(int n)
{
    int        cpu;
    cpu_set_t  may, one;

    if (sched_getaffinity(0, sizeof(may), &may) == -1) {
        bench_die("sched_getaffinity: %s", strerror(errno));
    }

    for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &may) && n-- == 0) {
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            (void) sched_setaffinity(0, sizeof(one), &one);
            return;
        }
    }

    bench_die("there are not so many processors");
}


/* -- who holds what */

static void
reads_take(bmc_t *b, const char *group)
{
    unsigned  i;
    reads_t   r;

    reads_init(&r, b, group, BMC_FRESH);

    for (i = 0; i < READS_HOSTS; i++) {
        reads_ask(&r);

        while (r.under_way > 0) {
            bench_turn(b, 1000);
        }
    }
}


static void
reads_hold(const char *conf, int ready)
{
    bmc_t  *b;

    b = bench_open(conf, BMC_QUIET);
    reads_take(b, "there");

    if (write(ready, "", 1) != 1) {
        _exit(1);
    }

    for ( ;; ) {
        bench_turn(b, 1000);
    }
}


static void
reads_start_holder(const char *conf, int cpu)
{
    int   fd[2];
    char  c;

    if (pipe(fd) == -1) {
        bench_die("pipe: %s", strerror(errno));
    }

    if (bench_fork() == 0) {
        reads_pin(cpu);
        reads_hold(conf, fd[1]);
    }

    close(fd[1]);

    if (read(fd[0], &c, 1) != 1) {
        bench_die("the other process has not opened the core");
    }

    close(fd[0]);
}


static int
reads_start_echo(const reads_sizes_t *s, int cpu)
{
    int  fd[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) == -1) {
        bench_die("socketpair: %s", strerror(errno));
    }

    if (bench_fork() == 0) {
        close(fd[0]);
        reads_pin(cpu);
        reads_echo(fd[1], s);
    }

    close(fd[1]);

    return fd[0];
}


/* it would be no measurement if the lease had moved meanwhile */

static void
reads_gate(bmc_t *b, const char *figure, const char *group, unsigned flags,
    unsigned depth)
{
    bool      own;
    reads_t   r;
    uint32_t  slot;

    reads_init(&r, b, group, flags);
    bench_tell(figure, reads_rate(&r, depth));

    slot = bmc_board_find(b->board, r.host[0]);
    own = bmc_lease_owner(b->board, slot) == bmc_board_self(b->board);

    if (own != (strcmp(group, "here") == 0)) {
        bench_die("%s is held by the wrong process", r.host[0]);
    }
}


static void
reads_turn(bmc_t *b, int fd, const reads_sizes_t *s)
{
    bench_tell("bare", reads_bare(fd, s, 1));
    reads_gate(b, "forwarded", "there", BMC_FRESH, 1);
    reads_gate(b, "board", "here", 0, 1);
    reads_gate(b, "fresh", "here", BMC_FRESH, 1);

    bench_tell("bare_deep", reads_bare(fd, s, READS_DEEP));
    reads_gate(b, "forwarded_deep", "there", BMC_FRESH, READS_DEEP);
    reads_gate(b, "board_deep", "here", 0, READS_DEEP);
    reads_gate(b, "fresh_deep", "here", BMC_FRESH, READS_DEEP);

    bench_tell("view", bench_view(b, READS_HOSTS));
    bench_tell("syscall", bench_syscall());
}


int
main(int argc, char **argv)
{
    int             fd, turns, other;
    bmc_t          *b;
    reads_sizes_t   s;

    if (argc != 4) {
        bench_die("usage: reads CONF TURNS CPUS");
    }

    other = atoi(argv[3]) - 1;

    reads_sizes(&s);
    fd = reads_start_echo(&s, other);
    reads_start_holder(argv[1], other);
    reads_pin(0);

    b = bench_open(argv[1], BMC_QUIET);
    reads_take(b, "here");
    reads_take(b, "there");

    for (turns = atoi(argv[2]); turns > 0; turns--) {
        reads_turn(b, fd, &s);
    }

    bmc_close(b, 1000);

    return 0;
}
