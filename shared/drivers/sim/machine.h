
/*
 * Copyright (C) the bmcgate authors
 *
 * What a simulated machine is made of.  All of it is for whoever holds the
 * machine's lock.
 */


#ifndef _BMC_SIM_MACHINE_H_INCLUDED_
#define _BMC_SIM_MACHINE_H_INCLUDED_


#include <jansson.h>

#include "base/pool.h"
#include "drivers/sim/state.h"


typedef struct {
    int64_t  delay;                  /* until it is on */
    int64_t  shutdown;               /* of the system, when asked */
    int64_t  gap;                    /* of a cycle */
    bool     deaf;                   /* ignores being asked */
} bmc_sim_times_t;


/* machine.c */

void bmc_sim_machine_init(bmc_sim_data_t *d, bool on, int64_t now);
void bmc_sim_machine_mend(bmc_sim_data_t *d);
void bmc_sim_machine_shift(bmc_sim_data_t *d, int64_t shift);
void bmc_sim_settle(bmc_sim_store_t *st, bmc_sim_machine_t *m,
    bmc_sim_data_t *d, int64_t now);

/* NULL, or the BMC's words of refusal */

const char *bmc_sim_power(bmc_sim_store_t *st, bmc_sim_machine_t *m,
    bmc_sim_data_t *d, bmc_verb_t verb, const bmc_sim_times_t *times,
    int64_t now);
void bmc_sim_bmc_reset(bmc_sim_data_t *d, int64_t up_at);

extern const char *const  bmc_sim_boot_names[];

uint8_t bmc_sim_boot_find(const char *name);


/* sensors.c */

bmc_health_t bmc_sim_sensors(const bmc_sim_machine_t *m,
    const bmc_sim_data_t *d, int64_t now, bool hot, bmc_sensor_t *sensors,
    size_t n);
float bmc_sim_watts(const bmc_sim_machine_t *m, const bmc_sim_data_t *d,
    int64_t now);
json_t *bmc_sim_watts_json(const bmc_sim_machine_t *m,
    const bmc_sim_data_t *d, int64_t now);

/* a processor that became too hot, or no longer is, is logged once */

void bmc_sim_heat(bmc_sim_store_t *st, bmc_sim_machine_t *m,
    bmc_sim_data_t *d, int64_t now, bool hot);


/* events.c */

json_t *bmc_sim_log_json(const bmc_sim_room_t *room,
    const bmc_sim_data_t *d);
json_t *bmc_sim_changes_json(const bmc_sim_room_t *room,
    const bmc_sim_data_t *d);

/* what the driver's tests prove things by: sessions, commands, faults */

json_t *bmc_sim_counters_json(bmc_sim_store_t *st, const bmc_sim_data_t *d);


/* fru.c: who a machine is follows from its name */

typedef struct {
    char  serial[16];
    char  uuid[40];
    char  mac[18];
} bmc_sim_fru_t;


#define BMC_SIM_VENDOR    "bmcgate"
#define BMC_SIM_MODEL     "simulated server"
#define BMC_SIM_FIRMWARE  "1.0"

void bmc_sim_fru(const char *name, bmc_sim_fru_t *fru);
json_t *bmc_sim_fru_json(const char *name, const char *mac,
    const char *address);


/* accounts.c: NULL, or the BMC's words of refusal */

typedef struct {
    const char  *name;
    const char  *password;           /* NULL: as it was */
    const char  *role;
    const char  *enabled;
    const char  *id;
} bmc_sim_account_t;


void bmc_sim_users_init(bmc_sim_user_t *user);
json_t *bmc_sim_users_json(const bmc_sim_user_t *user);
const char *bmc_sim_user_set(bmc_sim_room_t *room, bmc_sim_data_t *d,
    const bmc_sim_account_t *a);
const char *bmc_sim_user_delete(bmc_sim_room_t *room, bmc_sim_data_t *d,
    const char *name);

bool bmc_sim_true(const char *word);


/* media.c: likewise */

json_t *bmc_sim_media_json(const bmc_sim_medium_t *media);
const char *bmc_sim_media_insert(bmc_sim_room_t *room, bmc_sim_data_t *d,
    const char *image, const char *device, bool writable);
const char *bmc_sim_media_eject(bmc_sim_room_t *room, bmc_sim_data_t *d,
    const char *device);                         /* NULL: from all */


#endif /* _BMC_SIM_MACHINE_H_INCLUDED_ */
