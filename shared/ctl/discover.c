
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
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "ctl/host.h"
#include "ctl/leases.h"
#include "ctl/out.h"
#include "ctl/scan.h"


#define DISCOVER_FILE  (64 * 1024 * 1024)
#define DISCOVER_LOOK  2000      /* ms from one look at the file to the next */


typedef struct {
    bmc_ctl_t     *ctl;
    bmc_leases_t   leases;
    bmc_cidr_t    *cidr;
    size_t         ncidrs;
    const char    *file;
    json_t        *rows;
    json_t        *seen;         /* MAC: address; NULL: we do not watch */
    struct stat    st;           /* of what was read; st_ino 0: read again */
    char           said[BMC_TEXT_MAX];
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


/* was it reported? */

static bool
discover_seen(const discover_t *d, const bmc_lease_t *lease)
{
    const char  *address;

    address = json_string_value(json_object_get(d->seen, lease->mac));

    return address != NULL && strcmp(address, lease->address) == 0;
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

    /* what failed is tried again when the file has changed */

    if (d->seen != NULL && strcmp(state, "failed") != 0) {
        (void) json_object_set_new(d->seen, lease->mac,
                                   json_string(lease->address));
    }
}


static bool
discover_show(const discover_t *d)
{
    bool     ok;
    size_t   i;
    json_t  *row;

    if (d->seen == NULL || d->ctl->out != BMC_OUT_JSON) {
        return bmc_out_rows(d->ctl->out, d->rows, &bmc_shape_leases, "name");
    }

    ok = true;

    json_array_foreach(d->rows, i, row) {
        ok = ok && bmc_out_json(row, true);
    }

    return ok;
}


static int
discover_run(discover_t *d, const bmc_buf_t *text)
{
    bool    again;
    size_t  i;
    char    why[BMC_TEXT_MAX];

    again = d->seen != NULL && json_object_size(d->seen) > 0;

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

    for (i = 0; i < d->leases.n; i++) {
        if (discover_wanted(d, &d->leases.lease[i])
            && !discover_seen(d, &d->leases.lease[i]))
        {
            discover_lease(d, &d->leases.lease[i]);
        }
    }

    if (again && json_array_size(d->rows) == 0) {
        return BMC_OK;
    }

    if (!discover_show(d)) {
        return BMC_FAILED;
    }

    (void) bmc_ctl_flush();

    if (bmc_words_has(&d->ctl->args, BMC_OPT_WRITE)) {
        bmc_ctl_error("%u added, %u changed, %u as they were, %u failed",
                      d->added, d->changed, d->known, d->failed);
    }

    return d->failed > 0 ? BMC_FAILED : BMC_OK;
}


static int
discover_once(discover_t *d)
{
    int        status;
    bmc_buf_t  text;

    memset(&text, 0, sizeof(bmc_buf_t));
    d->rows = json_array();
    d->added = 0;
    d->changed = 0;
    d->known = 0;
    d->failed = 0;

    status = discover_read(d->file, &text) ? discover_run(d, &text)
                                           : BMC_FAILED;
    json_decref(d->rows);
    bmc_leases_free(&d->leases);
    bmc_buf_free(&text);

    return status;
}


/*
 * Is the file another one, or another text, than what was read last?  What
 * changed just now may change again within the same tick of its clock.
 */

static bool
discover_changed(discover_t *d)
{
    bool         same;
    struct stat  st;

    if (stat(d->file, &st) == -1) {
        if (d->said[0] == '\0') {
            (void) snprintf(d->said, sizeof(d->said), "%s: %s", d->file,
                            strerror(errno));
            bmc_ctl_error("%s", d->said);
        }

        memset(&d->st, 0, sizeof(struct stat));
        return false;
    }

    same = st.st_ino == d->st.st_ino && st.st_dev == d->st.st_dev
           && st.st_size == d->st.st_size
           && st.st_mtim.tv_sec == d->st.st_mtim.tv_sec
           && st.st_mtim.tv_nsec == d->st.st_mtim.tv_nsec;
    d->st = st;

    if (bmc_wall() / 1000 - st.st_mtim.tv_sec < 2) {
        d->st.st_ino = 0;
    }

    return !same;
}


/* false: a signal, or nobody reads what we say */

static bool
discover_wait(const discover_t *d)
{
    struct pollfd            fds[2];
    struct signalfd_siginfo  si;

    /* no events asked for: poll() tells of a reader that went away */

    fds[0] = (struct pollfd) { .fd = d->ctl->signals, .events = POLLIN };
    fds[1] = (struct pollfd) { .fd = STDOUT_FILENO };

    if (poll(fds, 2, DISCOVER_LOOK) == -1 && errno != EINTR) {
        bmc_ctl_error("poll: %s", strerror(errno));
        return false;
    }

    if (read(d->ctl->signals, &si, sizeof(si)) == (ssize_t) sizeof(si)) {
        d->ctl->signo = (int) si.ssi_signo;
        return false;
    }

    return !(fds[1].revents & (POLLERR|POLLNVAL));
}


static int
discover_watch(discover_t *d)
{
    int  status;

    d->seen = json_object();

    if (d->seen == NULL || !bmc_ctl_loop_open(d->ctl)) {
        return BMC_FAILED;
    }

    if (!discover_changed(d)) {
        return BMC_FAILED;
    }

    status = discover_once(d);

    /* a file that is wrong at first is the wrong file */

    if (status != BMC_OK && (d->said[0] != '\0' || d->failed == 0)) {
        return status;
    }

    while (discover_wait(d)) {
        if (discover_changed(d)) {
            (void) bmc_ctl_reload(d->ctl);
            status = discover_once(d);
        }
    }

    return status;
}


static int
discover_leases(bmc_ctl_t *c, const char *file)
{
    int         status;
    discover_t  d;

    memset(&d, 0, sizeof(discover_t));
    d.ctl = c;
    d.file = file;

    if (!discover_cidrs(&d)) {
        status = BMC_USAGE;

    } else if (bmc_words_has(&c->args, BMC_OPT_WATCH)) {
        status = discover_watch(&d);

    } else {
        status = discover_once(&d);
    }

    json_decref(d.seen);
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
               && discover_alone(a, BMC_OPT_WATCH, BMC_OPT_WATCH, "--leases")
               ? bmc_do_scan(c, net) : BMC_USAGE;
    }

    return discover_alone(a, BMC_OPT_PORT, BMC_OPT_RATE, "a network")
           && discover_alone(a, BMC_OPT_REDFISH_PORT, BMC_OPT_REDFISH_PORT,
                             "a network")
           ? discover_leases(c, file) : BMC_USAGE;
}
