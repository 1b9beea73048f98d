
/*
 * Copyright (C) the bmcgate authors
 */


#ifndef _BMC_IPMI_USERS_H_INCLUDED_
#define _BMC_IPMI_USERS_H_INCLUDED_


#include "drivers/ipmi/verbs.h"


#define BMC_IPMI_SET_ACCESS    0x43  /* commands */
#define BMC_IPMI_GET_ACCESS    0x44
#define BMC_IPMI_SET_NAME      0x45
#define BMC_IPMI_GET_NAME      0x46
#define BMC_IPMI_SET_PASSWORD  0x47


enum {
    BMC_IPMI_USER_UNTOLD,
    BMC_IPMI_USER_ENABLED,
    BMC_IPMI_USER_DISABLED
};


typedef struct {
    uint8_t  id;
    uint8_t  enabled;
    uint8_t  access;             /* privilege and what else it may */
    char     name[36];           /* 16 bytes, as UTF-8 */
} bmc_ipmi_user_t;


/* a walk over all of them, and the change that may follow */

typedef struct bmc_ipmi_users_s {
    bool             (*each)(bmc_ipmi_job_t *job,
                         const bmc_ipmi_user_t *user);
    void             (*then)(bmc_ipmi_job_t *job);
    size_t           step;
    uint8_t          channel;
    uint8_t          id;
    uint8_t          max;
    uint8_t          able;       /* what it should become */
    bool             found;      /* else the target is a free slot */
    bmc_ipmi_user_t  user;       /* under way */
    bmc_ipmi_user_t  target;     /* id 0: none */
} bmc_ipmi_users_t;


void bmc_ipmi_users_walk(bmc_ipmi_job_t *job,
    bool (*each)(bmc_ipmi_job_t *job, const bmc_ipmi_user_t *user),
    void (*then)(bmc_ipmi_job_t *job));

int bmc_ipmi_role(const char *name);     /* -1: no such */


#endif /* _BMC_IPMI_USERS_H_INCLUDED_ */
