
/*
 * Copyright (C) the bmcgate authors
 *
 * The BMC's own users: AccountService.
 */


#include <stdlib.h>
#include <string.h>

#include "drivers/redfish/changes.h"


#define USERS_ROOT  "/redfish/v1/"
#define USERS_ID    9                /* digits of an Id that is a number */


static const struct {
    const char  *ours;
    const char  *theirs;
} users_roles[] = {
    { "administrator", "Administrator" },
    { "operator", "Operator" },
    { "user", "ReadOnly" },

    { "none", "NoAccess" },          /* only told */
    { "none", "None" }
};


#define USERS_ROLES  (sizeof(users_roles) / sizeof(users_roles[0]))
#define USERS_GIVEN  3


const char *
bmc_rf_role_id(const char *role)
{
    size_t  i;

    for (i = 0; i < USERS_GIVEN; i++) {
        if (strcmp(users_roles[i].ours, role) == 0) {
            return users_roles[i].theirs;
        }
    }

    return NULL;
}


/* a role that the BMC has by itself is told by its own name */

const char *
bmc_rf_role(const char *id)
{
    size_t  i;

    for (i = 0; i < USERS_ROLES; i++) {
        if (strcmp(users_roles[i].theirs, id) == 0) {
            return users_roles[i].ours;
        }
    }

    return id;
}


/* 0: it is no number */

static int
users_number(const json_t *account)
{
    size_t       len;
    const char  *id;

    id = bmc_rf_text(account, "Id");
    len = id == NULL ? 0 : strlen(id);

    if (len == 0 || len > USERS_ID || strspn(id, "0123456789") != len) {
        return 0;
    }

    return (int) strtol(id, NULL, 10);
}


int
bmc_rf_user_id(const json_t *accounts, size_t i)
{
    size_t   k;
    json_t  *account;

    json_array_foreach(accounts, k, account) {
        if (users_number(account) == 0) {
            return (int) i + 1;
        }
    }

    return users_number(json_array_get(accounts, i));
}


static void
users_each(bmc_rf_job_t *job, json_t *account)
{
    (void) json_array_append(job->keep[0], account);
}


static void
users_told_service(bmc_rf_job_t *job, json_t *service)
{
    bmc_rf_accounts_t  *a;
    const char         *path;

    a = job->data;
    path = bmc_rf_link(service, "Accounts");

    if (path == NULL) {
        bmc_rf_end(job, BMC_UNSUPPORTED,
            "this BMC does not let us see its users");
        return;
    }

    a->path = bmc_pstrdup(job->call->pool, path);
    job->keep[0] = json_array();

    if (a->path == NULL || job->keep[0] == NULL) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    bmc_rf_members(job, a->path, users_each, a->then);
}


static void
users_told_root(bmc_rf_job_t *job, json_t *root)
{
    bmc_rf_keep(job, 1, root);
    bmc_rf_try(job, bmc_rf_link(root, "AccountService"), users_told_service);
}


void
bmc_rf_accounts(bmc_rf_job_t *job, bmc_rf_told_pt then)
{
    bmc_rf_accounts_t  *a;

    a = job->data;
    a->then = then;

    bmc_rf_get(job, USERS_ROOT, users_told_root);
}


static json_t *
users_json(const json_t *accounts, size_t i)
{
    json_t        *json;
    const char    *role;
    const json_t  *account, *enabled;

    account = json_array_get(accounts, i);
    role = bmc_rf_text(account, "RoleId");
    enabled = json_object_get(account, "Enabled");

    json = json_pack("{s:i, s:s}", "id", bmc_rf_user_id(accounts, i), "name",
        bmc_rf_text(account, "UserName"));
    bmc_rf_put(json, "role", role == NULL ? NULL : bmc_rf_role(role));

    if (json_is_boolean(enabled)) {
        (void) json_object_set_new(json, "enabled",
            json_boolean(json_is_true(enabled)));
    }

    return json;
}


/* a fixed slot that nobody has is no user */

static void
users_told(bmc_rf_job_t *job, json_t *json)
{
    json_t      *list, *account;
    size_t       i;
    const char  *name;

    list = json_array();

    json_array_foreach(job->keep[0], i, account) {
        name = bmc_rf_text(account, "UserName");

        if (name != NULL && name[0] != '\0') {
            (void) json_array_append_new(list, users_json(job->keep[0], i));
        }
    }

    bmc_rf_tell(job, json_pack("{s:o}", "users", list));
}


void
bmc_rf_users(bmc_rf_job_t *job)
{
    if (bmc_rf_data(job, sizeof(bmc_rf_accounts_t))) {
        bmc_rf_accounts(job, users_told);
    }
}
