
/*
 * Copyright (C) the bmcgate authors
 *
 * Ranges of hosts: what bmcctl's users and the configuration say.
 */


#include <stdlib.h>
#include <string.h>

#include "base/names.h"


#define FUZZ_HELD  200           /* names that are looked up as well */


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


typedef struct {
    const char  *range;
    long         count;
} fuzz_range_t;


static bool
fuzz_each(void *data, const char *name, size_t len)
{
    fuzz_range_t  *r;

    r = data;

    if (strlen(name) != len) {
        abort();
    }

    if (r->count++ < FUZZ_HELD && !bmc_range_holds(r->range, name)) {
        abort();
    }

    return true;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char          *text;
    long           n;
    const char    *why;
    fuzz_range_t   r;

    text = malloc(size + 1);

    if (text == NULL) {
        return 0;
    }

    memcpy(text, data, size);
    text[size] = '\0';

    r.range = text;
    r.count = 0;
    why = NULL;
    n = bmc_range_expand(text, fuzz_each, &r, &why);

    if (n == -1) {
        if (why == NULL || r.count != 0 || bmc_range_holds(text, "n1")) {
            abort();
        }

    } else if (n != r.count || n > BMC_RANGE_MAX
               || bmc_range_expand(text, NULL, NULL, &why) != n)
    {
        abort();
    }

    free(text);

    return 0;
}
