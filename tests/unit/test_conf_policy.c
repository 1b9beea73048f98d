
/*
 * Copyright (C) the bmcgate authors
 *
 * Roles, keys, users, groups, IPMI users and snmp.
 */


#include "conf_rig.h"


#define SIM   "host node7 { driver sim; groups rack1; }\n"
#define TAIL  "86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define HEX   "9f" TAIL
#define HEX2  "0f" TAIL


static const bmc_principal_t *
principal(const char *name)
{
    size_t  i;

    for (i = 0; i < rig.fleet->nprincipals; i++) {
        if (strcmp(rig.fleet->principal[i].name, name) == 0) {
            return &rig.fleet->principal[i];
        }
    }

    fail_msg("no principal \"%s\"", name);

    return NULL;
}


static void
everybody_is_read(void **state)
{
    const bmc_principal_t  *p;

    rig_fine(SIM
             "key homeassistant { sha256 9F" TAIL "; role operator;"
             " hosts node7; }\n"
             "group \"domain users\" { role administrator; }\n"
             "user svc-ironic { password_hash $6$x$y; role plug;"
             " hosts rack1/* n[1-20] n* rack1; }\n"
             "ipmi_user admin { password p; role operator; hosts *; }\n"
             "role plug { allow read; allow power raw; }\n");

    p = principal("homeassistant");
    assert_int_equal(p->kind, BMC_ACTOR_KEY);
    assert_false(p->group);
    assert_string_equal(p->hash, HEX);
    assert_string_equal(p->role->name, "operator");
    assert_int_equal(p->role->allow, 0x3f);
    assert_int_equal(p->hosts.count, 1);
    assert_int_equal(p->line, 2);
    assert_string_equal(p->file, rig_path(RIG_CONF));

    p = principal("domain users");
    assert_int_equal(p->kind, BMC_ACTOR_USER);
    assert_true(p->group);
    assert_int_equal(p->role->allow, 0x3ff);
    assert_int_equal(p->hosts.count, 0);

    p = principal("svc-ironic");
    assert_int_equal(p->kind, BMC_ACTOR_USER);
    assert_string_equal(p->hash, "$6$x$y");
    assert_int_equal(p->role->allow,
                     BMC_ROLE_READ|BMC_ROLE_POWER|BMC_ROLE_RAW);
    assert_int_equal(p->hosts.count, 4);

    p = principal("admin");
    assert_int_equal(p->kind, BMC_ACTOR_IPMI);
    assert_string_equal(p->password->word, "p");
    assert_int_equal(rig.fleet->nroles, 4);
    assert_int_equal(rig.fleet->role[0].allow, BMC_ROLE_READ);
}


static void
who_lacks_something_is_told_what(void **state)
{
    rig_wrong("key k { }\nuser u { role reader; }\ngroup g { }\n"
              "ipmi_user i { role reader; }\n",
              "bmcgate.conf:1: key \"k\" has no \"role\"\n"
              "bmcgate.conf:1: key \"k\" has no \"sha256\"\n"
              "bmcgate.conf:2: user \"u\" has no \"password_hash\"\n"
              "bmcgate.conf:3: group \"g\" has no \"role\"\n"
              "bmcgate.conf:4: ipmi_user \"i\" has no \"password\"");
}


static void
hashes_are_checked_and_never_shown(void **state)
{
    rig_wrong("key k { role reader; sha256 hunter2; }\n",
              "bmcgate.conf:1: \"sha256\" must be 64 hexadecimal digits: see "
              "\"bmcctl secret hash\"");
    rig_wrong("key k { role reader; sha256; }\n",
              "bmcgate.conf:1: \"sha256\" wants a value");
    rig_wrong("user u { role reader; password_hash hunter2; }\n",
              "bmcgate.conf:1: \"password_hash\" must be what crypt(3) makes "
              "of a password, as in $6$...: see \"bmcctl secret hash\"");
    rig_wrong("user u { role reader; password_hash $hunter2; }\n",
              "bmcgate.conf:1: \"password_hash\" must be what crypt(3) makes "
              "of a password, as in $6$...: see \"bmcctl secret hash\"");
    rig_wrong("user u { role reader; password_hash a b; }\n",
              "bmcgate.conf:1: \"password_hash\" wants one value, got 2");
}


static void
roles_are_known_by_name(void **state)
{
    rig_wrong("group g { role operater; }\nsnmp { role nobody; }\n",
              "bmcgate.conf:1: unknown role \"operater\" in group \"g\" (did "
              "you mean \"operator\"?)\n"
              "bmcgate.conf:2: unknown role \"nobody\" in \"snmp\"");
    rig_wrong("role reader { allow raw; }\n",
              "bmcgate.conf:1: role \"reader\" is built in: give yours "
              "another name");
    rig_wrong("role a { allow raw; }\nrole a { allow raw; }\n",
              "bmcgate.conf:2: role \"a\" is already defined at "
              "bmcgate.conf:1");
    rig_wrong("role a { }\nrole b { allow; }\n",
              "bmcgate.conf:1: role \"a\" allows nothing: \"allow read "
              "power;\" was expected\n"
              "bmcgate.conf:2: role \"b\" allows nothing: \"allow read "
              "power;\" was expected");
    rig_wrong("role a { allow pover; allow everything; }\n",
              "bmcgate.conf:1: unknown right \"pover\" (did you mean "
              "\"power\"?)\n"
              "bmcgate.conf:1: unknown right \"everything\" (there are: "
              "read, power, boot, identify, media, console, log, users, "
              "bmc, raw)");
    rig_wrong("role a/b { allow raw; }\n",
              "bmcgate.conf:1: \"a/b\" is no name for a role: 1 to 63 "
              "letters, digits, \".\", \"_\" and \"-\"");
    rig_wrong("role a { alow raw; }\n",
              "bmcgate.conf:1: unknown directive \"alow\" in role \"a\" (did "
              "you mean \"allow\"?)\n"
              "bmcgate.conf:1: role \"a\" allows nothing: \"allow read "
              "power;\" was expected");
}


static void
nobody_stands_twice(void **state)
{
    rig_wrong("group x { role reader; }\nuser x { role reader; "
              "password_hash $1$; }\ngroup x { role operator; }\n",
              "bmcgate.conf:3: group \"x\" is already defined at "
              "bmcgate.conf:1");
    rig_wrong("key a { role reader; sha256 " HEX "; }\n"
              "key b { role operator; sha256 " HEX "; }\n",
              "bmcgate.conf:2: key \"b\" has the sha256 of key \"a\" "
              "(bmcgate.conf:1)");
    rig_wrong("key a { role reader; sha256 " HEX "; }\n"
              "key a { role reader; sha256 " HEX2 "; }\n",
              "bmcgate.conf:2: key \"a\" is already defined at "
              "bmcgate.conf:1");
    rig_wrong("snmp { }\nsnmp { x; }\n",
              "bmcgate.conf:2: \"snmp\" stands already at bmcgate.conf:1");
}


static void
names_of_people_are_checked(void **state)
{
    rig_wrong("ipmi_user seventeen-letters { role reader; password x; }\n",
              "bmcgate.conf:1: \"seventeen-letters\" is no name for "
              "\"ipmi_user\": 1 to 16 bytes were expected");
    rig_wrong("group \"\" { role reader; }\n",
              "bmcgate.conf:1: \"\" is no name for \"group\": 1 to 63 bytes "
              "were expected");
    rig_wrong("group \"a\\nb\" { role reader; }\n",
              "bmcgate.conf:1: a name for \"group\" with control "
              "characters");
}


static void
a_plain_name_in_hosts_must_be_one(void **state)
{
    rig_fine(SIM "group g { role reader; hosts * x* rack9/* n[1-9]; }\n");

    rig_wrong(SIM "group g { role reader; hosts nod7 rack1; }\n",
              "bmcgate.conf:2: no host \"nod7\" (did you mean node7?) in "
              "\"hosts\" of group \"g\"");
    rig_wrong(SIM "group g { role reader; hosts other; }\n",
              "bmcgate.conf:2: no host \"other\" in \"hosts\" of group "
              "\"g\"");
    rig_wrong(SIM "group g { role reader; hosts n[1-20]*; }\n",
              "bmcgate.conf:2: \"n[1-20]*\" mixes a range and a glob: make "
              "it two patterns");
    rig_wrong(SIM "group g { role reader; hosts rack1/n[20-1]; }\n",
              "bmcgate.conf:2: the range \"rack1/n[20-1]\" of \"hosts\" runs "
              "backwards");
    rig_wrong(SIM "group g { role reader; hosts; }\n",
              "bmcgate.conf:2: \"hosts\" wants at least one value");

    /* the host may stand where nothing could be read */

    rig_wrong("group g { role reader; hosts other; }\nhost other {\n",
              "bmcgate.conf:2: the block that begins here is never closed");
}


static void
the_snmp_root_is_an_object_identifier(void **state)
{
    size_t       i;
    char         text[256], expected[256];
    const char  *wrong[] = {
        "1", "1.", ".1.3", "1..3", "1.3.x", "iso.3", "1.4294967296", "1.-3"
    };

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(text, sizeof(text), "snmp { root %s; }\n", wrong[i]);
        snprintf(expected, sizeof(expected), "bmcgate.conf:1: \"root\" must "
                 "be an object identifier such as "
                 "1.3.6.1.4.1.8072.9999.9999.623.1, not \"%s\"", wrong[i]);
        rig_wrong(text, expected);
    }

    rig_wrong("snmp { root; }\n", "bmcgate.conf:1: \"root\" wants a value");
    rig_fine("snmp { root 1.4294967295; }\n");
}


static void
a_line_that_nobody_knows_is_an_error(void **state)
{
    rig_wrong("key k { sha256 " HEX "; role reader; host n1; }\n",
              "bmcgate.conf:1: unknown directive \"host\" in key \"k\" (did "
              "you mean \"hosts\"?)");
    rig_wrong("snmp { community public; }\n",
              "bmcgate.conf:1: unknown directive \"community\" in \"snmp\"");
    rig_wrong("group g { role reader; role operator; hosts a*; hosts b*; }\n",
              "bmcgate.conf:1: duplicate \"role\" in group \"g\"\n"
              "bmcgate.conf:1: duplicate \"hosts\" in group \"g\"");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(everybody_is_read),
        rig_test(who_lacks_something_is_told_what),
        rig_test(hashes_are_checked_and_never_shown),
        rig_test(roles_are_known_by_name),
        rig_test(nobody_stands_twice),
        rig_test(names_of_people_are_checked),
        rig_test(a_plain_name_in_hosts_must_be_one),
        rig_test(the_snmp_root_is_an_object_identifier),
        rig_test(a_line_that_nobody_knows_is_an_error)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
