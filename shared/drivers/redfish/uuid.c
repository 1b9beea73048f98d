
/*
 * Copyright (C) the bmcgate authors
 *
 * A system's UUID.  SMBIOS stores its first three fields little-endian, and
 * some BMCs print the bytes as they lie.
 */


#include <stdio.h>
#include <string.h>
#include <time.h>

#include "drivers/redfish/reads.h"


/* 100 ns from October 1582, when time-based UUIDs begin, to 1995 and 1970 */

#define UUID_1970   0x01b21dd213814000LL
#define UUID_1995   0x01ce4a1eb6c18000LL


/* hexadecimal digits with dashes or without, and nothing else */

static bool
uuid_parse(const char *text, uint8_t b[16])
{
    size_t       n;
    unsigned     digit;
    const char  *p;

    static const char  digits[] = "0123456789abcdef";

    n = 0;
    memset(b, 0, 16);

    for (p = text; *p != '\0'; p++) {
        if (*p == '-') {
            continue;
        }

        if (n == 32 || strchr(digits, *p | 0x20) == NULL) {
            return false;
        }

        digit = (unsigned) (strchr(digits, *p | 0x20) - digits);
        b[n / 2] = (uint8_t) (b[n / 2] << 4 | digit);
        n++;
    }

    return n == 32;
}


/* made from a clock, between then and now */

static bool
uuid_plausible(const uint8_t *b)
{
    int64_t  at, now;

    if (b[6] >> 4 != 1 || (b[8] & 0xc0) != 0x80) {
        return false;
    }

    at = (int64_t) (b[6] & 0x0f) << 56 | (int64_t) b[7] << 48
         | (int64_t) b[4] << 40 | (int64_t) b[5] << 32
         | (int64_t) b[0] << 24 | (int64_t) b[1] << 16
         | (int64_t) b[2] << 8 | (int64_t) b[3];
    now = (int64_t) time(NULL) * 10000000 + UUID_1970;

    return at >= UUID_1995 && at <= now;
}


static void
uuid_swap(const uint8_t *from, uint8_t *to)
{
    size_t  i;

    static const uint8_t  order[16] = {
        3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15
    };

    for (i = 0; i < 16; i++) {
        to[i] = from[order[i]];
    }
}


bool
bmc_rf_uuid(const char *text, bool mixed, char uuid[40])
{
    size_t   i;
    uint8_t  b[16], other[16];

    if (text == NULL || !uuid_parse(text, b)) {
        return false;
    }

    for (i = 1; i < 16 && b[i] == b[0]; i++) { /* void */ }

    if (i == 16) {
        return false;
    }

    uuid_swap(b, other);

    if (mixed && !uuid_plausible(b) && uuid_plausible(other)) {
        memcpy(b, other, sizeof(b));
    }

    (void) snprintf(uuid, 40, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
        "%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5],
        b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);

    return true;
}
