
/*
 * Copyright (C) the bmcgate authors
 *
 * Follows a chain line by line, and says one thing for one cause.
 */


#ifndef _BMC_AUDIT_LINKS_H_INCLUDED_
#define _BMC_AUDIT_LINKS_H_INCLUDED_


#include "audit/chain.h"


#define BMC_LINKS_GAPS  64       /* kept open: their lines may come later */
#define BMC_LINKS_SAID  100      /* findings told one by one */


/* where a line stands */

typedef struct {
    const char  *path;
    uint64_t     number;
} bmc_place_t;


typedef struct {
    bmc_place_t  after;
    uint64_t     from;
    uint64_t     to;
} bmc_gap_t;


typedef struct {
    bmc_link_t   top;            /* the highest seq so far */
    bmc_link_t   here;           /* the newest line's */
    bmc_place_t  place;          /* of the newest line */
    bmc_place_t  junk;           /* first of a run of lines not ours */
    uint64_t     njunk;
    uint64_t     slack;          /* lines that may each have been one */
    bmc_gap_t    gap[BMC_LINKS_GAPS];
    size_t       ngaps;
    uint64_t     findings;
    uint64_t     marked;         /* a seq to look at, 0: none */
    char         mark[BMC_CHAIN_HEX + 1];    /* its hash, once seen */
    bmc_say_pt   say;
    void        *data;
    bool         begun;
} bmc_links_t;


void bmc_links_init(bmc_links_t *k, bmc_say_pt say, void *data);

/* would this line follow? */

bool bmc_links_follows(const bmc_links_t *k, const bmc_chain_line_t *line);

void bmc_links_line(bmc_links_t *k, const bmc_place_t *place,
    const bmc_chain_line_t *line);
void bmc_links_junk(bmc_links_t *k, const bmc_place_t *place);

/* says what was kept back in case it comes later */

void bmc_links_end(bmc_links_t *k);

void bmc_links_say(bmc_links_t *k, const bmc_place_t *place,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void bmc_links_more(bmc_links_t *k);         /* how many were not said */


#endif /* _BMC_AUDIT_LINKS_H_INCLUDED_ */
