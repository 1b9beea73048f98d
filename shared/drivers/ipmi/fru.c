
/*
 * Copyright (C) the bmcgate authors
 *
 * What a machine is: device id, GUID, FRU 0, the BMC's own addresses, and
 * its parts.  A BMC that lacks one of them tells the others.
 */


#include <stdio.h>
#include <string.h>

#include "base/maker.h"
#include "drivers/ipmi/verbs.h"


#define FRU_DEVICE_ID  0x01          /* commands */
#define FRU_GUID       0x37
#define FRU_LAN        0x02

#define FRU_LAN_IP     3             /* parameters */
#define FRU_LAN_MAC    5


typedef struct {
    bmc_ipmi_parts_t  parts;         /* first: verbs.h */
    bmc_ipmi_mc_t     mc;
    bmc_ipmi_fru_t    fru;
    char              uuid[40];
    char              mac[20];
    char              address[16];
} fru_job_t;


static void fru_told_guid(bmc_ipmi_job_t *job, uint8_t code,
    const uint8_t *data, size_t len);
static void fru_found(bmc_ipmi_job_t *job, bool there);
static void fru_lan(bmc_ipmi_job_t *job, uint8_t parameter,
    bmc_ipmi_told_pt told);
static void fru_told_mac(bmc_ipmi_job_t *job, uint8_t code,
    const uint8_t *data, size_t len);
static void fru_told_address(bmc_ipmi_job_t *job, uint8_t code,
    const uint8_t *data, size_t len);
static void fru_tell(bmc_ipmi_job_t *job);


static void
fru_told_id(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    fru_job_t  *j;

    j = job->data;

    if (code != 0) {
        bmc_ipmi_refused(job, code, "device id");
        return;
    }

    if (!bmc_ipmi_mc_decode(data, len, &j->mc)) {
        bmc_ipmi_short(job, "device id");
        return;
    }

    bmc_ipmi_ask(job, BMC_IPMI_APP, FRU_GUID, NULL, 0, 0, fru_told_guid);
}


void
bmc_ipmi_inventory(bmc_ipmi_job_t *job)
{
    if (bmc_ipmi_room(job, sizeof(fru_job_t))) {
        bmc_ipmi_ask(job, BMC_IPMI_APP, FRU_DEVICE_ID, NULL, 0, 0,
            fru_told_id);
    }
}


static void
fru_told_guid(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    fru_job_t  *j;

    j = job->data;

    if (code != 0 || len < 16 || !bmc_ipmi_guid(data, j->uuid)) {
        j->uuid[0] = '\0';
    }

    bmc_ipmi_fru_read(job, 0, 0, &j->fru, fru_found);
}


static void
fru_found(bmc_ipmi_job_t *job, bool there)
{
    fru_lan(job, FRU_LAN_MAC, fru_told_mac);
}


static void
fru_lan(bmc_ipmi_job_t *job, uint8_t parameter, bmc_ipmi_told_pt told)
{
    uint8_t  data[4];

    data[0] = BMC_IPMI_THIS_CHANNEL;
    data[1] = parameter;
    data[2] = 0;
    data[3] = 0;

    bmc_ipmi_ask(job, BMC_IPMI_LAN, FRU_LAN, data, sizeof(data), 0, told);
}


static void
fru_told_mac(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    fru_job_t  *j;

    j = job->data;

    if (code == 0 && len >= 7
        && (data[1] | data[2] | data[3] | data[4] | data[5] | data[6]) != 0)
    {
        (void) snprintf(j->mac, sizeof(j->mac),
            "%02x:%02x:%02x:%02x:%02x:%02x", data[1], data[2], data[3],
            data[4], data[5], data[6]);
    }

    fru_lan(job, FRU_LAN_IP, fru_told_address);
}


static void
fru_told_address(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    fru_job_t  *j;

    j = job->data;

    if (code == 0 && len >= 5
        && (data[1] | data[2] | data[3] | data[4]) != 0)
    {
        (void) snprintf(j->address, sizeof(j->address), "%u.%u.%u.%u",
            data[1], data[2], data[3], data[4]);
    }

    bmc_ipmi_parts(job, fru_tell);
}


/* a board is often another's than the machine, and the machine nobody's */

const char *
bmc_ipmi_fru_vendor(const bmc_ipmi_fru_t *fru)
{
    const char  *word;

    word = bmc_maker_word(fru->maker);

    return word != NULL ? word : bmc_maker_word(fru->board_maker);
}


static const char *
fru_first(const char *a, const char *b)
{
    return a[0] != '\0' ? a : b;
}


static void
fru_facts(bmc_ipmi_job_t *job)
{
    fru_job_t     *j;
    bmc_answer_t  *a;

    j = job->data;
    a = &job->call->answer;

    a->vendor = bmc_ipmi_fru_vendor(&j->fru);
    a->maker = bmc_maker_product(j->mc.maker, j->mc.product);
    a->model = fru_first(j->fru.name, j->fru.board_name);
    a->serial = fru_first(j->fru.serial,
        fru_first(j->fru.chassis_serial, j->fru.board_serial));
    a->firmware = j->mc.firmware;
    a->uuid = j->uuid;

    /* the call's, so they live for as long; "" is not known */

    a->model = a->model[0] == '\0' ? NULL : a->model;
    a->serial = a->serial[0] == '\0' ? NULL : a->serial;
    a->uuid = a->uuid[0] == '\0' ? NULL : a->uuid;
    a->has |= BMC_HAS_FACTS;

    bmc_ipmi_met(job->unit, &j->mc);
    bmc_ipmi_met_product(job->unit, a->vendor, a->model);
}


/* an object nothing is in is left out */

static void
fru_add(json_t *json, const char *key, json_t *object)
{
    if (json_object_size(object) == 0) {
        json_decref(object);
        return;
    }

    (void) json_object_set_new(json, key, object);
}


static json_t *
fru_system(const fru_job_t *j)
{
    json_t  *o;

    o = json_object();
    bmc_ipmi_put(o, "manufacturer", j->fru.maker);
    bmc_ipmi_put(o, "model", j->fru.name);
    bmc_ipmi_put(o, "serial", j->fru.serial);
    bmc_ipmi_put(o, "part_number", j->fru.part);
    bmc_ipmi_put(o, "asset_tag", j->fru.asset);
    bmc_ipmi_put(o, "uuid", j->uuid);

    return o;
}


static json_t *
fru_board(const fru_job_t *j)
{
    json_t  *o;

    o = json_object();
    bmc_ipmi_put(o, "manufacturer", j->fru.board_maker);
    bmc_ipmi_put(o, "product", j->fru.board_name);
    bmc_ipmi_put(o, "serial", j->fru.board_serial);
    bmc_ipmi_put(o, "part_number", j->fru.board_part);

    return o;
}


static void
fru_tell(bmc_ipmi_job_t *job)
{
    json_t     *json, *o;
    fru_job_t  *j;

    j = job->data;
    json = json_object();

    fru_add(json, "system", fru_system(j));
    fru_add(json, "board", fru_board(j));

    o = json_object();
    bmc_ipmi_put(o, "type", bmc_ipmi_chassis_text(j->fru.chassis_type));
    bmc_ipmi_put(o, "serial", j->fru.chassis_serial);
    bmc_ipmi_put(o, "part_number", j->fru.chassis_part);
    fru_add(json, "chassis", o);

    o = json_object();
    bmc_ipmi_put(o, "version", j->mc.firmware);
    bmc_ipmi_put(o, "mac", j->mac);
    bmc_ipmi_put(o, "address", j->address);
    fru_add(json, "bmc", o);

    bmc_ipmi_parts_put(job, json);
    fru_facts(job);
    bmc_ipmi_tell(job, json);
}
