
/*
 * Copyright (C) the bmcgate authors
 *
 * A host as the board knows it.
 */


#include <string.h>

#include "show/show.h"


void
bmc_show_view(bmc_buf_t *b, const bmc_show_clock_t *c,
    const bmc_view_t *view)
{
    bmc_show_word(b, "\"power\":", bmc_power_name((bmc_power_t) view->power));
    bmc_show_age(b, ",\"age\":", c, view->power_at);
    bmc_show_since(b, ",\"since\":", c, view->power_since);

    /* one that refuses our password can be reached all the same */

    if (view->reach != BMC_REACH_UNKNOWN) {
        bmc_show_bool(b, ",\"reachable\":", view->reach != BMC_REACH_NO);
    }
}


size_t
bmc_show_power(const bmc_view_t *view, char *out, size_t size)
{
    bmc_buf_t         b;
    bmc_show_clock_t  c;

    bmc_buf_fix(&b, out, size);
    bmc_show_clock(&c);

    bmc_buf_addc(&b, '{');
    bmc_show_view(&b, &c, view);
    bmc_show_text(&b, ",\"driver\":", view->driver, sizeof(view->driver));
    bmc_buf_addc(&b, '}');

    return b.len;
}


static void
host_list(bmc_buf_t *b, const char *key, const bmc_hostconf_t *h,
    const char *(*nth)(const bmc_hostconf_t *, size_t))
{
    size_t       i;
    const char  *s;

    bmc_buf_adds(b, key);
    bmc_buf_addc(b, '[');

    for (i = 0; (s = nth(h, i)) != NULL; i++) {
        bmc_show_word(b, i > 0 ? "," : "", s);
    }

    bmc_buf_addc(b, ']');
}


static void
host_row(bmc_buf_t *b, const bmc_show_clock_t *c, const bmc_hostconf_t *h,
    const bmc_view_t *v)
{
    const char  *driver;

    driver = v->driver[0] != '\0' ? v->driver : bmc_host_driver(h, 0);

    bmc_show_word(b, "{\"name\":", bmc_host_name(h));
    bmc_buf_addc(b, ',');
    bmc_show_view(b, c, v);
    bmc_show_word(b, ",\"health\":",
                  bmc_health_name((bmc_health_t) v->health));
    bmc_show_text(b, ",\"driver\":", driver, sizeof(v->driver));
    bmc_show_text(b, ",\"address\":", bmc_host_address(h), BMC_TEXT_MAX);
    bmc_show_text(b, ",\"mac\":", bmc_host_mac(h), BMC_TEXT_MAX);
    bmc_show_text(b, ",\"vendor\":", v->vendor, sizeof(v->vendor));
    bmc_show_text(b, ",\"model\":", v->model, sizeof(v->model));

    if (v->watts_at != 0) {
        bmc_show_watts(b, ",\"watts\":", v->watts);
    }

    host_list(b, ",\"groups\":", h, bmc_host_group);
}


size_t
bmc_show_host(const bmc_t *core, const bmc_hostconf_t *h, char *out,
    size_t size)
{
    bmc_show_clock_t  c;

    bmc_show_clock(&c);

    return bmc_show_host_at(core, h, &c, out, size);
}


size_t
bmc_show_host_at(const bmc_t *core, const bmc_hostconf_t *h,
    const bmc_show_clock_t *c, char *out, size_t size)
{
    bmc_buf_t   b;
    bmc_view_t  v;

    bmc_buf_fix(&b, out, size);
    (void) bmc_view(core, h, &v);

    host_row(&b, c, h, &v);
    bmc_buf_addc(&b, '}');

    return b.len;
}


static void
host_facts(bmc_buf_t *b, const bmc_show_clock_t *c, const bmc_view_t *v)
{
    bmc_show_text(b, ",\"serial\":", v->serial, sizeof(v->serial));
    bmc_show_text(b, ",\"firmware\":", v->firmware, sizeof(v->firmware));
    bmc_show_text(b, ",\"uuid\":", v->uuid, sizeof(v->uuid));
    bmc_show_age(b, ",\"facts_age\":", c, v->facts_at);

    bmc_show_age(b, ",\"watts_age\":", c, v->watts_at);

    if (v->boot_at != 0) {
        bmc_show_text(b, ",\"boot\":{\"device\":", v->boot, sizeof(v->boot));
        bmc_show_bool(b, ",\"persistent\":", v->boot_persistent);

        if (v->boot_efi != 0) {
            bmc_show_word(b, ",\"mode\":",
                          v->boot_efi == 2 ? "uefi" : "legacy");
        }

        bmc_show_age(b, ",\"age\":", c, v->boot_at);
        bmc_buf_addc(b, '}');
    }

    if (v->led_at != 0) {
        bmc_show_word(b, ",\"identify\":", bmc_led_name((bmc_led_t) v->led));
        bmc_show_age(b, ",\"identify_age\":", c, v->led_at);
    }
}


/* two protocols need not agree about power */

static void
host_other(bmc_buf_t *b, const bmc_show_clock_t *c, const bmc_view_t *v)
{
    if (v->power_other_at == 0) {
        return;
    }

    bmc_show_text(b, ",\"other\":{\"driver\":", v->driver_other,
                  sizeof(v->driver_other));
    bmc_show_word(b, ",\"power\":",
                  bmc_power_name((bmc_power_t) v->power_other));
    bmc_show_age(b, ",\"age\":", c, v->power_other_at);
    bmc_buf_addc(b, '}');
}


static void
host_refused(bmc_buf_t *b, const bmc_hostconf_t *h, const bmc_view_t *v)
{
    size_t       i;
    const char  *driver, *comma;

    if (v->refused == 0) {
        return;
    }

    bmc_buf_adds(b, ",\"refused\":[");
    comma = "";

    for (i = 0; (driver = bmc_host_driver(h, i)) != NULL; i++) {
        if (v->refused & 1u << i) {
            bmc_show_word(b, comma, driver);
            comma = ",";
        }
    }

    bmc_buf_addc(b, ']');
}


static void
host_trouble(bmc_buf_t *b, const bmc_show_clock_t *c, const bmc_view_t *v)
{
    bmc_show_age(b, ",\"asked_age\":", c, v->tried_at);
    bmc_show_age(b, ",\"answered_age\":", c, v->answered_at);
    bmc_show_age(b, ",\"changed_age\":", c, v->changed_at);

    if (v->last_op != 0) {
        bmc_show_number(b, ",\"last_operation\":", (int64_t) v->last_op);
    }

    if (v->failures > 0) {
        bmc_show_number(b, ",\"failures\":", v->failures);

    } else if (v->reach != BMC_REACH_REFUSED) {
        return;
    }

    bmc_show_word(b, ",\"error\":{\"code\":",
                  bmc_error((bmc_rc_t) v->error)->name);
    bmc_show_text(b, ",\"message\":", v->message, sizeof(v->message));

    if (v->retry_at > c->now) {
        bmc_show_number(b, ",\"retry_after\":",
                        (v->retry_at - c->now + 999) / 1000);
    }

    bmc_buf_addc(b, '}');
}


size_t
bmc_show_host_all(const bmc_t *core, const bmc_hostconf_t *h, char *out,
    size_t size)
{
    size_t            n;
    bmc_buf_t         b;
    bmc_view_t        v;
    bmc_sensor_t      sensor[BMC_SENSOR_MAX];
    bmc_show_clock_t  c;

    bmc_buf_fix(&b, out, size);
    bmc_show_clock(&c);
    (void) bmc_view(core, h, &v);

    host_row(&b, &c, h, &v);
    host_list(&b, ",\"drivers\":", h, bmc_host_driver);
    host_refused(&b, h, &v);
    host_other(&b, &c, &v);
    host_facts(&b, &c, &v);
    host_trouble(&b, &c, &v);

    if (v.sensors_at != 0) {
        n = bmc_sensors(core, h, sensor, BMC_SENSOR_MAX);

        bmc_show_age(&b, ",\"sensors_age\":", &c, v.sensors_at);
        bmc_buf_adds(&b, ",\"sensors\":");
        bmc_show_sensors(&b, sensor, n);
    }

    bmc_buf_addc(&b, '}');

    return b.len;
}
