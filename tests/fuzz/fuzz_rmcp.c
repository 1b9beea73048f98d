
/*
 * Copyright (C) the bmcgate authors
 *
 * Anybody may answer a scan.
 */


#include "fuzz_bytes.h"

#include "ctl/rmcp.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_ids(const uint8_t *data, size_t size)
{
    size_t   i, n;
    uint8_t  id[64];

    n = bmc_rmcp_ids(data, size, id, sizeof(id));

    for (i = 0; i < n; i++) {
        if (memchr(id, id[i], i) != NULL) {
            abort();
        }
    }

    if (n > sizeof(id) || 2 * n > size) {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t     *copy;
    bmc_rmcp_t   r, none;

    copy = bytes_copy(data, size);
    memset(&none, 0, sizeof(none));

    if (!bmc_rmcp_parse(&r, copy, size)) {
        if (memcmp(&r, &none, sizeof(none)) != 0) {
            abort();
        }

    } else if (r.kind == BMC_RMCP_NONE || size < 22
               || r.nrecords > BMC_RMCP_RECORDS
               || (r.code != 0 && (r.v15 || r.v20 || r.nrecords > 0))
               || (r.kind != BMC_RMCP_PONG && r.tag > 63))
    {
        abort();
    }

    fuzz_ids(copy, size);
    free(copy);

    return 0;
}
