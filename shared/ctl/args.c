
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "ctl/args.h"


typedef struct {
    bmc_words_t   *a;
    int           argc;
    char *const  *argv;
    int           i;
    bool          plain;         /* after "--" */
    char         *why;
} args_parse_t;


static bool args_option(args_parse_t *p, const char *arg);
static bool args_letters(args_parse_t *p, const char *letters);
static bool args_keep(args_parse_t *p, const bmc_opt_info_t *info,
    const char *value, const char *shown);
static bool args_command(args_parse_t *p);
static bool args_no_command(args_parse_t *p);
static bool args_counts(args_parse_t *p);
static bool args_fit(args_parse_t *p);


static void __attribute__((format(printf, 2, 3)))
args_why(args_parse_t *p, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    (void) vsnprintf(p->why, BMC_TEXT_MAX, fmt, args);
    va_end(args);
}


/* the command that the words so far name; NULL: none, or not yet */

static const bmc_cmd_t *
args_match(const bmc_words_t *a)
{
    size_t            len;
    const char       *second;
    const bmc_cmd_t  *cmd, *found;

    if (a->nwords == 0) {
        return NULL;
    }

    len = strlen(a->word[0]);
    found = NULL;

    for (cmd = bmc_commands; cmd->words != NULL; cmd++) {
        if (len == 0 || !bmc_cmd_first(cmd, a->word[0], len)) {
            continue;
        }

        second = bmc_cmd_second(cmd);

        if (second != NULL && a->nwords > 1
            && strcmp(second, a->word[1]) == 0)
        {
            return cmd;
        }

        if (second == NULL || (cmd->flags & BMC_CMD_DEFAULT)) {
            found = cmd;
        }
    }

    return found;
}


bmc_rc_t
bmc_words_parse(bmc_words_t *a, int argc, char *const *argv,
    char why[BMC_TEXT_MAX])
{
    const char    *arg;
    args_parse_t   p;

    memset(a, 0, sizeof(bmc_words_t));
    memset(&p, 0, sizeof(args_parse_t));
    p.a = a;
    p.argc = argc;
    p.argv = argv;
    p.why = why;
    why[0] = '\0';

    /* an argument makes at most as many options as it has letters */

    a->word = calloc((size_t) argc + 1, sizeof(char *));

    if (a->word == NULL) {
        args_why(&p, "out of memory");
        return BMC_FAILED;
    }

    for (p.i = 1; p.i < argc; p.i++) {
        arg = argv[p.i];

        if (p.plain || arg[0] != '-' || arg[1] == '\0') {
            a->word[a->nwords++] = arg;

        } else if (strcmp(arg, "--") == 0) {
            p.plain = true;

        } else if (!args_option(&p, arg)) {
            return BMC_USAGE;
        }
    }

    if (a->nwords == 0) {
        return BMC_OK;
    }

    return args_command(&p) ? BMC_OK : BMC_USAGE;
}


static const bmc_opt_info_t *
args_find(args_parse_t *p, const char *name, size_t len)
{
    size_t                 i;
    const bmc_cmd_t       *cmd;
    const bmc_opt_info_t  *info, *found;

    found = NULL;
    cmd = args_match(p->a);

    for (i = 0; i < BMC_OPT_MAX; i++) {
        info = &bmc_options[i];

        if (info->name == NULL || strlen(info->name) != len
            || memcmp(info->name, name, len) != 0)
        {
            continue;
        }

        /* "--user" is two options; the command says which */

        if (found == NULL || (cmd != NULL && bmc_opt_fits(cmd, info->id))) {
            found = info;
        }
    }

    return found;
}


static bool
args_unknown(args_parse_t *p, const char *name)
{
    size_t         i;
    bmc_nearest_t  nearest;

    bmc_nearest_init(&nearest, name);

    for (i = 0; i < BMC_OPT_MAX; i++) {
        if (bmc_options[i].name != NULL) {
            bmc_nearest_offer(&nearest, bmc_options[i].name);
        }
    }

    if (nearest.best != NULL) {
        args_why(p, "unknown option \"--%s\" (did you mean \"--%s\"?)",
                 name, nearest.best);

    } else {
        args_why(p, "unknown option \"--%s\"", name);
    }

    return false;
}


static bool
args_option(args_parse_t *p, const char *arg)
{
    char                   name[64];
    size_t                 len;
    const char            *value;
    const bmc_opt_info_t  *info;

    if (arg[1] != '-') {
        return args_letters(p, arg + 1);
    }

    len = strcspn(arg + 2, "=");
    value = arg[2 + len] == '=' ? arg + 2 + len + 1 : NULL;
    (void) snprintf(name, sizeof(name), "%.*s", (int) len, arg + 2);

    if (strcmp(name, "password") == 0) {
        args_why(p, "a password on the command line can be read by everybody"
                 " on this machine; use --password-file FILE");
        return false;
    }

    info = args_find(p, arg + 2, len);

    if (info == NULL) {
        return args_unknown(p, name);
    }

    if (value != NULL && info->value == BMC_VALUE_NONE) {
        args_why(p, "option --%s takes no value", name);
        return false;
    }

    return args_keep(p, info, value, name);
}


static bool
args_letters(args_parse_t *p, const char *letters)
{
    char         shown[2];
    size_t       i;
    const char  *value;

    while (*letters != '\0') {
        for (i = 0; i < BMC_OPT_MAX; i++) {
            if (bmc_options[i].letter == *letters) {
                break;
            }
        }

        if (i == BMC_OPT_MAX) {
            args_why(p, "unknown option \"-%c\"", *letters);
            return false;
        }

        shown[0] = *letters++;
        shown[1] = '\0';
        value = NULL;

        if (bmc_options[i].value == BMC_VALUE_WANTED && *letters != '\0') {
            value = letters;
            letters = "";
        }

        if (!args_keep(p, &bmc_options[i], value, shown)) {
            return false;
        }
    }

    return true;
}


static bool
args_keep(args_parse_t *p, const bmc_opt_info_t *info, const char *value,
    const char *shown)
{
    bmc_opt_t   *opt;
    const char  *dash;

    dash = shown[1] == '\0' ? "-" : "--";

    if (info->value == BMC_VALUE_WANTED && value == NULL) {
        if (p->i + 1 >= p->argc) {
            args_why(p, "option %s%s wants %s", dash, shown, info->arg);
            return false;
        }

        value = p->argv[++p->i];
    }

    opt = realloc(p->a->opt, (p->a->nopts + 1) * sizeof(bmc_opt_t));

    if (opt == NULL) {
        args_why(p, "out of memory");
        return false;
    }

    p->a->opt = opt;
    opt[p->a->nopts].id = info->id;
    opt[p->a->nopts].value = value;
    p->a->nopts++;

    return true;
}


static bool
args_command(args_parse_t *p)
{
    size_t       n;
    bmc_words_t  *a;

    a = p->a;
    a->cmd = args_match(a);

    if (a->cmd == NULL) {
        return args_no_command(p);
    }

    n = 1;

    if (bmc_cmd_second(a->cmd) != NULL && a->nwords > 1
        && strcmp(bmc_cmd_second(a->cmd), a->word[1]) == 0)
    {
        n = 2;
    }

    memmove(a->word, a->word + n, (a->nwords - n) * sizeof(char *));
    a->nwords -= n;

    if (bmc_words_has(a, BMC_OPT_HELP)) {
        return true;
    }

    return args_fit(p) && args_counts(p);
}


static bool
args_no_first(args_parse_t *p)
{
    char              first[32];
    const char       *word;
    bmc_nearest_t     nearest;
    const bmc_cmd_t  *cmd;

    word = p->a->word[0];
    bmc_nearest_init(&nearest, word);

    for (cmd = bmc_commands; cmd->words != NULL; cmd++) {
        (void) snprintf(first, sizeof(first), "%.*s",
                        (int) strcspn(cmd->words, " "), cmd->words);
        bmc_nearest_offer(&nearest, first);

        if (nearest.best == first) {
            nearest.best = cmd->words;
        }
    }

    if (nearest.best != NULL) {
        args_why(p, "unknown command \"%s\" (did you mean \"%.*s\"?)", word,
                 (int) strcspn(nearest.best, " "), nearest.best);

    } else {
        args_why(p, "unknown command \"%s\"", word);
    }

    return false;
}


static bool
args_no_second(args_parse_t *p)
{
    size_t            len;
    bmc_buf_t         list;
    const char       *first, *second, *text;
    bmc_nearest_t     nearest;
    const bmc_cmd_t  *cmd;

    first = p->a->word[0];
    second = p->a->nwords > 1 ? p->a->word[1] : "";
    len = strlen(first);
    memset(&list, 0, sizeof(bmc_buf_t));
    bmc_nearest_init(&nearest, second);

    for (cmd = bmc_commands; cmd->words != NULL; cmd++) {
        if (bmc_cmd_first(cmd, first, len)) {
            bmc_nearest_offer(&nearest, bmc_cmd_second(cmd));
            bmc_buf_printf(&list, "%s%s", list.len == 0 ? "" : ", ",
                           bmc_cmd_second(cmd));
        }
    }

    text = bmc_buf_text(&list);

    if (second[0] != '\0' && nearest.best != NULL) {
        args_why(p, "unknown command \"%s %s\" (did you mean \"%s %s\"?)",
                 first, second, first, nearest.best);

    } else if (second[0] != '\0') {
        args_why(p, "unknown command \"%s %s\", expected one of: %s", first,
                 second, text == NULL ? "" : text);

    } else {
        args_why(p, "\"%s\" wants one of: %s", first,
                 text == NULL ? "" : text);
    }

    bmc_buf_free(&list);

    return false;
}


/* no command begins like this, or one of two words lacks the second */

static bool
args_no_command(args_parse_t *p)
{
    size_t            len;
    const bmc_cmd_t  *cmd;

    len = strlen(p->a->word[0]);

    for (cmd = bmc_commands; cmd->words != NULL && len > 0; cmd++) {
        if (bmc_cmd_first(cmd, p->a->word[0], len)) {
            return args_no_second(p);
        }
    }

    return args_no_first(p);
}


static bool
args_fit(args_parse_t *p)
{
    size_t                 i;
    const char            *value;
    const bmc_words_t      *a;
    const bmc_opt_info_t  *info;

    a = p->a;

    for (i = 0; i < a->nopts; i++) {
        info = &bmc_options[a->opt[i].id];

        if (!bmc_opt_fits(a->cmd, info->id)) {
            args_why(p, "option %s%.*s does not go with \"%s\"",
                     info->name != NULL ? "--" : "-",
                     info->name != NULL ? 64 : 1,
                     info->name != NULL ? info->name : &info->letter,
                     a->cmd->words);
            return false;
        }

        value = a->opt[i].value;

        if (value != NULL && info->value == BMC_VALUE_WANTED
            && value[0] == '\0')
        {
            args_why(p, "option --%s wants %s", info->name, info->arg);
            return false;
        }
    }

    return true;
}


/* how many words a description like "HOST NETFN [BYTE...]" allows */

static void
args_described(const char *args, size_t *min, size_t *max)
{
    size_t  len;

    *min = 0;
    *max = 0;

    while (*args != '\0') {
        len = strcspn(args, " ");

        if (args[0] != '[') {
            (*min)++;
        }

        if (memmem(args, len, "...", 3) != NULL) {
            *max = SIZE_MAX;

        } else if (*max != SIZE_MAX) {
            (*max)++;
        }

        args += len;
        args += strspn(args, " ");
    }
}


static bool
args_counts(args_parse_t *p)
{
    size_t             min, max;
    const bmc_words_t  *a;

    a = p->a;
    args_described(a->cmd->args, &min, &max);

    if (strncmp(a->cmd->args, "[NAME] ", 7) == 0 && !bmc_words_unnamed(a)) {
        min++;
    }

    /* a group stands for the hosts */

    if (min > 0 && bmc_words_has(a, BMC_OPT_GROUP)
        && strstr(a->cmd->args, "HOST...") != NULL)
    {
        min--;
    }

    if (a->nwords < min) {
        args_why(p, "\"%s\" wants %s", a->cmd->words, a->cmd->args);
        return false;
    }

    if (a->nwords > max) {
        args_why(p, "\"%s\": \"%s\" is one word too many", a->cmd->words,
                 a->word[max]);
        return false;
    }

    return true;
}


void
bmc_words_free(bmc_words_t *a)
{
    free(a->opt);
    free(a->word);
    memset(a, 0, sizeof(bmc_words_t));
}


bool
bmc_words_has(const bmc_words_t *a, bmc_opt_id_t id)
{
    size_t  i;

    for (i = 0; i < a->nopts; i++) {
        if (a->opt[i].id == id) {
            return true;
        }
    }

    return false;
}


const char *
bmc_words_value(const bmc_words_t *a, bmc_opt_id_t id)
{
    size_t  i;

    for (i = a->nopts; i > 0; i--) {
        if (a->opt[i - 1].id == id) {
            return a->opt[i - 1].value;
        }
    }

    return NULL;
}


const char *
bmc_words_nth(const bmc_words_t *a, bmc_opt_id_t id, size_t n)
{
    size_t  i;

    for (i = 0; i < a->nopts; i++) {
        if (a->opt[i].id == id && n-- == 0) {
            return a->opt[i].value;
        }
    }

    return NULL;
}
