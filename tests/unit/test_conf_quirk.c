
/*
 * Copyright (C) the bmcgate authors
 *
 * "quirk NAME on|off;" in hosts and in defaults.
 */


#include "conf_rig.h"
#include "quirks/quirks.h"


#define FULL   ((uint64_t) 1 << BMC_QUIRK_BOOT_FULL)
#define BASIC  ((uint64_t) 1 << BMC_QUIRK_LOGIN_BASIC)


static void
a_host_says_which_quirks_it_has(void **state)
{
    rig_fine("host n1 { driver sim; quirk boot-full on;\n"
             "    quirk login-basic off; }\n"
             "host n2 { driver sim; }\n");

    assert_int_equal(rig_host("n1")->quirks_on, FULL);
    assert_int_equal(rig_host("n1")->quirks_off, BASIC);
    assert_int_equal(rig_host("n2")->quirks_on, 0);
    assert_int_equal(rig_host("n2")->quirks_off, 0);
}


static void
a_host_has_its_own_word_and_what_else_defaults_say(void **state)
{
    rig_fine("host n1 { driver sim; quirk boot-full off; }\n"
             "host n2 { driver sim; quirk login-basic on; }\n"
             "host n3 { driver sim; }\n"
             "defaults { quirk boot-full on; quirk login-basic off; }\n");

    assert_int_equal(rig_host("n1")->quirks_on, 0);
    assert_int_equal(rig_host("n1")->quirks_off, FULL|BASIC);
    assert_int_equal(rig_host("n2")->quirks_on, FULL|BASIC);
    assert_int_equal(rig_host("n2")->quirks_off, 0);
    assert_int_equal(rig_host("n3")->quirks_on, FULL);
    assert_int_equal(rig_host("n3")->quirks_off, BASIC);
}


static void
another_quirk_is_another_host_to_a_reload(void **state)
{
    uint64_t  none, on, off;

    rig_fine("host n1 { driver sim; }\n");
    none = rig_host("n1")->fingerprint;
    rig_fine("host n1 { driver sim; quirk boot-full on; }\n");
    on = rig_host("n1")->fingerprint;
    rig_fine("host n1 { driver sim; quirk boot-full off; }\n");
    off = rig_host("n1")->fingerprint;

    assert_true(none != on && none != off && on != off);

    rig_fine("host n1 { driver sim; }\ndefaults { quirk boot-full on; }\n");
    assert_int_equal(rig_host("n1")->fingerprint, on);
}


static void
what_a_quirk_cannot_be_is_said(void **state)
{
    rig_wrong("host n1 { driver sim;\n"
              "    quirk boot-ful on;\n"
              "    quirk haste on;\n"
              "    quirk boot-full maybe;\n"
              "    quirk boot-full;\n"
              "    quirk boot-full on off;\n"
              "    quirk;\n"
              "}\n",
              "bmcgate.conf:2: unknown quirk \"boot-ful\" (did you mean "
              "\"boot-full\"?)\n"
              "bmcgate.conf:3: unknown quirk \"haste\": expected one that "
              "\"bmcctl quirks\" lists\n"
              "bmcgate.conf:4: quirk \"boot-full\" must be on or off, not "
              "\"maybe\"\n"
              "bmcgate.conf:5: \"quirk\" wants a name and on or off, got 1 "
              "words\n"
              "bmcgate.conf:6: \"quirk\" wants a name and on or off, got 3 "
              "words\n"
              "bmcgate.conf:7: \"quirk\" wants a name and on or off, got 0 "
              "words");
}


static void
a_quirk_that_is_said_twice_is_an_error(void **state)
{
    rig_wrong("defaults { quirk boot-full on; quirk boot-full on; }\n"
              "host n1 { driver sim;\n"
              "    quirk boot-full on; quirk login-basic on;\n"
              "    quirk boot-full off;\n"
              "}\n",
              "bmcgate.conf:1: duplicate quirk \"boot-full\" in "
              "\"defaults\"\n"
              "bmcgate.conf:4: duplicate quirk \"boot-full\" in host "
              "\"n1\"");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_host_says_which_quirks_it_has),
        rig_test(a_host_has_its_own_word_and_what_else_defaults_say),
        rig_test(another_quirk_is_another_host_to_a_reload),
        rig_test(what_a_quirk_cannot_be_is_said),
        rig_test(a_quirk_that_is_said_twice_is_an_error)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
