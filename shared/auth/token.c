
/*
 * Copyright (C) the bmcgate authors
 */


#include <openssl/evp.h>
#include <string.h>
#include <sys/random.h>

#include "auth/auth.h"


#define TOKEN_ID     7           /* bytes */
#define TOKEN_BYTES  (TOKEN_ID + BMC_TOKEN_SECRET)
#define TOKEN_CHARS  (TOKEN_BYTES / 3 * 4)

#define TOKEN_LETTERS                                                        \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


_Static_assert(TOKEN_BYTES % 3 == 0, "no padding");
_Static_assert(TOKEN_CHARS < BMC_TOKEN_MAX, "token");


bool
bmc_token_make(uint8_t secret[BMC_TOKEN_SECRET])
{
    return getrandom(secret, BMC_TOKEN_SECRET, 0) == BMC_TOKEN_SECRET;
}


static void
token_swap(char *s, const char from[2], const char to[2])
{
    for ( /* void */ ; *s != '\0'; s++) {
        *s = *s == from[0] ? to[0] : *s == from[1] ? to[1] : *s;
    }
}


void
bmc_token_text(uint64_t id, const uint8_t secret[BMC_TOKEN_SECRET],
    char token[BMC_TOKEN_MAX])
{
    size_t   i;
    uint8_t  bytes[TOKEN_BYTES];

    for (i = 0; i < TOKEN_ID; i++) {
        bytes[i] = (uint8_t) (id >> (8 * (TOKEN_ID - 1 - i)));
    }

    memcpy(bytes + TOKEN_ID, secret, BMC_TOKEN_SECRET);

    (void) EVP_EncodeBlock((unsigned char *) token, bytes, TOKEN_BYTES);
    token_swap(token, "+/", "-_");

    explicit_bzero(bytes, sizeof(bytes));
}


bool
bmc_token_parse(const char *token, size_t len, uint64_t *id,
    uint8_t secret[BMC_TOKEN_SECRET])
{
    bool     ok;
    char     text[TOKEN_CHARS + 1];
    size_t   i;
    uint8_t  bytes[TOKEN_BYTES];

    if (len != TOKEN_CHARS) {
        return false;
    }

    memcpy(text, token, TOKEN_CHARS);
    text[TOKEN_CHARS] = '\0';

    ok = strspn(text, TOKEN_LETTERS) == TOKEN_CHARS;
    token_swap(text, "-_", "+/");

    ok = ok && EVP_DecodeBlock(bytes, (const unsigned char *) text,
                               TOKEN_CHARS) == TOKEN_BYTES;

    for (i = 0, *id = 0; ok && i < TOKEN_ID; i++) {
        *id = *id << 8 | bytes[i];
    }

    if (ok) {
        memcpy(secret, bytes + TOKEN_ID, BMC_TOKEN_SECRET);
        explicit_bzero(bytes, sizeof(bytes));
    }

    explicit_bzero(text, sizeof(text));

    return ok;
}


/* a user whom others have proven may have no line of his own */

bool
bmc_token_print(bmc_auth_t *a, const bmc_fleet_t *f, bmc_actor_kind_t kind,
    const char *name, uint64_t *print)
{
    uint8_t                 hash[BMC_AUTH_HASH];
    const char             *proof;
    const bmc_principal_t  *p;

    p = bmc_auth_principal(f, kind, name);
    proof = p != NULL && p->hash != NULL ? p->hash : "";

    if ((p == NULL && kind == BMC_ACTOR_KEY)
        || !bmc_auth_hash(a, name, strlen(name) + 1, proof, strlen(proof),
                          hash))
    {
        return false;
    }

    memcpy(print, hash, sizeof(*print));

    return true;
}
