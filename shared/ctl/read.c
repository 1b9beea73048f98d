
/*
 * Copyright (C) the bmcgate authors
 *
 * One verb for many hosts.
 */


#include "ctl/ctl.h"
#include "ctl/out.h"


json_t *
bmc_batch_rows(const bmc_batch_t *r)
{
    size_t   i;
    json_t  *rows;

    rows = json_array();

    for (i = 0; i < r->njobs; i++) {
        if (r->job[i].row != NULL) {
            (void) json_array_append(rows, r->job[i].row);
        }
    }

    return rows;
}


int
bmc_do_read(bmc_ctl_t *c)
{
    int           status;
    json_t       *rows;
    bmc_batch_t   batch;

    if (!bmc_batch_init(&batch, c, c->nhosts)) {
        return BMC_FAILED;
    }

    bmc_batch_reads(&batch);
    rows = bmc_batch_rows(&batch);
    (void) bmc_out_rows(c->out, rows, bmc_shape_verb(c->args.cmd->verb),
                        "host");
    (void) bmc_ctl_flush();
    json_decref(rows);

    status = bmc_batch_status(&batch, true);
    bmc_batch_free(&batch);

    return status;
}
