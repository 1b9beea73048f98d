
/*
 * Copyright (C) the bmcgate authors
 *
 * Who a BMC is, and which quirks follow.
 */


#include <stdlib.h>

#include "base/pool.h"
#include "drivers/redfish/reads.h"
#include "drivers/redfish/unit.h"


static void
facts_quirks(bmc_rf_unit_t *u)
{
    bmc_quirk_facts_t  facts;

    facts.vendor = u->vendor;
    facts.model = u->model;
    facts.firmware = u->firmware;

    u->quirks = bmc_quirks_of(&facts, u->unit->host->quirks_on,
                              u->unit->host->quirks_off);
}


void
bmc_rf_facts_root(bmc_rf_unit_t *u, const json_t *root)
{
    const char  *vendor;

    vendor = bmc_rf_text(root, "Vendor");

    if (vendor != NULL) {
        (void) bmc_rf_set(&u->vendor, vendor);
    }

    facts_quirks(u);
}


/* whose board it is tells more than whose service */

void
bmc_rf_facts_system(bmc_rf_unit_t *u, const json_t *system)
{
    const char  *text;

    text = bmc_rf_text(system, "Manufacturer");

    if (text != NULL && text[0] != '\0') {
        (void) bmc_rf_set(&u->vendor, text);
    }

    text = bmc_rf_text(system, "Model");

    if (text != NULL && text[0] != '\0') {
        (void) bmc_rf_set(&u->model, text);
    }

    facts_quirks(u);
}


void
bmc_rf_facts_manager(bmc_rf_unit_t *u, const json_t *manager)
{
    const char  *text;

    text = bmc_rf_text(manager, "FirmwareVersion");

    if (text != NULL) {
        (void) bmc_rf_set(&u->firmware, text);
    }

    facts_quirks(u);
}


void
bmc_rf_facts_free(bmc_rf_unit_t *u)
{
    bmc_rf_wipe(&u->vendor);
    bmc_rf_wipe(&u->model);
    bmc_rf_wipe(&u->firmware);
}


static const char *
facts_copy(bmc_rf_job_t *job, const char *text)
{
    return text != NULL ? bmc_pstrdup(job->call->pool, text) : NULL;
}


void
bmc_rf_facts_tell(bmc_rf_job_t *job, const json_t *system)
{
    char           uuid[40];
    bmc_answer_t  *a;

    a = &job->call->answer;

    a->vendor = facts_copy(job, job->u->vendor);
    a->model = facts_copy(job, job->u->model);
    a->firmware = facts_copy(job, job->u->firmware);
    a->serial = facts_copy(job, bmc_rf_text(system, "SerialNumber"));

    if (bmc_rf_uuid(bmc_rf_text(system, "UUID"),
                    bmc_rf_quirk(job, BMC_QUIRK_UUID_MIXED), uuid))
    {
        a->uuid = facts_copy(job, uuid);
    }

    a->has |= BMC_HAS_FACTS;
}
