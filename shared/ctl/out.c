
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ctl/out.h"
#include "ctl/yaml.h"


/* floats are all that sensors have: no more digits than they know */

#define OUT_DIGITS  9


static const json_t *
out_find(const json_t *row, const json_t *element, const char *path)
{
    size_t         len;
    const json_t  *v;

    v = row;

    if (*path == '.') {
        v = element;
        path++;
    }

    while (v != NULL && *path != '\0') {
        len = strcspn(path, ".");
        v = json_object_getn(v, path, len);
        path += len;
        path += *path == '.';
    }

    return v;
}


static void
out_list(bmc_buf_t *b, const json_t *array)
{
    size_t         i;
    const char    *s;
    const json_t  *v;

    for (i = 0; i < json_array_size(array); i++) {
        v = json_array_get(array, i);
        s = json_string_value(v);
        bmc_buf_adds(b, i > 0 ? "," : "");

        if (json_is_integer(v)) {
            bmc_buf_printf(b, "%lld", (long long) json_integer_value(v));

        } else {
            bmc_buf_adds(b, s == NULL ? "" : s);
        }
    }
}


static void
out_cell(bmc_buf_t *b, const json_t *v, bmc_cell_t kind)
{
    char  text[32];

    bmc_buf_reset(b);

    if (v == NULL) {
        return;
    }

    if (kind == BMC_CELL_AGE && json_is_number(v)) {
        bmc_buf_adds(b, bmc_duration_text((int64_t)
                        (json_number_value(v) * 1000), text));
        return;
    }

    switch (json_typeof(v)) {

    case JSON_STRING:
        bmc_buf_adds(b, json_string_value(v));
        break;

    case JSON_INTEGER:
        bmc_buf_printf(b, "%lld", (long long) json_integer_value(v));
        break;

    case JSON_REAL:
        bmc_buf_printf(b, "%.6g", json_real_value(v));
        break;

    case JSON_TRUE:
        bmc_buf_adds(b, "yes");
        break;

    case JSON_FALSE:
        bmc_buf_adds(b, "no");
        break;

    case JSON_ARRAY:
        out_list(b, v);
        break;

    case JSON_OBJECT:
    case JSON_NULL:
        break;
    }
}


static void
out_line(bmc_table_t *t, const bmc_shape_t *shape, bool wide,
    const json_t *row, const json_t *element)
{
    bmc_buf_t            b;
    const bmc_column_t  *c;

    memset(&b, 0, sizeof(bmc_buf_t));

    for (c = shape->column; c->title != NULL; c++) {
        if (c->wide && !wide) {
            continue;
        }

        out_cell(&b, out_find(row, element, c->path), c->kind);
        bmc_table_cell(t, bmc_buf_text(&b));
    }

    bmc_buf_free(&b);
}


static bool
out_table(const json_t *rows, const bmc_shape_t *shape, bool wide)
{
    bool                 ok;
    size_t               i, j;
    json_t              *row, *array;
    bmc_buf_t            b;
    bmc_table_t          t;
    const bmc_column_t  *c;

    memset(&b, 0, sizeof(bmc_buf_t));
    memset(&t, 0, sizeof(bmc_table_t));

    for (c = shape->column; c->title != NULL; c++) {
        if (!c->wide || wide) {
            bmc_table_column(&t, c->title, c->kind == BMC_CELL_NUMBER);
        }
    }

    json_array_foreach(rows, i, row) {
        if (shape->each == NULL) {
            out_line(&t, shape, wide, row, NULL);
            continue;
        }

        array = json_object_get(row, shape->each);

        for (j = 0; j < json_array_size(array); j++) {
            out_line(&t, shape, wide, row, json_array_get(array, j));
        }
    }

    bmc_table_print(&t, &b);
    ok = bmc_ctl_put(bmc_buf_text(&b), b.len);
    bmc_table_free(&t);
    bmc_buf_free(&b);

    return ok;
}


/* the rows that are no table: those of failures */

static json_t *
out_shown(const json_t *rows)
{
    size_t   i;
    json_t  *row, *shown;

    shown = json_array();

    json_array_foreach(rows, i, row) {
        if (json_object_get(row, "error") != NULL
            && json_object_get(row, "power") == NULL)
        {
            continue;
        }

        (void) json_array_append(shown, row);
    }

    return shown;
}


static bool
out_names(const json_t *rows, const char *name)
{
    size_t       i;
    json_t      *row, *v;
    bmc_buf_t    b;
    bool         ok;

    memset(&b, 0, sizeof(bmc_buf_t));

    json_array_foreach(rows, i, row) {
        v = json_object_get(row, name);

        if (json_is_string(v)) {
            bmc_buf_printf(&b, "%s\n", json_string_value(v));

        } else if (json_is_integer(v)) {
            bmc_buf_printf(&b, "%lld\n", (long long) json_integer_value(v));
        }
    }

    ok = bmc_ctl_put(bmc_buf_text(&b), b.len);
    bmc_buf_free(&b);

    return ok;
}


bool
bmc_out_rows(bmc_out_t out, const json_t *rows, const bmc_shape_t *shape,
    const char *name)
{
    bool     ok;
    json_t  *shown;

    switch (out) {

    case BMC_OUT_JSON:
        return bmc_out_json(rows, false);

    case BMC_OUT_YAML:
        return bmc_out_yaml(rows);

    case BMC_OUT_NAME:
        return out_names(rows, name);

    case BMC_OUT_TABLE:
    case BMC_OUT_WIDE:
        break;
    }

    shown = out_shown(rows);

    /* nothing but failures: those are on standard error */

    ok = (json_array_size(shown) == 0 && json_array_size(rows) > 0)
         || out_table(shown, shape, out == BMC_OUT_WIDE);
    json_decref(shown);

    return ok;
}


bool
bmc_out_json(const json_t *value, bool line)
{
    bool   ok;
    char  *text;

    text = json_dumps(value, JSON_REAL_PRECISION(OUT_DIGITS)
                             | (line ? JSON_COMPACT : JSON_INDENT(2)));
    ok = bmc_ctl_put(text, text == NULL ? 0 : strlen(text));
    free(text);

    return ok && bmc_ctl_put("\n", 1);
}


bool
bmc_out_yaml(const json_t *value)
{
    bool       ok;
    bmc_buf_t  b;

    memset(&b, 0, sizeof(bmc_buf_t));
    bmc_yaml_dump(&b, value);
    ok = bmc_ctl_put(bmc_buf_text(&b), b.len);
    bmc_buf_free(&b);

    return ok;
}
