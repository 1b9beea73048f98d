
/*
 * Copyright (C) the bmcgate authors
 */


#include <openssl/crypto.h>
#include <string.h>

#include "auth/auth.h"


#define KEY_HEX  (2 * BMC_AUTH_HASH)


static void
key_hex(const uint8_t hash[BMC_AUTH_HASH], char hex[KEY_HEX])
{
    size_t  i;

    static const char  digits[] = "0123456789abcdef";

    for (i = 0; i < BMC_AUTH_HASH; i++) {
        hex[2 * i] = digits[hash[i] >> 4];
        hex[2 * i + 1] = digits[hash[i] & 15];
    }
}


/* neither which key it is nor how much of a hash is right shows in the time */

const bmc_principal_t *
bmc_auth_key(bmc_auth_t *a, const bmc_fleet_t *f, const char *key, size_t len)
{
    char                    hex[KEY_HEX];
    size_t                  i;
    uint8_t                 hash[BMC_AUTH_HASH];
    const bmc_principal_t  *p, *found;

    if (!bmc_auth_hash(a, key, len, NULL, 0, hash)) {
        return NULL;
    }

    key_hex(hash, hex);
    found = NULL;

    for (i = 0; i < f->nprincipals; i++) {
        p = &f->principal[i];

        if (p->kind == BMC_ACTOR_KEY) {
            found = CRYPTO_memcmp(hex, p->hash, KEY_HEX) == 0 ? p : found;
        }
    }

    explicit_bzero(hex, sizeof(hex));
    explicit_bzero(hash, sizeof(hash));

    return found;
}


const bmc_principal_t *
bmc_auth_principal(const bmc_fleet_t *f, bmc_actor_kind_t kind,
    const char *name)
{
    size_t                  i;
    const bmc_principal_t  *p;

    for (i = 0; i < f->nprincipals; i++) {
        p = &f->principal[i];

        if (p->kind == kind && !p->group && strcmp(p->name, name) == 0) {
            return p;
        }
    }

    return NULL;
}


bool
bmc_auth_name(const char *name, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if ((unsigned char) name[i] < 0x20 || name[i] == 0x7f) {
            return false;
        }
    }

    return len > 0 && len < BMC_NAME_MAX;
}
