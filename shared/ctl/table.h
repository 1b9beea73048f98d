
/*
 * Copyright (C) the bmcgate authors
 *
 * Aligned tables, by what a terminal shows and not by bytes.
 */


#ifndef _BMC_CTL_TABLE_H_INCLUDED_
#define _BMC_CTL_TABLE_H_INCLUDED_


#include "base/buf.h"


#define BMC_TABLE_COLUMNS  16


typedef struct {
    const char  *title[BMC_TABLE_COLUMNS];
    bool         right[BMC_TABLE_COLUMNS];   /* numbers */
    size_t       ncolumns;
    char       **cell;
    size_t       ncells;
    size_t       size;
    bool         failed;
} bmc_table_t;


/* t is all zero at first; columns are added before cells */

void bmc_table_column(bmc_table_t *t, const char *title, bool right);

/* cells come row by row; NULL and "" show as "-"; control characters do not */

void bmc_table_cell(bmc_table_t *t, const char *text);
void bmc_table_print(bmc_table_t *t, bmc_buf_t *out);
void bmc_table_free(bmc_table_t *t);

/* how many columns of a terminal text takes */

size_t bmc_table_width(const char *text);


#endif /* _BMC_CTL_TABLE_H_INCLUDED_ */
