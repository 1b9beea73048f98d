
/*
 * Copyright (C) the bmcgate authors
 *
 * Events: what has changed, here and in other processes.
 */


#include "core_rig.h"


typedef struct {
    unsigned     n;
    unsigned     leave_at;           /* unwatch inside of this one */
    bmc_event_t  event[64];
} seen_t;


static seen_t     one, two;
static rig_ask_t  a;


static void
watch(void *data, const bmc_event_t *event)
{
    seen_t  *s = data;

    if (s->n < 64) {
        s->event[s->n] = *event;
    }

    s->n++;

    if (s->n == s->leave_at) {
        bmc_unwatch(rig.b, watch, s);
    }
}


static void
begin(void)
{
    memset(&one, 0, sizeof(one));
    memset(&two, 0, sizeof(two));
    rig_open("host n[1-2] { timeout 3s; " RIG_SIM "}", 0);
}


static void
a_watcher_is_told_in_order(void **state)
{
    begin();
    assert_int_equal(bmc_watch(rig.b, 0, watch, &one), BMC_OK);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_FORCE_OFF, BMC_VERIFY),
        BMC_OK);
    rig_sleep(20);

    /* reached; sent and accepted; off; verified */

    assert_true(one.n >= 4);
    assert_int_equal(one.event[0].kind, BMC_EVENT_REACH);
    assert_int_equal(one.event[0].is, BMC_REACH_YES);
    assert_int_equal(one.event[1].kind, BMC_EVENT_OPERATION);
    assert_int_equal(one.event[1].is, BMC_OP_ACCEPTED);
    assert_int_equal(one.event[1].op, a.id);
    assert_int_equal(one.event[1].verb, BMC_POWER_FORCE_OFF);
    assert_string_equal(one.event[1].host, "n1");
    assert_int_equal(one.event[2].kind, BMC_EVENT_POWER);
    assert_int_equal(one.event[2].was, BMC_POWER_IS_UNKNOWN);
    assert_int_equal(one.event[2].is, BMC_POWER_IS_OFF);
    assert_int_equal(one.event[one.n - 1].is, BMC_OP_VERIFIED);
    assert_true(one.event[1].id > one.event[0].id);
}


static void
what_was_missed_comes_first(void **state)
{
    unsigned  missed;

    begin();
    assert_int_equal(bmc_watch(rig.b, 0, watch, &one), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n2"), BMC_OK);
    rig_sleep(20);
    assert_true(one.n >= 4);

    missed = one.n - 1;
    assert_int_equal(bmc_watch(rig.b, one.event[0].id, watch, &two), BMC_OK);
    assert_int_equal(two.n, 0);
    rig_sleep(20);
    assert_int_equal(two.n, missed);
    assert_int_equal(two.event[0].id, one.event[1].id);

    /* both go on */

    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_OK);
    rig_sleep(20);
    assert_int_equal(two.n, missed + 1);
    assert_int_equal(one.n, missed + 2);
}


static void
a_watcher_may_leave_while_it_is_told(void **state)
{
    begin();
    one.leave_at = 2;
    assert_int_equal(bmc_watch(rig.b, 0, watch, &one), BMC_OK);
    assert_int_equal(bmc_watch(rig.b, 0, watch, &two), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n2"), BMC_OK);
    rig_sleep(20);
    assert_int_equal(one.n, 2);
    assert_true(two.n >= 4);

    bmc_unwatch(rig.b, watch, &one);
    bmc_unwatch(rig.b, watch, &two);
    bmc_unwatch(rig.b, watch, &two);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_OK);
    rig_sleep(20);
    assert_int_equal(one.n, 2);
}


static void
events_of_another_process_come_promptly(void **state)
{
    int64_t        began;
    unsigned       i, n;
    rig_process_t  p;

    rig_write("host n[1-2] { timeout 3s; " RIG_SIM "}");
    p = rig_fork(rig_hold_n1);
    begin();
    assert_int_equal(bmc_watch(rig.b, 0, watch, &one), BMC_OK);
    rig_sleep(20);

    for (i = 0; i < 5; i++) {
        n = one.n;
        began = bmc_now();
        assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_OK);
        assert_true(rig_until(rig.b, &one.n, n + 1, 2000));
        assert_true(bmc_now() - began < 500);
        assert_int_equal(one.event[n].op, a.id);
    }

    assert_int_equal(rig_end(&p, 0), 0);
}


/* nobody here asks anything: the notice alone wakes us */

static void
asks_by_itself(int in, int out)
{
    bmc_t       *b;
    char         byte;
    bmc_rc_t     rc;
    bmc_base_t  *base;

    base = rig_load(0);
    rig_must(base != NULL);
    rig_must(write(out, "r", 1) == 1);
    b = bmc_open(base, 0, NULL, NULL, &rc);
    rig_must(b != NULL);
    rig_must(read(in, &byte, 1) == 1);
    rig_must(rig_read(b, "n1") == BMC_OK);
    bmc_close(b, 2000);
    bmc_unload(base);
}


static void
a_notice_wakes_who_sleeps(void **state)
{
    rig_process_t  p;

    rig_write("host n[1-2] { timeout 3s; " RIG_SIM "}");
    p = rig_fork(asks_by_itself);
    begin();
    assert_int_equal(bmc_watch(rig.b, 0, watch, &one), BMC_OK);
    rig_sleep(100);
    assert_int_equal(one.n, 0);
    assert_int_equal(write(p.in, "g", 1), 1);
    assert_true(rig_until(rig.b, &one.n, 3, 2000));
    assert_string_equal(one.event[0].host, "n1");
    assert_int_equal(rig_end(&p, 0), 0);
}


static struct {
    unsigned  n;
    uint64_t  id[8];
} list;


static bool
each(void *data, const bmc_op_info_t *info)
{
    list.id[list.n++] = info->id;
    assert_string_equal(info->actor, "local:root");

    return list.n < 3;
}


static void
operations_are_listed_newest_first(void **state)
{
    unsigned  i;

    begin();

    for (i = 0; i < 4; i++) {
        assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_OK);
    }

    memset(&list, 0, sizeof(list));
    bmc_op_list(rig.b, each, NULL);
    assert_int_equal(list.n, 3);
    assert_int_equal(list.id[0], a.id);
    assert_true(list.id[0] > list.id[1] && list.id[1] > list.id[2]);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_watcher_is_told_in_order),
        rig_test(what_was_missed_comes_first),
        rig_test(a_watcher_may_leave_while_it_is_told),
        rig_test(events_of_another_process_come_promptly),
        rig_test(a_notice_wakes_who_sleeps),
        rig_test(operations_are_listed_newest_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
