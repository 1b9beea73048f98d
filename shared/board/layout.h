
/*
 * Copyright (C) the bmcgate authors
 *
 * The board file as it lies on the disk, and what the board's own files
 * share.  Nothing read from it is believed: numbers are checked where they
 * are used, strings end where their field ends.
 *
 * The file is sparse.  A page of tmpfs that does not exist yet is made when
 * it is touched, be it for reading, and a full tmpfs answers with SIGBUS.
 * So nothing is touched that was not allocated; bits say what was.
 */


#ifndef _BMC_BOARD_LAYOUT_H_INCLUDED_
#define _BMC_BOARD_LAYOUT_H_INCLUDED_


#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/types.h>

#include "board/board.h"


#define BOARD_MAGIC        "BMCBOARD"
#define BOARD_PAGE         4096
#define BOARD_ALIGN        65536     /* the largest page Linux has */
#define BOARD_STEP         64        /* records allocated at a time */
#define BOARD_CHUNK        1024      /* slots */
#define BOARD_CHUNKS       (BMC_BOARD_HOSTS / BOARD_CHUNK)
#define BOARD_CELLS        (2 * BMC_BOARD_HOSTS)
#define BOARD_CELLS_STEP   (BOARD_PAGE / sizeof(uint32_t))
#define BOARD_PROBES       1024
#define BOARD_LIMITS       4096
#define BOARD_FAILURES     4096
#define BOARD_TRIES        65536

#define BOARD_WORDS(type)  (sizeof(type) / sizeof(uint64_t))

/* bytes no file reaches, the same in every version; for locks only */

#define BOARD_LOCK_OPEN    ((off_t) 1 << 62)
#define BOARD_LOCK_NAME    (BOARD_LOCK_OPEN + 1)
#define BOARD_LOCK_PEER    (BOARD_LOCK_OPEN + 1024)


typedef _Atomic uint32_t  board_half_t;
typedef _Atomic uint64_t  board_word_t;


typedef struct {
    uint32_t  head;
    uint32_t  chunk;
    uint32_t  slot;
    uint32_t  view;
    uint32_t  sensor;
    uint32_t  op;
    uint32_t  event;
    uint32_t  mutex;
    uint32_t  hosts;
    uint32_t  peers;
    uint32_t  ops;
    uint32_t  events;
    uint32_t  session;
    uint32_t  sessions;
} board_sizes_t;


typedef struct {
    char             magic[8];
    uint32_t         version;
    uint32_t         spare;
    board_sizes_t    sizes;
    uint8_t          cookie[16];
    char             boot[40];   /* the kernel's boot_id */
    pthread_mutex_t  mutex;
    board_word_t     epoch;
    board_word_t     incarnation;
    board_word_t     op_last;
    board_word_t     event_last;
    board_word_t     session_last;
    board_half_t     count;      /* slots */
    board_half_t     top;        /* peer numbers ever used */
    board_word_t     cell_bits[BOARD_CELLS / BOARD_CELLS_STEP / 64];
    board_word_t     slot_bits[BMC_BOARD_HOSTS / BOARD_STEP / 64];
    board_word_t     op_bits[BMC_BOARD_OPS / BOARD_STEP / 64];
    board_word_t     event_bits[BMC_BOARD_EVENTS / BOARD_STEP / 64];
    board_word_t     session_bits[BMC_BOARD_SESSIONS / BOARD_STEP / 64];
} board_head_t;


typedef struct {
    board_word_t  word;
    board_word_t  body[7];
} board_peer_t;


typedef struct {
    board_word_t  key;
    board_word_t  tat;           /* theoretical arrival time, us */
} board_limit_t;


/* word: id << 16 | count of moves << 8 | state; the count's parity names the
   valid half */

typedef struct {
    int64_t   asked;
    uint64_t  verb;
    uint64_t  group;             /* the operation it is part of */
    uint64_t  hosts;             /* of a group's */
    char      host[BMC_NAME_MAX];
    char      actor[64];
} board_op_fixed_t;


typedef struct {
    int64_t   sent;
    int64_t   ended;
    uint64_t  rc;
    char      text[192];
} board_op_moved_t;


typedef struct {
    board_word_t  word;
    board_word_t  asker;         /* peers' words: whose it is, and … */
    board_word_t  keeper;        /* … who took it over or sent it */
    board_word_t  fixed[BOARD_WORDS(board_op_fixed_t)];
    board_word_t  moved[2][BOARD_WORDS(board_op_moved_t)];
} board_op_t;


typedef struct {
    board_word_t  word;          /* the id, 0 while it is written */
    board_word_t  body[BOARD_WORDS(bmc_event_t)];
} board_event_t;


/* of the body only the word says whether it is valid; used is on its own */

typedef struct {
    uint64_t  print;
    int64_t   created;
    uint64_t  kind;
    uint8_t   hash[BMC_TOKEN_HASH];
    char      name[BMC_NAME_MAX];
    char      from[48];
    char      door[16];
} board_session_body_t;


typedef struct {
    board_word_t  word;          /* the id; 0: free, or being written */
    board_word_t  used;          /* boot clock, ms */
    board_word_t  body[BOARD_WORDS(board_session_body_t)];
} board_session_t;


/* counters that only grow; a verb past the last counts as nothing */

typedef struct {
    board_word_t  ended[BMC_STATS_VERBS][BMC_STATS_RCS];
    board_word_t  took[BMC_STATS_VERBS][BMC_STATS_BUCKETS];
    board_word_t  time[BMC_STATS_VERBS];     /* us, in all */
    board_word_t  logins[BMC_LOGINS];
} board_stats_t;


typedef struct {
    union {
        board_head_t   head;
        char           page[BOARD_PAGE];
    };

    board_peer_t       peers[BMC_BOARD_PEERS];
    board_limit_t      limits[BOARD_LIMITS];
    board_limit_t      failures[BOARD_FAILURES];
    board_stats_t      stats;

    board_half_t       cells[BOARD_CELLS];       /* slot + 1 */
    board_op_t         ops[BMC_BOARD_OPS];
    board_event_t      events[BMC_BOARD_EVENTS];
    board_session_t    sessions[BMC_BOARD_SESSIONS];
} board_file_t;


/* allocated when the file is made */

#define BOARD_TABLES  offsetof(board_file_t, cells)

#define BOARD_HEAD                                                           \
    ((sizeof(board_file_t) + BOARD_ALIGN - 1) / BOARD_ALIGN * BOARD_ALIGN)


/* of 64 bytes, so that a chunk of slots is a multiple of any page */

typedef struct {
    _Alignas(64)
    char          name[BMC_NAME_MAX];
    board_word_t  lease;
    board_word_t  sent;
    board_word_t  seq;
    board_word_t  sensor_seq;
    board_half_t  sensor_n[2];
    board_half_t  sensor_pages;  /* allocated */
    uint32_t      spare;
    board_word_t  view[2][BOARD_WORDS(bmc_view_t)];
    board_word_t  kept_as;       /* 0: there is none, or it is written */
    board_word_t  kept[BMC_KEPT_MAX / sizeof(uint64_t)];
} board_slot_t;


/*
 * Every page holds a stretch of either copy, so that the few sensors most
 * hosts have cost one page.
 */

#define BOARD_STRETCH  (BOARD_PAGE / 2 / sizeof(uint64_t))
#define BOARD_AREA     9

typedef struct {
    board_word_t  word[2][BOARD_STRETCH];
} board_page_t;


typedef struct {
    board_slot_t  slots[BOARD_CHUNK];
    board_page_t  sensors[BOARD_CHUNK][BOARD_AREA];
} board_chunk_t;


_Static_assert(sizeof(board_head_t) <= BOARD_PAGE, "head");
_Static_assert(sizeof(board_slot_t) * BOARD_CHUNK % BOARD_ALIGN == 0, "slots");
_Static_assert(sizeof(board_chunk_t) % BOARD_ALIGN == 0, "chunk");
_Static_assert(sizeof(bmc_view_t) % 8 == 0, "view");
_Static_assert(sizeof(bmc_event_t) % 8 == 0, "event");
_Static_assert(sizeof(board_session_body_t) % 8 == 0, "session");
_Static_assert(BMC_SENSOR_MAX * sizeof(bmc_sensor_t)
               <= BOARD_AREA * BOARD_STRETCH * 8, "sensors");


struct bmc_board_s {
    int              fd;
    pid_t            opener;
    pid_t            joined;     /* who we were when we joined */
    uint64_t         self;
    board_file_t    *file;
    board_chunk_t  **chunks;     /* mapped at first use */
};


/* make.c */

bool bmc_board_make_dirs(const char *dir, char why[BMC_TEXT_MAX]);
bool bmc_board_make(const char *path, char why[BMC_TEXT_MAX]);
void bmc_board_sizes(board_sizes_t *sizes);
void bmc_board_boot(char boot[40]);

/* space.c */

/* memory for a part of the file; false and errno when there is none */

bool bmc_board_resize(int fd, off_t size);
bool bmc_board_alloc(int fd, off_t at, size_t size);

/* the same, once a bit; under the mutex */

bool bmc_board_back(bmc_board_t *bd, board_word_t *bits, size_t i, off_t at,
    size_t size);
bool bmc_board_grow(bmc_board_t *bd, uint32_t slot);
off_t bmc_board_slot_offset(uint32_t slot);
board_chunk_t *bmc_board_map(const bmc_board_t *bd, uint32_t chunk);
void *bmc_board_map_at(int fd, void *at, size_t size, off_t offset);

/*
 * The mutex: waits at most 2 s, which only a process stopped in a section
 * of microseconds can cost.  Sections are written so that death at any
 * instruction leaves a consistent board.
 */

bool bmc_board_lock(bmc_board_t *bd);
void bmc_board_unlock(bmc_board_t *bd);
bool bmc_board_mutex_init(board_file_t *file);

/* peers.c: locks on one byte, F_SETLK or F_OFD_SETLK */

bool bmc_board_lock_byte(int fd, int cmd, short type, off_t at);
pid_t bmc_board_holder(int fd);      /* 0: nobody knows */


/* a slot that exists, else NULL */

static inline board_slot_t *
board_slot(const bmc_board_t *bd, uint32_t slot)
{
    board_chunk_t  *c;

    if (slot >= atomic_load_explicit(&bd->file->head.count,
                                     memory_order_acquire)
        || slot >= BMC_BOARD_HOSTS)
    {
        return NULL;
    }

    c = bd->chunks[slot / BOARD_CHUNK];

    if (c == NULL) {
        c = bmc_board_map(bd, slot / BOARD_CHUNK);
    }

    return c ? &c->slots[slot % BOARD_CHUNK] : NULL;
}


static inline void
board_load(void *to, const board_word_t *from, size_t size)
{
    size_t    i;
    uint64_t  w;

    for (i = 0; i < size / sizeof(w); i++) {
        w = atomic_load_explicit(&from[i], memory_order_relaxed);
        memcpy((char *) to + i * sizeof(w), &w, sizeof(w));
    }
}


static inline void
board_store(board_word_t *to, const void *from, size_t size)
{
    size_t    i;
    uint64_t  w;

    for (i = 0; i < size / sizeof(w); i++) {
        memcpy(&w, (const char *) from + i * sizeof(w), sizeof(w));
        atomic_store_explicit(&to[i], w, memory_order_relaxed);
    }
}


#endif /* _BMC_BOARD_LAYOUT_H_INCLUDED_ */
