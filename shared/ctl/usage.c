
/*
 * Copyright (C) the bmcgate authors
 */


#include <string.h>

#include "ctl/grammar.h"


#define USAGE_WIDTH  79


/* a word of the usage line, on a new line when it does not fit */

static void
usage_word(bmc_buf_t *out, size_t *column, const char *word)
{
    size_t  len;

    len = strlen(word);

    if (*column + 1 + len > USAGE_WIDTH) {
        bmc_buf_adds(out, "\n           ");
        *column = 11;
    }

    bmc_buf_printf(out, " %s", word);
    *column += 1 + len;
}


static void
usage_option_text(bmc_buf_t *text, const bmc_opt_info_t *o)
{
    bmc_buf_reset(text);

    if (o->name == NULL) {
        bmc_buf_printf(text, "-%c", o->letter);

    } else {
        bmc_buf_printf(text, "--%s", o->name);
    }

    if (o->value == BMC_VALUE_MAYBE) {
        bmc_buf_printf(text, "[=%s]", o->arg);

    } else if (o->value == BMC_VALUE_WANTED) {
        bmc_buf_printf(text, " %s", o->arg);
    }
}


void
bmc_usage_line(bmc_buf_t *out, const bmc_cmd_t *cmd)
{
    size_t       i, column;
    bmc_buf_t    word, text;
    const char  *s;

    memset(&word, 0, sizeof(bmc_buf_t));
    memset(&text, 0, sizeof(bmc_buf_t));

    bmc_buf_printf(out, "usage: bmcctl %s", cmd->words);
    column = 14 + strlen(cmd->words);

    if (cmd->args[0] != '\0') {
        usage_word(out, &column, cmd->args);
    }

    for (i = 0; i < BMC_OPT_MAX; i++) {
        if ((cmd->opts & BMC_OPT_BIT(i)) == 0) {
            continue;
        }

        usage_option_text(&text, &bmc_options[i]);
        s = bmc_buf_text(&text);
        bmc_buf_reset(&word);
        bmc_buf_printf(&word, "[%s]", s == NULL ? "" : s);
        s = bmc_buf_text(&word);
        usage_word(out, &column, s == NULL ? "" : s);
    }

    bmc_buf_addc(out, '\n');
    bmc_buf_free(&word);
    bmc_buf_free(&text);
}


static void
usage_option(bmc_buf_t *out, const bmc_opt_info_t *o)
{
    bmc_buf_t    text;
    const char  *s;

    memset(&text, 0, sizeof(bmc_buf_t));
    usage_option_text(&text, o);
    s = bmc_buf_text(&text);

    if (o->letter != 0 && o->name != NULL) {
        bmc_buf_printf(out, "  -%c, %-26s %s\n", o->letter,
                       s == NULL ? "" : s, o->help);

    } else {
        bmc_buf_printf(out, "  %-30s %s\n", s == NULL ? "" : s, o->help);
    }

    bmc_buf_free(&text);
}


void
bmc_usage_of(bmc_buf_t *out, const bmc_cmd_t *cmd)
{
    size_t       i, len;
    const char  *s, *values;

    bmc_usage_line(out, cmd);
    bmc_buf_printf(out, "\n%s\n", bmc_cmd_help(cmd));

    for (s = cmd->args; *s != '\0'; s += len, s += strspn(s, " ")) {
        len = strcspn(s, " ");
        values = bmc_cmd_values(cmd, s);

        if (values != NULL) {
            bmc_buf_printf(out, "\n%.*s is one of: %s\n", (int) len, s,
                           values);
        }
    }

    if (strstr(cmd->args, "HOST") != NULL) {
        bmc_buf_adds(out, "\nHOST is a name, a range as in n[1-20], a pattern"
                     " as in n*, or a group.\n");
    }

    if (cmd->opts != 0) {
        bmc_buf_adds(out, "\n");
    }

    for (i = 0; i < BMC_OPT_MAX; i++) {
        if (cmd->opts & BMC_OPT_BIT(i)) {
            usage_option(out, &bmc_options[i]);
        }
    }
}


void
bmc_usage_all(bmc_buf_t *out)
{
    size_t                 i;
    bmc_buf_t              text;
    const char            *s;
    const bmc_cmd_t       *cmd;

    memset(&text, 0, sizeof(bmc_buf_t));
    bmc_buf_adds(out, "usage: bmcctl [-c FILE] [-o FORMAT] [-y] COMMAND ...\n"
                 "       bmcctl [-c FILE] -t\n"
                 "       bmcctl -V | -h\n\n");

    for (cmd = bmc_commands; cmd->words != NULL; cmd++) {
        bmc_buf_reset(&text);
        bmc_buf_printf(&text, "%s %s", cmd->words, cmd->args);
        s = bmc_buf_text(&text);
        bmc_buf_printf(out, "  %-34s %s\n", s == NULL ? "" : s,
                       bmc_cmd_help(cmd));
    }

    bmc_buf_adds(out, "\n");

    for (i = 0; i <= BMC_OPT_YES; i++) {
        usage_option(out, &bmc_options[i]);
    }

    bmc_buf_adds(out, "\n\"bmcctl help COMMAND\" says more of one.\n");
    bmc_buf_free(&text);
}
