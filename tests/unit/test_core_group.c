
/*
 * Copyright (C) the bmcgate authors
 *
 * One request for many hosts.
 */


#include "group_rig.h"

#include "board/layout.h"


static bmc_rc_t
submit(bmc_verb_t verb, const char *const *names, size_t n)
{
    bmc_request_t  req;

    req = rig_request(NULL, verb, 0);

    return group_submit(&req, names, n, NULL);
}


static void
changes_of_a_group_are_staggered(void **state)
{
    unsigned  i;
    int64_t   began;

    rig_open("stagger 50ms; host n[1-6] { " RIG_SIM "}", 0);
    began = bmc_now();
    assert_int_equal(submit(BMC_POWER_ON, hosts, 6), BMC_OK);
    assert_int_equal(group.steps, 0);
    assert_true(rig_until(rig.b, &group.done, 1, 3000));

    assert_int_equal(group.steps, 6);
    assert_int_equal(group.ok, 6);
    assert_int_equal(group.failed, 0);

    for (i = 0; i < 6; i++) {
        assert_string_equal(group.host[i], hosts[i]);
        assert_true(group.at[i] - began >= 50 * (int64_t) i - 5);
    }

    rig_sleep(100);
    assert_int_equal(group.done, 1);
    assert_int_equal(rig_audit("\"asked\"", "power.on"), 6);
}


static void
reads_of_a_group_do_not_wait_for_each_other(void **state)
{
    int64_t  began;

    rig_open("stagger 10s; host n[1-6] { driver sim; "
        "sim { latency 100ms; } }", 0);
    began = bmc_now();
    assert_int_equal(submit(BMC_BOOT_GET, hosts, 6), BMC_OK);
    assert_true(rig_until(rig.b, &group.done, 1, 3000));
    assert_true(bmc_now() - began < 600);
    assert_int_equal(group.ok, 6);
}


static void
who_is_refused_is_one_step_of_many(void **state)
{
    static const char  *some[] = { "n1", "nobody", "n2", "old" };

    rig_open("host n1 { " RIG_SIM "} host n2 { timeout 300ms; " RIG_SIM "} "
        "host old { driver unmanaged; }", 0);
    rig_fault("n2", "dead");
    assert_int_equal(submit(BMC_POWER_ON, some, 4), BMC_OK);
    assert_true(rig_until(rig.b, &group.done, 1, 3000));
    assert_int_equal(group.steps, 4);
    assert_int_equal(group.ok, 1);
    assert_int_equal(group.failed, 3);
}


static void
a_group_of_nobody_is_done(void **state)
{
    bmc_request_t  req;

    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(submit(BMC_POWER_ON, hosts, 0), BMC_OK);
    assert_int_equal(group.done, 0);
    assert_true(rig_until(rig.b, &group.done, 1, 1000));
    assert_int_equal(group.steps, 0);

    req = rig_request(NULL, BMC_CONSOLE_OPEN, 0);
    assert_int_equal(bmc_submit_group(rig.b, &req, hosts, 1, group_step,
        group_done, NULL, NULL, NULL, rig.why), BMC_USAGE);
    assert_true(rig.why[0] != '\0');
}


static void
dropping_a_group_leaves_the_rest_untouched(void **state)
{
    rig_open("stagger 100ms; host n[1-6] { " RIG_SIM "}", 0);
    assert_int_equal(submit(BMC_POWER_ON, hosts, 6), BMC_OK);
    assert_true(rig_until(rig.b, &group.steps, 2, 3000));
    bmc_drop_group(group.g);
    rig_sleep(400);
    assert_int_equal(group.steps, 2);
    assert_int_equal(group.done, 0);
    assert_int_equal(rig_audit("\"asked\"", "power.on"), 2);
    assert_int_equal(rig_count("n3", "executed"), 0);
}


static void
a_group_may_be_dropped_inside_a_step(void **state)
{
    static const char  *some[] = { "n1", "nobody", "n2" };

    rig_open("host n[1-6] { " RIG_SIM "}", 0);

    /* the step is an answer, the last of those under way; or a refusal */

    assert_int_equal(submit(BMC_POWER_ON, hosts, 1), BMC_OK);
    group.drop_at = 1;
    assert_true(rig_until(rig.b, &group.steps, 1, 3000));

    assert_int_equal(submit(BMC_POWER_ON, hosts, 6), BMC_OK);
    group.drop_at = 3;
    assert_true(rig_until(rig.b, &group.steps, 3, 3000));
    rig_sleep(100);
    assert_int_equal(group.steps, 3);

    assert_int_equal(submit(BMC_POWER_ON, some + 1, 2), BMC_OK);
    group.drop_at = 1;
    assert_true(rig_until(rig.b, &group.steps, 1, 3000));
    rig_sleep(100);
    assert_int_equal(group.steps, 1);
    assert_int_equal(group.done, 0);
}


static void
a_group_ends_with_its_core(void **state)
{
    rig_open("stagger 20ms; host n[1-6] { driver sim; "
        "sim { latency 30ms; } }", 0);
    assert_int_equal(submit(BMC_POWER_ON, hosts, 6), BMC_OK);
    rig_sleep(30);
    rig_close(1000);
    assert_int_equal(group.done, 0);
    assert_int_equal(rig_audit("\"asked\"", "power.on"),
        rig_audit("\"outcome\"", "power.on"));
}


/* -- changes of a group that has a name */

static json_t *
shown(const bmc_op_info_t *op)
{
    char     text[8192];
    size_t   len;
    json_t  *o;

    len = bmc_show_op(rig.b, op, text, sizeof(text));
    assert_true(len <= sizeof(text));
    o = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(o);

    return o;
}


static void
a_groups_change_is_an_operation_of_its_own(void **state)
{
    json_t         *o;
    uint64_t        id;
    rig_ask_t       a;
    members_t       m;
    bmc_op_info_t   op;

    rig_open("stagger 30ms; host n[1-6] { " RIG_SIM "}", 0);
    assert_int_equal(group_change(BMC_POWER_CYCLE, 0, hosts, 3, &id),
        BMC_OK);
    assert_true(id != 0 && id < ((uint64_t) 1 << 53));
    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_SENT);
    assert_int_equal(op.hosts, 3);
    assert_int_equal(op.ended, 0);
    assert_string_equal(op.host, "rack1");
    assert_string_equal(op.actor, "local:root");

    /* another's change in between is none of its members */

    assert_int_equal(rig_ask(&a, "n6", BMC_POWER_CYCLE, 0), BMC_OK);
    assert_true(group.done == 0 && rig_until(rig.b, &group.done, 1, 3000));
    rig_sleep(50);
    assert_int_equal(rig_ask(&a, "n5", BMC_POWER_CYCLE, 0), BMC_OK);

    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_ACCEPTED);
    assert_int_equal(op.rc, BMC_OK);
    assert_string_equal(op.text, "3 done");
    assert_true(op.ended >= op.sent && op.sent >= op.asked);

    m = group_members(&op, GROUP_STEPS);
    assert_int_equal(m.n, 3);
    assert_string_equal(m.host[0], "n1");
    assert_string_equal(m.host[2], "n3");

    o = shown(&op);
    assert_string_equal(json_string_value(json_object_get(o, "group")),
        "rack1");
    assert_null(json_object_get(o, "host"));
    assert_int_equal(json_integer_value(json_object_get(o, "hosts")), 3);
    assert_int_equal(json_array_size(json_object_get(o, "members")), 3);
    json_decref(o);

    assert_int_equal(rig_audit("\"asked\"", "a group of 3 hosts"), 1);
    assert_int_equal(rig_audit("\"asked\"", "\"door\":\"test\""), 6);
    assert_int_equal(rig_audit("\"3 done\"", "rack1"), 1);
}


static void
a_group_is_verified_when_each_host_is(void **state)
{
    json_t         *o, *counts;
    uint64_t        id;
    bmc_op_info_t   op;

    rig_open("host n[1-2] { " RIG_SIM "}", 0);
    assert_int_equal(group_change(BMC_POWER_FORCE_OFF, BMC_VERIFY, hosts, 2,
        &id), BMC_OK);
    assert_true(rig_until(rig.b, &group.done, 1, 5000));
    assert_int_equal(group.ok, 2);
    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_VERIFIED);

    o = shown(&op);
    counts = json_object_get(o, "counts");
    assert_int_equal(json_object_size(counts), 1);
    assert_int_equal(json_integer_value(json_object_get(counts, "verified")),
        2);
    json_decref(o);
}


static void
a_group_tells_how_many_failed(void **state)
{
    uint64_t       id;
    members_t      m;
    bmc_op_info_t  op;

    static const char  *some[] = { "n1", "nobody", "n2", "n3" };

    rig_open("host n1 { " RIG_SIM "} host n2 { timeout 300ms; " RIG_SIM "} "
        "host n3 { " RIG_SIM "}", 0);
    rig_fault("n2", "dead");
    assert_int_equal(group_change(BMC_POWER_ON, 0, some, 4, &id), BMC_OK);
    assert_true(rig_until(rig.b, &group.done, 1, 3000));
    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_FAILED);
    assert_int_equal(op.rc, BMC_FAILED);
    assert_string_equal(op.text, "2 done, 2 failed");

    /* who was refused has no operation */

    m = group_members(&op, GROUP_STEPS);
    assert_int_equal(m.n, 3);
    assert_int_equal(op.hosts, 4);
}


static void
nobody_need_wait_for_a_group(void **state)
{
    uint64_t       id;
    bmc_op_info_t  op;
    bmc_request_t  req;

    static const char  *some[] = { "n1", "nobody" };

    rig_open("host n1 { " RIG_SIM "}", 0);
    req = rig_request("rack1", BMC_POWER_ON, 0);
    assert_int_equal(bmc_submit_group(rig.b, &req, some, 2, NULL, NULL, NULL,
        NULL, &id, NULL), BMC_OK);
    rig_sleep(300);
    assert_false(bmc_busy(rig.b));
    assert_true(bmc_op_info(rig.b, id, &op));
    assert_string_equal(op.text, "1 done, 1 failed");
}


static void
only_a_named_change_of_somebody_is_an_operation(void **state)
{
    uint64_t       id, before;
    bmc_request_t  req;

    rig_open("host n[1-6] { " RIG_SIM "}", 0);
    before = bmc_board_op_last(rig.b->board);

    id = 1;
    assert_int_equal(group_change(BMC_BOOT_GET, 0, hosts, 6, &id), BMC_OK);
    assert_true(rig_until(rig.b, &group.done, 1, 3000));
    assert_true(id == 0);

    id = 1;
    assert_int_equal(group_change(BMC_POWER_ON, 0, hosts, 0, &id), BMC_OK);
    assert_true(rig_until(rig.b, &group.done, 1, 3000));
    assert_true(id == 0);
    assert_true(bmc_board_op_last(rig.b->board) == before);

    req = rig_request(NULL, BMC_POWER_ON, 0);
    memset(&group, 0, sizeof(group));
    id = 1;
    assert_int_equal(bmc_submit_group(rig.b, &req, hosts, 1, group_step,
        group_done, NULL, NULL, &id, rig.why), BMC_OK);
    assert_true(rig_until(rig.b, &group.done, 1, 3000));
    assert_true(id == 0);
    assert_true(bmc_board_op_last(rig.b->board) == before + 1);
}


/* -- what lists tell */

static bool
listed(void *data, const bmc_op_info_t *op)
{
    (*(unsigned *) data)++;

    return true;
}


static void
operations_are_listed_for_a_day(void **state)
{
    int64_t        asked;
    unsigned       n;
    uint64_t       id, word;
    rig_ask_t      a;
    board_op_t    *record;
    bmc_op_info_t  op;

    rig_open("host n[1-2] { " RIG_SIM "}", 0);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_CYCLE, 0), BMC_OK);
    id = a.id;
    assert_int_equal(rig_ask(&a, "n2", BMC_POWER_CYCLE, 0), BMC_OK);
    n = 0;
    bmc_op_list(rig.b, listed, &n);
    assert_int_equal(n, 2);

    record = &rig.b->board->file->ops[id % BMC_BOARD_OPS];
    asked = bmc_wall() - 86400000 - 1000;
    memcpy(&word, &asked, sizeof(word));
    atomic_store(&record->fixed[offsetof(board_op_fixed_t, asked)
                                / sizeof(uint64_t)], word);

    n = 0;
    bmc_op_list(rig.b, listed, &n);
    assert_int_equal(n, 1);
    assert_true(bmc_op_info(rig.b, id, &op));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(changes_of_a_group_are_staggered),
        rig_test(reads_of_a_group_do_not_wait_for_each_other),
        rig_test(who_is_refused_is_one_step_of_many),
        rig_test(a_group_of_nobody_is_done),
        rig_test(dropping_a_group_leaves_the_rest_untouched),
        rig_test(a_group_may_be_dropped_inside_a_step),
        rig_test(a_group_ends_with_its_core),
        rig_test(a_groups_change_is_an_operation_of_its_own),
        rig_test(a_group_is_verified_when_each_host_is),
        rig_test(a_group_tells_how_many_failed),
        rig_test(nobody_need_wait_for_a_group),
        rig_test(only_a_named_change_of_somebody_is_an_operation),
        rig_test(operations_are_listed_for_a_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
