
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/names.h"
#include "ctl/ctl.h"


static int ctl_command(bmc_ctl_t *c);
static bool ctl_options(bmc_ctl_t *c);
static int ctl_base(bmc_ctl_t *c);
static void ctl_actor(bmc_ctl_t *c);
static int ctl_close(bmc_ctl_t *c, int status);


static int
ctl_usage(const bmc_ctl_t *c, const char *why)
{
    bmc_buf_t    b;
    const char  *text;

    memset(&b, 0, sizeof(bmc_buf_t));
    bmc_ctl_error("%s", why);

    if (c->args.cmd != NULL) {
        bmc_usage_line(&b, c->args.cmd);

    } else {
        bmc_buf_adds(&b, "\"bmcctl help\" lists the commands\n");
    }

    text = bmc_buf_text(&b);
    (void) fputs(text == NULL ? "" : text, stderr);
    bmc_buf_free(&b);

    return BMC_USAGE;
}


static int
ctl_test(const bmc_ctl_t *c)
{
    const char  *conf;

    conf = bmc_words_value(&c->args, BMC_OPT_CONF);

    if (bmc_check(conf, bmc_ctl_line, NULL) != BMC_OK) {
        bmc_ctl_error("configuration test failed");
        return BMC_FAILED;
    }

    bmc_ctl_error("configuration test is successful");

    return BMC_OK;
}


static int
ctl_version(void)
{
    (void) fputs(bmc_build_info(), stdout);

    return BMC_OK;
}


int
bmc_ctl_main(int argc, char *const *argv)
{
    bmc_rc_t   rc;
    bmc_ctl_t  ctl, *c;
    char       why[BMC_TEXT_MAX];

    c = &ctl;
    memset(c, 0, sizeof(bmc_ctl_t));
    c->signals = -1;

    /* for wcwidth(); a name's width is no matter of the user's locale */

    (void) setlocale(LC_CTYPE, "C.UTF-8");

    /* a closed pipe and a full quota are errors of write(), not our end */

    (void) signal(SIGPIPE, SIG_IGN);
    (void) signal(SIGXFSZ, SIG_IGN);

    rc = bmc_words_parse(&c->args, argc, argv, why);

    if (rc != BMC_OK) {
        return ctl_close(c, ctl_usage(c, why));
    }

    if (bmc_words_has(&c->args, BMC_OPT_HELP)) {
        return ctl_close(c, bmc_do_help(c));
    }

    if (bmc_words_has(&c->args, BMC_OPT_VERSION)) {
        return ctl_close(c, ctl_version());
    }

    if (bmc_words_has(&c->args, BMC_OPT_TEST)) {
        return ctl_close(c, ctl_test(c));
    }

    if (c->args.cmd == NULL) {
        return ctl_close(c, ctl_usage(c, "no command was given"));
    }

    if (!ctl_options(c)) {
        return ctl_close(c, BMC_USAGE);
    }

    return ctl_close(c, ctl_command(c));
}


static int
ctl_command(bmc_ctl_t *c)
{
    int                     status;
    size_t                  first, count;
    const bmc_cmd_t        *cmd;
    const bmc_verb_info_t  *verb;

    cmd = c->args.cmd;
    bmc_words_hosts(&c->args, &first, &count);

    if ((cmd->flags & BMC_CMD_NAMED) && count == 0
        && !bmc_words_has(&c->args, BMC_OPT_GROUP))
    {
        return cmd->run(c);
    }

    if (cmd->flags & BMC_CMD_BASE) {
        status = ctl_base(c);

        if (status != BMC_OK) {
            return status;
        }
    }

    if (strstr(cmd->args, "HOST") != NULL && !bmc_ctl_hosts(c)) {
        return BMC_USAGE;
    }

    verb = bmc_verb_info(cmd->verb);

    if (verb != NULL && (verb->flags & BMC_CHANGES) && !bmc_ask_change(c)) {
        bmc_ctl_error("nothing was changed");
        return BMC_FAILED;
    }

    if ((cmd->flags & BMC_CMD_CORE) == BMC_CMD_CORE && !bmc_ctl_open(c)) {
        return BMC_FAILED;
    }

    return cmd->run(c);
}


static bool
ctl_time(const bmc_ctl_t *c, bmc_opt_id_t id, uint32_t *ms)
{
    int64_t      t;
    const char  *value;

    value = bmc_words_value(&c->args, id);

    if (value == NULL) {
        return true;
    }

    t = bmc_duration_parse(value);

    if (t <= 0 || t > UINT32_MAX) {
        bmc_ctl_error("option --%s: \"%s\" is not a time, as 500ms, 5s or 2m",
                      bmc_options[id].name, value);
        return false;
    }

    *ms = (uint32_t) t;

    return true;
}


static bool
ctl_output(bmc_ctl_t *c)
{
    size_t         i;
    const char    *value;
    bmc_nearest_t  nearest;

    static const char *const  formats[] = {
        "table", "wide", "json", "yaml", "name"
    };

    value = bmc_words_value(&c->args, BMC_OPT_OUTPUT);

    if (value == NULL) {
        return true;
    }

    bmc_nearest_init(&nearest, value);

    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(formats[i], value) == 0) {
            c->out = (bmc_out_t) i;
            return true;
        }

        bmc_nearest_offer(&nearest, formats[i]);
    }

    if (nearest.best != NULL) {
        bmc_ctl_error("unknown output format \"%s\" (did you mean \"%s\"?)",
                      value, nearest.best);

    } else {
        bmc_ctl_error("unknown output format \"%s\", expected one of: %s",
                      value, bmc_options[BMC_OPT_OUTPUT].values);
    }

    return false;
}


static bool
ctl_options(bmc_ctl_t *c)
{
    const bmc_words_t  *a;

    a = &c->args;

    if (bmc_words_has(a, BMC_OPT_FRESH)) {
        c->flags |= BMC_FRESH;
    }

    if (bmc_words_has(a, BMC_OPT_VERIFY)) {
        c->flags |= BMC_VERIFY;
    }

    if (bmc_words_has(a, BMC_OPT_UEFI) && bmc_words_has(a, BMC_OPT_LEGACY)) {
        bmc_ctl_error("--uefi and --legacy exclude each other");
        return false;
    }

    if (bmc_words_has(a, BMC_OPT_ENABLE)
        && bmc_words_has(a, BMC_OPT_DISABLE))
    {
        bmc_ctl_error("--enable and --disable exclude each other");
        return false;
    }

    return ctl_output(c) && ctl_time(c, BMC_OPT_TIMEOUT, &c->timeout)
           && ctl_time(c, BMC_OPT_VERIFY, &c->verify);
}


static int
ctl_base(bmc_ctl_t *c)
{
    bmc_rc_t    rc;
    bmc_load_t  load;

    memset(&load, 0, sizeof(bmc_load_t));
    load.conf = bmc_words_value(&c->args, BMC_OPT_CONF);
    rc = BMC_OK;
    c->base = bmc_load(&load, bmc_ctl_line, NULL, &rc);

    if (c->base == NULL) {
        return bmc_error(rc)->exit;
    }

    ctl_actor(c);

    return BMC_OK;
}


bool
bmc_ctl_reload(bmc_ctl_t *c)
{
    bmc_rc_t     rc;
    bmc_base_t  *base;
    bmc_load_t   load;

    memset(&load, 0, sizeof(bmc_load_t));
    load.conf = bmc_words_value(&c->args, BMC_OPT_CONF);
    load.before = c->base;
    rc = BMC_OK;
    base = bmc_load(&load, bmc_ctl_line, NULL, &rc);

    if (base == NULL) {
        return false;
    }

    bmc_unload(c->base);
    c->base = base;

    return true;
}


static void
ctl_actor(bmc_ctl_t *c)
{
    char            buf[4096];
    uid_t           uid;
    struct passwd   pw, *found;

    uid = getuid();
    found = NULL;

    if (getpwuid_r(uid, &pw, buf, sizeof(buf), &found) == 0 && found != NULL)
    {
        (void) snprintf(c->name, sizeof(c->name), "%s", pw.pw_name);

    } else {
        (void) snprintf(c->name, sizeof(c->name), "%u", (unsigned) uid);
    }

    (void) snprintf(c->from, sizeof(c->from), "pid %d", (int) getpid());
    c->actor.kind = BMC_ACTOR_LOCAL;
    c->actor.name = c->name;
    c->actor.from = c->from;
}


bool
bmc_ctl_open(bmc_ctl_t *c)
{
    bmc_rc_t  rc;
    unsigned  flags;

    rc = BMC_OK;
    flags = bmc_words_has(&c->args, BMC_OPT_POLL) ? BMC_POLL : 0;
    c->core = bmc_open(c->base, flags, bmc_ctl_line, NULL, &rc);

    if (c->core == NULL) {
        return false;
    }

    return bmc_ctl_loop_open(c);
}


static int
ctl_close(bmc_ctl_t *c, int status)
{
    int  err;

    if (c->core != NULL) {
        bmc_close(c->core, BMC_CTL_CLOSE);
    }

    if (c->base != NULL) {
        bmc_unload(c->base);
    }

    if (c->signals != -1) {
        (void) close(c->signals);
    }

    free(c->host);
    bmc_words_free(&c->args);
    err = bmc_ctl_flush();

    if (err != 0) {

        /* "bmcctl ls | head" needs no word about it */

        if (err != EPIPE) {
            bmc_ctl_error("cannot write to standard output: %s",
                          strerror(err));
        }

        status = status == BMC_OK ? BMC_FAILED : status;
    }

    return c->signo != 0 ? 128 + c->signo : status;
}
