
/*
 * Copyright (C) the bmcgate authors
 *
 * What vendors got wrong, as data: quirks.table names each decision, whom
 * it concerns and who says so.  auto/quirks makes quirk_names.h and the
 * table of it.  Knows base/ only.
 */


#ifndef _BMC_QUIRKS_H_INCLUDED_
#define _BMC_QUIRKS_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quirk_names.h"             /* made: bmc_quirk_t, BMC_QUIRK_MAX */


typedef uint64_t  bmc_quirks_t;      /* a bit a bmc_quirk_t */


enum {
    BMC_QUIRK_OF_IPMI    = 0x01,
    BMC_QUIRK_OF_REDFISH = 0x02
};


/*
 * Strings may be NULL or empty: not known, and no row with a word for it.
 * Rows name vendors by base/maker's words, and either of the two will do.
 */

typedef struct {
    const char  *vendor;             /* whose machine it is */
    const char  *maker;              /* who made its BMC, or what that runs */
    const char  *model;
    const char  *firmware;           /* the BMC's */
} bmc_quirk_facts_t;


/* what applies to it; on and off are the host's own "quirk NAME on|off;" */

bmc_quirks_t bmc_quirks_of(const bmc_quirk_facts_t *facts, bmc_quirks_t on,
    bmc_quirks_t off);


static inline bool
bmc_quirk_is_on(bmc_quirks_t set, bmc_quirk_t quirk)
{
    return (set & ((bmc_quirks_t) 1 << quirk)) != 0;
}


typedef struct {
    bmc_quirk_t  quirk;
    unsigned     of;                 /* BMC_QUIRK_OF_… */
    const char  *name;               /* "boot-send-enabled" */
    const char  *vendor;             /* "AMI, ASRock Rack"; "-": nobody's */
    const char  *model;
    const char  *firmware;           /* "*", "<=2.75.75", "1.0-1.9", … */
    const char  *does;               /* what is done because of it */
    const char  *source;             /* who says so */
} bmc_quirk_row_t;


/* rows in the table's order; several may have one name */

extern const bmc_quirk_row_t  bmc_quirk_rows[];
extern const size_t           bmc_quirk_nrows;

bool bmc_quirk_applies(const bmc_quirk_row_t *row,
    const bmc_quirk_facts_t *facts);

/* 'vendor "Dell Inc." is Dell, firmware "2.70" is <=2.75.75', cut at size */

void bmc_quirk_why(const bmc_quirk_row_t *row,
    const bmc_quirk_facts_t *facts, char *text, size_t size);

const char *bmc_quirk_name(bmc_quirk_t quirk);   /* NULL: there is none */
bmc_quirk_t bmc_quirk_find(const char *name);    /* BMC_QUIRK_MAX: none */


#endif /* _BMC_QUIRKS_H_INCLUDED_ */
