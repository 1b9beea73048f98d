
/*
 * Copyright (C) the bmcgate authors
 *
 * Which hosts a process that runs long holds, and when it asks them.
 */


#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "gate/core.h"


#define POLL_SWEEP    1000           /* ms between looks at the leases */
#define POLL_SENSORS  4              /* every so many polls */
#define POLL_SECOND   10             /* … and a second opinion */
#define POLL_SPACING  10             /* ms a host when all are new */
#define POLL_FIRST    100


static bmc_op_t *
poll_op(bmc_run_t *run, bmc_verb_t verb, bmc_done_pt done)
{
    bmc_op_t  *op;

    op = bmc_op_create(run->b, verb, run->conf->name);
    if (op == NULL) {
        return NULL;
    }

    op->internal = true;
    op->conf = run->conf;
    op->timeout = run->conf->timeout > 0 ? (uint32_t) run->conf->timeout
                                         : 5000;
    op->flags = BMC_FRESH;
    op->deadline = bmc_clock(run->b) + op->timeout;
    op->done = done;
    op->data = run;

    return op;
}


bmc_op_t *
bmc_ask_internally(bmc_run_t *run, bmc_verb_t verb, bmc_done_pt done)
{
    bmc_op_t  *op;

    op = poll_op(run, verb, done);

    if (op != NULL) {
        bmc_run_add(run, op);
    }

    return op;
}


static bool
poll_wanted(const bmc_run_t *run)
{
    return (run->b->flags & BMC_POLL) && run->conf->poll > 0
           && bmc_host_can(run->conf, BMC_POWER_STATUS);
}


/* spread by name over the interval; what is not known yet comes sooner */

void
bmc_poll_held(bmc_run_t *run)
{
    uint64_t    window;
    bmc_view_t  v;

    run->poll_at = 0;

    if (!poll_wanted(run)) {
        bmc_run_arm(run);
        return;
    }

    window = (uint64_t) run->conf->poll;
    bmc_board_read(run->b->board, run->slot, &v);

    if (v.power_at == 0
        && window > run->b->nruns * POLL_SPACING + POLL_FIRST)
    {
        window = run->b->nruns * POLL_SPACING + POLL_FIRST;
    }

    run->poll_at = bmc_clock(run->b) + 1
        + bmc_hash(run->conf->name, strlen(run->conf->name)) % window;

    bmc_run_arm(run);
}


static void
poll_done(void *data, const bmc_result_t *result)
{
    bmc_run_t  *run;

    run = data;
    run->polling = false;
}


static void
poll_ask(bmc_run_t *run, bmc_verb_t verb)
{
    if (!bmc_host_can(run->conf, verb)) {
        return;
    }

    run->polling = true;

    if (bmc_ask_internally(run, verb, poll_done) == NULL) {
        run->polling = false;
    }
}


/* who told the power last is asked soon whether it still says so */

static void
poll_second_done(void *data, const bmc_result_t *result)
{
    bmc_run_t   *run;
    bmc_view_t   v;

    run = data;
    bmc_order_read(run, &v);

    if (result->rc == BMC_OK && v.power_other != v.power && !v.disputed
        && run->poll_at != 0)
    {
        run->poll_at = bmc_clock(run->b) + 1;
    }
}


static void
poll_second(bmc_run_t *run, const bmc_view_t *v)
{
    unsigned   i;
    bmc_op_t  *op;

    i = bmc_order_second(run, v);

    if (i == run->conf->ndrivers) {
        return;
    }

    op = poll_op(run, BMC_POWER_STATUS, poll_second_done);

    if (op != NULL) {
        run->opine = false;
        op->second = true;
        op->tried = bmc_order_all(run) & ~(1u << i);
        bmc_run_add(run, op);
    }
}


void
bmc_poll_due(bmc_run_t *run)
{
    int64_t     now;
    bmc_view_t  v;

    run->poll_at += (uint64_t) run->conf->poll;

    if (run->poll_at <= uv_now(&run->b->loop)) {
        run->poll_at = uv_now(&run->b->loop) + (uint64_t) run->conf->poll;
    }

    if (run->polling || run->leaving) {
        return;
    }

    bmc_order_read(run, &v);
    now = bmc_now();

    if (v.retry_at > now) {
        run->poll_at = uv_now(&run->b->loop) + (uint64_t) (v.retry_at - now);
        return;
    }

    if (v.refused == bmc_order_all(run)) {
        return;
    }

    poll_ask(run, BMC_POWER_STATUS);

    if (v.reach == BMC_REACH_NO) {
        return;
    }

    if (v.facts_at == 0 && v.power_at != 0) {
        poll_ask(run, BMC_INVENTORY_READ);
    }

    if (v.power_at != 0
        && (run->opine || run->polls % POLL_SECOND == 1))
    {
        poll_second(run, &v);
    }

    if (run->polls++ % POLL_SENSORS == 0) {
        poll_ask(run, BMC_SENSORS_READ);
    }
}


/* silence had put its next poll off for longer than others' */

void
bmc_poll_again(bmc_run_t *run)
{
    uint64_t  next;

    next = bmc_clock(run->b) + (uint64_t) run->conf->poll;

    if (run->poll_at > next) {
        run->poll_at = next;
    }
}


/* -- leases: each polling process holds its share */

static size_t
poll_share(bmc_t *b, bmc_board_peer_t *peer, size_t npeers)
{
    size_t  i, pollers;

    pollers = 1;

    for (i = 0; i < npeers; i++) {
        pollers += (peer[i].flags & BMC_POLL) != 0;
    }

    return (b->nruns + pollers - 1) / pollers;
}


static bool
poll_owned(uint64_t owner, const bmc_board_peer_t *peer, size_t npeers)
{
    size_t  i;

    for (i = 0; i < npeers; i++) {
        if (peer[i].word == owner) {
            return true;
        }
    }

    return false;
}


static void
poll_take(bmc_t *b, size_t share, const bmc_board_peer_t *peer,
    size_t npeers)
{
    size_t                 i;
    uint32_t               slot;
    uint64_t               owner;
    bmc_run_t             *run;
    const bmc_hostconf_t  *conf;

    for (i = 0; i < b->nruns && b->held < share; i++) {
        conf = &b->base->fleet->host[i];

        if ((b->run[i] != NULL && b->run[i]->held) || conf->poll == 0
            || !bmc_host_can(conf, BMC_POWER_STATUS))
        {
            continue;
        }

        slot = bmc_slot_of(b, conf, true);

        if (slot == BMC_SLOT_NONE
            || poll_owned(bmc_lease_owner(b->board, slot), peer, npeers))
        {
            continue;
        }

        run = bmc_run_of(b, conf);

        if (run == NULL) {
            return;
        }

        (void) bmc_run_hold(run, &owner);
    }
}


static void
poll_give(bmc_t *b, size_t share)
{
    size_t  i;

    for (i = b->nruns; i > 0 && b->held > share; i--) {
        if (b->run[i - 1] != NULL && b->run[i - 1]->held
            && !b->run[i - 1]->leaving && !bmc_run_busy(b->run[i - 1]))
        {
            bmc_run_leave(b->run[i - 1]);
        }
    }
}


static bool
poll_any(const bmc_t *b)
{
    size_t  i;

    for (i = 0; i < b->nruns; i++) {
        if (b->base->fleet->host[i].poll > 0) {
            return true;
        }
    }

    return false;
}


/* who polls nobody is not woken for it */

void
bmc_poll_sweep(uv_timer_t *timer)
{
    bmc_t             *b;
    size_t             n, share;
    bmc_board_peer_t  *peer;

    b = timer->data;
    bmc_bury(b);

    if (!poll_any(b)) {
        return;
    }

    (void) uv_timer_start(timer, bmc_poll_sweep, POLL_SWEEP, 0);

    peer = malloc(BMC_BOARD_PEERS * sizeof(bmc_board_peer_t));
    if (peer == NULL) {
        return;
    }

    n = bmc_board_peers(b->board, peer, BMC_BOARD_PEERS);
    share = poll_share(b, peer, n);

    poll_give(b, share);
    poll_take(b, share, peer, n);

    free(peer);
}
