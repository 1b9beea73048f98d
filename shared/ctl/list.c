
/*
 * Copyright (C) the bmcgate authors
 */


#include "ctl/ctl.h"
#include "ctl/out.h"


/* asks every BMC for its power first; failures are said, and shown on the
   board as what they are */

static int
list_refresh(bmc_ctl_t *c)
{
    int          status;
    size_t       i;
    bmc_batch_t  batch;

    if (!bmc_batch_init(&batch, c, c->nhosts)) {
        return BMC_FAILED;
    }

    for (i = 0; i < batch.njobs; i++) {
        batch.job[i].verb = BMC_POWER_STATUS;
    }

    bmc_batch_reads(&batch);
    status = bmc_batch_status(&batch, true);
    bmc_batch_free(&batch);

    return status;
}


int
bmc_do_ls(bmc_ctl_t *c)
{
    int      status;
    size_t   i;
    json_t  *rows;

    status = BMC_OK;

    if (c->flags & BMC_FRESH) {
        status = list_refresh(c);
    }

    rows = json_array();

    for (i = 0; i < c->nhosts && c->signo == 0; i++) {
        (void) json_array_append_new(rows, bmc_row_host(c, c->host[i]));
    }

    if (!bmc_out_rows(c->out, rows, &bmc_shape_ls, "host")) {
        status = BMC_FAILED;
    }

    json_decref(rows);

    return status;
}
