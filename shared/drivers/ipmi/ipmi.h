
/*
 * Copyright (C) the bmcgate authors
 *
 * The IPMI driver's inside.  link.c and what it stands on (OpenIPMI) bring
 * commands to a BMC and answers back; the files named after a verb's noun
 * build commands and read answers, and know nothing of connections.
 */


#ifndef _BMC_IPMI_H_INCLUDED_
#define _BMC_IPMI_H_INCLUDED_


#include "drivers/driver.h"


#define BMC_IPMI_DATA_MAX  256       /* of one request or response */


/* A verb that needs several commands is a job: steps and what they keep */

typedef struct bmc_ipmi_job_s  bmc_ipmi_job_t;

/*
 * code is the completion code; data is what follows it, for as long as the
 * function runs.  Transport errors never get here: they end the call.
 */

typedef void (*bmc_ipmi_told_pt)(bmc_ipmi_job_t *job, uint8_t code,
    const uint8_t *data, size_t len);


struct bmc_ipmi_job_s {
    bmc_unit_t        *unit;
    bmc_call_t        *call;
    void              *data;         /* the verb's own, of the call's pool */
    bmc_ipmi_told_pt   told;         /* of the command under way */
    void             (*then)(bmc_ipmi_job_t *job);   /* bmc_ipmi_meet()'s */
};


enum {
    BMC_IPMI_CHANGES = 0x01          /* claims the call before it is sent */
};


/*
 * Sends one command; told() is called once, later, unless the call ends
 * before.  When it cannot be sent the call is ended here: return at once.
 */

void bmc_ipmi_ask(bmc_ipmi_job_t *job, uint8_t netfn, uint8_t cmd,
    const void *data, size_t len, unsigned flags, bmc_ipmi_told_pt told);
void bmc_ipmi_ask_lun(bmc_ipmi_job_t *job, uint8_t lun, uint8_t netfn,
    uint8_t cmd, const void *data, size_t len, unsigned flags,
    bmc_ipmi_told_pt told);

/* the job's end; the call's answer is filled in before */

void bmc_ipmi_end(bmc_ipmi_job_t *job, bmc_rc_t rc, const char *text);

/* the end for a completion code that is an error: what it means, in words */

void bmc_ipmi_refused(bmc_ipmi_job_t *job, uint8_t code, const char *what);
const char *bmc_ipmi_code_text(uint8_t code);


/* verbs: each starts its job's first command; a table in verbs.c */

typedef void (*bmc_ipmi_verb_pt)(bmc_ipmi_job_t *job);

extern const bmc_ipmi_verb_pt  bmc_ipmi_verbs[BMC_VERB_MAX];   /* NULL: no */


#endif /* _BMC_IPMI_H_INCLUDED_ */
