
/*
 * Copyright (C) the bmcgate authors
 *
 * A folder with an audit file in it, for the audit's tests.
 */


#ifndef _BMC_TEST_AUDIT_PLACE_H_INCLUDED_
#define _BMC_TEST_AUDIT_PLACE_H_INCLUDED_


#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "audit/audit.h"


#define with_a_place(test)                                                   \
    cmocka_unit_test_setup_teardown(test, setup, teardown)


typedef struct {
    char  dir[64];
    char  file[96];
    char  last[104];
    char  old[104];
    char  said[65536];
} place_t;


static const bmc_audit_entry_t  asked = {
    .event = "asked",
    .op = 7,
    .actor = "key:homeassistant",
    .from = "192.0.2.7",
    .door = "http",
    .host = "n7",
    .verb = "power.cycle",
    .args = "",
    .rc = BMC_OK
};


static inline int
setup(void **state)
{
    place_t  *p;

    p = calloc(1, sizeof(place_t));
    assert_non_null(p);

    snprintf(p->dir, sizeof(p->dir), "/tmp/bmc-audit-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    snprintf(p->file, sizeof(p->file), "%s/audit.log", p->dir);
    snprintf(p->last, sizeof(p->last), "%s.last", p->file);
    snprintf(p->old, sizeof(p->old), "%s.1", p->file);

    *state = p;

    return 0;
}


static inline int
removed(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    return remove(path);
}


static inline int
teardown(void **state)
{
    place_t  *p;

    p = *state;
    nftw(p->dir, removed, 8, FTW_DEPTH|FTW_PHYS);
    free(p);

    return 0;
}


static inline bmc_audit_t *
opened(place_t *p)
{
    char          why[BMC_TEXT_MAX];
    bmc_audit_t  *a;

    a = bmc_audit_open(p->file, false, why);
    if (a == NULL) {
        fail_msg("%s", why);
    }

    return a;
}


static inline void
written(bmc_audit_t *a, unsigned n)
{
    char  why[BMC_TEXT_MAX];

    while (n-- > 0) {
        if (!bmc_audit_write(a, &asked, why)) {
            fail_msg("%s", why);
        }
    }
}


static inline void
say(void *data, const char *line)
{
    size_t    n;
    place_t  *p;

    p = data;
    assert_true(strlen(p->said) + strlen(line) + 2 < sizeof(p->said));
    n = strlen(p->said);
    snprintf(p->said + n, sizeof(p->said) - n, "%s\n", line);
}


/* the chain is whole, over the old file too when there is one */

static inline void
assert_whole(place_t *p, uint64_t expected)
{
    size_t       n;
    bmc_rc_t     rc;
    uint64_t     lines;
    const char  *files[2];

    n = 0;

    if (access(p->old, F_OK) == 0) {
        files[n++] = p->old;
    }

    files[n++] = p->file;
    p->said[0] = '\0';

    rc = bmc_audit_verify(files, n, say, p, &lines);

    assert_string_equal(p->said, "");
    assert_int_equal(rc, BMC_OK);
    assert_int_equal(lines, expected);
}


static inline size_t
slurp(const char *path, char *text, size_t size)
{
    int      fd;
    ssize_t  n;

    fd = open(path, O_RDONLY);
    assert_int_not_equal(fd, -1);
    n = read(fd, text, size - 1);
    assert_true(n >= 0);
    close(fd);
    text[n] = '\0';

    return (size_t) n;
}


static inline void
appended(const char *path, const char *text)
{
    int  fd;

    fd = open(path, O_WRONLY|O_APPEND);
    assert_int_not_equal(fd, -1);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}


#endif /* _BMC_TEST_AUDIT_PLACE_H_INCLUDED_ */
