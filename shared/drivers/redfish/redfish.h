
/*
 * Copyright (C) the bmcgate authors
 *
 * Redfish, over drivers/http.
 *
 *   redfish.c   the driver: words of its block, and a timer
 *   prepare.c   one request after the other: what all need, then the verb's
 *   session.c   a token, or Basic; once more when it is not taken any more
 *   orphan.c    the session that a killed process left at the BMC
 *   ask.c       one request of a job, and its answer
 *   etag.c      what a change says that it is of
 *   refused.c   how a call ends that was not done
 *   errors.c    what went wrong, in the BMC's own words
 *   task.c      what a 202 leads to
 *   tree.c      which system, chassis and manager are ours
 *   places.c    all the chassis that the system is in
 *   members.c   collections, with $expand where it is offered
 *   json.c      JSON that strangers wrote
 *   facts.c     who it is, and which quirks follow
 *   verbs.c     the table; each verb stands in a file of its own, below
 */


#ifndef _BMC_REDFISH_H_INCLUDED_
#define _BMC_REDFISH_H_INCLUDED_


#include "drivers/http/http.h"
#include "quirks/quirks.h"


#define BMC_RF_PATH_MAX     512
#define BMC_RF_MEMBERS_MAX  1024     /* of one collection */


typedef struct {
    bmc_http_conf_t  http;           /* must be first */
    const char      *system;         /* "system ID;" or NULL: the only one */
    int64_t          login;          /* bmc_rf_login_t */
} bmc_rf_conf_t;


typedef enum {
    BMC_RF_LOGIN_AUTO = 0,           /* a session, else Basic */
    BMC_RF_LOGIN_SESSION,
    BMC_RF_LOGIN_BASIC
} bmc_rf_login_t;


/* A verb is a job: steps, each a request, and what they keep */

typedef struct bmc_rf_job_s   bmc_rf_job_t;
typedef struct bmc_rf_unit_s  bmc_rf_unit_t;

/*
 * json is borrowed for as long as the function runs (json_incref() keeps
 * it), and NULL where an answer has no body, or was absent after a try.
 */

typedef void (*bmc_rf_told_pt)(bmc_rf_job_t *job, json_t *json);
typedef void (*bmc_rf_verb_pt)(bmc_rf_job_t *job);


struct bmc_rf_job_s {
    bmc_unit_t      *unit;
    bmc_call_t      *call;
    bmc_rf_unit_t   *u;
    void            *data;           /* the verb's own, of the call's pool */
    json_t          *keep[4];        /* the verb's own; freed with the job */
    long             status;         /* of the answer being told */
    const char      *so_far;         /* said before a failure; NULL */
};


/*
 * Each sends one request and calls told() once, later, for a 2xx answer.
 * Whatever else comes ends the call in here, in the BMC's words: return at
 * once after asking.  A path may be absolute or a whole URL of this BMC.
 * All log in and find the tree first, where that has not been done.
 */

void bmc_rf_get(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told);

/* … 403, 404, 405, 501, or a path of NULL: told() with NULL */

void bmc_rf_try(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told);

/* the resources that the host is; read anew each time */

void bmc_rf_system(bmc_rf_job_t *job, bmc_rf_told_pt told);
void bmc_rf_chassis(bmc_rf_job_t *job, bmc_rf_told_pt told);
void bmc_rf_manager(bmc_rf_job_t *job, bmc_rf_told_pt told);

/*
 * Members of a collection, whole, one by one: each() for every one in its
 * order, then done() with NULL.  nextLink is followed.  A collection that is
 * not there, or a path of NULL, has no members; one that is broken is
 * skipped.  each() must not ask.
 */

void bmc_rf_members(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt each,
    bmc_rf_told_pt done);

/*
 * A change: takes body (NULL: none), claims the call as it is sent.  path's
 * ETag as last read goes along as If-Match where there is one.  A 202 is
 * followed until its task has ended; told() then has the task, else the
 * answer's body.  A change may be several requests, the first of which
 * claims; one that fails after it ends the call as what it was.
 */

void bmc_rf_change(bmc_rf_job_t *job, const char *method, const char *path,
    json_t *body, bmc_rf_told_pt told);

/*
 * As above, but a 4xx is told, too: told() looks at job->status and calls
 * bmc_rf_refused() when it knows no other way.
 */

void bmc_rf_change_try(bmc_rf_job_t *job, const char *method,
    const char *path, json_t *body, bmc_rf_told_pt told);
void bmc_rf_refused(bmc_rf_job_t *job, json_t *json, const char *what);

/* does the error in json have this message?  any part of its id */

bool bmc_rf_has_message(json_t *json, const char *id);


/* the job's end; the call's answer is filled in before */

void bmc_rf_end(bmc_rf_job_t *job, bmc_rc_t rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void bmc_rf_tell(bmc_rf_job_t *job, json_t *json);       /* OK; takes json */

/* "… cannot NMI; it offers On, ForceOff, …": BMC_UNSUPPORTED */

void bmc_rf_unsupported(bmc_rf_job_t *job, const char *what,
    const json_t *offered);

bool bmc_rf_quirk(const bmc_rf_job_t *job, bmc_quirk_t quirk);

/* goes on after so many ms, unless the call ends before */

void bmc_rf_wait(bmc_rf_job_t *job, uint32_t ms, bmc_rf_verb_pt then);

/* the deadline is near: what can be left out should be */

bool bmc_rf_late(const bmc_rf_job_t *job);


/* JSON that strangers wrote: NULL, false, NaN … unless it is as expected */

const char *bmc_rf_text(const json_t *object, const char *key);
bool bmc_rf_number(const json_t *object, const char *key, double *value);
const json_t *bmc_rf_object(const json_t *object, const char *key);
const json_t *bmc_rf_array(const json_t *object, const char *key);

/* object[key]["@odata.id"], e.g. "LogServices"; NULL: none */

const char *bmc_rf_link(const json_t *object, const char *key);

/* object.Links[key][0]["@odata.id"], e.g. "ManagedBy" */

const char *bmc_rf_links(const json_t *object, const char *key);

/* the action's target, and what its parameter may be (NULL: not said) */

const char *bmc_rf_action(const json_t *object, const char *name);
const json_t *bmc_rf_allowable(const json_t *object, const char *action,
    const char *parameter);
bool bmc_rf_offers(const json_t *array, const char *value);  /* NULL: yes */

/* puts text unless it is NULL, empty, or blank */

void bmc_rf_put(json_t *object, const char *key, const char *text);


/*
 * Verbs, by file; reads.h and changes.h have what several of them share, and
 * what knows JSON but asks nobody: said.c, uuid.c, sensor_data.c, parts.c,
 * boot_data.c, log_data.c.
 *
 * power.c
 */

void bmc_rf_power_status(bmc_rf_job_t *job);
void bmc_rf_power(bmc_rf_job_t *job);

/* reading.c, sensors.c (and subsystem.c; legacy.c: Power and Thermal) */

void bmc_rf_power_reading(bmc_rf_job_t *job);
void bmc_rf_sensors(bmc_rf_job_t *job);

/* boot.c (and boot_data.c), identify.c */

void bmc_rf_boot_get(bmc_rf_job_t *job);
void bmc_rf_boot_set(bmc_rf_job_t *job);
void bmc_rf_identify_get(bmc_rf_job_t *job);
void bmc_rf_identify_set(bmc_rf_job_t *job);

/* log.c, log_clear.c (and log_walk.c), inventory.c, manager.c, lan.c */

void bmc_rf_log(bmc_rf_job_t *job);
void bmc_rf_log_clear(bmc_rf_job_t *job);
void bmc_rf_inventory(bmc_rf_job_t *job);
void bmc_rf_bmc(bmc_rf_job_t *job);
void bmc_rf_bmc_reset(bmc_rf_job_t *job);
void bmc_rf_lan(bmc_rf_job_t *job);

/* trust.c */

void bmc_rf_trust(bmc_rf_job_t *job);

/* users.c, userset.c, media.c, insert.c, eject.c; changes.c is for all */

void bmc_rf_users(bmc_rf_job_t *job);
void bmc_rf_users_set(bmc_rf_job_t *job);
void bmc_rf_users_delete(bmc_rf_job_t *job);
void bmc_rf_media(bmc_rf_job_t *job);
void bmc_rf_media_insert(bmc_rf_job_t *job);
void bmc_rf_media_eject(bmc_rf_job_t *job);


#endif /* _BMC_REDFISH_H_INCLUDED_ */
