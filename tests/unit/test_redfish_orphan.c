
/*
 * Copyright (C) the bmcgate authors
 *
 * Sessions that killed processes leave at a BMC.
 */


#include "redfish_rig.h"


#define LOGGED_IN(n)                                                         \
    "X-Auth-Token: token" #n "\r\nLocation: " SESSIONS "/" #n "\r\n"


static web_page_t *
orphan_session(const char *id, const char *body)
{
    char         text[128];
    const char  *path;

    (void) snprintf(text, sizeof(text), SESSIONS "/%s", id);
    path = rig_json(text);
    (void) rig_page("DELETE", path, 204, NULL);

    return rig_page("GET", path, 200, body);
}


static unsigned
orphan_ended(const char *id)
{
    char  path[128];

    (void) snprintf(path, sizeof(path), SESSIONS "/%s", id);

    return rig_count("DELETE", path);
}


/* the session is 8, what was there before is as it was kept */

static bmc_rc_t
orphan_next(const char *kept)
{
    rig.login->headers = LOGGED_IN(8);
    (void) snprintf(core_kept, sizeof(core_kept), "%s", kept);

    return rig_ask(BMC_POWER_STATUS);
}


static void
a_sessions_id_is_kept_while_it_is_open(void **state)
{
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(core_kept, "7");
    rig_close();
    assert_string_equal(core_kept, "");

    rig_open();
    rig.login->headers = "X-Auth-Token: t\r\n"
        "Location: https://bmc.example" SESSIONS "/root0001/\r\n";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(core_kept, "root0001");
}


static void
nothing_is_asked_for_where_nothing_was_left(void **state)
{
    assert_int_equal(orphan_next(""), BMC_OK);
    assert_int_equal(rig_count("GET", SESSIONS), 0);
    assert_int_equal(rig_count("GET", SESSIONS "/8"), 0);
    assert_int_equal(rig_count("DELETE", NULL), 0);
}


/* a board is for many eyes */

static void
what_may_be_a_secret_or_does_not_fit_is_not_kept(void **state)
{
    rig.login->headers = "X-Auth-Token: abcdef\r\n"
                         "Location: " SESSIONS "/abcdef\r\n";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(core_kept, "?");
    rig_close();

    rig_open();
    rig.login->headers = "X-Auth-Token: t\r\nLocation: " SESSIONS
        "/01234567890123456789012345678901234567890123456/\r\n";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(core_kept,
        "01234567890123456789012345678901234567890123456");
    rig_close();

    rig_open();
    rig.login->headers = "X-Auth-Token: t\r\nLocation: " SESSIONS
        "/01234567890123456789012345678901234567890123456789012345\r\n";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(core_kept, "?");
}


static void
the_next_session_ends_the_one_that_was_left(void **state)
{
    orphan_session("7", "{'Id': '7', 'UserName': 'Admin'}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);

    bmc_driver_redfish.abort(&rig.unit.unit);

    while (rig.unit.closed == 0) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    free(rig.unit.unit.state);
    assert_string_equal(core_kept, "7");

    rig_open();
    assert_int_equal(orphan_next("7"), BMC_OK);
    assert_int_equal(orphan_ended("7"), 1);
    assert_string_equal(rig_header("DELETE", SESSIONS "/7", "X-Auth-Token"),
                        "token8");
    assert_string_equal(core_kept, "8");

    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_count("GET", SESSIONS "/7"), 1);
}


static void
a_session_that_is_another_users_by_now_stays(void **state)
{
    web_page_t  *session;

    session = orphan_session("5", "{'Id': '5', 'UserName': 'eve'}");
    assert_int_equal(orphan_next("5"), BMC_OK);
    rig_close();

    rig_open();
    rig_body(session, "{'Id': '5'}");
    assert_int_equal(orphan_next("5"), BMC_OK);
    rig_close();

    rig_open();
    session->status = 404;
    assert_int_equal(orphan_next("5"), BMC_OK);

    assert_int_equal(orphan_ended("5"), 0);
    assert_int_equal(rig_count("GET", SESSIONS "/5"), 3);
    assert_string_equal(core_kept, "8");
}


static void
one_that_came_from_elsewhere_stays(void **state)
{
    orphan_session("5", "{'UserName': 'admin',"
        " 'ClientOriginIPAddress': '10.0.0.2'}");
    orphan_session("8", "{'ClientOriginIPAddress': '10.0.0.1'}");
    assert_int_equal(orphan_next("5"), BMC_OK);
    assert_int_equal(rig_count("DELETE", NULL), 0);
    assert_string_equal(core_kept, "8");
}


/* -- logins that were cut short */

static void
orphan_crowd(const char *own)
{
    orphan_session("5", "{'UserName': 'admin',"
        " 'ClientOriginIPAddress': '10.0.0.1'}");
    orphan_session("6", "{'UserName': 'admin',"
        " 'ClientOriginIPAddress': '10.0.0.2'}");
    orphan_session("7", "{'UserName': 'eve',"
        " 'ClientOriginIPAddress': '10.0.0.1'}");
    orphan_session("8", own);
    orphan_session("9", "{'UserName': 'admin'}");
    orphan_session("10", "{'UserName': 'admin',"
        " 'ClientOriginIPAddress': '10.0.0.1'}");

    rig_page("GET", SESSIONS, 200, "{'Members': ["
        "{'@odata.id': '" SESSIONS "/5/'}, {'@odata.id': '" SESSIONS "/6'},"
        "{'@odata.id': '" SESSIONS "/7'}, {'@odata.id': '" SESSIONS "/8/'},"
        "17, {'@odata.id': '" SESSIONS "/9'},"
        "{'@odata.id': '" SESSIONS "/10'}]}");
    rig_page("DELETE", SESSIONS "/5/", 204, NULL);
    rig_page("GET", SESSIONS "/5/", 200, "{'UserName': 'admin',"
        " 'ClientOriginIPAddress': '10.0.0.1'}");
}


static void
a_login_that_was_cut_short_is_found_by_user_and_address(void **state)
{
    orphan_crowd("{'UserName': 'admin',"
                 " 'ClientOriginIPAddress': '10.0.0.1'}");

    assert_int_equal(orphan_next("?"), BMC_OK);
    assert_int_equal(orphan_ended("5/"), 1);
    assert_int_equal(orphan_ended("10"), 1);
    assert_int_equal(rig_count("DELETE", NULL), 2);
    assert_string_equal(core_kept, "8");
}


static void
a_bmc_that_tells_no_address_is_left_alone(void **state)
{
    orphan_crowd("{'UserName': 'admin'}");

    assert_int_equal(orphan_next("?"), BMC_OK);
    assert_int_equal(rig_count("DELETE", NULL), 0);
    assert_int_equal(rig_count("GET", SESSIONS), 0);
    assert_string_equal(core_kept, "8");
}


static void
a_list_of_sessions_may_be_anything(void **state)
{
    web_page_t  *list;

    orphan_session("8", "{'ClientOriginIPAddress': '10.0.0.1'}");
    list = rig_page("GET", SESSIONS, 200, "{'Members': 5}");
    assert_int_equal(orphan_next("?"), BMC_OK);
    rig_close();

    rig_open();
    list->status = 403;
    assert_int_equal(orphan_next("?"), BMC_OK);

    assert_int_equal(rig_count("GET", SESSIONS), 2);
    assert_int_equal(rig_count("DELETE", SESSIONS "/8"), 1);
    assert_string_equal(core_kept, "8");
}


static void
a_login_without_an_answer_may_have_made_a_session(void **state)
{
    rig.login->manner = WEB_CLOSES;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNREACHABLE);
    assert_string_equal(core_kept, "?");

    rig.login->manner = WEB_ANSWERS;
    orphan_crowd("{'ClientOriginIPAddress': '10.0.0.1'}");
    assert_int_equal(orphan_next("?"), BMC_OK);
    assert_int_equal(orphan_ended("10"), 1);
}


static void
a_refused_login_leaves_what_was_kept(void **state)
{
    rig.login->status = 401;
    assert_int_equal(orphan_next("5"), BMC_BAD_LOGIN);
    assert_string_equal(core_kept, "5");

    rig.login->status = 404;
    assert_int_equal(orphan_next("5"), BMC_OK);
    assert_string_equal(core_kept, "5");
    rig_close();
    assert_string_equal(core_kept, "5");
}


/* -- no free slot */

static void
without_a_free_slot_it_is_ended_by_basic(void **state)
{
    orphan_session("7", "{'UserName': 'admin'}");
    rig_first("POST", SESSIONS, 503, "{}", 1);

    assert_int_equal(orphan_next("7"), BMC_OK);
    assert_int_equal(orphan_ended("7"), 1);
    assert_string_equal(rig_header("DELETE", SESSIONS "/7", "Authorization"),
                        "Basic YWRtaW46Y2Fsdmlu");
    assert_int_equal(rig_count("POST", SESSIONS), 2);
    assert_string_equal(rig_header("GET", SYSTEM, "X-Auth-Token"), "token8");
    assert_string_equal(core_kept, "8");
}


static void
a_slot_that_stays_taken_is_tried_for_once(void **state)
{
    web_page_t  *session;

    session = orphan_session("7", "{}");
    session->status = 401;
    rig.login->status = 503;

    assert_int_equal(orphan_next("7"), BMC_BUSY);
    assert_int_equal(rig_count("POST", SESSIONS), 2);
    assert_int_equal(rig_count("GET", SESSIONS "/7"), 1);

    session->manner = WEB_CLOSES;
    assert_int_equal(orphan_next("7"), BMC_BUSY);
    assert_int_equal(rig_count("POST", SESSIONS), 4);

    assert_int_equal(orphan_next("?"), BMC_BUSY);
    assert_int_equal(rig_count("POST", SESSIONS), 5);
}


/* -- a BMC that does not answer */

static void
what_could_not_be_ended_is_for_the_next(void **state)
{
    web_page_t  *session;

    session = orphan_session("7", "{'UserName': 'admin'}");
    session->manner = WEB_CLOSES;

    assert_int_equal(orphan_next("7"), BMC_OK);
    assert_string_equal(core_kept, "?");
    rig_close();
    assert_string_equal(core_kept, "7");

    rig_open();
    session->manner = WEB_ANSWERS;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(orphan_ended("7"), 1);
    assert_string_equal(core_kept, "8");
}


static void
who_leaves_in_the_middle_logs_out_and_leaves_it(void **state)
{
    unsigned  i;

    orphan_session("7", "{'UserName': 'admin'}");
    rig.login->headers = LOGGED_IN(8);
    (void) rig_page("DELETE", SESSIONS "/8", 204, NULL);
    (void) snprintf(core_kept, sizeof(core_kept), "7");
    rig_run(BMC_POWER_STATUS, RIG_TIMEOUT);

    for (i = 0; i < 200 && rig_count("GET", SESSIONS "/7") == 0; i++) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    rig_close();
    assert_int_equal(orphan_ended("8"), 1);
    assert_int_equal(orphan_ended("7"), 0);
    assert_string_equal(core_kept, "7");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_sessions_id_is_kept_while_it_is_open),
        rig_test(nothing_is_asked_for_where_nothing_was_left),
        rig_test(what_may_be_a_secret_or_does_not_fit_is_not_kept),
        rig_test(the_next_session_ends_the_one_that_was_left),
        rig_test(a_session_that_is_another_users_by_now_stays),
        rig_test(one_that_came_from_elsewhere_stays),
        rig_test(a_login_that_was_cut_short_is_found_by_user_and_address),
        rig_test(a_bmc_that_tells_no_address_is_left_alone),
        rig_test(a_list_of_sessions_may_be_anything),
        rig_test(a_login_without_an_answer_may_have_made_a_session),
        rig_test(a_refused_login_leaves_what_was_kept),
        rig_test(without_a_free_slot_it_is_ended_by_basic),
        rig_test(a_slot_that_stays_taken_is_tried_for_once),
        rig_test(what_could_not_be_ended_is_for_the_next),
        rig_test(who_leaves_in_the_middle_logs_out_and_leaves_it)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
