
/*
 * Copyright (C) the bmcgate authors
 *
 * Every log of events that log.read tells of is emptied.  Where one stays
 * as it is, the answer names it.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/changes.h"
#include "drivers/redfish/unit.h"


#define CLEAR_ACTION  "LogService.ClearLog"


/* kept: services, the first refusal */

enum {
    CLEAR_SERVICES = 0,
    CLEAR_REFUSAL
};


typedef struct {
    bmc_rf_logs_t    logs;           /* must be first */
    size_t           at;
    long             status;         /* of the first that was refused */
    const char      *refused;        /* its name */
    unsigned         cleared;
    unsigned         failed;
    char             names[80];      /* of those that were cleared */
    char             so_far[144];
} clear_job_t;


static void clear_next(bmc_rf_job_t *job, json_t *json);


static void
clear_each(bmc_rf_job_t *job, json_t *service)
{
    size_t       i;
    json_t      *other;
    const char  *target, *is;

    target = bmc_rf_action(service, CLEAR_ACTION);

    if (target == NULL) {
        return;
    }

    /* a system's log may be its manager's, too */

    json_array_foreach(job->keep[CLEAR_SERVICES], i, other) {
        is = bmc_rf_action(other, CLEAR_ACTION);

        if (is != NULL && strcmp(is, target) == 0) {
            return;
        }
    }

    (void) json_array_append(job->keep[CLEAR_SERVICES], service);
}


static void
clear_found(bmc_rf_job_t *job)
{
    if (json_array_size(job->keep[CLEAR_SERVICES]) == 0) {
        bmc_rf_end(job, BMC_UNSUPPORTED,
            "this BMC has no event log that can be cleared");
        return;
    }

    clear_next(job, NULL);
}


static const char *
clear_name(bmc_rf_job_t *job, size_t i)
{
    const char    *name;
    const json_t  *service;

    service = json_array_get(job->keep[CLEAR_SERVICES], i);
    name = bmc_rf_text(service, "Id");

    return name != NULL ? name : bmc_rf_action(service, CLEAR_ACTION);
}


/* what stands before the text of a failure; nothing was cleared: NULL */

static const char *
clear_so_far(bmc_rf_job_t *job, const char *but)
{
    clear_job_t  *c;

    c = job->data;

    if (c->cleared == 0) {
        return NULL;
    }

    (void) snprintf(c->so_far, sizeof(c->so_far), "%u of %zu logs cleared "
        "(%s), but not %.32s", c->cleared,
        json_array_size(job->keep[CLEAR_SERVICES]), c->names, but);

    return c->so_far;
}


static void
clear_end(bmc_rf_job_t *job)
{
    char          text[BMC_TEXT_MAX];
    clear_job_t  *c;

    c = job->data;
    job->so_far = NULL;

    if (c->failed == 0) {
        bmc_rf_end(job, BMC_OK, NULL);
        return;
    }

    job->status = c->status;

    if (c->cleared == 0) {
        bmc_rf_refused(job, job->keep[CLEAR_REFUSAL], "clearing of the log");
        return;
    }

    bmc_rf_words(c->status, job->keep[CLEAR_REFUSAL], text);
    bmc_rf_end(job, BMC_REFUSED, "%s: %s", clear_so_far(job, c->refused),
        text);
}


static void
clear_told(bmc_rf_job_t *job, json_t *json)
{
    size_t        n;
    clear_job_t  *c;

    c = job->data;

    if (job->status < 400) {
        n = strlen(c->names);
        (void) snprintf(c->names + n, sizeof(c->names) - n, "%s%.24s",
            c->cleared > 0 ? ", " : "", clear_name(job, c->at - 1));
        c->cleared++;

    } else if (c->failed++ == 0) {
        c->status = job->status;
        c->refused = clear_name(job, c->at - 1);
        bmc_rf_keep(job, CLEAR_REFUSAL, json);
    }

    clear_next(job, json);
}


static void
clear_next(bmc_rf_job_t *job, json_t *json)
{
    json_t       *service;
    clear_job_t  *c;

    c = job->data;
    service = json_array_get(job->keep[CLEAR_SERVICES], c->at);

    if (service == NULL) {
        clear_end(job);
        return;
    }

    /* not "no", but silence or a failure, ends it here */

    job->so_far = clear_so_far(job, clear_name(job, c->at));
    c->at++;
    bmc_rf_change_try(job, "POST", bmc_rf_action(service, CLEAR_ACTION),
        json_object(), clear_told);
}


void
bmc_rf_log_clear(bmc_rf_job_t *job)
{
    if (!bmc_rf_data(job, sizeof(clear_job_t))) {
        return;
    }

    job->keep[CLEAR_SERVICES] = json_array();
    bmc_rf_logs(job, clear_each, clear_found);
}
