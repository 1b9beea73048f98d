
/*
 * Copyright (C) the bmcgate authors
 */


#include "board/layout.h"


#define LEASE_TRIES  64


bool
bmc_lease_take(bmc_board_t *bd, uint32_t slot, uint64_t *was)
{
    unsigned       i;
    uint64_t       self, owner;
    board_slot_t  *s;

    *was = 0;

    self = bmc_board_self(bd);
    s = board_slot(bd, slot);

    if (s == NULL) {
        return false;
    }

    owner = atomic_load(&s->lease);

    for (i = 0; i < LEASE_TRIES; i++) {

        *was = owner;

        if (self == 0) {
            return false;
        }

        if (owner == self) {
            return true;
        }

        if (owner != 0 && bmc_board_alive(bd, owner)) {
            return false;
        }

        if (atomic_compare_exchange_strong(&s->lease, &owner, self)) {
            return true;
        }
    }

    return false;
}


static void
lease_drop(board_slot_t *s, uint64_t self)
{
    atomic_compare_exchange_strong(&s->lease, &self, 0);
}


void
bmc_lease_drop(bmc_board_t *bd, uint32_t slot)
{
    uint64_t       self;
    board_slot_t  *s;

    self = bmc_board_self(bd);
    s = board_slot(bd, slot);

    if (s && self != 0) {
        lease_drop(s, self);
    }
}


uint64_t
bmc_lease_owner(const bmc_board_t *bd, uint32_t slot)
{
    board_slot_t  *s;

    s = board_slot(bd, slot);

    return s ? atomic_load(&s->lease) : 0;
}


void
bmc_lease_drop_all(bmc_board_t *bd)
{
    uint32_t       i;
    uint64_t       self;
    board_slot_t  *s;

    self = bmc_board_self(bd);
    if (self == 0) {
        return;
    }

    for (i = 0; i < BMC_BOARD_HOSTS; i++) {

        /* in a chunk never mapped nothing was taken */

        if (bd->chunks[i / BOARD_CHUNK] == NULL) {
            i += BOARD_CHUNK - 1;
            continue;
        }

        s = board_slot(bd, i);
        if (s == NULL) {
            return;
        }

        if (atomic_load_explicit(&s->lease, memory_order_relaxed) == self) {
            lease_drop(s, self);
        }
    }
}


uint64_t
bmc_lease_sent(const bmc_board_t *bd, uint32_t slot)
{
    board_slot_t  *s;

    s = board_slot(bd, slot);

    return s ? atomic_load(&s->sent) : 0;
}


void
bmc_lease_set_sent(bmc_board_t *bd, uint32_t slot, uint64_t op)
{
    board_slot_t  *s;

    s = board_slot(bd, slot);

    if (s) {
        atomic_store(&s->sent, op);
    }
}
