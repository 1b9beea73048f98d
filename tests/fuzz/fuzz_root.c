
/*
 * Copyright (C) the bmcgate authors
 *
 * Whoever listens on port 443 of a network may answer a scan.
 */


#include "fuzz_bytes.h"

#include "ctl/root.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
check_root(const bmc_root_t *r)
{
    bytes_text(r->version, sizeof(r->version));
    bytes_text(r->vendor, sizeof(r->vendor));
    bytes_text(r->product, sizeof(r->product));
    bytes_text(r->uuid, sizeof(r->uuid));

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

    copy = bytes_copy(data, size);
    memset(&none, 0, sizeof(none));

    if (bmc_root_parse(&r, copy, size)) {
        check_root(&r);

    } else if (memcmp(&r, &none, sizeof(none)) != 0) {
        abort();
    }

    free(copy);

    return 0;
}
