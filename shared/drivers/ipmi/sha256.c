
/*
 * Copyright (C) the bmcgate authors
 *
 * HMAC-SHA256-128, which OpenIPMI does not bring: what proves a datagram in
 * a session of cipher suite 17.
 */


#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "drivers/ipmi/link.h"


#define SHA256_NUMBER  4             /* of the integrity algorithm */
#define SHA256_CODE    16            /* bytes of it that are sent */
#define SHA256_NEXT    0x07          /* next header: the RMCP class IPMI */


typedef struct {
    uint8_t  k1[32];
} sha256_key_t;


static bool
sha256_code(const sha256_key_t *key, const uint8_t *p, size_t n,
    uint8_t code[32])
{
    unsigned  len;

    return HMAC(EVP_sha256(), key->k1, sizeof(key->k1), p, n, code, &len)
           != NULL;
}


static int
sha256_init(ipmi_con_t *con, ipmi_rmcpp_auth_t *auth, void **data)
{
    sha256_key_t   *key;
    const uint8_t  *k1;

    k1 = bmc_ipmi_rakp_k1(auth);
    if (k1 == NULL) {
        return EINVAL;
    }

    key = malloc(sizeof(sha256_key_t));
    if (key == NULL) {
        return ENOMEM;
    }

    memcpy(key->k1, k1, sizeof(key->k1));
    *data = key;

    return 0;
}


static void
sha256_free(ipmi_con_t *con, void *data)
{
    explicit_bzero(data, sizeof(sha256_key_t));
    free(data);
}


/* with the pad's length and the next header, a multiple of 4 */

static int
sha256_pad(ipmi_con_t *con, void *data, unsigned char *p, unsigned int *len,
    unsigned int max)
{
    unsigned  n, pad;

    n = *len;
    pad = (4 - (n + 2) % 4) % 4;

    if (n + pad + 1 > max) {
        return E2BIG;
    }

    memset(p + n, 0xff, pad);
    p[n + pad] = (uint8_t) pad;
    *len = n + pad + 1;

    return 0;
}


/* the RMCP header's four bytes are not covered */

static int
sha256_add(ipmi_con_t *con, void *data, unsigned char *p, unsigned int *len,
    unsigned int max)
{
    uint8_t   code[32];
    unsigned  n;

    n = *len;

    if (n < 4 || n + 1 + SHA256_CODE > max) {
        return E2BIG;
    }

    p[n++] = SHA256_NEXT;

    if (!sha256_code(data, p + 4, n - 4, code)) {
        return ENOMEM;
    }

    memcpy(p + n, code, SHA256_CODE);
    *len = n + SHA256_CODE;

    return 0;
}


static int
sha256_check(ipmi_con_t *con, void *data, unsigned char *p, unsigned int len,
    unsigned int total)
{
    uint8_t   code[32];
    unsigned  n;

    n = len + 1;

    if (data == NULL || len < 4 || total < n + SHA256_CODE
        || !sha256_code(data, p + 4, n - 4, code))
    {
        return EINVAL;
    }

    return CRYPTO_memcmp(code, p + n, SHA256_CODE) == 0 ? 0 : EINVAL;
}


static ipmi_rmcpp_integrity_t  sha256_integrity = {
    .integ_init = sha256_init,
    .integ_free = sha256_free,
    .integ_pad = sha256_pad,
    .integ_add = sha256_add,
    .integ_check = sha256_check
};


/* ipmi_shutdown() leaves it registered */

int
bmc_ipmi_sha256_register(void)
{
    (void) ipmi_rmcpp_register_integrity(SHA256_NUMBER, NULL);

    return ipmi_rmcpp_register_integrity(SHA256_NUMBER, &sha256_integrity);
}
