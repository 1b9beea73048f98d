
/*
 * Copyright (C) the bmcgate authors
 *
 * GCRA: one number a key, the time at which its next would arrive if all
 * came evenly spaced; it may run ahead of now by the period at most.
 */


#include "base/clock.h"
#include "base/names.h"
#include "board/layout.h"


#define LIMIT_PROBES   8
#define LIMIT_TRIES    1024
#define LIMIT_LONGEST  ((int64_t) 366 * 86400 * 1000)


/*
 * The key's cell, or the one free the longest becomes it: whoever changes
 * its key resets its time, unless that has already been counted on.
 */

static board_limit_t *
limit_cell(bmc_board_t *bd, uint64_t key, uint64_t now)
{
    unsigned        i;
    uint64_t        was, tat, least, worst;
    board_limit_t  *c, *best;

    worst = 0;
    least = UINT64_MAX;
    best = &bd->file->limits[key % BOARD_LIMITS];

    for (i = 0; i < LIMIT_PROBES; i++) {

        c = &bd->file->limits[(key + i) % BOARD_LIMITS];
        was = atomic_load(&c->key);
        tat = was ? atomic_load(&c->tat) : 0;

        if (was == key) {
            return c;
        }

        if (tat <= least) {
            least = tat;
            worst = was;
            best = c;
        }
    }

    if (atomic_compare_exchange_strong(&best->key, &worst, key)) {
        atomic_compare_exchange_strong(&best->tat, &least, now);
        return best;
    }

    return worst == key ? best : NULL;
}


static board_limit_t *
limit_find(bmc_board_t *bd, const char *key, uint64_t now)
{
    unsigned        i;
    uint64_t        hash;
    board_limit_t  *c;

    hash = bmc_hash(key, strlen(key));
    hash ^= hash >> 32;
    c = NULL;

    for (i = 0; c == NULL && i < LIMIT_TRIES; i++) {
        c = limit_cell(bd, hash ? hash : 1, now);
    }

    return c;
}


int64_t
bmc_board_limit(bmc_board_t *bd, const char *key, int64_t count, int64_t per)
{
    unsigned        i;
    uint64_t        now, tat, base, next, span, each;
    board_limit_t  *c;

    if (per <= 0) {
        return 0;
    }

    if (count <= 0) {
        return per;
    }

    per = per < LIMIT_LONGEST ? per : LIMIT_LONGEST;
    span = (uint64_t) per * 1000;
    each = span / (uint64_t) count;
    now = (uint64_t) bmc_now() * 1000;

    c = limit_find(bd, key, now);
    if (c == NULL) {
        return 1;
    }

    tat = atomic_load(&c->tat);

    for (i = 0; i < LIMIT_TRIES; i++) {

        /* further ahead than it can run: another limit's, or damaged */

        base = tat < now ? now : tat > now + span ? now + span : tat;
        next = base + each;

        if (next > now + span) {
            return (int64_t) ((next - now - span + 999) / 1000);
        }

        if (atomic_compare_exchange_weak(&c->tat, &tat, next)) {
            return 0;
        }
    }

    return 1;
}
