
/*
 * Copyright (C) the bmcgate authors
 */


#include "drivers/ipmi/verbs.h"


#define POWER_STATUS     0x01        /* commands */
#define POWER_CONTROL    0x02
#define POWER_DEVICE_ID  0x01

#define POWER_ON         0x01        /* of Get Chassis Status */
#define POWER_LED_TOLD   0x40


static const uint8_t  power_controls[BMC_VERB_MAX] = {
    [BMC_POWER_FORCE_OFF] = 0x00,
    [BMC_POWER_ON] = 0x01,
    [BMC_POWER_CYCLE] = 0x02,
    [BMC_POWER_RESET] = 0x03,
    [BMC_POWER_NMI] = 0x04,
    [BMC_POWER_OFF] = 0x05
};


static void
power_told_id(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bmc_ipmi_mc_t  mc;

    if (code == 0 && bmc_ipmi_mc_decode(data, len, &mc)
        && bmc_ipmi_mc_facts(job, &mc))
    {
        bmc_ipmi_kept(job->unit)->told = true;
    }

    bmc_ipmi_end(job, BMC_OK, "");
}


static void
power_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bmc_answer_t  *a;

    if (!bmc_ipmi_whole(job, code, len, 3, "chassis status")) {
        return;
    }

    a = &job->call->answer;
    a->power = data[0] & POWER_ON ? BMC_POWER_IS_ON : BMC_POWER_IS_OFF;
    a->has |= BMC_HAS_POWER;

    if (data[2] & POWER_LED_TOLD) {
        a->led = bmc_ipmi_led(data[2]);
        a->has |= BMC_HAS_LED;
    }

    if (bmc_ipmi_kept(job->unit)->told) {
        bmc_ipmi_end(job, BMC_OK, "");
        return;
    }

    bmc_ipmi_ask(job, BMC_IPMI_APP, POWER_DEVICE_ID, NULL, 0, 0,
        power_told_id);
}


void
bmc_ipmi_power_status(bmc_ipmi_job_t *job)
{
    bmc_ipmi_ask(job, BMC_IPMI_CHASSIS, POWER_STATUS, NULL, 0, 0,
        power_told);
}


static void
power_done(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    if (code != 0) {
        bmc_ipmi_refused(job, code, "chassis control");
        return;
    }

    bmc_ipmi_end(job, BMC_OK, "");
}


void
bmc_ipmi_power(bmc_ipmi_job_t *job)
{
    bmc_ipmi_ask(job, BMC_IPMI_CHASSIS, POWER_CONTROL,
        &power_controls[job->call->verb], 1, BMC_IPMI_CHANGES, power_done);
}
