
/*
 * Copyright (C) the bmcgate authors
 */


#include "driver_fake.h"


extern const bmc_driver_t  bmc_driver_unmanaged;


static void
an_unmanaged_host_can_nothing(void **state)
{
    unsigned  verb;

    for (verb = 0; verb < BMC_VERB_MAX; verb++) {
        assert_false(bmc_driver_unmanaged.can(NULL, NULL, verb));
    }
}


static void
an_unmanaged_host_says_so_and_is_not_touched(void **state)
{
    uv_loop_t       loop;
    fake_unit_t     unit;
    fake_call_t     call;
    bmc_hostconf_t  host;

    memset(&host, 0, sizeof(host));
    memset(&call, 0, sizeof(call));
    host.name = "old1";

    assert_int_equal(uv_loop_init(&loop), 0);
    fake_open(&unit, &bmc_driver_unmanaged, &host, NULL, NULL, &loop);
    fake_run(&unit, &call, BMC_POWER_STATUS, NULL, 100);
    assert_int_equal(call.rc, BMC_UNSUPPORTED);
    assert_string_equal(call.text, "host old1 is unmanaged");
    bmc_driver_unmanaged.cancel(&unit.unit, &call.call);
    assert_int_equal(call.ended, 1);
    fake_close(&unit);
    assert_int_equal(uv_loop_close(&loop), 0);
}


static void
it_is_found_by_name(void **state)
{
    assert_ptr_equal(bmc_driver_find("unmanaged"), &bmc_driver_unmanaged);
    assert_non_null(bmc_driver_find("sim"));
    assert_null(bmc_driver_find("sims"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(an_unmanaged_host_can_nothing),
        cmocka_unit_test(an_unmanaged_host_says_so_and_is_not_touched),
        cmocka_unit_test(it_is_found_by_name)
    };

    return cmocka_run_group_tests_name("unmanaged", tests, NULL, NULL);
}
