
/*
 * Copyright (C) the bmcgate authors
 *
 * The log services of system, manager and chassis.  A service need not have
 * the latter two.
 */


#include "drivers/redfish/reads.h"
#include "drivers/redfish/unit.h"


static void log_walk_owner(bmc_rf_job_t *job);


static void
log_walk_each(bmc_rf_job_t *job, json_t *service)
{
    bmc_rf_logs_t  *logs;

    logs = job->data;

    if (bmc_rf_log_is(service)) {
        logs->each(job, service);
    }
}


static void
log_walk_told_services(bmc_rf_job_t *job, json_t *json)
{
    log_walk_owner(job);
}


static void
log_walk_told_owner(bmc_rf_job_t *job, json_t *owner)
{
    bmc_rf_keep(job, BMC_RF_LOGS_OWNER, owner);
    bmc_rf_members(job, bmc_rf_link(owner, "LogServices"), log_walk_each,
        log_walk_told_services);
}


static void
log_walk_owner(bmc_rf_job_t *job)
{
    size_t          i;
    bmc_rf_logs_t  *logs;

    static const struct {
        bmc_rf_place_t   place;
        void           (*ask)(bmc_rf_job_t *job, bmc_rf_told_pt told);
    } owners[] = {
        { BMC_RF_SYSTEM, bmc_rf_system },
        { BMC_RF_MANAGER, bmc_rf_manager },
        { BMC_RF_CHASSIS, bmc_rf_chassis }
    };

    logs = job->data;

    for (i = logs->owner; i < sizeof(owners) / sizeof(owners[0]); i++) {
        logs->owner = i + 1;

        if (i == 0 || bmc_rf_tree_path(job->u, owners[i].place) != NULL) {
            owners[i].ask(job, log_walk_told_owner);
            return;
        }
    }

    logs->then(job);
}


void
bmc_rf_logs(bmc_rf_job_t *job, bmc_rf_told_pt each, bmc_rf_verb_pt then)
{
    bmc_rf_logs_t  *logs;

    logs = job->data;
    logs->each = each;
    logs->then = then;
    logs->owner = 0;

    log_walk_owner(job);
}
