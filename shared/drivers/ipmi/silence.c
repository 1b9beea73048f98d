
/*
 * Copyright (C) the bmcgate authors
 *
 * How long a BMC may say nothing.  A datagram goes out after 0, 1, 3 and 7
 * times our patience (see handler.c); before the last of these we give up.
 */


#include "drivers/ipmi/link.h"


#define SILENCE_HALVES  13           /* of a patience */


/* since when an answer is waited for; 0: none is */

static uint64_t
silence_since(const bmc_ipmi_unit_t *u)
{
    uint64_t         since;
    bmc_ring_t      *link;
    bmc_ipmi_ask_t  *ask;

    since = 0;

    for (link = u->asks.next; link != &u->asks; link = link->next) {
        ask = bmc_ring_of(link, bmc_ipmi_ask_t, link);

        if (!ask->sent) {
            continue;
        }

        /* that one has until its deadline: it is sent only once */

        if (ask->changes) {
            return 0;
        }

        if (since == 0 || ask->sent_at < since) {
            since = ask->sent_at;
        }
    }

    return since != 0 && since < u->heard ? u->heard : since;
}


uint64_t
bmc_ipmi_silence_due(const bmc_ipmi_unit_t *u)
{
    uint64_t  since;

    if (bmc_ipmi_link_is_local(u)) {
        return 0;
    }

    since = u->phase == BMC_IPMI_OPENING ? u->heard
            : u->phase == BMC_IPMI_UP ? silence_since(u) : 0;

    if (since == 0) {
        return 0;
    }

    return since
           + SILENCE_HALVES * (uint64_t) bmc_ipmi_link_patience(u) / 2000;
}
