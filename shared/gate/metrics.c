
/*
 * Copyright (C) the bmcgate authors
 *
 * Prometheus text: families one after the other, each with all its hosts.
 * A cursor says how far it has come, so that a fleet's text can be made in
 * pieces, each of whole lines.
 */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"
#include "show/show.h"


#define METRICS_NAME  64


typedef enum {
    METRICS_HOST,                    /* a line a host: value() */
    METRICS_SENSOR,                  /* a line a sensor: sensor() */
    METRICS_LIST                     /* list(), until it returns false */
} metrics_kind_t;


typedef struct {
    const bmc_t                *core;
    const bmc_actor_t          *actor;
    bmc_buf_t                  *out;
    int64_t                     now;
} metrics_t;


typedef struct {
    const char      *name;
    const char      *type;
    const char      *help;
    metrics_kind_t   kind;
    double         (*value)(const metrics_t *m, const bmc_view_t *v);
    double         (*sensor)(const bmc_sensor_t *s);
    bool           (*list)(const metrics_t *m, uint32_t item);
} metrics_family_t;


static double
metrics_power(const metrics_t *m, const bmc_view_t *v)
{
    return v->power == BMC_POWER_IS_ON ? 1
           : v->power == BMC_POWER_IS_OFF ? 0 : NAN;
}


static double
metrics_reach(const metrics_t *m, const bmc_view_t *v)
{
    return v->reach == BMC_REACH_UNKNOWN ? NAN : v->reach == BMC_REACH_YES;
}


static double
metrics_age(const metrics_t *m, const bmc_view_t *v)
{
    return v->power_at == 0 ? NAN : (double) (m->now - v->power_at) / 1000;
}


static double
metrics_health(const metrics_t *m, const bmc_view_t *v)
{
    return v->health == BMC_HEALTH_UNKNOWN ? NAN
           : (double) v->health - BMC_HEALTH_OK;
}


static double
metrics_watts(const metrics_t *m, const bmc_view_t *v)
{
    return v->watts_at == 0 ? NAN : (double) v->watts;
}


static double
metrics_failures(const metrics_t *m, const bmc_view_t *v)
{
    return v->failures;
}


static double
metrics_sensor_value(const bmc_sensor_t *s)
{
    return s->unit == BMC_UNIT_NONE ? NAN : (double) s->value;
}


static double
metrics_sensor_state(const bmc_sensor_t *s)
{
    return s->state == BMC_SENSOR_UNKNOWN ? NAN
           : (double) s->state - BMC_SENSOR_OK;
}


static void
metrics_number(bmc_buf_t *b, double value)
{
    if (isnan(value)) {
        bmc_buf_adds(b, " NaN\n");

    } else if (value == (double) (int64_t) value) {
        bmc_show_number(b, " ", (int64_t) value);
        bmc_buf_addc(b, '\n');

    } else {
        bmc_buf_printf(b, " %.10g\n", value);
    }
}


/* -- what is not of a host */

static bool
metrics_build(const metrics_t *m, uint32_t item)
{
    if (item > 0) {
        return false;
    }

    bmc_buf_printf(m->out, "bmcgate_build_info{version=\"%s\"} 1\n",
        bmc_version());

    return true;
}


static bool
metrics_hosts(const metrics_t *m, uint32_t item)
{
    if (item > 0) {
        return false;
    }

    bmc_show_number(m->out, "bmcgate_hosts ", (int64_t) m->core->nruns);
    bmc_buf_addc(m->out, '\n');

    return true;
}


static bool
metrics_operations(const metrics_t *m, uint32_t item)
{
    bmc_rc_t    rc;
    uint64_t    n;
    bmc_verb_t  verb;

    verb = (bmc_verb_t) (item / BMC_RC_MAX);
    rc = (bmc_rc_t) (item % BMC_RC_MAX);

    if (verb >= BMC_VERB_MAX) {
        return false;
    }

    n = bmc_board_count(m->core->board, verb, rc);

    /* all that may fail in 20 ways would be 500 lines of nothing */

    if (n > 0 || rc == BMC_OK) {
        bmc_buf_printf(m->out, "bmcgate_operations_total{verb=\"%s\","
            "result=\"%s\"} %llu\n", bmc_verb_info(verb)->name,
            bmc_error(rc)->name, (unsigned long long) n);
    }

    return true;
}


static bool
metrics_seconds(const metrics_t *m, uint32_t item)
{
    unsigned     i;
    uint64_t     n;
    const char  *name;

    if (item >= BMC_VERB_MAX) {
        return false;
    }

    n = 0;
    name = bmc_verb_info((bmc_verb_t) item)->name;

    for (i = 0; i < BMC_STATS_BUCKETS; i++) {
        n += bmc_board_bucket(m->core->board, (bmc_verb_t) item, i);
        bmc_buf_printf(m->out, "bmcgate_bmc_seconds_bucket{verb=\"%s\","
            "le=\"%s\"} %llu\n", name, bmc_board_bound(i),
            (unsigned long long) n);
    }

    bmc_buf_printf(m->out, "bmcgate_bmc_seconds_sum{verb=\"%s\"} %.6f\n"
        "bmcgate_bmc_seconds_count{verb=\"%s\"} %llu\n", name,
        (double) bmc_board_time(m->core->board, (bmc_verb_t) item) / 1e6,
        name, (unsigned long long) n);

    return true;
}


/* the item-th process alive: this one first */

static bool
metrics_process(const metrics_t *m, uint32_t item, bmc_board_peer_t *peer)
{
    size_t             n;
    bmc_board_peer_t  *all;

    if (item == 0) {
        return bmc_board_peer(m->core->board,
            bmc_board_self(m->core->board), peer);
    }

    all = malloc(BMC_BOARD_PEERS * sizeof(bmc_board_peer_t));
    if (all == NULL) {
        return false;
    }

    n = bmc_board_peers(m->core->board, all, BMC_BOARD_PEERS);

    if (item <= n) {
        *peer = all[item - 1];
    }

    free(all);

    return item <= n;
}


static bool
metrics_leases(const metrics_t *m, uint32_t item)
{
    size_t             i, n;
    uint32_t           slot;
    bmc_board_peer_t   peer;

    if (!metrics_process(m, item, &peer)) {
        return false;
    }

    n = 0;

    for (i = 0; i < m->core->nruns; i++) {
        slot = m->core->slot[i];
        n += slot != BMC_SLOT_NONE
             && bmc_lease_owner(m->core->board, slot) == peer.word;
    }

    bmc_buf_printf(m->out, "bmcgate_leases{process=\"%u\"} %zu\n", peer.pid,
        n);

    return true;
}


static bool
metrics_inflight(const metrics_t *m, uint32_t item)
{
    bmc_board_peer_t  peer;

    if (!metrics_process(m, item, &peer)) {
        return false;
    }

    bmc_buf_printf(m->out, "bmcgate_operations_inflight{process=\"%u\"} "
        "%llu\n", peer.pid, (unsigned long long)
        (item == 0 ? m->core->nops : peer.load));

    return true;
}


static const metrics_family_t  metrics_families[] = {

    { "bmcgate_build_info", "gauge", "The version that answers.",
      METRICS_LIST, NULL, NULL, metrics_build },
    { "bmcgate_hosts", "gauge", "Hosts in the configuration.",
      METRICS_LIST, NULL, NULL, metrics_hosts },
    { "bmcgate_host_power", "gauge",
      "Is the host on (1), off (0), or unknown (NaN)?",
      METRICS_HOST, metrics_power, NULL, NULL },
    { "bmcgate_host_reachable", "gauge",
      "Does its BMC answer us?  NaN until it was asked.",
      METRICS_HOST, metrics_reach, NULL, NULL },
    { "bmcgate_host_age_seconds", "gauge",
      "Time since the BMC last told the power.",
      METRICS_HOST, metrics_age, NULL, NULL },
    { "bmcgate_host_health", "gauge", "0 ok, 1 warning, 2 critical.",
      METRICS_HOST, metrics_health, NULL, NULL },
    { "bmcgate_host_watts", "gauge", "Power drawn, as the BMC says.",
      METRICS_HOST, metrics_watts, NULL, NULL },
    { "bmcgate_host_failures", "gauge",
      "Failures of its BMC in a row, 0 when all is well.",
      METRICS_HOST, metrics_failures, NULL, NULL },
    { "bmcgate_sensor_value", "gauge",
      "A sensor's reading, in the unit of its label.",
      METRICS_SENSOR, NULL, metrics_sensor_value, NULL },
    { "bmcgate_sensor_state", "gauge",
      "0 ok, 1 warning, 2 critical, 3 beyond that.",
      METRICS_SENSOR, NULL, metrics_sensor_state, NULL },
    { "bmcgate_operations_total", "counter",
      "Requests of all processes by what became of them.",
      METRICS_LIST, NULL, NULL, metrics_operations },
    { "bmcgate_bmc_seconds", "histogram", "How long BMCs took to answer.",
      METRICS_LIST, NULL, NULL, metrics_seconds },
    { "bmcgate_leases", "gauge", "BMCs whose session a process has.",
      METRICS_LIST, NULL, NULL, metrics_leases },
    { "bmcgate_operations_inflight", "gauge",
      "Requests under way in a process.",
      METRICS_LIST, NULL, NULL, metrics_inflight },

    { NULL, NULL, NULL, METRICS_LIST, NULL, NULL, NULL }
};


/* {host="n1",group="rack1,gpu" */

static void
metrics_labels(bmc_buf_t *b, const metrics_family_t *f,
    const bmc_hostconf_t *h)
{
    size_t       i;
    const char  *group;

    bmc_buf_adds(b, f->name);
    bmc_show_word(b, "{host=", h->name);
    bmc_buf_adds(b, ",group=\"");

    for (i = 0; (group = bmc_host_group(h, i)) != NULL; i++) {
        bmc_buf_adds(b, i > 0 ? "," : "");
        bmc_buf_adds(b, group);
    }

    bmc_buf_addc(b, '"');
}


/* Prometheus knows no \u0001 */

static void
metrics_label(bmc_buf_t *b, const char *key, const char *s, size_t max)
{
    char    text[64];
    size_t  i, n;

    n = strnlen(s, max < sizeof(text) ? max : sizeof(text));

    for (i = 0; i < n; i++) {
        text[i] = (unsigned char) s[i] < 0x20 || s[i] == 0x7f ? ' ' : s[i];
    }

    bmc_buf_adds(b, key);
    bmc_buf_json(b, text, n);
}


static void
metrics_sensor(const metrics_t *m, const metrics_family_t *f,
    const bmc_hostconf_t *h, const bmc_sensor_t *s)
{
    double  value;

    value = f->sensor(s);

    if (isnan(value)) {
        return;
    }

    metrics_labels(m->out, f, h);
    metrics_label(m->out, ",sensor=", s->name, sizeof(s->name));

    if (s->unit != BMC_UNIT_NONE) {
        bmc_show_word(m->out, ",unit=", bmc_unit_name(s->unit));
    }

    bmc_buf_addc(m->out, '}');
    metrics_number(m->out, value);
}


/* true: *at stands behind a host; false: behind the last */

static bool
metrics_of_host(const metrics_t *m, const metrics_family_t *f,
    bmc_metrics_at_t *at)
{
    size_t                 i, n;
    bmc_view_t             v;
    bmc_sensor_t           sensor[BMC_SENSOR_MAX];
    const bmc_hostconf_t  *h;

    h = bmc_host_at(m->core->base, at->host);

    if (h == NULL) {
        return false;
    }

    if (m->actor != NULL && !bmc_policy(m->core->base->fleet, m->actor, h,
                                        BMC_POWER_STATUS, NULL))
    {
        at->host++;
        return true;
    }

    if (f->kind == METRICS_HOST) {
        (void) bmc_view(m->core, h, &v);
        metrics_labels(m->out, f, h);
        bmc_buf_addc(m->out, '}');
        metrics_number(m->out, f->value(m, &v));

    } else {
        n = bmc_sensors(m->core, h, sensor, BMC_SENSOR_MAX);

        for (i = 0; i < n; i++) {
            metrics_sensor(m, f, h, &sensor[i]);
        }
    }

    at->host++;

    return true;
}


static bool
metrics_step(const metrics_t *m, const metrics_family_t *f,
    bmc_metrics_at_t *at)
{
    if (at->spare == 0) {
        bmc_buf_printf(m->out, "# HELP %s %s\n# TYPE %s %s\n", f->name,
            f->help, f->name, f->type);
        at->spare = 1;
        return true;
    }

    if (f->kind == METRICS_LIST) {
        return f->list(m, at->item++);
    }

    return metrics_of_host(m, f, at);
}


size_t
bmc_metrics(const bmc_t *b, const bmc_actor_t *actor, bmc_metrics_at_t *at,
    char *out, size_t size)
{
    size_t             len;
    bmc_buf_t          buf;
    metrics_t          m;
    bmc_metrics_at_t   was;

    bmc_buf_fix(&buf, out, size);

    m.core = b;
    m.actor = actor;
    m.out = &buf;
    m.now = bmc_now();

    while (at->family < sizeof(metrics_families) / sizeof(metrics_families[0])
           && metrics_families[at->family].name != NULL)
    {
        len = buf.len;
        was = *at;

        if (!metrics_step(&m, &metrics_families[at->family], at)) {
            memset(at, 0, sizeof(bmc_metrics_at_t));
            at->family = was.family + 1;
        }

        if (buf.len > size) {
            *at = was;
            return len;
        }
    }

    return buf.len;
}
