
/*
 * Copyright (C) the bmcgate authors
 *
 * Changes that a Redfish BMC has only begun: their tasks are followed.
 */


#include "redfish_rig.h"


#define TASK  "/redfish/v1/Tasks/7"


static int
begins_a_task(void **state)
{
    (void) rig_start(state);

    rig.reset->status = 202;
    rig.reset->headers = "Location: " MONITOR "\r\n";
    rig_body(rig.reset, "{'@odata.id': '" TASK "', 'TaskState': 'New'}");

    return 0;
}


static void
without_state(void)
{
    rig_body(rig.reset, "{'@odata.id': '" TASK "'}");
}


static const char *
task(void)
{
    return json_string_value(json_object_get(rig.call.answer.json, "task"));
}


static void
a_task_is_followed_until_it_has_ended(void **state)
{
    without_state();
    rig_page("GET", MONITOR, 202, "{'TaskState': 'Running'}")->times = 1;
    rig_page("GET", MONITOR, 202, NULL)->times = 1;
    rig_page("GET", MONITOR, 200, "{'TaskState': 'Completed'}");

    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_null(task());
    assert_int_equal(rig_count("GET", MONITOR), 3);
    assert_int_equal(rig_count("POST", RESET), 1);
    assert_true(rig.call.took >= 1600);
}


static void
a_task_may_be_over_before_it_is_looked_at(void **state)
{
    rig_body(rig.reset, "{'@odata.id': '" TASK "',"
        " 'TaskState': 'Completed'}");
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_null(task());
    assert_int_equal(rig_count("GET", MONITOR), 0);
}


static void
a_monitor_answers_with_what_the_change_did(void **state)
{
    web_page_t  *page;

    without_state();
    page = rig_page("GET", MONITOR, 204, NULL);
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_null(task());

    page->status = 400;
    rig_body(page, "{'error': {'message': 'The fan is missing.'}}");
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_REFUSED);
    rig_said("refused its task (Redfish: The fan is missing.)");
}


static void
ends_as(const char *state, bmc_rc_t rc)
{
    char  text[256];

    snprintf(text, sizeof(text), "{'TaskState': '%s', 'Messages':"
        " [{'MessageId': 'X.1.0.Fan', 'Message': 'No\\u001bfan.'},"
        " {'Message': 'None at all.'}], 'TaskStatus': '%s'}",
        rc == BMC_OK || strcmp(state, "Bad") != 0 ? state : "Completed",
        strcmp(state, "Bad") == 0 ? "Critical" : "OK");
    rig_first("GET", MONITOR, 200, text, 1);
    assert_int_equal(rig_ask(BMC_POWER_RESET), rc);
}


static void
a_task_that_fails_is_a_refusal(void **state)
{
    without_state();
    ends_as("Exception", BMC_REFUSED);
    rig_said("ended its task as Exception: No fan. None at all.");
    ends_as("Killed", BMC_REFUSED);
    ends_as("Cancelled", BMC_REFUSED);
    ends_as("Bad", BMC_REFUSED);
    ends_as("Completed", BMC_OK);
    assert_int_equal(rig_count("POST", RESET), 5);
}


static void
a_task_that_is_not_over_in_time_was_accepted(void **state)
{
    without_state();
    rig_page("GET", MONITOR, 202, "{'TaskState': 'Running'}");
    assert_int_equal(rig_ask_in(BMC_POWER_RESET, 1500), BMC_OK);
    assert_string_equal(task(), MONITOR);
    assert_true(rig.call.took < 1500);

    /* … also when the BMC falls silent, or does not know it any more */

    rig_first("GET", MONITOR, 200, "{}", 1)->manner = WEB_SILENT;
    assert_int_equal(rig_ask_in(BMC_POWER_RESET, 1500), BMC_OK);
    assert_string_equal(task(), MONITOR);
    assert_true(rig.call.took < 1500);

    rig_first("GET", MONITOR, 404, "{}", 1);
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_string_equal(task(), MONITOR);

    rig_first("GET", MONITOR, 403, "{}", 1);
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_string_equal(task(), MONITOR);
}


static void
who_gives_up_a_task_knows_that_it_was_accepted(void **state)
{
    unsigned  i;

    without_state();
    rig_run(BMC_POWER_RESET, RIG_TIMEOUT);

    for (i = 0; i < 200 && rig_count("POST", RESET) == 0; i++) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    fake_wait(&rig.unit, NULL, 100);
    bmc_driver_redfish.cancel(&rig.unit.unit, &rig.call.call);
    assert_int_equal(rig.call.rc, BMC_OK);
    assert_string_equal(task(), MONITOR);
}


static void
a_busy_monitor_is_asked_again(void **state)
{
    without_state();
    rig_page("GET", MONITOR, 503, "{}")->times = 1;
    rig_page("GET", MONITOR, 204, NULL);
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_null(task());
    assert_int_equal(rig_count("GET", MONITOR), 2);
}


static void
the_bmc_may_say_when_to_look(void **state)
{
    without_state();
    rig.reset->headers = "Location: " MONITOR "\r\nRetry-After: 2\r\n";
    rig_page("GET", MONITOR, 204, NULL);
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_true(rig.call.took >= 1900);

    /* … but no later than there is time */

    rig.reset->headers = "Location: " MONITOR "\r\nRetry-After: 50\r\n";
    assert_int_equal(rig_ask_in(BMC_POWER_RESET, 1500), BMC_OK);
    assert_null(task());
    assert_int_equal(rig_count("GET", MONITOR), 2);
}


static void
where_nothing_tells_of_a_task_it_is_done(void **state)
{
    rig.reset->headers = NULL;
    rig_body(rig.reset, "{}");
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_null(task());

    /* the task itself will do */

    without_state();
    rig_page("GET", TASK, 200, "{'TaskState': 'Completed'}");
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_int_equal(rig_count("GET", TASK), 1);

    /* a whole URL, too */

    rig.reset->headers = "Location: https://x" MONITOR "\r\n";
    rig_page("GET", MONITOR, 204, NULL);
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_int_equal(rig_count("GET", MONITOR), 1);
}


static void
the_task_is_asked_where_its_monitor_deletes_it(void **state)
{
    rig_quirk(BMC_QUIRK_TASK_NOT_MONITOR);
    without_state();
    rig_page("GET", TASK, 200, "{'TaskState': 'Completed'}");
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_int_equal(rig_count("GET", TASK), 1);
    assert_int_equal(rig_count("GET", MONITOR), 0);
}


static void
new_is_a_state_where_it_is_known_to_be_one(void **state)
{
    web_page_t  *page;

    page = rig_page("GET", MONITOR, 200, "{'TaskState': 'New'}");
    page->times = 1;
    rig_page("GET", MONITOR, 200, "{'TaskState': 'Completed'}");

    /* else all that is known is that it was accepted */

    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_string_equal(task(), MONITOR);
    assert_int_equal(rig_count("GET", MONITOR), 1);
    rig_close();

    rig_quirk(BMC_QUIRK_TASK_STATE_NEW);
    rig_open();
    page->used = 0;
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_null(task());
    assert_int_equal(rig_count("GET", MONITOR), 3);
}


static void
a_task_that_is_not_found_at_first_is_waited_for_where_that_is_so(void **state)
{
    without_state();
    rig_quirk(BMC_QUIRK_TASK_RETRY_404);
    rig_page("GET", MONITOR, 404, "{}")->times = 1;
    rig_page("GET", MONITOR, 204, NULL);
    assert_int_equal(rig_ask_in(BMC_POWER_RESET, 2000), BMC_OK);
    assert_null(task());
    assert_int_equal(rig_count("GET", MONITOR), 2);
}


#define task_test(f)                                                         \
    cmocka_unit_test_setup_teardown(f, begins_a_task, rig_stop)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        task_test(a_task_is_followed_until_it_has_ended),
        task_test(a_task_may_be_over_before_it_is_looked_at),
        task_test(a_monitor_answers_with_what_the_change_did),
        task_test(a_task_that_fails_is_a_refusal),
        task_test(a_task_that_is_not_over_in_time_was_accepted),
        task_test(who_gives_up_a_task_knows_that_it_was_accepted),
        task_test(a_busy_monitor_is_asked_again),
        task_test(the_bmc_may_say_when_to_look),
        task_test(where_nothing_tells_of_a_task_it_is_done),
        task_test(the_task_is_asked_where_its_monitor_deletes_it),
        task_test(new_is_a_state_where_it_is_known_to_be_one),
        task_test(
            a_task_that_is_not_found_at_first_is_waited_for_where_that_is_so)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
