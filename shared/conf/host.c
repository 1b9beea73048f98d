
/*
 * Copyright (C) the bmcgate authors
 *
 * host{} and defaults{}.
 */


#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "conf/parse.h"
#include "drivers/driver.h"
#include "quirks/quirks.h"


#define HOST_GROUPS  256
#define HOST_TIME    "100 3600000"


static void  host_driver(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *base);
static void  host_groups(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *base);
static void  host_poll(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *base);
static void  host_quirk(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *base);


#define HOST_DRIVER                                                          \
    { "driver", BMC_WORD_CUSTOM, offsetof(bmc_hostconf_t, driver), NULL,     \
      host_driver, BMC_WORD_ONCE,                                            \
      "how to speak to the BMC, preferred first" }

#define HOST_USER                                                            \
    { "user", BMC_WORD_STRING, offsetof(bmc_hostconf_t, user), NULL, NULL,   \
      0, "the BMC's account" }

#define HOST_PASSWORD                                                        \
    { "password", BMC_WORD_SECRET, offsetof(bmc_hostconf_t, password), NULL, \
      NULL, 0, "its password: file:, env:, credential:, or the word" }

#define HOST_POLL                                                            \
    { "poll", BMC_WORD_CUSTOM, offsetof(bmc_hostconf_t, poll), NULL,         \
      host_poll, BMC_WORD_ONCE,                                              \
      "how often the BMC is asked; off: never unasked" }

#define HOST_TIMEOUT                                                         \
    { "timeout", BMC_WORD_TIME, offsetof(bmc_hostconf_t, timeout),           \
      HOST_TIME, NULL, 0, "how long an answer may take" }

#define HOST_QUIRK                                                           \
    { "quirk", BMC_WORD_CUSTOM, offsetof(bmc_hostconf_t, quirks_on), NULL,   \
      host_quirk, 0, "whether a quirk is the BMC's, whatever it is" }


const bmc_word_t  bmc_host_words[] = {

    { "address", BMC_WORD_STRINGS, offsetof(bmc_hostconf_t, address), NULL,
      NULL, 0, "of the BMC" },

    { "mac", BMC_WORD_STRING, offsetof(bmc_hostconf_t, mac), NULL, NULL, 0,
      "of the BMC" },

    HOST_DRIVER,

    { "groups", BMC_WORD_CUSTOM, offsetof(bmc_hostconf_t, groups), NULL,
      host_groups, BMC_WORD_ONCE, "that the host is in" },

    HOST_USER,
    HOST_PASSWORD,
    HOST_POLL,
    HOST_TIMEOUT,
    HOST_QUIRK,

    { "snmp_index", BMC_WORD_NUMBER, offsetof(bmc_hostconf_t, snmp_index),
      "1 2147483647", NULL, 0, "the host's number in SNMP" },

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


const bmc_word_t  bmc_defaults_words[] = {

    HOST_DRIVER,
    HOST_USER,
    HOST_PASSWORD,
    HOST_POLL,
    HOST_TIMEOUT,
    HOST_QUIRK,

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


/* the drivers of "auto" that this build has */

unsigned
bmc_host_auto(bmc_hostconf_t *h)
{
    size_t               i;
    const bmc_driver_t  *d;

    static const char *const  drivers[] = { "redfish", "ipmi" };

    h->ndrivers = 0;
    h->picks = true;

    for (i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
        d = bmc_driver_find(drivers[i]);

        if (d != NULL) {
            h->driver[h->ndrivers++] = d;
        }
    }

    return h->ndrivers;
}


static void
host_driver_unknown(bmc_conf_t *cf, const char *name)
{
    int      n;
    char     text[BMC_TEXT_MAX];
    size_t   i, at;

    text[0] = '\0';

    for (i = 0, at = 0; bmc_drivers[i] != NULL && at < sizeof(text); i++) {
        n = snprintf(text + at, sizeof(text) - at, "%s%s",
                     (i == 0) ? "" : ", ", bmc_drivers[i]->name);
        at += (size_t) n;
    }

    bmc_conf_error(cf, "unknown driver \"%.64s\" (this build has: %s)", name,
                   text);
}


static bool
host_driver_add(bmc_conf_t *cf, bmc_hostconf_t *h, const char *name)
{
    unsigned             i;
    const bmc_driver_t  *d;

    if (strcmp(name, "auto") == 0) {
        bmc_conf_error(cf, "driver \"auto\" must stand alone");
        return false;
    }

    d = bmc_driver_find(name);

    if (d == NULL) {
        host_driver_unknown(cf, name);
        return false;
    }

    for (i = 0; i < h->ndrivers; i++) {
        if (h->driver[i] == d) {
            bmc_conf_error(cf, "driver \"%s\" is named twice", name);
            return false;
        }
    }

    if (h->ndrivers == BMC_CONF_DRIVERS) {
        bmc_conf_error(cf, "more than %d drivers", BMC_CONF_DRIVERS);
        return false;
    }

    h->driver[h->ndrivers++] = d;

    return true;
}


static void
host_driver(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    size_t           i;
    bmc_hostconf_t  *h;
    bmc_hostread_t  *r;

    h = base;
    r = cf->block->data;

    if (nwords < 2) {
        bmc_conf_error(cf, "\"driver\" wants at least one value");
        r->unknown = true;
        return;
    }

    if (nwords == 2 && strcmp(words[1], "auto") == 0) {
        if (bmc_host_auto(h) == 0) {
            bmc_conf_error(cf, "driver \"auto\" needs the ipmi or the "
                           "redfish driver, and this build has neither");
            r->unknown = true;
        }

        return;
    }

    for (i = 1; i < nwords; i++) {
        if (!host_driver_add(cf, h, words[i])) {
            r->unknown = true;
        }
    }
}


static void
host_groups(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    size_t       i, k;
    bmc_word_t   list;

    if (nwords > HOST_GROUPS + 1) {
        bmc_conf_error(cf, "more than %d groups", HOST_GROUPS);
        return;
    }

    for (i = 1; i < nwords; i++) {
        if (!bmc_name_valid(words[i], strlen(words[i]))) {
            bmc_conf_error(cf, "\"%.80s\" is no name for a group: 1 to 63 "
                           "letters, digits, \".\", \"_\" and \"-\"",
                           words[i]);
        }

        for (k = 1; k < i; k++) {
            if (strcmp(words[k], words[i]) == 0) {
                bmc_conf_error(cf, "group \"%.64s\" is named twice",
                               words[i]);
            }
        }
    }

    list = *w;
    list.type = BMC_WORD_STRINGS;

    bmc_conf_set(cf, &list, words, nwords, base);
}


static void
host_poll(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    bmc_word_t       time;
    bmc_hostconf_t  *h;

    if (nwords == 2 && strcmp(words[1], "off") == 0) {
        h = base;
        h->poll = 0;
        return;
    }

    time = *w;
    time.type = BMC_WORD_TIME;
    time.values = "1000 86400000";

    bmc_conf_set(cf, &time, words, nwords, base);
}


static void
host_quirk_unknown(bmc_conf_t *cf, const char *name)
{
    size_t         i;
    bmc_nearest_t  near;

    bmc_nearest_init(&near, name);

    for (i = 0; i < BMC_QUIRK_MAX; i++) {
        bmc_nearest_offer(&near, bmc_quirk_name((bmc_quirk_t) i));
    }

    if (near.best == NULL) {
        bmc_conf_error(cf, "unknown quirk \"%.64s\": expected one that "
                       "\"bmcctl quirks\" lists", name);

    } else {
        bmc_conf_error(cf, "unknown quirk \"%.64s\" (did you mean \"%s\"?)",
                       name, near.best);
    }
}


static void
host_quirk(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    bool             on;
    char             where[BMC_TEXT_MAX];
    uint64_t         bit;
    bmc_quirk_t      quirk;
    bmc_hostconf_t  *h;

    h = base;

    if (nwords != 3) {
        bmc_conf_error(cf, "\"quirk\" wants a name and on or off, got %zu "
                       "words", nwords - 1);
        return;
    }

    on = strcmp(words[2], "on") == 0;

    if (!on && strcmp(words[2], "off") != 0) {
        bmc_conf_error(cf, "quirk \"%.64s\" must be on or off, not "
                       "\"%.64s\"", words[1], words[2]);
        return;
    }

    quirk = bmc_quirk_find(words[1]);

    if (quirk == BMC_QUIRK_MAX) {
        host_quirk_unknown(cf, words[1]);
        return;
    }

    bit = (uint64_t) 1 << quirk;

    if ((h->quirks_on | h->quirks_off) & bit) {
        bmc_conf_error(cf, "duplicate quirk \"%s\"%s", words[1],
                       bmc_conf_where(cf->block, where));
        return;
    }

    h->quirks_on |= on ? bit : 0;
    h->quirks_off |= on ? 0 : bit;
}


static void
host_init(bmc_conf_t *cf, bmc_hostconf_t *h, bmc_hostread_t *r,
    bmc_block_t *b)
{
    memset(h, 0, sizeof(bmc_hostconf_t));
    h->poll = -1;
    h->timeout = -1;
    h->file = cf->at.file;
    h->line = cf->at.line;
    h->fleet = cf->fleet;

    memset(r, 0, sizeof(bmc_hostread_t));

    memset(b, 0, sizeof(bmc_block_t));
    b->base = h;
    b->data = r;
    b->knows = bmc_driver_knows;
}


void
bmc_host_block(bmc_conf_t *cf, const char *name)
{
    bmc_block_t     b;
    bmc_hostconf_t  h;
    bmc_hostread_t  r;

    host_init(cf, &h, &r, &b);
    h.name = name;
    r.name = name;
    b.kind = "host";
    b.name = name;
    b.words = bmc_host_words;
    b.other = bmc_driver_aside;

    bmc_conf_read(cf, &b, h.line);

    r.set = b.set;
    r.torn = cf->in->torn;
    bmc_host_expand(cf, &h, &r);
}


void
bmc_host_defaults(bmc_conf_t *cf, const char *name)
{
    bmc_block_t     b;
    bmc_hostconf_t  h;
    bmc_hostread_t  r;

    if (cf->defaults.line != 0) {
        bmc_conf_error(cf, "\"defaults\" stand already at %s:%u",
                       cf->defaults.file, cf->defaults.line);
        bmc_conf_skip(cf, cf->at.line);
        return;
    }

    host_init(cf, &h, &r, &b);
    b.kind = "defaults";
    b.words = bmc_defaults_words;
    b.other = bmc_driver_default;

    bmc_conf_read(cf, &b, h.line);

    r.set = b.set;
    cf->defaults = h;
    cf->defaults_read = r;
}
