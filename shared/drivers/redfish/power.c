
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


/* the nearest that a BMC may offer, best first; what it leads to anyhow */

#define POWER_WAYS  3

typedef struct {
    bmc_verb_t    verb;
    const char   *what;
    const char   *state;
    const char   *type[POWER_WAYS];
} power_way_t;

static const power_way_t  power_ways[] = {
    { BMC_POWER_ON, "be switched on", "On", { "On", "ForceOn", NULL } },
    { BMC_POWER_OFF, "be shut down", "Off", { "GracefulShutdown", NULL } },
    { BMC_POWER_FORCE_OFF, "be switched off", "Off", { "ForceOff", NULL } },
    { BMC_POWER_CYCLE, "be cycled", "",
      { "PowerCycle", "FullPowerCycle", "ForceRestart" } },
    { BMC_POWER_RESET, "be reset", "", { "ForceRestart", NULL } },
    { BMC_POWER_NMI, "be sent an NMI", "", { "Nmi", NULL } }
};


typedef struct {
    const power_way_t  *way;
    const char         *target;
    const char         *type;
    bool                there;       /* it was in that state before */
} power_data_t;


/* on its way is not there: until it is, it is what it was */

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
    char               line[40];
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
        bmc_rf_line(line, sizeof(line), state != NULL ? state : "");
        bmc_rf_end(job, BMC_REFUSED, "the BMC does not tell its power: its "
            "PowerState is %s%s%s", state != NULL ? "\"" : "",
            state != NULL ? line : "not there", state != NULL ? "\"" : "");
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
    bmc_rf_end(job, BMC_OK, NULL);
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
power_done(bmc_rf_job_t *job)
{
    char           note[80];
    power_data_t  *p;

    p = job->data;

    if (strcmp(p->type, p->way->type[0]) == 0) {
        bmc_rf_end(job, BMC_OK, NULL);
        return;
    }

    (void) snprintf(note, sizeof(note), "done by %s: the BMC offers no %s",
        p->type, p->way->type[0]);
    bmc_rf_tell(job, json_pack("{s:s}", "note", note));
}


static void
power_told(bmc_rf_job_t *job, json_t *json)
{
    power_data_t  *p;

    p = job->data;

    if (job->status / 100 == 2) {
        power_done(job);
        return;
    }

    /* what is so already is refused by some as impossible now */

    if (p->there && job->status != 403) {
        bmc_rf_end(job, BMC_OK, NULL);
        return;
    }

    if (job->status == 409 && p->way->verb == BMC_POWER_ON
        && bmc_rf_quirk(job, BMC_QUIRK_POWER_RETRY_CONFLICT))
    {
        bmc_rf_end(job, BMC_BUSY, "the BMC does not switch on yet, so soon "
            "after it was switched off");
        return;
    }

    bmc_rf_refused(job, json, p->type);
}


static void
power_choose(bmc_rf_job_t *job, const json_t *offered)
{
    size_t         i;
    power_data_t  *p;

    p = job->data;

    for (i = 0; i < POWER_WAYS && p->type == NULL; i++) {
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

    bmc_rf_change_all(job, "POST", p->target,
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
    const char    *target, *state;
    const json_t  *action, *offered;
    power_data_t  *p;

    if (power_is_ipmis(job)) {
        return;
    }

    p = job->data;
    target = bmc_rf_action(system, POWER_RESET);
    state = bmc_rf_text(system, "PowerState");
    p->there = state != NULL && strcmp(state, p->way->state) == 0;
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

    p->way = &power_ways[0];

    for (i = 0; i < sizeof(power_ways) / sizeof(power_ways[0]); i++) {
        if (power_ways[i].verb == job->call->verb) {
            p->way = &power_ways[i];
        }
    }

    bmc_rf_system(job, power_system_told);
}
