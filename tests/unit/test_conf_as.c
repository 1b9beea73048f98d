
/*
 * Copyright (C) the bmcgate authors
 *
 * What bmcctl asks before it writes: how would it be if?
 */


#include "conf_rig.h"


#define MAIN  "include hosts.d/*.conf;\ndefaults { driver sim; }\n"


static int
as_setup(void **state)
{
    if (rig_setup(state) != 0 || mkdir(rig_path("hosts.d"), 0700) != 0) {
        return -1;
    }

    rig_file(RIG_CONF, MAIN);
    rig_file("hosts.d/b.conf", "host b { }\n");
    rig_file("hosts.d/d.conf", "host d { }\n");

    return 0;
}


#define as_test(name)                                                        \
    cmocka_unit_test_setup_teardown(name, as_setup, rig_teardown)


/* names of the hosts, or what was said */

static const char *
as_if(const char *file, const char *text)
{
    char    path[512];
    size_t  i;

    snprintf(path, sizeof(path), "%s", rig_path(file));

    bmc_fleet_free(rig.fleet);
    bmc_buf_reset(&rig.said);
    rig.fleet = bmc_fleet_read_as(rig_path(RIG_CONF), path, text, rig_say,
                                  NULL);

    for (i = 0; rig.fleet != NULL && i < rig.fleet->nhosts; i++) {
        bmc_buf_adds(&rig.said, rig.fleet->host[i].name);
        bmc_buf_addc(&rig.said, ' ');
    }

    return rig_said();
}


static void
a_file_that_is_not_there_yet_is_read_in_its_place(void **state)
{
    assert_string_equal(as_if("hosts.d/a.conf", "host a { }"), "a b d ");
    assert_string_equal(as_if("hosts.d/c.conf", "host c { }"), "b c d ");
    assert_string_equal(as_if("hosts.d/e.conf", "host e { }"), "b d e ");
    assert_string_equal(bmc_host_file(rig_host("e")),
                        rig_path("hosts.d/e.conf"));
    assert_int_equal(access(rig_path("hosts.d/e.conf"), F_OK), -1);
}


static void
a_file_that_is_there_is_read_as_given(void **state)
{
    assert_string_equal(as_if("hosts.d/b.conf", "host x { }"), "x d ");
    assert_string_equal(as_if("hosts.d/../hosts.d/b.conf", "host x { }"),
                        "x d ");
    assert_string_equal(as_if("hosts.d/b.conf", NULL), "d ");
    assert_string_equal(as_if("hosts.d/b.conf", ""), "d ");
}


static void
the_main_file_may_be_the_one(void **state)
{
    assert_string_equal(as_if(RIG_CONF, "host m { driver sim; }"), "m ");
    assert_string_equal(as_if(RIG_CONF, NULL),
        "no configuration at bmcgate.conf: write one (see bmcgate.conf(5)), "
        "or name another with -c FILE or $BMC_CONF");
}


static void
errors_have_the_file_s_own_lines(void **state)
{
    assert_string_equal(as_if("hosts.d/c.conf", "\nhost b { }"),
        "hosts.d/c.conf:2: host \"b\" is already defined at "
        "hosts.d/b.conf:1");
    assert_string_equal(as_if("hosts.d/c.conf", "host c {\n adress x; }"),
        "hosts.d/c.conf:2: unknown directive \"adress\" in host \"c\" (did "
        "you mean \"address\"?)");
}


static void
a_file_that_is_not_read_is_an_error(void **state)
{
    assert_string_equal(as_if("hosts.d/c.txt", "host c { }"),
                        "bmcgate.conf does not include hosts.d/c.txt");
    assert_string_equal(as_if("hosts.d/.c.conf", "host c { }"),
                        "bmcgate.conf does not include hosts.d/.c.conf");
    assert_string_equal(as_if("other/b.conf", "host c { }"),
                        "bmcgate.conf does not include other/b.conf");
    assert_string_equal(as_if("other/b.conf", NULL),
                        "bmcgate.conf does not include other/b.conf");
}


static void
a_file_named_by_itself_can_be_missing_or_not(void **state)
{
    rig_file(RIG_CONF, "include one.conf;\n");
    assert_string_equal(as_if("one.conf", "host o { driver sim; }"), "o ");

    rig_file("one.conf", "host o { driver sim; }");
    assert_string_equal(as_if("one.conf", NULL),
        "bmcgate.conf:1: one.conf cannot be read: No such file or "
        "directory");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        as_test(a_file_that_is_not_there_yet_is_read_in_its_place),
        as_test(a_file_that_is_there_is_read_as_given),
        as_test(the_main_file_may_be_the_one),
        as_test(errors_have_the_file_s_own_lines),
        as_test(a_file_that_is_not_read_is_an_error),
        as_test(a_file_named_by_itself_can_be_missing_or_not)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
