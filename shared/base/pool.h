
/*
 * Copyright (C) the bmcgate authors
 *
 * One pool per lifetime: small blocks are cut from pages, everything is
 * freed at once.  Allocation returns NULL when memory is short.
 */


#ifndef _BMC_POOL_H_INCLUDED_
#define _BMC_POOL_H_INCLUDED_


#include <stddef.h>


typedef struct bmc_pool_s  bmc_pool_t;


bmc_pool_t *bmc_pool_create(size_t page);
void bmc_pool_destroy(bmc_pool_t *p);        /* accepts NULL */

void *bmc_palloc(bmc_pool_t *p, size_t size);
void *bmc_pcalloc(bmc_pool_t *p, size_t size);
char *bmc_pstrdup(bmc_pool_t *p, const char *s);
char *bmc_pstrndup(bmc_pool_t *p, const char *s, size_t len);
char *bmc_psprintf(bmc_pool_t *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* run(data) is called when the pool is destroyed, last added first */

int bmc_pool_cleanup(bmc_pool_t *p, void (*run)(void *data), void *data);


#endif /* _BMC_POOL_H_INCLUDED_ */
