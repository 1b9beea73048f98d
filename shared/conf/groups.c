
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdlib.h>
#include <string.h>

#include "conf/parse.h"


/* number of a group, perhaps a new one */

static uint32_t
groups_number(bmc_conf_t *cf, const char *name, size_t *max)
{
    void         *p;
    uint32_t      i;
    bmc_fleet_t  *f;

    f = cf->fleet;
    i = bmc_index_put(&cf->own->groups, name, (uint32_t) f->ngroups,
                      &cf->failed);

    if (i != BMC_INDEX_NONE || cf->failed) {
        return i;
    }

    p = bmc_conf_grow(cf, f->group, max, f->ngroups + 1,
                      sizeof(bmc_groupconf_t));
    if (p == NULL) {
        return BMC_INDEX_NONE;
    }

    f->group = p;
    memset(&f->group[f->ngroups], 0, sizeof(bmc_groupconf_t));
    f->group[f->ngroups].name = name;

    return (uint32_t) f->ngroups++;
}


static void
groups_clash(bmc_conf_t *cf, const bmc_hostconf_t *h, const char *group)
{
    uint32_t               i;
    const bmc_hostconf_t  *other;

    i = bmc_index_get(&cf->own->hosts, group, strlen(group));

    if (i != BMC_INDEX_NONE) {
        other = &cf->fleet->host[i];
        bmc_conf_error_at(cf, h->file, h->line, "group \"%s\" of host "
                          "\"%s\" has the name of the host at %s:%u", group,
                          h->name, other->file, other->line);
    }
}


/* counts members, and notes each membership's group in number */

static bool
groups_count(bmc_conf_t *cf, uint32_t *number)
{
    size_t                 i, k, max, ngroups;
    uint32_t               g;
    bmc_fleet_t           *f;
    const bmc_hostconf_t  *h;

    f = cf->fleet;
    max = 0;

    for (i = 0; i < f->nhosts; i++) {
        h = &f->host[i];

        for (k = 0; k < h->groups.count; k++) {
            ngroups = f->ngroups;
            g = groups_number(cf, h->groups.word[k], &max);

            if (cf->failed) {
                return false;
            }

            if (f->ngroups > ngroups) {
                groups_clash(cf, h, h->groups.word[k]);
            }

            f->group[g].count++;
            *number++ = g;
        }
    }

    return true;
}


static bool
groups_fill(bmc_conf_t *cf, const uint32_t *number, size_t total)
{
    size_t                  i, k;
    bmc_fleet_t            *f;
    bmc_groupconf_t        *g;
    const bmc_hostconf_t  **member;

    f = cf->fleet;

    member = bmc_palloc(cf->pool, total * sizeof(bmc_hostconf_t *));
    if (member == NULL) {
        return false;
    }

    for (i = 0; i < f->ngroups; i++) {
        f->group[i].host = member;
        member += f->group[i].count;
        f->group[i].count = 0;
    }

    for (i = 0; i < f->nhosts; i++) {
        for (k = 0; k < f->host[i].groups.count; k++) {
            g = &f->group[*number++];
            g->host[g->count++] = &f->host[i];
        }
    }

    return true;
}


void
bmc_fleet_groups(bmc_conf_t *cf)
{
    size_t        i, total;
    uint32_t     *number;
    bmc_fleet_t  *f;

    f = cf->fleet;

    for (i = 0, total = 0; i < f->nhosts; i++) {
        total += f->host[i].groups.count;
    }

    if (total == 0) {
        return;
    }

    number = calloc(total, sizeof(uint32_t));

    if (number == NULL || !groups_count(cf, number)
        || !groups_fill(cf, number, total))
    {
        bmc_conf_failed(cf);
    }

    free(number);
}
