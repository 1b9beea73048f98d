
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "ctl/ctl.h"
#include "ctl/out.h"



typedef struct {
    const bmc_words_t  *a;
    json_t             *rows;
    uint64_t            op;
    size_t              last;    /* 0: all */
    unsigned            bad;
} audit_show_t;


static bool
audit_number(const bmc_words_t *a, bmc_opt_id_t id, uint64_t *n)
{
    char        *end;
    const char  *value;

    value = bmc_words_value(a, id);
    *n = 0;

    if (value == NULL) {
        return true;
    }

    errno = 0;
    *n = strtoull(value, &end, 10);

    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0
        || *n == 0)
    {
        bmc_ctl_error("option --%s: \"%s\" is not a number from 1 up",
                      bmc_options[id].name, value);
        return false;
    }

    return true;
}


static bool
audit_fits(const json_t *line, const char *key, const char *pattern)
{
    const char  *s;

    if (pattern == NULL) {
        return true;
    }

    s = json_string_value(json_object_get(line, key));

    return s != NULL && fnmatch(pattern, s, 0) == 0;
}


static bool
audit_actor_fits(const json_t *line, const char *pattern)
{
    const char  *s;

    if (pattern == NULL || audit_fits(line, "actor", pattern)) {
        return true;
    }

    /* "homeassistant" for "key:homeassistant" */

    s = json_string_value(json_object_get(line, "actor"));
    s = s == NULL ? NULL : strchr(s, ':');

    return s != NULL && fnmatch(pattern, s + 1, 0) == 0;
}


static void
audit_line(audit_show_t *show, const char *file, unsigned n,
    const char *text, size_t len)
{
    json_t  *line;

    line = json_loadb(text, len, 0, NULL);

    if (!json_is_object(line)) {
        bmc_ctl_error("%s:%u: not an audit line", file, n);
        show->bad++;
        json_decref(line);
        return;
    }

    if (audit_fits(line, "host", bmc_words_value(show->a, BMC_OPT_HOST))
        && audit_actor_fits(line, bmc_words_value(show->a, BMC_OPT_ACTOR))
        && (show->op == 0
            || (uint64_t) json_integer_value(json_object_get(line, "op"))
               == show->op))
    {
        (void) json_array_append(show->rows, line);

        /* twice what is wanted is kept, for removing one by one is slow */

        if (show->last != 0 && json_array_size(show->rows) > 2 * show->last)
        {
            while (json_array_size(show->rows) > show->last) {
                (void) json_array_remove(show->rows, 0);
            }
        }
    }

    json_decref(line);
}


static bool
audit_file(audit_show_t *show, const char *file)
{
    FILE      *f;
    char      *text;
    size_t     size;
    ssize_t    len;
    unsigned   n;

    f = fopen(file, "re");

    if (f == NULL) {
        bmc_ctl_error("%s: %s", file, strerror(errno));
        return false;
    }

    n = 0;
    size = 0;
    text = NULL;

    while ((len = getline(&text, &size, f)) != -1) {
        audit_line(show, file, ++n, text, (size_t) len);
    }

    free(text);
    (void) fclose(f);

    return true;
}


int
bmc_do_audit_show(bmc_ctl_t *c)
{
    bool           ok;
    size_t         i;
    uint64_t       last;
    const char    *file;
    audit_show_t   show;

    memset(&show, 0, sizeof(audit_show_t));
    show.a = &c->args;

    if (!audit_number(&c->args, BMC_OPT_OP, &show.op)
        || !audit_number(&c->args, BMC_OPT_LAST, &last))
    {
        return BMC_USAGE;
    }

    show.last = (size_t) last;
    show.rows = json_array();
    file = bmc_audit_file(c->base);

    if (c->args.nwords > 0) {
        for (ok = true, i = 0; i < c->args.nwords; i++) {
            ok = audit_file(&show, c->args.word[i]) && ok;
        }

    } else if (file != NULL) {
        ok = audit_file(&show, file);

    } else {
        bmc_ctl_error("%s: \"audit\" names no file",
                      bmc_conf_file(c->base));
        ok = false;
    }

    while (show.last != 0 && json_array_size(show.rows) > show.last) {
        (void) json_array_remove(show.rows, 0);
    }

    if (json_array_size(show.rows) > 0 || ok) {
        ok = bmc_out_rows(c->out, show.rows, &bmc_shape_audit, "op") && ok;
    }

    json_decref(show.rows);

    return ok && show.bad == 0 ? BMC_OK : BMC_FAILED;
}


static int
audit_check(const char *const *files, size_t n)
{
    bmc_rc_t  rc;
    uint64_t  lines;

    lines = 0;
    rc = bmc_audit_verify(files, n, bmc_ctl_line, NULL, &lines);

    if (rc == BMC_OK) {
        (void) printf("%llu lines, the chain is whole\n",
                      (unsigned long long) lines);
    }

    return bmc_error(rc)->exit;
}


int
bmc_do_audit_verify(bmc_ctl_t *c)
{
    bmc_rc_t     rc;
    bmc_load_t   load;
    const char  *file;

    if (c->args.nwords > 0) {
        return audit_check(c->args.word, c->args.nwords);
    }

    /* only now is a configuration needed, to say which file it is */

    rc = BMC_OK;
    memset(&load, 0, sizeof(bmc_load_t));
    load.conf = bmc_words_value(&c->args, BMC_OPT_CONF);
    c->base = bmc_load(&load, bmc_ctl_line, NULL, &rc);

    if (c->base == NULL) {
        return bmc_error(rc)->exit;
    }

    file = bmc_audit_file(c->base);

    if (file == NULL) {
        bmc_ctl_error("%s: \"audit\" names no file",
                      bmc_conf_file(c->base));
        return BMC_FAILED;
    }

    return audit_check(&file, 1);
}
