
/*
 * Copyright (C) the bmcgate authors
 *
 * Which system, chassis and manager are ours: found once, and anew when they
 * are not where they were.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/unit.h"


/* -- the root, which tells where everything is */

static void
tree_root(bmc_rf_unit_t *u, const json_t *root)
{
    const char    *sessions;
    const json_t  *features, *expand;

    sessions = bmc_rf_text(bmc_rf_object(bmc_rf_object(root, "Links"),
                                         "Sessions"), "@odata.id");

    if (sessions == NULL && bmc_rf_link(root, "SessionService") != NULL) {
        sessions = "/redfish/v1/SessionService/Sessions";
    }

    features = bmc_rf_object(root, "ProtocolFeaturesSupported");
    expand = bmc_rf_object(features, "ExpandQuery");
    u->expands = json_is_true(json_object_get(expand, "NoLinks"));

    (void) bmc_rf_set(&u->sessions, sessions);
    (void) bmc_rf_set(&u->systems, bmc_rf_link(root, "Systems"));
    (void) bmc_rf_set(&u->chassises, bmc_rf_link(root, "Chassis"));
    (void) bmc_rf_set(&u->managers, bmc_rf_link(root, "Managers"));
}


static void
tree_root_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (a->rc != BMC_OK || a->status / 100 == 5) {
        bmc_rf_fail_answer(u, a, "its service root");
        return;
    }

    if (a->status == 401) {

        /* against the standard; then everything needs a login */

        u->basic = true;
        u->stage = BMC_RF_AT_ROOT;
        bmc_rf_fail_answer(u, a, "its service root");
        return;
    }

    if (a->status != 200 || bmc_rf_link(a->json, "Systems") == NULL) {
        bmc_rf_fail(u, BMC_UNSUPPORTED, "%s has no Redfish service with "
            "systems at %s (HTTP status %ld)", bmc_http_peer(u->http),
            BMC_RF_ROOT, a->status);
        return;
    }

    tree_root(u, a->json);
    bmc_rf_facts_root(u, a->json);
    u->stage = u->token != NULL || u->basic ? BMC_RF_AT_SYSTEMS
                                            : BMC_RF_AT_LOGIN;
    bmc_rf_step(u);
}


/* -- the system */

static const char *
tree_last(const char *path)
{
    size_t              n;
    const char         *p;

    n = strlen(path);

    while (n > 0 && path[n - 1] == '/') {
        n--;
    }

    for (p = path + n; p > path && p[-1] != '/'; p--) { /* void */ }

    return p;
}


static bool
tree_is(const char *path, const char *id)
{
    size_t       n;
    const char  *last;

    last = tree_last(path);
    n = strlen(id);

    return strncmp(last, id, n) == 0
           && (last[n] == '\0' || strcmp(last + n, "/") == 0);
}


static void
tree_which(bmc_rf_unit_t *u, const json_t *members, const char *id)
{
    int          n;
    char         text[BMC_TEXT_MAX];
    size_t       i, at;
    const char  *path;

    text[0] = '\0';

    for (i = 0, at = 0; i < json_array_size(members) && at < 120; i++) {
        path = bmc_rf_text(json_array_get(members, i), "@odata.id");

        if (path != NULL) {
            n = snprintf(text + at, sizeof(text) - at, "%s%.40s",
                         at > 0 ? ", " : "", tree_last(path));
            at += (size_t) n;
        }
    }

    if (id != NULL) {
        bmc_rf_fail(u, BMC_CONF, "%s has no system \"%.40s\"; it has %s",
            bmc_http_peer(u->http), id, text[0] != '\0' ? text : "none");

    } else {
        bmc_rf_fail(u, BMC_CONF, "%s has several systems: say which with "
            "\"system ID;\" in redfish{}, one of %s",
            bmc_http_peer(u->http), text);
    }
}


static const char *
tree_choose(const json_t *members, const char *id)
{
    size_t       i;
    const char  *path;

    if (id == NULL) {
        return json_array_size(members) == 1
               ? bmc_rf_text(json_array_get(members, 0), "@odata.id") : NULL;
    }

    for (i = 0; i < json_array_size(members); i++) {
        path = bmc_rf_text(json_array_get(members, i), "@odata.id");

        if (path != NULL && tree_is(path, id)) {
            return path;
        }
    }

    return NULL;
}


static void
tree_systems_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    const char           *path;
    const json_t         *members;
    const bmc_rf_conf_t  *conf;

    if (a->rc != BMC_OK || a->status != 200) {
        bmc_rf_fail_answer(u, a, "its systems");
        return;
    }

    conf = u->unit->conf;
    members = bmc_rf_array(a->json, "Members");

    if (json_array_size(members) == 0) {
        bmc_rf_fail(u, BMC_UNSUPPORTED, "%s has a Redfish service without "
            "any system", bmc_http_peer(u->http));
        return;
    }

    path = tree_choose(members, conf->system);

    if (path == NULL) {
        tree_which(u, members, conf->system);
        return;
    }

    if (!bmc_rf_set(&u->system, path)) {
        bmc_rf_fail(u, BMC_FAILED, "out of memory");
        return;
    }

    u->stage = BMC_RF_AT_SYSTEM;
    bmc_rf_step(u);
}


static void
tree_after_chassis(bmc_rf_unit_t *u)
{
    u->stage = u->manager != NULL ? BMC_RF_AT_MANAGER : BMC_RF_AT_MANAGERS;
    bmc_rf_step(u);
}


static void
tree_system_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (a->rc != BMC_OK || a->status != 200) {
        bmc_rf_tree_forget(u);
        bmc_rf_fail_answer(u, a, "its system");
        return;
    }

    bmc_rf_facts_system(u, a->json);

    (void) bmc_rf_set(&u->chassis, bmc_rf_links(a->json, "Chassis"));
    (void) bmc_rf_set(&u->manager,
        bmc_quirk_is_on(u->quirks, BMC_QUIRK_NO_MANAGED_BY) ? NULL
        : bmc_rf_links(a->json, "ManagedBy"));

    if (u->chassis == NULL && u->chassises != NULL) {
        u->stage = BMC_RF_AT_CHASSIS;
        bmc_rf_step(u);
        return;
    }

    tree_after_chassis(u);
}


static const char *
tree_first(const bmc_http_answer_t *a)
{
    if (a->status != 200) {
        return NULL;
    }

    return bmc_rf_text(json_array_get(bmc_rf_array(a->json, "Members"), 0),
                       "@odata.id");
}


static void
tree_chassis_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (a->rc != BMC_OK) {
        bmc_rf_fail_answer(u, a, "its chassis");
        return;
    }

    (void) bmc_rf_set(&u->chassis, tree_first(a));
    tree_after_chassis(u);
}


/* -- the manager, which need not be there */

static void
tree_managers_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (a->rc != BMC_OK) {
        bmc_rf_fail_answer(u, a, "its managers");
        return;
    }

    (void) bmc_rf_set(&u->manager, tree_first(a));
    u->stage = u->manager != NULL ? BMC_RF_AT_MANAGER : BMC_RF_READY;
    bmc_rf_step(u);
}


static void
tree_manager_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (a->rc != BMC_OK) {
        bmc_rf_fail_answer(u, a, "its manager");
        return;
    }

    if (a->status == 200) {
        bmc_rf_facts_manager(u, a->json);
    }

    u->stage = BMC_RF_READY;
    bmc_rf_step(u);
}


void
bmc_rf_tree_step(bmc_rf_unit_t *u)
{
    switch (u->stage) {

    case BMC_RF_AT_ROOT:
        bmc_rf_send(u, "GET", BMC_RF_ROOT, NULL, BMC_RF_OPEN,
                    tree_root_told);
        return;

    case BMC_RF_AT_LOGIN:
        bmc_rf_login(u);
        return;

    case BMC_RF_AT_SYSTEMS:
        bmc_rf_send(u, "GET", u->systems, NULL, 0, tree_systems_told);
        return;

    case BMC_RF_AT_SYSTEM:
        bmc_rf_send(u, "GET", u->system, NULL, 0, tree_system_told);
        return;

    case BMC_RF_AT_CHASSIS:
        bmc_rf_send(u, "GET", u->chassises, NULL, 0, tree_chassis_told);
        return;

    case BMC_RF_AT_MANAGERS:

        if (u->managers == NULL) {
            u->stage = BMC_RF_READY;
            bmc_rf_step(u);
            return;
        }

        bmc_rf_send(u, "GET", u->managers, NULL, 0, tree_managers_told);
        return;

    case BMC_RF_AT_MANAGER:
        bmc_rf_send(u, "GET", u->manager, NULL, 0, tree_manager_told);
        return;

    case BMC_RF_READY:
        return;
    }
}


void
bmc_rf_tree_forget(bmc_rf_unit_t *u)
{
    bmc_rf_wipe(&u->system);
    bmc_rf_wipe(&u->chassis);
    bmc_rf_wipe(&u->manager);
    bmc_rf_etag_forget(u);

    if (u->stage > BMC_RF_AT_SYSTEMS) {
        u->stage = BMC_RF_AT_SYSTEMS;
    }
}


const char *
bmc_rf_tree_path(const bmc_rf_unit_t *u, bmc_rf_place_t place)
{
    switch (place) {

    case BMC_RF_SYSTEM:
        return u->system;

    case BMC_RF_CHASSIS:
        return u->chassis;

    case BMC_RF_MANAGER:
        return u->manager;

    case BMC_RF_NOWHERE:
        break;
    }

    return NULL;
}
