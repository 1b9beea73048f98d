
/*
 * Copyright (C) the bmcgate authors
 *
 * Roles and hosts by name, looked up when all of them are known.
 */


#include <string.h>

#include "base/names.h"
#include "conf/parse.h"


static const bmc_roleconf_t *
grant_role(bmc_conf_t *cf, const char *name, const char *whose)
{
    size_t         i;
    bmc_fleet_t   *f;
    bmc_nearest_t  near;

    f = cf->fleet;
    bmc_nearest_init(&near, name);

    for (i = 0; i < f->nroles; i++) {
        if (strcmp(f->role[i].name, name) == 0) {
            return &f->role[i];
        }

        bmc_nearest_offer(&near, f->role[i].name);
    }

    if (cf->torn) {
        return NULL;
    }

    if (near.best == NULL) {
        bmc_conf_error(cf, "unknown role \"%.64s\" in %s", name, whose);

    } else {
        bmc_conf_error(cf, "unknown role \"%.64s\" in %s (did you mean "
                       "\"%s\"?)", name, whose, near.best);
    }

    return NULL;
}


static const char *
grant_kind(const bmc_principal_t *p)
{
    switch (p->kind) {

    case BMC_ACTOR_KEY:
        return "key";

    case BMC_ACTOR_USER:
        return p->group ? "group" : "user";

    case BMC_ACTOR_IPMI:
        return "ipmi_user";

    case BMC_ACTOR_LOCAL:
    case BMC_ACTOR_SNMP:
        break;
    }

    return "";
}


/* a plain name must name something; a glob may match nothing yet */

static void
grant_patterns(bmc_conf_t *cf, const bmc_principal_t *p, const char *whose)
{
    size_t       i;
    char         why[BMC_TEXT_MAX];
    const char  *s;

    for (i = 0; i < p->hosts.count && !cf->torn; i++) {
        s = p->hosts.word[i];

        if (strchr(s, '/') != NULL
            || bmc_pattern_kind(s) != BMC_PATTERN_NAME
            || bmc_fleet_host(cf->fleet, s, strlen(s)) != NULL
            || bmc_fleet_group(cf->fleet, s) != NULL)
        {
            continue;
        }

        bmc_fleet_no_host(cf->fleet, s, why);
        bmc_conf_error(cf, "%s in \"hosts\" of %s", why, whose);
    }
}


static void
grant_unique(bmc_conf_t *cf, bmc_index_t *ix, const char *key, size_t i,
    const char *what)
{
    uint32_t                was;
    const bmc_principal_t  *p, *first;

    was = bmc_index_put(ix, key, (uint32_t) i, &cf->failed);

    if (was == BMC_INDEX_NONE) {
        return;
    }

    p = &cf->fleet->principal[i];
    first = &cf->fleet->principal[was];

    if (what == NULL) {
        bmc_conf_error(cf, "%s \"%s\" is already defined at %s:%u",
                       grant_kind(p), p->name, first->file, first->line);

    } else {
        bmc_conf_error(cf, "key \"%s\" has the %s of key \"%s\" (%s:%u)",
                       p->name, what, first->name, first->file,
                       first->line);
    }
}


static void
grant_principal(bmc_conf_t *cf, size_t i, bmc_index_t *names,
    bmc_index_t *keys)
{
    char             *whose;
    bmc_principal_t  *p;

    p = &cf->fleet->principal[i];
    cf->at.file = p->file;
    cf->at.line = p->line;

    whose = bmc_psprintf(cf->pool, "%s \"%s\"", grant_kind(p), p->name);
    if (whose == NULL) {
        bmc_conf_failed(cf);
        return;
    }

    grant_unique(cf, names, whose, i, NULL);

    if (p->kind == BMC_ACTOR_KEY && p->hash != NULL) {
        grant_unique(cf, keys, p->hash, i, "sha256");
    }

    if (cf->role[i] != NULL) {
        p->role = grant_role(cf, cf->role[i], whose);
    }

    grant_patterns(cf, p, whose);
}


void
bmc_policy_finish(bmc_conf_t *cf)
{
    size_t       i;
    bmc_index_t  names, keys;

    memset(&names, 0, sizeof(names));
    memset(&keys, 0, sizeof(keys));

    for (i = 0; i < cf->fleet->nprincipals && !cf->failed; i++) {
        grant_principal(cf, i, &names, &keys);
    }

    bmc_index_free(&names);
    bmc_index_free(&keys);

    if (cf->snmp_at.line != 0) {
        cf->at = cf->snmp_at;
        cf->fleet->snmp_role = grant_role(cf, cf->snmp_role, "\"snmp\"");
    }
}
