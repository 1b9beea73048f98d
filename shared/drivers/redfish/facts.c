
/*
 * Copyright (C) the bmcgate authors
 *
 * Who a BMC is, and which quirks follow.
 */


#include <stdlib.h>
#include <string.h>

#include "base/maker.h"
#include "base/pool.h"
#include "drivers/redfish/reads.h"
#include "drivers/redfish/unit.h"


#define FACTS_MAX  128               /* bytes of a word of theirs */

#define FACTS_OPENBMC  "OpenBmc"     /* bmcweb's Model of its Manager */


static bool
facts_note(char **field, const char *text)
{
    char  line[FACTS_MAX];

    if (text == NULL) {
        return false;
    }

    bmc_rf_line(line, sizeof(line), text);

    return line[0] != '\0' && bmc_rf_set(field, line);
}


static bool
facts_note_maker(char **field, const char *text)
{
    char  line[FACTS_MAX];

    if (text == NULL) {
        return false;
    }

    bmc_rf_line(line, sizeof(line), text);

    return facts_note(field, bmc_maker_word(line));
}


/* who made the machine and who made its BMC's firmware: each has quirks */

static void
facts_quirks(bmc_rf_unit_t *u)
{
    bmc_quirk_facts_t       facts;
    const bmc_hostconf_t   *h;

    h = u->unit->host;

    facts.vendor = u->vendor;
    facts.maker = u->service;
    facts.model = u->model;
    facts.firmware = u->firmware;

    u->quirks = bmc_quirks_of(&facts, h->quirks_on, h->quirks_off);
}


void
bmc_rf_facts_root(bmc_rf_unit_t *u, const json_t *root)
{
    void          *oem;
    const json_t  *extra;

    /* before "Vendor" was in the schema, only the name of its additions */

    if (!facts_note_maker(&u->service, bmc_rf_text(root, "Vendor"))) {
        extra = bmc_rf_object(root, "Oem");
        oem = json_object_iter((json_t *) extra);
        (void) facts_note_maker(&u->service, json_object_iter_key(oem));
    }

    facts_quirks(u);
}


/* whose board it is tells more than whose service */

void
bmc_rf_facts_system(bmc_rf_unit_t *u, const json_t *system)
{
    (void) facts_note_maker(&u->vendor, bmc_rf_text(system,
                                                    "Manufacturer"));
    (void) facts_note(&u->model, bmc_rf_text(system, "Model"));
    facts_quirks(u);
}


void
bmc_rf_facts_manager(bmc_rf_unit_t *u, const json_t *manager)
{
    const char  *model;

    (void) facts_note(&u->firmware, bmc_rf_text(manager,
                                                "FirmwareVersion"));
    model = bmc_rf_text(manager, "Model");

    /* its root names nobody */

    if (u->service == NULL && model != NULL
        && strcmp(model, FACTS_OPENBMC) == 0)
    {
        (void) facts_note_maker(&u->service, model);
    }

    facts_quirks(u);
}


void
bmc_rf_facts_free(bmc_rf_unit_t *u)
{
    bmc_rf_wipe(&u->service);
    bmc_rf_wipe(&u->vendor);
    bmc_rf_wipe(&u->model);
    bmc_rf_wipe(&u->firmware);
}


static const char *
facts_copy(bmc_rf_job_t *job, const char *text)
{
    char  line[FACTS_MAX];

    if (text == NULL) {
        return NULL;
    }

    bmc_rf_line(line, sizeof(line), text);

    return line[0] != '\0' ? bmc_pstrdup(job->call->pool, line) : NULL;
}


void
bmc_rf_facts_tell(bmc_rf_job_t *job, const json_t *system)
{
    char           uuid[40];
    bmc_answer_t  *a;

    a = &job->call->answer;

    a->vendor = facts_copy(job, job->u->vendor);
    a->maker = facts_copy(job, job->u->service);
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
