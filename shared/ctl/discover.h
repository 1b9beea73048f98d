
/*
 * Copyright (C) the bmcgate authors
 *
 * From a lease file to hosts.
 *
 *   discover.c  the command, and one look at the file
 *   newlease.c  one lease that was asked: its row, and its host
 *   watch.c     looking again, and what was told already
 */


#ifndef _BMC_CTL_DISCOVER_H_INCLUDED_
#define _BMC_CTL_DISCOVER_H_INCLUDED_


#include <sys/stat.h>

#include "ctl/probe.h"


#define BMC_DISCOVER_NEVER  INT64_MAX


typedef struct {
    bmc_ctl_t     *ctl;
    bmc_probe_t    probe;
    bool           all;          /* what says nothing is written, too */
    const char    *file;
    bmc_cidr_t    *cidr;
    size_t         ncidrs;
    bmc_leases_t   leases;       /* those that are asked */
    bmc_scan_t     scan[2];      /* of IPv4's, of IPv6's addresses */
    bool           scans[2];
    json_t        *rows;
    json_t        *told;         /* by MAC; NULL: we do not watch */
    int64_t        due;          /* when what was silent is asked again */
    struct stat    st;           /* of what was read; st_ino 0: read again */
    char           said[BMC_TEXT_MAX];
    unsigned       added;
    unsigned       changed;
    unsigned       known;
    unsigned       failed;
    unsigned       left;         /* out, for they said nothing */
} bmc_discover_t;


/* discover.c: reads the file, asks, tells, and writes; an exit status */

int bmc_discover_once(bmc_discover_t *d);

/* newlease.c: a lease that was asked, at t (NULL: was not) */

void bmc_discover_lease(bmc_discover_t *d, const bmc_lease_t *lease,
    const bmc_scan_t *s, const bmc_scan_target_t *t);

/* watch.c: once, and again for what changes, until a signal */

int bmc_discover_watch(bmc_discover_t *d);

/* is nothing to be asked?  all is told, or it said nothing just now */

bool bmc_discover_told(bmc_discover_t *d, const bmc_lease_t *lease);

/* false: just this was told before; quiet: it may answer later */

bool bmc_discover_tell(bmc_discover_t *d, const bmc_lease_t *lease,
    const char *state, bool quiet);


#endif /* _BMC_CTL_DISCOVER_H_INCLUDED_ */
