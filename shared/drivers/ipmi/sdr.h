
/*
 * Copyright (C) the bmcgate authors
 *
 * Sensor data records: what sensors a BMC has and what their bytes mean.
 * The functions here are pure; the walk through a repository is in verbs.h.
 */


#ifndef _BMC_IPMI_SDR_H_INCLUDED_
#define _BMC_IPMI_SDR_H_INCLUDED_


#include "bmcgate.h"


#define BMC_IPMI_SDR_SHARED  16      /* sensors one record can stand for */

#define BMC_IPMI_SUPPLY      0x0a    /* entity, table 43-13 */


enum {
    BMC_IPMI_SDR_FULL = 0x01,
    BMC_IPMI_SDR_COMPACT = 0x02,
    BMC_IPMI_SDR_EVENT = 0x03,
    BMC_IPMI_SDR_FRU = 0x11
};


/* order of the bits and bytes on the wire */

enum {
    BMC_IPMI_LNC, BMC_IPMI_LCR, BMC_IPMI_LNR,
    BMC_IPMI_UNC, BMC_IPMI_UCR, BMC_IPMI_UNR
};


/* what of a threshold sensor may be asked; byte 12, bits 3:2 */

enum {
    BMC_IPMI_NO_THRESHOLDS,
    BMC_IPMI_READABLE_THRESHOLDS,
    BMC_IPMI_SETTABLE_THRESHOLDS,
    BMC_IPMI_FIXED_THRESHOLDS
};


typedef struct {
    int16_t   m;
    int16_t   b;
    uint16_t  record;
    int8_t    b_exp;
    int8_t    r_exp;
    uint8_t   kind;
    uint8_t   owner;
    uint8_t   lun;
    uint8_t   number;
    uint8_t   entity;
    uint8_t   instance;
    uint8_t   type;
    uint8_t   event;             /* event/reading type */
    uint8_t   units[3];
    uint8_t   linear;            /* linearisation */
    uint8_t   access;            /* to thresholds */
    uint8_t   told;              /* which thresholds have a value */
    bool      asked;             /* … and the BMC was asked for them */
    bool      presence;          /* discrete: tells the state of offset 0 */
    uint8_t   threshold[6];      /* raw */
    char      name[32];
} bmc_ipmi_sensor_t;


/*
 * How many sensors a record stands for: 0 when it is of another kind, or too
 * short for what it says.
 */

unsigned bmc_ipmi_sdr_decode(const uint8_t *record, size_t len,
    bmc_ipmi_sensor_t sensors[BMC_IPMI_SDR_SHARED]);


/* a FRU device that the BMC itself gives access to */

typedef struct {
    uint8_t  id;
    uint8_t  lun;
    uint8_t  entity;
    uint8_t  instance;
    char     name[32];
} bmc_ipmi_locator_t;


/* false: the record is of another kind, of another controller, or short */

bool bmc_ipmi_sdr_locator(const uint8_t *record, size_t len,
    bmc_ipmi_locator_t *locator);

bool bmc_ipmi_sensor_analog(const bmc_ipmi_sensor_t *s);
bool bmc_ipmi_sensor_threshold(const bmc_ipmi_sensor_t *s);

/* six bytes, M to the exponents: of a record, or of Reading Factors */

void bmc_ipmi_sensor_factors(bmc_ipmi_sensor_t *s, const uint8_t f[6]);

/* degrees F and K are given as degrees C, as all doors have them */

double bmc_ipmi_sensor_value(const bmc_ipmi_sensor_t *s, uint8_t raw);
bmc_unit_kind_t bmc_ipmi_sensor_unit(const bmc_ipmi_sensor_t *s);

/* what follows the code of Get Sensor Reading; false: too short */

bool bmc_ipmi_sensor_read(const bmc_ipmi_sensor_t *s, const uint8_t *data,
    size_t len, bmc_sensor_t *out);

/* a sensor that tells nothing */

void bmc_ipmi_sensor_silent(const bmc_ipmi_sensor_t *s, bmc_sensor_t *out);


/* string.c: the four encodings of a type/length byte, as UTF-8 */

enum {
    BMC_IPMI_BINARY,             /* of FRU fields; an SDR's are UTF-16 */
    BMC_IPMI_BCD,
    BMC_IPMI_SIX_BIT,
    BMC_IPMI_LATIN1,
    BMC_IPMI_UTF16
};

void bmc_ipmi_string(unsigned type, const uint8_t *s, size_t len, char *out,
    size_t size);


#endif /* _BMC_IPMI_SDR_H_INCLUDED_ */
