
/*
 * Copyright (C) the bmcgate authors
 *
 * A ring of links; its head is a link too.
 */


#ifndef _BMC_LIST_H_INCLUDED_
#define _BMC_LIST_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>


typedef struct bmc_ring_s  bmc_ring_t;

struct bmc_ring_s {
    bmc_ring_t  *prev;
    bmc_ring_t  *next;
};


#define bmc_ring_of(link, type, field)                                       \
    ((type *) (void *) ((char *) (link) - offsetof(type, field)))


static inline void
bmc_ring_init(bmc_ring_t *r)
{
    r->prev = r;
    r->next = r;
}


static inline bool
bmc_ring_empty(const bmc_ring_t *r)
{
    return r->next == r;
}


static inline void
bmc_ring_after(bmc_ring_t *r, bmc_ring_t *link)
{
    link->next = r->next;
    link->prev = r;
    r->next->prev = link;
    r->next = link;
}


/* before the head is at the end */

static inline void
bmc_ring_before(bmc_ring_t *r, bmc_ring_t *link)
{
    bmc_ring_after(r->prev, link);
}


/* a link that is in no ring points at itself; removing it does nothing */

static inline void
bmc_ring_remove(bmc_ring_t *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    bmc_ring_init(link);
}


static inline bmc_ring_t *
bmc_ring_pop(bmc_ring_t *r)
{
    bmc_ring_t  *link;

    if (bmc_ring_empty(r)) {
        return NULL;
    }

    link = r->next;
    bmc_ring_remove(link);

    return link;
}


/* all of from, in order, to the end of r */

static inline void
bmc_ring_move(bmc_ring_t *r, bmc_ring_t *from)
{
    bmc_ring_t  *link;

    while ((link = bmc_ring_pop(from)) != NULL) {
        bmc_ring_before(r, link);
    }
}


#endif /* _BMC_LIST_H_INCLUDED_ */
