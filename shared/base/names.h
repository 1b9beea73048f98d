
/*
 * Copyright (C) the bmcgate authors
 *
 * Names people type: ranges, patterns, and what they probably meant.
 */


#ifndef _BMC_NAMES_H_INCLUDED_
#define _BMC_NAMES_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


#define BMC_RANGE_MAX  65536


/* letters, digits, '.', '_', '-'; 1 to 63 of them, not starting with '-' */

bool bmc_name_valid(const char *s, size_t len);


/*
 * "n[1-3,07-09]-[a,b]" is n1-a n1-b n2-a …: brackets hold comma-separated
 * words or from-to numbers; leading zeros keep the width.  each() gets every
 * name in order and returns false to stop; NULL: the range is only checked.
 * Returns how many names there were, or -1 with why: a range that is
 * malformed, runs backwards, or makes more than BMC_RANGE_MAX names.
 */

typedef bool (*bmc_range_pt)(void *data, const char *name, size_t len);

long bmc_range_expand(const char *s, bmc_range_pt each, void *data,
    const char **why);
bool bmc_range_is(const char *s);            /* has brackets */

/* is name one of them?  False too when the range is malformed. */

bool bmc_range_holds(const char *s, const char *name);


/* "*", "?", "[a-z]" as in fnmatch(3) */

bool bmc_glob_is(const char *s);


/*
 * The nearest of the words offered, by edit distance with transpositions, at
 * most a third of the word's length away.  Offer words one by one.
 */

typedef struct {
    const char  *word;
    size_t       len;
    const char  *best;           /* NULL: nothing is near */
    unsigned     distance;
} bmc_nearest_t;

void bmc_nearest_init(bmc_nearest_t *n, const char *word);
void bmc_nearest_offer(bmc_nearest_t *n, const char *candidate);


/* FNV-1a, good enough where nobody hostile chooses the keys */

uint64_t bmc_hash(const void *s, size_t len);


#endif /* _BMC_NAMES_H_INCLUDED_ */
