
/*
 * Copyright (C) the bmcgate authors
 *
 * The BMC's own users.  Slot 1 is IPMI's nameless one, and stays free.
 */


#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "drivers/sim/machine.h"


#define ACCOUNTS_ADMIN  1            /* index of the built-in one */
#define ACCOUNTS_ROLES  4


static const char *const  accounts_roles[ACCOUNTS_ROLES] = {
    "administrator", "operator", "user", "none"
};


bool
bmc_sim_true(const char *word)
{
    return strcasecmp(word, "on") == 0 || strcasecmp(word, "yes") == 0
           || strcasecmp(word, "true") == 0 || strcmp(word, "1") == 0;
}


static uint8_t
accounts_role(const char *name)
{
    uint8_t  i;

    for (i = 0; i < 3; i++) {
        if (strcmp(accounts_roles[i], name) == 0) {
            break;
        }
    }

    return i;
}


void
bmc_sim_users_init(bmc_sim_user_t *user)
{
    memset(user, 0, sizeof(bmc_sim_user_t) * BMC_SIM_USERS);

    snprintf(user[ACCOUNTS_ADMIN].name, sizeof(user->name), "admin");
    user[ACCOUNTS_ADMIN].used = 1;
    user[ACCOUNTS_ADMIN].enabled = 1;
}


/* as they stand in the file, which may be damaged */

static void
accounts_copy(bmc_sim_user_t *to, const bmc_sim_user_t *from)
{
    unsigned  i;

    memcpy(to, from, sizeof(bmc_sim_user_t) * BMC_SIM_USERS);

    for (i = 0; i < BMC_SIM_USERS; i++) {
        to[i].name[sizeof(to[i].name) - 1] = '\0';
        to[i].role %= ACCOUNTS_ROLES;
    }
}


json_t *
bmc_sim_users_json(const bmc_sim_user_t *users)
{
    json_t          *list;
    unsigned         i;
    bmc_sim_user_t   user[BMC_SIM_USERS];

    list = json_array();
    accounts_copy(user, users);

    for (i = 0; i < BMC_SIM_USERS; i++) {
        if (user[i].used) {
            (void) json_array_append_new(list, json_pack(
                "{s:i, s:s, s:s, s:b}", "id", (int) i + 1,
                "name", user[i].name, "role", accounts_roles[user[i].role],
                "enabled", (int) user[i].enabled));
        }
    }

    explicit_bzero(user, sizeof(user));

    return json_pack("{s:o}", "users", list);
}


static unsigned
accounts_find(const bmc_sim_user_t *user, const char *name)
{
    unsigned  i;

    for (i = 0; i < BMC_SIM_USERS; i++) {
        if (user[i].used && strcmp(user[i].name, name) == 0) {
            break;
        }
    }

    return i;
}


static unsigned
accounts_free(const bmc_sim_user_t *user)
{
    unsigned  i;

    for (i = 1; i < BMC_SIM_USERS && user[i].used; i++) {
        /* void */
    }

    return i;
}


static const char *
accounts_place(const bmc_sim_user_t *user, const bmc_sim_account_t *a,
    unsigned *at)
{
    long      id;
    unsigned  i;

    i = accounts_find(user, a->name);
    id = a->id == NULL ? 0 : strtol(a->id, NULL, 10);

    if (id != 0 && (id < 2 || id > BMC_SIM_USERS)) {
        return "user slots are 2 to 10 (IPMI: parameter out of range, 0xC9)";
    }

    if (i < BMC_SIM_USERS) {
        if (id != 0 && (unsigned) id != i + 1) {
            return "the name is taken by another slot "
                   "(IPMI: invalid data field, 0xCC)";
        }

    } else if (id != 0) {
        i = (unsigned) id - 1;

        if (user[i].used) {
            return "the slot is taken by another user "
                   "(IPMI: invalid data field, 0xCC)";
        }

    } else {
        i = accounts_free(user);

        if (i == BMC_SIM_USERS) {
            return "no free user slot (IPMI: out of space, 0xC4)";
        }
    }

    *at = i;

    return NULL;
}


static bool
accounts_hash(bmc_sim_user_t *u, const char *password)
{
    bool         ok;
    EVP_MD_CTX  *md;

    md = EVP_MD_CTX_new();

    ok = md != NULL
         && RAND_bytes(u->salt, sizeof(u->salt)) == 1
         && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1
         && EVP_DigestUpdate(md, u->salt, sizeof(u->salt)) == 1
         && EVP_DigestUpdate(md, password, strlen(password)) == 1
         && EVP_DigestFinal_ex(md, u->hash, NULL) == 1;

    EVP_MD_CTX_free(md);
    u->has_password = ok;

    return ok;
}


/* the other copy, which becomes the valid one */

static bmc_sim_user_t *
accounts_edit(bmc_sim_room_t *room, bmc_sim_data_t *d)
{
    accounts_copy(room->user[!d->users], room->user[d->users]);

    return room->user[!d->users];
}


const char *
bmc_sim_user_set(bmc_sim_room_t *room, bmc_sim_data_t *d,
    const bmc_sim_account_t *a)
{
    unsigned         i;
    const char      *refusal;
    bmc_sim_user_t  *user;

    if (strlen(a->name) > 16) {
        return "a user's name has at most 16 bytes "
               "(IPMI: request data length invalid, 0xC7)";
    }

    user = accounts_edit(room, d);
    refusal = accounts_place(user, a, &i);

    if (refusal != NULL) {
        return refusal;
    }

    if (!user[i].used) {
        memset(&user[i], 0, sizeof(bmc_sim_user_t));
        snprintf(user[i].name, sizeof(user[i].name), "%s", a->name);
        user[i].used = 1;
        user[i].enabled = 1;
        user[i].role = accounts_role("user");
    }

    if (a->role != NULL) {
        user[i].role = accounts_role(a->role);
    }

    if (a->enabled != NULL) {
        user[i].enabled = bmc_sim_true(a->enabled);
    }

    if (a->password != NULL && !accounts_hash(&user[i], a->password)) {
        return "cannot keep the password (IPMI: unspecified error, 0xFF)";
    }

    d->users = !d->users;

    return NULL;
}


const char *
bmc_sim_user_delete(bmc_sim_room_t *room, bmc_sim_data_t *d,
    const char *name)
{
    unsigned         i;
    bmc_sim_user_t  *user;

    user = accounts_edit(room, d);
    i = accounts_find(user, name);

    if (i == BMC_SIM_USERS) {
        return "no such user (IPMI: requested data not present, 0xCB)";
    }

    if (i == ACCOUNTS_ADMIN) {
        return "the built-in user cannot be removed "
               "(IPMI: command not supported in present state, 0xD5)";
    }

    explicit_bzero(&user[i], sizeof(bmc_sim_user_t));
    d->users = !d->users;

    return NULL;
}
