
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "ctl/table.h"


/*
 * One character; its length in bytes.  *c is 0 for what is not UTF-8 and for
 * what a terminal would obey rather than show.
 */

static size_t
table_char(const unsigned char *s, uint32_t *c)
{
    size_t    i, len;
    uint32_t  v;

    static const uint32_t  least[] = { 0, 0, 0x80, 0x800, 0x10000 };

    *c = 0;

    if (s[0] < 0x80) {
        *c = s[0] >= 0x20 && s[0] != 0x7f ? s[0] : 0;
        return 1;
    }

    len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;

    if (s[0] < 0xc2 || s[0] > 0xf4) {
        return 1;
    }

    v = s[0] & (0x7fu >> len);

    for (i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 1;
        }

        v = v << 6 | (s[i] & 0x3f);
    }

    if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000)) {
        return 1;
    }

    /* C1 controls, and the marks that turn the direction of writing */

    if (v >= 0xa0 && v != 0x200e && v != 0x200f
        && (v < 0x2028 || v > 0x202e) && (v < 0x2066 || v > 0x2069))
    {
        *c = v;
    }

    return len;
}


static size_t
table_char_width(uint32_t c)
{
    int  width;

    if (c < 0x80) {
        return 1;
    }

    /* without a UTF-8 locale wcwidth() knows nothing */

    width = wcwidth((wchar_t) c);

    return width < 0 ? 1 : (size_t) width;
}


size_t
bmc_table_width(const char *text)
{
    size_t                width;
    uint32_t              c;
    const unsigned char  *s;

    width = 0;

    for (s = (const unsigned char *) text; *s != '\0'; /* void */ ) {
        s += table_char(s, &c);
        width += table_char_width(c);
    }

    return width;
}


void
bmc_table_column(bmc_table_t *t, const char *title, bool right)
{
    if (t->ncolumns == BMC_TABLE_COLUMNS) {
        t->failed = true;
        return;
    }

    t->title[t->ncolumns] = title;
    t->right[t->ncolumns] = right;
    t->ncolumns++;
}


static char *
table_tame(const char *text)
{
    size_t                len;
    uint32_t              c;
    bmc_buf_t             b;
    const unsigned char  *s;

    memset(&b, 0, sizeof(bmc_buf_t));

    for (s = (const unsigned char *) text; *s != '\0'; s += len) {
        len = table_char(s, &c);

        if (c == 0) {
            bmc_buf_addc(&b, '?');

        } else {
            bmc_buf_add(&b, s, len);
        }
    }

    if (bmc_buf_text(&b) == NULL) {
        bmc_buf_free(&b);
        return NULL;
    }

    return b.data;
}


void
bmc_table_cell(bmc_table_t *t, const char *text)
{
    char    **cell, *copy;
    size_t    size;

    if (t->ncells == t->size) {
        size = t->size == 0 ? 64 : t->size * 2;
        cell = realloc(t->cell, size * sizeof(char *));

        if (cell == NULL) {
            t->failed = true;
            return;
        }

        t->cell = cell;
        t->size = size;
    }

    if (text == NULL || text[0] == '\0') {
        text = "-";
    }

    copy = table_tame(text);

    if (copy == NULL) {
        t->failed = true;
        return;
    }

    t->cell[t->ncells++] = copy;
}


static void
table_row(bmc_table_t *t, bmc_buf_t *out, const char *const *row,
    const size_t *width)
{
    size_t  i, pad;

    for (i = 0; i < t->ncolumns; i++) {
        pad = width[i] - bmc_table_width(row[i]);

        if (i > 0) {
            bmc_buf_adds(out, "  ");
        }

        if (t->right[i]) {
            bmc_buf_printf(out, "%*s", (int) pad, "");
        }

        bmc_buf_adds(out, row[i]);

        if (!t->right[i] && i + 1 < t->ncolumns) {
            bmc_buf_printf(out, "%*s", (int) pad, "");
        }
    }

    bmc_buf_addc(out, '\n');
}


void
bmc_table_print(bmc_table_t *t, bmc_buf_t *out)
{
    size_t  i, w, width[BMC_TABLE_COLUMNS];

    if (t->failed || t->ncolumns == 0) {
        out->failed = out->failed || t->failed;
        return;
    }

    for (i = 0; i < t->ncolumns; i++) {
        width[i] = bmc_table_width(t->title[i]);
    }

    for (i = 0; i < t->ncells; i++) {
        w = bmc_table_width(t->cell[i]);

        if (w > width[i % t->ncolumns]) {
            width[i % t->ncolumns] = w;
        }
    }

    table_row(t, out, t->title, width);

    for (i = 0; i + t->ncolumns <= t->ncells; i += t->ncolumns) {
        table_row(t, out, (const char *const *) &t->cell[i], width);
    }
}


void
bmc_table_free(bmc_table_t *t)
{
    size_t  i;

    for (i = 0; i < t->ncells; i++) {
        free(t->cell[i]);
    }

    free(t->cell);
    memset(t, 0, sizeof(bmc_table_t));
}
