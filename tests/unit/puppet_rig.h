
/*
 * Copyright (C) the bmcgate authors
 *
 * Drivers that do exactly what a test wants: each has one call, which the
 * test ends.  Include it in one file of a test program, which has
 * bmc_drivers[].
 */


#ifndef _PUPPET_RIG_H_INCLUDED_
#define _PUPPET_RIG_H_INCLUDED_


#include "core_rig.h"
#include "driver_find.h"


typedef struct {
    bmc_call_t  *call;
    unsigned     runs;
    unsigned     cancels;
    unsigned     closes;
    uint64_t     given;              /* ms to the deadline */
    bool         cannot;
    bool         answers;            /* by itself */
    bool         tells;              /* power, at the end of a read … */
    bool         off;                /* … that is so */
} puppet_t;


static puppet_t *
puppet_of(const bmc_unit_t *unit)
{
    return *(puppet_t **) unit->state;
}


static void
puppet_end(puppet_t *p, bmc_rc_t rc, const char *text)
{
    bmc_call_t  *call;

    call = p->call;
    assert_non_null(call);
    p->call = NULL;

    if (p->tells && rc == BMC_OK && call->verb == BMC_POWER_STATUS) {
        call->answer.has = BMC_HAS_POWER;
        call->answer.power = p->off ? BMC_POWER_IS_OFF : BMC_POWER_IS_ON;
    }

    bmc_call_done(call, rc, "%s", text);
}


static void
puppet_run(bmc_unit_t *unit, bmc_call_t *call)
{
    puppet_t  *p;

    p = puppet_of(unit);
    p->call = call;
    p->runs++;
    p->given = call->deadline - uv_now(unit->loop);

    if (p->answers) {
        puppet_end(p, BMC_OK, "");
    }
}


static void
puppet_close(bmc_unit_t *unit)
{
    puppet_of(unit)->closes++;
    bmc_unit_closed(unit);
}


static void
puppet_abort(bmc_unit_t *unit)
{
    if (puppet_of(unit)->call != NULL) {
        puppet_end(puppet_of(unit), BMC_TIMEOUT, "given up");
    }

    if (unit->state != NULL) {
        bmc_unit_closed(unit);
    }
}


static void
puppet_cancel(bmc_unit_t *unit, bmc_call_t *call)
{
    puppet_of(unit)->cancels++;
}


/* puppet_WORD, whose puppet and _can() have its name */

#define puppet_driver(word)                                                   \
                                                                              \
    static bmc_rc_t                                                           \
    word##_open(bmc_unit_t *unit)                                             \
    {                                                                         \
        *(puppet_t **) unit->state = &word;                                   \
        return BMC_OK;                                                        \
    }                                                                         \
                                                                              \
                                                                              \
    static const bmc_driver_t  puppet_##word = {                              \
        .name = #word,                                                        \
        .state_size = sizeof(puppet_t *),                                     \
        .can = word##_can,                                                    \
        .open = word##_open,                                                  \
        .run = puppet_run,                                                    \
        .close = puppet_close,                                                \
        .abort = puppet_abort,                                                \
        .cancel = puppet_cancel                                               \
    }


#endif /* _PUPPET_RIG_H_INCLUDED_ */
