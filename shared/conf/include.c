
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "conf/parse.h"


/* path as seen from the folder of file */

char *
bmc_conf_beside(bmc_conf_t *cf, const char *file, const char *path)
{
    char        *s;
    const char  *slash;

    slash = (*path == '/') ? NULL : strrchr(file, '/');

    if (slash == NULL) {
        s = bmc_pstrdup(cf->pool, path);

    } else {
        s = bmc_psprintf(cf->pool, "%.*s%s", (int) (slash - file) + 1, file,
                         path);
    }

    if (s == NULL) {
        bmc_conf_failed(cf);
    }

    return s;
}


static const char *
include_base(const char *path)
{
    const char  *slash;

    slash = strrchr(path, '/');

    return (slash == NULL) ? path : slash + 1;
}


/* the folder path is in, to be freed */

static char *
include_dir(const char *path)
{
    char  *dir, *real;

    dir = strndup(path, (size_t) (include_base(path) - path));
    if (dir == NULL) {
        return NULL;
    }

    real = realpath((*dir == '\0') ? "." : dir, NULL);
    if (real == NULL) {
        return dir;
    }

    free(dir);

    return real;
}


/* is this the file that is to be read as if it held another text? */

bool
bmc_conf_as(bmc_conf_t *cf, const char *path)
{
    bool   same;
    char  *one, *two;

    if (cf->as == NULL || strcmp(include_base(path), include_base(cf->as))) {
        return false;
    }

    if (strcmp(path, cf->as) == 0) {
        return true;
    }

    one = include_dir(path);
    two = include_dir(cf->as);

    if (one == NULL || two == NULL) {
        bmc_conf_failed(cf);
    }

    same = one != NULL && two != NULL && strcmp(one, two) == 0;

    free(one);
    free(two);

    return same;
}


static int
include_unreadable(const char *path, int err)
{
    return err != ENOENT && err != ENOTDIR;
}


static int
include_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}


/* the overlay may be a file that is not there yet, but would be found */

static const char *
include_absent(bmc_conf_t *cf, const char *pattern, const glob_t *g)
{
    char    *path;
    size_t   i;

    if (cf->as == NULL || cf->as_text == NULL
        || fnmatch(include_base(pattern), include_base(cf->as), FNM_PERIOD))
    {
        return NULL;
    }

    for (i = 0; i < g->gl_pathc; i++) {
        if (bmc_conf_as(cf, g->gl_pathv[i])) {
            return NULL;
        }
    }

    path = bmc_psprintf(cf->pool, "%.*s%s",
                        (int) (include_base(pattern) - pattern), pattern,
                        include_base(cf->as));
    if (path == NULL) {
        bmc_conf_failed(cf);
        return NULL;
    }

    return bmc_conf_as(cf, path) ? path : NULL;
}


static void
include_all(bmc_conf_t *cf, bmc_block_t *b, const char *pattern, glob_t *g)
{
    size_t       i;
    const char  *absent;

    if (g->gl_pathc > 0) {
        qsort(g->gl_pathv, g->gl_pathc, sizeof(char *), include_compare);
    }

    absent = include_absent(cf, pattern, g);

    for (i = 0; i < g->gl_pathc; i++) {
        if (absent != NULL && strcmp(absent, g->gl_pathv[i]) < 0) {
            bmc_conf_open(cf, absent, b);
            absent = NULL;
        }

        if (cf->as_text == NULL && bmc_conf_as(cf, g->gl_pathv[i])) {
            cf->as_read = true;
            continue;
        }

        bmc_conf_open(cf, g->gl_pathv[i], b);
    }

    if (absent != NULL) {
        bmc_conf_open(cf, absent, b);
    }
}


/* glob(3) sorts by locale unless told not to: the order must be everyone's */

void
bmc_conf_include(bmc_conf_t *cf, bmc_block_t *b, const char *word)
{
    int     rc;
    char   *pattern;
    glob_t  g;

    pattern = bmc_conf_beside(cf, cf->in->name, word);
    if (pattern == NULL) {
        return;
    }

    if (!bmc_glob_is(pattern)) {
        bmc_conf_open(cf, pattern, b);
        return;
    }

    memset(&g, 0, sizeof(g));
    rc = glob(pattern, GLOB_NOSORT, include_unreadable, &g);

    switch (rc) {

    case 0:
    case GLOB_NOMATCH:
        include_all(cf, b, pattern, &g);
        break;

    case GLOB_NOSPACE:
        bmc_conf_failed(cf);
        break;

    default:
        bmc_conf_error(cf, "%s cannot be searched: %s", pattern,
                       strerror(errno));
        cf->torn = true;
    }

    globfree(&g);
}
