
/*
 * Copyright (C) the bmcgate authors
 *
 * nginx's tokens: words, quoted or not, "{", "}", ";" and "#" comments.
 */


#include <string.h>

#include "conf/parse.h"


enum {
    LEX_SPACE = 1,               /* white space, and what ends a word */
    LEX_END,
    LEX_ESCAPE
};


static const uint8_t  lex_class[256] = {
    ['\0'] = LEX_END,
    [' '] = LEX_SPACE, ['\t'] = LEX_SPACE, ['\r'] = LEX_SPACE,
    ['\n'] = LEX_SPACE,
    [';'] = LEX_END, ['{'] = LEX_END, ['}'] = LEX_END,
    ['\\'] = LEX_ESCAPE
};


static bmc_conf_end_t
lex_broken(bmc_conf_t *cf)
{
    cf->in->torn = true;
    cf->torn = true;

    return BMC_CONF_BROKEN;
}


/* s is at a backslash; what it stands for goes to *to */

static char *
lex_escape(char *s, char **to)
{
    char        *t;
    const char  *p;

    static const char  from[] = "\"'\\tnr;{}# ", into[] = "\"'\\\t\n\r;{}# ";

    t = *to;
    p = (s[1] == '\0') ? NULL : strchr(from, s[1]);

    if (p == NULL) {
        *t++ = '\\';
        s++;

    } else {
        *t++ = into[p - from];
        s += 2;
    }

    *to = t;

    return s;
}


/* s is behind the opening quote; returns what is behind the closing one */

static char *
lex_quoted(bmc_conf_t *cf, char *s, char quote, char **top)
{
    char      *to, *word;
    unsigned   line;

    line = cf->in->line;
    word = s;
    to = s;

    while (s < cf->in->end && *s != quote) {
        if (*s == '\\') {
            s = lex_escape(s, &to);
            continue;
        }

        if (*s == '\n') {
            cf->in->line++;
        }

        *to++ = *s++;
    }

    if (s == cf->in->end) {
        bmc_conf_error_at(cf, cf->in->name, line,
                          "the quote that begins here is never closed");
        return NULL;
    }

    s++;

    if (s < cf->in->end && lex_class[(uint8_t) *s] != LEX_SPACE
        && lex_class[(uint8_t) *s] != LEX_END)
    {
        bmc_conf_error_at(cf, cf->in->name, cf->in->line,
                          "unexpected text behind a closing quote");
        return NULL;
    }

    if (to - word > BMC_CONF_WORD_MAX) {
        bmc_conf_error_at(cf, cf->in->name, line,
                          "a word is longer than %d bytes",
                          BMC_CONF_WORD_MAX);
        return NULL;
    }

    *top = to;

    return s;
}


/* returns what ended the word */

static char *
lex_plain(bmc_conf_t *cf, char *s, char **top)
{
    char  *to, *word;

    word = s;

    while (lex_class[(uint8_t) *s] == 0) {
        s++;
    }

    to = s;

    while (lex_class[(uint8_t) *s] != LEX_SPACE
           && lex_class[(uint8_t) *s] != LEX_END)
    {
        if (*s == '\\') {
            s = lex_escape(s, &to);

        } else {
            *to++ = *s++;
        }
    }

    if (to - word > BMC_CONF_WORD_MAX) {
        bmc_conf_error_at(cf, cf->in->name, cf->in->line,
                          "a word is longer than %d bytes",
                          BMC_CONF_WORD_MAX);
        return NULL;
    }

    *top = to;

    return s;
}


static bool
lex_push(bmc_conf_t *cf, const char *word, unsigned line)
{
    void    *p;
    size_t   max;

    if (cf->nwords == cf->words_max) {
        max = cf->words_max;

        p = bmc_conf_grow(cf, cf->line, &max, cf->nwords + 1,
                          sizeof(unsigned));
        if (p == NULL) {
            return false;
        }

        cf->line = p;
        max = cf->words_max;

        p = bmc_conf_grow(cf, cf->word, &max, cf->nwords + 1,
                          sizeof(char *));
        if (p == NULL) {
            return false;
        }

        cf->word = p;
        cf->words_max = max;
    }

    cf->word[cf->nwords] = word;
    cf->line[cf->nwords] = line;
    cf->nwords++;

    return true;
}


static bmc_conf_end_t
lex_end(bmc_conf_t *cf, char c)
{
    if (cf->nwords > 0) {

        switch (c) {

        case ';':
            return BMC_CONF_SEMICOLON;

        case '{':
            return BMC_CONF_OPEN;

        case '}':
            bmc_conf_error_at(cf, cf->in->name, cf->line[cf->nwords - 1],
                              "missing \";\" at the end of \"%.64s\", before "
                              "\"}\"", cf->word[0]);
            return lex_broken(cf);
        }

        bmc_conf_error_at(cf, cf->in->name, cf->line[cf->nwords - 1],
                          "missing \";\" at the end of \"%.64s\", before "
                          "the end of the file", cf->word[0]);
        return lex_broken(cf);
    }

    switch (c) {

    case '}':
        return BMC_CONF_CLOSE;

    case '\0':
        return BMC_CONF_EOF;
    }

    bmc_conf_error_at(cf, cf->in->name, cf->in->line, "unexpected \"%c\"", c);

    return lex_broken(cf);
}


static char *
lex_blank(bmc_conf_file_t *in, char *s)
{
    char  *end;

    for ( ;; ) {
        while (lex_class[(uint8_t) *s] == LEX_SPACE) {
            in->line += (*s == '\n');
            s++;
        }

        if (*s != '#') {
            return s;
        }

        end = memchr(s, '\n', (size_t) (in->end - s));
        s = (end == NULL) ? in->end : end;
    }
}


bmc_conf_end_t
bmc_conf_next(bmc_conf_t *cf)
{
    char              c, *s, *to, *word;
    unsigned          line;
    bmc_conf_file_t  *in;

    in = cf->in;
    cf->nwords = 0;

    for ( ;; ) {
        word = lex_blank(in, in->pos);
        line = in->line;

        if (lex_class[(uint8_t) *word] == LEX_END) {
            in->pos = (word < in->end) ? word + 1 : word;
            return lex_end(cf, *word);
        }

        if (*word == '"' || *word == '\'') {
            c = *word++;
            s = lex_quoted(cf, word, c, &to);

        } else {
            s = lex_plain(cf, word, &to);
        }

        if (s == NULL || !lex_push(cf, word, line)) {
            return lex_broken(cf);
        }

        /* the null that ends the word may fall on what ended it */

        c = *s;
        *to = '\0';
        in->pos = (s < in->end) ? s + 1 : s;

        if (lex_class[(uint8_t) c] == LEX_END) {
            return lex_end(cf, c);
        }

        in->line += (c == '\n');
    }
}


/* a block whose "{" was just read, on line */

void
bmc_conf_skip(bmc_conf_t *cf, unsigned line)
{
    unsigned  depth;

    for (depth = 1; depth > 0; /* void */ ) {

        switch (bmc_conf_next(cf)) {

        case BMC_CONF_SEMICOLON:
            break;

        case BMC_CONF_OPEN:
            depth++;
            break;

        case BMC_CONF_CLOSE:
            depth--;
            break;

        case BMC_CONF_EOF:
            bmc_conf_error_at(cf, cf->in->name, line,
                              "the block that begins here is never closed");
            (void) lex_broken(cf);
            return;

        case BMC_CONF_BROKEN:
            return;
        }
    }
}
