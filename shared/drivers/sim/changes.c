
/*
 * Copyright (C) the bmcgate authors
 *
 * What a simulated BMC does when it is told to.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/sim/sim.h"


typedef bmc_rc_t (*changes_pt)(bmc_sim_ask_t *ask);


static bmc_rc_t
changes_say(bmc_sim_ask_t *ask, const char *refusal)
{
    ask->text = refusal;

    return refusal == NULL ? BMC_OK : BMC_REFUSED;
}


static bmc_rc_t
changes_power(bmc_sim_ask_t *ask)
{
    bmc_sim_times_t  times;

    times.delay = ask->conf->power_delay;
    times.shutdown = ask->conf->shutdown_time;
    times.gap = ask->conf->cycle_gap;
    times.deaf = (ask->faults->bits & BMC_SIM_NO_ACPI) != 0;

    return changes_say(ask, bmc_sim_power(ask->store, ask->m, ask->d,
                                          ask->call->verb, &times,
                                          ask->now));
}


static bool
changes_flag(const bmc_call_t *call, const char *name)
{
    const char  *value;

    value = bmc_call_arg(call, name);

    return value != NULL && bmc_sim_true(value);
}


static bmc_rc_t
changes_boot(bmc_sim_ask_t *ask)
{
    const char      *device, *mode;
    bmc_sim_data_t  *d;

    d = ask->d;
    device = bmc_call_arg(ask->call, "device");
    mode = bmc_call_arg(ask->call, "mode");

    d->boot = bmc_sim_boot_find(device == NULL ? "none" : device);
    d->boot_persistent = d->boot != 0
                         && changes_flag(ask->call, "persistent");

    if (d->boot == 0 || mode == NULL) {
        d->boot_efi = 0;

    } else {
        d->boot_efi = strcmp(mode, "uefi") == 0 ? 2 : 1;
    }

    return BMC_OK;
}


static bmc_rc_t
changes_identify(bmc_sim_ask_t *ask)
{
    const char      *seconds;
    bmc_sim_data_t  *d;

    d = ask->d;
    seconds = bmc_call_arg(ask->call, "seconds");

    if (!changes_flag(ask->call, "state")) {
        d->led = BMC_LED_OFF;

    } else if (seconds != NULL) {
        d->led = BMC_LED_TIMED;
        d->led_until = ask->now + strtol(seconds, NULL, 10) * 1000;

    } else {
        d->led = BMC_LED_ON;
    }

    return BMC_OK;
}


static bmc_rc_t
changes_clear(bmc_sim_ask_t *ask)
{
    ask->d->log_first = ask->d->log_next;

    return BMC_OK;
}


/* a warm start takes a third of the time */

static bmc_rc_t
changes_reset(bmc_sim_ask_t *ask)
{
    int64_t      ms;
    const char  *kind;

    kind = bmc_call_arg(ask->call, "kind");
    ms = ask->conf->bmc_boot;

    if (kind != NULL && strcmp(kind, "warm") == 0) {
        ms /= 3;
    }

    bmc_sim_bmc_reset(ask->d, ask->now + ms);

    return BMC_OK;
}


static bmc_rc_t
changes_user(bmc_sim_ask_t *ask)
{
    const char         *name, *refusal;
    bmc_sim_room_t     *room;
    bmc_sim_account_t   a;

    room = bmc_sim_room(ask->store, ask->m, ask->d);
    name = bmc_call_arg(ask->call, "name");

    if (room == NULL || name == NULL) {
        return changes_say(ask, "the BMC has no room for users");
    }

    if (ask->call->verb == BMC_USERS_DELETE) {
        refusal = bmc_sim_user_delete(room, ask->d, name);

    } else {
        a.name = name;
        a.password = bmc_call_arg(ask->call, "password");
        a.role = bmc_call_arg(ask->call, "role");
        a.enabled = bmc_call_arg(ask->call, "enabled");
        a.id = bmc_call_arg(ask->call, "id");

        refusal = bmc_sim_user_set(room, ask->d, &a);
    }

    return changes_say(ask, refusal);
}


static bmc_rc_t
changes_insert(bmc_sim_ask_t *ask)
{
    bool             writable;
    const char      *image;
    bmc_sim_room_t  *room;

    room = bmc_sim_room(ask->store, ask->m, ask->d);
    image = bmc_call_arg(ask->call, "image");

    if (room == NULL || image == NULL) {
        return changes_say(ask, "the BMC has no room for media");
    }

    writable = bmc_call_arg(ask->call, "write_protected") != NULL
               && !changes_flag(ask->call, "write_protected");

    return changes_say(ask, bmc_sim_media_insert(room, ask->d, image,
                       bmc_call_arg(ask->call, "device"), writable));
}


static bmc_rc_t
changes_eject(bmc_sim_ask_t *ask)
{
    bmc_sim_room_t  *room;

    room = bmc_sim_room(ask->store, ask->m, ask->d);

    return changes_say(ask, room == NULL ? "the BMC has no room for media"
                       : bmc_sim_media_eject(room, ask->d,
                                  bmc_call_arg(ask->call, "device")));
}


static const changes_pt  changes_verbs[BMC_VERB_MAX] = {
    [BMC_POWER_ON] = changes_power,
    [BMC_POWER_OFF] = changes_power,
    [BMC_POWER_FORCE_OFF] = changes_power,
    [BMC_POWER_CYCLE] = changes_power,
    [BMC_POWER_RESET] = changes_power,
    [BMC_POWER_NMI] = changes_power,
    [BMC_BOOT_SET] = changes_boot,
    [BMC_IDENTIFY_SET] = changes_identify,
    [BMC_LOG_CLEAR] = changes_clear,
    [BMC_BMC_RESET] = changes_reset,
    [BMC_USERS_SET] = changes_user,
    [BMC_USERS_DELETE] = changes_user,
    [BMC_RAW] = bmc_sim_raw,
    [BMC_MEDIA_INSERT] = changes_insert,
    [BMC_MEDIA_EJECT] = changes_eject
};


bmc_rc_t
bmc_sim_change(bmc_sim_ask_t *ask)
{
    changes_pt  change;

    change = changes_verbs[ask->call->verb];

    return change == NULL ? BMC_UNSUPPORTED : change(ask);
}


static bool
changes_secret(bmc_verb_t verb, const char *name)
{
    const bmc_arg_info_t  *a;

    a = bmc_verb_info(verb)->args;

    for ( /* void */ ; a != NULL && a->name != NULL; a++) {
        if (strcmp(a->name, name) == 0) {
            return a->type == BMC_ARG_SECRET;
        }
    }

    return false;
}


/* which change it was, for whoever counts them */

void
bmc_sim_tag(const bmc_call_t *call, char *tag, size_t size)
{
    int     n;
    size_t  i, len;

    tag[0] = '\0';
    len = 0;

    for (i = 0; i < call->nargs && len < size; i++) {
        if (changes_secret(call->verb, call->args[i].name)) {
            continue;
        }

        n = snprintf(tag + len, size - len, "%s%s=%s", len == 0 ? "" : " ",
                     call->args[i].name, call->args[i].value);

        len += n < 0 ? 0 : (size_t) n;
    }
}
