
/*
 * Copyright (C) the bmcgate authors
 *
 * Where an operation goes: answered from the board, to our own queue when
 * we hold the lease or can take it, else to the process that does.
 */


#include <stdio.h>
#include <string.h>

#include "gate/core.h"


#define ROUTE_AGAIN  20              /* ms before a stray one tries again */


bool
bmc_route_fresh(const bmc_view_t *view, uint32_t max_age)
{
    return view->power_at != 0 && view->reach == BMC_REACH_YES
           && view->power_at > view->changed_at
           && bmc_now() - view->power_at <= max_age;
}


/* fresh enough, or known to be in vain; changes always try */

static bool
route_known(bmc_op_t *op, uint32_t slot)
{
    int64_t     now;
    bmc_view_t  v;

    if (bmc_op_changes(op) || (op->flags & BMC_FRESH)
        || op->verb == BMC_RETRY || op->internal)
    {
        return false;
    }

    bmc_board_read(op->b->board, slot, &v);
    now = bmc_now();

    if ((bmc_verb_info(op->verb)->flags & BMC_BOARD)
        && bmc_route_fresh(&v, op->max_age))
    {
        op->result.from_board = true;
        op->result.driver = bmc_pstrdup(op->pool, v.driver);
        bmc_op_end(op, BMC_OK, NULL);
        return true;
    }

    if (v.retry_at > now && v.reach == BMC_REACH_NO) {
        op->result.from_board = true;
        op->result.retry_after = (uint32_t) ((v.retry_at - now + 999) / 1000);
        bmc_op_end(op, BMC_UNREACHABLE, "%s", v.message);
        return true;
    }

    return false;
}


static void
route_here(bmc_op_t *op, bmc_run_t *run)
{
    if (bmc_verb_info(op->verb)->flags & BMC_STREAM) {
        bmc_stream_start(run, op);
        return;
    }

    bmc_run_add(run, op);
}


static void
route_lease(bmc_op_t *op, uint32_t slot)
{
    bmc_t      *b;
    uint64_t    owner;
    bmc_run_t  *run;

    b = op->b;
    run = b->run[op->conf->index];

    if (run != NULL && run->held) {
        route_here(op, run);
        return;
    }

    owner = bmc_lease_owner(b->board, slot);

    /* to ourselves there is no link, so that nobody need ask who we are */

    if (owner != 0 && bmc_remote_ask(op, owner)) {
        return;
    }

    run = bmc_run_of(b, op->conf);

    if (run == NULL) {
        bmc_op_unsent(op, BMC_OP_FAILED, BMC_FAILED, "out of memory");
        return;
    }

    if (bmc_run_hold(run, &owner)) {
        route_here(op, run);
        return;
    }

    bmc_route_later(op);
}


void
bmc_route(bmc_op_t *op)
{
    bmc_t     *b;
    uint32_t   slot;

    b = op->b;
    op->run = NULL;

    if (op->conf == NULL) {
        bmc_op_unsent(op, BMC_OP_FAILED, BMC_NO_HOST,
            "the host was removed from the configuration");
        return;
    }

    slot = bmc_slot_of(b, op->conf, true);

    if (slot == BMC_SLOT_NONE) {
        bmc_op_unsent(op, BMC_OP_FAILED, BMC_FAILED,
            "no room for this host on the board");
        return;
    }

    if (!route_known(op, slot)) {
        route_lease(op, slot);
    }
}


void
bmc_route_later(bmc_op_t *op)
{
    bmc_t  *b;

    b = op->b;
    op->at = BMC_AT_STRAY;
    op->run = NULL;

    bmc_ring_remove(&op->link);
    bmc_ring_before(&b->stray, &op->link);

    if (!uv_is_active((uv_handle_t *) &b->stray_timer)) {
        (void) uv_timer_start(&b->stray_timer, bmc_route_stray, ROUTE_AGAIN,
            0);
    }
}


void
bmc_route_stray(uv_timer_t *timer)
{
    bmc_t       *b;
    bmc_ring_t   stray, *link;

    b = timer->data;

    bmc_ring_init(&stray);
    bmc_ring_move(&stray, &b->stray);

    while ((link = bmc_ring_pop(&stray)) != NULL) {
        bmc_route(bmc_ring_of(link, bmc_op_t, link));
    }
}


/* whoever shared its answer goes its own way now */

static void
route_followers(bmc_op_t *op)
{
    bmc_op_t    *follower;
    bmc_ring_t  *link;

    while ((link = bmc_ring_pop(&op->followers)) != NULL) {
        follower = bmc_ring_of(link, bmc_op_t, link);
        follower->leader = NULL;
        bmc_route_again(follower);
    }
}


/* its host has been left: another process takes it, or nobody does */

void
bmc_route_again(bmc_op_t *op)
{
    op->at = BMC_AT_HOME;
    op->run = NULL;
    op->tried = 0;
    op->before = NULL;

    route_followers(op);

    if (op->dropped && op->id == 0) {
        bmc_op_free(op);
        return;
    }

    if (op->internal) {
        bmc_op_end(op, BMC_CANCELLED, NULL);
        return;
    }

    if (op->link_from != NULL) {
        bmc_remote_moved(op);
        return;
    }

    if (!op->b->closing) {
        bmc_route_later(op);
        return;
    }

    bmc_op_unsent(op, BMC_OP_CANCELLED, BMC_CLOSED,
        "the process that asked has ended; nothing was sent");
}


/* a process died with this change on its way: nobody will ever know */

void
bmc_route_lost(bmc_t *b, uint64_t id)
{
    (void) bmc_op_tell(b, id, "lost", BMC_OP_SENT, BMC_OP_UNKNOWN,
        BMC_UNKNOWN, "sent, then the process that sent it died: unknown "
        "whether it happened");
}
