
/*
 * Copyright (C) the bmcgate authors
 *
 * A FRU inventory of any bytes; checksums are made right, so that what is
 * behind them is reached.
 */


#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/fru.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
seal(uint8_t *p, size_t len)
{
    size_t   i;
    uint8_t  sum;

    sum = 0;
    p[len - 1] = 0;

    for (i = 0; i < len; i++) {
        sum = (uint8_t) (sum + p[i]);
    }

    p[len - 1] = (uint8_t) -sum;
}


/* what cannot be UTF-8 cannot be told */

static void
check(const char *text)
{
    json_t  *json;

    if (memchr(text, '\0', BMC_IPMI_FRU_TEXT) == NULL) {
        abort();
    }

    json = json_string(text);

    if (json == NULL) {
        abort();
    }

    json_decref(json);
}


static void
area(unsigned kind, const uint8_t *p, size_t len)
{
    size_t          n;
    uint8_t        *copy;
    bmc_ipmi_fru_t  fru;

    memset(&fru, 0, sizeof(fru));
    copy = malloc(len + 1);

    if (copy == NULL) {
        return;
    }

    memcpy(copy, p, len);

    if (kind == BMC_IPMI_FRU_MULTI) {
        if (len >= 8 && bmc_ipmi_fru_size(kind, copy) % 8 != 0) {
            abort();
        }

    } else if (len >= 2) {
        copy[0] = 0x01;
        n = copy[1] * 8u;

        if (n > 0 && n <= len) {
            seal(copy, n);
        }
    }

    (void) bmc_ipmi_fru_area(kind, copy, len, &fru);
    free(copy);

    check(fru.maker);
    check(fru.name);
    check(fru.serial);
    check(fru.board_maker);
    check(fru.board_part);
    check(fru.chassis_part);
    check(fru.chassis_serial);
    (void) bmc_ipmi_chassis_text(fru.chassis_type);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned  i;
    uint8_t   header[BMC_IPMI_FRU_HEADER];
    uint16_t  at[BMC_IPMI_FRU_AREAS];

    if (size < sizeof(header)) {
        return 0;
    }

    memcpy(header, data, sizeof(header));
    header[0] = 0x01;
    seal(header, sizeof(header));

    if (!bmc_ipmi_fru_areas(header, sizeof(header), at)) {
        abort();
    }

    for (i = 0; i < BMC_IPMI_FRU_AREAS; i++) {
        if (at[i] < size) {
            area(i, data + at[i], size - at[i]);
        }
    }

    return 0;
}
