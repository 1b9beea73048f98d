
/*
 * Copyright (C) the bmcgate authors
 *
 * Any JSON as each of the resources that the reading verbs look at.  Names
 * end, numbers are finite or NaN, and what is told can be written as JSON.
 */


#include <math.h>

#include "fuzz_bytes.h"

#include "drivers/redfish/reads.h"


#define ROOM  8


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
check_sensor(const bmc_sensor_t *s)
{
    size_t  i;

    bytes_text(s->name, sizeof(s->name));

    if (s->name[0] == '\0' || isinf(s->value)
        || s->state > BMC_SENSOR_FATAL || s->unit > BMC_UNIT_OTHER)
    {
        abort();
    }

    for (i = 0; i < BMC_THRESHOLDS; i++) {
        if (isinf(s->threshold[i])) {
            abort();
        }
    }
}


static void
check_sensors(const bmc_sensor_t *s, size_t n)
{
    size_t  i;

    if (n > ROOM) {
        abort();
    }

    for (i = 0; i < n; i++) {
        check_sensor(&s[i]);
    }
}


/* takes json */

static void
check_json(json_t *json)
{
    char  *text;

    if (json == NULL) {
        return;
    }

    text = json_dumps(json, JSON_ENCODE_ANY);

    if (text == NULL) {
        abort();
    }

    free(text);
    json_decref(json);
}


static void
as_sensors(const json_t *json)
{
    bmc_sensor_t  s[ROOM];

    check_sensors(s, bmc_rf_sensor(json, s));
    check_sensors(s, bmc_rf_fan(json, s));
    check_sensors(s, bmc_rf_supply(json, s));
    check_sensors(s, bmc_rf_thermal_metrics(json, s, ROOM));
    check_sensors(s, bmc_rf_supply_metrics(json, "PSU", s, ROOM));
    check_sensors(s, bmc_rf_environment(json, s, ROOM));
    check_sensors(s, bmc_rf_legacy_thermal(json, s, ROOM));
    check_sensors(s, bmc_rf_legacy_power(json, s, ROOM));
}


static void
as_parts(const json_t *json)
{
    char     uuid[40];
    json_t  *o;

    check_json(bmc_rf_psu(json));
    check_json(bmc_rf_part(json, BMC_RF_PROCESSOR));
    check_json(bmc_rf_part(json, BMC_RF_MEMORY));
    check_json(bmc_rf_part(json, BMC_RF_DRIVE));
    check_json(bmc_rf_board(json));
    check_json(bmc_rf_box(json));

    if (!bmc_rf_uuid(bmc_rf_text(json, "UUID"), true, uuid)) {
        uuid[0] = '\0';
    }

    check_json(bmc_rf_machine(json, uuid));

    o = json_object();
    bmc_rf_summaries(json, o);
    check_json(o);
}


static void
as_interface(const json_t *json)
{
    bmc_list_t   ours;
    const char  *address;

    address = "10.0.0.7";
    ours.word = &address;
    ours.count = 1;

    (void) bmc_rf_ethernet_rank(json, &ours);
    check_json(bmc_rf_ethernet(json, &ours));
}


static void
as_log(const json_t *json)
{
    char             path[64];
    size_t           i, n;
    const char      *next;
    const json_t    *members;
    bmc_rf_entry_t   entry[ROOM];

    (void) bmc_rf_log_is(json);
    next = bmc_rf_text(json, "Members@odata.nextLink");

    if (next != NULL) {
        (void) bmc_rf_log_skip(next, 5000, path, sizeof(path));
    }

    members = bmc_rf_array(json, "Members");

    for (i = 0, n = 0; i < json_array_size(members) && n < ROOM; i++) {
        n += bmc_rf_entry(json_array_get(members, i), &entry[n]);
    }

    bmc_rf_log_order(entry, n);
    check_json(bmc_rf_log_merge(entry, n));

    for (i = 0; i < n; i++) {
        json_decref(entry[i].json);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    double   watts;
    json_t  *json;

    json = json_loadb((const char *) data, size,
        JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

    as_sensors(json);
    as_parts(json);
    as_interface(json);
    as_log(json);
    check_json(bmc_rf_power_control(json, &watts));
    (void) bmc_rf_watts(json, &watts);

    json_decref(json);

    return 0;
}
