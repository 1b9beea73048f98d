
/*
 * Copyright (C) the bmcgate authors
 *
 * What a driver is.  The core owns every unit and every call; a driver only
 * fills in what is its own.  Drivers include this header and none of the
 * core's others but base/.
 */


#ifndef _BMC_DRIVER_H_INCLUDED_
#define _BMC_DRIVER_H_INCLUDED_


#include <jansson.h>
#include <uv.h>

#include "bmcgate.h"
#include "base/pool.h"
#include "conf/conf.h"


typedef struct bmc_unit_s  bmc_unit_t;       /* a host as one driver sees it */
typedef struct bmc_call_s  bmc_call_t;       /* one verb being carried out */


/* host and conf may be exchanged for equal ones between two calls */

struct bmc_unit_s {
    const bmc_hostconf_t  *host;
    const void            *conf;     /* the driver's words for this host */
    void                  *state;    /* state_size bytes, zero before open() */
    void                  *shared;   /* what load() returned */
    uv_loop_t             *loop;
};


/* What a BMC told.  Fields that has does not name are not looked at. */

enum {
    BMC_HAS_POWER    = 0x01,
    BMC_HAS_HEALTH   = 0x02,
    BMC_HAS_BOOT     = 0x04,
    BMC_HAS_LED      = 0x08,
    BMC_HAS_WATTS    = 0x10,
    BMC_HAS_FACTS    = 0x20,     /* vendor, maker, model, serial, firmware,
                                    uuid */
    BMC_HAS_SENSORS  = 0x40
};


typedef struct {
    unsigned       has;
    bmc_power_t    power;
    bmc_health_t   health;
    bmc_led_t      led;
    float          watts;
    const char    *boot;
    bool           boot_persistent;
    uint8_t        boot_efi;         /* 0 unknown, 1 legacy, 2 uefi */
    const char    *vendor;           /* bmc_maker_word(); NULL: not known */
    const char    *maker;            /* … of the BMC, or of what that runs */
    const char    *model;
    const char    *serial;
    const char    *firmware;
    const char    *uuid;
    bmc_sensor_t  *sensors;
    size_t         nsensors;
    json_t        *json;             /* the verb's data; the call owns it */
} bmc_answer_t;


/*
 * What each verb's json looks like is in gate/shapes.md.  The strings an
 * answer points to live until bmc_call_done() returns: use the call's pool.
 */

struct bmc_call_s {
    bmc_verb_t         verb;
    const bmc_arg_t   *args;         /* checked against the verb's table */
    size_t             nargs;
    uint64_t           deadline;     /* of uv_now(loop) */
    bmc_unit_t        *unit;
    bmc_pool_t        *pool;
    void              *data;         /* the driver's own */
    bmc_answer_t       answer;
};


/*
 * A change must be claimed at the last moment before it can reach the BMC;
 * false means that it must not be sent any more: end the call with
 * BMC_CANCELLED.  Reads need no claim; claiming one returns true.
 *
 * Ending a claimed call with BMC_UNREACHABLE or BMC_TIMEOUT says that
 * nobody knows whether it happened; ending an unclaimed one says that it did
 * not happen.
 */

bool bmc_call_claim(bmc_call_t *call);

/*
 * The BMC has answered something for this call: what it is slow with now is
 * no silence, and may take most of the time that there is.
 */

void bmc_call_heard(bmc_call_t *call);

/* once a call, from run() or later; the call is gone then */

void bmc_call_done(bmc_call_t *call, bmc_rc_t rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * A stream: it is open now, said later than in run(); bytes from the BMC.
 * done() ends it.
 */

void bmc_call_opened(bmc_call_t *call);
void bmc_call_data(bmc_call_t *call, const void *bytes, size_t len);

const char *bmc_call_arg(const bmc_call_t *call, const char *name);
                                                 /* NULL: not given */

/*
 * A line, and no secret, that outlives this process, be it killed: for the
 * same driver's next unit of the host, if its configuration is the same.
 * What does not fit is not kept; "": none.
 */

#define BMC_UNIT_KEPT  48

void bmc_unit_keep(bmc_unit_t *unit, const char *text);
bool bmc_unit_kept(const bmc_unit_t *unit, char text[BMC_UNIT_KEPT]);

/* once after close(), from it or later: the session is gone */

void bmc_unit_closed(bmc_unit_t *unit);


/* sensor.c: of a sensor whose BMC does not tell; a threshold may be NaN */

bmc_sensor_state_t bmc_sensor_compared(const float threshold[BMC_THRESHOLDS],
    float value);


struct bmc_driver_s {
    const char        *name;
    const bmc_word_t  *words;        /* of its block in host{}; or NULL */
    size_t             conf_size;
    size_t             state_size;

    /* a host's words are all read: defaults, and what does not fit */

    void (*check)(bmc_conf_t *cf, bmc_hostconf_t *host, void *conf);

    /* once a base, perhaps privileged, before any fork; NULL and why */

    void *(*load)(const bmc_fleet_t *fleet, char why[BMC_TEXT_MAX]);
    void (*unload)(void *shared);

    bool (*can)(const bmc_hostconf_t *host, const void *conf,
        bmc_verb_t verb);

    /* no I/O in open(); run() may log in first; close() logs out */

    bmc_rc_t (*open)(bmc_unit_t *unit);
    void (*run)(bmc_unit_t *unit, bmc_call_t *call);
    void (*close)(bmc_unit_t *unit);

    /*
     * close() takes too long: let go of everything now, with no word to the
     * BMC; calls are ended, bmc_unit_closed() follows without any waiting.
     */

    void (*abort)(bmc_unit_t *unit);

    /* nobody waits for the call any more: end it soon.  A stream: hang up. */

    void (*cancel)(bmc_unit_t *unit, bmc_call_t *call);

    /* bytes to an open stream; how many were taken */

    size_t (*write)(bmc_unit_t *unit, bmc_call_t *call, const void *bytes,
        size_t len);
};


/* every driver of this build, ends with NULL; order is that of -V */

extern const bmc_driver_t *const  bmc_drivers[];

const bmc_driver_t *bmc_driver_find(const char *name);


#endif /* _BMC_DRIVER_H_INCLUDED_ */
