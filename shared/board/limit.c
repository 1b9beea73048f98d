
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
limit_cell(board_limit_t *table, size_t size, uint64_t key, uint64_t now)
{
    unsigned        i;
    uint64_t        was, tat, least, worst;
    board_limit_t  *c, *best;

    worst = 0;
    least = UINT64_MAX;
    best = &table[key % size];

    for (i = 0; i < LIMIT_PROBES; i++) {

        c = &table[(key + i) % size];
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
limit_find(board_limit_t *table, size_t size, uint64_t key, uint64_t now)
{
    unsigned        i;
    board_limit_t  *c;

    c = NULL;

    for (i = 0; c == NULL && i < LIMIT_TRIES; i++) {
        c = limit_cell(table, size, key ? key : 1, now);
    }

    return c;
}


int64_t
bmc_board_limit(bmc_board_t *bd, const char *key, int64_t count, int64_t per)
{
    unsigned        i;
    uint64_t        now, tat, base, next, span, each, hash;
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

    hash = bmc_hash(key, strlen(key));

    c = limit_find(bd->file->limits, BOARD_LIMITS, hash ^ hash >> 32, now);
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


/* asking makes no cell: strangers choose the keys */

static board_limit_t *
limit_look(bmc_board_t *bd, uint64_t key)
{
    unsigned        i;
    board_limit_t  *c;

    for (i = 0; i < LIMIT_PROBES; i++) {
        c = &bd->file->failures[(key + i) % BOARD_FAILURES];

        if (atomic_load(&c->key) == key) {
            return c;
        }
    }

    return NULL;
}


/* further ahead than it can be is another span's, or damaged: cut down */

static uint64_t
limit_tat(board_limit_t *c, uint64_t now, uint64_t span)
{
    uint64_t  tat;

    tat = atomic_load(&c->tat);

    if (tat > now + span) {
        (void) atomic_compare_exchange_strong(&c->tat, &tat, now + span);
        return now + span;
    }

    return tat;
}


static int64_t
limit_ahead(uint64_t tat, uint64_t now)
{
    return tat > now ? (int64_t) ((tat - now + 999) / 1000) : 0;
}


static int64_t
limit_fail(bmc_board_t *bd, uint64_t key, uint64_t now, uint64_t each,
    uint64_t span)
{
    unsigned        i;
    uint64_t        tat, next;
    board_limit_t  *c;

    c = limit_find(bd->file->failures, BOARD_FAILURES, key, now);
    if (c == NULL) {
        return limit_ahead(now + each, now);
    }

    for (i = 0; i < LIMIT_TRIES; i++) {

        tat = limit_tat(c, now, span);
        next = (tat < now ? now : tat) + each;

        if (next > now + span) {
            return limit_ahead(tat, now);
        }

        if (atomic_compare_exchange_weak(&c->tat, &tat, next)) {
            return limit_ahead(next, now);
        }
    }

    return limit_ahead(now + span, now);
}


int64_t
bmc_board_failures(bmc_board_t *bd, uint64_t key, int64_t each, int64_t most,
    bool add)
{
    uint64_t        now, span;
    board_limit_t  *c;

    key = key ? key : 1;
    now = (uint64_t) bmc_now() * 1000;
    span = (uint64_t) (most < LIMIT_LONGEST ? most : LIMIT_LONGEST) * 1000;

    if (add) {
        return limit_fail(bd, key, now, (uint64_t) each * 1000, span);
    }

    c = limit_look(bd, key);

    return c ? limit_ahead(limit_tat(c, now, span), now) : 0;
}
