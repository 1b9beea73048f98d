
/*
 * Copyright (C) the bmcgate authors
 *
 * What Redfish BMCs say no with, as a line for people, and what follows.
 */


#include "redfish_rig.h"


static void
says(const char *text, const char *expected)
{
    char     words[BMC_RF_WORDS];
    json_t  *value;

    value = text == NULL ? NULL : quoted_json(text);
    bmc_rf_words(418, value, words);
    assert_string_equal(words, expected);
    json_decref(value);
}


static void
messages_are_found_wherever_they_stand(void **state)
{
    says("{'error': {'code': 'C', 'message': 'M', '@Message.ExtendedInfo':"
         " [{'Message': 'One.'}, {'Message': 'Two.'}]}}", "One. Two.");
    says("{'error': {'@Message.ExtendedInfo': {'Message': 'One.'}}}", "One.");
    says("{'@Message.ExtendedInfo': [{'Message': 'Top.'}]}", "Top.");
    says("{'error': {'message': 'Only.'}}", "Only.");
    says("{'Messages': [{'MessageID': 'iLO.0.10.X'}]}", "iLO.0.10.X");
    says("{'error': {'@Message.ExtendedInfo': [{'MessageId': 'B.1.Y',"
         " 'MessageArgs': ['Boot']}]}}", "B.1.Y (Boot)");
    says("{'error': {'message': 'M', '@Message.ExtendedInfo':"
         " [{'MessageId': 'Base.1.8.GeneralError', 'Message': 'See.'},"
         " {'Message': 'Why.'}]}}", "Why.");
    says("{'error': {'message': 'M', '@Message.ExtendedInfo':"
         " [{'MessageId': 'Base.1.8.GeneralError', 'Message': 'See.'}]}}",
         "See.");
    says("{'error': {'@Message.ExtendedInfo': [{'Message': 'One.'},"
         " {'Message': 'One.'}]}}", "One.");
}


static void
what_says_nothing_has_a_number(void **state)
{
    says(NULL, "HTTP status 418");
    says("{}", "HTTP status 418");
    says("[]", "HTTP status 418");
    says("7", "HTTP status 418");
    says("{'error': 'x'}", "HTTP status 418");
    says("{'error': {'message': '', '@Message.ExtendedInfo': [7, {},"
         " {'Message': 5}, {'Message': '  '}]}}", "HTTP status 418");
}


static void
words_are_one_line_and_harmless(void **state)
{
    char     words[BMC_RF_WORDS], text[2000];
    size_t   n;
    json_t  *value;

    says("{'error': {'message': 'a\\r\\nb\\u001b[2Jc\\u009bd\\u007f'}}",
         "a  b [2Jc  d");

    memset(text, 0, sizeof(text));
    n = (size_t) snprintf(text, sizeof(text), "{'error': {'message': 'x");

    while (n < 1500) {
        n += (size_t) snprintf(text + n, sizeof(text) - n, "\xe2\x82\xac");
    }

    snprintf(text + n, sizeof(text) - n, "'}}");
    value = quoted_json(text);
    bmc_rf_words(400, value, words);
    json_decref(value);
    assert_true(strlen(words) < BMC_RF_WORDS);
    assert_true(strlen(words) > BMC_RF_WORDS - 5);

    /* cut where a letter ends */

    value = json_string(words);
    assert_non_null(value);
    json_decref(value);
}


static void
many_messages_are_bounded(void **state)
{
    size_t     n;
    char       text[4000], words[BMC_RF_WORDS];
    json_t    *value;
    unsigned   i;

    n = (size_t) snprintf(text, sizeof(text), "{'@Message.ExtendedInfo': [7");

    for (i = 0; i < 50; i++) {
        n += (size_t) snprintf(text + n, sizeof(text) - n,
            ", {'Message': 'Message %u is rather long, is it not?'}", i);
    }

    snprintf(text + n, sizeof(text) - n, "]}");
    value = quoted_json(text);
    bmc_rf_words(400, value, words);
    json_decref(value);
    assert_non_null(strstr(words, "Message 2 "));
    assert_null(strstr(words, "Message 3 "));
}


static void
means(long status, const char *id, bmc_rc_t rc)
{
    char     text[300];
    json_t  *value;

    snprintf(text, sizeof(text), "{'error': {'code': 'Base.1.0.X',"
             " '@Message.ExtendedInfo': [{'MessageId': 'A.1.0.B'},"
             " {'MessageId': '%s'}]}}", id);
    value = quoted_json(text);
    assert_int_equal(bmc_rf_judge(status, value), rc);
    json_decref(value);
}


static void
a_status_means_what_it_means(void **state)
{
    means(400, "", BMC_REFUSED);
    means(401, "", BMC_BAD_LOGIN);
    means(403, "", BMC_REFUSED);
    means(404, "", BMC_UNSUPPORTED);
    means(405, "", BMC_UNSUPPORTED);
    means(409, "", BMC_REFUSED);
    means(412, "", BMC_REFUSED);
    means(429, "", BMC_BUSY);
    means(500, "", BMC_REFUSED);
    means(501, "", BMC_UNSUPPORTED);
    means(502, "", BMC_REFUSED);
    means(503, "", BMC_BUSY);
    means(504, "", BMC_TIMEOUT);
    assert_int_equal(bmc_rf_judge(503, NULL), BMC_BUSY);
}


static void
what_is_over_soon_is_retry_later_for_all_vendors(void **state)
{
    json_t  *value;

    means(400, "IDRAC.2.5.SYS518", BMC_BUSY);
    means(500, "IDRAC.2.4.RAC0218", BMC_BUSY);
    means(400, "iLO.2.14.InvalidOperationForSystemState", BMC_BUSY);
    means(400, "iLO.2.14.UnableToModifyDuringSystemPOST", BMC_BUSY);
    means(403, "Base.1.8.SessionLimitExceeded", BMC_BUSY);
    means(400, "Base.1.8.CreateLimitReachedForResource", BMC_BUSY);
    means(400, "Base.1.8.ServiceTemporarilyUnavailable", BMC_BUSY);
    means(409, "Base.1.8.ResourceInStandby", BMC_BUSY);
    means(400, "iLO.0.10.UnauthorizedLoginAttempt", BMC_BAD_LOGIN);
    means(403, "Base.1.8.PasswordChangeRequired", BMC_BAD_LOGIN);

    value = quoted_json("{'error': {'code': 'Base.1.8.ServiceShuttingDown'}}");
    assert_int_equal(bmc_rf_judge(500, value), BMC_BUSY);
    json_decref(value);
}


static void
any_part_of_an_id_is_found(void **state)
{
    json_t  *value;

    value = quoted_json("{'error': {'@Message.ExtendedInfo': [{'MessageId':"
                        " 'IDRAC.2.5.SYS518'}]}}");
    assert_true(bmc_rf_has_message(value, "SYS518"));
    assert_false(bmc_rf_has_message(value, "SYS519"));
    assert_false(bmc_rf_has_message(NULL, "SYS518"));
    json_decref(value);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(messages_are_found_wherever_they_stand),
        cmocka_unit_test(what_says_nothing_has_a_number),
        cmocka_unit_test(words_are_one_line_and_harmless),
        cmocka_unit_test(many_messages_are_bounded),
        cmocka_unit_test(a_status_means_what_it_means),
        cmocka_unit_test(what_is_over_soon_is_retry_later_for_all_vendors),
        cmocka_unit_test(any_part_of_an_id_is_found)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
