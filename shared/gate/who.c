
/*
 * Copyright (C) the bmcgate authors
 *
 * Who asks, told at once: keys, tokens, and whom somebody else has proven.
 */


#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "gate/core.h"


static void
who_is(bmc_who_t *who, bmc_actor_kind_t kind, const char *name, size_t len)
{
    memset(who, 0, sizeof(bmc_who_t));
    who->kind = kind;
    memcpy(who->name, name, len);
}


bool
bmc_who_key(const bmc_t *b, const char *key, size_t len, bmc_who_t *who)
{
    const bmc_principal_t  *p;

    p = bmc_auth_key(b->auth, b->base->fleet, key, len);
    if (p == NULL) {
        return false;
    }

    who_is(who, p->kind, p->name, strlen(p->name));

    return true;
}


bool
bmc_who_token(bmc_t *b, const char *token, size_t len, bmc_who_t *who)
{
    bool                 right;
    uint8_t              secret[BMC_TOKEN_SECRET], hash[BMC_AUTH_HASH];
    uint64_t             id;
    bmc_board_session_t  s;

    if (!bmc_token_parse(token, len, &id, secret)) {
        return false;
    }

    right = bmc_session_read(b, id, &s)
            && bmc_auth_hash(b->auth, secret, sizeof(secret), NULL, 0, hash)
            && CRYPTO_memcmp(hash, s.hash, sizeof(hash)) == 0;

    explicit_bzero(secret, sizeof(secret));

    if (!right) {
        return false;
    }

    bmc_board_session_use(b->board, &s, b->base->fleet->session_timeout);

    who_is(who, s.kind, s.name, strlen(s.name));
    who->session = id;

    return true;
}


bool
bmc_who_trusted(const bmc_t *b, const char *name, size_t len, bmc_who_t *who)
{
    if (!bmc_auth_name(name, len)) {
        return false;
    }

    who_is(who, BMC_ACTOR_USER, name, len);

    return true;
}


bool
bmc_who_audit(bmc_t *b, const bmc_audit_entry_t *e, char why[BMC_TEXT_MAX])
{
    if (b->base->audit == NULL || bmc_audit_write(b->base->audit, e, why)) {
        return true;
    }

    if (b->say != NULL) {
        b->say(b->say_data, why);
    }

    return false;
}


/* from when on no more is looked at, no more is written down either */

uint32_t
bmc_who_failed(bmc_t *b, const char *from, const char *door)
{
    char                why[BMC_TEXT_MAX];
    bmc_audit_entry_t   e;
    const bmc_fleet_t  *f;

    f = b->base->fleet;
    from = from != NULL ? from : "";
    bmc_board_login(b->board, BMC_LOGIN_KEY);

    memset(&e, 0, sizeof(e));
    e.event = "login-failed";
    e.from = from;
    e.door = door;
    e.rc = BMC_DENIED;
    e.text = "wrong key or token";

    if (bmc_delay_left(b->auth, b->board, f, BMC_FAILED_KEY, from) == 0) {
        (void) bmc_who_audit(b, &e, why);
    }

    return bmc_delay_failed(b->auth, b->board, f, BMC_FAILED_KEY, from);
}
