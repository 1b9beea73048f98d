
/*
 * Copyright (C) the bmcgate authors
 *
 * What the board's tests share: a folder of one's own, children, and small
 * file systems in a mount namespace of one's own.
 */


#ifndef _BMC_BOARD_FIXTURE_H_INCLUDED_
#define _BMC_BOARD_FIXTURE_H_INCLUDED_


#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "board/layout.h"


#define FIXTURE_NOBODY  65534


typedef struct {
    char  root[64];              /* others may pass */
    char  dir[96];               /* the board's folder, absent at first */
    char  file[128];
    char  why[BMC_TEXT_MAX];
    char  said[BMC_TEXT_MAX];    /* the last line */
    int   lines;
} fixture_t;


typedef int (*fixture_pt)(fixture_t *f, bmc_board_t *bd, void *data);


static inline void
fixture_say(void *data, const char *line)
{
    fixture_t  *f = data;

    f->lines++;
    snprintf(f->said, sizeof(f->said), "%s", line);
}


static inline int
fixture_setup(void **state)
{
    fixture_t  *f;

    f = calloc(1, sizeof(fixture_t));
    if (f == NULL) {
        return -1;
    }

    snprintf(f->root, sizeof(f->root), "/tmp/bmcboard.XXXXXX");

    if (mkdtemp(f->root) == NULL || chmod(f->root, 0755) == -1) {
        free(f);
        return -1;
    }

    snprintf(f->dir, sizeof(f->dir), "%s/run", f->root);
    snprintf(f->file, sizeof(f->file), "%s/board", f->dir);

    *state = f;

    return 0;
}


static inline int
fixture_remove(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
    return remove(path);
}


static inline int
fixture_teardown(void **state)
{
    fixture_t  *f = *state;

    nftw(f->root, fixture_remove, 8, FTW_DEPTH|FTW_PHYS);
    free(f);

    return 0;
}


static inline bmc_board_t *
fixture_open(fixture_t *f)
{
    return bmc_board_open(f->dir, fixture_say, f, f->why);
}


/* in a child: the board does not open, and why has these words */

static inline int
fixture_open_says(fixture_t *f, bmc_board_t *unused, void *data)
{
    bmc_board_t  *bd;

    bd = fixture_open(f);
    bmc_board_close(bd);

    if (bd == NULL && strstr(f->why, data)) {
        return 0;
    }

    fprintf(stderr, "expected \"%s\": \"%s\"\n", (char *) data, f->why);

    return 1;
}


/* a child that ends with what run() returns */

static inline pid_t
fixture_fork(fixture_t *f, bmc_board_t *bd, fixture_pt run, void *data)
{
    pid_t  pid;

    pid = fork();

    if (pid == 0) {
        alarm(60);
        _exit(run(f, bd, data));
    }

    assert_true(pid > 0);

    return pid;
}


/* its exit status; -signal when it was killed */

static inline int
fixture_wait(pid_t pid)
{
    int  status;

    assert_int_equal(waitpid(pid, &status, 0), pid);

    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}


static inline int
fixture_run(fixture_t *f, bmc_board_t *bd, fixture_pt run, void *data)
{
    return fixture_wait(fixture_fork(f, bd, run, data));
}


static inline void
fixture_kill(pid_t pid)
{
    kill(pid, SIGKILL);
    assert_int_equal(fixture_wait(pid), -SIGKILL);
}


/* zeroed memory that children share */

static inline void *
fixture_shared(size_t size)
{
    void  *p;

    p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1,
             0);

    assert_true(p != MAP_FAILED);

    return p;
}


static inline void
fixture_sleep(unsigned us)
{
    struct timespec  ts;

    ts.tv_sec = us / 1000000;
    ts.tv_nsec = us % 1000000 * 1000;

    nanosleep(&ts, NULL);
}


static inline int64_t
fixture_ms(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


/* a worker may use the descriptor it inherited, but not open the board */

static inline bool
fixture_unprivileged(fixture_t *f)
{
    if (geteuid() != 0) {
        return chmod(f->file, 0) == 0;
    }

    return setgid(FIXTURE_NOBODY) == 0 && setuid(FIXTURE_NOBODY) == 0;
}


/*
 * In a child: a file system of this type over the root folder, seen by this
 * process only.  False where the kernel does not let us.
 */

static inline bool
fixture_mount(fixture_t *f, const char *type, const char *options)
{
    if (geteuid() != 0 || unshare(CLONE_NEWNS) == -1
        || mount("none", "/", NULL, MS_REC|MS_PRIVATE, NULL) == -1)
    {
        return false;
    }

    return mount("none", f->root, type, 0, options) == 0;
}


/* a view, and sensors, all of one letter */

static inline void
fixture_view(bmc_view_t *v, unsigned k)
{
    char  c;

    c = (char) ('a' + k % 26);
    memset(v, c, sizeof(bmc_view_t));

    v->power = k % 3;
    v->power_other = k % 3;
    v->reach = k % 4;
    v->health = k % 4;
    v->led = k % 4;
    v->error = k % BMC_RC_MAX;

    v->boot[sizeof(v->boot) - 1] = '\0';
    v->driver[sizeof(v->driver) - 1] = '\0';
    v->driver_other[sizeof(v->driver_other) - 1] = '\0';
    v->vendor[sizeof(v->vendor) - 1] = '\0';
    v->maker[sizeof(v->maker) - 1] = '\0';
    v->model[sizeof(v->model) - 1] = '\0';
    v->serial[sizeof(v->serial) - 1] = '\0';
    v->firmware[sizeof(v->firmware) - 1] = '\0';
    v->uuid[sizeof(v->uuid) - 1] = '\0';
    v->message[sizeof(v->message) - 1] = '\0';

    v->failures = k;
}


static inline size_t
fixture_sensors(bmc_sensor_t *s, unsigned k)
{
    size_t  i, n;

    n = k % (BMC_SENSOR_MAX + 1);
    memset(s, (char) ('a' + k % 26), n * sizeof(bmc_sensor_t));

    for (i = 0; i < n; i++) {
        s[i].name[sizeof(s[i].name) - 1] = '\0';
        s[i].state = k % (BMC_SENSOR_FATAL + 1);
        s[i].unit = k % (BMC_UNIT_OTHER + 1);
        s[i].discrete = (uint16_t) k;
    }

    return n;
}


static inline void
fixture_name(char name[BMC_NAME_MAX], unsigned i)
{
    snprintf(name, BMC_NAME_MAX, "rack%u-n%u", i / 40, i);
}


#endif /* _BMC_BOARD_FIXTURE_H_INCLUDED_ */
