
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "audit/trail.h"
#include "base/clock.h"
#include "base/state.h"


#define TRAIL_MODE       0640
#define TRAIL_SHARED     0660    /* the group's members write it too */
#define TRAIL_WAIT       2000    /* ms for another's line */
#define TRAIL_STUCK      50      /* ms when nobody let go the last time */
#define TRAIL_PAUSE      1000000 /* ns from look to look, at most */
#define TRAIL_RENEWALS   4
#define TRAIL_REASON     64


static const char *trail_reason(int err, char reason[TRAIL_REASON]);
static bool trail_file(bmc_trail_file_t *f, int flags);
static void trail_group(int fd);
static bool trail_moved(const bmc_trail_file_t *f, bool *gone);
static bool trail_renew(bmc_trail_file_t *f, int flags);
static bool trail_lock(bmc_trail_t *t, char why[BMC_TEXT_MAX]);
static bool trail_wait(bmc_trail_t *t, char why[BMC_TEXT_MAX]);
static void trail_unlock(bmc_trail_t *t);
static bool trail_end(bmc_trail_t *t, bmc_trail_end_t *end,
    char why[BMC_TEXT_MAX]);
static bool trail_compose(bmc_trail_t *t, bmc_trail_end_t *end,
    const char *body, size_t len, size_t *start);
static bool trail_commit(bmc_trail_t *t, const bmc_trail_end_t *end,
    char why[BMC_TEXT_MAX]);
static int trail_write(bmc_trail_t *t, uint64_t size);
static int trail_note_last(bmc_trail_t *t, const bmc_trail_end_t *end);
static uint64_t trail_ino(const bmc_trail_t *t);


bmc_trail_t *
bmc_trail_open(const char *path, bmc_chain_t *chain, char why[BMC_TEXT_MAX])
{
    char          reason[TRAIL_REASON];
    bmc_trail_t  *t;

    t = calloc(1, sizeof(bmc_trail_t));
    if (t == NULL) {
        snprintf(why, BMC_TEXT_MAX, "%.120s: out of memory", path);
        return NULL;
    }

    t->log.fd = -1;
    t->last.fd = -1;
    t->chain = chain;
    t->log.path = strdup(path);

    if (t->log.path == NULL
        || asprintf(&t->last.path, "%s.last", path) == -1)
    {
        t->last.path = NULL;
        snprintf(why, BMC_TEXT_MAX, "%.120s: out of memory", path);
        bmc_trail_close(t);
        return NULL;
    }

    if (!trail_file(&t->log, O_APPEND) || !trail_file(&t->last, 0)) {
        snprintf(why, BMC_TEXT_MAX, "%.120s: %s: expected a file that can be "
                 "written, in a folder that exists",
                 t->log.fd == -1 ? path : t->last.path,
                 trail_reason(errno, reason));
        bmc_trail_close(t);
        return NULL;
    }

    return t;
}


void
bmc_trail_close(bmc_trail_t *t)
{
    if (t == NULL) {
        return;
    }

    if (t->log.fd != -1) {
        close(t->log.fd);
    }

    if (t->last.fd != -1) {
        close(t->last.fd);
    }

    bmc_buf_free(&t->text);
    free(t->log.path);
    free(t->last.path);
    free(t);
}


bool
bmc_trail_append(bmc_trail_t *t, const char *body, size_t len,
    const char **line, size_t *line_len, char why[BMC_TEXT_MAX])
{
    bool             done;
    size_t           start;
    bmc_trail_end_t  end;

    if (!trail_lock(t, why)) {
        return false;
    }

    (void) trail_renew(&t->log, O_APPEND);

    done = trail_end(t, &end, why);

    if (done && !trail_compose(t, &end, body, len, &start)) {
        bmc_trail_why(why, t->log.path, ENOMEM);
        done = false;
    }

    done = done && trail_commit(t, &end, why);

    trail_unlock(t);

    if (done) {
        *line = t->text.data + start;
        *line_len = t->text.len - start;
    }

    return done;
}


void
bmc_trail_why(char why[BMC_TEXT_MAX], const char *path, int err)
{
    char  reason[TRAIL_REASON];

    snprintf(why, BMC_TEXT_MAX,
             "%.120s: %s: changes are refused until it can be written",
             path, trail_reason(err, reason));
}


/* strerror() begins a sentence, ours goes on with one */

static const char *
trail_reason(int err, char reason[TRAIL_REASON])
{
    snprintf(reason, TRAIL_REASON, "%s", strerror(err));

    if (reason[0] >= 'A' && reason[0] <= 'Z'
        && reason[1] >= 'a' && reason[1] <= 'z')
    {
        reason[0] += 'a' - 'A';
    }

    return reason;
}


/* opens what is there, or creates it for the group */

static bool
trail_file(bmc_trail_file_t *f, int flags)
{
    int          fd;
    struct stat  st;

    flags |= O_RDWR|O_CLOEXEC|O_NOCTTY;

    fd = open(f->path, flags);

    if (fd == -1 && errno == ENOENT) {
        fd = open(f->path, flags|O_CREAT|O_EXCL, TRAIL_MODE);

        if (fd != -1) {
            trail_group(fd);

        } else if (errno == EEXIST) {
            fd = open(f->path, flags);
        }
    }

    if (fd == -1) {
        return false;
    }

    if (fstat(fd, &st) == -1) {
        close(fd);
        return false;
    }

    if (f->fd != -1) {
        close(f->fd);
    }

    f->fd = fd;
    f->dev = st.st_dev;
    f->ino = st.st_ino;

    return true;
}


/* an ordinary user's own trail stays his own: failures do not matter */

static void
trail_group(int fd)
{
    gid_t  gid;

    if (fchmod(fd, TRAIL_MODE) == -1) {
        return;
    }

    gid = bmc_state_group();

    if (gid != (gid_t) -1 && fchown(fd, (uid_t) -1, gid) == 0) {
        (void) fchmod(fd, TRAIL_SHARED);
    }
}


static bool
trail_moved(const bmc_trail_file_t *f, bool *gone)
{
    struct stat  st;

    *gone = false;

    if (stat(f->path, &st) == -1) {
        *gone = errno == ENOENT;
        return *gone;
    }

    return st.st_dev != f->dev || st.st_ino != f->ino;
}


/*
 * True when the file under the name is another one now.  A worker without
 * the right to open it goes on with the one it has: the chain runs through
 * both, and bmc_audit_verify() follows it from file to file.
 */

static bool
trail_renew(bmc_trail_file_t *f, int flags)
{
    bool  gone;

    return trail_moved(f, &gone) && trail_file(f, flags);
}


/*
 * The lock is a process's (F_SETLK) on FILE.last.  OFD locks and flock()
 * belong to the open file, which a master's workers share, so they would
 * not keep siblings apart; a robust mutex in a mapped file does not survive
 * a reboot in the middle.  What is odd about this kind does not hurt here:
 * closing any descriptor of the file drops the lock, but one thread closes
 * none in between, and a child does not inherit it.  FILE.last is not
 * rotated, so that writers of the old file and of the new one exclude each
 * other too.
 */

static bool
trail_lock(bmc_trail_t *t, char why[BMC_TEXT_MAX])
{
    unsigned  i;

    for (i = 0; i < TRAIL_RENEWALS; i++) {
        if (!trail_wait(t, why)) {
            return false;
        }

        if (!trail_renew(&t->last, 0)) {
            return true;
        }
    }

    snprintf(why, BMC_TEXT_MAX, "%.120s: replaced again and again: expected "
             "to be left alone", t->last.path);

    return false;
}


/* F_SETLKW would wait for ever behind a stopped process */

static bool
trail_wait(bmc_trail_t *t, char why[BMC_TEXT_MAX])
{
    int64_t          until;
    struct flock     fl;
    struct timespec  pause;

    pause.tv_sec = 0;
    pause.tv_nsec = 10000;
    until = 0;

    for ( ;; ) {
        memset(&fl, 0, sizeof(fl));
        fl.l_type = F_WRLCK;
        fl.l_whence = SEEK_SET;

        if (fcntl(t->last.fd, F_SETLK, &fl) == 0) {
            t->stuck = false;
            return true;
        }

        if (errno != EAGAIN && errno != EACCES) {
            bmc_trail_why(why, t->last.path, errno);
            return false;
        }

        if (until == 0) {
            until = bmc_now() + (t->stuck ? TRAIL_STUCK : TRAIL_WAIT);

        } else if (bmc_now() >= until) {
            break;
        }

        nanosleep(&pause, NULL);

        if (pause.tv_nsec < TRAIL_PAUSE) {
            pause.tv_nsec *= 2;
        }
    }

    t->stuck = true;

    if (fcntl(t->last.fd, F_GETLK, &fl) == -1 || fl.l_type == F_UNLCK) {
        fl.l_pid = 0;
    }

    snprintf(why, BMC_TEXT_MAX, "%.120s: process %d does not let go of it: "
             "changes are refused until it does", t->last.path,
             (int) fl.l_pid);

    return false;
}


static void
trail_unlock(bmc_trail_t *t)
{
    struct flock  fl;

    memset(&fl, 0, sizeof(fl));
    fl.l_type = F_UNLCK;
    fl.l_whence = SEEK_SET;

    (void) fcntl(t->last.fd, F_SETLK, &fl);
}


/* where the next line goes: as FILE.last says, if the file agrees */

static bool
trail_end(bmc_trail_t *t, bmc_trail_end_t *end, char why[BMC_TEXT_MAX])
{
    bool         lost;
    char         text[BMC_LAST_LEN + 1];
    ssize_t      n;
    bmc_last_t   last;
    struct stat  st;

    memset(end, 0, sizeof(bmc_trail_end_t));

    n = pread(t->last.fd, text, sizeof(text), 0);

    if (n == -1 || fstat(t->log.fd, &st) == -1) {
        bmc_trail_why(why, n == -1 ? t->last.path : t->log.path, errno);
        return false;
    }

    lost = !bmc_last_parse(text, (size_t) n, &last);

    if (lost) {
        memset(&last, 0, sizeof(last));
        bmc_chain_start(&last.link);
    }

    /* what is no file has no size and can only be appended to */

    end->at = last.link;
    end->size = S_ISREG(st.st_mode) ? (uint64_t) st.st_size : last.end;

    if (!S_ISREG(st.st_mode)
        || (!lost && last.ino == trail_ino(t) && last.end == end->size)
        || (n == 0 && end->size == 0))
    {
        return true;
    }

    return bmc_trail_repair(t, &last, lost, end, why);
}


/* start: of the asked line, which may stand behind a repaired line */

static bool
trail_compose(bmc_trail_t *t, bmc_trail_end_t *end, const char *body,
    size_t len, size_t *start)
{
    bool       done;
    bmc_buf_t  note;

    done = true;
    bmc_buf_reset(&t->text);

    if (end->torn) {
        bmc_buf_addc(&t->text, '\n');
    }

    if (end->note[0] != '\0') {
        memset(&note, 0, sizeof(note));

        bmc_buf_adds(&note, ",\"event\":\"repaired\",\"rc\":\"ok\",\"text\":");
        bmc_buf_json(&note, end->note, strlen(end->note));
        bmc_buf_printf(&note, ",\"pid\":%d", (int) getpid());

        done = !note.failed && bmc_chain_add(t->chain, &end->at, note.data,
                                             note.len, &t->text);
        bmc_buf_free(&note);
    }

    *start = t->text.len;

    return done && bmc_chain_add(t->chain, &end->at, body, len, &t->text);
}


/* all of the text and FILE.last, or nothing of either */

static bool
trail_commit(bmc_trail_t *t, const bmc_trail_end_t *end,
    char why[BMC_TEXT_MAX])
{
    int  err;

    err = trail_write(t, end->size);

    if (err != 0) {
        bmc_trail_why(why, t->log.path, err);

    } else {
        err = trail_note_last(t, end);

        if (err != 0) {
            bmc_trail_why(why, t->last.path, err);
        }
    }

    /* where this fails the next writer cuts the line, or finds it whole */

    if (err != 0 && ftruncate(t->log.fd, (off_t) end->size) == -1) {
        return false;
    }

    return err == 0;
}


static int
trail_write(bmc_trail_t *t, uint64_t size)
{
    size_t         n;
    ssize_t        rc;
    struct rlimit  limit;

    /* a write past this limit is a signal, and signals are not ours */

    if (getrlimit(RLIMIT_FSIZE, &limit) == 0
        && limit.rlim_cur != RLIM_INFINITY
        && size + t->text.len > limit.rlim_cur)
    {
        return EFBIG;
    }

    n = 0;

    while (n < t->text.len) {
        rc = write(t->log.fd, t->text.data + n, t->text.len - n);

        if (rc == -1 && errno == EINTR) {
            continue;
        }

        if (rc <= 0) {
            return rc == 0 ? EIO : errno;
        }

        n += (size_t) rc;
    }

    return 0;
}


static int
trail_note_last(bmc_trail_t *t, const bmc_trail_end_t *end)
{
    char        text[BMC_LAST_LEN + 1];
    ssize_t     n;
    bmc_last_t  last;

    last.link = end->at;
    last.ino = trail_ino(t);
    last.end = end->size + t->text.len;

    bmc_last_format(&last, text);

    n = pwrite(t->last.fd, text, BMC_LAST_LEN, 0);

    if (n == BMC_LAST_LEN) {
        return 0;
    }

    return n == -1 ? errno : ENOSPC;
}


/* some file systems use all 64 bits, numbers in FILE.last have 63 */

static uint64_t
trail_ino(const bmc_trail_t *t)
{
    return (uint64_t) t->log.ino & (UINT64_MAX >> 2);
}
