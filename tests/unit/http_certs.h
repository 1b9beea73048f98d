
/*
 * Copyright (C) the bmcgate authors
 *
 * Keys and certificates for a fake BMC, made on the spot.
 */


#ifndef _HTTP_CERTS_H_INCLUDED_
#define _HTTP_CERTS_H_INCLUDED_


#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>


typedef struct {
    EVP_PKEY  *key;
    X509      *cert;
} cert_t;


static inline void
cert_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX       ctx;
    X509_EXTENSION  *e;

    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    assert_non_null(e);
    assert_int_equal(X509_add_ext(cert, e, -1), 1);
    X509_EXTENSION_free(e);
}


/*
 * for: "IP:127.0.0.1", "DNS:bmc"; NULL: an authority.  Without an issuer it
 * signs itself.  Valid from an hour ago for that many hours.
 */

static inline cert_t
cert_make(const cert_t *issuer, const char *names, int hours)
{
    cert_t       c;
    X509_NAME   *name;
    static long  serial;

    c.key = EVP_EC_gen("P-256");
    c.cert = X509_new();
    assert_non_null(c.key);
    assert_non_null(c.cert);

    (void) X509_set_version(c.cert, 2);
    (void) ASN1_INTEGER_set(X509_get_serialNumber(c.cert), ++serial);
    (void) X509_gmtime_adj(X509_getm_notBefore(c.cert), -3600);
    (void) X509_gmtime_adj(X509_getm_notAfter(c.cert), 3600L * (hours - 1));
    (void) X509_set_pubkey(c.cert, c.key);

    name = X509_get_subject_name(c.cert);
    (void) X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
        (const unsigned char *) (names == NULL ? "authority" : "bmc"),
        -1, -1, 0);
    (void) X509_set_issuer_name(c.cert, issuer == NULL ? name
                                : X509_get_subject_name(issuer->cert));

    cert_extension(c.cert, issuer == NULL ? c.cert : issuer->cert,
                   NID_basic_constraints,
                   names == NULL ? "critical,CA:TRUE" : "CA:FALSE");

    if (names != NULL) {
        cert_extension(c.cert, issuer == NULL ? c.cert : issuer->cert,
                       NID_subject_alt_name, names);
    }

    assert_true(X509_sign(c.cert, issuer == NULL ? c.key : issuer->key,
                          EVP_sha256()) > 0);

    return c;
}


static inline void
cert_free(cert_t *c)
{
    EVP_PKEY_free(c->key);
    X509_free(c->cert);
    c->key = NULL;
    c->cert = NULL;
}


static inline void
cert_print(const cert_t *c, char print[72])
{
    unsigned       i, len;
    unsigned char  sum[EVP_MAX_MD_SIZE];

    assert_int_equal(X509_digest(c->cert, EVP_sha256(), sum, &len), 1);
    snprintf(print, 72, "sha256:");

    for (i = 0; i < len; i++) {
        snprintf(print + 7 + 2 * i, 3, "%02x", sum[i]);
    }
}


static inline void
cert_write(const cert_t *c, const char *path)
{
    FILE  *f;

    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_X509(f, c->cert), 1);
    assert_int_equal(fclose(f), 0);
}


static inline SSL_CTX *
cert_context(const cert_t *c)
{
    SSL_CTX  *ctx;

    ctx = SSL_CTX_new(TLS_server_method());
    assert_non_null(ctx);
    assert_int_equal(SSL_CTX_use_certificate(ctx, c->cert), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(ctx, c->key), 1);

    return ctx;
}


#endif /* _HTTP_CERTS_H_INCLUDED_ */
