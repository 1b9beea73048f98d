
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/parse.h"


const char *
bmc_conf_path(const char *arg)
{
    const char  *path;

    if (arg != NULL) {
        return arg;
    }

    /* a setuid program's user must not choose its configuration */

    path = secure_getenv("BMC_CONF");

    return (path != NULL && *path != '\0') ? path
                                           : "/etc/bmcgate/bmcgate.conf";
}


/* the main file's errors have no place but itself, and say how to go on */

static void
file_error(bmc_conf_t *cf, const char *path, const char *what)
{
    if (cf->in == NULL) {
        bmc_conf_error_at(cf, NULL, 0, "%s %s: " BMC_CONF_HOW, path, what);

    } else {
        bmc_conf_error(cf, "%s %s", path, what);
    }

    cf->torn = true;
}


static void
file_errno(bmc_conf_t *cf, const char *path, int err)
{
    if (cf->in == NULL && (err == ENOENT || err == ENOTDIR)) {
        bmc_conf_error_at(cf, NULL, 0, "no configuration at %s: "
                          BMC_CONF_HOW, path);

    } else if (cf->in == NULL && (err == EACCES || err == EPERM)) {
        bmc_conf_error_at(cf, NULL, 0, "%s cannot be read: %s (run as root "
                          "or as a member of group bmcgate)", path,
                          strerror(err));

    } else if (cf->in == NULL) {
        bmc_conf_error_at(cf, NULL, 0, "%s cannot be read: %s: "
                          BMC_CONF_HOW, path, strerror(err));

    } else {
        bmc_conf_error(cf, "%s cannot be read: %s", path, strerror(err));
    }

    cf->torn = true;
}


static bool
file_fill(bmc_conf_t *cf, bmc_conf_file_t *f, int fd, size_t size)
{
    char     *text;
    size_t    len;
    ssize_t   n;

    text = bmc_text_alloc(cf->own, size + 1);
    if (text == NULL) {
        bmc_conf_failed(cf);
        return false;
    }

    for (len = 0; len < size; len += (size_t) n) {
        n = read(fd, text + len, size - len);

        if (n == -1 && errno == EINTR) {
            n = 0;
            continue;
        }

        if (n == -1) {
            file_errno(cf, f->name, errno);
            return false;
        }

        if (n == 0) {
            break;
        }
    }

    text[len] = '\0';
    f->pos = text;
    f->end = text + len;

    return true;
}


static bool
file_load(bmc_conf_t *cf, bmc_conf_file_t *f, const char *path, int fd)
{
    struct stat  st;

    if (fstat(fd, &st) != 0) {
        file_errno(cf, path, errno);
        return false;
    }

    if (S_ISDIR(st.st_mode)) {
        file_error(cf, path, "is a directory, not a configuration");
        return false;
    }

    if (!S_ISREG(st.st_mode)) {
        file_error(cf, path, "is not a regular file");
        return false;
    }

    if (st.st_size > BMC_CONF_FILE_MAX) {
        file_error(cf, path, "is larger than 256 MiB");
        return false;
    }

    f->dev = st.st_dev;
    f->ino = st.st_ino;
    f->exposed = (st.st_mode & S_IROTH) != 0;

    return file_fill(cf, f, fd, (size_t) st.st_size);
}


static bool
file_overlay(bmc_conf_t *cf, bmc_conf_file_t *f, const char *path)
{
    size_t       len;
    struct stat  st;

    cf->as_read = true;

    if (cf->as_text == NULL) {
        file_errno(cf, path, ENOENT);
        return false;
    }

    len = strlen(cf->as_text);

    if (len > BMC_CONF_FILE_MAX) {
        file_error(cf, path, "is larger than 256 MiB");
        return false;
    }

    f->pos = bmc_text_alloc(cf->own, len + 1);
    if (f->pos == NULL) {
        bmc_conf_failed(cf);
        return false;
    }

    memcpy(f->pos, cf->as_text, len + 1);
    f->end = f->pos + len;

    if (stat(path, &st) == 0) {
        f->dev = st.st_dev;
        f->ino = st.st_ino;
        f->exposed = (st.st_mode & S_IROTH) != 0;
    }

    return true;
}


static bool
file_get(bmc_conf_t *cf, bmc_conf_file_t *f, const char *path)
{
    int   fd;
    bool  rc;

    if (bmc_conf_as(cf, path)) {
        return file_overlay(cf, f, path);
    }

    fd = open(path, O_RDONLY|O_CLOEXEC|O_NONBLOCK|O_NOCTTY);
    if (fd == -1) {
        file_errno(cf, path, errno);
        return false;
    }

    rc = file_load(cf, f, path, fd);
    close(fd);

    return rc;
}


static bool
file_loop(bmc_conf_t *cf, const bmc_conf_file_t *f)
{
    const bmc_conf_file_t  *o;

    for (o = f->outer; o != NULL; o = o->outer) {
        if (strcmp(o->name, f->name) == 0
            || (f->ino != 0 && o->ino == f->ino && o->dev == f->dev))
        {
            bmc_conf_error(cf, "%s includes itself", f->name);
            cf->torn = true;
            return true;
        }
    }

    if (f->depth > BMC_CONF_DEPTH) {
        bmc_conf_error(cf, "includes are nested deeper than %d",
                       BMC_CONF_DEPTH);
        cf->torn = true;
        return true;
    }

    return false;
}


static bool
file_clean(bmc_conf_t *cf, const bmc_conf_file_t *f)
{
    unsigned     line;
    const char  *s, *null;

    null = memchr(f->pos, '\0', (size_t) (f->end - f->pos));
    if (null == NULL) {
        return true;
    }

    for (line = 1, s = f->pos; s < null; s++) {
        line += (*s == '\n');
    }

    bmc_conf_error_at(cf, f->name, line, "a null byte: this is no text");
    cf->torn = true;

    return false;
}


void
bmc_conf_open(bmc_conf_t *cf, const char *path, bmc_block_t *b)
{
    bmc_conf_at_t    at;
    bmc_conf_file_t  f;

    memset(&f, 0, sizeof(f));
    f.name = bmc_pstrdup(cf->pool, path);
    f.line = 1;
    f.outer = cf->in;
    f.depth = (cf->in == NULL) ? 0 : cf->in->depth + 1;

    if (f.name == NULL) {
        bmc_conf_failed(cf);
        return;
    }

    if (!file_get(cf, &f, f.name) || file_loop(cf, &f)) {
        return;
    }

    (void) bmc_index_put(&cf->files, f.name, (uint32_t) cf->files.count + 1,
                         &cf->failed);

    cf->fleet->fingerprint = bmc_fleet_mix(cf->fleet->fingerprint, f.pos,
                                           (size_t) (f.end - f.pos));
    if (!file_clean(cf, &f)) {
        return;
    }

    if (f.end - f.pos >= 3 && memcmp(f.pos, "\xef\xbb\xbf", 3) == 0) {
        f.pos += 3;
    }

    at = cf->at;
    cf->in = &f;

    bmc_conf_read(cf, b, 0);

    cf->in = f.outer;
    cf->at = at;
}


void
bmc_conf_main(bmc_conf_t *cf, const char *path, bmc_block_t *b)
{
    bmc_conf_open(cf, path, b);

    if (cf->statements == 0 && !cf->torn && !cf->failed) {
        file_error(cf, path, "is empty");
    }
}
