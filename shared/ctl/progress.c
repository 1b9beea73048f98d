
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"


#define PROGRESS_WIDTH  30
#define PROGRESS_EVERY  100      /* ms */


void
bmc_progress_draw(bmc_batch_t *r)
{
    int      filled;
    int64_t  now;

    now = bmc_now();

    if (!r->progress || now - r->drawn < PROGRESS_EVERY
        || !isatty(STDERR_FILENO))
    {
        return;
    }

    filled = (int) (r->nended * PROGRESS_WIDTH / r->njobs);

    (void) fprintf(stderr, "\r[%.*s%*s] %zu/%zu\033[K", filled,
                   "##############################",
                   PROGRESS_WIDTH - filled, "", r->nended, r->njobs);
    (void) fflush(stderr);
    r->drawn = now;
}


void
bmc_progress_erase(bmc_batch_t *r)
{
    if (r->drawn != 0) {
        (void) fputs("\r\033[K", stderr);
        (void) fflush(stderr);
        r->drawn = 0;
    }
}
