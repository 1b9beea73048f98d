
/*
 * Copyright (C) the bmcgate authors
 *
 * Arguments as strangers give them, held against the table of verbs.
 */


#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/names.h"
#include "gate/verb.h"


#define ARGS_VALUE  255          /* bytes of one value */
#define ARGS_SHOWN  40           /* bytes of a wrong one in a message */


typedef struct {
    const bmc_verb_info_t  *verb;
    const bmc_arg_info_t   *info;
    const char             *value;
    char                   *why;
} args_check_t;


static const bmc_arg_info_t *args_info(const bmc_verb_info_t *verb,
    const char *name);
static void args_unknown(const bmc_verb_info_t *verb, const char *name,
    char *why);
static bool args_repeated(const bmc_arg_t *args, size_t i);
static bool args_missing(const bmc_verb_info_t *verb, const bmc_arg_t *args,
    size_t nargs, char *why);
static bool args_value(const args_check_t *c);
static bool args_printable(const args_check_t *c);
static bool args_url(const args_check_t *c);
static bool args_bool(const args_check_t *c);
static bool args_number(const args_check_t *c);
static bool args_enum(const args_check_t *c);
static bool args_hex(const args_check_t *c);
static long args_hex_count(const char *s);
static bool args_print(const args_check_t *c);
static void args_quoted(bmc_buf_t *text, const char *value);


static const char *const  args_true[] = { "on", "yes", "true", "1", NULL };
static const char *const  args_false[] = { "off", "no", "false", "0", NULL };


static bool
args_one_of(const char *value, const char *const *words)
{
    while (*words != NULL && strcasecmp(value, *words) != 0) {
        words++;
    }

    return *words != NULL;
}


bmc_rc_t
bmc_verb_check(bmc_verb_t verb, const bmc_arg_t *args, size_t nargs,
    char why[BMC_TEXT_MAX])
{
    size_t        i;
    args_check_t  c;

    c.why = why;
    c.verb = bmc_verb_info(verb);

    if (c.verb == NULL) {
        snprintf(why, BMC_TEXT_MAX, "no verb has the number %u",
                 (unsigned) verb);
        return BMC_USAGE;
    }

    if (nargs > BMC_ARGS_MAX) {
        snprintf(why, BMC_TEXT_MAX,
                 "%s: %zu arguments: expected at most %d", c.verb->name,
                 nargs, BMC_ARGS_MAX);
        return BMC_USAGE;
    }

    for (i = 0; i < nargs; i++) {
        c.value = args[i].value;
        c.info = args_info(c.verb, args[i].name);

        if (c.info == NULL) {
            args_unknown(c.verb, args[i].name, why);
            return BMC_USAGE;
        }

        if (args_repeated(args, i)) {
            snprintf(why, BMC_TEXT_MAX, "%s: %s is given twice: expected once",
                     c.verb->name, c.info->name);
            return BMC_USAGE;
        }

        if (!args_value(&c)) {
            return BMC_USAGE;
        }
    }

    return args_missing(c.verb, args, nargs, why) ? BMC_USAGE : BMC_OK;
}


/* an argument nobody knows may be a secret with its name mistyped */

void
bmc_verb_args_text(bmc_verb_t verb, const bmc_arg_t *args, size_t nargs,
    bmc_buf_t *text)
{
    size_t                  i;
    const bmc_arg_info_t   *info;
    const bmc_verb_info_t  *v;

    v = bmc_verb_info(verb);

    for (i = 0; i < nargs; i++) {
        info = v != NULL ? args_info(v, args[i].name) : NULL;

        if (i > 0) {
            bmc_buf_addc(text, ' ');
        }

        bmc_buf_adds(text, args[i].name);
        bmc_buf_addc(text, '=');

        if (info == NULL || info->type == BMC_ARG_SECRET) {
            bmc_buf_adds(text, "***");

        } else {
            args_quoted(text, args[i].value);
        }
    }
}


bool
bmc_arg_true(const char *value)
{
    return args_one_of(value, args_true);
}


static const bmc_arg_info_t *
args_info(const bmc_verb_info_t *verb, const char *name)
{
    const bmc_arg_info_t  *info;

    for (info = verb->args; info != NULL && info->name != NULL; info++) {
        if (strcmp(info->name, name) == 0) {
            return info;
        }
    }

    return NULL;
}


static void
args_unknown(const bmc_verb_info_t *verb, const char *name, char *why)
{
    int                    n;
    bmc_nearest_t          nearest;
    const bmc_arg_info_t  *info;

    if (!bmc_name_valid(name, strlen(name))) {
        name = "?";
    }

    if (verb->args == NULL) {
        snprintf(why, BMC_TEXT_MAX,
                 "%s: unknown argument \"%.*s\": it takes none", verb->name,
                 ARGS_SHOWN, name);
        return;
    }

    bmc_nearest_init(&nearest, name);
    n = snprintf(why, BMC_TEXT_MAX, "%s: unknown argument \"%.*s\": expected",
                 verb->name, ARGS_SHOWN, name);

    for (info = verb->args; info->name != NULL; info++) {
        bmc_nearest_offer(&nearest, info->name);
        n += snprintf(why + n, BMC_TEXT_MAX - (size_t) n, " %s", info->name);
    }

    if (nearest.best != NULL) {
        snprintf(why + n, BMC_TEXT_MAX - (size_t) n, " (did you mean %s?)",
                 nearest.best);
    }
}


static bool
args_repeated(const bmc_arg_t *args, size_t i)
{
    size_t  j;

    for (j = 0; j < i; j++) {
        if (strcmp(args[j].name, args[i].name) == 0) {
            return true;
        }
    }

    return false;
}


static bool
args_missing(const bmc_verb_info_t *verb, const bmc_arg_t *args, size_t nargs,
    char *why)
{
    size_t                 i;
    const bmc_arg_info_t  *info;

    for (info = verb->args; info != NULL && info->name != NULL; info++) {
        for (i = 0; i < nargs && strcmp(args[i].name, info->name) != 0; i++) {
            /* void */
        }

        if (!info->required || i < nargs) {
            continue;
        }

        snprintf(why, BMC_TEXT_MAX, "%s: %s is missing: expected %s%s",
                 verb->name, info->name,
                 info->type == BMC_ARG_ENUM ? "one of " : "",
                 info->type == BMC_ARG_ENUM ? info->values : info->help);
        return true;
    }

    return false;
}


static bool
args_value(const args_check_t *c)
{
    if (!args_printable(c)) {
        return false;
    }

    switch (c->info->type) {

    case BMC_ARG_BOOL:
        return args_bool(c);

    case BMC_ARG_NUMBER:
        return args_number(c);

    case BMC_ARG_ENUM:
        return args_enum(c);

    case BMC_ARG_HEX:
        return args_hex(c);

    case BMC_ARG_STRING:
        return c->info->values == NULL || args_url(c);

    case BMC_ARG_PRINT:
        return args_print(c);

    case BMC_ARG_SECRET:
        break;
    }

    return true;
}


/* never shows the value: it may be a secret, or upset a terminal */

static bool
args_printable(const args_check_t *c)
{
    size_t       len;
    const char  *p, *what;

    len = strnlen(c->value, ARGS_VALUE + 1);
    what = NULL;

    if (len == 0) {
        what = "is empty: expected a value";

    } else if (len > ARGS_VALUE) {
        what = "is too long: expected at most 255 bytes";
    }

    for (p = c->value; what == NULL && *p != '\0'; p++) {
        if ((unsigned char) *p < 0x20 || *p == 0x7f) {
            what = "holds a control character: expected plain text";
        }
    }

    if (what != NULL) {
        snprintf(c->why, BMC_TEXT_MAX, "%s: %s %s", c->verb->name,
                 c->info->name, what);
    }

    return what == NULL;
}


/* what follows "http://", NULL when that is none of the schemes */

static const char *
args_authority(const args_check_t *c)
{
    size_t       len;
    const char  *s;

    for (s = c->info->values; *s != '\0'; s += len, s += strspn(s, " ")) {
        len = strcspn(s, " ");

        if (strncasecmp(c->value, s, len) == 0
            && strncmp(c->value + len, "://", 3) == 0)
        {
            return c->value + len + 3;
        }
    }

    return NULL;
}


/* whom the URL names before an "@", be its scheme known or not */

static bool
args_userinfo(const char *url)
{
    const char  *s;

    s = strstr(url, "://");
    s = s == NULL ? url : s + 3;

    return memchr(s, '@', strcspn(s, "/?#")) != NULL;
}


static bool
args_url(const args_check_t *c)
{
    size_t       len;
    const char  *p, *s;

    if (args_userinfo(c->value)) {
        snprintf(c->why, BMC_TEXT_MAX, "%s: %s names a user in its URL, which "
                 "logs would show: expected user and password by themselves",
                 c->verb->name, c->info->name);
        return false;
    }

    s = args_authority(c);
    len = s == NULL ? 0 : strcspn(s, "/?#");

    for (p = c->value; *p > ' ' && *p <= '~'; p++) {
        /* void */
    }

    if (len > 0 && s[len] == '/' && s[len + 1] != '\0' && *p == '\0') {
        return true;
    }

    snprintf(c->why, BMC_TEXT_MAX, "%s: %s: \"%.*s\" is no URL like "
             "http://host/path, with one of the schemes %s", c->verb->name,
             c->info->name, ARGS_SHOWN, c->value, c->info->values);

    return false;
}


static bool
args_bool(const args_check_t *c)
{
    if (args_one_of(c->value, args_true) || args_one_of(c->value, args_false))
    {
        return true;
    }

    snprintf(c->why, BMC_TEXT_MAX, "%s: %s: \"%.*s\" is none of on off yes no "
             "true false", c->verb->name, c->info->name, ARGS_SHOWN, c->value);

    return false;
}


static bool
args_number(const args_check_t *c)
{
    long  value, min, max;
    char  *end;

    min = strtol(c->info->values, &end, 10);
    max = strtol(end, NULL, 10);

    errno = 0;
    value = strtol(c->value, &end, 10);

    if (c->value[strspn(c->value, "0123456789")] == '\0' && errno == 0
        && value >= min && value <= max)
    {
        return true;
    }

    snprintf(c->why, BMC_TEXT_MAX,
             "%s: %s: \"%.*s\" is no number from %ld to %ld", c->verb->name,
             c->info->name, ARGS_SHOWN, c->value, min, max);

    return false;
}


static bool
args_enum(const args_check_t *c)
{
    int             n;
    char           *word, *rest, words[BMC_TEXT_MAX];
    bmc_nearest_t   nearest;

    bmc_nearest_init(&nearest, c->value);
    snprintf(words, sizeof(words), "%s", c->info->values);

    for (word = strtok_r(words, " ", &rest);
         word != NULL;
         word = strtok_r(NULL, " ", &rest))
    {
        if (strcmp(word, c->value) == 0) {
            return true;
        }

        bmc_nearest_offer(&nearest, word);
    }

    n = snprintf(c->why, BMC_TEXT_MAX, "%s: %s: \"%.*s\" is none of %s",
                 c->verb->name, c->info->name, ARGS_SHOWN, c->value,
                 c->info->values);

    if (nearest.best != NULL) {
        snprintf(c->why + n, BMC_TEXT_MAX - (size_t) n, " (did you mean %s?)",
                 nearest.best);
    }

    return false;
}


static bool
args_hex(const args_check_t *c)
{
    long   count, min, max;
    char  *end;

    min = 1;
    max = ARGS_VALUE;

    if (c->info->values != NULL) {
        min = strtol(c->info->values, &end, 10);
        max = strtol(end, NULL, 10);
    }

    count = args_hex_count(c->value);

    if (count >= min && count <= max) {
        return true;
    }

    snprintf(c->why, BMC_TEXT_MAX, "%s: %s: \"%.*s\" is not %s",
             c->verb->name, c->info->name, ARGS_SHOWN, c->value,
             max == 1 ? "one byte in hex, like 06"
                      : "bytes in hex, like \"06 01\"");

    return false;
}


/* "0601", "06 01"; -1 when it is none */

static long
args_hex_count(const char *s)
{
    long               count;
    static const char  digits[] = "0123456789abcdefABCDEF";

    for (count = 0; *s != '\0'; count++) {
        if (strspn(s, digits) < 2) {
            return -1;
        }

        s += 2;

        if (s[0] == ' ' && s[1] != '\0') {
            s++;
        }
    }

    return count;
}


/* as openssl prints it, too: in capitals, with colons */

static bool
args_print(const args_check_t *c)
{
    unsigned     n;
    const char  *p;

    p = c->value;
    n = 0;

    if (strncasecmp(p, "sha256:", 7) == 0) {

        for (p += 7; isxdigit((unsigned char) *p); p++) {
            n++;

            if (p[1] == ':' && n % 2 == 0 && p[2] != '\0') {
                p++;
            }
        }
    }

    if (n == 64 && *p == '\0') {
        return true;
    }

    snprintf(c->why, BMC_TEXT_MAX, "%s: %s: \"%.*s\" is no fingerprint: "
             "expected sha256: and 64 digits in hex", c->verb->name,
             c->info->name, ARGS_SHOWN, c->value);

    return false;
}


static void
args_quoted(bmc_buf_t *text, const char *value)
{
    const char  *p;

    if (*value != '\0' && strpbrk(value, " \"\\=") == NULL) {
        bmc_buf_adds(text, value);
        return;
    }

    bmc_buf_addc(text, '"');

    for (p = value; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            bmc_buf_addc(text, '\\');
        }

        bmc_buf_addc(text, *p);
    }

    bmc_buf_addc(text, '"');
}
