
/*
 * Copyright (C) the bmcgate authors
 *
 * Raw IPMI: two commands, and a completion code for all others.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/sim/sim.h"


#define RAW_INVALID_COMMAND  0xc1
#define RAW_MAX              16


typedef struct {
    size_t   len;
    uint8_t  code;
    uint8_t  byte[RAW_MAX];
} raw_answer_t;


static unsigned
raw_byte(const bmc_call_t *call, const char *name)
{
    const char  *value;

    value = bmc_call_arg(call, name);

    return value == NULL ? 0x100 : (unsigned) strtoul(value, NULL, 16);
}


/* IPMI 2.0, 20.1; vendor and product 0 are "unspecified" */

static void
raw_device_id(raw_answer_t *a)
{
    static const uint8_t  id[] = {
        0x20, 0x01, 0x01, 0x00, 0x02, 0x8f, 0, 0, 0, 0, 0
    };

    memcpy(a->byte, id, sizeof(id));
    a->len = sizeof(id);
}


/* IPMI 2.0, 28.2 */

static void
raw_chassis_status(const bmc_sim_ask_t *ask, raw_answer_t *a)
{
    uint8_t  led;

    led = ask->d->led == BMC_LED_ON ? 2 : ask->d->led == BMC_LED_TIMED;

    a->byte[0] = 0x60 | (bmc_sim_shown_power(ask) == BMC_POWER_IS_ON);
    a->byte[1] = 0;
    a->byte[2] = 0x40 | (uint8_t) (led << 4);
    a->len = 3;
}


bmc_rc_t
bmc_sim_raw(bmc_sim_ask_t *ask)
{
    char          text[RAW_MAX * 3 + 1];
    size_t        i;
    unsigned      netfn, cmd;
    raw_answer_t  a;

    netfn = raw_byte(ask->call, "netfn");
    cmd = raw_byte(ask->call, "cmd");
    memset(&a, 0, sizeof(raw_answer_t));

    if (netfn == 0x06 && cmd == 0x01) {
        raw_device_id(&a);

    } else if (netfn == 0x00 && cmd == 0x01) {
        raw_chassis_status(ask, &a);

    } else {
        a.code = RAW_INVALID_COMMAND;
    }

    text[0] = '\0';

    for (i = 0; i < a.len; i++) {
        snprintf(text + i * 3, 4, "%02x%s", a.byte[i],
                 i + 1 < a.len ? " " : "");
    }

    ask->call->answer.json = json_pack("{s:i, s:s}", "code", (int) a.code,
                                       "data", text);

    return BMC_OK;
}
