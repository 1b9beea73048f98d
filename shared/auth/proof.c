
/*
 * Copyright (C) the bmcgate authors
 *
 * HTTP's Basic brings the password with each request, and crypt(3) is slow
 * on purpose.  What was right is kept as a MAC under this process's key, so
 * that a core dump does not hold anything faster to guess than the hash.
 */


#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "auth/inside.h"
#include "base/clock.h"


#define PROOF_LIFE  60000        /* ms */
#define PROOF_TEXT  2048


/* the strings have no null in them, so one between them keeps them apart */

static bool
proof_mac(bmc_auth_t *a, const bmc_proof_t *p, uint8_t mac[BMC_AUTH_HASH])
{
    int       n;
    bool      ok;
    char      text[PROOF_TEXT];
    unsigned  len;

    n = snprintf(text, sizeof(text), "%s%c%s%c%s%c%s", p->from, '\0',
                 p->name, '\0', p->password, '\0', p->hash);

    ok = n > 0 && (size_t) n < sizeof(text) && bmc_auth_ready(a)
         && HMAC(a->md, a->secret, sizeof(a->secret),
                 (const unsigned char *) text, (size_t) n, mac, &len) != NULL
         && len == BMC_AUTH_HASH;

    explicit_bzero(text, sizeof(text));

    return ok;
}


bool
bmc_proof_known(bmc_auth_t *a, const bmc_proof_t *p)
{
    bool                 known;
    int64_t              now;
    uint8_t              mac[BMC_AUTH_HASH];
    unsigned             i;
    const auth_proof_t  *set;

    if (!proof_mac(a, p, mac)) {
        return false;
    }

    known = false;
    now = bmc_now();
    set = a->proof[mac[0] % AUTH_PROOF_SETS];

    for (i = 0; i < AUTH_PROOF_WAYS; i++) {
        known |= set[i].until > now
                 && CRYPTO_memcmp(set[i].mac, mac, sizeof(mac)) == 0;
    }

    explicit_bzero(mac, sizeof(mac));

    return known;
}


/* the one that ends first gives way */

void
bmc_proof_keep(bmc_auth_t *a, const bmc_proof_t *p)
{
    uint8_t        mac[BMC_AUTH_HASH];
    unsigned       i;
    auth_proof_t  *set, *to;

    if (!proof_mac(a, p, mac)) {
        return;
    }

    set = a->proof[mac[0] % AUTH_PROOF_SETS];
    to = &set[0];

    for (i = 0; i < AUTH_PROOF_WAYS; i++) {

        if (CRYPTO_memcmp(set[i].mac, mac, sizeof(mac)) == 0) {
            to = &set[i];
            break;
        }

        if (set[i].until < to->until) {
            to = &set[i];
        }
    }

    to->until = bmc_now() + PROOF_LIFE;
    memcpy(to->mac, mac, sizeof(mac));
    explicit_bzero(mac, sizeof(mac));
}
