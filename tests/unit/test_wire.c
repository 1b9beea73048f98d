
/*
 * Copyright (C) the bmcgate authors
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "peer/peer.h"


static bmc_msg_t
wire_request(void)
{
    bmc_msg_t  m;

    memset(&m, 0, sizeof(m));

    m.type = BMC_MSG_REQUEST;
    m.id = 0x0102030405060708;
    m.op = 77;
    m.verb = BMC_USERS_SET;
    m.flags = BMC_FRESH;
    m.timeout = 5000;
    m.max_age = 30000;
    m.verify = 60000;
    m.host = "node7";
    m.door = "http";
    m.actor = "key:homeassistant";
    m.from = "192.0.2.1";
    m.args[0].name = "user";
    m.args[0].value = "svc";
    m.args[1].name = "password";
    m.args[1].value = "";
    m.nargs = 2;

    return m;
}


static bmc_msg_t
wire_sample(bmc_msg_type_t type)
{
    bmc_msg_t  m;

    if (type == BMC_MSG_REQUEST) {
        return wire_request();
    }

    memset(&m, 0, sizeof(m));

    m.type = type;
    m.id = 9;

    if (type == BMC_MSG_HELLO) {
        m.id = 0;
        m.word = UINT64_MAX;
        memcpy(m.cookie, "0123456789abcdef", 16);
    }

    if (type == BMC_MSG_NOTICE) {
        m.id = 0;
    }

    if (type == BMC_MSG_RESULT) {
        m.op = 3;
        m.rc = BMC_REFUSED;
        m.bits = BMC_MSG_ACCEPTED;
        m.retry_after = 30;
        m.driver = "redfish";
        m.text = "the BMC said no";
    }

    if (type == BMC_MSG_RESULT || type == BMC_MSG_DATA) {
        m.bytes = "{\0}";
        m.len = 3;
    }

    return m;
}


static void
wire_same_text(const char *got, const char *sent)
{
    assert_non_null(got);
    assert_string_equal(got, sent ? sent : "");
}


static void
wire_same(const bmc_msg_t *a, const bmc_msg_t *b)
{
    size_t  i;

    assert_int_equal(a->type, b->type);
    assert_true(a->id == b->id && a->op == b->op && a->word == b->word);
    assert_memory_equal(a->cookie, b->cookie, sizeof(a->cookie));
    assert_int_equal(a->verb, b->verb);
    assert_int_equal(a->flags, b->flags);
    assert_int_equal(a->timeout, b->timeout);
    assert_int_equal(a->max_age, b->max_age);
    assert_int_equal(a->verify, b->verify);
    assert_int_equal(a->rc, b->rc);
    assert_int_equal(a->bits, b->bits);
    assert_int_equal(a->retry_after, b->retry_after);
    wire_same_text(a->host, b->host);
    wire_same_text(a->door, b->door);
    wire_same_text(a->actor, b->actor);
    wire_same_text(a->from, b->from);
    wire_same_text(a->driver, b->driver);
    wire_same_text(a->text, b->text);

    assert_int_equal(a->len, b->len);

    if (a->len) {
        assert_memory_equal(a->bytes, b->bytes, a->len);
    }

    assert_int_equal(a->nargs, b->nargs);

    for (i = 0; i < a->nargs; i++) {
        assert_string_equal(a->args[i].name, b->args[i].name);
        assert_string_equal(a->args[i].value, b->args[i].value);
    }
}


static void
wire_refused(const void *bytes, size_t len, const char *part)
{
    void        *copy;
    bmc_msg_t    m;
    const char  *why;

    /* exactly as long as it is, so that a sanitizer sees one byte more */

    copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, len);

    why = NULL;
    assert_false(bmc_msg_decode(&m, copy, len, &why));
    assert_non_null(why);

    if (part && !strstr(why, part)) {
        fail_msg("said \"%s\", not \"%s\"", why, part);
    }

    free(copy);
}


/* where a known text stands in what was encoded */

static size_t
wire_find(const bmc_buf_t *b, const char *text)
{
    const char  *p;

    p = memmem(b->data, b->len, text, strlen(text));
    assert_non_null(p);

    return p - b->data;
}


static void
every_message_arrives_as_it_was_sent(void **state)
{
    unsigned     type;
    bmc_buf_t    b;
    bmc_msg_t    m, got;
    const char  *why;

    memset(&b, 0, sizeof(b));

    for (type = BMC_MSG_HELLO; type < BMC_MSG_MAX; type++) {
        m = wire_sample(type);
        assert_true(bmc_msg_encode(&b, &m));

        memset(&got, 0xff, sizeof(got));
        assert_true(bmc_msg_decode(&got, b.data, b.len, &why));
        wire_same(&got, &m);
    }

    bmc_buf_free(&b);
}


static void
fields_of_other_types_are_left_out(void **state)
{
    bmc_buf_t    b;
    bmc_msg_t    m, got;
    const char  *why;

    memset(&b, 0, sizeof(b));

    m = wire_request();
    m.type = BMC_MSG_DROP;

    assert_true(bmc_msg_encode(&b, &m));
    assert_int_equal(b.len, 12);
    assert_true(bmc_msg_decode(&got, b.data, b.len, &why));

    assert_true(got.id == m.id);
    assert_true(got.op == 0);
    assert_string_equal(got.host, "");
    assert_int_equal(got.nargs, 0);

    bmc_buf_free(&b);
}


static void
decoding_copies_nothing(void **state)
{
    bmc_buf_t    b;
    bmc_msg_t    m, got;
    const char  *why;

    memset(&b, 0, sizeof(b));

    m = wire_request();
    assert_true(bmc_msg_encode(&b, &m));
    assert_true(bmc_msg_decode(&got, b.data, b.len, &why));

    assert_ptr_equal(got.host, b.data + wire_find(&b, "node7"));
    assert_ptr_equal(got.args[0].value, b.data + wire_find(&b, "svc"));

    bmc_buf_free(&b);
}


static void
a_buffer_is_used_again(void **state)
{
    char        *was;
    size_t       len;
    bmc_buf_t    b;
    bmc_msg_t    m;

    memset(&b, 0, sizeof(b));

    m = wire_request();
    assert_true(bmc_msg_encode(&b, &m));
    was = b.data;
    len = b.len;

    assert_true(bmc_msg_encode(&b, &m));
    assert_ptr_equal(b.data, was);
    assert_int_equal(b.len, len);
    assert_true(len < 200);

    bmc_buf_free(&b);
}


static void
a_message_cut_short_anywhere_is_refused(void **state)
{
    size_t      n;
    unsigned    type;
    bmc_buf_t   b;
    bmc_msg_t   m;

    memset(&b, 0, sizeof(b));

    for (type = BMC_MSG_HELLO; type < BMC_MSG_MAX; type++) {
        m = wire_sample(type);
        assert_true(bmc_msg_encode(&b, &m));

        for (n = 0; n < b.len; n++) {
            wire_refused(b.data, n, n < 4 ? "header" : "its ");
        }
    }

    bmc_buf_free(&b);
}


static void
bytes_after_the_end_are_refused(void **state)
{
    unsigned    type;
    bmc_buf_t   b;
    bmc_msg_t   m;

    memset(&b, 0, sizeof(b));

    for (type = BMC_MSG_HELLO; type < BMC_MSG_MAX; type++) {
        m = wire_sample(type);
        assert_true(bmc_msg_encode(&b, &m));
        bmc_buf_addc(&b, '\0');
        wire_refused(b.data, b.len, "bytes follow");
    }

    bmc_buf_free(&b);
}


static void
a_strange_header_is_refused(void **state)
{
    static const char  zero[] = { 0, 1, 0, 0 };
    static const char  beyond[] = { BMC_MSG_MAX, 1, 0, 0 };
    static const char  newer[] = { BMC_MSG_NOTICE, 2, 0, 0 };
    static const char  noise[] = { BMC_MSG_NOTICE, 1, 0, 1 };

    wire_refused(zero, 4, "type is unknown");
    wire_refused(beyond, 4, "type is unknown");
    wire_refused(newer, 4, "another version");
    wire_refused(noise, 4, "header");
}


static void
a_type_that_is_none_is_not_encoded(void **state)
{
    bmc_buf_t  b;
    bmc_msg_t  m;

    memset(&b, 0, sizeof(b));
    memset(&m, 0, sizeof(m));

    assert_false(bmc_msg_encode(&b, &m));

    m.type = BMC_MSG_MAX;
    assert_false(bmc_msg_encode(&b, &m));

    bmc_buf_free(&b);
}


static void
numbers_that_index_tables_are_bounded(void **state)
{
    bmc_buf_t   b;
    bmc_msg_t   m;

    memset(&b, 0, sizeof(b));

    m = wire_request();
    assert_true(bmc_msg_encode(&b, &m));
    b.data[4 + 8 + 8] = BMC_VERB_MAX;
    wire_refused(b.data, b.len, "its verb");

    m.verb = BMC_VERB_MAX;
    assert_false(bmc_msg_encode(&b, &m));

    m = wire_sample(BMC_MSG_RESULT);
    assert_true(bmc_msg_encode(&b, &m));
    b.data[4 + 8 + 8] = BMC_RC_MAX;
    wire_refused(b.data, b.len, "its rc");

    m.rc = BMC_RC_MAX;
    assert_false(bmc_msg_encode(&b, &m));

    bmc_buf_free(&b);
}


static void
strings_of_the_longest_length_pass_and_no_longer(void **state)
{
    char         text[BMC_TEXT_MAX + 1];
    bmc_buf_t    b;
    bmc_msg_t    m, got;
    const char  *why;

    memset(&b, 0, sizeof(b));
    memset(text, 'x', BMC_TEXT_MAX);
    text[BMC_TEXT_MAX] = '\0';

    m = wire_request();
    m.host = text + BMC_TEXT_MAX - (BMC_NAME_MAX - 1);
    m.actor = text + 1;
    assert_true(bmc_msg_encode(&b, &m));
    assert_true(bmc_msg_decode(&got, b.data, b.len, &why));
    wire_same(&got, &m);

    m.host--;
    assert_false(bmc_msg_encode(&b, &m));

    m.host = "n1";
    m.actor = text;
    assert_false(bmc_msg_encode(&b, &m));

    bmc_buf_free(&b);
}


static void
a_string_that_lies_about_its_length_is_refused(void **state)
{
    size_t      at;
    bmc_buf_t   b;
    bmc_msg_t   m;

    memset(&b, 0, sizeof(b));
    m = wire_request();

    assert_true(bmc_msg_encode(&b, &m));
    at = wire_find(&b, "node7");

    b.data[at + 5] = 'x';                            /* no null */
    wire_refused(b.data, b.len, "its host");
    b.data[at + 5] = '\0';

    b.data[at + 2] = '\0';                           /* one too early */
    wire_refused(b.data, b.len, "its host");
    b.data[at + 2] = 'd';

    b.data[at - 2] = BMC_NAME_MAX;                   /* over-long */
    wire_refused(b.data, b.len, "its host");

    b.data[at - 1] = (char) 0xff;                    /* past the end */
    wire_refused(b.data, b.len, "its host");

    bmc_buf_free(&b);
}


static void
more_than_eight_arguments_are_refused(void **state)
{
    size_t      i, at;
    bmc_buf_t   b;
    bmc_msg_t   m;

    memset(&b, 0, sizeof(b));
    m = wire_request();

    for (i = 0; i < BMC_MSG_ARGS; i++) {
        m.args[i].name = "user";
        m.args[i].value = "x";
    }

    m.nargs = BMC_MSG_ARGS;
    assert_true(bmc_msg_encode(&b, &m));

    at = wire_find(&b, "user") - 3;
    assert_int_equal(b.data[at], BMC_MSG_ARGS);
    b.data[at]++;
    bmc_buf_add(&b, "\1\0n\0\0\0\0", 7);
    wire_refused(b.data, b.len, "its args");

    m.nargs++;
    assert_false(bmc_msg_encode(&b, &m));

    bmc_buf_free(&b);
}


static void
an_argument_too_long_is_not_encoded(void **state)
{
    char       *value;
    bmc_buf_t   b;
    bmc_msg_t   m;

    memset(&b, 0, sizeof(b));

    value = malloc(65537);
    assert_non_null(value);
    memset(value, 'x', 65536);
    value[65536] = '\0';

    m = wire_request();
    m.args[0].value = value;
    assert_false(bmc_msg_encode(&b, &m));

    value[65535] = '\0';
    assert_true(bmc_msg_encode(&b, &m));

    free(value);
    bmc_buf_free(&b);
}


static void
bytes_that_lie_about_their_length_are_refused(void **state)
{
    bmc_buf_t   b;
    bmc_msg_t   m;

    memset(&b, 0, sizeof(b));
    m = wire_sample(BMC_MSG_DATA);

    assert_true(bmc_msg_encode(&b, &m));

    b.data[12]++;
    wire_refused(b.data, b.len, "its bytes");

    b.data[12] -= 2;
    wire_refused(b.data, b.len, "its bytes");

    memset(b.data + 12, 0xff, 4);
    wire_refused(b.data, b.len, "its bytes");

    bmc_buf_free(&b);
}


static void
nothing_is_larger_than_64_mb(void **state)
{
    char        *map;
    size_t       size;
    bmc_buf_t    b;
    bmc_msg_t    m;
    const char  *why;

    size = (size_t) BMC_MSG_LARGEST + 1;

    map = mmap(NULL, size, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_ptr_not_equal(map, MAP_FAILED);

    memset(&b, 0, sizeof(b));
    m = wire_sample(BMC_MSG_DATA);
    m.bytes = map;
    m.len = size;
    assert_false(bmc_msg_encode(&b, &m));
    bmc_buf_free(&b);

    map[0] = BMC_MSG_NOTICE;
    map[1] = 1;
    assert_false(bmc_msg_decode(&m, map, size, &why));
    assert_string_equal(why, "it is larger than 64 MB");

    munmap(map, size);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(every_message_arrives_as_it_was_sent),
        cmocka_unit_test(fields_of_other_types_are_left_out),
        cmocka_unit_test(decoding_copies_nothing),
        cmocka_unit_test(a_buffer_is_used_again),
        cmocka_unit_test(a_message_cut_short_anywhere_is_refused),
        cmocka_unit_test(bytes_after_the_end_are_refused),
        cmocka_unit_test(a_strange_header_is_refused),
        cmocka_unit_test(a_type_that_is_none_is_not_encoded),
        cmocka_unit_test(numbers_that_index_tables_are_bounded),
        cmocka_unit_test(strings_of_the_longest_length_pass_and_no_longer),
        cmocka_unit_test(a_string_that_lies_about_its_length_is_refused),
        cmocka_unit_test(more_than_eight_arguments_are_refused),
        cmocka_unit_test(an_argument_too_long_is_not_encoded),
        cmocka_unit_test(bytes_that_lie_about_their_length_are_refused),
        cmocka_unit_test(nothing_is_larger_than_64_mb)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
