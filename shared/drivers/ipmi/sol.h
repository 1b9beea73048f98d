
/*
 * Copyright (C) the bmcgate authors
 *
 * A console's inside, shared by sol.c and sol_data.c.
 */


#ifndef _BMC_IPMI_SOL_H_INCLUDED_
#define _BMC_IPMI_SOL_H_INCLUDED_


#include "drivers/ipmi/link.h"


#define BMC_IPMI_SOL_TYPE   IPMI_RMCPP_PAYLOAD_TYPE_SOL
#define BMC_IPMI_SOL_CHUNK  100      /* bytes that are sent at once */
#define BMC_IPMI_SOL_QUEUE  4096


typedef enum {
    BMC_IPMI_SOL_ASKING = 0,
    BMC_IPMI_SOL_OPEN,
    BMC_IPMI_SOL_LEAVING
} bmc_ipmi_sol_state_t;


struct bmc_ipmi_sol_s {
    bmc_ipmi_job_t       *job;
    bmc_ipmi_sol_state_t  state;
    bool                  hung;         /* nobody waits for it to open */
    bool                  waiting;      /* for an ack of ours */
    bool                  held;         /* the BMC takes nothing now */
    uint8_t               ours;         /* of our last packet, 1 to 15 */
    uint8_t               theirs;       /* 0: none yet */
    size_t                taken;        /* bytes of it */
    unsigned              tries;
    unsigned              port;         /* that the BMC would like */
    uint64_t              again;        /* uv_now */
    size_t                chunk;
    size_t                sent;         /* bytes of the queue, on their way */
    size_t                len;
    uint8_t               queue[BMC_IPMI_SOL_QUEUE];
    bmc_rc_t              rc;           /* when leaving: why */
    char                  text[BMC_TEXT_MAX];
};


/* sol.c: gives the console back, then ends the call with this */

void bmc_ipmi_sol_leave(bmc_ipmi_unit_t *u, bmc_rc_t rc, const char *text);


/* sol_data.c: the first packet, when the BMC said how it wants them */

void bmc_ipmi_sol_begin(bmc_ipmi_unit_t *u, unsigned size);


#endif /* _BMC_IPMI_SOL_H_INCLUDED_ */
