
/*
 * Copyright (C) the bmcgate authors
 *
 * BMCs that are broken: half a login, answers that are wrong, late, or never.
 */


#include "ipmi_hostile.h"


/* -- logins that come to nothing */

static unsigned  login_kind;
static uint8_t   login_value;
static size_t    login_at;
static size_t    login_len;


static bool
login_altered(peer_t *p, unsigned kind, uint8_t *d, size_t *n)
{
    if (kind != login_kind) {
        return true;
    }

    bmc.count++;

    if (login_at == 0) {
        return false;
    }

    d[login_at] = login_value;

    if (login_len != 0) {
        *n = login_len;
        d[14] = (uint8_t) (login_len - 16);
    }

    return true;
}


static bmc_rc_t
ask_when(unsigned kind, size_t at, uint8_t value, size_t len)
{
    bmc_rc_t  rc;

    login_kind = kind;
    login_at = at;
    login_value = value;
    login_len = len;
    bmc.count = 0;
    bmc.conf.cipher = BMC_IPMI_CIPHER_17;
    bmc.peer.login = login_altered;
    rc = ask(BMC_POWER_RESET);
    assert_int_equal(bmc.call.claims, 0);
    assert_int_equal(bmc.resets, 0);
    bmc.peer.login = NULL;

    return rc;
}


static void
a_no_of_the_bmc_is_believed_and_said(void **state)
{
    assert_int_equal(ask_when(PEER_OPEN, 17, 0x01, 24), BMC_BUSY);
    said("no free session slot");

    assert_int_equal(ask_when(PEER_OPEN, 17, 0x11, 24), BMC_UNSUPPORTED);
    said("no cipher suite in common with us: asked for 17");

    assert_int_equal(ask_when(PEER_OPEN, 17, 0x09, 24), BMC_BAD_LOGIN);
    said("refused user \"admin\" the privilege administrator");

    assert_int_equal(ask_when(PEER_RAKP2, 17, 0x0d, 24), BMC_BAD_LOGIN);
    said("refused user \"admin\" (IPMI: unauthorized name)");
    assert_int_equal(bmc.count, 1);

    assert_int_equal(ask_when(PEER_RAKP4, 17, 0x0f, 24), BMC_BAD_LOGIN);
    said("RAKP integrity check");
    assert_int_equal(bmc.count, 1);

    assert_int_equal(ask_when(PEER_CAPS, 20, 0xd2, 0), BMC_BUSY);
    said("the BMC is still starting");

    assert_int_equal(ask_when(PEER_CAPS, 24, 0, 0), BMC_UNSUPPORTED);
    said("no IPMI 2.0 sessions");

    told_the_truth();
}


static void
a_refused_suite_17_is_followed_by_3_at_once(void **state)
{
    login_kind = PEER_OPEN;
    login_at = 17;
    login_value = 0x11;
    login_len = 0;
    bmc.peer.login = login_altered;

    fake_run(&bmc.unit, &bmc.call, BMC_POWER_STATUS, NULL, HOSTILE_TIMEOUT);

    while (bmc.peer.suite != 3 && bmc.call.ended == 0) {
        (void) peer_turn(&bmc.peer, &bmc.call.ended, 1);
    }

    bmc.peer.login = NULL;
    uv_update_time(&bmc.loop);
    assert_true(uv_now(&bmc.loop) - bmc.call.began < 100);

    while (bmc.call.ended == 0) {
        (void) peer_turn(&bmc.peer, &bmc.call.ended, 100);
    }
}


static void
half_a_login_ends_in_words_and_the_next_one_works(void **state)
{
    assert_int_equal(ask_when(PEER_CAPS, 0, 0, 0), BMC_UNREACHABLE);
    said("no answer from 127.0.0.1");
    told_the_truth();
    fake_close(&bmc.unit);
    fake_open(&bmc.unit, &bmc_driver_ipmi, &bmc.host, &bmc.conf, NULL,
              &bmc.loop);

    assert_int_equal(ask_when(PEER_OPEN, 0, 0, 0), BMC_UNREACHABLE);
    said("opens no session");

    assert_int_equal(ask_when(PEER_RAKP2, 0, 0, 0), BMC_UNREACHABLE);
    said("fell silent when it was told the user (IPMI: RAKP 1)");

    assert_int_equal(ask_when(PEER_RAKP4, 0, 0, 0), BMC_UNREACHABLE);
    said("fell silent in the login (IPMI: RAKP 3)");

    /* RAKP 2 and 4 that are cut, or prove nothing */

    assert_int_equal(ask_when(PEER_RAKP2, 17, 0, 60), BMC_REFUSED);
    said("something that is not IPMI 2.0");

    assert_int_equal(ask_when(PEER_RAKP4, 17, 0, 30), BMC_REFUSED);
    said("something that is not IPMI 2.0");

    assert_int_equal(ask_when(PEER_RAKP2, 60, 0xee, 0), BMC_BAD_LOGIN);
    said("RAKP integrity check");
    assert_int_equal(bmc.count, 1);
    assert_int_equal(bmc.peer.refusals, 1);

    assert_int_equal(ask_when(PEER_RAKP4, 26, 0xee, 0), BMC_BAD_LOGIN);
    said("RAKP integrity check");
    assert_int_equal(bmc.count, 1);

    told_the_truth();
}


/* -- sessions with a broken BMC */

static uint32_t  jump;


static void
says_out_of_order(peer_t *p)
{
    size_t   n;
    uint8_t  m[64];

    const uint8_t  lie[] = { bmc.off, 0, 0, 0 };

    if (is_power(p) && bmc.count++ == 0) {
        n = peer_message(p, m, 0, lie, sizeof(lie));
        peer_payload(p, 0, p->out + jump, m, n);
        return;
    }

    says(p);
}


static void
an_answer_far_out_of_sequence_is_dropped_and_asked_for_again(void **state)
{
    unsigned  i;

    static const uint32_t  jumps[] = {
        16, 100, 0x7fffffff, 0x80000000u, (uint32_t) -18, (uint32_t) -100
    };

    for (i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
        bmc.peer.serve = says;
        told_the_truth();
        bmc.peer.serve = says_out_of_order;
        jump = jumps[i];
        bmc.count = 0;
        told_the_truth();
        assert_true(bmc.call.took >= 400);
        assert_int_equal(bmc.peer.logins, 1);
    }
}


static void
an_answer_a_little_out_of_sequence_is_an_answer(void **state)
{
    unsigned  i;

    bmc.peer.serve = says;
    told_the_truth();

    for (i = 0; i < 20; i++) {
        bmc.peer.out += i % 15;
        told_the_truth();
        assert_true(bmc.call.took < 100);
    }

    assert_int_equal(bmc.peer.logins, 1);
}


/* the first answer is altered so: code and data, number, command */

enum {
    OTHER_NUMBER, OTHER_COMMAND, OTHER_NETFN, FROM_ELSEWHERE, NO_CODE, CUT,
    EMPTY, TOO_LONG, BREAKAGES
};


static void
says_it_wrong(peer_t *p)
{
    size_t   n;
    uint8_t  m[PEER_MAX];

    const uint8_t  lie[400] = { bmc.off, 0, 0, 0 };

    if (!is_power(p) || bmc.count++ != 0) {
        says(p);
        return;
    }

    n = peer_message(p, m, 0, lie, bmc.row == TOO_LONG ? 290 : 4);

    switch (bmc.row) {

    case OTHER_NUMBER:
        m[4] ^= 0x40;
        break;

    case OTHER_COMMAND:
        m[5] ^= 1;
        break;

    case OTHER_NETFN:
        m[1] ^= 0x10;
        break;

    case FROM_ELSEWHERE:
        m[3] = 0x82;
        break;

    case NO_CODE:
        n = 7;
        break;

    case CUT:
        n = 4;
        break;

    case EMPTY:
        n = 0;
        break;
    }

    peer_payload(p, 0, p->out++, m, n);
}


static void
an_answer_that_fits_no_question_is_dropped_and_asked_for_again(void **state)
{
    for (bmc.row = 0; bmc.row < BREAKAGES; bmc.row++) {
        bmc.peer.serve = says;
        told_the_truth();
        bmc.peer.serve = says_it_wrong;
        bmc.count = 0;
        told_the_truth();
        assert_int_equal(bmc.count, 2);
    }
}


static void
says_too_little(peer_t *p)
{
    const uint8_t  one[] = { 1 };

    if (is_power(p)) {
        peer_answer(p, 0, one, 1);

    } else {
        says(p);
    }
}


static void
an_answer_that_is_too_short_is_refused_not_guessed(void **state)
{
    bmc.peer.serve = says_too_little;
    assert_int_equal(ask(BMC_POWER_STATUS), BMC_REFUSED);
    said("too short");
    assert_int_equal(bmc.call.answer.has & BMC_HAS_POWER, 0);
}


/* -- time */

static peer_t  late;


static void
says_later(peer_t *p)
{
    late = *p;
}


static void
an_answer_after_the_deadline_is_nobodys(void **state)
{
    told_the_truth();

    bmc.peer.serve = says_later;
    assert_int_equal(ask(BMC_POWER_STATUS), BMC_UNREACHABLE);
    said("no answer from 127.0.0.1");
    assert_in_range(bmc.call.took, HOSTILE_TIMEOUT - 10,
                    HOSTILE_TIMEOUT + 50);

    /* it says "on" of then, and the host has been switched off since */

    bmc.peer.serve = says;
    bmc.off = true;
    fake_free(&bmc.call);
    fake_run(&bmc.unit, &bmc.call, BMC_POWER_STATUS, NULL, HOSTILE_TIMEOUT);
    bmc.off = false;
    says(&late);
    bmc.off = true;

    while (bmc.call.ended == 0) {
        (void) peer_turn(&bmc.peer, &bmc.call.ended, 100);
    }

    assert_int_equal(bmc.call.rc, BMC_OK);
    assert_int_equal(bmc.call.answer.power, BMC_POWER_IS_OFF);
}


static bool
login_never(peer_t *p, unsigned kind, uint8_t *d, size_t *n)
{
    return false;
}


static void
a_bmc_that_stays_silent_costs_three_datagrams_a_call(void **state)
{
    unsigned  i;

    bmc.peer.login = login_never;
    assert_int_equal(ask(BMC_POWER_STATUS), BMC_UNREACHABLE);
    assert_in_range(bmc.peer.asked, 3, 4);

    for (i = 0; i < 5; i++) {
        pass(25000);
        bmc.peer.asked = 0;
        assert_int_equal(ask(BMC_POWER_STATUS), BMC_UNREACHABLE);
        said("no answer from 127.0.0.1");
        pass(25000);
        assert_in_range(bmc.peer.asked, 2, 3);
    }

    /* it is back */

    bmc.peer.login = NULL;
    told_the_truth();
    assert_true(bmc.call.took < 100);
}


static void
says_nothing(peer_t *p)
{
}


/* asked when it has just become silent, or first found out by a probe */

static void
a_bmc_that_falls_silent_costs_ten_datagrams_a_minute(void **state)
{
    unsigned  i;

    for (i = 0; i < 2; i++) {
        told_the_truth();
        bmc.peer.serve = says_nothing;
        bmc.peer.login = login_never;
        bmc.peer.asked = 0;

        pass(i * 25000);
        assert_in_range(bmc.peer.asked, i * 3, i * 4);

        assert_int_equal(ask(BMC_POWER_STATUS), BMC_UNREACHABLE);
        pass(25000);
        assert_int_equal(ask(BMC_POWER_STATUS), BMC_UNREACHABLE);
        pass(25000);
        assert_in_range(bmc.peer.asked, 6, 10);

        bmc.peer.serve = says;
        bmc.peer.login = NULL;
    }

    told_the_truth();
}


static void
reboots(peer_t *p)
{
    bmc.count++;
    bmc.resets += p->netfn == 0 && p->cmd == 2;
    p->up = false;
    p->serve = says;
}


static void
a_change_that_a_reboot_swallowed_is_unknown_and_not_repeated(void **state)
{
    told_the_truth();
    bmc.peer.serve = reboots;

    assert_int_equal(ask(BMC_POWER_RESET), BMC_TIMEOUT);
    assert_int_equal(bmc.call.claims, 1);
    assert_int_equal(bmc.resets, 1);

    pass(60000);
    told_the_truth();
    assert_int_equal(bmc.resets, 1);
    assert_int_equal(bmc.peer.logins, 2);
}


static void
a_question_that_a_reboot_swallowed_is_asked_in_a_new_session(void **state)
{
    told_the_truth();
    bmc.peer.serve = reboots;
    bmc.off = true;

    told_the_truth();
    assert_int_equal(bmc.count, 1);
    assert_int_equal(bmc.peer.logins, 2);
}


#define TEST(f)  cmocka_unit_test_setup_teardown(f, setup, teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        TEST(a_no_of_the_bmc_is_believed_and_said),
        TEST(a_refused_suite_17_is_followed_by_3_at_once),
        TEST(half_a_login_ends_in_words_and_the_next_one_works),
        TEST(an_answer_far_out_of_sequence_is_dropped_and_asked_for_again),
        TEST(an_answer_a_little_out_of_sequence_is_an_answer),
        TEST(an_answer_that_fits_no_question_is_dropped_and_asked_for_again),
        TEST(an_answer_that_is_too_short_is_refused_not_guessed),
        TEST(an_answer_after_the_deadline_is_nobodys),
        TEST(a_bmc_that_stays_silent_costs_three_datagrams_a_call),
        TEST(a_bmc_that_falls_silent_costs_ten_datagrams_a_minute),
        TEST(a_change_that_a_reboot_swallowed_is_unknown_and_not_repeated),
        TEST(a_question_that_a_reboot_swallowed_is_asked_in_a_new_session)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
