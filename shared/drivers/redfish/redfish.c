
/*
 * Copyright (C) the bmcgate authors
 *
 * host n3 { driver redfish; address 10.0.0.7; user admin; redfish { … } }
 */


#include <string.h>

#include "base/pool.h"
#include "drivers/redfish/unit.h"


#define REDFISH_AT(field)  offsetof(bmc_rf_conf_t, field)


static const bmc_word_t  redfish_words[] = {

    BMC_HTTP_WORDS,

    { "system", BMC_WORD_STRING, REDFISH_AT(system), NULL, NULL, 0,
      "which system of the service it is, by the end of its path (the only "
      "one)" },

    { "login", BMC_WORD_ENUM, REDFISH_AT(login), "auto session basic", NULL,
      0, "how to log in; auto is a session, or Basic where there are none "
      "(auto)" },

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static void
redfish_check(bmc_conf_t *cf, bmc_hostconf_t *host, void *data)
{
    bmc_rf_conf_t  *conf;

    conf = data;
    bmc_http_check(cf, host, &conf->http, "redfish");

    if (host->address.count > 0 && host->user == NULL
        && conf->http.user == NULL)
    {
        bmc_conf_error(cf, "host \"%s\" has no \"user\", which redfish "
                       "needs", host->name);
    }
}


static void *
redfish_load(const bmc_fleet_t *fleet, char why[BMC_TEXT_MAX])
{
    return bmc_http_load(fleet, why);
}


static void
redfish_unload(void *shared)
{
    bmc_http_unload(shared);
}


static bool
redfish_can(const bmc_hostconf_t *host, const void *conf, bmc_verb_t verb)
{
    return verb < BMC_VERB_MAX && bmc_rf_verbs[verb] != NULL;
}


static void
redfish_place(const bmc_unit_t *unit, bmc_http_place_t *place)
{
    const bmc_rf_conf_t  *conf;

    conf = unit->conf;

    place->loop = unit->loop;
    place->shared = unit->shared;
    place->name = unit->host->name;
    place->address = &unit->host->address;
    place->conf = &conf->http;
}


static bmc_rc_t
redfish_open(bmc_unit_t *unit)
{
    char               why[BMC_TEXT_MAX];
    bmc_rf_unit_t     *u;
    bmc_http_place_t   place;

    u = unit->state;
    u->unit = unit;

    redfish_place(unit, &place);
    u->http = bmc_http_open(&place, why);

    if (u->http == NULL) {
        return BMC_FAILED;
    }

    (void) uv_timer_init(unit->loop, &u->timer);
    u->timer.data = u;

    return BMC_OK;
}


/* -- waiting */

static void
redfish_waited(uv_timer_t *timer)
{
    bmc_rf_unit_t  *u;

    u = timer->data;

    if (u->job != NULL) {
        u->then(u);
    }
}


void
bmc_rf_later(bmc_rf_unit_t *u, uint64_t ms, void (*then)(bmc_rf_unit_t *u))
{
    u->then = then;
    uv_update_time(u->unit->loop);
    (void) uv_timer_start(&u->timer, redfish_waited, ms, 0);
}


/* -- verbs */

void
bmc_rf_begin(bmc_unit_t *unit, bmc_call_t *call, bmc_rf_verb_pt verb)
{
    bmc_rf_job_t      *job;
    bmc_rf_unit_t     *u;
    bmc_http_place_t   place;

    u = unit->state;
    job = bmc_pcalloc(call->pool, sizeof(bmc_rf_job_t));

    if (job == NULL) {
        bmc_call_done(call, BMC_FAILED, "out of memory");
        return;
    }

    redfish_place(unit, &place);
    bmc_http_rebase(u->http, &place);

    job->unit = unit;
    job->call = call;
    job->u = u;
    call->data = job;

    u->job = job;
    u->serial++;
    u->again = false;
    u->moved = false;
    u->answered = false;
    u->doubt = false;
    u->taken = false;

    verb(job);
}


static void
redfish_run(bmc_unit_t *unit, bmc_call_t *call)
{
    bmc_rf_begin(unit, call, bmc_rf_verbs[call->verb]);
}


/*
 * A change that was sent may have arrived: whoever gives it up does not know.
 * One that has begun a task was accepted.
 */

static void
redfish_give_up(bmc_rf_unit_t *u, bmc_rc_t rc, const char *why)
{
    if (u->job == NULL) {
        return;
    }

    if (u->task != NULL) {
        bmc_rf_task_goes_on(u);
        return;
    }

    bmc_rf_end(u->job, u->doubt || u->taken ? BMC_TIMEOUT : rc, "%s", why);
}


static void
redfish_cancel(bmc_unit_t *unit, bmc_call_t *call)
{
    bmc_rf_unit_t  *u;

    u = unit->state;

    if (u->job != NULL && u->job->call == call) {
        redfish_give_up(u, BMC_CANCELLED, "nobody waits for it any more");
    }
}


/* -- the end */

static void
redfish_freed(uv_handle_t *handle)
{
    bmc_rf_unit_t  *u;

    u = handle->data;

    u->busy = false;
    bmc_rf_unsend(u);
    bmc_rf_session_wipe(u);
    bmc_rf_orphan_free(u);
    bmc_rf_tree_free(u);
    bmc_rf_facts_free(u);

    bmc_unit_closed(u->unit);
}


static void
redfish_closed(void *data)
{
    bmc_rf_unit_t  *u;

    u = data;
    uv_close((uv_handle_t *) &u->timer, redfish_freed);
}


static void
redfish_left(bmc_rf_unit_t *u, const bmc_http_answer_t *a)
{
    if (a != NULL && a->rc == BMC_OK && a->status < 500) {
        bmc_rf_orphan_over(u);
    }

    if (!u->left) {
        u->left = true;
        bmc_http_close(u->http, redfish_closed, u);
    }
}


void
bmc_rf_leave(bmc_rf_unit_t *u)
{
    if (!bmc_rf_logout(u, redfish_left)) {
        redfish_left(u, NULL);
    }
}


static void
redfish_close(bmc_unit_t *unit)
{
    bmc_rf_unit_t  *u;

    u = unit->state;
    u->leaving = true;

    redfish_give_up(u, BMC_CLOSED, "the session is being given up");
    bmc_rf_step(u);
}


static void
redfish_abort(bmc_unit_t *unit)
{
    bmc_rf_unit_t  *u;

    u = unit->state;
    u->leaving = true;

    redfish_give_up(u, BMC_CLOSED, "the session was given up");
    redfish_left(u, NULL);
}


const bmc_driver_t  bmc_driver_redfish = {
    .name = "redfish",
    .words = redfish_words,
    .conf_size = sizeof(bmc_rf_conf_t),
    .state_size = sizeof(bmc_rf_unit_t),
    .check = redfish_check,
    .load = redfish_load,
    .unload = redfish_unload,
    .can = redfish_can,
    .open = redfish_open,
    .run = redfish_run,
    .close = redfish_close,
    .abort = redfish_abort,
    .cancel = redfish_cancel
};
