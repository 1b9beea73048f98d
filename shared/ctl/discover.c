
/*
 * Copyright (C) the bmcgate authors
 *
 * From leases, or a network, to hosts.
 */


#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "ctl/host.h"
#include "ctl/leases.h"
#include "ctl/out.h"
#include "ctl/scan.h"


#define DISCOVER_FILE  (64 * 1024 * 1024)


typedef struct {
    bmc_ctl_t     *ctl;
    bmc_leases_t   leases;
    bmc_cidr_t    *cidr;
    size_t         ncidrs;
    json_t        *rows;
    unsigned       added;
    unsigned       changed;
    unsigned       known;
    unsigned       failed;
} discover_t;


static bool
discover_read(const char *file, bmc_buf_t *text)
{
    FILE    *f;
    char     chunk[16384];
    size_t   n;

    f = fopen(file, "re");

    if (f == NULL) {
        bmc_ctl_error("%s: %s", file, strerror(errno));
        return false;
    }

    while (text->len <= DISCOVER_FILE
           && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
    {
        bmc_buf_add(text, chunk, n);
    }

    if (ferror(f) || text->len > DISCOVER_FILE
        || bmc_buf_text(text) == NULL)
    {
        bmc_ctl_error("%s: %s", file, ferror(f) ? strerror(errno)
                      : "larger than 64 MB");
        (void) fclose(f);
        return false;
    }

    (void) fclose(f);

    return true;
}


static bool
discover_cidrs(discover_t *d)
{
    size_t       n;
    const char  *value;
    char         why[BMC_TEXT_MAX];

    for (n = 0; bmc_words_nth(&d->ctl->args, BMC_OPT_CIDR, n) != NULL; n++) {
        /* void */
    }

    d->cidr = calloc(n + 1, sizeof(bmc_cidr_t));

    if (d->cidr == NULL) {
        bmc_ctl_error("out of memory");
        return false;
    }

    for (n = 0; ; n++) {
        value = bmc_words_nth(&d->ctl->args, BMC_OPT_CIDR, n);

        if (value == NULL) {
            d->ncidrs = n;
            return true;
        }

        if (!bmc_cidr_parse(value, &d->cidr[n], why)) {
            bmc_ctl_error("option --cidr: %s", why);
            return false;
        }
    }
}


static bool
discover_wanted(const discover_t *d, const bmc_lease_t *lease)
{
    size_t       i;
    const char  *pattern;

    for (i = 0; ; i++) {
        pattern = bmc_words_nth(&d->ctl->args, BMC_OPT_IGNORE_MAC, i);

        if (pattern == NULL) {
            break;
        }

        if (fnmatch(pattern, lease->mac, FNM_CASEFOLD) == 0) {
            return false;
        }
    }

    for (i = 0; i < d->ncidrs; i++) {
        if (bmc_cidr_holds(&d->cidr[i], lease->address)) {
            return true;
        }
    }

    return d->ncidrs == 0;
}


/* the MAC says who it is; an address may have been somebody else's */

static const bmc_hostconf_t *
discover_known(const discover_t *d, const bmc_lease_t *lease)
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
discover_name(const discover_t *d, const bmc_lease_t *lease,
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
discover_add(discover_t *d, const bmc_lease_t *lease, const char *name)
{
    int             rc;
    const char     *driver;
    bmc_hostword_t  w[3];
    char            why[BMC_TEXT_MAX];

    driver = bmc_words_value(&d->ctl->args, BMC_OPT_DRIVER);

    if (!bmc_hostword_make(&w[0], "driver",
                           driver == NULL ? "auto" : driver, why)
        || !bmc_hostword_make(&w[1], "address", lease->address, why)
        || !bmc_hostword_make(&w[2], "mac", lease->mac, why))
    {
        bmc_ctl_error("%s: %s", name, why);
        rc = BMC_USAGE;

    } else {
        rc = bmc_hosts_add(d->ctl, name, w, 3);
    }

    if (rc != BMC_OK) {
        d->failed++;
        return "failed";
    }

    d->added++;

    return "added";
}


static const char *
discover_move(discover_t *d, const bmc_lease_t *lease,
    const bmc_hostconf_t *h)
{
    bmc_hostword_t  w;
    char            why[BMC_TEXT_MAX];

    if (!bmc_hostword_make(&w, "address", lease->address, why)
        || bmc_hosts_set(d->ctl, bmc_host_name(h), &w, 1) != BMC_OK)
    {
        d->failed++;
        return "failed";
    }

    d->changed++;

    return "changed";
}


static void
discover_lease(discover_t *d, const bmc_lease_t *lease)
{
    bool                   writes;
    json_t                *row;
    const char            *state;
    char                   name[BMC_NAME_MAX];
    const bmc_hostconf_t  *h;

    row = json_object();
    h = discover_known(d, lease);
    writes = bmc_words_has(&d->ctl->args, BMC_OPT_WRITE);

    if (h == NULL) {
        discover_name(d, lease, name);
        state = writes ? discover_add(d, lease, name) : "new";

    } else {
        (void) snprintf(name, sizeof(name), "%s", bmc_host_name(h));
        bmc_row_text(row, "host", name);

        if (strcmp(bmc_host_address(h), lease->address) == 0) {
            state = "known";
            d->known++;

        } else {
            state = writes ? discover_move(d, lease, h) : "moved";
        }
    }

    bmc_row_text(row, "name", name);
    bmc_row_text(row, "mac", lease->mac);
    bmc_row_text(row, "address", lease->address);
    bmc_row_text(row, "state", state);
    (void) json_array_append_new(d->rows, row);
}


static int
discover_run(discover_t *d, const char *file, const bmc_buf_t *text)
{
    size_t  i;
    char    why[BMC_TEXT_MAX];

    if (!bmc_leases_parse(&d->leases, file, text->data, text->len,
                          bmc_wall() / 1000, why))
    {
        bmc_ctl_error("%s", why);
        return BMC_FAILED;
    }

    for (i = 0; i < d->leases.n; i++) {
        if (discover_wanted(d, &d->leases.lease[i])) {
            discover_lease(d, &d->leases.lease[i]);
        }
    }

    if (!bmc_out_rows(d->ctl->out, d->rows, &bmc_shape_leases, "name")) {
        return BMC_FAILED;
    }

    if (bmc_words_has(&d->ctl->args, BMC_OPT_WRITE)) {
        (void) bmc_ctl_flush();
        bmc_ctl_error("%u added, %u changed, %u as they were, %u failed",
                      d->added, d->changed, d->known, d->failed);
    }

    return d->failed > 0 ? BMC_FAILED : BMC_OK;
}


static int
discover_leases(bmc_ctl_t *c, const char *file)
{
    int         status;
    bmc_buf_t   text;
    discover_t  d;

    memset(&d, 0, sizeof(discover_t));
    memset(&text, 0, sizeof(bmc_buf_t));
    d.ctl = c;
    d.rows = json_array();

    if (!discover_cidrs(&d)) {
        status = BMC_USAGE;

    } else if (!discover_read(file, &text)) {
        status = BMC_FAILED;

    } else {
        status = discover_run(&d, file, &text);
    }

    json_decref(d.rows);
    bmc_leases_free(&d.leases);
    bmc_buf_free(&text);
    free(d.cidr);

    return status;
}


/* neither of two options goes with what was named */

static bool
discover_alone(const bmc_words_t *a, bmc_opt_id_t one, bmc_opt_id_t other,
    const char *with)
{
    bmc_opt_id_t  id;

    id = bmc_words_has(a, one) ? one : other;

    if (bmc_words_has(a, id)) {
        bmc_ctl_error("option --%s goes with %s only", bmc_options[id].name,
                      with);
        return false;
    }

    return true;
}


int
bmc_do_discover(bmc_ctl_t *c)
{
    const char         *file, *net;
    const bmc_words_t  *a;

    a = &c->args;
    file = bmc_words_value(a, BMC_OPT_LEASES);
    net = a->nwords > 0 ? a->word[0] : NULL;

    if ((file == NULL) == (net == NULL)) {
        bmc_ctl_error("\"discover\" wants %s", file == NULL
                      ? "a network, as 10.0.0.0/24, or --leases FILE"
                      : "a network or --leases FILE, not both");
        return BMC_USAGE;
    }

    if (net != NULL) {
        return discover_alone(a, BMC_OPT_CIDR, BMC_OPT_IGNORE_MAC,
                              "--leases")
               ? bmc_do_scan(c, net) : BMC_USAGE;
    }

    return discover_alone(a, BMC_OPT_PORT, BMC_OPT_RATE, "a network")
           ? discover_leases(c, file) : BMC_USAGE;
}
