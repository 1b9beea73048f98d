
/*
 * Copyright (C) the bmcgate authors
 *
 * Logins over Redfish: one session a BMC, opened, kept, lost, closed.
 */


#include "redfish_rig.h"


static void
one_login_serves_all_and_is_logged_out(void **state)
{
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_ask(BMC_POWER_ON), BMC_OK);
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);

    assert_int_equal(rig_count("POST", SESSIONS), 1);
    assert_string_equal(rig_asked("POST", SESSIONS)->body,
        "{\"UserName\":\"admin\",\"Password\":\"calvin\"}");
    assert_null(rig_header("GET", ROOT, "X-Auth-Token"));
    assert_null(rig_header("POST", SESSIONS, "X-Auth-Token"));
    assert_string_equal(rig_header("GET", SYSTEM, "X-Auth-Token"), "token1");
    assert_string_equal(rig_header("GET", SYSTEM, "OData-Version"), "4.0");
    assert_string_equal(rig_header("GET", SYSTEM, "Accept"),
                        "application/json");
    assert_int_equal(rig.web.connections, 1);

    rig_close();
    assert_int_equal(rig_count("DELETE", SESSIONS "/7"), 1);
    assert_string_equal(rig_header("DELETE", SESSIONS "/7", "X-Auth-Token"),
                        "token1");
}


static void
the_blocks_own_account_is_the_one(void **state)
{
    bmc_secret_t  secret;

    secret = rig.secret;
    secret.word = "gr\xc3\xbcn";
    rig.conf.http.user = "svc";
    rig.conf.http.password = &secret;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(rig_asked("POST", SESSIONS)->body,
        "{\"UserName\":\"svc\",\"Password\":\"gr\xc3\xbcn\"}");
    rig_close();
}


/* -- Basic */

static void
is_basic(void)
{
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(rig_header("GET", SYSTEM, "Authorization"),
                        "Basic YWRtaW46Y2Fsdmlu");
    assert_null(rig_header("GET", SYSTEM, "X-Auth-Token"));
}


static void
a_bmc_without_sessions_is_asked_by_basic(void **state)
{
    rig.login->status = 405;
    is_basic();
    assert_int_equal(rig_count("POST", SESSIONS), 1);
    assert_int_equal(rig_ask(BMC_POWER_ON), BMC_OK);
    assert_int_equal(rig_count("POST", SESSIONS), 1);
    rig_close();
    assert_int_equal(rig_count("DELETE", NULL), 0);
}


static void
a_session_without_a_token_is_none(void **state)
{
    rig.login->headers = "Location: " SESSIONS "/7\r\n";
    is_basic();
}


static void
a_root_that_names_no_sessions_has_none(void **state)
{
    rig_body(rig.root, "{'Systems': {'@odata.id': '" SYSTEMS "'}}");
    is_basic();
    assert_int_equal(rig_count("POST", SESSIONS), 0);
}


static void
basic_can_be_configured_or_follow_from_a_quirk(void **state)
{
    rig.conf.login = BMC_RF_LOGIN_BASIC;
    is_basic();
    rig_close();

    rig.conf.login = BMC_RF_LOGIN_AUTO;
    rig_quirk(BMC_QUIRK_LOGIN_BASIC);
    rig_open();
    is_basic();
    assert_int_equal(rig_count("POST", SESSIONS), 0);
}


static void
sessions_can_be_insisted_on(void **state)
{
    rig.conf.login = BMC_RF_LOGIN_SESSION;
    rig.login->status = 404;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);

    rig.login->status = 201;
    rig.login->headers = NULL;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);
    rig_said("without a token, and \"login session\"");
    rig_close();

    rig_body(rig.root, "{'Systems': {'@odata.id': '" SYSTEMS "'}}");
    rig_open();
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_UNSUPPORTED);
    rig_said("has no Redfish sessions, and \"login session\"");
    assert_int_equal(rig_count("GET", SYSTEM), 0);
}


static void
basic_has_room_for_so_much(void **state)
{
    char  word[600];

    memset(word, 'x', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    rig.secret.word = word;
    rig.conf.login = BMC_RF_LOGIN_BASIC;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_CONF);
    rig_said("too long");

    word[366] = '\0';
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_CONF);
    word[360] = '\0';
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
}


/* -- refused */

static void
a_refused_login_is_told_once_in_the_bmcs_words(void **state)
{
    rig.login->status = 401;
    rig_body(rig.login, "{'error': {'message': 'Wrong\\npassword.'}}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_BAD_LOGIN);
    rig_said("refused user \"admin\" (Redfish: Wrong password.)");
    rig_said("127.0.0.1");
    assert_int_equal(rig_count("POST", SESSIONS), 1);
    assert_int_equal(rig_count("GET", SYSTEMS), 0);

    /* iLO 4 */

    rig.login->status = 400;
    rig_body(rig.login, "{'Messages': [{'MessageID':"
        " 'iLO.0.10.UnauthorizedLoginAttempt'}]}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_BAD_LOGIN);
    rig_said("UnauthorizedLoginAttempt");

    rig.login->status = 403;
    rig_body(rig.login, "{}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_BAD_LOGIN);
    rig_said("refused user \"admin\" a session (Redfish: HTTP status 403)");

    rig.login->status = 405;
    rig.systems->status = 401;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_BAD_LOGIN);
    assert_int_equal(rig_count("GET", SYSTEMS), 1);
}


static void
a_password_that_cannot_be_had_is_said(void **state)
{
    rig.secret.kind = BMC_SECRET_FILE;
    rig.secret.word = "/nonexistent/secret";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_CONF);
    rig_said("/nonexistent/secret");

    rig.conf.login = BMC_RF_LOGIN_BASIC;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_CONF);
    rig_close();

    rig.conf.login = BMC_RF_LOGIN_AUTO;
    rig_open();
    rig.secret.kind = BMC_SECRET_WORD;
    rig.secret.word = "\xff\xfe";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_CONF);
    rig_said("no UTF-8");
    assert_int_equal(rig_count("POST", SESSIONS), 0);
}


static void
a_full_table_of_sessions_is_retry_later(void **state)
{
    rig.login->status = 400;
    rig_body(rig.login, "{'error': {'@Message.ExtendedInfo': [{'MessageId':"
        " 'IDRAC.2.4.RAC0218', 'Message': 'The maximum number of user"
        " sessions is reached.'}]}}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_BUSY);
    rig_said("no free slot");
    rig_said("(Redfish: The maximum number of user sessions is reached.)");

    rig.login->status = 503;
    rig_body(rig.login, "<html>");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_BUSY);

    rig.login->status = 403;
    rig_body(rig.login, "{'error': {'code':"
        " 'Base.1.8.SessionLimitExceeded'}}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_BUSY);

    rig.login->status = 201;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_count("GET", ROOT), 1);
}


static void
a_password_that_must_be_changed_first_is_said(void **state)
{
    rig_body(rig.login, "{'@Message.ExtendedInfo': [{'MessageId':"
        " 'Base.1.8.PasswordChangeRequired'}]}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_BAD_LOGIN);
    rig_said("wants a new password for user \"admin\"");

    /* its session is of no use, and takes a slot */

    assert_int_equal(rig_count("DELETE", SESSIONS "/7"), 1);
    assert_string_equal(rig_header("DELETE", SESSIONS "/7", "X-Auth-Token"),
                        "token1");
    assert_int_equal(rig_count("GET", SYSTEMS), 0);

    rig.login->headers = "X-Auth-Token: t\r\n";
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_BAD_LOGIN);

    rig_body(rig.login, "{}");
    rig.systems->status = 403;
    rig_body(rig.systems, "{'error': {'@Message.ExtendedInfo':"
        " {'MessageId': 'Base.1.8.PasswordChangeRequired'}}}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_BAD_LOGIN);
    rig_said("wants a new password");
}


/* -- lost */

static void
a_lost_session_is_opened_anew_and_what_was_asked_is_done(void **state)
{
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);

    rig.login->headers = "X-Auth-Token: token2\r\n"
                         "Location: http://bmc/redfish/v1/S/8\r\n";
    rig_first("GET", SYSTEM, 401, "{}", 1);
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_count("POST", SESSIONS), 2);
    assert_string_equal(rig_header("GET", SYSTEM, "X-Auth-Token"), "token2");

    /* a change that was not taken for want of a session was not done */

    rig_first("POST", RESET, 401, "{}", 1);
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_int_equal(rig_count("POST", RESET), 2);
    assert_string_equal(rig_asked("POST", RESET)->body,
                        "{\"ResetType\":\"ForceRestart\"}");
    assert_int_equal(rig_count("POST", SESSIONS), 3);
    assert_int_equal(rig_count("DELETE", NULL), 0);

    rig_close();
    assert_int_equal(rig_count("DELETE", "/redfish/v1/S/8"), 1);
}


static void
a_poll_that_finds_no_session_does_not_send_the_change_again(void **state)
{
    rig.reset->status = 202;
    rig.reset->headers = "Location: " MONITOR "\r\n";
    rig_first("GET", MONITOR, 401, "{}", 1);
    rig_page("GET", MONITOR, 204, NULL);

    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_OK);
    assert_null(rig.call.answer.json);
    assert_int_equal(rig_count("POST", RESET), 1);
    assert_int_equal(rig_count("POST", SESSIONS), 2);
    assert_int_equal(rig_count("GET", MONITOR), 2);
}


static void
a_login_that_fails_on_the_way_leaves_a_change_undone(void **state)
{
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    rig_first("POST", RESET, 401, "{}", 1);
    rig.login->manner = WEB_CLOSES;
    assert_int_equal(rig_ask(BMC_POWER_RESET), BMC_REFUSED);
    rig_said("nothing was changed");
    assert_int_equal(rig_count("POST", RESET), 1);
}


static void
who_is_refused_with_a_new_session_too_keeps_one(void **state)
{
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);

    rig.login->headers = "X-Auth-Token: token2\r\n"
                         "Location: " SESSIONS "/8\r\n";
    rig.system->status = 401;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_REFUSED);
    rig_said("does not take its own session");
    fake_wait(&rig.unit, NULL, 200);

    /* the first one is still there, and none of ours */

    assert_int_equal(rig_count("DELETE", NULL), 1);
    assert_string_equal(rig_header("DELETE", SESSIONS "/7", "X-Auth-Token"),
                        "token1");

    rig.system->status = 200;
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(rig_header("GET", SYSTEM, "X-Auth-Token"), "token2");
    assert_int_equal(rig_count("POST", SESSIONS), 2);
    rig_close();
    assert_int_equal(rig_count("DELETE", SESSIONS "/8"), 1);
}


static void
a_bmc_that_wants_a_login_for_its_root_gets_it(void **state)
{
    rig_first("GET", ROOT, 401, "{}", 1);
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_string_equal(rig_header("GET", ROOT, "X-Auth-Token"), "token1");
    assert_int_equal(rig_count("POST", SESSIONS), 1);
}


/* -- given up */

static void
a_login_nobody_waits_for_any_more_is_not_left_behind(void **state)
{
    unsigned  i;

    rig_run(BMC_POWER_STATUS, RIG_TIMEOUT);

    for (i = 0; i < 100 && rig_count("POST", SESSIONS) == 0; i++) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    bmc_driver_redfish.cancel(&rig.unit.unit, &rig.call.call);
    assert_int_equal(rig.call.ended, 1);
    assert_int_equal(rig.call.rc, BMC_CANCELLED);

    rig_close();
    assert_int_equal(rig_count("POST", SESSIONS), 1);
    assert_int_equal(rig_count("DELETE", SESSIONS "/7"), 1);
}


static void
the_next_call_takes_the_login_that_is_under_way(void **state)
{
    unsigned  i;

    rig_run(BMC_POWER_STATUS, RIG_TIMEOUT);

    for (i = 0; i < 100 && rig_count("POST", SESSIONS) == 0; i++) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    bmc_driver_redfish.cancel(&rig.unit.unit, &rig.call.call);
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_count("POST", SESSIONS), 1);
}


static void
aborted_means_at_once_and_without_a_word(void **state)
{
    unsigned  i;

    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    rig.reset->manner = WEB_SILENT;
    rig_run(BMC_POWER_RESET, RIG_TIMEOUT);

    for (i = 0; i < 100 && rig_count("POST", RESET) == 0; i++) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    bmc_driver_redfish.abort(&rig.unit.unit);
    assert_int_equal(rig.call.rc, BMC_TIMEOUT);

    while (rig.unit.closed == 0) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    assert_int_equal(rig_count("DELETE", NULL), 0);
    free(rig.unit.unit.state);
    rig.open = false;
}


static void
a_logout_without_an_answer_is_waited_for_a_little(void **state)
{
    uint64_t  began;

    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    rig_first("DELETE", NULL, 204, NULL, 0)->manner = WEB_SILENT;

    began = uv_hrtime();
    rig_close();
    assert_true(uv_hrtime() - began < 4000000000);
    assert_int_equal(rig_count("DELETE", NULL), 1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(one_login_serves_all_and_is_logged_out),
        rig_test(the_blocks_own_account_is_the_one),
        rig_test(a_bmc_without_sessions_is_asked_by_basic),
        rig_test(a_session_without_a_token_is_none),
        rig_test(a_root_that_names_no_sessions_has_none),
        rig_test(basic_can_be_configured_or_follow_from_a_quirk),
        rig_test(sessions_can_be_insisted_on),
        rig_test(basic_has_room_for_so_much),
        rig_test(a_refused_login_is_told_once_in_the_bmcs_words),
        rig_test(a_password_that_cannot_be_had_is_said),
        rig_test(a_full_table_of_sessions_is_retry_later),
        rig_test(a_password_that_must_be_changed_first_is_said),
        rig_test(a_lost_session_is_opened_anew_and_what_was_asked_is_done),
        rig_test(a_poll_that_finds_no_session_does_not_send_the_change_again),
        rig_test(a_login_that_fails_on_the_way_leaves_a_change_undone),
        rig_test(who_is_refused_with_a_new_session_too_keeps_one),
        rig_test(a_bmc_that_wants_a_login_for_its_root_gets_it),
        rig_test(a_login_nobody_waits_for_any_more_is_not_left_behind),
        rig_test(the_next_call_takes_the_login_that_is_under_way),
        rig_test(aborted_means_at_once_and_without_a_word),
        rig_test(a_logout_without_an_answer_is_waited_for_a_little)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
