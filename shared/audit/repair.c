
/*
 * Copyright (C) the bmcgate authors
 *
 * Writers are killed between any two system calls, machines lose their
 * power, and people rotate, cut and restore files.  What is left then is
 * looked at from its end.
 */


#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/trail.h"


/* a torn write of two lines and a whole line before it */

#define REPAIR_WINDOW  (3 * BMC_CHAIN_LINE)


static int repair_read(const bmc_trail_t *t, char *text, size_t len,
    uint64_t from);
static size_t repair_cut(bmc_trail_t *t, const char *text, size_t len,
    bmc_trail_end_t *end);
static bool repair_find(const bmc_trail_t *t, const char *text, size_t len,
    bmc_link_t *at);


bool
bmc_trail_repair(bmc_trail_t *t, const bmc_last_t *last, bool lost,
    bmc_trail_end_t *end, char why[BMC_TEXT_MAX])
{
    int         err;
    char       *text;
    bool        found;
    size_t      len;
    bmc_link_t  at;

    len = end->size < REPAIR_WINDOW ? (size_t) end->size : REPAIR_WINDOW;

    text = calloc(1, len + 1);
    if (text == NULL) {
        bmc_trail_why(why, t->log.path, ENOMEM);
        return false;
    }

    err = repair_read(t, text, len, end->size - len);
    if (err != 0) {
        bmc_trail_why(why, t->log.path, err);
        free(text);
        return false;
    }

    len = repair_cut(t, text, len, end);
    found = repair_find(t, text, len, &at);
    free(text);

    /* a line that FILE.last does not know yet: its writer died in between */

    if (found && (lost || at.seq > last->link.seq)) {
        end->at = at;
    }

    if (lost && end->note[0] == '\0') {
        snprintf(end->note, sizeof(end->note), found
                 ? "%.100s was lost, the chain goes on after seq %" PRIu64
                 : "%.100s was lost, the chain starts anew",
                 t->last.path, end->at.seq);
    }

    return true;
}


static int
repair_read(const bmc_trail_t *t, char *text, size_t len, uint64_t from)
{
    size_t   n;
    ssize_t  rc;

    n = 0;

    while (n < len) {
        rc = pread(t->log.fd, text + n, len - n, (off_t) (from + n));

        if (rc <= 0) {
            return rc == 0 ? EIO : errno;
        }

        n += (size_t) rc;
    }

    return 0;
}


/* returns what is left of the text: whole lines */

static size_t
repair_cut(bmc_trail_t *t, const char *text, size_t len,
    bmc_trail_end_t *end)
{
    size_t       torn;
    const char  *nl;

    nl = memrchr(text, '\n', len);
    torn = nl != NULL ? len - (size_t) (nl + 1 - text) : len;

    if (torn == 0) {
        return len;
    }

    /*
     * Nothing that long is a line of ours, and an append-only file
     * (chattr +a) cannot be cut: then it only gets its newline.
     */

    if ((nl == NULL && end->size > len)
        || ftruncate(t->log.fd, (off_t) (end->size - torn)) == -1)
    {
        end->torn = true;
        snprintf(end->note, sizeof(end->note),
                 "the line before was not finished and could not be cut off");
        return len - torn;
    }

    end->size -= torn;
    snprintf(end->note, sizeof(end->note),
             "%zu bytes of a line that was not finished were cut off", torn);

    return len - torn;
}


/* the last line that is one of ours */

static bool
repair_find(const bmc_trail_t *t, const char *text, size_t len,
    bmc_link_t *at)
{
    const char        *nl, *line;
    bmc_chain_line_t   parsed;

    while (len > 0) {
        nl = memrchr(text, '\n', len - 1);
        line = nl != NULL ? nl + 1 : text;

        if (bmc_chain_parse(t->chain, line, (size_t) (text + len - 1 - line),
                            &parsed)
            && parsed.intact)
        {
            *at = parsed.link;
            return true;
        }

        len = (size_t) (line - text);
    }

    return false;
}
