
/*
 * Copyright (C) the bmcgate authors
 *
 * Readers of JSON that strangers wrote: what is not as expected is not there.
 */


#include "driver_fake.h"
#include "quoted_json.h"
#include "drivers/redfish/redfish.h"


static void
values_are_of_their_kind_or_not_there(void **state)
{
    double   x;
    json_t  *o;

    o = quoted_json("{'t': 'x', 'n': 7, 'r': 1.5, 'o': {}, 'a': [], 'z': null,"
                    " 'b': true}");

    assert_string_equal(bmc_rf_text(o, "t"), "x");
    assert_null(bmc_rf_text(o, "n"));
    assert_null(bmc_rf_text(o, "z"));
    assert_null(bmc_rf_text(o, "none"));

    assert_true(bmc_rf_number(o, "n", &x));
    assert_true(x == 7);
    assert_true(bmc_rf_number(o, "r", &x));
    assert_true(x == 1.5);
    assert_false(bmc_rf_number(o, "t", &x));
    assert_false(bmc_rf_number(o, "b", &x));
    assert_false(bmc_rf_number(o, "z", &x));
    assert_true(x == 1.5);

    assert_non_null(bmc_rf_object(o, "o"));
    assert_null(bmc_rf_object(o, "a"));
    assert_non_null(bmc_rf_array(o, "a"));
    assert_null(bmc_rf_array(o, "o"));
    json_decref(o);
}


static void
where_an_object_is_expected_anything_may_be(void **state)
{
    size_t   i;
    double   x;
    json_t  *o;

    static const char *const  texts[] = { "[]", "7", "'x'", "null", "true" };

    for (i = 0; i < 5; i++) {
        o = quoted_json(texts[i]);
        assert_null(bmc_rf_text(o, "k"));
        assert_false(bmc_rf_number(o, "k", &x));
        assert_null(bmc_rf_object(o, "k"));
        assert_null(bmc_rf_array(o, "k"));
        assert_null(bmc_rf_link(o, "k"));
        assert_null(bmc_rf_links(o, "k"));
        assert_null(bmc_rf_action(o, "k"));
        assert_null(bmc_rf_allowable(o, "k", "p"));
        json_decref(o);
    }

    assert_null(bmc_rf_text(NULL, "k"));
    assert_null(bmc_rf_link(NULL, "k"));
    assert_null(bmc_rf_action(NULL, "k"));
}


static void
links_are_found_one_and_several(void **state)
{
    json_t  *o;

    o = quoted_json("{'LogServices': {'@odata.id': '/l'}, 'Bad': {'@odata.id':"
                    " 7}, 'Links': {'ManagedBy': [{'@odata.id': '/m'}],"
                    " 'None': [], 'Odd': {'@odata.id': '/o'}}}");
    assert_string_equal(bmc_rf_link(o, "LogServices"), "/l");
    assert_null(bmc_rf_link(o, "Bad"));
    assert_null(bmc_rf_link(o, "Missing"));
    assert_string_equal(bmc_rf_links(o, "ManagedBy"), "/m");
    assert_null(bmc_rf_links(o, "None"));
    assert_null(bmc_rf_links(o, "Missing"));
    assert_null(bmc_rf_links(o, "Odd"));
    json_decref(o);
}


static void
actions_have_targets_and_say_what_they_take(void **state)
{
    json_t        *o;
    const json_t  *values;

    o = quoted_json("{'Actions': {'#X.Reset': {'target': '/r',"
                    " 'Type@Redfish.AllowableValues': ['On', 7, 'Off']},"
                    " '#X.Bare': {'target': 9}, '#X.Odd': []}}");
    assert_string_equal(bmc_rf_action(o, "X.Reset"), "/r");
    assert_null(bmc_rf_action(o, "X.Bare"));
    assert_null(bmc_rf_action(o, "X.Odd"));
    assert_null(bmc_rf_action(o, "X.Missing"));

    values = bmc_rf_allowable(o, "X.Reset", "Type");
    assert_non_null(values);
    assert_true(bmc_rf_offers(values, "On"));
    assert_true(bmc_rf_offers(values, "Off"));
    assert_false(bmc_rf_offers(values, "on"));
    assert_null(bmc_rf_allowable(o, "X.Reset", "Other"));
    assert_true(bmc_rf_offers(NULL, "anything"));
    json_decref(o);
}


static void
blank_text_is_not_put(void **state)
{
    json_t  *o;

    o = json_object();
    bmc_rf_put(o, "a", NULL);
    bmc_rf_put(o, "b", "");
    bmc_rf_put(o, "c", " \t\r\n");
    bmc_rf_put(o, "d", " x");
    assert_int_equal(json_object_size(o), 1);
    assert_string_equal(bmc_rf_text(o, "d"), " x");
    json_decref(o);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(values_are_of_their_kind_or_not_there),
        cmocka_unit_test(where_an_object_is_expected_anything_may_be),
        cmocka_unit_test(links_are_found_one_and_several),
        cmocka_unit_test(actions_have_targets_and_say_what_they_take),
        cmocka_unit_test(blank_text_is_not_put)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
