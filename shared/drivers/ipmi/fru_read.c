
/*
 * Copyright (C) the bmcgate authors
 *
 * One FRU device: its header, then each area in parts.
 */


#include <string.h>

#include "drivers/ipmi/verbs.h"


#define FRU_INFO      0x10           /* commands */
#define FRU_READ      0x11

#define FRU_PART      32             /* bytes at once */
#define FRU_PART_MIN  4


static void fru_read(bmc_ipmi_job_t *job);
static void fru_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len);
static void fru_done(bmc_ipmi_job_t *job, bool whole);
static void fru_next(bmc_ipmi_job_t *job);


static void
fru_told_info(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bmc_ipmi_fru_walk_t  *j;

    j = job->data;

    if (code != 0 || len < 3) {
        j->found(job, false);
        return;
    }

    if (bmc_ipmi_le16(data) < BMC_IPMI_FRU_HEADER) {
        j->found(job, true);
        return;
    }

    j->size = bmc_ipmi_le16(data);
    j->shift = data[2] & 0x01;
    j->part = FRU_PART;
    j->area = BMC_IPMI_FRU_AREAS;
    j->from = 0;
    j->have = 0;
    j->want = BMC_IPMI_FRU_HEADER;

    fru_read(job);
}


/* what is read begins and ends at multiples of eight */

static void
fru_read(bmc_ipmi_job_t *job)
{
    size_t      at, n;
    uint8_t     data[4];
    bmc_ipmi_fru_walk_t  *j;

    j = job->data;
    at = (j->from + j->have) >> j->shift;
    n = j->want - j->have;
    n = (n > j->part ? j->part : n) >> j->shift;

    data[0] = j->id;
    data[1] = at & 0xff;
    data[2] = (uint8_t) (at >> 8);
    data[3] = (uint8_t) n;

    bmc_ipmi_ask_lun(job, j->lun, BMC_IPMI_STORAGE, FRU_READ, data,
        sizeof(data), 0, fru_told);
}


static void
fru_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    size_t      n;
    bmc_ipmi_fru_walk_t  *j;

    j = job->data;

    if ((code == BMC_IPMI_TOO_MANY || code == BMC_IPMI_EXCEEDS
         || code == BMC_IPMI_LENGTH)
        && j->part > FRU_PART_MIN)
    {
        j->part /= 2;
        fru_read(job);
        return;
    }

    if (code == BMC_IPMI_BUSY && j->id == 0 && !j->spared) {
        bmc_ipmi_refused(job, code, "inventory");
        return;
    }

    n = len > 0 ? (size_t) data[0] << j->shift : 0;

    if (code != 0 || n == 0 || n > len - 1 || n > j->want - j->have
        || (j->shift && n % 2 != 0))
    {
        fru_done(job, false);
        return;
    }

    memcpy(j->bytes + j->have, data + 1, n);
    j->have += n;

    if (j->have < j->want) {
        fru_read(job);
        return;
    }

    fru_done(job, true);
}


/* the header, the first eight bytes of an area, or all of it */

static void
fru_done(bmc_ipmi_job_t *job, bool whole)
{
    size_t      size;
    bmc_ipmi_fru_walk_t  *j;

    j = job->data;

    if (j->area == BMC_IPMI_FRU_AREAS) {
        if (!whole || !bmc_ipmi_fru_areas(j->bytes, j->have, j->offset)) {
            j->found(job, true);
            return;
        }

        j->area = 0;
        fru_next(job);
        return;
    }

    size = bmc_ipmi_fru_size(j->area, j->bytes);

    if (whole && j->want == BMC_IPMI_FRU_HEADER && size > j->want
        && size <= j->size - j->from)
    {
        j->want = size;
        fru_read(job);
        return;
    }

    if (whole) {
        (void) bmc_ipmi_fru_area(j->area, j->bytes, j->have, j->fru);
    }

    j->area++;
    fru_next(job);
}


static void
fru_next(bmc_ipmi_job_t *job)
{
    bmc_ipmi_fru_walk_t  *j;

    j = job->data;

    for ( /* void */ ; j->area < BMC_IPMI_FRU_AREAS; j->area++) {
        if (j->offset[j->area] != 0
            && j->offset[j->area] + (size_t) BMC_IPMI_FRU_HEADER <= j->size)
        {
            j->from = j->offset[j->area];
            j->have = 0;
            j->want = BMC_IPMI_FRU_HEADER;
            fru_read(job);
            return;
        }
    }

    j->found(job, true);
}


void
bmc_ipmi_fru_read(bmc_ipmi_job_t *job, uint8_t id, uint8_t lun,
    bmc_ipmi_fru_t *fru, bmc_ipmi_found_pt found)
{
    bmc_ipmi_fru_walk_t  *j;

    j = job->data;
    j->id = id;
    j->lun = lun;
    j->fru = fru;
    j->found = found;

    bmc_ipmi_ask_lun(job, lun, BMC_IPMI_STORAGE, FRU_INFO, &j->id, 1, 0,
        fru_told_info);
}
