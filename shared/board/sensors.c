
/*
 * Copyright (C) the bmcgate authors
 */


#include "board/layout.h"


static board_page_t *
sensors_area(const bmc_board_t *bd, uint32_t slot)
{
    return bd->chunks[slot / BOARD_CHUNK]->sensors[slot % BOARD_CHUNK];
}


static off_t
sensors_offset(uint32_t slot, uint32_t page)
{
    uint32_t  first;

    first = slot - slot % BOARD_CHUNK;

    return bmc_board_slot_offset(first)
           + (off_t) offsetof(board_chunk_t, sensors)
           + ((off_t) (slot - first) * BOARD_AREA + page) * BOARD_PAGE;
}


static uint32_t
sensors_pages(size_t n)
{
    return (uint32_t) ((n * sizeof(bmc_sensor_t) + BOARD_PAGE / 2 - 1)
                       / (BOARD_PAGE / 2));
}


/* n sensors may end in the middle of a word */

static void
sensors_load(bmc_sensor_t *to, board_page_t *area, unsigned copy, size_t n)
{
    char      *p;
    size_t     i, left;
    uint64_t   w;

    p = (char *) to;
    left = n * sizeof(bmc_sensor_t);

    for (i = 0; left > 0; i++) {
        w = atomic_load_explicit(
                &area[i / BOARD_STRETCH].word[copy][i % BOARD_STRETCH],
                memory_order_relaxed);

        memcpy(p, &w, left < sizeof(w) ? left : sizeof(w));

        p += sizeof(w);
        left -= left < sizeof(w) ? left : sizeof(w);
    }
}


static void
sensors_store(board_page_t *area, unsigned copy, const bmc_sensor_t *from,
    size_t n)
{
    size_t       i, left;
    uint64_t     w;
    const char  *p;

    p = (const char *) from;
    left = n * sizeof(bmc_sensor_t);

    for (i = 0; left > 0; i++) {
        w = 0;
        memcpy(&w, p, left < sizeof(w) ? left : sizeof(w));

        atomic_store_explicit(
            &area[i / BOARD_STRETCH].word[copy][i % BOARD_STRETCH], w,
            memory_order_relaxed);

        p += sizeof(w);
        left -= left < sizeof(w) ? left : sizeof(w);
    }
}


static void
sensors_trust(bmc_sensor_t *s, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        s[i].name[sizeof(s[i].name) - 1] = '\0';

        if (s[i].state > BMC_SENSOR_FATAL) {
            s[i].state = BMC_SENSOR_UNKNOWN;
        }

        if (s[i].unit > BMC_UNIT_OTHER) {
            s[i].unit = BMC_UNIT_OTHER;
        }
    }
}


size_t
bmc_board_sensors(const bmc_board_t *bd, uint32_t slot,
    bmc_sensor_t *sensors, size_t max)
{
    size_t         n;
    unsigned       i;
    uint32_t       pages;
    uint64_t       seq;
    board_slot_t  *s;

    s = board_slot(bd, slot);

    for (i = 0; s && i < BOARD_TRIES; i++) {

        seq = atomic_load_explicit(&s->sensor_seq, memory_order_acquire);
        pages = atomic_load_explicit(&s->sensor_pages, memory_order_relaxed);
        n = atomic_load_explicit(&s->sensor_n[seq & 1], memory_order_relaxed);

        if (n > BMC_SENSOR_MAX || sensors_pages(n) > pages) {
            return 0;
        }

        n = n < max ? n : max;

        sensors_load(sensors, sensors_area(bd, slot), seq & 1, n);

        atomic_thread_fence(memory_order_acquire);

        if (atomic_load_explicit(&s->sensor_seq, memory_order_relaxed) == seq)
        {
            sensors_trust(sensors, n);
            return n;
        }
    }

    return 0;
}


/* when there is no memory for them the old ones stay */

void
bmc_board_write_sensors(bmc_board_t *bd, uint32_t slot,
    const bmc_sensor_t *sensors, size_t n)
{
    uint32_t       had, need;
    uint64_t       seq;
    board_slot_t  *s;

    s = board_slot(bd, slot);
    if (s == NULL) {
        return;
    }

    n = n < BMC_SENSOR_MAX ? n : BMC_SENSOR_MAX;
    need = sensors_pages(n);
    had = atomic_load(&s->sensor_pages);

    if (need > had) {
        if (!bmc_board_alloc(bd->fd, sensors_offset(slot, had),
                             (size_t) (need - had) * BOARD_PAGE))
        {
            return;
        }

        atomic_store(&s->sensor_pages, need);
    }

    seq = atomic_load_explicit(&s->sensor_seq, memory_order_acquire) + 1;

    atomic_thread_fence(memory_order_release);

    sensors_store(sensors_area(bd, slot), seq & 1, sensors, n);
    atomic_store_explicit(&s->sensor_n[seq & 1], (uint32_t) n,
                          memory_order_relaxed);

    atomic_store_explicit(&s->sensor_seq, seq, memory_order_release);
}
