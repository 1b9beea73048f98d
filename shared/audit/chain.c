
/*
 * Copyright (C) the bmcgate authors
 */


#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/chain.h"
#include "base/clock.h"


#define CHAIN_SEQ   "{\"seq\":"
#define CHAIN_PREV  ",\"prev\":\""
#define CHAIN_HASH  ",\"hash\":\""

#define chain_len(s)  (sizeof(s) - 1)

/* of a line's end: from ,"prev" to the brace, and the part that is hashed */

#define CHAIN_LINKS                                                          \
    (chain_len(CHAIN_PREV) + BMC_CHAIN_HEX + 1                               \
     + chain_len(CHAIN_HASH) + BMC_CHAIN_HEX + 2)
#define CHAIN_TAIL  (chain_len(CHAIN_HASH) + BMC_CHAIN_HEX + 2)


static bool chain_hash(bmc_chain_t *c, const char *s, size_t len,
    char hex[BMC_CHAIN_HEX + 1]);
static bool chain_number(const char *s, size_t len, uint64_t *n);
static bool chain_hex(const char *s, char hex[BMC_CHAIN_HEX + 1]);


bool
bmc_chain_init(bmc_chain_t *c)
{
    c->md = EVP_MD_fetch(NULL, "SHA256", NULL);
    c->ctx = EVP_MD_CTX_new();

    if (c->md == NULL || c->ctx == NULL) {
        bmc_chain_done(c);
        return false;
    }

    return true;
}


void
bmc_chain_done(bmc_chain_t *c)
{
    EVP_MD_CTX_free(c->ctx);
    EVP_MD_free(c->md);

    c->ctx = NULL;
    c->md = NULL;
}


void
bmc_chain_start(bmc_link_t *at)
{
    at->seq = 0;
    memset(at->hash, '0', BMC_CHAIN_HEX);
    at->hash[BMC_CHAIN_HEX] = '\0';
}


bool
bmc_chain_add(bmc_chain_t *c, bmc_link_t *at, const char *body, size_t len,
    bmc_buf_t *lines)
{
    char    time[32], hash[BMC_CHAIN_HEX + 1];
    size_t  start;

    start = lines->len;

    bmc_buf_printf(lines, CHAIN_SEQ "%" PRIu64 ",\"time\":\"%s\"",
                   at->seq + 1, bmc_wall_text(bmc_wall(), time));
    bmc_buf_add(lines, body, len);
    bmc_buf_printf(lines, CHAIN_PREV "%s\"", at->hash);

    if (lines->failed
        || !chain_hash(c, lines->data + start, lines->len - start, hash))
    {
        return false;
    }

    bmc_buf_printf(lines, CHAIN_HASH "%s\"}\n", hash);

    if (lines->failed) {
        return false;
    }

    at->seq++;
    memcpy(at->hash, hash, sizeof(hash));

    return true;
}


bool
bmc_chain_parse(bmc_chain_t *c, const char *text, size_t len,
    bmc_chain_line_t *line)
{
    const char  *p, *links;

    if (len < chain_len(CHAIN_SEQ) + CHAIN_LINKS
        || memcmp(text, CHAIN_SEQ, chain_len(CHAIN_SEQ)) != 0
        || memcmp(text + len - 2, "\"}", 2) != 0)
    {
        return false;
    }

    text += chain_len(CHAIN_SEQ);
    len -= chain_len(CHAIN_SEQ);

    links = text + len - CHAIN_LINKS;
    p = memchr(text, ',', (size_t) (links - text) + 1);

    if (p == NULL || !chain_number(text, (size_t) (p - text), &line->link.seq)
        || memcmp(links, CHAIN_PREV, chain_len(CHAIN_PREV)) != 0
        || !chain_hex(links + chain_len(CHAIN_PREV), line->prev))
    {
        return false;
    }

    p = text + len - CHAIN_TAIL;

    if (p[-1] != '"'
        || memcmp(p, CHAIN_HASH, chain_len(CHAIN_HASH)) != 0
        || !chain_hex(p + chain_len(CHAIN_HASH), line->link.hash))
    {
        return false;
    }

    text -= chain_len(CHAIN_SEQ);

    if (!chain_hash(c, text, (size_t) (p - text), line->real)) {
        return false;
    }

    line->intact = strcmp(line->real, line->link.hash) == 0;

    return true;
}


void
bmc_last_format(const bmc_last_t *last, char text[BMC_LAST_LEN + 1])
{
    snprintf(text, BMC_LAST_LEN + 1,
             "%020" PRIu64 " %s %020" PRIu64 " %020" PRIu64 "\n",
             last->link.seq, last->link.hash, last->ino, last->end);
}


bool
bmc_last_parse(const char *text, size_t len, bmc_last_t *last)
{
    const char  *p;

    if (len != BMC_LAST_LEN || text[20] != ' ' || text[85] != ' '
        || text[106] != ' ' || text[127] != '\n')
    {
        return false;
    }

    p = text + 21;

    return chain_number(text, 20, &last->link.seq)
           && chain_hex(p, last->link.hash)
           && chain_number(text + 86, 20, &last->ino)
           && chain_number(text + 107, 20, &last->end);
}


static bool
chain_hash(bmc_chain_t *c, const char *s, size_t len,
    char hex[BMC_CHAIN_HEX + 1])
{
    static const char  digits[] = "0123456789abcdef";
    unsigned           i, n;
    unsigned char      sum[EVP_MAX_MD_SIZE];

    if (EVP_DigestInit_ex2(c->ctx, c->md, NULL) != 1
        || EVP_DigestUpdate(c->ctx, s, len) != 1
        || EVP_DigestFinal_ex(c->ctx, sum, &n) != 1
        || n != BMC_CHAIN_HEX / 2)
    {
        return false;
    }

    for (i = 0; i < n; i++) {
        hex[2 * i] = digits[sum[i] >> 4];
        hex[2 * i + 1] = digits[sum[i] & 0x0f];
    }

    hex[BMC_CHAIN_HEX] = '\0';

    return true;
}


static bool
chain_number(const char *s, size_t len, uint64_t *n)
{
    size_t    i;
    uint64_t  value, digit;

    if (len == 0 || len > 20) {
        return false;
    }

    value = 0;

    for (i = 0; i < len; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return false;
        }

        digit = (uint64_t) (s[i] - '0');

        if (value > (UINT64_MAX - digit) / 10) {
            return false;
        }

        value = value * 10 + digit;
    }

    /* leaves room for the arithmetic of those who count on from here */

    *n = value;

    return value < UINT64_MAX / 2;
}


static bool
chain_hex(const char *s, char hex[BMC_CHAIN_HEX + 1])
{
    size_t  i;

    for (i = 0; i < BMC_CHAIN_HEX; i++) {
        if (!((s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f'))) {
            return false;
        }

        hex[i] = s[i];
    }

    hex[BMC_CHAIN_HEX] = '\0';

    return true;
}
