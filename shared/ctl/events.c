
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "ctl/ctl.h"
#include "ctl/out.h"


typedef struct {
    bmc_ctl_t  *ctl;
    bool        ended;
} events_t;


static const char *
events_state(uint8_t kind, uint8_t state)
{
    switch ((bmc_event_kind_t) kind) {

    case BMC_EVENT_POWER:
        return bmc_power_name((bmc_power_t) state);

    case BMC_EVENT_REACH:
        return bmc_reach_name((bmc_reach_t) state);

    case BMC_EVENT_HEALTH:
        return bmc_health_name((bmc_health_t) state);

    case BMC_EVENT_OPERATION:
        return bmc_op_state_name((bmc_op_state_t) state);
    }

    return "";
}


static const char *
events_kind(uint8_t kind)
{
    static const char *const  names[] = {
        "", "power", "reachable", "health", "operation"
    };

    return kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "";
}


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


static json_t *
events_row(const bmc_event_t *e)
{
    char                    text[32];
    json_t                 *row;
    const bmc_verb_info_t  *verb;

    row = json_object();
    (void) json_object_set_new(row, "id", json_integer((json_int_t) e->id));
    bmc_row_text(row, "time", bmc_wall_text(e->time, text));
    bmc_row_text(row, "host", e->host);
    bmc_row_text(row, "kind", events_kind(e->kind));

    if (e->kind == BMC_EVENT_OPERATION) {
        verb = bmc_verb_info((bmc_verb_t) e->verb);
        (void) json_object_set_new(row, "op",
                                   json_integer((json_int_t) e->op));
        bmc_row_text(row, "verb", verb == NULL ? NULL : verb->name);

    } else {
        bmc_row_text(row, "was", events_state(e->kind, e->was));
    }

    bmc_row_text(row, "is", events_state(e->kind, e->is));

    return row;
}


static void
events_watch(void *data, const bmc_event_t *e)
{
    char                    text[32];
    json_t                 *row;
    events_t               *ev;
    const bmc_verb_info_t  *verb;

    ev = data;

    if (ev->ended || !events_wanted(ev->ctl, e->host)) {
        return;
    }

    if (ev->ctl->out == BMC_OUT_JSON) {
        row = events_row(e);
        (void) bmc_out_json(row, true);
        json_decref(row);

    } else if (e->kind == BMC_EVENT_OPERATION) {
        verb = bmc_verb_info((bmc_verb_t) e->verb);
        bmc_ctl_say(stdout, "%s %s operation %llu %s %s",
                    bmc_wall_text(e->time, text), e->host,
                    (unsigned long long) e->op,
                    verb == NULL ? "" : verb->name,
                    events_state(e->kind, e->is));

    } else {
        bmc_ctl_say(stdout, "%s %s %s %s -> %s",
                    bmc_wall_text(e->time, text), e->host,
                    events_kind(e->kind), events_state(e->kind, e->was),
                    events_state(e->kind, e->is));
    }

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


static json_t *
operations_row(const bmc_op_info_t *info)
{
    char                    text[32];
    json_t                 *row;
    const bmc_verb_info_t  *verb;

    row = json_object();
    verb = bmc_verb_info((bmc_verb_t) info->verb);

    (void) json_object_set_new(row, "id",
                               json_integer((json_int_t) info->id));
    bmc_row_text(row, "asked", bmc_wall_text(info->asked, text));

    if (info->sent != 0) {
        bmc_row_text(row, "sent", bmc_wall_text(info->sent, text));
    }

    if (info->ended != 0) {
        bmc_row_text(row, "ended", bmc_wall_text(info->ended, text));
    }

    bmc_row_text(row, "host", info->host);
    bmc_row_text(row, "verb", verb == NULL ? NULL : verb->name);
    bmc_row_text(row, "state",
                 bmc_op_state_name((bmc_op_state_t) info->state));
    bmc_row_text(row, "actor", info->actor);
    bmc_row_text(row, "text", info->text);

    return row;
}


static bool
operations_each(void *data, const bmc_op_info_t *info)
{
    (void) json_array_append_new(data, operations_row(info));

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
    bmc_op_info_t   info;

    rows = json_array();

    if (c->args.nwords == 0) {
        bmc_op_list(c->core, operations_each, rows);

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

        (void) operations_each(rows, &info);
    }

    ok = bmc_out_rows(c->out, rows, &bmc_shape_operations, "id");
    json_decref(rows);

    return ok ? BMC_OK : BMC_FAILED;
}
