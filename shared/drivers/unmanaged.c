
/*
 * Copyright (C) the bmcgate authors
 *
 * Hosts that are known and never touched.
 */


#include "drivers/driver.h"


static bool
unmanaged_can(const bmc_hostconf_t *host, const void *conf, bmc_verb_t verb)
{
    return false;
}


static bmc_rc_t
unmanaged_open(bmc_unit_t *unit)
{
    return BMC_OK;
}


static void
unmanaged_run(bmc_unit_t *unit, bmc_call_t *call)
{
    bmc_call_done(call, BMC_UNSUPPORTED, "host %s is unmanaged",
                  unit->host->name);
}


static void
unmanaged_close(bmc_unit_t *unit)
{
    bmc_unit_closed(unit);
}


static void
unmanaged_cancel(bmc_unit_t *unit, bmc_call_t *call)
{
}


const bmc_driver_t  bmc_driver_unmanaged = {
    .name = "unmanaged",
    .can = unmanaged_can,
    .open = unmanaged_open,
    .run = unmanaged_run,
    .close = unmanaged_close,
    .abort = unmanaged_close,
    .cancel = unmanaged_cancel
};
