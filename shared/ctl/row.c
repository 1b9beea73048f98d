
/*
 * Copyright (C) the bmcgate authors
 */


#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "ctl/ctl.h"


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


/* "2026-01-02T03:04:05Z" of a moment of the boot clock */

static void
row_moment(json_t *row, const char *key, int64_t at)
{
    char  text[32];

    if (at != 0) {
        bmc_row_text(row, key, bmc_wall_text(bmc_wall() - (bmc_now() - at),
                                             text));
    }
}


void
bmc_row_power(json_t *row, const bmc_view_t *view)
{
    int64_t  age;

    bmc_row_text(row, "power", bmc_power_name((bmc_power_t) view->power));

    if (view->power_at != 0) {
        age = bmc_now() - view->power_at;
        (void) json_object_set_new(row, "age",
                                json_real((double) (age < 0 ? 0 : age) / 1e3));
    }

    row_moment(row, "since", view->power_since);

    /* one that refuses our password can be reached all the same */

    if (view->reach != BMC_REACH_UNKNOWN) {
        (void) json_object_set_new(row, "reachable",
                                   json_boolean(view->reach != BMC_REACH_NO));
    }
}


static void
row_error(json_t *row, bmc_rc_t rc, const char *text)
{
    json_t             *error;
    const bmc_error_t  *e;

    e = bmc_error(rc);
    error = json_object();
    bmc_row_text(error, "code", e->name);
    bmc_row_text(error, "message", text[0] != '\0' ? text : e->text);
    (void) json_object_set_new(row, "error", error);
}


json_t *
bmc_row_result(const bmc_result_t *result, bmc_verb_t verb)
{
    json_t                 *row, *data;
    const bmc_verb_info_t  *info;

    row = json_object();
    info = bmc_verb_info(verb);
    bmc_row_text(row, "host", result->host);

    if (verb <= BMC_POWER_NMI && result->view != NULL) {
        bmc_row_power(row, result->view);
    }

    bmc_row_text(row, "driver", result->driver);

    if (info->flags & BMC_CHANGES) {
        bmc_row_text(row, "verb", info->name);
        (void) json_object_set_new(row, "accepted",
                                   json_boolean(result->accepted));
        (void) json_object_set_new(row, "verified",
                                   json_boolean(result->verified));

        if (result->op != 0) {
            (void) json_object_set_new(row, "op",
                                       json_integer((json_int_t) result->op));
        }
    }

    if (result->rc != BMC_OK) {
        row_error(row, result->rc, result->text);
    }

    if (result->json != NULL) {
        data = json_loadb(result->json, result->json_len, 0, NULL);

        if (data != NULL) {
            (void) json_object_update_missing(row, data);
            json_decref(data);
        }
    }

    return row;
}


json_t *
bmc_row_refused(const char *host, bmc_rc_t rc, const char *text)
{
    json_t  *row;

    row = json_object();
    bmc_row_text(row, "host", host);
    row_error(row, rc, text);

    return row;
}


static json_t *
row_list(const bmc_hostconf_t *h,
    const char *(*nth)(const bmc_hostconf_t *, size_t))
{
    size_t   i;
    json_t  *list;

    list = json_array();

    for (i = 0; nth(h, i) != NULL; i++) {
        (void) json_array_append_new(list, json_string(nth(h, i)));
    }

    return list;
}


json_t *
bmc_row_host(const bmc_ctl_t *c, const bmc_hostconf_t *h)
{
    json_t      *row;
    const char  *driver;
    bmc_view_t   view;

    row = json_object();
    memset(&view, 0, sizeof(bmc_view_t));
    (void) bmc_view(c->core, h, &view);

    driver = view.driver[0] != '\0' ? view.driver : bmc_host_driver(h, 0);

    bmc_row_text(row, "host", bmc_host_name(h));
    bmc_row_text(row, "mac", bmc_host_mac(h));
    bmc_row_text(row, "address", bmc_host_address(h));
    bmc_row_text(row, "vendor", view.vendor);
    bmc_row_text(row, "model", view.model);
    bmc_row_text(row, "serial", view.serial);
    bmc_row_text(row, "firmware", view.firmware);
    bmc_row_text(row, "driver", driver);
    bmc_row_text(row, "uuid", view.uuid);
    bmc_row_power(row, &view);

    if (view.health != BMC_HEALTH_UNKNOWN) {
        bmc_row_text(row, "health",
                     bmc_health_name((bmc_health_t) view.health));
    }

    (void) json_object_set_new(row, "groups", row_list(h, bmc_host_group));

    return row;
}
