
/*
 * Copyright (C) the bmcgate authors
 */


#include <crypt.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "ctl/ctl.h"


#define SECRET_BYTES  20


int
bmc_do_secret_new(bmc_ctl_t *c)
{
    char           text[SECRET_BYTES * 8 / 5 + 1];
    size_t         i;
    unsigned       bits, value, n;
    unsigned char  bytes[SECRET_BYTES];

    static const char  letters[] = "abcdefghijklmnopqrstuvwxyz234567";

    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t) sizeof(bytes)) {
        bmc_ctl_error("getrandom: %s", strerror(errno));
        return BMC_FAILED;
    }

    n = 0;
    bits = 0;
    value = 0;

    for (i = 0; i < sizeof(bytes); i++) {
        value = (value << 8 | bytes[i]) & 0xfff;

        for (bits += 8; bits >= 5; bits -= 5) {
            text[n++] = letters[value >> (bits - 5) & 31];
        }
    }

    text[n] = '\0';
    (void) printf("%s\n", text);
    explicit_bzero(text, sizeof(text));
    explicit_bzero(bytes, sizeof(bytes));

    return BMC_OK;
}


static bool
secret_sha256(const bmc_buf_t *secret)
{
    unsigned       i, n;
    unsigned char  hash[EVP_MAX_MD_SIZE];

    if (EVP_Digest(secret->data, secret->len, hash, &n, EVP_sha256(), NULL)
        != 1)
    {
        bmc_ctl_error("SHA-256 failed");
        return false;
    }

    for (i = 0; i < n; i++) {
        (void) printf("%02x", hash[i]);
    }

    (void) printf("\n");

    return true;
}


static bool
secret_crypt(const bmc_buf_t *secret)
{
    bool                ok;
    char               *hash;
    char                setting[CRYPT_GENSALT_OUTPUT_SIZE];
    struct crypt_data  *data;

    /* the best this system knows; where it will not say, SHA-512 */

    if (crypt_gensalt_rn(NULL, 0, NULL, 0, setting, sizeof(setting)) == NULL
        && crypt_gensalt_rn("$6$", 0, NULL, 0, setting, sizeof(setting))
           == NULL)
    {
        bmc_ctl_error("crypt_gensalt: %s", strerror(errno));
        return false;
    }

    data = calloc(1, sizeof(struct crypt_data));

    if (data == NULL) {
        bmc_ctl_error("out of memory");
        return false;
    }

    hash = crypt_r(secret->data, setting, data);
    ok = hash != NULL && hash[0] != '*';

    if (ok) {
        (void) printf("%s\n", hash);

    } else {
        bmc_ctl_error("crypt: %s", strerror(errno));
    }

    explicit_bzero(data, sizeof(struct crypt_data));
    free(data);

    return ok;
}


int
bmc_do_secret_hash(bmc_ctl_t *c)
{
    bool       ok;
    bmc_buf_t  secret;

    memset(&secret, 0, sizeof(bmc_buf_t));

    ok = bmc_ask_secret("Secret: ", &secret)
         && (bmc_words_has(&c->args, BMC_OPT_CRYPT) ? secret_crypt(&secret)
                                                   : secret_sha256(&secret));
    bmc_buf_wipe(&secret);

    return ok ? BMC_OK : BMC_FAILED;
}
