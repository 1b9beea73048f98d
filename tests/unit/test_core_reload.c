
/*
 * Copyright (C) the bmcgate authors
 *
 * A new fleet under a running core.
 */


#include "core_rig.h"

#include <dirent.h>


static rig_ask_t  a, c;


static bmc_rc_t
reload(const char *text)
{
    bmc_rc_t     rc;
    bmc_base_t  *base;

    rig_write(text);
    base = rig_load(0);

    if (base == NULL) {
        return BMC_CONF;
    }

    rc = bmc_reload(rig.b, base);
    bmc_unload(base);

    return rc;
}


static unsigned
descriptors(void)
{
    DIR       *d;
    unsigned   n;

    d = opendir("/proc/self/fd");
    assert_non_null(d);

    for (n = 0; readdir(d) != NULL; n++) { /* void */ }

    (void) closedir(d);

    return n;
}


static void
unchanged_stay_changed_log_in_anew_removed_log_out(void **state)
{
    rig_open("host n[1-3] { " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n2"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n3"), BMC_OK);

    assert_int_equal(reload("host n4 { " RIG_SIM "} host n1 { " RIG_SIM "} "
        "host n2 { timeout 3s; " RIG_SIM "}"), BMC_OK);
    rig_sleep(100);

    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n2"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n4"), BMC_OK);
    assert_int_equal(rig_ask(&a, "n3", BMC_POWER_STATUS, 0), BMC_NO_HOST);

    assert_int_equal(rig_count("n1", "logins"), 1);
    assert_int_equal(rig_count("n2", "logins"), 2);
    assert_int_equal(rig_count("n2", "sessions"), 1);
    assert_int_equal(rig_count("n2", "sessions_max"), 1);
    assert_int_equal(rig_count("n3", "sessions"), 0);
    assert_int_equal(rig_count("n4", "sessions"), 1);
    assert_int_equal(bmc_host_count(bmc_base(rig.b)), 3);
}


static void
a_wrong_file_leaves_the_old_fleet_running(void **state)
{
    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    rig_write("host n1 { bogus 1; " RIG_SIM "}");
    assert_null(rig_load(0));
    assert_non_null(strstr(rig.said, "bogus"));
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_count("n1", "logins"), 1);
}


static void
another_run_folder_needs_a_restart(void **state)
{
    char         path[128];
    FILE        *f;
    bmc_base_t  *base;

    rig_open("host n1 { " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);

    (void) snprintf(path, sizeof(path), "%s/other.conf", rig.dir);
    f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "run %s/run2; state %s/state; audit %s/audit.log; "
        "host n1 { driver sim; }", rig.dir, rig.dir, rig.dir);
    assert_int_equal(fclose(f), 0);
    (void) snprintf(rig.conf, sizeof(rig.conf), "%.90s", path);

    base = rig_load(0);
    assert_non_null(base);
    assert_int_equal(bmc_reload(rig.b, base), BMC_CONF);
    bmc_unload(base);
    assert_non_null(strstr(rig.said, "needs a restart"));
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_count("n1", "logins"), 1);
}


static void
what_is_under_way_ends_as_if_nothing_happened(void **state)
{
    static const char  *fleet = "host n[1-2] { timeout 2s; driver sim; "
        "sim { latency 150ms; } }";

    rig_open(fleet, 0);
    rig_submit(rig.b, &a, "n1", BMC_POWER_FORCE_OFF, 0, 0);
    rig_submit(rig.b, &c, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_sleep(50);
    assert_int_equal(reload(fleet), BMC_OK);
    assert_true(rig_until(rig.b, &c.done, 1, 3000));
    assert_int_equal(a.rc, BMC_OK);
    assert_int_equal(c.rc, BMC_OK);
    assert_int_equal(c.view.power, BMC_POWER_IS_OFF);
    assert_int_equal(rig_count("n1", "logins"), 1);
    assert_int_equal(rig_count("n1", "executed"), 1);
}


/* one is at the BMC and ends; one waits and is not for anybody any more */

static void
what_waits_for_a_removed_host_ends_as_no_host(void **state)
{
    rig_ask_t      follows, change;
    bmc_op_info_t  info;

    rig_open("host n[1-2] { timeout 2s; driver sim; sim { latency 150ms; } }",
        0);
    rig_submit(rig.b, &a, "n1", BMC_POWER_FORCE_OFF, 0, 0);
    rig_submit(rig.b, &c, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &follows, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &change, "n1", BMC_POWER_ON, 0, 0);
    rig_sleep(50);
    assert_int_equal(reload("host n2 { " RIG_SIM "}"), BMC_OK);
    assert_true(rig_until(rig.b, &change.done, 1, 3000));
    assert_true(rig_until(rig.b, &follows.done, 1, 3000));

    assert_int_equal(a.rc, BMC_OK);
    assert_int_equal(c.rc, BMC_NO_HOST);
    assert_int_equal(follows.rc, BMC_NO_HOST);
    assert_int_equal(change.rc, BMC_NO_HOST);
    assert_non_null(strstr(change.text, "removed"));
    assert_true(bmc_op_info(rig.b, change.id, &info));
    assert_int_equal(info.state, BMC_OP_FAILED);
    assert_int_equal(rig_count("n1", "executed"), 1);
    assert_int_equal(rig_count("n1", "sessions"), 0);
}


static void
what_waits_for_a_changed_host_is_asked_in_the_new_session(void **state)
{
    rig_ask_t  follows;

    rig_open("host n1 { timeout 2s; driver sim; sim { latency 100ms; } }", 0);
    rig_submit(rig.b, &a, "n1", BMC_BOOT_GET, 0, 0);
    rig_submit(rig.b, &c, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_submit(rig.b, &follows, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
    rig_sleep(50);
    assert_int_equal(reload("host n1 { timeout 3s; " RIG_SIM "}"), BMC_OK);
    assert_true(rig_until(rig.b, &follows.done, 1, 3000));
    assert_int_equal(a.rc, BMC_OK);
    assert_int_equal(c.rc, BMC_OK);
    assert_int_equal(follows.rc, BMC_OK);
    assert_int_equal(rig_count("n1", "logins"), 2);
    assert_int_equal(rig_count("n1", "sessions_max"), 1);
}


static void
a_host_removed_and_back_has_one_session(void **state)
{
    static const char  *with = "host n[1-2] { timeout 2s; driver sim; "
        "sim { latency 100ms; } }";

    rig_open(with, 0);
    rig_submit(rig.b, &a, "n1", BMC_BOOT_GET, 0, 0);
    rig_sleep(120);
    assert_int_equal(reload("host n2 { " RIG_SIM "}"), BMC_OK);
    assert_int_equal(reload(with), BMC_OK);
    assert_int_equal(rig_ask(&c, "n1", BMC_POWER_STATUS, BMC_FRESH), BMC_OK);
    assert_int_equal(a.rc, BMC_OK);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_count("n1", "sessions_max"), 1);
    assert_int_equal(rig_count("n1", "sessions"), 1);
}


static void
a_busy_host_that_is_reloaded_still_gets_its_change(void **state)
{
    rig_open("host n1 { timeout 3s; " RIG_SIM "}", 0);
    rig_fault("n1", "busy");
    rig_submit(rig.b, &a, "n1", BMC_POWER_ON, 0, 0);
    rig_sleep(100);
    assert_int_equal(reload("host n1 { timeout 4s; " RIG_SIM "}"), BMC_OK);
    rig_fault("n1", NULL);
    assert_true(rig_until(rig.b, &a.done, 1, 4000));
    assert_int_equal(a.rc, BMC_OK);
    assert_int_equal(rig_count("n1", "executed"), 1);
}


static void
polling_goes_on_with_the_new_interval(void **state)
{
    long  reads;

    rig_open("host n1 { poll off; " RIG_SIM "}", BMC_POLL);
    rig_sleep(300);
    assert_int_equal(rig_count("n1", "reads"), 0);
    assert_int_equal(reload("host n1 { poll 1s; " RIG_SIM "}"), BMC_OK);
    rig_sleep(1500);
    reads = rig_count("n1", "power.status");
    assert_in_range(reads, 1, 3);
    assert_int_equal(reload("host n1 { poll off; " RIG_SIM "}"), BMC_OK);
    rig.turns = 0;
    rig_sleep(1500);
    assert_in_range(rig_count("n1", "power.status"), reads, reads + 1);
    assert_true(rig.turns < 30);
}


static void
two_hundred_reloads_leak_nothing(void **state)
{
    char      text[512];
    unsigned  i, before;

    before = 0;

    rig_open("host n[1-4] { " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);

    for (i = 0; i < 200; i++) {
        (void) snprintf(text, sizeof(text), "host n1 { " RIG_SIM "} "
            "host n2 { timeout %us; " RIG_SIM "} %s", 1 + i % 3,
            i % 2 ? "host n[3-4] { " RIG_SIM "}" : "");
        assert_int_equal(reload(text), BMC_OK);

        if (i % 3 == 0) {
            rig_submit(rig.b, &a, "n2", BMC_POWER_STATUS, BMC_FRESH, 0);
            bmc_drop(a.op);
            rig_submit(rig.b, &a, "n1", BMC_POWER_STATUS, BMC_FRESH, 0);
            (void) rig_ask(&c, "n3", BMC_POWER_ON, 0);
            assert_true(rig_until(rig.b, &a.done, 1, 1000));
        }

        bmc_run(rig.b);
        before = i == 10 ? descriptors() : before;
    }

    rig_sleep(100);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n2"), BMC_OK);
    assert_int_equal(rig_count("n1", "logins"), 1);
    assert_int_equal(rig_count("n2", "sessions_max"), 1);
    assert_int_equal(descriptors(), before);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(unchanged_stay_changed_log_in_anew_removed_log_out),
        rig_test(a_wrong_file_leaves_the_old_fleet_running),
        rig_test(another_run_folder_needs_a_restart),
        rig_test(what_is_under_way_ends_as_if_nothing_happened),
        rig_test(what_waits_for_a_removed_host_ends_as_no_host),
        rig_test(what_waits_for_a_changed_host_is_asked_in_the_new_session),
        rig_test(a_host_removed_and_back_has_one_session),
        rig_test(a_busy_host_that_is_reloaded_still_gets_its_change),
        rig_test(polling_goes_on_with_the_new_interval),
        rig_test(two_hundred_reloads_leak_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
