
/*
 * Copyright (C) the bmcgate authors
 *
 * One host{} to its hosts: "host n[1-40]" is forty.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "conf/parse.h"


/* the names of a range, as many as there must be */

typedef struct {
    bmc_conf_t   *cf;
    const char  **word;
    size_t        count;
    size_t        want;
} expand_t;


static bool
expand_each(void *data, const char *name, size_t len)
{
    char      *s;
    expand_t  *x;

    x = data;

    if (x->count == x->want) {
        x->count++;
        return false;
    }

    s = bmc_pstrndup(x->cf->pool, name, len);
    if (s == NULL) {
        bmc_conf_failed(x->cf);
        return false;
    }

    x->word[x->count++] = s;

    return true;
}


/* an IPv6 address in brackets is no range */

static bool
expand_is_range(const char *s)
{
    return bmc_range_is(s) && !(s[0] == '[' && strchr(s, ':') != NULL);
}


/* want strings, one a host, of a word that may be a range; NULL: said */

static const char **
expand_word(bmc_conf_t *cf, const char *what, const char *word, size_t want)
{
    size_t       i;
    expand_t     x;
    const char  *why;

    x.cf = cf;
    x.count = 0;
    x.want = want;
    x.word = bmc_palloc(cf->pool, want * sizeof(char *));

    if (x.word == NULL) {
        bmc_conf_failed(cf);
        return NULL;
    }

    if (!expand_is_range(word)) {
        for (i = 0; i < want; i++) {
            x.word[i] = word;
        }

        return x.word;
    }

    if (bmc_range_expand(word, expand_each, &x, &why) == -1) {
        bmc_conf_error(cf, "the range \"%.64s\" of \"%s\" %s", word, what,
                       why);
        return NULL;
    }

    if (x.count != want) {
        bmc_conf_error(cf, "the range \"%.64s\" of \"%s\" does not make as "
                       "many as there are hosts, %zu", word, what, want);
        return NULL;
    }

    return x.word;
}


static bool
expand_address(bmc_conf_t *cf, const char *s)
{
    size_t  len;

    len = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                 "0123456789.:_%[]-");

    if (len > 0 && len < 256 && s[len] == '\0' && s[0] != '-') {
        return true;
    }

    bmc_conf_error(cf, "\"%.64s\" is no address: an IP address or a host's "
                   "name was expected", s);

    return false;
}


/* "92-33-B8-0E-DF-8F" becomes "92:33:b8:0e:df:8f" */

static const char *
expand_mac(bmc_conf_t *cf, const char *s)
{
    char    mac[18], c;
    size_t  i;

    for (i = 0; i < 17; i++) {
        c = s[i];

        if (i % 3 == 2) {
            mac[i] = ':';

            if (c != ':' && c != '-') {
                break;
            }

        } else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
            mac[i] = c;

        } else if (c >= 'A' && c <= 'F') {
            mac[i] = (char) (c - 'A' + 'a');

        } else {
            break;
        }
    }

    if (i < 17 || s[17] != '\0') {
        bmc_conf_error(cf, "\"%.64s\" is no MAC address such as "
                       "92:33:b8:0e:df:8f", s);
        return NULL;
    }

    mac[17] = '\0';

    if (strcmp(mac, s) == 0) {
        return s;
    }

    s = bmc_pstrdup(cf->pool, mac);
    if (s == NULL) {
        bmc_conf_failed(cf);
    }

    return s;
}


static void
expand_add(bmc_conf_t *cf, const bmc_hostconf_t *h, const bmc_hostread_t *r)
{
    void         *p;
    size_t        i;
    bmc_fleet_t  *f;

    f = cf->fleet;

    if (!bmc_name_valid(h->name, strlen(h->name))
        || strcmp(h->name, ".") == 0 || strcmp(h->name, "..") == 0)
    {
        bmc_conf_error_at(cf, h->file, h->line, "\"%.80s\" is no name for a "
                          "host: 1 to 63 letters, digits, \".\", \"_\" and "
                          "\"-\"", h->name);
        return;
    }

    p = bmc_conf_grow(cf, f->host, &cf->hosts_max, f->nhosts + 1,
                      sizeof(bmc_hostconf_t));
    if (p == NULL) {
        return;
    }

    f->host = p;

    p = bmc_conf_grow(cf, cf->host, &cf->host_max, f->nhosts + 1,
                      sizeof(bmc_hostread_t));
    if (p == NULL) {
        return;
    }

    cf->host = p;
    i = f->nhosts++;

    f->host[i] = *h;
    f->host[i].index = (unsigned) i;
    cf->host[i] = *r;
}


static void
expand_one(bmc_conf_t *cf, const bmc_hostconf_t *h, const bmc_hostread_t *r)
{
    size_t          i;
    bmc_hostconf_t  one;

    one = *h;

    for (i = 0; i < one.address.count; i++) {
        expand_address(cf, one.address.word[i]);
    }

    if (one.mac != NULL) {
        one.mac = expand_mac(cf, one.mac);
    }

    expand_add(cf, &one, r);
}


/* addresses of host i: column i of what each word of the list makes */

static bool
expand_addresses(bmc_conf_t *cf, const bmc_hostconf_t *h, bmc_list_t *list,
    size_t want)
{
    size_t         i, k, n;
    const char   **word, **column;

    n = h->address.count;

    word = bmc_palloc(cf->pool, (want * n + 1) * sizeof(char *));
    if (word == NULL) {
        bmc_conf_failed(cf);
        return false;
    }

    for (k = 0; k < n; k++) {
        column = expand_word(cf, "address", h->address.word[k], want);
        if (column == NULL) {
            return false;
        }

        for (i = 0; i < want; i++) {
            word[i * n + k] = column[i];
        }
    }

    list->word = word;
    list->count = n;

    return true;
}


static void
expand_range(bmc_conf_t *cf, const bmc_hostconf_t *h,
    const bmc_hostread_t *r, size_t want)
{
    size_t           i;
    bmc_list_t       address;
    const char     **names, **macs;
    bmc_hostconf_t   one;

    macs = NULL;
    names = expand_word(cf, "host", h->name, want);

    if (h->mac != NULL) {
        macs = expand_word(cf, "mac", h->mac, want);
    }

    if (!expand_addresses(cf, h, &address, want) || names == NULL) {
        return;
    }

    one = *h;

    for (i = 0; i < want; i++) {
        one.name = names[i];
        one.mac = (macs == NULL) ? NULL : macs[i];
        one.address.word = address.word + i * address.count;
        one.address.count = address.count;
        expand_one(cf, &one, r);
    }
}


void
bmc_host_expand(bmc_conf_t *cf, const bmc_hostconf_t *h,
    const bmc_hostread_t *r)
{
    long           n;
    bool           range;
    size_t         i;
    const char    *why;
    bmc_conf_at_t  at;

    at = cf->at;
    cf->at.file = h->file;
    cf->at.line = h->line;

    range = bmc_range_is(h->name)
            || (h->mac != NULL && bmc_range_is(h->mac));

    for (i = 0; i < h->address.count && !range; i++) {
        range = expand_is_range(h->address.word[i]);
    }

    if (!range) {
        expand_one(cf, h, r);

    } else {
        n = !bmc_range_is(h->name) ? 1
            : bmc_range_expand(h->name, NULL, NULL, &why);

        if (n == -1) {
            bmc_conf_error(cf, "the range \"%.64s\" of \"host\" %s", h->name,
                           why);

        } else {
            expand_range(cf, h, r, (size_t) n);
        }
    }

    cf->at = at;
}
