
/*
 * Copyright (C) the bmcgate authors
 *
 * From a command's words and options to its verb's arguments.
 */


#include <ctype.h>
#include <string.h>

#include "ctl/args.h"


static bool verbargs_words(bmc_verb_args_t *va, const bmc_words_t *a);
static bool verbargs_pair(bmc_verb_args_t *va, const char *pair,
    const char *value);
static void verbargs_byte(bmc_buf_t *b, const char *word);


#define VERBARGS_USER  "bmcgate"  /* who is made unless a name is said */


/*
 * "user set ann n1" has a name, "user set --name ann n1" needs none, and
 * "user set --role operator n1" has no room for one.
 */

bool
bmc_words_unnamed(const bmc_words_t *a)
{
    size_t  least;

    if (strncmp(a->cmd->args, "[NAME] ", 7) != 0) {
        return false;
    }

    if (bmc_words_has(a, BMC_OPT_NAME)) {
        return true;
    }

    least = bmc_words_has(a, BMC_OPT_GROUP) ? 1 : 2;

    return bmc_words_has(a, BMC_OPT_ROLE) && a->nwords < least;
}


void
bmc_words_hosts(const bmc_words_t *a, size_t *first, size_t *count)
{
    size_t       i, len;
    const char  *s;

    *first = 0;
    *count = 0;
    s = a->cmd->args;

    if (bmc_words_unnamed(a)) {
        s += strcspn(s, " ") + 1;
    }

    for (i = 0; *s != '\0'; i++) {
        len = strcspn(s, " ");

        if (strncmp(s, "HOST...", 7) == 0 || strncmp(s, "[HOST...]", 9) == 0)
        {
            *first = i;
            *count = a->nwords > i ? a->nwords - i : 0;
            return;
        }

        if (len == 4 && memcmp(s, "HOST", 4) == 0) {
            *first = i;
            *count = 1;
            return;
        }

        s += len;
        s += strspn(s, " ");
    }
}


bool
bmc_verbargs_make(bmc_verb_args_t *va, const bmc_words_t *a)
{
    size_t       i;
    const char  *pair;

    memset(va, 0, sizeof(bmc_verb_args_t));

    if (a->cmd->fixed != NULL && !verbargs_pair(va, a->cmd->fixed, NULL)) {
        return false;
    }

    for (i = 0; i < a->nopts; i++) {
        pair = bmc_options[a->opt[i].id].verb_arg;

        if (pair != NULL && !verbargs_pair(va, pair, a->opt[i].value)) {
            return false;
        }
    }

    if (bmc_words_unnamed(a) && !bmc_words_has(a, BMC_OPT_NAME)
        && !bmc_verbargs_add(va, "name", VERBARGS_USER))
    {
        return false;
    }

    return verbargs_words(va, a);
}


static bool
verbargs_pair(bmc_verb_args_t *va, const char *pair, const char *value)
{
    char         name[32];
    size_t       len;

    len = strcspn(pair, "=");

    if (len >= sizeof(name)) {
        return false;
    }

    memcpy(name, pair, len);
    name[len] = '\0';

    return bmc_verbargs_add(va, name,
                             pair[len] == '=' ? pair + len + 1 : value);
}


/* DEVICE is the verb's argument "device"; BYTE... is "data" */

static bool
verbargs_words(bmc_verb_args_t *va, const bmc_words_t *a)
{
    char         name[32];
    size_t       i, j, n, len;
    const char  *s;
    bmc_buf_t    bytes;

    memset(&bytes, 0, sizeof(bmc_buf_t));
    s = a->cmd->args;

    if (bmc_words_unnamed(a)) {
        s += strcspn(s, " ") + 1;
    }

    for (i = 0; *s != '\0' && i < a->nwords; i++) {
        len = strcspn(s, " ");

        if (strncmp(s, "[BYTE...]", 9) == 0) {
            bmc_buf_reset(&bytes);

            for ( /* void */ ; i < a->nwords; i++) {
                verbargs_byte(&bytes, a->word[i]);
            }

            if (!bmc_verbargs_add(va, "data", bmc_buf_text(&bytes))) {
                bmc_buf_free(&bytes);
                return false;
            }

        } else if (strncmp(s, "HOST", 4) != 0 && len < sizeof(name)) {
            for (j = 0, n = 0; j < len; j++) {
                if (isalpha((unsigned char) s[j])) {
                    name[n++] = (char) tolower((unsigned char) s[j]);
                }
            }

            name[n] = '\0';
            bmc_buf_reset(&bytes);

            if (a->cmd->verb == BMC_RAW) {
                verbargs_byte(&bytes, a->word[i]);

            } else {
                bmc_buf_adds(&bytes, a->word[i]);
            }

            if (!bmc_verbargs_add(va, name, bmc_buf_text(&bytes))) {
                bmc_buf_free(&bytes);
                return false;
            }
        }

        s += len;
        s += strspn(s, " ");
    }

    bmc_buf_free(&bytes);

    return true;
}


/* "0x6" and "6" as ipmitool takes them, "06" as the verb wants them */

static void
verbargs_byte(bmc_buf_t *b, const char *word)
{
    if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) {
        word += 2;
    }

    if (b->len > 0) {
        bmc_buf_addc(b, ' ');
    }

    if (strlen(word) == 1) {
        bmc_buf_addc(b, '0');
    }

    bmc_buf_adds(b, word);
}


bool
bmc_verbargs_add(bmc_verb_args_t *va, const char *name, const char *value)
{
    bmc_buf_t  *b;

    if (va->narg == BMC_CTL_ARGS || value == NULL) {
        return false;
    }

    /* "name\0value", one block a pair, so that it can be wiped */

    b = &va->text[va->narg];
    bmc_buf_add(b, name, strlen(name) + 1);
    bmc_buf_adds(b, value);

    if (bmc_buf_text(b) == NULL) {
        bmc_buf_wipe(b);
        return false;
    }

    va->arg[va->narg].name = b->data;
    va->arg[va->narg].value = b->data + strlen(name) + 1;
    va->narg++;

    return true;
}


void
bmc_verbargs_free(bmc_verb_args_t *va)
{
    size_t  i;

    for (i = 0; i < va->narg; i++) {
        bmc_buf_wipe(&va->text[i]);
    }

    memset(va, 0, sizeof(bmc_verb_args_t));
}
