
/*
 * Copyright (C) the bmcgate authors
 *
 * The chassis of a system.  A blade names its slot and the enclosure, a
 * server with a drive cage both; sensors and supplies may be in any.
 */


#include <string.h>

#include "drivers/redfish/reads.h"
#include "drivers/redfish/unit.h"


bool
bmc_rf_data(bmc_rf_job_t *job, size_t size)
{
    job->data = bmc_pcalloc(job->call->pool, size);

    if (job->data == NULL) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return false;
    }

    return true;
}


void
bmc_rf_keep(bmc_rf_job_t *job, size_t i, json_t *json)
{
    json_t  *old;

    old = job->keep[i];
    job->keep[i] = json_incref(json);
    json_decref(old);
}


/* false: the job has been ended */

static bool
places_add(bmc_rf_job_t *job, const char *path)
{
    size_t            i;
    bmc_rf_places_t  *p;

    p = job->data;

    if (path == NULL || p->n == BMC_RF_CHASSIS_MAX
        || strlen(path) >= BMC_RF_PATH_MAX)
    {
        return true;
    }

    for (i = 0; i < p->n; i++) {
        if (strcmp(p->path[i], path) == 0) {
            return true;
        }
    }

    p->path[p->n] = bmc_pstrdup(job->call->pool, path);

    if (p->path[p->n] == NULL) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return false;
    }

    p->n++;

    return true;
}


static void
places_told(bmc_rf_job_t *job, json_t *json)
{
    size_t            i;
    const json_t     *links;
    bmc_rf_places_t  *p;

    p = job->data;
    bmc_rf_keep(job, 0, json);
    links = bmc_rf_array(bmc_rf_object(json, "Links"), "Chassis");

    for (i = 0; i < json_array_size(links); i++) {
        if (!places_add(job, bmc_rf_text(json_array_get(links, i),
                                         "@odata.id")))
        {
            return;
        }
    }

    if (p->n > 0
        || places_add(job, bmc_rf_tree_path(job->u, BMC_RF_CHASSIS)))
    {
        p->then(job);
    }
}


void
bmc_rf_places(bmc_rf_job_t *job, bmc_rf_verb_pt then)
{
    bmc_rf_places_t  *p;

    p = job->data;
    p->then = then;
    bmc_rf_system(job, places_told);
}


const char *
bmc_rf_place(bmc_rf_job_t *job)
{
    bmc_rf_places_t  *p;

    p = job->data;

    return p->at < p->n ? p->path[p->at++] : NULL;
}
