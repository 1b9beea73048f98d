
/*
 * Copyright (C) the bmcgate authors
 */


#include "http_tls_rig.h"


/* -- ca and verify */

static void
tls_an_authority_of_ours_is_believed(void **state)
{
    tls_open(0, BMC_TLS_CA);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_non_null(rig.c->json);

    rig_get("/x");
    assert_int_equal(rig.web.connections, 1);
}


static void
tls_a_name_is_verified_as_it_was_configured(void **state)
{
    rig_client(0, BMC_TLS_CA)->word[0] = "localhost";
    rig.client[0].conf.ca = tls.path;
    rig.c = rig_open(&rig.client[0]);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


static void
tls_a_certificate_of_nobody_known_is_refused(void **state)
{
    cert_t  other;

    other = cert_make(NULL, NULL, 2);
    cert_write(&other, tls.path);
    cert_free(&other);
    tls_open(0, BMC_TLS_CA);
    tls_is_refused("is not believed: certificate signature failure");

    /* which says nothing of the next request */

    rig_get("http://127.0.0.2/");
    assert_int_equal(rig.c->rc, BMC_REFUSED);
    assert_false(rig.c->untrusted);
    rig_says("is not a path of this BMC");
}


/* OpenSSL's own word for where they are */

static void
tls_an_authority_of_the_system_is_believed(void **state)
{
    assert_int_equal(setenv("SSL_CERT_FILE", tls.path, 1), 0);
    tls_open(0, BMC_TLS_VERIFY);
    assert_int_equal(unsetenv("SSL_CERT_FILE"), 0);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


static void
tls_the_systems_authorities_do_not_know_ours(void **state)
{
    tls_open(0, BMC_TLS_VERIFY);
    tls_is_refused("is not believed");
}


static void
tls_an_expired_certificate_is_refused(void **state)
{
    tls_serve("IP:127.0.0.1", 0);
    tls_open(0, BMC_TLS_CA);
    tls_is_refused("is not believed: certificate has expired");
}


static void
tls_a_certificate_for_another_name_is_refused(void **state)
{
    tls_serve("IP:127.0.0.2,DNS:bmc", 2);
    tls_open(0, BMC_TLS_CA);
    tls_is_refused("is not believed: SSL: no alternative certificate subject "
                   "name matches target host name '127.0.0.1'");
}


/* workers may be unable to read files that root could read at the start */

static void
tls_an_authority_is_read_when_the_gateway_starts(void **state)
{
    char             why[BMC_TEXT_MAX];
    client_t        *c;
    bmc_driver_t     driver;
    bmc_hostconf_t   host;
    bmc_word_t       words[BMC_HTTP_WORDS_N + 1];

    c = rig_client(0, BMC_TLS_CA);
    c->conf.ca = tls.path;

    memset(words, 0, sizeof(words));
    memcpy(words, bmc_http_words, sizeof(bmc_http_words));
    memset(&driver, 0, sizeof(driver));
    driver.words = words;
    memset(&host, 0, sizeof(host));
    host.driver[0] = &driver;
    host.dconf[0] = &c->conf;
    host.ndrivers = 1;
    rig.fleet.host = &host;
    rig.fleet.nhosts = 1;

    bmc_http_unload(rig.shared);
    rig.shared = bmc_http_load(&rig.fleet, why);
    assert_non_null(rig.shared);
    assert_int_equal(unlink(tls.path), 0);

    c->place.shared = rig.shared;
    rig.c = rig_open(c);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


/* libcurl keeps stores for others that ask with the same options */

static void
tls_an_authority_is_believed_only_for_hosts_that_name_it(void **state)
{
    char    path[160];
    cert_t  other;

    other = cert_make(NULL, NULL, 2);
    snprintf(path, sizeof(path), "%s/other.pem", rig.dir);
    cert_write(&other, path);
    tls_open(0, BMC_TLS_CA);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);

    rig.c = rig_client(1, BMC_TLS_CA);
    rig.c->conf.ca = path;
    rig_open(rig.c);
    web_forget(&rig.web);
    tls_is_refused("is not believed: certificate signature failure");

    rig.c = rig_open(rig_client(2, BMC_TLS_VERIFY));
    tls_is_refused("is not believed");
    cert_free(&other);
}


static void
tls_a_bmcs_own_certificate_may_be_the_authority(void **state)
{
    cert_write(&tls.cert, tls.path);
    tls_open(0, BMC_TLS_CA);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


static void
tls_a_file_without_certificates_is_told_at_open(void **state)
{
    char       why[BMC_TEXT_MAX];
    client_t  *c;

    c = rig_client(0, BMC_TLS_CA);
    c->conf.ca = "/nonexistent/ca.pem";
    assert_null(bmc_http_open(&c->place, why));
    assert_non_null(strstr(why, "/nonexistent/ca.pem"));
    assert_non_null(strstr(why, "No such file"));

    assert_int_equal(truncate(tls.path, 0), 0);
    c->conf.ca = tls.path;
    assert_null(bmc_http_open(&c->place, why));
    assert_non_null(strstr(why, tls.path));
}


static void
tls_a_changed_file_is_read_again_and_one_that_went_is_not(void **state)
{
    cert_t  other;

    other = cert_make(NULL, NULL, 2);
    cert_write(&other, tls.path);
    tls_open(0, BMC_TLS_CA);
    tls_is_refused("is not believed");

    rig_pass(20);                    /* the clock of files is a slow one */
    cert_write(&tls.ca, tls.path);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);

    assert_int_equal(unlink(tls.path), 0);
    web_hang_up(&rig.web);
    rig_pass(5);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    cert_free(&other);
}


static void
tls_off_believes_anybody(void **state)
{
    tls_serve("DNS:somebody", 0);
    tls_open(0, BMC_TLS_OFF);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_string_equal(tls_pins(), "");
}


/* -- handshakes that come to nothing */

static void
tls_silence_in_the_handshake_ends_at_the_deadline(void **state)
{
    rig.web.wait = true;
    tls_open(0, BMC_TLS_PIN);
    rig_ask_for(rig.c, "POST", "/x", "{}", true, 100);
    rig_wait(rig.c);
    assert_int_equal(rig.c->rc, BMC_UNREACHABLE);
    assert_false(rig.c->sent);
    assert_int_equal(rig.claims, 0);
    assert_string_equal(tls_pins(), "");
}


static void
tls_a_bmc_without_tls_is_told_as_that(void **state)
{
    SSL_CTX  *ctx;

    ctx = rig.web.tls;
    rig.web.tls = NULL;
    web_page(&rig.web, NULL, NULL, 400, "no")->times = 0;
    tls_open(0, BMC_TLS_OFF);
    rig_ask_for(rig.c, "GET", "/x", NULL, false, 200);
    rig_wait(rig.c);
    assert_true(rig.c->rc == BMC_REFUSED || rig.c->rc == BMC_UNREACHABLE);
    assert_false(rig.c->sent);
    rig.web.tls = ctx;
}


static void
tls_cancel_and_close_leave_nothing_at_any_stage(void **state)
{
    unsigned   i, k;
    client_t  *c;

    for (i = 0; i < 14; i++) {
        c = tls_open(i, BMC_TLS_PIN);
        rig_ask_for(c, "GET", "/x", NULL, false, 1000);

        for (k = 0; k < i; k++) {
            (void) uv_run(&rig.loop, UV_RUN_NOWAIT);
        }

        c->told = 0;

        if (i % 2 == 0) {
            bmc_http_cancel(c->h);
        }

        rig_close(c);
        rig_pass(2);
        assert_int_equal(c->told, 0);
        assert_int_equal(c->closed, 1);
    }
}


static void
tls_a_connection_that_is_made_again_resumes_the_session(void **state)
{
    tls_open(0, BMC_TLS_CA);
    rig_get("/x");
    rig_get("/x");
    web_hang_up(&rig.web);
    rig_pass(5);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.web.connections, 2);
    assert_true(SSL_session_reused(rig.web.conn[1]->ssl));
}


/* no SIGPIPE may come of it, even where nobody ignores that */

static void
tls_a_bmc_that_resets_the_connection_is_lost(void **state)
{
    web_page_t  *p;

    (void) signal(SIGPIPE, SIG_DFL);
    p = &rig.web.page[1];
    p->manner = WEB_RESETS;
    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    rig_post("/x", "{}");
    assert_int_equal(rig.c->rc, BMC_UNREACHABLE);
    assert_true(rig.c->sent);
    assert_int_equal(web_count(&rig.web, "POST", "/x"), 1);

    p->manner = WEB_ANSWERS;
    rig_post("/x", "{}");
    assert_int_equal(rig.c->rc, BMC_OK);

    tls_open(1, BMC_TLS_PIN);
    rig_get("/x");
    rig_close(rig.c);
    rig_pass(5);
    rig.c = &rig.client[0];
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        TLS_TEST(tls_an_authority_of_ours_is_believed),
        TLS_TEST(tls_a_name_is_verified_as_it_was_configured),
        TLS_TEST(tls_a_certificate_of_nobody_known_is_refused),
        TLS_TEST(tls_an_authority_of_the_system_is_believed),
        TLS_TEST(tls_the_systems_authorities_do_not_know_ours),
        TLS_TEST(tls_an_expired_certificate_is_refused),
        TLS_TEST(tls_a_certificate_for_another_name_is_refused),
        TLS_TEST(tls_an_authority_is_read_when_the_gateway_starts),
        TLS_TEST(tls_an_authority_is_believed_only_for_hosts_that_name_it),
        TLS_TEST(tls_a_bmcs_own_certificate_may_be_the_authority),
        TLS_TEST(tls_a_file_without_certificates_is_told_at_open),
        TLS_TEST(tls_a_changed_file_is_read_again_and_one_that_went_is_not),
        TLS_TEST(tls_off_believes_anybody),
        TLS_TEST(tls_silence_in_the_handshake_ends_at_the_deadline),
        TLS_TEST(tls_a_bmc_without_tls_is_told_as_that),
        TLS_TEST(tls_cancel_and_close_leave_nothing_at_any_stage),
        TLS_TEST(tls_a_connection_that_is_made_again_resumes_the_session),
        TLS_TEST(tls_a_bmc_that_resets_the_connection_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
