
/*
 * Copyright (C) the bmcgate authors
 *
 * Lease files come from other daemons, and are cut off when those crash.
 */


#include <stdlib.h>
#include <string.h>

#include "ctl/leases.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char          *text;
    size_t         i;
    bmc_leases_t   l;
    char           why[BMC_TEXT_MAX];

    /* a copy of its own, so that reading past the end is seen */

    text = malloc(size + 1);

    if (text == NULL) {
        return 0;
    }

    memcpy(text, data, size);
    text = realloc(text, size > 0 ? size : 1);

    if (text == NULL) {
        return 0;
    }

    if (bmc_leases_parse(&l, "leases", text, size, 1767322800, why)) {
        for (i = 0; i < l.n; i++) {
            if (strlen(l.lease[i].mac) != 17 || l.lease[i].address[0] == '\0'
                || l.lease[i].ends <= 1767322800)
            {
                abort();
            }
        }

    } else if (why[0] == '\0') {
        abort();
    }

    bmc_leases_free(&l);
    free(text);

    return 0;
}
