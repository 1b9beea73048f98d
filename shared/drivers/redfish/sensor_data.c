
/*
 * Copyright (C) the bmcgate authors
 *
 * A sensor as DSP0268 has it, and excerpts of one.
 */


#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "drivers/redfish/reads.h"


/* UCUM's words, and those of services that never read it */

typedef struct {
    const char  *word;
    uint8_t      unit;
    double       scale;
    double       zero;               /* what it is at 0 of ours, in theirs */
} sensor_unit_t;


static const sensor_unit_t  sensor_units[] = {
    { "Cel", BMC_UNIT_CELSIUS, 1, 0 },
    { "C", BMC_UNIT_CELSIUS, 1, 0 },
    { "Celsius", BMC_UNIT_CELSIUS, 1, 0 },
    { "DegreesC", BMC_UNIT_CELSIUS, 1, 0 },
    { "[degF]", BMC_UNIT_CELSIUS, 5.0 / 9, 32 },
    { "Fahrenheit", BMC_UNIT_CELSIUS, 5.0 / 9, 32 },
    { "K", BMC_UNIT_CELSIUS, 1, 273.15 },
    { "V", BMC_UNIT_VOLTS, 1, 0 },
    { "Volts", BMC_UNIT_VOLTS, 1, 0 },
    { "mV", BMC_UNIT_VOLTS, 0.001, 0 },
    { "A", BMC_UNIT_AMPERES, 1, 0 },
    { "Amps", BMC_UNIT_AMPERES, 1, 0 },
    { "Amperes", BMC_UNIT_AMPERES, 1, 0 },
    { "mA", BMC_UNIT_AMPERES, 0.001, 0 },
    { "W", BMC_UNIT_WATTS, 1, 0 },
    { "Watts", BMC_UNIT_WATTS, 1, 0 },
    { "kW", BMC_UNIT_WATTS, 1000, 0 },
    { "RPM", BMC_UNIT_RPM, 1, 0 },
    { "{rev}/min", BMC_UNIT_RPM, 1, 0 },
    { "%", BMC_UNIT_PERCENT, 1, 0 },
    { "Percent", BMC_UNIT_PERCENT, 1, 0 },
    { "CFM", BMC_UNIT_CFM, 1, 0 },
    { "[cft_i]/min", BMC_UNIT_CFM, 1, 0 },
    { "J", BMC_UNIT_JOULES, 1, 0 },
    { "Joules", BMC_UNIT_JOULES, 1, 0 },
    { "kJ", BMC_UNIT_JOULES, 1000, 0 },
    { "W.h", BMC_UNIT_JOULES, 3600, 0 },
    { "kW.h", BMC_UNIT_JOULES, 3600000, 0 },
    { "Hz", BMC_UNIT_HERTZ, 1, 0 },
    { "kHz", BMC_UNIT_HERTZ, 1000, 0 },
    { "MHz", BMC_UNIT_HERTZ, 1000000, 0 },
    { "GHz", BMC_UNIT_HERTZ, 1000000000, 0 }
};


/* ReadingType, where the units are not told */

static const sensor_unit_t  sensor_types[] = {
    { "Temperature", BMC_UNIT_CELSIUS, 1, 0 },
    { "Voltage", BMC_UNIT_VOLTS, 1, 0 },
    { "Current", BMC_UNIT_AMPERES, 1, 0 },
    { "Power", BMC_UNIT_WATTS, 1, 0 },
    { "Rotational", BMC_UNIT_RPM, 1, 0 },
    { "Percent", BMC_UNIT_PERCENT, 1, 0 },
    { "Humidity", BMC_UNIT_PERCENT, 1, 0 },
    { "AirFlow", BMC_UNIT_CFM, 1, 0 },
    { "EnergyJoules", BMC_UNIT_JOULES, 1, 0 },
    { "EnergyWh", BMC_UNIT_JOULES, 3600, 0 },
    { "EnergykWh", BMC_UNIT_JOULES, 3600000, 0 },
    { "Frequency", BMC_UNIT_HERTZ, 1, 0 }
};


static const sensor_unit_t  sensor_other = { "", BMC_UNIT_OTHER, 1, 0 };
static const sensor_unit_t  sensor_none = { "", BMC_UNIT_NONE, 1, 0 };


#define sensor_count(table)  (sizeof(table) / sizeof((table)[0]))


static const sensor_unit_t *
sensor_find(const sensor_unit_t *table, size_t n, const char *word)
{
    size_t  i;

    for (i = 0; word != NULL && i < n; i++) {
        if (strcasecmp(table[i].word, word) == 0) {
            return &table[i];
        }
    }

    return NULL;
}


/* a sensor of which nothing is told but its state measures nothing */

static const sensor_unit_t *
sensor_unit(const json_t *json)
{
    const char           *units, *type;
    const sensor_unit_t  *u;

    units = bmc_rf_text(json, "ReadingUnits");
    u = sensor_find(sensor_units, sensor_count(sensor_units), units);

    if (u != NULL) {
        return u;
    }

    if (units != NULL && units[0] != '\0') {
        return &sensor_other;
    }

    type = bmc_rf_text(json, "ReadingType");
    u = sensor_find(sensor_types, sensor_count(sensor_types), type);

    if (u != NULL) {
        return u;
    }

    return type != NULL || json_is_number(json_object_get(json, "Reading"))
           ? &sensor_other : &sensor_none;
}


uint8_t
bmc_rf_sensor_type(bmc_unit_kind_t unit)
{
    switch (unit) {

    case BMC_UNIT_CELSIUS:
        return 0x01;

    case BMC_UNIT_VOLTS:
        return 0x02;

    case BMC_UNIT_AMPERES:
        return 0x03;

    case BMC_UNIT_RPM:
        return 0x04;

    case BMC_UNIT_WATTS:
        return 0x0b;

    case BMC_UNIT_NONE:
    case BMC_UNIT_PERCENT:
    case BMC_UNIT_CFM:
    case BMC_UNIT_JOULES:
    case BMC_UNIT_HERTZ:
    case BMC_UNIT_OTHER:
        break;
    }

    return 0;
}


void
bmc_rf_sensor_blank(bmc_sensor_t *out, const char *name)
{
    size_t  i;

    memset(out, 0, sizeof(bmc_sensor_t));
    bmc_rf_cut(out->name, sizeof(out->name), name);
    out->value = NAN;

    for (i = 0; i < BMC_THRESHOLDS; i++) {
        out->threshold[i] = NAN;
    }
}


bool
bmc_rf_sensor_name(const json_t *json, bmc_sensor_t *out)
{
    size_t       i;
    const char  *text;

    static const char *const  keys[] = {
        "Name", "DeviceName", "FanName", "MemberId", "Id"
    };

    for (i = 0; i < sensor_count(keys); i++) {
        text = bmc_rf_text(json, keys[i]);

        if (text != NULL) {
            bmc_rf_sensor_blank(out, text);

            if (out->name[0] != '\0') {
                return true;
            }
        }
    }

    return false;
}


/* NaN: none; some BMCs have 0 where there is no upper one */

static float
sensor_threshold(const json_t *thresholds, const char *key,
    const sensor_unit_t *u, bool upper)
{
    double  x;

    if (!bmc_rf_number(bmc_rf_object(thresholds, key), "Reading", &x)
        || (upper && x == 0))
    {
        return NAN;
    }

    x = (x - u->zero) * u->scale;

    return bmc_rf_usable(x) ? (float) x : NAN;
}


static void
sensor_thresholds(const json_t *json, const sensor_unit_t *u,
    bmc_sensor_t *out)
{
    size_t         i;
    const json_t  *t;

    static const char *const  keys[BMC_THRESHOLDS] = {
        "LowerFatal", "LowerCritical", "LowerCaution",
        "UpperCaution", "UpperCritical", "UpperFatal"
    };

    t = bmc_rf_object(json, "Thresholds");

    for (i = 0; i < BMC_THRESHOLDS; i++) {
        out->threshold[i] = sensor_threshold(t, keys[i], u,
            i >= BMC_HIGH_WARNING);
    }
}


/*
 * The BMC's own word counts: it knows hysteresis, and which way a threshold
 * is crossed.  It has no word for what is beyond critical.
 */

void
bmc_rf_sensor_state(const json_t *json, bmc_sensor_t *out)
{
    bmc_sensor_state_t  compared;

    if (isnan(out->value) && out->unit != BMC_UNIT_NONE) {
        out->state = BMC_SENSOR_UNKNOWN;
        return;
    }

    compared = isnan(out->value)
               ? BMC_SENSOR_UNKNOWN
               : bmc_sensor_compared(out->threshold, out->value);

    switch (bmc_rf_health(json)) {

    case BMC_HEALTH_OK:
        out->state = BMC_SENSOR_OK;
        return;

    case BMC_HEALTH_WARNING:
        out->state = BMC_SENSOR_WARNING;
        return;

    case BMC_HEALTH_CRITICAL:
        out->state = compared == BMC_SENSOR_FATAL ? BMC_SENSOR_FATAL
                                                  : BMC_SENSOR_CRITICAL;
        return;

    case BMC_HEALTH_UNKNOWN:
        break;
    }

    out->state = (uint8_t) compared;
}


bool
bmc_rf_sensor(const json_t *json, bmc_sensor_t *out)
{
    double                x;
    const sensor_unit_t  *u;

    if (bmc_rf_state_is(json, "Absent") || !bmc_rf_sensor_name(json, out)) {
        return false;
    }

    u = sensor_unit(json);
    out->unit = u->unit;
    out->type = bmc_rf_sensor_type((bmc_unit_kind_t) u->unit);
    sensor_thresholds(json, u, out);

    if (bmc_rf_state_is(json, "Disabled")
        || bmc_rf_state_is(json, "UnavailableOffline"))
    {
        return true;
    }

    if (bmc_rf_number(json, "Reading", &x)) {
        x = (x - u->zero) * u->scale;
        out->value = bmc_rf_usable(x) ? (float) x : NAN;
    }

    bmc_rf_sensor_state(json, out);

    return true;
}


bool
bmc_rf_excerpt(const json_t *json, const char *name, bmc_unit_kind_t unit,
    bmc_sensor_t *out)
{
    double  x;

    if (!bmc_rf_number(json, "Reading", &x) || !bmc_rf_usable(x)) {
        return false;
    }

    bmc_rf_sensor_blank(out, name);
    out->unit = (uint8_t) unit;
    out->type = bmc_rf_sensor_type(unit);
    out->value = (float) x;
    bmc_rf_sensor_state(json, out);

    return out->name[0] != '\0';
}
