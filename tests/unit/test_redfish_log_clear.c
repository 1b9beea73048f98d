
/*
 * Copyright (C) the bmcgate authors
 *
 * log.clear over Redfish: all of the logs, or the truth about them.
 */


#include "redfish_fake.h"


#define SYSTEM   "/redfish/v1/Systems/1"
#define MANAGER  "/redfish/v1/Managers/1"
#define CLEAR    "/Actions/LogService.ClearLog"


static void
log_service(const char *path, const char *id, const char *target)
{
    char  text[512];

    snprintf(text, sizeof(text), "{'Id': '%s', 'Actions':"
             " {'#LogService.ClearLog': {'target': '%s" CLEAR "'}}}", id,
             target);
    fake_have(path, text);
}


/* the one that is asked to be cleared and ends so is full for ever */

static json_t *
log_bmc(const char *method, const char *path, const json_t *body,
    long *status)
{
    if (strcmp(method, "POST") == 0) {
        assert_true(json_is_object(body));
        *status = strstr(path, "stuck") != NULL ? 403 : 204;
    }

    return NULL;
}


static void
log_have(void)
{
    fake.bmc = log_bmc;
    fake_have(SYSTEM, "{'LogServices': {'@odata.id': '/s'}}");
    fake_have(MANAGER, "{'LogServices': {'@odata.id': '/m'}}");
    fake_have("/s", "{'Members': [{'@odata.id': '/s/1'},"
              " {'@odata.id': '/s/2'}]}");
    fake_have("/redfish/v1/Chassis/1", "{'LogServices':"
              " {'@odata.id': '/c'}}");
    fake_have("/c", "{'Members': [{'@odata.id': '/c/1'}]}");
    log_service("/c/1", "Log", "/c/1");
    fake_have("/m", "{'Members': [{'@odata.id': '/m/1'},"
              " {'@odata.id': '/m/2'}]}");
    log_service("/s/1", "SEL", "/s/1");
    log_service("/s/2", "AuditLog", "/s/2");
    log_service("/m/1", "SEL", "/s/1");
    log_service("/m/2", "Event", "/m/2");
}


static void
every_log_of_events_is_cleared_once(void **state)
{
    log_have();
    assert_int_equal(fake_run(bmc_rf_log_clear, ""), BMC_OK);
    assert_string_equal(fake.sent, "POST /s/1" CLEAR " {}\n"
                        "POST /m/2" CLEAR " {}\n"
                        "POST /c/1" CLEAR " {}");
}


static void
a_log_that_stays_is_named(void **state)
{
    log_have();
    log_service("/s/1", "SEL", "/stuck/1");
    log_service("/m/1", "Own", "/m/1");
    assert_int_equal(fake_run(bmc_rf_log_clear, ""), BMC_REFUSED);
    assert_int_equal(fake.changes, 4);
    assert_string_equal(fake.text,
                        "3 of 4 logs cleared (Own, Event, Log), but not SEL:"
                        " HTTP status 403");

    fake_have("/m", "{'Members': []}");
    fake_have("/c", "{'Members': []}");
    assert_int_equal(fake_run(bmc_rf_log_clear, ""), BMC_REFUSED);
    assert_string_equal(fake.text, "clearing of the log: 403");
}


static void
no_log_to_clear_is_unsupported(void **state)
{
    fake_have(SYSTEM, "{}");
    fake_have("/redfish/v1/Chassis/1", "{}");
    fake_have(MANAGER, "{'LogServices': {'@odata.id': '/m'}}");
    fake_have("/m", "{'Members': [{'@odata.id': '/m/1'}]}");
    fake_have("/m/1", "{'Id': 'SEL'}");
    assert_int_equal(fake_run(bmc_rf_log_clear, ""), BMC_UNSUPPORTED);
    assert_int_equal(fake.changes, 0);
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        fake_test(every_log_of_events_is_cleared_once),
        fake_test(a_log_that_stays_is_named),
        fake_test(no_log_to_clear_is_unsupported)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
