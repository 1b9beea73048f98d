
/*
 * Copyright (C) the bmcgate authors
 *
 * Drivers' own words.  Which drivers a host has may be said below them, or
 * in defaults at the end of another file: they are put aside until then.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "conf/parse.h"
#include "drivers/driver.h"


static bool
driver_inner_knows(const bmc_block_t *b, const char *word)
{
    const bmc_stmt_t    *st;
    const bmc_driver_t  *d;

    st = b->data;
    d = bmc_driver_find(st->words[0]);

    return d != NULL && bmc_conf_word(d->words, word) != NULL;
}


bool
bmc_driver_knows(const bmc_block_t *b, const char *word)
{
    size_t             i;
    const bmc_word_t  *w;

    if (bmc_driver_find(word) != NULL || strcmp(word, "include") == 0) {
        return true;
    }

    for (i = 0; bmc_drivers[i] != NULL; i++) {
        w = bmc_conf_word(bmc_drivers[i]->words, word);

        if (w != NULL && (w->flags & BMC_WORD_IN_HOST)) {
            return true;
        }
    }

    return false;
}


static bmc_stmt_t *
driver_keep(bmc_conf_t *cf, const char **words, size_t nwords, bool opens)
{
    bmc_stmt_t  *st;

    st = bmc_pcalloc(cf->pool, sizeof(bmc_stmt_t));
    if (st == NULL) {
        bmc_conf_failed(cf);
        return NULL;
    }

    st->words = bmc_palloc(cf->pool, nwords * sizeof(char *));
    if (st->words == NULL) {
        bmc_conf_failed(cf);
        return NULL;
    }

    memcpy(st->words, words, nwords * sizeof(char *));
    st->nwords = nwords;
    st->at = cf->at;
    st->opens = opens;

    return st;
}


static void
driver_append(bmc_stmt_t **list, bmc_stmt_t **last, bmc_stmt_t *st)
{
    if (*list == NULL) {
        *list = st;

    } else {
        (*last)->next = st;
    }

    *last = st;
}


static bool
driver_inner(bmc_conf_t *cf, bmc_block_t *b, const char **words,
    size_t nwords, bool opens)
{
    bmc_stmt_t  *st, *outer;

    outer = b->data;

    if (opens) {
        bmc_conf_error(cf, "\"%.64s\" in \"%s\" takes no block: \";\", not "
                       "\"{\"", words[0], outer->words[0]);
        bmc_conf_skip(cf, cf->at.line);
        return true;
    }

    st = driver_keep(cf, words, nwords, false);

    if (st != NULL) {
        driver_append(&outer->inside, &outer->last, st);
    }

    return true;
}


/* the block that words open, with its statements; NULL: no memory */

static bmc_stmt_t *
driver_block(bmc_conf_t *cf, const char **words, size_t nwords)
{
    bmc_stmt_t   *st;
    bmc_block_t   b;

    st = driver_keep(cf, words, nwords, true);

    if (st == NULL) {
        bmc_conf_skip(cf, cf->at.line);
        return NULL;
    }

    memset(&b, 0, sizeof(b));
    b.kind = st->words[0];
    b.other = driver_inner;
    b.knows = driver_inner_knows;
    b.data = st;

    bmc_conf_read(cf, &b, st->at.line);

    return st;
}


bool
bmc_driver_aside(bmc_conf_t *cf, bmc_block_t *b, const char **words,
    size_t nwords, bool opens)
{
    bmc_stmt_t      *st;
    bmc_hostread_t  *r;

    r = b->data;

    if (!opens) {
        st = driver_keep(cf, words, nwords, false);

    } else if (bmc_driver_find(words[0]) != NULL) {
        st = driver_block(cf, words, nwords);

    } else {
        st = driver_keep(cf, words, nwords, true);
        bmc_conf_skip(cf, cf->at.line);
    }

    if (st != NULL) {
        driver_append(&r->aside, &r->last, st);
    }

    return true;
}


static uint64_t
driver_print(const bmc_stmt_t *st, uint64_t print)
{
    size_t             i;
    const bmc_stmt_t  *in;

    for (i = 0; i < st->nwords; i++) {
        print = bmc_fleet_mix(print, st->words[i], strlen(st->words[i]));
    }

    for (in = st->inside; in != NULL; in = in->next) {
        print = driver_print(in, print + 1);
    }

    return print;
}


static void
driver_unknown(bmc_conf_t *cf, const bmc_block_t *b, const char *word,
    const bmc_block_t *drivers, unsigned ndrivers)
{
    unsigned           i;
    bmc_nearest_t      near;
    const bmc_word_t  *w;

    bmc_nearest_init(&near, word);

    for (w = b->words; w != NULL && w->name != NULL; w++) {
        bmc_nearest_offer(&near, w->name);
    }

    for (i = 0; i < ndrivers; i++) {
        bmc_nearest_offer(&near, drivers[i].kind);

        for (w = drivers[i].words; w != NULL && w->name != NULL; w++) {
            if (w->flags & BMC_WORD_IN_HOST) {
                bmc_nearest_offer(&near, w->name);
            }
        }
    }

    bmc_conf_unknown(cf, b, word, near.best);
}


static void
driver_words(bmc_conf_t *cf, bmc_block_t *b, const bmc_stmt_t *st)
{
    const bmc_stmt_t  *in;
    const bmc_word_t  *w;

    cf->at = st->at;

    if (st->nwords != 1) {
        bmc_conf_error(cf, "\"%s\" wants no name: \"%s {\"", b->kind,
                       b->kind);
    }

    for (in = st->inside; in != NULL; in = in->next) {
        cf->at = in->at;
        w = bmc_conf_word(b->words, in->words[0]);

        if (w == NULL) {
            driver_unknown(cf, b, in->words[0], NULL, 0);

        } else {
            bmc_conf_word_set(cf, b, w, in->words, in->nwords);
        }
    }
}


static void
driver_not_its(bmc_conf_t *cf, const bmc_hostconf_t *h,
    const bmc_hostread_t *r, const char *word)
{
    int       n;
    char      text[BMC_TEXT_MAX];
    size_t    at;
    unsigned  i;

    text[0] = '\0';

    for (i = 0, at = 0; i < h->ndrivers && at < sizeof(text); i++) {
        n = snprintf(text + at, sizeof(text) - at, "%s%s",
                     (i == 0) ? "" : ", ", h->driver[i]->name);
        at += (size_t) n;
    }

    bmc_conf_error(cf, "\"%s\" in host \"%.64s\", whose drivers are: %s",
                   word, r->name, text);
}


static void
driver_apply(bmc_conf_t *cf, bmc_hostconf_t *h, const bmc_hostread_t *r,
    const bmc_stmt_t *st, bmc_block_t *host, bmc_block_t *b)
{
    unsigned           i;
    const bmc_word_t  *w;

    cf->at = st->at;

    for (i = 0; i < h->ndrivers; i++) {

        if (strcmp(h->driver[i]->name, st->words[0]) == 0) {
            if (st->opens) {
                driver_words(cf, &b[i], st);

            } else {
                bmc_conf_error(cf, "\"%s\" wants a block: \"{\", not \";\"",
                               b[i].kind);
            }

            return;
        }

        w = bmc_conf_word(b[i].words, st->words[0]);

        if (w == NULL || !(w->flags & BMC_WORD_IN_HOST)) {
            continue;
        }

        if (st->opens) {
            bmc_conf_error(cf, "\"%s\" takes no block: \";\", not \"{\"",
                           w->name);

        } else {
            bmc_conf_word_set(cf, &b[i], w, st->words, st->nwords);
        }

        return;
    }

    /* a driver that is not there may know the word */

    if (r->unknown) {
        return;
    }

    if (bmc_driver_find(st->words[0]) != NULL) {
        driver_not_its(cf, h, r, st->words[0]);

    } else {
        driver_unknown(cf, host, st->words[0], b, h->ndrivers);
    }
}


static size_t
driver_number(const bmc_driver_t *d)
{
    size_t  i;

    for (i = 0; bmc_drivers[i] != d; i++) { /* void */ }

    return i;
}


bool
bmc_driver_init(bmc_conf_t *cf)
{
    size_t  i, n;

    for (n = 0; bmc_drivers[n] != NULL; n++) { /* void */ }

    cf->driver = bmc_pcalloc(cf->pool, (n + 1) * sizeof(bmc_driverread_t));
    if (cf->driver == NULL) {
        return false;
    }

    for (i = 0; i < n; i++) {
        cf->driver[i].conf = bmc_pcalloc(cf->pool,
                                         bmc_drivers[i]->conf_size);
        if (cf->driver[i].conf == NULL) {
            return false;
        }
    }

    return true;
}


/* a driver's block in defaults{} */

bool
bmc_driver_default(bmc_conf_t *cf, bmc_block_t *b, const char **words,
    size_t nwords, bool opens)
{
    bmc_stmt_t          *st;
    bmc_block_t          driver;
    bmc_driverread_t    *dr;
    const bmc_driver_t  *d;

    d = bmc_driver_find(words[0]);

    if (d == NULL || !opens) {
        return false;
    }

    st = driver_block(cf, words, nwords);
    if (st == NULL) {
        return true;
    }

    dr = &cf->driver[driver_number(d)];

    memset(&driver, 0, sizeof(driver));
    driver.kind = d->name;
    driver.words = d->words;
    driver.base = dr->conf;
    driver.set = dr->set;
    driver.outer = b;

    cf->print = 0;
    driver_words(cf, &driver, st);

    dr->set = driver.set;
    dr->print = driver_print(st, dr->print) + cf->print;

    return true;
}


/* what the host says to driver i: a copy of what defaults say, and more */

static bool
driver_begin(bmc_conf_t *cf, bmc_hostconf_t *h, const bmc_hostread_t *r,
    unsigned i, bmc_block_t *b)
{
    const bmc_driver_t      *d;
    const bmc_driverread_t  *dr;

    d = h->driver[i];
    dr = &cf->driver[driver_number(d)];

    memset(b, 0, sizeof(bmc_block_t));
    b->kind = d->name;
    b->words = d->words;
    b->inherited = dr->set;

    if (d->conf_size == 0 || (r->aside == NULL && d->check == NULL)) {
        h->dconf[i] = dr->conf;

    } else {
        h->dconf[i] = bmc_palloc(cf->pool, d->conf_size);
        if (h->dconf[i] == NULL) {
            bmc_conf_failed(cf);
            return false;
        }

        memcpy(h->dconf[i], dr->conf, d->conf_size);
    }

    b->base = h->dconf[i];

    return true;
}


static uint64_t
driver_inherited(bmc_conf_t *cf)
{
    uint64_t           set;
    const bmc_word_t  *w, *of;

    set = 0;

    for (w = bmc_defaults_words; w->name != NULL; w++) {
        if (cf->defaults_read.set
            & ((uint64_t) 1 << (w - bmc_defaults_words)))
        {
            of = bmc_conf_word(bmc_host_words, w->name);
            set |= (uint64_t) 1 << (of - bmc_host_words);
        }
    }

    return set;
}


/* the host's drivers are known: its words find theirs; a print of them */

uint64_t
bmc_driver_finish(bmc_conf_t *cf, bmc_hostconf_t *h, bmc_hostread_t *r)
{
    size_t             said;
    uint64_t           print;
    unsigned           i;
    bmc_block_t        host, b[BMC_CONF_DRIVERS];
    const bmc_stmt_t  *st;

    memset(&host, 0, sizeof(host));
    host.kind = "host";
    host.name = r->name;
    host.words = bmc_host_words;
    host.base = h;
    host.set = r->set;
    host.inherited = driver_inherited(cf);

    print = 0;
    cf->print = 0;

    for (i = 0; i < h->ndrivers; i++) {
        if (!driver_begin(cf, h, r, i, &b[i])) {
            return 0;
        }

        b[i].outer = &host;
        print = bmc_fleet_mix(print, h->driver[i]->name,
                              strlen(h->driver[i]->name));
        print ^= cf->driver[driver_number(h->driver[i])].print;
    }

    for (st = r->aside; st != NULL; st = st->next) {
        driver_apply(cf, h, r, st, &host, b);
        print = driver_print(st, print);
    }

    cf->at.file = h->file;
    cf->at.line = h->line;
    said = cf->nsaid;

    /* of those that nobody named, one complaint is enough */

    for (i = 0; i < h->ndrivers && !(h->picks && cf->nsaid > said); i++) {
        if (h->driver[i]->check != NULL) {
            cf->block = &b[i];
            h->driver[i]->check(cf, h, h->dconf[i]);
            cf->block = NULL;
        }
    }

    return print + cf->print;
}
