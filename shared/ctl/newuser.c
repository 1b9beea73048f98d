
/*
 * Copyright (C) the bmcgate authors
 *
 * A BMC's user whose password is made up here, and kept in a file before
 * anybody else hears of it.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/out.h"


#define NEWUSER_TRIES   64


typedef struct {
    bmc_ctl_t             *ctl;
    const bmc_hostconf_t  *host;
    char                  *file;
    bool                   made;     /* by us: the file is not older */
    bmc_buf_t              password;
    bmc_batch_t            batch;
    json_t                *rows;
} newuser_t;


/* with a letter of each case and a digit, as many BMCs want it */

static bool
newuser_varied(const char *s)
{
    unsigned  kinds;

    for (kinds = 0; *s != '\0'; s++) {
        kinds |= *s <= '9' ? 1 : *s <= 'Z' ? 2 : 4;
    }

    return kinds == 7;
}


bool
bmc_password_make(char password[BMC_PASSWORD_SIZE])
{
    size_t         i, n, tries;
    unsigned char  bytes[64];

    static const char  letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz";

    for (tries = 0; tries < NEWUSER_TRIES; tries++) {
        if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t) sizeof(bytes)) {
            return false;
        }

        /* what is past the last letter is thrown away, all are as likely */

        for (i = 0, n = 0; i < sizeof(bytes) && n < BMC_PASSWORD_SIZE - 1;
             i++)
        {
            if ((bytes[i] & 63) < sizeof(letters) - 1) {
                password[n++] = letters[bytes[i] & 63];
            }
        }

        password[n] = '\0';
        explicit_bzero(bytes, sizeof(bytes));

        if (n == BMC_PASSWORD_SIZE - 1 && newuser_varied(password)) {
            return true;
        }
    }

    errno = EAGAIN;

    return false;
}


static const char *
newuser_arg(const newuser_t *u, const char *name)
{
    size_t  i;

    for (i = 0; i < u->batch.va.narg; i++) {
        if (strcmp(u->batch.va.arg[i].name, name) == 0) {
            return u->batch.va.arg[i].value;
        }
    }

    return NULL;
}


/* the file's name is as good as its bytes: on the disk before we go on */

static bool
newuser_sync(const char *file)
{
    int    fd;
    bool   ok;
    char  *folder, *slash;

    folder = strdup(file);

    if (folder == NULL) {
        return false;
    }

    slash = strrchr(folder, '/');

    if (slash == NULL) {
        fd = open(".", O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    } else {
        slash[slash == folder ? 1 : 0] = '\0';
        fd = open(folder, O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    }

    ok = fd != -1 && fsync(fd) == 0;

    if (fd != -1) {
        (void) close(fd);
    }

    free(folder);

    return ok;
}


static bool
newuser_store(const newuser_t *u, int fd)
{
    bool    ok;
    char    line[BMC_PASSWORD_SIZE + 1];
    size_t  len;

    (void) snprintf(line, sizeof(line), "%s\n", u->password.data);
    len = strlen(line);
    ok = write(fd, line, len) == (ssize_t) len && fsync(fd) == 0;
    explicit_bzero(line, sizeof(line));
    ok = close(fd) == 0 && ok;
    ok = ok && newuser_sync(u->file);

    if (!ok) {
        bmc_ctl_error("%s: %s", u->file, strerror(errno));
        (void) unlink(u->file);
    }

    return ok;
}


/*
 * One that is there was made by a run that did not learn what the BMC made
 * of it: the same password again cannot be wrong.
 */

static bool
newuser_password(newuser_t *u)
{
    int   fd;
    char  password[BMC_PASSWORD_SIZE];

    fd = open(u->file, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600);

    if (fd == -1 && errno == EEXIST) {
        return bmc_ask_file(u->file, &u->password);
    }

    if (fd == -1) {
        bmc_ctl_error("%s: %s", u->file, strerror(errno));
        return false;
    }

    u->made = true;

    if (!bmc_password_make(password)) {
        bmc_ctl_error("getrandom: %s", strerror(errno));
        (void) close(fd);
        (void) unlink(u->file);
        return false;
    }

    bmc_buf_adds(&u->password, password);
    explicit_bzero(password, sizeof(password));

    if (bmc_buf_text(&u->password) == NULL) {
        bmc_ctl_error("out of memory");
        (void) close(fd);
        (void) unlink(u->file);
        return false;
    }

    return newuser_store(u, fd);
}


/* secrets/HOST-NAME, beside hosts.d */

static bool
newuser_file(newuser_t *u)
{
    int          n;
    bool         ok;
    char        *conf, *folder;
    const char  *file;

    file = bmc_words_value(&u->ctl->args, BMC_OPT_SECRET_FILE);

    if (file != NULL) {
        u->file = strdup(file);
        return u->file != NULL;
    }

    conf = realpath(bmc_conf_file(u->ctl->base), NULL);

    if (conf == NULL) {
        bmc_ctl_error("%s: %s", bmc_conf_file(u->ctl->base),
                      strerror(errno));
        return false;
    }

    n = asprintf(&folder, "%.*s/secrets",
                 (int) (strrchr(conf, '/') - conf), conf);
    free(conf);

    if (n == -1) {
        return false;
    }

    ok = mkdir(folder, 0700) == 0 || errno == EEXIST;

    if (!ok) {
        bmc_ctl_error("%s: %s", folder, strerror(errno));

    } else if (asprintf(&u->file, "%s/%s-%s", folder,
                        bmc_host_name(u->host), newuser_arg(u, "name"))
               == -1)
    {
        u->file = NULL;
        ok = false;
    }

    free(folder);

    return ok;
}


static bool
newuser_args(newuser_t *u)
{
    bmc_verb_args_t  *va;

    va = &u->batch.va;

    if (!bmc_verbargs_make(va, &u->ctl->args)
        || (newuser_arg(u, "enabled") == NULL
            && !bmc_verbargs_add(va, "enabled", "on")))
    {
        bmc_ctl_error("too many arguments, or no memory for them");
        return false;
    }

    if (strchr(newuser_arg(u, "name"), '/') != NULL
        && !bmc_words_has(&u->ctl->args, BMC_OPT_SECRET_FILE))
    {
        bmc_ctl_error("user \"%s\": no file can be named after it; use"
                      " --secret-file", newuser_arg(u, "name"));
        return false;
    }

    return true;
}


static void
newuser_shown(const newuser_t *u, const bmc_job_t *j)
{
    char        *file;
    const char  *host;

    host = bmc_host_name(u->host);
    file = realpath(u->file, NULL);

    if (u->ctl->out != BMC_OUT_TABLE && u->ctl->out != BMC_OUT_WIDE) {
        bmc_row_text(j->row, "secret_file", file != NULL ? file : u->file);
        free(file);
        return;
    }

    bmc_ctl_host(stdout, host, j->text != NULL ? j->text : "accepted");
    bmc_ctl_say(stdout, "%s: its password is in a file; for bmcgate.conf:"
                " user \"%s\"; password \"file:%s\";", host,
                newuser_arg(u, "name"), file != NULL ? file : u->file);
    (void) bmc_ctl_flush();
    free(file);
}


/*
 * IPMI takes a user in several commands, and what was refused may be the
 * last of them.
 */

static bool
newuser_untouched(const bmc_job_t *j)
{
    const char  *driver;

    if (!j->ended || j->rc == BMC_UNKNOWN || j->rc == BMC_UNVERIFIED) {
        return false;
    }

    driver = json_string_value(json_object_get(j->row, "driver"));

    return j->rc != BMC_REFUSED
           || (driver != NULL && strcmp(driver, "redfish") == 0);
}


static int
newuser_ask(newuser_t *u)
{
    bmc_job_t  *j;

    j = &u->batch.job[0];
    j->host = u->host;
    bmc_batch_reads(&u->batch);

    if (j->ended && j->rc == BMC_OK) {
        newuser_shown(u, j);

    } else if (u->made && newuser_untouched(j)) {
        (void) unlink(u->file);

    } else if (!newuser_untouched(j)) {
        bmc_ctl_say(stderr, "%s: the BMC may have taken the password in %s;"
                    " try again", bmc_host_name(u->host), u->file);
    }

    if (j->row != NULL) {
        (void) json_array_append(u->rows, j->row);
    }

    return bmc_batch_status(&u->batch, true);
}


static int
newuser_one(bmc_ctl_t *c, const bmc_hostconf_t *h, json_t *rows)
{
    int        status;
    newuser_t  u;

    memset(&u, 0, sizeof(newuser_t));
    u.ctl = c;
    u.host = h;
    u.rows = rows;
    status = BMC_FAILED;

    if (!bmc_batch_init(&u.batch, c, 1)) {
        return BMC_FAILED;
    }

    if (!newuser_args(&u)) {
        status = BMC_USAGE;

    } else if (newuser_file(&u) && newuser_password(&u)) {
        if (bmc_verbargs_add(&u.batch.va, "password", u.password.data)) {
            status = newuser_ask(&u);

        } else {
            bmc_ctl_error("too many arguments, or no memory for them");

            if (u.made) {
                (void) unlink(u.file);
            }
        }
    }

    bmc_buf_wipe(&u.password);
    bmc_batch_free(&u.batch);
    free(u.file);

    return status;
}


static int
newuser_all(bmc_ctl_t *c)
{
    int      status, one;
    size_t   i;
    json_t  *rows;

    rows = json_array();
    status = BMC_OK;

    for (i = 0; i < c->nhosts && c->signo == 0; i++) {
        one = newuser_one(c, c->host[i], rows);

        if (one != BMC_OK) {
            status = status == BMC_OK || status == one ? one : BMC_FAILED;
        }
    }

    if (c->out != BMC_OUT_TABLE && c->out != BMC_OUT_WIDE) {
        (void) bmc_out_rows(c->out, rows, NULL, "host");
    }

    json_decref(rows);

    return status;
}


int
bmc_do_user_set(bmc_ctl_t *c)
{
    const char         *why;
    const bmc_words_t  *a;

    a = &c->args;
    why = NULL;

    if (bmc_words_has(a, BMC_OPT_PASSWORD_FILE)
        || bmc_words_has(a, BMC_OPT_PASSWORD_ENV))
    {
        if (!bmc_words_has(a, BMC_OPT_SECRET_FILE)) {
            return bmc_do_change_secret(c);
        }

        why = "--secret-file is for a password that is made up";

    } else if (!bmc_words_unnamed(a)
               && !bmc_words_has(a, BMC_OPT_SECRET_FILE))
    {
        return bmc_do_change_secret(c);

    } else if (!bmc_words_has(a, BMC_OPT_ROLE)) {
        why = "a new user wants --role";

    } else if (bmc_words_has(a, BMC_OPT_SECRET_FILE) && c->nhosts != 1) {
        why = "--secret-file is for one host";
    }

    if (why != NULL) {
        bmc_ctl_error("%s", why);
        return BMC_USAGE;
    }

    return bmc_ctl_open(c) ? newuser_all(c) : BMC_FAILED;
}
