
/*
 * Copyright (C) the bmcgate authors
 *
 * The event logs of system, manager and chassis, as one.  Of each service
 * the newest entries are read, wherever it begins.
 */


#include <stdlib.h>
#include <string.h>

#include "drivers/redfish/reads.h"
#include "drivers/redfish/unit.h"


#define LOG_SERVICES  16
#define LOG_PAGES     256            /* of one service */
#define LOG_KEPT      (4 * BMC_RF_LOG_MAX)   /* of one, until it is sorted */


typedef struct {
    bmc_rf_logs_t    logs;           /* must be first */
    bmc_rf_entry_t  *entry;
    size_t           n;
    size_t           room;
    size_t           first;          /* of the service under way */
    size_t           nservices;
    size_t           at;
    size_t           pages;
    bool             full;           /* memory is short */
    bool             jumped;
    const char      *service[LOG_SERVICES];  /* paths of Entries */
    char             path[BMC_RF_PATH_MAX];  /* of the page under way */
} log_job_t;


static void log_service(bmc_rf_job_t *job);
static void log_told_page(bmc_rf_job_t *job, json_t *json);


static void
log_free(void *data)
{
    size_t      i;
    log_job_t  *j = data;

    for (i = 0; i < j->n; i++) {
        json_decref(j->entry[i].json);
    }

    free(j->entry);
}


/* the oldest n of those from first on */

static void
log_drop(log_job_t *j, size_t first, size_t n)
{
    size_t  i;

    for (i = first; i < first + n; i++) {
        json_decref(j->entry[i].json);
    }

    memmove(j->entry + first, j->entry + first + n,
        (j->n - first - n) * sizeof(bmc_rf_entry_t));
    j->n -= n;
}


static void
log_end(bmc_rf_job_t *job)
{
    json_t     *json;
    log_job_t  *j;

    j = job->data;

    if (j->nservices == 0) {
        bmc_rf_end(job, BMC_UNSUPPORTED, "this BMC has no event log: "
            "neither system nor manager nor chassis has a log service of "
            "events");
        return;
    }

    json = j->full ? NULL : bmc_rf_log_merge(j->entry, j->n);

    if (json == NULL) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    bmc_rf_tell(job, json);
}


static void
log_each_entry(bmc_rf_job_t *job, json_t *json)
{
    size_t           room;
    log_job_t       *j;
    bmc_rf_entry_t  *more;

    j = job->data;

    if (j->n == j->room) {
        room = j->room == 0 ? 64 : j->room * 2;
        more = realloc(j->entry, room * sizeof(bmc_rf_entry_t));

        if (more == NULL) {
            j->full = true;
            return;
        }

        j->entry = more;
        j->room = room;
    }

    if (bmc_rf_entry(json, &j->entry[j->n])) {
        j->entry[j->n].service = (uint32_t) j->at;
        j->n++;
    }
}


/* what is older than the newest of all is not needed any more */

static void
log_told_service(bmc_rf_job_t *job, json_t *json)
{
    log_job_t  *j;

    j = job->data;

    if (j->n > j->first) {
        bmc_rf_log_order(j->entry + j->first, j->n - j->first);
    }

    if (j->n > BMC_RF_LOG_MAX) {
        bmc_rf_log_sort(j->entry, j->n);
        log_drop(j, 0, j->n - BMC_RF_LOG_MAX);
    }

    j->at++;
    log_service(job);
}


/* an entry that is not in the collection but by its address */

static bool
log_is_reference(const json_t *members)
{
    const json_t  *first;

    first = json_array_get(members, 0);

    return bmc_rf_text(first, "@odata.id") != NULL
           && json_object_size(first) == 1;
}


/*
 * The newest first: enough is enough.  The oldest first: those that will be
 * too old are skipped where the BMC's own link shows how.
 */

static void
log_next_page(bmc_rf_job_t *job, json_t *json)
{
    bool         backwards;
    size_t       have;
    double       count;
    log_job_t   *j;
    const char  *next;

    j = job->data;
    have = j->n - j->first;
    next = bmc_rf_text(json, "Members@odata.nextLink");
    backwards = have > 0 && bmc_rf_log_backwards(j->entry + j->first, have);

    if (next == NULL || strlen(next) >= sizeof(j->path)
        || strcmp(next, j->path) == 0 || ++j->pages >= LOG_PAGES || j->full
        || (backwards && (have >= BMC_RF_LOG_MAX || bmc_rf_late(job))))
    {
        log_told_service(job, NULL);
        return;
    }

    if (have > LOG_KEPT) {
        log_drop(j, j->first, have - BMC_RF_LOG_MAX);
    }

    if (backwards || j->jumped
        || !bmc_rf_number(json, "Members@odata.count", &count)
        || !(count > 0 && count < 1e6)
        || !bmc_rf_log_skip(next, (size_t) count, j->path, sizeof(j->path)))
    {
        memcpy(j->path, next, strlen(next) + 1);

    } else {
        j->jumped = true;
    }

    bmc_rf_try(job, j->path, log_told_page);
}


static void
log_told_page(bmc_rf_job_t *job, json_t *json)
{
    size_t         i;
    log_job_t     *j;
    const json_t  *members;

    j = job->data;
    members = bmc_rf_array(json, "Members");

    if (log_is_reference(members)) {
        bmc_rf_members(job, j->service[j->at], log_each_entry,
            log_told_service);
        return;
    }

    for (i = 0; i < json_array_size(members); i++) {
        log_each_entry(job, json_array_get(members, i));
    }

    log_next_page(job, json);
}


static void
log_service(bmc_rf_job_t *job)
{
    log_job_t  *j;

    j = job->data;

    if (j->at == j->nservices || j->full
        || (j->n > 0 && bmc_rf_late(job)))
    {
        log_end(job);
        return;
    }

    j->first = j->n;
    j->pages = 0;
    j->jumped = false;
    (void) memcpy(j->path, j->service[j->at], strlen(j->service[j->at]) + 1);

    bmc_rf_try(job, j->path, log_told_page);
}


/* a service may be linked to from more than one place */

static void
log_each_service(bmc_rf_job_t *job, json_t *json)
{
    size_t       i;
    log_job_t   *j;
    const char  *path;

    j = job->data;
    path = bmc_rf_link(json, "Entries");

    if (path == NULL || strlen(path) >= BMC_RF_PATH_MAX
        || j->nservices == LOG_SERVICES)
    {
        return;
    }

    for (i = 0; i < j->nservices; i++) {
        if (strcmp(j->service[i], path) == 0) {
            return;
        }
    }

    j->service[j->nservices] = bmc_pstrdup(job->call->pool, path);

    if (j->service[j->nservices] == NULL) {
        j->full = true;

    } else {
        j->nservices++;
    }
}


void
bmc_rf_log(bmc_rf_job_t *job)
{
    if (!bmc_rf_data(job, sizeof(log_job_t))) {
        return;
    }

    if (bmc_pool_cleanup(job->call->pool, log_free, job->data) != 0) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    bmc_rf_logs(job, log_each_service, log_service);
}
