
/*
 * Copyright (C) the bmcgate authors
 */


#include "http_rig.h"


/* -- changes */

static void
http_a_change_is_claimed_once_and_only_when_connected(void **state)
{
    web_page(&rig.web, NULL, NULL, 200, "{}");
    rig_open(rig.c);

    rig_post("/a", "{}");
    assert_int_equal(rig.claims, 1);
    assert_true(rig.c->sent);
    rig_get("/a");
    assert_int_equal(rig.claims, 1);
}


static void
http_a_claim_that_is_not_granted_sends_nothing(void **state)
{
    web_page(&rig.web, NULL, NULL, 200, "{}");
    rig_open(rig.c);
    rig.deny = true;

    rig_post("/a", "{}");
    assert_int_equal(rig.c->rc, BMC_CANCELLED);
    assert_false(rig.c->sent);
    rig_pass(20);
    assert_int_equal(rig.web.count, 0);

    rig.deny = false;
    rig_post("/a", "{}");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.web.count, 1);
}


/* libcurl would send it again, and the host would be cycled twice */

static void
http_a_change_on_a_kept_connection_that_dies_is_sent_once(void **state)
{
    web_page(&rig.web, "GET", "/x", 200, "{}");
    web_page(&rig.web, "POST", "/reset", 200, "{}")->manner = WEB_CLOSES;
    rig_open(rig.c);

    rig_get("/x");
    rig_post("/reset", "{\"ResetType\": \"PowerCycle\"}");
    assert_int_equal(rig.c->rc, BMC_UNREACHABLE);
    assert_true(rig.c->sent);
    rig_says("closed the connection before it answered");
    rig_pass(50);
    assert_int_equal(web_count(&rig.web, "POST", "/reset"), 1);
    assert_int_equal(rig.claims, 1);
    assert_int_equal(rig.web.asked[1].connection, 0);
}


static void
http_a_change_that_is_reset_is_sent_once(void **state)
{
    web_page(&rig.web, "GET", "/x", 200, "{}");
    web_page(&rig.web, "POST", "/reset", 200, "{}")->manner = WEB_RESETS;
    rig_open(rig.c);

    rig_get("/x");
    rig_post("/reset", "{}");
    assert_int_equal(rig.c->rc, BMC_UNREACHABLE);
    assert_true(rig.c->sent);
    rig_pass(50);
    assert_int_equal(web_count(&rig.web, "POST", "/reset"), 1);
}


static void
http_a_read_on_a_kept_connection_that_dies_is_asked_again(void **state)
{
    web_page(&rig.web, "GET", "/x", 200, "{}");
    web_page(&rig.web, "GET", "/y", 200, "{}")->manner = WEB_CLOSES;
    rig.web.page[1].times = 1;
    web_page(&rig.web, "GET", "/y", 200, "{\"second\": 1}");
    rig_open(rig.c);

    rig_get("/x");
    rig_get("/y");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_non_null(json_object_get(rig.c->json, "second"));
    assert_int_equal(web_count(&rig.web, "GET", "/y"), 2);
}


static void
http_a_connection_that_the_bmc_let_go_of_costs_nothing(void **state)
{
    web_page(&rig.web, NULL, NULL, 200, "{}");
    rig_open(rig.c);

    rig_get("/x");
    web_hang_up(&rig.web);
    rig_pass(20);
    rig_post("/x", "{}");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.web.connections, 2);
    assert_int_equal(rig.web.count, 2);
}


static void
http_connection_close_is_heeded(void **state)
{
    web_page(&rig.web, NULL, NULL, 200, "{}")->manner = WEB_LAST;
    rig_open(rig.c);

    rig_get("/x");
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.web.connections, 2);
}


/* -- addresses */

static void
http_a_name_is_looked_up(void **state)
{
    web_page(&rig.web, NULL, NULL, 200, "{}");
    rig.c->word[0] = "localhost";
    rig_open(rig.c);

    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_non_null(strstr(web_asked_header(&rig.web.asked[0], "Host"),
                           "localhost:"));
    assert_non_null(strstr(rig.c->peer, "127.0.0.1:"));
}


static void
http_a_name_that_is_none_is_unreachable(void **state)
{
    rig.c->word[0] = "nobody.invalid";
    rig_open(rig.c);

    rig_post("/x", "{}");
    assert_int_equal(rig.c->rc, BMC_UNREACHABLE);
    assert_false(rig.c->sent);
    rig_says("\"nobody.invalid\" cannot be looked up");
    assert_int_equal(rig.claims, 0);
}


static void
http_ipv6_is_an_address_too(void **state)
{
    web_stop(&rig.web);
    web_start_at(&rig.web, &rig.loop, "::1");
    web_page(&rig.web, NULL, NULL, 200, "{}");
    rig.c = rig_client(0, BMC_TLS_NONE);
    rig_open(rig.c);

    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_non_null(strstr(web_asked_header(&rig.web.asked[0], "Host"),
                           "[::1]:"));
    assert_non_null(strstr(rig.c->peer, "[::1]:"));
}


static void
http_the_next_address_is_tried_and_the_good_one_remembered(void **state)
{
    web_page(&rig.web, NULL, NULL, 200, "{}");
    rig.c->word[0] = "127.0.0.9";
    rig.c->word[1] = "nobody.invalid";
    rig.c->word[2] = "127.0.0.1";
    rig.c->list.count = 3;
    rig_open(rig.c);

    rig_post("/x", "{}");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.claims, 1);
    assert_non_null(strstr(rig.c->peer, "127.0.0.1:"));
    rig_get("/x");
    assert_int_equal(rig.web.connections, 1);
    assert_int_equal(rig.web.count, 2);
}


static void
http_when_no_address_answers_each_was_tried_once(void **state)
{
    web_deaf(&rig.web);
    rig_pass(1);
    rig.c->word[0] = "127.0.0.8";
    rig.c->word[1] = "127.0.0.9";
    rig.c->list.count = 2;
    rig_open(rig.c);

    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_UNREACHABLE);
    rig_says("127.0.0.9");
}


/* the fake's backlog is full: nobody answers, not even with a refusal */

static void
http_an_address_that_is_silent_leaves_time_for_the_next(void **state)
{
    int                 fd[8], s;
    socklen_t           len;
    unsigned            i;
    struct sockaddr_in  at;

    web_page(&rig.web, NULL, NULL, 200, "{}");
    memset(&at, 0, sizeof(at));
    at.sin_family = AF_INET;
    at.sin_port = htons((uint16_t) rig.web.port);
    at.sin_addr.s_addr = htonl(0x7f000009);
    len = sizeof(at);
    s = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s, (struct sockaddr *) &at, len), 0);
    assert_int_equal(listen(s, 0), 0);

    for (i = 0; i < 8; i++) {
        fd[i] = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, 0);
        (void) connect(fd[i], (struct sockaddr *) &at, len);
    }

    rig.c->word[0] = "127.0.0.9";
    rig.c->word[1] = "127.0.0.1";
    rig.c->list.count = 2;
    rig_open(rig.c);
    rig_ask_for(rig.c, "GET", "/x", NULL, false, 600);
    rig_wait(rig.c);
    assert_int_equal(rig.c->rc, BMC_OK);

    rig.c = rig_client(1, BMC_TLS_NONE);
    rig.c->word[0] = "127.0.0.9";
    rig_open(rig.c);
    rig_ask_for(rig.c, "POST", "/x", "{}", true, 100);
    rig_wait(rig.c);
    assert_int_equal(rig.c->rc, BMC_UNREACHABLE);
    assert_false(rig.c->sent);
    assert_int_equal(rig.claims, 0);
    rig_says("no answer from 127.0.0.9");

    for (i = 0; i < 8; i++) {
        (void) close(fd[i]);
    }

    (void) close(s);
}


/* -- ends */

static void
http_nothing_is_told_after_a_cancel_at_any_stage(void **state)
{
    unsigned     i;
    web_page_t  *p;

    p = web_page(&rig.web, NULL, "/half", 200, "{\"a\": 1}");
    p->manner = WEB_HALF;
    web_page(&rig.web, NULL, "/x", 200, "{}");
    rig_open(rig.c);

    for (i = 0; i < 24; i++) {
        p->stop = 2 * i;
        rig_ask_for(rig.c, "GET", "/half", NULL, false, 1000);
        rig_pass(i / 5);
        bmc_http_cancel(rig.c->h);
        rig_pass(1);
        assert_int_equal(rig.c->told, 0);
    }

    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


static void
http_nothing_is_told_after_a_close_at_any_stage(void **state)
{
    unsigned  i;
    char      why[BMC_TEXT_MAX];

    web_page(&rig.web, NULL, NULL, 200, "{}");

    for (i = 0; i < 24; i++) {
        rig.c->word[0] = i % 3 == 0 ? "localhost" : "127.0.0.1";
        rig.c->h = bmc_http_open(&rig.c->place, why);
        assert_non_null(rig.c->h);
        rig.c->closed = 0;
        rig_ask_for(rig.c, "GET", "/x", NULL, false, 1000);

        if (i < 12) {
            (void) uv_run(&rig.loop, UV_RUN_NOWAIT);
        }

        if (i < 6) {
            (void) uv_run(&rig.loop, UV_RUN_NOWAIT);
        }

        rig.c->told = 0;
        bmc_http_close(rig.c->h, rig_closed, rig.c);
        rig.c->h = NULL;
        assert_int_equal(rig.c->closed, 0);
        rig_pass(2);
        assert_int_equal(rig.c->closed, 1);
        assert_int_equal(rig.c->told, 0);
    }
}


static void
http_then_close(void *data)
{
    rig_close(data);
}


static void
http_told_may_close_the_client(void **state)
{
    web_page(&rig.web, NULL, NULL, 200, "{\"a\": 1}");
    rig_open(rig.c);
    rig.c->then = http_then_close;

    rig_get("/x");
    rig_pass(5);
    assert_int_equal(rig.c->closed, 1);
}


static void
http_then_ask(void *data)
{
    client_t  *c;

    c = data;

    if (rig.web.count < 5) {
        rig_ask_for(c, "GET", "/x", NULL, false, 1000);
    }
}


static void
http_told_may_ask_again(void **state)
{
    web_page(&rig.web, NULL, NULL, 200, "{\"a\": 1}");
    rig_open(rig.c);
    rig.c->then = http_then_ask;

    rig_get("/x");
    assert_int_equal(rig.web.count, 5);
}


static void
http_claimed_cancels(void)
{
    bmc_http_cancel(rig.c->h);
}


static void
http_claimed_closes_another(void)
{
    rig_close(&rig.client[1]);
}


/* the core may end calls of other hosts while it is asked for a claim */

static void
http_a_claim_may_cancel_and_close_clients(void **state)
{
    web_page(&rig.web, NULL, "/silent", 200, "{}")->manner = WEB_SILENT;
    web_page(&rig.web, NULL, NULL, 200, "{}");
    rig_open(rig.c);
    rig.claimed = http_claimed_cancels;
    rig_ask_for(rig.c, "POST", "/x", "{}", true, 1000);
    rig_pass(30);
    assert_int_equal(rig.c->told, 0);
    assert_int_equal(rig.web.count, 0);

    rig_open(rig_client(1, BMC_TLS_NONE));
    rig_ask_for(&rig.client[1], "POST", "/silent", "{\"secret\": 1}", false,
                1000);
    rig_pass(10);
    rig.claimed = http_claimed_closes_another;
    rig_post("/x", "{}");
    assert_int_equal(rig.c->rc, BMC_OK);
    rig_pass(5);
    assert_int_equal(rig.client[1].closed, 1);
    assert_int_equal(rig.client[1].told, 0);
}


static void
http_claimed_cancels_others(void)
{
    unsigned  i;

    for (i = 1; i < 20; i++) {
        bmc_http_cancel(rig.client[i].h);
    }
}


/* all of them have their connections, and leave in one turn of libcurl */

static void
http_a_claim_may_cancel_those_that_are_about_to_leave(void **state)
{
    unsigned  i;

    web_page(&rig.web, NULL, NULL, 200, "{}");

    for (i = 0; i < 20; i++) {
        rig_open(rig_client(i, BMC_TLS_NONE));
        rig_ask_for(&rig.client[i], "GET", "/x", NULL, false, 5000);
        rig_wait(&rig.client[i]);
    }

    web_forget(&rig.web);
    rig.claimed = http_claimed_cancels_others;

    for (i = 0; i < 20; i++) {
        rig_ask_for(&rig.client[i], "POST", "/x", "{\"a\": 1}", true, 5000);
    }

    rig_wait(rig.c);
    rig_pass(20);
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.claims, 1);
    assert_int_equal(rig.web.count, 1);
}


/* -- many */

static bool
http_all_told(void)
{
    unsigned  i;

    for (i = 0; i < 100; i++) {
        if (rig.client[i].told == 0) {
            return false;
        }
    }

    return true;
}


static void
http_a_hundred_clients_have_a_connection_each(void **state)
{
    unsigned  i, round;

    web_page(&rig.web, NULL, NULL, 200, "{\"a\": 1}");

    for (i = 0; i < 100; i++) {
        rig_open(rig_client(i, BMC_TLS_NONE));
    }

    for (round = 0; round < 3; round++) {
        for (i = 0; i < 100; i++) {
            rig_ask_for(&rig.client[i], "GET", "/x", NULL, false, 5000);
        }

        rig_run(http_all_told);
    }

    for (i = 0; i < 100; i++) {
        assert_int_equal(rig.client[i].rc, BMC_OK);
    }

    assert_int_equal(rig.web.count, 300);
    assert_int_equal(rig.web.connections, 100);
    assert_int_equal(rig.web.open, 100);
}


static void
http_a_client_that_is_closed_leaves_no_connection_behind(void **state)
{
    web_page(&rig.web, NULL, NULL, 200, "{}");
    rig_open(rig.c);
    rig_open(rig_client(1, BMC_TLS_NONE));
    rig_get("/x");
    rig_ask_for(&rig.client[1], "GET", "/x", NULL, false, 5000);
    rig_wait(&rig.client[1]);

    rig_close(&rig.client[1]);
    rig_pass(10);
    assert_int_equal(rig.web.open, 1);
}


static void
http_a_proxy_of_the_environment_is_none_of_ours(void **state)
{
    web_page(&rig.web, NULL, NULL, 200, "{}");
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    assert_int_equal(setenv("all_proxy", "http://127.0.0.1:1", 1), 0);
    rig_open(rig.c);
    rig_get("/x");
    (void) unsetenv("http_proxy");
    (void) unsetenv("all_proxy");
    assert_int_equal(rig.c->rc, BMC_OK);
}


#define HTTP_TEST(f)  cmocka_unit_test_setup_teardown(f, rig_begin, rig_end)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        HTTP_TEST(http_a_change_is_claimed_once_and_only_when_connected),
        HTTP_TEST(http_a_claim_that_is_not_granted_sends_nothing),
        HTTP_TEST(http_a_change_on_a_kept_connection_that_dies_is_sent_once),
        HTTP_TEST(http_a_change_that_is_reset_is_sent_once),
        HTTP_TEST(http_a_read_on_a_kept_connection_that_dies_is_asked_again),
        HTTP_TEST(http_a_connection_that_the_bmc_let_go_of_costs_nothing),
        HTTP_TEST(http_connection_close_is_heeded),
        HTTP_TEST(http_a_name_is_looked_up),
        HTTP_TEST(http_a_name_that_is_none_is_unreachable),
        HTTP_TEST(http_ipv6_is_an_address_too),
        HTTP_TEST(http_the_next_address_is_tried_and_the_good_one_remembered),
        HTTP_TEST(http_when_no_address_answers_each_was_tried_once),
        HTTP_TEST(http_an_address_that_is_silent_leaves_time_for_the_next),
        HTTP_TEST(http_nothing_is_told_after_a_cancel_at_any_stage),
        HTTP_TEST(http_nothing_is_told_after_a_close_at_any_stage),
        HTTP_TEST(http_told_may_close_the_client),
        HTTP_TEST(http_told_may_ask_again),
        HTTP_TEST(http_a_claim_may_cancel_and_close_clients),
        HTTP_TEST(http_a_claim_may_cancel_those_that_are_about_to_leave),
        HTTP_TEST(http_a_hundred_clients_have_a_connection_each),
        HTTP_TEST(http_a_client_that_is_closed_leaves_no_connection_behind),
        HTTP_TEST(http_a_proxy_of_the_environment_is_none_of_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
