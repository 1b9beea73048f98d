
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/rmcp.h"


/* as ipmi_sim says them */

static const unsigned char  pong[28] =
    "\x06\0\xff\x06\0\0\x11\xbe\x40\x07\0\x10\0\0\x11\xbe\0\0\0\0\x81";

static const unsigned char  auth[30] =
    "\x06\0\xff\x07\0\0\0\0\0\0\0\0\0\x10"
    "\x81\x1c\x63\x20\x14\x38\x00\x01\x97\x04\x03\0\0\0\0\xf5";

static const unsigned char  suites[39] =
    "\x06\0\xff\x07\0\0\0\0\0\0\0\0\0\x19"
    "\x81\x1c\x63\x20\x14\x54\x00\x01"
    "\xc0\0\0\x40\x80\xc0\x01\x01\x40\x80\xc0\x02\x01\x41\x80\xc0\x31";

/* and as pyghmi does */

static const unsigned char  wrapped[30] =
    "\x06\0\xff\x07\x06\0\0\0\0\0\0\0\0\0\x0e\0"
    "\x81\x1c\x63\x20\x14\x54\x00\x01\xc0\x03\x01\x41\x81\xf1";


static void
questions_are_the_specifications_bytes(void **state)
{
    unsigned char  out[BMC_RMCP_ASK];

    assert_int_equal(bmc_rmcp_ping(out, 7), 12);
    assert_memory_equal(out, "\x06\0\xff\x06\0\0\x11\xbe\x80\x07\0\0", 12);

    assert_int_equal(bmc_rmcp_auth(out, 0, true), 23);
    assert_memory_equal(out, "\x06\0\xff\x07\0\0\0\0\0\0\0\0\0\x09"
                        "\x20\x18\xc8\x81\x00\x38\x8e\x04\xb5", 23);

    assert_int_equal(bmc_rmcp_auth(out, 5, false), 23);
    assert_memory_equal(out + 14, "\x20\x18\xc8\x81\x14\x38\x0e\x04\x21", 9);

    assert_int_equal(bmc_rmcp_suites(out, 0, 0, true), 26);
    assert_memory_equal(out, "\x06\0\xff\x07\x06\0\0\0\0\0\0\0\0\0\x0a\0"
                        "\x20\x18\xc8\x81\x00\x54\x0e\x00\x80\x9d", 26);

    assert_int_equal(bmc_rmcp_suites(out, 0, 1, false), 24);
    assert_memory_equal(out, "\x06\0\xff\x07\0\0\0\0\0\0\0\0\0\x0a"
                        "\x20\x18\xc8\x81\x00\x54\x0e\x00\x81\x9c", 24);
}


static void
a_pong_says_whether_there_is_ipmi_and_perhaps_who_made_it(void **state)
{
    bmc_rmcp_t     r;
    unsigned char  other[28];

    assert_true(bmc_rmcp_parse(&r, pong, sizeof(pong)));
    assert_int_equal(r.kind, BMC_RMCP_PONG);
    assert_int_equal(r.tag, 7);
    assert_true(r.ipmi);

    /* 4542 is ASF itself */

    assert_int_equal(r.enterprise, 0);

    memcpy(other, pong, sizeof(other));
    other[14] = 0x02;
    other[15] = 0xa2;
    other[20] = 0x01;
    assert_true(bmc_rmcp_parse(&r, other, sizeof(other)));
    assert_int_equal(r.enterprise, 674);
    assert_false(r.ipmi);
}


static void
versions_and_ways_to_log_in_are_told(void **state)
{
    bmc_rmcp_t     r;
    unsigned char  other[30];

    assert_true(bmc_rmcp_parse(&r, auth, sizeof(auth)));
    assert_int_equal(r.kind, BMC_RMCP_AUTH);
    assert_int_equal(r.tag, 5);
    assert_int_equal(r.code, 0);
    assert_int_equal(r.auth, BMC_RMCP_NO_AUTH|BMC_RMCP_MD2|BMC_RMCP_MD5
                             |BMC_RMCP_STRAIGHT);
    assert_int_equal(r.enterprise, 0);
    assert_true(r.v15 && r.v20);

    /* 1.5 has no bit 7 there, and the byte of versions means nothing */

    memcpy(other, auth, sizeof(other));
    other[22] = 0x17;
    other[29] += 0x80;
    assert_true(bmc_rmcp_parse(&r, other, sizeof(other)));
    assert_true(r.v15 && !r.v20);

    /* 2.0 alone, an OEM's; least significant byte first */

    memcpy(other, auth, sizeof(other));
    other[24] = 0x02;
    other[25] = 0x7c;
    other[26] = 0x2a;
    other[29] = (unsigned char) (other[29] + 1 - 0x7c - 0x2a);
    assert_true(bmc_rmcp_parse(&r, other, sizeof(other)));
    assert_true(!r.v15 && r.v20);
    assert_int_equal(r.enterprise, 10876);
}


static void
suites_are_read_in_either_wrapper(void **state)
{
    bmc_rmcp_t  r;

    assert_true(bmc_rmcp_parse(&r, suites, sizeof(suites)));
    assert_int_equal(r.kind, BMC_RMCP_SUITES);
    assert_int_equal(r.nrecords, 16);
    assert_memory_equal(r.records, suites + 22, 16);

    assert_true(bmc_rmcp_parse(&r, wrapped, sizeof(wrapped)));
    assert_int_equal(r.kind, BMC_RMCP_SUITES);
    assert_int_equal(r.nrecords, 5);
    assert_int_equal(r.records[1], 3);
}


static void
a_refusal_is_an_answer_without_facts(void **state)
{
    bmc_rmcp_t  r;

    static const unsigned char  refusal[22] =
        "\x06\0\xff\x07\0\0\0\0\0\0\0\0\0\x08"
        "\x81\x1c\x63\x20\x14\x38\xcc\xc8";

    assert_true(bmc_rmcp_parse(&r, refusal, sizeof(refusal)));
    assert_int_equal(r.kind, BMC_RMCP_AUTH);
    assert_int_equal(r.code, 0xcc);
    assert_false(r.v15 || r.v20);
}


/* each length has an allocation of its own, so that reading past it shows */

static void
never(const unsigned char *p, size_t len)
{
    bmc_rmcp_t      r;
    unsigned char  *copy;

    copy = malloc(len > 0 ? len : 1);
    assert_non_null(copy);
    memcpy(copy, p, len);
    assert_false(bmc_rmcp_parse(&r, copy, len));
    assert_int_equal(r.kind, BMC_RMCP_NONE);
    assert_int_equal(r.tag, 0);
    free(copy);
}


static void
what_is_cut_off_is_no_answer(void **state)
{
    size_t  i;

    for (i = 0; i < sizeof(pong); i++) {
        never(pong, i);
    }

    for (i = 0; i < sizeof(auth); i++) {
        never(auth, i);
    }

    for (i = 0; i < sizeof(suites); i++) {
        never(suites, i);
    }

    for (i = 0; i < sizeof(wrapped); i++) {
        never(wrapped, i);
    }
}


/* but for RMCP's number, 1.5's of the session's datagram, and a bus number */

static void
what_was_changed_on_its_way_is_no_answer(void **state)
{
    size_t         i;
    unsigned char  other[30];

    for (i = 0; i < sizeof(auth); i++) {
        if (i == 1 || i == 2 || (i >= 5 && i <= 8)) {
            continue;
        }

        memcpy(other, auth, sizeof(other));
        other[i] ^= 0x41;
        never(other, sizeof(other));
    }
}


static void
a_byte_more_is_padding_and_two_are_not(void **state)
{
    bmc_rmcp_t     r;
    unsigned char  more[32];

    memset(more, 0, sizeof(more));
    memcpy(more, auth, sizeof(auth));
    assert_true(bmc_rmcp_parse(&r, more, 31));
    never(more, 32);
}


static void
what_is_of_a_session_is_no_answer(void **state)
{
    unsigned char  other[30];

    memcpy(other, auth, sizeof(other));
    other[12] = 1;
    never(other, sizeof(other));

    memcpy(other, wrapped, sizeof(other));
    other[9] = 1;
    never(other, sizeof(other));

    /* encrypted, or RAKP */

    memcpy(other, wrapped, sizeof(other));
    other[5] = 0xc0;
    never(other, sizeof(other));
    other[5] = 0x13;
    never(other, sizeof(other));
}


static void
more_suites_than_fit_one_answer_are_not_believed(void **state)
{
    size_t         i;
    uint8_t        sum;
    unsigned char  other[40];

    memset(other, 0, sizeof(other));
    memcpy(other, suites, 38);
    other[13] = 0x1a;
    other[38] = 0x03;

    for (i = 17, sum = 0; i < 39; i++) {
        sum = (uint8_t) (sum + other[i]);
    }

    other[39] = (unsigned char) -sum;
    never(other, sizeof(other));
}


static void
suites_are_listed_until_a_record_is_damaged(void **state)
{
    uint8_t  id[4];

    static const unsigned char  records[] =
        "\xc0\x03\x01\x41\x81\xc0\x03\x01\x41\x82\xc1\x90\x01\x02\x03\x44"
        "\xc0";

    assert_int_equal(bmc_rmcp_ids(records, 17, id, 4), 2);
    assert_int_equal(id[0], 3);
    assert_int_equal(id[1], 0x90);
    assert_int_equal(bmc_rmcp_ids(records + 2, 15, id, 4), 0);
    assert_int_equal(bmc_rmcp_ids(records, 17, id, 1), 1);
    assert_int_equal(bmc_rmcp_ids(records, 14, id, 4), 1);
    assert_int_equal(bmc_rmcp_ids(records, 0, id, 4), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(questions_are_the_specifications_bytes),
        cmocka_unit_test(
            a_pong_says_whether_there_is_ipmi_and_perhaps_who_made_it),
        cmocka_unit_test(versions_and_ways_to_log_in_are_told),
        cmocka_unit_test(suites_are_read_in_either_wrapper),
        cmocka_unit_test(a_refusal_is_an_answer_without_facts),
        cmocka_unit_test(what_is_cut_off_is_no_answer),
        cmocka_unit_test(what_was_changed_on_its_way_is_no_answer),
        cmocka_unit_test(a_byte_more_is_padding_and_two_are_not),
        cmocka_unit_test(what_is_of_a_session_is_no_answer),
        cmocka_unit_test(more_suites_than_fit_one_answer_are_not_believed),
        cmocka_unit_test(suites_are_listed_until_a_record_is_damaged)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
