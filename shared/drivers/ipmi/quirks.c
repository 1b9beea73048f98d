
/*
 * Copyright (C) the bmcgate authors
 *
 * Which of the table's quirks a BMC has, by what it told: the maker and the
 * product of Get Device ID, and the machine's maker of its FRU inventory.
 * That is read when the former says nothing of the machine: its number is
 * nobody's, or that of who makes BMCs for many.
 */


#include <stdio.h>

#include "base/maker.h"
#include "drivers/ipmi/verbs.h"
#include "quirks/quirks.h"


#define QUIRKS_DEVICE_ID  0x01       /* a command */


/* a look at the inventory, in the middle of another verb */

typedef struct {
    bmc_ipmi_fru_walk_t  walk;       /* first: verbs.h */
    bmc_ipmi_fru_t       fru;
    void                *data;       /* the verb's */
} quirks_look_t;


void
bmc_ipmi_met(const bmc_unit_t *unit, const bmc_ipmi_mc_t *mc)
{
    bmc_ipmi_kept_t  *kept;

    kept = bmc_ipmi_kept(unit);
    kept->met = true;
    kept->maker = bmc_maker_product(mc->maker, mc->product);

    (void) snprintf(kept->firmware, sizeof(kept->firmware), "%s",
        mc->firmware);
}


void
bmc_ipmi_met_product(const bmc_unit_t *unit, const char *vendor,
    const char *model)
{
    bmc_ipmi_kept_t  *kept;

    kept = bmc_ipmi_kept(unit);
    kept->looked = true;

    (void) snprintf(kept->vendor, sizeof(kept->vendor), "%s",
        vendor == NULL ? "" : vendor);
    (void) snprintf(kept->model, sizeof(kept->model), "%s",
        model == NULL ? "" : model);
}


static void
quirks_found(bmc_ipmi_job_t *job, bool there)
{
    bmc_answer_t   *a;
    quirks_look_t  *look;

    look = job->data;
    job->data = look->data;

    a = &job->call->answer;
    a->vendor = bmc_ipmi_fru_vendor(&look->fru);
    a->maker = bmc_ipmi_kept(job->unit)->maker;
    a->model = look->fru.name[0] == '\0' ? NULL : look->fru.name;
    a->has |= BMC_HAS_FACTS;

    bmc_ipmi_met_product(job->unit, a->vendor, a->model);
    job->then(job);
}


static void
quirks_look(bmc_ipmi_job_t *job)
{
    void                   *data;
    quirks_look_t          *look;
    const bmc_ipmi_kept_t  *kept;

    kept = bmc_ipmi_kept(job->unit);
    data = job->data;

    if (!kept->met || kept->looked || !bmc_maker_is_vague(kept->maker)
        || bmc_ipmi_late(job))
    {
        job->then(job);
        return;
    }

    if (bmc_ipmi_room(job, sizeof(quirks_look_t))) {
        look = job->data;
        look->data = data;
        look->walk.spared = true;
        bmc_ipmi_fru_read(job, 0, 0, &look->fru, quirks_found);
    }
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

    quirks_look(job);
}


void
bmc_ipmi_meet(bmc_ipmi_job_t *job, bmc_ipmi_verb_pt then)
{
    job->then = then;

    if (bmc_ipmi_kept(job->unit)->met) {
        quirks_look(job);
        return;
    }

    bmc_ipmi_ask(job, BMC_IPMI_APP, QUIRKS_DEVICE_ID, NULL, 0, 0,
        quirks_told);
}


bool
bmc_ipmi_quirk(const bmc_ipmi_job_t *job, bmc_quirk_t quirk)
{
    bmc_quirk_facts_t       facts;
    const bmc_hostconf_t   *h;
    const bmc_ipmi_kept_t  *kept;

    h = job->unit->host;
    kept = bmc_ipmi_kept(job->unit);

    facts.vendor = kept->vendor;
    facts.maker = kept->maker;
    facts.model = kept->model;
    facts.firmware = kept->firmware;

    return bmc_quirk_is_on(bmc_quirks_of(&facts, h->quirks_on,
                                         h->quirks_off), quirk);
}
