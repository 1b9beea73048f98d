
/*
 * Copyright (C) the bmcgate authors
 *
 * Which of a host's drivers is asked: the preferred one, but for those that
 * were silent lately and those whose login the BMC refuses.  The board
 * remembers, so that no process has to find out again.
 */


#include <stdio.h>
#include <string.h>

#include "gate/core.h"


enum {
    ORDER_ABSENT = 2,
    ORDER_SILENT = 4
};


_Static_assert(sizeof(((bmc_view_t *) 0)->quiet) == BMC_CONF_DRIVERS,
               "drivers of a host");


/* what the board says of drivers is about those of one configuration */

void
bmc_order_read(const bmc_run_t *run, bmc_view_t *v)
{
    bmc_board_read(run->b->board, run->slot, v);
    bmc_order_trust(run->conf, v);
}


void
bmc_order_trust(const bmc_hostconf_t *conf, bmc_view_t *v)
{
    if (v->drivers_as == conf->fingerprint) {
        return;
    }

    memset(v->quiet, 0, sizeof(v->quiet));
    memset(v->quiet_until, 0, sizeof(v->quiet_until));
    v->refused = 0;
    v->heard = 0;
    v->disputed = 0;
    v->power_other = BMC_POWER_IS_UNKNOWN;
    v->power_other_at = 0;
    v->driver_other[0] = '\0';
}


bool
bmc_order_can(const bmc_run_t *run, unsigned i, bmc_verb_t verb)
{
    return run->conf->driver[i]->can(run->conf, run->conf->dconf[i], verb);
}


unsigned
bmc_order_all(const bmc_run_t *run)
{
    return (1u << run->conf->ndrivers) - 1;
}


bool
bmc_run_refused(const bmc_run_t *run, bmc_view_t *view)
{
    bmc_order_read(run, view);

    return view->refused == bmc_order_all(run);
}


bool
bmc_run_quirk(const bmc_run_t *run, const bmc_view_t *v, bmc_quirk_t quirk)
{
    bmc_quirk_facts_t  facts;

    facts.vendor = v->vendor;
    facts.maker = v->maker;
    facts.model = v->model;
    facts.firmware = v->firmware;

    return bmc_quirk_is_on(bmc_quirks_of(&facts, run->conf->quirks_on,
                                         run->conf->quirks_off), quirk);
}


/* a BMC whose Redfish is known to tell power wrong */

static bool
order_by_ipmi(const bmc_run_t *run, const bmc_view_t *v, bmc_verb_t verb)
{
    return verb <= BMC_POWER_NMI && run->conf->ndrivers > 1
           && bmc_run_quirk(run, v, BMC_QUIRK_POWER_BY_IPMI);
}


/* the less, the sooner; of equals the one named first */

static unsigned
order_rank(const bmc_run_t *run, const bmc_view_t *v, unsigned i,
    bool by_ipmi)
{
    unsigned  rank;

    rank = 0;

    if (v->quiet[i] > 0
        && (int64_t) v->quiet_until[i] * 1000 > bmc_now())
    {
        rank += ORDER_SILENT;
    }

    /* "driver auto": what has never answered is not there */

    if (run->conf->picks && v->quiet[i] > 0 && !(v->heard & 1u << i)) {
        rank += ORDER_ABSENT;
    }

    if (by_ipmi && strcmp(run->conf->driver[i]->name, "ipmi") != 0) {
        rank += 1;
    }

    return rank;
}


/* the best of those not in the mask; ndrivers: there is none */

static unsigned
order_best(const bmc_run_t *run, const bmc_view_t *v, bmc_verb_t verb,
    unsigned without)
{
    bool      by_ipmi;
    unsigned  i, best, rank, least;

    best = run->conf->ndrivers;
    least = 0;
    by_ipmi = order_by_ipmi(run, v, verb);

    for (i = 0; i < run->conf->ndrivers; i++) {
        if ((without & 1u << i) || !bmc_order_can(run, i, verb)) {
            continue;
        }

        rank = order_rank(run, v, i, by_ipmi);

        if (best == run->conf->ndrivers || rank < least) {
            best = i;
            least = rank;
        }
    }

    return best;
}


bmc_rc_t
bmc_order_first(const bmc_run_t *run, bmc_op_t *op, char why[BMC_TEXT_MAX])
{
    unsigned    i;
    bmc_view_t  v;

    bmc_order_read(run, &v);
    i = order_best(run, &v, op->verb, op->tried | v.refused);

    if (i < run->conf->ndrivers) {
        op->driver = i;
        return BMC_OK;
    }

    i = order_best(run, &v, op->verb, op->tried);

    if (i < run->conf->ndrivers) {
        (void) snprintf(why, BMC_TEXT_MAX, "%s: the BMC refuses our "
            "credentials; it is not asked again until the configuration "
            "changes, or \"bmcctl retry %s\"", run->conf->driver[i]->name,
            run->conf->name);
        return BMC_BAD_LOGIN;
    }

    (void) snprintf(why, BMC_TEXT_MAX, "no driver of this host can do that");

    return BMC_UNSUPPORTED;
}


/* one that has answered, but cannot, is not made silent by another */

bool
bmc_order_more(const bmc_run_t *run, const bmc_op_t *op, bmc_rc_t rc)
{
    unsigned    i;
    bmc_view_t  v;

    bmc_order_read(run, &v);
    i = order_best(run, &v, op->verb, op->tried | v.refused);

    return i < run->conf->ndrivers
           && (rc != BMC_UNSUPPORTED
               || order_rank(run, &v, i, false) < ORDER_ABSENT);
}


/*
 * When this one says nothing, another one that is thought to be there, or
 * is in no worse state, must have time to do it.
 */

uint64_t
bmc_order_deadline(const bmc_run_t *run, const bmc_op_t *op)
{
    uint64_t    now;
    unsigned    i;
    bmc_view_t  v;

    now = uv_now(&run->b->loop);

    if (run->conf->ndrivers < 2 || op->second || op->deadline <= now) {
        return op->deadline;
    }

    bmc_order_read(run, &v);

    for (i = 0; i < run->conf->ndrivers; i++) {
        if (i == op->driver || ((op->tried | v.refused) & 1u << i)
            || !bmc_order_can(run, i, op->verb))
        {
            continue;
        }

        if (v.quiet[i] == 0 || v.quiet[op->driver] > 0) {
            return now + (op->deadline - now) / 2;
        }
    }

    return op->deadline;
}


/*
 * A login may take seconds, and one that hangs looks the same: the last
 * eighth is still the other one's.
 */

void
bmc_call_heard(bmc_call_t *call)
{
    bmc_op_t     *op;
    uint64_t      now, until;
    bmc_doing_t  *doing;

    doing = bmc_ring_of(call, bmc_doing_t, call);
    op = doing->op;

    if (op == NULL || doing->cancelled || call->deadline >= op->deadline) {
        return;
    }

    now = uv_now(&doing->run->b->loop);
    until = op->deadline - (op->deadline - now) / 8;

    if (op->deadline > now && until > call->deadline) {
        doing->given += (uint32_t) (until - call->deadline);
        call->deadline = until;
        doing->run->share_at = until + BMC_GRACE;
    }
}


/*
 * Who can be asked for a second opinion on power: another than who told it
 * last, not silent, and for "driver auto" known to be there.  ndrivers:
 * nobody.
 */

unsigned
bmc_order_second(const bmc_run_t *run, const bmc_view_t *v)
{
    unsigned  i, n;

    n = run->conf->ndrivers;

    for (i = 0; i < n; i++) {
        if (strcmp(run->conf->driver[i]->name, v->driver) == 0
            || (v->refused & 1u << i) || v->quiet[i] > 0
            || (run->conf->picks && !(v->heard & 1u << i)))
        {
            continue;
        }

        if (bmc_order_can(run, i, BMC_POWER_STATUS)) {
            return i;
        }
    }

    return n;
}
