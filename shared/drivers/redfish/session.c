
/*
 * Copyright (C) the bmcgate authors
 *
 * One session a BMC: a token, or, where there are no sessions, Basic.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "drivers/redfish/unit.h"


static const bmc_rf_conf_t *
session_conf(const bmc_rf_unit_t *u)
{
    return u->unit->conf;
}


const char *
bmc_rf_user(const bmc_rf_unit_t *u)
{
    const bmc_rf_conf_t  *conf;

    conf = session_conf(u);

    return conf->http.user != NULL ? conf->http.user : u->unit->host->user;
}


/* the length, or -1 and why */

static long
session_password(const bmc_rf_unit_t *u, char out[BMC_SECRET_MAX],
    char why[BMC_TEXT_MAX])
{
    const bmc_secret_t   *s;
    const bmc_rf_conf_t  *conf;

    conf = session_conf(u);
    s = conf->http.password != NULL ? conf->http.password
                                    : u->unit->host->password;

    if (s == NULL) {
        out[0] = '\0';
        return 0;
    }

    return bmc_secret_read(s, out, why);
}


/* -- Basic */

bool
bmc_rf_basic(const bmc_rf_unit_t *u, char header[BMC_RF_BASIC],
    char why[BMC_TEXT_MAX])
{
    int   n, at;
    bool  fits;
    char  plain[BMC_RF_BASIC], password[BMC_SECRET_MAX];

    if (session_password(u, password, why) < 0) {
        return false;
    }

    n = snprintf(plain, sizeof(plain), "%s:%s", bmc_rf_user(u), password);
    explicit_bzero(password, sizeof(password));

    /* 4 letters for 3 bytes, and a null */

    at = snprintf(header, BMC_RF_BASIC, "Authorization: Basic ");
    fits = n > 0 && n < (int) sizeof(plain)
           && at + (n + 2) / 3 * 4 + 1 <= BMC_RF_BASIC;

    if (fits) {
        (void) EVP_EncodeBlock((unsigned char *) header + at,
                               (unsigned char *) plain, n);

    } else {
        (void) snprintf(why, BMC_TEXT_MAX, "user and password are too long "
            "for a login by Basic");
    }

    explicit_bzero(plain, sizeof(plain));

    return fits;
}


/* -- the session as we know it */

void
bmc_rf_session_wipe(bmc_rf_unit_t *u)
{
    bmc_rf_wipe(&u->token);
    bmc_rf_wipe(&u->session);
    bmc_rf_wipe(&u->old_token);
    bmc_rf_wipe(&u->old_session);
}


void
bmc_rf_logged_out(bmc_rf_unit_t *u)
{
    bmc_rf_wipe(&u->old_token);
    bmc_rf_wipe(&u->old_session);
    bmc_rf_orphan_over(u);

    u->old_token = u->token;
    u->old_session = u->session;
    u->token = NULL;
    u->session = NULL;

    u->resume = u->stage;
    u->stage = BMC_RF_AT_LOGIN;
}


static void
session_ready(bmc_rf_unit_t *u)
{
    u->stage = u->resume;
    bmc_rf_step(u);
}


static void
session_kept(bmc_rf_unit_t *u)
{
    bmc_rf_orphan_keep(u);
    session_ready(u);
}


/* -- logging in */

static void
session_again(bmc_rf_unit_t *u)
{
    bmc_rf_orphan_over(u);
    bmc_rf_step(u);
}


static void
session_refused(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    char  text[BMC_RF_WORDS];

    if (a->rc != BMC_OK) {
        bmc_rf_fail_answer(u, a, "a login");
        return;
    }

    bmc_rf_words(a->status, a->json, text);

    if (bmc_rf_judge(a->status, a->json) == BMC_BUSY) {

        if (bmc_rf_orphan_is_known(u)) {
            bmc_rf_orphan_end(u, session_again);
            return;
        }

        bmc_rf_fail(u, BMC_BUSY, "%s opens no session now; it may have no "
            "free slot until another ends or times out (Redfish: %s)",
            bmc_http_peer(u->http), text);

    } else if (a->status == 403
               && !bmc_rf_is_login(a->status, a->json))
    {
        bmc_rf_fail(u, BMC_BAD_LOGIN, "%s refused user \"%.64s\" a session "
            "(Redfish: %s)", bmc_http_peer(u->http), bmc_rf_user(u), text);

    } else {
        bmc_rf_fail_answer(u, a, "a login");
    }
}


static void
session_take_basic(bmc_rf_unit_t *u)
{
    u->basic = true;
    session_ready(u);
}


static void
session_unwanted_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    bmc_rf_orphan_over(u);
    bmc_rf_fail(u, BMC_BAD_LOGIN, "%s wants a new password for user "
        "\"%.64s\" before anything else (Redfish: PasswordChangeRequired)",
        bmc_http_peer(u->http), bmc_rf_user(u));
}


/* with it one may change the password, and nothing else */

static void
session_unwanted(bmc_rf_unit_t *u)
{
    char  *path;

    path = u->session;
    u->session = NULL;

    if (path == NULL) {
        bmc_rf_wipe(&u->token);
        session_unwanted_told(u, NULL);
        return;
    }

    bmc_rf_send(u, "DELETE", path, NULL, NULL, BMC_RF_PATIENT,
                session_unwanted_told);
    bmc_rf_wipe(&u->token);
    bmc_rf_wipe(&path);
}


static bool
session_take(bmc_rf_unit_t *u, const char *token, const json_t *json)
{
    const char  *path;

    path = bmc_rf_location(u);

    if (path == NULL) {
        path = bmc_rf_text(json, "@odata.id");
    }

    if (bmc_rf_set(&u->token, token) && bmc_rf_set_path(&u->session, path)) {
        return true;
    }

    bmc_rf_wipe(&u->token);

    return false;
}


static bool
session_is_token(const char *token)
{
    return token != NULL && token[0] != '\0' && strlen(token) < BMC_RF_TOKEN;
}


static void
session_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    bool                  made;
    const char           *token;
    const bmc_rf_conf_t  *conf;

    conf = session_conf(u);
    token = bmc_http_header(u->http, "X-Auth-Token");
    made = a->rc == BMC_OK && a->status / 100 == 2;

    if (made && session_is_token(token)) {

        if (!session_take(u, token, a->json)) {
            bmc_rf_fail(u, BMC_FAILED, "out of memory");

        } else if (bmc_rf_has_message(a->json, "PasswordChangeRequired")) {
            session_unwanted(u);

        } else {
            bmc_rf_orphan_end(u, session_kept);
        }

        return;
    }

    if (a->rc == BMC_OK || !a->sent) {
        bmc_rf_orphan_over(u);
    }

    if (conf->login == BMC_RF_LOGIN_AUTO && a->rc == BMC_OK
        && (made || a->status == 404 || a->status == 405
            || a->status == 501))
    {
        session_take_basic(u);

    } else if (made) {
        bmc_rf_fail(u, BMC_UNSUPPORTED, "%s opened a Redfish session without "
            "a token, and \"login session\" is configured",
            bmc_http_peer(u->http));

    } else {
        session_refused(u, a);
    }
}


static char *
session_body(const bmc_rf_unit_t *u, char why[BMC_TEXT_MAX])
{
    char    *text;
    json_t  *user, *secret, *body;
    char     password[BMC_SECRET_MAX];

    if (session_password(u, password, why) < 0) {
        return NULL;
    }

    user = json_string(bmc_rf_user(u));
    secret = json_string(password);
    body = json_pack("{s:O?, s:O?}", "UserName", user, "Password", secret);
    explicit_bzero(password, sizeof(password));
    text = user != NULL && secret != NULL && body != NULL
           ? json_dumps(body, JSON_COMPACT) : NULL;

    if (secret != NULL) {
        explicit_bzero((char *) json_string_value(secret),
                       json_string_length(secret));
    }

    json_decref(user);
    json_decref(secret);
    json_decref(body);

    if (text == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "user or password are no UTF-8, "
            "and Redfish has no other text");
    }

    return text;
}


void
bmc_rf_login(bmc_rf_unit_t *u)
{
    char                 *body;
    char                  why[BMC_TEXT_MAX];
    const bmc_rf_conf_t  *conf;

    conf = session_conf(u);

    if (conf->login == BMC_RF_LOGIN_BASIC
        || (conf->login == BMC_RF_LOGIN_AUTO
            && (u->sessions == NULL
                || bmc_quirk_is_on(u->quirks, BMC_QUIRK_LOGIN_BASIC))))
    {
        session_take_basic(u);
        return;
    }

    if (u->sessions == NULL) {
        bmc_rf_fail(u, BMC_UNSUPPORTED, "%s has no Redfish sessions, and "
            "\"login session\" is configured", bmc_http_peer(u->http));
        return;
    }

    body = session_body(u, why);

    if (body == NULL) {
        bmc_rf_fail(u, BMC_CONF, "%s", why);
        return;
    }

    bmc_rf_orphan_expect(u);
    bmc_rf_send(u, "POST", u->sessions, body, NULL,
                BMC_RF_OPEN|BMC_RF_PATIENT, session_told);

    explicit_bzero(body, strlen(body));
    free(body);
}


/* -- and out */

bool
bmc_rf_logout(bmc_rf_unit_t *u, bmc_rf_reply_pt reply)
{
    if (u->token == NULL || u->session == NULL) {
        return false;
    }

    bmc_rf_send(u, "DELETE", u->session, NULL, NULL, BMC_RF_PATIENT, reply);

    return true;
}


static void
session_old_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    bmc_rf_wipe(&u->token);
    u->token = u->old_token;
    u->old_token = NULL;
}


/*
 * By its own token, which is worth nothing if it is not there: another's
 * may have got its number.
 */

void
bmc_rf_logout_old(bmc_rf_unit_t *u)
{
    char  *token, *path;

    u->vain = false;
    path = u->old_session;
    u->old_session = NULL;

    if (path == NULL || u->token == NULL) {
        bmc_rf_wipe(&path);
        bmc_rf_wipe(&u->old_token);
        bmc_rf_step(u);
        return;
    }

    token = u->token;
    u->token = u->old_token;
    u->old_token = token;

    bmc_rf_send(u, "DELETE", path, NULL, NULL, BMC_RF_PATIENT,
                session_old_told);
    bmc_rf_wipe(&path);
}
