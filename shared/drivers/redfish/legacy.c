
/*
 * Copyright (C) the bmcgate authors
 *
 * Thermal and Power, which had all readings in two resources before there
 * were sensors.
 */


#include <math.h>
#include <string.h>

#include "drivers/redfish/reads.h"


#define LEGACY_KEYS    3
#define LEGACY_SUPPLY  0x08          /* IPMI's sensor type */


typedef struct {
    const char       *array;
    const char       *reading[LEGACY_KEYS];  /* the first that is told */
    bmc_unit_kind_t   unit;          /* OTHER: ReadingUnits says it */
    uint8_t           type;          /* IPMI's */
} legacy_kind_t;


/* iLO 4 had CurrentReading, before there was a schema for fans */

static const legacy_kind_t  legacy_thermal[] = {
    { "Temperatures", { "ReadingCelsius", "CurrentReading", NULL },
      BMC_UNIT_CELSIUS, 0x01 },
    { "Fans", { "Reading", "CurrentReading", "ReadingRPM" },
      BMC_UNIT_OTHER, 0x04 }
};


static const legacy_kind_t  legacy_power[] = {
    { "PowerControl", { "PowerConsumedWatts", NULL, NULL },
      BMC_UNIT_WATTS, 0x0b },
    { "Voltages", { "ReadingVolts", NULL, NULL }, BMC_UNIT_VOLTS, 0x02 },
    { "PowerSupplies",
      { "PowerInputWatts", "PowerOutputWatts", "LastPowerOutputWatts" },
      BMC_UNIT_WATTS, LEGACY_SUPPLY }
};


#define legacy_count(table)  (sizeof(table) / sizeof((table)[0]))


static bmc_unit_kind_t
legacy_fan_unit(const json_t *json)
{
    if (bmc_rf_is(json, "ReadingUnits", "RPM")
        || json_is_number(json_object_get(json, "ReadingRPM")))
    {
        return BMC_UNIT_RPM;
    }

    if (bmc_rf_is(json, "ReadingUnits", "Percent")
        || bmc_rf_is(json, "Units", "Percent"))
    {
        return BMC_UNIT_PERCENT;
    }

    return BMC_UNIT_OTHER;
}


/* HPE has 0 where there is no upper threshold */

static void
legacy_thresholds(const json_t *json, bmc_sensor_t *out)
{
    double  x;
    size_t  i;

    static const char *const  keys[BMC_THRESHOLDS] = {
        "LowerThresholdFatal", "LowerThresholdCritical",
        "LowerThresholdNonCritical", "UpperThresholdNonCritical",
        "UpperThresholdCritical", "UpperThresholdFatal"
    };

    for (i = 0; i < BMC_THRESHOLDS; i++) {
        if (bmc_rf_number(json, keys[i], &x) && bmc_rf_usable(x)
            && (i < BMC_HIGH_WARNING || x != 0))
        {
            out->threshold[i] = (float) x;
        }
    }
}


static bool
legacy_one(const legacy_kind_t *kind, const json_t *json, bmc_sensor_t *out)
{
    double  x;
    size_t  i;
    bool    told;

    if (bmc_rf_state_is(json, "Absent") || !bmc_rf_sensor_name(json, out)) {
        return false;
    }

    told = false;

    for (i = 0; i < LEGACY_KEYS && !told; i++) {
        told = kind->reading[i] != NULL
               && bmc_rf_number(json, kind->reading[i], &x)
               && bmc_rf_usable(x);
    }

    out->type = kind->type;
    out->unit = (uint8_t) kind->unit;
    legacy_thresholds(json, out);

    if (kind->unit == BMC_UNIT_OTHER) {
        out->unit = (uint8_t) legacy_fan_unit(json);
    }

    /* what has no reading is still well or not */

    if (!told && (kind->type == LEGACY_SUPPLY || out->unit == BMC_UNIT_OTHER))
    {
        out->unit = BMC_UNIT_NONE;
    }

    if (bmc_rf_state_is(json, "Disabled")
        || bmc_rf_state_is(json, "UnavailableOffline"))
    {
        return true;
    }

    if (told) {
        out->value = (float) x;
    }

    bmc_rf_sensor_state(json, out);

    return true;
}


static size_t
legacy_all(const legacy_kind_t *kind, size_t kinds, const json_t *json,
    bmc_sensor_t *out, size_t room)
{
    size_t         i, k, n;
    const json_t  *list;

    n = 0;

    for (k = 0; k < kinds; k++) {
        list = bmc_rf_array(json, kind[k].array);

        for (i = 0; i < json_array_size(list) && n < room; i++) {
            n += legacy_one(&kind[k], json_array_get(list, i), &out[n]);
        }
    }

    return n;
}


size_t
bmc_rf_legacy_thermal(const json_t *thermal, bmc_sensor_t *out, size_t room)
{
    return legacy_all(legacy_thermal, legacy_count(legacy_thermal), thermal,
        out, room);
}


size_t
bmc_rf_legacy_power(const json_t *power, bmc_sensor_t *out, size_t room)
{
    return legacy_all(legacy_power, legacy_count(legacy_power), power, out,
        room);
}
