
/*
 * Copyright (C) the bmcgate authors
 *
 * Patterns of policy, and the words people type for hosts.
 */


#include "conf_rig.h"


#define FLEET                                                                \
    "defaults { driver sim; }\n"                                             \
    "host n[1-20] { groups rack1 all; }\n"                                   \
    "host m[1-3]  { groups rack2 all; }\n"                                   \
    "host web-a   { }\n"


static void
gather(void *data, const bmc_hostconf_t *h)
{
    bmc_buf_t  *b;

    b = data;

    if (b->len > 0) {
        bmc_buf_addc(b, ' ');
    }

    bmc_buf_adds(b, h->name);
}


static void
assert_hosts(const char *expected, size_t n, const char *const *words)
{
    char       why[BMC_TEXT_MAX] = "";
    bool       ok;
    bmc_buf_t  b = { 0 };

    ok = bmc_fleet_match(rig.fleet, words, n, gather, &b, why);
    assert_string_equal(why, "");
    assert_true(ok);
    assert_string_equal(bmc_buf_text(&b), expected);
    bmc_buf_free(&b);
}


static void
assert_nobody(const char *expected, const char *word)
{
    char       why[BMC_TEXT_MAX] = "";
    bmc_buf_t  b = { 0 };

    assert_false(bmc_fleet_match(rig.fleet, (const char *[]) { "n1", word },
                                 2, gather, &b, why));
    assert_string_equal(why, expected);
    assert_int_equal(b.len, 0);
}


#define assert_match(expected, ...)                                          \
    assert_hosts(expected, sizeof((const char *[]) { __VA_ARGS__ })          \
                 / sizeof(char *), (const char *[]) { __VA_ARGS__ })


static void
words_name_hosts_once_and_in_order(void **state)
{
    rig_fine(FLEET);

    assert_match("n7", "n7");
    assert_match("n1 n7 web-a", "web-a", "n7", "n1", "n7");
    assert_match("n9 n10 n11", "n[9-11]");
    assert_match("n1 n3", "n[1,3]");
    assert_match("n1 n2 n3", "n[1-3]");
    assert_match("m1 m2 m3", "m*");
    assert_match("m1 m2 m3", "m?");
    assert_match("n1 m1", "[nm]1");
    assert_match("m1 m2 m3", "rack2");
    assert_match("m2", "rack2/m2");
    assert_match("n10 n11 n20", "rack1/n?0", "rack1/n[10-11]");
    assert_match("n20 m1 m2 m3", "rack[2,2]", "n20");
    assert_match("web-a", "web-[a-c]");
    assert_hosts("", 0, NULL);
}


static void
everybody_is_a_star(void **state)
{
    bmc_buf_t  b = { 0 };
    char       why[BMC_TEXT_MAX];

    rig_fine(FLEET);

    assert_true(bmc_fleet_match(rig.fleet, (const char *[]) { "*" }, 1,
                                gather, &b, why));
    assert_memory_equal(bmc_buf_text(&b), "n1 n2 n3 ", 9);
    assert_string_equal(b.data + b.len - 5, "web-a");
    bmc_buf_free(&b);
}


static void
a_word_that_names_nothing_says_so(void **state)
{
    rig_fine(FLEET);

    assert_nobody("no host \"n99\" (did you mean n9?)", "n99");
    assert_nobody("no host \"rack3\" (did you mean rack1?)", "rack3");
    assert_nobody("no host \"elsewhere\"", "elsewhere");
    assert_nobody("no host \"n21\" (did you mean n1?)", "n[20-21]");
    assert_nobody("no host matches \"x*\"", "x*");
    assert_nobody("no host matches \"rack9/*\"", "rack9/*");
    assert_nobody("no host matches \"rack1/m1\"", "rack1/m1");
    assert_nobody("the range \"n[30-1]\" runs backwards", "n[30-1]");
    assert_nobody("the range \"n[1-20\" has no closing \"]\"", "n[1-20");
    assert_nobody("\"n[1-20]*\" mixes a range and a glob: make it two words",
                  "n[1-20]*");
    assert_nobody("no host \"\"", "");
}


static bool
holds(const char *pattern, const char *name)
{
    return bmc_fleet_pattern(rig.fleet, pattern, rig_host(name));
}


static void
patterns_hold_hosts(void **state)
{
    rig_fine(FLEET);

    assert_true(holds("*", "n1"));
    assert_true(holds("n1", "n1"));
    assert_false(holds("n1", "n10"));
    assert_true(holds("n*", "n10"));
    assert_false(holds("n*", "m1"));
    assert_true(holds("n[1-20]", "n17"));
    assert_false(holds("n[1-9]", "n17"));
    assert_true(holds("rack1", "n17"));
    assert_false(holds("rack1", "m1"));
    assert_false(holds("rack*", "n17"));
    assert_true(holds("rack[1-2]", "m1"));
    assert_true(holds("rack1/*", "n17"));
    assert_false(holds("rack1/*", "m1"));
    assert_true(holds("rack1/n[10-20]", "n17"));
    assert_false(holds("rack1/n[10-20]", "n9"));
    assert_true(holds("rack1/n9", "n9"));
    assert_false(holds("rack/*", "n9"));
    assert_false(holds("/*", "n9"));
    assert_false(holds("", "n9"));
    assert_true(holds("[mn]9", "n9"));
    assert_true(holds("n[12]", "n2"));
    assert_false(holds("n[1-20]*", "n1"));
    assert_false(holds("n[1-", "n1"));
    assert_false(holds("*", "web-a") && holds("all/*", "web-a"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(words_name_hosts_once_and_in_order),
        rig_test(everybody_is_a_star),
        rig_test(a_word_that_names_nothing_says_so),
        rig_test(patterns_hold_hosts)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
