
/*
 * Copyright (C) the bmcgate authors
 *
 * Operations that nobody waits for any more: their time is over, or they
 * were dropped.
 */


#include <stdio.h>
#include <string.h>

#include "gate/core.h"


/* time-outs are nearly always alike: a new one belongs near the end */

void
bmc_op_due(bmc_op_t *op, uint64_t when)
{
    bmc_t       *b;
    uint64_t     now;
    bmc_ring_t  *at;

    b = op->b;
    op->due_at = when;
    bmc_ring_remove(&op->due);

    at = b->due.prev;

    while (at != &b->due && bmc_ring_of(at, bmc_op_t, due)->due_at > when) {
        at = at->prev;
    }

    bmc_ring_after(at, &op->due);

    now = uv_now(&b->loop);

    if (b->due.next == &op->due
        && (!uv_is_active((uv_handle_t *) &b->deadline)
            || when <= now
            || uv_timer_get_due_in(&b->deadline) > when - now))
    {
        (void) uv_timer_start(&b->deadline, bmc_op_deadline,
            when > now ? when - now : 0, 0);
    }
}


static void
due_at_peer(bmc_op_t *op)
{
    char  text[BMC_TEXT_MAX];

    (void) snprintf(text, sizeof(text), "process %u, which holds this "
        "BMC's session, does not answer; nothing was sent",
        bmc_link_pid(op->link_to));

    if (bmc_op_changes(op)) {
        if (!bmc_op_settle(op, BMC_OP_ASKED, BMC_OP_CANCELLED, BMC_TIMEOUT,
            text))
        {
            (void) snprintf(text, sizeof(text), "process %u, which holds "
                "this BMC's session, does not answer: unknown whether it "
                "happened", bmc_link_pid(op->link_to));
            (void) bmc_op_settle(op, BMC_OP_SENT, BMC_OP_UNKNOWN,
                BMC_UNKNOWN, text);
            bmc_remote_drop(op);
            bmc_op_end_as_known(op, text);
            return;
        }
    }

    bmc_remote_drop(op);
    bmc_op_end(op, BMC_TIMEOUT, "%s", text);
}


static void
due_now(bmc_op_t *op)
{
    switch (op->at) {

    case BMC_AT_QUEUE:
        op->run->queued--;
        bmc_op_unsent(op, BMC_OP_CANCELLED, BMC_TIMEOUT,
            "still waiting for its turn at this BMC; nothing was sent");
        return;

    case BMC_AT_STRAY:
        bmc_op_unsent(op, BMC_OP_CANCELLED, BMC_TIMEOUT, "the processes that "
            "hold this BMC's session come and go; nothing was sent");
        return;

    case BMC_AT_BMC:
    case BMC_AT_STREAM:
        bmc_run_cancel(op->run, op);
        return;

    case BMC_AT_PEER:
        due_at_peer(op);
        return;

    case BMC_AT_FOLLOW:
        bmc_op_end(op, BMC_TIMEOUT, "no answer in time");
        return;

    case BMC_AT_VERIFY:
        bmc_verify_stop(op->run, "accepted, not verified in time");
        return;

    case BMC_AT_HOME:
    case BMC_AT_READY:
        break;
    }

    bmc_ring_remove(&op->due);
}


void
bmc_op_deadline(uv_timer_t *timer)
{
    bmc_t     *b;
    uint64_t   now;
    bmc_op_t  *op;

    b = timer->data;
    now = uv_now(&b->loop);

    while (!bmc_ring_empty(&b->due)) {
        op = bmc_ring_of(b->due.next, bmc_op_t, due);

        if (op->due_at > now) {
            (void) uv_timer_start(timer, bmc_op_deadline, op->due_at - now,
                0);
            return;
        }

        bmc_ring_remove(&op->due);
        due_now(op);
    }
}


/* -- nobody waits any more */

static void
due_drop_read(bmc_op_t *op)
{
    switch (op->at) {

    case BMC_AT_QUEUE:
        op->run->queued--;
        break;

    case BMC_AT_BMC:
        bmc_run_cancel(op->run, op);
        return;

    case BMC_AT_PEER:
        bmc_remote_drop(op);
        break;

    case BMC_AT_STREAM:
        bmc_stream_leave(op);
        return;

    case BMC_AT_HOME:
    case BMC_AT_READY:
    case BMC_AT_FOLLOW:
    case BMC_AT_VERIFY:
    case BMC_AT_STRAY:
        break;
    }

    bmc_op_free(op);
}


void
bmc_drop(bmc_op_t *op)
{
    op->dropped = true;
    op->done = NULL;
    op->sink = NULL;

    if (op->at != BMC_AT_READY) {
        op->result.rc = op->opened ? BMC_OK : BMC_CANCELLED;
    }

    if (bmc_op_changes(op) || op->at == BMC_AT_READY) {
        return;
    }

    /* others share its answer: it goes on for them */

    if (!bmc_ring_empty(&op->followers)) {
        return;
    }

    due_drop_read(op);
}
