
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdio.h>

#include "base/clock.h"
#include "board/layout.h"


#define OPS_MOVE  0x100          /* one more move in a record's word */

#define OPS_WORD(field)                                                       \
    (offsetof(board_op_fixed_t, field) / sizeof(uint64_t))


static uint64_t
ops_id(uint64_t word)
{
    return word >> 16;
}


static unsigned
ops_half(uint64_t word)
{
    return (word / OPS_MOVE) & 1;
}


/* the next move's word: id and all but eight bits stay */

static uint64_t
ops_next(uint64_t word, bmc_op_state_t state)
{
    return (word & ~(uint64_t) 0xffff) | ((word + OPS_MOVE) & 0xff00)
           | (uint64_t) state;
}


static board_op_t *
ops_record(const bmc_board_t *bd, uint64_t id)
{
    uint64_t       block;
    board_file_t  *f;

    f = bd->file;
    block = id % BMC_BOARD_OPS / BOARD_STEP;

    if (!(atomic_load(&f->head.op_bits[block / 64])
          & ((uint64_t) 1 << block % 64)))
    {
        return NULL;
    }

    return &f->ops[id % BMC_BOARD_OPS];
}


/* the number is given last, when what it names can be read */

static uint64_t
ops_make(bmc_board_t *bd, const board_op_fixed_t *fixed)
{
    uint64_t           id, block;
    board_op_t        *op;
    board_file_t      *f;
    board_op_moved_t   moved;

    f = bd->file;
    id = atomic_load(&f->head.op_last) + 1;
    block = id % BMC_BOARD_OPS / BOARD_STEP;

    if (!bmc_board_back(bd, f->head.op_bits, block,
                        (off_t) offsetof(board_file_t, ops)
                        + (off_t) (block * BOARD_STEP * sizeof(board_op_t)),
                        BOARD_STEP * sizeof(board_op_t)))
    {
        return 0;
    }

    op = &f->ops[id % BMC_BOARD_OPS];
    memset(&moved, 0, sizeof(moved));

    atomic_store(&op->word, 0);
    atomic_thread_fence(memory_order_release);

    atomic_store(&op->asker, bmc_board_self(bd));
    atomic_store(&op->keeper, 0);
    board_store(op->fixed, fixed, sizeof(*fixed));
    board_store(op->moved[0], &moved, sizeof(moved));

    atomic_store(&op->word, id << 16 | BMC_OP_ASKED);
    atomic_store(&f->head.op_last, id);

    return id;
}


uint64_t
bmc_board_op_new(bmc_board_t *bd, const char *host, bmc_verb_t verb,
    const char *actor)
{
    return bmc_board_op_part(bd, host, verb, actor, 0, 0);
}


uint64_t
bmc_board_op_part(bmc_board_t *bd, const char *host, bmc_verb_t verb,
    const char *actor, uint64_t group, uint32_t hosts)
{
    uint64_t          id;
    board_op_fixed_t  fixed;

    memset(&fixed, 0, sizeof(fixed));

    fixed.asked = bmc_wall();
    fixed.verb = verb;
    fixed.group = group;
    fixed.hosts = hosts;
    snprintf(fixed.host, sizeof(fixed.host), "%s", host);
    snprintf(fixed.actor, sizeof(fixed.actor), "%s", actor);

    if (!bmc_board_lock(bd)) {
        return 0;
    }

    id = ops_make(bd, &fixed);

    bmc_board_unlock(bd);

    return id;
}


/* what one host has accepted may still be verified; a group's end is one */

static bool
ops_is_group(const board_op_t *op)
{
    return atomic_load(&op->fixed[OPS_WORD(hosts)]) != 0;
}


static void
ops_move(board_op_t *op, uint64_t word, bmc_op_state_t to, bmc_rc_t rc,
    const char *text)
{
    board_op_moved_t  moved;

    board_load(&moved, op->moved[ops_half(word)], sizeof(moved));

    if (to == BMC_OP_SENT) {
        moved.sent = bmc_wall();

    } else if (to != BMC_OP_ACCEPTED || ops_is_group(op)) {
        moved.ended = bmc_wall();
    }

    moved.rc = rc;
    memset(moved.text, 0, sizeof(moved.text));
    snprintf(moved.text, sizeof(moved.text), "%s", text ? text : "");

    atomic_thread_fence(memory_order_release);

    word = ops_next(word, to);

    board_store(op->moved[ops_half(word)], &moved, sizeof(moved));

    atomic_store(&op->word, word);
}


bool
bmc_board_op_move(bmc_board_t *bd, uint64_t id, bmc_op_state_t from,
    bmc_op_state_t to, bmc_rc_t rc, const char *text)
{
    bool         won;
    uint64_t     word;
    board_op_t  *op;

    op = ops_record(bd, id);

    if (op == NULL || !bmc_board_lock(bd)) {
        return false;
    }

    word = atomic_load(&op->word);
    won = ops_id(word) == id && (word & 0xff) == (uint64_t) from;

    if (won) {

        if (to == BMC_OP_SENT) {
            atomic_store(&op->keeper, bmc_board_self(bd));
        }

        ops_move(op, word, to, rc, text);
    }

    bmc_board_unlock(bd);

    return won;
}


static bool
ops_info(bmc_op_info_t *info, uint64_t word, const board_op_fixed_t *fixed,
    const board_op_moved_t *moved)
{
    if ((word & 0xff) > BMC_OP_UNVERIFIED || fixed->verb >= BMC_VERB_MAX) {
        return false;
    }

    info->id = ops_id(word);
    info->group = fixed->group;
    info->hosts = (uint32_t) fixed->hosts;
    info->asked = fixed->asked;
    info->sent = moved->sent;
    info->ended = moved->ended;
    info->rc = moved->rc < BMC_RC_MAX ? (uint32_t) moved->rc : BMC_FAILED;
    info->state = word & 0xff;
    info->verb = (uint8_t) fixed->verb;

    memcpy(info->host, fixed->host, sizeof(info->host));
    memcpy(info->actor, fixed->actor, sizeof(info->actor));
    memcpy(info->text, moved->text, sizeof(info->text));

    info->host[sizeof(info->host) - 1] = '\0';
    info->actor[sizeof(info->actor) - 1] = '\0';
    info->text[sizeof(info->text) - 1] = '\0';

    return true;
}


bool
bmc_board_op_read(const bmc_board_t *bd, uint64_t id, bmc_op_info_t *info)
{
    unsigned           i;
    uint64_t           word;
    board_op_t        *op;
    board_op_fixed_t   fixed;
    board_op_moved_t   moved;

    op = ops_record(bd, id);

    for (i = 0; op && id != 0 && i < BOARD_TRIES; i++) {

        word = atomic_load_explicit(&op->word, memory_order_acquire);

        if (ops_id(word) != id) {
            return false;
        }

        board_load(&fixed, op->fixed, sizeof(fixed));
        board_load(&moved, op->moved[ops_half(word)], sizeof(moved));

        atomic_thread_fence(memory_order_acquire);

        if (atomic_load_explicit(&op->word, memory_order_relaxed) == word) {
            return ops_info(info, word, &fixed, &moved);
        }
    }

    return false;
}


bool
bmc_board_op_glance(const bmc_board_t *bd, uint64_t id, uint64_t *group,
    int64_t *asked)
{
    board_op_t  *op;

    op = ops_record(bd, id);

    if (op == NULL
        || ops_id(atomic_load_explicit(&op->word, memory_order_acquire))
           != id)
    {
        return false;
    }

    *group = atomic_load_explicit(&op->fixed[OPS_WORD(group)],
                                  memory_order_relaxed);
    *asked = (int64_t) atomic_load_explicit(&op->fixed[OPS_WORD(asked)],
                                            memory_order_relaxed);

    atomic_thread_fence(memory_order_acquire);

    return ops_id(atomic_load_explicit(&op->word, memory_order_relaxed))
           == id;
}


uint64_t
bmc_board_op_last(const bmc_board_t *bd)
{
    return atomic_load(&bd->file->head.op_last);
}


void
bmc_board_op_keep(bmc_board_t *bd, uint64_t id)
{
    board_op_t  *op;

    op = ops_record(bd, id);

    if (op == NULL || !bmc_board_lock(bd)) {
        return;
    }

    if (ops_id(atomic_load(&op->word)) == id) {
        atomic_store(&op->keeper, bmc_board_self(bd));
    }

    bmc_board_unlock(bd);
}


static bool
ops_orphan(const bmc_board_t *bd, const board_op_t *op, bmc_op_state_t state)
{
    uint64_t  asker, keeper;

    if (state != BMC_OP_ASKED && state != BMC_OP_SENT) {
        return false;
    }

    asker = atomic_load(&op->asker);
    keeper = atomic_load(&op->keeper);

    return !bmc_board_alive(bd, keeper)
           && (state == BMC_OP_SENT || !bmc_board_alive(bd, asker));
}


/* who settles it moves it, and only from the state it was found in */

uint64_t
bmc_board_op_orphan(const bmc_board_t *bd, uint32_t *at,
    bmc_op_state_t *state)
{
    uint32_t     i;
    uint64_t     word;
    board_op_t  *op;

    while (*at < BMC_BOARD_OPS) {
        i = (*at)++;
        op = ops_record(bd, i);

        if (op == NULL) {
            *at = (i / BOARD_STEP + 1) * BOARD_STEP;
            continue;
        }

        word = atomic_load(&op->word);
        *state = word & 0xff;

        if (word != 0 && ops_orphan(bd, op, *state)
            && atomic_load(&op->word) == word)
        {
            return ops_id(word);
        }
    }

    return 0;
}
