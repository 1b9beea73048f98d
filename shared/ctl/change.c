
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/out.h"


/* "n1: on, verified" */

static void
change_show(bmc_job_t *j)
{
    const char  *host, *power, *text;

    if (j->rc != BMC_OK) {
        return;
    }

    host = bmc_host_name(j->host);
    power = json_string_value(json_object_get(j->row, "power"));
    text = j->text != NULL ? j->text : "";

    if (text[0] != '\0') {
        bmc_ctl_host(stdout, host, text);

    } else if (j->verified && power != NULL) {
        bmc_ctl_say(stdout, "%s: %s, verified", host, power);

    } else if (j->verified) {
        bmc_ctl_say(stdout, "%s: verified", host);

    } else {
        bmc_ctl_say(stdout, "%s: %s", host,
                    j->verb == BMC_RETRY ? "will be asked again"
                                         : "accepted");
    }
}


static int
change_run(bmc_ctl_t *c, bmc_batch_t *r)
{
    int                 status;
    json_t             *rows;
    const bmc_shape_t  *shape;

    shape = bmc_shape_verb(c->args.cmd->verb);

    if (shape == NULL && (c->out == BMC_OUT_TABLE || c->out == BMC_OUT_WIDE))
    {
        r->show = change_show;
    }

    bmc_batch_change(r);

    if (r->show == NULL) {
        rows = bmc_batch_rows(r);
        (void) bmc_out_rows(c->out, rows, shape, "host");
        (void) bmc_ctl_flush();
        json_decref(rows);
    }

    status = bmc_batch_status(r, true);

    return status;
}


int
bmc_do_change(bmc_ctl_t *c)
{
    int          status;
    bmc_batch_t  batch;

    if (!bmc_batch_init(&batch, c, c->nhosts)) {
        return BMC_FAILED;
    }

    if (!bmc_verbargs_make(&batch.va, &c->args)) {
        bmc_ctl_error("too many arguments, or no memory for them");
        bmc_batch_free(&batch);
        return BMC_USAGE;
    }

    status = change_run(c, &batch);
    bmc_batch_free(&batch);

    return status;
}


static bool
change_password(bmc_ctl_t *c, bmc_buf_t *secret)
{
    const char  *file, *env, *value;

    file = bmc_words_value(&c->args, BMC_OPT_PASSWORD_FILE);
    env = bmc_words_value(&c->args, BMC_OPT_PASSWORD_ENV);

    if (file != NULL) {
        return bmc_ask_file(file, secret);
    }

    if (env == NULL) {
        return true;
    }

    value = getenv(env);

    if (value == NULL || value[0] == '\0') {
        bmc_ctl_error("environment variable \"%s\" is not set", env);
        return false;
    }

    bmc_buf_adds(secret, value);

    return bmc_buf_text(secret) != NULL;
}


int
bmc_do_change_secret(bmc_ctl_t *c)
{
    int          status;
    bmc_buf_t    secret;
    bmc_batch_t  batch;

    memset(&secret, 0, sizeof(bmc_buf_t));

    if (!bmc_batch_init(&batch, c, c->nhosts)) {
        return BMC_FAILED;
    }

    status = BMC_FAILED;

    if (!change_password(c, &secret)) {
        status = BMC_USAGE;

    } else if (!bmc_verbargs_make(&batch.va, &c->args)
               || (secret.len > 0
                   && !bmc_verbargs_add(&batch.va, "password",
                                        bmc_buf_text(&secret))))
    {
        bmc_ctl_error("too many arguments, or no memory for them");

    } else if (bmc_ctl_open(c)) {
        status = change_run(c, &batch);
    }

    bmc_buf_wipe(&secret);
    bmc_batch_free(&batch);

    return status;
}
