
/*
 * Copyright (C) the bmcgate authors
 *
 * Peer messages: what decode accepts, encode makes again byte for byte.
 */


#include <stdlib.h>
#include <string.h>

#include "peer/peer.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_strings(const bmc_msg_t *m, const char *end)
{
    size_t       i;
    const char  *all[6];

    all[0] = m->host;
    all[1] = m->door;
    all[2] = m->actor;
    all[3] = m->from;
    all[4] = m->driver;
    all[5] = m->text;

    for (i = 0; i < 6; i++) {
        if (!all[i] || strlen(all[i]) >= BMC_TEXT_MAX) {
            abort();
        }
    }

    for (i = 0; i < m->nargs; i++) {
        if (m->args[i].value + strlen(m->args[i].value) >= end) {
            abort();
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bmc_buf_t    b;
    bmc_msg_t    m;
    const char  *why;

    why = NULL;

    if (!bmc_msg_decode(&m, data, size, &why)) {
        if (!why) {
            abort();
        }

        return 0;
    }

    fuzz_strings(&m, (const char *) data + size);

    memset(&b, 0, sizeof(b));

    if (!bmc_msg_encode(&b, &m) || b.len != size
        || memcmp(b.data, data, size) != 0)
    {
        abort();
    }

    bmc_buf_free(&b);

    return 0;
}
