
/*
 * Copyright (C) the bmcgate authors
 *
 * discover --watch: a lease file as it changes.  A BMC has its lease before
 * it answers anything, so what says nothing is asked again.
 */


#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "ctl/discover.h"


#define WATCH_LOOK   2000        /* ms from one look at the file to the next */
#define WATCH_AGAIN  5000        /* ms until one that was silent is asked … */
#define WATCH_MOST   900000      /* … twice as long each time, up to this */


static void
watch_due(bmc_discover_t *d, int64_t due)
{
    d->due = due < d->due ? due : d->due;
}


bool
bmc_discover_told(bmc_discover_t *d, const bmc_lease_t *lease)
{
    int64_t      due;
    json_t      *told;
    const char  *address;

    told = json_object_get(d->told, lease->mac);
    address = json_string_value(json_object_get(told, "address"));

    if (address == NULL || strcmp(address, lease->address) != 0) {
        return false;
    }

    due = json_integer_value(json_object_get(told, "due"));

    if (due != 0 && due <= bmc_now()) {
        return false;
    }

    watch_due(d, due == 0 ? BMC_DISCOVER_NEVER : due);

    return true;
}


bool
bmc_discover_tell(bmc_discover_t *d, const bmc_lease_t *lease,
    const char *state, bool quiet)
{
    bool         same;
    json_t      *told;
    int64_t      wait, due;
    const char  *address, *was;

    if (d->told == NULL) {
        return true;
    }

    told = json_object_get(d->told, lease->mac);
    address = json_string_value(json_object_get(told, "address"));
    was = json_string_value(json_object_get(told, "state"));
    same = address != NULL && strcmp(address, lease->address) == 0
           && was != NULL && strcmp(was, state) == 0;
    wait = 2 * json_integer_value(json_object_get(told, "wait"));
    wait = !same ? WATCH_AGAIN : wait < WATCH_MOST ? wait : WATCH_MOST;
    due = quiet ? bmc_now() + wait : 0;

    if (quiet) {
        watch_due(d, due);
    }

    (void) json_object_set_new(d->told, lease->mac,
                               json_pack("{ss ss sI sI}",
                                         "address", lease->address,
                                         "state", state,
                                         "due", (json_int_t) due,
                                         "wait", (json_int_t) wait));

    return !same;
}


/*
 * Is the file another one, or another text, than what was read last?  What
 * changed just now may change again within the same tick of its clock.
 */

static bool
watch_changed(bmc_discover_t *d)
{
    bool         same;
    struct stat  st;

    if (stat(d->file, &st) == -1) {
        if (d->said[0] == '\0') {
            (void) snprintf(d->said, sizeof(d->said), "%s: %s", d->file,
                            strerror(errno));
            bmc_ctl_error("%s", d->said);
        }

        memset(&d->st, 0, sizeof(struct stat));
        return false;
    }

    same = st.st_ino == d->st.st_ino && st.st_dev == d->st.st_dev
           && st.st_size == d->st.st_size
           && st.st_mtim.tv_sec == d->st.st_mtim.tv_sec
           && st.st_mtim.tv_nsec == d->st.st_mtim.tv_nsec;
    d->st = st;

    if (bmc_wall() / 1000 - st.st_mtim.tv_sec < 2) {
        d->st.st_ino = 0;
    }

    return !same;
}


/* false: a signal, or nobody reads what we say */

static bool
watch_wait(const bmc_discover_t *d)
{
    struct pollfd            fds[2];
    struct signalfd_siginfo  si;

    /* no events asked for: poll() tells of a reader that went away */

    fds[0] = (struct pollfd) { .fd = d->ctl->signals, .events = POLLIN };
    fds[1] = (struct pollfd) { .fd = STDOUT_FILENO };

    if (poll(fds, 2, WATCH_LOOK) == -1 && errno != EINTR) {
        bmc_ctl_error("poll: %s", strerror(errno));
        return false;
    }

    if (read(d->ctl->signals, &si, sizeof(si)) == (ssize_t) sizeof(si)) {
        d->ctl->signo = (int) si.ssi_signo;
        return false;
    }

    return !(fds[1].revents & (POLLERR|POLLNVAL));
}


int
bmc_discover_watch(bmc_discover_t *d)
{
    int  status;

    d->told = json_object();

    if (d->told == NULL || !watch_changed(d)) {
        return BMC_FAILED;
    }

    status = bmc_discover_once(d);

    /* a file that is wrong at first is the wrong file */

    if (status != BMC_OK && (d->said[0] != '\0' || d->failed == 0)) {
        return status;
    }

    while (d->ctl->signo == 0 && watch_wait(d)) {
        if (watch_changed(d) || d->due <= bmc_now()) {
            (void) bmc_ctl_reload(d->ctl);
            status = bmc_discover_once(d);
        }
    }

    return status;
}
