
/*
 * Copyright (C) the bmcgate authors
 *
 * Sockets of the dead.  Who is killed cannot unlink its own, so those who
 * come after it do.
 */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/names.h"
#include "peer/link.h"


#define TIDY_AGE  10             /* s: a younger one may just be made */


static bool
tidy_known(const bmc_board_peer_t *peer, size_t n, const char *name)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (strcmp(peer[i].sock, name) == 0) {
            return true;
        }
    }

    return false;
}


static bool
tidy_old(int dirfd, const char *name)
{
    time_t       now;
    struct stat  st;

    now = time(NULL);

    return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0
           && S_ISSOCK(st.st_mode)
           && (now > st.st_mtime + TIDY_AGE || now < st.st_mtime - TIDY_AGE);
}


/*
 * The kernel looks for the socket first and at its type after: one that
 * somebody still has, as a seat for a worker to come, says EPROTOTYPE to a
 * datagram and notices nothing.
 */

static bool
tidy_dead(const char *dir, int dirfd, const char *name)
{
    int   fd;
    bool  dead;

    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1) {
        return false;
    }

    dead = bmc_socket_connect(fd, dir, dirfd, name) == -1
           && errno == ECONNREFUSED;
    close(fd);

    return dead;
}


void
bmc_peers_unlink(const char *dir, const char *sock)
{
    int   fd;
    char  why[BMC_TEXT_MAX];

    if (!bmc_name_valid(sock, strnlen(sock, BMC_SOCK_MAX))) {
        return;
    }

    fd = bmc_socket_dir(dir, why);

    if (fd == -1) {
        return;
    }

    /* a seat's is its maker's, and the next worker takes it */

    if (tidy_dead(dir, fd, sock)) {
        (void) unlinkat(fd, sock, 0);
    }

    close(fd);
}


static void
tidy_folder(const bmc_board_t *bd, const char *dir, DIR *folder)
{
    int                at;
    size_t             n;
    struct dirent     *e;
    bmc_board_peer_t  *peer;

    peer = malloc(BMC_BOARD_PEERS * sizeof(bmc_board_peer_t));
    if (peer == NULL) {
        return;
    }

    at = dirfd(folder);
    n = bmc_board_peers(bd, peer, BMC_BOARD_PEERS);

    while ((e = readdir(folder)) != NULL) {
        if (e->d_name[0] != '.' && !tidy_known(peer, n, e->d_name)
            && tidy_old(at, e->d_name)
            && tidy_dead(dir, at, e->d_name))
        {
            (void) unlinkat(at, e->d_name, 0);
        }
    }

    free(peer);
}


void
bmc_peers_tidy(const bmc_board_t *bd, const char *dir)
{
    int   fd, path;
    DIR  *folder;
    char  why[BMC_TEXT_MAX];

    path = bmc_socket_dir(dir, why);
    if (path == -1) {
        return;
    }

    fd = openat(path, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    close(path);

    folder = fd != -1 ? fdopendir(fd) : NULL;

    if (folder == NULL) {

        if (fd != -1) {
            close(fd);
        }

        return;
    }

    tidy_folder(bd, dir, folder);
    (void) closedir(folder);
}
