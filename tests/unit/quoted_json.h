
/*
 * Copyright (C) the bmcgate authors
 *
 * JSON texts that have ' where JSON has ".  Include it in one file of a
 * program.
 */


#ifndef _QUOTED_JSON_H_INCLUDED_
#define _QUOTED_JSON_H_INCLUDED_


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>


/* to be freed */

static inline char *
quoted_text(const char *text)
{
    char  *copy, *p;

    copy = strdup(text);

    if (copy == NULL) {
        abort();
    }

    for (p = copy; *p != '\0'; p++) {
        *p = *p == '\'' ? '"' : *p;
    }

    return copy;
}


/* any value; a test that has a mistake in it ends here */

static inline json_t *
quoted_json(const char *text)
{
    char          *copy;
    json_t        *json;
    json_error_t   error;

    copy = quoted_text(text);
    json = json_loads(copy, JSON_DECODE_ANY, &error);

    if (json == NULL) {
        (void) fprintf(stderr, "%s: %s\n", error.text, copy);
        abort();
    }

    free(copy);

    return json;
}


#endif /* _QUOTED_JSON_H_INCLUDED_ */
