
/*
 * Copyright (C) the bmcgate authors
 *
 * A BMC that exists only here.  What it is lives in STATE/sim; what waits
 * for it lives in the unit.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/sim/sim.h"
#include "base/clock.h"


static bool
sim_can(const bmc_hostconf_t *host, const void *data, bmc_verb_t verb)
{
    const bmc_sim_conf_t  *conf;

    conf = data;

    if (verb == BMC_POWER_NMI && (conf->faults.bits & BMC_SIM_NO_NMI)) {
        return false;
    }

    return verb < BMC_VERB_MAX && verb != BMC_RETRY
           && verb != BMC_BMC_TRUST;
}


static bmc_rc_t
sim_open(bmc_unit_t *unit)
{
    char                   why[BMC_TEXT_MAX];
    bmc_sim_unit_t        *u;
    const bmc_sim_conf_t  *conf;

    u = unit->state;
    conf = unit->conf;

    if (unit->shared == NULL || !bmc_sim_store_open(unit->shared, why)) {
        return BMC_FAILED;
    }

    u->machine = bmc_sim_make(unit->shared, unit->host->name,
                              conf->power == 1);

    return u->machine == NULL ? BMC_FAILED : BMC_OK;
}


static void
sim_closed(uv_handle_t *handle)
{
    bmc_unit_closed(handle->data);
}


static void
sim_logout(uv_timer_t *timer)
{
    bmc_unit_t      *unit;
    bmc_sim_data_t  *d;
    bmc_sim_unit_t  *u;

    unit = timer->data;
    u = unit->state;

    if (u->session != 0) {
        d = bmc_sim_lock(unit->shared, u->machine, bmc_now());

        if (d != NULL) {
            bmc_sim_slot_free(d, u->session);
            bmc_sim_unlock(u->machine);
        }
    }

    uv_close((uv_handle_t *) &u->timer, sim_closed);
}


static void
sim_close(bmc_unit_t *unit)
{
    bmc_sim_unit_t        *u;
    const bmc_sim_conf_t  *conf;

    u = unit->state;
    conf = unit->conf;

    while (u->jobs != NULL) {
        bmc_sim_cancel(unit, u->jobs->call);
    }

    u->closing = true;

    bmc_sim_timer(unit);

    (void) uv_timer_start(&u->timer, sim_logout,
                          u->session == 0 ? 0 : (uint64_t) conf->latency, 0);
}


static void
sim_abort(bmc_unit_t *unit)
{
    bmc_sim_unit_t  *u;

    u = unit->state;

    while (u->jobs != NULL) {
        bmc_sim_cancel(unit, u->jobs->call);
    }

    u->closing = true;

    bmc_sim_timer(unit);

    if (!uv_is_closing((uv_handle_t *) &u->timer)) {
        uv_close((uv_handle_t *) &u->timer, sim_closed);
    }
}


/* Loading */

static bool
sim_used(const bmc_fleet_t *fleet)
{
    size_t    i;
    unsigned  k;

    for (i = 0; i < fleet->nhosts; i++) {
        for (k = 0; k < fleet->host[i].ndrivers; k++) {
            if (strcmp(fleet->host[i].driver[k]->name, "sim") == 0) {
                return true;
            }
        }
    }

    return false;
}


/* a fleet without simulated hosts leaves no file, until a reload has some */

static void *
sim_load(const bmc_fleet_t *fleet, char why[BMC_TEXT_MAX])
{
    int               n;
    char              path[4096];
    bmc_sim_store_t  *st;

    n = snprintf(path, sizeof(path), "%s/sim", fleet->state);

    if (n < 0 || (size_t) n >= sizeof(path)) {
        snprintf(why, BMC_TEXT_MAX, "the path of the state is too long");
        return NULL;
    }

    st = bmc_sim_store_create(path);

    if (st == NULL) {
        snprintf(why, BMC_TEXT_MAX, "out of memory");
        return NULL;
    }

    if (sim_used(fleet) && !bmc_sim_store_open(st, why)) {
        bmc_sim_store_free(st);
        return NULL;
    }

    return st;
}


static void
sim_unload(void *shared)
{
    bmc_sim_store_free(shared);
}


const bmc_driver_t  bmc_driver_sim = {
    .name = "sim",
    .words = bmc_sim_words,
    .conf_size = sizeof(bmc_sim_conf_t),
    .state_size = sizeof(bmc_sim_unit_t),
    .check = bmc_sim_check,
    .load = sim_load,
    .unload = sim_unload,
    .can = sim_can,
    .open = sim_open,
    .run = bmc_sim_run,
    .close = sim_close,
    .abort = sim_abort,
    .cancel = bmc_sim_cancel,
    .write = bmc_sim_console_write
};
