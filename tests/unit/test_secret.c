
/*
 * Copyright (C) the bmcgate authors
 *
 * Passwords and where they come from.
 */


#include "conf_rig.h"

#include <sys/resource.h>


#define HOST(word)  "host n1 { driver sim; password " word "; }\n"


static char  why[BMC_TEXT_MAX];
static char  out[BMC_SECRET_MAX];


static long
secret(void)
{
    why[0] = '\0';

    return bmc_secret_read(rig_host("n1")->password, out, why);
}


static void
assert_secret(const char *text, const char *expected)
{
    rig_fine(text);
    assert_int_equal(secret(), strlen(expected));
    assert_string_equal(out, expected);
}


static const char *
unpath(const char *text)
{
    bmc_buf_reset(&rig.said);
    rig_say(NULL, text);

    return rig_said();
}


static void
secrets_come_from_four_places(void **state)
{
    rig_file("s", "from a file\n");
    assert_int_equal(setenv("TEST_SECRET", "from outside", 1), 0);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", rig.dir, 1), 0);

    assert_secret(HOST("plain"), "plain");
    assert_secret(HOST("\"\""), "");
    assert_secret(HOST("file:s"), "from a file");
    assert_secret(HOST("env:TEST_SECRET"), "from outside");
    assert_secret(HOST("credential:s"), "from a file");

    assert_int_equal(unsetenv("TEST_SECRET"), 0);
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}


static void
one_newline_at_the_end_is_none_of_it(void **state)
{
    rig_file("s", "a\r\n");
    assert_secret(HOST("file:s"), "a");
    rig_file("s", "a\n\n");
    assert_secret(HOST("file:s"), "a\n");
    rig_file("s", " a ");
    assert_secret(HOST("file:s"), " a ");
}


static void
a_file_is_beside_the_one_that_names_it(void **state)
{
    assert_int_equal(mkdir(rig_path("d"), 0700), 0);
    rig_file("s", "outer");
    rig_file("d/s", "inner");
    rig_file("d/n1.conf", HOST("file:s"));

    assert_secret("include d/n1.conf;\n"
                  "host n2 { driver sim; password file:s; }", "inner");
    assert_int_equal(bmc_secret_read(rig_host("n2")->password, out, why), 5);
    assert_string_equal(out, "outer");
}


static void
secrets_that_are_missing_are_errors_where_they_stand(void **state)
{
    unsetenv("TEST_SECRET");
    unsetenv("CREDENTIALS_DIRECTORY");

    rig_wrong("\n" HOST("file:none"),
              "bmcgate.conf:2: secret file none cannot be read: No such file "
              "or directory");
    rig_wrong("\n" HOST("env:TEST_SECRET"),
              "bmcgate.conf:2: secret $TEST_SECRET is not set");
    rig_wrong("\n" HOST("credential:node7"),
              "bmcgate.conf:2: credential \"node7\": $CREDENTIALS_DIRECTORY "
              "is not set (see LoadCredential= in systemd.exec(5))");
    rig_wrong(HOST("file:"), "bmcgate.conf:1: \"file:\" names no secret");
    rig_wrong(HOST("credential:../x"),
              "bmcgate.conf:1: \"credential:../x\" names no secret");

    setenv("CREDENTIALS_DIRECTORY", rig.dir, 1);
    rig_wrong(HOST("credential:node7"),
              "bmcgate.conf:1: secret file node7 cannot be read: No such "
              "file or directory");
    unsetenv("CREDENTIALS_DIRECTORY");

    rig_file("s", "");
    rig_wrong(HOST("file:s"), "bmcgate.conf:1: secret file s is empty");
    rig_wrong(HOST("file:."),
              "bmcgate.conf:1: secret file . is not a regular file");
}


static void
a_file_that_others_can_read_is_refused(void **state)
{
    rig_file("s", "x");

    assert_int_equal(chmod(rig_path("s"), 0604), 0);
    rig_wrong(HOST("file:s"),
              "bmcgate.conf:1: secret file s is open to others (mode 0604): "
              "chmod 0640 it");
    assert_int_equal(chmod(rig_path("s"), 0602), 0);
    rig_wrong(HOST("file:s"),
              "bmcgate.conf:1: secret file s is open to others (mode 0602): "
              "chmod 0640 it");
    assert_int_equal(chmod(rig_path("s"), 0640), 0);
    rig_fine(HOST("file:s"));

    /* only root can give a file to a group that is not its own */

    if (geteuid() == 0) {
        assert_int_equal(chown(rig_path("s"), (uid_t) -1, 54321), 0);
        rig_wrong(HOST("file:s"),
                  "bmcgate.conf:1: secret file s is readable by group 54321 "
                  "(mode 0640), which is neither root's nor bmcgate's");
        assert_int_equal(chmod(rig_path("s"), 0600), 0);
        rig_fine(HOST("file:s"));
    }
}


static void
a_configuration_that_others_can_read_holds_no_secret(void **state)
{
    const char  *refused;

    refused = "bmcgate.conf:1: a secret stands here, and others can read "
              "this file: chmod o-r it, or use file:, env: or credential:";

    rig_file("s", "x");
    rig_file(RIG_CONF, HOST("word"));
    assert_int_equal(chmod(rig_path(RIG_CONF), 0644), 0);
    assert_null(rig_read());
    assert_string_equal(rig_said(), refused);

    rig_file(RIG_CONF, "host n1 { driver sim; sim { require_password x; } }");
    assert_int_equal(chmod(rig_path(RIG_CONF), 0644), 0);
    assert_null(rig_read());
    assert_string_equal(rig_said(), refused);

    rig_file(RIG_CONF, HOST("file:s"));
    assert_int_equal(chmod(rig_path(RIG_CONF), 0644), 0);
    assert_non_null(rig_read());

    rig_file(RIG_CONF, HOST("word"));
    assert_int_equal(chmod(rig_path(RIG_CONF), 0640), 0);
    assert_non_null(rig_read());
}


static void
a_secret_that_changes_is_read_anew_and_checked_anew(void **state)
{
    char  large[BMC_SECRET_MAX + 1];

    rig_file("s", "one");
    assert_secret(HOST("file:s"), "one");
    rig_file("s", "two");
    assert_int_equal(secret(), 3);
    assert_string_equal(out, "two");

    rig_bytes("s", "a\0b", 3);
    assert_int_equal(secret(), -1);
    assert_string_equal(unpath(why), "secret file s holds a null byte");

    rig_file("s", "\n");
    assert_int_equal(secret(), -1);
    assert_string_equal(unpath(why), "secret file s is empty");

    memset(large, 'x', sizeof(large));
    large[BMC_SECRET_MAX - 1] = '\n';
    rig_bytes("s", large, BMC_SECRET_MAX);
    assert_int_equal(secret(), BMC_SECRET_MAX - 1);

    rig_bytes("s", large, BMC_SECRET_MAX - 1);
    assert_int_equal(secret(), BMC_SECRET_MAX - 1);

    large[BMC_SECRET_MAX - 1] = 'x';
    rig_bytes("s", large, BMC_SECRET_MAX + 1);
    assert_int_equal(secret(), -1);
    assert_string_equal(unpath(why),
                        "secret file s holds more than 1023 bytes");

    assert_int_equal(chmod(rig_path("s"), 0644), 0);
    assert_int_equal(secret(), -1);
    assert_string_equal(unpath(why), "secret file s is open to others (mode "
                        "0644): chmod 0640 it");

    assert_int_equal(unlink(rig_path("s")), 0);
    assert_int_equal(secret(), -1);
    assert_string_equal(unpath(why), "secret file s cannot be read: No such "
                        "file or directory");
    assert_int_equal(out[0], 0);
}


static void
a_word_too_long_for_a_secret_is_refused(void **state)
{
    char  text[BMC_SECRET_MAX + 64];
    int   n;

    n = snprintf(text, sizeof(text), "host n1 { driver sim; password ");
    memset(text + n, 'x', BMC_SECRET_MAX);
    snprintf(text + n + BMC_SECRET_MAX, 8, "; }");
    rig_wrong(text, "bmcgate.conf:1: a secret is longer than 1023 bytes");

    memset(text, 'x', BMC_SECRET_MAX);
    text[BMC_SECRET_MAX] = '\0';
    setenv("TEST_SECRET", text, 1);
    rig_wrong(HOST("env:TEST_SECRET"), "bmcgate.conf:1: secret $TEST_SECRET "
              "is longer than 1023 bytes");
    unsetenv("TEST_SECRET");
}


static void
one_word_is_one_secret(void **state)
{
    rig_file("s", "x");
    rig_fine("host n[1-3] { driver sim; password file:s; }\n"
             "host n4 { driver sim; password file:./s; }\n"
             "host n5 { driver sim; password file:s; }\n");

    assert_ptr_equal(rig_host("n1")->password, rig_host("n3")->password);
    assert_ptr_equal(rig_host("n1")->password, rig_host("n5")->password);
    assert_ptr_not_equal(rig_host("n1")->password, rig_host("n4")->password);
}


static void
kept_secrets_need_their_files_no_more(void **state)
{
    rig_file("s", "kept\n");
    rig_file("t", "too");
    setenv("TEST_SECRET", "outside", 1);
    rig_fine(HOST("file:s")
             "host n2 { driver sim; password env:TEST_SECRET; }\n"
             "host n3 { driver sim; password word; }\n"
             "ipmi_user a { role reader; password file:t; }\n");

    assert_true(bmc_fleet_keep_secrets(rig.fleet, why));
    assert_true(bmc_fleet_keep_secrets(rig.fleet, why));

    assert_int_equal(unlink(rig_path("s")), 0);
    assert_int_equal(unlink(rig_path("t")), 0);
    unsetenv("TEST_SECRET");

    assert_int_equal(secret(), 4);
    assert_string_equal(out, "kept");
    assert_int_equal(bmc_secret_read(rig_host("n2")->password, out, why), 7);
    assert_string_equal(out, "outside");
    assert_int_equal(bmc_secret_read(rig_host("n3")->password, out, why), 4);
    assert_string_equal(out, "word");
    assert_int_equal(bmc_secret_read(rig.fleet->principal[0].password, out,
                                     why), 3);
}


static void
secrets_that_cannot_be_kept_are_named(void **state)
{
    rig_file("s", "kept");
    rig_file("t", "gone");
    rig_fine(HOST("file:s") "host n2 { driver sim; password file:t; }\n");

    assert_int_equal(unlink(rig_path("t")), 0);
    assert_false(bmc_fleet_keep_secrets(rig.fleet, why));
    assert_string_equal(unpath(why), "secret file t cannot be read: No such "
                        "file or directory");

    rig_file("t", "back");
    assert_int_equal(secret(), 4);
    assert_true(bmc_fleet_keep_secrets(rig.fleet, why));

    rig_fine("host n1 { driver sim; }\n");
    assert_true(bmc_fleet_keep_secrets(rig.fleet, why));
}


static void
secrets_are_kept_without_the_right_to_lock_them(void **state)
{
    struct rlimit  was, none;

    rig_file("s", "kept");
    rig_fine(HOST("file:s"));

    assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &was), 0);
    none = was;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &none), 0);
    assert_true(bmc_fleet_keep_secrets(rig.fleet, why));
    assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &was), 0);
    assert_int_equal(secret(), 4);
}


/* "VmFlags: … dd …" of the mapping that holds p */

static bool
undumped(const void *p)
{
    FILE       *f;
    bool        in, found;
    char        line[512];
    uintptr_t   from, to;

    f = fopen("/proc/self/smaps", "r");
    assert_non_null(f);

    in = false;
    found = false;

    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2) {
            in = (uintptr_t) p >= from && (uintptr_t) p < to;
        }

        if (in && strncmp(line, "VmFlags:", 8) == 0) {
            found = strstr(line, " dd") != NULL;
        }
    }

    fclose(f);

    return found;
}


static void
secrets_stay_out_of_core_dumps(void **state)
{
    rig_file("s", "kept");
    rig_fine(HOST("file:s") "host n2 { driver sim; password word; }\n");
    assert_true(bmc_fleet_keep_secrets(rig.fleet, why));

    assert_true(undumped(rig_host("n1")->password->kept));
    assert_true(undumped(rig_host("n2")->password->word));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(secrets_come_from_four_places),
        rig_test(one_newline_at_the_end_is_none_of_it),
        rig_test(a_file_is_beside_the_one_that_names_it),
        rig_test(secrets_that_are_missing_are_errors_where_they_stand),
        rig_test(a_file_that_others_can_read_is_refused),
        rig_test(a_configuration_that_others_can_read_holds_no_secret),
        rig_test(a_secret_that_changes_is_read_anew_and_checked_anew),
        rig_test(a_word_too_long_for_a_secret_is_refused),
        rig_test(one_word_is_one_secret),
        rig_test(kept_secrets_need_their_files_no_more),
        rig_test(secrets_that_cannot_be_kept_are_named),
        rig_test(secrets_are_kept_without_the_right_to_lock_them),
        rig_test(secrets_stay_out_of_core_dumps)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
