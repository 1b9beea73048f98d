
/*
 * Copyright (C) the bmcgate authors
 *
 * The inventory of a BMC in this process: FRU areas read in parts, whole and
 * damaged.
 */


#include "fru_seal.h"
#include "ipmi_fake.h"


/*
 * The header tells of a chassis at 8, a board at 24 and a product at 48; at
 * the end of the product is a multi-record area that nobody asked for.
 */

static uint8_t  fru_bytes[128];
static uint8_t  fru_most, fru_words;


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
    fru_seal(fru_bytes, 8);
    fru_seal(fru_bytes + 8, 16);
    fru_seal(fru_bytes + 24, 24);
    fru_seal(fru_bytes + 48, 24);
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
    assert_string_equal(fake.kept.vendor, "ACME");
    assert_string_equal(fake.kept.maker, "Supermicro");
    assert_string_equal(fake.call.answer.maker, "Supermicro");
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
    assert_null(fake.call.answer.vendor);
    assert_string_equal(fake.call.answer.maker, "Supermicro");
}


/* -- parts */

static const uint8_t  sdrs[][40] = {
    { 1, 0, 0x51, 0x11, 15, 0x20, 1, 0x80, 0, 0, 0x10, 0, 10, 1, 0,
      0xc4, 'P', 'S', 'U', '1' },
    { 2, 0, 0x51, 0x11, 15, 0x20, 2, 0x80, 0, 0, 0x10, 0, 10, 2, 0,
      0xc4, 'P', 'S', 'U', '2' },
    { 3, 0, 0x51, 0x11, 16, 0x20, 3, 0x80, 0, 0, 0x10, 0, 16, 1, 0,
      0xc5, 'R', 'i', 's', 'e', 'r' },
    { 4, 0, 0x51, 0x11, 15, 0x20, 4, 0x80, 0, 0, 0x10, 0, 32, 1, 0,
      0xc4, 'D', 'I', 'M', 'M' },
    { 5, 0, 0x51, 0x11, 15, 0x82, 5, 0x80, 0, 0, 0x10, 0, 7, 1, 0,
      0xc4, 'N', 'o', 'd', 'e' },
    { 6, 0, 0x51, 0x11, 15, 0x20, 0, 0x80, 0, 0, 0x10, 0, 7, 1, 0,
      0xc4, 'M', 'a', 'i', 'n' },
    { 7, 0, 0x51, 0x02, 29, 0x20, 0, 0x41, 10, 1, 0, 0, 8, 0x6f, 0, 0, 0, 0,
      0x03, 0, 0xc0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xc2, 'S', '1' },
    { 8, 0, 0x51, 0x02, 29, 0x20, 0, 0x42, 10, 2, 0, 0, 8, 0x6f, 0, 0, 0, 0,
      0x03, 0, 0xc0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xc2, 'S', '2' },
    { 9, 0, 0x51, 0x02, 29, 0x20, 0, 0x43, 7, 1, 0, 0, 8, 0x6f, 0, 0, 0, 0,
      0x02, 0, 0xc0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xc2, 'S', '3' },
    { 10, 0, 0x51, 0x02, 29, 0x20, 0, 0x44, 7, 1, 0, 0, 8, 0x6f, 0, 0, 0, 0,
      0x03, 0, 0xc0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xc2, 'S', '4' }
};


#define SDRS  (sizeof(sdrs) / sizeof(sdrs[0]))


static void
says_sdr_info(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 0x51, SDRS, 0, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 0x02);
}


static void
says_sdr(const fake_command_t *c, fake_answer_t *a)
{
    unsigned  id;

    id = c->data[2] == 0 ? 1 : c->data[2];
    assert_in_range(id, 1, SDRS);

    a->data[0] = id == SDRS ? 0xff : (uint8_t) (id + 1);
    a->data[1] = id == SDRS ? 0xff : 0;
    a->len = 2 + 5u + sdrs[id - 1][4];
    memcpy(a->data + 2, sdrs[id - 1], a->len - 2);
}


/* S1 is there and has failed, S2 is not there, S4 does not answer */

static void
says_state(const fake_command_t *c, fake_answer_t *a)
{
    switch (c->data[0]) {

    case 0x41:
        fake_bytes(a, 0, 0xc0, 0x03, 0x80);
        break;

    case 0x42:
    case 0x43:
        fake_bytes(a, 0, 0xc0, 0x00, 0x80);
        break;

    case 0x44:
        a->code = BMC_IPMI_ABSENT;
        break;

    default:
        fail();
    }
}


/* FRU 1 is a supply of 800 W, and 3 has no product but a board */

static const uint8_t *
part_fru(uint8_t id)
{
    static uint8_t  bytes[128];

    memcpy(bytes, fru_bytes, sizeof(bytes));

    if (id == 0) {
        return bytes;
    }

    bytes[2] = 0;
    bytes[3] = id == 1 ? 0 : bytes[3];
    bytes[4] = id == 1 ? bytes[4] : 0;
    bytes[5] = id == 1 ? 9 : 0;
    fru_seal(bytes, 8);

    memcpy(bytes + 72, "\x00\x82\x18\xdd\x89\x20\x03", 7);

    return bytes;
}


static void
says_part_info(const fake_command_t *c, fake_answer_t *a)
{
    if (c->data[0] == 2 || c->data[0] == 4) {
        a->code = BMC_IPMI_ABSENT;
        return;
    }

    says_fru_info(c, a);
}


static void
says_part(const fake_command_t *c, fake_answer_t *a)
{
    size_t  at;

    assert_in_set(c->data[0], ((const LargestIntegralType[]) { 0, 1, 3 }),
                  3);

    if (c->data[0] == bmc.count) {
        a->code = bmc.code;
        return;
    }

    at = bmc_ipmi_le16(c->data + 1);
    assert_true(at + c->data[3] <= sizeof(fru_bytes));
    a->data[0] = c->data[3];
    memcpy(a->data + 1, part_fru(c->data[0]) + at, c->data[3]);
    a->len = c->data[3] + 1u;
}


static const bmc_command_t  parts_bmc[] = {
    { 0x06, 0x01, says_device_id }, { 0x06, 0x37, says_guid },
    { 0x0a, 0x10, says_part_info }, { 0x0a, 0x11, says_part },
    { 0x0a, 0x20, says_sdr_info }, { 0x0a, 0x23, says_sdr },
    { 0x04, 0x2d, says_state }, { 0x0c, 0x02, says_lan }
};


static const char *
told(const char *key)
{
    char         *s;
    static char   text[1024];

    s = json_dumps(json_object_get(fake.call.answer.json, key),
                   JSON_COMPACT|JSON_SORT_KEYS);
    snprintf(text, sizeof(text), "%s", s == NULL ? "" : s);
    free(s);

    return text;
}


#define PSU_STATES                                                            \
    "{\"name\":\"PSU2\",\"state\":\"absent\"},"                             \
    "{\"health\":\"ok\",\"name\":\"S3\"},{\"name\":\"S4\"}]"


static void
supplies_and_parts_are_listed(void **state)
{
    bmc_is(parts_bmc);
    bmc.count = 99;
    make_fru();

    assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_OK);
    assert_string_equal(told("psus"),
        "[{\"health\":\"critical\",\"manufacturer\":\"ACME\",\"model\":"
        "\"X1\",\"name\":\"PSU1\",\"part_number\":\"P2\",\"serial\":"
        "\"S4\",\"state\":\"present\",\"watts\":800}," PSU_STATES);
    assert_string_equal(told("parts"),
        "[{\"manufacturer\":\"BM\",\"model\":\"BN\",\"name\":\"Riser\","
        "\"part_number\":\"BP\",\"serial\":\"BS\"}]");

    /* the second time the records are known */

    assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_OK);
    assert_null(strstr(fake.sent, "0a/23"));
    assert_non_null(strstr(told("psus"), "\"watts\":800"));
}


static void
a_supply_that_cannot_be_read_keeps_its_name(void **state)
{
    bmc_is(parts_bmc);
    make_fru();
    bmc.count = 1;
    bmc.code = BMC_IPMI_BUSY;

    assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_OK);
    assert_string_equal(told("psus"),
        "[{\"health\":\"critical\",\"name\":\"PSU1\",\"state\":"
        "\"present\"}," PSU_STATES);

    /* the machine's own is another matter */

    bmc.count = 0;
    assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_BUSY);
}


/* the system is told in any case; parts, as far as time allows */

static void
a_slow_bmc_still_tells_the_system(void **state)
{
    unsigned  whole;

    bmc_is(parts_bmc);
    make_fru();
    bmc.count = 99;
    assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_OK);
    whole = fake.commands;

    for (fake.hurry = 1; fake.hurry <= whole; fake.hurry++) {
        bmc_ipmi_forget(&fake.kept);
        assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_OK);
        assert_non_null(strstr(told("system"), "ACME"));
        assert_true(fake.hurry < 10 || fake.commands <= fake.hurry + 10);
    }

    /* what of the records was read is kept */

    bmc_ipmi_forget(&fake.kept);
    fake.hurry = 20;
    assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_OK);
    assert_string_equal(told("psus"), "");
    assert_in_range(fake.kept.nlocators, 1, 5);

    fake.hurry = 0;
    assert_int_equal(fake_run(BMC_INVENTORY_READ, ""), BMC_OK);
    assert_int_equal(fake.kept.nlocators, 5);
    assert_non_null(strstr(told("psus"), "\"watts\":800"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        fake_test(the_inventory_is_read),
        fake_test(a_damaged_inventory_leaves_what_is_good),
        fake_test(supplies_and_parts_are_listed),
        fake_test(a_supply_that_cannot_be_read_keeps_its_name),
        fake_test(a_slow_bmc_still_tells_the_system)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
