
/*
 * Copyright (C) the bmcgate authors
 *
 * The inventory of a BMC in this process: FRU areas read in parts, whole and
 * damaged.
 */


#include "ipmi_fake.h"


/*
 * The header tells of a chassis at 8, a board at 24 and a product at 48; at
 * the end of the product is a multi-record area that nobody asked for.
 */

static uint8_t  fru_bytes[128];
static uint8_t  fru_most, fru_words;


static void
seal(uint8_t *p, size_t len)
{
    size_t   i;
    uint8_t  sum;

    sum = 0;
    p[len - 1] = 0;

    for (i = 0; i < len; i++) {
        sum = (uint8_t) (sum + p[i]);
    }

    p[len - 1] = (uint8_t) -sum;
}


static void
make_fru(void)
{
    static const uint8_t  header[] = { 1, 0, 1, 3, 6, 9, 0 };
    static const uint8_t  chassis[] = {
        1, 2, 0x17, 0xc2, 'C', 'P', 0xc2, 'C', 'S', 0xc1
    };
    static const uint8_t  board[] = {
        1, 3, 0, 0, 0, 0, 0xc2, 'B', 'M', 0xc2, 'B', 'N', 0xc2, 'B', 'S',
        0xc2, 'B', 'P', 0xc1
    };
    static const uint8_t  product[] = {
        1, 3, 0, 0xc4, 'A', 'C', 'M', 'E', 0xc2, 'X', '1', 0xc2, 'P', '2',
        0xc0, 0xc2, 'S', '4', 0xc1
    };

    memset(fru_bytes, 0, sizeof(fru_bytes));
    memcpy(fru_bytes, header, sizeof(header));
    memcpy(fru_bytes + 8, chassis, sizeof(chassis));
    memcpy(fru_bytes + 24, board, sizeof(board));
    memcpy(fru_bytes + 48, product, sizeof(product));
    seal(fru_bytes, 8);
    seal(fru_bytes + 8, 16);
    seal(fru_bytes + 24, 24);
    seal(fru_bytes + 48, 24);
    fru_most = 0xff;
    fru_words = 0;
}


static void
says_fru_info(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, sizeof(fru_bytes), 0, fru_words);
}


static void
says_fru(const fake_command_t *c, fake_answer_t *a)
{
    size_t  at, n;

    at = (size_t) bmc_ipmi_le16(c->data + 1) << fru_words;
    n = (size_t) c->data[3] << fru_words;

    if (c->data[3] > fru_most) {
        a->code = BMC_IPMI_TOO_MANY;
        return;
    }

    assert_true(n > 0 && at + n <= sizeof(fru_bytes));

    a->data[0] = c->data[3];
    memcpy(a->data + 1, fru_bytes + at, n);
    a->len = n + 1;
}


static const bmc_command_t  fru_bmc[] = {
    { 0x06, 0x01, says_device_id }, { 0x06, 0x37, says_guid },
    { 0x0a, 0x10, says_fru_info }, { 0x0a, 0x11, says_fru },
    { 0x0c, 0x02, says_lan }
};


#define FRU_REST                                                              \
    "\"bmc\":{\"address\":\"10.0.0.7\",\"mac\":\"02:ab:00:00:00:10\","        \
    "\"version\":\"1.74\"}"
#define FRU_JSON                                                              \
    "{" FRU_REST ",\"board\":{\"manufacturer\":\"BM\",\"part_number\":"       \
    "\"BP\",\"product\":\"BN\",\"serial\":\"BS\"},\"chassis\":"               \
    "{\"part_number\":\"CP\",\"serial\":\"CS\",\"type\":"                     \
    "\"rack mount chassis\"},\"system\":{\"manufacturer\":\"ACME\","          \
    "\"model\":\"X1\",\"part_number\":\"P2\",\"serial\":\"S4\",\"uuid\":"     \
    "\"00112233-4455-4677-8899-aabbccddeeff\"}}"


static void
the_inventory_is_read(void **state)
{
    static const uint8_t  most[] = { 0xff, 32, 31, 16, 8, 5, 4 };
    size_t                i;

    for (i = 0; i < sizeof(most); i++) {
        bmc_is(fru_bmc);
        make_fru();
        fru_most = most[i];

        assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_OK);
        assert_string_equal(fake_json(), FRU_JSON);
    }

    make_fru();
    fru_words = 1;
    assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_OK);
    assert_string_equal(fake_json(), FRU_JSON);
    assert_string_equal(fake.call.answer.vendor, "ACME");
    assert_string_equal(fake.call.answer.model, "X1");
    assert_string_equal(fake.call.answer.serial, "S4");
    assert_string_equal(fake.call.answer.uuid,
                        "00112233-4455-4677-8899-aabbccddeeff");
}


static void
a_damaged_inventory_leaves_what_is_good(void **state)
{
    bmc_is(fru_bmc);
    make_fru();
    fru_bytes[50]++;                 /* in the product */
    assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_OK);
    assert_non_null(strstr(fake_json(), "\"product\":\"BN\""));
    assert_null(strstr(fake_json(), "ACME"));
    assert_string_equal(fake.call.answer.vendor, "BM");

    fru_bytes[0]++;                  /* the header */
    assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_OK);
    assert_string_equal(fake_json(), "{" FRU_REST ",\"system\":{\"uuid\":"
        "\"00112233-4455-4677-8899-aabbccddeeff\"}}");
    assert_string_equal(fake.call.answer.vendor, "Supermicro");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        fake_test(the_inventory_is_read),
        fake_test(a_damaged_inventory_leaves_what_is_good)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
