
/*
 * Copyright (C) the bmcgate authors
 *
 * What is answered at once, from the board, and to whom.
 */


#include "core_rig.h"


static const bmc_actor_t  reader = {
    .kind = BMC_ACTOR_USER, .name = "reader", .from = "test"
};


static bool
peek(const char *host, unsigned flags, const bmc_actor_t *actor,
    uint32_t max_age)
{
    bmc_view_t     v;
    bmc_request_t  req;

    req = rig_request(host, BMC_POWER_STATUS, flags);
    req.actor = actor;
    req.max_age = max_age;

    return bmc_peek(rig.b, &req, &v);
}


static void
a_young_answer_is_there_at_once(void **state)
{
    bmc_view_t     v;
    bmc_request_t  req;

    rig_open("host n1 { poll 1h; " RIG_SIM "}", 0);
    assert_false(peek("n1", 0, &rig_root, 0));
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);

    req = rig_request("n1", BMC_POWER_STATUS, 0);
    assert_true(bmc_peek(rig.b, &req, &v));
    assert_int_equal(v.power, BMC_POWER_IS_ON);
    assert_string_equal(v.driver, "sim");
    assert_int_equal(rig_count("n1", "power.status"), 1);
}


static void
an_old_or_a_fresh_one_is_asked_for(void **state)
{
    bmc_view_t     v;
    bmc_arg_t      arg = { "a", "b" };
    bmc_request_t  req;

    rig_open("host n1 { poll 1h; " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_true(peek("n1", 0, &rig_root, 0));
    assert_false(peek("n1", BMC_FRESH, &rig_root, 0));

    rig_sleep(30);
    assert_false(peek("n1", 0, &rig_root, 20));
    assert_true(peek("n1", 0, &rig_root, 10000));

    req = rig_request("n1", BMC_POWER_STATUS, 0);
    req.args = &arg;
    req.nargs = 1;
    assert_false(bmc_peek(rig.b, &req, &v));

    req = rig_request("n1", BMC_POWER_ON, 0);
    assert_false(bmc_peek(rig.b, &req, &v));
    req.verb = BMC_SENSORS_READ;
    assert_false(bmc_peek(rig.b, &req, &v));
    req.verb = BMC_VERB_MAX;
    assert_false(bmc_peek(rig.b, &req, &v));
    assert_false(peek("nobody", 0, &rig_root, 0));
    assert_false(peek(NULL, 0, &rig_root, 0));
    assert_false(peek("n1", 0, NULL, 0));
}


/* what was true before a change is not said after it */

static void
after_a_change_the_bmc_is_asked(void **state)
{
    uint32_t    slot;
    bmc_view_t  v;

    rig_open("host n1 { poll 1h; " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_true(peek("n1", 0, &rig_root, 0));

    slot = bmc_board_find(rig.b->board, "n1");
    bmc_board_read(rig.b->board, slot, &v);
    v.changed_at = v.power_at;
    bmc_board_write(rig.b->board, slot, &v);
    assert_false(peek("n1", 0, &rig_root, 0));

    rig_sleep(5);                    /* both times are in milliseconds */
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_true(peek("n1", 0, &rig_root, 0));
}


static void
a_silent_bmc_is_no_answer(void **state)
{
    rig_open("host n1 { poll 1h; timeout 200ms; " RIG_SIM "} "
        "host old { driver unmanaged; }", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    rig_fault("n1", "dead");
    assert_int_not_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_false(peek("n1", 0, &rig_root, 0));
    assert_false(peek("old", 0, &rig_root, 0));
}


static void
policy_decides_who_may_look(void **state)
{
    char                   why[BMC_TEXT_MAX];
    bmc_actor_t            other;
    const bmc_hostconf_t  *h;

    rig_open("user reader { password_hash \"$6$a$b\"; role reader; "
        "hosts n1; } "
        "role nothing { allow identify; } "
        "user blind { password_hash \"$6$a$b\"; role nothing; } "
        "host n[1-2] { poll 1h; " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n2"), BMC_OK);

    assert_true(peek("n1", 0, &reader, 0));
    assert_false(peek("n2", 0, &reader, 0));

    other = reader;
    other.name = "blind";
    assert_false(peek("n1", 0, &other, 0));
    other.name = "stranger";
    assert_false(peek("n1", 0, &other, 0));
    other.kind = (bmc_actor_kind_t) 99;
    assert_false(peek("n1", 0, &other, 0));

    h = bmc_host(rig.base, "n2");
    assert_false(bmc_may(rig.b, &reader, h, BMC_POWER_STATUS, NULL));
    assert_false(bmc_may(rig.b, &reader, h, BMC_POWER_STATUS, why));
    assert_non_null(strstr(why, "is not for host n2"));
    assert_non_null(strstr(why, "(bmcgate.conf:"));
    assert_true(bmc_may(rig.b, &reader, NULL, BMC_POWER_STATUS, NULL));
    assert_false(bmc_may(rig.b, &reader, NULL, BMC_POWER_ON, why));
    assert_non_null(strstr(why, "does not allow power"));
}


/* groups are refused by their first rule, with words and without */

static void
a_groups_rule_is_the_same_without_words(void **state)
{
    char                   why[BMC_TEXT_MAX];
    bmc_actor_t            member;
    const bmc_hostconf_t  *h;

    static const char *const  groups[] = { "wheel", "staff", NULL };

    rig_open("group staff { role reader; hosts n1; } "
        "group wheel { role reader; hosts n2; } "
        "host n[1-3] { " RIG_SIM "}", 0);
    member = reader;
    member.groups = groups;

    h = bmc_host(rig.base, "n2");
    assert_true(bmc_may(rig.b, &member, h, BMC_POWER_STATUS, NULL));
    h = bmc_host(rig.base, "n3");
    assert_false(bmc_may(rig.b, &member, h, BMC_POWER_STATUS, NULL));
    assert_false(bmc_may(rig.b, &member, h, BMC_POWER_STATUS, why));
    assert_non_null(strstr(why, "group staff"));
}


static void
reads_that_are_audited_pass_the_gate(void **state)
{
    rig_ask_t  a;

    rig_open("audit_reads on; host n1 { poll 1h; " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_false(peek("n1", 0, &rig_root, 0));
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, 0), BMC_OK);
    assert_true(a.from_board);
    assert_int_equal(rig_audit("\"asked\"", "power.status"), 2);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_young_answer_is_there_at_once),
        rig_test(an_old_or_a_fresh_one_is_asked_for),
        rig_test(after_a_change_the_bmc_is_asked),
        rig_test(a_silent_bmc_is_no_answer),
        rig_test(policy_decides_who_may_look),
        rig_test(a_groups_rule_is_the_same_without_words),
        rig_test(reads_that_are_audited_pass_the_gate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
