
/*
 * Copyright (C) the bmcgate authors
 *
 * Sensors follow from the time, the power and the machine's name, so that
 * they move and yet are the same for every process that asks.
 */


#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/driver.h"
#include "drivers/sim/machine.h"
#include "base/names.h"


#define SENSORS_INTERVAL  300000     /* ms that min, max and average are of */
#define SENSORS_STEP      10000
#define SENSORS_STANDBY   9.0f       /* watts of a BMC and idle supplies */
#define SENSORS_HEAT      52.0f      /* what is added to a hot processor */
#define SENSORS_CPU       1


typedef struct {
    const char  *name;
    uint8_t      unit;
    uint8_t      type;               /* IPMI's */
    bool         standby;            /* works while the system is off */
    float        base;
    float        swing;
    int64_t      period;             /* ms */
    float        threshold[BMC_THRESHOLDS];
} sensors_kind_t;


static const sensors_kind_t  sensors_kinds[] = {

    { "Inlet Temp",   BMC_UNIT_CELSIUS, 0x01, true,  22,   2,    600000,
      { NAN, -7, 3, 42, 47, NAN } },
    { "CPU1 Temp",    BMC_UNIT_CELSIUS, 0x01, false, 48,   9,    120000,
      { NAN, NAN, NAN, 80, 90, 115 } },
    { "CPU2 Temp",    BMC_UNIT_CELSIUS, 0x01, false, 46,   8,    140000,
      { NAN, NAN, NAN, 80, 90, 115 } },
    { "DIMM Temp",    BMC_UNIT_CELSIUS, 0x01, false, 38,   4,    200000,
      { NAN, NAN, NAN, 75, 85, NAN } },
    { "Exhaust Temp", BMC_UNIT_CELSIUS, 0x01, false, 33,   4,    300000,
      { NAN, NAN, NAN, 70, 75, NAN } },
    { "Fan1",         BMC_UNIT_RPM,     0x04, false, 5400, 480,  90000,
      { NAN, 600, 840, NAN, NAN, NAN } },
    { "Fan2",         BMC_UNIT_RPM,     0x04, false, 5400, 480,  95000,
      { NAN, 600, 840, NAN, NAN, NAN } },
    { "Fan3",         BMC_UNIT_RPM,     0x04, false, 5280, 480,  100000,
      { NAN, 600, 840, NAN, NAN, NAN } },
    { "Fan4",         BMC_UNIT_RPM,     0x04, false, 5280, 480,  105000,
      { NAN, 600, 840, NAN, NAN, NAN } },
    { "12V",          BMC_UNIT_VOLTS,   0x02, false, 12.1f, 0.08f, 70000,
      { 10.2f, 10.8f, 11.2f, 12.8f, 13.2f, 13.8f } },
    { "5V",           BMC_UNIT_VOLTS,   0x02, false, 5.03f, 0.03f, 80000,
      { 4.3f, 4.5f, 4.7f, 5.3f, 5.5f, 5.7f } },
    { "3.3V",         BMC_UNIT_VOLTS,   0x02, false, 3.31f, 0.02f, 75000,
      { 2.8f, 2.96f, 3.1f, 3.5f, 3.63f, 3.8f } },
    { "VBAT",         BMC_UNIT_VOLTS,   0x02, true,  3.05f, 0.01f, 900000,
      { NAN, 2.4f, 2.6f, 3.5f, 3.6f, NAN } },
    { "System Power", BMC_UNIT_WATTS,   0x0b, true,  210,  70,   120000,
      { NAN, NAN, NAN, 700, 750, NAN } },
    { "PSU1 Current", BMC_UNIT_AMPERES, 0x03, true,  0.92f, 0.3f, 120000,
      { NAN, NAN, NAN, 3.2f, 3.5f, NAN } },
    { "PSU1 Status",  BMC_UNIT_NONE,    0x08, true,  0,    0,    1,
      { NAN, NAN, NAN, NAN, NAN, NAN } }
};


#define SENSORS_KINDS  (sizeof(sensors_kinds) / sizeof(sensors_kinds[0]))
#define SENSORS_WATTS  13


/* a triangle between -1 and 1 */

static float
sensors_wave(uint64_t seed, int64_t now, int64_t period)
{
    int64_t  at;

    at = (int64_t) (((uint64_t) now + seed % (uint64_t) period)
                    % (uint64_t) period);

    return fabsf(4.0f * (float) at / (float) period - 2.0f) - 1.0f;
}


static float
sensors_value(const sensors_kind_t *k, uint64_t seed, bool on, int64_t now)
{
    if (k->type == 0x08 || (!on && !k->standby)) {
        return NAN;
    }

    if (k->unit == BMC_UNIT_WATTS && !on) {
        return SENSORS_STANDBY;
    }

    if (k->unit == BMC_UNIT_AMPERES && !on) {
        return SENSORS_STANDBY / 230.0f;
    }

    return k->base + k->swing * sensors_wave(seed, now, k->period);
}


static bmc_sensor_state_t
sensors_state(const sensors_kind_t *k, float v)
{
    if (isnan(v)) {
        return k->type == 0x08 ? BMC_SENSOR_OK : BMC_SENSOR_UNKNOWN;
    }

    return bmc_sensor_compared(k->threshold, v);
}


static void
sensors_fill(bmc_sensor_t *s, const sensors_kind_t *k, size_t i, float v)
{
    memset(s, 0, sizeof(bmc_sensor_t));

    if (i < SENSORS_KINDS) {
        snprintf(s->name, sizeof(s->name), "%s", k->name);

    } else {
        snprintf(s->name, sizeof(s->name), "%s %zu", k->name,
                 i / SENSORS_KINDS + 1);
    }

    s->value = v;
    memcpy(s->threshold, k->threshold, sizeof(s->threshold));
    s->state = sensors_state(k, v);
    s->unit = k->unit;
    s->type = k->type;
    s->event = k->type == 0x08 ? 0x6f : 0x01;
    s->discrete = k->type == 0x08 ? 0x0001 : 0;
    s->number = (uint8_t) i;
}


static bmc_health_t
sensors_worse(bmc_health_t health, bmc_sensor_state_t state)
{
    switch (state) {

    case BMC_SENSOR_FATAL:
    case BMC_SENSOR_CRITICAL:
        return BMC_HEALTH_CRITICAL;

    case BMC_SENSOR_WARNING:
        return health == BMC_HEALTH_CRITICAL ? health : BMC_HEALTH_WARNING;

    case BMC_SENSOR_UNKNOWN:
    case BMC_SENSOR_OK:
        break;
    }

    return health;
}


bmc_health_t
bmc_sim_sensors(const bmc_sim_machine_t *m, const bmc_sim_data_t *d,
    int64_t now, bool hot, bmc_sensor_t *sensors, size_t n)
{
    bool                   on;
    float                  v;
    size_t                 i;
    uint64_t               seed;
    bmc_health_t           health;
    const sensors_kind_t  *k;

    seed = bmc_hash(m->name, strlen(m->name));
    on = d->power == BMC_POWER_IS_ON;
    health = BMC_HEALTH_OK;

    for (i = 0; i < n; i++) {
        k = &sensors_kinds[i % SENSORS_KINDS];
        v = sensors_value(k, seed + i * 7919, on, now);

        if (hot && i == SENSORS_CPU) {
            v += SENSORS_HEAT;
        }

        health = sensors_worse(health, sensors_state(k, v));

        if (sensors != NULL) {
            sensors_fill(&sensors[i], k, i, v);
        }
    }

    return health;
}


static float
sensors_watts(uint64_t seed, bool on, int64_t now)
{
    return sensors_value(&sensors_kinds[SENSORS_WATTS],
                         seed + SENSORS_WATTS * 7919, on, now);
}


float
bmc_sim_watts(const bmc_sim_machine_t *m, const bmc_sim_data_t *d,
    int64_t now)
{
    return sensors_watts(bmc_hash(m->name, strlen(m->name)),
                         d->power == BMC_POWER_IS_ON, now);
}


json_t *
bmc_sim_watts_json(const bmc_sim_machine_t *m, const bmc_sim_data_t *d,
    int64_t now)
{
    bool      on;
    float     w, min, max, sum;
    int64_t   at;
    uint64_t  seed;
    unsigned  n;

    seed = bmc_hash(m->name, strlen(m->name));
    min = INFINITY;
    max = 0;
    sum = 0;
    n = 0;

    /* before the last change of power it was the other */

    for (at = now - SENSORS_INTERVAL + SENSORS_STEP; at <= now;
         at += SENSORS_STEP)
    {
        on = (d->power == BMC_POWER_IS_ON) == (at >= d->since);
        w = sensors_watts(seed, on, at);

        min = fminf(min, w);
        max = fmaxf(max, w);
        sum += w;
        n++;
    }

    return json_pack("{s:i, s:i, s:i, s:i, s:i}",
        "watts", (int) lrintf(bmc_sim_watts(m, d, now)),
        "min", (int) lrintf(min), "max", (int) lrintf(max),
        "average", (int) lrintf(sum / (float) n),
        "interval", SENSORS_INTERVAL / 1000);
}


void
bmc_sim_heat(bmc_sim_store_t *st, bmc_sim_machine_t *m, bmc_sim_data_t *d,
    int64_t now, bool hot)
{
    hot = hot && d->power == BMC_POWER_IS_ON;

    if (hot == (d->hot != 0)) {
        return;
    }

    d->hot = hot;

    if (hot) {
        bmc_sim_event(st, m, d, now, BMC_HEALTH_CRITICAL, "CPU1 Temp",
                      "upper critical going high");

    } else {
        bmc_sim_event(st, m, d, now, BMC_HEALTH_OK, "CPU1 Temp",
                      "upper critical going high, deasserted");
    }
}
