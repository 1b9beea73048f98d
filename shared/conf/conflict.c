
/*
 * Copyright (C) the bmcgate authors
 *
 * What two hosts must not share.
 */


#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "conf/parse.h"
#include "drivers/driver.h"


typedef struct {
    uint64_t               key;
    const bmc_hostconf_t  *host;
    const char            *address;
    unsigned               driver;   /* of host->driver */
} conflict_t;


static int
conflict_compare(const void *a, const void *b)
{
    const conflict_t  *one, *two;

    one = a;
    two = b;

    if (one->key != two->key) {
        return (one->key < two->key) ? -1 : 1;
    }

    return (one->host->index < two->host->index) ? -1
           : (one->host->index > two->host->index);
}


/* machines of one address may have BMCs behind several of its ports */

static int64_t
conflict_port(const conflict_t *c)
{
    const char        *conf;
    const bmc_word_t  *w;

    w = bmc_conf_word(c->host->driver[c->driver]->words, "port");
    conf = c->host->dconf[c->driver];

    /* a host with errors may have got no words of its driver's */

    if (w == NULL || w->type != BMC_WORD_NUMBER || conf == NULL) {
        return 0;
    }

    return *(const int64_t *) (conf + w->offset);
}


static uint64_t
conflict_key(const conflict_t *c)
{
    int64_t      port;
    uint64_t     key;
    const char  *driver;

    port = conflict_port(c);
    driver = c->host->driver[c->driver]->name;

    key = bmc_fleet_mix(0, c->address, strlen(c->address));
    key = bmc_fleet_mix(key, driver, strlen(driver));

    return bmc_fleet_mix(key, &port, sizeof(port));
}


static bool
conflict_driver(const bmc_driver_t *d)
{
    return strcmp(d->name, "sim") != 0 && strcmp(d->name, "unmanaged") != 0;
}


/* address and driver of every host to list, or, without a list, their count */

static size_t
conflict_addresses(const bmc_fleet_t *f, conflict_t *list)
{
    size_t                 i, k, n;
    conflict_t             c;
    const bmc_hostconf_t  *h;

    for (i = 0, n = 0; i < f->nhosts; i++) {
        h = &f->host[i];
        c.host = h;

        for (c.driver = 0; c.driver < h->ndrivers; c.driver++) {
            if (!conflict_driver(h->driver[c.driver])) {
                continue;
            }

            for (k = 0; k < h->address.count; k++, n++) {
                if (list == NULL) {
                    continue;
                }

                c.address = h->address.word[k];
                c.key = conflict_key(&c);
                list[n] = c;
            }
        }
    }

    return n;
}


static bool
conflict_same(const conflict_t *a, const conflict_t *b)
{
    return a->host != b->host && strcmp(a->host->name, b->host->name) != 0
           && a->host->driver[a->driver] == b->host->driver[b->driver]
           && strcmp(a->address, b->address) == 0
           && conflict_port(a) == conflict_port(b);
}


static void
conflict_address(bmc_conf_t *cf, const conflict_t *list, size_t n)
{
    size_t             i, k;
    const conflict_t  *c, *was;

    /* equal keys lie together, by host: the first that is the same is told */

    for (i = 1, k = 0; i < n; i++) {
        c = &list[i];

        if (c->key != list[k].key) {
            k = i;
        }

        for (was = &list[k]; was < c; was++) {
            if (conflict_same(was, c)) {
                bmc_conf_error_at(cf, c->host->file, c->host->line,
                                  "address %s is already that of host "
                                  "\"%s\" (%s:%u)", c->address,
                                  was->host->name, was->host->file,
                                  was->host->line);
                break;
            }
        }
    }
}


int32_t
bmc_fleet_snmp_index(const bmc_hostconf_t *h)
{
    uint64_t  hash;
    int32_t   n;

    if (h->snmp_index != 0) {
        return (int32_t) h->snmp_index;
    }

    hash = bmc_hash(h->name, strlen(h->name));
    n = (int32_t) ((hash ^ (hash >> 32)) & INT32_MAX);

    return (n == 0) ? 1 : n;
}


/* who goes without snmp{} is not bothered with hashes that collide */

static size_t
conflict_indexes(bmc_conf_t *cf, conflict_t *list)
{
    size_t                 i, n;
    const bmc_hostconf_t  *h;

    for (i = 0, n = 0; i < cf->fleet->nhosts; i++) {
        h = &cf->fleet->host[i];

        if (h->snmp_index == 0 && cf->snmp_at.line == 0) {
            continue;
        }

        if (list != NULL) {
            memset(&list[n], 0, sizeof(conflict_t));
            list[n].key = (uint64_t) bmc_fleet_snmp_index(h);
            list[n].host = h;
        }

        n++;
    }

    return n;
}


static void
conflict_index(bmc_conf_t *cf, const conflict_t *list, size_t n)
{
    size_t                 i;
    const bmc_hostconf_t  *a, *b;

    for (i = 1; i < n; i++) {
        a = list[i - 1].host;
        b = list[i].host;

        if (list[i - 1].key != list[i].key
            || strcmp(a->name, b->name) == 0)
        {
            continue;
        }

        if (a->snmp_index != 0 && b->snmp_index != 0) {
            bmc_conf_error_at(cf, b->file, b->line, "snmp_index %lld is "
                              "already that of host \"%s\" (%s:%u)",
                              (long long) b->snmp_index, a->name, a->file,
                              a->line);

        } else {
            bmc_conf_error_at(cf, b->file, b->line, "host \"%s\" has the "
                              "same SNMP index, %lld, as host \"%s\" "
                              "(%s:%u): give one of them another with "
                              "\"snmp_index\"", b->name,
                              (long long) list[i].key, a->name, a->file,
                              a->line);
        }
    }
}


void
bmc_fleet_conflicts(bmc_conf_t *cf)
{
    size_t       n, m;
    conflict_t  *list;

    n = conflict_addresses(cf->fleet, NULL);
    m = conflict_indexes(cf, NULL);

    if (n + m == 0) {
        return;
    }

    list = calloc((n > m) ? n : m, sizeof(conflict_t));
    if (list == NULL) {
        bmc_conf_failed(cf);
        return;
    }

    (void) conflict_addresses(cf->fleet, list);
    qsort(list, n, sizeof(conflict_t), conflict_compare);
    conflict_address(cf, list, n);

    (void) conflict_indexes(cf, list);
    qsort(list, m, sizeof(conflict_t), conflict_compare);
    conflict_index(cf, list, m);

    free(list);
}
