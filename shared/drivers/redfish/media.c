
/*
 * Copyright (C) the bmcgate authors
 *
 * Virtual media: which slots there are, and what a slot's JSON says.
 */


#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "drivers/redfish/media.h"


static const struct {
    const char  *theirs;
    const char  *ours;
} media_types[] = {
    { "CD", "cd" },
    { "DVD", "dvd" },
    { "Floppy", "floppy" },
    { "USBStick", "usb" }
};


#define MEDIA_TYPES  (sizeof(media_types) / sizeof(media_types[0]))


static void media_told_system(bmc_rf_job_t *job, json_t *system);
static void media_told_manager(bmc_rf_job_t *job, json_t *manager);
static void media_each(bmc_rf_job_t *job, json_t *slot);
static void media_walked(bmc_rf_job_t *job, json_t *json);


const char *
bmc_rf_media_name(const json_t *slot)
{
    const char  *name;

    name = bmc_rf_text(slot, "Id");

    return name != NULL ? name : bmc_rf_text(slot, "Name");
}


/* some tell only the image, and some only how it is connected */

bool
bmc_rf_media_full(const json_t *slot)
{
    const char    *image;
    const json_t  *inserted;

    inserted = json_object_get(slot, "Inserted");

    if (json_is_boolean(inserted)) {
        return json_is_true(inserted);
    }

    image = bmc_rf_text(slot, "Image");

    return image != NULL && image[0] != '\0';
}


static bool
media_has_type(const json_t *slot, const char *theirs)
{
    size_t         i;
    json_t        *value;
    const json_t  *types;

    types = bmc_rf_array(slot, "MediaTypes");

    json_array_foreach(types, i, value) {
        if (json_is_string(value)
            && strcmp(json_string_value(value), theirs) == 0)
        {
            return true;
        }
    }

    return false;
}


json_t *
bmc_rf_media_slot(const json_t *slot)
{
    bool           full;
    json_t        *json, *types;
    size_t         i;
    const json_t  *value;

    full = bmc_rf_media_full(slot);
    types = json_array();

    for (i = 0; i < MEDIA_TYPES; i++) {
        if (media_has_type(slot, media_types[i].theirs)) {
            (void) json_array_append_new(types,
                json_string(media_types[i].ours));
        }
    }

    json = json_pack("{s:s, s:o, s:b}", "device", bmc_rf_media_name(slot),
        "types", types, "inserted", (int) full);

    if (full) {
        bmc_rf_put(json, "image", bmc_rf_text(slot, "Image"));
        value = json_object_get(slot, "WriteProtected");

        if (json_is_boolean(value)) {
            (void) json_object_set_new(json, "write_protected",
                json_boolean(json_is_true(value)));
        }
    }

    return json;
}


/* a URL's ".img" stands before what is asked of the server */

static bool
media_is_img(const char *image)
{
    size_t  len;

    len = strcspn(image, "?#");

    return len >= 4 && strncasecmp(image + len - 4, ".img", 4) == 0;
}


bool
bmc_rf_media_suits(const json_t *slot, const char *image, bool writable)
{
    if (json_array_size(bmc_rf_array(slot, "MediaTypes")) == 0) {
        return true;
    }

    if (writable || media_is_img(image)) {
        return media_has_type(slot, "USBStick")
               || media_has_type(slot, "Floppy");
    }

    return media_has_type(slot, "CD") || media_has_type(slot, "DVD");
}


void
bmc_rf_media_walk(bmc_rf_job_t *job, bmc_rf_verb_pt then)
{
    bmc_rf_media_t  *m;

    m = job->data;
    m->then = then;
    job->keep[0] = json_array();

    bmc_rf_system(job, media_told_system);
}


/*
 * iDRAC10's manager has a collection in which nothing can be inserted, and
 * not every system that has one says so.
 */

static void
media_told_system(bmc_rf_job_t *job, json_t *system)
{
    bmc_rf_media_t  *m;
    const char      *path;

    m = job->data;
    bmc_rf_keep(job, 1, system);
    path = bmc_rf_link(system, "VirtualMedia");

    if (path == NULL && bmc_rf_quirk(job, BMC_QUIRK_MEDIA_ON_SYSTEM)
        && bmc_rf_text(system, "@odata.id") != NULL)
    {
        path = bmc_psprintf(job->call->pool, "%s/VirtualMedia",
            bmc_rf_text(system, "@odata.id"));
    }

    if (path == NULL) {
        bmc_rf_manager(job, media_told_manager);
        return;
    }

    m->there = true;
    bmc_rf_members(job, path, media_each, media_walked);
}


static void
media_told_manager(bmc_rf_job_t *job, json_t *manager)
{
    bmc_rf_media_t  *m;

    m = job->data;
    bmc_rf_keep(job, 1, manager);
    m->there = bmc_rf_link(manager, "VirtualMedia") != NULL;

    if (!m->there) {
        media_walked(job, NULL);
        return;
    }

    bmc_rf_members(job, bmc_rf_link(manager, "VirtualMedia"), media_each,
        media_walked);
}


static void
media_each(bmc_rf_job_t *job, json_t *slot)
{
    if (bmc_rf_media_name(slot) != NULL) {
        (void) json_array_append(job->keep[0], slot);
    }
}


static void
media_walked(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_media_t  *m;

    m = job->data;

    if (!m->there) {
        bmc_rf_end(job, BMC_UNSUPPORTED, "this BMC has no virtual media");
        return;
    }

    m->then(job);
}


json_t *
bmc_rf_media_find(bmc_rf_job_t *job, const char *device)
{
    size_t   i;
    json_t  *slot;

    json_array_foreach(job->keep[0], i, slot) {
        if (strcmp(bmc_rf_media_name(slot), device) == 0) {
            return slot;
        }
    }

    return NULL;
}


void
bmc_rf_media_no_slot(bmc_rf_job_t *job)
{
    int          n;
    char         names[BMC_TEXT_MAX / 2];
    size_t       i;
    json_t      *slot;

    n = 0;
    names[0] = '\0';

    json_array_foreach(job->keep[0], i, slot) {
        if (n < (int) sizeof(names)) {
            n += snprintf(names + n, sizeof(names) - (size_t) n, "%s%s",
                i > 0 ? ", " : "", bmc_rf_media_name(slot));
        }
    }

    bmc_rf_end(job, BMC_REFUSED, "the BMC has no such device: expected %s",
        names[0] == '\0' ? "none, for it has no slots" : names);
}


static void
media_tell(bmc_rf_job_t *job)
{
    size_t   i;
    json_t  *list, *slot;

    list = json_array();

    json_array_foreach(job->keep[0], i, slot) {
        (void) json_array_append_new(list, bmc_rf_media_slot(slot));
    }

    bmc_rf_tell(job, json_pack("{s:o}", "media", list));
}


void
bmc_rf_media(bmc_rf_job_t *job)
{
    if (bmc_rf_data(job, sizeof(bmc_rf_media_t))) {
        bmc_rf_media_walk(job, media_tell);
    }
}
