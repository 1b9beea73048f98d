
/*
 * Copyright (C) the bmcgate authors
 *
 * ETags as last read, by path: what a change says that it is of.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/unit.h"


void
bmc_rf_etag_forget(bmc_rf_unit_t *u)
{
    size_t  i;

    for (i = 0; i < BMC_RF_ETAGS; i++) {
        bmc_rf_wipe(&u->etag[i].path);
        bmc_rf_wipe(&u->etag[i].value);
    }
}


static bmc_rf_etag_t *
etag_find(bmc_rf_unit_t *u, const char *path)
{
    size_t  i;

    for (i = 0; i < BMC_RF_ETAGS; i++) {
        if (u->etag[i].path != NULL && strcmp(u->etag[i].path, path) == 0) {
            return &u->etag[i];
        }
    }

    return NULL;
}


/* an empty one is none, and what is no header is not made one */

static bool
etag_is_usable(const char *value)
{
    return value != NULL && value[0] != '\0' && strcmp(value, "\"\"") != 0
           && strcmp(value, "W/\"\"") != 0 && strlen(value) < BMC_RF_ETAG
           && strpbrk(value, "\r\n") == NULL;
}


void
bmc_rf_etag_note(bmc_rf_unit_t *u, const char *path,
    const bmc_http_answer_t *a)
{
    const char     *value;
    bmc_rf_etag_t  *e;

    value = bmc_http_header(u->http, "ETag");

    if (value == NULL) {
        value = bmc_rf_text(a->json, "@odata.etag");
    }

    if (!etag_is_usable(value)) {
        value = NULL;
    }

    e = etag_find(u, path);

    if (e == NULL) {

        if (value == NULL) {
            return;
        }

        e = &u->etag[u->etags++ % BMC_RF_ETAGS];
    }

    if (value == NULL || !bmc_rf_set(&e->path, path)
        || !bmc_rf_set(&e->value, value))
    {
        bmc_rf_wipe(&e->path);
        bmc_rf_wipe(&e->value);
    }
}


static void
etag_strip(char *value)
{
    char  *end;

    end = strstr(value, "-gzip\"");

    if (end != NULL) {
        memmove(end, end + 5, strlen(end + 5) + 1);
    }
}


/*
 * One that it has just told again, and did not take, is not stale: it is the
 * form that it does not like.
 */

const char *
bmc_rf_etag_match(bmc_rf_unit_t *u, const char *path, bool refused,
    char match[BMC_RF_ETAG])
{
    const bmc_rf_etag_t  *e;

    e = etag_find(u, path);

    if (e == NULL
        || (strncmp(e->value, "W/", 2) == 0
            && (refused
                || bmc_quirk_is_on(u->quirks, BMC_QUIRK_ETAG_WEAK_REFUSED))))
    {
        return NULL;
    }

    (void) snprintf(match, BMC_RF_ETAG, "%s", e->value);

    if (refused || bmc_quirk_is_on(u->quirks, BMC_QUIRK_ETAG_GZIP)) {
        etag_strip(match);
    }

    return match;
}


const char *
bmc_rf_etag(bmc_rf_unit_t *u, const char *path)
{
    const bmc_rf_etag_t  *e;

    e = etag_find(u, path);

    return e != NULL ? e->value : NULL;
}
