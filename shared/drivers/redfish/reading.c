
/*
 * Copyright (C) the bmcgate authors
 *
 * Watts.  Power comes first, for it alone tells the least, the most and the
 * average; then EnvironmentMetrics; then a sensor of the system's power.
 */


#include <string.h>

#include "drivers/redfish/reads.h"


typedef struct {
    bmc_rf_places_t  places;         /* first: reads.h */
    double           watts;
    bool             found;
    bool             silent;         /* there is a place for it, but empty */
} reading_job_t;


enum {
    READING_CHASSIS = 1
};


static void reading_chassis(bmc_rf_job_t *job);


static void
reading_tell(bmc_rf_job_t *job, json_t *json, double watts)
{
    bmc_answer_t  *a;

    a = &job->call->answer;
    a->watts = (float) watts;
    a->has |= BMC_HAS_WATTS;

    bmc_rf_tell(job, json);
}


static void
reading_tell_watts(bmc_rf_job_t *job, double watts)
{
    json_t  *json;

    json = json_object();
    bmc_rf_put_number(json, "watts", watts);
    reading_tell(job, json, watts);
}


json_t *
bmc_rf_power_control(const json_t *power, double *watts)
{
    double         x;
    size_t         i;
    json_t        *json;
    const json_t  *list, *metrics;

    list = bmc_rf_array(power, "PowerControl");

    for (i = 0; i < json_array_size(list); i++) {
        if (bmc_rf_number(json_array_get(list, i), "PowerConsumedWatts",
                          watts)
            && bmc_rf_usable(*watts))
        {
            break;
        }
    }

    json = i < json_array_size(list) ? json_object() : NULL;

    if (json == NULL) {
        return NULL;
    }

    metrics = bmc_rf_object(json_array_get(list, i), "PowerMetrics");
    bmc_rf_put_number(json, "watts", *watts);

    if (bmc_rf_number(metrics, "MinConsumedWatts", &x)) {
        bmc_rf_put_number(json, "min", x);
    }

    if (bmc_rf_number(metrics, "MaxConsumedWatts", &x)) {
        bmc_rf_put_number(json, "max", x);
    }

    if (bmc_rf_number(metrics, "AverageConsumedWatts", &x)) {
        bmc_rf_put_number(json, "average", x);
    }

    if (bmc_rf_number(metrics, "IntervalInMin", &x)) {
        bmc_rf_put_number(json, "interval", x * 60);
    }

    return json;
}


/* a supply's or a processor's watts are not the system's */

bool
bmc_rf_watts(const json_t *sensor, double *watts)
{
    size_t        i;
    bmc_sensor_t  s;

    static const char *const  contexts[] = {
        "Chassis", "SystemBoard", "PowerSubsystem", "Board"
    };

    static const char *const  names[] = {
        "total_power", "total power", "system power", "sys_power",
        "system input power", "system board pwr consumption"
    };

    if (!bmc_rf_sensor(sensor, &s) || s.unit != BMC_UNIT_WATTS
        || !(s.value >= 0))
    {
        return false;
    }

    *watts = (double) s.value;

    for (i = 0; i < sizeof(contexts) / sizeof(contexts[0]); i++) {
        if (bmc_rf_is(sensor, "PhysicalContext", contexts[i])) {
            return true;
        }
    }

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (bmc_rf_is(sensor, "Name", names[i])
            || bmc_rf_is(sensor, "Id", names[i]))
        {
            return true;
        }
    }

    return false;
}


static void
reading_each(bmc_rf_job_t *job, json_t *json)
{
    reading_job_t  *j;

    j = job->data;

    if (!j->found) {
        j->found = bmc_rf_watts(json, &j->watts);
    }
}


static void
reading_sensors(bmc_rf_job_t *job, json_t *json)
{
    reading_job_t  *j;

    j = job->data;

    if (j->found) {
        reading_tell_watts(job, j->watts);

    } else {
        reading_chassis(job);
    }
}


static void
reading_told_environment(bmc_rf_job_t *job, json_t *json)
{
    double          watts;
    const json_t   *power;
    reading_job_t  *j;

    j = job->data;
    power = bmc_rf_object(json, "PowerWatts");

    if (bmc_rf_number(power, "Reading", &watts) && bmc_rf_usable(watts)) {
        reading_tell_watts(job, watts);
        return;
    }

    j->silent |= power != NULL;
    bmc_rf_members(job, bmc_rf_link(job->keep[READING_CHASSIS], "Sensors"),
        reading_each, reading_sensors);
}


static void
reading_told_power(bmc_rf_job_t *job, json_t *json)
{
    double          watts;
    json_t         *told;
    reading_job_t  *j;

    j = job->data;
    told = bmc_rf_power_control(json, &watts);

    if (told != NULL) {
        reading_tell(job, told, watts);
        return;
    }

    j->silent |= json_array_size(bmc_rf_array(json, "PowerControl")) > 0;
    bmc_rf_try(job, bmc_rf_link(job->keep[READING_CHASSIS],
        "EnvironmentMetrics"), reading_told_environment);
}


static void
reading_told_chassis(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_keep(job, READING_CHASSIS, json);
    bmc_rf_try(job, bmc_rf_link(job->keep[READING_CHASSIS], "Power"),
        reading_told_power);
}


static void
reading_chassis(bmc_rf_job_t *job)
{
    const char     *path;
    reading_job_t  *j;

    j = job->data;
    path = bmc_rf_place(job);

    if (path != NULL) {
        bmc_rf_try(job, path, reading_told_chassis);

    } else if (j->silent) {
        bmc_rf_end(job, BMC_REFUSED, "the BMC has no power reading now");

    } else {
        bmc_rf_end(job, BMC_UNSUPPORTED, "this BMC measures no power: its "
            "chassis have neither PowerControl nor EnvironmentMetrics nor "
            "a sensor of the system's watts");
    }
}


void
bmc_rf_power_reading(bmc_rf_job_t *job)
{
    if (bmc_rf_data(job, sizeof(reading_job_t))) {
        bmc_rf_places(job, reading_chassis);
    }
}
