
/*
 * Copyright (C) the bmcgate authors
 *
 * Images out of slots of virtual media: one, or all.
 */


#include <string.h>

#include "drivers/redfish/media.h"


#define EJECT_ACTION  "VirtualMedia.EjectMedia"

#define EJECT_WAIT    1000           /* ms between two looks */
#define EJECT_LOOKS   30


static void eject_next(bmc_rf_job_t *job);
static void eject_look(bmc_rf_job_t *job);


static bool
eject_wanted(bmc_rf_job_t *job, const json_t *slot)
{
    const char  *device;

    device = bmc_call_arg(job->call, "device");

    return bmc_rf_media_full(slot)
           && (device == NULL
               || strcmp(bmc_rf_media_name(slot), device) == 0);
}


static void
eject_told_slot(bmc_rf_job_t *job, json_t *slot)
{
    bmc_rf_media_t  *m;

    m = job->data;

    if (slot != NULL && !bmc_rf_media_full(slot)) {
        eject_next(job);
        return;
    }

    if (++m->looks >= EJECT_LOOKS || bmc_rf_late(job)) {
        bmc_rf_end(job, BMC_REFUSED, "the BMC took the eject, and still says "
            "that %s holds an image", m->name);
        return;
    }

    bmc_rf_wait(job, EJECT_WAIT, eject_look);
}


static void
eject_look(bmc_rf_job_t *job)
{
    bmc_rf_media_t  *m;

    m = job->data;

    bmc_rf_try(job, m->path, eject_told_slot);
}


/* several iLOs and others refuse an action without a body */

static void
eject_told(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_media_t  *m;

    m = job->data;

    if ((job->status == 400 || job->status == 415) && m->target != NULL
        && !m->again && !bmc_rf_quirk(job, BMC_QUIRK_MEDIA_EJECT_BODY))
    {
        m->again = true;
        bmc_rf_change_try(job, "POST", m->target, json_object(), eject_told);
        return;
    }

    if (!bmc_rf_taken(job, json, m->name)) {
        return;
    }

    if (m->path != NULL && bmc_rf_quirk(job, BMC_QUIRK_MEDIA_WAIT_EJECT)) {
        m->looks = 0;
        eject_look(job);
        return;
    }

    eject_next(job);
}


static void
eject_send(bmc_rf_job_t *job, const json_t *slot)
{
    bmc_rf_media_t  *m;

    m = job->data;
    m->again = false;
    m->name = bmc_rf_media_name(slot);
    m->path = bmc_rf_text(slot, "@odata.id");
    m->target = bmc_rf_action(slot, EJECT_ACTION);

    if (m->target == NULL) {
        bmc_rf_change_try(job, "PATCH", m->path,
            json_pack("{s:n, s:b}", "Image", "Inserted", 0), eject_told);
        return;
    }

    bmc_rf_change_try(job, "POST", m->target,
        bmc_rf_quirk(job, BMC_QUIRK_MEDIA_EJECT_BODY) ? json_object() : NULL,
        eject_told);
}


static void
eject_next(bmc_rf_job_t *job)
{
    json_t          *slot;
    bmc_rf_media_t  *m;

    m = job->data;

    while ((slot = json_array_get(job->keep[0], m->at)) != NULL) {
        m->at++;

        if (eject_wanted(job, slot)) {
            eject_send(job, slot);
            return;
        }
    }

    bmc_rf_end(job, BMC_OK, NULL);
}


/* what cannot be ejected is found before anything is */

static void
eject_walked(bmc_rf_job_t *job)
{
    size_t       i;
    json_t      *slot;
    const char  *device;

    device = bmc_call_arg(job->call, "device");

    if (device != NULL && bmc_rf_media_find(job, device) == NULL) {
        bmc_rf_media_no_slot(job);
        return;
    }

    json_array_foreach(job->keep[0], i, slot) {

        if (eject_wanted(job, slot)
            && bmc_rf_action(slot, EJECT_ACTION) == NULL
            && (!bmc_rf_quirk(job, BMC_QUIRK_MEDIA_PATCH)
                || bmc_rf_text(slot, "@odata.id") == NULL))
        {
            bmc_rf_end(job, BMC_UNSUPPORTED,
                "this BMC does not offer EjectMedia for %s",
                bmc_rf_media_name(slot));
            return;
        }
    }

    eject_next(job);
}


void
bmc_rf_media_eject(bmc_rf_job_t *job)
{
    if (bmc_rf_data(job, sizeof(bmc_rf_media_t))) {
        bmc_rf_media_walk(job, eject_walked);
    }
}
