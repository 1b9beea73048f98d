
/*
 * Copyright (C) the bmcgate authors
 *
 * Requests to the process that holds a lease, and those that come to us
 * because we do.
 */


#include <stdio.h>
#include <string.h>

#include "gate/core.h"


/* stream bytes run both ways over one link: the asker's are marked */

#define REMOTE_TO_HOLDER  (1ULL << 63)


static bmc_op_t *
remote_asked(bmc_t *b, const bmc_link_t *link, uint64_t id)
{
    bmc_op_t    *op;
    bmc_ring_t  *at;

    for (at = b->remote.next; at != &b->remote; at = at->next) {
        op = bmc_ring_of(at, bmc_op_t, link);

        if (op->ask == id && op->link_to == link) {
            return op;
        }
    }

    return NULL;
}


static bmc_op_t *
remote_served(bmc_t *b, const bmc_link_t *link, uint64_t id)
{
    bmc_op_t    *op;
    bmc_ring_t  *at;

    for (at = b->due.next; at != &b->due; at = at->next) {
        op = bmc_ring_of(at, bmc_op_t, due);

        if (op->served == id && op->link_from == link) {
            return op;
        }
    }

    return NULL;
}


/* -- we ask */

bool
bmc_remote_ask(bmc_op_t *op, uint64_t owner)
{
    bmc_t       *b;
    uint64_t     now;
    bmc_msg_t    m;
    bmc_link_t  *link;

    b = op->b;
    link = bmc_peers_link(b->peers, owner);

    if (link == NULL) {
        return false;
    }

    now = bmc_clock(b);
    memset(&m, 0, sizeof(m));

    m.type = BMC_MSG_REQUEST;
    m.id = ++b->asks;
    m.op = op->id;
    m.verb = op->verb;
    m.flags = op->flags;
    m.timeout = op->deadline > now ? (uint32_t) (op->deadline - now) : 1;
    m.max_age = op->max_age;
    m.verify = op->verify;
    m.host = op->host;
    m.door = op->door;
    m.actor = op->actor;
    m.from = op->from;
    m.nargs = op->nargs;

    if (op->nargs > 0) {
        memcpy(m.args, op->args, op->nargs * sizeof(bmc_arg_t));
    }

    op->at = BMC_AT_PEER;
    op->ask = m.id;
    op->link_to = link;
    bmc_ring_remove(&op->link);
    bmc_ring_before(&b->remote, &op->link);
    bmc_op_due(op, op->deadline + BMC_REMOTE_GRACE
        + ((op->flags & BMC_VERIFY) ? op->verify + op->timeout : 0));

    /* when it cannot be sent, gone() follows and finds the operation */

    (void) bmc_link_send(link, &m);

    return true;
}


void
bmc_remote_drop(bmc_op_t *op)
{
    bmc_msg_t  m;

    memset(&m, 0, sizeof(m));
    m.type = BMC_MSG_DROP;
    m.id = op->ask;

    (void) bmc_link_send(op->link_to, &m);
}


size_t
bmc_remote_write(bmc_op_t *op, const void *bytes, size_t len)
{
    bmc_msg_t  m;

    if (!op->opened || bmc_link_waiting(op->link_to) > 65536) {
        return 0;
    }

    memset(&m, 0, sizeof(m));
    m.type = BMC_MSG_DATA;
    m.id = op->ask | REMOTE_TO_HOLDER;
    m.bytes = bytes;
    m.len = len;

    return bmc_link_send(op->link_to, &m) ? len : 0;
}


static void
remote_result(bmc_t *b, bmc_link_t *link, const bmc_msg_t *m)
{
    bmc_op_t  *op;

    op = remote_asked(b, link, m->id);

    if (op == NULL) {
        return;
    }

    op->result.accepted = (m->bits & BMC_MSG_ACCEPTED) != 0;
    op->result.verified = (m->bits & BMC_MSG_VERIFIED) != 0;
    op->result.retry_after = m->retry_after;
    op->result.driver = bmc_pstrdup(op->pool, m->driver);

    if (op->result.driver == NULL) {
        op->result.driver = "";
    }

    if (m->len > 0) {
        op->result.json = bmc_pstrndup(op->pool, m->bytes, m->len);
        op->result.json_len = op->result.json != NULL ? m->len : 0;
    }

    bmc_op_end(op, m->rc < BMC_RC_MAX ? (bmc_rc_t) m->rc : BMC_FAILED, "%s",
        m->text);
}


static void
remote_lost(bmc_op_t *op)
{
    char           text[BMC_TEXT_MAX];
    bmc_op_info_t  info;

    op->at = BMC_AT_PEER;

    if (op->sink != NULL) {
        bmc_op_end(op, BMC_UNREACHABLE,
            "the process that held the console has gone");
        return;
    }

    if (op->id == 0 || (bmc_board_op_read(op->b->board, op->id, &info)
                        && info.state == BMC_OP_ASKED))
    {
        bmc_route_later(op);
        return;
    }

    (void) snprintf(text, sizeof(text), "sent, then the process that sent it "
        "died: unknown whether it happened");
    (void) bmc_op_settle(op, BMC_OP_SENT, BMC_OP_UNKNOWN, BMC_UNKNOWN, text);

    if ((op->flags & BMC_VERIFY)
        && bmc_board_op_read(op->b->board, op->id, &info)
        && info.state == BMC_OP_ACCEPTED)
    {
        op->result.accepted = true;
        bmc_op_end(op, BMC_UNVERIFIED, "accepted, not verified: the process "
            "that held the session died");
        return;
    }

    bmc_op_end_as_known(op, text);
}


/* -- we are asked */

static void
remote_reply(bmc_op_t *op, bmc_msg_type_t type, const bmc_result_t *r)
{
    bmc_msg_t  m;

    if (op->link_from == NULL) {
        return;
    }

    memset(&m, 0, sizeof(m));
    m.type = type;
    m.id = op->served;
    m.op = op->id;

    if (r != NULL) {
        m.rc = r->rc;
        m.bits = (r->accepted ? BMC_MSG_ACCEPTED : 0)
                 | (r->verified ? BMC_MSG_VERIFIED : 0);
        m.retry_after = r->retry_after;
        m.driver = r->driver;
        m.text = r->text;
        m.bytes = r->json;
        m.len = r->json_len;
    }

    m.driver = m.driver != NULL ? m.driver : "";
    m.text = m.text != NULL ? m.text : "";

    (void) bmc_link_send(op->link_from, &m);
}


static void
remote_done(void *data, const bmc_result_t *result)
{
    bmc_op_t  *op;

    op = data;

    if (op->sink != NULL && !op->told) {
        op->told = true;

        if (result->rc == BMC_OK) {
            remote_reply(op, BMC_MSG_OPENED, NULL);
            return;
        }
    }

    remote_reply(op, BMC_MSG_RESULT, result);
}


static void
remote_bytes(void *data, const void *bytes, size_t len)
{
    bmc_op_t   *op;
    bmc_msg_t   m;

    op = data;

    if (op->link_from == NULL) {
        return;
    }

    memset(&m, 0, sizeof(m));
    m.type = BMC_MSG_DATA;
    m.id = op->served;
    m.bytes = bytes;
    m.len = len;

    (void) bmc_link_send(op->link_from, &m);
}


void
bmc_remote_moved(bmc_op_t *op)
{
    remote_reply(op, BMC_MSG_MOVED, NULL);
    bmc_op_free(op);
}


static bmc_op_t *
remote_op(bmc_t *b, bmc_link_t *link, const bmc_msg_t *m)
{
    char       from[BMC_TEXT_MAX];
    bmc_op_t  *op;

    op = bmc_op_create(b, (bmc_verb_t) m->verb, m->host);
    if (op == NULL) {
        return NULL;
    }

    (void) snprintf(from, sizeof(from), "%s", m->from);

    op->link_from = link;
    op->served = m->id;
    op->id = m->op;
    op->flags = m->flags;
    op->timeout = m->timeout < BMC_MAX_TIMEOUT ? m->timeout
                                               : BMC_MAX_TIMEOUT;
    op->max_age = m->max_age;
    op->verify = m->verify < BMC_MAX_TIMEOUT ? m->verify : BMC_MAX_TIMEOUT;
    op->deadline = bmc_clock(b) + op->timeout;
    op->actor = bmc_pstrdup(op->pool, m->actor);
    op->from = bmc_pstrdup(op->pool, from);
    op->door = bmc_pstrdup(op->pool, m->door);
    op->done = remote_done;
    op->data = op;

    if (bmc_verb_info(op->verb)->flags & BMC_STREAM) {
        op->sink = remote_bytes;
    }

    if (op->actor == NULL || op->from == NULL || op->door == NULL
        || !bmc_op_args(op, m->args, m->nargs))
    {
        bmc_op_free(op);
        return NULL;
    }

    return op;
}


static void
remote_serve(bmc_t *b, bmc_link_t *link, const bmc_msg_t *m)
{
    bmc_op_t              *op;
    bmc_msg_t              moved;
    bmc_run_t             *run;
    const bmc_hostconf_t  *conf;

    conf = bmc_fleet_host(b->base->fleet, m->host, strlen(m->host));
    run = conf != NULL ? b->run[conf->index] : NULL;

    op = run != NULL && run->held && !b->closing ? remote_op(b, link, m)
                                                 : NULL;

    if (op == NULL) {
        memset(&moved, 0, sizeof(moved));
        moved.type = BMC_MSG_MOVED;
        moved.id = m->id;
        (void) bmc_link_send(link, &moved);
        return;
    }

    op->conf = conf;

    if (op->id != 0) {
        bmc_board_op_keep(b->board, op->id);
    }

    if (op->sink != NULL) {
        bmc_op_due(op, op->deadline + BMC_GRACE);
        bmc_stream_start(run, op);
        return;
    }

    bmc_run_add(run, op);
}


static void
remote_data(bmc_t *b, bmc_link_t *link, const bmc_msg_t *m)
{
    bmc_op_t  *op;

    if (m->id & REMOTE_TO_HOLDER) {
        op = remote_served(b, link, m->id & ~REMOTE_TO_HOLDER);

        if (op != NULL && op->at == BMC_AT_STREAM) {
            bmc_stream_typed(op, m->bytes, m->len);
        }

        return;
    }

    op = remote_asked(b, link, m->id);

    if (op != NULL && op->sink != NULL) {
        op->sink(op->data, m->bytes, m->len);
    }
}


static void
remote_opened(bmc_t *b, bmc_link_t *link, const bmc_msg_t *m)
{
    bmc_op_t  *op;

    op = remote_asked(b, link, m->id);

    if (op != NULL && op->sink != NULL && !op->opened) {
        op->opened = true;
        bmc_op_due(op, UINT64_MAX);
        op->result.rc = BMC_OK;
        op->result.host = op->host;
        op->result.view = &op->view;
        op->done(op->data, &op->result);
    }
}


static void
remote_message(void *data, bmc_link_t *link, const bmc_msg_t *m)
{
    bmc_t     *b;
    bmc_op_t  *op;

    b = data;

    switch (m->type) {

    case BMC_MSG_REQUEST:
        remote_serve(b, link, m);
        return;

    case BMC_MSG_RESULT:
        remote_result(b, link, m);
        return;

    case BMC_MSG_MOVED:
        op = remote_asked(b, link, m->id);

        if (op != NULL) {
            bmc_route_later(op);
        }

        return;

    case BMC_MSG_DROP:
        op = remote_served(b, link, m->id);

        if (op != NULL) {
            op->link_from = NULL;
            bmc_drop(op);
        }

        return;

    case BMC_MSG_OPENED:
        remote_opened(b, link, m);
        return;

    case BMC_MSG_DATA:
        remote_data(b, link, m);
        return;

    case BMC_MSG_NOTICE:
        bmc_event_news(b);
        return;

    case BMC_MSG_HELLO:
    case BMC_MSG_MAX:
        return;
    }
}


static bmc_op_t *
remote_of(bmc_t *b, const bmc_link_t *link)
{
    bmc_op_t    *op;
    bmc_ring_t  *at;

    for (at = b->due.next; at != &b->due; at = at->next) {
        op = bmc_ring_of(at, bmc_op_t, due);

        if (op->link_from == link) {
            return op;
        }
    }

    return NULL;
}


/*
 * The asker has gone: its reads are in vain, its changes are finished.  What
 * is dropped lets others go on and end, so each look begins anew.
 */

static void
remote_orphan(bmc_t *b, const bmc_link_t *link)
{
    bmc_op_t    *op;
    bmc_ring_t  *at;

    for (at = b->ready.next; at != &b->ready; at = at->next) {
        op = bmc_ring_of(at, bmc_op_t, link);

        if (op->link_from == link) {
            op->link_from = NULL;
        }
    }

    while ((op = remote_of(b, link)) != NULL) {
        op->link_from = NULL;
        bmc_drop(op);
    }
}


static void
remote_gone(void *data, bmc_link_t *link)
{
    bmc_t       *b;
    bmc_op_t    *op;
    bmc_ring_t   lost, *at, *next;

    b = data;
    bmc_ring_init(&lost);

    for (at = b->remote.next; at != &b->remote; at = next) {
        next = at->next;
        op = bmc_ring_of(at, bmc_op_t, link);

        if (op->link_to == link) {
            bmc_ring_remove(at);
            bmc_ring_before(&lost, at);
        }
    }

    while ((at = bmc_ring_pop(&lost)) != NULL) {
        remote_lost(bmc_ring_of(at, bmc_op_t, link));
    }

    remote_orphan(b, link);
    bmc_bury(b);
}


const bmc_peers_handlers_t  bmc_remote_handlers = {
    .message = remote_message,
    .gone = remote_gone
};
