
/*
 * Copyright (C) the bmcgate authors
 *
 * Certificates that were seen first, in a file.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/names.h"
#include "base/state.h"
#include "drivers/http/pins.h"


#define PINS_FILE_MAX  (64 * 1024 * 1024)
#define PINS_INDEX     1024          /* chains */
#define PINS_SINCE     20            /* "2026-01-02T03:04:05Z" */


typedef struct pins_entry_s  pins_entry_t;

struct pins_entry_s {
    pins_entry_t  *next;
    bmc_pin_t      pin;
    char           host[BMC_NAME_MAX];
};


struct bmc_pins_s {
    char          *path;
    int            fd;
    int            error;            /* why it cannot be written; 0: it can */
    off_t          seen;             /* whole lines up to there are known */
    dev_t          dev;
    ino_t          ino;
    pins_entry_t  *index[PINS_INDEX];
};


static void  pins_clear(bmc_pins_t *p);


bmc_pins_t *
bmc_pins_create(const char *state)
{
    bmc_pins_t  *p;

    p = calloc(1, sizeof(bmc_pins_t));

    if (p == NULL) {
        return NULL;
    }

    p->fd = -1;

    if (asprintf(&p->path, "%s/pins", state) < 0) {
        free(p);
        return NULL;
    }

    return p;
}


void
bmc_pins_free(bmc_pins_t *p)
{
    if (p == NULL) {
        return;
    }

    if (p->fd != -1) {
        (void) close(p->fd);
    }

    pins_clear(p);
    free(p->path);
    free(p);
}


/* -- the file */

/* -1 and errno, which is 0 for what is no file; *error: why not to write */

static int
pins_file(const char *path, struct stat *st, int *error)
{
    int  fd;

    fd = bmc_state_open(path, O_APPEND|O_NOCTTY|O_NONBLOCK);
    *error = fd == -1 ? errno : 0;

    if (fd == -1) {
        fd = open(path, O_RDONLY|O_CLOEXEC|O_NOFOLLOW|O_NOCTTY|O_NONBLOCK);
    }

    if (fd != -1 && (fstat(fd, st) == -1 || !S_ISREG(st->st_mode))) {
        (void) close(fd);
        errno = 0;
        return -1;
    }

    return fd;
}


static void
pins_take(bmc_pins_t *p, int fd, const struct stat *st, int error)
{
    pins_clear(p);

    p->fd = fd;
    p->dev = st->st_dev;
    p->ino = st->st_ino;
    p->error = error;
}


/* an editor leaves another file there: who may not open it keeps the old */

static void
pins_renew(bmc_pins_t *p)
{
    int          fd, error;
    struct stat  st;

    if (stat(p->path, &st) == -1 ? errno != ENOENT
        : st.st_dev == p->dev && st.st_ino == p->ino)
    {
        return;
    }

    fd = pins_file(p->path, &st, &error);

    if (fd != -1) {
        (void) close(p->fd);
        pins_take(p, fd, &st, error);
    }
}


bool
bmc_pins_open(bmc_pins_t *p, char why[BMC_TEXT_MAX])
{
    int          fd, error;
    struct stat  st;

    if (p->fd != -1) {
        pins_renew(p);
        return true;
    }

    fd = pins_file(p->path, &st, &error);

    if (fd == -1 && errno == 0) {
        snprintf(why, BMC_TEXT_MAX, "%.160s is not a file", p->path);
        return false;
    }

    if (fd == -1) {
        snprintf(why, BMC_TEXT_MAX, "%.160s cannot be opened: %s", p->path,
                 strerror(errno));
        return false;
    }

    pins_take(p, fd, &st, error);

    return true;
}


/* -- lines */

static void
pins_clear(bmc_pins_t *p)
{
    size_t         i;
    pins_entry_t  *e, *next;

    for (i = 0; i < PINS_INDEX; i++) {
        for (e = p->index[i]; e != NULL; e = next) {
            next = e->next;
            free(e);
        }

        p->index[i] = NULL;
    }

    p->seen = 0;
}


static pins_entry_t **
pins_slot(bmc_pins_t *p, const char *host)
{
    pins_entry_t  **at;

    at = &p->index[bmc_hash(host, strlen(host)) % PINS_INDEX];

    while (*at != NULL && strcmp((*at)->host, host) != 0) {
        at = &(*at)->next;
    }

    return at;
}


/* lines that are none were cut short by a full disk: they say nothing */

static bool
pins_is_whole(const bmc_pin_t *pin)
{
    return strlen(pin->print + 7) == 64 && strlen(pin->since) == PINS_SINCE;
}


static bool
pins_line(bmc_pins_t *p, const char *line)
{
    char           host[BMC_NAME_MAX];
    bmc_pin_t      pin;
    pins_entry_t **at;

    if (sscanf(line, "%63s sha256:%64[0-9a-f] %31s", host, pin.print + 7,
               pin.since) != 3
        || !pins_is_whole(&pin))
    {
        return true;
    }

    memcpy(pin.print, "sha256:", 7);
    at = pins_slot(p, host);

    if (*at == NULL) {
        *at = calloc(1, sizeof(pins_entry_t));

        if (*at == NULL) {
            return false;
        }

        memcpy((*at)->host, host, sizeof(host));
    }

    (*at)->pin = pin;

    return true;
}


static bool
pins_lines(bmc_pins_t *p, char *text, size_t len)
{
    char  *line, *end;

    for (line = text; line < text + len; line = end + 1) {
        end = memchr(line, '\n', (size_t) (text + len - line));

        if (end == NULL) {
            break;
        }

        *end = '\0';

        if (!pins_line(p, line)) {
            return false;
        }

        p->seen += end + 1 - line;
    }

    return true;
}


/* what others have appended since */

static bool
pins_read(bmc_pins_t *p, char why[BMC_TEXT_MAX])
{
    bool         ok;
    char        *text;
    ssize_t      n;
    struct stat  st;

    if (fstat(p->fd, &st) == -1 || st.st_size > PINS_FILE_MAX) {
        snprintf(why, BMC_TEXT_MAX, "%.160s cannot be read, or is larger "
                 "than %d MB", p->path, PINS_FILE_MAX / 1024 / 1024);
        return false;
    }

    if (st.st_size < p->seen) {
        pins_clear(p);
    }

    if (st.st_size == p->seen) {
        return true;
    }

    text = malloc((size_t) (st.st_size - p->seen) + 1);
    n = text == NULL ? -1
                     : pread(p->fd, text, (size_t) (st.st_size - p->seen),
                             p->seen);
    ok = n >= 0 && pins_lines(p, text, (size_t) n);
    free(text);

    if (!ok) {
        snprintf(why, BMC_TEXT_MAX, "%.160s cannot be read", p->path);
    }

    return ok;
}


const bmc_pin_t *
bmc_pins_find(bmc_pins_t *p, const char *host, char why[BMC_TEXT_MAX])
{
    pins_entry_t  *e;

    why[0] = '\0';

    if (!bmc_pins_open(p, why) || !pins_read(p, why)) {
        return NULL;
    }

    e = *pins_slot(p, host);

    return e == NULL ? NULL : &e->pin;
}


/* a line that was cut short must not be the beginning of this one */

static bool
pins_ends_well(bmc_pins_t *p, off_t size)
{
    char  last;

    return size == 0
           || (pread(p->fd, &last, 1, size - 1) == 1 && last == '\n');
}


/* half a line must not count when the next one ends it; others' stay */

static void
pins_undo(bmc_pins_t *p, off_t size, ssize_t put)
{
    struct stat  st;

    if (put > 0 && fstat(p->fd, &st) == 0 && st.st_size == size + put) {
        (void) !ftruncate(p->fd, size);
    }
}


static void
pins_now(char since[BMC_PIN_TIME])
{
    time_t     now;
    struct tm  tm;

    now = time(NULL);
    (void) gmtime_r(&now, &tm);
    (void) strftime(since, BMC_PIN_TIME, "%Y-%m-%dT%H:%M:%SZ", &tm);
}


bool
bmc_pins_add(bmc_pins_t *p, const char *host, const char *print,
    char why[BMC_TEXT_MAX])
{
    int          n;
    char         line[BMC_NAME_MAX + BMC_PIN_MAX + BMC_PIN_TIME + 8];
    char         since[BMC_PIN_TIME];
    ssize_t      put;
    struct stat  st;

    if (!bmc_pins_open(p, why)) {
        return false;
    }

    if (p->error != 0 || fstat(p->fd, &st) == -1) {
        snprintf(why, BMC_TEXT_MAX, "%.160s cannot be written: %s", p->path,
                 strerror(p->error != 0 ? p->error : errno));
        return false;
    }

    pins_now(since);
    n = snprintf(line, sizeof(line), "%s%.63s %.71s %s\n",
                 pins_ends_well(p, st.st_size) ? "" : "\n", host, print,
                 since);
    put = write(p->fd, line, (size_t) n);

    if (put != n) {
        snprintf(why, BMC_TEXT_MAX, "%.160s cannot be written: %s", p->path,
                 put == -1 ? strerror(errno) : "the disk is full");
        pins_undo(p, st.st_size, put);
        return false;
    }

    return true;
}
