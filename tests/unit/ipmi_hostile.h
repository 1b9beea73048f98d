
/*
 * Copyright (C) the bmcgate authors
 *
 * A driver's unit and a BMC beside it that does what it is told.  Include it
 * in one file of a test program.
 */


#ifndef _IPMI_HOSTILE_H_INCLUDED_
#define _IPMI_HOSTILE_H_INCLUDED_


#include "driver_fake.h"
#include "ipmi_peer.h"


#define HOSTILE_TIMEOUT  5000


extern const bmc_driver_t  bmc_driver_ipmi;


static struct {
    peer_t           peer;
    uv_loop_t        loop;
    bmc_hostconf_t   host;
    bmc_ipmi_conf_t  conf;
    bmc_secret_t     secret;
    const char      *address;
    fake_unit_t      unit;
    fake_call_t      call;
    unsigned         row;            /* of a test's table */
    unsigned         count;          /* tests count what they like */
    unsigned         resets;
    bool             off;
} bmc;


/* -- a BMC that is well */

static inline void
says(peer_t *p)
{
    uint8_t  status[4], id[11];

    memset(status, 0, sizeof(status));
    memset(id, 0, sizeof(id));

    if (p->netfn == 0 && p->cmd == 1) {
        status[0] = !bmc.off;
        peer_answer(p, 0, status, sizeof(status));

    } else if (p->netfn == 0 && p->cmd == 2) {
        bmc.resets++;
        peer_answer(p, 0, NULL, 0);

    } else if (p->netfn == 6 && p->cmd == 1) {
        peer_answer(p, 0, id, sizeof(id));

    } else {
        peer_answer(p, BMC_IPMI_INVALID, NULL, 0);
    }
}


static inline bool
is_power(const peer_t *p)
{
    return p->netfn == 0;
}


static inline int
setup(void **state)
{
    memset(&bmc, 0, sizeof(bmc));
    assert_int_equal(uv_loop_init(&bmc.loop), 0);
    peer_open(&bmc.peer, &bmc.loop, says);

    core_host(&bmc.host, &bmc.address, &bmc.secret, PEER_SECRET);
    bmc.host.timeout = HOSTILE_TIMEOUT;
    bmc.conf.port = ntohs(bmc.peer.addr.sin_port);
    bmc.conf.privilege = BMC_IPMI_ADMINISTRATOR;

    fake_open(&bmc.unit, &bmc_driver_ipmi, &bmc.host, &bmc.conf, NULL,
              &bmc.loop);

    return 0;
}


static inline int
teardown(void **state)
{
    fake_over(&bmc.unit, &bmc.loop);
    fake_free(&bmc.call);
    peer_close(&bmc.peer);

    return 0;
}


static inline void
pass(uint64_t ms)
{
    unsigned  never;

    for (never = 0; ms > 0; ) {
        ms = peer_turn(&bmc.peer, &never, ms);
    }
}


static inline bmc_rc_t
ask(bmc_verb_t verb)
{
    uint64_t  left;

    fake_free(&bmc.call);
    fake_run(&bmc.unit, &bmc.call, verb, NULL, HOSTILE_TIMEOUT);

    for (left = HOSTILE_TIMEOUT + 100; left > 0 && bmc.call.ended == 0; ) {
        left = peer_turn(&bmc.peer, &bmc.call.ended, left);
    }

    assert_int_equal(bmc.call.ended, 1);
    assert_true(bmc.call.took <= HOSTILE_TIMEOUT + 50);

    return bmc.call.rc;
}


static inline void
told_the_truth(void)
{
    assert_int_equal(ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(bmc.call.answer.power,
                     bmc.off ? BMC_POWER_IS_OFF : BMC_POWER_IS_ON);
}


static inline void
said(const char *words)
{
    if (strstr(bmc.call.text, words) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", words, bmc.call.text);
    }
}


#endif /* _IPMI_HOSTILE_H_INCLUDED_ */
