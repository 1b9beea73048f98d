
/*
 * Copyright (C) the bmcgate authors
 */


#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/ipmi/verbs.h"


#define RAW_NETFN_MAX  0x3e


static unsigned
raw_nibble(char c)
{
    return c <= '9' ? (unsigned) (c - '0')
                    : (unsigned) (tolower((unsigned char) c) - 'a' + 10);
}


/* digits in pairs, however they are set apart; too many: SIZE_MAX */

static size_t
raw_bytes(const char *s, uint8_t *data, size_t size)
{
    size_t    digits;
    unsigned  value;

    digits = 0;
    value = 0;

    for ( /* void */ ; s != NULL && *s != '\0'; s++) {
        if (!isxdigit((unsigned char) *s)) {
            continue;
        }

        value = (value << 4 | raw_nibble(*s)) & 0xff;

        if (++digits % 2 == 0) {
            if (digits / 2 > size) {
                return SIZE_MAX;
            }

            data[digits / 2 - 1] = (uint8_t) value;
        }
    }

    return digits / 2;
}


static void
raw_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    char    text[BMC_IPMI_DATA_MAX * 3 + 1];
    size_t  i;

    text[0] = '\0';

    for (i = 0; i < len && i < BMC_IPMI_DATA_MAX; i++) {
        (void) snprintf(text + i * 3, 4, "%02x ", data[i]);
    }

    if (i > 0) {
        text[i * 3 - 1] = '\0';
    }

    bmc_ipmi_tell(job, json_pack("{s:i, s:s}", "code", (int) code, "data",
        text));
}


void
bmc_ipmi_raw(bmc_ipmi_job_t *job)
{
    size_t   n;
    uint8_t  data[BMC_IPMI_DATA_MAX], netfn, cmd;

    if (raw_bytes(bmc_call_arg(job->call, "netfn"), &netfn, 1) != 1
        || raw_bytes(bmc_call_arg(job->call, "cmd"), &cmd, 1) != 1
        || netfn > RAW_NETFN_MAX || netfn % 2 != 0)
    {
        bmc_ipmi_end(job, BMC_USAGE,
            "netfn: expected an even number from 00 to 3e");
        return;
    }

    n = raw_bytes(bmc_call_arg(job->call, "data"), data, sizeof(data));

    if (n == SIZE_MAX) {
        bmc_ipmi_end(job, BMC_USAGE, "data: more than 256 bytes");
        return;
    }

    bmc_ipmi_ask(job, netfn, cmd, data, n, BMC_IPMI_CHANGES, raw_told);
}
