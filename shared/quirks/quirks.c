
/*
 * Copyright (C) the bmcgate authors
 *
 * Whom a row of the table means.
 */


#include <stdio.h>
#include <string.h>

#include "base/maker.h"
#include "quirks/quirks.h"


/* one of the patterns of a row's field */

typedef struct {
    const char  *text;
    size_t       len;
    bool         none;               /* began with "!" */
} quirks_pattern_t;


static char
quirks_small(char c)
{
    return (c >= 'A' && c <= 'Z') ? (char) (c + ('a' - 'A')) : c;
}


static bool
quirks_glob(const quirks_pattern_t *p, const char *s)
{
    size_t       i, star;
    const char  *from;

    star = p->len;
    from = NULL;

    for (i = 0; *s != '\0'; /* void */ ) {

        if (i < p->len && p->text[i] == '*') {
            star = i++;
            from = s;

        } else if (i < p->len
                   && (p->text[i] == '?'
                       || quirks_small(p->text[i]) == quirks_small(*s)))
        {
            i++;
            s++;

        } else if (from != NULL) {
            i = star + 1;
            s = ++from;

        } else {
            return false;
        }
    }

    while (i < p->len && p->text[i] == '*') {
        i++;
    }

    return i == p->len;
}


/* the next of "iLO *, !iLO 4"; NULL: that was the last */

static const char *
quirks_next(const char *list, quirks_pattern_t *p)
{
    list += strspn(list, ", ");

    if (*list == '\0') {
        return NULL;
    }

    p->none = *list == '!';
    p->text = list + p->none;
    p->len = strcspn(p->text, ",");

    return p->text + p->len;
}


/* by is the pattern that says so */

static bool
quirks_is(const char *list, const char *s, quirks_pattern_t *by)
{
    bool              is;
    quirks_pattern_t  p;

    by->text = list;
    by->len = strlen(list);

    if (strcmp(list, "*") == 0) {
        return true;
    }

    if (s == NULL || s[0] == '\0') {
        return false;
    }

    is = false;

    while ((list = quirks_next(list, &p)) != NULL) {
        if (!quirks_glob(&p, s)) {
            continue;
        }

        if (p.none) {
            return false;
        }

        if (!is) {
            *by = p;
            is = true;
        }
    }

    return is;
}


/* BMCs put words before it: "iLO 5 v2.44" is 2.44, "CVM 7" is 7 */

static const char *
quirks_version(const char *s)
{
    size_t       len;
    const char  *first;

    if (s == NULL) {
        return NULL;
    }

    for (first = NULL; *s != '\0'; s += len) {
        s += strcspn(s, "0123456789");
        len = strspn(s, "0123456789");

        if (len > 0 && s[len] == '.' && strspn(s + len + 1, "0123456789")) {
            return s;
        }

        if (len > 0 && first == NULL) {
            first = s;
        }
    }

    return first;
}


/* one number of a version, and what is behind it; 0 when there is none */

static unsigned long
quirks_number(const char **s)
{
    unsigned long  n;

    for (n = 0; **s >= '0' && **s <= '9'; (*s)++) {
        n = (n > 100000000) ? n : n * 10 + (unsigned long) (**s - '0');
    }

    if (**s == '.') {
        (*s)++;
    }

    return n;
}


/* < 0, 0, > 0: as far as the bound goes */

static int
quirks_compare(const char *version, const char *bound)
{
    unsigned long  a, b;

    while (*bound >= '0' && *bound <= '9') {
        a = quirks_number(&version);
        b = quirks_number(&bound);

        if (a != b) {
            return (a < b) ? -1 : 1;
        }
    }

    return 0;
}


static bool
quirks_within(const char *range, const char *firmware)
{
    const char  *version;

    if (strcmp(range, "*") == 0) {
        return true;
    }

    version = quirks_version(firmware);

    if (version == NULL) {
        return false;
    }

    if (range[0] == '<') {
        return quirks_compare(version, range + 2) <= 0;
    }

    if (range[0] == '>') {
        return quirks_compare(version, range + 2) >= 0;
    }

    return quirks_compare(version, range) >= 0
           && quirks_compare(version, range + strcspn(range, "-") + 1) <= 0;
}


static bmc_quirk_facts_t
quirks_words(const bmc_quirk_facts_t *facts)
{
    bmc_quirk_facts_t  words;

    words = *facts;
    words.vendor = bmc_maker_word(facts->vendor);
    words.maker = bmc_maker_word(facts->maker);

    return words;
}


static bool
quirks_fit(const bmc_quirk_row_t *row, const bmc_quirk_facts_t *words)
{
    quirks_pattern_t  by;

    return strcmp(row->vendor, "-") != 0
           && (quirks_is(row->vendor, words->vendor, &by)
               || quirks_is(row->vendor, words->maker, &by))
           && quirks_is(row->model, words->model, &by)
           && quirks_within(row->firmware, words->firmware);
}


bool
bmc_quirk_applies(const bmc_quirk_row_t *row, const bmc_quirk_facts_t *facts)
{
    bmc_quirk_facts_t  words;

    words = quirks_words(facts);

    return quirks_fit(row, &words);
}


void
bmc_quirk_why(const bmc_quirk_row_t *row, const bmc_quirk_facts_t *facts,
    char *text, size_t size)
{
    int                n;
    size_t             i, at;
    quirks_pattern_t   by;
    bmc_quirk_facts_t  words;

    struct {
        const char  *what;
        const char  *said;
        const char  *wanted;
    } each[] = {
        { "vendor", facts->vendor, row->vendor },
        { "model", facts->model, row->model },
        { "firmware", facts->firmware, row->firmware }
    };

    text[0] = '\0';
    words = quirks_words(facts);

    if (!quirks_is(row->vendor, words.vendor, &by)) {
        each[0].what = "BMC by";
        each[0].said = facts->maker;
        words.vendor = words.maker;
    }

    for (i = 0, at = 0; i < 3 && at < size; i++) {
        if (strcmp(each[i].wanted, "*") == 0) {
            continue;
        }

        by.text = each[i].wanted;
        by.len = strlen(by.text);

        if (i < 2) {
            (void) quirks_is(each[i].wanted, i == 0 ? words.vendor
                                                    : words.model, &by);
        }

        n = snprintf(text + at, size - at, "%s%s \"%s\" is %.*s",
                     (at == 0) ? "" : ", ", each[i].what, each[i].said,
                     (int) by.len, by.text);
        at += (size_t) n;
    }
}


bmc_quirks_t
bmc_quirks_of(const bmc_quirk_facts_t *facts, bmc_quirks_t on,
    bmc_quirks_t off)
{
    size_t             i;
    bmc_quirks_t       set;
    bmc_quirk_facts_t  words;

    words = quirks_words(facts);

    for (i = 0, set = 0; i < bmc_quirk_nrows; i++) {
        if (quirks_fit(&bmc_quirk_rows[i], &words)) {
            set |= (bmc_quirks_t) 1 << bmc_quirk_rows[i].quirk;
        }
    }

    return (set | on) & ~off;
}


const char *
bmc_quirk_name(bmc_quirk_t quirk)
{
    size_t  i;

    for (i = 0; i < bmc_quirk_nrows; i++) {
        if (bmc_quirk_rows[i].quirk == quirk) {
            return bmc_quirk_rows[i].name;
        }
    }

    return NULL;
}


bmc_quirk_t
bmc_quirk_find(const char *name)
{
    size_t  i;

    for (i = 0; i < bmc_quirk_nrows; i++) {
        if (strcmp(bmc_quirk_rows[i].name, name) == 0) {
            return bmc_quirk_rows[i].quirk;
        }
    }

    return BMC_QUIRK_MAX;
}
