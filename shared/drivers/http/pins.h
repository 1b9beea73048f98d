
/*
 * Copyright (C) the bmcgate authors
 *
 * Certificates that were seen first: STATE/pins, a line each,
 *
 *     node7 sha256:… 2026-01-02T03:04:05Z
 *
 * that all processes append to.  A host's last line is the one that counts.
 */


#ifndef _BMC_HTTP_PINS_H_INCLUDED_
#define _BMC_HTTP_PINS_H_INCLUDED_


#include <stdbool.h>

#include "bmcgate.h"


#define BMC_PIN_MAX   72             /* "sha256:" and 64 digits, with null */
#define BMC_PIN_TIME  32


typedef struct bmc_pins_s  bmc_pins_t;

typedef struct {
    char  print[BMC_PIN_MAX];
    char  since[BMC_PIN_TIME];       /* "2026-01-02T03:04:05Z" */
} bmc_pin_t;


/* NULL: no memory */

bmc_pins_t *bmc_pins_create(const char *state);
void bmc_pins_free(bmc_pins_t *p);           /* accepts NULL */

/* once more is nothing; a file that can only be read will do for reading */

bool bmc_pins_open(bmc_pins_t *p, char why[BMC_TEXT_MAX]);

/* what counts for the host; NULL: it has none, or "why" says what is wrong */

const bmc_pin_t *bmc_pins_find(bmc_pins_t *p, const char *host,
    char why[BMC_TEXT_MAX]);
bool bmc_pins_add(bmc_pins_t *p, const char *host, const char *print,
    char why[BMC_TEXT_MAX]);


#endif /* _BMC_HTTP_PINS_H_INCLUDED_ */
