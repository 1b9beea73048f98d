
/*
 * Copyright (C) the bmcgate authors
 *
 * The list of hosts: which of them, in what order, and how much at a time.
 */


#include "core_rig.h"

#include <jansson.h>


#define TEXT   (1 << 20)
#define HOSTS  3000


static char  text[TEXT];


static const char  fleet[] =
    "key all { sha256 "
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08; "
    "role reader; }\n"
    "key last { sha256 "
    "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752; "
    "role reader; hosts n3000 m3; }\n"
    "group readers { role reader; hosts m2; }\n"
    "role pushes { allow power; }\n"
    "key blind { sha256 "
    "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13; "
    "role pushes; }\n"
    "defaults { poll off; driver sim; }\n"
    "host m[1-3] { groups odd; }\n"
    "host n[1-3000] { }\n"
    "host z { groups odd even; }\n";


static void
tell(const char *name, bmc_power_t power, bmc_reach_t reach)
{
    uint32_t    slot;
    bmc_view_t  v;

    slot = bmc_slot_of(rig.b, bmc_host(rig.base, name), true);
    assert_int_not_equal(slot, BMC_SLOT_NONE);

    memset(&v, 0, sizeof(v));
    v.power = (uint8_t) power;
    v.reach = (uint8_t) reach;
    bmc_board_write(rig.b->board, slot, &v);
}


/* all of it, in pieces of size bytes; how many calls it took */

static unsigned
list(bmc_rows_t *rows, size_t size)
{
    size_t    n, len;
    unsigned  calls;

    text[0] = '[';
    len = 1;

    for (calls = 0; !rows->ended; calls++) {
        assert_true(calls < 100000 && len + size < TEXT);
        n = bmc_show_hosts(rig.b, rows, text + len, size);
        assert_true(n <= size);
        len += n;
    }

    memcpy(text + len, "]", 2);

    return calls;
}


static void
begin(bmc_rows_t *rows)
{
    memset(rows, 0, sizeof(bmc_rows_t));
    rows->left = SIZE_MAX;
}


/* "m1 m2 …" */

static void
names(bmc_rows_t *rows, const char *expected)
{
    size_t   i, len;
    char     all[256];
    json_t  *o, *row;

    (void) list(rows, 4096);
    o = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(o);

    len = 0;
    all[0] = '\0';

    json_array_foreach(o, i, row) {
        len += (size_t) snprintf(all + len, sizeof(all) - len, "%s%s",
            i > 0 ? " " : "", json_string_value(json_object_get(row,
                                                                "name")));
        assert_true(len < sizeof(all));
    }

    assert_string_equal(all, expected);
    json_decref(o);
}


static void
a_list_is_the_same_however_small_its_pieces_are(void **state)
{
    char        *whole;
    bmc_rows_t   rows;

    rig_open(fleet, 0);

    begin(&rows);
    assert_true(list(&rows, 65536) > 1);
    assert_false(rows.more);
    assert_ptr_equal(rows.last, bmc_host(rig.base, "z"));

    whole = strdup(text);
    assert_non_null(whole);

    begin(&rows);
    assert_true(list(&rows, 128) > HOSTS / 2);
    assert_string_equal(text, whole);
    free(whole);
}


static void
a_row_without_room_waits_for_the_next_piece(void **state)
{
    char        out[64];
    bmc_rows_t  rows;

    rig_open(fleet, 0);
    begin(&rows);

    assert_int_equal(bmc_show_hosts(rig.b, &rows, out, sizeof(out)), 0);
    assert_false(rows.ended);
    assert_int_equal(rows.at, 0);
    assert_null(rows.last);

    rows.left = 1;
    names(&rows, "m1");
    assert_true(rows.more);
}


static void
a_list_has_what_was_asked_for(void **state)
{
    bmc_rows_t  rows;

    rig_open(fleet, 0);
    tell("m2", BMC_POWER_IS_ON, BMC_REACH_YES);
    tell("n7", BMC_POWER_IS_OFF, BMC_REACH_REFUSED);
    tell("z", BMC_POWER_IS_ON, BMC_REACH_NO);

    begin(&rows);
    rows.of_power = true;
    rows.power = BMC_POWER_IS_ON;
    names(&rows, "m2 z");

    begin(&rows);
    rows.of_reach = true;
    rows.reach = true;
    names(&rows, "m2 n7");

    rows.ended = false;
    rows.at = 0;
    rows.last = NULL;
    rows.of_power = true;
    rows.power = BMC_POWER_IS_OFF;
    names(&rows, "n7");

    begin(&rows);
    rows.group = "odd";
    names(&rows, "m1 m2 m3 z");

    begin(&rows);
    rows.group = "odd";
    rows.at = bmc_host_index(bmc_host(rig.base, "m2"));
    rows.left = 2;
    names(&rows, "m2 m3");
    assert_true(rows.more);

    begin(&rows);
    rows.group = "odd";
    rows.at = bmc_host_index(bmc_host(rig.base, "n1"));
    names(&rows, "z");
    assert_false(rows.more);

    begin(&rows);
    rows.at = bmc_host_count(rig.base);
    names(&rows, "");
    assert_null(rows.last);
}


static void
nobody_is_shown_more_than_he_may_see(void **state)
{
    bmc_rows_t   rows;
    bmc_actor_t  actor;

    static const char *const  readers[] = { "readers", NULL };

    rig_open(fleet, 0);
    memset(&actor, 0, sizeof(actor));
    actor.kind = BMC_ACTOR_KEY;

    actor.name = "last";
    begin(&rows);
    rows.actor = &actor;
    names(&rows, "m3 n3000");

    actor.name = "all";
    begin(&rows);
    rows.actor = &actor;
    rows.left = 4;
    names(&rows, "m1 m2 m3 n1");

    actor.name = "blind";
    begin(&rows);
    rows.actor = &actor;
    names(&rows, "");
    assert_false(rows.more);

    actor.kind = BMC_ACTOR_USER;
    actor.name = "alice";
    actor.groups = readers;
    begin(&rows);
    rows.actor = &actor;
    names(&rows, "m2");
}


/* or a filter could hold a worker for as long as it likes */

static void
hosts_that_are_not_shown_cost_calls_too(void **state)
{
    bmc_rows_t   rows;
    bmc_actor_t  actor;

    rig_open(fleet, 0);
    memset(&actor, 0, sizeof(actor));
    actor.kind = BMC_ACTOR_KEY;
    actor.name = "last";

    begin(&rows);
    rows.actor = &actor;
    assert_true(list(&rows, 65536) >= HOSTS / 1000);

    begin(&rows);
    rows.of_power = true;
    rows.power = BMC_POWER_IS_ON;
    assert_true(list(&rows, 65536) >= HOSTS / 1000);
    assert_string_equal(text, "[]");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_list_is_the_same_however_small_its_pieces_are),
        rig_test(a_row_without_room_waits_for_the_next_piece),
        rig_test(a_list_has_what_was_asked_for),
        rig_test(nobody_is_shown_more_than_he_may_see),
        rig_test(hosts_that_are_not_shown_cost_calls_too)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
