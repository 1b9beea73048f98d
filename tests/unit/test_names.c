
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
#include "base/names.h"


static bool
gather(void *data, const char *name, size_t len)
{
    bmc_buf_t  *b;

    b = data;

    assert_int_equal(strlen(name), len);

    if (b->len > 0) {
        bmc_buf_addc(b, ' ');
    }

    bmc_buf_add(b, name, len);

    return strcmp(name, "stop") != 0;
}


static void
assert_range(const char *range, long count, const char *names)
{
    bmc_buf_t    b = { 0 };
    const char  *why;

    assert_int_equal(bmc_range_expand(range, gather, &b, &why), count);
    assert_string_equal(bmc_buf_text(&b), names);
    assert_int_equal(bmc_range_expand(range, NULL, NULL, &why), count);

    bmc_buf_free(&b);
}


static void
assert_no_range(const char *range, const char *expected)
{
    bmc_buf_t    b = { 0 };
    const char  *why;

    why = "";
    assert_int_equal(bmc_range_expand(range, gather, &b, &why), -1);
    assert_string_equal(why, expected);
    assert_int_equal(b.len, 0);
    assert_false(bmc_range_holds(range, "n1"));
}


static void
names_are_letters_digits_and_three_signs(void **state)
{
    char  name[65];

    memset(name, 'n', sizeof(name));

    assert_true(bmc_name_valid("n1", 2));
    assert_true(bmc_name_valid("Rack-1_a.b", 10));
    assert_true(bmc_name_valid(name, 63));
    assert_false(bmc_name_valid(name, 64));
    assert_false(bmc_name_valid("", 0));
    assert_false(bmc_name_valid("-n", 2));
    assert_false(bmc_name_valid("n 1", 3));
    assert_false(bmc_name_valid("n/1", 3));
    assert_false(bmc_name_valid("n\0", 2));
    assert_false(bmc_name_valid("gr\xc3\xbcn", 5));
}


static void
ranges_make_names_in_order(void **state)
{
    assert_range("n1", 1, "n1");
    assert_range("n[1-3]", 3, "n1 n2 n3");
    assert_range("n[1,3]", 2, "n1 n3");
    assert_range("n[8-11]", 4, "n8 n9 n10 n11");
    assert_range("n[08-11]", 4, "n08 n09 n10 n11");
    assert_range("n[1-3,07-09]-[a,b]", 12,
                 "n1-a n1-b n2-a n2-b n3-a n3-b n07-a n07-b n08-a n08-b "
                 "n09-a n09-b");
    assert_range("[1-2][1-2]", 4, "11 12 21 22");
    assert_range("[rack-a,rack-b]", 2, "rack-a rack-b");
    assert_range("n[000-001].x", 2, "n000.x n001.x");
}


static void
who_is_asked_can_stop_a_range(void **state)
{
    bmc_buf_t    b = { 0 };
    const char  *why;

    assert_int_equal(bmc_range_expand("[a,stop,b]", gather, &b, &why), 2);
    assert_string_equal(bmc_buf_text(&b), "a stop");
    bmc_buf_free(&b);
}


static void
ranges_that_make_no_sense_say_why(void **state)
{
    size_t  i;
    char    many[1024];

    assert_no_range("", "is empty");
    assert_no_range("n[1-3", "has no closing \"]\"");
    assert_no_range("n[", "has no closing \"]\"");
    assert_no_range("n]", "has \"]\" without \"[\"");
    assert_no_range("n[1[2]]", "has \"[\" within brackets");
    assert_no_range("n[]", "has an empty part");
    assert_no_range("n[1,]", "has an empty part");
    assert_no_range("n[3-1]", "runs backwards");
    assert_no_range("n[1-]", "has a part that is not FROM-TO");
    assert_no_range("n[1-x]", "has a part that is not FROM-TO");
    assert_no_range("n[1-9999999999]", "has a part that is not FROM-TO");
    assert_no_range("n[0-65536]", "makes more than 65536 names");
    assert_no_range("[1-300][1-300]", "makes more than 65536 names");

    memset(many, 'n', sizeof(many));
    many[600] = '\0';
    assert_no_range(many, "makes names that are too long");

    for (i = 0; i < 200; i++) {
        memcpy(many + i * 3, "[a]", 4);
    }

    assert_no_range(many, "has too many parts");

    memcpy(many, "[a", 2);

    for (i = 0; i < 200; i++) {
        memcpy(many + 2 + i * 2, ",a", 3);
    }

    assert_no_range(many, "has too many parts");
}


static void
a_range_knows_its_names_without_making_them(void **state)
{
    assert_true(bmc_range_holds("n[1-20]", "n7"));
    assert_true(bmc_range_holds("n[1-20]", "n20"));
    assert_false(bmc_range_holds("n[1-20]", "n21"));
    assert_false(bmc_range_holds("n[1-20]", "n07"));
    assert_false(bmc_range_holds("n[1-20]", "n7x"));
    assert_false(bmc_range_holds("n[1-20]", "n"));
    assert_false(bmc_range_holds("n[1-20]", "m7"));
    assert_true(bmc_range_holds("n[001-100]-[a,b]", "n010-b"));
    assert_false(bmc_range_holds("n[001-100]-[a,b]", "n10-b"));
    assert_true(bmc_range_holds("[1-11][1-11]", "111"));
    assert_true(bmc_range_holds("[a,ab]c", "abc"));
    assert_true(bmc_range_holds("n1", "n1"));
    assert_true(bmc_range_holds("[1-65536]", "65536"));
}


static void
globs_and_ranges_are_told_from_names(void **state)
{
    assert_true(bmc_range_is("n[1-2]"));
    assert_false(bmc_range_is("n1"));
    assert_true(bmc_glob_is("n*"));
    assert_true(bmc_glob_is("n?"));
    assert_true(bmc_glob_is("n[a-z]"));
    assert_false(bmc_glob_is("n1"));
}


static const char *
nearest(const char *word, const char *a, const char *b)
{
    bmc_nearest_t  n;

    bmc_nearest_init(&n, word);
    bmc_nearest_offer(&n, a);
    bmc_nearest_offer(&n, b);

    return n.best;
}


static void
the_nearest_word_is_found(void **state)
{
    char  large[200];

    memset(large, 'x', sizeof(large) - 1);
    large[sizeof(large) - 1] = '\0';

    assert_string_equal(nearest("adress", "groups", "address"), "address");
    assert_string_equal(nearest("drvier", "driver", "address"), "driver");
    assert_string_equal(nearest("n99", "n9", "n1"), "n9");
    assert_string_equal(nearest("operater", "operators", "operator"),
                        "operator");
    assert_null(nearest("user", "password", "mac"));
    assert_null(nearest("pole", "poll1", "role12"));
    assert_null(nearest("", "a", ""));
    assert_null(nearest(large, large, "x"));
    assert_null(nearest("x", large, ""));
}


static void
the_hash_is_fnv_1a(void **state)
{
    assert_true(bmc_hash("", 0) == 0xcbf29ce484222325u);
    assert_true(bmc_hash("a", 1) == 0xaf63dc4c8601ec8cu);
    assert_true(bmc_hash("foobar", 6) == 0x85944171f73967e8u);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(names_are_letters_digits_and_three_signs),
        cmocka_unit_test(ranges_make_names_in_order),
        cmocka_unit_test(who_is_asked_can_stop_a_range),
        cmocka_unit_test(ranges_that_make_no_sense_say_why),
        cmocka_unit_test(a_range_knows_its_names_without_making_them),
        cmocka_unit_test(globs_and_ranges_are_told_from_names),
        cmocka_unit_test(the_nearest_word_is_found),
        cmocka_unit_test(the_hash_is_fnv_1a)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
