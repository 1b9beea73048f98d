
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
#include <sys/socket.h>

#include "base/clock.h"
#include "ctl/discover.h"
#include "ctl/out.h"


#define DISCOVER_FILE  (64 * 1024 * 1024)


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
discover_cidrs(bmc_discover_t *d)
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
discover_wanted(const bmc_discover_t *d, const bmc_lease_t *lease)
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


static unsigned
discover_family(const bmc_lease_t *lease)
{
    return strchr(lease->address, ':') != NULL ? 1 : 0;
}


/* those left of the file that are ours, and have not been told yet */

static void
discover_choose(bmc_discover_t *d)
{
    size_t        i, n;
    bmc_lease_t  *lease;

    for (i = 0, n = 0; i < d->leases.n; i++) {
        lease = &d->leases.lease[i];

        if (discover_wanted(d, lease)
            && (d->told == NULL || !bmc_discover_told(d, lease)))
        {
            d->leases.lease[n++] = *lease;
        }
    }

    d->leases.n = n;
}


/* all addresses of one family; libcurl and a socket only if there is one */

static bool
discover_scan(bmc_discover_t *d, unsigned family, const char **address)
{
    char         why[BMC_TEXT_MAX];
    size_t       i, n;
    bmc_scan_t  *s;

    for (i = 0, n = 0; i < d->leases.n; i++) {
        if (discover_family(&d->leases.lease[i]) == family) {
            address[n++] = d->leases.lease[i].address;
        }
    }

    if (n == 0 || d->ctl->signo != 0) {
        return true;
    }

    s = &d->scan[family];
    d->scans[family] = true;

    if (!bmc_scan_list(s, family == 0 ? AF_INET : AF_INET6, address, n,
                       (uint16_t) d->probe.port, d->probe.rate, why)
        || !bmc_web_open(s, (uint16_t) d->probe.web, why))
    {
        bmc_ctl_error("%s", why);
        return false;
    }

    bmc_scan_run(s, d->ctl);

    return true;
}


static bool
discover_ask(bmc_discover_t *d)
{
    bool          ok;
    const char  **address;

    address = calloc(d->leases.n + 1, sizeof(char *));

    if (address == NULL) {
        bmc_ctl_error("out of memory");
        return false;
    }

    ok = discover_scan(d, 0, address) && discover_scan(d, 1, address);
    free(address);

    return ok;
}


static void
discover_rows(bmc_discover_t *d)
{
    size_t                    i, at;
    unsigned                  family;
    const bmc_scan_t         *s;
    const bmc_lease_t        *lease;
    const bmc_scan_target_t  *t;

    for (i = 0; i < d->leases.n; i++) {
        lease = &d->leases.lease[i];
        family = discover_family(lease);
        s = &d->scan[family];
        t = NULL;

        if (d->scans[family]) {
            at = bmc_scan_find(s, lease->address);
            t = at < s->ntargets ? &s->target[at] : NULL;
        }

        /* who was not heard because of a signal is not silent */

        if (d->ctl->signo == 0 || bmc_probe_heard(t)) {
            bmc_discover_lease(d, lease, s, t);
        }
    }
}


static bool
discover_show(const bmc_discover_t *d)
{
    bool     ok;
    size_t   i;
    json_t  *row;

    if (d->told == NULL || d->ctl->out != BMC_OUT_JSON) {
        return bmc_out_rows(d->ctl->out, d->rows, &bmc_shape_leases, "name");
    }

    ok = true;

    json_array_foreach(d->rows, i, row) {
        ok = ok && bmc_out_json(row, true);
    }

    return ok;
}


/* what was asked and how it ended, beyond the rows */

static int
discover_say(const bmc_discover_t *d)
{
    bool      unsent;
    size_t    asked, ended;
    unsigned  i;

    asked = 0;
    ended = 0;
    unsent = false;

    for (i = 0; i < 2; i++) {
        if (d->scans[i]) {
            asked += d->scan[i].nasked;
            ended += bmc_scan_ended(&d->scan[i]);
            unsent = bmc_probe_unsent(&d->scan[i]) || unsent;
        }
    }

    if (d->ctl->signo != 0) {
        bmc_ctl_error("interrupted when %zu of %zu addresses were done%s",
                      ended, asked, bmc_words_has(&d->ctl->args,
                                                  BMC_OPT_WRITE)
                      ? "; nothing was written" : "");

    } else if (d->probe.write) {
        bmc_ctl_error("%u added, %u changed, %u as they were, %u failed, %u"
                      " left out", d->added, d->changed, d->known, d->failed,
                      d->left);
    }

    /* who watches will ask again */

    return d->failed > 0 || (unsent && d->told == NULL) ? BMC_FAILED : BMC_OK;
}


static int
discover_run(bmc_discover_t *d, const bmc_buf_t *text)
{
    bool  again;
    char  why[BMC_TEXT_MAX];

    again = json_object_size(d->told) > 0;

    if (!bmc_leases_parse(&d->leases, d->file, text->data, text->len,
                          bmc_wall() / 1000, why))
    {
        if (strcmp(why, d->said) != 0) {
            bmc_ctl_error("%s", why);
            memcpy(d->said, why, sizeof(why));
        }

        return BMC_FAILED;
    }

    d->said[0] = '\0';
    discover_choose(d);

    if (!discover_ask(d)) {
        return BMC_FAILED;
    }

    if (d->ctl->signo != 0) {
        d->probe.write = false;
    }

    discover_rows(d);

    /* one who watches is ended by a signal, and does not miss the rest */

    if (d->told != NULL
        && (d->ctl->signo != 0 || (again && json_array_size(d->rows) == 0)))
    {
        return BMC_OK;
    }

    if (!discover_show(d)) {
        return BMC_FAILED;
    }

    (void) bmc_ctl_flush();

    return discover_say(d);
}


static void
discover_forget(bmc_discover_t *d)
{
    unsigned  i;

    for (i = 0; i < 2; i++) {
        if (d->scans[i]) {
            bmc_scan_free(&d->scan[i]);
            d->scans[i] = false;
        }
    }

    json_decref(d->rows);
    bmc_leases_free(&d->leases);
}


int
bmc_discover_once(bmc_discover_t *d)
{
    int        status;
    bmc_buf_t  text;

    memset(&text, 0, sizeof(bmc_buf_t));
    d->rows = json_array();
    d->due = BMC_DISCOVER_NEVER;
    d->added = 0;
    d->changed = 0;
    d->known = 0;
    d->failed = 0;
    d->left = 0;

    status = discover_read(d->file, &text) ? discover_run(d, &text)
                                           : BMC_FAILED;
    discover_forget(d);
    bmc_buf_free(&text);

    return status;
}


static int
discover_leases(bmc_ctl_t *c, const char *file)
{
    int              status;
    bmc_discover_t  *d;

    d = calloc(1, sizeof(bmc_discover_t));

    if (d == NULL) {
        bmc_ctl_error("out of memory");
        return BMC_FAILED;
    }

    d->ctl = c;
    d->file = file;
    d->all = bmc_words_has(&c->args, BMC_OPT_ALL);

    if (!bmc_probe_options(&d->probe, c) || !discover_cidrs(d)) {
        status = BMC_USAGE;

    } else if (!bmc_ctl_loop_open(c)) {
        status = BMC_FAILED;

    } else if (bmc_words_has(&c->args, BMC_OPT_WATCH)) {
        status = bmc_discover_watch(d);

    } else {
        status = bmc_discover_once(d);
    }

    json_decref(d->told);
    free(d->cidr);
    free(d);

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
               && discover_alone(a, BMC_OPT_WATCH, BMC_OPT_ALL, "--leases")
               ? bmc_do_scan(c, net) : BMC_USAGE;
    }

    return bmc_words_has(a, BMC_OPT_WRITE)
           || discover_alone(a, BMC_OPT_ALL, BMC_OPT_ALL, "--write")
           ? discover_leases(c, file) : BMC_USAGE;
}
