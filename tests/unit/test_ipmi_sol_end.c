
/*
 * Copyright (C) the bmcgate authors
 *
 * How consoles end, or do not begin, and what is said of it.
 */


#include "sol_rig.h"


static void
who_hangs_up_gives_the_console_back(void **state)
{
    sol_open(100);
    bmc_driver_ipmi.cancel(&bmc.unit.unit, &bmc.call.call);
    assert_int_equal(bmc.call.ended, 0);
    assert_int_equal(bmc.cmd, DEACTIVATE);
    assert_int_equal(sol_type("late"), 0);
    bmc_says(1, 0, 0, 0, "late");

    bmc_driver_ipmi.cancel(&bmc.unit.unit, &bmc.call.call);
    bmc_answers(0, NULL, 0);
    assert_int_equal(bmc.call.nout, 0);
    gone(BMC_OK, "");
}


static void
who_hangs_up_at_the_first_byte_gives_it_back_too(void **state)
{
    bmc.call.hang_up = true;
    sol_open(100);
    bmc_says(1, 0, 0, 0x10, "x");
    assert_int_equal(bmc.call.ended, 0);
    assert_int_equal(bmc.cmd, DEACTIVATE);
    bmc_answers(0x80, NULL, 0);
    gone(BMC_OK, "");
}


static void
who_hangs_up_before_it_is_open_gives_it_back_then(void **state)
{
    uint8_t  data[12] = { 0 };

    sol_ask();
    bmc_driver_ipmi.cancel(&bmc.unit.unit, &bmc.call.call);
    assert_int_equal(bmc.call.ended, 0);
    bmc_answers(0, data, sizeof(data));
    assert_int_equal(bmc.call.opened, 0);
    assert_int_equal(bmc.cmd, DEACTIVATE);
    bmc_answers(0, NULL, 0);
    gone(BMC_CANCELLED, "nobody waits");
}


static void
a_bmc_that_does_not_give_it_back_is_not_waited_for(void **state)
{
    bmc.host.timeout = 300;
    sol_open(100);
    bmc_driver_ipmi.cancel(&bmc.unit.unit, &bmc.call.call);
    fake_wait(&bmc.unit, &bmc.call, 2000);
    gone(BMC_OK, "");
    bmc_answers(0, NULL, 0);
}


static void
a_bmc_that_takes_nothing_is_given_up_in_words(void **state)
{
    sol_open(100);
    assert_int_equal(sol_type("x"), 1);
    fake_wait(&bmc.unit, NULL, 500);

    /* it is asked whether it lives */

    assert_int_equal(bmc.cmd, DEVICE_ID);
    bmc_answers(0, "\x20\x01\x01\x74\x02\xbf\x7c\x2a\0\x21\x08", 11);
    fake_wait(&bmc.unit, NULL, 900);
    assert_int_equal(bmc.cmd, DEACTIVATE);
    assert_int_equal(bmc.packets, 1 + 10);
    bmc_answers(0, NULL, 0);
    gone(BMC_UNREACHABLE, "answers, but does not take what is typed");
}


static void
another_port_is_told_of_when_nothing_is_taken(void **state)
{
    uint8_t  data[12] = { [4] = 100, [8] = 0xe7, [9] = 0x03 };

    sol_ask();
    bmc_answers(0, data, sizeof(data));
    assert_int_equal(sol_type("x"), 1);
    fake_wait(&bmc.unit, NULL, 500);
    bmc_answers(0, "\x20\x01\x01\x74\x02\xbf\x7c\x2a\0\x21\x08", 11);
    fake_wait(&bmc.unit, NULL, 900);
    bmc_answers(0, NULL, 0);
    gone(BMC_UNREACHABLE, "UDP port 999 alone");
}


static void
a_bmc_that_closes_the_console_ends_it(void **state)
{
    sol_open(100);
    bmc_says(1, 0, 0, 0x10, "bye");
    assert_string_equal(bmc.call.out, "bye");
    gone(BMC_REFUSED, "closed the console");
}


static void
a_lost_session_ends_the_console_in_words(void **state)
{
    sol_open(100);
    bmc_ipmi_link_break(sol_unit(), IPMI_IPMI_ERR_VAL(0xc3), true);
    assert_int_equal(sol_type("x"), 0);
    fake_wait(&bmc.unit, &bmc.call, 500);
    gone(BMC_UNREACHABLE, "fell silent, and the console is lost");
}


static void
a_session_that_breaks_ends_it_in_other_words(void **state)
{
    sol_open(100);
    bmc_ipmi_link_break(sol_unit(), ECONNREFUSED, false);
    fake_wait(&bmc.unit, &bmc.call, 500);
    gone(BMC_UNREACHABLE, "was lost, and its console with it");
}


/* the next session would close what may be somebody else's */

static void
a_lost_session_is_not_set_up_again_to_hang_up(void **state)
{
    ipmi_msgi_t            *item;
    ipmi_ll_rsp_handler_t   told;

    sol_open(100);
    bmc_driver_ipmi.cancel(&bmc.unit.unit, &bmc.call.call);
    told = bmc.told;
    item = bmc.item;
    bmc.told = NULL;
    bmc_ipmi_link_break(sol_unit(), IPMI_IPMI_ERR_VAL(0xc3), true);
    (void) told(NULL, item);
    ipmi_free_msg_item(item);
    fake_wait(&bmc.unit, &bmc.call, 500);
    gone(BMC_OK, "");
    assert_null(sol_unit()->con);
    assert_true(bmc_ring_empty(&sol_unit()->asks));
}


static void
who_hangs_up_in_a_broken_session_is_let_go_at_once(void **state)
{
    sol_open(100);
    bmc_ipmi_link_break(sol_unit(), IPMI_IPMI_ERR_VAL(0xc3), true);
    bmc_driver_ipmi.cancel(&bmc.unit.unit, &bmc.call.call);
    gone(BMC_OK, "");
}


static void
a_unit_that_is_closed_ends_its_console(void **state)
{
    sol_open(100);
    fake_close(&bmc.unit);
    assert_int_equal(bmc.call.ended, 1);
    assert_int_equal(bmc.call.rc, BMC_CLOSED);
}


static void
a_refused_console_says_what_would_help(void **state)
{
    size_t  i;

    static const struct {
        uint8_t      code;
        bmc_rc_t     rc;
        const char  *text;
    } says[] = {
        { 0x80, BMC_BUSY, "raw n1 06 49 01 01 00 00 00 00" },
        { 0x81, BMC_REFUSED, "SOL is disabled" },
        { 0x82, BMC_BUSY, "one of them must end" },
        { 0x83, BMC_REFUSED, "does not encrypt" },
        { 0x84, BMC_REFUSED, "does not want to encrypt" },
        { 0xc1, BMC_UNSUPPORTED, "has no SOL" },
        { 0xcc, BMC_REFUSED, "invalid data in the request" },
        { 0xd4, BMC_REFUSED, "privilege" }
    };

    for (i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
        sol_ask();
        bmc_answers(says[i].code, NULL, 0);
        assert_int_equal(bmc.call.opened, 0);
        gone(says[i].rc, says[i].text);
    }
}


static void
half_an_answer_is_none_and_the_console_goes_back(void **state)
{
    sol_ask();
    bmc_answers(0, "\0\0\0\0\x64\0\x64\0\x6f", 9);
    assert_int_equal(bmc.cmd, DEACTIVATE);
    bmc_answers(0, NULL, 0);
    gone(BMC_REFUSED, "too short");
}


static void
a_local_bmc_has_none(void **state)
{
    bmc.address = "local";
    fake_run(&bmc.unit, &bmc.call, BMC_CONSOLE_OPEN, NULL, 2000);
    gone(BMC_UNSUPPORTED, "own serial port");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        SOL(who_hangs_up_gives_the_console_back),
        SOL(who_hangs_up_at_the_first_byte_gives_it_back_too),
        SOL(who_hangs_up_before_it_is_open_gives_it_back_then),
        SOL(a_bmc_that_does_not_give_it_back_is_not_waited_for),
        SOL(a_bmc_that_takes_nothing_is_given_up_in_words),
        SOL(another_port_is_told_of_when_nothing_is_taken),
        SOL(a_bmc_that_closes_the_console_ends_it),
        SOL(a_lost_session_ends_the_console_in_words),
        SOL(a_session_that_breaks_ends_it_in_other_words),
        SOL(a_lost_session_is_not_set_up_again_to_hang_up),
        SOL(who_hangs_up_in_a_broken_session_is_let_go_at_once),
        SOL(a_unit_that_is_closed_ends_its_console),
        SOL(a_refused_console_says_what_would_help),
        SOL(half_an_answer_is_none_and_the_console_goes_back),
        SOL(a_local_bmc_has_none)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
