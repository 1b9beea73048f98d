
/*
 * Copyright (C) the bmcgate authors
 *
 * Rows of results to standard output, in the form that was asked for.
 */


#ifndef _BMC_CTL_OUT_H_INCLUDED_
#define _BMC_CTL_OUT_H_INCLUDED_


#include "ctl/ctl.h"
#include "ctl/table.h"


typedef enum {
    BMC_CELL_TEXT = 0,
    BMC_CELL_NUMBER,
    BMC_CELL_AGE                 /* seconds, shown as "3m" */
} bmc_cell_t;


/*
 * path leads through objects, "system.model"; one that begins with a dot
 * starts at an element of the view's array.
 */

typedef struct {
    const char  *title;
    const char  *path;
    bmc_cell_t   kind;
    bool         wide;           /* shown by -o wide only */
} bmc_column_t;


typedef struct {
    const char          *each;   /* a line an element of this array; NULL */
    const bmc_column_t  *column; /* ends with a NULL title */
} bmc_shape_t;


/* NULL: the verb's results are no table */

const bmc_shape_t *bmc_shape_verb(bmc_verb_t verb);

extern const bmc_shape_t  bmc_shape_ls;
extern const bmc_shape_t  bmc_shape_quirks;
extern const bmc_shape_t  bmc_shape_host_quirks;
extern const bmc_shape_t  bmc_shape_operations;
extern const bmc_shape_t  bmc_shape_audit;
extern const bmc_shape_t  bmc_shape_leases;
extern const bmc_shape_t  bmc_shape_scan;


/* name: the member that -o name prints; false: it could not be written */

bool bmc_out_rows(bmc_out_t out, const json_t *rows,
    const bmc_shape_t *shape, const char *name);
bool bmc_out_json(const json_t *value, bool line);
bool bmc_out_yaml(const json_t *value);


#endif /* _BMC_CTL_OUT_H_INCLUDED_ */
