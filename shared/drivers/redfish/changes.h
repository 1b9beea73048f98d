
/*
 * Copyright (C) the bmcgate authors
 *
 * What the files of changes share: payloads, made of what is asked for, of
 * what the BMC tells, and of its quirks; and what its answers say.
 */


#ifndef _BMC_REDFISH_CHANGES_H_INCLUDED_
#define _BMC_REDFISH_CHANGES_H_INCLUDED_


#include "drivers/redfish/reads.h"


/* all that apply, for what builds without a job */

bmc_quirks_t bmc_rf_quirks(const bmc_rf_job_t *job);

/* on, yes, true, 1; absent if the argument is not given */

bool bmc_rf_arg_true(const bmc_rf_job_t *job, const char *name, bool absent);

/* NULL: not given; false: it is no UTF-8, and the job has been ended */

bool bmc_rf_arg_text(bmc_rf_job_t *job, const char *name, const char **text);

/*
 * The answer to a change: false, and the job has been ended, when it is an
 * error, or no error that yet says that something was not done.
 */

bool bmc_rf_taken(bmc_rf_job_t *job, json_t *json, const char *what);

/* what an answer of any status says was not changed; NULL: nothing */

const char *bmc_rf_undone(const json_t *json);

/* is the word in any of its texts? */

bool bmc_rf_names(const json_t *json, const char *word);

/* the same for what must not stay: it is wiped with the call's pool */

bool bmc_rf_arg_secret(bmc_rf_job_t *job, const char *name, json_t **secret);


/* boot_data.c */

#define BMC_RF_BOOT_TARGET   "BootSourceOverrideTarget"
#define BMC_RF_BOOT_ENABLED  "BootSourceOverrideEnabled"
#define BMC_RF_BOOT_MODE     "BootSourceOverrideMode"
#define BMC_RF_BOOT_OFFERS   "@Redfish.AllowableValues"

const char *bmc_rf_boot_mode(const char *mode);  /* in the BMC's words */

typedef struct {
    const char  *device;             /* "none", "pxe", … */
    const char  *mode;               /* "uefi", "legacy", NULL: not said */
    bool         persistent;
} bmc_rf_boot_want_t;

typedef struct {
    char         device[32];
    bool         persistent;
    uint8_t      efi;                /* 0 unknown, 1 legacy, 2 uefi */
} bmc_rf_boot_is_t;

/* false: it does not tell */

bool bmc_rf_boot_is(const json_t *boot, bmc_rf_boot_is_t *is);

/* NULL: it offers none that means it */

const char *bmc_rf_boot_target(const json_t *boot, const char *device,
    bmc_quirks_t quirks);

/* the value of "Boot"; empty: all of it is so already */

json_t *bmc_rf_boot_body(const json_t *boot, const bmc_rf_boot_want_t *want,
    bmc_quirks_t quirks);

/* order with those first that are a disk, or the network; NULL: none is */

json_t *bmc_rf_boot_order(const json_t *order, const json_t *options,
    const char *device);


/* identify.c: of a system or a chassis */

bmc_led_t bmc_rf_led(const json_t *where);
json_t *bmc_rf_led_body(const json_t *where, bool on);


/* users.c, userset.c */

typedef struct {
    const char  *name;
    const char  *role_id;            /* NULL: not said */
    json_t      *password;           /* … */
    const bool  *enabled;            /* … */
} bmc_rf_user_want_t;

/* a walk over all accounts, and the change that may follow */

typedef struct {
    bmc_rf_told_pt       then;
    bmc_rf_user_want_t   want;
    const char          *path;       /* of the collection */
    const char          *target;     /* of the account */
    int                  id;         /* asked for; 0: any */
    bool                 enabled;
    bool                 emptied;    /* it could not be deleted */
} bmc_rf_accounts_t;


const char *bmc_rf_role_id(const char *role);    /* NULL: Redfish has none */
const char *bmc_rf_role(const char *id);

/*
 * An account's number: its Id where all of them are numbers, else counted
 * from 1 in the order of the collection.
 */

int bmc_rf_user_id(const json_t *accounts, size_t i);

/* slot: it is filled, not made */

json_t *bmc_rf_user_body(const bmc_rf_user_want_t *want, bool is_new,
    bool slot);

/* all accounts into job->keep[0]; job->data is a bmc_rf_accounts_t */

void bmc_rf_accounts(bmc_rf_job_t *job, bmc_rf_told_pt then);


#endif /* _BMC_REDFISH_CHANGES_H_INCLUDED_ */
