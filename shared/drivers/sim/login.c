
/*
 * Copyright (C) the bmcgate authors
 *
 * One's way into a simulated BMC: is it there, have we a session, may we
 * have one?
 */


#include <string.h>

#include "drivers/sim/sim.h"
#include "base/clock.h"


static const bmc_sim_faults_t *
login_faults(const bmc_sim_conf_t *conf, const bmc_sim_data_t *d)
{
    return d->faults.set ? &d->faults : &conf->faults;
}


bool
bmc_sim_ask(bmc_sim_ask_t *ask, bmc_unit_t *unit, bmc_call_t *call)
{
    bmc_sim_unit_t  *u;

    u = unit->state;

    ask->unit = unit;
    ask->call = call;
    ask->store = unit->shared;
    ask->m = u->machine;
    ask->conf = unit->conf;
    ask->text = NULL;
    ask->now = bmc_now();
    ask->d = bmc_sim_lock(ask->store, ask->m, ask->now);

    if (ask->d == NULL) {
        bmc_sim_end(call, BMC_FAILED,
                    "the state of the simulated BMC stays locked");
        return false;
    }

    ask->faults = login_faults(ask->conf, ask->d);
    bmc_sim_heat(ask->store, ask->m, ask->d, ask->now,
                 (ask->faults->bits & BMC_SIM_HOT) != 0);

    return true;
}


bool
bmc_sim_is_silent(const bmc_sim_ask_t *ask)
{
    return (ask->faults->bits & BMC_SIM_DEAD) || ask->d->died
           || ask->now < ask->d->up_at;
}


static bool
login_same_secret(const bmc_secret_t *want, const bmc_secret_t *have)
{
    char  a[BMC_SECRET_MAX], b[BMC_SECRET_MAX], why[BMC_TEXT_MAX];
    long  na, nb;
    bool  same;

    na = bmc_secret_read(want, a, why);
    nb = have == NULL ? -1 : bmc_secret_read(have, b, why);

    same = na != -1 && na == nb && memcmp(a, b, (size_t) na) == 0;

    explicit_bzero(a, sizeof(a));
    explicit_bzero(b, sizeof(b));

    return same;
}


static bool
login_known(const bmc_unit_t *unit)
{
    const bmc_sim_conf_t  *conf;

    conf = unit->conf;

    if (conf->require_user != NULL
        && (unit->host->user == NULL
            || strcmp(unit->host->user, conf->require_user) != 0))
    {
        return false;
    }

    return conf->require_password == NULL
           || login_same_secret(conf->require_password, unit->host->password);
}


static uint32_t
login_take(bmc_sim_ask_t *ask)
{
    if (ask->faults->bits & BMC_SIM_FULL) {
        return 0;
    }

    return bmc_sim_slot_take(ask->store, ask->d,
                             (unsigned) ask->conf->sessions,
                             ask->conf->session_timeout, ask->now);
}


static void
login_enter(bmc_unit_t *unit, bmc_call_t *call)
{
    bool             silent, in, bad;
    bmc_sim_ask_t    ask;
    bmc_sim_unit_t  *u;

    u = unit->state;
    bad = !login_known(unit);

    if (!bmc_sim_ask(&ask, unit, call)) {
        return;
    }

    silent = bmc_sim_is_silent(&ask);
    bad = bad || (ask.faults->bits & BMC_SIM_BAD_LOGIN);
    in = !silent && bmc_sim_slot_use(ask.d, u->session, ask.now);

    if (!silent && !bad && !in) {
        u->session = login_take(&ask);
        in = u->session != 0;
    }

    if (!silent && !in) {
        ask.d->refused++;
    }

    bmc_sim_unlock(ask.m);

    if (in) {
        u->stale = false;
        bmc_sim_command(unit, call);

    } else if (silent) {
        bmc_sim_run(unit, call);

    } else if (bad) {
        bmc_sim_end(call, BMC_BAD_LOGIN, "the simulated BMC refuses "
                    "the user or the password");

    } else {
        bmc_sim_end(call, BMC_BUSY, "no free session slot");
    }
}


/* a BMC that is starting answers when it has; retrying is all one can do */

static void
login_knock(bmc_unit_t *unit, bmc_call_t *call, bool ever, int64_t wait)
{
    if (ever) {
        bmc_sim_wait(unit, call, (uint64_t) wait, bmc_sim_run);

    } else {
        bmc_sim_silent(unit, call);
    }
}


void
bmc_sim_run(bmc_unit_t *unit, bmc_call_t *call)
{
    bool             silent, ever, in;
    int64_t          wait;
    bmc_sim_ask_t    ask;
    bmc_sim_unit_t  *u;

    u = unit->state;

    if (!bmc_sim_ask(&ask, unit, call)) {
        return;
    }

    silent = bmc_sim_is_silent(&ask);
    ever = !(ask.faults->bits & BMC_SIM_DEAD) && !ask.d->died;
    wait = ask.d->up_at - ask.now;
    in = silent ? u->session != 0 && !u->stale
                : bmc_sim_slot_use(ask.d, u->session, ask.now);

    bmc_sim_unlock(ask.m);

    if (in) {
        bmc_sim_command(unit, call);

    } else if (silent) {
        login_knock(unit, call, ever, wait);

    } else if (ask.conf->login == 0) {
        login_enter(unit, call);

    } else {
        bmc_sim_wait(unit, call, (uint64_t) ask.conf->login, login_enter);
    }
}
