
/*
 * Copyright (C) the bmcgate authors
 */


#ifndef _BMC_CLOCK_H_INCLUDED_
#define _BMC_CLOCK_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


int64_t bmc_now(void);           /* CLOCK_BOOTTIME, ms: ages */
int64_t bmc_wall(void);          /* CLOCK_REALTIME, ms: for people */

/* "2026-01-02T03:04:05.678Z"; returns text */

const char *bmc_wall_text(int64_t ms, char text[32]);

/* "30", "30s", "1500ms", "5m", "2h", "1d" to ms; -1 if it is none */

int64_t bmc_duration_parse(const char *s);

/* "1.2s", "45s", "3m", "2h", "5d": how long ago, for tables */

const char *bmc_duration_text(int64_t ms, char text[32]);


#endif /* _BMC_CLOCK_H_INCLUDED_ */
