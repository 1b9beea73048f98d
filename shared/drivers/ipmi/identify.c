
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdlib.h>

#include "drivers/ipmi/verbs.h"


#define IDENTIFY_STATUS  0x01        /* commands */
#define IDENTIFY_SET     0x04

#define IDENTIFY_TOLD    0x40        /* of byte 3 of Get Chassis Status */


bmc_led_t
bmc_ipmi_led(uint8_t misc)
{
    static const bmc_led_t  leds[] = {
        BMC_LED_OFF, BMC_LED_TIMED, BMC_LED_ON, BMC_LED_UNKNOWN
    };

    return leds[misc >> 4 & 0x03];
}


static void
identify_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bmc_answer_t  *a;

    if (!bmc_ipmi_whole(job, code, len, 3, "chassis status")) {
        return;
    }

    a = &job->call->answer;
    a->led = bmc_ipmi_led(data[2]);

    if (!(data[2] & IDENTIFY_TOLD) || a->led == BMC_LED_UNKNOWN) {
        bmc_ipmi_end(job, BMC_UNSUPPORTED,
            "this BMC does not tell its identify LED's state");
        return;
    }

    a->has |= BMC_HAS_LED;
    bmc_ipmi_tell(job, json_pack("{s:s}", "identify",
        bmc_led_name((bmc_led_t) a->led)));
}


void
bmc_ipmi_identify_get(bmc_ipmi_job_t *job)
{
    bmc_ipmi_ask(job, BMC_IPMI_CHASSIS, IDENTIFY_STATUS, NULL, 0, 0,
        identify_told);
}


static void
identify_done(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    if (code != 0) {
        bmc_ipmi_refused(job, code, "chassis identify");
        return;
    }

    bmc_ipmi_end(job, BMC_OK, "");
}


/*
 * The second byte means "until told otherwise"; it came with IPMI 2.0, and
 * older BMCs refuse a request that has it.
 */

void
bmc_ipmi_identify_set(bmc_ipmi_job_t *job)
{
    size_t       n;
    uint8_t      data[2];
    const char  *seconds;

    n = 1;
    data[0] = 0;
    data[1] = 0x01;
    seconds = bmc_call_arg(job->call, "seconds");

    if (bmc_ipmi_true(job->call, "state")) {
        if (seconds != NULL) {
            data[0] = (uint8_t) strtoul(seconds, NULL, 10);

        } else {
            n = 2;
        }
    }

    bmc_ipmi_ask(job, BMC_IPMI_CHASSIS, IDENTIFY_SET, data, n,
        BMC_IPMI_CHANGES, identify_done);
}
