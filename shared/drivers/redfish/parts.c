
/*
 * Copyright (C) the bmcgate authors
 *
 * What a machine is made of: gate/shapes.md, inventory.read.
 */


#include <string.h>

#include "drivers/redfish/reads.h"


typedef struct {
    const char  *ours;
    const char  *theirs;
} parts_word_t;


static const parts_word_t  parts_words[] = {
    { "manufacturer", "Manufacturer" },
    { "model", "Model" },
    { "serial", "SerialNumber" },
    { "part_number", "PartNumber" }
};


static const parts_word_t  parts_machine[] = {
    { "manufacturer", "Manufacturer" },
    { "model", "Model" },
    { "serial", "SerialNumber" },
    { "part_number", "PartNumber" },
    { "sku", "SKU" },
    { "asset_tag", "AssetTag" }
};


static const parts_word_t  parts_box[] = {
    { "type", "ChassisType" },
    { "serial", "SerialNumber" },
    { "part_number", "PartNumber" }
};


/* what names a part, best first; a name may be the same for all */

static const char *const  parts_names[][4] = {
    [BMC_RF_PROCESSOR] = { "Socket", "Name", "Id", NULL },
    [BMC_RF_MEMORY] = { "DeviceLocator", "Name", "Id", NULL },
    [BMC_RF_DRIVE] = { "Name", "Id", NULL, NULL }
};


#define parts_count(table)  (sizeof(table) / sizeof((table)[0]))


static void
parts_text(json_t *o, const char *key, const char *text)
{
    char  cut[128];

    if (text != NULL) {
        bmc_rf_cut(cut, sizeof(cut), text);
        bmc_rf_put(o, key, cut);
    }
}


static void
parts_put(json_t *o, const parts_word_t *w, size_t n, const json_t *json)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        parts_text(o, w[i].ours, bmc_rf_text(json, w[i].theirs));
    }
}


/* an empty bay is neither well nor ill, and holds nothing */

json_t *
bmc_rf_psu(const json_t *supply)
{
    bool          absent;
    double        watts;
    json_t       *o;
    const char   *name;
    bmc_health_t  health;

    o = json_object();
    name = bmc_rf_text(supply, "Name");
    absent = bmc_rf_state_is(supply, "Absent");
    health = bmc_rf_health(supply);

    parts_text(o, "name", name != NULL ? name
                                       : bmc_rf_text(supply, "MemberId"));

    if (bmc_rf_text(bmc_rf_object(supply, "Status"), "State") != NULL) {
        bmc_rf_put(o, "state", absent ? "absent" : "present");
    }

    if (absent) {
        return o;
    }

    if (health != BMC_HEALTH_UNKNOWN) {
        bmc_rf_put(o, "health", bmc_health_name(health));
    }

    if (bmc_rf_number(supply, "PowerCapacityWatts", &watts) && watts > 0) {
        bmc_rf_put_number(o, "watts", watts);
    }

    parts_put(o, parts_words, parts_count(parts_words), supply);

    return o;
}


json_t *
bmc_rf_part(const json_t *json, bmc_rf_part_t kind)
{
    size_t       i;
    json_t      *o;
    const char  *name;

    if (bmc_rf_state_is(json, "Absent")) {
        return NULL;
    }

    o = json_object();
    parts_put(o, parts_words, parts_count(parts_words), json);

    if (json_object_size(o) == 0) {
        json_decref(o);
        return NULL;
    }

    for (i = 0; parts_names[kind][i] != NULL; i++) {
        name = bmc_rf_text(json, parts_names[kind][i]);
        parts_text(o, "name", name);

        if (json_object_get(o, "name") != NULL) {
            break;
        }
    }

    return o;
}


json_t *
bmc_rf_board(const json_t *assembly)
{
    size_t         i;
    json_t        *o;
    const char    *text;
    const json_t  *list, *one;

    one = NULL;
    list = bmc_rf_array(assembly, "Assemblies");

    for (i = 0; i < json_array_size(list); i++) {
        one = json_array_get(list, i);

        if (bmc_rf_is(one, "PhysicalContext", "SystemBoard")) {
            break;
        }
    }

    if (i >= json_array_size(list)) {
        return NULL;
    }

    o = json_object();
    text = bmc_rf_text(one, "Vendor");
    parts_text(o, "manufacturer",
        text != NULL ? text : bmc_rf_text(one, "Producer"));
    text = bmc_rf_text(one, "Model");
    parts_text(o, "product", text != NULL ? text : bmc_rf_text(one, "Name"));
    parts_text(o, "serial", bmc_rf_text(one, "SerialNumber"));
    parts_text(o, "part_number", bmc_rf_text(one, "PartNumber"));

    return o;
}


json_t *
bmc_rf_machine(const json_t *system, const char *uuid)
{
    json_t  *o;

    o = json_object();
    parts_put(o, parts_machine, parts_count(parts_machine), system);
    bmc_rf_put(o, "uuid", uuid);

    return o;
}


json_t *
bmc_rf_box(const json_t *chassis)
{
    json_t  *o;

    o = json_object();
    parts_put(o, parts_box, parts_count(parts_box), chassis);

    return o;
}


void
bmc_rf_summaries(const json_t *system, json_t *json)
{
    double         x;
    json_t        *o;
    const json_t  *summary;

    o = json_object();
    parts_text(o, "version", bmc_rf_text(system, "BiosVersion"));
    bmc_rf_put_part(json, "bios", o);

    o = json_object();
    summary = bmc_rf_object(system, "ProcessorSummary");

    if (bmc_rf_number(summary, "Count", &x) && x > 0) {
        bmc_rf_put_number(o, "count", x);
    }

    parts_text(o, "model", bmc_rf_text(summary, "Model"));
    bmc_rf_put_part(json, "processors", o);

    o = json_object();
    summary = bmc_rf_object(system, "MemorySummary");

    if (bmc_rf_number(summary, "TotalSystemMemoryGiB", &x) && x > 0) {
        bmc_rf_put_number(o, "gib", x);
    }

    bmc_rf_put_part(json, "memory", o);
}
