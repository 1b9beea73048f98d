
/*
 * Copyright (C) the bmcgate authors
 *
 * The example others start from: copy it, name it, and give it a line in
 * drivers.c.  Its BMC is a lamp that is always on.
 */


#include "drivers/driver.h"


typedef struct {
    const char  *colour;
} skeleton_conf_t;


typedef struct {
    unsigned  asked;
} skeleton_unit_t;


static const bmc_word_t  skeleton_words[] = {

    { "colour", BMC_WORD_STRING, offsetof(skeleton_conf_t, colour), NULL,
      NULL, 0, "of the lamp" },

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static void
skeleton_check(bmc_conf_t *cf, bmc_hostconf_t *host, void *data)
{
    skeleton_conf_t  *conf;

    conf = data;

    if (conf->colour == NULL) {
        bmc_conf_error(cf, "host \"%s\" has no \"colour\"", host->name);
    }
}


static bool
skeleton_can(const bmc_hostconf_t *host, const void *conf, bmc_verb_t verb)
{
    return verb == BMC_POWER_STATUS || verb == BMC_IDENTIFY_SET;
}


static bmc_rc_t
skeleton_open(bmc_unit_t *unit)
{
    return BMC_OK;
}


static void
skeleton_run(bmc_unit_t *unit, bmc_call_t *call)
{
    skeleton_unit_t  *u;

    u = unit->state;
    u->asked++;

    if (call->verb == BMC_POWER_STATUS) {
        call->answer.power = BMC_POWER_IS_ON;
        call->answer.has = BMC_HAS_POWER;
        bmc_call_done(call, BMC_OK, "%s", "");
        return;
    }

    if (!bmc_call_claim(call)) {
        bmc_call_done(call, BMC_CANCELLED, "%s", "");
        return;
    }

    bmc_call_done(call, BMC_REFUSED, "asked %u times, the lamp stays as it "
                  "is", u->asked);
}


static void
skeleton_cancel(bmc_unit_t *unit, bmc_call_t *call)
{
}


static void
skeleton_close(bmc_unit_t *unit)
{
    bmc_unit_closed(unit);
}


const bmc_driver_t  bmc_driver_skeleton = {
    .name = "skeleton",
    .words = skeleton_words,
    .conf_size = sizeof(skeleton_conf_t),
    .state_size = sizeof(skeleton_unit_t),
    .check = skeleton_check,
    .can = skeleton_can,
    .open = skeleton_open,
    .run = skeleton_run,
    .close = skeleton_close,
    .abort = skeleton_close,
    .cancel = skeleton_cancel
};
