
/*
 * Copyright (C) the bmcgate authors
 *
 * Values as JSON text: tens of thousands of them in one answer.
 */


#include <string.h>

#include "base/clock.h"
#include "show/show.h"


#define TEXT_DAY    86400
#define TEXT_WATTS  1e9F


static char *
text_digits(char *end, uint64_t n)
{
    do {
        *--end = (char) ('0' + n % 10);
        n /= 10;
    } while (n > 0);

    return end;
}


void
bmc_show_int(bmc_buf_t *b, int64_t n)
{
    char   text[24], *p;
    char  *end;

    end = text + sizeof(text);
    p = text_digits(end, n < 0 ? 0 - (uint64_t) n : (uint64_t) n);

    if (n < 0) {
        *--p = '-';
    }

    bmc_buf_add(b, p, (size_t) (end - p));
}


static void
text_tenth(bmc_buf_t *b, int64_t tenths)
{
    char  tenth[2];

    tenth[0] = '.';
    tenth[1] = (char) ('0' + tenths % 10);

    bmc_buf_add(b, tenth, sizeof(tenth));
}


void
bmc_show_seconds(bmc_buf_t *b, const char *key, int64_t ms)
{
    ms = ms < 0 ? 0 : ms;

    bmc_show_number(b, key, ms / 1000);
    text_tenth(b, ms / 100);
}


/* one digit after the point, for a list's sake */

void
bmc_show_watts(bmc_buf_t *b, const char *key, float value)
{
    int64_t  tenths;

    if (!(value >= 0 && value < TEXT_WATTS)) {
        return;
    }

    tenths = (int64_t) ((double) value * 10 + 0.5);
    bmc_show_number(b, key, tenths / 10);

    if (tenths % 10 != 0) {
        text_tenth(b, tenths);
    }
}


static void
text_two(char *p, int64_t n)
{
    p[0] = (char) ('0' + n / 10 % 10);
    p[1] = (char) ('0' + n % 10);
}


/*
 * Days since 1970 to a date of the proleptic Gregorian calendar, by eras of
 * 400 years that begin in March: gmtime_r() takes a lock.
 */

static void
text_date(char *p, int64_t days)
{
    int64_t  era, day, year, month;

    days += 719468;
    era = days / 146097;
    day = days % 146097;
    year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;
    year += era * 400 + (month >= 10);
    month += month < 10 ? 3 : -9;

    text_two(p, year / 100);
    text_two(p + 2, year % 100);
    text_two(p + 5, month);
    text_two(p + 8, day + 1);
}


void
bmc_show_wall(bmc_buf_t *b, const char *key, int64_t ms)
{
    int64_t  s;
    char     text[] = "\"0000-00-00T00:00:00.000Z\"";

    if (ms <= 0 || ms / 1000 / TEXT_DAY > 2932896) {
        return;
    }

    s = ms / 1000;

    text_date(text + 1, s / TEXT_DAY);
    text_two(text + 12, s % TEXT_DAY / 3600);
    text_two(text + 15, s % 3600 / 60);
    text_two(text + 18, s % 60);
    text[21] = (char) ('0' + ms % 1000 / 100);
    text_two(text + 22, ms % 100);

    bmc_buf_adds(b, key);
    bmc_buf_add(b, text, sizeof(text) - 1);
}


void
bmc_show_clock(bmc_show_clock_t *c)
{
    c->now = bmc_now();
    c->wall = bmc_wall();
}


void
bmc_show_age(bmc_buf_t *b, const char *key, const bmc_show_clock_t *c,
    int64_t at)
{
    if (at != 0) {
        bmc_show_seconds(b, key, c->now - at);
    }
}


void
bmc_show_since(bmc_buf_t *b, const char *key, const bmc_show_clock_t *c,
    int64_t at)
{
    if (at != 0) {
        bmc_show_wall(b, key, c->wall - (c->now - at));
    }
}
