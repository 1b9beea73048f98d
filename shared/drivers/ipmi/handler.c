
/*
 * Copyright (C) the bmcgate authors
 *
 * What OpenIPMI calls an OS handler: its descriptors and timers are the
 * loop's.  OpenIPMI's state is the process's, and so is this file's: one
 * loop at a time, made at the first use after a fork, shut down when the
 * last unit is closed.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "drivers/ipmi/link.h"


#define HANDLER_AGAIN    6
#define HANDLER_PEEK     128         /* a RAKP 2 of suite 17 has 88 */


/*
 * Exported, but in no header.  A BMC that says it is of an ATCA shelf would
 * have OpenIPMI ask the shelf for addresses and ping them, and what it
 * remembers of that is never freed.  That question is not asked of any.
 */

void ipmi_oem_atca_conn_shutdown(void);


/* these two names are OpenIPMI's */

struct os_hnd_fd_id_s {
    uv_poll_t           poll;
    int                 fd;
    os_data_ready_t     ready;
    void               *data;
    os_fd_data_freed_t  freed;
    bool                socket;
};


struct os_hnd_timer_id_s {
    uv_timer_t          timer;
    os_timed_out_t      run;
    void               *data;
    unsigned            again;       /* in a row, from its own end */
    bool                on;
};


static struct {
    os_handler_t       *os;
    uv_loop_t          *loop;
    pid_t               pid;
    unsigned            users;
    os_hnd_timer_id_t  *timing;      /* whose end it is */
    bmc_ring_t          opening;
} handler;


/* in a child the loop, and what hangs on it, is still the parent's */

static bool
handler_is_ours(void)
{
    return handler.pid == getpid();
}


static void *
handler_alloc(int size)
{
    return malloc((size_t) size);
}


static void
handler_freed(uv_handle_t *handle)
{
    free(handle->data);
}


/* false: nothing more to read */

static bool
handler_look(os_hnd_fd_id_t *id)
{
    ssize_t                  n;
    uint8_t                  p[HANDLER_PEEK];
    socklen_t                len;
    struct sockaddr_storage  from;

    if (!id->socket || bmc_ring_empty(&handler.opening)) {
        return true;
    }

    len = sizeof(from);
    memset(&from, 0, sizeof(from));

    n = recvfrom(id->fd, p, sizeof(p), MSG_PEEK | MSG_DONTWAIT,
                 (struct sockaddr *) &from, &len);

    if (n < 0) {
        return false;
    }

    if (!bmc_ipmi_login_sees((struct sockaddr *) &from, p, (size_t) n)) {
        (void) recv(id->fd, p, sizeof(p), MSG_DONTWAIT);
        return false;
    }

    return true;
}


static void
handler_ready(uv_poll_t *poll, int status, int events)
{
    os_hnd_fd_id_t  *id;

    id = poll->data;

    if (handler_look(id)) {
        id->ready(id->fd, id->data, id);
    }
}


static int
handler_fd(os_handler_t *os, int fd, os_data_ready_t ready, void *data,
    os_fd_data_freed_t freed, os_hnd_fd_id_t **idp)
{
    int              rc, type;
    socklen_t        len;
    os_hnd_fd_id_t  *id;

    /* an unguarded socket is none */

    rc = bmc_ipmi_guard(fd);
    if (rc != 0) {
        return rc;
    }

    if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) {
        return errno;
    }

    id = calloc(1, sizeof(os_hnd_fd_id_t));
    if (id == NULL) {
        return ENOMEM;
    }

    len = sizeof(type);
    id->socket = getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0;
    id->fd = fd;
    id->ready = ready;
    id->data = data;
    id->freed = freed;

    rc = uv_poll_init(handler.loop, &id->poll, fd);
    if (rc != 0) {
        free(id);
        return -rc;
    }

    id->poll.data = id;

    rc = uv_poll_start(&id->poll, UV_READABLE, handler_ready);
    if (rc != 0) {
        uv_close((uv_handle_t *) &id->poll, handler_freed);
        return -rc;
    }

    *idp = id;

    return 0;
}


static int
handler_fd_gone(os_handler_t *os, os_hnd_fd_id_t *id)
{
    int                  fd;
    void                *data;
    os_fd_data_freed_t   freed;

    fd = id->fd;
    data = id->data;
    freed = id->freed;

    if (handler_is_ours()) {
        (void) uv_poll_stop(&id->poll);
        uv_close((uv_handle_t *) &id->poll, handler_freed);
    }

    if (freed != NULL) {
        freed(fd, data);
    }

    return 0;
}


static int
handler_timer(os_handler_t *os, os_hnd_timer_id_t **idp)
{
    os_hnd_timer_id_t  *id;

    id = calloc(1, sizeof(os_hnd_timer_id_t));
    if (id == NULL) {
        return ENOMEM;
    }

    (void) uv_timer_init(handler.loop, &id->timer);
    id->timer.data = id;
    *idp = id;

    return 0;
}


static void
handler_timed_out(uv_timer_t *timer)
{
    os_hnd_timer_id_t  *id;

    id = timer->data;
    id->on = false;

    handler.timing = id;
    id->run(id->data, id);
    handler.timing = NULL;
}


/*
 * OpenIPMI audits each connection every 10 s, and no other timer has this
 * length: it would ask a live BMC needlessly and log in again, for ever, to
 * one that has refused us.  This timer never runs out.
 */

static bool
handler_is_audit(const struct timeval *tv)
{
    return tv->tv_sec == 10 && tv->tv_usec == 0;
}


/*
 * OpenIPMI sends again what is not answered, always after the same time, and
 * starts the timer from its end to do so: twice as long, each time.  A BMC
 * that is silent, or slow, needs no more of it.
 */

static uint64_t
handler_rarer(os_hnd_timer_id_t *id, uint64_t ms)
{
    id->again = handler.timing != id ? 0
                : id->again < HANDLER_AGAIN ? id->again + 1 : id->again;

    return ms << id->again;
}


static int
handler_start(os_handler_t *os, os_hnd_timer_id_t *id, struct timeval *tv,
    os_timed_out_t run, void *data)
{
    uint64_t  ms;

    if (id->on) {
        return EBUSY;
    }

    id->on = true;
    id->run = run;
    id->data = data;

    if (handler_is_audit(tv)) {
        return 0;
    }

    ms = (uint64_t) tv->tv_sec * 1000 + ((uint64_t) tv->tv_usec + 999) / 1000;

    return -uv_timer_start(&id->timer, handler_timed_out,
                           handler_rarer(id, ms), 0);
}


static int
handler_stop(os_handler_t *os, os_hnd_timer_id_t *id)
{
    if (!id->on) {
        return ESRCH;
    }

    id->on = false;

    if (handler_is_ours()) {
        (void) uv_timer_stop(&id->timer);
    }

    return 0;
}


static int
handler_timer_gone(os_handler_t *os, os_hnd_timer_id_t *id)
{
    if (handler_is_ours()) {
        uv_close((uv_handle_t *) &id->timer, handler_freed);
    }

    return 0;
}


static int
handler_random(os_handler_t *os, void *data, unsigned int len)
{
    return getrandom(data, len, 0) == (ssize_t) len ? 0 : EIO;
}


static int
handler_clock(clockid_t clock, struct timeval *tv)
{
    struct timespec  ts;

    if (clock_gettime(clock, &ts) == -1) {
        return errno;
    }

    tv->tv_sec = ts.tv_sec;
    tv->tv_usec = ts.tv_nsec / 1000;

    return 0;
}


static int
handler_monotonic(os_handler_t *os, struct timeval *tv)
{
    return handler_clock(CLOCK_MONOTONIC, tv);
}


static int
handler_real(os_handler_t *os, struct timeval *tv)
{
    return handler_clock(CLOCK_REALTIME, tv);
}


/* what it has to say is in its errors, and in our words */

static void
handler_log(os_handler_t *os, enum ipmi_log_type_e type, const char *fmt, ...)
{
}


static void
handler_vlog(os_handler_t *os, enum ipmi_log_type_e type, const char *fmt,
    va_list ap)
{
}


/* ipmi_alloc_os_handler() calls through NULL before ipmi_init() */

static os_handler_t *
handler_create(void)
{
    os_handler_t  *os;

    os = calloc(1, sizeof(os_handler_t));
    if (os == NULL) {
        return NULL;
    }

    os->mem_alloc = handler_alloc;
    os->mem_free = free;
    os->add_fd_to_wait_for = handler_fd;
    os->remove_fd_to_wait_for = handler_fd_gone;
    os->alloc_timer = handler_timer;
    os->free_timer = handler_timer_gone;
    os->start_timer = handler_start;
    os->stop_timer = handler_stop;
    os->get_random = handler_random;
    os->get_monotonic_time = handler_monotonic;
    os->get_real_time = handler_real;
    os->log = handler_log;
    os->vlog = handler_vlog;

    return os;
}


static void
handler_shut(void)
{
    ipmi_shutdown();
    free(handler.os);
    memset(&handler, 0, sizeof(handler));
}


static int
handler_begin(uv_loop_t *loop)
{
    int  rc;

    handler.os = handler_create();
    if (handler.os == NULL) {
        return ENOMEM;
    }

    handler.loop = loop;
    handler.pid = getpid();
    bmc_ring_init(&handler.opening);

    rc = ipmi_init(handler.os);

    if (rc == 0) {
        ipmi_oem_atca_conn_shutdown();
        rc = bmc_ipmi_rakp_register();
    }

    if (rc == 0) {
        rc = bmc_ipmi_sha256_register();
    }

    if (rc == 0) {
        rc = bmc_ipmi_sol_register();
    }

    if (rc != 0) {
        handler_shut();
    }

    return rc;
}


os_handler_t *
bmc_ipmi_handler_hold(uv_loop_t *loop, char why[BMC_TEXT_MAX])
{
    int  rc;

    if (handler.os != NULL && !handler_is_ours()) {
        handler_shut();
    }

    if (handler.os == NULL) {
        rc = handler_begin(loop);

        if (rc != 0) {
            snprintf(why, BMC_TEXT_MAX, "OpenIPMI cannot start: error 0x%x",
                     (unsigned) rc);
            return NULL;
        }
    }

    if (handler.loop != loop) {
        snprintf(why, BMC_TEXT_MAX, "OpenIPMI serves one loop a process, and "
                 "another one has it");
        return NULL;
    }

    handler.users++;

    return handler.os;
}


void
bmc_ipmi_handler_drop(void)
{
    if (handler_is_ours() && --handler.users == 0) {
        handler_shut();
    }
}


bool
bmc_ipmi_handler_is_timing(void)
{
    return handler.timing != NULL;
}


bmc_ring_t *
bmc_ipmi_handler_opening(void)
{
    return &handler.opening;
}
