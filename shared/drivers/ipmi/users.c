
/*
 * Copyright (C) the bmcgate authors
 *
 * The BMC's own users: IPMI 2.0, 22.26 to 22.30.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/users.h"


static const char *const  users_roles[] = {
    [1] = "callback", "user", "operator", "administrator", "oem",
    [15] = "none"
};


#define USERS_ROLES  (sizeof(users_roles) / sizeof(users_roles[0]))


static void users_told_access(bmc_ipmi_job_t *job, uint8_t code,
    const uint8_t *data, size_t len);
static void users_told_name(bmc_ipmi_job_t *job, uint8_t code,
    const uint8_t *data, size_t len);


int
bmc_ipmi_role(const char *name)
{
    int  i;

    for (i = 0; i < (int) USERS_ROLES; i++) {
        if (users_roles[i] != NULL && strcmp(users_roles[i], name) == 0) {
            return i;
        }
    }

    return -1;
}


static void
users_ask(bmc_ipmi_job_t *job)
{
    uint8_t            data[2];
    bmc_ipmi_users_t  *u;

    u = job->data;
    data[0] = u->channel;
    data[1] = u->id;

    bmc_ipmi_ask(job, BMC_IPMI_APP, BMC_IPMI_GET_ACCESS, data, sizeof(data),
        0, users_told_access);
}


static void
users_told_access(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bmc_ipmi_users_t  *u;

    u = job->data;

    /* a local BMC's own channel has no users */

    if (code != 0 && code != BMC_IPMI_BUSY && u->id == 1
        && u->channel == BMC_IPMI_THIS_CHANNEL)
    {
        u->channel = 1;
        users_ask(job);
        return;
    }

    if (!bmc_ipmi_whole(job, code, len, 4, "users")) {
        return;
    }

    u->max = data[0] & 0x3f;
    u->user.id = u->id;
    u->user.enabled = data[1] >> 6;
    u->user.access = data[3];

    bmc_ipmi_ask(job, BMC_IPMI_APP, BMC_IPMI_GET_NAME, &u->id, 1, 0,
        users_told_name);
}


static void
users_told_name(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bmc_ipmi_users_t  *u;

    u = job->data;
    u->user.name[0] = '\0';

    /* many a BMC refuses to tell that a slot has no name */

    if (code == BMC_IPMI_BUSY) {
        bmc_ipmi_refused(job, code, "users");
        return;
    }

    if (code == 0) {
        bmc_ipmi_string(BMC_IPMI_LATIN1, data, len < 16 ? len : 16,
            u->user.name, sizeof(u->user.name));
    }

    if (!u->each(job, &u->user)) {
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return;
    }

    if (u->id >= u->max) {
        u->then(job);
        return;
    }

    u->id++;
    users_ask(job);
}


void
bmc_ipmi_users_walk(bmc_ipmi_job_t *job,
    bool (*each)(bmc_ipmi_job_t *job, const bmc_ipmi_user_t *user),
    void (*then)(bmc_ipmi_job_t *job))
{
    bmc_ipmi_users_t  *u;

    if (!bmc_ipmi_room(job, sizeof(bmc_ipmi_users_t))) {
        return;
    }

    u = job->data;
    u->channel = BMC_IPMI_THIS_CHANNEL;
    u->id = 1;
    u->each = each;
    u->then = then;

    users_ask(job);
}


/* the first user has no name; without a role, a nameless slot is free */

static bool
users_list(bmc_ipmi_job_t *job, const bmc_ipmi_user_t *user)
{
    json_t      *json;
    unsigned     role;
    const char  *name;

    role = user->access & 0x0f;

    if (user->name[0] == '\0'
        && (user->id != 1 || user->enabled != BMC_IPMI_USER_ENABLED))
    {
        return true;
    }

    name = role < USERS_ROLES ? users_roles[role] : NULL;
    json = json_pack("{s:i, s:s}", "id", (int) user->id, "name", user->name);
    bmc_ipmi_put(json, "role", name);

    if (user->enabled == BMC_IPMI_USER_ENABLED
        || user->enabled == BMC_IPMI_USER_DISABLED)
    {
        (void) json_object_set_new(json, "enabled",
            json_boolean(user->enabled == BMC_IPMI_USER_ENABLED));
    }

    return json_array_append_new(
        json_object_get(job->call->answer.json, "users"), json) == 0;
}


static void
users_end(bmc_ipmi_job_t *job)
{
    bmc_ipmi_end(job, BMC_OK, "");
}


void
bmc_ipmi_users(bmc_ipmi_job_t *job)
{
    job->call->answer.json = json_pack("{s:[]}", "users");

    if (job->call->answer.json == NULL) {
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return;
    }

    bmc_ipmi_users_walk(job, users_list, users_end);
}
