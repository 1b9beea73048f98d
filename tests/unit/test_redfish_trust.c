
/*
 * Copyright (C) the bmcgate authors
 *
 * bmc.trust, where drivers/http does not decide it; test_http_trust.c has
 * the rest.
 */


#include "redfish_rig.h"


static void
turns(unsigned n)
{
    while (n-- > 0) {
        (void) uv_run(&rig.loop, UV_RUN_NOWAIT);
    }
}


/* a BMC that says nothing to a TLS handshake, as ours has none */

static void
trust_begins(void)
{
    rig.conf.http.tls = BMC_TLS_PIN;
    rig_run(BMC_BMC_TRUST, RIG_TIMEOUT);

    while (rig.web.connections == 0) {
        turns(1);
    }

    assert_int_equal(rig.call.ended, 0);
}


static void
who_is_to_be_trusted_is_not_logged_in_to(void **state)
{
    assert_int_equal(rig_ask(BMC_BMC_TRUST), BMC_UNSUPPORTED);
    rig_said("\"tls none\" stores no certificate");
    assert_int_equal(rig.web.connections, 0);
    assert_int_equal(rig.call.claims, 0);
}


/* its session would stay behind at the BMC */

static void
a_login_that_is_under_way_is_waited_for(void **state)
{
    unsigned  i;

    rig_run(BMC_POWER_STATUS, RIG_TIMEOUT);

    for (i = 0; i < 100 && rig_count("POST", SESSIONS) == 0; i++) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    bmc_driver_redfish.cancel(&rig.unit.unit, &rig.call.call);
    assert_int_equal(rig_ask(BMC_BMC_TRUST), BMC_UNSUPPORTED);
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_count("POST", SESSIONS), 1);

    rig_close();
    assert_int_equal(rig_count("DELETE", SESSIONS "/7"), 1);
}


static void
who_gave_up_before_it_could_be_looked_at_is_not_told(void **state)
{
    unsigned  i;

    rig_run(BMC_POWER_STATUS, RIG_TIMEOUT);

    for (i = 0; i < 100 && rig_count("POST", SESSIONS) == 0; i++) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    bmc_driver_redfish.cancel(&rig.unit.unit, &rig.call.call);
    rig_run(BMC_BMC_TRUST, RIG_TIMEOUT);
    bmc_driver_redfish.cancel(&rig.unit.unit, &rig.call.call);
    assert_int_equal(rig.call.rc, BMC_CANCELLED);
    assert_int_equal(rig.call.ended, 1);

    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
}


static void
it_may_be_given_up_while_the_bmc_is_looked_at(void **state)
{
    trust_begins();
    bmc_driver_redfish.cancel(&rig.unit.unit, &rig.call.call);
    assert_int_equal(rig.call.rc, BMC_CANCELLED);
    turns(20);
    assert_int_equal(rig.call.ended, 1);
    assert_int_equal(rig.call.claims, 0);

    rig.conf.http.tls = BMC_TLS_NONE;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
}


static void
it_ends_with_the_unit(void **state)
{
    trust_begins();
    rig_close();
    assert_int_equal(rig.call.rc, BMC_CLOSED);
    assert_int_equal(rig.call.ended, 1);

    fake_free(&rig.call);
    rig.web.connections = 0;
    rig_open();
    trust_begins();
    bmc_driver_redfish.abort(&rig.unit.unit);
    assert_int_equal(rig.call.rc, BMC_CLOSED);

    while (rig.unit.closed == 0) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    assert_int_equal(rig.call.ended, 1);
    free(rig.unit.unit.state);
    rig.open = false;
}


static void
silence_ends_at_the_deadline_and_has_changed_nothing(void **state)
{
    rig.conf.http.tls = BMC_TLS_PIN;
    assert_int_equal(rig_ask_in(BMC_BMC_TRUST, 100), BMC_UNREACHABLE);
    assert_int_equal(rig.call.claims, 0);
    rig_said("no answer from ");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(who_is_to_be_trusted_is_not_logged_in_to),
        rig_test(a_login_that_is_under_way_is_waited_for),
        rig_test(who_gave_up_before_it_could_be_looked_at_is_not_told),
        rig_test(it_may_be_given_up_while_the_bmc_is_looked_at),
        rig_test(it_ends_with_the_unit),
        rig_test(silence_ends_at_the_deadline_and_has_changed_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
