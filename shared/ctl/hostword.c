
/*
 * Copyright (C) the bmcgate authors
 */


#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ctl/hostfile.h"


static bool
hostword_is_secret(const char *word)
{
    size_t  len;

    len = strlen(word);

    /* "require_password", too */

    return (len >= 8 && strcmp(word + len - 8, "password") == 0)
           || strcmp(word, "token") == 0 || strcmp(word, "secret") == 0;
}


static bool
hostword_has_source(const char *value)
{
    return strncmp(value, "file:", 5) == 0 || strncmp(value, "env:", 4) == 0
           || strncmp(value, "credential:", 11) == 0;
}


static bool
hostword_name(bmc_hostword_t *w, const char *name, char why[BMC_TEXT_MAX])
{
    size_t       i, len;
    const char  *dot;

    len = strlen(name);

    for (i = 0; i < len; i++) {
        if (!isalnum((unsigned char) name[i])
            && strchr("._-", name[i]) == NULL)
        {
            break;
        }
    }

    if (len == 0 || i < len || len >= sizeof(w->word)) {
        (void) snprintf(why, BMC_TEXT_MAX,
                        "\"%s\" is no word of host{}", name);
        return false;
    }

    /* "power.on" is a word, "sim.latency" is one of a block */

    dot = bmc_verb_find(name) == BMC_VERB_MAX ? strchr(name, '.') : NULL;

    if (dot == NULL) {
        memcpy(w->word, name, len + 1);
        return true;
    }

    len = (size_t) (dot - name);

    if (len == 0 || len >= sizeof(w->block) || dot[1] == '\0') {
        (void) snprintf(why, BMC_TEXT_MAX, "\"%s\" is no BLOCK.WORD", name);
        return false;
    }

    memcpy(w->block, name, len);
    memcpy(w->word, dot + 1, strlen(dot + 1) + 1);
    w->keyed = strcmp(w->block, "quirk") == 0;

    return true;
}


/* "NAME on" of "quirk=NAME on" */

static bool
hostword_quirk(bmc_hostword_t *w, const char *value, char why[BMC_TEXT_MAX])
{
    int     n;
    char    name[64];
    size_t  len;

    value += strspn(value, " ");
    len = strcspn(value, " ");
    n = snprintf(name, sizeof(name), "quirk.%.*s", (int) len, value);
    value += len + strspn(value + len, " ");

    if (n < 0 || n >= (int) sizeof(name) || value[0] == '\0') {
        (void) snprintf(why, BMC_TEXT_MAX,
                        "\"quirk\" wants a name and on or off, as"
                        " quirk.NAME=on");
        return false;
    }

    return bmc_hostword_make(w, name, value, why);
}


bool
bmc_hostword_make(bmc_hostword_t *w, const char *name, const char *value,
    char why[BMC_TEXT_MAX])
{
    const unsigned char  *s;

    memset(w, 0, sizeof(bmc_hostword_t));

    if (!hostword_name(w, name, why)) {
        return false;
    }

    if (value[0] == '\0') {
        return true;
    }

    if (strcmp(name, "quirk") == 0) {
        return hostword_quirk(w, value, why);
    }

    if (hostword_is_secret(w->word) && !hostword_has_source(value)) {
        (void) snprintf(why, BMC_TEXT_MAX,
                        "a %s on the command line can be read by everybody on"
                        " this machine; use %s=file:PATH, env:NAME or"
                        " credential:NAME", w->word, name);
        return false;
    }

    for (s = (const unsigned char *) value; *s != '\0'; s++) {
        if (*s < 0x20 || *s == 0x7f) {
            (void) snprintf(why, BMC_TEXT_MAX,
                            "the value of \"%s\" has a control character in"
                            " it", name);
            return false;
        }
    }

    if (value[strspn(value, ", ")] == '\0') {
        (void) snprintf(why, BMC_TEXT_MAX, "the value of \"%s\" is blank",
                        name);
        return false;
    }

    w->value = value;

    return true;
}


bool
bmc_hostword_parse(bmc_hostword_t *w, const char *pair,
    char why[BMC_TEXT_MAX])
{
    char         name[64];
    size_t       len;
    const char  *equals;

    equals = strchr(pair, '=');
    len = equals == NULL ? 0 : (size_t) (equals - pair);

    if (len == 0 || len >= sizeof(name)) {
        (void) snprintf(why, BMC_TEXT_MAX,
                        "\"%.*s\" is no WORD=VALUE", 100, pair);
        return false;
    }

    memcpy(name, pair, len);
    name[len] = '\0';

    return bmc_hostword_make(w, name, equals + 1, why);
}
