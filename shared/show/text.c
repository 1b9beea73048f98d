
/*
 * Copyright (C) the bmcgate authors
 *
 * Values as JSON text: tens of thousands of them in one answer.
 */


#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "show/show.h"


#define TEXT_DAY  86400


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


void
bmc_show_number(bmc_buf_t *b, const char *key, int64_t n)
{
    bmc_buf_adds(b, key);
    bmc_show_int(b, n);
}


void
bmc_show_seconds(bmc_buf_t *b, const char *key, int64_t ms)
{
    char  tenth[2];

    ms = ms < 0 ? 0 : ms;

    bmc_buf_adds(b, key);
    bmc_show_int(b, ms / 1000);

    tenth[0] = '.';
    tenth[1] = (char) ('0' + ms % 1000 / 100);

    bmc_buf_add(b, tenth, sizeof(tenth));
}


void
bmc_show_float(bmc_buf_t *b, const char *key, float value)
{
    if (isfinite(value)) {
        bmc_buf_printf(b, "%s%.7g", key, (double) value);
    }
}


void
bmc_show_bool(bmc_buf_t *b, const char *key, bool value)
{
    bmc_buf_adds(b, key);
    bmc_buf_adds(b, value ? "true" : "false");
}


void
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

void
bmc_show_word(bmc_buf_t *b, const char *key, const char *s)
{
    bmc_buf_adds(b, key);
    bmc_buf_addc(b, '"');
    bmc_buf_adds(b, s);
    bmc_buf_addc(b, '"');
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
