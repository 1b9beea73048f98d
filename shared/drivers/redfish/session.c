
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
    s = conf->http.user != NULL || conf->http.password != NULL
        ? conf->http.password : u->unit->host->password;

    if (s == NULL) {
        out[0] = '\0';
        return 0;
    }

    return bmc_secret_read(s, out, why);
}


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


void
bmc_rf_logged_out(bmc_rf_unit_t *u)
{
    bmc_rf_wipe(&u->token);
    bmc_rf_wipe(&u->session);
    u->basic = false;

    if (u->stage > BMC_RF_AT_LOGIN) {
        u->stage = BMC_RF_AT_LOGIN;
    }
}


static void
session_take_basic(bmc_rf_unit_t *u)
{
    u->basic = true;
    u->stage = u->system != NULL ? BMC_RF_READY : BMC_RF_AT_SYSTEMS;
    bmc_rf_step(u);
}


static const char *
session_path(const bmc_rf_unit_t *u, const json_t *json)
{
    const char  *path;

    path = bmc_rf_location(u);

    return path != NULL ? path : bmc_rf_text(json, "@odata.id");
}


static void
session_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    const char           *token;
    const bmc_rf_conf_t  *conf;

    conf = session_conf(u);

    if (a->rc != BMC_OK) {
        bmc_rf_fail_answer(u, a, "a login");
        return;
    }

    token = bmc_http_header(u->http, "X-Auth-Token");

    if (a->status / 100 == 2 && token != NULL && token[0] != '\0'
        && strlen(token) < BMC_RF_TOKEN)
    {
        if (!bmc_rf_set(&u->token, token)
            || !bmc_rf_set(&u->session, session_path(u, a->json)))
        {
            bmc_rf_wipe(&u->token);
            bmc_rf_fail(u, BMC_FAILED, "out of memory");
            return;
        }

        u->stage = u->system != NULL ? BMC_RF_READY : BMC_RF_AT_SYSTEMS;
        bmc_rf_step(u);
        return;
    }

    if (conf->login == BMC_RF_LOGIN_AUTO
        && (a->status / 100 == 2 || a->status == 404 || a->status == 405
            || a->status == 501))
    {
        session_take_basic(u);
        return;
    }

    bmc_rf_fail_answer(u, a, "a login");
}


static char *
session_body(const bmc_rf_unit_t *u, char why[BMC_TEXT_MAX])
{
    char    *text;
    json_t  *body;
    char     password[BMC_SECRET_MAX];

    if (session_password(u, password, why) < 0) {
        return NULL;
    }

    body = json_pack("{s:s, s:s}", "UserName", bmc_rf_user(u), "Password",
                     password);
    explicit_bzero(password, sizeof(password));
    text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    json_decref(body);

    if (text == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "user or password are no UTF-8");
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
        bmc_rf_fail(u, BMC_FAILED, "%s", why);
        return;
    }

    bmc_rf_send(u, "POST", u->sessions, body, BMC_RF_OPEN|BMC_RF_PATIENT,
                session_told);

    explicit_bzero(body, strlen(body));
    free(body);
}


bool
bmc_rf_logout(bmc_rf_unit_t *u, bmc_rf_reply_pt reply)
{
    if (u->token == NULL || u->session == NULL) {
        return false;
    }

    bmc_rf_send(u, "DELETE", u->session, NULL, BMC_RF_PATIENT, reply);

    return true;
}
