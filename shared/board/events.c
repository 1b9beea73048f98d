
/*
 * Copyright (C) the bmcgate authors
 */


#include "base/clock.h"
#include "board/layout.h"


static uint64_t
events_make(bmc_board_t *bd, bmc_event_t *event)
{
    uint64_t        id, block;
    board_file_t   *f;
    board_event_t  *e;

    f = bd->file;
    id = atomic_load(&f->head.event_last) + 1;
    block = id % BMC_BOARD_EVENTS / BOARD_STEP;

    if (!bmc_board_back(bd, f->head.event_bits, block,
                        (off_t) offsetof(board_file_t, events)
                        + (off_t) (block * BOARD_STEP * sizeof(board_event_t)),
                        BOARD_STEP * sizeof(board_event_t)))
    {
        return 0;
    }

    event->id = id;
    e = &f->events[id % BMC_BOARD_EVENTS];

    atomic_store(&e->word, 0);
    atomic_thread_fence(memory_order_release);

    board_store(e->body, event, sizeof(bmc_event_t));

    atomic_store(&e->word, id);
    atomic_store(&f->head.event_last, id);

    return id;
}


uint64_t
bmc_board_event(bmc_board_t *bd, bmc_event_t *event)
{
    uint64_t  id;

    event->id = 0;
    event->time = bmc_wall();

    if (!bmc_board_lock(bd)) {
        return 0;
    }

    id = events_make(bd, event);

    bmc_board_unlock(bd);

    return id;
}


static bool
events_trust(bmc_event_t *event, uint64_t id)
{
    event->id = id;
    event->host[sizeof(event->host) - 1] = '\0';

    return event->kind >= BMC_EVENT_POWER && event->kind <= BMC_EVENT_OPERATION
           && event->was <= BMC_OP_UNVERIFIED
           && event->is <= BMC_OP_UNVERIFIED
           && event->verb < BMC_VERB_MAX;
}


/* written once: what is not it now is being recycled */

bool
bmc_board_event_read(const bmc_board_t *bd, uint64_t id, bmc_event_t *event)
{
    uint64_t        block;
    board_file_t   *f;
    board_event_t  *e;

    f = bd->file;
    block = id % BMC_BOARD_EVENTS / BOARD_STEP;

    if (id == 0 || !(atomic_load(&f->head.event_bits[block / 64])
                     & ((uint64_t) 1 << block % 64)))
    {
        return false;
    }

    e = &f->events[id % BMC_BOARD_EVENTS];

    if (atomic_load_explicit(&e->word, memory_order_acquire) != id) {
        return false;
    }

    board_load(event, e->body, sizeof(bmc_event_t));

    atomic_thread_fence(memory_order_acquire);

    return atomic_load_explicit(&e->word, memory_order_relaxed) == id
           && events_trust(event, id);
}


uint64_t
bmc_board_event_last(const bmc_board_t *bd)
{
    return atomic_load(&bd->file->head.event_last);
}
