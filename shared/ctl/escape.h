
/*
 * Copyright (C) the bmcgate authors
 *
 * "~." at the beginning of a line, as ssh knows it.
 */


#ifndef _BMC_CTL_ESCAPE_H_INCLUDED_
#define _BMC_CTL_ESCAPE_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>


typedef enum {
    BMC_ESCAPE_LINE = 0,         /* a line begins */
    BMC_ESCAPE_TEXT,
    BMC_ESCAPE_TILDE             /* a tilde was held back */
} bmc_escape_t;


typedef enum {
    BMC_ESCAPE_PASS,             /* out holds what is to be sent, if any */
    BMC_ESCAPE_END,              /* ~. */
    BMC_ESCAPE_HELP              /* ~? */
} bmc_escape_act_t;


/* one byte typed; out gets *n bytes, at most two */

bmc_escape_act_t bmc_escape_feed(bmc_escape_t *state, char c, char out[2],
    size_t *n);


#endif /* _BMC_CTL_ESCAPE_H_INCLUDED_ */
