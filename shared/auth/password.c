
/*
 * Copyright (C) the bmcgate authors
 */


#include <crypt.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "auth/inside.h"
#include "base/names.h"


/* when no user is configured: nobody's */

#define PASSWORD_NOBODY  "$6$nobodyhasthissal$"


/*
 * libuv cannot take back what already runs, so this belongs to the pool's
 * thread until password_after(); nothing in it is anybody else's.
 */

struct bmc_crypt_s {
    uv_work_t      req;
    bmc_auth_t    *auth;
    bmc_crypt_pt   done;         /* NULL: forgotten */
    void          *data;
    char          *password;
    char          *hash;
    bmc_rc_t       rc;
};


const char *
bmc_auth_user_hash(const bmc_fleet_t *f, const char *name)
{
    size_t                  i, n;
    const bmc_principal_t  *p;

    p = bmc_auth_principal(f, BMC_ACTOR_USER, name);
    if (p != NULL) {
        return p->hash;
    }

    n = 0;

    for (i = 0; i < f->nprincipals; i++) {
        p = &f->principal[i];
        n += p->kind == BMC_ACTOR_USER && !p->group;
    }

    if (n == 0) {
        return PASSWORD_NOBODY;
    }

    /* hashes differ in cost: one name always gets the same one */

    n = bmc_hash(name, strlen(name)) % n;

    for (i = 0; i < f->nprincipals; i++) {
        p = &f->principal[i];

        if (p->kind == BMC_ACTOR_USER && !p->group && n-- == 0) {
            return p->hash;
        }
    }

    return PASSWORD_NOBODY;
}


static void
password_free(bmc_crypt_t *c)
{
    if (c->password != NULL) {
        explicit_bzero(c->password, strlen(c->password));
    }

    free(c->password);
    free(c->hash);
    free(c);
}


/* in a thread of the pool */

static void
password_run(uv_work_t *req)
{
    char               *out;
    size_t              len;
    bmc_crypt_t        *c;
    struct crypt_data  *data;

    c = req->data;
    data = calloc(1, sizeof(struct crypt_data));

    if (data != NULL) {
        out = crypt_r(c->password, c->hash, data);
        len = strlen(c->hash);

        if (out != NULL && out[0] != '*') {
            c->rc = strlen(out) == len
                    && CRYPTO_memcmp(out, c->hash, len) == 0
                    ? BMC_OK : BMC_DENIED;
        }

        explicit_bzero(data, sizeof(struct crypt_data));
        free(data);
    }

    explicit_bzero(c->password, strlen(c->password));
}


static void
password_after(uv_work_t *req, int status)
{
    bmc_crypt_t  *c;

    c = req->data;
    c->auth->crypts--;

    if (c->done != NULL) {
        c->done(c->data, c->hash, status == 0 ? c->rc : BMC_FAILED);
    }

    password_free(c);
}


bmc_crypt_t *
bmc_crypt_start(bmc_auth_t *a, uv_loop_t *loop, const char *password,
    const char *hash, bmc_crypt_pt done, void *data)
{
    bmc_crypt_t  *c;

    c = calloc(1, sizeof(bmc_crypt_t));
    if (c == NULL) {
        return NULL;
    }

    c->req.data = c;
    c->auth = a;
    c->rc = BMC_FAILED;
    c->done = done;
    c->data = data;
    c->password = strdup(password);
    c->hash = strdup(hash);

    if (c->password == NULL || c->hash == NULL
        || uv_queue_work(loop, &c->req, password_run, password_after) != 0)
    {
        password_free(c);
        return NULL;
    }

    a->crypts++;

    return c;
}


void
bmc_crypt_forget(bmc_crypt_t *c)
{
    c->done = NULL;
    (void) uv_cancel((uv_req_t *) &c->req);
}


unsigned
bmc_crypts(const bmc_auth_t *a)
{
    return a->crypts;
}
