
/*
 * Copyright (C) the bmcgate authors
 *
 * Virtual media.  Nobody fetches the images: that they are there is all.
 */


#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "drivers/sim/machine.h"


enum {
    MEDIA_CD = 0,
    MEDIA_USB
};


static const struct {
    const char  *name;
    const char  *types[2];
    const char  *full;
} media_slots[BMC_SIM_MEDIA] = {
    { "cd", { "cd", "dvd" }, "cd holds an image already: eject it first" },
    { "usb", { "usb", NULL }, "usb holds an image already: eject it first" }
};


/* as they stand in the file, which may be damaged */

static void
media_copy(bmc_sim_medium_t *to, const bmc_sim_medium_t *from)
{
    char      *p;
    unsigned   i;

    memcpy(to, from, sizeof(bmc_sim_medium_t) * BMC_SIM_MEDIA);

    for (i = 0; i < BMC_SIM_MEDIA; i++) {
        to[i].image[sizeof(to[i].image) - 1] = '\0';

        for (p = to[i].image; *p != '\0'; p++) {
            if (*p < ' ' || *p > '~') {
                *p = '?';
            }
        }
    }
}


json_t *
bmc_sim_media_json(const bmc_sim_medium_t *media)
{
    json_t            *list, *slot, *types;
    unsigned           i, k;
    bmc_sim_medium_t   medium[BMC_SIM_MEDIA];

    list = json_array();
    media_copy(medium, media);

    for (i = 0; i < BMC_SIM_MEDIA; i++) {
        types = json_array();

        for (k = 0; k < 2 && media_slots[i].types[k] != NULL; k++) {
            (void) json_array_append_new(types,
                                    json_string(media_slots[i].types[k]));
        }

        slot = json_pack("{s:s, s:o, s:b}", "device", media_slots[i].name,
                         "types", types,
                         "inserted", medium[i].image[0] != '\0');

        if (medium[i].image[0] != '\0') {
            (void) json_object_set_new(slot, "image",
                                       json_string(medium[i].image));
            (void) json_object_set_new(slot, "write_protected",
                                  json_boolean(medium[i].write_protected));
        }

        (void) json_array_append_new(list, slot);
    }

    return json_pack("{s:o}", "media", list);
}


static unsigned
media_find(const char *device)
{
    unsigned  i;

    for (i = 0; i < BMC_SIM_MEDIA; i++) {
        if (strcmp(media_slots[i].name, device) == 0) {
            break;
        }
    }

    return i;
}


static unsigned
media_suits(const char *image, bool writable)
{
    size_t  len;

    len = strlen(image);

    return writable
           || (len >= 4 && strcasecmp(image + len - 4, ".img") == 0)
           ? MEDIA_USB : MEDIA_CD;
}


/* the other copy, which becomes the valid one */

static bmc_sim_medium_t *
media_edit(bmc_sim_room_t *room, bmc_sim_data_t *d)
{
    media_copy(room->media[!d->media], room->media[d->media]);

    return room->media[!d->media];
}


const char *
bmc_sim_media_insert(bmc_sim_room_t *room, bmc_sim_data_t *d,
    const char *image, const char *device, bool writable)
{
    unsigned           i;
    bmc_sim_medium_t  *media;

    if (strlen(image) >= sizeof(media->image)) {
        return "the image's name has more than 255 bytes";
    }

    media = media_edit(room, d);
    i = device != NULL ? media_find(device) : media_suits(image, writable);

    if (i == BMC_SIM_MEDIA) {
        return "no such device: expected cd or usb";
    }

    if (media[i].image[0] != '\0') {
        return media_slots[i].full;
    }

    if (writable && i == MEDIA_CD) {
        return "nobody writes to a cd: expected write protection, or usb";
    }

    snprintf(media[i].image, sizeof(media[i].image), "%s", image);
    media[i].write_protected = !writable;
    d->media = !d->media;

    return NULL;
}


const char *
bmc_sim_media_eject(bmc_sim_room_t *room, bmc_sim_data_t *d,
    const char *device)
{
    unsigned           i, only;
    bmc_sim_medium_t  *media;

    only = device != NULL ? media_find(device) : BMC_SIM_MEDIA;

    if (device != NULL && only == BMC_SIM_MEDIA) {
        return "no such device: expected cd or usb";
    }

    media = media_edit(room, d);

    for (i = 0; i < BMC_SIM_MEDIA; i++) {
        if (device == NULL || i == only) {
            memset(&media[i], 0, sizeof(bmc_sim_medium_t));
        }
    }

    d->media = !d->media;

    return NULL;
}
