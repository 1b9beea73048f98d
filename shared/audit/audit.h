
/*
 * Copyright (C) the bmcgate authors
 *
 * One JSON line per decision and per outcome, to a file and/or syslog.  A
 * line ends with the SHA-256 of itself and of the line before, so an edited,
 * removed or moved line shows.  FILE.last holds the newest sequence number
 * and hash, so a cut tail shows too.
 */


#ifndef _BMC_AUDIT_H_INCLUDED_
#define _BMC_AUDIT_H_INCLUDED_


#include "bmcgate.h"


typedef struct bmc_audit_s  bmc_audit_t;


typedef struct {
    const char  *event;          /* "asked", "refused", "outcome", "lost" … */
    uint64_t     op;             /* 0: none */
    const char  *actor;          /* "key:homeassistant" */
    const char  *from;
    const char  *door;
    const char  *host;
    const char  *verb;
    const char  *args;           /* "device=pxe persistent=on", no secrets */
    bmc_rc_t     rc;
    const char  *text;           /* outcome in words, or the refusing rule */
} bmc_audit_entry_t;             /* NULL fields are left out of the line */


/*
 * file may be NULL; opened once, perhaps with privileges, then inherited.
 * A file that was moved away (logrotate) is opened anew where we may; the
 * new file's first line carries on the chain.  Several processes write.
 */

bmc_audit_t *bmc_audit_open(const char *file, bool syslog,
    char why[BMC_TEXT_MAX]);
void bmc_audit_close(bmc_audit_t *a);        /* accepts NULL */

/* false and why: nothing of the line is in the file */

bool bmc_audit_write(bmc_audit_t *a, const bmc_audit_entry_t *e,
    char why[BMC_TEXT_MAX]);


/*
 * Checks a chain, oldest file first.  say() gets a line a finding, as
 * "audit.log:17: …: expected …".  BMC_OK, or BMC_FAILED when anything was
 * found, BMC_USAGE when a file cannot be read.
 */

bmc_rc_t bmc_audit_verify(const char *const *files, size_t nfiles,
    bmc_say_pt say, void *data, uint64_t *lines);


#endif /* _BMC_AUDIT_H_INCLUDED_ */
