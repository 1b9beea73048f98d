
/*
 * Copyright (C) the bmcgate authors
 *
 * What the files of verbs share.
 */


#ifndef _BMC_IPMI_VERBS_H_INCLUDED_
#define _BMC_IPMI_VERBS_H_INCLUDED_


#include "drivers/ipmi/events.h"
#include "drivers/ipmi/fru.h"
#include "drivers/ipmi/ipmi.h"
#include "quirks/quirks.h"


#define BMC_IPMI_CHASSIS  0x00       /* network functions */
#define BMC_IPMI_SENSOR   0x04
#define BMC_IPMI_APP      0x06
#define BMC_IPMI_STORAGE  0x0a
#define BMC_IPMI_LAN      0x0c
#define BMC_IPMI_GROUP    0x2c

#define BMC_IPMI_BUSY     0xc0       /* completion codes */
#define BMC_IPMI_INVALID  0xc1
#define BMC_IPMI_TIMEOUT  0xc3
#define BMC_IPMI_LOST     0xc5       /* the reservation */
#define BMC_IPMI_LENGTH   0xc7
#define BMC_IPMI_EXCEEDS  0xc8
#define BMC_IPMI_TOO_MANY 0xca       /* bytes asked for at once */
#define BMC_IPMI_ABSENT   0xcb
#define BMC_IPMI_FIELD    0xcc

#define BMC_IPMI_THIS_CHANNEL  0x0e


typedef struct bmc_ipmi_walk_s  bmc_ipmi_walk_t;


/*
 * The event log as far as it has been read.  Ids have 16 bits, so it is less
 * than 1.2 MB; and what nobody has read for a while is freed.
 */

typedef struct {
    uint16_t  id;                    /* by which it is asked for */
    uint8_t   bytes[BMC_IPMI_SEL_RECORD];
} bmc_ipmi_entry_t;


typedef struct {
    int64_t            at;           /* last read; 0: nothing is kept */
    bmc_ipmi_entry_t  *entry;
    uint32_t           erased;       /* the BMC's stamp of that */
    uint32_t           n;
    uint32_t           room;
} bmc_ipmi_log_t;


/*
 * What the verbs remember of a BMC between calls; a part of the unit's
 * state, zero at first.  A walk that a deadline ended is continued.
 */

typedef struct {
    int64_t             thresholds_at;
    bmc_ipmi_log_t      log;
    bmc_ipmi_sensor_t  *sensor;
    bmc_ipmi_locator_t *locator;
    bmc_ipmi_walk_t    *walk;        /* of the call under way */
    uint32_t            stamp[2];    /* of the repository when it was read */
    uint16_t            records;
    uint16_t            nsensors;
    uint16_t            nlocators;
    uint16_t            next;        /* record to be read */
    uint16_t            walked;
    uint8_t             part;        /* bytes read at once */
    bool                device;      /* device SDRs, there is no repository */
    bool                stamped;
    bool                whole;       /* all records have been read */
    bool                told;        /* who the BMC is, to the core */
    bool                met;         /* … and to us: */
    bool                looked;      /* … at whose machine it is */
    const char         *maker;       /* of the BMC; NULL: nobody known */
    char                firmware[16];
    char                vendor[32];  /* the machine's; "": not known */
    char                model[48];
} bmc_ipmi_kept_t;


/* the unit's, and its end; forgetting nothing is allowed */

bmc_ipmi_kept_t *bmc_ipmi_kept(const bmc_unit_t *unit);
void bmc_ipmi_forget(bmc_ipmi_kept_t *kept);

/* frees a log that was not read for a while; now is bmc_now() */

void bmc_ipmi_log_tidy(bmc_ipmi_kept_t *kept, int64_t now);
void bmc_ipmi_log_forget(bmc_ipmi_kept_t *kept);


/* verbs.c: ends of jobs, and what leads there */

bool bmc_ipmi_room(bmc_ipmi_job_t *job, size_t size);    /* job->data */
void bmc_ipmi_tell(bmc_ipmi_job_t *job, json_t *json);   /* takes json */
void bmc_ipmi_short(bmc_ipmi_job_t *job, const char *what);

/* no error, and at least need bytes; else the job has been ended */

bool bmc_ipmi_whole(bmc_ipmi_job_t *job, uint8_t code, size_t len,
    size_t need, const char *what);
void bmc_ipmi_put(json_t *object, const char *key, const char *text);

/* the deadline is near: what can be left out should be */

bool bmc_ipmi_late(const bmc_ipmi_job_t *job);

/*
 * For what is kept and continued.  true: no more of it in time, and the job
 * has been ended; at the deadline it would end as if the BMC were silent.
 */

bool bmc_ipmi_paused(bmc_ipmi_job_t *job, const char *what, unsigned n,
    unsigned of);
bool bmc_ipmi_true(const bmc_call_t *call, const char *name);
unsigned bmc_ipmi_le16(const uint8_t *p);
uint32_t bmc_ipmi_le32(const uint8_t *p);


/* mc.c */

typedef struct {
    uint32_t  maker;
    uint16_t  product;
    uint8_t   id;
    uint8_t   ipmi;              /* BCD, digits swapped: 0x51 is 1.5 */
    char      firmware[16];
} bmc_ipmi_mc_t;

bool bmc_ipmi_mc_decode(const uint8_t *data, size_t len, bmc_ipmi_mc_t *mc);
bool bmc_ipmi_mc_facts(bmc_ipmi_job_t *job, const bmc_ipmi_mc_t *mc);

/*
 * quirks.c: what a BMC tells of itself is remembered.  bmc_ipmi_meet() asks
 * it who it is, and whose its machine is if that does not follow, unless it
 * is known; then() is called once, maybe at once.
 * bmc_ipmi_quirk() is of use after that.
 */

void bmc_ipmi_met(const bmc_unit_t *unit, const bmc_ipmi_mc_t *mc);
void bmc_ipmi_met_product(const bmc_unit_t *unit, const char *vendor,
    const char *model);
void bmc_ipmi_meet(bmc_ipmi_job_t *job, bmc_ipmi_verb_pt then);
bool bmc_ipmi_quirk(const bmc_ipmi_job_t *job, bmc_quirk_t quirk);


/* 16 bytes in one of three orders; false: it is none */

bool bmc_ipmi_guid(const uint8_t guid[16], char text[40]);


/*
 * sdr.c: then() is called with 0 once all sensors are known, or with the
 * completion code for which they are not.
 */

typedef void (*bmc_ipmi_then_pt)(bmc_ipmi_job_t *job, uint8_t code);

void bmc_ipmi_sdr_load(bmc_ipmi_job_t *job, bmc_ipmi_then_pt then);

/* for who can do without: 0xc3 when the deadline is near */

void bmc_ipmi_sdr_try(bmc_ipmi_job_t *job, bmc_ipmi_then_pt then);
const bmc_ipmi_sensor_t *bmc_ipmi_sdr_find(const bmc_ipmi_kept_t *kept,
    uint8_t owner, uint8_t lun, uint8_t number);
const bmc_ipmi_sensor_t *bmc_ipmi_sdr_watts(const bmc_ipmi_kept_t *kept);
bool bmc_ipmi_sdr_ours(const bmc_ipmi_sensor_t *s);


/*
 * fru_read.c: the areas of one FRU device; found() is told whether the BMC
 * has it at all, and what of it was whole is in fru.
 */

typedef void (*bmc_ipmi_found_pt)(bmc_ipmi_job_t *job, bool there);

typedef struct {
    bmc_ipmi_found_pt   found;
    bmc_ipmi_fru_t     *fru;
    size_t              size;        /* of the inventory */
    size_t              from;        /* of what is being read */
    size_t              have;
    size_t              want;
    uint16_t            offset[BMC_IPMI_FRU_AREAS];
    uint8_t             id;
    uint8_t             lun;
    uint8_t             area;        /* …; past the last: the header */
    uint8_t             part;
    uint8_t             shift;       /* 1: addressed in words */
    bool                spared;      /* a busy BMC is not to blame for it */
    uint8_t             bytes[255 * 8];
} bmc_ipmi_fru_walk_t;

/* fru.c: whose machine it is, a word of it or of base/maker; NULL: unknown */

const char *bmc_ipmi_fru_vendor(const bmc_ipmi_fru_t *fru);


/* the walk must be the first of what job->data points to */

void bmc_ipmi_fru_read(bmc_ipmi_job_t *job, uint8_t id, uint8_t lun,
    bmc_ipmi_fru_t *fru, bmc_ipmi_found_pt found);


/*
 * parts.c: what else a machine has, by its sensors and FRU locators; then()
 * is called once.  job->data begins with the list.
 */

typedef struct {
    bmc_ipmi_fru_t  fru;
    char            name[32];
    uint16_t        record;          /* of the sensor, if any */
    uint8_t         number;
    uint8_t         entity;
    uint8_t         instance;
    uint8_t         id;              /* of the FRU device, if not 0 */
    uint8_t         lun;
    bool            supply;
    bool            asked;           /* for its FRU device */
    bool            there;           /* … and it has one */
    bool            told;            /* by its sensor: */
    bool            present;
    bool            absent;
    bmc_health_t    health;
} bmc_ipmi_part_t;


typedef struct {
    bmc_ipmi_fru_walk_t   walk;
    bmc_ipmi_verb_pt      then;
    bmc_ipmi_part_t      *part;
    size_t                n;
    size_t                at;        /* sensor, then part, that is read */
} bmc_ipmi_parts_t;

void bmc_ipmi_parts(bmc_ipmi_job_t *job, bmc_ipmi_verb_pt then);
void bmc_ipmi_parts_put(const bmc_ipmi_job_t *job, json_t *json);


/* identify.c: of the third byte of Get Chassis Status */

bmc_led_t bmc_ipmi_led(uint8_t misc);


void bmc_ipmi_power_status(bmc_ipmi_job_t *job);
void bmc_ipmi_power(bmc_ipmi_job_t *job);
void bmc_ipmi_power_reading(bmc_ipmi_job_t *job);
void bmc_ipmi_boot_get(bmc_ipmi_job_t *job);
void bmc_ipmi_boot_set(bmc_ipmi_job_t *job);
void bmc_ipmi_identify_get(bmc_ipmi_job_t *job);
void bmc_ipmi_identify_set(bmc_ipmi_job_t *job);
void bmc_ipmi_sensors(bmc_ipmi_job_t *job);
void bmc_ipmi_log(bmc_ipmi_job_t *job);
void bmc_ipmi_log_clear(bmc_ipmi_job_t *job);
void bmc_ipmi_inventory(bmc_ipmi_job_t *job);
void bmc_ipmi_bmc(bmc_ipmi_job_t *job);
void bmc_ipmi_bmc_reset(bmc_ipmi_job_t *job);
void bmc_ipmi_lan(bmc_ipmi_job_t *job);
void bmc_ipmi_users(bmc_ipmi_job_t *job);
void bmc_ipmi_users_set(bmc_ipmi_job_t *job);
void bmc_ipmi_users_delete(bmc_ipmi_job_t *job);
void bmc_ipmi_raw(bmc_ipmi_job_t *job);
void bmc_ipmi_console(bmc_ipmi_job_t *job);


#endif /* _BMC_IPMI_VERBS_H_INCLUDED_ */
