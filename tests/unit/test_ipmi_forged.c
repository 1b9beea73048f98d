
/*
 * Copyright (C) the bmcgate authors
 *
 * Whoever speaks in a BMC's name is not believed: in a session, and in a
 * login.
 */


#include "ipmi_hostile.h"


/* the opposite of the truth, with all that does not need the keys */

enum {
    PLAIN, PLAIN_NO_SESSION, OLD, OLD_SESSION, OPEN, RAKP2, RAKP4,
    OPEN_NO_SESSION, WRONG_KEYS, TAMPERED, FORGERIES
};


static void
forges(peer_t *p, uint32_t seq)
{
    size_t          n;
    uint8_t         d[PEER_MAX], m[64];
    const uint8_t   lie[] = { bmc.off, 0, 0, 0 };

    n = peer_message(p, m, 0, lie, sizeof(lie));

    switch (bmc.row) {

    case PLAIN:
        n = peer_plain(d, 0, p->theirs, seq, m, n);
        break;

    case PLAIN_NO_SESSION:
        n = peer_plain(d, 0, 0, seq, m, n);
        break;

    case OLD:
    case OLD_SESSION:
        memcpy(d, "\x06\x00\xff\x07\0\0\0\0\0\0\0\0\0", 13);
        peer_put32(d + 9, bmc.row == OLD ? 0 : p->theirs);
        d[13] = (uint8_t) n;
        memcpy(d + 14, m, n);
        n += 14;
        break;

    case OPEN:
    case RAKP2:
    case RAKP4:
    case OPEN_NO_SESSION:
        memset(m, 0, 20);
        m[0] = p->rq;
        n = peer_plain(d, bmc.row == OPEN_NO_SESSION ? PEER_OPEN
                          : PEER_OPEN + 2 * (bmc.row - OPEN),
                       bmc.row == OPEN_NO_SESSION ? 0 : p->theirs, seq, m,
                       20);
        break;

    case WRONG_KEYS:
        p->k1[0] ^= 1;
        n = peer_seal(p, d, 0, p->out + seq, m, n);
        p->k1[0] ^= 1;
        break;

    case TAMPERED:
        n = peer_seal(p, d, 0, p->out + seq, m, n);
        d[40] ^= 1;
        break;
    }

    peer_send(p, d, n);
}


static void
says_after_a_forger(peer_t *p)
{
    uint32_t  seq;

    if (is_power(p)) {
        for (seq = 1; seq < 4; seq++) {
            forges(p, seq);
        }
    }

    says(p);
}


static void
nothing_that_is_forged_is_believed(void **state)
{
    unsigned  i;

    bmc.peer.serve = says_after_a_forger;

    for (bmc.row = 0; bmc.row < FORGERIES; bmc.row++) {
        for (i = 0; i < 4; i++) {
            bmc.off = i % 2;
            told_the_truth();
            bmc.resets = 0;
            assert_int_equal(ask(BMC_POWER_RESET), BMC_OK);
            assert_int_equal(bmc.resets, 1);
        }
    }

    assert_int_equal(bmc.peer.logins, 1);
}


/* message numbers come up again after 63 commands */

static struct {
    size_t   n;
    uint8_t  d[PEER_MAX];
} kept[64];


static void
says_what_it_said_before(peer_t *p)
{
    if (kept[p->rq].n != 0) {
        bmc.count++;
        peer_send(p, kept[p->rq].d, kept[p->rq].n);
    }

    says(p);
    kept[p->rq].n = p->nsent;
    memcpy(kept[p->rq].d, p->sent, p->nsent);
}


static void
an_old_answer_is_not_believed_when_its_number_comes_up_again(void **state)
{
    unsigned  i;

    memset(kept, 0, sizeof(kept));
    bmc.peer.serve = says_what_it_said_before;

    for (i = 0; i < 200; i++) {
        bmc.off = i % 3 == 0;
        told_the_truth();
    }

    assert_true(bmc.count > 100);
    assert_int_equal(bmc.peer.logins, 1);
}


/* what makes a login fail, said before the BMC says what it has to say */

typedef struct {
    unsigned  kind;
    size_t    at;
    uint8_t   value;
    size_t    len;                   /* 0: all of it */
} no_t;


static const no_t  noes[] = {
    { PEER_CAPS, 20, 0xc0, 0 },
    { PEER_CAPS, 20, 0xc1, 0 },
    { PEER_CAPS, 22, 0x00, 0 },
    { PEER_CAPS, 24, 0x00, 0 },
    { PEER_CAPS, 13, 0x05, 0 },
    { PEER_OPEN, 17, 0x01, 0 },
    { PEER_OPEN, 17, 0x01, 24 },
    { PEER_OPEN, 17, 0x0a, 0 },
    { PEER_OPEN, 17, 0x11, 0 },
    { PEER_OPEN, 32, 0x00, 0 },
    { PEER_OPEN, 40, 0x00, 0 },
    { PEER_OPEN, 48, 0x00, 0 },
    { PEER_OPEN, 31, 0x00, 0 },
    { PEER_OPEN, 51, 0x00, 30 },
    { PEER_RAKP2, 17, 0x0d, 0 },
    { PEER_RAKP2, 17, 0x0d, 24 },
    { PEER_RAKP2, 60, 0xee, 0 },
    { PEER_RAKP2, 20, 0xee, 0 },
    { PEER_RAKP2, 17, 0x00, 40 },
    { PEER_RAKP4, 17, 0x0f, 0 },
    { PEER_RAKP4, 26, 0xee, 0 },
    { PEER_RAKP4, 20, 0xee, 0 },
    { PEER_RAKP4, 17, 0x00, 28 },

    /* an answer to something else, with the number of what is asked */

    { PEER_CAPS, 0, PEER_OPEN, 0 },
    { PEER_OPEN, 0, PEER_RAKP2, 0 },
    { PEER_RAKP2, 0, PEER_OPEN, 0 },
    { PEER_RAKP4, 0, PEER_OPEN, 0 },
    { PEER_RAKP4, 0, PEER_RAKP2, 0 }
};


static bool
login_after_a_no(peer_t *p, unsigned kind, uint8_t *d, size_t *n)
{
    size_t       len;
    uint8_t      m[PEER_MAX];
    const no_t  *no;

    no = &noes[bmc.row];

    if (kind != no->kind) {
        return true;
    }

    len = *n;
    memcpy(m, d, len);

    if (no->at == 0) {
        memset(m, 0, 20);
        m[0] = kind == PEER_CAPS ? d[18] >> 2 : d[16];
        m[1] = 0x0d;
        m[4] = 1;                        /* the session's number */
        len = peer_plain(m, no->value, 0, 0, memcpy(m + 64, m, 20), 20);

    } else {
        m[no->at] = no->value;
        len = no->len == 0 ? len : no->len;
    }

    if (no->len != 0) {
        m[14] = (uint8_t) (len - 16);
    }

    bmc.count++;
    peer_send(p, m, len);

    return true;
}


static void
a_login_does_not_fail_because_somebody_else_says_no(void **state)
{
    bmc.peer.login = login_after_a_no;

    for (bmc.row = 0; bmc.row < sizeof(noes) / sizeof(no_t); bmc.row++) {
        bmc.count = 0;
        bmc.peer.logins = 0;
        bmc.conf.cipher = bmc.row % 2 ? BMC_IPMI_CIPHER_3
                                      : BMC_IPMI_CIPHER_17;
        told_the_truth();
        assert_int_equal(bmc.count, 1);
        assert_int_equal(bmc.peer.logins, 1);

        fake_close(&bmc.unit);
        fake_open(&bmc.unit, &bmc_driver_ipmi, &bmc.host, &bmc.conf, NULL,
                  &bmc.loop);
    }
}


#define TEST(f)  cmocka_unit_test_setup_teardown(f, setup, teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        TEST(nothing_that_is_forged_is_believed),
        TEST(an_old_answer_is_not_believed_when_its_number_comes_up_again),
        TEST(a_login_does_not_fail_because_somebody_else_says_no)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
