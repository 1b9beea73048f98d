
/*
 * Copyright (C) the bmcgate authors
 */


#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/maker.h"
#include "ctl/out.h"
#include "ctl/probe.h"
#include "ctl/rmcp.h"


#define PROBE_PORT     623
#define PROBE_WEB      443
#define PROBE_RATE     250       /* datagrams, and connections, a second */
#define PROBE_FASTEST  10000


static bool
probe_number(const bmc_ctl_t *c, bmc_opt_id_t id, unsigned long max,
    unsigned *n)
{
    char           *end;
    const char     *value;
    unsigned long   number;

    value = bmc_words_value(&c->args, id);

    if (value == NULL) {
        return true;
    }

    number = isdigit((unsigned char) value[0]) ? strtoul(value, &end, 10) : 0;

    if (number == 0 || number > max || *end != '\0') {
        bmc_ctl_error("option --%s: \"%s\" is not a number from 1 to %lu",
                      bmc_options[id].name, value, max);
        return false;
    }

    *n = (unsigned) number;

    return true;
}


bool
bmc_probe_options(bmc_probe_t *p, const bmc_ctl_t *c)
{
    char            why[BMC_TEXT_MAX];
    bmc_hostword_t  w;

    *p = (bmc_probe_t) {
        .port = PROBE_PORT,
        .web = PROBE_WEB,
        .rate = PROBE_RATE,
        .driver = bmc_words_value(&c->args, BMC_OPT_DRIVER),
        .write = bmc_words_has(&c->args, BMC_OPT_WRITE)
    };

    if (!probe_number(c, BMC_OPT_PORT, 65535, &p->port)
        || !probe_number(c, BMC_OPT_REDFISH_PORT, 65535, &p->web)
        || !probe_number(c, BMC_OPT_RATE, PROBE_FASTEST, &p->rate))
    {
        return false;
    }

    if (p->driver != NULL && !bmc_hostword_make(&w, "driver", p->driver, why))
    {
        bmc_ctl_error("%s", why);
        return false;
    }

    return true;
}


bool
bmc_probe_heard(const bmc_scan_target_t *t)
{
    return t != NULL && (t->found != NULL || t->root != NULL);
}


bool
bmc_probe_usable(const bmc_scan_target_t *t)
{
    return bmc_probe_heard(t) && (t->root != NULL || t->found->v20);
}


static const char *
probe_version(const bmc_scan_found_t *b)
{
    if (b->v20) {
        return "2.0";
    }

    if (b->v15) {
        return "1.5";
    }

    return b->ipmi ? "unknown" : "no";
}


static void
probe_ipmi(json_t *row, const bmc_scan_found_t *b)
{
    size_t   i;
    json_t  *suites, *auth;

    static const struct {
        uint8_t      bit;
        const char  *name;
    } ways[] = {
        { BMC_RMCP_NO_AUTH, "none" },
        { BMC_RMCP_MD2, "md2" },
        { BMC_RMCP_MD5, "md5" },
        { BMC_RMCP_STRAIGHT, "straight" },
        { BMC_RMCP_OEM, "oem" }
    };

    suites = json_array();
    auth = json_array();

    for (i = 0; i < b->nsuites; i++) {
        (void) json_array_append_new(suites, json_integer(b->suite[i]));
    }

    for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (b->auth & ways[i].bit) {
            (void) json_array_append_new(auth, json_string(ways[i].name));
        }
    }

    bmc_row_text(row, "ipmi", probe_version(b));

    if (b->enterprise != 0) {
        (void) json_object_set_new(row, "vendor_id",
                                   json_integer(b->enterprise));
    }

    (void) json_object_set_new(row, "suites", suites);
    (void) json_object_set_new(row, "auth", auth);
    (void) json_object_set_new(row, "pong", json_boolean(b->pong));
}


static void
probe_redfish(json_t *row, const bmc_root_t *r, unsigned port)
{
    bmc_row_text(row, "redfish", r->version);
    bmc_row_text(row, "model", r->product);
    bmc_row_text(row, "uuid", r->uuid);
    (void) json_object_set_new(row, "redfish_port", json_integer(port));
}


void
bmc_probe_facts(json_t *row, const bmc_scan_t *s, const bmc_scan_target_t *t)
{
    if (!bmc_probe_heard(t)) {
        return;
    }

    if (t->found != NULL) {
        probe_ipmi(row, t->found);
        (void) json_object_set_new(row, "port", json_integer(s->port));
    }

    if (t->root != NULL) {
        probe_redfish(row, t->root, s->web_port);
    }

    if (t->root != NULL && t->root->vendor[0] != '\0') {
        bmc_row_text(row, "vendor", t->root->vendor);

    } else if (t->found != NULL) {
        bmc_row_text(row, "vendor", bmc_maker(t->found->enterprise));
    }
}


static const char *
probe_driver(const bmc_probe_t *p, const bmc_scan_target_t *t)
{
    if (p->driver != NULL) {
        return p->driver;
    }

    if (!bmc_probe_usable(t)) {
        return "auto";
    }

    if (t->root == NULL) {
        return "ipmi";
    }

    return t->found != NULL && t->found->v20 ? "redfish ipmi" : "redfish";
}


/* a port that is not the driver's own, if it has such a block */

static bool
probe_port(bmc_hostword_t *w, const char *driver, const char *block,
    unsigned port, unsigned usual, char text[8])
{
    char  word[16], why[BMC_TEXT_MAX];

    if (port == usual
        || (strcmp(driver, "auto") != 0 && strstr(driver, block) == NULL))
    {
        return false;
    }

    (void) snprintf(word, sizeof(word), "%s.port", block);
    (void) snprintf(text, 8, "%u", port);

    return bmc_hostword_make(w, word, text, why);
}


size_t
bmc_probe_words(bmc_probe_words_t *w, const bmc_probe_t *p,
    const bmc_scan_target_t *t, const char *address, char why[BMC_TEXT_MAX])
{
    size_t       n;
    const char  *driver;

    driver = probe_driver(p, t);

    if (!bmc_hostword_make(&w->word[0], "driver", driver, why)
        || !bmc_hostword_make(&w->word[1], "address", address, why))
    {
        return 0;
    }

    n = 2;
    n += probe_port(&w->word[n], driver, "ipmi", p->port, PROBE_PORT,
                    w->port[0]);

#if (BMC_HAVE_HTTP)
    n += probe_port(&w->word[n], driver, "redfish", p->web, PROBE_WEB,
                    w->port[1]);
#endif

    return n;
}


bool
bmc_probe_unsent(const bmc_scan_t *s)
{
    if (s->unsent == 0) {
        return false;
    }

    bmc_ctl_error("%zu of %zu addresses could not be asked: %s", s->unsent,
                  s->nasked, strerror(s->error));

    return true;
}
