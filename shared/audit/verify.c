
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/audit.h"
#include "audit/lines.h"
#include "audit/links.h"


/* a file and the line it would give next */

typedef struct {
    bmc_lines_t       lines;
    bmc_lines_kind_t  kind;
    bool              ours;
    bmc_chain_line_t  line;
} verify_file_t;


typedef enum {
    VERIFY_NO_LAST,              /* there is none */
    VERIFY_EMPTY_LAST,
    VERIFY_BAD_LAST,
    VERIFY_LAST
} verify_last_t;


typedef struct {
    verify_file_t  *file;
    size_t          nfiles;
    char           *last_path;
    bmc_last_t      last;
    verify_last_t   has_last;
    bmc_chain_t     chain;
    bmc_links_t     links;
    uint64_t        lines;
    bool            unreadable;
} verify_t;


static bool verify_open(verify_t *v, const char *const *files);
static void verify_close(verify_t *v);
static void verify_read_last(verify_t *v);
static void verify_unreadable(verify_t *v, const char *path, int err);
static void verify_head(verify_t *v, verify_file_t *f);
static bool verify_choose(const verify_t *v, size_t *cur);
static void verify_step(verify_t *v, verify_file_t *f);
static void verify_tail(verify_t *v);
static void verify_newest(verify_t *v);
static void verify_lastless(verify_t *v);
static bool verify_rotated(const char *path);


bmc_rc_t
bmc_audit_verify(const char *const *files, size_t nfiles, bmc_say_pt say,
    void *data, uint64_t *lines)
{
    size_t    cur;
    bmc_rc_t  rc;
    verify_t  v;

    *lines = 0;

    memset(&v, 0, sizeof(v));
    v.nfiles = nfiles;
    bmc_links_init(&v.links, say, data);

    if (nfiles == 0) {
        bmc_links_say(&v.links, &(bmc_place_t) { "audit", 0 },
                      "no file to verify: expected one or more");
        return BMC_USAGE;
    }

    cur = 0;

    if (verify_open(&v, files)) {
        while (verify_choose(&v, &cur)) {
            verify_step(&v, &v.file[cur]);
        }

        verify_tail(&v);
    }

    bmc_links_end(&v.links);
    bmc_links_more(&v.links);

    rc = v.links.findings == 0 ? BMC_OK : BMC_FAILED;
    rc = v.unreadable ? BMC_USAGE : rc;
    *lines = v.lines;

    verify_close(&v);

    return rc;
}


static bool
verify_open(verify_t *v, const char *const *files)
{
    size_t  i;

    v->file = calloc(v->nfiles, sizeof(verify_file_t));

    if (v->file == NULL
        || asprintf(&v->last_path, "%s.last", files[v->nfiles - 1]) == -1
        || !bmc_chain_init(&v->chain))
    {
        verify_unreadable(v, files[0], ENOMEM);
        return false;
    }

    for (i = 0; i < v->nfiles; i++) {
        v->file[i].lines.fd = -1;
    }

    /* first what it says, then the lines: more may be written meanwhile */

    verify_read_last(v);

    for (i = 0; i < v->nfiles; i++) {
        if (!bmc_lines_open(&v->file[i].lines, files[i])) {
            verify_unreadable(v, files[i], errno);
        }
    }

    if (v->unreadable) {
        return false;
    }

    for (i = 0; i < v->nfiles; i++) {
        verify_head(v, &v->file[i]);
    }

    return true;
}


static void
verify_close(verify_t *v)
{
    size_t  i;

    for (i = 0; v->file != NULL && i < v->nfiles; i++) {
        bmc_lines_close(&v->file[i].lines);
    }

    bmc_chain_done(&v->chain);
    free(v->last_path);
    free(v->file);
}


static void
verify_read_last(verify_t *v)
{
    int      fd, err;
    char     text[BMC_LAST_LEN + 1];
    ssize_t  n;

    fd = open(v->last_path, O_RDONLY|O_CLOEXEC|O_NOCTTY|O_NONBLOCK);

    if (fd == -1) {
        if (errno != ENOENT) {
            verify_unreadable(v, v->last_path, errno);
        }

        return;
    }

    n = read(fd, text, sizeof(text));
    err = errno;
    close(fd);

    if (n == -1) {
        verify_unreadable(v, v->last_path, err);

    } else if (n == 0) {
        v->has_last = VERIFY_EMPTY_LAST;

    } else if (bmc_last_parse(text, (size_t) n, &v->last)) {
        v->has_last = VERIFY_LAST;
        v->links.marked = v->last.link.seq;

    } else {
        v->has_last = VERIFY_BAD_LAST;
    }
}


static void
verify_unreadable(verify_t *v, const char *path, int err)
{
    v->unreadable = true;

    bmc_links_say(&v->links, &(bmc_place_t) { path, 0 },
                  "cannot be read: %s: expected a file of audit lines",
                  err != 0 ? strerror(err) : "not a regular file");
}


static void
verify_head(verify_t *v, verify_file_t *f)
{
    size_t       len;
    const char  *text;

    f->ours = false;
    f->kind = bmc_lines_next(&f->lines, &text, &len);

    switch (f->kind) {

    case BMC_LINES_LINE:
        f->ours = bmc_chain_parse(&v->chain, text, len, &f->line);
        break;

    case BMC_LINES_ERROR:
        verify_unreadable(v, f->lines.path, errno);
        break;

    case BMC_LINES_LONG:
    case BMC_LINES_TORN:
    case BMC_LINES_END:
        break;
    }
}


/*
 * Oldest file first, and on to the next at its end.  But writers that may
 * not open the new file after a rotation go on in the old one for a while:
 * where the chain goes on in another file it is followed there.
 */

static bool
verify_choose(const verify_t *v, size_t *cur)
{
    size_t                i, first;
    const verify_file_t  *f;

    f = &v->file[*cur];

    if (!v->links.begun
        || (f->ours && bmc_links_follows(&v->links, &f->line)))
    {
        if (f->kind == BMC_LINES_LINE || f->kind == BMC_LINES_LONG) {
            return true;
        }
    }

    first = v->nfiles;

    for (i = v->nfiles; i > 0; i--) {
        f = &v->file[i - 1];

        if (f->ours && v->links.begun
            && bmc_links_follows(&v->links, &f->line))
        {
            *cur = i - 1;
            return true;
        }

        if (f->kind == BMC_LINES_LINE || f->kind == BMC_LINES_LONG) {
            first = i - 1;
        }
    }

    f = &v->file[*cur];

    if (f->kind == BMC_LINES_LINE || f->kind == BMC_LINES_LONG) {
        return true;
    }

    *cur = first;

    return first != v->nfiles;
}


static void
verify_step(verify_t *v, verify_file_t *f)
{
    bmc_place_t  place;

    v->lines++;
    place.path = f->lines.path;
    place.number = f->lines.number;

    if (f->ours) {
        bmc_links_line(&v->links, &place, &f->line);

    } else {
        bmc_links_junk(&v->links, &place);
    }

    verify_head(v, f);
}


/*
 * A line that its writer could not finish is no finding of its own: the next
 * writer cuts it off, and FILE.last or the next file tells if it was more.
 */

static void
verify_tail(verify_t *v)
{
    verify_file_t  *newest;

    newest = &v->file[v->nfiles - 1];

    if (v->has_last == VERIFY_LAST) {
        verify_newest(v);

    } else {
        verify_lastless(v);

        if (newest->kind == BMC_LINES_TORN) {
            bmc_links_say(&v->links,
                          &(bmc_place_t) { newest->lines.path,
                                           newest->lines.number },
                          "the last line is not whole: expected its newline");
        }
    }
}


static void
verify_newest(verify_t *v)
{
    uint64_t      top;
    bmc_link_t   *last;
    bmc_place_t  *place;

    last = &v->last.link;
    place = &v->links.place;
    top = v->links.top.seq;

    if (!v->links.begun) {
        if (v->links.slack == 0) {
            place->path = v->file[v->nfiles - 1].lines.path;
            bmc_links_say(&v->links, place, "there is no line: expected seq %"
                          PRIu64 " as the last, as in %s", last->seq,
                          v->last_path);
        }

    } else if (last->seq > top + v->links.slack) {
        bmc_links_say(&v->links, place, "the tail is cut off after line %"
                      PRIu64 ": lines from seq %" PRIu64 " on are missing: "
                      "expected seq %" PRIu64 " as the last, as in %s",
                      place->number, top + v->links.slack + 1, last->seq,
                      v->last_path);

    } else if (v->links.mark[0] != '\0'
               && strcmp(v->links.mark, last->hash) != 0)
    {
        bmc_links_say(&v->links, place, "the line with seq %" PRIu64
                      " is not the one that was written: expected hash "
                      "%.16s… as in %s, found %.16s…", last->seq, last->hash,
                      v->last_path, v->links.mark);
    }
}


/* the first line's writer may have died before it wrote FILE.last */

static void
verify_lastless(verify_t *v)
{
    bmc_place_t  place;

    place.path = v->last_path;
    place.number = 0;

    if (v->has_last == VERIFY_BAD_LAST) {
        bmc_links_say(&v->links, &place, "is damaged: expected the newest "
                      "seq and hash, so a cut tail would not show");

    } else if (v->links.top.seq > 1
               && !verify_rotated(v->file[v->nfiles - 1].lines.path))
    {
        bmc_links_say(&v->links, &place, "%s: expected the newest seq and "
                      "hash, without it a cut tail does not show",
                      v->has_last == VERIFY_EMPTY_LAST
                      ? "is empty" : "is missing");
    }
}


/* audit.log.1 and audit.log-20260102 never had a FILE.last */

static bool
verify_rotated(const char *path)
{
    size_t  len, digits;

    len = strlen(path);
    digits = 0;

    while (digits < len && path[len - 1 - digits] >= '0'
           && path[len - 1 - digits] <= '9')
    {
        digits++;
    }

    return digits > 0 && digits < len
           && (path[len - 1 - digits] == '.' || path[len - 1 - digits] == '-');
}
