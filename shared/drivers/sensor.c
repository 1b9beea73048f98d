
/*
 * Copyright (C) the bmcgate authors
 */


#include "drivers/driver.h"


/* comparisons with NaN are false */

bmc_sensor_state_t
bmc_sensor_compared(const float threshold[BMC_THRESHOLDS], float value)
{
    const float  *t;

    t = threshold;

    if (value <= t[BMC_LOW_FATAL] || value >= t[BMC_HIGH_FATAL]) {
        return BMC_SENSOR_FATAL;
    }

    if (value <= t[BMC_LOW_CRITICAL] || value >= t[BMC_HIGH_CRITICAL]) {
        return BMC_SENSOR_CRITICAL;
    }

    if (value <= t[BMC_LOW_WARNING] || value >= t[BMC_HIGH_WARNING]) {
        return BMC_SENSOR_WARNING;
    }

    return BMC_SENSOR_OK;
}
