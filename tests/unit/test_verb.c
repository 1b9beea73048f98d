
/*
 * Copyright (C) the bmcgate authors
 *
 * What people type after a verb, and what they are told when it is wrong.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gate/verb.h"


#define checked(why, verb, ...)                                              \
    bmc_verb_check(verb, (const bmc_arg_t[]) { __VA_ARGS__ },                \
                   sizeof((const bmc_arg_t[]) { __VA_ARGS__ })               \
                   / sizeof(bmc_arg_t), why)

#define assert_fine(verb, ...)                                               \
    assert_int_equal(checked(why, verb, __VA_ARGS__), BMC_OK)

#define assert_wrong(expected, verb, ...)                                    \
    assert_int_equal(checked(why, verb, __VA_ARGS__), BMC_USAGE);            \
    assert_string_equal(why, expected)


static void
every_verb_is_found_by_its_name(void **state)
{
    unsigned  i;

    for (i = 0; i < BMC_VERB_MAX; i++) {
        assert_int_equal(bmc_verb_find(bmc_verb_info((bmc_verb_t) i)->name),
                         i);
        assert_non_null(bmc_role_name(bmc_verb_info((bmc_verb_t) i)->role));
    }

    assert_int_equal(bmc_verb_find("power.cycle"), BMC_POWER_CYCLE);
    assert_int_equal(bmc_verb_find("retry"), BMC_RETRY);
    assert_int_equal(bmc_verb_find("power"), BMC_VERB_MAX);
    assert_int_equal(bmc_verb_find(""), BMC_VERB_MAX);
    assert_null(bmc_verb_info(BMC_VERB_MAX));
    assert_null(bmc_verb_info((bmc_verb_t) 1000));
}


static void
roles_have_names(void **state)
{
    assert_string_equal(bmc_role_name(BMC_ROLE_READ), "read");
    assert_string_equal(bmc_role_name(BMC_ROLE_MEDIA), "media");
    assert_string_equal(bmc_role_name(BMC_ROLE_RAW), "raw");
    assert_null(bmc_role_name(0));
    assert_null(bmc_role_name(BMC_ROLE_READ|BMC_ROLE_POWER));
    assert_null(bmc_role_name(BMC_ROLE_RAW << 1));
}


static void
what_is_right_is_taken(void **state)
{
    char  why[BMC_TEXT_MAX];

    assert_int_equal(bmc_verb_check(BMC_POWER_ON, NULL, 0, why), BMC_OK);
    assert_int_equal(bmc_verb_check(BMC_BMC_RESET, NULL, 0, why), BMC_OK);

    assert_fine(BMC_BOOT_SET, { "device", "pxe" });
    assert_fine(BMC_BOOT_SET, { "mode", "uefi" }, { "persistent", "Yes" },
                { "device", "none" });
    assert_fine(BMC_IDENTIFY_SET, { "state", "0" }, { "seconds", "255" });
    assert_fine(BMC_USERS_SET, { "name", "op" }, { "password", "p w=\"" },
                { "id", "63" });
    assert_fine(BMC_RAW, { "netfn", "06" }, { "cmd", "01" });
    assert_fine(BMC_RAW, { "netfn", "0A" }, { "cmd", "fF" },
                { "data", "00 01 0203" });
}


static void
a_misspelt_argument_is_told_with_the_nearest(void **state)
{
    char  why[BMC_TEXT_MAX];

    assert_wrong("boot.set: unknown argument \"devcie\": expected device "
                 "persistent mode (did you mean device?)",
                 BMC_BOOT_SET, { "devcie", "pxe" });
    assert_wrong("boot.set: unknown argument \"zzz\": expected device "
                 "persistent mode", BMC_BOOT_SET, { "zzz", "pxe" });
    assert_wrong("boot.set: unknown argument \"?\": expected device "
                 "persistent mode", BMC_BOOT_SET, { "\033[2J", "pxe" });
    assert_wrong("power.on: unknown argument \"force\": it takes none",
                 BMC_POWER_ON, { "force", "yes" });
}


static void
a_wrong_word_is_told_with_the_right_ones(void **state)
{
    char  why[BMC_TEXT_MAX];

    assert_wrong("boot.set: device: \"pex\" is none of none pxe disk cdrom "
                 "bios usb diag (did you mean pxe?)",
                 BMC_BOOT_SET, { "device", "pex" });
    assert_wrong("boot.set: device: \"floppydrive\" is none of none pxe disk "
                 "cdrom bios usb diag",
                 BMC_BOOT_SET, { "device", "floppydrive" });
    assert_wrong("boot.set: persistent: \"maybe\" is none of on off yes no "
                 "true false",
                 BMC_BOOT_SET, { "device", "pxe" }, { "persistent", "maybe" });
}


static void
what_is_missing_is_told(void **state)
{
    char  why[BMC_TEXT_MAX];

    assert_wrong("boot.set: device is missing: expected one of none pxe disk "
                 "cdrom bios usb diag", BMC_BOOT_SET, { "mode", "uefi" });
    assert_wrong("raw: cmd is missing: expected command, one byte",
                 BMC_RAW, { "netfn", "06" });
    assert_int_equal(bmc_verb_check(BMC_USERS_DELETE, NULL, 0, why),
                     BMC_USAGE);
    assert_string_equal(why, "users.delete: name is missing: expected the "
                        "user");
}


static void
numbers_are_whole_and_in_range(void **state)
{
    size_t             i;
    char               why[BMC_TEXT_MAX], expected[BMC_TEXT_MAX];
    const char *const  wrong[] = {
        "0", "256", "-1", "+5", " 5", "5s", "1.5", "0x10", "ten",
        "99999999999999999999999999"
    };

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(expected, sizeof(expected), "identify.set: seconds: \"%s\" "
                 "is no number from 1 to 255", wrong[i]);
        assert_wrong(expected, BMC_IDENTIFY_SET, { "state", "on" },
                     { "seconds", wrong[i] });
    }
}


static void
bytes_are_pairs_of_hex_digits(void **state)
{
    size_t             i;
    char               why[BMC_TEXT_MAX], expected[BMC_TEXT_MAX];
    const char *const  wrong[] = {
        "6", "0x06", "06 1", "06,01", " 06", "06 ", "06  01", "zz"
    };

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(expected, sizeof(expected), "raw: data: \"%s\" is not bytes "
                 "in hex, like \"06 01\"", wrong[i]);
        assert_wrong(expected, BMC_RAW, { "netfn", "06" }, { "cmd", "01" },
                     { "data", wrong[i] });
    }

    assert_wrong("raw: netfn: \"06 01\" is not one byte in hex, like 06",
                 BMC_RAW, { "netfn", "06 01" }, { "cmd", "01" });
}


static void
nothing_is_given_twice(void **state)
{
    char  why[BMC_TEXT_MAX];

    assert_wrong("boot.set: device is given twice: expected once",
                 BMC_BOOT_SET, { "device", "pxe" }, { "device", "disk" });
}


static void
too_much_is_refused(void **state)
{
    char       why[BMC_TEXT_MAX], value[257];
    bmc_arg_t  args[BMC_ARGS_MAX + 1];

    memset(args, 0, sizeof(args));
    assert_int_equal(bmc_verb_check(BMC_USERS_SET, args, BMC_ARGS_MAX + 1,
                                    why), BMC_USAGE);
    assert_string_equal(why, "users.set: 9 arguments: expected at most 8");

    memset(value, 'a', sizeof(value));
    value[256] = '\0';
    assert_wrong("users.set: name is too long: expected at most 255 bytes",
                 BMC_USERS_SET, { "name", value });
    value[255] = '\0';
    assert_fine(BMC_USERS_SET, { "name", value });

    assert_int_equal(bmc_verb_check(BMC_VERB_MAX, NULL, 0, why), BMC_USAGE);
    assert_string_equal(why, "no verb has the number 29");
}


#define HALF   "abababababababababababababababab"
#define PRINT  HALF HALF

static void
a_fingerprint_is_taken_as_openssl_prints_it_too(void **state)
{
    char  why[BMC_TEXT_MAX], colons[7 + 3 * 32];
    int   i;

    assert_fine(BMC_BMC_TRUST, { "fingerprint", "sha256:" PRINT });
    assert_fine(BMC_BMC_TRUST, { "fingerprint", "SHA256:" PRINT });

    snprintf(colons, sizeof(colons), "sha256:AB");

    for (i = 1; i < 32; i++) {
        snprintf(colons + 6 + 3 * i, 4, ":0F");
    }

    assert_fine(BMC_BMC_TRUST, { "fingerprint", colons });
}


static void
what_is_no_fingerprint_is_refused(void **state)
{
    size_t             i;
    char               why[BMC_TEXT_MAX];
    static const char *const  wrong[] = {
        "sha256:", "sha256", PRINT, "sha1:" PRINT, "sha256:" PRINT "a",
        "sha256:" PRINT ":", "sha256::" PRINT, "sha256:" PRINT "ab",
        "sha256:a:b" PRINT, "sha256:ab::" PRINT, "sha256:xy" PRINT,
        "sha256: " PRINT
    };

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(checked(why, BMC_BMC_TRUST,
                                 { "fingerprint", wrong[i] }), BMC_USAGE);
        assert_non_null(strstr(why, "is no fingerprint: expected sha256: "
                               "and 64 digits in hex"));
    }

    assert_wrong("bmc.trust: fingerprint: \"sha256:12\" is no fingerprint: "
                 "expected sha256: and 64 digits in hex", BMC_BMC_TRUST,
                 { "fingerprint", "sha256:12" });
}


static void
control_characters_and_nothing_are_refused_unseen(void **state)
{
    char  why[BMC_TEXT_MAX];

    assert_wrong("users.set: password holds a control character: expected "
                 "plain text",
                 BMC_USERS_SET, { "name", "op" }, { "password", "se\ncret" });
    assert_wrong("users.set: name holds a control character: expected plain "
                 "text", BMC_USERS_SET, { "name", "o\177p" });
    assert_wrong("users.set: name is empty: expected a value",
                 BMC_USERS_SET, { "name", "" });
}


static void
the_audit_shows_arguments_but_no_secrets(void **state)
{
    bmc_buf_t        text;
    const bmc_arg_t  args[] = {
        { "name", "op one" }, { "password", "hunter2" }, { "role", "user" },
        { "pasword", "hunter2" }
    };

    memset(&text, 0, sizeof(text));
    bmc_verb_args_text(BMC_USERS_SET, args, 4, &text);
    assert_string_equal(bmc_buf_text(&text), "name=\"op one\" password=*** "
                        "role=user pasword=***");

    bmc_buf_reset(&text);
    bmc_verb_args_text(BMC_VERB_MAX, args, 1, &text);
    assert_string_equal(bmc_buf_text(&text), "name=***");

    bmc_buf_reset(&text);
    bmc_verb_args_text(BMC_USERS_SET, &(bmc_arg_t) { "name", "a\"\\b" }, 1,
                       &text);
    assert_string_equal(bmc_buf_text(&text), "name=\"a\\\"\\\\b\"");

    bmc_buf_reset(&text);
    bmc_verb_args_text(BMC_POWER_ON, NULL, 0, &text);
    assert_string_equal(bmc_buf_text(&text), "");

    bmc_buf_free(&text);
}


static void
images_are_urls_a_bmc_can_fetch(void **state)
{
    size_t             i;
    char               why[BMC_TEXT_MAX], expected[BMC_TEXT_MAX];
    const char *const  right[] = {
        "http://10.0.0.1/a.iso", "HTTPS://[fd00::1]:8443/a/b.iso?t=1",
        "nfs://store/export/a.iso", "cifs://store/share/a@b.img"
    };
    const char *const  wrong[] = {
        "a.iso", "/srv/a.iso", "http:/h/a", "http://", "http:///a.iso",
        "http://h", "http://h/", "https://?x/y", "ftp://h/a.iso",
        "httpx://h/a.iso", "file:///a.iso", "http://h/a b.iso",
        "http://h/\xc3\xa4.iso", " http://h/a.iso"
    };

    for (i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        assert_fine(BMC_MEDIA_INSERT, { "image", right[i] });
    }

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(expected, sizeof(expected), "media.insert: image: \"%s\" is "
                 "no URL like http://host/path, with one of the schemes http "
                 "https nfs cifs", wrong[i]);
        assert_wrong(expected, BMC_MEDIA_INSERT, { "image", wrong[i] });
    }

    assert_wrong("media.insert: image is missing: expected the URL of an "
                 "image", BMC_MEDIA_INSERT, { "device", "cd" });
}


static void
a_password_within_a_url_is_refused_unseen(void **state)
{
    size_t             i;
    char               why[BMC_TEXT_MAX];
    const char *const  wrong[] = {
        "http://bob:hunter2@h/a.iso", "cifs://bob@h/a.iso",
        "ftp://bob:hunter2@h/a.iso", "bob:hunter2@h/a.iso"
    };

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_wrong("media.insert: image names a user in its URL, which "
                     "logs would show: expected user and password by "
                     "themselves", BMC_MEDIA_INSERT, { "image", wrong[i] });
    }

    assert_fine(BMC_MEDIA_INSERT, { "image", "cifs://h/a.iso" },
                { "user", "bob" }, { "password", "hunter2" },
                { "device", "cd" }, { "write_protected", "off" });
}


static void
yes_is_on(void **state)
{
    assert_true(bmc_arg_true("on"));
    assert_true(bmc_arg_true("yes"));
    assert_true(bmc_arg_true("True"));
    assert_true(bmc_arg_true("1"));
    assert_false(bmc_arg_true("off"));
    assert_false(bmc_arg_true("no"));
    assert_false(bmc_arg_true(""));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(every_verb_is_found_by_its_name),
        cmocka_unit_test(roles_have_names),
        cmocka_unit_test(what_is_right_is_taken),
        cmocka_unit_test(a_misspelt_argument_is_told_with_the_nearest),
        cmocka_unit_test(a_wrong_word_is_told_with_the_right_ones),
        cmocka_unit_test(what_is_missing_is_told),
        cmocka_unit_test(numbers_are_whole_and_in_range),
        cmocka_unit_test(bytes_are_pairs_of_hex_digits),
        cmocka_unit_test(a_fingerprint_is_taken_as_openssl_prints_it_too),
        cmocka_unit_test(what_is_no_fingerprint_is_refused),
        cmocka_unit_test(nothing_is_given_twice),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(control_characters_and_nothing_are_refused_unseen),
        cmocka_unit_test(the_audit_shows_arguments_but_no_secrets),
        cmocka_unit_test(images_are_urls_a_bmc_can_fetch),
        cmocka_unit_test(a_password_within_a_url_is_refused_unseen),
        cmocka_unit_test(yes_is_on)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
