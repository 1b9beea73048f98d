
/*
 * Copyright (C) the bmcgate authors
 *
 * Calls that wait, on one timer of their unit.
 */


#include "drivers/sim/sim.h"


static void  wait_due(uv_timer_t *timer);


void
bmc_sim_end(bmc_call_t *call, bmc_rc_t rc, const char *text)
{
    call->data = NULL;
    bmc_call_done(call, rc, "%s", text == NULL ? "" : text);
}


bmc_sim_job_t *
bmc_sim_job(bmc_call_t *call)
{
    if (call->data == NULL) {
        call->data = bmc_pcalloc(call->pool, sizeof(bmc_sim_job_t));
    }

    return call->data;
}


static void
wait_unlink(bmc_sim_unit_t *u, bmc_sim_job_t *job)
{
    bmc_sim_job_t  **p;

    for (p = &u->jobs; *p != NULL; p = &(*p)->next) {
        if (*p == job) {
            *p = job->next;
            job->next = NULL;
            return;
        }
    }
}


static bmc_sim_job_t *
wait_first(const bmc_sim_unit_t *u)
{
    bmc_sim_job_t  *job, *first;

    first = u->jobs;

    for (job = u->jobs; job != NULL; job = job->next) {
        if (job->due < first->due) {
            first = job;
        }
    }

    return first;
}


void
bmc_sim_timer(bmc_unit_t *unit)
{
    bmc_sim_unit_t  *u;

    u = unit->state;

    if (!u->timed) {
        (void) uv_timer_init(unit->loop, &u->timer);
        u->timer.data = unit;
        u->timed = true;
    }
}


static void
wait_arm(bmc_unit_t *unit)
{
    uint64_t         now;
    bmc_sim_job_t   *job;
    bmc_sim_unit_t  *u;

    u = unit->state;
    job = wait_first(u);

    if (u->closing) {
        return;
    }

    if (job == NULL) {
        if (u->timed) {
            (void) uv_timer_stop(&u->timer);
        }

        return;
    }

    bmc_sim_timer(unit);

    now = uv_now(unit->loop);

    (void) uv_timer_start(&u->timer, wait_due,
                          job->due > now ? job->due - now : 0, 0);
}


static void
wait_due(uv_timer_t *timer)
{
    bmc_unit_t      *unit;
    bmc_sim_job_t   *job;
    bmc_sim_unit_t  *u;

    unit = timer->data;
    u = unit->state;
    job = wait_first(u);

    if (job != NULL && job->due <= uv_now(unit->loop)) {
        wait_unlink(u, job);
        job->step(unit, job->call);
    }

    wait_arm(unit);
}


static void
wait_expire(bmc_unit_t *unit, bmc_call_t *call)
{
    bmc_sim_unit_t  *u;

    u = unit->state;
    u->stale = true;

    bmc_sim_end(call, BMC_UNREACHABLE, "no answer from the simulated BMC");
}


void
bmc_sim_wait(bmc_unit_t *unit, bmc_call_t *call, uint64_t ms,
    bmc_sim_step_pt step)
{
    uint64_t         now;
    bmc_sim_job_t   *job;
    bmc_sim_unit_t  *u;

    u = unit->state;
    job = bmc_sim_job(call);

    if (job == NULL) {
        bmc_sim_end(call, BMC_FAILED, "out of memory");
        return;
    }

    now = uv_now(unit->loop);

    job->call = call;
    job->step = step;
    job->due = now + ms;

    if (job->console == NULL
        && (ms > UINT32_MAX || job->due > call->deadline))
    {
        job->step = wait_expire;
        job->due = call->deadline;
    }

    job->next = u->jobs;
    u->jobs = job;

    wait_arm(unit);
}


/* what waits need wait no longer */

void
bmc_sim_rouse(bmc_unit_t *unit, bmc_call_t *call)
{
    bmc_sim_job_t  *job;

    job = call->data;
    job->due = uv_now(unit->loop);

    wait_arm(unit);
}


void
bmc_sim_silent(bmc_unit_t *unit, bmc_call_t *call)
{
    bmc_sim_wait(unit, call, UINT64_MAX >> 1, wait_expire);
}


static void
wait_tell_refusal(bmc_unit_t *unit, bmc_call_t *call)
{
    bmc_sim_job_t  *job;

    job = call->data;
    bmc_sim_end(call, job->rc, job->text);
}


void
bmc_sim_reply(bmc_unit_t *unit, bmc_call_t *call, int64_t ms, bmc_rc_t rc,
    const char *text)
{
    bmc_sim_job_t  *job;

    if (ms == 0) {
        bmc_sim_end(call, rc, text);
        return;
    }

    job = bmc_sim_job(call);

    if (job != NULL) {
        job->rc = rc;
        job->text = text;
    }

    bmc_sim_wait(unit, call, (uint64_t) ms, wait_tell_refusal);
}


void
bmc_sim_cancel(bmc_unit_t *unit, bmc_call_t *call)
{
    bmc_sim_job_t  *job;

    job = call->data;

    if (job == NULL) {
        return;
    }

    if (job->busy) {
        job->hung = true;
        return;
    }

    wait_unlink(unit->state, job);
    wait_arm(unit);

    if (job->console != NULL) {
        bmc_sim_end(call, BMC_OK, NULL);

    } else if (job->claimed) {
        bmc_sim_end(call, BMC_TIMEOUT, "no answer yet");

    } else {
        bmc_sim_end(call, BMC_CANCELLED, NULL);
    }
}
