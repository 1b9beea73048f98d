
/*
 * Copyright (C) the bmcgate authors
 *
 * Which datagrams come through a socket with the filter: each attack on
 * OpenIPMI 2.0.33 by itself, and what a BMC must be able to say.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "drivers/ipmi/link.h"


#define GUARD_SIZE  1500


static struct {
    int      in;
    int      out;
    size_t   len;
    uint8_t  d[GUARD_SIZE];
} guard;


static int
setup(void **state)
{
    socklen_t           len;
    struct sockaddr_in  addr;

    memset(&guard, 0, sizeof(guard));
    memset(&addr, 0, sizeof(addr));
    addr.sin_family = AF_INET;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    len = sizeof(addr);

    guard.in = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    guard.out = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_not_equal(guard.in, -1);
    assert_int_not_equal(guard.out, -1);
    assert_int_equal(bind(guard.in, (struct sockaddr *) &addr, len), 0);
    assert_int_equal(getsockname(guard.in, (struct sockaddr *) &addr, &len),
                     0);
    assert_int_equal(connect(guard.out, (struct sockaddr *) &addr, len), 0);
    assert_int_equal(bmc_ipmi_guard(guard.in), 0);

    return 0;
}


static int
teardown(void **state)
{
    close(guard.in);
    close(guard.out);

    return 0;
}


/* does it come?  What is sent after it always does. */

static bool
comes(void)
{
    ssize_t  n;
    uint8_t  d[GUARD_SIZE];

    static const uint8_t  last[] = {
        6, 0, 0xff, 7, 6, 0xc0, 9, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    assert_int_equal(send(guard.out, guard.d, guard.len, 0), guard.len);
    assert_int_equal(send(guard.out, last, sizeof(last), 0), sizeof(last));

    n = recv(guard.in, d, sizeof(d), 0);

    if (n == sizeof(last) && memcmp(d, last, sizeof(last)) == 0) {
        return false;
    }

    assert_int_equal(n, guard.len);
    assert_memory_equal(d, guard.d, guard.len);
    assert_int_equal(recv(guard.in, d, sizeof(d), 0), sizeof(last));

    return true;
}


/* RMCP+ with a payload of n zeros, the first of which is the tag */

static void
rmcpp(unsigned type, uint8_t session, uint8_t tag, size_t n)
{
    memset(guard.d, 0, sizeof(guard.d));
    memcpy(guard.d, "\x06\x00\xff\x07\x06", 5);
    guard.d[5] = (uint8_t) type;
    guard.d[6] = session;
    guard.d[14] = (uint8_t) n;
    guard.d[15] = (uint8_t) (n >> 8);
    guard.d[16] = tag;
    guard.len = 16 + n;
}


static void
old(uint8_t type, uint8_t session, uint8_t netfn, uint8_t cmd)
{
    memset(guard.d, 0, sizeof(guard.d));
    memcpy(guard.d, "\x06\x00\xff\x07", 4);
    guard.d[4] = type;
    guard.d[9] = session;
    guard.d[13] = 16;
    guard.d[15] = netfn;
    guard.d[19] = cmd;
    guard.len = 30;
}


static void
what_a_bmc_says_comes_through(void **state)
{
    old(0, 0, 0x1c, 0x38);
    assert_true(comes());

    rmcpp(0x11, 0, 2, 36);
    assert_true(comes());
    rmcpp(0x11, 0, 0, 2);
    assert_true(comes());
    rmcpp(0x13, 0, 3, 72);
    assert_true(comes());
    rmcpp(0x15, 0, 63, 24);
    assert_true(comes());

    rmcpp(0xc0, 1, 0, 48);
    assert_true(comes());
    rmcpp(0xc0, 32, 0xff, 292);
    assert_true(comes());
    rmcpp(0xc1, 1, 0, 320);
    assert_true(comes());
}


/* a call through NULL: the payload type has no handler */

static void
a_payload_type_without_a_handler_does_not(void **state)
{
    unsigned  type, session;

    for (type = 0; type < 256; type++) {
        for (session = 0; session < 2; session++) {
            rmcpp(type, (uint8_t) session, 2, 40);
            assert_int_equal(comes(),
                             ((type == 0xc0 || type == 0xc1) && session == 1)
                             || ((type == 0x11 || type == 0x13
                                  || type == 0x15) && session == 0));
        }
    }
}


/* a table of 64 is read beyond its end */

static void
a_tag_of_64_or_more_does_not(void **state)
{
    unsigned  tag;

    for (tag = 0; tag < 256; tag++) {
        rmcpp(0x11, 0, (uint8_t) tag, 40);
        assert_int_equal(comes(), tag < 64);
        rmcpp(0x13, 0, (uint8_t) tag, 80);
        assert_int_equal(comes(), tag < 64);
        rmcpp(0x15, 0, (uint8_t) tag, 24);
        assert_int_equal(comes(), tag < 64);
    }
}


/* an answer that nobody has proved, in a session */

static void
a_plain_answer_does_not(void **state)
{
    rmcpp(0x00, 1, 0x81, 12);
    assert_false(comes());
    rmcpp(0x40, 1, 0x81, 12);
    assert_false(comes());
    rmcpp(0x80, 1, 0x81, 48);
    assert_false(comes());
}


/* is one to any command, when its tag is that command's number */

static void
an_answer_of_a_login_in_a_session_does_not(void **state)
{
    unsigned  at;

    for (at = 6; at < 10; at++) {
        rmcpp(0x11, 0, 5, 20);
        guard.d[at] = 1;
        assert_false(comes());
        rmcpp(0x15, 0, 5, 24);
        guard.d[at] = 1;
        assert_false(comes());
    }
}


static void
ipmi_1_5_says_what_it_can_do_and_no_more(void **state)
{
    unsigned  type;

    for (type = 1; type < 256; type++) {
        old((uint8_t) type, 0, 0x1c, 0x38);
        assert_false(comes());
    }

    old(0, 1, 0x1c, 0x38);
    assert_false(comes());
    old(0, 0, 0x04, 0x38);
    assert_false(comes());
    old(0, 0, 0x1d, 0x38);
    assert_false(comes());
    old(0, 0, 0x04, 0x01);
    assert_false(comes());
    old(0, 0, 0x1c, 0x01);
    assert_false(comes());
}


/* OpenIPMI has room for 256 bytes of an answer */

static void
an_answer_that_is_too_long_does_not(void **state)
{
    size_t  n;

    for (n = 293; n < 420; n++) {
        rmcpp(0xc0, 1, 0, n);
        assert_false(comes());
    }

    rmcpp(0xc0, 1, 0, 1400);
    assert_false(comes());
}


static void
what_is_cut_does_not(void **state)
{
    size_t  n;

    for (n = 0; n < 18; n++) {
        rmcpp(0xc0, 1, 0, 40);
        guard.len = n;
        assert_false(comes());
        rmcpp(0x11, 0, 2, 40);
        guard.len = n;
        assert_false(comes());
    }

    for (n = 0; n < 20; n++) {
        old(0, 0, 0x1c, 0x38);
        guard.len = n;
        assert_false(comes());
    }
}


static void
a_file_that_is_no_socket_needs_none_and_a_bad_one_is_an_error(void **state)
{
    int  fds[2];

    assert_int_equal(pipe(fds), 0);
    assert_int_equal(bmc_ipmi_guard(fds[0]), 0);
    close(fds[0]);
    close(fds[1]);

    assert_int_equal(bmc_ipmi_guard(-1), EBADF);
}


#define TEST(f)  cmocka_unit_test_setup_teardown(f, setup, teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        TEST(what_a_bmc_says_comes_through),
        TEST(a_payload_type_without_a_handler_does_not),
        TEST(a_tag_of_64_or_more_does_not),
        TEST(a_plain_answer_does_not),
        TEST(an_answer_of_a_login_in_a_session_does_not),
        TEST(ipmi_1_5_says_what_it_can_do_and_no_more),
        TEST(an_answer_that_is_too_long_does_not),
        TEST(what_is_cut_does_not),
        TEST(a_file_that_is_no_socket_needs_none_and_a_bad_one_is_an_error)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
