
/*
 * Copyright (C) the bmcgate authors
 */


#include "http_rig.h"


static void
http_an_answer_is_told_with_its_json_and_headers(void **state)
{
    web_page(&rig.web, "GET", "/redfish/v1/?x=1", 200, "{\"Id\": \"root\"}")
        ->headers = "ETag: \"7\"\r\nLocation:   /a/b  \r\n";
    rig_open(rig.c);

    rig_get("/redfish/v1/?x=1");

    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.c->status, 200);
    assert_true(rig.c->sent);
    assert_string_equal(rig.c->text, "{\"Id\": \"root\"}");
    assert_string_equal(json_string_value(json_object_get(rig.c->json, "Id")),
                        "root");
    assert_string_equal(rig.c->etag, "\"7\"");
    assert_string_equal(rig.c->location, "/a/b");
    assert_string_equal(web_asked_header(&rig.web.asked[0], "X-Auth-Token"),
                        "secret");
    assert_null(web_asked_header(&rig.web.asked[0], "Content-Type"));
    assert_null(web_asked_header(&rig.web.asked[0], "Expect"));
}


static void
http_any_status_is_an_answer(void **state)
{
    web_page(&rig.web, "GET", "/no", 503, "<html>busy</html>");
    web_page(&rig.web, "GET", "/none", 204, NULL);
    rig_open(rig.c);

    rig_get("/no");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.c->status, 503);
    assert_null(rig.c->json);
    assert_string_equal(rig.c->text, "<html>busy</html>");

    rig_get("/none");
    assert_int_equal(rig.c->status, 204);
    assert_int_equal(rig.c->len, 0);

    rig_get("/nothing");
    assert_int_equal(rig.c->status, 404);
}


static void
http_many_requests_share_one_connection(void **state)
{
    unsigned  i;

    web_page(&rig.web, NULL, NULL, 200, "{}");
    rig_open(rig.c);

    for (i = 0; i < 50; i++) {
        rig_get("/x");
        assert_int_equal(rig.c->rc, BMC_OK);
    }

    rig_post("/x", "{\"a\": 1}");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.web.count, 51);
    assert_int_equal(rig.web.connections, 1);
}


static void
http_bodies_and_methods_arrive_as_they_were_given(void **state)
{
    web_page(&rig.web, NULL, NULL, 200, "{}");
    rig_open(rig.c);

    rig_ask_for(rig.c, "PATCH", "/s", "{\"b\": 2}", true, 5000);
    rig_wait(rig.c);
    rig_ask_for(rig.c, "DELETE", "/s", NULL, true, 5000);
    rig_wait(rig.c);
    rig_ask_for(rig.c, "POST", "/s", NULL, true, 5000);
    rig_wait(rig.c);
    rig_ask_for(rig.c, "HEAD", "/s", NULL, false, 5000);
    rig_wait(rig.c);
    assert_int_equal(rig.c->status, 200);
    rig_get("/s");

    assert_string_equal(rig.web.asked[0].method, "PATCH");
    assert_string_equal(rig.web.asked[0].body, "{\"b\": 2}");
    assert_string_equal(web_asked_header(&rig.web.asked[0], "Content-Type"),
                        "application/json");
    assert_string_equal(rig.web.asked[1].method, "DELETE");
    assert_null(web_asked_header(&rig.web.asked[1], "Content-Length"));
    assert_string_equal(rig.web.asked[2].method, "POST");
    assert_string_equal(web_asked_header(&rig.web.asked[2],
                                         "Content-Length"), "0");
    assert_string_equal(rig.web.asked[3].method, "HEAD");
    assert_string_equal(rig.web.asked[4].method, "GET");
    assert_int_equal(rig.web.asked[4].len, 0);
    assert_int_equal(rig.claims, 3);
    assert_int_equal(rig.web.connections, 1);
}


/* -- no answer */

static void
http_a_refused_connection_is_unreachable_and_unsent(void **state)
{
    web_deaf(&rig.web);
    rig_pass(1);
    rig_open(rig.c);

    rig_post("/x", "{}");

    assert_int_equal(rig.c->rc, BMC_UNREACHABLE);
    assert_false(rig.c->sent);
    assert_int_equal(rig.claims, 0);
    rig_says("127.0.0.1");
    rig_says("connection refused");
}


static void
http_silence_ends_at_the_deadline(void **state)
{
    web_page(&rig.web, "GET", "/x", 200, "{}")->manner = WEB_SILENT;
    web_page(&rig.web, "GET", "/y", 200, "{}");
    rig_open(rig.c);

    rig_ask_for(rig.c, "GET", "/x", NULL, false, 100);
    rig_wait(rig.c);
    assert_int_equal(rig.c->rc, BMC_TIMEOUT);
    assert_true(rig.c->sent);
    rig_says("did not answer in time");

    rig_get("/y");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.web.connections, 2);
}


static void
http_a_deadline_that_has_passed_sends_nothing(void **state)
{
    rig_open(rig.c);
    rig_ask_for(rig.c, "GET", "/x", NULL, false, 0);
    rig_wait(rig.c);
    assert_int_equal(rig.c->rc, BMC_TIMEOUT);
    assert_false(rig.c->sent);
    assert_int_equal(rig.web.count, 0);
}


static void
http_an_answer_that_stops_is_waited_for_until_the_deadline(void **state)
{
    unsigned     i;
    web_page_t  *p;

    p = web_page(&rig.web, "GET", "/x", 200, "{\"long\": true}");
    p->manner = WEB_HALF;
    rig_open(rig.c);

    for (i = 0; i < 55; i += 7) {
        p->stop = i;
        rig_ask_for(rig.c, "GET", "/x", NULL, false, 40);
        rig_wait(rig.c);
        assert_int_equal(rig.c->rc, BMC_TIMEOUT);
    }
}


static void
http_an_answer_that_is_cut_off_is_unreachable(void **state)
{
    unsigned     i;
    web_page_t  *p;

    p = web_page(&rig.web, "GET", "/x", 200, "{\"long\": true}");
    p->manner = WEB_LEAVES;
    rig_open(rig.c);

    for (i = 0; i < 55; i++) {
        p->stop = i;
        rig_get("/x");
        assert_int_equal(rig.c->rc, BMC_UNREACHABLE);
        rig_says("closed the connection");
    }
}


/* -- too much, and nonsense */

static void
http_a_body_that_says_it_is_too_long_is_refused(void **state)
{
    web_page_t  *p;

    p = web_page(&rig.web, "GET", "/x", 200, NULL);
    p->raw = "HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n{";
    p->nraw = strlen(p->raw);
    rig_open(rig.c);

    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_REFUSED);
    rig_says("more than 8 MB");
}


static void
http_a_body_that_goes_on_and_on_is_refused(void **state)
{
    char        *all;
    size_t       n;
    web_page_t  *p;

    n = 9 * 1024 * 1024;
    all = malloc(n + 200);
    assert_non_null(all);
    snprintf(all, 200, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
             "%zx\r\n", n);
    p = web_page(&rig.web, "GET", "/x", 200, NULL);
    p->raw = all;
    p->nraw = strlen(all) + n;
    memset(all + strlen(all), ' ', n);
    rig_open(rig.c);

    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_REFUSED);
    rig_says("more than 8 MB");
    free(all);
}


static void
http_a_body_of_almost_the_limit_is_taken(void **state)
{
    char        *all;
    web_page_t  *p;

    all = malloc(BMC_HTTP_BODY_MAX);
    assert_non_null(all);
    memset(all, ' ', BMC_HTTP_BODY_MAX);
    memcpy(all, "{}", 2);
    p = web_page(&rig.web, "GET", "/x", 200, NULL);
    p->body = all;
    p->len = BMC_HTTP_BODY_MAX;
    rig_open(rig.c);

    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.c->len, BMC_HTTP_BODY_MAX);
    assert_non_null(rig.c->json);
    free(all);
}


static void
http_headers_without_end_are_refused(void **state)
{
    char        *all;
    size_t       i, n;
    web_page_t  *p;

    all = malloc(200000);
    assert_non_null(all);
    n = (size_t) sprintf(all, "HTTP/1.1 200 OK\r\n");

    for (i = 0; n < 190000; i++) {
        n += (size_t) sprintf(all + n, "X-%zu: 0123456789\r\n", i);
    }

    p = web_page(&rig.web, "GET", "/x", 200, NULL);
    p->raw = all;
    p->nraw = n;
    rig_open(rig.c);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_REFUSED);
    rig_says("more than 64 kB of headers");

    memset(all + 20, 'x', 190000);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_REFUSED);
    rig_says("headers");
    free(all);
}


static void
http_what_is_no_http_is_refused(void **state)
{
    size_t       i;
    web_page_t  *p;
    const char  *raw[] = { "SSH-2.0-dropbear\r\n", "HTTP/9.9 200 OK\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                           "\r\n\r\n", "<html>" };

    p = web_page(&rig.web, "GET", "/x", 200, NULL);
    p->manner = WEB_LEAVES;
    p->stop = 1000;
    rig_open(rig.c);

    for (i = 0; i < sizeof(raw) / sizeof(raw[0]); i++) {
        p->raw = raw[i];
        p->nraw = strlen(raw[i]);
        rig_get("/x");
        assert_int_equal(rig.c->rc, BMC_REFUSED);
        assert_true(rig.c->sent);
        rig_says("does not speak HTTP as it should");
    }
}


static void
http_json_that_is_too_deep_is_refused(void **state)
{
    char  text[400];

    memset(text, 0, sizeof(text));
    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    web_page(&rig.web, "GET", "/deep", 200, text);
    rig_open(rig.c);

    rig_get("/deep");
    assert_int_equal(rig.c->rc, BMC_REFUSED);
    rig_says("deeper than 64");
}


static void
http_json_that_is_just_deep_enough_is_taken(void **state)
{
    char  text[400];

    memset(text, 0, sizeof(text));
    memset(text, '[', 63);
    strcat(text, "{\"[[[[[[[[[[[[[[[[\\\"[[[[[[\": \"\\\\\"}");
    memset(text + strlen(text), ']', 63);
    web_page(&rig.web, "GET", "/deep", 200, text);
    rig_open(rig.c);

    rig_get("/deep");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_non_null(rig.c->json);
}


static void
http_json_of_odd_kinds_is_understood(void **state)
{
    web_page(&rig.web, "GET", "/big", 200, "{\"n\": 18446744073709551615}");
    web_page(&rig.web, "GET", "/nul", 200, "{\"s\": \"a\\u0000b\"}");
    web_page(&rig.web, "GET", "/half", 200, "{\"s\": ");
    web_page(&rig.web, "GET", "/twice", 200, "{\"s\": 1, \"s\": 2}");
    rig_open(rig.c);

    rig_get("/big");
    assert_true(json_number_value(json_object_get(rig.c->json, "n")) > 1e19);
    rig_get("/nul");
    assert_int_equal(json_string_length(json_object_get(rig.c->json, "s")),
                     3);
    rig_get("/half");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_null(rig.c->json);
    rig_get("/twice");
    assert_non_null(rig.c->json);
}


/* -- redirects */

static void
http_a_redirect_within_the_bmc_is_followed(void **state)
{
    char  url[128];

    snprintf(url, sizeof(url), "Location: http://127.0.0.1:%d/d?e=f\r\n",
             rig.web.port);
    web_page(&rig.web, "GET", "/a/b", 308, "")->headers =
        "Location: c\r\n";
    web_page(&rig.web, "GET", "/a/c", 301, "")->headers = url;
    web_page(&rig.web, "GET", "/d?e=f", 200, "{\"here\": 1}");
    rig_open(rig.c);

    rig_get("/a/b");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.c->status, 200);
    assert_non_null(json_object_get(rig.c->json, "here"));
    assert_int_equal(rig.web.connections, 1);
}


static void
http_a_redirect_to_anybody_else_is_refused(void **state)
{
    size_t       i;
    char         other[64];
    web_page_t  *p;
    const char  *to[] = { "http://127.0.0.2:1/", "//127.0.0.2/x", other,
                          "https://127.0.0.1/", "file:///etc/passwd",
                          "http://127.0.0.1:1/", "/a b", "http:///" };

    snprintf(other, sizeof(other), "https://127.0.0.1:%d/", rig.web.port);
    p = web_page(&rig.web, "GET", "/a", 302, "");
    rig_open(rig.c);

    for (i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
        char  line[128];

        snprintf(line, sizeof(line), "Location: %s\r\n", to[i]);
        p->headers = line;
        rig_get("/a");
        assert_int_equal(rig.c->rc, BMC_REFUSED);
        rig_says("not a path of this BMC");
    }

    assert_int_equal(rig.web.count, i);
}


static void
http_a_loop_of_redirects_ends(void **state)
{
    web_page(&rig.web, "GET", "/a", 302, "")->headers = "Location: /a\r\n";
    rig_open(rig.c);

    rig_get("/a");
    assert_int_equal(rig.c->rc, BMC_REFUSED);
    rig_says("redirects more than 3 times");
    assert_int_equal(rig.web.count, 4);
}


static void
http_a_change_is_never_redirected(void **state)
{
    web_page(&rig.web, "POST", "/a", 307, "{}")->headers =
        "Location: /b\r\n";
    rig_open(rig.c);

    rig_post("/a", "{}");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.c->status, 307);
    assert_string_equal(rig.c->location, "/b");
    assert_int_equal(rig.web.count, 1);
}


/* -- paths */

static void
http_a_url_of_this_bmc_is_as_good_as_a_path(void **state)
{
    char  url[128];

    web_page(&rig.web, "GET", "/x/../y//z", 200, "{}");
    rig_open(rig.c);

    snprintf(url, sizeof(url), "http://127.0.0.1:%d/x/../y//z",
             rig.web.port);
    rig_get("/x/../y//z");
    assert_int_equal(rig.c->status, 200);

    rig_get("http://127.0.0.1:1/x");
    assert_int_equal(rig.c->rc, BMC_REFUSED);
    assert_false(rig.c->sent);

    rig_get("/x\r\nX-Evil: 1");
    assert_int_equal(rig.c->rc, BMC_REFUSED);
    assert_int_equal(rig.web.count, 1);

    web_page(&rig.web, "GET", NULL, 200, "{}");
    rig_get(url);
    assert_int_equal(rig.c->status, 200);
    assert_int_equal(rig.web.count, 2);

    rig_get("//evil/x#part");
    assert_string_equal(rig.web.asked[2].path, "//evil/x");
}


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
        HTTP_TEST(http_an_answer_is_told_with_its_json_and_headers),
        HTTP_TEST(http_any_status_is_an_answer),
        HTTP_TEST(http_many_requests_share_one_connection),
        HTTP_TEST(http_bodies_and_methods_arrive_as_they_were_given),
        HTTP_TEST(http_a_refused_connection_is_unreachable_and_unsent),
        HTTP_TEST(http_silence_ends_at_the_deadline),
        HTTP_TEST(http_a_deadline_that_has_passed_sends_nothing),
        HTTP_TEST(http_an_answer_that_stops_is_waited_for_until_the_deadline),
        HTTP_TEST(http_an_answer_that_is_cut_off_is_unreachable),
        HTTP_TEST(http_a_body_that_says_it_is_too_long_is_refused),
        HTTP_TEST(http_a_body_that_goes_on_and_on_is_refused),
        HTTP_TEST(http_a_body_of_almost_the_limit_is_taken),
        HTTP_TEST(http_headers_without_end_are_refused),
        HTTP_TEST(http_what_is_no_http_is_refused),
        HTTP_TEST(http_json_that_is_too_deep_is_refused),
        HTTP_TEST(http_json_that_is_just_deep_enough_is_taken),
        HTTP_TEST(http_json_of_odd_kinds_is_understood),
        HTTP_TEST(http_a_redirect_within_the_bmc_is_followed),
        HTTP_TEST(http_a_redirect_to_anybody_else_is_refused),
        HTTP_TEST(http_a_loop_of_redirects_ends),
        HTTP_TEST(http_a_change_is_never_redirected),
        HTTP_TEST(http_a_url_of_this_bmc_is_as_good_as_a_path),
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
        HTTP_TEST(http_a_hundred_clients_have_a_connection_each),
        HTTP_TEST(http_a_client_that_is_closed_leaves_no_connection_behind),
        HTTP_TEST(http_a_proxy_of_the_environment_is_none_of_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
