
/*
 * Copyright (C) the bmcgate authors
 */


#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ctl/scan.h"


#define SCAN_DRAW  250           /* ms from one look of the bar to the next */


static size_t
scan_bytes(const bmc_scan_t *s)
{
    return s->net.family == AF_INET ? 4 : 16;
}


static bool
scan_net(bmc_scan_t *s, const bmc_cidr_t *net, char why[BMC_TEXT_MAX])
{
    size_t    i, n;
    char      text[46];
    unsigned  bits;

    s->net = *net;
    n = scan_bytes(s);
    bits = (unsigned) n * 8 - net->bits;

    if (bits > BMC_SCAN_BITS) {
        (void) inet_ntop(net->family, net->net, text, sizeof(text));
        (void) snprintf(why, BMC_TEXT_MAX,
                        "%s/%u has more than %u addresses; the largest"
                        " network that is asked is a /%u", text, net->bits,
                        1U << BMC_SCAN_BITS,
                        (unsigned) n * 8 - BMC_SCAN_BITS);
        return false;
    }

    /* 10.0.0.7/24 is 10.0.0.0/24 */

    for (i = 0; i < 2; i++) {
        s->net.net[n - 1 - i] &= (unsigned char)
                                 ~(((1U << bits) - 1) >> (8 * i));
    }

    s->ntargets = (size_t) 1 << bits;

    return true;
}


static bool
scan_socket(bmc_scan_t *s, char why[BMC_TEXT_MAX])
{
    s->fd = socket(s->net.family, SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC, 0);

    if (s->fd == -1) {
        (void) snprintf(why, BMC_TEXT_MAX, "socket: %s", strerror(errno));
        return false;
    }

    return true;
}


static void
scan_begin(bmc_scan_t *s, uint16_t port, unsigned rate)
{
    memset(s, 0, sizeof(bmc_scan_t));
    s->fd = -1;
    s->port = port;
    s->rate = rate;
    bmc_ring_init(&s->ready);
    bmc_ring_init(&s->waiting);
}


static bool
scan_open(bmc_scan_t *s, char why[BMC_TEXT_MAX])
{
    size_t  i;

    if (!scan_socket(s, why)) {
        return false;
    }

    s->target = calloc(s->ntargets + 1, sizeof(bmc_scan_target_t));

    if (s->target == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return false;
    }

    if (getrandom(&s->salt, sizeof(s->salt), 0) != sizeof(s->salt)) {
        (void) snprintf(why, BMC_TEXT_MAX, "getrandom: %s", strerror(errno));
        return false;
    }

    for (i = 0; i < s->ntargets; i++) {
        bmc_ring_init(&s->target[i].link);

        if (!bmc_scan_asks(s, i)) {
            s->target[i].ask = BMC_SCAN_ENDED;
            continue;
        }

        bmc_ring_before(&s->ready, &s->target[i].link);
        s->nasked++;
    }

    return true;
}


bool
bmc_scan_init(bmc_scan_t *s, const bmc_cidr_t *net, uint16_t port,
    unsigned rate, char why[BMC_TEXT_MAX])
{
    scan_begin(s, port, rate);

    if (!scan_net(s, net, why)) {
        return false;
    }

    s->edges = net->family == AF_INET && s->ntargets > 2;

    return scan_open(s, why);
}


static int
scan_compare(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}


bool
bmc_scan_list(bmc_scan_t *s, int family, const char *const *address,
    size_t n, uint16_t port, unsigned rate, char why[BMC_TEXT_MAX])
{
    size_t  i, k;

    scan_begin(s, port, rate);
    s->net.family = family;
    s->list = calloc(n + 1, 16);

    if (s->list == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return false;
    }

    for (i = 0, k = 0; i < n; i++) {
        k += inet_pton(family, address[i], s->list[k]) == 1;
    }

    qsort(s->list, k, 16, scan_compare);

    for (i = 0; i < k; i++) {
        if (i == 0 || memcmp(s->list[i], s->list[i - 1], 16) != 0) {
            memmove(s->list[s->ntargets++], s->list[i], 16);
        }
    }

    return scan_open(s, why);
}


void
bmc_scan_free(bmc_scan_t *s)
{
    size_t  i;

    for (i = 0; s->target != NULL && i < s->ntargets; i++) {
        free(s->target[i].found);
        free(s->target[i].root);
    }

    bmc_web_close(s);

    if (s->fd != -1) {
        (void) close(s->fd);
    }

    free(s->target);
    free(s->list);
}


bool
bmc_scan_asks(const bmc_scan_t *s, size_t i)
{
    return !s->edges || (i != 0 && i != s->ntargets - 1);
}


void
bmc_scan_bytes(const bmc_scan_t *s, size_t i, unsigned char bytes[16])
{
    size_t  n;

    if (s->list != NULL) {
        memcpy(bytes, s->list[i], 16);
        return;
    }

    n = scan_bytes(s);
    memcpy(bytes, s->net.net, 16);
    bytes[n - 1] |= (unsigned char) (i & 0xff);
    bytes[n - 2] |= (unsigned char) (i >> 8);
}


void
bmc_scan_address(const bmc_scan_t *s, size_t i, char address[46])
{
    unsigned char  bytes[16];

    bmc_scan_bytes(s, i, bytes);
    (void) inet_ntop(s->net.family, bytes, address, 46);
}


static size_t
scan_listed(const bmc_scan_t *s, const unsigned char *bytes)
{
    unsigned char    key[16];
    unsigned char  (*at)[16];

    memset(key, 0, sizeof(key));
    memcpy(key, bytes, scan_bytes(s));
    at = bsearch(key, s->list, s->ntargets, 16, scan_compare);

    return at == NULL ? s->ntargets : (size_t) (at - s->list);
}


size_t
bmc_scan_at(const bmc_scan_t *s, const unsigned char *bytes)
{
    size_t  i, n;

    if (s->list != NULL) {
        return scan_listed(s, bytes);
    }

    n = scan_bytes(s);

    if (memcmp(bytes, s->net.net, n - 2) != 0) {
        return s->ntargets;
    }

    i = (size_t) (bytes[n - 2] ^ s->net.net[n - 2]) << 8
        | (size_t) (bytes[n - 1] ^ s->net.net[n - 1]);

    return i < s->ntargets ? i : s->ntargets;
}


size_t
bmc_scan_find(const bmc_scan_t *s, const char *address)
{
    unsigned char  bytes[16];

    if (inet_pton(s->net.family, address, bytes) != 1) {
        return s->ntargets;
    }

    return bmc_scan_at(s, bytes);
}


static int
scan_timeout(const bmc_scan_t *s)
{
    int64_t             now, until;
    bmc_scan_target_t  *t;

    now = bmc_now();
    until = now + SCAN_DRAW;

    if (!bmc_ring_empty(&s->ready) && s->next / 1000 + 1 < until) {
        until = s->next / 1000 + 1;
    }

    if (!bmc_ring_empty(&s->waiting)) {
        t = bmc_ring_of(s->waiting.next, bmc_scan_target_t, link);
        until = t->due < until ? t->due : until;
    }

    return until > now ? (int) (until - now) : 0;
}


/* false: a signal asks us to end */

static bool
scan_wait(const bmc_scan_t *s, bmc_ctl_t *c)
{
    struct pollfd            fds[BMC_SCAN_FDS];
    struct signalfd_siginfo  si;

    fds[0] = (struct pollfd) { .fd = s->fd, .events = POLLIN };
    fds[1] = (struct pollfd) { .fd = c->signals, .events = POLLIN };

    if (bmc_web_wait(s, fds, BMC_SCAN_FDS, scan_timeout(s)) == -1
        && errno != EINTR)
    {
        bmc_ctl_error("poll: %s", strerror(errno));
        c->signo = SIGTERM;
        return false;
    }

    if (read(c->signals, &si, sizeof(si)) == (ssize_t) sizeof(si)) {
        c->signo = (int) si.ssi_signo;
        return false;
    }

    return true;
}


size_t
bmc_scan_ended(const bmc_scan_t *s)
{
    return s->web != NULL && s->web_ended < s->ended ? s->web_ended
                                                      : s->ended;
}


void
bmc_scan_run(bmc_scan_t *s, bmc_ctl_t *c)
{
    bmc_batch_t  bar;

    memset(&bar, 0, sizeof(bmc_batch_t));
    bar.progress = true;
    bar.njobs = s->nasked;

    while (bmc_scan_ended(s) < s->nasked) {
        bmc_scan_send(s);
        bmc_web_run(s);
        bar.nended = bmc_scan_ended(s);
        bmc_progress_draw(&bar);

        if (!scan_wait(s, c)) {
            break;
        }

        bmc_scan_read(s);
        bmc_scan_give_up(s);
    }

    bmc_progress_erase(&bar);
}
