
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/yaml.h"


static void
dumped(const char *json, const char *expected)
{
    json_t     *v;
    bmc_buf_t   b;

    memset(&b, 0, sizeof(bmc_buf_t));
    v = json_loads(json, JSON_DECODE_ANY|JSON_ALLOW_NUL, NULL);
    assert_non_null(v);
    bmc_yaml_dump(&b, v);
    assert_string_equal(bmc_buf_text(&b), expected);
    bmc_buf_free(&b);
    json_decref(v);
}


static void
a_host_looks_as_metalctl_shows_it(void **state)
{
    dumped("{\"mac\": \"92:33:b8:0e:df:8f\", \"address\": \"10.0.0.1\","
           " \"bios\": {\"date\": \"12/31/2021\","
           " \"vendor\": \"American Megatrends Inc.\", \"version\": \"3.6\"},"
           " \"powersupplies\": [{\"status\": {\"health\": \"OK\","
           " \"state\": \"Enabled\"}}],"
           " \"powerstate\": \"ON\"}",
           "mac: 92:33:b8:0e:df:8f\n"
           "address: 10.0.0.1\n"
           "bios:\n"
           "  date: 12/31/2021\n"
           "  vendor: American Megatrends Inc.\n"
           "  version: \"3.6\"\n"
           "powersupplies:\n"
           "- status:\n"
           "    health: OK\n"
           "    state: Enabled\n"
           "powerstate: \"ON\"\n");
}


static void
what_looks_like_something_else_is_quoted(void **state)
{
    size_t  i;

    static const char *const  words[] = {
        "on", "Off", "YES", "n", "null", "~", "1", "1.5", "1e5", "0x1f",
        "0b1", "1_000", "1:30", "11:22:33:44:55:66", "2026-01-02",
        "2026-01-02T03:04:05Z", ".inf", "-.INF", ".nan", "-", "- a", "a: b",
        "a #b", "#a", "a:", " a", "a ", "", "[a]", "{a}", "&a", "*a", "!a",
        "%a", "@a", "`a", "|", ">", "'a'", "?", "<<", "=", NULL
    };

    for (i = 0; words[i] != NULL; i++) {
        char  json[64], expected[64];

        (void) snprintf(json, sizeof(json), "[\"%s\"]", words[i]);
        (void) snprintf(expected, sizeof(expected), "- \"%s\"\n", words[i]);
        dumped(json, expected);
    }
}


static void
strange_bytes_survive_in_quotes(void **state)
{
    dumped("[\"a\\nb\\t\\u0000\\u001b\\u0085\\u2028\\ufeff\\\\\\\"\"]",
           "- \"a\\nb\\t\\x00\\x1b\\x85\\u2028\\ufeff\\\\\\\"\"\n");
    dumped("[\"gr\\u00fcn\"]", "- \"gr\xc3\xbcn\"\n");
}


static void
numbers_stay_numbers(void **state)
{
    dumped("[1, -2, 1.5, 1e20, 2.0, 1e-7]",
           "- 1\n- -2\n- 1.5\n- 1.0e+20\n- 2.0\n- 1.0e-07\n");
}


static void
empty_ones_and_nested_ones_keep_their_shape(void **state)
{
    dumped("{\"a\": [], \"b\": {}, \"c\": [[1, 2], [], {\"x\": [3]}],"
           " \"on\": null}",
           "a: []\n"
           "b: {}\n"
           "c:\n"
           "- - 1\n"
           "  - 2\n"
           "- []\n"
           "- x:\n"
           "  - 3\n"
           "\"on\": null\n");
}


static void
a_tree_deeper_than_anybody_needs_is_an_error(void **state)
{
    int         i;
    json_t     *v, *outer;
    bmc_buf_t   b;

    memset(&b, 0, sizeof(bmc_buf_t));
    v = json_array();

    for (i = 0; i < 100; i++) {
        outer = json_array();
        assert_int_equal(json_array_append_new(outer, v), 0);
        v = outer;
    }

    bmc_yaml_dump(&b, v);
    assert_null(bmc_buf_text(&b));
    bmc_buf_free(&b);
    json_decref(v);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_host_looks_as_metalctl_shows_it),
        cmocka_unit_test(what_looks_like_something_else_is_quoted),
        cmocka_unit_test(strange_bytes_survive_in_quotes),
        cmocka_unit_test(numbers_stay_numbers),
        cmocka_unit_test(empty_ones_and_nested_ones_keep_their_shape),
        cmocka_unit_test(a_tree_deeper_than_anybody_needs_is_an_error)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
