
/*
 * Copyright (C) the bmcgate authors
 */


#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"


static int64_t
clock_read(clockid_t id)
{
    struct timespec  ts;

    if (clock_gettime(id, &ts) != 0) {
        return 0;
    }

    return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


int64_t
bmc_now(void)
{
    return clock_read(CLOCK_BOOTTIME);
}


int64_t
bmc_wall(void)
{
    return clock_read(CLOCK_REALTIME);
}


const char *
bmc_wall_text(int64_t ms, char text[32])
{
    time_t     sec;
    int64_t    rest;
    struct tm  tm;

    rest = ms % 1000;
    sec = (time_t) (ms / 1000);

    if (rest < 0) {
        rest += 1000;
        sec--;
    }

    if (gmtime_r(&sec, &tm) == NULL || tm.tm_year > 9999 - 1900
        || tm.tm_year < -1900)
    {
        snprintf(text, 32, "%s", "-");
        return text;
    }

    snprintf(text, 32, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
             (unsigned) (tm.tm_year + 1900) % 10000,
             (unsigned) (tm.tm_mon + 1) % 100, (unsigned) tm.tm_mday % 100,
             (unsigned) tm.tm_hour % 100, (unsigned) tm.tm_min % 100,
             (unsigned) tm.tm_sec % 100, (unsigned) rest % 1000);

    return text;
}


int64_t
bmc_duration_parse(const char *s)
{
    size_t   i;
    int64_t  n;

    static const struct {
        const char  *unit;
        int64_t      ms;
    } units[] = {
        { "", 1000 },
        { "ms", 1 },
        { "s", 1000 },
        { "m", 60 * 1000 },
        { "h", 3600 * 1000 },
        { "d", 24 * 3600 * 1000 }
    };

    if (*s < '0' || *s > '9') {
        return -1;
    }

    for (n = 0; *s >= '0' && *s <= '9'; s++) {
        if (n > (INT64_MAX - 9) / 10) {
            return -1;
        }

        n = n * 10 + (*s - '0');
    }

    for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(s, units[i].unit) == 0) {
            return (n > INT64_MAX / units[i].ms) ? -1 : n * units[i].ms;
        }
    }

    return -1;
}


const char *
bmc_duration_text(int64_t ms, char text[32])
{
    if (ms < 0) {
        ms = 0;
    }

    if (ms < 10 * 1000) {
        snprintf(text, 32, "%" PRId64 ".%" PRId64 "s", ms / 1000,
                 ms % 1000 / 100);

    } else if (ms < 2 * 60 * 1000) {
        snprintf(text, 32, "%" PRId64 "s", ms / 1000);

    } else if (ms < 2 * 3600 * 1000) {
        snprintf(text, 32, "%" PRId64 "m", ms / (60 * 1000));

    } else if (ms < 2 * 24 * 3600 * 1000) {
        snprintf(text, 32, "%" PRId64 "h", ms / (3600 * 1000));

    } else {
        snprintf(text, 32, "%" PRId64 "d", ms / (24 * 3600 * 1000));
    }

    return text;
}
