
/*
 * Copyright (C) the bmcgate authors
 *
 * A certificate that changed, and is to be believed from now on.
 */


#include "http_tls_rig.h"

#include <ctype.h>
#include <sys/resource.h>

#include "drivers/http/inside.h"


#define ZEROS  "00000000000000000000000000000000"
#define OTHER  "sha256:" ZEROS ZEROS
#define SINCE  "2026-01-02T03:04:05Z"


static bmc_call_t  call;


/* asks, and is told nothing before the loop has run */

static void
trust_ask(unsigned ms)
{
    uv_update_time(&rig.loop);
    call.deadline = uv_now(&rig.loop) + ms;
    rig.c->told = 0;
    rig.c->text[0] = '\0';
    bmc_http_trust(rig.c->h, &call, rig_told, rig.c);
    assert_int_equal(rig.c->told, 0);
}


static bmc_rc_t
trust(void)
{
    trust_ask(5000);
    rig_wait(rig.c);
    assert_false(rig.c->sent);

    return rig.c->rc;
}


static const char *
told(const char *key)
{
    return json_string_value(json_object_get(rig.c->json, key));
}


/* node7 has another one than it shows, and is refused */

static void
trust_is_wanted(void)
{
    tls_pins_write("node7 " OTHER " " SINCE "\n");
    tls_open(0, BMC_TLS_PIN);
    tls_is_refused("accepts it");
}


static unsigned
lines(void)
{
    unsigned     n;
    const char  *p;

    for (n = 0, p = tls_pins(); (p = strchr(p, '\n')) != NULL; p++) {
        n++;
    }

    return n;
}


/* it was not done, and nothing has changed */

static void
trust_is_not(bmc_rc_t rc, const char *part)
{
    unsigned  n, claims;

    n = lines();
    claims = rig.claims;
    assert_int_equal(trust(), rc);
    rig_says(part);
    assert_int_equal(lines(), n);
    assert_int_equal(rig.claims, claims);
    assert_null(rig.c->json);
    assert_int_equal(rig.web.told, 0);
}


static void
trust_puts_what_is_shown_in_place_of_what_was(void **state)
{
    char  text[BMC_TEXT_MAX];

    trust_is_wanted();
    assert_int_equal(trust(), BMC_OK);
    assert_int_equal(rig.claims, 1);
    snprintf(text, sizeof(text), "%s is trusted now, no more " OTHER,
             tls.print);
    assert_string_equal(rig.c->text, text);
    assert_string_equal(told("fingerprint"), tls.print);
    assert_string_equal(told("was"), OTHER);
    assert_string_equal(told("was_since"), SINCE);
    assert_string_equal(told("subject"), "CN=bmc");
    assert_int_equal(strlen(told("valid_from")), 20);
    assert_true(strcmp(told("valid_from"), told("valid_until")) < 0);

    /* a handshake that was finished, and not a byte more */

    rig_pass(5);
    assert_int_equal(rig.web.connections, 2);
    assert_int_equal(rig.web.shaken, 1);
    assert_int_equal(rig.web.told, 0);

    assert_int_equal(lines(), 2);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


/* … of another process: it reads the same file */

static void
trust_is_everybodys_at_once(void **state)
{
    char                why[BMC_TEXT_MAX];
    client_t           *c;
    bmc_http_shared_t  *other, *ours;

    trust_is_wanted();
    ours = rig.shared;
    other = bmc_http_load(&rig.fleet, why);
    assert_non_null(other);
    rig.shared = other;
    c = tls_open(1, BMC_TLS_PIN);
    tls_is_refused("accepts it");

    rig.c = &rig.client[0];
    assert_int_equal(trust(), BMC_OK);

    rig.c = c;
    rig_get("/x");
    assert_int_equal(c->rc, BMC_OK);
    rig_close(c);
    rig_pass(5);
    rig.shared = ours;
    bmc_http_unload(other);
}


static void
trust_takes_the_first_certificate_as_well(void **state)
{
    char  text[BMC_TEXT_MAX];

    tls_open(0, BMC_TLS_PIN);
    assert_int_equal(trust(), BMC_OK);
    snprintf(text, sizeof(text), "%s is trusted now", tls.print);
    assert_string_equal(rig.c->text, text);
    assert_null(told("was"));
    assert_int_equal(rig.claims, 1);
    assert_int_equal(lines(), 1);
}


static void
trust_in_what_is_trusted_changes_nothing(void **state)
{
    char  text[BMC_TEXT_MAX];

    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    assert_int_equal(trust(), BMC_OK);
    snprintf(text, sizeof(text), "%s was trusted already", tls.print);
    assert_string_equal(rig.c->text, text);
    assert_string_equal(told("was"), tls.print);
    assert_int_equal(rig.claims, 0);
    assert_int_equal(lines(), 1);
}


/* neither a connection that is kept, nor its TLS session, shows it */

static void
trust_sees_it_while_the_old_connection_is_there(void **state)
{
    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    tls_serve("IP:127.0.0.1", 2);
    assert_int_equal(trust(), BMC_OK);
    assert_string_equal(told("fingerprint"), tls.print);

    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.web.connections, 2);

    web_hang_up(&rig.web);
    rig_pass(5);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


static void
trust_sees_it_where_a_session_could_be_resumed(void **state)
{
    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    web_hang_up(&rig.web);
    rig_pass(5);
    assert_int_equal(trust(), BMC_OK);
    assert_string_equal(told("fingerprint"), tls.print);
}


static void
trust_is_given_to_the_fingerprint_that_was_named(void **state)
{
    char    print[128];
    size_t  i;

    trust_is_wanted();
    rig.print = tls.print;
    assert_int_equal(trust(), BMC_OK);
    assert_int_equal(lines(), 2);

    /* as "openssl x509 -fingerprint -sha256" has it */

    tls_serve("IP:127.0.0.1", 2);
    snprintf(print, sizeof(print), "SHA256");

    for (i = 0; i < 32; i++) {
        snprintf(print + 6 + 3 * i, 4, ":%c%c",
                 toupper((unsigned char) tls.print[7 + 2 * i]),
                 toupper((unsigned char) tls.print[8 + 2 * i]));
    }

    rig.print = print;
    assert_int_equal(trust(), BMC_OK);
    assert_int_equal(lines(), 3);
}


static void
trust_in_another_than_is_shown_is_refused(void **state)
{
    char  text[BMC_TEXT_MAX];

    trust_is_wanted();
    rig.print = OTHER;
    trust_is_not(BMC_REFUSED, ", not " OTHER);
    snprintf(text, sizeof(text), "shows %s,", tls.print);
    rig_says(text);
    rig_says(rig.web.address);
    tls_is_refused("accepts it");
}


static void
trust_needs_a_host_that_is_pinned(void **state)
{
    size_t                i;
    char                  part[32];
    static const int64_t  kinds[] = {
        BMC_TLS_VERIFY, BMC_TLS_CA, BMC_TLS_OFF, BMC_TLS_NONE
    };
    static const char    *names[] = { "verify", "ca", "off", "none" };

    for (i = 0; i < 4; i++) {
        tls_open((unsigned) i, kinds[i]);
        snprintf(part, sizeof(part), "\"tls %s\" stores no ", names[i]);
        trust_is_not(BMC_UNSUPPORTED, part);
        rig_says("only \"tls pin\" does");
        rig_close(rig.c);
    }

    assert_int_equal(rig.web.connections, 0);
}


static void
trust_that_was_given_up_is_not_stored(void **state)
{
    trust_is_wanted();
    rig.deny = true;
    assert_int_equal(trust(), BMC_CANCELLED);
    rig_says("given up before it was stored");
    assert_int_equal(rig.claims, 1);
    assert_int_equal(lines(), 1);
}


static void
trust_is_claimed_before_it_is_written(void)
{
    assert_int_equal(lines(), 1);
}


static void
trust_is_claimed_at_the_last_moment(void **state)
{
    trust_is_wanted();
    rig.claimed = trust_is_claimed_before_it_is_written;
    assert_int_equal(trust(), BMC_OK);
    assert_int_equal(rig.claims, 1);
    assert_int_equal(lines(), 2);
}


/* the disk takes half of it, and the next line ends that half */

static void
trust_that_does_not_fit_is_as_if_it_had_not_been(void **state)
{
    unsigned       half;
    struct stat    st;
    struct rlimit  was, now;

    trust_is_wanted();
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    (void) signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(stat(tls.pins, &st), 0);

    for (half = 0; half < 99; half += 49) {
        now = was;
        now.rlim_cur = (rlim_t) st.st_size + half;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
        assert_int_equal(trust(), BMC_FAILED);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
        rig_says("/pins cannot be written: ");
        assert_string_equal(tls_pins(), "node7 " OTHER " " SINCE "\n");
    }

    tls_pins_write("node8 " OTHER " " SINCE "\n");
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_REFUSED);
}


static void
trust_has_nowhere_to_be_stored(void **state)
{
    assert_int_equal(mkdir(tls.pins, 0700), 0);
    tls_open(0, BMC_TLS_PIN);
    assert_int_equal(trust(), BMC_FAILED);
    rig_says("/pins is not a file");
    assert_int_equal(rig.claims, 0);
}


/* who only shows a certificate may have copied it */

static void
trust_wants_a_handshake_that_is_finished(void **state)
{
    trust_is_wanted();
    SSL_CTX_set_verify(rig.web.tls, SSL_VERIFY_PEER
                       |SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    assert_int_equal(SSL_CTX_set_max_proto_version(rig.web.tls,
                                                   TLS1_2_VERSION), 1);
    trust_is_not(BMC_REFUSED, "no TLS with ");
}


static void
trust_wants_a_certificate(void **state)
{
    char        text[BMC_TEXT_MAX];
    bmc_http_t  none;

    memset(&none, 0, sizeof(none));
    assert_null(bmc_http_trusted(&none, text));
    assert_int_equal(none.rc, BMC_REFUSED);
    assert_non_null(strstr(none.why, "shows no certificate"));

    trust_is_wanted();
    assert_int_equal(SSL_CTX_set_max_proto_version(rig.web.tls,
                                                   TLS1_2_VERSION), 1);
    assert_int_equal(SSL_CTX_set_cipher_list(rig.web.tls,
                                             "aNULL:@SECLEVEL=0"), 1);
    trust_is_not(BMC_REFUSED, "no TLS with ");
}


static void
trust_wants_an_answer(void **state)
{
    trust_is_wanted();
    rig.web.wait = true;
    trust_ask(100);
    rig_wait(rig.c);
    assert_int_equal(rig.c->rc, BMC_UNREACHABLE);
    rig_says("no answer from ");

    rig.c = rig_client(1, BMC_TLS_PIN);
    rig.c->conf.port = 1;
    rig_open(rig.c);
    trust_is_not(BMC_UNREACHABLE, "no connection to ");
}


static void
trust_may_be_given_up_at_any_stage(void **state)
{
    unsigned  i, k;

    trust_is_wanted();

    for (i = 0; i < 14; i++) {
        trust_ask(1000);

        for (k = 0; k < i && rig.c->told == 0; k++) {
            (void) uv_run(&rig.loop, UV_RUN_NOWAIT);
        }

        k = rig.c->told;
        bmc_http_cancel(rig.c->h);
        rig_pass(2);
        assert_int_equal(rig.c->told, k);
    }

    assert_true(lines() <= 2);
    (void) trust();
    assert_int_equal(rig.c->rc, BMC_OK);
}


/* -- certificates as BMCs have them */

static void
trust_signed(void)
{
    assert_true(X509_sign(tls.cert.cert, tls.ca.key, EVP_sha256()) > 0);
    SSL_CTX_free(rig.web.tls);
    rig.web.tls = cert_context(&tls.cert);
    cert_print(&tls.cert, tls.print);
}


static void
trust_named(const char *key, const char *value)
{
    X509_NAME  *name;

    name = X509_get_subject_name(tls.cert.cert);
    assert_int_equal(X509_NAME_add_entry_by_txt(name, key, MBSTRING_UTF8,
                         (const unsigned char *) value, -1, -1, 0), 1);
    trust_signed();
}


static void
trust_shows_a_subject_that_upsets_no_terminal(void **state)
{
    tls_open(0, BMC_TLS_PIN);
    trust_named("O", "C\xc3\xb6, \x1b[2J");
    assert_int_equal(trust(), BMC_OK);
    assert_string_equal(told("subject"), "O=C\\C3\\B6\\, \\1B[2J,CN=bmc");
}


static void
trust_shows_no_more_than_the_beginning_of_a_subject(void **state)
{
    unsigned  i;

    for (i = 0; i < 8; i++) {
        trust_named("OU", "0123456789012345678901234567890123456789");
    }

    tls_open(0, BMC_TLS_PIN);
    assert_int_equal(trust(), BMC_OK);
    assert_int_equal(strlen(told("subject")), 200);
}


static void
trust_leaves_out_what_a_certificate_does_not_say(void **state)
{
    ASN1_TIME  *time;

    X509_NAME_ENTRY_free(X509_NAME_delete_entry(
        X509_get_subject_name(tls.cert.cert), 0));
    time = X509_getm_notAfter(tls.cert.cert);
    assert_int_equal(ASN1_STRING_set(time, "one day", -1), 1);
    trust_signed();

    tls_open(0, BMC_TLS_PIN);
    assert_int_equal(trust(), BMC_OK);
    assert_null(told("subject"));
    assert_null(told("valid_until"));
    assert_non_null(told("valid_from"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        TLS_TEST(trust_puts_what_is_shown_in_place_of_what_was),
        TLS_TEST(trust_is_everybodys_at_once),
        TLS_TEST(trust_takes_the_first_certificate_as_well),
        TLS_TEST(trust_in_what_is_trusted_changes_nothing),
        TLS_TEST(trust_sees_it_while_the_old_connection_is_there),
        TLS_TEST(trust_sees_it_where_a_session_could_be_resumed),
        TLS_TEST(trust_is_given_to_the_fingerprint_that_was_named),
        TLS_TEST(trust_in_another_than_is_shown_is_refused),
        TLS_TEST(trust_needs_a_host_that_is_pinned),
        TLS_TEST(trust_that_was_given_up_is_not_stored),
        TLS_TEST(trust_is_claimed_at_the_last_moment),
        TLS_TEST(trust_that_does_not_fit_is_as_if_it_had_not_been),
        TLS_TEST(trust_has_nowhere_to_be_stored),
        TLS_TEST(trust_wants_a_handshake_that_is_finished),
        TLS_TEST(trust_wants_a_certificate),
        TLS_TEST(trust_wants_an_answer),
        TLS_TEST(trust_may_be_given_up_at_any_stage),
        TLS_TEST(trust_shows_a_subject_that_upsets_no_terminal),
        TLS_TEST(trust_shows_no_more_than_the_beginning_of_a_subject),
        TLS_TEST(trust_leaves_out_what_a_certificate_does_not_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
