
/*
 * Copyright (C) the bmcgate authors
 *
 * Two drivers that both tell the power of one host.
 */


#include "pair_rig.h"


static unsigned
said(const char *what)
{
    char      *p;
    unsigned   n;

    n = 0;

    for (p = rig.said; (p = strstr(p, what)) != NULL; p++) {
        n++;
    }

    return n;
}


static bool
until_said(const char *what, unsigned n)
{
    int64_t  end;

    for (end = bmc_now() + RIG_WAIT; said(what) < n; rig_sleep(20)) {
        if (bmc_now() > end) {
            return false;
        }
    }

    return true;
}


static void
second_opinion(void)
{
    rig.b->run[0]->opine = true;
    rig.b->run[0]->poll_at = bmc_clock(rig.b) + 1;
    bmc_run_arm(rig.b->run[0]);
    rig_sleep(60);
}


static void
protocols_that_disagree_about_power_are_told_once(void **state)
{
    char  text[4096];

    begin(TWO("poll 1s;"), BMC_POLL);
    both_answer();
    ipmi.off = true;
    assert_true(until_said("n1: redfish says that it is on, ipmi says off",
        1));
    assert_int_equal(view().power, BMC_POWER_IS_ON);
    assert_string_equal(view().driver, "redfish");
    host_text(text, sizeof(text));
    assert_non_null(strstr(text,
        "\"other\":{\"driver\":\"ipmi\",\"power\":\"off\",\"age\":"));

    second_opinion();
    second_opinion();
    assert_int_equal(said("ipmi says off"), 1);

    ipmi.off = false;
    second_opinion();
    assert_int_equal(said("redfish and ipmi agree again that it is on"), 1);
    assert_int_equal(view().power_other, BMC_POWER_IS_ON);
}


/* a minute later it would be another machine */

static void
a_disagreement_is_looked_at_at_once(void **state)
{
    begin(TWO("poll 1m;"), BMC_POLL);
    redfish.answers = true;
    ipmi.off = true;
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    second_opinion();
    puppet_end(&ipmi, BMC_OK, "");
    assert_int_equal(said("says"), 0);
    rig_sleep(60);
    assert_int_equal(said("ipmi says off"), 1);
}


/* the other was asked before the machine went off: that is no dispute */

static void
a_machine_that_goes_off_is_no_disagreement(void **state)
{
    begin(TWO("poll 1s;"), BMC_POLL);
    both_answer();
    rig_sleep(60);
    assert_true(rig_ask(&a, "n1", BMC_POWER_STATUS, BMC_FRESH) == BMC_OK);
    second_opinion();
    assert_int_equal(view().power_other, BMC_POWER_IS_ON);
    redfish.off = true;
    ipmi.off = true;
    assert_true(rig_ask(&a, "n1", BMC_POWER_STATUS, BMC_FRESH) == BMC_OK);
    assert_int_equal(view().power_other_at, 0);
    second_opinion();
    assert_int_equal(view().power_other, BMC_POWER_IS_OFF);
    assert_int_equal(said("says"), 0);
}


static void
a_silent_protocol_is_asked_for_no_opinion(void **state)
{
    unsigned  runs;

    begin(TWO("poll 1s;"), BMC_POLL);
    redfish.answers = true;
    rig_sleep(60);
    assert_true(rig_ask(&a, "n1", BMC_POWER_STATUS, BMC_FRESH) == BMC_OK);
    second_opinion();
    assert_int_equal(ipmi.runs, 1);
    puppet_end(&ipmi, BMC_UNREACHABLE, "nobody there");
    runs = ipmi.runs;
    second_opinion();
    second_opinion();
    assert_int_equal(ipmi.runs, runs);
    assert_int_equal(view().reach, BMC_REACH_YES);
    assert_int_equal(view().failures, 0);
}


/* it is a question of its own, whoever has asked for the power already */

static void
an_opinion_is_no_other_readers_answer(void **state)
{
    begin(TWO("poll 1s;"), BMC_POLL);
    both_answer();
    rig_sleep(60);
    assert_true(rig_ask(&a, "n1", BMC_POWER_STATUS, BMC_FRESH) == BMC_OK);
    redfish.answers = false;
    ask(BMC_POWER_STATUS);
    second_opinion();
    puppet_end(&redfish, BMC_OK, "");
    assert_int_equal(told(), BMC_OK);
    assert_string_equal(a.driver, "redfish");
    rig_sleep(20);
    assert_string_equal(view().driver_other, "ipmi");
}


static void
what_was_told_before_a_failover_is_kept(void **state)
{
    begin(TWO(""), 0);
    both_answer();
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    redfish.answers = false;
    ipmi.off = true;
    ask(BMC_POWER_STATUS);
    puppet_end(&redfish, BMC_UNREACHABLE, "nobody there");
    assert_int_equal(told(), BMC_OK);
    assert_int_equal(a.view.power, BMC_POWER_IS_OFF);
    assert_string_equal(a.view.driver, "ipmi");
    assert_int_equal(a.view.power_other, BMC_POWER_IS_ON);
    assert_string_equal(a.view.driver_other, "redfish");
    assert_int_equal(said("says"), 0);
}


static void
power_goes_by_ipmi_where_redfish_tells_it_wrong(void **state)
{
    begin(TWO("quirk power-by-ipmi on;"), 0);
    both_answer();
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_STATUS, BMC_FRESH), BMC_OK);
    assert_string_equal(a.driver, "ipmi");
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_OK);
    assert_string_equal(a.driver, "ipmi");
    assert_int_equal(rig_ask(&a, "n1", BMC_IDENTIFY_GET, 0), BMC_OK);
    assert_string_equal(a.driver, "redfish");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(protocols_that_disagree_about_power_are_told_once),
        rig_test(a_disagreement_is_looked_at_at_once),
        rig_test(a_machine_that_goes_off_is_no_disagreement),
        rig_test(a_silent_protocol_is_asked_for_no_opinion),
        rig_test(an_opinion_is_no_other_readers_answer),
        rig_test(what_was_told_before_a_failover_is_kept),
        rig_test(power_goes_by_ipmi_where_redfish_tells_it_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
