
/*
 * Copyright (C) the bmcgate authors
 *
 * What a scan found: shown, and written as hosts.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/host.h"
#include "ctl/out.h"
#include "ctl/probe.h"


#define FOUND_ARP  (4 * 1024 * 1024)


typedef struct {
    bmc_ctl_t              *ctl;
    bmc_probe_t             probe;
    bmc_scan_t              scan;
    const bmc_hostconf_t  **known;   /* by target */
    json_t                 *rows;
    bmc_newhost_t          *host;
    json_t                **row;     /* of each of those */
    size_t                  nhosts;
    unsigned                added;
    unsigned                as_it_was;
    bmc_buf_t               arp;
} found_t;


/* which of the configured hosts are in this network */

static bool
found_known(found_t *f)
{
    size_t                 i, k, at;
    const char            *address;
    const bmc_hostconf_t  *h;

    f->known = calloc(f->scan.ntargets, sizeof(bmc_hostconf_t *));

    if (f->known == NULL) {
        bmc_ctl_error("out of memory");
        return false;
    }

    for (i = 0; i < bmc_host_count(f->ctl->base); i++) {
        h = bmc_host_at(f->ctl->base, i);

        for (k = 0; (address = bmc_host_address_at(h, k)) != NULL; k++) {
            at = bmc_scan_find(&f->scan, address);

            if (at < f->scan.ntargets && f->known[at] == NULL) {
                f->known[at] = h;
            }
        }
    }

    return true;
}


/* bmc-10-0-0-7, and -2 behind it if that is another host's already */

static void
found_name(const found_t *f, const char *address, char name[BMC_NAME_MAX])
{
    int     n;
    size_t  i;

    (void) snprintf(name, BMC_NAME_MAX, "bmc-%s", address);

    for (i = 0; name[i] != '\0'; i++) {
        if (name[i] == '.' || name[i] == ':') {
            name[i] = '-';
        }
    }

    for (n = 2; bmc_host(f->ctl->base, name) != NULL; n++) {
        (void) snprintf(name + i, BMC_NAME_MAX - i, "-%d", n);
    }
}


static bool
found_new(found_t *f, size_t i, const char *name, const char *address,
    json_t *row)
{
    size_t              n;
    bmc_newhost_t      *h;
    bmc_probe_words_t   w;
    char                why[BMC_TEXT_MAX];

    h = &f->host[f->nhosts];
    f->row[f->nhosts++] = row;
    memcpy(h->name, name, sizeof(h->name));
    n = bmc_probe_words(&w, &f->probe, &f->scan.target[i], address, why);

    if (n == 0 || !bmc_host_text(&h->text, name, w.word, n, why)) {
        bmc_ctl_error("%s: %s", name, why);
        return false;
    }

    return true;
}


/* what either protocol says of it, and the neighbour's MAC */

static void
found_facts(const found_t *f, json_t *row, const bmc_scan_target_t *t,
    const char *address)
{
    char         mac[18];
    const char  *arp;

    bmc_probe_facts(row, &f->scan, t);
    arp = f->arp.data;

    if (arp != NULL && bmc_arp_find(arp, address, mac)) {
        bmc_row_text(row, "mac", mac);
    }
}


static bool
found_row(found_t *f, size_t i)
{
    bool                      ok, usable;
    char                      address[46], name[BMC_NAME_MAX];
    json_t                   *row;
    const char               *state;
    const bmc_scan_target_t  *t;

    ok = true;
    row = json_object();
    t = &f->scan.target[i];
    usable = bmc_probe_usable(t);
    bmc_scan_address(&f->scan, i, address);

    if (f->known[i] != NULL) {
        state = "known";
        f->as_it_was++;
        (void) snprintf(name, sizeof(name), "%s", bmc_host_name(f->known[i]));
        bmc_row_text(row, "host", name);

    } else {
        state = usable ? "new" : "unusable";
        found_name(f, address, name);
    }

    bmc_row_text(row, "name", name);
    bmc_row_text(row, "address", address);
    found_facts(f, row, t, address);
    bmc_row_text(row, "state", state);

    if (f->known[i] == NULL && usable && f->probe.write) {
        ok = found_new(f, i, name, address, row);
    }

    (void) json_array_append_new(f->rows, row);

    return ok;
}


static int
found_write(found_t *f)
{
    int     rc;
    size_t  i;

    rc = bmc_hosts_add_all(f->ctl, f->host, f->nhosts);

    for (i = 0; i < f->nhosts; i++) {
        f->added += f->host[i].written;
        bmc_row_text(f->row[i], "state", f->host[i].written ? "added"
                                                            : "failed");
    }

    return rc;
}


static bool
found_rows(found_t *f)
{
    bool    ok;
    size_t  i, n;

    ok = true;

    for (i = 0, n = 0; i < f->scan.ntargets; i++) {
        n += bmc_probe_heard(&f->scan.target[i]);
    }

    f->host = calloc(n + 1, sizeof(bmc_newhost_t));
    f->row = calloc(n + 1, sizeof(json_t *));

    if (f->host == NULL || f->row == NULL) {
        bmc_ctl_error("out of memory");
        return false;
    }

    for (i = 0; i < f->scan.ntargets; i++) {
        if (bmc_probe_heard(&f->scan.target[i])) {
            ok = found_row(f, i) && ok;
        }
    }

    return ok;
}


/* asking has just made the kernel look for those that are near */

static void
found_arp(found_t *f)
{
    FILE    *file;
    char     chunk[4096];
    size_t   n;

    file = fopen("/proc/net/arp", "re");

    if (file == NULL) {
        return;
    }

    while (f->arp.len < FOUND_ARP
           && (n = fread(chunk, 1, sizeof(chunk), file)) > 0)
    {
        bmc_buf_add(&f->arp, chunk, n);
    }

    (void) fclose(file);
    (void) bmc_buf_text(&f->arp);
}


/* what an interrupted scan found is shown, and not written */

static int
found_show(found_t *f)
{
    int  rc;

    f->probe.write = f->probe.write && f->ctl->signo == 0;

    found_arp(f);

    if (!found_known(f) || !found_rows(f)) {
        return BMC_FAILED;
    }

    rc = f->probe.write ? found_write(f) : BMC_OK;

    if (!bmc_out_rows(f->ctl->out, f->rows, &bmc_shape_scan, "name")) {
        return BMC_FAILED;
    }

    (void) bmc_ctl_flush();

    if (f->probe.write) {
        bmc_ctl_error("%u added, %u as they were, %zu failed", f->added,
                      f->as_it_was, f->nhosts - f->added);
    }

    return rc;
}


static int
found_run(found_t *f)
{
    int  rc;

    if (!bmc_ctl_loop_open(f->ctl)) {
        return BMC_FAILED;
    }

    bmc_scan_run(&f->scan, f->ctl);
    rc = found_show(f);

    if (f->ctl->signo != 0) {
        bmc_ctl_error("interrupted when %zu of %zu addresses were done%s",
                      bmc_scan_ended(&f->scan), f->scan.nasked,
                      bmc_words_has(&f->ctl->args, BMC_OPT_WRITE)
                      ? "; nothing was written" : "");
    }

    if (bmc_probe_unsent(&f->scan)) {
        rc = rc == BMC_OK ? BMC_FAILED : rc;
    }

    return rc;
}


static int
found_close(found_t *f, int rc)
{
    size_t  i;

    for (i = 0; i < f->nhosts; i++) {
        bmc_buf_free(&f->host[i].text);
    }

    bmc_buf_free(&f->arp);
    json_decref(f->rows);
    free(f->known);
    free(f->host);
    free(f->row);
    bmc_scan_free(&f->scan);

    return rc;
}


int
bmc_do_scan(bmc_ctl_t *c, const char *net)
{
    found_t     f;
    bmc_cidr_t  cidr;
    char        why[BMC_TEXT_MAX];

    memset(&f, 0, sizeof(found_t));
    f.ctl = c;

    if (!bmc_probe_options(&f.probe, c)) {
        return BMC_USAGE;
    }

    if (!bmc_cidr_parse(net, &cidr, why)) {
        bmc_ctl_error("%s", why);
        return BMC_USAGE;
    }

    if (!bmc_scan_init(&f.scan, &cidr, (uint16_t) f.probe.port, f.probe.rate,
                       why)
        || !bmc_web_open(&f.scan, (uint16_t) f.probe.web, why))
    {
        bmc_ctl_error("%s", why);
        return found_close(&f, BMC_USAGE);
    }

    f.rows = json_array();

    return found_close(&f, found_run(&f));
}
