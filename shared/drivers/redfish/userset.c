
/*
 * Copyright (C) the bmcgate authors
 *
 * Changes to the BMC's own users.  Some have as many slots as they will
 * ever have, and fill and empty them; the others make and delete accounts.
 */


#include <stdlib.h>
#include <string.h>

#include "drivers/redfish/changes.h"


#define USERSET_RESERVED  1          /* iDRAC's first slot takes nobody */


static void userset_changed(bmc_rf_job_t *job, json_t *json);


/* which account it is about; -1: none */

typedef struct {
    int  user;                       /* has the name */
    int  slot;                       /* is free, and the one asked for */
    int  id;                         /* asked for; 0: any */
} userset_found_t;


static void
userset_look(const json_t *accounts, const char *name,
    userset_found_t *found)
{
    int          id;
    size_t       i;
    json_t      *account;
    const char  *is;

    found->user = -1;
    found->slot = -1;

    json_array_foreach(accounts, i, account) {
        is = bmc_rf_text(account, "UserName");
        id = bmc_rf_user_id(accounts, i);

        if (is == NULL) {
            continue;
        }

        if (strcmp(is, name) == 0 && found->user == -1) {
            found->user = (int) i;
        }

        if (is[0] == '\0' && found->slot == -1
            && (found->id == 0 ? id != USERSET_RESERVED : id == found->id))
        {
            found->slot = (int) i;
        }
    }
}


json_t *
bmc_rf_user_body(const bmc_rf_user_want_t *want, bool is_new, bool slot)
{
    json_t  *body;

    body = json_object();

    if (is_new) {
        bmc_rf_put(body, "UserName", want->name);
    }

    if (want->password != NULL) {
        (void) json_object_set(body, "Password", want->password);
    }

    bmc_rf_put(body, "RoleId",
        want->role_id == NULL && is_new ? "ReadOnly" : want->role_id);

    /* an account that is made is enabled; a slot that is filled is not */

    if (want->enabled != NULL || (is_new && slot)) {
        (void) json_object_set_new(body, "Enabled",
            json_boolean(want->enabled == NULL || *want->enabled));
    }

    return body;
}


static const char *
userset_path(bmc_rf_job_t *job, int i)
{
    return bmc_rf_text(json_array_get(job->keep[0], (size_t) i),
        "@odata.id");
}


/* claims where there is nothing to be changed are none */

static void
userset_send(bmc_rf_job_t *job, const userset_found_t *found)
{
    bool                 is_new;
    json_t              *body;
    const char          *path;
    bmc_rf_accounts_t   *a;

    a = job->data;
    is_new = found->user == -1;
    path = is_new && found->slot == -1 ? a->path
           : userset_path(job, is_new ? found->slot : found->user);
    body = bmc_rf_user_body(&a->want, is_new, found->slot != -1);

    if (path == NULL || body == NULL) {
        json_decref(body);
        bmc_rf_end(job, BMC_REFUSED,
            "the BMC does not tell where this user is");
        return;
    }

    if (json_object_size(body) == 0) {
        json_decref(body);
        bmc_rf_end(job, BMC_OK, NULL);
        return;
    }

    bmc_rf_change_try(job, path == a->path ? "POST" : "PATCH", path, body,
        userset_changed);
}


/* a password that somebody else chose has often to be changed at once */

static void
userset_changed(bmc_rf_job_t *job, json_t *json)
{
    if (!bmc_rf_taken(job, json, "change of the user")) {
        return;
    }

    if (json_is_true(json_object_get(json, "PasswordChangeRequired"))) {
        bmc_rf_tell(job, json_pack("{s:s}", "note",
            "the user must change the password before anything else"));
        return;
    }

    bmc_rf_end(job, BMC_OK, NULL);
}


static void
userset_told(bmc_rf_job_t *job, json_t *json)
{
    const char         *why;
    userset_found_t     found;
    bmc_rf_accounts_t  *a;

    a = job->data;
    found.id = a->id;
    userset_look(job->keep[0], a->want.name, &found);
    why = NULL;

    if (found.user != -1) {

        if (found.id != 0 && found.id
            != bmc_rf_user_id(job->keep[0], (size_t) found.user))
        {
            why = "the BMC has this user in another slot";
        }

    } else if (a->want.password == NULL) {
        why = "the BMC has no user of this name, and a new one needs a "
              "password";

    } else if (found.id != 0 && found.slot == -1) {
        why = "the BMC has no such slot, or another user in it";
    }

    if (why != NULL) {
        bmc_rf_end(job, BMC_REFUSED, "%s", why);
        return;
    }

    userset_send(job, &found);
}


static bool
userset_want(bmc_rf_job_t *job)
{
    const char         *id, *role;
    bmc_rf_accounts_t  *a;

    a = job->data;
    id = bmc_call_arg(job->call, "id");
    role = bmc_call_arg(job->call, "role");

    a->id = id == NULL ? 0 : (int) strtol(id, NULL, 10);

    if (bmc_call_arg(job->call, "enabled") != NULL) {
        a->enabled = bmc_rf_arg_true(job, "enabled", false);
        a->want.enabled = &a->enabled;
    }

    if (role != NULL) {
        a->want.role_id = bmc_rf_role_id(role);

        if (a->want.role_id == NULL) {
            bmc_rf_end(job, BMC_UNSUPPORTED, "Redfish has no role \"%s\": "
                "expected administrator, operator or user", role);
            return false;
        }
    }

    return bmc_rf_arg_text(job, "name", &a->want.name)
           && bmc_rf_arg_secret(job, "password", &a->want.password);
}


void
bmc_rf_users_set(bmc_rf_job_t *job)
{
    if (bmc_rf_data(job, sizeof(bmc_rf_accounts_t)) && userset_want(job)) {
        bmc_rf_accounts(job, userset_told);
    }
}


/* fixed slots cannot be deleted: they are emptied */

static void
userset_deleted(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_accounts_t  *a;

    a = job->data;

    if (job->status == 405 && !a->emptied) {
        a->emptied = true;
        bmc_rf_change_try(job, "PATCH", a->target,
            json_pack("{s:s, s:b}", "UserName", "", "Enabled", 0),
            userset_deleted);
        return;
    }

    if (bmc_rf_taken(job, json, "removal of the user")) {
        bmc_rf_end(job, BMC_OK, NULL);
    }
}


static void
userset_told_delete(bmc_rf_job_t *job, json_t *json)
{
    userset_found_t     found;
    bmc_rf_accounts_t  *a;

    a = job->data;
    found.id = 0;
    userset_look(job->keep[0], bmc_call_arg(job->call, "name"), &found);

    if (found.user == -1) {
        bmc_rf_end(job, BMC_REFUSED, "the BMC has no user of this name");
        return;
    }

    a->target = userset_path(job, found.user);

    if (a->target == NULL) {
        bmc_rf_end(job, BMC_REFUSED,
            "the BMC does not tell where this user is");
        return;
    }

    bmc_rf_change_try(job, "DELETE", a->target, NULL, userset_deleted);
}


void
bmc_rf_users_delete(bmc_rf_job_t *job)
{
    if (bmc_rf_data(job, sizeof(bmc_rf_accounts_t))) {
        bmc_rf_accounts(job, userset_told_delete);
    }
}
