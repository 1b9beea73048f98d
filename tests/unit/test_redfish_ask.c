
/*
 * Copyright (C) the bmcgate authors
 *
 * Requests of a verb: what is sent along, what the answers lead to, and that
 * a change is sent no more often than it may be.
 */


#include "redfish_rig.h"


#define THING   "/redfish/v1/Thing"
#define THINGS  "/redfish/v1/Things"


static struct {
    const char  *path;
    const char  *method;
    unsigned     n;
    unsigned     waited;
    long         status;
    bool         body;
    bool         twice;
    bool         read;
} seen;


static int
seen_nothing(void **state)
{
    memset(&seen, 0, sizeof(seen));
    seen.path = THING;
    seen.method = "PATCH";

    return rig_start(state);
}


/* -- reading */

static void
told(bmc_rf_job_t *job, json_t *json)
{
    seen.n++;
    seen.status = job->status;
    seen.body = json != NULL;
    bmc_rf_end(job, BMC_OK, "%s", "");
}


static void
get(bmc_rf_job_t *job)
{
    bmc_rf_get(job, seen.path, told);
}


static void
try(bmc_rf_job_t *job)
{
    bmc_rf_try(job, seen.path, told);
}


static void
what_is_there_is_told(void **state)
{
    rig_page("GET", THING, 200, "{'Id': 'x'}");
    assert_int_equal(rig_job(get), BMC_OK);
    assert_int_equal(rig_job(try), BMC_OK);
    assert_int_equal(seen.n, 2);
    assert_int_equal(seen.status, 200);
    assert_true(seen.body);
}


static void
what_may_be_absent_may(void **state)
{
    static const int  absent[] = { 403, 404, 405, 501 };

    size_t       i;
    web_page_t  *page;

    page = rig_page("GET", THING, 200, "{'error': {'message': 'No.'}}");

    for (i = 0; i < 4; i++) {
        page->status = absent[i];
        assert_int_equal(rig_job(try), BMC_OK);
        assert_int_equal(seen.status, absent[i]);
        assert_false(seen.body);
        assert_int_not_equal(rig_job(get), BMC_OK);
    }

    seen.path = NULL;
    assert_int_equal(rig_job(try), BMC_OK);
    assert_false(seen.body);
    assert_int_equal(rig_job(get), BMC_UNSUPPORTED);

    page->status = 500;
    seen.path = THING;
    assert_int_equal(rig_job(try), BMC_REFUSED);
    rig_said("127.0.0.1");
    rig_said("refused /redfish/v1/Thing (Redfish: No.)");
    assert_int_equal(seen.n, 5);
}


static void
what_is_no_json_is_refused(void **state)
{
    web_page(&rig.web, "GET", THING, 200, "<html>");
    assert_int_equal(rig_job(get), BMC_REFUSED);
    rig_said("no JSON object");
    assert_int_equal(rig_job(try), BMC_OK);
    assert_false(seen.body);
}


static void
paths_are_believed_up_to_a_length(void **state)
{
    char  path[700];

    memset(path, 'x', sizeof(path) - 1);
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    seen.path = path;
    assert_int_equal(rig_job(get), BMC_REFUSED);
    rig_said("a path of 699 bytes");
    assert_int_equal(rig_job(try), BMC_REFUSED);
    path[511] = '\0';
    assert_int_equal(rig_job(try), BMC_OK);
}


static void
headers_that_a_bmc_dislikes_are_left_out(void **state)
{
    rig_page("GET", THING, 200, "{}");
    assert_int_equal(rig_job(get), BMC_OK);
    assert_string_equal(rig_header("GET", THING, "Accept-Encoding"),
                        "identity");
    assert_null(rig_header("GET", THING, "Connection"));
    rig_close();

    rig_quirk(BMC_QUIRK_ANY_ENCODING);
    rig_quirk(BMC_QUIRK_CONNECTION_CLOSE);
    rig_open();
    assert_int_equal(rig_job(get), BMC_OK);
    assert_null(rig_header("GET", THING, "Accept-Encoding"));
    assert_string_equal(rig_header("GET", THING, "Connection"), "close");
}


/* -- changing */

static void
changed(bmc_rf_job_t *job, json_t *json)
{
    seen.n++;
    seen.status = job->status;

    if (job->status >= 400) {
        bmc_rf_refused(job, json, "it all");

    } else if (seen.twice && seen.n == 1) {
        bmc_rf_change(job, "POST", THINGS, NULL, changed);

    } else {
        bmc_rf_end(job, BMC_OK, "%s", "");
    }
}


static void
change_now(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_change(job, seen.method, seen.path, json_pack("{s:i}", "a", 1),
                  changed);
}


static void
change(bmc_rf_job_t *job)
{
    if (seen.read) {
        bmc_rf_get(job, THING, change_now);
        return;
    }

    change_now(job, NULL);
}


static void
change_try(bmc_rf_job_t *job)
{
    bmc_rf_change_try(job, seen.method, seen.path, json_pack("{}"), changed);
}


static void
a_change_is_claimed_as_it_is_sent(void **state)
{
    rig_page("PATCH", THING, 204, NULL);
    assert_int_equal(rig_job(change), BMC_OK);
    assert_int_equal(rig.call.claims, 1);
    assert_string_equal(rig_asked("PATCH", THING)->body, "{\"a\":1}");
    assert_string_equal(rig_header("PATCH", THING, "Content-Type"),
                        "application/json");

    rig.unit.driver = &bmc_driver_redfish;
    rig.call.deny = true;
    rig_run(BMC_POWER_RESET, RIG_TIMEOUT);
    fake_wait(&rig.unit, &rig.call, RIG_TIMEOUT);
    assert_int_equal(rig.call.rc, BMC_CANCELLED);
    assert_int_equal(rig_count("POST", RESET), 0);
    rig.call.deny = false;

    seen.path = NULL;
    assert_int_equal(rig_job(change), BMC_UNSUPPORTED);
    assert_int_equal(rig.call.claims, 0);
}


static void
a_change_without_an_answer_is_sent_once(void **state)
{
    rig_page("PATCH", THING, 204, NULL)->manner = WEB_CLOSES;
    assert_int_equal(rig_job(change), BMC_UNREACHABLE);
    assert_int_equal(rig.call.claims, 1);
    assert_int_equal(rig_count("PATCH", THING), 1);

    rig.reset->manner = WEB_SILENT;
    assert_int_equal(rig_ask_in(BMC_POWER_RESET, 500), BMC_TIMEOUT);
    assert_int_equal(rig.call.claims, 1);
    assert_int_equal(rig_count("POST", RESET), 1);

    /* … nor is one whose answer makes no sense refused */

    rig.reset->manner = WEB_ANSWERS;
    rig.reset->raw = "nonsense\r\n\r\n";
    rig.reset->nraw = 12;
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_TIMEOUT);
    assert_int_equal(rig_count("POST", RESET), 2);

    rig.reset->raw = NULL;
    rig.reset->status = 504;
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_TIMEOUT);
    rig_said("gave up waiting for itself");
}


static void
given_up_a_sent_change_is_unknown(void **state)
{
    unsigned  i;

    rig.reset->manner = WEB_SILENT;
    rig_run(BMC_POWER_RESET, RIG_TIMEOUT);

    for (i = 0; i < 200 && rig_count("POST", RESET) == 0; i++) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    bmc_driver_redfish.cancel(&rig.unit.unit, &rig.call.call);
    assert_int_equal(rig.call.rc, BMC_TIMEOUT);

    rig_run(BMC_POWER_RESET, RIG_TIMEOUT);
    bmc_driver_redfish.cancel(&rig.unit.unit, &rig.call.call);
    assert_int_equal(rig.call.rc, BMC_CANCELLED);
    assert_int_equal(rig.call.claims, 0);
}


static void
a_refusal_is_the_verbs_where_it_wants_it(void **state)
{
    web_page_t  *page;

    page = rig_page("PATCH", THING, 400, "{'error': {'message': 'No!'}}");
    assert_int_equal(rig_job(change_try), BMC_REFUSED);
    assert_int_equal(seen.n, 1);
    rig_said("refused it all (Redfish: No!)");

    assert_int_equal(rig_job(change), BMC_REFUSED);
    assert_int_equal(seen.n, 1);

    page->status = 403;
    assert_int_equal(rig_job(change_try), BMC_REFUSED);
    rig_said("insufficient privilege of user \"admin\"");

    page->status = 405;
    assert_int_equal(rig_job(change), BMC_UNSUPPORTED);

    page->status = 500;
    assert_int_equal(rig_job(change_try), BMC_REFUSED);
    assert_int_equal(seen.n, 2);

    rig_body(page, "{'error': {'@Message.ExtendedInfo': [{'MessageId':"
        " 'IDRAC.2.5.SYS518'}]}}");
    page->status = 400;
    assert_int_equal(rig_job(change_try), BMC_BUSY);
    assert_int_equal(seen.n, 2);
}


/* the gate does a busy verb once more: its first half would be done twice */

static void
busy_with_the_second_half_is_not_busy(void **state)
{
    web_page_t  *page;

    seen.twice = true;
    rig_page("PATCH", THING, 204, NULL);
    page = rig_page("POST", THINGS, 503, "{}");
    assert_int_equal(rig_job(change), BMC_REFUSED);
    rig_said("is not ready");
    assert_int_equal(rig.call.claims, 2);

    seen.n = 0;
    page->manner = WEB_CLOSES;
    assert_int_equal(rig_job(change), BMC_UNREACHABLE);

    seen.n = 1;
    page->manner = WEB_ANSWERS;
    seen.method = "POST";
    seen.path = THINGS;
    assert_int_equal(rig_job(change), BMC_BUSY);
}


/* -- ETags */

static void
etag(const char *value, const char *expected)
{
    char         header[200];
    web_page_t  *page;

    snprintf(header, sizeof(header), "ETag: %s\r\n", value);
    page = rig_first("GET", THING, 200, "{}", 1);
    page->headers = header;
    seen.read = true;
    assert_int_equal(rig_job(change), BMC_OK);

    if (expected == NULL) {
        assert_null(rig_header("PATCH", THING, "If-Match"));

    } else {
        assert_string_equal(rig_header("PATCH", THING, "If-Match"), expected);
    }
}


static void
an_etag_as_last_read_goes_along(void **state)
{
    rig_page("PATCH", THING, 204, NULL);
    etag("\"1\"", "\"1\"");
    etag("W/\"2\"", "W/\"2\"");
    etag("\"3-gzip\"", "\"3-gzip\"");
    etag("", NULL);
    etag("\"4\"", "\"4\"");
    etag("\"\"", NULL);
    etag("W/\"\"", NULL);

    rig_first("GET", THING, 200, "{'@odata.etag': 'W/\\'9\\''}", 1);
    rig_body(&rig.web.page[0], "{\"@odata.etag\": \"W/\\\"9\\\"\"}");
    assert_int_equal(rig_job(change), BMC_OK);
    assert_string_equal(rig_header("PATCH", THING, "If-Match"), "W/\"9\"");

    /* no header, no line of one */

    rig_first("GET", THING, 200, "{'@odata.etag': 'a\\r\\nb: c'}", 1);
    assert_int_equal(rig_job(change), BMC_OK);
    assert_null(rig_header("PATCH", THING, "If-Match"));
}


static void
an_etag_is_sent_as_a_bmc_takes_it(void **state)
{
    rig_quirk(BMC_QUIRK_ETAG_WEAK_REFUSED);
    rig_quirk(BMC_QUIRK_ETAG_GZIP);
    rig_page("PATCH", THING, 204, NULL);
    etag("W/\"2\"", NULL);
    etag("\"3-gzip\"", "\"3\"");
    etag("\"4\"", "\"4\"");
}


static void
a_stale_etag_is_read_anew_once(void **state)
{
    web_page_t  *page;

    page = rig_page("GET", THING, 200, "{}");
    page->headers = "ETag: \"1\"\r\n";
    rig_page("PATCH", THING, 412, "{}")->times = 1;
    rig_page("PATCH", THING, 204, NULL);
    seen.read = true;
    assert_int_equal(rig_job(get), BMC_OK);
    seen.read = false;
    page->headers = "ETag: \"2\"\r\n";
    assert_int_equal(rig_job(change), BMC_OK);
    assert_string_equal(rig_header("PATCH", THING, "If-Match"), "\"2\"");
    assert_int_equal(rig_count("PATCH", THING), 2);
    assert_int_equal(rig_count("GET", THING), 2);

    rig_first("PATCH", THING, 412, "{}", 0);
    assert_int_equal(rig_job(change), BMC_REFUSED);
    assert_int_equal(rig_count("PATCH", THING), 4);
}


static void
an_etag_that_is_refused_as_it_is_was_not_stale(void **state)
{
    rig_page("GET", THING, 200, "{}")->headers = "ETag: W/\"1\"\r\n";
    rig_page("PATCH", THING, 412, "{}")->times = 1;
    rig_page("PATCH", THING, 204, NULL);
    seen.read = true;
    assert_int_equal(rig_job(change), BMC_OK);
    assert_null(rig_header("PATCH", THING, "If-Match"));
    assert_int_equal(rig_count("PATCH", THING), 2);

    rig_first("GET", THING, 200, "{}", 0)->headers =
        "ETag: \"7-gzip\"\r\n";
    rig_first("PATCH", THING, 412, "{}", 1);
    assert_int_equal(rig_job(change), BMC_OK);
    assert_string_equal(rig_header("PATCH", THING, "If-Match"), "\"7\"");
}


static void
who_wants_an_etag_gets_it(void **state)
{
    rig_page("PATCH", THING, 428, "{}")->times = 1;
    rig_page("PATCH", THING, 204, NULL);
    rig_page("GET", THING, 200, "{}")->headers = "ETag: \"5\"\r\n";
    assert_int_equal(rig_job(change), BMC_OK);
    assert_string_equal(rig_header("PATCH", THING, "If-Match"), "\"5\"");

    /* … also of an action's resource, and "*" where it has none */

    rig_page("POST", THING "/Actions/X.Y", 428, "{}")->times = 1;
    rig_page("POST", THING "/Actions/X.Y", 204, NULL);
    seen.method = "POST";
    seen.path = THING "/Actions/X.Y";
    assert_int_equal(rig_job(change), BMC_OK);
    assert_string_equal(rig_header("POST", THING "/Actions/X.Y", "If-Match"),
                        "\"5\"");

    rig_page("POST", THINGS, 428, "{}")->times = 1;
    rig_page("POST", THINGS, 204, NULL);
    seen.path = THINGS;
    assert_int_equal(rig_job(change), BMC_OK);
    assert_string_equal(rig_header("POST", THINGS, "If-Match"), "*");
}


static void
an_etag_may_have_to_be_read_first_always(void **state)
{
    rig_quirk(BMC_QUIRK_ETAG_REQUIRED);
    rig_page("GET", THING, 200, "{}")->headers = "ETag: \"5\"\r\n";
    rig_page("PATCH", THING, 204, NULL);
    assert_int_equal(rig_job(change), BMC_OK);
    assert_int_equal(rig_count("GET", THING), 1);
    assert_int_equal(rig_count("PATCH", THING), 1);
    assert_string_equal(rig_header("PATCH", THING, "If-Match"), "\"5\"");

    /* … and may be stale even so */

    rig_first("PATCH", THING, 412, "{}", 1);
    assert_int_equal(rig_job(change), BMC_OK);
    assert_int_equal(rig_count("PATCH", THING), 3);
}


static void
an_etag_that_cannot_be_read_leaves_the_change_undone(void **state)
{
    rig_page("PATCH", THING, 412, "{}");
    rig_page("GET", THING, 200, "{}")->manner = WEB_CLOSES;
    assert_int_equal(rig_job(change), BMC_REFUSED);
    rig_said("nothing was changed");
    assert_int_equal(rig_count("PATCH", THING), 1);
}


/* -- waiting */

static void
waited(bmc_rf_job_t *job)
{
    seen.waited++;
    bmc_rf_end(job, BMC_OK, "%s", "");
}


static void
waits(bmc_rf_job_t *job)
{
    bmc_rf_wait(job, 100, waited);
}


static void
a_verb_may_wait(void **state)
{
    assert_int_equal(rig_job(waits), BMC_OK);
    assert_true(rig.call.took >= 90);
    assert_int_equal(seen.waited, 1);
}


#define ask_test(f)  cmocka_unit_test_setup_teardown(f, seen_nothing, rig_stop)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        ask_test(what_is_there_is_told),
        ask_test(what_may_be_absent_may),
        ask_test(what_is_no_json_is_refused),
        ask_test(paths_are_believed_up_to_a_length),
        ask_test(headers_that_a_bmc_dislikes_are_left_out),
        ask_test(a_change_is_claimed_as_it_is_sent),
        ask_test(a_change_without_an_answer_is_sent_once),
        ask_test(given_up_a_sent_change_is_unknown),
        ask_test(a_refusal_is_the_verbs_where_it_wants_it),
        ask_test(busy_with_the_second_half_is_not_busy),
        ask_test(an_etag_as_last_read_goes_along),
        ask_test(an_etag_is_sent_as_a_bmc_takes_it),
        ask_test(a_stale_etag_is_read_anew_once),
        ask_test(an_etag_that_is_refused_as_it_is_was_not_stale),
        ask_test(who_wants_an_etag_gets_it),
        ask_test(an_etag_may_have_to_be_read_first_always),
        ask_test(an_etag_that_cannot_be_read_leaves_the_change_undone),
        ask_test(a_verb_may_wait)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
