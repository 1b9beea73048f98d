
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
http_then_look_again(void *data)
{
    unsigned     i;
    client_t    *c;
    const char  *p;

    c = data;

    for (i = 0; i < 4; i++) {
        p = bmc_http_header(c->h, "location");
        assert_non_null(p);
        assert_string_equal(p, "/a/b");
    }

    assert_string_equal(bmc_http_header(c->h, "X-Empty"), "");
    assert_string_equal(bmc_http_header(c->h, "ETag"), "W/\"7\"");
    assert_null(bmc_http_header(c->h, "ETa"));
    assert_null(bmc_http_header(c->h, "X"));
}


static void
http_headers_can_be_looked_at_as_often_as_one_likes(void **state)
{
    web_page(&rig.web, "GET", "/x", 200, "{}")->headers =
        "Location:/a/b \t\r\nX-Empty:\r\nETag: W/\"7\"\r\n";
    rig_open(rig.c);
    rig.c->then = http_then_look_again;
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
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
    n = (size_t) snprintf(all, 200000, "HTTP/1.1 200 OK\r\n");

    for (i = 0; n < 190000; i++) {
        n += (size_t) snprintf(all + n, 200000 - n, "X-%zu: 0123456789\r\n",
                               i);
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


/* libcurl 7.88 writes to where the last one of the answer before was */

static void
http_a_first_header_that_continues_none_harms_nothing(void **state)
{
    web_page_t  *p;

    web_page(&rig.web, "GET", "/x", 200, "{}")->headers = "X-Long: 0123\r\n";
    p = web_page(&rig.web, "GET", "/y", 200, NULL);
    p->raw = "HTTP/1.1 200 OK\r\n\tand so on: 1\r\nContent-Length: 2\r\n"
             "\r\n{}";
    p->nraw = strlen(p->raw);
    rig_open(rig.c);

    rig_get("/x");
    rig_get("/y");
    assert_true(rig.c->rc == BMC_OK || rig.c->rc == BMC_REFUSED);
    rig_get("/y");
    assert_true(rig.c->rc == BMC_OK || rig.c->rc == BMC_REFUSED);
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
    snprintf(text + 63, 100, "{\"[[[[[[[[[[[[[[[[\\\"[[[[[[\": \"\\\\\"}");
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


#define HTTP_TEST(f)  cmocka_unit_test_setup_teardown(f, rig_begin, rig_end)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        HTTP_TEST(http_an_answer_is_told_with_its_json_and_headers),
        HTTP_TEST(http_headers_can_be_looked_at_as_often_as_one_likes),
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
        HTTP_TEST(http_a_first_header_that_continues_none_harms_nothing),
        HTTP_TEST(http_json_that_is_too_deep_is_refused),
        HTTP_TEST(http_json_that_is_just_deep_enough_is_taken),
        HTTP_TEST(http_json_of_odd_kinds_is_understood),
        HTTP_TEST(http_a_redirect_within_the_bmc_is_followed),
        HTTP_TEST(http_a_redirect_to_anybody_else_is_refused),
        HTTP_TEST(http_a_loop_of_redirects_ends),
        HTTP_TEST(http_a_change_is_never_redirected),
        HTTP_TEST(http_a_url_of_this_bmc_is_as_good_as_a_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
