
/*
 * Copyright (C) the bmcgate authors
 */


#include <stddef.h>

#include "base/names.h"
#include "board/layout.h"


typedef struct {
    uint32_t  slot;              /* that has the name; BMC_SLOT_NONE */
    uint32_t  cell;              /* where it would go, if anywhere */
} slot_seek_t;


static uint32_t
slot_cell(const bmc_board_t *bd, uint32_t cell)
{
    uint32_t       page;
    board_file_t  *f;

    f = bd->file;
    page = cell / BOARD_CELLS_STEP;

    if (!(atomic_load_explicit(&f->head.cell_bits[page / 64],
                               memory_order_acquire)
          & ((uint64_t) 1 << page % 64)))
    {
        return 0;
    }

    return atomic_load_explicit(&f->cells[cell], memory_order_acquire);
}


/*
 * A maker that died may have left a cell for a slot that does not count
 * yet, or has another name by now: the one is free, the other is passed.
 */

static bool
slot_seek(const bmc_board_t *bd, const char *name, size_t len,
    slot_seek_t *seek)
{
    uint32_t       i, n, cell, count;
    uint64_t       hash;
    board_slot_t  *s;

    seek->slot = BMC_SLOT_NONE;
    seek->cell = BMC_SLOT_NONE;

    hash = bmc_hash(name, len);
    hash ^= hash >> 32;

    for (i = 0; i < BOARD_PROBES; i++) {

        cell = (uint32_t) (hash + i) % BOARD_CELLS;
        n = slot_cell(bd, cell);
        count = atomic_load_explicit(&bd->file->head.count,
                                     memory_order_acquire);

        if (n == 0 || n > count) {
            if (seek->cell == BMC_SLOT_NONE) {
                seek->cell = cell;
            }

            if (n == 0) {
                return true;
            }

            continue;
        }

        s = board_slot(bd, n - 1);
        if (s == NULL) {
            return false;
        }

        if (memcmp(s->name, name, len + 1) == 0) {
            seek->slot = n - 1;
            return true;
        }
    }

    return true;
}


/* the slot counts last: before that nobody sees it */

static uint32_t
slot_make(bmc_board_t *bd, const char *name, size_t len, uint32_t cell)
{
    uint32_t       slot, page;
    board_file_t  *f;
    board_slot_t  *s;

    f = bd->file;
    slot = atomic_load(&f->head.count);
    page = cell / BOARD_CELLS_STEP;

    if (slot >= BMC_BOARD_HOSTS
        || !bmc_board_grow(bd, slot)
        || !bmc_board_back(bd, f->head.cell_bits, page,
                           (off_t) offsetof(board_file_t, cells)
                           + (off_t) page * BOARD_PAGE, BOARD_PAGE))
    {
        return BMC_SLOT_NONE;
    }

    s = &bd->chunks[slot / BOARD_CHUNK]->slots[slot % BOARD_CHUNK];

    memset(s, 0, sizeof(board_slot_t));
    memcpy(s->name, name, len);

    atomic_store(&f->cells[cell], slot + 1);
    atomic_store(&f->head.count, slot + 1);

    return slot;
}


static size_t
slot_name_len(const char *name)
{
    size_t  len;

    len = strnlen(name, BMC_NAME_MAX);

    return len < BMC_NAME_MAX ? len : 0;
}


uint32_t
bmc_board_find(const bmc_board_t *bd, const char *name)
{
    size_t       len;
    slot_seek_t  seek;

    len = slot_name_len(name);

    if (len == 0 || !slot_seek(bd, name, len, &seek)) {
        return BMC_SLOT_NONE;
    }

    return seek.slot;
}


uint32_t
bmc_board_slot(bmc_board_t *bd, const char *name)
{
    size_t       len;
    uint32_t     slot;
    slot_seek_t  seek;

    slot = bmc_board_find(bd, name);
    len = slot_name_len(name);

    if (slot != BMC_SLOT_NONE || len == 0 || !bmc_board_lock(bd)) {
        return slot;
    }

    if (slot_seek(bd, name, len, &seek)) {
        slot = seek.slot;

        if (slot == BMC_SLOT_NONE && seek.cell != BMC_SLOT_NONE) {
            slot = slot_make(bd, name, len, seek.cell);
        }
    }

    bmc_board_unlock(bd);

    return slot;
}


const char *
bmc_board_name(const bmc_board_t *bd, uint32_t slot)
{
    board_slot_t  *s;

    s = board_slot(bd, slot);

    if (s == NULL || s->name[BMC_NAME_MAX - 1] != '\0') {
        return "";
    }

    return s->name;
}


static inline void
slot_trust(bmc_view_t *v)
{
#define END(field)  v->field[sizeof(v->field) - 1] = '\0'
    END(boot);
    END(driver);
    END(driver_other);
    END(vendor);
    END(maker);
    END(model);
    END(serial);
    END(firmware);
    END(uuid);
    END(message);
#undef END

    if (v->power > BMC_POWER_IS_OFF) {
        v->power = BMC_POWER_IS_UNKNOWN;
    }

    if (v->power_other > BMC_POWER_IS_OFF) {
        v->power_other = BMC_POWER_IS_UNKNOWN;
    }

    if (v->reach > BMC_REACH_REFUSED) {
        v->reach = BMC_REACH_UNKNOWN;
    }

    if (v->health > BMC_HEALTH_CRITICAL) {
        v->health = BMC_HEALTH_UNKNOWN;
    }

    if (v->led > BMC_LED_TIMED) {
        v->led = BMC_LED_UNKNOWN;
    }

    if (v->error >= BMC_RC_MAX) {
        v->error = BMC_FAILED;
    }
}


/*
 * Lists ask for one host after the other, and memory is slower than what is
 * made of it.  A prefetch may point anywhere.
 */

static inline void
slot_ahead(const board_slot_t *s)
{
    size_t  i;

    for (i = 0; i < offsetof(board_slot_t, kept_as); i += 64) {
        __builtin_prefetch((const char *) s + i);
    }
}


/* every failed try means that somebody has written a whole new copy */

static inline void
slot_read(const bmc_board_t *bd, uint32_t slot, bmc_view_t *view, size_t size)
{
    unsigned       i;
    uint64_t       seq;
    board_slot_t  *s;

    s = board_slot(bd, slot);

    if (s != NULL) {
        slot_ahead(s + 1);
    }

    for (i = 0; s && i < BOARD_TRIES; i++) {

        seq = atomic_load_explicit(&s->seq, memory_order_acquire);

        board_load(view, s->view[seq & 1], size);

        atomic_thread_fence(memory_order_acquire);

        if (atomic_load_explicit(&s->seq, memory_order_relaxed) == seq) {
            slot_trust(view);
            return;
        }
    }

    memset(view, 0, sizeof(bmc_view_t));
}


void
bmc_board_read(const bmc_board_t *bd, uint32_t slot, bmc_view_t *view)
{
    slot_read(bd, slot, view, sizeof(bmc_view_t));
}


void
bmc_board_read_head(const bmc_board_t *bd, uint32_t slot, bmc_view_t *view)
{
    slot_read(bd, slot, view, offsetof(bmc_view_t, serial));
}


void
bmc_board_write(bmc_board_t *bd, uint32_t slot, const bmc_view_t *view)
{
    uint64_t       seq;
    board_slot_t  *s;

    s = board_slot(bd, slot);
    if (s == NULL) {
        return;
    }

    seq = atomic_load_explicit(&s->seq, memory_order_acquire) + 1;

    atomic_thread_fence(memory_order_release);

    board_store(s->view[seq & 1], view, sizeof(bmc_view_t));

    atomic_store_explicit(&s->seq, seq, memory_order_release);
}


void
bmc_board_keep(bmc_board_t *bd, uint32_t slot, uint64_t number,
    const char *text)
{
    size_t         len;
    char           line[BMC_KEPT_MAX];
    board_slot_t  *s;

    s = board_slot(bd, slot);
    if (s == NULL) {
        return;
    }

    atomic_store_explicit(&s->kept_as, 0, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);

    len = strlen(text);

    if (len == 0 || len >= sizeof(line)) {
        return;
    }

    memset(line, 0, sizeof(line));
    memcpy(line, text, len);
    board_store(s->kept, line, sizeof(line));

    atomic_store_explicit(&s->kept_as, number, memory_order_release);
}


bool
bmc_board_kept(const bmc_board_t *bd, uint32_t slot, uint64_t number,
    char text[BMC_KEPT_MAX])
{
    board_slot_t  *s;

    s = board_slot(bd, slot);

    if (s == NULL || number == 0
        || atomic_load_explicit(&s->kept_as, memory_order_acquire) != number)
    {
        return false;
    }

    board_load(text, s->kept, BMC_KEPT_MAX);
    text[BMC_KEPT_MAX - 1] = '\0';

    return text[0] != '\0';
}
