
/*
 * Copyright (C) the bmcgate authors
 *
 * The file as such: grammar, includes, and what stands outside of blocks.
 */


#include "conf_rig.h"


#define HOST  "host n1 { driver sim; }\n"


static void
words_quotes_and_comments_are_nginx_s(void **state)
{
    const bmc_hostconf_t  *h;

    rig_fine("# a comment; with { signs }\n"
             "host n1{driver sim;user \"a b;{}#\";password 'it\\'s';}\n"
             "host  n2  # behind a word\n"
             "{\r\n\tdriver\tsim ;\n    user a#b;\n"
             "    password \"two\nlines\\t\\\\\"; }\n"
             "host n3 { driver sim; user \"\"; password \\;\\{\\x; }");

    h = rig_host("n1");
    assert_string_equal(h->user, "a b;{}#");
    assert_string_equal(h->password->word, "it's");

    h = rig_host("n2");
    assert_string_equal(h->user, "a#b");
    assert_string_equal(h->password->word, "two\nlines\t\\");
    assert_int_equal(h->line, 3);

    h = rig_host("n3");
    assert_string_equal(h->user, "");
    assert_string_equal(h->password->word, ";{\\x");
    assert_int_equal(h->line, 9);
}


static void
a_byte_order_mark_is_no_word(void **state)
{
    rig_fine("\xef\xbb\xbf" HOST);
    rig_host("n1");
}


static void
syntax_errors_name_the_line_where_it_began(void **state)
{
    rig_wrong(HOST "}\n", "bmcgate.conf:2: unexpected \"}\"");
    rig_wrong(HOST ";\n", "bmcgate.conf:2: unexpected \";\"");
    rig_wrong(HOST "{\n", "bmcgate.conf:2: unexpected \"{\"");

    rig_wrong(HOST "host n2 {\n  driver sim;\n\n",
              "bmcgate.conf:2: the block that begins here is never closed");

    rig_wrong(HOST "hots n2 {\n  driver { x;\n\n",
              "bmcgate.conf:2: unknown directive \"hots\" (did you mean "
              "\"host\"?)\n"
              "bmcgate.conf:2: the block that begins here is never closed");

    rig_wrong("\nhost n1 {\n  user \"adm;\n}\n",
              "bmcgate.conf:3: the quote that begins here is never closed");

    rig_wrong("host n1 { user \"adm\"x; }\n",
              "bmcgate.conf:1: unexpected text behind a closing quote");

    rig_wrong(HOST "stagger 2s",
              "bmcgate.conf:2: missing \";\" at the end of \"stagger\", "
              "before the end of the file");

    rig_wrong("host n1 {\n  user admin\n}\n",
              "bmcgate.conf:2: missing \";\" at the end of \"user\", before "
              "\"}\"");
}


static void
a_forgotten_semicolon_is_found_on_its_line(void **state)
{
    rig_wrong("host n1 {\n    driver sim;\n    address 10.0.0.7\n"
              "    mac 92:33:b8:0e:df:8f;\n}\n",
              "bmcgate.conf:3: missing \";\" at the end of \"address\"");

    rig_wrong("stagger 2s\n" HOST "audit syslog\naudit_reads on;\n",
              "bmcgate.conf:1: missing \";\" at the end of \"stagger\"\n"
              "bmcgate.conf:3: missing \";\" at the end of \"audit\"");

    rig_wrong("host n1 { driver sim; password hunter2\n user x; }\n",
              "bmcgate.conf:1: missing \";\" at the end of \"password\"");

    rig_fine("host n1 {\n driver sim;\n groups a\n  b\n  c;\n}\n");
    assert_int_equal(rig_host("n1")->groups.count, 3);
}


static void
words_too_long_and_null_bytes_are_refused(void **state)
{
    char  text[8200];

    memset(text, 'x', sizeof(text));
    memcpy(text, "audit ", 6);
    text[6 + 4097] = ';';
    text[6 + 4098] = '\0';
    rig_wrong(text, "bmcgate.conf:1: a word is longer than 4096 bytes");

    text[6] = '"';
    text[6 + 1 + 4097] = '"';
    text[6 + 1 + 4098] = ';';
    text[6 + 1 + 4099] = '\0';
    rig_wrong(text, "bmcgate.conf:1: a word is longer than 4096 bytes");

    rig_bytes(RIG_CONF, "\n\naudit \0syslog;", 16);
    assert_null(rig_read());
    assert_string_equal(rig_said(),
                        "bmcgate.conf:3: a null byte: this is no text");
}


static void
a_missing_file_says_how_to_make_one(void **state)
{
    assert_null(rig_read());
    assert_string_equal(rig_said(),
        "no configuration at bmcgate.conf: write one (see bmcgate.conf(5)), "
        "or name another with -c FILE or $BMC_CONF");
}


static void
a_file_that_is_none_says_why(void **state)
{
    assert_int_equal(mkdir(rig_path(RIG_CONF), 0700), 0);
    assert_null(rig_read());
    assert_string_equal(rig_said(),
        "bmcgate.conf is a directory, not a configuration: write one (see "
        "bmcgate.conf(5)), or name another with -c FILE or $BMC_CONF");

    assert_int_equal(rmdir(rig_path(RIG_CONF)), 0);
    assert_int_equal(mkfifo(rig_path(RIG_CONF), 0600), 0);
    assert_null(rig_read());
    assert_string_equal(rig_said(),
        "bmcgate.conf is not a regular file: write one (see "
        "bmcgate.conf(5)), or name another with -c FILE or $BMC_CONF");

    assert_int_equal(unlink(rig_path(RIG_CONF)), 0);
    assert_int_equal(symlink(RIG_CONF, rig_path(RIG_CONF)), 0);
    assert_null(rig_read());
    assert_string_equal(rig_said(),
        "bmcgate.conf cannot be read: Too many levels of symbolic links: "
        "write one (see bmcgate.conf(5)), or name another with -c FILE or "
        "$BMC_CONF");
}


static void
an_empty_file_says_so_but_an_empty_fleet_is_fine(void **state)
{
    const char  *empty;

    empty = "bmcgate.conf is empty: write one (see bmcgate.conf(5)), or "
            "name another with -c FILE or $BMC_CONF";

    rig_wrong("", empty);
    rig_wrong("# nothing\n\n", empty);

    rig_fine("include hosts.d/*.conf;\n");
    assert_int_equal(rig.fleet->nhosts, 0);
    rig_fine("audit syslog;\n");
}


static void
a_huge_file_is_refused(void **state)
{
    rig_file(RIG_CONF, HOST);
    assert_int_equal(truncate(rig_path(RIG_CONF), (256L << 20) + 1), 0);
    assert_null(rig_read());
    assert_string_equal(rig_said(),
        "bmcgate.conf is larger than 256 MiB: write one (see "
        "bmcgate.conf(5)), or name another with -c FILE or $BMC_CONF");
}


static void
the_path_is_the_argument_the_environment_or_the_default(void **state)
{
    unsetenv("BMC_CONF");
    assert_string_equal(bmc_conf_path(NULL), "/etc/bmcgate/bmcgate.conf");
    setenv("BMC_CONF", "", 1);
    assert_string_equal(bmc_conf_path(NULL), "/etc/bmcgate/bmcgate.conf");
    setenv("BMC_CONF", "/x.conf", 1);
    assert_string_equal(bmc_conf_path(NULL), "/x.conf");
    assert_string_equal(bmc_conf_path("/y.conf"), "/y.conf");
    unsetenv("BMC_CONF");
}


static void
includes_are_sorted_and_beside_their_file(void **state)
{
    assert_int_equal(mkdir(rig_path("hosts.d"), 0700), 0);
    rig_file("hosts.d/b.conf", "host b { driver sim; }");
    rig_file("hosts.d/B.conf", "host B { driver sim; }");
    rig_file("hosts.d/a.conf", "host a { include more/d; }");
    rig_file("hosts.d/x.txt", "nonsense");
    assert_int_equal(mkdir(rig_path("hosts.d/more"), 0700), 0);
    rig_file("hosts.d/more/d", "driver sim; user inner;");

    rig_fine("include hosts.d/*.conf;\ninclude nothing/*.conf;\n");

    assert_int_equal(rig.fleet->nhosts, 3);
    assert_string_equal(rig.fleet->host[0].name, "B");
    assert_string_equal(rig.fleet->host[1].name, "a");
    assert_string_equal(rig.fleet->host[2].name, "b");
    assert_string_equal(rig_host("a")->user, "inner");
    assert_string_equal(bmc_host_file(rig_host("a")),
                        rig_path("hosts.d/a.conf"));
}


static void
includes_that_go_wrong_say_where(void **state)
{
    int   i;
    char  name[32], text[64];

    rig_wrong(HOST "include none.conf;\n",
              "bmcgate.conf:2: none.conf cannot be read: No such file or "
              "directory");
    rig_wrong(HOST "include;\n", "bmcgate.conf:2: \"include\" wants a value");
    rig_wrong(HOST "include a b;\n",
              "bmcgate.conf:2: \"include\" wants one value, got 2");

    rig_wrong("include bmcgate.conf;\n",
              "bmcgate.conf:1: bmcgate.conf includes itself");

    rig_file("a.conf", "include ./b.conf;");
    rig_file("b.conf", "include a.conf;");
    rig_wrong("include a.conf;\n",
              "./b.conf:1: ./a.conf includes itself");

    for (i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "deep%d", i);
        snprintf(text, sizeof(text), "include deep%d;", i + 1);
        rig_file(name, text);
    }

    rig_wrong("include deep0;\n",
              "deep15:1: includes are nested deeper than 16");

    assert_int_equal(symlink("loop", rig_path("loop")), 0);
    rig_wrong("include loop/*.conf;\n" HOST,
              "bmcgate.conf:1: loop/*.conf cannot be searched: Too many "
              "levels of symbolic links");

    rig_file("a.conf", "driver sim; }");
    rig_wrong("host n1 {\ninclude a.conf;\n}\n",
              "a.conf:1: unexpected \"}\"");
}


static void
every_error_of_every_file_is_told_in_order(void **state)
{
    rig_file("a.conf", "host a { driver sim; adress 1.2.3.4; }\n"
                       "host b { driver sim; poll soon; }\n"
                       "host c { driver sim;\n");
    rig_file("b.conf", "host a { driver sim; }\nkey k { role nobody; }\n");

    rig_wrong("include [ab].conf;\n\nstager 3s;\nhost d { driver foo; }\n",
        "bmcgate.conf:3: unknown directive \"stager\" (did you mean "
        "\"stagger\"?)\n"
        "bmcgate.conf:4: unknown driver \"foo\" (this build has: "
        RIG_DRIVERS ")\n"
        "a.conf:1: unknown directive \"adress\" in host \"a\" (did you mean "
        "\"address\"?)\n"
        "a.conf:2: \"poll\" must be a time such as 30s, 5m or 1500ms, not "
        "\"soon\"\n"
        "a.conf:3: the block that begins here is never closed\n"
        "b.conf:1: host \"a\" is already defined at a.conf:1\n"
        "b.conf:2: key \"k\" has no \"sha256\"");
}


static void
the_main_directives_have_their_defaults(void **state)
{
    const bmc_fleet_t  *f;

    f = rig_fine(HOST);
    assert_string_equal(f->run, "/run/bmcgate");
    assert_string_equal(f->state, "/var/lib/bmcgate");
    assert_true(f->audit_syslog);
    assert_null(f->audit_file);
    assert_false(f->audit_reads);
    assert_int_equal(f->changes, 30);
    assert_int_equal(f->changes_per, 60000);
    assert_int_equal(f->stagger, 2000);
    assert_int_equal(f->inflight, 1024);
    assert_null(f->snmp_root);
    assert_null(f->snmp_role);
    assert_int_equal(rig_host("n1")->poll, 30000);
    assert_int_equal(rig_host("n1")->timeout, 5000);
}


static void
the_main_directives_are_read(void **state)
{
    const bmc_fleet_t  *f;

    f = rig_fine("run /r; state /s; audit /var/log/a; audit_reads on;\n"
                 "limit changes 5/h; limit inflight 7; stagger 100ms;\n"
                 "snmp { role operator; root 1.3.6; }\n");

    assert_string_equal(f->run, "/r");
    assert_string_equal(f->state, "/s");
    assert_false(f->audit_syslog);
    assert_string_equal(f->audit_file, "/var/log/a");
    assert_true(f->audit_reads);
    assert_int_equal(f->changes, 5);
    assert_int_equal(f->changes_per, 3600000);
    assert_int_equal(f->inflight, 7);
    assert_int_equal(f->stagger, 100);
    assert_string_equal(f->snmp_root, "1.3.6");
    assert_string_equal(f->snmp_role->name, "operator");

    f = rig_fine("audit syslog /a; limit changes off; snmp { }\n");
    assert_true(f->audit_syslog);
    assert_string_equal(f->audit_file, "/a");
    assert_int_equal(f->changes, 0);
    assert_string_equal(f->snmp_root, "1.3.6.1.4.1.8072.9999.9999.623.1");
    assert_string_equal(f->snmp_role->name, "reader");

    f = rig_fine("limit changes 2/s;\n");
    assert_int_equal(f->changes_per, 1000);
    assert_int_equal(f->logins, 10);
    assert_int_equal(f->logins_per, 60 * 1000);
    assert_int_equal(f->session_timeout, 30 * 60 * 1000);

    f = rig_fine("limit logins 3/h; session_timeout 1h;\n");
    assert_int_equal(f->logins, 3);
    assert_int_equal(f->logins_per, 3600 * 1000);
    assert_int_equal(f->session_timeout, 3600 * 1000);

    f = rig_fine("limit logins off;\n");
    assert_int_equal(f->logins, 0);
}


static void
main_directives_that_are_wrong_say_what_was_expected(void **state)
{
    rig_wrong("run r;\n", "bmcgate.conf:1: \"run\" must be the full path of "
              "a folder, not \"r\"");
    rig_wrong("state;\n", "bmcgate.conf:1: \"state\" wants a value");
    rig_wrong("run /a;\nrun /b;\n", "bmcgate.conf:2: duplicate \"run\"");
    rig_wrong("audit;\n",
              "bmcgate.conf:1: \"audit\" wants syslog, a file, or both");
    rig_wrong("audit syslog log;\n", "bmcgate.conf:1: \"audit\" wants "
              "syslog, the full path of a file, or both, not \"log\"");
    rig_wrong("audit_reads yes;\n", "bmcgate.conf:1: \"audit_reads\" must be "
              "on or off, not \"yes\"");
    rig_wrong("limit;\n", "bmcgate.conf:1: \"limit\" wants \"changes N/m\", "
              "\"changes off\", \"logins N/m\", \"logins off\" or "
              "\"inflight N\"");
    rig_wrong("limit logins 5/d;\n", "bmcgate.conf:1: \"limit logins\" "
              "must be off or a rate such as 30/m, with s, m or h, not "
              "\"5/d\"");
    rig_wrong("limit logins off;\nlimit logins 6/m;\n",
              "bmcgate.conf:2: duplicate \"limit logins\"");
    rig_wrong("session_timeout 29s;\n", "bmcgate.conf:1: "
              "\"session_timeout\" must be a time from 30s to 1d, not "
              "\"29s\"");
    rig_wrong("limit changes 0/m;\n", "bmcgate.conf:1: \"limit changes\" "
              "must be off or a rate such as 30/m, with s, m or h, not "
              "\"0/m\"");
    rig_wrong("limit changes 5/d;\n", "bmcgate.conf:1: \"limit changes\" "
              "must be off or a rate such as 30/m, with s, m or h, not "
              "\"5/d\"");
    rig_wrong("limit changes 5/m;\nlimit changes 6/m;\n",
              "bmcgate.conf:2: duplicate \"limit changes\"");
    rig_wrong("limit inflight 0;\n", "bmcgate.conf:1: \"limit inflight\" "
              "must be a number from 1 to 65536, not \"0\"");
    rig_wrong("stagger 2h;\n", "bmcgate.conf:1: \"stagger\" must be a time "
              "from 0s to 1h, not \"2h\"");
    rig_wrong("cluster lab { x y; z { } }\nstagger 1s;\n",
              "bmcgate.conf:1: unknown directive \"cluster\"");
    rig_wrong("stagger 1s { a b; }\n", "bmcgate.conf:1: \"stagger\" takes no "
              "block: \";\", not \"{\"");
    rig_wrong("host;\n", "bmcgate.conf:1: \"host\" wants one name, got 0");
    rig_wrong("host a b { x; }\n",
              "bmcgate.conf:1: \"host\" wants one name, got 2");
    rig_wrong("host a;\n",
              "bmcgate.conf:1: \"host a\" wants a block: \"{\", not \";\"");
    rig_wrong("snmp x { }\n", "bmcgate.conf:1: \"snmp\" wants a block and no "
              "name: \"snmp {\"");
    rig_wrong("defaults;\n", "bmcgate.conf:1: \"defaults\" wants a block and "
              "no name: \"defaults {\"");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(words_quotes_and_comments_are_nginx_s),
        rig_test(a_byte_order_mark_is_no_word),
        rig_test(syntax_errors_name_the_line_where_it_began),
        rig_test(a_forgotten_semicolon_is_found_on_its_line),
        rig_test(words_too_long_and_null_bytes_are_refused),
        rig_test(a_missing_file_says_how_to_make_one),
        rig_test(a_file_that_is_none_says_why),
        rig_test(an_empty_file_says_so_but_an_empty_fleet_is_fine),
        rig_test(a_huge_file_is_refused),
        rig_test(the_path_is_the_argument_the_environment_or_the_default),
        rig_test(includes_are_sorted_and_beside_their_file),
        rig_test(includes_that_go_wrong_say_where),
        rig_test(every_error_of_every_file_is_told_in_order),
        rig_test(the_main_directives_have_their_defaults),
        rig_test(the_main_directives_are_read),
        rig_test(main_directives_that_are_wrong_say_what_was_expected)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
