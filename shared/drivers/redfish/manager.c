
/*
 * Copyright (C) the bmcgate authors
 *
 * The BMC itself: what it is, its address, its restart.
 */


#include <string.h>

#include "drivers/redfish/reads.h"


enum {
    MANAGER_SELF = 1,
    MANAGER_ETHERNET
};


typedef struct {
    unsigned  rank;                  /* of the interface that is kept */
} manager_job_t;


static void
manager_put(json_t *o, const char *key, const char *text)
{
    char  cut[128];

    if (text != NULL) {
        bmc_rf_cut(cut, sizeof(cut), text);
        bmc_rf_put(o, key, cut);
    }
}


static void
manager_told_root(bmc_rf_job_t *job, json_t *json)
{
    char           uuid[40];
    json_t        *o, *manager;
    const char    *firmware;
    bmc_answer_t  *a;

    a = &job->call->answer;
    o = json_object();
    manager = job->keep[MANAGER_SELF];
    firmware = bmc_rf_text(manager, "FirmwareVersion");

    manager_put(o, "firmware", firmware);
    manager_put(o, "redfish", bmc_rf_text(json, "RedfishVersion"));
    manager_put(o, "manufacturer", bmc_rf_text(manager, "Manufacturer"));
    manager_put(o, "model", bmc_rf_text(manager, "Model"));

    /* not the system's: the inventory tells that */

    if (bmc_rf_uuid(bmc_rf_text(manager, "UUID"), false, uuid)) {
        bmc_rf_put(o, "guid", uuid);
    }

    if (firmware != NULL) {
        a->firmware = bmc_pstrdup(job->call->pool, firmware);
        a->has |= BMC_HAS_FACTS;
    }

    bmc_rf_tell(job, o);
}


static void
manager_told(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_keep(job, MANAGER_SELF, json);
    bmc_rf_try(job, "/redfish/v1/", manager_told_root);
}


void
bmc_rf_bmc(bmc_rf_job_t *job)
{
    bmc_rf_manager(job, manager_told);
}


static void
manager_reset_done(bmc_rf_job_t *job, json_t *json)
{
    const char  *text = job->data;

    bmc_rf_end(job, BMC_OK, "%s", text == NULL ? "" : text);
}


/*
 * Cold is ForceRestart, warm GracefulRestart; neither is taken for the other
 * but when nobody said which, and then it is told.
 */

static void
manager_told_reset(bmc_rf_job_t *job, json_t *json)
{
    bool           warm;
    json_t        *body;
    const char    *kind, *type, *target;
    const json_t  *offered;

    target = bmc_rf_action(json, "Manager.Reset");

    if (target == NULL) {
        bmc_rf_unsupported(job, "restart itself", NULL);
        return;
    }

    kind = bmc_call_arg(job->call, "kind");
    offered = bmc_rf_allowable(json, "Manager.Reset", "ResetType");
    warm = kind != NULL && strcmp(kind, "warm") == 0;
    type = warm ? "GracefulRestart" : "ForceRestart";

    if (kind == NULL && !bmc_rf_offers(offered, type)) {
        type = "GracefulRestart";
        job->data = "a warm restart: this BMC offers no cold one";
    }

    if (!bmc_rf_offers(offered, type)) {
        bmc_rf_unsupported(job, warm
            ? "restart itself gracefully (GracefulRestart)"
            : "restart itself at once (ForceRestart)", offered);
        return;
    }

    body = json_pack("{s:s}", "ResetType", type);

    if (body == NULL) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    bmc_rf_change(job, "POST", target, body, manager_reset_done);
}


void
bmc_rf_bmc_reset(bmc_rf_job_t *job)
{
    bmc_rf_manager(job, manager_told_reset);
}


static void
manager_each(bmc_rf_job_t *job, json_t *json)
{
    unsigned        rank;
    manager_job_t  *j;

    j = job->data;
    rank = bmc_rf_ethernet_rank(json, &job->unit->host->address);

    if (job->keep[MANAGER_ETHERNET] == NULL || rank > j->rank) {
        j->rank = rank;
        bmc_rf_keep(job, MANAGER_ETHERNET, json);
    }
}


static void
manager_told_lan(bmc_rf_job_t *job, json_t *json)
{
    json_t  *o;

    if (job->keep[MANAGER_ETHERNET] == NULL) {
        bmc_rf_end(job, BMC_UNSUPPORTED, "this BMC does not tell its "
            "network settings: its manager has no EthernetInterfaces");
        return;
    }

    o = bmc_rf_ethernet(job->keep[MANAGER_ETHERNET],
        &job->unit->host->address);
    bmc_rf_tell(job, o);
}


static void
manager_told_interfaces(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_keep(job, MANAGER_SELF, json);
    bmc_rf_members(job, bmc_rf_link(job->keep[MANAGER_SELF],
        "EthernetInterfaces"), manager_each, manager_told_lan);
}


void
bmc_rf_lan(bmc_rf_job_t *job)
{
    if (bmc_rf_data(job, sizeof(manager_job_t))) {
        bmc_rf_manager(job, manager_told_interfaces);
    }
}
