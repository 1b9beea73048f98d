
/*
 * Copyright (C) the bmcgate authors
 *
 * bmc.trust, which drivers/http does: without a login, and before whatever
 * else would need one.
 */


#include <stdio.h>

#include "drivers/redfish/unit.h"


static void
trust_told(void *data, const bmc_http_answer_t *a)
{
    bmc_rf_unit_t  *u;

    u = data;
    u->busy = false;
    u->job->call->answer.json = json_incref(a->json);

    bmc_rf_end(u->job, a->rc, "%s", a->text);
    bmc_rf_step(u);
}


void
bmc_rf_look(bmc_rf_unit_t *u)
{
    u->looks = false;
    u->busy = true;

    bmc_http_trust(u->http, u->job->call, trust_told, u);
}


/* another's login may be under way still */

void
bmc_rf_trust(bmc_rf_job_t *job)
{
    job->u->looks = true;
    bmc_rf_step(job->u);
}
