
/*
 * Copyright (C) the bmcgate authors
 *
 * What the reading verbs share.  Functions that take json_t only are pure:
 * they believe nothing of what they are given.
 */


#ifndef _BMC_REDFISH_READS_H_INCLUDED_
#define _BMC_REDFISH_READS_H_INCLUDED_


#include "drivers/redfish/redfish.h"


#define BMC_RF_CHASSIS_MAX  16       /* of one system */
#define BMC_RF_SUPPLIES     16       /* whose metrics are asked for */
#define BMC_RF_LOG_MAX      1024     /* entries told, the newest */
#define BMC_RF_TEXT_MAX     1024     /* bytes of a message */


/*
 * places.c: the chassis that the system is in, in its order; of a system
 * that names none, the one that was found for it.  job->data begins with
 * these.  job->keep[0] is the system when then() is called.
 */

typedef struct {
    bmc_rf_verb_pt   then;
    size_t           n;
    size_t           at;
    const char      *path[BMC_RF_CHASSIS_MAX];
} bmc_rf_places_t;

bool bmc_rf_data(bmc_rf_job_t *job, size_t size);        /* job->data */
void bmc_rf_places(bmc_rf_job_t *job, bmc_rf_verb_pt then);
const char *bmc_rf_place(bmc_rf_job_t *job);     /* the next; NULL: no more */

/* what job->keep[i] is from now on; NULL: nothing */

void bmc_rf_keep(bmc_rf_job_t *job, size_t i, json_t *json);


/* said.c: words of the schema, as ours */

bmc_health_t bmc_rf_health(const json_t *object);        /* Status.Health */
bool bmc_rf_is(const json_t *object, const char *key, const char *value);
bool bmc_rf_state_is(const json_t *object, const char *state);
bool bmc_rf_usable(double x);                            /* as a float */

/* a copy of at most max bytes that ends where a letter does, no controls */

void bmc_rf_cut(char *out, size_t size, const char *text);

/* an integer where it is one; puts nothing of NaN */

void bmc_rf_put_number(json_t *object, const char *key, double value);

/* object[key] = part, or nothing when there is nothing in it; takes part */

void bmc_rf_put_part(json_t *object, const char *key, json_t *part);

/* lower case, the two separators as ours; false: it is none */

bool bmc_rf_mac(const char *text, char mac[20]);

/* s since 1970; false: no time, or a clock that nobody had set */

bool bmc_rf_time(const char *text, int64_t *seconds);


/* uuid.c: as it is, or with mixed perhaps turned; false: it is none */

bool bmc_rf_uuid(const char *text, bool mixed, char uuid[40]);


/* sensor_data.c: false: the sensor is not there */

bool bmc_rf_sensor(const json_t *json, bmc_sensor_t *out);

/* the named reading, an excerpt of a sensor, as name and key tell it */

bool bmc_rf_excerpt(const json_t *json, const char *name,
    bmc_unit_kind_t unit, bmc_sensor_t *out);
void bmc_rf_sensor_blank(bmc_sensor_t *out, const char *name);

/* what is known but its state: follows from health and thresholds */

void bmc_rf_sensor_state(const json_t *json, bmc_sensor_t *out);
bool bmc_rf_sensor_name(const json_t *json, bmc_sensor_t *out);

/* IPMI's sensor type of what is measured in it; 0: none */

uint8_t bmc_rf_sensor_type(bmc_unit_kind_t unit);


/* subsystem.c: ThermalSubsystem and PowerSubsystem, resource by resource */

bool bmc_rf_fan(const json_t *fan, bmc_sensor_t *out);
size_t bmc_rf_thermal_metrics(const json_t *json, bmc_sensor_t *out,
    size_t room);
bool bmc_rf_supply(const json_t *supply, bmc_sensor_t *out);
size_t bmc_rf_supply_metrics(const json_t *json, const char *name,
    bmc_sensor_t *out, size_t room);
size_t bmc_rf_environment(const json_t *json, bmc_sensor_t *out,
    size_t room);


/* legacy.c: how many were added */

size_t bmc_rf_legacy_thermal(const json_t *thermal, bmc_sensor_t *out,
    size_t room);
size_t bmc_rf_legacy_power(const json_t *power, bmc_sensor_t *out,
    size_t room);


/* reading.c: NULL: no watts in there */

json_t *bmc_rf_power_control(const json_t *power, double *watts);
bool bmc_rf_watts(const json_t *sensor, double *watts);  /* the system's */


/* parts.c */

typedef enum {
    BMC_RF_PROCESSOR,
    BMC_RF_MEMORY,
    BMC_RF_DRIVE
} bmc_rf_part_t;

json_t *bmc_rf_psu(const json_t *supply);                /* NULL: memory */
json_t *bmc_rf_part(const json_t *json, bmc_rf_part_t kind);  /* NULL: none */
json_t *bmc_rf_board(const json_t *assembly);            /* NULL: none */
json_t *bmc_rf_machine(const json_t *system, const char *uuid);
json_t *bmc_rf_box(const json_t *chassis);

/* processors, memory and bios of the system, into json */

void bmc_rf_summaries(const json_t *system, json_t *json);


/* lan.c: how much this interface looks like the BMC's, to the host's words */

unsigned bmc_rf_ethernet_rank(const json_t *eth, const bmc_list_t *address);
json_t *bmc_rf_ethernet(const json_t *eth, const bmc_list_t *address);


/*
 * log_walk.c: each() for every service of a log of events, one that is
 * linked to from several places as often, then then().  job->data begins with
 * these, and job->keep[BMC_RF_LOGS_OWNER] is its own.
 */

#define BMC_RF_LOGS_OWNER  3

typedef struct {
    bmc_rf_told_pt   each;
    bmc_rf_verb_pt   then;
    size_t           owner;          /* system, manager, chassis */
} bmc_rf_logs_t;

void bmc_rf_logs(bmc_rf_job_t *job, bmc_rf_told_pt each,
    bmc_rf_verb_pt then);


/* log_data.c */

typedef struct {
    json_t    *json;
    int64_t    time;                 /* s; 0: none */
    int64_t    order;                /* time, or that of the one before */
    uint64_t   id;                   /* the BMC's; 0: it is no number */
    uint32_t   service;
    uint32_t   at;                   /* in its service, oldest first */
} bmc_rf_entry_t;

bool bmc_rf_log_is(const json_t *service);       /* of events */

/*
 * path with its $skip beyond what is not wanted: where the newest of count
 * entries begin, oldest first; false: it has none, or they are near
 */

bool bmc_rf_log_skip(const char *path, size_t count, char *out, size_t size);
bool bmc_rf_entry(const json_t *json, bmc_rf_entry_t *entry);

/* one service's, as they came: oldest first, and their order */

void bmc_rf_log_order(bmc_rf_entry_t *entry, size_t n);
bool bmc_rf_log_backwards(const bmc_rf_entry_t *entry, size_t n);

/* of all services: by time, with ids; NULL: memory */

void bmc_rf_log_sort(bmc_rf_entry_t *entry, size_t n);
json_t *bmc_rf_log_merge(bmc_rf_entry_t *entry, size_t n);


#endif /* _BMC_REDFISH_READS_H_INCLUDED_ */
