
/*
 * Copyright (C) the bmcgate authors
 *
 * A host in the shape of "metalctl bmc describe".
 */


#include <string.h>

#include "ctl/ctl.h"
#include "ctl/out.h"


#define DESCRIBE_VERBS  4


static const bmc_verb_t  describe_verbs[DESCRIBE_VERBS] = {
    BMC_POWER_STATUS, BMC_INVENTORY_READ, BMC_POWER_READING, BMC_IDENTIFY_GET
};


/* from one tree's "system.model" to another's key; what is not there is not */

typedef struct {
    const char  *block;
    const char  *key;
    const char  *from_block;
    const char  *from_key;
} describe_map_t;


static const describe_map_t  describe_facts[] = {
    { "bios", "date", "bios", "date" },
    { "bios", "vendor", "bios", "vendor" },
    { "bios", "version", "bios", "version" },
    { "board", "board_mfg", "board", "manufacturer" },
    { "board", "board_part_number", "board", "part_number" },
    { "board", "board_serial", "board", "serial" },
    { "board", "chassis_part_number", "chassis", "part_number" },
    { "board", "chassis_part_serial", "chassis", "serial" },
    { "board", "product_manufacturer", "system", "manufacturer" },
    { "board", "product_name", "system", "model" },
    { "board", "product_part_number", "system", "part_number" },
    { "board", "product_serial", "system", "serial" },
    { "bmc", "version", "bmc", "version" },
    { NULL, NULL, NULL, NULL }
};


static void
describe_copy(json_t *to, const describe_map_t *map, const json_t *from)
{
    json_t  *block, *value;

    for ( /* void */ ; map->block != NULL; map++) {
        value = json_object_get(json_object_get(from, map->from_block),
                                map->from_key);

        if (value == NULL) {
            continue;
        }

        block = json_object_get(to, map->block);

        if (block == NULL) {
            block = json_object();
            (void) json_object_set_new(to, map->block, block);
        }

        (void) json_object_set(block, map->key, value);
    }
}


/* ipmi: { user: metal }; a password is never known here */

static void
describe_drivers(json_t *row, const bmc_hostconf_t *h)
{
    size_t       i;
    json_t      *block;
    const char  *driver;

    for (i = 0; (driver = bmc_host_driver(h, i)) != NULL; i++) {
        if (bmc_host_user(h)[0] != '\0') {
            block = json_object();
            bmc_row_text(block, "user", bmc_host_user(h));
            (void) json_object_set_new(row, driver, block);
        }
    }
}


static void
describe_number(json_t *to, const char *key, const json_t *from,
    const char *from_key, double scale)
{
    double   v;
    json_t  *value;

    value = json_object_get(from, from_key);

    if (!json_is_number(value)) {
        return;
    }

    v = json_number_value(value) / scale;

    (void) json_object_set_new(to, key,
                               v == (double) (json_int_t) v
                               ? json_integer((json_int_t) v) : json_real(v));
}


static void
describe_watts(json_t *row, const json_t *reading)
{
    json_t  *block;

    block = json_object();
    describe_number(block, "averageconsumedwatts", reading, "average", 1);
    describe_number(block, "currentconsumedwatts", reading, "watts", 1);
    describe_number(block, "intervalinmin", reading, "interval", 60);
    describe_number(block, "maxconsumedwatts", reading, "max", 1);
    describe_number(block, "minconsumedwatts", reading, "min", 1);

    if (json_object_size(block) > 0) {
        (void) json_object_set(row, "powermetric", block);
    }

    json_decref(block);
}


static const char *
describe_health(const char *health)
{
    if (strcmp(health, "ok") == 0) {
        return "OK";
    }

    if (strcmp(health, "warning") == 0) {
        return "Warning";
    }

    return strcmp(health, "critical") == 0 ? "Critical" : health;
}


static void
describe_supplies(json_t *row, const json_t *inventory)
{
    size_t       i;
    json_t      *psu, *list, *status, *entry;
    const char  *health;

    list = json_array();

    json_array_foreach(json_object_get(inventory, "psus"), i, psu) {
        entry = json_object();
        status = json_object();
        health = json_string_value(json_object_get(psu, "health"));

        bmc_row_text(status, "health",
                     health == NULL ? NULL : describe_health(health));
        bmc_row_text(status, "state",
                     json_string_value(json_object_get(psu, "state")));
        bmc_row_text(entry, "name",
                     json_string_value(json_object_get(psu, "name")));
        (void) json_object_set_new(entry, "status", status);
        (void) json_array_append_new(list, entry);
    }

    if (json_array_size(list) > 0) {
        (void) json_object_set(row, "powersupplies", list);
    }

    json_decref(list);
}


static void
describe_led(json_t *row, const json_t *identify)
{
    json_t      *led;
    const char  *state;

    state = json_string_value(json_object_get(identify, "identify"));

    if (state == NULL) {
        return;
    }

    led = json_object();
    bmc_row_text(led, "value",
                 strcmp(state, "off") == 0 ? "LED-OFF" : "LED-ON");
    (void) json_object_set_new(row, "ledstate", led);
}


static void
describe_state(json_t *row, const char *state)
{
    size_t  i;

    static const char *const  names[][2] = {
        { "on", "ON" }, { "off", "OFF" }, { "unknown", "UNKNOWN" }
    };

    for (i = 0; state != NULL && i < 3; i++) {
        if (strcmp(state, names[i][0]) == 0) {
            bmc_row_text(row, "powerstate", names[i][1]);
        }
    }
}


static void
describe_power(json_t *row, const json_t *power)
{
    size_t  i;

    static const char *const  keys[] = { "age", "since", "reachable" };

    describe_state(row, json_string_value(json_object_get(power, "power")));

    for (i = 0; i < 3; i++) {
        (void) json_object_set(row, keys[i], json_object_get(power, keys[i]));
    }
}


/* … and whose login is refused, and what another protocol says of power */

static void
describe_protocols(json_t *row, const bmc_ctl_t *c, const bmc_hostconf_t *h)
{
    size_t       i;
    json_t      *list, *other;
    bmc_view_t   v;
    const char  *driver;

    (void) bmc_view(c->core, h, &v);
    list = json_array();

    for (i = 0; (driver = bmc_host_driver(h, i)) != NULL; i++) {
        if (v.refused & 1u << i) {
            (void) json_array_append_new(list, json_string(driver));
        }
    }

    if (json_array_size(list) > 0) {
        (void) json_object_set(row, "refused", list);
    }

    json_decref(list);

    if (v.power_other_at == 0) {
        return;
    }

    other = json_object();
    bmc_row_text(other, "protocol", v.driver_other);
    describe_state(other, bmc_power_name((bmc_power_t) v.power_other));
    (void) json_object_set_new(other, "age",
        json_real((double) ((bmc_now() - v.power_other_at) / 100) / 10));
    (void) json_object_set_new(row, "other", other);
}


static json_t *
describe_row(const bmc_ctl_t *c, const bmc_hostconf_t *h,
    const bmc_job_t *job)
{
    json_t      *row, *host, *inventory;
    const char  *vendor;

    row = json_object();
    host = bmc_row_host(c, h);
    inventory = job[1].row;
    vendor = json_string_value(json_object_get(host, "vendor"));

    if (vendor == NULL) {
        vendor = json_string_value(json_object_get(
                     json_object_get(inventory, "system"), "manufacturer"));
    }

    bmc_row_text(row, "name", bmc_host_name(h));
    bmc_row_text(row, "mac", bmc_host_mac(h));
    bmc_row_text(row, "address", bmc_host_address(h));
    bmc_row_text(row, "vendor", vendor);
    bmc_row_text(row, "protocol",
                 json_string_value(json_object_get(host, "driver")));
    bmc_row_text(row, "machine_id",
                 json_string_value(json_object_get(host, "uuid")));

    describe_copy(row, describe_facts, inventory);
    describe_drivers(row, h);
    describe_watts(row, job[2].row);
    describe_supplies(row, inventory);
    describe_led(row, job[3].row);
    describe_power(row, json_object_get(job[0].row, "power") != NULL
                        ? job[0].row : host);
    describe_protocols(row, c, h);

    json_decref(host);

    return row;
}


/* each failure once, though it met four questions; none for what it lacks */

static int
describe_status(bmc_batch_t *r)
{
    size_t      i, j;
    bmc_job_t  *job;

    for (i = 0; i < r->njobs; i++) {
        job = &r->job[i];

        if (job->ended && job->rc == BMC_UNSUPPORTED) {
            job->rc = BMC_OK;
            continue;
        }

        for (j = i - i % DESCRIBE_VERBS; j < i; j++) {
            if (job->ended && job->rc != BMC_OK && r->job[j].rc == job->rc) {
                job->rc = BMC_OK;
            }
        }
    }

    return bmc_batch_status(r, true);
}


static bool
describe_put(const bmc_ctl_t *c, json_t *rows)
{
    size_t   i;
    json_t  *row;

    if (c->out == BMC_OUT_NAME) {
        return bmc_out_rows(c->out, rows, NULL, "name");
    }

    if (c->out == BMC_OUT_JSON) {
        return bmc_out_json(rows, false);
    }

    json_array_foreach(rows, i, row) {
        if (!bmc_ctl_put("---\n", 4) || !bmc_out_yaml(row)) {
            return false;
        }
    }

    return true;
}


int
bmc_do_describe(bmc_ctl_t *c)
{
    int          status;
    size_t       i;
    json_t      *rows;
    bmc_batch_t  batch;

    if (!bmc_batch_init(&batch, c, c->nhosts * DESCRIBE_VERBS)) {
        return BMC_FAILED;
    }

    for (i = 0; i < batch.njobs; i++) {
        batch.job[i].host = c->host[i / DESCRIBE_VERBS];
        batch.job[i].verb = describe_verbs[i % DESCRIBE_VERBS];
    }

    bmc_batch_reads(&batch);
    rows = json_array();

    for (i = 0; i < c->nhosts && c->signo == 0; i++) {
        (void) json_array_append_new(rows,
                            describe_row(c, c->host[i],
                                         &batch.job[i * DESCRIBE_VERBS]));
    }

    status = describe_put(c, rows) ? BMC_OK : BMC_FAILED;
    (void) bmc_ctl_flush();
    json_decref(rows);

    if (status == BMC_OK) {
        status = describe_status(&batch);
    }

    bmc_batch_free(&batch);

    return status;
}
