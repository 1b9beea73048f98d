
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdio.h>
#include <string.h>

#include "base/names.h"


#define NAMES_WORD_MAX  64       /* longer words are near nothing */


static bool
names_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}


bool
bmc_name_valid(const char *s, size_t len)
{
    size_t  i;

    if (len < 1 || len > 63 || s[0] == '-') {
        return false;
    }

    for (i = 0; i < len; i++) {
        if (!names_char(s[i])) {
            return false;
        }
    }

    return true;
}


bool
bmc_range_is(const char *s)
{
    return strchr(s, '[') != NULL;
}


bool
bmc_glob_is(const char *s)
{
    return strpbrk(s, "*?[") != NULL;
}


uint64_t
bmc_hash(const void *s, size_t len)
{
    uint64_t              h;
    const unsigned char  *p, *end;

    h = 14695981039346656037u;
    p = s;

    for (end = p + len; p < end; p++) {
        h = (h ^ *p) * 1099511628211u;
    }

    return h;
}


void
bmc_nearest_init(bmc_nearest_t *n, const char *word)
{
    n->word = word;
    n->len = strlen(word);
    n->best = NULL;
    n->distance = (n->len < 3) ? 1 : (unsigned) n->len / 3;

    if (n->len > NAMES_WORD_MAX) {
        n->len = 0;
    }
}


/* optimal string alignment: "adress" and "addrses" are both 1 away */

static unsigned
names_distance(const char *a, size_t alen, const char *b, size_t blen)
{
    size_t     i, j;
    unsigned   d, *row, *last, *before, rows[3][NAMES_WORD_MAX + 1];

    for (j = 0; j <= blen; j++) {
        rows[0][j] = (unsigned) j;
    }

    for (i = 1; i <= alen; i++) {
        row = rows[i % 3];
        last = rows[(i + 2) % 3];
        before = rows[(i + 1) % 3];
        row[0] = (unsigned) i;

        for (j = 1; j <= blen; j++) {
            d = last[j - 1] + (a[i - 1] != b[j - 1]);

            if (d > last[j] + 1) {
                d = last[j] + 1;
            }

            if (d > row[j - 1] + 1) {
                d = row[j - 1] + 1;
            }

            if (i > 1 && j > 1 && a[i - 1] == b[j - 2]
                && a[i - 2] == b[j - 1] && d > before[j - 2] + 1)
            {
                d = before[j - 2] + 1;
            }

            row[j] = d;
        }
    }

    return rows[alen % 3][blen];
}


void
bmc_nearest_offer(bmc_nearest_t *n, const char *candidate)
{
    size_t    len;
    unsigned  d;

    len = strnlen(candidate, NAMES_WORD_MAX + 1);

    if (n->len == 0 || len == 0 || len > NAMES_WORD_MAX
        || len + n->distance < n->len || n->len + n->distance < len)
    {
        return;
    }

    d = names_distance(n->word, n->len, candidate, len);

    if (d < n->distance || (d == n->distance && n->best == NULL)) {
        n->distance = d;
        n->best = candidate;
    }
}
