
/*
 * Copyright (C) the bmcgate authors
 *
 * Text that grows.  A failed allocation is remembered, so that a chain of
 * additions needs one test at its end: bmc_buf_text() returns NULL then.
 *
 * Or text in memory that somebody else has: what does not fit is counted in
 * len and not written.  Such a buffer is neither read as text nor freed.
 */


#ifndef _BMC_BUF_H_INCLUDED_
#define _BMC_BUF_H_INCLUDED_


#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>


typedef struct {
    char    *data;
    size_t   len;
    size_t   size;
    bool     failed;
    bool     fixed;
} bmc_buf_t;


void bmc_buf_fix(bmc_buf_t *b, char *data, size_t size);

/* bmc_buf_add() when it does not simply fit */

void bmc_buf_more(bmc_buf_t *b, const void *s, size_t len);

void bmc_buf_printf(bmc_buf_t *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD */

void bmc_buf_json(bmc_buf_t *b, const char *s, size_t len);


/* how many of the 8 bytes at s are in a JSON string what they are, 0 to 8 */

static inline size_t
bmc_json_plain(const char *s)
{
    uint64_t  w, odd;

    const uint64_t  each = UINT64_C(0x0101010101010101);

    memcpy(&w, s, sizeof(w));
    w = le64toh(w);

    /* what follows the first odd one may seem odd, too: it lent a bit */

    odd = w | (w - each * 0x20) | ((w ^ each * 0x7f) - each)
          | ((w ^ each * '"') - each) | ((w ^ each * '\\') - each);
    odd &= each * 0x80;

    return odd != 0 ? (size_t) __builtin_ctzll(odd) / 8 : 8;
}


const char *bmc_buf_text(bmc_buf_t *b);      /* null-terminated; "" if empty */
void bmc_buf_reset(bmc_buf_t *b);
void bmc_buf_free(bmc_buf_t *b);
void bmc_buf_wipe(bmc_buf_t *b);             /* explicit_bzero, then free */


static inline void
bmc_buf_add(bmc_buf_t *b, const void *s, size_t len)
{
    if (len > 0 && b->len < b->size && len < b->size - b->len) {
        memcpy(b->data + b->len, s, len);
        b->len += len;
        return;
    }

    bmc_buf_more(b, s, len);
}


static inline void
bmc_buf_adds(bmc_buf_t *b, const char *s)
{
    bmc_buf_add(b, s, strlen(s));
}


static inline void
bmc_buf_addc(bmc_buf_t *b, char c)
{
    bmc_buf_add(b, &c, 1);
}


#endif /* _BMC_BUF_H_INCLUDED_ */
