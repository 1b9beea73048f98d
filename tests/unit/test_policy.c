
/*
 * Copyright (C) the bmcgate authors
 *
 * Who may do what, and which rule of the configuration said so.
 */


#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "gate/policy.h"


#define SHA256                                                               \
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define ANOTHER                                                              \
    "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"


#define with_rules(test)                                                     \
    cmocka_unit_test_setup_teardown(test, setup, teardown)


static const char  conf[] =
    "host n1 { driver unmanaged; groups rack1; }\n"
    "host n2 { driver unmanaged; groups rack1; }\n"
    "host n7 { driver unmanaged; groups rack2; }\n"
    "role boots { allow read boot; }\n"
    "key homeassistant { sha256 " SHA256 "; role operator; hosts n1; }\n"
    "key grafana { sha256 " ANOTHER "; role reader; }\n"
    "user alice { password_hash $6$a$b; role boots; hosts rack1/* n7; }\n"
    "user homeassistant { password_hash $6$a$b; role administrator; }\n"
    "group readers { role reader; }\n"
    "group rackers { role operator; hosts rack1; }\n"
    "group wheel { role administrator; }\n"
    "ipmi_user admin { password word; role operator; hosts n[1-2]; }\n"
    "snmp { role boots; }\n";


typedef struct {
    char          dir[64];
    char          file[96];
    char          rule[BMC_TEXT_MAX];
    bmc_fleet_t  *fleet;
} rules_t;


static void
say(void *data, const char *line)
{
    print_error("%s\n", line);
}


static bmc_fleet_t *
fleet(rules_t *r, const char *text)
{
    int  fd;

    fd = open(r->file, O_WRONLY|O_CREAT|O_TRUNC, 0600);
    assert_int_not_equal(fd, -1);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);

    return bmc_fleet_read(r->file, say, NULL);
}


static int
setup(void **state)
{
    rules_t  *r;

    r = calloc(1, sizeof(rules_t));
    assert_non_null(r);

    snprintf(r->dir, sizeof(r->dir), "/tmp/bmc-policy-XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    snprintf(r->file, sizeof(r->file), "%s/bmcgate.conf", r->dir);

    r->fleet = fleet(r, conf);
    assert_non_null(r->fleet);
    *state = r;

    return 0;
}


static int
teardown(void **state)
{
    rules_t  *r;

    r = *state;
    bmc_fleet_free(r->fleet);
    unlink(r->file);
    rmdir(r->dir);
    free(r);

    return 0;
}


static bool
may(rules_t *r, bmc_actor_kind_t kind, const char *name,
    const char *const *groups, const char *host, bmc_verb_t verb)
{
    bool                   allowed;
    bmc_actor_t            actor;
    const bmc_hostconf_t  *h;

    actor.kind = kind;
    actor.name = name;
    actor.groups = groups;
    actor.from = "here";
    h = NULL;

    if (host != NULL) {
        h = bmc_fleet_host(r->fleet, host, strlen(host));
        assert_non_null(h);
    }

    memset(r->rule, 'x', sizeof(r->rule));
    allowed = bmc_policy(r->fleet, &actor, h, verb, r->rule);

    /* who does not want to know the rule is told the same */

    assert_int_equal(bmc_policy(r->fleet, &actor, h, verb, NULL), allowed);

    return allowed;
}


#define assert_may(r, rule_text, ...)                                        \
    assert_true(may(r, __VA_ARGS__));                                        \
    assert_string_equal((r)->rule, rule_text)

#define assert_may_not(r, rule_text, ...)                                    \
    assert_false(may(r, __VA_ARGS__));                                       \
    assert_string_equal((r)->rule, rule_text)


static void
a_key_has_its_role_on_its_hosts(void **state)
{
    rules_t  *r;

    r = *state;

    assert_may(r, "role operator of key homeassistant (bmcgate.conf:5)",
               BMC_ACTOR_KEY, "homeassistant", NULL, "n1", BMC_POWER_CYCLE);

    assert_may_not(r, "key homeassistant (bmcgate.conf:5) is not for host n7",
                   BMC_ACTOR_KEY, "homeassistant", NULL, "n7",
                   BMC_POWER_STATUS);

    assert_may_not(r, "role operator of key homeassistant (bmcgate.conf:5) "
                   "does not allow raw",
                   BMC_ACTOR_KEY, "homeassistant", NULL, "n1", BMC_RAW);
}


static void
a_reader_does_not_switch(void **state)
{
    rules_t  *r;

    r = *state;

    assert_may(r, "role reader of key grafana (bmcgate.conf:6)",
               BMC_ACTOR_KEY, "grafana", NULL, "n7", BMC_SENSORS_READ);

    assert_may_not(r, "role reader of key grafana (bmcgate.conf:6) does not "
                   "allow power",
                   BMC_ACTOR_KEY, "grafana", NULL, "n7", BMC_POWER_ON);
}


static void
a_question_about_no_host_is_one_of_the_role_alone(void **state)
{
    rules_t  *r;

    r = *state;

    assert_may(r, "role operator of key homeassistant (bmcgate.conf:5)",
               BMC_ACTOR_KEY, "homeassistant", NULL, NULL, BMC_POWER_ON);

    assert_may_not(r, "role operator of key homeassistant (bmcgate.conf:5) "
                   "does not allow users",
                   BMC_ACTOR_KEY, "homeassistant", NULL, NULL,
                   BMC_USERS_LIST);
}


static void
whom_nobody_knows_may_nothing(void **state)
{
    rules_t            *r;
    const char *const   groups[] = { "games", "audio", NULL };
    const char *const   none[] = { NULL };

    r = *state;

    assert_may_not(r, "nobody knows key \"grafanaa\"", BMC_ACTOR_KEY,
                   "grafanaa", NULL, "n1", BMC_POWER_STATUS);
    assert_may_not(r, "nobody knows ipmi_user \"root\"", BMC_ACTOR_IPMI,
                   "root", NULL, "n1", BMC_POWER_STATUS);
    assert_may_not(r, "nobody knows user \"bob\"", BMC_ACTOR_USER,
                   "bob", NULL, "n1", BMC_POWER_STATUS);
    assert_may_not(r, "nobody knows user \"bob\"", BMC_ACTOR_USER,
                   "bob", none, "n1", BMC_POWER_STATUS);
    assert_may_not(r, "nobody knows user \"bob\" or one of its groups",
                   BMC_ACTOR_USER, "bob", groups, "n1", BMC_POWER_STATUS);

    /* a group's name is no user's, nor is a key's */

    assert_may_not(r, "nobody knows user \"wheel\"", BMC_ACTOR_USER,
                   "wheel", NULL, "n1", BMC_POWER_STATUS);
    assert_may_not(r, "nobody knows user \"grafana\"", BMC_ACTOR_USER,
                   "grafana", NULL, "n1", BMC_POWER_STATUS);
}


static void
a_user_and_a_key_of_one_name_are_two(void **state)
{
    rules_t  *r;

    r = *state;

    assert_may(r, "role administrator of user homeassistant "
               "(bmcgate.conf:8)", BMC_ACTOR_USER, "homeassistant", NULL,
               "n7", BMC_RAW);
}


static void
a_users_own_rule_comes_before_the_groups(void **state)
{
    rules_t            *r;
    const char *const   groups[] = { "wheel", NULL };

    r = *state;

    assert_may(r, "role boots of user alice (bmcgate.conf:7)",
               BMC_ACTOR_USER, "alice", groups, "n2", BMC_BOOT_SET);
    assert_may(r, "role boots of user alice (bmcgate.conf:7)",
               BMC_ACTOR_USER, "alice", groups, "n7", BMC_BOOT_SET);
    assert_may_not(r, "role boots of user alice (bmcgate.conf:7) does not "
                   "allow power",
                   BMC_ACTOR_USER, "alice", groups, "n1", BMC_POWER_ON);
}


static void
the_first_group_that_allows_it_decides(void **state)
{
    rules_t            *r;
    const char *const   groups[] = { "games", "rackers", "readers", NULL };

    r = *state;

    assert_may(r, "role reader of group readers (bmcgate.conf:9)",
               BMC_ACTOR_USER, "bob", groups, "n1", BMC_POWER_STATUS);
    assert_may(r, "role operator of group rackers (bmcgate.conf:10)",
               BMC_ACTOR_USER, "bob", groups, "n1", BMC_POWER_ON);

    /* of several refusals the first is told */

    assert_may_not(r, "role reader of group readers (bmcgate.conf:9) does "
                   "not allow power",
                   BMC_ACTOR_USER, "bob", groups, "n7", BMC_POWER_ON);
}


static void
an_ipmi_user_is_held_to_its_range(void **state)
{
    rules_t  *r;

    r = *state;

    assert_may(r, "role operator of ipmi_user admin (bmcgate.conf:12)",
               BMC_ACTOR_IPMI, "admin", NULL, "n2", BMC_POWER_ON);
    assert_may_not(r, "ipmi_user admin (bmcgate.conf:12) is not for host n7",
                   BMC_ACTOR_IPMI, "admin", NULL, "n7", BMC_POWER_ON);
}


static void
snmp_has_the_role_it_was_given(void **state)
{
    rules_t  *r;

    r = *state;

    assert_may(r, "role boots of snmp", BMC_ACTOR_SNMP, "public", NULL, "n7",
               BMC_BOOT_SET);
    assert_may_not(r, "role boots of snmp does not allow power",
                   BMC_ACTOR_SNMP, "public", NULL, "n7", BMC_POWER_ON);

    r->fleet->snmp_role = NULL;
    assert_may_not(r, "snmp has no role: expected one in snmp { role …; }",
                   BMC_ACTOR_SNMP, "public", NULL, "n7", BMC_POWER_STATUS);
}


static void
whom_the_kernel_trusts_may_everything(void **state)
{
    unsigned   verb;
    rules_t   *r;

    r = *state;

    for (verb = 0; verb < BMC_VERB_MAX; verb++) {
        assert_may(r, "role administrator of local root", BMC_ACTOR_LOCAL,
                   "root", NULL, "n7", (bmc_verb_t) verb);
    }
}


static void
nonsense_is_refused(void **state)
{
    char      name[1000];
    rules_t  *r;

    r = *state;

    assert_may_not(r, "no verb has the number 29", BMC_ACTOR_LOCAL, "root",
                   NULL, "n7", BMC_VERB_MAX);
    assert_may_not(r, "nobody knows actors of kind 77",
                   (bmc_actor_kind_t) 77, "root", NULL, "n7", BMC_POWER_ON);

    memset(name, 'a', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    assert_false(may(r, BMC_ACTOR_KEY, name, NULL, "n7", BMC_POWER_ON));
    assert_true(strlen(r->rule) < 100);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        with_rules(a_key_has_its_role_on_its_hosts),
        with_rules(a_reader_does_not_switch),
        with_rules(a_question_about_no_host_is_one_of_the_role_alone),
        with_rules(whom_nobody_knows_may_nothing),
        with_rules(a_user_and_a_key_of_one_name_are_two),
        with_rules(a_users_own_rule_comes_before_the_groups),
        with_rules(the_first_group_that_allows_it_decides),
        with_rules(an_ipmi_user_is_held_to_its_range),
        with_rules(snmp_has_the_role_it_was_given),
        with_rules(whom_the_kernel_trusts_may_everything),
        with_rules(nonsense_is_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
