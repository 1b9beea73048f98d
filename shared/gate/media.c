
/*
 * Copyright (C) the bmcgate authors
 *
 * Virtual media as media.list tells of them, held against what was ordered.
 */


#include <string.h>

#include "gate/core.h"


static const char *
media_arg(const bmc_op_t *op, const char *name)
{
    size_t  i;

    for (i = 0; i < op->nargs; i++) {
        if (strcmp(op->args[i].name, name) == 0) {
            return op->args[i].value;
        }
    }

    return NULL;
}


/* a slot that does not tell its image is believed only if it was named */

static bool
media_holds(const bmc_op_t *op, const json_t *slot)
{
    const char  *image, *wanted;

    if (!json_is_true(json_object_get(slot, "inserted"))) {
        return false;
    }

    if (op->verb == BMC_MEDIA_EJECT) {
        return true;
    }

    image = json_string_value(json_object_get(slot, "image"));
    wanted = media_arg(op, "image");

    if (image == NULL || wanted == NULL) {
        return media_arg(op, "device") != NULL;
    }

    return strcmp(image, wanted) == 0;
}


const char *
bmc_media_told(const bmc_op_t *op, const char *text, size_t len)
{
    bool         held, named;
    json_t      *json, *slots, *slot;
    size_t       i;
    const char  *device, *name;

    json = text == NULL ? NULL : json_loadb(text, len, 0, NULL);
    slots = json_object_get(json, "media");
    device = media_arg(op, "device");
    held = false;
    named = device == NULL && json_is_array(slots);

    json_array_foreach(slots, i, slot) {
        name = json_string_value(json_object_get(slot, "device"));

        if (device == NULL || (name != NULL && strcmp(name, device) == 0)) {
            named = true;
            held = held || media_holds(op, slot);
        }
    }

    json_decref(json);

    if (!named) {
        return NULL;
    }

    if (held) {
        return "inserted";
    }

    return op->verb == BMC_MEDIA_EJECT ? "ejected" : "not inserted";
}
