
/*
 * Copyright (C) the bmcgate authors
 *
 * Records of the system event log: IPMI 2.0, chapter 32.
 */


#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/ipmi/events.h"


#define SEL_SYSTEM      0x02         /* record types */
#define SEL_OEM_TIMED   0xc0
#define SEL_OEM         0xe0

#define SEL_THRESHOLD   0x01         /* event/reading types */
#define SEL_SPECIFIC    0x6f

#define SEL_FIRMWARE    0x0f         /* sensor type */

/* before that, a clock counts seconds since the BMC started */

#define SEL_TIME_FIRST  0x20000000
#define SEL_TIME_NONE   0xffffffff


static uint32_t
sel_time(const uint8_t *p)
{
    uint32_t  t;

    t = (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16
        | (uint32_t) p[3] << 24;

    return t > SEL_TIME_FIRST && t != SEL_TIME_NONE ? t : 0;
}


bool
bmc_ipmi_sel_decode(const uint8_t *record, size_t len, bmc_ipmi_event_t *e)
{
    const uint8_t  *r;

    memset(e, 0, sizeof(bmc_ipmi_event_t));
    e->severity = BMC_HEALTH_OK;

    if (len < BMC_IPMI_SEL_RECORD) {
        return false;
    }

    r = record;
    e->id = (uint16_t) (r[0] | r[1] << 8);

    if (r[2] < SEL_OEM) {
        e->time = sel_time(r + 3);
    }

    if (r[2] >= SEL_OEM_TIMED) {
        return true;
    }

    /* some BMCs write events with a type of their own below 0xc0 */

    e->system = r[2] == SEL_SYSTEM;

    if (e->system) {
        e->generator = r[7];
        e->lun = r[8] & 0x03;
        e->sensor_type = r[10];
        e->sensor = r[11];
        e->event = r[12] & 0x7f;
        e->deasserted = (r[12] & 0x80) != 0;
        memcpy(e->data, r + 13, 3);
    }

    return true;
}


static void
sel_add(bmc_ipmi_event_t *e, const char *text)
{
    size_t  len;

    len = strlen(e->message);
    (void) snprintf(e->message + len, sizeof(e->message) - len, "%s", text);
}


static void
sel_oem(bmc_ipmi_event_t *e, const uint8_t *r)
{
    char      hex[4];
    size_t    i;
    unsigned  maker;

    i = 3;

    if (r[2] >= SEL_OEM_TIMED && r[2] < SEL_OEM) {
        maker = r[7] | (unsigned) r[8] << 8 | (unsigned) r[9] << 16;
        (void) snprintf(e->message, sizeof(e->message),
            "OEM record %02x of manufacturer %06x:", r[2], maker);
        i = 10;

    } else {
        (void) snprintf(e->message, sizeof(e->message), "%s record %02x:",
            r[2] >= SEL_OEM ? "OEM" : "unknown", r[2]);
    }

    for ( /* void */ ; i < BMC_IPMI_SEL_RECORD; i++) {
        (void) snprintf(hex, sizeof(hex), " %02x", r[i]);
        sel_add(e, hex);
    }
}


/* bits 7:6 and 5:4 of data 1 say what data 2 and 3 are */

static void
sel_readings(bmc_ipmi_event_t *e, const bmc_ipmi_sensor_t *s)
{
    char         text[96];
    double       reading, threshold;
    const char  *unit;

    if (s == NULL || !bmc_ipmi_sensor_analog(s)
        || (e->data[0] & 0xc0) != 0x40)
    {
        return;
    }

    unit = bmc_unit_name(bmc_ipmi_sensor_unit(s));
    reading = bmc_ipmi_sensor_value(s, e->data[1]);
    threshold = bmc_ipmi_sensor_value(s, e->data[2]);

    if (!isfinite(reading)) {
        return;
    }

    if ((e->data[0] & 0x30) == 0x10 && isfinite(threshold)) {
        (void) snprintf(text, sizeof(text),
            ", reading %.6g, threshold %.6g%s%s", reading, threshold,
            unit[0] == '\0' ? "" : " ", unit);

    } else {
        (void) snprintf(text, sizeof(text), ", reading %.6g%s%s", reading,
            unit[0] == '\0' ? "" : " ", unit);
    }

    sel_add(e, text);
}


static void
sel_firmware(bmc_ipmi_event_t *e)
{
    const char  *text;

    text = bmc_ipmi_firmware_text(e->data[0] & 0x0f, e->data[1]);

    if ((e->data[0] & 0xc0) == 0xc0 && text != NULL) {
        sel_add(e, ", ");
        sel_add(e, text);
    }
}


void
bmc_ipmi_sel_text(bmc_ipmi_event_t *e, const bmc_ipmi_sensor_t *sensor,
    const uint8_t record[BMC_IPMI_SEL_RECORD])
{
    const char  *text;

    if (!e->system) {
        sel_oem(e, record);
        return;
    }

    text = bmc_ipmi_event_text(e->sensor_type, e->event, e->data[0] & 0x0f,
        &e->severity);

    if (text != NULL) {
        sel_add(e, text);

    } else {
        (void) snprintf(e->message, sizeof(e->message),
            "event %02x of type %02x, data %02x %02x %02x",
            e->data[0] & 0x0f, e->event, e->data[0], e->data[1], e->data[2]);
    }

    if (e->event == SEL_THRESHOLD) {
        sel_readings(e, sensor);

    } else if (e->event == SEL_SPECIFIC && e->sensor_type == SEL_FIRMWARE) {
        sel_firmware(e);

    } else if (e->event == SEL_SPECIFIC && text != NULL) {
        bmc_ipmi_sel_data(e);
    }

    /* what is over is no alarm any more */

    if (e->deasserted) {
        e->severity = BMC_HEALTH_OK;
        sel_add(e, ", deasserted");
    }
}
