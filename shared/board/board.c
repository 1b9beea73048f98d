
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "board/layout.h"


#define BOARD_WAIT_TRIES  3000   /* of a millisecond */


typedef enum {
    BOARD_GOOD,
    BOARD_AGAIN,                 /* it was replaced, or is being made */
    BOARD_BAD                    /* and why says what it is */
} board_found_t;


typedef struct {
    int    fd;
    bool   alone;                /* and nobody can come while we look */
    char  *why;
    char   path[PATH_MAX];
} board_open_t;


/* adds to why, which has a line's room; false, as what it tells of */

__attribute__((format(printf, 2, 3)))
static bool
board_why(board_open_t *o, const char *fmt, ...)
{
    size_t   len;
    va_list  args;

    len = strlen(o->why);

    va_start(args, fmt);
    vsnprintf(o->why + len, BMC_TEXT_MAX - len, fmt, args);
    va_end(args);

    return false;
}


static bool
board_failed(board_open_t *o, const char *what)
{
    int  err;

    err = errno;
    o->why[0] = '\0';

    return board_why(o, "cannot %s %s: %s%s", what, o->path, strerror(err),
                     err == EACCES || err == EPERM
                     ? " (run as root or as a member of group bmcgate)" : "");
}


static void
board_drop(board_open_t *o)
{
    close(o->fd);
    o->fd = -1;
}


/*
 * Everyone who has the board open shares one lock; who gets it alone may
 * put it right or replace it.  The name may meanwhile mean another file.
 */

static board_found_t
board_hold(board_open_t *o)
{
    struct stat  st, now;

    o->alone = bmc_board_lock_byte(o->fd, F_OFD_SETLK, F_WRLCK,
                                   BOARD_LOCK_OPEN);

    if (!o->alone
        && !bmc_board_lock_byte(o->fd, F_OFD_SETLK, F_RDLCK, BOARD_LOCK_OPEN))
    {
        if (errno == EAGAIN || errno == EACCES) {
            return BOARD_AGAIN;
        }

        board_failed(o, "lock");
        return BOARD_BAD;
    }

    if (fstat(o->fd, &st) == -1 || lstat(o->path, &now) == -1
        || st.st_ino != now.st_ino || st.st_dev != now.st_dev)
    {
        return BOARD_AGAIN;
    }

    return BOARD_GOOD;
}


static bool
board_whole(board_open_t *o, const board_head_t *head)
{
    off_t        need;
    uint32_t     n;
    struct stat  st;

    n = atomic_load(&head->count);

    if (n > BMC_BOARD_HOSTS) {
        return board_why(o, "%s: damaged, it counts %u hosts of at most %u",
                         o->path, n, BMC_BOARD_HOSTS);
    }

    need = (off_t) BOARD_HEAD
           + (off_t) ((n + BOARD_CHUNK - 1) / BOARD_CHUNK)
             * (off_t) sizeof(board_chunk_t);

    if (fstat(o->fd, &st) == -1) {
        return board_failed(o, "read");
    }

    if (st.st_size < need) {
        return board_why(o, "%s: truncated, %lld bytes where %lld are needed",
                         o->path, (long long) st.st_size, (long long) need);
    }

    return true;
}


static bool
board_valid(board_open_t *o)
{
    char           boot[40];
    ssize_t        n;
    board_head_t   head;
    board_sizes_t  sizes;

    n = pread(o->fd, &head, sizeof(head), 0);
    if (n == -1) {
        return board_failed(o, "read");
    }

    if ((size_t) n < sizeof(head)) {
        return board_why(o, "%s: truncated, %zd bytes where %zu are needed",
                         o->path, n, (size_t) BOARD_HEAD);
    }

    if (memcmp(head.magic, BOARD_MAGIC, sizeof(head.magic)) != 0) {
        return board_why(o, "%s: not a board, it does not begin with "
                         BOARD_MAGIC, o->path);
    }

    if (head.version != BMC_BOARD_VERSION) {
        return board_why(o, "%s: version %u, this bmcgate reads version %u",
                         o->path, head.version, BMC_BOARD_VERSION);
    }

    bmc_board_sizes(&sizes);

    if (memcmp(&head.sizes, &sizes, sizeof(sizes)) != 0) {
        return board_why(o, "%s: of another build of bmcgate, its records "
                         "differ in size", o->path);
    }

    bmc_board_boot(boot);

    if (memcmp(head.boot, boot, sizeof(boot)) != 0) {
        return board_why(o, "%s: of an earlier boot", o->path);
    }

    return board_whole(o, &head);
}


static bool
board_in_use(board_open_t *o)
{
    pid_t  pid;

    pid = bmc_board_holder(o->fd);

    if (pid > 0) {
        return board_why(o, "; process %d uses it: stop that first",
                         (int) pid);
    }

    return board_why(o, "; another process uses it: stop that first");
}


/* unusable: gone if we are alone with it, else why says who keeps it */

static board_found_t
board_replace(board_open_t *o, bmc_say_pt say, void *data)
{
    if (!o->alone) {
        board_in_use(o);
        return BOARD_BAD;
    }

    if (unlink(o->path) == -1) {
        board_failed(o, "replace");
        return BOARD_BAD;
    }

    if (say) {
        board_why(o, "; begun anew");
        say(data, o->why);
    }

    return BOARD_AGAIN;
}


static board_found_t
board_try(board_open_t *o, bmc_say_pt say, void *data)
{
    struct stat    st;
    board_found_t  found;

    o->why[0] = '\0';
    o->fd = open(o->path, O_RDWR|O_CLOEXEC|O_NOFOLLOW|O_NONBLOCK|O_NOCTTY);

    if (o->fd == -1) {

        if (errno != ENOENT) {
            board_failed(o, "open");
            return BOARD_BAD;
        }

        return bmc_board_make(o->path, o->why) ? BOARD_AGAIN : BOARD_BAD;
    }

    if (fstat(o->fd, &st) == -1 || !S_ISREG(st.st_mode)) {
        board_why(o, "%s: not a regular file", o->path);
        return BOARD_BAD;
    }

    found = board_hold(o);
    if (found != BOARD_GOOD) {
        return found;
    }

    return board_valid(o) ? BOARD_GOOD : board_replace(o, say, data);
}


static bool
board_found(board_open_t *o, bmc_say_pt say, void *data)
{
    unsigned                      i;
    board_found_t                 found;
    static const struct timespec  ms = { 0, 1000000 };

    for (i = 0; i < BOARD_WAIT_TRIES; i++) {

        found = board_try(o, say, data);
        if (found == BOARD_GOOD) {
            return true;
        }

        if (o->fd != -1) {
            board_drop(o);
        }

        if (found == BOARD_BAD) {
            return false;
        }

        if (i > 1) {
            nanosleep(&ms, NULL);
        }
    }

    return board_why(o, "%s: another process does not finish making it",
                     o->path);
}


/*
 * Alone, the mutex is made anew: in a file that outlived everyone it may be
 * held by a number that is some other thread's by now.
 */

static bool
board_settle(board_open_t *o, board_file_t *file)
{
    if (o->alone
        && (!bmc_board_mutex_init(file)
            || !bmc_board_lock_byte(o->fd, F_OFD_SETLK, F_RDLCK,
                                    BOARD_LOCK_OPEN)))
    {
        return false;
    }

    /* an OFD lock does not tell whose it is; this one does */

    (void) bmc_board_lock_byte(o->fd, F_SETLK, F_RDLCK, BOARD_LOCK_NAME);

    return true;
}


static bmc_board_t *
board_map(board_open_t *o)
{
    bmc_board_t  *bd;

    bd = calloc(1, sizeof(bmc_board_t));
    if (bd == NULL) {
        return NULL;
    }

    bd->chunks = calloc(BOARD_CHUNKS, sizeof(board_chunk_t *));
    if (bd->chunks == NULL) {
        free(bd);
        return NULL;
    }

    bd->file = bmc_board_map_at(o->fd, NULL, BOARD_HEAD, 0);
    if (bd->file == NULL) {
        free(bd->chunks);
        free(bd);
        return NULL;
    }

    bd->fd = o->fd;
    bd->opener = getpid();

    return bd;
}


bmc_board_t *
bmc_board_open(const char *dir, bmc_say_pt say, void *data,
    char why[BMC_TEXT_MAX])
{
    bmc_board_t   *bd;
    board_open_t   o;

    o.fd = -1;
    o.why = why;
    why[0] = '\0';

    if (snprintf(o.path, sizeof(o.path), "%s/board", dir)
        >= (int) sizeof(o.path))
    {
        board_why(&o, "%s: %s", dir, strerror(ENAMETOOLONG));
        return NULL;
    }

    if (!bmc_board_make_dirs(dir, why)) {
        return NULL;
    }

    if (!board_found(&o, say, data)) {
        return NULL;
    }

    bd = board_map(&o);
    if (bd == NULL) {
        board_failed(&o, "map");
        board_drop(&o);
        return NULL;
    }

    if (!board_settle(&o, bd->file)) {
        board_failed(&o, "lock");
        bmc_board_close(bd);
        return NULL;
    }

    why[0] = '\0';

    return bd;
}


void
bmc_board_close(bmc_board_t *bd)
{
    unsigned  i;

    if (bd == NULL) {
        return;
    }

    bmc_board_leave(bd);

    for (i = 0; i < BOARD_CHUNKS; i++) {
        if (bd->chunks[i]) {
            munmap(bd->chunks[i], sizeof(board_chunk_t));
        }
    }

    munmap(bd->file, BOARD_HEAD);
    close(bd->fd);
    free(bd->chunks);
    free(bd);
}


const uint8_t *
bmc_board_cookie(const bmc_board_t *bd)
{
    return bd->file->head.cookie;
}
