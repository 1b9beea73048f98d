
/*
 * Copyright (C) the bmcgate authors
 *
 * Words people type, and the hosts they mean.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "conf/parse.h"


typedef struct {
    const bmc_fleet_t  *fleet;
    uint8_t            *marked;      /* by index */
    char               *why;
    bool                ok;
} match_t;


/* a host's name or a group's */

static bool
match_name(match_t *m, const char *name, size_t len)
{
    size_t                  i;
    const bmc_hostconf_t   *h;
    const bmc_groupconf_t  *g;

    h = bmc_fleet_host(m->fleet, name, len);

    if (h != NULL) {
        m->marked[h->index] = 1;
        return true;
    }

    g = bmc_fleet_group(m->fleet, name);

    if (g == NULL) {
        bmc_fleet_no_host(m->fleet, name, m->why);
        return false;
    }

    for (i = 0; i < g->count; i++) {
        m->marked[g->host[i]->index] = 1;
    }

    return true;
}


static bool
match_each(void *data, const char *name, size_t len)
{
    match_t  *m;

    m = data;
    m->ok = match_name(m, name, len);

    return m->ok;
}


static bool
match_range(match_t *m, const char *word)
{
    const char  *why;

    if (bmc_range_expand(word, match_each, m, &why) == -1) {
        snprintf(m->why, BMC_TEXT_MAX, "the range \"%.64s\" %s", word, why);
        return false;
    }

    return m->ok;
}


/* word is a glob, or GROUP/PATTERN */

static bool
match_all(match_t *m, const char *word)
{
    bool                   found;
    size_t                 i;
    const bmc_hostconf_t  *h;

    found = false;

    for (i = 0; i < m->fleet->nhosts; i++) {
        h = &m->fleet->host[i];

        if (bmc_fleet_pattern(m->fleet, word, h)) {
            m->marked[i] = 1;
            found = true;
        }
    }

    if (!found) {
        snprintf(m->why, BMC_TEXT_MAX, "no host matches \"%.64s\"", word);
    }

    return found;
}


static bool
match_word(match_t *m, const char *word)
{
    const char  *slash;

    slash = strchr(word, '/');

    switch (bmc_pattern_kind((slash == NULL) ? word : slash + 1)) {

    case BMC_PATTERN_NAME:
        return (slash != NULL) ? match_all(m, word)
                               : match_name(m, word, strlen(word));

    case BMC_PATTERN_RANGE:
        return (slash != NULL) ? match_all(m, word) : match_range(m, word);

    case BMC_PATTERN_GLOB:
        return match_all(m, word);

    case BMC_PATTERN_MIXED:
        break;
    }

    snprintf(m->why, BMC_TEXT_MAX, "\"%.64s\" mixes a range and a glob: "
             "make it two words", word);

    return false;
}


bool
bmc_fleet_match(const bmc_fleet_t *f, const char *const *words, size_t n,
    void (*each)(void *data, const bmc_hostconf_t *h), void *data,
    char why[BMC_TEXT_MAX])
{
    size_t   i;
    match_t  m;

    m.fleet = f;
    m.why = why;
    m.ok = true;
    m.marked = calloc(f->nhosts + 1, 1);

    if (m.marked == NULL) {
        snprintf(why, BMC_TEXT_MAX, "not enough memory");
        return false;
    }

    for (i = 0; i < n; i++) {
        if (!match_word(&m, words[i])) {
            free(m.marked);
            return false;
        }
    }

    for (i = 0; i < f->nhosts; i++) {
        if (m.marked[i]) {
            each(data, &f->host[i]);
        }
    }

    free(m.marked);

    return true;
}
