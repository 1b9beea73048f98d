
/*
 * Copyright (C) the bmcgate authors
 *
 * FRU information: Platform Management FRU Information Storage Definition,
 * 1.0.  Pure functions.
 */


#ifndef _BMC_IPMI_FRU_H_INCLUDED_
#define _BMC_IPMI_FRU_H_INCLUDED_


#include "drivers/ipmi/sdr.h"


#define BMC_IPMI_FRU_HEADER  8
#define BMC_IPMI_FRU_TEXT    128


enum {
    BMC_IPMI_FRU_CHASSIS,
    BMC_IPMI_FRU_BOARD,
    BMC_IPMI_FRU_PRODUCT,
    BMC_IPMI_FRU_MULTI,          /* of it the first record only */
    BMC_IPMI_FRU_AREAS
};


/* empty: not told */

typedef char  bmc_ipmi_fru_text_t[BMC_IPMI_FRU_TEXT];


typedef struct {
    uint16_t             capacity;       /* of a supply, in W; 0: not told */
    uint8_t              chassis_type;
    bmc_ipmi_fru_text_t  chassis_part;
    bmc_ipmi_fru_text_t  chassis_serial;
    bmc_ipmi_fru_text_t  board_maker;
    bmc_ipmi_fru_text_t  board_name;
    bmc_ipmi_fru_text_t  board_serial;
    bmc_ipmi_fru_text_t  board_part;
    bmc_ipmi_fru_text_t  maker;
    bmc_ipmi_fru_text_t  name;
    bmc_ipmi_fru_text_t  part;
    bmc_ipmi_fru_text_t  version;
    bmc_ipmi_fru_text_t  serial;
    bmc_ipmi_fru_text_t  asset;
} bmc_ipmi_fru_t;


/* offsets of the areas, 0 where there is none; false: damaged */

bool bmc_ipmi_fru_areas(const uint8_t *header, size_t len,
    uint16_t offset[BMC_IPMI_FRU_AREAS]);

/*
 * How long an area is by its first eight bytes, a multiple of eight; 0: it
 * has nothing to tell us.
 */

size_t bmc_ipmi_fru_size(unsigned area, const uint8_t p[8]);

/* an area from its first byte; false: damaged, and nothing was taken */

bool bmc_ipmi_fru_area(unsigned area, const uint8_t *p, size_t len,
    bmc_ipmi_fru_t *fru);

const char *bmc_ipmi_chassis_text(uint8_t type);     /* NULL: no such */


#endif /* _BMC_IPMI_FRU_H_INCLUDED_ */
