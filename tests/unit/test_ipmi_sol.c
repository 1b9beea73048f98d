
/*
 * Copyright (C) the bmcgate authors
 *
 * A console's packets, with a BMC that takes them as BMCs do.
 */


#include "sol_rig.h"


static void
what_a_bmc_takes_in_parts_arrives_whole(void **state)
{
    uint8_t  number;

    sol_open(12);
    assert_int_equal(sol_type("abcdefghijkl"), 12);
    sent("abcdefgh");
    number = bmc.p[0];

    bmc_says(0, number, 3, 0, "");
    sent("defghijk");
    assert_int_not_equal(bmc.p[0], number);

    bmc_says(0, bmc.p[0], 8, 0, "");
    sent("l");
}


static void
a_bmc_that_is_full_is_asked_again_later(void **state)
{
    uint8_t   number;
    unsigned  packets;

    sol_open(12);
    assert_int_equal(sol_type("abcdefghijkl"), 12);
    number = bmc.p[0];
    packets = bmc.packets;

    bmc_says(0, number, 2, 0x40, "");
    assert_int_equal(bmc.packets, packets);
    assert_int_equal(sol_type("m"), 1);
    assert_int_equal(bmc.packets, packets);

    /* it says that it has room */

    bmc_says(0, number, 2, 0, "");
    sent("cdefghij");

    /* … or that is lost */

    bmc_says(0, bmc.p[0], 0, 0x40, "");
    fake_wait(&bmc.unit, NULL, 200);
    sent("cdefghij");
    assert_int_not_equal(bmc.p[0], number);
}


static void
a_bmc_that_counts_nothing_has_taken_all(void **state)
{
    sol_open(12);
    assert_int_equal(sol_type("abcdefghij"), 10);
    bmc_says(0, bmc.p[0], 0, 0, "");
    sent("ij");

    /* and one that counts more, too */

    bmc_says(0, bmc.p[0], 200, 0, "");
    assert_int_equal(sol_type("k"), 1);
    sent("k");
}


static void
what_is_typed_at_a_machine_that_is_off_is_lost(void **state)
{
    sol_open(12);
    assert_int_equal(sol_type("abcdefghijkl"), 12);
    bmc_says(0, bmc.p[0], 0, 0x60, "");
    bmc_says(0, 0, 0, 0, "");
    assert_int_equal(sol_type("on"), 2);
    sent("on");
}


static void
a_lost_packet_is_sent_again_as_it_was(void **state)
{
    uint8_t   number;
    unsigned  packets;

    sol_open(12);
    assert_int_equal(sol_type("abc"), 3);
    number = bmc.p[0];
    packets = bmc.packets;
    assert_int_equal(sol_type("def"), 3);

    /* what the BMC says meanwhile is acknowledged, and changes nothing */

    bmc_says(5, 0, 0, 0, "boot");
    assert_int_equal(bmc.ack, 5);
    assert_int_equal(bmc.nack, 4);

    fake_wait(&bmc.unit, NULL, 150);
    assert_int_equal(bmc.packets, packets + 1);
    assert_int_equal(bmc.p[0], number);
    sent("abc");
}


static void
a_packet_that_comes_twice_is_shown_once(void **state)
{
    sol_open(100);
    bmc_says(15, 0, 0, 0, "one ");
    bmc_says(15, 0, 0, 0, "one ");
    assert_int_equal(bmc.nack, 4);

    /* it may have grown, and only then; the one before may be late */

    bmc_says(15, 0, 0, 0, "one two ");
    bmc_says(15, 0, 0, 0, "one ");
    bmc_says(1, 0, 0, 0, "three ");
    bmc_says(15, 0, 0, 0, "one ");
    bmc_says(2, 0, 0, 0, "four");
    assert_string_equal(bmc.call.out, "one two three four");
}


static void
a_packet_that_is_none_is_ignored(void **state)
{
    uint8_t  p[300] = { 3 };

    sol_open(100);
    bmc_ipmi_sol_heard(sol_unit(), p, 3);
    bmc_ipmi_sol_heard(sol_unit(), p, 4 + 256);
    bmc_says(0, 0, 0, 0, "no number");
    assert_int_equal(bmc.call.nout, 0);
    assert_int_equal(bmc.ack, 0);

    bmc_ipmi_sol_heard(sol_unit(), p, 4 + 255);
    assert_int_equal(bmc.call.nout, 255);
    assert_int_equal(bmc.nack, 255);
}


static void
sizes_of_any_order_are_understood(void **state)
{
    char  text[301];

    memset(text, 'a', 300);
    text[300] = '\0';

    sol_open(0x2000);                /* 32, turned around */
    assert_int_equal(sol_type(text), 300);
    assert_int_equal(bmc.len, 28);
}


static void
a_size_that_makes_no_sense_is_not_believed(void **state)
{
    char  text[301];

    memset(text, 'a', 300);
    text[300] = '\0';

    sol_open(0);
    assert_int_equal(sol_type(text), 300);
    assert_int_equal(bmc.len, 100);
}


static void
no_more_is_taken_than_there_is_room_for(void **state)
{
    char  text[5001];

    memset(text, 'a', 5000);
    text[5000] = '\0';

    sol_open(100);
    assert_int_equal(sol_type(text), 4096);
    assert_int_equal(sol_type(text), 0);
    bmc_says(0, bmc.p[0], 96, 0, "");
    assert_int_equal(sol_type(text), 96);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        SOL(what_a_bmc_takes_in_parts_arrives_whole),
        SOL(a_bmc_that_is_full_is_asked_again_later),
        SOL(a_bmc_that_counts_nothing_has_taken_all),
        SOL(what_is_typed_at_a_machine_that_is_off_is_lost),
        SOL(a_lost_packet_is_sent_again_as_it_was),
        SOL(a_packet_that_comes_twice_is_shown_once),
        SOL(a_packet_that_is_none_is_ignored),
        SOL(sizes_of_any_order_are_understood),
        SOL(a_size_that_makes_no_sense_is_not_believed),
        SOL(no_more_is_taken_than_there_is_room_for)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
