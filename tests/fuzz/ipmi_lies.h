
/*
 * Copyright (C) the bmcgate authors
 *
 * An IPMI BMC beside which, or in which, somebody lies as an input says.
 * Include it in one file of a program.
 */


#ifndef _IPMI_LIES_H_INCLUDED_
#define _IPMI_LIES_H_INCLUDED_


#include "ipmi_truth.h"


#define LIE_RECORDS  8               /* before one answer */
#define LIE_KEPT     4
#define LIE_BURST    16              /* of one record */

#define LIE_BROKEN   0x02
#define LIE_LOGIN    0x08
#define LIE_ON       0x10


typedef struct {
    peer_t   peer;
    size_t   nkept[LIE_KEPT];
    uint8_t  kept[LIE_KEPT][PEER_MAX];
} liar_t;


static struct {
    uint8_t   flags;
    bool      quiet;                 /* it says the truth, and no more */
    bool      over;                  /* … after the call */
    unsigned  changes;               /* that the BMC was told */
} lies;


static uint32_t
lie_session(const peer_t *p)
{
    const uint32_t  sessions[] = { 0, p->theirs, 1, p->own };

    return sessions[input_byte() % 4];
}


/* a lie with all that can be known or guessed without the keys */

static size_t
lie_unproved(const peer_t *p, unsigned kind, uint8_t *d)
{
    size_t    n;
    uint8_t   m[PEER_MAX];
    unsigned  type;
    uint32_t  session;

    if (kind == 0) {
        memcpy(d, "\x06\x00\xff\x07", 4);
        n = 4 + input_bytes(d + 4, 200);

        /* a proof is for others to be wrong with */

        if (n > 5 && d[4] == 6) {
            d[5] &= 0xbf;
        }

        return n;
    }

    n = fuzz_answer(p, (lies.flags & LIE_ON) == 0, m);
    type = input_byte();
    session = lie_session(p);

    if (kind == 1) {
        return peer_plain(d, type, session, p->out, m, n);
    }

    if (kind == 2) {
        m[0] = p->rq;
        m[1] = input_byte();
        n = 2 + input_bytes(m + 2, 100);
        return peer_plain(d, PEER_OPEN + type % 3 * 2, session, p->out, m, n);
    }

    memcpy(d, "\x06\x00\xff\x07", 4);
    memset(d + 4, 0, 10);
    d[4] = type % 16;
    peer_put32(d + 9, session);
    d[13] = (uint8_t) n;
    memcpy(d + 14, m, n);

    return 14 + n;
}


static size_t
lie_falsified(liar_t *u, unsigned kind, uint8_t *d)
{
    size_t    n, at;
    peer_t   *p;
    uint8_t   m[PEER_MAX];

    p = &u->peer;

    if (kind == 5) {
        at = input_byte() % LIE_KEPT;
        memcpy(d, u->kept[at], u->nkept[at]);
        return u->nkept[at];
    }

    n = fuzz_answer(p, (lies.flags & LIE_ON) == 0, m);

    if (kind == 4) {
        n = peer_seal(p, d, 0, p->out, m, n);
        at = 4 + input_byte() % (n - 4);
        d[at] = (uint8_t) (d[at] ^ (1 + input_byte() % 255));
        return n;
    }

    p->k1[0] ^= 0x80;
    n = peer_seal(p, d, 0, p->out, m, n);
    p->k1[0] ^= 0x80;

    return n;
}


static void
lie_forge(liar_t *u, unsigned kind)
{
    size_t   n;
    uint8_t  d[PEER_MAX];

    n = kind < 4 ? lie_unproved(&u->peer, kind, d)
                 : lie_falsified(u, kind, d);

    if (n != 0) {
        peer_send(&u->peer, d, n);
    }
}


/* proved, and wrong */

static void
lie_break(liar_t *u, unsigned kind)
{
    size_t    n;
    peer_t   *p;
    uint8_t   m[PEER_MAX], code;

    p = &u->peer;

    switch (kind) {

    case 0:
        code = input_byte();
        memset(m, 0, sizeof(m));
        n = input_bytes(m, 255);
        peer_answer(p, code, m, n);
        break;

    case 1:
        n = input_bytes(m, 255);
        peer_payload(p, 0, p->out++, m, n);
        break;

    case 2:
        n = fuzz_answer(p, true, m);
        peer_payload(p, 0, p->out + input_byte() - 128, m, n);
        break;

    case 3:
        code = input_byte() & 0x3f;
        n = input_bytes(m, 255);
        peer_payload(p, code, p->out++, m, n);
        break;

    case 4:
        memset(m, input_byte(), sizeof(m));
        peer_answer(p, 0, m, 200u + input_byte());
        break;

    case 5:
        n = fuzz_answer(p, true, m);
        m[input_byte() % n] = input_byte();
        peer_payload(p, 0, p->out++, m, n);
        break;

    default:
        n = fuzz_answer(p, true, m);
        n = input_byte() % (n + 1);
        peer_payload(p, 0, p->out++, m, n);
    }
}


static void
lie_burst(liar_t *u, unsigned kind)
{
    const uint8_t  *p;

    for (p = input.p; input.turn < LIE_BURST; input.turn++) {
        input.p = p;
        lie_forge(u, kind);
    }

    input.turn = 0;
}


static void
lie_records(liar_t *u)
{
    uint8_t   op;
    unsigned  i;

    for (i = 0; i < LIE_RECORDS && input.p < input.end; i++) {
        op = input_byte();

        if (op & 0x80) {
            return;
        }

        if ((op & 0x40) && (lies.flags & LIE_BROKEN)) {
            lie_break(u, op % 7);

        } else if (op & 0x20) {
            lie_burst(u, op % 7);

        } else {
            lie_forge(u, op % 7);
        }
    }
}


static void
lie_serve(peer_t *p)
{
    size_t        n;
    uint8_t       m[PEER_MAX];
    liar_t  *u;

    u = (liar_t *) (void *) p;
    lies.changes += p->netfn == 0 && p->cmd == 2;

    if (!lies.quiet && !lies.over) {
        lie_records(u);
    }

    n = fuzz_answer(p, (lies.flags & LIE_ON) != 0, m);
    peer_payload(p, 0, p->out++, m, n);

    u->nkept[p->out % LIE_KEPT] = p->nsent;
    memcpy(u->kept[p->out % LIE_KEPT], p->sent, p->nsent);
}


/* nothing of a login is proved before its end */

static bool
lie_login(peer_t *p, unsigned kind, uint8_t *d, size_t *n)
{
    size_t    len;
    uint8_t   m[PEER_MAX], op;
    unsigned  i, at;

    if (lies.quiet || (lies.flags & LIE_LOGIN) == 0) {
        return true;
    }

    for (i = 0; i < LIE_RECORDS && input.p < input.end; i++) {
        op = input_byte();

        if (op & 0x80) {
            break;
        }

        memcpy(m, d, *n);
        len = *n;
        at = 4 + input_byte() % (unsigned) (len - 4);

        if (op & 0x01) {
            m[at] = input_byte();
        }

        if (op & 0x02) {
            m[17] = input_byte();
        }

        if (op & 0x04) {
            len = at;
        }

        if (op & 0x08) {
            m[5] = (uint8_t) (PEER_OPEN + input_byte() % 3 * 2);
        }

        peer_send(p, m, len);
    }

    return true;
}


#endif /* _IPMI_LIES_H_INCLUDED_ */
