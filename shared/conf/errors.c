
/*
 * Copyright (C) the bmcgate authors
 *
 * Errors are collected and told at the end, in order of file and line.
 */


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/parse.h"


#define ERRORS_TEXT  1024


void
bmc_conf_failed(bmc_conf_t *cf)
{
    cf->failed = true;
}


static void
errors_add(bmc_conf_t *cf, const char *file, unsigned line, const char *fmt,
    va_list args)
{
    char         text[ERRORS_TEXT];
    size_t       i;
    bmc_said_t  *said;

    vsnprintf(text, sizeof(text), fmt, args);

    /* words may hold anything, and end up on somebody's terminal */

    for (i = 0; text[i] != '\0'; i++) {
        if ((unsigned char) text[i] < 0x20 || text[i] == 0x7f) {
            text[i] = '?';
        }
    }

    said = bmc_conf_grow(cf, cf->said, &cf->said_max, cf->nsaid + 1,
                         sizeof(bmc_said_t));
    if (said == NULL) {
        return;
    }

    cf->said = said;
    said += cf->nsaid;
    said->at.file = file;
    said->at.line = line;
    said->number = cf->nsaid;
    said->text = bmc_pstrdup(cf->pool, text);

    if (said->text == NULL) {
        bmc_conf_failed(cf);
        return;
    }

    cf->nsaid++;
}


void
bmc_conf_error(bmc_conf_t *cf, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    errors_add(cf, cf->at.file, cf->at.line, fmt, args);
    va_end(args);
}


void
bmc_conf_error_at(bmc_conf_t *cf, const char *file, unsigned line,
    const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    errors_add(cf, file, line, fmt, args);
    va_end(args);
}


static uint32_t
errors_file(bmc_conf_t *cf, const char *file)
{
    return (file == NULL) ? 0 : bmc_index_get(&cf->files, file, strlen(file));
}


static int
errors_place(bmc_conf_t *cf, const bmc_said_t *one, const bmc_said_t *two)
{
    uint32_t  m, n;

    if (one->at.file != two->at.file) {
        m = errors_file(cf, one->at.file);
        n = errors_file(cf, two->at.file);

        if (m != n) {
            return (m < n) ? -1 : 1;
        }
    }

    if (one->at.line != two->at.line) {
        return (one->at.line < two->at.line) ? -1 : 1;
    }

    return 0;
}


static int
errors_by_text(const void *a, const void *b, void *data)
{
    int                rc;
    const bmc_said_t  *one, *two;

    one = a;
    two = b;
    rc = errors_place(data, one, two);

    if (rc == 0) {
        rc = strcmp(one->text, two->text);
    }

    return (rc != 0) ? rc : (one->number < two->number) ? -1 : 1;
}


static int
errors_by_number(const void *a, const void *b, void *data)
{
    int                rc;
    const bmc_said_t  *one, *two;

    one = a;
    two = b;
    rc = errors_place(data, one, two);

    return (rc != 0) ? rc : (one->number < two->number) ? -1 : 1;
}


/* one mistake in "host n[1-40]" is found 40 times and told once */

static void
errors_sort(bmc_conf_t *cf)
{
    size_t       i, n;
    bmc_said_t  *s;

    s = cf->said;

    if (cf->nsaid == 0) {
        return;
    }

    qsort_r(s, cf->nsaid, sizeof(bmc_said_t), errors_by_text, cf);

    for (i = 1, n = 1; i < cf->nsaid; i++) {
        if (errors_place(cf, &s[n - 1], &s[i]) != 0
            || strcmp(s[n - 1].text, s[i].text) != 0)
        {
            s[n++] = s[i];
        }
    }

    cf->nsaid = n;

    qsort_r(s, n, sizeof(bmc_said_t), errors_by_number, cf);
}


static void
errors_print(void *data, const char *line)
{
    dprintf(STDERR_FILENO, "%s\n", line);
}


bool
bmc_conf_tell(bmc_conf_t *cf, bmc_say_pt say, void *data)
{
    char               line[ERRORS_TEXT + BMC_CONF_WORD_MAX];
    size_t             i;
    const bmc_said_t  *s;

    if (say == NULL) {
        say = errors_print;
    }

    errors_sort(cf);

    for (i = 0; i < cf->nsaid; i++) {
        s = &cf->said[i];

        if (s->at.line != 0) {
            snprintf(line, sizeof(line), "%s:%u: %s", s->at.file, s->at.line,
                     s->text);
            say(data, line);

        } else {
            say(data, s->text);
        }
    }

    if (cf->failed) {
        say(data, "not enough memory to read the configuration");
    }

    return cf->nsaid == 0 && !cf->failed;
}


/* room for n; NULL: no memory, and array is as it was */

void *
bmc_conf_grow(bmc_conf_t *cf, void *array, size_t *max, size_t n, size_t size)
{
    void    *p;
    size_t   count;

    if (n <= *max) {
        return array;
    }

    count = (*max == 0) ? 16 : *max * 2;

    while (count < n) {
        count *= 2;
    }

    p = reallocarray(array, count, size);
    if (p == NULL) {
        bmc_conf_failed(cf);
        return NULL;
    }

    *max = count;

    return p;
}


bmc_pool_t *
bmc_conf_pool(bmc_conf_t *cf)
{
    return cf->pool;
}
