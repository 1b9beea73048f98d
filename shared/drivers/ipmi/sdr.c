
/*
 * Copyright (C) the bmcgate authors
 *
 * The walk through a repository of sensor data records: IPMI 2.0, chapter
 * 33; chapter 35 where sensors have records only in the device itself.
 */


#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/verbs.h"


#define SDR_HEADER    5
#define SDR_RECORD    (SDR_HEADER + 255)
#define SDR_ALL       0xff           /* bytes: the whole record at once */
#define SDR_PART      16
#define SDR_PART_MIN  4
#define SDR_LAST      0xffff
#define SDR_LOST_MAX  16             /* reservations in one call */
#define SDR_WALK_MAX  4096           /* records */
#define SDR_KEEP_MAX  512            /* sensors */
#define SDR_FRUS_MAX  64

#define SDR_BMC       0x20           /* owner: the BMC itself */

#define SDR_STATE        0xd0        /* codes from here on: not now */
#define SDR_UNSPECIFIED  0xff


typedef struct {
    uint8_t  netfn;
    uint8_t  info;
    uint8_t  reserve;
    uint8_t  get;
} sdr_commands_t;


static const sdr_commands_t  sdr_repository = {
    BMC_IPMI_STORAGE, 0x20, 0x22, 0x23
};

static const sdr_commands_t  sdr_device = {
    BMC_IPMI_SENSOR, 0x20, 0x22, 0x21
};


struct bmc_ipmi_walk_s {
    bmc_ipmi_then_pt  then;
    uint16_t          reservation;
    uint16_t          next;          /* after the record under way */
    uint16_t          lost;
    uint16_t          got;           /* records by this call */
    size_t            have;
    size_t            asked;
    bool              empty;         /* the repository; are there others? */
    bool              hasty;         /* not to the deadline */
    uint8_t           record[SDR_RECORD];
};


static void sdr_info(bmc_ipmi_job_t *job);
static void sdr_told_info(bmc_ipmi_job_t *job, uint8_t code,
    const uint8_t *data, size_t len);
static void sdr_reserve(bmc_ipmi_job_t *job);
static void sdr_told_reserve(bmc_ipmi_job_t *job, uint8_t code,
    const uint8_t *data, size_t len);
static void sdr_get(bmc_ipmi_job_t *job);
static void sdr_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len);


static const sdr_commands_t *
sdr_commands(const bmc_ipmi_kept_t *kept)
{
    return kept->device ? &sdr_device : &sdr_repository;
}


static void
sdr_then(bmc_ipmi_job_t *job, uint8_t code)
{
    bmc_ipmi_then_pt   then;
    bmc_ipmi_kept_t   *kept;

    kept = bmc_ipmi_kept(job->unit);
    then = kept->walk->then;
    kept->walk = NULL;

    then(job, code);
}


static void
sdr_clear(bmc_ipmi_kept_t *kept)
{
    free(kept->sensor);
    free(kept->locator);

    kept->sensor = NULL;
    kept->locator = NULL;
    kept->nsensors = 0;
    kept->nlocators = 0;
    kept->next = 0;
    kept->walked = 0;
    kept->whole = false;
    kept->stamped = false;
    kept->thresholds_at = 0;
    kept->part = SDR_ALL;
}


void
bmc_ipmi_forget(bmc_ipmi_kept_t *kept)
{
    sdr_clear(kept);
    bmc_ipmi_log_forget(kept);
    memset(kept, 0, sizeof(bmc_ipmi_kept_t));
}


static void
sdr_load(bmc_ipmi_job_t *job, bmc_ipmi_then_pt then, bool hasty)
{
    bmc_ipmi_walk_t  *w;

    w = bmc_pcalloc(job->call->pool, sizeof(bmc_ipmi_walk_t));

    if (w == NULL) {
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return;
    }

    w->then = then;
    w->hasty = hasty;
    bmc_ipmi_kept(job->unit)->walk = w;

    sdr_info(job);
}


void
bmc_ipmi_sdr_load(bmc_ipmi_job_t *job, bmc_ipmi_then_pt then)
{
    sdr_load(job, then, false);
}


void
bmc_ipmi_sdr_try(bmc_ipmi_job_t *job, bmc_ipmi_then_pt then)
{
    sdr_load(job, then, true);
}


static void
sdr_info(bmc_ipmi_job_t *job)
{
    const sdr_commands_t  *c;

    c = sdr_commands(bmc_ipmi_kept(job->unit));

    bmc_ipmi_ask(job, c->netfn, c->info, NULL, 0, 0, sdr_told_info);
}


/* how many records, and when they were last added to and taken from */

static bool
sdr_stamp(const bmc_ipmi_kept_t *kept, const uint8_t *data, size_t len,
    uint16_t *records, uint32_t stamp[2])
{
    if (kept->device) {
        if (len < 2) {
            return false;
        }

        *records = data[0];
        stamp[0] = len < 6 ? 0 : bmc_ipmi_le32(data + 2);
        stamp[1] = 0;
        return true;
    }

    if (len < 13) {
        return false;
    }

    *records = (uint16_t) bmc_ipmi_le16(data + 1);
    stamp[0] = bmc_ipmi_le32(data + 5);
    stamp[1] = bmc_ipmi_le32(data + 9);

    return true;
}


static void
sdr_told_info(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bool              device;
    uint16_t          records;
    uint32_t          stamp[2];
    bmc_ipmi_kept_t  *kept;

    kept = bmc_ipmi_kept(job->unit);

    if (code == 0 && !sdr_stamp(kept, data, len, &records, stamp)) {
        bmc_ipmi_short(job, "sensor records");
        return;
    }

    if (code != 0 || records == 0) {
        device = kept->device;

        if (!device && code != BMC_IPMI_BUSY) {
            kept->walk->empty = code == 0;
            sdr_clear(kept);
            kept->device = true;
            sdr_info(job);
            return;
        }

        /* it may have been an empty repository; look there the next time */

        kept->device = false;
        sdr_then(job, kept->walk->empty ? 0 : code);
        return;
    }

    if (!kept->stamped || kept->records != records
        || memcmp(kept->stamp, stamp, sizeof(kept->stamp)) != 0)
    {
        sdr_clear(kept);
        kept->stamped = true;
        kept->records = records;
        memcpy(kept->stamp, stamp, sizeof(kept->stamp));
    }

    if (kept->whole) {
        sdr_then(job, 0);
        return;
    }

    sdr_reserve(job);
}


static void
sdr_reserve(bmc_ipmi_job_t *job)
{
    const sdr_commands_t  *c;

    c = sdr_commands(bmc_ipmi_kept(job->unit));

    bmc_ipmi_ask(job, c->netfn, c->reserve, NULL, 0, 0, sdr_told_reserve);
}


/* a BMC that knows no reservations wants 0 */

static void
sdr_told_reserve(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    bmc_ipmi_walk_t  *w;

    w = bmc_ipmi_kept(job->unit)->walk;

    if (code == BMC_IPMI_BUSY) {
        sdr_then(job, code);
        return;
    }

    w->reservation = 0;
    w->have = 0;

    if (code == 0 && len >= 2) {
        w->reservation = (uint16_t) bmc_ipmi_le16(data);
    }

    sdr_get(job);
}


static size_t
sdr_want(const bmc_ipmi_walk_t *w)
{
    return w->have < SDR_HEADER ? SDR_HEADER
                                : (size_t) SDR_HEADER + w->record[4];
}


static void
sdr_get(bmc_ipmi_job_t *job)
{
    uint8_t                data[6];
    bmc_ipmi_walk_t       *w;
    bmc_ipmi_kept_t       *kept;
    const sdr_commands_t  *c;

    kept = bmc_ipmi_kept(job->unit);
    c = sdr_commands(kept);
    w = kept->walk;

    if (w->hasty && bmc_ipmi_late(job)) {
        sdr_then(job, BMC_IPMI_TIMEOUT);
        return;
    }

    if (w->got != 0 && bmc_ipmi_paused(job, "sensor records", kept->walked,
                                       kept->records))
    {
        return;
    }

    w->asked = SDR_ALL;

    if (kept->part != SDR_ALL) {
        w->asked = sdr_want(w) - w->have;
        w->asked = w->asked > kept->part ? kept->part : w->asked;
    }

    data[0] = w->reservation & 0xff;
    data[1] = w->reservation >> 8;
    data[2] = kept->next & 0xff;
    data[3] = kept->next >> 8;
    data[4] = (uint8_t) w->have;
    data[5] = (uint8_t) w->asked;

    bmc_ipmi_ask(job, c->netfn, c->get, data, sizeof(data), 0, sdr_told);
}


/* true: the same record is to be asked for in another way */

static bool
sdr_smaller(bmc_ipmi_kept_t *kept, uint8_t code)
{
    if (kept->part == SDR_ALL && code != BMC_IPMI_BUSY
        && code != BMC_IPMI_ABSENT && code != BMC_IPMI_INVALID
        && (code < SDR_STATE || code == SDR_UNSPECIFIED))
    {
        kept->part = SDR_PART;
        return true;
    }

    if ((code == BMC_IPMI_TOO_MANY || code == BMC_IPMI_EXCEEDS
         || code == BMC_IPMI_LENGTH)
        && kept->part != SDR_ALL && kept->part > SDR_PART_MIN)
    {
        kept->part /= 2;
        return true;
    }

    return false;
}


static void
sdr_refused(bmc_ipmi_job_t *job, uint8_t code)
{
    bmc_ipmi_walk_t  *w;
    bmc_ipmi_kept_t  *kept;

    kept = bmc_ipmi_kept(job->unit);
    w = kept->walk;

    if (code == BMC_IPMI_LOST && ++w->lost < SDR_LOST_MAX) {
        sdr_reserve(job);

    } else if (code != BMC_IPMI_LOST && sdr_smaller(kept, code)) {
        w->have = 0;
        sdr_get(job);

    } else {
        sdr_then(job, code);
    }
}


/* false: there is no memory, or no room, or it was here before: a circle */

static bool
sdr_keep(bmc_ipmi_kept_t *kept, const bmc_ipmi_sensor_t *s, unsigned n)
{
    size_t              i;
    bmc_ipmi_sensor_t  *more;

    for (i = 0; i < kept->nsensors; i++) {
        if (kept->sensor[i].record == s->record) {
            return false;
        }
    }

    if (kept->nsensors + n > SDR_KEEP_MAX) {
        return false;
    }

    more = realloc(kept->sensor, (kept->nsensors + n) * sizeof(*more));

    if (more == NULL) {
        return false;
    }

    kept->sensor = more;
    memcpy(more + kept->nsensors, s, n * sizeof(*more));
    kept->nsensors = (uint16_t) (kept->nsensors + n);

    return true;
}


/* a FRU device more or less; without memory it is one less */

static void
sdr_locate(bmc_ipmi_kept_t *kept, const bmc_ipmi_walk_t *w)
{
    bmc_ipmi_locator_t   l;
    bmc_ipmi_locator_t  *more;

    if (kept->nlocators == SDR_FRUS_MAX
        || !bmc_ipmi_sdr_locator(w->record, w->have, &l))
    {
        return;
    }

    more = realloc(kept->locator, (kept->nlocators + 1u) * sizeof(*more));

    if (more != NULL) {
        kept->locator = more;
        more[kept->nlocators++] = l;
    }
}


/* the record is all there */

static void
sdr_record(bmc_ipmi_job_t *job)
{
    bool               more;
    unsigned           n;
    bmc_ipmi_walk_t   *w;
    bmc_ipmi_kept_t   *kept;
    bmc_ipmi_sensor_t  sensors[BMC_IPMI_SDR_SHARED];

    kept = bmc_ipmi_kept(job->unit);
    w = kept->walk;

    n = bmc_ipmi_sdr_decode(w->record, w->have, sensors);
    more = n == 0 || sdr_keep(kept, sensors, n);

    if (n == 0) {
        sdr_locate(kept, w);
    }

    /* some repositories end in a record that follows itself */

    if (!more || w->next == SDR_LAST || w->next == 0
        || w->next == kept->next || ++kept->walked >= SDR_WALK_MAX)
    {
        kept->whole = true;
        sdr_then(job, 0);
        return;
    }

    kept->next = w->next;
    w->have = 0;
    w->got++;
    sdr_get(job);
}


static void
sdr_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    size_t            n;
    bmc_ipmi_walk_t  *w;
    bmc_ipmi_kept_t  *kept;

    kept = bmc_ipmi_kept(job->unit);
    w = kept->walk;

    if (code != 0) {
        sdr_refused(job, code);
        return;
    }

    if (len < 3 || len - 2 > w->asked) {
        bmc_ipmi_short(job, "sensor record");
        return;
    }

    if (w->have == 0) {
        w->next = (uint16_t) bmc_ipmi_le16(data);
    }

    n = len - 2;

    if (n > SDR_RECORD - w->have) {
        n = SDR_RECORD - w->have;
    }

    memcpy(w->record + w->have, data + 2, n);
    w->have += n;

    if (w->have >= SDR_HEADER && w->have >= sdr_want(w)) {
        sdr_record(job);
        return;
    }

    /* some cut a whole record short without saying so */

    if (kept->part == SDR_ALL) {
        kept->part = SDR_PART;
    }

    sdr_get(job);
}


bool
bmc_ipmi_sdr_ours(const bmc_ipmi_sensor_t *s)
{
    return s->owner == SDR_BMC && s->kind != BMC_IPMI_SDR_EVENT;
}


const bmc_ipmi_sensor_t *
bmc_ipmi_sdr_find(const bmc_ipmi_kept_t *kept, uint8_t owner, uint8_t lun,
    uint8_t number)
{
    size_t                    i;
    const bmc_ipmi_sensor_t  *s;

    for (i = 0; i < kept->nsensors; i++) {
        s = &kept->sensor[i];

        if (s->number == number && s->owner == owner && s->lun == lun) {
            return s;
        }
    }

    return NULL;
}


/*
 * A supply's or a processor's watts are not the system's: by entity, table
 * 43-13.
 */

const bmc_ipmi_sensor_t *
bmc_ipmi_sdr_watts(const bmc_ipmi_kept_t *kept)
{
    size_t                    i;
    const bmc_ipmi_sensor_t  *s;

    for (i = 0; i < kept->nsensors; i++) {
        s = &kept->sensor[i];

        if (!bmc_ipmi_sdr_ours(s)
            || bmc_ipmi_sensor_unit(s) != BMC_UNIT_WATTS)
        {
            continue;
        }

        switch (s->entity) {

        case 0x06:                   /* system management module */
        case 0x07:                   /* system board */
        case 0x13:                   /* power unit */
        case 0x15:                   /* power management */
        case 0x17:                   /* system chassis */
            return s;
        }
    }

    return NULL;
}
