
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/ctl.h"
#include "ctl/escape.h"


#define ARGV_MAX  16


/* the words of line, by blanks, parsed into *a */

static struct {
    char         line[256];
    char        *argv[ARGV_MAX];
    bmc_words_t  a;
    char         why[BMC_TEXT_MAX];
} typed;


static bmc_rc_t
type(const char *line)
{
    int    argc;
    char  *s;

    (void) snprintf(typed.line, sizeof(typed.line), "bmcctl %s", line);
    s = typed.line;

    for (argc = 0; argc < ARGV_MAX - 1 && *s != '\0'; argc++) {
        typed.argv[argc] = s;
        s += strcspn(s, " ");

        if (*s == ' ') {
            *s++ = '\0';
        }
    }

    typed.argv[argc] = NULL;

    return bmc_words_parse(&typed.a, argc, typed.argv, typed.why);
}


static void
means(const char *line, const char *command)
{
    if (type(line) != BMC_OK) {
        fail_msg("%s", typed.why);
    }

    assert_string_equal(typed.a.cmd->words, command);
}


static void
wrong(const char *line, const char *why)
{
    assert_int_equal(type(line), BMC_USAGE);
    assert_string_equal(typed.why, why);
    bmc_words_free(&typed.a);
}


static void
commands_of_one_and_of_two_words_are_found(void **state)
{
    means("power cycle n1 n2", "power cycle");
    assert_int_equal(typed.a.nwords, 2);
    assert_string_equal(typed.a.word[1], "n2");
    bmc_words_free(&typed.a);

    means("sensors n1", "sensors");
    bmc_words_free(&typed.a);
    means("log clear n1", "log clear");
    bmc_words_free(&typed.a);
    means("log n1", "log");
    bmc_words_free(&typed.a);
    means("boot n1", "boot get");
    assert_string_equal(typed.a.word[0], "n1");
    bmc_words_free(&typed.a);
    means("bmc n1", "bmc read");
    bmc_words_free(&typed.a);
    means("ls", "ls");
    bmc_words_free(&typed.a);
}


static void
options_may_stand_anywhere(void **state)
{
    means("-o json power -y on --verify=5s n1 --timeout 2s", "power on");
    assert_string_equal(bmc_words_value(&typed.a, BMC_OPT_OUTPUT), "json");
    assert_string_equal(bmc_words_value(&typed.a, BMC_OPT_VERIFY), "5s");
    assert_string_equal(bmc_words_value(&typed.a, BMC_OPT_TIMEOUT), "2s");
    assert_true(bmc_words_has(&typed.a, BMC_OPT_YES));
    assert_int_equal(typed.a.nwords, 1);
    bmc_words_free(&typed.a);

    means("power status -yojson -g a --group=b", "power status");
    assert_string_equal(bmc_words_value(&typed.a, BMC_OPT_OUTPUT), "json");
    assert_string_equal(bmc_words_nth(&typed.a, BMC_OPT_GROUP, 0), "a");
    assert_string_equal(bmc_words_nth(&typed.a, BMC_OPT_GROUP, 1), "b");
    assert_null(bmc_words_nth(&typed.a, BMC_OPT_GROUP, 2));
    bmc_words_free(&typed.a);

    means("power on --verify -- -n1", "power on");
    assert_true(bmc_words_has(&typed.a, BMC_OPT_VERIFY));
    assert_null(bmc_words_value(&typed.a, BMC_OPT_VERIFY));
    assert_string_equal(typed.a.word[0], "-n1");
    bmc_words_free(&typed.a);
}


/* how many of the words are hosts, and from where on */

static void
hosts(const char *line, size_t first, size_t count)
{
    size_t  f, n;

    means(line, "user set");
    bmc_words_hosts(&typed.a, &f, &n);
    assert_int_equal(f, first);
    assert_int_equal(n, count);
    bmc_words_free(&typed.a);
}


static void
a_users_name_may_be_left_out(void **state)
{
    hosts("user set ann n1 n2", 1, 2);
    hosts("user set ann n1 --role user", 1, 1);
    hosts("user set ann -g rack --role user", 1, 0);
    hosts("user set -g rack --role user", 0, 0);
    hosts("user set n1 --role user", 0, 1);
    hosts("user set n1 n2 --name ann", 0, 2);
    wrong("user set n1", "\"user set\" wants [NAME] HOST...");
    wrong("user set -g rack", "\"user set\" wants [NAME] HOST...");
    wrong("user set --name ann", "\"user set\" wants [NAME] HOST...");
}


static void
a_password_that_is_made_up_suits_every_bmc(void **state)
{
    int   i;
    char  one[BMC_PASSWORD_SIZE], other[BMC_PASSWORD_SIZE];

    assert_true(bmc_password_make(one));

    for (i = 0; i < 1000; i++) {
        assert_true(bmc_password_make(other));
        assert_string_not_equal(one, other);
        assert_int_equal(strlen(other), 16);
        assert_true(strpbrk(other, "0123456789") != NULL);
        assert_true(strpbrk(other, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL);
        assert_true(strpbrk(other, "abcdefghijklmnopqrstuvwxyz") != NULL);
        assert_int_equal(strspn(other, "0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 16);
    }
}


static void
the_same_option_is_another_for_another_command(void **state)
{
    means("secret hash --user", "secret hash");
    assert_true(bmc_words_has(&typed.a, BMC_OPT_CRYPT));
    bmc_words_free(&typed.a);

    means("host add n1 --user admin", "host add");
    assert_string_equal(bmc_words_value(&typed.a, BMC_OPT_USER), "admin");
    bmc_words_free(&typed.a);
}


static void
what_is_mistyped_is_named_with_what_was_meant(void **state)
{
    wrong("powr status n1",
          "unknown command \"powr\" (did you mean \"power\"?)");
    wrong("power cylce n1",
          "unknown command \"power cylce\" (did you mean \"power cycle\"?)");
    wrong("frobnicate", "unknown command \"frobnicate\"");
    wrong("power", "\"power\" wants one of: status, on, off, force-off,"
          " cycle, reset, nmi, reading");
    wrong("power on --verfy n1",
          "unknown option \"--verfy\" (did you mean \"--verify\"?)");
    wrong("power on -x n1", "unknown option \"-x\"");
    wrong("power on --persistent n1",
          "option --persistent does not go with \"power on\"");
    wrong("power on n1 -t", "option -t does not go with \"power on\"");
    wrong("power on n1 --timeout", "option --timeout wants TIME");
    wrong("power on n1 --timeout=", "option --timeout wants TIME");
    wrong("power on n1 --yes=no", "option --yes takes no value");
}


static void
missing_and_surplus_words_are_named(void **state)
{
    wrong("power on", "\"power on\" wants HOST...");
    wrong("boot set pxe", "\"boot set\" wants DEVICE HOST...");
    wrong("console n1 n2", "\"console\": \"n2\" is one word too many");
    wrong("operations 1 2", "\"operations\": \"2\" is one word too many");

    means("boot set pxe -g rack1", "boot set");
    bmc_words_free(&typed.a);
}


static void
a_password_on_the_command_line_is_refused(void **state)
{
    wrong("user set --password=secret admin n1",
          "a password on the command line can be read by everybody on this"
          " machine; use --password-file FILE");
    assert_null(strstr(typed.why, "secret"));
}


static void
words_and_options_become_a_verbs_arguments(void **state)
{
    size_t           first, count;
    bmc_verb_args_t  va;

    means("boot set pxe n1 n2 --persistent --uefi", "boot set");
    bmc_words_hosts(&typed.a, &first, &count);
    assert_int_equal(first, 1);
    assert_int_equal(count, 2);
    assert_true(bmc_verbargs_make(&va, &typed.a));
    assert_int_equal(va.narg, 3);
    assert_string_equal(va.arg[0].name, "persistent");
    assert_string_equal(va.arg[0].value, "on");
    assert_string_equal(va.arg[1].name, "mode");
    assert_string_equal(va.arg[1].value, "uefi");
    assert_string_equal(va.arg[2].name, "device");
    assert_string_equal(va.arg[2].value, "pxe");
    bmc_verbargs_free(&va);
    bmc_words_free(&typed.a);

    means("identify on --seconds 9 n1", "identify on");
    assert_true(bmc_verbargs_make(&va, &typed.a));
    assert_int_equal(va.narg, 2);
    assert_string_equal(va.arg[0].value, "on");
    assert_string_equal(va.arg[1].name, "seconds");
    assert_string_equal(va.arg[1].value, "9");
    bmc_verbargs_free(&va);
    bmc_words_free(&typed.a);
}


static void
raw_bytes_may_be_written_as_ipmitool_takes_them(void **state)
{
    size_t           first, count;
    bmc_verb_args_t  va;

    means("raw n1 0x6 1 0xff 0", "raw");
    bmc_words_hosts(&typed.a, &first, &count);
    assert_int_equal(first, 0);
    assert_int_equal(count, 1);
    assert_true(bmc_verbargs_make(&va, &typed.a));
    assert_int_equal(va.narg, 3);
    assert_string_equal(va.arg[0].name, "netfn");
    assert_string_equal(va.arg[0].value, "06");
    assert_string_equal(va.arg[1].value, "01");
    assert_string_equal(va.arg[2].name, "data");
    assert_string_equal(va.arg[2].value, "ff 00");
    bmc_verbargs_free(&va);
    bmc_words_free(&typed.a);
}


static void
every_command_says_how_it_is_used(void **state)
{
    size_t            i;
    bmc_buf_t         b;
    const bmc_cmd_t  *cmd;

    for (cmd = bmc_commands; cmd->words != NULL; cmd++) {
        memset(&b, 0, sizeof(bmc_buf_t));
        bmc_usage_of(&b, cmd);
        assert_non_null(bmc_buf_text(&b));
        assert_non_null(strstr(b.data, cmd->words));
        assert_non_null(strstr(b.data, bmc_cmd_help(cmd)));
        bmc_buf_free(&b);
    }

    for (i = 0; i < BMC_OPT_MAX; i++) {
        assert_int_equal(bmc_options[i].id, i);
        assert_non_null(bmc_options[i].help);
        assert_true((bmc_options[i].arg == NULL)
                    == (bmc_options[i].value == BMC_VALUE_NONE));
    }
}


/* what is sent of typed; "." for the end, "?" for help */

static void
sends(const char *keys, const char *expected)
{
    char          out[2], sent[64];
    size_t        n, len;
    bmc_escape_t  state;

    len = 0;
    state = BMC_ESCAPE_LINE;

    for ( /* void */ ; *keys != '\0'; keys++) {
        switch (bmc_escape_feed(&state, *keys, out, &n)) {

        case BMC_ESCAPE_PASS:
            memcpy(sent + len, out, n);
            len += n;
            break;

        case BMC_ESCAPE_END:
            sent[len++] = '!';
            break;

        case BMC_ESCAPE_HELP:
            sent[len++] = '?';
            break;
        }
    }

    sent[len] = '\0';
    assert_string_equal(sent, expected);
}


static void
a_tilde_escapes_at_the_beginning_of_a_line_only(void **state)
{
    sends("ls\r~.", "ls\r!");
    sends("~.", "!");
    sends("~~.", "~.");
    sends("~?", "?");
    sends("~?~.", "?!");
    sends("a~.", "a~.");
    sends("\n~x", "\n~x");
    sends("~\r~.", "~\r!");
    sends("cd ~\r", "cd ~\r");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(commands_of_one_and_of_two_words_are_found),
        cmocka_unit_test(options_may_stand_anywhere),
        cmocka_unit_test(a_users_name_may_be_left_out),
        cmocka_unit_test(a_password_that_is_made_up_suits_every_bmc),
        cmocka_unit_test(the_same_option_is_another_for_another_command),
        cmocka_unit_test(what_is_mistyped_is_named_with_what_was_meant),
        cmocka_unit_test(missing_and_surplus_words_are_named),
        cmocka_unit_test(a_password_on_the_command_line_is_refused),
        cmocka_unit_test(words_and_options_become_a_verbs_arguments),
        cmocka_unit_test(raw_bytes_may_be_written_as_ipmitool_takes_them),
        cmocka_unit_test(every_command_says_how_it_is_used),
        cmocka_unit_test(a_tilde_escapes_at_the_beginning_of_a_line_only)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
