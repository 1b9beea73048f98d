
/*
 * Copyright (C) the bmcgate authors
 *
 * A message too large for a datagram is a sealed memfd; its datagram holds
 * nothing but the size.  Without the seals the sender could cut the file
 * under the reader's map, which is a SIGBUS, or change what was checked.
 */


#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "peer/link.h"


#define MEMFD_SEALS  (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)


static bool
memfd_write(int fd, const char *p, size_t len)
{
    ssize_t  n;

    while (len) {
        n = write(fd, p, len);

        if (n == -1) {
            if (errno == EINTR) {
                continue;
            }

            return false;
        }

        p += n;
        len -= n;
    }

    return fcntl(fd, F_ADD_SEALS, MEMFD_SEALS) == 0;
}


int
bmc_memfd_make(const void *bytes, size_t len)
{
    int  fd, err;

    fd = memfd_create("bmcgate", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd == -1) {
        return -1;
    }

    if (!memfd_write(fd, bytes, len)) {
        err = errno;
        close(fd);
        errno = err;
        return -1;
    }

    return fd;
}


/* d is the datagram the descriptor came with, and becomes what it holds */

bool
bmc_memfd_map(int fd, bmc_datagram_t *d, const char **why)
{
    int          seals;
    void        *p;
    uint64_t     size;
    struct stat  st;

    if (d->len != sizeof(size)) {
        *why = "it came with a descriptor it should not have";
        return false;
    }

    memcpy(&size, d->data, sizeof(size));
    size = le64toh(size);

    if (size <= BMC_DATAGRAM || size > BMC_MSG_LARGEST) {
        *why = "its size is not that of a large message";
        return false;
    }

    seals = fcntl(fd, F_GET_SEALS);
    if (seals == -1 || (seals & MEMFD_SEALS) != MEMFD_SEALS) {
        *why = "its memory is not sealed";
        return false;
    }

    if (fstat(fd, &st) == -1 || (uint64_t) st.st_size != size) {
        *why = "its memory is not of the size it says";
        return false;
    }

    p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        *why = "its memory cannot be mapped";
        return false;
    }

    d->data = p;
    d->len = size;
    d->mapped = true;

    return true;
}
