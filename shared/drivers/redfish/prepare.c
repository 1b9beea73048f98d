
/*
 * Copyright (C) the bmcgate authors
 *
 * One request after the other: first what all verbs need, then the verb's
 * own.  A login is waited for even when nobody waits for it any more: its
 * session would stay behind at the BMC.
 */


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/redfish/unit.h"


bool
bmc_rf_set(char **field, const char *value)
{
    char  *copy;

    copy = value != NULL ? strdup(value) : NULL;

    if (value != NULL && copy == NULL) {
        return false;
    }

    bmc_rf_wipe(field);
    *field = copy;

    return true;
}


void
bmc_rf_wipe(char **field)
{
    if (*field != NULL) {
        explicit_bzero(*field, strlen(*field));
        free(*field);
        *field = NULL;
    }
}


void
bmc_rf_fail(bmc_rf_unit_t *u, bmc_rc_t rc, const char *fmt, ...)
{
    char     text[BMC_TEXT_MAX];
    va_list  ap;

    va_start(ap, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);

    if (u->leaving) {
        bmc_rf_step(u);
        return;
    }

    if (u->job != NULL) {
        bmc_rf_end(u->job, rc, "%s", text);
    }
}


void
bmc_rf_fail_answer(bmc_rf_unit_t *u, const bmc_http_answer_t *a,
    const char *what)
{
    char  text[BMC_TEXT_MAX];

    if (a->rc != BMC_OK) {
        bmc_rf_fail(u, a->rc, "%s", a->text);
        return;
    }

    bmc_rf_words(a->status, a->json, text);

    if (a->status == 401) {
        bmc_rf_fail(u, BMC_BAD_LOGIN, "%s refused user \"%.64s\" (Redfish: "
            "%.120s)", bmc_http_peer(u->http), bmc_rf_user(u), text);
        return;
    }

    bmc_rf_fail(u, bmc_rf_judge(u, a->status, a->json), "%s refused %s: %s",
        bmc_http_peer(u->http), what, text);
}


static void
prepare_told(void *data, const bmc_http_answer_t *a)
{
    bmc_rf_unit_t    *u;
    bmc_rf_reply_pt   reply;

    u = data;
    u->busy = false;
    reply = u->reply;
    u->reply = NULL;

    if (a->rc == BMC_OK && a->status == 401 && u->token != NULL
        && u->tokened && !u->again && !u->leaving)
    {
        /* the session is gone, and what was asked has not been done */

        u->again = true;
        bmc_rf_logged_out(u);
        bmc_rf_step(u);
        return;
    }

    reply(u, a);
}


static bool
prepare_login(bmc_rf_unit_t *u, bmc_http_request_t *req, unsigned *n,
    char header[BMC_RF_TOKEN + 32])
{
    char  why[BMC_TEXT_MAX];

    if (u->token != NULL) {
        (void) snprintf(header, BMC_RF_TOKEN + 32, "X-Auth-Token: %s",
            u->token);

    } else if (!bmc_rf_basic(u, header, why)) {
        bmc_rf_fail(u, BMC_FAILED, "%s", why);
        return false;
    }

    req->header[(*n)++] = header;

    return true;
}


static uint64_t
prepare_deadline(const bmc_rf_unit_t *u, unsigned flags)
{
    uint64_t  now;

    now = uv_now(u->unit->loop);

    if (u->leaving) {
        return now + BMC_RF_LEAVING;
    }

    if ((flags & BMC_RF_PATIENT) || u->job == NULL) {
        return now + BMC_RF_PATIENCE;
    }

    return u->job->call->deadline;
}


void
bmc_rf_send(bmc_rf_unit_t *u, const char *method, const char *path,
    const char *body, unsigned flags, bmc_rf_reply_pt reply)
{
    char                login[BMC_RF_TOKEN + 32];
    char                match[BMC_RF_ETAG + 16];
    unsigned            n;
    bmc_http_request_t  req;

    memset(&req, 0, sizeof(req));
    req.method = method;
    req.path = path;
    req.body = body;
    req.len = body != NULL ? strlen(body) : 0;
    req.deadline = prepare_deadline(u, flags);
    req.claims = (flags & BMC_RF_CLAIMS) ? u->job->call : NULL;

    n = 0;
    req.header[n++] = "OData-Version: 4.0";
    req.header[n++] = "Accept: application/json";

    if (!bmc_quirk_is_on(u->quirks, BMC_QUIRK_ANY_ENCODING)) {
        req.header[n++] = "Accept-Encoding: identity";
    }

    if (bmc_quirk_is_on(u->quirks, BMC_QUIRK_CONNECTION_CLOSE)) {
        req.header[n++] = "Connection: close";
    }

    if (body != NULL) {
        req.header[n++] = "Content-Type: application/json";
    }

    if (u->match[0] != '\0') {
        (void) snprintf(match, sizeof(match), "If-Match: %s", u->match);
        req.header[n++] = match;
        u->match[0] = '\0';
    }

    if ((flags & BMC_RF_OPEN) == 0 && !prepare_login(u, &req, &n, login)) {
        return;
    }

    u->busy = true;
    u->patient = (flags & BMC_RF_PATIENT) != 0;
    u->tokened = (flags & BMC_RF_OPEN) == 0 && u->token != NULL;
    u->claiming = u->claiming || req.claims != NULL;
    u->reply = reply;

    bmc_http_ask(u->http, &req, prepare_told, u);

    explicit_bzero(login, sizeof(login));
}


void
bmc_rf_step(bmc_rf_unit_t *u)
{
    if (u->busy) {
        return;
    }

    if (u->leaving) {
        bmc_rf_leave(u);
        return;
    }

    if (u->job == NULL || (!u->ask.wanted && u->task == NULL)) {
        return;
    }

    if (u->stage != BMC_RF_READY) {
        bmc_rf_tree_step(u);
        return;
    }

    if (u->task != NULL) {
        bmc_rf_task_poll(u);
        return;
    }

    bmc_rf_ask_send(u);
}
