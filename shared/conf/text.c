
/*
 * Copyright (C) the bmcgate authors
 *
 * The text of configuration files stays in memory as long as the fleet,
 * whose words are cut out of it.  It may hold secrets: it stays out of core
 * dumps and is wiped at the end.
 */


#include <string.h>
#include <sys/mman.h>

#include "conf/parse.h"


#define TEXT_CHUNK  (1u << 20)


struct bmc_text_s {
    bmc_text_t  *next;
    size_t       size;
    size_t       used;
};


static bmc_text_t *
text_chunk(size_t size)
{
    bmc_text_t  *t;

    size += sizeof(bmc_text_t);

    if (size < TEXT_CHUNK) {
        size = TEXT_CHUNK;
    }

    t = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1,
             0);
    if (t == MAP_FAILED) {
        return NULL;
    }

    if (madvise(t, size, MADV_DONTDUMP) != 0) {
        munmap(t, size);
        return NULL;
    }

    t->next = NULL;
    t->size = size;
    t->used = sizeof(bmc_text_t);

    return t;
}


char *
bmc_text_alloc(bmc_own_t *own, size_t size)
{
    char        *s;
    bmc_text_t  *t;

    t = own->text;

    if (t == NULL || t->size - t->used < size) {
        t = text_chunk(size);
        if (t == NULL) {
            return NULL;
        }

        t->next = own->text;
        own->text = t;
    }

    s = (char *) t + t->used;
    t->used += size;

    return s;
}


void
bmc_text_free(bmc_own_t *own)
{
    bmc_text_t  *t;

    while (own->text != NULL) {
        t = own->text;
        own->text = t->next;
        explicit_bzero((char *) t + sizeof(bmc_text_t),
                       t->used - sizeof(bmc_text_t));
        munmap(t, t->size);
    }
}
