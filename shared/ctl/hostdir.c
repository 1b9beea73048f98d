
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ctl/hostfile.h"


#define HOSTDIR_TRIES  50        /* tenths of a second for the lock */
#define HOSTDIR_FILE   (1024 * 1024)


static bool hostdir_fail(const char *path, const char *what,
    char why[BMC_TEXT_MAX]);


static bool
hostdir_lock(bmc_hostdir_t *d, char why[BMC_TEXT_MAX])
{
    int              i;
    struct timespec  tenth;

    d->fd = open(d->path, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (d->fd == -1) {
        return errno == ENOENT ? true : hostdir_fail(d->path, "open", why);
    }

    tenth = (struct timespec) { .tv_nsec = 100000000 };

    for (i = 0; flock(d->fd, LOCK_EX|LOCK_NB) == -1; i++) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return hostdir_fail(d->path, "lock", why);
        }

        if (i == HOSTDIR_TRIES) {
            (void) snprintf(why, BMC_TEXT_MAX,
                            "%s: another bmcctl has been writing for 5 s",
                            d->path);
            return false;
        }

        (void) nanosleep(&tenth, NULL);
    }

    return true;
}


static bool
hostdir_fail(const char *path, const char *what, char why[BMC_TEXT_MAX])
{
    int  err;

    err = errno;
    (void) snprintf(why, BMC_TEXT_MAX, "%s: cannot %s it: %s", path, what,
                    strerror(err));
    errno = err;

    return false;
}


bool
bmc_hostdir_open(bmc_hostdir_t *d, const char *conf, const char *host,
    char why[BMC_TEXT_MAX])
{
    int          n;
    char        *copy;
    const char  *slash;

    memset(d, 0, sizeof(bmc_hostdir_t));
    d->fd = -1;

    /* an include that is no path is beside the file that says it */

    copy = realpath(conf, NULL);

    if (copy == NULL) {
        return hostdir_fail(conf, "find", why);
    }

    slash = strrchr(copy, '/');
    n = asprintf(&d->path, "%.*s/hosts.d", (int) (slash - copy), copy);
    free(copy);

    if (n == -1) {
        d->path = NULL;
        errno = ENOMEM;
        return hostdir_fail(conf, "find", why);
    }

    return bmc_hostdir_name(d, host, why) && hostdir_lock(d, why);
}


bool
bmc_hostdir_name(bmc_hostdir_t *d, const char *host, char why[BMC_TEXT_MAX])
{
    free(d->file);
    (void) snprintf(d->name, sizeof(d->name), "%s.conf", host);

    if (asprintf(&d->file, "%s/%s", d->path, d->name) == -1) {
        d->file = NULL;
        errno = ENOMEM;
        return hostdir_fail(d->path, "open", why);
    }

    return true;
}


void
bmc_hostdir_close(bmc_hostdir_t *d)
{
    if (d->fd != -1) {
        (void) close(d->fd);
    }

    free(d->path);
    free(d->file);
    memset(d, 0, sizeof(bmc_hostdir_t));
    d->fd = -1;
}


bool
bmc_hostdir_read(bmc_hostdir_t *d, bmc_buf_t *text, char why[BMC_TEXT_MAX])
{
    int      fd;
    char     chunk[8192];
    ssize_t  n;

    if (d->fd == -1) {
        errno = ENOENT;
        return hostdir_fail(d->file, "read", why);
    }

    fd = openat(d->fd, d->name, O_RDONLY|O_CLOEXEC|O_NOCTTY|O_NONBLOCK);

    if (fd == -1) {
        return hostdir_fail(d->file, "read", why);
    }

    while ((n = read(fd, chunk, sizeof(chunk))) > 0) {
        bmc_buf_add(text, chunk, (size_t) n);

        if (text->len > HOSTDIR_FILE) {
            errno = EFBIG;
            n = -1;
            break;
        }
    }

    if (n == -1) {
        (void) hostdir_fail(d->file, "read", why);
    }

    (void) close(fd);

    if (n == 0 && bmc_buf_text(text) == NULL) {
        errno = ENOMEM;
        return hostdir_fail(d->file, "read", why);
    }

    return n == 0;
}


static bool
hostdir_make(bmc_hostdir_t *d, const char *like, char why[BMC_TEXT_MAX])
{
    struct stat  st;

    if (d->fd != -1) {
        return true;
    }

    if (mkdir(d->path, 0750) == -1 && errno != EEXIST) {
        return hostdir_fail(d->path, "make", why);
    }

    if (!hostdir_lock(d, why)) {
        return false;
    }

    if (d->fd == -1) {
        errno = ENOENT;
        return hostdir_fail(d->path, "open", why);
    }

    if (stat(like, &st) == 0
        && fchown(d->fd, (uid_t) -1, st.st_gid) == -1)
    {
        return hostdir_fail(d->path, "give its group to", why);
    }

    return true;
}


/* all that can go wrong goes wrong here, while the old file still stands */

static bool
hostdir_fill(bmc_hostdir_t *d, int fd, const char *like, const char *text,
    size_t len)
{
    ssize_t      n;
    struct stat  st, own;

    if (fstatat(d->fd, d->name, &st, 0) == -1 && stat(like, &st) == -1) {
        return false;
    }

    if (fstat(fd, &own) == -1
        || (own.st_gid != st.st_gid
            && fchown(fd, (uid_t) -1, st.st_gid) == -1)
        || fchmod(fd, 0640) == -1)
    {
        return false;
    }

    while (len > 0) {
        n = write(fd, text, len);

        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n <= 0) {
            return false;
        }

        text += n;
        len -= (size_t) n;
    }

    return fsync(fd) == 0;
}


/*
 * The lock makes the name of the new file ours alone; what a crash left of
 * it is written over the next time.  It must not match *.conf.
 */

bool
bmc_hostdir_write(bmc_hostdir_t *d, const char *like, const char *text,
    size_t len, char why[BMC_TEXT_MAX])
{
    int   fd, err;
    char  temp[sizeof(d->name) + 8];

    if (!hostdir_make(d, like, why)) {
        return false;
    }

    (void) snprintf(temp, sizeof(temp), ".%s.new", d->name);
    (void) unlinkat(d->fd, temp, 0);

    fd = openat(d->fd, temp, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC|O_NOFOLLOW,
                0600);

    if (fd == -1) {
        return hostdir_fail(d->file, "write", why);
    }

    if (!hostdir_fill(d, fd, like, text, len)) {
        err = errno;
        (void) close(fd);
        (void) unlinkat(d->fd, temp, 0);
        errno = err;
        return hostdir_fail(d->file, "write", why);
    }

    if (close(fd) == -1 || renameat(d->fd, temp, d->fd, d->name) == -1) {
        err = errno;
        (void) unlinkat(d->fd, temp, 0);
        errno = err;
        return hostdir_fail(d->file, "replace", why);
    }

    if (fsync(d->fd) == -1) {
        return hostdir_fail(d->path, "sync", why);
    }

    return true;
}


bool
bmc_hostdir_unlink(bmc_hostdir_t *d, char why[BMC_TEXT_MAX])
{
    if (unlinkat(d->fd, d->name, 0) == -1) {
        return hostdir_fail(d->file, "remove", why);
    }

    if (fsync(d->fd) == -1) {
        return hostdir_fail(d->path, "sync", why);
    }

    return true;
}
