
/*
 * Copyright (C) the bmcgate authors
 *
 * One request of a job, and its answer.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/redfish/unit.h"


static void  ask_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a);


/* -- asking */

void
bmc_rf_ask_free(bmc_rf_unit_t *u)
{
    bmc_rf_wipe(&u->ask.path);
    bmc_rf_wipe(&u->ask.body);
    memset(&u->ask, 0, sizeof(u->ask));
}


/* false: the job has been ended */

static bool
ask_this(bmc_rf_job_t *job, bmc_rf_kind_t kind, const char *method,
    const char *path, bmc_rf_told_pt told)
{
    bmc_rf_ask_t  *ask;

    bmc_rf_ask_free(job->u);

    ask = &job->u->ask;
    ask->kind = kind;
    ask->told = told;
    (void) snprintf(ask->method, sizeof(ask->method), "%s", method);

    if (path != NULL && strlen(path) >= BMC_RF_PATH_MAX) {
        bmc_rf_end(job, BMC_REFUSED, "the BMC names a path of %zu bytes, "
            "%d at most are believed", strlen(path), BMC_RF_PATH_MAX - 1);
        return false;
    }

    if (!bmc_rf_set(&ask->path, path)) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return false;
    }

    ask->wanted = true;

    return true;
}


static void
ask_absent(bmc_rf_unit_t *u)
{
    bmc_rf_told_now(u, 404, NULL);
}


static void
ask_get(bmc_rf_job_t *job, bmc_rf_kind_t kind, const char *path,
    bmc_rf_told_pt told)
{
    bmc_rf_unit_t  *u;

    u = job->u;

    if (!ask_this(job, kind, "GET", path, told)) {
        return;
    }

    if (path == NULL) {
        u->ask.wanted = false;
        bmc_rf_later(u, 0, ask_absent);
        return;
    }

    bmc_rf_step(u);
}


void
bmc_rf_get(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told)
{
    if (path == NULL) {
        bmc_rf_end(job, BMC_UNSUPPORTED, "the BMC does not say where that "
            "is");
        return;
    }

    ask_get(job, BMC_RF_GET, path, told);
}


void
bmc_rf_try(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told)
{
    ask_get(job, BMC_RF_TRY, path, told);
}


void
bmc_rf_member(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told)
{
    ask_get(job, BMC_RF_MEMBER, path, told);
}


static void
ask_place(bmc_rf_job_t *job, bmc_rf_place_t place, bmc_rf_told_pt told)
{
    if (ask_this(job, BMC_RF_GET, "GET", NULL, told)) {
        job->u->ask.place = place;
        bmc_rf_step(job->u);
    }
}


void
bmc_rf_system(bmc_rf_job_t *job, bmc_rf_told_pt told)
{
    ask_place(job, BMC_RF_SYSTEM, told);
}


void
bmc_rf_chassis(bmc_rf_job_t *job, bmc_rf_told_pt told)
{
    ask_place(job, BMC_RF_CHASSIS, told);
}


void
bmc_rf_manager(bmc_rf_job_t *job, bmc_rf_told_pt told)
{
    ask_place(job, BMC_RF_MANAGER, told);
}


static void
ask_change(bmc_rf_job_t *job, bmc_rf_kind_t kind, const char *method,
    const char *path, json_t *body, bmc_rf_told_pt told)
{
    char           *text;
    bool            lacks;
    bmc_rf_unit_t  *u;

    u = job->u;
    text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    lacks = body != NULL && text == NULL;
    json_decref(body);

    if (lacks) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    if (path == NULL) {
        bmc_rf_wipe(&text);
        bmc_rf_end(job, BMC_UNSUPPORTED, "the BMC does not say where that "
            "is done");
        return;
    }

    if (!ask_this(job, kind, method, path, told)) {
        bmc_rf_wipe(&text);
        return;
    }

    u->ask.body = text;
    bmc_rf_step(u);
}


void
bmc_rf_change(bmc_rf_job_t *job, const char *method, const char *path,
    json_t *body, bmc_rf_told_pt told)
{
    ask_change(job, BMC_RF_CHANGE, method, path, body, told);
}


void
bmc_rf_change_try(bmc_rf_job_t *job, const char *method, const char *path,
    json_t *body, bmc_rf_told_pt told)
{
    ask_change(job, BMC_RF_CHANGE_TRY, method, path, body, told);
}


void
bmc_rf_change_all(bmc_rf_job_t *job, const char *method, const char *path,
    json_t *body, bmc_rf_told_pt told)
{
    ask_change(job, BMC_RF_CHANGE_ALL, method, path, body, told);
}


/* -- sending */

static bool
ask_changes(const bmc_rf_ask_t *ask)
{
    switch (ask->kind) {

    case BMC_RF_CHANGE:
    case BMC_RF_CHANGE_TRY:
    case BMC_RF_CHANGE_ALL:
        return true;

    case BMC_RF_GET:
    case BMC_RF_TRY:
    case BMC_RF_MEMBER:
        break;
    }

    return false;
}


/* what an action is of, and whose ETag counts */

static void
ask_resource(const bmc_rf_ask_t *ask, char path[BMC_RF_PATH_MAX])
{
    char  *at;

    (void) snprintf(path, BMC_RF_PATH_MAX, "%s", ask->path);
    at = strstr(path, "/Actions/");

    if (at != NULL) {
        *at = '\0';
    }
}


static void
ask_send_change(bmc_rf_unit_t *u, bool refused)
{
    char           path[BMC_RF_PATH_MAX], match[BMC_RF_ETAG];
    const char    *etag;
    bmc_rf_ask_t  *ask;

    ask = &u->ask;
    etag = NULL;

    /* an action's If-Match is refused by more BMCs than want it */

    if (ask->etagged || strcmp(ask->method, "POST") != 0) {
        ask_resource(ask, path);
        etag = bmc_rf_etag_match(u, path, refused, match);
    }

    if (etag == NULL && ask->any) {
        etag = "*";
    }

    bmc_rf_send(u, ask->method, ask->path, ask->body, etag, BMC_RF_CLAIMS,
                ask_told);
}


static void
ask_reread_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    char         path[BMC_RF_PATH_MAX], was[BMC_RF_ETAG];
    bool         same;
    const char  *etag;

    if (a->rc != BMC_OK || a->status == 401) {
        bmc_rf_fail_answer(u, a, "its ETag");
        return;
    }

    ask_resource(&u->ask, path);

    etag = bmc_rf_etag(u, path);
    (void) snprintf(was, sizeof(was), "%s", etag != NULL ? etag : "");

    if (a->status == 200) {
        bmc_rf_etag_note(u, path, a);
    }

    etag = bmc_rf_etag(u, path);
    same = u->ask.reread && !u->ask.any && etag != NULL
           && strcmp(was, etag) == 0;

    ask_send_change(u, same);
}


static void
ask_reread(bmc_rf_unit_t *u)
{
    char  path[BMC_RF_PATH_MAX];

    ask_resource(&u->ask, path);
    u->ask.etagged = true;
    bmc_rf_send(u, "GET", path, NULL, NULL, 0, ask_reread_told);
}


static void
ask_send_place(bmc_rf_unit_t *u)
{
    json_t      *fresh;
    const char  *path;

    static const char *const  names[] = {
        [BMC_RF_NOWHERE] = "",
        [BMC_RF_SYSTEM] = "system",
        [BMC_RF_CHASSIS] = "chassis",
        [BMC_RF_MANAGER] = "manager"
    };

    fresh = u->fresh;
    u->fresh = NULL;

    if (u->ask.place == BMC_RF_SYSTEM && fresh != NULL) {
        bmc_rf_told_now(u, 200, fresh);
        json_decref(fresh);
        return;
    }

    json_decref(fresh);
    path = bmc_rf_tree_path(u, u->ask.place);

    if (path == NULL) {
        bmc_rf_fail(u, BMC_UNSUPPORTED, "%s names no %s for this system",
            bmc_http_peer(u->http), names[u->ask.place]);
        return;
    }

    if (!bmc_rf_set(&u->ask.path, path)) {
        bmc_rf_fail(u, BMC_FAILED, "out of memory");
        return;
    }

    bmc_rf_send(u, "GET", path, NULL, NULL, 0, ask_told);
}


void
bmc_rf_ask_send(bmc_rf_unit_t *u)
{
    if (u->ask.place != BMC_RF_NOWHERE) {
        ask_send_place(u);

    } else if (!ask_changes(&u->ask)) {
        bmc_rf_send(u, "GET", u->ask.path, NULL, NULL, 0, ask_told);

    } else if (bmc_quirk_is_on(u->quirks, BMC_QUIRK_ETAG_REQUIRED)) {
        ask_reread(u);

    } else {
        ask_send_change(u, false);
    }
}


/* -- answers */

/* who is told may end the call, and the gate begin another at once */

void
bmc_rf_told_now(bmc_rf_unit_t *u, long status, json_t *json)
{
    bmc_rf_job_t    *job;
    bmc_rf_told_pt   told;

    job = u->job;
    told = u->ask.told;
    bmc_rf_ask_free(u);

    job->status = status;
    json_incref(json);
    told(job, json);
    json_decref(json);
}


static bool
ask_is_absent(const bmc_rf_ask_t *ask, const bmc_http_answer_t *a)
{
    if (ask->kind == BMC_RF_MEMBER) {
        return true;
    }

    return ask->kind == BMC_RF_TRY
           && (a->status == 403 || a->status == 404 || a->status == 405
               || a->status == 501);
}


static bool
ask_may_be_refused(const bmc_rf_ask_t *ask, const bmc_http_answer_t *a,
    bmc_rc_t rc)
{
    return a->status / 100 == 4
           && (ask->kind == BMC_RF_CHANGE_ALL
               || (ask->kind == BMC_RF_CHANGE_TRY && rc != BMC_BUSY));
}


/* it is not where it was: once a call */

static bool
ask_moves(bmc_rf_unit_t *u, long status)
{
    if (u->ask.place == BMC_RF_NOWHERE || status != 404 || u->moved) {
        return false;
    }

    u->moved = true;
    bmc_rf_tree_forget(u);
    bmc_rf_step(u);

    return true;
}


static void
ask_good(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (ask_changes(&u->ask)) {
        u->taken = true;

        if (a->status == 202) {
            bmc_rf_task(u, a);
            return;
        }

    } else {
        bmc_rf_etag_note(u, u->ask.path, a);

        if (u->ask.kind == BMC_RF_GET && !json_is_object(a->json)) {
            bmc_rf_fail(u, BMC_REFUSED, "%s answered %.100s with something "
                "that is no JSON object", bmc_http_peer(u->http),
                u->ask.path);
            return;
        }
    }

    bmc_rf_told_now(u, a->status, a->json);
}


static void
ask_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    bmc_rc_t       rc;
    bmc_rf_ask_t  *ask;

    ask = &u->ask;

    if (a->rc != BMC_OK) {
        bmc_rf_fail_answer(u, a, "it");
        return;
    }

    if (a->status / 100 == 2) {
        ask_good(u, a);
        return;
    }

    if (ask_moves(u, a->status)) {
        return;
    }

    if (ask_changes(ask) && (a->status == 412 || a->status == 428)
        && !ask->reread)
    {
        ask->reread = true;
        ask->any = a->status == 428;
        ask_reread(u);
        return;
    }

    rc = bmc_rf_judge(a->status, a->json);

    if (rc != BMC_BAD_LOGIN && ask_is_absent(ask, a)) {
        bmc_rf_told_now(u, a->status, NULL);
        return;
    }

    if (rc != BMC_BAD_LOGIN && ask_may_be_refused(ask, a, rc)) {
        bmc_rf_told_now(u, a->status, a->json);
        return;
    }

    u->job->status = a->status;
    bmc_rf_refused(u->job, a->json, ask_changes(ask) ? NULL : ask->path);
}
