
/*
 * Copyright (C) the bmcgate authors
 */


#include <string.h>

#include "base/clock.h"
#include "drivers/ipmi/verbs.h"


#define SENSORS_FACTORS     0x23     /* commands */
#define SENSORS_THRESHOLDS  0x27
#define SENSORS_READING     0x2d

#define SENSORS_NONLINEAR   0x70     /* linearisation */
#define SENSORS_AGE         600000   /* ms until thresholds are asked anew */


typedef struct {
    size_t         at;               /* in the kept list */
    size_t         n;
    size_t         room;
    size_t         len;
    uint8_t        reading[4];       /* … that waits for its factors */
    bmc_sensor_t  *sensors;
} sensors_job_t;


static void sensors_next(bmc_ipmi_job_t *job);
static void sensors_ask(bmc_ipmi_job_t *job);


/* it may move while another call walks, never while this one runs */

static bmc_ipmi_sensor_t *
sensors_at(bmc_ipmi_job_t *job)
{
    sensors_job_t  *j;

    j = job->data;

    return &bmc_ipmi_kept(job->unit)->sensor[j->at];
}


static bmc_health_t
sensors_health(const bmc_sensor_t *s, size_t n)
{
    size_t        i;
    bmc_health_t  health, worst;

    static const bmc_health_t  of[] = {
        [BMC_SENSOR_UNKNOWN] = BMC_HEALTH_UNKNOWN,
        [BMC_SENSOR_OK] = BMC_HEALTH_OK,
        [BMC_SENSOR_WARNING] = BMC_HEALTH_WARNING,
        [BMC_SENSOR_CRITICAL] = BMC_HEALTH_CRITICAL,
        [BMC_SENSOR_FATAL] = BMC_HEALTH_CRITICAL
    };

    worst = BMC_HEALTH_UNKNOWN;

    for (i = 0; i < n; i++) {
        health = of[s[i].state];
        worst = health > worst ? health : worst;
    }

    return worst;
}


static void
sensors_end(bmc_ipmi_job_t *job)
{
    bmc_answer_t   *a;
    sensors_job_t  *j;

    j = job->data;
    a = &job->call->answer;

    a->sensors = j->sensors;
    a->nsensors = j->n;
    a->health = sensors_health(j->sensors, j->n);
    a->has |= BMC_HAS_SENSORS;

    if (a->health != BMC_HEALTH_UNKNOWN) {
        a->has |= BMC_HAS_HEALTH;
    }

    bmc_ipmi_end(job, BMC_OK, "");
}


static void
sensors_take(bmc_ipmi_job_t *job, const bmc_ipmi_sensor_t *s)
{
    sensors_job_t  *j;

    j = job->data;

    if (!bmc_ipmi_sensor_read(s, j->reading, j->len, &j->sensors[j->n])) {
        bmc_ipmi_sensor_silent(s, &j->sensors[j->n]);
    }

    j->n++;
    j->at++;
    sensors_next(job);
}


static void
sensors_told_factors(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bmc_ipmi_sensor_t  s;

    s = *sensors_at(job);

    /* the first byte is for whom the factors end */

    if (code == 0 && len >= 7) {
        bmc_ipmi_sensor_factors(&s, data + 1);

    } else {
        s.units[0] |= 0xc0;
    }

    sensors_take(job, &s);
}


static void
sensors_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    uint8_t                   ask[2];
    sensors_job_t            *j;
    const bmc_ipmi_sensor_t  *s;

    j = job->data;
    s = sensors_at(job);

    if (code == BMC_IPMI_BUSY) {
        bmc_ipmi_refused(job, code, "sensor reading");
        return;
    }

    j->len = 0;

    if (code == 0) {
        j->len = len < sizeof(j->reading) ? len : sizeof(j->reading);
        memcpy(j->reading, data, j->len);
    }

    if (j->len > 0 && s->linear >= SENSORS_NONLINEAR
        && bmc_ipmi_sensor_analog(s))
    {
        ask[0] = s->number;
        ask[1] = j->reading[0];
        bmc_ipmi_ask_lun(job, s->lun, BMC_IPMI_SENSOR, SENSORS_FACTORS, ask,
            sizeof(ask), 0, sensors_told_factors);
        return;
    }

    sensors_take(job, s);
}


static void
sensors_told_thresholds(bmc_ipmi_job_t *job, uint8_t code,
    const uint8_t *data, size_t len)
{
    bmc_ipmi_sensor_t  *s;

    s = sensors_at(job);

    if (code == BMC_IPMI_BUSY) {
        bmc_ipmi_refused(job, code, "sensor thresholds");
        return;
    }

    /* what a record says is only what a threshold was at first */

    if (code == 0 && len >= 7) {
        s->told = data[0] & 0x3f;
        memcpy(s->threshold, data + 1, sizeof(s->threshold));
    }

    s->asked = true;
    sensors_ask(job);
}


static void
sensors_ask(bmc_ipmi_job_t *job)
{
    const bmc_ipmi_sensor_t  *s;

    s = sensors_at(job);

    if (!s->asked && bmc_ipmi_sensor_threshold(s)
        && (s->access == BMC_IPMI_READABLE_THRESHOLDS
            || s->access == BMC_IPMI_SETTABLE_THRESHOLDS))
    {
        bmc_ipmi_ask_lun(job, s->lun, BMC_IPMI_SENSOR, SENSORS_THRESHOLDS,
            &s->number, 1, 0, sensors_told_thresholds);
        return;
    }

    bmc_ipmi_ask_lun(job, s->lun, BMC_IPMI_SENSOR, SENSORS_READING,
        &s->number, 1, 0, sensors_told);
}


/* another controller's sensors are listed; only it could read them */

static void
sensors_next(bmc_ipmi_job_t *job)
{
    sensors_job_t      *j;
    bmc_ipmi_kept_t    *kept;
    bmc_ipmi_sensor_t  *s;

    j = job->data;
    kept = bmc_ipmi_kept(job->unit);

    while (j->at < kept->nsensors && j->n < j->room) {
        s = &kept->sensor[j->at];

        if (bmc_ipmi_sdr_ours(s)) {
            sensors_ask(job);
            return;
        }

        if (s->kind != BMC_IPMI_SDR_EVENT) {
            bmc_ipmi_sensor_silent(s, &j->sensors[j->n++]);
        }

        j->at++;
    }

    sensors_end(job);
}


static void
sensors_loaded(bmc_ipmi_job_t *job, uint8_t code)
{
    size_t            i;
    int64_t           now;
    sensors_job_t    *j;
    bmc_ipmi_kept_t  *kept;

    if (code != 0) {
        bmc_ipmi_refused(job, code, "sensor records");
        return;
    }

    kept = bmc_ipmi_kept(job->unit);
    j = job->data;
    j->room = kept->nsensors < BMC_SENSOR_MAX ? kept->nsensors
                                              : BMC_SENSOR_MAX;
    j->sensors = bmc_palloc(job->call->pool,
        (j->room + 1) * sizeof(bmc_sensor_t));

    if (j->sensors == NULL) {
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return;
    }

    now = bmc_now();

    if (now - kept->thresholds_at > SENSORS_AGE) {
        kept->thresholds_at = now;

        for (i = 0; i < kept->nsensors; i++) {
            kept->sensor[i].asked = false;
        }
    }

    sensors_next(job);
}


void
bmc_ipmi_sensors(bmc_ipmi_job_t *job)
{
    if (bmc_ipmi_room(job, sizeof(sensors_job_t))) {
        bmc_ipmi_sdr_load(job, sensors_loaded);
    }
}
