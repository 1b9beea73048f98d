
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/state.h"


#define STATE_ENTRY_MIN  4096        /* bytes of a group with its members */
#define STATE_ENTRY_MAX  (1024 * 1024)
#define STATE_DIR        0770
#define STATE_FILE       0660


/* not getgrnam(): its answer is everybody's, and a thread may ask, too */

gid_t
bmc_state_group(void)
{
    int            rc;
    char          *text;
    gid_t          gid;
    size_t         size;
    struct group   gr, *found;

    rc = ERANGE;
    gid = (gid_t) -1;

    for (size = STATE_ENTRY_MIN; rc == ERANGE && size <= STATE_ENTRY_MAX;
         size *= 4)
    {
        text = malloc(size);

        if (text == NULL) {
            break;
        }

        rc = getgrnam_r(BMC_STATE_GROUP, &gr, text, size, &found);

        if (rc == 0 && found != NULL) {
            gid = gr.gr_gid;
        }

        free(text);
    }

    return gid;
}


void
bmc_state_give(int fd, mode_t mode)
{
    gid_t  gid;

    if (fchmod(fd, mode) == -1 || geteuid() != 0) {
        return;
    }

    gid = bmc_state_group();

    if (gid != (gid_t) -1) {
        (void) !fchown(fd, (uid_t) -1, gid);
    }
}


static void
state_make_dir(const char *path)
{
    int    fd;
    char  *dir, *slash;

    dir = strdup(path);

    if (dir == NULL) {
        return;
    }

    slash = strrchr(dir, '/');

    if (slash != NULL && slash != dir) {
        *slash = '\0';

        if (mkdir(dir, STATE_DIR) == 0) {
            fd = open(dir, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

            if (fd != -1) {
                bmc_state_give(fd, STATE_DIR);
                (void) close(fd);
            }
        }
    }

    free(dir);
}


int
bmc_state_open(const char *path, int flags)
{
    int  fd;

    flags |= O_RDWR|O_CLOEXEC|O_NOFOLLOW;
    fd = open(path, flags);

    if (fd != -1 || errno != ENOENT) {
        return fd;
    }

    state_make_dir(path);
    fd = open(path, flags|O_CREAT|O_EXCL, STATE_FILE);

    if (fd != -1) {
        bmc_state_give(fd, STATE_FILE);
        return fd;
    }

    return errno == EEXIST ? open(path, flags) : -1;
}
