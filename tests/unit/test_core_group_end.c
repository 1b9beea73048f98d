
/*
 * Copyright (C) the bmcgate authors
 *
 * How a group's operation ends when not all goes as asked: who may not, who
 * no longer exists, a group that is given up, or never begun, and a process
 * that ends in the middle.
 */


#include "group_rig.h"

#include <sys/resource.h>


static const bmc_actor_t  operator = {
    .kind = BMC_ACTOR_USER, .name = "alice", .from = "test"
};


static uint64_t
submit(const bmc_actor_t *actor, size_t n)
{
    uint64_t       id;
    bmc_request_t  req;

    req = rig_request("rack1", BMC_POWER_ON, 0);
    req.actor = actor;
    assert_int_equal(group_submit(&req, hosts, n, &id), BMC_OK);
    assert_true(id != 0);

    return id;
}


static void
whom_policy_refuses_is_one_that_failed(void **state)
{
    uint64_t       id;
    bmc_op_info_t  op;

    rig_open("user alice { password_hash \"$6$a$b\"; role operator; "
        "hosts n[2-3]; } host n[1-6] { " RIG_SIM "}", 0);
    id = submit(&operator, 4);
    assert_true(rig_until(rig.b, &group.done, 1, 3000));

    assert_int_equal(group.steps, 4);
    assert_int_equal(group.rc[0], BMC_DENIED);
    assert_int_equal(group.rc[1], BMC_DENIED);
    assert_int_equal(group.rc[2], BMC_OK);
    assert_int_equal(group.rc[3], BMC_OK);

    assert_true(bmc_op_info(rig.b, id, &op));
    assert_string_equal(op.actor, "user:alice");
    assert_string_equal(op.text, "2 done, 2 failed");
    assert_int_equal(group_members(&op, HOSTS).n, 2);
    assert_int_equal(group_members(&op, 1).n, 1);
    assert_int_equal(rig_audit("\"refused\"", "is not for host"), 2);
}


/* the group itself counts as no change: its hosts do */

static void
a_limit_lets_as_many_hosts_pass_as_it_says(void **state)
{
    uint64_t       id;
    bmc_op_info_t  op;

    rig_open("limit changes 3/h; host n[1-6] { " RIG_SIM "}", 0);
    id = submit(&rig_root, 5);
    assert_true(rig_until(rig.b, &group.done, 1, 3000));
    assert_int_equal(group.rc[0], BMC_LIMITED);
    assert_int_equal(group.rc[1], BMC_LIMITED);

    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_FAILED);
    assert_string_equal(op.text, "3 done, 2 failed");
    assert_int_equal(group_members(&op, HOSTS).in[BMC_OP_ACCEPTED], 3);
}


static void
hosts_that_are_removed_meanwhile_failed(void **state)
{
    uint64_t       id;
    bmc_base_t    *base;
    bmc_op_info_t  op;

    rig_open("stagger 150ms; host n[1-6] { " RIG_SIM "}", 0);
    id = submit(&rig_root, 3);
    assert_true(rig_until(rig.b, &group.steps, 1, 3000));

    rig_write("stagger 150ms; host n1 { " RIG_SIM "}");
    base = rig_load(0);
    assert_non_null(base);
    assert_int_equal(bmc_reload(rig.b, base), BMC_OK);
    bmc_unload(rig.base);
    rig.base = base;

    assert_true(rig_until(rig.b, &group.done, 1, 3000));
    assert_int_equal(group.rc[2], BMC_NO_HOST);
    assert_true(bmc_op_info(rig.b, id, &op));
    assert_string_equal(op.text, "1 done, 2 failed");
}


/* some are at it; what became of them their own operations tell */

static void
a_core_that_ends_in_the_middle_does_not_claim_to_know(void **state)
{
    char           text[BMC_TEXT_MAX];
    bmc_rc_t       rc;
    uint64_t       id;
    members_t      m;
    bmc_op_info_t  op;

    rig_open("stagger 300ms; host n[1-6] { driver sim; "
        "sim { latency 1s; } }", 0);
    id = submit(&rig_root, 6);
    rig_sleep(400);
    assert_int_equal(group.steps, 0);
    rig_close(2000);
    assert_int_equal(group.steps, 0);
    assert_int_equal(group.done, 0);

    rig.base = rig_load(0);
    assert_non_null(rig.base);
    rig.b = bmc_open(rig.base, 0, rig_say, NULL, &rc);
    assert_non_null(rig.b);

    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_UNKNOWN);
    assert_int_equal(op.rc, BMC_UNKNOWN);
    assert_true(op.ended != 0);

    m = group_members(&op, HOSTS);
    assert_true(m.n >= 2 && m.n < HOSTS);
    (void) snprintf(text, sizeof(text), "0 done, %u not asked, %u still "
        "under way when the process ended", HOSTS - m.n, m.n);
    assert_string_equal(op.text, text);
    assert_int_equal(m.in[BMC_OP_ASKED] + m.in[BMC_OP_SENT], 0);
    assert_int_equal(rig_audit("\"outcome\"", "rack1")
                     + rig_audit("\"unknown\"", "rack1"), 1);
}


/* a group that its process wrote down, and no more */

static void
process_that_only_asks(int in, int out)
{
    bmc_t       *b;
    bmc_base_t  *base;

    b = rig_other(&base, 0);
    rig_must(bmc_board_op_part(b->board, "rack1", BMC_POWER_ON, "local:root",
                               0, 6) != 0);
    rig_must(write(out, "r", 1) == 1);
    rig_serve(b, in);
}


static void
a_group_that_was_only_asked_for_is_cancelled_with_its_process(void **state)
{
    uint64_t       id;
    bmc_op_info_t  op;
    rig_process_t  p;

    rig_open("host n[1-6] { " RIG_SIM "}", 0);
    id = bmc_board_op_last(rig.b->board) + 1;
    p = rig_fork(process_that_only_asks);
    (void) rig_end(&p, SIGKILL);
    bmc_bury(rig.b);

    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_CANCELLED);
    assert_non_null(strstr(op.text, "nothing was sent"));
    assert_int_equal(group_members(&op, HOSTS).n, 0);
}


static void
a_group_that_is_given_up_tells_who_was_not_asked(void **state)
{
    uint64_t       id;
    bmc_op_info_t  op;

    rig_open("stagger 100ms; host n[1-6] { " RIG_SIM "}", 0);
    assert_int_equal(group_change(BMC_POWER_ON, 0, hosts, 6, &id), BMC_OK);
    assert_true(rig_until(rig.b, &group.steps, 2, 3000));
    bmc_drop_group(group.g);
    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_FAILED);
    assert_string_equal(op.text, "2 done, 4 not asked");
    rig_sleep(150);
    assert_int_equal(rig_audit("2 done, 4 not asked", "rack1"), 1);
}


static void
a_group_that_cannot_be_written_down_is_not_begun(void **state)
{
    bmc_rc_t        rc;
    uint64_t        id;
    bmc_op_info_t   op;
    struct rlimit   was, none;

    rig_open("host n[1-6] { " RIG_SIM "}", 0);
    id = bmc_board_op_last(rig.b->board) + 1;

    /* no file may grow: not the audit; the board has its pages already */

    assert_int_equal(group_change(BMC_POWER_ON, 0, hosts, 1, NULL), BMC_OK);
    assert_true(rig_until(rig.b, &group.done, 1, 3000));
    (void) signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    none = was;
    none.rlim_cur = 16;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    rc = group_change(BMC_POWER_ON, 0, hosts, 6, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);

    assert_int_equal(rc, BMC_UNAUDITED);
    assert_non_null(strstr(rig.why, "audit.log"));
    rig_sleep(50);
    assert_int_equal(group.steps, 0);
    assert_true(bmc_op_info(rig.b, id + 2, &op));
    assert_int_equal(op.hosts, 6);
    assert_int_equal(op.state, BMC_OP_FAILED);
    assert_int_equal(op.rc, BMC_UNAUDITED);
    assert_int_equal(rig_count("n2", "executed"), 0);
}


/* asks for six hosts, and is killed after the second */

static void
process_of_a_group(int in, int out)
{
    bmc_t          *b;
    bmc_base_t     *base;
    bmc_request_t   req;

    b = rig_other(&base, 0);
    req = rig_request("rack1", BMC_POWER_ON, 0);
    rig_must(bmc_submit_group(b, &req, hosts, 6, NULL, NULL, NULL, NULL,
                              NULL, NULL) == BMC_OK);
    (void) rig_until(b, NULL, 0, 900);
    rig_must(write(out, "r", 1) == 1);
    rig_serve(b, in);
}


static void
a_killed_process_leaves_no_group_under_way(void **state)
{
    char           last[BMC_NAME_MAX];
    uint64_t       id;
    members_t      m;
    bmc_op_info_t  op;
    rig_process_t  p;

    rig_open("stagger 600ms; host n[1-6] { poll 1h; " RIG_SIM "}", 0);
    id = bmc_board_op_last(rig.b->board) + 1;
    p = rig_fork(process_of_a_group);
    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_SENT);
    (void) rig_end(&p, SIGKILL);

    bmc_bury(rig.b);

    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_UNKNOWN);
    assert_int_equal(op.rc, BMC_UNKNOWN);
    m = group_members(&op, GROUP_STEPS);
    assert_true(m.n >= 1 && m.n < 6);
    (void) snprintf(last, sizeof(last), "died: %u of 6 hosts were not asked",
        6 - m.n);
    assert_non_null(strstr(op.text, last));
    assert_int_equal(rig_audit("\"lost\"", last), 1);
}


/* numbers that nobody was given yet, and those long forgotten */

static void
members_of_a_group_that_never_was_are_none(void **state)
{
    rig_ask_t      a;
    bmc_op_info_t  op;

    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_OK);
    memset(&op, 0, sizeof(op));
    op.hosts = UINT32_MAX;

    op.id = 1;
    assert_int_equal(group_members(&op, HOSTS).n, 0);
    op.id = a.id;
    assert_int_equal(group_members(&op, HOSTS).n, 0);
    op.id = a.id + 1000;
    assert_int_equal(group_members(&op, HOSTS).n, 0);
    op.id = UINT64_MAX;
    assert_int_equal(group_members(&op, HOSTS).n, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(whom_policy_refuses_is_one_that_failed),
        rig_test(a_limit_lets_as_many_hosts_pass_as_it_says),
        rig_test(hosts_that_are_removed_meanwhile_failed),
        rig_test(a_core_that_ends_in_the_middle_does_not_claim_to_know),
        rig_test(
            a_group_that_was_only_asked_for_is_cancelled_with_its_process),
        rig_test(a_group_that_is_given_up_tells_who_was_not_asked),
        rig_test(a_group_that_cannot_be_written_down_is_not_begun),
        rig_test(a_killed_process_leaves_no_group_under_way),
        rig_test(members_of_a_group_that_never_was_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
