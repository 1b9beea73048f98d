
/*
 * Copyright (C) the bmcgate authors
 *
 * All sensors of all the system's chassis.  Each chassis tells them in the
 * newest way it knows: a list of sensors; else two subsystems; else, for
 * each of these, the resource that came before it.
 */


#include <string.h>

#include "drivers/redfish/reads.h"


typedef struct {
    bmc_rf_places_t  places;         /* first: reads.h */
    size_t           n;
    size_t           before;         /* of them, this part of the walk */
    size_t           nsupplies;
    size_t           at;
    bool             seen;           /* a place for sensors, if empty */
    char            *name[BMC_RF_SUPPLIES];
    char            *metrics[BMC_RF_SUPPLIES];
    bmc_sensor_t     sensor[BMC_SENSOR_MAX + 1];
} sensors_job_t;


/* kept: the system, the chassis, the subsystem */

enum {
    SENSORS_CHASSIS = 1,
    SENSORS_SUBSYSTEM
};


static void sensors_chassis(bmc_rf_job_t *job);
static void sensors_power(bmc_rf_job_t *job);
static void sensors_metrics(bmc_rf_job_t *job);


static size_t
sensors_room(const sensors_job_t *j)
{
    return BMC_SENSOR_MAX - j->n;
}


static void
sensors_end(bmc_rf_job_t *job)
{
    bmc_answer_t   *a;
    sensors_job_t  *j;

    j = job->data;

    if (!j->seen) {
        bmc_rf_end(job, BMC_UNSUPPORTED, "this BMC tells no sensors: its "
            "chassis have neither Sensors nor Thermal nor Power");
        return;
    }

    a = &job->call->answer;
    a->sensors = j->sensor;
    a->nsensors = j->n;
    a->has |= BMC_HAS_SENSORS;

    bmc_rf_end(job, BMC_OK, "%s", "");
}


/* the last element of the list is for what there is no room for */

static void
sensors_each(bmc_rf_job_t *job, json_t *json)
{
    sensors_job_t  *j;

    j = job->data;
    j->n += bmc_rf_sensor(json, &j->sensor[j->n]) && sensors_room(j) > 0;
}


static void
sensors_told_legacy_power(bmc_rf_job_t *job, json_t *json)
{
    sensors_job_t  *j;

    j = job->data;
    j->seen |= json != NULL;
    j->n += bmc_rf_legacy_power(json, &j->sensor[j->n], sensors_room(j));

    sensors_chassis(job);
}


static void
sensors_told_environment(bmc_rf_job_t *job, json_t *json)
{
    sensors_job_t  *j;

    j = job->data;
    j->seen |= json != NULL;
    j->n += bmc_rf_environment(json, &j->sensor[j->n], sensors_room(j));

    sensors_chassis(job);
}


static void
sensors_told_metrics(bmc_rf_job_t *job, json_t *json)
{
    sensors_job_t  *j;

    j = job->data;
    j->n += bmc_rf_supply_metrics(json, j->name[j->at], &j->sensor[j->n],
        sensors_room(j));
    j->at++;

    sensors_metrics(job);
}


static void
sensors_metrics(bmc_rf_job_t *job)
{
    const char     *path;
    sensors_job_t  *j;

    j = job->data;

    if (j->at < j->nsupplies && sensors_room(j) > 0) {
        bmc_rf_try(job, j->metrics[j->at], sensors_told_metrics);
        return;
    }

    path = bmc_rf_link(job->keep[SENSORS_CHASSIS], "Power");

    if (j->n == j->before && path != NULL) {
        bmc_rf_try(job, path, sensors_told_legacy_power);
        return;
    }

    bmc_rf_try(job, bmc_rf_link(job->keep[SENSORS_CHASSIS],
        "EnvironmentMetrics"), sensors_told_environment);
}


static void
sensors_each_supply(bmc_rf_job_t *job, json_t *json)
{
    const char     *path;
    bmc_pool_t     *pool;
    sensors_job_t  *j;

    j = job->data;
    pool = job->call->pool;

    if (!bmc_rf_supply(json, &j->sensor[j->n]) || sensors_room(j) == 0) {
        return;
    }

    path = bmc_rf_link(json, "Metrics");

    if (path != NULL && j->nsupplies < BMC_RF_SUPPLIES) {
        j->name[j->nsupplies] = bmc_pstrdup(pool, j->sensor[j->n].name);
        j->metrics[j->nsupplies] = bmc_pstrdup(pool, path);

        if (j->name[j->nsupplies] != NULL
            && j->metrics[j->nsupplies] != NULL)
        {
            j->nsupplies++;
        }
    }

    j->n++;
}


static void
sensors_supplies(bmc_rf_job_t *job, json_t *json)
{
    sensors_metrics(job);
}


static void
sensors_told_power(bmc_rf_job_t *job, json_t *json)
{
    sensors_job_t  *j;

    j = job->data;
    j->seen |= json != NULL;
    bmc_rf_keep(job, SENSORS_SUBSYSTEM, json);

    bmc_rf_members(job, bmc_rf_link(job->keep[SENSORS_SUBSYSTEM],
        "PowerSupplies"), sensors_each_supply, sensors_supplies);
}


static void
sensors_power(bmc_rf_job_t *job)
{
    sensors_job_t  *j;

    j = job->data;
    j->before = j->n;
    j->nsupplies = 0;
    j->at = 0;

    bmc_rf_try(job, bmc_rf_link(job->keep[SENSORS_CHASSIS],
        "PowerSubsystem"), sensors_told_power);
}


static void
sensors_told_legacy_thermal(bmc_rf_job_t *job, json_t *json)
{
    sensors_job_t  *j;

    j = job->data;
    j->seen |= json != NULL;
    j->n += bmc_rf_legacy_thermal(json, &j->sensor[j->n], sensors_room(j));

    sensors_power(job);
}


static void
sensors_told_temperatures(bmc_rf_job_t *job, json_t *json)
{
    sensors_job_t  *j;

    j = job->data;
    j->n += bmc_rf_thermal_metrics(json, &j->sensor[j->n], sensors_room(j));

    if (j->n == j->before) {
        bmc_rf_try(job, bmc_rf_link(job->keep[SENSORS_CHASSIS], "Thermal"),
            sensors_told_legacy_thermal);
        return;
    }

    sensors_power(job);
}


static void
sensors_each_fan(bmc_rf_job_t *job, json_t *json)
{
    sensors_job_t  *j;

    j = job->data;
    j->n += bmc_rf_fan(json, &j->sensor[j->n]) && sensors_room(j) > 0;
}


static void
sensors_fans(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_try(job, bmc_rf_link(job->keep[SENSORS_SUBSYSTEM],
        "ThermalMetrics"), sensors_told_temperatures);
}


static void
sensors_told_thermal(bmc_rf_job_t *job, json_t *json)
{
    sensors_job_t  *j;

    j = job->data;
    j->seen |= json != NULL;
    bmc_rf_keep(job, SENSORS_SUBSYSTEM, json);

    bmc_rf_members(job, bmc_rf_link(job->keep[SENSORS_SUBSYSTEM], "Fans"),
        sensors_each_fan, sensors_fans);
}


static void
sensors_told_all(bmc_rf_job_t *job, json_t *json)
{
    sensors_job_t  *j;

    j = job->data;

    if (j->n > j->before) {
        sensors_chassis(job);
        return;
    }

    bmc_rf_try(job, bmc_rf_link(job->keep[SENSORS_CHASSIS],
        "ThermalSubsystem"), sensors_told_thermal);
}


static void
sensors_told_chassis(bmc_rf_job_t *job, json_t *json)
{
    const char     *path;
    sensors_job_t  *j;

    j = job->data;
    j->before = j->n;
    bmc_rf_keep(job, SENSORS_CHASSIS, json);

    path = bmc_rf_link(job->keep[SENSORS_CHASSIS], "Sensors");
    j->seen |= path != NULL;

    bmc_rf_members(job, path, sensors_each, sensors_told_all);
}


static void
sensors_chassis(bmc_rf_job_t *job)
{
    const char     *path;
    sensors_job_t  *j;

    j = job->data;
    path = sensors_room(j) > 0 ? bmc_rf_place(job) : NULL;

    if (path == NULL) {
        sensors_end(job);
        return;
    }

    bmc_rf_try(job, path, sensors_told_chassis);
}


void
bmc_rf_sensors(bmc_rf_job_t *job)
{
    if (bmc_rf_data(job, sizeof(sensors_job_t))) {
        bmc_rf_places(job, sensors_chassis);
    }
}
