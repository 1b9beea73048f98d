
/*
 * Copyright (C) the bmcgate authors
 *
 * Words of the schema, as ours.
 */


#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "drivers/redfish/reads.h"


/* clocks of BMCs that nobody set run from 1970, and SELs count from boot */

#define SAID_UNSET  0x20000000


bool
bmc_rf_is(const json_t *object, const char *key, const char *value)
{
    const char  *text;

    text = bmc_rf_text(object, key);

    return text != NULL && strcasecmp(text, value) == 0;
}


bool
bmc_rf_state_is(const json_t *object, const char *state)
{
    return bmc_rf_is(bmc_rf_object(object, "Status"), "State", state);
}


bmc_health_t
bmc_rf_health(const json_t *object)
{
    const json_t  *status;

    status = bmc_rf_object(object, "Status");

    if (bmc_rf_is(status, "Health", "OK")) {
        return BMC_HEALTH_OK;
    }

    if (bmc_rf_is(status, "Health", "Warning")) {
        return BMC_HEALTH_WARNING;
    }

    return bmc_rf_is(status, "Health", "Critical") ? BMC_HEALTH_CRITICAL
                                                   : BMC_HEALTH_UNKNOWN;
}


bool
bmc_rf_usable(double x)
{
    return isfinite(x) && fabs(x) <= (double) FLT_MAX;
}


void
bmc_rf_cut(char *out, size_t size, const char *text)
{
    size_t         i, len;
    unsigned char  c;

    len = strnlen(text, size);

    if (len >= size) {
        len = size - 1;

        while (len > 0 && ((unsigned char) text[len] & 0xc0) == 0x80) {
            len--;
        }
    }

    for (i = 0; i < len; i++) {
        c = (unsigned char) text[i];
        out[i] = c < 0x20 || c == 0x7f ? ' ' : text[i];
    }

    while (len > 0 && out[len - 1] == ' ') {
        len--;
    }

    out[len] = '\0';
}


void
bmc_rf_put_number(json_t *object, const char *key, double value)
{
    if (!bmc_rf_usable(value)) {
        return;
    }

    if (value == floor(value) && fabs(value) < 9007199254740992.0) {
        (void) json_object_set_new(object, key,
            json_integer((json_int_t) value));
        return;
    }

    (void) json_object_set_new(object, key, json_real(value));
}


void
bmc_rf_put_part(json_t *object, const char *key, json_t *part)
{
    if (json_object_size(part) == 0 && json_array_size(part) == 0) {
        json_decref(part);
        return;
    }

    (void) json_object_set_new(object, key, part);
}


/* a digit's value, 16: it is none */

static unsigned
said_digit(char c)
{
    const char  *p;

    static const char  digits[] = "0123456789abcdef";

    p = c == '\0' ? NULL : strchr(digits, c | 0x20);

    return p == NULL ? 16 : (unsigned) (p - digits);
}


bool
bmc_rf_mac(const char *text, char mac[20])
{
    unsigned  i, any, high, low;

    any = 0;

    for (i = 0; text != NULL && i < 6; i++, text += i < 6 ? 3 : 2) {
        high = said_digit(text[0]);
        low = high > 15 ? 16 : said_digit(text[1]);

        if (low > 15 || (i < 5 && text[2] != ':' && text[2] != '-')) {
            return false;
        }

        (void) snprintf(mac + 3 * i, 4, i < 5 ? "%x%x:" : "%x%x", high, low);
        any |= high | low;
    }

    return any != 0 && *text == '\0';
}


/* of the civil calendar, since 1970-01-01 */

static int64_t
said_days(int year, int month, int day)
{
    int64_t  era, of_era, of_year;

    year -= month <= 2;
    era = year / 400;
    of_era = year - era * 400;
    of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
           - 719468;
}


/* "Z", "+01:00", "-0600"; nothing is taken as Z */

static bool
said_offset(const char *p, int *seconds)
{
    int   used;
    char  sign;
    int   hours, minutes;

    *seconds = 0;

    if (*p == '\0' || ((*p == 'Z' || *p == 'z') && p[1] == '\0')) {
        return true;
    }

    sign = *p++;

    if (sign != '+' && sign != '-') {
        return false;
    }

    used = 0;

    if ((sscanf(p, "%2d:%2d%n", &hours, &minutes, &used) != 2
         && sscanf(p, "%2d%2d%n", &hours, &minutes, &used) != 2)
        || p[used] != '\0' || hours < 0 || hours > 23 || minutes < 0
        || minutes > 59)
    {
        return false;
    }

    *seconds = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);

    return true;
}


bool
bmc_rf_time(const char *text, int64_t *seconds)
{
    int          y, m, d, h, min, s, used, offset;
    const char  *p;

    if (text == NULL) {
        return false;
    }

    used = 0;

    if (sscanf(text, "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &y, &m, &d, &h,
               &min, &s, &used) != 6
        || used == 0 || y < 1970 || m < 1 || m > 12 || d < 1 || d > 31
        || h < 0 || h > 24 || min < 0 || min > 59 || s < 0 || s > 60)
    {
        return false;
    }

    p = text + used;

    if (*p == '.' || *p == ',') {
        p += 1 + strspn(p + 1, "0123456789");
    }

    if (!said_offset(p, &offset)) {
        return false;
    }

    *seconds = said_days(y, m, d) * 86400 + h * 3600 + min * 60 + s - offset;

    return *seconds >= SAID_UNSET;
}
