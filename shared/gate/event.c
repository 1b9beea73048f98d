
/*
 * Copyright (C) the bmcgate authors
 *
 * Watchers in this process and notices to the others.  The events are on
 * the board; a notice only says that there are new ones.
 */


#include <stdlib.h>
#include <string.h>

#include "gate/core.h"


#define EVENT_BURST  1024            /* told in one turn of the loop */


typedef struct {
    bmc_ring_t    link;
    bmc_event_pt  watch;             /* NULL: ended while being told */
    void         *data;
    uint64_t      seen;
} event_watcher_t;


void
bmc_event_tell(bmc_t *b, bmc_event_t *event)
{
    if (bmc_board_event(b->board, event) == 0) {
        return;
    }

    b->news = !bmc_ring_empty(&b->watchers);
    bmc_peers_notice(b->peers);
}


void
bmc_event_news(bmc_t *b)
{
    b->news = !bmc_ring_empty(&b->watchers);
}


static void
event_tell_one(bmc_t *b, event_watcher_t *w, uint64_t last)
{
    unsigned     n;
    bmc_event_t  event;

    if (last - w->seen > BMC_BOARD_EVENTS) {
        w->seen = last - BMC_BOARD_EVENTS;
    }

    for (n = 0; w->seen < last && w->watch != NULL; n++) {

        if (n == EVENT_BURST) {
            b->news = true;
            return;
        }

        w->seen++;

        if (bmc_board_event_read(b->board, w->seen, &event)) {
            w->watch(w->data, &event);
        }
    }
}


void
bmc_event_dispatch(bmc_t *b)
{
    uint64_t          last;
    bmc_ring_t       *link, *next;
    event_watcher_t  *w;

    if (!b->news) {
        return;
    }

    b->news = false;
    b->delivering = true;
    last = bmc_board_event_last(b->board);

    for (link = b->watchers.next; link != &b->watchers; link = link->next) {
        event_tell_one(b, bmc_ring_of(link, event_watcher_t, link), last);
    }

    b->delivering = false;

    for (link = b->watchers.next; link != &b->watchers; link = next) {
        next = link->next;
        w = bmc_ring_of(link, event_watcher_t, link);

        if (w->watch == NULL) {
            bmc_ring_remove(link);
            free(w);
        }
    }
}


bmc_rc_t
bmc_watch(bmc_t *b, uint64_t after, bmc_event_pt watch, void *data)
{
    event_watcher_t  *w;

    w = calloc(1, sizeof(event_watcher_t));
    if (w == NULL) {
        return BMC_FAILED;
    }

    w->watch = watch;
    w->data = data;
    w->seen = after != 0 ? after : bmc_board_event_last(b->board);

    bmc_ring_before(&b->watchers, &w->link);
    b->news = true;

    return BMC_OK;
}


void
bmc_unwatch(bmc_t *b, bmc_event_pt watch, void *data)
{
    bmc_ring_t       *link;
    event_watcher_t  *w;

    for (link = b->watchers.next; link != &b->watchers; link = link->next) {
        w = bmc_ring_of(link, event_watcher_t, link);

        if (w->watch != watch || w->data != data) {
            continue;
        }

        w->watch = NULL;

        if (!b->delivering) {
            bmc_ring_remove(link);
            free(w);
        }

        return;
    }
}


void
bmc_event_end_all(bmc_t *b)
{
    bmc_ring_t  *link;

    b->news = false;

    while ((link = bmc_ring_pop(&b->watchers)) != NULL) {
        free(bmc_ring_of(link, event_watcher_t, link));
    }
}
