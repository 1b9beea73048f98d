
/*
 * Copyright (C) the bmcgate authors
 */


#include <string.h>

#include "ctl/ctl.h"


static int
help_put(bmc_buf_t *b)
{
    bool  ok;

    ok = bmc_ctl_put(bmc_buf_text(b), b->len);
    bmc_buf_free(b);

    return ok ? BMC_OK : BMC_FAILED;
}


/* "help power": every command that begins with it */

static bool
help_word(bmc_buf_t *b, const char *first, const char *second)
{
    bool              found;
    const bmc_cmd_t  *cmd;

    found = false;

    for (cmd = bmc_commands; cmd->words != NULL; cmd++) {
        if (!bmc_cmd_first(cmd, first, strlen(first))) {
            continue;
        }

        if (second != NULL
            && (bmc_cmd_second(cmd) == NULL
                || strcmp(bmc_cmd_second(cmd), second) != 0))
        {
            continue;
        }

        if (found) {
            bmc_buf_addc(b, '\n');
        }

        bmc_usage_of(b, cmd);
        found = true;
    }

    return found;
}


int
bmc_do_help(bmc_ctl_t *c)
{
    bmc_buf_t           b;
    const bmc_words_t  *a;

    a = &c->args;
    memset(&b, 0, sizeof(bmc_buf_t));

    if (a->cmd == NULL || (a->cmd->run == bmc_do_help && a->nwords == 0)) {
        bmc_usage_all(&b);

    } else if (a->cmd->run != bmc_do_help) {
        bmc_usage_of(&b, a->cmd);

    } else if (!help_word(&b, a->word[0],
                          a->nwords > 1 ? a->word[1] : NULL))
    {
        bmc_ctl_error("there is no command \"%s%s%s\"", a->word[0],
                      a->nwords > 1 ? " " : "",
                      a->nwords > 1 ? a->word[1] : "");
        return BMC_USAGE;
    }

    return help_put(&b);
}


int
bmc_do_completion(bmc_ctl_t *c)
{
    bmc_buf_t    b;
    const char  *shell;

    memset(&b, 0, sizeof(bmc_buf_t));
    shell = c->args.word[0];

    if (strcmp(shell, "bash") == 0) {
        bmc_completion_bash(&b);

    } else if (strcmp(shell, "zsh") == 0) {
        bmc_completion_zsh(&b);

    } else {
        bmc_ctl_error("no completion for \"%s\", expected one of: bash zsh",
                      shell);
        return BMC_USAGE;
    }

    return help_put(&b);
}
