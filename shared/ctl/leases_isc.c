
/*
 * Copyright (C) the bmcgate authors
 */


#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ctl/leases.h"


#define ISC_WORDS  8


/* one statement: its first words, and what ended it */

typedef struct {
    const char  *word[ISC_WORDS];
    size_t       len[ISC_WORDS];
    size_t       n;
    unsigned     line;
    char         end;            /* ';', '{', '}', or 0 at the end of it all */
} isc_stmt_t;


static void
isc_blank(bmc_leases_text_t *t)
{
    while (t->p < t->end) {
        if (*t->p == '#') {
            while (t->p < t->end && *t->p != '\n') {
                t->p++;
            }

        } else if (isspace((unsigned char) *t->p)) {
            t->line += *t->p == '\n';
            t->p++;

        } else {
            return;
        }
    }
}


static bool
isc_string(bmc_leases_text_t *t, const char **word, size_t *len)
{
    unsigned  line;

    line = t->line;
    *len = 0;
    *word = ++t->p;

    for ( /* void */ ; t->p < t->end && *t->p != '"'; t->p++) {
        t->line += *t->p == '\n';

        if (*t->p == '\\' && t->p + 1 < t->end) {
            t->p++;
        }
    }

    if (t->p == t->end) {
        return bmc_leases_wrong(t, line, "this string is never closed");
    }

    *len = (size_t) (t->p - *word);
    t->p++;

    return true;
}


static bool
isc_next(bmc_leases_text_t *t, isc_stmt_t *st)
{
    size_t       len;
    const char  *word;

    len = 0;
    memset(st, 0, sizeof(isc_stmt_t));
    isc_blank(t);
    st->line = t->line;

    for ( ;; ) {
        isc_blank(t);

        if (t->p == t->end) {
            return true;
        }

        if (strchr(";{}", *t->p) != NULL) {
            st->end = *t->p++;
            return true;
        }

        if (*t->p == '"') {
            if (!isc_string(t, &word, &len)) {
                return false;
            }

        } else {
            word = t->p;

            while (t->p < t->end && !isspace((unsigned char) *t->p)
                   && strchr(";{}\"", *t->p) == NULL)
            {
                t->p++;
            }

            len = (size_t) (t->p - word);
        }

        if (st->n < ISC_WORDS) {
            st->word[st->n] = word;
            st->len[st->n] = len;
            st->n++;
        }
    }
}


static bool
isc_is(const isc_stmt_t *st, size_t i, const char *word)
{
    return i < st->n && st->len[i] == strlen(word)
           && memcmp(st->word[i], word, st->len[i]) == 0;
}


static bool
isc_unclosed(bmc_leases_text_t *t, const isc_stmt_t *opened)
{
    return bmc_leases_wrong(t, opened->line,
                            "\"%.*s%s%.*s\" is opened here and never closed",
                            (int) opened->len[0], opened->word[0],
                            opened->n > 1 ? " " : "",
                            (int) opened->len[1],
                            opened->n > 1 ? opened->word[1] : "");
}


/* a block that says nothing of leases; or is inside of one */

static bool
isc_skip(bmc_leases_text_t *t, const isc_stmt_t *opened)
{
    unsigned    depth;
    isc_stmt_t  st;

    for (depth = 1; depth > 0; /* void */ ) {
        if (!isc_next(t, &st)) {
            return false;
        }

        if (st.end == 0) {
            return isc_unclosed(t, opened);
        }

        depth += st.end == '{';
        depth -= st.end == '}';
    }

    return true;
}


/* "never", "epoch 1767322800", "4 2026/01/02 03:04:05"; 0: none of them */

static int64_t
isc_time(const isc_stmt_t *st)
{
    char       text[64], *rest;
    time_t     when;
    long long  epoch;
    struct tm  tm;

    if (isc_is(st, 1, "never")) {
        return BMC_LEASE_NEVER;
    }

    if (isc_is(st, 1, "epoch") && st->n > 2) {
        (void) snprintf(text, sizeof(text), "%.*s",
                        (int) (st->len[2] < 20 ? st->len[2] : 20),
                        st->word[2]);
        return sscanf(text, "%18lld", &epoch) == 1 ? epoch : 0;
    }

    if (st->n < 4 || st->len[2] > 20 || st->len[3] > 20) {
        return 0;
    }

    (void) snprintf(text, sizeof(text), "%.*s %.*s", (int) st->len[2],
                    st->word[2], (int) st->len[3], st->word[3]);
    memset(&tm, 0, sizeof(struct tm));
    rest = strptime(text, "%Y/%m/%d %H:%M:%S", &tm);

    if (rest == NULL || *rest != '\0') {
        return 0;
    }

    when = timegm(&tm);

    return when == (time_t) -1 ? 0 : when;
}


static void
isc_word(bmc_lease_t *lease, const isc_stmt_t *st)
{
    if (isc_is(st, 0, "starts")) {
        lease->starts = isc_time(st);

    } else if (isc_is(st, 0, "ends")) {
        lease->ends = isc_time(st);

    } else if (isc_is(st, 0, "hardware") && st->n == 3) {
        bmc_lease_mac(lease, st->word[2], st->len[2]);

    } else if (isc_is(st, 0, "client-hostname") && st->n == 2) {
        bmc_lease_name(lease, st->word[1], st->len[1]);

    } else if (isc_is(st, 0, "binding") && isc_is(st, 1, "state")) {
        lease->active = isc_is(st, 2, "active");
    }
}


static bool
isc_lease(bmc_leases_text_t *t, const isc_stmt_t *opened)
{
    isc_stmt_t   st;
    bmc_lease_t  lease;

    memset(&lease, 0, sizeof(bmc_lease_t));
    lease.active = true;

    if (opened->n > 1) {
        bmc_lease_address(&lease, opened->word[1], opened->len[1]);
    }

    for ( ;; ) {
        if (!isc_next(t, &st)) {
            return false;
        }

        if (st.end == '}') {
            break;
        }

        if (st.end == 0 || isc_is(&st, 0, "lease")) {
            return isc_unclosed(t, opened);
        }

        if (st.end == '{') {
            if (!isc_skip(t, &st)) {
                return false;
            }

        } else if (st.n > 0) {
            isc_word(&lease, &st);
        }
    }

    return lease.address[0] == '\0' || bmc_leases_add(t, &lease);
}


bool
bmc_leases_isc(bmc_leases_text_t *t)
{
    bool        ok;
    isc_stmt_t  st;

    for ( ;; ) {
        if (!isc_next(t, &st)) {
            return false;
        }

        if (st.end == 0 && st.n == 0) {
            return true;
        }

        if (st.end == '}') {
            return bmc_leases_wrong(t, t->line, "\"}\" closes nothing");
        }

        if (st.end == 0) {
            return bmc_leases_wrong(t, st.line,
                                    "\"%.*s\" is no lease of dhcpd, dnsmasq"
                                    " or Kea",
                                    (int) (st.len[0] < 60 ? st.len[0] : 60),
                                    st.word[0]);
        }

        if (st.end == '{') {
            ok = isc_is(&st, 0, "lease") ? isc_lease(t, &st)
                                         : isc_skip(t, &st);

            if (!ok) {
                return false;
            }
        }
    }
}
