
/*
 * Copyright (C) the bmcgate authors
 *
 * A host as the board knows it.
 */


#include <string.h>

#include "show/pen.h"
#include "show/show.h"


#define HOST_VIEW   (80 + BMC_PEN_NUMBER + BMC_PEN_WALL)
#define HOST_POWER  (32 + HOST_VIEW + BMC_PEN_JSON(64))
#define HOST_ROW                                                             \
    (256 + BMC_NAME_MAX + HOST_POWER + BMC_PEN_NUMBER                        \
     + 2 * BMC_PEN_JSON(64) + 2 * BMC_PEN_JSON(BMC_TEXT_MAX))
#define HOST_GROUP  (BMC_NAME_MAX + 8)


static char *
host_view(char *p, bmc_show_clock_t *c, const bmc_view_t *v)
{
    p = BMC_PEN(p, "\"power\":\"");
    p = bmc_pen_word(p, bmc_power_name((bmc_power_t) v->power));
    p = BMC_PEN(p, "\"");

    if (v->power_at != 0) {
        p = BMC_PEN(p, ",\"age\":");
        p = bmc_pen_seconds(p, c->now - v->power_at);
    }

    if (v->power_since != 0) {
        p = bmc_pen_wall(p, ",\"since\":", &c->day,
                         c->wall - (c->now - v->power_since));
    }

    /* one that refuses our password can be reached all the same */

    if (v->reach == BMC_REACH_NO) {
        return BMC_PEN(p, ",\"reachable\":false");
    }

    return v->reach != BMC_REACH_UNKNOWN ? BMC_PEN(p, ",\"reachable\":true")
                                         : p;
}


BMC_PEN_INLINE char *
host_field(char *p, const char *key, const char *s, size_t max)
{
    if (s[0] == '\0') {
        return p;
    }

    return bmc_pen_field(bmc_pen_word(p, key), s, max);
}


void
bmc_show_view(bmc_buf_t *b, bmc_show_clock_t *c, const bmc_view_t *v)
{
    char  place[HOST_VIEW], *p;

    p = bmc_buf_pen(b, place, HOST_VIEW);
    bmc_buf_penned(b, p, host_view(p, c, v), place);
}


size_t
bmc_show_power(const bmc_view_t *view, char *out, size_t size)
{
    char               place[HOST_POWER], *p, *start;
    bmc_buf_t          b;
    bmc_show_clock_t   c;

    bmc_buf_fix(&b, out, size);
    bmc_show_clock(&c);

    start = bmc_buf_pen(&b, place, HOST_POWER);

    p = BMC_PEN(start, "{");
    p = host_view(p, &c, view);
    p = host_field(p, ",\"driver\":", view->driver, sizeof(view->driver));
    p = BMC_PEN(p, "}");

    bmc_buf_penned(&b, start, p, place);

    return b.len;
}


static void
host_list(bmc_buf_t *b, const char *key, const bmc_hostconf_t *h,
    const char *(*nth)(const bmc_hostconf_t *, size_t))
{
    char         place[HOST_GROUP], *p, *start;
    size_t       i;
    const char  *s;

    bmc_buf_adds(b, key);

    for (i = 0; (s = nth(h, i)) != NULL; i++) {
        start = bmc_buf_pen(b, place, HOST_GROUP);
        p = BMC_PEN(start, ",\"");
        p[-2] = i > 0 ? ',' : '[';
        p = bmc_pen_word(p, s);
        p = BMC_PEN(p, "\"");
        bmc_buf_penned(b, start, p, place);
    }

    bmc_buf_adds(b, i > 0 ? "]" : "[]");
}


static char *
host_driver(char *p, const bmc_hostconf_t *h, const bmc_view_t *v)
{
    const char  *first;

    first = bmc_host_driver(h, 0);

    if (v->driver[0] != '\0' || first == NULL) {
        return host_field(p, ",\"driver\":", v->driver, sizeof(v->driver));
    }

    p = BMC_PEN(p, ",\"driver\":\"");
    p = bmc_pen_word(p, first);

    return BMC_PEN(p, "\"");
}


BMC_PEN_INLINE char *
host_words(char *p, const char *key, const char *s)
{
    if (s[0] == '\0') {
        return p;
    }

    return bmc_pen_json(bmc_pen_word(p, key), s, strnlen(s, BMC_TEXT_MAX));
}


static void
host_row(bmc_buf_t *b, bmc_show_clock_t *c, const bmc_hostconf_t *h,
    const bmc_view_t *v)
{
    char  place[HOST_ROW], *p, *start;

    start = bmc_buf_pen(b, place, HOST_ROW);

    p = BMC_PEN(start, "{\"name\":\"");
    p = bmc_pen_word(p, bmc_host_name(h));
    p = BMC_PEN(p, "\",");
    p = host_view(p, c, v);

    p = BMC_PEN(p, ",\"health\":\"");
    p = bmc_pen_word(p, bmc_health_name((bmc_health_t) v->health));
    p = BMC_PEN(p, "\"");

    p = host_driver(p, h, v);
    p = host_words(p, ",\"address\":", bmc_host_address(h));
    p = host_words(p, ",\"mac\":", bmc_host_mac(h));
    p = host_field(p, ",\"vendor\":", v->vendor, sizeof(v->vendor));
    p = host_field(p, ",\"model\":", v->model, sizeof(v->model));

    if (v->watts_at != 0) {
        p = bmc_pen_watts(p, ",\"watts\":", v->watts);
    }

    bmc_buf_penned(b, start, p, place);

    host_list(b, ",\"groups\":", h, bmc_host_group);
}


void
bmc_show_row(bmc_buf_t *b, bmc_show_clock_t *c, const bmc_hostconf_t *h,
    const bmc_view_t *v)
{
    host_row(b, c, h, v);
    bmc_buf_addc(b, '}');
}


size_t
bmc_show_host(const bmc_t *core, const bmc_hostconf_t *h, char *out,
    size_t size)
{
    bmc_buf_t         b;
    bmc_view_t        v;
    bmc_show_clock_t  c;

    bmc_buf_fix(&b, out, size);
    bmc_show_clock(&c);
    (void) bmc_view(core, h, &v);

    bmc_show_row(&b, &c, h, &v);

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
