
/*
 * Copyright (C) the bmcgate authors
 *
 * Collections over Redfish: all pages, each member whole.
 */


#include "redfish_rig.h"


#define THINGS  "/redfish/v1/Things"


static struct {
    const char  *path;
    char         names[4096];
    unsigned     n;
    unsigned     done;
} seen;


static int
seen_nothing(void **state)
{
    memset(&seen, 0, sizeof(seen));

    return rig_start(state);
}


static void
member(bmc_rf_job_t *job, json_t *json)
{
    size_t       n;
    const char  *id;

    seen.n++;
    id = bmc_rf_text(json, "Id");
    n = strlen(seen.names);
    snprintf(seen.names + n, sizeof(seen.names) - n, "%s ",
             id == NULL ? "?" : id);

    if (id != NULL && strcmp(id, "last") == 0) {
        bmc_rf_end(job, BMC_OK, "%s", "");
    }
}


static void
members_over(bmc_rf_job_t *job, json_t *json)
{
    assert_null(json);
    seen.done++;
    bmc_rf_end(job, BMC_OK, "%s", "");
}


static void
members(bmc_rf_job_t *job)
{
    bmc_rf_members(job, seen.path, member, members_over);
}


static void
things(void)
{
    seen.path = THINGS;
    rig_page("GET", THINGS, 200, "{'Members': [{'@odata.id': '/a'},"
        " {'@odata.id': '/broken'}, 7, {}, {'@odata.id': '/b'},"
        " {'@odata.id': '/c', 'Id': 'c'}], 'Members@odata.nextLink':"
        " '" THINGS "?$skip=5'}");
    rig_page("GET", THINGS "?$skip=5", 200,
        "{'Members': [{'@odata.id': '/d'}]}");
    rig_page("GET", "/a", 200, "{'Id': 'a'}");
    rig_page("GET", "/broken", 500, "{}");
    rig_page("GET", "/b", 200, "{'Id': 'b'}");
    rig_page("GET", "/d", 200, "{'Id': 'd'}");
}


static void
all_members_are_told_in_their_order(void **state)
{
    things();
    assert_int_equal(rig_job(members), BMC_OK);
    assert_string_equal(seen.names, "a b c d ");
    assert_int_equal(seen.done, 1);
    assert_int_equal(rig_count("GET", "/c"), 0);
}


static void
a_collection_that_is_not_there_has_no_members(void **state)
{
    seen.path = THINGS;
    assert_int_equal(rig_job(members), BMC_OK);
    seen.path = NULL;
    assert_int_equal(rig_job(members), BMC_OK);
    assert_int_equal(seen.done, 2);
    assert_int_equal(seen.n, 0);

    seen.path = THINGS;
    rig_page("GET", THINGS, 500, "{}");
    assert_int_equal(rig_job(members), BMC_REFUSED);
}


static void
who_is_told_a_member_may_end_the_call(void **state)
{
    things();
    rig_body(rig.web.page + rig.web.npages - 4, "{'Id': 'last'}");
    assert_int_equal(rig_job(members), BMC_OK);
    assert_string_equal(seen.names, "last ");
    assert_int_equal(seen.done, 0);

    /* … also of those that stand in the collection itself */

    rig_first("GET", THINGS, 200, "{'Members': [{'Id': 'last', 'Name': 'x'},"
        " {'Id': 'c', 'Name': 'x'}]}", 0);
    assert_int_equal(rig_job(members), BMC_OK);
    assert_string_equal(seen.names, "last last ");
    assert_int_equal(seen.done, 0);
}


#define FEATURES                                                             \
    "{'Systems': {'@odata.id': '" SYSTEMS "'}, 'ProtocolFeaturesSupported':" \
    " {'ExpandQuery': {'NoLinks': true, 'Levels': %s}}}"


static void
expand_is_used_where_it_is_offered(void **state)
{
    char  text[512];

    things();
    snprintf(text, sizeof(text), FEATURES, "true");
    rig_body(rig.root, text);
    rig_page("GET", THINGS "?$expand=.($levels=1)", 200,
        "{'Members': [{'Id': 'x', 'Name': 'x'}, {'Id': 'y', 'Name': 'y'}]}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_job(members), BMC_OK);
    assert_string_equal(seen.names, "x y ");
    assert_int_equal(rig_count("GET", THINGS), 0);
    rig_close();

    snprintf(text, sizeof(text), FEATURES, "false");
    rig_body(rig.root, text);
    rig_page("GET", THINGS "?$expand=.", 200, "{'Members': []}");
    rig_open();
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_job(members), BMC_OK);
    assert_int_equal(rig_count("GET", THINGS "?$expand=."), 1);
}


static void
expand_that_is_a_lie_is_asked_once(void **state)
{
    char  text[512];

    things();
    snprintf(text, sizeof(text), FEATURES, "true");
    rig_body(rig.root, text);
    rig_page("GET", THINGS "?$expand=.($levels=1)", 501, "{}");
    assert_int_equal(rig_ask(BMC_POWER_STATUS), BMC_OK);
    assert_int_equal(rig_job(members), BMC_OK);
    assert_string_equal(seen.names, "a b c d ");
    assert_int_equal(rig_job(members), BMC_OK);
    assert_int_equal(rig_count("GET", THINGS "?$expand=.($levels=1)"), 1);
}


static void
pages_that_lead_in_a_circle_end(void **state)
{
    seen.path = THINGS;
    rig_page("GET", THINGS, 200, "{'Members': [{'Id': 'a', 'Name': 'a'}],"
        " '@odata.nextLink': '" THINGS "?b'}");
    rig_page("GET", THINGS "?b", 200,
        "{'Members': [], '@odata.nextLink': '" THINGS "'}");
    assert_int_equal(rig_job(members), BMC_OK);
    assert_in_range(rig_count("GET", THINGS), 2, 200);
    assert_int_equal(seen.done, 1);
}


static void
no_more_members_than_so_many_are_looked_at(void **state)
{
    char  *text;

    text = rig_many("{}", "{'Id': '", "', 'Name': 'x'}", 2000);
    seen.path = THINGS;
    rig_page("GET", THINGS, 200, text);
    free(text);

    assert_int_equal(rig_job(members), BMC_OK);
    assert_int_equal(seen.n, BMC_RF_MEMBERS_MAX - 1);
}


#define member_test(f)                                                       \
    cmocka_unit_test_setup_teardown(f, seen_nothing, rig_stop)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        member_test(all_members_are_told_in_their_order),
        member_test(a_collection_that_is_not_there_has_no_members),
        member_test(who_is_told_a_member_may_end_the_call),
        member_test(expand_is_used_where_it_is_offered),
        member_test(expand_that_is_a_lie_is_asked_once),
        member_test(pages_that_lead_in_a_circle_end),
        member_test(no_more_members_than_so_many_are_looked_at)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
