
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "auth/inside.h"


bmc_auth_t *
bmc_auth_create(void)
{
    return calloc(1, sizeof(bmc_auth_t));
}


/*
 * OpenSSL 3 looks a digest up by name each time it was not fetched, and
 * wakes up slowly: who asks nothing of us does not wait for it.
 */

bool
bmc_auth_ready(bmc_auth_t *a)
{
    if (a->ready) {
        return true;
    }

    if (a->md == NULL) {
        a->md = EVP_MD_fetch(NULL, "SHA256", NULL);
    }

    if (a->ctx == NULL) {
        a->ctx = EVP_MD_CTX_new();
    }

    a->ready = a->md != NULL && a->ctx != NULL
               && getrandom(a->secret, sizeof(a->secret), 0)
                  == (ssize_t) sizeof(a->secret);

    return a->ready;
}


void
bmc_auth_free(bmc_auth_t *a)
{
    if (a == NULL) {
        return;
    }

    EVP_MD_CTX_free(a->ctx);
    EVP_MD_free(a->md);
    explicit_bzero(a, sizeof(bmc_auth_t));
    free(a);
}


bool
bmc_auth_hash(bmc_auth_t *a, const void *one, size_t none, const void *two,
    size_t ntwo, uint8_t hash[BMC_AUTH_HASH])
{
    return bmc_auth_ready(a)
           && EVP_DigestInit_ex(a->ctx, a->md, NULL) == 1
           && EVP_DigestUpdate(a->ctx, one, none) == 1
           && EVP_DigestUpdate(a->ctx, two, ntwo) == 1
           && EVP_DigestFinal_ex(a->ctx, hash, NULL) == 1;
}
