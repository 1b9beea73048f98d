
/*
 * Copyright (C) the bmcgate authors
 *
 * A host with two drivers, puppets that a test moves.  They have the names
 * that "driver auto" looks for.  Include it in one file of a test program.
 */


#ifndef _PAIR_RIG_H_INCLUDED_
#define _PAIR_RIG_H_INCLUDED_


#include "core_rig.h"



typedef struct {
    bmc_call_t  *call;
    unsigned     runs;
    unsigned     cancels;
    uint64_t     given;              /* ms to the deadline */
    bool         cannot;
    bool         answers;            /* by itself … */
    bool         off;                /* … so */
} puppet_t;


static puppet_t   redfish, ipmi;
static rig_ask_t  a;


static puppet_t *
puppet_of(const bmc_unit_t *unit)
{
    return *(puppet_t **) unit->state;
}


static bool
redfish_can(const bmc_hostconf_t *host, const void *conf, bmc_verb_t verb)
{
    return !redfish.cannot && verb != BMC_RAW && verb != BMC_SENSORS_READ
           && verb != BMC_INVENTORY_READ;
}


static bool
ipmi_can(const bmc_hostconf_t *host, const void *conf, bmc_verb_t verb)
{
    return !ipmi.cannot && verb != BMC_MEDIA_LIST && verb != BMC_SENSORS_READ
           && verb != BMC_INVENTORY_READ;
}


static bmc_rc_t
redfish_open(bmc_unit_t *unit)
{
    *(puppet_t **) unit->state = &redfish;
    return BMC_OK;
}


static bmc_rc_t
ipmi_open(bmc_unit_t *unit)
{
    *(puppet_t **) unit->state = &ipmi;
    return BMC_OK;
}


static void
puppet_end(puppet_t *p, bmc_rc_t rc, const char *text)
{
    bmc_call_t  *call;

    call = p->call;
    assert_non_null(call);
    p->call = NULL;

    if (rc == BMC_OK && call->verb == BMC_POWER_STATUS) {
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


static const bmc_driver_t  puppet_redfish = {
    .name = "redfish",
    .state_size = sizeof(puppet_t *),
    .can = redfish_can,
    .open = redfish_open,
    .run = puppet_run,
    .close = puppet_close,
    .abort = puppet_abort,
    .cancel = puppet_cancel
};


static const bmc_driver_t  puppet_ipmi = {
    .name = "ipmi",
    .state_size = sizeof(puppet_t *),
    .can = ipmi_can,
    .open = ipmi_open,
    .run = puppet_run,
    .close = puppet_close,
    .abort = puppet_abort,
    .cancel = puppet_cancel
};


const bmc_driver_t *const  bmc_drivers[] = {
    &puppet_redfish,
    &puppet_ipmi,
    NULL
};


const bmc_driver_t *
bmc_driver_find(const char *name)
{
    return strcmp(name, "redfish") == 0 ? &puppet_redfish
           : strcmp(name, "ipmi") == 0 ? &puppet_ipmi : NULL;
}


#define TWO(words)  "host n1 { driver redfish ipmi; address 10.0.0.1; "      \
                    "timeout 400ms; " words " }"
#define AUTO        "host n1 { driver auto; address 10.0.0.1; "              \
                    "timeout 400ms; }"


static inline void
begin(const char *conf, unsigned flags)
{
    memset(&redfish, 0, sizeof(redfish));
    memset(&ipmi, 0, sizeof(ipmi));
    rig_open(conf, flags);
}


/* the process ends, and another one begins */

static inline void
again(void)
{
    bmc_rc_t  rc;

    rig_close(200);
    rig.base = rig_load(0);
    assert_non_null(rig.base);
    rig.b = bmc_open(rig.base, 0, rig_say, NULL, &rc);
    assert_non_null(rig.b);
}


static inline void
ask(bmc_verb_t verb)
{
    assert_int_equal(rig_submit(rig.b, &a, "n1", verb, BMC_FRESH, 0), BMC_OK);
}


static inline bmc_rc_t
told(void)
{
    assert_true(rig_until(rig.b, &a.done, 1, 2000));

    return a.rc;
}


static inline void
both_answer(void)
{
    redfish.answers = true;
    ipmi.answers = true;
}


static inline bmc_view_t
view(void)
{
    bmc_view_t  v;

    assert_true(bmc_view(rig.b, bmc_host(rig.base, "n1"), &v));

    return v;
}


/* as if so much time had passed since it was silent */

static inline void
forgive(void)
{
    uint32_t    slot;
    bmc_view_t  v;

    slot = bmc_board_find(rig.b->board, "n1");
    bmc_board_read(rig.b->board, slot, &v);
    memset(v.quiet_until, 0, sizeof(v.quiet_until));
    bmc_board_write(rig.b->board, slot, &v);
}


static inline void
host_text(char *out, size_t size)
{
    size_t  n;

    n = bmc_show_host_all(rig.b, bmc_host(rig.base, "n1"), out, size - 1);
    assert_true(n < size);
    out[n] = '\0';
}


#endif /* _PAIR_RIG_H_INCLUDED_ */
