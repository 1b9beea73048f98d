
/*
 * Copyright (C) the bmcgate authors
 *
 * What a 202 leads to: the BMC has taken the change, and tells of a task how
 * far it is.  One that is not over at the deadline goes on without us.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/unit.h"


#define TASK_MARGIN  300             /* ms to the deadline */
#define TASK_LOST    3               /* 404s until it is believed */


static const uint64_t  task_delay[] = { 200, 500, 1000, 2000, 5000 };

static const char *const  task_runs[] = {
    "Starting", "Running", "Suspended", "Pending", "Stopping", "Service",
    "Interrupted", "Cancelling"
};


static void  task_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a);


const char *
bmc_rf_location(const bmc_rf_unit_t *u)
{
    const char  *at, *location;

    location = bmc_http_header(u->http, "Location");

    if (location == NULL || location[0] == '\0') {
        return NULL;
    }

    at = strstr(location, "://");

    return at != NULL ? strchr(at + 3, '/') : location;
}


/* it was accepted; what becomes of it is not ours to see */

static void
task_goes_on(bmc_rf_unit_t *u)
{
    json_t        *json;
    bmc_rf_job_t  *job;

    job = u->job;
    json = json_object();

    if (json != NULL) {
        bmc_rf_put(json, "task", u->task);
    }

    bmc_rf_tell(job, json);
}


static void
task_waits(bmc_rf_unit_t *u)
{
    size_t    n;
    uint64_t  ms, now;

    n = sizeof(task_delay) / sizeof(task_delay[0]);
    ms = task_delay[u->polled < n ? u->polled : n - 1];
    now = uv_now(u->unit->loop);

    if (now + ms + TASK_MARGIN >= u->job->call->deadline) {
        task_goes_on(u);
        return;
    }

    u->polled++;
    bmc_rf_later(u, ms, bmc_rf_step);
}


void
bmc_rf_task_poll(bmc_rf_unit_t *u)
{
    bmc_rf_send(u, "GET", u->task, NULL, 0, task_told);
}


static void
task_failed(bmc_rf_unit_t *u, const json_t *task, const char *state)
{
    size_t         i;
    char           text[BMC_TEXT_MAX];
    const char    *words;
    const json_t  *messages;

    text[0] = '\0';
    messages = bmc_rf_array(task, "Messages");

    for (i = 0; i < json_array_size(messages); i++) {
        words = bmc_rf_text(json_array_get(messages, i), "Message");

        if (words != NULL) {
            (void) snprintf(text, sizeof(text), ": %.200s", words);
        }
    }

    bmc_rf_end(u->job, BMC_REFUSED, "the BMC began it, and ended its task "
        "as \"%.32s\"%s", state, text);
}


/* true: it has been dealt with */

static bool
task_runs_on(bmc_rf_unit_t *u, const char *state)
{
    size_t  i;

    for (i = 0; i < sizeof(task_runs) / sizeof(task_runs[0]); i++) {
        if (strcmp(state, task_runs[i]) == 0) {
            return true;
        }
    }

    return strcmp(state, "New") == 0
           && bmc_quirk_is_on(u->quirks, BMC_QUIRK_TASK_STATE_NEW);
}


static void
task_over(bmc_rf_unit_t *u, long status, json_t *json)
{
    bmc_rf_wipe(&u->task);
    bmc_rf_told_now(u, status, json);
}


static void
task_is(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    const char  *state;

    state = bmc_rf_text(a->json, "TaskState");

    if (state == NULL || strcmp(state, "Completed") == 0) {
        task_over(u, a->status, a->json);

    } else if (task_runs_on(u, state)) {
        task_waits(u);

    } else {
        task_failed(u, a->json, state);
    }
}


static void
task_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (u->job == NULL) {
        bmc_rf_step(u);
        return;
    }

    if (a->rc != BMC_OK) {
        bmc_rf_fail(u, a->rc, "%s", a->text);

    } else if (a->status == 202) {
        task_waits(u);

    } else if (a->status / 100 == 2) {
        task_is(u, a);

    } else if (a->status == 404 || a->status == 410) {

        if (u->polled < TASK_LOST
            && bmc_quirk_is_on(u->quirks, BMC_QUIRK_TASK_RETRY_404))
        {
            task_waits(u);
            return;
        }

        task_goes_on(u);

    } else if (a->status == 503 || a->status == 429) {
        task_waits(u);

    } else {
        u->job->status = a->status;
        bmc_rf_refused(u->job, a->json, "its task");
    }
}


void
bmc_rf_task(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    const char  *monitor, *task;

    monitor = bmc_rf_location(u);
    task = bmc_rf_text(a->json, "@odata.id");

    if (monitor == NULL
        || (task != NULL
            && bmc_quirk_is_on(u->quirks, BMC_QUIRK_TASK_NOT_MONITOR)))
    {
        monitor = task;
    }

    if (monitor == NULL) {
        bmc_rf_told_now(u, a->status, a->json);
        return;
    }

    if (strlen(monitor) >= BMC_RF_PATH_MAX
        || !bmc_rf_set(&u->task, monitor))
    {
        bmc_rf_told_now(u, a->status, NULL);
        return;
    }

    u->ask.wanted = false;
    u->polled = 0;
    task_waits(u);
}
