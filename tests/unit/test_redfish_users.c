
/*
 * Copyright (C) the bmcgate authors
 *
 * The BMC's own users over Redfish: where accounts are made, and where
 * there are as many slots as there will ever be.
 */


#include "redfish_fake.h"


#define ROOT      "/redfish/v1/"
#define SERVICE   "/redfish/v1/AccountService"
#define ACCOUNTS  SERVICE "/Accounts"


static void
users_account(const char *id, const char *name, const char *rest)
{
    char  path[256], text[512];

    snprintf(path, sizeof(path), ACCOUNTS "/%s", id);
    snprintf(text, sizeof(text), "{'Id': '%s', 'UserName': '%s', %s}", id,
             name, rest);
    fake_have(path, text);
}


static void
users_service(const char *members)
{
    fake_have(ROOT, "{'AccountService': {'@odata.id': '" SERVICE "'}}");
    fake_have(SERVICE, "{'Accounts': {'@odata.id': '" ACCOUNTS "'}}");
    fake_have(ACCOUNTS, members);
}


#define ACCOUNT(id)  "{'@odata.id': '" ACCOUNTS "/" id "'}"


/* accounts are made, and have names as Ids */

static void
users_made(void)
{
    users_service("{'Members': [" ACCOUNT("root") ", " ACCOUNT("ann") "]}");
    users_account("root", "root",
                  "'RoleId': 'Administrator', 'Enabled': true");
    users_account("ann", "ann", "'RoleId': 'ReadOnly', 'Enabled': false");
}


static json_t *
users_slot_bmc(const char *method, const char *path, const json_t *body,
    long *status)
{
    if (strcmp(method, "DELETE") == 0 || strcmp(method, "POST") == 0) {
        *status = 405;
        return fake_error("Base.1.8.OperationNotAllowed", "not here");
    }

    return NULL;
}


static void
users_slots(void)
{
    fake.bmc = users_slot_bmc;
    users_service("{'Members': [" ACCOUNT("1") ", " ACCOUNT("2") ", "
                  ACCOUNT("4") ", " ACCOUNT("3") "]}");
    users_account("1", "", "'RoleId': 'None', 'Enabled': false");
    users_account("2", "root", "'RoleId': 'Administrator', 'Enabled': true");
    users_account("3", "", "'RoleId': 'None', 'Enabled': false");
    users_account("4", "", "'RoleId': 'None', 'Enabled': false");
}


static void
users_are_told_with_their_roles(void **state)
{
    users_made();
    users_account("ann", "ann", "'RoleId': 'vendor.Own', 'Enabled': false");
    assert_int_equal(fake_run(bmc_rf_users, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"users\":["
        "{\"enabled\":true,\"id\":1,\"name\":\"root\","
        "\"role\":\"administrator\"},"
        "{\"enabled\":false,\"id\":2,\"name\":\"ann\","
        "\"role\":\"vendor.Own\"}]}");
}


static void
slots_that_nobody_has_are_no_users(void **state)
{
    users_slots();
    users_account("4", "bob", "'RoleId': 'None', 'Enabled': null");
    assert_int_equal(fake_run(bmc_rf_users, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"users\":["
        "{\"enabled\":true,\"id\":2,\"name\":\"root\","
        "\"role\":\"administrator\"},"
        "{\"id\":4,\"name\":\"bob\",\"role\":\"none\"}]}");
}


static void
a_bmc_that_hides_its_users_is_unsupported(void **state)
{
    fake_have(ROOT, "{}");
    assert_int_equal(fake_run(bmc_rf_users, ""), BMC_UNSUPPORTED);

    fake_have(ROOT, "{'AccountService': {'@odata.id': '" SERVICE "'}}");
    assert_int_equal(fake_run(bmc_rf_users_set, "name=a;password=b"),
                     BMC_UNSUPPORTED);
    assert_int_equal(fake_run(bmc_rf_users_delete, "name=a"),
                     BMC_UNSUPPORTED);
    assert_int_equal(fake.changes, 0);
}


static void
users_sends(const char *args, const char *sent)
{
    assert_int_equal(fake_run(bmc_rf_users_set, args), BMC_OK);
    assert_string_equal(fake.sent, sent);
}


static json_t *
users_created(const char *method, const char *path, const json_t *body,
    long *status)
{
    if (strcmp(method, "POST") == 0) {
        *status = 201;
    }

    return NULL;
}


static void
a_new_user_is_made(void **state)
{
    users_made();
    fake.bmc = users_created;
    users_sends("name=bob;password=hunter2", "POST " ACCOUNTS
        " {\"Password\":\"hunter2\",\"RoleId\":\"ReadOnly\","
        "\"UserName\":\"bob\"}");
    users_sends("name=bob;password=hunter2;role=operator;enabled=off",
        "POST " ACCOUNTS " {\"Enabled\":false,\"Password\":\"hunter2\","
        "\"RoleId\":\"Operator\",\"UserName\":\"bob\"}");

    /* the BMC gives the numbers */

    assert_int_equal(fake_run(bmc_rf_users_set,
                              "name=bob;password=x;id=7"), BMC_REFUSED);
    assert_non_null(strstr(fake.text, "no such slot"));

    assert_int_equal(fake_run(bmc_rf_users_set, "name=bob;role=operator"),
                     BMC_REFUSED);
    assert_non_null(strstr(fake.text, "needs a password"));
    assert_int_equal(fake.changes, 0);
}


static void
a_user_is_changed_in_nothing_but_what_is_said(void **state)
{
    users_made();
    users_sends("name=ann;role=administrator",
                "PATCH " ACCOUNTS "/ann {\"RoleId\":\"Administrator\"}");
    users_sends("name=ann;enabled=yes",
                "PATCH " ACCOUNTS "/ann {\"Enabled\":true}");
    users_sends("name=ann;password=p",
                "PATCH " ACCOUNTS "/ann {\"Password\":\"p\"}");
    users_sends("name=ann;id=2;role=user",
                "PATCH " ACCOUNTS "/ann {\"RoleId\":\"ReadOnly\"}");
    users_sends("name=ann", "");

    assert_int_equal(fake_run(bmc_rf_users_set, "name=ann;id=1;role=user"),
                     BMC_REFUSED);
    assert_non_null(strstr(fake.text, "in another slot"));
    assert_int_equal(fake.changes, 0);
}


static void
a_free_slot_is_filled_but_the_first(void **state)
{
    users_slots();
    users_sends("name=bob;password=p;role=operator",
        "PATCH " ACCOUNTS "/4 {\"Enabled\":true,\"Password\":\"p\","
        "\"RoleId\":\"Operator\",\"UserName\":\"bob\"}");
    users_sends("name=eve;password=p;id=3",
        "PATCH " ACCOUNTS "/3 {\"Enabled\":true,\"Password\":\"p\","
        "\"RoleId\":\"ReadOnly\",\"UserName\":\"eve\"}");

    assert_int_equal(fake_run(bmc_rf_users_set,
                              "name=x;password=p;id=2"), BMC_REFUSED);
    assert_non_null(strstr(fake.text, "another user in it"));
    assert_int_equal(fake.changes, 0);

    /* none is left: the BMC says so in its own words */

    assert_int_equal(fake_run(bmc_rf_users_set, "name=x;password=p"),
                     BMC_REFUSED);
    assert_non_null(strstr(fake.sent, "POST " ACCOUNTS));
}


static void
roles_that_redfish_has_not_are_unsupported(void **state)
{
    users_made();
    assert_int_equal(fake_run(bmc_rf_users_set, "name=ann;role=none"),
                     BMC_UNSUPPORTED);
    assert_non_null(strstr(fake.text, "administrator, operator or user"));
    assert_int_equal(fake.changes, 0);
}


static json_t *
users_must_change(const char *method, const char *path, const json_t *body,
    long *status)
{
    if (strcmp(method, "POST") != 0) {
        return NULL;
    }

    *status = 201;

    return json_pack("{s:b}", "PasswordChangeRequired", 1);
}


static void
a_password_that_must_be_changed_is_told(void **state)
{
    users_made();
    fake.bmc = users_must_change;
    assert_int_equal(fake_run(bmc_rf_users_set, "name=bob;password=p"),
                     BMC_OK);
    assert_non_null(strstr(fake_json(), "must change the password"));
}


static json_t *
users_weak(const char *method, const char *path, const json_t *body,
    long *status)
{
    if (strcmp(method, "PATCH") != 0) {
        return NULL;
    }

    *status = 200;

    return json_pack("{s:[{s:s, s:s}]}", "Password@Message.ExtendedInfo",
        "MessageId", "Base.1.8.PropertyValueFormatError",
        "Message", "the password is too short");
}


static void
a_password_that_was_not_taken_is_refused(void **state)
{
    users_made();
    fake.bmc = users_weak;
    assert_int_equal(fake_run(bmc_rf_users_set, "name=ann;password=hunter2"),
                     BMC_REFUSED);
    assert_non_null(strstr(fake.text, "too short"));
    assert_null(strstr(fake.text, "hunter2"));
    assert_int_equal(fake_run(bmc_rf_users_set, "name=ann;password=\xff"),
                     BMC_USAGE);
    assert_int_equal(fake_run(bmc_rf_users_set, "name=\xff"), BMC_USAGE);
    assert_int_equal(fake.changes, 0);
}


static void
users_are_deleted_or_their_slot_emptied(void **state)
{
    users_made();
    assert_int_equal(fake_run(bmc_rf_users_delete, "name=ann"), BMC_OK);
    assert_string_equal(fake.sent, "DELETE " ACCOUNTS "/ann");

    assert_int_equal(fake_run(bmc_rf_users_delete, "name=eve"), BMC_REFUSED);
    assert_non_null(strstr(fake.text, "no user of this name"));
    assert_int_equal(fake.changes, 0);

    users_slots();
    users_account("4", "bob", "'Enabled': true");
    assert_int_equal(fake_run(bmc_rf_users_delete, "name=bob"), BMC_OK);
    assert_string_equal(fake.sent, "DELETE " ACCOUNTS "/4\n"
        "PATCH " ACCOUNTS "/4 {\"Enabled\":false,\"UserName\":\"\"}");
}


static json_t *
users_stay(const char *method, const char *path, const json_t *body,
    long *status)
{
    *status = strcmp(method, "GET") == 0 ? 0 : 405;

    return NULL;
}


static void
a_user_that_stays_is_a_refusal(void **state)
{
    users_made();
    fake.bmc = users_stay;
    assert_int_equal(fake_run(bmc_rf_users_delete, "name=ann"), BMC_REFUSED);
    assert_int_equal(fake.changes, 2);
}


static void
ids_are_the_bmcs_where_they_are_numbers(void **state)
{
    json_t  *accounts;

    accounts = quoted_json("[{'Id': '7'}, {'Id': '03'}]");
    assert_int_equal(bmc_rf_user_id(accounts, 0), 7);
    assert_int_equal(bmc_rf_user_id(accounts, 1), 3);
    json_decref(accounts);

    accounts = quoted_json("[{'Id': '7'}, {'Id': '3x'}]");
    assert_int_equal(bmc_rf_user_id(accounts, 0), 1);
    assert_int_equal(bmc_rf_user_id(accounts, 1), 2);
    json_decref(accounts);

    accounts = quoted_json("[{'Id': '99999999999999999999'}, {'Id': '3'}]");
    assert_int_equal(bmc_rf_user_id(accounts, 0), 1);
    assert_int_equal(bmc_rf_user_id(accounts, 1), 2);
    json_decref(accounts);
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        fake_test(users_are_told_with_their_roles),
        fake_test(slots_that_nobody_has_are_no_users),
        fake_test(a_bmc_that_hides_its_users_is_unsupported),
        fake_test(a_new_user_is_made),
        fake_test(a_user_is_changed_in_nothing_but_what_is_said),
        fake_test(a_free_slot_is_filled_but_the_first),
        fake_test(roles_that_redfish_has_not_are_unsupported),
        fake_test(a_password_that_must_be_changed_is_told),
        fake_test(a_password_that_was_not_taken_is_refused),
        fake_test(users_are_deleted_or_their_slot_emptied),
        fake_test(a_user_that_stays_is_a_refusal),
        fake_test(ids_are_the_bmcs_where_they_are_numbers)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
