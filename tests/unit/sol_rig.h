
/*
 * Copyright (C) the bmcgate authors
 *
 * A console, and a BMC that takes its packets as BMCs do.  Include it in one
 * file of a test program.
 */


#ifndef _SOL_RIG_H_INCLUDED_
#define _SOL_RIG_H_INCLUDED_


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


static inline bmc_ipmi_unit_t *
sol_unit(void)
{
    return bmc.unit.unit.state;
}


static inline int
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


static inline int
bmc_no_handler(ipmi_con_t *con, ipmi_ll_con_changed_cb handler, void *data)
{
    return 0;
}


static inline int
bmc_no_con(ipmi_con_t *con)
{
    return 0;
}


static inline void
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


static inline void
sol_ask(void)
{
    fake_free(&bmc.call);
    fake_run(&bmc.unit, &bmc.call, BMC_CONSOLE_OPEN, NULL, 2000);
    assert_int_equal(bmc.cmd, ACTIVATE);
}


/* packets of at most so many bytes, with their header */

static inline void
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


static inline void
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


static inline size_t
sol_type(const char *text)
{
    return bmc_driver_ipmi.write(&bmc.unit.unit, &bmc.call.call, text,
                                 strlen(text));
}


static inline void
sent(const char *text)
{
    assert_int_equal(bmc.len, strlen(text));
    assert_memory_equal(bmc.p + 4, text, bmc.len);
}


static inline void
gone(bmc_rc_t rc, const char *text)
{
    assert_int_equal(bmc.call.ended, 1);
    assert_int_equal(bmc.call.rc, rc);
    assert_non_null(strstr(bmc.call.text, text));
    assert_null(sol_unit()->sol);
    assert_int_equal(sol_type("x"), 0);
}


static inline int
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


static inline int
sol_teardown(void **state)
{
    fake_over(&bmc.unit, &bmc.loop);
    fake_free(&bmc.call);

    return 0;
}


#define SOL(f)  cmocka_unit_test_setup_teardown(f, sol_setup, sol_teardown)


#endif /* _SOL_RIG_H_INCLUDED_ */
