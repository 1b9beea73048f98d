
/*
 * Copyright (C) the bmcgate authors
 *
 * The inside of auth/.
 */


#ifndef _BMC_AUTH_INSIDE_H_INCLUDED_
#define _BMC_AUTH_INSIDE_H_INCLUDED_


#include <openssl/evp.h>

#include "auth/auth.h"


#define AUTH_PROOF_SETS  64
#define AUTH_PROOF_WAYS  4


typedef struct {
    int64_t  until;              /* bmc_now(); 0: free */
    uint8_t  mac[BMC_AUTH_HASH];
} auth_proof_t;


struct bmc_auth_s {
    EVP_MD        *md;
    EVP_MD_CTX    *ctx;
    bool           ready;
    unsigned       crypts;       /* in libuv's pool */
    uint8_t        secret[32];
    auth_proof_t   proof[AUTH_PROOF_SETS][AUTH_PROOF_WAYS];
};


/* what is made when it is first needed; false: out of memory */

bool bmc_auth_ready(bmc_auth_t *a);


#endif /* _BMC_AUTH_INSIDE_H_INCLUDED_ */
