
/*
 * Copyright (C) the bmcgate authors
 *
 * What a 202 leads to: the BMC has taken the change, and tells of a task how
 * far it is.  One that is not over at the deadline goes on without us.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/redfish/unit.h"


#define TASK_MARGIN   300            /* ms to the deadline */
#define TASK_LOST     3              /* times it is not found at first … */
#define TASK_LOST_MS  10000          /* … and when it is looked for again */
#define TASK_LATER    60             /* s that a Retry-After is heeded for */


static const uint64_t  task_delay[] = { 200, 500, 1000, 2000, 5000 };

static const char *const  task_runs[] = {
    "Starting", "Running", "Suspended", "Pending", "Stopping", "Service",
    "Interrupted", "Cancelling"
};

static const char *const  task_failures[] = {
    "Exception", "Killed", "Cancelled"
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

void
bmc_rf_task_goes_on(bmc_rf_unit_t *u)
{
    char     path[BMC_RF_PATH_MAX];
    json_t  *json;

    json = json_object();

    if (json != NULL) {
        bmc_rf_line(path, sizeof(path), u->task);
        bmc_rf_put(json, "task", path);
    }

    bmc_rf_tell(u->job, json);
}


/* -- looking at it */

static void
task_poll(bmc_rf_unit_t *u)
{
    bmc_rf_send(u, "GET", u->task, NULL, NULL, 0, task_told);
}


static void
task_waits(bmc_rf_unit_t *u, uint64_t ms)
{
    uint64_t  now;

    now = uv_now(u->unit->loop);

    if (now + ms + TASK_MARGIN >= u->job->call->deadline) {

        /* a last look, when there is time for one */

        if (now + 2 * TASK_MARGIN >= u->job->call->deadline) {
            bmc_rf_task_goes_on(u);
            return;
        }

        ms = u->job->call->deadline - now - TASK_MARGIN;
    }

    u->polled++;
    bmc_rf_later(u, ms, task_poll);
}


static uint64_t
task_pause(const bmc_rf_unit_t *u)
{
    long         s;
    size_t       n;
    const char  *after;

    n = sizeof(task_delay) / sizeof(task_delay[0]);
    after = bmc_http_header(u->http, "Retry-After");
    s = after != NULL ? strtol(after, NULL, 10) : 0;

    if (s > 0 && s <= TASK_LATER) {
        return (uint64_t) s * 1000;
    }

    return task_delay[u->polled < n ? u->polled : n - 1];
}


/* -- what it says */

static bool
task_is_one_of(const char *state, const char *const *states, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (strcmp(state, states[i]) == 0) {
            return true;
        }
    }

    return false;
}


static bool
task_is_running(const bmc_rf_unit_t *u, const char *state)
{
    return task_is_one_of(state, task_runs,
                          sizeof(task_runs) / sizeof(task_runs[0]))
           || (strcmp(state, "New") == 0
               && bmc_quirk_is_on(u->quirks, BMC_QUIRK_TASK_STATE_NEW));
}


static bool
task_is_failed(const json_t *task, const char *state)
{
    const char  *status;

    status = bmc_rf_text(task, "TaskStatus");

    return task_is_one_of(state, task_failures, sizeof(task_failures)
                          / sizeof(task_failures[0]))
           || (strcmp(state, "Completed") == 0 && status != NULL
               && strcmp(status, "Critical") == 0);
}


static void
task_failed(bmc_rf_unit_t *u, const json_t *task, const char *state)
{
    char  name[40], text[BMC_RF_WORDS];

    bmc_rf_line(name, sizeof(name), state);
    bmc_rf_words(0, task, text);

    bmc_rf_fail(u, BMC_REFUSED, "%s began it, and ended its task as %s%s%s",
        bmc_http_peer(u->http), name,
        bmc_rf_array(task, "Messages") != NULL ? ": " : "",
        bmc_rf_array(task, "Messages") != NULL ? text : "");
}


static void
task_is(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    const char  *state;

    state = bmc_rf_text(a->json, "TaskState");

    /* a monitor's last answer is that of the change itself */

    if (state == NULL || (strcmp(state, "Completed") == 0
                          && !task_is_failed(a->json, state)))
    {
        bmc_rf_wipe(&u->task);
        bmc_rf_told_now(u, a->status == 202 ? 200 : a->status, a->json);

    } else if (task_is_failed(a->json, state)) {
        task_failed(u, a->json, state);

    } else if (task_is_running(u, state)) {
        task_waits(u, task_pause(u));

    } else {
        bmc_rf_task_goes_on(u);
    }
}


static void
task_missing(bmc_rf_unit_t *u)
{
    if (u->lost < TASK_LOST
        && bmc_quirk_is_on(u->quirks, BMC_QUIRK_TASK_RETRY_404))
    {
        u->lost++;
        task_waits(u, TASK_LOST_MS);
        return;
    }

    bmc_rf_task_goes_on(u);
}


static void
task_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (a->rc != BMC_OK) {
        bmc_rf_task_goes_on(u);

    } else if (a->status == 202
               && bmc_rf_text(a->json, "TaskState") == NULL)
    {
        task_waits(u, task_pause(u));

    } else if (a->status / 100 == 2) {
        task_is(u, a);

    } else if (a->status == 404 || a->status == 410) {
        task_missing(u);

    } else if (bmc_rf_judge(a->status, a->json) == BMC_BUSY) {
        task_waits(u, task_pause(u));

    } else if (a->status == 401 || a->status == 403) {
        bmc_rf_task_goes_on(u);

    } else {
        u->job->status = a->status;
        bmc_rf_refused(u->job, a->json, "its task");
    }
}


/* -- the 202 */

void
bmc_rf_task(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    const char  *monitor, *task, *state;

    monitor = bmc_rf_location(u);
    task = bmc_rf_text(a->json, "@odata.id");

    if (monitor == NULL
        || (task != NULL
            && bmc_quirk_is_on(u->quirks, BMC_QUIRK_TASK_NOT_MONITOR)))
    {
        monitor = task;
    }

    if (!bmc_rf_set_path(&u->task, monitor) || u->task == NULL) {
        bmc_rf_told_now(u, a->status, a->json);
        return;
    }

    u->ask.wanted = false;
    u->polled = 0;
    u->lost = 0;

    state = bmc_rf_text(a->json, "TaskState");

    if (state != NULL && (strcmp(state, "Completed") == 0
                          || task_is_failed(a->json, state)))
    {
        task_is(u, a);
        return;
    }

    task_waits(u, task_pause(u));
}
