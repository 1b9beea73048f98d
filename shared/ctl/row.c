
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"


#define ROW_MORE  64             /* between two looks ages get longer */


void
bmc_row_text(json_t *row, const char *key, const char *value)
{
    size_t      i;
    json_t     *v;
    bmc_buf_t   b;

    if (value == NULL || value[0] == '\0') {
        return;
    }

    v = json_string(value);

    if (v == NULL) {

        /* not UTF-8: what a BMC with a broken FRU says */

        memset(&b, 0, sizeof(bmc_buf_t));

        for (i = 0; value[i] != '\0'; i++) {
            bmc_buf_addc(&b, (unsigned char) value[i] < 0x80 ? value[i]
                                                             : '?');
        }

        v = json_string(bmc_buf_text(&b));
        bmc_buf_free(&b);
    }

    (void) json_object_set_new(row, key, v);
}


/* room for a text of this length; of none when there is no memory */

static char *
row_room(size_t len, size_t *size)
{
    char  *text;

    text = malloc(len + ROW_MORE);
    *size = text != NULL ? len + ROW_MORE : 0;

    return text;
}


static json_t *
row_load(char *text, size_t size, size_t len)
{
    json_t  *row;

    row = len <= size ? json_loadb(text, len, 0, NULL) : NULL;
    free(text);

    return row;
}


json_t *
bmc_row_result(const bmc_result_t *result, bmc_verb_t verb)
{
    char    *text;
    size_t   size;

    text = row_room(bmc_show_result(result, verb, NULL, 0), &size);

    return row_load(text, size, bmc_show_result(result, verb, text, size));
}


json_t *
bmc_row_refused(const char *host, bmc_rc_t rc, const char *message)
{
    char    *text;
    size_t   size;
    json_t  *row, *error;

    text = row_room(bmc_show_error(rc, NULL, message, 0, NULL, 0), &size);
    error = row_load(text, size, bmc_show_error(rc, NULL, message, 0, text,
                                                size));
    row = json_object();
    bmc_row_text(row, "host", host);
    (void) json_object_update(row, error);
    json_decref(error);

    return row;
}


/* in our rows a host is "host" everywhere, and an actor "actor" */

static json_t *
row_rename(json_t *row, const char *from, const char *to)
{
    json_t  *renamed, *value;

    value = json_object_get(row, from);

    if (value == NULL) {
        return row;
    }

    renamed = json_object();
    (void) json_object_set(renamed, to, value);
    (void) json_object_del(row, from);
    (void) json_object_update(renamed, row);
    json_decref(row);

    return renamed;
}


json_t *
bmc_row_host(const bmc_ctl_t *c, const bmc_hostconf_t *h)
{
    char        *text;
    size_t       size;
    json_t      *row;
    bmc_view_t   view;

    text = row_room(bmc_show_host(c->core, h, NULL, 0), &size);
    row = row_load(text, size, bmc_show_host(c->core, h, text, size));
    row = row_rename(row, "name", "host");

    (void) bmc_view(c->core, h, &view);
    bmc_row_text(row, "serial", view.serial);
    bmc_row_text(row, "firmware", view.firmware);
    bmc_row_text(row, "uuid", view.uuid);

    return row;
}


json_t *
bmc_row_event(const bmc_event_t *event)
{
    char    *text;
    size_t   size;

    text = row_room(bmc_show_event(event, NULL, 0), &size);

    return row_load(text, size, bmc_show_event(event, text, size));
}


json_t *
bmc_row_operation(const bmc_ctl_t *c, const bmc_op_info_t *op)
{
    char    *text;
    size_t   size;
    json_t  *row;

    text = row_room(bmc_show_op(c->core, op, NULL, 0), &size);
    row = row_load(text, size, bmc_show_op(c->core, op, text, size));
    row = row_rename(row, "who", "actor");

    return row_rename(row, "group", "host");
}
