
/*
 * Copyright (C) the bmcgate authors
 *
 * A host with two drivers, puppets that a test moves.  They have the names
 * that "driver auto" looks for.  Include it in one file of a test program.
 */


#ifndef _PAIR_RIG_H_INCLUDED_
#define _PAIR_RIG_H_INCLUDED_


#include "puppet_rig.h"


static puppet_t   redfish, ipmi;
static rig_ask_t  a;


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


puppet_driver(redfish);
puppet_driver(ipmi);


const bmc_driver_t *const  bmc_drivers[] = {
    &puppet_redfish,
    &puppet_ipmi,
    NULL
};


#define TWO(words)  "host n1 { driver redfish ipmi; address 10.0.0.1; "      \
                    "timeout 400ms; " words " }"
#define AUTO        "host n1 { driver auto; address 10.0.0.1; "              \
                    "timeout 400ms; }"


static inline void
begin(const char *conf, unsigned flags)
{
    memset(&redfish, 0, sizeof(redfish));
    memset(&ipmi, 0, sizeof(ipmi));
    redfish.tells = true;
    ipmi.tells = true;
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
