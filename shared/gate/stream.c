
/*
 * Copyright (C) the bmcgate authors
 *
 * A host's console: one call to the driver, any number of watchers; the
 * oldest of them may write.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"


#define STREAM_TYPED  65536          /* bytes that wait for a slow console */
#define STREAM_AGAIN  20             /* ms before it is tried again */


static bool
stream_call(bmc_run_t *run, bmc_op_t *op)
{
    bmc_doing_t   *doing;
    bmc_seated_t  *at;

    at = bmc_run_unit(run, op->driver);

    if (at == NULL || at->phase != BMC_UNIT_OPEN) {
        return false;
    }

    doing = bmc_doing_create(op);
    if (doing == NULL) {
        return false;
    }

    doing->run = run;
    doing->driver = at->driver;
    doing->index = op->driver;
    doing->stream = true;
    doing->call.unit = &at->unit;

    run->console = doing;
    run->console_open = false;

    at->driver->run(&at->unit, &doing->call);

    return true;
}


static void
stream_tell_open(bmc_op_t *op)
{
    op->opened = true;
    bmc_op_due(op, UINT64_MAX);

    op->result.rc = BMC_OK;
    op->result.host = op->host;
    op->result.driver = op->run->console->driver->name;
    op->result.view = &op->view;

    if (op->done != NULL) {
        op->done(op->data, &op->result);
    }
}


void
bmc_stream_start(bmc_run_t *run, bmc_op_t *op)
{
    char        why[BMC_TEXT_MAX];
    bmc_rc_t    rc;
    bmc_view_t  view;

    op->run = run;
    op->at = BMC_AT_STREAM;
    bmc_ring_remove(&op->link);
    bmc_ring_before(&run->watchers, &op->link);

    /* who comes to an open console is told in the next turn, not here */

    if (run->console_open) {
        bmc_op_due(op, bmc_clock(run->b));
    }

    if (run->console == NULL && bmc_run_refused(run, &view)) {
        bmc_op_end(op, BMC_BAD_LOGIN, "%s", view.message);
        return;
    }

    rc = run->console == NULL ? bmc_order_first(run, op, why) : BMC_OK;

    if (rc != BMC_OK) {
        bmc_op_end(op, rc, "%s", why);
        return;
    }

    if (run->leaving || (run->console == NULL && !stream_call(run, op))) {
        bmc_op_end(op, BMC_BUSY, "the console cannot be opened now: the "
            "session is just being closed");
        return;
    }

    bmc_run_arm(run);
}


/* a watcher may be dropped by what it is told, and drop others */

static void
stream_sweep(bmc_run_t *run)
{
    bmc_op_t    *op;
    bmc_ring_t  *link, *next;

    for (link = run->watchers.next; link != &run->watchers; link = next) {
        next = link->next;
        op = bmc_ring_of(link, bmc_op_t, link);

        if (op->dropped) {
            bmc_op_free(op);
        }
    }

    if (run->console != NULL && bmc_ring_empty(&run->watchers)) {
        bmc_doing_cancel(run->console);
    }
}


void
bmc_stream_opened(bmc_run_t *run)
{
    bmc_stream_bytes(run, NULL, 0);
}


void
bmc_stream_bytes(bmc_run_t *run, const void *bytes, size_t len)
{
    bmc_op_t    *op;
    bmc_ring_t  *link;

    run->console_open = true;
    run->telling = true;

    for (link = run->watchers.next; link != &run->watchers;
         link = link->next)
    {
        op = bmc_ring_of(link, bmc_op_t, link);

        if (!op->opened) {
            stream_tell_open(op);
        }

        if (op->sink != NULL && len > 0) {
            op->sink(op->data, bytes, len);
        }
    }

    run->telling = false;
    stream_sweep(run);
}


void
bmc_stream_leave(bmc_op_t *op)
{
    bmc_run_t  *run;

    run = op->run;

    if (run->telling) {
        return;
    }

    bmc_op_free(op);
    stream_sweep(run);
}


void
bmc_stream_timeout(bmc_op_t *op)
{
    bmc_run_t  *run;

    run = op->run;

    if (run->console_open && !op->opened) {
        stream_tell_open(op);
        return;
    }

    bmc_op_end(op, BMC_TIMEOUT, "the console did not open in time");

    if (run->console != NULL && bmc_ring_empty(&run->watchers)) {
        bmc_doing_cancel(run->console);
    }
}


void
bmc_stream_ended(bmc_run_t *run, bmc_rc_t rc, const char *text)
{
    bmc_op_t    *op;
    bmc_ring_t  *link;
    const char  *driver;

    driver = run->console->driver->name;
    bmc_doing_free(run->console);
    run->console = NULL;
    run->console_open = false;

    while ((link = bmc_ring_pop(&run->watchers)) != NULL) {
        op = bmc_ring_of(link, bmc_op_t, link);
        op->result.driver = driver;

        if (!op->opened && rc == BMC_OK) {
            bmc_op_end(op, BMC_UNREACHABLE, "the console was closed before "
                "it was open");
            continue;
        }

        bmc_op_end(op, rc, "%s", text);
    }
}


size_t
bmc_stream_write(bmc_op_t *op, const void *bytes, size_t len)
{
    bmc_run_t    *run;
    bmc_doing_t  *doing;

    run = op->run;

    /* only the oldest watcher writes: what others type is taken and lost */

    if (run->watchers.next != &op->link) {
        return len;
    }

    doing = run->console;

    if (doing == NULL || !run->console_open
        || doing->driver->write == NULL)
    {
        return 0;
    }

    return doing->driver->write(doing->call.unit, &doing->call, bytes, len);
}


/* what a peer's user typed faster than the console takes it */

void
bmc_stream_flush(bmc_run_t *run)
{
    size_t     n;
    bmc_op_t  *op;

    run->typed_at = 0;

    if (bmc_ring_empty(&run->watchers)) {
        return;
    }

    op = bmc_ring_of(run->watchers.next, bmc_op_t, link);

    if (op->typed.len == 0) {
        return;
    }

    n = bmc_stream_write(op, op->typed.data, op->typed.len);
    op->typed.len -= n;
    memmove(op->typed.data, op->typed.data + n, op->typed.len);

    if (op->typed.len > 0) {
        run->typed_at = bmc_clock(run->b) + STREAM_AGAIN;
        bmc_run_arm(run);
    }
}


void
bmc_stream_typed(bmc_op_t *op, const void *bytes, size_t len)
{
    bmc_run_t  *run;

    run = op->run;

    if (op->typed.len + len > STREAM_TYPED) {
        bmc_op_end(op, BMC_LIMITED, "more was typed than the console takes");
        stream_sweep(run);
        return;
    }

    bmc_buf_add(&op->typed, bytes, len);

    if (run->typed_at == 0) {
        bmc_stream_flush(run);
    }
}


size_t
bmc_write(bmc_op_t *op, const void *bytes, size_t len)
{
    switch (op->at) {

    case BMC_AT_STREAM:
        return bmc_stream_write(op, bytes, len);

    case BMC_AT_PEER:
        return bmc_remote_write(op, bytes, len);

    case BMC_AT_HOME:
    case BMC_AT_READY:
    case BMC_AT_QUEUE:
    case BMC_AT_BMC:
    case BMC_AT_FOLLOW:
    case BMC_AT_VERIFY:
    case BMC_AT_STRAY:
        break;
    }

    return 0;
}
