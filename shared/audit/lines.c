
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/chain.h"
#include "audit/lines.h"


#define LINES_BUFFER  (4 * BMC_CHAIN_LINE)
#define LINES_LOOKS   3


static ssize_t lines_more(bmc_lines_t *l);
static bmc_lines_kind_t lines_last(bmc_lines_t *l, bool skip);


bool
bmc_lines_open(bmc_lines_t *l, const char *path)
{
    int          err;
    struct stat  st;

    memset(l, 0, sizeof(bmc_lines_t));
    l->path = path;

    /* opening a FIFO would wait for its writer */

    l->fd = open(path, O_RDONLY|O_CLOEXEC|O_NOCTTY|O_NONBLOCK);
    if (l->fd == -1) {
        return false;
    }

    err = fstat(l->fd, &st) == -1 ? errno : 0;

    if (err == 0 && S_ISREG(st.st_mode)) {
        l->buf = malloc(LINES_BUFFER);

        if (l->buf != NULL) {
            return true;
        }

        err = ENOMEM;
    }

    bmc_lines_close(l);
    errno = err;

    return false;
}


void
bmc_lines_close(bmc_lines_t *l)
{
    if (l->fd != -1) {
        close(l->fd);
    }

    free(l->buf);
    l->buf = NULL;
    l->fd = -1;
}


bmc_lines_kind_t
bmc_lines_next(bmc_lines_t *l, const char **text, size_t *len)
{
    bool     skip;
    char    *nl;
    size_t   seen;
    ssize_t  n;

    skip = false;
    seen = 0;

    for ( ;; ) {
        nl = memchr(l->buf + l->pos + seen, '\n', l->end - l->pos - seen);

        if (nl != NULL) {
            *text = l->buf + l->pos;
            *len = (size_t) (nl - *text);
            l->pos += *len + 1;
            l->number++;

            return skip || *len >= BMC_CHAIN_LINE ? BMC_LINES_LONG
                                                  : BMC_LINES_LINE;
        }

        if (l->end - l->pos >= BMC_CHAIN_LINE) {
            skip = true;
            l->pos = l->end;
        }

        seen = l->end - l->pos;
        n = lines_more(l);

        if (n == -1) {
            return BMC_LINES_ERROR;
        }

        if (n == 0) {
            return lines_last(l, skip);
        }
    }
}


/* a line may be on its way while we look: give it a moment */

static ssize_t
lines_more(bmc_lines_t *l)
{
    int              i;
    ssize_t          n;
    struct timespec  pause;

    memmove(l->buf, l->buf + l->pos, l->end - l->pos);
    l->end -= l->pos;
    l->pos = 0;

    for (i = 0; i < LINES_LOOKS; i++) {
        n = read(l->fd, l->buf + l->end, LINES_BUFFER - l->end);

        if (n != 0 || l->end == 0) {
            break;
        }

        pause.tv_sec = 0;
        pause.tv_nsec = 500000;
        nanosleep(&pause, NULL);
    }

    if (n > 0) {
        l->end += (size_t) n;
    }

    return n;
}


static bmc_lines_kind_t
lines_last(bmc_lines_t *l, bool skip)
{
    if (l->end == l->pos && !skip) {
        return BMC_LINES_END;
    }

    l->pos = l->end;
    l->number++;

    return BMC_LINES_TORN;
}
