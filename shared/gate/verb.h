
/*
 * Copyright (C) the bmcgate authors
 *
 * The table of verbs, and what their arguments must look like.
 */


#ifndef _BMC_VERB_H_INCLUDED_
#define _BMC_VERB_H_INCLUDED_


#include "bmcgate.h"
#include "base/buf.h"


#define BMC_ARGS_MAX  8


/* BMC_OK, or BMC_USAGE and why: which argument, and what was expected */

bmc_rc_t bmc_verb_check(bmc_verb_t verb, const bmc_arg_t *args, size_t nargs,
    char why[BMC_TEXT_MAX]);

/* "device=pxe persistent=on password=***", for audit and people */

void bmc_verb_args_text(bmc_verb_t verb, const bmc_arg_t *args, size_t nargs,
    bmc_buf_t *text);

/* on, yes, true, 1 */

bool bmc_arg_true(const char *value);

/* the class's name: "power" */

const char *bmc_role_name(unsigned bit);     /* NULL: no such bit */


#endif /* _BMC_VERB_H_INCLUDED_ */
