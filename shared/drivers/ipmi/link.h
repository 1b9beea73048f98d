
/*
 * Copyright (C) the bmcgate authors
 *
 * The side of the IPMI driver that stands on OpenIPMI.
 *
 *   handler.c   OpenIPMI's view of our loop, once a process
 *   guard.c     which datagrams reach it at all
 *   rakp.c      how a session's keys are agreed on, suites 3 and 17
 *   sha256.c    … and what then proves each datagram, suite 17
 *   login.c     what a BMC says while we log in
 *   link.c      one connection a unit: set up, lost, closed
 *   setup.c     … what OpenIPMI is told of it
 *   ask.c       commands and their answers on it
 *   late.c      … which may not come in time
 *   silence.c   how long none may come
 *   sol.c       the console: opened and closed
 *   sol_data.c  … and what goes through it
 *   errors.c    what went wrong, in words
 *   ipmi.c      the driver
 */


#ifndef _BMC_IPMI_LINK_H_INCLUDED_
#define _BMC_IPMI_LINK_H_INCLUDED_


#include <netinet/in.h>

#include <OpenIPMI/ipmiif.h>
#include <OpenIPMI/ipmi_auth.h>
#include <OpenIPMI/ipmi_conn.h>
#include <OpenIPMI/ipmi_err.h>
#include <OpenIPMI/ipmi_lan.h>
#include <OpenIPMI/ipmi_msgbits.h>
#include <OpenIPMI/ipmi_smi.h>

#include "base/list.h"
#include "drivers/address/address.h"
#include "drivers/ipmi/verbs.h"


#define BMC_IPMI_PORT       623
#define BMC_IPMI_NAME_MAX   16       /* bytes of a user's name */
#define BMC_IPMI_PASS_MAX   20
#define BMC_IPMI_HOST_MAX   64       /* a numeric address, with its null */


enum {
    BMC_IPMI_CIPHER_AUTO = 0,        /* 17, then 3 */
    BMC_IPMI_CIPHER_17,
    BMC_IPMI_CIPHER_3
};


/* the order of the word's values; a level's number is this plus 2 */

enum {
    BMC_IPMI_USER = 0,
    BMC_IPMI_OPERATOR,
    BMC_IPMI_ADMINISTRATOR
};


typedef struct {
    int64_t  port;
    int64_t  cipher;
    int64_t  privilege;
    bool     lower;                  /* administrator, else operator */
} bmc_ipmi_conf_t;


typedef struct bmc_ipmi_unit_s  bmc_ipmi_unit_t;
typedef struct bmc_ipmi_sol_s   bmc_ipmi_sol_t;


typedef enum {
    BMC_IPMI_SHUT = 0,
    BMC_IPMI_RESOLVING,
    BMC_IPMI_OPENING,
    BMC_IPMI_UP
} bmc_ipmi_phase_t;


/* what a BMC has answered while a session is being set up */

enum {
    BMC_IPMI_SAW_ANYTHING = 0x01,
    BMC_IPMI_SAW_OPEN     = 0x02,
    BMC_IPMI_SAW_RAKP2    = 0x04,
    BMC_IPMI_SAW_RAKP4    = 0x08,
    BMC_IPMI_SAW_CAPS     = 0x10     /* capabilities, before all of them */
};


/* why a session could not be set up, and what may be tried instead */

typedef enum {
    BMC_IPMI_STOP = 0,
    BMC_IPMI_NEXT_CIPHER,
    BMC_IPMI_NEXT_ADDRESS,
    BMC_IPMI_LOWER
} bmc_ipmi_next_t;


typedef struct {
    bmc_rc_t         rc;
    bmc_ipmi_next_t  next;
    char             text[BMC_TEXT_MAX];
} bmc_ipmi_verdict_t;


struct bmc_ipmi_unit_s {
    bmc_unit_t            *unit;
    uv_timer_t             timer;
    ipmi_con_t            *con;
    bmc_lookup_t          *lookup;   /* under way */
    bmc_ipmi_sol_t        *sol;      /* NULL: no console */
    bmc_ring_t             asks;
    bmc_ring_t             opening;  /* in that of the process */
    uint64_t               heard;    /* uv_now: its last answer, or login */
    bmc_ipmi_phase_t       phase;
    bmc_addresses_t        to;
    unsigned               address;  /* in to: this one, or the last good */
    unsigned               tried;    /* addresses since the last success */
    unsigned               cipher;   /* suite asked for: 17 or 3 */
    unsigned               level;    /* privilege asked for */
    unsigned               saw;
    int                    error;    /* OpenIPMI's, when broken */
    int                    held;     /* … that somebody said; 0: none */
    uint64_t               held_until;
    bool                   silence;  /* … it is that no answer came */
    bool                   silent;   /* not a word in the last login */
    bool                   broken;   /* the connection is of no use */
    bool                   probing;
    bool                   closing;
    bool                   counted;  /* among the handler's users */
    bool                   refused;  /* verdict waits for someone to tell */
    bmc_ipmi_verdict_t     verdict;
    bmc_ipmi_kept_t        kept;     /* the verbs' */
};


/* a command; it lives until OpenIPMI gives its record back */

typedef struct {
    bmc_ring_t             link;
    bmc_ipmi_unit_t       *u;        /* NULL: an answer is dropped */
    bmc_ipmi_job_t        *job;      /* NULL: nobody waits */
    uint64_t               began;    /* uv_now */
    uint64_t               sent_at;
    bool                   changes;
    bool                   sent;
    bool                   probe;    /* is the session alive? */
    uint8_t                netfn;
    uint8_t                cmd;
    uint8_t                lun;
    uint16_t               len;
    uint8_t                data[BMC_IPMI_DATA_MAX];
} bmc_ipmi_ask_t;


/*
 * handler.c: NULL, and why, when OpenIPMI cannot be used; a user is counted
 * otherwise.  The last one to go shuts OpenIPMI down: not from its callbacks.
 */

os_handler_t *bmc_ipmi_handler_hold(uv_loop_t *loop, char why[BMC_TEXT_MAX]);
void bmc_ipmi_handler_drop(void);

/* does OpenIPMI call because its patience ended, not because of an answer? */

bool bmc_ipmi_handler_is_timing(void);
bmc_ring_t *bmc_ipmi_handler_opening(void);


/* guard.c: 0, or errno */

int bmc_ipmi_guard(int fd);


/* rakp.c, sha256.c: 0, or OpenIPMI's error */

int bmc_ipmi_rakp_register(void);
int bmc_ipmi_sha256_register(void);

/*
 * RAKP 2, or last: 4, before OpenIPMI has it.  False: none is waited for on
 * con.  error: 0, or why the login would fail.
 */

bool bmc_ipmi_rakp_looks(const ipmi_con_t *con, bool last, const uint8_t *p,
    size_t n, int *error);

/* … and that it did, because of RAKP 2 */

void bmc_ipmi_rakp_refuse(ipmi_con_t *con);

/* K1 of the session that is being agreed on at this moment; NULL: none */

const uint8_t *bmc_ipmi_rakp_k1(const ipmi_rmcpp_auth_t *auth);


/* link.c */

bool bmc_ipmi_link_make(bmc_ipmi_unit_t *u, bmc_unit_t *unit);
void bmc_ipmi_link_need(bmc_ipmi_unit_t *u);     /* a session, soon */
void bmc_ipmi_link_break(bmc_ipmi_unit_t *u, int error, bool silence);
void bmc_ipmi_link_arm(bmc_ipmi_unit_t *u);
void bmc_ipmi_link_close(bmc_ipmi_unit_t *u, bool quiet);
bool bmc_ipmi_link_is_local(const bmc_ipmi_unit_t *u);

const char *bmc_ipmi_link_name(const bmc_ipmi_unit_t *u,
    char name[BMC_IPMI_HOST_MAX]);


/* the address that is tried, or used; NULL: none */

const struct sockaddr_storage *bmc_ipmi_link_to(const bmc_ipmi_unit_t *u);


/* setup.c: u->con; 0, or errno or OpenIPMI's error, what that is, and why */

int bmc_ipmi_link_setup(bmc_ipmi_unit_t *u, os_handler_t *os, bmc_rc_t *rc,
    char why[BMC_TEXT_MAX]);

/* µs until a command is sent again */

int bmc_ipmi_link_patience(const bmc_ipmi_unit_t *u);


/* login.c: a datagram before OpenIPMI has it; false: it must not */

bool bmc_ipmi_login_sees(const struct sockaddr *from, const uint8_t *p,
    size_t n);
void bmc_ipmi_login_overdue(bmc_ipmi_unit_t *u);


/* ask.c */

void bmc_ipmi_ask_all(bmc_ipmi_unit_t *u);       /* the session is up */
void bmc_ipmi_ask_again(bmc_ipmi_unit_t *u);     /* … or lost */
void bmc_ipmi_ask_probe(bmc_ipmi_unit_t *u);
void bmc_ipmi_ask_fail(bmc_ipmi_unit_t *u, bmc_rc_t rc, const char *text);
bool bmc_ipmi_ask_waits(const bmc_ipmi_unit_t *u);
void bmc_ipmi_ask_free(bmc_ipmi_ask_t *ask);

/* who waited is told apart; what was sent waits for its answer */

bmc_ipmi_job_t *bmc_ipmi_ask_drop(bmc_ipmi_ask_t *ask);


/* late.c */

void bmc_ipmi_ask_overdue(bmc_ipmi_unit_t *u);
uint64_t bmc_ipmi_ask_due(const bmc_ipmi_unit_t *u);     /* 0: never */
void bmc_ipmi_ask_cancel(bmc_ipmi_unit_t *u, bmc_call_t *call);
bool bmc_ipmi_ask_is_sent(const bmc_ipmi_unit_t *u, const bmc_call_t *call);
void bmc_ipmi_ask_forget(bmc_ipmi_unit_t *u);


/* silence.c: uv_now, when it is enough; 0: nothing is waited for */

uint64_t bmc_ipmi_silence_due(const bmc_ipmi_unit_t *u);


/* sol.c: the console, if there is one */

int bmc_ipmi_sol_register(void);                 /* 0, or OpenIPMI's error */
size_t bmc_ipmi_sol_write(bmc_ipmi_unit_t *u, const void *bytes, size_t len);
void bmc_ipmi_sol_heard(bmc_ipmi_unit_t *u, const uint8_t *p, size_t n);
bool bmc_ipmi_sol_cancel(bmc_ipmi_unit_t *u, bmc_call_t *call);
uint64_t bmc_ipmi_sol_due(const bmc_ipmi_unit_t *u);     /* 0: never */
void bmc_ipmi_sol_overdue(bmc_ipmi_unit_t *u);
void bmc_ipmi_sol_lost(bmc_ipmi_unit_t *u);      /* … with its session */
void bmc_ipmi_sol_close(bmc_ipmi_unit_t *u);
void bmc_ipmi_sol_ends(bmc_ipmi_unit_t *u, const bmc_ipmi_job_t *job,
    bmc_rc_t *rc, const char **text);


/* errors.c */

void bmc_ipmi_judge(const bmc_ipmi_unit_t *u, bmc_ipmi_verdict_t *v);


/* ipmi.c */

extern const bmc_word_t  bmc_ipmi_words[];


#endif /* _BMC_IPMI_LINK_H_INCLUDED_ */
