
/*
 * Copyright (C) the bmcgate authors
 *
 * The Redfish driver as a core sees it, and a BMC's pages in memory.  JSON
 * texts have ' where JSON has ".  Include it in one file of a test program.
 */


#ifndef _REDFISH_RIG_H_INCLUDED_
#define _REDFISH_RIG_H_INCLUDED_


#include "driver_fake.h"
#include "http_fake.h"
#include "quoted_json.h"
#include "drivers/redfish/unit.h"


#define RIG_TIMEOUT  4000
#define RIG_TEXTS    256

#define ROOT      "/redfish/v1/"
#define SESSIONS  "/redfish/v1/SessionService/Sessions"
#define SYSTEMS   "/redfish/v1/Systems"
#define SYSTEM    "/redfish/v1/Systems/1"
#define RESET     "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset"
#define MANAGER   "/redfish/v1/Managers/1"
#define MONITOR   "/redfish/v1/TaskMonitors/7"


extern const bmc_driver_t  bmc_driver_redfish;


static struct {
    uv_loop_t        loop;
    web_t            web;
    bmc_fleet_t      fleet;
    bmc_hostconf_t   host;
    bmc_rf_conf_t    conf;
    bmc_secret_t     secret;
    const char      *address;
    void            *shared;
    fake_unit_t      unit;
    fake_call_t      call;
    char            *text[RIG_TEXTS];
    unsigned         ntexts;
    bool             open;
    web_page_t      *root;
    web_page_t      *login;
    web_page_t      *systems;
    web_page_t      *system;
    web_page_t      *manager;
    web_page_t      *reset;
} rig;


/* JSON with ' for ", kept until the end */

static inline const char *
rig_json(const char *text)
{
    assert_true(rig.ntexts < RIG_TEXTS);
    rig.text[rig.ntexts] = quoted_text(text);

    return rig.text[rig.ntexts++];
}


/* to be freed: a collection of first, and n between before and after */

static inline char *
rig_many(const char *first, const char *before, const char *after, unsigned n)
{
    char      *text;
    size_t     at, room;
    unsigned   i;

    room = 64 + strlen(first) + n * (strlen(before) + strlen(after) + 16);
    text = malloc(room);
    assert_non_null(text);
    at = (size_t) snprintf(text, room, "{'Members': [%s", first);

    for (i = 0; i < n; i++) {
        at += (size_t) snprintf(text + at, room - at, ", %s%u%s", before, i,
                                after);
    }

    (void) snprintf(text + at, room - at, "]}");

    return text;
}


static inline web_page_t *
rig_page(const char *method, const char *path, int status, const char *body)
{
    return web_page(&rig.web, method, path, status,
                    body != NULL ? rig_json(body) : NULL);
}


static inline void
rig_body(web_page_t *page, const char *body)
{
    page->body = rig_json(body);
    page->len = strlen(page->body);
}


/* what comes first counts: a page that is to be another once, for a while */

static inline web_page_t *
rig_first(const char *method, const char *path, int status, const char *body,
    unsigned times)
{
    unsigned    i;
    web_page_t  page, *p;

    p = rig_page(method, path, status, body);
    p->times = times;
    page = *p;

    for (i = rig.web.npages - 1; i > 0; i--) {
        rig.web.page[i] = rig.web.page[i - 1];
    }

    rig.web.page[0] = page;
    rig.root++;
    rig.login++;
    rig.systems++;
    rig.system++;
    rig.manager++;
    rig.reset++;

    return &rig.web.page[0];
}


static inline void
rig_pages(void)
{
    rig.root = rig_page("GET", ROOT, 200, "{'Vendor': 'Contoso',"
        " 'Systems': {'@odata.id': '" SYSTEMS "'},"
        " 'Managers': {'@odata.id': '/redfish/v1/Managers'},"
        " 'Chassis': {'@odata.id': '/redfish/v1/Chassis'},"
        " 'Links': {'Sessions': {'@odata.id': '" SESSIONS "'}}}");

    rig.login = rig_page("POST", SESSIONS, 201, "{'Id': '7'}");
    rig.login->headers = "X-Auth-Token: token1\r\n"
                         "Location: " SESSIONS "/7\r\n";
    (void) rig_page("DELETE", SESSIONS "/7", 204, NULL);

    rig.systems = rig_page("GET", SYSTEMS, 200,
        "{'Members': [{'@odata.id': '" SYSTEM "'}]}");

    rig.system = rig_page("GET", SYSTEM, 200, "{'Id': '1', 'Name': 'Web',"
        " 'PowerState': 'On', 'Manufacturer': 'Contoso', 'Model': 'M1',"
        " 'SerialNumber': 'S1', 'Status': {'Health': 'OK'},"
        " 'Links': {'ManagedBy': [{'@odata.id': '" MANAGER "'}],"
        " 'Chassis': [{'@odata.id': '/redfish/v1/Chassis/1'}]},"
        " 'Actions': {'#ComputerSystem.Reset': {'target': '" RESET "',"
        " 'ResetType@Redfish.AllowableValues': ['On', 'ForceOff',"
        " 'GracefulShutdown', 'ForceRestart', 'Nmi', 'PowerCycle']}}}");

    rig.manager = rig_page("GET", MANAGER, 200, "{'FirmwareVersion':"
        " '1.2.3'}");
    rig.reset = rig_page("POST", RESET, 204, NULL);
}


static inline void
rig_open(void)
{
    fake_open(&rig.unit, &bmc_driver_redfish, &rig.host, &rig.conf,
              rig.shared, &rig.loop);
    rig.open = true;
}


static inline void
rig_close(void)
{
    fake_close(&rig.unit);
    rig.open = false;
}


static inline int
rig_start(void **state)
{
    char  why[BMC_TEXT_MAX];

    memset(&rig, 0, sizeof(rig));
    core_kept[0] = '\0';
    assert_int_equal(uv_loop_init(&rig.loop), 0);
    web_start(&rig.web, &rig.loop);

    core_host(&rig.host, &rig.address, &rig.secret, "calvin");
    rig.host.name = "node7";
    rig.fleet.state = "/nonexistent";
    rig.host.timeout = RIG_TIMEOUT;
    rig.conf.http.tls = BMC_TLS_NONE;
    rig.conf.http.port = rig.web.port;

    rig.shared = bmc_driver_redfish.load(&rig.fleet, why);
    assert_non_null(rig.shared);

    rig_pages();
    rig_open();

    return 0;
}


static inline int
rig_stop(void **state)
{
    unsigned  i;

    if (rig.open) {
        rig_close();
    }

    fake_free(&rig.call);
    web_stop(&rig.web);

    for (i = 0; i < 100 && uv_loop_alive(&rig.loop); i++) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    bmc_driver_redfish.unload(rig.shared);
    assert_int_equal(uv_loop_close(&rig.loop), 0);

    for (i = 0; i < rig.ntexts; i++) {
        free(rig.text[i]);
    }

    return 0;
}


static inline void
rig_run(bmc_verb_t verb, uint64_t timeout)
{
    fake_free(&rig.call);
    fake_run(&rig.unit, &rig.call, verb, NULL, timeout);
}


static inline bmc_rc_t
rig_ask_in(bmc_verb_t verb, uint64_t timeout)
{
    rig_run(verb, timeout);
    fake_wait(&rig.unit, &rig.call, timeout + 2000);
    assert_int_equal(rig.call.ended, 1);

    return rig.call.rc;
}


static inline bmc_rc_t
rig_ask(bmc_verb_t verb)
{
    return rig_ask_in(verb, RIG_TIMEOUT);
}


/* a verb of the test's own */

static inline bmc_rc_t
rig_job(bmc_rf_verb_pt verb)
{
    fake_free(&rig.call);
    memset(&rig.call, 0, sizeof(rig.call));
    rig.call.call.unit = &rig.unit.unit;
    rig.call.call.pool = bmc_pool_create(1024);
    assert_non_null(rig.call.call.pool);

    uv_update_time(&rig.loop);
    rig.call.began = uv_now(&rig.loop);
    rig.call.call.deadline = rig.call.began + RIG_TIMEOUT;

    bmc_rf_begin(&rig.unit.unit, &rig.call.call, verb);
    fake_wait(&rig.unit, &rig.call, RIG_TIMEOUT + 2000);
    assert_int_equal(rig.call.ended, 1);

    return rig.call.rc;
}


static inline void
rig_said(const char *text)
{
    if (strstr(rig.call.text, text) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", rig.call.text, text);
    }
}


/* the last request of this method and path; NULL: there was none */

static inline const web_asked_t *
rig_asked(const char *method, const char *path)
{
    unsigned            i;
    const web_asked_t  *a;

    a = NULL;

    for (i = 0; i < rig.web.count; i++) {
        if (strcmp(rig.web.asked[i].method, method) == 0
            && strcmp(rig.web.asked[i].path, path) == 0)
        {
            a = &rig.web.asked[i];
        }
    }

    return a;
}


static inline const char *
rig_header(const char *method, const char *path, const char *name)
{
    const web_asked_t  *a;

    a = rig_asked(method, path);
    assert_non_null(a);

    return web_asked_header(a, name);
}


static inline unsigned
rig_count(const char *method, const char *path)
{
    return web_count(&rig.web, method, path);
}


static inline void
rig_quirk(bmc_quirk_t quirk)
{
    rig.host.quirks_on |= (bmc_quirks_t) 1 << quirk;
}


#define rig_test(f)  cmocka_unit_test_setup_teardown(f, rig_start, rig_stop)


#endif /* _REDFISH_RIG_H_INCLUDED_ */
