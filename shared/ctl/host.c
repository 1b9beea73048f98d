
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "ctl/host.h"


static void
host_quiet(void *data, const char *line)
{
    /* void */
}


int
bmc_hosts_check(const bmc_ctl_t *c, const bmc_hostdir_t *d, const char *text,
    bmc_say_pt say, void *data)
{
    const char  *conf;

    conf = bmc_conf_file(c->base);

    if (bmc_check_as(conf, d->file, text, say, data) == BMC_OK) {
        return BMC_OK;
    }

    bmc_ctl_error("nothing was written");

    /* would it be read at all? */

    if (text != NULL && bmc_check(conf, host_quiet, NULL) == BMC_OK
        && bmc_check_as(conf, d->file, "", host_quiet, NULL) != BMC_OK)
    {
        bmc_ctl_error("add \"include %s/*.conf;\" to %s", d->path, conf);
    }

    return BMC_CONF;
}


static int
host_write(bmc_ctl_t *c, bmc_hostdir_t *d, const bmc_buf_t *text)
{
    int   rc;
    char  why[BMC_TEXT_MAX];

    rc = bmc_hosts_check(c, d, text->data, bmc_ctl_line, NULL);

    if (rc != BMC_OK) {
        return rc;
    }

    if (!bmc_hostdir_write(d, bmc_conf_file(c->base), text->data, text->len,
                           why))
    {
        bmc_ctl_error("%s", why);
        return BMC_FAILED;
    }

    return BMC_OK;
}


/* text with all words set is in one of two buffers, by turns */

static bool
host_edit(bmc_buf_t *text, const char *name, const bmc_hostword_t *w,
    size_t n, char why[BMC_TEXT_MAX])
{
    size_t     i;
    bmc_buf_t  out;

    for (i = 0; i < n; i++) {
        memset(&out, 0, sizeof(bmc_buf_t));

        if (!bmc_hostfile_set(&out, text->data, name, &w[i], why)) {
            bmc_buf_free(&out);
            return false;
        }

        bmc_buf_free(text);
        *text = out;
    }

    return true;
}


bool
bmc_host_text(bmc_buf_t *text, const char *name, const bmc_hostword_t *w,
    size_t n, char why[BMC_TEXT_MAX])
{
    bmc_buf_printf(text, "host %s {\n}\n", name);

    if (bmc_buf_text(text) == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return false;
    }

    return host_edit(text, name, w, n, why);
}


static bool
host_named(const char *name)
{
    if (bmc_name_valid(name, strlen(name))) {
        return true;
    }

    bmc_ctl_error("\"%s\" cannot be a host's name: letters, digits, \".\","
                  " \"_\" and \"-\" can, up to 63 of them", name);

    return false;
}


int
bmc_hosts_add(bmc_ctl_t *c, const char *name, const bmc_hostword_t *w,
    size_t n)
{
    int                    rc;
    bmc_buf_t              text;
    bmc_hostdir_t          d;
    const bmc_hostconf_t  *h;
    char                   why[BMC_TEXT_MAX];

    if (!host_named(name)) {
        return BMC_USAGE;
    }

    h = bmc_host(c->base, name);

    if (h != NULL) {
        bmc_ctl_error("host \"%s\" is already configured in %s", name,
                      bmc_host_file(h));
        return BMC_FAILED;
    }

    rc = BMC_FAILED;
    memset(&text, 0, sizeof(bmc_buf_t));

    if (!bmc_hostdir_open(&d, bmc_conf_file(c->base), name, why)) {
        bmc_ctl_error("%s", why);

    } else if (bmc_hostdir_read(&d, &text, why)) {
        bmc_ctl_error("%s is there already, and has no host \"%s\" in it",
                      d.file, name);

    } else if (errno != ENOENT) {
        bmc_ctl_error("%s", why);

    } else {
        if (bmc_host_text(&text, name, w, n, why)) {
            rc = host_write(c, &d, &text);

        } else {
            bmc_ctl_error("%s: %s", d.file, why);
        }
    }

    bmc_buf_free(&text);
    bmc_hostdir_close(&d);

    return rc;
}


/* false when the host is not one that bmcctl may rewrite */

static bool
host_is_ours(const bmc_ctl_t *c, const bmc_hostdir_t *d, const char *name)
{
    bool                   same;
    char                  *a, *b;
    const bmc_hostconf_t  *h;

    h = bmc_host(c->base, name);
    a = realpath(bmc_host_file(h), NULL);
    b = realpath(d->file, NULL);
    same = a != NULL && b != NULL && strcmp(a, b) == 0;
    free(a);
    free(b);

    if (!same) {
        bmc_ctl_error("host \"%s\" is configured in %s, not in %s; change it"
                      " there", name, bmc_host_file(h), d->file);
    }

    return same;
}


static bool
host_known(const bmc_ctl_t *c, const char *name)
{
    size_t         i;
    bmc_nearest_t  nearest;

    if (bmc_host(c->base, name) != NULL) {
        return true;
    }

    bmc_nearest_init(&nearest, name);

    for (i = 0; i < bmc_host_count(c->base); i++) {
        bmc_nearest_offer(&nearest, bmc_host_name(bmc_host_at(c->base, i)));
    }

    if (nearest.best != NULL) {
        bmc_ctl_error("no host \"%s\" (did you mean %s?)", name,
                      nearest.best);

    } else {
        bmc_ctl_error("no host \"%s\"", name);
    }

    return false;
}


/* the file of a host in hosts.d, locked and read */

static bool
host_open(bmc_ctl_t *c, bmc_hostdir_t *d, const char *name, bmc_buf_t *text)
{
    char  why[BMC_TEXT_MAX];

    memset(text, 0, sizeof(bmc_buf_t));

    if (!bmc_hostdir_open(d, bmc_conf_file(c->base), name, why)) {
        bmc_ctl_error("%s", why);
        return false;
    }

    if (!host_is_ours(c, d, name)) {
        return false;
    }

    if (!bmc_hostdir_read(d, text, why)) {
        bmc_ctl_error("%s", why);
        return false;
    }

    return true;
}


int
bmc_hosts_set(bmc_ctl_t *c, const char *name, const bmc_hostword_t *w,
    size_t n)
{
    int            rc;
    bmc_buf_t      text;
    bmc_hostdir_t  d;
    char           why[BMC_TEXT_MAX];

    if (!host_known(c, name)) {
        return BMC_USAGE;
    }

    rc = BMC_FAILED;

    if (host_open(c, &d, name, &text)) {
        if (host_edit(&text, name, w, n, why)) {
            rc = host_write(c, &d, &text);

        } else {
            bmc_ctl_error("%s: %s", d.file, why);
        }
    }

    bmc_buf_free(&text);
    bmc_hostdir_close(&d);

    return rc;
}


static int
host_remove(bmc_ctl_t *c, bmc_hostdir_t *d, const char *name,
    const bmc_buf_t *text)
{
    int        rc;
    bool       empty;
    bmc_buf_t  out;
    char       why[BMC_TEXT_MAX];

    memset(&out, 0, sizeof(bmc_buf_t));

    if (!bmc_hostfile_remove(&out, text->data, name, &empty, why)) {
        bmc_ctl_error("%s: %s", d->file, why);
        rc = BMC_FAILED;

    } else if (!empty) {
        rc = host_write(c, d, &out);

    } else {
        rc = bmc_hosts_check(c, d, NULL, bmc_ctl_line, NULL);

        if (rc == BMC_OK && !bmc_hostdir_unlink(d, why)) {
            bmc_ctl_error("%s", why);
            rc = BMC_FAILED;
        }
    }

    bmc_buf_free(&out);

    return rc;
}


int
bmc_do_host_rm(bmc_ctl_t *c)
{
    int            rc;
    bmc_buf_t      text;
    const char    *name;
    bmc_hostdir_t  d;

    name = c->args.word[0];

    if (!host_known(c, name)) {
        return BMC_USAGE;
    }

    rc = BMC_FAILED;

    if (host_open(c, &d, name, &text)) {
        rc = host_remove(c, &d, name, &text);
    }

    if (rc == BMC_OK) {
        (void) printf("%s: removed\n", name);
    }

    bmc_buf_free(&text);
    bmc_hostdir_close(&d);

    return rc;
}
