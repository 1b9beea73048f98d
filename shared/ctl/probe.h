
/*
 * Copyright (C) the bmcgate authors
 *
 * What discover does with each address that was asked, whether a network or
 * a lease file named it.
 */


#ifndef _BMC_CTL_PROBE_H_INCLUDED_
#define _BMC_CTL_PROBE_H_INCLUDED_


#include "ctl/hostfile.h"
#include "ctl/scan.h"


#define BMC_PROBE_WORDS  4


typedef struct {
    unsigned     port;
    unsigned     web;            /* port */
    unsigned     rate;
    const char  *driver;         /* NULL: what answered */
    bool         write;
} bmc_probe_t;


/* false: an option makes no sense, and that has been said */

bool bmc_probe_options(bmc_probe_t *p, const bmc_ctl_t *c);

/* did anything answer, and can a driver speak to it?  NULL: nobody */

bool bmc_probe_heard(const bmc_scan_target_t *t);
bool bmc_probe_usable(const bmc_scan_target_t *t);

/* what either protocol says of it */

void bmc_probe_facts(json_t *row, const bmc_scan_t *s,
    const bmc_scan_target_t *t);

/* address, driver and ports, as borrowed from all of these; 0 and why */

typedef struct {
    bmc_hostword_t  word[BMC_PROBE_WORDS];
    char            port[2][8];
} bmc_probe_words_t;

size_t bmc_probe_words(bmc_probe_words_t *w, const bmc_probe_t *p,
    const bmc_scan_target_t *t, const char *address, char why[BMC_TEXT_MAX]);


/* after a scan: "3 of 254 addresses could not be asked: …" */

bool bmc_probe_unsent(const bmc_scan_t *s);


#endif /* _BMC_CTL_PROBE_H_INCLUDED_ */
