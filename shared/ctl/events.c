
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "ctl/out.h"


typedef struct {
    bmc_ctl_t  *ctl;
    bool        ended;
} events_t;


static bool
events_wanted(const bmc_ctl_t *c, const char *host)
{
    size_t  i;

    if (c->nhosts == bmc_host_count(c->base)) {
        return true;
    }

    for (i = 0; i < c->nhosts; i++) {
        if (strcmp(bmc_host_name(c->host[i]), host) == 0) {
            return true;
        }
    }

    return false;
}


static const char *
events_text(const json_t *row, const char *key)
{
    const char  *s;

    s = json_string_value(json_object_get(row, key));

    return s == NULL ? "" : s;
}


static void
events_line(const json_t *row)
{
    if (json_object_get(row, "op") != NULL) {
        bmc_ctl_say(stdout, "%s %s operation %lld %s %s",
                    events_text(row, "time"), events_text(row, "host"),
                    (long long) json_integer_value(
                    json_object_get(row, "op")),
                    events_text(row, "verb"), events_text(row, "is"));
        return;
    }

    bmc_ctl_say(stdout, "%s %s %s %s -> %s", events_text(row, "time"),
                events_text(row, "host"), events_text(row, "kind"),
                events_text(row, "was"), events_text(row, "is"));
}


static void
events_watch(void *data, const bmc_event_t *e)
{
    json_t    *row;
    events_t  *ev;

    ev = data;

    if (ev->ended || !events_wanted(ev->ctl, e->host)) {
        return;
    }

    row = bmc_row_event(e);

    if (ev->ctl->out == BMC_OUT_JSON) {
        (void) bmc_out_json(row, true);

    } else {
        events_line(row);
    }

    json_decref(row);

    if (bmc_ctl_flush() != 0) {
        ev->ended = true;
    }
}


int
bmc_do_events(bmc_ctl_t *c)
{
    bmc_rc_t       rc;
    events_t       ev;
    struct pollfd  out;

    if (c->out != BMC_OUT_TABLE && c->out != BMC_OUT_JSON) {
        bmc_ctl_error("events come as lines, or as JSON with -o json");
        return BMC_USAGE;
    }

    ev.ctl = c;
    ev.ended = false;
    rc = bmc_watch(c->core, 0, events_watch, &ev);

    if (rc != BMC_OK) {
        bmc_ctl_error("cannot watch: %s", bmc_error(rc)->text);
        return bmc_error(rc)->exit;
    }

    while (!ev.ended) {

        /* no events asked for: poll() tells of a reader that went away */

        out = (struct pollfd) { .fd = STDOUT_FILENO };

        if (!bmc_ctl_loop_once(c, &out, 1, -1)) {
            break;
        }

        if (out.revents & (POLLERR|POLLNVAL)) {
            ev.ended = true;
        }
    }

    bmc_unwatch(c->core, events_watch, &ev);

    return BMC_OK;
}


typedef struct {
    const bmc_ctl_t  *ctl;
    json_t           *rows;
} operations_t;


static bool
operations_each(void *data, const bmc_op_info_t *info)
{
    operations_t  *o;

    o = data;
    (void) json_array_append_new(o->rows, bmc_row_operation(o->ctl, info));

    return true;
}


int
bmc_do_operations(bmc_ctl_t *c)
{
    bool            ok;
    char           *end;
    json_t         *rows;
    uint64_t        id;
    const char     *word;
    operations_t    o;
    bmc_op_info_t   info;

    rows = json_array();
    o.ctl = c;
    o.rows = rows;

    if (c->args.nwords == 0) {
        bmc_op_list(c->core, operations_each, &o);

    } else {
        word = c->args.word[0];
        errno = 0;
        id = strtoull(word, &end, 10);

        if (word[0] < '0' || word[0] > '9' || *end != '\0' || errno != 0) {
            bmc_ctl_error("\"%s\" is not the number of an operation", word);
            json_decref(rows);
            return BMC_USAGE;
        }

        if (!bmc_op_info(c->core, id, &info)) {
            bmc_ctl_error("no operation %s is known any more", word);
            json_decref(rows);
            return BMC_FAILED;
        }

        (void) operations_each(&o, &info);
    }

    ok = bmc_out_rows(c->out, rows, &bmc_shape_operations, "id");
    json_decref(rows);

    return ok ? BMC_OK : BMC_FAILED;
}
