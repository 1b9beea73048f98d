
/*
 * Copyright (C) the bmcgate authors
 *
 * The exit status that scripts get for what became of each host.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/ctl.h"


#define status_of(...)                                                       \
    status((const bmc_rc_t[]) { __VA_ARGS__ },                               \
           sizeof((const bmc_rc_t[]) { __VA_ARGS__ }) / sizeof(bmc_rc_t))


static int
status(const bmc_rc_t *rc, size_t n)
{
    size_t       i;
    bmc_job_t    job[8];
    bmc_batch_t  batch;

    memset(job, 0, sizeof(job));
    memset(&batch, 0, sizeof(bmc_batch_t));
    batch.job = job;
    batch.njobs = n;

    for (i = 0; i < n; i++) {
        job[i].ended = rc[i] != BMC_RC_MAX;
        job[i].rc = rc[i];
    }

    return bmc_batch_status(&batch, false);
}


static void
all_done_is_0_and_some_failed_is_1(void **state)
{
    assert_int_equal(status_of(BMC_OK, BMC_OK), 0);
    assert_int_equal(status_of(BMC_OK, BMC_UNREACHABLE), 1);
    assert_int_equal(status_of(BMC_UNREACHABLE, BMC_REFUSED), 1);
    assert_int_equal(status_of(BMC_UNVERIFIED), 1);
}


static void
refused_by_policy_is_4_when_nothing_else_went_wrong(void **state)
{
    assert_int_equal(status_of(BMC_DENIED), 4);
    assert_int_equal(status_of(BMC_OK, BMC_DENIED, BMC_DENIED), 4);
    assert_int_equal(status_of(BMC_DENIED, BMC_UNREACHABLE), 1);
}


static void
a_request_that_makes_no_sense_is_2(void **state)
{
    assert_int_equal(status_of(BMC_USAGE, BMC_USAGE), 2);
}


static void
a_host_that_never_ended_is_no_success(void **state)
{
    assert_int_equal(status_of(BMC_OK, BMC_RC_MAX), 1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(all_done_is_0_and_some_failed_is_1),
        cmocka_unit_test(refused_by_policy_is_4_when_nothing_else_went_wrong),
        cmocka_unit_test(a_request_that_makes_no_sense_is_2),
        cmocka_unit_test(a_host_that_never_ended_is_no_success)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
