
/*
 * Copyright (C) the bmcgate authors
 */


#include <string.h>

#include "drivers/ipmi/fru.h"


#define FRU_VERSION  0x01
#define FRU_END      0xc1        /* in place of a type/length byte */
#define FRU_ENGLISH  25

#define FRU_SUPPLY         0x00      /* record types */
#define FRU_SUPPLY_MIN     24        /* bytes of data */
#define FRU_RECORD_HEADER  5


typedef struct {
    size_t    at;                /* in bmc_ipmi_fru_t */
    bool      english;           /* whatever the area's language */
} fru_field_t;


typedef struct {
    const fru_field_t  *fields;
    size_t              nfields;
    size_t              first;   /* the first type/length byte */
} fru_area_t;


#define fru_at(field)        offsetof(bmc_ipmi_fru_t, field)
#define fru_count(fields)    (sizeof(fields) / sizeof(fields[0]))


static const fru_field_t  fru_chassis[] = {
    { fru_at(chassis_part), true },
    { fru_at(chassis_serial), true }
};


static const fru_field_t  fru_board[] = {
    { fru_at(board_maker), false },
    { fru_at(board_name), false },
    { fru_at(board_serial), true },
    { fru_at(board_part), true }
};


static const fru_field_t  fru_product[] = {
    { fru_at(maker), false },
    { fru_at(name), false },
    { fru_at(part), true },
    { fru_at(version), true },
    { fru_at(serial), true },
    { fru_at(asset), false }
};


static const fru_area_t  fru_areas[BMC_IPMI_FRU_MULTI] = {
    [BMC_IPMI_FRU_CHASSIS] = { fru_chassis, fru_count(fru_chassis), 3 },
    [BMC_IPMI_FRU_BOARD] = { fru_board, fru_count(fru_board), 6 },
    [BMC_IPMI_FRU_PRODUCT] = { fru_product, fru_count(fru_product), 3 }
};


/* DMTF SMBIOS, 7.4.1 */

static const char *const  fru_chassis_types[] = {
    NULL, "other", "unknown", "desktop", "low profile desktop", "pizza box",
    "mini tower", "tower", "portable", "laptop", "notebook", "hand held",
    "docking station", "all in one", "sub notebook", "space-saving",
    "lunch box", "main server chassis", "expansion chassis", "sub chassis",
    "bus expansion chassis", "peripheral chassis", "RAID chassis",
    "rack mount chassis", "sealed-case PC", "multi-system chassis",
    "compact PCI", "advanced TCA", "blade", "blade enclosure", "tablet",
    "convertible", "detachable", "IoT gateway", "embedded PC", "mini PC",
    "stick PC"
};


const char *
bmc_ipmi_chassis_text(uint8_t type)
{
    return type < fru_count(fru_chassis_types) ? fru_chassis_types[type]
                                               : NULL;
}


static uint8_t
fru_sum(const uint8_t *p, size_t len)
{
    size_t   i;
    uint8_t  sum;

    sum = 0;

    for (i = 0; i < len; i++) {
        sum = (uint8_t) (sum + p[i]);
    }

    return sum;
}


static bool
fru_sums_up(const uint8_t *p, size_t len)
{
    return fru_sum(p, len) == 0;
}


bool
bmc_ipmi_fru_areas(const uint8_t *header, size_t len,
    uint16_t offset[BMC_IPMI_FRU_AREAS])
{
    size_t  i;

    if (len < BMC_IPMI_FRU_HEADER || (header[0] & 0x0f) != FRU_VERSION
        || !fru_sums_up(header, BMC_IPMI_FRU_HEADER))
    {
        return false;
    }

    for (i = 0; i < BMC_IPMI_FRU_AREAS; i++) {
        offset[i] = (uint16_t) (header[2 + i] * 8);
    }

    return true;
}


/*
 * 8-bit text in an area of another language is UTF-16 by the book; many a
 * BMC has a wrong language byte and English in it.
 */

static unsigned
fru_encoding(uint8_t type, bool english, const uint8_t *p, size_t len)
{
    size_t  i;

    if (type >> 6 != BMC_IPMI_LATIN1 || english || len % 2 != 0) {
        return type >> 6;
    }

    for (i = 1; i < len; i += 2) {
        if (p[i] < 0x20 || p[i - 1] >= 0x80) {
            return BMC_IPMI_UTF16;
        }
    }

    return BMC_IPMI_LATIN1;
}


size_t
bmc_ipmi_fru_size(unsigned area, const uint8_t p[8])
{
    if (area != BMC_IPMI_FRU_MULTI) {
        return p[1] * 8u;
    }

    if (p[0] != FRU_SUPPLY || p[2] < FRU_SUPPLY_MIN) {
        return 0;
    }

    return (FRU_RECORD_HEADER + p[2] + 7u) / 8 * 8;
}


/* 18.1: power supply information */

static bool
fru_supply(const uint8_t *p, size_t len, bmc_ipmi_fru_t *fru)
{
    const uint8_t  *data;

    if (len < FRU_RECORD_HEADER || p[0] != FRU_SUPPLY
        || p[2] < FRU_SUPPLY_MIN || len < FRU_RECORD_HEADER + (size_t) p[2]
        || !fru_sums_up(p, FRU_RECORD_HEADER))
    {
        return false;
    }

    data = p + FRU_RECORD_HEADER;

    if (fru_sum(data, p[2]) != (uint8_t) -p[3]) {
        return false;
    }

    fru->capacity = (uint16_t) ((data[0] | data[1] << 8) & 0x0fff);

    return true;
}


bool
bmc_ipmi_fru_area(unsigned area, const uint8_t *p, size_t len,
    bmc_ipmi_fru_t *fru)
{
    bool                english;
    size_t              i, at, n;
    const fru_area_t   *a;
    const fru_field_t  *f;

    if (area == BMC_IPMI_FRU_MULTI) {
        return fru_supply(p, len, fru);
    }

    a = &fru_areas[area];

    if (len < 2 || (p[0] & 0x0f) != FRU_VERSION || len < p[1] * 8u
        || p[1] * 8u <= a->first || !fru_sums_up(p, p[1] * 8u))
    {
        return false;
    }

    len = p[1] * 8u;
    at = a->first;

    /* a chassis area has its type where the others have their language */

    english = p[2] == 0 || p[2] == FRU_ENGLISH;

    if (area == BMC_IPMI_FRU_CHASSIS) {
        fru->chassis_type = p[2];
    }

    for (i = 0; i < a->nfields && at < len && p[at] != FRU_END; i++) {
        f = &a->fields[i];
        n = p[at] & 0x3f;

        if (at + 1 + n > len) {
            break;
        }

        bmc_ipmi_string(fru_encoding(p[at], english || f->english,
                p + at + 1, n), p + at + 1, n, (char *) fru + f->at,
            BMC_IPMI_FRU_TEXT);
        at += 1 + n;
    }

    return true;
}
