
/*
 * Copyright (C) the bmcgate authors
 *
 * Who asks: keys, passwords, tokens, and what failures cost.  Nothing here
 * waits, but for passwords, which are checked in libuv's pool.
 *
 *   auth.c      one process's secret, and hashes
 *   key.c       which key is it
 *   password.c  crypt(3), beside the loop
 *   proof.c     passwords that were right a moment ago
 *   token.c     a session's token
 *   delay.c     failures, counted with all processes
 */


#ifndef _BMC_AUTH_H_INCLUDED_
#define _BMC_AUTH_H_INCLUDED_


#include <uv.h>

#include "bmcgate.h"
#include "board/board.h"
#include "conf/conf.h"


#define BMC_AUTH_HASH      32    /* bytes of SHA-256 */
#define BMC_PASSWORD_MAX   511   /* bytes that crypt(3) takes */


typedef struct bmc_auth_s   bmc_auth_t;
typedef struct bmc_crypt_s  bmc_crypt_t;


bmc_auth_t *bmc_auth_create(void);
void bmc_auth_free(bmc_auth_t *a);           /* accepts NULL; wipes */

/* SHA-256 of one and two after each other; false: out of memory */

bool bmc_auth_hash(bmc_auth_t *a, const void *one, size_t none,
    const void *two, size_t ntwo, uint8_t hash[BMC_AUTH_HASH]);


/* key.c: every configured key is looked at, whichever it is; NULL: none */

const bmc_principal_t *bmc_auth_key(bmc_auth_t *a, const bmc_fleet_t *f,
    const char *key, size_t len);
const bmc_principal_t *bmc_auth_principal(const bmc_fleet_t *f,
    bmc_actor_kind_t kind, const char *name);

/* a name that the configuration could hold */

bool bmc_auth_name(const char *name, size_t len);


/* password.c */

/*
 * The hash that this user's password is checked against: a user whom nobody
 * knows costs what another one costs.
 */

const char *bmc_auth_user_hash(const bmc_fleet_t *f, const char *name);

/*
 * done is called once, later, from the loop, with the hash that was given:
 * BMC_OK, BMC_DENIED, or BMC_FAILED when crypt(3) cannot tell.  NULL: out of
 * memory.  Password and hash are copied, the password's copy is wiped as
 * soon as it was looked at.
 */

typedef void (*bmc_crypt_pt)(void *data, const char *hash, bmc_rc_t rc);

bmc_crypt_t *bmc_crypt_start(bmc_auth_t *a, uv_loop_t *loop,
    const char *password, const char *hash, bmc_crypt_pt done, void *data);

/*
 * done is not called any more.  What already runs cannot be stopped: it
 * counts, and needs loop and a, until the loop has heard of its end.
 */

void bmc_crypt_forget(bmc_crypt_t *c);
unsigned bmc_crypts(const bmc_auth_t *a);


/* proof.c: right within the last minute, from there, with this hash */

typedef struct {
    const char  *from;
    const char  *name;
    const char  *password;
    const char  *hash;
} bmc_proof_t;

bool bmc_proof_known(bmc_auth_t *a, const bmc_proof_t *p);
void bmc_proof_keep(bmc_auth_t *a, const bmc_proof_t *p);


/* token.c: 56 bits of the session's number, 256 random ones, base64url */

#define BMC_TOKEN_SECRET  32

bool bmc_token_make(uint8_t secret[BMC_TOKEN_SECRET]);
void bmc_token_text(uint64_t id, const uint8_t secret[BMC_TOKEN_SECRET],
    char token[BMC_TOKEN_MAX]);
bool bmc_token_parse(const char *token, size_t len, uint64_t *id,
    uint8_t secret[BMC_TOKEN_SECRET]);

/* of whose session it is: another when the password or key was changed */

bool bmc_token_print(bmc_auth_t *a, const bmc_fleet_t *f,
    bmc_actor_kind_t kind, const char *name, uint64_t *print);


/* delay.c */

typedef enum {
    BMC_FAILED_KEY = 'k',        /* wrong keys and tokens from an address */
    BMC_FAILED_FROM = 'f',       /* wrong passwords from an address */
    BMC_FAILED_NAME = 'n'        /* wrong passwords for a user */
} bmc_failed_t;

/* ms until one more may be tried; 0: now */

int64_t bmc_delay_left(bmc_auth_t *a, bmc_board_t *bd, const bmc_fleet_t *f,
    bmc_failed_t what, const char *who);

/* one more: ms that the answer waits */

uint32_t bmc_delay_failed(bmc_auth_t *a, bmc_board_t *bd,
    const bmc_fleet_t *f, bmc_failed_t what, const char *who);


#endif /* _BMC_AUTH_H_INCLUDED_ */
