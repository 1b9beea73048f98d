
/*
 * Copyright (C) the bmcgate authors
 *
 * Sockets with random names in DIR/peer, a directory nobody else can list.
 */


#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/names.h"
#include "peer/link.h"


#define SOCKET_BACKLOG  128


/* O_PATH: an unprivileged worker may pass through it, but not read it */

int
bmc_socket_dir(const char *dir, char why[BMC_TEXT_MAX])
{
    int   fd;
    char  path[PATH_MAX];

    if (snprintf(path, sizeof(path), "%s/peer", dir) >= (int) sizeof(path)) {
        snprintf(why, BMC_TEXT_MAX, "%.100s…: the path is too long", dir);
        return -1;
    }

    fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd == -1) {
        snprintf(why, BMC_TEXT_MAX, "cannot open %.150s: %s", path,
                 strerror(errno));
    }

    return fd;
}


/* sun_path holds 108 bytes; a longer path is taken from its directory */

static void
socket_address(struct sockaddr_un *sun, const char *dir, int dirfd,
    const char *sock)
{
    int  n;

    memset(sun, 0, sizeof(*sun));
    sun->sun_family = AF_UNIX;

    n = snprintf(sun->sun_path, sizeof(sun->sun_path), "%s/peer/%s", dir,
                 sock);

    if (n >= (int) sizeof(sun->sun_path)) {
        snprintf(sun->sun_path, sizeof(sun->sun_path), "/proc/self/fd/%d/%s",
                 dirfd, sock);
    }
}


static bool
socket_name(char sock[BMC_SOCK_MAX])
{
    size_t   i;
    uint8_t  random[16];

    if (getrandom(random, sizeof(random), 0) != sizeof(random)) {
        return false;
    }

    for (i = 0; i < sizeof(random); i++) {
        snprintf(sock + 2 * i, 3, "%02x", random[i]);
    }

    return true;
}


static bool
socket_listen(int fd, const char *dir, int dirfd, const char *sock)
{
    int                 err;
    struct sockaddr_un  sun;

    socket_address(&sun, dir, dirfd, sock);

    if (bind(fd, (struct sockaddr *) &sun, sizeof(sun)) == -1) {
        return false;
    }

    /* the umask has had its say in bind() */

    if (fchmodat(dirfd, sock, 0666, AT_SYMLINK_NOFOLLOW) == 0
        && listen(fd, SOCKET_BACKLOG) == 0)
    {
        return true;
    }

    err = errno;
    unlinkat(dirfd, sock, 0);
    errno = err;

    return false;
}


int
bmc_socket_bind(const char *dir, int dirfd, char sock[BMC_SOCK_MAX],
    char why[BMC_TEXT_MAX])
{
    int  fd;

    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd == -1 || !socket_name(sock)
        || !socket_listen(fd, dir, dirfd, sock))
    {
        snprintf(why, BMC_TEXT_MAX, "cannot make a socket in %.120s/peer: %s",
                 dir, strerror(errno));

        if (fd != -1) {
            close(fd);
        }

        sock[0] = '\0';
        return -1;
    }

    return fd;
}


int
bmc_peers_bind(const char *dir, char sock[BMC_SOCK_MAX],
    char why[BMC_TEXT_MAX])
{
    int  fd, dirfd;

    dirfd = bmc_socket_dir(dir, why);
    if (dirfd == -1) {
        return -1;
    }

    fd = bmc_socket_bind(dir, dirfd, sock, why);
    close(dirfd);

    return fd;
}


/* the name comes from the board, where it may be damaged */

int
bmc_socket_connect(int fd, const char *dir, int dirfd, const char *sock)
{
    int                 rc;
    size_t              len;
    struct sockaddr_un  sun;

    len = strnlen(sock, BMC_SOCK_MAX);

    if (len == 0 || len == BMC_SOCK_MAX
        || !bmc_name_valid(sock, len))
    {
        errno = EINVAL;
        return -1;
    }

    socket_address(&sun, dir, dirfd, sock);

    do {
        rc = connect(fd, (struct sockaddr *) &sun, sizeof(sun));
    } while (rc == -1 && errno == EINTR);

    return rc;
}
