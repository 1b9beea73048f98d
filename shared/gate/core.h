
/*
 * Copyright (C) the bmcgate authors
 *
 * What the files of the gate share, and nobody else sees.
 *
 *   base.c    what is loaded once and inherited: fleet, board, audit
 *   core.c    one process's loop: open and run
 *   close.c   … and its end
 *   retire.c  … which begins with letting others take over
 *   reload.c  a new fleet under a running core
 *   who.c     who asks: keys, tokens, and whom others have proven
 *   login.c   … and passwords, which take their time
 *   session.c … and whom we remember
 *   gate.c    a request comes in: verb, host, policy, limits, audit
 *   route.c   … and goes to the board, our own queue, or a peer
 *   host.c    a host at run time: lease, drivers' units, leaving
 *   queue.c   … one command at a time, and when it is asked next
 *   order.c   … and by which of its drivers
 *   end.c     … and what became of a command
 *   call.c    what drivers call
 *   note.c    what an answer changes on the board
 *   metrics.c what Prometheus wants to know
 *   counts.c  … of what is no host
 *   verify.c  has the BMC shown it?
 *   media.c   has it shown what was inserted, or that it was ejected?
 *   poll.c    which hosts to hold, when to ask them
 *   remote.c  requests to and from peers
 *   bury.c    what killed processes leave behind
 *   stream.c  consoles: one call, many watchers
 *   group.c   one request for many hosts
 *   event.c   watchers and notices
 *   op.c      an operation's life and its one done()
 *   due.c     … when nobody waits for it any more
 */


#ifndef _BMC_CORE_H_INCLUDED_
#define _BMC_CORE_H_INCLUDED_


#include <sys/types.h>
#include <uv.h>

#include "bmcgate.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/pool.h"
#include "audit/audit.h"
#include "auth/auth.h"
#include "board/board.h"
#include "conf/conf.h"
#include "drivers/driver.h"
#include "gate/policy.h"
#include "gate/verb.h"
#include "peer/peer.h"
#include "quirks/quirks.h"


#define BMC_DRIVERS_MAX     16
#define BMC_QUEUE_MAX       64       /* operations waiting for one host */
#define BMC_MAX_TIMEOUT     3600000  /* ms */
#define BMC_GRACE           100      /* ms a driver gets past its deadline */
#define BMC_REMOTE_GRACE    400      /* … and a peer past its own */
#define BMC_IDLE            15000    /* ms a lease is kept for nothing */
#define BMC_VERIFY_DEFAULT  60000    /* ms */


typedef struct bmc_root_s   bmc_root_t;
typedef struct bmc_run_s    bmc_run_t;


/* What outlives a reload: the board, the seats, what drivers have mapped */

struct bmc_root_s {
    unsigned      refs;
    pid_t         opener;
    bmc_board_t  *board;
    char         *run;
    int           rundir;            /* … for those who cannot get there */
    char         *state;
    void         *shared[BMC_DRIVERS_MAX];
    unsigned      nseats;
    unsigned      promised;          /* of them, by the newest load */
    struct {
        int       fd;
        char      sock[BMC_SOCK_MAX];
    }            *seat;
};


struct bmc_base_s {
    unsigned      refs;
    bmc_root_t   *root;
    bmc_fleet_t  *fleet;
    bmc_audit_t  *audit;
};


/* core.c */

void bmc_core_free(bmc_t *b);


/* base.c */

bmc_base_t *bmc_base_hold(bmc_base_t *base);
bmc_root_t *bmc_root_hold(bmc_root_t *root);
void bmc_root_free(bmc_root_t *root);
bool bmc_base_adopt(bmc_base_t *base, bmc_root_t *root,
    char why[BMC_TEXT_MAX]);
void *bmc_root_shared(const bmc_root_t *root, const bmc_driver_t *driver);


/* One host at run time, made when it is first needed */

typedef enum {
    BMC_UNIT_SHUT = 0,
    BMC_UNIT_OPEN,
    BMC_UNIT_SHUTTING
} bmc_unit_phase_t;


/* call is what drivers see; it may outlive its operation */

typedef struct {
    bmc_call_t   call;
    bmc_op_t    *op;                 /* NULL: nobody waits any more */
    bmc_run_t   *run;
    uint64_t     id;                 /* a change's number */
    uint32_t     timeout;            /* ms the operation has */
    uint32_t     given;              /* … and this driver of them */
    const bmc_driver_t  *driver;
    unsigned     index;              /* in the host's drivers */
    uint64_t     began;              /* uv_hrtime() */
    bool         claimed;
    bool         cancelled;
    bool         stream;
    bool         second;             /* another opinion on power */
} bmc_doing_t;


typedef struct {
    bmc_unit_t         unit;
    bmc_run_t         *run;
    const bmc_driver_t *driver;
    bmc_unit_phase_t   phase;
} bmc_seated_t;


struct bmc_run_s {
    bmc_t                 *b;
    bmc_base_t            *base;     /* conf is of this one */
    const bmc_hostconf_t  *conf;
    uint32_t               slot;
    bool                   held;     /* the lease is ours */
    bool                   leaving;  /* log out, give the lease back */
    bool                   gone;     /* … and forget the host */
    bmc_ring_t             leaver;   /* in b->leavers then */
    bool                   stepping; /* bmc_run_next() is at work */
    bool                   polling;  /* a poll's read is under way */
    bool                   opine;    /* power changed: ask another, too */
    uint8_t                polls;    /* counts, to space out sensors */
    bmc_seated_t          *at[BMC_CONF_DRIVERS]; /* NULL: never opened */
    bmc_doing_t           *doing;    /* the one command under way */
    bmc_op_t              *resting;  /* a busy BMC: tried again later */
    bmc_ring_t             queue;    /* bmc_op_t.link */
    unsigned               queued;
    uint64_t               rest_at;  /* uv_now; 0: none */
    uint64_t               share_at; /* another driver's turn comes */
    uint64_t               poll_at;
    uint64_t               idle_at;
    uint64_t               typed_at; /* for the console, which was full */
    uint64_t               verify_at;
    uint64_t               verify_until;
    uint64_t               verify_op;
    uint32_t               verify_step;
    uint8_t                verify_verb;
    bool                   verify_seen;
    bool                   verify_waits; /* a read for it is under way */
    char                   verify_want[16];
    int64_t                verify_since; /* bmc_now() */
    bmc_op_t              *verify_for;   /* who waits; NULL: nobody */
    const char            *verify_told;  /* … of media; NULL: not yet */
    bmc_doing_t           *console;
    bool                   console_open;
    bool                   telling;      /* watchers must stay in place */
    bmc_ring_t             watchers;     /* stream ops, the writer first */
    uv_timer_t             timer;
};


typedef enum {
    BMC_AT_HOME = 0,                 /* in no list */
    BMC_AT_READY,                    /* its result waits for bmc_run() */
    BMC_AT_QUEUE,
    BMC_AT_BMC,                      /* run->doing, or resting */
    BMC_AT_FOLLOW,                   /* shares another's answer */
    BMC_AT_VERIFY,
    BMC_AT_PEER,
    BMC_AT_STRAY,                    /* between two lease-holders */
    BMC_AT_STREAM
} bmc_at_t;


struct bmc_op_s {
    bmc_t           *b;
    bmc_run_t       *run;            /* NULL: board or peer */
    bmc_pool_t      *pool;
    bmc_ring_t       link;           /* by at: ready, queue, follow, … */
    bmc_ring_t       due;            /* b->due, by deadline */
    bmc_ring_t       followers;      /* bmc_op_t.link */
    bmc_op_t        *leader;
    bmc_at_t         at;
    bmc_verb_t       verb;
    unsigned         flags;
    const bmc_hostconf_t  *conf;     /* of b->base; refreshed by reload */
    const bmc_arg_t *args;
    size_t           nargs;
    const char      *host;
    const char      *actor;          /* "key:homeassistant" */
    const char      *from;
    const char      *door;
    uint64_t         id;             /* a change's number */
    uint64_t         deadline;       /* uv_now: what the driver is told */
    uint64_t         due_at;         /* uv_now: when we stop waiting */
    uint32_t         timeout;        /* ms, as asked */
    uint32_t         verify;         /* ms */
    uint32_t         max_age;
    unsigned         driver;         /* index in conf's preference */
    unsigned         tried;          /* bits of those that failed it */
    const char      *before;         /* … and how, in words; or NULL */
    unsigned         rests;
    bool             internal;       /* ours: no audit, no limits */
    bool             second;         /* … another opinion on power */
    bool             dropped;
    bool             counted;        /* in b->nops */
    bool             recorded;       /* no change, yet in the audit */
    bool             opened;         /* a stream: done() has said so */
    bool             told;           /* … and so has the peer it is for */
    uint64_t         ask;            /* our number at a peer */
    bmc_link_t      *link_to;        /* … and the link to it */
    uint64_t         served;         /* a peer's number for it */
    bmc_link_t      *link_from;
    bmc_buf_t        typed;          /* by a peer's user, not yet written */
    bmc_done_pt      done;
    bmc_data_pt      sink;
    void            *data;
    bmc_result_t     result;
    bmc_view_t       view;
};


struct bmc_s {
    uv_loop_t        loop;
    bmc_root_t      *root;
    bmc_base_t      *base;
    bmc_board_t     *board;
    bmc_peers_t     *peers;
    bmc_say_pt       say;
    void            *say_data;
    unsigned         flags;
    unsigned         nops;
    uint32_t         retry_after;    /* of the last one refused */
    bool             closing;
    bool             retiring;
    bool             delivering;
    bmc_run_t      **run;            /* by conf index; NULL until needed */
    uint32_t        *slot;           /* by conf index */
    size_t           nruns;
    size_t           held;
    bmc_ring_t       ready;          /* results to deliver */
    bmc_ring_t       due;            /* all operations by deadline */
    bmc_ring_t       remote;         /* operations at peers */
    bmc_ring_t       stray;
    bmc_ring_t       groups;
    bmc_ring_t       watchers;
    bmc_ring_t       leavers;        /* hosts dropped by a reload */
    bmc_auth_t      *auth;
    bmc_ring_t       logins;         /* all; those of … */
    bmc_ring_t       logins_queue;   /* … wait for their check */
    bmc_ring_t       logins_ready;   /* … wait for bmc_run() */
    unsigned         nlogins;
    unsigned         nqueued;        /* in logins_queue */
    uint64_t         group;          /* a change that is submitted is part
                                        of this one; 0: of none */
    uint64_t         asks;           /* numbers given to peers */
    uint64_t         seen;           /* newest event told to watchers */
    bool             news;
    uv_timer_t       deadline;
    uv_timer_t       stray_timer;
    uv_timer_t       sweep;
};


/* op.c */

bmc_op_t *bmc_op_create(bmc_t *b, bmc_verb_t verb, const char *host);
bool bmc_op_args(bmc_op_t *op, const bmc_arg_t *args, size_t nargs);
bool bmc_op_changes(const bmc_op_t *op);
void bmc_op_count(bmc_op_t *op);             /* one more under way */
void bmc_op_free(bmc_op_t *op);
uint64_t bmc_clock(bmc_t *b);                /* uv_now, brought up to date */

/* the result is set; done() follows from bmc_run(); text may be NULL */

void bmc_op_end(bmc_op_t *op, bmc_rc_t rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void bmc_op_deliver(bmc_t *b);
bool bmc_op_audit(const bmc_op_t *op, const char *event, bmc_rc_t rc,
    const char *text, char why[BMC_TEXT_MAX]);

/*
 * A change goes from one state to another: board, audit, event.  False: it
 * was not in that state; somebody else has settled it.
 */

bool bmc_op_settle(bmc_op_t *op, bmc_op_state_t from, bmc_op_state_t to,
    bmc_rc_t rc, const char *text);

/* a change, or anything else, that never left: settled, then ended */

void bmc_op_unsent(bmc_op_t *op, bmc_op_state_t to, bmc_rc_t rc,
    const char *text);

/* the same for a change whose operation is not at hand any more */

bool bmc_op_tell(bmc_t *b, uint64_t id, const char *event,
    bmc_op_state_t from, bmc_op_state_t to, bmc_rc_t rc, const char *text);

/* what the board says became of a change that another process ran */

void bmc_op_end_as_known(bmc_op_t *op, const char *who);


/* gate.c: "key:homeassistant" */

void bmc_actor_text(bmc_actor_kind_t kind, const char *name, char text[64]);


/* who.c: false and why, which was said already: it is not written down */

bool bmc_who_audit(bmc_t *b, const bmc_audit_entry_t *e,
    char why[BMC_TEXT_MAX]);


/* login.c */

void bmc_login_deliver(bmc_t *b);
bool bmc_login_busy(const bmc_t *b);
void bmc_login_end_all(bmc_t *b);


/* session.c: one that lives, and whose user is who he was */

bool bmc_session_read(const bmc_t *b, uint64_t id, bmc_board_session_t *s);


/* due.c */

void bmc_op_due(bmc_op_t *op, uint64_t when);
void bmc_op_deadline(uv_timer_t *timer);


/* bury.c: the dead that the board knows of */

void bmc_bury(bmc_t *b);


/* route.c: does the board answer by itself? */

bool bmc_route_fresh(const bmc_view_t *view, uint32_t max_age);
void bmc_route(bmc_op_t *op);
void bmc_route_later(bmc_op_t *op);
void bmc_route_stray(uv_timer_t *timer);
void bmc_route_again(bmc_op_t *op);          /* its host has been left */
void bmc_route_lost(bmc_t *b, uint64_t id);


/* host.c */

bmc_run_t *bmc_run_of(bmc_t *b, const bmc_hostconf_t *conf);
bool bmc_run_hold(bmc_run_t *run, uint64_t *owner);
void bmc_run_add(bmc_run_t *run, bmc_op_t *op);
void bmc_run_next(bmc_run_t *run);
void bmc_run_arm(bmc_run_t *run);
void bmc_run_leave(bmc_run_t *run);
void bmc_run_shut(bmc_run_t *run);
void bmc_run_abort(bmc_run_t *run);
void bmc_run_rebase(bmc_run_t *run);
void bmc_run_cancel(bmc_run_t *run, bmc_op_t *op);
void bmc_run_free(bmc_run_t *run);
bmc_seated_t *bmc_run_unit(bmc_run_t *run, unsigned i);
bool bmc_run_busy(const bmc_run_t *run);
uint32_t bmc_slot_of(bmc_t *b, const bmc_hostconf_t *conf, bool make);

/* a call has ended; host.c decides what becomes of its operation */

void bmc_run_done(bmc_doing_t *doing, bmc_rc_t rc, const char *text);
bool bmc_run_claim(bmc_doing_t *doing);
bmc_doing_t *bmc_doing_create(const bmc_op_t *op);
void bmc_doing_free(bmc_doing_t *doing);
void bmc_doing_cancel(bmc_doing_t *doing);   /* it may be gone after */
void bmc_run_closed(bmc_seated_t *at);


/*
 * order.c.  A view as the board has it, but for what it says of drivers that
 * are not this configuration's.
 */

void bmc_order_read(const bmc_run_t *run, bmc_view_t *view);
void bmc_order_trust(const bmc_hostconf_t *conf, bmc_view_t *view);
bool bmc_order_can(const bmc_run_t *run, unsigned i, bmc_verb_t verb);
unsigned bmc_order_all(const bmc_run_t *run);    /* a bit each */
bool bmc_run_refused(const bmc_run_t *run, bmc_view_t *view);
bool bmc_run_quirk(const bmc_run_t *run, const bmc_view_t *view,
    bmc_quirk_t quirk);

/* op->driver of those it has not tried; else why nobody can be asked */

bmc_rc_t bmc_order_first(const bmc_run_t *run, bmc_op_t *op,
    char why[BMC_TEXT_MAX]);
bool bmc_order_more(const bmc_run_t *run, const bmc_op_t *op, bmc_rc_t rc);
uint64_t bmc_order_deadline(const bmc_run_t *run, const bmc_op_t *op);
unsigned bmc_order_second(const bmc_run_t *run, const bmc_view_t *view);


/* note.c; last: no other driver will be asked the same */

void bmc_note(const bmc_doing_t *doing, bmc_rc_t rc, const char *text,
    bool last);
void bmc_note_retry(bmc_run_t *run);
void bmc_note_change(bmc_run_t *run, uint64_t op);


/* verify.c */

void bmc_verify_start(bmc_run_t *run, bmc_op_t *op, const char *accepted);
void bmc_verify_due(bmc_run_t *run);
void bmc_verify_stop(bmc_run_t *run, const char *why);

/* media.c: what media.list says of this change; NULL: nothing */

const char *bmc_media_told(const bmc_op_t *op, const char *text, size_t len);


/* poll.c */

void bmc_poll_sweep(uv_timer_t *timer);
void bmc_poll_due(bmc_run_t *run);
void bmc_poll_again(bmc_run_t *run);     /* it is given up no more */
void bmc_poll_held(bmc_run_t *run);
bmc_op_t *bmc_ask_internally(bmc_run_t *run, bmc_verb_t verb,
    bmc_done_pt done);


/* remote.c */

extern const bmc_peers_handlers_t  bmc_remote_handlers;

bool bmc_remote_ask(bmc_op_t *op, uint64_t owner);
void bmc_remote_drop(bmc_op_t *op);
void bmc_remote_moved(bmc_op_t *op);         /* frees it */
size_t bmc_remote_write(bmc_op_t *op, const void *bytes, size_t len);


/* stream.c */

void bmc_stream_start(bmc_run_t *run, bmc_op_t *op);
void bmc_stream_leave(bmc_op_t *op);
void bmc_stream_opened(bmc_run_t *run);
void bmc_stream_bytes(bmc_run_t *run, const void *bytes, size_t len);
void bmc_stream_timeout(bmc_op_t *op);
void bmc_stream_ended(bmc_run_t *run, bmc_rc_t rc, const char *text);
size_t bmc_stream_write(bmc_op_t *op, const void *bytes, size_t len);
void bmc_stream_typed(bmc_op_t *op, const void *bytes, size_t len);
void bmc_stream_flush(bmc_run_t *run);


/* group.c */

void bmc_group_end_all(bmc_t *b);


/* event.c */

void bmc_event_tell(bmc_t *b, bmc_event_t *event);
void bmc_event_news(bmc_t *b);
void bmc_event_dispatch(bmc_t *b);
void bmc_event_end_all(bmc_t *b);


#endif /* _BMC_CORE_H_INCLUDED_ */
