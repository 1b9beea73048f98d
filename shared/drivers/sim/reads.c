
/*
 * Copyright (C) the bmcgate authors
 *
 * What a simulated BMC tells.
 */


#include <arpa/inet.h>
#include <string.h>

#include "drivers/sim/sim.h"


typedef bmc_rc_t (*reads_pt)(bmc_sim_ask_t *ask);


bmc_power_t
bmc_sim_shown_power(const bmc_sim_ask_t *ask)
{
    bool  on;

    on = ask->d->power == BMC_POWER_IS_ON;

    if (ask->faults->bits & BMC_SIM_LIES) {
        on = !on;
    }

    return on ? BMC_POWER_IS_ON : BMC_POWER_IS_OFF;
}


static bmc_rc_t
reads_json(bmc_sim_ask_t *ask, json_t *json)
{
    if (json == NULL) {
        ask->text = "out of memory";
        return BMC_FAILED;
    }

    ask->call->answer.json = json;

    return BMC_OK;
}


static void
reads_facts(bmc_sim_ask_t *ask)
{
    bmc_answer_t   *a;
    bmc_sim_fru_t   fru;

    a = &ask->call->answer;

    bmc_sim_fru(ask->m->name, &fru);

    a->vendor = BMC_SIM_VENDOR;
    a->model = BMC_SIM_MODEL;
    a->firmware = BMC_SIM_FIRMWARE;
    a->serial = bmc_pstrdup(ask->call->pool, fru.serial);
    a->uuid = bmc_pstrdup(ask->call->pool, fru.uuid);
    a->has |= BMC_HAS_FACTS;
}


static void
reads_watts(bmc_sim_ask_t *ask)
{
    ask->call->answer.watts = bmc_sim_watts(ask->m, ask->d, ask->now);
    ask->call->answer.has |= BMC_HAS_WATTS;
}


static void
reads_health(bmc_sim_ask_t *ask, bmc_sensor_t *sensors)
{
    bmc_answer_t  *a;

    a = &ask->call->answer;

    a->health = bmc_sim_sensors(ask->m, ask->d, ask->now, ask->d->hot,
                                sensors, (size_t) ask->conf->sensors);
    a->has |= BMC_HAS_HEALTH;
}


static bmc_rc_t
reads_power(bmc_sim_ask_t *ask)
{
    bmc_answer_t    *a;
    bmc_sim_unit_t  *u;

    a = &ask->call->answer;
    u = ask->unit->state;

    a->power = bmc_sim_shown_power(ask);
    a->led = ask->d->led;
    a->has |= BMC_HAS_POWER|BMC_HAS_LED;

    reads_watts(ask);
    reads_health(ask, NULL);

    if (!u->told) {
        reads_facts(ask);
        u->told = true;
    }

    return BMC_OK;
}


static bmc_rc_t
reads_reading(bmc_sim_ask_t *ask)
{
    reads_watts(ask);

    return reads_json(ask, bmc_sim_watts_json(ask->m, ask->d, ask->now));
}


static bmc_rc_t
reads_boot(bmc_sim_ask_t *ask)
{
    json_t                *json;
    bmc_answer_t          *a;
    const bmc_sim_data_t  *d;

    a = &ask->call->answer;
    d = ask->d;

    a->boot = bmc_sim_boot_names[d->boot];
    a->boot_persistent = d->boot_persistent;
    a->boot_efi = d->boot_efi;
    a->has |= BMC_HAS_BOOT;

    json = json_pack("{s:s, s:b}", "device", a->boot,
                     "persistent", (int) d->boot_persistent);

    if (d->boot_efi != 0) {
        (void) json_object_set_new(json, "mode",
            json_string(d->boot_efi == 2 ? "uefi" : "legacy"));
    }

    return reads_json(ask, json);
}


static bmc_rc_t
reads_identify(bmc_sim_ask_t *ask)
{
    json_t                *json;
    const bmc_sim_data_t  *d;

    d = ask->d;

    ask->call->answer.led = d->led;
    ask->call->answer.has |= BMC_HAS_LED;

    json = json_pack("{s:s}", "identify",
                     bmc_led_name((bmc_led_t) d->led));

    if (d->led == BMC_LED_TIMED) {
        (void) json_object_set_new(json, "seconds",
            json_integer((d->led_until - ask->now + 999) / 1000));
    }

    return reads_json(ask, json);
}


static bmc_rc_t
reads_sensors(bmc_sim_ask_t *ask)
{
    size_t         n;
    bmc_answer_t  *a;

    a = &ask->call->answer;
    n = (size_t) ask->conf->sensors;
    a->sensors = bmc_palloc(ask->call->pool, n * sizeof(bmc_sensor_t));

    if (a->sensors == NULL) {
        ask->text = "out of memory";
        return BMC_FAILED;
    }

    reads_health(ask, a->sensors);
    reads_watts(ask);
    a->nsensors = n;
    a->has |= BMC_HAS_SENSORS;

    return BMC_OK;
}


static bmc_rc_t
reads_log(bmc_sim_ask_t *ask)
{
    bmc_sim_room_t  *room;

    room = bmc_sim_room(ask->store, ask->m, ask->d);

    if (room == NULL) {
        ask->text = "the disk under the simulated BMC is full";
        return BMC_REFUSED;
    }

    return reads_json(ask, bmc_sim_log_json(room, ask->d));
}


static const char *
reads_address(const bmc_hostconf_t *host)
{
    struct in6_addr  addr;
    const char      *a;

    if (host->address.count == 0) {
        return NULL;
    }

    a = host->address.word[0];

    if (inet_pton(AF_INET, a, &addr) != 1
        && inet_pton(AF_INET6, a, &addr) != 1)
    {
        return NULL;
    }

    return a;
}


static bmc_rc_t
reads_inventory(bmc_sim_ask_t *ask)
{
    const bmc_hostconf_t  *host;

    host = ask->unit->host;
    reads_facts(ask);

    return reads_json(ask, bmc_sim_fru_json(ask->m->name, host->mac,
                                            reads_address(host)));
}


static bmc_rc_t
reads_bmc(bmc_sim_ask_t *ask)
{
    bmc_sim_fru_t  fru;

    reads_facts(ask);
    bmc_sim_fru(ask->m->name, &fru);

    return reads_json(ask, json_pack("{s:s, s:s, s:s, s:i, s:s, s:o}",
        "firmware", BMC_SIM_FIRMWARE, "ipmi", "2.0",
        "manufacturer", BMC_SIM_VENDOR, "device_id", 32, "guid", fru.uuid,
        "sim", bmc_sim_counters_json(ask->store, ask->d)));
}


static bmc_rc_t
reads_lan(bmc_sim_ask_t *ask)
{
    json_t                *json;
    const char            *address;
    bmc_sim_fru_t          fru;
    const bmc_hostconf_t  *host;

    host = ask->unit->host;
    address = reads_address(host);
    bmc_sim_fru(ask->m->name, &fru);

    json = json_pack("{s:s, s:s}", "mac",
                     host->mac == NULL ? fru.mac : host->mac,
                     "source", "static");

    if (address != NULL) {
        (void) json_object_set_new(json, "address", json_string(address));
    }

    return reads_json(ask, json);
}


static bmc_rc_t
reads_users(bmc_sim_ask_t *ask)
{
    bmc_sim_room_t  *room;

    room = bmc_sim_room(ask->store, ask->m, ask->d);

    if (room == NULL) {
        ask->text = "the disk under the simulated BMC is full";
        return BMC_REFUSED;
    }

    return reads_json(ask, bmc_sim_users_json(room->user[ask->d->users]));
}


static bmc_rc_t
reads_media(bmc_sim_ask_t *ask)
{
    bmc_sim_room_t  *room;

    room = bmc_sim_room(ask->store, ask->m, ask->d);

    if (room == NULL) {
        ask->text = "the disk under the simulated BMC is full";
        return BMC_REFUSED;
    }

    return reads_json(ask, bmc_sim_media_json(room->media[ask->d->media]));
}


static const reads_pt  reads_verbs[BMC_VERB_MAX] = {
    [BMC_POWER_STATUS] = reads_power,
    [BMC_POWER_READING] = reads_reading,
    [BMC_BOOT_GET] = reads_boot,
    [BMC_IDENTIFY_GET] = reads_identify,
    [BMC_SENSORS_READ] = reads_sensors,
    [BMC_LOG_READ] = reads_log,
    [BMC_INVENTORY_READ] = reads_inventory,
    [BMC_BMC_READ] = reads_bmc,
    [BMC_LAN_READ] = reads_lan,
    [BMC_USERS_LIST] = reads_users,
    [BMC_MEDIA_LIST] = reads_media
};


bmc_rc_t
bmc_sim_read(bmc_sim_ask_t *ask)
{
    reads_pt  read;

    read = reads_verbs[ask->call->verb];

    return read == NULL ? BMC_UNSUPPORTED : read(ask);
}
