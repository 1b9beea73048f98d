
/*
 * Copyright (C) the bmcgate authors
 *
 * What is known, as JSON text for doors.  Shapes are in gate/shapes.md; a
 * key whose value is not known is left out.
 */


#ifndef _BMC_SHOW_H_INCLUDED_
#define _BMC_SHOW_H_INCLUDED_


#include "bmcgate.h"
#include "base/buf.h"


/* key is all that stands before the value, as in ",\"age\":" */

void bmc_show_int(bmc_buf_t *b, int64_t n);
void bmc_show_number(bmc_buf_t *b, const char *key, int64_t n);
void bmc_show_seconds(bmc_buf_t *b, const char *key, int64_t ms);
void bmc_show_float(bmc_buf_t *b, const char *key, float value);
void bmc_show_bool(bmc_buf_t *b, const char *key, bool value);

/* nothing for ""; of a field whose null may be missing */

void bmc_show_text(bmc_buf_t *b, const char *key, const char *s, size_t max);
void bmc_show_word(bmc_buf_t *b, const char *key, const char *s);

/* nothing for 0; of the wall clock, or of the boot clock as it is now */

void bmc_show_wall(bmc_buf_t *b, const char *key, int64_t ms);


/* the two clocks, read once for a whole text */

typedef struct {
    int64_t  now;
    int64_t  wall;
} bmc_show_clock_t;

void bmc_show_clock(bmc_show_clock_t *c);
void bmc_show_age(bmc_buf_t *b, const char *key, const bmc_show_clock_t *c,
    int64_t at);
void bmc_show_since(bmc_buf_t *b, const char *key,
    const bmc_show_clock_t *c, int64_t at);

/* ,"age":… ,"since":… ,"reachable":… ,"driver":… after "power":"on" */

void bmc_show_view(bmc_buf_t *b, const bmc_show_clock_t *c,
    const bmc_view_t *view);


void bmc_show_sensors(bmc_buf_t *out, const bmc_sensor_t *sensors, size_t n);


#endif /* _BMC_SHOW_H_INCLUDED_ */
