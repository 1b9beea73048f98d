
/*
 * Copyright (C) the bmcgate authors
 *
 * What is known, as JSON text for doors.  Shapes are in gate/shapes.md; a
 * key whose value is not known is left out.
 */


#ifndef _BMC_SHOW_H_INCLUDED_
#define _BMC_SHOW_H_INCLUDED_


#include <string.h>

#include "bmcgate.h"
#include "base/buf.h"


void bmc_show_int(bmc_buf_t *b, int64_t n);

/* key is all that stands before the value, as in ",\"age\":" */

void bmc_show_seconds(bmc_buf_t *b, const char *key, int64_t ms);

/* nothing for 0; of the wall clock */

void bmc_show_wall(bmc_buf_t *b, const char *key, int64_t ms);


static inline void
bmc_show_number(bmc_buf_t *b, const char *key, int64_t n)
{
    bmc_buf_adds(b, key);
    bmc_show_int(b, n);
}


static inline void
bmc_show_bool(bmc_buf_t *b, const char *key, bool value)
{
    bmc_buf_adds(b, key);
    bmc_buf_adds(b, value ? "true" : "false");
}


/* nothing for ""; of a field whose null may be missing */

static inline void
bmc_show_text(bmc_buf_t *b, const char *key, const char *s, size_t max)
{
    size_t  n;

    n = strnlen(s, max);

    if (n > 0) {
        bmc_buf_adds(b, key);
        bmc_buf_json(b, s, n);
    }
}


/* one of ours, in which nothing needs escaping */

static inline void
bmc_show_word(bmc_buf_t *b, const char *key, const char *s)
{
    bmc_buf_adds(b, key);
    bmc_buf_addc(b, '"');
    bmc_buf_adds(b, s);
    bmc_buf_addc(b, '"');
}


/* a date and its text, for the next is likely to be the same */

typedef struct {
    uint32_t  days;              /* since 1970; 0: none yet */
    char      date[10];
} bmc_show_day_t;


/* one moment, read once for all that is told of it */

typedef struct {
    int64_t         now;         /* the boot clock, ms */
    int64_t         wall;        /* since 1970, ms */
    bmc_show_day_t  day;
} bmc_show_clock_t;


void bmc_show_clock(bmc_show_clock_t *c);
void bmc_show_age(bmc_buf_t *b, const char *key, const bmc_show_clock_t *c,
    int64_t at);

/* "power":… ,"age":… ,"since":… ,"reachable":… */

void bmc_show_view(bmc_buf_t *b, bmc_show_clock_t *c,
    const bmc_view_t *view);

/* bmc_show_host() of what has been read already */

void bmc_show_row(bmc_buf_t *b, bmc_show_clock_t *c,
    const bmc_hostconf_t *h, const bmc_view_t *view);


void bmc_show_sensors(bmc_buf_t *out, const bmc_sensor_t *sensors, size_t n);


/*
 * Of the core, gate/group.c: the operations of a group's hosts, those that
 * were asked first come first; each() returns false to stop.
 */

void bmc_op_members(const bmc_t *b, const bmc_op_info_t *group,
    bool (*each)(void *, const bmc_op_info_t *), void *data);


#endif /* _BMC_SHOW_H_INCLUDED_ */
