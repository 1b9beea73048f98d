
/*
 * Copyright (C) the bmcgate authors
 *
 * The one gate: every request of every door passes here.
 */


#include <stdio.h>
#include <string.h>

#include "gate/core.h"


#define GATE_TIMEOUT   5000
#define GATE_MAX_AGE   30000
#define GATE_DAY       86400000      /* ms that operations are told of */


static const char *const  gate_kinds[] = {
    "local", "key", "user", "ipmi", "snmp"
};


void
bmc_actor_text(bmc_actor_kind_t kind, const char *name, char text[64])
{
    (void) snprintf(text, 64, "%s:%.48s", gate_kinds[kind], name);
}


static bmc_rc_t
gate_host(const bmc_t *b, const bmc_request_t *req,
    const bmc_hostconf_t **conf, char why[BMC_TEXT_MAX])
{
    const bmc_fleet_t  *f;

    f = b->base->fleet;
    *conf = bmc_fleet_host(f, req->host, strlen(req->host));

    if (*conf == NULL) {
        bmc_fleet_no_host(f, req->host, why);
        return BMC_NO_HOST;
    }

    if (bmc_verb_info(req->verb)->flags & BMC_LOCAL) {
        return BMC_OK;
    }

    if (!bmc_host_can(*conf, req->verb)) {
        (void) snprintf(why, BMC_TEXT_MAX, "%s: its driver %s cannot do %s",
            req->host, bmc_host_driver(*conf, 0),
            bmc_verb_info(req->verb)->name);
        return BMC_UNSUPPORTED;
    }

    return BMC_OK;
}


static bmc_rc_t
gate_words(const bmc_t *b, const bmc_request_t *req, char why[BMC_TEXT_MAX])
{
    if (b->closing) {
        (void) snprintf(why, BMC_TEXT_MAX, "shutting down");
        return BMC_CLOSED;
    }

    if (bmc_verb_info(req->verb) == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "no such verb");
        return BMC_NO_VERB;
    }

    if (req->actor == NULL || req->actor->name == NULL || req->host == NULL
        || (unsigned) req->actor->kind > BMC_ACTOR_SNMP)
    {
        (void) snprintf(why, BMC_TEXT_MAX,
            "a request needs a host and an actor");
        return BMC_USAGE;
    }

    return bmc_verb_check(req->verb, req->args, req->nargs, why);
}


static uint32_t
gate_max_age(const bmc_request_t *req, const bmc_hostconf_t *conf)
{
    return req->max_age != 0 ? req->max_age
           : conf->poll > 0 ? (uint32_t) conf->poll : GATE_MAX_AGE;
}


static bmc_op_t *
gate_op(bmc_t *b, const bmc_request_t *req, const bmc_hostconf_t *conf)
{
    char       actor[64];
    bmc_op_t  *op;

    op = bmc_op_create(b, req->verb, conf->name);
    if (op == NULL) {
        return NULL;
    }

    op->conf = conf;
    op->flags = req->flags;
    op->timeout = req->timeout != 0 ? req->timeout
                  : conf->timeout > 0 ? (uint32_t) conf->timeout
                  : GATE_TIMEOUT;

    if (op->timeout > BMC_MAX_TIMEOUT) {
        op->timeout = BMC_MAX_TIMEOUT;
    }

    op->verify = req->verify != 0 ? req->verify : BMC_VERIFY_DEFAULT;

    if (op->verify > BMC_MAX_TIMEOUT) {
        op->verify = BMC_MAX_TIMEOUT;
    }

    op->max_age = gate_max_age(req, conf);
    op->deadline = bmc_clock(b) + op->timeout;
    bmc_actor_text(req->actor->kind, req->actor->name, actor);
    op->actor = bmc_pstrdup(op->pool, actor);
    op->from = bmc_pstrdup(op->pool,
        req->actor->from != NULL ? req->actor->from : "");
    op->door = bmc_pstrdup(op->pool, req->door != NULL ? req->door : "");

    if (op->actor == NULL || op->from == NULL || op->door == NULL
        || !bmc_op_args(op, req->args, req->nargs))
    {
        bmc_op_free(op);
        return NULL;
    }

    return op;
}


static bmc_rc_t
gate_refuse(bmc_op_t *op, bmc_rc_t rc, const char *why)
{
    char  full[BMC_TEXT_MAX];

    bmc_board_ended(op->b->board, op->verb, rc);

    if (!bmc_op_audit(op, "refused", rc, why, full) && op->b->say != NULL) {
        op->b->say(op->b->say_data, full);
    }

    return rc;
}


static bmc_rc_t
gate_limits(bmc_op_t *op, char why[BMC_TEXT_MAX])
{
    int64_t             wait;
    const bmc_fleet_t  *f;

    f = op->b->base->fleet;

    if (f->inflight > 0 && op->b->nops >= (uint64_t) f->inflight) {
        op->b->retry_after = 1;
        (void) snprintf(why, BMC_TEXT_MAX, "limit inflight: %lld requests "
            "are under way in this process already", (long long) f->inflight);
        return BMC_LIMITED;
    }

    if (!bmc_op_changes(op) || f->changes == 0) {
        return BMC_OK;
    }

    wait = bmc_board_limit(op->b->board, op->actor, f->changes,
        f->changes_per);

    if (wait == 0) {
        return BMC_OK;
    }

    op->b->retry_after = (uint32_t) ((wait + 999) / 1000);

    (void) snprintf(why, BMC_TEXT_MAX, "limit changes: %s has made %lld "
        "changes in the last %lld s; the next one in %u s", op->actor,
        (long long) f->changes, (long long) f->changes_per / 1000,
        op->b->retry_after);

    return BMC_LIMITED;
}


/* a change that cannot be written down is not made */

static bmc_rc_t
gate_record(bmc_op_t *op, const char *rule, char why[BMC_TEXT_MAX])
{
    if ((bmc_verb_info(op->verb)->flags
            & (BMC_CHANGES|BMC_STREAM|BMC_LOCAL)) == 0
        && !op->b->base->fleet->audit_reads)
    {
        return BMC_OK;
    }

    if (bmc_op_changes(op)) {
        op->id = bmc_board_op_part(op->b->board, op->host, op->verb,
            op->actor, op->b->group, 0);

        if (op->id == 0) {
            (void) snprintf(why, BMC_TEXT_MAX,
                "no room for another operation on the board");
            return BMC_FAILED;
        }
    }

    if (bmc_op_audit(op, "asked", BMC_OK, rule, why)) {
        op->recorded = !bmc_op_changes(op);
        return BMC_OK;
    }

    if (op->id != 0) {
        (void) bmc_board_op_move(op->b->board, op->id, BMC_OP_ASKED,
            BMC_OP_FAILED, BMC_UNAUDITED, why);
    }

    return BMC_UNAUDITED;
}


static bmc_rc_t
gate_pass(bmc_op_t *op, const bmc_request_t *req, char why[BMC_TEXT_MAX])
{
    char      rule[BMC_TEXT_MAX];
    bmc_rc_t  rc;

    if (!bmc_policy(op->b->base->fleet, req->actor, op->conf, op->verb,
            rule))
    {
        (void) snprintf(why, BMC_TEXT_MAX, "%s", rule);
        return gate_refuse(op, BMC_DENIED, rule);
    }

    rc = gate_limits(op, why);

    if (rc != BMC_OK) {
        return gate_refuse(op, rc, why);
    }

    return gate_record(op, rule, why);
}


static bmc_rc_t
gate_submit(bmc_t *b, const bmc_request_t *req, bmc_done_pt done,
    bmc_data_pt sink, void *data, bmc_op_t **opp, char *why)
{
    char                   local[BMC_TEXT_MAX];
    bmc_rc_t               rc;
    bmc_op_t              *op;
    const bmc_hostconf_t  *conf;

    why = why != NULL ? why : local;
    b->retry_after = 0;

    rc = gate_words(b, req, why);

    if (rc == BMC_OK) {
        rc = gate_host(b, req, &conf, why);
    }

    if (rc != BMC_OK) {
        return rc;
    }

    op = gate_op(b, req, conf);

    if (op == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return BMC_FAILED;
    }

    rc = gate_pass(op, req, why);

    if (rc != BMC_OK) {
        bmc_op_free(op);
        return rc;
    }

    bmc_op_count(op);
    op->done = done;
    op->sink = sink;
    op->data = data;

    if (opp != NULL) {
        *opp = op;
    }

    bmc_op_due(op, op->deadline + BMC_GRACE);
    bmc_route(op);

    return BMC_OK;
}


bmc_rc_t
bmc_submit(bmc_t *b, const bmc_request_t *req, bmc_done_pt done, void *data,
    bmc_op_t **opp, char why[BMC_TEXT_MAX])
{
    if (bmc_verb_info(req->verb) != NULL
        && (bmc_verb_info(req->verb)->flags & BMC_STREAM))
    {
        if (why != NULL) {
            (void) snprintf(why, BMC_TEXT_MAX, "%s is a stream",
                bmc_verb_info(req->verb)->name);
        }

        return BMC_USAGE;
    }

    return gate_submit(b, req, done, NULL, data, opp, why);
}


bmc_rc_t
bmc_stream(bmc_t *b, const bmc_request_t *req, bmc_done_pt done,
    bmc_data_pt sink, void *data, bmc_op_t **opp, char why[BMC_TEXT_MAX])
{
    if (bmc_verb_info(req->verb) != NULL
        && (bmc_verb_info(req->verb)->flags & BMC_STREAM) == 0)
    {
        if (why != NULL) {
            (void) snprintf(why, BMC_TEXT_MAX, "%s is no stream",
                bmc_verb_info(req->verb)->name);
        }

        return BMC_USAGE;
    }

    return gate_submit(b, req, done, sink, data, opp, why);
}


bool
bmc_may(const bmc_t *b, const bmc_actor_t *actor, const bmc_hostconf_t *h,
    bmc_verb_t verb, char why[BMC_TEXT_MAX])
{
    return bmc_policy(b->base->fleet, actor, h, verb, why);
}


/* a read that is written down, or anything out of the ordinary, is no peek */

bool
bmc_peek(bmc_t *b, const bmc_request_t *req, bmc_view_t *view)
{
    const bmc_fleet_t      *f;
    const bmc_hostconf_t   *conf;
    const bmc_verb_info_t  *info;

    f = b->base->fleet;
    info = bmc_verb_info(req->verb);

    if (info == NULL || !(info->flags & BMC_BOARD) || req->nargs != 0
        || (req->flags & BMC_FRESH) || b->closing || f->audit_reads
        || req->actor == NULL || req->actor->name == NULL
        || req->host == NULL)
    {
        return false;
    }

    conf = bmc_fleet_host(f, req->host, strlen(req->host));

    if (conf == NULL || !bmc_host_can(conf, req->verb)
        || !bmc_policy(f, req->actor, conf, req->verb, NULL))
    {
        return false;
    }

    return bmc_view(b, conf, view)
           && bmc_route_fresh(view, gate_max_age(req, conf));
}


uint32_t
bmc_retry_after(const bmc_t *b)
{
    return b->retry_after;
}


bool
bmc_view(const bmc_t *b, const bmc_hostconf_t *h, bmc_view_t *view)
{
    uint32_t  slot;

    slot = bmc_slot_of((bmc_t *) b, h, false);

    if (slot == BMC_SLOT_NONE) {
        memset(view, 0, sizeof(*view));
        return false;
    }

    bmc_board_read(b->board, slot, view);
    bmc_order_trust(h, view);

    return true;
}


size_t
bmc_sensors(const bmc_t *b, const bmc_hostconf_t *h, bmc_sensor_t *sensors,
    size_t max)
{
    uint32_t  slot;

    slot = bmc_slot_of((bmc_t *) b, h, false);

    if (slot == BMC_SLOT_NONE) {
        return 0;
    }

    return bmc_board_sensors(b->board, slot, sensors, max);
}


bool
bmc_op_info(const bmc_t *b, uint64_t id, bmc_op_info_t *info)
{
    return bmc_board_op_read(b->board, id, info);
}


void
bmc_op_list(const bmc_t *b, bool (*each)(void *, const bmc_op_info_t *),
    void *data)
{
    unsigned       n;
    uint64_t       id;
    bmc_op_info_t  info;

    id = bmc_board_op_last(b->board);

    for (n = 0; n < BMC_BOARD_OPS && id > 0; n++, id--) {
        if (!bmc_board_op_read(b->board, id, &info)
            || info.asked < bmc_wall() - GATE_DAY || !each(data, &info))
        {
            return;
        }
    }
}
