
/*
 * Copyright (C) the bmcgate authors
 *
 * All files are read: what every host is, in the end.
 */


#include <string.h>

#include "conf/parse.h"
#include "drivers/driver.h"


#define FINISH_POLL     30000
#define FINISH_TIMEOUT  5000


/* not for tables: for noticing that something has changed */

uint64_t
bmc_fleet_mix(uint64_t h, const void *s, size_t len)
{
    uint64_t              v;
    const unsigned char  *p;

    h ^= (len + 1) * 0x9e3779b97f4a7c15u;

    for (p = s; len > 0; /* void */ ) {
        v = 0;

        if (len >= sizeof(v)) {
            memcpy(&v, p, sizeof(v));
            p += sizeof(v);
            len -= sizeof(v);

        } else {
            memcpy(&v, p, len);
            len = 0;
        }

        h = (h ^ v) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }

    return h;
}


static uint64_t
finish_mix(uint64_t h, const char *s)
{
    return (s == NULL) ? h + 1 : bmc_fleet_mix(h, s, strlen(s));
}


static uint64_t
finish_print(const bmc_hostconf_t *h)
{
    size_t    i;
    uint64_t  p;
    int64_t   n[6];

    p = finish_mix(0, h->name);

    for (i = 0; i < h->address.count; i++) {
        p = finish_mix(p, h->address.word[i]);
    }

    p = finish_mix(p, h->mac);

    for (i = 0; i < h->groups.count; i++) {
        p = finish_mix(p, h->groups.word[i]);
    }

    p = finish_mix(p, h->user);

    n[0] = (int64_t) bmc_secret_print(h->password);
    n[1] = h->poll;
    n[2] = h->timeout;
    n[3] = h->snmp_index;
    n[4] = (int64_t) h->quirks_on;
    n[5] = (int64_t) h->quirks_off;

    return bmc_fleet_mix(p, n, sizeof(n));
}


static void
finish_drivers(bmc_conf_t *cf, bmc_hostconf_t *h, bmc_hostread_t *r)
{
    const bmc_hostconf_t  *d;

    d = &cf->defaults;

    if (h->ndrivers > 0 || r->unknown) {
        return;
    }

    if (d->ndrivers > 0 || cf->defaults_read.unknown) {
        memcpy(h->driver, d->driver, sizeof(h->driver));
        h->ndrivers = d->ndrivers;
        h->picks = d->picks;
        r->unknown = cf->defaults_read.unknown;
        return;
    }

    if (bmc_host_auto(h) > 0) {
        return;
    }

    r->unknown = true;

    if (!cf->auto_said && !cf->torn) {
        cf->auto_said = true;
        bmc_conf_error_at(cf, h->file, h->line, "driver \"auto\" needs the "
                          "ipmi or the redfish driver, and this build has "
                          "neither");
    }
}


/* the host's own word about a quirk is the last */

static void
finish_quirks(bmc_hostconf_t *h, const bmc_hostconf_t *d)
{
    uint64_t  said;

    said = h->quirks_on | h->quirks_off;
    h->quirks_on |= d->quirks_on & ~said;
    h->quirks_off |= d->quirks_off & ~said;
}


static void
finish_host(bmc_conf_t *cf, bmc_hostconf_t *h, bmc_hostread_t *r)
{
    uint64_t               print;
    const bmc_hostconf_t  *d;

    d = &cf->defaults;

    if (r->torn) {
        return;
    }

    finish_drivers(cf, h, r);

    if (h->user == NULL) {
        h->user = d->user;
    }

    if (h->password == NULL) {
        h->password = d->password;
    }

    if (h->poll == -1) {
        h->poll = (d->poll == -1) ? FINISH_POLL : d->poll;
    }

    if (h->timeout == -1) {
        h->timeout = (d->timeout == -1) ? FINISH_TIMEOUT : d->timeout;
    }

    finish_quirks(h, d);
    print = bmc_driver_finish(cf, h, r);

    h->fingerprint = print ^ finish_print(h);
    cf->fleet->fingerprint = (cf->fleet->fingerprint ^ h->fingerprint)
                             * 0xff51afd7ed558ccdu;
}


static void
finish_index(bmc_conf_t *cf)
{
    size_t                 i;
    uint32_t               was;
    bmc_fleet_t           *f;
    const bmc_hostconf_t  *h;

    f = cf->fleet;

    if (!bmc_index_reserve(&cf->own->hosts, f->nhosts)) {
        bmc_conf_failed(cf);
        return;
    }

    for (i = 0; i < f->nhosts; i++) {
        h = &f->host[i];
        was = bmc_index_put(&cf->own->hosts, h->name, (uint32_t) i,
                            &cf->failed);

        if (was != BMC_INDEX_NONE) {
            bmc_conf_error_at(cf, h->file, h->line, "host \"%s\" is already "
                              "defined at %s:%u", h->name,
                              f->host[was].file, f->host[was].line);
        }
    }
}


void
bmc_fleet_finish(bmc_conf_t *cf)
{
    size_t        i;
    bmc_fleet_t  *f;

    f = cf->fleet;

    if (cf->defaults.line == 0) {
        cf->defaults.poll = -1;
        cf->defaults.timeout = -1;
    }

    finish_index(cf);

    for (i = 0; i < f->nhosts && !cf->failed; i++) {
        finish_host(cf, &f->host[i], &cf->host[i]);
    }

    if (cf->failed) {
        return;
    }

    bmc_fleet_groups(cf);
    bmc_fleet_conflicts(cf);
    bmc_policy_finish(cf);
}
