
/*
 * Copyright (C) the bmcgate authors
 *
 * Bytes that strangers wrote, and the texts that are made of them.  Include
 * it in one file of a program.
 */


#ifndef _FUZZ_BYTES_H_INCLUDED_
#define _FUZZ_BYTES_H_INCLUDED_


#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>


/* of exactly that size, so that reading past the end is seen; to be freed */

static inline void *
bytes_copy(const void *data, size_t size)
{
    void  *copy;

    copy = malloc(size > 0 ? size : 1);

    if (copy == NULL) {
        abort();
    }

    memcpy(copy, data, size);

    return copy;
}


/* it ends, and can be told as JSON, which wants UTF-8 */

static inline void
bytes_text(const char *s, size_t size)
{
    json_t  *text;

    if (memchr(s, '\0', size) == NULL) {
        abort();
    }

    text = json_string(s);

    if (text == NULL) {
        abort();
    }

    json_decref(text);
}


#endif /* _FUZZ_BYTES_H_INCLUDED_ */
