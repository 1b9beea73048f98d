
/*
 * Copyright (C) the bmcgate authors
 *
 * Machines by name and number, one process at a time.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "drivers/sim/file.h"
#include "drivers/sim/machine.h"
#include "base/clock.h"
#include "base/names.h"


#define TABLE_WAIT  2                /* s */


/*
 * Only a process that was stopped can hold a lock for long, and an owner
 * that died leaves nothing half-done.
 */

static bool
table_lock(pthread_mutex_t *mutex)
{
    int              rc;
    struct timespec  ts;

    rc = pthread_mutex_trylock(mutex);

    if (rc == EBUSY) {
        if (clock_gettime(CLOCK_REALTIME, &ts) == -1) {
            return false;
        }

        ts.tv_sec += TABLE_WAIT;
        rc = pthread_mutex_timedlock(mutex, &ts);
    }

    if (rc == EOWNERDEAD) {
        rc = pthread_mutex_consistent(mutex);
    }

    return rc == 0;
}


uint32_t
bmc_sim_count(const bmc_sim_store_t *st)
{
    return atomic_load(&st->header->count);
}


bmc_sim_machine_t *
bmc_sim_at(bmc_sim_store_t *st, uint32_t number)
{
    return &st->chunk[number / BMC_SIM_CHUNK].machine[number % BMC_SIM_CHUNK];
}


/* where name is in the index, or would be */

static size_t
table_slot(bmc_sim_store_t *st, const char *name, bmc_sim_machine_t **mp)
{
    size_t              i, n;
    uint32_t            number;
    bmc_sim_machine_t  *m;

    *mp = NULL;
    i = bmc_hash(name, strlen(name)) % BMC_SIM_INDEX;

    for (n = 0; n < BMC_SIM_INDEX; n++) {
        number = atomic_load_explicit(&st->header->index[i],
                                      memory_order_acquire);

        if (number == 0) {
            break;
        }

        if (number <= bmc_sim_count(st)) {
            m = bmc_sim_at(st, number - 1);

            if (strncmp(m->name, name, BMC_NAME_MAX) == 0) {
                *mp = m;
                break;
            }
        }

        i = (i + 1) % BMC_SIM_INDEX;
    }

    return i;
}


bmc_sim_machine_t *
bmc_sim_find(bmc_sim_store_t *st, const char *name)
{
    bmc_sim_machine_t  *m;

    (void) table_slot(st, name, &m);

    return m;
}


/*
 * Writing into a hole of a full disk is a signal, so there are no holes
 * where machines are.
 */

static bool
table_grow(bmc_sim_store_t *st, uint32_t number)
{
    off_t        at;
    struct stat  sb;

    at = (char *) &st->chunk[number / BMC_SIM_CHUNK] - (char *) st->header;

    if (fstat(st->fd, &sb) == -1) {
        return false;
    }

    if ((size_t) sb.st_size < bmc_sim_size(number + 1)
        && ftruncate(st->fd, bmc_sim_size(number + 1)) == -1)
    {
        return false;
    }

    return posix_fallocate(st->fd, at,
                           offsetof(bmc_sim_chunk_t, room)) == 0;
}


static bmc_sim_machine_t *
table_add(bmc_sim_store_t *st, const char *name, bool on, size_t slot)
{
    uint32_t            number;
    bmc_sim_machine_t  *m;

    number = bmc_sim_count(st);

    if (number == BMC_SIM_MACHINES) {
        errno = ENFILE;
        return NULL;
    }

    if (number % BMC_SIM_CHUNK == 0 && !table_grow(st, number)) {
        errno = ENOSPC;
        return NULL;
    }

    m = bmc_sim_at(st, number);
    memset(m, 0, sizeof(bmc_sim_machine_t));

    if (!bmc_sim_mutex(&m->mutex)) {
        errno = ENOLCK;
        return NULL;
    }

    snprintf(m->name, sizeof(m->name), "%s", name);
    bmc_sim_machine_init(&m->data[0], on, bmc_now());
    m->data[0].epoch = st->header->epoch;

    atomic_store_explicit(&st->header->index[slot], number + 1,
                          memory_order_release);
    atomic_store(&st->header->count, number + 1);

    return m;
}


bmc_sim_machine_t *
bmc_sim_make(bmc_sim_store_t *st, const char *name, bool on)
{
    int                 err;
    size_t              slot;
    bmc_sim_machine_t  *m;

    m = bmc_sim_find(st, name);

    if (m != NULL) {
        return m;
    }

    if (!table_lock(&st->header->mutex)) {
        errno = ENOLCK;
        return NULL;
    }

    slot = table_slot(st, name, &m);

    if (m == NULL) {
        m = table_add(st, name, on, slot);
    }

    err = errno;
    (void) pthread_mutex_unlock(&st->header->mutex);
    errno = err;

    return m;
}


bmc_sim_data_t *
bmc_sim_lock(bmc_sim_store_t *st, bmc_sim_machine_t *m, int64_t now)
{
    uint32_t         valid;
    bmc_sim_data_t  *d;

    if (!table_lock(&m->mutex)) {
        return NULL;
    }

    valid = atomic_load_explicit(&m->valid, memory_order_relaxed) & 1;
    d = &m->data[!valid];
    memcpy(d, &m->data[valid], sizeof(bmc_sim_data_t));
    m->name[BMC_NAME_MAX - 1] = '\0';

    bmc_sim_machine_mend(d);
    bmc_sim_settle(st, m, d, now);

    return d;
}


void
bmc_sim_unlock(bmc_sim_machine_t *m)
{
    uint32_t  valid;

    valid = atomic_load_explicit(&m->valid, memory_order_relaxed) & 1;
    atomic_store_explicit(&m->valid, !valid, memory_order_release);

    (void) pthread_mutex_unlock(&m->mutex);
}


bmc_sim_room_t *
bmc_sim_room(bmc_sim_store_t *st, bmc_sim_machine_t *m, bmc_sim_data_t *d)
{
    off_t             at;
    bmc_sim_room_t   *room;
    bmc_sim_chunk_t  *chunk;

    chunk = st->chunk + ((char *) m - (char *) st->chunk)
                        / (ptrdiff_t) sizeof(bmc_sim_chunk_t);
    room = &chunk->room[m - chunk->machine];

    if (d->roomy) {
        return room;
    }

    at = (char *) room - (char *) st->header;

    if (posix_fallocate(st->fd, at, sizeof(bmc_sim_room_t)) != 0) {
        return NULL;
    }

    bmc_sim_users_init(room->user[0]);
    d->users = 0;
    memset(room->media[0], 0, sizeof(room->media[0]));
    d->media = 0;
    d->roomy = 1;

    return room;
}


bool
bmc_sim_reboot(bmc_sim_machine_t *m, uint32_t epoch, int64_t shift)
{
    uint32_t         valid;
    bmc_sim_data_t  *d;

    valid = atomic_load(&m->valid) & 1;

    if (m->name[BMC_NAME_MAX - 1] != '\0' || !bmc_sim_mutex(&m->mutex)) {
        return false;
    }

    if (m->data[valid].epoch == epoch) {
        return true;
    }

    d = &m->data[!valid];
    *d = m->data[valid];

    bmc_sim_machine_shift(d, shift);
    d->epoch = epoch;
    atomic_store(&m->valid, !valid);

    return true;
}
