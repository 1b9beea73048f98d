
/*
 * Copyright (C) the bmcgate authors
 *
 * What is asked of each address, in which order and how often.
 */


#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/names.h"
#include "ctl/rmcp.h"
#include "ctl/scan.h"


#define SCAN_WAIT   1000         /* ms for an answer */
#define SCAN_TRIES  2
#define SCAN_PAUSE  20000        /* us when the kernel's buffers are full */
#define SCAN_BATCH  64           /* answers at a time */


typedef union {
    struct sockaddr      any;
    struct sockaddr_in   v4;
    struct sockaddr_in6  v6;
} scan_address_t;


/*
 * An answer's six bits of number say little, but they differ from question
 * to question of one BMC, and nobody else can tell them in advance.
 */

static uint8_t
scan_tag(const bmc_scan_t *s, const bmc_scan_target_t *t, unsigned ask)
{
    uint64_t  seed[2];

    seed[0] = s->salt;
    seed[1] = (uint64_t) (t - s->target);

    if (ask == BMC_SCAN_CIPHERS) {
        ask += t->found->list;
    }

    return (uint8_t) ((bmc_hash(seed, sizeof(seed)) + ask) & 0x3f);
}


static void
scan_next(bmc_scan_t *s, bmc_scan_target_t *t, uint8_t ask)
{
    t->ask = ask;
    t->tries = 0;
    bmc_ring_remove(&t->link);

    if (ask == BMC_SCAN_ENDED) {
        s->ended++;
        return;
    }

    bmc_ring_after(&s->ready, &t->link);
}


static int
scan_put(bmc_scan_t *s, const bmc_scan_target_t *t, const unsigned char *p,
    size_t len)
{
    socklen_t       size;
    scan_address_t  to;
    unsigned char   bytes[16];

    memset(&to, 0, sizeof(to));
    bmc_scan_bytes(s, (size_t) (t - s->target), bytes);

    if (s->net.family == AF_INET) {
        to.v4.sin_family = AF_INET;
        to.v4.sin_port = htons(s->port);
        memcpy(&to.v4.sin_addr, bytes, 4);
        size = sizeof(to.v4);

    } else {
        to.v6.sin6_family = AF_INET6;
        to.v6.sin6_port = htons(s->port);
        memcpy(&to.v6.sin6_addr, bytes, 16);
        size = sizeof(to.v6);
    }

    s->next += 1000000 / s->rate;

    return sendto(s->fd, p, len, 0, &to.any, size) == -1 ? errno : 0;
}


static int
scan_ask(bmc_scan_t *s, const bmc_scan_target_t *t)
{
    int            err;
    bool           v20;
    size_t         len;
    uint8_t        tag;
    unsigned char  out[BMC_RMCP_ASK];

    tag = scan_tag(s, t, t->ask);

    if (t->ask == BMC_SCAN_AUTH20 && t->found == NULL) {
        len = bmc_rmcp_ping(out, tag);
        err = scan_put(s, t, out, len);

        if (err != 0) {
            return err;
        }
    }

    if (t->ask == BMC_SCAN_CIPHERS) {

        /* some tell their suites in the one wrapper only, some the other */

        v20 = !t->found->plain && t->tries % 2 == 0;
        len = bmc_rmcp_suites(out, tag, t->found->list, v20);

    } else {
        len = bmc_rmcp_auth(out, tag, t->ask == BMC_SCAN_AUTH20);
    }

    return scan_put(s, t, out, len);
}


void
bmc_scan_send(bmc_scan_t *s)
{
    int                 err;
    int64_t             now;
    bmc_ring_t         *link;
    bmc_scan_target_t  *t;

    now = bmc_now() * 1000;

    if (s->next < now - BMC_SCAN_BURST) {
        s->next = now - BMC_SCAN_BURST;
    }

    while (s->next <= now && (link = bmc_ring_pop(&s->ready)) != NULL) {
        t = bmc_ring_of(link, bmc_scan_target_t, link);
        err = scan_ask(s, t);

        if (err == EAGAIN || err == ENOBUFS || err == ENOMEM) {

            /* as good as lost on its way: the next try makes up for it */

            s->next = now + SCAN_PAUSE;

        } else if (err != 0) {
            s->error = err;
            s->unsent++;
            scan_next(s, t, BMC_SCAN_ENDED);
            continue;
        }

        t->tries++;
        t->due = bmc_now() + SCAN_WAIT;
        bmc_ring_before(&s->waiting, &t->link);
    }
}


/* no answer in time */

static void
scan_late(bmc_scan_t *s, bmc_scan_target_t *t)
{
    unsigned  tries;

    /* two for each wrapper */

    tries = t->ask == BMC_SCAN_CIPHERS && !t->found->plain ? 2 * SCAN_TRIES
                                                      : SCAN_TRIES;

    /* before the addresses that are still to come, for the bar's sake */

    if (t->tries < tries) {
        bmc_ring_remove(&t->link);
        bmc_ring_after(&s->ready, &t->link);
        return;
    }

    /* one that is there, and perhaps ignores what is newer than itself */

    if (t->ask == BMC_SCAN_AUTH20 && t->found != NULL && t->found->ipmi) {
        scan_next(s, t, BMC_SCAN_AUTH15);
        return;
    }

    scan_next(s, t, BMC_SCAN_ENDED);
}


void
bmc_scan_give_up(bmc_scan_t *s)
{
    int64_t             now;
    bmc_scan_target_t  *t;

    now = bmc_now();

    while (!bmc_ring_empty(&s->waiting)) {
        t = bmc_ring_of(s->waiting.next, bmc_scan_target_t, link);

        if (t->due > now) {
            return;
        }

        scan_late(s, t);
    }
}


static void
scan_pong(bmc_scan_found_t *f, const bmc_rmcp_t *r)
{
    f->pong = true;
    f->ipmi = f->ipmi || r->ipmi;

    if (f->enterprise == 0) {
        f->enterprise = r->enterprise;
    }
}


static void
scan_auth(bmc_scan_t *s, bmc_scan_target_t *t, const bmc_rmcp_t *r)
{
    bmc_scan_found_t  *f;

    f = t->found;
    f->ipmi = true;

    /* IPMI 1.5 may find the bit that asks for 2.0's answer wrong */

    if (r->code != 0) {
        scan_next(s, t, t->ask == BMC_SCAN_AUTH20 ? BMC_SCAN_AUTH15
                                                  : BMC_SCAN_ENDED);
        return;
    }

    f->v15 = r->v15;
    f->v20 = r->v20;
    f->auth = r->auth;

    if (r->enterprise != 0) {
        f->enterprise = r->enterprise;
    }

    scan_next(s, t, f->v20 ? BMC_SCAN_CIPHERS : BMC_SCAN_ENDED);
}


static void
scan_suites(bmc_scan_t *s, bmc_scan_target_t *t, const bmc_rmcp_t *r)
{
    bmc_scan_found_t  *f;

    f = t->found;
    f->plain = f->plain || t->tries % 2 == 0;
    memcpy(f->records + f->nrecords, r->records, r->nrecords);
    f->nrecords += r->nrecords;
    f->list++;

    if (r->code == 0 && r->nrecords == BMC_RMCP_RECORDS
        && f->list < BMC_SCAN_LISTS)
    {
        scan_next(s, t, BMC_SCAN_CIPHERS);
        return;
    }

    f->nsuites = bmc_rmcp_ids(f->records, f->nrecords, f->suite,
                              BMC_SCAN_SUITES);
    scan_next(s, t, BMC_SCAN_ENDED);
}


/* is it the answer to what was asked, and there? */

static bool
scan_expected(const bmc_scan_t *s, const bmc_scan_target_t *t,
    const bmc_rmcp_t *r)
{
    unsigned  ask;

    ask = r->kind == BMC_RMCP_PONG ? BMC_SCAN_AUTH20 : t->ask;

    if ((t->ask == BMC_SCAN_AUTH20 && t->tries == 0)
        || (t->ask == BMC_SCAN_ENDED && t->found == NULL))
    {
        return false;
    }

    switch (r->kind) {

    case BMC_RMCP_NONE:
        return false;

    case BMC_RMCP_PONG:
        break;

    case BMC_RMCP_AUTH:
        if (ask != BMC_SCAN_AUTH20 && ask != BMC_SCAN_AUTH15) {
            return false;
        }

        break;

    case BMC_RMCP_SUITES:
        if (ask != BMC_SCAN_CIPHERS) {
            return false;
        }

        break;
    }

    return r->tag == scan_tag(s, t, ask);
}


static void
scan_take(bmc_scan_t *s, bmc_scan_target_t *t, const bmc_rmcp_t *r)
{
    if (!scan_expected(s, t, r)) {
        return;
    }

    if (t->found == NULL) {
        t->found = calloc(1, sizeof(bmc_scan_found_t));

        if (t->found == NULL) {
            return;
        }
    }

    switch (r->kind) {

    case BMC_RMCP_NONE:
        break;

    case BMC_RMCP_PONG:
        scan_pong(t->found, r);
        break;

    case BMC_RMCP_AUTH:
        scan_auth(s, t, r);
        break;

    case BMC_RMCP_SUITES:
        scan_suites(s, t, r);
        break;
    }
}


/* what comes from elsewhere than where we asked is nobody's answer */

void
bmc_scan_read(bmc_scan_t *s)
{
    int             i;
    size_t          at;
    ssize_t         n;
    socklen_t       size;
    bmc_rmcp_t      r;
    scan_address_t  from;
    unsigned char   in[512];

    for (i = 0; i < SCAN_BATCH; i++) {
        memset(&from, 0, sizeof(from));
        size = sizeof(from);
        n = recvfrom(s->fd, in, sizeof(in), 0, &from.any, &size);

        if (n == -1) {
            return;
        }

        if (s->net.family == AF_INET) {
            at = bmc_scan_at(s, (const unsigned char *) &from.v4.sin_addr);

        } else {
            at = bmc_scan_at(s, (const unsigned char *) &from.v6.sin6_addr);
        }

        /* the port is at the same place in both */

        if (at < s->ntargets && from.v4.sin_port == htons(s->port)
            && bmc_rmcp_parse(&r, in, (size_t) n))
        {
            scan_take(s, &s->target[at], &r);
        }
    }
}
