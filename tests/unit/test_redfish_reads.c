
/*
 * Copyright (C) the bmcgate authors
 *
 * The reading verbs over the whole driver, from a service in this process:
 * logs in, finds the tree, reads.
 */


#include "driver_fake.h"
#include "http_fake.h"
#include "quoted_json.h"

#include "drivers/redfish/redfish.h"


#define PATIENCE  5000


extern const bmc_driver_t  bmc_driver_redfish;


static uv_loop_t       loop;
static web_t           web;
static fake_unit_t     unit;
static fake_call_t     call;
static bmc_fleet_t     fleet;
static bmc_hostconf_t  host;
static bmc_rf_conf_t   conf;
static bmc_secret_t    password;
static const char     *address;
static void           *shared;
static char           *bodies[WEB_PAGES];
static size_t          nbodies;


/* kept until the end */

static char *
quoted(const char *text)
{
    char  *copy;

    copy = quoted_text(text);
    assert_true(nbodies < WEB_PAGES);
    bodies[nbodies++] = copy;

    return copy;
}


static web_page_t *
page(const char *path, const char *text)
{
    return web_page(&web, "GET", path, 200, quoted(text));
}


static void
serve_tree(void)
{
    page("/redfish/v1/", "{'RedfishVersion': '1.15.0', 'Systems':"
        " {'@odata.id': '/redfish/v1/Systems'}, 'Chassis': {'@odata.id':"
        " '/redfish/v1/Chassis'}, 'Managers': {'@odata.id':"
        " '/redfish/v1/Managers'}, 'ProtocolFeaturesSupported':"
        " {'ExpandQuery': {'NoLinks': true}}}");
    page("/redfish/v1/Systems", "{'Members': [{'@odata.id': '/s'}]}");
    page("/s", "{'Id': '1', 'Model': 'X1', 'Links': {'Chassis':"
        " [{'@odata.id': '/c'}], 'ManagedBy': [{'@odata.id': '/m'}]},"
        " 'LogServices': {'@odata.id': '/s/l'}}");
    page("/c", "{'Sensors': {'@odata.id': '/c/s'}, 'Power': {'@odata.id':"
        " '/c/p'}}");
    page("/m", "{'FirmwareVersion': '2.1', 'EthernetInterfaces':"
        " {'@odata.id': '/m/e'}, 'Actions': {'#Manager.Reset': {'target':"
        " '/m/reset', 'ResetType@Redfish.AllowableValues':"
        " ['GracefulRestart']}}}");
    page("/m/e?$expand=.", "{'Members': [{'@odata.id': '/m/e/1',"
        " 'MACAddress': 'AA:BB:CC:DD:EE:FF', 'IPv4Addresses':"
        " [{'Address': '10.0.0.7'}]}, {'@odata.id': '/m/e/2',"
        " 'MACAddress': 'AA:BB:CC:DD:EE:00', 'IPv4Addresses':"
        " [{'Address': '127.0.0.1'}]}]}");
}


static int
begin(void **state)
{
    char  why[BMC_TEXT_MAX];

    memset(&conf, 0, sizeof(conf));
    memset(&host, 0, sizeof(host));
    memset(&fleet, 0, sizeof(fleet));
    assert_int_equal(uv_loop_init(&loop), 0);
    web_start(&web, &loop);

    core_host(&host, &address, &password, "secret");
    host.name = "n3";
    host.fleet = &fleet;
    conf.http.tls = BMC_TLS_NONE;
    conf.http.port = web.port;
    conf.login = BMC_RF_LOGIN_BASIC;

    shared = bmc_driver_redfish.load(&fleet, why);
    assert_non_null(shared);
    fake_open(&unit, &bmc_driver_redfish, &host, &conf, shared, &loop);

    return 0;
}


static int
end(void **state)
{
    fake_close(&unit);
    web_stop(&web);

    while (uv_run(&loop, UV_RUN_ONCE) != 0) { /* void */ }

    assert_int_equal(uv_loop_close(&loop), 0);
    bmc_driver_redfish.unload(shared);

    while (nbodies > 0) {
        free(bodies[--nbodies]);
    }

    return 0;
}


static void
run(bmc_verb_t verb)
{
    fake_run(&unit, &call, verb, NULL, PATIENCE);
    fake_wait(&unit, &call, PATIENCE + 1000);
    assert_int_equal(call.ended, 1);
}


static void
told(const char *text)
{
    char    *is;
    json_t  *json;

    assert_string_equal(call.text, "");
    assert_int_equal(call.rc, BMC_OK);

    json = quoted_json(text);
    is = json_dumps(call.answer.json, JSON_SORT_KEYS);
    assert_non_null(is);

    if (!json_equal(json, call.answer.json)) {
        fail_msg("%s", is);
    }

    free(is);
    json_decref(json);
    fake_free(&call);
}


/* what a call's pool held is gone when it has ended: count only */

static void
sensors_come_in_one_answer_where_the_service_expands(void **state)
{
    serve_tree();
    page("/c/s?$expand=.", "{'Members': [{'@odata.id': '/c/s/1', 'Name':"
        " 'Inlet', 'Reading': 21, 'ReadingUnits': 'Cel'}, {'@odata.id':"
        " '/c/s/2', 'Name': 'Fan', 'Reading': 5000}]}");

    run(BMC_SENSORS_READ);

    assert_string_equal(call.text, "");
    assert_int_equal(call.rc, BMC_OK);
    assert_int_equal(call.answer.nsensors, 2);
    assert_int_equal(web_count(&web, "GET", "/c/s?$expand=."), 1);
    assert_int_equal(web_count(&web, "GET", "/c/s/1"), 0);
}


static void
sensors_come_one_by_one_where_it_does_not(void **state)
{
    serve_tree();
    page("/c/s", "{'Members': [{'@odata.id': '/c/s/1'}, {'@odata.id':"
        " '/c/s/gone'}, {'@odata.id': '/c/s/2'}]}");
    page("/c/s/1", "{'Name': 'Inlet', 'Reading': 21}");
    page("/c/s/2", "{'Name': 'Fan', 'Reading': 5000}");

    run(BMC_SENSORS_READ);

    assert_string_equal(call.text, "");
    assert_int_equal(call.answer.nsensors, 2);
    assert_int_equal(web_count(&web, "GET", "/c/s/1"), 1);
}


static void
watts_come_from_power(void **state)
{
    serve_tree();
    page("/c/p", "{'PowerControl': [{'PowerConsumedWatts': 151}]}");

    run(BMC_POWER_READING);

    told("{'watts': 151}");
    assert_true(call.answer.has & BMC_HAS_WATTS);
}


static void
the_log_has_all_its_pages(void **state)
{
    serve_tree();
    page("/s/l?$expand=.", "{'Members': [{'@odata.id': '/s/l/1', 'Id':"
        " 'SEL', 'Entries': {'@odata.id': '/s/l/1/e'}}]}");
    page("/s/l/1/e", "{'Members': [{'@odata.id': 'x', 'Id': '4',"
        " 'Message': 'a'}], 'Members@odata.nextLink':"
        " '/s/l/1/e?$skip=1'}");
    page("/s/l/1/e?$skip=1", "{'Members': [{'@odata.id': 'y', 'Id': '5',"
        " 'Message': 'b'}]}");

    run(BMC_LOG_READ);

    told("{'entries': [{'id': 4, 'message': 'a'},"
         " {'id': 5, 'message': 'b'}]}");
}


static void
the_inventory_has_the_interface_that_is_spoken_to(void **state)
{
    serve_tree();

    run(BMC_INVENTORY_READ);

    told("{'system': {'model': 'X1'}, 'bmc': {'version': '2.1', 'mac':"
         " 'aa:bb:cc:dd:ee:00', 'address': '127.0.0.1'}}");
}


static void
the_bmc_tells_its_firmware_and_redfish(void **state)
{
    serve_tree();

    run(BMC_BMC_READ);

    told("{'firmware': '2.1', 'redfish': '1.15.0'}");
}


static void
the_network_is_that_of_the_address(void **state)
{
    serve_tree();

    run(BMC_LAN_READ);

    told("{'address': '127.0.0.1', 'mac': 'aa:bb:cc:dd:ee:00'}");
}


static void
a_restart_says_what_is_offered_when_it_is_not_that(void **state)
{
    char  words[] = "kind=cold";

    serve_tree();

    fake_run(&unit, &call, BMC_BMC_RESET, words, PATIENCE);
    fake_wait(&unit, &call, PATIENCE + 1000);

    assert_int_equal(call.rc, BMC_UNSUPPORTED);
    assert_string_equal(call.text, "this BMC cannot restart itself at once "
        "(ForceRestart); it offers GracefulRestart");
    assert_int_equal(call.claims, 0);
    assert_int_equal(web_count(&web, "POST", NULL), 0);
}


static void
a_restart_is_sent_once_and_claimed(void **state)
{
    serve_tree();
    web_page(&web, "POST", "/m/reset", 204, NULL);

    run(BMC_BMC_RESET);

    assert_int_equal(call.rc, BMC_OK);
    assert_int_equal(call.claims, 1);
    assert_int_equal(web_count(&web, "POST", "/m/reset"), 1);
    assert_string_equal(web.asked[web.count - 1].body,
        "{\"ResetType\":\"GracefulRestart\"}");
    assert_string_equal(call.text,
        "a warm restart: this BMC offers no cold one");
}


static void
a_bmc_that_fails_in_the_middle_fails_the_read_in_its_words(void **state)
{
    serve_tree();
    web_page(&web, "GET", "/c/p", 500, quoted("{'error': {'message':"
        " 'sensor bus is stuck'}}"));

    run(BMC_POWER_READING);

    assert_int_not_equal(call.rc, BMC_OK);
    assert_non_null(strstr(call.text, "sensor bus is stuck"));
    assert_null(call.answer.json);
}


#define reads_test(name)  cmocka_unit_test_setup_teardown(name, begin, end)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        reads_test(sensors_come_in_one_answer_where_the_service_expands),
        reads_test(sensors_come_one_by_one_where_it_does_not),
        reads_test(watts_come_from_power),
        reads_test(the_log_has_all_its_pages),
        reads_test(the_inventory_has_the_interface_that_is_spoken_to),
        reads_test(the_bmc_tells_its_firmware_and_redfish),
        reads_test(the_network_is_that_of_the_address),
        reads_test(a_restart_says_what_is_offered_when_it_is_not_that),
        reads_test(a_restart_is_sent_once_and_claimed),
        reads_test(a_bmc_that_fails_in_the_middle_fails_the_read_in_its_words)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
