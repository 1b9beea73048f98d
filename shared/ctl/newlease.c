
/*
 * Copyright (C) the bmcgate authors
 *
 * A lease that was asked: what it is to us, and its host in hosts.d.
 */


#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ctl/discover.h"
#include "ctl/host.h"
#include "ctl/out.h"


/* the MAC says who it is; an address may have been somebody else's */

static const bmc_hostconf_t *
newlease_known(const bmc_discover_t *d, const bmc_lease_t *lease)
{
    size_t                 i;
    const bmc_hostconf_t  *h, *found;

    found = NULL;

    for (i = 0; i < bmc_host_count(d->ctl->base); i++) {
        h = bmc_host_at(d->ctl->base, i);

        if (strcasecmp(bmc_host_mac(h), lease->mac) == 0) {
            return h;
        }

        if (bmc_host_mac(h)[0] == '\0'
            && strcmp(bmc_host_address(h), lease->address) == 0)
        {
            found = h;
        }
    }

    return found;
}


/* the lease's own name, unless a host is called that; else bmc-92a4… */

static void
newlease_name(const bmc_discover_t *d, const bmc_lease_t *lease,
    char name[BMC_NAME_MAX])
{
    size_t  i, n;

    if (lease->name[0] != '\0' && bmc_host(d->ctl->base, lease->name) == NULL)
    {
        memcpy(name, lease->name, BMC_NAME_MAX);
        return;
    }

    n = 4;
    memcpy(name, "bmc-", n);

    for (i = 0; lease->mac[i] != '\0'; i++) {
        if (lease->mac[i] != ':') {
            name[n++] = lease->mac[i];
        }
    }

    name[n] = '\0';
}


static const char *
newlease_add(bmc_discover_t *d, const bmc_lease_t *lease,
    const bmc_scan_target_t *t, const char *name)
{
    int                rc;
    size_t             n;
    bmc_hostword_t     w[BMC_PROBE_WORDS + 1];
    bmc_probe_words_t  words;
    char               why[BMC_TEXT_MAX];

    n = bmc_probe_words(&words, &d->probe, t, lease->address, why);
    memcpy(w, words.word, sizeof(words.word));

    if (n == 0 || !bmc_hostword_make(&w[n++], "mac", lease->mac, why)) {
        bmc_ctl_error("%s: %s", name, why);
        rc = BMC_USAGE;

    } else {
        rc = bmc_hosts_add(d->ctl, name, w, n);
    }

    if (rc != BMC_OK) {
        d->failed++;
        return "failed";
    }

    d->added++;

    return "added";
}


static const char *
newlease_new(bmc_discover_t *d, const bmc_lease_t *lease,
    const bmc_scan_target_t *t, const char *name, bool *quiet)
{
    *quiet = !bmc_probe_usable(t) && !d->all;

    if (*quiet) {
        d->left++;
        return bmc_probe_heard(t) ? "unusable" : "silent";
    }

    return d->probe.write ? newlease_add(d, lease, t, name) : "new";
}


/* the host's address, whether it answers there by now or not */

static const char *
newlease_move(bmc_discover_t *d, const bmc_lease_t *lease,
    const bmc_hostconf_t *h)
{
    bmc_hostword_t  w;
    char            why[BMC_TEXT_MAX];

    if (strcmp(bmc_host_address(h), lease->address) == 0) {
        d->known++;
        return "known";
    }

    if (!d->probe.write) {
        return "moved";
    }

    if (!bmc_hostword_make(&w, "address", lease->address, why)
        || bmc_hosts_set(d->ctl, bmc_host_name(h), &w, 1) != BMC_OK)
    {
        d->failed++;
        return "failed";
    }

    d->changed++;

    return "changed";
}


void
bmc_discover_lease(bmc_discover_t *d, const bmc_lease_t *lease,
    const bmc_scan_t *s, const bmc_scan_target_t *t)
{
    bool                   quiet;
    json_t                *row;
    const char            *state;
    char                   name[BMC_NAME_MAX];
    const bmc_hostconf_t  *h;

    quiet = false;
    row = json_object();
    h = newlease_known(d, lease);

    if (h == NULL) {
        newlease_name(d, lease, name);
        state = newlease_new(d, lease, t, name, &quiet);

    } else {
        (void) snprintf(name, sizeof(name), "%s", bmc_host_name(h));
        bmc_row_text(row, "host", name);
        state = newlease_move(d, lease, h);
    }

    bmc_row_text(row, "name", name);
    bmc_row_text(row, "mac", lease->mac);
    bmc_row_text(row, "address", lease->address);
    bmc_probe_facts(row, s, t);
    bmc_row_text(row, "state", state);

    /* what failed is tried again when the file has changed */

    if (strcmp(state, "failed") == 0
        || bmc_discover_tell(d, lease, state, quiet))
    {
        (void) json_array_append(d->rows, row);
    }

    json_decref(row);
}
