
/*
 * Copyright (C) the bmcgate authors
 *
 * From words and options to words of host{}.
 */


#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/host.h"


typedef struct {
    bmc_hostword_t   word[BMC_HOST_WORDS];
    size_t           n;
    bmc_buf_t        groups;
    bmc_buf_t        password;
} hostcmd_t;


static const struct {
    bmc_opt_id_t   id;
    const char    *word;
} hostcmd_options[] = {
    { BMC_OPT_ADDRESS, "address" },
    { BMC_OPT_MAC, "mac" },
    { BMC_OPT_DRIVER, "driver" },
    { BMC_OPT_USER, "user" }
};


static bool
hostcmd_add(hostcmd_t *hc, const char *name, const char *value)
{
    char  why[BMC_TEXT_MAX];

    if (hc->n == BMC_HOST_WORDS) {
        bmc_ctl_error("more than %d words", BMC_HOST_WORDS);
        return false;
    }

    if (name == NULL ? !bmc_hostword_parse(&hc->word[hc->n], value, why)
                     : !bmc_hostword_make(&hc->word[hc->n], name, value, why))
    {
        bmc_ctl_error("%s", why);
        return false;
    }

    hc->n++;

    return true;
}


/* a relative path would mean something else to the daemons */

static bool
hostcmd_password(hostcmd_t *hc, const bmc_words_t *a)
{
    char        *cwd;
    const char  *file, *env, *credential;

    file = bmc_words_value(a, BMC_OPT_PASSWORD_FILE);
    env = bmc_words_value(a, BMC_OPT_PASSWORD_ENV);
    credential = bmc_words_value(a, BMC_OPT_PASSWORD_CREDENTIAL);

    if ((file != NULL) + (env != NULL) + (credential != NULL) > 1) {
        bmc_ctl_error("a password has one source");
        return false;
    }

    if (file != NULL && file[0] != '/') {
        cwd = getcwd(NULL, 0);
        bmc_buf_printf(&hc->password, "file:%s/%s", cwd == NULL ? "" : cwd,
                       file);
        free(cwd);

    } else if (file != NULL) {
        bmc_buf_printf(&hc->password, "file:%s", file);

    } else if (env != NULL) {
        bmc_buf_printf(&hc->password, "env:%s", env);

    } else if (credential != NULL) {
        bmc_buf_printf(&hc->password, "credential:%s", credential);

    } else {
        return true;
    }

    return bmc_buf_text(&hc->password) != NULL
           && hostcmd_add(hc, "password", bmc_buf_text(&hc->password));
}


static bool
hostcmd_groups(hostcmd_t *hc, const bmc_words_t *a)
{
    size_t       i;
    const char  *group;

    for (i = 0; (group = bmc_words_nth(a, BMC_OPT_GROUP, i)) != NULL; i++) {
        bmc_buf_printf(&hc->groups, "%s%s", i > 0 ? "," : "", group);
    }

    return i == 0
           || (bmc_buf_text(&hc->groups) != NULL
               && hostcmd_add(hc, "groups", bmc_buf_text(&hc->groups)));
}


static bool
hostcmd_words(hostcmd_t *hc, const bmc_words_t *a)
{
    size_t       i;
    const char  *value;

    memset(hc, 0, sizeof(hostcmd_t));

    for (i = 0; i < sizeof(hostcmd_options) / sizeof(hostcmd_options[0]);
         i++)
    {
        value = bmc_words_value(a, hostcmd_options[i].id);

        if (value != NULL
            && !hostcmd_add(hc, hostcmd_options[i].word, value))
        {
            return false;
        }
    }

    if (!hostcmd_password(hc, a) || !hostcmd_groups(hc, a)) {
        return false;
    }

    for (i = 0; (value = bmc_words_nth(a, BMC_OPT_SET, i)) != NULL; i++) {
        if (!hostcmd_add(hc, NULL, value)) {
            return false;
        }
    }

    for (i = 1; i < a->nwords; i++) {
        if (!hostcmd_add(hc, NULL, a->word[i])) {
            return false;
        }
    }

    return true;
}


static int
hostcmd_run(bmc_ctl_t *c, const char *what,
    int (*run)(bmc_ctl_t *, const char *, const bmc_hostword_t *, size_t))
{
    int         rc;
    hostcmd_t  *hc;

    hc = calloc(1, sizeof(hostcmd_t));

    if (hc == NULL) {
        bmc_ctl_error("out of memory");
        return BMC_FAILED;
    }

    rc = BMC_USAGE;

    if (!hostcmd_words(hc, &c->args)) {
        bmc_ctl_error("nothing was written");

    } else if (hc->n == 0) {
        bmc_ctl_error("\"%s\" wants words, as address=10.0.0.7",
                      c->args.cmd->words);

    } else {
        rc = run(c, c->args.word[0], hc->word, hc->n);
    }

    if (rc == BMC_OK) {
        (void) printf("%s: %s\n", c->args.word[0], what);
    }

    bmc_buf_free(&hc->groups);
    bmc_buf_free(&hc->password);
    free(hc);

    return rc;
}


int
bmc_do_host_add(bmc_ctl_t *c)
{
    return hostcmd_run(c, "added", bmc_hosts_add);
}


int
bmc_do_host_set(bmc_ctl_t *c)
{
    return hostcmd_run(c, "changed", bmc_hosts_set);
}
