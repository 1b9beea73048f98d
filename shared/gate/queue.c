
/*
 * Copyright (C) the bmcgate authors
 *
 * A held host's queue: one command at a time, and the times at which
 * something is due.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"


static void run_tick(uv_timer_t *timer);


static bool
run_same(const bmc_op_t *a, const bmc_op_t *b)
{
    size_t  i;

    if (a->verb != b->verb || a->nargs != b->nargs
        || a->second != b->second)
    {
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
    char       text[BMC_TEXT_MAX];
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
        (void) snprintf(text, sizeof(text),
            "%u requests wait for this BMC already", run->queued);
        bmc_op_unsent(op, BMC_OP_FAILED, BMC_BUSY, text);
        return;
    }

    op->at = BMC_AT_QUEUE;
    bmc_ring_before(&run->queue, &op->link);
    run->queued++;

    bmc_run_next(run);
}


/* what needs no BMC, or must not go to it, or not any more */

static bool
run_answers(bmc_run_t *run, bmc_op_t *op)
{
    char        why[BMC_TEXT_MAX];
    bmc_rc_t    rc;
    bmc_view_t  view;

    if (op->verb == BMC_RETRY) {
        bmc_note_retry(run);
        bmc_op_end(op, BMC_OK, NULL);
        return true;
    }

    if (bmc_run_refused(run, &view)) {
        bmc_op_unsent(op, BMC_OP_FAILED, BMC_BAD_LOGIN, view.message);
        return true;
    }

    if (bmc_clock(run->b) >= op->deadline) {
        bmc_op_unsent(op, BMC_OP_CANCELLED, BMC_TIMEOUT,
            "still waiting for its turn at this BMC; nothing was sent");
        return true;
    }

    rc = bmc_order_first(run, op, why);

    if (rc != BMC_OK) {
        bmc_op_unsent(op, BMC_OP_FAILED, rc, why);
        return true;
    }

    return false;
}


/* ms, for people: of all it has when nobody else is asked */

static uint32_t
queue_given(const bmc_run_t *run, const bmc_op_t *op, uint64_t deadline)
{
    uint64_t  now;

    now = uv_now(&run->b->loop);

    if (op->tried == 0 && deadline == op->deadline) {
        return op->timeout;
    }

    return deadline > now ? (uint32_t) (deadline - now) : 0;
}


static void
run_begin(bmc_run_t *run, bmc_op_t *op, bmc_seated_t *at, bmc_doing_t *doing)
{
    doing->op = op;
    doing->run = run;
    doing->driver = at->driver;
    doing->index = op->driver;
    doing->second = op->second;
    doing->id = op->id;
    doing->timeout = op->timeout;
    doing->call.unit = &at->unit;
    doing->call.deadline = bmc_order_deadline(run, op);
    doing->given = queue_given(run, op, doing->call.deadline);
    doing->began = uv_hrtime();

    op->at = BMC_AT_BMC;
    run->doing = doing;
    run->share_at = doing->call.deadline < op->deadline
                    ? doing->call.deadline + BMC_GRACE : 0;

    at->driver->run(&at->unit, &doing->call);
}


/* a call may outlive its operation, and so its arguments are its own */

static bool
doing_args(bmc_doing_t *doing, const bmc_op_t *op)
{
    size_t      i;
    bmc_arg_t  *copy;

    copy = bmc_pcalloc(doing->call.pool, (op->nargs + 1) * sizeof(bmc_arg_t));
    if (copy == NULL) {
        return false;
    }

    doing->call.args = copy;

    for (i = 0; i < op->nargs; i++) {
        copy[i].name = bmc_pstrdup(doing->call.pool, op->args[i].name);
        copy[i].value = bmc_pstrdup(doing->call.pool, op->args[i].value);

        if (copy[i].name == NULL || copy[i].value == NULL) {
            return false;
        }

        doing->call.nargs++;
    }

    return true;
}


bmc_doing_t *
bmc_doing_create(const bmc_op_t *op)
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

    if (!doing_args(doing, op)) {
        bmc_doing_free(doing);
        return NULL;
    }

    doing->call.verb = op->verb;
    doing->call.deadline = op->deadline;

    return doing;
}


/* once: the driver has been told that nobody waits */

void
bmc_doing_cancel(bmc_doing_t *doing)
{
    if (doing->cancelled) {
        return;
    }

    doing->cancelled = true;
    doing->driver->cancel(doing->call.unit, &doing->call);
}


void
bmc_doing_free(bmc_doing_t *doing)
{
    size_t  i;

    for (i = 0; i < doing->call.nargs; i++) {
        explicit_bzero((char *) doing->call.args[i].value,
            strlen(doing->call.args[i].value));
    }

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

    doing = at != NULL ? bmc_doing_create(op) : NULL;

    if (doing == NULL) {
        bmc_op_unsent(op, BMC_OP_FAILED, BMC_FAILED, "the driver could not "
            "be opened: out of memory, or no room for its state");
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
        bmc_run_shut(run);
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
        run->rest_at, run->poll_at, run->idle_at, run->verify_at,
        run->typed_at, run->share_at
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
        run->idle_at = run->b->retiring ? now + 1
                       : run->idle_at != 0 ? run->idle_at : now + BMC_IDLE;

    } else {
        run->idle_at = 0;
    }

    soonest = run_soonest(run);

    if (soonest == UINT64_MAX) {
        (void) uv_timer_stop(&run->timer);
        return;
    }

    /* set already: nearly always, and cheaper than taking it off and on */

    if (soonest > now && uv_is_active((uv_handle_t *) &run->timer)
        && uv_timer_get_due_in(&run->timer) == soonest - now)
    {
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

    if (run->typed_at != 0 && run->typed_at <= now) {
        bmc_stream_flush(run);
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

    if (run->share_at != 0 && run->share_at <= now) {
        run->share_at = 0;
        bmc_run_arm(run);
        bmc_doing_cancel(run->doing);
        return;
    }

    bmc_run_next(run);
}
