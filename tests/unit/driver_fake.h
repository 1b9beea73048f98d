
/*
 * Copyright (C) the bmcgate authors
 *
 * A core for one driver, which notes what becomes of each call.  Include it
 * in one file of a test program.
 */


#ifndef _DRIVER_FAKE_H_INCLUDED_
#define _DRIVER_FAKE_H_INCLUDED_


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core_fake.h"


#define FAKE_ARGS  8


typedef struct {
    bmc_call_t          call;
    bmc_answer_t        answer;      /* json is ours */
    bmc_rc_t            rc;
    unsigned            ended;
    unsigned            opened;
    unsigned            claims;
    uint64_t            took;        /* ms */
    uint64_t            began;
    bool                deny;        /* the next claim */
    bool                hang_up;     /* at the first byte */
    bmc_arg_t           args[FAKE_ARGS];
    char                text[BMC_TEXT_MAX];
    char                vendor[64];
    char                maker[64];
    char                firmware[64];
    char                uuid[40];
    char                out[16384];
    size_t              nout;
} fake_call_t;


typedef struct {
    bmc_unit_t          unit;
    const bmc_driver_t *driver;
    unsigned            closed;
} fake_unit_t;


static bool
fake_claim(bmc_call_t *call)
{
    fake_call_t  *f = (fake_call_t *) call;

    f->claims++;

    return !f->deny;
}


/* the call's memory ends with it */

static inline void
fake_keep(const char **field, char *out, size_t size)
{
    if (*field != NULL) {
        snprintf(out, size, "%s", *field);
        *field = out;
    }
}


static void
fake_done(bmc_call_t *call, bmc_rc_t rc, const char *text)
{
    fake_call_t  *f = (fake_call_t *) call;

    snprintf(f->text, sizeof(f->text), "%s", text);
    f->rc = rc;
    f->ended++;
    f->answer = call->answer;
    fake_keep(&f->answer.vendor, f->vendor, sizeof(f->vendor));
    fake_keep(&f->answer.maker, f->maker, sizeof(f->maker));
    fake_keep(&f->answer.firmware, f->firmware, sizeof(f->firmware));
    fake_keep(&f->answer.uuid, f->uuid, sizeof(f->uuid));
    f->took = uv_now(call->unit->loop) - f->began;

    bmc_pool_destroy(call->pool);
    call->pool = NULL;
}


static void
fake_opened(bmc_call_t *call)
{
    ((fake_call_t *) call)->opened++;
}


static void
fake_data(bmc_call_t *call, const void *bytes, size_t len)
{
    fake_call_t  *f = (fake_call_t *) call;
    fake_unit_t  *u = (fake_unit_t *) call->unit;

    if (len > sizeof(f->out) - 1 - f->nout) {
        len = sizeof(f->out) - 1 - f->nout;
    }

    memcpy(f->out + f->nout, bytes, len);
    f->nout += len;
    f->out[f->nout] = '\0';

    if (f->hang_up) {
        f->hang_up = false;
        u->driver->cancel(&u->unit, call);
    }
}


static void
fake_closed(bmc_unit_t *unit)
{
    ((fake_unit_t *) unit)->closed++;
}


static const core_fake_t  core_fake = {
    .claim = fake_claim,
    .done = fake_done,
    .opened = fake_opened,
    .data = fake_data,
    .arg = core_arg,
    .closed = fake_closed,
    .keeps = true
};


static inline void
fake_open(fake_unit_t *u, const bmc_driver_t *driver,
    const bmc_hostconf_t *host, const void *conf, void *shared,
    uv_loop_t *loop)
{
    memset(u, 0, sizeof(fake_unit_t));

    u->driver = driver;
    u->unit.host = host;
    u->unit.conf = conf;
    u->unit.shared = shared;
    u->unit.loop = loop;
    u->unit.state = calloc(1, driver->state_size == 0 ? 1
                                                      : driver->state_size);
    assert_non_null(u->unit.state);
    assert_int_equal(driver->open(&u->unit), BMC_OK);
}


static inline void
fake_close(fake_unit_t *u)
{
    u->driver->close(&u->unit);

    while (u->closed == 0) {
        assert_int_not_equal(uv_run(u->unit.loop, UV_RUN_ONCE) + u->closed,
                             0);
    }

    assert_int_equal(u->closed, 1);
    free(u->unit.state);
}


/* the unit is closed, if it is not yet, and the loop has nothing left */

static inline void
fake_over(fake_unit_t *u, uv_loop_t *loop)
{
    int  i;

    if (u->closed == 0) {
        fake_close(u);
    }

    for (i = 0; i < 16 && uv_loop_close(loop) != 0; i++) {
        uv_run(loop, UV_RUN_NOWAIT);
    }

    assert_true(i < 16);
}


static inline void
fake_run(fake_unit_t *u, fake_call_t *f, bmc_verb_t verb, char *words,
    uint64_t timeout)
{
    bool  deny, hang_up;

    deny = f->deny;
    hang_up = f->hang_up;

    memset(f, 0, sizeof(fake_call_t));

    f->deny = deny;
    f->hang_up = hang_up;
    f->call.verb = verb;
    f->call.unit = &u->unit;
    f->call.pool = bmc_pool_create(1024);
    assert_non_null(f->call.pool);

    if (words != NULL) {
        core_args(&f->call, f->args, FAKE_ARGS, words, " ");
    }

    uv_update_time(u->unit.loop);
    f->began = uv_now(u->unit.loop);
    f->call.deadline = f->began + timeout;

    u->driver->run(&u->unit, &f->call);
}


/* until it has ended, or so many ms have passed */

static inline void
fake_tick(uv_timer_t *timer)
{
}


static inline void
fake_wait(fake_unit_t *u, fake_call_t *f, uint64_t ms)
{
    uint64_t    until;
    uv_timer_t  tick;

    uv_update_time(u->unit.loop);
    until = uv_now(u->unit.loop) + ms;

    assert_int_equal(uv_timer_init(u->unit.loop, &tick), 0);
    assert_int_equal(uv_timer_start(&tick, fake_tick, 5, 5), 0);

    while ((f == NULL || f->ended == 0) && uv_now(u->unit.loop) < until) {
        uv_run(u->unit.loop, UV_RUN_ONCE);
    }

    uv_close((uv_handle_t *) &tick, NULL);
    uv_run(u->unit.loop, UV_RUN_NOWAIT);
}


static inline void
fake_free(fake_call_t *f)
{
    json_decref(f->answer.json);
    f->answer.json = NULL;
}


#endif /* _DRIVER_FAKE_H_INCLUDED_ */
