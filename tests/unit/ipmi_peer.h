
/*
 * Copyright (C) the bmcgate authors
 *
 * A BMC in this process that speaks RMCP+ at a real socket, suites 3 and 17:
 * one that can be told to say anything.  It has a clock, too: libuv's, which
 * goes on by itself and can be put forward.  Include it in one file of a
 * program; it needs no cmocka.
 */


#ifndef _IPMI_PEER_H_INCLUDED_
#define _IPMI_PEER_H_INCLUDED_


#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "drivers/ipmi/link.h"


#define PEER_MAX       1024          /* bytes of a datagram */
#define PEER_OWN       0x0badcafeU   /* its number of the first session */
#define PEER_SECRET    "secret"
#define PEER_CAPS      0x38          /* kinds of answers in a login … */
#define PEER_OPEN      0x11
#define PEER_RAKP2     0x13
#define PEER_RAKP4     0x15
#define PEER_LEVEL     0x3b          /* … and the command after it */


typedef struct peer_s  peer_t;

/*
 * Before an answer of a login is sent: it may be changed.  False: it is not
 * sent.
 */

typedef bool (*peer_login_pt)(peer_t *p, unsigned kind, uint8_t *d,
    size_t *n);

/* a command of a session; an answer or none */

typedef void (*peer_serve_pt)(peer_t *p);


struct peer_s {
    int                      fd;
    peer_t                  *next;       /* another one of this process */
    uv_loop_t               *loop;       /* of who speaks to it */
    struct sockaddr_in       addr;
    struct sockaddr_in       client;
    peer_login_pt            login;
    peer_serve_pt            serve;
    const EVP_MD            *md;
    size_t                   size;       /* of a hash, and what is sent */
    size_t                   short_size;
    unsigned                 suite;
    uint32_t                 own;        /* its number of the session */
    uint32_t                 theirs;
    uint32_t                 out;        /* sequence number */
    bool                     up;
    uint8_t                  random[32]; /* the console's, and ours */
    uint8_t                  guid[16];
    uint8_t                  name[32];   /* role, length, name */
    uint8_t                  sik[32];
    uint8_t                  k1[32];
    uint8_t                  k2[32];
    uint8_t                  rq;         /* of the command */
    uint8_t                  lun;
    uint8_t                  netfn;
    uint8_t                  cmd;
    size_t                   len;
    uint8_t                  data[PEER_MAX];
    uint8_t                  sent[PEER_MAX];
    size_t                   nsent;      /* … at last, in a session */
    unsigned                 asked;      /* datagrams that came */
    unsigned                 logins;
    unsigned                 refusals;   /* RAKP 3 that prove nothing */
    unsigned                 commands;
    unsigned                 answers;    /* datagrams that left */
};


/* -- a clock that can be put forward, for all but the time of day */

static uint64_t  peer_ahead;             /* ns */


static inline void
peer_clock(uint64_t ms)
{
    peer_ahead += ms * 1000000;
}


int
clock_gettime(clockid_t clock, struct timespec *ts)
{
    uint64_t  ns;

    if (syscall(SYS_clock_gettime, clock, ts) == -1) {
        return -1;
    }

    if (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE) {
        ns = (uint64_t) ts->tv_nsec + peer_ahead;
        ts->tv_sec += (time_t) (ns / 1000000000);
        ts->tv_nsec = (long) (ns % 1000000000);
    }

    return 0;
}


/* -- datagrams */

static inline void
peer_put32(uint8_t *d, uint32_t v)
{
    d[0] = (uint8_t) v;
    d[1] = (uint8_t) (v >> 8);
    d[2] = (uint8_t) (v >> 16);
    d[3] = (uint8_t) (v >> 24);
}


static inline void
peer_send(peer_t *p, const uint8_t *d, size_t n)
{
    p->answers++;

    if (sendto(p->fd, d, n, 0, (struct sockaddr *) &p->client,
               sizeof(p->client))
        != (ssize_t) n)
    {
        abort();
    }
}


static inline void
peer_hash(const peer_t *p, const void *key, size_t nkey, const uint8_t *d,
    size_t n, uint8_t hash[32])
{
    unsigned  len;

    if (HMAC(p->md, key, (int) nkey, d, n, hash, &len) == NULL) {
        abort();
    }
}


/* in is encrypted when there is an IV; n is a multiple of 16 */

static inline void
peer_aes(const peer_t *p, bool in, const uint8_t *iv, const uint8_t *from,
    size_t n, uint8_t *to)
{
    int              len;
    EVP_CIPHER_CTX  *ctx;

    ctx = EVP_CIPHER_CTX_new();

    if (ctx == NULL
        || EVP_CipherInit_ex(ctx, EVP_aes_128_cbc(), NULL, p->k2, iv, !in)
           != 1
        || EVP_CIPHER_CTX_set_padding(ctx, 0) != 1
        || EVP_CipherUpdate(ctx, to, &len, from, (int) n) != 1)
    {
        abort();
    }

    EVP_CIPHER_CTX_free(ctx);
}


/* a header and what it is of: without a proof, and plain */

static inline size_t
peer_plain(uint8_t *d, unsigned type, uint32_t session, uint32_t seq,
    const uint8_t *payload, size_t n)
{
    memcpy(d, "\x06\x00\xff\x07\x06", 5);
    d[5] = (uint8_t) type;
    peer_put32(d + 6, session);
    peer_put32(d + 10, seq);
    d[14] = (uint8_t) n;
    d[15] = (uint8_t) (n >> 8);
    memcpy(d + 16, payload, n);

    return 16 + n;
}


/* encrypted, and proved */

static inline size_t
peer_seal(peer_t *p, uint8_t *d, unsigned type, uint32_t seq,
    const uint8_t *payload, size_t n)
{
    size_t   i, len;
    uint8_t  clear[PEER_MAX], hash[32];

    memcpy(clear, payload, n);

    for (i = 1; (n + i) % 16 != 0; i++) {
        clear[n + i - 1] = (uint8_t) i;
    }

    clear[n + i - 1] = (uint8_t) (i - 1);
    len = n + i;

    (void) peer_plain(d, 0xc0 | type, p->theirs, seq, clear, 0);
    d[14] = (uint8_t) (16 + len);
    d[15] = (uint8_t) ((16 + len) >> 8);
    memset(d + 16, 0x5a, 16);
    peer_aes(p, false, d + 16, clear, len, d + 32);
    len += 32;

    for (i = 0; (len + 2) % 4 != 0; i++) {
        d[len++] = 0xff;
    }

    d[len++] = (uint8_t) i;
    d[len++] = 0x07;
    peer_hash(p, p->k1, p->size, d + 4, len - 4, hash);
    memcpy(d + len, hash, p->short_size);

    return len + p->short_size;
}


/* the message of an answer to the command that came last */

static inline size_t
peer_message(const peer_t *p, uint8_t *m, uint8_t code, const void *data,
    size_t n)
{
    size_t   i;
    uint8_t  sum;

    m[0] = 0x81;
    m[1] = (uint8_t) ((p->netfn | 1) << 2);
    m[2] = (uint8_t) -(m[0] + m[1]);
    m[3] = 0x20;
    m[4] = (uint8_t) (p->rq << 2 | p->lun);
    m[5] = p->cmd;
    m[6] = code;

    if (n != 0) {
        memcpy(m + 7, data, n);
    }

    for (sum = 0, i = 3; i < 7 + n; i++) {
        sum = (uint8_t) (sum + m[i]);
    }

    m[7 + n] = (uint8_t) -sum;

    return 8 + n;
}


static inline void
peer_payload(peer_t *p, unsigned type, uint32_t seq, const uint8_t *payload,
    size_t n)
{
    p->nsent = peer_seal(p, p->sent, type, seq, payload, n);
    peer_send(p, p->sent, p->nsent);
}


static inline void
peer_answer(peer_t *p, uint8_t code, const void *data, size_t n)
{
    uint8_t  m[PEER_MAX];

    n = peer_message(p, m, code, data, n);
    peer_payload(p, 0, p->out++, m, n);
}


/* -- a login */

static inline void
peer_login(peer_t *p, unsigned kind, uint8_t *d, size_t n)
{
    if (p->login == NULL || p->login(p, kind, d, &n)) {
        peer_send(p, d, n);
    }
}


static inline void
peer_caps(peer_t *p, const uint8_t *q)
{
    uint8_t  d[64], m[32];
    size_t   n;

    static const uint8_t  caps[] = { 1, 0x80, 4, 2, 0, 0, 0, 0 };

    p->netfn = 6;
    p->cmd = PEER_CAPS;
    p->rq = q[18] >> 2;
    p->lun = 0;
    n = peer_message(p, m, 0, caps, sizeof(caps));

    memcpy(d, "\x06\x00\xff\x07\0\0\0\0\0\0\0\0\0", 13);
    d[13] = (uint8_t) n;
    memcpy(d + 14, m, n);
    peer_login(p, PEER_CAPS, d, 14 + n);
}


static inline void
peer_open_session(peer_t *p, const uint8_t *q)
{
    uint8_t  d[64], b[36];

    p->suite = q[16 + 12] == 3 ? 17 : 3;
    p->md = p->suite == 17 ? EVP_sha256() : EVP_sha1();
    p->size = p->suite == 17 ? 32 : 20;
    p->short_size = p->suite == 17 ? 16 : 12;
    memcpy(&p->theirs, q + 20, 4);
    p->own++;
    p->up = false;

    memset(b, 0, sizeof(b));
    b[0] = q[16];
    b[2] = q[17];
    memcpy(b + 4, q + 20, 4);
    peer_put32(b + 8, p->own);
    memcpy(b + 12, q + 24, 24);

    peer_login(p, PEER_OPEN, d, peer_plain(d, PEER_OPEN, 0, 0, b, 36));
}


static inline void
peer_rakp2(peer_t *p, const uint8_t *q)
{
    size_t   n;
    uint8_t  d[128], b[72], h[128];

    if (memcmp(q + 20, (uint8_t *) &p->own, 4) != 0) {
        memset(b, 0, 8);
        b[0] = q[16];
        b[1] = 2;                        /* an invalid session number */
        memcpy(b + 4, &p->theirs, 4);
        peer_login(p, PEER_RAKP2, d, peer_plain(d, PEER_RAKP2, 0, 0, b, 8));
        return;
    }

    memcpy(p->random, q + 24, 16);
    memset(p->random + 16, 0x77, 16);
    memcpy(p->guid, "guid of the peer", 16);
    p->name[0] = q[40];
    p->name[1] = q[43] & 15;
    memcpy(p->name + 2, q + 44, p->name[1]);

    memset(b, 0, sizeof(b));
    b[0] = q[16];
    memcpy(b + 4, &p->theirs, 4);
    memcpy(b + 8, p->random + 16, 16);
    memcpy(b + 24, p->guid, 16);

    memcpy(h, &p->theirs, 4);
    peer_put32(h + 4, p->own);
    memcpy(h + 8, p->random, 32);
    memcpy(h + 40, p->guid, 16);
    memcpy(h + 56, p->name, n = 2u + p->name[1]);
    peer_hash(p, PEER_SECRET, strlen(PEER_SECRET), h, 56 + n, b + 40);

    peer_login(p, PEER_RAKP2, d,
               peer_plain(d, PEER_RAKP2, 0, 0, b, 40 + p->size));
}


static inline void
peer_keys(peer_t *p)
{
    size_t   n;
    uint8_t  b[80];

    memcpy(b, p->random, 32);
    memcpy(b + 32, p->name, n = 2u + p->name[1]);
    peer_hash(p, PEER_SECRET, strlen(PEER_SECRET), b, 32 + n, p->sik);
    memset(b, 1, 20);
    peer_hash(p, p->sik, p->size, b, 20, p->k1);
    memset(b, 2, 20);
    peer_hash(p, p->sik, p->size, b, 20, p->k2);
}


static inline void
peer_rakp4(peer_t *p, const uint8_t *q)
{
    uint8_t  d[64], b[40], h[40];

    if (p->md == NULL || memcmp(q + 20, (uint8_t *) &p->own, 4) != 0) {
        return;
    }

    if (q[17] != 0) {
        p->refusals++;
        return;
    }

    peer_keys(p);
    memset(b, 0, sizeof(b));
    b[0] = q[16];
    memcpy(b + 4, &p->theirs, 4);
    memcpy(h, p->random, 16);
    peer_put32(h + 16, p->own);
    memcpy(h + 20, p->guid, 16);
    peer_hash(p, p->sik, p->size, h, 36, b + 8);

    p->up = true;
    p->out = 1;
    p->logins++;

    peer_login(p, PEER_RAKP4, d,
               peer_plain(d, PEER_RAKP4, 0, 0, b, 8 + p->short_size));
}


/* -- commands */

static inline void
peer_command(peer_t *p, const uint8_t *q, size_t n)
{
    uint8_t  m[PEER_MAX];

    n = q[14] | (size_t) q[15] << 8;

    if (!p->up || memcmp(q + 6, (uint8_t *) &p->own, 4) != 0 || n < 32) {
        return;
    }

    n -= 16;
    peer_aes(p, true, q + 16, q + 32, n, m);
    n -= m[n - 1] + 1u;

    p->netfn = m[1] >> 2;
    p->lun = m[1] & 3;
    p->rq = m[4] >> 2;
    p->cmd = m[5];
    p->len = n - 7;
    memcpy(p->data, m + 6, p->len);

    if (p->netfn == 6 && p->cmd == PEER_LEVEL) {
        peer_answer(p, 0, p->data, 1);

    } else if (p->netfn == 6 && p->cmd == 0x3c) {
        p->up = false;

    } else {
        p->commands++;
        p->serve(p);
    }
}


/* one datagram; false: there is none */

static inline bool
peer_read(peer_t *p)
{
    ssize_t    n;
    uint8_t    q[PEER_MAX];
    socklen_t  len;

    len = sizeof(p->client);
    n = recvfrom(p->fd, q, sizeof(q), MSG_DONTWAIT,
                 (struct sockaddr *) &p->client, &len);

    if (n < 0) {
        return false;
    }

    p->asked++;

    if (n > 20 && q[4] == 0) {
        peer_caps(p, q);

    } else if (n >= 48 && q[5] == 0x10) {
        peer_open_session(p, q);

    } else if (n >= 44 && q[5] == 0x12) {
        peer_rakp2(p, q);

    } else if (n >= 24 && q[5] == 0x14) {
        peer_rakp4(p, q);

    } else if (n >= 48 && q[5] == 0xc0) {
        peer_command(p, q, (size_t) n);
    }

    return true;
}


/* -- its life */

static inline void
peer_open(peer_t *p, uv_loop_t *loop, peer_serve_pt serve)
{
    socklen_t  len;

    memset(p, 0, sizeof(peer_t));
    p->loop = loop;
    p->serve = serve;
    p->own = PEER_OWN;
    p->addr.sin_family = AF_INET;
    p->addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    p->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    len = sizeof(p->addr);

    if (p->fd == -1
        || bind(p->fd, (struct sockaddr *) &p->addr, len) == -1
        || getsockname(p->fd, (struct sockaddr *) &p->addr, &len) == -1)
    {
        abort();
    }
}


static inline void
peer_close(peer_t *p)
{
    close(p->fd);
}


/*
 * All that can be done now is done.  Then, unless it is over, and nothing
 * having come for 2 ms, the clock goes to where the loop's next timer is,
 * but ms at most; what is left of ms.
 */

static inline uint64_t
peer_turn(peer_t *p, const unsigned *over, uint64_t ms)
{
    int            wait;
    bool           busy;
    peer_t        *o;
    struct pollfd  fds[2];

    do {
        busy = false;
        (void) uv_run(p->loop, UV_RUN_NOWAIT);

        for (o = p; o != NULL; o = o->next) {
            while (peer_read(o)) {
                busy = true;
            }
        }
    } while (busy && !*over);

    if (*over) {
        return ms;
    }

    fds[0].fd = p->fd;
    fds[0].events = POLLIN;
    fds[1].fd = uv_backend_fd(p->loop);
    fds[1].events = POLLIN;

    if (poll(fds, 2, 2) != 0) {
        return ms;
    }

    uv_update_time(p->loop);
    wait = uv_loop_alive(p->loop) ? uv_backend_timeout(p->loop) : -1;

    if (wait < 0 || (uint64_t) wait > ms) {
        wait = (int) ms;
    }

    peer_clock((uint64_t) wait);

    return ms - (uint64_t) wait;
}


#endif /* _IPMI_PEER_H_INCLUDED_ */
