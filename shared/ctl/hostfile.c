
/*
 * Copyright (C) the bmcgate authors
 */


#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/hostfile.h"


/* a statement: from its first word to after its ";" or "}" */

typedef struct {
    size_t  start;
    size_t  end;
    size_t  body;                /* after "{" */
    size_t  body_end;            /* at "}" */
    bool    block;
    char    word[64];
    char    arg[64];
} hostfile_stmt_t;


static size_t
hostfile_blank(const char *s, size_t i)
{
    for ( ;; ) {
        i += strspn(s + i, " \t\r\n");

        if (s[i] != '#') {
            return i;
        }

        i += strcspn(s + i, "\n");
    }
}


/* one word without its quotes; 0: the text ends within it */

static size_t
hostfile_word(const char *s, size_t i, char *word, size_t size)
{
    char    quote;
    size_t  n;

    n = 0;
    quote = s[i] == '"' || s[i] == '\'' ? s[i++] : '\0';

    for ( /* void */ ; s[i] != '\0'; i++) {
        if (quote != '\0' ? s[i] == quote : strchr(" \t\r\n;{", s[i]) != NULL)
        {
            break;
        }

        if (s[i] == '\\' && s[i + 1] != '\0') {
            i++;
        }

        if (n + 1 < size) {
            word[n++] = s[i];
        }
    }

    word[n] = '\0';

    if (quote != '\0') {
        return s[i] == quote ? i + 1 : 0;
    }

    return i;
}


/* to the "}" that closes the block whose body begins at i; 0: none does */

static size_t
hostfile_close(const char *s, size_t i)
{
    char      word[8];
    unsigned  depth;

    for (depth = 1; ; /* void */ ) {
        i = hostfile_blank(s, i);

        if (s[i] == '\0') {
            return 0;
        }

        if (s[i] == '{') {
            depth++;
            i++;

        } else if (s[i] == '}') {
            if (--depth == 0) {
                return i;
            }

            i++;

        } else if (s[i] == ';') {
            i++;

        } else {
            i = hostfile_word(s, i, word, sizeof(word));

            if (i == 0) {
                return 0;
            }
        }
    }
}


/* 1: a statement; 0: no more before "}" or the end; -1: it is malformed */

static int
hostfile_next(const char *s, size_t i, hostfile_stmt_t *st)
{
    char    rest[8];
    size_t  n;

    memset(st, 0, sizeof(hostfile_stmt_t));
    i = hostfile_blank(s, i);
    st->start = i;

    for (n = 0; ; n++) {
        i = hostfile_blank(s, i);

        if (s[i] == '\0' || s[i] == '}') {
            return n == 0 ? 0 : -1;
        }

        if (s[i] == ';') {
            st->end = i + 1;
            return 1;
        }

        if (s[i] == '{') {
            st->block = true;
            st->body = i + 1;
            st->body_end = hostfile_close(s, i + 1);
            st->end = st->body_end + 1;
            return st->body_end == 0 ? -1 : 1;
        }

        i = hostfile_word(s, i, n == 0 ? st->word : n == 1 ? st->arg : rest,
                          n < 2 ? sizeof(st->word) : sizeof(rest));

        if (i == 0) {
            return -1;
        }
    }
}


/* arg NULL: any */

static int
hostfile_find(const char *s, size_t from, const char *word, const char *arg,
    bool block, hostfile_stmt_t *st)
{
    int  rc;

    for ( ;; ) {
        rc = hostfile_next(s, from, st);

        if (rc != 1) {
            return rc;
        }

        if (st->block == block && strcmp(st->word, word) == 0
            && (arg == NULL || strcmp(st->arg, arg) == 0))
        {
            return 1;
        }

        from = st->end;
    }
}


/* one word of the configuration, in quotes when it needs them */

static void
hostfile_quote(bmc_buf_t *out, const char *s, size_t len)
{
    size_t  i;
    bool    plain;

    plain = len > 0;

    for (i = 0; i < len; i++) {
        plain = plain && (isalnum((unsigned char) s[i])
                          || strchr("._:/@%+=,-", s[i]) != NULL);
    }

    if (plain) {
        bmc_buf_add(out, s, len);
        return;
    }

    bmc_buf_addc(out, '"');

    for (i = 0; i < len; i++) {
        if (s[i] == '"' || s[i] == '\\') {
            bmc_buf_addc(out, '\\');
        }

        bmc_buf_addc(out, s[i]);
    }

    bmc_buf_addc(out, '"');
}


/*
 * Which values are several words: those of lists, with commas or spaces, and
 * those that say "ca FILE", with spaces.  A command or a name is one word
 * whatever is in it.
 */

static const char *
hostfile_separators(const bmc_hostword_t *w)
{
    if (strcmp(w->word, "driver") == 0 || strcmp(w->word, "groups") == 0
        || strcmp(w->word, "address") == 0)
    {
        return ", ";
    }

    if (strcmp(w->word, "user") == 0 || strcmp(w->word, "password") == 0
        || strcmp(w->word, "token") == 0
        || bmc_verb_find(w->word) != BMC_VERB_MAX)
    {
        return "";
    }

    return " ";
}


static void
hostfile_statement(bmc_buf_t *out, const bmc_hostword_t *w)
{
    size_t       len;
    const char  *s, *separators;

    if (w->keyed) {
        bmc_buf_printf(out, "%s  ", w->block);
    }

    bmc_buf_printf(out, w->keyed ? "%s " : "%s  ", w->word);
    separators = hostfile_separators(w);

    for (s = w->value; *s != '\0'; s += len) {
        s += strspn(s, separators);
        len = strcspn(s, separators);

        if (len > 0) {
            if (out->len > 0 && out->data[out->len - 1] != ' ') {
                bmc_buf_addc(out, ' ');
            }

            hostfile_quote(out, s, len);
        }
    }

    bmc_buf_addc(out, ';');
}


/* before the "}" at end, on a line of its own if that has one */

static void
hostfile_insert(bmc_buf_t *out, const char *text, size_t end,
    const char *statement, unsigned depth)
{
    size_t  line;

    line = end;

    while (line > 0 && (text[line - 1] == ' ' || text[line - 1] == '\t')) {
        line--;
    }

    if (line > 0 && text[line - 1] == '\n') {
        bmc_buf_add(out, text, line);
        bmc_buf_printf(out, "%*s%s\n", (int) depth * 4, "", statement);
        bmc_buf_adds(out, text + line);
        return;
    }

    bmc_buf_add(out, text, end);

    if (line == end) {
        bmc_buf_addc(out, ' ');
    }

    bmc_buf_printf(out, "%s ", statement);
    bmc_buf_adds(out, text + end);
}


/* [start, end), and its line if nothing else is on it */

static void
hostfile_line(const char *text, size_t *start, size_t *end)
{
    size_t  from, to;

    from = *start;
    to = *end + strspn(text + *end, " \t\r");

    while (from > 0 && (text[from - 1] == ' ' || text[from - 1] == '\t')) {
        from--;
    }

    if ((from == 0 || text[from - 1] == '\n')
        && (text[to] == '\n' || text[to] == '\0'))
    {
        *start = from;
        *end = to + (text[to] == '\n');
    }
}


/* adds what follows from, without any such statement of its block */

static bool
hostfile_without(bmc_buf_t *out, const char *text, size_t from,
    const char *word, const char *arg)
{
    int              rc;
    size_t           copied, start, end;
    hostfile_stmt_t  st;

    copied = from;

    while ((rc = hostfile_find(text, from, word, arg, false, &st)) == 1) {
        from = st.end;
        start = st.start;
        end = st.end;
        hostfile_line(text, &start, &end);
        bmc_buf_add(out, text + copied, start - copied);
        copied = end;
    }

    bmc_buf_adds(out, text + copied);

    return rc == 0;
}


static bool
hostfile_found(int rc, const char *name, char why[BMC_TEXT_MAX])
{
    if (rc == 1) {
        return true;
    }

    (void) snprintf(why, BMC_TEXT_MAX, rc == 0
                    ? "there is no \"host %s\" of its own in it"
                    : "its braces or quotes do not match near \"host %s\"",
                    name);

    return false;
}


static bool
hostfile_set_in(bmc_buf_t *out, const char *text, size_t body, size_t end,
    const bmc_hostword_t *w, unsigned depth)
{
    int              rc;
    bool             ok;
    bmc_buf_t        statement;
    const char      *s, *word, *arg;
    hostfile_stmt_t  st;

    word = w->keyed ? w->block : w->word;
    arg = w->keyed ? w->word : NULL;

    if (w->value == NULL) {
        bmc_buf_add(out, text, body);
        return hostfile_without(out, text, body, word, arg);
    }

    memset(&statement, 0, sizeof(bmc_buf_t));
    rc = hostfile_find(text, body, word, arg, false, &st);
    ok = rc != -1;
    hostfile_statement(&statement, w);
    s = bmc_buf_text(&statement);

    if (s == NULL) {
        out->failed = true;

    } else if (rc == 1) {
        bmc_buf_add(out, text, st.start);
        bmc_buf_adds(out, s);
        ok = hostfile_without(out, text, st.end, word, arg);

    } else if (rc == 0) {
        hostfile_insert(out, text, end, s, depth);
    }

    bmc_buf_free(&statement);

    return ok;
}


/* the driver's block, which is made if it is not there */

static bool
hostfile_set_block(bmc_buf_t *out, const char *text,
    const hostfile_stmt_t *host, const bmc_hostword_t *w)
{
    int              rc;
    bmc_buf_t        block, inner;
    const char      *s;
    hostfile_stmt_t  st;

    rc = hostfile_find(text, host->body, w->block, NULL, true, &st);

    if (rc == 1) {
        return hostfile_set_in(out, text, st.body, st.body_end, w, 2);
    }

    if (rc == -1) {
        return false;
    }

    if (w->value == NULL) {
        bmc_buf_adds(out, text);
        return true;
    }

    memset(&block, 0, sizeof(bmc_buf_t));
    memset(&inner, 0, sizeof(bmc_buf_t));
    hostfile_statement(&inner, w);
    s = bmc_buf_text(&inner);
    bmc_buf_printf(&block, "%s {\n        %s\n    }", w->block,
                   s == NULL ? "" : s);
    s = bmc_buf_text(&block);

    if (s == NULL) {
        out->failed = true;

    } else {
        hostfile_insert(out, text, host->body_end, s, 1);
    }

    bmc_buf_free(&inner);
    bmc_buf_free(&block);

    return true;
}


bool
bmc_hostfile_set(bmc_buf_t *out, const char *text, const char *name,
    const bmc_hostword_t *w, char why[BMC_TEXT_MAX])
{
    int              rc;
    bool             ok;
    hostfile_stmt_t  host;

    rc = hostfile_find(text, 0, "host", name, true, &host);

    if (!hostfile_found(rc, name, why)) {
        return false;
    }

    if (w->block[0] == '\0' || w->keyed) {
        ok = hostfile_set_in(out, text, host.body, host.body_end, w, 1);

    } else {
        ok = hostfile_set_block(out, text, &host, w);
    }

    if (!ok) {
        return hostfile_found(-1, name, why);
    }

    if (bmc_buf_text(out) == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return false;
    }

    return true;
}


bool
bmc_hostfile_remove(bmc_buf_t *out, const char *text, const char *name,
    bool *empty, char why[BMC_TEXT_MAX])
{
    int              rc;
    const char      *rest;
    hostfile_stmt_t  st;

    rc = hostfile_find(text, 0, "host", name, true, &st);

    if (!hostfile_found(rc, name, why)) {
        return false;
    }

    hostfile_line(text, &st.start, &st.end);
    bmc_buf_add(out, text, st.start);
    bmc_buf_adds(out, text + st.end);
    rest = bmc_buf_text(out);

    if (rest == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return false;
    }

    *empty = hostfile_next(rest, 0, &st) == 0
             && rest[hostfile_blank(rest, 0)] == '\0';

    return true;
}
