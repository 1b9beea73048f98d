
/*
 * Copyright (C) the bmcgate authors
 *
 * What of the metrics is of no host: lists of counters and processes.
 */


#ifndef _BMC_GATE_METRICS_H_INCLUDED_
#define _BMC_GATE_METRICS_H_INCLUDED_


#include "gate/core.h"
#include "show/show.h"


/* at is where the next line is to come from: all before it is in out */

typedef struct {
    const bmc_t        *core;
    const bmc_actor_t  *actor;
    bmc_metrics_at_t   *at;
    bmc_buf_t          *out;
    int64_t             now;
    size_t              work;
    bool                full;
} bmc_metrics_t;


/* the lines of item; false: there are no more */

bool bmc_metrics_build(bmc_metrics_t *m, uint32_t item);
bool bmc_metrics_hosts(bmc_metrics_t *m, uint32_t item);
bool bmc_metrics_operations(bmc_metrics_t *m, uint32_t item);
bool bmc_metrics_seconds(bmc_metrics_t *m, uint32_t item);
bool bmc_metrics_logins(bmc_metrics_t *m, uint32_t item);
bool bmc_metrics_leases(bmc_metrics_t *m, uint32_t item);
bool bmc_metrics_processes(bmc_metrics_t *m, uint32_t item);
bool bmc_metrics_inflight(bmc_metrics_t *m, uint32_t item);


#endif /* _BMC_GATE_METRICS_H_INCLUDED_ */
