
/*
 * Copyright (C) the bmcgate authors
 *
 * A process that goes lets others take over before it has gone.
 */


#include "gate/core.h"


bool
bmc_busy(const bmc_t *b)
{
    size_t  i;

    if (b->nops > 0 || !bmc_ring_empty(&b->groups) || bmc_login_busy(b)) {
        return true;
    }

    /* a dropped change is verified all the same */

    for (i = 0; i < b->nruns; i++) {
        if (b->run[i] != NULL && bmc_run_busy(b->run[i])) {
            return true;
        }
    }

    return false;
}


void
bmc_retire(bmc_t *b)
{
    size_t      i;
    bmc_run_t  *run;

    if (b->retiring) {
        return;
    }

    b->retiring = true;
    b->flags &= ~(unsigned) BMC_POLL;
    bmc_board_set_flags(b->board, b->flags);
    (void) uv_timer_stop(&b->sweep);

    for (i = 0; i < b->nruns; i++) {
        run = b->run[i];

        if (run == NULL || !run->held || run->leaving) {
            continue;
        }

        run->poll_at = 0;

        if (bmc_run_busy(run)) {
            bmc_run_arm(run);

        } else {
            bmc_run_leave(run);
        }
    }
}
