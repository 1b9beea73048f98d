
/*
 * Copyright (C) the bmcgate authors
 */


#include <string.h>

#include "base/names.h"
#include "conf/parse.h"


#define ROLES_BUILT_IN  3
#define ROLES_ALL       0x03ff


static const struct {
    const char  *name;
    unsigned     bit;
} roles_rights[] = {
    { "read", BMC_ROLE_READ },
    { "power", BMC_ROLE_POWER },
    { "boot", BMC_ROLE_BOOT },
    { "identify", BMC_ROLE_IDENTIFY },
    { "media", BMC_ROLE_MEDIA },
    { "console", BMC_ROLE_CONSOLE },
    { "log", BMC_ROLE_LOG },
    { "users", BMC_ROLE_USERS },
    { "bmc", BMC_ROLE_BMC },
    { "raw", BMC_ROLE_RAW },
    { NULL, 0 }
};


static const bmc_roleconf_t  roles_built_in[ROLES_BUILT_IN] = {
    { "reader", BMC_ROLE_READ },
    { "operator", BMC_ROLE_READ|BMC_ROLE_POWER|BMC_ROLE_BOOT
                  |BMC_ROLE_IDENTIFY|BMC_ROLE_MEDIA|BMC_ROLE_CONSOLE },
    { "administrator", ROLES_ALL }
};


static void
roles_allow(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    size_t           i, k;
    bmc_nearest_t    near;
    bmc_roleconf_t  *role;

    role = base;

    for (i = 1; i < nwords; i++) {
        bmc_nearest_init(&near, words[i]);

        for (k = 0; roles_rights[k].name != NULL; k++) {
            if (strcmp(roles_rights[k].name, words[i]) == 0) {
                role->allow |= roles_rights[k].bit;
                break;
            }

            bmc_nearest_offer(&near, roles_rights[k].name);
        }

        if (roles_rights[k].name != NULL) {
            continue;
        }

        if (near.best != NULL) {
            bmc_conf_error(cf, "unknown right \"%.64s\" (did you mean "
                           "\"%s\"?)", words[i], near.best);

        } else {
            bmc_conf_error(cf, "unknown right \"%.64s\" (there are: read, "
                           "power, boot, identify, media, console, log, "
                           "users, bmc, raw)", words[i]);
        }

        /* said; not to be told that it allows nothing as well */

        role->allow |= BMC_ROLE_READ;
    }
}


static const bmc_word_t  roles_words[] = {

    { "allow", BMC_WORD_CUSTOM, offsetof(bmc_roleconf_t, allow), NULL,
      roles_allow, 0, "rights of the role" },

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static bool
roles_add(bmc_conf_t *cf, const bmc_roleconf_t *role, bmc_conf_at_t at)
{
    void         *p;
    bmc_fleet_t  *f;

    f = cf->fleet;

    p = bmc_conf_grow(cf, f->role, &cf->roles_max, f->nroles + 1,
                      sizeof(bmc_roleconf_t));
    if (p == NULL) {
        return false;
    }

    f->role = p;

    p = bmc_conf_grow(cf, cf->role_at, &cf->role_at_max, f->nroles + 1,
                      sizeof(bmc_conf_at_t));
    if (p == NULL) {
        return false;
    }

    cf->role_at = p;
    cf->role_at[f->nroles] = at;
    f->role[f->nroles++] = *role;

    return true;
}


bool
bmc_role_init(bmc_conf_t *cf)
{
    size_t         i;
    bmc_conf_at_t  at;

    memset(&at, 0, sizeof(at));

    for (i = 0; i < ROLES_BUILT_IN; i++) {
        if (!roles_add(cf, &roles_built_in[i], at)) {
            return false;
        }
    }

    return true;
}


void
bmc_role_block(bmc_conf_t *cf, const char *name)
{
    size_t          i;
    bmc_block_t     b;
    bmc_conf_at_t   at;
    bmc_roleconf_t  role;

    at = cf->at;
    role.name = name;
    role.allow = 0;

    memset(&b, 0, sizeof(b));
    b.kind = "role";
    b.name = name;
    b.words = roles_words;
    b.base = &role;

    bmc_conf_read(cf, &b, at.line);

    if (!bmc_name_valid(name, strlen(name))) {
        bmc_conf_error_at(cf, at.file, at.line, "\"%.80s\" is no name for a "
                          "role: 1 to 63 letters, digits, \".\", \"_\" and "
                          "\"-\"", name);
        return;
    }

    for (i = 0; i < cf->fleet->nroles; i++) {
        if (strcmp(cf->fleet->role[i].name, name) != 0) {
            continue;
        }

        if (i < ROLES_BUILT_IN) {
            bmc_conf_error_at(cf, at.file, at.line, "role \"%s\" is built "
                              "in: give yours another name", name);

        } else {
            bmc_conf_error_at(cf, at.file, at.line, "role \"%s\" is already "
                              "defined at %s:%u", name, cf->role_at[i].file,
                              cf->role_at[i].line);
        }

        return;
    }

    if (role.allow == 0) {
        bmc_conf_error_at(cf, at.file, at.line, "role \"%s\" allows "
                          "nothing: \"allow read power;\" was expected",
                          name);
    }

    (void) roles_add(cf, &role, at);
}
