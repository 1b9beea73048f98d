
/*
 * Copyright (C) the bmcgate authors
 *
 * Keys, tokens and proofs without a core.
 */


#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/inside.h"


#define KEY_ONE    "one"
#define KEY_TWO    "two"
#define KEY_THREE  "three"


static unsigned  key_compared;
static bool      key_no_digest;
static bool      key_no_random;


/* instead of libcrypto's and libc's */

int
CRYPTO_memcmp(const void *a, const void *b, size_t len)
{
    key_compared++;

    return memcmp(a, b, len);
}


EVP_MD *
EVP_MD_fetch(OSSL_LIB_CTX *ctx, const char *name, const char *properties)
{
    EVP_MD  *(*fetch)(OSSL_LIB_CTX *, const char *, const char *);

    *(void **) &fetch = dlsym(RTLD_NEXT, "EVP_MD_fetch");

    return key_no_digest ? NULL : fetch(ctx, name, properties);
}


ssize_t
getrandom(void *buf, size_t len, unsigned flags)
{
    return key_no_random ? -1 : syscall(SYS_getrandom, buf, len, flags);
}


/* sha256sum of "one", "two", "three" */

static bmc_principal_t  key_principals[] = {

    { .kind = BMC_ACTOR_KEY, .name = "first", .hash =
      "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed" },

    { .kind = BMC_ACTOR_USER, .name = "alice", .hash = "$6$a$b" },

    { .kind = BMC_ACTOR_KEY, .name = "second", .hash =
      "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3" },

    { .kind = BMC_ACTOR_USER, .name = "wheel", .group = true },

    { .kind = BMC_ACTOR_IPMI, .name = "admin" },

    { .kind = BMC_ACTOR_KEY, .name = "third", .hash =
      "8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f" }
};


static bmc_fleet_t  key_fleet = {
    .principal = key_principals,
    .nprincipals = sizeof(key_principals) / sizeof(key_principals[0])
};


static int
key_set_up(void **state)
{
    key_no_digest = false;
    key_no_random = false;
    *state = bmc_auth_create();

    return *state != NULL ? 0 : -1;
}


static int
key_tear_down(void **state)
{
    bmc_auth_free(*state);

    return 0;
}


static const char *
key_name(bmc_auth_t *a, const char *key)
{
    const bmc_principal_t  *p;

    key_compared = 0;
    p = bmc_auth_key(a, &key_fleet, key, strlen(key));

    return p != NULL ? p->name : "nobody";
}


static void
whichever_key_it_is_all_are_compared(void **state)
{
    assert_string_equal(key_name(*state, KEY_ONE), "first");
    assert_int_equal(key_compared, 3);
    assert_string_equal(key_name(*state, KEY_TWO), "second");
    assert_int_equal(key_compared, 3);
    assert_string_equal(key_name(*state, KEY_THREE), "third");
    assert_int_equal(key_compared, 3);
    assert_string_equal(key_name(*state, "four"), "nobody");
    assert_int_equal(key_compared, 3);
    assert_string_equal(key_name(*state, ""), "nobody");
    assert_int_equal(key_compared, 3);
    assert_string_equal(key_name(*state, KEY_ONE "x"), "nobody");

    /* a hash is no key */

    assert_string_equal(key_name(*state, key_principals[0].hash), "nobody");
}


static void
a_key_has_no_null_at_its_end(void **state)
{
    const bmc_principal_t  *p;

    p = bmc_auth_key(*state, &key_fleet, "onetwo", 3);
    assert_string_equal(p->name, "first");
    assert_null(bmc_auth_key(*state, &key_fleet, "one", 4));
}


static void
principals_are_found_by_kind_and_name(void **state)
{
    const bmc_principal_t  *p;

    p = bmc_auth_principal(&key_fleet, BMC_ACTOR_USER, "alice");
    assert_ptr_equal(p, &key_principals[1]);
    assert_null(bmc_auth_principal(&key_fleet, BMC_ACTOR_KEY, "alice"));
    assert_null(bmc_auth_principal(&key_fleet, BMC_ACTOR_USER, "wheel"));
    assert_null(bmc_auth_principal(&key_fleet, BMC_ACTOR_USER, "bob"));
}


static void
names_are_what_the_configuration_could_hold(void **state)
{
    char  name[BMC_NAME_MAX];

    memset(name, 'a', sizeof(name));

    assert_true(bmc_auth_name("alice", 5));
    assert_true(bmc_auth_name("J\303\266rg @home", 11));
    assert_true(bmc_auth_name(name, BMC_NAME_MAX - 1));
    assert_false(bmc_auth_name(name, BMC_NAME_MAX));
    assert_false(bmc_auth_name("", 0));
    assert_false(bmc_auth_name("a\nb", 3));
    assert_false(bmc_auth_name("a\0b", 3));
    assert_false(bmc_auth_name("a\177", 2));
}


static void
a_token_holds_its_sessions_number(void **state)
{
    char      token[BMC_TOKEN_MAX];
    size_t    i;
    uint8_t   secret[BMC_TOKEN_SECRET], found[BMC_TOKEN_SECRET];
    uint64_t  id;

    for (i = 0; i < 1000; i++) {
        memset(token, 'x', sizeof(token));
        assert_true(bmc_token_make(secret));
        bmc_token_text(0x10000000000000 + i, secret, token);

        assert_int_equal(strlen(token), 52);
        assert_int_equal(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij"
                                "klmnopqrstuvwxyz0123456789-_"), 52);

        assert_true(bmc_token_parse(token, 52, &id, found));
        assert_true(id == 0x10000000000000 + i);
        assert_memory_equal(found, secret, sizeof(secret));
    }
}


static void
what_is_no_token_is_refused(void **state)
{
    char      token[BMC_TOKEN_MAX];
    size_t    i;
    uint8_t   secret[BMC_TOKEN_SECRET];
    uint64_t  id;

    static const char  wrong[] = "+/= \n\t.%\0\377";

    assert_true(bmc_token_make(secret));
    bmc_token_text(1, secret, token);

    assert_false(bmc_token_parse(token, 51, &id, secret));
    assert_false(bmc_token_parse(token, 53, &id, secret));
    assert_false(bmc_token_parse(token, 0, &id, secret));

    for (i = 0; i < sizeof(wrong); i++) {
        bmc_token_text(1, secret, token);
        token[i * 5] = wrong[i];
        assert_false(bmc_token_parse(token, 52, &id, secret));

        bmc_token_text(1, secret, token);
        token[51] = wrong[i];
        assert_false(bmc_token_parse(token, 52, &id, secret));
    }
}


static void
a_print_is_another_when_the_secret_is(void **state)
{
    uint64_t     print, alice, third;
    const char  *was;

    assert_true(bmc_token_print(*state, &key_fleet, BMC_ACTOR_USER, "alice",
                                &alice));
    assert_true(bmc_token_print(*state, &key_fleet, BMC_ACTOR_KEY, "third",
                                &third));
    assert_true(alice != third);

    was = key_principals[1].hash;
    key_principals[1].hash = "$6$a$c";
    assert_true(bmc_token_print(*state, &key_fleet, BMC_ACTOR_USER, "alice",
                                &print));
    key_principals[1].hash = was;
    assert_true(print != alice);

    /* removed: others may still prove him */

    key_principals[1].kind = BMC_ACTOR_IPMI;
    assert_true(bmc_token_print(*state, &key_fleet, BMC_ACTOR_USER, "alice",
                                &print));
    key_principals[1].kind = BMC_ACTOR_USER;
    assert_true(print != alice);

    /* nobody else proves keys */

    assert_false(bmc_token_print(*state, &key_fleet, BMC_ACTOR_KEY, "alice",
                                 &print));
}


static void
a_proof_is_of_all_it_was_made_of(void **state)
{
    char         longest[3000];
    bmc_proof_t  p, q;

    p.from = "192.0.2.1";
    p.name = "alice";
    p.password = "secret";
    p.hash = "$6$a$b";

    assert_false(bmc_proof_known(*state, &p));
    bmc_proof_keep(*state, &p);
    assert_true(bmc_proof_known(*state, &p));

    q = p;
    q.from = "192.0.2.2";
    assert_false(bmc_proof_known(*state, &q));
    q = p;
    q.name = "bob";
    assert_false(bmc_proof_known(*state, &q));
    q = p;
    q.password = "Secret";
    assert_false(bmc_proof_known(*state, &q));
    q = p;
    q.hash = "$6$a$c";
    assert_false(bmc_proof_known(*state, &q));
    q = p;
    q.name = "alices";
    q.password = "ecret";
    assert_false(bmc_proof_known(*state, &q));

    /* what is longer than anything can be is not kept */

    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    p.password = longest;
    bmc_proof_keep(*state, &p);
    assert_false(bmc_proof_known(*state, &p));
}


static void
proofs_end_after_a_while_and_are_not_kept_twice(void **state)
{
    bmc_auth_t    *a = *state;
    unsigned       i, k, n;
    bmc_proof_t    p;
    auth_proof_t  *set;

    p.from = "192.0.2.1";
    p.name = "alice";
    p.password = "secret";
    p.hash = "$6$a$b";

    bmc_proof_keep(a, &p);
    bmc_proof_keep(a, &p);

    n = 0;

    for (i = 0; i < AUTH_PROOF_SETS; i++) {
        set = a->proof[i];

        for (k = 0; k < AUTH_PROOF_WAYS; k++) {
            n += set[k].until != 0;
            set[k].until = set[k].until != 0 ? 1 : 0;
        }
    }

    assert_int_equal(n, 1);
    assert_false(bmc_proof_known(a, &p));
    bmc_proof_keep(a, &p);
    assert_true(bmc_proof_known(a, &p));
}


static void
there_is_an_end_to_how_many_proofs_are_kept(void **state)
{
    char         name[16];
    unsigned     i, known;
    bmc_proof_t  p;

    p.from = "192.0.2.1";
    p.name = name;
    p.password = "secret";
    p.hash = "$6$a$b";

    for (i = 0; i < 2000; i++) {
        (void) snprintf(name, sizeof(name), "user%u", i);
        bmc_proof_keep(*state, &p);
        assert_true(bmc_proof_known(*state, &p));
    }

    for (i = 0, known = 0; i < 2000; i++) {
        (void) snprintf(name, sizeof(name), "user%u", i);
        known += bmc_proof_known(*state, &p);
    }

    assert_true(known > 200 && known <= AUTH_PROOF_SETS * AUTH_PROOF_WAYS);
}


static void
without_a_digest_nobody_is_let_in(void **state)
{
    uint64_t     print;
    bmc_proof_t  p;

    p.from = "192.0.2.1";
    p.name = "alice";
    p.password = "secret";
    p.hash = "$6$a$b";

    key_no_digest = true;
    assert_string_equal(key_name(*state, KEY_ONE), "nobody");
    assert_false(bmc_token_print(*state, &key_fleet, BMC_ACTOR_USER, "alice",
                                 &print));
    bmc_proof_keep(*state, &p);
    assert_false(bmc_proof_known(*state, &p));

    /* a process's own secret is made before the first use */

    key_no_digest = false;
    key_no_random = true;
    assert_string_equal(key_name(*state, KEY_ONE), "nobody");

    key_no_random = false;
    assert_string_equal(key_name(*state, KEY_ONE), "first");
}


static void
without_randomness_there_is_no_token(void **state)
{
    uint8_t  secret[BMC_TOKEN_SECRET];

    key_no_random = true;
    assert_false(bmc_token_make(secret));
}


#define key_test(name)                                                       \
    cmocka_unit_test_setup_teardown(name, key_set_up, key_tear_down)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        key_test(whichever_key_it_is_all_are_compared),
        key_test(a_key_has_no_null_at_its_end),
        key_test(principals_are_found_by_kind_and_name),
        key_test(names_are_what_the_configuration_could_hold),
        key_test(a_token_holds_its_sessions_number),
        key_test(what_is_no_token_is_refused),
        key_test(a_print_is_another_when_the_secret_is),
        key_test(a_proof_is_of_all_it_was_made_of),
        key_test(proofs_end_after_a_while_and_are_not_kept_twice),
        key_test(there_is_an_end_to_how_many_proofs_are_kept),
        key_test(without_a_digest_nobody_is_let_in),
        key_test(without_randomness_there_is_no_token),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
