
/*
 * Copyright (C) the bmcgate authors
 *
 * Which of the table's quirks a BMC has, by what it told: the maker of Get
 * Device ID, and the product's of its FRU inventory once that was read.  The
 * two differ where somebody puts a name of their own on another's machine.
 */


#include <stdio.h>

#include "base/maker.h"
#include "drivers/ipmi/verbs.h"
#include "quirks/quirks.h"


#define QUIRKS_DEVICE_ID  0x01       /* a command */


void
bmc_ipmi_met(const bmc_unit_t *unit, const bmc_ipmi_mc_t *mc)
{
    bmc_ipmi_kept_t  *kept;

    kept = bmc_ipmi_kept(unit);
    kept->met = true;
    kept->maker = bmc_maker(mc->maker);

    (void) snprintf(kept->firmware, sizeof(kept->firmware), "%s",
        mc->firmware);
}


void
bmc_ipmi_met_product(const bmc_unit_t *unit, const char *vendor,
    const char *model)
{
    bmc_ipmi_kept_t  *kept;

    kept = bmc_ipmi_kept(unit);

    (void) snprintf(kept->vendor, sizeof(kept->vendor), "%s",
        vendor == NULL ? "" : vendor);
    (void) snprintf(kept->model, sizeof(kept->model), "%s",
        model == NULL ? "" : model);
}


static void
quirks_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bmc_ipmi_mc_t  mc;

    /* who does not tell it has no quirks but those it is said to have */

    if (code == 0 && bmc_ipmi_mc_decode(data, len, &mc)) {
        bmc_ipmi_met(job->unit, &mc);
    }

    job->then(job);
}


void
bmc_ipmi_meet(bmc_ipmi_job_t *job, bmc_ipmi_verb_pt then)
{
    if (bmc_ipmi_kept(job->unit)->met) {
        then(job);
        return;
    }

    job->then = then;
    bmc_ipmi_ask(job, BMC_IPMI_APP, QUIRKS_DEVICE_ID, NULL, 0, 0,
        quirks_told);
}


bool
bmc_ipmi_quirk(const bmc_ipmi_job_t *job, bmc_quirk_t quirk)
{
    bmc_quirks_t            set;
    bmc_quirk_facts_t       facts;
    const bmc_hostconf_t   *h;
    const bmc_ipmi_kept_t  *kept;

    h = job->unit->host;
    kept = bmc_ipmi_kept(job->unit);

    facts.vendor = kept->maker;
    facts.model = kept->model;
    facts.firmware = kept->firmware;
    set = bmc_quirks_of(&facts, h->quirks_on, h->quirks_off);

    facts.vendor = kept->vendor;
    set |= bmc_quirks_of(&facts, h->quirks_on, h->quirks_off);

    return bmc_quirk_is_on(set, quirk);
}
