
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <locale.h>

#include "ctl/table.h"


static void
printed(bmc_table_t *t, const char *expected)
{
    bmc_buf_t  b;

    memset(&b, 0, sizeof(bmc_buf_t));
    bmc_table_print(t, &b);
    assert_string_equal(bmc_buf_text(&b), expected);
    bmc_buf_free(&b);
    bmc_table_free(t);
}


static void
columns_are_as_wide_as_their_widest_cell(void **state)
{
    bmc_table_t  t = { 0 };

    bmc_table_column(&t, "NAME", false);
    bmc_table_column(&t, "WATTS", true);
    bmc_table_column(&t, "DRIVER", false);
    bmc_table_cell(&t, "a-long-name");
    bmc_table_cell(&t, "7");
    bmc_table_cell(&t, "sim");
    bmc_table_cell(&t, "n2");
    bmc_table_cell(&t, "123456");
    bmc_table_cell(&t, NULL);
    printed(&t, "NAME          WATTS  DRIVER\n"
                "a-long-name       7  sim\n"
                "n2           123456  -\n");
}


static void
wide_and_combining_letters_take_what_a_terminal_gives_them(void **state)
{
    bmc_table_t  t = { 0 };

    assert_int_equal(bmc_table_width("gr\xc3\xbc\xc3\x9f"), 4);
    assert_int_equal(bmc_table_width("\xe6\xa9\x9f\xe6\xa2\xb0"), 4);
    assert_int_equal(bmc_table_width("e\xcc\x81"), 1);

    bmc_table_column(&t, "NAME", false);
    bmc_table_column(&t, "X", false);
    bmc_table_cell(&t, "\xe6\xa9\x9f\xe6\xa2\xb0\xe6\xa9\x9f");
    bmc_table_cell(&t, "1");
    bmc_table_cell(&t, "n");
    bmc_table_cell(&t, "2");
    printed(&t, "NAME    X\n"
                "\xe6\xa9\x9f\xe6\xa2\xb0\xe6\xa9\x9f  1\n"
                "n       2\n");
}


static void
a_bmc_cannot_write_escape_sequences_to_the_terminal(void **state)
{
    bmc_table_t  t = { 0 };

    bmc_table_column(&t, "NAME", false);
    bmc_table_cell(&t, "\x1b[2J\n\xc2\x9bx\xe2\x80\xaey\xff");
    printed(&t, "NAME\n?[2J??x?y?\n");
}


static void
a_table_without_rows_is_its_header(void **state)
{
    bmc_table_t  t = { 0 };

    bmc_table_column(&t, "NAME", false);
    bmc_table_column(&t, "POWER", false);
    printed(&t, "NAME  POWER\n");
}


static void
more_columns_than_a_table_has_are_an_error(void **state)
{
    int          i;
    bmc_buf_t    b;
    bmc_table_t  t = { 0 };

    memset(&b, 0, sizeof(bmc_buf_t));

    for (i = 0; i <= BMC_TABLE_COLUMNS; i++) {
        bmc_table_column(&t, "X", false);
    }

    bmc_table_print(&t, &b);
    assert_null(bmc_buf_text(&b));
    bmc_buf_free(&b);
    bmc_table_free(&t);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
        cmocka_unit_test(
            wide_and_combining_letters_take_what_a_terminal_gives_them),
        cmocka_unit_test(a_bmc_cannot_write_escape_sequences_to_the_terminal),
        cmocka_unit_test(a_table_without_rows_is_its_header),
        cmocka_unit_test(more_columns_than_a_table_has_are_an_error)
    };

    (void) setlocale(LC_CTYPE, "C.UTF-8");

    return cmocka_run_group_tests(tests, NULL, NULL);
}
