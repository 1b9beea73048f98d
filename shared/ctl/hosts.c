
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "ctl/ctl.h"


static void
hosts_each(void *data, const bmc_hostconf_t *h)
{
    bmc_ctl_t  *c;

    c = data;

    if (c->nhosts < bmc_host_count(c->base)) {
        c->host[c->nhosts++] = h;
    }
}


static bool
hosts_in_group(const bmc_hostconf_t *h, const char *group)
{
    size_t       i;
    const char  *s;

    for (i = 0; (s = bmc_host_group(h, i)) != NULL; i++) {
        if (strcmp(s, group) == 0) {
            return true;
        }
    }

    return false;
}


static bool
hosts_group_known(const bmc_ctl_t *c, const char *group)
{
    size_t                 i, j;
    const char            *s;
    bmc_nearest_t          nearest;
    const bmc_hostconf_t  *h;

    bmc_nearest_init(&nearest, group);

    for (i = 0; i < bmc_host_count(c->base); i++) {
        h = bmc_host_at(c->base, i);

        for (j = 0; (s = bmc_host_group(h, j)) != NULL; j++) {
            if (strcmp(s, group) == 0) {
                return true;
            }

            bmc_nearest_offer(&nearest, s);
        }
    }

    if (nearest.best != NULL) {
        bmc_ctl_error("no group \"%s\" (did you mean %s?)", group,
                      nearest.best);

    } else {
        bmc_ctl_error("no group \"%s\"", group);
    }

    return false;
}


/* those that words named, in c->host, and those of the groups, once each */

static void
hosts_merge(bmc_ctl_t *c, const bmc_hostconf_t **named, size_t nnamed)
{
    bool                   wanted;
    size_t                 i, j, k;
    const char            *group;
    const bmc_hostconf_t  *h;

    k = 0;
    c->nhosts = 0;

    for (i = 0; i < bmc_host_count(c->base); i++) {
        h = bmc_host_at(c->base, i);
        wanted = k < nnamed && named[k] == h;
        k += wanted;

        for (j = 0; !wanted; j++) {
            group = bmc_words_nth(&c->args, BMC_OPT_GROUP, j);

            if (group == NULL) {
                break;
            }

            wanted = hosts_in_group(h, group);
        }

        if (wanted) {
            hosts_each(c, h);
        }
    }
}


bool
bmc_ctl_hosts(bmc_ctl_t *c)
{
    bool                    ok;
    size_t                  i, n, first, count;
    const char             *group;
    const bmc_hostconf_t  **named;
    char                    why[BMC_TEXT_MAX];

    n = bmc_host_count(c->base);
    c->host = calloc(n + 1, sizeof(bmc_hostconf_t *));
    named = calloc(n + 1, sizeof(bmc_hostconf_t *));

    if (c->host == NULL || named == NULL) {
        bmc_ctl_error("out of memory");
        free(named);
        return false;
    }

    ok = true;
    bmc_words_hosts(&c->args, &first, &count);

    if (count > 0
        && !bmc_hosts_match(c->base, &c->args.word[first], count, hosts_each,
                            c, why))
    {
        bmc_ctl_error("%s", why);
        ok = false;
    }

    memcpy(named, c->host, c->nhosts * sizeof(bmc_hostconf_t *));

    for (i = 0; ok; i++) {
        group = bmc_words_nth(&c->args, BMC_OPT_GROUP, i);

        if (group == NULL) {
            break;
        }

        ok = hosts_group_known(c, group);
    }

    if (ok && i > 0) {
        hosts_merge(c, named, c->nhosts);

    } else if (ok && count == 0) {
        for (i = 0; i < n; i++) {
            hosts_each(c, bmc_host_at(c->base, i));
        }
    }

    free(named);

    return ok;
}
