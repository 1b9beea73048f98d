
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/state.h"
#include "board/layout.h"


#define MAKE_IDS  100          /* a second: more than are ever given */


static gid_t
make_group(void)
{
    return geteuid() == 0 ? bmc_state_group() : (gid_t) -1;
}


static const char *
make_advice(int err)
{
    switch (err) {

    case EACCES:
    case EPERM:
        return " (run as root or as a member of group " BMC_STATE_GROUP ")";

    case ENOENT:
        return " (the folder above it must exist)";

    default:
        return "";
    }
}


static void
make_failed(char why[BMC_TEXT_MAX], const char *path)
{
    int  err;

    err = errno;

    snprintf(why, BMC_TEXT_MAX, "cannot create %s: %s%s", path,
             strerror(err), make_advice(err));
}


static bool
make_dir(const char *path, mode_t mode, char why[BMC_TEXT_MAX])
{
    gid_t  gid;

    if (mkdir(path, mode) == -1) {

        if (errno == EEXIST) {
            return true;
        }

        make_failed(why, path);
        return false;
    }

    gid = make_group();

    if ((gid != (gid_t) -1 && chown(path, (uid_t) -1, gid) == -1)
        || chmod(path, mode) == -1)
    {
        make_failed(why, path);
        return false;
    }

    return true;
}


bool
bmc_board_make_dirs(const char *dir, char why[BMC_TEXT_MAX])
{
    char  path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/peer", dir);

    return make_dir(dir, 0771, why) && make_dir(path, 0731, why);
}


void
bmc_board_sizes(board_sizes_t *sizes)
{
    sizes->head = sizeof(board_file_t);
    sizes->chunk = sizeof(board_chunk_t);
    sizes->slot = sizeof(board_slot_t);
    sizes->view = sizeof(bmc_view_t);
    sizes->sensor = sizeof(bmc_sensor_t);
    sizes->op = sizeof(board_op_t);
    sizes->event = sizeof(board_event_t);
    sizes->mutex = sizeof(pthread_mutex_t);
    sizes->hosts = BMC_BOARD_HOSTS;
    sizes->peers = BMC_BOARD_PEERS;
    sizes->ops = BMC_BOARD_OPS;
    sizes->events = BMC_BOARD_EVENTS;
    sizes->session = sizeof(board_session_t);
    sizes->sessions = BMC_BOARD_SESSIONS;
}


/* a board on a disk outlives the boot clock, which its times are of */

void
bmc_board_boot(char boot[40])
{
    int      fd;
    ssize_t  n;

    memset(boot, 0, 40);

    fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY|O_CLOEXEC);
    if (fd == -1) {
        return;
    }

    n = read(fd, boot, 36);
    if (n != 36) {
        memset(boot, 0, 40);
    }

    close(fd);
}


/* numbers start at the wall clock, so that none is given twice in a life */

static bool
make_head(int fd)
{
    uint64_t      start;
    board_head_t  head;

    memset(&head, 0, sizeof(board_head_t));

    memcpy(head.magic, BOARD_MAGIC, sizeof(head.magic));
    head.version = BMC_BOARD_VERSION;
    bmc_board_sizes(&head.sizes);
    bmc_board_boot(head.boot);

    if (getrandom(head.cookie, sizeof(head.cookie), 0)
        != (ssize_t) sizeof(head.cookie))
    {
        return false;
    }

    start = (uint64_t) time(NULL) * MAKE_IDS;

    atomic_init(&head.op_last, start);
    atomic_init(&head.event_last, start);
    atomic_init(&head.session_last, start);
    atomic_init(&head.incarnation, start);

    return pwrite(fd, &head, sizeof(head), 0) == (ssize_t) sizeof(head);
}


static bool
make_file(int fd)
{
    gid_t  gid;

    gid = make_group();

    return (gid == (gid_t) -1 || fchown(fd, (uid_t) -1, gid) == 0)
           && fchmod(fd, 0660) == 0
           && bmc_board_resize(fd, (off_t) BOARD_HEAD)
           && bmc_board_alloc(fd, 0, BOARD_TABLES)
           && make_head(fd);
}


/* whole from its first moment; another's that was first is as good */

bool
bmc_board_make(const char *path, char why[BMC_TEXT_MAX])
{
    int   fd;
    bool  ok;
    char  temp[PATH_MAX];

    snprintf(temp, sizeof(temp), "%s.XXXXXX", path);

    fd = mkostemp(temp, O_CLOEXEC);
    if (fd == -1) {
        make_failed(why, path);
        return false;
    }

    ok = make_file(fd) && (link(temp, path) == 0 || errno == EEXIST);

    if (!ok) {
        make_failed(why, path);
    }

    close(fd);
    unlink(temp);

    return ok;
}
