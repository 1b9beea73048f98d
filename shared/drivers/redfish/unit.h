
/*
 * Copyright (C) the bmcgate authors
 *
 * What the files below the verbs share: a BMC's service as we know it, and
 * the request that is under way.  redfish.h lists the files.
 */


#ifndef _BMC_REDFISH_UNIT_H_INCLUDED_
#define _BMC_REDFISH_UNIT_H_INCLUDED_


#include "drivers/redfish/redfish.h"


#define BMC_RF_ROOT      "/redfish/v1/"
#define BMC_RF_SESSIONS  "/redfish/v1/SessionService/Sessions"
#define BMC_RF_ETAGS     6           /* remembered, the last */
#define BMC_RF_PATIENCE  30000       /* ms for what no call waits for */
#define BMC_RF_LEAVING   2000        /* … and for a logout */
#define BMC_RF_TOKEN     1024
#define BMC_RF_BASIC     512
#define BMC_RF_ETAG      128
#define BMC_RF_WORDS     168         /* of the BMC's, in a text of ours */


/* what must be known before a verb may ask; each is one request */

typedef enum {
    BMC_RF_AT_ROOT = 0,
    BMC_RF_AT_LOGIN,
    BMC_RF_AT_SYSTEMS,
    BMC_RF_AT_SEARCH,                /* of these, by its Id or Name */
    BMC_RF_AT_SYSTEM,
    BMC_RF_AT_CHASSIS,               /* where the system names none */
    BMC_RF_AT_MANAGERS,              /* … */
    BMC_RF_AT_MANAGER,
    BMC_RF_READY
} bmc_rf_stage_t;


typedef enum {
    BMC_RF_GET,
    BMC_RF_TRY,                      /* may be absent */
    BMC_RF_MEMBER,                   /* … or broken */
    BMC_RF_CHANGE,
    BMC_RF_CHANGE_TRY,               /* may be refused */
    BMC_RF_CHANGE_ALL                /* … even with "not now" */
} bmc_rf_kind_t;


/* a resource that may have moved: found anew once a call */

typedef enum {
    BMC_RF_NOWHERE = 0,
    BMC_RF_SYSTEM,
    BMC_RF_CHASSIS,
    BMC_RF_MANAGER
} bmc_rf_place_t;


typedef struct {
    bmc_rf_kind_t    kind;
    bmc_rf_place_t   place;
    bmc_rf_told_pt   told;
    char             method[8];
    char            *path;
    char            *body;           /* wiped and freed */
    bool             wanted;         /* the job waits for it */
    bool             etagged;        /* its ETag was read for it */
    bool             reread;         /* … for it was refused */
    bool             any;            /* … for want of one: "*" will do */
} bmc_rf_ask_t;


/* once a request, unless it was cancelled */

typedef void (*bmc_rf_reply_pt)(bmc_rf_unit_t *u,
    const bmc_http_answer_t *a);

enum {
    BMC_RF_OPEN    = 0x01,           /* without a login */
    BMC_RF_CLAIMS  = 0x02,           /* for the job's call */
    BMC_RF_PATIENT = 0x04            /* as long as it takes, not the call */
};


/* what is under way; kept, for a session may have to be opened first */

typedef struct {
    bmc_rf_reply_pt  reply;
    char             method[8];
    char            *path;
    char            *body;           /* not of what is BMC_RF_OPEN */
    char            *match;          /* If-Match; NULL: none */
    unsigned         flags;
} bmc_rf_sent_t;


typedef struct {
    bmc_rf_told_pt   each;
    bmc_rf_told_pt   done;
    json_t          *page;
    char            *path;
    size_t           at;             /* member of the page */
    unsigned         n;              /* members of all pages */
    unsigned         pages;
    bool             expands;
} bmc_rf_walk_t;


typedef struct {
    char            *path;
    char            *value;
} bmc_rf_etag_t;


typedef struct {
    void           (*then)(bmc_rf_unit_t *u);
    json_t          *paths;          /* of sessions; up to at done */
    size_t           at;
    char            *from;           /* NULL: any address */
} bmc_rf_sweep_t;


struct bmc_rf_unit_s {
    bmc_unit_t      *unit;
    bmc_http_t      *http;
    bmc_rf_job_t    *job;            /* NULL: nobody waits */
    unsigned         serial;         /* of the job */
    uv_timer_t       timer;
    void           (*then)(bmc_rf_unit_t *u);    /* it is over */
    bmc_rf_verb_pt   goes_on;        /* … and a verb's own step */
    bmc_rf_stage_t   stage;
    bmc_rf_stage_t   resume;         /* once logged in */

    char            *token;
    char            *session;        /* its path */
    char            *old_token;      /* one that was not taken any more */
    char            *old_session;
    char            *orphan;         /* whose owner died: Id, or "?" */
    bmc_rf_sweep_t   sweep;

    char            *sessions;
    char            *systems;
    char            *chassises;
    char            *managers;
    char            *system;
    char            *chassis;
    char            *manager;
    json_t          *found;          /* paths of systems, while searching */
    json_t          *fresh;          /* the system, as read in this call */
    size_t           at;             /* of those found */

    char            *service;        /* whose it is: the root's word … */
    char            *vendor;         /* … and the system's */
    char            *model;
    char            *firmware;
    bmc_quirks_t     quirks;
    char             first[16];      /* the device that we put first … */
    char             option[64];     /* … in BootOrder, and its name there */

    bmc_rf_etag_t    etag[BMC_RF_ETAGS];
    unsigned         etags;          /* ever remembered */
    bmc_rf_ask_t     ask;
    bmc_rf_sent_t    sent;
    bmc_rf_sent_t    kept;           /* until there is a new session */
    bmc_rf_walk_t    walk;
    char            *task;           /* what a change has begun */
    unsigned         polled;         /* … was asked for so often */
    unsigned         lost;           /* … and not found */

    bool             basic;          /* there are no sessions */
    bool             expands;        /* "$expand=." is offered */
    bool             levels;         /* … with "($levels=1)" */
    bool             busy;           /* a request is under way */
    bool             tokened;        /* … with the session's token */
    bool             vain;           /* a new session changed nothing */
    bool             leaving;
    bool             left;           /* nothing more is sent */

    /* of this call */

    bool             looks;          /* at the certificate, when it may */
    bool             again;          /* logged in anew */
    bool             moved;          /* the tree was found anew */
    bool             answered;       /* a change was, somehow */
    bool             doubt;          /* one was sent, and no answer came */
    bool             taken;          /* one was done */
};


/* prepare.c: the next request, whatever it is */

void bmc_rf_step(bmc_rf_unit_t *u);

/* match may be NULL */

void bmc_rf_send(bmc_rf_unit_t *u, const char *method, const char *path,
    const char *body, const char *match, unsigned flags,
    bmc_rf_reply_pt reply);

/* there is no answer to what is under way; a login goes on */

void bmc_rf_unsend(bmc_rf_unit_t *u);

/* the job under way, if any, has failed for what all jobs need */

void bmc_rf_fail(bmc_rf_unit_t *u, bmc_rc_t rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* … because of that answer, which came instead of what */

void bmc_rf_fail_answer(bmc_rf_unit_t *u, const bmc_http_answer_t *a,
    const char *what);

bool bmc_rf_set(char **field, const char *value);    /* a copy; or NULL */
void bmc_rf_wipe(char **field);

/* the same for paths: what is none, or too long, is NULL */

bool bmc_rf_set_path(char **field, const char *path);


/* redfish.c: the timer, for whichever of us waits */

void bmc_rf_later(bmc_rf_unit_t *u, uint64_t ms,
    void (*then)(bmc_rf_unit_t *u));

void bmc_rf_begin(bmc_unit_t *unit, bmc_call_t *call, bmc_rf_verb_pt verb);

/* the unit ends, with a word to the BMC */

void bmc_rf_leave(bmc_rf_unit_t *u);


/* verbs.c: NULL where there is none; a job may be over before its time */

extern const bmc_rf_verb_pt  bmc_rf_verbs[BMC_VERB_MAX];

void bmc_rf_over(bmc_rf_unit_t *u);


/* session.c */

void bmc_rf_login(bmc_rf_unit_t *u);
bool bmc_rf_logout(bmc_rf_unit_t *u, bmc_rf_reply_pt reply);
void bmc_rf_logged_out(bmc_rf_unit_t *u);        /* the token is not taken */
void bmc_rf_session_wipe(bmc_rf_unit_t *u);

/* the new one was in vain, so the old one may still be there */

void bmc_rf_logout_old(bmc_rf_unit_t *u);
const char *bmc_rf_user(const bmc_rf_unit_t *u);

/* "Authorization: Basic …"; false, and why */

bool bmc_rf_basic(const bmc_rf_unit_t *u, char header[BMC_RF_BASIC],
    char why[BMC_TEXT_MAX]);


/*
 * orphan.c: what a process that is killed leaves at the BMC.  A login is to
 * be sent; it made a session; there is none, or no more.
 */

void bmc_rf_orphan_expect(bmc_rf_unit_t *u);
void bmc_rf_orphan_keep(bmc_rf_unit_t *u);
void bmc_rf_orphan_over(bmc_rf_unit_t *u);

/* ends it, if there is one that can be told; then() is called once */

void bmc_rf_orphan_end(bmc_rf_unit_t *u, void (*then)(bmc_rf_unit_t *u));
bool bmc_rf_orphan_is_known(const bmc_rf_unit_t *u);
void bmc_rf_orphan_free(bmc_rf_unit_t *u);


/* trust.c: what bmc.trust asks for, once nothing else is under way */

void bmc_rf_look(bmc_rf_unit_t *u);


/* tree.c */

void bmc_rf_tree_step(bmc_rf_unit_t *u);
void bmc_rf_tree_forget(bmc_rf_unit_t *u);
const char *bmc_rf_tree_path(const bmc_rf_unit_t *u, bmc_rf_place_t place);
void bmc_rf_tree_free(bmc_rf_unit_t *u);


/* facts.c */

void bmc_rf_facts_root(bmc_rf_unit_t *u, const json_t *root);
void bmc_rf_facts_system(bmc_rf_unit_t *u, const json_t *system);
void bmc_rf_facts_manager(bmc_rf_unit_t *u, const json_t *manager);
void bmc_rf_facts_free(bmc_rf_unit_t *u);

/* into the answer: who it is, in the call's memory */

void bmc_rf_facts_tell(bmc_rf_job_t *job, const json_t *system);


/* ask.c */

void bmc_rf_ask_send(bmc_rf_unit_t *u);
void bmc_rf_ask_free(bmc_rf_unit_t *u);
void bmc_rf_told_now(bmc_rf_unit_t *u, long status, json_t *json);

/* NULL, too, for what is there and cannot be had */

void bmc_rf_member(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told);

/* as bmc_rf_change_try(), and "not now" is told, too */

void bmc_rf_change_all(bmc_rf_job_t *job, const char *method,
    const char *path, json_t *body, bmc_rf_told_pt told);


/* etag.c */

void bmc_rf_etag_note(bmc_rf_unit_t *u, const char *path,
    const bmc_http_answer_t *a);
void bmc_rf_etag_forget(bmc_rf_unit_t *u);

/*
 * As the BMC takes it back, in match; NULL: none.  The last one was refused
 * as it was, and not because it was old?
 */

const char *bmc_rf_etag_match(bmc_rf_unit_t *u, const char *path,
    bool refused, char match[BMC_RF_ETAG]);
const char *bmc_rf_etag(bmc_rf_unit_t *u, const char *path);


/* task.c: what a 202 leads to */

void bmc_rf_task(bmc_rf_unit_t *u, const bmc_http_answer_t *a);
void bmc_rf_task_goes_on(bmc_rf_unit_t *u);      /* without us */

/* a path, also of a whole URL; NULL: the answer has none */

const char *bmc_rf_location(const bmc_rf_unit_t *u);


/* members.c */

void bmc_rf_walk_free(bmc_rf_unit_t *u);


/* errors.c: what a status means, and the BMC's own words for it */

bmc_rc_t bmc_rf_judge(long status, const json_t *json);
void bmc_rf_words(long status, const json_t *json, char text[BMC_RF_WORDS]);

/* a line for people, of a stranger's text */

void bmc_rf_line(char *out, size_t size, const char *text);

/* it is about user and password, whatever its status */

bool bmc_rf_is_login(long status, const json_t *json);


#endif /* _BMC_REDFISH_UNIT_H_INCLUDED_ */
