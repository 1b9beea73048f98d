
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pool.h"


static char  order[8];


static void
note(void *data)
{
    size_t  len;

    len = strlen(order);
    order[len] = *(char *) data;
    order[len + 1] = '\0';
}


static void
blocks_are_aligned_and_do_not_overlap(void **state)
{
    char        *p[64];
    size_t       i, k, size;
    bmc_pool_t  *pool;

    pool = bmc_pool_create(512);
    assert_non_null(pool);

    for (i = 0; i < 64; i++) {
        size = i * 7;
        p[i] = bmc_palloc(pool, size);
        assert_non_null(p[i]);
        assert_int_equal((uintptr_t) p[i] % 16, 0);
        memset(p[i], (int) i, size);
    }

    for (i = 0; i < 64; i++) {
        for (k = 0; k < i * 7; k++) {
            assert_int_equal(p[i][k], i);
        }
    }

    bmc_pool_destroy(pool);
}


static void
large_blocks_do_not_spoil_the_page(void **state)
{
    char        *a, *b, *large;
    bmc_pool_t  *pool;

    pool = bmc_pool_create(4096);
    a = bmc_palloc(pool, 16);
    large = bmc_palloc(pool, 1 << 20);
    b = bmc_palloc(pool, 16);

    assert_non_null(large);
    memset(large, 1, 1 << 20);
    assert_ptr_equal(b, a + 16);

    bmc_pool_destroy(pool);
}


static void
zeroed_memory_is_zero(void **state)
{
    char        *p;
    size_t       i;
    bmc_pool_t  *pool;

    pool = bmc_pool_create(0);
    p = bmc_pcalloc(pool, 1000);

    for (i = 0; i < 1000; i++) {
        assert_int_equal(p[i], 0);
    }

    bmc_pool_destroy(pool);
}


static void
strings_are_copied_and_made(void **state)
{
    char        *s;
    char         large[3000];
    bmc_pool_t  *pool;

    pool = bmc_pool_create(256);

    assert_string_equal(bmc_pstrdup(pool, "n1"), "n1");
    assert_string_equal(bmc_pstrdup(pool, ""), "");
    assert_string_equal(bmc_pstrndup(pool, "node7", 4), "node");
    assert_string_equal(bmc_psprintf(pool, "%s-%d", "n", 7), "n-7");

    memset(large, 'x', sizeof(large) - 1);
    large[sizeof(large) - 1] = '\0';
    s = bmc_psprintf(pool, "%s!", large);
    assert_int_equal(strlen(s), sizeof(large));

    bmc_pool_destroy(pool);
}


static void
impossible_sizes_are_refused(void **state)
{
    bmc_pool_t  *pool;

    pool = bmc_pool_create(256);

    assert_null(bmc_palloc(pool, SIZE_MAX - 4));
    assert_null(bmc_pcalloc(pool, SIZE_MAX - 4));
    assert_null(bmc_pstrndup(pool, "", SIZE_MAX));

    bmc_pool_destroy(pool);
}


static void
cleanups_run_last_added_first(void **state)
{
    bmc_pool_t  *pool;

    order[0] = '\0';
    pool = bmc_pool_create(256);

    assert_int_equal(bmc_pool_cleanup(pool, note, "a"), 0);
    assert_int_equal(bmc_pool_cleanup(pool, note, "b"), 0);
    assert_int_equal(bmc_pool_cleanup(pool, note, "c"), 0);

    bmc_pool_destroy(pool);
    assert_string_equal(order, "cba");

    bmc_pool_destroy(NULL);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(blocks_are_aligned_and_do_not_overlap),
        cmocka_unit_test(large_blocks_do_not_spoil_the_page),
        cmocka_unit_test(zeroed_memory_is_zero),
        cmocka_unit_test(strings_are_copied_and_made),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(cleanups_run_last_added_first)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
