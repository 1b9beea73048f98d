
/*
 * Copyright (C) the bmcgate authors
 *
 * IPMI 2.0, chapter 43: records to sensors.  Offsets are of the whole record
 * and start with 0.
 */


#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/ipmi/sdr.h"


#define SDR_HEADER     5
#define SDR_THRESHOLD  0x01          /* event/reading type */

#define SDR_LOGICAL    0x80          /* behind a controller, not on a bus */
#define SDR_BMC        0x20
#define SDR_FRU_NAME   15            /* where the type/length byte is */


typedef struct {
    size_t   sharing;            /* 0: this kind has none */
    size_t   name;               /* where the type/length byte is */
} sdr_kind_t;


static const sdr_kind_t  sdr_kinds[] = {
    [BMC_IPMI_SDR_FULL] = { 0, 47 },
    [BMC_IPMI_SDR_COMPACT] = { 23, 31 },
    [BMC_IPMI_SDR_EVENT] = { 12, 16 }
};


static int
sdr_signed(unsigned value, unsigned bits)
{
    unsigned  top;

    top = 1u << (bits - 1);

    return (int) (value ^ top) - (int) top;
}


void
bmc_ipmi_sensor_factors(bmc_ipmi_sensor_t *s, const uint8_t f[6])
{
    s->m = (int16_t) sdr_signed(f[0] | (f[1] & 0xc0u) << 2, 10);
    s->b = (int16_t) sdr_signed(f[2] | (f[3] & 0xc0u) << 2, 10);
    s->r_exp = (int8_t) sdr_signed(f[5] >> 4, 4);
    s->b_exp = (int8_t) sdr_signed(f[5] & 0x0f, 4);
}


/* bytes 36 to 41 go from the upper non-recoverable down to lower warning */

static void
sdr_full(const uint8_t *r, bmc_ipmi_sensor_t *s)
{
    size_t  i;

    static const uint8_t  order[] = {
        BMC_IPMI_UNR, BMC_IPMI_UCR, BMC_IPMI_UNC,
        BMC_IPMI_LNR, BMC_IPMI_LCR, BMC_IPMI_LNC
    };

    s->linear = r[23] & 0x7f;
    bmc_ipmi_sensor_factors(s, r + 24);

    if (!bmc_ipmi_sensor_threshold(s)) {
        return;
    }

    for (i = 0; i < sizeof(order); i++) {
        s->threshold[order[i]] = r[36 + i];
    }

    s->access = r[11] >> 2 & 0x03;
    s->told = s->access == BMC_IPMI_FIXED_THRESHOLDS
              || s->access == BMC_IPMI_NO_THRESHOLDS ? 0 : r[18] & 0x3f;
}


static void
sdr_common(const uint8_t *r, bmc_ipmi_sensor_t *s)
{
    memset(s, 0, sizeof(bmc_ipmi_sensor_t));

    s->record = (uint16_t) (r[0] | r[1] << 8);
    s->kind = r[3];
    s->owner = r[5];
    s->lun = r[6] & 0x03;
    s->number = r[7];
    s->entity = r[8];
    s->instance = r[9] & 0x7f;

    if (s->kind == BMC_IPMI_SDR_EVENT) {
        s->type = r[10];
        s->event = r[11] & 0x7f;
        return;
    }

    s->type = r[12];
    s->event = r[13] & 0x7f;
    memcpy(s->units, r + 20, 3);

    /* bytes 18 and 19 are the states that a discrete sensor can tell */

    s->presence = s->event != SDR_THRESHOLD && (r[18] & 0x01) != 0;

    if (s->kind == BMC_IPMI_SDR_FULL) {
        sdr_full(r, s);

    } else {

        /* a compact record has no factors, so its readings are states */

        s->units[0] |= 0xc0;
    }
}


/* "Fan" and modifier 1 are "Fan1", "Fan2"; letters run A to Z, AA */

static void
sdr_shared_name(bmc_ipmi_sensor_t *s, const char *name, unsigned letters,
    unsigned n)
{
    if (!letters) {
        (void) snprintf(s->name, sizeof(s->name), "%.27s%u", name, n);

    } else if (n < 26) {
        (void) snprintf(s->name, sizeof(s->name), "%.27s%c", name,
            'A' + (int) n);

    } else {
        (void) snprintf(s->name, sizeof(s->name), "%.27s%c%c", name,
            'A' + (int) (n / 26 - 1), 'A' + (int) (n % 26));
    }
}


static unsigned
sdr_shared(const uint8_t *sharing, bmc_ipmi_sensor_t *sensors)
{
    char      name[sizeof(sensors[0].name)];
    unsigned  i, count;

    count = sharing[0] & 0x0f;

    if (count < 2) {
        return 1;
    }

    memcpy(name, sensors[0].name, sizeof(name));

    for (i = 0; i < count; i++) {
        sensors[i] = sensors[0];
    }

    for (i = 0; i < count; i++) {
        sensors[i].number = (uint8_t) (sensors[0].number + i);

        if (sharing[1] & 0x80) {
            sensors[i].instance = (sensors[0].instance + i) & 0x7f;
        }

        sdr_shared_name(&sensors[i], name, sharing[0] >> 4 & 0x03,
            (sharing[1] & 0x7fu) + i);
    }

    return count;
}


static void
sdr_name(const uint8_t *record, size_t len, size_t at, char name[32])
{
    size_t   n;
    uint8_t  type;

    type = record[at];
    n = type & 0x1f;

    if (n > len - at - 1) {
        n = len - at - 1;
    }

    bmc_ipmi_string(type >> 6 == 0 ? BMC_IPMI_UTF16 : type >> 6,
        record + at + 1, n, name, 32);
}


unsigned
bmc_ipmi_sdr_decode(const uint8_t *record, size_t len,
    bmc_ipmi_sensor_t sensors[BMC_IPMI_SDR_SHARED])
{
    uint8_t            type;
    const sdr_kind_t  *kind;

    if (len < SDR_HEADER) {
        return 0;
    }

    type = record[3];

    if (len > (size_t) SDR_HEADER + record[4]) {
        len = (size_t) SDR_HEADER + record[4];
    }

    if (type < BMC_IPMI_SDR_FULL || type > BMC_IPMI_SDR_EVENT) {
        return 0;
    }

    kind = &sdr_kinds[type];

    if (len <= kind->name) {
        return 0;
    }

    sdr_common(record, &sensors[0]);

    sdr_name(record, len, kind->name, sensors[0].name);

    return kind->sharing == 0 ? 1 : sdr_shared(record + kind->sharing,
                                               sensors);
}


/* IPMI 2.0, 43.8 */

bool
bmc_ipmi_sdr_locator(const uint8_t *record, size_t len,
    bmc_ipmi_locator_t *locator)
{
    const uint8_t  *r;

    r = record;

    if (len > SDR_HEADER && len > (size_t) SDR_HEADER + r[4]) {
        len = (size_t) SDR_HEADER + r[4];
    }

    if (len <= SDR_FRU_NAME || r[3] != BMC_IPMI_SDR_FRU
        || (r[5] & 0xfe) != SDR_BMC || !(r[7] & SDR_LOGICAL))
    {
        return false;
    }

    memset(locator, 0, sizeof(bmc_ipmi_locator_t));

    locator->id = r[6];
    locator->lun = r[7] >> 3 & 0x03;
    locator->entity = r[12];
    locator->instance = r[13] & 0x7f;
    sdr_name(r, len, SDR_FRU_NAME, locator->name);

    return true;
}
