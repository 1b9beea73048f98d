
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"


#define BUF_MIN  128


void
bmc_buf_fix(bmc_buf_t *b, char *data, size_t size)
{
    memset(b, 0, sizeof(bmc_buf_t));
    b->data = data;
    b->size = size;
    b->fixed = true;
}


static void
buf_count(bmc_buf_t *b, const void *s, size_t len)
{
    if (b->len <= b->size && len <= b->size - b->len) {
        memcpy(b->data + b->len, s, len);
    }

    b->len += len;
}


/* room for len more bytes and a null */

static bool
buf_grow(bmc_buf_t *b, size_t len)
{
    char    *data;
    size_t   size;

    if (b->failed) {
        return false;
    }

    if (len < b->size - b->len) {
        return true;
    }

    if (len >= SIZE_MAX / 2 - b->len) {
        b->failed = true;
        return false;
    }

    size = (b->size == 0) ? BUF_MIN : b->size;

    while (size - b->len <= len) {
        size *= 2;
    }

    /* not realloc(): it would leave a copy of what bmc_buf_wipe() wipes */

    data = malloc(size);
    if (data == NULL) {
        b->failed = true;
        return false;
    }

    if (b->data != NULL) {
        memcpy(data, b->data, b->len);
        explicit_bzero(b->data, b->len);
        free(b->data);
    }

    b->data = data;
    b->size = size;

    return true;
}


void
bmc_buf_more(bmc_buf_t *b, const void *s, size_t len)
{
    if (len == 0) {
        return;
    }

    if (b->fixed) {
        buf_count(b, s, len);
        return;
    }

    if (!buf_grow(b, len)) {
        return;
    }

    memcpy(b->data + b->len, s, len);
    b->len += len;
}


void
bmc_buf_printf(bmc_buf_t *b, const char *fmt, ...)
{
    int      n;
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);

    if (n < 0) {
        b->failed = true;
        return;
    }

    /* its null needs room, too: what leaves none counts as too long */

    if (b->fixed && (b->len >= b->size || (size_t) n >= b->size - b->len)) {
        b->len += (size_t) n + 1;
        return;
    }

    if (!b->fixed && !buf_grow(b, (size_t) n)) {
        return;
    }

    va_start(args, fmt);
    vsnprintf(b->data + b->len, (size_t) n + 1, fmt, args);
    va_end(args);

    b->len += (size_t) n;
}


/* length of the UTF-8 character at s, 0 if there is none */

static size_t
buf_utf8(const unsigned char *s, size_t len)
{
    size_t         i, n;
    unsigned char  low, high;

    low = 0x80;
    high = 0xbf;

    if (s[0] < 0x80) {
        return 1;
    }

    if (s[0] >= 0xc2 && s[0] <= 0xdf) {
        n = 2;

    } else if ((s[0] & 0xf0) == 0xe0) {
        n = 3;
        low = (s[0] == 0xe0) ? 0xa0 : 0x80;
        high = (s[0] == 0xed) ? 0x9f : 0xbf;

    } else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
        n = 4;
        low = (s[0] == 0xf0) ? 0x90 : 0x80;
        high = (s[0] == 0xf4) ? 0x8f : 0xbf;

    } else {
        return 0;
    }

    if (len < n || s[1] < low || s[1] > high) {
        return 0;
    }

    for (i = 2; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
    }

    return n;
}


static void
buf_json_escape(bmc_buf_t *b, unsigned char c)
{
    switch (c) {

    case '"':
        bmc_buf_adds(b, "\\\"");
        return;

    case '\\':
        bmc_buf_adds(b, "\\\\");
        return;

    case '\n':
        bmc_buf_adds(b, "\\n");
        return;

    case '\r':
        bmc_buf_adds(b, "\\r");
        return;

    case '\t':
        bmc_buf_adds(b, "\\t");
        return;
    }

    bmc_buf_printf(b, "\\u%04x", c);
}


static bool
buf_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}


void
bmc_buf_json(bmc_buf_t *b, const char *s, size_t len)
{
    size_t                n, run;
    const unsigned char  *p, *end;

    p = (const unsigned char *) s;
    end = p + len;
    run = 0;

    bmc_buf_addc(b, '"');

    while (p + run < end) {

        if ((size_t) (end - p) - run >= 8
            && bmc_json_plain((const char *) p + run) == 8)
        {
            run += 8;
            continue;
        }

        if (buf_plain(p[run])) {
            run++;
            continue;
        }

        n = buf_utf8(p + run, (size_t) (end - p) - run);

        if (n > 1) {
            run += n;
            continue;
        }

        bmc_buf_add(b, p, run);
        p += run;
        run = 0;

        if (n > 0) {
            buf_json_escape(b, *p);

        } else {
            bmc_buf_adds(b, "\xef\xbf\xbd");
        }

        p++;
    }

    bmc_buf_add(b, p, run);
    bmc_buf_addc(b, '"');
}


const char *
bmc_buf_text(bmc_buf_t *b)
{
    if (b->failed) {
        return NULL;
    }

    if (b->data == NULL) {
        return "";
    }

    b->data[b->len] = '\0';

    return b->data;
}


void
bmc_buf_reset(bmc_buf_t *b)
{
    b->len = 0;
    b->failed = false;
}


void
bmc_buf_free(bmc_buf_t *b)
{
    free(b->data);
    memset(b, 0, sizeof(bmc_buf_t));
}


void
bmc_buf_wipe(bmc_buf_t *b)
{
    if (b->data != NULL) {
        explicit_bzero(b->data, b->size);
    }

    bmc_buf_free(b);
}
