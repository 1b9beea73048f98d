
/*
 * Copyright (C) the bmcgate authors
 *
 * Prometheus text: families one after the other, each with all its hosts.
 * A cursor says how far it has come, so that a fleet's text can be made in
 * pieces, each of whole lines.
 */


#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gate/metrics.h"


#define METRICS_WORK  4096           /* hosts looked at in one call */


typedef enum {
    METRICS_HOST,                    /* a line a host: value() */
    METRICS_SENSOR,                  /* a line a sensor: sensor() */
    METRICS_LIST                     /* list(), until it returns false */
} metrics_kind_t;


typedef struct {
    const char      *name;
    const char      *type;
    const char      *help;
    metrics_kind_t   kind;
    double         (*value)(const bmc_metrics_t *m, const bmc_view_t *v);
    double         (*sensor)(const bmc_sensor_t *s);
    bool           (*list)(bmc_metrics_t *m, uint32_t item);
} metrics_family_t;


static double
metrics_power(const bmc_metrics_t *m, const bmc_view_t *v)
{
    return v->power == BMC_POWER_IS_ON ? 1
           : v->power == BMC_POWER_IS_OFF ? 0 : NAN;
}


static double
metrics_reach(const bmc_metrics_t *m, const bmc_view_t *v)
{
    return v->reach == BMC_REACH_UNKNOWN ? NAN : v->reach != BMC_REACH_NO;
}


static double
metrics_refused(const bmc_metrics_t *m, const bmc_view_t *v)
{
    return v->reach == BMC_REACH_UNKNOWN ? NAN
           : v->reach == BMC_REACH_REFUSED;
}


static double
metrics_age(const bmc_metrics_t *m, const bmc_view_t *v)
{
    return v->power_at == 0 ? NAN : (double) (m->now - v->power_at) / 1000;
}


static double
metrics_health(const bmc_metrics_t *m, const bmc_view_t *v)
{
    return v->health == BMC_HEALTH_UNKNOWN ? NAN
           : (double) v->health - BMC_HEALTH_OK;
}


static double
metrics_watts(const bmc_metrics_t *m, const bmc_view_t *v)
{
    return v->watts_at == 0 ? NAN : (double) v->watts;
}


static double
metrics_changed(const bmc_metrics_t *m, const bmc_view_t *v)
{
    return v->changed_at == 0 ? NAN
           : (double) (m->now - v->changed_at) / 1000;
}


static double
metrics_sensors_age(const bmc_metrics_t *m, const bmc_view_t *v)
{
    return v->sensors_at == 0 ? NAN
           : (double) (m->now - v->sensors_at) / 1000;
}


static double
metrics_failures(const bmc_metrics_t *m, const bmc_view_t *v)
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


/* thousandths, without printf(): most that is told has few digits */

static void
metrics_fixed(bmc_buf_t *b, int64_t n)
{
    size_t   len;
    int64_t  rest;
    char     text[4];

    bmc_buf_adds(b, n < 0 ? " -" : " ");
    n = n < 0 ? -n : n;
    rest = n % 1000;
    bmc_show_int(b, n / 1000);

    text[0] = '.';
    text[1] = (char) ('0' + rest / 100);
    text[2] = (char) ('0' + rest / 10 % 10);
    text[3] = (char) ('0' + rest % 10);

    for (len = sizeof(text); len > 1 && text[len - 1] == '0'; len--) {
        /* void */
    }

    bmc_buf_add(b, text, len > 1 ? len : 0);
    bmc_buf_addc(b, '\n');
}


/* of what a float holds, seven digits are no noise */

static bool
metrics_is_fixed(double value, int64_t *n)
{
    double  near;

    if (!(fabs(value) < 1e12)) {
        return false;
    }

    *n = (int64_t) (value * 1000 + (value < 0 ? -0.5 : 0.5));
    near = (double) *n / 1000;

    return near == value
           || (fabs(value) < 1e4 && (double) (float) value == value
               && (double) (float) near == value);
}


static void
metrics_number(bmc_buf_t *b, double value)
{
    int64_t  n;

    if (isnan(value)) {
        bmc_buf_adds(b, " NaN\n");

    } else if (isinf(value)) {
        bmc_buf_adds(b, value > 0 ? " +Inf\n" : " -Inf\n");

    } else if (metrics_is_fixed(value, &n)) {
        metrics_fixed(b, n);

    } else {
        bmc_buf_printf(b, " %.*g\n", (double) (float) value == value ? 7
                                                                     : 12,
            value);
    }
}


/* a line that does not fit is taken back; one that never will is left out */

static bool
metrics_kept(bmc_metrics_t *m, size_t len)
{
    if (m->out->len <= m->out->size) {
        return true;
    }

    m->out->len = len;
    m->full = len > 0;

    return !m->full;
}


static const metrics_family_t  metrics_families[] = {

    { "bmcgate_build_info", "gauge", "The version that answers.",
      METRICS_LIST, NULL, NULL, bmc_metrics_build },
    { "bmcgate_hosts", "gauge", "Hosts in the configuration.",
      METRICS_LIST, NULL, NULL, bmc_metrics_hosts },
    { "bmcgate_processes", "gauge", "Processes that share the board.",
      METRICS_LIST, NULL, NULL, bmc_metrics_processes },
    { "bmcgate_host_power", "gauge",
      "Is the host on (1), off (0), or unknown (NaN)?",
      METRICS_HOST, metrics_power, NULL, NULL },
    { "bmcgate_host_reachable", "gauge",
      "Does its BMC answer?  NaN until it was asked.",
      METRICS_HOST, metrics_reach, NULL, NULL },
    { "bmcgate_host_login_refused", "gauge",
      "Does its BMC refuse our credentials?  NaN until it was asked.",
      METRICS_HOST, metrics_refused, NULL, NULL },
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
    { "bmcgate_host_change_age_seconds", "gauge",
      "Time since it last took a change, NaN if it never did.",
      METRICS_HOST, metrics_changed, NULL, NULL },
    { "bmcgate_host_sensors_age_seconds", "gauge",
      "Time since its sensors were read, NaN if they never were.",
      METRICS_HOST, metrics_sensors_age, NULL, NULL },
    { "bmcgate_sensor_value", "gauge",
      "A sensor's reading, in the unit of its label.",
      METRICS_SENSOR, NULL, metrics_sensor_value, NULL },
    { "bmcgate_sensor_state", "gauge",
      "0 ok, 1 warning, 2 critical, 3 beyond that.",
      METRICS_SENSOR, NULL, metrics_sensor_state, NULL },
    { "bmcgate_operations_total", "counter",
      "Requests of all processes by what became of them.",
      METRICS_LIST, NULL, NULL, bmc_metrics_operations },
    { "bmcgate_bmc_seconds", "histogram", "How long BMCs took to answer.",
      METRICS_LIST, NULL, NULL, bmc_metrics_seconds },
    { "bmcgate_logins_total", "counter",
      "Passwords that were asked about, and keys and tokens that were wrong.",
      METRICS_LIST, NULL, NULL, bmc_metrics_logins },
    { "bmcgate_leases", "gauge", "BMCs whose session a process has.",
      METRICS_LIST, NULL, NULL, bmc_metrics_leases },
    { "bmcgate_operations_inflight", "gauge",
      "Requests under way in a process.",
      METRICS_LIST, NULL, NULL, bmc_metrics_inflight }
};


#define METRICS_FAMILIES                                                      \
    (sizeof(metrics_families) / sizeof(metrics_families[0]))


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


/* the next letter as a label may show it: '\0' at the end */

static unsigned char
metrics_letter(const bmc_sensor_t *s, size_t *at)
{
    unsigned char  c;

    c = *at < sizeof(s->name) ? (unsigned char) s->name[*at] : '\0';

    if (c == '\0') {
        return c;
    }

    (*at)++;

    if (c < 0x80) {
        return c < 0x20 || c == 0x7f ? ' ' : c;
    }

    while (*at < sizeof(s->name) && (unsigned char) s->name[*at] >= 0x80) {
        (*at)++;
    }

    return 0x80;
}


static bool
metrics_alike(const bmc_sensor_t *one, const bmc_sensor_t *two)
{
    size_t         i, k;
    unsigned char  c;

    i = 0;
    k = 0;

    do {
        c = metrics_letter(one, &i);

        if (c != metrics_letter(two, &k)) {
            return false;
        }
    } while (c != '\0');

    return true;
}


/*
 * Prometheus knows no \u0001, and takes no series twice.  Some BMCs have
 * several sensors of one name; of those the second has number="2", for
 * "Temp #2" may be the name of another.
 */

static void
metrics_sensor_name(bmc_buf_t *b, const bmc_sensor_t *all, size_t at)
{
    char      text[sizeof(all->name)];
    size_t    i, n;
    unsigned  same;

    n = strnlen(all[at].name, sizeof(all->name));

    for (i = 0; i < n; i++) {
        text[i] = (unsigned char) all[at].name[i] < 0x20
                  || all[at].name[i] == 0x7f ? ' ' : all[at].name[i];
    }

    bmc_buf_adds(b, ",sensor=");
    bmc_buf_json(b, text, n);

    for (i = 0, same = 1; i < at; i++) {
        same += metrics_alike(&all[i], &all[at]);
    }

    if (same > 1) {
        bmc_show_number(b, ",number=\"", same);
        bmc_buf_addc(b, '"');
    }
}


/* as Prometheus writes them at the end of names */

static const char *
metrics_unit(uint8_t unit)
{
    static const char *const  units[] = {
        [BMC_UNIT_NONE] = "", [BMC_UNIT_CELSIUS] = "celsius",
        [BMC_UNIT_VOLTS] = "volts", [BMC_UNIT_AMPERES] = "amperes",
        [BMC_UNIT_WATTS] = "watts", [BMC_UNIT_RPM] = "rpm",
        [BMC_UNIT_PERCENT] = "percent", [BMC_UNIT_CFM] = "cfm",
        [BMC_UNIT_JOULES] = "joules", [BMC_UNIT_HERTZ] = "hertz",
        [BMC_UNIT_OTHER] = "other"
    };

    return unit <= BMC_UNIT_OTHER ? units[unit] : "other";
}


static void
metrics_sensor(const bmc_metrics_t *m, const metrics_family_t *f,
    const bmc_hostconf_t *h, const bmc_sensor_t *all, size_t at)
{
    double  value;

    value = f->sensor(&all[at]);

    if (isnan(value)) {
        return;
    }

    metrics_labels(m->out, f, h);
    metrics_sensor_name(m->out, all, at);

    if (all[at].unit != BMC_UNIT_NONE) {
        bmc_show_word(m->out, ",unit=", metrics_unit(all[at].unit));
    }

    bmc_buf_addc(m->out, '}');
    metrics_number(m->out, value);
}


static void
metrics_sensors(bmc_metrics_t *m, const metrics_family_t *f,
    const bmc_hostconf_t *h)
{
    size_t        len, n;
    bmc_sensor_t  all[BMC_SENSOR_MAX];

    n = bmc_sensors(m->core, h, all, BMC_SENSOR_MAX);

    for ( /* void */ ; m->at->item < n; m->at->item++) {
        len = m->out->len;
        metrics_sensor(m, f, h, all, m->at->item);

        if (!metrics_kept(m, len)) {
            return;
        }
    }

    m->at->item = 0;
    m->at->host++;
}


static void
metrics_value(bmc_metrics_t *m, const metrics_family_t *f,
    const bmc_hostconf_t *h)
{
    size_t      len;
    bmc_view_t  v;

    len = m->out->len;

    (void) bmc_view(m->core, h, &v);
    metrics_labels(m->out, f, h);
    bmc_buf_addc(m->out, '}');
    metrics_number(m->out, f->value(m, &v));

    m->at->host += metrics_kept(m, len);
}


/* false: there are no more */

static bool
metrics_of_host(bmc_metrics_t *m, const metrics_family_t *f)
{
    const bmc_hostconf_t  *h;

    h = bmc_host_at(m->core->base, m->at->host);

    if (h == NULL) {
        return false;
    }

    m->work++;

    if (m->actor != NULL && !bmc_policy(m->core->base->fleet, m->actor, h,
                                        BMC_POWER_STATUS, NULL))
    {
        m->at->host++;

    } else if (f->kind == METRICS_HOST) {
        metrics_value(m, f, h);

    } else {
        metrics_sensors(m, f, h);
    }

    return true;
}


static bool
metrics_step(bmc_metrics_t *m, const metrics_family_t *f)
{
    bool    more;
    size_t  len;

    len = m->out->len;

    if (m->at->spare == 0) {
        bmc_buf_printf(m->out, "# HELP %s %s\n# TYPE %s %s\n", f->name,
            f->help, f->name, f->type);
        m->at->spare = metrics_kept(m, len);
        return true;
    }

    if (f->kind != METRICS_LIST) {
        return metrics_of_host(m, f);
    }

    more = f->list(m, m->at->item);
    m->at->item += metrics_kept(m, len);

    return more;
}


/*
 * Neither a full buffer nor much work makes a call long: whoever may see one
 * host of many has those looked at in several calls, too.
 */

size_t
bmc_metrics(const bmc_t *b, const bmc_actor_t *actor, bmc_metrics_at_t *at,
    char *out, size_t size)
{
    bmc_buf_t                buf;
    bmc_metrics_t            m;
    const metrics_family_t  *f;

    bmc_buf_fix(&buf, out, size);
    memset(&m, 0, sizeof(bmc_metrics_t));

    m.core = b;
    m.actor = actor;
    m.at = at;
    m.out = &buf;
    m.now = bmc_now();

    while (at->family < METRICS_FAMILIES && !m.full
           && (m.work < METRICS_WORK || buf.len == 0))
    {
        f = &metrics_families[at->family];

        if (!metrics_step(&m, f)) {
            at->family++;
            at->host = 0;
            at->item = 0;
            at->spare = 0;
        }
    }

    return buf.len;
}
