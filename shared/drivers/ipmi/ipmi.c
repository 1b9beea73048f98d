
/*
 * Copyright (C) the bmcgate authors
 *
 * host n1 { driver ipmi; address 10.0.0.7; user admin; ipmi { … } }
 */


#include <string.h>

#include "base/clock.h"
#include "drivers/ipmi/link.h"


#define IPMI_AT(field)  offsetof(bmc_ipmi_conf_t, field)


const bmc_word_t  bmc_ipmi_words[] = {

    { "port", BMC_WORD_NUMBER, IPMI_AT(port), "1 65535", NULL, 0,
      "the UDP port of the BMC (623)" },

    { "cipher", BMC_WORD_ENUM, IPMI_AT(cipher), "auto 17 3", NULL, 0,
      "the cipher suite; auto tries 17, then 3 (auto)" },

    { "privilege", BMC_WORD_ENUM, IPMI_AT(privilege),
      "user operator administrator", NULL, 0,
      "the level to ask for (administrator, and operator when the BMC "
      "refuses that)" },

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static void
ipmi_check(bmc_conf_t *cf, bmc_hostconf_t *host, void *data)
{
    bool              local;
    bmc_ipmi_conf_t  *conf;

    conf = data;

    if (!bmc_conf_is_set(cf, &conf->port)) {
        conf->port = BMC_IPMI_PORT;
    }

    if (!bmc_conf_is_set(cf, &conf->privilege)) {
        conf->privilege = BMC_IPMI_ADMINISTRATOR;
        conf->lower = true;
    }

    if (host->address.count == 0) {
        bmc_conf_error(cf, "host \"%s\" has no \"address\", which ipmi needs",
                       host->name);
        return;
    }

    local = host->address.count == 1
            && strcmp(host->address.word[0], "local") == 0;

    if (host->user == NULL && !local) {
        bmc_conf_error(cf, "host \"%s\" has no \"user\", which ipmi needs",
                       host->name);

    } else if (!local && strlen(host->user) > BMC_IPMI_NAME_MAX) {
        bmc_conf_error(cf, "user \"%.64s\" of host \"%s\" has more than the "
                       "%d bytes IPMI can have", host->user, host->name,
                       BMC_IPMI_NAME_MAX);
    }
}


bmc_ipmi_kept_t *
bmc_ipmi_kept(const bmc_unit_t *unit)
{
    bmc_ipmi_unit_t  *u;

    u = unit->state;

    return &u->kept;
}


static bool
ipmi_can(const bmc_hostconf_t *host, const void *conf, bmc_verb_t verb)
{
    return verb < BMC_VERB_MAX && bmc_ipmi_verbs[verb] != NULL;
}


static bmc_rc_t
ipmi_open(bmc_unit_t *unit)
{
    return bmc_ipmi_link_make(unit->state, unit) ? BMC_OK : BMC_FAILED;
}


static void
ipmi_run(bmc_unit_t *unit, bmc_call_t *call)
{
    bmc_ipmi_job_t  *job;

    job = bmc_pcalloc(call->pool, sizeof(bmc_ipmi_job_t));

    if (job == NULL) {
        bmc_call_done(call, BMC_FAILED, "out of memory");
        return;
    }

    job->unit = unit;
    job->call = call;
    call->data = job;

    bmc_ipmi_log_tidy(bmc_ipmi_kept(unit), bmc_now());
    bmc_ipmi_verbs[call->verb](job);
}


static void
ipmi_close(bmc_unit_t *unit)
{
    bmc_ipmi_link_close(unit->state, false);
}


static void
ipmi_abort(bmc_unit_t *unit)
{
    bmc_ipmi_link_close(unit->state, true);
}


static void
ipmi_cancel(bmc_unit_t *unit, bmc_call_t *call)
{
    if (!bmc_ipmi_sol_cancel(unit->state, call)) {
        bmc_ipmi_ask_cancel(unit->state, call);
    }
}


static size_t
ipmi_write(bmc_unit_t *unit, bmc_call_t *call, const void *bytes, size_t len)
{
    return bmc_ipmi_sol_write(unit->state, bytes, len);
}


const bmc_driver_t  bmc_driver_ipmi = {
    .name = "ipmi",
    .words = bmc_ipmi_words,
    .conf_size = sizeof(bmc_ipmi_conf_t),
    .state_size = sizeof(bmc_ipmi_unit_t),
    .check = ipmi_check,
    .can = ipmi_can,
    .open = ipmi_open,
    .run = ipmi_run,
    .close = ipmi_close,
    .abort = ipmi_abort,
    .cancel = ipmi_cancel,
    .write = ipmi_write
};
