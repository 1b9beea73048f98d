
/*
 * Copyright (C) the bmcgate authors
 *
 * Which system, chassis and manager are ours: found once, and anew when they
 * are not where they were.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/unit.h"


#define TREE_SYSTEMS  256            /* that one of is looked for in */


static const char *
tree_id(const bmc_rf_unit_t *u)
{
    const bmc_rf_conf_t  *conf;

    conf = u->unit->conf;

    return conf->system;
}


static void
tree_goes_on(bmc_rf_unit_t *u, bmc_rf_stage_t stage)
{
    u->stage = stage;
    bmc_rf_step(u);
}


/* -- the root, which tells where everything is */

static void
tree_root(bmc_rf_unit_t *u, const json_t *root)
{
    const char    *sessions;
    const json_t  *features, *expand;

    sessions = bmc_rf_link(bmc_rf_object(root, "Links"), "Sessions");

    if (sessions == NULL && bmc_rf_link(root, "SessionService") != NULL) {
        sessions = BMC_RF_SESSIONS;
    }

    features = bmc_rf_object(root, "ProtocolFeaturesSupported");
    expand = bmc_rf_object(features, "ExpandQuery");
    u->expands = json_is_true(json_object_get(expand, "NoLinks"));
    u->levels = json_is_true(json_object_get(expand, "Levels"));

    (void) bmc_rf_set_path(&u->sessions, sessions);
    (void) bmc_rf_set_path(&u->systems, bmc_rf_link(root, "Systems"));
    (void) bmc_rf_set_path(&u->chassises, bmc_rf_link(root, "Chassis"));
    (void) bmc_rf_set_path(&u->managers, bmc_rf_link(root, "Managers"));
}


static void
tree_root_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    bool  in;

    in = u->token != NULL || u->basic;

    if (a->rc == BMC_OK && a->status == 401 && !in) {

        /* against the standard; then everything needs a login */

        (void) bmc_rf_set_path(&u->sessions, BMC_RF_SESSIONS);
        u->resume = BMC_RF_AT_ROOT;
        tree_goes_on(u, BMC_RF_AT_LOGIN);
        return;
    }

    if (a->rc != BMC_OK || a->status == 401 || a->status / 100 == 5
        || a->status == 429)
    {
        bmc_rf_fail_answer(u, a, "its service root");
        return;
    }

    tree_root(u, a->json);

    if (a->status != 200 || u->systems == NULL) {
        bmc_rf_fail(u, BMC_UNSUPPORTED, "%s has no Redfish service with "
            "systems at %s (HTTP status %ld)", bmc_http_peer(u->http),
            BMC_RF_ROOT, a->status);
        return;
    }

    bmc_rf_facts_root(u, a->json);
    u->resume = BMC_RF_AT_SYSTEMS;
    tree_goes_on(u, in ? BMC_RF_AT_SYSTEMS : BMC_RF_AT_LOGIN);
}


/* -- the system */

static bool
tree_is(const char *path, const char *id)
{
    size_t  n, len;

    n = strlen(path);
    len = strlen(id);

    while (n > 0 && path[n - 1] == '/') {
        n--;
    }

    return n > len && path[n - len - 1] == '/'
           && strncmp(path + n - len, id, len) == 0;
}


/* what there is, for who has to choose */

static void
tree_list(const bmc_rf_unit_t *u, char *out, size_t size)
{
    int          n;
    char         name[48];
    size_t       i, at;
    const char  *path, *last;

    at = 0;
    out[0] = '\0';

    for (i = 0; i < json_array_size(u->found) && at + 64 < size; i++) {
        path = json_string_value(json_array_get(u->found, i));
        last = strrchr(path, '/');

        if (last != NULL && last[1] == '\0' && last != path) {
            for (last--; last > path && *last != '/'; last--) { /* void */ }
        }

        bmc_rf_line(name, sizeof(name), last != NULL ? last + 1 : path);
        name[strcspn(name, "/")] = '\0';
        n = snprintf(out + at, size - at, "%s%s", at > 0 ? ", " : "", name);
        at += (size_t) n;
    }

    if (i < json_array_size(u->found)) {
        (void) snprintf(out + at, size - at, ", …");
    }
}


static void
tree_forget_found(bmc_rf_unit_t *u)
{
    json_decref(u->found);
    u->found = NULL;
    u->at = 0;
}


static void
tree_none(bmc_rf_unit_t *u)
{
    char  list[160];

    tree_list(u, list, sizeof(list));
    tree_forget_found(u);
    u->stage = BMC_RF_AT_SYSTEMS;

    if (list[0] == '\0') {
        bmc_rf_fail(u, BMC_UNSUPPORTED, "%s has a Redfish service without "
            "any system", bmc_http_peer(u->http));

    } else if (tree_id(u) != NULL) {
        bmc_rf_fail(u, BMC_CONF, "%s has no system \"%.40s\"; it has %s",
            bmc_http_peer(u->http), tree_id(u), list);

    } else {
        bmc_rf_fail(u, BMC_CONF, "%s has several systems: say which with "
            "\"system ID;\" in redfish{}, one of %s",
            bmc_http_peer(u->http), list);
    }
}


static void
tree_take(bmc_rf_unit_t *u, const char *path)
{
    if (!bmc_rf_set_path(&u->system, path) || u->system == NULL) {
        bmc_rf_fail(u, BMC_FAILED, "out of memory");
        return;
    }

    tree_forget_found(u);
    tree_goes_on(u, BMC_RF_AT_SYSTEM);
}


/* all of the collection is there: by its path, or each has to be looked at */

static void
tree_choose(bmc_rf_unit_t *u)
{
    size_t       i;
    const char  *path;

    if (tree_id(u) == NULL) {

        if (json_array_size(u->found) == 1) {
            tree_take(u, json_string_value(json_array_get(u->found, 0)));
            return;
        }

        tree_none(u);
        return;
    }

    for (i = 0; i < json_array_size(u->found); i++) {
        path = json_string_value(json_array_get(u->found, i));

        if (tree_is(path, tree_id(u))) {
            tree_take(u, path);
            return;
        }
    }

    u->at = 0;
    tree_goes_on(u, BMC_RF_AT_SEARCH);
}


static void  tree_systems_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a);


static void
tree_systems_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    size_t         i, before;
    json_t        *path;
    const char    *next;
    const json_t  *members;

    if (a->rc != BMC_OK || a->status != 200) {

        if (a->rc == BMC_OK && a->status == 404) {
            u->stage = BMC_RF_AT_ROOT;
        }

        bmc_rf_fail_answer(u, a, "its systems");
        return;
    }

    members = bmc_rf_array(a->json, "Members");
    before = json_array_size(u->found);

    for (i = 0; i < json_array_size(members); i++) {
        path = json_object_get(json_array_get(members, i), "@odata.id");

        if (json_is_string(path)
            && json_string_length(path) > 0
            && json_string_length(path) < BMC_RF_PATH_MAX
            && json_array_size(u->found) < TREE_SYSTEMS)
        {
            (void) json_array_append(u->found, path);
        }
    }

    next = bmc_rf_text(a->json, "Members@odata.nextLink");

    if (next != NULL && strlen(next) < BMC_RF_PATH_MAX
        && json_array_size(u->found) > before
        && json_array_size(u->found) < TREE_SYSTEMS)
    {
        bmc_rf_send(u, "GET", next, NULL, NULL, 0, tree_systems_told);
        return;
    }

    tree_choose(u);
}


static void
tree_search_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    const char  *id, *name, *path;

    if (a->rc != BMC_OK || a->status == 401) {
        bmc_rf_fail_answer(u, a, "its systems");
        return;
    }

    id = bmc_rf_text(a->json, "Id");
    name = bmc_rf_text(a->json, "Name");
    path = json_string_value(json_array_get(u->found, u->at));

    if (a->status == 200
        && ((id != NULL && strcmp(id, tree_id(u)) == 0)
            || (name != NULL && strcmp(name, tree_id(u)) == 0)))
    {
        tree_take(u, path);
        return;
    }

    u->at++;
    bmc_rf_step(u);
}


static void
tree_search(bmc_rf_unit_t *u)
{
    const char  *path;

    path = json_string_value(json_array_get(u->found, u->at));

    if (path == NULL) {
        tree_none(u);
        return;
    }

    bmc_rf_send(u, "GET", path, NULL, NULL, 0, tree_search_told);
}


/* -- what belongs to it */

static void
tree_after_chassis(bmc_rf_unit_t *u)
{
    tree_goes_on(u, u->manager != NULL ? BMC_RF_AT_MANAGER
                                       : BMC_RF_AT_MANAGERS);
}


static void
tree_system_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (a->rc != BMC_OK || a->status != 200 || !json_is_object(a->json)) {
        bmc_rf_tree_forget(u);
        bmc_rf_fail_answer(u, a, "its system");
        return;
    }

    bmc_rf_facts_system(u, a->json);

    bmc_rf_etag_note(u, u->system, a);

    json_decref(u->fresh);
    u->fresh = json_incref(a->json);

    (void) bmc_rf_set_path(&u->chassis, bmc_rf_links(a->json, "Chassis"));
    (void) bmc_rf_set_path(&u->manager,
        bmc_quirk_is_on(u->quirks, BMC_QUIRK_NO_MANAGED_BY) ? NULL
        : bmc_rf_links(a->json, "ManagedBy"));

    if (u->chassis == NULL && u->chassises != NULL) {
        tree_goes_on(u, BMC_RF_AT_CHASSIS);
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
    if (a->rc != BMC_OK || a->status == 401) {
        bmc_rf_fail_answer(u, a, "its chassis");
        return;
    }

    (void) bmc_rf_set_path(&u->chassis, tree_first(a));
    tree_after_chassis(u);
}


/* -- the manager, which need not be there */

static void
tree_managers_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (a->rc != BMC_OK || a->status == 401) {
        bmc_rf_fail_answer(u, a, "its managers");
        return;
    }

    (void) bmc_rf_set_path(&u->manager, tree_first(a));
    tree_goes_on(u, u->manager != NULL ? BMC_RF_AT_MANAGER : BMC_RF_READY);
}


static void
tree_manager_told(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (a->rc != BMC_OK || a->status == 401) {
        bmc_rf_fail_answer(u, a, "its manager");
        return;
    }

    if (a->status == 200) {
        bmc_rf_facts_manager(u, a->json);
    }

    tree_goes_on(u, BMC_RF_READY);
}


void
bmc_rf_tree_step(bmc_rf_unit_t *u)
{
    switch (u->stage) {

    case BMC_RF_AT_ROOT:
        bmc_rf_send(u, "GET", BMC_RF_ROOT, NULL, NULL,
                    u->token != NULL || u->basic ? 0 : BMC_RF_OPEN,
                    tree_root_told);
        return;

    case BMC_RF_AT_SYSTEMS:
        tree_forget_found(u);
        u->found = json_array();
        bmc_rf_send(u, "GET", u->systems, NULL, NULL, 0, tree_systems_told);
        return;

    case BMC_RF_AT_SEARCH:
        tree_search(u);
        return;

    case BMC_RF_AT_SYSTEM:
        bmc_rf_send(u, "GET", u->system, NULL, NULL, 0, tree_system_told);
        return;

    case BMC_RF_AT_CHASSIS:
        bmc_rf_send(u, "GET", u->chassises, NULL, NULL, 0,
                    tree_chassis_told);
        return;

    case BMC_RF_AT_MANAGERS:

        if (u->managers == NULL) {
            tree_goes_on(u, BMC_RF_READY);
            return;
        }

        bmc_rf_send(u, "GET", u->managers, NULL, NULL, 0,
                    tree_managers_told);
        return;

    case BMC_RF_AT_MANAGER:
        bmc_rf_send(u, "GET", u->manager, NULL, NULL, 0, tree_manager_told);
        return;

    case BMC_RF_AT_LOGIN:
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
    tree_forget_found(u);

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


void
bmc_rf_tree_free(bmc_rf_unit_t *u)
{
    bmc_rf_tree_forget(u);
    bmc_rf_wipe(&u->sessions);
    bmc_rf_wipe(&u->systems);
    bmc_rf_wipe(&u->chassises);
    bmc_rf_wipe(&u->managers);
}
