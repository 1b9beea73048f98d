
/*
 * Copyright (C) the bmcgate authors
 *
 * Sessions.  A record is written once, under the mutex, and its number last;
 * closing it is one word's change, and so is its use.
 */


#include <stdio.h>

#include "base/clock.h"
#include "board/layout.h"


#define SESSIONS_NUMBERS  ((uint64_t) 1 << 41)   /* ids fit a double */
#define SESSIONS_GAP      5000           /* ms between writes of a use */
#define SESSIONS_AHEAD    10000          /* ms: later is damage */


/* where a new one can go */

typedef struct {
    const bmc_board_session_t  *s;
    int64_t                     now;
    int64_t                     idle;
    uint32_t                    spare;       /* first record free */
    uint32_t                    oldest;      /* of the same name */
    int64_t                     oldest_used;
    unsigned                    same;
} sessions_place_t;


static bool
sessions_backed(const bmc_board_t *bd, uint32_t i)
{
    uint32_t  block;

    block = i / BOARD_STEP;

    return (atomic_load(&bd->file->head.session_bits[block / 64])
            & ((uint64_t) 1 << block % 64)) != 0;
}


static board_session_t *
sessions_record(const bmc_board_t *bd, uint64_t id)
{
    uint32_t  i;

    i = (uint32_t) (id % BMC_BOARD_SESSIONS);

    if (id == 0 || !sessions_backed(bd, i)) {
        return NULL;
    }

    return &bd->file->sessions[i];
}


static bool
sessions_lives(int64_t used, int64_t now, int64_t idle)
{
    return used > 0 && used <= now + SESSIONS_AHEAD
           && (used >= now || now - used < idle);
}


static bool
sessions_body(const board_session_t *r, uint64_t id,
    board_session_body_t *body, int64_t *used)
{
    if (atomic_load_explicit(&r->word, memory_order_acquire) != id) {
        return false;
    }

    board_load(body, r->body, sizeof(*body));
    *used = (int64_t) atomic_load_explicit(&r->used, memory_order_relaxed);

    atomic_thread_fence(memory_order_acquire);

    return atomic_load_explicit(&r->word, memory_order_relaxed) == id
           && (body->kind == BMC_ACTOR_KEY || body->kind == BMC_ACTOR_USER);
}


bool
bmc_board_session_read(const bmc_board_t *bd, uint64_t id, int64_t idle,
    bmc_board_session_t *s)
{
    int64_t                used;
    board_session_t       *r;
    board_session_body_t   body;

    r = sessions_record(bd, id);

    if (r == NULL || !sessions_body(r, id, &body, &used)
        || !sessions_lives(used, bmc_now(), idle))
    {
        return false;
    }

    s->id = id;
    s->print = body.print;
    s->created = body.created;
    s->used = used;
    s->kind = (bmc_actor_kind_t) body.kind;

    memcpy(s->hash, body.hash, sizeof(s->hash));
    memcpy(s->name, body.name, sizeof(s->name));
    memcpy(s->from, body.from, sizeof(s->from));
    memcpy(s->door, body.door, sizeof(s->door));

    s->name[sizeof(s->name) - 1] = '\0';
    s->from[sizeof(s->from) - 1] = '\0';
    s->door[sizeof(s->door) - 1] = '\0';

    return true;
}


uint64_t
bmc_board_session_at(const bmc_board_t *bd, uint32_t i)
{
    uint64_t  id;

    if (i >= BMC_BOARD_SESSIONS || !sessions_backed(bd, i)) {
        return 0;
    }

    id = atomic_load_explicit(&bd->file->sessions[i].word,
                              memory_order_acquire);

    return id % BMC_BOARD_SESSIONS == i ? id : 0;
}


void
bmc_board_session_use(bmc_board_t *bd, const bmc_board_session_t *s,
    int64_t idle)
{
    int64_t           now, gap;
    uint64_t          was;
    board_session_t  *r;

    now = bmc_now();
    gap = idle / 8 < SESSIONS_GAP ? idle / 8 : SESSIONS_GAP;

    if (now - s->used < gap) {
        return;
    }

    r = sessions_record(bd, s->id);

    if (r == NULL || atomic_load(&r->word) != s->id) {
        return;
    }

    /* whoever was quicker has written as good a time */

    was = (uint64_t) s->used;
    (void) atomic_compare_exchange_strong(&r->used, &was, (uint64_t) now);
}


bool
bmc_board_session_close(bmc_board_t *bd, uint64_t id)
{
    board_session_t  *r;

    r = sessions_record(bd, id);

    return r != NULL && atomic_compare_exchange_strong(&r->word, &id, 0);
}


/* a record that is free, over or damaged is a spare one */

static void
sessions_look(const bmc_board_t *bd, sessions_place_t *p, uint32_t i)
{
    uint64_t             id;
    bmc_board_session_t  s;

    id = bmc_board_session_at(bd, i);

    if (!bmc_board_session_read(bd, id, p->idle, &s)) {

        if (p->spare == BMC_BOARD_SESSIONS) {
            p->spare = i;
        }

        return;
    }

    if (s.kind != p->s->kind || strcmp(s.name, p->s->name) != 0) {
        return;
    }

    p->same++;

    if (p->oldest == BMC_BOARD_SESSIONS || s.used < p->oldest_used) {
        p->oldest = i;
        p->oldest_used = s.used;
    }
}


static uint32_t
sessions_place(const bmc_board_t *bd, const bmc_board_session_t *s,
    int64_t idle)
{
    uint32_t          i;
    sessions_place_t  p;

    memset(&p, 0, sizeof(p));
    p.s = s;
    p.idle = idle;
    p.spare = BMC_BOARD_SESSIONS;
    p.oldest = BMC_BOARD_SESSIONS;

    for (i = 0; i < BMC_BOARD_SESSIONS; i++) {
        sessions_look(bd, &p, i);
    }

    return p.same >= BMC_SESSIONS_EACH ? p.oldest : p.spare;
}


static bool
sessions_back(bmc_board_t *bd, uint32_t i)
{
    uint32_t  block;

    block = i / BOARD_STEP;

    return bmc_board_back(bd, bd->file->head.session_bits, block,
                          (off_t) offsetof(board_file_t, sessions)
                          + (off_t) (block * BOARD_STEP
                                     * sizeof(board_session_t)),
                          BOARD_STEP * sizeof(board_session_t));
}


static uint64_t
sessions_number(bmc_board_t *bd, uint32_t i)
{
    uint64_t  n;

    n = (atomic_load(&bd->file->head.session_last) + 1) % SESSIONS_NUMBERS;
    n = n != 0 ? n : 1;

    atomic_store(&bd->file->head.session_last, n);

    return n * BMC_BOARD_SESSIONS + i;
}


static void
sessions_write(bmc_board_t *bd, uint32_t i, bmc_board_session_t *s)
{
    board_session_t       *r;
    board_session_body_t   body;

    r = &bd->file->sessions[i];

    s->id = sessions_number(bd, i);
    s->created = bmc_wall();
    s->used = bmc_now();

    memset(&body, 0, sizeof(body));
    body.print = s->print;
    body.created = s->created;
    body.kind = s->kind;
    memcpy(body.hash, s->hash, sizeof(body.hash));
    memcpy(body.name, s->name, sizeof(body.name));
    memcpy(body.from, s->from, sizeof(body.from));
    memcpy(body.door, s->door, sizeof(body.door));

    atomic_store(&r->word, 0);
    atomic_thread_fence(memory_order_release);

    board_store(r->body, &body, sizeof(body));
    atomic_store(&r->used, (uint64_t) s->used);

    atomic_store(&r->word, s->id);
}


bmc_rc_t
bmc_board_session_new(bmc_board_t *bd, bmc_board_session_t *s, int64_t idle,
    uint64_t *gone)
{
    uint32_t             i;
    uint64_t             id;
    bmc_rc_t             rc;
    bmc_board_session_t  old;

    *gone = 0;

    if (!bmc_board_lock(bd)) {
        return BMC_FAILED;
    }

    i = sessions_place(bd, s, idle);

    if (i == BMC_BOARD_SESSIONS) {
        rc = BMC_LIMITED;

    } else if (!sessions_back(bd, i)) {
        rc = BMC_FAILED;

    } else {
        rc = BMC_OK;
        id = bmc_board_session_at(bd, i);
        *gone = bmc_board_session_read(bd, id, idle, &old) ? id : 0;
        sessions_write(bd, i, s);
    }

    bmc_board_unlock(bd);

    return rc;
}
