
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "drivers/ipmi/verbs.h"


#define VERBS_SPARE   1000           /* ms to a deadline that is near */
#define VERBS_MARGIN  150            /* … and to one that is too near */


const bmc_ipmi_verb_pt  bmc_ipmi_verbs[BMC_VERB_MAX] = {
    [BMC_POWER_STATUS] = bmc_ipmi_power_status,
    [BMC_POWER_ON] = bmc_ipmi_power,
    [BMC_POWER_OFF] = bmc_ipmi_power,
    [BMC_POWER_FORCE_OFF] = bmc_ipmi_power,
    [BMC_POWER_CYCLE] = bmc_ipmi_power,
    [BMC_POWER_RESET] = bmc_ipmi_power,
    [BMC_POWER_NMI] = bmc_ipmi_power,
    [BMC_POWER_READING] = bmc_ipmi_power_reading,
    [BMC_BOOT_GET] = bmc_ipmi_boot_get,
    [BMC_BOOT_SET] = bmc_ipmi_boot_set,
    [BMC_IDENTIFY_GET] = bmc_ipmi_identify_get,
    [BMC_IDENTIFY_SET] = bmc_ipmi_identify_set,
    [BMC_SENSORS_READ] = bmc_ipmi_sensors,
    [BMC_LOG_READ] = bmc_ipmi_log,
    [BMC_LOG_CLEAR] = bmc_ipmi_log_clear,
    [BMC_INVENTORY_READ] = bmc_ipmi_inventory,
    [BMC_BMC_READ] = bmc_ipmi_bmc,
    [BMC_BMC_RESET] = bmc_ipmi_bmc_reset,
    [BMC_LAN_READ] = bmc_ipmi_lan,
    [BMC_USERS_LIST] = bmc_ipmi_users,
    [BMC_USERS_SET] = bmc_ipmi_users_set,
    [BMC_USERS_DELETE] = bmc_ipmi_users_delete,
    [BMC_CONSOLE_OPEN] = bmc_ipmi_console,
    [BMC_RAW] = bmc_ipmi_raw
};


bool
bmc_ipmi_room(bmc_ipmi_job_t *job, size_t size)
{
    job->data = bmc_pcalloc(job->call->pool, size);

    if (job->data == NULL) {
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return false;
    }

    return true;
}


void
bmc_ipmi_tell(bmc_ipmi_job_t *job, json_t *json)
{
    if (json == NULL) {
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return;
    }

    job->call->answer.json = json;
    bmc_ipmi_end(job, BMC_OK, "");
}


void
bmc_ipmi_short(bmc_ipmi_job_t *job, const char *what)
{
    char  text[BMC_TEXT_MAX];

    (void) snprintf(text, sizeof(text), "%s: the BMC's answer is too short",
        what);
    bmc_ipmi_end(job, BMC_REFUSED, text);
}


bool
bmc_ipmi_whole(bmc_ipmi_job_t *job, uint8_t code, size_t len, size_t need,
    const char *what)
{
    if (code != 0) {
        bmc_ipmi_refused(job, code, what);
        return false;
    }

    if (len < need) {
        bmc_ipmi_short(job, what);
        return false;
    }

    return true;
}


bool
bmc_ipmi_late(const bmc_ipmi_job_t *job)
{
    return uv_now(job->unit->loop) + VERBS_SPARE > job->call->deadline;
}


bool
bmc_ipmi_paused(bmc_ipmi_job_t *job, const char *what, unsigned n,
    unsigned of)
{
    char  text[BMC_TEXT_MAX];

    if (uv_now(job->unit->loop) + VERBS_MARGIN <= job->call->deadline) {
        return false;
    }

    (void) snprintf(text, sizeof(text), "%s: %u of %u were read in time; a "
        "longer timeout helps, and asking a running gateway again does, too",
        what, n, of);
    bmc_ipmi_end(job, BMC_BUSY, text);

    return true;
}


void
bmc_ipmi_put(json_t *object, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        (void) json_object_set_new(object, key, json_string(text));
    }
}


bool
bmc_ipmi_true(const bmc_call_t *call, const char *name)
{
    const char  *value;

    value = bmc_call_arg(call, name);

    return value != NULL
           && (strcasecmp(value, "on") == 0 || strcasecmp(value, "yes") == 0
               || strcasecmp(value, "true") == 0 || strcmp(value, "1") == 0);
}


unsigned
bmc_ipmi_le16(const uint8_t *p)
{
    return p[0] | (unsigned) p[1] << 8;
}


uint32_t
bmc_ipmi_le32(const uint8_t *p)
{
    return (uint32_t) bmc_ipmi_le16(p)
           | (uint32_t) bmc_ipmi_le16(p + 2) << 16;
}
