
/*
 * Copyright (C) the bmcgate authors
 *
 * What the tests of logins share: users whose passwords are quick to check,
 * a look at how often crypt(3) was asked, and a way to hold it up.
 */


#ifndef _LOGIN_RIG_H_INCLUDED_
#define _LOGIN_RIG_H_INCLUDED_


#include "core_rig.h"

#include <crypt.h>
#include <stdatomic.h>

#include "board/layout.h"


#define RIG_HERE  "192.0.2.1"
#define RIG_DOOR  "http"


static _Atomic unsigned  rig_crypts;         /* calls of crypt_r() */
static atomic_bool       rig_crypt_held;     /* … which wait meanwhile */


#define rig_wait_for(x)                                                       \
    do {                                                                      \
        int64_t  rig_end_at = bmc_now() + RIG_WAIT;                           \
                                                                              \
        while (!(x)) {                                                        \
            assert_true(bmc_now() < rig_end_at);                              \
            rig_sleep(5);                                                     \
        }                                                                     \
    } while (0)


typedef struct {
    bmc_login_t  *l;
    unsigned      done;
    bmc_rc_t      rc;
    bmc_who_t     who;
    uint32_t      retry_after;
    int64_t       began;
    int64_t       took;
    char          text[BMC_TEXT_MAX];
} rig_login_t;


/* instead of libcrypt's, in the pool's threads */

char *
crypt_r(const char *phrase, const char *setting, struct crypt_data *data)
{
    struct timespec  ms;

    atomic_fetch_add(&rig_crypts, 1);

    while (atomic_load(&rig_crypt_held)) {
        ms.tv_sec = 0;
        ms.tv_nsec = 1000000;
        (void) nanosleep(&ms, NULL);
    }

    return crypt_rn(phrase, setting, data, sizeof(*data));
}


/* "user NAME { password_hash HASH; … }" */

static inline char *
rig_user(const char *name, const char *password)
{
    static char  text[4][512];
    static int   i;

    char               *hash;
    struct crypt_data  *data;

    data = calloc(1, sizeof(*data));
    assert_non_null(data);
    hash = crypt_r(password, "$5$rounds=1000$saltsaltsalt$", data);
    assert_non_null(hash);

    i = (i + 1) % 4;
    (void) snprintf(text[i], sizeof(text[i]),
        "user %s { password_hash %s; role operator; }\n", name, hash);
    free(data);
    atomic_store(&rig_crypts, 0);

    return text[i];
}


/* alice, whose password is "secret", and bob, whose is "hidden" */

static inline void
rig_open_users(const char *more)
{
    char  text[2048];

    (void) snprintf(text, sizeof(text), "%s\n%s%s", more,
        rig_user("alice", "secret"), rig_user("bob", "hidden"));
    rig_open(text, 0);
}


static inline void
rig_reload(const char *text)
{
    bmc_base_t  *base;

    rig_write(text);
    base = rig_load(0);
    assert_non_null(base);
    assert_int_equal(bmc_reload(rig.b, base), BMC_OK);
    bmc_unload(rig.base);
    rig.base = base;
}


static inline void
rig_login_done(void *data, bmc_rc_t rc, const bmc_who_t *who,
    uint32_t retry_after, const char *text)
{
    rig_login_t  *g = data;

    g->done++;
    g->rc = rc;
    g->retry_after = retry_after;
    g->took = bmc_now() - g->began;
    (void) snprintf(g->text, sizeof(g->text), "%s", text);

    assert_int_equal(who != NULL, rc == BMC_OK);

    if (who != NULL) {
        g->who = *who;
    }
}


static inline bmc_rc_t
rig_login_start(bmc_t *b, rig_login_t *g, const char *from, const char *name,
    const char *password)
{
    bmc_credentials_t  c;

    memset(g, 0, sizeof(*g));
    g->began = bmc_now();
    c.name = name;
    c.password = password;
    c.from = from;
    c.door = RIG_DOOR;

    return bmc_login(b, &c, rig_login_done, g, &g->l, rig.why);
}


static inline bmc_rc_t
rig_login(rig_login_t *g, const char *from, const char *name,
    const char *password)
{
    bmc_rc_t  rc;

    rc = rig_login_start(rig.b, g, from, name, password);

    if (rc == BMC_OK) {
        assert_int_equal(g->done, 0);
        assert_true(rig_until(rig.b, &g->done, 1, RIG_WAIT));
        assert_int_equal(g->done, 1);
        rc = g->rc;
    }

    return rc;
}


/* n wrong passwords, as other processes may have seen them */

static inline void
rig_failed(bmc_failed_t what, const char *who, unsigned n)
{
    while (n-- > 0) {
        (void) bmc_delay_failed(rig.b->auth, rig.b->board,
            rig.b->base->fleet, what, who);
    }
}


static inline void
rig_forget_failures(void)
{
    memset(rig.b->board->file->failures, 0,
        sizeof(rig.b->board->file->failures));
}


static inline int
login_set_up(void **state)
{
    atomic_store(&rig_crypts, 0);
    atomic_store(&rig_crypt_held, false);

    return rig_set_up(state);
}


static inline int
login_tear_down(void **state)
{
    atomic_store(&rig_crypt_held, false);

    return rig_tear_down(state);
}


#define login_test(f)                                                         \
    cmocka_unit_test_setup_teardown(f, login_set_up, login_tear_down)


#endif /* _LOGIN_RIG_H_INCLUDED_ */
