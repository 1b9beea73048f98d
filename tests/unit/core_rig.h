
/*
 * Copyright (C) the bmcgate authors
 *
 * What the tests of the core share: a folder with a bmcgate.conf of
 * simulated hosts, a core in this process, others in forked ones, a small
 * loop, and a look at what the simulated BMCs and the audit have seen.
 */


#ifndef _CORE_RIG_H_INCLUDED_
#define _CORE_RIG_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "drivers/sim/machine.h"
#include "gate/core.h"


#define RIG_WAIT  8000               /* ms: nothing here takes this long */

#define RIG_QUICK  "sim { power_delay 50ms; shutdown_time 100ms; "            \
                   "cycle_gap 300ms; bmc_boot 100ms; } "
#define RIG_SIM    "driver sim; " RIG_QUICK

#define rig_test(f)                                                           \
    cmocka_unit_test_setup_teardown(f, rig_set_up, rig_tear_down)

/* in a forked process, where cmocka's own must not be used */

#define rig_must(x)                                                           \
    do {                                                                      \
        if (!(x)) {                                                           \
            (void) dprintf(2, "%s:%d: %s: failed in a forked process\n",      \
                __FILE__, __LINE__, #x);                                      \
            _exit(1);                                                         \
        }                                                                     \
    } while (0)


static struct {
    char         dir[64];
    char         conf[96];
    char         said[4096];
    char         why[BMC_TEXT_MAX];
    bmc_base_t  *base;
    bmc_t       *b;
    unsigned     turns;              /* calls of bmc_run() */
} rig;


/* one request and what became of it */

typedef struct {
    bmc_op_t  *op;
    unsigned   done;
    bmc_rc_t   rc;
    bool       accepted;
    bool       verified;
    bool       from_board;
    uint64_t   id;
    bmc_view_t view;
    char       driver[16];
    char       text[BMC_TEXT_MAX];
    char       json[1024];
    char       got[8192];            /* a stream's bytes */
    size_t     ngot;
} rig_ask_t;


static inline void
rig_say(void *data, const char *line)
{
    size_t  len;

    len = strlen(rig.said);
    (void) snprintf(rig.said + len, sizeof(rig.said) - len, "%s\n", line);
}


static inline void
rig_write(const char *text)
{
    FILE  *f;

    f = fopen(rig.conf, "w");
    assert_non_null(f);
    (void) fchmod(fileno(f), 0600);

    fprintf(f, "run %s/run; state %s/state; audit %s/audit.log;\n", rig.dir,
        rig.dir, rig.dir);
    fputs(strstr(text, "limit changes") != NULL ? "" : "limit changes off;\n",
        f);
    fputs(strstr(text, "stagger") != NULL ? "" : "stagger 0;\n", f);
    fprintf(f, "%s\n", text);
    assert_int_equal(fclose(f), 0);
}


static inline int
rig_set_up(void **state)
{
    char  path[96];

    memset(&rig, 0, sizeof(rig));
    (void) signal(SIGPIPE, SIG_IGN);
    (void) snprintf(rig.dir, sizeof(rig.dir), "/tmp/test_core.XXXXXX");
    assert_non_null(mkdtemp(rig.dir));
    (void) snprintf(rig.conf, sizeof(rig.conf), "%s/bmcgate.conf", rig.dir);
    (void) snprintf(path, sizeof(path), "%s/state", rig.dir);
    assert_int_equal(mkdir(path, 0777), 0);

    return 0;
}


static inline int
rig_remove(const char *path, const struct stat *sb, int flag, struct FTW *ftw)
{
    return remove(path);
}


static inline int
rig_tear_down(void **state)
{
    bmc_close(rig.b, 2000);
    bmc_unload(rig.base);

    return nftw(rig.dir, rig_remove, 8, FTW_DEPTH|FTW_PHYS);
}


static inline bmc_base_t *
rig_load(unsigned seats)
{
    bmc_rc_t     rc;
    bmc_load_t   load;
    bmc_base_t  *base;

    memset(&load, 0, sizeof(load));
    load.conf = rig.conf;
    load.seats = seats;
    base = bmc_load(&load, rig_say, NULL, &rc);

    if (base == NULL) {
        (void) dprintf(2, "%s", rig.said);
    }

    return base;
}


/* the configuration is written, loaded, and a core runs on it */

static inline void
rig_open(const char *text, unsigned flags)
{
    bmc_rc_t  rc;

    rig_write(text);
    rig.base = rig_load(0);
    assert_non_null(rig.base);
    rig.b = bmc_open(rig.base, flags, rig_say, NULL, &rc);
    assert_non_null(rig.b);
}


static inline void
rig_close(uint32_t wait)
{
    bmc_close(rig.b, wait);
    bmc_unload(rig.base);
    rig.b = NULL;
    rig.base = NULL;
}


/* sleeps as an embedder does: on the descriptor, for the timeout at most */

static inline void
rig_turn(bmc_t *b, int64_t until)
{
    int            timeout;
    int64_t        left;
    struct pollfd  p;

    left = until - bmc_now();
    timeout = bmc_timeout(b);

    if (timeout < 0 || timeout > left) {
        timeout = left > 0 ? (int) left : 0;
    }

    p.fd = bmc_fd(b);
    p.events = POLLIN;
    (void) poll(&p, 1, timeout);

    bmc_run(b);
    rig.turns++;
}


static inline bool
rig_until(bmc_t *b, unsigned *counter, unsigned n, int64_t ms)
{
    int64_t  end;

    /* what is waited for comes at once, but not on every machine */

    end = bmc_now() + (counter == NULL ? ms : 5 * ms);

    while (counter == NULL || *counter < n) {
        if (bmc_now() >= end) {
            return counter == NULL;
        }

        rig_turn(b, end);
    }

    return true;
}


static inline void
rig_sleep(int64_t ms)
{
    (void) rig_until(rig.b, NULL, 0, ms);
}


static inline void
rig_done(void *data, const bmc_result_t *r)
{
    rig_ask_t  *a = data;

    a->done++;
    a->rc = r->rc;
    a->accepted = r->accepted;
    a->verified = r->verified;
    a->from_board = r->from_board;
    a->id = r->op;
    a->view = *r->view;
    (void) snprintf(a->driver, sizeof(a->driver), "%s", r->driver);
    (void) snprintf(a->text, sizeof(a->text), "%s", r->text);
    (void) snprintf(a->json, sizeof(a->json), "%s",
        r->json != NULL ? r->json : "");
}


static inline void
rig_sink(void *data, const void *bytes, size_t len)
{
    rig_ask_t  *a = data;

    if (len < sizeof(a->got) - a->ngot) {
        memcpy(a->got + a->ngot, bytes, len);
        a->ngot += len;
    }
}


static const bmc_actor_t  rig_root = {
    .kind = BMC_ACTOR_LOCAL,
    .name = "root",
    .from = "test"
};


static inline bmc_request_t
rig_request(const char *host, bmc_verb_t verb, unsigned flags)
{
    bmc_request_t  req;

    memset(&req, 0, sizeof(req));
    req.verb = verb;
    req.host = host;
    req.door = "test";
    req.actor = &rig_root;
    req.flags = flags;

    return req;
}


static inline bmc_rc_t
rig_submit(bmc_t *b, rig_ask_t *a, const char *host, bmc_verb_t verb,
    unsigned flags, uint32_t timeout)
{
    bmc_request_t  req;

    memset(a, 0, sizeof(*a));
    req = rig_request(host, verb, flags);
    req.timeout = timeout;
    req.verify = 1500;

    if (bmc_verb_info(verb)->flags & BMC_STREAM) {
        return bmc_stream(b, &req, rig_done, rig_sink, a, &a->op, rig.why);
    }

    return bmc_submit(b, &req, rig_done, a, &a->op, rig.why);
}


/* asks and waits for the answer; what bmc_submit() refuses is rc too */

static inline bmc_rc_t
rig_ask_in(bmc_t *b, rig_ask_t *a, const char *host, bmc_verb_t verb,
    unsigned flags, uint32_t timeout)
{
    bmc_rc_t  rc;

    rc = rig_submit(b, a, host, verb, flags, timeout);

    if (rc != BMC_OK) {
        return rc;
    }

    if (!rig_until(b, &a->done, 1, RIG_WAIT)) {
        (void) dprintf(2, "%s %s: no answer\n", host,
            bmc_verb_info(verb)->name);
        return BMC_RC_MAX;
    }

    return a->rc;
}


static inline bmc_rc_t
rig_ask(rig_ask_t *a, const char *host, bmc_verb_t verb, unsigned flags)
{
    return rig_ask_in(rig.b, a, host, verb, flags, 0);
}


static inline bmc_rc_t
rig_read(bmc_t *b, const char *host)
{
    rig_ask_t  a;

    return rig_ask_in(b, &a, host, BMC_POWER_STATUS, BMC_FRESH, 0);
}


/* -- the simulated BMCs */

static inline bmc_sim_store_t *
rig_sim(const char *host, bmc_sim_machine_t **m, bmc_sim_data_t **d)
{
    char              path[96], why[BMC_TEXT_MAX];
    bmc_sim_store_t  *st;

    (void) snprintf(path, sizeof(path), "%s/state/sim", rig.dir);
    st = bmc_sim_store_create(path);
    assert_non_null(st);
    assert_true(bmc_sim_store_open(st, why));

    *m = bmc_sim_make(st, host, true);
    assert_non_null(*m);
    *d = bmc_sim_lock(st, *m, bmc_now());
    assert_non_null(*d);

    return st;
}


static inline void
rig_fault(const char *host, const char *word)
{
    char                why[BMC_TEXT_MAX];
    bmc_sim_data_t     *d;
    bmc_sim_store_t    *st;
    bmc_sim_machine_t  *m;

    st = rig_sim(host, &m, &d);
    memset(&d->faults, 0, sizeof(bmc_sim_faults_t));
    d->faults.set = 1;
    d->died = 0;
    d->busy_at = 0;
    assert_true(word == NULL || bmc_sim_fault_add(&d->faults, word, why));
    bmc_sim_unlock(m);
    bmc_sim_store_free(st);
}


static inline long
rig_count(const char *host, const char *name)
{
    long                n;
    json_t             *o;
    bmc_sim_data_t     *d;
    bmc_sim_store_t    *st;
    bmc_sim_machine_t  *m;

    st = rig_sim(host, &m, &d);
    o = bmc_sim_counters_json(st, d);
    n = strcmp(name, "executed") == 0
        ? (long) (d->change_next > 0 ? d->change_next - 1 : 0)
        : strchr(name, '.') != NULL
            ? (long) json_integer_value(json_object_get(
                  json_object_get(o, "commands"), name))
            : (long) json_integer_value(json_object_get(o, name));
    bmc_sim_unlock(m);
    json_decref(o);
    bmc_sim_store_free(st);

    return n;
}


/* -- the audit: lines that hold both words */

static inline unsigned
rig_audit(const char *one, const char *two)
{
    char       line[4096], path[96];
    FILE      *f;
    unsigned   n;

    (void) snprintf(path, sizeof(path), "%s/audit.log", rig.dir);
    f = fopen(path, "r");

    if (f == NULL) {
        return 0;
    }

    for (n = 0; fgets(line, sizeof(line), f) != NULL; /* void */ ) {
        n += strstr(line, one) != NULL && strstr(line, two) != NULL;
    }

    (void) fclose(f);

    return n;
}


/* -- other processes */

typedef struct {
    pid_t  pid;
    int    in;                       /* a byte ends the process */
    int    out;                      /* a byte when it is ready */
} rig_process_t;

typedef void (*rig_main_pt)(int in, int out);


static inline rig_process_t
rig_fork(rig_main_pt run)
{
    int            in[2], out[2];
    char           byte;
    rig_process_t  p;

    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    p.pid = fork();
    assert_true(p.pid != -1);

    if (p.pid == 0) {
        (void) close(in[1]);
        (void) close(out[0]);
        run(in[0], out[1]);
        _exit(0);
    }

    (void) close(in[0]);
    (void) close(out[1]);
    p.in = in[1];
    p.out = out[0];

    assert_int_equal(read(p.out, &byte, 1), 1);

    return p;
}


static inline int
rig_end(rig_process_t *p, int sig)
{
    int  status;

    if (sig != 0) {
        (void) kill(p->pid, sig);

    } else if (write(p->in, "e", 1) != 1) {
        assert_int_equal(errno, EPIPE);      /* it has ended by itself */
    }

    assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
    (void) close(p->in);
    (void) close(p->out);

    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}


/* our loop runs meanwhile: it may need us to become ready */

static inline void
rig_ready(rig_process_t *p)
{
    char           byte;
    int64_t        end;
    struct pollfd  ready;

    ready.fd = p->out;
    ready.events = POLLIN;

    for (end = bmc_now() + RIG_WAIT; poll(&ready, 1, 0) == 0;
         rig_turn(rig.b, bmc_now() + 5))
    {
        assert_true(bmc_now() < end);
    }

    assert_int_equal(read(p->out, &byte, 1), 1);
}


/* runs until it is told to end, or the test has died */

static inline void
rig_serve(bmc_t *b, int in)
{
    int            n;
    struct pollfd  p[2];

    for ( ;; ) {
        p[0].fd = bmc_fd(b);
        p[0].events = POLLIN;
        p[1].fd = in;
        p[1].events = POLLIN;
        n = poll(p, 2, bmc_timeout(b));

        if (n > 0 && p[1].revents != 0) {
            return;
        }

        bmc_run(b);
    }
}


/* the core of a process that was forked */

static inline bmc_t *
rig_other(bmc_base_t **base, unsigned flags)
{
    bmc_t     *b;
    bmc_rc_t   rc;

    *base = rig_load(0);
    rig_must(*base != NULL);
    b = bmc_open(*base, flags, NULL, NULL, &rc);
    rig_must(b != NULL);

    return b;
}


/* a process that holds n1 */

static inline void
rig_hold_n1(int in, int out)
{
    bmc_t       *b;
    bmc_base_t  *base;

    b = rig_other(&base, 0);
    rig_must(rig_read(b, "n1") == BMC_OK);
    rig_must(write(out, "r", 1) == 1);

    rig_serve(b, in);

    bmc_close(b, 2000);
    bmc_unload(base);
}


#endif /* _CORE_RIG_H_INCLUDED_ */
