
/*
 * Copyright (C) the bmcgate authors
 *
 * What a machine is.  First what every service tells in a few answers, then
 * the BMC, then parts, an answer each: those are left out when time is
 * short.
 */


#include <string.h>

#include "base/maker.h"
#include "drivers/redfish/reads.h"
#include "drivers/redfish/unit.h"


#define INVENTORY_PARTS  256
#define INVENTORY_PSUS   64


typedef struct {
    bmc_rf_places_t  places;         /* first: reads.h */
    unsigned         rank;           /* of the interface that is told */
    bmc_rf_part_t    kind;           /* of the parts under way */
    size_t           before;         /* supplies of other chassis */
    size_t           at;             /* in a list of drives */
} inventory_job_t;


/* kept: the system, what is under way, the interface or the drives */

enum {
    INVENTORY_NOW = 1,
    INVENTORY_LIST
};


static void inventory_chassis(bmc_rf_job_t *job);
static void inventory_parts(bmc_rf_job_t *job);
static void inventory_drives(bmc_rf_job_t *job);


/* NULL: it leads nowhere, or there is no time to go there */

static const char *
inventory_link(bmc_rf_job_t *job, size_t i, const char *key)
{
    return bmc_rf_late(job) ? NULL : bmc_rf_link(job->keep[i], key);
}


static json_t *
inventory_array(bmc_rf_job_t *job, const char *key)
{
    json_t  *list;

    list = json_object_get(job->call->answer.json, key);

    if (list == NULL) {
        (void) json_object_set_new(job->call->answer.json, key,
            json_array());
        list = json_object_get(job->call->answer.json, key);
    }

    return list;
}


static void
inventory_end(bmc_rf_job_t *job)
{
    if (json_object_size(job->call->answer.json) == 0) {
        bmc_rf_end(job, BMC_UNSUPPORTED, "this BMC tells nothing of what "
            "the system is");
        return;
    }

    bmc_rf_end(job, BMC_OK, "%s", "");
}


static void
inventory_told_drive(bmc_rf_job_t *job, json_t *json)
{
    json_t  *list, *part;

    list = inventory_array(job, "parts");
    part = json_array_size(list) < INVENTORY_PARTS
           ? bmc_rf_part(json, BMC_RF_DRIVE) : NULL;

    if (part != NULL) {
        (void) json_array_append_new(list, part);
    }

    inventory_drives(job);
}


static void
inventory_drives(bmc_rf_job_t *job)
{
    json_t           *list;
    inventory_job_t  *j;

    j = job->data;
    list = job->keep[INVENTORY_LIST];

    if (j->at >= json_array_size(list) || j->at == INVENTORY_PARTS
        || bmc_rf_late(job))
    {
        inventory_end(job);
        return;
    }

    bmc_rf_try(job, json_string_value(json_array_get(list, j->at++)),
        inventory_told_drive);
}


static void
inventory_told_storage(bmc_rf_job_t *job, json_t *json)
{
    inventory_job_t  *j;

    j = job->data;
    j->at = 0;
    inventory_drives(job);
}


static void
inventory_each_storage(bmc_rf_job_t *job, json_t *json)
{
    size_t         i;
    json_t        *paths;
    const char    *path;
    const json_t  *drives;

    paths = job->keep[INVENTORY_LIST];
    drives = bmc_rf_array(json, "Drives");

    for (i = 0; i < json_array_size(drives); i++) {
        path = bmc_rf_text(json_array_get(drives, i), "@odata.id");

        if (path != NULL && json_array_size(paths) < INVENTORY_PARTS) {
            (void) json_array_append_new(paths, json_string(path));
        }
    }
}


static void
inventory_storage(bmc_rf_job_t *job)
{
    json_t  *paths;

    paths = json_array();
    bmc_rf_keep(job, INVENTORY_LIST, paths);
    json_decref(paths);

    bmc_rf_members(job, bmc_rf_link(job->keep[0], "Storage"),
        inventory_each_storage, inventory_told_storage);
}


static void
inventory_each_part(bmc_rf_job_t *job, json_t *json)
{
    json_t           *list, *part;
    inventory_job_t  *j;

    j = job->data;
    part = bmc_rf_part(json, j->kind);

    if (part == NULL) {
        return;
    }

    list = inventory_array(job, "parts");

    if (json_array_size(list) < INVENTORY_PARTS) {
        (void) json_array_append(list, part);
    }

    json_decref(part);
}


static void
inventory_told_parts(bmc_rf_job_t *job, json_t *json)
{
    inventory_job_t  *j;

    j = job->data;
    j->kind++;
    inventory_parts(job);
}


static void
inventory_parts(bmc_rf_job_t *job)
{
    inventory_job_t  *j;

    j = job->data;

    if (bmc_rf_late(job)) {
        inventory_end(job);
        return;
    }

    switch (j->kind) {

    case BMC_RF_PROCESSOR:
        bmc_rf_members(job, bmc_rf_link(job->keep[0], "Processors"),
            inventory_each_part, inventory_told_parts);
        return;

    case BMC_RF_MEMORY:
        bmc_rf_members(job, bmc_rf_link(job->keep[0], "Memory"),
            inventory_each_part, inventory_told_parts);
        return;

    case BMC_RF_DRIVE:
        inventory_storage(job);
        return;
    }
}


static void
inventory_each_interface(bmc_rf_job_t *job, json_t *json)
{
    unsigned          rank;
    inventory_job_t  *j;

    j = job->data;
    rank = bmc_rf_ethernet_rank(json, &job->unit->host->address);

    if (job->keep[INVENTORY_LIST] == NULL || rank > j->rank) {
        j->rank = rank;
        bmc_rf_keep(job, INVENTORY_LIST, json);
    }
}


static void
inventory_told_interfaces(bmc_rf_job_t *job, json_t *json)
{
    json_t  *bmc, *lan;

    bmc = json_object();
    bmc_rf_put(bmc, "version", job->call->answer.firmware);

    if (job->keep[INVENTORY_LIST] != NULL) {
        lan = bmc_rf_ethernet(job->keep[INVENTORY_LIST],
            &job->unit->host->address);
        bmc_rf_put(bmc, "mac", bmc_rf_text(lan, "mac"));
        bmc_rf_put(bmc, "address", bmc_rf_text(lan, "address"));
        json_decref(lan);
    }

    bmc_rf_put_part(job->call->answer.json, "bmc", bmc);
    inventory_parts(job);
}


static void
inventory_told_manager(bmc_rf_job_t *job, json_t *json)
{
    const char  *version;

    version = bmc_rf_text(json, "FirmwareVersion");

    if (version != NULL) {
        job->call->answer.firmware = bmc_pstrdup(job->call->pool, version);
    }

    bmc_rf_keep(job, INVENTORY_NOW, json);
    bmc_rf_members(job, inventory_link(job, INVENTORY_NOW,
        "EthernetInterfaces"), inventory_each_interface,
        inventory_told_interfaces);
}


static void
inventory_each_psu(bmc_rf_job_t *job, json_t *json)
{
    json_t  *list, *psu;

    psu = bmc_rf_psu(json);

    if (json_object_size(psu) > 0) {
        list = inventory_array(job, "psus");

        if (json_array_size(list) < INVENTORY_PSUS) {
            (void) json_array_append(list, psu);
        }
    }

    json_decref(psu);
}


static void
inventory_told_legacy(bmc_rf_job_t *job, json_t *json)
{
    size_t         i;
    const json_t  *list;

    list = bmc_rf_array(json, "PowerSupplies");

    for (i = 0; i < json_array_size(list); i++) {
        inventory_each_psu(job, json_array_get(list, i));
    }

    inventory_chassis(job);
}


static void
inventory_told_psus(bmc_rf_job_t *job, json_t *json)
{
    inventory_job_t  *j;

    j = job->data;

    if (json_array_size(json_object_get(job->call->answer.json, "psus"))
        > j->before)
    {
        inventory_chassis(job);
        return;
    }

    bmc_rf_try(job, inventory_link(job, INVENTORY_NOW, "Power"),
        inventory_told_legacy);
}


static void
inventory_told_power(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_keep(job, INVENTORY_LIST, json);
    bmc_rf_members(job, inventory_link(job, INVENTORY_LIST,
        "PowerSupplies"), inventory_each_psu, inventory_told_psus);
}


static void
inventory_told_assembly(bmc_rf_job_t *job, json_t *json)
{
    json_t  *board;

    board = bmc_rf_board(json);

    if (board != NULL) {
        bmc_rf_put_part(job->call->answer.json, "board", board);
    }

    bmc_rf_try(job, inventory_link(job, INVENTORY_NOW, "PowerSubsystem"),
        inventory_told_power);
}


static void
inventory_told_chassis(bmc_rf_job_t *job, json_t *json)
{
    json_t           *told;
    const char       *path;
    inventory_job_t  *j;

    j = job->data;
    told = job->call->answer.json;
    bmc_rf_keep(job, INVENTORY_NOW, json);
    j->before = json_array_size(json_object_get(told, "psus"));

    if (json_object_get(told, "chassis") == NULL) {
        bmc_rf_put_part(told, "chassis", bmc_rf_box(json));
    }

    path = json_object_get(told, "board") == NULL
           ? inventory_link(job, INVENTORY_NOW, "Assembly") : NULL;
    bmc_rf_try(job, path, inventory_told_assembly);
}


static void
inventory_chassis(bmc_rf_job_t *job)
{
    const char  *path;

    path = bmc_rf_late(job) ? NULL : bmc_rf_place(job);

    if (path != NULL) {
        bmc_rf_try(job, path, inventory_told_chassis);
        return;
    }

    bmc_rf_keep(job, INVENTORY_LIST, NULL);

    if (bmc_rf_tree_path(job->u, BMC_RF_MANAGER) == NULL) {
        inventory_parts(job);

    } else {
        bmc_rf_manager(job, inventory_told_manager);
    }
}


static void
inventory_fact(bmc_rf_job_t *job, const char *key, const char **fact)
{
    const char  *text;

    text = bmc_rf_text(json_object_get(job->call->answer.json, "system"),
        key);

    if (text != NULL) {
        *fact = bmc_pstrdup(job->call->pool, text);
    }
}


static void
inventory_begin(bmc_rf_job_t *job)
{
    char           uuid[40];
    json_t        *json;
    bmc_answer_t  *a;

    a = &job->call->answer;
    json = json_object();

    if (json == NULL) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    if (!bmc_rf_uuid(bmc_rf_text(job->keep[0], "UUID"),
                     bmc_rf_quirk(job, BMC_QUIRK_UUID_MIXED), uuid))
    {
        uuid[0] = '\0';
    }

    a->json = json;
    bmc_rf_put_part(json, "system", bmc_rf_machine(job->keep[0], uuid));
    bmc_rf_summaries(job->keep[0], json);

    inventory_fact(job, "manufacturer", &a->vendor);
    a->vendor = bmc_maker_word(a->vendor);

    if (job->u->service != NULL) {
        a->maker = bmc_pstrdup(job->call->pool, job->u->service);
    }

    inventory_fact(job, "model", &a->model);
    inventory_fact(job, "serial", &a->serial);
    inventory_fact(job, "uuid", &a->uuid);
    a->has |= BMC_HAS_FACTS;

    inventory_chassis(job);
}


void
bmc_rf_inventory(bmc_rf_job_t *job)
{
    if (bmc_rf_data(job, sizeof(inventory_job_t))) {
        bmc_rf_places(job, inventory_begin);
    }
}
