
/*
 * Copyright (C) the bmcgate authors
 *
 * Events: IPMI 2.0, tables 42-1 to 42-3, and the records of the system event
 * log.  Pure functions.
 */


#ifndef _BMC_IPMI_EVENTS_H_INCLUDED_
#define _BMC_IPMI_EVENTS_H_INCLUDED_


#include "drivers/ipmi/sdr.h"


#define BMC_IPMI_SEL_RECORD  16


typedef struct {
    uint16_t      id;
    uint32_t      time;          /* seconds since 1970; 0: clock was unset */
    bool          system;        /* an event of a sensor; not OEM's own */
    bool          deasserted;
    uint8_t       generator;
    uint8_t       lun;
    uint8_t       sensor_type;
    uint8_t       sensor;
    uint8_t       event;         /* event/reading type */
    uint8_t       data[3];
    bmc_health_t  severity;
    char          message[160];
} bmc_ipmi_event_t;


/* "Temperature"; NULL: no standard type */

const char *bmc_ipmi_type_text(uint8_t type);

/* NULL: neither the type nor the sensor has such a state */

const char *bmc_ipmi_event_text(uint8_t type, uint8_t event, uint8_t offset,
    bmc_health_t *severity);

/* offset and event data 2 of system firmware; NULL: unspecified */

const char *bmc_ipmi_firmware_text(uint8_t offset, uint8_t code);

/* adds what data 2 and 3 of a sensor-specific event mean to its message */

void bmc_ipmi_sel_data(bmc_ipmi_event_t *e);

/* sensor, if not NULL, is what readings are converted with */

bool bmc_ipmi_sel_decode(const uint8_t *record, size_t len,
    bmc_ipmi_event_t *e);
void bmc_ipmi_sel_text(bmc_ipmi_event_t *e, const bmc_ipmi_sensor_t *sensor,
    const uint8_t record[BMC_IPMI_SEL_RECORD]);


#endif /* _BMC_IPMI_EVENTS_H_INCLUDED_ */
