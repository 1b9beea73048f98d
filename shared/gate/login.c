
/*
 * Copyright (C) the bmcgate authors
 *
 * A password is looked at: not by the loop, not by too many at once, not
 * after too many failures; and a failure answers late.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"


#define LOGIN_CRYPTS   2             /* at once: libuv's pool has 4 threads */
#define LOGIN_WAITING  64            /* for their turn */
#define LOGIN_MAX      1024          /* with those whose answer is late */


typedef enum {
    LOGIN_AT_QUEUE,
    LOGIN_AT_CRYPT,
    LOGIN_AT_DELAY,
    LOGIN_AT_READY
} login_at_t;


struct bmc_login_s {
    bmc_t        *b;
    bmc_ring_t    all;               /* b->logins */
    bmc_ring_t    link;              /* by at: queue or ready */
    login_at_t    at;
    bool          hopeless;          /* no user has such a name or password */
    bool          timed;
    bmc_crypt_t  *crypt;
    bmc_who_pt    done;              /* NULL: dropped */
    void         *data;
    bmc_rc_t      rc;
    uint32_t      retry_after;
    uv_timer_t    timer;
    bmc_who_t     who;
    char          name[BMC_NAME_MAX];
    char          from[64];
    char          door[16];
    char          password[BMC_PASSWORD_MAX + 1];
    char          text[BMC_TEXT_MAX];
};


static void login_try(bmc_login_t *l);


static void
login_closed(uv_handle_t *handle)
{
    free(handle->data);
}


static void
login_free(bmc_login_t *l)
{
    bmc_ring_remove(&l->all);
    bmc_ring_remove(&l->link);
    l->b->nlogins--;
    explicit_bzero(l->password, sizeof(l->password));

    if (l->timed) {
        uv_close((uv_handle_t *) &l->timer, login_closed);
        return;
    }

    free(l);
}


static void
login_ready(bmc_login_t *l)
{
    l->at = LOGIN_AT_READY;
    bmc_ring_before(&l->b->logins_ready, &l->link);
}


static void
login_late(uv_timer_t *timer)
{
    login_ready(timer->data);
}


static void
login_end(bmc_login_t *l, bmc_rc_t rc, uint32_t delay)
{
    explicit_bzero(l->password, sizeof(l->password));
    l->rc = rc;

    if (l->done == NULL) {
        login_free(l);
        return;
    }

    if (delay == 0) {
        login_ready(l);
        return;
    }

    (void) uv_timer_init(&l->b->loop, &l->timer);
    l->timed = true;
    l->timer.data = l;
    l->at = LOGIN_AT_DELAY;

    uv_update_time(&l->b->loop);
    (void) uv_timer_start(&l->timer, login_late, delay, 0);
}


static void
login_limited(bmc_login_t *l, int64_t left, const char *whose)
{
    const bmc_fleet_t  *f;

    f = l->b->base->fleet;
    l->retry_after = (uint32_t) ((left + 999) / 1000);
    bmc_board_login(l->b->board, BMC_LOGIN_LIMITED);

    (void) snprintf(l->text, sizeof(l->text), "limit logins: %lld wrong "
        "passwords in %lld s %s; the next one is looked at in %u s",
        (long long) f->logins, (long long) f->logins_per / 1000, whose,
        l->retry_after);

    login_end(l, BMC_LIMITED, 0);
}


static void
login_right(bmc_login_t *l)
{
    bmc_board_login(l->b->board, BMC_LOGIN_RIGHT);
    l->who.kind = BMC_ACTOR_USER;
    (void) snprintf(l->who.name, sizeof(l->who.name), "%s", l->name);

    login_end(l, BMC_OK, 0);
}


/* a name that nobody has may be a password in the wrong field: not told */

static void
login_audit(bmc_login_t *l, const bmc_principal_t *p)
{
    char               actor[64], why[BMC_TEXT_MAX];
    bmc_audit_entry_t  e;

    memset(&e, 0, sizeof(e));

    if (p != NULL) {
        bmc_actor_text(p->kind, p->name, actor);
        e.actor = actor;
    }

    e.event = "login-failed";
    e.from = l->from;
    e.door = l->door;
    e.rc = BMC_DENIED;
    e.text = p != NULL ? "wrong password" : "no such user";

    (void) bmc_who_audit(l->b, &e, why);
}


static void
login_wrong(bmc_login_t *l, const bmc_principal_t *p)
{
    bmc_t              *b;
    uint32_t            from, name;
    const bmc_fleet_t  *f;

    b = l->b;
    f = b->base->fleet;

    login_audit(l, p);
    bmc_board_login(b->board, BMC_LOGIN_WRONG);

    from = bmc_delay_failed(b->auth, b->board, f, BMC_FAILED_FROM, l->from);
    name = bmc_delay_failed(b->auth, b->board, f, BMC_FAILED_NAME, l->name);

    (void) snprintf(l->text, sizeof(l->text), "wrong user or password");

    login_end(l, BMC_DENIED, from > name ? from : name);
}


static const bmc_principal_t *
login_user(const bmc_login_t *l)
{
    return l->hopeless ? NULL
           : bmc_auth_principal(l->b->base->fleet, BMC_ACTOR_USER, l->name);
}


static bmc_proof_t
login_proof(const bmc_login_t *l, const char *hash)
{
    bmc_proof_t  proof;

    proof.from = l->from;
    proof.name = l->name;
    proof.password = l->password;
    proof.hash = hash;

    return proof;
}


static void
login_next(bmc_t *b)
{
    bmc_ring_t  *link;

    while (bmc_crypts(b->auth) < LOGIN_CRYPTS
           && (link = bmc_ring_pop(&b->logins_queue)) != NULL)
    {
        b->nqueued--;
        login_try(bmc_ring_of(link, bmc_login_t, link));
    }
}


static void
login_checked(void *data, const char *hash, bmc_rc_t rc)
{
    bmc_t                  *b;
    bmc_login_t            *l;
    bmc_proof_t             proof;
    const bmc_principal_t  *p;

    l = data;
    b = l->b;
    l->crypt = NULL;
    p = login_user(l);

    if (strcmp(hash, bmc_auth_user_hash(b->base->fleet, l->name)) != 0) {
        login_try(l);                /* reloaded meanwhile */

    } else if (rc == BMC_FAILED) {
        (void) snprintf(l->text, sizeof(l->text), "a password cannot be "
            "checked: crypt(3) does not know its hash, or memory is short");
        login_end(l, BMC_FAILED, 0);

    } else if (rc == BMC_OK && p != NULL) {
        proof = login_proof(l, hash);
        bmc_proof_keep(b->auth, &proof);
        login_right(l);

    } else {
        login_wrong(l, p);
    }

    login_next(b);
}


static void
login_queue(bmc_login_t *l)
{
    bmc_t  *b;

    b = l->b;

    if (b->nqueued >= LOGIN_WAITING) {
        l->retry_after = 1;
        (void) snprintf(l->text, sizeof(l->text), "%u passwords wait to be "
            "checked already", b->nqueued);
        login_end(l, BMC_LIMITED, 0);
        return;
    }

    b->nqueued++;
    l->at = LOGIN_AT_QUEUE;
    bmc_ring_before(&b->logins_queue, &l->link);
}


static void
login_crypt(bmc_login_t *l, const char *hash)
{
    bmc_t  *b;

    b = l->b;
    l->crypt = bmc_crypt_start(b->auth, &b->loop, l->password, hash,
        login_checked, l);

    if (l->crypt == NULL) {
        (void) snprintf(l->text, sizeof(l->text), "out of memory");
        login_end(l, BMC_FAILED, 0);
        return;
    }

    l->at = LOGIN_AT_CRYPT;
}


/*
 * Whoever proved it from there a moment ago is not held up by what others
 * try for that name; from one address nobody guesses more than is allowed.
 */

static void
login_try(bmc_login_t *l)
{
    bmc_t              *b;
    int64_t             left;
    const char         *hash;
    bmc_proof_t         proof;
    const bmc_fleet_t  *f;

    b = l->b;
    f = b->base->fleet;

    left = bmc_delay_left(b->auth, b->board, f, BMC_FAILED_FROM, l->from);

    if (left > 0) {
        login_limited(l, left, "from there");
        return;
    }

    hash = bmc_auth_user_hash(f, l->name);
    proof = login_proof(l, hash);

    if (bmc_proof_known(b->auth, &proof) && login_user(l) != NULL) {
        login_right(l);
        return;
    }

    left = bmc_delay_left(b->auth, b->board, f, BMC_FAILED_NAME, l->name);

    if (left > 0) {
        login_limited(l, left, "for this user");

    } else if (l->hopeless) {
        login_wrong(l, NULL);

    } else if (bmc_crypts(b->auth) >= LOGIN_CRYPTS) {
        login_queue(l);

    } else {
        login_crypt(l, hash);
    }
}


static bmc_rc_t
login_check(const bmc_t *b, const bmc_credentials_t *c,
    char why[BMC_TEXT_MAX])
{
    if (b->closing) {
        (void) snprintf(why, BMC_TEXT_MAX, "shutting down");
        return BMC_CLOSED;
    }

    if (c->name == NULL || c->password == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX,
            "a login needs a user and a password");
        return BMC_USAGE;
    }

    if (b->nlogins >= LOGIN_MAX) {
        (void) snprintf(why, BMC_TEXT_MAX, "%u logins are under way in this "
            "process already", b->nlogins);
        return BMC_LIMITED;
    }

    return BMC_OK;
}


bmc_rc_t
bmc_login(bmc_t *b, const bmc_credentials_t *c, bmc_who_pt done, void *data,
    bmc_login_t **lp, char why[BMC_TEXT_MAX])
{
    char          local[BMC_TEXT_MAX];
    bmc_rc_t      rc;
    bmc_login_t  *l;

    why = why != NULL ? why : local;
    rc = login_check(b, c, why);

    if (rc != BMC_OK) {
        return rc;
    }

    l = calloc(1, sizeof(bmc_login_t));

    if (l == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return BMC_FAILED;
    }

    l->b = b;
    l->done = done;
    l->data = data;
    l->hopeless = !bmc_auth_name(c->name, strlen(c->name))
                  || strlen(c->password) > BMC_PASSWORD_MAX;

    (void) snprintf(l->name, sizeof(l->name), "%s", c->name);
    (void) snprintf(l->password, sizeof(l->password), "%s", c->password);
    (void) snprintf(l->from, sizeof(l->from), "%s", c->from ? c->from : "");
    (void) snprintf(l->door, sizeof(l->door), "%s", c->door ? c->door : "");

    bmc_ring_init(&l->link);
    bmc_ring_before(&b->logins, &l->all);
    b->nlogins++;

    if (lp != NULL) {
        *lp = l;
    }

    login_try(l);

    return BMC_OK;
}


/* what is being checked goes on: a failure counts, whoever waits for it */

void
bmc_login_drop(bmc_login_t *l)
{
    l->done = NULL;

    switch (l->at) {

    case LOGIN_AT_CRYPT:
        return;

    case LOGIN_AT_QUEUE:
        l->b->nqueued--;
        break;

    case LOGIN_AT_DELAY:
    case LOGIN_AT_READY:
        break;
    }

    login_free(l);
}


void
bmc_login_deliver(bmc_t *b)
{
    bmc_ring_t    now, *link;
    bmc_login_t  *l;

    bmc_ring_init(&now);
    bmc_ring_move(&now, &b->logins_ready);

    while ((link = bmc_ring_pop(&now)) != NULL) {
        l = bmc_ring_of(link, bmc_login_t, link);

        l->done(l->data, l->rc, l->rc == BMC_OK ? &l->who : NULL,
            l->retry_after, l->text);
        login_free(l);
    }
}


/* an answer that is late on purpose is waited for, too: a client has it */

bool
bmc_login_busy(const bmc_t *b)
{
    const bmc_ring_t   *link;
    const bmc_login_t  *l;

    for (link = b->logins.next; link != &b->logins; link = link->next) {
        l = bmc_ring_of(link, bmc_login_t, all);

        if (l->done != NULL) {
            return true;
        }
    }

    return false;
}


void
bmc_login_end_all(bmc_t *b)
{
    bmc_ring_t   *link;
    bmc_login_t  *l;

    while ((link = bmc_ring_pop(&b->logins)) != NULL) {
        l = bmc_ring_of(link, bmc_login_t, all);

        if (l->at == LOGIN_AT_CRYPT) {
            bmc_crypt_forget(l->crypt);
        }

        login_free(l);
    }

    b->nqueued = 0;
}
