
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


#define SENT_MARGIN  100             /* ms */


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


bool
bmc_rf_set_path(char **field, const char *path)
{
    if (path != NULL
        && (path[0] == '\0' || strlen(path) >= BMC_RF_PATH_MAX))
    {
        path = NULL;
    }

    return bmc_rf_set(field, path);
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

    if (u->job != NULL) {
        bmc_rf_end(u->job, rc, "%s", text);
    }

    bmc_rf_step(u);
}


void
bmc_rf_fail_answer(bmc_rf_unit_t *u, const bmc_http_answer_t *a,
    const char *what)
{
    char  text[BMC_TEXT_MAX];

    if (a->rc != BMC_OK) {
        (void) snprintf(text, sizeof(text), "%s", a->text);
        bmc_rf_fail(u, a->rc, "%s", text);
        return;
    }

    if (u->job != NULL) {
        u->job->status = a->status;
        bmc_rf_refused(u->job, a->json, what);
    }

    bmc_rf_step(u);
}


/* -- what is under way */

static void
sent_free(bmc_rf_sent_t *s)
{
    bmc_rf_wipe(&s->path);
    bmc_rf_wipe(&s->body);
    bmc_rf_wipe(&s->match);
    memset(s, 0, sizeof(*s));
}


void
bmc_rf_unsend(bmc_rf_unit_t *u)
{
    sent_free(&u->kept);

    if (u->busy && (u->sent.flags & BMC_RF_PATIENT)) {
        return;
    }

    if (u->busy) {
        bmc_http_cancel(u->http);
        u->busy = false;
    }

    sent_free(&u->sent);
}


/* what it has not taken for want of a session has not been done */

static bool
sent_is_unheard(const bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    return a->rc == BMC_OK && a->status == 401 && u->tokened
           && (u->sent.flags & BMC_RF_PATIENT) == 0 && u->job != NULL;
}


static void
sent_told(void *data, const bmc_http_answer_t *a)
{
    unsigned            flags;
    bmc_rf_unit_t      *u;
    bmc_rf_reply_pt     reply;
    bmc_http_answer_t   nobody;

    /* whom we do not believe has not answered: another driver may be asked */

    if (a->untrusted && !a->sent) {
        nobody = *a;
        nobody.rc = BMC_UNREACHABLE;
        a = &nobody;
    }

    u = data;
    u->busy = false;
    flags = u->sent.flags;
    reply = u->sent.reply;

    /* a login takes some BMCs seconds, and is no silence */

    if (a->rc == BMC_OK && a->status / 100 != 5 && u->job != NULL) {
        bmc_call_heard(u->job->call);
    }

    if (flags & BMC_RF_CLAIMS) {
        u->doubt = a->rc != BMC_OK ? a->sent : a->status == 504;
        u->answered = u->answered || a->rc == BMC_OK;
    }

    if (sent_is_unheard(u, a)) {

        if (!u->again) {
            u->again = true;
            u->kept = u->sent;
            memset(&u->sent, 0, sizeof(u->sent));
            bmc_rf_logged_out(u);
            bmc_rf_step(u);
            return;
        }

        u->vain = u->old_token != NULL;

    } else if (a->rc == BMC_OK && u->tokened && !(flags & BMC_RF_PATIENT)) {
        bmc_rf_wipe(&u->old_token);
        bmc_rf_wipe(&u->old_session);
    }

    sent_free(&u->sent);
    reply(u, a);
    bmc_rf_step(u);
}


static uint64_t
sent_deadline(const bmc_rf_unit_t *u)
{
    uint64_t  now;

    now = uv_now(u->unit->loop);

    if (u->leaving) {
        return now + BMC_RF_LEAVING;
    }

    if ((u->sent.flags & BMC_RF_PATIENT) || u->job == NULL) {
        return now + BMC_RF_PATIENCE;
    }

    /* a task that does not tell in time goes on, and that is to be said */

    if (u->task != NULL && u->job->call->deadline > now + SENT_MARGIN) {
        return u->job->call->deadline - SENT_MARGIN;
    }

    return u->job->call->deadline;
}


/* at most 8 */

static void
sent_headers(const bmc_rf_unit_t *u, bmc_http_request_t *req,
    const char *login, char match[BMC_RF_ETAG + 16])
{
    unsigned  n;

    n = 0;
    req->header[n++] = "OData-Version: 4.0";
    req->header[n++] = "Accept: application/json";

    /* for some, an ETag is another when the body is compressed */

    req->header[n++] = bmc_quirk_is_on(u->quirks, BMC_QUIRK_ANY_ENCODING)
                       ? "Accept-Encoding:" : "Accept-Encoding: identity";

    if (bmc_quirk_is_on(u->quirks, BMC_QUIRK_CONNECTION_CLOSE)) {
        req->header[n++] = "Connection: close";
    }

    if (u->sent.match != NULL) {
        (void) snprintf(match, BMC_RF_ETAG + 16, "If-Match: %s",
            u->sent.match);
        req->header[n++] = match;
    }

    if (login[0] != '\0') {
        req->header[n++] = login;
    }
}


static bool
sent_login(const bmc_rf_unit_t *u, char header[BMC_RF_TOKEN + 32],
    char why[BMC_TEXT_MAX])
{
    if (u->sent.flags & BMC_RF_OPEN) {
        header[0] = '\0';
        return true;
    }

    if (u->token == NULL) {
        return bmc_rf_basic(u, header, why);
    }

    (void) snprintf(header, BMC_RF_TOKEN + 32, "X-Auth-Token: %s", u->token);

    return true;
}


static void
sent_send(bmc_rf_unit_t *u, const char *body)
{
    char                login[BMC_RF_TOKEN + 32], why[BMC_TEXT_MAX];
    char                match[BMC_RF_ETAG + 16];
    bmc_http_request_t  req;

    if (!sent_login(u, login, why)) {
        sent_free(&u->sent);
        bmc_rf_fail(u, BMC_CONF, "%s", why);
        return;
    }

    memset(&req, 0, sizeof(req));
    req.method = u->sent.method;
    req.path = u->sent.path;
    req.body = body;
    req.len = body != NULL ? strlen(body) : 0;
    req.deadline = sent_deadline(u);
    sent_headers(u, &req, login, match);

    if (u->sent.flags & BMC_RF_CLAIMS) {
        req.claims = u->job->call;
        u->doubt = true;
    }

    u->busy = true;
    u->tokened = (u->sent.flags & BMC_RF_OPEN) == 0 && u->token != NULL;

    bmc_http_ask(u->http, &req, sent_told, u);

    explicit_bzero(login, sizeof(login));
}


void
bmc_rf_send(bmc_rf_unit_t *u, const char *method, const char *path,
    const char *body, const char *match, unsigned flags,
    bmc_rf_reply_pt reply)
{
    bmc_rf_sent_t  *s;

    s = &u->sent;
    sent_free(s);
    s->reply = reply;
    s->flags = flags;
    (void) snprintf(s->method, sizeof(s->method), "%s", method);

    if (!bmc_rf_set(&s->path, path) || !bmc_rf_set(&s->match, match)
        || ((flags & BMC_RF_OPEN) == 0 && !bmc_rf_set(&s->body, body)))
    {
        sent_free(s);
        bmc_rf_fail(u, BMC_FAILED, "out of memory");
        return;
    }

    sent_send(u, body);
}


void
bmc_rf_step(bmc_rf_unit_t *u)
{
    if (u->busy || u->left) {
        return;
    }

    if (u->vain) {
        bmc_rf_logout_old(u);

    } else if (u->leaving) {
        bmc_rf_leave(u);

    } else if (u->job == NULL) {
        return;

    } else if (u->looks) {
        bmc_rf_look(u);

    } else if (u->stage == BMC_RF_AT_LOGIN) {
        bmc_rf_login(u);

    } else if (u->kept.path != NULL) {
        u->sent = u->kept;
        memset(&u->kept, 0, sizeof(u->kept));
        sent_send(u, u->sent.body);

    } else if (!u->ask.wanted) {
        return;

    } else if (u->stage != BMC_RF_READY) {
        bmc_rf_tree_step(u);

    } else {
        bmc_rf_ask_send(u);
    }
}
