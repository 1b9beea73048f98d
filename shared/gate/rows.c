
/*
 * Copyright (C) the bmcgate authors
 *
 * The list of hosts, in pieces: who may see it, what was asked for, and how
 * much of it is done in one go.
 */


#include <string.h>

#include "gate/core.h"
#include "show/show.h"


#define ROWS_WORK  512               /* hosts looked at in one call */


typedef struct {
    const bmc_t                  *core;
    bmc_rows_t                   *rows;
    bmc_policy_t                  policy;
    const bmc_hostconf_t *const  *member;    /* of the group; or NULL */
    size_t                        nmembers;
    size_t                        next;
    bmc_view_t                    view;
    bmc_show_clock_t              clock;
} rows_walk_t;


/* members are in order of configuration */

static void
rows_group(rows_walk_t *w)
{
    size_t  low, high, mid;

    w->member = bmc_group(w->core->base, w->rows->group, &w->nmembers);

    for (low = 0, high = w->nmembers; low < high; /* void */ ) {
        mid = low + (high - low) / 2;

        if (bmc_host_index(w->member[mid]) < w->rows->at) {
            low = mid + 1;

        } else {
            high = mid;
        }
    }

    w->next = low;
}


static const bmc_hostconf_t *
rows_next(rows_walk_t *w)
{
    if (w->rows->group == NULL) {
        return bmc_host_at(w->core->base, w->rows->at);
    }

    return w->next < w->nmembers ? w->member[w->next++] : NULL;
}


static bool
rows_holds(rows_walk_t *w, const bmc_hostconf_t *h)
{
    uint32_t           slot;
    const bmc_rows_t  *r;

    r = w->rows;

    if (w->policy == BMC_POLICY_HOST
        && !bmc_policy(w->core->base->fleet, r->actor, h, BMC_POWER_STATUS,
                       NULL))
    {
        return false;
    }

    slot = bmc_slot_of((bmc_t *) w->core, h, false);

    if (slot != BMC_SLOT_NONE) {
        bmc_board_read_head(w->core->board, slot, &w->view);

    } else {
        memset(&w->view, 0, sizeof(bmc_view_t));
    }

    return (!r->of_power || w->view.power == r->power)
           && (!r->of_reach || r->reach == (w->view.reach == BMC_REACH_YES
                                            || w->view.reach
                                               == BMC_REACH_REFUSED));
}


/* false: there is no room for it */

static bool
rows_add(rows_walk_t *w, bmc_buf_t *out, const bmc_hostconf_t *h)
{
    size_t  len;

    len = out->len;

    if (w->rows->last != NULL) {
        bmc_buf_addc(out, ',');
    }

    bmc_show_row(out, &w->clock, h, &w->view);

    if (out->len > out->size) {
        out->len = len;
        return false;
    }

    w->rows->last = h;
    w->rows->left--;

    return true;
}


static void
rows_begin(rows_walk_t *w, const bmc_t *b, bmc_rows_t *rows)
{
    memset(w, 0, sizeof(rows_walk_t));

    w->core = b;
    w->rows = rows;
    w->policy = rows->actor == NULL ? BMC_POLICY_ALL
                : bmc_policy_all(b->base->fleet, rows->actor,
                                 BMC_POWER_STATUS);

    bmc_show_clock(&w->clock);

    if (rows->group != NULL) {
        rows_group(w);
    }
}


size_t
bmc_show_hosts(const bmc_t *b, bmc_rows_t *rows, char *out, size_t size)
{
    bmc_buf_t              buf;
    unsigned               work;
    rows_walk_t            w;
    const bmc_hostconf_t  *h;

    bmc_buf_fix(&buf, out, size);
    rows_begin(&w, b, rows);

    for (work = 0; work < ROWS_WORK && !rows->ended; work++) {

        h = w.policy != BMC_POLICY_NONE ? rows_next(&w) : NULL;
        rows->more = h != NULL;

        if (h == NULL || rows->left == 0) {
            rows->ended = true;
            break;
        }

        if (rows_holds(&w, h) && !rows_add(&w, &buf, h)) {
            break;
        }

        rows->at = bmc_host_index(h) + 1;
    }

    return buf.len;
}
