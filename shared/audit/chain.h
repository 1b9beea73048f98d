
/*
 * Copyright (C) the bmcgate authors
 *
 * What makes lines a chain: {"seq":1,"time":…,"prev":"…","hash":"…"}, where
 * hash is the SHA-256 of all that stands before ,"hash" and prev is the hash
 * of the line before, zeros in the first.
 */


#ifndef _BMC_AUDIT_CHAIN_H_INCLUDED_
#define _BMC_AUDIT_CHAIN_H_INCLUDED_


#include <openssl/evp.h>

#include "base/buf.h"
#include "bmcgate.h"


#define BMC_CHAIN_HEX   64
#define BMC_CHAIN_LINE  65536    /* no line is longer, newline included */
#define BMC_LAST_LEN    128      /* what FILE.last holds */


typedef struct {
    EVP_MD      *md;
    EVP_MD_CTX  *ctx;
} bmc_chain_t;


typedef struct {
    uint64_t  seq;               /* 0: before the first line */
    char      hash[BMC_CHAIN_HEX + 1];
} bmc_link_t;


/* a line taken apart */

typedef struct {
    bmc_link_t  link;            /* as the line says */
    char        prev[BMC_CHAIN_HEX + 1];
    char        real[BMC_CHAIN_HEX + 1];     /* the hash it should have */
    bool        intact;
} bmc_chain_line_t;


/* FILE.last: the newest line, and where it ended in which file */

typedef struct {
    bmc_link_t  link;
    uint64_t    ino;
    uint64_t    end;
} bmc_last_t;


bool bmc_chain_init(bmc_chain_t *c);
void bmc_chain_done(bmc_chain_t *c);

/* hash of no line: seq 0, zeros */

void bmc_chain_start(bmc_link_t *at);

/*
 * Adds the line that follows at, with its newline, and moves at to it.  body
 * is the middle: ,"event":"asked",…  False and nothing moved when memory is
 * short.
 */

bool bmc_chain_add(bmc_chain_t *c, bmc_link_t *at, const char *body,
    size_t len, bmc_buf_t *lines);

/* false: not one of our lines; the text comes without its newline */

bool bmc_chain_parse(bmc_chain_t *c, const char *text, size_t len,
    bmc_chain_line_t *line);


void bmc_last_format(const bmc_last_t *last, char text[BMC_LAST_LEN + 1]);
bool bmc_last_parse(const char *text, size_t len, bmc_last_t *last);


#endif /* _BMC_AUDIT_CHAIN_H_INCLUDED_ */
