
/*
 * Copyright (C) the bmcgate authors
 *
 * Secrets read while that is allowed, for processes that will lose the right
 * to read them.
 */


#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "conf/parse.h"


static char *
keep_map(size_t size)
{
    void  *m;

    m = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1,
             0);
    if (m == MAP_FAILED) {
        return NULL;
    }

    if (madvise(m, size, MADV_DONTDUMP) != 0) {
        munmap(m, size);
        return NULL;
    }

    /*
     * Locking is allowed for 64 kB or 8 MB, as distributions like it, and a
     * fork's child loses it: better swappable than not running.
     */

    (void) mlock(m, size);

    return m;
}


static bool
keep_one(bmc_own_t *own, bmc_secret_t *s, size_t *used,
    char why[BMC_TEXT_MAX])
{
    long  len;
    char  out[BMC_SECRET_MAX];

    if (s->kept != NULL || s->kind == BMC_SECRET_WORD) {
        return true;
    }

    len = bmc_secret_read(s, out, why);
    if (len == -1) {
        return false;
    }

    s->kept = own->kept + *used;
    memcpy(s->kept, out, (size_t) len + 1);
    *used += (size_t) len + 1;

    explicit_bzero(out, sizeof(out));

    return true;
}


bool
bmc_fleet_keep_secrets(bmc_fleet_t *f, char why[BMC_TEXT_MAX])
{
    size_t      i, used, files;
    bmc_own_t  *own;

    own = f->index;

    if (own->kept != NULL) {
        return true;
    }

    for (i = 0, files = 0; i < own->nsecrets; i++) {
        files += (own->secret[i]->pub.kind != BMC_SECRET_WORD);
    }

    if (files == 0) {
        return true;
    }

    own->kept_size = files * BMC_SECRET_MAX;
    own->kept = keep_map(own->kept_size);

    if (own->kept == NULL) {
        snprintf(why, BMC_TEXT_MAX, "no memory to keep secrets in");
        return false;
    }

    for (i = 0, used = 0; i < own->nsecrets; i++) {
        if (!keep_one(own, &own->secret[i]->pub, &used, why)) {
            bmc_secret_forget(own);
            return false;
        }
    }

    return true;
}


void
bmc_secret_forget(bmc_own_t *own)
{
    size_t  i;

    if (own->kept == NULL) {
        return;
    }

    for (i = 0; i < own->nsecrets; i++) {
        own->secret[i]->pub.kept = NULL;
    }

    explicit_bzero(own->kept, own->kept_size);
    munmap(own->kept, own->kept_size);
    own->kept = NULL;
}
