
/*
 * Copyright (C) the bmcgate authors
 *
 * A record of any bytes and a reading after it: sensors with names that end,
 * and values that are numbers or none.
 */


#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/sdr.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t              n, reading;
    unsigned            i, raw, count;
    bmc_sensor_t        out;
    bmc_ipmi_sensor_t   sensors[BMC_IPMI_SDR_SHARED];
    bmc_ipmi_locator_t  l;

    reading = size > 4 ? 4 : 0;
    n = size - reading;
    count = bmc_ipmi_sdr_decode(data, n, sensors);

    if (count > BMC_IPMI_SDR_SHARED) {
        abort();
    }

    if (bmc_ipmi_sdr_locator(data, n, &l)
        && (count != 0 || memchr(l.name, '\0', sizeof(l.name)) == NULL))
    {
        abort();
    }

    for (i = 0; i < count; i++) {
        if (memchr(sensors[i].name, '\0', sizeof(sensors[i].name)) == NULL) {
            abort();
        }

        for (raw = 0; raw < 256; raw += 17) {
            if (isinf(bmc_ipmi_sensor_value(&sensors[i], (uint8_t) raw))) {
                abort();
            }
        }

        if (bmc_ipmi_sensor_read(&sensors[i], data + n, reading, &out)
            != (reading >= 2))
        {
            abort();
        }

        if (isinf(out.value) || out.state > BMC_SENSOR_FATAL) {
            abort();
        }
    }

    return 0;
}
