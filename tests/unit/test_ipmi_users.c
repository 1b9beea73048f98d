
/*
 * Copyright (C) the bmcgate authors
 *
 * The BMC's own users, as the IPMI driver's verbs list and change them.
 */


#include "ipmi_fake.h"


/* -- users */

/* four slots: the nameless, admin, a free one, and one that is disabled */

static struct {
    char     name[17];
    uint8_t  able;
    uint8_t  access;
    uint8_t  password[20];
    uint8_t  bytes;
} slots[5];

static bool  slots_stubborn;         /* 0xcc to what already is so */


static void
make_slots(void)
{
    memset(slots, 0, sizeof(slots));
    memcpy(slots[2].name, "admin", 5);
    memcpy(slots[4].name, "guest", 5);
    slots[1].able = 2;
    slots[2].able = 1;
    slots[2].access = 0x34;
    slots[4].able = 2;
    slots[4].access = 0x12;
    slots_stubborn = false;
}


static void
says_access(const fake_command_t *c, fake_answer_t *a)
{
    assert_in_range(c->data[1], 1, 4);
    fake_bytes(a, 4, (uint8_t) (slots[c->data[1]].able << 6), 1,
               slots[c->data[1]].access);
}


static void
says_name(const fake_command_t *c, fake_answer_t *a)
{
    fake_reply(a, slots[c->data[0]].name, 16);
}


static void
sets_name(const fake_command_t *c, fake_answer_t *a)
{
    assert_int_equal(c->len, 17);
    memcpy(slots[c->data[0]].name, c->data + 1, 16);
}


static void
sets_access(const fake_command_t *c, fake_answer_t *a)
{
    assert_int_equal(c->data[0] & 0x8f, 0x8e);
    slots[c->data[1]].access = (c->data[0] & 0x70) | c->data[2];
}


static void
sets_password(const fake_command_t *c, fake_answer_t *a)
{
    unsigned  id;

    id = c->data[0] & 0x3f;

    if (c->data[1] == 2) {
        slots[id].bytes = c->data[0] & 0x80 ? 20 : 16;
        assert_int_equal(c->len, slots[id].bytes + 2);
        memcpy(slots[id].password, c->data + 2, slots[id].bytes);
        return;
    }

    assert_int_equal(c->len, 2);

    if (slots_stubborn) {
        a->code = 0xcc;
        return;
    }

    slots[id].able = c->data[1] == 1 ? 1 : 2;
}


static const bmc_command_t  users_bmc[] = {
    { 0x06, 0x43, sets_access }, { 0x06, 0x44, says_access },
    { 0x06, 0x45, sets_name }, { 0x06, 0x46, says_name },
    { 0x06, 0x47, sets_password }
};


static void
users_bmc_is(void)
{
    bmc_is(users_bmc);
    make_slots();
}


static void
users_are_listed(void **state)
{
    users_bmc_is();
    assert_int_equal(fake_run(BMC_USERS_LIST, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"users\":[{\"enabled\":true,\"id\":2,"
        "\"name\":\"admin\",\"role\":\"administrator\"},{\"enabled\":false,"
        "\"id\":4,\"name\":\"guest\",\"role\":\"user\"}]}");
    assert_int_equal(fake.changes, 0);
}


static void
a_new_user_gets_the_first_free_slot(void **state)
{
    users_bmc_is();
    assert_int_equal(fake_run(BMC_USERS_SET,
        "name=ops;password=secret;role=operator"), BMC_OK);
    assert_string_equal(slots[3].name, "ops");
    assert_int_equal(slots[3].bytes, 16);
    assert_string_equal((char *) slots[3].password, "secret");
    assert_int_equal(slots[3].access, 0x13);
    assert_int_equal(slots[3].able, 1);
    assert_non_null(strstr(fake.sent,
        "06/46 06/45! 06/47! 06/43! 06/47!"));

    assert_int_equal(fake_run(BMC_USERS_SET, "name=more"), BMC_REFUSED);
    assert_int_equal(fake.changes, 0);
}


static void
a_known_user_is_changed_where_it_is(void **state)
{
    users_bmc_is();
    assert_int_equal(fake_run(BMC_USERS_SET,
        "name=guest;password=12345678901234567"), BMC_OK);
    assert_int_equal(slots[4].bytes, 20);
    assert_int_equal(slots[4].able, 2);
    assert_int_equal(slots[4].access, 0x12);
    assert_int_equal(fake.changes, 1);

    assert_int_equal(fake_run(BMC_USERS_SET, "name=guest;enabled=yes"),
                     BMC_OK);
    assert_int_equal(slots[4].able, 1);
    assert_int_equal(fake_run(BMC_USERS_SET,
        "name=guest;enabled=no;role=none"), BMC_OK);
    assert_int_equal(slots[4].able, 2);
    assert_int_equal(slots[4].access, 0x1f);

    assert_int_equal(fake_run(BMC_USERS_SET, "name=guest;id=3"),
                     BMC_REFUSED);
    assert_int_equal(fake_run(BMC_USERS_SET, "name=new;id=2"), BMC_REFUSED);
    assert_int_equal(fake_run(BMC_USERS_SET, "name=new;id=9"), BMC_REFUSED);
    assert_int_equal(fake_run(BMC_USERS_SET, "name=new;id=3"), BMC_OK);
    assert_string_equal(slots[3].name, "new");
}


static void
too_long_names_and_passwords_are_refused_before_anything(void **state)
{
    users_bmc_is();
    assert_int_equal(fake_run(BMC_USERS_SET, "name=12345678901234567"),
                     BMC_USAGE);
    assert_int_equal(fake_run(BMC_USERS_SET,
        "name=guest;password=123456789012345678901"), BMC_USAGE);
    assert_int_equal(fake.commands, 0);
}


static void
a_deleted_user_can_do_nothing_any_more(void **state)
{
    users_bmc_is();
    assert_int_equal(fake_run(BMC_USERS_DELETE, "name=admin"), BMC_OK);
    assert_string_equal(slots[2].name, "");
    assert_int_equal(slots[2].access, 0x0f);
    assert_int_equal(slots[2].able, 2);

    assert_int_equal(fake_run(BMC_USERS_DELETE, "name=admin"), BMC_REFUSED);
    assert_int_equal(fake.changes, 0);
}


/* "invalid data" is believed only when the user is what it should be */

static void
a_bmc_that_refuses_the_obvious_is_asked_what_is(void **state)
{
    users_bmc_is();
    slots_stubborn = true;
    assert_int_equal(fake_run(BMC_USERS_SET, "name=admin;enabled=yes"),
                     BMC_OK);
    assert_int_equal(fake_run(BMC_USERS_SET, "name=admin;enabled=no"),
                     BMC_REFUSED);
    assert_int_equal(fake.code, 0xcc);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        fake_test(users_are_listed),
        fake_test(a_new_user_gets_the_first_free_slot),
        fake_test(a_known_user_is_changed_where_it_is),
        fake_test(too_long_names_and_passwords_are_refused_before_anything),
        fake_test(a_deleted_user_can_do_nothing_any_more),
        fake_test(a_bmc_that_refuses_the_obvious_is_asked_what_is)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
