
/*
 * Copyright (C) the bmcgate authors
 *
 * Whoever listens on port 443 of a network may answer a scan.
 */


#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/root.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* it ends, and can be told as JSON, which wants UTF-8 */

static void
check_text(const char *s, size_t size)
{
    json_t  *text;

    if (memchr(s, '\0', size) == NULL) {
        abort();
    }

    text = json_string(s);

    if (text == NULL) {
        abort();
    }

    json_decref(text);
}


static void
check_root(const bmc_root_t *r)
{
    check_text(r->version, sizeof(r->version));
    check_text(r->vendor, sizeof(r->vendor));
    check_text(r->product, sizeof(r->product));
    check_text(r->uuid, sizeof(r->uuid));

    if (r->version[strspn(r->version, "0123456789.")] != '\0'
        || r->version[0] == '\0'
        || r->uuid[strspn(r->uuid, "0123456789abcdef-")] != '\0'
        || (r->uuid[0] != '\0' && strlen(r->uuid) != 36))
    {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char        *copy;
    bmc_root_t   r, none;

    /* a copy of its own, so that reading past the end is seen */

    copy = malloc(size > 0 ? size : 1);

    if (copy == NULL) {
        return 0;
    }

    memcpy(copy, data, size);
    memset(&none, 0, sizeof(none));

    if (bmc_root_parse(&r, copy, size)) {
        check_root(&r);

    } else if (memcmp(&r, &none, sizeof(none)) != 0) {
        abort();
    }

    free(copy);

    return 0;
}
