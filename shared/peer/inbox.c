
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "peer/link.h"


/* CMSG_SPACE rounds up, so where one descriptor was wanted two may come */

#define INBOX_FDS  (sizeof(bmc_inbox_control_t) / sizeof(int))


/* pages of it that no datagram has reached take no memory */

bool
bmc_inbox_init(bmc_inbox_t *in)
{
    int             i;
    struct msghdr  *h;

    in->bytes = malloc((size_t) BMC_INBOX * BMC_DATAGRAM);
    if (!in->bytes) {
        return false;
    }

    for (i = 0; i < BMC_INBOX; i++) {
        in->iov[i].iov_base = in->bytes + (size_t) i * BMC_DATAGRAM;
        in->iov[i].iov_len = BMC_DATAGRAM;

        h = &in->msgs[i].msg_hdr;
        h->msg_iov = &in->iov[i];
        h->msg_iovlen = 1;
        h->msg_control = &in->control[i];
        h->msg_controllen = sizeof(bmc_inbox_control_t);
    }

    return true;
}


void
bmc_inbox_free(bmc_inbox_t *in)
{
    free(in->bytes);
    in->bytes = NULL;
}


int
bmc_inbox_read(bmc_inbox_t *in, int fd)
{
    int  n;

    do {
        n = recvmmsg(fd, in->msgs, BMC_INBOX, MSG_DONTWAIT | MSG_CMSG_CLOEXEC,
                     NULL);
    } while (n == -1 && errno == EINTR);

    return n;
}


/* also makes the place ready for the next datagram */

static size_t
inbox_fds(struct msghdr *h, int fds[INBOX_FDS])
{
    size_t           n, len;
    struct cmsghdr  *c;

    n = 0;

    for (c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {

        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
            len = c->cmsg_len - CMSG_LEN(0);
            memcpy(fds + n, CMSG_DATA(c), len);
            n += len / sizeof(int);
        }
    }

    h->msg_controllen = sizeof(bmc_inbox_control_t);

    return n;
}


bool
bmc_inbox_open(bmc_inbox_t *in, int i, bmc_datagram_t *d, const char **why)
{
    int             fds[INBOX_FDS];
    bool            ok;
    size_t          n, k;
    struct msghdr  *h;

    h = &in->msgs[i].msg_hdr;

    d->data = in->iov[i].iov_base;
    d->len = in->msgs[i].msg_len;
    d->mapped = false;

    n = inbox_fds(h, fds);

    if (h->msg_flags & MSG_TRUNC) {
        *why = "it is larger than a datagram may be";
        ok = false;

    } else if (n > 1 || h->msg_flags & MSG_CTRUNC) {
        *why = "its descriptors are more than one, or could not be taken";
        ok = false;

    } else {
        ok = n == 0 || bmc_memfd_map(fds[0], d, why);
    }

    for (k = 0; k < n; k++) {
        close(fds[k]);
    }

    return ok;
}


void
bmc_inbox_drop(bmc_inbox_t *in, int i)
{
    int     fds[INBOX_FDS];
    size_t  n, k;

    n = inbox_fds(&in->msgs[i].msg_hdr, fds);

    for (k = 0; k < n; k++) {
        close(fds[k]);
    }
}


void
bmc_datagram_done(bmc_datagram_t *d, bool wipe)
{
    if (d->mapped) {
        munmap((void *) d->data, d->len);

    } else if (wipe) {
        explicit_bzero((void *) d->data, d->len);
    }
}
