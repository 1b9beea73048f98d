
/*
 * Copyright (C) the bmcgate authors
 *
 * What a BMC remembers: its event log, and, for tests, every change it was
 * ever sent.
 */


#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "drivers/sim/machine.h"
#include "base/clock.h"


void
bmc_sim_event(bmc_sim_store_t *st, bmc_sim_machine_t *m, bmc_sim_data_t *d,
    int64_t at, bmc_health_t severity, const char *sensor, const char *text)
{
    bmc_sim_room_t   *room;
    bmc_sim_event_t  *e;

    room = bmc_sim_room(st, m, d);

    if (room == NULL) {
        return;
    }

    e = &room->event[d->log_next % (BMC_SIM_LOG + 1)];

    e->time = bmc_wall() - (bmc_now() - at);
    e->severity = severity;
    snprintf(e->sensor, sizeof(e->sensor), "%s", sensor);
    snprintf(e->text, sizeof(e->text), "%s", text);

    d->log_next++;

    if (d->log_next - d->log_first > BMC_SIM_LOG) {
        d->log_first = d->log_next - BMC_SIM_LOG;
    }
}


bool
bmc_sim_remember(bmc_sim_store_t *st, bmc_sim_machine_t *m,
    bmc_sim_data_t *d, bmc_verb_t verb, const char *tag)
{
    char              *p;
    bmc_sim_room_t    *room;
    bmc_sim_change_t  *c;

    room = bmc_sim_room(st, m, d);

    if (room == NULL) {
        return false;
    }

    c = &room->change[d->change_next % (BMC_SIM_CHANGES + 1)];

    c->time = bmc_wall();
    c->verb = verb;
    c->pid = (uint32_t) getpid();
    snprintf(c->tag, sizeof(c->tag), "%s", tag);

    for (p = c->tag; *p != '\0'; p++) {
        if (*p < ' ' || *p > '~') {
            *p = '?';
        }
    }

    d->change_next++;

    return true;
}


static const char *
events_time(int64_t ms, char text[32])
{
    bmc_wall_text(ms, text);

    /* whole seconds, as a BMC's clock has them */

    if (strlen(text) > 19) {
        memcpy(text + 19, "Z", 2);
    }

    return text;
}


json_t *
bmc_sim_log_json(const bmc_sim_room_t *room, const bmc_sim_data_t *d)
{
    char              time[32];
    json_t           *list;
    uint64_t          id;
    const char       *severity;
    bmc_sim_event_t   e;

    list = json_array();

    for (id = d->log_first; id < d->log_next; id++) {
        e = room->event[id % (BMC_SIM_LOG + 1)];
        e.sensor[sizeof(e.sensor) - 1] = '\0';
        e.text[sizeof(e.text) - 1] = '\0';

        severity = e.severity == BMC_HEALTH_OK ? "ok"
                   : e.severity == BMC_HEALTH_WARNING ? "warning"
                   : "critical";

        (void) json_array_append_new(list, json_pack(
            "{s:I, s:s, s:s, s:s, s:s}", "id", (json_int_t) id,
            "time", events_time(e.time, time), "severity", severity,
            "sensor", e.sensor, "message", e.text));
    }

    return json_pack("{s:o}", "entries", list);
}


json_t *
bmc_sim_changes_json(const bmc_sim_room_t *room, const bmc_sim_data_t *d)
{
    char                    time[32];
    json_t                 *list;
    uint64_t                n;
    bmc_sim_change_t        c;
    const bmc_verb_info_t  *v;

    list = json_array();
    n = d->change_next > BMC_SIM_CHANGES ? d->change_next - BMC_SIM_CHANGES
                                         : 1;

    for ( /* void */ ; n < d->change_next; n++) {
        c = room->change[n % (BMC_SIM_CHANGES + 1)];
        c.tag[sizeof(c.tag) - 1] = '\0';
        v = c.verb < BMC_VERB_MAX ? bmc_verb_info(c.verb) : NULL;

        (void) json_array_append_new(list, json_pack(
            "{s:I, s:s, s:s, s:i, s:s}", "n", (json_int_t) n,
            "time", bmc_wall_text(c.time, time),
            "verb", v == NULL ? "?" : v->name,
            "pid", (int) c.pid, "tag", c.tag));
    }

    return list;
}


static json_t *
events_commands(const bmc_sim_data_t *d)
{
    json_t                 *o;
    unsigned                i;
    const bmc_verb_info_t  *v;

    o = json_object();

    for (i = 0; i < BMC_VERB_MAX; i++) {
        v = bmc_verb_info(i);

        if (d->commands[i] != 0 && v != NULL) {
            (void) json_object_set_new(o, v->name,
                                       json_integer(d->commands[i]));
        }
    }

    return o;
}


static json_t *
events_faults(const bmc_sim_data_t *d)
{
    json_t    *list;
    unsigned   i;

    list = json_array();

    for (i = 0; bmc_sim_fault_name(i) != NULL; i++) {
        if (d->faults.set && (d->faults.bits & bmc_sim_fault_bit(i))) {
            (void) json_array_append_new(list,
                                         json_string(bmc_sim_fault_name(i)));
        }
    }

    return list;
}


json_t *
bmc_sim_counters_json(bmc_sim_store_t *st, const bmc_sim_data_t *d)
{
    unsigned  all, live;

    bmc_sim_slot_count(st, d, &all, &live);

    return json_pack("{s:i, s:i, s:i, s:i, s:I, s:I, s:I, s:I, s:I, s:o, "
        "s:o}", "sessions", (int) all, "sessions_live", (int) live,
        "sessions_max", (int) d->sessions_max,
        "sessions_live_max", (int) d->live_max,
        "logins", (json_int_t) d->logins,
        "changes", (json_int_t) d->changes, "reads", (json_int_t) d->reads,
        "refused", (json_int_t) d->refused,
        "power_on", (json_int_t) d->powered_on,
        "commands", events_commands(d), "faults", events_faults(d));
}
