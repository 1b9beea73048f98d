
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "board/layout.h"


#define SPACE_TRIES  64
#define SPACE_WAIT   2


/* beyond RLIMIT_FSIZE ftruncate() does not only fail, it kills (SIGXFSZ) */

bool
bmc_board_resize(int fd, off_t size)
{
    struct rlimit  rl;

    if (getrlimit(RLIMIT_FSIZE, &rl) == 0 && rl.rlim_cur != RLIM_INFINITY
        && (rlim_t) size > rl.rlim_cur)
    {
        errno = EFBIG;
        return false;
    }

    return ftruncate(fd, size) == 0;
}


static bool
space_zeros(int fd, off_t at, size_t size)
{
    static const char  zeros[BOARD_PAGE];

    size_t   n;
    ssize_t  wrote;

    while (size > 0) {
        n = size < sizeof(zeros) ? size : sizeof(zeros);

        wrote = pwrite(fd, zeros, n, at);
        if (wrote <= 0) {
            return false;
        }

        at += wrote;
        size -= (size_t) wrote;
    }

    return true;
}


/*
 * Not posix_fallocate(): where the file system cannot, glibc's writes into
 * bytes that others use.  Ours may write zeros, nobody uses these yet.
 */

bool
bmc_board_alloc(int fd, off_t at, size_t size)
{
    unsigned  i;

    for (i = 0; i < SPACE_TRIES; i++) {

        if (fallocate(fd, 0, at, (off_t) size) == 0) {
            return true;
        }

        if (errno != EINTR) {
            break;
        }
    }

    return errno == EOPNOTSUPP && space_zeros(fd, at, size);
}


bool
bmc_board_back(bmc_board_t *bd, board_word_t *bits, size_t i, off_t at,
    size_t size)
{
    uint64_t  bit;

    bit = (uint64_t) 1 << i % 64;

    if (atomic_load(&bits[i / 64]) & bit) {
        return true;
    }

    if (!bmc_board_alloc(bd->fd, at, size)) {
        return false;
    }

    atomic_fetch_or(&bits[i / 64], bit);

    return true;
}


static off_t
space_chunk_offset(uint32_t chunk)
{
    return (off_t) BOARD_HEAD + (off_t) chunk * (off_t) sizeof(board_chunk_t);
}


off_t
bmc_board_slot_offset(uint32_t slot)
{
    return space_chunk_offset(slot / BOARD_CHUNK)
           + (off_t) (slot % BOARD_CHUNK) * (off_t) sizeof(board_slot_t);
}


/* room for one more slot: the file's length, the slot's memory, our map */

bool
bmc_board_grow(bmc_board_t *bd, uint32_t slot)
{
    off_t        end;
    uint32_t     step;
    struct stat  st;

    end = space_chunk_offset(slot / BOARD_CHUNK + 1);

    if (fstat(bd->fd, &st) == -1) {
        return false;
    }

    if (st.st_size < end && !bmc_board_resize(bd->fd, end)) {
        return false;
    }

    step = slot / BOARD_STEP;

    return bmc_board_back(bd, bd->file->head.slot_bits, step,
                          bmc_board_slot_offset(step * BOARD_STEP),
                          BOARD_STEP * sizeof(board_slot_t))
           && (bd->chunks[slot / BOARD_CHUNK] != NULL
               || bmc_board_map(bd, slot / BOARD_CHUNK) != NULL);
}


void *
bmc_board_map_at(int fd, void *at, size_t size, off_t offset)
{
    void  *p;

    p = mmap(at, size, PROT_READ|PROT_WRITE,
             at ? MAP_SHARED|MAP_FIXED : MAP_SHARED, fd, offset);
    if (p == MAP_FAILED) {
        return NULL;
    }

    (void) madvise(p, size, MADV_DONTDUMP);

    return p;
}


board_chunk_t *
bmc_board_map(const bmc_board_t *bd, uint32_t chunk)
{
    struct stat  st;

    /* touching what lies behind the file's end is SIGBUS */

    if (fstat(bd->fd, &st) == -1
        || st.st_size < space_chunk_offset(chunk + 1))
    {
        return NULL;
    }

    bd->chunks[chunk] = bmc_board_map_at(bd->fd, NULL, sizeof(board_chunk_t),
                                         space_chunk_offset(chunk));

    return bd->chunks[chunk];
}


/*
 * A robust mutex, not a lock on the file: processes that inherited one
 * descriptor share its locks.
 */

bool
bmc_board_mutex_init(board_file_t *file)
{
    bool                 ok;
    pthread_mutexattr_t  attr;

    if (pthread_mutexattr_init(&attr) != 0) {
        return false;
    }

    memset(&file->head.mutex, 0, sizeof(pthread_mutex_t));

    ok = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED) == 0
         && pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0
         && pthread_mutex_init(&file->head.mutex, &attr) == 0;

    pthread_mutexattr_destroy(&attr);

    return ok;
}


bool
bmc_board_lock(bmc_board_t *bd)
{
    int              rc;
    struct timespec  ts;

    rc = pthread_mutex_trylock(&bd->file->head.mutex);

    if (rc == EBUSY) {
        clock_gettime(CLOCK_MONOTONIC, &ts);
        ts.tv_sec += SPACE_WAIT;

        rc = pthread_mutex_clocklock(&bd->file->head.mutex, CLOCK_MONOTONIC,
                                     &ts);
    }

    if (rc == EOWNERDEAD) {
        rc = pthread_mutex_consistent(&bd->file->head.mutex);
    }

    return rc == 0;
}


void
bmc_board_unlock(bmc_board_t *bd)
{
    pthread_mutex_unlock(&bd->file->head.mutex);
}
