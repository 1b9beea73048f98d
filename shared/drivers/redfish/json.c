
/*
 * Copyright (C) the bmcgate authors
 *
 * JSON that strangers wrote.
 */


#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/redfish/redfish.h"


const char *
bmc_rf_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}


bool
bmc_rf_number(const json_t *object, const char *key, double *value)
{
    double         x;
    const json_t  *n;

    n = json_object_get(object, key);

    if (!json_is_number(n)) {
        return false;
    }

    x = json_number_value(n);

    if (!isfinite(x)) {
        return false;
    }

    *value = x;

    return true;
}


const json_t *
bmc_rf_object(const json_t *object, const char *key)
{
    const json_t  *o;

    o = json_object_get(object, key);

    return json_is_object(o) ? o : NULL;
}


const json_t *
bmc_rf_array(const json_t *object, const char *key)
{
    const json_t  *a;

    a = json_object_get(object, key);

    return json_is_array(a) ? a : NULL;
}


const char *
bmc_rf_link(const json_t *object, const char *key)
{
    return bmc_rf_text(json_object_get(object, key), "@odata.id");
}


const char *
bmc_rf_links(const json_t *object, const char *key)
{
    const json_t  *links;

    links = bmc_rf_array(json_object_get(object, "Links"), key);

    return bmc_rf_text(json_array_get(links, 0), "@odata.id");
}


static const json_t *
json_action(const json_t *object, const char *name)
{
    char  key[96];

    (void) snprintf(key, sizeof(key), "#%s", name);

    return bmc_rf_object(bmc_rf_object(object, "Actions"), key);
}


const char *
bmc_rf_action(const json_t *object, const char *name)
{
    return bmc_rf_text(json_action(object, name), "target");
}


const json_t *
bmc_rf_allowable(const json_t *object, const char *action,
    const char *parameter)
{
    char  key[96];

    (void) snprintf(key, sizeof(key), "%s@Redfish.AllowableValues",
        parameter);

    return bmc_rf_array(json_action(object, action), key);
}


bool
bmc_rf_offers(const json_t *array, const char *value)
{
    size_t       i;
    const char  *text;

    if (array == NULL) {
        return true;
    }

    for (i = 0; i < json_array_size(array); i++) {
        text = json_string_value(json_array_get(array, i));

        if (text != NULL && strcmp(text, value) == 0) {
            return true;
        }
    }

    return false;
}


void
bmc_rf_put(json_t *object, const char *key, const char *text)
{
    if (text != NULL && text[strspn(text, " \t\r\n")] != '\0') {
        (void) json_object_set_new(object, key, json_string(text));
    }
}
