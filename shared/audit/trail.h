
/*
 * Copyright (C) the bmcgate authors
 *
 * The file under the audit: many processes append whole lines to it, one
 * after the other, and nobody ever leaves half a line behind for long.
 */


#ifndef _BMC_AUDIT_TRAIL_H_INCLUDED_
#define _BMC_AUDIT_TRAIL_H_INCLUDED_


#include <sys/stat.h>

#include "audit/chain.h"


/* one of the two files, and which one it was when it was opened */

typedef struct {
    int    fd;
    char  *path;
    dev_t  dev;
    ino_t  ino;
} bmc_trail_file_t;


typedef struct {
    bmc_trail_file_t   log;
    bmc_trail_file_t   last;
    bmc_chain_t       *chain;
    bmc_buf_t          text;     /* what the last append wrote */
    bool               stuck;    /* nobody let go of the lock last time */
} bmc_trail_t;


/* where the chain ends and what had to be done to know */

typedef struct {
    bmc_link_t  at;
    uint64_t    size;            /* of the file, cut to whole lines */
    bool        torn;            /* its end could not be cut off */
    char        note[160];       /* "" or what the repaired line says */
} bmc_trail_end_t;


bmc_trail_t *bmc_trail_open(const char *path, bmc_chain_t *chain,
    char why[BMC_TEXT_MAX]);
void bmc_trail_close(bmc_trail_t *t);        /* accepts NULL */

/* line: what was written, with its newline, until the next call */

bool bmc_trail_append(bmc_trail_t *t, const char *body, size_t len,
    const char **line, size_t *line_len, char why[BMC_TEXT_MAX]);

/* FILE.last does not fit the file: what does the file itself say? */

bool bmc_trail_repair(bmc_trail_t *t, const bmc_last_t *last, bool lost,
    bmc_trail_end_t *end, char why[BMC_TEXT_MAX]);

/* "PATH: no space left on device: changes are refused until …" */

void bmc_trail_why(char why[BMC_TEXT_MAX], const char *path, int err);


#endif /* _BMC_AUDIT_TRAIL_H_INCLUDED_ */
