
/*
 * Copyright (C) the bmcgate authors
 *
 * The LED that shows which machine it is.  LocationIndicatorActive is the
 * newer word; IndicatorLED of a system is often a copy of its chassis's that
 * nobody can write to, so the chassis is asked first.
 */


#include <string.h>

#include "drivers/redfish/changes.h"


#define IDENTIFY_ACTIVE  "LocationIndicatorActive"
#define IDENTIFY_LED     "IndicatorLED"


typedef void (*identify_found_pt)(bmc_rf_job_t *job, json_t *where);


typedef struct {
    identify_found_pt   found;
    const char         *path;
    bool                again;       /* with another word for it */
} identify_job_t;


static bool
identify_active(const json_t *where)
{
    return json_is_boolean(json_object_get(where, IDENTIFY_ACTIVE));
}


bmc_led_t
bmc_rf_led(const json_t *where)
{
    const char  *led;

    if (identify_active(where)) {
        return json_is_true(json_object_get(where, IDENTIFY_ACTIVE))
               ? BMC_LED_ON : BMC_LED_OFF;
    }

    led = bmc_rf_text(where, IDENTIFY_LED);

    if (led == NULL) {
        return BMC_LED_UNKNOWN;
    }

    if (strcmp(led, "Off") == 0) {
        return BMC_LED_OFF;
    }

    return strcmp(led, "Lit") == 0 || strcmp(led, "Blinking") == 0
           ? BMC_LED_ON : BMC_LED_UNKNOWN;
}


json_t *
bmc_rf_led_body(const json_t *where, bool on)
{
    const char    *led;
    const json_t  *offered;

    if (identify_active(where)) {
        return json_pack("{s:b}", IDENTIFY_ACTIVE, (int) on);
    }

    offered = bmc_rf_array(where, IDENTIFY_LED "@Redfish.AllowableValues");
    led = !on ? "Off" : bmc_rf_offers(offered, "Lit") ? "Lit" : "Blinking";

    return json_pack("{s:s}", IDENTIFY_LED, led);
}


static void
identify_told_chassis(bmc_rf_job_t *job, json_t *chassis)
{
    json_t          *system;
    identify_job_t  *d;

    d = job->data;
    system = job->keep[0];

    if (identify_active(chassis)
        || bmc_rf_text(chassis, IDENTIFY_LED) != NULL)
    {
        bmc_rf_keep(job, 1, chassis);
        d->found(job, chassis);

    } else if (bmc_rf_text(system, IDENTIFY_LED) != NULL) {
        d->found(job, system);

    } else {
        bmc_rf_end(job, BMC_UNSUPPORTED, "this BMC has no identify LED");
    }
}


static void
identify_told_system(bmc_rf_job_t *job, json_t *system)
{
    identify_job_t  *d;

    d = job->data;
    bmc_rf_keep(job, 0, system);

    if (identify_active(system)
        || (bmc_rf_quirk(job, BMC_QUIRK_LED_ON_SYSTEM)
            && bmc_rf_text(system, IDENTIFY_LED) != NULL))
    {
        d->found(job, system);
        return;
    }

    bmc_rf_chassis(job, identify_told_chassis);
}


static void
identify_find(bmc_rf_job_t *job, identify_found_pt found)
{
    identify_job_t  *d;

    if (!bmc_rf_data(job, sizeof(identify_job_t))) {
        return;
    }

    d = job->data;
    d->found = found;

    bmc_rf_system(job, identify_told_system);
}


static void
identify_tell(bmc_rf_job_t *job, json_t *where)
{
    bmc_led_t      led;
    bmc_answer_t  *a;

    led = bmc_rf_led(where);

    if (led == BMC_LED_UNKNOWN) {
        bmc_rf_end(job, BMC_UNSUPPORTED,
            "this BMC does not tell its identify LED's state");
        return;
    }

    a = &job->call->answer;
    a->led = led;
    a->has |= BMC_HAS_LED;

    bmc_rf_tell(job, json_pack("{s:s}", "identify", bmc_led_name(led)));
}


void
bmc_rf_identify_get(bmc_rf_job_t *job)
{
    identify_find(job, identify_tell);
}


/* who does not know one word for a lit LED has not done anything */

static void
identify_told(bmc_rf_job_t *job, json_t *json)
{
    identify_job_t  *d;

    d = job->data;

    if (job->status == 400 && !d->again && d->path != NULL
        && bmc_rf_has_message(json, "PropertyValueNotInList"))
    {
        d->again = true;
        bmc_rf_change_try(job, "PATCH", d->path,
            json_pack("{s:s}", IDENTIFY_LED, "Blinking"), identify_told);
        return;
    }

    if (bmc_rf_taken(job, json, "identify LED")) {
        bmc_rf_end(job, BMC_OK, NULL);
    }
}


static void
identify_send(bmc_rf_job_t *job, json_t *where)
{
    json_t          *body;
    const char      *path, *led;
    identify_job_t  *d;

    d = job->data;
    path = bmc_rf_text(where, "@odata.id");
    body = bmc_rf_led_body(where, bmc_rf_arg_true(job, "state", false));

    if (path == NULL || body == NULL) {
        json_decref(body);
        bmc_rf_end(job, BMC_REFUSED,
            "the BMC does not tell where its identify LED is");
        return;
    }

    led = bmc_rf_text(body, IDENTIFY_LED);
    d->path = led != NULL && strcmp(led, "Lit") == 0 ? path : NULL;

    bmc_rf_change_try(job, "PATCH", path, body, identify_told);
}


void
bmc_rf_identify_set(bmc_rf_job_t *job)
{
    if (bmc_call_arg(job->call, "seconds") != NULL
        && bmc_rf_arg_true(job, "state", false))
    {
        bmc_rf_end(job, BMC_UNSUPPORTED, "Redfish has no identify LED that "
            "goes out by itself: expected no seconds");
        return;
    }

    identify_find(job, identify_send);
}
