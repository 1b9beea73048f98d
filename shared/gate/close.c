
/*
 * Copyright (C) the bmcgate authors
 *
 * The end of a core: what is not sent is given back, what is sent may end,
 * sessions are logged out, leases given back; all in a given time.
 */


#include "gate/core.h"


#define CLOSE_LOOK   50              /* ms between looks at what is left */
#define CLOSE_FLUSH  100             /* ms for peers to take what we say */
#define CLOSE_CRYPT  3000            /* ms for a password's check to end */
#define CLOSE_TURNS  64              /* of the loop, for what was aborted */


/* a read that only this process waits for */

static bmc_op_t *
close_read(bmc_t *b)
{
    bmc_op_t    *op;
    bmc_ring_t  *link;

    for (link = b->due.next; link != &b->due; link = link->next) {
        op = bmc_ring_of(link, bmc_op_t, due);

        if (!op->dropped && op->link_from == NULL && !bmc_op_changes(op)) {
            return op;
        }
    }

    return NULL;
}


static void
close_ops(bmc_t *b)
{
    bmc_op_t    *op;
    bmc_ring_t  *link;

    while ((op = close_read(b)) != NULL) {
        bmc_drop(op);
    }

    for (link = b->due.next; link != &b->due; link = link->next) {
        op = bmc_ring_of(link, bmc_op_t, due);

        if (op->link_from == NULL) {
            op->dropped = true;
            op->done = NULL;
        }
    }

    for (link = b->ready.next; link != &b->ready; link = link->next) {
        op = bmc_ring_of(link, bmc_op_t, link);

        if (op->link_from == NULL) {
            op->done = NULL;
        }
    }
}


static bool
close_leaving(bmc_t *b)
{
    bool    busy;
    size_t  i;

    busy = !bmc_ring_empty(&b->leavers);

    for (i = 0; i < b->nruns; i++) {
        if (b->run[i] != NULL && b->run[i]->held) {
            bmc_run_leave(b->run[i]);
            busy |= b->run[i]->held;
        }
    }

    return busy;
}


static void
close_wake(uv_timer_t *timer)
{
}


static void
close_wait(bmc_t *b, uint32_t wait)
{
    uint64_t    until, left;
    uv_timer_t  timer;

    (void) uv_timer_init(&b->loop, &timer);
    until = bmc_clock(b) + wait;

    while (close_leaving(b) && bmc_clock(b) < until) {
        left = until - uv_now(&b->loop);

        (void) uv_timer_start(&timer, close_wake,
            left < CLOSE_LOOK ? left : CLOSE_LOOK, 0);
        (void) uv_run(&b->loop, UV_RUN_ONCE);
        bmc_op_deliver(b);
    }

    uv_close((uv_handle_t *) &timer, NULL);
    (void) uv_run(&b->loop, UV_RUN_NOWAIT);
    bmc_op_deliver(b);
}


static void
close_abort(bmc_t *b)
{
    size_t       i;
    unsigned     turn;
    bmc_ring_t  *link, *next;

    for (i = 0; i < b->nruns; i++) {
        if (b->run[i] != NULL && b->run[i]->held) {
            bmc_run_abort(b->run[i]);
        }
    }

    for (link = b->leavers.next; link != &b->leavers; link = next) {
        next = link->next;
        bmc_run_abort(bmc_ring_of(link, bmc_run_t, leaver));
    }

    for (turn = 0; turn < CLOSE_TURNS && close_leaving(b); turn++) {
        (void) uv_run(&b->loop, UV_RUN_NOWAIT);
        bmc_op_deliver(b);
    }
}


/* a notice waits for the peer's hello: who asks and ends has told nobody */

static void
close_flush(bmc_t *b)
{
    uint64_t    until;
    uv_timer_t  timer;

    (void) uv_timer_init(&b->loop, &timer);
    until = bmc_clock(b) + CLOSE_FLUSH;

    while (bmc_peers_waiting(b->peers) && bmc_clock(b) < until) {
        (void) uv_timer_start(&timer, close_wake,
            until - uv_now(&b->loop), 0);
        (void) uv_run(&b->loop, UV_RUN_ONCE);
        bmc_op_deliver(b);
    }

    uv_close((uv_handle_t *) &timer, NULL);
    (void) uv_run(&b->loop, UV_RUN_NOWAIT);
}


/* the pool's threads must not come back to a loop that is gone */

static void
close_logins(bmc_t *b)
{
    uint64_t    until;
    uv_timer_t  timer;

    (void) uv_timer_init(&b->loop, &timer);
    until = bmc_clock(b) + CLOSE_CRYPT;

    while (bmc_crypts(b->auth) > 0 && bmc_clock(b) < until) {
        (void) uv_timer_start(&timer, close_wake,
            until - uv_now(&b->loop), 0);
        (void) uv_run(&b->loop, UV_RUN_ONCE);
    }

    uv_close((uv_handle_t *) &timer, NULL);
    (void) uv_run(&b->loop, UV_RUN_NOWAIT);
}


static void
close_runs(bmc_t *b)
{
    size_t       i;
    bmc_op_t    *op;
    bmc_ring_t  *link;

    for (i = 0; i < b->nruns; i++) {
        if (b->run[i] != NULL) {
            bmc_run_free(b->run[i]);
        }
    }

    while ((link = b->leavers.next) != &b->leavers) {
        bmc_run_free(bmc_ring_of(link, bmc_run_t, leaver));
    }

    while ((link = b->due.next) != &b->due) {
        op = bmc_ring_of(link, bmc_op_t, due);

        /* what a peer does for us it finishes */

        if (op->id != 0 && op->at != BMC_AT_PEER) {
            (void) bmc_op_settle(op, BMC_OP_ASKED, BMC_OP_CANCELLED,
                BMC_CLOSED, "the process that asked has ended; nothing was "
                "sent");
        }

        bmc_op_free(op);
    }

    bmc_op_deliver(b);
}


void
bmc_close(bmc_t *b, uint32_t wait)
{
    if (b == NULL) {
        return;
    }

    b->closing = true;
    (void) uv_timer_stop(&b->sweep);

    bmc_event_end_all(b);
    bmc_group_end_all(b);
    bmc_login_end_all(b);

    close_ops(b);
    close_wait(b, wait);
    close_abort(b);
    close_flush(b);
    close_runs(b);
    close_logins(b);

    bmc_core_free(b);
}
