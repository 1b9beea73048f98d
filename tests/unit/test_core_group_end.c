
/*
 * Copyright (C) the bmcgate authors
 *
 * How a group's operation ends when not all goes as asked: who may not, who
 * no longer exists, and a process that ends in the middle.
 */


#include "core_rig.h"

#include "show/show.h"


#define HOSTS  6


static const char *const  hosts[HOSTS] = {
    "n1", "n2", "n3", "n4", "n5", "n6"
};


static const bmc_actor_t  operator = {
    .kind = BMC_ACTOR_USER, .name = "alice", .from = "test"
};


static struct {
    unsigned  steps;
    unsigned  done;
    bmc_rc_t  rc[HOSTS];
} seen;


static void
step(void *data, const bmc_result_t *r)
{
    if (seen.steps < HOSTS) {
        seen.rc[seen.steps++] = r->rc;
    }
}


static void
done(void *data, unsigned ok, unsigned failed)
{
    seen.done++;
}


static uint64_t
submit(const bmc_actor_t *actor, size_t n)
{
    uint64_t       id;
    bmc_request_t  req;

    memset(&seen, 0, sizeof(seen));
    req = rig_request("rack1", BMC_POWER_ON, 0);
    req.actor = actor;
    assert_int_equal(bmc_submit_group(rig.b, &req, hosts, n, step, done,
        NULL, NULL, &id, rig.why), BMC_OK);
    assert_true(id != 0);

    return id;
}


typedef struct {
    unsigned  n;
    unsigned  most;
    unsigned  in[BMC_OP_UNVERIFIED + 1];
} members_t;


static bool
member(void *data, const bmc_op_info_t *op)
{
    members_t  *m = data;

    m->in[op->state]++;

    return ++m->n < m->most;
}


static members_t
members(const bmc_op_info_t *op, unsigned most)
{
    members_t  m;

    memset(&m, 0, sizeof(m));
    m.most = most;
    bmc_op_members(rig.b, op, member, &m);

    return m;
}


static void
whom_policy_refuses_is_one_that_failed(void **state)
{
    uint64_t       id;
    bmc_op_info_t  op;

    rig_open("user alice { password_hash \"$6$a$b\"; role operator; "
        "hosts n[2-3]; } host n[1-6] { " RIG_SIM "}", 0);
    id = submit(&operator, 4);
    assert_true(rig_until(rig.b, &seen.done, 1, 3000));

    assert_int_equal(seen.steps, 4);
    assert_int_equal(seen.rc[0], BMC_DENIED);
    assert_int_equal(seen.rc[1], BMC_DENIED);
    assert_int_equal(seen.rc[2], BMC_OK);
    assert_int_equal(seen.rc[3], BMC_OK);

    assert_true(bmc_op_info(rig.b, id, &op));
    assert_string_equal(op.actor, "user:alice");
    assert_string_equal(op.text, "2 done, 2 failed");
    assert_int_equal(members(&op, HOSTS).n, 2);
    assert_int_equal(members(&op, 1).n, 1);
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
    assert_true(rig_until(rig.b, &seen.done, 1, 3000));
    assert_int_equal(seen.rc[0], BMC_LIMITED);
    assert_int_equal(seen.rc[1], BMC_LIMITED);

    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_FAILED);
    assert_string_equal(op.text, "3 done, 2 failed");
    assert_int_equal(members(&op, HOSTS).in[BMC_OP_ACCEPTED], 3);
}


static void
hosts_that_are_removed_meanwhile_failed(void **state)
{
    uint64_t       id;
    bmc_base_t    *base;
    bmc_op_info_t  op;

    rig_open("stagger 150ms; host n[1-6] { " RIG_SIM "}", 0);
    id = submit(&rig_root, 3);
    assert_true(rig_until(rig.b, &seen.steps, 1, 3000));

    rig_write("stagger 150ms; host n1 { " RIG_SIM "}");
    base = rig_load(0);
    assert_non_null(base);
    assert_int_equal(bmc_reload(rig.b, base), BMC_OK);
    bmc_unload(rig.base);
    rig.base = base;

    assert_true(rig_until(rig.b, &seen.done, 1, 3000));
    assert_int_equal(seen.rc[2], BMC_NO_HOST);
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
    assert_int_equal(seen.steps, 0);
    rig_close(2000);
    assert_int_equal(seen.steps, 0);
    assert_int_equal(seen.done, 0);

    rig.base = rig_load(0);
    assert_non_null(rig.base);
    rig.b = bmc_open(rig.base, 0, rig_say, NULL, &rc);
    assert_non_null(rig.b);

    assert_true(bmc_op_info(rig.b, id, &op));
    assert_int_equal(op.state, BMC_OP_UNKNOWN);
    assert_int_equal(op.rc, BMC_UNKNOWN);
    assert_true(op.ended != 0);

    m = members(&op, HOSTS);
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
    bmc_rc_t     rc;
    bmc_base_t  *base;

    base = rig_load(0);
    rig_must(base != NULL);
    b = bmc_open(base, 0, NULL, NULL, &rc);
    rig_must(b != NULL);
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
    assert_int_equal(members(&op, HOSTS).n, 0);
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
    assert_int_equal(members(&op, HOSTS).n, 0);
    op.id = a.id;
    assert_int_equal(members(&op, HOSTS).n, 0);
    op.id = a.id + 1000;
    assert_int_equal(members(&op, HOSTS).n, 0);
    op.id = UINT64_MAX;
    assert_int_equal(members(&op, HOSTS).n, 0);
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
        rig_test(members_of_a_group_that_never_was_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
