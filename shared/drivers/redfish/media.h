
/*
 * Copyright (C) the bmcgate authors
 */


#ifndef _BMC_REDFISH_MEDIA_H_INCLUDED_
#define _BMC_REDFISH_MEDIA_H_INCLUDED_


#include "drivers/redfish/changes.h"


typedef struct {
    const char  *image;
    const char  *user;               /* NULL: none */
    json_t      *password;           /* NULL: none */
    bool         writable;
    bool         patch;              /* of the slot, not its action */
    bool         less;               /* what may be left out was refused */
} bmc_rf_media_want_t;


/* a walk over the slots, and the change that may follow */

typedef struct {
    bmc_rf_verb_pt        then;
    bmc_rf_media_want_t   want;
    const char           *name;      /* of the slot under way */
    const char           *path;
    const char           *target;    /* of its action; NULL: PATCH */
    size_t                at;        /* of the slots to be ejected */
    unsigned              looks;     /* whether it is empty by now */
    bool                  there;     /* the BMC has virtual media */
    bool                  again;     /* sent once more, with other words */
} bmc_rf_media_t;


/* no I/O */

json_t *bmc_rf_media_slot(const json_t *slot);
bool bmc_rf_media_full(const json_t *slot);
bool bmc_rf_media_suits(const json_t *slot, const char *image, bool writable);
json_t *bmc_rf_media_body(const bmc_rf_media_want_t *want,
    bmc_quirks_t quirks);
const char *bmc_rf_media_name(const json_t *slot);

/* the slots into job->keep[0]; job->data is a bmc_rf_media_t */

void bmc_rf_media_walk(bmc_rf_job_t *job, bmc_rf_verb_pt then);
json_t *bmc_rf_media_find(bmc_rf_job_t *job, const char *device);
void bmc_rf_media_no_slot(bmc_rf_job_t *job);


#endif /* _BMC_REDFISH_MEDIA_H_INCLUDED_ */
