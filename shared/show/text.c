
/*
 * Copyright (C) the bmcgate authors
 *
 * Values as JSON text: tens of thousands of them in one answer.
 */


#include <string.h>

#include "base/clock.h"
#include "show/pen.h"
#include "show/show.h"


#define TEXT_DAY  86400000           /* ms */


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
bmc_show_seconds(bmc_buf_t *b, const char *key, int64_t ms)
{
    char  text[BMC_PEN_NUMBER + 2];

    bmc_buf_adds(b, key);
    bmc_buf_add(b, text, (size_t) (bmc_pen_seconds(text, ms) - text));
}


/*
 * Days since 1970 to a date of the proleptic Gregorian calendar, by eras of
 * 400 years that begin in March: gmtime_r() takes a lock.
 */

static void
text_date(char *p, uint32_t days)
{
    uint32_t  era, day, year, month;

    days += 719468;
    era = days / 146097;
    day = days % 146097;
    year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;
    year += era * 400 + (month >= 10);

    p = bmc_pen_two(p, year / 100);
    p = bmc_pen_two(p, year % 100);
    p = BMC_PEN(p, "-");
    p = bmc_pen_two(p, month < 10 ? month + 3 : month - 9);
    p = BMC_PEN(p, "-");
    (void) bmc_pen_two(p, day + 1);
}


char *
bmc_pen_wall(char *p, const char *key, bmc_show_day_t *day, int64_t ms)
{
    uint32_t  of_day, days;

    if (ms <= 0 || ms / TEXT_DAY > 2932896) {
        return p;
    }

    days = (uint32_t) (ms / TEXT_DAY);
    of_day = (uint32_t) (ms % TEXT_DAY);

    if (days != day->days || days == 0) {
        text_date(day->date, days);
        day->days = days;
    }

    p = bmc_pen_word(p, key);
    p = BMC_PEN(p, "\"");
    p = bmc_pen(p, day->date, sizeof(day->date));
    p = BMC_PEN(p, "T");
    p = bmc_pen_two(p, of_day / 3600000);
    p = BMC_PEN(p, ":");
    p = bmc_pen_two(p, of_day / 60000 % 60);
    p = BMC_PEN(p, ":");
    p = bmc_pen_two(p, of_day / 1000 % 60);
    p = BMC_PEN(p, ".");
    p = bmc_pen_digit(p, of_day % 1000 / 100);
    p = bmc_pen_two(p, of_day % 100);

    return BMC_PEN(p, "Z\"");
}


void
bmc_show_wall(bmc_buf_t *b, const char *key, int64_t ms)
{
    char            text[BMC_PEN_WALL], *end;
    bmc_show_day_t  day;

    day.days = 0;
    end = bmc_pen_wall(text, "", &day, ms);

    if (end > text) {
        bmc_buf_adds(b, key);
        bmc_buf_add(b, text, (size_t) (end - text));
    }
}


char *
bmc_pen_json(char *p, const char *s, size_t n)
{
    size_t     i;
    bmc_buf_t  b;

    for (i = 0; n - i >= 8 && bmc_json_plain(s + i) == 8; i += 8) {
        memcpy(p + 1 + i, s + i, 8);
    }

    if (n - i < 8 && n >= 8 && bmc_json_plain(s + n - 8) == 8) {
        memcpy(p + 1 + n - 8, s + n - 8, 8);
        *p = '"';

        return BMC_PEN(p + 1 + n, "\"");
    }

    bmc_buf_fix(&b, p, BMC_PEN_JSON(n));
    bmc_buf_json(&b, s, n);

    return p + b.len;
}


char *
bmc_pen_field(char *p, const char *s, size_t max)
{
    size_t  i, n;

    for (i = 0; i < max; i += n) {
        n = bmc_json_plain(s + i);
        memcpy(p + 1 + i, s + i, 8);

        if (n < 8) {
            i += n;
            break;
        }
    }

    if (i < max && s[i] != '\0') {
        return bmc_pen_json(p, s, strnlen(s, max));
    }

    *p = '"';

    return BMC_PEN(p + 1 + i, "\"");
}


void
bmc_show_clock(bmc_show_clock_t *c)
{
    c->now = bmc_now();
    c->wall = bmc_wall();
    c->day.days = 0;
}


void
bmc_show_age(bmc_buf_t *b, const char *key, const bmc_show_clock_t *c,
    int64_t at)
{
    if (at != 0) {
        bmc_show_seconds(b, key, c->now - at);
    }
}
