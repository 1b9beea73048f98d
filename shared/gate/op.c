
/*
 * Copyright (C) the bmcgate authors
 *
 * An operation's life: made by the gate, ended once, told once.
 */


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"


/* a pool takes up to a quarter of it at once: one page is an operation's */

#define OP_PAGE  4080

_Static_assert(sizeof(bmc_op_t) <= OP_PAGE / 4, "page of an operation");


uint64_t
bmc_clock(bmc_t *b)
{
    uv_update_time(&b->loop);

    return uv_now(&b->loop);
}


bmc_op_t *
bmc_op_create(bmc_t *b, bmc_verb_t verb, const char *host)
{
    bmc_op_t    *op;
    bmc_pool_t  *pool;

    pool = bmc_pool_create(OP_PAGE);
    if (pool == NULL) {
        return NULL;
    }

    op = bmc_pcalloc(pool, sizeof(bmc_op_t));

    if (op == NULL || (op->host = bmc_pstrdup(pool, host)) == NULL) {
        bmc_pool_destroy(pool);
        return NULL;
    }

    op->b = b;
    op->pool = pool;
    op->verb = verb;
    op->actor = "";
    op->from = "";
    op->door = "";
    op->result.driver = "";
    op->result.text = "";

    bmc_ring_init(&op->link);
    bmc_ring_init(&op->due);
    bmc_ring_init(&op->followers);

    return op;
}


bool
bmc_op_args(bmc_op_t *op, const bmc_arg_t *args, size_t nargs)
{
    size_t      i;
    bmc_arg_t  *copy;

    if (nargs == 0) {
        return true;
    }

    copy = bmc_pcalloc(op->pool, nargs * sizeof(bmc_arg_t));
    if (copy == NULL) {
        return false;
    }

    for (i = 0; i < nargs; i++) {
        copy[i].name = bmc_pstrdup(op->pool, args[i].name);
        copy[i].value = bmc_pstrdup(op->pool, args[i].value);

        if (copy[i].name == NULL || copy[i].value == NULL) {
            return false;
        }
    }

    op->args = copy;
    op->nargs = nargs;

    return true;
}


bool
bmc_op_changes(const bmc_op_t *op)
{
    return (bmc_verb_info(op->verb)->flags & BMC_CHANGES) != 0;
}


bool
bmc_op_audit(const bmc_op_t *op, const char *event, bmc_rc_t rc,
    const char *text, char why[BMC_TEXT_MAX])
{
    bool                done;
    bmc_buf_t           args;
    bmc_audit_entry_t   e;

    if (op->b->base->audit == NULL) {
        return true;
    }

    memset(&args, 0, sizeof(args));
    memset(&e, 0, sizeof(e));
    bmc_verb_args_text(op->verb, op->args, op->nargs, &args);

    e.event = event;
    e.op = op->id;
    e.actor = op->actor;
    e.from = op->from;
    e.door = op->door;
    e.host = op->host;
    e.verb = bmc_verb_info(op->verb)->name;
    e.args = args.len > 0 ? bmc_buf_text(&args) : NULL;
    e.rc = rc;
    e.text = text != NULL && text[0] != '\0' ? text : NULL;

    done = bmc_audit_write(op->b->base->audit, &e, why);
    bmc_buf_free(&args);

    return done;
}


/* what has happened is told all the same when the audit cannot take it */

static void
op_audit_outcome(bmc_op_t *op, const char *event, bmc_rc_t rc,
    const char *text)
{
    char  why[BMC_TEXT_MAX];

    if (!bmc_op_audit(op, event, rc, text, why) && op->b->say != NULL) {
        op->b->say(op->b->say_data, why);
    }
}


void
bmc_op_count(bmc_op_t *op)
{
    op->counted = true;
    bmc_board_set_load(op->b->board, ++op->b->nops);
}


void
bmc_op_free(bmc_op_t *op)
{
    size_t  i;

    if (op->recorded) {
        op_audit_outcome(op, "outcome", op->result.rc, op->result.text);
    }

    for (i = 0; i < op->nargs; i++) {
        explicit_bzero((char *) op->args[i].value,
            strlen(op->args[i].value));
    }

    if (op->counted) {
        bmc_board_set_load(op->b->board, --op->b->nops);
    }

    bmc_ring_remove(&op->link);
    bmc_ring_remove(&op->due);
    bmc_buf_wipe(&op->typed);
    bmc_pool_destroy(op->pool);
}


static void
op_tell_event(bmc_t *b, uint64_t id, bmc_verb_t verb, const char *host,
    bmc_op_state_t was, bmc_op_state_t is)
{
    bmc_event_t  event;

    memset(&event, 0, sizeof(event));
    event.kind = BMC_EVENT_OPERATION;
    event.op = id;
    event.was = (uint8_t) was;
    event.is = (uint8_t) is;
    event.verb = (uint8_t) verb;
    (void) snprintf(event.host, sizeof(event.host), "%s", host);

    bmc_event_tell(b, &event);
}


static const char *
op_event_name(bmc_op_state_t to)
{
    switch (to) {

    case BMC_OP_VERIFIED:
        return "verified";

    case BMC_OP_UNVERIFIED:
        return "unverified";

    case BMC_OP_NONE:
    case BMC_OP_ASKED:
    case BMC_OP_SENT:
    case BMC_OP_ACCEPTED:
    case BMC_OP_FAILED:
    case BMC_OP_CANCELLED:
    case BMC_OP_UNKNOWN:
        break;
    }

    return "outcome";
}


/*
 * What another process may be settling too is moved first and told after;
 * what only we can know is in the audit before anybody can act on it.
 */

bool
bmc_op_settle(bmc_op_t *op, bmc_op_state_t from, bmc_op_state_t to,
    bmc_rc_t rc, const char *text)
{
    bool  shared;

    shared = from == BMC_OP_ASKED || op->at == BMC_AT_PEER;

    if (shared
        && !bmc_board_op_move(op->b->board, op->id, from, to, rc, text))
    {
        return false;
    }

    op_audit_outcome(op, op_event_name(to), rc, text);

    if (!shared) {
        (void) bmc_board_op_move(op->b->board, op->id, from, to, rc, text);
    }

    op_tell_event(op->b, op->id, op->verb, op->host, from, to);

    return true;
}


bool
bmc_op_tell(bmc_t *b, uint64_t id, const char *event, bmc_op_state_t from,
    bmc_op_state_t to, bmc_rc_t rc, const char *text)
{
    char               why[BMC_TEXT_MAX];
    bmc_op_info_t      info;
    bmc_audit_entry_t  e;

    if (!bmc_board_op_move(b->board, id, from, to, rc, text)
        || !bmc_board_op_read(b->board, id, &info))
    {
        return false;
    }

    memset(&e, 0, sizeof(e));
    e.event = event;
    e.op = id;
    e.actor = info.actor;
    e.host = info.host;
    e.verb = bmc_verb_info(info.verb)->name;
    e.rc = rc;
    e.text = text;

    if (b->base->audit != NULL
        && !bmc_audit_write(b->base->audit, &e, why) && b->say != NULL)
    {
        b->say(b->say_data, why);
    }

    op_tell_event(b, id, info.verb, info.host, from, to);

    return true;
}


static void
op_result_text(bmc_op_t *op, const char *fmt, va_list ap)
{
    char  text[BMC_TEXT_MAX];

    (void) vsnprintf(text, sizeof(text), fmt, ap);

    op->result.text = bmc_pstrdup(op->pool, text);
    if (op->result.text == NULL) {
        op->result.text = "out of memory";
    }
}


static bool
op_was_impatient(const bmc_op_t *op)
{
    return (op->result.rc == BMC_TIMEOUT || op->result.rc == BMC_UNREACHABLE)
           && uv_now(&op->b->loop) >= op->deadline;
}


/*
 * Those who asked the same get the same, but for a silence that only the
 * leader's patience was too short for.
 */

static void
op_end_followers(bmc_op_t *op)
{
    uint64_t     now;
    bmc_op_t    *follower;
    bmc_ring_t  *link;

    now = uv_now(&op->b->loop);

    while ((link = bmc_ring_pop(&op->followers)) != NULL) {
        follower = bmc_ring_of(link, bmc_op_t, link);
        follower->leader = NULL;

        if (op_was_impatient(op) && !follower->internal
            && follower->deadline > now)
        {
            bmc_route_later(follower);
            continue;
        }

        follower->result = op->result;
        follower->result.text = "";

        if (op->result.json != NULL) {
            follower->result.json = bmc_pstrndup(follower->pool,
                op->result.json, op->result.json_len);
        }

        bmc_op_end(follower, op->result.rc, "%s", op->result.text);
    }
}


void
bmc_op_end(bmc_op_t *op, bmc_rc_t rc, const char *fmt, ...)
{
    va_list  ap;

    op->result.rc = rc;
    op->result.op = op->id;
    op->result.host = op->host;

    if (fmt != NULL) {
        va_start(ap, fmt);
        op_result_text(op, fmt, ap);
        va_end(ap);
    }

    op_end_followers(op);

    bmc_ring_remove(&op->due);
    bmc_ring_remove(&op->link);

    /* what a peer asks for it counts itself */

    if (!op->internal && op->link_from == NULL) {
        bmc_board_ended(op->b->board, op->verb, rc);
    }

    if (op->internal) {
        op->done(op->data, &op->result);
        bmc_op_free(op);
        return;
    }

    bmc_ring_before(&op->b->ready, &op->link);
    op->at = BMC_AT_READY;
    op->run = NULL;
}


void
bmc_op_end_as_known(bmc_op_t *op, const char *who)
{
    bmc_op_info_t  info;

    if (!bmc_board_op_read(op->b->board, op->id, &info)) {
        bmc_op_end(op, BMC_UNKNOWN, "%s; the board has forgotten operation "
            "%llu: unknown whether it happened", who,
            (unsigned long long) op->id);
        return;
    }

    op->result.accepted = info.state == BMC_OP_ACCEPTED
                          || info.state == BMC_OP_VERIFIED
                          || info.state == BMC_OP_UNVERIFIED;
    op->result.verified = info.state == BMC_OP_VERIFIED;

    bmc_op_end(op, (bmc_rc_t) info.rc, "%s", info.text);
}


void
bmc_op_unsent(bmc_op_t *op, bmc_op_state_t to, bmc_rc_t rc, const char *text)
{
    if (op->id != 0 && !bmc_op_settle(op, BMC_OP_ASKED, to, rc, text)) {
        bmc_op_end_as_known(op, text);
        return;
    }

    bmc_op_end(op, rc, "%s", text);
}


static void
op_deliver(bmc_op_t *op)
{
    uint32_t  slot;

    if (op->done != NULL) {
        slot = bmc_board_find(op->b->board, op->host);

        if (slot != BMC_SLOT_NONE) {
            bmc_board_read(op->b->board, slot, &op->view);
        }

        op->result.view = &op->view;
        op->done(op->data, &op->result);
    }

    bmc_op_free(op);
}


void
bmc_op_deliver(bmc_t *b)
{
    bmc_ring_t  now, *link;

    bmc_ring_init(&now);
    bmc_ring_move(&now, &b->ready);

    while ((link = bmc_ring_pop(&now)) != NULL) {
        op_deliver(bmc_ring_of(link, bmc_op_t, link));
    }
}
