
/*
 * Copyright (C) the bmcgate authors
 *
 * The board: one mmap'ed file that every process of the gateway shares.
 * A slot a host, kept by whoever holds the host's lease and read by all
 * without locks; the table of processes; the newest operations and events;
 * sessions; the actors' rate limits, and who failed to log in how often.  It
 * holds no secrets and survives its writers.
 *
 * A slot has two copies of what it says and a counter whose parity names the
 * valid one, so a writer killed half-way leaves the other copy whole and no
 * reader ever waits.
 *
 * The file grows in chunks of slots and is never replaced while anyone holds
 * it open; an unusable file is replaced only when no process is alive on it.
 */


#ifndef _BMC_BOARD_H_INCLUDED_
#define _BMC_BOARD_H_INCLUDED_


#include "bmcgate.h"


#define BMC_BOARD_VERSION  4
#define BMC_SLOT_NONE      UINT32_MAX
#define BMC_BOARD_HOSTS    262144
#define BMC_BOARD_PEERS    1024
#define BMC_BOARD_OPS      65536     /* newest operations remembered */
#define BMC_BOARD_EVENTS   8192
#define BMC_BOARD_SESSIONS 4096
#define BMC_SESSIONS_EACH  64        /* of one name; the oldest gives way */
#define BMC_TOKEN_HASH     32        /* bytes of SHA-256 */
#define BMC_SOCK_MAX       40        /* a peer socket's file name */


typedef struct bmc_board_s  bmc_board_t;


/*
 * Opens or creates DIR/board, 0660 and, for root, group bmcgate; DIR is
 * created (0771) when its parent exists, and DIR/peer (0731).  A replaced
 * file, and why it was, is told through say().  NULL and why otherwise.
 */

bmc_board_t *bmc_board_open(const char *dir, bmc_say_pt say, void *data,
    char why[BMC_TEXT_MAX]);
void bmc_board_close(bmc_board_t *bd);       /* accepts NULL; leaves first */


/*
 * Peers.  A process joins at most once per board.  Its life is a lock on a
 * byte of the file, which the kernel frees: of its open file description
 * when it opened the board itself or may open what it inherited, else of
 * the process.  A description lives as long as any process has it: who forks
 * after joining has its child close the board, or join, or exec.  A lock of
 * a process is lost when that closes any other descriptor of the file: who
 * inherited two boards it may not open closes neither while joined.
 * A word is a peer's number and incarnation in one; 0 is nobody.
 */

typedef struct {
    uint64_t  word;
    uint32_t  pid;
    uint32_t  flags;                 /* those of bmc_open() */
    uint64_t  load;                  /* operations under way */
    char      sock[BMC_SOCK_MAX];
} bmc_board_peer_t;

bmc_rc_t bmc_board_join(bmc_board_t *bd, unsigned flags, const char *sock,
    char why[BMC_TEXT_MAX]);
void bmc_board_leave(bmc_board_t *bd);
void bmc_board_set_flags(bmc_board_t *bd, unsigned flags);
void bmc_board_set_load(bmc_board_t *bd, unsigned load);
uint64_t bmc_board_self(const bmc_board_t *bd);      /* 0: not joined */

/* one system call; true for oneself */

bool bmc_board_alive(const bmc_board_t *bd, uint64_t word);
bool bmc_board_peer(const bmc_board_t *bd, uint64_t word,
    bmc_board_peer_t *peer);

/*
 * One who died without leaving, until it is buried: its socket may still lie
 * there, and what it was doing waits to be settled.  True: who it was.
 */

bool bmc_board_dead(const bmc_board_t *bd, bmc_board_peer_t *peer);
void bmc_board_bury(bmc_board_t *bd, uint64_t word);

/* the living, without oneself; up to max, returns how many */

size_t bmc_board_peers(const bmc_board_t *bd, bmc_board_peer_t *peers,
    size_t max);

/* changes whenever anyone joins or leaves properly; cheap to compare */

uint64_t bmc_board_peers_epoch(const bmc_board_t *bd);

/* 16 random bytes that only holders of the board can know */

const uint8_t *bmc_board_cookie(const bmc_board_t *bd);


/*
 * Slots: found by name, made when absent; a slot keeps its number.  None
 * when memory is short, the name does not fit, or the board is full.
 */

uint32_t bmc_board_slot(bmc_board_t *bd, const char *name);
uint32_t bmc_board_find(const bmc_board_t *bd, const char *name);
const char *bmc_board_name(const bmc_board_t *bd, uint32_t slot);

/* read: always a whole copy that some writer finished; all zero if none */

void bmc_board_read(const bmc_board_t *bd, uint32_t slot, bmc_view_t *view);

/* for lists: what stands before the serial number; the rest has no value */

void bmc_board_read_head(const bmc_board_t *bd, uint32_t slot,
    bmc_view_t *view);
size_t bmc_board_sensors(const bmc_board_t *bd, uint32_t slot,
    bmc_sensor_t *sensors, size_t max);

/* write: by the lease-holder only; sensors too many for the memory there
   is are dropped, the old ones stay */

void bmc_board_write(bmc_board_t *bd, uint32_t slot, const bmc_view_t *view);
void bmc_board_write_sensors(bmc_board_t *bd, uint32_t slot,
    const bmc_sensor_t *sensors, size_t n);

/*
 * A line for whoever holds the lease next, by the lease-holder only; what is
 * longer is not kept.  It is found under the same number only, and only
 * whole; "" and 0: none.
 */

#define BMC_KEPT_MAX  48

void bmc_board_keep(bmc_board_t *bd, uint32_t slot, uint64_t number,
    const char *text);
bool bmc_board_kept(const bmc_board_t *bd, uint32_t slot, uint64_t number,
    char text[BMC_KEPT_MAX]);


/* Leases, lease.c: one atomic word in the slot */

/*
 * True: it is ours now, or was already.  *was is the word before: 0, our
 * own, or that of a dead owner; when false, the living owner's.
 */

bool bmc_lease_take(bmc_board_t *bd, uint32_t slot, uint64_t *was);
void bmc_lease_drop(bmc_board_t *bd, uint32_t slot);
uint64_t bmc_lease_owner(const bmc_board_t *bd, uint32_t slot);
void bmc_lease_drop_all(bmc_board_t *bd);

/* the change the owner has sent and not yet heard of; 0: none.  Whoever
   takes a dead owner's lease settles it. */

uint64_t bmc_lease_sent(const bmc_board_t *bd, uint32_t slot);
void bmc_lease_set_sent(bmc_board_t *bd, uint32_t slot, uint64_t op);


/*
 * Operations.  id and state are one atomic word: op_move() is the one place
 * where a change goes from one state to another, and only one process wins.
 * Numbers begin at the wall clock and are never given twice; op_last() of a
 * new board is one nobody was given.  0: no memory.
 */

uint64_t bmc_board_op_new(bmc_board_t *bd, const char *host,
    bmc_verb_t verb, const char *actor);             /* ASKED */

/* one of a group's operation; or, with hosts, such an operation itself */

uint64_t bmc_board_op_part(bmc_board_t *bd, const char *host,
    bmc_verb_t verb, const char *actor, uint64_t group, uint32_t hosts);
bool bmc_board_op_move(bmc_board_t *bd, uint64_t id, bmc_op_state_t from,
    bmc_op_state_t to, bmc_rc_t rc, const char *text);
bool bmc_board_op_read(const bmc_board_t *bd, uint64_t id,
    bmc_op_info_t *info);

/* its group, 0: none, and when it was asked for; a glance, for long lists */

bool bmc_board_op_glance(const bmc_board_t *bd, uint64_t id,
    uint64_t *group, int64_t *asked);
uint64_t bmc_board_op_last(const bmc_board_t *bd);   /* newest id given */

/* it is in our hands from now on, as it also is of who moves it to SENT */

void bmc_board_op_keep(bmc_board_t *bd, uint64_t id);

/*
 * The next operation from record *at on that nobody alive will settle: ASKED
 * of a dead process that no living one took over, or SENT by a dead one.
 * 0: no more of them.
 */

uint64_t bmc_board_op_orphan(const bmc_board_t *bd, uint32_t *at,
    bmc_op_state_t *state);


/* Events: id and time are filled in; numbers are as operations' */

uint64_t bmc_board_event(bmc_board_t *bd, bmc_event_t *event);
bool bmc_board_event_read(const bmc_board_t *bd, uint64_t id,
    bmc_event_t *event);
uint64_t bmc_board_event_last(const bmc_board_t *bd);


/*
 * What all processes have done: operations by verb and outcome, and how long
 * BMCs took, in buckets whose upper bounds are bmc_board_bounds(), seconds.
 */

#define BMC_STATS_VERBS    64
#define BMC_STATS_RCS      32
#define BMC_STATS_BUCKETS  12        /* the last has no bound */

void bmc_board_ended(bmc_board_t *bd, bmc_verb_t verb, bmc_rc_t rc);
void bmc_board_took(bmc_board_t *bd, bmc_verb_t verb, uint64_t us);
uint64_t bmc_board_count(const bmc_board_t *bd, bmc_verb_t verb,
    bmc_rc_t rc);
uint64_t bmc_board_bucket(const bmc_board_t *bd, bmc_verb_t verb,
    unsigned bucket);
uint64_t bmc_board_time(const bmc_board_t *bd, bmc_verb_t verb);
const char *bmc_board_bound(unsigned bucket);            /* "+Inf" the last */


typedef enum {
    BMC_LOGIN_RIGHT,
    BMC_LOGIN_WRONG,                 /* password or user */
    BMC_LOGIN_KEY,                   /* wrong key or token */
    BMC_LOGIN_LIMITED,               /* not looked at */
    BMC_LOGINS
} bmc_login_kind_t;

void bmc_board_login(bmc_board_t *bd, bmc_login_kind_t kind);
uint64_t bmc_board_logins(const bmc_board_t *bd, bmc_login_kind_t kind);


/*
 * Rate limits shared by all processes: may this key do one more of `count`
 * per `per` ms?  0: yes, and it is counted; else ms until it may.
 */

int64_t bmc_board_limit(bmc_board_t *bd, const char *key, int64_t count,
    int64_t per);

/*
 * Failures, counted for all processes: each keeps its key occupied for `each`
 * ms more, up to `most`.  Returns how many ms from now that is; add counts
 * one more, if there is room for it.
 */

int64_t bmc_board_failures(bmc_board_t *bd, uint64_t key, int64_t each,
    int64_t most, bool add);


/*
 * Sessions.  Whoever opens one keeps the token; the board has its hash.  A
 * session is over when it was not used for `idle` ms.  Numbers begin at the
 * wall clock and are never given twice.
 */

typedef struct {
    uint64_t          id;
    uint64_t          print;     /* of whose it is; compared by the reader */
    int64_t           created;   /* bmc_wall() */
    int64_t           used;      /* bmc_now() */
    bmc_actor_kind_t  kind;      /* KEY or USER */
    uint8_t           hash[BMC_TOKEN_HASH];
    char              name[BMC_NAME_MAX];
    char              from[48];
    char              door[16];
} bmc_board_session_t;

/*
 * id, created and used are filled in; *gone is the session that gave way, or
 * 0.  BMC_LIMITED: all are in use; BMC_FAILED: no memory.
 */

bmc_rc_t bmc_board_session_new(bmc_board_t *bd, bmc_board_session_t *s,
    int64_t idle, uint64_t *gone);
bool bmc_board_session_read(const bmc_board_t *bd, uint64_t id, int64_t idle,
    bmc_board_session_t *s);

/* its idle time begins anew; written only every now and then */

void bmc_board_session_use(bmc_board_t *bd, const bmc_board_session_t *s,
    int64_t idle);

/* true: it is we who closed it */

bool bmc_board_session_close(bmc_board_t *bd, uint64_t id);

/* the session in record i, 0: none */

uint64_t bmc_board_session_at(const bmc_board_t *bd, uint32_t i);


#endif /* _BMC_BOARD_H_INCLUDED_ */
