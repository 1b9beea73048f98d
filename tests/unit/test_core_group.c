
/*
 * Copyright (C) the bmcgate authors
 *
 * One request for many hosts.
 */


#include "core_rig.h"


#define HOSTS  40


static struct {
    unsigned         steps;
    unsigned         done;
    unsigned         ok;
    unsigned         failed;
    unsigned         drop_at;        /* inside of this step */
    bmc_group_op_t  *g;
    int64_t          at[HOSTS];
    char             host[HOSTS][BMC_NAME_MAX];
    bmc_rc_t         rc[HOSTS];
} group;


static const char  *hosts[] = {
    "n1", "n2", "n3", "n4", "n5", "n6"
};


static void
step(void *data, const bmc_result_t *r)
{
    if (group.steps < HOSTS) {
        group.at[group.steps] = bmc_now();
        group.rc[group.steps] = r->rc;
        (void) snprintf(group.host[group.steps], BMC_NAME_MAX, "%s",
            r->host);
    }

    group.steps++;
    assert_int_equal(group.done, 0);

    if (group.steps == group.drop_at) {
        bmc_drop_group(group.g);
    }
}


static void
done(void *data, unsigned ok, unsigned failed)
{
    group.done++;
    group.ok = ok;
    group.failed = failed;
}


static bmc_rc_t
submit(bmc_verb_t verb, const char *const *names, size_t n)
{
    bmc_request_t  req;

    memset(&group, 0, sizeof(group));
    req = rig_request(NULL, verb, 0);

    return bmc_submit_group(rig.b, &req, names, n, step, done, NULL,
        &group.g, NULL, rig.why);
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

    rig_open("host n[1-2] { timeout 300ms; " RIG_SIM "} "
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
    assert_int_equal(bmc_submit_group(rig.b, &req, hosts, 1, step, done,
        NULL, NULL, NULL, rig.why), BMC_USAGE);
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
