
/*
 * Copyright (C) the bmcgate authors
 *
 * FRU areas of the Platform Management FRU Information Storage Definition.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/fru.h"


static bmc_ipmi_fru_t  fru;


/* all bytes of an area add up to 0; it is a multiple of eight long */

static size_t
sealed(uint8_t *area, size_t len)
{
    size_t   i;
    uint8_t  sum;

    while ((len + 1) % 8 != 0) {
        area[len++] = 0;
    }

    area[1] = (uint8_t) ((len + 1) / 8);
    sum = 0;

    for (i = 0; i < len; i++) {
        sum = (uint8_t) (sum + area[i]);
    }

    area[len] = (uint8_t) -sum;

    return len + 1;
}


static bool
decode(unsigned kind, const void *bytes, size_t len)
{
    bool      good;
    size_t    n;
    uint8_t   area[512], *exact;

    memset(&fru, 0, sizeof(fru));
    memset(area, 0, sizeof(area));
    memcpy(area, bytes, len);
    n = sealed(area, len);

    exact = malloc(n);
    assert_non_null(exact);
    memcpy(exact, area, n);
    good = bmc_ipmi_fru_area(kind, exact, n, &fru);
    free(exact);

    return good;
}


/* at 8, 16 and 24; 0x01 + 0x01 + 0x02 + 0x03 + 0xf9 is 0x100 */

static void
the_header_tells_where_areas_are(void **state)
{
    uint16_t  at[BMC_IPMI_FRU_AREAS];
    uint8_t   h[] = { 0x01, 0x00, 0x01, 0x02, 0x03, 0x00, 0x00, 0xf9 };

    assert_true(bmc_ipmi_fru_areas(h, sizeof(h), at));
    assert_int_equal(at[BMC_IPMI_FRU_CHASSIS], 8);
    assert_int_equal(at[BMC_IPMI_FRU_BOARD], 16);
    assert_int_equal(at[BMC_IPMI_FRU_PRODUCT], 24);

    assert_false(bmc_ipmi_fru_areas(h, 7, at));
    h[7]++;
    assert_false(bmc_ipmi_fru_areas(h, sizeof(h), at));
    h[7]--;
    h[0] = 0x02;
    h[7]--;
    assert_false(bmc_ipmi_fru_areas(h, sizeof(h), at));
}


/* type 0x17 is a rack mount chassis; BCD plus 0x42 is two bytes */

static void
a_chassis_area_is_read(void **state)
{
    static const uint8_t  a[] = {
        0x01, 0, 0x17, 0xc3, 'C', '-', '1', 0x42, 0x12, 0x34, 0xc1
    };

    assert_true(decode(BMC_IPMI_FRU_CHASSIS, a, sizeof(a)));
    assert_string_equal(bmc_ipmi_chassis_text(fru.chassis_type),
                        "rack mount chassis");
    assert_string_equal(fru.chassis_part, "C-1");
    assert_string_equal(fru.chassis_serial, "1234");
}


/* three bytes of minutes since 1996 stand before the first field */

static void
a_board_area_is_read(void **state)
{
    static const uint8_t  a[] = {
        0x01, 0, 0x19, 0x01, 0x02, 0x03, 0xc4, 'A', 'C', 'M', 'E',
        0x83, 0x29, 0xdc, 0xa6, 0xc2, 'S', '1', 0xc2, 'P', '1', 0xc1
    };

    assert_true(decode(BMC_IPMI_FRU_BOARD, a, sizeof(a)));
    assert_string_equal(fru.board_maker, "ACME");
    assert_string_equal(fru.board_name, "IPMI");
    assert_string_equal(fru.board_serial, "S1");
    assert_string_equal(fru.board_part, "P1");
}


static void
a_product_area_is_read(void **state)
{
    static const uint8_t  a[] = {
        0x01, 0, 0x00, 0xc4, 'A', 'C', 'M', 'E', 0xc2, 'X', '1',
        0xc2, 'P', '2', 0xc2, 'v', '3', 0xc2, 'S', '4', 0xc2, 'A', '5',
        0xc0, 0xc1
    };

    assert_true(decode(BMC_IPMI_FRU_PRODUCT, a, sizeof(a)));
    assert_string_equal(fru.maker, "ACME");
    assert_string_equal(fru.name, "X1");
    assert_string_equal(fru.part, "P2");
    assert_string_equal(fru.version, "v3");
    assert_string_equal(fru.serial, "S4");
    assert_string_equal(fru.asset, "A5");
}


/* language 0x23 is Japanese: two bytes a character, but not in a serial */

static void
other_languages_have_two_bytes_a_character(void **state)
{
    static const uint8_t  a[] = {
        0x01, 0, 0x23, 0xc4, 0xa8, 0x98, 'X', 0x00, 0xc0, 0xc0, 0xc0,
        0xc4, 'S', 'N', '0', '1', 0xc1
    };
    static const uint8_t  wrong[] = {
        0x01, 0, 0x23, 0xc4, 'A', 'C', 'M', 'E', 0xc1
    };

    assert_true(decode(BMC_IPMI_FRU_PRODUCT, a, sizeof(a)));
    assert_string_equal(fru.maker, "\xe9\xa2\xa8X");
    assert_string_equal(fru.serial, "SN01");

    assert_true(decode(BMC_IPMI_FRU_PRODUCT, wrong, sizeof(wrong)));
    assert_string_equal(fru.maker, "ACME");
}


static void
fields_end_where_the_area_says(void **state)
{
    static const uint8_t  ends[] = {
        0x01, 0, 0x00, 0xc2, 'A', 'B', 0xc1, 0xc2, 'N', 'O'
    };
    static const uint8_t  beyond[] = {
        0x01, 0, 0x00, 0xc2, 'A', 'B', 0xff, 'N', 'O'
    };

    assert_true(decode(BMC_IPMI_FRU_PRODUCT, ends, sizeof(ends)));
    assert_string_equal(fru.maker, "AB");
    assert_string_equal(fru.name, "");

    assert_true(decode(BMC_IPMI_FRU_PRODUCT, beyond, sizeof(beyond)));
    assert_string_equal(fru.maker, "AB");
    assert_string_equal(fru.name, "");
}


static void
damaged_areas_are_left_out(void **state)
{
    size_t   i, n;
    uint8_t  area[64] = { 0x01, 0, 0x00, 0xc2, 'A', 'B', 0xc1 };

    n = sealed(area, 7);
    memset(&fru, 0, sizeof(fru));

    for (i = 0; i < n; i++) {
        area[i] ^= 0x10;
        assert_false(bmc_ipmi_fru_area(BMC_IPMI_FRU_PRODUCT, area, n, &fru));
        area[i] ^= 0x10;
    }

    for (i = 0; i < n; i++) {
        assert_false(bmc_ipmi_fru_area(BMC_IPMI_FRU_PRODUCT, area, i, &fru));
    }

    assert_string_equal(fru.maker, "");
    assert_true(bmc_ipmi_fru_area(BMC_IPMI_FRU_PRODUCT, area, n, &fru));
}


static void
chassis_types_end(void **state)
{
    assert_null(bmc_ipmi_chassis_text(0));
    assert_string_equal(bmc_ipmi_chassis_text(0x24), "stick PC");
    assert_null(bmc_ipmi_chassis_text(0x25));
    assert_null(bmc_ipmi_chassis_text(0xff));
}


/*
 * A supply's record: type 0, version 2 and the last (0x82), 24 bytes; 1200
 * W are 0x04b0, and the four bits above are not of it.
 */

static void
a_supply_tells_its_capacity(void **state)
{
    size_t   i;
    uint8_t  r[32] = { 0x00, 0x82, 24, 0, 0, 0xb0, 0xf4, 0x33 };

    r[3] = (uint8_t) -(0xb0 + 0xf4 + 0x33);
    r[4] = (uint8_t) -(0x82 + 24 + r[3]);

    memset(&fru, 0, sizeof(fru));
    assert_int_equal(bmc_ipmi_fru_size(BMC_IPMI_FRU_MULTI, r), 32);
    assert_true(bmc_ipmi_fru_area(BMC_IPMI_FRU_MULTI, r, 32, &fru));
    assert_int_equal(fru.capacity, 1200);

    memset(&fru, 0, sizeof(fru));

    for (i = 0; i < 29; i++) {
        assert_false(bmc_ipmi_fru_area(BMC_IPMI_FRU_MULTI, r, i, &fru));
    }

    for (i = 0; i < 29; i++) {
        r[i]++;
        assert_false(bmc_ipmi_fru_area(BMC_IPMI_FRU_MULTI, r, 32, &fru));
        r[i]--;
    }

    assert_int_equal(fru.capacity, 0);

    /* a DC output's is of no use here, nor is one too short */

    r[0] = 1;
    assert_int_equal(bmc_ipmi_fru_size(BMC_IPMI_FRU_MULTI, r), 0);
    r[0] = 0;
    r[2] = 23;
    assert_int_equal(bmc_ipmi_fru_size(BMC_IPMI_FRU_MULTI, r), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(the_header_tells_where_areas_are),
        cmocka_unit_test(a_chassis_area_is_read),
        cmocka_unit_test(a_board_area_is_read),
        cmocka_unit_test(a_product_area_is_read),
        cmocka_unit_test(other_languages_have_two_bytes_a_character),
        cmocka_unit_test(fields_end_where_the_area_says),
        cmocka_unit_test(damaged_areas_are_left_out),
        cmocka_unit_test(a_supply_tells_its_capacity),
        cmocka_unit_test(chassis_types_end)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
