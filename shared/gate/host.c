
/*
 * Copyright (C) the bmcgate authors
 *
 * A host whose lease we hold: one command at a time, its drivers' units,
 * and what to do when a command has ended.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"


static void run_tick(uv_timer_t *timer);
static void run_shut(bmc_run_t *run);


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
        free(run->at[i].unit.state);
    }

    bmc_ring_remove(&run->leaver);
    bmc_unload(run->base);
    uv_close((uv_handle_t *) &run->timer, run_freed);
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

    at = &run->at[i];

    if (at->phase != BMC_UNIT_SHUT) {
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


static void
run_shut(bmc_run_t *run)
{
    bool       shut;
    unsigned   i;

    if (run->console != NULL) {
        run->console->driver->cancel(run->console->call.unit,
            &run->console->call);
    }

    if (run->doing != NULL || run->console != NULL) {
        return;
    }

    shut = true;

    for (i = 0; i < BMC_CONF_DRIVERS; i++) {
        if (run->at[i].phase == BMC_UNIT_OPEN) {
            run->at[i].phase = BMC_UNIT_SHUTTING;
            run->at[i].driver->close(&run->at[i].unit);
        }

        shut &= run->at[i].phase == BMC_UNIT_SHUT;
    }

    if (shut) {
        run_left(run);
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
        run->at[i].unit.host = conf;
        run->at[i].unit.conf = conf->dconf[i];
    }

    bmc_unload(was);
}


/* -- the queue */

static bool
run_same(const bmc_op_t *a, const bmc_op_t *b)
{
    size_t  i;

    if (a->verb != b->verb || a->nargs != b->nargs) {
        return false;
    }

    for (i = 0; i < a->nargs; i++) {
        if (strcmp(a->args[i].name, b->args[i].name) != 0
            || strcmp(a->args[i].value, b->args[i].value) != 0)
        {
            return false;
        }
    }

    return true;
}


/* an equal read that no change stands behind */

static bmc_op_t *
run_equal(bmc_run_t *run, const bmc_op_t *op)
{
    bmc_op_t    *other;
    bmc_ring_t  *link;

    if ((bmc_verb_info(op->verb)->flags & BMC_REPEATABLE) == 0) {
        return NULL;
    }

    for (link = run->queue.prev; link != &run->queue; link = link->prev) {
        other = bmc_ring_of(link, bmc_op_t, link);

        if (bmc_op_changes(other)) {
            return NULL;
        }

        if (run_same(op, other)) {
            return other;
        }
    }

    if (run->doing != NULL && run->doing->op != NULL
        && run_same(op, run->doing->op))
    {
        return run->doing->op;
    }

    return NULL;
}


void
bmc_run_add(bmc_run_t *run, bmc_op_t *op)
{
    bmc_op_t  *equal;

    op->run = run;
    bmc_op_due(op, op->deadline + BMC_GRACE);

    equal = run_equal(run, op);

    if (equal != NULL) {
        op->at = BMC_AT_FOLLOW;
        op->leader = equal;
        bmc_ring_before(&equal->followers, &op->link);
        return;
    }

    if (run->queued >= BMC_QUEUE_MAX) {
        if (op->id != 0) {
            (void) bmc_op_settle(op, BMC_OP_ASKED, BMC_OP_FAILED, BMC_BUSY,
                "too many requests wait for this BMC");
        }

        bmc_op_end(op, BMC_BUSY, "%u requests already wait for this BMC",
            run->queued);
        return;
    }

    op->at = BMC_AT_QUEUE;
    bmc_ring_before(&run->queue, &op->link);
    run->queued++;

    bmc_run_next(run);
}


/* the first driver from op->driver on that can do it */

static bool
run_driver(bmc_run_t *run, bmc_op_t *op)
{
    while (op->driver < run->conf->ndrivers) {
        if (run->conf->driver[op->driver]->can(run->conf,
                run->conf->dconf[op->driver], op->verb))
        {
            return true;
        }

        op->driver++;
    }

    return false;
}


static void
run_fail(bmc_op_t *op, bmc_rc_t rc, const char *text)
{
    if (op->id != 0
        && !bmc_op_settle(op, BMC_OP_ASKED, BMC_OP_FAILED, rc, text))
    {
        bmc_op_end_as_known(op, text);
        return;
    }

    bmc_op_end(op, rc, "%s", text);
}


/* what needs no BMC, or must not go to it */

static bool
run_answers(bmc_run_t *run, bmc_op_t *op)
{
    bmc_view_t  view;

    if (op->verb == BMC_RETRY) {
        bmc_note_retry(run);
        bmc_op_end(op, BMC_OK, NULL);
        return true;
    }

    bmc_board_read(run->b->board, run->slot, &view);

    if (view.reach == BMC_REACH_REFUSED
        && view.refused_as == run->conf->fingerprint)
    {
        run_fail(op, BMC_BAD_LOGIN, view.message);
        return true;
    }

    if (!run_driver(run, op)) {
        run_fail(op, BMC_UNSUPPORTED, "no driver of this host can do that");
        return true;
    }

    return false;
}


static void
run_begin(bmc_run_t *run, bmc_op_t *op, bmc_seated_t *at, bmc_doing_t *doing)
{
    doing->op = op;
    doing->run = run;
    doing->driver = at->driver;
    doing->id = op->id;
    doing->call.verb = op->verb;
    doing->call.args = op->args;
    doing->call.nargs = op->nargs;
    doing->call.deadline = op->deadline;
    doing->call.unit = &at->unit;

    op->at = BMC_AT_BMC;
    run->doing = doing;

    at->driver->run(&at->unit, &doing->call);
}


bmc_doing_t *
bmc_doing_create(void)
{
    bmc_doing_t  *doing;

    doing = calloc(1, sizeof(bmc_doing_t));
    if (doing == NULL) {
        return NULL;
    }

    doing->call.pool = bmc_pool_create(1024);

    if (doing->call.pool == NULL) {
        free(doing);
        return NULL;
    }

    return doing;
}


void
bmc_doing_free(bmc_doing_t *doing)
{
    json_decref(doing->call.answer.json);
    bmc_pool_destroy(doing->call.pool);
    free(doing);
}


/* false: the queue must wait */

static bool
run_first(bmc_run_t *run)
{
    bmc_op_t      *op;
    bmc_doing_t   *doing;
    bmc_seated_t  *at;

    op = bmc_ring_of(run->queue.next, bmc_op_t, link);
    bmc_ring_remove(&op->link);
    run->queued--;

    if (run_answers(run, op)) {
        return true;
    }

    at = bmc_run_unit(run, op->driver);

    if (at != NULL && at->phase == BMC_UNIT_SHUTTING) {
        bmc_ring_after(&run->queue, &op->link);
        run->queued++;
        return false;
    }

    doing = at != NULL ? bmc_doing_create() : NULL;

    if (doing == NULL) {
        run_fail(op, BMC_FAILED, "the driver could not be opened: out of "
            "memory, or no room for its state");
        return true;
    }

    run_begin(run, op, at, doing);

    return true;
}


/*
 * Drivers may end a call inside run(), so this is a loop and not a
 * recursion.  The host may be gone afterwards.
 */

void
bmc_run_next(bmc_run_t *run)
{
    if (run->stepping) {
        return;
    }

    run->stepping = true;

    while (run->doing == NULL && run->resting == NULL && !run->leaving
           && !bmc_ring_empty(&run->queue))
    {
        bmc_run_rebase(run);

        if (run->leaving || !run_first(run)) {
            break;
        }
    }

    if (run->base != run->b->base && !run->leaving) {
        bmc_run_rebase(run);
    }

    run->stepping = false;

    if (run->leaving) {
        run_shut(run);
        return;
    }

    bmc_run_arm(run);
}


/* -- time */

static uint64_t
run_soonest(const bmc_run_t *run)
{
    size_t    i;
    uint64_t  soonest;

    const uint64_t  at[] = {
        run->rest_at, run->poll_at, run->idle_at, run->verify_at
    };

    soonest = UINT64_MAX;

    for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
        if (at[i] != 0 && at[i] < soonest) {
            soonest = at[i];
        }
    }

    return soonest;
}


void
bmc_run_arm(bmc_run_t *run)
{
    uint64_t  now, soonest;

    now = uv_now(&run->b->loop);

    if (run->poll_at == 0 && run->held && !bmc_run_busy(run)) {
        run->idle_at = run->idle_at != 0 ? run->idle_at : now + BMC_IDLE;

    } else {
        run->idle_at = 0;
    }

    soonest = run_soonest(run);

    if (soonest == UINT64_MAX) {
        (void) uv_timer_stop(&run->timer);
        return;
    }

    (void) uv_timer_start(&run->timer, run_tick,
        soonest > now ? soonest - now : 0, 0);
}


static void
run_tick(uv_timer_t *timer)
{
    uint64_t    now;
    bmc_op_t   *op;
    bmc_run_t  *run;

    run = timer->data;
    now = uv_now(&run->b->loop);

    if (run->rest_at != 0 && run->rest_at <= now) {
        op = run->resting;
        run->rest_at = 0;
        run->resting = NULL;

        if (op != NULL) {
            op->at = BMC_AT_QUEUE;
            bmc_ring_after(&run->queue, &op->link);
            run->queued++;
        }
    }

    if (run->verify_at != 0 && run->verify_at <= now) {
        bmc_verify_due(run);
    }

    if (run->poll_at != 0 && run->poll_at <= now) {
        bmc_poll_due(run);
    }

    if (run->idle_at != 0 && run->idle_at <= now && !bmc_run_busy(run)) {
        run->idle_at = 0;
        bmc_run_leave(run);
        return;
    }

    bmc_run_next(run);
}
