
/*
 * Copyright (C) the bmcgate authors
 *
 * Power, and with it all that a System tells at once.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/changes.h"
#include "drivers/redfish/unit.h"


#define POWER_RESET  "ComputerSystem.Reset"


/* the nearest that a BMC may offer, best first */

typedef struct {
    bmc_verb_t   verb;
    const char  *what;
    const char  *type[2];
} power_way_t;

static const power_way_t  power_ways[] = {
    { BMC_POWER_ON, "switch on", { "On", "ForceOn" } },
    { BMC_POWER_OFF, "shut down", { "GracefulShutdown", NULL } },
    { BMC_POWER_FORCE_OFF, "switch off", { "ForceOff", NULL } },
    { BMC_POWER_CYCLE, "cycle", { "PowerCycle", "ForceRestart" } },
    { BMC_POWER_RESET, "reset", { "ForceRestart", NULL } },
    { BMC_POWER_NMI, "send an NMI", { "Nmi", NULL } }
};


typedef struct {
    const power_way_t  *way;
    const char         *target;
    const char         *type;
} power_data_t;


/* switched on but not there yet is not on, and the other way round */

static const struct {
    const char   *state;
    bmc_power_t   power;
} power_states[] = {
    { "On", BMC_POWER_IS_ON },
    { "Off", BMC_POWER_IS_OFF },
    { "PoweringOn", BMC_POWER_IS_OFF },
    { "PoweringOff", BMC_POWER_IS_ON },
    { "Paused", BMC_POWER_IS_ON }
};


/* the other driver of this host knows better */

static bool
power_is_ipmis(bmc_rf_job_t *job)
{
    unsigned               i;
    const bmc_hostconf_t  *h;

    if (!bmc_rf_quirk(job, BMC_QUIRK_POWER_BY_IPMI)) {
        return false;
    }

    h = job->unit->host;

    for (i = 0; i < h->ndrivers; i++) {
        if (strcmp(h->driver[i]->name, "ipmi") == 0) {
            bmc_rf_end(job, BMC_UNSUPPORTED, "its Redfish tells power "
                "wrong, ask by IPMI (quirk power-by-ipmi)");
            return true;
        }
    }

    return false;
}


/* -- reading */

static void
power_tell(bmc_rf_job_t *job, json_t *system)
{
    size_t             i;
    const char        *state;
    bmc_answer_t      *a;
    bmc_rf_boot_is_t   boot;

    a = &job->call->answer;
    state = bmc_rf_text(system, "PowerState");

    for (i = 0; i < sizeof(power_states) / sizeof(power_states[0]); i++) {
        if (state != NULL && strcmp(state, power_states[i].state) == 0) {
            a->power = power_states[i].power;
            a->has |= BMC_HAS_POWER;
        }
    }

    if ((a->has & BMC_HAS_POWER) == 0) {
        bmc_rf_end(job, BMC_REFUSED, "the BMC does not tell its power: its "
            "PowerState is %s%.32s%s", state != NULL ? "\"" : "",
            state != NULL ? state : "not there", state != NULL ? "\"" : "");
        return;
    }

    a->health = bmc_rf_health(system);
    a->led = bmc_rf_led(system);

    if (a->health != BMC_HEALTH_UNKNOWN) {
        a->has |= BMC_HAS_HEALTH;
    }

    if (a->led != BMC_LED_UNKNOWN) {
        a->has |= BMC_HAS_LED;
    }

    if (bmc_rf_boot_is(bmc_rf_object(system, "Boot"), &boot)) {
        a->boot = bmc_pstrdup(job->call->pool, boot.device);
        a->boot_persistent = boot.persistent;
        a->boot_efi = boot.efi;
        a->has |= a->boot != NULL ? BMC_HAS_BOOT : 0;
    }

    bmc_rf_facts_tell(job, system);
    bmc_rf_end(job, BMC_OK, "%s", "");
}


static void
power_status_told(bmc_rf_job_t *job, json_t *system)
{
    if (!power_is_ipmis(job)) {
        power_tell(job, system);
    }
}


void
bmc_rf_power_status(bmc_rf_job_t *job)
{
    bmc_rf_system(job, power_status_told);
}


/* -- changes */

static void
power_told(bmc_rf_job_t *job, json_t *json)
{
    json_t        *told;
    power_data_t  *p;

    p = job->data;

    if (job->status == 409
        && bmc_rf_quirk(job, BMC_QUIRK_POWER_RETRY_CONFLICT))
    {
        bmc_rf_end(job, BMC_BUSY, "the BMC is not ready to %s yet",
            p->way->what);
        return;
    }

    if (job->status / 100 != 2) {
        bmc_rf_refused(job, json, NULL);
        return;
    }

    if (strcmp(p->type, p->way->type[0]) == 0) {
        bmc_rf_end(job, BMC_OK, "%s", "");
        return;
    }

    told = json_pack("{s:s}", "done", p->type);
    bmc_rf_tell(job, told);
}


static void
power_choose(bmc_rf_job_t *job, const json_t *offered)
{
    size_t         i;
    power_data_t  *p;

    p = job->data;

    for (i = 0; i < 2 && p->type == NULL; i++) {
        if (p->way->type[i] != NULL
            && bmc_rf_offers(offered, p->way->type[i]))
        {
            p->type = p->way->type[i];
        }
    }

    /* its graceful restart is none */

    if (p->type == NULL && p->way->verb == BMC_POWER_RESET
        && bmc_rf_quirk(job, BMC_QUIRK_RESTART_IS_HARD)
        && bmc_rf_offers(offered, "GracefulRestart"))
    {
        p->type = "GracefulRestart";
    }

    if (p->type == NULL) {
        bmc_rf_unsupported(job, p->way->what, offered);
        return;
    }

    bmc_rf_change_try(job, "POST", p->target,
        json_pack("{s:s}", "ResetType", p->type), power_told);
}


static void
power_info_told(bmc_rf_job_t *job, json_t *info)
{
    size_t         i;
    const char    *name;
    const json_t  *parameters, *p;

    parameters = bmc_rf_array(info, "Parameters");

    for (i = 0; i < json_array_size(parameters); i++) {
        p = json_array_get(parameters, i);
        name = bmc_rf_text(p, "Name");

        if (name != NULL && strcmp(name, "ResetType") == 0) {
            power_choose(job, bmc_rf_array(p, "AllowableValues"));
            return;
        }
    }

    power_choose(job, NULL);
}


static void
power_system_told(bmc_rf_job_t *job, json_t *system)
{
    const char    *target;
    const json_t  *action, *offered;
    power_data_t  *p;

    if (power_is_ipmis(job)) {
        return;
    }

    p = job->data;
    target = bmc_rf_action(system, POWER_RESET);
    p->target = target != NULL ? bmc_pstrdup(job->call->pool, target) : NULL;

    if (p->target == NULL) {
        bmc_rf_end(job, BMC_UNSUPPORTED, "the BMC offers no %s",
            POWER_RESET);
        return;
    }

    offered = bmc_rf_allowable(system, POWER_RESET, "ResetType");
    action = bmc_rf_object(bmc_rf_object(system, "Actions"),
                           "#" POWER_RESET);

    if (offered == NULL && bmc_rf_text(action, "@Redfish.ActionInfo")) {
        bmc_rf_try(job, bmc_rf_text(action, "@Redfish.ActionInfo"),
                   power_info_told);
        return;
    }

    power_choose(job, offered);
}


void
bmc_rf_power(bmc_rf_job_t *job)
{
    size_t         i;
    power_data_t  *p;

    if (!bmc_rf_data(job, sizeof(power_data_t))) {
        return;
    }

    p = job->data;

    for (i = 0; i < sizeof(power_ways) / sizeof(power_ways[0]); i++) {
        if (power_ways[i].verb == job->call->verb) {
            p->way = &power_ways[i];
        }
    }

    bmc_rf_system(job, power_system_told);
}
