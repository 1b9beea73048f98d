
/*
 * Copyright (C) the bmcgate authors
 *
 * Clients of drivers/http that speak TLS, an authority, and a fake BMC with
 * a certificate of it.  Include it in one file of a test program.
 */


#ifndef _HTTP_TLS_RIG_H_INCLUDED_
#define _HTTP_TLS_RIG_H_INCLUDED_


#define WEB_TLS  1

#include "http_rig.h"
#include "http_certs.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>


static struct {
    cert_t  ca;
    cert_t  cert;
    char    path[128];               /* of the authority's certificate */
    char    pins[128];
    char    print[72];
} tls;


static inline void
tls_serve(const char *names, int hours)
{
    SSL_CTX_free(rig.web.tls);
    cert_free(&tls.cert);
    tls.cert = cert_make(&tls.ca, names, hours);
    rig.web.tls = cert_context(&tls.cert);
    cert_print(&tls.cert, tls.print);
}


static int
tls_begin(void **state)
{
    rig_begin(state);
    tls.ca = cert_make(NULL, NULL, 2);
    snprintf(tls.path, sizeof(tls.path), "%s/ca.pem", rig.dir);
    snprintf(tls.pins, sizeof(tls.pins), "%s/pins", rig.dir);
    cert_write(&tls.ca, tls.path);
    tls_serve("IP:127.0.0.1,DNS:localhost", 2);
    web_page(&rig.web, "GET", "/x", 200, "{\"a\": 1}");
    web_page(&rig.web, "POST", "/x", 200, "{\"a\": 1}");

    return 0;
}


static int
tls_end(void **state)
{
    rig_end(state);
    SSL_CTX_free(rig.web.tls);
    cert_free(&tls.cert);
    cert_free(&tls.ca);

    return 0;
}


static inline client_t *
tls_open(unsigned n, int64_t kind)
{
    client_t  *c;

    c = rig_client(n, kind);
    c->conf.ca = tls.path;
    rig.c = rig_open(c);

    return c;
}


static inline void
tls_is_refused(const char *part)
{
    rig_post("/x", "{}");
    assert_int_equal(rig.c->rc, BMC_REFUSED);
    assert_false(rig.c->sent);
    assert_true(rig.c->untrusted);
    assert_int_equal(rig.claims, 0);
    assert_int_equal(rig.web.count, 0);
    rig_says(part);
}


/* what the file of pins says */

static inline const char *
tls_pins(void)
{
    int          fd;
    ssize_t      n;
    static char  text[4096];

    fd = open(tls.pins, O_RDONLY);

    if (fd == -1) {
        return "";
    }

    n = read(fd, text, sizeof(text) - 1);
    assert_true(n >= 0);
    text[n] = '\0';
    (void) close(fd);

    return text;
}


static inline void
tls_pins_write(const char *text)
{
    FILE  *f;

    f = fopen(tls.pins, "a");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}


#define TLS_TEST(f)  cmocka_unit_test_setup_teardown(f, tls_begin, tls_end)


#endif /* _HTTP_TLS_RIG_H_INCLUDED_ */
