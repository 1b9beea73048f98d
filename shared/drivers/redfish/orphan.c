
/*
 * Copyright (C) the bmcgate authors
 *
 * A session whose process was killed keeps its slot at the BMC until it times
 * out, and some BMCs have four.  So its Id, which is no secret, is kept where
 * the next process finds it, and that one ends it once it has a session of
 * its own; or by Basic, when it gets none for want of a slot.
 *
 * Of a login that was cut short there is no Id, only the mark "?": then it is
 * any session of our user and our address.
 */


#include <string.h>
#include <strings.h>

#include "drivers/redfish/unit.h"


#define ORPHAN_UNKNOWN  "?"
#define ORPHAN_MOST     64           /* sessions that are looked at */


static void  orphan_next(bmc_rf_unit_t *u);


/* -- what is kept */

/* where the Id begins; NULL: it is no session's path */

static const char *
orphan_id(const char *path, size_t *len)
{
    const char  *end, *id;

    end = path + strlen(path);

    if (end > path && end[-1] == '/') {
        end--;
    }

    for (id = end; id > path && id[-1] != '/'; id--) { /* void */ }

    *len = (size_t) (end - id);

    return id > path && *len > 0 ? id : NULL;
}


static bool
orphan_same(const char *path, const char *other)
{
    size_t       len, n;
    const char  *a, *b;

    a = orphan_id(path, &len);
    b = orphan_id(other, &n);

    return a != NULL && b != NULL && len == n && memcmp(a, b, n) == 0;
}


void
bmc_rf_orphan_expect(bmc_rf_unit_t *u)
{
    char  id[BMC_UNIT_KEPT];

    /* "?" is any of them, also the one whose Id we have */

    if (bmc_unit_kept(u->unit, id)
        && (u->orphan == NULL || strcmp(id, ORPHAN_UNKNOWN) == 0))
    {
        (void) bmc_rf_set(&u->orphan, id);
    }

    bmc_unit_keep(u->unit, ORPHAN_UNKNOWN);
}


void
bmc_rf_orphan_over(bmc_rf_unit_t *u)
{
    bmc_unit_keep(u->unit, u->orphan != NULL ? u->orphan : "");
}


/* one whose Id is its token, or is too long, is kept as any */

void
bmc_rf_orphan_keep(bmc_rf_unit_t *u)
{
    char         text[BMC_UNIT_KEPT];
    size_t       len;
    const char  *id;

    id = u->session != NULL ? orphan_id(u->session, &len) : NULL;

    if (u->orphan != NULL || id == NULL || len >= sizeof(text)
        || (len == strlen(u->token) && memcmp(id, u->token, len) == 0))
    {
        bmc_unit_keep(u->unit, ORPHAN_UNKNOWN);
        return;
    }

    memcpy(text, id, len);
    text[len] = '\0';
    bmc_unit_keep(u->unit, text);
}


bool
bmc_rf_orphan_is_known(const bmc_rf_unit_t *u)
{
    return u->orphan != NULL && strcmp(u->orphan, ORPHAN_UNKNOWN) != 0;
}


/* -- ending it */

static void
orphan_swept(bmc_rf_unit_t *u)
{
    bmc_rf_wipe(&u->sweep.from);
    json_decref(u->sweep.paths);
    u->sweep.paths = NULL;
    u->sweep.at = 0;
}


void
bmc_rf_orphan_free(bmc_rf_unit_t *u)
{
    bmc_rf_wipe(&u->orphan);
    orphan_swept(u);
}


static void
orphan_done(bmc_rf_unit_t *u)
{
    bmc_rf_orphan_free(u);
    u->sweep.then(u);
}


static void
orphan_ask(bmc_rf_unit_t *u, const char *method, const char *path,
    bmc_rf_reply_pt reply)
{
    bmc_rf_send(u, method, path, NULL, NULL, BMC_RF_PATIENT, reply);
}


/* who leaves, or hears nothing, leaves it to the next session's owner */

static bool
orphan_goes_on(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (u->leaving || (a->rc != BMC_OK && u->token != NULL)) {
        orphan_swept(u);
        u->sweep.then(u);
        return false;
    }

    if (a->rc != BMC_OK) {
        orphan_done(u);
        return false;
    }

    return true;
}


static void
orphan_ended(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (orphan_goes_on(u, a)) {
        orphan_next(u);
    }
}


/* numbers are given again: it is ours only if it is our user's */

static bool
orphan_is_ours(const bmc_rf_unit_t *u, const json_t *session)
{
    const char  *user, *from;

    user = bmc_rf_text(session, "UserName");
    from = bmc_rf_text(session, "ClientOriginIPAddress");

    return user != NULL && strcasecmp(user, bmc_rf_user(u)) == 0
           && (u->sweep.from == NULL
               || (from != NULL && strcmp(from, u->sweep.from) == 0));
}


static void
orphan_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (!orphan_goes_on(u, a)) {
        return;
    }

    if (a->status == 200 && orphan_is_ours(u, a->json)) {
        orphan_ask(u, "DELETE",
                   json_string_value(json_array_get(u->sweep.paths,
                                                    u->sweep.at - 1)),
                   orphan_ended);
        return;
    }

    orphan_next(u);
}


static void
orphan_next(bmc_rf_unit_t *u)
{
    const char  *path;

    while (u->sweep.at < json_array_size(u->sweep.paths)) {
        path = json_string_value(json_array_get(u->sweep.paths,
                                                u->sweep.at++));

        if (u->session == NULL || !orphan_same(path, u->session)) {
            orphan_ask(u, "GET", path, orphan_told);
            return;
        }
    }

    orphan_done(u);
}


static void
orphan_listed(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    size_t         i, n;
    const char    *path;
    const json_t  *members;

    if (!orphan_goes_on(u, a)) {
        return;
    }

    members = a->status == 200 ? bmc_rf_array(a->json, "Members") : NULL;
    n = json_array_size(members);

    for (i = 0; i < n && i < ORPHAN_MOST; i++) {
        path = bmc_rf_text(json_array_get(members, i), "@odata.id");

        if (path != NULL && strlen(path) < BMC_RF_PATH_MAX) {
            (void) json_array_append_new(u->sweep.paths, json_string(path));
        }
    }

    orphan_next(u);
}


static void
orphan_seek(bmc_rf_unit_t *u)
{
    size_t  len;

    if (bmc_rf_orphan_is_known(u)) {
        len = strlen(u->sessions);

        if (len > 0 && u->sessions[len - 1] == '/') {
            len--;
        }

        (void) json_array_append_new(u->sweep.paths,
            json_sprintf("%.*s/%s", (int) len, u->sessions, u->orphan));
        orphan_next(u);

    /* a BMC that does not tell where we are cannot tell which is ours */

    } else if (u->sweep.from != NULL) {
        orphan_ask(u, "GET", u->sessions, orphan_listed);

    } else {
        orphan_done(u);
    }
}


static void
orphan_located(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (orphan_goes_on(u, a)) {
        (void) bmc_rf_set(&u->sweep.from, a->status != 200 ? NULL
                          : bmc_rf_text(a->json, "ClientOriginIPAddress"));
        orphan_seek(u);
    }
}


void
bmc_rf_orphan_end(bmc_rf_unit_t *u, void (*then)(bmc_rf_unit_t *u))
{
    if (u->orphan == NULL) {
        then(u);
        return;
    }

    u->sweep.then = then;
    u->sweep.paths = json_array();

    if (u->session != NULL) {
        orphan_ask(u, "GET", u->session, orphan_located);

    } else {
        orphan_seek(u);
    }
}
