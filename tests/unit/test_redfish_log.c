
/*
 * Copyright (C) the bmcgate authors
 *
 * Event logs of Redfish services: what an entry says, and several as one.
 */


#include "redfish_tree.h"


static json_t *
entry(const char *text, bool *there)
{
    json_t          *json;
    bmc_rf_entry_t   e;

    json = quoted_json(text);
    *there = bmc_rf_entry(json, &e);
    json_decref(json);

    return e.json;
}


static void
says(const char *text, const char *key, const char *what)
{
    bool         there;
    json_t      *json;
    const char  *is;

    json = entry(text, &there);
    assert_true(there);
    is = json_string_value(json_object_get(json, key));

    if (what == NULL) {
        assert_null(is);

    } else {
        assert_non_null(is);
        assert_string_equal(is, what);
    }

    json_decref(json);
}


static bool
is_log(const char *text)
{
    bool     is;
    json_t  *json;

    json = quoted_json(text);
    is = bmc_rf_log_is(json);
    json_decref(json);

    return is;
}


static void
times_are_told_as_ours_whatever_their_offset(void **state)
{
    says("{'Message': 'x', 'Created': '2026-01-02T03:04:05Z'}", "time",
         "2026-01-02T03:04:05Z");
    says("{'Message': 'x', 'Created': '2026-01-02T03:04:05.678Z'}", "time",
         "2026-01-02T03:04:05Z");
    says("{'Message': 'x', 'Created': '2026-01-02T03:04:05+01:00'}", "time",
         "2026-01-02T02:04:05Z");
    says("{'Message': 'x', 'Created': '2026-01-01T23:04:05-06:30'}", "time",
         "2026-01-02T05:34:05Z");
    says("{'Message': 'x', 'Created': '2024-02-29 23:59:60.1-0100'}", "time",
         "2024-03-01T01:00:00Z");
    says("{'Message': 'x', 'Created': '2026-01-02T03:04:05'}", "time",
         "2026-01-02T03:04:05Z");
}


static void
times_of_a_clock_that_nobody_set_are_left_out(void **state)
{
    size_t  i;
    char    text[128];

    static const char *const  times[] = {
        "1970-01-01T00:00:17Z", "1970-01-01T00:00:00-06:00",
        "1986-12-31T23:59:59Z", "", "yesterday", "2026-13-01T00:00:00Z",
        "2026-01-01T99:00:00Z", "2026-01-01", "0000-00-00T00:00:00Z",
        "2026-01-02T03:04:05 CET", "2026-01-02T03:04:05+99:00",
        "2026-01-02T03:04:05+01:", "9999999999-01-02T03:04:05Z"
    };

    for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        (void) snprintf(text, sizeof(text),
            "{'Message': 'x', 'Created': '%s'}", times[i]);
        says(text, "time", NULL);
    }

    says("{'Message': 'x', 'Created': 7}", "time", NULL);
    says("{'Message': 'x'}", "time", NULL);
}


static void
severities_are_three(void **state)
{
    says("{'Message': 'x', 'Severity': 'OK'}", "severity", "ok");
    says("{'Message': 'x', 'Severity': 'Informational'}", "severity", "ok");
    says("{'Message': 'x', 'Severity': 'Warning'}", "severity", "warning");
    says("{'Message': 'x', 'Severity': 'Caution'}", "severity", "warning");
    says("{'Message': 'x', 'Severity': 'Critical'}", "severity", "critical");
    says("{'Message': 'x', 'Severity': 'Funny'}", "severity", NULL);
    says("{'Message': 'x', 'Severity': null}", "severity", NULL);
}


static void
a_message_is_what_says_most(void **state)
{
    bool     there;
    char     text[4096];
    json_t  *json;

    says("{'Message': 'Fan 1 failed', 'Name': 'Log Entry 1'}", "message",
         "Fan 1 failed");
    says("{'Message': '', 'MessageId': 'Base.1.0.Fan'}", "message",
         "Base.1.0.Fan");
    says("{'Message': 7, 'Name': 'Log Entry 1'}", "message", "Log Entry 1");
    says("{'Message': 'a\\nb\\u0007', 'Name': 'x'}", "message", "a b");

    assert_null(entry("{'Id': '7', 'Severity': 'OK'}", &there));
    assert_false(there);
    assert_null(entry("7", &there));
    assert_false(there);

    (void) snprintf(text, sizeof(text), "{'Message': '%03000d'}", 0);
    assert_int_equal(strlen(text), 3000 + strlen("{'Message': ''}"));

    json = entry(text, &there);
    assert_true(there);
    assert_int_equal(json_string_length(json_object_get(json, "message")),
                     BMC_RF_TEXT_MAX - 1);
    json_decref(json);
}


static void
a_sensor_is_named_by_type_and_number(void **state)
{
    says("{'Message': 'x', 'SensorType': 'Temperature', 'SensorNumber':"
         " 48}", "sensor", "Temperature #0x30");
    says("{'Message': 'x', 'SensorType': 'Fan'}", "sensor", "Fan");
    says("{'Message': 'x', 'SensorType': 'Fan', 'SensorNumber': 1e300}",
         "sensor", "Fan");
    says("{'Message': 'x', 'SensorNumber': 3}", "sensor", NULL);
}


static void
only_logs_of_events_are_read(void **state)
{
    assert_true(is_log("{'Id': 'SEL'}"));
    assert_true(is_log("{'Id': 'IML'}"));
    assert_true(is_log("{'Id': 'IEL', 'LogEntryType': null}"));
    assert_true(is_log("{'Id': 'EventLog', 'LogEntryType': 'Event'}"));
    assert_true(is_log("{'Id': 'Lclog', 'LogEntryType': 'Event'}"));
    assert_true(is_log("{'Id': 'Log1', 'LogEntryType': 'Multiple'}"));
    assert_true(is_log("{'Id': 'Log1', 'LogEntryType': 'OEM'}"));
    assert_true(is_log("{}"));
    assert_false(is_log("{'Id': 'Log1', 'LogEntryType': 'CXL'}"));
    assert_false(is_log("{'Id': 'AuditLog', 'LogEntryType': 'Event'}"));
    assert_false(is_log("{'Id': 'SL'}"));
    assert_false(is_log("{'Id': 'Dump'}"));
    assert_false(is_log("{'Id': 'Crashdump'}"));
    assert_false(is_log("{'Id': 'PostCodes'}"));
    assert_false(is_log("{'Id': 'HostLogger'}"));
    assert_false(is_log("{'Id': 'Journal'}"));
    assert_false(is_log("{'Id': 'FaultLog'}"));
}


/* two services of the system, one of the manager; /S/2 is listed twice */

static void
serve_logs(void)
{
    serve("/S", "{'LogServices': {'@odata.id': '/S/L'}}");
    serve("/S/L", "{'Members': [{'@odata.id': '/S/1'},"
        " {'@odata.id': '/S/2'}, {'@odata.id': '/S/audit'}]}");
    serve("/S/1", "{'Id': 'SEL', 'Entries': {'@odata.id': '/S/1/E'}}");
    serve("/S/2", "{'Id': 'Log', 'Entries': {'@odata.id': '/S/2/E'}}");
    serve("/S/audit", "{'Id': 'Audit', 'Entries': {'@odata.id': '/A'}}");
    serve("/A", "{'Members': [{'Id': '99', 'Message': 'not an event'}]}");
    serve("/M", "{'LogServices': {'@odata.id': '/M/L'}}");
    serve("/M/L", "{'Members': [{'@odata.id': '/S/2'},"
        " {'@odata.id': '/M/1'}]}");
    serve("/M/1", "{'Id': 'IEL', 'Entries': {'@odata.id': '/M/1/E'}}");
    serve("/S/1/E", "{'Members': []}");
    serve("/S/2/E", "{'Members': []}");
    serve("/M/1/E", "{'Members': []}");
}


static void
all_services_are_one_log_by_time(void **state)
{
    serve_logs();
    serve("/S/1/E", "{'Members': ["
        "{'Id': '1', 'Message': 'a', 'Created': '2026-01-01T00:00:00Z'},"
        "{'Id': '2', 'Message': 'd', 'Created': '2026-01-04T00:00:00Z'}]}");
    serve("/S/2/E", "{'Members': ["
        "{'Id': '13', 'Message': 'e', 'Created': '2026-01-05T00:00:00Z'},"
        "{'Id': '12', 'Message': 'b', 'Created':"
        " '2026-01-02T00:00:00Z'}]}");
    serve("/M/1/E", "{'Members': [{'@odata.id': '/M/1/E/7'},"
        " {'@odata.id': '/gone'}]}");
    serve("/M/1/E/7", "{'Id': '7', 'Message': 'c', 'Severity': 'Critical',"
        " 'Created': '2026-01-03T01:00:00+01:00'}");

    run(bmc_rf_log);

    told("{'entries': ["
        "{'id': 1, 'message': 'a', 'time': '2026-01-01T00:00:00Z'},"
        "{'id': 12, 'message': 'b', 'time': '2026-01-02T00:00:00Z'},"
        "{'id': 7, 'message': 'c', 'time': '2026-01-03T00:00:00Z',"
        " 'severity': 'critical'},"
        "{'id': 2, 'message': 'd', 'time': '2026-01-04T00:00:00Z'},"
        "{'id': 13, 'message': 'e', 'time': '2026-01-05T00:00:00Z'}]}");
}


static void
entries_are_numbered_where_their_ids_are_not_numbers(void **state)
{
    serve_logs();
    serve("/S/1/E", "{'Members': [{'Id': '17', 'Message': 'a'},"
        "{'Id': '1767_1', 'Message': 'b'}]}");

    run(bmc_rf_log);

    told("{'entries': [{'id': 1, 'message': 'a'},"
         " {'id': 2, 'message': 'b'}]}");
}


static void
entries_are_numbered_where_two_services_have_the_same_ids(void **state)
{
    serve_logs();
    serve("/S/1/E", "{'Members': [{'Id': '17', 'Message': 'a'}]}");
    serve("/S/2/E", "{'Members': [{'Id': '17', 'Message': 'b'}]}");

    run(bmc_rf_log);

    told("{'entries': [{'id': 1, 'message': 'a'},"
         " {'id': 2, 'message': 'b'}]}");
}


static void
an_entry_without_a_time_stays_where_it_was(void **state)
{
    serve_logs();
    serve("/S/1/E", "{'Members': ["
        "{'Id': '9', 'Message': 'd', 'Created': '2026-01-04T00:00:00Z'},"
        "{'Id': '8', 'Message': 'c', 'Created': '1970-01-01T00:00:07Z'},"
        "{'Id': '7', 'Message': 'b', 'Created': '2026-01-02T00:00:00Z'},"
        "{'Id': '6', 'Message': 'a'}]}");
    serve("/S/2/E", "{'Members': ["
        "{'Id': '1', 'Message': 'x', 'Created': '2026-01-03T00:00:00Z'}]}");

    run(bmc_rf_log);

    told("{'entries': [{'id': 6, 'message': 'a'},"
        "{'id': 7, 'message': 'b', 'time': '2026-01-02T00:00:00Z'},"
        "{'id': 8, 'message': 'c'},"
        "{'id': 1, 'message': 'x', 'time': '2026-01-03T00:00:00Z'},"
        "{'id': 9, 'message': 'd', 'time': '2026-01-04T00:00:00Z'}]}");
}


static void
a_log_without_any_time_is_told_oldest_first_by_its_ids(void **state)
{
    serve_logs();
    serve("/S/1/E", "{'Members': [{'Id': '3', 'Message': 'c'},"
        " {'Id': '2', 'Message': 'b'}, {'Id': '1', 'Message': 'a'}]}");

    run(bmc_rf_log);

    told("{'entries': [{'id': 1, 'message': 'a'},"
         " {'id': 2, 'message': 'b'}, {'id': 3, 'message': 'c'}]}");
}


/* entries first to last of many, 50 a page, each a minute after the other */

static void
serve_pages(int first, int step, int count, bool skips)
{
    int      at, i;
    char     path[64], when[64], id[16];
    json_t  *list, *page;

    for (at = 0; at < count; at += 50) {
        list = json_array();

        for (i = at; i < at + 50 && i < count; i++) {
            (void) snprintf(id, sizeof(id), "%d", first + step * i);
            (void) snprintf(when, sizeof(when), "2026-01-%02dT%02d:%02d:00Z",
                1 + (first + step * i) / 1440,
                (first + step * i) / 60 % 24, (first + step * i) % 60);
            assert_int_equal(json_array_append_new(list, json_pack(
                "{s:s, s:s, s:s}", "Id", id, "Message", id, "Created",
                when)), 0);
        }

        page = json_pack("{s:o, s:i}", "Members", list,
                         "Members@odata.count", count);
        (void) snprintf(path, sizeof(path), "/S/1/E?%s=%d",
                        skips ? "$skip" : "page", at + 50);

        if (at + 50 < count) {
            assert_int_equal(json_object_set_new(page,
                "Members@odata.nextLink", json_string(path)), 0);
        }

        (void) snprintf(path, sizeof(path), at == 0 ? "/S/1/E"
                        : "/S/1/E?%s=%d", skips ? "$skip" : "page", at);
        tree_put(path, page);
    }
}


static void
has_ids(int first, int last)
{
    json_t  *entries;

    assert_string_equal(tree.text, "");
    assert_int_equal(tree.rc, BMC_OK);
    entries = json_object_get(tree.json, "entries");
    assert_int_equal(json_array_size(entries), last - first + 1);
    assert_int_equal(json_integer_value(json_object_get(
        json_array_get(entries, 0), "id")), first);
    assert_int_equal(json_integer_value(json_object_get(
        json_array_get(entries, (size_t) (last - first)), "id")), last);
}


static void
all_pages_are_read(void **state)
{
    serve_logs();
    serve_pages(1, 1, 120, true);

    run(bmc_rf_log);

    has_ids(1, 120);
}


static void
of_a_long_log_that_begins_with_the_newest_enough_is_read(void **state)
{
    serve_logs();
    serve_pages(5000, -1, 5000, true);

    run(bmc_rf_log);

    has_ids(5000 - BMC_RF_LOG_MAX + 1, 5000);
    assert_true(tree.asked < 40);
}


static void
of_a_long_log_that_begins_with_the_oldest_those_are_skipped(void **state)
{
    serve_logs();
    serve_pages(1, 1, 5024, true);

    run(bmc_rf_log);

    has_ids(5024 - BMC_RF_LOG_MAX + 1, 5024);
    assert_true(tree.asked < 40);
}


static void
a_long_log_that_cannot_be_skipped_through_is_read_to_its_end(void **state)
{
    serve_logs();
    serve_pages(1, 1, 6000, false);

    run(bmc_rf_log);

    has_ids(6000 - BMC_RF_LOG_MAX + 1, 6000);
}


static void
pages_that_lead_nowhere_or_in_circles_end(void **state)
{
    serve_logs();
    serve("/S/1/E", "{'Members': [{'Id': '1', 'Message': 'a'}],"
        " 'Members@odata.nextLink': '/S/1/E'}");
    serve("/S/2/E", "{'Members': [{'Id': '2', 'Message': 'b'}],"
        " 'Members@odata.nextLink': '/gone'}");
    serve("/M/1/E", "{'Members': [{'Id': '3', 'Message': 'c'}],"
        " 'Members@odata.nextLink': '/M/1/E?page=2'}");
    serve("/M/1/E?page=2", "{'Members': [],"
        " 'Members@odata.nextLink': '/M/1/E?page=3'}");
    serve("/M/1/E?page=3", "{'Members': [],"
        " 'Members@odata.nextLink': '/M/1/E?page=2'}");

    run(bmc_rf_log);

    told("{'entries': [{'id': 1, 'message': 'a'},"
         " {'id': 2, 'message': 'b'}, {'id': 3, 'message': 'c'}]}");
    assert_true(tree.asked < 300);
}


static void
when_time_is_short_the_newest_are_told(void **state)
{
    serve_logs();
    serve_pages(900, -1, 900, true);
    serve("/S/2/E", "{'Members': [{'Id': '1000', 'Message': 'x'}]}");
    tree.late = 14;

    run(bmc_rf_log);

    assert_int_equal(tree.rc, BMC_OK);
    assert_true(json_array_size(json_object_get(tree.json, "entries"))
                < 900);
    assert_int_equal(json_array_size(json_object_get(tree.json, "entries"))
                     % 50, 0);
}


static void
logs_of_strangers_are_believed_nothing(void **state)
{
    serve_logs();
    serve("/S/1/E", "{'Members': [7, null, [], {'Id': 3, 'Message': {}},"
        " {'Id': '99999999999999999999', 'Message': 'a'},"
        " {'Id': '-1', 'Message': 'b', 'Created': []}],"
        " 'Members@odata.nextLink': 3}");
    serve("/S/2/E", "{'Members': {'Id': '1'}}");
    serve("/M/1/E", "[]");

    run(bmc_rf_log);

    told("{'entries': [{'id': 1, 'message': 'a'},"
         " {'id': 2, 'message': 'b'}]}");
}


static void
a_service_without_chassis_and_manager_tells_its_systems_log(void **state)
{
    serve_logs();
    serve("/S/2/E", "{'Members': [{'Id': '5', 'Message': 'a'}]}");
    serve("/M/1/E", "{'Members': [{'Id': '6', 'Message': 'b'}]}");
    tree.headless = true;
    tree.bare = true;

    run(bmc_rf_log);

    told("{'entries': [{'id': 5, 'message': 'a'}]}");
}


static void
the_chassis_may_have_a_log_too(void **state)
{
    serve("/C", "{'LogServices': {'@odata.id': '/C/L'}}");
    serve("/C/L", "{'Members': [{'Id': 'SEL', 'Entries':"
        " {'@odata.id': '/C/E'}}]}");
    serve("/C/E", "{'Members': [{'Id': '5', 'Message': 'a'}]}");
    tree.headless = true;

    run(bmc_rf_log);

    told("{'entries': [{'id': 5, 'message': 'a'}]}");
}


static void
an_empty_log_is_an_answer(void **state)
{
    serve_logs();

    run(bmc_rf_log);

    told("{'entries': []}");
}


static void
a_machine_without_a_log_says_so(void **state)
{
    run(bmc_rf_log);

    assert_int_equal(tree.rc, BMC_UNSUPPORTED);
    assert_non_null(strstr(tree.text, "has no event log"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(times_are_told_as_ours_whatever_their_offset),
        cmocka_unit_test(times_of_a_clock_that_nobody_set_are_left_out),
        cmocka_unit_test(severities_are_three),
        cmocka_unit_test(a_message_is_what_says_most),
        cmocka_unit_test(a_sensor_is_named_by_type_and_number),
        cmocka_unit_test(only_logs_of_events_are_read),
        tree_test(all_services_are_one_log_by_time),
        tree_test(entries_are_numbered_where_their_ids_are_not_numbers),
        tree_test(entries_are_numbered_where_two_services_have_the_same_ids),
        tree_test(an_entry_without_a_time_stays_where_it_was),
        tree_test(a_log_without_any_time_is_told_oldest_first_by_its_ids),
        tree_test(all_pages_are_read),
        tree_test(of_a_long_log_that_begins_with_the_newest_enough_is_read),
        tree_test(
            of_a_long_log_that_begins_with_the_oldest_those_are_skipped),
        tree_test(
            a_long_log_that_cannot_be_skipped_through_is_read_to_its_end),
        tree_test(pages_that_lead_nowhere_or_in_circles_end),
        tree_test(when_time_is_short_the_newest_are_told),
        tree_test(logs_of_strangers_are_believed_nothing),
        tree_test(
            a_service_without_chassis_and_manager_tells_its_systems_log),
        tree_test(the_chassis_may_have_a_log_too),
        tree_test(an_empty_log_is_an_answer),
        tree_test(a_machine_without_a_log_says_so)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
