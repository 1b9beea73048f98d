
/*
 * Copyright (C) the bmcgate authors
 *
 * What a scan found: shown, and written as hosts.
 */


#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/maker.h"
#include "ctl/host.h"
#include "ctl/out.h"
#include "ctl/rmcp.h"
#include "ctl/scan.h"


#define FOUND_PORT     623
#define FOUND_WEB      443
#define FOUND_RATE     250       /* datagrams, and connections, a second */
#define FOUND_FASTEST  10000
#define FOUND_WORDS    4
#define FOUND_ARP      (4 * 1024 * 1024)


typedef struct {
    bmc_ctl_t              *ctl;
    const char             *driver;  /* NULL: what answered */
    bool                    write;
    bmc_scan_t              scan;
    const bmc_hostconf_t  **known;   /* by target */
    json_t                 *rows;
    bmc_newhost_t          *host;
    json_t                **row;     /* of each of those */
    size_t                  nhosts;
    unsigned                added;
    unsigned                as_it_was;
    bmc_buf_t               arp;
} found_t;


static bool
found_number(const bmc_ctl_t *c, bmc_opt_id_t id, unsigned long max,
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


/* which of the configured hosts are in this network */

static bool
found_known(found_t *f)
{
    size_t                 i, k, at;
    const char            *address;
    const bmc_hostconf_t  *h;

    f->known = calloc(f->scan.ntargets, sizeof(bmc_hostconf_t *));

    if (f->known == NULL) {
        bmc_ctl_error("out of memory");
        return false;
    }

    for (i = 0; i < bmc_host_count(f->ctl->base); i++) {
        h = bmc_host_at(f->ctl->base, i);

        for (k = 0; (address = bmc_host_address_at(h, k)) != NULL; k++) {
            at = bmc_scan_find(&f->scan, address);

            if (at < f->scan.ntargets && f->known[at] == NULL) {
                f->known[at] = h;
            }
        }
    }

    return true;
}


/* bmc-10-0-0-7, and -2 behind it if that is another host's already */

static void
found_name(const found_t *f, const char *address, char name[BMC_NAME_MAX])
{
    int     n;
    size_t  i;

    (void) snprintf(name, BMC_NAME_MAX, "bmc-%s", address);

    for (i = 0; name[i] != '\0'; i++) {
        if (name[i] == '.' || name[i] == ':') {
            name[i] = '-';
        }
    }

    for (n = 2; bmc_host(f->ctl->base, name) != NULL; n++) {
        (void) snprintf(name + i, BMC_NAME_MAX - i, "-%d", n);
    }
}


static const char *
found_driver(const found_t *f, const bmc_scan_target_t *t)
{
    if (f->driver != NULL) {
        return f->driver;
    }

    if (t->root == NULL) {
        return "ipmi";
    }

    return t->found != NULL && t->found->v20 ? "redfish ipmi" : "redfish";
}


/* a port that is not the driver's own, if it has such a block */

static bool
found_port(bmc_hostword_t *w, const char *driver, const char *block,
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


static bool
found_new(found_t *f, size_t i, const char *name, const char *address,
    json_t *row)
{
    size_t          n;
    char            ipmi[8], web[8], why[BMC_TEXT_MAX];
    const char     *driver;
    bmc_newhost_t  *h;
    bmc_hostword_t  w[FOUND_WORDS];

    h = &f->host[f->nhosts];
    f->row[f->nhosts++] = row;
    memcpy(h->name, name, sizeof(h->name));
    driver = found_driver(f, &f->scan.target[i]);
    n = 2;
    n += found_port(&w[n], driver, "ipmi", f->scan.port, FOUND_PORT, ipmi);

    if (f->scan.web != NULL) {
        n += found_port(&w[n], driver, "redfish", f->scan.web_port,
                        FOUND_WEB, web);
    }

    if (!bmc_hostword_make(&w[0], "driver", driver, why)
        || !bmc_hostword_make(&w[1], "address", address, why)
        || !bmc_host_text(&h->text, name, w, n, why))
    {
        bmc_ctl_error("%s: %s", name, why);
        return false;
    }

    return true;
}


static const char *
found_version(const bmc_scan_found_t *b)
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
found_facts(json_t *row, const bmc_scan_found_t *b)
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

    bmc_row_text(row, "ipmi", found_version(b));

    if (b->enterprise != 0) {
        (void) json_object_set_new(row, "vendor_id",
                                   json_integer(b->enterprise));
    }

    (void) json_object_set_new(row, "suites", suites);
    (void) json_object_set_new(row, "auth", auth);
    (void) json_object_set_new(row, "pong", json_boolean(b->pong));
}


static void
found_root(const found_t *f, json_t *row, const bmc_root_t *r)
{
    bmc_row_text(row, "redfish", r->version);
    bmc_row_text(row, "model", r->product);
    bmc_row_text(row, "uuid", r->uuid);
    (void) json_object_set_new(row, "redfish_port",
                               json_integer(f->scan.web_port));
}


/* what either protocol says of it, and the neighbour's MAC */

static void
found_all(const found_t *f, json_t *row, const bmc_scan_target_t *t,
    const char *address)
{
    char         mac[18];
    const char  *arp;

    if (t->found != NULL) {
        found_facts(row, t->found);
        (void) json_object_set_new(row, "port", json_integer(f->scan.port));
    }

    if (t->root != NULL) {
        found_root(f, row, t->root);
    }

    if (t->root != NULL && t->root->vendor[0] != '\0') {
        bmc_row_text(row, "vendor", t->root->vendor);

    } else if (t->found != NULL) {
        bmc_row_text(row, "vendor", bmc_maker(t->found->enterprise));
    }

    arp = f->arp.data;

    if (arp != NULL && bmc_arp_find(arp, address, mac)) {
        bmc_row_text(row, "mac", mac);
    }
}


static bool
found_row(found_t *f, size_t i)
{
    bool                      ok, usable;
    char                      address[46], name[BMC_NAME_MAX];
    json_t                   *row;
    const char               *state;
    const bmc_scan_target_t  *t;

    ok = true;
    row = json_object();
    t = &f->scan.target[i];
    usable = t->root != NULL || t->found->v20;
    bmc_scan_address(&f->scan, i, address);

    if (f->known[i] != NULL) {
        state = "known";
        f->as_it_was++;
        (void) snprintf(name, sizeof(name), "%s", bmc_host_name(f->known[i]));
        bmc_row_text(row, "host", name);

    } else {
        state = usable ? "new" : "unusable";
        found_name(f, address, name);
    }

    bmc_row_text(row, "name", name);
    bmc_row_text(row, "address", address);
    found_all(f, row, t, address);
    bmc_row_text(row, "state", state);

    if (f->known[i] == NULL && usable && f->write) {
        ok = found_new(f, i, name, address, row);
    }

    (void) json_array_append_new(f->rows, row);

    return ok;
}


static int
found_write(found_t *f)
{
    int     rc;
    size_t  i;

    rc = bmc_hosts_add_all(f->ctl, f->host, f->nhosts);

    for (i = 0; i < f->nhosts; i++) {
        f->added += f->host[i].written;
        bmc_row_text(f->row[i], "state", f->host[i].written ? "added"
                                                            : "failed");
    }

    return rc;
}


static bool
found_one(const found_t *f, size_t i)
{
    return f->scan.target[i].found != NULL || f->scan.target[i].root != NULL;
}


static bool
found_rows(found_t *f)
{
    bool    ok;
    size_t  i, n;

    ok = true;

    for (i = 0, n = 0; i < f->scan.ntargets; i++) {
        n += found_one(f, i);
    }

    f->host = calloc(n + 1, sizeof(bmc_newhost_t));
    f->row = calloc(n + 1, sizeof(json_t *));

    if (f->host == NULL || f->row == NULL) {
        bmc_ctl_error("out of memory");
        return false;
    }

    for (i = 0; i < f->scan.ntargets; i++) {
        if (found_one(f, i)) {
            ok = found_row(f, i) && ok;
        }
    }

    return ok;
}


/* asking has just made the kernel look for those that are near */

static void
found_arp(found_t *f)
{
    FILE    *file;
    char     chunk[4096];
    size_t   n;

    file = fopen("/proc/net/arp", "re");

    if (file == NULL) {
        return;
    }

    while (f->arp.len < FOUND_ARP
           && (n = fread(chunk, 1, sizeof(chunk), file)) > 0)
    {
        bmc_buf_add(&f->arp, chunk, n);
    }

    (void) fclose(file);
    (void) bmc_buf_text(&f->arp);
}


/* what an interrupted scan found is shown, and not written */

static int
found_show(found_t *f)
{
    int  rc;

    f->write = f->write && f->ctl->signo == 0;

    found_arp(f);

    if (!found_known(f) || !found_rows(f)) {
        return BMC_FAILED;
    }

    rc = f->write ? found_write(f) : BMC_OK;

    if (!bmc_out_rows(f->ctl->out, f->rows, &bmc_shape_scan, "name")) {
        return BMC_FAILED;
    }

    (void) bmc_ctl_flush();

    if (f->write) {
        bmc_ctl_error("%u added, %u as they were, %zu failed", f->added,
                      f->as_it_was, f->nhosts - f->added);
    }

    return rc;
}


static int
found_run(found_t *f)
{
    int  rc;

    if (!bmc_ctl_loop_open(f->ctl)) {
        return BMC_FAILED;
    }

    bmc_scan_run(&f->scan, f->ctl);
    rc = found_show(f);

    if (f->ctl->signo != 0) {
        bmc_ctl_error("interrupted when %zu of %zu addresses were done%s",
                      bmc_scan_ended(&f->scan), f->scan.nasked,
                      bmc_words_has(&f->ctl->args, BMC_OPT_WRITE)
                      ? "; nothing was written" : "");
    }

    if (f->scan.unsent > 0) {
        bmc_ctl_error("%zu of %zu addresses could not be asked: %s",
                      f->scan.unsent, f->scan.nasked,
                      strerror(f->scan.error));
        rc = rc == BMC_OK ? BMC_FAILED : rc;
    }

    return rc;
}


static int
found_close(found_t *f, int rc)
{
    size_t  i;

    for (i = 0; i < f->nhosts; i++) {
        bmc_buf_free(&f->host[i].text);
    }

    bmc_buf_free(&f->arp);
    json_decref(f->rows);
    free(f->known);
    free(f->host);
    free(f->row);
    bmc_scan_free(&f->scan);

    return rc;
}


int
bmc_do_scan(bmc_ctl_t *c, const char *net)
{
    found_t         f;
    unsigned        port, web, rate;
    bmc_cidr_t      cidr;
    bmc_hostword_t  w;
    char            why[BMC_TEXT_MAX];

    port = FOUND_PORT;
    web = FOUND_WEB;
    rate = FOUND_RATE;

    if (!found_number(c, BMC_OPT_PORT, 65535, &port)
        || !found_number(c, BMC_OPT_REDFISH_PORT, 65535, &web)
        || !found_number(c, BMC_OPT_RATE, FOUND_FASTEST, &rate))
    {
        return BMC_USAGE;
    }

    memset(&f, 0, sizeof(found_t));
    f.ctl = c;
    f.write = bmc_words_has(&c->args, BMC_OPT_WRITE);
    f.driver = bmc_words_value(&c->args, BMC_OPT_DRIVER);

    if ((f.driver != NULL
         && !bmc_hostword_make(&w, "driver", f.driver, why))
        || !bmc_cidr_parse(net, &cidr, why))
    {
        bmc_ctl_error("%s", why);
        return BMC_USAGE;
    }

    if (!bmc_scan_init(&f.scan, &cidr, (uint16_t) port, rate, why)
        || !bmc_web_open(&f.scan, (uint16_t) web, why))
    {
        bmc_ctl_error("%s", why);
        return found_close(&f, BMC_USAGE);
    }

    f.rows = json_array();

    return found_close(&f, found_run(&f));
}
