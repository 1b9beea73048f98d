
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "audit/syslog.h"
#include "audit/trail.h"


#define SYSLOG_AUTHPRIV  (10 << 3)


static bool syslog_connect(bmc_syslog_t *s);
static bool syslog_gone(int err);
static size_t syslog_head(int severity, char *head, size_t size);


void
bmc_syslog_open(bmc_syslog_t *s, const char *path)
{
    memset(&s->addr, 0, sizeof(s->addr));
    s->addr.sun_family = AF_UNIX;
    s->fd = -1;

    snprintf(s->addr.sun_path, sizeof(s->addr.sun_path), "%s", path);

    (void) syslog_connect(s);
}


void
bmc_syslog_close(bmc_syslog_t *s)
{
    if (s->fd != -1) {
        close(s->fd);
        s->fd = -1;
    }
}


bool
bmc_syslog_send(bmc_syslog_t *s, int severity, const char *line, size_t len,
    char why[BMC_TEXT_MAX])
{
    int            tries;
    char           head[64];
    struct iovec   iov[2];
    struct msghdr  msg;

    memset(&msg, 0, sizeof(msg));

    iov[0].iov_base = head;
    iov[0].iov_len = syslog_head(severity, head, sizeof(head));
    iov[1].iov_base = (void *) (uintptr_t) line;
    iov[1].iov_len = len;
    msg.msg_iov = iov;
    msg.msg_iovlen = 2;

    /* a syslog that was restarted has a new socket under the old name */

    for (tries = 0; tries < 2; tries++) {
        if (s->fd == -1 && !syslog_connect(s)) {
            break;
        }

        if (sendmsg(s->fd, &msg, MSG_NOSIGNAL|MSG_DONTWAIT) != -1) {
            return true;
        }

        if (!syslog_gone(errno)) {
            break;
        }

        bmc_syslog_close(s);
    }

    bmc_trail_why(why, s->addr.sun_path, errno);

    return false;
}


static bool
syslog_connect(bmc_syslog_t *s)
{
    int  err;

    s->fd = socket(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC, 0);
    if (s->fd == -1) {
        return false;
    }

    if (connect(s->fd, (struct sockaddr *) &s->addr, sizeof(s->addr)) == -1) {
        err = errno;
        bmc_syslog_close(s);
        errno = err;
        return false;
    }

    return true;
}


static bool
syslog_gone(int err)
{
    return err == ECONNREFUSED || err == ECONNRESET || err == ENOTCONN
           || err == EPIPE || err == ENOENT;
}


/* RFC 3164, without the host: that is for the wire, not for /dev/log */

static size_t
syslog_head(int severity, char *head, size_t size)
{
    static const char  months[12][4] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun",
        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    time_t     now;
    struct tm  tm;

    now = time(NULL);

    if (localtime_r(&now, &tm) == NULL) {
        memset(&tm, 0, sizeof(tm));
        tm.tm_mday = 1;
    }

    return (size_t) snprintf(head, size,
                             "<%d>%s %2u %02u:%02u:%02u bmcgate[%d]: ",
                             SYSLOG_AUTHPRIV | severity,
                             months[(unsigned) tm.tm_mon % 12],
                             (unsigned) tm.tm_mday % 32,
                             (unsigned) tm.tm_hour % 24,
                             (unsigned) tm.tm_min % 60,
                             (unsigned) tm.tm_sec % 61, (int) getpid());
}
