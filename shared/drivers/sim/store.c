
/*
 * Copyright (C) the bmcgate authors
 *
 * The file itself: made, found to be sound, mapped.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drivers/sim/file.h"
#include "base/clock.h"
#include "base/state.h"


#define STORE_MAGIC  "BMCSIM\r\n"
#define STORE_MAP    (sizeof(bmc_sim_header_t)                               \
                      + (size_t) BMC_SIM_MACHINES / BMC_SIM_CHUNK            \
                      * sizeof(bmc_sim_chunk_t))


static bool
store_boot_id(char id[BMC_SIM_BOOT_ID])
{
    int      fd;
    ssize_t  n;

    memset(id, 0, BMC_SIM_BOOT_ID);

    fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY|O_CLOEXEC);

    if (fd == -1) {
        return false;
    }

    n = read(fd, id, BMC_SIM_BOOT_ID - 1);

    (void) close(fd);

    return n > 0;
}


bool
bmc_sim_mutex(pthread_mutex_t *mutex)
{
    bool                 ok;
    pthread_mutexattr_t  attr;

    if (pthread_mutexattr_init(&attr) != 0) {
        return false;
    }

    memset(mutex, 0, sizeof(pthread_mutex_t));

    ok = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED) == 0
         && pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0
         && pthread_mutex_init(mutex, &attr) == 0;

    (void) pthread_mutexattr_destroy(&attr);

    return ok;
}


/* the magic comes last: without it the file is made anew */

static bool
store_format(bmc_sim_store_t *st, char why[BMC_TEXT_MAX])
{
    int                rc;
    bmc_sim_header_t  *h;

    rc = posix_fallocate(st->fd, 0, sizeof(bmc_sim_header_t));

    if (rc != 0) {
        snprintf(why, BMC_TEXT_MAX, "cannot make %s: %s", st->path,
            strerror(rc));
        return false;
    }

    h = st->header;

    h->version = BMC_SIM_VERSION;
    h->header_size = sizeof(bmc_sim_header_t);
    h->machine_size = sizeof(bmc_sim_machine_t);
    h->room_size = sizeof(bmc_sim_room_t);
    h->chunk = BMC_SIM_CHUNK;
    h->epoch = 1;
    h->offset = bmc_wall() - bmc_now();
    atomic_store(&h->count, 0);

    if (!store_boot_id(h->boot_id) || !bmc_sim_mutex(&h->mutex)) {
        snprintf(why, BMC_TEXT_MAX, "cannot make %s: %s", st->path,
            "this computer has no boot id or no shared mutexes");
        return false;
    }

    atomic_thread_fence(memory_order_release);
    memcpy(h->magic, STORE_MAGIC, sizeof(h->magic));

    return true;
}


/* the file may grow meanwhile, so its size is asked for last */

static bool
store_sound(bmc_sim_store_t *st, char why[BMC_TEXT_MAX])
{
    size_t             need;
    uint32_t           count;
    struct stat        sb;
    bmc_sim_header_t  *h;

    h = st->header;

    if (memcmp(h->magic, STORE_MAGIC, sizeof(h->magic)) != 0) {
        snprintf(why, BMC_TEXT_MAX, "%s is not a file of simulated BMCs: "
            "remove it, and a new one is made", st->path);
        return false;
    }

    if (h->version != BMC_SIM_VERSION
        || h->header_size != sizeof(bmc_sim_header_t)
        || h->machine_size != sizeof(bmc_sim_machine_t)
        || h->room_size != sizeof(bmc_sim_room_t)
        || h->chunk != BMC_SIM_CHUNK)
    {
        snprintf(why, BMC_TEXT_MAX, "%s was written by another version (%u, "
            "expected %u, or another machine's): remove it, and a new one "
            "is made", st->path, h->version, BMC_SIM_VERSION);
        return false;
    }

    count = atomic_load(&h->count);
    need = bmc_sim_size(count);

    if (count > BMC_SIM_MACHINES || fstat(st->fd, &sb) == -1
        || (size_t) sb.st_size < need)
    {
        snprintf(why, BMC_TEXT_MAX, "%s is truncated (%lld bytes, expected "
            "%zu for %u machines): remove it, and a new one is made",
            st->path, (long long) sb.st_size, need, count);
        return false;
    }

    return true;
}


/*
 * The computer has been restarted: nobody holds a lock any more, whatever
 * the mutexes say, and the boot clock began anew.  A machine that was
 * shifted already has the new epoch, should this be interrupted.
 */

static bool
store_reboot(bmc_sim_store_t *st, const char *boot_id,
    char why[BMC_TEXT_MAX])
{
    int64_t            offset;
    uint32_t           i, count;
    bmc_sim_header_t  *h;

    h = st->header;
    offset = bmc_wall() - bmc_now();
    count = atomic_load(&h->count);

    for (i = 0; i < count; i++) {
        if (!bmc_sim_reboot(bmc_sim_at(st, i), h->epoch + 1,
            h->offset - offset))
        {
            snprintf(why, BMC_TEXT_MAX, "%s: machine %u is damaged: remove "
                "the file, and a new one is made", st->path, i);
            return false;
        }
    }

    if (!bmc_sim_mutex(&h->mutex)) {
        snprintf(why, BMC_TEXT_MAX, "%s: no shared mutexes here", st->path);
        return false;
    }

    h->epoch++;
    h->offset = offset;
    atomic_thread_fence(memory_order_release);
    memcpy(h->boot_id, boot_id, BMC_SIM_BOOT_ID);

    return true;
}


static bool
store_blank(const bmc_sim_header_t *h)
{
    size_t  i;

    for (i = 0; i < sizeof(h->magic); i++) {
        if (h->magic[i] != '\0') {
            return false;
        }
    }

    return true;
}


static bool
store_map(bmc_sim_store_t *st, char why[BMC_TEXT_MAX])
{
    char         boot_id[BMC_SIM_BOOT_ID];
    struct stat  sb;

    if (fstat(st->fd, &sb) == -1 || !S_ISREG(sb.st_mode)) {
        snprintf(why, BMC_TEXT_MAX, "%s is not a regular file", st->path);
        return false;
    }

    if (sb.st_size != 0 && (size_t) sb.st_size < sizeof(bmc_sim_header_t)) {
        snprintf(why, BMC_TEXT_MAX, "%s is truncated (%lld bytes, expected "
            "%zu or more): remove it, and a new one is made", st->path,
            (long long) sb.st_size, sizeof(bmc_sim_header_t));
        return false;
    }

    if (sb.st_size == 0 || store_blank(st->header)) {
        return store_format(st, why);
    }

    if (!store_sound(st, why)) {
        return false;
    }

    if (store_boot_id(boot_id)
        && memcmp(boot_id, st->header->boot_id, BMC_SIM_BOOT_ID) != 0)
    {
        return store_reboot(st, boot_id, why);
    }

    return true;
}


static void
store_close(bmc_sim_store_t *st)
{
    if (st->header != NULL) {
        (void) munmap(st->header, STORE_MAP);
        st->header = NULL;
    }

    if (st->fd != -1) {
        (void) close(st->fd);
        st->fd = -1;
    }
}


bmc_sim_store_t *
bmc_sim_store_create(const char *path)
{
    bmc_sim_store_t  *st;

    st = calloc(1, sizeof(bmc_sim_store_t));

    if (st == NULL) {
        return NULL;
    }

    st->fd = -1;
    st->path = strdup(path);

    if (st->path == NULL) {
        free(st);
        return NULL;
    }

    return st;
}


bool
bmc_sim_store_open(bmc_sim_store_t *st, char why[BMC_TEXT_MAX])
{
    bool   ok;
    void  *map;

    if (st->header != NULL) {
        return true;
    }

    st->fd = bmc_state_open(st->path, 0);

    if (st->fd == -1 || flock(st->fd, LOCK_EX) == -1) {
        snprintf(why, BMC_TEXT_MAX, "cannot open %s: %s", st->path,
            strerror(errno));
        store_close(st);
        return false;
    }

    map = mmap(NULL, STORE_MAP, PROT_READ|PROT_WRITE,
               MAP_SHARED|MAP_NORESERVE, st->fd, 0);

    if (map == MAP_FAILED) {
        snprintf(why, BMC_TEXT_MAX, "cannot map %s: %s", st->path,
            strerror(errno));
        store_close(st);
        return false;
    }

    (void) madvise(map, STORE_MAP, MADV_DONTDUMP);

    st->header = map;
    st->chunk = (void *) (st->header + 1);
    ok = store_map(st, why);

    (void) flock(st->fd, LOCK_UN);

    if (!ok) {
        store_close(st);
    }

    return ok;
}


void
bmc_sim_store_free(bmc_sim_store_t *st)
{
    if (st == NULL) {
        return;
    }

    store_close(st);
    free(st->path);
    free(st);
}
