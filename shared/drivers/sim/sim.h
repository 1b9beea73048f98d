
/*
 * Copyright (C) the bmcgate authors
 *
 * The driver's side of a simulated BMC: one unit, and calls that wait.
 */


#ifndef _BMC_SIM_H_INCLUDED_
#define _BMC_SIM_H_INCLUDED_


#include "drivers/driver.h"
#include "drivers/sim/machine.h"


typedef struct {
    int64_t           latency;       /* of every answer, ms */
    int64_t           login;
    int64_t           power_delay;
    int64_t           shutdown_time;
    int64_t           cycle_gap;
    int64_t           bmc_boot;
    int64_t           sessions;
    int64_t           session_timeout;
    int64_t           sensors;
    int64_t           power;         /* of a machine never seen: off, on */
    const char       *require_user;
    bmc_secret_t     *require_password;
    bmc_sim_faults_t  faults;
} bmc_sim_conf_t;


typedef struct bmc_sim_job_s  bmc_sim_job_t;

typedef void (*bmc_sim_step_pt)(bmc_unit_t *unit, bmc_call_t *call);


/* a call that waits; in its pool, and its data */

struct bmc_sim_job_s {
    bmc_sim_job_t    *next;
    bmc_call_t       *call;
    bmc_sim_step_pt   step;
    uint64_t          due;           /* uv_now */
    const char       *text;
    void             *console;
    bmc_rc_t          rc;
    bool              claimed;
    bool              busy;          /* its step runs at this moment */
    bool              hung;          /* … and it was cancelled meanwhile */
};


typedef struct {
    uv_timer_t          timer;
    bmc_sim_machine_t  *machine;
    bmc_sim_job_t      *jobs;
    uint32_t            session;     /* id in the machine; 0: none */
    bool                timed;       /* the timer has been made */
    bool                stale;       /* the BMC fell silent */
    bool                told;        /* who the machine is */
    bool                closing;
} bmc_sim_unit_t;


/* one command, while the machine is locked */

typedef struct {
    bmc_unit_t              *unit;
    bmc_call_t              *call;
    bmc_sim_store_t         *store;
    bmc_sim_machine_t       *m;
    bmc_sim_data_t          *d;
    const bmc_sim_conf_t    *conf;
    const bmc_sim_faults_t  *faults;
    const char              *text;
    int64_t                  now;
} bmc_sim_ask_t;


/* wait.c: an answer that would come after the deadline never comes */

bmc_sim_job_t *bmc_sim_job(bmc_call_t *call);
void bmc_sim_wait(bmc_unit_t *unit, bmc_call_t *call, uint64_t ms,
    bmc_sim_step_pt step);
void bmc_sim_silent(bmc_unit_t *unit, bmc_call_t *call);
void bmc_sim_reply(bmc_unit_t *unit, bmc_call_t *call, int64_t ms,
    bmc_rc_t rc, const char *text);
void bmc_sim_end(bmc_call_t *call, bmc_rc_t rc, const char *text);
void bmc_sim_cancel(bmc_unit_t *unit, bmc_call_t *call);
void bmc_sim_rouse(bmc_unit_t *unit, bmc_call_t *call);
void bmc_sim_timer(bmc_unit_t *unit);


/* login.c; ask() is false when the call has ended */

bool bmc_sim_ask(bmc_sim_ask_t *ask, bmc_unit_t *unit, bmc_call_t *call);
bool bmc_sim_is_silent(const bmc_sim_ask_t *ask);
void bmc_sim_run(bmc_unit_t *unit, bmc_call_t *call);

/* command.c: logged in */

void bmc_sim_command(bmc_unit_t *unit, bmc_call_t *call);


/* words.c */

extern const bmc_word_t  bmc_sim_words[];

void bmc_sim_check(bmc_conf_t *cf, bmc_hostconf_t *host, void *conf);


/* reads.c, changes.c: fill the answer, or refuse */

bmc_rc_t bmc_sim_read(bmc_sim_ask_t *ask);
bmc_rc_t bmc_sim_change(bmc_sim_ask_t *ask);
void bmc_sim_tag(const bmc_call_t *call, char *tag, size_t size);
bmc_power_t bmc_sim_shown_power(const bmc_sim_ask_t *ask);

/* raw.c */

bmc_rc_t bmc_sim_raw(bmc_sim_ask_t *ask);

/* console.c */

void bmc_sim_console(bmc_unit_t *unit, bmc_call_t *call);
size_t bmc_sim_console_write(bmc_unit_t *unit, bmc_call_t *call,
    const void *bytes, size_t len);


#endif /* _BMC_SIM_H_INCLUDED_ */
