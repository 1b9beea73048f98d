
/*
 * Copyright (C) the bmcgate authors
 *
 * What event data 2 and 3 of sensor-specific events mean: IPMI 2.0, table
 * 42-3.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/ipmi/events.h"


#define DATA_ANY      0xffff         /* offset */

#define DATA_OEM      2              /* what a data byte is, by data 1 */
#define DATA_SPECIAL  3


typedef struct {
    uint16_t             offsets;    /* a bit each */
    uint8_t              type;       /* of the sensor */
    uint8_t              byte;       /* 2 or 3 */
    uint8_t              shift;
    uint8_t              mask;
    const char *const   *text;
    size_t               ntexts;
    const char          *before;     /* a number, in place of texts */
    const char          *after;
} data_t;


static const char *const  data_supply[] = {
    "vendor mismatch", "revision mismatch", "processor missing",
    "power supply rating mismatch", "voltage rating mismatch"
};


static const char *const  data_sync[] = {
    "first of a pair", "second of a pair"
};


static const char *const  data_restart[] = {
    NULL, "by a chassis control command", "by the reset button",
    "by the power button", "by a watchdog", "by OEM's decision",
    "powered up as always", "powered up as it was before", "by PEF",
    "power cycle by PEF", "soft reset", "by the real-time clock"
};


static const char *const  data_slot[] = {
    "PCI", "drive array", "external peripheral connector", "docking",
    "other standard internal expansion slot", "slot of the sensor's entity",
    "AdvancedTCA", "memory", "fan", "PCI Express", "SCSI", "SATA or SAS",
    "USB"
};


static const char *const  data_watchdog[] = {
    NULL, "BIOS FRB2", "BIOS/POST", "OS load", "SMS/OS", "OEM"
};


static const char *const  data_version[] = {
    NULL, "management controller device id",
    "management controller firmware revision",
    "management controller device revision",
    "management controller manufacturer id",
    "management controller IPMI version",
    "management controller auxiliary firmware id",
    "management controller boot block", "other management controller",
    "BIOS/EFI", "SMBIOS", "operating system", "operating system loader",
    "service partition or diagnostics", "management software agent",
    "management software application", "management software middleware",
    "programmable hardware", "board or FRU module",
    "board or FRU component", "board or FRU replaced, equivalent version",
    "board or FRU replaced, newer version",
    "board or FRU replaced, older version",
    "board or FRU hardware configuration"
};


static const char *const  data_fru[] = {
    "normal state change", "commanded by software",
    "operator changed a handle latch", "operator pressed the button",
    "by the FRU itself", "communication lost",
    "communication lost by local failure", "unexpected extraction",
    "operator intervention", "IPMB address unknown",
    "unexpected deactivation"
};


#define data_texts(table)                                                    \
    table, sizeof(table) / sizeof(table[0]), NULL, NULL
#define data_number(before, after)  NULL, 0, before, after


static const data_t  data_known[] = {

    /* offsets, type, byte, shift, mask */

    { 1u << 4, 0x05, 2, 0, 0xff, data_number("network controller ", "") },
    { 1u << 6, 0x08, 3, 0, 0x0f, data_texts(data_supply) },
    { DATA_ANY, 0x0c, 3, 0, 0xff, data_number("memory module ", "") },
    { 1u << 0, 0x10, 2, 0, 0xff, data_number("memory module ", "") },
    { 1u << 5, 0x10, 3, 0, 0xff, data_number("", " % full") },
    { 1u << 5, 0x12, 2, 7, 0x01, data_texts(data_sync) },
    { 1u << 7, 0x1d, 2, 0, 0x0f, data_texts(data_restart) },
    { DATA_ANY, 0x21, 2, 0, 0x7f, data_texts(data_slot) },
    { DATA_ANY, 0x21, 3, 0, 0xff, data_number("slot ", "") },
    { DATA_ANY, 0x23, 2, 0, 0x0f, data_texts(data_watchdog) },
    { DATA_ANY, 0x2b, 2, 0, 0xff, data_texts(data_version) },
    { DATA_ANY, 0x2c, 2, 4, 0x0f, data_texts(data_fru) }
};


static void
data_add(bmc_ipmi_event_t *e, const char *text)
{
    size_t  len;

    len = strlen(e->message);
    (void) snprintf(e->message + len, sizeof(e->message) - len, ", %s",
        text);
}


static void
data_tell(bmc_ipmi_event_t *e, const data_t *d)
{
    char     text[40];
    uint8_t  value;

    value = e->data[d->byte - 1] >> d->shift & d->mask;

    if (d->before != NULL) {
        (void) snprintf(text, sizeof(text), "%s%u%s", d->before, value,
            d->after);
        data_add(e, text);

    } else if (value < d->ntexts && d->text[value] != NULL) {
        data_add(e, d->text[value]);
    }
}


static unsigned
data_kind(const bmc_ipmi_event_t *e, unsigned byte)
{
    return e->data[0] >> (byte == 2 ? 6 : 4) & 0x03;
}


void
bmc_ipmi_sel_data(bmc_ipmi_event_t *e)
{
    char           text[24];
    size_t         i;
    unsigned       byte;
    const data_t  *d;

    for (i = 0; i < sizeof(data_known) / sizeof(data_known[0]); i++) {
        d = &data_known[i];

        if (d->type == e->sensor_type
            && (d->offsets & 1u << (e->data[0] & 0x0f))
            && data_kind(e, d->byte) == DATA_SPECIAL)
        {
            data_tell(e, d);
        }
    }

    for (byte = 2; byte <= 3; byte++) {
        if (data_kind(e, byte) == DATA_OEM) {
            (void) snprintf(text, sizeof(text), "OEM data %u is 0x%02x",
                byte, e->data[byte - 1]);
            data_add(e, text);
        }
    }
}
