
/*
 * Copyright (C) the bmcgate authors
 *
 * A FRU inventory of any bytes; checksums are made right, so that what is
 * behind them is reached.
 */


#include "fuzz_bytes.h"
#include "../unit/fru_seal.h"

#include "drivers/ipmi/fru.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
area(unsigned kind, const uint8_t *p, size_t len)
{
    size_t          n;
    uint8_t        *copy;
    bmc_ipmi_fru_t  fru;

    memset(&fru, 0, sizeof(fru));
    copy = bytes_copy(p, len);

    if (kind == BMC_IPMI_FRU_MULTI) {
        if (len >= 8 && bmc_ipmi_fru_size(kind, copy) % 8 != 0) {
            abort();
        }

    } else if (len >= 2) {
        copy[0] = 0x01;
        n = copy[1] * 8u;

        if (n > 0 && n <= len) {
            fru_seal(copy, n);
        }
    }

    (void) bmc_ipmi_fru_area(kind, copy, len, &fru);
    free(copy);

    bytes_text(fru.maker, BMC_IPMI_FRU_TEXT);
    bytes_text(fru.name, BMC_IPMI_FRU_TEXT);
    bytes_text(fru.serial, BMC_IPMI_FRU_TEXT);
    bytes_text(fru.board_maker, BMC_IPMI_FRU_TEXT);
    bytes_text(fru.board_part, BMC_IPMI_FRU_TEXT);
    bytes_text(fru.chassis_part, BMC_IPMI_FRU_TEXT);
    bytes_text(fru.chassis_serial, BMC_IPMI_FRU_TEXT);
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
    fru_seal(header, sizeof(header));

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
