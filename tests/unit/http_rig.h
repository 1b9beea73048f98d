
/*
 * Copyright (C) the bmcgate authors
 *
 * Clients of drivers/http, a core that grants their claims, and what they
 * were told.  Include it in one file of a test program.
 */


#ifndef _HTTP_RIG_H_INCLUDED_
#define _HTTP_RIG_H_INCLUDED_


#include "core_fake.h"
#include "http_fake.h"

#include <ftw.h>
#include <signal.h>
#include <unistd.h>

#include "drivers/http/http.h"


#define RIG_CLIENTS  128


typedef struct {
    bmc_http_t          *h;
    bmc_http_place_t     place;
    bmc_http_conf_t      conf;
    bmc_list_t           list;
    const char          *word[9];
    unsigned             told;
    unsigned             closed;
    bmc_rc_t             rc;
    bool                 sent;
    bool                 untrusted;
    bool                 has_json;
    long                 status;
    char                 text[512];
    size_t               len;
    json_t              *json;
    char                 location[512];
    char                 etag[64];
    char                 peer[128];
    void               (*then)(void *client);
} client_t;


static struct {
    char                dir[64];
    uv_loop_t           loop;
    web_t               web;
    bmc_fleet_t         fleet;
    bmc_http_shared_t  *shared;
    client_t            client[RIG_CLIENTS];
    client_t           *c;           /* the first */
    unsigned            claims;
    bool                deny;
    void              (*claimed)(void);
    const char         *print;       /* an argument of bmc.trust */
} rig;


static bool
rig_claim(bmc_call_t *call)
{
    rig.claims++;

    if (rig.claimed != NULL) {
        rig.claimed();
    }

    return !rig.deny;
}


static const char *
rig_arg(const bmc_call_t *call, const char *name)
{
    assert_string_equal(name, "fingerprint");

    return rig.print;
}


static const core_fake_t  core_fake = {
    .claim = rig_claim,
    .arg = rig_arg
};


static inline void
rig_keep(client_t *c)
{
    const char  *p;

    p = bmc_http_header(c->h, "Location");
    snprintf(c->location, sizeof(c->location), "%s", p == NULL ? "" : p);
    p = bmc_http_header(c->h, "etag");
    snprintf(c->etag, sizeof(c->etag), "%s", p == NULL ? "" : p);
    snprintf(c->peer, sizeof(c->peer), "%s", bmc_http_peer(c->h));
}


static void
rig_told(void *data, const bmc_http_answer_t *a)
{
    client_t  *c;

    c = data;
    c->told++;
    c->rc = a->rc;
    c->sent = a->sent;
    c->untrusted = a->untrusted;
    c->status = a->status;
    c->len = a->len;
    json_decref(c->json);
    c->json = json_incref(a->json);
    assert_non_null(a->text);
    assert_int_equal(a->text[a->len], '\0');
    snprintf(c->text, sizeof(c->text), "%s", a->text);

    if (c->h != NULL) {
        rig_keep(c);
    }

    if (c->then != NULL) {
        c->then(c);
    }

    uv_stop(&rig.loop);              /* it may be a timer that told */
}


static void
rig_closed(void *data)
{
    client_t  *c;

    c = data;
    c->closed++;
}


/* as host node7, at one address; rig_open() makes it a client */

static inline client_t *
rig_client(unsigned n, int64_t tls)
{
    client_t  *c;

    assert_true(n < RIG_CLIENTS);
    c = &rig.client[n];
    memset(c, 0, sizeof(*c));
    c->word[0] = rig.web.address;
    c->list.word = c->word;
    c->list.count = 1;
    c->conf.tls = tls;
    c->conf.port = rig.web.port;
    c->place.loop = &rig.loop;
    c->place.shared = rig.shared;
    c->place.name = "node7";
    c->place.address = &c->list;
    c->place.conf = &c->conf;

    return c;
}


static inline client_t *
rig_open(client_t *c)
{
    char  why[BMC_TEXT_MAX];

    c->h = bmc_http_open(&c->place, why);
    assert_non_null(c->h);

    return c;
}


static inline void
rig_ask_for(client_t *c, const char *method, const char *path,
    const char *body, bool change, unsigned ms)
{
    bmc_http_request_t  req;

    uv_update_time(&rig.loop);
    memset(&req, 0, sizeof(req));
    req.method = method;
    req.path = path;
    req.body = body;
    req.len = body == NULL ? 0 : strlen(body);
    req.header[0] = "X-Auth-Token: secret";
    req.deadline = uv_now(&rig.loop) + ms;
    req.claims = change ? (bmc_call_t *) c : NULL;
    c->told = 0;
    c->text[0] = '\0';
    bmc_http_ask(c->h, &req, rig_told, c);
    assert_int_equal(c->told, 0);
}


static inline void
rig_run(bool (*until)(void))
{
    unsigned  i;

    for (i = 0; i < 100000 && !until(); i++) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    assert_true(until());
}


static client_t  *rig_waited;


static bool
rig_is_told(void)
{
    return rig_waited->told > 0;
}


static inline void
rig_wait(client_t *c)
{
    rig_waited = c;
    rig_run(rig_is_told);
    assert_int_equal(c->told, 1);
}


static inline void
rig_get(const char *path)
{
    rig_ask_for(rig.c, "GET", path, NULL, false, 5000);
    rig_wait(rig.c);
}


static inline void
rig_post(const char *path, const char *body)
{
    rig_ask_for(rig.c, "POST", path, body, true, 5000);
    rig_wait(rig.c);
}


static void
rig_tick(uv_timer_t *timer)
{
    *(bool *) timer->data = true;
}


static void
rig_tick_closed(uv_handle_t *handle)
{
    *(bool *) handle->data = true;
}


/* lets the loop run for a while */

static inline void
rig_pass(unsigned ms)
{
    bool        due, closed;
    uv_timer_t  timer;

    due = false;
    closed = false;
    assert_int_equal(uv_timer_init(&rig.loop, &timer), 0);
    timer.data = &due;
    uv_update_time(&rig.loop);
    uv_timer_start(&timer, rig_tick, ms, 0);

    while (!due) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }

    timer.data = &closed;
    uv_close((uv_handle_t *) &timer, rig_tick_closed);

    while (!closed) {
        (void) uv_run(&rig.loop, UV_RUN_ONCE);
    }
}


static inline void
rig_close(client_t *c)
{
    if (c->h != NULL) {
        bmc_http_close(c->h, rig_closed, c);
        c->h = NULL;
    }
}


static inline void
rig_says(const char *part)
{
    if (strstr(rig.c->text, part) == NULL) {
        print_error("expected \"%s\" in: %s\n", part, rig.c->text);
        fail();
    }
}


static int
rig_unlink(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
    return remove(path);
}


static int
rig_begin(void **state)
{
    char  why[BMC_TEXT_MAX];

    /* as every door does */

    (void) signal(SIGPIPE, SIG_IGN);

    memset(&rig, 0, sizeof(rig));
    snprintf(rig.dir, sizeof(rig.dir), "/tmp/bmc-http-XXXXXX");
    assert_non_null(mkdtemp(rig.dir));
    assert_int_equal(uv_loop_init(&rig.loop), 0);
    web_start(&rig.web, &rig.loop);
    rig.fleet.state = rig.dir;
    rig.shared = bmc_http_load(&rig.fleet, why);
    assert_non_null(rig.shared);
    rig.c = rig_client(0, BMC_TLS_NONE);

    return 0;
}


static int
rig_end(void **state)
{
    unsigned  i;

    for (i = 0; i < RIG_CLIENTS; i++) {
        rig_close(&rig.client[i]);
    }

    web_stop(&rig.web);
    assert_int_equal(uv_run(&rig.loop, UV_RUN_DEFAULT), 0);

    for (i = 0; i < RIG_CLIENTS; i++) {
        assert_true(rig.client[i].place.loop == NULL
                    || rig.client[i].closed <= 1);
        json_decref(rig.client[i].json);
    }

    assert_int_equal(uv_loop_close(&rig.loop), 0);
    bmc_http_unload(rig.shared);
    (void) nftw(rig.dir, rig_unlink, 8, FTW_DEPTH|FTW_PHYS);

    return 0;
}


#endif /* _HTTP_RIG_H_INCLUDED_ */
