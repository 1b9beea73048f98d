
/*
 * Copyright (C) the bmcgate authors
 *
 * Log records of any bytes: a message that ends, with nothing in it that is
 * not text.
 */


#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/events.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char         *p;
    bmc_ipmi_event_t    e;
    bmc_ipmi_sensor_t   s;

    memset(&s, 0, sizeof(s));
    s.m = 7;
    s.b = -3;
    s.r_exp = -2;
    s.units[1] = size & 0x1f;

    if (!bmc_ipmi_sel_decode(data, size, &e)) {
        return 0;
    }

    bmc_ipmi_sel_text(&e, size % 2 ? &s : NULL, data);

    if (e.message[0] == '\0' || e.severity < BMC_HEALTH_OK
        || e.severity > BMC_HEALTH_CRITICAL
        || memchr(e.message, '\0', sizeof(e.message)) == NULL)
    {
        abort();
    }

    for (p = e.message; *p != '\0'; p++) {
        if (*p < ' ' || *p > '~') {
            abort();
        }
    }

    return 0;
}
