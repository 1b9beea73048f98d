
/*
 * Copyright (C) the bmcgate authors
 *
 * A peek and a submitted read are two ways to one answer; a peek costs
 * nothing.
 */


#include "core_rig.h"

#include <malloc.h>


/* there when a sanitizer keeps the memory */

int __sanitizer_install_malloc_and_free_hooks(
    void (*allocated)(const volatile void *, size_t),
    void (*freed)(const volatile void *)) __attribute__((weak));


static unsigned  allocations;


static void
allocated(const volatile void *p, size_t size)
{
    allocations++;
}


static void
freed(const volatile void *p)
{
}


static const bmc_actor_t  actors[] = {
    { .kind = BMC_ACTOR_LOCAL, .name = "root", .from = "test" },
    { .kind = BMC_ACTOR_USER, .name = "reader", .from = "test" },
    { .kind = BMC_ACTOR_USER, .name = "stranger", .from = "test" },
    { .kind = (bmc_actor_kind_t) 99, .name = "odd", .from = "test" },
    { .kind = BMC_ACTOR_SNMP, .name = "public", .from = "test" }
};


/* true: the peek was one; whatever it says, the gate must say, too */

static bool
same(const char *host, bmc_verb_t verb, const bmc_actor_t *actor,
    unsigned flags, uint32_t max_age)
{
    bool           peeked;
    bmc_rc_t       rc;
    rig_ask_t      a;
    bmc_view_t     v;
    bmc_request_t  req;

    req = rig_request(host, verb, flags);
    req.actor = actor;
    req.max_age = max_age;

    peeked = bmc_peek(rig.b, &req, &v);

    memset(&a, 0, sizeof(a));
    rc = bmc_submit(rig.b, &req, rig_done, &a, NULL, rig.why);

    if (rc == BMC_OK) {
        assert_true(rig_until(rig.b, &a.done, 1, RIG_WAIT));
        rc = a.rc;
    }

    assert_int_equal(peeked, rc == BMC_OK && a.from_board);

    if (peeked) {
        assert_memory_equal(&v, &a.view, sizeof(v));
        assert_string_equal(v.driver, a.driver);
    }

    return peeked;
}


static void
a_peek_says_what_the_gate_would_have_said(void **state)
{
    size_t    h, i, k;
    unsigned  n;

    static const char *const  hosts[] = { "n1", "n2", "n3", "old", "no" };
    static const bmc_verb_t   verbs[] = {
        BMC_POWER_STATUS, BMC_BOOT_GET, BMC_SENSORS_READ, BMC_VERB_MAX
    };

    rig_open("user reader { password_hash \"$6$a$b\"; role reader; "
        "hosts n[1-2]; } snmp { role reader; } "
        "host n[1-3] { poll 1h; timeout 200ms; " RIG_SIM "} "
        "host old { driver unmanaged; }", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n3"), BMC_OK);
    rig_fault("n3", "dead");
    assert_int_not_equal(rig_read(rig.b, "n3"), BMC_OK);

    n = 0;

    for (h = 0; h < sizeof(hosts) / sizeof(hosts[0]); h++) {
        for (i = 0; i < sizeof(actors) / sizeof(actors[0]); i++) {
            for (k = 0; k < sizeof(verbs) / sizeof(verbs[0]); k++) {
                n += same(hosts[h], verbs[k], &actors[i], 0, 0);
                n += same(hosts[h], verbs[k], &actors[i], 0, 3600000);
            }
        }

        n += same(hosts[h], BMC_POWER_STATUS, &actors[0], BMC_FRESH, 0);
    }

    /* of n1, and of n2 once somebody had asked: root, reader, SNMP */

    assert_int_equal(n, 2 * 3 * 2 - 1);
}


static void
a_peek_allocates_nothing(void **state)
{
    size_t          before;
    unsigned        i;
    bmc_view_t      v;
    bmc_request_t   req;
    void *volatile  one;

    rig_open("user reader { password_hash \"$6$a$b\"; role reader; "
        "hosts n[1-2]; } host n[1-3] { poll 1h; " RIG_SIM "}", 0);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    req = rig_request("n1", BMC_POWER_STATUS, 0);

    if (__sanitizer_install_malloc_and_free_hooks != NULL) {
        assert_true(__sanitizer_install_malloc_and_free_hooks(allocated,
                                                              freed) > 0);
        one = malloc(100);
        free(one);
        assert_true(allocations > 0);
    }

    allocations = 0;
    before = mallinfo2().uordblks;

    for (i = 0; i < 100; i++) {
        req.actor = &actors[i % 2];
        req.host = "n1";
        assert_true(bmc_peek(rig.b, &req, &v));

        req.host = "n2";             /* nobody has asked it */
        assert_false(bmc_peek(rig.b, &req, &v));
        req.host = "nowhere";
        assert_false(bmc_peek(rig.b, &req, &v));
        req.host = "n1";
        req.actor = &actors[2];
        assert_false(bmc_peek(rig.b, &req, &v));
    }

    assert_int_equal(allocations, 0);
    assert_int_equal(mallinfo2().uordblks, before);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_peek_says_what_the_gate_would_have_said),
        rig_test(a_peek_allocates_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
