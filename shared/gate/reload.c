
/*
 * Copyright (C) the bmcgate authors
 *
 * A new fleet under a running core: hosts that say the same as before keep
 * their sessions, changed ones log in anew, removed ones log out.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"


static void
reload_host(bmc_t *b, bmc_run_t *run, bmc_run_t **table, uint32_t *slot)
{
    const bmc_hostconf_t  *conf;

    conf = bmc_fleet_host(b->base->fleet, run->conf->name,
        strlen(run->conf->name));

    if (conf == NULL) {
        run->gone = true;
        bmc_ring_before(&b->leavers, &run->leaver);
        bmc_run_leave(run);
        return;
    }

    table[conf->index] = run;
    slot[conf->index] = run->slot;
    bmc_run_rebase(run);
}


/* operations that are not at a host of ours hold on to names only */

static void
reload_ops(bmc_t *b)
{
    bmc_op_t    *op;
    bmc_ring_t  *link;

    for (link = b->due.next; link != &b->due; link = link->next) {
        op = bmc_ring_of(link, bmc_op_t, due);
        op->conf = bmc_fleet_host(b->base->fleet, op->host,
            strlen(op->host));
    }
}


bmc_rc_t
bmc_reload(bmc_t *b, bmc_base_t *base)
{
    char         why[BMC_TEXT_MAX];
    size_t       i, n, was;
    uint32_t    *slot;
    bmc_run_t  **table, **old;
    bmc_base_t  *before;

    n = base->fleet->nhosts;
    table = calloc(n + 1, sizeof(bmc_run_t *));
    slot = malloc((n + 1) * sizeof(uint32_t));

    if (table == NULL || slot == NULL
        || !bmc_base_adopt(base, b->root, why))
    {
        if (b->say != NULL) {
            b->say(b->say_data, table != NULL && slot != NULL
                ? why : "out of memory");
        }

        free(table);
        free(slot);
        return BMC_CONF;
    }

    memset(slot, 0xff, (n + 1) * sizeof(uint32_t));

    before = b->base;
    b->base = bmc_base_hold(base);
    old = b->run;
    was = b->nruns;
    free(b->slot);
    b->slot = slot;
    b->run = table;
    b->nruns = n;

    for (i = 0; i < was; i++) {
        if (old[i] != NULL) {
            reload_host(b, old[i], table, slot);
        }
    }

    reload_ops(b);
    free(old);
    bmc_unload(before);

    if (b->flags & BMC_POLL) {
        (void) uv_timer_start(&b->sweep, bmc_poll_sweep, 1, 0);
    }

    return BMC_OK;
}
