
/*
 * Copyright (C) the bmcgate authors
 *
 * Commands whose answer is not waited for any more: it is late, nobody wants
 * it, or the unit ends.
 */


#include <stdio.h>

#include "drivers/ipmi/link.h"


uint64_t
bmc_ipmi_ask_due(const bmc_ipmi_unit_t *u)
{
    uint64_t         due;
    bmc_ring_t      *link;
    bmc_ipmi_ask_t  *ask;

    due = 0;

    for (link = u->asks.next; link != &u->asks; link = link->next) {
        ask = bmc_ring_of(link, bmc_ipmi_ask_t, link);

        if (ask->job != NULL
            && (due == 0 || ask->job->call->deadline < due))
        {
            due = ask->job->call->deadline;
        }
    }

    return due;
}


/*
 * After a change without an answer nobody knows what its session is worth;
 * a login under way goes on: the next call may find it done.  Not with a BMC
 * that says nothing, nor did the last time: it costs a few datagrams a call.
 */

static void
late_end(bmc_ipmi_ask_t *ask)
{
    bool              changes;
    char              name[BMC_IPMI_HOST_MAX], text[BMC_TEXT_MAX];
    bmc_ipmi_unit_t  *u;

    u = ask->u;
    changes = ask->changes && ask->sent;

    snprintf(text, sizeof(text), "no answer from %s for %.3g s (ipmi)",
             bmc_ipmi_link_name(u, name),
             (double) (uv_now(u->unit->loop) - ask->began) / 1000);

    if (changes
        || (u->phase == BMC_IPMI_OPENING && u->silent && u->saw == 0))
    {
        bmc_ipmi_link_break(u, IPMI_IPMI_ERR_VAL(IPMI_TIMEOUT_CC), true);
    }

    bmc_ipmi_end(bmc_ipmi_ask_drop(ask),
                 changes ? BMC_TIMEOUT : BMC_UNREACHABLE, text);
}


static bmc_ipmi_ask_t *
late_first(const bmc_ipmi_unit_t *u)
{
    bmc_ring_t      *link;
    bmc_ipmi_ask_t  *ask;

    for (link = u->asks.next; link != &u->asks; link = link->next) {
        ask = bmc_ring_of(link, bmc_ipmi_ask_t, link);

        if (ask->job != NULL
            && uv_now(u->unit->loop) >= ask->job->call->deadline)
        {
            return ask;
        }
    }

    return NULL;
}


void
bmc_ipmi_ask_overdue(bmc_ipmi_unit_t *u)
{
    bmc_ipmi_ask_t  *ask;

    while ((ask = late_first(u)) != NULL) {
        late_end(ask);
    }
}


/* that somebody waits for; NULL: none is under way */

static bmc_ipmi_ask_t *
late_of(const bmc_ipmi_unit_t *u, const bmc_call_t *call)
{
    bmc_ring_t      *link;
    bmc_ipmi_ask_t  *ask;

    for (link = u->asks.next; link != &u->asks; link = link->next) {
        ask = bmc_ring_of(link, bmc_ipmi_ask_t, link);

        if (ask->job != NULL && ask->job->call == call) {
            return ask;
        }
    }

    return NULL;
}


bool
bmc_ipmi_ask_is_sent(const bmc_ipmi_unit_t *u, const bmc_call_t *call)
{
    bmc_ipmi_ask_t  *ask;

    ask = late_of(u, call);

    return ask != NULL && ask->sent;
}


void
bmc_ipmi_ask_cancel(bmc_ipmi_unit_t *u, bmc_call_t *call)
{
    bool             changes;
    bmc_ipmi_ask_t  *ask;

    ask = late_of(u, call);

    if (ask == NULL) {
        return;
    }

    changes = ask->changes && ask->sent;

    if (changes) {
        bmc_ipmi_link_break(u, IPMI_IPMI_ERR_VAL(IPMI_TIMEOUT_CC), true);
    }

    bmc_ipmi_end(bmc_ipmi_ask_drop(ask),
                 changes ? BMC_TIMEOUT : BMC_CANCELLED,
                 "nobody waits for it any more");
}


/* the unit ends: whatever is still sent has nobody to come back to */

void
bmc_ipmi_ask_forget(bmc_ipmi_unit_t *u)
{
    bmc_ring_t      *link;
    bmc_ipmi_ask_t  *ask;
    bmc_ipmi_job_t  *job;

    while ((link = bmc_ring_pop(&u->asks)) != NULL) {
        ask = bmc_ring_of(link, bmc_ipmi_ask_t, link);
        job = ask->job;
        ask->u = NULL;
        ask->job = NULL;

        if (!ask->sent) {
            bmc_ipmi_ask_free(ask);
        }

        if (job != NULL) {
            bmc_ipmi_end(job, BMC_TIMEOUT, "the session was given up");
        }
    }
}
