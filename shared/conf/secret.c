
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/state.h"
#include "conf/parse.h"


static const struct {
    const char         *prefix;
    bmc_secret_kind_t   kind;
} secret_kinds[] = {
    { "file:", BMC_SECRET_FILE },
    { "env:", BMC_SECRET_ENV },
    { "credential:", BMC_SECRET_CREDENTIAL }
};


/* root, bmcgate, or the group of this process */

static bool
secret_group(gid_t gid)
{
    return gid == 0 || gid == getegid() || gid == bmc_state_group();
}


static bool
secret_stat(const char *path, const struct stat *st, char why[BMC_TEXT_MAX])
{
    if (!S_ISREG(st->st_mode)) {
        snprintf(why, BMC_TEXT_MAX, "secret file %.160s is not a regular "
                 "file", path);
        return false;
    }

    if (st->st_mode & S_IRWXO) {
        snprintf(why, BMC_TEXT_MAX, "secret file %.160s is open to others "
                 "(mode %04o): chmod 0640 it", path,
                 (unsigned) st->st_mode & 07777);
        return false;
    }

    if ((st->st_mode & S_IRGRP) && !secret_group(st->st_gid)) {
        snprintf(why, BMC_TEXT_MAX, "secret file %.160s is readable by "
                 "group %u (mode %04o), which is neither root's nor "
                 "bmcgate's", path, (unsigned) st->st_gid,
                 (unsigned) st->st_mode & 07777);
        return false;
    }

    return true;
}


static bool
secret_path(const bmc_secret_t *s, char path[4096], char why[BMC_TEXT_MAX])
{
    const char  *dir;

    if (s->kind == BMC_SECRET_FILE) {
        snprintf(path, 4096, "%s", s->word);
        return true;
    }

    dir = secure_getenv("CREDENTIALS_DIRECTORY");

    if (dir == NULL || *dir == '\0') {
        snprintf(why, BMC_TEXT_MAX, "credential \"%.64s\": "
                 "$CREDENTIALS_DIRECTORY is not set (see LoadCredential= in "
                 "systemd.exec(5))", s->word);
        return false;
    }

    if (snprintf(path, 4096, "%s/%s", dir, s->word) >= 4096) {
        snprintf(why, BMC_TEXT_MAX, "credential \"%.64s\": its path is too "
                 "long", s->word);
        return false;
    }

    return true;
}


/* bytes read, size at most, or -1 */

static ssize_t
secret_fill(int fd, char *in, size_t size)
{
    size_t   len;
    ssize_t  n;

    for (len = 0; len < size; len += (size_t) n) {
        n = read(fd, in + len, size - len);

        if (n == -1 && errno == EINTR) {
            n = 0;
            continue;
        }

        if (n == -1) {
            return -1;
        }

        if (n == 0) {
            break;
        }
    }

    return (ssize_t) len;
}


static long
secret_bytes(int fd, const char *path, char out[BMC_SECRET_MAX],
    char why[BMC_TEXT_MAX])
{
    char  in[BMC_SECRET_MAX + 2];
    long  len;

    len = secret_fill(fd, in, sizeof(in));

    if (len == -1) {
        snprintf(why, BMC_TEXT_MAX, "secret file %.160s cannot be read: %s",
                 path, strerror(errno));
        return -1;
    }

    if (len > 0 && in[len - 1] == '\n') {
        len--;
        len -= (len > 0 && in[len - 1] == '\r');
    }

    if (len == 0) {
        snprintf(why, BMC_TEXT_MAX, "secret file %.160s is empty", path);
        len = -1;

    } else if (len >= BMC_SECRET_MAX) {
        snprintf(why, BMC_TEXT_MAX, "secret file %.160s holds more than %d "
                 "bytes", path, BMC_SECRET_MAX - 1);
        len = -1;

    } else if (memchr(in, '\0', (size_t) len) != NULL) {
        snprintf(why, BMC_TEXT_MAX, "secret file %.160s holds a null byte",
                 path);
        len = -1;

    } else {
        memcpy(out, in, (size_t) len);
        out[len] = '\0';
    }

    explicit_bzero(in, sizeof(in));

    return len;
}


/* out may be NULL: only whether it could be read */

static long
secret_file(const bmc_secret_t *s, char *out, struct stat *st,
    char why[BMC_TEXT_MAX])
{
    int   fd;
    long  len;
    char  path[4096];

    if (!secret_path(s, path, why)) {
        return -1;
    }

    fd = open(path, O_RDONLY|O_CLOEXEC|O_NONBLOCK|O_NOCTTY);

    if (fd == -1 || fstat(fd, st) != 0) {
        snprintf(why, BMC_TEXT_MAX, "secret file %.160s cannot be read: %s",
                 path, strerror(errno));
        len = -1;

    } else if (!secret_stat(path, st, why)) {
        len = -1;

    } else {
        len = (out == NULL) ? 0 : secret_bytes(fd, path, out, why);
    }

    if (fd != -1) {
        close(fd);
    }

    return len;
}


static long
secret_copy(const char *what, const char *from, char out[BMC_SECRET_MAX],
    char why[BMC_TEXT_MAX])
{
    size_t  len;

    len = strlen(from);

    if (len >= BMC_SECRET_MAX) {
        snprintf(why, BMC_TEXT_MAX, "%.100s is longer than %d bytes", what,
                 BMC_SECRET_MAX - 1);
        return -1;
    }

    memcpy(out, from, len + 1);

    return (long) len;
}


static long
secret_env(const bmc_secret_t *s, char out[BMC_SECRET_MAX],
    char why[BMC_TEXT_MAX])
{
    char         what[128];
    const char  *value;

    snprintf(what, sizeof(what), "secret $%.100s", s->word);
    value = secure_getenv(s->word);

    if (value == NULL || *value == '\0') {
        snprintf(why, BMC_TEXT_MAX, "%s is not set", what);
        return -1;
    }

    return secret_copy(what, value, out, why);
}


static long
secret_read(const bmc_secret_t *s, char out[BMC_SECRET_MAX],
    char why[BMC_TEXT_MAX])
{
    struct stat  st;

    if (s->kept != NULL) {
        return secret_copy("a secret", s->kept, out, why);
    }

    switch (s->kind) {

    case BMC_SECRET_WORD:
        return secret_copy("a secret", s->word, out, why);

    case BMC_SECRET_FILE:
    case BMC_SECRET_CREDENTIAL:
        return secret_file(s, out, &st, why);

    case BMC_SECRET_ENV:
        return secret_env(s, out, why);
    }

    return -1;
}


long
bmc_secret_read(const bmc_secret_t *s, char out[BMC_SECRET_MAX],
    char why[BMC_TEXT_MAX])
{
    long  len;

    len = secret_read(s, out, why);

    if (len == -1) {
        explicit_bzero(out, BMC_SECRET_MAX);
    }

    return len;
}


/* is it there?  And what does it look like, so that a change is noticed? */

static bool
secret_check(bmc_secretread_t *r, char why[BMC_TEXT_MAX])
{
    bool         ok;
    char         out[BMC_SECRET_MAX];
    struct stat  st;

    r->print = bmc_fleet_mix((uint64_t) r->pub.kind, r->pub.word,
                             strlen(r->pub.word));

    if (r->pub.kind == BMC_SECRET_FILE
        || r->pub.kind == BMC_SECRET_CREDENTIAL)
    {
        if (secret_file(&r->pub, NULL, &st, why) == -1) {
            return false;
        }

        if (st.st_size == 0) {
            snprintf(why, BMC_TEXT_MAX, "secret file %.160s is empty",
                     r->pub.word);
            return false;
        }

        r->print = bmc_fleet_mix(r->print, &st.st_ino, sizeof(st.st_ino));
        r->print = bmc_fleet_mix(r->print, &st.st_mtim, sizeof(st.st_mtim));
        r->print = bmc_fleet_mix(r->print, &st.st_size, sizeof(st.st_size));

        return true;
    }

    ok = secret_read(&r->pub, out, why) != -1;

    if (ok) {
        r->print = bmc_fleet_mix(r->print, out, strlen(out));
        explicit_bzero(out, sizeof(out));
    }

    return ok;
}


uint64_t
bmc_secret_print(const bmc_secret_t *s)
{
    return (s == NULL) ? 0 : ((const bmc_secretread_t *) s)->print;
}


static bmc_secret_kind_t
secret_kind(const char **word)
{
    size_t  i, len;

    for (i = 0; i < sizeof(secret_kinds) / sizeof(secret_kinds[0]); i++) {
        len = strlen(secret_kinds[i].prefix);

        if (strncmp(*word, secret_kinds[i].prefix, len) == 0) {
            *word += len;
            return secret_kinds[i].kind;
        }
    }

    return BMC_SECRET_WORD;
}


static bmc_secret_t *
secret_add(bmc_conf_t *cf, const char *key, bmc_secret_kind_t kind,
    const char *word)
{
    void              *p;
    char               why[BMC_TEXT_MAX];
    bmc_own_t         *own;
    bmc_secretread_t  *r;

    own = cf->own;

    p = bmc_conf_grow(cf, own->secret, &own->secrets_max, own->nsecrets + 1,
                      sizeof(bmc_secretread_t *));
    if (p == NULL) {
        return NULL;
    }

    own->secret = p;

    r = bmc_pcalloc(cf->pool, sizeof(bmc_secretread_t));
    if (r == NULL) {
        bmc_conf_failed(cf);
        return NULL;
    }

    r->pub.kind = kind;
    r->pub.word = word;

    if (!secret_check(r, why)) {
        bmc_conf_error(cf, "%s", why);
    }

    (void) bmc_index_put(&own->secrets, key, (uint32_t) own->nsecrets,
                         &cf->failed);
    own->secret[own->nsecrets++] = r;

    return &r->pub;
}


/*
 * A word that many hosts share is one secret, and one stat(2).  A file's key
 * is its path, as the same word means another file in another folder.
 */

bmc_secret_t *
bmc_conf_secret(bmc_conf_t *cf, const char *word)
{
    uint32_t           i;
    bmc_secret_t      *s;
    const char        *key, *name;
    bmc_secret_kind_t  kind;

    name = word;
    key = word;
    kind = secret_kind(&name);

    if (kind == BMC_SECRET_WORD && cf->at.exposed) {
        bmc_conf_error(cf, "a secret stands here, and others can read this "
                       "file: chmod o-r it, or use file:, env: or "
                       "credential:");
        return NULL;
    }

    if (kind != BMC_SECRET_WORD && (*name == '\0'
        || (kind == BMC_SECRET_CREDENTIAL && strchr(name, '/') != NULL)))
    {
        bmc_conf_error(cf, "\"%.64s\" names no secret", word);
        return NULL;
    }

    if (kind == BMC_SECRET_FILE && *name != '/') {
        name = bmc_conf_beside(cf, cf->at.file, name);
        key = (name == NULL) ? NULL
                             : bmc_psprintf(cf->pool, "file:%s", name);
        if (key == NULL) {
            bmc_conf_failed(cf);
            return NULL;
        }

        name = key + strlen("file:");
    }

    i = bmc_index_get(&cf->own->secrets, key, strlen(key));

    s = (i != BMC_INDEX_NONE) ? &cf->own->secret[i]->pub
                              : secret_add(cf, key, kind, name);

    cf->print = cf->print * 31 + bmc_secret_print(s);

    return s;
}
