
/*
 * Copyright (C) the bmcgate authors
 *
 * Readings of ThermalSubsystem, PowerSubsystem and EnvironmentMetrics, for
 * chassis that list no sensors.  They are excerpts: a value, no thresholds.
 */


#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/redfish/reads.h"


#define SUBSYSTEM_SUPPLY  0x08       /* IPMI's sensor type */


typedef struct {
    const char       *key;
    const char       *name;          /* after the supply's, or alone */
    bmc_unit_kind_t   unit;
} subsystem_reading_t;


static const subsystem_reading_t  subsystem_supply[] = {
    { "InputPowerWatts", "Input Power", BMC_UNIT_WATTS },
    { "OutputPowerWatts", "Output Power", BMC_UNIT_WATTS },
    { "InputVoltage", "Input Voltage", BMC_UNIT_VOLTS },
    { "InputCurrentAmps", "Input Current", BMC_UNIT_AMPERES },
    { "TemperatureCelsius", "Temp", BMC_UNIT_CELSIUS },
    { "FanSpeedPercent", "Fan", BMC_UNIT_PERCENT }
};


static const subsystem_reading_t  subsystem_summary[] = {
    { "Intake", "Intake Temp", BMC_UNIT_CELSIUS },
    { "Exhaust", "Exhaust Temp", BMC_UNIT_CELSIUS },
    { "Ambient", "Ambient Temp", BMC_UNIT_CELSIUS },
    { "Internal", "Internal Temp", BMC_UNIT_CELSIUS }
};


static const subsystem_reading_t  subsystem_environment[] = {
    { "TemperatureCelsius", "Temp", BMC_UNIT_CELSIUS },
    { "HumidityPercent", "Humidity", BMC_UNIT_PERCENT },
    { "PowerWatts", "Power", BMC_UNIT_WATTS },
    { "EnergyJoules", "Energy", BMC_UNIT_JOULES }
};


#define subsystem_count(table)  (sizeof(table) / sizeof((table)[0]))


static size_t
subsystem_readings(const json_t *json, const subsystem_reading_t *r,
    size_t n, const char *of, bmc_sensor_t *out, size_t room)
{
    char    name[128];
    size_t  i, got;

    got = 0;

    for (i = 0; i < n && got < room; i++) {
        (void) snprintf(name, sizeof(name), "%s%s%s", of,
            of[0] == '\0' ? "" : " ", r[i].name);

        got += bmc_rf_excerpt(bmc_rf_object(json, r[i].key), name,
            r[i].unit, &out[got]);
    }

    return got;
}


/* a fan may tell its speed, how much of its most that is, both, or none */

bool
bmc_rf_fan(const json_t *fan, bmc_sensor_t *out)
{
    double         x;
    const json_t  *speed;

    if (bmc_rf_state_is(fan, "Absent") || !bmc_rf_sensor_name(fan, out)) {
        return false;
    }

    speed = bmc_rf_object(fan, "SpeedPercent");
    out->type = bmc_rf_sensor_type(BMC_UNIT_RPM);

    if (bmc_rf_number(speed, "SpeedRPM", &x) && bmc_rf_usable(x)) {
        out->unit = BMC_UNIT_RPM;
        out->value = (float) x;

    } else if (speed != NULL) {
        out->unit = BMC_UNIT_PERCENT;

        if (bmc_rf_number(speed, "Reading", &x) && bmc_rf_usable(x)) {
            out->value = (float) x;
        }
    }

    bmc_rf_sensor_state(fan, out);

    return true;
}


size_t
bmc_rf_thermal_metrics(const json_t *json, bmc_sensor_t *out, size_t room)
{
    size_t         i, n;
    const char    *name;
    const json_t  *list, *one;

    list = bmc_rf_array(json, "TemperatureReadingsCelsius");
    n = 0;

    for (i = 0; i < json_array_size(list) && n < room; i++) {
        one = json_array_get(list, i);
        name = bmc_rf_text(one, "DeviceName");
        name = name != NULL ? name : bmc_rf_text(one, "PhysicalContext");

        if (name != NULL) {
            n += bmc_rf_excerpt(one, name, BMC_UNIT_CELSIUS, &out[n]);
        }
    }

    if (n > 0) {
        return n;
    }

    return subsystem_readings(bmc_rf_object(json,
        "TemperatureSummaryCelsius"), subsystem_summary,
        subsystem_count(subsystem_summary), "", out, room);
}


/* whether it is well; what it measures stands in its metrics */

bool
bmc_rf_supply(const json_t *supply, bmc_sensor_t *out)
{
    if (bmc_rf_state_is(supply, "Absent")
        || !bmc_rf_sensor_name(supply, out))
    {
        return false;
    }

    out->type = SUBSYSTEM_SUPPLY;
    bmc_rf_sensor_state(supply, out);

    return true;
}


size_t
bmc_rf_supply_metrics(const json_t *json, const char *name,
    bmc_sensor_t *out, size_t room)
{
    return subsystem_readings(json, subsystem_supply,
        subsystem_count(subsystem_supply), name, out, room);
}


size_t
bmc_rf_environment(const json_t *json, bmc_sensor_t *out, size_t room)
{
    return subsystem_readings(json, subsystem_environment,
        subsystem_count(subsystem_environment), "", out, room);
}
