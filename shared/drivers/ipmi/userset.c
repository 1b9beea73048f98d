
/*
 * Copyright (C) the bmcgate authors
 *
 * Changes to the BMC's own users.  What is on the way to more rights comes
 * last, what takes rights away comes first.
 */


#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/users.h"


#define USERSET_NAME       16        /* bytes */
#define USERSET_SHORT      16
#define USERSET_LONG       20

#define USERSET_DISABLE    0         /* operations of Set User Password */
#define USERSET_ENABLE     1
#define USERSET_PASSWORD   2

#define USERSET_NEW        0x80      /* the access byte's upper bits count */
#define USERSET_MESSAGES   0x10      /* … and IPMI over LAN is allowed */
#define USERSET_NO_ACCESS  0x0f


/* each asks its command, or says that there is nothing to do */

typedef bool (*userset_step_pt)(bmc_ipmi_job_t *job);


static void userset_next(bmc_ipmi_job_t *job);


static void
userset_done(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    if (code != 0) {
        bmc_ipmi_refused(job, code, "change of the user");
        return;
    }

    userset_next(job);
}


/*
 * Several BMCs refuse to enable or disable a user that is already what it
 * should be with "invalid data field": ask what it is.  Some do not tell
 * that either; they are believed by quirk only.
 */

static void
userset_told_able(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bmc_ipmi_users_t  *u;

    u = job->data;

    if (code == 0 && len >= 4 && data[1] >> 6 == u->able) {
        userset_next(job);
        return;
    }

    bmc_ipmi_refused(job, BMC_IPMI_FIELD, "change of the user");
}


static void
userset_met(bmc_ipmi_job_t *job)
{
    uint8_t            ask[2];
    bmc_ipmi_users_t  *u;

    if (bmc_ipmi_quirk(job, BMC_QUIRK_IPMI_USER_CC_OK)) {
        userset_next(job);
        return;
    }

    u = job->data;
    ask[0] = u->channel;
    ask[1] = u->target.id;

    bmc_ipmi_ask(job, BMC_IPMI_APP, BMC_IPMI_GET_ACCESS, ask, sizeof(ask), 0,
        userset_told_able);
}


static void
userset_able_done(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    if (code == BMC_IPMI_FIELD) {
        bmc_ipmi_meet(job, userset_met);
        return;
    }

    userset_done(job, code, data, len);
}


static void
userset_able(bmc_ipmi_job_t *job, uint8_t operation)
{
    uint8_t            data[2];
    bmc_ipmi_users_t  *u;

    u = job->data;
    u->able = operation == USERSET_ENABLE ? BMC_IPMI_USER_ENABLED
                                          : BMC_IPMI_USER_DISABLED;
    data[0] = u->target.id;
    data[1] = operation;

    bmc_ipmi_ask(job, BMC_IPMI_APP, BMC_IPMI_SET_PASSWORD, data,
        sizeof(data), BMC_IPMI_CHANGES, userset_able_done);
}


static bool
userset_off(bmc_ipmi_job_t *job)
{
    if (bmc_call_arg(job->call, "enabled") == NULL
        || bmc_ipmi_true(job->call, "enabled"))
    {
        return false;
    }

    userset_able(job, USERSET_DISABLE);

    return true;
}


static void
userset_ask_name(bmc_ipmi_job_t *job, const char *name)
{
    uint8_t            data[1 + USERSET_NAME];
    bmc_ipmi_users_t  *u;

    u = job->data;
    memset(data, 0, sizeof(data));
    data[0] = u->target.id;
    memcpy(data + 1, name, strnlen(name, USERSET_NAME));

    bmc_ipmi_ask(job, BMC_IPMI_APP, BMC_IPMI_SET_NAME, data, sizeof(data),
        BMC_IPMI_CHANGES, userset_done);
}


static bool
userset_name(bmc_ipmi_job_t *job)
{
    bmc_ipmi_users_t  *u;

    u = job->data;

    if (u->found) {
        return false;
    }

    userset_ask_name(job, bmc_call_arg(job->call, "name"));

    return true;
}


/* bit 7 of the first byte says that it has 20 bytes */

static bool
userset_password(bmc_ipmi_job_t *job)
{
    size_t             len, size;
    uint8_t            data[2 + USERSET_LONG];
    const char        *password;
    bmc_ipmi_users_t  *u;

    u = job->data;
    password = bmc_call_arg(job->call, "password");

    if (password == NULL) {
        return false;
    }

    len = strlen(password);
    size = len > USERSET_SHORT ? USERSET_LONG : USERSET_SHORT;

    memset(data, 0, sizeof(data));
    data[0] = u->target.id | (size == USERSET_LONG ? 0x80 : 0);
    data[1] = USERSET_PASSWORD;
    memcpy(data + 2, password, len);

    bmc_ipmi_ask(job, BMC_IPMI_APP, BMC_IPMI_SET_PASSWORD, data, 2 + size,
        BMC_IPMI_CHANGES, userset_done);
    explicit_bzero(data, sizeof(data));

    return true;
}


static void
userset_access(bmc_ipmi_job_t *job, uint8_t bits, int role)
{
    uint8_t            data[3];
    bmc_ipmi_users_t  *u;

    u = job->data;
    data[0] = USERSET_NEW | bits | u->channel;
    data[1] = u->target.id;
    data[2] = (uint8_t) role;

    bmc_ipmi_ask(job, BMC_IPMI_APP, BMC_IPMI_SET_ACCESS, data, sizeof(data),
        BMC_IPMI_CHANGES, userset_done);
}


static bool
userset_role(bmc_ipmi_job_t *job)
{
    const char        *role;
    bmc_ipmi_users_t  *u;

    u = job->data;
    role = bmc_call_arg(job->call, "role");

    if (role == NULL) {
        if (u->found) {
            return false;
        }

        role = "user";
    }

    userset_access(job, (u->target.access & 0x70) | USERSET_MESSAGES,
        bmc_ipmi_role(role));

    return true;
}


static bool
userset_on(bmc_ipmi_job_t *job)
{
    bool               told;
    bmc_ipmi_users_t  *u;

    u = job->data;
    told = bmc_call_arg(job->call, "enabled") != NULL;

    if (told ? !bmc_ipmi_true(job->call, "enabled") : u->found) {
        return false;
    }

    userset_able(job, USERSET_ENABLE);

    return true;
}


static bool
userset_no_access(bmc_ipmi_job_t *job)
{
    userset_access(job, 0, USERSET_NO_ACCESS);

    return true;
}


static bool
userset_disable(bmc_ipmi_job_t *job)
{
    userset_able(job, USERSET_DISABLE);

    return true;
}


static bool
userset_no_name(bmc_ipmi_job_t *job)
{
    userset_ask_name(job, "");

    return true;
}


static const userset_step_pt  userset_set[] = {
    userset_off, userset_name, userset_password, userset_role, userset_on,
    NULL
};

static const userset_step_pt  userset_delete[] = {
    userset_disable, userset_no_access, userset_no_name, NULL
};


static void
userset_next(bmc_ipmi_job_t *job)
{
    bmc_ipmi_users_t       *u;
    const userset_step_pt  *steps;

    u = job->data;
    steps = job->call->verb == BMC_USERS_DELETE ? userset_delete
                                                : userset_set;

    while (steps[u->step] != NULL) {
        if (steps[u->step++](job)) {
            return;
        }
    }

    bmc_ipmi_end(job, BMC_OK, "");
}


/* the slot asked for; 0: any */

static unsigned
userset_wanted(const bmc_ipmi_job_t *job)
{
    const char  *id;

    id = bmc_call_arg(job->call, "id");

    return id == NULL ? 0 : (unsigned) strtoul(id, NULL, 10);
}


static bool
userset_look(bmc_ipmi_job_t *job, const bmc_ipmi_user_t *user)
{
    unsigned           wanted;
    const char        *name;
    bmc_ipmi_users_t  *u;

    u = job->data;
    name = bmc_call_arg(job->call, "name");
    wanted = userset_wanted(job);

    if (name == NULL || u->found) {
        return true;
    }

    if (user->name[0] != '\0') {
        if (strcmp(user->name, name) == 0) {
            u->found = true;
            u->target = *user;
        }

        return true;
    }

    /* the first user is the one without a name */

    if (user->id != 1
        && (wanted == user->id || (wanted == 0 && u->target.id == 0)))
    {
        u->target = *user;
    }

    return true;
}


static void
userset_looked(bmc_ipmi_job_t *job)
{
    unsigned           wanted;
    const char        *why;
    bmc_ipmi_users_t  *u;

    u = job->data;
    wanted = userset_wanted(job);

    if (u->found && wanted != 0 && wanted != u->target.id) {
        why = "the BMC has this user in another slot";

    } else if (u->found) {
        why = NULL;

    } else if (job->call->verb == BMC_USERS_DELETE) {
        why = "the BMC has no user of this name";

    } else if (u->target.id != 0) {
        why = NULL;

    } else if (wanted != 0) {
        why = "the BMC has no such slot, or another user in it";

    } else {
        why = "the BMC has no slot left for a user";
    }

    if (why != NULL) {
        bmc_ipmi_end(job, BMC_REFUSED, why);
        return;
    }

    userset_next(job);
}


void
bmc_ipmi_users_set(bmc_ipmi_job_t *job)
{
    const char  *password, *name;

    name = bmc_call_arg(job->call, "name");
    password = bmc_call_arg(job->call, "password");

    if (name == NULL || name[0] == '\0' || strlen(name) > USERSET_NAME) {
        bmc_ipmi_end(job, BMC_USAGE,
            "a user's name has 1 to 16 bytes with IPMI");
        return;
    }

    if (password != NULL && strlen(password) > USERSET_LONG) {
        bmc_ipmi_end(job, BMC_USAGE,
            "a password has at most 20 bytes with IPMI");
        return;
    }

    bmc_ipmi_users_walk(job, userset_look, userset_looked);
}


void
bmc_ipmi_users_delete(bmc_ipmi_job_t *job)
{
    bmc_ipmi_users_walk(job, userset_look, userset_looked);
}
