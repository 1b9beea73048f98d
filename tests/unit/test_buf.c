
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"


#define assert_json(s, len, expected)                                        \
    bmc_buf_reset(&b);                                                       \
    bmc_buf_json(&b, s, len);                                                \
    assert_string_equal(bmc_buf_text(&b), expected)


static void
text_grows(void **state)
{
    int        i;
    bmc_buf_t  b = { 0 };

    assert_string_equal(bmc_buf_text(&b), "");

    for (i = 0; i < 1000; i++) {
        bmc_buf_adds(&b, "abc");
        bmc_buf_addc(&b, '-');
        bmc_buf_printf(&b, "%04d", i);
        bmc_buf_add(&b, "", 0);
    }

    assert_int_equal(b.len, 8000);
    assert_int_equal(strlen(bmc_buf_text(&b)), 8000);
    assert_memory_equal(b.data + 7992, "abc-0999", 8);

    bmc_buf_reset(&b);
    assert_string_equal(bmc_buf_text(&b), "");

    bmc_buf_free(&b);
    assert_null(b.data);
}


static void
text_fits_to_the_last_byte(void **state)
{
    size_t     len;
    char       s[300];
    bmc_buf_t  b = { 0 };

    memset(s, 'x', sizeof(s));

    for (len = 120; len < 136; len++) {
        bmc_buf_add(&b, s, len);
        assert_int_equal(strlen(bmc_buf_text(&b)), len);
        bmc_buf_wipe(&b);

        bmc_buf_printf(&b, "%.*s", (int) len, s);
        assert_int_equal(strlen(bmc_buf_text(&b)), len);
        bmc_buf_free(&b);
    }
}


/* not a byte behind it, whatever is added; what is missing is counted */

static void
text_in_fixed_room_never_leaves_it(void **state)
{
    char       room[64];
    size_t     size;
    bmc_buf_t  b;

    for (size = 0; size < 32; size++) {
        memset(room, '~', sizeof(room));
        bmc_buf_fix(&b, room, size);
        bmc_buf_adds(&b, "abc");
        bmc_buf_addc(&b, '-');
        bmc_buf_add(&b, NULL, 0);
        bmc_buf_json(&b, "x\"\xff", 3);
        bmc_buf_adds(&b, "the end");

        assert_int_equal(b.len, 4 + 8 + 7);
        assert_true(room[size] == '~');

        if (b.len <= size) {
            assert_memory_equal(room,
                "abc-\"x\\\"\xef\xbf\xbd\"the end", b.len);
        }
    }

    /* printf() also needs room for its null */

    for (size = 0; size < 16; size++) {
        memset(room, '~', sizeof(room));
        bmc_buf_fix(&b, room, size);
        bmc_buf_adds(&b, "12");
        bmc_buf_printf(&b, "%d", 345);
        assert_true(room[size] == '~');
        assert_true((b.len <= size) == (size > 5));

        if (size > 5) {
            assert_int_equal(b.len, 5);
            assert_string_equal(room, "12345");
        }
    }
}


static void
json_strings_are_quoted(void **state)
{
    bmc_buf_t  b = { 0 };

    assert_json("", 0, "\"\"");
    assert_json("n1", 2, "\"n1\"");
    assert_json("a\"b\\c", 5, "\"a\\\"b\\\\c\"");
    assert_json("\n\r\t\x01\x7f", 5, "\"\\n\\r\\t\\u0001\\u007f\"");
    assert_json("\0x", 2, "\"\\u0000x\"");
    assert_json("gr\xc3\xbc\xc3\x9f", 6, "\"gr\xc3\xbc\xc3\x9f\"");
    assert_json("\xe2\x82\xac", 3, "\"\xe2\x82\xac\"");
    assert_json("\xf0\x9f\x98\x80", 4, "\"\xf0\x9f\x98\x80\"");

    bmc_buf_free(&b);
}


static void
bytes_that_are_not_utf8_are_replaced(void **state)
{
    bmc_buf_t  b = { 0 };

    assert_json("\xff", 1, "\"\xef\xbf\xbd\"");
    assert_json("a\x80z", 3, "\"a\xef\xbf\xbdz\"");
    assert_json("\xc3", 1, "\"\xef\xbf\xbd\"");
    assert_json("\xc0\xaf", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
    assert_json("\xe0\x9f\xbf", 3,
                "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    assert_json("\xed\xa0\x80", 3,
                "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    assert_json("\xe2\x82" "a", 3, "\"\xef\xbf\xbd\xef\xbf\xbd" "a\"");
    assert_json("\xf4\x90\x80\x80", 4,
                "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    assert_json("\xf0\x8f\x80\x80", 4,
                "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");

    bmc_buf_free(&b);
}


static void
a_failure_is_remembered_to_the_end(void **state)
{
    bmc_buf_t  b = { 0 };

    bmc_buf_adds(&b, "fine");
    bmc_buf_more(&b, "x", SIZE_MAX / 2);
    bmc_buf_adds(&b, "lost");
    bmc_buf_printf(&b, "%d", 7);
    assert_null(bmc_buf_text(&b));

    bmc_buf_reset(&b);
    bmc_buf_adds(&b, "anew");
    assert_string_equal(bmc_buf_text(&b), "anew");

    bmc_buf_wipe(&b);
    bmc_buf_wipe(&b);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(text_grows),
        cmocka_unit_test(text_fits_to_the_last_byte),
        cmocka_unit_test(text_in_fixed_room_never_leaves_it),
        cmocka_unit_test(json_strings_are_quoted),
        cmocka_unit_test(bytes_that_are_not_utf8_are_replaced),
        cmocka_unit_test(a_failure_is_remembered_to_the_end)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
