
/*
 * Copyright (C) the bmcgate authors
 *
 * Lines of a file that may hold anything and be of any size, in bounded
 * memory.
 */


#ifndef _BMC_AUDIT_LINES_H_INCLUDED_
#define _BMC_AUDIT_LINES_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


typedef enum {
    BMC_LINES_LINE,
    BMC_LINES_LONG,              /* longer than any of ours: no text */
    BMC_LINES_TORN,              /* the last one, without its newline */
    BMC_LINES_END,
    BMC_LINES_ERROR              /* errno */
} bmc_lines_kind_t;


typedef struct {
    const char  *path;
    uint64_t     number;         /* of the newest line, from 1 */
    size_t       pos;
    size_t       end;
    char        *buf;
    int          fd;
} bmc_lines_t;


/* false: errno; 0 when it is no regular file */

bool bmc_lines_open(bmc_lines_t *l, const char *path);
void bmc_lines_close(bmc_lines_t *l);

/* text lives until the next call, and comes without its newline */

bmc_lines_kind_t bmc_lines_next(bmc_lines_t *l, const char **text,
    size_t *len);


#endif /* _BMC_AUDIT_LINES_H_INCLUDED_ */
