
/*
 * Copyright (C) the bmcgate authors
 */


#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/links.h"


#define LINKS_SHAPE  "{\"seq\":…,\"prev\":\"…\",\"hash\":\"…\"}"


static void links_changed(bmc_links_t *k, const bmc_place_t *place,
    const bmc_chain_line_t *line);
static void links_first(bmc_links_t *k, const bmc_place_t *place,
    const bmc_chain_line_t *line);
static void links_on(bmc_links_t *k, const bmc_place_t *place,
    const bmc_chain_line_t *line);
static void links_late(bmc_links_t *k, const bmc_place_t *place,
    const bmc_chain_line_t *line);
static void links_gap_open(bmc_links_t *k, uint64_t from, uint64_t to);
static bool links_gap_fill(bmc_links_t *k, uint64_t seq);
static void links_gap_say(bmc_links_t *k);
static void links_junk_say(bmc_links_t *k);


void
bmc_links_init(bmc_links_t *k, bmc_say_pt say, void *data)
{
    memset(k, 0, sizeof(bmc_links_t));
    k->say = say;
    k->data = data;
}


bool
bmc_links_follows(const bmc_links_t *k, const bmc_chain_line_t *line)
{
    return line->intact && line->link.seq == k->top.seq + 1
           && strcmp(line->prev, k->top.hash) == 0;
}


void
bmc_links_line(bmc_links_t *k, const bmc_place_t *place,
    const bmc_chain_line_t *line)
{
    links_junk_say(k);

    if (!line->intact) {
        links_changed(k, place, line);
        k->place = *place;
        return;
    }

    if (line->link.seq == k->marked) {
        memcpy(k->mark, line->link.hash, sizeof(k->mark));
    }

    if (!k->begun) {
        links_first(k, place, line);

    } else if (line->link.seq > k->top.seq) {
        links_on(k, place, line);

    } else {
        links_late(k, place, line);
    }

    if (line->link.seq > k->top.seq || !k->begun) {
        k->top = line->link;
    }

    k->begun = true;
    k->slack = 0;
    k->here = line->link;
    k->place = *place;
}


void
bmc_links_junk(bmc_links_t *k, const bmc_place_t *place)
{
    if (k->njunk != 0 && k->junk.path != place->path) {
        links_junk_say(k);
    }

    if (k->njunk++ == 0) {
        k->junk = *place;
    }

    k->slack++;
    k->place = *place;
}


void
bmc_links_end(bmc_links_t *k)
{
    links_junk_say(k);

    while (k->ngaps > 0) {
        links_gap_say(k);
    }
}


void
bmc_links_say(bmc_links_t *k, const bmc_place_t *place, const char *fmt, ...)
{
    int      n;
    char     text[1024];
    va_list  args;

    if (++k->findings > BMC_LINKS_SAID || k->say == NULL) {
        return;
    }

    n = place->number != 0
        ? snprintf(text, sizeof(text), "%.500s:%" PRIu64 ": ", place->path,
                   place->number)
        : snprintf(text, sizeof(text), "%.500s: ", place->path);

    va_start(args, fmt);
    vsnprintf(text + n, sizeof(text) - (size_t) n, fmt, args);
    va_end(args);

    k->say(k->data, text);
}


void
bmc_links_more(bmc_links_t *k)
{
    char  text[64];

    if (k->findings > BMC_LINKS_SAID && k->say != NULL) {
        snprintf(text, sizeof(text), "and %" PRIu64 " more findings",
                 k->findings - BMC_LINKS_SAID);
        k->say(k->data, text);
    }
}


static void
links_changed(bmc_links_t *k, const bmc_place_t *place,
    const bmc_chain_line_t *line)
{
    bmc_links_say(k, place,
                  "line %" PRIu64 " (seq %" PRIu64 ") was changed: its hash "
                  "does not match: expected %.16s…, found %.16s…",
                  place->number, line->link.seq, line->real, line->link.hash);
    k->slack++;
}


/* older files may have been removed since: any seq may be the first */

static void
links_first(bmc_links_t *k, const bmc_place_t *place,
    const bmc_chain_line_t *line)
{
    if (line->link.seq == 1
        && strspn(line->prev, "0") != BMC_CHAIN_HEX)
    {
        bmc_links_say(k, place, "the first line (seq 1) follows another: "
                      "expected a prev of zeros, found %.16s…", line->prev);
    }
}


static void
links_on(bmc_links_t *k, const bmc_place_t *place,
    const bmc_chain_line_t *line)
{
    uint64_t  next;

    next = k->top.seq + 1;

    if (line->link.seq == next) {
        if (strcmp(line->prev, k->top.hash) != 0) {
            bmc_links_say(k, place,
                          "line %" PRIu64 " (seq %" PRIu64 ") does not belong "
                          "to the line before: expected prev %.16s…, "
                          "found %.16s…", place->number, line->link.seq,
                          k->top.hash, line->prev);
        }

        return;
    }

    /* lines that were changed are not missing too */

    if (line->link.seq - next > k->slack) {
        links_gap_open(k, next, line->link.seq - 1 - k->slack);
    }
}


static void
links_late(bmc_links_t *k, const bmc_place_t *place,
    const bmc_chain_line_t *line)
{
    bool  missed;

    missed = links_gap_fill(k, line->link.seq);

    /* a block that was moved is told by its first line */

    if (line->link.seq == k->here.seq + 1
        && strcmp(line->prev, k->here.hash) == 0)
    {
        return;
    }

    bmc_links_say(k, place, "seq %" PRIu64 " stands %safter seq %" PRIu64
                  ": expected seq %" PRIu64, line->link.seq,
                  missed ? "" : "again ", k->here.seq, k->top.seq + 1);
}


static void
links_gap_open(bmc_links_t *k, uint64_t from, uint64_t to)
{
    bmc_gap_t  *gap;

    if (k->ngaps == BMC_LINKS_GAPS) {
        links_gap_say(k);
    }

    gap = &k->gap[k->ngaps++];
    gap->after = k->place;
    gap->from = from;
    gap->to = to;
}


static bool
links_gap_fill(bmc_links_t *k, uint64_t seq)
{
    size_t      i;
    uint64_t    to;
    bmc_gap_t  *gap;

    for (i = 0; i < k->ngaps; i++) {
        gap = &k->gap[i];

        if (seq >= gap->from && seq <= gap->to) {
            break;
        }
    }

    if (i == k->ngaps) {
        return false;
    }

    if (gap->from == gap->to) {
        k->ngaps--;
        memmove(gap, gap + 1, (k->ngaps - i) * sizeof(bmc_gap_t));

    } else if (seq == gap->from) {
        gap->from++;

    } else {
        to = gap->to;
        gap->to = seq - 1;

        if (seq < to) {
            links_gap_open(k, seq + 1, to);
        }
    }

    return true;
}


/* the oldest */

static void
links_gap_say(bmc_links_t *k)
{
    bmc_gap_t  gap;

    gap = k->gap[0];
    k->ngaps--;
    memmove(k->gap, k->gap + 1, k->ngaps * sizeof(bmc_gap_t));

    if (gap.from == gap.to) {
        bmc_links_say(k, &gap.after,
                      "the line with seq %" PRIu64 " is missing after line %"
                      PRIu64 ": expected seq %" PRIu64, gap.from,
                      gap.after.number, gap.from);
        return;
    }

    bmc_links_say(k, &gap.after,
                  "lines with seq %" PRIu64 " to %" PRIu64 " are missing "
                  "after line %" PRIu64 ": expected seq %" PRIu64, gap.from,
                  gap.to, gap.after.number, gap.from);
}


static void
links_junk_say(bmc_links_t *k)
{
    uint64_t  n;

    n = k->njunk;
    k->njunk = 0;

    if (n == 1) {
        bmc_links_say(k, &k->junk, "line %" PRIu64 " is not JSON of the "
                      "audit: expected " LINKS_SHAPE, k->junk.number);

    } else if (n > 1) {
        bmc_links_say(k, &k->junk, "lines %" PRIu64 " to %" PRIu64 " are not "
                      "JSON of the audit: expected " LINKS_SHAPE,
                      k->junk.number, k->junk.number + n - 1);
    }
}
