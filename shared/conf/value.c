
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/names.h"
#include "conf/parse.h"


bool
bmc_conf_one(bmc_conf_t *cf, const char **words, size_t nwords)
{
    if (nwords == 2) {
        return true;
    }

    if (nwords == 1) {
        bmc_conf_error(cf, "\"%s\" wants a value", words[0]);

    } else {
        bmc_conf_error(cf, "\"%s\" wants one value, got %zu", words[0],
                       nwords - 1);
    }

    return false;
}


static bool
value_number(const char *s, int64_t *n)
{
    char       *end;
    long long   v;

    if ((*s < '0' || *s > '9') && *s != '-') {
        return false;
    }

    errno = 0;
    v = strtoll(s, &end, 10);

    if (errno != 0 || end == s || *end != '\0') {
        return false;
    }

    *n = v;

    return true;
}


/* "MIN MAX"; none: anything */

static void
value_bounds(const bmc_word_t *w, int64_t *min, int64_t *max)
{
    *min = INT64_MIN;
    *max = INT64_MAX;

    if (w->values != NULL) {
        sscanf(w->values, "%" SCNd64 " %" SCNd64, min, max);
    }
}


static void
value_set_number(bmc_conf_t *cf, const bmc_word_t *w, const char *word,
    void *field)
{
    int64_t  n, min, max;

    value_bounds(w, &min, &max);

    if (value_number(word, &n) && n >= min && n <= max) {
        *(int64_t *) field = n;

    } else if (w->values == NULL) {
        bmc_conf_error(cf, "\"%s\" must be a number, not \"%.64s\"", w->name,
                       word);

    } else {
        bmc_conf_error(cf, "\"%s\" must be a number from %" PRId64 " to %"
                       PRId64 ", not \"%.64s\"", w->name, min, max, word);
    }
}


/* exactly, in the largest unit that can say it */

static const char *
value_time(int64_t ms, char text[32])
{
    size_t  i;

    static const struct {
        int64_t      ms;
        const char  *unit;
    } units[] = {
        { 86400000, "d" },
        { 3600000, "h" },
        { 60000, "m" },
        { 1000, "s" },
        { 1, "ms" }
    };

    for (i = 0; ms % units[i].ms != 0; i++) { /* void */ }

    if (ms == 0) {
        i = 3;
    }

    snprintf(text, 32, "%" PRId64 "%s", ms / units[i].ms, units[i].unit);

    return text;
}


static void
value_set_time(bmc_conf_t *cf, const bmc_word_t *w, const char *word,
    void *field)
{
    char     from[32], to[32];
    int64_t  ms, min, max;

    value_bounds(w, &min, &max);
    ms = bmc_duration_parse(word);

    if (ms == -1) {
        bmc_conf_error(cf, "\"%s\" must be a time such as 30s, 5m or "
                       "1500ms, not \"%.64s\"", w->name, word);

    } else if (ms < min || ms > max) {
        bmc_conf_error(cf, "\"%s\" must be a time from %s to %s, not "
                       "\"%.64s\"", w->name, value_time(min, from),
                       value_time(max, to), word);

    } else {
        *(int64_t *) field = ms;
    }
}


/* "verify, pin or off" */

static void
value_or(const char *values, char text[BMC_TEXT_MAX])
{
    int          n;
    size_t       len, at;
    const char  *s;

    at = 0;
    text[0] = '\0';

    for (s = values; *s != '\0' && at < BMC_TEXT_MAX; s += len) {
        s += strspn(s, " ");
        len = strcspn(s, " ");

        n = snprintf(text + at, BMC_TEXT_MAX - at, "%s%.*s",
                     (at == 0) ? ""
                     : (s[len + strspn(s + len, " ")] == '\0') ? " or "
                     : ", ", (int) len, s);
        at += (size_t) n;
    }
}


static void
value_set_enum(bmc_conf_t *cf, const bmc_word_t *w, const char *word,
    void *field)
{
    char           text[BMC_TEXT_MAX], one[64];
    size_t         len;
    int64_t        i;
    const char    *s;

    for (i = 0, s = w->values; *s != '\0'; i++, s += len) {
        s += strspn(s, " ");
        len = strcspn(s, " ");
        snprintf(one, sizeof(one), "%.*s", (int) len, s);

        if (len > 0 && strcmp(one, word) == 0) {
            *(int64_t *) field = i;
            return;
        }
    }

    value_or(w->values, text);
    bmc_conf_error(cf, "\"%s\" must be %s, not \"%.64s\"", w->name, text,
                   word);
}


static void
value_set_flag(bmc_conf_t *cf, const bmc_word_t *w, const char *word,
    void *field)
{
    if (strcmp(word, "on") == 0) {
        *(uint8_t *) field = 1;

    } else if (strcmp(word, "off") == 0) {
        *(uint8_t *) field = 0;

    } else {
        bmc_conf_error(cf, "\"%s\" must be on or off, not \"%.64s\"",
                       w->name, word);
    }
}


static void
value_set_strings(bmc_conf_t *cf, const char **words, size_t nwords,
    bmc_list_t *list)
{
    if (nwords < 2) {
        bmc_conf_error(cf, "\"%s\" wants at least one value", words[0]);
        return;
    }

    list->word = bmc_palloc(cf->pool, (nwords - 1) * sizeof(char *));
    if (list->word == NULL) {
        bmc_conf_failed(cf);
        return;
    }

    memcpy(list->word, words + 1, (nwords - 1) * sizeof(char *));
    list->count = nwords - 1;
}


void
bmc_conf_set(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    void  *field;

    if (w->type == BMC_WORD_CUSTOM) {
        w->set(cf, w, words, nwords, base);
        return;
    }

    field = (char *) base + w->offset;

    if (w->type == BMC_WORD_STRINGS) {
        value_set_strings(cf, words, nwords, field);
        return;
    }

    if (!bmc_conf_one(cf, words, nwords)) {
        return;
    }

    switch (w->type) {

    case BMC_WORD_STRING:
        *(const char **) field = words[1];
        return;

    case BMC_WORD_FLAG:
        value_set_flag(cf, w, words[1], field);
        return;

    case BMC_WORD_NUMBER:
        value_set_number(cf, w, words[1], field);
        return;

    case BMC_WORD_TIME:
        value_set_time(cf, w, words[1], field);
        return;

    case BMC_WORD_ENUM:
        value_set_enum(cf, w, words[1], field);
        return;

    case BMC_WORD_SECRET:
        *(bmc_secret_t **) field = bmc_conf_secret(cf, words[1]);
        return;

    case BMC_WORD_STRINGS:
    case BMC_WORD_CUSTOM:
        return;
    }
}
