
/*
 * Copyright (C) the bmcgate authors
 *
 * Text that is written to where it goes: whoever calls has seen that there
 * is room.  Each returns its end.
 */


#ifndef _BMC_PEN_H_INCLUDED_
#define _BMC_PEN_H_INCLUDED_


#include <string.h>

#include "bmcgate.h"
#include "base/buf.h"
#include "show/show.h"


/* lengths of literals are to be known when this is compiled */

#define BMC_PEN_INLINE   static inline __attribute__((always_inline))

/* a literal */

#define BMC_PEN(p, s)    bmc_pen(p, s, sizeof(s) - 1)

#define BMC_PEN_NUMBER   20
#define BMC_PEN_WALL     26
#define BMC_PEN_JSON(n)  (6 * (n) + 2)

#define BMC_PEN_WATTS    1e9F


BMC_PEN_INLINE char *
bmc_pen(char *p, const char *s, size_t n)
{
    memcpy(p, s, n);

    return p + n;
}


BMC_PEN_INLINE char *
bmc_pen_word(char *p, const char *s)
{
    return stpcpy(p, s);
}


BMC_PEN_INLINE char *
bmc_pen_digit(char *p, uint32_t n)
{
    *p++ = (char) ('0' + n % 10);

    return p;
}


BMC_PEN_INLINE char *
bmc_pen_two(char *p, uint32_t n)
{
    p = bmc_pen_digit(p, n / 10);

    return bmc_pen_digit(p, n);
}


BMC_PEN_INLINE char *
bmc_pen_number(char *p, uint64_t n)
{
    char      *end;
    uint64_t   m;

    for (end = p + 1, m = n; m > 9; m /= 10) {
        end++;
    }

    for (p = end; n > 9; n /= 10) {
        *--p = (char) ('0' + n % 10);
    }

    *--p = (char) ('0' + n);

    return end;
}


/* "12.3"; tenths that are none may be left out */

BMC_PEN_INLINE char *
bmc_pen_tenths(char *p, uint64_t n, bool always)
{
    p = bmc_pen_number(p, n / 10);

    if (always || n % 10 != 0) {
        *p++ = '.';
        p = bmc_pen_digit(p, (uint32_t) (n % 10));
    }

    return p;
}


BMC_PEN_INLINE char *
bmc_pen_seconds(char *p, int64_t ms)
{
    return bmc_pen_tenths(p, ms < 0 ? 0 : (uint64_t) ms / 100, true);
}


/* one digit after the point, for a list's sake; nothing if it is none */

BMC_PEN_INLINE char *
bmc_pen_watts(char *p, const char *key, float watts)
{
    if (!(watts >= 0 && watts < BMC_PEN_WATTS)) {
        return p;
    }

    p = bmc_pen_word(p, key);

    return bmc_pen_tenths(p, (uint64_t) ((double) watts * 10 + 0.5), false);
}


/* of the wall clock; nothing for what cannot be shown */

char *bmc_pen_wall(char *p, const char *key, bmc_show_day_t *day,
    int64_t ms);

/*
 * A JSON string: of a field of 8, 16 … 64 bytes, whose null may be missing,
 * or of n bytes.
 */

char *bmc_pen_field(char *p, const char *s, size_t max);
char *bmc_pen_json(char *p, const char *s, size_t n);


/*
 * The end of b, when it has room for n bytes, else a place of that size;
 * bmc_buf_penned() says what has been written there.
 */

static inline char *
bmc_buf_pen(bmc_buf_t *b, char *place, size_t n)
{
    return b->len < b->size && n < b->size - b->len ? b->data + b->len
                                                    : place;
}


static inline void
bmc_buf_penned(bmc_buf_t *b, const char *start, const char *end,
    const char *place)
{
    if (start == place) {
        bmc_buf_add(b, start, (size_t) (end - start));
        return;
    }

    b->len += (size_t) (end - start);
}


#endif /* _BMC_PEN_H_INCLUDED_ */
