
/*
 * Copyright (C) the bmcgate authors
 *
 * A host at run time: its lease, its drivers' units, and how it is left.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"


uint32_t
bmc_slot_of(bmc_t *b, const bmc_hostconf_t *conf, bool make)
{
    uint32_t  slot;

    if (conf->fleet == b->base->fleet
        && b->slot[conf->index] != BMC_SLOT_NONE)
    {
        return b->slot[conf->index];
    }

    slot = make ? bmc_board_slot(b->board, conf->name)
                : bmc_board_find(b->board, conf->name);

    if (conf->fleet == b->base->fleet) {
        b->slot[conf->index] = slot;
    }

    return slot;
}


bmc_run_t *
bmc_run_of(bmc_t *b, const bmc_hostconf_t *conf)
{
    uint32_t    slot;
    bmc_run_t  *run;

    if (b->run[conf->index] != NULL) {
        return b->run[conf->index];
    }

    slot = bmc_slot_of(b, conf, true);
    if (slot == BMC_SLOT_NONE) {
        return NULL;
    }

    run = calloc(1, sizeof(bmc_run_t));
    if (run == NULL) {
        return NULL;
    }

    run->b = b;
    run->base = bmc_base_hold(b->base);
    run->conf = conf;
    run->slot = slot;

    bmc_ring_init(&run->queue);
    bmc_ring_init(&run->watchers);
    bmc_ring_init(&run->leaver);

    (void) uv_timer_init(&b->loop, &run->timer);
    run->timer.data = run;

    b->run[conf->index] = run;

    return run;
}


static void
run_freed(uv_handle_t *handle)
{
    free(handle->data);
}


void
bmc_run_free(bmc_run_t *run)
{
    bmc_t     *b;
    unsigned   i;

    b = run->b;

    if (run->held) {
        bmc_lease_drop(b->board, run->slot);
        b->held--;
    }

    for (i = 0; i < BMC_CONF_DRIVERS; i++) {
        free(run->at[i] != NULL ? run->at[i]->unit.state : NULL);
        free(run->at[i]);
    }

    bmc_ring_remove(&run->leaver);
    bmc_unload(run->base);
    uv_close((uv_handle_t *) &run->timer, run_freed);
}


/* removed by a reload and back with the next: its old session ends first */

static bool
run_is_left(const bmc_run_t *run)
{
    bmc_ring_t  *link;

    for (link = run->b->leavers.next; link != &run->b->leavers;
         link = link->next)
    {
        if (bmc_ring_of(link, bmc_run_t, leaver)->slot == run->slot) {
            return true;
        }
    }

    return false;
}


bool
bmc_run_hold(bmc_run_t *run, uint64_t *owner)
{
    bmc_t     *b;
    uint64_t   sent;

    if (run->held) {
        return true;
    }

    b = run->b;

    if (run_is_left(run)) {
        *owner = bmc_board_self(b->board);
        return false;
    }

    if (!bmc_lease_take(b->board, run->slot, owner)) {
        return false;
    }

    run->held = true;
    b->held++;

    sent = bmc_lease_sent(b->board, run->slot);

    if (sent != 0) {
        bmc_route_lost(b, sent);
        bmc_lease_set_sent(b->board, run->slot, 0);
    }

    bmc_poll_held(run);

    return true;
}


bool
bmc_run_busy(const bmc_run_t *run)
{
    return run->doing != NULL || run->resting != NULL || run->console != NULL
           || run->verify_op != 0 || !bmc_ring_empty(&run->queue);
}


/* -- units */

bmc_seated_t *
bmc_run_unit(bmc_run_t *run, unsigned i)
{
    bmc_seated_t        *at;
    const bmc_driver_t  *driver;

    if (run->at[i] == NULL) {
        run->at[i] = calloc(1, sizeof(bmc_seated_t));
    }

    at = run->at[i];

    if (at == NULL || at->phase != BMC_UNIT_SHUT) {
        return at;
    }

    driver = run->conf->driver[i];

    at->unit.state = calloc(1, driver->state_size + 1);
    if (at->unit.state == NULL) {
        return NULL;
    }

    at->run = run;
    at->driver = driver;
    at->unit.host = run->conf;
    at->unit.conf = run->conf->dconf[i];
    at->unit.shared = bmc_root_shared(run->b->root, driver);
    at->unit.loop = &run->b->loop;

    if (driver->open(&at->unit) != BMC_OK) {
        free(at->unit.state);
        at->unit.state = NULL;
        return NULL;
    }

    at->phase = BMC_UNIT_OPEN;

    return at;
}


static void
run_left(bmc_run_t *run)
{
    bmc_t       *b;
    bmc_op_t    *op;
    bmc_ring_t   queue, *link;

    b = run->b;
    run->leaving = false;
    run->rest_at = 0;
    run->poll_at = 0;
    run->idle_at = 0;
    run->verify_at = 0;
    (void) uv_timer_stop(&run->timer);

    if (run->held) {
        bmc_lease_drop(b->board, run->slot);
        run->held = false;
        b->held--;
    }

    bmc_ring_init(&queue);
    bmc_ring_move(&queue, &run->queue);
    run->queued = 0;

    if (run->gone) {
        bmc_run_free(run);

    } else {
        bmc_run_rebase(run);
    }

    while ((link = bmc_ring_pop(&queue)) != NULL) {
        op = bmc_ring_of(link, bmc_op_t, link);
        op->run = NULL;
        bmc_route_again(op);
    }
}


void
bmc_run_closed(bmc_seated_t *at)
{
    at->phase = BMC_UNIT_SHUT;
    free(at->unit.state);
    at->unit.state = NULL;

    if (!at->run->stepping) {
        bmc_run_next(at->run);
    }
}


static bool
run_close(bmc_run_t *run)
{
    bool           shut;
    unsigned       i;
    bmc_seated_t  *at;

    if (run->console != NULL) {
        bmc_doing_cancel(run->console);
    }

    if (run->doing != NULL || run->console != NULL) {
        return false;
    }

    shut = true;

    for (i = 0; i < BMC_CONF_DRIVERS; i++) {
        at = run->at[i];

        if (at == NULL) {
            continue;
        }

        if (at->phase == BMC_UNIT_OPEN) {
            at->phase = BMC_UNIT_SHUTTING;
            at->driver->close(&at->unit);
        }

        shut &= at->phase == BMC_UNIT_SHUT;
    }

    return shut;
}


/* drivers may hang up and close at once: that must not come back here */

void
bmc_run_shut(bmc_run_t *run)
{
    bool  shut;

    run->stepping = true;
    shut = run_close(run);
    run->stepping = false;

    if (shut) {
        run_left(run);
    }
}


void
bmc_run_abort(bmc_run_t *run)
{
    unsigned       i;
    bmc_seated_t  *at;

    for (i = 0; i < BMC_CONF_DRIVERS; i++) {
        at = run->at[i];

        if (at != NULL && at->phase != BMC_UNIT_SHUT) {
            at->driver->abort(&at->unit);
        }
    }
}


/* log out and give the lease back, once what is under way has ended */

void
bmc_run_leave(bmc_run_t *run)
{
    if (!run->held && !run->gone) {
        return;
    }

    if (run->resting != NULL) {
        bmc_ring_after(&run->queue, &run->resting->link);
        run->resting->at = BMC_AT_QUEUE;
        run->resting = NULL;
        run->queued++;
    }

    bmc_verify_stop(run, "not verified: the session was given up");
    run->leaving = true;
    bmc_run_next(run);
}


/*
 * After a reload: an unchanged host goes on under the new configuration's
 * pointers, a changed one logs out first.
 */

void
bmc_run_rebase(bmc_run_t *run)
{
    bmc_t                 *b;
    unsigned               i;
    bmc_base_t            *was;
    const bmc_hostconf_t  *conf;

    b = run->b;

    if (run->base == b->base || run->gone || run->doing != NULL
        || run->console != NULL)
    {
        return;
    }

    conf = bmc_fleet_host(b->base->fleet, run->conf->name,
        strlen(run->conf->name));

    if (run->held && conf->fingerprint != run->conf->fingerprint) {
        if (!run->leaving) {
            bmc_run_leave(run);
        }

        return;
    }

    was = run->base;
    run->base = bmc_base_hold(b->base);
    run->conf = conf;

    for (i = 0; i < conf->ndrivers; i++) {
        if (run->at[i] != NULL) {
            run->at[i]->unit.host = conf;
            run->at[i]->unit.conf = conf->dconf[i];
        }
    }

    bmc_unload(was);
}
