
/*
 * Copyright (C) the bmcgate authors
 *
 * bmcctl from the inside: one command being carried out.
 */


#ifndef _BMC_CTL_H_INCLUDED_
#define _BMC_CTL_H_INCLUDED_


#include <jansson.h>
#include <poll.h>
#include <stdio.h>

#include "bmcgate.h"
#include "base/buf.h"
#include "ctl/args.h"
#include "ctl/grammar.h"


#define BMC_CTL_INFLIGHT  512    /* reads at a time */
#define BMC_CTL_CLOSE     1000   /* ms for logging out */


typedef enum {
    BMC_OUT_TABLE = 0,
    BMC_OUT_WIDE,
    BMC_OUT_JSON,
    BMC_OUT_YAML,
    BMC_OUT_NAME
} bmc_out_t;


struct bmc_ctl_s {
    bmc_words_t             args;
    bmc_out_t               out;
    bmc_base_t             *base;
    bmc_t                  *core;
    const bmc_hostconf_t  **host;    /* in order of configuration */
    size_t                  nhosts;
    bmc_actor_t             actor;
    char                    name[64];
    char                    from[32];
    uint32_t                timeout;
    uint32_t                verify;
    unsigned                flags;   /* BMC_FRESH, BMC_VERIFY */
    int                     signals; /* a signalfd; -1: none yet */
    int                     signo;   /* what ended us; 0: nothing */
};


/* One request to one host, and what became of it */

typedef struct bmc_batch_s  bmc_batch_t;


typedef struct {
    bmc_batch_t           *batch;
    const bmc_hostconf_t  *host;
    bmc_verb_t             verb;
    bmc_op_t              *op;
    bmc_rc_t               rc;
    bool                   ended;
    bool                   verified;
    char                  *text;     /* of the result; NULL: none */
    json_t                *row;      /* NULL: not ended, or no memory */
} bmc_job_t;


struct bmc_batch_s {
    bmc_ctl_t         *ctl;
    bmc_job_t         *job;
    size_t             njobs;
    size_t             next;         /* not begun */
    size_t             nended;
    size_t             shown;        /* jobs before it were shown */
    bmc_verb_args_t    va;
    bmc_group_op_t    *group;
    size_t            *sorted;       /* jobs by host name, for a group */
    bool               grouped;
    bool               progress;
    int64_t            drawn;        /* when the bar was */
    void             (*show)(bmc_job_t *j);  /* in order; or NULL */
};


/* batch.c */

bool bmc_batch_init(bmc_batch_t *r, bmc_ctl_t *c, size_t njobs);
void bmc_batch_free(bmc_batch_t *r);             /* drops what is under way */

/* until all have ended or a signal came; reads in parallel */

void bmc_batch_reads(bmc_batch_t *r);
void bmc_batch_change(bmc_batch_t *r);

/* what each host answered, for bmc_out_rows() */

json_t *bmc_batch_rows(const bmc_batch_t *r);

/* failures to stderr, each once; the exit status they make together */

int bmc_batch_status(const bmc_batch_t *r, bool say);


/* loop.c */

bool bmc_ctl_loop_open(bmc_ctl_t *c);

/*
 * Waits at most cap ms (-1: as long as the core likes) and runs the core;
 * false when a signal asks us to end.
 */

bool bmc_ctl_loop_once(bmc_ctl_t *c, struct pollfd *extra, nfds_t nextra,
    int cap);


/* progress.c */

void bmc_progress_draw(bmc_batch_t *r);
void bmc_progress_erase(bmc_batch_t *r);


/* row.c: the core's texts as trees; NULL when there is no memory */

json_t *bmc_row_result(const bmc_result_t *result, bmc_verb_t verb);
json_t *bmc_row_refused(const char *host, bmc_rc_t rc, const char *text);
json_t *bmc_row_host(const bmc_ctl_t *c, const bmc_hostconf_t *h);
json_t *bmc_row_event(const bmc_event_t *event);
json_t *bmc_row_operation(const bmc_ctl_t *c, const bmc_op_info_t *op);

/* sets nothing when value is NULL or "" */

void bmc_row_text(json_t *row, const char *key, const char *value);


/* say.c: text of strangers with its control characters made harmless */

void bmc_ctl_error(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));   /* "bmcctl: …" */
void bmc_ctl_say(FILE *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void bmc_ctl_host(FILE *f, const char *host, const char *text);
void bmc_ctl_line(void *data, const char *line);     /* a bmc_say_pt */
bool bmc_ctl_put(const char *text, size_t len);      /* to stdout, as it is */
int bmc_ctl_flush(void);         /* 0, or the errno of what first went wrong */


/* ask.c */

/* from the terminal or standard input, without its line end; wipe it */

bool bmc_ask_secret(const char *prompt, bmc_buf_t *secret);
bool bmc_ask_file(const char *file, bmc_buf_t *secret);  /* "-": as above */
bool bmc_ask_change(const bmc_ctl_t *c);


/* newuser.c: what every BMC takes, 16 letters and digits; wipe it */

#define BMC_PASSWORD_SIZE  17

bool bmc_password_make(char password[BMC_PASSWORD_SIZE]);


/* the commands */

int bmc_do_read(bmc_ctl_t *c);
int bmc_do_change(bmc_ctl_t *c);
int bmc_do_change_secret(bmc_ctl_t *c);
int bmc_do_user_set(bmc_ctl_t *c);
int bmc_do_ls(bmc_ctl_t *c);
int bmc_do_describe(bmc_ctl_t *c);
int bmc_do_quirks(bmc_ctl_t *c);
int bmc_do_console(bmc_ctl_t *c);
int bmc_do_host_add(bmc_ctl_t *c);
int bmc_do_host_set(bmc_ctl_t *c);
int bmc_do_host_rm(bmc_ctl_t *c);
int bmc_do_discover(bmc_ctl_t *c);
int bmc_do_events(bmc_ctl_t *c);
int bmc_do_operations(bmc_ctl_t *c);
int bmc_do_audit_show(bmc_ctl_t *c);
int bmc_do_audit_verify(bmc_ctl_t *c);
int bmc_do_secret_new(bmc_ctl_t *c);
int bmc_do_secret_hash(bmc_ctl_t *c);
int bmc_do_completion(bmc_ctl_t *c);
int bmc_do_help(bmc_ctl_t *c);


/* main.c: all of bmcctl but main() */

int bmc_ctl_main(int argc, char *const *argv);
bool bmc_ctl_open(bmc_ctl_t *c);             /* the core; once */

/* the configuration as it is now; it stays as it was if that is wrong */

bool bmc_ctl_reload(bmc_ctl_t *c);

/* hosts.c: those that were named; true for all when none was */

bool bmc_ctl_hosts(bmc_ctl_t *c);


#endif /* _BMC_CTL_H_INCLUDED_ */
