
/*
 * Copyright (C) the bmcgate authors
 *
 * Texts that doors show at their edges: JSON that can be read whatever a BMC,
 * the board, or the room for it is like.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "show/show.h"


#define SHOW_MAX  16384
#define SHOW_DAY  86400000LL         /* ms */


typedef size_t (*show_pt)(const void *data, char *out, size_t size);


typedef struct {
    bmc_result_t  result;
    bmc_verb_t    verb;
} show_answer_t;


typedef struct {
    bmc_rc_t     rc;
    const char  *host;
    const char  *text;
    uint32_t     retry_after;
} show_error_t;


static size_t
show_power(const void *data, char *out, size_t size)
{
    return bmc_show_power(data, out, size);
}


static size_t
show_result(const void *data, char *out, size_t size)
{
    const show_answer_t  *a = data;

    return bmc_show_result(&a->result, a->verb, out, size);
}


static size_t
show_op(const void *data, char *out, size_t size)
{
    return bmc_show_op(NULL, data, out, size);
}


static size_t
show_session(const void *data, char *out, size_t size)
{
    return bmc_show_session(data, out, size);
}


static size_t
show_event(const void *data, char *out, size_t size)
{
    return bmc_show_event(data, out, size);
}


static size_t
show_error(const void *data, char *out, size_t size)
{
    const show_error_t  *e = data;

    return bmc_show_error(e->rc, e->host, e->text, e->retry_after, out, size);
}


/* a tree, whose text has no key twice */

static json_t *
show_tree(show_pt show, const void *data)
{
    char          out[SHOW_MAX];
    size_t        n;
    json_t       *tree;
    json_error_t  error;

    n = show(data, out, sizeof(out));
    assert_true(n <= sizeof(out));
    tree = json_loadb(out, n, JSON_REJECT_DUPLICATES, &error);

    if (tree == NULL) {
        (void) fprintf(stderr, "%s: %.*s\n", error.text, (int) n, out);
    }

    assert_non_null(tree);

    return tree;
}


/*
 * Memory of its own for each size, so that one byte too many is noticed; a
 * sanitizer notices the rest.
 */

static void
show_fits(show_pt show, const void *data)
{
    char    *out, whole[SHOW_MAX];
    size_t   n, size;

    n = show(data, whole, sizeof(whole));
    assert_true(show(data, NULL, 0) >= n);

    for (size = 0; size < n + 2; size++) {
        out = malloc(size + 1);
        assert_non_null(out);
        out[size] = '#';

        if (size < n) {
            assert_true(show(data, out, size) > size);

        } else {
            assert_int_equal(show(data, out, size), n);
            assert_memory_equal(out, whole, 8);
            assert_int_equal(out[n - 1], '}');
        }

        assert_int_equal(out[size], '#');
        free(out);
    }
}


static void
assert_text(const json_t *tree, const char *key, const char *value)
{
    json_t  *v;

    v = json_object_get(tree, key);

    if (value == NULL) {
        assert_null(v);
        return;
    }

    assert_non_null(v);
    assert_string_equal(json_string_value(v), value);
}


static void
show_view(bmc_view_t *v)
{
    memset(v, 0, sizeof(bmc_view_t));
    v->power = BMC_POWER_IS_ON;
    v->reach = BMC_REACH_YES;
    v->power_at = bmc_now() - 5000;
    v->power_since = bmc_now() - 3600000;
    (void) snprintf(v->driver, sizeof(v->driver), "ipmi");
}


static void
an_age_is_never_less_than_nothing(void **state)
{
    json_t      *tree;
    bmc_view_t   v;

    show_view(&v);
    v.power_at = bmc_now() + 60000;
    tree = show_tree(show_power, &v);
    assert_true(json_real_value(json_object_get(tree, "age")) == 0);
    json_decref(tree);
}


static void
a_views_garbage_is_json_all_the_same(void **state)
{
    size_t       k;
    json_t      *tree;
    unsigned     turn;
    uint64_t     x;
    bmc_view_t   v;

    static const char  bad[] = "\xff\xc3\"\\\n\x01\xe2\x82z\x7f";

    memset(&v, 0xff, sizeof(v));
    json_decref(show_tree(show_power, &v));

    for (k = 0; k < sizeof(v.driver); k++) {
        v.driver[k] = bad[k % (sizeof(bad) - 1)];
    }

    tree = show_tree(show_power, &v);
    assert_non_null(strstr(json_string_value(json_object_get(tree,
        "driver")), "\xef\xbf\xbd\xef\xbf\xbd\"\\\n\x01"));
    json_decref(tree);
    show_fits(show_power, &v);

    for (turn = 0, x = 88172645463325252ULL; turn < 3000; turn++) {
        for (k = 0; k < sizeof(v); k++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            ((unsigned char *) &v)[k] = (unsigned char) (x >> 32);
        }

        json_decref(show_tree(show_power, &v));
    }
}


static void
show_answer(show_answer_t *a, bmc_verb_t verb, const bmc_view_t *v)
{
    memset(a, 0, sizeof(show_answer_t));
    a->verb = verb;
    a->result.host = "n1";
    a->result.driver = "ipmi";
    a->result.text = "";
    a->result.view = v;
}


static void
data_that_is_empty_or_no_object_adds_nothing(void **state)
{
    size_t          i;
    json_t         *tree;
    show_answer_t   a;

    static const char *const  nothing[] = {
        "", "{}", "{ }", "{ \n", "{", "}", "[]", "[1,2]", "null"
    };

    for (i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
        show_answer(&a, BMC_RAW, NULL);
        a.result.json = nothing[i];
        a.result.json_len = strlen(nothing[i]);
        a.result.driver = "";
        tree = show_tree(show_result, &a);
        assert_int_equal(json_object_size(tree), 4);
        json_decref(tree);
    }

    a.result.json = "{ \"code\": 0 }\n";
    a.result.json_len = strlen(a.result.json);
    tree = show_tree(show_result, &a);
    assert_int_equal(json_object_size(tree), 5);
    assert_true(json_is_integer(json_object_get(tree, "code")));
    json_decref(tree);
}


static void
a_change_says_what_the_bmc_took_and_what_it_showed(void **state)
{
    json_t         *tree;
    bmc_view_t      v;
    show_answer_t   a;

    show_view(&v);
    show_answer(&a, BMC_POWER_CYCLE, &v);
    a.result.accepted = true;
    a.result.op = 281474976710655ULL;
    tree = show_tree(show_result, &a);
    assert_text(tree, "verb", "power.cycle");
    assert_true(json_is_true(json_object_get(tree, "accepted")));
    assert_true(json_is_false(json_object_get(tree, "verified")));
    assert_int_equal(json_integer_value(json_object_get(tree, "op")),
                     281474976710655LL);
    assert_null(json_object_get(tree, "error"));
    json_decref(tree);
    show_fits(show_result, &a);
}


static void
a_failure_says_why_and_when_to_come_again(void **state)
{
    json_t         *tree, *error;
    bmc_view_t      v;
    show_answer_t   a;

    memset(&v, 0, sizeof(v));
    show_answer(&a, BMC_POWER_ON, &v);
    a.result.rc = BMC_UNREACHABLE;
    a.result.driver = "";
    a.result.text = "n1: no answer from \"10.0.0.7\" for 5 s";
    a.result.retry_after = 30;

    tree = show_tree(show_result, &a);
    error = json_object_get(tree, "error");
    assert_text(tree, "driver", NULL);
    assert_text(error, "code", "unreachable");
    assert_text(error, "message", a.result.text);
    assert_int_equal(json_integer_value(json_object_get(error,
                                                        "retry_after")), 30);
    json_decref(tree);
    show_fits(show_result, &a);

    a.result.text = "";
    a.result.retry_after = 0;
    tree = show_tree(show_result, &a);
    error = json_object_get(tree, "error");
    assert_text(error, "message", bmc_error(BMC_UNREACHABLE)->text);
    assert_null(json_object_get(error, "retry_after"));
    json_decref(tree);
}


static void
every_error_has_its_code_and_its_words(void **state)
{
    int            rc;
    json_t        *tree, *error;
    show_error_t   e;

    memset(&e, 0, sizeof(e));

    for (rc = 0; rc < BMC_RC_MAX; rc++) {
        e.rc = (bmc_rc_t) rc;
        tree = show_tree(show_error, &e);
        error = json_object_get(tree, "error");
        assert_text(error, "code", bmc_error(e.rc)->name);
        assert_text(error, "message", bmc_error(e.rc)->text);
        assert_int_equal(json_object_size(error), 2);
        assert_int_equal(json_object_size(tree), 1);
        json_decref(tree);
    }

    e.rc = BMC_NO_HOST;
    e.host = "n\xc3" "9\"<";
    e.text = "no host \"n9\"\r\n";
    e.retry_after = 4294967295U;
    tree = show_tree(show_error, &e);
    error = json_object_get(tree, "error");
    assert_text(error, "host", "n\xef\xbf\xbd" "9\"<");
    assert_text(error, "message", e.text);
    assert_int_equal(json_integer_value(json_object_get(error,
                                        "retry_after")), 4294967295LL);
    json_decref(tree);
    show_fits(show_error, &e);
}


static void
an_operation_tells_its_steps(void **state)
{
    json_t         *tree, *steps;
    bmc_op_info_t   op;

    memset(&op, 0, sizeof(op));
    op.id = 42;
    op.group = 41;
    op.asked = 1000 * SHOW_DAY;
    op.verb = BMC_POWER_OFF;
    op.state = BMC_OP_ASKED;
    (void) snprintf(op.host, sizeof(op.host), "n1");
    (void) snprintf(op.actor, sizeof(op.actor), "key:ha");

    tree = show_tree(show_op, &op);
    assert_text(tree, "host", "n1");
    assert_text(tree, "verb", "power.off");
    assert_text(tree, "state", "asked");
    assert_text(tree, "who", "key:ha");
    assert_text(tree, "text", NULL);
    assert_text(tree, "error", NULL);
    assert_text(tree, "asked", "1972-09-27T00:00:00.000Z");
    assert_text(tree, "ended", NULL);
    assert_int_equal(json_integer_value(json_object_get(tree, "part_of")),
                     41);
    assert_int_equal(json_array_size(json_object_get(tree, "steps")), 1);
    json_decref(tree);
    show_fits(show_op, &op);

    op.state = BMC_OP_UNKNOWN;
    op.rc = BMC_UNKNOWN;
    op.sent = op.asked + 1;
    op.ended = op.asked + 61001;
    memset(op.text, 'x', sizeof(op.text));
    memset(op.host, 0xff, sizeof(op.host));
    memset(op.actor, 0x01, sizeof(op.actor));

    tree = show_tree(show_op, &op);
    steps = json_object_get(tree, "steps");
    assert_text(tree, "error", "unknown");
    assert_int_equal(json_string_length(json_object_get(tree, "text")),
                     sizeof(op.text));
    assert_int_equal(json_array_size(steps), 3);
    assert_text(json_array_get(steps, 1), "state", "sent");
    assert_text(json_array_get(steps, 1), "at", "1972-09-27T00:00:00.001Z");
    assert_text(json_array_get(steps, 2), "state", "unknown");
    assert_text(json_array_get(steps, 2), "at", "1972-09-27T00:01:01.001Z");
    json_decref(tree);
    show_fits(show_op, &op);
}


static void
show_one_event(uint8_t kind, uint8_t was, uint8_t is, const char *from,
    const char *to)
{
    json_t       *tree;
    bmc_event_t   e;

    memset(&e, 0, sizeof(e));
    e.id = 9;
    e.time = 1;
    e.kind = kind;
    e.was = was;
    e.is = is;
    e.verb = BMC_POWER_ON;
    (void) snprintf(e.host, sizeof(e.host), "n1");

    tree = show_tree(show_event, &e);
    assert_text(tree, "was", from);
    assert_text(tree, "is", to);
    assert_text(tree, "verb", from == NULL ? "power.on" : NULL);
    json_decref(tree);
    show_fits(show_event, &e);
}


static void
an_event_tells_what_was_and_what_is(void **state)
{
    bmc_event_t  e;

    show_one_event(BMC_EVENT_POWER, BMC_POWER_IS_ON, BMC_POWER_IS_OFF, "on",
                   "off");
    show_one_event(BMC_EVENT_REACH, BMC_REACH_YES, BMC_REACH_REFUSED, "yes",
                   "refused");
    show_one_event(BMC_EVENT_HEALTH, BMC_HEALTH_OK, BMC_HEALTH_CRITICAL,
                   "ok", "critical");
    show_one_event(BMC_EVENT_OPERATION, 0, BMC_OP_UNVERIFIED, NULL,
                   "unverified");
    show_one_event(99, 255, 255, "", "");

    memset(&e, 0xff, sizeof(e));
    e.kind = BMC_EVENT_OPERATION;
    json_decref(show_tree(show_event, &e));
    memset(e.host, 0x80, sizeof(e.host));
    e.kind = BMC_EVENT_POWER;
    json_decref(show_tree(show_event, &e));
}


/* no kind, verb or state that a board may hold by accident is looked up */

static void
numbers_of_nothing_are_no_names(void **state)
{
    bmc_session_info_t  s;

    memset(&s, 0xff, sizeof(s));
    s.kind = (bmc_actor_kind_t) 77;
    json_decref(show_tree(show_session, &s));
    show_fits(show_session, &s);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(an_age_is_never_less_than_nothing),
        cmocka_unit_test(a_views_garbage_is_json_all_the_same),
        cmocka_unit_test(data_that_is_empty_or_no_object_adds_nothing),
        cmocka_unit_test(a_change_says_what_the_bmc_took_and_what_it_showed),
        cmocka_unit_test(a_failure_says_why_and_when_to_come_again),
        cmocka_unit_test(every_error_has_its_code_and_its_words),
        cmocka_unit_test(an_operation_tells_its_steps),
        cmocka_unit_test(an_event_tells_what_was_and_what_is),
        cmocka_unit_test(numbers_of_nothing_are_no_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
