
/*
 * Copyright (C) the bmcgate authors
 *
 * A BMC's session slots.  Those of a process that died without logging out
 * stay taken until they have been idle for long enough, as on real BMCs.
 */


#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/sim/state.h"


#define SLOTS_EXITING  0x4           /* PF_EXITING, of the 9th word */
#define SLOTS_DEAD     UINT64_MAX


/*
 * The 22nd word of /proc/PID/stat; the 2nd may have blanks and brackets.  Who
 * is killed gives its locks back first and is gone a moment later.
 */

static uint64_t
slots_start(pid_t pid)
{
    int       fd, i;
    char      path[32], buf[1024], *p;
    ssize_t   n;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int) pid);

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd == -1) {
        return 0;
    }

    n = read(fd, buf, sizeof(buf) - 1);
    (void) close(fd);

    if (n <= 0) {
        return 0;
    }

    buf[n] = '\0';
    p = strrchr(buf, ')');

    for (i = 2; p != NULL && i < 22; i++) {
        p = strchr(p + 1, ' ');

        if (i == 8 && p != NULL && (strtoul(p + 1, NULL, 10) & SLOTS_EXITING))
        {
            return SLOTS_DEAD;
        }
    }

    return p == NULL ? 0 : strtoull(p + 1, NULL, 10);
}


static void
slots_self(bmc_sim_store_t *st)
{
    pid_t  pid;

    pid = getpid();

    if (st->pid != pid) {
        st->start = slots_start(pid);
        st->pid = pid;
    }
}


static bool
slots_alive(bmc_sim_store_t *st, const bmc_sim_slot_t *slot)
{
    uint64_t  start;

    slots_self(st);

    if (slot->pid == (uint32_t) st->pid) {
        return slot->start == st->start;
    }

    if ((pid_t) slot->pid <= 0) {
        return false;
    }

    start = slots_start(slot->pid);

    if (start != 0) {
        return start == slot->start;
    }

    /* it has just gone, or is hidden from us */

    return kill((pid_t) slot->pid, 0) == 0 || errno != ESRCH;
}


void
bmc_sim_slot_count(bmc_sim_store_t *st, const bmc_sim_data_t *d,
    unsigned *all, unsigned *live)
{
    unsigned  i;

    *all = 0;
    *live = 0;

    for (i = 0; i < BMC_SIM_SLOTS; i++) {
        if (d->slot[i].id == 0) {
            continue;
        }

        (*all)++;

        if (slots_alive(st, &d->slot[i])) {
            (*live)++;
        }
    }
}


static void
slots_expire(bmc_sim_store_t *st, bmc_sim_data_t *d, int64_t timeout,
    int64_t now)
{
    unsigned  i;

    for (i = 0; i < BMC_SIM_SLOTS; i++) {
        if (d->slot[i].id != 0 && now - d->slot[i].used >= timeout
            && !slots_alive(st, &d->slot[i]))
        {
            memset(&d->slot[i], 0, sizeof(bmc_sim_slot_t));
        }
    }
}


uint32_t
bmc_sim_slot_take(bmc_sim_store_t *st, bmc_sim_data_t *d, unsigned slots,
    int64_t timeout, int64_t now)
{
    unsigned         i, all, live;
    bmc_sim_slot_t  *slot;

    slots_self(st);
    slots_expire(st, d, timeout, now);

    for (i = 0; i < slots && i < BMC_SIM_SLOTS; i++) {
        slot = &d->slot[i];

        if (slot->id != 0) {
            continue;
        }

        slot->id = d->session_next++;
        slot->pid = (uint32_t) st->pid;
        slot->start = st->start;
        slot->used = now;

        if (d->session_next == 0) {
            d->session_next = 1;
        }

        d->logins++;
        bmc_sim_slot_count(st, d, &all, &live);

        if (all > d->sessions_max) {
            d->sessions_max = all;
        }

        if (live > d->live_max) {
            d->live_max = live;
        }

        return slot->id;
    }

    return 0;
}


bool
bmc_sim_slot_use(bmc_sim_data_t *d, uint32_t id, int64_t now)
{
    unsigned  i;

    for (i = 0; id != 0 && i < BMC_SIM_SLOTS; i++) {
        if (d->slot[i].id == id) {
            d->slot[i].used = now;
            return true;
        }
    }

    return false;
}


void
bmc_sim_slot_free(bmc_sim_data_t *d, uint32_t id)
{
    unsigned  i;

    for (i = 0; id != 0 && i < BMC_SIM_SLOTS; i++) {
        if (d->slot[i].id == id) {
            memset(&d->slot[i], 0, sizeof(bmc_sim_slot_t));
        }
    }
}
