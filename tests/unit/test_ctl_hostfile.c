
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/hostfile.h"


static void
becomes(const char *text, const char *pair, const char *expected)
{
    char            why[BMC_TEXT_MAX];
    bmc_buf_t       out;
    bmc_hostword_t  w;

    memset(&out, 0, sizeof(bmc_buf_t));

    if (!bmc_hostword_parse(&w, pair, why)
        || !bmc_hostfile_set(&out, text, "n1", &w, why))
    {
        fail_msg("%s", why);
    }

    assert_string_equal(bmc_buf_text(&out), expected);
    bmc_buf_free(&out);
}


static void
refused(const char *pair, const char *expected)
{
    char            why[BMC_TEXT_MAX];
    bmc_hostword_t  w;

    assert_false(bmc_hostword_parse(&w, pair, why));
    assert_string_equal(why, expected);
}


static void
a_new_word_gets_a_line_of_its_own(void **state)
{
    becomes("host n1 {\n}\n", "address=10.0.0.7",
            "host n1 {\n    address  10.0.0.7;\n}\n");
    becomes("host n1 { driver sim; }", "mac=92:33:b8:0e:df:8f",
            "host n1 { driver sim; mac  92:33:b8:0e:df:8f; }");
    becomes("host n1 {driver sim;}", "poll=5s",
            "host n1 {driver sim; poll  5s; }");
}


static void
a_known_word_is_replaced_and_the_rest_is_kept(void **state)
{
    becomes("# mine\nhost n1 {\n    address  10.0.0.7;  # rack 3\n"
            "    driver sim; \n}\nhost n2 { address 1.2.3.4; }\n",
            "address=10.0.0.8",
            "# mine\nhost n1 {\n    address  10.0.0.8;  # rack 3\n"
            "    driver sim; \n}\nhost n2 { address 1.2.3.4; }\n");

    /* the same word in a block or in quotes is another */

    becomes("host n1 {\n    sim { user x; }\n    \"mac\" 'a b';\n}\n",
            "user=svc",
            "host n1 {\n    sim { user x; }\n    \"mac\" 'a b';\n"
            "    user  svc;\n}\n");
}


static void
an_empty_value_removes_the_word_and_its_line(void **state)
{
    becomes("host n1 {\n    poll 5s;\n    driver sim;\n}\n", "poll=",
            "host n1 {\n    driver sim;\n}\n");
    becomes("host n1 { poll 5s; driver sim; }\n", "poll=",
            "host n1 {  driver sim; }\n");
    becomes("host n1 { driver sim; }\n", "poll=",
            "host n1 { driver sim; }\n");
    becomes("host n1 { driver sim; }\n", "sim.latency=",
            "host n1 { driver sim; }\n");
}


static void
words_of_a_block_go_into_the_block(void **state)
{
    becomes("host n1 {\n    driver  sim;\n}\n", "sim.latency=50ms",
            "host n1 {\n    driver  sim;\n"
            "    sim {\n        latency  50ms;\n    }\n}\n");
    becomes("host n1 {\n    sim {\n        latency 1s;\n    }\n}\n",
            "sim.latency=50ms",
            "host n1 {\n    sim {\n        latency  50ms;\n    }\n}\n");
    becomes("host n1 {\n    sim {\n        latency 1s;\n    }\n}\n",
            "sim.login=5ms",
            "host n1 {\n    sim {\n        latency 1s;\n"
            "        login  5ms;\n    }\n}\n");
}


static void
a_quirk_is_set_and_removed_without_the_others(void **state)
{
    static const char  two[] = "host n1 {\n    quirk b off;\n"
                               "    quirk  c  off ;\n}\n";

    becomes("host n1 {\n}\n", "quirk=b on",
            "host n1 {\n    quirk  b on;\n}\n");
    becomes(two, "quirk= a-1  on ",
            "host n1 {\n    quirk b off;\n    quirk  c  off ;\n"
            "    quirk  a-1 on;\n}\n");
    becomes(two, "quirk=c on",
            "host n1 {\n    quirk b off;\n    quirk  c on;\n}\n");
    becomes(two, "quirk.b=on",
            "host n1 {\n    quirk  b on;\n    quirk  c  off ;\n}\n");
    becomes(two, "quirk.b=", "host n1 {\n    quirk  c  off ;\n}\n");
    becomes(two, "quirk.a=", two);
    becomes(two, "quirk=", "host n1 {\n}\n");
    refused("quirk=b", "\"quirk\" wants a name and on or off, as"
            " quirk.NAME=on");
    refused("quirk=;{ on", "\"quirk.;{\" is no word of host{}");
}


static void
of_a_word_that_was_repeated_one_is_left(void **state)
{
    becomes("host n1 {\n    sim {\n        fault hot;\n        user x;\n"
            "        fault dead; fault lies;\n    }\n}\n", "sim.fault=mute",
            "host n1 {\n    sim {\n        fault  mute;\n        user x;\n"
            "         \n    }\n}\n");
    becomes("host n1 { sim { fault hot; user x; fault dead; } }",
            "sim.fault=", "host n1 { sim {  user x;  } }");
}


static void
lists_are_several_words_and_commands_are_one(void **state)
{
    becomes("host n1 {\n}\n", "groups=rack1,gpu",
            "host n1 {\n    groups  rack1 gpu;\n}\n");
    becomes("host n1 {\n}\n", "driver=redfish ipmi",
            "host n1 {\n    driver  redfish ipmi;\n}\n");
    becomes("host n1 {\n}\n", "power.on=ssh \"r\" on; x",
            "host n1 {\n    power.on  \"ssh \\\"r\\\" on; x\";\n}\n");
    becomes("host n1 {\n}\n", "user=a b",
            "host n1 {\n    user  \"a b\";\n}\n");
}


static void
what_is_no_word_and_what_is_a_password_is_refused(void **state)
{
    refused("address", "\"address\" is no WORD=VALUE");
    refused("=x", "\"=x\" is no WORD=VALUE");
    refused("a b=x", "\"a b\" is no word of host{}");
    refused("sim.=x", "\"sim.\" is no BLOCK.WORD");
    refused("user=a\nb", "the value of \"user\" has a control character in"
            " it");
    refused("groups=, ", "the value of \"groups\" is blank");
    refused("password=hunter2",
            "a password on the command line can be read by everybody on this"
            " machine; use password=file:PATH, env:NAME or credential:NAME");
    refused("redfish.password=hunter2",
            "a password on the command line can be read by everybody on this"
            " machine; use redfish.password=file:PATH, env:NAME or"
            " credential:NAME");
    becomes("host n1 {\n}\n", "password=file:/etc/x",
            "host n1 {\n    password  file:/etc/x;\n}\n");
}


static void
wrong(const char *text, const char *expected)
{
    char            why[BMC_TEXT_MAX];
    bmc_buf_t       out;
    bmc_hostword_t  w;

    memset(&out, 0, sizeof(bmc_buf_t));
    assert_true(bmc_hostword_parse(&w, "poll=1s", why));
    assert_false(bmc_hostfile_set(&out, text, "n1", &w, why));
    assert_string_equal(why, expected);
    bmc_buf_free(&out);
}


static void
a_file_without_the_host_or_without_a_brace_is_left_alone(void **state)
{
    wrong("", "there is no \"host n1\" of its own in it");
    wrong("host n[1-4] { driver sim; }\n",
          "there is no \"host n1\" of its own in it");
    wrong("host n1 { driver sim;\n",
          "its braces or quotes do not match near \"host n1\"");
    wrong("host n1 { driver \"sim; }\n",
          "its braces or quotes do not match near \"host n1\"");
    wrong("host n1 { driver sim }\n",
          "its braces or quotes do not match near \"host n1\"");
    wrong("host n1 { poll 2s; driver sim }\n",
          "its braces or quotes do not match near \"host n1\"");
}


static void
a_removed_host_leaves_what_else_is_in_the_file(void **state)
{
    bool       empty;
    char       why[BMC_TEXT_MAX];
    bmc_buf_t  out;

    memset(&out, 0, sizeof(bmc_buf_t));
    assert_true(bmc_hostfile_remove(&out, "host n1 {\n}\n\n# bye\n", "n1",
                                    &empty, why));
    assert_true(empty);
    bmc_buf_reset(&out);

    assert_true(bmc_hostfile_remove(&out,
                    "host n1 { driver sim; }\nhost n2 { driver sim; }\n",
                    "n1", &empty, why));
    assert_false(empty);
    assert_string_equal(bmc_buf_text(&out), "host n2 { driver sim; }\n");
    bmc_buf_reset(&out);

    assert_false(bmc_hostfile_remove(&out, "host n2 {}", "n1", &empty, why));
    bmc_buf_free(&out);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_new_word_gets_a_line_of_its_own),
        cmocka_unit_test(a_known_word_is_replaced_and_the_rest_is_kept),
        cmocka_unit_test(an_empty_value_removes_the_word_and_its_line),
        cmocka_unit_test(words_of_a_block_go_into_the_block),
        cmocka_unit_test(a_quirk_is_set_and_removed_without_the_others),
        cmocka_unit_test(of_a_word_that_was_repeated_one_is_left),
        cmocka_unit_test(lists_are_several_words_and_commands_are_one),
        cmocka_unit_test(what_is_no_word_and_what_is_a_password_is_refused),
        cmocka_unit_test(
            a_file_without_the_host_or_without_a_brace_is_left_alone),
        cmocka_unit_test(a_removed_host_leaves_what_else_is_in_the_file)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
