
/*
 * Copyright (C) the bmcgate authors
 *
 * Lease files with a lease a line: dnsmasq's and Kea's.
 */


#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ctl/leases.h"


#define LINES_FIELDS  32


typedef struct {
    const char  *field[LINES_FIELDS];
    size_t       len[LINES_FIELDS];
    size_t       n;
} lines_t;


/* false at the end; separator ' ' stands for any number of blanks */

static bool
lines_next(bmc_leases_text_t *t, lines_t *l, char separator)
{
    size_t       len;
    const char  *p, *end;

    memset(l, 0, sizeof(lines_t));

    if (t->p >= t->end) {
        return false;
    }

    p = t->p;
    end = memchr(p, '\n', (size_t) (t->end - p));
    end = end == NULL ? t->end : end;
    t->p = end == t->end ? end : end + 1;

    while (end > p && isspace((unsigned char) end[-1])) {
        end--;
    }

    while (p < end && l->n < LINES_FIELDS) {
        len = 0;

        while (p + len < end && p[len] != separator) {
            len++;
        }

        l->field[l->n] = p;
        l->len[l->n] = len;
        l->n++;
        p += len + (p + len < end);

        while (separator == ' ' && p < end && *p == ' ') {
            p++;
        }
    }

    return true;
}


static bool
lines_number(const lines_t *l, size_t i, int64_t *v)
{
    size_t  k;

    *v = 0;

    if (i >= l->n || l->len[i] == 0 || l->len[i] > 18) {
        return false;
    }

    for (k = 0; k < l->len[i]; k++) {
        if (!isdigit((unsigned char) l->field[i][k])) {
            return false;
        }

        *v = *v * 10 + (l->field[i][k] - '0');
    }

    return true;
}


/* "06-aa:bb:…" has a hardware type before the address */

static void
lines_mac(bmc_lease_t *lease, const char *s, size_t len)
{
    if (len == 20 && s[2] == '-') {
        s += 3;
        len -= 3;
    }

    bmc_lease_mac(lease, s, len);
}


bool
bmc_leases_dnsmasq(bmc_leases_text_t *t)
{
    lines_t      l;
    unsigned     line;
    bmc_lease_t  lease;

    for (line = t->line; lines_next(t, &l, ' '); line++) {
        t->line = line;

        if (l.n == 0 || l.field[0][0] == '#') {
            continue;
        }

        /* what follows the server's DUID is DHCPv6: no MAC addresses */

        if (l.len[0] == 4 && memcmp(l.field[0], "duid", 4) == 0) {
            return true;
        }

        memset(&lease, 0, sizeof(bmc_lease_t));
        lease.active = true;

        if (!lines_number(&l, 0, &lease.ends) || l.n < 4) {
            return bmc_leases_wrong(t, line, "\"%.*s\" begins no lease,"
                                    " expected TIME MAC ADDRESS NAME ID",
                                    (int) (l.len[0] < 60 ? l.len[0] : 60),
                                    l.field[0]);
        }

        if (lease.ends == 0) {
            lease.ends = BMC_LEASE_NEVER;
        }

        lines_mac(&lease, l.field[1], l.len[1]);
        bmc_lease_address(&lease, l.field[2], l.len[2]);

        if (l.len[3] != 1 || l.field[3][0] != '*') {
            bmc_lease_name(&lease, l.field[3], l.len[3]);
        }

        if (lease.address[0] != '\0' && !bmc_leases_add(t, &lease)) {
            return false;
        }
    }

    return true;
}


enum {
    KEA_ADDRESS, KEA_HWADDR, KEA_LIFETIME, KEA_EXPIRE, KEA_HOSTNAME,
    KEA_STATE, KEA_COLUMNS
};


static bool
lines_kea_header(bmc_leases_text_t *t, const lines_t *l,
    size_t column[KEA_COLUMNS])
{
    size_t  i, j;

    static const char *const  names[KEA_COLUMNS] = {
        "address", "hwaddr", "valid_lifetime", "expire", "hostname", "state"
    };

    for (i = 0; i < KEA_COLUMNS; i++) {
        for (j = 0; j < l->n; j++) {
            if (l->len[j] == strlen(names[i])
                && memcmp(l->field[j], names[i], l->len[j]) == 0)
            {
                break;
            }
        }

        if (j == l->n) {
            return bmc_leases_wrong(t, t->line,
                                    "Kea's header has no column \"%s\"",
                                    names[i]);
        }

        column[i] = j;
    }

    return true;
}


static bool
lines_kea_lease(bmc_leases_text_t *t, const lines_t *l,
    const size_t column[KEA_COLUMNS])
{
    size_t       len;
    int64_t      state, lifetime;
    const char  *name;
    bmc_lease_t  lease;

    memset(&lease, 0, sizeof(bmc_lease_t));

    if (column[KEA_ADDRESS] >= l->n || column[KEA_HWADDR] >= l->n
        || column[KEA_HOSTNAME] >= l->n
        || !lines_number(l, column[KEA_EXPIRE], &lease.ends)
        || !lines_number(l, column[KEA_LIFETIME], &lifetime)
        || !lines_number(l, column[KEA_STATE], &state))
    {
        return bmc_leases_wrong(t, t->line, "this line lacks an address,"
                                " lifetime, expiry or state");
    }

    lease.starts = lease.ends > lifetime ? lease.ends - lifetime : 0;
    lease.active = state == 0;

    /* all ones: for ever */

    if (lifetime == 0xffffffff) {
        lease.ends = BMC_LEASE_NEVER;
    }

    bmc_lease_address(&lease, l->field[column[KEA_ADDRESS]],
                      l->len[column[KEA_ADDRESS]]);
    bmc_lease_mac(&lease, l->field[column[KEA_HWADDR]],
                  l->len[column[KEA_HWADDR]]);

    name = l->field[column[KEA_HOSTNAME]];
    len = l->len[column[KEA_HOSTNAME]];
    len -= len > 0 && name[len - 1] == '.';
    bmc_lease_name(&lease, name, len);

    return lease.address[0] == '\0' || bmc_leases_add(t, &lease);
}


bool
bmc_leases_kea(bmc_leases_text_t *t)
{
    lines_t   l;
    size_t    column[KEA_COLUMNS];
    unsigned  line;

    line = t->line;

    if (!lines_next(t, &l, ',') || !lines_kea_header(t, &l, column)) {
        return false;
    }

    while (lines_next(t, &l, ',')) {
        t->line = ++line;

        if (l.n > 0 && !lines_kea_lease(t, &l, column)) {
            return false;
        }
    }

    return true;
}
