
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdlib.h>

#include "gate/metrics.h"


bool
bmc_metrics_build(bmc_metrics_t *m, uint32_t item)
{
    if (item > 0) {
        return false;
    }

    bmc_buf_printf(m->out, "bmcgate_build_info{version=\"%s\"} 1\n",
        bmc_version());

    return true;
}


bool
bmc_metrics_hosts(bmc_metrics_t *m, uint32_t item)
{
    if (item > 0) {
        return false;
    }

    bmc_show_number(m->out, "bmcgate_hosts ", (int64_t) m->core->nruns);
    bmc_buf_addc(m->out, '\n');

    return true;
}


/*
 * All that may fail in 20 ways would be 500 lines of nothing.  But what
 * Prometheus is to see increase it must have seen before.
 */

static bool
counts_always(bmc_verb_t verb, bmc_rc_t rc)
{
    return rc == BMC_OK
           || ((rc == BMC_UNKNOWN || rc == BMC_UNVERIFIED)
               && (bmc_verb_info(verb)->flags & BMC_CHANGES));
}


bool
bmc_metrics_operations(bmc_metrics_t *m, uint32_t item)
{
    bmc_rc_t    rc;
    uint64_t    n;
    bmc_verb_t  verb;

    verb = (bmc_verb_t) (item / BMC_RC_MAX);
    rc = (bmc_rc_t) (item % BMC_RC_MAX);

    if (verb >= BMC_VERB_MAX) {
        return false;
    }

    n = bmc_board_count(m->core->board, verb, rc);

    if (n > 0 || counts_always(verb, rc)) {
        bmc_buf_printf(m->out, "bmcgate_operations_total{verb=\"%s\","
            "result=\"%s\"} %llu\n", bmc_verb_info(verb)->name,
            bmc_error(rc)->name, (unsigned long long) n);
    }

    return true;
}


bool
bmc_metrics_seconds(bmc_metrics_t *m, uint32_t item)
{
    unsigned     i;
    uint64_t     n;
    const char  *name;

    if (item >= BMC_VERB_MAX) {
        return false;
    }

    n = 0;
    name = bmc_verb_info((bmc_verb_t) item)->name;

    for (i = 0; i < BMC_STATS_BUCKETS; i++) {
        n += bmc_board_bucket(m->core->board, (bmc_verb_t) item, i);
        bmc_buf_printf(m->out, "bmcgate_bmc_seconds_bucket{verb=\"%s\","
            "le=\"%s\"} %llu\n", name, bmc_board_bound(i),
            (unsigned long long) n);
    }

    bmc_buf_printf(m->out, "bmcgate_bmc_seconds_sum{verb=\"%s\"} %.6f\n"
        "bmcgate_bmc_seconds_count{verb=\"%s\"} %llu\n", name,
        (double) bmc_board_time(m->core->board, (bmc_verb_t) item) / 1e6,
        name, (unsigned long long) n);

    return true;
}


bool
bmc_metrics_logins(bmc_metrics_t *m, uint32_t item)
{
    static const char *const  results[BMC_LOGINS] = {
        "ok", "wrong-password", "wrong-key", "limited"
    };

    if (item >= BMC_LOGINS) {
        return false;
    }

    bmc_buf_printf(m->out, "bmcgate_logins_total{result=\"%s\"} %llu\n",
        results[item], (unsigned long long) bmc_board_logins(
        m->core->board, (bmc_login_kind_t) item));

    return true;
}


/* how many processes are alive, and the item-th: this one is the first */

static size_t
counts_process(bmc_metrics_t *m, uint32_t item, bmc_board_peer_t *peer)
{
    size_t             n;
    bmc_board_t       *bd;
    bmc_board_peer_t  *all;

    bd = m->core->board;
    all = malloc(BMC_BOARD_PEERS * sizeof(bmc_board_peer_t));

    if (all == NULL) {
        return 0;
    }

    n = bmc_board_peer(bd, bmc_board_self(bd), &all[0]);
    n += bmc_board_peers(bd, all + n, BMC_BOARD_PEERS - n);

    if (item < n) {
        *peer = all[item];
    }

    free(all);

    /* whether one is alive is a system call */

    m->work += n;

    return n;
}


bool
bmc_metrics_leases(bmc_metrics_t *m, uint32_t item)
{
    size_t             i, n;
    uint32_t           slot;
    bmc_board_peer_t   peer;

    if (item >= counts_process(m, item, &peer)) {
        return false;
    }

    n = 0;

    for (i = 0; i < m->core->nruns; i++) {
        slot = bmc_slot_of((bmc_t *) m->core,
            bmc_host_at(m->core->base, i), false);
        n += slot != BMC_SLOT_NONE
             && bmc_lease_owner(m->core->board, slot) == peer.word;
    }

    m->work += m->core->nruns;

    bmc_buf_printf(m->out, "bmcgate_leases{process=\"%u\"} %zu\n", peer.pid,
        n);

    return true;
}


bool
bmc_metrics_inflight(bmc_metrics_t *m, uint32_t item)
{
    bmc_board_peer_t  peer;

    if (item >= counts_process(m, item, &peer)) {
        return false;
    }

    bmc_buf_printf(m->out, "bmcgate_operations_inflight{process=\"%u\"} "
        "%llu\n", peer.pid, (unsigned long long)
        (item == 0 ? m->core->nops : peer.load));

    return true;
}


bool
bmc_metrics_processes(bmc_metrics_t *m, uint32_t item)
{
    bmc_board_peer_t  peer;

    if (item > 0) {
        return false;
    }

    bmc_show_number(m->out, "bmcgate_processes ",
                    (int64_t) counts_process(m, 0, &peer));
    bmc_buf_addc(m->out, '\n');

    return true;
}
