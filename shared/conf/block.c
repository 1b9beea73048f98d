
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "conf/parse.h"


const bmc_word_t *
bmc_conf_word(const bmc_word_t *table, const char *name)
{
    const bmc_word_t  *w;

    if (table == NULL) {
        return NULL;
    }

    for (w = table; w->name != NULL; w++) {
        if (w->name[0] == name[0] && strcmp(w->name, name) == 0) {
            return w;
        }
    }

    return NULL;
}


const char *
bmc_conf_where(const bmc_block_t *b, char text[BMC_TEXT_MAX])
{
    char  outer[BMC_TEXT_MAX];

    if (b->kind == NULL) {
        text[0] = '\0';

    } else if (b->outer != NULL) {
        bmc_conf_where(b->outer, outer);
        snprintf(text, BMC_TEXT_MAX, " in \"%.32s\" of%.160s", b->kind,
                 outer + strlen(" in"));

    } else if (b->name == NULL) {
        snprintf(text, BMC_TEXT_MAX, " in \"%.64s\"", b->kind);

    } else {
        snprintf(text, BMC_TEXT_MAX, " in %.32s \"%.64s\"", b->kind,
                 b->name);
    }

    return text;
}


void
bmc_conf_unknown(bmc_conf_t *cf, const bmc_block_t *b, const char *word,
    const char *nearest)
{
    char  where[BMC_TEXT_MAX];

    bmc_conf_where(b, where);

    if (nearest == NULL) {
        bmc_conf_error(cf, "unknown directive \"%.64s\"%s", word, where);

    } else {
        bmc_conf_error(cf, "unknown directive \"%.64s\"%s (did you mean "
                       "\"%s\"?)", word, where, nearest);
    }
}


/* "host NAME {" */

bool
bmc_conf_name(bmc_conf_t *cf, const char **words, size_t nwords, bool opens)
{
    if (nwords != 2) {
        bmc_conf_error(cf, "\"%s\" wants one name, got %zu", words[0],
                       nwords - 1);

    } else if (!opens) {
        bmc_conf_error(cf, "\"%s %.64s\" wants a block: \"{\", not \";\"",
                       words[0], words[1]);

    } else {
        return true;
    }

    if (opens) {
        bmc_conf_skip(cf, cf->at.line);
    }

    return false;
}


/* one directive of the block's own table */

void
bmc_conf_word_set(bmc_conf_t *cf, bmc_block_t *b, const bmc_word_t *w,
    const char **words, size_t nwords)
{
    char          where[BMC_TEXT_MAX];
    uint64_t      bit;
    bmc_block_t  *outer;

    bit = (uint64_t) 1 << (w - b->words);

    if ((b->set & bit) && (w->type != BMC_WORD_CUSTOM
                           || (w->flags & BMC_WORD_ONCE)))
    {
        bmc_conf_error(cf, "duplicate \"%s\"%s", w->name,
                       bmc_conf_where(b, where));
        return;
    }

    outer = cf->block;
    cf->block = b;

    bmc_conf_set(cf, w, words, nwords, b->base);

    cf->block = outer;
    b->set |= bit;
}


bool
bmc_conf_is_set(bmc_conf_t *cf, const void *field)
{
    const bmc_word_t   *w;
    const bmc_block_t  *b;

    for (b = cf->block; b != NULL; b = b->outer) {
        if (b->words == NULL) {
            continue;
        }

        for (w = b->words; w->name != NULL; w++) {
            if ((const char *) b->base + w->offset == field
                && ((b->set | b->inherited)
                    & ((uint64_t) 1 << (w - b->words))))
            {
                return true;
            }
        }
    }

    return false;
}


static void
block_directive(bmc_conf_t *cf, bmc_block_t *b, const char **words,
    unsigned *lines, size_t nwords, bool opens)
{
    bmc_nearest_t      near;
    const bmc_word_t  *w;

    cf->at.line = lines[0];

    if (strcmp(words[0], "include") == 0 && !opens) {
        if (bmc_conf_one(cf, words, nwords)) {
            bmc_conf_include(cf, b, words[1]);
        }

        return;
    }

    w = bmc_conf_word(b->words, words[0]);

    if (w != NULL && !opens) {
        bmc_conf_word_set(cf, b, w, words, nwords);
        return;
    }

    if (w != NULL) {
        bmc_conf_error(cf, "\"%s\" takes no block: \";\", not \"{\"",
                       w->name);
        bmc_conf_skip(cf, lines[0]);
        return;
    }

    if (b->other != NULL && b->other(cf, b, words, nwords, opens)) {
        return;
    }

    bmc_nearest_init(&near, words[0]);

    for (w = b->words; w != NULL && w->name != NULL; w++) {
        bmc_nearest_offer(&near, w->name);
    }

    bmc_conf_unknown(cf, b, words[0], near.best);

    if (opens) {
        bmc_conf_skip(cf, lines[0]);
    }
}


/*
 * A forgotten ";" makes one statement of two lines, and "address 10.0.0.7"
 * with "mac …" below it would be a host with three addresses.  A line that
 * begins with a directive is one.
 */

static void
block_statement(bmc_conf_t *cf, bmc_block_t *b, bool opens)
{
    size_t        i, first;
    unsigned     *lines;
    const char  **words;

    cf->statements++;
    first = 0;
    words = cf->word;
    lines = cf->line;

    for (i = 1; i < cf->nwords; i++) {
        if (lines[i] == lines[i - 1]
            || (bmc_conf_word(b->words, words[i]) == NULL
                && (b->knows == NULL || !b->knows(b, words[i]))))
        {
            continue;
        }

        bmc_conf_error_at(cf, cf->in->name, lines[i - 1],
                          "missing \";\" at the end of \"%.64s\"",
                          words[first]);
        block_directive(cf, b, words + first, lines + first, i - first,
                        false);
        first = i;
    }

    block_directive(cf, b, words + first, lines + first, cf->nwords - first,
                    opens);
}


/*
 * To the "}" of the block whose "{" stood on line, or, for line 0, to the
 * end of the file.
 */

void
bmc_conf_read(bmc_conf_t *cf, bmc_block_t *b, unsigned line)
{
    bmc_conf_file_t  *in;

    in = cf->in;

    while (!in->torn) {
        cf->at.file = in->name;
        cf->at.exposed = in->exposed;

        switch (bmc_conf_next(cf)) {

        case BMC_CONF_SEMICOLON:
            block_statement(cf, b, false);
            break;

        case BMC_CONF_OPEN:
            block_statement(cf, b, true);
            break;

        case BMC_CONF_CLOSE:
            if (line != 0) {
                return;
            }

            bmc_conf_error_at(cf, in->name, in->line, "unexpected \"}\"");
            in->torn = true;
            cf->torn = true;
            return;

        case BMC_CONF_EOF:
            if (line == 0) {
                return;
            }

            bmc_conf_error_at(cf, in->name, line, "the block that begins "
                              "here is never closed");
            in->torn = true;
            cf->torn = true;
            return;

        case BMC_CONF_BROKEN:
            return;
        }
    }
}
