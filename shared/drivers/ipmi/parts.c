
/*
 * Copyright (C) the bmcgate authors
 *
 * Power supplies and other parts.  A supply is known by a FRU locator of
 * that entity, or by a sensor of its state; where a BMC has both, entity and
 * instance tell that they are one.  What else has a locator is just a part.
 */


#include <string.h>

#include "drivers/ipmi/verbs.h"


#define PARTS_READING   0x2d         /* command */

#define PARTS_SUPPLY    0x08         /* sensor type */
#define PARTS_SPECIFIC  0x6f         /* event/reading type */
#define PARTS_PRESENT   0x01         /* offset 0 */


static void parts_sensor(bmc_ipmi_job_t *job);
static void parts_fru(bmc_ipmi_job_t *job);


static bool
parts_is_state(const bmc_ipmi_sensor_t *s)
{
    return bmc_ipmi_sdr_ours(s) && s->type == PARTS_SUPPLY
           && s->event == PARTS_SPECIFIC;
}


/* not all put their supplies' sensors where supplies are */

static bmc_ipmi_part_t *
parts_find(const bmc_ipmi_parts_t *p, const bmc_ipmi_sensor_t *s)
{
    size_t            i;
    bmc_ipmi_part_t  *part;

    for (i = 0; i < p->n; i++) {
        part = &p->part[i];

        if (s->entity == BMC_IPMI_SUPPLY
            ? part->entity == s->entity && part->instance == s->instance
            : part->supply && part->id == 0 && part->record == s->record
              && part->number == s->number)
        {
            return part;
        }
    }

    return NULL;
}


static void
parts_locators(bmc_ipmi_parts_t *p, const bmc_ipmi_kept_t *kept)
{
    size_t                     i;
    bmc_ipmi_part_t           *part;
    const bmc_ipmi_locator_t  *l;

    for (i = 0; i < kept->nlocators; i++) {
        l = &kept->locator[i];

        if (l->id == 0) {
            continue;
        }

        part = &p->part[p->n++];
        part->id = l->id;
        part->lun = l->lun;
        part->entity = l->entity;
        part->instance = l->instance;
        part->supply = l->entity == BMC_IPMI_SUPPLY;
        memcpy(part->name, l->name, sizeof(part->name));
    }
}


static void
parts_states(bmc_ipmi_parts_t *p, const bmc_ipmi_kept_t *kept)
{
    size_t                    i;
    bmc_ipmi_part_t          *part;
    const bmc_ipmi_sensor_t  *s;

    for (i = 0; i < kept->nsensors; i++) {
        s = &kept->sensor[i];

        if (!parts_is_state(s) || parts_find(p, s) != NULL) {
            continue;
        }

        part = &p->part[p->n++];
        part->record = s->record;
        part->number = s->number;
        part->entity = s->entity;
        part->instance = s->instance;
        part->supply = true;
        memcpy(part->name, s->name, sizeof(part->name));
    }
}


static size_t
parts_most(const bmc_ipmi_kept_t *kept)
{
    size_t  i, n;

    n = kept->nlocators;

    for (i = 0; i < kept->nsensors; i++) {
        n += parts_is_state(&kept->sensor[i]);
    }

    return n;
}


static void
parts_loaded(bmc_ipmi_job_t *job, uint8_t code)
{
    size_t             most;
    bmc_ipmi_kept_t   *kept;
    bmc_ipmi_parts_t  *p;

    p = job->data;
    kept = bmc_ipmi_kept(job->unit);
    most = parts_most(kept);

    /* half a list would be taken for all of it */

    if (code != 0 || most == 0) {
        p->then(job);
        return;
    }

    p->part = bmc_pcalloc(job->call->pool, most * sizeof(bmc_ipmi_part_t));

    if (p->part == NULL) {
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return;
    }

    parts_locators(p, kept);
    parts_states(p, kept);
    parts_sensor(job);
}


void
bmc_ipmi_parts(bmc_ipmi_job_t *job, bmc_ipmi_verb_pt then)
{
    bmc_ipmi_parts_t  *p;

    p = job->data;
    p->then = then;

    bmc_ipmi_sdr_try(job, parts_loaded);
}


static void
parts_take(bmc_ipmi_part_t *part, const bmc_ipmi_sensor_t *s,
    const bmc_sensor_t *out)
{
    bmc_health_t  health;

    health = out->state == BMC_SENSOR_OK ? BMC_HEALTH_OK
             : out->state == BMC_SENSOR_WARNING ? BMC_HEALTH_WARNING
             : BMC_HEALTH_CRITICAL;

    part->told = true;
    part->health = health > part->health ? health : part->health;

    if (out->discrete & PARTS_PRESENT) {
        part->present = true;

    } else if (s->presence) {
        part->absent = true;
    }
}


static void
parts_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    bmc_sensor_t              out;
    bmc_ipmi_part_t          *part;
    bmc_ipmi_parts_t         *p;
    const bmc_ipmi_sensor_t  *s;

    p = job->data;
    s = &bmc_ipmi_kept(job->unit)->sensor[p->at++];
    part = parts_find(p, s);

    if (code == 0 && part != NULL && bmc_ipmi_sensor_read(s, data, len, &out)
        && out.state != BMC_SENSOR_UNKNOWN)
    {
        parts_take(part, s, &out);
    }

    parts_sensor(job);
}


static void
parts_sensor(bmc_ipmi_job_t *job)
{
    bmc_ipmi_kept_t          *kept;
    bmc_ipmi_parts_t         *p;
    const bmc_ipmi_sensor_t  *s;

    p = job->data;
    kept = bmc_ipmi_kept(job->unit);

    for ( /* void */ ; p->at < kept->nsensors; p->at++) {
        s = &kept->sensor[p->at];

        if (parts_is_state(s) && !bmc_ipmi_late(job)) {
            bmc_ipmi_ask_lun(job, s->lun, BMC_IPMI_SENSOR, PARTS_READING,
                &s->number, 1, 0, parts_told);
            return;
        }
    }

    p->at = 0;
    parts_fru(job);
}


static void
parts_found(bmc_ipmi_job_t *job, bool there)
{
    bmc_ipmi_part_t   *part;
    bmc_ipmi_parts_t  *p;

    p = job->data;
    part = &p->part[p->at++];
    part->asked = true;
    part->there = there;

    parts_fru(job);
}


static void
parts_fru(bmc_ipmi_job_t *job)
{
    bmc_ipmi_part_t   *part;
    bmc_ipmi_parts_t  *p;

    p = job->data;

    for ( /* void */ ; p->at < p->n && !bmc_ipmi_late(job); p->at++) {
        part = &p->part[p->at];

        if (part->id != 0) {
            bmc_ipmi_fru_read(job, part->id, part->lun, &part->fru,
                parts_found);
            return;
        }
    }

    p->then(job);
}


static const char *
parts_text(const char *product, const char *board)
{
    return product[0] != '\0' ? product : board;
}


/* an empty bay is neither well nor ill */

static void
parts_state(json_t *json, const bmc_ipmi_part_t *part)
{
    if (part->present || part->absent) {
        bmc_ipmi_put(json, "state", part->present ? "present" : "absent");
    }

    if (part->present || !part->absent || part->health != BMC_HEALTH_OK) {
        bmc_ipmi_put(json, "health", bmc_health_name(part->health));
    }
}


static json_t *
parts_one(const bmc_ipmi_part_t *part)
{
    json_t                *o;
    const bmc_ipmi_fru_t  *f;

    o = json_object();
    f = &part->fru;

    bmc_ipmi_put(o, "name", part->name);
    bmc_ipmi_put(o, "manufacturer", parts_text(f->maker, f->board_maker));
    bmc_ipmi_put(o, "model", parts_text(f->name, f->board_name));
    bmc_ipmi_put(o, "serial", parts_text(f->serial, f->board_serial));
    bmc_ipmi_put(o, "part_number", parts_text(f->part, f->board_part));

    if (part->supply && f->capacity != 0) {
        (void) json_object_set_new(o, "watts", json_integer(f->capacity));
    }

    if (part->told) {
        parts_state(o, part);
    }

    return o;
}


static void
parts_list(const bmc_ipmi_parts_t *p, bool supplies, const char *key,
    json_t *json)
{
    size_t                  i;
    json_t                 *list;
    const bmc_ipmi_part_t  *part;

    list = json_array();

    for (i = 0; i < p->n; i++) {
        part = &p->part[i];

        /* most slots are empty, which BMCs say when they are asked */

        if (part->supply == supplies
            && (!part->asked || part->there || part->told))
        {
            (void) json_array_append_new(list, parts_one(part));
        }
    }

    if (json_array_size(list) > 0) {
        (void) json_object_set(json, key, list);
    }

    json_decref(list);
}


void
bmc_ipmi_parts_put(const bmc_ipmi_job_t *job, json_t *json)
{
    const bmc_ipmi_parts_t  *p;

    p = job->data;

    parts_list(p, true, "psus", json);
    parts_list(p, false, "parts", json);
}
