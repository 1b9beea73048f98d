
/*
 * Copyright (C) the bmcgate authors
 *
 * Watts: DCMI 1.5, 6.6.1; and of a sensor where there is no DCMI.
 */


#include <math.h>
#include <string.h>

#include "drivers/ipmi/verbs.h"


#define DCMI_POWER    0x02           /* commands */
#define DCMI_READING  0x2d

#define DCMI_GROUP    0xdc
#define DCMI_ACTIVE   0x40           /* of the last byte */


static void
dcmi_told_sensor(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bmc_sensor_t   sensor;
    bmc_answer_t  *a;

    if (code != 0) {
        bmc_ipmi_refused(job, code, "power reading");
        return;
    }

    if (!bmc_ipmi_sensor_read(job->data, data, len, &sensor)) {
        bmc_ipmi_short(job, "power reading");
        return;
    }

    if (isnan(sensor.value)) {
        bmc_ipmi_end(job, BMC_REFUSED, "the BMC has no power reading now");
        return;
    }

    a = &job->call->answer;
    a->watts = sensor.value;
    a->has |= BMC_HAS_WATTS;

    bmc_ipmi_tell(job, json_pack("{s:f}", "watts", (double) sensor.value));
}


static void
dcmi_sensor(bmc_ipmi_job_t *job, uint8_t code)
{
    const bmc_ipmi_sensor_t  *s;

    if (code == BMC_IPMI_BUSY) {
        bmc_ipmi_refused(job, code, "power reading");
        return;
    }

    s = code == 0 ? bmc_ipmi_sdr_watts(bmc_ipmi_kept(job->unit)) : NULL;

    if (s == NULL) {
        bmc_ipmi_end(job, BMC_UNSUPPORTED, "this BMC measures no power: it "
            "has neither DCMI nor a sensor of the system's watts");
        return;
    }

    if (!bmc_ipmi_room(job, sizeof(bmc_ipmi_sensor_t))) {
        return;
    }

    /* a later walk may free the list */

    memcpy(job->data, s, sizeof(bmc_ipmi_sensor_t));

    bmc_ipmi_ask_lun(job, s->lun, BMC_IPMI_SENSOR, DCMI_READING, &s->number,
        1, 0, dcmi_told_sensor);
}


static void
dcmi_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    unsigned       watts;
    bmc_answer_t  *a;

    if (code == BMC_IPMI_BUSY) {
        bmc_ipmi_refused(job, code, "power reading");
        return;
    }

    if (code != 0 || len < 18 || data[0] != DCMI_GROUP
        || !(data[17] & DCMI_ACTIVE))
    {
        bmc_ipmi_sdr_load(job, dcmi_sensor);
        return;
    }

    watts = bmc_ipmi_le16(data + 1);
    a = &job->call->answer;
    a->watts = (float) watts;
    a->has |= BMC_HAS_WATTS;

    bmc_ipmi_tell(job, json_pack("{s:i, s:i, s:i, s:i, s:I}",
        "watts", (int) watts,
        "min", (int) bmc_ipmi_le16(data + 3),
        "max", (int) bmc_ipmi_le16(data + 5),
        "average", (int) bmc_ipmi_le16(data + 7),
        "interval", (json_int_t) (bmc_ipmi_le32(data + 13) / 1000)));
}


void
bmc_ipmi_power_reading(bmc_ipmi_job_t *job)
{
    static const uint8_t  data[] = { DCMI_GROUP, 0x01, 0x00, 0x00 };

    bmc_ipmi_ask(job, BMC_IPMI_GROUP, DCMI_POWER, data, sizeof(data), 0,
        dcmi_told);
}
