
/*
 * Copyright (C) the bmcgate authors
 *
 * Configurations that people write, programs generate, and disks truncate.
 */


#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"


#define FUZZ_PATH    "/nonexistent/bmcgate/bmcgate.conf"
#define FUZZ_RANGES  6


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_say(void *data, const char *line)
{
    size_t  *said;

    said = data;
    (*said)++;

    if (line[0] == '\0' || strpbrk(line, "\n\r\033") != NULL) {
        abort();
    }
}


/* what would search the disk, or make millions of hosts, finds no bugs */

static bool
fuzz_dull(const char *text)
{
    size_t  n;

    if (strstr(text, "include") != NULL && strchr(text, '/') != NULL) {
        return true;
    }

    for (n = 0; *text != '\0'; text++) {
        n += (*text == '[');
    }

    return n > FUZZ_RANGES;
}


static void
fuzz_count(void *data, const bmc_hostconf_t *h)
{
    size_t  *n;

    n = data;
    (*n)++;
}


static void
fuzz_fleet(const bmc_fleet_t *f)
{
    char                    why[BMC_TEXT_MAX];
    size_t                  i, k, n;
    const char             *all;
    const bmc_hostconf_t   *h;
    const bmc_principal_t  *p;

    for (i = 0; i < f->nhosts; i++) {
        h = &f->host[i];

        if (bmc_fleet_host(f, h->name, strlen(h->name)) != h
            || h->ndrivers == 0 || h->poll < 0 || h->timeout <= 0)
        {
            abort();
        }
    }

    for (i = 0; i < f->nprincipals; i++) {
        p = &f->principal[i];

        if (p->role == NULL) {
            abort();
        }

        for (k = 0; k < p->hosts.count && f->nhosts > 0; k++) {
            (void) bmc_fleet_pattern(f, p->hosts.word[k], &f->host[0]);
            (void) bmc_fleet_match(f, &p->hosts.word[k], 1, fuzz_count, &n,
                                   why);
        }
    }

    n = 0;
    all = "*";

    if (bmc_fleet_match(f, &all, 1, fuzz_count, &n, why)
        != (f->nhosts > 0) || n != f->nhosts)
    {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char         *text;
    size_t        said;
    bmc_fleet_t  *f;

    text = malloc(size + 1);

    if (text == NULL) {
        return 0;
    }

    memcpy(text, data, size);
    text[size] = '\0';

    if (!fuzz_dull(text)) {
        said = 0;
        f = bmc_fleet_read_as(FUZZ_PATH, FUZZ_PATH, text, fuzz_say, &said);

        if ((f == NULL) != (said > 0)) {
            abort();
        }

        if (f != NULL) {
            fuzz_fleet(f);
        }

        bmc_fleet_free(f);
    }

    free(text);

    return 0;
}
