
/*
 * Copyright (C) the bmcgate authors
 *
 * "n[1-3,07-09]-[a,b]" and the names it stands for.
 */


#include <stdio.h>
#include <string.h>

#include "base/names.h"


#define RANGE_PARTS   128        /* words and numbers within brackets */
#define RANGE_DIGITS  9
#define RANGE_NAME    256        /* the longest name a range makes */


/* what one bracket's item or the text between brackets stands for */

typedef struct {
    const char  *word;           /* NULL: the numbers */
    size_t       len;
    uint32_t     from;
    uint32_t     to;
    int          width;
} range_item_t;


typedef struct {
    size_t  first;               /* of range_t's items */
    size_t  count;
} range_part_t;


typedef struct {
    range_item_t   item[RANGE_PARTS];
    range_part_t   part[RANGE_PARTS];
    size_t         nitems;
    size_t         nparts;
    const char    *why;
} range_t;


typedef struct {
    const range_t  *range;
    bmc_range_pt    each;
    void           *data;
    long            count;
    bool            stop;
    char            name[RANGE_NAME];
} range_walk_t;


static bool
range_number(const char *s, size_t len, uint32_t *n)
{
    size_t  i;

    if (len == 0 || len > RANGE_DIGITS) {
        return false;
    }

    *n = 0;

    for (i = 0; i < len; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return false;
        }

        *n = *n * 10 + (uint32_t) (s[i] - '0');
    }

    return true;
}


static bool
range_item(range_t *r, const char *s, size_t len)
{
    size_t         left;
    const char    *dash;
    range_item_t  *it;

    if (r->nitems == RANGE_PARTS) {
        r->why = "has too many parts";
        return false;
    }

    if (len == 0) {
        r->why = "has an empty part";
        return false;
    }

    it = &r->item[r->nitems++];
    memset(it, 0, sizeof(range_item_t));

    dash = memchr(s, '-', len);
    left = (dash == NULL) ? len : (size_t) (dash - s);

    if (dash == NULL || left == 0 || strspn(s, "0123456789") < left) {
        it->word = s;
        it->len = len;
        return true;
    }

    if (!range_number(s, left, &it->from)
        || !range_number(dash + 1, len - left - 1, &it->to))
    {
        r->why = "has a part that is not FROM-TO";
        return false;
    }

    if (it->to < it->from) {
        r->why = "runs backwards";
        return false;
    }

    it->width = (s[0] == '0' && left > 1) ? (int) left : 1;

    return true;
}


/* s is behind '['; returns what is behind ']' */

static const char *
range_bracket(range_t *r, const char *s)
{
    size_t  len;

    for ( ;; ) {
        len = strcspn(s, ",[]");

        if (s[len] == '\0') {
            r->why = "has no closing \"]\"";
            return NULL;
        }

        if (s[len] == '[') {
            r->why = "has \"[\" within brackets";
            return NULL;
        }

        if (!range_item(r, s, len)) {
            return NULL;
        }

        s += len + 1;

        if (s[-1] == ']') {
            return s;
        }
    }
}


static const char *
range_text(range_t *r, const char *s)
{
    size_t         len;
    range_item_t  *it;

    len = strcspn(s, "[]");

    if (s[len] == ']') {
        r->why = "has \"]\" without \"[\"";
        return NULL;
    }

    if (r->nitems == RANGE_PARTS) {
        r->why = "has too many parts";
        return NULL;
    }

    it = &r->item[r->nitems++];
    memset(it, 0, sizeof(range_item_t));
    it->word = s;
    it->len = len;

    return s + len;
}


static bool
range_parse(range_t *r, const char *s)
{
    range_part_t  *p;

    if (*s == '\0') {
        r->why = "is empty";
        return false;
    }

    while (*s != '\0') {
        if (r->nparts == RANGE_PARTS) {
            r->why = "has too many parts";
            return false;
        }

        p = &r->part[r->nparts++];
        p->first = r->nitems;

        s = (*s == '[') ? range_bracket(r, s + 1) : range_text(r, s);
        if (s == NULL) {
            return false;
        }

        p->count = r->nitems - p->first;
    }

    return true;
}


/* how many names, or -1: too many, or one too long */

static long
range_count(range_t *r)
{
    size_t               i, k, len, longest, digits;
    uint64_t             all, n;
    const range_item_t  *it;

    all = 1;
    len = 0;

    for (i = 0; i < r->nparts; i++) {
        n = 0;
        longest = 0;

        for (k = 0; k < r->part[i].count; k++) {
            it = &r->item[r->part[i].first + k];
            n += (it->word != NULL) ? 1 : (uint64_t) it->to - it->from + 1;
            digits = (it->word != NULL) ? it->len : RANGE_DIGITS;
            longest = (digits > longest) ? digits : longest;
        }

        all *= n;
        len += longest;

        if (all > BMC_RANGE_MAX) {
            r->why = "makes more than 65536 names";
            return -1;
        }

        if (len >= RANGE_NAME) {
            r->why = "makes names that are too long";
            return -1;
        }
    }

    return (long) all;
}


static void  range_walk(range_walk_t *w, size_t part, size_t len);


static void
range_walk_item(range_walk_t *w, const range_item_t *it, size_t part,
    size_t len)
{
    int       n;
    uint32_t  i;

    if (it->word != NULL) {
        memcpy(w->name + len, it->word, it->len);
        range_walk(w, part + 1, len + it->len);
        return;
    }

    for (i = it->from; i <= it->to && !w->stop; i++) {
        n = snprintf(w->name + len, RANGE_NAME - len, "%0*u", it->width, i);
        range_walk(w, part + 1, len + (size_t) n);
    }
}


/* as deep as there are parts, which range_parse() bounds */

static void
range_walk(range_walk_t *w, size_t part, size_t len)
{
    size_t               k;
    const range_part_t  *p;

    if (part == w->range->nparts) {
        w->name[len] = '\0';
        w->count++;
        w->stop = !w->each(w->data, w->name, len);
        return;
    }

    p = &w->range->part[part];

    for (k = 0; k < p->count && !w->stop; k++) {
        range_walk_item(w, &w->range->item[p->first + k], part, len);
    }
}


long
bmc_range_expand(const char *s, bmc_range_pt each, void *data,
    const char **why)
{
    long          count;
    range_t       r;
    range_walk_t  w;

    r.nitems = 0;
    r.nparts = 0;
    r.why = NULL;

    count = range_parse(&r, s) ? range_count(&r) : -1;

    if (count == -1) {
        *why = r.why;
        return -1;
    }

    if (each == NULL) {
        return count;
    }

    w.range = &r;
    w.each = each;
    w.data = data;
    w.count = 0;
    w.stop = false;

    range_walk(&w, 0, 0);

    return w.count;
}


/* the number at s, if it is written as item would write it */

static bool
range_holds_number(const range_item_t *it, const char *s, size_t len)
{
    char      text[RANGE_DIGITS + 2];
    uint32_t  n;

    if (!range_number(s, len, &n) || n < it->from || n > it->to) {
        return false;
    }

    snprintf(text, sizeof(text), "%0*u", it->width, n);

    return strlen(text) == len;
}


static bool
range_holds(const range_t *r, size_t part, const char *name)
{
    size_t               k, len;
    const range_item_t  *it;

    if (part == r->nparts) {
        return *name == '\0';
    }

    for (k = 0; k < r->part[part].count; k++) {
        it = &r->item[r->part[part].first + k];

        if (it->word != NULL) {
            if (strncmp(name, it->word, it->len) == 0
                && range_holds(r, part + 1, name + it->len))
            {
                return true;
            }

            continue;
        }

        for (len = 1; len <= RANGE_DIGITS; len++) {
            if (name[len - 1] < '0' || name[len - 1] > '9') {
                break;
            }

            if (range_holds_number(it, name, len)
                && range_holds(r, part + 1, name + len))
            {
                return true;
            }
        }
    }

    return false;
}


bool
bmc_range_holds(const char *s, const char *name)
{
    range_t  r;

    r.nitems = 0;
    r.nparts = 0;
    r.why = NULL;

    return range_parse(&r, s) && range_count(&r) != -1
           && range_holds(&r, 0, name);
}
