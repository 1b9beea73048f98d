
/*
 * Copyright (C) the bmcgate authors
 *
 * Names to numbers.  Keys stay where they are and must outlive the index.
 */


#ifndef _BMC_INDEX_H_INCLUDED_
#define _BMC_INDEX_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


#define BMC_INDEX_NONE  UINT32_MAX


typedef struct {
    const char  *key;
    uint32_t     hash;
    uint32_t     value;
} bmc_index_slot_t;


typedef struct {
    bmc_index_slot_t  *slot;
    size_t             size;     /* a power of 2, or 0 */
    size_t             count;
} bmc_index_t;


/* what key had before, or BMC_INDEX_NONE and now has value */

uint32_t bmc_index_put(bmc_index_t *ix, const char *key, uint32_t value,
    bool *failed);
uint32_t bmc_index_get(const bmc_index_t *ix, const char *key, size_t len);

/* room for n keys, so that putting them cannot fail */

bool bmc_index_reserve(bmc_index_t *ix, size_t n);
void bmc_index_free(bmc_index_t *ix);


#endif /* _BMC_INDEX_H_INCLUDED_ */
