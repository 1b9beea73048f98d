
/*
 * Copyright (C) the bmcgate authors
 */


#include <arpa/inet.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "ctl/leases.h"


bool
bmc_leases_wrong(bmc_leases_text_t *t, unsigned line, const char *fmt, ...)
{
    int      n;
    va_list  args;

    n = snprintf(t->why, BMC_TEXT_MAX, "%s:%u: ", t->file, line);

    if (n > 0 && n < BMC_TEXT_MAX) {
        va_start(args, fmt);
        (void) vsnprintf(t->why + n, (size_t) (BMC_TEXT_MAX - n), fmt, args);
        va_end(args);
    }

    return false;
}


bool
bmc_leases_add(bmc_leases_text_t *t, const bmc_lease_t *lease)
{
    size_t         size;
    bmc_lease_t   *grown;
    bmc_leases_t  *l;

    l = t->leases;

    if (l->n == l->size) {
        size = l->size == 0 ? 64 : l->size * 2;
        grown = realloc(l->lease, size * sizeof(bmc_lease_t));

        if (grown == NULL) {
            return bmc_leases_wrong(t, t->line, "out of memory");
        }

        l->lease = grown;
        l->size = size;
    }

    l->lease[l->n] = *lease;
    l->lease[l->n].order = l->n;
    l->n++;

    return true;
}


void
bmc_leases_free(bmc_leases_t *l)
{
    free(l->lease);
    memset(l, 0, sizeof(bmc_leases_t));
}


bool
bmc_mac_parse(const char *s, size_t len, char mac[18])
{
    size_t  i;
    char    copy[18];

    if (len != 17) {
        return false;
    }

    for (i = 0; i < 17; i++) {
        if (i % 3 == 2) {
            if (s[i] != ':' && s[i] != '-') {
                return false;
            }

            copy[i] = ':';

        } else if (isxdigit((unsigned char) s[i])) {
            copy[i] = (char) tolower((unsigned char) s[i]);

        } else {
            return false;
        }
    }

    copy[17] = '\0';
    memcpy(mac, copy, sizeof(copy));

    return true;
}


void
bmc_lease_mac(bmc_lease_t *lease, const char *s, size_t len)
{
    (void) bmc_mac_parse(s, len, lease->mac);
}


void
bmc_lease_address(bmc_lease_t *lease, const char *s, size_t len)
{
    char           text[46];
    unsigned char  bytes[16];

    if (len >= sizeof(text)) {
        return;
    }

    memcpy(text, s, len);
    text[len] = '\0';

    if (inet_pton(AF_INET, text, bytes) == 1
        || inet_pton(AF_INET6, text, bytes) == 1)
    {
        memcpy(lease->address, text, sizeof(text));
    }
}


void
bmc_lease_name(bmc_lease_t *lease, const char *s, size_t len)
{
    if (bmc_name_valid(s, len)) {
        memcpy(lease->name, s, len);
        lease->name[len] = '\0';
    }
}


bool
bmc_cidr_parse(const char *s, bmc_cidr_t *cidr, char why[BMC_TEXT_MAX])
{
    char           *end, text[46];
    size_t          len;
    unsigned        max;
    unsigned long   bits;

    memset(cidr, 0, sizeof(bmc_cidr_t));
    len = strcspn(s, "/");

    if (len < sizeof(text)) {
        memcpy(text, s, len);
        text[len] = '\0';

        if (inet_pton(AF_INET, text, cidr->net) == 1) {
            cidr->family = AF_INET;

        } else if (inet_pton(AF_INET6, text, cidr->net) == 1) {
            cidr->family = AF_INET6;
        }
    }

    max = cidr->family == AF_INET ? 32 : 128;
    bits = max;

    if (cidr->family != 0 && s[len] == '/') {
        bits = isdigit((unsigned char) s[len + 1])
               ? strtoul(s + len + 1, &end, 10) : max + 1;

        if (bits > max || *end != '\0') {
            cidr->family = 0;
        }
    }

    if (cidr->family == 0) {
        (void) snprintf(why, BMC_TEXT_MAX,
                        "\"%.60s\" is no network, as 10.0.0.0/8 or fd00::/64",
                        s);
        return false;
    }

    cidr->bits = (unsigned) bits;

    return true;
}


bool
bmc_cidr_holds(const bmc_cidr_t *cidr, const char *address)
{
    unsigned       whole, rest;
    unsigned char  bytes[16];

    if (inet_pton(cidr->family, address, bytes) != 1) {
        return false;
    }

    whole = cidr->bits / 8;
    rest = cidr->bits % 8;

    return memcmp(bytes, cidr->net, whole) == 0
           && (rest == 0
               || ((bytes[whole] ^ cidr->net[whole]) >> (8 - rest)) == 0);
}


static int
leases_by_address(const void *a, const void *b)
{
    int                 cmp;
    const bmc_lease_t  *one, *two;

    one = a;
    two = b;
    cmp = strcmp(one->address, two->address);

    return cmp != 0 ? cmp : (one->order > two->order)
                            - (one->order < two->order);
}


static int
leases_by_mac(const void *a, const void *b)
{
    int                 cmp;
    const bmc_lease_t  *one, *two;

    one = a;
    two = b;
    cmp = strcmp(one->mac, two->mac);

    if (cmp == 0) {
        cmp = (one->starts > two->starts) - (one->starts < two->starts);
    }

    return cmp != 0 ? cmp : (one->order > two->order)
                            - (one->order < two->order);
}


static int
leases_by_order(const void *a, const void *b)
{
    const bmc_lease_t  *one, *two;

    one = a;
    two = b;

    return (one->order > two->order) - (one->order < two->order);
}


/*
 * dhcpd and Kea append: the last word about an address is what holds, even
 * when it is that the address is free again.
 */

static void
leases_settle(bmc_leases_t *l, int64_t now)
{
    size_t        i, n;
    bmc_lease_t  *a;

    if (l->n == 0) {
        return;
    }

    a = l->lease;
    qsort(a, l->n, sizeof(bmc_lease_t), leases_by_address);

    for (i = 0, n = 0; i < l->n; i++) {
        if ((i + 1 == l->n || strcmp(a[i].address, a[i + 1].address) != 0)
            && a[i].active && a[i].ends > now && a[i].mac[0] != '\0')
        {
            a[n++] = a[i];
        }
    }

    l->n = n;
    qsort(a, l->n, sizeof(bmc_lease_t), leases_by_mac);

    for (i = 0, n = 0; i < l->n; i++) {
        if (i + 1 == l->n || strcmp(a[i].mac, a[i + 1].mac) != 0) {
            a[n++] = a[i];
        }
    }

    l->n = n;
    qsort(a, l->n, sizeof(bmc_lease_t), leases_by_order);
}


static bool
leases_begins(const bmc_leases_text_t *t, const char *word)
{
    size_t  len;

    len = strlen(word);

    return (size_t) (t->end - t->p) >= len && memcmp(t->p, word, len) == 0;
}


static void
leases_skip_blank(bmc_leases_text_t *t)
{
    while (t->p < t->end) {
        if (*t->p == '\n') {
            t->line++;

        } else if (*t->p == '#') {
            while (t->p + 1 < t->end && t->p[1] != '\n') {
                t->p++;
            }

        } else if (!isspace((unsigned char) *t->p)) {
            return;
        }

        t->p++;
    }
}


bool
bmc_leases_parse(bmc_leases_t *l, const char *file, const char *text,
    size_t len, int64_t now, char why[BMC_TEXT_MAX])
{
    bool               ok;
    bmc_leases_text_t  t;

    memset(l, 0, sizeof(bmc_leases_t));
    t = (bmc_leases_text_t) {
        .leases = l, .file = file, .p = text, .end = text + len,
        .line = 1, .why = why
    };

    why[0] = '\0';

    if (memchr(text, '\0', len) != NULL) {
        return bmc_leases_wrong(&t, 1, "this is no text");
    }

    leases_skip_blank(&t);

    if (t.p == t.end) {
        return true;
    }

    if (leases_begins(&t, "address,")) {
        ok = bmc_leases_kea(&t);

    } else if (isdigit((unsigned char) *t.p) || leases_begins(&t, "duid ")) {
        ok = bmc_leases_dnsmasq(&t);

    } else {
        ok = bmc_leases_isc(&t);
    }

    if (ok) {
        leases_settle(l, now);
    }

    return ok;
}
