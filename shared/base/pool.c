
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"


#define POOL_ALIGN      16
#define POOL_MIN_PAGE   256


typedef struct pool_block_s    pool_block_t;
typedef struct pool_cleanup_s  pool_cleanup_t;


struct pool_block_s {
    pool_block_t  *next;
    size_t         size;
};


struct pool_cleanup_s {
    pool_cleanup_t  *next;
    void           (*run)(void *data);
    void            *data;
};


struct bmc_pool_s {
    pool_block_t    *pages;
    pool_block_t    *large;
    pool_cleanup_t  *cleanups;
    char            *pos;
    char            *end;
    size_t           page;
};


static size_t
pool_align(size_t size)
{
    return (size + POOL_ALIGN - 1) & ~(size_t) (POOL_ALIGN - 1);
}


static char *
pool_block(pool_block_t **list, size_t size)
{
    size_t         head;
    pool_block_t  *block;

    head = pool_align(sizeof(pool_block_t));

    if (size > SIZE_MAX - head) {
        return NULL;
    }

    block = malloc(head + size);
    if (block == NULL) {
        return NULL;
    }

    block->size = size;
    block->next = *list;
    *list = block;

    return (char *) block + head;
}


bmc_pool_t *
bmc_pool_create(size_t page)
{
    bmc_pool_t  *p;

    p = calloc(1, sizeof(bmc_pool_t));
    if (p == NULL) {
        return NULL;
    }

    if (page < POOL_MIN_PAGE) {
        page = POOL_MIN_PAGE;
    }

    p->page = pool_align(page);

    return p;
}


static void
pool_free_blocks(pool_block_t *block)
{
    pool_block_t  *next;

    for ( /* void */ ; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
}


void
bmc_pool_destroy(bmc_pool_t *p)
{
    pool_cleanup_t  *c;

    if (p == NULL) {
        return;
    }

    while (p->cleanups != NULL) {
        c = p->cleanups;
        p->cleanups = c->next;
        c->run(c->data);
    }

    pool_free_blocks(p->pages);
    pool_free_blocks(p->large);
    free(p);
}


static void *
pool_cut(bmc_pool_t *p, size_t size, size_t align)
{
    char       *m;
    uintptr_t   pos;

    if (p->pos != NULL) {
        pos = ((uintptr_t) p->pos + align - 1) & ~(uintptr_t) (align - 1);

        if (pos <= (uintptr_t) p->end && size <= (uintptr_t) p->end - pos) {
            p->pos = (char *) pos + size;
            return (char *) pos;
        }
    }

    if (size > p->page / 4) {
        return pool_block(&p->large, size);
    }

    m = pool_block(&p->pages, p->page);
    if (m == NULL) {
        return NULL;
    }

    p->pos = m + size;
    p->end = m + p->page;

    return m;
}


void *
bmc_palloc(bmc_pool_t *p, size_t size)
{
    return pool_cut(p, (size == 0) ? 1 : size, POOL_ALIGN);
}


void *
bmc_pcalloc(bmc_pool_t *p, size_t size)
{
    void  *m;

    m = bmc_palloc(p, size);
    if (m != NULL) {
        memset(m, 0, size);
    }

    return m;
}


char *
bmc_pstrdup(bmc_pool_t *p, const char *s)
{
    return bmc_pstrndup(p, s, strlen(s));
}


char *
bmc_pstrndup(bmc_pool_t *p, const char *s, size_t len)
{
    char  *m;

    if (len == SIZE_MAX) {
        return NULL;
    }

    m = pool_cut(p, len + 1, 1);
    if (m == NULL) {
        return NULL;
    }

    memcpy(m, s, len);
    m[len] = '\0';

    return m;
}


char *
bmc_psprintf(bmc_pool_t *p, const char *fmt, ...)
{
    int      n;
    char    *m;
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);

    if (n < 0) {
        return NULL;
    }

    m = pool_cut(p, (size_t) n + 1, 1);
    if (m == NULL) {
        return NULL;
    }

    va_start(args, fmt);
    vsnprintf(m, (size_t) n + 1, fmt, args);
    va_end(args);

    return m;
}


int
bmc_pool_cleanup(bmc_pool_t *p, void (*run)(void *data), void *data)
{
    pool_cleanup_t  *c;

    c = bmc_palloc(p, sizeof(pool_cleanup_t));
    if (c == NULL) {
        return -1;
    }

    c->run = run;
    c->data = data;
    c->next = p->cleanups;
    p->cleanups = c;

    return 0;
}
