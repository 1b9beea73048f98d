
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


/* -- ETags, by path */

void
bmc_rf_etag_forget(bmc_rf_unit_t *u)
{
    size_t  i;

    for (i = 0; i < BMC_RF_ETAGS; i++) {
        bmc_rf_wipe(&u->etag[i].path);
        bmc_rf_wipe(&u->etag[i].value);
    }
}


static bmc_rf_etag_t *
etag_find(bmc_rf_unit_t *u, const char *path)
{
    size_t  i;

    for (i = 0; i < BMC_RF_ETAGS; i++) {
        if (u->etag[i].path != NULL && strcmp(u->etag[i].path, path) == 0) {
            return &u->etag[i];
        }
    }

    return NULL;
}


/* an empty one is none, and what is no header is not made one */

static void
etag_note(bmc_rf_unit_t *u, const char *path, const bmc_http_answer_t *a)
{
    const char     *value;
    bmc_rf_etag_t  *e;

    value = bmc_http_header(u->http, "ETag");

    if (value == NULL) {
        value = bmc_rf_text(a->json, "@odata.etag");
    }

    if (value != NULL
        && (value[0] == '\0' || strcmp(value, "\"\"") == 0
            || strcmp(value, "W/\"\"") == 0
            || strlen(value) >= BMC_RF_ETAG
            || strpbrk(value, "\r\n") != NULL))
    {
        value = NULL;
    }

    e = etag_find(u, path);

    if (e == NULL) {

        if (value == NULL) {
            return;
        }

        e = &u->etag[u->etags++ % BMC_RF_ETAGS];
    }

    if (value == NULL || !bmc_rf_set(&e->path, path)
        || !bmc_rf_set(&e->value, value))
    {
        bmc_rf_wipe(&e->path);
        bmc_rf_wipe(&e->value);
    }
}


/* as the BMC will take it back */

static void
etag_match(bmc_rf_unit_t *u, const char *path)
{
    char                 *end;
    const bmc_rf_etag_t  *e;

    u->match[0] = '\0';
    e = etag_find(u, path);

    if (e == NULL || e->value == NULL
        || (strncmp(e->value, "W/", 2) == 0
            && bmc_quirk_is_on(u->quirks, BMC_QUIRK_ETAG_WEAK_REFUSED)))
    {
        return;
    }

    (void) snprintf(u->match, sizeof(u->match), "%s", e->value);

    if (bmc_quirk_is_on(u->quirks, BMC_QUIRK_ETAG_GZIP)) {
        end = strstr(u->match, "-gzip\"");

        if (end != NULL) {
            memmove(end, end + 5, strlen(end + 5) + 1);
        }
    }
}


/* -- asking */

static void
ask_is(bmc_rf_job_t *job, bmc_rf_kind_t kind, const char *method,
    const char *path, bmc_rf_told_pt told)
{
    bmc_rf_ask_t  *ask;

    ask = &job->u->ask;

    bmc_rf_wipe(&ask->body);
    memset(ask, 0, sizeof(*ask));
    ask->kind = kind;
    ask->told = told;
    ask->wanted = true;
    (void) snprintf(ask->method, sizeof(ask->method), "%s", method);

    if (path != NULL) {
        (void) snprintf(ask->path, sizeof(ask->path), "%s", path);
    }
}


static bool
ask_fits(bmc_rf_job_t *job, const char *path)
{
    if (strlen(path) < BMC_RF_PATH_MAX) {
        return true;
    }

    job->u->ask.wanted = false;
    bmc_rf_end(job, BMC_REFUSED, "the BMC names a path of %zu bytes",
        strlen(path));

    return false;
}


void
bmc_rf_get(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told)
{
    if (path == NULL) {
        bmc_rf_end(job, BMC_UNSUPPORTED, "the BMC does not say where that "
            "is");
        return;
    }

    if (ask_fits(job, path)) {
        ask_is(job, BMC_RF_GET, "GET", path, told);
        bmc_rf_step(job->u);
    }
}


static void
ask_absent(bmc_rf_unit_t *u)
{
    bmc_rf_told_now(u, 404, NULL);
}


void
bmc_rf_try(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told)
{
    ask_is(job, BMC_RF_TRY, "GET", NULL, told);

    if (path == NULL) {
        job->u->ask.wanted = false;
        bmc_rf_later(job->u, 0, ask_absent);
        return;
    }

    if (ask_fits(job, path)) {
        ask_is(job, BMC_RF_TRY, "GET", path, told);
        bmc_rf_step(job->u);
    }
}


static void
ask_place(bmc_rf_job_t *job, bmc_rf_place_t place, bmc_rf_told_pt told)
{
    ask_is(job, BMC_RF_GET, "GET", NULL, told);
    job->u->ask.place = place;
    bmc_rf_step(job->u);
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
    char  *text;

    text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;

    if (body != NULL && text == NULL) {
        json_decref(body);
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    json_decref(body);

    if (path == NULL) {
        bmc_rf_wipe(&text);
        bmc_rf_end(job, BMC_UNSUPPORTED, "the BMC does not say where that "
            "is done");
        return;
    }

    if (!ask_fits(job, path)) {
        bmc_rf_wipe(&text);
        return;
    }

    ask_is(job, kind, method, path, told);
    job->u->ask.body = text;
    bmc_rf_step(job->u);
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


/* -- sending */

static bool
ask_changes(const bmc_rf_ask_t *ask)
{
    return ask->kind == BMC_RF_CHANGE || ask->kind == BMC_RF_CHANGE_TRY;
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
ask_reread_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    char  path[BMC_RF_PATH_MAX];

    if (a->rc != BMC_OK) {
        bmc_rf_fail_answer(u, a, "its ETag");
        return;
    }

    ask_resource(&u->ask, path);

    if (a->status == 200) {
        etag_note(u, path, a);
    }

    u->ask.wanted = true;
    bmc_rf_step(u);
}


static void
ask_reread(bmc_rf_unit_t *u)
{
    char  path[BMC_RF_PATH_MAX];

    ask_resource(&u->ask, path);
    u->ask.reread = true;
    bmc_rf_send(u, "GET", path, NULL, 0, ask_reread_told);
}


void
bmc_rf_ask_send(bmc_rf_unit_t *u)
{
    char           path[BMC_RF_PATH_MAX];
    const char    *place;
    bmc_rf_ask_t  *ask;

    ask = &u->ask;

    if (ask->place != BMC_RF_NOWHERE) {
        place = bmc_rf_tree_path(u, ask->place);

        if (place == NULL || strlen(place) >= sizeof(ask->path)) {
            bmc_rf_fail(u, BMC_UNSUPPORTED, "%s has no %s for this system",
                bmc_http_peer(u->http), ask->place == BMC_RF_CHASSIS
                ? "chassis" : "manager");
            return;
        }

        (void) snprintf(ask->path, sizeof(ask->path), "%s", place);
    }

    if (ask_changes(ask) && !ask->reread
        && bmc_quirk_is_on(u->quirks, BMC_QUIRK_ETAG_REQUIRED))
    {
        ask_reread(u);
        return;
    }

    if (ask_changes(ask)
        && (ask->reread || strcmp(ask->method, "PATCH") == 0))
    {
        ask_resource(ask, path);
        etag_match(u, path);
    }

    bmc_rf_send(u, ask->method, ask->path, ask->body,
                ask_changes(ask) ? BMC_RF_CLAIMS : 0, ask_told);
}


/* -- answers */

void
bmc_rf_told_now(bmc_rf_unit_t *u, long status, json_t *json)
{
    bmc_rf_job_t    *job;
    bmc_rf_told_pt   told;

    job = u->job;
    told = u->ask.told;

    u->ask.wanted = false;
    u->ask.told = NULL;
    bmc_rf_wipe(&u->ask.body);

    if (job == NULL || told == NULL) {
        return;
    }

    job->status = status;
    json_incref(json);
    told(job, json);
    json_decref(json);
}


static bool
ask_is_absent(long status)
{
    return status == 403 || status == 404 || status == 405 || status == 501;
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
    if (!ask_changes(&u->ask)) {
        etag_note(u, u->ask.path, a);
        bmc_rf_told_now(u, a->status, a->json);
        return;
    }

    if (a->status == 202) {
        bmc_rf_task(u, a);
        return;
    }

    bmc_rf_told_now(u, a->status, a->json);
}


static void
ask_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    bmc_rf_ask_t  *ask;

    ask = &u->ask;

    if (u->job == NULL) {
        bmc_rf_step(u);
        return;
    }

    if (a->rc != BMC_OK) {
        ask->wanted = false;
        bmc_rf_fail(u, a->rc, "%s", a->text);
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
        ask_reread(u);
        return;
    }

    if ((ask->kind == BMC_RF_TRY && ask_is_absent(a->status))
        || (ask->kind == BMC_RF_CHANGE_TRY && a->status / 100 == 4
            && bmc_rf_judge(u, a->status, a->json) != BMC_BUSY
            && a->status != 401))
    {
        bmc_rf_told_now(u, a->status, ask->kind == BMC_RF_TRY ? NULL
                                                              : a->json);
        return;
    }

    u->job->status = a->status;
    bmc_rf_refused(u->job, a->json, NULL);
}


void
bmc_rf_refused(bmc_rf_job_t *job, json_t *json, const char *what)
{
    char            text[BMC_TEXT_MAX];
    bmc_rf_unit_t  *u;

    u = job->u;
    bmc_rf_words(job->status, json, text);

    if (job->status == 401) {
        bmc_rf_end(job, BMC_BAD_LOGIN, "%s refused user \"%.64s\" (Redfish: "
            "%.120s)", bmc_http_peer(u->http), bmc_rf_user(u), text);
        return;
    }

    if (job->status == 403) {
        bmc_rf_end(job, BMC_REFUSED, "user \"%.64s\" may not do that at the "
            "BMC: %.120s; a role with more privileges would help",
            bmc_rf_user(u), text);
        return;
    }

    bmc_rf_end(job, bmc_rf_judge(u, job->status, json), "%s%s%s",
        what != NULL ? what : "", what != NULL ? ": " : "", text);
}
