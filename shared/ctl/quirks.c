
/*
 * Copyright (C) the bmcgate authors
 *
 * What vendors got wrong: the whole table, or what of it concerns a host.
 */


#include <stdio.h>

#include "ctl/ctl.h"
#include "ctl/out.h"


typedef struct {
    json_t      *rows;
    const char  *host;               /* NULL: the table */
} quirks_t;


static void
quirks_each(void *data, const bmc_quirk_info_t *quirk)
{
    json_t    *row;
    quirks_t  *q;

    q = data;
    row = json_object();

    if (q->host != NULL) {
        bmc_row_text(row, "host", q->host);
        bmc_row_text(row, "quirk", quirk->name);
        bmc_row_text(row, "state", quirk->on ? "on" : "off");
        bmc_row_text(row, "why", quirk->why);

    } else {
        bmc_row_text(row, "quirk", quirk->name);
    }

    bmc_row_text(row, "does", quirk->does);
    bmc_row_text(row, "of", quirk->of);
    bmc_row_text(row, "vendor", quirk->vendor);
    bmc_row_text(row, "model", quirk->model);
    bmc_row_text(row, "firmware", quirk->firmware);
    bmc_row_text(row, "source", quirk->source);

    (void) json_array_append_new(q->rows, row);
}


/* why there may be less than somebody expects */

static void
quirks_say(const bmc_ctl_t *c, const bmc_hostconf_t *h, size_t n)
{
    char        text[BMC_TEXT_MAX];
    bmc_view_t  view;

    (void) bmc_view(c->core, h, &view);

    if (view.vendor[0] == '\0') {
        (void) snprintf(text, sizeof(text), "nobody knows yet what it is: "
                        "ask it once, as with \"bmcctl inventory %s\"",
                        bmc_host_name(h));

    } else if (n == 0) {
        (void) snprintf(text, sizeof(text), "no quirk is known of vendor "
                        "\"%s\", model \"%s\", firmware \"%s\"",
                        view.vendor, view.model, view.firmware);

    } else {
        return;
    }

    bmc_ctl_host(stderr, bmc_host_name(h), text);
}


int
bmc_do_quirks(bmc_ctl_t *c)
{
    bool      ok;
    size_t    i;
    quirks_t  q;

    q.rows = json_array();
    q.host = NULL;

    if (c->base == NULL) {
        (void) bmc_quirks(NULL, NULL, quirks_each, &q);
        ok = bmc_out_rows(c->out, q.rows, &bmc_shape_quirks, "quirk");
        json_decref(q.rows);

        return ok ? BMC_OK : BMC_FAILED;
    }

    for (i = 0; i < c->nhosts; i++) {
        q.host = bmc_host_name(c->host[i]);
        quirks_say(c, c->host[i],
                   bmc_quirks(c->core, c->host[i], quirks_each, &q));
    }

    ok = bmc_out_rows(c->out, q.rows, &bmc_shape_host_quirks, "quirk");
    json_decref(q.rows);

    return ok ? BMC_OK : BMC_FAILED;
}
