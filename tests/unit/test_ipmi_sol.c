
/*
 * Copyright (C) the bmcgate authors
 *
 * A console's packets, with a BMC that takes them as BMCs do.
 */


#include "driver_fake.h"

#include "drivers/ipmi/link.h"


#define ACTIVATE    0x48
#define DEACTIVATE  0x49
#define DEVICE_ID   0x01


extern const bmc_driver_t  bmc_driver_ipmi;


static struct {
    uv_loop_t               loop;
    bmc_hostconf_t          host;
    bmc_ipmi_conf_t         conf;
    const char             *address;
    fake_unit_t             unit;
    fake_call_t             call;
    ipmi_con_t              con;
    ipmi_ll_rsp_handler_t   told;        /* of the command under way */
    ipmi_msgi_t            *item;
    uint8_t                 cmd;
    unsigned                commands;
    unsigned                packets;
    size_t                  len;         /* the last packet's */
    uint8_t                 p[300];
    size_t                  nack;        /* the last ack's count */
    uint8_t                 ack;         /* … number; 0: none since */
} bmc;


static bmc_ipmi_unit_t *
sol_unit(void)
{
    return bmc.unit.unit.state;
}


static int
bmc_sent(ipmi_con_t *con, const ipmi_addr_t *to, unsigned int to_len,
    const ipmi_msg_t *msg, const ipmi_con_option_t *options,
    ipmi_ll_rsp_handler_t told, ipmi_msgi_t *item)
{
    if (to->addr_type != IPMI_RMCPP_ADDR_SOL) {
        assert_null(bmc.told);
        bmc.told = told;
        bmc.item = item;
        bmc.cmd = msg->cmd;
        bmc.commands++;
        return 0;
    }

    assert_true(msg->data_len >= 4 && msg->data_len <= sizeof(bmc.p));
    assert_int_equal(msg->netfn & 1, 1);

    if (msg->data[1] != 0) {
        bmc.ack = msg->data[1];
        bmc.nack = msg->data[2];
        return 0;
    }

    memcpy(bmc.p, msg->data, msg->data_len);
    bmc.len = msg->data_len - 4u;
    bmc.packets++;

    return 0;
}


static int
bmc_no_handler(ipmi_con_t *con, ipmi_ll_con_changed_cb handler, void *data)
{
    return 0;
}


static int
bmc_no_con(ipmi_con_t *con)
{
    return 0;
}


static void
bmc_answers(uint8_t code, const void *data, size_t len)
{
    ipmi_msgi_t           *item;
    ipmi_ll_rsp_handler_t  told;

    told = bmc.told;
    item = bmc.item;
    bmc.told = NULL;
    assert_non_null(told);

    item->data[0] = code;

    if (len != 0) {
        memcpy(item->data + 1, data, len);
    }

    item->msg.data = item->data;
    item->msg.data_len = (uint16_t) (len + 1);
    assert_int_equal(told(&bmc.con, item), IPMI_MSG_ITEM_NOT_USED);
    ipmi_free_msg_item(item);
}


static void
sol_ask(void)
{
    fake_free(&bmc.call);
    fake_run(&bmc.unit, &bmc.call, BMC_CONSOLE_OPEN, NULL, 2000);
    assert_int_equal(bmc.cmd, ACTIVATE);
}


/* packets of at most so many bytes, with their header */

static void
sol_open(unsigned size)
{
    uint8_t  data[12] = { 0 };

    data[4] = (uint8_t) size;
    data[5] = (uint8_t) (size >> 8);
    data[8] = 0x6f;
    data[9] = 0x02;

    sol_ask();
    bmc_answers(0, data, sizeof(data));
    assert_int_equal(bmc.call.opened, 1);

    /* an empty one goes first */

    assert_int_equal(bmc.packets, 1);
    assert_int_equal(bmc.len, 0);
}


static void
bmc_says(uint8_t number, uint8_t ack, uint8_t count, uint8_t status,
    const char *text)
{
    size_t    len = strlen(text);
    uint8_t  *p = malloc(4 + len);

    assert_non_null(p);
    p[0] = number;
    p[1] = ack;
    p[2] = count;
    p[3] = status;
    memcpy(p + 4, text, len);

    bmc_ipmi_sol_heard(sol_unit(), p, 4 + len);
    free(p);
}


static size_t
sol_type(const char *text)
{
    return bmc_driver_ipmi.write(&bmc.unit.unit, &bmc.call.call, text,
                                 strlen(text));
}


static void
sent(const char *text)
{
    assert_int_equal(bmc.len, strlen(text));
    assert_memory_equal(bmc.p + 4, text, bmc.len);
}


static void
gone(bmc_rc_t rc, const char *text)
{
    assert_int_equal(bmc.call.ended, 1);
    assert_int_equal(bmc.call.rc, rc);
    assert_non_null(strstr(bmc.call.text, text));
    assert_null(sol_unit()->sol);
    assert_int_equal(sol_type("x"), 0);
}


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


static int
sol_setup(void **state)
{
    char              why[BMC_TEXT_MAX];
    bmc_ipmi_unit_t  *u;

    memset(&bmc, 0, sizeof(bmc));

    bmc.address = "127.0.0.1";
    bmc.host.name = "n1";
    bmc.host.address.word = &bmc.address;
    bmc.host.address.count = 1;
    bmc.host.timeout = 1000;
    bmc.conf.port = 1623;
    bmc.con.send_command_option = bmc_sent;
    bmc.con.remove_con_change_handler = bmc_no_handler;
    bmc.con.close_connection = bmc_no_con;

    assert_int_equal(uv_loop_init(&bmc.loop), 0);
    fake_open(&bmc.unit, &bmc_driver_ipmi, &bmc.host, &bmc.conf, NULL,
              &bmc.loop);

    u = bmc.unit.unit.state;
    u->counted = bmc_ipmi_handler_hold(&bmc.loop, why) != NULL;
    assert_true(u->counted);
    u->con = &bmc.con;
    u->phase = BMC_IPMI_UP;
    u->heard = uv_now(&bmc.loop);
    u->level = IPMI_PRIVILEGE_ADMIN;

    return 0;
}


static int
sol_teardown(void **state)
{
    int  i;

    if (bmc.unit.closed == 0) {
        fake_close(&bmc.unit);
    }

    fake_free(&bmc.call);

    for (i = 0; i < 16 && uv_loop_close(&bmc.loop) != 0; i++) {
        uv_run(&bmc.loop, UV_RUN_NOWAIT);
    }

    assert_true(i < 16);

    return 0;
}


#define SOL(f)  cmocka_unit_test_setup_teardown(f, sol_setup, sol_teardown)


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
        SOL(no_more_is_taken_than_there_is_room_for),
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
