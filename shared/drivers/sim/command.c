
/*
 * Copyright (C) the bmcgate authors
 *
 * A command, from when it may be sent until it is answered.
 */


#include "drivers/sim/sim.h"


static bool
command_changes(const bmc_call_t *call)
{
    return (bmc_verb_info(call->verb)->flags & BMC_CHANGES) != 0;
}


static void
command_tell(bmc_unit_t *unit, bmc_call_t *call)
{
    bmc_rc_t       rc;
    bmc_sim_ask_t  ask;

    if (!bmc_sim_ask(&ask, unit, call)) {
        return;
    }

    rc = bmc_sim_read(&ask);
    bmc_sim_unlock(ask.m);

    bmc_sim_end(call, rc, ask.text);
}


static bool
command_busy(bmc_sim_ask_t *ask)
{
    if (!(ask->faults->bits & BMC_SIM_BUSY)) {
        return false;
    }

    if (ask->d->busy_at == 0) {
        ask->d->busy_at = ask->now;
    }

    return ask->faults->busy == 0
           || ask->now < ask->d->busy_at + ask->faults->busy;
}


static int64_t
command_latency(const bmc_sim_ask_t *ask)
{
    return ask->conf->latency
           + ((ask->faults->bits & BMC_SIM_SLOW) ? ask->faults->slow : 0);
}


/* what the BMC thinks of a command before it looks at what it says */

static bmc_rc_t
command_receive(bmc_sim_ask_t *ask)
{
    if (command_busy(ask)) {
        ask->d->refused++;
        ask->text = "node busy (IPMI: 0xC0)";
        return BMC_BUSY;
    }

    ask->d->commands[ask->call->verb]++;

    if (command_changes(ask->call)) {
        ask->d->changes++;

    } else {
        ask->d->reads++;
    }

    if (ask->call->verb == BMC_POWER_NMI
        && (ask->faults->bits & BMC_SIM_NO_NMI))
    {
        ask->text = "nmi: the BMC has no diagnostic interrupt "
                    "(IPMI: invalid command, 0xC1)";
        return BMC_UNSUPPORTED;
    }

    return BMC_OK;
}


static void
command_read(bmc_unit_t *unit, bmc_call_t *call)
{
    bool           mute;
    int64_t        ms;
    bmc_rc_t       rc;
    bmc_sim_ask_t  ask;

    if (!bmc_sim_ask(&ask, unit, call)) {
        return;
    }

    mute = bmc_sim_is_silent(&ask) || (ask.faults->bits & BMC_SIM_MUTE);
    ms = command_latency(&ask);
    rc = mute ? BMC_OK : command_receive(&ask);

    if (rc == BMC_OK && !mute && ms == 0 && call->verb != BMC_CONSOLE_OPEN) {
        rc = bmc_sim_read(&ask);
        bmc_sim_unlock(ask.m);
        bmc_sim_end(call, rc, ask.text);
        return;
    }

    bmc_sim_unlock(ask.m);

    if (mute) {
        bmc_sim_silent(unit, call);

    } else if (rc != BMC_OK) {
        bmc_sim_reply(unit, call, ms, rc, ask.text);

    } else if (call->verb == BMC_CONSOLE_OPEN) {
        bmc_sim_wait(unit, call, (uint64_t) ms, bmc_sim_console);

    } else {
        bmc_sim_wait(unit, call, (uint64_t) ms, command_tell);
    }
}


static bmc_rc_t
command_apply(bmc_sim_ask_t *ask)
{
    char             tag[48];
    bmc_rc_t         rc;
    bmc_sim_unit_t  *u;

    rc = command_receive(ask);

    if (rc != BMC_OK) {
        return rc;
    }

    bmc_sim_tag(ask->call, tag, sizeof(tag));

    if (!bmc_sim_remember(ask->store, ask->m, ask->d, ask->call->verb, tag)) {
        ask->text = "the disk under the simulated BMC is full";
        return BMC_REFUSED;
    }

    if (ask->faults->bits & (BMC_SIM_LOSES|BMC_SIM_MUTE)) {
        return BMC_OK;
    }

    rc = bmc_sim_change(ask);

    if (ask->faults->bits & BMC_SIM_DIES) {
        ask->d->died = 1;
    }

    if (ask->call->verb == BMC_BMC_RESET && rc == BMC_OK) {
        u = ask->unit->state;
        u->session = 0;
    }

    return rc;
}


static void
command_change(bmc_unit_t *unit, bmc_call_t *call)
{
    bool            silent;
    int64_t         ms;
    bmc_rc_t        rc;
    bmc_sim_ask_t   ask;
    bmc_sim_job_t  *job;

    job = bmc_sim_job(call);

    if (job == NULL) {
        bmc_sim_end(call, BMC_FAILED, "out of memory");
        return;
    }

    if (!bmc_call_claim(call)) {
        bmc_sim_end(call, BMC_CANCELLED, NULL);
        return;
    }

    job->claimed = true;

    if (!bmc_sim_ask(&ask, unit, call)) {
        return;
    }

    silent = bmc_sim_is_silent(&ask);
    ms = command_latency(&ask);
    rc = silent ? BMC_OK : command_apply(&ask);
    silent = silent || ask.d->died
             || ((ask.faults->bits & BMC_SIM_MUTE) && rc == BMC_OK);

    bmc_sim_unlock(ask.m);

    if (silent) {
        bmc_sim_silent(unit, call);

    } else {
        bmc_sim_reply(unit, call, ms, rc, ask.text);
    }
}


void
bmc_sim_command(bmc_unit_t *unit, bmc_call_t *call)
{
    if (command_changes(call)) {
        command_change(unit, call);

    } else {
        command_read(unit, call);
    }
}
