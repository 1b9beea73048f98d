
/*
 * Copyright (C) the bmcgate authors
 *
 * What this driver can, and how a verb's job ends.
 */


#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "drivers/redfish/reads.h"
#include "drivers/redfish/unit.h"


#define VERBS_SPARE  1000            /* ms to a deadline that is near */


const bmc_rf_verb_pt  bmc_rf_verbs[BMC_VERB_MAX] = {
    [BMC_POWER_STATUS] = bmc_rf_power_status,
    [BMC_POWER_ON] = bmc_rf_power,
    [BMC_POWER_OFF] = bmc_rf_power,
    [BMC_POWER_FORCE_OFF] = bmc_rf_power,
    [BMC_POWER_CYCLE] = bmc_rf_power,
    [BMC_POWER_RESET] = bmc_rf_power,
    [BMC_POWER_NMI] = bmc_rf_power,
    [BMC_POWER_READING] = bmc_rf_power_reading,
    [BMC_BOOT_GET] = bmc_rf_boot_get,
    [BMC_BOOT_SET] = bmc_rf_boot_set,
    [BMC_IDENTIFY_GET] = bmc_rf_identify_get,
    [BMC_IDENTIFY_SET] = bmc_rf_identify_set,
    [BMC_SENSORS_READ] = bmc_rf_sensors,
    [BMC_LOG_READ] = bmc_rf_log,
    [BMC_LOG_CLEAR] = bmc_rf_log_clear,
    [BMC_INVENTORY_READ] = bmc_rf_inventory,
    [BMC_BMC_READ] = bmc_rf_bmc,
    [BMC_BMC_RESET] = bmc_rf_bmc_reset,
    [BMC_LAN_READ] = bmc_rf_lan,
    [BMC_USERS_LIST] = bmc_rf_users,
    [BMC_USERS_SET] = bmc_rf_users_set,
    [BMC_USERS_DELETE] = bmc_rf_users_delete,
    [BMC_MEDIA_LIST] = bmc_rf_media,
    [BMC_MEDIA_INSERT] = bmc_rf_media_insert,
    [BMC_MEDIA_EJECT] = bmc_rf_media_eject,
    [BMC_BMC_TRUST] = bmc_rf_trust
};


/*
 * A call that has sent a change, or several: "busy" has it done once more,
 * and silence makes it unknown.  Neither must be said where it is known
 * better.
 */

static bmc_rc_t
verbs_truth(const bmc_rf_unit_t *u, bmc_rc_t rc, char text[BMC_TEXT_MAX])
{
    size_t  n;

    if (u->doubt) {
        return rc == BMC_UNREACHABLE ? rc : BMC_TIMEOUT;
    }

    if (rc == BMC_BUSY && u->taken) {
        return BMC_REFUSED;
    }

    if ((rc == BMC_UNREACHABLE || rc == BMC_TIMEOUT)
        && u->answered && !u->taken)
    {
        n = strlen(text);
        (void) snprintf(text + n, BMC_TEXT_MAX - n, "; nothing was changed");
        return BMC_REFUSED;
    }

    return rc;
}


void
bmc_rf_over(bmc_rf_unit_t *u)
{
    u->job = NULL;
    u->serial++;
    u->looks = false;
    bmc_rf_unsend(u);
    bmc_rf_ask_free(u);
    bmc_rf_wipe(&u->task);
    bmc_rf_walk_free(u);
    json_decref(u->fresh);
    u->fresh = NULL;
    (void) uv_timer_stop(&u->timer);
}


void
bmc_rf_end(bmc_rf_job_t *job, bmc_rc_t rc, const char *fmt, ...)
{
    char     told[2 * BMC_TEXT_MAX], text[BMC_TEXT_MAX];
    size_t   i, n;
    va_list  ap;

    told[0] = '\0';

    if (job->so_far != NULL && rc != BMC_OK) {
        (void) snprintf(told, BMC_TEXT_MAX, "%s: ", job->so_far);
    }

    if (fmt != NULL) {
        n = strlen(told);
        va_start(ap, fmt);
        (void) vsnprintf(told + n, sizeof(told) - n, fmt, ap);
        va_end(ap);
    }

    /* much of it may be the BMC's own */

    bmc_rf_line(text, sizeof(text), told);

    rc = verbs_truth(job->u, rc, text);
    bmc_rf_over(job->u);

    for (i = 0; i < sizeof(job->keep) / sizeof(job->keep[0]); i++) {
        json_decref(job->keep[i]);
        job->keep[i] = NULL;
    }

    bmc_call_done(job->call, rc, "%s", text);
}


void
bmc_rf_tell(bmc_rf_job_t *job, json_t *json)
{
    if (json == NULL) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    job->call->answer.json = json;
    bmc_rf_end(job, BMC_OK, NULL);
}


void
bmc_rf_unsupported(bmc_rf_job_t *job, const char *what,
    const json_t *offered)
{
    int          n;
    char         list[160];
    size_t       i, at;
    const char  *text;

    list[0] = '\0';

    for (i = 0, at = 0; i < json_array_size(offered) && at < 120; i++) {
        text = json_string_value(json_array_get(offered, i));

        if (text != NULL) {
            n = snprintf(list + at, sizeof(list) - at, "%s%.32s",
                         at > 0 ? ", " : "", text);
            at += (size_t) n;
        }
    }

    bmc_rf_end(job, BMC_UNSUPPORTED, "this BMC cannot %s; it offers %s",
        what, list[0] != '\0' ? list : "nothing of that kind");
}


bool
bmc_rf_quirk(const bmc_rf_job_t *job, bmc_quirk_t quirk)
{
    return bmc_quirk_is_on(job->u->quirks, quirk);
}


static void
verbs_waited(bmc_rf_unit_t *u)
{
    bmc_rf_verb_pt  then;

    then = u->goes_on;
    u->goes_on = NULL;
    then(u->job);
}


void
bmc_rf_wait(bmc_rf_job_t *job, uint32_t ms, bmc_rf_verb_pt then)
{
    job->u->goes_on = then;
    bmc_rf_later(job->u, ms, verbs_waited);
}


bool
bmc_rf_late(const bmc_rf_job_t *job)
{
    return uv_now(job->unit->loop) + VERBS_SPARE > job->call->deadline;
}
