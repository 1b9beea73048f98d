
/*
 * Copyright (C) the bmcgate authors
 *
 * Many new hosts at once: the configuration is tested once with them all.
 */


#include <errno.h>
#include <string.h>

#include "ctl/host.h"


/* a wrong word is wrong in each of them: the first says enough */

typedef struct {
    const char  *file;
    unsigned     errors;
} hostmany_said_t;


static void
hostmany_say(void *data, const char *line)
{
    size_t            len;
    hostmany_said_t  *said;

    said = data;

    if (said->errors++ > 0) {
        return;
    }

    /* a place in a file that is not there helps nobody */

    len = strlen(said->file);

    if (strncmp(line, said->file, len) == 0 && line[len] == ':') {
        line += len + 1;
        line += strspn(line, "0123456789: ");
    }

    bmc_ctl_error("%s", line);
}


static int
hostmany_check(bmc_ctl_t *c, const bmc_hostdir_t *d, const bmc_newhost_t *h,
    size_t n)
{
    int              rc;
    size_t           i;
    bmc_buf_t        all;
    hostmany_said_t  said;

    said = (hostmany_said_t) { .file = d->file };
    memset(&all, 0, sizeof(bmc_buf_t));

    for (i = 0; i < n; i++) {
        bmc_buf_add(&all, h[i].text.data, h[i].text.len);
    }

    if (bmc_buf_text(&all) == NULL) {
        bmc_ctl_error("out of memory");
        rc = BMC_FAILED;

    } else {
        rc = bmc_hosts_check(c, d, all.data, hostmany_say, &said);
    }

    if (said.errors > 1) {
        bmc_ctl_error("%u more such errors", said.errors - 1);
    }

    bmc_buf_free(&all);

    return rc;
}


/* a file that holds something else is not ours to replace */

static int
hostmany_write(bmc_ctl_t *c, bmc_hostdir_t *d, bmc_newhost_t *h)
{
    int        err;
    bool       there;
    bmc_buf_t  old;
    char       why[BMC_TEXT_MAX];

    memset(&old, 0, sizeof(bmc_buf_t));

    if (!bmc_hostdir_name(d, h->name, why)) {
        bmc_ctl_error("%s", why);
        return BMC_FAILED;
    }

    there = bmc_hostdir_read(d, &old, why);
    err = errno;
    bmc_buf_free(&old);

    if (there) {
        bmc_ctl_error("%s is there already, and has no host \"%s\" in it",
                      d->file, h->name);
        return BMC_FAILED;
    }

    if (err != ENOENT
        || !bmc_hostdir_write(d, bmc_conf_file(c->base), h->text.data,
                              h->text.len, why))
    {
        bmc_ctl_error("%s", why);
        return BMC_FAILED;
    }

    h->written = true;

    return BMC_OK;
}


int
bmc_hosts_add_all(bmc_ctl_t *c, bmc_newhost_t *h, size_t n)
{
    int            rc;
    size_t         i;
    bmc_hostdir_t  d;
    char           why[BMC_TEXT_MAX];

    if (n == 0) {
        return BMC_OK;
    }

    if (!bmc_hostdir_open(&d, bmc_conf_file(c->base), h[0].name, why)) {
        bmc_ctl_error("%s", why);
        rc = BMC_FAILED;

    } else {
        rc = hostmany_check(c, &d, h, n);
    }

    for (i = 0; rc == BMC_OK && i < n; i++) {
        rc = hostmany_write(c, &d, &h[i]);
    }

    bmc_hostdir_close(&d);

    return rc;
}
