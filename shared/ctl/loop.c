
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ctl/ctl.h"


#define LOOP_EXTRA  4


/*
 * From here on signals are read, so that whoever ends us always finds the
 * sessions logged out and the terminal as it was.
 */

bool
bmc_ctl_loop_open(bmc_ctl_t *c)
{
    sigset_t  set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGQUIT);

    if (sigprocmask(SIG_BLOCK, &set, NULL) == -1) {
        bmc_ctl_error("sigprocmask: %s", strerror(errno));
        return false;
    }

    c->signals = signalfd(-1, &set, SFD_CLOEXEC|SFD_NONBLOCK);

    if (c->signals == -1) {
        bmc_ctl_error("signalfd: %s", strerror(errno));
        return false;
    }

    return true;
}


bool
bmc_ctl_loop_once(bmc_ctl_t *c, struct pollfd *extra, nfds_t nextra, int cap)
{
    int                      timeout;
    nfds_t                   i;
    struct pollfd            fds[2 + LOOP_EXTRA];
    struct signalfd_siginfo  si;

    fds[0] = (struct pollfd) { .fd = bmc_fd(c->core), .events = POLLIN };
    fds[1] = (struct pollfd) { .fd = c->signals, .events = POLLIN };

    for (i = 0; i < nextra && i < LOOP_EXTRA; i++) {
        fds[2 + i] = extra[i];
        fds[2 + i].revents = 0;
    }

    timeout = bmc_timeout(c->core);

    if (cap >= 0 && (timeout < 0 || timeout > cap)) {
        timeout = cap;
    }

    if (poll(fds, 2 + i, timeout) == -1 && errno != EINTR) {
        bmc_ctl_error("poll: %s", strerror(errno));
        c->signo = SIGTERM;
        return false;
    }

    while (i > 0) {
        i--;
        extra[i].revents = fds[2 + i].revents;
    }

    if (read(c->signals, &si, sizeof(si)) == (ssize_t) sizeof(si)) {
        c->signo = (int) si.ssi_signo;
        return false;
    }

    bmc_run(c->core);

    return true;
}
