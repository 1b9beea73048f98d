
/*
 * Copyright (C) the bmcgate authors
 *
 * A reading's bytes to what they mean: IPMI 2.0, 35.14 and 36.3.
 */


#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/driver.h"
#include "drivers/ipmi/events.h"
#include "drivers/ipmi/sdr.h"


#define CONVERT_THRESHOLD    0x01    /* event/reading type */

#define CONVERT_CELSIUS      1       /* units */
#define CONVERT_FAHRENHEIT   2
#define CONVERT_KELVIN       3

#define CONVERT_SCANNING     0x40    /* byte 2 of a reading */
#define CONVERT_UNAVAILABLE  0x20


static const uint8_t  convert_order[BMC_THRESHOLDS] = {
    [BMC_LOW_FATAL] = BMC_IPMI_LNR,
    [BMC_LOW_CRITICAL] = BMC_IPMI_LCR,
    [BMC_LOW_WARNING] = BMC_IPMI_LNC,
    [BMC_HIGH_WARNING] = BMC_IPMI_UNC,
    [BMC_HIGH_CRITICAL] = BMC_IPMI_UCR,
    [BMC_HIGH_FATAL] = BMC_IPMI_UNR
};


bool
bmc_ipmi_sensor_analog(const bmc_ipmi_sensor_t *s)
{
    return s->units[0] >> 6 != 3;
}


bool
bmc_ipmi_sensor_threshold(const bmc_ipmi_sensor_t *s)
{
    return s->event == CONVERT_THRESHOLD;
}


/* unsigned, ones' complement, two's complement */

static int
convert_raw(const bmc_ipmi_sensor_t *s, uint8_t raw)
{
    if (s->units[0] >> 6 == 0 || raw < 0x80) {
        return raw;
    }

    return s->units[0] >> 6 == 1 ? -(int) (uint8_t) ~raw : (int) raw - 256;
}


static double
convert_linear(unsigned function, double x)
{
    switch (function) {

    case 1:
        return log(x);

    case 2:
        return log10(x);

    case 3:
        return log2(x);

    case 4:
        return exp(x);

    case 5:
        return pow(10, x);

    case 6:
        return exp2(x);

    case 7:
        return 1 / x;

    case 8:
        return x * x;

    case 9:
        return x * x * x;

    case 10:
        return sqrt(x);

    case 11:
        return cbrt(x);
    }

    return x;
}


/* a rate, a modifier or a percentage makes another unit of it */

static uint8_t
convert_unit(const bmc_ipmi_sensor_t *s)
{
    return s->units[0] & 0x3f ? 0 : s->units[1];
}


double
bmc_ipmi_sensor_value(const bmc_ipmi_sensor_t *s, uint8_t raw)
{
    double  x;

    if (!bmc_ipmi_sensor_analog(s)) {
        return NAN;
    }

    x = s->m * (double) convert_raw(s, raw) + s->b * pow(10, s->b_exp);
    x = convert_linear(s->linear, x * pow(10, s->r_exp));

    if (convert_unit(s) == CONVERT_FAHRENHEIT) {
        x = (x - 32) / 1.8;

    } else if (convert_unit(s) == CONVERT_KELVIN) {
        x -= 273.15;
    }

    return isfinite(x) ? x : NAN;
}


bmc_unit_kind_t
bmc_ipmi_sensor_unit(const bmc_ipmi_sensor_t *s)
{
    if (!bmc_ipmi_sensor_analog(s)) {
        return BMC_UNIT_NONE;
    }

    if (s->units[0] & 0x01) {
        return BMC_UNIT_PERCENT;
    }

    switch (convert_unit(s)) {

    case CONVERT_CELSIUS:
    case CONVERT_FAHRENHEIT:
    case CONVERT_KELVIN:
        return BMC_UNIT_CELSIUS;

    case 4:
        return BMC_UNIT_VOLTS;

    case 5:
        return BMC_UNIT_AMPERES;

    case 6:
        return BMC_UNIT_WATTS;

    case 7:
        return BMC_UNIT_JOULES;

    case 17:
        return BMC_UNIT_CFM;

    case 18:
        return BMC_UNIT_RPM;

    case 19:
        return BMC_UNIT_HERTZ;
    }

    return BMC_UNIT_OTHER;
}


/* what only a double can hold is no temperature */

static float
convert_float(const bmc_ipmi_sensor_t *s, uint8_t raw)
{
    double  x;

    x = bmc_ipmi_sensor_value(s, raw);

    return fabs(x) <= (double) FLT_MAX ? (float) x : NAN;
}


void
bmc_ipmi_sensor_silent(const bmc_ipmi_sensor_t *s, bmc_sensor_t *out)
{
    size_t   i;
    uint8_t  at;

    memset(out, 0, sizeof(bmc_sensor_t));

    (void) snprintf(out->name, sizeof(out->name), "%s", s->name);
    out->value = NAN;
    out->unit = (uint8_t) bmc_ipmi_sensor_unit(s);
    out->type = s->type;
    out->event = s->event;
    out->number = s->number;
    out->state = BMC_SENSOR_UNKNOWN;

    for (i = 0; i < BMC_THRESHOLDS; i++) {
        at = convert_order[i];
        out->threshold[i] = NAN;

        if (s->told & 1u << at) {
            out->threshold[i] = convert_float(s, s->threshold[at]);
        }
    }
}


static bmc_sensor_state_t
convert_told(uint8_t bits)
{
    if (bits & (1u << BMC_IPMI_LNR | 1u << BMC_IPMI_UNR)) {
        return BMC_SENSOR_FATAL;
    }

    if (bits & (1u << BMC_IPMI_LCR | 1u << BMC_IPMI_UCR)) {
        return BMC_SENSOR_CRITICAL;
    }

    if (bits & (1u << BMC_IPMI_LNC | 1u << BMC_IPMI_UNC)) {
        return BMC_SENSOR_WARNING;
    }

    return BMC_SENSOR_OK;
}


static bmc_sensor_state_t
convert_discrete(const bmc_sensor_t *s)
{
    unsigned      i;
    bmc_health_t  worst, health;

    worst = BMC_HEALTH_OK;

    for (i = 0; i < 15; i++) {
        if (s->discrete & 1u << i) {
            (void) bmc_ipmi_event_text(s->type, s->event, (uint8_t) i,
                &health);
            worst = health > worst ? health : worst;
        }
    }

    if (worst == BMC_HEALTH_CRITICAL) {
        return BMC_SENSOR_CRITICAL;
    }

    return worst == BMC_HEALTH_WARNING ? BMC_SENSOR_WARNING : BMC_SENSOR_OK;
}


bool
bmc_ipmi_sensor_read(const bmc_ipmi_sensor_t *s, const uint8_t *data,
    size_t len, bmc_sensor_t *out)
{
    bmc_ipmi_sensor_silent(s, out);

    if (len < 2) {
        return false;
    }

    if ((data[1] & CONVERT_UNAVAILABLE) || !(data[1] & CONVERT_SCANNING)) {
        return true;
    }

    out->value = convert_float(s, data[0]);

    if (bmc_ipmi_sensor_threshold(s)) {
        out->state = (uint8_t) (len > 2 ? convert_told(data[2])
                                : bmc_sensor_compared(out->threshold,
                                                      out->value));
        return true;
    }

    if (len > 2) {
        out->discrete = data[2];
    }

    if (len > 3) {
        out->discrete |= (uint16_t) ((data[3] & 0x7f) << 8);
    }

    out->state = (uint8_t) convert_discrete(out);

    return true;
}
